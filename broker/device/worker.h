/* The device worker: operation records, per-stream FIFOs, estimates and window accounts.
 *
 * Decides when one operation of one session goes to the device, inside what the scheduler
 * granted (`xw_grant`). It must never know policies, tenants, sockets or the wire's bytes:
 * operations arrive through the sink (intake.c), decisions as grants, and everything it
 * has to say leaves as messages. Time is device time in ns, an argument everywhere.
 *
 * Two sides. The *loop* side (functions marked [loop]) is called by the thread that runs
 * the broker's event loop and owns the tables that operations are checked against. The
 * *worker* side runs in the native thread, in whoever calls xw_step in tests, or, for what
 * arrives while that thread sleeps and the device has little to do for the session, in the
 * loop's thread (xw_arrival): one at a time, turn_lock says who. They meet in three places
 * only: chunks of records (single producer, single consumer), commands and messages (short
 * vectors under a mutex, a few thousand a second at most), and atomics.
 *
 * The loop side is worker_loop.c, intake.c (the sink), intake_rows.c, intake_ranges.c and
 * graph.c (graphs and their segments). The worker side is worker.c (a
 * turn, the thread), worker_arrivals.c (records, commands), worker_grants.c (what may go),
 * worker_issue.c and worker_rows.c (how it goes), worker_graphs.c (a graph, step by step),
 * worker_copies.c (pieces of copies), worker_native.c (real
 * streams and events), worker_flights.c (what is out, markers), worker_watch.c (accounts, closing),
 * worker_release.c (the floor rises), estimate.c,
 * worker_trace.c (what an operator may look at: queue times, the ring of a trace).
 *
 * Called by _worker.pyx. */
#ifndef XS_WORKER_H
#define XS_WORKER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "broker/device/backend.h"
#include "xs/sink.h"

enum {
    XW_SESSIONS_MAX = 64,
    XW_STREAMS_MAX = 1024,        /* lines of a status page */
    XW_NATIVE_STREAMS_SOFT = 8,   /* real streams of one session, unless they all wait */
    XW_NATIVE_STREAMS_MAX = 64,
    XW_EVENT_POOL = 1024,
    XW_APART = 128,               /* what two threads write lies so far apart: two cache lines */
    XW_ESTIMATES = 8192,          /* slots of the table of kernel times, a power of two */
    XW_HOST_BLOCK_BYTES = 8 << 20, /* of a host arena, registered by one call or by two */
    XW_HOST_BLOCKS_MAX = 2048,
    XW_QUEUE_BUCKETS = 26,        /* of queue times: below 2^10 ns, 2^11 .. 2^34, and above */
    XW_TRACE_ENTRIES = 32768,     /* of the ring of a trace, a power of two */
};

/* ---- where things lie in the shared pages ---- */
#define XS_STATUS_LINE_BYTES sizeof(xs_status_line)
#define XS_STATUS_ACCEPTED_SEQ offsetof(xs_status_header, accepted_seq)
#define XS_STATUS_ISSUED_SEQ offsetof(xs_status_header, issued_seq)
#define XS_STATUS_SESSION_ERROR offsetof(xs_status_header, session_error)
#define XS_STATUS_STICKY_ERROR offsetof(xs_status_header, sticky_error)
#define XS_STATUS_RETIRED_SEQ offsetof(xs_status_line, retired_seq)
#define XS_STATUS_ERROR offsetof(xs_status_line, error)
#define XS_STATUS_HOST_SEQ offsetof(xs_status_line, host_seq)
#define XS_STATUS_HOST_TOKEN offsetof(xs_status_line, host_token)
#define XS_STATUS_PROGRESS offsetof(xs_status_line, progress)
#define XS_STATUS_DUE_SEQ offsetof(xs_status_line, due_seq)
#define XS_STATUS_DUE_NS offsetof(xs_status_line, due_ns)
#define XS_WAITERS_HOST_DONE_SEQ offsetof(xs_waiters_line, host_done_seq)

/* ---- messages to the loop; the values are those of _worker.pyx ---- */
enum {
    XW_BATCH_SPENT = 1,
    XW_PREEMPTED,
    XW_IDLED,
    XW_USAGE,
    XW_RETIRED,
    XW_EMPTY,
    XW_LOW_WATER,
    XW_CLOSED,
    XW_ASYNC_ERROR,
    XW_FAULT,
    XW_SWITCHED,
    XW_FIRST_HIGH,
    XW_GRAPHS_IDLE,
    XW_RELEASED,
    XW_AWAITED,
    XW_GRAPHS_HOT,
};

