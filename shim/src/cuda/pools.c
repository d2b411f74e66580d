/* Memory pools: allocations in stream order, out of memory the process already has.
 *
 * Decides what of a pool may be handed out again: what was freed on the same stream, in its
 * order, or anywhere once the work before the free has retired. Memory comes from the broker
 * in chunks and goes back when a pool is trimmed, when it is destroyed, or when there is no
 * other. Source: driver API, stream ordered memory allocator. */
#include <pthread.h>
#include <stdlib.h>

#include "xs/work.h"

#define UNIT_BYTES 512ull
#define CHUNK_BYTES (32ull << 20)
#define CHUNK_BYTES_MIN (2ull << 20)
#define CHUNKS_OF_QUOTA 16 /* a chunk is at most this part of what the process may have */
#define POOLS_MAX 256

enum { REUSE_EVENTS = 1, REUSE_INTERNAL = 3, RELEASE_THRESHOLD = 4, RESERVED_NOW = 5,
       RESERVED_HIGH = 6, USED_NOW = 7, USED_HIGH = 8 };

/* Part of a chunk; those of one chunk follow each other by address. */
typedef struct block {
    struct block *next;
    uint64_t address, bytes;
    uint64_t asked;          /* 0: free */
    uint64_t seq;            /* last work that may use it, of line */
    uint32_t line;
} block;

typedef struct chunk {
    struct chunk *next;
    uint64_t address, bytes;
    block *blocks;
} chunk;

typedef struct xs_mempool {
    xs_object object;
    chunk *chunks;
    int reuse[3];
    uint64_t release_threshold, reserved, reserved_high, used, used_high, bytes_max;
    int dying; /* destroyed while some of it is in use */
} xs_mempool;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
/* Held by who asks the broker for a chunk: the others then find room in that one. */
static pthread_mutex_t growing = PTHREAD_MUTEX_INITIALIZER;
static xs_mempool *default_pool, *current_pool;

CUresult xs_pools_start(void) {
    CUresult result = xs_pool_make(XS_OBJECT_POOL, sizeof(xs_mempool), POOLS_MAX);

    if (!result && !default_pool) {
        default_pool = current_pool = xs_object_new(XS_OBJECT_POOL);
        if (!default_pool)
            return CUDA_ERROR_OUT_OF_MEMORY;
        for (int i = 0; i < 3; i++)
            default_pool->reuse[i] = 1;
    }
    return result;
}

static xs_mempool *pool_of(CUmemoryPool handle) {
    xs_mempool *pool = xs_object_of(XS_OBJECT_POOL, handle);

    return pool && !pool->dying ? pool : NULL;
}

static int is_over(const block *b) {
    return !b->seq || xs_session_retired(xs_session_now(), b->line, b->seq);
}

/* ------------------------------------------------------------------ blocks; lock held */

/* Neighbours that are free, and over or of one stream, become one. */
static void join_blocks(chunk *c) {
    block *one = c->blocks;

    while (one && one->next) {
        block *next = one->next;
        int over = is_over(one) && is_over(next);
        if (one->asked || next->asked || (!over && one->line != next->line)) {
            one = next;
            continue;
        }
        one->bytes += next->bytes;
        if (next->seq > one->seq)
            one->seq = next->seq;
        if (over)
            one->seq = 0;
        one->next = next->next;
        free(next);
    }
}

static int may_take(const block *b, uint64_t bytes, uint32_t line) {
    return !b->asked && b->bytes >= bytes && (b->line == line || is_over(b));
}

static block *best_fit(xs_mempool *pool, uint64_t bytes, uint32_t line) {
    block *best = NULL;

    for (chunk *c = pool->chunks; c; c = c->next)
        for (block *b = c->blocks; b; b = b->next)
            if (may_take(b, bytes, line) && (!best || b->bytes < best->bytes))
                best = b;
    return best;
}

