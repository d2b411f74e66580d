/* Times the C codec alone: encodes submissions of 500 launches into a frame and decodes them
 * into a sink that adds up what it sees. Built and run by bench_codec.py, which compares.
 * Prints: nanoseconds per launch encoded, decoded; bytes per launch. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "xs/codec.h"
#include "xs/frame.h"

enum { OPERATIONS = 500, PARAMS_BYTES = 40 };

typedef struct tally {
    uint64_t launches, sum;
} tally;

static int begin(void *context, uint64_t first_seq, uint32_t count) {
    (void)context, (void)first_seq, (void)count;
    return 0;
}

static int take(void *context, uint64_t seq, const xs_operation *op) {
    tally *t = context;
    t->launches++;
    t->sum += seq + op->u.launch.grid_x + op->u.launch.params[0] + op->u.launch.params_bytes;
    return 0;
}

static void end(void *context, uint64_t last_seq) {
    (void)context, (void)last_seq;
}

static const char *error(void *context) {
    (void)context;
    return "";
}

static double now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Launches as a decode step makes them: varied grids, device pointers in the parameters. */
static void make_launch(xs_operation *op, uint8_t *params, uint32_t i) {
    for (uint32_t j = 0; j < PARAMS_BYTES; j++) {
        params[j] = (uint8_t)(i * 31 + j);
    }
    op->kind = XS_OP_LAUNCH;
    op->u.launch = (xs_op_launch){
        .stream = XS_HANDLE(XS_KIND_STREAM, 0, 0, 1 + i % 4),
        .function = XS_HANDLE(XS_KIND_FUNCTION, 0, 1, 1 + i % 97),
        .grid_x = 1 + i * 37 % 70000,
        .grid_y = 1 + i % 3 * 127,
        .grid_z = 1,
        .block_x = i % 2 ? 256 : 128,
        .block_y = 1,
        .block_z = 1,
        .shared_bytes = i % 5 ? 0 : 49152,
        .params = params,
        .params_bytes = PARAMS_BYTES,
        .attributes = params,
        .attributes_bytes = 0,
    };
}

static void encode(xs_writer *w, const xs_operation *ops) {
    xs_submission_open(w);
    for (uint32_t i = 0; i < OPERATIONS; i++) {
        xs_encode_operation(w, &ops[i]);
    }
    if (xs_submission_seal(w, 1, OPERATIONS) != 0) {
        abort();
    }
}

int main(int argc, char **argv) {
    int rounds = argc > 1 ? atoi(argv[1]) : 2000;
    static uint8_t frame[XS_FRAME_HEADER_BYTES + XS_FRAME_BYTES_MAX];
    static uint8_t params[OPERATIONS][PARAMS_BYTES];
    static xs_operation ops[OPERATIONS];
    tally t = {0, 0};
    xs_sink sink = {&t, begin, take, end, error};
    xs_fault fault;
    xs_writer w;
    double encode_best = 1e18, decode_best = 1e18;
    for (uint32_t i = 0; i < OPERATIONS; i++) {
        make_launch(&ops[i], params[i], i);
    }
    xs_writer_init(&w, frame, sizeof frame);
    for (int round = 0; round < rounds; round++) {
        double start = now_ns();
        encode(&w, ops);
        double middle = now_ns();
        if (xs_decode_submission(frame + 4, w.used - 4, &sink, NULL, &fault) != 0) {
            abort();
        }
        double stop = now_ns();
        encode_best = middle - start < encode_best ? middle - start : encode_best;
        decode_best = stop - middle < decode_best ? stop - middle : decode_best;
    }
    printf("%.2f %.2f %.1f %llu\n", encode_best / OPERATIONS, decode_best / OPERATIONS,
           (double)w.used / OPERATIONS, (unsigned long long)(t.sum & 1));
    return 0;
}
