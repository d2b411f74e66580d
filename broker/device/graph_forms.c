/* Executable forms: what instantiation makes of a description, and an update of a form.
 *
 * Decides what can be instantiated, what an update may change, and which native graphs the
 * new form shares with the old. It must never know the device: graph_native.c makes what is
 * missing. Called by the loop through _worker.pyx.
 *
 * Source: schema.toml (graph_instantiate, graph_update); CUDA driver API, "Graph Management",
 * cuGraphExecUpdate. */
#include <stdlib.h>
#include <string.h>

#include "broker/device/graph_private.h"

static xw_graph *without_memory(xw_graph *form, xg_problem *problem) {
    if (form) xg_form_free(form);
    *problem = (xg_problem){OUT_OF_MEMORY, UINT32_MAX, UPDATE_ERROR,
                            "the broker has no memory for it"};
    return NULL;
}

static xw_graph *refused(xg_problem *problem, int result, uint32_t node, uint32_t update,
                         const char *why) {
    *problem = (xg_problem){result, node, update, why};
    return NULL;
}

static xw_graph *form_new(xw_session *session, uint32_t numbers) {
    xw_graph *form = calloc(1, sizeof *form);
    if (!form) return NULL;
    atomic_store(&form->references, 1);
    form->session = session;
    form->numbers = numbers;
    form->checked = session->tables_changed;
    return form;
}

static int description_copy(xg_description *to, const xg_description *from) {
    for (uint32_t i = 0; i < from->count; i++)
        if (xg_node_copy(to, from, i, 0, NULL, 0, from->nodes[i].number)) return -1;
    return 0;
}

static int over_bytes(const xw_session *session, const xg_description *what) {
    return xg_description_bytes(what) > xg_bytes_left(session);
}

static const char OVER_BYTES[] = "the session's graphs take all the memory they may";

static uint64_t device_bytes_of(const xw_graph *form, const xg_step *step) {
    const xg_price *price = &form->session->graphs->price;
    uint64_t bytes = price->graph_bytes + step->count * price->node_bytes;
    for (uint32_t i = 0; price->node_bytes && i < step->count; i++) {
        const xw_record *record = xg_record_of(&form->what, form->order[step->first + i]);
        if (record && record->kind == XR_LAUNCH) bytes += xw_launch_of(record).params_bytes;
    }
    return bytes;
}

/* The steps and the order come on top of the description. */
static xw_graph *form_measured(xw_graph *form, xg_problem *problem) {
    for (uint32_t i = 0; i < form->steps_count; i++) {
        xg_segment *segment = form->steps[i].segment;
        if (!segment || segment->references > 1) continue; /* shared: charged already */
        segment->device_bytes = device_bytes_of(form, &form->steps[i]);
        form->device_bytes += segment->device_bytes;
    }
    form->bytes = xg_description_bytes(&form->what) + sizeof *form +
                  form->what.count * sizeof *form->order +
                  form->steps_count * (sizeof *form->steps + sizeof(xg_segment));
    if (form->bytes <= xg_bytes_left(form->session)) return form;
    xg_form_free(form);
    return refused(problem, OUT_OF_MEMORY, UINT32_MAX, UPDATE_ERROR, OVER_BYTES);
}

xw_graph *xg_prepare(xw_session *session, uint64_t graph_handle, uint64_t exec_handle,
                     const xg_limits *limits, xg_problem *problem) {
    xg_tables *tables = session->graphs;
    uint32_t index = XS_HANDLE_INDEX(exec_handle);
    const xg_graph *graph = xg_graph_of(session, graph_handle);
    if (!graph) return refused(problem, INVALID_HANDLE, UINT32_MAX, 1, "there is no such graph");
    if (XS_HANDLE_KIND(exec_handle) != XS_KIND_GRAPH_EXEC || index == 0 ||
        index >= XS_GRAPHS_MAX || (index < tables->execs_capacity && tables->execs[index].open))
        return refused(problem, INVALID_HANDLE, UINT32_MAX, 1, "exec is no new handle of its kind");
    if (graph->bad)
        return refused(problem, graph->bad, graph->bad_number, 1, graph->bad_why);
    if (over_bytes(session, &graph->what))
        return refused(problem, OUT_OF_MEMORY, UINT32_MAX, 1, OVER_BYTES);
    if (xg_description_check(session, &graph->what, problem)) return NULL;
    xw_graph *form = form_new(session, graph->numbers);
    if (!form || description_copy(&form->what, &graph->what) ||
        xg_order_make(session->worker, form) || xg_cut_make(session->worker, form, limits))
        return without_memory(form, problem);
    return form_measured(form, problem);
}

