/* The native half of the CUDA backend: an xs_backend table over driver entry points.
 *
 * Decides how one operation becomes driver calls: where a copy is split, which launch
 * attributes pass, which driver priority a level gets. Must never know sessions, classes or
 * windows, nor load a library: the Python half (driver.py) fetches every entry point with
 * cuGetProcAddress and hands it over by name (_issue.pyx), so building needs neither cuda.h
 * nor a driver.
 *
 * Called by _issue.pyx to fill the table, then by worker.c through the table. */
#ifndef XS_CUDA_ISSUE_H
#define XS_CUDA_ISSUE_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "broker/device/backend.h"

/* Host memory is registered in pieces that end at multiples of this at the latest (backend.py cuts
 * them so), and one copy that crosses the end of a piece fails: copies are split there. Where less
 * was registered at a time, the worker has ended the copy (worker_copies.c). */
#define XS_CUDA_PIECE_BYTES ((uint64_t)8 << 20)

/* As many launch attributes as the wire lets through (schema.toml attributes_max). */
#define XS_CUDA_ATTRIBUTES_MAX 16

/* CUlaunchAttribute and CUlaunchConfig of the driver API, 12.0 and later. */
typedef struct xs_cuda_attribute {
    int id;
    char padding[4];
    char value[64];
} xs_cuda_attribute;

typedef struct xs_cuda_config {
    unsigned int grid[3];
    unsigned int block[3];
    unsigned int shared_bytes;
    void *stream;
    xs_cuda_attribute *attributes;
    unsigned int attributes_count;
} xs_cuda_config;

/* CUDA_KERNEL_NODE_PARAMS_v2 and CUDA_MEMSET_NODE_PARAMS of the driver API, 12.0 and later. */
typedef struct xs_cuda_kernel_node {
    void *function;
    unsigned int grid[3];
    unsigned int block[3];
    unsigned int shared_bytes;
    void **params;
    void **extra;
    void *kernel;
    void *context;
} xs_cuda_kernel_node;

typedef struct xs_cuda_memset_node {
    uint64_t destination;
    size_t pitch;
    unsigned int value;
    unsigned int element_bytes;
    size_t width; /* elements */
    size_t height;
} xs_cuda_memset_node;
/* CUDA_MEMCPY2D. memory_type: 1 host, 2 device. */
typedef struct xs_cuda_side {
    size_t x_bytes, y;
    unsigned int memory_type;
    const void *host;
    uint64_t device;
    void *array;
    size_t pitch;
} xs_cuda_side;

typedef struct xs_cuda_rows {
    xs_cuda_side source, destination;
    size_t row_bytes, rows;
} xs_cuda_rows;

/* Every driver call of this half: name as in the driver API, C type of its arguments. Streams,
 * events, functions and contexts are opaque pointers; device addresses are 64-bit numbers. */
