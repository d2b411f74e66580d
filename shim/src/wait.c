/* Waits: for a sequence number to retire, for a host function to be due. See xs/session.h.
 *
 * Decides when a waiter looks, spins and sleeps. It must never send anything, nor take the
 * batcher's lock: who waits has flushed before. Called by the client and the shim.
 *
 * A wake-up comes 50 us late or more on a virtual machine, a spinning thread costs a core. So
 * a waiter spins at the beginning, for as long as that has paid off on this line before;
 * sleeps while much is still before it; and spins again when the end is near that the
 * broker has reckoned (due_ns of the line). How late ends come after what was reckoned, and
 * how much that varies, is learned by line, as a retransmission time-out is (RFC 6298); how
 * late naps end, by session. */
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
#define NAP_LATE_NS_MAX 200000
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
    int overslept; /* it was over when we woke up to see it end */
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

/* So early it is time to be awake, and so late no more to spin; a nap that is to end then is
 * taken for shorter by as much as naps end late here. */
static uint64_t near_ns(const xs_session *s, const waited *w, uint64_t now_ns) {
    const xs_lateness *known = &s->lateness[w->line % XS_SPINS];
    uint64_t near = NEAR_NS + 2 * (uint64_t)__atomic_load_n(&known->deviation_ns, __ATOMIC_RELAXED);
    uint64_t most = s->spin_ns_max / 2 + (now_ns - w->begin_ns) / (2 * SPIN_PART);

    return near < most ? near : most;
}

static uint64_t naps_late_ns(const xs_session *s) {
    return __atomic_load_n(&s->nap_late_ns, __ATOMIC_RELAXED);
}

/* Quick to believe that naps end later, slow to believe less. */
static void learn_nap(xs_session *s, uint64_t late_ns) {
    uint64_t known = naps_late_ns(s);

    if (late_ns > NAP_LATE_NS_MAX)
        late_ns = NAP_LATE_NS_MAX;
    known = late_ns > known ? known + (late_ns - known) / 4 : known - (known - late_ns) / 32;
    __atomic_store_n(&s->nap_late_ns, known, __ATOMIC_RELAXED);
}

/* The end has been seen. Who has overslept knows only that it was before now: he believes
 * that it was early, until he is awake to see it. Racing threads only blur what is learned. */
static void learn_lateness(xs_session *s, const waited *w) {
    xs_lateness *known = &s->lateness[w->line % XS_SPINS];
    uint64_t due_ns = reckoned_ns(s, w);
    int64_t mean, deviation, error;

    /* What is foretold may be the end of the `complete` right behind what is waited for. */
    if (!due_ns || __atomic_load_n(&s->status[w->line].due_seq, __ATOMIC_RELAXED) > w->seq + 1)
        return;
    error = (int64_t)(monotonic_ns() - due_ns);
    mean = __atomic_load_n(&known->mean_ns, __ATOMIC_RELAXED);
    if (w->overslept)
        error = (error < mean ? error : mean) - (int64_t)NEAR_NS / 2;
    error = error > LATE_NS_MAX ? LATE_NS_MAX : error < -LATE_NS_MAX ? -LATE_NS_MAX : error;
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

static xs_outcome wait_asleep(xs_session *s, waited *w) {
    int foresees = s->spin_ns_max >= NEAR_NS;

    for (int napped = 0;; napped = 1) {
        uint64_t seen = __atomic_load_n(&s->status[w->line].retired_seq, __ATOMIC_SEQ_CST);
        uint64_t now_ns, near, early, woke_ns, nap_ns = SLEEP_NS_MAX;
        int64_t left;

        if (seen >= w->seq) {
            w->overslept = napped && foresees;
            return XS_DONE;
        }
        if (xs_session_lost(s))
            return XS_LOST;
        now_ns = monotonic_ns();
        if (now_ns >= w->end_ns)
            return XS_TIMED_OUT;
        left = s->spin_ns_max >= NEAR_NS ? left_ns(s, w, now_ns) : LEFT_UNKNOWN;
        near = near_ns(s, w, now_ns);
        early = near + naps_late_ns(s);
        if (foresees && left <= (int64_t)early) { /* once: what is late now may be very late */
            foresees = 0;
            if (spin(s, w, now_ns + near + (left > 0 ? (uint64_t)left : 0)))
                return XS_DONE;
            continue;
        }
        if (left <= (int64_t)near)
            nap_ns = left < -4 * (int64_t)NAP_NS_MIN ? (uint64_t)-left / 4 : NAP_NS_MIN;
        else if (left != LEFT_UNKNOWN)
            nap_ns = left > (int64_t)early ? (uint64_t)left - early : NAP_NS_MIN;
        if (nap_ns > SLEEP_NS_MAX)
            nap_ns = SLEEP_NS_MAX;
        if (w->end_ns - now_ns < nap_ns)
            nap_ns = w->end_ns - now_ns;
        sleep_on(s, w->line, seen, nap_ns);
        woke_ns = monotonic_ns();
        if (woke_ns >= now_ns + nap_ns)
            learn_nap(s, woke_ns - now_ns - nap_ns);
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
