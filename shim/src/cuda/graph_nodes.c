/* Nodes that a program adds to a graph, and their parameters asked for and set.
 *
 * Decides nothing but which node is meant: graph_work.c reads and checks parameters. Source:
 * driver API, graph management. */
#include <stdlib.h>

#include "xs/graphs.h"

/* ------------------------------------------------------------------ adding */

/* The graph gets the work, or it is freed. result: what reading it gave. */
static CUresult add(CUgraphNode *out, CUgraph handle, const CUgraphNode *before,
                    const CUgraphEdgeData *data, size_t count, xs_node_work *work,
                    CUresult result) {
    xs_graph *graph = xs_graph_of(handle);
    xs_graph_edge *edges;
    xs_graph_node *made;

    if (result)
        return result;
    edges = calloc(count + 1, sizeof *edges);
    if (!edges)
        result = CUDA_ERROR_OUT_OF_MEMORY;
    if (!graph || !out || (count && !before))
        result = CUDA_ERROR_INVALID_VALUE;
    for (size_t i = 0; i < count && !result; i++) {
        edges[i].node = xs_graph_node_of(before[i]);
        if (data)
            edges[i].data = data[i];
        if (!edges[i].node)
            result = CUDA_ERROR_INVALID_VALUE;
    }
    if (!result)
        result = xs_graph_add(graph, edges, count, work, &made);
    free(edges);
    if (result)
        xs_node_work_free(work);
    else
        *out = (CUgraphNode)made;
    return result;
}

CUresult xs_cuGraphAddKernelNode_v2(CUgraphNode *phGraphNode, CUgraph hGraph,
                                    const CUgraphNode *dependencies, size_t numDependencies,
                                    const CUDA_KERNEL_NODE_PARAMS *nodeParams) {
    xs_node_work work;

    return add(phGraphNode, hGraph, dependencies, NULL, numDependencies, &work,
               xs_read_kernel(&work, nodeParams, NULL, 0));
}

CUresult xs_cuGraphAddKernelNode(CUgraphNode *phGraphNode, CUgraph hGraph,
                                 const CUgraphNode *dependencies, size_t numDependencies,
                                 const CUDA_KERNEL_NODE_PARAMS_v1 *nodeParams) {
    xs_node_work work;

    return add(phGraphNode, hGraph, dependencies, NULL, numDependencies, &work,
               xs_read_kernel_v1(&work, nodeParams, NULL, 0));
}

CUresult xs_cuGraphAddMemcpyNode(CUgraphNode *phGraphNode, CUgraph hGraph,
                                 const CUgraphNode *dependencies, size_t numDependencies,
                                 const CUDA_MEMCPY3D *copyParams, CUcontext ctx) {
    xs_node_work work;

    (void)ctx;
    return add(phGraphNode, hGraph, dependencies, NULL, numDependencies, &work,
               xs_read_copy(&work, copyParams));
}

CUresult xs_cuGraphAddMemsetNode(CUgraphNode *phGraphNode, CUgraph hGraph,
                                 const CUgraphNode *dependencies, size_t numDependencies,
                                 const CUDA_MEMSET_NODE_PARAMS *memsetParams, CUcontext ctx) {
    xs_node_work work;

    (void)ctx;
    return add(phGraphNode, hGraph, dependencies, NULL, numDependencies, &work,
               xs_read_fill(&work, memsetParams));
}

CUresult xs_cuGraphAddHostNode(CUgraphNode *phGraphNode, CUgraph hGraph,
                               const CUgraphNode *dependencies, size_t numDependencies,
                               const CUDA_HOST_NODE_PARAMS *nodeParams) {
    xs_node_work work;

    return add(phGraphNode, hGraph, dependencies, NULL, numDependencies, &work,
               xs_read_host(&work, nodeParams));
}

CUresult xs_cuGraphAddBatchMemOpNode(CUgraphNode *phGraphNode, CUgraph hGraph,
                                     const CUgraphNode *dependencies, size_t numDependencies,
                                     const CUDA_BATCH_MEM_OP_NODE_PARAMS *nodeParams) {
    xs_node_work work;

    return add(phGraphNode, hGraph, dependencies, NULL, numDependencies, &work,
               xs_read_words(&work, nodeParams));
}

