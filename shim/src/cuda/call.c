/* Synchronous calls, and everything that is read from the socket after the welcome.
 *
 * Decides who reads: of the threads that wait for replies one reads for all, and a watcher
 * thread reads only the last words, when the broker hangs up. A reply finds its caller by
 * the call's number. It must never know what a call means. */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "xs/frame.h"
#include "xs/shim.h"

#define REQUEST_BYTES_FEW 1024
#define WATCHER_STACK_BYTES (256u << 10)

/* Every request begins with `call`, every reply with `call` and `result`. */
_Static_assert(offsetof(xs_msg_device_get, call) == 0, "requests");
_Static_assert(offsetof(xs_msg_hint_set, call) == 0, "requests");
_Static_assert(offsetof(xs_msg_done, call) == 0, "replies");
_Static_assert(offsetof(xs_msg_done, result) == 4, "replies");
_Static_assert(offsetof(xs_msg_done, message) == offsetof(xs_msg_memory, message), "replies");

/* A thread that waits for a reply; on its stack. */
typedef struct waiting {
    struct waiting *next;
    uint32_t call;
    int done;         /* 1: the reply is there; -1: there was no memory for it */
    xs_reply *reply;
} waiting;

static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed; /* a reply came, the reader stopped, the session was lost */
    waiting *first;
    uint32_t calls;
    int reading;
    int ended;
    uint8_t *inbox; /* XS_FRAME_HEADER_BYTES + XS_FRAME_BYTES_MAX */
    size_t used;
} calls = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

#define INBOX_BYTES (XS_FRAME_HEADER_BYTES + XS_FRAME_BYTES_MAX)

/* ------------------------------------------------------------------ reading */

/* Keep the body for its caller. Lock held. */
static void deliver(waiting *w, const xs_frame *frame) {
    xs_reply *reply = w->reply;

    reply->body = (uint8_t *)reply->body_here;
    if (frame->body_bytes > sizeof reply->body_here)
        reply->body = malloc(frame->body_bytes);
    w->done = reply->body ? 1 : -1;
    if (reply->body) {
        memcpy(reply->body, frame->body, frame->body_bytes);
        reply->body_bytes = frame->body_bytes;
    }
}

/* The broker says why it ends the session. Lock held. */
static void last_words(const xs_message *message) {
    if (message->kind == XS_MSG_FAULT) {
        const xs_msg_fault *m = &message->u.fault;
        xs_log(XS_LOG_WARN, "device fault: %.*s", (int)m->message_bytes,
               (const char *)m->message);
        xs_lose(m->result, NULL);
    } else {
        const xs_msg_protocol_error *m = &message->u.protocol_error;
        xs_log(XS_LOG_WARN, "the broker ends the session: %.*s", (int)m->message_bytes,
               (const char *)m->message);
        xs_lose(CUDA_ERROR_SYSTEM_NOT_READY, NULL);
    }
    calls.ended = 1;
}

/* Lock held. */
static void handle_frame(const xs_frame *frame) {
    const uint8_t *end = frame->body + frame->body_bytes, *at;
    uint32_t fields, call = 0;
    xs_message message;
    uint8_t kind = 0;
    xs_reader r;

    xs_reader_init(&r, frame->body, frame->body_bytes, NULL);
    at = xs_get_record(&r, frame->body, end, "message", &kind, &fields);
    if (at && (kind == XS_MSG_FAULT || kind == XS_MSG_PROTOCOL_ERROR)) {
        xs_reader_init(&r, frame->body, frame->body_bytes, NULL);
        if (!xs_decode_message(&r, &message))
            last_words(&message);
        return;
    }
    if (at && fields)
        at = xs_get_u32(&r, at, end, "call", UINT32_MAX, &call);
    for (waiting *w = at ? calls.first : NULL; w; w = w->next) {
        if (w->call == call && !w->done) {
            deliver(w, frame);
            return;
        }
    }
    xs_log(XS_LOG_WARN, "the broker sent a message that nobody waits for (%s)",
           xs_message_name(kind) ? xs_message_name(kind) : "unknown");
}

