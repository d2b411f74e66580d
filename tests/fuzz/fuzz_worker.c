/* The worker under random but well-formed programs of several sessions.
 *
 * A run is a list of choices, from a seed or from fuzz input. Sessions create streams and
 * events, launch, copy, record, wait, make graphs (worker_graphs.h), name what they may not;
 * the scheduler's side grants, holds, moves the floor, asks for notices, closes; the device (worker_device.h) takes its
 * time, or refuses calls, or breaks. Checked: no operation starts before what it must come
 * after, none is issued twice or in spite of a hold, pieces follow each other, retirement
 * is shown only of what is over and never goes back; at the end everything has retired,
 * nothing is queued, all notices are answered, all sessions close, the device has
 * everything back. --threads: the same with the worker's own thread (for the thread
 * sanitizer).
 *
 * fuzz_worker [--threads] FIRST COUNT runs that many seeds; with libFuzzer no main. */
#include <sched.h>
#include <sys/mman.h>

#include "broker/device/graph.h"
#include "broker/device/null.h"
#include "broker/device/worker.h"
#include "tests/fuzz/worker_device.h"

enum {
    SLOTS = 4, LINES = 14, STREAMS = 16, EVENTS = 12, OPERATIONS = 4000, TURNS = 120,
    HOST_BYTES = 64 << 20, LAUNCH_NS_MAX = 300000,
};
#define HOST_ADDRESS ((uint64_t)(uintptr_t)host_arena)

/* ---------------------------------------------------------------- choices */

static struct { const uint8_t *bytes; size_t left; uint64_t state, seed; int threads; } fuzz;

static uint64_t draw(void) {
    fuzz.state ^= fuzz.state << 13;
    fuzz.state ^= fuzz.state >> 7;
    fuzz.state ^= fuzz.state << 17;
    if (!fuzz.left) return fuzz.state;
    fuzz.left--;
    return fuzz.state ^= *fuzz.bytes++ * 0x9e3779b97f4a7c15ull;
}

static uint32_t below(uint32_t n) { return (uint32_t)((draw() >> 11) % n); }
static int chance(uint32_t percent) { return below(100) < percent; }

const char *fuzz_where(void) {
    static char text[64];
    snprintf(text, sizeof text, "seed %llu", (unsigned long long)fuzz.seed);
    return text;
}

/* ---------------------------------------------------------------- the model */

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
} tenant;

