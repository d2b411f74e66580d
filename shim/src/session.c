/* Session: appends, completions and waits. See xs/session.h for what this decides. */
#include "xs/session.h"

#include <errno.h>
#include <linux/futex.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Longest spin of a wait; a sleep ends 50 us late or more on a virtual machine. Where the
 * broker's own threads need the cores, spinning only delays what is waited for. */
#define SPIN_NS_MANY_CORES 200000ull
#define SPIN_NS_FEW_CORES 10000ull
#define SPIN_SHORTEST 4 /* the shortest spin is this part of the longest */
#define FEW_CORES 2

/* A sleeper looks at the page and the socket this often, should a wake-up be missed. */
#define SLEEP_NS_MAX 1000000ull

/* Host functions on several lines are looked for with a growing pause; on one line the
 * broker wakes whoever sleeps there. */
#define HOST_PAUSE_NS_MIN 20000ull
#define HOST_PAUSE_NS_MAX 500000ull

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

static uint64_t default_of(uint64_t value, uint64_t otherwise) {
    return value ? value : otherwise;
}

static xs_batcher_rules rules_of(const xs_session_options *options) {
    xs_batcher_rules rules = {
        .coalesce_ns = default_of(options->rules.coalesce_ns, XS_COALESCE_NS),
        .coalesce_deep_ns =
            default_of(options->rules.coalesce_deep_ns, XS_COALESCE_DEEP_NS),
        .coalesce_stream_ns =
            default_of(options->rules.coalesce_stream_ns, XS_COALESCE_STREAM_NS),
        .backlog_deep = default_of(options->rules.backlog_deep, XS_BACKLOG_DEEP),
    };
    return rules;
}

static uint64_t spin_default(void) {
    return sysconf(_SC_NPROCESSORS_ONLN) > FEW_CORES ? SPIN_NS_MANY_CORES
                                                     : SPIN_NS_FEW_CORES;
}

static uint32_t lines_of(const xs_session_options *options) {
    size_t status = options->status_bytes / sizeof(xs_status_line);
    size_t waiters = options->waiters_bytes / sizeof(xs_waiters_line);
    size_t lines = status < waiters ? status : waiters;

    return lines > XS_STREAMS_MAX ? XS_STREAMS_MAX : (uint32_t)lines;
}

xs_outcome xs_session_open(const xs_session_options *options, xs_session **session) {
    xs_batcher_rules rules = rules_of(options);
    uint32_t lines = lines_of(options);
    xs_session *s;
    xs_outcome outcome;

    if (lines < 2)
        return XS_BAD;
    s = calloc(1, sizeof *s);
    if (!s)
        return XS_NO_MEMORY;
    s->header = options->status;
    s->status = options->status;
    s->waiters = options->waiters;
    s->lines_count = lines;
    s->fd = options->fd;
    s->spin_ns_max = default_of(options->spin_ns_max, spin_default());
    s->spin_ns = s->spin_ns_max;
    outcome = xs_batcher_init(&s->batcher, lines, &rules);
    if (outcome == XS_DONE) {
        s->batcher.manual_clock_ns = options->manual_clock_ns;
        outcome = xs_sender_start(&s->sender, &s->batcher, s->fd, s->header,
                                  options->threaded);
        if (outcome != XS_DONE)
            xs_batcher_free(&s->batcher);
    }
    if (outcome != XS_DONE) {
        free(s);
        return outcome;
    }
    *session = s;
    return XS_DONE;
}

void xs_session_close(xs_session *s, uint64_t drain_ns) {
    xs_sender_stop(&s->sender, drain_ns);
    xs_batcher_free(&s->batcher);
    free(s);
}

xs_outcome xs_session_append(xs_session *s, const xs_operation *op, int wait,
                             uint64_t *seq) {
    xs_outcome outcome;

    pthread_mutex_lock(&s->batcher.lock);
    while ((outcome = xs_batcher_append(&s->batcher, op, seq)) == XS_FULL && wait) {
        xs_sender_appended(&s->sender);
        xs_batcher_wait_room(&s->batcher);
    }
    if (outcome == XS_DONE)
        xs_sender_appended(&s->sender);
    pthread_mutex_unlock(&s->batcher.lock);
    return outcome;
}

