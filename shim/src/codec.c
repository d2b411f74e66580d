/* The parts of the codec that are not worth inlining: wording problems, rare encodings,
 * skipping what is unknown, and the loop over a submission. See xs/codec.h. */
#include "xs/codec.h"

#include <stdarg.h>
#include <stdio.h>

#include "xs/frame.h"

int xs_problem_is_limit(int problem) {
    return problem >= XS_PROBLEM_VALUE && problem <= XS_PROBLEM_NESTING;
}

/* ------------------------------------------------------------------ writer */

int xs_writer_refuse(xs_writer *w, int problem, const char *what, uint64_t got,
                     uint64_t bound) {
    if (w->error == XS_PROBLEM_NONE) {
        w->error = problem;
        w->what = what;
        w->got = got;
        w->bound = bound;
    }
    return -1;
}

void xs_writer_text(const xs_writer *w, char *text, size_t bytes) {
    unsigned long long got = w->got, bound = w->bound;
    switch (w->error) {
    case XS_PROBLEM_NONE:
        snprintf(text, bytes, "no problem");
        break;
    case XS_PROBLEM_BYTES:
        snprintf(text, bytes, "%s: %llu bytes, at most %llu", w->what, got, bound);
        break;
    case XS_PROBLEM_ELEMENTS:
        snprintf(text, bytes, "%s: %llu elements, at most %llu", w->what, got, bound);
        break;
    case XS_PROBLEM_UNKNOWN:
        snprintf(text, bytes, "unknown %s %llu", w->what, got);
        break;
    case XS_PROBLEM_FULL:
        snprintf(text, bytes, "%s: %llu bytes wanted, room for %llu", w->what, got, bound);
        break;
    default:
        snprintf(text, bytes, "%s: %llu, at most %llu", w->what, got, bound);
    }
}

int xs_submission_open(xs_writer *w) {
    w->used = 0;
    uint8_t *at = xs_room(w, XS_SUBMISSION_HEADER_BYTES);
    if (at == NULL) {
        return -1;
    }
    xs_put_le32(at, 0);
    at = xs_put_array(at + XS_FRAME_HEADER_BYTES, 3);
    at = xs_put_unsigned(at, XS_MSG_SUBMIT);
    *at++ = 0xcf;
    at = xs_put_be64(at, 0);
    *at++ = 0xdc;
    xs_wrote(w, xs_put_be16(at, 0));
    return 0;
}

int xs_submission_seal(xs_writer *w, uint64_t first_seq, uint32_t count) {
    if (w->error != XS_PROBLEM_NONE) {
        return -1;
    }
    if (count > XS_OPERATIONS_PER_SUBMISSION_MAX) {
        return xs_writer_refuse(w, XS_PROBLEM_ELEMENTS, "submit: operations", count,
                                XS_OPERATIONS_PER_SUBMISSION_MAX);
    }
    if (xs_frame_end(w, 0) != 0) {
        return -1;
    }
    xs_put_be64(w->data + 7, first_seq);
    xs_put_be16(w->data + 16, (uint16_t)count);
    return 0;
}

/* ------------------------------------------------------------------ problems in words */

/* Put "prefix" in front of the fault's text, cutting the end where it grows too long. */
static void prefix_text(xs_fault *fault, const char *prefix) {
    size_t shift = strlen(prefix), length = strlen(fault->text);
    if (shift >= XS_FAULT_TEXT_BYTES) {
        shift = XS_FAULT_TEXT_BYTES - 1;
    }
    if (length > XS_FAULT_TEXT_BYTES - 1 - shift) {
        length = XS_FAULT_TEXT_BYTES - 1 - shift;
    }
    memmove(fault->text + shift, fault->text, length);
    memcpy(fault->text, prefix, shift);
    fault->text[shift + length] = 0;
}

