/* What a grant allows: the mode and the floor, what is left of the batch, the windows.
 *
 * Decides whether one more operation may go to the device now, and counts it when it has
 * gone; says when a batch is spent, a session preempted, a class switched. It must never
 * know why the scheduler granted what it did, nor how an operation is issued. Called by
 * worker_issue.c before and after each operation, by worker.c once a turn. */
#include "broker/device/worker_private.h"

enum {
    MARK_EVERY = 64,        /* launches; a marker costs half a launch, and 2 us of its stream */
    FIRST_HIGH_NS = 500000, /* a switch is over by then, or its time is told less exactly */
    LEAD_NS = 40000,        /* a long launch is issued so early, or 20 us and our lateness */
    LEAD_LATE_NS = 20000,
    UNKNOWN_MAX = 16,       /* launches out beside one whose time is not known */
};

void xw_tell_spent(xw_worker *worker, xw_session *session) {
    if (session->spent_told) return;
    session->spent_told = 1;
    uint64_t used = session->used_ns;
    session->used_ns = 0;
    atomic_fetch_add_explicit(&session->used_total_ns, used, memory_order_relaxed);
    xw_tell(worker, XW_BATCH_SPENT, session->id,
            session->grant.launches_max - session->grant.launches_left, used,
            xw_queued(session));
}

/* May this session issue anything at all now? Reads the floor: one atomic load. Who stands by
 * is held until the floor has risen, and has nothing to tell before. */
int xw_permitted(xw_worker *worker, xw_session *session, uint64_t now_ns) {
    xw_grant *grant = &session->grant;
    if (grant->mode == XW_HELD || session->closing) return 0;
    if ((grant->mode == XW_BULK || grant->mode == XW_STANDBY) &&
        atomic_load_explicit(&session->class_, memory_order_relaxed) >
            atomic_load_explicit(&worker->floor->floor, memory_order_acquire)) {
        if (!session->preempted_told && grant->mode == XW_BULK) {
            session->preempted_told = 1;
            xw_tell(worker, XW_PREEMPTED, session->id, xw_queued(session),
                    xw_session_in_flight_ns(session), 0);
        }
        return 0;
    }
    if (grant->launches_left == 0 || (grant->mode == XW_BURST && now_ns >= grant->until_ns)) {
        xw_tell_spent(worker, session);
        return 0;
    }
    session->preempted_told = 0;
    return 1;
}

/* GPU time of the session, over all SMs, that is still to run. */
static uint64_t sm_left_ns(const xw_session *session, uint64_t now_ns) {
    uint64_t left = 0;
    for (const xw_stream *s = session->active; s; s = s->active_next)
        if (s->in_flight_ns)
            left += (uint64_t)((double)s->sm_ns * (double)xw_left_ns(s, now_ns) /
                               (double)s->in_flight_ns);
    return left;
}

/* The stream's own window; sets when there will be room if there is none now.
 *
 * What counts is the time that the flights still need, reckoned from when the first one
 * began: retirement shows late, by the marker and by our sleep, and a stream that waited
 * for it would run dry before each long kernel. A long launch may follow a little before
 * the end of what is out. The reckoning may be wrong (neighbours take SMs, a kernel
 * grew), so what is not seen to be over is bounded too. */
static int stream_allows(xw_stream *stream, uint64_t window_ns, uint64_t estimate_ns,
                         uint64_t lead_ns, uint64_t now_ns) {
    uint64_t left_ns = xw_left_ns(stream, now_ns);
    uint64_t end_ns = stream->begun_ns + stream->in_flight_ns;
    stream->refill_ns = 0;
    stream->refill_exact = 0;
    if (stream->launches_in_flight == 0) return 1;
    if (estimate_ns > window_ns / 2) {
        if (stream->longs < 2 && left_ns <= lead_ns) return 1;
        stream->refill_ns = end_ns - (lead_ns < stream->in_flight_ns ? lead_ns : 0);
        stream->refill_exact = 1;
        return 0;
    }
    if (stream->launches_in_flight < 2) return 1;
    /* Behind a long kernel, which nothing recalls anyway, there is room for a window. */
    const xw_flight *first = &stream->flights[stream->flights_first];
    uint64_t behind_ns = stream->in_flight_ns - first->estimate_ns;
    uint64_t ahead_ns = first->is_long && behind_ns < left_ns ? left_ns - behind_ns : 0;
    if (left_ns + estimate_ns <= window_ns + ahead_ns && behind_ns + estimate_ns <= 2 * window_ns)
        return 1;
    /* Not one launch at a time: room for half a window, so that we wake up seldom. */
    uint64_t half_ns = window_ns / 2 < stream->in_flight_ns ? window_ns / 2 : 0;
    stream->refill_ns = end_ns - half_ns;
    return 0;
}

