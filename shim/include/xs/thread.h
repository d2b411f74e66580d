/* What the shim keeps for each thread of the program.
 *
 * Decides which context is current. Small and dynamic: a large initial-exec block would
 * make dlopen of the library fail. thread.c owns it. */
#ifndef XS_THREAD_H
#define XS_THREAD_H

#include "xs/cuda_abi.h"
#include "xs/object.h"

struct xs_context;

typedef struct xs_thread {
    struct xs_context *current; /* top of the stack; NULL: none */
    struct xs_context **below;  /* the rest of the stack */
    uint32_t below_count;
    uint32_t below_capacity;
    int registered;             /* its end will be noticed */
    int capture_mode;           /* cuThreadExchangeStreamCaptureMode */
    void *stream;               /* object behind CU_STREAM_PER_THREAD, NULL before first use */
    const void *storage_key;    /* the last answer of the context-local storage */
    void *storage_value;
    uint64_t storage_epoch;
    struct xs_context *storage_context;
} xs_thread;

extern __thread xs_thread xs_self __attribute__((visibility("hidden")));

/* First bytes of every context. active: a primary one may be known and not active. */
typedef struct xs_context_head {
    xs_object object;
    uint32_t active;
} xs_context_head;

/* Is there a current context that can be used? Two loads. */
static inline int xs_has_context(void) {
    const xs_context_head *head = (const xs_context_head *)xs_self.current;
    return head && head->object.word == XS_ALIVE(XS_OBJECT_CONTEXT) && head->active;
}

/* Call end(thread) when a thread that was registered ends. At most 4; called while the
 * library starts. */
void xs_thread_on_end(void (*end)(xs_thread *thread));
/* Make the end of the calling thread noticed. 0, or CUDA_ERROR_OUT_OF_MEMORY. */
CUresult xs_thread_register(void);

/* Replace, push and pop the current context. Push: OUT_OF_MEMORY. Pop: INVALID_CONTEXT when
 * there is none. */
void xs_thread_set_current(struct xs_context *context);
CUresult xs_thread_push(struct xs_context *context);
CUresult xs_thread_pop(struct xs_context **context);

#endif