typedef struct xw_message {
    int kind;
    uint32_t session;
    uint64_t a, b, c;
} xw_message;

/* ---- modes of a grant: sched/decisions.py Mode ---- */
enum { XW_HELD = 0, XW_BULK = 1, XW_URGENT = 2, XW_BURST = 3, XW_STANDBY = 4 };

typedef struct xw_grant {
    uint32_t launches_left;
    uint32_t launches_max;
    uint32_t launches_in_flight_max;
    int mode;
    uint64_t window_ns;
    uint64_t until_ns;
    int rank;
} xw_grant;

/* The word the issue loop reads before each launch, shared by all workers of a device. */
typedef struct xw_floor {
    _Atomic uint32_t floor;        /* classes numbered above it lose BULK; 255 = none */
    _Atomic int32_t armed_class;   /* the reader may lower the floor down to it; -1 = no */
    _Atomic uint64_t arrived_ns;   /* when the floor was last lowered by a reader */
    _Atomic uint32_t lowered_class; /* to which class that was */
    _Atomic uint32_t epoch;        /* counts those */
    /* The worker raises it when nobody down to it has had work for so long (worker_release.c);
     * XS_NEVER = it does not. */
    _Atomic uint64_t release_ns;
} xw_floor;

/* What each worker of a process shows the others of its classes, so that any of them can tell
 * when those above are without work. Classes from the last one on are shown together: the floor
 * rises to the first of them that has work, and no further. */
enum { XW_WORKERS_MAX = 16, XW_SHOWN_CLASSES = 8 };

typedef struct xw_shown_class {
    _Atomic uint64_t quiet_ns;     /* when a session of it last had work, or bytes of it came */
    _Atomic uint64_t due_ns;       /* when what is out of it should be over */
    _Atomic uint32_t works;        /* a session of it has work */
    _Atomic uint32_t first;        /* the highest class that has, of those shown together */
    _Atomic uint32_t stopped;      /* and the floor may be all that stops one of it */
} xw_shown_class;

typedef struct xw_shown {
    _Alignas(XW_APART) _Atomic uint64_t heard; /* [loop] counts what has come of armed classes */
    _Alignas(XW_APART) _Atomic uint64_t version; /* odd while the rest is being written */
    _Atomic uint64_t seen;         /* `heard` when the rest was looked up */
    xw_shown_class classes[XW_SHOWN_CLASSES];
} xw_shown;

typedef struct xw_peers { _Atomic uint32_t count; xw_shown shown[XW_WORKERS_MAX]; } xw_peers;

/* ---- records ---- */
enum {
    XR_LAUNCH, XR_COPY, XR_FILL, XR_GRAPH, /* these run on the device */
    XR_RECORD, XR_WAIT, XR_WRITE_VALUE, XR_WAIT_VALUE,
    XR_HOST, XR_COMPLETE, XR_FAILED,
    XR_COPY_ROWS, XR_FILL_ROWS,    /* in flight their pieces are XR_COPY and XR_FILL */
    XR_EVENT_FREE, XR_STREAM_OPEN, XR_ABSORBED, /* these never join a FIFO */
};

/* A box of rows, in the data of its record. For a fill, source is unused (its
 * pitch is the destination's), row_bytes are columns * width, and there is one layer. */
typedef struct xw_box {
    uint64_t destination, destination_pitch, destination_slice;
    uint64_t source, source_pitch, source_slice;
    uint64_t row_bytes;
    uint64_t rows, layers;
    uint32_t kind;                 /* xs_copy_kind */
    uint32_t value, width;         /* of a fill */
} xw_box;

