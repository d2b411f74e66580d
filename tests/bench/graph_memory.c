/* What a native graph takes of a GPU's memory: no broker, the driver alone.
 *
 * Command: cc -O2 -I/usr/local/cuda/include tests/bench/graph_memory.c -o memory -lcuda && ./memory
 * NODES kernels in chains of equal length are instantiated and carried to the device, as
 * broker/device/cuda/graphs.c does; free memory is read before, after, and once they are
 * destroyed. Chains of few and of many nodes together say what a graph takes and what a node:
 * broker/server/settings.py has the estimates that tenants are charged by (native_graph_bytes,
 * native_node_bytes), tests/gpu/test_graph_memory_gpu.py holds the broker's to the device.
 *
 * Last (H100, driver 580, 2026-11-27): 5,033,165 bytes a graph of 2,000 nodes, 104,858 of 200,
 * 104,858 of 20, 103,180 of 2. */
#include <cuda.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { NODES = 20000, PARAMETERS = 4 };

static const char PTX[] =
    ".version 8.0\n.target sm_70\n.address_size 64\n"
    ".visible .entry nothing(.param .u64 a, .param .u64 b, .param .u64 c, .param .u64 d){ret;}\n";

static CUfunction nothing;
static CUstream stream;

static void check(CUresult result, const char *call) {
    const char *text = "";
    if (!result) return;
    cuGetErrorString(result, &text);
    fprintf(stderr, "graph_memory: %s: %s\n", call, text);
    exit(1);
}
#define CHECK(call) check(call, #call)

static size_t free_bytes(void) {
    size_t left, total;
    CHECK(cuStreamSynchronize(stream));
    CHECK(cuMemGetInfo(&left, &total));
    return left;
}

static CUgraphExec chain_of(int count) {
    uint64_t values[PARAMETERS] = {0};
    void *params[PARAMETERS] = {&values[0], &values[1], &values[2], &values[3]};
    CUDA_KERNEL_NODE_PARAMS node = {.func = nothing, .gridDimX = 1, .gridDimY = 1, .gridDimZ = 1,
                                    .blockDimX = 32, .blockDimY = 1, .blockDimZ = 1,
                                    .kernelParams = params};
    CUgraphNode before = NULL, made;
    CUgraphExec executable;
    CUgraph graph;
    CHECK(cuGraphCreate(&graph, 0));
    for (int i = 0; i < count; i++, before = made)
        CHECK(cuGraphAddKernelNode(&made, graph, i ? &before : NULL, i > 0, &node));
    CHECK(cuGraphInstantiateWithFlags(&executable, graph, 0));
    CHECK(cuGraphUpload(executable, stream));
    CHECK(cuGraphDestroy(graph));
    return executable;
}

/* Bytes that NODES nodes take in chains of `length`. */
static double taken_by(int length, CUgraphExec *chains) {
    int count = NODES / length;
    size_t before = free_bytes();
    for (int i = 0; i < count; i++) chains[i] = chain_of(length);
    size_t after = free_bytes();
    for (int i = 0; i < count; i++) CHECK(cuGraphExecDestroy(chains[i]));
    double taken = before > after ? (double)(before - after) : 0;
    printf("%5d graphs of %4d nodes: %7.1f MiB, %8.0f bytes a graph; %.1f MiB are kept\n", count,
           length, taken / 1048576, taken / count,
           ((double)before - (double)free_bytes()) / 1048576);
    return taken;
}

int main(void) {
    static const int lengths[] = {2, 20, 200, 2000};
    double taken[4];
    CUgraphExec *chains = calloc(NODES, sizeof *chains);
    CUdevice device;
    CUcontext context;
    CUmodule module;
    CHECK(cuInit(0));
    CHECK(cuDeviceGet(&device, 0));
    CHECK(cuDevicePrimaryCtxRetain(&context, device));
    CHECK(cuCtxSetCurrent(context));
    CHECK(cuModuleLoadData(&module, PTX));
    CHECK(cuModuleGetFunction(&nothing, module, "nothing"));
    CHECK(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
    CHECK(cuGraphLaunch(chain_of(2), stream)); /* what the first one of all brings with it */
    for (int i = 3; i >= 0; i--) taken[i] = taken_by(lengths[i], chains);
    double graph = (taken[0] - taken[2]) / (NODES / 2.0 - NODES / 200.0);
    printf("a graph takes %.0f bytes, each of its nodes %.0f\n", graph,
           (taken[2] - graph * NODES / 200) / NODES);
    free(chains);
    return 0;
}
