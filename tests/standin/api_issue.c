/* The exported calls of the native half: streams, events, work. The banned calls are here too,
 * only to be caught when made. */
#include "standin.h"

typedef struct attribute {
    int id;
    char padding[4];
    char value[64];
} attribute;

typedef struct config {
    unsigned int grid[3], block[3], shared_bytes;
    void *stream;
    attribute *attributes;
    unsigned int attributes_count;
} config;

/* ------------------------------------------------------------------ streams and events */

API int cuStreamCreateWithPriority(void **stream, unsigned int flags, int priority)
{
    BEGIN(NEEDS_CONTEXT);
    describe("flags %u priority %d", flags, priority);
    return call_end(stream_open(stream, flags, priority));
}

API int cuStreamDestroy_v2(void *stream)
{
    BEGIN(NEEDS_CONTEXT);
    if (!(result = object_check(stream, STREAM)))
        object_end(stream);
    return call_end(result);
}

API int cuStreamQuery(void *stream)
{
    BEGIN(NEEDS_CONTEXT);
    result = object_check(stream, STREAM);
    return call_end(result ? result : stream_query(stream));
}

API int cuEventCreate(void **made, unsigned int flags)
{
    BEGIN(NEEDS_CONTEXT);
    *made = object_new(EVENT, sizeof(event));
    ((event *)*made)->timing = !(flags & 2);
    return call_end(SUCCESS);
}

API int cuEventDestroy_v2(void *handle)
{
    BEGIN(NEEDS_CONTEXT);
    if (!(result = object_check(handle, EVENT)))
        object_end(handle);
    return call_end(result);
}

static int push(void *stream, operation operation)
{
    int result = object_check(stream, STREAM);

    return result ? result : stream_push(stream, operation);
}

API int cuEventRecord(void *handle, void *stream)
{
    event *event = handle;

    BEGIN(NEEDS_CONTEXT);
    if ((result = object_check(handle, EVENT)))
        return call_end(result);
    if ((result = object_check(stream, STREAM)))
        return call_end(result);
    event->recorded++;
    return call_end(
        push(stream, (operation){.what = RECORD, .event = event, .record = event->recorded}));
}

API int cuStreamWaitEvent(void *stream, void *handle, unsigned int flags)
{
    event *event = handle;

    BEGIN(NEEDS_CONTEXT);
    if ((result = object_check(handle, EVENT)))
        return call_end(result);
    return call_end(
        push(stream, (operation){.what = WAIT_EVENT, .event = event, .record = event->recorded}));
}

API int cuEventSynchronize(void *handle)
{
    BEGIN(NEEDS_CONTEXT);
    if ((result = object_check(handle, EVENT)))
        return call_end(result);
    if (event_query(handle)) {
        violation("cuEventSynchronize would wait for ever");
        return call_end(UNKNOWN);
    }
    return call_end(SUCCESS);
}

API int cuEventElapsedTime(float *milliseconds, void *start_handle, void *end_handle)
{
    const event *start = start_handle, *end = end_handle;

    BEGIN(NEEDS_CONTEXT);
    if (object_check(start, EVENT) || object_check(end, EVENT))
        return call_end(INVALID_HANDLE);
    if (!start->timing || !end->timing || !start->recorded || !end->recorded)
        return call_end(INVALID_HANDLE);
    if (event_query(start) || event_query(end))
        return call_end(NOT_READY);
    *milliseconds = (float)((double)(int64_t)(end->done_ns - start->done_ns) / 1e6);
    return call_end(SUCCESS);
}

/* ------------------------------------------------------------------ work */

static int copy(uint64_t destination, uint64_t source, size_t bytes, int ends_ok, void *stream)
{
    describe("%#lx from %#lx %zu", destination, source, bytes);
    if (!ends_ok)
        return INVALID_VALUE;
    return push(stream, (operation){.what = COPY, .destination = destination, .source = source,
                                    .bytes = bytes, .width = 1});
}

