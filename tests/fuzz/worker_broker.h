/* The broker's side of fuzz_worker.c: sessions that come and go, decisions, notices, and what
 * is done about the worker's messages; the tenants' host functions; time that passes. */
#ifndef XS_WORKER_BROKER_H
#define XS_WORKER_BROKER_H

#include <sched.h>

#include "tests/fuzz/worker_graphs.h"

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
    t->session->graphs->price = (xg_price){1000, 10};
    t->session->graphs->runs_after = below(3);
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
                if (heard[i].kind == XW_GRAPHS_HOT && chance(80)) make_runs(&run.tenants[slot]);
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
    switch (below(15)) {
    case 0: grant(t, XW_HELD, 0, 1, 0); break;
    case 14: grant(t, XW_STANDBY, 1 + below(50), 1 + below(8), 200000); break;
    case 1: grant(t, XW_URGENT, 1 + below(3), 1 + below(2), 0); break;
    case 2: grant(t, XW_BURST, 1 + below(50), 1 + below(8), 200000); break;
    case 3: xw_arrived(t->session, run.now_ns); break;
    case 4:
        xw_floor_set(&run.floor, &run.peers, chance(70) ? 255 : below(3), (int)below(3) - 1,
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

#endif