/* Lock held. */
static void handle_inbox(void) {
    size_t at = 0;
    xs_frame frame;
    int found;

    while ((found = xs_frame_scan(calls.inbox, calls.used, &at, &frame, NULL)) ==
           XS_FRAME_WHOLE)
        handle_frame(&frame);
    if (found == XS_FRAME_REFUSED) {
        xs_lose(0, "it sent a frame that is none");
        calls.ended = 1;
    }
    memmove(calls.inbox, calls.inbox + at, calls.used - at);
    calls.used -= at;
}

/* Read once, without the lock, for all who wait. Lock held before and after. */
static void read_for_all(void) {
    ssize_t got;

    calls.reading = 1;
    pthread_mutex_unlock(&calls.lock);
    do {
        got = recv(xs_the_link.fd, calls.inbox + calls.used, INBOX_BYTES - calls.used, 0);
    } while (got < 0 && errno == EINTR);
    pthread_mutex_lock(&calls.lock);
    calls.reading = 0;
    if (got > 0) {
        calls.used += (size_t)got;
        handle_inbox();
    } else if (!calls.ended) {
        calls.ended = 1;
        xs_lose(0, got ? strerror(errno) : "it closed the connection");
    }
    pthread_cond_broadcast(&calls.changed);
}

/* Sleeps until the broker hangs up; then reads what it said last, and its end. */
static void *watch(void *nothing) {
    struct pollfd hangup = {.fd = xs_the_link.fd, .events = POLLRDHUP};

    while (poll(&hangup, 1, -1) < 0 && errno == EINTR)
        ;
    pthread_mutex_lock(&calls.lock);
    while (!calls.ended) {
        if (calls.reading)
            pthread_cond_wait(&calls.changed, &calls.lock);
        else
            read_for_all();
    }
    pthread_mutex_unlock(&calls.lock);
    return nothing;
}