/* A graph cannot be its own child, so a copy of it always ends. */
CUresult xs_cuGraphAddChildGraphNode(CUgraphNode *phGraphNode, CUgraph hGraph,
                                     const CUgraphNode *dependencies, size_t numDependencies,
                                     CUgraph childGraph) {
    xs_node_work work;

    if (hGraph == childGraph)
        return CUDA_ERROR_INVALID_VALUE;
    return add(phGraphNode, hGraph, dependencies, NULL, numDependencies, &work,
               xs_read_child(&work, childGraph));
}

CUresult xs_cuGraphAddEmptyNode(CUgraphNode *phGraphNode, CUgraph hGraph,
                                const CUgraphNode *dependencies, size_t numDependencies) {
    xs_node_work work = {.type = CU_GRAPH_NODE_TYPE_EMPTY};

    return add(phGraphNode, hGraph, dependencies, NULL, numDependencies, &work, CUDA_SUCCESS);
}

CUresult xs_cuGraphAddEventRecordNode(CUgraphNode *phGraphNode, CUgraph hGraph,
                                      const CUgraphNode *dependencies, size_t numDependencies,
                                      CUevent event) {
    xs_node_work work;

    return add(phGraphNode, hGraph, dependencies, NULL, numDependencies, &work,
               xs_read_event(&work, CU_GRAPH_NODE_TYPE_EVENT_RECORD, event));
}

CUresult xs_cuGraphAddEventWaitNode(CUgraphNode *phGraphNode, CUgraph hGraph,
                                    const CUgraphNode *dependencies, size_t numDependencies,
                                    CUevent event) {
    xs_node_work work;

    return add(phGraphNode, hGraph, dependencies, NULL, numDependencies, &work,
               xs_read_event(&work, CU_GRAPH_NODE_TYPE_WAIT_EVENT, event));
}

/* Its memory depends on what it comes after, so the edges are read twice. */
CUresult xs_cuGraphAddMemAllocNode(CUgraphNode *phGraphNode, CUgraph hGraph,
                                   const CUgraphNode *dependencies, size_t numDependencies,
                                   CUDA_MEM_ALLOC_NODE_PARAMS *nodeParams) {
    xs_graph *graph = xs_graph_of(hGraph);
    xs_graph_edges before = {0};
    CUresult result = CUDA_SUCCESS;
    xs_node_work work;

    if (!graph || !nodeParams || !nodeParams->bytesize || (numDependencies && !dependencies))
        return CUDA_ERROR_INVALID_VALUE;
    if (nodeParams->poolProps.location.type != CU_MEM_LOCATION_TYPE_DEVICE ||
        nodeParams->poolProps.handleTypes)
        return CUDA_ERROR_NOT_SUPPORTED;
    for (size_t i = 0; i < numDependencies && !result; i++) {
        xs_graph_node *node = xs_graph_node_of(dependencies[i]);
        result = node && node->graph == graph ? xs_edges_add(&before, node, NULL)
                                              : CUDA_ERROR_INVALID_VALUE;
    }
    if (!result)
        result = xs_graph_memory_work(&work, graph, &before, nodeParams->bytesize);
    free(before.at);
    if (!result)
        nodeParams->dptr = work.u.memory->address;
    return add(phGraphNode, hGraph, dependencies, NULL, numDependencies, &work, result);
}

CUresult xs_cuGraphAddMemFreeNode(CUgraphNode *phGraphNode, CUgraph hGraph,
                                  const CUgraphNode *dependencies, size_t numDependencies,
                                  CUdeviceptr dptr) {
    xs_node_work work;
    CUresult result = add(phGraphNode, hGraph, dependencies, NULL, numDependencies, &work,
                          xs_graph_memory_free_work(&work, dptr));

    if (!result)
        work.u.memory->freed_by = xs_graph_node_of(*phGraphNode);
    return result;
}

CUresult xs_cuGraphAddNode_v2(CUgraphNode *phGraphNode, CUgraph hGraph,
                              const CUgraphNode *dependencies,
                              const CUgraphEdgeData *dependencyData, size_t numDependencies,
                              CUgraphNodeParams *nodeParams) {
    xs_node_work work;

    if (nodeParams && nodeParams->type == CU_GRAPH_NODE_TYPE_GRAPH &&
        nodeParams->u.graph.graph == hGraph)
        return CUDA_ERROR_INVALID_VALUE;
    if (nodeParams && nodeParams->type == CU_GRAPH_NODE_TYPE_MEM_ALLOC)
        return xs_cuGraphAddMemAllocNode(phGraphNode, hGraph, dependencies, numDependencies,
                                         &nodeParams->u.alloc);
    if (nodeParams && nodeParams->type == CU_GRAPH_NODE_TYPE_MEM_FREE)
        return xs_cuGraphAddMemFreeNode(phGraphNode, hGraph, dependencies, numDependencies,
                                        nodeParams->u.freed);
    return add(phGraphNode, hGraph, dependencies, dependencyData, numDependencies, &work,
               xs_read_params(&work, nodeParams, NULL));
}

