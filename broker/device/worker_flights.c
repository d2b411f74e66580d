/* What is issued and not retired: flights, the markers that show their end in the status
 * page, and the words of that page.
 *
 * Decides when a marker is appended and what its value proves; keeps the accounts of each
 * stream and session in step with it, and learns from samples that are over. It must
 * never know grants or why an operation was issued. Called by worker_issue.c (push, mark),
 * worker.c (retire) and the files that make the device show where it is. */
#include <linux/futex.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "broker/device/graph.h"
#include "broker/device/worker_private.h"

static void futex_wake(void *word, int most) {
    syscall(SYS_futex, word, FUTEX_WAKE, most, NULL, NULL, 0);
}

void xw_wake_line(xw_session *session, uint32_t line) {
    _Atomic uint32_t *sleeping =
        (_Atomic uint32_t *)(session->waiters + (size_t)line * XS_STATUS_LINE_BYTES);
    /* The order matters: the word first, then whether anybody sleeps on it. */
    atomic_thread_fence(memory_order_seq_cst);
    if (atomic_load(sleeping)) futex_wake(xw_retired_word(session, line), INT32_MAX);
}

/* The lock is for xw_error_take: an error must not fall between its reading and clearing. */
void xw_session_error(xw_session *session, int result, uint64_t seq, uint16_t line) {
    pthread_mutex_lock(&session->error_lock);
    if (line && !atomic_load(xw_line_error_word(session, line)))
        atomic_store(xw_line_error_word(session, line), (uint32_t)result);
    int first = session->first_error == 0;
    if (first) {
        session->first_error = result;
        session->first_error_seq = seq;
        atomic_store(xw_first_error_word(session), (uint32_t)result);
    }
    pthread_mutex_unlock(&session->error_lock);
    if (first) xw_tell(session->worker, XW_ASYNC_ERROR, session->id, (uint64_t)result, seq, 0);
    atomic_fetch_add_explicit(&session->failures, 1, memory_order_relaxed);
}

/* piece: the operation is not complete with this (or has been before: a record that an edge
 * put after it), so no number of an operation can stand for it in the status page. */
xw_flight *xw_flight_push(xw_session *session, xw_stream *stream, int kind, uint64_t seq,
                          int piece, uint64_t now_ns) {
    if (stream->in_flight == stream->flights_capacity) {
        uint32_t capacity = stream->flights_capacity ? stream->flights_capacity * 2 : 64;
        xw_flight *flights = malloc(capacity * sizeof *flights);
        if (!flights) abort();
        for (uint32_t i = 0; i < stream->in_flight; i++)
            flights[i] = stream->flights[(stream->flights_first + i) &
                                         (stream->flights_capacity - 1)];
        free(stream->flights);
        stream->flights = flights;
        stream->flights_capacity = capacity;
        stream->flights_first = 0;
    }
    if (stream->in_flight == 0) stream->progress_ns = stream->begun_ns = now_ns;
    if (session->in_flight == 0) session->retired_ns = now_ns;
    xw_flight *flight = &stream->flights[(stream->flights_first + stream->in_flight++) &
                                         (stream->flights_capacity - 1)];
    session->in_flight++;
    if (stream->marked_ticket == stream->issued_ticket) stream->unmarked_since_ns = now_ns;
    *flight = (xw_flight){.seq = seq, .ticket = ++stream->issued_ticket, .issued_ns = now_ns,
                          .accepted_ns = stream->head ? stream->head->accepted_ns : now_ns,
                          .kind = (uint8_t)kind};
    stream->last_is_piece = (uint8_t)piece;
    if (!piece && seq > stream->issued_seq) stream->issued_seq = seq;
    return flight;
}

static void learn(xw_worker *worker, xw_flight *flight) {
    int64_t elapsed_ns = 0;
    if (worker->backend->elapsed(worker->backend->device, flight->sample_start,
                                 flight->sample_end, &elapsed_ns) == 0) {
        if (flight->kind == XR_COPY)
            xw_copy_learn(worker, (int)flight->event_index, flight->bytes, elapsed_ns);
        else if (flight->estimate && flight->estimate->key == flight->estimate_key)
            xw_estimate_learn(flight->estimate, elapsed_ns);
        atomic_fetch_add_explicit(&worker->samples, 1, memory_order_relaxed);
    }
    xw_event_give(worker, flight->sample_start);
    xw_event_give(worker, flight->sample_end);
}

