/* Which memory of this process the device knows, by address.
 *
 * Decides what a pointer is. A sorted table that readers search without a lock: a writer
 * makes the count of changes odd while it moves entries, and a reader that saw it change
 * looks again. It must never know the broker. Source: driver API, unified addressing. */
#include <pthread.h>
#include <sys/mman.h>

#include "xs/work.h"

#define SPANS_MAX (1u << 20)

static struct {
    pthread_mutex_t lock;
    xs_span *items; /* SPANS_MAX of them reserved */
    uint32_t count;
    uint32_t changes;
    uint64_t ids;
} table = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* How many spans start at or below address. */
static uint32_t upper(uint64_t address, uint32_t count) {
    uint32_t low = 0, high = count;

    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (table.items[middle].start <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void change(void) {
    __atomic_add_fetch(&table.changes, 1, __ATOMIC_SEQ_CST);
}

static CUresult reserve(void) {
    void *at;

    if (table.items)
        return CUDA_SUCCESS;
    at = mmap(NULL, SPANS_MAX * sizeof *table.items, PROT_READ | PROT_WRITE,
              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at == MAP_FAILED)
        return CUDA_ERROR_OUT_OF_MEMORY;
    table.items = at;
    return CUDA_SUCCESS;
}

static int meets(const xs_span *span, uint32_t at) {
    if (at > 0) {
        const xs_span *before = &table.items[at - 1];
        if (before->start + before->bytes > span->start)
            return 1;
    }
    return at < table.count && table.items[at].start < span->start + span->bytes;
}

CUresult xs_span_add(const xs_span *span) {
    CUresult result;
    uint32_t at;

    pthread_mutex_lock(&table.lock);
    result = reserve();
    at = result ? 0 : upper(span->start, table.count);
    if (!result && table.count == SPANS_MAX)
        result = CUDA_ERROR_OUT_OF_MEMORY;
    if (!result && meets(span, at))
        result = CUDA_ERROR_INVALID_VALUE;
    if (!result) {
        change();
        memmove(&table.items[at + 1], &table.items[at],
                (table.count - at) * sizeof *table.items);
        table.items[at] = *span;
        table.items[at].id = ++table.ids;
        table.count++;
        change();
    }
    pthread_mutex_unlock(&table.lock);
    return result;
}

int xs_span_remove(uint64_t start, xs_span_kind kind, xs_span *removed) {
    int found = 0;
    uint32_t at;

    pthread_mutex_lock(&table.lock);
    at = table.count ? upper(start, table.count) : 0;
    if (at && table.items[at - 1].start == start && table.items[at - 1].kind == kind) {
        at--;
        *removed = table.items[at];
        change();
        memmove(&table.items[at], &table.items[at + 1],
                (table.count - at - 1) * sizeof *table.items);
        table.count--;
        change();
        found = 1;
    }
    pthread_mutex_unlock(&table.lock);
    return found;
}

int xs_span_take(xs_span_kind kind, const void *owner, xs_span *taken) {
    int found = 0;

    pthread_mutex_lock(&table.lock);
    for (uint32_t i = table.count; i-- > 0 && !found;) {
        *taken = table.items[i];
        found = taken->kind == kind && taken->owner == owner;
    }
    pthread_mutex_unlock(&table.lock);
    return found && xs_span_remove(taken->start, kind, taken);
}

/* One look without the lock; 0 when a writer came between. */
static int look(uint64_t address, xs_span *found, int *holds) {
    uint32_t before = __atomic_load_n(&table.changes, __ATOMIC_ACQUIRE);
    uint32_t at;

    if (before & 1)
        return 0;
    at = upper(address, __atomic_load_n(&table.count, __ATOMIC_RELAXED));
    *holds = 0;
    if (at) {
        *found = table.items[at - 1];
        *holds = address - found->start < found->bytes;
    }
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    return __atomic_load_n(&table.changes, __ATOMIC_RELAXED) == before;
}

int xs_span_find(uint64_t address, xs_span *found) {
    int holds;

    if (!__atomic_load_n(&table.items, __ATOMIC_ACQUIRE))
        return 0;
    for (int i = 0; i < 100; i++)
        if (look(address, found, &holds))
            return holds;
    pthread_mutex_lock(&table.lock);
    look(address, found, &holds);
    pthread_mutex_unlock(&table.lock);
    return holds;
}

int xs_span_device(uint64_t address, uint64_t bytes) {
    xs_span span;

    if (!xs_span_find(address, &span) || !xs_span_is_device(&span))
        return 0;
    for (;;) {
        uint64_t left = span.bytes - (address - span.start);
        if (bytes <= left)
            return 1;
        address += left;
        bytes -= left;
        if (span.kind != XS_SPAN_MAPPED || !xs_span_find(address, &span) ||
            span.kind != XS_SPAN_MAPPED)
            return 0;
    }
}

int xs_span_pinned(const void *at, uint64_t bytes) {
    uint64_t address = (uint64_t)(uintptr_t)at;
    xs_span span;

    if (address - (uint64_t)(uintptr_t)xs_the_link.arena >= xs_the_link.arena_bytes)
        return 0;
    return xs_span_find(address, &span) && span.kind == XS_SPAN_PINNED &&
           bytes <= span.bytes - (address - span.start);
}
