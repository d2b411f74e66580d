/* The objects behind the handles that a program holds.
 *
 * A handle is a pointer to an object; objects of one kind lie in one reserved range, at
 * multiples of one power of two. So any value a program passes is checked without being
 * followed: range, alignment, then the object's own word. The index of its slot and a
 * generation make the object's handle on the wire; a slot is used again as late as
 * possible. Decides whether a value is a handle. Must never know what an object means. */
#ifndef XS_OBJECT_H
#define XS_OBJECT_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

/* The first four, graphs and memory are the wire's kinds. */
typedef enum xs_object_kind {
    XS_OBJECT_STREAM = 1,
    XS_OBJECT_EVENT = 2,
    XS_OBJECT_MODULE = 3,   /* CUmodule */
    XS_OBJECT_FUNCTION = 4, /* CUfunction and CUkernel: each may stand for the other */
    XS_OBJECT_CONTEXT = 5,
    XS_OBJECT_LIBRARY = 6,
    XS_OBJECT_LINK = 7,
    XS_OBJECT_GRAPH = 8,
    XS_OBJECT_GRAPH_EXEC = 9,
    XS_OBJECT_POOL = 10,
    XS_OBJECT_GRAPH_NODE = 11,
    XS_OBJECT_USER_OBJECT = 12,
    XS_OBJECT_ARRAY = 13,
    XS_OBJECT_MEMORY = 14, /* CUmemGenericAllocationHandle */
    XS_OBJECT_KINDS = 16,
} xs_object_kind;

/* The word of an object that is alive. */
#define XS_ALIVE(kind) (0x58530000u | (uint32_t)(kind))

/* The head of every object. */
typedef struct xs_object {
    uint32_t word;       /* XS_ALIVE(kind), or 0 */
    uint32_t index;      /* slot, 1 and up */
    uint16_t generation; /* how often the slot was used before, modulo */
    uint16_t reserved;
    uint32_t next_free;
    uint64_t wire;       /* the handle on the wire: kind, device 0, generation, index */
} xs_object;

typedef struct xs_pool {
    uintptr_t base;      /* 0: not made yet */
    size_t bytes;
    uint32_t shift;      /* log2 of a slot's size */
    uint32_t capacity;   /* slots, slot 0 included, which is never used */
    uint32_t used;       /* slots ever used */
    uint32_t free_first, free_last; /* a queue; 0: empty */
    uint32_t live;
    pthread_mutex_t lock;
} xs_pool;

extern xs_pool xs_pools[XS_OBJECT_KINDS] __attribute__((visibility("hidden")));

/* Reserve address space for `capacity` objects (slot 0 included) of `bytes` each; memory is
 * used as objects are made. Returns 0, or CUDA_ERROR_OUT_OF_MEMORY. Again: nothing happens. */
int xs_pool_make(xs_object_kind kind, size_t bytes, uint32_t capacity);

/* A new object, zeroed behind its head, and alive; NULL when the pool is used up. */
void *xs_object_new(xs_object_kind kind);

/* The object dies and its slot may be used again. */
void xs_object_end(void *object);

/* The next live object behind `after` (NULL: the first); NULL at the end. Objects that are
 * made or end meanwhile may be seen or not. */
void *xs_object_next(xs_object_kind kind, const void *after);

/* The live object of this kind that a handle names; NULL for anything else. Never faults. */
static inline void *xs_object_of(xs_object_kind kind, const void *handle) {
    const xs_pool *pool = &xs_pools[kind];
    uintptr_t at = (uintptr_t)handle - pool->base;
    const xs_object *object = (const xs_object *)handle;

    if (at >= pool->bytes || at & (((uintptr_t)1 << pool->shift) - 1))
        return NULL;
    return object->word == XS_ALIVE(kind) ? (void *)(uintptr_t)object : NULL;
}

/* Check that a value is one of two kinds of handle at most: what was it made of? */
static inline uint64_t xs_object_wire(const void *object) {
    return ((const xs_object *)object)->wire;
}

#endif
