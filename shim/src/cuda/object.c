/* Slots of objects. See xs/object.h for what this decides. */
#include "xs/object.h"

#include <string.h>
#include <sys/mman.h>

#include "xs/cuda_abi.h"

xs_pool xs_pools[XS_OBJECT_KINDS];
static pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER;

static xs_object *slot(const xs_pool *pool, uint32_t index) {
    return (xs_object *)(pool->base + ((uintptr_t)index << pool->shift));
}

static uint32_t shift_of(size_t bytes) {
    uint32_t shift = 6; /* a cache line: neighbours are used by different threads */

    while (((size_t)1 << shift) < bytes)
        shift++;
    return shift;
}

int xs_pool_make(xs_object_kind kind, size_t bytes, uint32_t capacity) {
    xs_pool *pool = &xs_pools[kind];
    int result = CUDA_SUCCESS;

    pthread_mutex_lock(&making);
    if (!pool->base) {
        uint32_t shift = shift_of(bytes);
        size_t reserved = (size_t)capacity << shift;
        void *at = mmap(NULL, reserved, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (at == MAP_FAILED) {
            result = CUDA_ERROR_OUT_OF_MEMORY;
        } else {
            pthread_mutex_init(&pool->lock, NULL);
            pool->shift = shift;
            pool->capacity = capacity;
            pool->used = 1;
            pool->bytes = reserved;
            pool->base = (uintptr_t)at;
        }
    }
    pthread_mutex_unlock(&making);
    return result;
}

/* The slot that was given back first, else a fresh one; 0: none. Lock held. */
static uint32_t take(xs_pool *pool) {
    uint32_t index = pool->free_first;

    if (pool->used < pool->capacity)
        return pool->used++;
    if (index) {
        pool->free_first = slot(pool, index)->next_free;
        if (!pool->free_first)
            pool->free_last = 0;
    }
    return index;
}

void *xs_object_new(xs_object_kind kind) {
    xs_pool *pool = &xs_pools[kind];
    xs_object *object = NULL;
    uint32_t index;

    if (!pool->base)
        return NULL;
    pthread_mutex_lock(&pool->lock);
    index = take(pool);
    if (index) {
        object = slot(pool, index);
        memset(object + 1, 0, ((size_t)1 << pool->shift) - sizeof *object);
        object->index = index;
        object->next_free = 0;
        object->wire = (uint64_t)kind << 56 | (uint64_t)object->generation << 32 | index;
        pool->live++;
        __atomic_store_n(&object->word, XS_ALIVE(kind), __ATOMIC_RELEASE);
    }
    pthread_mutex_unlock(&pool->lock);
    return object;
}

void xs_object_end(void *at) {
    xs_object *object = at;
    xs_pool *pool = &xs_pools[object->word & 0xff];

    pthread_mutex_lock(&pool->lock);
    __atomic_store_n(&object->word, 0, __ATOMIC_RELEASE);
    object->generation++;
    if (pool->free_last)
        slot(pool, pool->free_last)->next_free = object->index;
    else
        pool->free_first = object->index;
    pool->free_last = object->index;
    pool->live--;
    pthread_mutex_unlock(&pool->lock);
}

void *xs_object_next(xs_object_kind kind, const void *after) {
    xs_pool *pool = &xs_pools[kind];
    uint32_t index = after ? ((const xs_object *)after)->index + 1 : 1;
    void *found = NULL;

    if (!pool->base)
        return NULL;
    pthread_mutex_lock(&pool->lock);
    for (; index < pool->used && !found; index++)
        if (slot(pool, index)->word == XS_ALIVE(kind))
            found = slot(pool, index);
    pthread_mutex_unlock(&pool->lock);
    return found;
}
