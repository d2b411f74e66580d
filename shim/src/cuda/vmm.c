/* Virtual memory: addresses, memory without one, mappings, access.
 *
 * Decides nothing that the broker does not: each call here is one there. What is mapped and
 * may be reached is kept as spans, so that copies are checked without asking. Source: driver
 * API, virtual memory management. */
#include <pthread.h>

#include "xs/work.h"

#define POSIX_FILE_DESCRIPTOR 1 /* CUmemAllocationHandleType */
#define MEMORIES_MAX 65536

typedef struct xs_memory {
    xs_object object;
    uint64_t bytes;
    uint32_t mappings;
    int released;
} xs_memory;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static xs_memory *memory_of(CUmemGenericAllocationHandle handle) {
    xs_memory *memory = xs_object_of(XS_OBJECT_MEMORY, (void *)(uintptr_t)handle);

    return memory && !memory->released ? memory : NULL;
}

static CUresult check_prop(const CUmemAllocationProp *prop) {
    static int said;

    if (!prop || prop->type != CU_MEM_ALLOCATION_TYPE_PINNED)
        return CUDA_ERROR_INVALID_VALUE;
    if (prop->location.type != CU_MEM_LOCATION_TYPE_DEVICE)
        return xs_refuse("cuMemCreate of host memory", &said);
    return xs_device_of(prop->location.id) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_DEVICE;
}

CUresult xs_cuMemGetAllocationGranularity(size_t *out, const CUmemAllocationProp *prop,
                                          CUmemAllocationGranularity_flags option) {
    CUresult result = check_prop(prop);

    if (!out || option < 0 || option > 1)
        return CUDA_ERROR_INVALID_VALUE;
    if (!result)
        *out = xs_devices[prop->location.id].granularity_bytes;
    return result;
}

/* ------------------------------------------------------------------ addresses */

CUresult xs_cuMemAddressReserve(CUdeviceptr *ptr, size_t size, size_t alignment,
                                CUdeviceptr addr, unsigned long long flags) {
    xs_message request = {.kind = XS_MSG_ADDRESS_RESERVE};
    xs_reply reply;
    CUresult result;

    if (!ptr || flags)
        return CUDA_ERROR_INVALID_VALUE;
    request.u.address_reserve.device = 0;
    request.u.address_reserve.bytes = size;
    request.u.address_reserve.alignment = alignment;
    result = xs_call(&request, &reply);
    if (result)
        return result;
    *ptr = reply.message.u.allocated.address;
    xs_reply_free(&reply);
    return CUDA_SUCCESS;
}

CUresult xs_cuMemAddressFree(CUdeviceptr ptr, size_t size) {
    xs_message request = {.kind = XS_MSG_ADDRESS_FREE};

    request.u.address_free.address = ptr;
    request.u.address_free.bytes = size;
    return xs_call_done(&request);
}

/* ------------------------------------------------------------------ memory */

/* PyTorch's expandable segments always ask for memory that could be shared as a descriptor.
 * The wish is granted, the sharing (cuMemExportToShareableHandle) refused by name. */
CUresult xs_cuMemCreate(CUmemGenericAllocationHandle *handle, size_t size,
                        const CUmemAllocationProp *prop, unsigned long long flags) {
    static int said;
    xs_message request = {.kind = XS_MSG_MEMORY_CREATE};
    CUresult result = check_prop(prop);
    xs_memory *memory;

    if (!handle || flags)
        return CUDA_ERROR_INVALID_VALUE;
    if (!result && prop->requestedHandleTypes & ~(unsigned)POSIX_FILE_DESCRIPTOR)
        result = xs_refuse("cuMemCreate of memory for other nodes", &said);
    if (!result)
        result = xs_pool_make(XS_OBJECT_MEMORY, sizeof *memory, MEMORIES_MAX);
    memory = result ? NULL : xs_object_new(XS_OBJECT_MEMORY);
    if (!memory)
        return result ? result : CUDA_ERROR_OUT_OF_MEMORY;
    memory->bytes = size;
    request.u.memory_create.memory = memory->object.wire;
    request.u.memory_create.bytes = size;
    result = xs_call_done(&request);
    if (result == CUDA_ERROR_OUT_OF_MEMORY && xs_pools_trim())
        result = xs_call_done(&request);
    if (result)
        xs_object_end(memory);
    else
        *handle = (CUmemGenericAllocationHandle)(uintptr_t)memory;
    return result;
}

