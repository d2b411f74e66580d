/* Stream capture: what becomes nodes, what forks and joins, and every error of it. */
#include <pthread.h>

#include "work.h"

#define N 256
#define BYTES (N * 4)

static CUfunction add_one, spin;
static CUcontext context;
static CUstream a, b;
static CUdeviceptr d, e;

static void launch_add(CUstream stream, CUdeviceptr at) {
    uint64_t n = N;
    void *params[] = {&at, &n};

    OK(cuLaunchKernel(add_one, 2, 1, 1, 128, 1, 1, 0, stream, params, NULL));
}

static void set(CUdeviceptr at, uint32_t value) {
    OK(cuMemsetD32_v2(at, value, N));
    OK(cuCtxSynchronize());
}

/* All words of it, once everything is done. */
static void expect(CUdeviceptr at, uint32_t value) {
    uint32_t seen[N];

    OK(cuMemcpyDtoH_v2(seen, at, BYTES));
    for (int i = 0; is_real() && i < N; i++)
        if (seen[i] != value) {
            fprintf(stderr, "word %d is %u, not %u\n", i, seen[i], value);
            exit(1);
        }
}

static size_t nodes_of(CUgraph graph) {
    size_t count = 0;

    OK(cuGraphGetNodes(graph, NULL, &count));
    return count;
}

static void expect_status(CUstream stream, CUstreamCaptureStatus wanted) {
    CUstreamCaptureStatus status = 77;

    OK(cuStreamIsCapturing(stream, &status));
    CHECK(status == wanted);
}

static void single(void) {
    CUgraphExec exec;
    CUgraph graph;

    set(d, 10);
    OK(cuStreamBeginCapture_v2(a, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL));
    expect_status(a, CU_STREAM_CAPTURE_STATUS_ACTIVE);
    expect_status(b, CU_STREAM_CAPTURE_STATUS_NONE);
    launch_add(a, d);
    launch_add(a, d);
    OK(cuMemcpyDtoDAsync_v2(e, d, BYTES, a));
    OK(cuStreamEndCapture(a, &graph));
    expect_status(a, CU_STREAM_CAPTURE_STATUS_NONE);
    CHECK(nodes_of(graph) == 3);
    expect(d, 10); /* nothing ran */
    OK(cuGraphInstantiateWithFlags(&exec, graph, 0));
    OK(cuGraphDestroy(graph));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuGraphDestroy(graph));
    for (int i = 0; i < 500; i++)
        OK(cuGraphLaunch(exec, i % 2 ? a : b)); /* launches of one follow each other */
    OK(cuCtxSynchronize());
    expect(d, 1010);
    expect(e, 1010);
    for (int i = 0; i < 10; i++)
        OK(cuGraphLaunch(exec, NULL));
    OK(cuGraphExecDestroy(exec)); /* while it runs */
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuGraphLaunch(exec, a));
    OK(cuStreamSynchronize(NULL));
    expect(e, 1030);
}

static void info(void) {
    CUstreamCaptureStatus status;
    const CUgraphNode *before;
    const CUgraphEdgeData *data;
    CUgraph inside, graph;
    uint64_t id = 0, again = 0;
    CUgraphNode nodes[2], kept;
    size_t count;

    OK(cuStreamBeginCapture_v2(a, CU_STREAM_CAPTURE_MODE_RELAXED));
    OK(cuStreamGetCaptureInfo_v3(a, &status, &id, &inside, &before, &data, &count));
    CHECK(status == 1 && id && inside && count == 0);
    launch_add(a, d);
    OK(cuStreamGetCaptureInfo_v2(a, &status, &again, &inside, &before, &count));
    CHECK(again == id && count == 1);
    kept = before[0];
    OK(cuGraphAddEmptyNode(&nodes[0], inside, NULL, 0));
    OK(cuStreamUpdateCaptureDependencies(a, nodes, 1, 0));
    OK(cuStreamGetCaptureInfo_v2(a, &status, &again, &inside, &before, &count));
    CHECK(count == 2);
    OK(cuStreamUpdateCaptureDependencies(a, &kept, 1, 1));
    OK(cuStreamGetCaptureInfo_v2(a, &status, &again, &inside, &before, &count));
    CHECK(count == 1 && before[0] == kept);
    OK(cuStreamUpdateCaptureDependencies(a, nodes, 1, 0));
    launch_add(a, d);
    EXPECT(CUDA_ERROR_ILLEGAL_STATE, cuGraphDestroy(inside));
    OK(cuStreamEndCapture(a, &graph));
    CHECK(graph == inside && nodes_of(graph) == 3);
    OK(cuStreamGetCaptureInfo_v2(a, &status, &again, &inside, &before, &count));
    CHECK(status == 0);
    /* more of it, behind a node of it */
    OK(cuStreamBeginCaptureToGraph(a, graph, &kept, NULL, 1, CU_STREAM_CAPTURE_MODE_GLOBAL));
    launch_add(a, d);
    OK(cuStreamEndCapture(a, &inside));
    CHECK(inside == graph && nodes_of(graph) == 4);
    count = 9;
    OK(cuGraphGetEdges(graph, NULL, NULL, &count));
    CHECK(count == 3);
    OK(cuGraphDestroy(graph));
    EXPECT(CUDA_ERROR_ILLEGAL_STATE, cuStreamUpdateCaptureDependencies(a, NULL, 0, 0));
    EXPECT(CUDA_ERROR_ILLEGAL_STATE, cuStreamEndCapture(a, &graph));
}

