/* Executable graphs: made, launched, updated, destroyed.
 *
 * Decides what an executable form keeps: a copy of the graph, whose nodes know their numbers
 * on the wire, and what its launches use, which stays until the last of them is over. A
 * launch is one operation. graph_updates.c changes forms. Source: driver API, graph management. */
#include <pthread.h>
#include <stdlib.h>

#include "xs/graphs.h"

enum { AUTO_FREE_ON_LAUNCH = 1, UPLOAD = 2, DEVICE_LAUNCH = 4, USE_NODE_PRIORITY = 8 };

/* What is not used any more once the fences are over. */
typedef struct retired {
    struct retired *next;
    xs_graph *graph;
    xs_exec_part *parts;
    CUevent *events;
    xs_fence *fences;
    uint32_t fences_count;
} retired;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static retired *all_retired;

CUresult xs_graph_execs_start(void) {
    return xs_pool_make(XS_OBJECT_GRAPH_EXEC, sizeof(xs_graph_exec), XS_GRAPHS_MAX);
}

/* ------------------------------------------------------------------ what launches may use */

static int is_over(const xs_fence *fences, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        if (!xs_session_retired(xs_session_now(), fences[i].line, fences[i].seq))
            return 0;
    return 1;
}

static void retired_free(retired *gone) {
    xs_exec_parts_free(gone->parts);
    if (gone->graph)
        xs_graph_free(gone->graph);
    free(gone->events);
    free(gone->fences);
    free(gone);
}

void xs_graph_execs_reap(void) {
    retired *over = NULL;

    if (!__atomic_load_n(&all_retired, __ATOMIC_RELAXED))
        return;
    pthread_mutex_lock(&lock);
    for (retired **at = &all_retired; *at;) {
        retired *one = *at;
        if (!is_over(one->fences, one->fences_count)) {
            at = &one->next;
            continue;
        }
        *at = one->next;
        one->next = over;
        over = one;
    }
    pthread_mutex_unlock(&lock);
    while (over) { /* without the lock: destructors of the program may run */
        retired *gone = over;
        over = gone->next;
        retired_free(gone);
    }
}

/* Make the ends of its launches show although nobody may ask for them. */
static void show_ends(const xs_graph_exec *e) {
    for (uint32_t i = 0; i < e->fences_count; i++) {
        const xs_fence *f = &e->fences[i];
        const xs_stream *stream = xs_object_of(XS_OBJECT_STREAM, (void *)(
            xs_pools[XS_OBJECT_STREAM].base +
            ((uintptr_t)f->line << xs_pools[XS_OBJECT_STREAM].shift)));
        if (stream && stream->object.wire == f->stream)
            xs_session_complete_until(xs_session_now(), f->stream, f->seq);
    }
}

/* Without memory they stay for ever. */
void xs_graph_exec_retire(const xs_graph_exec *e, xs_graph *graph, xs_exec_part *parts,
                          CUevent *events) {
    retired *one = calloc(1, sizeof *one);
    xs_fence *fences = malloc((e->fences_count + 1) * sizeof *fences);

    if (!one || !fences) {
        free(one);
        free(fences);
        return;
    }
    if (e->fences_count)
        memcpy(fences, e->fences, e->fences_count * sizeof *fences);
    *one = (retired){.graph = graph, .parts = parts, .events = events, .fences = fences,
                     .fences_count = e->fences_count};
    if (!is_over(fences, e->fences_count))
        show_ends(e);
    pthread_mutex_lock(&lock);
    one->next = all_retired;
    all_retired = one;
    pthread_mutex_unlock(&lock);
    xs_graph_execs_reap();
}

static CUresult fence_set(xs_graph_exec *e, const xs_stream *stream, uint64_t seq) {
    uint32_t i = 0;

    while (i < e->fences_count && e->fences[i].line != stream->object.index)
        i++;
    if (i == e->fences_room) {
        uint32_t room = i ? i * 2 : 2;
        xs_fence *grown = realloc(e->fences, room * sizeof *grown);
        if (!grown)
            return CUDA_ERROR_OUT_OF_MEMORY;
        e->fences = grown;
        e->fences_room = room;
    }
    if (i == e->fences_count)
        e->fences_count++;
    e->fences[i] = (xs_fence){stream->object.wire, seq, stream->object.index};
    return CUDA_SUCCESS;
}

/* ------------------------------------------------------------------ making */

