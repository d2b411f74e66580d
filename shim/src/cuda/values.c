/* Words that streams write and wait for.
 *
 * Decides which of them pass: words of device memory, or of pinned memory, which has the
 * same address on the device. Source: driver API, stream memory operations. */
#include "xs/work.h"

enum { FLAG_CONDITION = 3, FLAG_FLUSH = 1 << 30 };
enum { OP_WAIT_32 = 1, OP_WRITE_32 = 2, OP_FLUSH = 3, OP_WAIT_64 = 4, OP_WRITE_64 = 5,
       OP_BARRIER = 6 };

static int is_word(CUdeviceptr address, unsigned width) {
    return address % width == 0 &&
           (xs_span_device(address, width) ||
            xs_span_pinned((const void *)(uintptr_t)address, width));
}

static CUresult put(CUstream handle, CUdeviceptr address, uint64_t value, unsigned width,
                    int wait, unsigned condition) {
    CUstreamBatchMemOpParams word = {.word = {
        wait ? width == 4 ? OP_WAIT_32 : OP_WAIT_64 : width == 4 ? OP_WRITE_32 : OP_WRITE_64,
        address, value, wait ? condition : 0, 0}};
    xs_stream *stream = xs_stream_of(handle);
    CUresult result;
    xs_operation op = {.kind = wait ? XS_OP_WAIT_VALUE : XS_OP_WRITE_VALUE};

    if (!stream)
        return CUDA_ERROR_INVALID_HANDLE;
    if (!is_word(address, width))
        return CUDA_ERROR_INVALID_VALUE;
    if (XS_UNLIKELY(xs_captures_open) && xs_capture_words(stream, &word, 1, &result))
        return result;
    if (wait) {
        op.u.wait_value.stream = stream->object.wire;
        op.u.wait_value.address = address;
        op.u.wait_value.value = value;
        op.u.wait_value.width = (uint8_t)width;
        op.u.wait_value.condition = (uint8_t)condition;
    } else {
        op.u.write_value.stream = stream->object.wire;
        op.u.write_value.address = address;
        op.u.write_value.value = value;
        op.u.write_value.width = (uint8_t)width;
    }
    return xs_append(&op, NULL);
}

static CUresult wait_for(CUstream stream, CUdeviceptr address, uint64_t value, unsigned width,
                         unsigned flags) {
    if (flags & ~(unsigned)(FLAG_CONDITION | FLAG_FLUSH))
        return CUDA_ERROR_INVALID_VALUE;
    return put(stream, address, value, width, 1, flags & FLAG_CONDITION);
}

static CUresult write_to(CUstream stream, CUdeviceptr address, uint64_t value, unsigned width,
                         unsigned flags) {
    if (flags & ~1u) /* NO_MEMORY_BARRIER: a barrier more does no harm */
        return CUDA_ERROR_INVALID_VALUE;
    return put(stream, address, value, width, 0, 0);
}

CUresult xs_cuStreamWaitValue32_v2(CUstream stream, CUdeviceptr addr, uint32_t value,
                                   unsigned int flags) {
    return wait_for(stream, addr, value, 4, flags);
}

CUresult xs_cuStreamWaitValue64_v2(CUstream stream, CUdeviceptr addr, uint64_t value,
                                   unsigned int flags) {
    return wait_for(stream, addr, value, 8, flags);
}

CUresult xs_cuStreamWriteValue32_v2(CUstream stream, CUdeviceptr addr, uint32_t value,
                                    unsigned int flags) {
    return write_to(stream, addr, value, 4, flags);
}

CUresult xs_cuStreamWriteValue64_v2(CUstream stream, CUdeviceptr addr, uint64_t value,
                                    unsigned int flags) {
    return write_to(stream, addr, value, 8, flags);
}

static CUresult one_of_batch(CUstream stream, const CUstreamBatchMemOpParams *one) {
    switch (one->operation) {
    case OP_WAIT_32:
        return wait_for(stream, one->word.address, (uint32_t)one->word.value, 4,
                        one->word.flags);
    case OP_WAIT_64:
        return wait_for(stream, one->word.address, one->word.value, 8, one->word.flags);
    case OP_WRITE_32:
        return write_to(stream, one->word.address, (uint32_t)one->word.value, 4,
                        one->word.flags);
    case OP_WRITE_64:
        return write_to(stream, one->word.address, one->word.value, 8, one->word.flags);
    case OP_FLUSH:   /* nobody writes from afar */
    case OP_BARRIER: /* each write has one */
        return CUDA_SUCCESS;
    default:
        return CUDA_ERROR_INVALID_VALUE;
    }
}

static unsigned width_of(const CUstreamBatchMemOpParams *one) {
    return one->operation == OP_WAIT_32 || one->operation == OP_WRITE_32 ? 4 : 8;
}

int xs_word_is_valid(const CUstreamBatchMemOpParams *one) {
    if (one->operation == OP_FLUSH || one->operation == OP_BARRIER)
        return 1;
    return one->operation >= OP_WAIT_32 && one->operation <= OP_BARRIER &&
           is_word(one->word.address, width_of(one));
}

int xs_word_operation(const CUstreamBatchMemOpParams *one, xs_operation *op) {
    const unsigned width = width_of(one);
    const uint64_t value = width == 4 ? (uint32_t)one->word.value : one->word.value;

    switch (one->operation) {
    case OP_WAIT_32:
    case OP_WAIT_64:
        *op = (xs_operation){.kind = XS_OP_WAIT_VALUE};
        op->u.wait_value.address = one->word.address;
        op->u.wait_value.value = value;
        op->u.wait_value.width = (uint8_t)width;
        op->u.wait_value.condition = (uint8_t)(one->word.flags & FLAG_CONDITION);
        return 1;
    case OP_WRITE_32:
    case OP_WRITE_64:
        *op = (xs_operation){.kind = XS_OP_WRITE_VALUE};
        op->u.write_value.address = one->word.address;
        op->u.write_value.value = value;
        op->u.write_value.width = (uint8_t)width;
        return 1;
    default:
        return 0;
    }
}

CUresult xs_cuStreamBatchMemOp_v2(CUstream stream, unsigned int count,
                                  CUstreamBatchMemOpParams *paramArray, unsigned int flags) {
    CUresult result = CUDA_SUCCESS;

    if (flags || count > 256 || (count && !paramArray))
        return CUDA_ERROR_INVALID_VALUE;
    for (unsigned i = 0; i < count && !result; i++)
        result = one_of_batch(stream, &paramArray[i]);
    return result;
}