static void flight_pop(xw_worker *worker, xw_session *session, xw_stream *stream,
                       uint64_t now_ns) {
    xw_flight *flight = &stream->flights[stream->flights_first];
    stream->flights_first = (stream->flights_first + 1) & (stream->flights_capacity - 1);
    stream->in_flight--;
    session->in_flight--;
    stream->in_flight_ns -= flight->estimate_ns;
    stream->begun_ns += flight->estimate_ns;
    stream->sm_ns -= flight->sm_ns;
    stream->longs -= flight->is_long;
    session->sm_ns -= flight->sm_ns;
    session->used_ns += flight->estimate_ns;
    if (flight->kind <= XR_GRAPH) {
        stream->launches_in_flight--;
        session->launches_in_flight--;
    }
    if (flight->kind == XR_COPY || flight->kind == XR_FILL) xw_engine_retired(session, flight);
    if (flight->kind == XR_WAIT_VALUE) stream->waits--;
    if (flight->sample_start) learn(worker, flight);
    if (worker->trace) xw_trace_flight(worker->trace, session, stream, flight, now_ns);
    if (flight->first_high) {
        worker->first_high_until_ns = 0;
        uint64_t started = now_ns > flight->estimate_ns ? now_ns - flight->estimate_ns : 0;
        if (started < worker->first_high_arrived_ns) started = worker->first_high_arrived_ns;
        xw_tell(worker, XW_FIRST_HIGH, session->id, worker->first_high_arrived_ns, started, 0);
    }
    if (flight->graph) xg_release(flight->graph);
    if (flight->event) {
        pthread_mutex_lock(&session->events_lock);
        xw_event *event = flight->event_index && flight->event_index <
                          session->worker_events_capacity
                              ? &session->events[flight->event_index] : NULL;
        if (event && event->native == flight->event && event->seq == flight->seq)
            event->retired = 1;
        else xw_event_give(worker, flight->event);
        pthread_mutex_unlock(&session->events_lock);
    }
}

void xw_retired_store(xw_session *session, xw_stream *stream, uint64_t seq,
                      uint64_t now_ns) {
    atomic_store_explicit(xw_retired_word(session, stream->line), seq, memory_order_release);
    stream->retired_seq = stream->issued_seq = stream->marker_seq = seq;
    stream->progress_ns = session->retired_ns = now_ns;
    xw_wake_line(session, stream->line);
}

static int mark_word(xw_worker *worker, xw_session *session, xw_stream *stream,
                     uint32_t offset, uint64_t value) {
    uint64_t word = (uint64_t)(uintptr_t)(xw_line_of(session, stream->line) + offset);
    int result = worker->backend->write_value(worker->backend->device, stream->native, word,
                                              value, 8);
    worker->marked = 1;
    if (result) xw_fault(worker, result, session->id, stream->issued_seq);
    else atomic_fetch_add_explicit(&worker->markers, 1, memory_order_relaxed);
    return result;
}

/* Make the retirement of all that is issued visible in memory as soon as it happens. */
void xw_mark(xw_worker *worker, xw_session *session, xw_stream *stream) {
    if (stream->marked_ticket == stream->issued_ticket || !stream->native) return;
    if (stream->issued_seq > stream->marker_seq &&
        mark_word(worker, session, stream, XS_STATUS_RETIRED_SEQ, stream->issued_seq))
        return;
    stream->marker_seq = stream->issued_seq;
    if (stream->last_is_piece) {
        if (mark_word(worker, session, stream, XS_STATUS_PROGRESS, stream->issued_ticket))
            return;
        stream->progress_ticket = stream->issued_ticket;
    }
    stream->marked_ticket = stream->issued_ticket;
    stream->unmarked = 0;
    stream->unmarked_ns = 0;
}

