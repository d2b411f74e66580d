/* Descriptions of graphs and the executable forms made of them; graph.h says what is whose.
 *
 * Decides whether a node may name what it names (by the very functions of intake.c that check
 * the same operation submitted plainly), where a graph is cut into segments, and what an
 * update may change. It must never know the scheduler, nor issue anything.
 *
 * A cut is a prefix of the graph in topological order, by depth, so that parallel branches
 * stay together; on one stream, segment after segment keeps every edge that crosses a cut.
 * Copies, large fills, events, host functions and value waits are steps of their own: they go
 * out as the ordinary operations they are.
 *
 * Source: schema.toml (graph operations); CUDA driver API, "Graph Management". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "broker/device/graph.h"
#include "broker/device/intake_private.h"

enum {
    OUT_OF_MEMORY = 2,
    UPDATE_FAILURE = 910,
    UPDATED = 0, UPDATE_ERROR = 1, TOPOLOGY_CHANGED = 2, NODE_TYPE_CHANGED = 3,
    FILL_NS_MAX = 50000, /* inside a segment; a longer one is cut into pieces as others are */
};

static const uint64_t BYTES_MAX = 256u << 20; /* unless the session is told otherwise */

/* ---------------------------------------------------------------- tables */

int xg_open(xw_session *session) {
    session->graphs = calloc(1, sizeof *session->graphs);
    if (!session->graphs) return -1;
    session->graphs->bytes_max = BYTES_MAX;
    return 0;
}

static void description_free(xg_description *what) {
    free(what->nodes);
    free(what->edges);
    free(what->records.bytes);
}

static void graph_free(xg_graph *graph) {
    if (!graph) return;
    description_free(&graph->what);
    free(graph->last);
    free(graph);
}

static void form_free(xw_graph *form) {
    for (uint32_t i = 0; i < form->steps_count; i++) {
        xg_segment *segment = form->steps[i].segment;
        if (segment && --segment->references == 0) free(segment);
    }
    description_free(&form->what);
    free(form->order);
    free(form->steps);
    free(form);
}

void xg_close(xw_session *session) {
    xg_tables *tables = session->graphs;
    if (!tables) return;
    for (uint32_t i = 0; i < tables->graphs_capacity; i++) graph_free(tables->graphs[i]);
    for (xw_graph *form = tables->all, *next; form; form = next) {
        next = form->next;
        form_free(form);
    }
    free(tables->graphs);
    free(tables->execs);
    free(tables);
    session->graphs = NULL;
}

/* Grow a table to hold index; what is new is zero. 0, or -1 without memory. */
static int table_reach(void **items, uint32_t *capacity, uint32_t index, size_t size) {
    if (index < *capacity) return 0;
    uint32_t wanted = *capacity ? *capacity : 16;
    while (wanted <= index) wanted *= 2;
    unsigned char *grown = realloc(*items, wanted * size);
    if (!grown) return -1;
    memset(grown + *capacity * size, 0, (wanted - *capacity) * size);
    *items = grown;
    *capacity = wanted;
    return 0;
}

static xg_graph *graph_of(const xw_session *session, uint64_t handle) {
    uint32_t index = XS_HANDLE_INDEX(handle);
    if (XS_HANDLE_KIND(handle) != XS_KIND_GRAPH || index >= session->graphs->graphs_capacity)
        return NULL;
    xg_graph *graph = session->graphs->graphs[index];
    return graph && graph->handle == handle ? graph : NULL;
}

static xg_exec *exec_of(const xw_session *session, uint64_t handle) {
    uint32_t index = XS_HANDLE_INDEX(handle);
    if (XS_HANDLE_KIND(handle) != XS_KIND_GRAPH_EXEC || index >= session->graphs->execs_capacity)
        return NULL;
    xg_exec *exec = &session->graphs->execs[index];
    if (!exec->open || exec->generation != XS_HANDLE_GENERATION(handle)) return NULL;
    return exec;
}

/* ---------------------------------------------------------------- building */

static uint64_t description_bytes(const xg_description *what) {
    return what->count * sizeof *what->nodes + what->edges_count * sizeof *what->edges +
           what->records.used;
}

