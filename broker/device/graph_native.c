/* The native graphs of a form's segments, made and closed on the control thread.
 *
 * Decides how records look to a backend's graph_open, and how many native graphs are one job
 * of that thread: as many as take `portion_ns`, one at least. To make one of 200 nodes takes a
 * driver a quarter of a millisecond, and a form may have 32,768. The form is the caller's
 * alone, between two portions, too: nothing here may look at its session. Called by
 * _worker.pyx. */
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

static int segment_open(const xw_graph *form, const xg_step *step, const xs_backend *backend,
                        uint32_t *wrong) {
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
            uint32_t before = form->places[what->edges[node->edges + e]];
            if (before >= step->first) depends[at++] = before - step->first;
        }
        nodes[i].depends_count = (uint32_t)(depends + at - nodes[i].depends);
        native_node(xg_record_of(what, index), &nodes[i]);
    }
    void *native = NULL; /* of one that was refused nothing is kept, whatever this says */
    if (!result)
        result = backend->graph_open(backend->device, nodes, step->count, &native, wrong);
    if (!result) step->segment->native = native;
    free(nodes);
    free(depends);
    return result;
}

/* By node, its place in `order`. */
static int places_find(xw_graph *form) {
    form->places = malloc((form->what.count + 1) * sizeof *form->places);
    if (!form->places) return OUT_OF_MEMORY;
    for (uint32_t i = 0; i < form->what.count; i++) form->places[form->order[i]] = i;
    return 0;
}

/* The next step that is to have a native graph and has none, or NULL. */
static const xg_step *next_missing(xw_graph *form) {
    for (; form->realized_steps < form->steps_count; form->realized_steps++) {
        const xg_step *step = &form->steps[form->realized_steps];
        if (step->segment && !step->segment->native) return step;
    }
    return NULL;
}

int xg_realize(xw_graph *form, const xs_backend *backend, uint64_t portion_ns,
               xg_problem *problem) {
    uint64_t begin_ns = xw_monotonic_ns();
    const xg_step *step = next_missing(form);
    uint32_t wrong = UINT32_MAX;
    int result = step ? backend->enter(backend->device) : 0;
    if (step && !result && !form->places) result = places_find(form);
    while (step && !result) {
        result = segment_open(form, step, backend, &wrong);
        if (result) {
            if (wrong < step->count)
                wrong = form->what.nodes[form->order[step->first + wrong]].number;
            break;
        }
        step = next_missing(form);
        if (step && xw_monotonic_ns() - begin_ns >= portion_ns) return 1;
    }
    free(form->places);
    form->places = NULL;
    if (!result) return 0;
    *problem = (xg_problem){result, wrong, UPDATE_ERROR, "the device refused it"};
    return -1;
}

uint32_t xg_natives_close(const xg_native *natives, uint32_t count, const xs_backend *backend,
                          uint64_t portion_ns, int *result) {
    uint64_t begin_ns = xw_monotonic_ns();
    uint32_t closed = 0;
    *result = backend->enter(backend->device);
    while (closed < count) {
        void *native = natives[closed++].graph;
        int one = native ? backend->graph_close(backend->device, native) : 0;
        if (one) *result = one;
        if (xw_monotonic_ns() - begin_ns >= portion_ns) break;
    }
    return closed;
}
