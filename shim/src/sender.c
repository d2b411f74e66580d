/* Writing sealed frames to the socket. See xs/sender.h for what this decides. */
#include "xs/sender.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* Frames handed to the kernel in one call. The socket buffer holds about four full
 * ones, so more would only be refused. */
#define FRAMES_PER_SEND 4

/* Turns of coalesce_ns without an operation after which the thread goes to sleep. */
#define LINGER_TURNS 5

/* Frames without a wait from which on the session counts as streaming. */
#define STREAMING_FRAMES 64

/* Frames after an idle time or a wait that the appending thread may send itself, when the
 * broker has accepted the one before, or when it is not in a burst: the device has next to
 * nothing to do yet, and this thread takes 50 us to wake up. */
#define RAMP_FRAMES 6

/* An operation that comes so long after a frame was written belongs to no burst. Interpreters
 * take some microseconds from one call to the next, a loop in C takes 0.2. */
#define BURST_GAP_NS 2000ull

/* A sender blocked on a full socket looks up this often, to see a lost session. */
#define BLOCKED_POLL_MS 100

static xs_progress progress_of(const xs_sender *s) {
    xs_progress progress = {
        .accepted_seq = __atomic_load_n(&s->header->accepted_seq, __ATOMIC_ACQUIRE),
        .issued_count = __atomic_load_n(&s->header->issued_seq, __ATOMIC_RELAXED),
    };
    return progress;
}

/* Let the thread run at when_ns; 0 is now. */
static void arm(xs_sender *s, uint64_t when_ns) {
    struct itimerspec when = {0};

    /* Called now it counts as awake, or every append until it runs would call again. */
    s->state = when_ns ? XS_SENDER_WATCHING : XS_SENDER_AWAKE;
    when_ns = when_ns ? when_ns : 1;
    when.it_value.tv_sec = (time_t)(when_ns / 1000000000ull);
    when.it_value.tv_nsec = (long)(when_ns % 1000000000ull);
    if (s->threaded)
        timerfd_settime(s->timer_fd, TFD_TIMER_ABSTIME, &when, NULL);
}

static void wake_at(xs_sender *s, uint64_t when_ns) {
    s->wakes++;
    arm(s, when_ns);
}

/* Put the frames at the head into iov; the first may be half written. */
static int gather(xs_sender *s, struct iovec *iov) {
    xs_batcher *b = s->batcher;
    int count = 0;

    for (uint64_t at = b->head; at < b->tail && count < FRAMES_PER_SEND; at++, count++) {
        xs_outbound *frame = &b->frames[at % XS_FRAMES];
        uint32_t skip = count ? 0 : s->offset;
        iov[count].iov_base = frame->writer.data + skip;
        iov[count].iov_len = frame->writer.used - skip;
    }
    return count;
}

/* The kernel took `bytes`: free the frames that are whole. */
static void advance(xs_sender *s, size_t bytes) {
    xs_batcher *b = s->batcher;

    while (bytes) {
        xs_outbound *frame = &b->frames[b->head % XS_FRAMES];
        size_t left = frame->writer.used - s->offset;
        if (bytes < left) {
            s->offset += (uint32_t)bytes;
            return;
        }
        bytes -= left;
        s->offset = 0;
        xs_batcher_sent(b);
    }
}

/* One system call. The caller owns the write side (busy); the lock is released around
 * the call: sealed frames do not move and nobody else changes head or offset.
 * Returns 0, or an errno; EAGAIN when the socket is full. */
