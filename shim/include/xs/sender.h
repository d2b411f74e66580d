/* The write side of a session's socket: one thread, and whoever finds it idle.
 *
 * Decides who writes a sealed frame and when the thread sleeps. Must never know what an
 * operation means. Called by session.c; owns no file descriptor, only its write side.
 *
 * Waking a sleeping thread costs its caller more than sending the frame itself (measured
 * on 2 busy cores: 26-50 us against 4-9) and delays the frame by a thread switch. So when
 * nothing is queued, the appending thread sends (MSG_DONTWAIT). The thread is there for
 * what is left: the operations of a burst that the broker has not asked for yet, full
 * frames, a full socket. It sleeps on a timer: to arm one for the deadline costs the
 * appender a fraction of a wake-up, and the thread runs only if the deadline comes. Right
 * after an idle time the appender sends the next few frames too, each as soon as the broker
 * has accepted the one before: the device would be idle until the thread runs.
 *
 * A tenant that goes on launching pays neither: once the thread has sent something it
 * looks again each coalesce_ns, by itself, until nothing has come for LINGER_TURNS of
 * them. And who streams for long without ever waiting gets larger frames: each costs the
 * broker's one reader a turn. */
#ifndef XS_SENDER_H
#define XS_SENDER_H

#include <pthread.h>
#include <stdint.h>

#include "xs/batcher.h"

typedef enum xs_sender_state {
    XS_SENDER_ASLEEP,   /* the timer is not armed */
    XS_SENDER_WATCHING, /* armed for a deadline, at most coalesce_deep_ns away */
    XS_SENDER_AWAKE,    /* it runs, or was called and will look again before it sleeps */
} xs_sender_state;

typedef struct xs_sender {
    xs_batcher *batcher;
    int fd;                         /* borrowed */
    const xs_status_header *header; /* the session's line of the status page */
    pthread_t thread;
    int timer_fd;                   /* the thread sleeps on it; -1 without a thread */
    int threaded;
    int stopping;
    int busy;                       /* somebody owns the write side */
    xs_sender_state state;
    uint64_t linger_until_ns;       /* look again and again until then */
    uint32_t run;                   /* frames it sent since anybody waited */
    uint32_t ramp;                  /* frames that appenders sent since then, see RAMP_FRAMES */
    uint64_t written_ns;            /* when an appender last had written */
    uint32_t offset;                /* bytes of the head frame already written */
    uint64_t sends;                 /* counters: system calls, and by whom */
    uint64_t sends_direct;
    uint64_t wakes;                 /* times somebody armed the thread's timer for it */
} xs_sender;

/* threaded = 0: no thread; xs_sender_step does its work (tests). */
xs_outcome xs_sender_start(xs_sender *s, xs_batcher *batcher, int fd,
                           const xs_status_header *header, int threaded);

/* Write what is sealed for at most timeout_ns, then end the thread. The lock is free. */
void xs_sender_stop(xs_sender *s, uint64_t timeout_ns);

/* All below: the caller holds batcher->lock; it may be released and taken again. */

/* An operation was appended: send it, wake the thread, or leave it for the burst. */
void xs_sender_appended(xs_sender *s);

/* Seal and hand over everything; the calling thread writes it if it can. */
void xs_sender_flush(xs_sender *s);

/* One turn of the thread at the batcher's clock: sends what is due, else arms the timer
 * (XS_NEXT_WAIT) or leaves it off (XS_NEXT_SLEEP). */
xs_next xs_sender_step(xs_sender *s, uint64_t *until_ns);

#endif
