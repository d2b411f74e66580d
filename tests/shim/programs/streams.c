/* Streams, events, callbacks, words, per-thread streams; order is seen in memory. */
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "work.h"

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

    OK(cuLaunchKernel(spin, 1, 1, 1, 32, 1, 1, 0, stream, params, NULL));
}

/* Events that a launch records: both kinds, in one launch, beside an attribute that is sent. */
static void launch_events(CUdeviceptr d) {
    CUlaunchAttribute attributes[3] = {
        {.id = CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_EVENT},
        {.id = CU_LAUNCH_ATTRIBUTE_COOPERATIVE},
        {.id = CU_LAUNCH_ATTRIBUTE_LAUNCH_COMPLETION_EVENT},
    };
    CUlaunchConfig config = {1, 1, 1, 1, 1, 1, 0, NULL, attributes, 3};
    CUevent released, begun, timed;
    uint32_t five = 5, six = 6, seen;
    CUstream a, b;
    CUgraph graph;
    size_t nodes = 0, edges = 0;

    OK(cuStreamCreate(&a, CU_STREAM_NON_BLOCKING));
    OK(cuStreamCreate(&b, CU_STREAM_NON_BLOCKING));
    OK(cuEventCreate(&released, CU_EVENT_DISABLE_TIMING));
    OK(cuEventCreate(&begun, CU_EVENT_DISABLE_TIMING));
    OK(cuEventCreate(&timed, 0));
    config.hStream = a;
    attributes[0].value.event.event = released;
    attributes[0].value.event.triggerAtBlockStart = 1;
    attributes[1].value.value = 1;
    attributes[2].value.event.event = begun;
    launch_spin(a, 100000000); /* longer than a busy machine takes to ask */
    OK(cuLaunchKernelEx(&config, write_word, (void *[]){&d, &five}, NULL));
    if (is_real())
        EXPECT(CUDA_ERROR_NOT_READY, cuEventQuery(released));
    OK(cuStreamWaitEvent(b, released, 0));
    OK(cuStreamWaitEvent(b, begun, 0));
    OK(cuLaunchKernel(write_word, 1, 1, 1, 1, 1, 1, 0, b, (void *[]){&d, &six}, NULL));
    OK(cuStreamSynchronize(b));
    OK(cuEventQuery(released));
    OK(cuEventQuery(begun));
    OK(cuMemcpyDtoH_v2(&seen, d, 4));
    CHECK(!is_real() || seen == 6);
    /* what is wrong */
    attributes[0].value.event.event = timed;
    EXPECT(CUDA_ERROR_INVALID_VALUE,
           cuLaunchKernelEx(&config, write_word, (void *[]){&d, &five}, NULL));
    attributes[0].value.event.event = NULL;
    EXPECT(CUDA_ERROR_INVALID_HANDLE,
           cuLaunchKernelEx(&config, write_word, (void *[]){&d, &five}, NULL));
    /* in a capture the other stream joins behind the launch */
    attributes[0].value.event.event = released;
    OK(cuStreamBeginCapture_v2(a, CU_STREAM_CAPTURE_MODE_GLOBAL));
    OK(cuLaunchKernelEx(&config, write_word, (void *[]){&d, &five}, NULL));
    OK(cuStreamWaitEvent(b, released, 0));
    OK(cuLaunchKernel(write_word, 1, 1, 1, 1, 1, 1, 0, b, (void *[]){&d, &six}, NULL));
    OK(cuEventRecord(begun, b));
    OK(cuStreamWaitEvent(a, begun, 0));
    OK(cuStreamEndCapture(a, &graph));
    OK(cuGraphGetNodes(graph, NULL, &nodes));
    OK(cuGraphGetEdges_v2(graph, NULL, NULL, NULL, &edges));
    CHECK(nodes == 2 && edges == 1);
    OK(cuGraphDestroy(graph));
    OK(cuEventDestroy_v2(released));
    OK(cuEventDestroy_v2(begun));
    OK(cuEventDestroy_v2(timed));
    OK(cuStreamDestroy_v2(a));
    OK(cuStreamDestroy_v2(b));
}

