/* A device for fuzz_worker.c: virtual time, one queue a stream, events, value waits.
 *
 * Decides when work starts and ends, and checks what the worker asks of it: handles that
 * live, events that are not pending when they are used again, elapsed times of records
 * that are over. What the work *is* it tells through three hooks (issued, started, done);
 * the model behind them is worker_model.h's. Every entry takes one lock, so that a loop
 * thread may ask for elapsed times beside the worker's. */
#ifndef XS_WORKER_DEVICE_H
#define XS_WORKER_DEVICE_H

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

static int enter_(void *opaque) { return (void)opaque, 0; }

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

static int stream_open_(void *opaque, int level, void **out) {
    (void)opaque;
    pthread_mutex_lock(&dev.lock);
    CHECK(level >= 0 && level < XS_LEVELS, "level %d", level);
    int result = refuse();
    if (!result) {
        dev_stream *stream = calloc(1, sizeof *stream);
        *stream = (dev_stream){.alive = ALIVE, .next = dev.streams, .level = level};
        dev.streams = stream;
        dev.streams_open++;
        *out = stream;
    }
    pthread_mutex_unlock(&dev.lock);
    return result;
}

static int stream_close_(void *opaque, void *handle) {
    (void)opaque;
    pthread_mutex_lock(&dev.lock);
    stream_of(handle)->closing = 1;
    dev.streams_open--;
    pthread_mutex_unlock(&dev.lock);
    return dev.broken;
}

static int event_open_(void *opaque, void **out) {
    (void)opaque;
    pthread_mutex_lock(&dev.lock);
    int result = refuse();
    if (!result) {
        dev_event *event = calloc(1, sizeof *event);
        *event = (dev_event){.alive = ALIVE, .all_next = dev.events};
        dev.events = event;
        dev.events_open++;
        *out = event;
    }
    pthread_mutex_unlock(&dev.lock);
    return result;
}

static int event_close_(void *opaque, void *handle) {
    (void)opaque;
    pthread_mutex_lock(&dev.lock);
    dev_event *event = event_of(handle);
    CHECK(!event->ticket || event->ticket->done || dev.refuse_every, "closed while pending");
    event->alive = 0;
    dev.events_open--;
    pthread_mutex_unlock(&dev.lock);
    return dev.broken;
}

static work *push(dev_stream *stream, int kind) {
    work *item = calloc(1, sizeof *item);
    item->kind = kind;
    if (stream->tail) stream->tail->next = item;
    else stream->head = item;
    stream->tail = item;
    return item;
}

static int task(void *handle, uint64_t address, uint64_t bytes, uint64_t duration_ns) {
    dev_stream *stream = stream_of(handle);
    int result = refuse();
    if (result) return result;
    uint32_t slot = (uint32_t)((address - VA) >> 40);
    uint32_t seq = (uint32_t)((address - VA) >> 28) & 4095;
    int last = 1;
    fuzz_task_issued(stream, slot, seq, address & ((1u << 28) - 1), bytes, &last);
    work *item = push(stream, W_TASK);
    item->slot = slot;
    item->seq = seq;
    item->duration_ns = duration_ns;
    item->last = last;
    return 0;
}

static int launch_(void *opaque, void *stream, const xs_launch *launch) {
    (void)opaque;
    uint64_t params[2];
    pthread_mutex_lock(&dev.lock);
    CHECK(launch->params_bytes == sizeof params, "%u bytes", launch->params_bytes);
    memcpy(params, launch->params, sizeof params);
    int result = task(stream, params[0], params[1] & DEV_GRAPH_NODE ? 1 : 0,
                      params[1] & ~DEV_GRAPH_NODE);
    pthread_mutex_unlock(&dev.lock);
    return result;
}

