/* A thread's stack of contexts, and its end. See xs/thread.h for what this decides. */
#include "xs/thread.h"

#include <pthread.h>
#include <stdlib.h>

#define ENDS_MAX 4

__thread xs_thread xs_self;

static void (*ends[ENDS_MAX])(xs_thread *);
static unsigned ends_count;
static pthread_key_t key;
static int key_made;
static pthread_once_t once = PTHREAD_ONCE_INIT;

void xs_thread_on_end(void (*end)(xs_thread *)) {
    if (ends_count < ENDS_MAX)
        ends[ends_count++] = end;
}

static void thread_ended(void *self) {
    xs_thread *thread = self;

    for (unsigned i = 0; i < ends_count; i++)
        ends[i](thread);
    free(thread->below);
    thread->below = NULL;
    thread->below_count = thread->below_capacity = 0;
    thread->registered = 0;
}

static void make_key(void) {
    key_made = pthread_key_create(&key, thread_ended) == 0;
}

CUresult xs_thread_register(void) {
    if (xs_self.registered)
        return CUDA_SUCCESS;
    pthread_once(&once, make_key);
    if (!key_made || pthread_setspecific(key, &xs_self))
        return CUDA_ERROR_OUT_OF_MEMORY;
    xs_self.registered = 1;
    return CUDA_SUCCESS;
}

void xs_thread_set_current(struct xs_context *context) {
    xs_self.current = context;
}

/* The stack below the top holds NULLs too: pushing on an empty stack keeps its depth right. */
CUresult xs_thread_push(struct xs_context *context) {
    xs_thread *self = &xs_self;

    if (!self->current && !self->below_count) {
        self->current = context;
        return CUDA_SUCCESS;
    }
    if (self->below_count == self->below_capacity) {
        uint32_t capacity = self->below_capacity ? self->below_capacity * 2 : 8;
        void *grown;
        if (xs_thread_register())
            return CUDA_ERROR_OUT_OF_MEMORY;
        grown = realloc(self->below, capacity * sizeof *self->below);
        if (!grown)
            return CUDA_ERROR_OUT_OF_MEMORY;
        self->below = grown;
        self->below_capacity = capacity;
    }
    self->below[self->below_count++] = self->current;
    self->current = context;
    return CUDA_SUCCESS;
}

CUresult xs_thread_pop(struct xs_context **context) {
    xs_thread *self = &xs_self;

    if (!self->current)
        return CUDA_ERROR_INVALID_CONTEXT;
    if (context)
        *context = self->current;
    self->current = self->below_count ? self->below[--self->below_count] : NULL;
    return CUDA_SUCCESS;
}
