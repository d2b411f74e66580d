/* The device worker: one turn of it, the thread that repeats turns, and how it is heard.
 *
 * Decides the order of a turn (take what arrived, see what retired, issue what the grants
 * allow, then the accounts) and how long to sleep. It must never know what an operation
 * is or what a grant allows: worker_issue.c and worker_grants.c do. Called by _worker.pyx
 * (xw_step, xw_thread_step, xw_start, xw_stop); xw_tell and xw_fault by every other file of the worker;
 * xw_doorbell by both sides. See worker.h for the two sides.
 *
 * Read from the bottom: run_thread repeats xw_thread_step, a step and how long to sleep
 * after it; a step is made of turns. */
#include <errno.h>
#include <linux/futex.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "broker/device/worker_private.h"

enum {
    LATE_NS_MAX = 200000,  /* a longer one is an accident */
    STEP_TURNS = 64,       /* before the accounts have theirs */
    TURN_LAUNCHES = 16,    /* of one session before the next has its turn */
    ALONE_LAUNCHES = 64,   /* the same where there is no next one */
    ARRIVAL_LAUNCHES = 8,  /* issued by the loop's thread: it has others to read from */
    ARRIVAL_SPINS = 4,     /* of config.spin_wall_ns, once: what follows an arrival is on its way */
    WAKE_NS = 150000,      /* device time that outlasts the waking of the issue thread */
};

uint64_t xw_monotonic_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

uint64_t xw_now(const xw_config *config) {
    return (xw_monotonic_ns() - config->origin_ns) / config->dilation;
}

