/* The worker under random but well-formed programs of several sessions.
 *
 * A run is a list of choices, from a seed or from fuzz input. Sessions create streams and
 * events, launch, copy, record, wait (worker_programs.h), make graphs (worker_graphs.h), name
 * what they may not; the scheduler's side grants, holds, moves the floor, asks for notices,
 * closes (worker_broker.h); the device (worker_device.h) takes its time, or refuses calls, or
 * breaks. Checked (worker_model.h): no operation starts before what it must come after, none
 * is issued twice or in spite of a hold, pieces follow each other, retirement is shown only of
 * what is over and never goes back; at the end everything has retired, nothing is queued, all
 * notices are answered, all sessions close, the device has everything back. --threads: the
 * same with the worker's own thread (for the thread sanitizer).
 *
 * fuzz_worker [--threads] FIRST COUNT runs that many seeds; with libFuzzer no main. */
#include <sys/mman.h>

#include "broker/device/null.h"
#include "tests/fuzz/worker_broker.h"

enum { TURNS = 120 };

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
    xw_floor_set(&run.floor, &run.peers, 255, -1, XS_NEVER);
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
                        .poll_wall_ns = 20000, .issue_on_arrival = chance(50)};
    run.worker = xw_worker_new(run.null ? &xs_null_backend : &fuzz_backend, &run.floor,
                               &run.peers, &config);
    if (fuzz.threads) xw_start(run.worker);
    run.now_ns = 1000;
    for (uint32_t turn = 0; turn < TURNS && !run.faulted; turn++) {
        uint32_t slot = below(SLOTS);
        tenant *t = &run.tenants[slot];
        if (!t->session) open_tenant(slot);
        /* By hand, an issue thread is thought to sleep: who submits may issue (xw_arrival). */
        if (!fuzz.threads) atomic_store(&run.worker->sleeping, chance(50));
        if (chance(60)) submit(slot);
        if (chance(25)) submit_graph(slot);
        if (!fuzz.threads) atomic_store(&run.worker->sleeping, 0);
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
    run.worker = xw_worker_new(&fuzz_backend, &run.floor, &run.peers, &config);
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
    printf("%llu seeds from %llu, %llu forms had runs\n", (unsigned long long)count,
           (unsigned long long)first, (unsigned long long)runs_taken);
    return 0;
}
#endif