static int record(xs_reader *r, int problem, const char *field, const char *fmt, va_list args) {
    if (r->error != XS_PROBLEM_NONE) {
        return -1;
    }
    r->error = problem;
    if (r->fault != NULL) {
        r->fault->problem = problem;
        vsnprintf(r->fault->text, sizeof r->fault->text, fmt, args);
        if (field != NULL) {
            char prefix[96];
            snprintf(prefix, sizeof prefix, "%s: ", field);
            prefix_text(r->fault, prefix);
        }
    }
    return -1;
}

int xs_reader_fail(xs_reader *r, int problem, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    record(r, problem, NULL, fmt, args);
    va_end(args);
    return -1;
}

__attribute__((format(printf, 4, 5), cold)) static const uint8_t *
fail_field(xs_reader *r, int problem, const char *field, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    record(r, problem, field, fmt, args);
    va_end(args);
    return NULL;
}

int xs_reader_inside(xs_reader *r, const char *fmt, ...) {
    if (r->fault != NULL) {
        char prefix[128];
        va_list args;
        va_start(args, fmt);
        vsnprintf(prefix, sizeof prefix, fmt, args);
        va_end(args);
        prefix_text(r->fault, prefix);
    }
    return -1;
}

static const char *type_name(uint8_t tag) {
    static const char *const high[] = {
        "nil",    "byte 0xc1", "bool",   "bool",   "bin",    "bin",    "bin",    "ext",
        "ext",    "ext",       "float",  "float",  "number", "number", "number", "number",
        "number", "number",    "number", "number", "ext",    "ext",    "ext",    "ext",
        "ext",    "str",       "str",    "str",    "array",  "array",  "map",    "map",
    };
    if (tag < 0x80 || tag >= 0xe0) {
        return "number";
    }
    if (tag < 0x90) {
        return "map";
    }
    if (tag < 0xa0) {
        return "array";
    }
    return tag < 0xc0 ? "str" : high[tag - 0xc0];
}

const uint8_t *xs_blame_type(xs_reader *r, const uint8_t *at, const char *field,
                             const char *expected) {
    if (at >= r->data + r->size) {
        return fail_field(r, XS_PROBLEM_TRUNCATED, field, "the body ends here");
    }
    if (*at == 0xc1) {
        return fail_field(r, XS_PROBLEM_FORMAT, field, "byte 0xc1, expected %s", expected);
    }
    const char *found = type_name(*at);
    if (strcmp(found, expected) == 0) {
        return fail_field(r, XS_PROBLEM_TRUNCATED, field, "the body ends inside the %s", found);
    }
    return fail_field(r, XS_PROBLEM_TYPE, field, "%s, expected %s", found, expected);
}

const uint8_t *xs_blame_unsigned(xs_reader *r, const uint8_t *at, const char *field,
                                 uint64_t max) {
    uint64_t magnitude;
    int negative;
    if (xs_take_number(at, r->data + r->size, &magnitude, &negative) == NULL) {
        return xs_blame_type(r, at, field, "number");
    }
    if (negative) {
        return fail_field(r, XS_PROBLEM_VALUE, field, "-%llu, at least 0",
                          (unsigned long long)magnitude);
    }
    return fail_field(r, XS_PROBLEM_VALUE, field, "%llu, at most %llu",
                      (unsigned long long)magnitude, (unsigned long long)max);
}

const uint8_t *xs_blame_signed(xs_reader *r, const uint8_t *at, const char *field, int64_t min,
                               int64_t max) {
    uint64_t magnitude;
    int negative;
    if (xs_take_number(at, r->data + r->size, &magnitude, &negative) == NULL) {
        return xs_blame_type(r, at, field, "number");
    }
    if (negative) {
        return fail_field(r, XS_PROBLEM_VALUE, field, "-%llu, at least %lld",
                          (unsigned long long)magnitude, (long long)min);
    }
    return fail_field(r, XS_PROBLEM_VALUE, field, "%llu, at most %lld",
                      (unsigned long long)magnitude, (long long)max);
}

/* Where the bytes of a str or bin begin and how many they say they are; NULL if not such a
 * value, or cut inside the header. */
