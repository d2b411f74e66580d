/* Issuing: what each kind of operation asks of the device.
 *
 * Decides how the head of a stream's FIFO is handed over (whole, in pieces, or not at all
 * yet), which record a wait waits for, and what becomes of an operation the device
 * refuses. Whether it may go now is worker_grants.c's. It must never know the scheduler's
 * reasons, nor when retirement will show. Called by worker.c for one session at a time. */
#include <string.h>

#include "broker/device/worker_private.h"

enum {
    FLIGHTS_MAX = 512,               /* of one stream: a driver's full queue blocks us all */
};

/* ISSUED: it is over with a flight; DROPPED: without one; MORE: a piece or step is out, the
 * rest follows; FAILED: nothing of it follows; BLOCKED: nothing has happened. */
enum { ISSUED = XW_ISSUED, DROPPED = XW_DROPPED, BLOCKED = XW_BLOCKED, MORE = XW_MORE,
       FAILED = XW_FAILED };

/* A record that asks nothing of the device retires at once on an idle stream, else with
 * what is in flight before it. */
void xw_step_passed(xw_worker *worker, xw_session *session, xw_stream *stream, uint64_t seq,
                    int visible, uint64_t now_ns) {
    if (stream->in_flight == 0 && stream->marker_seq <= stream->retired_seq) {
        if (seq > stream->retired_seq) xw_retired_store(session, stream, seq, now_ns);
        return;
    }
    xw_flight_push(session, stream, XR_COMPLETE, seq, 0, now_ns);
    if (!visible) return;
    xw_mark(worker, session, stream);
    xw_foretell(worker, session, stream, seq);
}

/* An edge stands for no operation: when it fails, nothing retires with it. */
static int is_edge(const xw_record *record) {
    return (record->kind == XR_WAIT && record->u.wait.internal) ||
           (record->kind == XR_RECORD && record->u.record.event == 0);
}

int xw_step_failed(xw_worker *worker, xw_session *session, xw_stream *stream, int result,
                   const xw_piece *step, uint64_t now_ns) {
    uint64_t seq = step->head->seq;
    if (xs_result_is_sticky(result)) {
        xw_fault(worker, result, session->id, seq);
        return BLOCKED;
    }
    xw_session_error(session, result, seq, stream->line);
    stream->copied = 0; /* whatever pieces went out, none follows */
    if (!is_edge(step->head)) xw_step_passed(worker, session, stream, seq, 1, now_ns);
    return FAILED;
}

/* A stream without a real one gets one. ISSUED when it has one; BLOCKED while others of
 * the session may still give theirs back; DROPPED when the device has none at all. */
static int native_ensure(xw_worker *worker, xw_session *session, xw_stream *stream,
                         const xw_piece *step, uint64_t now_ns) {
    if (stream->native) return ISSUED;
    int result = xw_native_acquire(worker, session, stream);
    if (!result) return ISSUED;
    if (result == XW_NATIVES_TAKEN || (session->natives_used && !xs_result_is_sticky(result)))
        return BLOCKED;
    return xw_step_failed(worker, session, stream, result, step, now_ns);
}

int xw_sample_begin(xw_worker *worker, xw_stream *stream, void **start, void **end) {
    *start = xw_event_take(worker);
    *end = xw_event_take(worker);
    const xs_backend *b = worker->backend;
    if (*start && *end && b->event_record(b->device, stream->native, *start) == 0) return 1;
    xw_event_give(worker, *start);
    xw_event_give(worker, *end);
    *start = *end = NULL;
    return 0;
}

static int issue_launch(xw_worker *worker, xw_session *session, xw_stream *stream,
                        const xw_piece *step, uint64_t now_ns) {
    const xw_record *record = step->what;
    xw_estimate *estimate = xw_estimate_find(worker, record->u.launch.key);
    uint64_t sm_ns = estimate->estimate_ns * record->u.launch.sm_permille / 1000;
    int known = estimate->samples > 0;
    if (!xw_window_allows(session, stream, estimate->estimate_ns, sm_ns, known, now_ns))
        return BLOCKED;
    void *start = NULL, *end = NULL;
    int sampled = xw_estimate_wants_sample(estimate, stream->launches_in_flight) &&
                  xw_sample_begin(worker, stream, &start, &end);
    xs_launch launch = xw_launch_of(record);
    const xs_backend *b = worker->backend;
    int result = b->launch(b->device, stream->native, &launch);
    if (sampled) b->event_record(b->device, stream->native, end);
    if (result) {
        if (sampled) { /* still recorded on the stream: not for the pool yet, so let go */
            b->event_close(b->device, start);
            b->event_close(b->device, end);
        }
        return xw_step_failed(worker, session, stream, result, step, now_ns);
    }
    now_ns = xw_now_of(worker);
    xw_flight *flight = xw_flight_push(session, stream, XR_LAUNCH, step->head->seq, !step->last, now_ns);
    flight->function = record->u.launch.function;
    if (sampled) {
        flight->estimate = estimate;
        flight->estimate_key = record->u.launch.key;
        flight->sample_start = start;
        flight->sample_end = end;
    }
    xw_count(&session->launches, 1);
    if (step->what == step->head) xw_count_queued(session, record, now_ns);
    xw_count_issue(worker, session, stream, flight, estimate->estimate_ns, sm_ns, now_ns);
    return ISSUED;
}