static void collect_events(const xs_graph *graph, CUevent *events, uint32_t *count) {
    for (const xs_graph_node *node = graph->first; node; node = node->next) {
        if (node->work.type == CU_GRAPH_NODE_TYPE_GRAPH)
            collect_events(node->work.u.child, events, count);
        if (node->work.type != CU_GRAPH_NODE_TYPE_EVENT_RECORD)
            continue;
        if (events)
            events[*count] = node->work.u.event;
        ++*count;
    }
}

static int compare(const void *a, const void *b) {
    uintptr_t x = (uintptr_t)*(const CUevent *)a, y = (uintptr_t)*(const CUevent *)b;

    return x < y ? -1 : x > y;
}

CUresult xs_graph_events(const xs_graph *graph, CUevent **events, uint32_t *count) {
    uint32_t found = 0, kept = 0;

    collect_events(graph, NULL, &found);
    *events = malloc((found + 1) * sizeof **events);
    *count = 0;
    if (!*events)
        return CUDA_ERROR_OUT_OF_MEMORY;
    collect_events(graph, *events, count);
    if (*count > 1)
        qsort(*events, *count, sizeof **events, compare);
    for (uint32_t i = 0; i < *count; i++)
        if (!kept || (*events)[kept - 1] != (*events)[i])
            (*events)[kept++] = (*events)[i];
    *count = kept;
    return CUDA_SUCCESS;
}

CUgraphNode xs_graph_node_at(const xs_graph *copy, uint32_t number) {
    for (const xs_graph_node *node = copy->first; node; node = node->next) {
        if (node->work.type == CU_GRAPH_NODE_TYPE_GRAPH) {
            CUgraphNode found = xs_graph_node_at(node->work.u.child, number);
            if (found)
                return found;
        }
        if (number >= node->first && number <= node->last)
            return (CUgraphNode)node->original;
    }
    return NULL;
}

static CUresult make(xs_graph_exec *e, xs_graph *graph, CUgraphNode *bad) {
    xs_graph_sent sent = {
        .exec = xs_graph_exec_wire(e)};
    CUresult result;

    e->graph = xs_graph_copy(graph);
    if (!e->graph)
        return CUDA_ERROR_OUT_OF_MEMORY;
    e->graph->owned = 1;
    result = xs_graph_events(e->graph, &e->events, &e->events_count);
    if (!result)
        result = xs_graph_memory_left(e->graph, &e->left, &e->left_count);
    if (result)
        return result;
    result = xs_graph_send(e->graph, 0, &sent);
    e->parts = sent.parts;
    e->host_functions = sent.host_functions;
    if (result && bad && sent.bad != XS_GRAPH_NODE_ALL)
        *bad = xs_graph_node_at(e->graph, sent.bad);
    return result;
}