CUresult xs_cuGraphAddNode(CUgraphNode *phGraphNode, CUgraph hGraph,
                           const CUgraphNode *dependencies, size_t numDependencies,
                           CUgraphNodeParams *nodeParams) {
    return xs_cuGraphAddNode_v2(phGraphNode, hGraph, dependencies, NULL, numDependencies,
                                nodeParams);
}

/* ------------------------------------------------------------------ asked for */

/* The node, if it is one of this type. */
static xs_graph_node *of_type(CUgraphNode handle, CUgraphNodeType type) {
    xs_graph_node *node = xs_graph_node_of(handle);

    return node && node->work.type == type ? node : NULL;
}

CUresult xs_cuGraphNodeGetType(CUgraphNode hNode, CUgraphNodeType *type) {
    const xs_graph_node *node = xs_graph_node_of(hNode);

    if (!node || !type)
        return CUDA_ERROR_INVALID_VALUE;
    *type = node->work.type;
    return CUDA_SUCCESS;
}

CUresult xs_cuGraphKernelNodeGetParams_v2(CUgraphNode hNode,
                                          CUDA_KERNEL_NODE_PARAMS *nodeParams) {
    const xs_graph_node *node = of_type(hNode, CU_GRAPH_NODE_TYPE_KERNEL);
    const xs_shape *s;

    if (!node || !nodeParams)
        return CUDA_ERROR_INVALID_VALUE;
    s = &node->work.u.kernel.shape;
    *nodeParams = (CUDA_KERNEL_NODE_PARAMS){
        node->work.u.kernel.handle, s->grid[0], s->grid[1], s->grid[2], s->block[0], s->block[1],
        s->block[2], s->shared_bytes, node->work.u.kernel.pointers, NULL,
        node->work.u.kernel.handle ? NULL : (CUkernel)node->work.u.kernel.function,
        (CUcontext)xs_self.current};
    return CUDA_SUCCESS;
}

CUresult xs_cuGraphKernelNodeGetParams(CUgraphNode hNode,
                                       CUDA_KERNEL_NODE_PARAMS_v1 *nodeParams) {
    CUDA_KERNEL_NODE_PARAMS whole;
    CUresult result = xs_cuGraphKernelNodeGetParams_v2(hNode, nodeParams ? &whole : NULL);

    if (result)
        return result;
    if (!whole.func)
        whole.func = (CUfunction)whole.kern;
    memcpy(nodeParams, &whole, sizeof *nodeParams);
    return CUDA_SUCCESS;
}

CUresult xs_cuGraphMemcpyNodeGetParams(CUgraphNode hNode, CUDA_MEMCPY3D *nodeParams) {
    const xs_graph_node *node = of_type(hNode, CU_GRAPH_NODE_TYPE_MEMCPY);

    if (!node || !nodeParams)
        return CUDA_ERROR_INVALID_VALUE;
    *nodeParams = node->work.u.copy;
    return CUDA_SUCCESS;
}

CUresult xs_cuGraphMemsetNodeGetParams(CUgraphNode hNode, CUDA_MEMSET_NODE_PARAMS *nodeParams) {
    const xs_graph_node *node = of_type(hNode, CU_GRAPH_NODE_TYPE_MEMSET);

    if (!node || !nodeParams)
        return CUDA_ERROR_INVALID_VALUE;
    *nodeParams = node->work.u.fill;
    return CUDA_SUCCESS;
}

CUresult xs_cuGraphHostNodeGetParams(CUgraphNode hNode, CUDA_HOST_NODE_PARAMS *nodeParams) {
    const xs_graph_node *node = of_type(hNode, CU_GRAPH_NODE_TYPE_HOST);

    if (!node || !nodeParams)
        return CUDA_ERROR_INVALID_VALUE;
    *nodeParams = node->work.u.host;
    return CUDA_SUCCESS;
}

