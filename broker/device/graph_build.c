/* Descriptions of graphs, built by the operations a stream takes; graph.h says what is whose.
 *
 * Decides whether a node may name what it names, by the very functions of intake.c that check
 * the same operation submitted plainly, and what a description may take of the session's
 * account. It must never know how a graph is cut. Called by intake.c for an operation whose
 * stream is a graph, and by graph_forms.c, which copies nodes.
 *
 * Source: schema.toml (graph operations); CUDA driver API, "Graph Management". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "broker/device/graph_private.h"

/* Between nodes that are all there a square of them is possible, at 4 bytes each. */
enum { EDGES_MAX = 1 << 20 };

/* One operation can copy a whole graph, and a frame holds 500 of them: 0.2 s of the loop.
 * Others have their turn when this many nodes and edges were copied, which takes 1 ms. */
enum { COPIED_BEFORE_REST = 16384 };

xg_graph *xg_graph_of(const xw_session *session, uint64_t handle) {
    uint32_t index = XS_HANDLE_INDEX(handle);
    if (XS_HANDLE_KIND(handle) != XS_KIND_GRAPH || index >= session->graphs->graphs_capacity)
        return NULL;
    xg_graph *graph = session->graphs->graphs[index];
    return graph && graph->handle == handle ? graph : NULL;
}

void xg_graph_free(xg_graph *graph) {
    if (!graph) return;
    xg_description_free(&graph->what);
    free(graph->last);
    free(graph);
}

uint64_t xg_description_bytes(const xg_description *what) {
    return what->count * sizeof *what->nodes + what->edges_count * sizeof *what->edges +
           what->records.used;
}

uint64_t xg_bytes_left(const xw_session *session) {
    const xg_tables *tables = session->graphs;
    return tables->bytes < tables->bytes_max ? tables->bytes_max - tables->bytes : 0;
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
    uint32_t rising = 1; /* as those of a copied node are */
    while (rising < count && edges[rising - 1] < edges[rising]) rising++;
    if (rising >= count) return;
    qsort(edges, count, sizeof *edges, compare_numbers);
    for (uint32_t i = 0; i < count; i++)
        if (!kept || edges[kept - 1] != edges[i]) edges[kept++] = edges[i];
    what->edges_count = first + kept;
}

int xg_edge_add(xg_description *what, uint32_t node) {
    if (xg_table_reach((void **)&what->edges, &what->edges_capacity, what->edges_count,
                       sizeof *what->edges))
        return -1;
    what->edges[what->edges_count++] = node;
    return 0;
}

/* The edges from `edges` on are the new node's. */
static int node_add(xg_description *what, uint16_t kind, uint64_t name, int64_t record,
                    uint32_t edges, uint32_t number) {
    if (xg_table_reach((void **)&what->nodes, &what->capacity, what->count, sizeof *what->nodes))
        return -1;
    edges_settle(what, edges);
    what->nodes[what->count++] = (xg_node){
        .name = name, .record = record, .edges = edges,
        .edges_count = what->edges_count - edges, .number = number, .kind = kind};
    return 0;
}

/* The client's next number stands for the node added last. */
static int number_add(xg_graph *graph) {
    if (xg_table_reach((void **)&graph->last, &graph->numbers_capacity, graph->numbers,
                       sizeof *graph->last))
        return -1;
    graph->last[graph->numbers++] = graph->what.count - 1;
    graph->pending = graph->what.edges_count;
    return 0;
}

int xg_no_memory(xw_session *session) {
    snprintf(session->error, sizeof session->error,
             "submit: the broker has no memory for this graph");
    return -1;
}

/* Asked before anything is allocated. bytes: without those of the edges. */
static int has_room(xw_session *session, xg_graph *graph, uint64_t nodes, uint64_t edges,
                    uint64_t bytes) {
    if (graph->what.count + nodes > XS_GRAPH_NODES_MAX) {
        bad(graph, OUT_OF_MEMORY, "a graph has 65536 nodes at most");
        return 0;
    }
    if (graph->what.edges_count + edges > EDGES_MAX) {
        bad(graph, OUT_OF_MEMORY, "a graph has 1048576 edges at most");
        return 0;
    }
    if (bytes + edges * sizeof *graph->what.edges > xg_bytes_left(session)) {
        bad(graph, OUT_OF_MEMORY, "the session's graphs take all the memory they may");
        return 0;
    }
    return 1;
}