static void fork_and_join(void) {
    CUevent forked, joined;
    CUgraphExec exec;
    CUgraph graph;

    OK(cuEventCreate(&forked, CU_EVENT_DISABLE_TIMING));
    OK(cuEventCreate(&joined, CU_EVENT_DISABLE_TIMING));
    set(d, 0);
    set(e, 100);
    OK(cuStreamBeginCapture_v2(a, CU_STREAM_CAPTURE_MODE_GLOBAL));
    launch_add(a, d);
    OK(cuEventRecord(forked, a));
    OK(cuStreamWaitEvent(b, forked, 0));
    expect_status(b, CU_STREAM_CAPTURE_STATUS_ACTIVE);
    launch_add(a, d);
    launch_add(b, e);
    OK(cuEventRecord(joined, b));
    OK(cuStreamWaitEvent(a, joined, 0));
    OK(cuMemcpyDtoDAsync_v2(d, e, BYTES / 2, a));
    OK(cuStreamEndCapture(a, &graph));
    expect_status(b, CU_STREAM_CAPTURE_STATUS_NONE);
    CHECK(nodes_of(graph) == 4);
    EXPECT(CUDA_ERROR_CAPTURED_EVENT, cuEventQuery(joined));
    EXPECT(CUDA_ERROR_CAPTURED_EVENT, cuStreamWaitEvent(b, joined, 0));
    OK(cuEventRecord(joined, b));
    OK(cuEventSynchronize(joined));
    OK(cuGraphInstantiateWithFlags(&exec, graph, 0));
    OK(cuGraphLaunch(exec, b));
    OK(cuStreamSynchronize(b));
    expect(e, 101);
    uint32_t seen[N];
    OK(cuMemcpyDtoH_v2(seen, d, BYTES));
    CHECK(!is_real() || (seen[0] == 101 && seen[N - 1] == 2));
    OK(cuGraphExecDestroy(exec));
    OK(cuGraphDestroy(graph));
    OK(cuEventDestroy_v2(forked));
    OK(cuEventDestroy_v2(joined));
}

/* Begin, do something wrong, and see that the capture is over. */
#define ENDS(result, call)                                                           \
    do {                                                                             \
        CUgraph none = (CUgraph)1;                                                   \
        OK(cuStreamBeginCapture_v2(a, CU_STREAM_CAPTURE_MODE_GLOBAL));                \
        launch_add(a, d);                                                            \
        EXPECT(result, call);                                                        \
        expect_status(a, CU_STREAM_CAPTURE_STATUS_INVALIDATED);                       \
        EXPECT(CUDA_ERROR_STREAM_CAPTURE_INVALIDATED, cuMemsetD8Async(d, 0, 4, a));   \
        EXPECT(CUDA_ERROR_STREAM_CAPTURE_INVALIDATED, cuStreamEndCapture(a, &none));  \
        CHECK(!none);                                                                \
        expect_status(a, CU_STREAM_CAPTURE_STATUS_NONE);                              \
    } while (0)

static void *unsafe_elsewhere(void *wanted) {
    CUresult result = *(CUresult *)wanted;
    CUdeviceptr other;

    OK(cuCtxSetCurrent(context));
    EXPECT(result, cuMemAlloc_v2(&other, 512));
    if (!result)
        OK(cuMemFree_v2(other));
    return NULL;
}

