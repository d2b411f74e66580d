/* Executable forms: what instantiation makes of a description, and an update of a form.
 *
 * Decides what can be instantiated, what an update may change, and which native graphs the
 * new form shares with the old; and that it is done in portions, since a graph may have 65,536
 * nodes: a form under way (xg_making) goes through stages, each of which does one node, step or
 * thing at a time. It must never know the device: graph_native.c makes what is missing. Called
 * by the loop through _worker.pyx.
 *
 * Between two portions the session goes on. The graph that is read, and the form that it is an
 * update of, must be what they were: a client waits for the answer before it touches them.
 * Names that go meanwhile are found by the first launch (`checked`).
 *
 * Source: schema.toml (graph_instantiate, graph_update); CUDA driver API, "Graph Management",
 * cuGraphExecUpdate. */
#include <stdlib.h>
#include <string.h>

#include "broker/device/graph_private.h"

enum {
    CUT_UNITS = 4,          /* an estimate is looked up, and there may be a new step */
    RUNS_AFTER_MAX = 1 << 20,
};

/* items: how many there are. item: does one; -1: the problem is told, or there is no memory. */
typedef struct stage {
    uint32_t (*items)(const xw_graph *form);
    int (*item)(xw_graph *form, uint32_t at);
} stage;

struct xg_making {
    const stage *stage;            /* under way; the last one has no function */
    uint32_t at;                   /* its next item */
    uint64_t graph, exec;          /* handles: what it is made of, and of an update, into what */
    uint64_t changed, old_serial;  /* when it was begun */
    const xg_description *from;    /* of the graph */
    const xw_graph *old;           /* the form that is updated, or NULL */
    uint32_t first, count;         /* its nodes that the graph's replace */
    int single;                    /* only one node of the client's is updated */
    xg_cutting cutting;
    uint32_t step;                 /* of the old form: inherited next */
    int same;                      /* nothing of that step has changed so far */
    uint64_t params_bytes;         /* of its launches, as they are now */
    xg_problem problem;
};

void xg_making_free(struct xg_making *making) {
    if (making) xg_cutting_close(&making->cutting);
    free(making);
}

static xw_graph *refused(xg_problem *problem, int result, uint32_t node, uint32_t update,
                         const char *why) {
    *problem = (xg_problem){result, node, update, why};
    return NULL;
}

static const char NO_MEMORY[] = "the broker has no memory for it";
static const char OVER_BYTES[] = "the session's graphs take all the memory they may";

/* -1, for an item. */
static int problem_is(xw_graph *form, int result, uint32_t node, uint32_t update,
                      const char *why) {
    form->making->problem = (xg_problem){result, node, update, why};
    return -1;
}

static int work(const xw_graph *form, uint32_t units) {
    form->session->graphs->worked += units;
    return 0;
}

/* ---------------------------------------------------------------- stages of both */

static uint32_t one(const xw_graph *form) { return (void)form, 1; }
static uint32_t nodes(const xw_graph *form) { return form->what.count; }

/* The steps and the order come on top of the description. */
static int measure(xw_graph *form, uint32_t at) {
    (void)at;
    form->bytes = xg_description_bytes(&form->what) + sizeof *form +
                  form->what.count * sizeof *form->order +
                  form->steps_count * (sizeof *form->steps + sizeof(xg_segment));
    if (form->bytes <= xg_bytes_left(form->session)) return 0;
    form->bytes = 0;
    return problem_is(form, OUT_OF_MEMORY, UINT32_MAX, UPDATE_ERROR, OVER_BYTES);
}

static int check(xw_graph *form, const xg_description *what, uint32_t node) {
    int result = xg_node_check(form->session, what, node);
    if (!result) return 0;
    return problem_is(form, result, what->nodes[node].number, UPDATE_ERROR,
                      "what it names is not there any more");
}

/* ---------------------------------------------------------------- instantiation */

static uint32_t nodes_of_graph(const xw_graph *form) { return form->making->from->count; }

static int make_room(xw_graph *form, uint32_t at) {
    (void)at;
    const xg_description *from = form->making->from;
    return xg_reserve(&form->what, from->count, from->edges_count, from->records.used);
}