static const uint8_t *take_bytes_header(const uint8_t *at, const uint8_t *end, int text,
                                        uint32_t *bytes) {
    uint8_t first = text ? 0xd9 : 0xc4;
    if (at >= end) {
        return NULL;
    }
    if (text && (*at & 0xe0) == 0xa0) {
        *bytes = *at & 0x1f;
        return at + 1;
    }
    if (*at < first || *at > first + 2) {
        return NULL;
    }
    return xs_take_length(at, end, (unsigned)(*at - first), bytes);
}

const uint8_t *xs_blame_bytes(xs_reader *r, const uint8_t *at, const char *field,
                              const char *expected, uint32_t max) {
    uint32_t bytes;
    const uint8_t *end = r->data + r->size;
    const uint8_t *data = take_bytes_header(at, end, expected[0] == 's', &bytes);
    if (data == NULL) {
        return xs_blame_type(r, at, field, expected);
    }
    if (bytes > max) {
        return fail_field(r, XS_PROBLEM_BYTES, field, "%u bytes, at most %u", bytes, max);
    }
    return fail_field(r, XS_PROBLEM_TRUNCATED, field, "the body ends inside the %s", expected);
}

const uint8_t *xs_blame_missing(xs_reader *r, const char *const *names, uint32_t present) {
    return fail_field(r, XS_PROBLEM_MISSING, names[present], "missing");
}

/* ------------------------------------------------------------------ rarer values */

static uint64_t load_be(const uint8_t *at, unsigned width) {
    uint64_t value = 0;
    for (unsigned i = 0; i < width; i++) {
        value = value << 8 | at[i];
    }
    return value;
}

const uint8_t *xs_take_number(const uint8_t *at, const uint8_t *end, uint64_t *magnitude,
                              int *negative) {
    *negative = 0;
    if (at >= end) {
        return NULL;
    }
    uint8_t tag = *at++;
    if (tag < 0x80) {
        *magnitude = tag;
        return at;
    }
    if (tag >= 0xe0) {
        *negative = 1;
        *magnitude = 0x100u - tag;
        return at;
    }
    if (tag < 0xcc || tag > 0xd3) {
        return NULL;
    }
    unsigned width = 1u << (tag & 3);
    if ((size_t)(end - at) < width) {
        return NULL;
    }
    uint64_t value = load_be(at, width);
    if (tag >= 0xd0 && value >> (8 * width - 1)) {
        *negative = 1;
        value = 0 - value;
        if (width < 8) {
            value &= ((uint64_t)1 << 8 * width) - 1;
        }
    }
    *magnitude = value;
    return at + width;
}

const uint8_t *xs_take_unsigned_slow(const uint8_t *at, const uint8_t *end, uint64_t *value) {
    int negative;
    const uint8_t *next = xs_take_number(at, end, value, &negative);
    return negative ? NULL : next;
}

/* Length of the UTF-8 sequence at `at`, 0 when it is none: no overlong forms, no
 * surrogates, nothing above U+10FFFF. */
