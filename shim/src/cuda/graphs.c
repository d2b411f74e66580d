/* Graphs: nodes, what depends on what, copies.
 *
 * Decides the shape of a graph and who owns its nodes. What a node does lies in
 * graph_nodes.c; the broker hears of a graph when it is instantiated. Source: driver API,
 * graph management. */
#include <stdlib.h>

#include "xs/graphs.h"

CUresult xs_graphs_start(void) {
    CUresult result = xs_pool_make(XS_OBJECT_GRAPH, sizeof(xs_graph), XS_GRAPHS_LIVE);

    if (!result)
        result = xs_pool_make(XS_OBJECT_GRAPH_NODE, sizeof(xs_graph_node), XS_GRAPH_NODES_LIVE);
    if (!result)
        result = xs_graph_execs_start();
    return result ? result : xs_user_objects_start();
}

/* ------------------------------------------------------------------ edges */

CUresult xs_edges_add(xs_graph_edges *edges, xs_graph_node *node, const CUgraphEdgeData *data) {
    if (edges->count == edges->capacity) {
        uint32_t capacity = edges->capacity ? edges->capacity * 2 : 2;
        xs_graph_edge *grown = realloc(edges->at, capacity * sizeof *grown);
        if (!grown)
            return CUDA_ERROR_OUT_OF_MEMORY;
        edges->at = grown;
        edges->capacity = capacity;
    }
    edges->at[edges->count++] = (xs_graph_edge){node, data ? *data : (CUgraphEdgeData){0}};
    return CUDA_SUCCESS;
}

int xs_edges_have(const xs_graph_edges *edges, const xs_graph_node *node) {
    for (uint32_t i = 0; i < edges->count; i++)
        if (edges->at[i].node == node)
            return 1;
    return 0;
}

static int edges_remove(xs_graph_edges *edges, const xs_graph_node *node) {
    for (uint32_t i = 0; i < edges->count; i++) {
        if (edges->at[i].node != node)
            continue;
        memmove(&edges->at[i], &edges->at[i + 1], (edges->count - i - 1) * sizeof *edges->at);
        edges->count--;
        return 1;
    }
    return 0;
}

CUresult xs_graph_connect(xs_graph_node *from, xs_graph_node *to, const CUgraphEdgeData *data) {
    CUresult result = xs_edges_add(&from->after, to, data);

    if (!result) {
        result = xs_edges_add(&to->before, from, data);
        if (result)
            from->after.count--;
    }
    return result;
}

/* ------------------------------------------------------------------ nodes and graphs */

static void node_free(xs_graph_node *node) {
    xs_graph *graph = node->graph;

    for (uint32_t i = 0; i < node->before.count; i++)
        edges_remove(&node->before.at[i].node->after, node);
    for (uint32_t i = 0; i < node->after.count; i++)
        edges_remove(&node->after.at[i].node->before, node);
    *(node->before_it ? &node->before_it->next : &graph->first) = node->next;
    *(node->next ? &node->next->before_it : &graph->last) = node->before_it;
    graph->count--;
    free(node->before.at);
    free(node->after.at);
    xs_node_work_free(&node->work);
    xs_object_end(node);
}

CUresult xs_graph_add(xs_graph *graph, const xs_graph_edge *before, size_t count,
                      const xs_node_work *work, xs_graph_node **made) {
    CUresult result = CUDA_SUCCESS;
    xs_graph_node *node;

    for (size_t i = 0; i < count; i++)
        if (!before[i].node || before[i].node->graph != graph)
            return CUDA_ERROR_INVALID_VALUE;
    node = xs_object_new(XS_OBJECT_GRAPH_NODE);
    if (!node)
        return CUDA_ERROR_OUT_OF_MEMORY;
    node->graph = graph;
    node->before_it = graph->last;
    *(graph->last ? &graph->last->next : &graph->first) = node;
    graph->last = node;
    graph->count++;
    node->work.type = CU_GRAPH_NODE_TYPE_EMPTY;
    for (size_t i = 0; i < count && !result; i++)
        result = xs_edges_have(&node->before, before[i].node)
                     ? CUDA_ERROR_INVALID_VALUE
                     : xs_graph_connect(before[i].node, node, &before[i].data);
    if (result) {
        node_free(node);
        return result;
    }
    node->work = *work;
    *made = node;
    return CUDA_SUCCESS;
}

xs_graph *xs_graph_new(void) {
    return xs_object_new(XS_OBJECT_GRAPH);
}

void xs_graph_free(xs_graph *graph) {
    for (xs_graph_node *node = graph->first, *next; node; node = next) {
        next = node->next;
        free(node->before.at);
        free(node->after.at);
        xs_node_work_free(&node->work);
        xs_object_end(node);
    }
    xs_user_objects_drop(graph);
    xs_object_end(graph);
}