/* Keep what is not needed as a block of its own. Returns 0, or -1 without memory. */
static int split(block *b, uint64_t bytes) {
    block *rest;

    if (b->bytes - bytes < UNIT_BYTES)
        return 0;
    rest = malloc(sizeof *rest);
    if (!rest)
        return -1;
    *rest = (block){b->next, b->address + bytes, b->bytes - bytes, 0, b->seq, b->line};
    b->next = rest;
    b->bytes = bytes;
    return 0;
}

static int chunk_is_free(const chunk *c) {
    for (const block *b = c->blocks; b; b = b->next)
        if (b->asked || !is_over(b))
            return 0;
    return 1;
}

static void chunk_end(xs_mempool *pool, chunk *c) {
    while (c->blocks) {
        block *gone = c->blocks;
        c->blocks = gone->next;
        free(gone);
    }
    pool->reserved -= c->bytes;
    xs_device_free(c->address);
    free(c);
}

/* Give free chunks back while more than `keep` bytes stay. 1: some went. */
static int trim(xs_mempool *pool, uint64_t keep) {
    chunk **at = &pool->chunks;
    int any = 0;

    while (*at) {
        chunk *c = *at;
        if (!chunk_is_free(c) || pool->reserved - c->bytes < keep) {
            at = &c->next;
            continue;
        }
        *at = c->next;
        chunk_end(pool, c);
        any = 1;
    }
    return any;
}

static uint64_t chunk_bytes(void) {
    uint64_t most = xs_the_link.memory_bytes_max / CHUNKS_OF_QUOTA;

    most -= most % CHUNK_BYTES_MIN;
    if (most < CHUNK_BYTES_MIN)
        most = CHUNK_BYTES_MIN;
    return most < CHUNK_BYTES ? most : CHUNK_BYTES;
}

static CUresult grow(xs_mempool *pool, uint64_t bytes) {
    chunk *c = calloc(1, sizeof *c);
    block *b = calloc(1, sizeof *b);
    CUresult result = CUDA_ERROR_OUT_OF_MEMORY;

    if (pool->bytes_max && pool->reserved + bytes > pool->bytes_max)
        bytes = 0;
    if (c && b && bytes) {
        c->bytes = bytes > chunk_bytes() ? bytes : chunk_bytes();
        pthread_mutex_unlock(&lock); /* the call may trim pools */
        result = xs_device_allocate(c->bytes, &c->address);
        if (result == CUDA_ERROR_OUT_OF_MEMORY && c->bytes > bytes) {
            c->bytes = bytes;
            result = xs_device_allocate(c->bytes, &c->address);
        }
        pthread_mutex_lock(&lock);
    }
    if (result) {
        free(c);
        free(b);
        return result;
    }
    *b = (block){.address = c->address, .bytes = c->bytes};
    c->blocks = b;
    c->next = pool->chunks;
    pool->chunks = c;
    pool->reserved += c->bytes;
    if (pool->reserved > pool->reserved_high)
        pool->reserved_high = pool->reserved;
    return CUDA_SUCCESS;
}

/* Another thread may have grown the pool meanwhile. Lock held before and after. */
static CUresult grow_once(xs_mempool *pool, uint64_t bytes, uint32_t line, block **found) {
    CUresult result = CUDA_SUCCESS;

    pthread_mutex_unlock(&lock);
    pthread_mutex_lock(&growing);
    pthread_mutex_lock(&lock);
    *found = best_fit(pool, bytes, line);
    if (!*found) {
        result = grow(pool, bytes);
        *found = result ? NULL : best_fit(pool, bytes, line);
    }
    pthread_mutex_unlock(&growing);
    return result;
}

static CUresult take(xs_mempool *pool, uint64_t asked, uint32_t line, uint64_t *address) {
    uint64_t bytes = (asked + UNIT_BYTES - 1) / UNIT_BYTES * UNIT_BYTES;
    block *b = best_fit(pool, bytes, line);
    CUresult result = CUDA_SUCCESS;

    if (!b) {
        for (chunk *c = pool->chunks; c; c = c->next)
            join_blocks(c);
        b = best_fit(pool, bytes, line);
    }
    if (!b)
        result = grow_once(pool, bytes, line, &b);
    if (!b || split(b, bytes))
        return result ? result : CUDA_ERROR_OUT_OF_MEMORY;
    b->asked = asked;
    pool->used += b->bytes;
    if (pool->used > pool->used_high)
        pool->used_high = pool->used;
    *address = b->address;
    return CUDA_SUCCESS;
}

