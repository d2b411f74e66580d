/* What only C can reach of the codec: the writer's promises and the open submission. Built
 * and run by test_writer.py, which decodes the frames that this prints, one a line, in hex. */
#include <stdio.h>
#include <stdlib.h>

#include "xs/codec.h"
#include "xs/frame.h"

#define CHECK(holds)                                                                             \
    do {                                                                                         \
        if (!(holds)) {                                                                          \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #holds);                          \
            exit(1);                                                                             \
        }                                                                                        \
    } while (0)

static uint8_t frame[XS_FRAME_HEADER_BYTES + XS_FRAME_BYTES_MAX];
static const uint8_t params[XS_PARAMS_BYTES_MAX + 1];

static xs_operation launch_of(uint32_t params_bytes) {
    xs_operation op = {.kind = XS_OP_LAUNCH};
    op.u.launch.stream = XS_HANDLE(XS_KIND_STREAM, 0, 0, XS_STREAM_INDEX_LEGACY);
    op.u.launch.function = XS_HANDLE(XS_KIND_FUNCTION, 1, 2, 3);
    op.u.launch.grid_x = 70000;
    op.u.launch.params = params;
    op.u.launch.params_bytes = params_bytes;
    return op;
}

static void print(const xs_writer *w) {
    for (size_t i = 0; i < w->used; i++) {
        printf("%02x", w->data[i]);
    }
    printf("\n");
}

static void handles(void) {
    uint64_t handle = XS_HANDLE(XS_KIND_EVENT, 7, 0x1ffff, 0xfffffffe);
    CHECK(XS_HANDLE_KIND(handle) == XS_KIND_EVENT);
    CHECK(XS_HANDLE_DEVICE(handle) == 7);
    CHECK(XS_HANDLE_GENERATION(handle) == 0xffff);
    CHECK(XS_HANDLE_INDEX(handle) == 0xfffffffe);
}

/* An open submission is filled, sealed, and opened again in the same buffer. */
static void submissions(void) {
    xs_writer w;
    xs_writer_init(&w, frame, sizeof frame);
    for (uint32_t count = 0; count <= 20; count += 10) {
        CHECK(xs_submission_open(&w) == 0);
        CHECK(w.used == XS_SUBMISSION_HEADER_BYTES);
        for (uint32_t i = 0; i < count; i++) {
            xs_operation op = launch_of(i);
            CHECK(xs_encode_operation(&w, &op) == 0);
        }
        CHECK(xs_submission_seal(&w, count ? UINT64_C(1) << 40 : 1, count) == 0);
        print(&w);
    }
    CHECK(xs_submission_seal(&w, 1, 501) == -1);
    char text[128];
    xs_writer_text(&w, text, sizeof text);
    CHECK(strcmp(text, "submit: operations: 501 elements, at most 500") == 0);
}

/* When an operation does not fit, nothing is written, and it fits the next frame. */
static void full(void) {
    xs_writer w;
    xs_writer_init(&w, frame, sizeof frame);
    CHECK(xs_submission_open(&w) == 0);
    xs_operation op = launch_of(30000);
    uint32_t count = 0;
    while (xs_encode_operation(&w, &op) == 0) {
        CHECK(++count < 10);
    }
    CHECK(count == 4 && w.error == XS_PROBLEM_FULL);
    size_t used = w.used;
    CHECK(xs_encode_operation(&w, &op) == -1 && w.used == used);
    CHECK(xs_submission_seal(&w, 1, count) == -1);
    w.error = 0;
    CHECK(xs_submission_seal(&w, 1, count) == 0 && w.used == used);
    CHECK(xs_submission_open(&w) == 0 && xs_encode_operation(&w, &op) == 0);
}

/* At the sealing size any operation still fits a frame. */
static void target(void) {
    xs_writer w;
    xs_writer_init(&w, frame, sizeof frame);
    CHECK(xs_submission_open(&w) == 0);
    w.used = XS_SUBMISSION_BYTES_TARGET;
    xs_operation op = launch_of(XS_PARAMS_BYTES_MAX);
    op.u.launch.attributes = params;
    op.u.launch.attributes_bytes = XS_ATTRIBUTES_MAX * XS_ATTRIBUTE_BYTES;
    CHECK(xs_encode_operation(&w, &op) == 0);
}

static void refusals(void) {
    xs_writer w;
    char text[128];
    xs_writer_init(&w, frame, sizeof frame);
    xs_operation op = launch_of(XS_PARAMS_BYTES_MAX + 1);
    CHECK(xs_encode_operation(&w, &op) == -1 && w.used == 0);
    xs_writer_text(&w, text, sizeof text);
    CHECK(strcmp(text, "launch: params: 32765 bytes, at most 32764") == 0);
    op = launch_of(1);
    CHECK(xs_encode_operation(&w, &op) == -1); /* the error sticks */
    xs_writer_init(&w, frame, sizeof frame);
    op.kind = 200;
    CHECK(xs_encode_operation(&w, &op) == -1);
    xs_writer_text(&w, text, sizeof text);
    CHECK(strcmp(text, "unknown operation 200") == 0);
    xs_writer_init(&w, frame, 10);
    CHECK(xs_submission_open(&w) == -1 && w.error == XS_PROBLEM_FULL);
}

/* A list that fails half way leaves the writer as it was. */
static void all_or_nothing(void) {
    xs_operation ops[2] = {launch_of(1), launch_of(XS_PARAMS_BYTES_MAX + 1)};
    xs_msg_submit submit = {.first_seq = 1, .operations = ops, .operations_count = 2};
    xs_writer w;
    xs_writer_init(&w, frame, sizeof frame);
    CHECK(xs_frame_begin(&w) == 0);
    CHECK(xs_encode_submit(&w, &submit) == -1 && w.used == XS_FRAME_HEADER_BYTES);
}

/* Messages one by one, framed one behind the other. */
static void messages(void) {
    xs_msg_free first = {.call = 1, .address = 2, .after_seq = 3};
    xs_msg_goodbye second = {0};
    xs_writer w;
    xs_writer_init(&w, frame, sizeof frame);
    size_t start = xs_frame_begin(&w);
    CHECK(xs_encode_free(&w, &first) == 0 && xs_frame_end(&w, start) == 0);
    start = xs_frame_begin(&w);
    CHECK(xs_encode_goodbye(&w, &second) == 0 && xs_frame_end(&w, start) == 0);
    print(&w);
    size_t at = 0;
    xs_frame found;
    xs_reader r;
    xs_fault fault;
    CHECK(xs_frame_scan(w.data, w.used, &at, &found, NULL) == XS_FRAME_WHOLE);
    xs_reader_init(&r, found.body, found.body_bytes, &fault);
    xs_msg_free back;
    CHECK(xs_decode_free(&r, &back) == 0);
    CHECK(back.call == 1 && back.address == 2 && back.after_seq == 3);
    xs_reader_init(&r, found.body, found.body_bytes, &fault);
    xs_msg_goodbye other;
    CHECK(xs_decode_goodbye(&r, &other) == -1);
    CHECK(strcmp(fault.text, "frame: free where goodbye belongs") == 0);
    CHECK(xs_decode_goodbye(&r, &other) == -1); /* the error sticks */
}

int main(void) {
    handles();
    submissions();
    full();
    target();
    refusals();
    all_or_nothing();
    messages();
    return 0;
}