static void in_thread(void *(*run)(void *), CUresult wanted) {
    pthread_t thread;

    CHECK(!pthread_create(&thread, NULL, run, &wanted));
    CHECK(!pthread_join(thread, NULL));
}

static void *end_elsewhere(void *wanted) {
    CUgraph graph;

    OK(cuCtxSetCurrent(context));
    EXPECT(*(CUresult *)wanted, cuStreamEndCapture(a, &graph));
    if (!*(CUresult *)wanted)
        OK(cuGraphDestroy(graph));
    return NULL;
}

static void unsafe(void) {
    CUstreamCaptureMode mode = CU_STREAM_CAPTURE_MODE_RELAXED;
    CUdeviceptr other;
    CUgraph graph;
    CUevent event;
    char here[4];

    OK(cuEventCreate(&event, 0));
    OK(cuEventRecord(event, b));
    ENDS(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, cuStreamSynchronize(a));
    ENDS(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, cuStreamQuery(a));
    ENDS(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, cuCtxSynchronize());
    ENDS(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, cuMemAlloc_v2(&other, 512));
    ENDS(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, cuMemFree_v2(d));
    ENDS(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, cuMemcpyDtoH_v2(here, d, 4));
    ENDS(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, cuEventQuery(event));
    ENDS(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, cuEventSynchronize(event));
    ENDS(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, cuStreamDestroy_v2(a));
    /* any thread under GLOBAL; the capture's own under THREAD_LOCAL; none under RELAXED */
    OK(cuStreamBeginCapture_v2(a, CU_STREAM_CAPTURE_MODE_GLOBAL));
    in_thread(unsafe_elsewhere, CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
    EXPECT(CUDA_ERROR_STREAM_CAPTURE_INVALIDATED, cuStreamEndCapture(a, &graph));
    OK(cuStreamBeginCapture_v2(a, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL));
    in_thread(unsafe_elsewhere, CUDA_SUCCESS);
    OK(cuThreadExchangeStreamCaptureMode(&mode));
    CHECK(mode == CU_STREAM_CAPTURE_MODE_GLOBAL);
    OK(cuMemAlloc_v2(&other, 512)); /* it is trusted for now */
    OK(cuThreadExchangeStreamCaptureMode(&mode));
    CHECK(mode == CU_STREAM_CAPTURE_MODE_RELAXED);
    EXPECT(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, cuMemFree_v2(other));
    EXPECT(CUDA_ERROR_STREAM_CAPTURE_INVALIDATED, cuStreamEndCapture(a, &graph));
    OK(cuStreamBeginCapture_v2(a, CU_STREAM_CAPTURE_MODE_RELAXED));
    in_thread(unsafe_elsewhere, CUDA_SUCCESS);
    OK(cuMemFree_v2(other));
    in_thread(end_elsewhere, CUDA_SUCCESS);
    OK(cuStreamBeginCapture_v2(a, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL));
    in_thread(end_elsewhere, CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD);
    EXPECT(CUDA_ERROR_STREAM_CAPTURE_INVALIDATED, cuStreamEndCapture(a, &graph));
    mode = 7;
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuThreadExchangeStreamCaptureMode(&mode));
    OK(cuEventDestroy_v2(event));
}

