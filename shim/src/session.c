/* Session: appends and completions. See xs/session.h for what this decides. */
#include "xs/session.h"

#include <stdlib.h>

static uint64_t default_of(uint64_t value, uint64_t otherwise) {
    return value ? value : otherwise;
}

static xs_batcher_rules rules_of(const xs_session_options *options) {
    xs_batcher_rules rules = {
        .coalesce_ns = default_of(options->rules.coalesce_ns, XS_COALESCE_NS),
        .coalesce_deep_ns =
            default_of(options->rules.coalesce_deep_ns, XS_COALESCE_DEEP_NS),
        .coalesce_stream_ns =
            default_of(options->rules.coalesce_stream_ns, XS_COALESCE_STREAM_NS),
        .backlog_deep = default_of(options->rules.backlog_deep, XS_BACKLOG_DEEP),
    };
    return rules;
}

static uint32_t lines_of(const xs_session_options *options) {
    size_t status = options->status_bytes / sizeof(xs_status_line);
    size_t waiters = options->waiters_bytes / sizeof(xs_waiters_line);
    size_t lines = status < waiters ? status : waiters;

    return lines > XS_STREAMS_MAX ? XS_STREAMS_MAX : (uint32_t)lines;
}

xs_outcome xs_session_open(const xs_session_options *options, xs_session **session) {
    xs_batcher_rules rules = rules_of(options);
    uint32_t lines = lines_of(options);
    xs_session *s;
    xs_outcome outcome;

    if (lines < 2)
        return XS_BAD;
    s = calloc(1, sizeof *s);
    if (!s)
        return XS_NO_MEMORY;
    s->header = options->status;
    s->status = options->status;
    s->waiters = options->waiters;
    s->lines_count = lines;
    s->fd = options->fd;
    xs_wait_init(s, options->spin_ns_max);
    outcome = xs_batcher_init(&s->batcher, lines, &rules);
    if (outcome == XS_DONE) {
        s->batcher.manual_clock_ns = options->manual_clock_ns;
        outcome = xs_sender_start(&s->sender, &s->batcher, s->fd, s->header,
                                  options->threaded);
        if (outcome != XS_DONE)
            xs_batcher_free(&s->batcher);
    }
    if (outcome != XS_DONE) {
        free(s);
        return outcome;
    }
    *session = s;
    return XS_DONE;
}

void xs_session_close(xs_session *s, uint64_t drain_ns) {
    xs_sender_stop(&s->sender, drain_ns);
    xs_batcher_free(&s->batcher);
    free(s);
}

/* Append, waiting for room in the ring. Lock held. */
static xs_outcome append_surely(xs_session *s, const xs_operation *op, uint64_t *seq) {
    xs_outcome outcome;

    while ((outcome = xs_batcher_append(&s->batcher, op, seq)) == XS_FULL) {
        xs_sender_appended(&s->sender);
        xs_batcher_wait_room(&s->batcher);
    }
    return outcome;
}

xs_outcome xs_session_append(xs_session *s, const xs_operation *op, int wait,
                             uint64_t *seq) {
    xs_outcome outcome;

    pthread_mutex_lock(&s->batcher.lock);
    outcome = wait ? append_surely(s, op, seq) : xs_batcher_append(&s->batcher, op, seq);
    if (outcome == XS_DONE)
        xs_sender_appended(&s->sender);
    pthread_mutex_unlock(&s->batcher.lock);
    return outcome;
}

xs_outcome xs_session_call(xs_session *s, const uint8_t *frame, uint32_t bytes) {
    xs_outcome outcome;

    pthread_mutex_lock(&s->batcher.lock);
    while ((outcome = xs_batcher_call(&s->batcher, frame, bytes)) == XS_FULL) {
        xs_sender_appended(&s->sender);
        xs_batcher_wait_room(&s->batcher);
    }
    if (outcome == XS_DONE)
        xs_sender_flush(&s->sender);
    pthread_mutex_unlock(&s->batcher.lock);
    return outcome;
}

void xs_session_flush(xs_session *s) {
    pthread_mutex_lock(&s->batcher.lock);
    xs_sender_flush(&s->sender);
    pthread_mutex_unlock(&s->batcher.lock);
}

/* Append `complete` unless one after `wanted` is already on its way. Lock held. */
static xs_outcome complete_after(xs_session *s, uint64_t stream, uint64_t wanted) {
    xs_line_account *line = &s->batcher.lines[XS_HANDLE_INDEX(stream)];
    xs_operation op = {.kind = XS_OP_COMPLETE};
    xs_outcome outcome = XS_DONE;
    uint64_t seq;

    op.u.complete.stream = stream;
    while (line->visible_seq < wanted) {
        outcome = xs_batcher_append(&s->batcher, &op, &seq);
        if (outcome != XS_FULL)
            break;
        xs_sender_appended(&s->sender);
        outcome = xs_batcher_wait_room(&s->batcher);
        if (outcome != XS_DONE)
            break;
    }
    return outcome;
}

