/* Feeds bytes to everything in the C codec that reads a tenant's bytes.
 *
 * With clang: a libFuzzer harness (run.sh). Without: built by any compiler with
 * -DXS_FUZZ_MAIN, a program that runs every file named, and mutations of it from a seed;
 * test_corpus.py does that under the address and undefined-behaviour sanitizers. Beyond
 * not crashing, it demands that what was read can be written, and reads the same again. */
#include <stdio.h>
#include <stdlib.h>

#include "xs/codec.h"
#include "xs/frame.h"

static void demand(int holds, const char *what) {
    if (!holds) {
        fprintf(stderr, "fuzz_codec: %s\n", what);
        abort();
    }
}

/* A sink that touches every byte it is shown. */
typedef struct watcher {
    uint64_t next_seq, first_seq;
    uint32_t count;
    int begun, ended;
    volatile uint8_t seen;
} watcher;

static int watch_begin(void *context, uint64_t first_seq, uint32_t count) {
    watcher *w = context;
    demand(!w->begun, "begin twice");
    demand(count <= XS_OPERATIONS_PER_SUBMISSION_MAX, "count over its bound");
    w->begun = 1;
    w->first_seq = w->next_seq = first_seq;
    w->count = count;
    return 0;
}

static void touch(watcher *w, const uint8_t *data, uint32_t bytes) {
    for (uint32_t i = 0; i < bytes; i++) {
        w->seen ^= data[i];
    }
}

static int watch_operation(void *context, uint64_t seq, const xs_operation *op) {
    watcher *w = context;
    demand(w->begun && seq == w->next_seq, "sequence");
    demand(xs_operation_name(op->kind) != NULL, "unknown operation passed on");
    w->next_seq = seq + 1;
    if (op->kind == XS_OP_LAUNCH) {
        const xs_op_launch *launch = &op->u.launch;
        demand(launch->params_bytes <= XS_PARAMS_BYTES_MAX, "params over their bound");
        touch(w, launch->params, launch->params_bytes);
        touch(w, launch->attributes, launch->attributes_bytes);
    }
    return 0;
}

static void watch_end(void *context, uint64_t last_seq) {
    watcher *w = context;
    demand(last_seq + 1 == w->first_seq + w->count, "last sequence number");
    demand(w->next_seq == w->first_seq + w->count, "operations lost");
    w->ended = 1;
}

static const char *watch_error(void *context) {
    (void)context;
    return "";
}

static uint8_t scratch[2][XS_SCRATCH_BYTES_MAX] __attribute__((aligned(8)));
static uint8_t written[2][XS_FRAME_BYTES_MAX + 65536];

static int read_message(const uint8_t *data, size_t size, int which, xs_message *message,
                        xs_fault *fault) {
    xs_reader r;
    xs_reader_init(&r, data, size, fault);
    r.scratch = scratch[which];
    r.scratch_bytes = sizeof scratch[which];
    int failed = xs_decode_message(&r, message);
    demand(failed == 0 || failed == -1, "result");
    demand((r.error != 0) == (failed != 0), "error and result differ");
    demand((fault->text[0] != 0) == (failed != 0), "a refusal without words");
    demand(fault->problem != XS_PROBLEM_SCRATCH, "scratch too small");
    return failed;
}

static size_t write_message(const xs_message *message, int which) {
    xs_writer w;
    xs_writer_init(&w, written[which], sizeof written[which]);
    demand(xs_encode_message(&w, message) == 0, "what was read cannot be written");
    return w.used;
}

static int check_message(const uint8_t *data, size_t size) {
    xs_message message, again;
    xs_fault fault;
    if (read_message(data, size, 0, &message, &fault) != 0) {
        return -1;
    }
    size_t used = write_message(&message, 0);
    if (used > XS_FRAME_BYTES_MAX) {
        return 0; /* defaults that were left out make it longer than it came */
    }
    demand(read_message(written[0], used, 1, &again, &fault) == 0, "own bytes are refused");
    demand(write_message(&again, 1) == used, "own bytes change");
    demand(memcmp(written[0], written[1], used) == 0, "own bytes change");
    return 0;
}