/* What it does is one piece of the launch that its nodes name: they follow each other. */
static int graph_open_(void *opaque, const xs_graph_node *nodes, uint32_t count, void **out,
                       uint32_t *bad) {
    (void)opaque, (void)bad;
    pthread_mutex_lock(&dev.lock);
    int result = refuse();
    dev_graph *graph = result ? NULL : calloc(1, sizeof *graph);
    for (uint32_t i = 0; graph && i < count; i++) {
        uint64_t params[2] = {nodes[i].u.fill.destination, 500};
        uint64_t bytes = nodes[i].u.fill.count * nodes[i].u.fill.width;
        for (uint32_t d = 0; d < nodes[i].depends_count; d++)
            CHECK(nodes[i].depends[d] < i, "node %u comes after %u", i, nodes[i].depends[d]);
        if (nodes[i].kind == XS_NODE_EMPTY) continue;
        if (nodes[i].kind == XS_NODE_LAUNCH) {
            memcpy(params, nodes[i].u.launch.params, sizeof params);
            bytes = 1;
        }
        CHECK(!graph->bytes || params[0] == graph->address + graph->bytes, "node %u", i);
        if (!graph->bytes) graph->address = params[0];
        graph->bytes += bytes;
        graph->duration_ns += params[1] & ~DEV_GRAPH_NODE;
    }
    if (graph) {
        graph->alive = ALIVE;
        graph->all_next = dev.graphs;
        dev.graphs = graph;
        dev.graphs_open++;
        *out = graph;
    }
    pthread_mutex_unlock(&dev.lock);
    return result;
}

static dev_graph *graph_of(void *handle) {
    dev_graph *graph = handle;
    CHECK(graph && graph->alive == ALIVE, "a graph that is closed");
    return graph;
}

static int graph_launch_(void *opaque, void *stream, void *handle) {
    (void)opaque;
    pthread_mutex_lock(&dev.lock);
    dev_graph *graph = graph_of(handle);
    CHECK(!graph->in_flight, "launches of one graph beside each other");
    int result = task(stream, graph->address, graph->bytes, graph->duration_ns);
    if (!result) {
        stream_of(stream)->tail->graph = graph;
        graph->in_flight++;
    }
    pthread_mutex_unlock(&dev.lock);
    return result;
}

static int graph_close_(void *opaque, void *handle) {
    (void)opaque;
    pthread_mutex_lock(&dev.lock);
    dev_graph *graph = graph_of(handle);
    CHECK(!graph->in_flight || dev.broken, "closed while a launch is in flight");
    graph->alive = 0;
    dev.graphs_open--;
    pthread_mutex_unlock(&dev.lock);
    return dev.broken;
}

static int copy_(void *opaque, void *stream, xs_copy_kind kind, uint64_t destination,
                 uint64_t source, uint64_t bytes) {
    (void)opaque;
    pthread_mutex_lock(&dev.lock);
    int result = task(stream, kind == XS_COPY_D2H ? source : destination, bytes,
                      1000 + bytes / 50);
    pthread_mutex_unlock(&dev.lock);
    return result;
}

static int copy_rows_(void *opaque, void *stream, xs_copy_kind kind, const xs_rows *rows) {
    (void)opaque;
    pthread_mutex_lock(&dev.lock);
    CHECK(rows->rows > 1 && rows->row_bytes, "a piece of %llu rows",
          (unsigned long long)rows->rows);
    CHECK(rows->source_pitch <= XS_PITCH_MAX && rows->destination_pitch <= XS_PITCH_MAX,
          "a pitch no driver takes");
    uint64_t bytes = rows->rows * rows->row_bytes;
    int result = task(stream, kind == XS_COPY_D2H ? rows->source : rows->destination, bytes,
                      1000 + bytes / 25);
    pthread_mutex_unlock(&dev.lock);
    return result;
}

static int fill_rows_(void *opaque, void *stream, uint64_t destination, uint64_t pitch,
                      uint32_t value, uint32_t width, uint64_t columns, uint64_t rows) {
    (void)opaque, (void)pitch, (void)value;
    pthread_mutex_lock(&dev.lock);
    int result = task(stream, destination, rows * columns * width, 500 + rows);
    pthread_mutex_unlock(&dev.lock);
    return result;
}

