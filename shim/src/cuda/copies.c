/* Copies and fills in one dimension.
 *
 * Decides how host memory is reached: pinned memory directly, everything else through
 * staging chunks. A copy from pageable memory returns when its bytes are staged; one to it
 * waits, chunk by chunk, several chunks being under way. Source: driver API, memory
 * management, "API synchronization behavior". */
#include "xs/work.h"

#define AHEAD 4 /* chunks under way to pageable memory */

int xs_is_device(uint64_t address) {
    xs_span span;

    if (address - xs_the_link.va_base < xs_the_link.va_bytes)
        return 1;
    return xs_span_find(address, &span) && xs_span_is_device(&span);
}

static CUresult append_up(const xs_stream *stream, uint64_t to, const void *from, uint64_t bytes,
                          uint64_t *seq) {
    xs_operation op = {.kind = XS_OP_COPY_H2D};

    op.u.copy_h2d.stream = stream->object.wire;
    op.u.copy_h2d.destination = to;
    op.u.copy_h2d.host_offset = xs_arena_offset(from);
    op.u.copy_h2d.bytes = bytes;
    return xs_append(&op, seq);
}

static CUresult append_down(const xs_stream *stream, void *to, uint64_t from, uint64_t bytes,
                            uint64_t *seq) {
    xs_operation op = {.kind = XS_OP_COPY_D2H};

    op.u.copy_d2h.stream = stream->object.wire;
    op.u.copy_d2h.host_offset = xs_arena_offset(to);
    op.u.copy_d2h.source = from;
    op.u.copy_d2h.bytes = bytes;
    return xs_append(&op, seq);
}

/* Make the end of what was staged show, so that its chunks are used again. */
static CUresult append_complete(const xs_stream *stream) {
    xs_operation op = {.kind = XS_OP_COMPLETE};

    op.u.complete.stream = stream->object.wire;
    return xs_append(&op, NULL);
}

CUresult xs_copy_up(xs_stream *stream, uint64_t to, const void *from, uint64_t bytes) {
    CUresult result = CUDA_SUCCESS;
    const uint8_t *at = from;
    uint64_t seq = 0;

    while (bytes && !result) {
        uint64_t part = bytes < XS_STAGE_BYTES ? bytes : XS_STAGE_BYTES;
        xs_stage *stage = xs_stage_take();
        if (!stage)
            return xs_session_lost(xs_session_now()) ? xs_lose(0, NULL)
                                                     : CUDA_ERROR_OUT_OF_MEMORY;
        xs_bulk_copy(stage->at, at, part);
        result = append_up(stream, to, stage->at, part, &seq);
        xs_stage_give(stage, stream->object.index, result ? 0 : seq);
        at += part;
        to += part;
        bytes -= part;
    }
    return result ? result : append_complete(stream);
}

/* A chunk on its way down. */
typedef struct below {
    xs_stage *stage;
    uint8_t *to;
    uint64_t bytes, seq;
} below;

static CUresult land(xs_stream *stream, below *one) {
    CUresult result = xs_line_wait(stream, one->seq);

    if (!result)
        xs_bulk_copy(one->to, one->stage->at, one->bytes);
    xs_stage_give(one->stage, stream->object.index, one->seq);
    return result;
}

static CUresult launch_down(xs_stream *stream, below *one, uint64_t from) {
    CUresult result;

    one->stage = xs_stage_take();
    if (!one->stage)
        return xs_session_lost(xs_session_now()) ? xs_lose(0, NULL) : CUDA_ERROR_OUT_OF_MEMORY;
    result = append_down(stream, one->stage->at, from, one->bytes, &one->seq);
    if (result)
        xs_stage_give(one->stage, stream->object.index, 0);
    return result;
}

static CUresult copy_down(xs_stream *stream, void *to, uint64_t from, uint64_t bytes) {
    CUresult result = CUDA_SUCCESS, landed;
    below ring[AHEAD];
    uint64_t first = 0, last = 0;
    uint8_t *at = to;

    while (bytes || first < last) {
        if (bytes && last - first < AHEAD && !result) {
            below *one = &ring[last % AHEAD];
            *one = (below){.to = at, .bytes = bytes < XS_STAGE_BYTES ? bytes : XS_STAGE_BYTES};
            result = launch_down(stream, one, from);
            if (result) {
                bytes = 0;
                continue;
            }
            last++;
            at += one->bytes;
            from += one->bytes;
            bytes -= one->bytes;
            continue;
        }
        if (first == last)
            break;
        landed = land(stream, &ring[first++ % AHEAD]);
        if (landed && !result)
            result = landed;
        if (result)
            bytes = 0;
    }
    return result;
}

/* ------------------------------------------------------------------ each direction */

