/* Copies with a CUDA array as a side.
 *
 * Decides in which pieces they go: the broker copies a box of some megabytes at a time, host
 * memory through one staging chunk. A copy waits for what its stream was given and has happened
 * when it returns, the asynchronous ones, too: arrays are filled once and then read by kernels,
 * so that their copies are not worth operations of their own. Source: driver API, memory
 * management. */
#include "xs/arrays.h"

#define PIECE_BYTES ((uint64_t)4 << 20) /* of registered memory, and the most of one copy */

/* One side; memory is described by its first row. */
typedef struct side {
    xs_array *array;      /* NULL: memory */
    uint64_t x, y, z;     /* of an array */
    uint64_t at, pitch, rows;
    int device;
} side;

typedef struct box {
    side to, from;
    uint64_t row_bytes, rows, layers;
} box;

/* ------------------------------------------------------------------ descriptions */

typedef struct described {
    CUmemorytype type;
    const void *host;
    CUdeviceptr device;
    CUarray array;
    size_t x, y, z, pitch, rows;
} described;

static CUresult read_array(const described *d, const box *box, side *made) {
    made->array = xs_array_of(d->array);
    if (!made->array)
        return CUDA_ERROR_INVALID_HANDLE;
    made->x = d->x;
    made->y = d->y;
    made->z = d->z;
    if (d->x % made->array->element_bytes || box->row_bytes % made->array->element_bytes ||
        d->x > made->array->row_bytes || box->row_bytes > made->array->row_bytes - d->x ||
        d->y > made->array->rows || box->rows > made->array->rows - d->y ||
        d->z > made->array->layers || box->layers > made->array->layers - d->z)
        return CUDA_ERROR_INVALID_VALUE;
    return CUDA_SUCCESS;
}

static CUresult read_side(const described *d, const box *box, side *made) {
    *made = (side){0};
    if (d->type == CU_MEMORYTYPE_ARRAY)
        return read_array(d, box, made);
    if (d->type < CU_MEMORYTYPE_HOST || d->type > CU_MEMORYTYPE_UNIFIED)
        return CUDA_ERROR_INVALID_VALUE;
    made->pitch = d->pitch ? d->pitch : d->x + box->row_bytes;
    made->rows = d->rows ? d->rows : d->y + box->rows;
    made->at = d->type == CU_MEMORYTYPE_HOST ? (uint64_t)(uintptr_t)d->host : d->device;
    made->device = d->type == CU_MEMORYTYPE_DEVICE ||
                   (d->type == CU_MEMORYTYPE_UNIFIED && xs_is_device(made->at));
    if (!made->at || made->pitch < box->row_bytes || made->rows < box->rows)
        return CUDA_ERROR_INVALID_VALUE;
    made->at += (d->z * made->rows + d->y) * made->pitch + d->x;
    return CUDA_SUCCESS;
}

static CUresult read_box(const CUDA_MEMCPY3D *p, box *box) {
    const described to = {p->dstMemoryType, p->dstHost, p->dstDevice, p->dstArray,
                          p->dstXInBytes, p->dstY, p->dstZ, p->dstPitch, p->dstHeight};
    const described from = {p->srcMemoryType, p->srcHost, p->srcDevice, p->srcArray,
                            p->srcXInBytes, p->srcY, p->srcZ, p->srcPitch, p->srcHeight};
    CUresult result;

    box->row_bytes = p->WidthInBytes;
    box->rows = p->Height;
    box->layers = p->Depth;
    if (p->srcLOD || p->dstLOD)
        return CUDA_ERROR_INVALID_VALUE;
    result = read_side(&to, box, &box->to);
    return result ? result : read_side(&from, box, &box->from);
}

/* ------------------------------------------------------------------ pieces */

/* The larger part of a chunk that lies inside one registered piece: half of it at least, in
 * whole elements. */
static uint8_t *part_of(const xs_stage *stage, uint64_t *bytes) {
    uint64_t first = PIECE_BYTES - xs_arena_offset(stage->at) % PIECE_BYTES;

    if (first >= XS_STAGE_BYTES / 2) {
        *bytes = first < XS_STAGE_BYTES ? first : XS_STAGE_BYTES;
        return stage->at;
    }
    *bytes = XS_STAGE_BYTES - first;
    return stage->at + first;
}

