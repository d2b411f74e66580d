/* The loop's side of the worker: everything that the thread of the event loop calls.
 *
 * Decides what the scheduler hears of (settle_idle) and when the floor falls (xw_arrived);
 * makes and frees workers and sessions. It must never touch what the worker's side owns
 * (worker.h says which) but through commands, messages, atomics and the two locks of a
 * session. Called by _worker.pyx. */
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "broker/device/graph.h"
#include "broker/device/worker_private.h"

xw_worker *xw_worker_new(const xs_backend *backend, xw_floor *floor, xw_peers *peers,
                         const xw_config *config) {
    xw_worker *worker = calloc(1, sizeof *worker);
    if (!worker) return NULL;
    worker->backend = backend;
    worker->floor = floor;
    worker->config = *config;
    worker->event_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    worker->estimates = calloc(XW_ESTIMATES, sizeof *worker->estimates);
    worker->floor_epoch_seen = atomic_load(&floor->epoch);
    worker->copy_ns_per_byte[XS_COPY_H2D] = worker->copy_ns_per_byte[XS_COPY_D2H] = 1.0 / 50;
    worker->copy_ns_per_byte[XS_COPY_D2D] = 1.0 / 1200;
    pthread_mutex_init(&worker->commands_lock, NULL);
    pthread_mutex_init(&worker->messages_lock, NULL);
    pthread_mutex_init(&worker->turn_lock, NULL);
    if (worker->event_fd < 0 || !worker->estimates ||
        backend->enter(backend->device) /* this thread asks for elapsed times */) {
        free(worker->estimates);
        if (worker->event_fd >= 0) close(worker->event_fd);
        free(worker);
        return NULL;
    }
    uint32_t place = atomic_fetch_add(&peers->count, 1);
    worker->peers = peers;
    worker->shown = place < XW_WORKERS_MAX ? &peers->shown[place] : NULL;
    return worker;
}

/* Pooled events go back to the device, and the native graphs of sessions that are not closed;
 * those sessions can only be freed after this. */
void xw_give_back(xw_worker *worker) {
    const xs_backend *b = worker->backend;
    for (uint32_t i = 0; i < XW_SESSIONS_MAX; i++) {
        xg_native *natives = NULL;
        int more = worker->sessions[i] != NULL;
        while (more) {
            uint32_t count = xg_reap(worker->sessions[i], 1, &natives, &more);
            while (count--)
                if (natives[count].graph) b->graph_close(b->device, natives[count].graph);
            free(natives);
        }
    }
    while (worker->event_pool_count)
        b->event_close(b->device, worker->event_pool[--worker->event_pool_count]);
}

void xw_worker_free(xw_worker *worker) {
    for (xw_record *record = worker->record_pool, *next; record; record = next) {
        next = record->next;
        free(record);
    }
    close(worker->event_fd);
    free(worker->estimates);
    free(worker->commands);
    free(worker->messages);
    free(worker->empty_tickets);
    free(worker->trace_ring);
    pthread_mutex_destroy(&worker->commands_lock);
    pthread_mutex_destroy(&worker->messages_lock);
    pthread_mutex_destroy(&worker->turn_lock);
    free(worker);
}

int xw_command_send(xw_worker *worker, const xw_command *command) {
    pthread_mutex_lock(&worker->commands_lock);
    worker->commands = xw_grow(worker->commands, worker->commands_count,
                               &worker->commands_capacity, sizeof *worker->commands);
    worker->commands[worker->commands_count++] = *command;
    atomic_store(&worker->commands_pending, 1);
    pthread_mutex_unlock(&worker->commands_lock);
    xw_doorbell(worker);
    return 0;
}

xw_session *xw_session_open(xw_worker *worker, uint32_t id, uint32_t class_, int level,
                            void *status, void *waiters, uint64_t host_address,
                            uint64_t host_bytes, uint32_t streams_max, uint32_t queued_max) {
    if (streams_max <= XS_STREAM_INDEX_LEGACY || streams_max > XW_STREAMS_MAX) return NULL;
    xw_session *session = aligned_alloc(XW_APART, sizeof *session);
    if (!session) return NULL;
    memset(session, 0, sizeof *session);
    session->id = id;
    session->worker = worker;
    session->status = status;
    session->waiters = waiters;
    session->host_address = host_address;
    session->host_bytes = host_bytes;
    session->streams_max = streams_max;
    session->queued_max = queued_max;
    session->level = level;
    session->streams = calloc(streams_max, sizeof *session->streams);
    session->stream_entries = calloc(streams_max, sizeof *session->stream_entries);
    if (!session->streams || !session->stream_entries || xw_intake_init(session)) {
        free(session->streams);
        free(session->stream_entries);
        free(session);
        return NULL;
    }
    for (uint32_t line = 0; line < streams_max; line++) session->streams[line].band = 1;
    atomic_store(&session->class_, class_);
    atomic_store(&session->state, XWS_OPEN);
    atomic_store(&session->idle_state, 2);
    pthread_mutex_init(&session->events_lock, NULL);
    pthread_mutex_init(&session->error_lock, NULL);
    xw_command open = {.kind = CMD_OPEN, .session = id, .a = (uint64_t)(uintptr_t)session};
    xw_command_send(worker, &open);
    return session;
}

