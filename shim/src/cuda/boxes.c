/* Copies in two and three dimensions.
 *
 * Decides what the two descriptions of the interface mean as rows, pitches and layers, and
 * how pageable rows travel: packed into a staging chunk, as many as fit. Copies with an array are array_copies.c's; a graph has none.
 * Source: driver API, cuMemcpy2D, cuMemcpy3D. */
#include "xs/arrays.h"

typedef xs_box box;
typedef xs_box_side side;

/* Bytes from the first to behind the last; 0: more than any memory has. */
static uint64_t span_of(const side *side, const box *box) {
    unsigned __int128 layer = (unsigned __int128)(box->rows - 1) * side->pitch + box->row_bytes;
    unsigned __int128 whole = (unsigned __int128)(box->layers - 1) * side->slice + layer;

    return whole > INT64_MAX ? 0 : (uint64_t)whole;
}

static CUresult check(side *side, const box *box) {
    uint64_t span = span_of(side, box);
    xs_span found;

    if (!span || (box->rows > 1 && side->pitch < box->row_bytes))
        return CUDA_ERROR_INVALID_VALUE;
    if (box->layers > 1 && side->slice < (box->rows - 1) * side->pitch + box->row_bytes)
        return CUDA_ERROR_INVALID_VALUE;
    side->device = side->at - xs_the_link.va_base < xs_the_link.va_bytes ||
                   (xs_span_find(side->at, &found) && xs_span_is_device(&found));
    if (side->device)
        return xs_span_device(side->at, span) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
    side->pinned = xs_span_pinned((const void *)(uintptr_t)side->at, span);
    return side->at ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

void xs_box_operation(const box *box, xs_operation *op) {
    xs_op_copy_3d *copy = &op->u.copy_3d;

    *op = (xs_operation){.kind = XS_OP_COPY_3D};
    copy->kind = box->to.device ? box->from.device ? XS_COPY_KIND_D2D : XS_COPY_KIND_H2D
                                : XS_COPY_KIND_D2H;
    copy->destination = box->to.device ? box->to.at
                                       : xs_arena_offset((void *)(uintptr_t)box->to.at);
    copy->destination_pitch = box->to.pitch;
    copy->destination_slice = box->to.slice;
    copy->source = box->from.device ? box->from.at
                                    : xs_arena_offset((void *)(uintptr_t)box->from.at);
    copy->source_pitch = box->from.pitch;
    copy->source_slice = box->from.slice;
    copy->row_bytes = box->row_bytes;
    copy->rows = (uint32_t)box->rows;
    copy->layers = (uint32_t)box->layers;
}

static CUresult append(const xs_stream *stream, const box *box, uint64_t *seq) {
    xs_operation op;

    xs_box_operation(box, &op);
    op.u.copy_3d.stream = stream->object.wire;
    return xs_append(&op, seq);
}

/* The same, waited for. */
static CUresult append_and_wait(xs_stream *stream, const box *box) {
    xs_operation op;
    CUresult result;
    uint64_t seq;

    xs_box_operation(box, &op);
    op.u.copy_3d.stream = stream->object.wire;
    result = xs_append_shown(&op, XS_SEND_NOW, &seq);
    return result ? result : xs_line_wait(stream, seq);
}

/* Rows [first, first + count) of one layer, part of the box as one of its own. */
static box rows_of(const box *whole, uint64_t layer, uint64_t first, uint64_t count) {
    box part = *whole;

    part.to.at += layer * whole->to.slice + first * whole->to.pitch;
    part.from.at += layer * whole->from.slice + first * whole->from.pitch;
    part.rows = count;
    part.layers = 1;
    return part;
}

static CUresult staged_up(xs_stream *stream, const box *part) {
    xs_stage *stage = xs_stage_take();
    box copy = *part;
    CUresult result;
    uint64_t seq = 0;

    if (!stage)
        return CUDA_ERROR_OUT_OF_MEMORY;
    for (uint64_t row = 0; row < part->rows; row++)
        memcpy(stage->at + row * part->row_bytes,
               (const char *)(uintptr_t)part->from.at + row * part->from.pitch, part->row_bytes);
    copy.from.at = (uint64_t)(uintptr_t)stage->at;
    copy.from.pitch = part->row_bytes;
    result = append(stream, &copy, &seq);
    xs_stage_give(stage, stream->object.index, result ? 0 : seq);
    return result;
}

static CUresult staged_down(xs_stream *stream, const box *part) {
    xs_stage *stage = xs_stage_take();
    box copy = *part;
    CUresult result;

    if (!stage)
        return CUDA_ERROR_OUT_OF_MEMORY;
    copy.to.at = (uint64_t)(uintptr_t)stage->at;
    copy.to.pitch = part->row_bytes;
    result = append_and_wait(stream, &copy);
    for (uint64_t row = 0; row < part->rows && !result; row++)
        memcpy((char *)(uintptr_t)part->to.at + row * part->to.pitch,
               stage->at + row * part->row_bytes, part->row_bytes);
    xs_stage_give(stage, stream->object.index, 0);
    return result;
}

/* Rows larger than a chunk go one by one, as plain copies. */
static CUresult long_rows(xs_stream *stream, const box *part) {
    CUresult result = CUDA_SUCCESS;

    for (uint64_t row = 0; row < part->rows && !result; row++) {
        uint64_t to = part->to.at + row * part->to.pitch;
        uint64_t from = part->from.at + row * part->from.pitch;
        result = part->to.device
                     ? xs_copy_up(stream, to, (const void *)(uintptr_t)from, part->row_bytes)
                     : xs_cuMemcpyDtoHAsync_v2((void *)(uintptr_t)to, from, part->row_bytes,
                                               (CUstream)stream);
    }
    return result;
}

static CUresult staged(xs_stream *stream, const box *whole) {
    uint64_t fitting = XS_STAGE_BYTES / whole->row_bytes;
    xs_operation complete = {.kind = XS_OP_COMPLETE};
    CUresult result = CUDA_SUCCESS;

    complete.u.complete.stream = stream->object.wire;
    for (uint64_t layer = 0; layer < whole->layers; layer++) {
        for (uint64_t row = 0; row < whole->rows && !result;) {
            uint64_t count = whole->rows - row;
            box part;
            if (fitting && count > fitting)
                count = fitting;
            part = rows_of(whole, layer, row, count);
            result = !fitting ? long_rows(stream, &part)
                     : whole->to.device ? staged_up(stream, &part) : staged_down(stream, &part);
            row += count;
        }
    }
    return result ? result : xs_append(&complete, NULL);
}

/* Both sides in this process. */
static CUresult beside(xs_stream *stream, const box *box) {
    CUresult result = xs_stream_wait_all(stream);

    for (uint64_t layer = 0; layer < box->layers && !result; layer++)
        for (uint64_t row = 0; row < box->rows; row++)
            memmove((char *)(uintptr_t)box->to.at + layer * box->to.slice + row * box->to.pitch,
                    (const char *)(uintptr_t)box->from.at + layer * box->from.slice +
                        row * box->from.pitch,
                    box->row_bytes);
    return result;
}

/* ------------------------------------------------------------------ descriptions */

/* A side as it is described; the first row's address includes the offsets. */
typedef struct described {
    CUmemorytype type;
    const void *host;
    CUdeviceptr device;
    size_t x, y, z, pitch, height;
} described;

static CUresult side_of(const described *d, const box *box, side *made) {
    unsigned __int128 at;

    static int said;

    if (d->type == CU_MEMORYTYPE_ARRAY)
        return xs_refuse("a graph's copy to or from a CUDA array", &said);
    if (d->type < CU_MEMORYTYPE_HOST || d->type > CU_MEMORYTYPE_UNIFIED)
        return CUDA_ERROR_INVALID_VALUE;
    made->pitch = d->pitch ? d->pitch : d->x + box->row_bytes;
    made->slice = (d->height ? d->height : d->y + box->rows) * made->pitch;
    at = d->type == CU_MEMORYTYPE_HOST ? (uint64_t)(uintptr_t)d->host : d->device;
    at += (unsigned __int128)d->z * made->slice + (unsigned __int128)d->y * made->pitch + d->x;
    if (at > UINT64_MAX)
        return CUDA_ERROR_INVALID_VALUE;
    made->at = (uint64_t)at;
    return CUDA_SUCCESS;
}

CUresult xs_box_read(const CUDA_MEMCPY3D *p, box *box) {
    const described to = {p->dstMemoryType, p->dstHost, p->dstDevice, p->dstXInBytes, p->dstY,
                          p->dstZ, p->dstPitch, p->dstHeight};
    const described from = {p->srcMemoryType, p->srcHost, p->srcDevice, p->srcXInBytes, p->srcY,
                            p->srcZ, p->srcPitch, p->srcHeight};
    CUresult result;

    *box = (xs_box){.row_bytes = p->WidthInBytes, .rows = p->Height, .layers = p->Depth};
    if (p->srcLOD || p->dstLOD || box->rows > UINT32_MAX || box->layers > UINT32_MAX)
        return CUDA_ERROR_INVALID_VALUE;
    result = side_of(&to, box, &box->to);
    if (!result)
        result = side_of(&from, box, &box->from);
    if (result || xs_box_is_empty(box))
        return result;
    result = check(&box->to, box);
    return result ? result : check(&box->from, box);
}

static CUresult copy(CUstream handle, const CUDA_MEMCPY3D *p, int wait) {
    xs_stream *stream = xs_stream_of(handle);
    CUresult result;
    box box;

    if (!stream)
        return CUDA_ERROR_INVALID_HANDLE;
    if (!p)
        return CUDA_ERROR_INVALID_VALUE;
    if (XS_UNLIKELY(xs_copy_meets_array(p)))
        return xs_array_copy(stream, p, wait);
    result = xs_box_read(p, &box);
    if (result || xs_box_is_empty(&box))
        return result;
    if (XS_UNLIKELY(xs_captures_open) && xs_capture_copy(stream, p, wait, &result))
        return result;
    if (!box.to.device && !box.from.device)
        return beside(stream, &box);
    if (!(box.to.device || box.to.pinned) || !(box.from.device || box.from.pinned))
        return staged(stream, &box);
    return wait && !(box.to.device && box.from.device) ? append_and_wait(stream, &box)
                                                        : append(stream, &box, NULL);
}

static CUresult copy_2d(CUstream stream, const CUDA_MEMCPY2D *p, int wait) {
    CUDA_MEMCPY3D whole;

    if (!p)
        return copy(stream, NULL, wait);
    whole = (CUDA_MEMCPY3D){
        .srcXInBytes = p->srcXInBytes, .srcY = p->srcY, .srcMemoryType = p->srcMemoryType,
        .srcHost = p->srcHost, .srcDevice = p->srcDevice, .srcArray = p->srcArray,
        .srcPitch = p->srcPitch, .dstXInBytes = p->dstXInBytes, .dstY = p->dstY,
        .dstMemoryType = p->dstMemoryType, .dstHost = p->dstHost, .dstDevice = p->dstDevice,
        .dstArray = p->dstArray, .dstPitch = p->dstPitch, .WidthInBytes = p->WidthInBytes,
        .Height = p->Height, .Depth = 1};
    return copy(stream, &whole, wait);
}

CUresult xs_cuMemcpy2D_v2(const CUDA_MEMCPY2D *pCopy, CUstream stream0) {
    return copy_2d(stream0, pCopy, 1);
}

CUresult xs_cuMemcpy2DUnaligned_v2(const CUDA_MEMCPY2D *pCopy, CUstream stream0) {
    return copy_2d(stream0, pCopy, 1);
}

CUresult xs_cuMemcpy2DAsync_v2(const CUDA_MEMCPY2D *pCopy, CUstream hStream) {
    return copy_2d(hStream, pCopy, 0);
}

CUresult xs_cuMemcpy3D_v2(const CUDA_MEMCPY3D *pCopy, CUstream stream0) {
    return copy(stream0, pCopy, 1);
}

CUresult xs_cuMemcpy3DAsync_v2(const CUDA_MEMCPY3D *pCopy, CUstream hStream) {
    return copy(hStream, pCopy, 0);
}
