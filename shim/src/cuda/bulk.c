/* Large copies inside the process, by several threads.
 *
 * Decides who copies which part and by which stores. One thread moves 9 GB/s between a
 * program's pages and the host arena (H100 machine), less than the bus takes. The caller
 * and the helpers take parts of the copy from one counter until none is left, so a helper
 * that wakes up late, or is not there at all (a forked child, a busy machine), costs
 * nothing: the caller waits only for parts that somebody is in the midst of. Helpers are
 * started by the first large copy; after one they look for the next for a moment, since
 * the chunks of a large copy follow each other, then sleep. One copy at a time is helped;
 * beside it others copy alone. */
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "xs/work.h"

#define TOGETHER_BYTES (512ull << 10) /* below, waking a helper costs more than it moves */
#define PART_BYTES (128ull << 10)
#define HELPERS_MAX 2
#define HELPERS_STACK_BYTES (256u << 10)

/* Where there are processors to spare, so long a helper looks for more before it sleeps. */
#define SPIN_NS 100000ull
#define PROCESSORS_MANY 8
#define PROCESSORS_SPARE 4

static struct {
    int taken; /* by the caller of the copy that is helped, while it lasts */
    int started;
    uint32_t helpers, most;
    uint64_t spin_ns;
    /* The copy: written while no part of it can be taken. */
    uint8_t *to;
    const uint8_t *from;
    size_t bytes, part_bytes;
    int lands;
    /* Parts of it (high half) and the next to be taken (low half). */
    uint64_t parts;
    uint32_t done;
    uint32_t bell, sleeping; /* bell: a futex; counts copies */
} team = {.most = HELPERS_MAX};

static uint64_t monotonic_ns(void) {
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000ull + (uint64_t)now.tv_nsec;
}

static inline void cpu_relax(void) {
#if defined(__SSE2__)
    _mm_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/* Past the caches: what is larger than they are would only be read into them to be
 * overwritten. 1.8 times as fast as memcpy for chunks of 1 MiB (x86_64). */
static void stream_out(uint8_t *to, const uint8_t *from, size_t bytes) {
#if defined(__SSE2__)
    size_t head = -(uintptr_t)to & 63;

    if (bytes < 4096) {
        memcpy(to, from, bytes);
        return;
    }
    memcpy(to, from, head);
    to += head;
    from += head;
    bytes -= head;
    for (; bytes >= 64; to += 64, from += 64, bytes -= 64) {
        const __m128i *in = (const __m128i *)(const void *)from;
        __m128i *out = (__m128i *)(void *)to;
        __m128i a = _mm_loadu_si128(in), b = _mm_loadu_si128(in + 1);
        __m128i c = _mm_loadu_si128(in + 2), d = _mm_loadu_si128(in + 3);
        _mm_prefetch((const char *)from + 512, _MM_HINT_T0);
        _mm_stream_si128(out, a);
        _mm_stream_si128(out + 1, b);
        _mm_stream_si128(out + 2, c);
        _mm_stream_si128(out + 3, d);
    }
    _mm_sfence();
#endif
    memcpy(to, from, bytes);
}

static void copy_part(uint32_t part) {
    size_t at = part * team.part_bytes, left = team.bytes - at;
    size_t bytes = left < team.part_bytes ? left : team.part_bytes;

    if (team.lands)
        stream_out(team.to + at, team.from + at, bytes);
    else
        memcpy(team.to + at, team.from + at, bytes);
    __atomic_add_fetch(&team.done, 1, __ATOMIC_RELEASE);
}

/* Who has taken a part may read the copy until it is done: nothing changes before. */
static int take_part(uint32_t *part) {
    uint64_t parts = __atomic_load_n(&team.parts, __ATOMIC_ACQUIRE);

    do {
        if ((uint32_t)parts >= parts >> 32)
            return 0;
    } while (!__atomic_compare_exchange_n(&team.parts, &parts, parts + 1, 1, __ATOMIC_ACQ_REL,
                                          __ATOMIC_ACQUIRE));
    *part = (uint32_t)parts;
    return 1;
}

static void await_bell(uint32_t heard) {
    uint64_t end_ns = team.spin_ns ? monotonic_ns() + team.spin_ns : 0;

    while (end_ns && __atomic_load_n(&team.bell, __ATOMIC_ACQUIRE) == heard) {
        cpu_relax();
        if (monotonic_ns() >= end_ns)
            break;
    }
    __atomic_add_fetch(&team.sleeping, 1, __ATOMIC_SEQ_CST);
    while (__atomic_load_n(&team.bell, __ATOMIC_SEQ_CST) == heard)
        syscall(SYS_futex, &team.bell, FUTEX_WAIT_PRIVATE, heard, NULL, NULL, 0);
    __atomic_sub_fetch(&team.sleeping, 1, __ATOMIC_SEQ_CST);
}

static void *help(void *nothing) {
    for (;;) {
        uint32_t heard = __atomic_load_n(&team.bell, __ATOMIC_ACQUIRE), part;
        while (take_part(&part))
            copy_part(part);
        await_bell(heard);
    }
    return nothing;
}

static uint32_t processors(void) {
    cpu_set_t set;

    return sched_getaffinity(0, sizeof set, &set) ? 1 : (uint32_t)CPU_COUNT(&set);
}

/* The team is taken. The program's signals are not for these threads, but for those that its
 * memory raises: blocked, they would end the process without asking the program's handler
 * (garbage collectors and checkpointers protect pages, and lay them open when they are met). */
static void start(void) {
    uint32_t spare = processors(), wanted = spare >= PROCESSORS_MANY ? 2 : spare >= 2;
    pthread_attr_t attributes;
    sigset_t all, before;
    pthread_t thread;

    team.started = 1;
    team.spin_ns = spare >= PROCESSORS_SPARE ? SPIN_NS : 0;
    if (pthread_attr_init(&attributes))
        return;
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, HELPERS_STACK_BYTES);
    sigfillset(&all);
    sigdelset(&all, SIGSEGV);
    sigdelset(&all, SIGBUS);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (team.helpers < (wanted < team.most ? wanted : team.most) &&
           !pthread_create(&thread, &attributes, help, NULL))
        team.helpers++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
}

