/* Graphs of the emulated GPU: branches run beside each other, as on a real one.
 *
 * Decides on which stream each node of a graph runs. A node follows one of those it depends
 * on, in the same chain, where that one has no other follower; the first chain is the stream
 * that the graph is launched on, each other one has a hidden stream, which lives as long as
 * the graph. What crosses chains waits for a ticket, and the launching stream waits for the
 * end of every chain; a launch on another stream than the last waits for that one. engine.c knows streams
 * and tickets only. Called through the table; every function takes the mutex. */
#include <string.h>

#include "broker/device/emulated/internal.h"

#define INVALID_VALUE 1
#define OUT_OF_MEMORY 2

typedef struct graph_node {
    xs_op op;            /* as it will be submitted; owns its parameters */
    uint32_t *depends;   /* on nodes of other chains */
    uint32_t depends_count;
    uint32_t chain;
    uint8_t told;        /* somebody of another chain waits for it */
    uint8_t empty;
    xs_ticket *ticket;   /* of the launch being made */
} graph_node;

typedef struct xs_emulated_graph {
    struct xs_emulated_graph *previous, *next;
    graph_node *nodes;
    uint32_t count, chains;
    xs_stream **streams; /* by chain; the first is none */
    xs_ticket *end;      /* of the latest launch; NULL before the first */
    xs_stream *origin;   /* of that launch: only compared */
} xs_emulated_graph;

static int leave(xs_emulator *em, int result) {
    pthread_mutex_unlock(&em->mutex);
    return result;
}

static void node_free(graph_node *node) {
    if (node->op.kind == XS_DO_KERNEL) free(node->op.u.kernel.params_heap);
    free(node->depends);
}

static void graph_free(xs_emulator *em, xs_emulated_graph *graph) {
    for (uint32_t i = 0; i < graph->count; i++) node_free(&graph->nodes[i]);
    for (uint32_t chain = 1; graph->streams && chain < graph->chains; chain++) {
        xs_stream *stream = graph->streams[chain];
        if (!stream) continue;
        if (stream->head || stream->runnable) stream->closing = 1;
        else xs_engine_stream_free(em, stream);
    }
    if (graph->end) xs_ticket_drop(em, graph->end);
    free(graph->streams);
    free(graph->nodes);
    free(graph);
}

static int node_take(xs_emulator *em, graph_node *node, const xs_graph_node *from) {
    node->op.kind = XS_DO_FILL; /* so that it owns nothing yet */
    node->empty = from->kind == XS_NODE_EMPTY;
    if (from->kind == XS_NODE_LAUNCH) {
        int result = xs_emulator_check_launch(&from->u.launch);
        return result ? result : xs_emulator_take_launch(em, &node->op, &from->u.launch);
    }
    if (node->empty) return 0;
    uint32_t width = from->u.fill.width;
    if ((width != 1 && width != 2 && width != 4) || from->u.fill.destination % width)
        return INVALID_VALUE;
    node->op.u.fill.destination = from->u.fill.destination;
    node->op.u.fill.count = from->u.fill.count;
    node->op.u.fill.pitch = 0;
    node->op.u.fill.rows = 1;
    node->op.u.fill.value = from->u.fill.value;
    node->op.u.fill.width = width;
    return 0;
}

/* Follow the first node that nobody follows yet; what else it depends on crosses chains. */
static int node_place(xs_emulated_graph *graph, uint32_t index, const xs_graph_node *from,
                      uint8_t *followed) {
    graph_node *node = &graph->nodes[index];
    uint32_t after = UINT32_MAX;
    node->depends = malloc((from->depends_count + 1) * sizeof *node->depends);
    if (!node->depends) return OUT_OF_MEMORY;
    for (uint32_t i = 0; i < from->depends_count; i++) {
        uint32_t before = from->depends[i];
        if (before >= index) return INVALID_VALUE;
        if (after == UINT32_MAX && !followed[before]) {
            after = before;
            followed[before] = 1;
            continue;
        }
        graph->nodes[before].told = 1;
        node->depends[node->depends_count++] = before;
    }
    node->chain = after != UINT32_MAX ? graph->nodes[after].chain : graph->chains++;
    return 0;
}

static int graph_fill(xs_emulator *em, xs_emulated_graph *graph, const xs_graph_node *nodes,
                      uint32_t count, uint32_t *bad) {
    uint8_t *followed = calloc(count + 1, 1);
    graph->nodes = calloc(count + 1, sizeof *graph->nodes);
    int result = followed && graph->nodes ? 0 : OUT_OF_MEMORY;
    for (uint32_t i = 0; !result && i < count; i++) {
        graph->count = i + 1;
        result = node_take(em, &graph->nodes[i], &nodes[i]);
        if (!result) result = node_place(graph, i, &nodes[i], followed);
        if (result) *bad = i;
    }
    for (uint32_t i = 0; !result && i < count; i++) /* the end of a chain is waited for */
        if (!followed[i] && graph->nodes[i].chain) graph->nodes[i].told = 1;
    free(followed);
    if (!result) graph->streams = calloc(graph->chains + 1, sizeof *graph->streams);
    return !result && !graph->streams ? OUT_OF_MEMORY : result;
}

