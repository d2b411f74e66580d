/* The exported calls of the control half: start, memory, code. Each takes the lock, checks, does
 * its part through the other files and logs itself. */
#include "standin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GREATEST_PRIORITY (-5)
#define PRIMARY_CONTEXT ((void *)0xC0)
#define SECOND_CONTEXT ((void *)0xC1)

static unsigned int retained;

/* ------------------------------------------------------------------ start */

API int cuDriverGetVersion(int *version)
{
    BEGIN(NEEDS_NOTHING);
    *version = (int)setting("XS_STANDIN_VERSION", 13000);
    return call_end(SUCCESS);
}

API int cuInit(unsigned int flags)
{
    BEGIN(NEEDS_NOTHING);
    if (!setting("XS_STANDIN_DEVICES", 1))
        return call_end(NO_DEVICE);
    initialized = 1;
    return call_end(flags ? INVALID_VALUE : SUCCESS);
}

API int cuDeviceGetCount(int *count)
{
    BEGIN(NEEDS_INIT);
    *count = (int)setting("XS_STANDIN_DEVICES", 1);
    return call_end(SUCCESS);
}

API int cuDeviceGet(int *device, int ordinal)
{
    BEGIN(NEEDS_INIT);
    *device = ordinal;
    return call_end(ordinal < setting("XS_STANDIN_DEVICES", 1) ? SUCCESS : INVALID_DEVICE);
}

API int cuDeviceGetName(char *name, int length, int device)
{
    BEGIN(NEEDS_INIT);
    snprintf(name, (size_t)length, "Stand-in device %d", device);
    return call_end(SUCCESS);
}

API int cuDeviceGetUuid_v2(unsigned char *uuid, int device)
{
    BEGIN(NEEDS_INIT);
    for (int i = 0; i < 16; i++)
        uuid[i] = (unsigned char)(i + 16 * device);
    return call_end(SUCCESS);
}

API int cuDeviceTotalMem_v2(size_t *bytes, int device)
{
    BEGIN(NEEDS_INIT);
    *bytes = DEVICE_BYTES;
    return call_end(SUCCESS);
}

/* Those of an H100, by CUdevice_attribute. */
static int device_attribute(int which)
{
    switch (which) {
    case 16:  return 132;     /* MULTIPROCESSOR_COUNT */
    case 39:  return 2048;    /* MAX_THREADS_PER_MULTIPROCESSOR */
    case 75:                  /* COMPUTE_CAPABILITY_MAJOR */
        return (int)setting("XS_STANDIN_MAJOR", 9);
    case 76:  return 0;       /* COMPUTE_CAPABILITY_MINOR */
    case 81:  return 233472;  /* MAX_SHARED_MEMORY_PER_MULTIPROCESSOR */
    case 97:  return 232448;  /* MAX_SHARED_MEMORY_PER_BLOCK_OPTIN */
    case 102: return 1;       /* VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED */
    case 106: return 32;      /* MAX_BLOCKS_PER_MULTIPROCESSOR */
    default:  return which > 0 && which < 148 ? 0 : -1;
    }
}

API int cuDeviceGetAttribute(int *value, int which, int device)
{
    BEGIN(NEEDS_INIT);
    describe("%d", which);
    *value = device_attribute(which);
    if (*value < 0)
        violation("device attribute %d is not known here", which);
    return call_end(*value < 0 ? INVALID_VALUE : SUCCESS);
}

API int cuDevicePrimaryCtxRetain(void **context, int device)
{
    BEGIN(NEEDS_INIT);
    retained++;
    *context = live_context = PRIMARY_CONTEXT;
    return call_end(SUCCESS);
}

API int cuDevicePrimaryCtxRelease_v2(int device)
{
    BEGIN(NEEDS_INIT);
    if (!retained)
        return call_end(INVALID_CONTEXT);
    if (!--retained)
        live_context = NULL;
    return call_end(SUCCESS);
}

