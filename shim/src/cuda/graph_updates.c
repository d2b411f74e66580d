/* Executable graphs that change: all of one after another graph, or the parameters of a node.
 *
 * Decides whether two graphs are of one shape, which node of the form the program means, and
 * what of the old form stays until the launches before are over. Source: driver API, graph
 * management. */
#include <stdlib.h>

#include "xs/graphs.h"

/* ------------------------------------------------------------------ all of it */

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

/* A node that is switched off stays so. */
static void keep_off(const xs_graph *old, xs_graph *new) {
    const xs_graph_node *a = old->first;

    for (xs_graph_node *b = new->first; a && b; a = a->next, b = b->next) {
        b->off = a->off;
        if (a->work.type == CU_GRAPH_NODE_TYPE_GRAPH)
            keep_off(a->work.u.child, b->work.u.child);
    }
}

static CUresult replace(xs_graph_exec *e, xs_graph *graph, CUgraphExecUpdateResultInfo *info) {
    xs_graph_sent sent = {
        .exec = xs_graph_exec_wire(e)};
    xs_graph *copy = xs_graph_copy(graph);
    CUevent *events = NULL;
    uint32_t events_count = 0;
    CUresult result = copy ? xs_graph_events(copy, &events, &events_count)
                           : CUDA_ERROR_OUT_OF_MEMORY;

    info->result = CU_GRAPH_EXEC_UPDATE_ERROR;
    if (!result) {
        keep_off(e->graph, copy);
        result = xs_graph_send(copy, 1, &sent);
    }
    if (result) {
        if (copy) {
            info->result = sent.update ? sent.update : CU_GRAPH_EXEC_UPDATE_ERROR;
            info->errorNode = xs_graph_node_at(copy, sent.bad);
            xs_graph_free(copy);
        }
        free(events);
        return result;
    }
    info->result = CU_GRAPH_EXEC_UPDATE_SUCCESS;
    copy->owned = 1;
    keep_names(e->graph, copy);
    xs_graph_exec_retire(e, e->graph, e->parts, e->events);
    e->graph = copy;
    e->parts = sent.parts;
    e->host_functions = sent.host_functions;
    e->events = events;
    e->events_count = events_count;
    return CUDA_SUCCESS;
}