typedef struct xw_record {
    struct xw_record *next;        /* in its stream's FIFO */
    uint32_t size;                 /* of the whole record, a multiple of 16 */
    uint16_t kind;
    uint16_t line;                 /* stream index */
    uint64_t seq;
    uint64_t accepted_ns;          /* device time; set when it joins its FIFO */
    union {
        struct {
            void *function;
            uint64_t key;          /* names function and shape in the table of estimates */
            uint32_t grid[3], block[3];
            uint32_t shared_bytes, params_bytes, attributes_bytes;
            uint32_t sm_permille;  /* share of the device's threads it can fill */
        } launch;
        struct { uint64_t destination, source, bytes; uint32_t kind; } copy;
        struct { uint64_t destination, count; uint32_t value, width; } fill;
        struct { uint32_t event; } record;
        struct { uint64_t seq; uint32_t line, event; uint8_t internal; } wait; /* event: index */
        /* data: an xw_graph_wait for each step that waits for an event, in their order */
        struct { struct xw_graph *graph; uint64_t turn; uint32_t exec; } graph;
        struct { uint32_t count; } absorbed;
        struct { uint64_t address, value; uint32_t width, condition; } value;
        struct { uint64_t token; } host;
        struct { int32_t result; } failed;
        struct { uint32_t band; } open; /* 0: more urgent half of the class's band */
    } u;
    unsigned char data[];          /* a launch's parameters, then its attributes */
} xw_record;

typedef struct xw_graph_wait { uint64_t seq; uint32_t line, event; } xw_graph_wait;

/* All records of one submission, handed over whole. */
typedef struct xw_chunk {
    _Atomic(struct xw_chunk *) next;
    uint64_t accepted_ns;          /* when its submission was decoded, device time */
    uint32_t used, capacity;
    unsigned char *bytes;
} xw_chunk;

/* ---- loop-side tables ---- */
typedef struct xw_function {
    uint64_t handle;
    void *native;
    uint32_t params_bytes, threads_max;
} xw_function;

/* joins: a copy may go on into a neighbour that joins, too (mapped memory). */
typedef struct xw_range { uint64_t start, end; uint8_t joins; } xw_range;

typedef struct xw_ranges { xw_range *items; uint32_t count, capacity; } xw_ranges;

typedef struct xw_stream_entry {   /* what the reader knows of a stream */
    uint8_t open, blocking;
    uint16_t generation;
    uint64_t last_seq;             /* its latest operation */
    uint64_t legacy_seq;           /* up to here it already waits for the legacy stream */
} xw_stream_entry;

typedef struct xw_event_entry {
    uint8_t open;
    uint16_t generation;
    uint16_t line;
    uint64_t record_seq;           /* its latest record, 0 = none yet */
} xw_event_entry;

/* ---- worker side ---- */
typedef struct xw_estimate {
    uint64_t key;
    uint64_t estimate_ns;
    uint32_t samples, since_sample; /* learned from; launches since one was begun */
} xw_estimate;

/* What is issued next of the record at the head of a FIFO: all of it, or a step of a graph. */
typedef struct xw_piece {
    const xw_record *what;
    const xw_record *head;         /* whose number it has; `what` itself, or the graph's launch */
    xw_graph_wait wait;            /* of a wait: for which record */
    struct xg_segment *segment;    /* of a graph's launch, where that is next */
    uint8_t last;                  /* the operation is over with this step */
    uint8_t first;
} xw_piece;

/* Launches of one graph_exec follow each other: how far they have come. */
typedef struct xw_turn { uint64_t over, seq; uint32_t line; } xw_turn;

typedef struct xw_flight {         /* one operation, or a piece of one, issued and not retired */
    uint64_t seq, ticket, accepted_ns, issued_ns;
    uint64_t estimate_ns, sm_ns;
    xw_estimate *estimate;         /* to learn from, NULL when not sampled */
    uint64_t estimate_key;         /* its slot may be another kernel's by then */
    void *sample_start, *sample_end;
    void *event;                   /* a record's real event */
    void *function;                /* of a launch; the address of a value wait */
    struct xw_graph *graph;        /* of a segment: kept while it is out */
    uint32_t event_index;          /* of a record; a copy's or fill's kind; a wait's line */
    uint64_t bytes;                /* of a copy; a value wait's value; a record's or wait's seq */
    uint8_t kind, first_high, passed; /* passed: a wait seen to be over */
    uint8_t is_long;               /* longer than half the window when issued */
} xw_flight;