static int take_node(xw_graph *form, uint32_t node) {
    const xg_description *from = form->making->from;
    work(form, xg_units_of(from, node));
    if (check(form, from, node)) return -1;
    return xg_node_copy(&form->what, from, node, 0, NULL, 0, from->nodes[node].number);
}

static int open_cutting(xw_graph *form, uint32_t at) {
    (void)at;
    work(form, form->what.count / 4);
    return xg_cutting_open(form, &form->making->cutting);
}

static int find_depth(xw_graph *form, uint32_t node) {
    xg_order_depth(form, &form->making->cutting, node);
    return work(form, 1 + form->what.nodes[node].edges_count);
}

static int find_starts(xw_graph *form, uint32_t at) {
    (void)at;
    xg_order_starts(&form->making->cutting);
    return work(form, form->making->cutting.deepest / 8);
}

static int place_node(xw_graph *form, uint32_t node) {
    xg_order_place(form, &form->making->cutting, node);
    return work(form, 1);
}

static int cut_node(xw_graph *form, uint32_t place) {
    work(form, CUT_UNITS + form->what.nodes[form->order[place]].edges_count);
    return xg_cut_at(form, &form->making->cutting, place);
}

static int cut_last(xw_graph *form, uint32_t at) {
    (void)at;
    return xg_cut_end(form, &form->making->cutting);
}

static const stage INSTANTIATION[] = {
    {one, make_room},     {nodes_of_graph, take_node}, {one, open_cutting}, {nodes, find_depth},
    {one, find_starts},   {nodes, place_node},         {nodes, cut_node},   {one, cut_last},
    {one, measure},       {NULL, NULL},
};

/* ---------------------------------------------------------------- updates */

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

static uint32_t nodes_that_change(const xw_graph *form) { return form->making->count; }
static uint32_t nodes_of_old(const xw_graph *form) { return form->making->old->what.count; }

static int compare_node(xw_graph *form, uint32_t node) {
    const struct xg_making *m = form->making;
    work(form, 1 + m->from->nodes[node].edges_count);
    uint32_t how = node_differs(m->from, node, &m->old->what, m->first + node, m->first,
                                m->single);
    if (!how) return 0;
    return problem_is(form, UPDATE_FAILURE, m->from->nodes[node].number, how,
                      how == NODE_TYPE_CHANGED ? "it is of another kind"
                                               : "it comes after other nodes");
}

static int make_room_for_old(xw_graph *form, uint32_t at) {
    (void)at;
    const xg_description *old = &form->making->old->what, *from = form->making->from;
    if (xg_description_bytes(old) > xg_bytes_left(form->session))
        return problem_is(form, OUT_OF_MEMORY, UINT32_MAX, UPDATE_ERROR, OVER_BYTES);
    return xg_reserve(&form->what, old->count, (uint64_t)old->edges_count + from->edges_count,
                      (uint64_t)old->records.used + from->records.used);
}

/* The edges and the kind are the old ones: edges reach out of a child graph, too. */
static int take_changed_node(xw_graph *form, uint32_t at) {
    const struct xg_making *m = form->making;
    const xg_node *old = &m->old->what.nodes[at];
    int changes = at >= m->first && at < m->first + m->count;
    const xg_description *from = changes ? m->from : &m->old->what;
    uint32_t node = changes ? at - m->first : at, edges = form->what.edges_count;
    work(form, xg_units_of(from, node) + old->edges_count);
    if (xg_node_copy(&form->what, from, node, 0, NULL, 0, old->number)) return -1;
    form->what.edges_count = edges;
    for (uint32_t e = 0; e < old->edges_count; e++)
        if (xg_edge_add(&form->what, m->old->what.edges[old->edges + e])) return -1;
    form->what.nodes[at].edges_count = old->edges_count;
    form->what.nodes[at].kind = old->kind;
    return 0;
}

static int check_node(xw_graph *form, uint32_t node) {
    work(form, 1);
    return check(form, &form->what, node);
}

static int take_order(xw_graph *form, uint32_t at) {
    (void)at;
    const xw_graph *old = form->making->old;
    form->order = malloc((old->what.count + 1) * sizeof *form->order);
    if (!form->order) return -1;
    memcpy(form->order, old->order, old->what.count * sizeof *form->order);
    form->waits_count = old->waits_count;
    return work(form, old->what.count / 8);
}