static int take_create(xw_session *session, uint64_t seq, uint64_t handle) {
    xg_tables *tables = session->graphs;
    uint32_t index = XS_HANDLE_INDEX(handle);
    if (index == 0 || index >= XS_GRAPHS_MAX)
        return xw_record_failed(session, 0, seq, INVALID_HANDLE);
    if (xg_table_reach((void **)&tables->graphs, &tables->graphs_capacity, index,
                       sizeof *tables->graphs))
        return xg_no_memory(session);
    if (tables->graphs[index]) return xw_record_failed(session, 0, seq, INVALID_HANDLE);
    xg_graph *graph = calloc(1, sizeof *graph);
    if (!graph) return xg_no_memory(session);
    graph->handle = handle;
    tables->graphs[index] = graph;
    session->absorbed++;
    return 0;
}

static int take_destroy(xw_session *session, xg_graph *graph) {
    session->absorbed++;
    session->graphs->bytes -= xg_description_bytes(&graph->what);
    session->graphs->graphs[XS_HANDLE_INDEX(graph->handle)] = NULL;
    xg_graph_free(graph);
    return 0;
}

static int take_depend(xw_session *session, xg_graph *graph, const xs_op_graph_depend *op) {
    const unsigned char *at = op->nodes;
    if (op->nodes_bytes % 4) return bad(graph, INVALID_VALUE, "node numbers have 4 bytes each");
    if (!has_room(session, graph, 0, op->nodes_bytes / 4, 0)) return 0;
    for (uint32_t i = 0; i < op->nodes_bytes / 4; i++, at += 4) {
        uint32_t number = at[0] | at[1] << 8 | at[2] << 16 | (uint32_t)at[3] << 24;
        if (number >= graph->numbers)
            return bad(graph, INVALID_VALUE, "it comes after a node that is not there");
        if (xg_edge_add(&graph->what, graph->last[number])) return xg_no_memory(session);
    }
    return 0;
}

/* What a node costs in this session's account: itself, its edges, its record. */
static void account(xw_session *session, const xg_graph *graph, uint64_t before) {
    session->graphs->bytes += xg_description_bytes(&graph->what) - before;
}

static int take_empty(xw_session *session, xg_graph *graph) {
    if (!has_room(session, graph, 1, 0, sizeof(xg_node))) return 0;
    if (node_add(&graph->what, XG_EMPTY, 0, XG_NO_RECORD, graph->pending, graph->numbers) ||
        number_add(graph))
        return xg_no_memory(session);
    return 0;
}

/* Event nodes name their event; which record a wait means is known at each launch. */
static int take_event(xw_session *session, xg_graph *graph, int kind, uint64_t event) {
    if (!xw_event_entry_of(session, event))
        return bad(graph, INVALID_HANDLE, "it names no event of this session");
    if (!has_room(session, graph, 1, 0, sizeof(xg_node) + sizeof(xw_record))) return 0;
    xw_chunk *filling = session->filling;
    uint32_t operations = session->chunk_operations;
    int64_t at = graph->what.records.used;
    session->filling = &graph->what.records;
    xw_record *record = xw_record_new(session, kind, XS_STREAM_INDEX_LEGACY, 0, 0);
    session->filling = filling;
    session->chunk_operations = operations;
    if (!record) return xg_no_memory(session);
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
        return xg_no_memory(session);
    return 0;
}

/* A launch, copy, fill, word or host function: checked as if it were submitted plainly. */
static int take_plain(xw_session *session, xg_graph *graph, const xs_operation *op) {
    uint64_t bytes = sizeof(xg_node) + sizeof(xw_record) + 32;
    if (op->kind == XS_OP_LAUNCH)
        bytes += (uint64_t)op->u.launch.params_bytes + op->u.launch.attributes_bytes;
    if (!has_room(session, graph, 1, 0, bytes)) return 0;
    int64_t at = graph->what.records.used;
    if (xw_record_into(session, &graph->what.records, op)) return xg_no_memory(session);
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
        return xg_no_memory(session);
    return 0;
}