static void check_submission(const uint8_t *data, size_t size, int message_failed) {
    watcher w = {0};
    xs_sink sink = {&w, watch_begin, watch_operation, watch_end, watch_error};
    xs_fault fault;
    int failed = xs_decode_submission(data, size, &sink, NULL, &fault);
    demand((failed == 0) == w.ended, "end and result differ");
    if (xs_peek_message(data, size) == XS_MSG_SUBMIT) {
        demand(failed == message_failed, "the two readers of a submission differ");
        demand(failed || xs_peek_operations(data, size) == w.count, "count");
    } else {
        demand(failed, "a submission that is none");
    }
}

static void check_frames(const uint8_t *data, size_t size) {
    size_t at = 0, before = 0;
    xs_frame frame;
    xs_fault fault;
    while (xs_frame_scan(data, size, &at, &frame, &fault) == XS_FRAME_WHOLE) {
        demand(at == before + XS_FRAME_HEADER_BYTES + frame.body_bytes, "frame");
        demand(at <= size, "frame beyond the data");
        int failed = check_message(frame.body, frame.body_bytes);
        check_submission(frame.body, frame.body_bytes, failed);
        before = at;
    }
    demand(at == before, "a frame that is none moved the cursor");
}

static void check_operation(const uint8_t *data, size_t size) {
    xs_reader r;
    xs_operation op;
    xs_reader_init(&r, data, size, NULL);
    while (r.at < size && xs_decode_operation(&r, &op) == 0) {
        demand(r.at <= size, "reader beyond the data");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    int failed = check_message(data, size);
    check_submission(data, size, failed);
    check_operation(data, size);
    check_frames(data, size);
    return 0;
}

#ifdef XS_FUZZ_MAIN
static uint64_t state;

static uint64_t next_random(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

/* A tag, a length or a bound more often than chance would have it. */
static uint8_t interesting(void) {
    static const uint8_t bytes[] = {0x00, 0x01, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0,
                                    0xc1, 0xc2, 0xc4, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcc, 0xcf,
                                    0xd0, 0xd3, 0xd4, 0xd8, 0xd9, 0xdb, 0xdc, 0xdd, 0xde, 0xdf};
    uint64_t r = next_random();
    return r & 1 ? (uint8_t)(r >> 8) : bytes[(r >> 8) % sizeof bytes];
}

/* Run on a block of exactly this size, so that the sanitizer sees one byte too far. */
static void run_exact(const uint8_t *data, size_t size) {
    uint8_t *copy = malloc(size ? size : 1);
    demand(copy != NULL, "out of memory");
    memcpy(copy, data, size);
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
}

static size_t mutate(uint8_t *data, size_t size, size_t capacity) {
    for (uint64_t left = 1 + next_random() % 4; left > 0; left--) {
        size_t at = size ? next_random() % size : 0;
        switch (next_random() % 4) {
        case 0:
            size = at;
            break;
        case 1:
            if (size < capacity) {
                memmove(data + at + 1, data + at, size - at);
                data[at] = interesting();
                size++;
            }
            break;
        default:
            if (size) {
                data[at] = interesting();
            }
        }
    }
    return size;
}

static void run_file(const char *path, uint64_t mutations) {
    static uint8_t original[1 << 18], data[1 << 18];
    FILE *file = fopen(path, "rb");
    demand(file != NULL, "cannot open a file of the corpus");
    size_t size = fread(original, 1, sizeof original / 2, file);
    fclose(file);
    run_exact(original, size);
    for (uint64_t i = 0; i < mutations; i++) {
        memcpy(data, original, size);
        run_exact(data, mutate(data, size, sizeof data));
    }
}

int main(int argc, char **argv) {
    demand(argc > 3, "usage: fuzz_codec SEED MUTATIONS FILE...");
    state = strtoull(argv[1], NULL, 10) * 2 + 1;
    for (int i = 3; i < argc; i++) {
        run_file(argv[i], strtoull(argv[2], NULL, 10));
    }
    printf("%d files\n", argc - 3);
    return 0;
}
#endif