static void move_rows(uint8_t *to, uint64_t to_pitch, const uint8_t *from, uint64_t from_pitch,
                      uint64_t row_bytes, uint64_t rows) {
    for (uint64_t row = 0; row < rows; row++)
        memcpy(to + row * to_pitch, from + row * from_pitch, row_bytes);
}

static CUresult ask(const box *box, uint64_t layer, uint64_t row, uint64_t count,
                    const uint8_t *staged) {
    xs_message request = {.kind = XS_MSG_ARRAY_COPY};
    xs_msg_array_copy *m = &request.u.array_copy;
    const int away = !box->to.array;
    const side *there = away ? &box->from : &box->to, *other = away ? &box->to : &box->from;

    m->array = there->array->object.wire;
    m->x_bytes = there->x;
    m->y = there->y + row;
    m->z = there->z + layer;
    m->row_bytes = box->row_bytes;
    m->rows = (uint32_t)count;
    m->layers = 1;
    if (other->array) {
        m->kind = XS_ARRAY_FROM_ARRAY;
        m->other = other->array->object.wire;
        m->other_x_bytes = other->x;
        m->other_y = other->y + row;
        m->other_z = other->z + layer;
    } else if (other->device) {
        m->kind = away ? XS_ARRAY_TO_DEVICE : XS_ARRAY_FROM_DEVICE;
        m->other = other->at + (layer * other->rows + row) * other->pitch;
        m->other_pitch = other->pitch;
        m->other_rows = count;
    } else {
        m->kind = away ? XS_ARRAY_TO_HOST : XS_ARRAY_FROM_HOST;
        m->other = xs_arena_offset(staged);
    }
    return xs_call_done(&request);
}

static CUresult piece(const box *box, uint64_t layer, uint64_t row, uint64_t count,
                      uint8_t *staged) {
    const side *memory = box->to.array ? &box->from : &box->to;
    uint8_t *at = (uint8_t *)(uintptr_t)(memory->at + (layer * memory->rows + row) *
                                                          memory->pitch);
    CUresult result;

    if (staged && memory == &box->from)
        move_rows(staged, box->row_bytes, at, memory->pitch, box->row_bytes, count);
    result = ask(box, layer, row, count, staged);
    if (!result && staged && memory == &box->to)
        move_rows(at, memory->pitch, staged, box->row_bytes, box->row_bytes, count);
    return result;
}

/* A box whose rows fit. */
static CUresult pieces(const box *box, uint8_t *staged, uint64_t bytes) {
    const uint64_t most = bytes / box->row_bytes;
    CUresult result = CUDA_SUCCESS;

    for (uint64_t layer = 0; layer < box->layers && !result; layer++)
        for (uint64_t row = 0; row < box->rows && !result; row += most)
            result = piece(box, layer, row, box->rows - row < most ? box->rows - row : most,
                           staged);
    return result;
}

static void move_right(side *side, uint64_t bytes) {
    if (side->array)
        side->x += bytes;
    else
        side->at += bytes;
}

/* A row of the widest array is 2 MiB: it goes in parts. */
static CUresult columns(const box *whole, uint8_t *staged, uint64_t bytes) {
    CUresult result = CUDA_SUCCESS;
    box part = *whole;

    for (uint64_t left = whole->row_bytes; left && !result; left -= part.row_bytes) {
        part.row_bytes = left < bytes ? left : bytes;
        result = pieces(&part, staged, bytes);
        move_right(&part.to, part.row_bytes);
        move_right(&part.from, part.row_bytes);
    }
    return result;
}

CUresult xs_array_copy(xs_stream *stream, const CUDA_MEMCPY3D *copy, int wait) {
    uint64_t bytes = PIECE_BYTES;
    uint8_t *staged = NULL;
    xs_stage *stage = NULL;
    CUresult result;
    box box;

    result = read_box(copy, &box);
    if (result || !box.row_bytes || !box.rows || !box.layers)
        return result;
    if (XS_UNLIKELY(xs_captures_open) && xs_capture_asked(stream, &result))
        return result;
    result = wait ? xs_check_unsafe() : CUDA_SUCCESS;
    if (!result)
        result = xs_stream_wait_all(stream);
    if (result)
        return result;
    if (!(box.to.array || box.to.device) || !(box.from.array || box.from.device)) {
        stage = xs_stage_take();
        if (!stage)
            return xs_session_lost(xs_session_now()) ? xs_lose(0, NULL)
                                                     : CUDA_ERROR_OUT_OF_MEMORY;
        staged = part_of(stage, &bytes);
    }
    result = columns(&box, staged, bytes);
    if (stage)
        xs_stage_give(stage, stream->object.index, 0);
    return result;
}

