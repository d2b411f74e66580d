/* What arrives at the worker's side: records of submissions, and commands.
 *
 * Decides to which FIFO a record goes and obeys commands: sessions that open and close,
 * grants, levels, requests for notices. It must never know the device. Called by worker.c
 * once a turn, and by worker_issue.c for the head of a FIFO that is done with. */
#include <stdlib.h>
#include <string.h>

#include "broker/device/graph.h"
#include "broker/device/worker_private.h"

enum { RECORD_POOLED_BYTES = 256, RECORD_POOL_MAX = 16384 };

static xw_record *record_copy(xw_worker *worker, const xw_record *from) {
    xw_record *record;
    if (from->size <= RECORD_POOLED_BYTES && worker->record_pool) {
        record = worker->record_pool;
        worker->record_pool = record->next;
        worker->record_pool_count--;
    } else {
        record = malloc(from->size > RECORD_POOLED_BYTES ? from->size : RECORD_POOLED_BYTES);
        if (!record) abort();
    }
    memcpy(record, from, from->size);
    record->next = NULL;
    return record;
}

static void record_free(xw_worker *worker, xw_record *record) {
    if (record->size > RECORD_POOLED_BYTES || worker->record_pool_count >= RECORD_POOL_MAX) {
        free(record);
        return;
    }
    record->next = worker->record_pool;
    worker->record_pool = record;
    worker->record_pool_count++;
}

static void unqueue(xw_session *session, uint32_t bytes) {
    xw_count(&session->done, 1);
    xw_count(&session->done_bytes, bytes);
}

static void stream_activate(xw_session *session, xw_stream *stream, uint32_t line) {
    stream->line = (uint16_t)line;
    if (stream->active) return;
    stream->active = 1;
    stream->active_next = session->active;
    session->active = stream;
}

static void enqueue(xw_worker *worker, xw_session *session, const xw_record *from,
                    uint64_t accepted_ns) {
    xw_stream *stream = &session->streams[from->line];
    if (session->closing || from->kind >= XR_EVENT_FREE) {
        if (from->kind == XR_GRAPH) xg_release(from->u.graph.graph);
        if (from->kind == XR_ABSORBED) xw_count(&session->issued, from->u.absorbed.count);
        if (from->kind == XR_EVENT_FREE)
            xw_event_free(worker, session, from->u.record.event, from->seq);
        if (from->kind == XR_STREAM_OPEN) stream->band = (uint8_t)from->u.open.band;
        unqueue(session, from->size);
        return;
    }
    xw_record *record = record_copy(worker, from);
    record->accepted_ns = accepted_ns;
    if (stream->tail) stream->tail->next = record;
    else stream->head = record;
    stream->tail = record;
    stream_activate(session, stream, from->line);
}

int xw_intake(xw_worker *worker, xw_session *session) {
    int any = 0;
    for (;;) {
        xw_chunk *chunk = atomic_load_explicit(&session->queue_head->next, memory_order_acquire);
        if (!chunk) return any;
        free(session->queue_head);
        session->queue_head = chunk;
        for (uint32_t at = 0; at < chunk->used;) {
            const xw_record *record = (const xw_record *)(chunk->bytes + at);
            enqueue(worker, session, record, chunk->accepted_ns);
            at += record->size;
        }
        free(chunk->bytes);
        chunk->bytes = NULL;
        session->chunks_taken++;
        session->idle_seen = 0; /* it may be over before the accounts look at it */
        any = 1;
    }
}

void xw_pop_head(xw_worker *worker, xw_session *session, xw_stream *stream) {
    xw_record *record = stream->head;
    stream->head = record->next;
    if (!stream->head) stream->tail = NULL;
    if (record->kind == XR_GRAPH) xw_graph_over(session, stream, record);
    unqueue(session, record->size);
    record_free(worker, record);
}

static void drop_queued(xw_worker *worker, xw_session *session) {
    for (xw_stream *stream = session->active; stream; stream = stream->active_next) {
        while (stream->head) xw_pop_head(worker, session, stream);
        stream->copied = 0;
        if (stream->in_flight) xw_mark(worker, session, stream);
    }
}

static void by_rank(xw_worker *worker) {
    for (uint32_t i = 1; i < worker->order_count; i++) {
        xw_session *session = worker->order[i];
        uint32_t at = i;
        for (; at > 0 && worker->order[at - 1]->grant.rank > session->grant.rank; at--)
            worker->order[at] = worker->order[at - 1];
        worker->order[at] = session;
    }
    worker->order_stale = 0;
}

static void take_grant(xw_worker *worker, xw_session *session, const xw_grant *grant) {
    int holds = grant->mode == XW_HELD || grant->mode == XW_STANDBY;
    if (holds && session->grant.mode != XW_HELD && session->grant.mode != XW_STANDBY)
        atomic_fetch_add_explicit(&session->holds, 1, memory_order_relaxed);
    if (grant->rank != session->grant.rank) worker->order_stale = 1;
    session->grant = *grant;
    session->spent_told = session->preempted_told = 0;
    if (holds) xw_mark_all(worker, session);
}

static xw_session *session_by_id(xw_worker *worker, uint32_t id) {
    for (uint32_t i = 0; i < worker->order_count; i++)
        if (worker->order[i]->id == id) return worker->order[i];
    return NULL;
}

static void obey(xw_worker *worker, const xw_command *command) {
    if (command->kind == CMD_OPEN) {
        worker->order[worker->order_count++] = (xw_session *)(uintptr_t)command->a;
        worker->order_stale = 1;
        return;
    }
    if (command->kind == CMD_NOTIFY_EMPTY) {
        worker->empty_tickets = xw_grow(worker->empty_tickets, worker->empty_count,
                                        &worker->empty_capacity, sizeof *worker->empty_tickets);
        worker->empty_tickets[worker->empty_count++] = command->a;
        return;
    }
    if (command->kind == CMD_TRACE) {
        xw_trace_obey(worker, (xw_trace *)(uintptr_t)command->a);
        return;
    }
    xw_session *session = session_by_id(worker, command->session);
    if (!session) { /* closed meanwhile */
        if (command->kind == CMD_NOTIFY_RETIRED)
            xw_tell(worker, XW_RETIRED, command->session, command->b, 0, 0);
        return;
    }
    switch (command->kind) {
    case CMD_CLOSE:
        session->closing = 1;
        drop_queued(worker, session);
        break;
    case CMD_GRANT: take_grant(worker, session, &command->grant); break;
    case CMD_LEVEL: session->level = (int)command->a; break;
    case CMD_NOTIFY_RETIRED:
        session->notices = xw_grow(session->notices, session->notices_count,
                                   &session->notices_capacity, sizeof *session->notices);
        session->notices[session->notices_count++] = (xw_notice){command->a, command->b};
        break;
    default: break;
    }
}

int xw_take_commands(xw_worker *worker) {
    if (!atomic_load_explicit(&worker->commands_pending, memory_order_acquire)) return 0;
    pthread_mutex_lock(&worker->commands_lock);
    xw_command *commands = worker->commands;
    uint32_t count = worker->commands_count;
    worker->commands = NULL;
    worker->commands_count = worker->commands_capacity = 0;
    atomic_store(&worker->commands_pending, 0);
    pthread_mutex_unlock(&worker->commands_lock);
    for (uint32_t i = 0; i < count; i++) obey(worker, &commands[i]);
    free(commands);
    if (worker->order_stale) by_rank(worker);
    return 1;
}
