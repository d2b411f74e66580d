/* The accounts of a session between turns: what is late, over, owed or to be told.
 *
 * Decides when a session is idle, stalled, overdue or closed, and answers those who wait
 * for retirement or emptiness. It must never issue a tenant's operation. Called by
 * worker.c after its turns, for every session. */
#include <string.h>

#include "broker/device/worker_private.h"

static const uint64_t MARK_IDLE_NS = 20000;      /* nothing more came: mark what is out, */
static const uint64_t MARK_LEFT_NS = 100000;     /* where it is over in no longer time than that, */
static const uint64_t MARK_LATEST_NS = 2000000;  /* or the reckoning may be wrong */
static const uint64_t STALL_NS = 10000000;       /* no retirement: the window opens by one */
static const uint64_t USAGE_EVERY_NS = 5000000;
static const uint64_t OVERDUE_NS = 50000000;
static const uint64_t QUERY_EVERY_NS = 100000000;
static const uint64_t UNBLOCK_EVERY_NS = 1000000;
static const uint64_t LOOK_EVERY_NS = 200000;    /* most, at work that is late */
static const uint64_t HANDOVER_NS = 300000;      /* a grant is looked for without a sleep */
static const uint64_t AWAITED_NS = 100000;       /* looked for without a sleep, once it is due */
static const uint64_t TELL_AWAITED_EVERY_NS = XW_FAR_NS / 2; /* told after that, it is not late */
static const uint64_t COPIES_LOOK_EVERY_NS = 250000; /* most, however long they are reckoned */

enum {
    COPIES_EARLY = 8, /* a part of the time of copies by which they may end earlier, */
    COPIES_LOOKS = 8, /* looked for so often */
    COPIES_MANY = 4,  /* the part of what is out from which on it is copies that end it */
};

static const xw_flight *first_value_wait(const xw_stream *stream) {
    for (uint32_t i = 0; i < stream->in_flight; i++) {
        const xw_flight *flight =
            &stream->flights[(stream->flights_first + i) & (stream->flights_capacity - 1)];
        if (flight->kind == XR_WAIT_VALUE) return flight;
    }
    return NULL;
}

/* A stream of a dead session may wait for a word that nobody will write any more: write it.
 * The memory is the dead session's own. One wait at a time, the streams in turn, and again
 * until it is over: two waits may want different values of one word. */
static void unblock_waits(xw_worker *worker, xw_session *session, uint64_t now_ns,
                          uint64_t *due) {
    uint32_t waiting = 0;
    for (const xw_stream *s = session->active; s; s = s->active_next) waiting += s->waits > 0;
    if (!waiting) return;
    if (session->unblocked && now_ns - session->unblocked_ns < UNBLOCK_EVERY_NS) {
        xw_earlier(due, session->unblocked_ns + UNBLOCK_EVERY_NS);
        return;
    }
    session->unblocked_ns = now_ns;
    xw_earlier(due, now_ns + UNBLOCK_EVERY_NS);
    const xs_backend *b = worker->backend;
    if (!session->helper && b->stream_open(b->device, 0, &session->helper)) return;
    uint32_t skip = session->unblocked++ % waiting;
    const xw_stream *stream = session->active;
    while (!stream->waits || skip--) stream = stream->active_next;
    const xw_flight *flight = first_value_wait(stream);
    uint32_t width = flight->event_index & 255, condition = flight->event_index >> 8;
    uint64_t value = condition == XS_WAIT_CONDITION_NOR ? 0 : flight->bytes;
    int result = b->write_value(b->device, session->helper,
                                (uint64_t)(uintptr_t)flight->function, value, width);
    if (xs_result_is_sticky(result)) xw_fault(worker, result, session->id, flight->seq);
    worker->marked = 1;
}

void xw_session_forget(xw_worker *worker, xw_session *session) {
    const xs_backend *b = worker->backend;
    for (xw_stream *stream = session->active; stream; stream = stream->active_next)
        xw_native_release(worker, session, stream);
    while (session->spare_count)
        b->stream_close(b->device, session->spare[--session->spare_count].native);
    if (session->helper) b->stream_close(b->device, session->helper);
    pthread_mutex_lock(&session->events_lock);
    for (uint32_t i = 0; i < session->worker_events_capacity; i++)
        if (session->events[i].retired) xw_event_give(worker, session->events[i].native);
    session->worker_events_capacity = 0;
    pthread_mutex_unlock(&session->events_lock);
    for (uint32_t i = 0; i < worker->order_count; i++) {
        if (worker->order[i] != session) continue;
        memmove(&worker->order[i], &worker->order[i + 1],
                (worker->order_count - i - 1) * sizeof worker->order[0]);
        worker->order_count--;
        break;
    }
    /* Nothing of it will run any more: who waits for that has waited long enough. */
    for (uint32_t i = 0; i < session->notices_count; i++)
        xw_tell(worker, XW_RETIRED, session->id, session->notices[i].ticket, 0, 0);
    session->notices_count = 0;
    atomic_fetch_add_explicit(&session->used_total_ns, session->used_ns, memory_order_relaxed);
    uint32_t id = session->id;
    atomic_store(&session->state, XWS_CLOSED);
    xw_tell(worker, XW_CLOSED, id, 0, 0, 0); /* the loop may free the session from here on */
}

