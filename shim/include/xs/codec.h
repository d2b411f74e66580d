/* msgpack as the wire uses it: a writer into a given buffer, a reader that refuses before
 * it believes, and the way of a submission from a frame's body into a sink.
 *
 * It decides how single values look on the wire and how problems are worded. It must never
 * allocate, know sockets, or know what a message means: the messages' own functions are
 * generated on top (broker/wire/gen/xs_wire.c). Called by that file, by the client's batcher
 * and by the broker's Cython codec. Everything here may run without the GIL; nothing locks:
 * one writer or reader belongs to one thread at a time. */
#ifndef XS_CODEC_H
#define XS_CODEC_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "broker/wire/gen/xs_wire.h"
#include "xs/sink.h"

typedef enum xs_problem {
    XS_PROBLEM_NONE,
    XS_PROBLEM_TRUNCATED, /* the body ends inside a value */
    XS_PROBLEM_TYPE,      /* another msgpack type than the field's */
    XS_PROBLEM_FORMAT,    /* the byte 0xc1, which msgpack never uses */
    XS_PROBLEM_TEXT,      /* a str that is not UTF-8 */
    XS_PROBLEM_MISSING,   /* a field without default is absent */
    XS_PROBLEM_UNKNOWN,   /* no message or operation has this number */
    XS_PROBLEM_TRAILING,  /* bytes after the message */
    XS_PROBLEM_VALUE,     /* from here: a bound is passed. A number out of its range */
    XS_PROBLEM_BYTES,     /* too many bytes in a str, a bin or the body */
    XS_PROBLEM_ELEMENTS,  /* too many elements in a list */
    XS_PROBLEM_FIELDS,    /* too many unknown fields */
    XS_PROBLEM_NESTING,   /* arrays and maps too deep */
    XS_PROBLEM_SINK,      /* from here: not the codec's. The sink refused */
    XS_PROBLEM_SCRATCH,   /* the reader was given too little scratch: our bug */
    XS_PROBLEM_FULL,      /* the writer has no room left; nothing was written */
} xs_problem;

/* What was wrong and where, for the answer and the log. text names message or operation,
 * field and problem: "submit: operation 3 (launch): params: 40000 bytes, at most 32764". */
#define XS_FAULT_TEXT_BYTES 512
typedef struct xs_fault {
    int problem;  /* xs_problem */
    uint64_t seq; /* operation at fault, 0 = the frame itself */
    char text[XS_FAULT_TEXT_BYTES];
} xs_fault;

/* True for the problems that mean: a stated bound is passed. */
int xs_problem_is_limit(int problem);

/* ------------------------------------------------------------------ writer */

/* The caller owns data. error is an xs_problem and sticks: while it is not 0, everything
 * fails. XS_PROBLEM_FULL leaves used as it was, so after sealing what is there, the owner
 * sets error to 0, points data at a fresh buffer and writes the same operation again. */
struct xs_writer {
    uint8_t *data;
    size_t capacity;
    size_t used;
    int error;
    const char *what;    /* field at fault, a static text; NULL without error */
    uint64_t got, bound; /* of the refused field */
};

static inline void xs_writer_init(xs_writer *w, void *data, size_t capacity) {
    w->data = (uint8_t *)data;
    w->capacity = capacity;
    w->used = 0;
    w->error = XS_PROBLEM_NONE;
    w->what = NULL;
    w->got = w->bound = 0;
}

/* Bytes an array or bin header may take: the generated bounds count with it. */
#define XS_HEADER_BYTES_MAX 5

/* The place to write to when `bytes` more fit; else NULL, with the error set. */
static inline uint8_t *xs_room(xs_writer *w, size_t bytes) {
    if (__builtin_expect(w->error != 0, 0)) {
        return NULL;
    }
    if (__builtin_expect(bytes > w->capacity - w->used, 0)) {
        w->error = XS_PROBLEM_FULL;
        w->what = "writer";
        w->got = bytes;
        w->bound = w->capacity - w->used;
        return NULL;
    }
    return w->data + w->used;
}