/* Pageable host memory is refused, as is a copy that crosses from one registered piece to the
 * next. */
API int cuMemcpyHtoDAsync_v2(uint64_t destination, const void *host, size_t bytes, void *stream)
{
    uint64_t source = (uintptr_t)host;

    BEGIN(NEEDS_CONTEXT);
    return call_end(copy(destination, source, bytes,
                         is_device(destination, bytes) && is_host(source, bytes), stream));
}

API int cuMemcpyDtoHAsync_v2(void *host, uint64_t source, size_t bytes, void *stream)
{
    uint64_t destination = (uintptr_t)host;

    BEGIN(NEEDS_CONTEXT);
    return call_end(copy(destination, source, bytes,
                         is_host(destination, bytes) && is_device(source, bytes), stream));
}

API int cuMemcpyDtoDAsync_v2(uint64_t destination, uint64_t source, size_t bytes, void *stream)
{
    BEGIN(NEEDS_CONTEXT);
    return call_end(copy(destination, source, bytes,
                         is_device(destination, bytes) && is_device(source, bytes), stream));
}

/* CUDA_MEMCPY2D. */
typedef struct side {
    size_t x_bytes, y;
    unsigned int type;   /* 1 host, 2 device */
    uint64_t host, device;
    void *array;
    size_t pitch;
} side;

typedef struct rows {
    side source, destination;
    size_t row_bytes, rows;
} rows;

static int side_ok(const side *side, const rows *rows)
{
    uint64_t span = (rows->rows - 1) * side->pitch + rows->row_bytes;

    if (side->x_bytes || side->y || side->array || side->pitch < rows->row_bytes)
        return 0;
    return side->type == 1 ? is_host(side->host, span)
                           : side->type == 2 && is_device(side->device, span);
}

API int cuMemcpy2DAsync_v2(const rows *rows, void *stream)
{
    const side *to = &rows->destination, *from = &rows->source;

    BEGIN(NEEDS_CONTEXT);
    describe("%zu rows of %zu", rows->rows, rows->row_bytes);
    if (!rows->rows || !side_ok(to, rows) || !side_ok(from, rows))
        return call_end(INVALID_VALUE);
    return call_end(push(stream, (operation){
        .what = COPY_ROWS, .destination = to->type == 1 ? to->host : to->device,
        .destination_pitch = to->pitch, .source = from->type == 1 ? from->host : from->device,
        .source_pitch = from->pitch, .bytes = rows->row_bytes, .rows = rows->rows, .width = 1}));
}

static int fill_rows(uint64_t destination, size_t pitch, uint32_t value, unsigned int width,
                     size_t columns, size_t rows, void *stream)
{
    describe("%#lx %zu rows of %zu of %#x", destination, rows, columns, value);
    if (destination % width || pitch % width || !rows ||
        !is_device(destination, (rows - 1) * pitch + columns * width))
        return INVALID_VALUE;
    return push(stream, (operation){.what = FILL, .destination = destination, .bytes = columns,
                                    .destination_pitch = pitch, .rows = rows, .value = value,
                                    .width = width});
}

API int cuMemsetD2D8Async(uint64_t destination, size_t pitch, unsigned char value,
                          size_t columns, size_t rows, void *stream)
{
    BEGIN(NEEDS_CONTEXT);
    return call_end(fill_rows(destination, pitch, value, 1, columns, rows, stream));
}

API int cuMemsetD2D16Async(uint64_t destination, size_t pitch, unsigned short value,
                           size_t columns, size_t rows, void *stream)
{
    BEGIN(NEEDS_CONTEXT);
    return call_end(fill_rows(destination, pitch, value, 2, columns, rows, stream));
}

API int cuMemsetD2D32Async(uint64_t destination, size_t pitch, unsigned int value,
                           size_t columns, size_t rows, void *stream)
{
    BEGIN(NEEDS_CONTEXT);
    return call_end(fill_rows(destination, pitch, value, 4, columns, rows, stream));
}