xs_outcome xs_session_call(xs_session *s, const uint8_t *frame, uint32_t bytes) {
    xs_outcome outcome;

    pthread_mutex_lock(&s->batcher.lock);
    while ((outcome = xs_batcher_call(&s->batcher, frame, bytes)) == XS_FULL) {
        xs_sender_appended(&s->sender);
        xs_batcher_wait_room(&s->batcher);
    }
    if (outcome == XS_DONE)
        xs_sender_flush(&s->sender);
    pthread_mutex_unlock(&s->batcher.lock);
    return outcome;
}

void xs_session_flush(xs_session *s) {
    pthread_mutex_lock(&s->batcher.lock);
    xs_sender_flush(&s->sender);
    pthread_mutex_unlock(&s->batcher.lock);
}

/* Append `complete` unless one after `wanted` is already on its way. Lock held. */
static xs_outcome ensure_visible(xs_session *s, uint64_t stream, uint64_t wanted) {
    xs_line_account *line = &s->batcher.lines[XS_HANDLE_INDEX(stream)];
    xs_operation op = {.kind = XS_OP_COMPLETE};
    xs_outcome outcome = XS_DONE;
    uint64_t seq;

    op.u.complete.stream = stream;
    while (line->visible_seq < wanted) {
        outcome = xs_batcher_append(&s->batcher, &op, &seq);
        if (outcome != XS_FULL)
            break;
        xs_sender_appended(&s->sender);
        outcome = xs_batcher_wait_room(&s->batcher);
        if (outcome != XS_DONE)
            break;
    }
    xs_sender_flush(&s->sender);
    return s->batcher.lost ? XS_LOST : outcome;
}

xs_outcome xs_session_complete(xs_session *s, uint64_t stream, uint64_t *seq) {
    uint64_t line = XS_HANDLE_INDEX(stream);
    xs_outcome outcome;

    if (line >= s->lines_count)
        return XS_BAD;
    pthread_mutex_lock(&s->batcher.lock);
    /* What is waited for is what was there before: the broker may show its end of its own
     * accord, before the complete has arrived. */
    *seq = s->batcher.lines[line].last_seq;
    outcome = ensure_visible(s, stream, *seq);
    pthread_mutex_unlock(&s->batcher.lock);
    return outcome;
}

xs_outcome xs_session_complete_until(xs_session *s, uint64_t stream, uint64_t seq) {
    uint32_t line = (uint32_t)XS_HANDLE_INDEX(stream);
    xs_outcome outcome;

    if (line >= s->lines_count)
        return XS_BAD;
    pthread_mutex_lock(&s->batcher.lock);
    if (xs_session_retired(s, line, seq))
        outcome = s->batcher.lost ? XS_LOST : XS_DONE;
    else
        outcome = ensure_visible(s, stream, seq);
    pthread_mutex_unlock(&s->batcher.lock);
    return outcome;
}

uint64_t xs_session_last_seq(xs_session *s) {
    uint64_t seq;

    pthread_mutex_lock(&s->batcher.lock);
    seq = s->batcher.next_seq - 1;
    pthread_mutex_unlock(&s->batcher.lock);
    return seq;
}

uint64_t xs_session_line_last_seq(xs_session *s, uint32_t line) {
    uint64_t seq;

    if (line >= s->lines_count)
        return 0;
    pthread_mutex_lock(&s->batcher.lock);
    seq = s->batcher.lines[line].last_seq;
    pthread_mutex_unlock(&s->batcher.lock);
    return seq;
}

int xs_session_retired(const xs_session *s, uint32_t line, uint64_t seq) {
    return __atomic_load_n(&s->status[line].retired_seq, __ATOMIC_ACQUIRE) >= seq;
}

int xs_session_lost(const xs_session *s) {
    return __atomic_load_n(&s->batcher.lost, __ATOMIC_ACQUIRE) ||
           __atomic_load_n(&s->header->sticky_error, __ATOMIC_ACQUIRE) ||
           __atomic_load_n(&s->header->closed, __ATOMIC_ACQUIRE);
}

