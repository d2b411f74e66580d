/* Pools, virtual memory, pointer queries, the quota. */
#include "work.h"

#define MIB (1ull << 20)

static void pools(void) {
    CUmemPoolProps props = {.allocType = 1, .location = {1, 0}};
    CUmemoryPool common, own;
    CUdeviceptr a, b, c;
    CUstream s, t;
    uint64_t used, threshold = UINT64_MAX;
    uint32_t back;

    OK(cuDeviceGetDefaultMemPool(&common, 0));
    OK(cuMemPoolSetAttribute(common, 4, &threshold));
    OK(cuStreamCreate(&s, CU_STREAM_NON_BLOCKING));
    OK(cuStreamCreate(&t, CU_STREAM_NON_BLOCKING));
    OK(cuMemAllocAsync(&a, 1000, s));
    OK(cuMemsetD32Async(a, 42, 250, s));
    OK(cuMemcpyDtoHAsync_v2(&back, a + 996, 4, s));
    CHECK(!is_real() || back == 42);
    OK(cuMemFreeAsync(a, s));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemFreeAsync(a, s));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemsetD8Async(a, 0, 4, s));
    OK(cuMemAllocAsync(&b, 1000, s));
    CHECK(b == a); /* in the order of the stream it is free */
    OK(cuMemAllocAsync(&c, 5 * MIB, t));
    OK(cuMemPoolGetAttribute(common, 7, &used));
    CHECK(used >= 5 * MIB + 1000);
    OK(cuMemFreeAsync(c, t));
    OK(cuMemFree_v2(b));
    OK(cuStreamSynchronize(t));
    OK(cuMemPoolTrimTo(common, 0));
    OK(cuMemPoolGetAttribute(common, 5, &used));
    CHECK(used == 0);
    OK(cuMemPoolCreate(&own, &props));
    OK(cuMemAllocFromPoolAsync(&a, 3 * MIB, own, s));
    CUmemoryPool seen;
    OK(cuPointerGetAttribute(&seen, 17, a));
    CHECK(seen == own);
    OK(cuMemPoolDestroy(own));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemAllocFromPoolAsync(&b, 1, own, s));
    OK(cuMemFreeAsync(a, s));
    OK(cuStreamDestroy_v2(s));
    OK(cuStreamDestroy_v2(t));
}

static void mapped(void) {
    CUmemAllocationProp prop = {.type = 1, .location = {1, 0}};
    CUmemAccessDesc access = {{1, 0}, 3};
    CUmemGenericAllocationHandle handles[3];
    CUdeviceptr at, base;
    size_t granule, bytes;
    uint8_t back[16];

    OK(cuMemGetAllocationGranularity(&granule, &prop, 0));
    OK(cuMemAddressReserve(&at, 8 * granule, 0, 0, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemsetD8_v2(at, 0, 1));
    for (int i = 0; i < 3; i++) {
        OK(cuMemCreate(&handles[i], granule, &prop, 0));
        OK(cuMemMap(at + (unsigned)i * granule, granule, 0, handles[i], 0));
    }
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemMap(at, granule, 0, handles[0], 0));
    OK(cuMemSetAccess(at, 3 * granule, &access, 1));
    OK(cuMemsetD8_v2(at + granule - 8, 6, 16)); /* across two mappings */
    OK(cuMemcpyDtoH_v2(back, at + granule - 8, 16));
    CHECK(!is_real() || (back[0] == 6 && back[15] == 6));
    OK(cuMemGetAddressRange_v2(&base, &bytes, at + granule + 5));
    CHECK(base == at + granule && bytes == granule);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemsetD8_v2(at + 3 * granule - 8, 6, 16));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemAddressFree(at, 8 * granule));
    for (int i = 0; i < 3; i++)
        OK(cuMemRelease(handles[i]));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemRelease(handles[0]));
    OK(cuMemUnmap(at, 3 * granule));
    OK(cuMemAddressFree(at, 8 * granule));
}

static void pointers(void) {
    unsigned type = 0;
    int ordinal = 5, managed = 5;
    CUdeviceptr d, seen;
    CUpointer_attribute asked[] = {2, 8, 9, 3};
    void *out[] = {&type, &managed, &ordinal, &seen};
    void *host;

    OK(cuMemAlloc_v2(&d, 100));
    OK(cuPointerGetAttributes(4, asked, out, d + 99));
    CHECK(type == 2 && !managed && ordinal == 0 && seen == d + 99);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuPointerGetAttribute(&type, 2, d + 100));
    OK(cuPointerGetAttributes(4, asked, out, (CUdeviceptr)(uintptr_t)&type));
    CHECK(type == 0 && ordinal == -2 && seen == 0);
    OK(cuMemHostAlloc(&host, 10, 0));
    OK(cuPointerGetAttribute(&type, 2, (CUdeviceptr)(uintptr_t)host));
    CHECK(type == 1);
    OK(cuMemFreeHost(host));
    OK(cuMemFree_v2(d));
}

static void quota(void) {
    size_t left, total, now;
    CUdeviceptr d, e;

    OK(cuMemGetInfo_v2(&left, &total));
    CHECK(total == 64 * MIB && left <= total); /* of tests/shim/test_work.py */
    EXPECT(CUDA_ERROR_OUT_OF_MEMORY, cuMemAlloc_v2(&d, 65 * MIB));
    OK(cuMemAlloc_v2(&d, 40 * MIB));
    OK(cuMemGetInfo_v2(&now, &total));
    CHECK(now == left - 40 * MIB);
    EXPECT(CUDA_ERROR_OUT_OF_MEMORY, cuMemAlloc_v2(&e, 40 * MIB));
    EXPECT(CUDA_ERROR_OUT_OF_MEMORY, cuMemAllocAsync(&e, 40 * MIB, NULL));
    OK(cuMemFree_v2(d));
    OK(cuMemAllocAsync(&e, 40 * MIB, NULL)); /* a pool keeps it, and gives it when asked */
    OK(cuMemFreeAsync(e, NULL));
    OK(cuCtxSynchronize());
    OK(cuMemAlloc_v2(&d, 60 * MIB));
    OK(cuMemFree_v2(d));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemAlloc_v2(&d, 0));
}

/* What a context leaves behind goes with it, however often. */
static void contexts(void) {
    CUcontext own;
    CUdeviceptr d;
    void *host;

    for (int i = 0; i < 5; i++) {
        OK(cuCtxCreate_v2(&own, 0, 0));
        OK(cuMemAlloc_v2(&d, 50 * MIB));
        OK(cuMemHostAlloc(&host, 4096, 0));
        OK(cuMemsetD8Async(d, 1, 50 * MIB, NULL));
        OK(cuCtxDestroy_v2(own));
        EXPECT(CUDA_ERROR_INVALID_VALUE, cuPointerGetAttribute(&host, 1, d));
    }
}

int main(void) {
    start();
    contexts();
    pools();
    mapped();
    pointers();
    quota();
    puts("done");
    return 0;
}