void xw_session_free(xw_worker *worker, xw_session *session) {
    (void)worker;
    xw_intake_free(session);
    for (uint32_t line = 0; line < session->streams_max; line++) {
        free(session->streams[line].flights);
        for (xw_record *record = session->streams[line].head, *next; record; record = next) {
            next = record->next;
            free(record);
        }
    }
    free(session->streams);
    free(session->events);
    free(session->notices);
    free(session->turns);
    pthread_mutex_destroy(&session->events_lock);
    pthread_mutex_destroy(&session->error_lock);
    free(session);
}

/* Whoever raises the floor looks at this count after it has, and we look at the floor after we
 * have counted: one of us lowers it again (worker_release.c). */
static void tell_heard(xw_session *session) {
    if (session->worker->shown) atomic_fetch_add(&session->worker->shown->heard, 1);
}

/* The reader saw bytes of this session, before it decoded them. */
int xw_arrived(xw_session *session, uint64_t now_ns) {
    xw_floor *floor = session->worker->floor;
    uint32_t class_ = atomic_load_explicit(&session->class_, memory_order_relaxed);
    if ((int32_t)class_ > atomic_load_explicit(&floor->armed_class, memory_order_relaxed))
        return 0;
    atomic_store(&session->heard_ns, now_ns);
    tell_heard(session);
    if (class_ >= atomic_load(&floor->floor)) return 0;
    atomic_store(&floor->arrived_ns, now_ns);
    atomic_store(&floor->lowered_class, class_);
    atomic_store(&floor->floor, class_);
    atomic_fetch_add(&floor->epoch, 1);
    session->lowered = 1;
    session->lowered_chunks = session->chunks_sent;
    return 1;
}

/* A worker may have raised the floor between these bytes and the work that was in them. Where
 * none does, the scheduler has, in another process, and would not hear that it fell again. */
void xw_floor_keep(xw_session *session) {
    xw_floor *floor = session->worker->floor;
    if (atomic_load_explicit(&floor->release_ns, memory_order_relaxed) == XS_NEVER) return;
    uint32_t class_ = atomic_load_explicit(&session->class_, memory_order_relaxed);
    if ((int32_t)class_ > atomic_load_explicit(&floor->armed_class, memory_order_relaxed)) return;
    tell_heard(session);
    uint32_t now = atomic_load(&floor->floor);
    while (class_ < now && !atomic_compare_exchange_weak(&floor->floor, &now, class_)) {}
}

/* Must the scheduler hear of work of this session? True once for each time that the session
 * leaves the idle state that the loop knows of. */
int xw_needs_grant(xw_session *session) {
    if (atomic_load(&session->idle_state) != 2) return 0;
    if (session->chunks_sent == session->chunks_told && !session->lowered) return 0;
    session->chunks_told = session->chunks_sent;
    session->lowered = 0;
    atomic_store(&session->idle_state, 0);
    xw_doorbell(session->worker); /* it counts idle time only from here on */
    return 1;
}

int xw_pause_needed(xw_session *session) {
    if (xw_queued(session) <= session->queued_max)
        return 0;
    atomic_store(&session->paused, 1);
    xw_doorbell(session->worker);
    return 1;
}

static xw_session *loop_session(xw_worker *worker, uint32_t id) {
    for (uint32_t i = 0; i < XW_SESSIONS_MAX; i++)
        if (worker->sessions[i] && worker->sessions[i]->id == id) return worker->sessions[i];
    return NULL;
}

/* An idle message that new work has overtaken becomes a usage report: the scheduler never
 * believes a busy session idle. `b` says how many submissions the worker had taken. */
static void settle_idle(xw_worker *worker, xw_message *message) {
    uint64_t taken = message->b;
    message->b = 0;
    xw_session *session = loop_session(worker, message->session);
    if (!session) return;
    int arriving = session->lowered && session->lowered_chunks == session->chunks_sent;
    session->chunks_told = session->chunks_sent;
    session->lowered = 0;
    if (session->chunks_sent != taken || arriving) {
        atomic_store(&session->idle_state, 0);
        message->kind = XW_USAGE;
        message->b = xw_queued(session);
        xw_doorbell(worker);
        return;
    }
    atomic_store(&session->idle_state, 2);
}

/* The next one may come; the end is the one foretold last, which may have come after it. */
static void settle_awaited(xw_worker *worker, xw_message *message) {
    xw_session *session = loop_session(worker, message->session);
    if (!session) return;
    atomic_exchange(&session->awaited_out, 0);
    message->a = atomic_load(&session->awaited_ns);
}