static CUresult up(xs_stream *stream, uint64_t to, const void *from, uint64_t bytes, int wait) {
    CUresult result;
    uint64_t seq;

    if (!stream)
        return CUDA_ERROR_INVALID_HANDLE;
    if (!bytes)
        return CUDA_SUCCESS;
    if (!from || !xs_span_device(to, bytes))
        return CUDA_ERROR_INVALID_VALUE;
    if (XS_UNLIKELY(xs_captures_open) &&
        xs_capture_bytes(stream, to, (uint64_t)(uintptr_t)from, bytes, wait, &result))
        return result;
    if (!xs_span_pinned(from, bytes))
        return xs_copy_up(stream, to, from, bytes);
    result = append_up(stream, to, from, bytes, &seq);
    return result || !wait ? result : xs_line_wait(stream, seq);
}

static CUresult down(xs_stream *stream, void *to, uint64_t from, uint64_t bytes, int wait) {
    CUresult result;
    uint64_t seq;

    if (!stream)
        return CUDA_ERROR_INVALID_HANDLE;
    if (!bytes)
        return CUDA_SUCCESS;
    if (!to || !xs_span_device(from, bytes))
        return CUDA_ERROR_INVALID_VALUE;
    if (XS_UNLIKELY(xs_captures_open) &&
        xs_capture_bytes(stream, (uint64_t)(uintptr_t)to, from, bytes, wait, &result))
        return result;
    if (!xs_span_pinned(to, bytes))
        return copy_down(stream, to, from, bytes);
    result = append_down(stream, to, from, bytes, &seq);
    return result || !wait ? result : xs_line_wait(stream, seq);
}

static CUresult across(xs_stream *stream, uint64_t to, uint64_t from, uint64_t bytes) {
    xs_operation op = {.kind = XS_OP_COPY_D2D};
    CUresult result;

    if (!stream)
        return CUDA_ERROR_INVALID_HANDLE;
    if (!bytes)
        return CUDA_SUCCESS;
    if (!xs_span_device(to, bytes) || !xs_span_device(from, bytes))
        return CUDA_ERROR_INVALID_VALUE;
    if (XS_UNLIKELY(xs_captures_open) && xs_capture_bytes(stream, to, from, bytes, 0, &result))
        return result;
    op.u.copy_d2d.stream = stream->object.wire;
    op.u.copy_d2d.destination = to;
    op.u.copy_d2d.source = from;
    op.u.copy_d2d.bytes = bytes;
    return xs_append(&op, NULL);
}

/* Between two places of this process: after what the stream was given. */
static CUresult beside(xs_stream *stream, void *to, const void *from, uint64_t bytes,
                       int wait) {
    CUresult result;

    if (!stream)
        return CUDA_ERROR_INVALID_HANDLE;
    if (XS_UNLIKELY(xs_captures_open) &&
        xs_capture_bytes(stream, (uint64_t)(uintptr_t)to, (uint64_t)(uintptr_t)from, bytes, wait,
                         &result))
        return result;
    result = xs_stream_wait_all(stream);
    if (!result)
        memmove(to, from, bytes);
    return result;
}

/* By unified addresses. */
static CUresult any(xs_stream *stream, uint64_t to, uint64_t from, uint64_t bytes, int wait) {
    if (!to || !from)
        return bytes ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
    if (xs_is_device(to))
        return xs_is_device(from) ? across(stream, to, from, bytes)
                               : up(stream, to, (const void *)(uintptr_t)from, bytes, wait);
    if (xs_is_device(from))
        return down(stream, (void *)(uintptr_t)to, from, bytes, wait);
    return beside(stream, (void *)(uintptr_t)to, (const void *)(uintptr_t)from, bytes, wait);
}

CUresult xs_cuMemcpyHtoD_v2(CUdeviceptr dst, const void *src, size_t bytes, CUstream stream0) {
    return up(xs_stream_of(stream0), dst, src, bytes, 1);
}

CUresult xs_cuMemcpyHtoDAsync_v2(CUdeviceptr dst, const void *src, size_t bytes,
                                 CUstream hStream) {
    return up(xs_stream_of(hStream), dst, src, bytes, 0);
}

CUresult xs_cuMemcpyDtoH_v2(void *dst, CUdeviceptr src, size_t bytes, CUstream stream0) {
    return down(xs_stream_of(stream0), dst, src, bytes, 1);
}

CUresult xs_cuMemcpyDtoHAsync_v2(void *dst, CUdeviceptr src, size_t bytes, CUstream hStream) {
    return down(xs_stream_of(hStream), dst, src, bytes, 0);
}

CUresult xs_cuMemcpyDtoD_v2(CUdeviceptr dst, CUdeviceptr src, size_t bytes, CUstream stream0) {
    return across(xs_stream_of(stream0), dst, src, bytes);
}

CUresult xs_cuMemcpyDtoDAsync_v2(CUdeviceptr dst, CUdeviceptr src, size_t bytes,
                                 CUstream hStream) {
    return across(xs_stream_of(hStream), dst, src, bytes);
}

CUresult xs_cuMemcpy(CUdeviceptr dst, CUdeviceptr src, size_t bytes, CUstream stream0) {
    return any(xs_stream_of(stream0), dst, src, bytes, 1);
}

CUresult xs_cuMemcpyAsync(CUdeviceptr dst, CUdeviceptr src, size_t bytes, CUstream hStream) {
    return any(xs_stream_of(hStream), dst, src, bytes, 0);
}