/* The copy of each node, by the mark of the one it was made from. */
static CUresult copy_nodes(xs_graph *graph, xs_graph *copy, xs_graph_node **made) {
    uint32_t at = 0;
    CUresult result = CUDA_SUCCESS;

    for (xs_graph_node *node = graph->first; node && !result; node = node->next) {
        xs_node_work work;
        node->mark = at;
        result = xs_node_work_copy(&work, &node->work);
        if (result)
            break;
        result = xs_graph_add(copy, NULL, 0, &work, &made[at]);
        if (result) {
            xs_node_work_free(&work);
            break;
        }
        made[at++]->original = node;
    }
    for (xs_graph_node *node = graph->first; node && !result; node = node->next)
        for (uint32_t i = 0; i < node->before.count && !result; i++)
            result = xs_graph_connect(made[node->before.at[i].node->mark], made[node->mark],
                                      &node->before.at[i].data);
    return result;
}

xs_graph *xs_graph_copy(xs_graph *graph) {
    xs_graph_node **made = malloc((graph->count + 1) * sizeof *made);
    xs_graph *copy = made ? xs_graph_new() : NULL;

    if (copy && (copy_nodes(graph, copy, made) || xs_user_objects_copy(copy, graph))) {
        xs_graph_free(copy);
        copy = NULL;
    }
    if (copy)
        copy->original = graph;
    free(made);
    return copy;
}

/* Take nodes whose own are all taken, first made first. 1: all are. */
static int take_ready(xs_graph *graph, xs_graph_node **order) {
    uint32_t ready = 0;

    for (xs_graph_node *node = graph->first; node; node = node->next) {
        node->mark = node->before.count;
        if (!node->mark)
            order[ready++] = node;
    }
    for (uint32_t at = 0; at < ready; at++)
        for (uint32_t i = 0; i < order[at]->after.count; i++)
            if (!--order[at]->after.at[i].node->mark)
                order[ready++] = order[at]->after.at[i].node;
    return ready == graph->count;
}

static int is_ordered(xs_graph *graph, xs_graph_node **order) {
    uint32_t at = 0;

    for (xs_graph_node *node = graph->first; node; node = node->next) {
        order[at] = node;
        node->mark = at++;
        for (uint32_t i = 0; i < node->before.count; i++)
            if (node->before.at[i].node->mark >= node->mark)
                return 0;
    }
    return 1;
}

xs_graph_node **xs_graph_order(xs_graph *graph, CUresult *result) {
    xs_graph_node **order = malloc((graph->count + 1) * sizeof *order);

    *result = order ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
    if (!order)
        return NULL;
    for (xs_graph_node *node = graph->first; node; node = node->next)
        node->mark = UINT32_MAX; /* behind every place */
    if (is_ordered(graph, order) || take_ready(graph, order))
        return order;
    free(order);
    *result = CUDA_ERROR_INVALID_VALUE;
    return NULL;
}

int xs_graph_mark(xs_graph *graph, const xs_graph_edges *from) {
    xs_graph_node **stack = malloc((graph->count + 1) * sizeof *stack);
    uint32_t depth = 0;

    if (!stack)
        return 0;
    for (xs_graph_node *node = graph->first; node; node = node->next)
        node->mark = 0;
    for (uint32_t i = 0; i < from->count; i++) {
        from->at[i].node->mark = 1;
        stack[depth++] = from->at[i].node;
    }
    while (depth) {
        const xs_graph_edges *before = &stack[--depth]->before;
        for (uint32_t i = 0; i < before->count; i++) {
            if (before->at[i].node->mark)
                continue;
            before->at[i].node->mark = 1;
            stack[depth++] = before->at[i].node;
        }
    }
    free(stack);
    return 1;
}

/* ------------------------------------------------------------------ the program's calls */