typedef struct xw_stream {
    struct xw_stream *active_next; /* streams with something queued or in flight */
    xw_record *head, *tail;
    void *native;
    xw_flight *flights;            /* ring, capacity a power of two */
    uint32_t flights_capacity, flights_first, in_flight;
    uint32_t launches_in_flight;
    uint32_t unmarked;             /* launches issued since the last marker */
    uint64_t unmarked_ns, in_flight_ns, sm_ns;
    uint64_t begun_ns;             /* when the first flight began on the device, as reckoned */
    uint64_t looked_ns;            /* when its words were last read */
    uint64_t refill_ns;            /* the head finds room then, as reckoned; 0 = it may go */
    uint8_t refill_exact;          /* later than refill_ns, the device would wait for us */
    uint8_t awaited;               /* somebody waits for the end of what is in flight */
    uint32_t longs;                /* flights that are long for the window */
    /* A marker writes issued_seq into the status page. After a piece (of a copy, or an edge
     * put before an operation) there is no sequence number to write: a second word,
     * `progress`, then takes the ticket, a count of flights. */
    uint64_t issued_seq, marker_seq, retired_seq;
    uint64_t issued_ticket, marked_ticket, progress_ticket;
    uint8_t last_is_piece;
    uint64_t unmarked_since_ns;
    uint64_t progress_ns;          /* last time something retired, or became in flight */
    uint64_t copied;               /* bytes of the head record already issued */
    uint64_t host_seq;             /* host function that the client was last asked to run */
    uint32_t graph_step;           /* steps of the graph at the head already issued */
    uint32_t waits;                /* value waits in flight */
    uint16_t line;
    uint8_t active, level, band;
    uint8_t hosting;               /* the answer to host_seq is still to come */
} xw_stream;

typedef struct xw_event {
    void *native;
    uint64_t seq, freed_seq;       /* recorded by; destroyed by: what is older is not kept */
    uint16_t line;
    uint8_t retired;
} xw_event;

/* What a session has on one copy engine: host to device, device to host, or memory. */
typedef struct xw_engine {
    uint64_t ns;                   /* estimated, of the pieces in flight */
    uint32_t pieces;
    uint32_t next;                 /* line + 1 of the stream that waits for its turn; 0 = none */
    uint16_t line;                 /* of the stream whose pieces these are */
} xw_engine;

typedef struct xw_notice { uint64_t seq, ticket; } xw_notice;

/* How long launches, copies and fills waited in the broker. Written by the worker's side
 * alone, so a plain load and store suffice; read at any time. */
typedef struct xw_queue_times {
    _Atomic uint64_t counts[XW_QUEUE_BUCKETS], sum_ns;
} xw_queue_times;

/* One operation, or a piece of one, in a trace. broker/perfetto.py has the same layout. */
typedef struct xw_trace_entry {
    uint64_t seq;
    uint64_t accepted_ns;          /* its submission was decoded; of a piece, that of the whole */
    uint64_t issued_ns;
    uint64_t retired_ns;           /* seen retired; 0 = still in flight when the trace ended */
    uint64_t estimate_ns;
    uint64_t detail;               /* a launch's function, a copy's bytes */
    uint32_t session;
    uint16_t line;
    uint8_t kind, copy_kind;       /* XR_*, xs_copy_kind */
} xw_trace_entry;

typedef struct xw_trace {          /* single producer (worker), single consumer (loop) */
    _Atomic uint64_t written, taken, lost;
    _Atomic int on;                /* the worker may write: from start to its own farewell */
    xw_trace_entry entries[XW_TRACE_ENTRIES];
} xw_trace;