static int send_once(xs_sender *s) {
    struct iovec iov[FRAMES_PER_SEND];
    struct msghdr message = {.msg_iov = iov};
    ssize_t sent;
    int error;

    message.msg_iovlen = (size_t)gather(s, iov);
    s->sends++;
    pthread_mutex_unlock(&s->batcher->lock);
    do
        sent = sendmsg(s->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    error = sent < 0 ? errno : 0;
    pthread_mutex_lock(&s->batcher->lock);
    if (!error)
        advance(s, (size_t)sent);
    return error == EWOULDBLOCK ? EAGAIN : error;
}

static void wait_writable(xs_sender *s) {
    struct pollfd wanted = {.fd = s->fd, .events = POLLOUT};

    pthread_mutex_unlock(&s->batcher->lock);
    (void)poll(&wanted, 1, BLOCKED_POLL_MS);
    pthread_mutex_lock(&s->batcher->lock);
}

/* Write frames up to `until` (an index like tail). may_block: wait for a full socket. */
static void write_out(xs_sender *s, uint64_t until, int may_block) {
    xs_batcher *b = s->batcher;

    s->busy = 1;
    while (b->head < until && !b->lost) {
        int error = send_once(s);
        if (error == EAGAIN && !may_block)
            break;
        if (error == EAGAIN)
            wait_writable(s);
        else if (error) {
            xs_batcher_lose(b);
            shutdown(s->fd, SHUT_WR); /* who waits for a reply gets none: let it end */
        }
    }
    s->busy = 0;
}

/* What is still unsent is for the thread: at once what is sealed, else at its deadline. */
static void leave_the_rest(xs_sender *s) {
    xs_batcher *b = s->batcher;

    if (s->state == XS_SENDER_AWAKE)
        return; /* it looks again before it sleeps */
    if (b->head < b->tail)
        wake_at(s, 0);
    else if (s->state == XS_SENDER_ASLEEP && xs_batcher_unsealed(b))
        wake_at(s, xs_batcher_open_frame(b)->opened_ns + b->rules.coalesce_ns);
}

/* The calling thread writes what is sealed; whatever then remains is the thread's. */
static void write_directly(xs_sender *s) {
    s->sends_direct++;
    write_out(s, s->batcher->tail, 0);
    s->written_ns = xs_batcher_now(s->batcher);
    leave_the_rest(s);
}

/* May the appending thread send the open frame? */
static int may_send_now(const xs_sender *s) {
    xs_batcher *b = s->batcher;

    if (b->head < b->tail || !xs_batcher_unsealed(b))
        return 0;
    if (s->state != XS_SENDER_ASLEEP && s->ramp >= RAMP_FRAMES)
        return 0;
    if (progress_of(s).accepted_seq >= b->sealed_seq)
        return 1;
    return s->ramp < RAMP_FRAMES &&
           xs_batcher_open_frame(b)->opened_ns >= s->written_ns + BURST_GAP_NS;
}

void xs_sender_appended(xs_sender *s) {
    xs_batcher *b = s->batcher;

    if (s->busy)
        return; /* who writes looks again when done */
    if (may_send_now(s)) {
        if (s->state == XS_SENDER_ASLEEP && progress_of(s).accepted_seq >= b->sealed_seq)
            s->ramp = 0;
        s->ramp++;
        xs_batcher_seal(b);
        write_directly(s);
    } else {
        leave_the_rest(s);
    }
}

static void count_run(xs_sender *s, uint32_t run) {
    s->run = run;
    s->batcher->streaming = run >= STREAMING_FRAMES;
}

void xs_sender_flush(xs_sender *s) {
    count_run(s, 0);
    s->ramp = 0;
    xs_batcher_seal(s->batcher);
    if (s->batcher->head == s->batcher->tail || s->batcher->lost)
        return;
    if (!s->busy)
        write_directly(s);
}

xs_next xs_sender_step(xs_sender *s, uint64_t *until_ns) {
    xs_progress progress = progress_of(s);
    uint64_t now_ns = xs_batcher_now(s->batcher);
    uint64_t turn_ns = s->batcher->rules.coalesce_ns;
    xs_next next;

    s->state = XS_SENDER_AWAKE;
    if (s->busy || s->batcher->lost) /* who writes now wakes us for what remains */
        next = XS_NEXT_SLEEP;
    else
        next = xs_batcher_next(s->batcher, now_ns, &progress, until_ns);
    if (next == XS_NEXT_SEND) {
        write_out(s, s->batcher->tail, s->threaded);
        s->linger_until_ns = xs_batcher_now(s->batcher) + LINGER_TURNS * turn_ns;
        if (!s->batcher->streaming)
            count_run(s, s->run + 1);
    } else if (next == XS_NEXT_SLEEP && now_ns < s->linger_until_ns && !s->busy) {
        *until_ns = now_ns + turn_ns;
        next = XS_NEXT_WAIT;
    }
    if (next == XS_NEXT_WAIT) {
        arm(s, *until_ns);
    } else if (next == XS_NEXT_SLEEP) {
        s->state = XS_SENDER_ASLEEP;
        count_run(s, 0);
    }
    return next;
}

/* Until the timer fires; an alarm set before the read is not lost. */
static void rest(xs_sender *s) {
    uint64_t expirations;

    pthread_mutex_unlock(&s->batcher->lock);
    while (read(s->timer_fd, &expirations, sizeof expirations) < 0 && errno == EINTR)
        ;
    pthread_mutex_lock(&s->batcher->lock);
}

static void *sender_main(void *argument) {
    xs_sender *s = argument;
    uint64_t until_ns = 0;

    prctl(PR_SET_NAME, "xs-sender");
    pthread_mutex_lock(&s->batcher->lock);
    while (!s->stopping) {
        if (xs_sender_step(s, &until_ns) != XS_NEXT_SEND)
            rest(s);
    }
    pthread_mutex_unlock(&s->batcher->lock);
    return NULL;
}

/* The tenant's signals are not for this thread. */
static int start_thread(xs_sender *s) {
    sigset_t all, before;
    int error;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    error = pthread_create(&s->thread, NULL, sender_main, s);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error;
}

xs_outcome xs_sender_start(xs_sender *s, xs_batcher *batcher, int fd,
                           const xs_status_header *header, int threaded) {
    memset(s, 0, sizeof *s);
    s->batcher = batcher;
    s->fd = fd;
    s->header = header;
    s->threaded = threaded;
    s->timer_fd = -1;
    if (!threaded)
        return XS_DONE;
    s->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    if (s->timer_fd >= 0 && !start_thread(s))
        return XS_DONE;
    if (s->timer_fd >= 0)
        close(s->timer_fd);
    return XS_NO_MEMORY;
}

/* Wait until nothing is queued, without a second condition: this happens once. */
static void drain(xs_sender *s, uint64_t timeout_ns) {
    struct timespec pause = {.tv_nsec = 200000};
    uint64_t end_ns = xs_batcher_now(s->batcher) + timeout_ns;

    xs_sender_flush(s);
    while (s->batcher->head < s->batcher->tail && !s->batcher->lost &&
           xs_batcher_now(s->batcher) < end_ns) {
        pthread_mutex_unlock(&s->batcher->lock);
        nanosleep(&pause, NULL);
        pthread_mutex_lock(&s->batcher->lock);
    }
}

void xs_sender_stop(xs_sender *s, uint64_t timeout_ns) {
    pthread_mutex_lock(&s->batcher->lock);
    if (s->threaded)
        drain(s, timeout_ns);
    xs_batcher_lose(s->batcher);
    s->stopping = 1;
    arm(s, 0);
    pthread_mutex_unlock(&s->batcher->lock);
    if (!s->threaded)
        return;
    pthread_join(s->thread, NULL);
    close(s->timer_fd);
}
