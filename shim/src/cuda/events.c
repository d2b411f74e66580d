/* Events: records, waits and times.
 *
 * Decides which operation an event stands for: its latest record. A record and a wait of one
 * event are appended under the event's own lock, so that the wait names the record it comes
 * after. Source: driver API, event management. */
#include <sched.h>

#include "xs/work.h"

typedef struct xs_event {
    xs_object object;
    uint32_t flags;
    uint32_t locked;
    uint64_t seq;       /* its latest record; 0: none */
    uint64_t stream;    /* of that record: on the wire */
    uint32_t line;
    xs_captured_event captured; /* instead of a record */
} xs_event;

static xs_event *event_of(CUevent handle) {
    return xs_object_of(XS_OBJECT_EVENT, handle);
}

static void lock(xs_event *event) {
    while (__atomic_exchange_n(&event->locked, 1, __ATOMIC_ACQUIRE))
        sched_yield();
}

static void unlock(xs_event *event) {
    __atomic_store_n(&event->locked, 0, __ATOMIC_RELEASE);
}

CUresult xs_cuEventCreate(CUevent *phEvent, unsigned int Flags) {
    static int said;
    xs_operation op = {.kind = XS_OP_EVENT_CREATE};
    xs_event *event;
    CUresult result;

    if (!phEvent || Flags & ~(unsigned)(CU_EVENT_BLOCKING_SYNC | CU_EVENT_DISABLE_TIMING |
                                        CU_EVENT_INTERPROCESS))
        return CUDA_ERROR_INVALID_VALUE;
    if (Flags & CU_EVENT_INTERPROCESS)
        return xs_refuse("CU_EVENT_INTERPROCESS", &said);
    result = xs_pool_make(XS_OBJECT_EVENT, sizeof *event, XS_EVENTS_MAX);
    event = result ? NULL : xs_object_new(XS_OBJECT_EVENT);
    if (!event)
        return CUDA_ERROR_OUT_OF_MEMORY;
    event->flags = Flags;
    op.u.event_create.event = event->object.wire;
    op.u.event_create.flags = Flags;
    result = xs_append(&op, NULL);
    if (result)
        xs_object_end(event);
    else
        *phEvent = (CUevent)event;
    return result;
}

CUresult xs_cuEventDestroy_v2(CUevent hEvent) {
    xs_operation op = {.kind = XS_OP_EVENT_DESTROY};
    xs_event *event = event_of(hEvent);
    CUresult result;

    if (!event)
        return CUDA_ERROR_INVALID_HANDLE;
    op.u.event_destroy.event = event->object.wire;
    result = xs_append(&op, NULL);
    xs_captured_event_clear(&event->captured);
    xs_object_end(event);
    return result;
}

CUresult xs_cuEventRecordWithFlags(CUevent hEvent, CUstream hStream, unsigned int flags) {
    xs_operation op = {.kind = XS_OP_EVENT_RECORD};
    xs_event *event = event_of(hEvent);
    xs_stream *stream = xs_stream_of(hStream);
    CUresult result;
    uint64_t seq;

    if (!event || !stream)
        return CUDA_ERROR_INVALID_HANDLE;
    if (flags & ~1u) /* EXTERNAL means something to a capture only */
        return CUDA_ERROR_INVALID_VALUE;
    op.u.event_record.stream = stream->object.wire;
    op.u.event_record.event = event->object.wire;
    lock(event);
    if (XS_UNLIKELY(xs_captures_open) &&
        xs_capture_record(stream, hEvent, &event->captured, flags, &result)) {
        unlock(event);
        return result;
    }
    result = xs_append(&op, &seq);
    if (!result) {
        xs_captured_event_clear(&event->captured);
        event->seq = seq;
        event->stream = stream->object.wire;
        event->line = stream->object.index;
    }
    unlock(event);
    return result;
}

CUresult xs_cuEventRecord(CUevent hEvent, CUstream hStream) {
    return xs_cuEventRecordWithFlags(hEvent, hStream, 0);
}

CUresult xs_cuStreamWaitEvent(CUstream hStream, CUevent hEvent, unsigned int Flags) {
    xs_operation op = {.kind = XS_OP_STREAM_WAIT};
    xs_event *event = event_of(hEvent);
    xs_stream *stream = xs_stream_of(hStream);
    CUresult result = CUDA_SUCCESS;

    if (!event || !stream)
        return CUDA_ERROR_INVALID_HANDLE;
    if (Flags & ~1u)
        return CUDA_ERROR_INVALID_VALUE;
    op.u.stream_wait.stream = stream->object.wire;
    op.u.stream_wait.event = event->object.wire;
    lock(event);
    if (XS_UNLIKELY(xs_captures_open || event->captured.capture) &&
        xs_capture_wait(stream, hEvent, &event->captured, Flags, &result)) {
        unlock(event);
        return result;
    }
    op.u.stream_wait.record_seq = event->seq;
    if (event->seq && !(event->line == stream->object.index)) {
        result = xs_append(&op, NULL);
        if (!result)
            xs_stream_awaits(stream, &(xs_awaited){event->stream, event->seq, event->line});
    }
    unlock(event);
    return result;
}