static int fill_(void *opaque, void *stream, uint64_t destination, uint32_t value,
                 uint32_t width, uint64_t count) {
    (void)opaque, (void)value;
    pthread_mutex_lock(&dev.lock);
    int result = task(stream, destination, width * count, 500 + width * count / 2000);
    pthread_mutex_unlock(&dev.lock);
    return result;
}

static ticket *ticket_new(void) {
    ticket *made = calloc(1, sizeof *made);
    made->all_next = dev.tickets;
    dev.tickets = made;
    return made;
}

static int event_record_(void *opaque, void *stream, void *handle) {
    (void)opaque;
    pthread_mutex_lock(&dev.lock);
    dev_event *event = event_of(handle);
    CHECK(!event->ticket || event->ticket->done, "recorded again while pending");
    int result = refuse();
    if (!result) {
        event->ticket = ticket_new();
        push(stream_of(stream), W_RECORD)->ticket = event->ticket;
    }
    pthread_mutex_unlock(&dev.lock);
    return result;
}

static int stream_wait_(void *opaque, void *stream, void *handle) {
    (void)opaque;
    pthread_mutex_lock(&dev.lock);
    dev_event *event = event_of(handle);
    CHECK(event->ticket, "a wait for an event never recorded");
    int result = refuse();
    if (!result) push(stream_of(stream), W_WAIT)->ticket = event->ticket;
    pthread_mutex_unlock(&dev.lock);
    return result;
}

/* Markers are never refused unless the device is broken: that is a fault by contract. */
static int word_(void *stream, int kind, uint64_t address, uint64_t value, uint32_t width,
                 uint32_t condition) {
    pthread_mutex_lock(&dev.lock);
    int in_device = address >= VA && address < VA_END;
    int result = in_device ? refuse() : dev.broken;
    if (!result) {
        work *item = push(stream_of(stream), kind);
        item->address = address;
        item->value = value;
        item->width = width;
        item->condition = condition;
    }
    pthread_mutex_unlock(&dev.lock);
    return result;
}

static int write_value_(void *opaque, void *stream, uint64_t address, uint64_t value,
                        uint32_t width) {
    return (void)opaque, word_(stream, W_WRITE, address, value, width, 0);
}

static int wait_value_(void *opaque, void *stream, uint64_t address, uint64_t value,
                       uint32_t width, uint32_t condition) {
    return (void)opaque, word_(stream, W_WAIT_VALUE, address, value, width, condition);
}

static int elapsed_(void *opaque, void *start, void *end, int64_t *elapsed_ns) {
    (void)opaque;
    pthread_mutex_lock(&dev.lock);
    const ticket *from = event_of(start)->ticket, *to = event_of(end)->ticket;
    int result = dev.broken;
    if (!result && (!from || !to)) result = 400;
    if (!result) {
        CHECK(from->done && to->done, "elapsed time of a record that is not over");
        *elapsed_ns = (int64_t)(to->at_ns - from->at_ns);
    }
    pthread_mutex_unlock(&dev.lock);
    return result;
}

static int query_(void *opaque, void *stream) {
    (void)opaque;
    pthread_mutex_lock(&dev.lock);
    int result = dev.broken ? dev.broken : stream_of(stream)->head ? 600 : 0;
    pthread_mutex_unlock(&dev.lock);
    return result;
}

/* ---------------------------------------------------------------- time */

static uint64_t *word_at(uint64_t address) {
    return &dev.words[(address - VA) >> 40][(address & ((1u << 28) - 1)) / 8 % WORDS];
}

static int holds(const work *item) {
    uint64_t mask = item->width == 8 ? UINT64_MAX : UINT32_MAX;
    uint64_t word = *word_at(item->address) & mask, value = item->value & mask;
    uint64_t sign = item->width == 8 ? 1ull << 63 : 1ull << 31;
    switch (item->condition) {
    case 0: return !((word - value) & sign);
    case 1: return word == value;
    case 2: return (word & value) != 0;
    default: return (~(word | value) & mask) != 0;
    }
}