/* Everything up to `at` is written. */
static inline void xs_wrote(xs_writer *w, const uint8_t *at) {
    w->used = (size_t)(at - w->data);
}

/* Records that a field passes its bound; returns -1. */
int xs_writer_refuse(xs_writer *w, int problem, const char *what, uint64_t got, uint64_t bound);

/* The writer's error in words, as xs_fault.text has them. */
void xs_writer_text(const xs_writer *w, char *text, size_t bytes);

static inline uint8_t *xs_put_be16(uint8_t *at, uint16_t value) {
    value = __builtin_bswap16(value);
    memcpy(at, &value, 2);
    return at + 2;
}

static inline uint8_t *xs_put_be32(uint8_t *at, uint32_t value) {
    value = __builtin_bswap32(value);
    memcpy(at, &value, 4);
    return at + 4;
}

static inline uint8_t *xs_put_be64(uint8_t *at, uint64_t value) {
    value = __builtin_bswap64(value);
    memcpy(at, &value, 8);
    return at + 8;
}

/* The xs_put_ functions write unchecked at `at` (the room was asked for before), in the
 * shortest form, and return the place after it. */
static inline uint8_t *xs_put_unsigned(uint8_t *at, uint64_t value) {
    if (value < 0x80) {
        *at = (uint8_t)value;
        return at + 1;
    }
    if (value > UINT32_MAX) {
        *at = 0xcf;
        return xs_put_be64(at + 1, value);
    }
    if (value > UINT16_MAX) {
        *at = 0xce;
        return xs_put_be32(at + 1, (uint32_t)value);
    }
    if (value > UINT8_MAX) {
        *at = 0xcd;
        return xs_put_be16(at + 1, (uint16_t)value);
    }
    at[0] = 0xcc;
    at[1] = (uint8_t)value;
    return at + 2;
}

static inline uint8_t *xs_put_signed(uint8_t *at, int64_t value) {
    if (value >= 0) {
        return xs_put_unsigned(at, (uint64_t)value);
    }
    if (value >= -32) {
        *at = (uint8_t)value;
        return at + 1;
    }
    if (value >= INT8_MIN) {
        at[0] = 0xd0;
        at[1] = (uint8_t)value;
        return at + 2;
    }
    if (value >= INT16_MIN) {
        *at = 0xd1;
        return xs_put_be16(at + 1, (uint16_t)value);
    }
    if (value >= INT32_MIN) {
        *at = 0xd2;
        return xs_put_be32(at + 1, (uint32_t)value);
    }
    *at = 0xd3;
    return xs_put_be64(at + 1, (uint64_t)value);
}

static inline uint8_t *xs_put_bool(uint8_t *at, int value) {
    *at = value ? 0xc3 : 0xc2;
    return at + 1;
}

static inline uint8_t *xs_put_array(uint8_t *at, uint32_t count) {
    if (count < 16) {
        *at = (uint8_t)(0x90 | count);
        return at + 1;
    }
    if (count <= UINT16_MAX) {
        *at = 0xdc;
        return xs_put_be16(at + 1, (uint16_t)count);
    }
    *at = 0xdd;
    return xs_put_be32(at + 1, count);
}

static inline uint8_t *xs_put_bytes(uint8_t *at, const void *data, uint32_t bytes) {
    if (bytes != 0) {
        memcpy(at, data, bytes);
    }
    return at + bytes;
}

/* The header of 2, 3 or 5 bytes that bin and long str share but for its first byte. */
static inline uint8_t *xs_put_length(uint8_t *at, uint8_t tag, uint32_t bytes) {
    if (bytes <= UINT8_MAX) {
        at[0] = tag;
        at[1] = (uint8_t)bytes;
        return at + 2;
    }
    if (bytes <= UINT16_MAX) {
        *at = (uint8_t)(tag + 1);
        return xs_put_be16(at + 1, (uint16_t)bytes);
    }
    *at = (uint8_t)(tag + 2);
    return xs_put_be32(at + 1, bytes);
}

static inline uint8_t *xs_put_bin(uint8_t *at, const uint8_t *data, uint32_t bytes) {
    return xs_put_bytes(xs_put_length(at, 0xc4, bytes), data, bytes);
}