/* A node that is switched off keeps its kind, so that it can only become what it was. What
 * stands for events is never off: launches count them. */
static int is_off(const xg_node *node) {
    return node->kind != XG_EMPTY && node->record == XG_NO_RECORD;
}

static int may_be_off(const xg_node *node) {
    switch (node->kind) {
    case XR_LAUNCH: case XR_COPY: case XR_COPY_ROWS: case XR_FILL: case XR_FILL_ROWS: case XR_HOST:
        return 1;
    default:
        return 0;
    }
}

/* Is node `a` of the new graph the same but for its parameters as node `b` of the old? Edges
 * are compared from `first` on: those before belong to the surroundings of a child graph. An
 * empty node switches one off (`single`), or leaves it so. */
static uint32_t node_differs(const xg_description *fresh, uint32_t a, const xg_description *old,
                             uint32_t b, uint32_t first, int single) {
    const xg_node *x = &fresh->nodes[a], *y = &old->nodes[b];
    int off = x->kind == XG_EMPTY && (is_off(y) || (single && may_be_off(y)));
    if (x->kind != y->kind && !off) return NODE_TYPE_CHANGED;
    const uint32_t *edges = old->edges + y->edges;
    uint32_t outer = 0;
    while (outer < y->edges_count && edges[outer] < first) outer++;
    if (x->edges_count != y->edges_count - outer || (outer && x->edges_count))
        return TOPOLOGY_CHANGED;
    for (uint32_t i = 0; i < x->edges_count; i++)
        if (fresh->edges[x->edges + i] + first != edges[outer + i]) return TOPOLOGY_CHANGED;
    return 0;
}

/* Of what a segment holds: launches and fills. */
static int records_equal(const xw_record *a, const xw_record *b) {
    if (!a || !b) return a == b;
    if (a->kind != b->kind || a->size != b->size) return 0;
    if (a->kind == XR_FILL)
        return a->u.fill.destination == b->u.fill.destination &&
               a->u.fill.count == b->u.fill.count && a->u.fill.value == b->u.fill.value &&
               a->u.fill.width == b->u.fill.width;
    if (a->kind != XR_LAUNCH) return 0;
    xs_launch x = xw_launch_of(a), y = xw_launch_of(b);
    return x.function == y.function && !memcmp(x.grid, y.grid, sizeof x.grid) &&
           !memcmp(x.block, y.block, sizeof x.block) && x.shared_bytes == y.shared_bytes &&
           x.params_bytes == y.params_bytes && x.attributes_count == y.attributes_count &&
           !memcmp(x.params, y.params, x.params_bytes) &&
           !memcmp(x.attributes, y.attributes, x.attributes_count * 72u);
}

/* The steps of the old form with the new records; a segment in which none changed is shared.
 * Functions are the same by their handles: the device may give the pointer of one that was
 * unloaded to another. */
