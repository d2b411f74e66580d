/* The model that fuzz_worker.c holds against the worker: what each operation comes after,
 * what of it was issued, started and done, what a session may issue now.
 *
 * Decides nothing of its own: worker_programs.h and worker_graphs.h say what is submitted,
 * worker_broker.h what is granted. The device (worker_device.h) tells it through hooks what
 * happens, under the device's lock, and they check it. */
#ifndef XS_WORKER_MODEL_H
#define XS_WORKER_MODEL_H

#include "broker/device/graph.h"
#include "broker/device/worker.h"
#include "tests/fuzz/worker_choices.h"
#include "tests/fuzz/worker_device.h"

enum {
    SLOTS = 4, LINES = 14, STREAMS = 16, EVENTS = 12, OPERATIONS = 4000,
    HOST_BYTES = 64 << 20, LAUNCH_NS_MAX = 300000,
};
#define HOST_ADDRESS ((uint64_t)(uintptr_t)host_arena)

enum { M_PASS, M_TASK, M_HOST };

typedef struct model_op {
    uint8_t kind, line, started, done;
    uint8_t after_count;
    uint16_t after[LINES + 4];
    uint64_t bytes, issued_bytes;  /* a launch has none */
} model_op;

/* Of all sessions: small copies to the host are really made by the null device. */
static unsigned char *host_arena;

typedef struct tenant {
    xw_session *session;
    uint32_t id, sequence;         /* sequence: operations so far */
    model_op *ops;
    unsigned char *status, *waiters;
    int closing, mode;
    uint32_t launches_left, in_flight_max, in_flight[STREAMS];
    uint16_t fifo_last[STREAMS], edge_last[STREAMS], blocking_last[STREAMS];
    uint16_t shown[STREAMS], issued_last[STREAMS];
    uint8_t open[STREAMS], blocking[STREAMS];
    uint16_t generation[STREAMS];
    struct { uint8_t open; uint16_t generation, line; uint32_t seq; } events[EVENTS];
    struct { uint8_t open; uint16_t generation; } execs[8]; /* worker_graphs.h */
    uint64_t charged;              /* of its native graphs */
} tenant;

static struct {
    xw_worker *worker;
    xw_floor floor;
    xw_peers peers;
    tenant tenants[SLOTS];
    uint64_t now_ns, tickets_asked, tickets_told;
    uint32_t ids;
    int strict, null, faulted;
} run;

static int is_done(tenant *t, uint32_t seq) {
    model_op *op = &t->ops[seq];
    if (op->done) return 1;
    if (op->kind != M_PASS) return 0;
    for (uint32_t i = 0; i < op->after_count; i++)
        if (!is_done(t, op->after[i])) return 0;
    return op->done = 1;
}

static void check_before(tenant *t, uint32_t seq, const char *what) {
    if (!run.strict) return;
    for (uint32_t i = 0; i < t->ops[seq].after_count; i++)
        CHECK(is_done(t, t->ops[seq].after[i]), "%s %u of session %u before %u", what, seq,
              t->id, t->ops[seq].after[i]);
}

static void after(model_op *op, uint32_t seq) {
    if (!seq) return;
    for (uint32_t i = 0; i < op->after_count; i++)
        if (op->after[i] == seq) return;
    op->after[op->after_count++] = (uint16_t)seq;
}

/* An operation joins a stream. ordered: it takes part in the legacy stream's barriers. */
static model_op *join(tenant *t, int kind, uint32_t line, int ordered) {
    uint32_t seq = t->sequence;
    model_op *op = &t->ops[seq];
    *op = (model_op){.kind = (uint8_t)kind, .line = (uint8_t)line};
    after(op, t->fifo_last[line]);
    t->fifo_last[line] = (uint16_t)seq;
    if (!ordered) return op;
    if (line == 1)
        for (uint32_t other = 2; other < STREAMS; other++) after(op, t->blocking_last[other]);
    else if (t->blocking[line]) after(op, t->edge_last[1]);
    if (line != 1 && t->blocking[line]) t->blocking_last[line] = (uint16_t)seq;
    t->edge_last[line] = (uint16_t)seq;
    return op;
}

