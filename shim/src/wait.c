/* Waits: for a sequence number to retire, for a host function to be due. See xs/session.h.
 *
 * Decides when a waiter looks, spins and sleeps. It must never send anything, nor take the
 * batcher's lock: who waits has flushed before. Called by the client and the shim.
 *
 * A wake-up comes 50 us late or more on a virtual machine, a spinning thread costs a core. So
 * a waiter spins at the beginning, for as long as that has paid off on this line before;
 * sleeps while much is still before it; and spins again when the end is near that the
 * broker has reckoned (due_ns of the line). How late ends come after what was reckoned, and
 * how much that varies, is learned by line, as a retransmission time-out is (RFC 6298). */
#include <linux/futex.h>
#include <poll.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "xs/session.h"

/* Longest spin of a wait. Where the broker's own threads need the cores, spinning only
 * delays what is waited for. */
#define SPIN_NS_MANY_CORES 200000ull
#define SPIN_NS_FEW_CORES 10000ull
#define SPIN_SHORTEST 4 /* the shortest spin is this part of the longest */
#define FEW_CORES 2

/* So long before the end that is expected a waiter is awake, if it may spin that long: a
 * wake-up's lateness, and twice how much ends vary. */
#define NEAR_NS 60000ull
#define LATE_NS_MAX 1000000 /* a longer one is an accident */
/* Of a long wait this part more may be spun away at its end. */
#define SPIN_PART 16
#define LEFT_UNKNOWN INT64_MAX
#define FAR_NS ((int64_t)1 << 40) /* due so far from now is as good as any farther */

/* A sleeper looks at the page and the socket this often, should a wake-up be missed; what is
 * late by now it looks for after a quarter of that lateness, not before NAP_NS_MIN. */
#define SLEEP_NS_MAX 1000000ull
#define NAP_NS_MIN 20000ull

/* Host functions on several lines are looked for with a growing pause; on one line the
 * broker wakes whoever sleeps there. */
#define HOST_PAUSE_NS_MIN 20000ull
#define HOST_PAUSE_NS_MAX 500000ull

/* One wait. */
typedef struct waited {
    uint32_t line;
    uint64_t seq, begin_ns, end_ns;
} waited;

static uint64_t monotonic_ns(void) {
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000ull + (uint64_t)now.tv_nsec;
}

static inline void cpu_relax(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

void xs_wait_init(xs_session *s, uint64_t spin_ns_max) {
    int few = sysconf(_SC_NPROCESSORS_ONLN) <= FEW_CORES;

    if (!spin_ns_max)
        spin_ns_max = few ? SPIN_NS_FEW_CORES : SPIN_NS_MANY_CORES;
    s->spin_ns_max = spin_ns_max;
    for (uint32_t i = 0; i < XS_SPINS; i++)
        s->spin_ns[i] = spin_ns_max;
}

/* Has the broker closed its end? What it sent before stays readable. */
static void notice_hangup(xs_session *s) {
    struct pollfd socket = {.fd = s->fd, .events = POLLRDHUP};

    if (poll(&socket, 1, 0) > 0 && socket.revents & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL))
        xs_session_lose(s);
}

static int spin(const xs_session *s, const waited *w, uint64_t until_ns) {
    int retired = 0;

    if (until_ns > w->end_ns)
        until_ns = w->end_ns;
    do {
        for (int i = 0; i < 16 && !retired; i++) {
            cpu_relax();
            retired = xs_session_retired(s, w->line, w->seq);
        }
    } while (!retired && !xs_session_lost(s) && monotonic_ns() < until_ns);
    return retired;
}

/* A spin that paid off may be longer next time on this line, one that did not, shorter: a
 * stream of long kernels costs its waiter next to nothing. Racing threads only blur it. */
static int spin_at_first(xs_session *s, const waited *w) {
    uint64_t *known = &s->spin_ns[w->line % XS_SPINS];
    uint64_t budget = __atomic_load_n(known, __ATOMIC_RELAXED);
    uint64_t least = s->spin_ns_max / SPIN_SHORTEST;
    int retired = spin(s, w, monotonic_ns() + budget);

    budget = retired ? budget * 2 : budget / 2;
    budget = budget < least ? least : budget;
    budget = budget > s->spin_ns_max ? s->spin_ns_max : budget;
    __atomic_store_n(known, budget, __ATOMIC_RELAXED);
    return retired;
}