#define XS_CUDA_CALLS(CALL) \
    CALL(cuCtxSetCurrent, (void *context)) \
    CALL(cuStreamCreateWithPriority, (void **stream, unsigned int flags, int priority)) \
    CALL(cuStreamDestroy, (void *stream)) \
    CALL(cuStreamQuery, (void *stream)) \
    CALL(cuStreamWaitEvent, (void *stream, void *event, unsigned int flags)) \
    CALL(cuStreamWriteValue32, (void *stream, uint64_t address, uint32_t value, \
                                unsigned int flags)) \
    CALL(cuStreamWriteValue64, (void *stream, uint64_t address, uint64_t value, \
                                unsigned int flags)) \
    CALL(cuStreamWaitValue32, (void *stream, uint64_t address, uint32_t value, \
                               unsigned int flags)) \
    CALL(cuStreamWaitValue64, (void *stream, uint64_t address, uint64_t value, \
                               unsigned int flags)) \
    CALL(cuEventCreate, (void **event, unsigned int flags)) \
    CALL(cuEventDestroy, (void *event)) \
    CALL(cuEventRecord, (void *event, void *stream)) \
    CALL(cuEventElapsedTime, (float *milliseconds, void *start, void *end)) \
    CALL(cuLaunchKernel, (void *function, unsigned int grid_x, unsigned int grid_y, \
                          unsigned int grid_z, unsigned int block_x, unsigned int block_y, \
                          unsigned int block_z, unsigned int shared_bytes, void *stream, \
                          void **params, void **extra)) \
    CALL(cuLaunchKernelEx, (const xs_cuda_config *config, void *function, void **params, \
                            void **extra)) \
    CALL(cuMemcpyHtoDAsync, (uint64_t destination, const void *source, size_t bytes, \
                             void *stream)) \
    CALL(cuMemcpyDtoHAsync, (void *destination, uint64_t source, size_t bytes, void *stream)) \
    CALL(cuMemcpyDtoDAsync, (uint64_t destination, uint64_t source, size_t bytes, void *stream)) \
    CALL(cuMemcpy2DAsync, (const xs_cuda_rows *rows, void *stream)) \
    CALL(cuMemsetD2D8Async, (uint64_t destination, size_t pitch, unsigned char value, \
                             size_t columns, size_t rows, void *stream)) \
    CALL(cuMemsetD2D16Async, (uint64_t destination, size_t pitch, unsigned short value, \
                              size_t columns, size_t rows, void *stream)) \
    CALL(cuMemsetD2D32Async, (uint64_t destination, size_t pitch, unsigned int value, \
                              size_t columns, size_t rows, void *stream)) \
    CALL(cuMemsetD8Async, (uint64_t destination, unsigned char value, size_t count, void *stream)) \
    CALL(cuMemsetD16Async, (uint64_t destination, unsigned short value, size_t count, \
                            void *stream)) \
    CALL(cuMemsetD32Async, (uint64_t destination, unsigned int value, size_t count, void *stream)) \
    CALL(cuGraphCreate, (void **graph, unsigned int flags)) \
    CALL(cuGraphDestroy, (void *graph)) \
    CALL(cuGraphAddEmptyNode, (void **node, void *graph, void *const *depends, size_t count)) \
    CALL(cuGraphAddKernelNode, (void **node, void *graph, void *const *depends, size_t count, \
                                const xs_cuda_kernel_node *params)) \
    CALL(cuGraphAddMemsetNode, (void **node, void *graph, void *const *depends, size_t count, \
                                const xs_cuda_memset_node *params, void *context)) \
    CALL(cuGraphKernelNodeSetAttribute, (void *node, int attribute, const void *value)) \
    CALL(cuGraphInstantiateWithFlags, (void **executable, void *graph, \
                                       unsigned long long flags)) \
    CALL(cuGraphUpload, (void *executable, void *stream)) \
    CALL(cuGraphExecDestroy, (void *executable)) \
    CALL(cuGraphLaunch, (void *executable, void *stream))

typedef struct xs_cuda {
    void *context;          /* the primary context, current on every thread that entered */
    int priority_greatest;  /* the most urgent driver priority: the lowest number */
    int priority_least;
    void *upload_stream;    /* of the control half; NULL: the first launch carries a graph over */
#define XS_CUDA_FIELD(name, arguments) int (*name) arguments;
    XS_CUDA_CALLS(XS_CUDA_FIELD)
#undef XS_CUDA_FIELD
    char apart[128];               /* those below are written to by all that issue */
    _Atomic(void *) launched_on;   /* where the last kernel or graph went */
    _Atomic uint64_t stream_turns; /* kernels that went elsewhere than what was launched before */
    char after[128];
} xs_cuda;

/* A launch goes to a stream. Several threads issue; a turn that two of them count as one, or that
 * is counted twice, matters to nobody. */
static inline void xs_cuda_launched(xs_cuda *device, void *stream, int is_kernel)
{
    if (atomic_load_explicit(&device->launched_on, memory_order_relaxed) == stream)
        return;
    atomic_store_explicit(&device->launched_on, stream, memory_order_relaxed);
    if (is_kernel)
        atomic_fetch_add_explicit(&device->stream_turns, 1, memory_order_relaxed);
}

/* Copy the attributes that pass to kept (room for XS_CUDA_ATTRIBUTES_MAX), aligned: the raw structs
 * lie anywhere in a frame. Returns 0 and their number in *count, or a CUresult. */
int xs_cuda_attributes_filter(const xs_launch *launch, xs_cuda_attribute *kept,
                              unsigned int *count);

/* graphs.c */
int xs_cuda_graph_open(void *opaque, const xs_graph_node *nodes, uint32_t count, void **out,
                       uint32_t *bad);
int xs_cuda_graph_close(void *opaque, void *executable);
int xs_cuda_graph_launch(void *opaque, void *stream, void *executable);

/* How often a kernel has gone to another stream than the launch before it. */
uint64_t xs_cuda_stream_turns(const xs_cuda *device);

/* Name of call number index, or NULL past the last. */
const char *xs_cuda_call_name(unsigned int index);

/* Set the entry point of a call. Returns 0, or -1 when this half makes no such call. */
int xs_cuda_call_set(xs_cuda *device, const char *name, void *address);

/* Fill table for device, which must outlive it. Returns NULL, or the name of the first call
 * whose entry point is missing. */
const char *xs_cuda_table(xs_cuda *device, xs_backend *table);

#endif
