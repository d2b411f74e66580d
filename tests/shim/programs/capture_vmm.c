/* Capture beside memory that the program puts together itself: mapped and unmapped while a
 * stream captures, named by nodes and gone when they are instantiated or launched. */
#include <pthread.h>

#include "work.h"

#define N 256
#define BYTES (N * 4)

static CUcontext context;
static CUfunction add_one, spin;
static CUstream a, b;
static CUdeviceptr plain, at;
static size_t granule;
static const CUmemAllocationProp prop = {.type = 1, .location = {1, 0}};
static const CUmemAccessDesc reachable = {{1, 0}, 3};

static CUmemGenericAllocationHandle map(CUdeviceptr where) {
    CUmemGenericAllocationHandle memory;

    OK(cuMemCreate(&memory, granule, &prop, 0));
    OK(cuMemMap(where, granule, 0, memory, 0));
    OK(cuMemSetAccess(where, granule, &reachable, 1));
    OK(cuMemRelease(memory)); /* it stays while it is mapped */
    return memory;
}

static void launch_add(CUstream stream, CUdeviceptr where) {
    uint64_t n = N;
    void *params[] = {&where, &n};

    OK(cuLaunchKernel(add_one, 2, 1, 1, 128, 1, 1, 0, stream, params, NULL));
}

static void expect(CUdeviceptr where, uint32_t value) {
    uint32_t seen[N];

    OK(cuMemcpyDtoH_v2(seen, where, BYTES));
    for (int i = 0; is_real() && i < N; i++)
        if (seen[i] != value) {
            fprintf(stderr, "word %d is %u, not %u\n", i, seen[i], value);
            exit(1);
        }
}

static void *map_elsewhere(void *where) {
    OK(cuCtxSetCurrent(context));
    map(*(CUdeviceptr *)where);
    return NULL;
}

/* As an allocator whose segments grow does: in the capture, of another thread, too. */
static void mapped_while_capturing(void) {
    CUdeviceptr next = at + granule;
    CUgraphExec exec;
    CUgraph graph;
    pthread_t thread;

    OK(cuStreamBeginCapture_v2(a, CU_STREAM_CAPTURE_MODE_GLOBAL));
    map(at);
    CHECK(!pthread_create(&thread, NULL, map_elsewhere, &next));
    CHECK(!pthread_join(thread, NULL));
    OK(cuMemsetD32Async(at, 5, N, a));
    OK(cuMemcpyDtoDAsync_v2(next, at, BYTES, a));
    launch_add(a, next);
    OK(cuMemsetD32Async(at + granule - 8, 9, 4, a)); /* across both */
    OK(cuStreamEndCapture(a, &graph));
    OK(cuGraphInstantiateWithFlags(&exec, graph, 0));
    OK(cuGraphLaunch(exec, a));
    OK(cuStreamSynchronize(a));
    expect(at, 5);
    uint32_t seen[3];
    OK(cuMemcpyDtoH_v2(seen, next, sizeof seen));
    CHECK(!is_real() || (seen[0] == 9 && seen[1] == 9 && seen[2] == 6));
    OK(cuGraphExecDestroy(exec));
    OK(cuGraphDestroy(graph));
    OK(cuMemUnmap(at, 2 * granule));
}

/* Unmapping waits for launches before it, also when it comes from within a capture; a launch
 * after it fails and nothing else; with memory there again it is as before. */