static block *find(xs_mempool *pool, uint64_t address) {
    for (chunk *c = pool->chunks; c; c = c->next) {
        if (address - c->address >= c->bytes)
            continue;
        for (block *b = c->blocks; b; b = b->next)
            if (b->address == address)
                return b->asked ? b : NULL;
    }
    return NULL;
}

int xs_pools_trim(void) {
    xs_mempool *pool = NULL;
    int any = 0;

    pthread_mutex_lock(&lock);
    while ((pool = xs_object_next(XS_OBJECT_POOL, pool)))
        any |= trim(pool, 0);
    pthread_mutex_unlock(&lock);
    return any;
}

/* ------------------------------------------------------------------ in stream order */

static CUresult allocate(CUdeviceptr *dptr, size_t bytes, xs_mempool *pool, CUstream handle) {
    xs_stream *stream = xs_stream_of(handle);
    xs_span span = {.kind = XS_SPAN_POOL, .bytes = bytes, .owner = pool};
    CUresult result;

    if (!stream || !pool)
        return stream ? CUDA_ERROR_INVALID_VALUE : CUDA_ERROR_INVALID_HANDLE;
    if (!dptr || !bytes || bytes > xs_the_link.va_bytes)
        return CUDA_ERROR_INVALID_VALUE;
    if (XS_UNLIKELY(xs_captures_open) && xs_capture_allocate(stream, bytes, dptr, &result))
        return result;
    pthread_mutex_lock(&lock);
    result = take(pool, bytes, stream->object.index, &span.start);
    pthread_mutex_unlock(&lock);
    if (!result)
        result = xs_span_add(&span);
    if (!result)
        *dptr = span.start;
    return result;
}

CUresult xs_pool_take(uint64_t bytes, void **pool, uint64_t *address) {
    CUresult result;

    if (!bytes || bytes > xs_the_link.va_bytes)
        return CUDA_ERROR_INVALID_VALUE;
    pthread_mutex_lock(&lock);
    *pool = current_pool;
    result = take(current_pool, bytes, 0, address);
    pthread_mutex_unlock(&lock);
    return result;
}

void xs_pool_give(void *owner, uint64_t address, uint32_t line, uint64_t seq) {
    xs_mempool *pool = owner;
    block *b;

    pthread_mutex_lock(&lock);
    b = find(pool, address);
    if (b) {
        pool->used -= b->bytes;
        b->asked = 0;
        b->line = line;
        b->seq = seq;
    }
    if (pool->dying && !pool->used) {
        trim(pool, 0);
        if (!pool->chunks)
            xs_object_end(pool);
    }
    pthread_mutex_unlock(&lock);
}

/* stream NULL: cuMemFree, which waits for everything. */
int xs_pool_free(uint64_t address, xs_stream *stream, CUresult *result) {
    xs_span span;

    *result = CUDA_SUCCESS;
    if (!xs_span_remove(address, XS_SPAN_POOL, &span))
        return xs_graph_memory_free(address, stream, result);
    if (!stream)
        *result = xs_cuCtxSynchronize();
    xs_pool_give(span.owner, address, stream ? stream->object.index : 0,
                 stream ? xs_stream_last(stream) : 0);
    return 1;
}

CUresult xs_cuMemAllocAsync(CUdeviceptr *dptr, size_t bytesize, CUstream hStream) {
    return allocate(dptr, bytesize, current_pool, hStream);
}

CUresult xs_cuMemAllocFromPoolAsync(CUdeviceptr *dptr, size_t bytesize, CUmemoryPool pool,
                                    CUstream hStream) {
    return allocate(dptr, bytesize, pool_of(pool), hStream);
}

