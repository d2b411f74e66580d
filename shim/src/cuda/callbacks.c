/* Functions of the program that run in stream order, on a thread of the shim.
 *
 * Decides when one runs: the broker names it in the stream's line when everything before it
 * has retired, and issues what follows once the answer is there. One thread runs them all,
 * one after the other; it sleeps while none is queued. Source: driver API, cuLaunchHostFunc
 * (no driver calls inside), cuStreamAddCallback. */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "xs/work.h"

#define LOOK_NS 2000000ull /* how soon a line that joined meanwhile is looked at */

typedef struct callback {
    struct callback *next;
    uint64_t token;
    uint32_t line;
    CUhostFn function;          /* or: */
    CUstreamCallback with_status;
    CUstream stream;
    void *data;
} callback;

static struct {
    pthread_mutex_t lock;
    pthread_cond_t queued;
    callback *first;
    uint64_t tokens;
    int started;
    uint64_t seen[XS_STREAMS_MAX]; /* host_seq last run, by line */
} state = {.lock = PTHREAD_MUTEX_INITIALIZER, .queued = PTHREAD_COND_INITIALIZER};

CUresult xs_callbacks_start(void) {
    return CUDA_SUCCESS;
}

/* The lines with something queued, each once. Lock held. */
static uint32_t lines_of(uint32_t *lines, uint64_t *seen) {
    uint32_t count = 0;

    for (const callback *one = state.first; one && count < XS_STREAMS_MAX; one = one->next) {
        uint32_t i = 0;
        while (i < count && lines[i] != one->line)
            i++;
        if (i < count)
            continue;
        lines[count] = one->line;
        seen[count++] = state.seen[one->line];
    }
    return count;
}

static callback *take(uint64_t token) {
    callback *found = NULL;

    pthread_mutex_lock(&state.lock);
    for (callback **at = &state.first; *at && !found; at = &(*at)->next) {
        if ((*at)->token != token)
            continue;
        found = *at;
        *at = found->next;
        break;
    }
    pthread_mutex_unlock(&state.lock);
    return found;
}

static void run(uint32_t line) {
    const xs_status_line *page = &xs_session_now()->status[line];
    uint64_t seq = __atomic_load_n(&page->host_seq, __ATOMIC_ACQUIRE);
    callback *due = take(__atomic_load_n(&page->host_token, __ATOMIC_ACQUIRE));

    state.seen[line] = seq;
    if (due && due->function)
        due->function(due->data);
    else if (due)
        due->with_status(due->stream, xs_session_now()->header->sticky_error, due->data);
    free(due);
    xs_session_host_done(xs_session_now(), line, seq);
}

static void *serve(void *nothing) {
    static uint32_t lines[XS_STREAMS_MAX];
    static uint64_t seen[XS_STREAMS_MAX];

    for (;;) {
        uint32_t count, index;
        xs_outcome outcome;

        pthread_mutex_lock(&state.lock);
        while (!state.first)
            pthread_cond_wait(&state.queued, &state.lock);
        count = lines_of(lines, seen);
        pthread_mutex_unlock(&state.lock);
        outcome = xs_session_wait_host(xs_session_now(), lines, seen, count, LOOK_NS, &index);
        if (outcome == XS_LOST)
            return nothing;
        if (outcome == XS_DONE)
            run(lines[index]);
    }
}

/* Lock held. */
static CUresult start_thread(void) {
    pthread_attr_t attributes;
    sigset_t all, before;
    pthread_t thread;
    int problem;

    if (state.started)
        return CUDA_SUCCESS;
    if (pthread_attr_init(&attributes))
        return CUDA_ERROR_OUT_OF_MEMORY;
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    problem = pthread_create(&thread, &attributes, serve, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    state.started = !problem;
    return problem ? CUDA_ERROR_OUT_OF_MEMORY : CUDA_SUCCESS;
}

static CUresult queue(xs_stream *stream, const callback *wanted) {
    xs_operation op = {.kind = XS_OP_HOST_FUNCTION};
    callback *made = malloc(sizeof *made), **last;
    CUresult result;

    if (!made)
        return CUDA_ERROR_OUT_OF_MEMORY;
    *made = *wanted;
    made->next = NULL;
    made->line = stream->object.index;
    pthread_mutex_lock(&state.lock);
    result = start_thread();
    made->token = ++state.tokens;
    if (!result) {
        for (last = &state.first; *last; last = &(*last)->next)
            ;
        *last = made;
        pthread_cond_signal(&state.queued);
    }
    pthread_mutex_unlock(&state.lock);
    if (result) {
        free(made);
        return result;
    }
    op.u.host_function.stream = stream->object.wire;
    op.u.host_function.token = made->token;
    result = xs_append(&op, NULL);
    if (result)
        free(take(made->token));
    return result;
}

CUresult xs_cuLaunchHostFunc(CUstream hStream, CUhostFn fn, void *userData) {
    xs_stream *stream = xs_stream_of(hStream);
    callback wanted = {.function = fn, .data = userData};

    if (!stream)
        return CUDA_ERROR_INVALID_HANDLE;
    return fn ? queue(stream, &wanted) : CUDA_ERROR_INVALID_VALUE;
}

CUresult xs_cuStreamAddCallback(CUstream hStream, CUstreamCallback function, void *userData,
                                unsigned int flags) {
    xs_stream *stream = xs_stream_of(hStream);
    callback wanted = {.with_status = function, .data = userData, .stream = hStream};

    if (!stream)
        return CUDA_ERROR_INVALID_HANDLE;
    return function && !flags ? queue(stream, &wanted) : CUDA_ERROR_INVALID_VALUE;
}