int xs_emulated_graph_open(void *device, const xs_graph_node *nodes, uint32_t count, void **out,
                           uint32_t *bad) {
    xs_emulator *em = device;
    pthread_mutex_lock(&em->mutex);
    if (em->fault) return leave(em, em->fault);
    xs_emulated_graph *graph = calloc(1, sizeof *graph);
    if (!graph) return leave(em, OUT_OF_MEMORY);
    int result = graph_fill(em, graph, nodes, count, bad);
    for (uint32_t chain = 1; !result && chain < graph->chains; chain++) {
        graph->streams[chain] = xs_emulator_stream_new(em, 0);
        if (!graph->streams[chain]) result = OUT_OF_MEMORY;
    }
    if (result) {
        graph_free(em, graph);
        return leave(em, result);
    }
    graph->next = em->graphs;
    if (em->graphs) em->graphs->previous = graph;
    em->graphs = graph;
    *out = graph;
    return leave(em, 0);
}

int xs_emulated_graph_close(void *device, void *handle) {
    xs_emulator *em = device;
    xs_emulated_graph *graph = handle;
    pthread_mutex_lock(&em->mutex);
    if (graph->previous) graph->previous->next = graph->next;
    else em->graphs = graph->next;
    if (graph->next) graph->next->previous = graph->previous;
    graph_free(em, graph);
    return leave(em, em->fault);
}

/* Nothing issued runs any more: no launch has one before it. */
void xs_emulated_graphs_forget(xs_emulator *em) {
    for (xs_emulated_graph *graph = em->graphs; graph; graph = graph->next) {
        if (graph->end) xs_ticket_drop(em, graph->end);
        graph->end = NULL;
    }
}

void xs_emulated_graphs_clear(xs_emulator *em) {
    while (em->graphs) {
        xs_emulated_graph *graph = em->graphs;
        em->graphs = graph->next;
        for (uint32_t chain = 1; chain < graph->chains; chain++) graph->streams[chain] = NULL;
        graph_free(em, graph);
    }
}

/* ---- a launch */

static xs_op *op_new(xs_emulator *em, xs_op_kind kind) {
    xs_op *op = xs_pool_take(&em->ops);
    if (!op) abort(); /* as the engine: a launch is not to be left half made */
    op->kind = kind;
    return op;
}

static xs_ticket *record(xs_emulator *em, xs_stream *stream) {
    xs_op *op = op_new(em, XS_DO_RECORD);
    xs_ticket *ticket = xs_pool_take(&em->tickets);
    if (!ticket) abort();
    *ticket = (xs_ticket){.references = 1};
    op->u.ticket = xs_ticket_keep(ticket);
    xs_engine_submit(em, stream, op);
    return ticket; /* one reference is the caller's */
}

static void wait_for(xs_emulator *em, xs_stream *stream, xs_ticket *ticket) {
    xs_op *op = op_new(em, XS_DO_WAIT);
    op->u.ticket = xs_ticket_keep(ticket);
    xs_engine_submit(em, stream, op);
}

static int node_submit(xs_emulator *em, xs_stream *stream, const graph_node *node) {
    xs_op *op = op_new(em, node->op.kind);
    op->u = node->op.u;
    if (op->kind == XS_DO_KERNEL) {
        xs_kernel_op *kernel = &op->u.kernel;
        uint32_t bytes = xs_kernel_param_offset(kernel->call.kernel,
                                                kernel->call.kernel->params_count);
        if (node->op.u.kernel.params_heap) {
            kernel->params_heap = malloc(bytes);
            if (!kernel->params_heap) abort();
            memcpy(kernel->params_heap, node->op.u.kernel.params_heap, bytes);
            kernel->call.params = kernel->params_heap;
        } else {
            kernel->call.params = kernel->params;
        }
        xs_engine_plan(em, op);
    }
    xs_engine_submit(em, stream, op);
    return 0;
}

int xs_emulated_graph_launch(void *device, void *handle, void *launched) {
    xs_emulator *em = device;
    xs_stream *origin = handle;
    xs_emulated_graph *graph = launched;
    pthread_mutex_lock(&em->mutex);
    if (em->fault) return leave(em, em->fault);
    if (graph->end && graph->origin != origin) wait_for(em, origin, graph->end);
    if (graph->end) xs_ticket_drop(em, graph->end);
    xs_ticket *begin = graph->chains > 1 ? record(em, origin) : NULL;
    for (uint32_t chain = 1; chain < graph->chains; chain++) {
        graph->streams[chain]->level = origin->level;
        wait_for(em, graph->streams[chain], begin);
    }
    for (uint32_t i = 0; i < graph->count; i++) {
        graph_node *node = &graph->nodes[i];
        xs_stream *stream = node->chain ? graph->streams[node->chain] : origin;
        for (uint32_t d = 0; d < node->depends_count; d++)
            wait_for(em, stream, graph->nodes[node->depends[d]].ticket);
        if (!node->empty) node_submit(em, stream, node);
        if (node->told) node->ticket = record(em, stream);
    }
    for (uint32_t i = 0; i < graph->count; i++) {
        graph_node *node = &graph->nodes[i];
        if (!node->ticket) continue;
        wait_for(em, origin, node->ticket);
        xs_ticket_drop(em, node->ticket);
        node->ticket = NULL;
    }
    if (begin) xs_ticket_drop(em, begin);
    graph->end = record(em, origin);
    graph->origin = origin;
    return leave(em, 0);
}