/* Somebody waits for seq, which is issued: say when it should retire, so that the waiter can
 * be awake by then. Waking it when we have seen the end takes two wake-ups one after another.
 * The loop hears of an end that is far (worker_watch.c, tell_awaited). */
void xw_foretell(xw_worker *worker, xw_session *session, xw_stream *stream, uint64_t seq) {
    unsigned char *line = xw_line_of(session, stream->line);
    uint64_t due_ns = worker->config.origin_ns +
                      (stream->begun_ns + stream->in_flight_ns) * worker->config.dilation;
    atomic_store_explicit((_Atomic uint64_t *)(line + XS_STATUS_DUE_NS), due_ns,
                          memory_order_relaxed);
    atomic_store_explicit((_Atomic uint64_t *)(line + XS_STATUS_DUE_SEQ), seq,
                          memory_order_release);
    stream->awaited = 1;
    xw_wake_line(session, stream->line);
    uint64_t end_ns = stream->begun_ns + stream->in_flight_ns;
    if (!worker->polled || end_ns <= xw_now_of(worker) + XW_FAR_NS) return;
    atomic_store(&session->awaited_ns, end_ns);
    session->awaited_new = 1;
}

int xw_marker_out(const xw_stream *stream) {
    return stream->in_flight &&
           stream->flights[stream->flights_first].ticket <= stream->marked_ticket;
}

void xw_mark_all(xw_worker *worker, xw_session *session) {
    for (xw_stream *stream = session->active; stream; stream = stream->active_next)
        if (stream->in_flight) xw_mark(worker, session, stream);
}

int xw_retire(xw_worker *worker, xw_session *session, xw_stream *stream,
              uint64_t now_ns) {
    if (!stream->in_flight && stream->marker_seq <= stream->retired_seq) return 0;
    uint64_t looked_ns = stream->looked_ns, ticket = 0;
    stream->looked_ns = now_ns;
    if (stream->progress_ticket) { /* read before retired_seq, which is written before it */
        ticket = atomic_load_explicit(
            (_Atomic uint64_t *)(xw_line_of(session, stream->line) + XS_STATUS_PROGRESS),
            memory_order_acquire);
        if (ticket > stream->progress_ticket) ticket = 0;
    }
    uint64_t seq = atomic_load_explicit(xw_retired_word(session, stream->line),
                                        memory_order_acquire);
    if (seq > stream->marker_seq) return 0;
    uint32_t before = stream->in_flight;
    while (stream->in_flight) {
        const xw_flight *flight = &stream->flights[stream->flights_first];
        if (flight->seq > seq && flight->ticket > ticket) break;
        flight_pop(worker, session, stream, now_ns);
    }
    int shown = seq > stream->retired_seq;
    stream->retired_seq = seq;
    if (!stream->in_flight && stream->awaited) {
        stream->awaited = 0;
        worker->waited_for = 1; /* who has waited goes on now */
    }
    if (stream->in_flight == before && !shown) return 0;
    /* What follows began when the last of these ended: as reckoned from their times, but
     * not before the words were last read without it, and not after now. */
    if (stream->begun_ns < looked_ns) stream->begun_ns = looked_ns;
    if (stream->begun_ns > now_ns) stream->begun_ns = now_ns;
    stream->progress_ns = session->retired_ns = now_ns;
    session->window_open = 0;
    if (shown) xw_wake_line(session, stream->line);
    return 1;
}

/* How long the stream's flights still need, as reckoned from when the first one began. */
uint64_t xw_left_ns(const xw_stream *stream, uint64_t now_ns) {
    uint64_t gone = now_ns > stream->begun_ns ? now_ns - stream->begun_ns : 0;
    return stream->in_flight_ns > gone ? stream->in_flight_ns - gone : 0;
}

uint64_t xw_session_in_flight_ns(const xw_session *session) {
    uint64_t total = 0;
    for (const xw_stream *s = session->active; s; s = s->active_next) total += s->in_flight_ns;
    return total;
}