/* The next piece of a copy. *left: bytes of the record from here on. */
static uint64_t copy_piece(const xw_worker *worker, const xw_session *session,
                           const xw_stream *stream, const xw_record *record, xs_rows *piece,
                           uint64_t *left) {
    if (record->kind == XR_COPY_ROWS) {
        const xw_box *box = xw_box_of(record);
        *left = box->row_bytes * box->rows * box->layers - stream->copied;
        return xw_rows_piece(worker, session, box, stream->copied, piece);
    }
    *left = record->u.copy.bytes - stream->copied;
    *piece = (xs_rows){.destination = record->u.copy.destination + stream->copied,
                       .source = record->u.copy.source + stream->copied, .rows = 1};
    uint64_t host = record->u.copy.kind == XS_COPY_H2D ? piece->source : piece->destination;
    piece->row_bytes = xw_piece_bytes(worker, session, (int)record->u.copy.kind,
                                      host - session->host_address, *left);
    return piece->row_bytes;
}

/* Issue one piece of a copy; the record stays at the head until its last piece. */
static int issue_copy(xw_worker *worker, xw_session *session, xw_stream *stream,
                      const xw_piece *step, uint64_t now_ns) {
    const xw_record *record = step->what;
    int rows = record->kind == XR_COPY_ROWS;
    int kind = (int)(rows ? xw_box_of(record)->kind : record->u.copy.kind);
    xs_rows piece;
    uint64_t left, bytes = copy_piece(worker, session, stream, record, &piece, &left);
    uint64_t estimate_ns = xw_copy_estimate_ns(worker, kind, bytes);
    if (!xw_window_allows(session, stream, estimate_ns, 0, 1, now_ns) ||
        !xw_engine_allows(session, stream, kind, estimate_ns, now_ns))
        return BLOCKED;
    void *start = NULL, *end = NULL;
    /* Rows are slower than bytes in one run: nothing is learned from them. */
    int sampled = !rows && xw_copy_wants_sample(worker, kind, bytes) &&
                  xw_sample_begin(worker, stream, &start, &end);
    const xs_backend *b = worker->backend;
    int result = piece.rows == 1
                     ? b->copy(b->device, stream->native, (xs_copy_kind)kind, piece.destination,
                               piece.source, bytes)
                     : b->copy_rows(b->device, stream->native, (xs_copy_kind)kind, &piece);
    if (sampled) b->event_record(b->device, stream->native, end);
    if (result) {
        if (sampled) {
            b->event_close(b->device, start);
            b->event_close(b->device, end);
        }
        return xw_step_failed(worker, session, stream, result, step, now_ns);
    }
    int last = bytes == left;
    xw_flight *flight = xw_flight_push(session, stream, XR_COPY, step->head->seq,
                                       !last || !step->last, now_ns);
    flight->sample_start = start;
    flight->sample_end = end;
    flight->event_index = (uint32_t)kind;
    flight->bytes = bytes;
    xw_engine_issued(session, stream, kind, estimate_ns);
    stream->copied = last ? 0 : stream->copied + bytes;
    if (last) xw_count(&session->copies, 1);
    if (last && step->what == step->head) xw_count_queued(session, record, now_ns);
    xw_count_issue(worker, session, stream, flight, estimate_ns, 0, now_ns);
    return last ? ISSUED : MORE;
}

