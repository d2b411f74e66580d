/* Native graphs of the device of fuzz_worker.c: made, launched one at a time, closed.
 *
 * Decides that the nodes of one are pieces of the launch that they name, in their order. */
#ifndef XS_WORKER_DEVICE_GRAPHS_H
#define XS_WORKER_DEVICE_GRAPHS_H

#include "tests/fuzz/worker_device_calls.h"

/* What it does is one piece of the launch that its nodes name: they follow each other. */
static int graph_open_(void *opaque, const xs_graph_node *nodes, uint32_t count, void **out,
                       uint32_t *bad) {
    (void)opaque, (void)bad;
    pthread_mutex_lock(&dev.lock);
    int result = refuse();
    dev_graph *graph = result ? NULL : calloc(1, sizeof *graph);
    for (uint32_t i = 0; graph && i < count; i++) {
        uint64_t params[2] = {nodes[i].u.fill.destination, 500};
        uint64_t bytes = nodes[i].u.fill.count * nodes[i].u.fill.width;
        for (uint32_t d = 0; d < nodes[i].depends_count; d++)
            CHECK(nodes[i].depends[d] < i, "node %u comes after %u", i, nodes[i].depends[d]);
        if (nodes[i].kind == XS_NODE_EMPTY) continue;
        if (nodes[i].kind == XS_NODE_LAUNCH) {
            memcpy(params, nodes[i].u.launch.params, sizeof params);
            bytes = 1;
        }
        CHECK(!graph->bytes || params[0] == graph->address + graph->bytes, "node %u", i);
        if (!graph->bytes) graph->address = params[0];
        graph->bytes += bytes;
        graph->duration_ns += params[1] & ~DEV_GRAPH_NODE;
    }
    if (graph) {
        graph->alive = ALIVE;
        graph->all_next = dev.graphs;
        dev.graphs = graph;
        dev.graphs_open++;
        *out = graph;
    }
    pthread_mutex_unlock(&dev.lock);
    return result;
}

static dev_graph *graph_of(void *handle) {
    dev_graph *graph = handle;
    CHECK(graph && graph->alive == ALIVE, "a graph that is closed");
    return graph;
}

static int graph_launch_(void *opaque, void *stream, void *handle) {
    (void)opaque;
    pthread_mutex_lock(&dev.lock);
    dev_graph *graph = graph_of(handle);
    CHECK(!graph->in_flight, "launches of one graph beside each other");
    int result = task(stream, graph->address, graph->bytes, graph->duration_ns);
    if (!result) {
        stream_of(stream)->tail->graph = graph;
        graph->in_flight++;
    }
    pthread_mutex_unlock(&dev.lock);
    return result;
}

static int graph_close_(void *opaque, void *handle) {
    (void)opaque;
    pthread_mutex_lock(&dev.lock);
    dev_graph *graph = graph_of(handle);
    CHECK(!graph->in_flight || dev.broken, "closed while a launch is in flight");
    graph->alive = 0;
    dev.graphs_open--;
    pthread_mutex_unlock(&dev.lock);
    return dev.broken;
}

#endif
