/* Device memory, pinned host memory, registered pages, and what a pointer is.
 *
 * Decides which calls reach the broker: those that give or take device memory. Pinned memory
 * comes from the session's host arena, whose pieces are registered once; the program's own
 * pages cannot be shared afterwards, so they are known as registered, copied as pageable
 * ones, and have no device pointer. Source: driver API, memory management, unified
 * addressing. */
#include "xs/work.h"

#define PITCH_BYTES 512

/* ------------------------------------------------------------------ device memory */

static CUresult allocate_call(uint64_t bytes, uint64_t *address) {
    xs_message request = {.kind = XS_MSG_ALLOCATE};
    xs_reply reply;
    CUresult result;

    request.u.allocate.device = 0;
    request.u.allocate.bytes = bytes;
    result = xs_call(&request, &reply);
    if (result)
        return result;
    *address = reply.message.u.allocated.address;
    xs_reply_free(&reply);
    return CUDA_SUCCESS;
}

/* What pools keep for later goes before a program is told that there is no memory. */
CUresult xs_device_allocate(uint64_t bytes, uint64_t *address) {
    CUresult result = allocate_call(bytes, address);

    if (result == CUDA_ERROR_OUT_OF_MEMORY && xs_pools_trim())
        result = allocate_call(bytes, address);
    return result;
}

CUresult xs_device_free(uint64_t address) {
    xs_message request = {.kind = XS_MSG_FREE};

    request.u.free.address = address;
    request.u.free.after_seq = xs_session_last_seq(xs_session_now());
    return xs_call_done(&request);
}

CUresult xs_cuMemAlloc_v2(CUdeviceptr *dptr, size_t bytesize) {
    xs_span span = {.kind = XS_SPAN_DEVICE, .bytes = bytesize, .owner = xs_self.current};
    CUresult result;

    if (!dptr || !bytesize)
        return CUDA_ERROR_INVALID_VALUE;
    result = xs_check_unsafe();
    if (result)
        return result;
    result = xs_device_allocate(bytesize, &span.start);
    if (result)
        return result;
    result = xs_span_add(&span);
    if (result)
        xs_device_free(span.start);
    else
        *dptr = span.start;
    return result;
}

CUresult xs_cuMemAllocPitch_v2(CUdeviceptr *dptr, size_t *pPitch, size_t WidthInBytes,
                               size_t Height, unsigned int ElementSizeBytes) {
    size_t pitch;

    if (!pPitch || !WidthInBytes || !Height || WidthInBytes > SIZE_MAX / 2 ||
        (ElementSizeBytes != 4 && ElementSizeBytes != 8 && ElementSizeBytes != 16))
        return CUDA_ERROR_INVALID_VALUE;
    pitch = (WidthInBytes + PITCH_BYTES - 1) / PITCH_BYTES * PITCH_BYTES;
    if (Height > SIZE_MAX / pitch)
        return CUDA_ERROR_INVALID_VALUE;
    *pPitch = pitch;
    return xs_cuMemAlloc_v2(dptr, pitch * Height);
}

/* Waits for all work as the driver's does: what the broker frees, nothing may use. */
CUresult xs_cuMemFree_v2(CUdeviceptr dptr) {
    CUresult result;
    xs_span span;

    if (!dptr)
        return CUDA_SUCCESS;
    result = xs_check_unsafe();
    if (result)
        return result;
    if (xs_span_remove(dptr, XS_SPAN_DEVICE, &span))
        return xs_device_free(dptr);
    if (xs_pool_free(dptr, NULL, &result))
        return result;
    return CUDA_ERROR_INVALID_VALUE;
}

CUresult xs_cuMemGetAddressRange_v2(CUdeviceptr *pbase, size_t *psize, CUdeviceptr dptr) {
    xs_span span;

    if (!xs_span_find(dptr, &span) || !xs_span_is_device(&span))
        return CUDA_ERROR_NOT_FOUND;
    if (pbase)
        *pbase = span.start;
    if (psize)
        *psize = span.bytes;
    return CUDA_SUCCESS;
}

/* What was allocated in a context goes with it. The last context also ends while the process
 * does, perhaps with work that never ends: then its memory goes with the session. */