/* What cuMemAlloc gave may be freed so, too; then it waits. */
CUresult xs_cuMemFreeAsync(CUdeviceptr dptr, CUstream hStream) {
    xs_stream *stream = xs_stream_of(hStream);
    CUresult result;

    if (!stream)
        return CUDA_ERROR_INVALID_HANDLE;
    if (!dptr)
        return CUDA_ERROR_INVALID_VALUE;
    if (XS_UNLIKELY(xs_captures_open) && xs_capture_free(stream, dptr, &result))
        return result;
    return xs_pool_free(dptr, stream, &result) ? result : xs_cuMemFree_v2(dptr);
}

/* ------------------------------------------------------------------ pools */

CUresult xs_cuMemPoolCreate(CUmemoryPool *handle, const CUmemPoolProps *poolProps) {
    static int said;
    xs_mempool *pool;

    if (!handle || !poolProps || poolProps->allocType != CU_MEM_ALLOCATION_TYPE_PINNED)
        return CUDA_ERROR_INVALID_VALUE;
    if (poolProps->location.type != CU_MEM_LOCATION_TYPE_DEVICE || poolProps->handleTypes)
        return xs_refuse("a memory pool of the host or of several processes", &said);
    if (!xs_device_of(poolProps->location.id))
        return CUDA_ERROR_INVALID_DEVICE;
    pool = xs_object_new(XS_OBJECT_POOL);
    if (!pool)
        return CUDA_ERROR_OUT_OF_MEMORY;
    for (int i = 0; i < 3; i++)
        pool->reuse[i] = 1;
    pool->bytes_max = poolProps->maxSize;
    *handle = (CUmemoryPool)pool;
    return CUDA_SUCCESS;
}

/* Its memory goes once all of it is freed. */
CUresult xs_cuMemPoolDestroy(CUmemoryPool handle) {
    xs_mempool *pool = pool_of(handle);

    if (!pool || pool == default_pool)
        return CUDA_ERROR_INVALID_VALUE;
    pthread_mutex_lock(&lock);
    if (current_pool == pool)
        current_pool = default_pool;
    trim(pool, 0);
    pool->dying = 1;
    if (!pool->chunks)
        xs_object_end(pool);
    pthread_mutex_unlock(&lock);
    return CUDA_SUCCESS;
}

CUresult xs_cuMemPoolTrimTo(CUmemoryPool handle, size_t minBytesToKeep) {
    xs_mempool *pool = pool_of(handle);

    if (!pool)
        return CUDA_ERROR_INVALID_VALUE;
    pthread_mutex_lock(&lock);
    trim(pool, minBytesToKeep);
    pthread_mutex_unlock(&lock);
    return CUDA_SUCCESS;
}

CUresult xs_cuMemPoolSetAttribute(CUmemoryPool handle, CUmemPool_attribute attr, void *value) {
    xs_mempool *pool = pool_of(handle);

    if (!pool || !value)
        return CUDA_ERROR_INVALID_VALUE;
    if (attr >= REUSE_EVENTS && attr <= REUSE_INTERNAL)
        pool->reuse[attr - 1] = *(const int *)value != 0;
    else if (attr == RELEASE_THRESHOLD)
        pool->release_threshold = *(const uint64_t *)value;
    else if (attr == RESERVED_HIGH && !*(const uint64_t *)value)
        pool->reserved_high = pool->reserved;
    else if (attr == USED_HIGH && !*(const uint64_t *)value)
        pool->used_high = pool->used;
    else
        return CUDA_ERROR_INVALID_VALUE;
    return CUDA_SUCCESS;
}