static int start_watcher(void) {
    pthread_attr_t attributes;
    sigset_t all, before;
    pthread_t thread;
    int problem;

    sigfillset(&all);
    if (pthread_attr_init(&attributes))
        return -1;
    pthread_attr_setstacksize(&attributes, WATCHER_STACK_BYTES);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    problem = pthread_create(&thread, &attributes, watch, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return problem;
}

CUresult xs_calls_start(const uint8_t *rest, size_t rest_bytes) {
    calls.ended = calls.reading = 0;
    calls.used = 0;
    calls.first = NULL;
    if (!calls.inbox)
        calls.inbox = malloc(INBOX_BYTES);
    if (!calls.inbox)
        return CUDA_ERROR_OUT_OF_MEMORY;
    memcpy(calls.inbox, rest, rest_bytes);
    calls.used = rest_bytes;
    if (start_watcher()) {
        xs_log(XS_LOG_WARN, "no thread can be started");
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    return CUDA_SUCCESS;
}

void xs_calls_disown(void) {
    pthread_mutex_init(&calls.lock, NULL);
    pthread_cond_init(&calls.changed, NULL);
    calls.first = NULL;
}

/* ------------------------------------------------------------------ calling */

static void leave(waiting *w) {
    for (waiting **at = &calls.first; *at; at = &(*at)->next) {
        if (*at == w) {
            *at = w->next;
            return;
        }
    }
}

static void enter(waiting *w, xs_message *request) {
    pthread_mutex_lock(&calls.lock);
    calls.calls = calls.calls == UINT32_MAX ? 1 : calls.calls + 1;
    w->call = calls.calls;
    memcpy(&request->u, &w->call, sizeof w->call);
    w->next = calls.first;
    calls.first = w;
    pthread_mutex_unlock(&calls.lock);
}

static CUresult encode_and_send(const xs_message *request, uint8_t *data, size_t capacity,
                                int *full) {
    xs_outcome outcome;
    xs_writer w;
    size_t start;

    xs_writer_init(&w, data, capacity);
    start = xs_frame_begin(&w);
    if (xs_encode_message(&w, request) || xs_frame_end(&w, start)) {
        *full = w.error == XS_PROBLEM_FULL;
        if (!*full)
            xs_log(XS_LOG_WARN, "%s: %s is over the limit of the wire",
                   xs_message_name(request->kind), w.what ? w.what : "its size");
        return CUDA_ERROR_INVALID_VALUE;
    }
    outcome = xs_session_call(xs_session_now(), w.data, (uint32_t)w.used);
    return outcome ? xs_result_of(outcome) : CUDA_SUCCESS;
}

static CUresult send_request(const xs_message *request) {
    uint8_t few[REQUEST_BYTES_FEW], *many;
    int full = 0;
    CUresult result = encode_and_send(request, few, sizeof few, &full);

    if (!full)
        return result;
    many = malloc(INBOX_BYTES);
    if (!many)
        return CUDA_ERROR_OUT_OF_MEMORY;
    result = encode_and_send(request, many, INBOX_BYTES, &full);
    free(many);
    return result;
}

/* Until the reply is there or never will be. */
static CUresult await(waiting *w) {
    CUresult result = CUDA_SUCCESS;

    pthread_mutex_lock(&calls.lock);
    while (!w->done && !calls.ended) {
        if (calls.reading)
            pthread_cond_wait(&calls.changed, &calls.lock);
        else
            read_for_all();
    }
    leave(w);
    if (!w->done)
        result = xs_lose(0, NULL);
    else if (w->done < 0)
        result = CUDA_ERROR_OUT_OF_MEMORY;
    pthread_mutex_unlock(&calls.lock);
    return result;
}

static int decode(xs_reply *reply, uint8_t *scratch, size_t scratch_bytes) {
    xs_reader r;

    xs_reader_init(&r, reply->body, reply->body_bytes, NULL);
    r.scratch = scratch;
    r.scratch_bytes = scratch_bytes;
    if (!xs_decode_message(&r, &reply->message))
        return 0;
    return r.error == XS_PROBLEM_SCRATCH ? XS_PROBLEM_SCRATCH : XS_PROBLEM_TYPE;
}

static CUresult decode_reply(xs_reply *reply) {
    int problem = decode(reply, (uint8_t *)reply->scratch_here, sizeof reply->scratch_here);

    if (problem == XS_PROBLEM_SCRATCH) {
        reply->scratch = malloc(XS_SCRATCH_BYTES_MAX);
        if (!reply->scratch)
            return CUDA_ERROR_OUT_OF_MEMORY;
        problem = decode(reply, reply->scratch, XS_SCRATCH_BYTES_MAX);
    }
    return problem ? xs_lose(0, "it sent a reply that cannot be read") : CUDA_SUCCESS;
}

CUresult xs_exchange(xs_message *request, xs_reply *reply) {
    waiting w = {.reply = reply};
    CUresult result;

    reply->body = reply->scratch = NULL;
    enter(&w, request);
    result = send_request(request);
    if (result) {
        pthread_mutex_lock(&calls.lock);
        leave(&w);
        pthread_mutex_unlock(&calls.lock);
    } else {
        result = await(&w);
    }
    if (!result)
        result = decode_reply(reply);
    if (result)
        xs_reply_free(reply);
    else if (reply->message.u.done.result)
        xs_log(XS_LOG_INFO, "%s: result %d: %.*s", xs_message_name(request->kind),
               reply->message.u.done.result, (int)reply->message.u.done.message_bytes,
               (const char *)reply->message.u.done.message);
    return result;
}

CUresult xs_call(xs_message *request, xs_reply *reply) {
    CUresult result = xs_exchange(request, reply);

    if (!result) {
        result = reply->message.u.done.result;
        if (result)
            xs_reply_free(reply);
    }
    return result;
}

CUresult xs_call_done(xs_message *request) {
    xs_reply reply;
    CUresult result = xs_call(request, &reply);

    if (!result)
        xs_reply_free(&reply);
    return result;
}

void xs_reply_free(xs_reply *reply) {
    if (reply->body != (uint8_t *)reply->body_here)
        free(reply->body);
    free(reply->scratch);
    reply->body = reply->scratch = NULL;
}
