/* Executable graphs: made, launched, updated, destroyed.
 *
 * Decides what an executable form keeps: a copy of the graph, whose nodes know their numbers
 * on the wire, and what its launches use, which stays until the last of them is over. A
 * launch is one operation. Source: driver API, graph management. */
#include <pthread.h>
#include <stdlib.h>

#include "xs/graphs.h"

enum { AUTO_FREE_ON_LAUNCH = 1, UPLOAD = 2, DEVICE_LAUNCH = 4, USE_NODE_PRIORITY = 8 };

/* The last launch on one stream. */
typedef struct fence {
    uint64_t stream, seq;
    uint32_t line;
} fence;

typedef struct exec {
    xs_object object;
    xs_graph *graph;
    xs_exec_part *parts;
    uint64_t flags;
    uint32_t host_functions;
    xs_memory_left *left;
    uint32_t left_count;
    CUevent *events;         /* that launches record */
    uint32_t events_count;
    fence *fences;
    uint32_t fences_count, fences_room;
} exec;

/* What is not used any more once the fences are over. */
typedef struct retired {
    struct retired *next;
    xs_graph *graph;
    xs_exec_part *parts;
    CUevent *events;
    fence *fences;
    uint32_t fences_count;
} retired;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static retired *all_retired;

CUresult xs_graph_execs_start(void) {
    return xs_pool_make(XS_OBJECT_GRAPH_EXEC, sizeof(exec), XS_GRAPHS_MAX);
}

static exec *exec_of(CUgraphExec handle) {
    return xs_object_of(XS_OBJECT_GRAPH_EXEC, handle);
}

/* ------------------------------------------------------------------ what launches may use */

