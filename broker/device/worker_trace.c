/* What an operator may look at without touching what is looked at: how long operations
 * waited in the broker, and, while a trace runs, every flight from issue to retirement.
 *
 * Decides the buckets of queue times and what an entry of a trace says. It must never
 * slow the issue loop down: a queue time costs two additions, a trace that is off one
 * pointer compared, and a ring that is full loses entries (they are counted) rather than
 * waiting for the loop to take some. Called by worker_issue.c (queue times),
 * worker_flights.c (retirement), worker_arrivals.c (commands); the loop's side of the ring
 * by _worker.pyx. */
#include <stdlib.h>
#include <string.h>

#include "broker/device/worker_private.h"

enum { FIRST_BOUND_LOG2 = 10 }; /* bucket 0 ends at 2^10 ns, each next at twice as much */

void xw_count_queued(xw_session *session, const xw_record *record, uint64_t issued_ns) {
    /* Two threads read the clock: a later reading may be a little less. */
    uint64_t waited_ns = issued_ns > record->accepted_ns ? issued_ns - record->accepted_ns : 0;
    uint32_t bucket = 0;
    if (waited_ns >> FIRST_BOUND_LOG2)
        bucket = 64 - FIRST_BOUND_LOG2 - (uint32_t)__builtin_clzll(waited_ns);
    if (bucket >= XW_QUEUE_BUCKETS) bucket = XW_QUEUE_BUCKETS - 1;
    xw_count(&session->queue_times.counts[bucket], 1);
    xw_count(&session->queue_times.sum_ns, waited_ns);
}

void xw_trace_flight(xw_trace *trace, const xw_session *session, const xw_stream *stream,
                     const xw_flight *flight, uint64_t retired_ns) {
    uint64_t written = atomic_load_explicit(&trace->written, memory_order_relaxed);
    uint64_t taken = atomic_load_explicit(&trace->taken, memory_order_acquire);
    if (written - taken == XW_TRACE_ENTRIES) {
        xw_count(&trace->lost, 1);
        return;
    }
    uint64_t detail = flight->bytes;
    if (flight->kind == XR_LAUNCH) detail = (uint64_t)(uintptr_t)flight->function;
    trace->entries[written & (XW_TRACE_ENTRIES - 1)] = (xw_trace_entry){
        .seq = flight->seq,
        .accepted_ns = flight->accepted_ns,
        .issued_ns = flight->issued_ns,
        .retired_ns = retired_ns,
        .estimate_ns = flight->estimate_ns,
        .detail = detail,
        .session = session->id,
        .line = stream->line,
        .kind = flight->kind,
        .copy_kind = flight->kind == XR_COPY ? (uint8_t)flight->event_index : 0,
    };
    atomic_store_explicit(&trace->written, written + 1, memory_order_release);
}

/* Begin (a ring) or end (NULL). At the end what is still out is written down too: a kernel
 * that does not end is what a trace is most wanted for. */
void xw_trace_obey(xw_worker *worker, xw_trace *trace) {
    xw_trace *ending = worker->trace;
    worker->trace = trace;
    if (trace || !ending) return;
    for (uint32_t i = 0; i < worker->order_count; i++) {
        const xw_session *session = worker->order[i];
        for (const xw_stream *s = session->active; s; s = s->active_next)
            for (uint32_t k = 0; k < s->in_flight; k++)
                xw_trace_flight(ending, session, s,
                                &s->flights[(s->flights_first + k) &
                                            (s->flights_capacity - 1)], 0);
    }
    atomic_store_explicit(&ending->on, 0, memory_order_release);
}

/* ---- the loop's side ---- */

static void send_ring(xw_worker *worker, xw_trace *ring) {
    xw_command command = {.kind = CMD_TRACE, .a = (uint64_t)(uintptr_t)ring};
    xw_command_send(worker, &command);
}

int xw_trace_start(xw_worker *worker) {
    if (!worker->trace_ring) worker->trace_ring = calloc(1, sizeof *worker->trace_ring);
    xw_trace *ring = worker->trace_ring;
    if (!ring || atomic_load_explicit(&ring->on, memory_order_acquire)) return -1;
    atomic_store(&ring->written, 0);
    atomic_store(&ring->taken, 0);
    atomic_store(&ring->lost, 0);
    atomic_store(&ring->on, 1);
    send_ring(worker, ring);
    return 0;
}

void xw_trace_stop(xw_worker *worker) { send_ring(worker, NULL); }

uint32_t xw_trace_take(xw_worker *worker, xw_trace_entry *out, uint32_t most) {
    xw_trace *ring = worker->trace_ring;
    if (!ring) return 0;
    uint64_t written = atomic_load_explicit(&ring->written, memory_order_acquire);
    uint64_t taken = atomic_load_explicit(&ring->taken, memory_order_relaxed);
    uint32_t count = written - taken < most ? (uint32_t)(written - taken) : most;
    for (uint32_t i = 0; i < count; i++)
        out[i] = ring->entries[(taken + i) & (XW_TRACE_ENTRIES - 1)];
    atomic_store_explicit(&ring->taken, taken + count, memory_order_release);
    return count;
}
