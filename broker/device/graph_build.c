/* Descriptions of graphs, built by the operations a stream takes; graph.h says what is whose.
 *
 * Decides whether a node may name what it names, by the very functions of intake.c that check
 * the same operation submitted plainly, and what a description may take of the session's
 * account. It must never know how a graph is cut. Called by intake.c for an operation whose
 * stream is a graph, and by graph_child.c and graph_forms.c, which copy nodes.
 *
 * Source: schema.toml (graph operations); CUDA driver API, "Graph Management". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "broker/device/graph_private.h"

/* Between nodes that are all there a square of them is possible, at 4 bytes each. */
enum { EDGES_MAX = 1 << 20 };

/* Fewer edges than this are sorted one by one. */
enum { EDGES_FEW = 32 };

xg_graph *xg_graph_of(const xw_session *session, uint64_t handle) {
    uint32_t index = XS_HANDLE_INDEX(handle);
    if (XS_HANDLE_KIND(handle) != XS_KIND_GRAPH || index >= session->graphs->graphs_capacity)
        return NULL;
    xg_graph *graph = session->graphs->graphs[index];
    return graph && graph->handle == handle ? graph : NULL;
}

uint64_t xg_description_bytes(const xg_description *what) {
    return what->count * sizeof *what->nodes + what->edges_count * sizeof *what->edges +
           what->records.used;
}

uint64_t xg_bytes_left(const xw_session *session) {
    const xg_tables *tables = session->graphs;
    return tables->bytes < tables->bytes_max ? tables->bytes_max - tables->bytes : 0;
}

int xg_bad(xg_graph *graph, int result, const char *why) {
    graph->bad = result;
    graph->bad_number = graph->numbers;
    graph->bad_why = why;
    return 0;
}

static void sort_few(uint32_t *edges, uint32_t count) {
    for (uint32_t i = 1; i < count; i++) {
        uint32_t edge = edges[i], at = i;
        for (; at && edges[at - 1] > edge; at--) edges[at] = edges[at - 1];
        edges[at] = edge;
    }
}

/* By one byte of the numbers, those with the same one as they were. */
static void sort_by_byte(uint32_t *to, const uint32_t *from, uint32_t count, uint32_t shift) {
    uint32_t starts[257] = {0};
    for (uint32_t i = 0; i < count; i++) starts[(from[i] >> shift & 255) + 1]++;
    for (uint32_t i = 0; i < 256; i++) starts[i + 1] += starts[i];
    for (uint32_t i = 0; i < count; i++) to[starts[from[i] >> shift & 255]++] = from[i];
}

_Static_assert(XS_GRAPH_NODES_MAX <= 1 << 16, "numbers of nodes have two bytes");

/* 0, or -1 without memory. */
static int sort_edges(uint32_t *edges, uint32_t count) {
    if (count < EDGES_FEW) {
        sort_few(edges, count);
        return 0;
    }
    uint32_t *aside = malloc(count * sizeof *aside);
    if (!aside) return -1;
    sort_by_byte(aside, edges, count, 0);
    sort_by_byte(edges, aside, count, 8);
    free(aside);
    return 0;
}

int xg_edges_settle(xg_tables *tables, xg_description *what, uint32_t first) {
    uint32_t *edges = what->edges + first, count = what->edges_count - first, kept = 0;
    uint32_t rising = 1; /* as those of a copied node are */
    while (rising < count && edges[rising - 1] < edges[rising]) rising++;
    if (rising >= count) return 0;
    tables->worked += count;
    if (sort_edges(edges, count)) return -1;
    for (uint32_t i = 0; i < count; i++)
        if (!kept || edges[kept - 1] != edges[i]) edges[kept++] = edges[i];
    what->edges_count = first + kept;
    return 0;
}

/* To hold at least `wanted` items. What is new is not touched: that is for who fills it. */
static int reach(void **items, uint32_t *capacity, uint64_t wanted, size_t size) {
    if (wanted <= *capacity) return 0;
    uint64_t room = *capacity ? *capacity : 16;
    while (room < wanted) room *= 2;
    void *grown = room <= UINT32_MAX ? realloc(*items, room * size) : NULL;
    if (!grown) return -1;
    *items = grown;
    *capacity = (uint32_t)room;
    return 0;
}

static int reach_nodes(xg_description *what, uint64_t more) {
    return reach((void **)&what->nodes, &what->capacity, what->count + more, sizeof *what->nodes);
}

static int reach_edges(xg_description *what, uint64_t more) {
    return reach((void **)&what->edges, &what->edges_capacity, what->edges_count + more,
                 sizeof *what->edges);
}