API int cuCtxSetCurrent(void *context)
{
    BEGIN(NEEDS_INIT);
    if (context && context != live_context && context != second_context) {
        violation("cuCtxSetCurrent: no such context %p", context);
        return call_end(INVALID_CONTEXT);
    }
    current_context = context;
    return call_end(SUCCESS);
}

/* There is one beside the primary context at most; it is current at once. */
API int cuCtxCreate_v4(void **context, void *params, unsigned int flags, int device)
{
    BEGIN(NEEDS_INIT);
    describe("flags %u", flags);
    if (params || second_context)
        violation("cuCtxCreate: not as the broker makes one");
    *context = current_context = second_context = SECOND_CONTEXT;
    return call_end(SUCCESS);
}

API int cuCtxDestroy_v2(void *context)
{
    BEGIN(NEEDS_INIT);
    if (!context || context != second_context) {
        violation("cuCtxDestroy: no such context %p", context);
        return call_end(INVALID_CONTEXT);
    }
    second_context = NULL;
    if (current_context == context)
        current_context = NULL;
    return call_end(SUCCESS);
}

API int cuCtxGetStreamPriorityRange(int *least, int *greatest)
{
    BEGIN(NEEDS_CONTEXT);
    *least = 0;
    *greatest = GREATEST_PRIORITY;
    return call_end(SUCCESS);
}

API int cuModuleGetLoadingMode(int *mode)
{
    const char *wanted = getenv("CUDA_MODULE_LOADING");
    int told = wanted && !strcmp(wanted, "EAGER") ? 1 : 2;

    BEGIN(NEEDS_INIT);
    *mode = (int)setting("XS_STANDIN_MODULE_LOADING", told);
    return call_end(SUCCESS);
}

/* ------------------------------------------------------------------ memory */

API int cuMemGetInfo_v2(size_t *free_bytes, size_t *total_bytes)
{
    BEGIN(NEEDS_CONTEXT);
    memory_info(free_bytes, total_bytes);
    return call_end(SUCCESS);
}

API int cuMemGetAllocationGranularity(size_t *granularity, const void *kind, int option)
{
    BEGIN(NEEDS_INIT);
    *granularity = GRANULARITY_BYTES;
    return call_end(SUCCESS);
}

API int cuMemAddressReserve(uint64_t *address, size_t bytes, size_t alignment, uint64_t hint,
                            unsigned long long flags)
{
    BEGIN(NEEDS_INIT);
    describe("%#lx %zu", hint, bytes);
    return call_end(memory_reserve(address, bytes, hint));
}

API int cuMemAddressFree(uint64_t address, size_t bytes)
{
    BEGIN(NEEDS_INIT);
    describe("%#lx %zu", address, bytes);
    return call_end(memory_unreserve(address, bytes));
}

/* kind: CUmemAllocationProp, whose first words are type, handle types, location type and id. */
API int cuMemCreate(void **handle, size_t bytes, const int *kind, unsigned long long flags)
{
    BEGIN(NEEDS_CONTEXT);
    describe("%zu type %d handles %d device %d", bytes, kind[0], kind[1], kind[3]);
    if (kind[0] != 1 || kind[2] != 1)
        return call_end(INVALID_VALUE);
    return call_end(memory_create(handle, bytes));
}

API int cuMemRelease(void *handle)
{
    BEGIN(NEEDS_INIT);
    return call_end(memory_release(handle));
}

API int cuMemMap(uint64_t address, size_t bytes, size_t offset, void *handle,
                 unsigned long long flags)
{
    BEGIN(NEEDS_CONTEXT);
    describe("%#lx %zu", address, bytes);
    return call_end(offset || flags ? INVALID_VALUE : memory_map(address, bytes, handle));
}

/* description: CUmemAccessDesc: location type, location id, flags (3 = read and write). */
API int cuMemSetAccess(uint64_t address, size_t bytes, const int *description, size_t count)
{
    BEGIN(NEEDS_CONTEXT);
    describe("%#lx %zu", address, bytes);
    if (count != 1 || description[0] != 1 || description[2] != 3)
        return call_end(INVALID_VALUE);
    return call_end(memory_access(address, bytes));
}

