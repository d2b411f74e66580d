/* What is issued when it arrives, by the thread that hands it over: a worker on the null device
 * whose issue thread is thought to sleep, and which nobody steps. test_arrival.py builds it and
 * runs each case by its name. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "broker/device/null.h"
#include "broker/device/worker_private.h"

enum { STREAMS = 16, IDLE = 2, BUSY = 0 };

static struct {
    xw_floor floor;
    xw_peers peers;
    xw_worker *worker;
    xw_session *session;
    uint64_t seq;
} bench;

#define CHECK(condition)                                                      \
    do {                                                                      \
        if (!(condition)) {                                                   \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);   \
            exit(1);                                                          \
        }                                                                     \
    } while (0)

static void grant(int mode) {
    xw_command command = {.kind = CMD_GRANT, .session = 1, .grant = {
        .launches_left = 1000, .launches_max = 1000, .launches_in_flight_max = 1000,
        .mode = mode}};
    xw_command_send(bench.worker, &command);
}

/* idle_state: what the loop knows of the session before. */
static void launch(uint32_t count, int idle_state) {
    xs_operation op = {XS_OP_LAUNCH, {.launch = {
        .stream = XS_HANDLE(XS_KIND_STREAM, 0, 0, 1),
        .function = XS_HANDLE(XS_KIND_FUNCTION, 0, 0, 1),
        .grid_x = 1, .grid_y = 1, .grid_z = 1, .block_x = 32, .block_y = 1, .block_z = 1}}};
    xs_sink *sink = &bench.session->sink;
    atomic_store(&bench.session->idle_state, idle_state);
    sink->begin(bench.session, bench.seq + 1, count);
    for (uint32_t i = 0; i < count; i++) sink->operation(bench.session, ++bench.seq, &op);
    sink->end(bench.session, bench.seq);
}

static uint64_t launches(void) { return atomic_load(&bench.session->launches); }
static uint64_t markers(void) { return atomic_load(&bench.worker->markers); }

static void prepare(void) {
    unsigned char *pages = aligned_alloc(64, 2 * STREAMS * 64);
    xw_config config = {.dilation = 1, .idle_grace_ns = 30000, .sm_threads = 132 * 2048,
                        .issue_on_arrival = 1};
    memset(pages, 0, 2 * STREAMS * 64);
    xw_floor_init(&bench.floor);
    bench.worker = xw_worker_new(&xs_null_backend, &bench.floor, &bench.peers, &config);
    bench.session = xw_session_open(bench.worker, 1, 0, 0, pages, pages + STREAMS * 64, 0, 0,
                                    STREAMS, 10000);
    bench.worker->sessions[0] = bench.session;
    xw_function_add(bench.session, XS_HANDLE(XS_KIND_FUNCTION, 0, 0, 1), (void *)0x10, 0, 1024);
    grant(XW_BULK);
    xw_step(bench.worker, 1000000);
    atomic_store(&bench.worker->sleeping, 1);
}

static void finish(void) {
    xw_command command = {.kind = CMD_CLOSE, .session = 1};
    atomic_store(&bench.worker->sleeping, 0);
    xw_command_send(bench.worker, &command);
    xw_step(bench.worker, 2000000);
    xw_give_back(bench.worker);
    free(bench.session->status);
    xw_session_free(bench.worker, bench.session);
    xw_worker_free(bench.worker);
}

/* The end is marked before it is asked for, and the thread stays awake for what follows. */
static void after_an_idle_time(void) {
    launch(1, IDLE);
    CHECK(launches() == 1 && markers() == 1 && atomic_load(&bench.worker->arriving));
}

/* Who goes on may stream: a marker for each of its frames, and a thread that spins after each,
 * would cost it more than they bring. */
static void between_two_steps(void) {
    launch(1, BUSY);
    CHECK(launches() == 1 && markers() == 0 && !atomic_load(&bench.worker->arriving));
}

/* What was sent before is the issue thread's, and so is what comes behind it. */
static void behind_what_is_left(void) {
    grant(XW_HELD);
    launch(1, BUSY);
    CHECK(launches() == 0);
    grant(XW_BULK);
    launch(1, BUSY);
    CHECK(launches() == 0);
}

static void while_a_control_call_is_made(void) {
    xw_control_set(bench.worker, 1);
    launch(1, IDLE);
    launch(1, BUSY);
    CHECK(launches() == 0);
    xw_control_set(bench.worker, 0);
}

static void while_the_thread_is_awake(void) {
    atomic_store(&bench.worker->sleeping, 0);
    launch(1, IDLE);
    CHECK(launches() == 0);
}

/* Launches that are not known count 20 us: eight are enough for 150, whichever bound is met. */
static void more_than_outlasts_a_wake_up(void) {
    launch(100, IDLE);
    CHECK(launches() == 8);
}

/* Of known ones that take 100 us, two; then the device has enough to do. */
static void long_ones(void) {
    xw_estimate *known = xw_estimate_find(bench.worker, xw_launch_key((void *)0x10, 1, 32, 0));
    xw_estimate_learn(known, 100000);
    launch(100, IDLE);
    CHECK(launches() == 2);
    launch(1, IDLE);
    CHECK(launches() == 2);
}

static const struct { const char *name; void (*play)(void); } CASES[] = {
    {"after an idle time", after_an_idle_time},
    {"between two steps", between_two_steps},
    {"behind what is left", behind_what_is_left},
    {"while a control call is made", while_a_control_call_is_made},
    {"while the thread is awake", while_the_thread_is_awake},
    {"more than outlasts a wake-up", more_than_outlasts_a_wake_up},
    {"long ones", long_ones},
};

int main(int argc, char **argv) {
    for (size_t i = 0; argc > 1 && i < sizeof CASES / sizeof *CASES; i++) {
        if (strcmp(argv[1], CASES[i].name)) continue;
        prepare();
        CASES[i].play();
        finish();
        return 0;
    }
    fprintf(stderr, "arrival: there is no such case\n");
    return 2;
}
