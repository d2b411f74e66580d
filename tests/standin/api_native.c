/* Calls that a program with the device to itself may make and a broker never does.
 *
 * With XS_STANDIN_NATIVE they work, for the baselines of the load generator; without it each is a
 * violation, because in a shared context it would wait for every tenant or poll the driver. */
#include "standin.h"

#include <stdlib.h>

typedef struct block {
    uint64_t address, bytes;
    void *allocation;
    struct block *next;
} block;

static block *blocks;

int native_program(void) { return setting("XS_STANDIN_NATIVE", 0) != 0; }

/* How such a call begins. */
#define BEGIN_NATIVE(needs) \
    BEGIN(native_program() ? needs : NEEDS_NOTHING); \
    if (!native_program()) { \
        violation("banned call %s", __func__); \
        return call_end(UNKNOWN); \
    }

static int allocate(uint64_t *address, uint64_t bytes)
{
    block *made = calloc(1, sizeof *made);
    int failed;

    made->bytes = (bytes + GRANULARITY_BYTES - 1) / GRANULARITY_BYTES * GRANULARITY_BYTES;
    failed = memory_create(&made->allocation, made->bytes);
    if (failed) {
        free(made);
        return failed;
    }
    if ((failed = memory_reserve(&made->address, made->bytes, 0)) ||
        (failed = memory_map(made->address, made->bytes, made->allocation)) ||
        (failed = memory_access(made->address, made->bytes)))
        return failed;
    made->next = blocks;
    blocks = made;
    *address = made->address;
    return SUCCESS;
}

static int give_back(uint64_t address)
{
    block **link = &blocks, *gone;

    while (*link && (*link)->address != address)
        link = &(*link)->next;
    if (!(gone = *link))
        return INVALID_VALUE;
    *link = gone->next;
    memory_unmap(gone->address, gone->bytes);
    memory_unreserve(gone->address, gone->bytes);
    memory_release(gone->allocation);
    free(gone);
    return SUCCESS;
}

API int cuMemAlloc_v2(uint64_t *address, size_t bytes)
{
    BEGIN_NATIVE(NEEDS_CONTEXT);
    return call_end(allocate(address, bytes));
}

API int cuMemFree_v2(uint64_t address)
{
    BEGIN_NATIVE(NEEDS_CONTEXT);
    return call_end(give_back(address));
}

API int cuCtxSynchronize(void)
{
    BEGIN_NATIVE(NEEDS_CONTEXT);
    return call_end(SUCCESS);
}

API int cuEventQuery(void *event)
{
    BEGIN_NATIVE(NEEDS_CONTEXT);
    result = object_check(event, EVENT);
    return call_end(result ? result : event_query(event));
}

API int cuStreamSynchronize(void *stream)
{
    BEGIN_NATIVE(NEEDS_CONTEXT);
    if ((result = object_check(stream, STREAM)))
        return call_end(result);
    if (stream_query(stream)) {
        violation("cuStreamSynchronize would wait for ever");
        return call_end(UNKNOWN);
    }
    return call_end(SUCCESS);
}