/* A step of the old form with the new records; a segment in which none changed is shared. */
static int inherit_segment(xw_graph *form, xg_step *step, xg_segment *segment) {
    const struct xg_making *m = form->making;
    if (m->same) {
        step->segment = segment;
        segment->references++;
        form->segments_count++;
        return 0;
    }
    uint64_t guess_ns = __atomic_load_n(&segment->estimate.estimate_ns, __ATOMIC_RELAXED);
    step->segment = xg_segment_new(form, segment->nodes, m->params_bytes, guess_ns,
                                   segment->sm_permille);
    return step->segment ? 0 : -1;
}

/* Functions are the same by their handles: the device may give the pointer of one that was
 * unloaded to another. */
static int inherit_node(xw_graph *form, uint32_t place) {
    struct xg_making *m = form->making;
    const xg_step *from = m->old->steps + m->step;
    uint32_t node = form->order[place];
    work(form, xg_units_of(&form->what, node));
    if (m->step == m->old->steps_count || place < from->first) return 0; /* in no step */
    if (place == from->first) {
        m->same = 1;
        m->params_bytes = 0;
        if (!xg_step_new(form, from->first, from->count)) return -1;
    }
    xg_step *step = &form->steps[form->steps_count - 1];
    const xw_record *record = xg_record_of(&form->what, node);
    if (!from->segment && record) step->record = record;
    if (record && record->kind == XR_LAUNCH) m->params_bytes += xw_launch_of(record).params_bytes;
    m->same = m->same && form->what.nodes[node].name == m->old->what.nodes[node].name &&
              records_equal(record, xg_record_of(&m->old->what, node));
    if (place + 1 < from->first + from->count) return 0;
    m->step++;
    return from->segment ? inherit_segment(form, step, from->segment) : 0;
}

static const stage UPDATE[] = {
    {nodes_that_change, compare_node}, {one, make_room_for_old}, {nodes_of_old, take_changed_node},
    {nodes, check_node},               {one, take_order},       {nodes, inherit_node},
    {one, measure},                    {NULL, NULL},
};

/* ---------------------------------------------------------------- begin, go on */

static xw_graph *form_new(xw_session *session, uint32_t numbers, const stage *first,
                          const xg_graph *graph, xg_problem *problem) {
    xw_graph *form = calloc(1, sizeof *form);
    struct xg_making *making = form ? calloc(1, sizeof *making) : NULL;
    if (!making) {
        free(form);
        return refused(problem, OUT_OF_MEMORY, UINT32_MAX, UPDATE_ERROR, NO_MEMORY);
    }
    atomic_store(&form->references, 1);
    form->session = session;
    form->making = making;
    form->serial = ++session->graphs->changes;
    form->numbers = numbers;
    form->checked = session->tables_changed;
    form->runs_after = session->graphs->runs_after;
    making->stage = first;
    making->graph = graph->handle;
    making->changed = graph->changed;
    making->from = &graph->what;
    return form;
}

/* The graph that a call names, if it can be made a form of. */
static const xg_graph *graph_for(const xw_session *session, uint64_t handle,
                                 xg_problem *problem) {
    const xg_graph *graph = xg_graph_of(session, handle);
    if (!graph)
        refused(problem, INVALID_HANDLE, UINT32_MAX, UPDATE_ERROR, "there is no such graph");
    else if (xg_is_copied_into(session, graph))
        refused(problem, INVALID_VALUE, UINT32_MAX, UPDATE_ERROR, "it is being built");
    else if (graph->bad)
        refused(problem, graph->bad, graph->bad_number, UPDATE_ERROR, graph->bad_why);
    else
        return graph;
    return NULL;
}