static int bad(xg_graph *graph, int result, const char *why) {
    graph->bad = result;
    graph->bad_number = graph->numbers;
    graph->bad_why = why;
    return 0;
}

static int compare_numbers(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

/* Sort the edges from `first` on and keep each once. */
static void edges_settle(xg_description *what, uint32_t first) {
    uint32_t *edges = what->edges + first, count = what->edges_count - first, kept = 0;
    if (count > 1) qsort(edges, count, sizeof *edges, compare_numbers);
    for (uint32_t i = 0; i < count; i++)
        if (!kept || edges[kept - 1] != edges[i]) edges[kept++] = edges[i];
    what->edges_count = first + kept;
}

static int edge_add(xg_description *what, uint32_t node) {
    if (table_reach((void **)&what->edges, &what->edges_capacity, what->edges_count,
                    sizeof *what->edges))
        return -1;
    what->edges[what->edges_count++] = node;
    return 0;
}

/* The edges from `edges` on are the new node's. */
static int node_add(xg_description *what, uint16_t kind, uint64_t name, int64_t record,
                    uint32_t edges, uint32_t number) {
    if (table_reach((void **)&what->nodes, &what->capacity, what->count, sizeof *what->nodes))
        return -1;
    edges_settle(what, edges);
    what->nodes[what->count++] = (xg_node){
        .name = name, .record = record, .edges = edges,
        .edges_count = what->edges_count - edges, .number = number, .kind = kind};
    return 0;
}

/* The client's next number stands for the node added last. */
static int number_add(xg_graph *graph) {
    if (table_reach((void **)&graph->last, &graph->numbers_capacity, graph->numbers,
                    sizeof *graph->last))
        return -1;
    graph->last[graph->numbers++] = graph->what.count - 1;
    graph->pending = graph->what.edges_count;
    return 0;
}

static int no_memory(xw_session *session) {
    snprintf(session->error, sizeof session->error,
             "submit: the broker has no memory for this graph");
    return -1;
}

/* Asked before anything is allocated. */
static int has_room(xw_session *session, xg_graph *graph, uint64_t nodes, uint64_t bytes) {
    if (graph->what.count + nodes > XS_GRAPH_NODES_MAX) {
        bad(graph, OUT_OF_MEMORY, "a graph has 65536 nodes at most");
        return 0;
    }
    if (bytes > session->graphs->bytes_max - session->graphs->bytes) {
        bad(graph, OUT_OF_MEMORY, "the session's graphs take all the memory they may");
        return 0;
    }
    return 1;
}

static int take_create(xw_session *session, uint64_t seq, uint64_t handle) {
    xg_tables *tables = session->graphs;
    uint32_t index = XS_HANDLE_INDEX(handle);
    if (index == 0 || index >= XS_GRAPHS_MAX) return xw_record_failed(session, 0, seq, INVALID_HANDLE);
    if (table_reach((void **)&tables->graphs, &tables->graphs_capacity, index,
                    sizeof *tables->graphs))
        return no_memory(session);
    if (tables->graphs[index]) return xw_record_failed(session, 0, seq, INVALID_HANDLE);
    xg_graph *graph = calloc(1, sizeof *graph);
    if (!graph) return no_memory(session);
    graph->handle = handle;
    tables->graphs[index] = graph;
    return 0;
}

static int take_destroy(xw_session *session, xg_graph *graph) {
    session->graphs->bytes -= description_bytes(&graph->what);
    session->graphs->graphs[XS_HANDLE_INDEX(graph->handle)] = NULL;
    graph_free(graph);
    return 0;
}

static int take_depend(xw_session *session, xg_graph *graph, const xs_op_graph_depend *op) {
    const unsigned char *at = op->nodes;
    if (op->nodes_bytes % 4) return bad(graph, INVALID_VALUE, "node numbers have 4 bytes each");
    for (uint32_t i = 0; i < op->nodes_bytes / 4; i++, at += 4) {
        uint32_t number = at[0] | at[1] << 8 | at[2] << 16 | (uint32_t)at[3] << 24;
        if (number >= graph->numbers)
            return bad(graph, INVALID_VALUE, "it comes after a node that is not there");
        if (graph->what.edges_count - graph->pending >= XS_GRAPH_NODES_MAX)
            return bad(graph, INVALID_VALUE, "it comes after too many nodes");
        if (edge_add(&graph->what, graph->last[number])) return no_memory(session);
    }
    return 0;
}

/* What a node costs in this session's account: itself, its edges, its record. */
static void account(xw_session *session, const xg_graph *graph, uint64_t before) {
    session->graphs->bytes += description_bytes(&graph->what) - before;
}

static int take_empty(xw_session *session, xg_graph *graph) {
    if (!has_room(session, graph, 1, sizeof(xg_node))) return 0;
    if (node_add(&graph->what, XG_EMPTY, 0, XG_NO_RECORD, graph->pending, graph->numbers) ||
        number_add(graph))
        return no_memory(session);
    return 0;
}

/* Event nodes name their event; which record a wait means is known at each launch. */
static int take_event(xw_session *session, xg_graph *graph, int kind, uint64_t event) {
    if (!xw_event_entry_of(session, event))
        return bad(graph, INVALID_HANDLE, "it names no event of this session");
    if (!has_room(session, graph, 1, sizeof(xg_node) + sizeof(xw_record))) return 0;
    xw_chunk *filling = session->filling;
    uint32_t operations = session->chunk_operations;
    int64_t at = graph->what.records.used;
    session->filling = &graph->what.records;
    xw_record *record = xw_record_new(session, kind, XS_STREAM_INDEX_LEGACY, 0, 0);
    session->filling = filling;
    session->chunk_operations = operations;
    if (!record) return no_memory(session);
    if (kind == XR_RECORD) {
        record->u.record.event = XS_HANDLE_INDEX(event);
    } else {
        record->u.wait.event = XS_HANDLE_INDEX(event);
        record->u.wait.internal = 0;
        record->u.wait.line = 0;
        record->u.wait.seq = 0;
    }
    if (node_add(&graph->what, (uint16_t)kind, event, at, graph->pending, graph->numbers) ||
        number_add(graph))
        return no_memory(session);
    return 0;
}

/* A launch, copy, fill, word or host function: checked as if it were submitted plainly. */
static int take_plain(xw_session *session, xg_graph *graph, const xs_operation *op) {
    uint64_t bytes = sizeof(xg_node) + sizeof(xw_record) + 32;
    if (op->kind == XS_OP_LAUNCH)
        bytes += (uint64_t)op->u.launch.params_bytes + op->u.launch.attributes_bytes;
    if (!has_room(session, graph, 1, bytes)) return 0;
    int64_t at = graph->what.records.used;
    if (xw_record_into(session, &graph->what.records, op)) return no_memory(session);
    const xw_record *record = (const xw_record *)(graph->what.records.bytes + at);
    if (record->kind == XR_FAILED) {
        int result = record->u.failed.result;
        graph->what.records.used = (uint32_t)at;
        return bad(graph, result, result == INVALID_HANDLE
                                      ? "it names no function of this session"
                                      : "an argument is wrong, as it would be on a stream");
    }
    uint64_t name = op->kind == XS_OP_LAUNCH ? op->u.launch.function : 0;
    if (node_add(&graph->what, record->kind, name, at, graph->pending, graph->numbers) ||
        number_add(graph))
        return no_memory(session);
    return 0;
}

/* Append a node of another description: a copy of its record, its edges moved by `shift`. A
 * root comes after what is `pending` in `to`. */
static int node_copy(xg_description *to, const xg_description *from, uint32_t index,
                     uint32_t shift, const uint32_t *roots, uint32_t roots_count,
                     uint32_t number) {
    const xg_node *node = &from->nodes[index];
    int64_t at = XG_NO_RECORD;
    if (node->record != XG_NO_RECORD) {
        const xw_record *record = (const xw_record *)(from->records.bytes + node->record);
        uint32_t needed = to->records.used + record->size;
        if (needed > to->records.capacity) {
            uint32_t capacity = to->records.capacity ? to->records.capacity : 4096;
            while (capacity < needed) capacity *= 2;
            unsigned char *bytes = realloc(to->records.bytes, capacity);
            if (!bytes) return -1;
            to->records.bytes = bytes;
            to->records.capacity = capacity;
        }
        at = to->records.used;
        memcpy(to->records.bytes + at, record, record->size);
        to->records.used = needed;
    }
    uint32_t edges = to->edges_count;
    for (uint32_t i = 0; i < node->edges_count; i++)
        if (edge_add(to, from->edges[node->edges + i] + shift)) return -1;
    for (uint32_t i = 0; !node->edges_count && i < roots_count; i++)
        if (edge_add(to, roots[i])) return -1;
    return node_add(to, node->kind, node->name, at, edges, number);
}

/* The child's nodes become nodes of the parent, which belong to one number, and an empty one
 * after all its ends stands for the whole. */
static int take_child(xw_session *session, xg_graph *graph, uint64_t handle) {
    xg_graph *child = graph_of(session, handle);
    if (!child || child == graph) return bad(graph, INVALID_HANDLE, "it names no other graph");
    if (child->bad) return bad(graph, child->bad, child->bad_why);
    uint64_t bytes = description_bytes(&child->what) + sizeof(xg_node);
    if (!has_room(session, graph, child->what.count + 1u, bytes)) return 0;
    xg_description *what = &graph->what;
    edges_settle(what, graph->pending);
    uint32_t roots_count = what->edges_count - graph->pending;
    uint32_t *roots = malloc((roots_count + 1) * sizeof *roots);
    unsigned char *inner = calloc(child->what.count + 1, 1); /* something comes after it */
    int failed = !roots || !inner;
    if (!failed) memcpy(roots, what->edges + graph->pending, roots_count * sizeof *roots);
    what->edges_count = graph->pending;
    uint32_t shift = what->count;
    for (uint32_t i = 0; !failed && i < child->what.count; i++) {
        const xg_node *node = &child->what.nodes[i];
        for (uint32_t e = 0; e < node->edges_count; e++)
            inner[child->what.edges[node->edges + e]] = 1;
        failed = node_copy(what, &child->what, i, shift, roots, roots_count, graph->numbers);
    }
    uint32_t edges = what->edges_count;
    for (uint32_t i = 0; !failed && i < child->what.count; i++)
        if (!inner[i]) failed = edge_add(what, shift + i);
    for (uint32_t i = 0; !failed && !child->what.count && i < roots_count; i++)
        failed = edge_add(what, roots[i]);
    free(roots);
    free(inner);
    if (failed || node_add(what, XG_EMPTY, 0, XG_NO_RECORD, edges, graph->numbers) ||
        number_add(graph))
        return no_memory(session);
    return 0;
}

static int take_node(xw_session *session, xg_graph *graph, const xs_operation *op) {
    switch (op->kind) {
    case XS_OP_GRAPH_DEPEND: return take_depend(session, graph, &op->u.graph_depend);
    case XS_OP_GRAPH_EMPTY: return take_empty(session, graph);
    case XS_OP_GRAPH_CHILD: return take_child(session, graph, op->u.graph_child.child);
    case XS_OP_EVENT_RECORD:
        return take_event(session, graph, XR_RECORD, op->u.event_record.event);
    case XS_OP_STREAM_WAIT: return take_event(session, graph, XR_WAIT, op->u.stream_wait.event);
    case XS_OP_LAUNCH: case XS_OP_COPY_H2D: case XS_OP_COPY_D2H: case XS_OP_COPY_D2D:
    case XS_OP_MEMSET: case XS_OP_COPY_3D: case XS_OP_MEMSET_2D:
    case XS_OP_WRITE_VALUE: case XS_OP_WAIT_VALUE: case XS_OP_HOST_FUNCTION:
        return take_plain(session, graph, op);
    default: return bad(graph, INVALID_VALUE, "this operation cannot be a node");
    }
}

/* An operation whose first field is a graph's handle. After a bad node nothing more is kept:
 * the graph can only be told of and destroyed. */
int xg_take(xw_session *session, uint64_t seq, const xs_operation *op) {
    session->absorbed++;
    if (op->kind == XS_OP_GRAPH_CREATE)
        return take_create(session, seq, op->u.graph_create.graph);
    xg_graph *graph = graph_of(session, op->u.complete.stream);
    if (!graph) return xw_record_failed(session, 0, seq, INVALID_HANDLE);
    if (op->kind == XS_OP_GRAPH_DESTROY) return take_destroy(session, graph);
    if (graph->bad) return 0;
    uint64_t before = description_bytes(&graph->what);
    int result = take_node(session, graph, op);
    account(session, graph, before);
    return result;
}

/* ---------------------------------------------------------------- checking again */

static const xw_record *record_of(const xg_description *what, uint32_t node) {
    int64_t at = what->nodes[node].record;
    return at == XG_NO_RECORD ? NULL : (const xw_record *)(what->records.bytes + at);
}

static int function_is_there(const xw_session *session, uint64_t handle, const void *native) {
    uint32_t index = XS_HANDLE_INDEX(handle);
    return index < session->functions_capacity && session->functions[index].handle == handle &&
           session->functions[index].native == native;
}

static int copy_is_inside(const xw_session *session, const xw_record *record) {
    uint64_t to = record->u.copy.destination, from = record->u.copy.source;
    uint64_t bytes = record->u.copy.bytes, base = session->host_address;
    switch (record->u.copy.kind) {
    case XS_COPY_H2D:
        return xw_range_holds(&session->ranges, to, bytes) &&
               xw_host_holds(&session->host_ranges, from - base, bytes);
    case XS_COPY_D2H:
        return xw_range_holds(&session->ranges, from, bytes) &&
               xw_host_holds(&session->host_ranges, to - base, bytes);
    default:
        return xw_range_holds(&session->ranges, to, bytes) &&
               xw_range_holds(&session->ranges, from, bytes);
    }
}

/* What a node names may have gone since it was made. 0, or CUresult. */
static int node_check(const xw_session *session, const xg_description *what, uint32_t index) {
    const xg_node *node = &what->nodes[index];
    const xw_record *record = record_of(what, index);
    if (!record) return 0; /* empty, or switched off */
    switch (node->kind) {
    case XR_LAUNCH:
        return function_is_there(session, node->name, record->u.launch.function)
                   ? 0 : INVALID_HANDLE;
    case XR_RECORD: case XR_WAIT:
        return xw_event_entry_of(session, node->name) ? 0 : INVALID_HANDLE;
    case XR_COPY: return copy_is_inside(session, record) ? 0 : INVALID_VALUE;
    case XR_FILL:
        return xw_range_holds(&session->ranges, record->u.fill.destination,
                              record->u.fill.count * record->u.fill.width)
                   ? 0 : INVALID_VALUE;
    case XR_WRITE_VALUE: case XR_WAIT_VALUE:
        return xw_word_holds(session, record->u.value.address, record->u.value.width)
                   ? 0 : INVALID_VALUE;
    case XR_COPY_ROWS: case XR_FILL_ROWS:
        return xw_box_holds(session, xw_box_of(record)) ? 0 : INVALID_VALUE;
    default: return 0;
    }
}

static int description_check(const xw_session *session, const xg_description *what,
                             xg_problem *problem) {
    for (uint32_t i = 0; i < what->count; i++) {
        int result = node_check(session, what, i);
        if (!result) continue;
        *problem = (xg_problem){result, what->nodes[i].number, UPDATE_ERROR,
                                "what it names is not there any more"};
        return -1;
    }
    return 0;
}

/* ---------------------------------------------------------------- cutting */

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
           node_estimate_ns(worker, record_of(what, node), &ignored) > FILL_NS_MAX;
}

