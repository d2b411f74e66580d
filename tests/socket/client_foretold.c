/* Waits whose end is foretold: as far away as a word of the page can say, either way; and
 * what is late, how long naps for it are. Built with sanitizers by test_client_stress.py.
 * Exit status 0: each waits for its time-out, and looks as often as it should. */
#include <stdarg.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "xs/session.h"

#define LINE 2
#define PAGE_BYTES 65536
#define MS 1000000ull

static uint64_t monotonic_ns(void) {
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000ull + (uint64_t)now.tv_nsec;
}

static uint64_t late_since_ns; /* 0: naps are not looked at */
static int naps, too_long;

/* Instead of libc's: a nap takes no time here. */
long syscall(long number, ...) {
    const struct timespec *timeout;
    va_list rest;

    va_start(rest, number);
    (void)va_arg(rest, const uint32_t *);
    (void)va_arg(rest, int);
    (void)va_arg(rest, uint32_t);
    timeout = va_arg(rest, const struct timespec *);
    va_end(rest);
    if (number == SYS_futex && timeout && late_since_ns) {
        uint64_t ns = (uint64_t)timeout->tv_nsec, late_ns = monotonic_ns() - late_since_ns;
        naps++;
        too_long += timeout->tv_sec || ns > (late_ns > 80000 ? late_ns / 4 : 20000);
    }
    return 0;
}

/* What is late is looked for after a quarter of its lateness, or 20 us. */
static int look_for_what_is_late(xs_session *session, xs_status_line *status) {
    session->lateness[LINE] = (xs_lateness){0, 0};
    status[LINE].due_ns = late_since_ns = monotonic_ns();
    if (xs_session_wait(session, LINE, 1, 3 * MS) != XS_TIMED_OUT || !naps || too_long) {
        fprintf(stderr, "%d naps, %d of them too long\n", naps, too_long);
        return 1;
    }
    late_since_ns = 0;
    return 0;
}

int main(void) {
    const int64_t means[] = {-1000000, 0, 1000000}; /* as much as is ever learned */
    const uint64_t fars[] = {(uint64_t)INT64_MAX, (uint64_t)INT64_MIN,
                             (uint64_t)INT64_MIN + MS, (uint64_t)INT64_MIN + 2 * MS};
    void *waiters = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE,
                         MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    xs_status_line *status = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE,
                                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    xs_session_options options = {.waiters = waiters, .status = status,
                                  .spin_ns_max = 200000}; /* it foresees */
    xs_session *session;
    int fds[2];

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds))
        return 2;
    options.status_bytes = options.waiters_bytes = PAGE_BYTES;
    options.fd = fds[0];
    if (xs_session_open(&options, &session))
        return 2;
    status[LINE].due_seq = 1;
    for (size_t i = 0; i < sizeof means / sizeof *means; i++)
        for (size_t j = 0; j < sizeof fars / sizeof *fars; j++) {
            session->lateness[LINE].mean_ns = means[i];
            status[LINE].due_ns = monotonic_ns() + fars[j];
            if (xs_session_wait(session, LINE, 1, 4 * MS) != XS_TIMED_OUT) {
                fprintf(stderr, "mean %zu, due %zu: no time-out\n", i, j);
                return 1;
            }
        }
    if (look_for_what_is_late(session, status))
        return 1;
    xs_session_close(session, 0);
    return 0;
}
