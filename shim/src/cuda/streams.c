/* Streams: the program's handles, the two default streams, waiting for them.
 *
 * Decides which line of the status page a handle means and what a wait covers. A stream
 * costs no answer: its handle on the wire is made here. The legacy stream is the session's
 * own; each thread's own stream is an ordinary blocking one, made when it is first used.
 * Source: driver API, stream synchronization behavior. */
#include <pthread.h>
#include <string.h>

#include "xs/work.h"

/* Latest operation, by line, of streams that are destroyed: their ends show by themselves. */
static uint64_t destroyed_seq[XS_STREAMS_MAX];
static xs_stream *legacy;
static uint64_t ids = 1;

static void thread_ends(xs_thread *thread);

CUresult xs_streams_start(void) {
    CUresult result = xs_pool_make(XS_OBJECT_STREAM, sizeof(xs_stream),
                                   xs_session_now()->lines_count);

    if (result || legacy)
        return result;
    legacy = xs_object_new(XS_OBJECT_STREAM);
    if (!legacy || legacy->object.index != XS_STREAM_INDEX_LEGACY)
        return CUDA_ERROR_OUT_OF_MEMORY;
    legacy->id = ids;
    xs_thread_on_end(thread_ends);
    return CUDA_SUCCESS;
}

/* ------------------------------------------------------------------ making and ending */

static CUresult create(xs_stream **made, unsigned flags, int priority) {
    xs_stream *stream = xs_object_new(XS_OBJECT_STREAM);
    xs_operation op = {.kind = XS_OP_STREAM_CREATE};
    CUresult result;

    if (!stream)
        return CUDA_ERROR_OUT_OF_MEMORY;
    stream->context = xs_self.current;
    stream->flags = flags;
    stream->priority = priority < -5 ? -5 : priority > 0 ? 0 : priority;
    stream->id = __atomic_add_fetch(&ids, 1, __ATOMIC_RELAXED);
    op.u.stream_create.stream = stream->object.wire;
    op.u.stream_create.flags = flags & CU_STREAM_NON_BLOCKING;
    op.u.stream_create.priority = stream->priority;
    result = xs_append(&op, &stream->created_seq);
    if (result)
        xs_object_end(stream);
    else
        *made = stream;
    return result;
}

static CUresult append_complete(const xs_stream *stream, uint64_t *seq) {
    xs_operation op = {.kind = XS_OP_COMPLETE};

    op.u.complete.stream = stream->object.wire;
    return xs_append(&op, seq);
}

/* What it holds still runs, and must show its end although nobody can ask any more. */
static CUresult destroy(xs_stream *stream) {
    xs_operation op = {.kind = XS_OP_STREAM_DESTROY};
    uint64_t seq = 0;
    CUresult result = append_complete(stream, &seq);

    op.u.stream_destroy.stream = stream->object.wire;
    if (!result)
        result = xs_append(&op, NULL);
    __atomic_store_n(&destroyed_seq[stream->object.index], seq, __ATOMIC_RELEASE);
    xs_object_end(stream);
    return result;
}

static void thread_ends(xs_thread *thread) {
    xs_stream *stream = thread->stream;

    if (stream && !stream->captured && xs_gate() == XS_GATE_OPEN) /* a capture still names it */
        destroy(stream);
    thread->stream = NULL;
}

static xs_stream *of_thread(void) {
    xs_stream *made = NULL;

    if (!xs_self.stream && !xs_thread_register() && !create(&made, 0, 0))
        xs_self.stream = made;
    return xs_self.stream;
}

xs_stream *xs_stream_of(CUstream handle) {
    if (handle == NULL || handle == CU_STREAM_LEGACY)
        return legacy;
    if (handle == CU_STREAM_PER_THREAD)
        return of_thread();
    return xs_object_of(XS_OBJECT_STREAM, handle);
}

CUresult xs_cuStreamCreateWithPriority(CUstream *phStream, unsigned int flags, int priority) {
    xs_stream *made;
    CUresult result;

    if (!phStream || flags & ~(unsigned)CU_STREAM_NON_BLOCKING)
        return CUDA_ERROR_INVALID_VALUE;
    result = create(&made, flags, priority);
    if (!result)
        *phStream = (CUstream)made;
    return result;
}

