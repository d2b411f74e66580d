/* What the files of device work share: spans of memory, streams, functions, the host arena.
 *
 * Decides nothing. Every function may be called from any thread once cuInit has returned,
 * unless it says otherwise. Included by src/cuda/ only. */
#ifndef XS_WORK_H
#define XS_WORK_H

#include <string.h>

#include "xs/cuda_api.h"
#include "xs/shim.h"

/* ------------------------------------------------------------------ work.c */
/* The first asynchronous error not yet told to the program, which is told by this; 0: none. */
CUresult xs_work_error(void);

/* ------------------------------------------------------------------ spans.c */
typedef enum xs_span_kind {
    XS_SPAN_DEVICE = 1,   /* cuMemAlloc */
    XS_SPAN_POOL,         /* cuMemAllocAsync */
    XS_SPAN_MAPPED,       /* cuMemMap */
    XS_SPAN_GRAPH,        /* that a graph allocates */
    XS_SPAN_VARIABLE,     /* of a module */
    XS_SPAN_PINNED,       /* cuMemHostAlloc: in the host arena */
    XS_SPAN_REGISTERED,   /* cuMemHostRegister: the program's own pages, pageable */
} xs_span_kind;

typedef struct xs_span {
    uint64_t start, bytes;
    uint64_t id;         /* CU_POINTER_ATTRIBUTE_BUFFER_ID */
    void *owner;         /* pool of a POOL span, memory of a MAPPED one, else the context */
    uint32_t kind, flags;
} xs_span;

static inline int xs_span_is_device(const xs_span *span) {
    return span->kind <= XS_SPAN_VARIABLE;
}

/* Add a span that meets no other. 0, INVALID_VALUE or OUT_OF_MEMORY. */
CUresult xs_span_add(const xs_span *span);
/* Take out the span of this kind that starts at `start`; 0: there is none. */
int xs_span_remove(uint64_t start, xs_span_kind kind, xs_span *removed);
/* The span that holds an address; 0: none does. About 20 ns, no lock. */
int xs_span_find(uint64_t address, xs_span *found);
/* A span of this kind and owner, taken out; 0: there is none. */
int xs_span_take(xs_span_kind kind, const void *owner, xs_span *taken);
/* Is all of it device memory of this process? Neighbouring mapped spans count as one. */
int xs_span_device(uint64_t address, uint64_t bytes);
/* Is all of it pinned: inside one span of the host arena? */
int xs_span_pinned(const void *address, uint64_t bytes);

/* ------------------------------------------------------------------ arena.c */
/* Bytes of the host arena, registered with the device unless plain. NULL: none left. */
void *xs_arena_take(uint64_t bytes, int plain);
void xs_arena_give(void *at);
static inline uint64_t xs_arena_offset(const void *at) {
    return (uint64_t)((const uint8_t *)at - xs_the_link.arena);
}

/* ------------------------------------------------------------------ bulk.c */
/* memcpy; with more threads where that pays. */
void xs_bulk_copy(void *to, const void *from, size_t bytes);
/* The same for part of what is larger than the caches: its bytes do not go through them. */
void xs_bulk_land(void *to, const void *from, size_t bytes);
/* Before the first of them: how many threads may help at most (0 to 2). */
void xs_bulk_helpers(uint32_t most);

/* ------------------------------------------------------------------ staging.c */
/* Small enough that the few chunks under way stay in the processor's caches, large enough
 * that an operation of the broker for each does not count (60 us of copying). */
#define XS_STAGE_BYTES (1u << 20)
typedef struct xs_stage {
    uint8_t *at;
    uint32_t line;
    uint64_t seq;    /* free once the line has retired it */
    int taken;
} xs_stage;
/* A registered chunk of XS_STAGE_BYTES that nobody uses any more; waits for one. NULL: no
 * memory, or the session is lost. */
xs_stage *xs_stage_take(void);
/* The same without waiting, for who holds others already: those who wait might wait for each
 * other. NULL: none is free now. */
xs_stage *xs_stage_try(void);
/* It is free once operation seq of line has retired. */
void xs_stage_give(xs_stage *stage, uint32_t line, uint64_t seq);

/* ------------------------------------------------------------------ streams.c */
/* A record of another stream that a stream has waited for. */
typedef struct xs_awaited {
    uint64_t stream, seq; /* on the wire; of the record */
    uint32_t line;
} xs_awaited;

#define XS_AWAITED_MAX 8

