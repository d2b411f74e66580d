/* Values that libraries keep in a context, by key: cudart looks its state up here in every
 * call, so the last answer is remembered for each thread.
 *
 * Decides who is told when a context ends. One lock for all contexts; an epoch makes
 * remembered answers stale whenever anything changes. */
#include <pthread.h>
#include <stdlib.h>

#include "xs/shim.h"
#include "xs/tables.h"

struct xs_storage_cell {
    xs_storage_cell *next;
    void *key, *value;
    xs_storage_end end;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static volatile uint64_t epoch = 1;

static void changed(void) {
    __atomic_add_fetch(&epoch, 1, __ATOMIC_SEQ_CST);
}

/* The context meant; NULL: the thread's. *problem: why there is none. */
static inline xs_context *meant(const xs_thread *self, CUcontext handle, CUresult *problem) {
    xs_context *context = handle ? xs_context_of(handle) : self->current;

    *problem = CUDA_SUCCESS;
    if (xs_gate() != XS_GATE_OPEN)
        *problem = xs_gate_refusal(XS_NEEDS_INIT);
    else if (!context)
        *problem = CUDA_ERROR_INVALID_CONTEXT;
    else if (context->head.object.word != XS_ALIVE(XS_OBJECT_CONTEXT))
        *problem = CUDA_ERROR_CONTEXT_IS_DESTROYED;
    return context;
}

/* The place of the pointer to the key's cell, or of the NULL at the end. Lock held. */
static xs_storage_cell **place_of(xs_context *context, const void *key) {
    xs_storage_cell **at = &context->storage;

    while (*at && (*at)->key != key)
        at = &(*at)->next;
    return at;
}

CUresult xs_storage_put(CUcontext handle, void *key, void *value, xs_storage_end end) {
    CUresult result;
    xs_context *context = meant(&xs_self, handle, &result);
    xs_storage_cell **at;

    if (result)
        return result;
    pthread_mutex_lock(&lock);
    at = place_of(context, key);
    if (!*at)
        *at = calloc(1, sizeof **at);
    if (*at) {
        (*at)->key = key;
        (*at)->value = value;
        (*at)->end = end;
        changed();
    } else {
        result = CUDA_ERROR_OUT_OF_MEMORY;
    }
    pthread_mutex_unlock(&lock);
    return result;
}

CUresult xs_storage_delete(CUcontext handle, void *key) {
    CUresult result;
    xs_context *context = meant(&xs_self, handle, &result);
    xs_storage_cell **at, *cell;

    if (result)
        return result;
    pthread_mutex_lock(&lock);
    at = place_of(context, key);
    cell = *at;
    if (cell) {
        *at = cell->next;
        changed();
    }
    pthread_mutex_unlock(&lock);
    free(cell);
    return cell ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE;
}

static CUresult look_up(xs_thread *self, void **value, xs_context *context, void *key) {
    const xs_storage_cell *cell;

    pthread_mutex_lock(&lock);
    cell = *place_of(context, key);
    if (cell) {
        *value = cell->value;
        self->storage_context = context;
        self->storage_key = key;
        self->storage_value = cell->value;
        self->storage_epoch = epoch;
    }
    pthread_mutex_unlock(&lock);
    return cell ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE;
}

CUresult xs_storage_get(void **value, CUcontext handle, void *key) {
    xs_thread *self = &xs_self;
    CUresult result;
    xs_context *context = meant(self, handle, &result);

    if (XS_UNLIKELY(result))
        return result;
    if (self->storage_context == context && self->storage_key == key &&
        self->storage_epoch == epoch) {
        *value = self->storage_value;
        return CUDA_SUCCESS;
    }
    return look_up(self, value, context, key);
}

void xs_storage_drop(xs_context *context) {
    for (;;) {
        xs_storage_cell *cell;
        pthread_mutex_lock(&lock);
        cell = context->storage;
        if (cell)
            context->storage = cell->next;
        changed();
        pthread_mutex_unlock(&lock);
        if (!cell)
            return;
        if (cell->end) /* without the lock: it may call anything */
            cell->end((CUcontext)context, cell->key, cell->value);
        free(cell);
    }
}