static inline uint8_t *xs_put_str(uint8_t *at, const uint8_t *data, uint32_t bytes) {
    if (bytes < 32) {
        *at = (uint8_t)(0xa0 | bytes);
        return xs_put_bytes(at + 1, data, bytes);
    }
    return xs_put_bytes(xs_put_length(at, 0xd9, bytes), data, bytes);
}

/* ------------------------------------------------------------------ an open submission */

/* A submission that grows operation by operation: [submit, first_seq, [operation ...]] with
 * headers of fixed width, so that number and count are filled in at the end. The writer's
 * data is the frame's first byte.
 *
 *     xs_submission_open(&w);                        w.used == XS_SUBMISSION_HEADER_BYTES
 *     while (...) xs_encode_operation(&w, &op);      all or nothing
 *     xs_submission_seal(&w, first_seq, count);      w.used bytes are ready to be sent
 *
 * Any operation fits when w.used <= XS_SUBMISSION_BYTES_TARGET and the capacity is
 * XS_FRAME_HEADER_BYTES + XS_FRAME_BYTES_MAX. */
#define XS_FRAME_HEADER_BYTES 4
#define XS_SUBMISSION_HEADER_BYTES 18

/* Forget what the writer holds and start a frame. 0, or -1 when not even that fits. */
int xs_submission_open(xs_writer *w);
/* Fill in length, first_seq and count. 0, or -1 when count or size pass their bound. */
int xs_submission_seal(xs_writer *w, uint64_t first_seq, uint32_t count);

/* ------------------------------------------------------------------ reader */

/* The caller owns data, and scratch, where decoded lists are laid; fault may be NULL. What is
 * decoded points into data and scratch and dies with them. error is an xs_problem and
 * sticks; after it, fault->text says what and where. */
struct xs_reader {
    const uint8_t *data;
    size_t size;
    size_t at;
    int error;
    uint8_t *scratch; /* 8-aligned, XS_SCRATCH_BYTES_MAX suffice for any message */
    size_t scratch_bytes;
    size_t scratch_used;
    xs_fault *fault;
};

static inline void xs_reader_init(xs_reader *r, const void *data, size_t size, xs_fault *fault) {
    r->data = (const uint8_t *)data;
    r->size = size;
    r->at = 0;
    r->error = XS_PROBLEM_NONE;
    r->scratch = NULL;
    r->scratch_bytes = r->scratch_used = 0;
    r->fault = fault;
    if (fault != NULL) {
        fault->problem = XS_PROBLEM_NONE;
        fault->seq = 0;
        fault->text[0] = 0;
    }
}

/* Room for a list in the scratch, 8-aligned; NULL with the error set when there is none. */
void *xs_reader_scratch(xs_reader *r, size_t bytes);

/* Record a problem, worded by fmt; returns -1. Only the first problem of a reader counts. */
int xs_reader_fail(xs_reader *r, int problem, const char *fmt, ...)
    __attribute__((format(printf, 3, 4), cold));
/* Put where in front of the recorded text; returns -1. */
int xs_reader_inside(xs_reader *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3), cold));

/* Diagnose the value at `at` that was refused as what the name says; return NULL. field may
 * be NULL for a list's element. */
const uint8_t *xs_blame_unsigned(xs_reader *r, const uint8_t *at, const char *field,
                                 uint64_t max) __attribute__((cold));
const uint8_t *xs_blame_signed(xs_reader *r, const uint8_t *at, const char *field, int64_t min,
                               int64_t max) __attribute__((cold));
const uint8_t *xs_blame_bytes(xs_reader *r, const uint8_t *at, const char *field,
                              const char *expected, uint32_t max) __attribute__((cold));
const uint8_t *xs_blame_type(xs_reader *r, const uint8_t *at, const char *field,
                             const char *expected) __attribute__((cold));

/* Numbers in the rarer encodings (signed forms, or close to the end of the body). */
const uint8_t *xs_take_number(const uint8_t *at, const uint8_t *end, uint64_t *magnitude,
                              int *negative);