CUresult xs_cuMemPoolGetAttribute(CUmemoryPool handle, CUmemPool_attribute attr, void *value) {
    const xs_mempool *pool = pool_of(handle);

    if (!pool || !value)
        return CUDA_ERROR_INVALID_VALUE;
    if (attr >= REUSE_EVENTS && attr <= REUSE_INTERNAL) {
        *(int *)value = pool->reuse[attr - 1];
        return CUDA_SUCCESS;
    }
    switch (attr) {
    case RELEASE_THRESHOLD:
        *(uint64_t *)value = pool->release_threshold;
        return CUDA_SUCCESS;
    case RESERVED_NOW:
        *(uint64_t *)value = pool->reserved;
        return CUDA_SUCCESS;
    case RESERVED_HIGH:
        *(uint64_t *)value = pool->reserved_high;
        return CUDA_SUCCESS;
    case USED_NOW:
        *(uint64_t *)value = pool->used;
        return CUDA_SUCCESS;
    case USED_HIGH:
        *(uint64_t *)value = pool->used_high;
        return CUDA_SUCCESS;
    default:
        return CUDA_ERROR_INVALID_VALUE;
    }
}

CUresult xs_cuMemPoolSetAccess(CUmemoryPool handle, const CUmemAccessDesc *map, size_t count) {
    if (!pool_of(handle) || (count && !map))
        return CUDA_ERROR_INVALID_VALUE;
    for (size_t i = 0; i < count; i++)
        if (map[i].location.type != CU_MEM_LOCATION_TYPE_DEVICE || map[i].location.id ||
            map[i].flags != 3)
            return CUDA_ERROR_INVALID_VALUE;
    return CUDA_SUCCESS;
}

CUresult xs_cuMemPoolGetAccess(CUmemAccess_flags *flags, CUmemoryPool handle,
                               CUmemLocation *location) {
    if (!flags || !pool_of(handle) || !location)
        return CUDA_ERROR_INVALID_VALUE;
    *flags = location->type == CU_MEM_LOCATION_TYPE_DEVICE && location->id == 0 ? 3 : 0;
    return CUDA_SUCCESS;
}

static CUresult give_pool(CUmemoryPool *out, CUdevice dev, const xs_mempool *pool) {
    if (!out)
        return CUDA_ERROR_INVALID_VALUE;
    if (!xs_device_of(dev))
        return CUDA_ERROR_INVALID_DEVICE;
    *out = (CUmemoryPool)pool;
    return CUDA_SUCCESS;
}

CUresult xs_cuDeviceGetDefaultMemPool(CUmemoryPool *pool_out, CUdevice dev) {
    return give_pool(pool_out, dev, default_pool);
}

CUresult xs_cuDeviceGetMemPool(CUmemoryPool *pool, CUdevice dev) {
    return give_pool(pool, dev, current_pool);
}

CUresult xs_cuDeviceSetMemPool(CUdevice dev, CUmemoryPool handle) {
    xs_mempool *pool = pool_of(handle);

    if (!xs_device_of(dev))
        return CUDA_ERROR_INVALID_DEVICE;
    if (!pool)
        return CUDA_ERROR_INVALID_VALUE;
    current_pool = pool;
    return CUDA_SUCCESS;
}

static CUresult check_location(const CUmemLocation *location, CUmemAllocationType type) {
    static int said;

    if (!location || type != CU_MEM_ALLOCATION_TYPE_PINNED)
        return CUDA_ERROR_INVALID_VALUE;
    return location->type == CU_MEM_LOCATION_TYPE_DEVICE
               ? CUDA_SUCCESS
               : xs_refuse("a memory pool of the host", &said);
}

CUresult xs_cuMemGetDefaultMemPool(CUmemoryPool *pool_out, CUmemLocation *location,
                                   CUmemAllocationType type) {
    CUresult result = check_location(location, type);

    return result ? result : give_pool(pool_out, location->id, default_pool);
}

CUresult xs_cuMemGetMemPool(CUmemoryPool *pool_out, CUmemLocation *location,
                            CUmemAllocationType type) {
    CUresult result = check_location(location, type);

    return result ? result : give_pool(pool_out, location->id, current_pool);
}

CUresult xs_cuMemSetMemPool(CUmemLocation *location, CUmemAllocationType type,
                            CUmemoryPool pool) {
    CUresult result = check_location(location, type);

    return result ? result : xs_cuDeviceSetMemPool(location->id, pool);
}