static void write_word(const work *item) {
    if (item->address >= VA && item->address < VA_END) {
        *word_at(item->address) = item->value;
        return;
    }
    fuzz_page_written(item->address, item->value);
    if (item->width == 8)
        __atomic_store_n((uint64_t *)(uintptr_t)item->address, item->value, __ATOMIC_RELEASE);
    else
        __atomic_store_n((uint32_t *)(uintptr_t)item->address, (uint32_t)item->value,
                         __ATOMIC_RELEASE);
}

/* Try the head of a stream: 1 when it is over. */
static int head_over(work *item) {
    switch (item->kind) {
    case W_RECORD:
        item->ticket->done = 1;
        item->ticket->at_ns = dev.now_ns;
        return 1;
    case W_WAIT: return item->ticket->done;
    case W_WAIT_VALUE: return holds(item);
    default: break;
    }
    if (!item->running) {
        item->running = 1;
        if (item->kind == W_TASK) fuzz_task_started(item->slot, item->seq);
        item->end_ns = dev.now_ns + (item->kind == W_TASK ? item->duration_ns : dev.latency);
    }
    if (item->end_ns > dev.now_ns) return 0;
    if (item->graph) item->graph->in_flight--;
    if (item->kind == W_TASK) fuzz_task_done(item->slot, item->seq, item->last);
    else write_word(item);
    return 1;
}

static int run_heads(void) {
    int any = 0;
    for (dev_stream **at = &dev.streams; *at;) {
        dev_stream *stream = *at;
        while (stream->head && head_over(stream->head)) {
            work *over = stream->head;
            stream->head = over->next;
            if (!stream->head) stream->tail = NULL;
            free(over);
            any = 1;
        }
        if (stream->closing && !stream->head) {
            *at = stream->next;
            stream->alive = 0;
            free(stream);
            continue;
        }
        at = &stream->next;
    }
    return any;
}

static uint64_t next_end(void) {
    uint64_t next = XS_NEVER;
    for (const dev_stream *s = dev.streams; s; s = s->next)
        if (s->head && s->head->running && s->head->end_ns < next) next = s->head->end_ns;
    return next;
}

static uint64_t advance_(void *opaque, uint64_t now_ns) {
    (void)opaque;
    pthread_mutex_lock(&dev.lock);
    uint64_t next = XS_NEVER;
    while (!dev.broken) {
        while (run_heads()) continue;
        next = next_end();
        if (next > now_ns) break;
        dev.now_ns = next;
    }
    if (now_ns > dev.now_ns) dev.now_ns = now_ns;
    pthread_mutex_unlock(&dev.lock);
    return next;
}

/* Somebody ends the value waits that hold streams up: the n-th of them, in turn. */
static void device_poke(uint32_t n) {
    uint32_t waiting = 0;
    pthread_mutex_lock(&dev.lock);
    for (dev_stream *s = dev.streams; s; s = s->next)
        waiting += s->head && s->head->kind == W_WAIT_VALUE;
    for (dev_stream *s = dev.streams; s && waiting; s = s->next) {
        work *item = s->head;
        if (!item || item->kind != W_WAIT_VALUE || n++ % waiting) continue;
        *word_at(item->address) = item->condition == 3 ? 0 : item->value;
    }
    pthread_mutex_unlock(&dev.lock);
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

static const xs_backend fuzz_backend = {
    .device = &dev, .enter = enter_, .stream_open = stream_open_,
    .stream_close = stream_close_, .event_open = event_open_, .event_close = event_close_,
    .launch = launch_, .copy = copy_, .copy_rows = copy_rows_, .fill = fill_,
    .fill_rows = fill_rows_, .event_record = event_record_, .graph_open = graph_open_,
    .graph_launch = graph_launch_, .graph_close = graph_close_,
    .stream_wait = stream_wait_, .write_value = write_value_, .wait_value = wait_value_,
    .elapsed = elapsed_, .query = query_, .advance = advance_,
};

#endif