static void context_ends(xs_context *context) {
    xs_span span;

    if (xs_gate() != XS_GATE_OPEN || !xs_streams_idle(XS_END_PATIENCE_NS))
        return;
    while (xs_span_take(XS_SPAN_DEVICE, context, &span))
        if (xs_device_free(span.start) && xs_session_lost(xs_session_now()))
            return;
    while (xs_span_take(XS_SPAN_PINNED, context, &span))
        xs_arena_give((void *)(uintptr_t)span.start);
}

CUresult xs_memory_start(void) {
    xs_context_on_end(context_ends);
    return CUDA_SUCCESS;
}

/* ------------------------------------------------------------------ host memory */

CUresult xs_cuMemHostAlloc(void **pp, size_t bytesize, unsigned int Flags) {
    xs_span span = {.kind = XS_SPAN_PINNED, .bytes = bytesize, .flags = Flags,
                    .owner = xs_self.current};
    CUresult result;
    void *at;

    if (!pp || !bytesize || Flags & ~7u)
        return CUDA_ERROR_INVALID_VALUE;
    result = xs_check_unsafe();
    if (result)
        return result;
    at = xs_arena_take(bytesize, 0);
    if (!at)
        return xs_session_lost(xs_session_now()) ? xs_lose(0, NULL) : CUDA_ERROR_OUT_OF_MEMORY;
    span.start = (uint64_t)(uintptr_t)at;
    result = xs_span_add(&span);
    if (result)
        xs_arena_give(at);
    else
        *pp = at;
    return result;
}

CUresult xs_cuMemAllocHost_v2(void **pp, size_t bytesize) {
    return xs_cuMemHostAlloc(pp, bytesize, 2); /* as if DEVICEMAP were asked for */
}

/* Nothing may still copy from or to it. */
CUresult xs_cuMemFreeHost(void *p) {
    CUresult result;
    xs_span span;

    if (!p)
        return CUDA_SUCCESS;
    if (!xs_span_remove((uint64_t)(uintptr_t)p, XS_SPAN_PINNED, &span))
        return CUDA_ERROR_INVALID_VALUE;
    result = xs_cuCtxSynchronize();
    xs_arena_give(p);
    return result;
}

CUresult xs_cuMemHostGetDevicePointer_v2(CUdeviceptr *pdptr, void *p, unsigned int Flags) {
    if (!pdptr || Flags || !xs_span_pinned(p, 1))
        return CUDA_ERROR_INVALID_VALUE;
    *pdptr = (CUdeviceptr)(uintptr_t)p;
    return CUDA_SUCCESS;
}

CUresult xs_cuMemHostGetFlags(unsigned int *pFlags, void *p) {
    xs_span span;

    if (!pFlags || !xs_span_find((uint64_t)(uintptr_t)p, &span) || xs_span_is_device(&span))
        return CUDA_ERROR_INVALID_VALUE;
    *pFlags = span.flags;
    return CUDA_SUCCESS;
}

CUresult xs_cuMemHostRegister_v2(void *p, size_t bytesize, unsigned int Flags) {
    static int said;
    xs_span span = {.kind = XS_SPAN_REGISTERED, .start = (uint64_t)(uintptr_t)p,
                    .bytes = bytesize, .flags = Flags & 3};
    CUresult result;

    if (!p || !bytesize || Flags & ~0xfu || bytesize > UINT64_MAX - span.start)
        return CUDA_ERROR_INVALID_VALUE;
    if (Flags & 4)
        return xs_refuse("CU_MEMHOSTREGISTER_IOMEMORY", &said);
    result = xs_span_add(&span);
    return result == CUDA_ERROR_INVALID_VALUE ? CUDA_ERROR_HOST_MEMORY_ALREADY_REGISTERED
                                              : result;
}

CUresult xs_cuMemHostUnregister(void *p) {
    xs_span span;

    return xs_span_remove((uint64_t)(uintptr_t)p, XS_SPAN_REGISTERED, &span)
               ? CUDA_SUCCESS : CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED;
}

/* ------------------------------------------------------------------ pointers */