CUresult xs_cuGraphCreate(CUgraph *phGraph, unsigned int flags) {
    xs_graph *graph;

    if (!phGraph || flags)
        return CUDA_ERROR_INVALID_VALUE;
    graph = xs_graph_new();
    *phGraph = (CUgraph)graph;
    return graph ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

CUresult xs_cuGraphDestroy(CUgraph hGraph) {
    xs_graph *graph = xs_graph_of(hGraph);

    if (!graph || graph->owned)
        return CUDA_ERROR_INVALID_VALUE;
    if (xs_captures_open && xs_capture_uses(graph))
        return CUDA_ERROR_ILLEGAL_STATE;
    xs_graph_free(graph);
    return CUDA_SUCCESS;
}

CUresult xs_cuGraphDestroyNode(CUgraphNode hNode) {
    xs_graph_node *node = xs_graph_node_of(hNode);

    if (!node)
        return CUDA_ERROR_INVALID_VALUE;
    if (node->graph->owned || xs_graph_allocates(node->graph))
        return CUDA_ERROR_NOT_SUPPORTED;
    if (xs_captures_open && xs_capture_uses(node->graph))
        return CUDA_ERROR_ILLEGAL_STATE;
    node_free(node);
    return CUDA_SUCCESS;
}

CUresult xs_cuGraphClone(CUgraph *phGraphClone, CUgraph originalGraph) {
    xs_graph *graph = xs_graph_of(originalGraph), *copy;

    if (!phGraphClone || !graph)
        return CUDA_ERROR_INVALID_VALUE;
    if (xs_graph_allocates(graph))
        return CUDA_ERROR_NOT_SUPPORTED;
    copy = xs_graph_copy(graph);
    *phGraphClone = (CUgraph)copy;
    return copy ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

/* Also of a node in a child graph of the copied one. */
xs_graph_node *xs_graph_find_copy(const xs_graph *graph, const xs_graph_node *original) {
    for (xs_graph_node *node = graph->first; node; node = node->next) {
        xs_graph_node *found = node->original == original ? node : NULL;
        if (!found && node->work.type == CU_GRAPH_NODE_TYPE_GRAPH)
            found = xs_graph_find_copy(node->work.u.child, original);
        if (found)
            return found;
    }
    return NULL;
}

CUresult xs_cuGraphNodeFindInClone(CUgraphNode *phNode, CUgraphNode hOriginalNode,
                                   CUgraph hClonedGraph) {
    xs_graph *graph = xs_graph_of(hClonedGraph);
    const xs_graph_node *node = xs_graph_node_of(hOriginalNode);

    if (!phNode || !graph || !node || !graph->original)
        return CUDA_ERROR_INVALID_VALUE;
    *phNode = (CUgraphNode)xs_graph_find_copy(graph, node);
    return *phNode ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

/* ------------------------------------------------------------------ lists that are asked for */

/* How the driver gives a list: no place: how many; a place: as many as fit, NULL in what is
 * left of it, and how many it gave. */
typedef struct list {
    CUgraphNode *nodes, *others;
    CUgraphEdgeData *data;
    size_t room, count;
} list;

static void put(list *l, const xs_graph_node *node, const xs_graph_node *other,
                const CUgraphEdgeData *data) {
    if (l->count < l->room) {
        if (l->nodes)
            l->nodes[l->count] = (CUgraphNode)node;
        if (l->others)
            l->others[l->count] = (CUgraphNode)other;
        if (l->data)
            l->data[l->count] = data ? *data : (CUgraphEdgeData){0};
    }
    l->count++;
}

static CUresult finish(list *l, size_t *count) {
    for (size_t i = l->count; i < l->room; i++) {
        if (l->nodes)
            l->nodes[i] = NULL;
        if (l->others)
            l->others[i] = NULL;
    }
    *count = l->nodes && l->count > l->room ? l->room : l->count;
    return CUDA_SUCCESS;
}

CUresult xs_cuGraphGetNodes(CUgraph hGraph, CUgraphNode *nodes, size_t *numNodes) {
    const xs_graph *graph = xs_graph_of(hGraph);
    list l = {.nodes = nodes, .room = nodes && numNodes ? *numNodes : 0};

    if (!graph || !numNodes)
        return CUDA_ERROR_INVALID_VALUE;
    for (const xs_graph_node *node = graph->first; node; node = node->next)
        put(&l, node, NULL, NULL);
    return finish(&l, numNodes);
}

CUresult xs_cuGraphGetRootNodes(CUgraph hGraph, CUgraphNode *rootNodes, size_t *numRootNodes) {
    const xs_graph *graph = xs_graph_of(hGraph);
    list l = {.nodes = rootNodes, .room = rootNodes && numRootNodes ? *numRootNodes : 0};

    if (!graph || !numRootNodes)
        return CUDA_ERROR_INVALID_VALUE;
    for (const xs_graph_node *node = graph->first; node; node = node->next)
        if (!node->before.count)
            put(&l, node, NULL, NULL);
    return finish(&l, numRootNodes);
}

CUresult xs_cuGraphGetEdges_v2(CUgraph hGraph, CUgraphNode *from, CUgraphNode *to,
                               CUgraphEdgeData *edgeData, size_t *numEdges) {
    const xs_graph *graph = xs_graph_of(hGraph);
    list l = {from, to, edgeData, from && to && numEdges ? *numEdges : 0, 0};

    if (!graph || !numEdges || !from != !to)
        return CUDA_ERROR_INVALID_VALUE;
    for (const xs_graph_node *node = graph->first; node; node = node->next)
        for (uint32_t i = 0; i < node->after.count; i++)
            put(&l, node, node->after.at[i].node, &node->after.at[i].data);
    return finish(&l, numEdges);
}

CUresult xs_cuGraphGetEdges(CUgraph hGraph, CUgraphNode *from, CUgraphNode *to,
                            size_t *numEdges) {
    return xs_cuGraphGetEdges_v2(hGraph, from, to, NULL, numEdges);
}

static CUresult give_edges(const xs_graph_edges *edges, CUgraphNode *nodes,
                           CUgraphEdgeData *data, size_t *count) {
    list l = {nodes, NULL, data, nodes ? *count : 0, 0};

    for (uint32_t i = 0; i < edges->count; i++)
        put(&l, edges->at[i].node, NULL, &edges->at[i].data);
    return finish(&l, count);
}

CUresult xs_cuGraphNodeGetDependencies_v2(CUgraphNode hNode, CUgraphNode *dependencies,
                                          CUgraphEdgeData *edgeData, size_t *numDependencies) {
    const xs_graph_node *node = xs_graph_node_of(hNode);

    if (!node || !numDependencies)
        return CUDA_ERROR_INVALID_VALUE;
    return give_edges(&node->before, dependencies, edgeData, numDependencies);
}

CUresult xs_cuGraphNodeGetDependencies(CUgraphNode hNode, CUgraphNode *dependencies,
                                       size_t *numDependencies) {
    return xs_cuGraphNodeGetDependencies_v2(hNode, dependencies, NULL, numDependencies);
}

CUresult xs_cuGraphNodeGetDependentNodes_v2(CUgraphNode hNode, CUgraphNode *dependentNodes,
                                            CUgraphEdgeData *edgeData,
                                            size_t *numDependentNodes) {
    const xs_graph_node *node = xs_graph_node_of(hNode);

    if (!node || !numDependentNodes)
        return CUDA_ERROR_INVALID_VALUE;
    return give_edges(&node->after, dependentNodes, edgeData, numDependentNodes);
}

CUresult xs_cuGraphNodeGetDependentNodes(CUgraphNode hNode, CUgraphNode *dependentNodes,
                                         size_t *numDependentNodes) {
    return xs_cuGraphNodeGetDependentNodes_v2(hNode, dependentNodes, NULL, numDependentNodes);
}

/* ------------------------------------------------------------------ edges that are edited */

static CUresult check_edge(xs_graph *graph, const xs_graph_node *from, const xs_graph_node *to) {
    if (!from || !to || from == to || from->graph != graph || to->graph != graph)
        return CUDA_ERROR_INVALID_VALUE;
    return CUDA_SUCCESS;
}

CUresult xs_cuGraphAddDependencies_v2(CUgraph hGraph, const CUgraphNode *from,
                                      const CUgraphNode *to, const CUgraphEdgeData *edgeData,
                                      size_t numDependencies) {
    xs_graph *graph = xs_graph_of(hGraph);
    CUresult result = CUDA_SUCCESS;

    if (!graph || (numDependencies && (!from || !to)))
        return CUDA_ERROR_INVALID_VALUE;
    for (size_t i = 0; i < numDependencies && !result; i++) {
        xs_graph_node *first = xs_graph_node_of(from[i]), *second = xs_graph_node_of(to[i]);
        result = check_edge(graph, first, second);
        if (!result)
            result = xs_edges_have(&second->before, first)
                         ? CUDA_ERROR_INVALID_VALUE
                         : xs_graph_connect(first, second, edgeData ? &edgeData[i] : NULL);
    }
    return result;
}

CUresult xs_cuGraphAddDependencies(CUgraph hGraph, const CUgraphNode *from,
                                   const CUgraphNode *to, size_t numDependencies) {
    return xs_cuGraphAddDependencies_v2(hGraph, from, to, NULL, numDependencies);
}

CUresult xs_cuGraphRemoveDependencies_v2(CUgraph hGraph, const CUgraphNode *from,
                                         const CUgraphNode *to, const CUgraphEdgeData *edgeData,
                                         size_t numDependencies) {
    xs_graph *graph = xs_graph_of(hGraph);
    CUresult result = CUDA_SUCCESS;

    if (!graph || (numDependencies && (!from || !to)))
        return CUDA_ERROR_INVALID_VALUE;
    if (xs_graph_allocates(graph))
        return CUDA_ERROR_NOT_SUPPORTED;
    for (size_t i = 0; i < numDependencies && !result; i++) {
        xs_graph_node *first = xs_graph_node_of(from[i]), *second = xs_graph_node_of(to[i]);
        result = check_edge(graph, first, second);
        if (!result && !edges_remove(&second->before, first))
            result = CUDA_ERROR_INVALID_VALUE;
        if (!result)
            edges_remove(&first->after, second);
    }
    return result;
}

CUresult xs_cuGraphRemoveDependencies(CUgraph hGraph, const CUgraphNode *from,
                                      const CUgraphNode *to, size_t numDependencies) {
    return xs_cuGraphRemoveDependencies_v2(hGraph, from, to, NULL, numDependencies);
}
