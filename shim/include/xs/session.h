/* A tenant's side of one session: submission stream, sender and shared pages.
 *
 * Decides how a thread waits for retirement. Must never know Python or the CUDA driver's
 * interface: the client library and the driver shim both call this. The handshake is the
 * caller's; it hands over the socket and the mapped pages, and still reads the socket.
 *
 * Every function may be called from any thread unless it says otherwise. */
#ifndef XS_SESSION_H
#define XS_SESSION_H

#include <stddef.h>
#include <stdint.h>

#include "xs/batcher.h"
#include "xs/sender.h"

#define XS_FOREVER UINT64_MAX
#define XS_SPINS 16

typedef struct xs_session_options {
    int fd;                   /* connected socket; borrowed, outlives the session */
    const void *status;       /* mapped read-only; borrowed */
    size_t status_bytes;
    void *waiters;            /* mapped read-write; borrowed */
    size_t waiters_bytes;
    xs_batcher_rules rules;   /* a zero takes the default */
    uint64_t spin_ns_max;     /* longest spin of a wait; 0 takes the default */
    int threaded;             /* 0: no sender thread, the caller steps (tests) */
    const uint64_t *manual_clock_ns;
} xs_session_options;

/* Of ends of waits, after what the broker had reckoned. */
typedef struct xs_lateness {
    int64_t mean_ns, deviation_ns;
} xs_lateness;

typedef struct xs_session {
    xs_batcher batcher;
    xs_sender sender;
    const xs_status_header *header;
    const xs_status_line *status;
    xs_waiters_line *waiters;
    uint32_t lines_count;
    int fd;
    uint64_t spin_ns_max;
    uint64_t spin_ns[XS_SPINS]; /* of the lines, modulo; adapts: see wait.c */
    xs_lateness lateness[XS_SPINS]; /* the same */
    uint64_t nap_late_ns;           /* how late naps end */
} xs_session;

/* Rules and spin used for zeros in the options. */
#define XS_COALESCE_NS 20000ull
#define XS_COALESCE_DEEP_NS 200000ull
#define XS_COALESCE_STREAM_NS 100000ull
#define XS_BACKLOG_DEEP 500ull

/* Returns XS_DONE and a session, or XS_NO_MEMORY, or XS_BAD for pages too small. */
xs_outcome xs_session_open(const xs_session_options *options, xs_session **session);

/* wait.c's part of opening. 0: the default. */
void xs_wait_init(xs_session *s, uint64_t spin_ns_max);

/* Send what is queued for at most drain_ns, end the sender and free everything. No other
 * thread may be inside a call of this session. */
void xs_session_close(xs_session *s, uint64_t drain_ns);

/* Append an operation; blocks (no spinning) while the ring is full unless wait is 0.
 * In a burst: no system call, about 0.1 us. After idle: sends, a few microseconds. */
xs_outcome xs_session_append(xs_session *s, const xs_operation *op, int wait,
                             uint64_t *seq);

/* When what was appended leaves: when the caller flushes, which he must soon; when the
 * sender finds it best; at once, because somebody is about to wait for it. */
typedef enum xs_send { XS_SEND_HELD, XS_SEND_SOON, XS_SEND_NOW } xs_send;

/* Append an operation of a stream and `complete` behind it, in one frame where there is room:
 * two would wake the broker twice. */
xs_outcome xs_session_append_shown(xs_session *s, const xs_operation *op, xs_send send,
                                   uint64_t *seq);

/* Queue a control call's frame behind everything appended before, and send it. */
xs_outcome xs_session_call(xs_session *s, const uint8_t *frame, uint32_t bytes);

/* Send everything appended so far; what the socket does not take is left to the sender. */
void xs_session_flush(xs_session *s);

/* Make what the stream was given so far show its retirement at once, and flush.
 * *seq: what to wait for on the stream's line; 0 if the stream was never used. */
xs_outcome xs_session_complete(xs_session *s, uint64_t stream, uint64_t *seq);

/* The same for an operation already appended to the stream. */
xs_outcome xs_session_complete_until(xs_session *s, uint64_t stream, uint64_t seq);

/* For who asks and does not wait: the first time its end is asked for as operations leave,
 * the next time what has not left yet leaves at once. A program that polls loses one look; one
 * that asks about many events, as caches of pinned memory do, keeps its frames together. */
xs_outcome xs_session_expect(xs_session *s, uint64_t stream, uint64_t seq);

/* Latest sequence number given out; of the session, or of one stream's line. */
uint64_t xs_session_last_seq(xs_session *s);
uint64_t xs_session_line_last_seq(xs_session *s, uint32_t line);

/* Has the line retired up to seq? One load. */
int xs_session_retired(const xs_session *s, uint32_t line, uint64_t seq);

/* Wait for it: spin briefly, then sleep on the line's word in the status page, and spin
 * again when its turn seems near (wait.c). Returns XS_DONE, XS_LOST or XS_TIMED_OUT. Sends
 * nothing by itself. */
xs_outcome xs_session_wait(xs_session *s, uint32_t line, uint64_t seq,
                           uint64_t timeout_ns);

/* Wait until a host function is due on one of `count` lines: host_seq differs from
 * seen[i]. *index: which. Returns XS_DONE, XS_LOST or XS_TIMED_OUT. */
xs_outcome xs_session_wait_host(xs_session *s, const uint32_t *lines,
                                const uint64_t *seen, uint32_t count,
                                uint64_t timeout_ns, uint32_t *index);

/* Tell the broker that the host function of seq has run. */
void xs_session_host_done(xs_session *s, uint32_t line, uint64_t seq);

/* The broker is gone: socket closed, session ended, or context lost. */
int xs_session_lost(const xs_session *s);

/* Say so: whoever reads the socket saw its end. Wakes every blocked thread. */
void xs_session_lose(xs_session *s);

#endif