typedef struct xs_stream {
    xs_object object;       /* its index is the line of the status page */
    struct xs_context *context;
    uint32_t flags;
    int32_t priority;
    uint64_t id;
    uint64_t created_seq;
    CUlaunchAttribute attributes[4]; /* kept for cuStreamGetAttribute */
    uint32_t attributes_count;
    struct xs_captured *captured; /* capture.c: NULL: it is not captured */
    xs_awaited awaited[XS_AWAITED_MAX]; /* since its end was last waited for */
    uint32_t awaited_count;
} xs_stream;

/* NULL for a handle that is none. Handles 0 and 1 are the legacy stream, 2 is the calling
 * thread's own, made when it is first used. */
xs_stream *xs_stream_of(CUstream handle);
/* Its latest operation; 0: it was given nothing yet. */
uint64_t xs_stream_last(const xs_stream *stream);
/* Wait for everything the stream was given; then what went wrong. */
CUresult xs_stream_wait_all(xs_stream *stream);
/* The stream's later work comes after this record. Who has seen the end of that work must
 * see the record's, too. */
void xs_stream_awaits(xs_stream *stream, const xs_awaited *record);
/* Is no stream at work, at the latest after so long for each? */
int xs_streams_idle(uint64_t patience_ns);
/* Wait for one operation of a line. */
CUresult xs_line_wait(xs_stream *stream, uint64_t seq);
CUresult xs_streams_start(void);

/* ------------------------------------------------------------------ modules.c */
typedef struct xs_function {
    xs_object object;
    struct xs_module *module;
    struct xs_function *next;   /* of the module */
    char *name;
    uint32_t params_count, params_bytes;
    uint32_t *offsets, *sizes;
    int32_t attributes[CU_FUNC_ATTRIBUTE_MAX];
    uint64_t checked[16];       /* configurations whose first launch was seen to be issued */
    uint32_t checked_next;
} xs_function;

typedef struct xs_module {
    xs_object object;
    struct xs_library *library; /* NULL: loaded by cuModuleLoad* */
    xs_function *functions;
    struct xs_variable *variables;
    struct xs_context *context;
} xs_module;

/* CUfunction or CUkernel. */
static inline xs_function *xs_function_of(const void *handle) {
    return xs_object_of(XS_OBJECT_FUNCTION, handle);
}
CUresult xs_modules_start(void);

/* ------------------------------------------------------------------ copies.c */
/* To the device from any host memory, in stream order; waits only for staging chunks. */
CUresult xs_copy_up(xs_stream *stream, uint64_t to, const void *from, uint64_t bytes);
/* Is it an address of the device, allocated or not? */
int xs_is_device(uint64_t address);

/* ------------------------------------------------------------------ boxes.c */
typedef struct xs_box_side {
    uint64_t at;            /* of the first row */
    uint64_t pitch, slice;
    int device, pinned;     /* neither: pageable */
} xs_box_side;

typedef struct xs_box {
    xs_box_side to, from;
    uint64_t row_bytes, rows, layers;
} xs_box;

static inline int xs_box_is_empty(const xs_box *box) {
    return !box->row_bytes || !box->rows || !box->layers;
}
/* What a description means; 0, INVALID_VALUE or NOT_SUPPORTED. An empty one is not checked. */
CUresult xs_box_read(const CUDA_MEMCPY3D *description, xs_box *box);
/* One operation for all of it, without its stream; host sides must be pinned, not both. */
void xs_box_operation(const xs_box *box, xs_operation *op);

/* ------------------------------------------------------------------ launch.c */
typedef struct xs_shape {
    unsigned grid[3], block[3], shared_bytes;
} xs_shape;
/* Check a launch and pack its parameters: function->params_bytes at packed. */
CUresult xs_launch_check(const xs_function *function, const xs_shape *shape, void **params,
                         void **extra, const CUlaunchAttribute *attributes, unsigned count,
                         uint8_t *packed);

/* ------------------------------------------------------------------ events.c */
/* Append an operation that records these events, ordered by address, each once: whoever
 * waits for one of them names the record before it or this one. */
CUresult xs_events_append(const CUevent *events, uint32_t count, const xs_stream *stream,
                          const xs_operation *op, uint64_t *seq);
/* Its handle on the wire; 0: it is none. */
uint64_t xs_event_wire(CUevent event);
/* May a launch record it? 0, INVALID_HANDLE or, for one with times, INVALID_VALUE. */
CUresult xs_event_check_launch(CUevent event, int flags);

/* ------------------------------------------------------------------ values.c */
int xs_word_is_valid(const CUstreamBatchMemOpParams *one);
/* The operation of one word, without its stream; 0: it needs none. */
int xs_word_operation(const CUstreamBatchMemOpParams *one, xs_operation *op);

