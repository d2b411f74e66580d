/* What a node does: parameters read, checked, copied.
 *
 * Decides what of a program's parameters is copied (all they point to) and what is wrong with
 * them. Used for nodes of graphs and of executable forms alike. Source: driver API, graph
 * management, the structures of node parameters. */
#include <stdlib.h>

#include "xs/graphs.h"

CUresult xs_node_work_kernel(xs_node_work *work, xs_function *function, const xs_shape *shape,
                             const uint8_t *params, const CUlaunchAttribute *attributes,
                             uint32_t count) {
    size_t head = count * sizeof *attributes + function->params_count * sizeof(void *);
    uint8_t *store = malloc(head + function->params_bytes + 1);

    if (!store)
        return CUDA_ERROR_OUT_OF_MEMORY;
    *work = (xs_node_work){.type = CU_GRAPH_NODE_TYPE_KERNEL};
    work->u.kernel.function = function;
    work->u.kernel.handle = (CUfunction)function;
    work->u.kernel.shape = *shape;
    work->u.kernel.attributes = (CUlaunchAttribute *)store;
    work->u.kernel.attributes_count = count;
    work->u.kernel.pointers = (void **)(store + count * sizeof *attributes);
    work->u.kernel.params_count = function->params_count;
    work->u.kernel.params = store + head;
    work->u.kernel.params_bytes = function->params_bytes;
    if (count)
        memcpy(work->u.kernel.attributes, attributes, count * sizeof *attributes);
    for (uint32_t i = 0; i < function->params_count; i++)
        work->u.kernel.pointers[i] = store + head + function->offsets[i];
    if (function->params_bytes)
        memcpy(work->u.kernel.params, params, function->params_bytes);
    return CUDA_SUCCESS;
}

/* The function may be gone meanwhile. */
static CUresult copy_kernel(xs_node_work *to, const xs_node_work *from) {
    const uint8_t *old = (const uint8_t *)from->u.kernel.attributes;
    size_t head = (size_t)(from->u.kernel.params - old);
    uint8_t *store = malloc(head + from->u.kernel.params_bytes + 1);

    if (!store)
        return CUDA_ERROR_OUT_OF_MEMORY;
    memcpy(store, old, head + from->u.kernel.params_bytes);
    *to = *from;
    to->u.kernel.attributes = (CUlaunchAttribute *)store;
    to->u.kernel.pointers = (void **)(store + ((const uint8_t *)from->u.kernel.pointers - old));
    to->u.kernel.params = store + head;
    for (uint32_t i = 0; i < to->u.kernel.params_count; i++)
        to->u.kernel.pointers[i] = store + ((const uint8_t *)from->u.kernel.pointers[i] - old);
    return CUDA_SUCCESS;
}

CUresult xs_node_work_copy(xs_node_work *to, const xs_node_work *from) {
    size_t bytes;

    *to = *from;
    switch (from->type) {
    case CU_GRAPH_NODE_TYPE_KERNEL:
        return copy_kernel(to, from);
    case CU_GRAPH_NODE_TYPE_GRAPH:
        to->u.child = xs_graph_copy(from->u.child);
        if (!to->u.child)
            return CUDA_ERROR_OUT_OF_MEMORY;
        to->u.child->owned = 1;
        return CUDA_SUCCESS;
    case CU_GRAPH_NODE_TYPE_BATCH_MEM_OP:
        bytes = from->u.words.count * sizeof *from->u.words.paramArray;
        to->u.words.paramArray = malloc(bytes + 1);
        if (!to->u.words.paramArray)
            return CUDA_ERROR_OUT_OF_MEMORY;
        if (bytes)
            memcpy(to->u.words.paramArray, from->u.words.paramArray, bytes);
        return CUDA_SUCCESS;
    case CU_GRAPH_NODE_TYPE_MEM_ALLOC:
    case CU_GRAPH_NODE_TYPE_MEM_FREE:
        xs_graph_memory_hold(from->u.memory);
        return CUDA_SUCCESS;
    default:
        return CUDA_SUCCESS;
    }
}

