/* Memory that graphs allocate: cuMemAllocAsync in a capture, allocation nodes.
 *
 * Decides its address once, when the node is made, out of the device's current pool; it is
 * the graph's and its executable form's until both are gone, so that launches only have to
 * agree on who may use it. An allocation that comes behind a free of the same graph gets that
 * memory again. Source: driver API, graph memory nodes. */
#include <pthread.h>
#include <stdlib.h>

#include "xs/graphs.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint64_t used, used_high;

/* ------------------------------------------------------------------ holding */

void xs_graph_memory_hold(xs_graph_memory *memory) {
    __atomic_fetch_add(&memory->references, 1, __ATOMIC_RELAXED);
}

void xs_graph_memory_drop(xs_graph_memory *memory, const xs_stream *stream) {
    xs_span span;

    if (stream) { /* a free; references to come are nodes', which say nothing of streams */
        memory->line = stream->object.index;
        memory->seq = xs_stream_last(stream);
    }
    if (__atomic_sub_fetch(&memory->references, 1, __ATOMIC_ACQ_REL))
        return;
    xs_span_remove(memory->address, XS_SPAN_GRAPH, &span);
    xs_pool_give(memory->pool, memory->address, memory->line, memory->seq);
    pthread_mutex_lock(&lock);
    used -= memory->bytes;
    pthread_mutex_unlock(&lock);
    free(memory);
}

static xs_graph_memory *memory_at(CUdeviceptr address) {
    xs_span span;

    if (!xs_span_find(address, &span) || span.kind != XS_SPAN_GRAPH || span.start != address)
        return NULL;
    return span.owner;
}

static CUresult make(uint64_t bytes, xs_graph_memory **made) {
    xs_graph_memory *memory = calloc(1, sizeof *memory);
    xs_span span = {.kind = XS_SPAN_GRAPH, .bytes = bytes, .owner = memory};
    CUresult result;

    if (!memory)
        return CUDA_ERROR_OUT_OF_MEMORY;
    result = xs_pool_take(bytes, &memory->pool, &memory->address);
    if (result) {
        free(memory);
        return result;
    }
    span.start = memory->address;
    result = xs_span_add(&span);
    if (result) {
        xs_pool_give(memory->pool, memory->address, 0, 0);
        free(memory);
        return result;
    }
    memory->bytes = bytes;
    memory->references = 1;
    pthread_mutex_lock(&lock);
    used += bytes;
    if (used > used_high)
        used_high = used;
    pthread_mutex_unlock(&lock);
    *made = memory;
    return CUDA_SUCCESS;
}

/* The smallest that was freed by a node all of which the next one comes after. */
static xs_graph_memory *freed_before(xs_graph *graph, const xs_graph_edges *before,
                                     uint64_t bytes) {
    xs_graph_memory *best = NULL;

    if (!before->count || !xs_graph_mark(graph, before))
        return NULL;
    for (xs_graph_node *node = graph->first; node; node = node->next) {
        xs_graph_memory *memory = node->work.u.memory;
        if (node->mark && node->work.type == CU_GRAPH_NODE_TYPE_MEM_FREE &&
            memory->freed_by == node && memory->bytes >= bytes &&
            (!best || memory->bytes < best->bytes))
            best = memory;
    }
    return best;
}

CUresult xs_graph_memory_work(xs_node_work *work, xs_graph *graph, const xs_graph_edges *before,
                              uint64_t bytes) {
    xs_graph_memory *memory = freed_before(graph, before, bytes);
    CUresult result = CUDA_SUCCESS;

    *work = (xs_node_work){.type = CU_GRAPH_NODE_TYPE_MEM_ALLOC};
    if (memory) {
        memory->freed_by = NULL;
        xs_graph_memory_hold(memory);
    } else {
        result = make(bytes, &memory);
    }
    work->u.memory = memory;
    return result;
}

CUresult xs_graph_memory_free_work(xs_node_work *work, CUdeviceptr address) {
    xs_graph_memory *memory = memory_at(address);

    if (!memory || memory->freed_by)
        return CUDA_ERROR_INVALID_VALUE;
    *work = (xs_node_work){.type = CU_GRAPH_NODE_TYPE_MEM_FREE};
    work->u.memory = memory;
    xs_graph_memory_hold(memory);
    return CUDA_SUCCESS;
}

int xs_graph_allocates(const xs_graph *graph) {
    for (const xs_graph_node *node = graph->first; node; node = node->next)
        if (node->work.type == CU_GRAPH_NODE_TYPE_MEM_ALLOC ||
            node->work.type == CU_GRAPH_NODE_TYPE_MEM_FREE)
            return 1;
    return 0;
}

/* ------------------------------------------------------------------ what launches leave */

/* The memory a node allocates or frees; NULL: it does neither. */
static xs_graph_memory *memory_of(const xs_graph_node *node) {
    int is_one = node->work.type == CU_GRAPH_NODE_TYPE_MEM_ALLOC ||
                 node->work.type == CU_GRAPH_NODE_TYPE_MEM_FREE;

    return is_one ? node->work.u.memory : NULL;
}

int xs_graph_memory_claim(const xs_graph *graph) {
    for (const xs_graph_node *node = graph->first; node; node = node->next)
        if (node->work.type == CU_GRAPH_NODE_TYPE_MEM_ALLOC && node->work.u.memory->instantiated)
            return 0;
    for (const xs_graph_node *node = graph->first; node; node = node->next)
        if (node->work.type == CU_GRAPH_NODE_TYPE_MEM_ALLOC)
            node->work.u.memory->instantiated = 1;
    return 1;
}

