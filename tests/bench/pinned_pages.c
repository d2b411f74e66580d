/* What the pages of pinned host memory do to a copy's bandwidth: no broker, the driver alone.
 *
 * Command: cc -O2 -I/usr/local/cuda/include tests/bench/pinned_pages.c -o pages -lcuda && ./pages
 * The broker's arenas are memory files that it registers; a program natively has what
 * cuMemHostAlloc gives. 256 MiB are copied to the device and back, whole and as 32 pieces one
 * after another, from memory of each kind: allocated by the driver, and registered anonymous
 * memory and memory files, with small pages and with large ones asked for (`huge` says how much
 * of it the kernel made of those). Prints GB/s, medians of 9, kinds in turn.
 *
 * Not run yet: behind the broker a pinned copy to the device takes 1.09 x its native time, one to
 * the host 1.03 x, and reading host memory is what waits for translations. */
#define _GNU_SOURCE
#include <cuda.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { TURNS = 9, PIECES = 32, KINDS = 5 };
static const size_t BYTES = 256u << 20;
static const char *const NAMES[KINDS] = {"cuMemHostAlloc", "anonymous", "anonymous, huge",
                                         "memory file", "memory file, huge"};

static CUstream stream;
static CUdeviceptr device;

static void check(CUresult result, const char *call) {
    const char *text = "";
    if (!result) return;
    cuGetErrorString(result, &text);
    fprintf(stderr, "pinned_pages: %s: %s\n", call, text);
    exit(1);
}
#define CHECK(call) check(call, #call)

static double now_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Bytes of [address, address + BYTES) that lie in large pages. */
static size_t huge_bytes(uintptr_t address) {
    FILE *maps = fopen("/proc/self/smaps", "r");
    char line[512];
    size_t found = 0, kb;
    int inside = 0;
    while (maps && fgets(line, sizeof line, maps)) {
        unsigned long from, to;
        if (sscanf(line, "%lx-%lx ", &from, &to) == 2) inside = from < address + BYTES && to > address;
        else if (inside && (sscanf(line, "AnonHugePages: %zu", &kb) == 1 ||
                            sscanf(line, "ShmemPmdMapped: %zu", &kb) == 1))
            found += kb << 10;
    }
    if (maps) fclose(maps);
    return found;
}

/* Memory of a kind, ready for the driver; aligned to a large page but where the driver made it. */
static void *memory_of(int kind) {
    if (kind == 0) {
        void *made;
        CHECK(cuMemHostAlloc(&made, BYTES, CU_MEMHOSTALLOC_PORTABLE));
        memset(made, 1, BYTES);
        return made;
    }
    int fd = kind >= 3 ? memfd_create("pages", MFD_CLOEXEC) : -1;
    size_t align = 2u << 20;
    if (fd >= 0 && ftruncate(fd, (off_t)BYTES)) return NULL;
    char *room = mmap(NULL, BYTES + align, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *at = (char *)(((uintptr_t)room + align - 1) & ~(align - 1));
    int flags = MAP_FIXED | (fd >= 0 ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS);
    if (mmap(at, BYTES, PROT_READ | PROT_WRITE, flags, fd, 0) != at) return NULL;
    madvise(at, BYTES, kind == 2 || kind == 4 ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
    memset(at, 1, BYTES);
    CHECK(cuMemHostRegister(at, BYTES, CU_MEMHOSTREGISTER_PORTABLE | CU_MEMHOSTREGISTER_DEVICEMAP));
    return at;
}

static double rate(char *host, int to_host, int pieces) {
    size_t size = BYTES / (size_t)pieces;
    CHECK(cuStreamSynchronize(stream));
    double begin = now_s();
    for (size_t at = 0; at < BYTES; at += size) {
        if (to_host) CHECK(cuMemcpyDtoHAsync(host + at, device + at, size, stream));
        else CHECK(cuMemcpyHtoDAsync(device + at, host + at, size, stream));
    }
    CHECK(cuStreamSynchronize(stream));
    return (double)BYTES / (now_s() - begin) / 1e9;
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(void) {
    static double rates[KINDS][4][TURNS];
    void *hosts[KINDS];
    CUdevice gpu;
    CUcontext context;
    CHECK(cuInit(0));
    CHECK(cuDeviceGet(&gpu, 0));
    CHECK(cuDevicePrimaryCtxRetain(&context, gpu));
    CHECK(cuCtxSetCurrent(context));
    CHECK(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
    CHECK(cuMemAlloc(&device, BYTES));
    for (int kind = 0; kind < KINDS; kind++)
        if (!(hosts[kind] = memory_of(kind))) return perror(NAMES[kind]), 1;
    for (int turn = 0; turn < TURNS; turn++)
        for (int kind = 0; kind < KINDS; kind++)
            for (int form = 0; form < 4; form++)
                rates[kind][form][turn] = rate(hosts[kind], form & 1, form & 2 ? PIECES : 1);
    printf("%-20s %8s | %9s %9s | %9s %9s\n", "GB/s", "huge MiB", "to device", "to host",
           "pieces", "pieces");
    for (int kind = 0; kind < KINDS; kind++) {
        printf("%-20s %8zu |", NAMES[kind], huge_bytes((uintptr_t)hosts[kind]) >> 20);
        for (int form = 0; form < 4; form++) {
            qsort(rates[kind][form], TURNS, sizeof(double), by_size);
            printf(" %9.2f%s", rates[kind][form][TURNS / 2], form == 1 ? " |" : "");
        }
        printf("\n");
    }
    return 0;
}
