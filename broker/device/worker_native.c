/* Real streams and events: who has one, and the spare ones.
 *
 * Decides how many real streams a session may have, which level they get, and when an
 * event may be used again. It must never know queues or grants. Called by worker_issue.c,
 * worker_flights.c (events of what has retired) and worker_watch.c (a session that ends). */
#include <stdlib.h>
#include <string.h>

#include "broker/device/worker_private.h"


void *xw_event_take(xw_worker *worker) {
    if (worker->event_pool_count) return worker->event_pool[--worker->event_pool_count];
    void *event = NULL;
    if (worker->backend->event_open(worker->backend->device, &event)) return NULL;
    return event;
}

void xw_event_give(xw_worker *worker, void *event) {
    if (!event) return;
    if (worker->event_pool_count < XW_EVENT_POOL)
        worker->event_pool[worker->event_pool_count++] = event;
    else worker->backend->event_close(worker->backend->device, event);
}

xw_event *xw_event_slot(xw_session *session, uint32_t index) {
    if (index >= session->worker_events_capacity) {
        uint32_t capacity = session->worker_events_capacity ? session->worker_events_capacity
                                                            : 64;
        while (capacity <= index) capacity *= 2;
        xw_event *events = realloc(session->events, capacity * sizeof *events);
        if (!events) abort();
        memset(events + session->worker_events_capacity, 0,
               (capacity - session->worker_events_capacity) * sizeof *events);
        session->events = events;
        session->worker_events_capacity = capacity;
    }
    return &session->events[index];
}

/* An event's handle is gone: its real event returns to the pool, at the latest when the
 * record that uses it retires (worker_flights.c). Records still queued find freed_seq. */
void xw_event_free(xw_worker *worker, xw_session *session, uint32_t index, uint64_t seq) {
    pthread_mutex_lock(&session->events_lock);
    xw_event *event = xw_event_slot(session, index);
    if (event->native && event->retired) xw_event_give(worker, event->native);
    *event = (xw_event){.freed_seq = seq};
    pthread_mutex_unlock(&session->events_lock);
}

int xw_effective_level(const xw_session *session, const xw_stream *stream) {
    int level = session->level + stream->band;
    if (level < 0) return 0;
    return level < XS_LEVELS ? level : XS_LEVELS - 1;
}

void xw_native_release(xw_worker *worker, xw_session *session, xw_stream *stream) {
    if (!stream->native) return;
    session->natives_used--;
    if (session->spare_count < XW_NATIVE_STREAMS_SOFT) {
        session->spare[session->spare_count].native = stream->native;
        session->spare[session->spare_count++].level = stream->level;
    } else {
        worker->backend->stream_close(worker->backend->device, stream->native);
        session->natives_open--;
    }
    stream->native = NULL;
}

/* The rest keep their order: the last one was given back last. */
static void spare_remove(xw_session *session, uint32_t at) {
    session->spare_count--;
    memmove(&session->spare[at], &session->spare[at + 1],
            (session->spare_count - at) * sizeof session->spare[0]);
}

/* Give the stream a real one of its level. Two busy streams never share a real stream: a
 * wait in one would then hold up the other, which may be the one that ends it. Returns 0, a
 * CUresult, or XW_NATIVES_TAKEN; a session that makes no progress may have more. */
int xw_native_acquire(xw_worker *worker, xw_session *session, xw_stream *stream) {
    int level = xw_effective_level(session, stream);
    /* The one that was given back last: a stream that runs dry in each pause keeps its real one.
     * Kernels that go to two of them in turn begin later (ARCHITECTURE.md, "Two speeds of a
     * context"). */
    for (uint32_t i = session->spare_count; i-- > 0;) {
        if (session->spare[i].level != level) continue;
        stream->native = session->spare[i].native;
        spare_remove(session, i);
        stream->level = (uint8_t)level;
        session->natives_used++;
        return 0;
    }
    uint32_t most = session->window_open ? XW_NATIVE_STREAMS_MAX : XW_NATIVE_STREAMS_SOFT;
    if (session->natives_used >= most) return XW_NATIVES_TAKEN;
    if (session->natives_open >= most && session->spare_count) {
        worker->backend->stream_close(worker->backend->device, session->spare[0].native);
        spare_remove(session, 0);
        session->natives_open--;
    }
    int result = worker->backend->stream_open(worker->backend->device, level, &stream->native);
    if (result) return result;
    stream->level = (uint8_t)level;
    session->natives_open++;
    session->natives_used++;
    return 0;
}