static int fill(uint64_t destination, uint32_t value, unsigned int width, size_t count,
                void *stream)
{
    describe("%#lx %zu of %#x", destination, count, value);
    if (destination % width || !is_device(destination, count * width))
        return INVALID_VALUE;
    return push(stream, (operation){.what = FILL, .destination = destination, .bytes = count,
                                    .value = value, .width = width});
}

API int cuMemsetD8Async(uint64_t destination, unsigned char value, size_t count, void *stream)
{
    BEGIN(NEEDS_CONTEXT);
    return call_end(fill(destination, value, 1, count, stream));
}

API int cuMemsetD16Async(uint64_t destination, unsigned short value, size_t count, void *stream)
{
    BEGIN(NEEDS_CONTEXT);
    return call_end(fill(destination, value, 2, count, stream));
}

API int cuMemsetD32Async(uint64_t destination, unsigned int value, size_t count, void *stream)
{
    BEGIN(NEEDS_CONTEXT);
    return call_end(fill(destination, value, 4, count, stream));
}

static int word(what what, uint64_t address, uint64_t value, unsigned int width,
                unsigned int condition, void *stream)
{
    describe("%#lx %#lx", address, value);
    if (address % width || !(is_device(address, width) || is_host(address, width)))
        return INVALID_VALUE;
    return push(stream, (operation){.what = what, .destination = address, .bytes = 1,
                                    .value = value, .width = width, .condition = condition});
}

API int cuStreamWriteValue32_v2(void *stream, uint64_t address, uint32_t value, unsigned int flags)
{
    BEGIN(NEEDS_CONTEXT);
    return call_end(word(WRITE, address, value, 4, 0, stream));
}

API int cuStreamWriteValue64_v2(void *stream, uint64_t address, uint64_t value, unsigned int flags)
{
    BEGIN(NEEDS_CONTEXT);
    return call_end(word(WRITE, address, value, 8, 0, stream));
}

API int cuStreamWaitValue32_v2(void *stream, uint64_t address, uint32_t value, unsigned int flags)
{
    BEGIN(NEEDS_CONTEXT);
    return call_end(word(WAIT_VALUE, address, value, 4, flags, stream));
}

API int cuStreamWaitValue64_v2(void *stream, uint64_t address, uint64_t value, unsigned int flags)
{
    BEGIN(NEEDS_CONTEXT);
    return call_end(word(WAIT_VALUE, address, value, 8, flags, stream));
}

API int cuLaunchKernel(void *function, unsigned int grid_x, unsigned int grid_y,
                       unsigned int grid_z, unsigned int block_x, unsigned int block_y,
                       unsigned int block_z, unsigned int shared_bytes, void *stream,
                       void **params, void **extra)
{
    const unsigned int grid[] = {grid_x, grid_y, grid_z}, block[] = {block_x, block_y, block_z};

    BEGIN(NEEDS_CONTEXT);
    if ((result = launch_check(function, grid, block, shared_bytes, params, extra)))
        return call_end(result);
    return call_end(push(stream, (operation){.what = LAUNCH}));
}

API int cuLaunchKernelEx(const config *config, void *function, void **params, void **extra)
{
    BEGIN(NEEDS_CONTEXT);
    result = launch_check(function, config->grid, config->block, config->shared_bytes, params,
                          extra);
    if (result)
        return call_end(result);
    describe(" attributes");
    for (unsigned int i = 0; i < config->attributes_count; i++) {
        const attribute *one = &config->attributes[i];

        describe(" %d=%02x%02x", one->id, (unsigned char)one->value[0],
                 (unsigned char)one->value[4]);
    }
    return call_end(push(config->stream, (operation){.what = LAUNCH}));
}

/* ------------------------------------------------------------------ never to be made */

#define BANNED(name) \
    API int name(void) \
    { \
        BEGIN(NEEDS_NOTHING); \
        violation("banned call %s", #name); \
        return call_end(UNKNOWN); \
    }

BANNED(cuMemcpyDtoH_v2)
BANNED(cuMemcpyHtoD_v2)
