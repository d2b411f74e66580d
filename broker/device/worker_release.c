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
 * Sessions of one device are spread over several workers. Each shows the others what its
 * classes do; who has somebody that the floor stops is awake when those above should be over
 * and raises it. It must never know why the floor fell. Called by worker.c after the accounts
 * of a step.
 *
 * The loop lowers the floor meanwhile, without a lock: worker_loop.c, xw_floor_keep. A floor
 * that is wrongly low rises at the next look; it is never left wrongly high. */
#include "broker/device/worker_private.h"

static const uint64_t LATE_NS = 50000;   /* others see an end so late: looked for without a sleep */
static const uint64_t LOOK_NS = 50000;   /* after that, it is looked for so often, */
static const uint64_t LOOK_NS_MAX = 500000; /* and less and less: it may be a wait without end */
static const uint64_t SHOWN_NS = 20000;     /* from when another sees an end to when it shows it */
static const uint64_t NAP_NS_MIN = 20000;   /* a shorter sleep is not worth its wake-up */

/* What is shown of one class, or of all down to one. */
typedef struct shown_class {
    uint64_t quiet_ns, due_ns;
    uint32_t works, first, stopped;
} shown_class;

static uint64_t later(uint64_t a, uint64_t b) { return a > b ? a : b; }

static uint64_t look_ns(uint64_t late_ns) {
    uint64_t look = later(late_ns / 4, LOOK_NS);
    return look < LOOK_NS_MAX ? look : LOOK_NS_MAX;
}

static int has_work(const xw_session *session) {
    return session->in_flight || session->active || xw_queued(session);
}

static void look_at(xw_session *session, uint32_t class_, shown_class *of, uint64_t now_ns) {
    of->quiet_ns = later(of->quiet_ns, atomic_load(&session->heard_ns));
    of->quiet_ns = later(of->quiet_ns, later(session->retired_ns, session->idle_since_ns));
    if (!has_work(session)) return;
    int mode = session->grant.mode;
    if (!of->works || class_ < of->first) {
        of->works = 1;
        of->first = class_;
        of->stopped = 0;
    }
    of->quiet_ns = now_ns;
    of->stopped |= class_ == of->first && (mode == XW_STANDBY || mode == XW_BULK);
    for (const xw_stream *s = session->active; s; s = s->active_next)
        if (s->in_flight) of->due_ns = later(of->due_ns, s->begun_ns + s->in_flight_ns);
}

/* Show the others what our classes do. */
static void show(xw_worker *worker, uint64_t now_ns) {
    xw_shown *shown = worker->shown;
    shown_class now[XW_SHOWN_CLASSES] = {{0}};
    uint64_t heard = atomic_load(&shown->heard);
    for (uint32_t i = 0; i < worker->order_count; i++) {
        uint32_t class_ = atomic_load_explicit(&worker->order[i]->class_, memory_order_relaxed);
        uint32_t last = XW_SHOWN_CLASSES - 1;
        look_at(worker->order[i], class_, &now[class_ < last ? class_ : last], now_ns);
    }
    atomic_fetch_add(&shown->version, 1);
    atomic_thread_fence(memory_order_release); /* odd before anything is written */
    for (uint32_t i = 0; i < XW_SHOWN_CLASSES; i++) {
        xw_shown_class *of = &shown->classes[i];
        atomic_store_explicit(&of->quiet_ns, now[i].quiet_ns, memory_order_relaxed);
        atomic_store_explicit(&of->due_ns, now[i].due_ns, memory_order_relaxed);
        atomic_store_explicit(&of->works, now[i].works, memory_order_relaxed);
        atomic_store_explicit(&of->first, now[i].first, memory_order_relaxed);
        atomic_store_explicit(&of->stopped, now[i].stopped, memory_order_relaxed);
    }
    atomic_store_explicit(&shown->seen, heard, memory_order_relaxed);
    atomic_fetch_add(&shown->version, 1);
}

/* Add what one worker shows: of the classes down to class_ to `above`, of the next below that
 * has work to `next`. 0: it is behind, or writing. */
static int add_shown(const xw_shown *shown, uint32_t class_, shown_class *above,
                     shown_class *next, uint32_t *next_class) {
    uint64_t version = atomic_load(&shown->version);
    uint64_t seen = atomic_load_explicit(&shown->seen, memory_order_relaxed);
    for (uint32_t i = 0; i < XW_SHOWN_CLASSES; i++) {
        const xw_shown_class *of = &shown->classes[i];
        uint32_t works = atomic_load_explicit(&of->works, memory_order_relaxed);
        uint32_t stopped = atomic_load_explicit(&of->stopped, memory_order_relaxed);
        if (i > class_) {
            uint32_t first = atomic_load_explicit(&of->first, memory_order_relaxed);
            if (!works || first > *next_class) continue;
            next->stopped = stopped | (first == *next_class ? next->stopped : 0);
            *next_class = first;
            continue;
        }
        above->works |= works;
        above->due_ns = later(above->due_ns,
                              atomic_load_explicit(&of->due_ns, memory_order_relaxed));
        above->quiet_ns = later(above->quiet_ns,
                                atomic_load_explicit(&of->quiet_ns, memory_order_relaxed));
    }
    atomic_thread_fence(memory_order_acquire);
    return !(version & 1) &&
           atomic_load_explicit(&shown->version, memory_order_relaxed) == version &&
           atomic_load(&shown->heard) == seen;
}

