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

/* The nodes at `count` places of the order. places: by node. *wrong: the client's number. */
static int native_open(const xw_graph *form, uint32_t first, uint32_t count,
                       const uint32_t *places, const xs_backend *backend, void **made,
                       uint32_t *wrong) {
    const xg_description *what = &form->what;
    uint32_t edges = 0, at = 0, bad = UINT32_MAX;
    for (uint32_t i = 0; i < count; i++) edges += what->nodes[form->order[first + i]].edges_count;
    xs_graph_node *nodes = calloc(count, sizeof *nodes);
    uint32_t *depends = malloc((edges + 1) * sizeof *depends);
    int result = nodes && depends ? 0 : OUT_OF_MEMORY;
    for (uint32_t i = 0; !result && i < count; i++) {
        uint32_t index = form->order[first + i];
        const xg_node *node = &what->nodes[index];
        nodes[i].depends = depends + at;
        for (uint32_t e = 0; e < node->edges_count; e++) {
            uint32_t before = places[what->edges[node->edges + e]];
            if (before >= first) depends[at++] = before - first;
        }
        nodes[i].depends_count = (uint32_t)(depends + at - nodes[i].depends);
        native_node(xg_record_of(what, index), &nodes[i]);
    }
    void *native = NULL; /* of one that was refused nothing is kept, whatever this says */
    if (!result)
        result = backend->graph_open(backend->device, nodes, count, &native, &bad);
    if (!result) *made = native;
    else if (bad < count) *wrong = what->nodes[form->order[first + bad]].number;
    free(nodes);
    free(depends);
    return result;
}

/* By node, its place in `order`. */
static int places_find(const xw_graph *form, uint32_t **places) {
    if (*places) return 0;
    *places = malloc((form->what.count + 1) * sizeof **places);
    if (!*places) return OUT_OF_MEMORY;
    for (uint32_t i = 0; i < form->what.count; i++) (*places)[form->order[i]] = i;
    return 0;
}

/* What a call says at its end: places are needed no more. */
static int end_making(uint32_t **places, int result, uint32_t wrong, xg_problem *problem) {
    free(*places);
    *places = NULL;
    if (!result) return 0;
    *problem = (xg_problem){result, wrong, UPDATE_ERROR, "the device refused it"};
    return -1;
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
    if (step && !result) result = places_find(form, &form->places);
    while (step && !result) {
        result = native_open(form, step->first, step->count, form->places, backend,
                             &step->segment->native, &wrong);
        if (result) break;
        step = next_missing(form);
        if (step && xw_monotonic_ns() - begin_ns >= portion_ns) return 1;
    }
    return end_making(&form->places, result, wrong, problem);
}

int xg_runs_realize(xw_graph *form, xg_runs *runs, const xs_backend *backend, uint64_t portion_ns,
                    xg_problem *problem) {
    uint64_t begin_ns = xw_monotonic_ns();
    uint32_t wrong = UINT32_MAX;
    int result = backend->enter(backend->device);
    if (!result) result = places_find(form, &runs->places);
    while (!result && runs->realized < runs->count) {
        const xg_run *run = &runs->items[runs->realized];
        result = native_open(form, form->steps[run->first].first, run->segment->nodes, runs->places,
                             backend, &run->segment->native, &wrong);
        if (result) break;
        runs->realized++;
        if (runs->realized < runs->count && xw_monotonic_ns() - begin_ns >= portion_ns) return 1;
    }
    return end_making(&runs->places, result, wrong, problem);
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