/* ------------------------------------------------------------------ capture.c */
/* Captures open in the process. While it is 0 nobody asks anything further. */
extern uint32_t xs_captures_open __attribute__((visibility("hidden")));

/* Each of these: 1: the stream is captured and took it, or something is wrong: *result; 0: it
 * is for the caller to do. `wait`: it is a call that would wait, which a capture refuses. */
int xs_capture_launch(xs_stream *stream, xs_function *function, const xs_shape *shape,
                      const uint8_t *params, const CUlaunchAttribute *attributes,
                      unsigned count, CUresult *result);
int xs_capture_copy(xs_stream *stream, const CUDA_MEMCPY3D *copy, int wait, CUresult *result);
int xs_capture_bytes(xs_stream *stream, uint64_t to, uint64_t from, uint64_t bytes, int wait,
                     CUresult *result);
int xs_capture_fill(xs_stream *stream, const CUDA_MEMSET_NODE_PARAMS *fill, CUresult *result);
int xs_capture_words(xs_stream *stream, CUstreamBatchMemOpParams *words, unsigned count,
                     CUresult *result);
int xs_capture_host(xs_stream *stream, CUhostFn function, void *data, CUresult *result);
/* Asking for its state or waiting for it. */
int xs_capture_asked(xs_stream *stream, CUresult *result);
/* Memory in stream order. */
int xs_capture_allocate(xs_stream *stream, uint64_t bytes, CUdeviceptr *address,
                        CUresult *result);
int xs_capture_free(xs_stream *stream, CUdeviceptr address, CUresult *result);
/* May the calling thread make a call that waits, or gives or takes memory? If a capture is
 * against it, that is invalid from now on. */
CUresult xs_capture_unsafe(void);
static inline CUresult xs_check_unsafe(void) {
    return XS_UNLIKELY(xs_captures_open) ? xs_capture_unsafe() : CUDA_SUCCESS;
}

/* What an event recorded in a capture stands for. */
typedef struct xs_captured_event {
    uint64_t capture;          /* id; 0: it was not recorded in one */
    struct xs_graph_edge *at;  /* the nodes a waiter comes after; owned */
    uint32_t count;
} xs_captured_event;
void xs_captured_event_clear(xs_captured_event *captured);
/* handle: the event's, for the nodes of external records and waits. */
int xs_capture_record(xs_stream *stream, CUevent handle, xs_captured_event *captured,
                      unsigned flags, CUresult *result);
int xs_capture_wait(xs_stream *stream, CUevent handle, const xs_captured_event *captured,
                    unsigned flags, CUresult *result);
CUresult xs_graphs_start(void);

/* ------------------------------------------------------------------ graph_memory.c */
/* The program frees what a launch of a graph left; 0: it is none of a graph's. */
int xs_graph_memory_free(CUdeviceptr address, const xs_stream *stream, CUresult *result);

/* ------------------------------------------------------------------ graph_execs.c */
/* Free what destroyed executable graphs kept for launches that are over now. */
void xs_graph_execs_reap(void);

/* ------------------------------------------------------------------ callbacks.c */
CUresult xs_callbacks_start(void);
/* A function that launches of a graph run again and again: its token; 0: no memory. */
uint64_t xs_callback_keep(CUhostFn function, void *data);
void xs_callback_forget(uint64_t token);
/* `count` of them will be due on the line. */
CUresult xs_callbacks_expect(uint32_t line, uint32_t count);

/* ------------------------------------------------------------------ pools.c */
CUresult xs_pools_start(void);
/* Give back what the pool holds at address; 0: it is none of a pool's. */
int xs_pool_free(uint64_t address, xs_stream *stream, CUresult *result);
/* Memory of the device's current pool that no stream waits for, and back: it may be used
 * again after what the stream (NULL: nothing) was given. */
CUresult xs_pool_take(uint64_t bytes, void **pool, uint64_t *address);
/* For use once this operation of a line has retired, or on that line after it; 0: at once. */
void xs_pool_give(void *pool, uint64_t address, uint32_t line, uint64_t seq);
/* Give free memory of all pools back to the broker; 1: there was some. */
int xs_pools_trim(void);

/* ------------------------------------------------------------------ memory.c */
CUresult xs_memory_start(void);
/* What a context owned stays when its streams do not end in this time. */
#define XS_END_PATIENCE_NS 500000000ull

/* ------------------------------------------------------------------ arrays.c */
CUresult xs_arrays_start(void);
CUresult xs_device_allocate(uint64_t bytes, uint64_t *address);
CUresult xs_device_free(uint64_t address);

#endif