static int fill_piece(const xs_backend *b, const xw_stream *stream, const xw_record *record,
                      const xs_rows *piece) {
    int rows = record->kind == XR_FILL_ROWS;
    uint32_t value = rows ? xw_box_of(record)->value : record->u.fill.value;
    uint32_t width = rows ? xw_box_of(record)->width : record->u.fill.width;
    uint64_t columns = piece->row_bytes / width;
    if (piece->rows > 1)
        return b->fill_rows(b->device, stream->native, piece->destination,
                            piece->destination_pitch, value, width, columns, piece->rows);
    return b->fill(b->device, stream->native, piece->destination, value, width, columns);
}

/* A large fill goes out in pieces too; `copied` counts its bytes. */
static int issue_fill(xw_worker *worker, xw_session *session, xw_stream *stream,
                      const xw_piece *step, uint64_t now_ns) {
    const xw_record *record = step->what;
    uint64_t left, bytes;
    xs_rows piece = {.rows = 1};
    if (record->kind == XR_FILL_ROWS) {
        const xw_box *box = xw_box_of(record);
        left = box->row_bytes * box->rows - stream->copied;
        bytes = xw_rows_piece(worker, session, box, stream->copied, &piece);
    } else {
        left = record->u.fill.count * record->u.fill.width - stream->copied;
        bytes = xw_piece_bytes(worker, session, XS_COPY_D2D, 0, left);
        piece.destination = record->u.fill.destination + stream->copied;
        piece.row_bytes = bytes;
    }
    uint64_t estimate_ns = xw_copy_estimate_ns(worker, XS_COPY_D2D, bytes / 2);
    if (!xw_window_allows(session, stream, estimate_ns, 0, 1, now_ns) ||
        !xw_engine_allows(session, stream, XS_COPY_D2D, estimate_ns, now_ns))
        return BLOCKED;
    int result = fill_piece(worker->backend, stream, record, &piece);
    if (result) return xw_step_failed(worker, session, stream, result, step, now_ns);
    int last = bytes == left;
    xw_flight *flight = xw_flight_push(session, stream, XR_FILL, step->head->seq,
                                       !last || !step->last, now_ns);
    flight->event_index = XS_COPY_D2D;
    xw_engine_issued(session, stream, XS_COPY_D2D, estimate_ns);
    stream->copied = last ? 0 : stream->copied + bytes;
    if (last) xw_count(&session->fills, 1);
    if (last && step->what == step->head) xw_count_queued(session, record, now_ns);
    xw_count_issue(worker, session, stream, flight, estimate_ns, 0, now_ns);
    return last ? ISSUED : MORE;
}

static int issue_record(xw_worker *worker, xw_session *session, xw_stream *stream,
                        const xw_piece *step, uint64_t now_ns) {
    const xw_record *record = step->what;
    const xs_backend *b = worker->backend;
    void *event = xw_event_take(worker);
    int result = event ? b->event_record(b->device, stream->native, event) : 2;
    if (result) {
        xw_event_give(worker, event);
        return xw_step_failed(worker, session, stream, result, step, now_ns);
    }
    uint32_t index = record->u.record.event;
    /* Whatever number is shown after this one was shown stands for the edge's record too. */
    uint64_t own = step->head->seq, seq = index ? own : stream->issued_seq + 1;
    xw_flight *flight = xw_flight_push(session, stream, XR_RECORD, seq,
                                       !index || !step->last, now_ns);
    flight->event = event;
    flight->event_index = index;
    flight->bytes = own;
    if (!index) return ISSUED;
    pthread_mutex_lock(&session->events_lock);
    xw_event *slot = xw_event_slot(session, index);
    /* Of records on several streams the one sent last counts, whichever is issued last. */
    if (slot->freed_seq < own && slot->seq <= own) {
        if (slot->native && slot->retired) xw_event_give(worker, slot->native);
        *slot = (xw_event){.native = event, .seq = own, .freed_seq = slot->freed_seq,
                           .line = stream->line};
    }
    pthread_mutex_unlock(&session->events_lock);
    return ISSUED;
}

/* The real event of a record, NULL while it is not issued. Those of one graph launch have
 * one number: the event tells them apart; an edge's record is that of event 0. */
static void *recorded_event(const xw_session *session, const xw_graph_wait *wait) {
    const xw_stream *stream = &session->streams[wait->line];
    for (uint32_t i = stream->in_flight; i-- > 0;) {
        const xw_flight *flight =
            &stream->flights[(stream->flights_first + i) & (stream->flights_capacity - 1)];
        if (flight->seq < wait->seq) return NULL;
        if (flight->kind == XR_RECORD && flight->bytes == wait->seq &&
            flight->event_index == wait->event)
            return flight->event;
    }
    return NULL;
}

