/* Objects of one size, taken and given back in constant time, freed together. */
#ifndef XS_EMULATED_POOL_H
#define XS_EMULATED_POOL_H

#include <stddef.h>
#include <stdlib.h>

#define XS_POOL_SLAB 128

typedef struct xs_pool {
    size_t bytes; /* of one object */
    void *free;   /* list through the first word of each */
    void *slabs;  /* list through the first word of each */
} xs_pool;

/* Not cleared; NULL without memory. */
static inline void *xs_pool_take(xs_pool *pool) {
    if (!pool->free) {
        char *slab = malloc(16 + XS_POOL_SLAB * pool->bytes);
        if (!slab) return NULL;
        *(void **)slab = pool->slabs;
        pool->slabs = slab;
        for (size_t i = XS_POOL_SLAB; i--;) {
            void **object = (void **)(void *)(slab + 16 + i * pool->bytes);
            *object = pool->free;
            pool->free = object;
        }
    }
    void **object = pool->free;
    pool->free = *object;
    return object;
}

static inline void xs_pool_give(xs_pool *pool, void *object) {
    *(void **)object = pool->free;
    pool->free = object;
}

static inline void xs_pool_clear(xs_pool *pool) {
    while (pool->slabs) {
        void *slab = pool->slabs;
        pool->slabs = *(void **)slab;
        free(slab);
    }
    pool->free = NULL;
}

#endif