void xs_session_lose(xs_session *s) {
    pthread_mutex_lock(&s->batcher.lock);
    xs_batcher_lose(&s->batcher);
    pthread_mutex_unlock(&s->batcher.lock);
}

/* Has the broker closed its end? What it sent before stays readable. */
static void notice_hangup(xs_session *s) {
    struct pollfd socket = {.fd = s->fd, .events = POLLRDHUP};

    if (poll(&socket, 1, 0) > 0 && socket.revents & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL))
        xs_session_lose(s);
}

/* A spin that paid off may be longer next time, one that did not, shorter: a stream of
 * long kernels costs its waiter next to nothing. Racing threads only blur the value. */
static int wait_spin(xs_session *s, uint32_t line, uint64_t seq, uint64_t end_ns) {
    uint64_t budget = __atomic_load_n(&s->spin_ns, __ATOMIC_RELAXED);
    uint64_t until = monotonic_ns() + budget;
    int retired = 0;

    until = until < end_ns ? until : end_ns;
    do {
        for (int i = 0; i < 16 && !retired; i++) {
            cpu_relax();
            retired = xs_session_retired(s, line, seq);
        }
    } while (!retired && !xs_session_lost(s) && monotonic_ns() < until);
    budget = retired ? budget * 2 : budget / 2;
    budget = budget < s->spin_ns_max / SPIN_SHORTEST ? s->spin_ns_max / SPIN_SHORTEST : budget;
    budget = budget > s->spin_ns_max ? s->spin_ns_max : budget;
    __atomic_store_n(&s->spin_ns, budget, __ATOMIC_RELAXED);
    return retired;
}

/* Sleep until the low word of retired_seq changes from what it was, at most `ns`. The
 * word lies in a file mapping, so the broker's wake-up finds it by file and offset. */
static void sleep_on(const xs_session *s, uint32_t line, uint64_t seen, uint64_t ns) {
    const uint64_t *word = &s->status[line].retired_seq;
    struct timespec timeout = {.tv_sec = 0, .tv_nsec = (long)ns};

    syscall(SYS_futex, (const uint32_t *)(const void *)word, FUTEX_WAIT, (uint32_t)seen,
            &timeout, NULL, 0);
}

static xs_outcome wait_asleep(xs_session *s, uint32_t line, uint64_t seq,
                              uint64_t end_ns) {
    for (;;) {
        uint64_t seen = __atomic_load_n(&s->status[line].retired_seq, __ATOMIC_SEQ_CST);
        uint64_t now_ns;

        if (seen >= seq)
            return XS_DONE;
        if (xs_session_lost(s))
            return XS_LOST;
        now_ns = monotonic_ns();
        if (now_ns >= end_ns)
            return XS_TIMED_OUT;
        sleep_on(s, line, seen,
                 end_ns - now_ns < SLEEP_NS_MAX ? end_ns - now_ns : SLEEP_NS_MAX);
        notice_hangup(s);
    }
}

xs_outcome xs_session_wait(xs_session *s, uint32_t line, uint64_t seq,
                           uint64_t timeout_ns) {
    uint64_t now_ns, end_ns;
    xs_outcome outcome;

    if (line >= s->lines_count)
        return XS_BAD;
    if (xs_session_retired(s, line, seq))
        return XS_DONE;
    now_ns = monotonic_ns();
    end_ns = timeout_ns > XS_FOREVER - now_ns ? XS_FOREVER : now_ns + timeout_ns;
    if (wait_spin(s, line, seq, end_ns))
        return XS_DONE;
    __atomic_add_fetch(&s->waiters[line].sleeping, 1, __ATOMIC_SEQ_CST);
    outcome = wait_asleep(s, line, seq, end_ns);
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

void xs_session_host_done(xs_session *s, uint32_t line, uint64_t seq) {
    if (line < s->lines_count)
        __atomic_store_n(&s->waiters[line].host_done_seq, seq, __ATOMIC_RELEASE);
}