typedef struct xw_session {
    uint32_t id;
    _Atomic int state;             /* XWS_* */
    _Atomic uint32_t class_;
    unsigned char *status, *waiters;
    uint64_t host_address, host_bytes;
    uint32_t streams_max, queued_max;
    struct xw_worker *worker;

    /* loop side */
    xs_sink sink;
    char error[256];
    uint64_t next_seq;
    xw_function *functions; uint32_t functions_capacity;
    xw_ranges ranges, host_ranges;
    xw_stream_entry *stream_entries;
    xw_event_entry *event_entries; uint32_t events_capacity;
    uint64_t legacy_recorded_seq;  /* a record for this seq is already in the legacy FIFO */
    uint8_t blocking_dirty;        /* a blocking stream got work since the legacy one did */
    uint64_t blocking_lines[16];   /* bitmap of those streams */
    xw_chunk *filling;             /* chunk under construction */
    xw_chunk *queue_tail;
    uint32_t chunk_operations;
    uint32_t absorbed;             /* operations of this submission that no stream issues */
    struct xg_tables *graphs;      /* graph.h */
    uint64_t tables_changed;       /* counts what may make a graph's names stale */
    uint64_t chunks_sent, chunks_told; /* told: when the scheduler last heard of work */
    uint64_t waits, waits_told;    /* completes that came; of which the loop has heard */
    uint8_t lowered;               /* xw_arrived lowered the floor since then, when so */
    uint64_t lowered_chunks;       /* many chunks were sent */

    _Atomic uint64_t sent, sent_bytes; /* records handed over */

    /* both */
    _Alignas(XW_APART) _Atomic int idle_state; /* 0 busy, 1 idle message under way, 2 loop knows */
    _Atomic int paused;            /* the loop waits for LOW_WATER */
    _Atomic uint64_t heard_ns;     /* when bytes of it last came, device time */
    _Atomic uint64_t awaited_ns;   /* the end foretold last that was far */
    _Atomic int awaited_out;       /* AWAITED is under way to the loop */
    _Atomic uint64_t failures, used_total_ns, holds;
    xw_queue_times queue_times;
    _Atomic uint64_t host_blocks[XW_HOST_BLOCKS_MAX / 64]; /* bitmap: registered by one call */
    pthread_mutex_t error_lock; int first_error; uint64_t first_error_seq;
    pthread_mutex_t events_lock; xw_event *events; uint32_t worker_events_capacity;

    /* worker side; counters have this one writer, see xw_count */
    _Alignas(XW_APART) _Atomic uint64_t done, done_bytes; /* records issued or dropped */
    _Atomic uint64_t launches, copies, fills, issued, in_flight_shown;
    _Atomic uint64_t graph_launches, graph_segments;
    xw_turn *turns; uint32_t turns_capacity; /* by index of graph_exec */
    xw_chunk *queue_head;
    xw_stream *streams;
    xw_stream *active;
    xw_grant grant;
    uint8_t spent_told, preempted_told, closing, idle_seen;
    uint8_t awaited_new;           /* awaited_ns is to be told to the loop */
    uint64_t awaited_told_ns;
    int level;
    uint32_t in_flight, launches_in_flight, natives_open, natives_used;
    xw_engine engines[3];          /* by xs_copy_kind; fills count as device to device */
    uint64_t sm_ns, used_ns;       /* used_ns: since the last report */
    uint64_t reported_ns, idle_since_ns, retired_ns;
    uint8_t window_open;
    uint64_t chunks_taken;
    void *helper;                  /* real stream that ends the waits of a closing session */
    uint32_t unblocked; uint64_t unblocked_ns; /* how often, and when last */
    struct { void *native; int level; } spare[XW_NATIVE_STREAMS_MAX]; uint32_t spare_count;
    xw_notice *notices; uint32_t notices_count, notices_capacity;
} xw_session;

/* Records handed over and not issued. `done` first: it never overtakes `sent`. */
static inline uint64_t xw_queued(const xw_session *session) {
    uint64_t done = atomic_load_explicit(&session->done, memory_order_acquire);
    return atomic_load_explicit(&session->sent, memory_order_relaxed) - done;
}

static inline uint64_t xw_queued_bytes(const xw_session *session) {
    uint64_t done = atomic_load_explicit(&session->done_bytes, memory_order_acquire);
    return atomic_load_explicit(&session->sent_bytes, memory_order_relaxed) - done;
}

/* Add to a counter that only the calling side writes. */
static inline void xw_count(_Atomic uint64_t *counter, uint64_t more) {
    atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + more,
                          memory_order_release);
}

enum { XWS_FREE = 0, XWS_OPEN = 1, XWS_CLOSING = 2, XWS_CLOSED = 3 };

typedef struct xw_command {
    int kind;
    uint32_t session;
    uint64_t a, b;
    xw_grant grant;
} xw_command;

enum { CMD_OPEN, CMD_CLOSE, CMD_GRANT, CMD_LEVEL, CMD_NOTIFY_RETIRED, CMD_NOTIFY_EMPTY,
       CMD_TRACE };

typedef struct xw_config {
    uint32_t dilation;             /* wall time per device time */
    uint64_t origin_ns;            /* CLOCK_MONOTONIC at device time 0 */
    uint64_t spin_wall_ns;         /* how long to look again after somebody waited for us */
    uint64_t poll_wall_ns;         /* how soon to look again at what should be over by now */
    uint64_t kernel_time_max_ns;   /* an older kernel counts as a fault; 0 = no bound */
    uint32_t issue_on_arrival;     /* the loop's thread issues what ends an idle time: xw_arrival */
    uint64_t idle_grace_ns;        /* how long a session must be idle before it is told */
    uint32_t sm_threads;           /* resident threads of the whole device */
} xw_config;