static CUresult instantiate(CUgraphExec *out, CUgraph handle, uint64_t flags, CUgraphNode *bad) {
    static int said;
    xs_graph *graph = xs_graph_of(handle);
    CUresult result;
    xs_graph_exec *e;

    if (bad)
        *bad = NULL;
    if (!out || !graph ||
        flags & ~(uint64_t)(AUTO_FREE_ON_LAUNCH | UPLOAD | DEVICE_LAUNCH | USE_NODE_PRIORITY))
        return CUDA_ERROR_INVALID_VALUE;
    if (flags & DEVICE_LAUNCH)
        return xs_refuse("a graph that the device launches", &said);
    xs_graph_execs_reap();
    if (!xs_graph_memory_claim(graph))
        return CUDA_ERROR_INVALID_VALUE;
    e = xs_object_new(XS_OBJECT_GRAPH_EXEC);
    if (!e) {
        xs_graph_memory_unclaim(graph);
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    e->flags = flags;
    result = make(e, graph, bad);
    if (result) {
        xs_graph_memory_unclaim(graph);
        if (e->graph)
            xs_graph_free(e->graph);
        free(e->events);
        free(e->left);
        xs_object_end(e);
    } else {
        *out = (CUgraphExec)e;
    }
    return result;
}

CUresult xs_cuGraphInstantiateWithFlags(CUgraphExec *phGraphExec, CUgraph hGraph,
                                        unsigned long long flags) {
    return instantiate(phGraphExec, hGraph, flags, NULL);
}

CUresult xs_cuGraphInstantiate_v2(CUgraphExec *phGraphExec, CUgraph hGraph,
                                  CUgraphNode *phErrorNode, char *logBuffer,
                                  size_t bufferSize) {
    if (logBuffer && bufferSize)
        logBuffer[0] = 0;
    return instantiate(phGraphExec, hGraph, 0, phErrorNode);
}

CUresult xs_cuGraphInstantiate(CUgraphExec *phGraphExec, CUgraph hGraph,
                               CUgraphNode *phErrorNode, char *logBuffer, size_t bufferSize) {
    return xs_cuGraphInstantiate_v2(phGraphExec, hGraph, phErrorNode, logBuffer, bufferSize);
}

CUresult xs_cuGraphInstantiateWithParams(CUgraphExec *phGraphExec, CUgraph hGraph,
                                         CUDA_GRAPH_INSTANTIATE_PARAMS *instantiateParams,
                                         CUstream stream0) {
    CUDA_GRAPH_INSTANTIATE_PARAMS *p = instantiateParams;
    CUresult result;

    (void)stream0; /* an upload is part of the instantiation */
    if (!p)
        return CUDA_ERROR_INVALID_VALUE;
    result = instantiate(phGraphExec, hGraph, p->flags, &p->hErrNode_out);
    p->result_out = !result ? CUDA_GRAPH_INSTANTIATE_SUCCESS
                    : result == CUDA_ERROR_NOT_SUPPORTED
                        ? CUDA_GRAPH_INSTANTIATE_NODE_OPERATION_NOT_SUPPORTED
                    : result == CUDA_ERROR_INVALID_VALUE ? CUDA_GRAPH_INSTANTIATE_INVALID_STRUCTURE
                                                         : CUDA_GRAPH_INSTANTIATE_ERROR;
    return result;
}

CUresult xs_cuGraphExecDestroy(CUgraphExec hGraphExec) {
    xs_graph_exec *e = xs_graph_exec_of(hGraphExec);
    xs_operation op = {.kind = XS_OP_GRAPH_EXEC_DESTROY};
    CUresult result;

    if (!e)
        return CUDA_ERROR_INVALID_VALUE;
    op.u.graph_exec_destroy.exec =
        xs_graph_exec_wire(e);
    result = xs_append(&op, NULL);
    xs_graph_memory_unclaim(e->graph);
    xs_graph_exec_retire(e, e->graph, e->parts, e->events);
    free(e->fences);
    free(e->left);
    xs_object_end(e);
    return result;
}

CUresult xs_cuGraphExecGetFlags(CUgraphExec hGraphExec, uint64_t *flags) {
    const xs_graph_exec *e = xs_graph_exec_of(hGraphExec);

    if (!e || !flags)
        return CUDA_ERROR_INVALID_VALUE;
    *flags = e->flags;
    return CUDA_SUCCESS;
}

/* ------------------------------------------------------------------ launching */

CUresult xs_cuGraphLaunch(CUgraphExec hGraph, CUstream hStream) {
    xs_operation op = {.kind = XS_OP_GRAPH_LAUNCH};
    xs_stream *stream = xs_stream_of(hStream);
    xs_graph_exec *e = xs_graph_exec_of(hGraph);
    CUresult result;
    uint64_t seq;

    if (!e)
        return CUDA_ERROR_INVALID_VALUE;
    if (!stream)
        return CUDA_ERROR_INVALID_HANDLE;
    if (XS_UNLIKELY(xs_captures_open) && xs_capture_child(stream, e->graph, &result))
        return result;
    if (e->left_count) {
        result = xs_graph_memory_check(e->left, e->left_count,
                                       (e->flags & AUTO_FREE_ON_LAUNCH) != 0);
        if (result)
            return result;
    }
    if (e->host_functions) {
        result = xs_callbacks_expect(stream->object.index, e->host_functions);
        if (result)
            return result;
    }
    op.u.graph_launch.stream = stream->object.wire;
    op.u.graph_launch.exec =
        xs_graph_exec_wire(e);
    result = xs_events_append(e->events, e->events_count, stream, &op, &seq);
    if (result)
        return result;
    xs_graph_memory_launched(e->left, e->left_count, stream);
    return fence_set(e, stream, seq);
}

/* It is with the device since it was instantiated. */
CUresult xs_cuGraphUpload(CUgraphExec hGraph, CUstream hStream) {
    if (!xs_graph_exec_of(hGraph))
        return CUDA_ERROR_INVALID_VALUE;
    return xs_stream_of(hStream) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE;
}