const uint8_t *xs_take_unsigned_slow(const uint8_t *at, const uint8_t *end, uint64_t *value);

/* The xs_take_ functions return the place after the value, NULL when it is no such value or
 * not all there; they judge nothing else. */
static inline const uint8_t *xs_take_unsigned(const uint8_t *at, const uint8_t *end,
                                              uint64_t *value) {
    if (__builtin_expect(end - at >= 9, 1)) {
        /* 0xcc..0xcf: 1, 2, 4 or 8 bytes follow. One load of 8 and a shift serve all. */
        unsigned tag = *at;
        if (tag < 0x80) {
            *value = tag;
            return at + 1;
        }
        unsigned log = tag - 0xcc;
        if (__builtin_expect(log < 4, 1)) {
            unsigned width = 1u << log;
            uint64_t word;
            memcpy(&word, at + 1, 8);
            *value = __builtin_bswap64(word) >> (64 - 8 * width);
            return at + 1 + width;
        }
    }
    return xs_take_unsigned_slow(at, end, value);
}

static inline const uint8_t *xs_take_length(const uint8_t *at, const uint8_t *end, unsigned log,
                                            uint32_t *bytes) {
    size_t width = (size_t)1 << log;
    if ((size_t)(end - at) < 1 + width) {
        return NULL;
    }
    uint32_t length = 0;
    for (size_t i = 1; i <= width; i++) {
        length = length << 8 | at[i];
    }
    *bytes = length;
    return at + 1 + width;
}

static inline const uint8_t *xs_take_array(const uint8_t *at, const uint8_t *end,
                                           uint32_t *count) {
    if (at < end && (*at & 0xf0) == 0x90) {
        *count = *at & 0x0f;
        return at + 1;
    }
    if (at < end && (*at == 0xdc || *at == 0xdd)) {
        return xs_take_length(at, end, *at - 0xdcu + 1, count);
    }
    return NULL;
}

/* The xs_get_ functions also check the bound; on a problem they record it and return NULL. */
#define XS_GET_UNSIGNED(NAME, TYPE)                                                              \
    static inline const uint8_t *xs_get_##NAME(xs_reader *r, const uint8_t *at,                  \
                                               const uint8_t *end, const char *field,            \
                                               uint64_t max, TYPE *out) {                        \
        uint64_t value;                                                                          \
        const uint8_t *next = xs_take_unsigned(at, end, &value);                                 \
        if (__builtin_expect(next == NULL || value > max, 0)) {                                  \
            return xs_blame_unsigned(r, at, field, max);                                         \
        }                                                                                        \
        *out = (TYPE)value;                                                                      \
        return next;                                                                             \
    }
XS_GET_UNSIGNED(u8, uint8_t)
XS_GET_UNSIGNED(u16, uint16_t)
XS_GET_UNSIGNED(u32, uint32_t)
XS_GET_UNSIGNED(u64, uint64_t)
#undef XS_GET_UNSIGNED

#define XS_GET_SIGNED(NAME, TYPE, MIN)                                                           \
    static inline const uint8_t *xs_get_##NAME(xs_reader *r, const uint8_t *at,                  \
                                               const uint8_t *end, const char *field,            \
                                               int64_t max, TYPE *out) {                         \
        uint64_t magnitude;                                                                      \
        int negative;                                                                            \
        const uint8_t *next = xs_take_number(at, end, &magnitude, &negative);                    \
        if (__builtin_expect(next == NULL, 0)) {                                                 \
            return xs_blame_signed(r, at, field, MIN, max);                                      \
        }                                                                                        \
        /* -(MIN) as unsigned is the largest magnitude below zero */                             \
        if (negative ? magnitude > 0 - (uint64_t)(MIN) : magnitude > (uint64_t)max) {            \
            return xs_blame_signed(r, at, field, MIN, max);                                      \
        }                                                                                        \
        *out = (TYPE)(negative ? 0 - magnitude : magnitude);                                     \
        return next;                                                                             \
    }
XS_GET_SIGNED(i32, int32_t, INT32_MIN)
XS_GET_SIGNED(i64, int64_t, INT64_MIN)
#undef XS_GET_SIGNED

