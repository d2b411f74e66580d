/* The same work without a broker: what the benchmarks compare with.
 *
 * A shared library that session.py compiles and calls through ctypes. It takes the driver by
 * dlopen, so it builds without a CUDA toolkit. One process is one native tenant: one
 * context, one stream, one thread. Errors are CUresult numbers, negative ones are ours. */
#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef int CUresult;
typedef void *CUfunction, *CUstream;

static CUresult (*StreamSynchronize)(CUstream);
static CUresult (*LaunchKernel)(CUfunction, unsigned, unsigned, unsigned, unsigned, unsigned,
                                unsigned, unsigned, CUstream, void **, void **);

typedef struct native_launch {   /* one prepared launch; session.py has the same layout */
    uint32_t grid[3], block[3];
    uint32_t shared_bytes, params_bytes;
    uint64_t function;
    uint64_t gap_ns;             /* host time before it is submitted */
    unsigned char params[32];
} native_launch;

uint64_t native_now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* The context is made by the caller. */
int native_open(void) {
    void *driver = dlopen("libcuda.so.1", RTLD_NOW);
    if (!driver) return -1;
    *(void **)&StreamSynchronize = dlsym(driver, "cuStreamSynchronize");
    *(void **)&LaunchKernel = dlsym(driver, "cuLaunchKernel");
    return StreamSynchronize && LaunchKernel ? 0 : -2;
}

static CUresult launch(CUstream stream, const native_launch *l) {
    size_t bytes = l->params_bytes;
    void *extra[] = {(void *)1, (void *)l->params, (void *)2, &bytes, NULL};
    return LaunchKernel((CUfunction)(uintptr_t)l->function, l->grid[0], l->grid[1], l->grid[2],
                        l->block[0], l->block[1], l->block[2], l->shared_bytes, stream, NULL,
                        extra);
}

/* Time of `count` launches one after another, the drain at the end included. */
int native_burst(CUstream stream, const native_launch *l, uint32_t count, uint64_t *ns) {
    uint64_t start = native_now_ns();
    for (uint32_t i = 0; i < count; i++) {
        CUresult result = launch(stream, l);
        if (result) return result;
    }
    CUresult result = StreamSynchronize(stream);
    *ns = native_now_ns() - start;
    return result;
}

/* launch + synchronise, `count` times; ns[i] is the time of each. */
int native_round_trips(CUstream stream, const native_launch *l, uint32_t count, uint64_t *ns) {
    for (uint32_t i = 0; i < count; i++) {
        uint64_t start = native_now_ns();
        CUresult result = launch(stream, l);
        if (!result) result = StreamSynchronize(stream);
        if (result) return result;
        ns[i] = native_now_ns() - start;
    }
    return 0;
}

/* Play prepared launches, gaps kept in proportion to `pace` (0 = none). */
int native_play(CUstream stream, const native_launch *l, uint32_t count, double pace) {
    uint64_t at = native_now_ns();
    for (uint32_t i = 0; i < count; i++) {
        at += (uint64_t)((double)l[i].gap_ns * pace);
        if (pace > 0)
            while (native_now_ns() < at) __builtin_ia32_pause();
        CUresult result = launch(stream, &l[i]);
        if (result) return result;
    }
    return 0;
}