/* Is a record over, though the graph it is part of may not be? */
static int record_is_over(xw_session *session, const xw_graph_wait *wait) {
    if (wait->seq <= session->streams[wait->line].retired_seq) return 1;
    if (!wait->event || wait->event >= session->worker_events_capacity) return 0;
    pthread_mutex_lock(&session->events_lock);
    const xw_event *event = &session->events[wait->event];
    int over = event->seq == wait->seq && event->line == wait->line && event->retired;
    pthread_mutex_unlock(&session->events_lock);
    return over;
}

static int issue_wait(xw_worker *worker, xw_session *session, xw_stream *stream,
                      const xw_piece *step, uint64_t now_ns) {
    const xw_record *record = step->what;
    const xw_graph_wait *wait = &step->wait;
    if (wait->line == stream->line || record_is_over(session, wait)) {
        if (!record->u.wait.internal && step->last)
            xw_step_passed(worker, session, stream, step->head->seq, 0, now_ns);
        return DROPPED;
    }
    void *event = recorded_event(session, wait);
    if (!event) return BLOCKED;
    int outcome = native_ensure(worker, session, stream, step, now_ns);
    if (outcome != ISSUED) return outcome;
    /* What has retired must show while the stream waits: who lets it go on may be waiting
     * for just that. */
    xw_mark(worker, session, stream);
    const xs_backend *b = worker->backend;
    int result = b->stream_wait(b->device, stream->native, event);
    if (result) return xw_step_failed(worker, session, stream, result, step, now_ns);
    xw_flight *flight = xw_flight_push(session, stream, XR_WAIT, step->head->seq,
                                       record->u.wait.internal || !step->last, now_ns);
    flight->event_index = wait->line;
    flight->bytes = wait->seq;
    return ISSUED;
}

static int issue_value(xw_worker *worker, xw_session *session, xw_stream *stream,
                       const xw_piece *step, uint64_t now_ns) {
    const xw_record *record = step->what;
    const xs_backend *b = worker->backend;
    int result;
    if (record->kind == XR_WAIT_VALUE) xw_mark(worker, session, stream); /* as in issue_wait */
    if (record->kind == XR_WRITE_VALUE)
        result = b->write_value(b->device, stream->native, record->u.value.address,
                                record->u.value.value, record->u.value.width);
    else
        result = b->wait_value(b->device, stream->native, record->u.value.address,
                               record->u.value.value, record->u.value.width,
                               record->u.value.condition);
    if (result)
        return xw_step_failed(worker, session, stream, result, step, now_ns);
    xw_flight *flight = xw_flight_push(session, stream, record->kind, step->head->seq,
                                       !step->last, now_ns);
    if (record->kind == XR_WAIT_VALUE) {
        stream->waits++;
        /* Kept for a session that dies while it waits: see unblock_waits. */
        flight->event_index = record->u.value.width | record->u.value.condition << 8;
        flight->function = (void *)(uintptr_t)record->u.value.address;
        flight->bytes = record->u.value.value;
        xw_mark(worker, session, stream);
    }
    return ISSUED;
}

/* A host function runs in the tenant, in stream order: everything before it has retired,
 * nothing after it is issued until the tenant says that it has run. */
static int issue_host(xw_worker *worker, xw_session *session, xw_stream *stream,
                      const xw_piece *step, uint64_t now_ns) {
    const xw_record *record = step->what;
    if (stream->in_flight) {
        xw_mark(worker, session, stream);
        return BLOCKED;
    }
    if (!stream->hosting) {
        unsigned char *line = xw_line_of(session, stream->line);
        uint64_t seq = step->head->seq;
        stream->host_seq = seq > stream->host_seq ? seq : stream->host_seq + 1;
        stream->hosting = 1;
        atomic_store((_Atomic uint64_t *)(line + XS_STATUS_HOST_TOKEN), record->u.host.token);
        atomic_store((_Atomic uint64_t *)(line + XS_STATUS_HOST_SEQ), stream->host_seq);
        xw_wake_line(session, stream->line);
    }
    const unsigned char *answer = session->waiters +
        (size_t)stream->line * XS_STATUS_LINE_BYTES + XS_WAITERS_HOST_DONE_SEQ;
    if (atomic_load((const _Atomic uint64_t *)answer) < stream->host_seq) return BLOCKED;
    stream->hosting = 0;
    if (step->last) xw_retired_store(session, stream, step->head->seq, now_ns);
    return DROPPED;
}