/* ------------------------------------------------------------------ one dimension */

static CUresult line(CUstream handle, CUDA_MEMCPY3D copy, size_t bytes, int wait) {
    xs_stream *stream = xs_stream_of(handle);

    copy.WidthInBytes = bytes;
    copy.Height = copy.Depth = 1;
    return stream ? xs_array_copy(stream, &copy, wait) : CUDA_ERROR_INVALID_HANDLE;
}

#define TO_ARRAY(a, offset) \
    .dstMemoryType = CU_MEMORYTYPE_ARRAY, .dstArray = (a), .dstXInBytes = (offset)
#define FROM_ARRAY(a, offset) \
    .srcMemoryType = CU_MEMORYTYPE_ARRAY, .srcArray = (a), .srcXInBytes = (offset)
#define TO_HOST(p) .dstMemoryType = CU_MEMORYTYPE_HOST, .dstHost = (p)
#define FROM_HOST(p) .srcMemoryType = CU_MEMORYTYPE_HOST, .srcHost = (p)

CUresult xs_cuMemcpyHtoA_v2(CUarray dstArray, size_t dstOffset, const void *srcHost,
                            size_t ByteCount, CUstream stream0) {
    return line(stream0, (CUDA_MEMCPY3D){TO_ARRAY(dstArray, dstOffset), FROM_HOST(srcHost)},
                ByteCount, 1);
}

CUresult xs_cuMemcpyHtoAAsync_v2(CUarray dstArray, size_t dstOffset, const void *srcHost,
                                 size_t ByteCount, CUstream hStream) {
    return line(hStream, (CUDA_MEMCPY3D){TO_ARRAY(dstArray, dstOffset), FROM_HOST(srcHost)},
                ByteCount, 0);
}

CUresult xs_cuMemcpyAtoH_v2(void *dstHost, CUarray srcArray, size_t srcOffset, size_t ByteCount,
                            CUstream stream0) {
    return line(stream0, (CUDA_MEMCPY3D){FROM_ARRAY(srcArray, srcOffset), TO_HOST(dstHost)},
                ByteCount, 1);
}

CUresult xs_cuMemcpyAtoHAsync_v2(void *dstHost, CUarray srcArray, size_t srcOffset,
                                 size_t ByteCount, CUstream hStream) {
    return line(hStream, (CUDA_MEMCPY3D){FROM_ARRAY(srcArray, srcOffset), TO_HOST(dstHost)},
                ByteCount, 0);
}

CUresult xs_cuMemcpyAtoA_v2(CUarray dstArray, size_t dstOffset, CUarray srcArray,
                            size_t srcOffset, size_t ByteCount, CUstream stream0) {
    return line(stream0,
                (CUDA_MEMCPY3D){TO_ARRAY(dstArray, dstOffset), FROM_ARRAY(srcArray, srcOffset)},
                ByteCount, 1);
}

CUresult xs_cuMemcpyDtoA_v2(CUarray dstArray, size_t dstOffset, CUdeviceptr srcDevice,
                            size_t ByteCount, CUstream stream0) {
    return line(stream0,
                (CUDA_MEMCPY3D){TO_ARRAY(dstArray, dstOffset),
                                .srcMemoryType = CU_MEMORYTYPE_DEVICE, .srcDevice = srcDevice},
                ByteCount, 1);
}

CUresult xs_cuMemcpyAtoD_v2(CUdeviceptr dstDevice, CUarray srcArray, size_t srcOffset,
                            size_t ByteCount, CUstream stream0) {
    return line(stream0,
                (CUDA_MEMCPY3D){FROM_ARRAY(srcArray, srcOffset),
                                .dstMemoryType = CU_MEMORYTYPE_DEVICE, .dstDevice = dstDevice},
                ByteCount, 1);
}
