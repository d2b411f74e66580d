/* What device work costs a program on the driver's interface; the same binary natively and
 * behind the shim. One line a figure: name, value. Run by bench_gpu_shim.py.
 *
 * Arguments: the PTX file; launches of the sustained run; bytes of a copy. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "xs/cuda_api.h"

#define BURST 200
#define BURSTS 50
#define TRIPS 1000
#define IDLES 200
#define COPIES 8
#define SMALL_BYTES 4096
#define LOCAL_CALLS 1000000

#define CALLS(F)                                                                        \
    F(cuInit) F(cuDevicePrimaryCtxRetain) F(cuCtxSetCurrent) F(cuModuleLoadData)        \
    F(cuModuleGetFunction) F(cuLaunchKernel) F(cuStreamCreate) F(cuStreamSynchronize)   \
    F(cuMemAlloc_v2) F(cuMemHostAlloc) F(cuMemcpyHtoDAsync_v2) F(cuMemcpyDtoHAsync_v2)  \
    F(cuMemcpyHtoD_v2) F(cuMemcpyDtoH_v2) F(cuPointerGetAttribute) F(cuEventCreate)     \
    F(cuEventRecord) F(cuEventQuery) F(cuEventSynchronize) F(cuCtxSynchronize)          \
    F(cuStreamIsCapturing) F(cuFuncGetAttribute)
#define DECLARE(name) static __typeof__(&name) p_##name;
CALLS(DECLARE)

static void must(CUresult result, const char *what) {
    if (result) {
        fprintf(stderr, "%s: %d\n", what, result);
        exit(1);
    }
}
#define OK(name, ...) must(p_##name(__VA_ARGS__), #name)

static double now_us(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void tell(const char *name, double *values, int count) {
    qsort(values, (size_t)count, sizeof *values, ascending);
    printf("%s_p50 %.4f\n%s_p99 %.4f\n", name, values[count / 2], name,
           values[count * 99 / 100]);
}

static CUfunction empty;
static CUstream stream;

static void launch(void) {
    OK(cuLaunchKernel, empty, 1, 1, 1, 32, 1, 1, 0, stream, NULL, NULL);
}

static void bursts(void) {
    double values[BURSTS];

    for (int i = 0; i < BURSTS; i++) {
        double start = now_us();
        for (int j = 0; j < BURST; j++)
            launch();
        values[i] = (now_us() - start) / BURST;
        OK(cuStreamSynchronize, stream);
    }
    tell("burst_us", values, BURSTS);
}

static void idles(void) {
    struct timespec pause = {.tv_nsec = 2000000};
    double values[IDLES];

    for (int i = 0; i < IDLES; i++) {
        nanosleep(&pause, NULL);
        double start = now_us();
        launch();
        values[i] = now_us() - start;
        OK(cuStreamSynchronize, stream);
    }
    tell("first_us", values, IDLES);
}

static void trips(void) {
    double values[TRIPS];

    for (int i = 0; i < TRIPS; i++) {
        double start = now_us();
        launch();
        OK(cuStreamSynchronize, stream);
        values[i] = now_us() - start;
    }
    tell("launch_sync_us", values, TRIPS);
}

/* A few bytes to the program's own memory, and from it with the wait for their end. */
static void small_copies(void) {
    static double down[TRIPS], up[TRIPS];
    char bytes[SMALL_BYTES] = {1};
    CUdeviceptr d;

    OK(cuMemAlloc_v2, &d, SMALL_BYTES);
    for (int i = 0; i < TRIPS; i++) {
        double start = now_us();
        OK(cuMemcpyDtoHAsync_v2, bytes, d, SMALL_BYTES, stream);
        OK(cuStreamSynchronize, stream);
        down[i] = now_us() - start;
    }
    for (int i = 0; i < TRIPS; i++) {
        double start = now_us();
        OK(cuMemcpyHtoDAsync_v2, d, bytes, SMALL_BYTES, stream);
        OK(cuStreamSynchronize, stream);
        up[i] = now_us() - start;
    }
    tell("small_to_host_us", down, TRIPS);
    tell("small_to_device_us", up, TRIPS);
}