/* One step: a whole operation, a piece of a copy, or what comes next of a graph. */
int xw_issue_step(xw_worker *worker, xw_session *session, xw_stream *stream,
                  const xw_piece *step, uint64_t now_ns) {
    if (step->what->kind == XR_HOST) return issue_host(worker, session, stream, step, now_ns);
    if (!xw_permitted(worker, session, now_ns)) return BLOCKED;
    if (step->what->kind == XR_WAIT) return issue_wait(worker, session, stream, step, now_ns);
    if (stream->native && stream->level != xw_effective_level(session, stream)) {
        /* The class or policy changed: the stream drains, then gets its new level. */
        if (stream->in_flight) return BLOCKED;
        xw_native_release(worker, session, stream);
    }
    int outcome = native_ensure(worker, session, stream, step, now_ns);
    if (outcome != ISSUED) return outcome;
    switch (step->what->kind) {
    case XR_LAUNCH: return issue_launch(worker, session, stream, step, now_ns);
    case XR_COPY:
    case XR_COPY_ROWS: return issue_copy(worker, session, stream, step, now_ns);
    case XR_FILL:
    case XR_FILL_ROWS: return issue_fill(worker, session, stream, step, now_ns);
    case XR_GRAPH: return xw_issue_segment(worker, session, stream, step, now_ns);
    case XR_RECORD: return issue_record(worker, session, stream, step, now_ns);
    default: return issue_value(worker, session, stream, step, now_ns);
    }
}

static int issue_head(xw_worker *worker, xw_session *session, xw_stream *stream,
                      uint64_t now_ns) {
    const xw_record *record = stream->head;
    switch (record->kind) {
    case XR_COMPLETE:
        worker->waited_for = 1;
        xw_step_passed(worker, session, stream, record->seq, 1, now_ns);
        return DROPPED;
    case XR_FAILED:
        xw_session_error(session, record->u.failed.result, record->seq, stream->line);
        xw_step_passed(worker, session, stream, record->seq, 1, now_ns);
        return DROPPED;
    case XR_GRAPH: return xw_issue_graph(worker, session, stream, record, now_ns);
    default: break;
    }
    xw_piece step = {.what = record, .head = record, .first = 1, .last = 1};
    if (record->kind == XR_WAIT)
        step.wait = (xw_graph_wait){record->u.wait.seq, record->u.wait.line,
                                    record->u.wait.event};
    return xw_issue_step(worker, session, stream, &step, now_ns);
}

static uint32_t issue_stream(xw_worker *worker, xw_session *session, xw_stream *stream,
                             uint32_t budget, uint64_t now_ns) {
    uint32_t issued = 0;
    stream->refill_ns = 0;
    stream->refill_exact = 0;
    while (stream->head && issued < budget && !worker->fault) {
        int outcome = stream->in_flight < FLIGHTS_MAX
                          ? issue_head(worker, session, stream, now_ns) : BLOCKED;
        if (outcome == BLOCKED) {
            /* Nobody knows when room comes unless a marker is on its way. */
            if (!xw_marker_out(stream)) xw_mark(worker, session, stream);
            break;
        }
        issued++;
        if (outcome != MORE) {
            xw_count(&session->issued, !is_edge(stream->head));
            xw_pop_head(worker, session, stream);
        }
        if (atomic_load_explicit(&worker->floor->epoch, memory_order_relaxed) !=
            worker->floor_epoch_seen)
            break;
    }
    return issued;
}

/* budget: operations of each of its streams. */
uint32_t xw_issue_session(xw_worker *worker, xw_session *session, uint32_t budget,
                          uint64_t now_ns) {
    uint32_t issued = 0;
    for (xw_stream **at = &session->active; *at;) {
        xw_stream *stream = *at;
        if (stream->head)
            issued += issue_stream(worker, session, stream, budget, now_ns);
        if (!stream->in_flight && stream->marker_seq <= stream->retired_seq) {
            /* Also one whose head is blocked: it may wait for a stream that has none. */
            xw_native_release(worker, session, stream);
            if (stream->head) {
                at = &stream->active_next;
                continue;
            }
            stream->active = 0;
            *at = stream->active_next;
            continue;
        }
        at = &stream->active_next;
    }
    if (issued) {
        _Atomic uint64_t *word = (_Atomic uint64_t *)(session->status + XS_STATUS_ISSUED_SEQ);
        atomic_store_explicit(word, atomic_load_explicit(&session->issued, memory_order_relaxed),
                              memory_order_release);
    }
    return issued;
}