static int compare_keys(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* By depth, what is a step of its own behind the rest of its depth, then as made. */
static int order_make(const xw_worker *worker, xw_graph *form) {
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

static xg_step *step_new(xw_graph *form, uint32_t first, uint32_t count) {
    if (table_reach((void **)&form->steps, &form->steps_capacity, form->steps_count,
                    sizeof *form->steps))
        return NULL;
    xg_step *step = &form->steps[form->steps_count++];
    *step = (xg_step){.first = first, .count = count};
    return step;
}

static xg_segment *segment_new(uint32_t nodes, uint64_t estimate_ns, uint32_t sm_permille) {
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
        xg_step *step = step_new(form, now->first, now->count);
        if (!step) return -1;
        uint64_t whole = now->path_ns ? now->sm_ns * 1000 / now->path_ns : 1000;
        if (now->real == 1)
            step->record = record_of(&form->what, now->only);
        else
            step->segment = segment_new(now->count, now->path_ns,
                                        whole > 1000 ? 1000 : whole ? (uint32_t)whole : 1);
        if (!step->record && !step->segment) return -1;
    }
    *now = (cut){.first = next};
    return 0;
}

static int cut_make(const xw_worker *worker, xw_graph *form, const xg_limits *limits) {
    const xg_description *what = &form->what;
    uint64_t *ends = calloc(what->count + 1, sizeof *ends); /* of a node, inside its step */
    uint32_t *place = malloc((what->count + 1) * sizeof *place);
    int failed = !ends || !place;
    cut now = {0};
    for (uint32_t i = 0; !failed && i < what->count; i++) {
        uint32_t node = form->order[i];
        const xw_record *record = record_of(what, node);
        place[node] = i;
        if (is_boundary(worker, what, node)) {
            failed = cut_end(form, &now, i);
            xg_step *step = failed ? NULL : step_new(form, i, 1);
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

/* ---------------------------------------------------------------- executable forms */

static xw_graph *without_memory(xw_graph *form, xg_problem *problem) {
    if (form) form_free(form);
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

static xw_graph *form_measured(xw_graph *form) {
    form->bytes = description_bytes(&form->what) + sizeof *form +
                  form->what.count * sizeof *form->order +
                  form->steps_count * (sizeof *form->steps + sizeof(xg_segment));
    return form;
}

static int description_copy(xg_description *to, const xg_description *from) {
    for (uint32_t i = 0; i < from->count; i++)
        if (node_copy(to, from, i, 0, NULL, 0, from->nodes[i].number)) return -1;
    return 0;
}

static int over_bytes(const xw_session *session, const xg_description *what) {
    return description_bytes(what) > session->graphs->bytes_max - session->graphs->bytes;
}

static const char OVER_BYTES[] = "the session's graphs take all the memory they may";

xw_graph *xg_prepare(xw_session *session, uint64_t graph_handle, uint64_t exec_handle,
                     const xg_limits *limits, xg_problem *problem) {
    xg_tables *tables = session->graphs;
    uint32_t index = XS_HANDLE_INDEX(exec_handle);
    const xg_graph *graph = graph_of(session, graph_handle);
    if (!graph) return refused(problem, INVALID_HANDLE, UINT32_MAX, 1, "there is no such graph");
    if (XS_HANDLE_KIND(exec_handle) != XS_KIND_GRAPH_EXEC || index == 0 ||
        index >= XS_GRAPHS_MAX || (index < tables->execs_capacity && tables->execs[index].open))
        return refused(problem, INVALID_HANDLE, UINT32_MAX, 1, "exec is no new handle of its kind");
    if (graph->bad)
        return refused(problem, graph->bad, graph->bad_number, 1, graph->bad_why);
    if (over_bytes(session, &graph->what))
        return refused(problem, OUT_OF_MEMORY, UINT32_MAX, 1, OVER_BYTES);
    if (description_check(session, &graph->what, problem)) return NULL;
    xw_graph *form = form_new(session, graph->numbers);
    if (!form || description_copy(&form->what, &graph->what) ||
        order_make(session->worker, form) || cut_make(session->worker, form, limits))
        return without_memory(form, problem);
    return form_measured(form);
}

/* ---- updates ---- */

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

/* The steps of the old form with the new records; a segment in which none changed is shared. */
static int steps_inherit(xw_graph *form, const xw_graph *old) {
    form->order = malloc((old->what.count + 1) * sizeof *form->order);
    if (!form->order) return -1;
    memcpy(form->order, old->order, old->what.count * sizeof *form->order);
    form->waits_count = old->waits_count;
    for (uint32_t i = 0; i < old->steps_count; i++) {
        const xg_step *from = &old->steps[i];
        xg_step *step = step_new(form, from->first, from->count);
        if (!step) return -1;
        int same = 1;
        for (uint32_t k = 0; k < from->count; k++) {
            uint32_t node = form->order[from->first + k];
            const xw_record *record = record_of(&form->what, node);
            if (!from->segment && record) step->record = record;
            same = same && records_equal(record, record_of(&old->what, node));
        }
        if (!from->segment) continue;
        if (same) {
            step->segment = from->segment;
            step->segment->references++;
            continue;
        }
        uint64_t guess_ns = __atomic_load_n(&from->segment->estimate.estimate_ns, __ATOMIC_RELAXED);
        step->segment = segment_new(from->segment->nodes, guess_ns, from->segment->sm_permille);
        if (!step->segment) return -1;
    }
    return 0;
}

xw_graph *xg_prepare_update(xw_session *session, uint64_t exec_handle, uint64_t graph_handle,
                            uint32_t number, xg_problem *problem) {
    const xg_exec *exec = exec_of(session, exec_handle);
    const xg_graph *graph = graph_of(session, graph_handle);
    if (!exec || !graph)
        return refused(problem, INVALID_HANDLE, UINT32_MAX, UPDATE_ERROR,
                       exec ? "there is no such graph" : "there is no such graph_exec");
    const xw_graph *old = exec->graph;
    if (graph->bad)
        return refused(problem, graph->bad, graph->bad_number, UPDATE_ERROR, graph->bad_why);
    uint32_t first = 0, count = old->what.count;
    if (number != XS_GRAPH_NODE_ALL) {
        if (number >= old->numbers || graph->numbers != 1)
            return refused(problem, INVALID_VALUE, UINT32_MAX, UPDATE_ERROR,
                           "the graph has not the one node that there is to change");
        while (old->what.nodes[first].number != number) first++;
        for (count = 0; first + count < old->what.count &&
                        old->what.nodes[first + count].number == number;) count++;
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
        if (node_copy(&form->what, from, changes ? i - first : i, 0, NULL, 0,
                      old->what.nodes[i].number))
            return without_memory(form, problem);
        /* The edges are the old ones: they reach out of a child graph, too. */
        form->what.edges_count = at;
        for (uint32_t e = 0; e < old->what.nodes[i].edges_count; e++)
            if (edge_add(&form->what, old->what.edges[edges + e]))
                return without_memory(form, problem);
        form->what.nodes[i].edges_count = old->what.nodes[i].edges_count;
        form->what.nodes[i].kind = old->what.nodes[i].kind;
    }
    if (description_check(session, &form->what, problem)) {
        form_free(form);
        return NULL;
    }
    if (steps_inherit(form, old)) return without_memory(form, problem);
    return form_measured(form);
}

/* ---------------------------------------------------------------- native graphs */

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
        native_node(record_of(what, index), &nodes[i]);
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

/* From here on the form is the session's: reaped when nobody refers to it. */
static void form_keep(xg_tables *tables, xw_graph *form) {
    tables->bytes += form->bytes;
    form->next = tables->all;
    tables->all = form;
}

int xg_publish(xw_session *session, uint64_t handle, xw_graph *form, int update) {
    xg_tables *tables = session->graphs;
    uint32_t index = XS_HANDLE_INDEX(handle);
    if (update) {
        xg_exec *exec = exec_of(session, handle);
        if (!exec) return -1;
        form_keep(tables, form);
        xg_release(exec->graph);
        exec->graph = form;
        return 0;
    }
    if (table_reach((void **)&tables->execs, &tables->execs_capacity, index,
                    sizeof *tables->execs) || tables->execs[index].open)
        return -1;
    xg_exec *exec = &tables->execs[index];
    exec->open = 1;
    exec->generation = (uint16_t)XS_HANDLE_GENERATION(handle);
    exec->graph = form;
    form_keep(tables, form);
    return 0;
}

void xg_release(xw_graph *form) {
    xw_session *session = form->session;
    if (atomic_fetch_sub(&form->references, 1) == 1) /* the loop may free it from here on */
        xw_tell_graphs_idle(session);
}

typedef struct natives { void **items; uint32_t count, room; } natives;

/* Free the form; the native graphs that only it had are named. */
static void form_end(xw_graph *form, natives *out) {
    for (uint32_t i = 0; i < form->steps_count; i++) {
        xg_segment *segment = form->steps[i].segment;
        if (!segment || segment->references > 1 || !segment->native) continue;
        if (table_reach((void **)&out->items, &out->room, out->count, sizeof *out->items)) abort();
        out->items[out->count++] = segment->native;
    }
    form_free(form);
}

uint32_t xg_discard(xw_graph *form, void ***items) {
    natives out = {0};
    form_end(form, &out);
    *items = out.items;
    return out.count;
}

uint32_t xg_reap(xw_session *session, int all, void ***items) {
    xg_tables *tables = session->graphs;
    natives out = {0};
    for (xw_graph **at = &tables->all; *at;) {
        xw_graph *form = *at;
        if (!all && atomic_load(&form->references)) {
            at = &form->next;
            continue;
        }
        *at = form->next;
        tables->bytes -= form->bytes;
        form_end(form, &out);
    }
    for (uint32_t i = 0; all && i < tables->execs_capacity; i++) tables->execs[i].open = 0;
    *items = out.items;
    return out.count;
}

/* made_only: those that this form does not share with another. */
uint32_t xg_segments(const xw_graph *form, int made_only) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < form->steps_count; i++)
        count += !made_only || (form->steps[i].segment && form->steps[i].segment->references == 1);
    return count;
}

void xg_usage(const xw_session *session, uint64_t *bytes, uint32_t *forms, uint32_t *segments,
              uint32_t *nodes) {
    *bytes = session->graphs->bytes;
    *forms = *segments = *nodes = 0;
    for (const xw_graph *form = session->graphs->all; form; form = form->next) {
        ++*forms;
        *nodes += form->what.count;
        for (uint32_t i = 0; i < form->steps_count; i++)
            *segments += form->steps[i].segment != NULL;
    }
}

/* ---------------------------------------------------------------- launches */

int xg_exec_destroy(xw_session *session, uint64_t seq, uint64_t handle) {
    xg_exec *exec = exec_of(session, handle);
    if (!exec) return xw_record_failed(session, 0, seq, INVALID_HANDLE);
    session->absorbed++;
    exec->open = 0;
    xg_release(exec->graph);
    exec->graph = NULL;
    return 0;
}

/* The events a launch records are recorded with its number; what it waits for is what they
 * hold when the launch is sent, its own records before the wait included. */
static void bind_events(xw_session *session, uint32_t line, uint64_t seq, const xw_graph *form,
                        xw_graph_wait *wait) {
    for (uint32_t i = 0; i < form->steps_count; i++) {
        const xw_record *record = form->steps[i].record;
        if (!record || (record->kind != XR_RECORD && record->kind != XR_WAIT)) continue;
        uint32_t index = record->kind == XR_RECORD ? record->u.record.event
                                                   : record->u.wait.event;
        xw_event_entry *entry = &session->event_entries[index];
        if (record->kind == XR_RECORD) {
            entry->record_seq = seq;
            entry->line = (uint16_t)line;
        } else {
            *wait++ = (xw_graph_wait){entry->record_seq, entry->line, index};
        }
    }
}

int xg_take_launch(xw_session *session, uint32_t line, uint64_t seq, uint64_t handle) {
    xg_exec *exec = exec_of(session, handle);
    if (!exec) return xw_record_failed(session, line, seq, INVALID_HANDLE);
    xw_graph *form = exec->graph;
    if (form->checked != session->tables_changed) {
        xg_problem problem;
        if (description_check(session, &form->what, &problem))
            return xw_record_failed(session, line, seq, problem.result);
        form->checked = session->tables_changed;
    }
    xw_record *record = xw_record_new(session, XR_GRAPH, line, seq,
                                      form->waits_count * (uint32_t)sizeof(xw_graph_wait));
    if (!record) return no_memory(session);
    atomic_fetch_add(&form->references, 1);
    record->u.graph.graph = form;
    record->u.graph.turn = exec->turns++;
    record->u.graph.exec = XS_HANDLE_INDEX(handle);
    bind_events(session, line, seq, form, (xw_graph_wait *)(void *)record->data);
    return 0;
}