static void events(CUdeviceptr d) {
    CUstream a, b;
    CUevent start, end, never;
    uint32_t one = 1, two = 2, seen[2];
    float ms = -1;

    OK(cuStreamCreate(&a, CU_STREAM_NON_BLOCKING));
    OK(cuStreamCreateWithPriority(&b, CU_STREAM_NON_BLOCKING, -3));
    CUgreenCtx green = (CUgreenCtx)&ms;
    OK(cuStreamGetGreenCtx(a, &green));
    CHECK(!green);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuStreamGetGreenCtx(a, NULL));
    EXPECT(CUDA_ERROR_INVALID_HANDLE, cuStreamGetGreenCtx((CUstream)&ms, &green));
    OK(cuEventCreate(&start, 0));
    OK(cuEventCreate(&end, 0));
    OK(cuEventCreate(&never, CU_EVENT_DISABLE_TIMING));
    OK(cuEventQuery(never));
    OK(cuStreamWaitEvent(a, never, 0));
    EXPECT(CUDA_ERROR_INVALID_HANDLE, cuEventElapsedTime_v2(&ms, start, end));
    OK(cuEventRecord(start, a));
    launch_spin(a, 2000000);
    CUdeviceptr other = d + 4;
    void *first[] = {&d, &one}, *second[] = {&d, &two}, *third[] = {&other, &two};
    OK(cuLaunchKernel(write_word, 1, 1, 1, 1, 1, 1, 0, a, first, NULL));
    OK(cuEventRecord(end, a));
    OK(cuStreamWaitEvent(b, end, 0));
    OK(cuLaunchKernel(write_word, 1, 1, 1, 1, 1, 1, 0, b, second, NULL));
    OK(cuLaunchKernel(write_word, 1, 1, 1, 1, 1, 1, 0, b, third, NULL));
    OK(cuStreamSynchronize(b));
    OK(cuEventQuery(end));
    OK(cuEventSynchronize(end));
    OK(cuEventElapsedTime_v2(&ms, start, end));
    CHECK(ms >= (is_real() ? 2.0f : 0.0f) && ms < 1000);
    OK(cuMemcpyDtoH_v2(seen, d, sizeof seen));
    CHECK(!is_real() || (seen[0] == 2 && seen[1] == 2));
    for (int i = 0; i < 5000; i++) { /* thousands of events */
        CUevent event;
        OK(cuEventCreate(&event, CU_EVENT_DISABLE_TIMING));
        OK(cuEventRecord(event, i % 2 ? a : b));
        if (i % 3)
            OK(cuEventDestroy_v2(event));
    }
    OK(cuEventDestroy_v2(start));
    EXPECT(CUDA_ERROR_INVALID_HANDLE, cuEventRecord(start, a));
    EXPECT(CUDA_ERROR_INVALID_HANDLE, cuEventQuery(start));
    OK(cuStreamDestroy_v2(a));
    EXPECT(CUDA_ERROR_INVALID_HANDLE, cuStreamDestroy_v2(a));
    EXPECT(CUDA_ERROR_INVALID_HANDLE, cuStreamSynchronize(a));
    OK(cuStreamDestroy_v2(b));
    OK(cuCtxSynchronize());
    OK(cuStreamCreate(&a, CU_STREAM_NON_BLOCKING)); /* as cublasLt: never used */
    OK(cuStreamDestroy_v2(a));
    OK(cuCtxSynchronize());
}

static void legacy(CUdeviceptr d) {
    uint32_t one = 1, two = 2, seen;
    CUstream blocking;

    OK(cuStreamCreate(&blocking, 0));
    launch_spin(blocking, 1000000);
    void *first[] = {&d, &one}, *second[] = {&d, &two};
    OK(cuLaunchKernel(write_word, 1, 1, 1, 1, 1, 1, 0, blocking, first, NULL));
    OK(cuLaunchKernel(write_word, 1, 1, 1, 1, 1, 1, 0, CU_STREAM_LEGACY, second, NULL));
    OK(cuMemcpyDtoH_v2(&seen, d, 4));
    CHECK(!is_real() || seen == 2);
    OK(cuStreamDestroy_v2(blocking));
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

    OK(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
    launch_spin(stream, 1000000);
    for (int i = 0; i < 50; i++)
        OK(cuLaunchHostFunc(i % 2 ? stream : NULL, note, &t));
    OK(cuStreamAddCallback(stream, note_status, &t, 0));
    OK(cuStreamSynchronize(stream));
    OK(cuStreamSynchronize(NULL));
    CHECK(t.count == 51 && t.status == 0);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuLaunchHostFunc(stream, NULL, NULL));
    OK(cuStreamDestroy_v2(stream));
}

static void *shut; /* a page that nobody may write to until somebody does */
static long shut_bytes;

static void lay_open(int number) {
    (void)number;
    if (mprotect(shut, (size_t)shut_bytes, PROT_READ | PROT_WRITE))
        _exit(3);
}

static void write_shut(void *data) {
    *(volatile int *)data = 5;
}