CUresult xs_cuStreamCreate(CUstream *phStream, unsigned int Flags) {
    return xs_cuStreamCreateWithPriority(phStream, Flags, 0);
}

CUresult xs_cuStreamDestroy_v2(CUstream hStream) {
    xs_stream *stream = xs_object_of(XS_OBJECT_STREAM, hStream);

    CUresult result;

    if (!stream || stream == legacy)
        return CUDA_ERROR_INVALID_HANDLE;
    if (stream->captured && xs_capture_asked(stream, &result))
        return result;
    return destroy(stream);
}

/* ------------------------------------------------------------------ waiting */

CUresult xs_line_wait(xs_stream *stream, uint64_t seq) {
    xs_session *session = xs_session_now();
    xs_outcome outcome;

    if (xs_session_retired(session, stream->object.index, seq))
        return xs_work_error();
    outcome = xs_session_complete_until(session, stream->object.wire, seq);
    if (!outcome)
        outcome = xs_session_wait(session, stream->object.index, seq, XS_FOREVER);
    return outcome ? xs_result_of(outcome) : xs_work_error();
}

uint64_t xs_stream_last(const xs_stream *stream) {
    uint64_t seq = xs_session_line_last_seq(xs_session_now(), stream->object.index);

    return seq > stream->created_seq ? seq : 0;
}

static CUresult wait_one(xs_stream *stream) {
    uint64_t seq = xs_stream_last(stream);

    return seq ? xs_line_wait(stream, seq) : xs_work_error();
}

static int is_blocking(const xs_stream *stream) {
    return !(stream->flags & CU_STREAM_NON_BLOCKING);
}

/* Ask for the ends of all first, then wait: they end beside each other. */
static CUresult wait_many(int all) {
    CUresult result = CUDA_SUCCESS, one;
    xs_stream *stream = NULL;
    uint64_t seq;

    while ((stream = xs_object_next(XS_OBJECT_STREAM, stream)))
        if ((all || is_blocking(stream)) && xs_stream_last(stream))
            xs_session_complete(xs_session_now(), stream->object.wire, &seq);
    while ((stream = xs_object_next(XS_OBJECT_STREAM, stream))) {
        if (!all && !is_blocking(stream))
            continue;
        one = wait_one(stream);
        if (one && !result)
            result = one;
    }
    return result;
}

static pthread_mutex_t awaited_lock = PTHREAD_MUTEX_INITIALIZER;

static int is_awaited_over(const xs_awaited *a) {
    return xs_session_retired(xs_session_now(), a->line, a->seq);
}

/* The latest record of each line is enough. Of more lines than there is room for, the first
 * one's end is asked for now, and shows by itself soon after it. */
void xs_stream_awaits(xs_stream *stream, const xs_awaited *record) {
    xs_awaited dropped = {0};
    uint32_t at = 0;

    pthread_mutex_lock(&awaited_lock);
    while (at < stream->awaited_count && stream->awaited[at].line != record->line &&
           !is_awaited_over(&stream->awaited[at]))
        at++;
    if (at == XS_AWAITED_MAX) {
        dropped = stream->awaited[0];
        at = 0;
    }
    if (at == stream->awaited_count)
        stream->awaited_count++;
    stream->awaited[at] = *record;
    pthread_mutex_unlock(&awaited_lock);
    if (dropped.seq)
        xs_session_complete_until(xs_session_now(), dropped.stream, dropped.seq);
}

/* The device is past these records, since it is past what waited for them: see that the
 * status page says so. A few microseconds at most. */
static CUresult wait_awaited(xs_stream *stream) {
    xs_session *session = xs_session_now();
    xs_awaited records[XS_AWAITED_MAX];
    uint32_t count;
    xs_outcome outcome = XS_DONE;

    if (!__atomic_load_n(&stream->awaited_count, __ATOMIC_ACQUIRE))
        return CUDA_SUCCESS;
    pthread_mutex_lock(&awaited_lock);
    count = stream->awaited_count;
    memcpy(records, stream->awaited, count * sizeof *records);
    stream->awaited_count = 0;
    pthread_mutex_unlock(&awaited_lock);
    for (uint32_t i = 0; i < count && !outcome; i++)
        if (!is_awaited_over(&records[i])) {
            xs_session_complete_until(session, records[i].stream, records[i].seq);
            outcome = xs_session_wait(session, records[i].line, records[i].seq, XS_FOREVER);
        }
    return outcome ? xs_result_of(outcome) : CUDA_SUCCESS;
}