void xs_node_work_free(xs_node_work *work) {
    if (work->type == CU_GRAPH_NODE_TYPE_KERNEL)
        free(work->u.kernel.attributes);
    else if (work->type == CU_GRAPH_NODE_TYPE_GRAPH)
        xs_graph_free(work->u.child);
    else if (work->type == CU_GRAPH_NODE_TYPE_BATCH_MEM_OP)
        free(work->u.words.paramArray);
    else if (work->type == CU_GRAPH_NODE_TYPE_MEM_ALLOC ||
             work->type == CU_GRAPH_NODE_TYPE_MEM_FREE)
        xs_graph_memory_drop(work->u.memory, NULL);
    work->type = CU_GRAPH_NODE_TYPE_EMPTY;
}

void xs_node_work_bytes(xs_node_work *work, uint64_t to, uint64_t from, uint64_t bytes) {
    CUDA_MEMCPY3D *copy = &work->u.copy;

    *work = (xs_node_work){.type = CU_GRAPH_NODE_TYPE_MEMCPY};
    copy->WidthInBytes = copy->srcPitch = copy->dstPitch = bytes;
    copy->Height = copy->Depth = copy->srcHeight = copy->dstHeight = 1;
    copy->srcMemoryType = xs_is_device(from) ? CU_MEMORYTYPE_DEVICE : CU_MEMORYTYPE_HOST;
    copy->dstMemoryType = xs_is_device(to) ? CU_MEMORYTYPE_DEVICE : CU_MEMORYTYPE_HOST;
    if (copy->srcMemoryType == CU_MEMORYTYPE_DEVICE)
        copy->srcDevice = from;
    else
        copy->srcHost = (const void *)(uintptr_t)from;
    if (copy->dstMemoryType == CU_MEMORYTYPE_DEVICE)
        copy->dstDevice = to;
    else
        copy->dstHost = (void *)(uintptr_t)to;
}

/* ------------------------------------------------------------------ what a program gives */

CUresult xs_read_kernel(xs_node_work *work, const CUDA_KERNEL_NODE_PARAMS *p,
                        const CUlaunchAttribute *attributes, uint32_t count) {
    xs_function *function = p ? xs_function_of(p->func ? (void *)p->func : (void *)p->kern) : NULL;
    CUresult result;
    xs_shape shape;

    if (!function)
        return p ? CUDA_ERROR_INVALID_HANDLE : CUDA_ERROR_INVALID_VALUE;
    shape = (xs_shape){{p->gridDimX, p->gridDimY, p->gridDimZ},
                       {p->blockDimX, p->blockDimY, p->blockDimZ}, p->sharedMemBytes};
    {
        uint8_t packed[function->params_bytes + 1];
        result = xs_launch_check(function, &shape, p->kernelParams, p->extra, attributes, count,
                                 packed);
        if (!result)
            result = xs_node_work_kernel(work, function, &shape, packed, attributes, count);
    }
    if (!result && !p->func)
        work->u.kernel.handle = NULL; /* it was given as a CUkernel */
    return result;
}

CUresult xs_read_kernel_v1(xs_node_work *work, const CUDA_KERNEL_NODE_PARAMS_v1 *p,
                           const CUlaunchAttribute *attributes, uint32_t count) {
    CUDA_KERNEL_NODE_PARAMS whole = {0};

    if (!p)
        return CUDA_ERROR_INVALID_VALUE;
    memcpy(&whole, p, sizeof *p);
    return xs_read_kernel(work, &whole, attributes, count);
}

CUresult xs_read_copy(xs_node_work *work, const CUDA_MEMCPY3D *p) {
    xs_box box;

    if (!p)
        return CUDA_ERROR_INVALID_VALUE;
    *work = (xs_node_work){.type = CU_GRAPH_NODE_TYPE_MEMCPY};
    work->u.copy = *p;
    return xs_box_read(p, &box);
}