/* A host function whose fault the program handles, as it would on a thread of its own. */
static void callback_faults(void) {
    struct sigaction handles = {.sa_handler = lay_open}, before;

    shut_bytes = sysconf(_SC_PAGESIZE);
    shut = mmap(NULL, (size_t)shut_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(shut != MAP_FAILED);
    CHECK(!sigaction(SIGSEGV, &handles, &before));
    OK(cuLaunchHostFunc(NULL, write_shut, shut));
    OK(cuStreamSynchronize(NULL));
    CHECK(*(int *)shut == 5);
    CHECK(!sigaction(SIGSEGV, &before, NULL));
    munmap(shut, (size_t)shut_bytes);
}

static void words(CUdeviceptr d) {
    uint32_t *flag;
    CUstream a, b;

    OK(cuMemHostAlloc((void **)&flag, 64, 0));
    memset(flag, 0, 64);
    OK(cuStreamCreate(&a, CU_STREAM_NON_BLOCKING));
    OK(cuStreamCreate(&b, CU_STREAM_NON_BLOCKING));
    OK(cuStreamWaitValue32_v2(a, d, 5, 0));
    OK(cuStreamWriteValue32_v2(a, (CUdeviceptr)(uintptr_t)flag, 9, 0));
    OK(cuStreamWriteValue64_v2(b, d, 5, 0));
    OK(cuStreamSynchronize(a));
    CHECK(*(volatile uint32_t *)flag == 9);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuStreamWriteValue32_v2(a, d + 2, 1, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuStreamWriteValue32_v2(a, 0x5000, 1, 0));
    CUstreamBatchMemOpParams batch[2] = {{.word = {2, d, 1, 0, 0}}, {.word = {1, d, 1, 1, 0}}};
    OK(cuStreamBatchMemOp_v2(a, 2, batch, 0));
    OK(cuStreamSynchronize(a));
    OK(cuStreamDestroy_v2(a));
    OK(cuStreamDestroy_v2(b));
    OK(cuMemFreeHost(flag));
}

static void *own_stream(void *at) {
    CUdeviceptr d = *(CUdeviceptr *)at;
    unsigned long long *id = at;
    uint32_t value = 7;
    void *params[] = {&d, &value};

    OK(cuCtxSetCurrent(context));
    OK(cuLaunchKernel_ptsz(write_word, 1, 1, 1, 1, 1, 1, 0, NULL, params, NULL));
    OK(cuStreamSynchronize_ptsz(NULL));
    OK(cuStreamGetId_ptsz(NULL, id));
    return NULL;
}

static void per_thread(CUdeviceptr d) {
    unsigned long long ids[4], legacy_id;
    pthread_t threads[4];

    for (int i = 0; i < 4; i++) {
        ids[i] = d + 64 * (unsigned)i;
        CHECK(!pthread_create(&threads[i], NULL, own_stream, &ids[i]));
    }
    for (int i = 0; i < 4; i++)
        CHECK(!pthread_join(threads[i], NULL));
    OK(cuStreamGetId(NULL, &legacy_id));
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < i; j++)
            CHECK(ids[i] != ids[j] && ids[i] != legacy_id);
}

static void many(void) {
    CUstream streams[300];
    int priority;

    for (int round = 0; round < 4; round++) { /* more than there are lines, one after another */
        for (int i = 0; i < 300; i++)
            OK(cuStreamCreateWithPriority(&streams[i], i % 2, -(i % 7)));
        launch_spin(streams[round], 1000);
        OK(cuStreamGetPriority(streams[6], &priority));
        CHECK(priority == -5);
        for (int i = 0; i < 300; i++)
            OK(cuStreamDestroy_v2(streams[i]));
    }
    OK(cuCtxSynchronize());
}

int main(void) {
    CUmodule module;
    CUdeviceptr d;
    CUstreamCaptureStatus capturing = 5;

    context = start();
    OK(cuModuleLoadData(&module, builtin_ptx()));
    OK(cuModuleGetFunction(&spin, module, "xs_spin"));
    OK(cuModuleGetFunction(&write_word, module, "xs_write_word"));
    OK(cuMemAlloc_v2(&d, 4096));
    OK(cuMemsetD8_v2(d, 0, 4096));
    events(d);
    launch_events(d);
    legacy(d);
    callbacks();
    callback_faults();
    OK(cuMemsetD8_v2(d, 0, 4096));
    OK(cuCtxSynchronize());
    words(d);
    per_thread(d);
    many();
    OK(cuStreamIsCapturing(NULL, &capturing));
    CHECK(capturing == 0);
    puts("done");
    return 0;
}