static int is_over(const fence *fences, uint32_t count) {
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
static void show_ends(const exec *e) {
    for (uint32_t i = 0; i < e->fences_count; i++) {
        const fence *f = &e->fences[i];
        const xs_stream *stream = xs_object_of(XS_OBJECT_STREAM, (void *)(
            xs_pools[XS_OBJECT_STREAM].base +
            ((uintptr_t)f->line << xs_pools[XS_OBJECT_STREAM].shift)));
        if (stream && stream->object.wire == f->stream)
            xs_session_complete_until(xs_session_now(), f->stream, f->seq);
    }
}

/* These go when the launches so far are over. Without memory they stay for ever. */
static void retire(const exec *e, xs_graph *graph, xs_exec_part *parts, CUevent *events) {
    retired *one = calloc(1, sizeof *one);
    fence *fences = malloc((e->fences_count + 1) * sizeof *fences);

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

static CUresult fence_set(exec *e, const xs_stream *stream, uint64_t seq) {
    uint32_t i = 0;

    while (i < e->fences_count && e->fences[i].line != stream->object.index)
        i++;
    if (i == e->fences_room) {
        uint32_t room = i ? i * 2 : 2;
        fence *grown = realloc(e->fences, room * sizeof *grown);
        if (!grown)
            return CUDA_ERROR_OUT_OF_MEMORY;
        e->fences = grown;
        e->fences_room = room;
    }
    if (i == e->fences_count)
        e->fences_count++;
    e->fences[i] = (fence){stream->object.wire, seq, stream->object.index};
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

static CUresult events_of(const xs_graph *graph, CUevent **events, uint32_t *count) {
    uint32_t found = 0;

    collect_events(graph, NULL, &found);
    *events = malloc((found + 1) * sizeof **events);
    *count = 0;
    if (!*events)
        return CUDA_ERROR_OUT_OF_MEMORY;
    collect_events(graph, *events, count);
    return CUDA_SUCCESS;
}

/* The program's node behind a node number of the wire; NULL: none. */
static CUgraphNode node_at(const xs_graph *copy, uint32_t number) {
    for (const xs_graph_node *node = copy->first; node; node = node->next) {
        if (node->work.type == CU_GRAPH_NODE_TYPE_GRAPH) {
            CUgraphNode found = node_at(node->work.u.child, number);
            if (found)
                return found;
        }
        if (number >= node->first && number <= node->last)
            return (CUgraphNode)node->original;
    }
    return NULL;
}

static CUresult make(exec *e, xs_graph *graph, CUgraphNode *bad) {
    xs_graph_sent sent = {
        .exec = XS_HANDLE(XS_KIND_GRAPH_EXEC, 0, e->object.generation, e->object.index)};
    CUresult result;

    e->graph = xs_graph_copy(graph);
    if (!e->graph)
        return CUDA_ERROR_OUT_OF_MEMORY;
    e->graph->owned = 1;
    result = events_of(e->graph, &e->events, &e->events_count);
    if (!result)
        result = xs_graph_memory_left(e->graph, &e->left, &e->left_count);
    if (result)
        return result;
    result = xs_graph_send(e->graph, 0, &sent);
    e->parts = sent.parts;
    e->host_functions = sent.host_functions;
    if (result && bad && sent.bad != XS_GRAPH_NODE_ALL)
        *bad = node_at(e->graph, sent.bad);
    return result;
}

static CUresult instantiate(CUgraphExec *out, CUgraph handle, uint64_t flags, CUgraphNode *bad) {
    static int said;
    xs_graph *graph = xs_graph_of(handle);
    CUresult result;
    exec *e;

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
    exec *e = exec_of(hGraphExec);
    xs_operation op = {.kind = XS_OP_GRAPH_EXEC_DESTROY};
    CUresult result;

    if (!e)
        return CUDA_ERROR_INVALID_VALUE;
    op.u.graph_exec_destroy.exec =
        XS_HANDLE(XS_KIND_GRAPH_EXEC, 0, e->object.generation, e->object.index);
    result = xs_append(&op, NULL);
    xs_graph_memory_unclaim(e->graph);
    retire(e, e->graph, e->parts, e->events);
    free(e->fences);
    free(e->left);
    xs_object_end(e);
    return result;
}

CUresult xs_cuGraphExecGetFlags(CUgraphExec hGraphExec, uint64_t *flags) {
    const exec *e = exec_of(hGraphExec);

    if (!e || !flags)
        return CUDA_ERROR_INVALID_VALUE;
    *flags = e->flags;
    return CUDA_SUCCESS;
}

/* ------------------------------------------------------------------ launching */

CUresult xs_cuGraphLaunch(CUgraphExec hGraph, CUstream hStream) {
    xs_operation op = {.kind = XS_OP_GRAPH_LAUNCH};
    xs_stream *stream = xs_stream_of(hStream);
    exec *e = exec_of(hGraph);
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
        XS_HANDLE(XS_KIND_GRAPH_EXEC, 0, e->object.generation, e->object.index);
    result = xs_append(&op, &seq);
    if (result)
        return result;
    for (uint32_t i = 0; i < e->events_count; i++)
        xs_event_recorded(e->events[i], stream, seq);
    xs_graph_memory_launched(e->left, e->left_count, stream);
    return fence_set(e, stream, seq);
}

/* It is with the device since it was instantiated. */
CUresult xs_cuGraphUpload(CUgraphExec hGraph, CUstream hStream) {
    if (!exec_of(hGraph))
        return CUDA_ERROR_INVALID_VALUE;
    return xs_stream_of(hStream) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE;
}

/* ------------------------------------------------------------------ updating all of it */

static CUgraphExecUpdateResult compare(xs_graph *old, xs_graph *new,
                                       CUgraphExecUpdateResultInfo *info);

static CUgraphExecUpdateResult compare_node(const xs_graph_node *a, const xs_graph_node *b,
                                            CUgraphExecUpdateResultInfo *info) {
    info->errorNode = (CUgraphNode)b;
    if (a->work.type != b->work.type)
        return CU_GRAPH_EXEC_UPDATE_ERROR_NODE_TYPE_CHANGED;
    if ((a->work.type == CU_GRAPH_NODE_TYPE_MEM_ALLOC ||
         a->work.type == CU_GRAPH_NODE_TYPE_MEM_FREE) && a->work.u.memory != b->work.u.memory)
        return CU_GRAPH_EXEC_UPDATE_ERROR_NOT_SUPPORTED;
    if (a->before.count != b->before.count)
        return CU_GRAPH_EXEC_UPDATE_ERROR_TOPOLOGY_CHANGED;
    for (uint32_t i = 0; i < a->before.count; i++) {
        int found = 0;
        for (uint32_t j = 0; j < b->before.count && !found; j++)
            found = a->before.at[i].node->mark == b->before.at[j].node->mark;
        if (!found) {
            info->errorFromNode = (CUgraphNode)b->before.at[i].node;
            return CU_GRAPH_EXEC_UPDATE_ERROR_TOPOLOGY_CHANGED;
        }
    }
    info->errorNode = NULL;
    return CU_GRAPH_EXEC_UPDATE_SUCCESS;
}

/* Nodes are paired in the order they were made. */
static CUgraphExecUpdateResult compare(xs_graph *old, xs_graph *new,
                                       CUgraphExecUpdateResultInfo *info) {
    CUgraphExecUpdateResult result = CU_GRAPH_EXEC_UPDATE_SUCCESS;
    uint32_t mark = 0;

    if (old->count != new->count)
        return CU_GRAPH_EXEC_UPDATE_ERROR_TOPOLOGY_CHANGED;
    for (xs_graph_node *a = old->first, *b = new->first; a; a = a->next, b = b->next)
        a->mark = b->mark = mark++;
    for (xs_graph_node *a = old->first, *b = new->first; a && !result; a = a->next, b = b->next)
        result = compare_node(a, b, info);
    for (xs_graph_node *a = old->first, *b = new->first; a && !result; a = a->next, b = b->next)
        if (a->work.type == CU_GRAPH_NODE_TYPE_GRAPH)
            result = compare(a->work.u.child, b->work.u.child, info);
    return result;
}

/* Nodes of the graph that it was instantiated from still name its nodes. */
static void keep_names(const xs_graph *old, xs_graph *new) {
    const xs_graph_node *a = old->first;

    for (xs_graph_node *b = new->first; a && b; a = a->next, b = b->next) {
        b->original = a->original;
        if (a->work.type == CU_GRAPH_NODE_TYPE_GRAPH)
            keep_names(a->work.u.child, b->work.u.child);
    }
}

static CUresult replace(exec *e, xs_graph *graph, CUgraphExecUpdateResultInfo *info) {
    xs_graph_sent sent = {
        .exec = XS_HANDLE(XS_KIND_GRAPH_EXEC, 0, e->object.generation, e->object.index)};
    xs_graph *copy = xs_graph_copy(graph);
    CUevent *events = NULL;
    uint32_t events_count = 0;
    CUresult result = copy ? events_of(copy, &events, &events_count)
                           : CUDA_ERROR_OUT_OF_MEMORY;

    info->result = CU_GRAPH_EXEC_UPDATE_ERROR;
    if (!result)
        result = xs_graph_send(copy, 1, &sent);
    if (result) {
        if (copy) {
            info->result = sent.update ? sent.update : CU_GRAPH_EXEC_UPDATE_ERROR;
            info->errorNode = node_at(copy, sent.bad);
            xs_graph_free(copy);
        }
        free(events);
        return result;
    }
    info->result = CU_GRAPH_EXEC_UPDATE_SUCCESS;
    copy->owned = 1;
    keep_names(e->graph, copy);
    retire(e, e->graph, e->parts, e->events);
    e->graph = copy;
    e->parts = sent.parts;
    e->host_functions = sent.host_functions;
    e->events = events;
    e->events_count = events_count;
    return CUDA_SUCCESS;
}

CUresult xs_cuGraphExecUpdate_v2(CUgraphExec hGraphExec, CUgraph hGraph,
                                 CUgraphExecUpdateResultInfo *resultInfo) {
    exec *e = exec_of(hGraphExec);
    xs_graph *graph = xs_graph_of(hGraph);
    CUresult result;

    if (!e || !graph || !resultInfo)
        return CUDA_ERROR_INVALID_VALUE;
    *resultInfo = (CUgraphExecUpdateResultInfo){0};
    resultInfo->result = compare(e->graph, graph, resultInfo);
    if (resultInfo->result)
        return CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE;
    result = replace(e, graph, resultInfo);
    return result && !xs_session_lost(xs_session_now()) ? CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE
                                                        : result;
}

CUresult xs_cuGraphExecUpdate(CUgraphExec hGraphExec, CUgraph hGraph,
                              CUgraphNode *hErrorNode_out,
                              CUgraphExecUpdateResult *updateResult_out) {
    CUgraphExecUpdateResultInfo info = {0};
    CUresult result = xs_cuGraphExecUpdate_v2(hGraphExec, hGraph, &info);

    if (hErrorNode_out)
        *hErrorNode_out = info.errorNode;
    if (updateResult_out)
        *updateResult_out = info.result;
    return result;
}

/* ------------------------------------------------------------------ updating one node */

/* The form's own node; NULL: the handle names none of this type. */
static xs_graph_node *own_node(const exec *e, CUgraphNode handle, CUgraphNodeType type) {
    const xs_graph_node *original = xs_graph_node_of(handle);
    xs_graph_node *node = e && original ? xs_graph_find_copy(e->graph, original) : NULL;

    return node && (type < 0 || node->work.type == type) ? node : NULL;
}

/* What was made for the node before goes once no launch uses it. */
static void exchange_parts(exec *e, const xs_graph_node *node, xs_exec_part *made) {
    xs_exec_part *old = NULL;

    for (xs_exec_part **at = &e->parts; *at;) {
        xs_exec_part *one = *at;
        if (one->node != node) {
            at = &one->next;
            continue;
        }
        *at = one->next;
        one->next = old;
        old = one;
    }
    while (made) {
        xs_exec_part *one = made;
        made = one->next;
        one->next = e->parts;
        e->parts = one;
    }
    if (old)
        retire(e, NULL, old, NULL);
}

/* result: what reading the work gave. The work is kept, or freed. */
static CUresult set(exec *e, xs_graph_node *node, xs_node_work *work, CUresult result) {
    xs_graph_sent sent = {
        .exec = XS_HANDLE(XS_KIND_GRAPH_EXEC, 0, e->object.generation, e->object.index)};
    CUevent *events, *old = e->events;

    if (result)
        return result;
    result = xs_graph_send_node(node, work, &sent);
    if (result) {
        xs_node_work_free(work);
        return result;
    }
    exchange_parts(e, node, sent.parts);
    xs_node_work_free(&node->work);
    node->work = *work;
    if (work->type != CU_GRAPH_NODE_TYPE_EVENT_RECORD)
        return CUDA_SUCCESS;
    result = events_of(e->graph, &events, &e->events_count);
    if (!result) {
        e->events = events;
        free(old);
    }
    return result;
}

CUresult xs_cuGraphExecKernelNodeSetParams_v2(CUgraphExec hGraphExec, CUgraphNode hNode,
                                              const CUDA_KERNEL_NODE_PARAMS *nodeParams) {
    exec *e = exec_of(hGraphExec);
    xs_graph_node *node = own_node(e, hNode, CU_GRAPH_NODE_TYPE_KERNEL);
    xs_node_work work;

    if (!node)
        return CUDA_ERROR_INVALID_VALUE;
    return set(e, node, &work, xs_read_kernel(&work, nodeParams, node->work.u.kernel.attributes,
                                              node->work.u.kernel.attributes_count));
}

CUresult xs_cuGraphExecKernelNodeSetParams(CUgraphExec hGraphExec, CUgraphNode hNode,
                                           const CUDA_KERNEL_NODE_PARAMS_v1 *nodeParams) {
    CUDA_KERNEL_NODE_PARAMS whole = {0};

    if (!nodeParams)
        return CUDA_ERROR_INVALID_VALUE;
    memcpy(&whole, nodeParams, sizeof *nodeParams);
    return xs_cuGraphExecKernelNodeSetParams_v2(hGraphExec, hNode, &whole);
}

CUresult xs_cuGraphExecMemcpyNodeSetParams(CUgraphExec hGraphExec, CUgraphNode hNode,
                                           const CUDA_MEMCPY3D *copyParams, CUcontext ctx) {
    exec *e = exec_of(hGraphExec);
    xs_graph_node *node = own_node(e, hNode, CU_GRAPH_NODE_TYPE_MEMCPY);
    xs_node_work work;

    (void)ctx;
    return node ? set(e, node, &work, xs_read_copy(&work, copyParams))
                : CUDA_ERROR_INVALID_VALUE;
}

CUresult xs_cuGraphExecMemsetNodeSetParams(CUgraphExec hGraphExec, CUgraphNode hNode,
                                           const CUDA_MEMSET_NODE_PARAMS *memsetParams,
                                           CUcontext ctx) {
    exec *e = exec_of(hGraphExec);
    xs_graph_node *node = own_node(e, hNode, CU_GRAPH_NODE_TYPE_MEMSET);
    xs_node_work work;

    (void)ctx;
    return node ? set(e, node, &work, xs_read_fill(&work, memsetParams))
                : CUDA_ERROR_INVALID_VALUE;
}

CUresult xs_cuGraphExecHostNodeSetParams(CUgraphExec hGraphExec, CUgraphNode hNode,
                                         const CUDA_HOST_NODE_PARAMS *nodeParams) {
    exec *e = exec_of(hGraphExec);
    xs_graph_node *node = own_node(e, hNode, CU_GRAPH_NODE_TYPE_HOST);
    xs_node_work work;

    return node ? set(e, node, &work, xs_read_host(&work, nodeParams))
                : CUDA_ERROR_INVALID_VALUE;
}

CUresult xs_cuGraphExecBatchMemOpNodeSetParams(CUgraphExec graphExec, CUgraphNode node,
                                               const CUDA_BATCH_MEM_OP_NODE_PARAMS *nodeParams) {
    exec *e = exec_of(graphExec);
    xs_graph_node *own = own_node(e, node, CU_GRAPH_NODE_TYPE_BATCH_MEM_OP);
    xs_node_work work;

    if (!own || !nodeParams || nodeParams->count != own->work.u.words.count)
        return CUDA_ERROR_INVALID_VALUE;
    return set(e, own, &work, xs_read_words(&work, nodeParams));
}

static CUresult set_event(CUgraphExec handle, CUgraphNode hNode, CUgraphNodeType type,
                          CUevent event) {
    exec *e = exec_of(handle);
    xs_graph_node *node = own_node(e, hNode, type);
    xs_node_work work;

    return node ? set(e, node, &work, xs_read_event(&work, type, event))
                : CUDA_ERROR_INVALID_VALUE;
}

CUresult xs_cuGraphExecEventRecordNodeSetEvent(CUgraphExec hGraphExec, CUgraphNode hNode,
                                               CUevent event) {
    return set_event(hGraphExec, hNode, CU_GRAPH_NODE_TYPE_EVENT_RECORD, event);
}

CUresult xs_cuGraphExecEventWaitNodeSetEvent(CUgraphExec hGraphExec, CUgraphNode hNode,
                                             CUevent event) {
    return set_event(hGraphExec, hNode, CU_GRAPH_NODE_TYPE_WAIT_EVENT, event);
}

/* Node by node; the shapes were compared. */
static CUresult set_child(exec *e, xs_graph *own, const xs_graph *given) {
    CUresult result = CUDA_SUCCESS;
    const xs_graph_node *from = given->first;

    for (xs_graph_node *node = own->first; node && !result;
         node = node->next, from = from->next) {
        xs_node_work work;
        if (node->work.type == CU_GRAPH_NODE_TYPE_GRAPH) {
            result = set_child(e, node->work.u.child, from->work.u.child);
            continue;
        }
        if (node->work.type != CU_GRAPH_NODE_TYPE_EMPTY)
            result = set(e, node, &work, xs_node_work_copy(&work, &from->work));
    }
    return result;
}

CUresult xs_cuGraphExecChildGraphNodeSetParams(CUgraphExec hGraphExec, CUgraphNode hNode,
                                               CUgraph childGraph) {
    exec *e = exec_of(hGraphExec);
    xs_graph_node *node = own_node(e, hNode, CU_GRAPH_NODE_TYPE_GRAPH);
    xs_graph *given = xs_graph_of(childGraph);
    CUgraphExecUpdateResultInfo info = {0};

    if (!node || !given || compare(node->work.u.child, given, &info))
        return CUDA_ERROR_INVALID_VALUE;
    return set_child(e, node->work.u.child, given);
}

CUresult xs_cuGraphExecNodeSetParams(CUgraphExec hGraphExec, CUgraphNode hNode,
                                     CUgraphNodeParams *nodeParams) {
    exec *e = exec_of(hGraphExec);
    xs_graph_node *node = own_node(e, hNode, -1);
    xs_node_work work;

    if (!node || !nodeParams)
        return CUDA_ERROR_INVALID_VALUE;
    if (nodeParams->type == CU_GRAPH_NODE_TYPE_GRAPH)
        return xs_cuGraphExecChildGraphNodeSetParams(hGraphExec, hNode,
                                                     nodeParams->u.graph.graph);
    return set(e, node, &work, xs_read_params(&work, nodeParams, &node->work));
}