/* Append a node of another description: a copy of its record, its edges moved by `shift`. A
 * root comes after what is `pending` in `to`. */
int xg_node_copy(xg_description *to, const xg_description *from, uint32_t index,
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
        if (xg_edge_add(to, from->edges[node->edges + i] + shift)) return -1;
    for (uint32_t i = 0; !node->edges_count && i < roots_count; i++)
        if (xg_edge_add(to, roots[i])) return -1;
    return node_add(to, node->kind, node->name, at, edges, number);
}

/* At most: its own, those of its roots to what comes before, and of its ends to the last. */
static uint64_t child_edges(const xg_graph *child, uint32_t before) {
    uint64_t roots = 0;
    for (uint32_t i = 0; i < child->what.count; i++) roots += !child->what.nodes[i].edges_count;
    return child->what.edges_count + (roots ? roots : 1) * before + child->what.count;
}

/* The child's nodes become nodes of the parent, which belong to one number, and an empty one
 * after all its ends stands for the whole. */
static int take_child(xw_session *session, xg_graph *graph, uint64_t handle) {
    xg_graph *child = xg_graph_of(session, handle);
    if (!child || child == graph) return bad(graph, INVALID_HANDLE, "it names no other graph");
    if (child->bad) return bad(graph, child->bad, child->bad_why);
    xg_description *what = &graph->what;
    edges_settle(what, graph->pending);
    uint32_t roots_count = what->edges_count - graph->pending;
    session->graphs->copied += child->what.count; /* looked at even if there is no room */
    uint64_t bytes = (child->what.count + 1) * sizeof(xg_node) + child->what.records.used;
    if (!has_room(session, graph, child->what.count + 1u, child_edges(child, roots_count), bytes))
        return 0;
    uint32_t *roots = malloc((roots_count + 1) * sizeof *roots);
    unsigned char *inner = calloc(child->what.count + 1, 1); /* something comes after it */
    int failed = !roots || !inner;
    if (!failed && roots_count)
        memcpy(roots, what->edges + graph->pending, roots_count * sizeof *roots);
    uint32_t pending = graph->pending;
    what->edges_count = pending;
    uint32_t shift = what->count;
    for (uint32_t i = 0; !failed && i < child->what.count; i++) {
        const xg_node *node = &child->what.nodes[i];
        for (uint32_t e = 0; e < node->edges_count; e++)
            inner[child->what.edges[node->edges + e]] = 1;
        failed = xg_node_copy(what, &child->what, i, shift, roots, roots_count, graph->numbers);
    }
    uint32_t edges = what->edges_count;
    for (uint32_t i = 0; !failed && i < child->what.count; i++)
        if (!inner[i]) failed = xg_edge_add(what, shift + i);
    for (uint32_t i = 0; !failed && !child->what.count && i < roots_count; i++)
        failed = xg_edge_add(what, roots[i]);
    free(roots);
    free(inner);
    if (failed || node_add(what, XG_EMPTY, 0, XG_NO_RECORD, edges, graph->numbers) ||
        number_add(graph))
        return xg_no_memory(session);
    session->graphs->copied += what->edges_count - pending;
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

/* Whether it is time for a rest. */
static int copied_enough(xg_tables *tables) {
    if (tables->copied < COPIED_BEFORE_REST) return 0;
    tables->copied = 0;
    return XS_SINK_REST;
}

/* An operation whose first field is a graph's handle. After a bad node nothing more is kept:
 * the graph can only be told of and destroyed. */
int xg_take(xw_session *session, uint64_t seq, const xs_operation *op) {
    if (op->kind == XS_OP_GRAPH_CREATE)
        return take_create(session, seq, op->u.graph_create.graph);
    xg_graph *graph = xg_graph_of(session, op->u.complete.stream);
    if (!graph) return xw_record_failed(session, 0, seq, INVALID_HANDLE);
    if (op->kind == XS_OP_GRAPH_DESTROY) return take_destroy(session, graph);
    session->absorbed++;
    if (graph->bad) return 0;
    uint64_t before = xg_description_bytes(&graph->what);
    int result = take_node(session, graph, op);
    account(session, graph, before);
    return result ? result : copied_enough(session->graphs);
}