static struct {
    xw_worker *worker;
    xw_floor floor;
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

/* ---------------------------------------------------------------- programs */

static uint64_t tag(uint32_t slot, uint32_t seq) {
    return VA + ((uint64_t)slot << 40) + ((uint64_t)seq << 28);
}

static uint64_t stream_handle(const tenant *t, uint32_t line) {
    return XS_HANDLE(XS_KIND_STREAM, 0, t->generation[line], line);
}

static uint64_t event_handle(const tenant *t, uint32_t index) {
    return XS_HANDLE(XS_KIND_EVENT, 0, t->events[index].generation, index);
}

static uint32_t some_line(const tenant *t) {
    for (uint32_t tries = 0; tries < 8; tries++) {
        uint32_t line = 1 + below(LINES - 1);
        if (t->open[line]) return line;
    }
    return 1;
}

static uint64_t some_bytes(void) {
    switch (below(8)) {
    case 0: return (1 + below(200)) << 20;
    case 1: return (1 + below(4096)) << 12;
    default: return 4 * (1 + below(256));
    }
}

/* Rows that follow each other on the device, where the model counts bytes, and have gaps on
 * the host: pieces of whole rows, and of parts where a row crosses a piece of the arena. */
static xs_operation make_rows(tenant *t, uint32_t slot, uint32_t line) {
    uint64_t row_bytes = chance(20) ? (1 + below(5)) << 20 : 4 * (1 + below(4096));
    uint64_t pitch = row_bytes + 4 * (1 + below(64)), most = (HOST_BYTES - row_bytes) / pitch;
    uint32_t rows = 1 + below(most < 2000 ? (uint32_t)most + 1 : 2000);
    uint64_t device = tag(slot, t->sequence), span = (rows - 1) * pitch + row_bytes;
    uint64_t host = 4 * below((uint32_t)((HOST_BYTES - span) / 4) + 1);
    xs_op_copy_3d op = {.stream = stream_handle(t, line), .row_bytes = row_bytes, .rows = rows,
                        .layers = 1, .kind = (uint8_t)below(2)};
    join(t, M_TASK, line, 1)->bytes = row_bytes * rows;
    op.destination = op.kind == XS_COPY_KIND_D2H ? host : device;
    op.destination_pitch = op.kind == XS_COPY_KIND_D2H ? pitch : row_bytes;
    op.source = op.kind == XS_COPY_KIND_D2H ? device : host;
    op.source_pitch = op.kind == XS_COPY_KIND_D2H ? row_bytes : pitch;
    return (xs_operation){XS_OP_COPY_3D, {.copy_3d = op}};
}

static xs_operation make_copy(tenant *t, uint32_t slot, uint32_t line) {
    if (chance(20)) return make_rows(t, slot, line);

    uint64_t stream = stream_handle(t, line), device = tag(slot, t->sequence);
    uint64_t bytes = some_bytes(), host = 0;
    uint32_t kind = below(4);
    if (kind < 2) {
        if (bytes > HOST_BYTES) bytes = HOST_BYTES;
        host = 4 * below((uint32_t)(HOST_BYTES - bytes) / 4 + 1);
    }
    join(t, M_TASK, line, 1)->bytes = bytes;
    switch (kind) {
    case 0: return (xs_operation){XS_OP_COPY_H2D, {.copy_h2d = {stream, device, host, bytes}}};
    case 1: return (xs_operation){XS_OP_COPY_D2H, {.copy_d2h = {stream, host, device, bytes}}};
    case 2:
        return (xs_operation){XS_OP_COPY_D2D, {.copy_d2d = {stream, device, device, bytes}}};
    default:
        return (xs_operation){XS_OP_MEMSET, {.memset = {stream, device, 7, 4, bytes / 4}}};
    }
}

static xs_operation make_event(tenant *t, uint32_t line) {
    uint32_t index = 1 + below(EVENTS - 1);
    uint64_t stream = stream_handle(t, line);
    if (!t->events[index].open) {
        t->events[index].open = 1;
        t->events[index].seq = 0;
        t->events[index].generation++;
        join(t, M_PASS, 0, 0);
        return (xs_operation){XS_OP_EVENT_CREATE,
                              {.event_create = {event_handle(t, index), 0}}};
    }
    uint64_t event = event_handle(t, index);
    switch (below(8)) {
    case 0:
        t->events[index].open = 0;
        join(t, M_PASS, 0, 0);
        return (xs_operation){XS_OP_EVENT_DESTROY, {.event_destroy = {event}}};
    case 1: case 2: case 3:
        t->events[index].seq = t->sequence;
        join(t, M_PASS, line, 1);
        return (xs_operation){XS_OP_EVENT_RECORD, {.event_record = {stream, event}}};
    default:
        after(join(t, M_PASS, line, 1), t->events[index].seq);
        return (xs_operation){XS_OP_STREAM_WAIT,
                              {.stream_wait = {stream, event, t->events[index].seq}}};
    }
}

static xs_operation make_stream(tenant *t) {
    uint32_t line = 2 + below(LINES - 2);
    join(t, M_PASS, 0, 0);
    if (t->open[line]) {
        t->open[line] = 0;
        return (xs_operation){XS_OP_STREAM_DESTROY,
                              {.stream_destroy = {stream_handle(t, line)}}};
    }
    t->open[line] = 1;
    t->generation[line]++;
    t->blocking[line] = (uint8_t)chance(60);
    return (xs_operation){XS_OP_STREAM_CREATE,
                          {.stream_create = {stream_handle(t, line), !t->blocking[line],
                                             chance(30) ? -1 : 0}}};
}

/* What a correct client may get wrong: it retires in its place, undone. */
static xs_operation make_wrong(tenant *t, uint32_t line) {
    uint64_t stream = stream_handle(t, line);
    switch (below(6)) {
    case 4:
        join(t, M_PASS, line, 1);
        return (xs_operation){XS_OP_COPY_3D,
                              {.copy_3d = {.stream = stream, .kind = (uint8_t)below(3),
                                           .destination = VA, .destination_pitch = below(9),
                                           .source = below(2) ? VA : 0,
                                           .source_pitch = UINT64_MAX - below(9),
                                           .row_bytes = 8, .rows = 2 + below(3),
                                           .layers = 1 + below(2)}}};
    case 5:
        join(t, M_PASS, line, 1);
        return (xs_operation){XS_OP_MEMSET_2D,
                              {.memset_2d = {.stream = stream, .destination = VA, .pitch = 1024,
                                             .width = (uint8_t)below(5), .columns = 2,
                                             .rows = UINT32_MAX}}};
    case 0: /* retires on the legacy stream's line, outside of its order */
        join(t, M_PASS, 1, 0);
        return (xs_operation){XS_OP_COMPLETE,
                              {.complete = {XS_HANDLE(XS_KIND_STREAM, 0, 9999, 3)}}};
    case 1:
        join(t, M_PASS, line, 1);
        return (xs_operation){XS_OP_MEMSET, {.memset = {stream, 64, 0, 4, 1}}};
    case 2:
        join(t, M_PASS, line, 1);
        return (xs_operation){XS_OP_STREAM_WAIT, {.stream_wait = {stream, 12345, 1}}};
    default:
        join(t, M_PASS, line, 1);
        return (xs_operation){XS_OP_LAUNCH, {.launch = {.stream = stream, .function = 77}}};
    }
}

static xs_operation make_value(tenant *t, uint32_t slot, uint32_t line) {
    uint64_t address = VA + ((uint64_t)slot << 40) + 8 * below(4);
    uint64_t value = 1 + below(3);
    join(t, M_PASS, line, 1);
    if (chance(70))
        return (xs_operation){XS_OP_WRITE_VALUE,
                              {.write_value = {stream_handle(t, line), address, value, 8}}};
    return (xs_operation){XS_OP_WAIT_VALUE,
                          {.wait_value = {stream_handle(t, line), address, value,
                                          chance(50) ? 4 : 8, (uint8_t)below(4)}}};
}

static xs_operation make_operation(tenant *t, uint32_t slot, uint64_t params[2]) {
    uint32_t line = some_line(t), pick = below(100);
    t->sequence++;
    if (pick < 45) {
        join(t, M_TASK, line, 1);
        params[0] = tag(slot, t->sequence);
        params[1] = below(chance(20) ? LAUNCH_NS_MAX : 8000);
        xs_operation op = {XS_OP_LAUNCH, {.launch = {
            .stream = stream_handle(t, line), .function = XS_HANDLE(XS_KIND_FUNCTION, 0, 0, 1),
            .grid_x = 1 + below(400), .grid_y = 1, .grid_z = 1, .block_x = 256, .block_y = 1,
            .block_z = 1, .params = (const uint8_t *)params, .params_bytes = 16}}};
        return op;
    }
    if (pick < 55) return make_copy(t, slot, line);
    if (pick < 77) return make_event(t, line);
    if (pick < 83) return make_stream(t);
    if (pick < 86) return make_wrong(t, line);
    if (pick < 92) return make_value(t, slot, line);
    uint64_t stream = stream_handle(t, line);
    if (pick < 95) {
        join(t, M_HOST, line, 1);
        return (xs_operation){XS_OP_HOST_FUNCTION, {.host_function = {stream, pick}}};
    }
    join(t, M_PASS, line, 0);
    return (xs_operation){XS_OP_COMPLETE, {.complete = {stream}}};
}

static void submit(uint32_t slot) {
    tenant *t = &run.tenants[slot];
    uint32_t count = 1 + below(chance(20) ? 120 : 12);
    if (t->closing || t->sequence + count > OPERATIONS) return;
    const xs_sink *sink = &t->session->sink;
    uint64_t params[2] = {0};
    CHECK(!sink->begin(sink->context, t->sequence + 1, count), "%s", sink->error(sink->context));
    for (uint32_t i = 0; i < count; i++) {
        pthread_mutex_lock(&dev.lock); /* the model is shared with the device's hooks */
        xs_operation op = make_operation(t, slot, params);
        pthread_mutex_unlock(&dev.lock);
        CHECK(!sink->operation(sink->context, t->sequence, &op), "%s",
              sink->error(sink->context));
    }
    sink->end(sink->context, t->sequence);
    xw_needs_grant(t->session);
    xw_pause_needed(t->session);
}

#include "tests/fuzz/worker_graphs.h"

/* ---------------------------------------------------------------- the broker's side */

static void open_tenant(uint32_t slot) {
    tenant *t = &run.tenants[slot];
    pthread_mutex_lock(&dev.lock);
    *t = (tenant){.id = ++run.ids, .ops = calloc(OPERATIONS + 2, sizeof(model_op)),
                  .status = aligned_alloc(64, STREAMS * 64),
                  .waiters = aligned_alloc(64, STREAMS * 64)};
    memset(t->status, 0, STREAMS * 64);
    memset(t->waiters, 0, STREAMS * 64);
    t->open[1] = t->blocking[1] = 1;
    pthread_mutex_unlock(&dev.lock);
    uint32_t class_ = below(3);
    t->session = xw_session_open(run.worker, t->id, class_, (int)class_ * 2, t->status,
                                 t->waiters, HOST_ADDRESS, HOST_BYTES, STREAMS, 100);
    run.worker->sessions[slot] = t->session;
    xw_function_add(t->session, XS_HANDLE(XS_KIND_FUNCTION, 0, 0, 1), (void *)0x10, 16, 1024);
    xw_range_add(&t->session->ranges, VA + ((uint64_t)slot << 40), 1ull << 40, 0);
    for (uint64_t at = 0; at < HOST_BYTES; at += 4 << 20)
        xw_range_add(&t->session->host_ranges, at, 4 << 20, 1);
}

static void forget_tenant(uint32_t slot) {
    tenant *t = &run.tenants[slot];
    CHECK(atomic_load(&t->session->state) == XWS_CLOSED, "told closed before it was");
    reap(t, 1);
    run.worker->sessions[slot] = NULL;
    xw_session_free(run.worker, t->session);
    pthread_mutex_lock(&dev.lock);
    free(t->ops);
    free(t->status);
    free(t->waiters);
    *t = (tenant){0};
    pthread_mutex_unlock(&dev.lock);
}

static void hear(void) {
    xw_message heard[16];
    uint32_t count;
    while ((count = xw_messages_take(run.worker, heard, 16))) {
        for (uint32_t i = 0; i < count; i++) {
            if (heard[i].kind == XW_RETIRED || heard[i].kind == XW_EMPTY) run.tickets_told++;
            if (heard[i].kind == XW_FAULT) run.faulted = 1;
            for (uint32_t slot = 0; slot < SLOTS; slot++) {
                if (run.tenants[slot].id != heard[i].session) continue;
                if (heard[i].kind == XW_GRAPHS_IDLE) reap(&run.tenants[slot], 0);
                if (heard[i].kind == XW_CLOSED) forget_tenant(slot);
            }
        }
    }
}

static void grant(tenant *t, int mode, uint32_t launches, uint32_t in_flight_max,
                  uint64_t window_ns) {
    xw_command command = {.kind = CMD_GRANT, .session = t->id, .grant = {
        .launches_left = launches, .launches_max = launches,
        .launches_in_flight_max = in_flight_max, .mode = mode, .window_ns = window_ns,
        .until_ns = run.now_ns + below(500000), .rank = (int)below(4)}};
    pthread_mutex_lock(&dev.lock);
    t->mode = mode;
    t->launches_left = launches;
    t->in_flight_max = in_flight_max;
    pthread_mutex_unlock(&dev.lock);
    xw_command_send(run.worker, &command);
}

static void close_tenant(tenant *t) {
    xw_command command = {.kind = CMD_CLOSE, .session = t->id};
    pthread_mutex_lock(&dev.lock);
    t->closing = 1;
    pthread_mutex_unlock(&dev.lock);
    xw_command_send(run.worker, &command);
}

static void ask_notices(tenant *t) {
    uint32_t many = chance(5) ? 100 : 1;
    for (uint32_t i = 0; i < many; i++) {
        xw_command retired = {.kind = CMD_NOTIFY_RETIRED, .session = t->id,
                              .a = 1 + below(t->sequence + 1), .b = ++run.tickets_asked};
        if (retired.a > t->sequence) retired.a = t->sequence;
        xw_command_send(run.worker, &retired);
    }
    if (chance(20)) {
        xw_command empty = {.kind = CMD_NOTIFY_EMPTY, .a = ++run.tickets_asked};
        xw_command_send(run.worker, &empty);
    }
}

static void decide(tenant *t) {
    int64_t elapsed_ns;
    uint64_t seq;
    switch (below(14)) {
    case 0: grant(t, XW_HELD, 0, 1, 0); break;
    case 1: grant(t, XW_URGENT, 1 + below(3), 1 + below(2), 0); break;
    case 2: grant(t, XW_BURST, 1 + below(50), 1 + below(8), 200000); break;
    case 3: xw_arrived(t->session, run.now_ns); break;
    case 4:
        xw_floor_set(&run.floor, chance(70) ? 255 : below(3), (int)below(3) - 1,
                     chance(50) ? XS_NEVER : below(100000));
        break;
    case 5: xw_class_set(t->session, below(3)); break;
    case 6: {
        xw_command level = {.kind = CMD_LEVEL, .session = t->id, .a = below(7)};
        xw_command_send(run.worker, &level);
        break;
    }
    case 7: ask_notices(t); break;
    case 8: xw_error_take(t->session, &seq); break;
    case 9:
        xw_event_elapsed(t->session, event_handle(t, 1 + below(EVENTS - 1)),
                         event_handle(t, 1 + below(EVENTS - 1)), &elapsed_ns);
        break;
    case 10: if (chance(6)) close_tenant(t); break;
    default:
        grant(t, XW_BULK, 1 + below(500), 1 + below(64), chance(50) ? 200000 : 0);
        break;
    }
}

/* The tenant runs the host functions it is asked for. */
static void answer_hosts(tenant *t) {
    for (uint32_t line = 1; line < STREAMS && t->session && !t->closing; line++) {
        uint64_t seq = atomic_load((_Atomic uint64_t *)(t->status + 64 * line +
                                                        XS_STATUS_HOST_SEQ));
        _Atomic uint64_t *answer =
            (_Atomic uint64_t *)(t->waiters + 64 * line + XS_WAITERS_HOST_DONE_SEQ);
        if (!seq || atomic_load(answer) == seq) continue;
        pthread_mutex_lock(&dev.lock);
        check_before(t, (uint32_t)seq, "host function");
        t->ops[seq].done = 1;
        pthread_mutex_unlock(&dev.lock);
        atomic_store(answer, seq);
        xw_doorbell(run.worker);
    }
}

static void check_pages(void) {
    for (uint32_t slot = 0; slot < SLOTS && !run.faulted; slot++) {
        tenant *t = &run.tenants[slot];
        for (uint32_t line = 1; line < STREAMS && t->session && !t->closing; line++) {
            pthread_mutex_lock(&dev.lock);
            check_shown(t, line, line_word(t, line));
            pthread_mutex_unlock(&dev.lock);
        }
    }
}

/* Let ns pass. The worker is stepped when it wants to be, or later. */
static void pass_time(uint64_t ns) {
    if (fuzz.threads) {
        run.now_ns = xw_now(&run.worker->config);
        sched_yield();
        return;
    }
    uint64_t until = run.now_ns + ns;
    for (uint32_t steps = 0;; steps++) {
        uint64_t due = xw_step(run.worker, run.now_ns);
        check_pages();
        if (due > until || run.faulted) break;
        CHECK(steps < 100000, "always something due at %llu", (unsigned long long)due);
        run.now_ns = due > run.now_ns ? due : run.now_ns + 1;
    }
    run.now_ns = until;
    hear();
}

/* ---------------------------------------------------------------- a run */

static int settled(void) {
    for (uint32_t slot = 0; slot < SLOTS; slot++) {
        tenant *t = &run.tenants[slot];
        if (t->closing) return 0;
        for (uint32_t line = 1; line < STREAMS && t->session; line++)
            if (line_word(t, line) != t->fifo_last[line]) return 0;
        if (t->session && (xw_queued(t->session) ||
                           atomic_load(&t->session->in_flight_shown)))
            return 0;
    }
    return run.tickets_told == run.tickets_asked;
}

/* Everything is allowed from now on: everything must end. */
static void finish_work(void) {
    pthread_mutex_lock(&dev.lock);
    dev.refuse_every = 0;
    pthread_mutex_unlock(&dev.lock);
    xw_floor_set(&run.floor, 255, -1, XS_NEVER);
    for (uint32_t turn = 0; !settled() && !run.faulted; turn++) {
        if (turn >= (fuzz.threads ? 3000000u : 20000u)) {
            for (uint32_t slot = 0; slot < SLOTS; slot++) {
                tenant *t = &run.tenants[slot];
                for (uint32_t line = 1; line < STREAMS && t->session; line++)
                    if (line_word(t, line) != t->fifo_last[line])
                        fprintf(stderr, "session %u line %u: %llu of %u\n", t->id, line,
                                (unsigned long long)line_word(t, line), t->fifo_last[line]);
            }
            CHECK(0, "work that does not end; %llu of %llu notices",
                  (unsigned long long)run.tickets_told, (unsigned long long)run.tickets_asked);
        }
        for (uint32_t slot = 0; slot < SLOTS; slot++) {
            tenant *t = &run.tenants[slot];
            if (!t->session || t->closing) continue;
            if (turn % 64 == 0) grant(t, XW_BULK, 100000, 64, 200000);
            answer_hosts(t);
        }
        device_poke(turn);
        xw_doorbell(run.worker);
        pass_time(100000);
        hear();
    }
    check_pages();
}

static void close_all(void) {
    for (uint32_t slot = 0; slot < SLOTS; slot++)
        if (run.tenants[slot].session && !run.tenants[slot].closing)
            close_tenant(&run.tenants[slot]);
    for (uint32_t turn = 0;; turn++) {
        uint32_t left = 0;
        for (uint32_t slot = 0; slot < SLOTS; slot++) left += run.tenants[slot].session != NULL;
        if (!left) return;
        CHECK(turn < (fuzz.threads ? 3000000u : 20000u), "sessions that do not close");
        pass_time(100000);
        if (run.faulted && !fuzz.threads) xw_step(run.worker, run.now_ns);
        hear();
    }
}

static void choose_device(uint32_t kind) {
    device_reset();
    dev.latency = below(3000);
    if (kind == 2) {
        dev.refuse_every = 5 + below(60);
        dev.refuse_with = 2;
    } else if (kind == 3) {
        dev.refuse_every = 100 + below(2000);
        dev.refuse_with = 700;
    }
    run.null = kind == 1;
    run.strict = kind == 0;
}

static void map_host(void) {
    host_arena = mmap(NULL, HOST_BYTES, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    CHECK(host_arena != MAP_FAILED, "no %d bytes for a host arena", HOST_BYTES);
}

static void play(void) {
    if (!host_arena) map_host();
    memset(&run, 0, sizeof run);
    xw_floor_init(&run.floor);
    uint32_t kind = fuzz.threads ? below(2) : below(8) < 4 ? 0 : 1 + below(3);
    choose_device(kind);
    xw_config config = {.dilation = 1, .idle_grace_ns = 30000, .sm_threads = 132 * 2048,
                        .poll_wall_ns = 20000};
    run.worker = xw_worker_new(run.null ? &xs_null_backend : &fuzz_backend, &run.floor, &config);
    if (fuzz.threads) xw_start(run.worker);
    run.now_ns = 1000;
    for (uint32_t turn = 0; turn < TURNS && !run.faulted; turn++) {
        uint32_t slot = below(SLOTS);
        tenant *t = &run.tenants[slot];
        if (!t->session) open_tenant(slot);
        if (chance(60)) submit(slot);
        if (chance(25)) submit_graph(slot);
        if (chance(50) && !t->closing) decide(t);
        if (chance(20)) answer_hosts(t);
        if (chance(10)) device_poke(below(16));
        if (chance(50)) pass_time(chance(5) ? 30000000 : below(60000));
        hear();
    }
    finish_work();
    close_all();
    CHECK(run.faulted || run.tickets_told == run.tickets_asked, "notices");
    xw_stop(run.worker);
    xw_give_back(run.worker);
    xw_worker_free(run.worker);
    CHECK(dev.broken || dev.streams_open == 0, "%d streams kept", dev.streams_open);
    CHECK(dev.broken || dev.events_open == 0, "%d events kept", dev.events_open);
    CHECK(dev.broken || dev.graphs_open == 0, "%d graphs kept", dev.graphs_open);
    device_reset();
}

/* A sample of one kernel must not teach what is known of the one that took its slot. */
static void check_estimate_takeover(void) {
    memset(&run, 0, sizeof run);
    xw_floor_init(&run.floor);
    choose_device(0);
    xw_config config = {.dilation = 1, .sm_threads = 132 * 2048};
    run.worker = xw_worker_new(&fuzz_backend, &run.floor, &config);
    open_tenant(0);
    tenant *t = &run.tenants[0];
    t->sequence = 1;
    join(t, M_TASK, 1, 1);
    uint64_t params[2] = {tag(0, 1), 5000};
    xs_operation op = {XS_OP_LAUNCH, {.launch = {
        .stream = stream_handle(t, 1), .function = XS_HANDLE(XS_KIND_FUNCTION, 0, 0, 1),
        .grid_x = 1, .grid_y = 1, .grid_z = 1, .block_x = 32, .block_y = 1, .block_z = 1,
        .params = (const uint8_t *)params, .params_bytes = 16}}};
    t->session->sink.begin(t->session, 1, 1);
    t->session->sink.operation(t->session, 1, &op);
    t->session->sink.end(t->session, 1);
    grant(t, XW_BULK, 10, 10, 0);
    xw_step(run.worker, run.now_ns);
    uint64_t key = xw_launch_key((void *)0x10, 1, 32, 0);
    for (uint64_t i = 1; i <= 8; i++) xw_estimate_find(run.worker, key + (i << 32));
    xw_estimate *entry = xw_estimate_find(run.worker, key + (8ull << 32));
    CHECK(entry->key == key + (8ull << 32), "the slot was not taken over");
    pass_time(1000000);
    CHECK(entry->samples == 0, "it learned from another kernel");
    close_all();
    xw_give_back(run.worker);
    xw_worker_free(run.worker);
    device_reset();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    fuzz.bytes = bytes;
    fuzz.left = size;
    fuzz.state = 0x2545f4914f6cdd1dull;
    play();
    return 0;
}

#ifdef XS_FUZZ_MAIN
int main(int argc, char **argv) {
    fuzz.threads = argc > 1 && strcmp(argv[1], "--threads") == 0;
    argv += fuzz.threads;
    argc -= fuzz.threads;
    uint64_t first = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
    uint64_t count = argc > 2 ? strtoull(argv[2], NULL, 0) : 200;
    if (!fuzz.threads) check_estimate_takeover();
    for (uint64_t seed = first; seed < first + count; seed++) {
        fuzz.seed = seed;
        fuzz.state = (seed + 1) * 0x9e3779b97f4a7c15ull;
        play();
    }
    printf("%llu seeds from %llu\n", (unsigned long long)count, (unsigned long long)first);
    return 0;
}
#endif