uint64_t fuzz_task_issued(dev_stream *stream, uint32_t slot, uint32_t seq, uint64_t offset,
                          uint64_t bytes, int *last) {
    tenant *t = &run.tenants[slot];
    model_op *op = &t->ops[seq];
    (void)stream;
    CHECK(seq && seq <= t->sequence && op->kind == M_TASK, "operation %u", seq);
    CHECK(op->issued_bytes == offset && (bytes == 0) == (op->bytes == 0), "piece of %u", seq);
    CHECK(offset + bytes <= op->bytes && !op->done, "too much of %u", seq);
    CHECK(bytes || !op->started, "operation %u twice", seq);
    CHECK(t->issued_last[op->line] <= seq, "%u after %u", seq, t->issued_last[op->line]);
    if (!fuzz.threads) { /* the worker has heard of every decision so far */
        CHECK(!t->closing && t->mode != XW_HELD && t->launches_left, "held: %u", seq);
        CHECK(t->mode != XW_URGENT || t->in_flight[op->line] < t->in_flight_max,
              "%u in flight", t->in_flight[op->line]);
        CHECK(t->mode != XW_BULK || t->session->class_ <= run.floor.floor, "below the floor");
    }
    t->launches_left--;
    t->in_flight[op->line]++;
    t->issued_last[op->line] = (uint16_t)seq;
    op->issued_bytes += bytes;
    op->started = 1;
    *last = op->issued_bytes == op->bytes;
    return 0;
}

void fuzz_task_started(uint32_t slot, uint32_t seq) {
    check_before(&run.tenants[slot], seq, "started");
}

void fuzz_task_done(uint32_t slot, uint32_t seq, int last) {
    tenant *t = &run.tenants[slot];
    t->in_flight[t->ops[seq].line]--;
    if (last) t->ops[seq].done = 1;
}

/* Everything of the line up to seq is over. */
static void check_shown(tenant *t, uint32_t line, uint64_t seq) {
    const void *accepted = t->status + XS_STATUS_ACCEPTED_SEQ;
    CHECK(seq <= atomic_load((const _Atomic uint64_t *)accepted), "retired, not accepted");
    CHECK(seq <= t->sequence, "line %u shows %llu", line, (unsigned long long)seq);
    CHECK(seq >= t->shown[line], "line %u went back to %llu", line, (unsigned long long)seq);
    for (uint32_t i = t->shown[line] + 1; i <= seq && run.strict; i++)
        CHECK(t->ops[i].line != line || is_done(t, i), "line %u shows %llu, not over: %u",
              line, (unsigned long long)seq, i);
    t->shown[line] = (uint16_t)seq;
}

void fuzz_page_written(uint64_t address, uint64_t value) {
    for (uint32_t slot = 0; slot < SLOTS; slot++) {
        tenant *t = &run.tenants[slot];
        uint64_t at = address - (uint64_t)(uintptr_t)t->status;
        if (!t->status || t->closing || at >= STREAMS * 64) continue;
        if (at % 64 == XS_STATUS_RETIRED_SEQ) check_shown(t, (uint32_t)(at / 64), value);
    }
}

static uint64_t line_word(const tenant *t, uint32_t line) {
    const void *word = t->status + line * 64 + XS_STATUS_RETIRED_SEQ;
    return atomic_load((const _Atomic uint64_t *)word);
}

static uint64_t tag(uint32_t slot, uint32_t seq) {
    return VA + ((uint64_t)slot << 40) + ((uint64_t)seq << 28);
}

static uint64_t stream_handle(const tenant *t, uint32_t line) {
    return XS_HANDLE(XS_KIND_STREAM, 0, t->generation[line], line);
}

static uint64_t event_handle(const tenant *t, uint32_t index) {
    return XS_HANDLE(XS_KIND_EVENT, 0, t->events[index].generation, index);
}

#endif