void xw_doorbell(xw_worker *worker) {
    atomic_fetch_add(&worker->doorbell, 1);
    if (atomic_load(&worker->sleeping))
        syscall(SYS_futex, &worker->doorbell, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

/* Lost messages would leave a session without a grant for ever, so the vector grows; it
 * holds one entry a session and kind in practice. Without memory there is no way on. */
void *xw_grow(void *items, uint32_t count, uint32_t *capacity, size_t size) {
    if (count < *capacity) return items;
    *capacity = *capacity ? *capacity * 2 : 64;
    items = realloc(items, *capacity * size);
    if (!items) abort();
    return items;
}

void xw_tell(xw_worker *worker, int kind, uint32_t session, uint64_t a, uint64_t b,
             uint64_t c) {
    pthread_mutex_lock(&worker->messages_lock);
    worker->messages = xw_grow(worker->messages, worker->messages_count,
                               &worker->messages_capacity, sizeof *worker->messages);
    int first = worker->messages_count == 0;
    worker->messages[worker->messages_count++] = (xw_message){kind, session, a, b, c};
    pthread_mutex_unlock(&worker->messages_lock);
    if (first) eventfd_write(worker->event_fd, 1);
}

void xw_tell_graphs_idle(xw_session *session) {
    xw_tell(session->worker, XW_GRAPHS_IDLE, session->id, 0, 0, 0);
}

void xw_fault(xw_worker *worker, int result, uint32_t session, uint64_t seq) {
    int none = 0;
    if (atomic_compare_exchange_strong(&worker->fault, &none, result))
        xw_tell(worker, XW_FAULT, session, (uint64_t)result, seq, 0);
}

static int retire_all(xw_worker *worker, uint64_t now_ns) {
    int any = 0;
    for (uint32_t i = 0; i < worker->order_count; i++)
        for (xw_stream *s = worker->order[i]->active; s; s = s->active_next)
            any |= xw_retire(worker, worker->order[i], s, now_ns);
    return any;
}

static int intake_all(xw_worker *worker) {
    int any = 0;
    for (uint32_t i = 0; i < worker->order_count; i++) any |= xw_intake(worker, worker->order[i]);
    return any;
}

static uint32_t issue_all(xw_worker *worker, uint64_t now_ns) {
    uint32_t budget = worker->order_count == 1 ? ALONE_LAUNCHES : TURN_LAUNCHES;
    uint32_t issued = 0, bell = atomic_load_explicit(&worker->doorbell, memory_order_relaxed);
    for (uint32_t i = 0; i < worker->order_count; i++) {
        if (!worker->order[i]->active) continue;
        issued += xw_issue_session(worker, worker->order[i], budget, now_ns);
        /* News may concern a session of smaller rank: look at it before the next one. */
        if (issued &&
            atomic_load_explicit(&worker->doorbell, memory_order_relaxed) != bell)
            return issued;
    }
    return issued;
}

/* Take, retire and issue until nothing more happens, for some turns. Returns whether that
 * point was reached; *due is what the device said then. */
static int take_turns(xw_worker *worker, uint64_t *now_ns, uint64_t *due) {
    for (int turn = 0; turn < STEP_TURNS && !worker->fault; turn++) {
        /* Operations first: a command may speak of what was submitted before it. */
        int news = intake_all(worker);
        news |= xw_take_commands(worker);
        xw_observe_floor(worker);
        worker->floor_seen = atomic_load(&worker->floor->floor);
        worker->marked = 0; /* what is marked from here on, the device has not seen */
        *due = worker->backend->advance(worker->backend->device, *now_ns);
        worker->polled = *due == 0;
        if (worker->polled) *due = XS_NEVER;
        news |= retire_all(worker, *now_ns);
        uint32_t issued = issue_all(worker, *now_ns);
        if (!issued && !news) return 1;
        if (worker->running) *now_ns = xw_now(&worker->config);
        if (atomic_load_explicit(&worker->stop, memory_order_relaxed)) return 0;
    }
    return 0;
}

/* After a fault nothing is asked of the device any more; sessions may still be closed. */
static uint64_t step_faulted(xw_worker *worker) {
    xw_take_commands(worker);
    for (uint32_t i = worker->order_count; i-- > 0;)
        if (worker->order[i]->closing) xw_session_forget(worker, worker->order[i]);
    return XS_NEVER;
}

uint64_t xw_step(xw_worker *worker, uint64_t now_ns) {
    uint64_t due = XS_NEVER;
    int settled;
    if (now_ns < worker->step_now_ns) now_ns = worker->step_now_ns; /* it never goes back */
    atomic_fetch_add_explicit(&worker->steps, 1, memory_order_relaxed);
    do {
        worker->step_now_ns = now_ns;
        settled = take_turns(worker, &now_ns, &due);
        if (worker->fault) return step_faulted(worker);
        /* The accounts have their turn however much there is to issue. */
        worker->exact_ns = XS_NEVER;
        for (uint32_t i = worker->order_count; i-- > 0;)
            xw_watch_session(worker, worker->order[i], now_ns, &due);
        if (xw_release_floor(worker, now_ns, &due)) settled = 0; /* more may go now */
        xw_answer_empty(worker);
    } while (!settled && !worker->running);
    if (!settled) return now_ns;
    if (worker->marked && !worker->polled) return now_ns; /* the device has news to tell */
    xw_earlier(&due, worker->exact_ns);
    return due;
}

/* How long the device is busy with the session, on the stream where that is longest. */
static uint64_t session_left_ns(const xw_session *session, uint64_t now_ns) {
    uint64_t longest = 0;
    for (const xw_stream *s = session->active; s; s = s->active_next) {
        uint64_t left = xw_left_ns(s, now_ns);
        if (left > longest) longest = left;
    }
    return longest;
}

/* Issue what arrived until the device has enough to do for as long as a wake-up takes, with
 * turn_lock held. begins: an idle time ends with it, or has just ended. */
static void issue_arrival(xw_worker *worker, xw_session *session, int begins) {
    uint64_t now_ns = xw_now_of(worker);
    intake_all(worker);
    xw_take_commands(worker);
    xw_observe_floor(worker);
    for (xw_stream *s = session->active; s; s = s->active_next)
        xw_retire(worker, session, s, now_ns);
    uint32_t issued = 0, more = 1; /* of all streams together: one of each in a round */
    while (more && issued < ARRIVAL_LAUNCHES && !worker->fault &&
           session_left_ns(session, now_ns) < WAKE_NS) {
        more = xw_issue_session(worker, session, 1, now_ns);
        issued += more;
    }
    if (!issued) return;
    atomic_fetch_add_explicit(&worker->arrivals, 1, memory_order_relaxed);
    if (begins) {
        worker->arriving = 1;
        /* Who sends so little waits for it: its end is shown before it is asked for. */
        if (!xw_queued(session)) xw_mark_all(worker, session);
    }
    xw_show(worker, now_ns);
}

/* So many operations of this session have been handed over, on the loop's side. Waking the issue
 * thread takes 30 to 60 us on a virtual machine, longer than all the rest of a launch: where the
 * thread sleeps and has left nothing of the session behind, they are issued here, and the thread
 * is woken after. So is what follows an idle time until it runs. Not while a control call is made:
 * it may hold the context's lock for milliseconds, and nobody would read what comes meanwhile. */
void xw_arrival(xw_session *session, uint64_t operations) {
    xw_worker *worker = session->worker;
    if (worker->config.issue_on_arrival && atomic_load(&worker->sleeping) && !worker->fault &&
        !atomic_load(&worker->control)) {
        int begins = atomic_load(&session->idle_state) == 2 || worker->arriving;
        if ((begins || xw_queued(session) <= operations) &&
            pthread_mutex_trylock(&worker->turn_lock) == 0) {
            issue_arrival(worker, session, begins);
            pthread_mutex_unlock(&worker->turn_lock);
        }
    }
    xw_doorbell(worker);
}

/* Returns whether the time ran out before anybody rang. */
static int sleep_on_bell(xw_worker *worker, uint32_t bell, uint64_t wall_ns) {
    int timed_out = 0;
    struct timespec timeout = {(time_t)(wall_ns / 1000000000u), (long)(wall_ns % 1000000000u)};
    atomic_store(&worker->sleeping, 1);
    if (atomic_load(&worker->doorbell) == bell && !atomic_load(&worker->commands_pending)) {
        atomic_fetch_add_explicit(&worker->sleeps, 1, memory_order_relaxed);
        timed_out = syscall(SYS_futex, &worker->doorbell, FUTEX_WAIT_PRIVATE, bell,
                            wall_ns == XS_NEVER ? NULL : &timeout, NULL, 0) < 0 &&
                    errno == ETIMEDOUT;
    }
    atomic_store(&worker->sleeping, 0);
    return timed_out;
}

/* How late a sleep ends here: quick to believe more, slow to believe less. A long launch
 * is issued so much earlier (worker_grants.c). */
static void learn_lateness(xw_worker *worker, uint64_t late_ns) {
    uint64_t known_ns = worker->late_ns;
    if (late_ns > LATE_NS_MAX) late_ns = LATE_NS_MAX;
    worker->late_ns = late_ns > known_ns ? known_ns + (late_ns - known_ns) / 4
                                         : known_ns - (known_ns - late_ns) / 32;
}

/* [loop] Work should come before until_ns: who issues it is awake by then. Waking it when it has
 * come takes as long as the rest of a launch, and the loop's thread, which could issue it (see
 * xw_arrival), has not been in the driver for as long as that work was away. */
void xw_expect(xw_worker *worker, uint64_t until_ns) {
    if (!worker->config.spin_wall_ns) return;
    atomic_store(&worker->expected_ns, until_ns);
    xw_doorbell(worker);
}

static void spin_until(xw_worker *worker, uint64_t until_wall_ns) {
    if (worker->spin_until_wall_ns < until_wall_ns) worker->spin_until_wall_ns = until_wall_ns;
}

/* When the thread looks again after a step at now_ns that answered `due`: wall time to sleep
 * until somebody rings. wall_ns: after that step. */
static uint64_t rest_ns(xw_worker *worker, uint64_t now_ns, uint64_t due, uint64_t wall_ns) {
    uint64_t spin_ns = worker->config.spin_wall_ns;
    int watching = now_ns < worker->first_high_until_ns || now_ns < worker->handover_until_ns;
    /* Who waits for each answer sends the next operation soon; who streams does not
     * mind a wake-up, and a spinning thread would cost a core. */
    if (worker->waited_for) spin_until(worker, wall_ns + spin_ns);
    worker->waited_for = 0;
    if (atomic_exchange(&worker->arriving, 0)) spin_until(worker, wall_ns + ARRIVAL_SPINS * spin_ns);
    uint64_t expected_ns = atomic_exchange(&worker->expected_ns, 0);
    if (expected_ns)
        spin_until(worker, worker->config.origin_ns + expected_ns * worker->config.dilation);
    if (wall_ns < worker->spin_until_wall_ns || (watching && spin_ns)) return 0;
    if (due == XS_NEVER) return XS_NEVER;
    uint64_t at = worker->config.origin_ns + due * worker->config.dilation;
    uint64_t sleep_ns = at > wall_ns ? at - wall_ns : 0;
    /* What must not be late is slept for as much less as sleeps end late, then awaited. */
    if (spin_ns && due == worker->exact_ns) {
        uint64_t late_ns = xw_sleep_late_ns(worker);
        sleep_ns = sleep_ns > late_ns ? sleep_ns - late_ns : 0;
    }
    return sleep_ns;
}

uint64_t xw_thread_step(xw_worker *worker, uint64_t now_ns) {
    uint64_t due = xw_step(worker, now_ns);
    uint64_t by_hand_ns = worker->config.origin_ns + now_ns * worker->config.dilation;
    return rest_ns(worker, now_ns, due, worker->running ? xw_monotonic_ns() : by_hand_ns);
}

static void *run_thread(void *argument) {
    xw_worker *worker = argument;
    pthread_setname_np(pthread_self(), "xsched-issue");
    prctl(PR_SET_TIMERSLACK, 1000, 0, 0, 0);
    int result = worker->backend->enter(worker->backend->device);
    if (result) xw_fault(worker, result, 0, 0);
    while (!atomic_load(&worker->stop)) {
        uint32_t bell = atomic_load(&worker->doorbell);
        pthread_mutex_lock(&worker->turn_lock);
        uint64_t sleep_ns = xw_thread_step(worker, xw_now(&worker->config));
        uint64_t wall_ns = xw_monotonic_ns();
        pthread_mutex_unlock(&worker->turn_lock);
        if (!sleep_ns) __builtin_ia32_pause();
        else if (sleep_on_bell(worker, bell, sleep_ns))
            learn_lateness(worker, xw_monotonic_ns() - wall_ns - sleep_ns);
    }
    return NULL;
}

int xw_start(xw_worker *worker) {
    if (worker->running) return -1;
    atomic_store(&worker->stop, 0);
    worker->running = 1;
    if (pthread_create(&worker->thread, NULL, run_thread, worker) == 0) return 0;
    worker->running = 0;
    return -1;
}

void xw_stop(xw_worker *worker) {
    if (!worker->running) return;
    atomic_store(&worker->stop, 1);
    atomic_fetch_add(&worker->doorbell, 1);
    syscall(SYS_futex, &worker->doorbell, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
    pthread_join(worker->thread, NULL);
    worker->running = 0;
}
