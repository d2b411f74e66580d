/* What the worker asks of the device of fuzz_worker.c: streams, events, and work on streams.
 *
 * Decides what each call adds to a stream's queue, and checks it: events that are not pending
 * when they are used again, elapsed times of records that are over. Graphs are
 * worker_device_graphs.h's. */
#ifndef XS_WORKER_DEVICE_CALLS_H
#define XS_WORKER_DEVICE_CALLS_H

#include "tests/fuzz/worker_device_state.h"

static int enter_(void *opaque) { return (void)opaque, 0; }

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

#endif