/* All are locked in the order of their addresses, so that two launches never wait for each
 * other. */
CUresult xs_events_append(const CUevent *events, uint32_t count, const xs_stream *stream,
                          const xs_operation *op, uint64_t *seq) {
    CUresult result;

    for (uint32_t i = 0; i < count; i++)
        if (event_of(events[i]))
            lock(event_of(events[i]));
    result = xs_append(op, seq);
    for (uint32_t i = 0; i < count; i++) {
        xs_event *event = event_of(events[i]);
        if (!event)
            continue;
        if (!result) {
            xs_captured_event_clear(&event->captured);
            event->seq = *seq;
            event->stream = stream->object.wire;
            event->line = stream->object.index;
        }
        unlock(event);
    }
    return result;
}

uint64_t xs_event_wire(CUevent handle) {
    const xs_event *event = event_of(handle);

    return event ? event->object.wire : 0;
}

CUresult xs_event_check_launch(CUevent handle, int flags) {
    const xs_event *event = event_of(handle);

    if (!event)
        return CUDA_ERROR_INVALID_HANDLE;
    return event->flags & CU_EVENT_DISABLE_TIMING && !(flags & ~1) ? CUDA_SUCCESS
                                                                   : CUDA_ERROR_INVALID_VALUE;
}

/* Its latest record, seen as one. */
static void record_of(xs_event *event, xs_event *seen) {
    lock(event);
    *seen = *event;
    unlock(event);
}

/* Make the end show, at once for who waits. A stream that is destroyed has done so itself. */
static void ask(const xs_event *seen, int waits) {
    const xs_stream *stream = xs_object_of(XS_OBJECT_STREAM, (void *)(
        xs_pools[XS_OBJECT_STREAM].base +
        ((uintptr_t)seen->line << xs_pools[XS_OBJECT_STREAM].shift)));

    if (!stream || stream->object.wire != seen->stream)
        xs_session_flush(xs_session_now());
    else if (waits)
        xs_session_complete_until(xs_session_now(), seen->stream, seen->seq);
    else
        xs_session_expect(xs_session_now(), seen->stream, seen->seq);
}

static int is_over(const xs_event *seen) {
    return !seen->seq || xs_session_retired(xs_session_now(), seen->line, seen->seq);
}

CUresult xs_cuEventQuery(CUevent hEvent) {
    xs_event *event = event_of(hEvent), seen;

    if (!event)
        return CUDA_ERROR_INVALID_HANDLE;
    if (event->captured.capture)
        return CUDA_ERROR_CAPTURED_EVENT;
    if (xs_check_unsafe())
        return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
    record_of(event, &seen);
    if (is_over(&seen))
        return xs_work_error();
    if (xs_session_lost(xs_session_now()))
        return xs_lose(0, NULL);
    ask(&seen, 0);
    return CUDA_ERROR_NOT_READY;
}

CUresult xs_cuEventSynchronize(CUevent hEvent) {
    xs_event *event = event_of(hEvent), seen;
    xs_outcome outcome;

    if (!event)
        return CUDA_ERROR_INVALID_HANDLE;
    if (event->captured.capture)
        return CUDA_ERROR_CAPTURED_EVENT;
    if (xs_check_unsafe())
        return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
    record_of(event, &seen);
    if (is_over(&seen))
        return xs_work_error();
    ask(&seen, 1);
    outcome = xs_session_wait(xs_session_now(), seen.line, seen.seq, XS_FOREVER);
    return outcome ? xs_result_of(outcome) : xs_work_error();
}

CUresult xs_cuEventElapsedTime_v2(float *pMilliseconds, CUevent hStart, CUevent hEnd) {
    xs_event *start = event_of(hStart), *end = event_of(hEnd), first, last;
    xs_message request = {.kind = XS_MSG_ELAPSED_TIME};
    xs_reply reply;
    CUresult result;

    if (!pMilliseconds)
        return CUDA_ERROR_INVALID_VALUE;
    if (!start || !end || (start->flags | end->flags) & CU_EVENT_DISABLE_TIMING)
        return CUDA_ERROR_INVALID_HANDLE;
    if (start->captured.capture || end->captured.capture)
        return CUDA_ERROR_CAPTURED_EVENT;
    record_of(start, &first);
    record_of(end, &last);
    if (!first.seq || !last.seq)
        return CUDA_ERROR_INVALID_HANDLE;
    if (!is_over(&first) || !is_over(&last)) {
        ask(is_over(&first) ? &last : &first, 0);
        return CUDA_ERROR_NOT_READY;
    }
    request.u.elapsed_time.start = start->object.wire;
    request.u.elapsed_time.end = end->object.wire;
    result = xs_call(&request, &reply);
    if (result)
        return result;
    *pMilliseconds = (float)((double)reply.message.u.elapsed.elapsed_ns / 1e6);
    xs_reply_free(&reply);
    return CUDA_SUCCESS;
}