static void errors(void) {
    CUstream blocking;
    CUgraph graph;
    CUevent event, other;

    OK(cuEventCreate(&event, 0));
    OK(cuEventCreate(&other, 0));
    EXPECT(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, cuStreamBeginCapture_v2(NULL, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuStreamBeginCapture_v2(a, 3));
    /* isolation: an event from outside */
    OK(cuEventRecord(other, b));
    ENDS(CUDA_ERROR_STREAM_CAPTURE_ISOLATION, cuStreamWaitEvent(a, other, 0));
    /* twice */
    OK(cuStreamBeginCapture_v2(a, CU_STREAM_CAPTURE_MODE_RELAXED));
    EXPECT(CUDA_ERROR_ILLEGAL_STATE, cuStreamBeginCapture_v2(a, 0));
    OK(cuEventRecord(event, a));
    OK(cuStreamWaitEvent(b, event, 0));
    launch_add(b, d);
    EXPECT(CUDA_ERROR_STREAM_CAPTURE_UNJOINED, cuStreamEndCapture(a, &graph));
    CHECK(!graph);
    expect_status(b, CU_STREAM_CAPTURE_STATUS_NONE);
    /* not where it began */
    OK(cuStreamBeginCapture_v2(a, CU_STREAM_CAPTURE_MODE_RELAXED));
    OK(cuEventRecord(event, a));
    OK(cuStreamWaitEvent(b, event, 0));
    EXPECT(CUDA_ERROR_STREAM_CAPTURE_UNMATCHED, cuStreamEndCapture(b, &graph));
    EXPECT(CUDA_ERROR_STREAM_CAPTURE_INVALIDATED, cuStreamEndCapture(a, &graph));
    /* two captures would become one */
    OK(cuStreamBeginCapture_v2(a, CU_STREAM_CAPTURE_MODE_RELAXED));
    OK(cuStreamBeginCapture_v2(b, CU_STREAM_CAPTURE_MODE_RELAXED));
    OK(cuEventRecord(event, a));
    EXPECT(CUDA_ERROR_STREAM_CAPTURE_MERGE, cuStreamWaitEvent(b, event, 0));
    EXPECT(CUDA_ERROR_STREAM_CAPTURE_INVALIDATED, cuStreamEndCapture(a, &graph));
    EXPECT(CUDA_ERROR_STREAM_CAPTURE_INVALIDATED, cuStreamEndCapture(b, &graph));
    /* the legacy stream would wait for a blocking one */
    OK(cuStreamCreate(&blocking, 0));
    OK(cuStreamBeginCapture_v2(blocking, CU_STREAM_CAPTURE_MODE_RELAXED));
    CUstreamCaptureStatus status;
    EXPECT(CUDA_ERROR_STREAM_CAPTURE_IMPLICIT, cuStreamIsCapturing(NULL, &status));
    expect_status(blocking, CU_STREAM_CAPTURE_STATUS_ACTIVE);
    EXPECT(CUDA_ERROR_STREAM_CAPTURE_IMPLICIT, cuMemsetD8Async(d, 0, 4, NULL));
    EXPECT(CUDA_ERROR_STREAM_CAPTURE_INVALIDATED, cuStreamEndCapture(blocking, &graph));
    OK(cuStreamBeginCapture_v2(a, CU_STREAM_CAPTURE_MODE_RELAXED));
    OK(cuMemsetD8Async(d, 0, 4, NULL)); /* and not for this one */
    OK(cuEventRecord(event, a));
    EXPECT(CUDA_ERROR_STREAM_CAPTURE_IMPLICIT, cuStreamWaitEvent(NULL, event, 0));
    EXPECT(CUDA_ERROR_STREAM_CAPTURE_INVALIDATED, cuStreamEndCapture(a, &graph));
    ENDS(CUDA_ERROR_INVALID_VALUE, cuMemFreeAsync(d, a)); /* no graph's */
    OK(cuStreamDestroy_v2(blocking));
    OK(cuEventDestroy_v2(event));
    OK(cuEventDestroy_v2(other));
}

static void count(void *at) {
    ++*(volatile int *)at;
}

/* Every kind of work: host memory is read and written by each launch. */
static void kinds(void) {
    CUevent inside, outside;
    CUgraphExec exec, nested;
    CUgraph graph, outer;
    uint32_t pageable[N], *pinned, back[N], rows[N];
    int called = 0;

    OK(cuEventCreate(&inside, 0));
    OK(cuEventCreate(&outside, 0));
    OK(cuMemHostAlloc((void **)&pinned, BYTES, 0));
    OK(cuEventRecord(outside, b));
    OK(cuStreamBeginCapture_v2(a, CU_STREAM_CAPTURE_MODE_GLOBAL));
    OK(cuStreamWaitEvent(a, outside, 1));
    OK(cuMemcpyHtoDAsync_v2(d, pinned, BYTES, a));
    OK(cuMemcpyHtoDAsync_v2(e, pageable, BYTES, a));
    launch_add(a, d);
    launch_add(a, e);
    OK(cuLaunchHostFunc(a, count, &called));
    OK(cuMemcpyDtoHAsync_v2(back, e, BYTES, a));
    OK(cuMemcpyAsync((CUdeviceptr)(uintptr_t)rows, (CUdeviceptr)(uintptr_t)back, BYTES, a));
    OK(cuStreamWriteValue32_v2(a, e, 7, 0));
    OK(cuStreamWaitValue32_v2(a, e, 7, 1));
    OK(cuMemsetD32Async(e + 4, 5, 1, a));
    CUDA_MEMCPY2D box = {.srcMemoryType = CU_MEMORYTYPE_DEVICE, .srcDevice = e, .srcPitch = 16,
                         .dstMemoryType = CU_MEMORYTYPE_HOST, .dstHost = rows, .dstPitch = 32,
                         .WidthInBytes = 4, .Height = 2};
    OK(cuMemcpy2DAsync_v2(&box, a));
    OK(cuEventRecordWithFlags(inside, a, 1));
    OK(cuStreamEndCapture(a, &graph));
    CHECK(nodes_of(graph) == 13);
    OK(cuGraphInstantiateWithFlags(&exec, graph, 0));
    for (uint32_t round = 0; round < 20; round++) {
        for (int i = 0; i < N; i++) {
            pinned[i] = round;
            pageable[i] = round * 2;
        }
        OK(cuGraphLaunch(exec, a));
        OK(cuEventSynchronize(inside));
        CHECK(called == (int)round + 1);
        CHECK(!is_real() || (back[3] == round * 2 + 1 && rows[3] == back[3]));
        CHECK(!is_real() || (rows[0] == 7 && rows[8] == round * 2 + 1));
        expect(d, round + 1);
    }
    /* a launch in a capture is a child of that graph */
    OK(cuStreamBeginCapture_v2(b, CU_STREAM_CAPTURE_MODE_GLOBAL));
    OK(cuGraphLaunch(exec, b));
    OK(cuGraphLaunch(exec, b));
    OK(cuStreamEndCapture(b, &outer));
    CHECK(nodes_of(outer) == 2);
    OK(cuGraphInstantiateWithFlags(&nested, outer, 0));
    OK(cuGraphExecDestroy(exec));
    OK(cuGraphDestroy(graph));
    OK(cuGraphDestroy(outer));
    OK(cuGraphLaunch(nested, b));
    OK(cuStreamSynchronize(b));
    CHECK(called == 22);
    for (int i = 0; i < 10; i++)
        OK(cuGraphLaunch(nested, i % 2 ? a : b));
    OK(cuGraphExecDestroy(nested)); /* its functions still run */
    OK(cuCtxSynchronize());
    CHECK(called == 42);
    OK(cuMemFreeHost(pinned));
    OK(cuEventDestroy_v2(inside));
    OK(cuEventDestroy_v2(outside));
}

/* Memory that a graph allocates: an address that stays, used again behind its free. */
static void memory(void) {
    CUdeviceptr first, second, kept;
    CUgraphExec exec, once;
    CUgraph graph, copy;
    uint64_t used = 7;

    OK(cuStreamBeginCapture_v2(a, CU_STREAM_CAPTURE_MODE_GLOBAL));
    OK(cuMemAllocAsync(&first, BYTES, a));
    OK(cuMemcpyDtoDAsync_v2(first, d, BYTES, a));
    launch_add(a, first);
    OK(cuMemcpyDtoDAsync_v2(d, first, BYTES, a));
    OK(cuMemFreeAsync(first, a));
    OK(cuMemAllocAsync(&second, BYTES / 2, a));
    CHECK(second == first);
    OK(cuMemFreeAsync(second, a));
    OK(cuMemAllocAsync(&kept, 2 * BYTES, a));
    OK(cuMemcpyDtoDAsync_v2(kept, d, BYTES, a));
    CHECK(kept != first);
    OK(cuStreamEndCapture(a, &graph));
    OK(cuDeviceGetGraphMemAttribute(0, 0, &used));
    CHECK(used == 3 * BYTES);
    EXPECT(CUDA_ERROR_NOT_SUPPORTED, cuGraphClone(&copy, graph));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemFreeAsync(kept, a)); /* no launch allocated it */
    OK(cuGraphInstantiateWithFlags(&once, graph, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuGraphInstantiateWithFlags(&exec, graph, 1));
    set(d, 1);
    OK(cuGraphLaunch(once, a));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuGraphLaunch(once, a)); /* what it left is not freed */
    OK(cuMemFreeAsync(kept, a));
    OK(cuGraphLaunch(once, a));
    OK(cuGraphExecDestroy(once));
    OK(cuGraphInstantiateWithFlags(&exec, graph, 1));
    OK(cuGraphDestroy(graph));
    OK(cuGraphLaunch(exec, a)); /* this one frees by itself */
    OK(cuGraphLaunch(exec, a));
    OK(cuGraphExecDestroy(exec));
    OK(cuStreamSynchronize(a));
    expect(d, 5);
    expect(kept, 5); /* it outlives them */
    OK(cuMemFree_v2(kept));
    OK(cuCtxSynchronize());
    OK(cuDeviceGetGraphMemAttribute(0, 0, &used));
    CHECK(used == 0);
}