uint32_t xw_messages_take(xw_worker *worker, xw_message *out, uint32_t most) {
    eventfd_t ignored;
    pthread_mutex_lock(&worker->messages_lock);
    uint32_t count = worker->messages_count < most ? worker->messages_count : most;
    if (count) {
        memcpy(out, worker->messages, count * sizeof *out);
        worker->messages_count -= count;
        memmove(worker->messages, worker->messages + count,
                worker->messages_count * sizeof *out);
    }
    if (!worker->messages_count) eventfd_read(worker->event_fd, &ignored);
    pthread_mutex_unlock(&worker->messages_lock);
    for (uint32_t i = 0; i < count; i++) {
        if (out[i].kind == XW_IDLED) settle_idle(worker, &out[i]);
        if (out[i].kind == XW_AWAITED) settle_awaited(worker, &out[i]);
    }
    return count;
}

static void *event_retired(xw_session *session, uint64_t handle, int *result) {
    uint32_t index = XS_HANDLE_INDEX(handle);
    if (XS_HANDLE_KIND(handle) != XS_KIND_EVENT || index >= session->events_capacity ||
        !session->event_entries[index].open ||
        session->event_entries[index].generation != XS_HANDLE_GENERATION(handle) ||
        !session->event_entries[index].record_seq) {
        *result = 400;
        return NULL;
    }
    *result = 600;
    if (index >= session->worker_events_capacity) return NULL;
    const xw_event *event = &session->events[index];
    if (event->seq != session->event_entries[index].record_seq) return NULL;
    /* A tenant may have read the retirement off its page before the worker did. */
    if (!event->retired && atomic_load(xw_retired_word(session, event->line)) < event->seq)
        return NULL;
    *result = 0;
    return event->native;
}

int xw_event_elapsed(xw_session *session, uint64_t start, uint64_t end, int64_t *elapsed_ns) {
    int result = 0;
    pthread_mutex_lock(&session->events_lock);
    void *from = event_retired(session, start, &result);
    void *to = from ? event_retired(session, end, &result) : NULL;
    const xs_backend *b = session->worker->backend;
    if (from && to) result = b->elapsed(b->device, from, to, elapsed_ns);
    pthread_mutex_unlock(&session->events_lock);
    return result;
}

/* The first asynchronous error since the last call, and forget it. The stream lines keep
 * theirs until then too. */
int xw_error_take(xw_session *session, uint64_t *seq) {
    pthread_mutex_lock(&session->error_lock);
    int result = session->first_error;
    *seq = result ? session->first_error_seq : 0;
    if (result) {
        session->first_error = 0;
        atomic_store(xw_first_error_word(session), 0);
        for (uint32_t line = 1; line < session->streams_max; line++)
            atomic_store(xw_line_error_word(session, line), 0);
    }
    pthread_mutex_unlock(&session->error_lock);
    return result;
}

void xw_floor_init(xw_floor *floor) {
    atomic_store(&floor->floor, 255);
    atomic_store(&floor->armed_class, -1);
    atomic_store(&floor->release_ns, XS_NEVER);
}

/* Of classes that were not armed nobody has counted what came, and where the floor did not rise
 * by itself nothing was shown: what workers show is old until they have looked again. */
static void doubt_shown(xw_peers *peers) {
    uint32_t count = atomic_load(&peers->count);
    if (count > XW_WORKERS_MAX) count = XW_WORKERS_MAX;
    for (uint32_t i = 0; i < count; i++) atomic_fetch_add(&peers->shown[i].heard, 1);
}

void xw_floor_set(xw_floor *floor, xw_peers *peers, uint32_t class_, int32_t armed_class,
                  uint64_t release_ns) {
    int more = armed_class > atomic_load(&floor->armed_class);
    atomic_store(&floor->armed_class, armed_class);
    atomic_store(&floor->release_ns, release_ns);
    if (more) doubt_shown(peers);
    atomic_store(&floor->floor, class_);
}

uint32_t xw_floor_get(const xw_floor *floor) { return atomic_load(&floor->floor); }

/* The floor may let it go on now: the worker has to look. Its work counts in its new class from
 * here on; the loop sets the floor after this, which a worker may have raised past that. */
void xw_class_set(xw_session *session, uint32_t class_) {
    atomic_store(&session->class_, class_);
    tell_heard(session);
    xw_doorbell(session->worker);
}

void xw_set_sticky(xw_worker *worker, int result) {
    for (uint32_t i = 0; i < XW_SESSIONS_MAX; i++) {
        xw_session *session = worker->sessions[i];
        if (!session || !session->status) continue;
        atomic_store((_Atomic uint32_t *)(session->status + XS_STATUS_STICKY_ERROR),
                     (uint32_t)result);
        for (uint32_t line = 0; line < session->streams_max; line++)
            xw_wake_line(session, line);
    }
}