/* The team is taken. */
static void copy_together(void *to, const void *from, size_t bytes, int lands) {
    size_t part_bytes = PART_BYTES;
    uint32_t part, count;

    while (bytes / part_bytes >= UINT32_MAX / 2)
        part_bytes *= 2;
    count = (uint32_t)((bytes + part_bytes - 1) / part_bytes);
    team.to = to;
    team.from = from;
    team.bytes = bytes;
    team.part_bytes = part_bytes;
    team.lands = lands;
    __atomic_store_n(&team.done, 0, __ATOMIC_RELAXED);
    __atomic_store_n(&team.parts, (uint64_t)count << 32, __ATOMIC_RELEASE);
    __atomic_add_fetch(&team.bell, 1, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&team.sleeping, __ATOMIC_SEQ_CST))
        syscall(SYS_futex, &team.bell, FUTEX_WAKE_PRIVATE, HELPERS_MAX, NULL, NULL, 0);
    while (take_part(&part))
        copy_part(part);
    for (uint32_t looks = 1; __atomic_load_n(&team.done, __ATOMIC_ACQUIRE) != count; looks++) {
        cpu_relax();
        if (looks % 1024 == 0)
            sched_yield(); /* whoever copies it may need this processor */
    }
}

static void copy(void *to, const void *from, size_t bytes, int lands) {
    if (bytes >= TOGETHER_BYTES && team.most && !__atomic_exchange_n(&team.taken, 1, __ATOMIC_ACQUIRE)) {
        if (!team.started)
            start();
        copy_together(to, from, bytes, lands);
        __atomic_store_n(&team.taken, 0, __ATOMIC_RELEASE);
    } else if (lands) {
        stream_out(to, from, bytes);
    } else {
        memcpy(to, from, bytes);
    }
}

void xs_bulk_copy(void *to, const void *from, size_t bytes) {
    copy(to, from, bytes, 0);
}

void xs_bulk_land(void *to, const void *from, size_t bytes) {
    copy(to, from, bytes, 1);
}

void xs_bulk_helpers(uint32_t most) {
    team.most = most;
}