xs_outcome xs_session_append_shown(xs_session *s, const xs_operation *op, xs_send send,
                                   uint64_t *seq) {
    uint64_t stream = op->u.complete.stream;
    xs_outcome outcome;

    if (XS_HANDLE_INDEX(stream) >= s->lines_count)
        return XS_BAD;
    pthread_mutex_lock(&s->batcher.lock);
    outcome = append_surely(s, op, seq);
    if (outcome == XS_DONE)
        outcome = complete_after(s, stream, *seq);
    if (outcome == XS_DONE && send == XS_SEND_NOW)
        xs_sender_flush(&s->sender);
    else if (outcome == XS_DONE && send == XS_SEND_SOON)
        xs_sender_appended(&s->sender);
    pthread_mutex_unlock(&s->batcher.lock);
    return outcome;
}

static xs_outcome ensure_visible(xs_session *s, uint64_t stream, uint64_t wanted) {
    xs_outcome outcome = complete_after(s, stream, wanted);

    xs_sender_flush(&s->sender);
    return s->batcher.lost ? XS_LOST : outcome;
}

xs_outcome xs_session_complete(xs_session *s, uint64_t stream, uint64_t *seq) {
    uint64_t line = XS_HANDLE_INDEX(stream);
    xs_outcome outcome;

    if (line >= s->lines_count)
        return XS_BAD;
    pthread_mutex_lock(&s->batcher.lock);
    /* What is waited for is what was there before: the broker may show its end of its own
     * accord, before the complete has arrived. */
    *seq = s->batcher.lines[line].last_seq;
    outcome = ensure_visible(s, stream, *seq);
    pthread_mutex_unlock(&s->batcher.lock);
    return outcome;
}

xs_outcome xs_session_complete_until(xs_session *s, uint64_t stream, uint64_t seq) {
    uint32_t line = (uint32_t)XS_HANDLE_INDEX(stream);
    xs_outcome outcome;

    if (line >= s->lines_count)
        return XS_BAD;
    pthread_mutex_lock(&s->batcher.lock);
    if (xs_session_retired(s, line, seq))
        outcome = s->batcher.lost ? XS_LOST : XS_DONE;
    else
        outcome = ensure_visible(s, stream, seq);
    pthread_mutex_unlock(&s->batcher.lock);
    return outcome;
}

xs_outcome xs_session_expect(xs_session *s, uint64_t stream, uint64_t seq) {
    uint32_t line = (uint32_t)XS_HANDLE_INDEX(stream);
    xs_outcome outcome = XS_DONE;
    uint64_t shown;

    if (line >= s->lines_count)
        return XS_BAD;
    pthread_mutex_lock(&s->batcher.lock);
    shown = s->batcher.lines[line].visible_seq;
    if (!xs_session_retired(s, line, seq)) {
        if (shown < seq) {
            outcome = complete_after(s, stream, seq);
            if (outcome == XS_DONE)
                xs_sender_appended(&s->sender);
        } else if (shown > s->batcher.sealed_seq) {
            xs_sender_flush(&s->sender);
        }
    }
    if (s->batcher.lost)
        outcome = XS_LOST;
    pthread_mutex_unlock(&s->batcher.lock);
    return outcome;
}

uint64_t xs_session_last_seq(xs_session *s) {
    uint64_t seq;

    pthread_mutex_lock(&s->batcher.lock);
    seq = s->batcher.next_seq - 1;
    pthread_mutex_unlock(&s->batcher.lock);
    return seq;
}

uint64_t xs_session_line_last_seq(xs_session *s, uint32_t line) {
    uint64_t seq;

    if (line >= s->lines_count)
        return 0;
    pthread_mutex_lock(&s->batcher.lock);
    seq = s->batcher.lines[line].last_seq;
    pthread_mutex_unlock(&s->batcher.lock);
    return seq;
}

int xs_session_retired(const xs_session *s, uint32_t line, uint64_t seq) {
    return __atomic_load_n(&s->status[line].retired_seq, __ATOMIC_ACQUIRE) >= seq;
}

int xs_session_lost(const xs_session *s) {
    return __atomic_load_n(&s->batcher.lost, __ATOMIC_ACQUIRE) ||
           __atomic_load_n(&s->header->sticky_error, __ATOMIC_ACQUIRE) ||
           __atomic_load_n(&s->header->closed, __ATOMIC_ACQUIRE);
}

void xs_session_lose(xs_session *s) {
    pthread_mutex_lock(&s->batcher.lock);
    xs_batcher_lose(&s->batcher);
    pthread_mutex_unlock(&s->batcher.lock);
}

void xs_session_host_done(xs_session *s, uint32_t line, uint64_t seq) {
    if (line < s->lines_count)
        __atomic_store_n(&s->waiters[line].host_done_seq, seq, __ATOMIC_RELEASE);
}
