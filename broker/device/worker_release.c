/* The floor rises by itself: lower classes go on when the work above them is over.
 *
 * Decides when that is: nobody of a class down to the floor has had work for as long as the
 * scheduler says (`release_ns`, the longest pause that it takes for the middle of a request).
 * What may then run is what stands by (XW_STANDBY) or had been granted in bulk, down to the
 * next class that has work; the scheduler hears of it, settles its own account of it some
 * 100 us later and finds that nothing is to be done. Without it the device is empty for that
 * time after each request, and for a small copy at the end of one twice: 3.6 % of a decode
 * beside a rerank at 25 % (H100, trace).
 *
 * It must never know why the floor fell. Called by worker.c after the accounts of a step.
 *
 * The loop lowers the floor meanwhile, without a lock: worker_loop.c, xw_floor_keep. A floor
 * that is wrongly low rises at the next look; it is never left wrongly high. */
#include "broker/device/worker_private.h"

static int has_work(const xw_session *session) {
    return session->in_flight || session->active || xw_queued(session);
}

/* Since when the session has had no work. */
static uint64_t quiet_since(xw_session *session) {
    uint64_t since_ns = atomic_load(&session->heard_ns);
    if (session->retired_ns > since_ns) since_ns = session->retired_ns;
    return session->idle_since_ns > since_ns ? session->idle_since_ns : since_ns;
}

/* Has anybody down to the class work? *since_ns: the latest time that anybody had. */
static int anybody_works(xw_worker *worker, uint32_t class_, uint64_t *since_ns) {
    for (uint32_t i = 0; i < worker->order_count; i++) {
        xw_session *session = worker->order[i];
        if (atomic_load_explicit(&session->class_, memory_order_relaxed) > class_) continue;
        if (has_work(session)) return 1;
        uint64_t quiet_ns = quiet_since(session);
        if (quiet_ns > *since_ns) *since_ns = quiet_ns;
    }
    return 0;
}

/* The highest class below that has work, if the floor is what stops somebody of it. Whoever
 * else has work there is held by the scheduler, or has what no floor takes away. */
static uint32_t stopped_class(const xw_worker *worker, uint32_t class_) {
    uint32_t next = XW_NOBODY, stopped = XW_NOBODY;
    for (uint32_t i = 0; i < worker->order_count; i++) {
        const xw_session *session = worker->order[i];
        uint32_t own = atomic_load_explicit(&session->class_, memory_order_relaxed);
        if (own <= class_ || !has_work(session)) continue;
        if (own < next) next = own;
        int mode = session->grant.mode;
        if ((mode == XW_STANDBY || mode == XW_BULK) && own < stopped) stopped = own;
    }
    return stopped == next ? next : XW_NOBODY;
}

int xw_release_floor(xw_worker *worker, uint64_t now_ns, uint64_t *due) {
    xw_floor *floor = worker->floor;
    uint32_t class_ = atomic_load(&floor->floor);
    uint64_t release_ns = atomic_load(&floor->release_ns), since_ns = 0, latest_ns = 0;
    if (class_ == XW_NOBODY || release_ns == XS_NEVER) return 0;
    uint32_t next = stopped_class(worker, class_), risen = next;
    if (next == XW_NOBODY || anybody_works(worker, class_, &since_ns)) return 0;
    if (now_ns < since_ns + release_ns) {
        xw_earlier(due, since_ns + release_ns);
        if (worker->polled) xw_earlier(&worker->exact_ns, since_ns + release_ns);
        return 0;
    }
    if (!atomic_compare_exchange_strong(&floor->floor, &class_, next)) return 0;
    if (anybody_works(worker, class_, &latest_ns) || latest_ns != since_ns) {
        atomic_compare_exchange_strong(&floor->floor, &risen, class_);
        return 0;
    }
    xw_tell(worker, XW_RELEASED, 0, since_ns, now_ns, 0);
    return 1;
}
