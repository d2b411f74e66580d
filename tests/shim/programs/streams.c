/* Streams, events, callbacks, words, per-thread streams; order is seen in memory. */
#include <pthread.h>

#include "../check.h"

CUresult cuLaunchKernel_ptsz(CUfunction f, unsigned int gridDimX, unsigned int gridDimY,
                             unsigned int gridDimZ, unsigned int blockDimX,
                             unsigned int blockDimY, unsigned int blockDimZ,
                             unsigned int sharedMemBytes, CUstream hStream, void **kernelParams,
                             void **extra);
CUresult cuStreamSynchronize_ptsz(CUstream hStream);
CUresult cuStreamGetId_ptsz(CUstream hStream, unsigned long long *streamId);

static CUfunction spin, write_word;
static CUcontext context;

static void launch_spin(CUstream stream, uint64_t ns) {
    void *params[] = {&ns};

    DO(cuLaunchKernel(spin, 1, 1, 1, 32, 1, 1, 0, stream, params, NULL));
}

static void events(CUdeviceptr d) {
    CUstream a, b;
    CUevent start, end, never;
    uint32_t one = 1, two = 2, seen[2];
    float ms = -1;

    DO(cuStreamCreate(&a, CU_STREAM_NON_BLOCKING));
    DO(cuStreamCreateWithPriority(&b, CU_STREAM_NON_BLOCKING, -3));
    DO(cuEventCreate(&start, 0));
    DO(cuEventCreate(&end, 0));
    DO(cuEventCreate(&never, CU_EVENT_DISABLE_TIMING));
    DO(cuEventQuery(never));
    DO(cuStreamWaitEvent(a, never, 0));
    GIVES(CUDA_ERROR_INVALID_HANDLE, cuEventElapsedTime_v2(&ms, start, end));
    DO(cuEventRecord(start, a));
    launch_spin(a, 2000000);
    CUdeviceptr other = d + 4;
    void *first[] = {&d, &one}, *second[] = {&d, &two}, *third[] = {&other, &two};
    DO(cuLaunchKernel(write_word, 1, 1, 1, 1, 1, 1, 0, a, first, NULL));
    DO(cuEventRecord(end, a));
    DO(cuStreamWaitEvent(b, end, 0));
    DO(cuLaunchKernel(write_word, 1, 1, 1, 1, 1, 1, 0, b, second, NULL));
    DO(cuLaunchKernel(write_word, 1, 1, 1, 1, 1, 1, 0, b, third, NULL));
    DO(cuStreamSynchronize(b));
    DO(cuEventQuery(end));
    DO(cuEventSynchronize(end));
    DO(cuEventElapsedTime_v2(&ms, start, end));
    HOLDS(ms >= (is_real() ? 2.0f : 0.0f) && ms < 1000);
    DO(cuMemcpyDtoH_v2(seen, d, sizeof seen));
    HOLDS(!is_real() || (seen[0] == 2 && seen[1] == 2));
    for (int i = 0; i < 5000; i++) { /* thousands of events */
        CUevent event;
        DO(cuEventCreate(&event, CU_EVENT_DISABLE_TIMING));
        DO(cuEventRecord(event, i % 2 ? a : b));
        if (i % 3)
            DO(cuEventDestroy_v2(event));
    }
    DO(cuEventDestroy_v2(start));
    GIVES(CUDA_ERROR_INVALID_HANDLE, cuEventRecord(start, a));
    GIVES(CUDA_ERROR_INVALID_HANDLE, cuEventQuery(start));
    DO(cuStreamDestroy_v2(a));
    GIVES(CUDA_ERROR_INVALID_HANDLE, cuStreamDestroy_v2(a));
    GIVES(CUDA_ERROR_INVALID_HANDLE, cuStreamSynchronize(a));
    DO(cuStreamDestroy_v2(b));
    DO(cuCtxSynchronize());
}

static void legacy(CUdeviceptr d) {
    uint32_t one = 1, two = 2, seen;
    CUstream blocking;

    DO(cuStreamCreate(&blocking, 0));
    launch_spin(blocking, 1000000);
    void *first[] = {&d, &one}, *second[] = {&d, &two};
    DO(cuLaunchKernel(write_word, 1, 1, 1, 1, 1, 1, 0, blocking, first, NULL));
    DO(cuLaunchKernel(write_word, 1, 1, 1, 1, 1, 1, 0, CU_STREAM_LEGACY, second, NULL));
    DO(cuMemcpyDtoH_v2(&seen, d, 4));
    HOLDS(!is_real() || seen == 2);
    DO(cuStreamDestroy_v2(blocking));
}

typedef struct told {
    int count, order[4];
    CUresult status;
} told;

static void note(void *data) {
    told *t = data;

    __atomic_fetch_add(&t->count, 1, __ATOMIC_SEQ_CST);
}

