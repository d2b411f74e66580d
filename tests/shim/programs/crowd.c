/* Many threads at once, each with streams, events, memory and copies of its own, through the
 * same staging chunks, pools and tables; every thread checks its own bytes. */
#include <pthread.h>

#include "work.h"

#define THREADS 8
#define ROUNDS 30
#define BYTES (96u << 10)
#define LARGE_BYTES ((9u << 20) + 4) /* more chunks, by all threads, than there are */

static CUcontext context;
static CUfunction add_one;
static CUdeviceptr shared; /* LARGE_BYTES of 7s */

static void fill(uint32_t *at, uint32_t seed) {
    for (uint32_t i = 0; i < BYTES / 4; i++)
        at[i] = seed * 1000003 + i;
}

static void check(const uint32_t *at, uint32_t seed, uint32_t more) {
    for (uint32_t i = 0; i < BYTES / 4 && is_real(); i++)
        CHECK(at[i] == seed * 1000003 + i + more);
}

static void round_of(uint32_t seed, CUstream stream, uint32_t *pageable, uint32_t *pinned) {
    uint64_t count = BYTES / 4;
    CUdeviceptr a, b;
    CUevent event;

    OK(cuMemAllocAsync(&a, BYTES, stream));
    OK(cuMemAlloc_v2(&b, BYTES));
    OK(cuEventCreate(&event, CU_EVENT_DISABLE_TIMING));
    fill(pageable, seed);
    OK(cuMemcpyHtoDAsync_v2(a, pageable, BYTES, stream));
    void *params[] = {&a, &count};
    OK(cuLaunchKernel(add_one, BYTES / 4 / 256, 1, 1, 256, 1, 1, 0, stream, params, NULL));
    OK(cuMemcpyDtoDAsync_v2(b, a, BYTES, stream));
    OK(cuMemFreeAsync(a, stream));
    OK(cuMemcpyDtoHAsync_v2(pinned, b, BYTES, stream));
    OK(cuEventRecord(event, stream));
    OK(cuEventSynchronize(event));
    check(pinned, seed, 1);
    OK(cuMemcpyDtoH_v2(pageable, b, BYTES));
    check(pageable, seed, 1);
    OK(cuEventDestroy_v2(event));
    OK(cuMemFree_v2(b));
}

/* Each has several chunks under way: who waits for one more while it holds some would wait for
 * the others, and they for it. */
static void large(CUstream stream) {
    uint32_t *host = malloc(LARGE_BYTES);

    for (int i = 0; i < 2; i++) {
        memset(host, 0xA5, LARGE_BYTES);
        OK(cuMemcpyDtoHAsync_v2(host, shared, LARGE_BYTES, stream));
        for (uint32_t at = 0; at < LARGE_BYTES / 4 && is_real(); at++)
            CHECK(host[at] == 7);
    }
    free(host);
}

static void *work(void *number) {
    uint32_t seed = (uint32_t)(uintptr_t)number, *pageable = malloc(BYTES), *pinned;
    CUstream stream;

    OK(cuCtxSetCurrent(context));
    OK(cuMemHostAlloc((void **)&pinned, BYTES, 0));
    for (uint32_t i = 0; i < ROUNDS; i++) {
        OK(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
        round_of(seed * 100 + i, stream, pageable, pinned);
        OK(cuStreamDestroy_v2(stream));
    }
    OK(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
    large(stream);
    OK(cuStreamDestroy_v2(stream));
    OK(cuMemFreeHost(pinned));
    free(pageable);
    return NULL;
}

int main(void) {
    pthread_t threads[THREADS];
    CUmodule module;

    context = start();
    OK(cuModuleLoadData(&module, builtin_ptx()));
    OK(cuModuleGetFunction(&add_one, module, "xs_add_one_u32"));
    OK(cuMemAlloc_v2(&shared, LARGE_BYTES));
    OK(cuMemsetD32_v2(shared, 7, LARGE_BYTES / 4));
    OK(cuCtxSynchronize());
    for (uintptr_t i = 0; i < THREADS; i++)
        CHECK(!pthread_create(&threads[i], NULL, work, (void *)i));
    for (int i = 0; i < THREADS; i++)
        CHECK(!pthread_join(threads[i], NULL));
    OK(cuCtxSynchronize());
    puts("done");
    return 0;
}
