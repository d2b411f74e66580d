/* Primary contexts, contexts of the program's own, each thread's stack. */
#include <pthread.h>

#include "check.h"

static void primary(void) {
    CUcontext first, again, current;
    unsigned flags;
    int active, device;

    OK(cuDevicePrimaryCtxGetState(0, &flags, &active));
    CHECK(!active && !flags);
    EXPECT(CUDA_ERROR_INVALID_CONTEXT, cuDevicePrimaryCtxRelease_v2(0));
    EXPECT(CUDA_ERROR_INVALID_CONTEXT, cuCtxGetDevice(&device));
    OK(cuDevicePrimaryCtxSetFlags_v2(0, 4));
    OK(cuDevicePrimaryCtxRetain(&first, 0));
    OK(cuDevicePrimaryCtxRetain(&again, 0));
    CHECK(first == again);
    OK(cuCtxGetCurrent(&current));
    CHECK(!current);
    OK(cuCtxSetCurrent(first));
    OK(cuCtxGetFlags(&flags));
    CHECK(flags == 4);
    EXPECT(CUDA_ERROR_INVALID_CONTEXT, cuCtxDestroy_v2(first));
    OK(cuDevicePrimaryCtxRelease_v2(0));
    OK(cuCtxGetDevice(&device));
    OK(cuDevicePrimaryCtxRelease_v2(0));
    OK(cuDevicePrimaryCtxGetState(0, &flags, &active));
    CHECK(!active && flags == 4);
    EXPECT(CUDA_ERROR_CONTEXT_IS_DESTROYED, cuCtxGetDevice(&device));
    OK(cuDevicePrimaryCtxRetain(&again, 0));
    CHECK(first == again);
    OK(cuCtxGetDevice(&device));
    OK(cuDevicePrimaryCtxReset_v2(0));
    OK(cuDevicePrimaryCtxRelease_v2(0));
    OK(cuCtxSetCurrent(NULL));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuDevicePrimaryCtxSetFlags_v2(0, 0x100));
    EXPECT(CUDA_ERROR_INVALID_DEVICE, cuDevicePrimaryCtxRetain(&first, 3));
}

static void stack(void) {
    CUcontext made[20], current, popped;
    unsigned long long ids[2];
    unsigned version;

    for (int i = 0; i < 20; i++)
        OK(cuCtxCreate_v2(&made[i], 0, 0));
    for (int i = 19; i >= 0; i--) {
        OK(cuCtxGetCurrent(&current));
        CHECK(current == made[i]);
        OK(cuCtxPopCurrent_v2(&popped));
        CHECK(popped == made[i]);
    }
    EXPECT(CUDA_ERROR_INVALID_CONTEXT, cuCtxPopCurrent_v2(&popped));
    OK(cuCtxPushCurrent_v2(made[3]));
    OK(cuCtxPushCurrent_v2(made[4]));
    OK(cuCtxDestroy_v2(made[4])); /* current: the one below takes its place */
    OK(cuCtxGetCurrent(&current));
    CHECK(current == made[3]);
    EXPECT(CUDA_ERROR_INVALID_CONTEXT, cuCtxPushCurrent_v2(made[4]));
    EXPECT(CUDA_ERROR_INVALID_CONTEXT, cuCtxDestroy_v2(made[4]));
    OK(cuCtxGetId(made[0], &ids[0]));
    OK(cuCtxGetId(made[1], &ids[1]));
    CHECK(ids[0] != ids[1]);
    OK(cuCtxGetApiVersion(made[0], &version));
    CHECK(version >= 3020);
    OK(cuCtxSetCurrent(NULL));
    for (int i = 0; i < 20; i++)
        if (i != 4)
            OK(cuCtxDestroy_v2(made[i]));
}

static void forged(void) {
    CUcontext made;
    char text[64];

    OK(cuCtxCreate_v2(&made, 0, 0));
    EXPECT(CUDA_ERROR_INVALID_CONTEXT, cuCtxSetCurrent((CUcontext)0x1234));
    EXPECT(CUDA_ERROR_INVALID_CONTEXT, cuCtxSetCurrent((CUcontext)text));
    EXPECT(CUDA_ERROR_INVALID_CONTEXT, cuCtxSetCurrent((CUcontext)((char *)made + 8)));
    EXPECT(CUDA_ERROR_INVALID_CONTEXT, cuCtxSetCurrent((CUcontext)((char *)made + 65536)));
    EXPECT(CUDA_ERROR_INVALID_CONTEXT, cuCtxDestroy_v2((CUcontext)-1));
    OK(cuCtxDestroy_v2(made));
}

static void *elsewhere(void *context) {
    CUcontext current = (CUcontext)1;
    int device = -1;

    OK(cuCtxGetCurrent(&current));
    CHECK(!current);
    OK(cuCtxPushCurrent_v2(context));
    OK(cuCtxPushCurrent_v2(context));
    OK(cuCtxGetDevice(&device));
    CHECK(device == 0);
    return NULL;
}

static void threads(void) {
    pthread_t thread[8];
    CUcontext made, current;

    OK(cuCtxCreate_v2(&made, 0, 0));
    for (int i = 0; i < 8; i++)
        CHECK(!pthread_create(&thread[i], NULL, elsewhere, made));
    for (int i = 0; i < 8; i++)
        pthread_join(thread[i], NULL);
    OK(cuCtxGetCurrent(&current));
    CHECK(current == made);
    OK(cuCtxDestroy_v2(made));
}

static void settings(void) {
    CUcontext made;
    size_t value;
    int least = 9, greatest = 9, config;

    OK(cuCtxCreate_v4(&made, NULL, 0, 0));
    OK(cuCtxSetLimit(CU_LIMIT_STACK_SIZE, 4096));
    OK(cuCtxGetLimit(&value, CU_LIMIT_STACK_SIZE));
    CHECK(value == 4096);
    OK(cuCtxGetLimit(&value, CU_LIMIT_CIG_ENABLED)); /* cublasLt believes a refusal */
    CHECK(value == 0);
    EXPECT(CUDA_ERROR_UNSUPPORTED_LIMIT, cuCtxGetLimit(&value, 77));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuCtxGetLimit(NULL, CU_LIMIT_STACK_SIZE));
    OK(cuCtxGetStreamPriorityRange(&least, &greatest));
    CHECK(least == 0 && greatest == -5);
    OK(cuCtxGetStreamPriorityRange(NULL, NULL));
    OK(cuCtxSetCacheConfig(2));
    OK(cuCtxGetCacheConfig(&config));
    CHECK(config == 2);
    OK(cuProfilerStart());
    OK(cuProfilerStop());
    OK(cuCtxDestroy_v2(made));
    EXPECT(CUDA_ERROR_INVALID_CONTEXT, cuProfilerStart());
}

int main(void) {
    OK(cuInit(0));
    primary();
    stack();
    forged();
    threads();
    settings();
    return 0;
}