static int all_retired(const xw_session *session, uint64_t seq) {
    for (const xw_stream *stream = session->active; stream; stream = stream->active_next) {
        if (stream->head && stream->head->seq <= seq) return 0;
        if (stream->in_flight && stream->flights[stream->flights_first].seq <= seq) return 0;
    }
    return 1;
}

static void answer_notices(xw_worker *worker, xw_session *session) {
    uint32_t left = 0;
    for (uint32_t i = 0; i < session->notices_count; i++) {
        xw_notice notice = session->notices[i];
        if (all_retired(session, notice.seq))
            xw_tell(worker, XW_RETIRED, session->id, notice.ticket, 0, 0);
        else session->notices[left++] = notice;
    }
    session->notices_count = left;
    if (left) xw_mark_all(worker, session);
}

void xw_answer_empty(xw_worker *worker) {
    if (!worker->empty_count) return;
    for (uint32_t i = 0; i < worker->order_count; i++) {
        if (!worker->order[i]->in_flight) continue;
        xw_mark_all(worker, worker->order[i]);
        return;
    }
    for (uint32_t i = 0; i < worker->empty_count; i++)
        xw_tell(worker, XW_EMPTY, 0, worker->empty_tickets[i], 0, 0);
    worker->empty_count = 0;
}

static int anybody_held(const xw_worker *worker) {
    for (uint32_t i = 0; i < worker->order_count; i++) {
        int mode = worker->order[i]->grant.mode;
        if ((mode == XW_HELD || mode == XW_STANDBY) && xw_queued(worker->order[i])) return 1;
    }
    return 0;
}

static void watch_idle(xw_worker *worker, xw_session *session, uint64_t now_ns,
                       uint64_t *due) {
    int busy = session->in_flight || session->active ||
               xw_queued(session);
    if (busy || atomic_load(&session->idle_state) != 0) {
        session->idle_seen = 0;
        return;
    }
    uint32_t class_ = atomic_load_explicit(&session->class_, memory_order_relaxed);
    int outranks = (int32_t)class_ <= atomic_load(&worker->floor->armed_class) && worker->polled;
    if (!session->idle_seen) {
        session->idle_seen = 1;
        session->idle_since_ns = now_ns;
        /* The grants of those held for it may come now, and the device is empty. */
        if (outranks && anybody_held(worker)) worker->handover_until_ns = now_ns + HANDOVER_NS;
    }
    if (now_ns - session->idle_since_ns < worker->config.idle_grace_ns) {
        uint64_t told_ns = session->idle_since_ns + worker->config.idle_grace_ns;
        xw_earlier(due, told_ns);
        /* Lower classes may be held for it: they wait for this message. */
        if (outranks) xw_earlier(&worker->exact_ns, told_ns);
        return;
    }
    uint64_t used = session->used_ns;
    session->used_ns = 0;
    atomic_fetch_add_explicit(&session->used_total_ns, used, memory_order_relaxed);
    atomic_store(&session->idle_state, 1);
    xw_tell(worker, XW_IDLED, session->id, used, session->chunks_taken, session->idle_since_ns);
}

static void report_usage(xw_worker *worker, xw_session *session, uint64_t now_ns) {
    if (!session->used_ns || now_ns - session->reported_ns < USAGE_EVERY_NS) return;
    uint64_t used = session->used_ns;
    session->used_ns = 0;
    session->reported_ns = now_ns;
    atomic_fetch_add_explicit(&session->used_total_ns, used, memory_order_relaxed);
    xw_tell(worker, XW_USAGE, session->id, used,
            xw_queued(session), 0);
}

/* Is a kernel, copy or fill what the stream is busy with, and not a wait? A wait before it
 * that is over restarts its time: it may have begun only then. */
static int runs(const xw_session *session, xw_stream *stream, uint64_t now_ns) {
    for (uint32_t i = 0; i < stream->in_flight; i++) {
        xw_flight *flight =
            &stream->flights[(stream->flights_first + i) & (stream->flights_capacity - 1)];
        if (flight->kind <= XR_GRAPH) return 1;
        if (flight->kind == XR_WAIT_VALUE) return 0;
        if (flight->kind != XR_WAIT) continue;
        if (session->streams[flight->event_index].retired_seq < flight->bytes) return 0;
        if (!flight->passed) {
            flight->passed = 1;
            stream->progress_ns = now_ns;
            return 0;
        }
    }
    return 0;
}