CUresult xs_read_fill(xs_node_work *work, const CUDA_MEMSET_NODE_PARAMS *p) {
    uint64_t row;

    if (!p || (p->elementSize != 1 && p->elementSize != 2 && p->elementSize != 4) ||
        p->width > UINT32_MAX || p->height > UINT32_MAX || p->dst % p->elementSize)
        return CUDA_ERROR_INVALID_VALUE;
    row = p->width * p->elementSize;
    if (p->height > 1 && (p->pitch % p->elementSize || p->pitch < row ||
                          p->pitch > INT64_MAX / p->height))
        return CUDA_ERROR_INVALID_VALUE;
    if (row && p->height &&
        !xs_span_device(p->dst, (p->height - 1) * (p->height > 1 ? p->pitch : 0) + row))
        return CUDA_ERROR_INVALID_VALUE;
    *work = (xs_node_work){.type = CU_GRAPH_NODE_TYPE_MEMSET};
    work->u.fill = *p;
    return CUDA_SUCCESS;
}

CUresult xs_read_host(xs_node_work *work, const CUDA_HOST_NODE_PARAMS *p) {
    if (!p || !p->fn)
        return CUDA_ERROR_INVALID_VALUE;
    *work = (xs_node_work){.type = CU_GRAPH_NODE_TYPE_HOST};
    work->u.host = *p;
    return CUDA_SUCCESS;
}

CUresult xs_read_words(xs_node_work *work, const CUDA_BATCH_MEM_OP_NODE_PARAMS *p) {
    xs_node_work given = {.type = CU_GRAPH_NODE_TYPE_BATCH_MEM_OP};

    if (!p || p->flags || p->count > 256 || (p->count && !p->paramArray))
        return CUDA_ERROR_INVALID_VALUE;
    for (unsigned i = 0; i < p->count; i++)
        if (!xs_word_is_valid(&p->paramArray[i]))
            return CUDA_ERROR_INVALID_VALUE;
    given.u.words = *p;
    return xs_node_work_copy(work, &given);
}

CUresult xs_read_event(xs_node_work *work, CUgraphNodeType type, CUevent event) {
    if (!xs_event_wire(event))
        return CUDA_ERROR_INVALID_HANDLE;
    *work = (xs_node_work){.type = type};
    work->u.event = event;
    return CUDA_SUCCESS;
}

CUresult xs_read_child(xs_node_work *work, CUgraph handle) {
    xs_node_work given = {.type = CU_GRAPH_NODE_TYPE_GRAPH};

    given.u.child = xs_graph_of(handle);
    if (!given.u.child)
        return CUDA_ERROR_INVALID_VALUE;
    if (xs_graph_allocates(given.u.child))
        return CUDA_ERROR_NOT_SUPPORTED;
    return xs_node_work_copy(work, &given);
}

CUresult xs_read_params(xs_node_work *work, const CUgraphNodeParams *p, const xs_node_work *old) {
    static int said;
    CUDA_MEMSET_NODE_PARAMS fill;

    if (!p)
        return CUDA_ERROR_INVALID_VALUE;
    if (old && old->type != p->type)
        return CUDA_ERROR_INVALID_VALUE;
    switch (p->type) {
    case CU_GRAPH_NODE_TYPE_KERNEL:
        return xs_read_kernel(work, &p->u.kernel, old ? old->u.kernel.attributes : NULL,
                              old ? old->u.kernel.attributes_count : 0);
    case CU_GRAPH_NODE_TYPE_MEMCPY:
        return xs_read_copy(work, &p->u.memcpy.copyParams);
    case CU_GRAPH_NODE_TYPE_MEMSET:
        memcpy(&fill, &p->u.memset, sizeof fill);
        return xs_read_fill(work, &fill);
    case CU_GRAPH_NODE_TYPE_HOST:
        return xs_read_host(work, &p->u.host);
    case CU_GRAPH_NODE_TYPE_GRAPH:
        return p->u.graph.ownership ? xs_refuse("a child graph that is moved", &said)
                                    : xs_read_child(work, p->u.graph.graph);
    case CU_GRAPH_NODE_TYPE_EMPTY:
        *work = (xs_node_work){.type = CU_GRAPH_NODE_TYPE_EMPTY};
        return CUDA_SUCCESS;
    case CU_GRAPH_NODE_TYPE_WAIT_EVENT:
    case CU_GRAPH_NODE_TYPE_EVENT_RECORD:
        return xs_read_event(work, p->type, p->u.event);
    case CU_GRAPH_NODE_TYPE_BATCH_MEM_OP:
        return xs_read_words(work, &p->u.memOp);
    default:
        return xs_refuse("a graph node of this type", &said);
    }
}
