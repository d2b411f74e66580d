/* Native graphs of the CUDA backend: one segment of a tenant's graph each.
 *
 * Decides how nodes become driver calls, and which launch attributes a node keeps. A node runs
 * at the priority of the stream that the graph is launched on (the driver's rule unless asked
 * otherwise at instantiation), which is the class's: PRIORITY is dropped. So are attributes
 * that only concern a stream: PROGRAMMATIC_STREAM_SERIALIZATION is a permission to overlap.
 * graph_open and graph_close run on the control thread, graph_launch on those that issue.
 * Called through the table that issue.c fills. */
#include "broker/device/cuda/issue.h"

#include <stdlib.h>
#include <string.h>

#define RESULT_OUT_OF_MEMORY 2
#define RESULT_INVALID_VALUE 1

#define PARAM_BUFFER_END ((void *)0)
#define PARAM_BUFFER_POINTER ((void *)1)
#define PARAM_BUFFER_SIZE ((void *)2)

_Static_assert(sizeof(xs_cuda_kernel_node) == 72, "CUDA_KERNEL_NODE_PARAMS_v2");
_Static_assert(sizeof(xs_cuda_memset_node) == 40, "CUDA_MEMSET_NODE_PARAMS");

static int is_of_streams(int id)
{
    return id == 3 /* SYNCHRONIZATION_POLICY */ || id == 6 /* PROGRAMMATIC_STREAM_SERIALIZATION */;
}

static int attributes_set(const xs_cuda *device, void *node, const xs_launch *launch)
{
    xs_cuda_attribute kept[XS_CUDA_ATTRIBUTES_MAX];
    unsigned int count;
    int result = xs_cuda_attributes_filter(launch, kept, &count);

    for (unsigned int i = 0; !result && i < count; i++)
        if (!is_of_streams(kept[i].id))
            result = device->cuGraphKernelNodeSetAttribute(node, kept[i].id, kept[i].value);
    return result;
}

/* The driver copies the parameters before it returns. */
static int kernel_add(const xs_cuda *device, void *graph, const xs_launch *launch,
                      void **depends, size_t depends_count, void **node)
{
    size_t params_bytes = launch->params_bytes;
    void *buffer[] = {PARAM_BUFFER_POINTER, (void *)launch->params, PARAM_BUFFER_SIZE,
                      &params_bytes, PARAM_BUFFER_END};
    xs_cuda_kernel_node params = {
        .function = launch->function,
        .grid = {launch->grid[0], launch->grid[1], launch->grid[2]},
        .block = {launch->block[0], launch->block[1], launch->block[2]},
        .shared_bytes = launch->shared_bytes,
        .extra = params_bytes ? buffer : NULL,
    };
    int result = device->cuGraphAddKernelNode(node, graph, depends, depends_count, &params);

    return result || !launch->attributes_count ? result : attributes_set(device, *node, launch);
}

static int fill_add(const xs_cuda *device, void *graph, const xs_graph_node *from,
                    void **depends, size_t depends_count, void **node)
{
    xs_cuda_memset_node params = {
        .destination = from->u.fill.destination,
        .value = from->u.fill.value,
        .element_bytes = from->u.fill.width,
        .width = from->u.fill.count,
        .height = 1,
    };

    return device->cuGraphAddMemsetNode(node, graph, depends, depends_count, &params,
                                        device->context);
}

static int node_add(const xs_cuda *device, void *graph, const xs_graph_node *from,
                    void **depends, void **node)
{
    switch (from->kind) {
    case XS_NODE_EMPTY:
        return device->cuGraphAddEmptyNode(node, graph, depends, from->depends_count);
    case XS_NODE_LAUNCH:
        return kernel_add(device, graph, &from->u.launch, depends, from->depends_count, node);
    case XS_NODE_FILL:
        return fill_add(device, graph, from, depends, from->depends_count, node);
    }
    return RESULT_INVALID_VALUE;
}

/* made: room for count nodes; depends: for the most that one comes after. */
static int nodes_add(const xs_cuda *device, void *graph, const xs_graph_node *nodes,
                     uint32_t count, void **made, void **depends, uint32_t *bad)
{
    for (uint32_t i = 0; i < count; i++) {
        int result;

        for (uint32_t d = 0; d < nodes[i].depends_count; d++)
            depends[d] = made[nodes[i].depends[d]];
        result = node_add(device, graph, &nodes[i], depends, &made[i]);
        if (result) {
            *bad = i;
            return result;
        }
    }
    return 0;
}

/* The first launch of an executable graph would carry it to the device, which takes up to a
 * millisecond: that is done here, on a stream of the control half. */
static int instantiate(const xs_cuda *device, void *graph, void **executable)
{
    int result = device->cuGraphInstantiateWithFlags(executable, graph, 0);

    if (result || !device->upload_stream)
        return result;
    result = device->cuGraphUpload(*executable, device->upload_stream);
    if (result) {
        device->cuGraphExecDestroy(*executable);
        *executable = NULL;
    }
    return result;
}

int xs_cuda_graph_open(void *opaque, const xs_graph_node *nodes, uint32_t count, void **out,
                       uint32_t *bad)
{
    const xs_cuda *device = opaque;
    void **made = calloc(count + 1, sizeof *made);
    void **depends = calloc(count + 1, sizeof *depends);
    void *graph = NULL;
    int result = made && depends ? 0 : RESULT_OUT_OF_MEMORY;

    if (!result)
        result = device->cuGraphCreate(&graph, 0);
    if (!result) {
        result = nodes_add(device, graph, nodes, count, made, depends, bad);
        if (!result)
            result = instantiate(device, graph, out);
        device->cuGraphDestroy(graph);
    }
    free(made);
    free(depends);
    return result;
}

int xs_cuda_graph_close(void *opaque, void *executable)
{
    return ((const xs_cuda *)opaque)->cuGraphExecDestroy(executable);
}

int xs_cuda_graph_launch(void *opaque, void *stream, void *executable)
{
    xs_cuda_launched(opaque, stream, 0);
    return ((const xs_cuda *)opaque)->cuGraphLaunch(executable, stream);
}