/* The legacy stream orders itself behind all blocking ones, so its wait covers them. */
CUresult xs_stream_wait_all(xs_stream *stream) {
    CUresult result = stream == legacy ? wait_many(0) : wait_one(stream);
    CUresult behind = wait_awaited(stream);

    return result ? result : behind;
}

/* Lines whose stream is destroyed show their ends by themselves. */
static CUresult wait_destroyed(void) {
    xs_session *session = xs_session_now();
    xs_outcome outcome = XS_DONE;

    for (uint32_t line = 2; line < session->lines_count && line < xs_pools[XS_OBJECT_STREAM].used;
         line++) {
        uint64_t seq = __atomic_load_n(&destroyed_seq[line], __ATOMIC_ACQUIRE);
        if (!outcome && seq && !xs_session_retired(session, line, seq)) {
            xs_session_flush(session);
            outcome = xs_session_wait(session, line, seq, XS_FOREVER);
        }
    }
    return outcome ? xs_result_of(outcome) : CUDA_SUCCESS;
}

int xs_streams_idle(uint64_t patience_ns) {
    xs_session *session = xs_session_now();
    xs_stream *stream = NULL;

    while ((stream = xs_object_next(XS_OBJECT_STREAM, stream))) {
        uint64_t seq = xs_stream_last(stream);
        if (!seq || xs_session_retired(session, stream->object.index, seq))
            continue;
        if (xs_session_complete_until(session, stream->object.wire, seq) ||
            xs_session_wait(session, stream->object.index, seq, patience_ns))
            return 0;
    }
    return 1;
}

CUresult xs_cuCtxSynchronize(void) {
    CUresult result = xs_check_unsafe();

    if (!result)
        result = wait_many(1);
    if (!result)
        result = wait_destroyed();
    xs_graph_execs_reap();
    return result;
}

CUresult xs_cuCtxSynchronize_v2(CUcontext ctx) {
    if (ctx && !xs_context_of(ctx))
        return CUDA_ERROR_INVALID_CONTEXT;
    return xs_cuCtxSynchronize();
}

CUresult xs_cuStreamSynchronize(CUstream hStream) {
    xs_stream *stream = xs_stream_of(hStream);
    CUresult result;

    if (stream && XS_UNLIKELY(xs_captures_open) && xs_capture_asked(stream, &result))
        return result;
    if (!stream)
        return CUDA_ERROR_INVALID_HANDLE;
    result = xs_stream_wait_all(stream);
    xs_graph_execs_reap();
    return result;
}

CUresult xs_cuStreamQuery(CUstream hStream) {
    xs_stream *stream = xs_stream_of(hStream);
    CUresult result;
    uint64_t seq;

    if (!stream)
        return CUDA_ERROR_INVALID_HANDLE;
    if (XS_UNLIKELY(xs_captures_open) && xs_capture_asked(stream, &result))
        return result;
    seq = xs_stream_last(stream);
    if (!seq || xs_session_retired(xs_session_now(), stream->object.index, seq))
        return xs_work_error();
    if (xs_session_lost(xs_session_now()))
        return xs_lose(0, NULL);
    xs_session_expect(xs_session_now(), stream->object.wire, seq);
    return CUDA_ERROR_NOT_READY;
}

/* ------------------------------------------------------------------ what is asked */

CUresult xs_cuStreamGetPriority(CUstream hStream, int *priority) {
    const xs_stream *stream = xs_stream_of(hStream);

    if (!stream)
        return CUDA_ERROR_INVALID_HANDLE;
    if (!priority)
        return CUDA_ERROR_INVALID_VALUE;
    *priority = stream->priority;
    return CUDA_SUCCESS;
}