/* The handle stays a name for as long as something is mapped from it. Lock held. */
static void end_unused(xs_memory *memory) {
    if (memory->released && !memory->mappings)
        xs_object_end(memory);
}

CUresult xs_cuMemRelease(CUmemGenericAllocationHandle handle) {
    xs_message request = {.kind = XS_MSG_MEMORY_RELEASE};
    xs_memory *memory = memory_of(handle);
    CUresult result;

    if (!memory)
        return CUDA_ERROR_INVALID_VALUE;
    request.u.memory_release.memory = memory->object.wire;
    result = xs_call_done(&request);
    if (!result) {
        pthread_mutex_lock(&lock);
        memory->released = 1;
        end_unused(memory);
        pthread_mutex_unlock(&lock);
    }
    return result;
}

CUresult xs_cuMemGetAllocationPropertiesFromHandle(CUmemAllocationProp *prop,
                                                   CUmemGenericAllocationHandle handle) {
    if (!prop || !memory_of(handle))
        return CUDA_ERROR_INVALID_VALUE;
    memset(prop, 0, sizeof *prop);
    prop->type = CU_MEM_ALLOCATION_TYPE_PINNED;
    prop->location.type = CU_MEM_LOCATION_TYPE_DEVICE;
    return CUDA_SUCCESS;
}

/* ------------------------------------------------------------------ mappings */

CUresult xs_cuMemMap(CUdeviceptr ptr, size_t size, size_t offset,
                     CUmemGenericAllocationHandle handle, unsigned long long flags) {
    xs_message request = {.kind = XS_MSG_MEMORY_MAP};
    xs_memory *memory = memory_of(handle);
    xs_span span = {.kind = XS_SPAN_MAPPED, .start = ptr, .bytes = size, .owner = memory};
    CUresult result;

    if (!memory || offset || flags)
        return CUDA_ERROR_INVALID_VALUE;
    request.u.memory_map.address = ptr;
    request.u.memory_map.bytes = size;
    request.u.memory_map.memory = memory->object.wire;
    result = xs_call_done(&request);
    if (!result)
        result = xs_span_add(&span);
    if (!result) {
        pthread_mutex_lock(&lock);
        memory->mappings++;
        pthread_mutex_unlock(&lock);
    }
    return result;
}

static void forget_mapping(const xs_span *span) {
    xs_memory *memory = span->owner;

    pthread_mutex_lock(&lock);
    memory->mappings--;
    end_unused(memory);
    pthread_mutex_unlock(&lock);
}

CUresult xs_cuMemUnmap(CUdeviceptr ptr, size_t size) {
    xs_message request = {.kind = XS_MSG_MEMORY_UNMAP};
    CUdeviceptr end = ptr + size;
    CUresult result;
    xs_span span;

    if (end < ptr)
        return CUDA_ERROR_INVALID_VALUE;
    request.u.memory_unmap.address = ptr;
    request.u.memory_unmap.bytes = size;
    request.u.memory_unmap.after_seq = xs_session_last_seq(xs_session_now());
    result = xs_call_done(&request);
    while (!result && ptr < end && xs_span_remove(ptr, XS_SPAN_MAPPED, &span)) {
        ptr += span.bytes;
        forget_mapping(&span);
    }
    return result;
}

CUresult xs_cuMemSetAccess(CUdeviceptr ptr, size_t size, const CUmemAccessDesc *desc,
                           size_t count) {
    xs_message request = {.kind = XS_MSG_MEMORY_ACCESS_SET};

    if (!desc || count != 1 || desc->location.type != CU_MEM_LOCATION_TYPE_DEVICE ||
        (desc->flags != 0 && desc->flags != 3))
        return CUDA_ERROR_INVALID_VALUE;
    if (desc->location.id)
        return CUDA_ERROR_INVALID_DEVICE;
    request.u.memory_access_set.address = ptr;
    request.u.memory_access_set.bytes = size;
    request.u.memory_access_set.access = (uint8_t)desc->flags;
    return xs_call_done(&request);
}

CUresult xs_cuMemGetAccess(unsigned long long *flags, const CUmemLocation *location,
                           CUdeviceptr ptr) {
    xs_span span;

    if (!flags || !location || !xs_span_find(ptr, &span) || span.kind != XS_SPAN_MAPPED)
        return CUDA_ERROR_INVALID_VALUE;
    *flags = location->type == CU_MEM_LOCATION_TYPE_DEVICE && location->id == 0 ? 3 : 0;
    return CUDA_SUCCESS;
}