static void note_status(CUstream stream, CUresult status, void *data) {
    ((told *)data)->status = status;
    note(data);
}

static void callbacks(void) {
    told t = {.status = 77};
    CUstream stream;

    DO(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
    launch_spin(stream, 1000000);
    for (int i = 0; i < 50; i++)
        DO(cuLaunchHostFunc(i % 2 ? stream : NULL, note, &t));
    DO(cuStreamAddCallback(stream, note_status, &t, 0));
    DO(cuStreamSynchronize(stream));
    DO(cuStreamSynchronize(NULL));
    HOLDS(t.count == 51 && t.status == 0);
    GIVES(CUDA_ERROR_INVALID_VALUE, cuLaunchHostFunc(stream, NULL, NULL));
    DO(cuStreamDestroy_v2(stream));
}

static void words(CUdeviceptr d) {
    uint32_t *flag;
    CUstream a, b;

    DO(cuMemHostAlloc((void **)&flag, 64, 0));
    memset(flag, 0, 64);
    DO(cuStreamCreate(&a, CU_STREAM_NON_BLOCKING));
    DO(cuStreamCreate(&b, CU_STREAM_NON_BLOCKING));
    DO(cuStreamWaitValue32_v2(a, d, 5, 0));
    DO(cuStreamWriteValue32_v2(a, (CUdeviceptr)(uintptr_t)flag, 9, 0));
    DO(cuStreamWriteValue64_v2(b, d, 5, 0));
    DO(cuStreamSynchronize(a));
    HOLDS(*(volatile uint32_t *)flag == 9);
    GIVES(CUDA_ERROR_INVALID_VALUE, cuStreamWriteValue32_v2(a, d + 2, 1, 0));
    GIVES(CUDA_ERROR_INVALID_VALUE, cuStreamWriteValue32_v2(a, 0x5000, 1, 0));
    CUstreamBatchMemOpParams batch[2] = {{.word = {2, d, 1, 0, 0}}, {.word = {1, d, 1, 1, 0}}};
    DO(cuStreamBatchMemOp_v2(a, 2, batch, 0));
    DO(cuStreamSynchronize(a));
    DO(cuStreamDestroy_v2(a));
    DO(cuStreamDestroy_v2(b));
    DO(cuMemFreeHost(flag));
}

static void *own_stream(void *at) {
    CUdeviceptr d = *(CUdeviceptr *)at;
    unsigned long long *id = at;
    uint32_t value = 7;
    void *params[] = {&d, &value};

    DO(cuCtxSetCurrent(context));
    DO(cuLaunchKernel_ptsz(write_word, 1, 1, 1, 1, 1, 1, 0, NULL, params, NULL));
    DO(cuStreamSynchronize_ptsz(NULL));
    DO(cuStreamGetId_ptsz(NULL, id));
    return NULL;
}

static void per_thread(CUdeviceptr d) {
    unsigned long long ids[4], legacy_id;
    pthread_t threads[4];

    for (int i = 0; i < 4; i++) {
        ids[i] = d + 64 * (unsigned)i;
        HOLDS(!pthread_create(&threads[i], NULL, own_stream, &ids[i]));
    }
    for (int i = 0; i < 4; i++)
        HOLDS(!pthread_join(threads[i], NULL));
    DO(cuStreamGetId(NULL, &legacy_id));
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < i; j++)
            HOLDS(ids[i] != ids[j] && ids[i] != legacy_id);
}

static void many(void) {
    CUstream streams[300];
    int priority;

    for (int round = 0; round < 4; round++) { /* more than there are lines, one after another */
        for (int i = 0; i < 300; i++)
            DO(cuStreamCreateWithPriority(&streams[i], i % 2, -(i % 7)));
        launch_spin(streams[round], 1000);
        DO(cuStreamGetPriority(streams[6], &priority));
        HOLDS(priority == -5);
        for (int i = 0; i < 300; i++)
            DO(cuStreamDestroy_v2(streams[i]));
    }
    DO(cuCtxSynchronize());
}

int main(void) {
    CUmodule module;
    CUdeviceptr d;
    CUstreamCaptureStatus capturing = 5;

    context = begin();
    DO(cuModuleLoadData(&module, builtin_ptx()));
    DO(cuModuleGetFunction(&spin, module, "xs_spin"));
    DO(cuModuleGetFunction(&write_word, module, "xs_write_word"));
    DO(cuMemAlloc_v2(&d, 4096));
    DO(cuMemsetD8_v2(d, 0, 4096));
    events(d);
    legacy(d);
    callbacks();
    DO(cuMemsetD8_v2(d, 0, 4096));
    DO(cuCtxSynchronize());
    words(d);
    per_thread(d);
    many();
    DO(cuStreamIsCapturing(NULL, &capturing));
    HOLDS(capturing == 0);
    puts("done");
    return 0;
}