static size_t utf8_sequence(const uint8_t *at, size_t left) {
    uint8_t lead = at[0];
    if (lead < 0x80) {
        return 1;
    }
    size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || length > left) {
        return 0;
    }
    uint8_t low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    uint8_t high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (at[1] < low || at[1] > high) {
        return 0;
    }
    for (size_t i = 2; i < length; i++) {
        if ((at[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    return length;
}

static int is_utf8(const uint8_t *data, size_t bytes) {
    for (size_t at = 0; at < bytes;) {
        size_t step = utf8_sequence(data + at, bytes - at);
        if (step == 0) {
            return 0;
        }
        at += step;
    }
    return 1;
}

const uint8_t *xs_get_str(xs_reader *r, const uint8_t *at, const uint8_t *end,
                          const char *field, uint32_t max, const uint8_t **out,
                          uint32_t *out_bytes) {
    uint32_t bytes;
    const uint8_t *data = take_bytes_header(at, end, 1, &bytes);
    if (data == NULL || bytes > max || (size_t)(end - data) < bytes) {
        return xs_blame_bytes(r, at, field, "str", max);
    }
    if (!is_utf8(data, bytes)) {
        return fail_field(r, XS_PROBLEM_TEXT, field, "not UTF-8");
    }
    *out = data;
    *out_bytes = bytes;
    return data + bytes;
}

const uint8_t *xs_get_list(xs_reader *r, const uint8_t *at, const uint8_t *end,
                           const char *field, uint32_t max, uint32_t *count) {
    const uint8_t *next = xs_take_array(at, end, count);
    if (next == NULL) {
        return xs_blame_type(r, at, field, "array");
    }
    if (*count > max) {
        return fail_field(r, XS_PROBLEM_ELEMENTS, field, "%u elements, at most %u", *count, max);
    }
    if ((size_t)(end - next) < *count) {
        return fail_field(r, XS_PROBLEM_TRUNCATED, field, "the body ends inside the array");
    }
    return next;
}

const uint8_t *xs_get_record(xs_reader *r, const uint8_t *at, const uint8_t *end,
                             const char *kind, uint8_t *number, uint32_t *fields) {
    uint32_t count;
    const uint8_t *next = xs_take_array(at, end, &count);
    if (next == NULL) {
        return xs_blame_type(r, at, NULL, "array");
    }
    if (count == 0) {
        return fail_field(r, XS_PROBLEM_MISSING, "number", "missing");
    }
    uint64_t value;
    at = xs_take_unsigned(next, end, &value);
    if (at == NULL) {
        return xs_blame_unsigned(r, next, "number", UINT8_MAX);
    }
    if (value > UINT8_MAX) {
        return fail_field(r, XS_PROBLEM_UNKNOWN, NULL, "unknown %s %llu", kind,
                          (unsigned long long)value);
    }
    *number = (uint8_t)value;
    *fields = count - 1;
    return at;
}

const uint8_t *xs_get_struct(xs_reader *r, const uint8_t *at, const uint8_t *end,
                             uint32_t *fields) {
    const uint8_t *next = xs_take_array(at, end, fields);
    return next != NULL ? next : xs_blame_type(r, at, NULL, "array");
}

void *xs_reader_scratch(xs_reader *r, size_t bytes) {
    size_t wanted = (bytes + 7) & ~(size_t)7;
    if (wanted > r->scratch_bytes - r->scratch_used) {
        xs_reader_fail(r, XS_PROBLEM_SCRATCH, "%zu bytes of scratch wanted, %zu left", wanted,
                       r->scratch_bytes - r->scratch_used);
        return NULL;
    }
    void *place = r->scratch + r->scratch_used;
    r->scratch_used += wanted;
    return place;
}

/* ------------------------------------------------------------------ skipping */

/* How many values lie inside the one at *at (a map's counts twice), and behind its own
 * bytes *at is left. -1: truncated, -2: the byte 0xc1. */
static int64_t step_into(const uint8_t **at, const uint8_t *end) {
    static const uint8_t fixed[32] = {
        /* bytes after the tag for 0xc0..0xdf; lengths are read separately */
        0, 0, 0, 0, 1, 2, 4, 2, 3, 5, 4, 8, 1, 2, 4, 8,
        1, 2, 4, 8, 2, 3, 5, 9, 17, 1, 2, 4, 2, 4, 2, 4,
    };
    uint8_t tag = *(*at)++;
    if (tag < 0x80 || tag >= 0xe0) {
        return 0;
    }
    if (tag < 0x90) {
        return 2 * (tag & 0x0f);
    }
    if (tag < 0xa0) {
        return tag & 0x0f;
    }
    uint64_t payload = 0, inside = 0;
    if (tag < 0xc0) {
        payload = tag & 0x1f;
    } else {
        unsigned width = fixed[tag - 0xc0];
        if (tag == 0xc1) {
            return -2;
        }
        if ((size_t)(end - *at) < width) {
            return -1;
        }
        if (tag >= 0xdc) {
            inside = load_be(*at, width) << (tag >= 0xde);
        } else if (tag >= 0xd9 || (tag >= 0xc4 && tag <= 0xc6)) {
            payload = load_be(*at, width);
        } else if (tag >= 0xc7 && tag <= 0xc9) {
            payload = load_be(*at, width - 1);
        }
        *at += width;
    }
    if ((uint64_t)(end - *at) < payload) {
        return -1;
    }
    *at += payload;
    return (int64_t)inside;
}

/* Skip one value. left[] holds, per open array or map, how many values it still has. */
static const uint8_t *skip_value(xs_reader *r, const uint8_t *at, const uint8_t *end,
                                 int depth) {
    uint64_t left[XS_NESTING_MAX + 1];
    int open = 0;
    left[0] = 1;
    for (;;) {
        while (left[open] == 0) {
            if (open-- == 0) {
                return at;
            }
        }
        left[open]--;
        if (at >= end) {
            return fail_field(r, XS_PROBLEM_TRUNCATED, NULL, "the body ends here");
        }
        uint8_t tag = *at;
        int holds = (tag >= 0x80 && tag < 0xa0) || (tag >= 0xdc && tag <= 0xdf);
        int64_t inside = step_into(&at, end);
        if (inside == -2) {
            return fail_field(r, XS_PROBLEM_FORMAT, NULL, "byte 0xc1");
        }
        if (inside < 0) {
            return fail_field(r, XS_PROBLEM_TRUNCATED, NULL, "the body ends here");
        }
        if (holds) {
            if (depth + open + 1 > XS_NESTING_MAX) {
                return fail_field(r, XS_PROBLEM_NESTING, NULL, "more than %d levels",
                                  XS_NESTING_MAX);
            }
            left[++open] = (uint64_t)inside;
        }
    }
}

const uint8_t *xs_skip_fields(xs_reader *r, const uint8_t *at, const uint8_t *end,
                              uint32_t count, int depth) {
    if (count > XS_FIELDS_UNKNOWN_MAX) {
        return fail_field(r, XS_PROBLEM_FIELDS, NULL, "%u unknown fields, at most %d", count,
                          XS_FIELDS_UNKNOWN_MAX);
    }
    for (uint32_t i = 0; i < count; i++) {
        at = skip_value(r, at, end, depth);
        if (at == NULL) {
            xs_reader_inside(r, "unknown field %u: ", i);
            return NULL;
        }
    }
    return at;
}

int xs_reader_finish(xs_reader *r, const uint8_t *at) {
    r->at = (size_t)(at - r->data);
    if (r->at != r->size) {
        return xs_reader_fail(r, XS_PROBLEM_TRAILING, "%zu bytes after the message",
                              r->size - r->at);
    }
    return 0;
}

int xs_peek_message(const uint8_t *body, size_t bytes) {
    uint32_t count;
    uint64_t number;
    const uint8_t *end = body + bytes;
    const uint8_t *at = xs_take_array(body, end, &count);
    if (at == NULL || count == 0 || xs_take_unsigned(at, end, &number) == NULL) {
        return -1;
    }
    return number <= UINT8_MAX ? (int)number : -1;
}

/* ------------------------------------------------------------------ a submission */

/* Read [submit, first_seq, [ up to the first operation. */
static const uint8_t *open_submission(xs_reader *r, uint64_t *first_seq, uint32_t *fields,
                                      uint32_t *count) {
    static const char *const names[] = {"first_seq", "operations"};
    const uint8_t *end = r->data + r->size;
    uint8_t number = 0;
    const uint8_t *at = xs_get_record(r, r->data, end, "message", &number, fields);
    if (at == NULL) {
        return NULL;
    }
    if (number != XS_MSG_SUBMIT) {
        return fail_field(r, XS_PROBLEM_UNKNOWN, NULL, "message %d where submit belongs",
                          number);
    }
    if (*fields < 2) {
        return xs_blame_missing(r, names, *fields);
    }
    at = xs_get_u64(r, at, end, names[0], UINT64_MAX, first_seq);
    if (at == NULL) {
        return NULL;
    }
    return xs_get_list(r, at, end, names[1], XS_OPERATIONS_PER_SUBMISSION_MAX, count);
}

int64_t xs_peek_operations(const uint8_t *body, size_t bytes) {
    xs_reader r;
    uint64_t first_seq = 0;
    uint32_t fields = 0, count = 0;
    xs_reader_init(&r, body, bytes, NULL);
    return open_submission(&r, &first_seq, &fields, &count) != NULL ? (int64_t)count : -1;
}

/* Returns 0, XS_SINK_REST, XS_SINK_AGAIN if may_rest, or -1. */
static int pass_operation(xs_reader *r, const xs_sink *sink, uint64_t seq, uint32_t i,
                          int may_rest) {
    xs_operation op;
    int taken = 0;
    int failed = xs_decode_operation(r, &op);
    if (!failed) {
        do {
            taken = sink->operation(sink->context, seq, &op);
        } while (__builtin_expect(taken == XS_SINK_AGAIN && !may_rest, 0));
        if (taken < 0) {
            failed = xs_reader_fail(r, XS_PROBLEM_SINK, "%s", sink->error(sink->context));
        }
    }
    if (__builtin_expect(failed, 0)) {
        const char *name = xs_operation_name(op.kind);
        r->fault->seq = seq;
        return name != NULL ? xs_reader_inside(r, "operation %u (%s): ", i, name)
                            : xs_reader_inside(r, "operation %u: ", i);
    }
    return taken;
}

/* Operations from the one that `left` names on; 1: the sink asked for a rest. */
static int pass_operations(xs_reader *r, const xs_sink *sink, xs_rest *left, int may_rest) {
    uint32_t from = left->next;
    for (uint32_t i = from; i < left->count; i++) {
        size_t at = r->at;
        int taken = pass_operation(r, sink, left->first_seq + i, i, may_rest);
        if (taken < 0) {
            return -1;
        }
        int again = taken == XS_SINK_AGAIN;
        left->next = i + !again;
        if (__builtin_expect(taken != 0 && may_rest, 0)) {
            left->at = again ? at : r->at;
            if (left->next > from) {
                sink->end(sink->context, left->first_seq + left->next - 1);
            }
            return 1;
        }
    }
    return 0;
}

/* What follows the operations. */
static int pass_tail(xs_reader *r, uint32_t fields) {
    const uint8_t *at = r->data + r->at;
    if (fields > 2) {
        at = xs_skip_fields(r, at, r->data + r->size, fields - 2, 1);
        if (at == NULL) {
            return -1;
        }
    }
    return xs_reader_finish(r, at);
}

static int pass_submission(xs_reader *r, const xs_sink *sink, xs_rest *left, int may_rest) {
    if (left->at == 0) {
        const uint8_t *at = open_submission(r, &left->first_seq, &left->fields, &left->count);
        if (at == NULL) {
            return -1;
        }
        left->at = (size_t)(at - r->data);
    }
    r->at = left->at;
    uint32_t from = left->next;
    if ((from == 0 || from < left->count) &&
        sink->begin(sink->context, left->first_seq + from, left->count - from) != 0) {
        return xs_reader_fail(r, XS_PROBLEM_SINK, "%s", sink->error(sink->context));
    }
    int rests = pass_operations(r, sink, left, may_rest);
    if (rests != 0) {
        return rests;
    }
    if (pass_tail(r, left->fields) != 0) {
        return -1;
    }
    if (from == 0 || from < left->count) {
        sink->end(sink->context, left->first_seq + left->count - 1);
    }
    return 0;
}

int xs_decode_submission(const uint8_t *body, size_t bytes, const xs_sink *sink,
                         xs_rest *rest, xs_fault *fault) {
    xs_rest whole = {0};
    xs_reader r;
    xs_reader_init(&r, body, bytes, fault);
    if (bytes > XS_FRAME_BYTES_MAX) {
        return xs_reader_fail(&r, XS_PROBLEM_BYTES, "frame: %zu bytes, at most %d", bytes,
                              XS_FRAME_BYTES_MAX);
    }
    int result = pass_submission(&r, sink, rest != NULL ? rest : &whole, rest != NULL);
    return result < 0 ? xs_reader_inside(&r, "submit: ") : result;
}
