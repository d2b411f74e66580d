/* Ways to let a processor see that a kernel has ended, beside another stream's kernels.
 *
 * A program: marker PTX [cost]. The high side launches an empty kernel on a stream of the greatest
 * priority, appends a marker, and polls; the low side keeps some kernels in flight on a
 * stream of the least priority, throttled by markers of its own. Prints one JSON object a
 * line: {"what", "low", "marker", "p50_us", "p99_us"} for round trips, {"what", "marker",
 * "every", "us"} for what markers cost the stream they are in (all there is with `cost`).
 * Errors end it. */
#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef int CUresult;
typedef void *CUfunction, *CUstream, *CUcontext, *CUmodule;

#define CALLS(X) \
    X(cuInit, (unsigned)) \
    X(cuDevicePrimaryCtxRetain, (CUcontext *, int)) \
    X(cuCtxSetCurrent, (CUcontext)) \
    X(cuStreamCreateWithPriority, (CUstream *, unsigned, int)) \
    X(cuCtxGetStreamPriorityRange, (int *, int *)) \
    X(cuStreamSynchronize, (CUstream)) \
    X(cuModuleLoadData, (CUmodule *, const void *)) \
    X(cuModuleGetFunction, (CUfunction *, CUmodule, const char *)) \
    X(cuMemHostAlloc, (void **, size_t, unsigned)) \
    X(cuMemAlloc_v2, (uint64_t *, size_t)) \
    X(cuLaunchKernel, (CUfunction, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, \
                       unsigned, CUstream, void **, void **)) \
    X(cuStreamWriteValue64_v2, (CUstream, uint64_t, uint64_t, unsigned))

#define DECLARE(name, arguments) static CUresult(*name) arguments;
CALLS(DECLARE)

static void check(CUresult result, const char *what) {
    if (!result) return;
    fprintf(stderr, "marker: %s: CUresult %d\n", what, result);
    exit(1);
}
#define CHECK(call) check(call, #call)

static uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

enum marker { WRITE, KERNEL, ITSELF, MARKERS };
static const char *const marker_names[] = {"write value", "kernel", "the kernel itself"};

static CUcontext context;
static CUfunction empty, spin, replay, write_word;
static volatile uint64_t *words; /* one a line of 64 bytes */
static uint64_t buffer;
static const uint64_t buffer_bytes = 512u << 20;

static void launch(CUfunction function, unsigned blocks, unsigned threads, CUstream stream,
                   void **params) {
    check(cuLaunchKernel(function, blocks, 1, 1, threads, 1, 1, 0, stream, params, NULL), "launch");
}

/* Launch a kernel and a marker that writes `value` when it has ended. ITSELF: the launched
 * kernel is the one that writes, the bound for every marker. */
static void launch_marked(CUfunction function, unsigned blocks, unsigned threads, CUstream stream,
                          void **params, enum marker marker, volatile uint64_t *word,
                          uint64_t value) {
    uint64_t at = (uint64_t)(uintptr_t)word;
    uint32_t small = (uint32_t)value;
    void *write[] = {&at, &small};
    if (marker != ITSELF) launch(function, blocks, threads, stream, params);
    if (marker == WRITE) check(cuStreamWriteValue64_v2(stream, at, value, 0), "write value");
    else launch(write_word, 1, 1, stream, write);
}

/* ---- the low side ---- */
struct low {
    const char *name;
    uint64_t kernel_ns;
    int memory;
    enum marker marker;
};
static _Atomic int stop;
static _Atomic uint64_t low_launches;

static void *run_low(void *argument) {
    const struct low *low = argument;
    int least, greatest;
    CUstream stream;
    uint64_t issued = 0;
    uint64_t duration = low->kernel_ns, bytes = buffer_bytes;
    void *params[] = {&duration, &buffer, &bytes, &bytes};
    CHECK(cuCtxSetCurrent(context));
    CHECK(cuCtxGetStreamPriorityRange(&least, &greatest));
    CHECK(cuStreamCreateWithPriority(&stream, 1, least));
    words[8] = 0;
    while (!atomic_load(&stop)) {
        issued++;
        launch_marked(low->memory ? replay : spin, 132, 1024, stream, params, low->marker,
                      &words[8], issued);
        while (issued - words[8] >= 3 && !atomic_load(&stop)) __builtin_ia32_pause();
        atomic_store(&low_launches, issued);
    }
    CHECK(cuStreamSynchronize(stream));
    return NULL;
}