xw_graph *xg_prepare(xw_session *session, uint64_t graph_handle, uint64_t exec_handle,
                     const xg_limits *limits, xg_problem *problem) {
    const xg_tables *tables = session->graphs;
    uint32_t index = XS_HANDLE_INDEX(exec_handle);
    if (!xg_graph_of(session, graph_handle))
        return refused(problem, INVALID_HANDLE, UINT32_MAX, 1, "there is no such graph");
    if (XS_HANDLE_KIND(exec_handle) != XS_KIND_GRAPH_EXEC || index == 0 ||
        index >= XS_GRAPHS_MAX || (index < tables->execs_capacity && tables->execs[index].open))
        return refused(problem, INVALID_HANDLE, UINT32_MAX, 1, "exec is no new handle of its kind");
    const xg_graph *graph = graph_for(session, graph_handle, problem);
    if (!graph) return NULL;
    if (xg_description_bytes(&graph->what) > xg_bytes_left(session))
        return refused(problem, OUT_OF_MEMORY, UINT32_MAX, 1, OVER_BYTES);
    xw_graph *form = form_new(session, graph->numbers, INSTANTIATION, graph, problem);
    if (form) form->making->cutting.limits = *limits;
    return form;
}

/* The first node that belongs to that number of the client's or a later one: they ascend. */
static uint32_t node_of(const xg_description *what, uint32_t number) {
    uint32_t low = 0, high = what->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (what->nodes[middle].number < number) low = middle + 1;
        else high = middle;
    }
    return low;
}

xw_graph *xg_prepare_update(xw_session *session, uint64_t exec_handle, uint64_t graph_handle,
                            uint32_t number, xg_problem *problem) {
    const xg_exec *exec = xg_exec_of(session, exec_handle);
    if (!exec)
        return refused(problem, INVALID_HANDLE, UINT32_MAX, UPDATE_ERROR,
                       "there is no such graph_exec");
    const xg_graph *graph = graph_for(session, graph_handle, problem);
    if (!graph) return NULL;
    const xw_graph *old = exec->graph;
    uint32_t first = 0, count = old->what.count;
    if (number != XS_GRAPH_NODE_ALL) {
        if (number >= old->numbers || !graph->numbers || graph->numbers > old->numbers - number)
            return refused(problem, INVALID_VALUE, UINT32_MAX, UPDATE_ERROR,
                           "the graph has not the nodes that there are to change");
        first = node_of(&old->what, number);
        count = node_of(&old->what, number + graph->numbers) - first;
    }
    if (graph->what.count != count)
        return refused(problem, UPDATE_FAILURE, UINT32_MAX, TOPOLOGY_CHANGED,
                       "the graph has another number of nodes");
    xw_graph *form = form_new(session, old->numbers, UPDATE, graph, problem);
    if (!form) return NULL;
    /* What is updated again and again is not worth runs each time. */
    form->runs_after = old->runs_after;
    if (old->runs_tried && old->runs_after < RUNS_AFTER_MAX) form->runs_after *= 2;
    form->making->exec = exec_handle;
    form->making->old = old;
    form->making->old_serial = old->serial;
    form->making->first = first;
    form->making->count = count;
    form->making->single = number != XS_GRAPH_NODE_ALL;
    return form;
}

/* Is what it is made of still what it was? */
static int stands(const xw_session *session, const struct xg_making *m) {
    const xg_graph *graph = xg_graph_of(session, m->graph);
    if (!graph || graph->changed != m->changed) return 0;
    if (!m->old) return 1;
    const xg_exec *exec = xg_exec_of(session, m->exec);
    return exec && exec->graph->serial == m->old_serial;
}

int xg_prepare_more(xw_session *session, xw_graph *form, xg_problem *problem) {
    struct xg_making *m = form->making;
    xg_tables *tables = session->graphs;
    if (!stands(session, m)) {
        refused(problem, INVALID_VALUE, UINT32_MAX, UPDATE_ERROR, "it was changed meanwhile");
        return -1;
    }
    xg_over(tables); /* whatever the loop did before this */
    while (m->stage->item) {
        if (m->at == m->stage->items(form)) {
            m->stage++;
            m->at = 0;
            continue;
        }
        if (xg_enough(tables)) return 1;
        if (m->stage->item(form, m->at++)) {
            xg_over(tables);
            *problem = m->problem;
            if (!problem->result)
                refused(problem, OUT_OF_MEMORY, UINT32_MAX, UPDATE_ERROR, NO_MEMORY);
            return -1;
        }
    }
    xg_over(tables);
    xg_making_free(m);
    form->making = NULL;
    return 0;
}
