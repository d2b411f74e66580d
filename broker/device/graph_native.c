/* The native graphs of a form's segments, made on the control thread.
 *
 * Decides how records look to a backend's graph_open. The form is the caller's alone: nothing
 * here may look at its session. Called by _worker.pyx. */
#include <stdlib.h>

#include "broker/device/graph_private.h"

static void native_node(const xw_record *record, xs_graph_node *node) {
    if (!record) {
        node->kind = XS_NODE_EMPTY;
    } else if (record->kind == XR_LAUNCH) {
        node->kind = XS_NODE_LAUNCH;
        node->u.launch = xw_launch_of(record);
    } else {
        node->kind = XS_NODE_FILL;
        node->u.fill.destination = record->u.fill.destination;
        node->u.fill.count = record->u.fill.count;
        node->u.fill.value = record->u.fill.value;
        node->u.fill.width = record->u.fill.width;
    }
}

/* place: by node, its place in `order`. */
static int segment_open(const xw_graph *form, const xg_step *step, const uint32_t *place,
                        const xs_backend *backend, uint32_t *wrong) {
    const xg_description *what = &form->what;
    uint32_t edges = 0, at = 0;
    for (uint32_t i = 0; i < step->count; i++)
        edges += what->nodes[form->order[step->first + i]].edges_count;
    xs_graph_node *nodes = calloc(step->count, sizeof *nodes);
    uint32_t *depends = malloc((edges + 1) * sizeof *depends);
    int result = nodes && depends ? 0 : OUT_OF_MEMORY;
    for (uint32_t i = 0; !result && i < step->count; i++) {
        uint32_t index = form->order[step->first + i];
        const xg_node *node = &what->nodes[index];
        nodes[i].depends = depends + at;
        for (uint32_t e = 0; e < node->edges_count; e++) {
            uint32_t before = place[what->edges[node->edges + e]];
            if (before >= step->first) depends[at++] = before - step->first;
        }
        nodes[i].depends_count = (uint32_t)(depends + at - nodes[i].depends);
        native_node(xg_record_of(what, index), &nodes[i]);
    }
    if (!result)
        result = backend->graph_open(backend->device, nodes, step->count,
                                     &step->segment->native, wrong);
    free(nodes);
    free(depends);
    return result;
}

int xg_realize(xw_graph *form, const xs_backend *backend, xg_problem *problem) {
    uint32_t *place = malloc((form->what.count + 1) * sizeof *place);
    int result = place ? backend->enter(backend->device) : OUT_OF_MEMORY;
    uint32_t wrong = UINT32_MAX;
    for (uint32_t i = 0; !result && i < form->what.count; i++) place[form->order[i]] = i;
    for (uint32_t i = 0; !result && i < form->steps_count; i++) {
        const xg_step *step = &form->steps[i];
        if (!step->segment || step->segment->native) continue;
        result = segment_open(form, step, place, backend, &wrong);
        if (result && wrong < step->count)
            wrong = form->what.nodes[form->order[step->first + wrong]].number;
    }
    free(place);
    if (!result) return 0;
    *problem = (xg_problem){result, wrong, UPDATE_ERROR, "the device refused it"};
    return -1;
}
