/* Prepared launches played on the driver itself, without a broker.
 *
 * Decides nothing but the pace: launch after launch of one stream, from one thread of one
 * process, as a program that has the GPU to itself would. It takes the driver by dlopen, so
 * it builds without a CUDA toolkit and loads without a driver. It must never make what it
 * uses: context, stream and functions are the caller's (session.py). Called by _player.pyx. */
#include "loadgen/native/player.h"

#include <dlfcn.h>
#include <stddef.h>
#include <time.h>

typedef int CUresult;
typedef void *CUfunction, *CUstream;

static CUresult (*StreamSynchronize)(CUstream);
static CUresult (*LaunchKernel)(CUfunction, unsigned, unsigned, unsigned, unsigned, unsigned,
                                unsigned, unsigned, CUstream, void **, void **);

static uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

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

/* Play prepared launches, gaps kept in proportion to `pace` (0 = none). */
int native_play(CUstream stream, const native_launch *l, uint32_t count, double pace) {
    uint64_t at = now_ns();
    for (uint32_t i = 0; i < count; i++) {
        at += (uint64_t)((double)l[i].gap_ns * pace);
        if (pace > 0)
            while (now_ns() < at) __builtin_ia32_pause();
        CUresult result = launch(stream, &l[i]);
        if (result) return result;
    }
    return 0;
}

/* Time of `count` launches one after another, the drain at the end included. */
int native_burst(CUstream stream, const native_launch *l, uint32_t count, uint64_t *ns) {
    uint64_t start = now_ns();
    for (uint32_t i = 0; i < count; i++) {
        CUresult result = launch(stream, l);
        if (result) return result;
    }
    CUresult result = StreamSynchronize(stream);
    *ns = now_ns() - start;
    return result;
}

/* launch + synchronise, `count` times; ns[i] is the time of each. */
int native_round_trips(CUstream stream, const native_launch *l, uint32_t count, uint64_t *ns) {
    for (uint32_t i = 0; i < count; i++) {
        uint64_t start = now_ns();
        CUresult result = launch(stream, l);
        if (!result) result = StreamSynchronize(stream);
        if (result) return result;
        ns[i] = now_ns() - start;
    }
    return 0;
}
