/* Where a graph is cut into steps.
 *
 * A cut is a prefix of the graph in topological order, by depth, so that parallel branches
 * stay together; on one stream, segment after segment keeps every edge that crosses a cut.
 * Copies, large fills, events, host functions and value waits are steps of their own: they go
 * out as the ordinary operations they are. Called by graph_forms.c. */
#include <stdlib.h>

#include "broker/device/graph_private.h"

enum { FILL_NS_MAX = 50000 }; /* inside a segment; a longer one is cut into pieces as others are */

typedef struct cut {               /* a step under construction */
    uint32_t first, count, real;   /* nodes in `order`; those that do something */
    uint32_t only;                 /* the latest of those */
    uint64_t path_ns, sm_ns;       /* longest chain inside; in terms of the whole device */
} cut;

static uint64_t node_estimate_ns(const xw_worker *worker, const xw_record *record,
                                 uint64_t *sm_ns) {
    if (!record) return *sm_ns = 0;
    if (record->kind == XR_LAUNCH) {
        uint64_t ns = xw_estimate_peek(worker, record->u.launch.key);
        *sm_ns = ns * record->u.launch.sm_permille / 1000;
        return ns;
    }
    *sm_ns = 0;
    return xw_copy_estimate_ns(worker, XS_COPY_D2D,
                               record->u.fill.count * record->u.fill.width / 2);
}

/* Does the node go out as an operation of its own? */
static int is_boundary(const xw_worker *worker, const xg_description *what, uint32_t node) {
    uint64_t ignored;
    uint16_t kind = what->nodes[node].kind;
    if (kind == XG_EMPTY || kind == XR_LAUNCH) return 0;
    return kind != XR_FILL ||
           node_estimate_ns(worker, xg_record_of(what, node), &ignored) > FILL_NS_MAX;
}

static int compare_keys(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* By depth, what is a step of its own behind the rest of its depth, then as made. */
int xg_order_make(const xw_worker *worker, xw_graph *form) {
    const xg_description *what = &form->what;
    uint32_t *depth = calloc(what->count + 1, sizeof *depth);
    uint64_t *keys = malloc((what->count + 1) * sizeof *keys);
    form->order = malloc((what->count + 1) * sizeof *form->order);
    int failed = !depth || !keys || !form->order;
    for (uint32_t i = 0; !failed && i < what->count; i++) {
        for (uint32_t e = 0; e < what->nodes[i].edges_count; e++) {
            uint32_t before = depth[what->edges[what->nodes[i].edges + e]] + 1;
            if (before > depth[i]) depth[i] = before;
        }
        keys[i] = (uint64_t)depth[i] << 33 | (uint64_t)is_boundary(worker, what, i) << 32 | i;
    }
    if (!failed) qsort(keys, what->count, sizeof *keys, compare_keys);
    for (uint32_t i = 0; !failed && i < what->count; i++) form->order[i] = (uint32_t)keys[i];
    free(depth);
    free(keys);
    return failed ? -1 : 0;
}

xg_step *xg_step_new(xw_graph *form, uint32_t first, uint32_t count) {
    if (xg_table_reach((void **)&form->steps, &form->steps_capacity, form->steps_count,
                       sizeof *form->steps))
        return NULL;
    xg_step *step = &form->steps[form->steps_count++];
    *step = (xg_step){.first = first, .count = count};
    return step;
}

xg_segment *xg_segment_new(uint32_t nodes, uint64_t estimate_ns, uint32_t sm_permille) {
    static uint64_t made; /* the loop's thread alone makes them */
    xg_segment *segment = calloc(1, sizeof *segment);
    if (!segment) return NULL;
    segment->references = 1;
    segment->nodes = nodes;
    segment->sm_permille = sm_permille;
    xw_estimate_init(&segment->estimate, ++made, estimate_ns);
    return segment;
}

/* Empty nodes alone ask nothing: no step. One other node goes out as what it is. */
static int cut_end(xw_graph *form, cut *now, uint32_t next) {
    if (now->real) {
        xg_step *step = xg_step_new(form, now->first, now->count);
        if (!step) return -1;
        uint64_t whole = now->path_ns ? now->sm_ns * 1000 / now->path_ns : 1000;
        if (now->real == 1)
            step->record = xg_record_of(&form->what, now->only);
        else
            step->segment = xg_segment_new(now->count, now->path_ns,
                                           whole > 1000 ? 1000 : whole ? (uint32_t)whole : 1);
        if (!step->record && !step->segment) return -1;
    }
    *now = (cut){.first = next};
    return 0;
}

int xg_cut_make(const xw_worker *worker, xw_graph *form, const xg_limits *limits) {
    const xg_description *what = &form->what;
    uint64_t *ends = calloc(what->count + 1, sizeof *ends); /* of a node, inside its step */
    uint32_t *place = malloc((what->count + 1) * sizeof *place);
    int failed = !ends || !place;
    cut now = {0};
    for (uint32_t i = 0; !failed && i < what->count; i++) {
        uint32_t node = form->order[i];
        const xw_record *record = xg_record_of(what, node);
        place[node] = i;
        if (is_boundary(worker, what, node)) {
            failed = cut_end(form, &now, i);
            xg_step *step = failed ? NULL : xg_step_new(form, i, 1);
            if (step) step->record = record;
            failed |= !step;
            form->waits_count += record->kind == XR_WAIT;
            now.first = i + 1;
            continue;
        }
        uint64_t sm_ns, ns = node_estimate_ns(worker, record, &sm_ns), begin = 0;
        for (uint32_t e = 0; e < what->nodes[node].edges_count; e++) {
            uint32_t before = what->edges[what->nodes[node].edges + e];
            if (place[before] >= now.first && ends[before] > begin) begin = ends[before];
        }
        uint64_t path_ns = begin + ns > now.path_ns ? begin + ns : now.path_ns;
        if (now.count && (now.count >= limits->segment_nodes_max ||
                          path_ns > limits->segment_ns_max ||
                          now.sm_ns + sm_ns > limits->segment_ns_max)) {
            failed = cut_end(form, &now, i);
            begin = 0;
            path_ns = ns;
        }
        ends[node] = begin + ns;
        now.path_ns = path_ns > now.sm_ns + sm_ns ? path_ns : now.sm_ns + sm_ns;
        now.sm_ns += sm_ns;
        now.count++;
        if (record) {
            now.real++;
            now.only = node;
        }
    }
    if (!failed) failed = cut_end(form, &now, what->count);
    free(ends);
    free(place);
    return failed ? -1 : 0;
}