static int reach_records(xg_description *what, uint64_t more) {
    return reach((void **)&what->records.bytes, &what->records.capacity,
                 what->records.used + more, 1);
}

int xg_reserve(xg_description *what, uint64_t nodes, uint64_t edges, uint64_t bytes) {
    return reach_nodes(what, nodes) || reach_edges(what, edges) || reach_records(what, bytes)
               ? -1 : 0;
}

int xg_edge_add(xg_description *what, uint32_t node) {
    if (reach_edges(what, 1)) return -1;
    what->edges[what->edges_count++] = node;
    return 0;
}

int xg_node_add(xg_description *what, uint16_t kind, uint64_t name, int64_t record,
                uint32_t edges, uint32_t number) {
    if (reach_nodes(what, 1)) return -1;
    what->roots += what->edges_count == edges;
    what->nodes[what->count++] = (xg_node){
        .name = name, .record = record, .edges = edges,
        .edges_count = what->edges_count - edges, .number = number, .kind = kind};
    return 0;
}

int xg_number_add(xg_graph *graph) {
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

int xg_has_room(xw_session *session, xg_graph *graph, uint64_t nodes, uint64_t edges,
                uint64_t bytes) {
    if (graph->what.count + nodes > XS_GRAPH_NODES_MAX) {
        xg_bad(graph, OUT_OF_MEMORY, "a graph has 65536 nodes at most");
        return 0;
    }
    if (graph->what.edges_count + edges > EDGES_MAX) {
        xg_bad(graph, OUT_OF_MEMORY, "a graph has 1048576 edges at most");
        return 0;
    }
    if (bytes + edges * sizeof *graph->what.edges > xg_bytes_left(session)) {
        xg_bad(graph, OUT_OF_MEMORY, "the session's graphs take all the memory they may");
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
    graph->changed = ++tables->changes;
    tables->graphs[index] = graph;
    session->absorbed++;
    return 0;
}

/* It is no handle any more at once; the operation is over when its memory is given back. */
static int take_destroy(xw_session *session, xg_graph *graph) {
    xg_tables *tables = session->graphs;
    if (graph) {
        tables->bytes -= xg_description_bytes(&graph->what);
        tables->graphs[XS_HANDLE_INDEX(graph->handle)] = NULL;
        tables->dying = graph;
    }
    if (xg_description_end(tables, &tables->dying->what)) return XS_SINK_AGAIN;
    xg_graph_free(tables->dying);
    tables->dying = NULL;
    session->absorbed++;
    return 0;
}

static int take_depend(xw_session *session, xg_graph *graph, const xs_op_graph_depend *op) {
    const unsigned char *at = op->nodes;
    /* More than there are nodes: some are named twice. What waits for a node is bounded so. */
    if (graph->what.edges_count - graph->pending > XS_GRAPH_NODES_MAX &&
        xg_edges_settle(session->graphs, &graph->what, graph->pending))
        return xg_no_memory(session);
    if (op->nodes_bytes % 4) return xg_bad(graph, INVALID_VALUE, "node numbers have 4 bytes each");
    if (!xg_has_room(session, graph, 0, op->nodes_bytes / 4, 0)) return 0;
    for (uint32_t i = 0; i < op->nodes_bytes / 4; i++, at += 4) {
        uint32_t number = at[0] | at[1] << 8 | at[2] << 16 | (uint32_t)at[3] << 24;
        if (number >= graph->numbers)
            return xg_bad(graph, INVALID_VALUE, "it comes after a node that is not there");
        if (xg_edge_add(&graph->what, graph->last[number])) return xg_no_memory(session);
    }
    return 0;
}

/* What a node costs in this session's account: itself, its edges, its record. */
static void account(xw_session *session, const xg_graph *graph, uint64_t before) {
    session->graphs->bytes += xg_description_bytes(&graph->what) - before;
}

/* The client's next node, after what is pending. */
static int node_add(xw_session *session, xg_graph *graph, uint16_t kind, uint64_t name,
                    int64_t record) {
    xg_description *what = &graph->what;
    if (xg_edges_settle(session->graphs, what, graph->pending) ||
        xg_node_add(what, kind, name, record, graph->pending, graph->numbers) ||
        xg_number_add(graph))
        return xg_no_memory(session);
    return 0;
}

static int take_empty(xw_session *session, xg_graph *graph) {
    if (!xg_has_room(session, graph, 1, 0, sizeof(xg_node))) return 0;
    return node_add(session, graph, XG_EMPTY, 0, XG_NO_RECORD);
}

/* Event nodes name their event; which record a wait means is known at each launch. */
static int take_event(xw_session *session, xg_graph *graph, int kind, uint64_t event) {
    if (!xw_event_entry_of(session, event))
        return xg_bad(graph, INVALID_HANDLE, "it names no event of this session");
    if (!xg_has_room(session, graph, 1, 0, sizeof(xg_node) + sizeof(xw_record))) return 0;
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
    return node_add(session, graph, (uint16_t)kind, event, at);
}

/* A launch, copy, fill, word or host function: checked as if it were submitted plainly. */
static int take_plain(xw_session *session, xg_graph *graph, const xs_operation *op) {
    uint64_t bytes = sizeof(xg_node) + sizeof(xw_record) + 32;
    if (op->kind == XS_OP_LAUNCH)
        bytes += (uint64_t)op->u.launch.params_bytes + op->u.launch.attributes_bytes;
    if (!xg_has_room(session, graph, 1, 0, bytes)) return 0;
    int64_t at = graph->what.records.used;
    if (xw_record_into(session, &graph->what.records, op)) return xg_no_memory(session);
    const xw_record *record = (const xw_record *)(graph->what.records.bytes + at);
    if (record->kind == XR_FAILED) {
        int result = record->u.failed.result;
        graph->what.records.used = (uint32_t)at;
        return xg_bad(graph, result, result == INVALID_HANDLE
                                      ? "it names no function of this session"
                                      : "an argument is wrong, as it would be on a stream");
    }
    uint64_t name = op->kind == XS_OP_LAUNCH ? op->u.launch.function : 0;
    return node_add(session, graph, record->kind, name, at);
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
        if (reach_records(to, record->size)) return -1;
        at = to->records.used;
        memcpy(to->records.bytes + at, record, record->size);
        to->records.used += record->size;
    }
    uint32_t edges = to->edges_count;
    for (uint32_t i = 0; i < node->edges_count; i++)
        if (xg_edge_add(to, from->edges[node->edges + i] + shift)) return -1;
    for (uint32_t i = 0; !node->edges_count && i < roots_count; i++)
        if (xg_edge_add(to, roots[i])) return -1;
    return xg_node_add(to, node->kind, node->name, at, edges, number);
}

static int take_node(xw_session *session, xg_graph *graph, const xs_operation *op) {
    switch (op->kind) {
    case XS_OP_GRAPH_DEPEND: return take_depend(session, graph, &op->u.graph_depend);
    case XS_OP_GRAPH_EMPTY: return take_empty(session, graph);
    case XS_OP_GRAPH_CHILD: return xg_take_child(session, graph, op->u.graph_child.child);
    case XS_OP_EVENT_RECORD:
        return take_event(session, graph, XR_RECORD, op->u.event_record.event);
    case XS_OP_STREAM_WAIT: return take_event(session, graph, XR_WAIT, op->u.stream_wait.event);
    case XS_OP_LAUNCH: case XS_OP_COPY_H2D: case XS_OP_COPY_D2H: case XS_OP_COPY_D2D:
    case XS_OP_MEMSET: case XS_OP_COPY_3D: case XS_OP_MEMSET_2D:
    case XS_OP_WRITE_VALUE: case XS_OP_WAIT_VALUE: case XS_OP_HOST_FUNCTION:
        return take_plain(session, graph, op);
    default: return xg_bad(graph, INVALID_VALUE, "this operation cannot be a node");
    }
}

/* An operation whose first field is a graph's handle. After a bad node nothing more is kept:
 * the graph can only be told of and destroyed. */
int xg_take(xw_session *session, uint64_t seq, const xs_operation *op) {
    if (op->kind == XS_OP_GRAPH_CREATE)
        return take_create(session, seq, op->u.graph_create.graph);
    xg_tables *tables = session->graphs;
    if (op->kind == XS_OP_GRAPH_DESTROY && tables->dying) return take_destroy(session, NULL);
    xg_graph *graph = xg_graph_of(session, op->u.complete.stream);
    if (!graph) return xw_record_failed(session, 0, seq, INVALID_HANDLE);
    if (op->kind == XS_OP_GRAPH_DESTROY) return take_destroy(session, graph);
    graph->changed = ++tables->changes;
    int result = 0;
    if (!graph->bad) {
        uint64_t before = xg_description_bytes(&graph->what);
        result = take_node(session, graph, op);
        account(session, graph, before);
    }
    if (result != XS_SINK_AGAIN) session->absorbed++;
    if (result) return result;
    return xg_enough(tables) ? XS_SINK_REST : 0;
}
