/* Pools, virtual memory, pointer queries, the quota. */
#include "../check.h"

#define MIB (1ull << 20)

static void pools(void) {
    CUmemPoolProps props = {.allocType = 1, .location = {1, 0}};
    CUmemoryPool common, own;
    CUdeviceptr a, b, c;
    CUstream s, t;
    uint64_t used, threshold = UINT64_MAX;
    uint32_t back;

    DO(cuDeviceGetDefaultMemPool(&common, 0));
    DO(cuMemPoolSetAttribute(common, 4, &threshold));
    DO(cuStreamCreate(&s, CU_STREAM_NON_BLOCKING));
    DO(cuStreamCreate(&t, CU_STREAM_NON_BLOCKING));
    DO(cuMemAllocAsync(&a, 1000, s));
    DO(cuMemsetD32Async(a, 42, 250, s));
    DO(cuMemcpyDtoHAsync_v2(&back, a + 996, 4, s));
    HOLDS(!is_real() || back == 42);
    DO(cuMemFreeAsync(a, s));
    GIVES(CUDA_ERROR_INVALID_VALUE, cuMemFreeAsync(a, s));
    GIVES(CUDA_ERROR_INVALID_VALUE, cuMemsetD8Async(a, 0, 4, s));
    DO(cuMemAllocAsync(&b, 1000, s));
    HOLDS(b == a); /* in the order of the stream it is free */
    DO(cuMemAllocAsync(&c, 5 * MIB, t));
    DO(cuMemPoolGetAttribute(common, 7, &used));
    HOLDS(used >= 5 * MIB + 1000);
    DO(cuMemFreeAsync(c, t));
    DO(cuMemFree_v2(b));
    DO(cuStreamSynchronize(t));
    DO(cuMemPoolTrimTo(common, 0));
    DO(cuMemPoolGetAttribute(common, 5, &used));
    HOLDS(used == 0);
    DO(cuMemPoolCreate(&own, &props));
    DO(cuMemAllocFromPoolAsync(&a, 3 * MIB, own, s));
    CUmemoryPool seen;
    DO(cuPointerGetAttribute(&seen, 17, a));
    HOLDS(seen == own);
    DO(cuMemPoolDestroy(own));
    GIVES(CUDA_ERROR_INVALID_VALUE, cuMemAllocFromPoolAsync(&b, 1, own, s));
    DO(cuMemFreeAsync(a, s));
    DO(cuStreamDestroy_v2(s));
    DO(cuStreamDestroy_v2(t));
}

static void mapped(void) {
    CUmemAllocationProp prop = {.type = 1, .location = {1, 0}};
    CUmemAccessDesc access = {{1, 0}, 3};
    CUmemGenericAllocationHandle handles[3];
    CUdeviceptr at, base;
    size_t granule, bytes;
    uint8_t back[16];

    DO(cuMemGetAllocationGranularity(&granule, &prop, 0));
    DO(cuMemAddressReserve(&at, 8 * granule, 0, 0, 0));
    GIVES(CUDA_ERROR_INVALID_VALUE, cuMemsetD8_v2(at, 0, 1));
    for (int i = 0; i < 3; i++) {
        DO(cuMemCreate(&handles[i], granule, &prop, 0));
        DO(cuMemMap(at + (unsigned)i * granule, granule, 0, handles[i], 0));
    }
    GIVES(CUDA_ERROR_INVALID_VALUE, cuMemMap(at, granule, 0, handles[0], 0));
    DO(cuMemSetAccess(at, 3 * granule, &access, 1));
    DO(cuMemsetD8_v2(at + granule - 8, 6, 16)); /* across two mappings */
    DO(cuMemcpyDtoH_v2(back, at + granule - 8, 16));
    HOLDS(!is_real() || (back[0] == 6 && back[15] == 6));
    DO(cuMemGetAddressRange_v2(&base, &bytes, at + granule + 5));
    HOLDS(base == at + granule && bytes == granule);
    GIVES(CUDA_ERROR_INVALID_VALUE, cuMemsetD8_v2(at + 3 * granule - 8, 6, 16));
    GIVES(CUDA_ERROR_INVALID_VALUE, cuMemAddressFree(at, 8 * granule));
    for (int i = 0; i < 3; i++)
        DO(cuMemRelease(handles[i]));
    GIVES(CUDA_ERROR_INVALID_VALUE, cuMemRelease(handles[0]));
    DO(cuMemUnmap(at, 3 * granule));
    DO(cuMemAddressFree(at, 8 * granule));
}

static void pointers(void) {
    unsigned type = 0;
    int ordinal = 5, managed = 5;
    CUdeviceptr d, seen;
    CUpointer_attribute asked[] = {2, 8, 9, 3};
    void *out[] = {&type, &managed, &ordinal, &seen};
    void *host;

    DO(cuMemAlloc_v2(&d, 100));
    DO(cuPointerGetAttributes(4, asked, out, d + 99));
    HOLDS(type == 2 && !managed && ordinal == 0 && seen == d + 99);
    GIVES(CUDA_ERROR_INVALID_VALUE, cuPointerGetAttribute(&type, 2, d + 100));
    DO(cuPointerGetAttributes(4, asked, out, (CUdeviceptr)(uintptr_t)&type));
    HOLDS(type == 0 && ordinal == -2 && seen == 0);
    DO(cuMemHostAlloc(&host, 10, 0));
    DO(cuPointerGetAttribute(&type, 2, (CUdeviceptr)(uintptr_t)host));
    HOLDS(type == 1);
    DO(cuMemFreeHost(host));
    DO(cuMemFree_v2(d));
}

static void quota(void) {
    size_t left, total, now;
    CUdeviceptr d, e;

    DO(cuMemGetInfo_v2(&left, &total));
    HOLDS(total == 64 * MIB && left <= total); /* of tests/shim/test_programs.py */
    GIVES(CUDA_ERROR_OUT_OF_MEMORY, cuMemAlloc_v2(&d, 65 * MIB));
    DO(cuMemAlloc_v2(&d, 40 * MIB));
    DO(cuMemGetInfo_v2(&now, &total));
    HOLDS(now == left - 40 * MIB);
    GIVES(CUDA_ERROR_OUT_OF_MEMORY, cuMemAlloc_v2(&e, 40 * MIB));
    GIVES(CUDA_ERROR_OUT_OF_MEMORY, cuMemAllocAsync(&e, 40 * MIB, NULL));
    DO(cuMemFree_v2(d));
    DO(cuMemAllocAsync(&e, 40 * MIB, NULL)); /* a pool keeps it, and gives it when asked */
    DO(cuMemFreeAsync(e, NULL));
    DO(cuCtxSynchronize());
    DO(cuMemAlloc_v2(&d, 60 * MIB));
    DO(cuMemFree_v2(d));
    GIVES(CUDA_ERROR_INVALID_VALUE, cuMemAlloc_v2(&d, 0));
}

int main(void) {
    begin();
    pools();
    mapped();
    pointers();
    quota();
    puts("done");
    return 0;
}