static void launch_spin(CUstream stream, uint64_t ns) {
    void *params[] = {&ns};

    OK(cuLaunchKernel(spin, 1, 1, 1, 32, 1, 1, 0, stream, params, NULL));
}

/* What a launch allocated and the program freed on a stream is that stream's until the free
 * is reached, though graph and executable form go before. */
static void memory_outlives_its_graph(void) {
    const size_t bytes = 5 << 20;
    CUdeviceptr first, other;
    CUgraphExec exec;
    CUgraph graph;

    OK(cuStreamBeginCapture_v2(a, CU_STREAM_CAPTURE_MODE_GLOBAL));
    OK(cuMemAllocAsync(&first, bytes, a));
    OK(cuMemsetD32Async(first, 1, N, a));
    OK(cuStreamEndCapture(a, &graph));
    OK(cuGraphInstantiateWithFlags(&exec, graph, 0));
    OK(cuGraphLaunch(exec, a));
    OK(cuStreamSynchronize(a)); /* the launch is over, what uses its memory is not */
    launch_spin(a, 300000000);
    launch_add(a, first);
    OK(cuMemcpyDtoDAsync_v2(d, first, BYTES, a));
    OK(cuMemFreeAsync(first, a));
    OK(cuGraphExecDestroy(exec));
    OK(cuGraphDestroy(graph));
    OK(cuMemAllocAsync(&other, bytes, b));
    OK(cuMemsetD32Async(other, 77, N, b));
    OK(cuMemFreeAsync(other, b));
    OK(cuCtxSynchronize());
    expect(d, 2);
    CHECK(!is_real() || other != first);
}