static int steps_inherit(xw_graph *form, const xw_graph *old) {
    form->order = malloc((old->what.count + 1) * sizeof *form->order);
    if (!form->order) return -1;
    memcpy(form->order, old->order, old->what.count * sizeof *form->order);
    form->waits_count = old->waits_count;
    for (uint32_t i = 0; i < old->steps_count; i++) {
        const xg_step *from = &old->steps[i];
        xg_step *step = xg_step_new(form, from->first, from->count);
        if (!step) return -1;
        int same = 1;
        for (uint32_t k = 0; k < from->count; k++) {
            uint32_t node = form->order[from->first + k];
            const xw_record *record = xg_record_of(&form->what, node);
            if (!from->segment && record) step->record = record;
            same = same && form->what.nodes[node].name == old->what.nodes[node].name &&
                   records_equal(record, xg_record_of(&old->what, node));
        }
        if (!from->segment) continue;
        if (same) {
            step->segment = from->segment;
            step->segment->references++;
            continue;
        }
        uint64_t guess_ns = __atomic_load_n(&from->segment->estimate.estimate_ns, __ATOMIC_RELAXED);
        step->segment = xg_segment_new(from->segment->nodes, guess_ns, from->segment->sm_permille);
        if (!step->segment) return -1;
    }
    return 0;
}

xw_graph *xg_prepare_update(xw_session *session, uint64_t exec_handle, uint64_t graph_handle,
                            uint32_t number, xg_problem *problem) {
    const xg_exec *exec = xg_exec_of(session, exec_handle);
    const xg_graph *graph = xg_graph_of(session, graph_handle);
    if (!exec || !graph)
        return refused(problem, INVALID_HANDLE, UINT32_MAX, UPDATE_ERROR,
                       exec ? "there is no such graph" : "there is no such graph_exec");
    const xw_graph *old = exec->graph;
    if (graph->bad)
        return refused(problem, graph->bad, graph->bad_number, UPDATE_ERROR, graph->bad_why);
    uint32_t first = 0, count = old->what.count;
    if (number != XS_GRAPH_NODE_ALL) {
        if (number >= old->numbers || !graph->numbers || graph->numbers > old->numbers - number)
            return refused(problem, INVALID_VALUE, UINT32_MAX, UPDATE_ERROR,
                           "the graph has not the nodes that there are to change");
        while (old->what.nodes[first].number != number) first++;
        for (count = 0; first + count < old->what.count &&
                        old->what.nodes[first + count].number - number < graph->numbers;) count++;
    }
    if (graph->what.count != count)
        return refused(problem, UPDATE_FAILURE, UINT32_MAX, TOPOLOGY_CHANGED,
                       "the graph has another number of nodes");
    for (uint32_t i = 0; i < count; i++) {
        uint32_t how = node_differs(&graph->what, i, &old->what, first + i, first,
                                    number != XS_GRAPH_NODE_ALL);
        if (how)
            return refused(problem, UPDATE_FAILURE, graph->what.nodes[i].number, how,
                           how == NODE_TYPE_CHANGED ? "it is of another kind"
                                                    : "it comes after other nodes");
    }
    if (over_bytes(session, &old->what))
        return refused(problem, OUT_OF_MEMORY, UINT32_MAX, UPDATE_ERROR, OVER_BYTES);
    xw_graph *form = form_new(session, old->numbers);
    if (!form) return without_memory(NULL, problem);
    for (uint32_t i = 0; i < old->what.count; i++) {
        int changes = i >= first && i < first + count;
        const xg_description *from = changes ? &graph->what : &old->what;
        uint32_t edges = old->what.nodes[i].edges, at = form->what.edges_count;
        if (xg_node_copy(&form->what, from, changes ? i - first : i, 0, NULL, 0,
                         old->what.nodes[i].number))
            return without_memory(form, problem);
        /* The edges are the old ones: they reach out of a child graph, too. */
        form->what.edges_count = at;
        for (uint32_t e = 0; e < old->what.nodes[i].edges_count; e++)
            if (xg_edge_add(&form->what, old->what.edges[edges + e]))
                return without_memory(form, problem);
        form->what.nodes[i].edges_count = old->what.nodes[i].edges_count;
        form->what.nodes[i].kind = old->what.nodes[i].kind;
    }
    if (xg_description_check(session, &form->what, problem)) {
        xg_form_free(form);
        return NULL;
    }
    if (steps_inherit(form, old)) return without_memory(form, problem);
    return form_measured(form, problem);
}
