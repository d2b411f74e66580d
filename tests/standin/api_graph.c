/* The exported calls of graphs. A graph is nodes with what they come after; an executable one is a
 * copy of it. A launch runs the nodes in the order added, which is one of those their edges allow;
 * fills and copies really happen. Checked besides: a node of another graph, one that comes after
 * itself or a later one, an executable graph destroyed while a launch of it has not run, one
 * launched when memory that its nodes name is gone. Copies are added in api_native.c. */
#include "standin.h"

#include <stdlib.h>
#include <string.h>

typedef struct node {
    object head;
    struct graph *graph;
    int number;
    operation work;
} node;

typedef struct graph {
    object head;
    node **nodes;
    int count;
} graph;

typedef struct executable {
    object head;
    operation *work;
    int count;
    int launched, uploaded;
} executable;

typedef struct kernel_params {
    void *function;
    unsigned int grid[3], block[3], shared_bytes;
    void **params, **extra;
    void *kernel, *context;
} kernel_params;

typedef struct memset_params {
    uint64_t destination;
    size_t pitch;
    unsigned int value, element_bytes;
    size_t width, height;
} memset_params;

_Static_assert(sizeof(kernel_params) == 72, "CUDA_KERNEL_NODE_PARAMS_v2");
_Static_assert(sizeof(memset_params) == 40, "CUDA_MEMSET_NODE_PARAMS");

API int cuGraphCreate(void **made, unsigned int flags)
{
    BEGIN(NEEDS_CONTEXT);
    if (flags)
        return call_end(INVALID_VALUE);
    *made = object_new(GRAPH, sizeof(graph));
    return call_end(SUCCESS);
}

API int cuGraphDestroy(void *handle)
{
    BEGIN(NEEDS_CONTEXT);
    if ((result = object_check(handle, GRAPH)))
        return call_end(result);
    for (int i = 0; i < ((graph *)handle)->count; i++)
        object_end(((graph *)handle)->nodes[i]);
    free(((graph *)handle)->nodes);
    object_end(handle);
    return call_end(SUCCESS);
}

static int depends_check(const graph *graph, void *const *depends, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const node *before = depends[i];

        if (object_check(before, NODE))
            return INVALID_HANDLE;
        if (before->graph != graph) {
            violation("a node comes after one of another graph");
            return INVALID_VALUE;
        }
        for (size_t j = 0; j < i; j++)
            if (depends[j] == before)
                return INVALID_VALUE;
        describe("%s%d", i ? "," : " after ", before->number);
    }
    return SUCCESS;
}

int graph_node_add(void **made, void *handle, void *const *depends, size_t count, operation work)
{
    graph *graph = handle;
    int result = object_check(handle, GRAPH);
    node *node;

    if (!result)
        result = depends_check(graph, depends, count);
    if (result)
        return result;
    node = object_new(NODE, sizeof *node);
    node->graph = graph;
    node->number = graph->count;
    node->work = work;
    graph->nodes = realloc(graph->nodes, (graph->count + 1u) * sizeof *graph->nodes);
    graph->nodes[graph->count++] = node;
    *made = node;
    return SUCCESS;
}

API int cuGraphAddEmptyNode(void **made, void *handle, void *const *depends, size_t count)
{
    BEGIN(NEEDS_CONTEXT);
    return call_end(graph_node_add(made, handle, depends, count, (operation){.what = LAUNCH}));
}

API int cuGraphAddKernelNode_v2(void **made, void *handle, void *const *depends, size_t count,
                                const kernel_params *params)
{
    BEGIN(NEEDS_CONTEXT);
    if (params->kernel || params->context)
        violation("a kernel node by CUkernel or in another context");
    result = launch_check(params->function, params->grid, params->block, params->shared_bytes,
                          params->params, params->extra);
    return call_end(result ? result : graph_node_add(made, handle, depends, count,
                                                     (operation){.what = LAUNCH}));
}

API int cuGraphAddMemsetNode(void **made, void *handle, void *const *depends, size_t count,
                             const memset_params *params, void *context)
{
    unsigned int width = params->element_bytes;

    BEGIN(NEEDS_CONTEXT);
    describe("%#lx %zu of %#x", params->destination, params->width, params->value);
    if (context != live_context)
        violation("a memset node in another context");
    if (params->height != 1 || (width != 1 && width != 2 && width != 4) ||
        params->destination % width || !is_device(params->destination, params->width * width))
        return call_end(INVALID_VALUE);
    return call_end(graph_node_add(made, handle, depends, count,
                                   (operation){.what = FILL, .destination = params->destination,
                                               .bytes = params->width, .value = params->value,
                                               .width = width}));
}

API int cuGraphKernelNodeSetAttribute(void *node, int attribute, const void *value)
{
    BEGIN(NEEDS_CONTEXT);
    if ((result = object_check(node, NODE)))
        return call_end(result);
    describe("%d=%02x", attribute, *(const unsigned char *)value);
    if (attribute == 3 || attribute == 6 || attribute == 8)
        violation("attribute %d on a graph's node", attribute);
    return call_end(SUCCESS);
}

API int cuGraphInstantiateWithFlags(void **made, void *handle, unsigned long long flags)
{
    const graph *graph = handle;
    executable *executable;

    BEGIN(NEEDS_CONTEXT);
    if ((result = object_check(handle, GRAPH)))
        return call_end(result);
    describe("%d nodes", graph->count);
    if (flags)
        violation("instantiated with flags %llu: nodes run at the stream's priority", flags);
    executable = object_new(EXECUTABLE, sizeof *executable);
    executable->count = graph->count;
    executable->work = malloc((graph->count + 1u) * sizeof *executable->work);
    for (int i = 0; i < graph->count; i++)
        executable->work[i] = graph->nodes[i]->work;
    *made = executable;
    return call_end(SUCCESS);
}

API int cuGraphUpload(void *handle, void *stream)
{
    BEGIN(NEEDS_CONTEXT);
    if (!(result = object_check(handle, EXECUTABLE)) && !(result = object_check(stream, STREAM)))
        ((executable *)handle)->uploaded = 1;
    return call_end(result);
}

API int cuGraphExecDestroy(void *handle)
{
    BEGIN(NEEDS_CONTEXT);
    if ((result = object_check(handle, EXECUTABLE)))
        return call_end(result);
    if (queue_holds(handle))
        violation("an executable graph was destroyed before its launch ran");
    free(((executable *)handle)->work);
    object_end(handle);
    return call_end(SUCCESS);
}

/* Whether what a node names is still there. */
static int work_is_there(const operation *work)
{
    uint64_t bytes = work->bytes * work->width;

    if (work->destination && !is_device(work->destination, bytes) &&
        !is_pinned(work->destination, bytes))
        return 0;
    return !work->source || is_device(work->source, bytes) || is_pinned(work->source, bytes);
}

API int cuGraphLaunch(void *handle, void *stream)
{
    executable *executable = handle;

    BEGIN(NEEDS_CONTEXT);
    if ((result = object_check(handle, EXECUTABLE)) || (result = object_check(stream, STREAM)))
        return call_end(result);
    describe("%d nodes", executable->count);
    if (!executable->uploaded)
        violation("the first launch of a graph carries it to the device: a millisecond");
    for (int i = 0; i < executable->count; i++)
        if (!work_is_there(&executable->work[i])) {
            violation("a graph launched after memory of its node %d went", i);
            return call_end(INVALID_VALUE);
        }
    executable->launched++;
    for (int i = 0; i < executable->count; i++) {
        operation work = executable->work[i];

        work.graph = handle;
        stream_push(stream, work);
    }
    return call_end(SUCCESS);
}
