/* Calls that a program with the device to itself may make and a broker never does, and device
 * memory of a stream, which lies where theirs does.
 *
 * With XS_STANDIN_NATIVE they work, for the baselines of the load generator; without it each is a
 * violation: in a shared context it would wait for every tenant, or poll the driver; pinned memory
 * is the tenants' own, and a copy inside a graph could not be held. */
#include "standin.h"

#include <stdlib.h>
#include <string.h>

typedef struct block {
    uint64_t address, bytes;
    void *allocation;
    struct block *next;
} block;

static block *blocks;

int native_program(void) { return setting("XS_STANDIN_NATIVE", 0) != 0; }

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

/* In stream order, says the driver; here at once, so what is given back must not be in use. */
API int cuMemAllocAsync(uint64_t *address, size_t bytes, void *stream)
{
    BEGIN(NEEDS_CONTEXT);
    if ((result = object_check(stream, STREAM)))
        return call_end(result);
    return call_end(allocate(address, bytes));
}

API int cuMemFreeAsync(uint64_t address, void *stream)
{
    BEGIN(NEEDS_CONTEXT);
    if ((result = object_check(stream, STREAM)))
        return call_end(result);
    for (const block *one = blocks; one; one = one->next)
        if (one->address == address) /* no tenant has ever reached it */
            memset((void *)(uintptr_t)address, 0, one->bytes);
    return call_end(give_back(address));
}

API int cuMemHostAlloc(void **address, size_t bytes, unsigned int flags)
{
    BEGIN_NATIVE(NEEDS_CONTEXT);
    result = flags & ~7u ? INVALID_VALUE : host_allocate(address, bytes);
    describe("%p %zu flags %u", result ? NULL : *address, bytes, flags);
    return call_end(result);
}

API int cuMemFreeHost(void *address)
{
    BEGIN_NATIVE(NEEDS_CONTEXT);
    describe("%p", address);
    return call_end(host_free((uintptr_t)address));
}

/* Whether one side of a copy of one row is as the driver wants it. The driver takes pageable
 * memory, too, by way of a buffer of its own: such a copy is no peer of the broker's. */
static int side_check(const side3d *side, size_t bytes)
{
    if (side->x_bytes || side->y || side->z || side->level || side->reserved || side->array ||
        side->pitch < bytes || !side->rows)
        return INVALID_VALUE;
    if (side->type == 2)
        return is_device(side->device, bytes) ? SUCCESS : INVALID_VALUE;
    if (side->type != 1)
        return INVALID_VALUE;
    if (is_pinned(side->host, bytes))
        return SUCCESS;
    violation("a memcpy node with pageable memory");
    return INVALID_VALUE;
}

static uint64_t address_of(const side3d *side)
{
    return side->type == 1 ? side->host : side->device;
}

API int cuGraphAddMemcpyNode(void **made, void *graph, void *const *depends, size_t count,
                             const box3d *box, void *context)
{
    const side3d *to = &box->destination, *from = &box->source;
    operation work = {.what = COPY, .destination = address_of(to), .source = address_of(from),
                      .bytes = box->row_bytes, .width = 1};

    BEGIN_NATIVE(NEEDS_CONTEXT);
    describe("%#lx from %#lx %zu", work.destination, work.source, box->row_bytes);
    if (context != live_context)
        violation("a memcpy node in another context");
    if (!box->row_bytes || box->rows != 1 || box->layers != 1)
        return call_end(INVALID_VALUE);
    if ((result = side_check(to, box->row_bytes)) || (result = side_check(from, box->row_bytes)))
        return call_end(result);
    return call_end(graph_node_add(made, graph, depends, count, work));
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
