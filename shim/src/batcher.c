/* Frames of one session: append, seal, queue. See xs/batcher.h for what this decides. */
#include "xs/batcher.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* An operation's stream is read through any member of the union below. */
#define STREAM_IS_FIRST(name) \
    _Static_assert(offsetof(xs_op_##name, stream) == 0, "stream must come first")
STREAM_IS_FIRST(launch);
STREAM_IS_FIRST(copy_h2d);
STREAM_IS_FIRST(copy_d2h);
STREAM_IS_FIRST(copy_d2d);
STREAM_IS_FIRST(copy_3d);
STREAM_IS_FIRST(memset);
STREAM_IS_FIRST(event_record);
STREAM_IS_FIRST(stream_wait);
STREAM_IS_FIRST(stream_create);
STREAM_IS_FIRST(stream_destroy);
STREAM_IS_FIRST(write_value);
STREAM_IS_FIRST(wait_value);
STREAM_IS_FIRST(host_function);
STREAM_IS_FIRST(complete);
STREAM_IS_FIRST(graph_launch);

uint64_t xs_batcher_now(const xs_batcher *b) {
    struct timespec now;

    if (b->manual_clock_ns)
        return __atomic_load_n(b->manual_clock_ns, __ATOMIC_ACQUIRE);
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000ull + (uint64_t)now.tv_nsec;
}

/* The holder is inside for some 50 ns, so who finds it taken spins before it sleeps; a
 * plain mutex would let a fast appender starve the sender, at a system call each time. */
static void init_lock(pthread_mutex_t *lock) {
    pthread_mutexattr_t adaptive;

    pthread_mutexattr_init(&adaptive);
#ifdef PTHREAD_ADAPTIVE_MUTEX_INITIALIZER_NP
    pthread_mutexattr_settype(&adaptive, PTHREAD_MUTEX_ADAPTIVE_NP);
#endif
    pthread_mutex_init(lock, &adaptive);
    pthread_mutexattr_destroy(&adaptive);
}

int xs_batcher_init(xs_batcher *b, uint32_t lines_count, const xs_batcher_rules *rules) {
    memset(b, 0, sizeof *b);
    b->memory = malloc((size_t)XS_FRAMES * XS_FRAME_CAPACITY);
    b->lines = calloc(lines_count, sizeof *b->lines);
    if (!b->memory || !b->lines) {
        free(b->memory);
        free(b->lines);
        return XS_NO_MEMORY;
    }
    for (uint32_t i = 0; i < XS_FRAMES; i++)
        xs_writer_init(&b->frames[i].writer, b->memory + (size_t)i * XS_FRAME_CAPACITY,
                       XS_FRAME_CAPACITY);
    b->lines_count = lines_count;
    b->next_seq = 1;
    b->rules = *rules;
    init_lock(&b->lock);
    pthread_cond_init(&b->space, NULL);
    return XS_DONE;
}

void xs_batcher_free(xs_batcher *b) {
    pthread_cond_destroy(&b->space);
    pthread_mutex_destroy(&b->lock);
    free(b->lines);
    free(b->memory);
}

void xs_batcher_seal(xs_batcher *b) {
    xs_outbound *frame;

    if (!xs_batcher_unsealed(b))
        return;
    frame = xs_batcher_open_frame(b);
    /* Cannot fail: the header's room and both bounds were kept while appending. */
    (void)xs_submission_seal(&frame->writer, frame->first_seq, frame->count);
    b->sealed_seq = frame->first_seq + frame->count - 1;
    b->frames_sealed++;
    b->tail++;
    if (xs_batcher_has_room(b))
        xs_batcher_open_frame(b)->count = 0;
}

/* Remember per stream what was appended and will retire. Whose first field is no stream (an
 * event, a graph: also a graph's node, whatever operation it is) belongs to none;
 * stream_destroy ends one at the broker's intake and retires nowhere. */
static void account(xs_batcher *b, const xs_operation *op, uint64_t seq) {
    uint32_t line;

    if (XS_HANDLE_KIND(op->u.complete.stream) != XS_KIND_STREAM ||
        op->kind == XS_OP_STREAM_DESTROY)
        return;
    line = (uint32_t)XS_HANDLE_INDEX(op->u.complete.stream);
    if (line >= b->lines_count)
        return;
    if (op->kind == XS_OP_COMPLETE)
        b->lines[line].visible_seq = seq;
    else
        b->lines[line].last_seq = seq;
}

xs_outcome xs_batcher_append(xs_batcher *b, const xs_operation *op, uint64_t *seq) {
    xs_outbound *frame;

    if (b->lost)
        return XS_LOST;
    if (!xs_batcher_has_room(b))
        return XS_FULL;
    frame = xs_batcher_open_frame(b);
    if (!frame->count) {
        (void)xs_submission_open(&frame->writer);
        frame->first_seq = b->next_seq;
        frame->opened_ns = xs_batcher_now(b);
    }
    if (xs_encode_operation(&frame->writer, op)) {
        frame->writer.error = XS_PROBLEM_NONE; /* nothing of it was written */
        return XS_BAD;
    }
    frame->count++;
    *seq = b->next_seq++;
    account(b, op, *seq);
    if (frame->count == XS_OPERATIONS_PER_SUBMISSION_MAX ||
        frame->writer.used >= XS_SUBMISSION_BYTES_TARGET)
        xs_batcher_seal(b);
    return XS_DONE;
}

xs_outcome xs_batcher_call(xs_batcher *b, const uint8_t *bytes, uint32_t size) {
    xs_outbound *frame;

    if (b->lost)
        return XS_LOST;
    if (size > XS_FRAME_CAPACITY || size <= XS_FRAME_HEADER_BYTES)
        return XS_BAD;
    xs_batcher_seal(b);
    if (!xs_batcher_has_room(b))
        return XS_FULL;
    frame = xs_batcher_open_frame(b);
    memcpy(frame->writer.data, bytes, size);
    frame->writer.used = size;
    b->tail++;
    if (xs_batcher_has_room(b))
        xs_batcher_open_frame(b)->count = 0;
    return XS_DONE;
}

/* With a deep backlog at the broker, what is sent now is issued much later anyway. */
static uint64_t coalesce_ns(const xs_batcher *b, const xs_progress *progress) {
    uint64_t backlog = progress->accepted_seq - progress->issued_count;
    int deep = progress->accepted_seq > progress->issued_count &&
               backlog >= b->rules.backlog_deep;

    if (deep)
        return b->rules.coalesce_deep_ns;
    return b->streaming ? b->rules.coalesce_stream_ns : b->rules.coalesce_ns;
}

xs_next xs_batcher_next(xs_batcher *b, uint64_t now_ns, const xs_progress *progress,
                        uint64_t *until_ns) {
    uint64_t due;

    if (b->head < b->tail)
        return XS_NEXT_SEND;
    if (!xs_batcher_unsealed(b))
        return XS_NEXT_SLEEP;
    due = xs_batcher_open_frame(b)->opened_ns + coalesce_ns(b, progress);
    if ((progress->accepted_seq < b->sealed_seq || b->streaming) && now_ns < due) {
        *until_ns = due;
        return XS_NEXT_WAIT;
    }
    xs_batcher_seal(b);
    return XS_NEXT_SEND;
}

void xs_batcher_sent(xs_batcher *b) {
    if (!xs_batcher_has_room(b)) /* the freed frame is the new open one */
        b->frames[b->head % XS_FRAMES].count = 0;
    b->head++;
    if (b->space_waiters)
        pthread_cond_broadcast(&b->space);
}

void xs_batcher_lose(xs_batcher *b) {
    b->lost = 1;
    pthread_cond_broadcast(&b->space);
}

xs_outcome xs_batcher_wait_room(xs_batcher *b) {
    while (!b->lost && !xs_batcher_has_room(b)) {
        b->space_waiters++;
        pthread_cond_wait(&b->space, &b->lock);
        b->space_waiters--;
    }
    return b->lost ? XS_LOST : XS_DONE;
}
