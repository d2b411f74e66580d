/* The null device: retires everything at once and moves no data. Decides nothing.
 *
 * It measures the broker's own overhead, and lets programs start up without a GPU. Words
 * written to registered host memory (the status page) are really written: completion is
 * seen through them. A small copy to the host brings zeros: programs go by the counts and
 * states that they read, and anything else would have them allocate or index at random. A value wait ends at once, since nothing is ever pending.
 * Called by worker.c through the table that xs_null_backend fills. */
#include "broker/device/null.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ZEROS_BYTES_MAX 65536
#define OUT_OF_MEMORY 2

static int one;

static int enter(void *device) { return (void)device, 0; }

static int open_handle(void **handle) {
    *handle = &one;
    return 0;
}

static int stream_open(void *device, int level, void **stream) {
    return (void)device, (void)level, open_handle(stream);
}

/* Of the host: programs divide by times, and repeat until they add up. */
static int64_t now_ns(void) {
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int event_open(void *device, void **event) {
    (void)device;
    *event = calloc(1, sizeof(int64_t));
    return *event ? 0 : OUT_OF_MEMORY;
}

static int event_close(void *device, void *event) {
    (void)device;
    free(event);
    return 0;
}

static int close_handle(void *device, void *handle) { return (void)device, (void)handle, 0; }

static int launch(void *device, void *stream, const xs_launch *launch) {
    return (void)device, (void)stream, (void)launch, 0;
}

/* Device memory has no bytes here; everything else is a broker address. */
static int is_device_address(uint64_t address) {
    return address >= XS_NULL_VA_BASE && address < XS_NULL_VA_END;
}

static int copy(void *device, void *stream, xs_copy_kind kind, uint64_t destination,
                uint64_t source, uint64_t bytes) {
    (void)device, (void)stream, (void)source;
    if (kind == XS_COPY_D2H && bytes <= ZEROS_BYTES_MAX && !is_device_address(destination))
        memset((void *)(uintptr_t)destination, 0, bytes);
    return 0;
}

static int copy_rows(void *device, void *stream, xs_copy_kind kind, const xs_rows *rows) {
    return (void)device, (void)stream, (void)kind, (void)rows, 0;
}

static int fill_rows(void *device, void *stream, uint64_t destination, uint64_t pitch,
                     uint32_t value, uint32_t width, uint64_t columns, uint64_t rows) {
    (void)device, (void)stream, (void)destination, (void)pitch, (void)value;
    return (void)width, (void)columns, (void)rows, 0;
}

static int fill(void *device, void *stream, uint64_t destination, uint32_t value,
                uint32_t width, uint64_t count) {
    return (void)device, (void)stream, (void)destination, (void)value, (void)width, (void)count,
           0;
}

static int event_record(void *device, void *stream, void *event) {
    (void)device, (void)stream;
    *(int64_t *)event = now_ns();
    return 0;
}

static int stream_wait(void *device, void *stream, void *event) {
    return (void)device, (void)stream, (void)event, 0;
}

static int write_value(void *device, void *stream, uint64_t address, uint64_t value,
                       uint32_t width) {
    (void)device, (void)stream;
    if (is_device_address(address)) return 0;
    if (width == 8)
        atomic_store_explicit((_Atomic uint64_t *)(uintptr_t)address, value, memory_order_release);
    else
        atomic_store_explicit((_Atomic uint32_t *)(uintptr_t)address, (uint32_t)value,
                              memory_order_release);
    return 0;
}

static int wait_value(void *device, void *stream, uint64_t address, uint64_t value,
                      uint32_t width, uint32_t condition) {
    return (void)device, (void)stream, (void)address, (void)value, (void)width, (void)condition, 0;
}

static int graph_launch(void *device, void *stream, void *graph) {
    return (void)device, (void)stream, (void)graph, 0;
}

static int graph_open(void *device, const xs_graph_node *nodes, uint32_t count, void **graph,
                      uint32_t *bad) {
    (void)device, (void)nodes, (void)count, (void)bad;
    return open_handle(graph);
}

static int elapsed(void *device, void *start, void *end, int64_t *elapsed_ns) {
    (void)device;
    *elapsed_ns = *(int64_t *)end - *(int64_t *)start;
    return 0;
}

static int query(void *device, void *stream) { return (void)device, (void)stream, 0; }

static uint64_t advance(void *device, uint64_t now_ns) {
    return (void)device, (void)now_ns, XS_NEVER;
}

const xs_backend xs_null_backend = {
    .device = &one, .enter = enter, .stream_open = stream_open, .stream_close = close_handle,
    .event_open = event_open, .event_close = event_close, .launch = launch, .copy = copy,
    .copy_rows = copy_rows,
    .fill = fill, .fill_rows = fill_rows, .event_record = event_record, .stream_wait = stream_wait,
    .graph_launch = graph_launch, .graph_open = graph_open, .graph_close = close_handle,
    .write_value = write_value, .wait_value = wait_value, .elapsed = elapsed, .query = query,
    .advance = advance,
};