void xs_graph_memory_unclaim(const xs_graph *graph) {
    for (const xs_graph_node *node = graph->first; node; node = node->next)
        if (node->work.type == CU_GRAPH_NODE_TYPE_MEM_ALLOC)
            node->work.u.memory->instantiated = 0;
}

CUresult xs_graph_memory_left(const xs_graph *graph, xs_memory_left **left, uint32_t *count) {
    xs_memory_left *at = malloc((graph->count + 1) * sizeof *at);
    xs_graph_memory *memory;

    *left = at;
    *count = 0;
    if (!at)
        return CUDA_ERROR_OUT_OF_MEMORY;
    for (const xs_graph_node *node = graph->first; node; node = node->next)
        if ((memory = memory_of(node)))
            memory->net = 0;
    for (const xs_graph_node *node = graph->first; node; node = node->next)
        if ((memory = memory_of(node)))
            memory->net += node->work.type == CU_GRAPH_NODE_TYPE_MEM_ALLOC ? 1 : -1;
    for (const xs_graph_node *node = graph->first; node; node = node->next) {
        memory = memory_of(node);
        if (!memory || !memory->net)
            continue;
        at[(*count)++] = (xs_memory_left){memory, memory->net};
        memory->net = 0;
    }
    return CUDA_SUCCESS;
}

CUresult xs_graph_memory_check(const xs_memory_left *left, uint32_t count, int auto_free) {
    for (uint32_t i = 0; i < count; i++)
        if (left[i].net > 0 ? left[i].memory->live && !auto_free : !left[i].memory->live)
            return CUDA_ERROR_INVALID_VALUE;
    return CUDA_SUCCESS;
}

void xs_graph_memory_launched(const xs_memory_left *left, uint32_t count,
                              const xs_stream *stream) {
    for (uint32_t i = 0; i < count; i++) {
        xs_graph_memory *memory = left[i].memory;
        int live = left[i].net > 0;
        if (memory->live == live)
            continue;
        memory->live = live;
        if (live)
            xs_graph_memory_hold(memory);
        else
            xs_graph_memory_drop(memory, stream);
    }
}

int xs_graph_memory_free(CUdeviceptr address, const xs_stream *stream, CUresult *result) {
    xs_graph_memory *memory = memory_at(address);

    if (!memory)
        return 0;
    *result = memory->live ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
    if (memory->live) {
        memory->live = 0;
        xs_graph_memory_drop(memory, stream);
    }
    return 1;
}

/* ------------------------------------------------------------------ the program's calls */

CUresult xs_cuGraphMemAllocNodeGetParams(CUgraphNode hNode,
                                         CUDA_MEM_ALLOC_NODE_PARAMS *params_out) {
    const xs_graph_node *node = xs_graph_node_of(hNode);

    if (!node || !params_out || node->work.type != CU_GRAPH_NODE_TYPE_MEM_ALLOC)
        return CUDA_ERROR_INVALID_VALUE;
    *params_out = (CUDA_MEM_ALLOC_NODE_PARAMS){
        .poolProps = {.allocType = CU_MEM_ALLOCATION_TYPE_PINNED,
                      .location = {CU_MEM_LOCATION_TYPE_DEVICE, 0}},
        .bytesize = node->work.u.memory->bytes,
        .dptr = node->work.u.memory->address};
    return CUDA_SUCCESS;
}

CUresult xs_cuGraphMemFreeNodeGetParams(CUgraphNode hNode, CUdeviceptr *dptr_out) {
    const xs_graph_node *node = xs_graph_node_of(hNode);

    if (!node || !dptr_out || node->work.type != CU_GRAPH_NODE_TYPE_MEM_FREE)
        return CUDA_ERROR_INVALID_VALUE;
    *dptr_out = node->work.u.memory->address;
    return CUDA_SUCCESS;
}

enum { USED_CURRENT, USED_HIGH, RESERVED_CURRENT, RESERVED_HIGH };

/* What is reserved is the pool's; here it is what is used. */
CUresult xs_cuDeviceGetGraphMemAttribute(CUdevice device, CUgraphMem_attribute attr,
                                         void *value) {
    if (!xs_device_of(device))
        return CUDA_ERROR_INVALID_DEVICE;
    if (!value || attr < USED_CURRENT || attr > RESERVED_HIGH)
        return CUDA_ERROR_INVALID_VALUE;
    pthread_mutex_lock(&lock);
    *(uint64_t *)value = attr == USED_CURRENT || attr == RESERVED_CURRENT ? used : used_high;
    pthread_mutex_unlock(&lock);
    return CUDA_SUCCESS;
}

CUresult xs_cuDeviceSetGraphMemAttribute(CUdevice device, CUgraphMem_attribute attr,
                                         void *value) {
    if (!xs_device_of(device))
        return CUDA_ERROR_INVALID_DEVICE;
    if (!value || (attr != USED_HIGH && attr != RESERVED_HIGH) || *(const uint64_t *)value)
        return CUDA_ERROR_INVALID_VALUE;
    pthread_mutex_lock(&lock);
    used_high = used;
    pthread_mutex_unlock(&lock);
    return CUDA_SUCCESS;
}

CUresult xs_cuDeviceGraphMemTrim(CUdevice device) {
    if (!xs_device_of(device))
        return CUDA_ERROR_INVALID_DEVICE;
    xs_graph_execs_reap();
    return CUDA_SUCCESS;
}