CUresult xs_cuGraphExecUpdate_v2(CUgraphExec hGraphExec, CUgraph hGraph,
                                 CUgraphExecUpdateResultInfo *resultInfo) {
    xs_graph_exec *e = xs_graph_exec_of(hGraphExec);
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

/* ------------------------------------------------------------------ one node */

/* The form's own node; NULL: the handle names none of this type. */
static xs_graph_node *own_node(const xs_graph_exec *e, CUgraphNode handle, CUgraphNodeType type) {
    const xs_graph_node *original = xs_graph_node_of(handle);
    xs_graph_node *node = e && original ? xs_graph_find_copy(e->graph, original) : NULL;

    return node && (type < 0 || node->work.type == type) ? node : NULL;
}

/* What was made for the node before goes once no launch uses it. */
static void exchange_parts(xs_graph_exec *e, const xs_graph_node *node, xs_exec_part *made) {
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
        xs_graph_exec_retire(e, NULL, old, NULL);
}

/* A copy between the device and pageable memory is two nodes on the wire, one with pinned
 * memory is one; forms do not change their shape. CUDA's rule is the same: the mappings of a
 * copy's memory may not change. */
static int is_as_long(const xs_graph_node *node, const xs_node_work *work) {
    const uint32_t steps = xs_graph_steps(work), has = node->last - node->first + 1;

    if (steps != has)
        xs_log(XS_LOG_WARN, "a graph_exec's %s cannot get these parameters: %s",
               work->type == CU_GRAPH_NODE_TYPE_MEMCPY ? "copy" : "node",
               !steps ? "its memory is not there"
               : work->type == CU_GRAPH_NODE_TYPE_MEMCPY
                   ? "pageable memory stays pageable, pinned memory pinned; instantiate again"
                   : "they are more or fewer operations; instantiate again");
    return steps == has;
}

/* result: what reading the work gave. The work is kept, or freed. */
static CUresult set(xs_graph_exec *e, xs_graph_node *node, xs_node_work *work, CUresult result) {
    xs_graph_sent sent = {
        .exec = xs_graph_exec_wire(e)};
    CUevent *events, *old = e->events;

    if (result)
        return result;
    if (!is_as_long(node, work)) {
        xs_node_work_free(work);
        return CUDA_ERROR_INVALID_VALUE;
    }
    if (node->off) { /* sent once it is switched on */
        xs_node_work_free(&node->work);
        node->work = *work;
        return CUDA_SUCCESS;
    }
    result = xs_graph_send_node(node, work, &sent);
    if (result) {
        xs_node_work_free(work);
        return result == CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE ? CUDA_ERROR_INVALID_VALUE : result;
    }
    exchange_parts(e, node, sent.parts);
    xs_node_work_free(&node->work);
    node->work = *work;
    if (work->type != CU_GRAPH_NODE_TYPE_EVENT_RECORD)
        return CUDA_SUCCESS;
    result = xs_graph_events(e->graph, &events, &e->events_count);
    if (!result) {
        e->events = events;
        free(old);
    }
    return result;
}

CUresult xs_cuGraphExecKernelNodeSetParams_v2(CUgraphExec hGraphExec, CUgraphNode hNode,
                                              const CUDA_KERNEL_NODE_PARAMS *nodeParams) {
    xs_graph_exec *e = xs_graph_exec_of(hGraphExec);
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
    xs_graph_exec *e = xs_graph_exec_of(hGraphExec);
    xs_graph_node *node = own_node(e, hNode, CU_GRAPH_NODE_TYPE_MEMCPY);
    xs_node_work work;

    (void)ctx;
    return node ? set(e, node, &work, xs_read_copy(&work, copyParams))
                : CUDA_ERROR_INVALID_VALUE;
}

CUresult xs_cuGraphExecMemsetNodeSetParams(CUgraphExec hGraphExec, CUgraphNode hNode,
                                           const CUDA_MEMSET_NODE_PARAMS *memsetParams,
                                           CUcontext ctx) {
    xs_graph_exec *e = xs_graph_exec_of(hGraphExec);
    xs_graph_node *node = own_node(e, hNode, CU_GRAPH_NODE_TYPE_MEMSET);
    xs_node_work work;

    (void)ctx;
    return node ? set(e, node, &work, xs_read_fill(&work, memsetParams))
                : CUDA_ERROR_INVALID_VALUE;
}

CUresult xs_cuGraphExecHostNodeSetParams(CUgraphExec hGraphExec, CUgraphNode hNode,
                                         const CUDA_HOST_NODE_PARAMS *nodeParams) {
    xs_graph_exec *e = xs_graph_exec_of(hGraphExec);
    xs_graph_node *node = own_node(e, hNode, CU_GRAPH_NODE_TYPE_HOST);
    xs_node_work work;

    return node ? set(e, node, &work, xs_read_host(&work, nodeParams))
                : CUDA_ERROR_INVALID_VALUE;
}

CUresult xs_cuGraphExecBatchMemOpNodeSetParams(CUgraphExec graphExec, CUgraphNode node,
                                               const CUDA_BATCH_MEM_OP_NODE_PARAMS *nodeParams) {
    xs_graph_exec *e = xs_graph_exec_of(graphExec);
    xs_graph_node *own = own_node(e, node, CU_GRAPH_NODE_TYPE_BATCH_MEM_OP);
    xs_node_work work;

    if (!own || !nodeParams || nodeParams->count != own->work.u.words.count)
        return CUDA_ERROR_INVALID_VALUE;
    return set(e, own, &work, xs_read_words(&work, nodeParams));
}

static CUresult set_event(CUgraphExec handle, CUgraphNode hNode, CUgraphNodeType type,
                          CUevent event) {
    xs_graph_exec *e = xs_graph_exec_of(handle);
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
static CUresult set_child(xs_graph_exec *e, xs_graph *own, const xs_graph *given) {
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
    xs_graph_exec *e = xs_graph_exec_of(hGraphExec);
    xs_graph_node *node = own_node(e, hNode, CU_GRAPH_NODE_TYPE_GRAPH);
    xs_graph *given = xs_graph_of(childGraph);
    CUgraphExecUpdateResultInfo info = {0};

    if (!node || !given || compare(node->work.u.child, given, &info))
        return CUDA_ERROR_INVALID_VALUE;
    return set_child(e, node->work.u.child, given);
}

CUresult xs_cuGraphExecNodeSetParams(CUgraphExec hGraphExec, CUgraphNode hNode,
                                     CUgraphNodeParams *nodeParams) {
    xs_graph_exec *e = xs_graph_exec_of(hGraphExec);
    xs_graph_node *node = own_node(e, hNode, -1);
    xs_node_work work;

    if (!node || !nodeParams)
        return CUDA_ERROR_INVALID_VALUE;
    if (nodeParams->type == CU_GRAPH_NODE_TYPE_GRAPH)
        return xs_cuGraphExecChildGraphNodeSetParams(hGraphExec, hNode,
                                                     nodeParams->u.graph.graph);
    return set(e, node, &work, xs_read_params(&work, nodeParams, &node->work));
}

/* ------------------------------------------------------------------ on and off */

static int may_be_off(const xs_graph_node *node) {
    return node && (node->work.type == CU_GRAPH_NODE_TYPE_KERNEL ||
                    node->work.type == CU_GRAPH_NODE_TYPE_MEMSET ||
                    node->work.type == CU_GRAPH_NODE_TYPE_MEMCPY);
}

/* Host functions that a launch calls for the node: those of copies that meet pageable memory. */
static uint32_t functions_of(const xs_graph_exec *e, const xs_graph_node *node) {
    uint32_t count = 0;

    for (const xs_exec_part *part = e->parts; part; part = part->next)
        count += part->node == node && part->token;
    return count;
}

CUresult xs_cuGraphNodeSetEnabled(CUgraphExec hGraphExec, CUgraphNode hNode,
                                  unsigned int isEnabled) {
    static const xs_node_work nothing = {.type = CU_GRAPH_NODE_TYPE_EMPTY};
    xs_graph_exec *e = xs_graph_exec_of(hGraphExec);
    xs_graph_node *node = own_node(e, hNode, -1);
    xs_graph_sent sent;
    CUresult result;

    if (!may_be_off(node))
        return CUDA_ERROR_INVALID_VALUE;
    if (!node->off == !!isEnabled)
        return CUDA_SUCCESS;
    if (isEnabled && !is_as_long(node, &node->work)) /* unregistered since */
        return CUDA_ERROR_INVALID_VALUE;
    sent = (xs_graph_sent){.exec = xs_graph_exec_wire(e)};
    result = xs_graph_send_node(node, isEnabled ? &node->work : &nothing, &sent);
    if (result)
        return result;
    e->host_functions -= functions_of(e, node);
    exchange_parts(e, node, sent.parts);
    e->host_functions += sent.host_functions;
    node->off = isEnabled ? 0 : node->last - node->first + 1;
    return CUDA_SUCCESS;
}

CUresult xs_cuGraphNodeGetEnabled(CUgraphExec hGraphExec, CUgraphNode hNode,
                                  unsigned int *isEnabled) {
    const xs_graph_exec *e = xs_graph_exec_of(hGraphExec);
    const xs_graph_node *node = own_node(e, hNode, -1);

    if (!may_be_off(node) || !isEnabled)
        return CUDA_ERROR_INVALID_VALUE;
    *isEnabled = !node->off;
    return CUDA_SUCCESS;
}
