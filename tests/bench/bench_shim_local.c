/* Nanoseconds per call of what the shim answers in the process. One line each: name, ns.
 * Run by bench_shim_local.py, behind a broker. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "xs/cuda_api.h"

#define CALLS 2000000
#define ROUNDS 5

static double now_ns(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

static void must(CUresult result, const char *what) {
    if (result) {
        fprintf(stderr, "%s: %d\n", what, result);
        exit(1);
    }
}

/* The quickest of some rounds: the machine is shared. */
#define MEASURE(name, call)                                                          \
    do {                                                                             \
        double best = 1e18;                                                          \
        must(call, name);                                                            \
        for (int round = 0; round < ROUNDS; round++) {                               \
            double start = now_ns(), each;                                           \
            for (int i = 0; i < CALLS; i++)                                          \
                (void)(call);                                                        \
            each = (now_ns() - start) / CALLS;                                       \
            best = each < best ? each : best;                                        \
        }                                                                            \
        printf("%s %.1f\n", name, best);                                             \
    } while (0)

int main(void) {
    static const CUuuid storage = {"\xc6\x93\x33\x6e\x11\x21\xdf\x11\xa8\xc3\x68\xf3\x55\xd8\x95\x93"};
    CUresult (*put)(CUcontext, void *, void *, void *);
    CUresult (*get)(void **, CUcontext, void *);
    const void *const *table;
    CUcontext context;
    unsigned flags;
    int value, active;
    void *found;
    const char *text;

    must(cuInit(0), "cuInit");
    must(cuDevicePrimaryCtxRetain(&context, 0), "cuDevicePrimaryCtxRetain");
    must(cuCtxSetCurrent(context), "cuCtxSetCurrent");
    must(cuGetExportTable((const void **)&table, &storage), "cuGetExportTable");
    put = (CUresult (*)(CUcontext, void *, void *, void *))table[0];
    get = (CUresult (*)(void **, CUcontext, void *))table[2];
    must(put(NULL, &table, &value, NULL), "put");
    MEASURE("cuCtxGetDevice", cuCtxGetDevice(&value));
    MEASURE("cuCtxGetCurrent", cuCtxGetCurrent(&context));
    MEASURE("cuCtxSetCurrent", cuCtxSetCurrent(context));
    MEASURE("cuDevicePrimaryCtxGetState", cuDevicePrimaryCtxGetState(0, &flags, &active));
    MEASURE("cuDeviceGetAttribute", cuDeviceGetAttribute(&value, 16, 0));
    MEASURE("cuGetErrorName", cuGetErrorName(700, &text));
    MEASURE("context-local-storage", get(&found, NULL, &table));
    return 0;
}