/* One attribute. known: a span holds ptr. Returns INVALID_VALUE for what cannot be told. */
static CUresult attribute_of(void *data, CUpointer_attribute attribute, CUdeviceptr ptr,
                             const xs_span *span) {
    int device = xs_span_is_device(span), pinned = span->kind == XS_SPAN_PINNED;

    switch (attribute) {
    case 1: /* CONTEXT */
        *(CUcontext *)data = (CUcontext)xs_devices[0].primary;
        return CUDA_SUCCESS;
    case 2: /* MEMORY_TYPE */
        *(unsigned *)data = device ? CU_MEMORYTYPE_DEVICE : CU_MEMORYTYPE_HOST;
        return CUDA_SUCCESS;
    case 3: /* DEVICE_POINTER */
        *(CUdeviceptr *)data = device || pinned ? ptr : 0;
        return device || pinned ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
    case 4: /* HOST_POINTER */
        *(void **)data = device ? NULL : (void *)(uintptr_t)ptr;
        return device ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
    case 6: /* SYNC_MEMOPS */
    case 8: /* IS_MANAGED */
    case 10: /* IS_LEGACY_CUDA_IPC_CAPABLE */
    case 15: /* IS_GPU_DIRECT_RDMA_CAPABLE */
    case 21: /* IS_HW_DECOMPRESS_CAPABLE */
        *(int *)data = 0;
        return CUDA_SUCCESS;
    case 7: /* BUFFER_ID */
    case 20: /* MEMORY_BLOCK_ID */
        *(uint64_t *)data = span->id;
        return CUDA_SUCCESS;
    case 9: /* DEVICE_ORDINAL */
        *(int *)data = 0;
        return CUDA_SUCCESS;
    case 11: /* RANGE_START_ADDR */
    case 19: /* MAPPING_BASE_ADDR */
        *(uint64_t *)data = span->start;
        return CUDA_SUCCESS;
    case 12: /* RANGE_SIZE */
    case 18: /* MAPPING_SIZE */
        *(size_t *)data = span->bytes;
        return CUDA_SUCCESS;
    case 13: /* MAPPED */
        *(int *)data = device || pinned;
        return CUDA_SUCCESS;
    case 14: /* ALLOWED_HANDLE_TYPES */
        *(uint64_t *)data = 0;
        return CUDA_SUCCESS;
    case 16: /* ACCESS_FLAGS */
        *(int *)data = 3;
        return CUDA_SUCCESS;
    case 17: /* MEMPOOL_HANDLE */
        *(void **)data = span->kind == XS_SPAN_POOL ? span->owner : NULL;
        return CUDA_SUCCESS;
    default:
        return CUDA_ERROR_INVALID_VALUE;
    }
}

CUresult xs_cuPointerGetAttribute(void *data, CUpointer_attribute attribute, CUdeviceptr ptr) {
    xs_span span;

    if (!data || !xs_span_find(ptr, &span))
        return CUDA_ERROR_INVALID_VALUE;
    return attribute_of(data, attribute, ptr, &span);
}

/* What is told of a pointer that the device does not know. */
static CUresult unknown_of(void *data, CUpointer_attribute attribute) {
    switch (attribute) {
    case 2: /* MEMORY_TYPE */
        *(unsigned *)data = 0;
        break;
    case 9: /* DEVICE_ORDINAL */
        *(int *)data = -2;
        break;
    case 6: case 8: case 10: case 13: case 15: case 16: case 21:
        *(int *)data = 0;
        break;
    case 1: case 3: case 4: case 7: case 11: case 12: case 14: case 17: case 18: case 19:
    case 20:
        *(uint64_t *)data = 0;
        break;
    default:
        return CUDA_ERROR_INVALID_VALUE;
    }
    return CUDA_SUCCESS;
}

CUresult xs_cuPointerGetAttributes(unsigned int numAttributes, CUpointer_attribute *attributes,
                                   void **data, CUdeviceptr ptr) {
    int known;
    xs_span span;

    if (!numAttributes || !attributes || !data)
        return CUDA_ERROR_INVALID_VALUE;
    known = xs_span_find(ptr, &span);
    for (unsigned i = 0; i < numAttributes; i++) {
        if (!data[i])
            return CUDA_ERROR_INVALID_VALUE;
        /* A value that this kind of memory has not is told as nothing, not as an error. */
        if (!known || attribute_of(data[i], attributes[i], ptr, &span))
            if (unknown_of(data[i], attributes[i]))
                return CUDA_ERROR_INVALID_VALUE;
    }
    return CUDA_SUCCESS;
}

/* Only SYNC_MEMOPS may be set: synchronous copies are synchronous here. */
CUresult xs_cuPointerSetAttribute(const void *value, CUpointer_attribute attribute,
                                  CUdeviceptr ptr) {
    xs_span span;

    if (!value || attribute != 6 || !xs_span_find(ptr, &span))
        return CUDA_ERROR_INVALID_VALUE;
    return CUDA_SUCCESS;
}