CUresult xs_cuGraphBatchMemOpNodeGetParams(CUgraphNode hNode,
                                           CUDA_BATCH_MEM_OP_NODE_PARAMS *nodeParams_out) {
    const xs_graph_node *node = of_type(hNode, CU_GRAPH_NODE_TYPE_BATCH_MEM_OP);

    if (!node || !nodeParams_out)
        return CUDA_ERROR_INVALID_VALUE;
    *nodeParams_out = node->work.u.words;
    return CUDA_SUCCESS;
}

static CUresult event_of(CUgraphNode hNode, CUgraphNodeType type, CUevent *out) {
    const xs_graph_node *node = of_type(hNode, type);

    if (!node || !out)
        return CUDA_ERROR_INVALID_VALUE;
    *out = node->work.u.event;
    return CUDA_SUCCESS;
}

CUresult xs_cuGraphEventRecordNodeGetEvent(CUgraphNode hNode, CUevent *event_out) {
    return event_of(hNode, CU_GRAPH_NODE_TYPE_EVENT_RECORD, event_out);
}

CUresult xs_cuGraphEventWaitNodeGetEvent(CUgraphNode hNode, CUevent *event_out) {
    return event_of(hNode, CU_GRAPH_NODE_TYPE_WAIT_EVENT, event_out);
}

CUresult xs_cuGraphChildGraphNodeGetGraph(CUgraphNode hNode, CUgraph *phGraph) {
    const xs_graph_node *node = of_type(hNode, CU_GRAPH_NODE_TYPE_GRAPH);

    if (!node || !phGraph)
        return CUDA_ERROR_INVALID_VALUE;
    *phGraph = (CUgraph)node->work.u.child;
    return CUDA_SUCCESS;
}

/* ------------------------------------------------------------------ set */

/* The node does this from now on; result: what reading it gave. */
static CUresult set(xs_graph_node *node, xs_node_work *work, CUresult result) {
    if (result)
        return result;
    xs_node_work_free(&node->work);
    node->work = *work;
    return CUDA_SUCCESS;
}

CUresult xs_cuGraphKernelNodeSetParams_v2(CUgraphNode hNode,
                                          const CUDA_KERNEL_NODE_PARAMS *nodeParams) {
    xs_graph_node *node = of_type(hNode, CU_GRAPH_NODE_TYPE_KERNEL);
    xs_node_work work;

    if (!node)
        return CUDA_ERROR_INVALID_VALUE;
    return set(node, &work, xs_read_kernel(&work, nodeParams, node->work.u.kernel.attributes,
                                           node->work.u.kernel.attributes_count));
}

CUresult xs_cuGraphKernelNodeSetParams(CUgraphNode hNode,
                                       const CUDA_KERNEL_NODE_PARAMS_v1 *nodeParams) {
    xs_graph_node *node = of_type(hNode, CU_GRAPH_NODE_TYPE_KERNEL);
    xs_node_work work;

    if (!node)
        return CUDA_ERROR_INVALID_VALUE;
    return set(node, &work, xs_read_kernel_v1(&work, nodeParams, node->work.u.kernel.attributes,
                                              node->work.u.kernel.attributes_count));
}

CUresult xs_cuGraphMemcpyNodeSetParams(CUgraphNode hNode, const CUDA_MEMCPY3D *nodeParams) {
    xs_graph_node *node = of_type(hNode, CU_GRAPH_NODE_TYPE_MEMCPY);
    xs_node_work work;

    return node ? set(node, &work, xs_read_copy(&work, nodeParams)) : CUDA_ERROR_INVALID_VALUE;
}

CUresult xs_cuGraphMemsetNodeSetParams(CUgraphNode hNode,
                                       const CUDA_MEMSET_NODE_PARAMS *nodeParams) {
    xs_graph_node *node = of_type(hNode, CU_GRAPH_NODE_TYPE_MEMSET);
    xs_node_work work;

    return node ? set(node, &work, xs_read_fill(&work, nodeParams)) : CUDA_ERROR_INVALID_VALUE;
}

CUresult xs_cuGraphHostNodeSetParams(CUgraphNode hNode, const CUDA_HOST_NODE_PARAMS *nodeParams) {
    xs_graph_node *node = of_type(hNode, CU_GRAPH_NODE_TYPE_HOST);
    xs_node_work work;

    return node ? set(node, &work, xs_read_host(&work, nodeParams)) : CUDA_ERROR_INVALID_VALUE;
}

