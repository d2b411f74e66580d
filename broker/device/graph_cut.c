/* Where a graph is cut into steps.
 *
 * A cut is a prefix of the graph in topological order, by depth, so that parallel branches
 * stay together; on one stream, segment after segment keeps every edge that crosses a cut.
 * Copies, large fills, events, host functions and value waits are steps of their own: they go
 * out as the ordinary operations they are. It must never know what is a portion: each function
 * does one node. Called by graph_forms.c. */
#include <stdlib.h>

#include "broker/device/graph_private.h"

enum { FILL_NS_MAX = 50000 }; /* inside a segment; a longer one is cut into pieces as others are */

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

int xg_cutting_open(xw_graph *form, xg_cutting *cutting) {
    size_t count = form->what.count + 1u;
    cutting->depth = calloc(count, sizeof *cutting->depth);
    cutting->starts = calloc(2 * count + 1, sizeof *cutting->starts);
    cutting->ends = calloc(count, sizeof *cutting->ends);
    cutting->place = calloc(count, sizeof *cutting->place);
    form->order = malloc(count * sizeof *form->order);
    return cutting->depth && cutting->starts && cutting->ends && cutting->place && form->order
               ? 0 : -1;
}

void xg_cutting_close(xg_cutting *cutting) {
    free(cutting->depth);
    free(cutting->starts);
    free(cutting->ends);
    free(cutting->place);
}

/* By depth, what is a step of its own behind the rest of its depth, then as made: a depth has
 * two places in `starts`, counted here, summed up and handed out by the next two. Which one a
 * node has is asked once: what is known of fills may change meanwhile. */
void xg_order_depth(const xw_graph *form, xg_cutting *cutting, uint32_t node) {
    const xg_description *what = &form->what;
    uint32_t depth = 0;
    for (uint32_t e = 0; e < what->nodes[node].edges_count; e++) {
        uint32_t before = cutting->depth[what->edges[what->nodes[node].edges + e]] / 2 + 1;
        if (before > depth) depth = before;
    }
    uint32_t at = 2 * depth + (uint32_t)is_boundary(form->session->worker, what, node);
    cutting->depth[node] = at;
    cutting->starts[at + 1]++;
    if (at > cutting->deepest) cutting->deepest = at;
}

void xg_order_starts(xg_cutting *cutting) {
    for (uint32_t at = 0; at <= cutting->deepest; at++)
        cutting->starts[at + 1] += cutting->starts[at];
}

void xg_order_place(xw_graph *form, xg_cutting *cutting, uint32_t node) {
    form->order[cutting->starts[cutting->depth[node]]++] = node;
}

xg_step *xg_step_new(xw_graph *form, uint32_t first, uint32_t count) {
    if (xg_table_reach((void **)&form->steps, &form->steps_capacity, form->steps_count,
                       sizeof *form->steps))
        return NULL;
    xg_step *step = &form->steps[form->steps_count++];
    *step = (xg_step){.first = first, .count = count};
    return step;
}

/* What the driver takes of the device for it is on top of what the parameters take. */
xg_segment *xg_segment_make(const xw_session *session, uint32_t nodes, uint64_t params_bytes,
                            uint64_t estimate_ns, uint32_t sm_permille) {
    static uint64_t made; /* the loop's thread alone makes them */
    const xg_price *price = &session->graphs->price;
    xg_segment *segment = calloc(1, sizeof *segment);
    if (!segment) return NULL;
    segment->references = 1;
    segment->nodes = nodes;
    segment->sm_permille = sm_permille;
    segment->device_bytes = price->graph_bytes + nodes * price->node_bytes +
                            (price->node_bytes ? params_bytes : 0);
    xw_estimate_init(&segment->estimate, ++made, estimate_ns);
    return segment;
}

xg_segment *xg_segment_new(xw_graph *form, uint32_t nodes, uint64_t params_bytes,
                           uint64_t estimate_ns, uint32_t sm_permille) {
    xg_segment *segment =
        xg_segment_make(form->session, nodes, params_bytes, estimate_ns, sm_permille);
    if (!segment) return NULL;
    form->device_bytes += segment->device_bytes;
    form->made_count++;
    form->segments_count++;
    return segment;
}

/* Empty nodes alone ask nothing: no step. One other node goes out as what it is. */
static int cut_end(xw_graph *form, xg_cut *now, uint32_t next) {
    if (now->real) {
        xg_step *step = xg_step_new(form, now->first, now->count);
        if (!step) return -1;
        if (now->real == 1)
            step->record = xg_record_of(&form->what, now->only);
        else
            step->segment = xg_segment_new(form, now->count, now->params_bytes, now->path_ns,
                                           xg_permille(now->sm_ns, now->path_ns));
        if (!step->record && !step->segment) return -1;
    }
    *now = (xg_cut){.first = next};
    return 0;
}

int xg_cut_end(xw_graph *form, xg_cutting *cutting) {
    return cut_end(form, &cutting->now, form->what.count);
}

static int cut_boundary(xw_graph *form, xg_cut *now, uint32_t place, const xw_record *record) {
    if (cut_end(form, now, place)) return -1;
    xg_step *step = xg_step_new(form, place, 1);
    if (!step) return -1;
    step->record = record;
    form->waits_count += record->kind == XR_WAIT;
    now->first = place + 1;
    return 0;
}

/* The node at a place of the order, those before it being done. */
int xg_cut_at(xw_graph *form, xg_cutting *cutting, uint32_t i) {
    const xg_description *what = &form->what;
    const xw_worker *worker = form->session->worker;
    const xg_limits *limits = &cutting->limits;
    xg_cut *now = &cutting->now;
    uint64_t *ends = cutting->ends;
    uint32_t node = form->order[i], *place = cutting->place;
    const xw_record *record = xg_record_of(what, node);
    place[node] = i;
    if (is_boundary(worker, what, node)) return cut_boundary(form, now, i, record);
    uint64_t sm_ns, ns = node_estimate_ns(worker, record, &sm_ns), begin = 0;
    for (uint32_t e = 0; e < what->nodes[node].edges_count; e++) {
        uint32_t before = what->edges[what->nodes[node].edges + e];
        if (place[before] >= now->first && ends[before] > begin) begin = ends[before];
    }
    uint64_t path_ns = begin + ns > now->path_ns ? begin + ns : now->path_ns;
    if (now->count && (now->count >= limits->segment_nodes_max ||
                       path_ns > limits->segment_ns_max ||
                       now->sm_ns + sm_ns > limits->segment_ns_max)) {
        if (cut_end(form, now, i)) return -1;
        begin = 0;
        path_ns = ns;
    }
    ends[node] = begin + ns;
    now->path_ns = path_ns > now->sm_ns + sm_ns ? path_ns : now->sm_ns + sm_ns;
    now->sm_ns += sm_ns;
    now->count++;
    if (record) {
        now->real++;
        now->only = node;
        if (record->kind == XR_LAUNCH) now->params_bytes += xw_launch_of(record).params_bytes;
    }
    return 0;
}