/* After a device fault no completion word is ever written: work that is much too old makes
 * us ask the driver, which is too slow to be asked otherwise. */
static void watch_overdue(xw_worker *worker, xw_session *session, xw_stream *stream,
                          uint64_t now_ns, uint64_t *due) {
    uint64_t most = worker->config.kernel_time_max_ns;
    uint64_t age = now_ns - stream->progress_ns;
    uint64_t seq = stream->flights[stream->flights_first].seq;
    if (most && age <= most) xw_earlier(due, stream->progress_ns + most + 1);
    if (most && age > most && runs(session, stream, now_ns)) {
        xw_fault(worker, 702, session->id, seq);
        return;
    }
    uint64_t bound = 20 * stream->flights[stream->flights_first].estimate_ns;
    if (bound < OVERDUE_NS) bound = OVERDUE_NS;
    if (age <= bound) {
        xw_earlier(due, stream->progress_ns + bound + 1);
        return;
    }
    if (worker->query_ns && now_ns - worker->query_ns < QUERY_EVERY_NS) {
        xw_earlier(due, worker->query_ns + QUERY_EVERY_NS);
        return;
    }
    worker->query_ns = now_ns ? now_ns : 1;
    int result = worker->backend->query(worker->backend->device, stream->native);
    if (xs_result_is_sticky(result)) xw_fault(worker, result, session->id, seq);
    xw_earlier(due, now_ns + QUERY_EVERY_NS);
}

/* Reckoned time of the stream's copies that are out. */
static uint64_t copies_ns(const xw_session *session, const xw_stream *stream) {
    uint64_t sum_ns = 0;
    for (int kind = XS_COPY_H2D; kind <= XS_COPY_D2D; kind++)
        if (session->engines[kind].pieces && session->engines[kind].line == stream->line)
            sum_ns += session->engines[kind].ns;
    return sum_ns;
}

/* Are its copies what runs, and not what is in front of them? begin_ns: as reckoned. */
static int copies_run(const xw_stream *stream, uint64_t begin_ns, uint64_t now_ns) {
    uint8_t kind = stream->flights[stream->flights_first].kind;
    return kind == XR_COPY || kind == XR_FILL || now_ns >= begin_ns;
}

/* When to look at the stream's words again, on a device that says nothing itself: when its
 * head finds room, or when all that is out should be over; what is late then, soon, and less
 * and less often.
 *
 * Copies are looked for sooner. They are known with what the events around a sample add (H100:
 * pieces of 150 us follow each other 17 us later, if each is one), and with the company that
 * they had then: a bus that others use gave samples of 247 us for pieces of 153, and 256 MiB
 * that were over were not seen for 3 to 10 ms. */
static uint64_t look_again_ns(const xw_worker *worker, const xw_session *session,
                              const xw_stream *stream, uint64_t now_ns) {
    uint64_t soonest_ns = now_ns + worker->config.poll_wall_ns;
    uint64_t at = stream->begun_ns + stream->in_flight_ns;
    uint64_t copying_ns = copies_ns(session, stream);
    if (copying_ns && now_ns < at) { /* sometimes; and so many times in the last part of it */
        uint64_t early_ns = copying_ns / COPIES_EARLY;
        uint64_t first_ns = at - early_ns, next_ns = now_ns + early_ns / COPIES_LOOKS;
        if (next_ns < first_ns) next_ns = first_ns;
        uint64_t every_ns = now_ns + COPIES_LOOK_EVERY_NS;
        if (next_ns > every_ns && copies_run(stream, at - copying_ns, now_ns)) next_ns = every_ns;
        if (next_ns < at) at = next_ns;
    }
    if (stream->head && stream->refill_ns && stream->refill_ns < at) at = stream->refill_ns;
    if (at >= soonest_ns) return at;
    uint64_t late_ns = now_ns > at ? (now_ns - at) / 4 : 0;
    if (late_ns > LOOK_EVERY_NS) late_ns = LOOK_EVERY_NS;
    return now_ns + late_ns > soonest_ns ? now_ns + late_ns : soonest_ns;
}

/* When to mark what is out, if nothing more comes. A marker takes the device 2 to 3 us between
 * two kernels: a program that sends a frame every 50 us while the device is milliseconds behind
 * would have one in each gap. It is in time as long as it is there before the end, which of
 * copies may be long before what is reckoned; but not of those that take no time, as the fills
 * between the kernels of a model do (a third of a rerank's operations: it had 100 markers). */
