/* What engine.c (how time passes), emulator.c (what is asked) and graphs.c share.
 *
 * Nobody else includes this. Everything here is guarded by xs_emulator.mutex. */
#ifndef XS_EMULATED_INTERNAL_H
#define XS_EMULATED_INTERNAL_H

#include <pthread.h>

#include "broker/device/emulated/agenda.h"
#include "broker/device/emulated/emulator.h"
#include "broker/device/emulated/kernels.h"
#include "broker/device/emulated/lateness.h"
#include "broker/device/emulated/multiprocessors.h"
#include "broker/device/emulated/pool.h"
#include "broker/device/emulated/ranges.h"

#define XS_ILLEGAL_ADDRESS 700

/* Parameters up to this size lie in the operation itself. */
#define XS_PARAMS_INLINE 64

typedef enum xs_engine_kind { XS_ENGINE_H2D, XS_ENGINE_D2H, XS_ENGINE_DEVICE, XS_ENGINES }
    xs_engine_kind;

typedef struct xs_function {
    const xs_kernel *kernel;
    uint32_t param_bytes;
    uint32_t dynamic_shared_max; /* bytes */
} xs_function;

/* One record of an event. The event holds its latest, waits and records theirs. */
typedef struct xs_ticket {
    uint32_t references;
    uint32_t done;
    uint64_t at_ns;
    struct xs_stream *waiters; /* by xs_stream.next_waiter, oldest first */
} xs_ticket;

typedef struct xs_event {
    xs_ticket *ticket; /* NULL before the first record */
} xs_event;

typedef enum xs_op_kind {
    XS_DO_KERNEL,
    XS_DO_COPY,
    XS_DO_FILL,
    XS_DO_RECORD,
    XS_DO_WAIT,
    XS_DO_WRITE,
    XS_DO_WAIT_VALUE,
} xs_op_kind;

typedef struct xs_kernel_op {
    xs_kernel_call call;
    xs_block_need need;
    uint64_t unplaced; /* blocks */
    uint64_t running;  /* blocks */
    uint64_t block_ns;
    uint32_t rounds; /* blocks that one place runs in turn before it is looked at again */
    uint32_t started;
    void *params_heap; /* owned; NULL when they fit in params */
    uint8_t params[XS_PARAMS_INLINE];
} xs_kernel_op;

typedef struct xs_op {
    struct xs_op *next;       /* in its stream */
    struct xs_op *queue_next; /* in a level's or an engine's queue */
    struct xs_stream *stream;
    xs_op_kind kind;
    union {
        xs_kernel_op kernel;
        struct {
            xs_copy_kind kind;
            uint64_t destination, source, bytes; /* bytes: of a row */
            uint64_t destination_pitch, source_pitch, rows;
        } copy;
        struct {
            uint64_t destination, count; /* count: of a row */
            uint64_t pitch, rows;
            uint32_t value, width;
        } fill;
        xs_ticket *ticket; /* one reference */
        struct {
            uint64_t address, value;
            uint32_t width, condition;
        } word;
    } u;
} xs_op;

typedef struct xs_queue {
    xs_op *head, *tail; /* by xs_op.queue_next */
} xs_queue;

typedef struct xs_copy_engine {
    xs_queue queue;
    xs_op *running;
} xs_copy_engine;

/* Blocks of one kernel placed at one time: they end at one time. */
typedef struct xs_chunk {
    xs_op *op;
    uint64_t blocks;
    xs_placement placement;
} xs_chunk;

typedef struct xs_stream {
    struct xs_stream *previous, *next; /* all streams */
    struct xs_stream *next_waiter;     /* of a ticket, or watching a word */
    struct xs_stream *next_runnable;
    xs_op *head, *tail;
    int level;
    uint32_t number;
    uint8_t runnable; /* is in the list of runnable streams */
    uint8_t busy;     /* its head waits for something that will make it runnable */
    uint8_t closing;
} xs_stream;

struct xs_emulator {
    xs_backend table;
    xs_emulator_options options;
    pthread_mutex_t mutex;
    uint64_t now_ns;
    uint64_t target_ns; /* of the advance under way */
    int fault;          /* sticky CUresult */

    xs_agenda agenda;
    xs_multiprocessors sms;
    xs_queue waiting[XS_LEVELS]; /* kernels with blocks not yet placed */
    int blocked_level;           /* this level and the later ones wait for a block to end */
    uint32_t resident;           /* kernels with blocks placed */
    xs_copy_engine engines[XS_ENGINES];

    struct xs_emulated_graph *graphs; /* graphs.c */
    xs_stream *streams;
    uint32_t streams_opened;
    xs_stream *runnable_head, *runnable_tail;
    xs_stream *watchers; /* streams that wait for a word, oldest first */
    int memory_changed;  /* since the watchers were last examined */

    xs_ranges memory; /* device */
    xs_ranges host;   /* registered pieces */
    uint64_t mapped_bytes;

    xs_pool ops, chunks, tickets;
    xs_lateness lateness;
    int telling;
    xs_story_line *story;
    size_t story_count, story_capacity;
};

/* emulator.c */
int xs_emulator_check_launch(const xs_launch *launch);
/* Copy the launch into the operation: what `launch` points to dies with the call. */
int xs_emulator_take_launch(xs_emulator *em, xs_op *op, const xs_launch *launch);
xs_stream *xs_emulator_stream_new(xs_emulator *em, int level); /* NULL without memory */

/* graphs.c */
int xs_emulated_graph_open(void *device, const xs_graph_node *nodes, uint32_t count, void **out,
                           uint32_t *bad);
int xs_emulated_graph_close(void *device, void *handle);
int xs_emulated_graph_launch(void *device, void *stream, void *graph);
void xs_emulated_graphs_forget(xs_emulator *em);
void xs_emulated_graphs_clear(xs_emulator *em); /* their streams are freed with the others */

/* engine.c */
void xs_engine_advance(xs_emulator *em, uint64_t now_ns);
uint64_t xs_engine_next_ns(const xs_emulator *em);
/* Append to its stream; the operation now belongs to the engine. */
void xs_engine_submit(xs_emulator *em, xs_stream *stream, xs_op *op);
/* Plan how blocks of the launch run; the call must be complete. */
void xs_engine_plan(xs_emulator *em, xs_op *op);
void xs_engine_stream_free(xs_emulator *em, xs_stream *stream);
void xs_engine_drop_everything(xs_emulator *em);
xs_ticket *xs_ticket_keep(xs_ticket *ticket);
void xs_ticket_drop(xs_emulator *em, xs_ticket *ticket);
/* Host memory of a word, device or registered; NULL when it is neither. */
uint8_t *xs_engine_word(const xs_emulator *em, uint64_t address, uint32_t width);

#endif
