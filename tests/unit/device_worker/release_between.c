/* What happens between the look of a release and its raise of the floor, and before its undo.
 *
 * worker_release.c is built into this program with a hook in front of each of its compare and
 * exchange operations, and two workers on the null device are stepped by hand: one has the
 * sessions above, the other one stands by below the floor. The hook plays what the loop, or the
 * other worker, may do at that very moment. test_release_between.py builds it and runs each case
 * by its name. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "broker/device/null.h"
#include "broker/device/worker_private.h"

static void between(void);
#undef atomic_compare_exchange_strong
#define atomic_compare_exchange_strong(object, expected, desired)                          \
    (between(), atomic_compare_exchange_strong_explicit(object, expected, desired,         \
                                                        memory_order_seq_cst,             \
                                                        memory_order_seq_cst))
#include "broker/device/worker_release.c"

enum { STREAMS = 16, RELEASE_NS = 20000, TOP = 0, MIDDLE = 1, LOW = 2, STEP_NS = 1000 };

static struct {
    xw_floor floor;
    xw_peers peers;
    xw_worker *above, *below;
    xw_session *top, *middle, *low;
    uint64_t now_ns;
    void (*first)(void), (*second)(void); /* before the first and the second exchange */
    int exchanges;
    int released;                         /* messages */
} bench;

#define CHECK(condition)                                                      \
    do {                                                                      \
        if (!(condition)) {                                                   \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);   \
            exit(1);                                                          \
        }                                                                     \
    } while (0)

static void between(void) {
    int exchange = bench.exchanges++;
    if (exchange == 0 && bench.first) bench.first();
    if (exchange == 1 && bench.second) bench.second();
}

static xw_session *open_session(xw_worker *worker, uint32_t class_) {
    unsigned char *pages = aligned_alloc(64, 2 * STREAMS * 64);
    memset(pages, 0, 2 * STREAMS * 64);
    xw_session *session = xw_session_open(worker, class_ + 1, class_, (int)class_, pages,
                                          pages + STREAMS * 64, 0, 0, STREAMS, 100);
    worker->sessions[class_] = session;
    xw_function_add(session, XS_HANDLE(XS_KIND_FUNCTION, 0, 0, 1), (void *)0x10, 0, 1024);
    return session;
}

static void grant(xw_session *session, int mode) {
    xw_command command = {.kind = CMD_GRANT, .session = session->id, .grant = {
        .launches_left = 100, .launches_max = 100, .launches_in_flight_max = 100, .mode = mode}};
    xw_command_send(session->worker, &command);
}

static void launch(xw_session *session) {
    xs_operation op = {XS_OP_LAUNCH, {.launch = {
        .stream = XS_HANDLE(XS_KIND_STREAM, 0, 0, 1),
        .function = XS_HANDLE(XS_KIND_FUNCTION, 0, 0, 1),
        .grid_x = 1, .grid_y = 1, .grid_z = 1, .block_x = 32, .block_y = 1, .block_z = 1}}};
    session->sink.begin(session, 1, 1);
    session->sink.operation(session, 1, &op);
    session->sink.end(session, 1);
}

static xw_worker *new_worker(void) {
    xw_config config = {.dilation = 1, .idle_grace_ns = 30000, .sm_threads = 132 * 2048};
    return xw_worker_new(&xs_null_backend, &bench.floor, &bench.peers, &config);
}

/* The middle class has lowered the floor, and has been quiet for nearly long enough. */
static void prepare(void) {
    xw_floor_init(&bench.floor);
    bench.now_ns = 1000000;
    bench.above = new_worker();
    bench.below = new_worker();
    bench.top = open_session(bench.above, TOP);
    bench.middle = open_session(bench.above, MIDDLE);
    bench.low = open_session(bench.below, LOW);
    xw_floor_set(&bench.floor, &bench.peers, 255, MIDDLE, RELEASE_NS);
    grant(bench.low, XW_STANDBY);
    CHECK(xw_arrived(bench.middle, bench.now_ns));
    launch(bench.low);
    for (uint64_t ns = 0; ns < RELEASE_NS; ns += STEP_NS) {
        xw_step(bench.above, bench.now_ns);
        xw_step(bench.below, bench.now_ns);
        bench.now_ns += STEP_NS;
    }
    CHECK(bench.exchanges == 0 && xw_floor_get(&bench.floor) == MIDDLE);
}