/* When the broker reckons that it ends; 0 before it has said. */
static uint64_t reckoned_ns(const xs_session *s, const waited *w) {
    const xs_status_line *line = &s->status[w->line];

    if (__atomic_load_n(&line->due_seq, __ATOMIC_ACQUIRE) < w->seq)
        return 0;
    return __atomic_load_n(&line->due_ns, __ATOMIC_RELAXED);
}

/* How much of the wait is left by what is known now; < 0 when it is late. */
static int64_t left_ns(const xs_session *s, const waited *w, uint64_t now_ns) {
    uint64_t due_ns = reckoned_ns(s, w);
    const xs_lateness *known = &s->lateness[w->line % XS_SPINS];
    int64_t left = (int64_t)(due_ns - now_ns);

    if (!due_ns)
        return LEFT_UNKNOWN;
    left = left > FAR_NS ? FAR_NS : left < -FAR_NS ? -FAR_NS : left;
    return left + __atomic_load_n(&known->mean_ns, __ATOMIC_RELAXED);
}

/* So early it is time to be awake, and so late no more to spin. */
static uint64_t near_ns(const xs_session *s, const waited *w, uint64_t now_ns) {
    const xs_lateness *known = &s->lateness[w->line % XS_SPINS];
    uint64_t near = NEAR_NS + 2 * (uint64_t)__atomic_load_n(&known->deviation_ns, __ATOMIC_RELAXED);
    uint64_t most = s->spin_ns_max / 2 + (now_ns - w->begin_ns) / (2 * SPIN_PART);

    return near < most ? near : most;
}

/* The end has been seen. Racing threads only blur what is learned. */
static void learn_lateness(xs_session *s, const waited *w) {
    xs_lateness *known = &s->lateness[w->line % XS_SPINS];
    uint64_t due_ns = reckoned_ns(s, w);
    int64_t mean, deviation, error;

    /* Foretold is the end of the `complete` behind what is waited for, next to the same. */
    if (!due_ns)
        return;
    error = (int64_t)(monotonic_ns() - due_ns);
    error = error > LATE_NS_MAX ? LATE_NS_MAX : error < -LATE_NS_MAX ? -LATE_NS_MAX : error;
    mean = __atomic_load_n(&known->mean_ns, __ATOMIC_RELAXED);
    deviation = __atomic_load_n(&known->deviation_ns, __ATOMIC_RELAXED);
    error -= mean;
    deviation += ((error < 0 ? -error : error) - deviation) / 4;
    __atomic_store_n(&known->mean_ns, mean + error / 4, __ATOMIC_RELAXED);
    __atomic_store_n(&known->deviation_ns, deviation, __ATOMIC_RELAXED);
}

/* Sleep until the low word of retired_seq changes from what it was, at most `ns`. The
 * word lies in a file mapping, so the broker's wake-up finds it by file and offset. */
static void sleep_on(const xs_session *s, uint32_t line, uint64_t seen, uint64_t ns) {
    const uint64_t *word = &s->status[line].retired_seq;
    struct timespec timeout = {.tv_sec = 0, .tv_nsec = (long)ns};

    syscall(SYS_futex, (const uint32_t *)(const void *)word, FUTEX_WAIT, (uint32_t)seen,
            &timeout, NULL, 0);
}

