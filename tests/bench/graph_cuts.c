/* What it costs a GPU to have a graph cut in parts: no broker, the driver alone.
 *
 * Command: cc -O2 -I/usr/local/cuda/include tests/bench/graph_cuts.c -o cuts -lcuda && ./cuts
 * A linear graph of 1,000 kernels that spin on every SM is launched whole, and as equal
 * parts one after another; with marks, a word is written after each part, as the worker
 * does. Prints medians of 7, in us. Last result (2026-11-27, H100 80GB HBM3, driver
 * 580.159, kernels of 2.7 us): whole 2,661, 100 parts 2,781 and 2,948 with marks: 1.2 and
 * 2.9 us a cut; of 8.2 us: 1.1 and 2.8. One by one as plain launches: 3,678 and 9,097. */
#include <cuda.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { KERNELS = 1000, TURNS = 7, BLOCKS = 132, THREADS = 256, CYCLES_PER_US = 1755 };

static const char PTX[] =
    ".version 8.0\n.target sm_90\n.address_size 64\n"
    ".visible .entry spin(.param .u64 cycles){\n"
    ".reg .u64 %a, %b, %c, %d; .reg .pred %p;\n"
    "ld.param.u64 %c, [cycles]; mov.u64 %a, %clock64;\n"
    "again: mov.u64 %b, %clock64; sub.u64 %d, %b, %a; setp.lt.u64 %p, %d, %c;\n"
    "@%p bra again; ret;}\n";

static CUfunction spin;
static CUstream stream;
static CUdeviceptr word;

static void check(CUresult result, const char *call) {
    const char *text = "";
    if (!result) return;
    cuGetErrorString(result, &text);
    fprintf(stderr, "graph_cuts: %s: %s\n", call, text);
    exit(1);
}
#define CHECK(call) check(call, #call)

static double now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return 1e6 * (double)t.tv_sec + 1e-3 * (double)t.tv_nsec;
}

static CUgraphExec part_of(uint64_t cycles, int count) {
    void *params[] = {&cycles};
    CUDA_KERNEL_NODE_PARAMS node = {.func = spin, .gridDimX = BLOCKS, .gridDimY = 1, .gridDimZ = 1,
                                    .blockDimX = THREADS, .blockDimY = 1, .blockDimZ = 1,
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

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* parts = NULL: plain launches. */
static double median_us(const CUgraphExec *parts, int count, int marks, uint64_t cycles) {
    double took[TURNS];
    void *params[] = {&cycles};
    for (int turn = 0; turn < TURNS; turn++) {
        CHECK(cuStreamSynchronize(stream));
        double begin = now_us();
        for (int i = 0; i < count; i++) {
            if (parts) CHECK(cuGraphLaunch(parts[i], stream));
            else CHECK(cuLaunchKernel(spin, BLOCKS, 1, 1, THREADS, 1, 1, 0, stream, params, NULL));
            if (marks) CHECK(cuStreamWriteValue64(stream, word, (cuuint64_t)i, 0));
        }
        CHECK(cuStreamSynchronize(stream));
        took[turn] = now_us() - begin;
    }
    qsort(took, TURNS, sizeof *took, by_size);
    return took[TURNS / 2];
}

int main(void) {
    static const int counts[] = {1, 10, 50, 100, 200};
    static const uint64_t kernels_us[] = {2, 8};
    CUdevice device;
    CUcontext context;
    CUmodule module;
    void *host;
    CHECK(cuInit(0));
    CHECK(cuDeviceGet(&device, 0));
    CHECK(cuDevicePrimaryCtxRetain(&context, device));
    CHECK(cuCtxSetCurrent(context));
    CHECK(cuModuleLoadData(&module, PTX));
    CHECK(cuModuleGetFunction(&spin, module, "spin"));
    CHECK(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
    CHECK(cuMemHostAlloc(&host, 4096, CU_MEMHOSTALLOC_DEVICEMAP));
    CHECK(cuMemHostGetDevicePointer(&word, host, 0));
    for (int k = 0; k < 2; k++) {
        uint64_t cycles = kernels_us[k] * CYCLES_PER_US;
        printf("kernels of %d us, one by one: %.0f\n", (int)kernels_us[k],
               median_us(NULL, KERNELS, 0, cycles));
        for (int c = 0; c < 5; c++) {
            CUgraphExec parts[200];
            for (int i = 0; i < counts[c]; i++) parts[i] = part_of(cycles, KERNELS / counts[c]);
            printf("  %3d parts: %.0f, with marks %.0f\n", counts[c],
                   median_us(parts, counts[c], 0, cycles), median_us(parts, counts[c], 1, cycles));
            for (int i = 0; i < counts[c]; i++) CHECK(cuGraphExecDestroy(parts[i]));
        }
    }
    return 0;
}