/* Is there room for one more launch of this estimate in the windows? The floors keep a
 * stream busy however long its kernels are; kernels that wait for each other would stop
 * here for ever, so a session that retires nothing for STALL_NS gets one more. */
int xw_window_allows(xw_session *session, xw_stream *stream, uint64_t estimate_ns,
                     uint64_t sm_ns, int known, uint64_t now_ns) {
    const xw_grant *grant = &session->grant;
    if (stream->launches_in_flight >= grant->launches_in_flight_max) {
        if (grant->mode != XW_URGENT && session->window_open) return 1;
        /* Room for half of them, as in stream_allows, where half is more than one. */
        stream->refill_ns = stream->begun_ns + stream->in_flight_ns /
                            (grant->launches_in_flight_max > 2 ? 2 : 1);
        return 0;
    }
    if (grant->window_ns == 0 || session->window_open) return 1;
    /* A guess says nothing of a wide window: a hundred of them may be seconds. */
    if (!known && stream->launches_in_flight >= UNKNOWN_MAX) {
        stream->refill_ns = stream->begun_ns + stream->in_flight_ns / 2;
        return 0;
    }
    const xw_worker *worker = session->worker;
    uint64_t lead_ns = LEAD_LATE_NS + worker->late_ns / worker->config.dilation;
    if (lead_ns < LEAD_NS) lead_ns = LEAD_NS;
    if (!stream_allows(stream, grant->window_ns, estimate_ns, lead_ns, now_ns)) return 0;
    uint64_t most_ns = 2 * grant->window_ns;
    if (session->launches_in_flight == stream->launches_in_flight) return 1;
    if (session->launches_in_flight < 2 || session->sm_ns + sm_ns <= most_ns ||
        sm_left_ns(session, now_ns) + sm_ns <= most_ns)
        return 1;
    stream->refill_ns = now_ns; /* looked at again soon */
    return 0;
}

void xw_count_issue(xw_worker *worker, xw_session *session, xw_stream *stream,
                    xw_flight *flight, uint64_t estimate_ns, uint64_t sm_ns,
                    uint64_t now_ns) {
    uint32_t class_ = atomic_load_explicit(&session->class_, memory_order_relaxed);
    flight->estimate_ns = estimate_ns;
    flight->sm_ns = sm_ns;
    flight->is_long = session->grant.window_ns && estimate_ns > session->grant.window_ns / 2;
    stream->longs += flight->is_long;
    stream->in_flight_ns += estimate_ns;
    stream->sm_ns += sm_ns;
    stream->launches_in_flight++;
    stream->unmarked++;
    stream->unmarked_ns += estimate_ns;
    session->sm_ns += sm_ns;
    session->launches_in_flight++;
    session->window_open = 0;
    session->grant.launches_left--;
    worker->handover_until_ns = 0;
    if (session->grant.mode != XW_BURST &&
        session->grant.launches_left <= session->grant.launches_max / 4)
        xw_tell_spent(worker, session);
    worker->class_last_issue_ns[class_ & 255] = now_ns;
    if (worker->first_high_due && class_ <= worker->first_high_class) {
        worker->first_high_due = 0;
        flight->first_high = 1;
        worker->first_high_until_ns = now_ns + FIRST_HIGH_NS;
        xw_mark(worker, session, stream);
        return;
    }
    uint64_t window = session->grant.window_ns;
    if (stream->unmarked >= MARK_EVERY || (window && stream->unmarked_ns >= window))
        xw_mark(worker, session, stream);
}

/* The floor fell: say, where there are sessions below it, when the last launch of theirs was
 * issued and how much GPU time is out. Nothing below it can be issued in bulk after this. */
void xw_observe_floor(xw_worker *worker) {
    uint32_t epoch = atomic_load_explicit(&worker->floor->epoch, memory_order_acquire);
    if (epoch == worker->floor_epoch_seen) return;
    worker->floor_epoch_seen = epoch;
    uint32_t floor = atomic_load(&worker->floor->lowered_class); /* it may have risen since */
    uint64_t last = 0, out = 0;
    uint32_t lower = 0;
    for (uint32_t class_ = floor + 1; class_ < 256; class_++)
        if (worker->class_last_issue_ns[class_] > last)
            last = worker->class_last_issue_ns[class_];
    for (uint32_t i = 0; i < worker->order_count; i++)
        if (atomic_load(&worker->order[i]->class_) > floor) {
            lower++;
            out += xw_session_in_flight_ns(worker->order[i]);
        }
    worker->first_high_arrived_ns = atomic_load(&worker->floor->arrived_ns);
    worker->first_high_due = 1;
    worker->first_high_class = floor;
    if (lower) xw_tell(worker, XW_SWITCHED, 0, worker->first_high_arrived_ns, last, out);
}