static int launches(void) { return (int)atomic_load(&bench.low->launches); }

static void step_below(void) {
    xw_message told[16];
    xw_step(bench.below, bench.now_ns);
    uint32_t count = xw_messages_take(bench.below, told, 16);
    for (uint32_t i = 0; i < count; i++) bench.released += told[i].kind == XW_RELEASED;
}

/* What the hook may play. */
static void middle_heard(void) { CHECK(!xw_arrived(bench.middle, bench.now_ns)); }
static void middle_heard_and_shown(void) {
    middle_heard();
    xw_step(bench.above, bench.now_ns);
}
static void top_heard(void) { CHECK(xw_arrived(bench.top, bench.now_ns)); }
static void another_raises(void) { atomic_store(&bench.floor.floor, LOW); }

static void close_all(void) {
    xw_worker *workers[] = {bench.above, bench.below};
    xw_session *sessions[] = {bench.top, bench.middle, bench.low};
    for (int i = 0; i < 3; i++) {
        xw_command command = {.kind = CMD_CLOSE, .session = sessions[i]->id};
        xw_command_send(sessions[i]->worker, &command);
    }
    for (int i = 0; i < 2; i++) {
        xw_step(workers[i], bench.now_ns);
        xw_give_back(workers[i]);
    }
    for (int i = 0; i < 3; i++) {
        free(sessions[i]->status);
        xw_session_free(sessions[i]->worker, sessions[i]);
    }
    for (int i = 0; i < 2; i++) xw_worker_free(workers[i]);
}

typedef struct outcome {
    const char *name;
    void (*first)(void), (*second)(void);
    int exchanges, launches, released;
    uint32_t floor;
} outcome;

static const outcome CASES[] = {
    {"nothing", NULL, NULL, 1, 1, 1, LOW},
    /* Its worker has not looked: it is behind. */
    {"heard", middle_heard, NULL, 2, 0, 0, MIDDLE},
    /* Its worker has looked, and found no work: only the time of it is another. */
    {"heard and shown", middle_heard_and_shown, NULL, 2, 0, 0, MIDDLE},
    {"lowered before the raise", top_heard, NULL, 1, 0, 0, TOP},
    {"lowered before the undo", middle_heard, top_heard, 2, 0, 0, TOP},
    /* It had been refused in this step: it goes on in it. */
    {"raised by another", another_raises, NULL, 1, 1, 0, LOW},
};

static void play(const outcome *wanted) {
    prepare();
    bench.first = wanted->first;
    bench.second = wanted->second;
    step_below();
    CHECK(bench.exchanges == wanted->exchanges);
    CHECK(xw_floor_get(&bench.floor) == wanted->floor);
    CHECK(launches() == wanted->launches);
    CHECK(bench.released == wanted->released);
    bench.first = bench.second = NULL;
    for (uint64_t ns = 0; ns < 10 * RELEASE_NS; ns += STEP_NS) { /* nothing comes any more */
        bench.now_ns += STEP_NS;
        xw_step(bench.above, bench.now_ns);
        step_below();
    }
    CHECK(launches() == 1);
    close_all();
}

int main(int argc, char **argv) {
    for (size_t i = 0; argc > 1 && i < sizeof CASES / sizeof *CASES; i++) {
        if (strcmp(argv[1], CASES[i].name)) continue;
        play(&CASES[i]);
        return 0;
    }
    fprintf(stderr, "release_between: there is no such case\n");
    return 2;
}