typedef struct xw_worker {
    const xs_backend *backend;
    xw_floor *floor;
    xw_peers *peers;
    xw_shown *shown;                     /* ours of them; NULL: there are too many workers */
    xw_config config;
    xw_session *sessions[XW_SESSIONS_MAX];

    pthread_t thread; int running; int event_fd;
    pthread_mutex_t turn_lock;           /* held by who is on the worker's side */
    _Atomic uint32_t doorbell, sleeping, stop;

    pthread_mutex_t commands_lock; xw_command *commands; uint32_t commands_count, commands_capacity;
    _Atomic uint32_t commands_pending;
    pthread_mutex_t messages_lock; xw_message *messages; uint32_t messages_count, messages_capacity;

    /* worker side */
    xw_session *order[XW_SESSIONS_MAX]; uint32_t order_count; uint8_t order_stale;
    xw_estimate *estimates;
    double copy_ns_per_byte[3];
    uint32_t copy_samples[3], copies_since_sample[3];
    void *event_pool[XW_EVENT_POOL]; uint32_t event_pool_count;
    xw_record *record_pool; uint32_t record_pool_count;
    uint32_t floor_epoch_seen;
    uint32_t floor_seen;                 /* before this turn's operations were issued */
    uint64_t step_now_ns;                /* the time of xw_step's caller, when stepped by hand */
    uint64_t class_last_issue_ns[256];
    uint8_t first_high_due;
    uint32_t first_high_class;           /* launches of it and more urgent ones count */
    uint64_t first_high_arrived_ns;
    uint64_t first_high_until_ns;        /* one is out: its end is looked for without a sleep */
    _Atomic uint64_t late_ns;            /* how late a sleep ends, as learned */
    uint64_t handover_until_ns;          /* those held are about to be let go: see watch_idle */
    uint64_t exact_ns;                   /* a time not to be late for; XS_NEVER = none */
    uint64_t query_ns;                   /* when the device was last asked */
    uint64_t *empty_tickets; uint32_t empty_count, empty_capacity;
    _Atomic int fault;
    _Atomic uint64_t steps, sleeps, markers, samples, arrivals; /* arrivals: see xw_arrival */
    xw_trace *trace;                     /* where retired flights go; NULL = no trace runs */
    xw_trace *trace_ring;                /* loop side: made for the first trace, then kept */
    _Atomic int control;                    /* a control call may hold the context's lock */
    _Atomic int arriving;                   /* the loop's thread has issued and rung: see xw_arrival */
    uint8_t marked;                      /* a marker was appended since this was cleared */
    uint64_t spin_until_wall_ns;         /* the thread looks again without a sleep until then */
    _Atomic uint64_t expected_ns;        /* [loop] work should come until then; 0: nothing new */
    uint8_t waited_for;                  /* something was completed that somebody waits for */
    uint8_t polled;                      /* the device runs by itself: look at memory */
} xw_worker;

/* ---- loop side ---- */
xw_worker *xw_worker_new(const xs_backend *backend, xw_floor *floor, xw_peers *peers,
                         const xw_config *config);
void xw_give_back(xw_worker *worker);                         /* after xw_stop */
void xw_worker_free(xw_worker *worker);                       /* asks nothing of the device */
int xw_start(xw_worker *worker);
void xw_stop(xw_worker *worker);
xw_session *xw_session_open(xw_worker *worker, uint32_t id, uint32_t class_, int level,
                            void *status, void *waiters, uint64_t host_address,
                            uint64_t host_bytes, uint32_t streams_max, uint32_t queued_max);
void xw_session_free(xw_worker *worker, xw_session *session); /* after CLOSED */
int xw_command_send(xw_worker *worker, const xw_command *command);
int xw_arrived(xw_session *session, uint64_t now_ns);
int xw_needs_grant(xw_session *session);
int xw_pause_needed(xw_session *session);
uint32_t xw_messages_take(xw_worker *worker, xw_message *out, uint32_t most);
int xw_event_elapsed(xw_session *session, uint64_t start, uint64_t end, int64_t *elapsed_ns);
int xw_error_take(xw_session *session, uint64_t *seq);
void xw_set_sticky(xw_worker *worker, int result);
void xw_control_set(xw_worker *worker, int at_work);          /* the control thread's */
void xw_expect(xw_worker *worker, uint64_t until_ns);
void xw_floor_init(xw_floor *floor);
void xw_floor_set(xw_floor *floor, xw_peers *peers, uint32_t class_, int32_t armed_class,
                  uint64_t release_ns);                       /* workers are to be rung after it */
