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

static const int FAULTS[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP};

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

/* A graph's: its launches run it again and again. */
typedef struct kept {
    struct kept *next;
    uint64_t token;
    CUhostFn function;
    void *data;
} kept;
#define KEPT (1ull << 63) /* in their tokens */
#define KEPT_LISTS 1024u

static struct {
    pthread_mutex_t lock;
    pthread_cond_t queued;
    callback *first;
    uint64_t tokens;
    int started;
    kept *kept[KEPT_LISTS];            /* by token, modulo */
    uint64_t expected, expected_on[XS_STREAMS_MAX]; /* runs of kept ones, in all and by line */
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
    for (uint32_t line = 0; state.expected && line < XS_STREAMS_MAX; line++) {
        uint32_t i = 0;
        while (i < count && lines[i] != line)
            i++;
        if (i < count || !state.expected_on[line])
            continue;
        lines[count] = line;
        seen[count++] = state.seen[line];
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

/* Of a graph: it stays. 0: the token is none of a graph's. */
static int run_kept(uint32_t line, uint64_t token) {
    kept found = {0};

    if (!(token & KEPT))
        return 0;
    pthread_mutex_lock(&state.lock);
    for (const kept *one = state.kept[token % KEPT_LISTS]; one; one = one->next)
        if (one->token == token)
            found = *one;
    if (state.expected_on[line]) {
        state.expected_on[line]--;
        state.expected--;
    }
    pthread_mutex_unlock(&state.lock);
    if (found.function)
        found.function(found.data);
    return 1;
}

static void run(uint32_t line) {
    const xs_status_line *page = &xs_session_now()->status[line];
    uint64_t seq = __atomic_load_n(&page->host_seq, __ATOMIC_ACQUIRE);
    uint64_t token = __atomic_load_n(&page->host_token, __ATOMIC_ACQUIRE);
    callback *due = run_kept(line, token) ? NULL : take(token);

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
        while (!state.first && !state.expected)
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
    sigfillset(&all); /* but faults of the program's own code are its to handle */
    for (size_t i = 0; i < sizeof FAULTS / sizeof *FAULTS; i++)
        sigdelset(&all, FAULTS[i]);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    problem = pthread_create(&thread, &attributes, serve, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    state.started = !problem;
    return problem ? CUDA_ERROR_OUT_OF_MEMORY : CUDA_SUCCESS;
}

uint64_t xs_callback_keep(CUhostFn function, void *data) {
    kept *made = malloc(sizeof *made), **list;

    if (!made)
        return 0;
    pthread_mutex_lock(&state.lock);
    *made = (kept){.token = KEPT | ++state.tokens, .function = function, .data = data};
    list = &state.kept[made->token % KEPT_LISTS];
    made->next = *list;
    *list = made;
    pthread_mutex_unlock(&state.lock);
    return made->token;
}

void xs_callback_forget(uint64_t token) {
    kept *gone = NULL;

    pthread_mutex_lock(&state.lock);
    for (kept **at = &state.kept[token % KEPT_LISTS]; *at && !gone; at = &(*at)->next) {
        if ((*at)->token != token)
            continue;
        gone = *at;
        *at = gone->next;
        break;
    }
    pthread_mutex_unlock(&state.lock);
    free(gone);
}

CUresult xs_callbacks_expect(uint32_t line, uint32_t count) {
    CUresult result;

    pthread_mutex_lock(&state.lock);
    result = start_thread();
    if (!result) {
        state.expected += count;
        state.expected_on[line] += count;
        pthread_cond_signal(&state.queued);
    }
    pthread_mutex_unlock(&state.lock);
    return result;
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

    CUresult result;

    if (!stream)
        return CUDA_ERROR_INVALID_HANDLE;
    if (fn && XS_UNLIKELY(xs_captures_open) && xs_capture_host(stream, fn, userData, &result))
        return result;
    return fn ? queue(stream, &wanted) : CUDA_ERROR_INVALID_VALUE;
}

CUresult xs_cuStreamAddCallback(CUstream hStream, CUstreamCallback function, void *userData,
                                unsigned int flags) {
    xs_stream *stream = xs_stream_of(hStream);
    callback wanted = {.with_status = function, .data = userData, .stream = hStream};
    CUresult result;

    if (!stream)
        return CUDA_ERROR_INVALID_HANDLE;
    if (XS_UNLIKELY(xs_captures_open) && xs_capture_asked(stream, &result))
        return result; /* a graph has no place for its status */
    return function && !flags ? queue(stream, &wanted) : CUDA_ERROR_INVALID_VALUE;
}