/* ------------------------------------------------------------------ fills */

static CUresult fill(CUstream handle, uint64_t to, uint32_t value, uint32_t width, uint64_t count) {
    const CUDA_MEMSET_NODE_PARAMS node = {to, 0, value, width, count, 1};
    xs_stream *stream = xs_stream_of(handle);
    xs_operation op = {.kind = XS_OP_MEMSET};
    CUresult result;

    if (!stream)
        return CUDA_ERROR_INVALID_HANDLE;
    if (!count)
        return CUDA_SUCCESS;
    if (to % width || count > UINT64_MAX / 4 || !xs_span_device(to, count * width))
        return CUDA_ERROR_INVALID_VALUE;
    if (XS_UNLIKELY(xs_captures_open) && xs_capture_fill(stream, &node, &result))
        return result;
    op.u.memset.stream = stream->object.wire;
    op.u.memset.destination = to;
    op.u.memset.value = value;
    op.u.memset.width = (uint8_t)width;
    op.u.memset.count = count;
    return xs_append(&op, NULL);
}

CUresult xs_cuMemsetD8_v2(CUdeviceptr to, unsigned char uc, size_t n, CUstream stream0) {
    return fill(stream0, to, uc, 1, n);
}

CUresult xs_cuMemsetD16_v2(CUdeviceptr to, unsigned short us, size_t n, CUstream stream0) {
    return fill(stream0, to, us, 2, n);
}

CUresult xs_cuMemsetD32_v2(CUdeviceptr to, unsigned int ui, size_t n, CUstream stream0) {
    return fill(stream0, to, ui, 4, n);
}

CUresult xs_cuMemsetD8Async(CUdeviceptr to, unsigned char uc, size_t n, CUstream stream) {
    return fill(stream, to, uc, 1, n);
}

CUresult xs_cuMemsetD16Async(CUdeviceptr to, unsigned short us, size_t n, CUstream stream) {
    return fill(stream, to, us, 2, n);
}

CUresult xs_cuMemsetD32Async(CUdeviceptr to, unsigned int ui, size_t n, CUstream stream) {
    return fill(stream, to, ui, 4, n);
}

static CUresult fill_rows(CUstream handle, uint64_t to, uint64_t pitch, uint32_t value,
                          uint32_t width, uint64_t columns, uint64_t rows) {
    const CUDA_MEMSET_NODE_PARAMS node = {to, pitch, value, width, columns, rows};
    xs_stream *stream = xs_stream_of(handle);
    xs_operation op = {.kind = XS_OP_MEMSET_2D};
    CUresult result;

    if (!stream)
        return CUDA_ERROR_INVALID_HANDLE;
    if (!columns || !rows)
        return CUDA_SUCCESS;
    if (rows == 1)
        return fill(handle, to, value, width, columns);
    if (to % width || pitch % width || columns > UINT32_MAX || rows > UINT32_MAX ||
        pitch < columns * width || pitch > UINT64_MAX / rows ||
        !xs_span_device(to, (rows - 1) * pitch + columns * width))
        return CUDA_ERROR_INVALID_VALUE;
    if (XS_UNLIKELY(xs_captures_open) && xs_capture_fill(stream, &node, &result))
        return result;
    op.u.memset_2d.stream = stream->object.wire;
    op.u.memset_2d.destination = to;
    op.u.memset_2d.pitch = pitch;
    op.u.memset_2d.value = value;
    op.u.memset_2d.width = (uint8_t)width;
    op.u.memset_2d.columns = columns;
    op.u.memset_2d.rows = (uint32_t)rows;
    return xs_append(&op, NULL);
}

CUresult xs_cuMemsetD2D8_v2(CUdeviceptr to, size_t pitch, unsigned char uc, size_t width,
                            size_t height, CUstream stream0) {
    return fill_rows(stream0, to, pitch, uc, 1, width, height);
}

CUresult xs_cuMemsetD2D16_v2(CUdeviceptr to, size_t pitch, unsigned short us, size_t width,
                             size_t height, CUstream stream0) {
    return fill_rows(stream0, to, pitch, us, 2, width, height);
}

CUresult xs_cuMemsetD2D32_v2(CUdeviceptr to, size_t pitch, unsigned int ui, size_t width,
                             size_t height, CUstream stream0) {
    return fill_rows(stream0, to, pitch, ui, 4, width, height);
}

CUresult xs_cuMemsetD2D8Async(CUdeviceptr to, size_t pitch, unsigned char uc, size_t width,
                              size_t height, CUstream stream) {
    return fill_rows(stream, to, pitch, uc, 1, width, height);
}

CUresult xs_cuMemsetD2D16Async(CUdeviceptr to, size_t pitch, unsigned short us, size_t width,
                               size_t height, CUstream stream) {
    return fill_rows(stream, to, pitch, us, 2, width, height);
}

CUresult xs_cuMemsetD2D32Async(CUdeviceptr to, size_t pitch, unsigned int ui, size_t width,
                               size_t height, CUstream stream) {
    return fill_rows(stream, to, pitch, ui, 4, width, height);
}