static void sustained(long count) {
    double start = now_us();

    for (long i = 0; i < count; i++)
        launch();
    OK(cuStreamSynchronize, stream);
    printf("launches_per_s %.0f\n", (double)count / (now_us() - start) * 1e6);
}

static void copies(size_t bytes) {
    char *pageable = malloc(bytes), *pinned;
    CUdeviceptr d;
    double start, each = (double)bytes * COPIES / 1e3;

    OK(cuMemAlloc_v2, &d, bytes);
    OK(cuMemHostAlloc, (void **)&pinned, bytes, 0);
    memset(pageable, 1, bytes);
    memset(pinned, 2, bytes);
    OK(cuMemcpyHtoD_v2, d, pageable, bytes);
    OK(cuMemcpyDtoH_v2, pageable, d, bytes);
#define RATE(name, ...)                                              \
    do {                                                             \
        OK(cuStreamSynchronize, stream);                             \
        start = now_us();                                            \
        for (int i = 0; i < COPIES; i++)                             \
            __VA_ARGS__;                                             \
        OK(cuStreamSynchronize, stream);                             \
        must(p_cuCtxSynchronize(), "cuCtxSynchronize");                                      \
        printf("%s %.3f\n", name, each / (now_us() - start));        \
    } while (0)
    RATE("pinned_h2d_gb_s", OK(cuMemcpyHtoDAsync_v2, d, pinned, bytes, stream));
    RATE("pinned_d2h_gb_s", OK(cuMemcpyDtoHAsync_v2, pinned, d, bytes, stream));
    RATE("pageable_h2d_gb_s", OK(cuMemcpyHtoD_v2, d, pageable, bytes));
    RATE("pageable_d2h_gb_s", OK(cuMemcpyDtoH_v2, pageable, d, bytes));
    {
        CUstreamCaptureStatus capturing;
        CUevent event;
        unsigned type;
        int value;
#define LOCAL(name, call)                                            \
    do {                                                             \
        must(call, name);                                            \
        start = now_us();                                            \
        for (int i = 0; i < LOCAL_CALLS; i++)                        \
            (void)(call);                                            \
        printf("%s_ns %.1f\n", name, (now_us() - start) * 1e3 / LOCAL_CALLS); \
    } while (0)
        OK(cuEventCreate, &event, 2);
        OK(cuEventRecord, event, stream);
        OK(cuEventSynchronize, event);
        LOCAL("pointer_attribute", p_cuPointerGetAttribute(&type, 2, d + 100));
        LOCAL("event_query", p_cuEventQuery(event));
        LOCAL("is_capturing", p_cuStreamIsCapturing(stream, &capturing));
        LOCAL("function_attribute", p_cuFuncGetAttribute(&value, 0, empty));
    }
}

int main(int argc, char **argv) {
    void *driver = dlopen("libcuda.so.1", RTLD_NOW);
    char *text = calloc(1, 1 << 20);
    FILE *file = fopen(argc > 3 ? argv[1] : "", "r");
    CUcontext context;
    CUmodule module;

    if (!driver || !file || !fread(text, 1, (1 << 20) - 1, file)) {
        fprintf(stderr, "no driver, or no PTX: %s\n", driver ? argv[0] : dlerror());
        return 1;
    }
#define FIND(name) p_##name = (__typeof__(&name))dlsym(driver, #name);
    CALLS(FIND)
    OK(cuInit, 0);
    OK(cuDevicePrimaryCtxRetain, &context, 0);
    OK(cuCtxSetCurrent, context);
    OK(cuModuleLoadData, &module, text);
    OK(cuModuleGetFunction, &empty, module, "xs_empty");
    OK(cuStreamCreate, &stream, 1);
    launch();
    OK(cuStreamSynchronize, stream);
    sustained(atol(argv[2]));
    if (atol(argv[3])) {
        bursts();
        idles();
        trips();
        small_copies();
        copies((size_t)atol(argv[3]));
    }
    return 0;
}