static uint64_t mark_idle_ns(const xw_worker *worker, const xw_session *session,
                             const xw_stream *stream, uint64_t now_ns) {
    uint64_t at = stream->unmarked_since_ns + MARK_IDLE_NS;
    if (!worker->polled || copies_ns(session, stream) > stream->in_flight_ns / COPIES_MANY)
        return at;
    uint64_t left_ns = xw_left_ns(stream, now_ns);
    uint64_t late_ns = left_ns > MARK_LEFT_NS ? now_ns + left_ns - MARK_LEFT_NS : 0;
    uint64_t latest_ns = stream->unmarked_since_ns + MARK_LATEST_NS;
    if (late_ns > latest_ns) late_ns = latest_ns;
    return late_ns > at ? late_ns : at;
}

static void watch_stream(xw_worker *worker, xw_session *session, xw_stream *stream,
                         uint64_t now_ns, uint64_t *due) {
    if (stream->in_flight && stream->native)
        watch_overdue(worker, session, stream, now_ns, due);
    if (stream->in_flight && (worker->polled || stream->refill_ns > now_ns))
        xw_earlier(due, look_again_ns(worker, session, stream, now_ns));
    if (stream->head && stream->refill_exact && stream->refill_ns > now_ns)
        xw_earlier(&worker->exact_ns, stream->refill_ns);
    if (stream->awaited && worker->polled) {
        uint64_t end_ns = stream->begun_ns + stream->in_flight_ns;
        if (now_ns < end_ns + AWAITED_NS)
            xw_earlier(&worker->exact_ns, end_ns > now_ns ? end_ns : now_ns);
    }
    /* Amid a copy more is to come: its pieces need one marker a window, since each parts two
     * of them on the engine. issue_stream marks again when this one has been seen. */
    int amid = stream->head && stream->last_is_piece && !stream->waits && xw_marker_out(stream);
    if (stream->in_flight && stream->marked_ticket < stream->issued_ticket && !amid) {
        uint64_t at = mark_idle_ns(worker, session, stream, now_ns);
        if (now_ns >= at || stream->waits) xw_mark(worker, session, stream);
        else xw_earlier(due, at);
    }
    /* The tenant answers a host function in memory, without a bell. */
    if (stream->head && stream->hosting)
        xw_earlier(due, now_ns + 50000);
}

/* Have the loop awake near the end of what is waited for: what follows it comes then. A tenant
 * may wait for any number of ends; the loop, which goes by the latest, hears of one of them at
 * a time, when it has taken the one before, and never sooner than so. */
static void tell_awaited(xw_worker *worker, xw_session *session, uint64_t now_ns,
                         uint64_t *due) {
    if (!session->awaited_new) return;
    uint64_t next_ns = session->awaited_told_ns + TELL_AWAITED_EVERY_NS;
    if (session->awaited_told_ns && now_ns < next_ns) {
        xw_earlier(due, next_ns);
        return;
    }
    session->awaited_new = 0;
    session->awaited_told_ns = now_ns;
    if (!atomic_exchange(&session->awaited_out, 1))
        xw_tell(worker, XW_AWAITED, session->id, atomic_load(&session->awaited_ns), 0, 0);
}

void xw_watch_session(xw_worker *worker, xw_session *session, uint64_t now_ns,
                      uint64_t *due) {
    if (session->closing && !session->in_flight) {
        xw_session_forget(worker, session);
        return;
    }
    for (xw_stream *stream = session->active; stream; stream = stream->active_next)
        watch_stream(worker, session, stream, now_ns, due);
    if (session->closing) unblock_waits(worker, session, now_ns, due);
    if (session->in_flight && session->grant.mode != XW_HELD && !session->window_open) {
        if (now_ns - session->retired_ns >= STALL_NS) {
            session->window_open = 1;
            session->retired_ns = now_ns;
            xw_earlier(due, now_ns);
        } else {
            xw_earlier(due, session->retired_ns + STALL_NS);
        }
    }
    if (session->grant.mode == XW_BURST && session->active) {
        if (now_ns < session->grant.until_ns) xw_earlier(due, session->grant.until_ns);
        else xw_tell_spent(worker, session);
    }
    answer_notices(worker, session);
    tell_awaited(worker, session, now_ns, due);
    watch_idle(worker, session, now_ns, due);
    report_usage(worker, session, now_ns);
    atomic_store_explicit(&session->in_flight_shown, session->in_flight, memory_order_relaxed);
    if (atomic_load_explicit(&session->paused, memory_order_relaxed) &&
        xw_queued(session) <= session->queued_max / 2 &&
        atomic_exchange(&session->paused, 0))
        xw_tell(worker, XW_LOW_WATER, session->id, 0, 0, 0);
}