static inline const uint8_t *xs_get_bool(xs_reader *r, const uint8_t *at, const uint8_t *end,
                                         const char *field, uint64_t max, uint8_t *out) {
    (void)max;
    if (__builtin_expect(at >= end || (*at & 0xfe) != 0xc2, 0)) {
        return xs_blame_type(r, at, field, "bool");
    }
    *out = *at & 1;
    return at + 1;
}

static inline const uint8_t *xs_get_bin(xs_reader *r, const uint8_t *at, const uint8_t *end,
                                        const char *field, uint32_t max, const uint8_t **out,
                                        uint32_t *out_bytes) {
    uint32_t bytes = 0;
    const uint8_t *data = NULL;
    if (__builtin_expect(at < end && *at >= 0xc4 && *at <= 0xc6, 1)) {
        data = xs_take_length(at, end, *at - 0xc4u, &bytes);
    }
    if (__builtin_expect(data == NULL || bytes > max || (size_t)(end - data) < bytes, 0)) {
        return xs_blame_bytes(r, at, field, "bin", max);
    }
    *out = data;
    *out_bytes = bytes;
    return data + bytes;
}

/* As xs_get_bin, for UTF-8 text. */
const uint8_t *xs_get_str(xs_reader *r, const uint8_t *at, const uint8_t *end, const char *field,
                          uint32_t max, const uint8_t **out, uint32_t *out_bytes);
/* A list's header. Also refuses a count that the rest of the body cannot hold. */
const uint8_t *xs_get_list(xs_reader *r, const uint8_t *at, const uint8_t *end,
                           const char *field, uint32_t max, uint32_t *count);

/* The array header of a record and, where it has one, its number. A number that is none or
 * over 255 fails. *fields is how many fields follow. */
const uint8_t *xs_get_record(xs_reader *r, const uint8_t *at, const uint8_t *end,
                             const char *kind, uint8_t *number, uint32_t *fields);
const uint8_t *xs_get_struct(xs_reader *r, const uint8_t *at, const uint8_t *end,
                             uint32_t *fields);
/* Fails naming the first required field that is absent. */
const uint8_t *xs_blame_missing(xs_reader *r, const char *const *names, uint32_t present)
    __attribute__((cold));
/* Skip fields that a later version added. depth: arrays open around them. */
const uint8_t *xs_skip_fields(xs_reader *r, const uint8_t *at, const uint8_t *end,
                              uint32_t count, int depth) __attribute__((cold));
/* Fails when bytes follow the message; 0 when none do. Moves the reader to `at`. */
int xs_reader_finish(xs_reader *r, const uint8_t *at);

/* The number of the message in a body, -1 when there is none to be had. Consumes nothing. */
int xs_peek_message(const uint8_t *body, size_t bytes);
/* How many operations a submit message says it carries, -1 when that cannot be read. */
int64_t xs_peek_operations(const uint8_t *body, size_t bytes);

/* Where a submission was left when its sink asked for a rest. All 0: not begun. */
typedef struct xs_rest {
    size_t at;             /* of the next operation in the body; 0: not begun */
    uint64_t first_seq;
    uint32_t fields, count;
    uint32_t next;         /* how many operations the sink has had */
} xs_rest;

/* Hand the operations of a submission to a sink, in program order.
 *
 * All bounds of the frame and of the list are checked before sink->begin; each operation is
 * checked completely before the sink sees it. When operation i fails, the sink has had those
 * before it and end() is not called: the session dies.
 * Args:    body: of a submit message. rest: NULL: the sink gets no rest; else where to go on,
 *          kept by the caller between the calls for one body, which must lie still. At a rest
 *          the sink sees the end of a submission, if it has taken any of it, and then the
 *          beginning of another.
 *          fault: written on failure, never NULL.
 * Returns: 0, 1 when the sink rests: call again later; or -1 with fault filled in.
 * Cost:    about 20 ns a launch (tests/bench/bench_codec.py); allocates nothing. */
int xs_decode_submission(const uint8_t *body, size_t bytes, const xs_sink *sink,
                         xs_rest *rest, xs_fault *fault);

#endif