/* What all workers show together. Who is behind has work, for all we know. */
static shown_class ask_all(const xw_worker *worker, uint32_t class_, uint32_t *next_class) {
    shown_class above = {0}, next = {0};
    uint32_t count = atomic_load(&worker->peers->count);
    *next_class = XW_NOBODY;
    for (uint32_t i = 0; i < count; i++)
        above.works |= !add_shown(&worker->peers->shown[i], class_, &above, &next, next_class);
    above.stopped = next.stopped;
    return above;
}

void xw_show(xw_worker *worker, uint64_t now_ns) {
    uint64_t release_ns = atomic_load_explicit(&worker->floor->release_ns, memory_order_relaxed);
    if (release_ns != XS_NEVER && worker->shown) show(worker, now_ns);
}

/* Has anybody of ours work below this class, whom nothing stops but the floor? */
static int anybody_stopped(const xw_worker *worker, uint32_t class_) {
    for (uint32_t i = 0; i < worker->order_count; i++) {
        const xw_session *session = worker->order[i];
        int mode = session->grant.mode;
        if ((mode == XW_BULK || mode == XW_STANDBY) && xw_queued(session) &&
            atomic_load_explicit(&session->class_, memory_order_relaxed) > class_)
            return 1;
    }
    return 0;
}

/* Has anybody of ours work, of a class down to this one? */
static int anybody_works(const xw_worker *worker, uint32_t class_) {
    for (uint32_t i = 0; i < worker->order_count; i++)
        if (atomic_load_explicit(&worker->order[i]->class_, memory_order_relaxed) <= class_ &&
            has_work(worker->order[i]))
            return 1;
    return 0;
}

/* The work above, down to class_, should be over at at_ns: be awake in time for the release.
 *
 * Whom another worker shows at work has not been seen to end: the release is due release_ns
 * after now at the earliest, but for a step that is about to show that end. A sleep till then
 * misses nothing, however often short kernels end meanwhile; else a thread would do little but
 * look for their ends. Where sleeps end too late for that, or the end is ours to see, it is
 * looked for. */
static void await_end(xw_worker *worker, uint32_t class_, uint64_t at_ns, uint64_t release_ns,
                      uint64_t now_ns, uint64_t *due) {
    uint64_t late_ns = xw_sleep_late_ns(worker) / worker->config.dilation;
    int soon = worker->polled && now_ns < at_ns + LATE_NS;
    if (soon && release_ns >= SHOWN_NS + late_ns + NAP_NS_MIN && !anybody_works(worker, class_)) {
        uint64_t early_ns = at_ns > late_ns ? at_ns - late_ns : 0;
        xw_earlier(due, later(early_ns, now_ns + release_ns - SHOWN_NS - late_ns));
        return;
    }
    xw_earlier(due, now_ns < at_ns ? at_ns : now_ns + look_ns(now_ns - at_ns));
    if (soon) xw_earlier(&worker->exact_ns, later(at_ns, now_ns));
}

int xw_release_floor(xw_worker *worker, uint64_t now_ns, uint64_t *due) {
    xw_floor *floor = worker->floor;
    uint64_t release_ns = atomic_load_explicit(&floor->release_ns, memory_order_relaxed);
    if (release_ns == XS_NEVER || atomic_load(&worker->peers->count) > XW_WORKERS_MAX) return 0;
    xw_show(worker, now_ns);
    uint32_t class_ = atomic_load(&floor->floor), next, ignored;
    /* Another worker raised it after ours had been refused: nobody rings for them. */
    if (class_ > worker->floor_seen && anybody_stopped(worker, worker->floor_seen)) return 1;
    /* Whom nothing stops but the floor: of our own, or it is another worker's to raise. */
    if (class_ >= XW_SHOWN_CLASSES - 1 || !anybody_stopped(worker, class_)) return 0;
    shown_class above = ask_all(worker, class_, &next);
    if (above.works) {
        /* Work that has just come is not shown yet. */
        uint64_t end_ns = later(above.due_ns, atomic_load(&floor->arrived_ns));
        await_end(worker, class_, end_ns, release_ns, now_ns, due);
        return 0;
    }
    uint64_t at_ns = above.quiet_ns + release_ns;
    if (now_ns < at_ns) {
        xw_earlier(due, at_ns);
        if (worker->polled) xw_earlier(&worker->exact_ns, at_ns);
        return 0;
    }
    if (!above.stopped) return 0;
    xw_earlier(due, now_ns + LOOK_NS); /* in case that it does not stay raised */
    if (!atomic_compare_exchange_strong(&floor->floor, &class_, next))
        return class_ > worker->floor_seen;
    shown_class again = ask_all(worker, class_, &ignored);
    if (again.works || again.quiet_ns != above.quiet_ns) {
        atomic_compare_exchange_strong(&floor->floor, &next, class_);
        return 0;
    }
    xw_tell(worker, XW_RELEASED, 0, above.quiet_ns, now_ns, 0);
    return 1;
}
