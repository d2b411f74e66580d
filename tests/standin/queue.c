/* Streams and events. An operation runs when it is queued, unless a wait before it on its stream is
 * not yet satisfied: then it runs inside the first later call that finds it so. Device time is a
 * count: each operation takes a microsecond. Where launches are told to take wall time, a launch
 * holds its stream for as long, and a thread runs the queues. */
#include "standin.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LOOK_EVERY_US 50

#define OPERATION_NS 1000

typedef struct stream {
    object head;
    operation *first, *last;
} stream;

static uint64_t now_ns;
static uint64_t launch_ns; /* wall time of one launch */

static uint64_t wall_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Whether a launch, which is first on its stream, has run for long enough. */
static int launch_is_over(operation *launch)
{
    if (!launch_ns)
        return 1;
    if (!launch->value)
        launch->value = wall_ns() + launch_ns;
    return wall_ns() >= launch->value;
}

static void *at(uint64_t address)
{
    return (void *)(uintptr_t)address;
}

int stream_open(void **handle, unsigned int flags, int priority)
{
    if (flags != 1)
        violation("a stream that is not non-blocking");
    if (priority > 0 || priority < -5)
        violation("stream priority %d out of range", priority);
    *handle = object_new(STREAM, sizeof(stream));
    return SUCCESS;
}

static int condition_holds(const operation *one)
{
    uint64_t mask = one->width == 8 ? UINT64_MAX : UINT32_MAX;
    uint64_t seen = 0, wanted = one->value & mask;

    memcpy(&seen, at(one->destination), one->width);
    switch (one->condition) {
    case 0:
        return one->width == 8 ? (int64_t)(seen - wanted) >= 0
                               : (int32_t)(uint32_t)(seen - wanted) >= 0;
    case 1:
        return seen == wanted;
    case 2:
        return (seen & wanted) != 0;
    default:
        return (~(seen | wanted) & mask) != 0;
    }
}

static void fill(const operation *one)
{
    for (uint64_t row = 0; row < (one->rows ? one->rows : 1); row++)
        for (uint64_t i = 0; i < one->bytes; i++)
            memcpy((char *)at(one->destination + row * one->destination_pitch) + i * one->width,
                   &one->value, one->width);
}

/* Returns 0 when the operation must still wait. */
static int run(operation *one)
{
    switch (one->what) {
    case COPY:
        memmove(at(one->destination), at(one->source), one->bytes);
        break;
    case COPY_ROWS:
        for (uint64_t row = 0; row < one->rows; row++)
            memmove(at(one->destination + row * one->destination_pitch),
                    at(one->source + row * one->source_pitch), one->bytes);
        break;
    case FILL:
        fill(one);
        break;
    case WRITE:
        memcpy(at(one->destination), &one->value, one->width);
        break;
    case WAIT_VALUE:
        if (!condition_holds(one))
            return 0;
        break;
    case RECORD:
        one->event->done = one->record;
        one->event->done_ns = now_ns;
        break;
    case WAIT_EVENT:
        if (one->event->done < one->record)
            return 0;
        break;
    case LAUNCH:
        if (!launch_is_over(one))
            return 0;
        break;
    }
    now_ns += OPERATION_NS;
    return 1;
}

static int stream_run(stream *stream)
{
    int any = 0;

    while (stream->first && run(stream->first)) {
        operation *done = stream->first;

        stream->first = done->next;
        free(done);
        any = 1;
    }
    return any;
}

void queue_run(void)
{
    int any = !context_is_gone();

    while (any) {
        any = 0;
        for (object *one = objects; one; one = one->next)
            if (one->kind == STREAM)
                any |= stream_run((stream *)one);
    }
}

int stream_push(void *handle, operation wanted)
{
    operation *queued = malloc(sizeof *queued);
    stream *stream = handle;

    if (stream->head.context != current_context)
        violation("work for a stream of another context");
    *queued = wanted;
    queued->next = NULL;
    if (stream->first)
        stream->last->next = queued;
    else
        stream->first = queued;
    stream->last = queued;
    queue_run();
    return SUCCESS;
}

static void *run_by_itself(void *nothing)
{
    for (;;) {
        usleep(LOOK_EVERY_US);
        record_lock();
        queue_run();
        record_unlock();
    }
    return nothing;
}

void queue_start(void)
{
    pthread_t thread;

    launch_ns = (uint64_t)setting("XS_STANDIN_LAUNCH_US", 0) * 1000;
    if (launch_ns)
        pthread_create(&thread, NULL, run_by_itself, NULL);
}

unsigned int queue_length(void)
{
    unsigned int count = 0;

    for (const object *one = objects; one; one = one->next)
        if (one->kind == STREAM)
            for (const operation *op = ((const stream *)one)->first; op; op = op->next)
                count++;
    return count;
}

int stream_query(void *handle)
{
    return ((stream *)handle)->first ? NOT_READY : SUCCESS;
}

int event_query(const event *event)
{
    return event->done < event->recorded ? NOT_READY : SUCCESS;
}

static int meets(uint64_t a, uint64_t a_bytes, uint64_t b, uint64_t b_bytes)
{
    return a < b + b_bytes && b < a + a_bytes;
}

int queue_holds(const void *graph)
{
    for (const object *one = objects; one; one = one->next) {
        if (one->kind != STREAM)
            continue;
        for (const operation *op = ((const stream *)one)->first; op; op = op->next)
            if (op->graph == graph)
                return 1;
    }
    return 0;
}

int queue_touches(uint64_t address, uint64_t bytes)
{
    for (const object *one = objects; one; one = one->next) {
        if (one->kind != STREAM)
            continue;
        for (const operation *op = ((const stream *)one)->first; op; op = op->next) {
            uint64_t length = op->width * op->bytes;

            if ((op->destination && meets(op->destination, length, address, bytes)) ||
                (op->source && meets(op->source, length, address, bytes)))
                return 1;
        }
    }
    return 0;
}

void queue_leaks(void)
{
    for (const object *one = objects; one; one = one->next)
        if (one->kind == STREAM && ((const stream *)one)->first)
            leak("queued work on stream %p", (const void *)one);
}