CUresult xs_cuGraphBatchMemOpNodeSetParams(CUgraphNode hNode,
                                           const CUDA_BATCH_MEM_OP_NODE_PARAMS *nodeParams) {
    xs_graph_node *node = of_type(hNode, CU_GRAPH_NODE_TYPE_BATCH_MEM_OP);
    xs_node_work work;

    return node ? set(node, &work, xs_read_words(&work, nodeParams)) : CUDA_ERROR_INVALID_VALUE;
}

static CUresult set_event(CUgraphNode hNode, CUgraphNodeType type, CUevent event) {
    xs_graph_node *node = of_type(hNode, type);
    xs_node_work work;

    return node ? set(node, &work, xs_read_event(&work, type, event)) : CUDA_ERROR_INVALID_VALUE;
}

CUresult xs_cuGraphEventRecordNodeSetEvent(CUgraphNode hNode, CUevent event) {
    return set_event(hNode, CU_GRAPH_NODE_TYPE_EVENT_RECORD, event);
}

CUresult xs_cuGraphEventWaitNodeSetEvent(CUgraphNode hNode, CUevent event) {
    return set_event(hNode, CU_GRAPH_NODE_TYPE_WAIT_EVENT, event);
}

CUresult xs_cuGraphNodeSetParams(CUgraphNode hNode, CUgraphNodeParams *nodeParams) {
    xs_graph_node *node = xs_graph_node_of(hNode);
    xs_node_work work;

    if (!node)
        return CUDA_ERROR_INVALID_VALUE;
    return set(node, &work, xs_read_params(&work, nodeParams, &node->work));
}

/* ------------------------------------------------------------------ attributes of kernels */

static CUlaunchAttribute *attribute_of(const xs_graph_node *node, int id) {
    for (uint32_t i = 0; i < node->work.u.kernel.attributes_count; i++)
        if (node->work.u.kernel.attributes[i].id == id)
            return &node->work.u.kernel.attributes[i];
    return NULL;
}

/* One that was not set is all zero. */
CUresult xs_cuGraphKernelNodeGetAttribute(CUgraphNode hNode, CUkernelNodeAttrID attr,
                                          CUkernelNodeAttrValue *value_out) {
    const xs_graph_node *node = of_type(hNode, CU_GRAPH_NODE_TYPE_KERNEL);
    const CUlaunchAttribute *found;

    if (!node || !value_out)
        return CUDA_ERROR_INVALID_VALUE;
    found = attribute_of(node, attr);
    memset(value_out, 0, sizeof *value_out);
    if (found)
        *value_out = found->value;
    return CUDA_SUCCESS;
}

/* The same launch with these attributes. */
static CUresult rebuild(xs_graph_node *node, const CUlaunchAttribute *attributes,
                        uint32_t count) {
    CUDA_KERNEL_NODE_PARAMS params;
    xs_node_work work;
    CUresult result = xs_cuGraphKernelNodeGetParams_v2((CUgraphNode)node, &params);

    return result ? result : set(node, &work, xs_read_kernel(&work, &params, attributes, count));
}

CUresult xs_cuGraphKernelNodeSetAttribute(CUgraphNode hNode, CUkernelNodeAttrID attr,
                                          const CUkernelNodeAttrValue *value) {
    xs_graph_node *node = of_type(hNode, CU_GRAPH_NODE_TYPE_KERNEL);
    CUlaunchAttribute all[XS_ATTRIBUTES_MAX + 1];
    CUlaunchAttribute *found;
    uint32_t count;

    if (!node || !value)
        return CUDA_ERROR_INVALID_VALUE;
    found = attribute_of(node, attr);
    if (found) {
        found->value = *value;
        return CUDA_SUCCESS;
    }
    count = node->work.u.kernel.attributes_count;
    memcpy(all, node->work.u.kernel.attributes, count * sizeof *all);
    all[count] = (CUlaunchAttribute){.id = attr, .value = *value};
    return rebuild(node, all, count + 1);
}

CUresult xs_cuGraphKernelNodeCopyAttributes(CUgraphNode dst, CUgraphNode src) {
    xs_graph_node *to = of_type(dst, CU_GRAPH_NODE_TYPE_KERNEL);
    const xs_graph_node *from = of_type(src, CU_GRAPH_NODE_TYPE_KERNEL);

    if (!to || !from)
        return CUDA_ERROR_INVALID_VALUE;
    return to == from ? CUDA_SUCCESS
                      : rebuild(to, from->work.u.kernel.attributes,
                                from->work.u.kernel.attributes_count);
}