void xw_floor_keep(xw_session *session);                      /* work of it was handed over */
uint32_t xw_floor_get(const xw_floor *floor);
void xw_class_set(xw_session *session, uint32_t class_);
uint64_t xw_now(const xw_config *config);
uint64_t xw_monotonic_ns(void);                               /* wall time */

static inline const xw_box *xw_box_of(const xw_record *record) {
    return (const xw_box *)(const void *)record->data;
}

/* The launch that a record describes; it points into the record. */
static inline xs_launch xw_launch_of(const xw_record *record) {
    xs_launch launch = {
        .function = record->u.launch.function,
        .shared_bytes = record->u.launch.shared_bytes,
        .params = record->data,
        .params_bytes = record->u.launch.params_bytes,
        .attributes = record->data + ((record->u.launch.params_bytes + 7) & ~7u),
        .attributes_count = record->u.launch.attributes_bytes / 72,
    };
    for (int i = 0; i < 3; i++) {
        launch.grid[i] = record->u.launch.grid[i];
        launch.block[i] = record->u.launch.block[i];
    }
    return launch;
}

static inline uint64_t xw_now_of(const xw_worker *worker) {
    return worker->running ? xw_now(&worker->config) : worker->step_now_ns;
}

/* intake.c */
int xw_intake_init(xw_session *session); /* -1 without memory */
void xw_intake_free(xw_session *session);
int xw_function_add(xw_session *session, uint64_t handle, void *native,
                    uint32_t params_bytes, uint32_t threads_max);
int xw_function_remove(xw_session *session, uint64_t handle);
/* intake_ranges.c */
int xw_host_block_add(xw_session *session, uint64_t offset, uint64_t bytes);
int xw_range_add(xw_ranges *ranges, uint64_t start, uint64_t bytes, int joins);
int xw_range_remove(xw_ranges *ranges, uint64_t start);
int xw_range_holds(const xw_ranges *ranges, uint64_t address, uint64_t bytes);

/* worker_trace.c, the loop's side of it */
int xw_trace_start(xw_worker *worker);                        /* -1: one runs, or no memory */
void xw_trace_stop(xw_worker *worker);
uint32_t xw_trace_take(xw_worker *worker, xw_trace_entry *out, uint32_t most);

/* ---- worker side (more of it in worker_private.h) ---- */
uint64_t xw_step(xw_worker *worker, uint64_t now_ns);         /* returns the next due time */
/* What the thread does between two sleeps: a step, then it says how long to sleep, wall ns;
 * XS_NEVER: until somebody rings, 0: not at all. By hand the wall's time is that of now_ns. */
uint64_t xw_thread_step(xw_worker *worker, uint64_t now_ns);

/* estimate.c */
uint64_t xw_launch_key(const void *function, uint64_t blocks, uint32_t threads,
                       uint32_t shared_bytes);
xw_estimate *xw_estimate_find(xw_worker *worker, uint64_t key);
uint64_t xw_estimate_peek(const xw_worker *worker, uint64_t key); /* [loop] */
void xw_estimate_init(xw_estimate *estimate, uint64_t key, uint64_t guess_ns);
int xw_estimate_wants_sample(xw_estimate *estimate, uint32_t in_flight);
void xw_estimate_learn(xw_estimate *estimate, int64_t elapsed_ns);
uint64_t xw_copy_estimate_ns(const xw_worker *worker, int kind, uint64_t bytes);
int xw_copy_wants_sample(xw_worker *worker, int kind, uint64_t bytes);
void xw_copy_learn(xw_worker *worker, int kind, uint64_t bytes, int64_t elapsed_ns);

void xw_arrival(xw_session *session, uint64_t operations);    /* so many handed over */
void xw_doorbell(xw_worker *worker);
void xw_tell_graphs_idle(xw_session *session);                /* either side */
void xw_fault(xw_worker *worker, int result, uint32_t session, uint64_t seq); /* either side */
void xw_session_error(xw_session *session, int result, uint64_t seq, uint16_t line);

#endif