static xs_outcome wait_asleep(xs_session *s, const waited *w) {
    int foresees = s->spin_ns_max >= NEAR_NS;

    for (;;) {
        uint64_t seen = __atomic_load_n(&s->status[w->line].retired_seq, __ATOMIC_SEQ_CST);
        uint64_t now_ns, near, nap_ns = SLEEP_NS_MAX;
        int64_t left;

        if (seen >= w->seq)
            return XS_DONE;
        if (xs_session_lost(s))
            return XS_LOST;
        now_ns = monotonic_ns();
        if (now_ns >= w->end_ns)
            return XS_TIMED_OUT;
        left = s->spin_ns_max >= NEAR_NS ? left_ns(s, w, now_ns) : LEFT_UNKNOWN;
        near = near_ns(s, w, now_ns);
        if (foresees && left <= (int64_t)near) { /* once: what is late now may be very late */
            foresees = 0;
            if (spin(s, w, now_ns + near + (left > 0 ? (uint64_t)left : 0)))
                return XS_DONE;
            continue;
        }
        if (left <= (int64_t)near)
            nap_ns = left < -4 * (int64_t)NAP_NS_MIN ? (uint64_t)-left / 4 : NAP_NS_MIN;
        else if (left != LEFT_UNKNOWN)
            nap_ns = (uint64_t)left - near;
        if (nap_ns > SLEEP_NS_MAX)
            nap_ns = SLEEP_NS_MAX;
        if (w->end_ns - now_ns < nap_ns)
            nap_ns = w->end_ns - now_ns;
        sleep_on(s, w->line, seen, nap_ns);
        notice_hangup(s);
    }
}

xs_outcome xs_session_wait(xs_session *s, uint32_t line, uint64_t seq, uint64_t timeout_ns) {
    waited w = {.line = line, .seq = seq};
    uint64_t now_ns;
    xs_outcome outcome;

    if (line >= s->lines_count)
        return XS_BAD;
    if (xs_session_retired(s, line, seq))
        return XS_DONE;
    now_ns = w.begin_ns = monotonic_ns();
    w.end_ns = timeout_ns > XS_FOREVER - now_ns ? XS_FOREVER : now_ns + timeout_ns;
    if (spin_at_first(s, &w))
        return XS_DONE;
    __atomic_add_fetch(&s->waiters[line].sleeping, 1, __ATOMIC_SEQ_CST);
    outcome = wait_asleep(s, &w);
    if (outcome == XS_DONE)
        learn_lateness(s, &w);
    __atomic_sub_fetch(&s->waiters[line].sleeping, 1, __ATOMIC_SEQ_CST);
    return outcome;
}

static int host_due(const xs_session *s, const uint32_t *lines, const uint64_t *seen,
                    uint32_t count, uint32_t *index) {
    for (uint32_t i = 0; i < count; i++) {
        uint64_t due = __atomic_load_n(&s->status[lines[i]].host_seq, __ATOMIC_ACQUIRE);
        if (due && due != seen[i]) {
            *index = i;
            return 1;
        }
    }
    return 0;
}

/* Pause between two looks. Returns how long the next one may be. */
static uint64_t host_pause(xs_session *s, const uint32_t *lines, uint32_t count,
                           uint64_t pause_ns) {
    struct timespec pause = {.tv_nsec = (long)pause_ns};

    if (count == 1) {
        uint32_t *sleeping = &s->waiters[lines[0]].sleeping;
        uint64_t seen = __atomic_load_n(&s->status[lines[0]].retired_seq, __ATOMIC_SEQ_CST);
        __atomic_add_fetch(sleeping, 1, __ATOMIC_SEQ_CST);
        sleep_on(s, lines[0], seen, pause_ns);
        __atomic_sub_fetch(sleeping, 1, __ATOMIC_SEQ_CST);
    } else {
        nanosleep(&pause, NULL);
    }
    return pause_ns * 2 < HOST_PAUSE_NS_MAX ? pause_ns * 2 : HOST_PAUSE_NS_MAX;
}

xs_outcome xs_session_wait_host(xs_session *s, const uint32_t *lines,
                                const uint64_t *seen, uint32_t count,
                                uint64_t timeout_ns, uint32_t *index) {
    uint64_t start_ns = monotonic_ns();
    uint64_t pause_ns = HOST_PAUSE_NS_MIN;

    while (!host_due(s, lines, seen, count, index)) {
        if (xs_session_lost(s))
            return XS_LOST;
        if (monotonic_ns() - start_ns >= timeout_ns)
            return XS_TIMED_OUT;
        pause_ns = host_pause(s, lines, count, pause_ns);
        notice_hangup(s);
    }
    return XS_DONE;
}