CUresult xs_cuStreamGetFlags(CUstream hStream, unsigned int *flags) {
    const xs_stream *stream = xs_stream_of(hStream);

    if (!stream)
        return CUDA_ERROR_INVALID_HANDLE;
    if (!flags)
        return CUDA_ERROR_INVALID_VALUE;
    *flags = stream->flags;
    return CUDA_SUCCESS;
}

CUresult xs_cuStreamGetId(CUstream hStream, unsigned long long *streamId) {
    const xs_stream *stream = xs_stream_of(hStream);

    if (!stream)
        return CUDA_ERROR_INVALID_HANDLE;
    if (!streamId)
        return CUDA_ERROR_INVALID_VALUE;
    *streamId = stream->id;
    return CUDA_SUCCESS;
}

CUresult xs_cuStreamGetCtx(CUstream hStream, CUcontext *pctx) {
    const xs_stream *stream = xs_stream_of(hStream);

    if (!stream)
        return CUDA_ERROR_INVALID_HANDLE;
    if (!pctx)
        return CUDA_ERROR_INVALID_VALUE;
    *pctx = (CUcontext)(stream->context ? stream->context : xs_self.current);
    return CUDA_SUCCESS;
}

/* No stream here is one's: cuBLAS asks when it starts. */
CUresult xs_cuStreamGetGreenCtx(CUstream hStream, CUgreenCtx *phCtx) {
    if (!phCtx)
        return CUDA_ERROR_INVALID_VALUE;
    *phCtx = NULL;
    return xs_stream_of(hStream) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE;
}

CUresult xs_cuStreamGetCtx_v2(CUstream hStream, CUcontext *pctx, CUgreenCtx *pGreenCtx) {
    if (pGreenCtx)
        *pGreenCtx = NULL;
    return xs_cuStreamGetCtx(hStream, pctx);
}

CUresult xs_cuStreamGetDevice(CUstream hStream, CUdevice *device) {
    const xs_stream *stream = xs_stream_of(hStream);

    if (!stream)
        return CUDA_ERROR_INVALID_HANDLE;
    if (!device)
        return CUDA_ERROR_INVALID_VALUE;
    *device = stream->context ? stream->context->device : 0;
    return CUDA_SUCCESS;
}

/* ------------------------------------------------------------------ attributes: kept */

CUresult xs_cuStreamGetAttribute(CUstream hStream, CUstreamAttrID attr, CUstreamAttrValue *value) {
    const xs_stream *stream = xs_stream_of(hStream);

    if (!stream)
        return CUDA_ERROR_INVALID_HANDLE;
    if (!value)
        return CUDA_ERROR_INVALID_VALUE;
    memset(value, 0, sizeof *value);
    if (attr == 8) /* PRIORITY */
        value->value = stream->priority;
    for (uint32_t i = 0; i < stream->attributes_count; i++)
        if (stream->attributes[i].id == attr)
            *value = stream->attributes[i].value;
    return CUDA_SUCCESS;
}

/* An access policy, a synchronisation policy, a memory domain: without effect here. */
CUresult xs_cuStreamSetAttribute(CUstream hStream, CUstreamAttrID attr,
                                 const CUstreamAttrValue *param) {
    xs_stream *stream = xs_stream_of(hStream);
    uint32_t i = 0;

    if (!stream)
        return CUDA_ERROR_INVALID_HANDLE;
    if (!param || (attr != 1 && attr != 3 && attr != 9 && attr != 10))
        return CUDA_ERROR_INVALID_VALUE;
    while (i < stream->attributes_count && stream->attributes[i].id != attr)
        i++;
    stream->attributes[i].id = attr;
    stream->attributes[i].value = *param;
    if (i == stream->attributes_count)
        stream->attributes_count++;
    return CUDA_SUCCESS;
}

CUresult xs_cuStreamCopyAttributes(CUstream dstStream, CUstream srcStream) {
    xs_stream *to = xs_stream_of(dstStream);
    const xs_stream *from = xs_stream_of(srcStream);

    if (!to || !from)
        return CUDA_ERROR_INVALID_HANDLE;
    memcpy(to->attributes, from->attributes, sizeof to->attributes);
    to->attributes_count = from->attributes_count;
    return CUDA_SUCCESS;
}
