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
/* memcpy; with a second thread where that pays. */
void xs_bulk_copy(void *to, const void *from, size_t bytes);

/* ------------------------------------------------------------------ staging.c */
#define XS_STAGE_BYTES (4u << 20)
typedef struct xs_stage {
    uint8_t *at;
    uint32_t line;
    uint64_t seq;    /* free once the line has retired it */
    int taken;
} xs_stage;
/* A registered chunk of XS_STAGE_BYTES that nobody uses any more; waits for one. NULL: no
 * memory, or the session is lost. */
xs_stage *xs_stage_take(void);
/* It is free once operation seq of line has retired. */
void xs_stage_give(xs_stage *stage, uint32_t line, uint64_t seq);

/* ------------------------------------------------------------------ streams.c */
typedef struct xs_stream {
    xs_object object;       /* its index is the line of the status page */
    struct xs_context *context;
    uint32_t flags;
    int32_t priority;
    uint64_t id;
    uint64_t created_seq;
    CUlaunchAttribute attributes[4]; /* kept for cuStreamGetAttribute */
    uint32_t attributes_count;
} xs_stream;

/* NULL for a handle that is none. Handles 0 and 1 are the legacy stream, 2 is the calling
 * thread's own, made when it is first used. */
xs_stream *xs_stream_of(CUstream handle);
/* Its latest operation; 0: it was given nothing yet. */
uint64_t xs_stream_last(const xs_stream *stream);
/* Wait for everything the stream was given; then what went wrong. */
CUresult xs_stream_wait_all(xs_stream *stream);
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

/* ------------------------------------------------------------------ callbacks.c */
CUresult xs_callbacks_start(void);

/* ------------------------------------------------------------------ pools.c */
CUresult xs_pools_start(void);
/* Give back what the pool holds at address; 0: it is none of a pool's. */
int xs_pool_free(uint64_t address, xs_stream *stream, CUresult *result);
/* Give free memory of all pools back to the broker; 1: there was some. */
int xs_pools_trim(void);

/* ------------------------------------------------------------------ memory.c */
CUresult xs_memory_start(void);
CUresult xs_device_allocate(uint64_t bytes, uint64_t *address);
CUresult xs_device_free(uint64_t address);

#endif