static void unmapped_before_a_launch(void) {
    CUgraphExec exec, other;
    CUgraph graph, good;
    uint64_t ns = 100000000;
    void *params[] = {&ns};

    map(at);
    OK(cuMemsetD32_v2(at, 1, N));
    OK(cuMemsetD32_v2(plain, 1, N));
    OK(cuCtxSynchronize());
    OK(cuStreamBeginCapture_v2(a, CU_STREAM_CAPTURE_MODE_GLOBAL));
    launch_add(a, at);
    OK(cuMemcpyDtoDAsync_v2(plain, at, BYTES, a));
    OK(cuMemsetD32Async(at, 1, N, a));
    OK(cuStreamEndCapture(a, &graph));
    OK(cuGraphInstantiateWithFlags(&exec, graph, 0));
    OK(cuStreamBeginCapture_v2(a, CU_STREAM_CAPTURE_MODE_GLOBAL));
    launch_add(a, plain);
    OK(cuStreamEndCapture(a, &good));
    OK(cuGraphInstantiateWithFlags(&other, good, 0));
    OK(cuLaunchKernel(spin, 1, 1, 1, 32, 1, 1, 0, a, params, NULL));
    OK(cuGraphLaunch(exec, a));
    OK(cuGraphLaunch(other, a));
    OK(cuStreamBeginCapture_v2(b, CU_STREAM_CAPTURE_MODE_RELAXED));
    OK(cuMemUnmap(at, granule));
    OK(cuStreamEndCapture(b, &good));
    OK(cuGraphDestroy(good));
    OK(cuStreamSynchronize(a));
    expect(plain, 3);
    OK(cuGraphLaunch(exec, a));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuStreamSynchronize(a));
    OK(cuGraphLaunch(other, a));
    OK(cuStreamSynchronize(a));
    expect(plain, 4);
    map(at);
    OK(cuMemsetD32_v2(at, 20, N));
    OK(cuCtxSynchronize());
    OK(cuGraphLaunch(exec, a));
    OK(cuStreamSynchronize(a));
    expect(plain, 21);
    OK(cuGraphExecDestroy(exec));
    OK(cuGraphExecDestroy(other));
    OK(cuGraphDestroy(graph));
    OK(cuMemUnmap(at, granule));
}

/* The node that names what is gone is told; an update that would name it changes nothing. */
static void unmapped_before_its_instantiation(void) {
    CUgraphExecUpdateResultInfo info;
    CUgraphNode wrong, nodes[2];
    CUgraph graph, good;
    size_t count = 2;
    CUgraphExec exec;

    map(at);
    OK(cuStreamBeginCapture_v2(a, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL));
    OK(cuMemsetD32Async(plain, 7, N, a));
    OK(cuMemsetD32Async(at, 7, N, a));
    OK(cuStreamEndCapture(a, &graph));
    OK(cuStreamBeginCapture_v2(a, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL));
    OK(cuMemsetD32Async(plain, 8, N, a));
    OK(cuMemsetD32Async(plain, 9, N, a));
    OK(cuStreamEndCapture(a, &good));
    OK(cuMemUnmap(at, granule));
    OK(cuGraphGetNodes(graph, nodes, &count));
    EXPECT(CUDA_ERROR_INVALID_VALUE,
           cuGraphInstantiate_v2(&exec, graph, &wrong, NULL, 0));
    CHECK(wrong == nodes[1]);
    OK(cuGraphInstantiateWithFlags(&exec, good, 0));
    EXPECT(CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE, cuGraphExecUpdate_v2(exec, graph, &info));
    CHECK(info.errorNode == nodes[1]);
    OK(cuGraphLaunch(exec, a));
    OK(cuStreamSynchronize(a));
    expect(plain, 9);
    OK(cuGraphExecDestroy(exec));
    OK(cuGraphDestroy(graph));
    OK(cuGraphDestroy(good));
}

int main(void) {
    CUmodule module;

    context = start();
    OK(cuModuleLoadData(&module, builtin_ptx()));
    OK(cuModuleGetFunction(&add_one, module, "xs_add_one_u32"));
    OK(cuModuleGetFunction(&spin, module, "xs_spin"));
    OK(cuStreamCreate(&a, CU_STREAM_NON_BLOCKING));
    OK(cuStreamCreate(&b, CU_STREAM_NON_BLOCKING));
    OK(cuMemAlloc_v2(&plain, BYTES));
    OK(cuMemGetAllocationGranularity(&granule, &prop, 0));
    OK(cuMemAddressReserve(&at, 4 * granule, 0, 0, 0));
    mapped_while_capturing();
    unmapped_before_a_launch();
    unmapped_before_its_instantiation();
    OK(cuMemAddressFree(at, 4 * granule));
    printf("done\n");
    return 0;
}
