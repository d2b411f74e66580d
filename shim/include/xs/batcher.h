/* The ordered submission stream of one session: operations become frames here.
 *
 * Decides when the open frame is sealed (design 1.2) and bounds how much may wait to be
 * sent. Must never know sockets, threads or shared pages: what the broker has accepted is
 * an argument. Called by session.c (appends) and sender.c (takes sealed frames), always
 * with `lock` held; steps of the tests call it with a clock set by hand. */
#ifndef XS_BATCHER_H
#define XS_BATCHER_H

#include <pthread.h>
#include <stdint.h>

#include "broker/wire/gen/xs_wire.h"
#include "xs/codec.h"

/* What calls of this library answer. Never a CUresult: those are the broker's. */
typedef enum xs_outcome {
    XS_DONE = 0,
    XS_LOST = -1,      /* the session has ended, or the broker is gone */
    XS_FULL = -2,      /* no room now, and the caller asked not to wait */
    XS_BAD = -3,       /* an argument over a wire limit; nothing was appended */
    XS_TIMED_OUT = -4, /* not retired within the time given */
    XS_NO_MEMORY = -5,
} xs_outcome;

/* Any operation fits behind a submission that has not reached its target. */
#define XS_FRAME_CAPACITY (XS_FRAME_HEADER_BYTES + XS_FRAME_BYTES_MAX)
/* Frames of one session: what it may have encoded and not sent. With 500 launches of
 * about 90 bytes each, 16 frames hold 8,000 launches in 0.7 MiB of touched memory. */
#define XS_FRAMES 16u

typedef struct xs_outbound {
    xs_writer writer;   /* data: XS_FRAME_CAPACITY bytes, owned by the batcher */
    uint32_t count;     /* operations; 0 in the frame of a call */
    uint64_t first_seq;
    uint64_t opened_ns; /* when its oldest operation came */
} xs_outbound;

/* What a stream's line has been given; guarded by the lock. */
typedef struct xs_line_account {
    uint64_t last_seq;    /* latest operation of the stream, but for `complete`s: they do
                           * nothing that anybody waits for */
    uint64_t visible_seq; /* latest `complete`: retirement up to here shows at once */
} xs_line_account;

typedef struct xs_batcher_rules {
    uint64_t coalesce_ns;      /* oldest unsent operation waits at most this long */
    uint64_t coalesce_deep_ns; /* the same while the broker has a deep backlog */
    uint64_t coalesce_stream_ns; /* the same while the session streams without a wait */
    uint64_t backlog_deep;     /* operations accepted and not issued */
} xs_batcher_rules;

typedef struct xs_batcher {
    pthread_mutex_t lock;
    pthread_cond_t space;    /* a frame became free, or the session was lost */
    uint32_t space_waiters;
    int lost;
    int streaming;           /* many frames have left since anybody waited */
    uint64_t head;           /* frames [head, tail) are sealed, `tail` is the open one */
    uint64_t tail;
    uint64_t next_seq;
    uint64_t sealed_seq;     /* last operation inside a sealed frame */
    xs_batcher_rules rules;
    xs_outbound frames[XS_FRAMES];
    xs_line_account *lines;  /* lines_count of them */
    uint32_t lines_count;
    uint8_t *memory;
    const uint64_t *manual_clock_ns; /* tests: read instead of the monotonic clock */
    uint64_t frames_sealed;  /* counters, for status and tests */
} xs_batcher;

/* What the sender should do now. */
typedef enum xs_next { XS_NEXT_SEND, XS_NEXT_WAIT, XS_NEXT_SLEEP } xs_next;

/* What the broker says of this session in its status page. */
typedef struct xs_progress {
    uint64_t accepted_seq;
    uint64_t issued_count;
} xs_progress;

int xs_batcher_init(xs_batcher *b, uint32_t lines_count, const xs_batcher_rules *rules);
void xs_batcher_free(xs_batcher *b);

/* CLOCK_MONOTONIC in ns, or the test's clock. */
uint64_t xs_batcher_now(const xs_batcher *b);

/* All below: the caller holds b->lock. */

/* Is there a frame to append to? */
static inline int xs_batcher_has_room(const xs_batcher *b) {
    return b->tail - b->head < XS_FRAMES;
}

static inline xs_outbound *xs_batcher_open_frame(xs_batcher *b) {
    return &b->frames[b->tail % XS_FRAMES];
}

/* Operations in the open frame. With no room there is no open frame. */
static inline uint32_t xs_batcher_unsealed(xs_batcher *b) {
    return xs_batcher_has_room(b) ? xs_batcher_open_frame(b)->count : 0;
}

/* Encode op into the open frame and seal it when it is full.
 * Returns XS_DONE and its sequence number, XS_FULL, XS_LOST or XS_BAD. No system call
 * but a read of the clock for a frame's first operation; no allocation. */
xs_outcome xs_batcher_append(xs_batcher *b, const xs_operation *op, uint64_t *seq);

/* Seal the open frame if it holds anything. */
void xs_batcher_seal(xs_batcher *b);

/* Seal what is open, then queue a whole frame (length and body) of a control call behind
 * it, so that the broker sees the call in program order. XS_BAD: larger than a frame. */
xs_outcome xs_batcher_call(xs_batcher *b, const uint8_t *frame, uint32_t bytes);

/* What the sender should do at now_ns; seals the open frame if it is due. For
 * XS_NEXT_WAIT, *until_ns is when to ask again. */
xs_next xs_batcher_next(xs_batcher *b, uint64_t now_ns, const xs_progress *progress,
                        uint64_t *until_ns);

/* The frame at the head has left: its buffer is free. */
void xs_batcher_sent(xs_batcher *b);

/* Nothing will leave any more: every appender and waiter returns XS_LOST. */
void xs_batcher_lose(xs_batcher *b);

/* Wait for a free frame. Returns XS_DONE or XS_LOST. */
xs_outcome xs_batcher_wait_room(xs_batcher *b);

#endif
