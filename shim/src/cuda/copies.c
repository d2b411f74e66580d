/* Copies and fills in one dimension.
 *
 * Decides how host memory is reached: pinned memory directly, everything else through
 * staging chunks. A copy from pageable memory returns when its bytes are staged; one to it
 * waits, chunk by chunk, several chunks being under way. Source: driver API, memory
 * management, "API synchronization behavior". */
#include "xs/work.h"

/* Chunks under way to pageable memory: asked for by fours, so that a frame of the broker's
 * brings several and the rest are copied meanwhile. */
#define AHEAD 8
#define REFILL 4
/* What is larger than the caches goes past them. */
#define LAND_BYTES (4ull << 20)

int xs_is_device(uint64_t address) {
    xs_span span;

    if (address - xs_the_link.va_base < xs_the_link.va_bytes)
        return 1;
    return xs_span_find(address, &span) && xs_span_is_device(&span);
}

static xs_operation op_up(const xs_stream *stream, uint64_t to, const void *from,
                          uint64_t bytes) {
    xs_operation op = {.kind = XS_OP_COPY_H2D};

    op.u.copy_h2d.stream = stream->object.wire;
    op.u.copy_h2d.destination = to;
    op.u.copy_h2d.host_offset = xs_arena_offset(from);
    op.u.copy_h2d.bytes = bytes;
    return op;
}

static xs_operation op_down(const xs_stream *stream, void *to, uint64_t from, uint64_t bytes) {
    xs_operation op = {.kind = XS_OP_COPY_D2H};

    op.u.copy_d2h.stream = stream->object.wire;
    op.u.copy_d2h.host_offset = xs_arena_offset(to);
    op.u.copy_d2h.source = from;
    op.u.copy_d2h.bytes = bytes;
    return op;
}

/* A whole copy between pinned memory and the device. */
static CUresult append_pinned(xs_stream *stream, const xs_operation *op, int wait) {
    CUresult result;
    uint64_t seq;

    if (!wait)
        return xs_append(op, NULL);
    result = xs_append_shown(op, XS_SEND_NOW, &seq);
    return result ? result : xs_line_wait(stream, seq);
}

static CUresult no_stage(void) {
    return xs_session_lost(xs_session_now()) ? xs_lose(0, NULL) : CUDA_ERROR_OUT_OF_MEMORY;
}

/* The last chunk's end shows, so that all of them are used again. */
CUresult xs_copy_up(xs_stream *stream, uint64_t to, const void *from, uint64_t bytes) {
    CUresult result = CUDA_SUCCESS;
    const uint8_t *at = from;
    uint64_t seq = 0;

    while (bytes && !result) {
        uint64_t part = bytes < XS_STAGE_BYTES ? bytes : XS_STAGE_BYTES;
        xs_stage *stage = xs_stage_take();
        xs_operation op;
        if (!stage)
            return no_stage();
        xs_bulk_copy(stage->at, at, part);
        op = op_up(stream, to, stage->at, part);
        result = part == bytes ? xs_append_shown(&op, XS_SEND_SOON, &seq) : xs_append(&op, &seq);
        xs_stage_give(stage, stream->object.index, result ? 0 : seq);
        at += part;
        to += part;
        bytes -= part;
    }
    return result;
}

/* A chunk on its way down. */
typedef struct below {
    xs_stage *stage;
    uint64_t bytes, seq;
} below;

/* A copy to pageable memory: what is under way, what is still to be asked for. */
typedef struct descent {
    xs_stream *stream;
    uint8_t *to;         /* of the chunk that lands next */
    uint64_t from, left; /* of the chunk that is asked for next */
    int past_caches;
    below ring[AHEAD];
    uint64_t first, last;
} descent;

/* Ask for one more chunk. 0: none is free, and others are under way. */
static int ask_one(descent *d, CUresult *result) {
    below *one = &d->ring[d->last % AHEAD];
    xs_operation op;

    one->stage = d->first == d->last ? xs_stage_take() : xs_stage_try();
    if (!one->stage && d->first < d->last)
        return 0;
    if (!one->stage) {
        *result = no_stage();
        return 0;
    }
    one->bytes = d->left < XS_STAGE_BYTES ? d->left : XS_STAGE_BYTES;
    op = op_down(d->stream, one->stage->at, d->from, one->bytes);
    *result = xs_append_shown(&op, XS_SEND_HELD, &one->seq);
    if (*result) {
        xs_stage_give(one->stage, d->stream->object.index, 0);
        return 0;
    }
    d->last++;
    d->from += one->bytes;
    d->left -= one->bytes;
    return 1;
}

static CUresult ask(descent *d) {
    CUresult result = CUDA_SUCCESS;

    if (!d->left || d->last - d->first > AHEAD - REFILL)
        return CUDA_SUCCESS;
    while (d->left && d->last - d->first < AHEAD && ask_one(d, &result))
        ;
    xs_session_flush(xs_session_now());
    return result;
}

/* failed: nothing of it is wanted any more, but its chunk comes back when it is over. */
static CUresult land(descent *d, int failed) {
    below *one = &d->ring[d->first++ % AHEAD];
    CUresult result = failed ? CUDA_SUCCESS : xs_line_wait(d->stream, one->seq);

    if (!failed && !result && d->past_caches)
        xs_bulk_land(d->to, one->stage->at, one->bytes);
    else if (!failed && !result)
        xs_bulk_copy(d->to, one->stage->at, one->bytes);
    d->to += one->bytes;
    xs_stage_give(one->stage, d->stream->object.index, one->seq);
    return result;
}

static CUresult copy_down(xs_stream *stream, void *to, uint64_t from, uint64_t bytes) {
    descent d = {.stream = stream, .to = to, .from = from, .left = bytes};
    CUresult result = CUDA_SUCCESS;

    d.past_caches = bytes >= LAND_BYTES;
    do {
        if (!result)
            result = ask(&d);
        if (d.first < d.last) {
            CUresult landed = land(&d, result != CUDA_SUCCESS);
            result = result ? result : landed;
        }
    } while (d.first < d.last || (d.left && !result));
    return result;
}

/* ------------------------------------------------------------------ each direction */

static CUresult up(xs_stream *stream, uint64_t to, const void *from, uint64_t bytes, int wait) {
    xs_operation op;
    CUresult result;

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
    op = op_up(stream, to, from, bytes);
    return append_pinned(stream, &op, wait);
}

static CUresult down(xs_stream *stream, void *to, uint64_t from, uint64_t bytes, int wait) {
    xs_operation op;
    CUresult result;

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
    op = op_down(stream, to, from, bytes);
    return append_pinned(stream, &op, wait);
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