static int by_size(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

enum { TRIPS = 1500 };

static void trips(const char *low, enum marker marker, CUstream stream, unsigned idle_us) {
    static uint64_t times[TRIPS];
    uint64_t value = 0;
    words[0] = 0;
    for (int i = 0; i < TRIPS + 20; i++) {
        struct timespec pause = {0, idle_us * 1000 + (unsigned)(i * 7919 % 97) * 1000};
        if (idle_us) nanosleep(&pause, NULL);
        else {
            uint64_t until = now_ns() + (unsigned)(i * 7919 % 97) * 2000;
            while (now_ns() < until) __builtin_ia32_pause();
        }
        uint64_t start = now_ns();
        launch_marked(empty, 1, 32, stream, NULL, marker, &words[0], ++value);
        while ((uint32_t)words[0] < value) __builtin_ia32_pause();
        if (i >= 20) times[i - 20] = now_ns() - start;
    }
    qsort(times, TRIPS, sizeof *times, by_size);
    printf("{\"what\": \"trip\", \"low\": \"%s\", \"marker\": \"%s\", \"idle_us\": %u, "
           "\"p50_us\": %.1f, \"p99_us\": %.1f}\n", low, marker_names[marker], idle_us,
           times[TRIPS / 2] / 1e3, times[TRIPS * 99 / 100] / 1e3);
    fflush(stdout);
}

static void cost(enum marker marker, CUstream stream, unsigned every, uint64_t kernel_ns) {
    enum { COUNT = 20000 };
    uint64_t start = 0, submit = 0;
    void *params[] = {&kernel_ns};
    for (int round = 0; round < 2; round++) {
        start = now_ns();
        for (int i = 1; i <= COUNT; i++) {
            if (every && i % (int)every == 0)
                launch_marked(kernel_ns ? spin : empty, 132, 256, stream, params, marker,
                              &words[0], (uint64_t)i);
            else launch(kernel_ns ? spin : empty, 132, 256, stream, params);
        }
        submit = now_ns() - start;
        CHECK(cuStreamSynchronize(stream));
        start = now_ns() - start;
    }
    printf("{\"what\": \"cost\", \"marker\": \"%s\", \"every\": %u, \"kernel_us\": %.0f, "
           "\"submit_us\": %.2f, \"us\": %.2f}\n", marker_names[marker], every, kernel_ns / 1e3,
           submit / 1e3 / COUNT, start / 1e3 / COUNT);
    fflush(stdout);
}

int main(int argc, char **argv) {
    static char text[1 << 20];
    CUmodule module;
    CUstream high;
    int least, greatest;
    void *driver = dlopen("libcuda.so.1", RTLD_NOW);
    FILE *file = argc >= 2 ? fopen(argv[1], "r") : NULL;
    if (!driver || !file || !fread(text, 1, sizeof text - 1, file)) {
        fprintf(stderr, "usage: marker PTX [cost], with a driver\n");
        return 2;
    }
#define TAKE(name, arguments) \
    if (!(*(void **)&name = dlsym(driver, #name))) return 3;
    CALLS(TAKE)
    setenv("CUDA_DEVICE_MAX_CONNECTIONS", "32", 1);
    CHECK(cuInit(0));
    CHECK(cuDevicePrimaryCtxRetain(&context, 0));
    CHECK(cuCtxSetCurrent(context));
    CHECK(cuModuleLoadData(&module, text));
    CHECK(cuModuleGetFunction(&empty, module, "xs_empty"));
    CHECK(cuModuleGetFunction(&spin, module, "xs_spin"));
    CHECK(cuModuleGetFunction(&replay, module, "xs_replay"));
    CHECK(cuModuleGetFunction(&write_word, module, "xs_write_word"));
    CHECK(cuMemHostAlloc((void **)&words, 4096, 3));
    CHECK(cuMemAlloc_v2(&buffer, buffer_bytes));
    CHECK(cuCtxGetStreamPriorityRange(&least, &greatest));
    CHECK(cuStreamCreateWithPriority(&high, 1, greatest));

    for (uint64_t kernel_ns = 0; kernel_ns <= 8000; kernel_ns += 4000) {
        cost(WRITE, high, 0, kernel_ns);
        for (int marker = 0; marker < ITSELF; marker++)
            for (unsigned every = 1; every <= 16; every *= 4) cost(marker, high, every, kernel_ns);
    }
    if (argc > 2) return 0;
    for (int marker = 0; marker < MARKERS; marker++) {
        trips("none", marker, high, 0);
        trips("none", marker, high, 2000);
    }
    for (int memory = 0; memory < 2; memory++)
        for (int throttle = 0; throttle < ITSELF; throttle++) {
            struct low low = {.kernel_ns = 60000, .memory = memory, .marker = throttle};
            char name[64];
            pthread_t thread;
            snprintf(name, sizeof name, "%s 60 us, throttled by %s", memory ? "memory" : "spin",
                     marker_names[throttle]);
            atomic_store(&stop, 0);
            pthread_create(&thread, NULL, run_low, &low);
            while (atomic_load(&low_launches) < 10) __builtin_ia32_pause();
            for (int marker = 0; marker < MARKERS; marker++) trips(name, marker, high, 0);
            atomic_store(&stop, 1);
            pthread_join(thread, NULL);
            atomic_store(&low_launches, 0);
        }
    return 0;
}
