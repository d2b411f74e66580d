/* What the device of fuzz_worker.c is made of: streams with their queues, events, graphs.
 *
 * Decides which calls are refused and whether a handle lives: everything but streams is kept
 * until the end, so that a late use is seen. What the work *is* it tells through hooks; the
 * model behind them is worker_model.h's. Included by the other worker_device_*.h. */
#ifndef XS_WORKER_DEVICE_STATE_H
#define XS_WORKER_DEVICE_STATE_H

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "broker/device/backend.h"

#define VA 0x500000000000ull
#define VA_END 0x600000000000ull
/* In the second parameter of a launch: it is a node of a graph, one byte of its launch. */
#define DEV_GRAPH_NODE (1ull << 63)
#define WORDS 64 /* device words that value writes and waits reach, one every 8 bytes */

#define CHECK(condition, ...)                                        \
    do {                                                             \
        if (!(condition)) {                                          \
            fprintf(stderr, "%s:%d: %s: ", __FILE__, __LINE__, #condition); \
            fprintf(stderr, __VA_ARGS__);                            \
            fprintf(stderr, " (%s)\n", fuzz_where());                \
            abort();                                                 \
        }                                                            \
    } while (0)

enum work_kind { W_TASK, W_RECORD, W_WAIT, W_WRITE, W_WAIT_VALUE };

typedef struct ticket { struct ticket *all_next; int done; uint64_t at_ns; } ticket;

typedef struct work {
    struct work *next;
    int kind, running;
    uint32_t slot, seq;            /* of a task */
    uint64_t duration_ns, end_ns;
    int last;                      /* piece of its operation */
    ticket *ticket;
    uint64_t address, value;
    uint32_t width, condition;
    struct dev_graph *graph;       /* whose launch it is */
} work;

typedef struct dev_graph {         /* kept until the end, so that a late use is seen */
    uint64_t alive;
    struct dev_graph *all_next;
    uint64_t address, bytes, duration_ns;
    uint32_t in_flight;
} dev_graph;

typedef struct dev_stream {
    uint64_t alive;
    struct dev_stream *next;
    work *head, *tail;
    int closing, level;
} dev_stream;

typedef struct dev_event {         /* kept until the end, so that a late use is seen */
    uint64_t alive;
    struct dev_event *all_next;
    ticket *ticket;
} dev_event;

typedef struct device {
    pthread_mutex_t lock;
    uint64_t now_ns;
    dev_stream *streams;
    ticket *tickets;
    dev_event *events;
    dev_graph *graphs;
    uint64_t words[8][WORDS];
    int streams_open, events_open, graphs_open;
    uint32_t refuse_every, refuse_count; /* every how manyth call fails; 0 = none */
    int refuse_with, broken;
    uint32_t latency;              /* of each value write in ns: completion is seen late */
} device;

enum { ALIVE = 0x11feu };

const char *fuzz_where(void);
uint64_t fuzz_task_issued(dev_stream *stream, uint32_t slot, uint32_t seq, uint64_t offset,
                          uint64_t bytes, int *last);
void fuzz_task_started(uint32_t slot, uint32_t seq);
void fuzz_task_done(uint32_t slot, uint32_t seq, int last);
void fuzz_page_written(uint64_t address, uint64_t value);

static device dev;

static int refuse(void) {
    if (dev.broken) return dev.broken;
    if (!dev.refuse_every || ++dev.refuse_count % dev.refuse_every) return 0;
    if (xs_result_is_sticky(dev.refuse_with)) dev.broken = dev.refuse_with;
    return dev.refuse_with;
}

static dev_stream *stream_of(void *handle) {
    dev_stream *stream = handle;
    CHECK(stream && stream->alive == ALIVE && !stream->closing, "a stream that is closed");
    return stream;
}

static dev_event *event_of(void *handle) {
    dev_event *event = handle;
    CHECK(event && event->alive == ALIVE, "an event that is closed");
    return event;
}

static work *push(dev_stream *stream, int kind) {
    work *item = calloc(1, sizeof *item);
    item->kind = kind;
    if (stream->tail) stream->tail->next = item;
    else stream->head = item;
    stream->tail = item;
    return item;
}

static void device_reset(void) {
    while (dev.streams) {
        dev_stream *stream = dev.streams;
        dev.streams = stream->next;
        while (stream->head) {
            work *item = stream->head;
            stream->head = item->next;
            free(item);
        }
        free(stream);
    }
    while (dev.events) {
        dev_event *gone = dev.events;
        dev.events = gone->all_next;
        free(gone);
    }
    while (dev.graphs) {
        dev_graph *gone = dev.graphs;
        dev.graphs = gone->all_next;
        free(gone);
    }
    while (dev.tickets) {
        ticket *gone = dev.tickets;
        dev.tickets = gone->all_next;
        free(gone);
    }
    memset(&dev, 0, sizeof dev);
    pthread_mutex_init(&dev.lock, NULL);
}

#endif