API int cuMemUnmap(uint64_t address, size_t bytes)
{
    BEGIN(NEEDS_INIT);
    describe("%#lx %zu", address, bytes);
    return call_end(memory_unmap(address, bytes));
}

API int cuMemHostRegister_v2(void *address, size_t bytes, unsigned int flags)
{
    BEGIN(NEEDS_CONTEXT);
    describe("%p %zu flags %u", address, bytes, flags);
    return call_end(host_register((uintptr_t)address, bytes));
}

API int cuMemHostUnregister(void *address)
{
    BEGIN(NEEDS_CONTEXT);
    describe("%p", address);
    return call_end(host_unregister((uintptr_t)address));
}

API int cuMemHostGetDevicePointer_v2(uint64_t *device, void *address, unsigned int flags)
{
    BEGIN(NEEDS_CONTEXT);
    *device = (uintptr_t)address;
    return call_end(is_host((uintptr_t)address, 1) ? SUCCESS : INVALID_VALUE);
}

/* ------------------------------------------------------------------ code */

/* options: the compiler's error log (5: buffer, 6: its size), and plain numbers. */
API int cuModuleLoadDataEx(void **module, const void *image, unsigned int count,
                           const int *options, void **values)
{
    char *log = NULL;
    uint64_t log_bytes = 0;

    BEGIN(NEEDS_CONTEXT);
    for (unsigned int i = 0; i < count; i++) {
        if (options[i] == 5)
            log = values[i];
        else if (options[i] == 6)
            log_bytes = (uint32_t)(uintptr_t)values[i];
        else if (options[i] != 0 && options[i] != 1 && options[i] != 7 && options[i] != 11 &&
                 options[i] != 12 && options[i] != 13) /* plain numbers, without effect here */
            violation("module option %d is not known here", options[i]);
    }
    return call_end(module_load(module, image, log, log_bytes));
}

API int cuModuleUnload(void *module)
{
    BEGIN(NEEDS_CONTEXT);
    return call_end(module_unload(module));
}

API int cuModuleGetFunction(void **function, void *module, const char *name)
{
    BEGIN(NEEDS_CONTEXT);
    describe("%s", name);
    return call_end(function_get(function, module, name));
}

API int cuFuncLoad(void *handle)
{
    BEGIN(NEEDS_CONTEXT);
    result = object_check(handle, FUNCTION);
    if (!result)
        ((function *)handle)->loaded = 1;
    return call_end(result);
}

API int cuFuncGetParamInfo(void *handle, size_t index, size_t *offset, size_t *bytes)
{
    const function *function = handle;

    BEGIN(NEEDS_CONTEXT);
    if ((result = object_check(handle, FUNCTION)))
        return call_end(result);
    if (index >= function->params)
        return call_end(INVALID_VALUE);
    *offset = function->offsets[index];
    *bytes = function->sizes[index];
    return call_end(SUCCESS);
}

API int cuFuncGetAttribute(int *value, int which, void *handle)
{
    static const int values[] = {1024, 0, 0, 0, 16};

    BEGIN(NEEDS_CONTEXT);
    describe("%d", which);
    if ((result = object_check(handle, FUNCTION)))
        return call_end(result);
    if (which < 0 || which > 15)
        return call_end(INVALID_VALUE);
    *value = which < 5 ? values[which]
                       : which == 8 ? ((function *)handle)->shared_bytes_max : 0;
    return call_end(SUCCESS);
}

API int cuFuncSetAttribute(void *handle, int which, int value)
{
    BEGIN(NEEDS_CONTEXT);
    describe("%d %d", which, value);
    if ((result = object_check(handle, FUNCTION)))
        return call_end(result);
    if (which != 8 || value < 0 || value > device_attribute(97))
        return call_end(INVALID_VALUE);
    ((function *)handle)->shared_bytes_max = value;
    return call_end(SUCCESS);
}