static CUevent marked;
static volatile int marking;

static void *waits(void *unused) {
    (void)unused;
    OK(cuCtxSetCurrent(context));
    while (marking)
        OK(cuStreamWaitEvent(b, marked, 0));
    OK(cuStreamSynchronize(b)); /* each wait named a record that there was */
    return NULL;
}

/* One thread launches a graph that records an event, another waits for that event. */
static void waits_beside_launches(void) {
    CUgraphExec exec;
    CUgraph graph;
    pthread_t thread;

    OK(cuEventCreate(&marked, CU_EVENT_DISABLE_TIMING));
    OK(cuStreamBeginCapture_v2(a, CU_STREAM_CAPTURE_MODE_RELAXED));
    OK(cuEventRecordWithFlags(marked, a, 1));
    OK(cuEventRecordWithFlags(marked, a, 1));
    OK(cuStreamEndCapture(a, &graph));
    OK(cuGraphInstantiateWithFlags(&exec, graph, 0));
    marking = 1;
    CHECK(!pthread_create(&thread, NULL, waits, NULL));
    for (int i = 0; i < 20000; i++)
        OK(cuGraphLaunch(exec, a));
    marking = 0;
    CHECK(!pthread_join(thread, NULL));
    OK(cuCtxSynchronize());
    OK(cuGraphExecDestroy(exec));
    OK(cuGraphDestroy(graph));
    OK(cuEventDestroy_v2(marked));
}

int main(void) {
    CUmodule module;

    context = start();
    OK(cuModuleLoadData(&module, builtin_ptx()));
    OK(cuModuleGetFunction(&add_one, module, "xs_add_one_u32"));
    OK(cuModuleGetFunction(&spin, module, "xs_spin"));
    OK(cuStreamCreate(&a, CU_STREAM_NON_BLOCKING));
    OK(cuStreamCreate(&b, CU_STREAM_NON_BLOCKING));
    OK(cuMemAlloc_v2(&d, BYTES));
    OK(cuMemAlloc_v2(&e, BYTES));
    single();
    info();
    fork_and_join();
    unsafe();
    errors();
    kinds();
    memory();
    memory_outlives_its_graph();
    waits_beside_launches();
    printf("done\n");
    return 0;
}
