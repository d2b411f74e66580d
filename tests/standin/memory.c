/* Address ranges and pinned host pieces. Device memory is host memory at the same address. */
#include "standin.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* New memory holds this, never zeros, so that memory handed out unscrubbed is seen. */
#define STALE 0xA5
/* Looked at and made stale at either end of a range: whole gigabytes would take too long. */
#define EDGE_BYTES ((uint64_t)1 << 20)
/* Smaller reservations are put where the driver likes (seen on an H100, driver 580). */
#define HINT_BYTES_MIN ((uint64_t)1 << 30)

typedef struct allocation {
    object head;
    uint64_t bytes;
    int mapped;             /* how often */
    int fd;                 /* what it holds, wherever it is mapped */
    int fresh;              /* nobody has reached it yet */
    int dirty;              /* it was last unmapped with a tenant's bytes in it */
} allocation;

typedef struct reservation {
    uint64_t address, bytes;
    struct reservation *next;
} reservation;

typedef struct range {      /* mapped, inside a reservation */
    uint64_t address, bytes;
    allocation *backing;
    int accessible, dirty;
    struct range *next;
} range;

typedef struct piece {
    uint64_t address, bytes;
    int allocated;          /* made by host_allocate, not registered */
    struct piece *next;
} piece;

static reservation *reservations;
static range *ranges;
static piece *pieces;
static uint64_t used_bytes;

static void *at(uint64_t address)
{
    return (void *)(uintptr_t)address;
}

static uint64_t edge(const range *range)
{
    return range->bytes < EDGE_BYTES ? range->bytes : EDGE_BYTES;
}

static range *range_at(uint64_t address, uint64_t bytes)
{
    for (range *one = ranges; one; one = one->next)
        if (one->address == address && one->bytes == bytes)
            return one;
    return NULL;
}

static int overlaps(uint64_t address, uint64_t bytes)
{
    for (const range *one = ranges; one; one = one->next)
        if (address < one->address + one->bytes && one->address < address + bytes)
            return 1;
    return 0;
}

/* Like the driver, take hint as a wish: another address when it is taken or bytes are few. */
int memory_reserve(uint64_t *address, uint64_t bytes, uint64_t hint)
{
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    void *got = MAP_FAILED;
    reservation *made;

    if (!bytes || bytes % GRANULARITY_BYTES || hint % GRANULARITY_BYTES)
        return INVALID_VALUE;
    if (hint && bytes >= HINT_BYTES_MIN)
        got = mmap(at(hint), bytes, PROT_NONE, flags | MAP_FIXED_NOREPLACE, -1, 0);
    if (got == MAP_FAILED)
        got = mmap(NULL, bytes, PROT_NONE, flags, -1, 0);
    if (got == MAP_FAILED)
        return OUT_OF_MEMORY;
    made = calloc(1, sizeof *made);
    *made = (reservation){.address = (uintptr_t)got, .bytes = bytes, .next = reservations};
    reservations = made;
    *address = made->address;
    return SUCCESS;
}

static int is_reserved(uint64_t address, uint64_t bytes)
{
    for (const reservation *one = reservations; one; one = one->next)
        if (address >= one->address && bytes <= one->bytes &&
            address - one->address <= one->bytes - bytes)
            return 1;
    return 0;
}

int memory_unreserve(uint64_t address, uint64_t bytes)
{
    reservation **link = &reservations, *gone;

    while (*link && !((*link)->address == address && (*link)->bytes == bytes))
        link = &(*link)->next;
    if (!*link) {
        violation("no reservation of %lu bytes at %#lx", bytes, address);
        return INVALID_VALUE;
    }
    if (overlaps(address, bytes)) {
        violation("address range %#lx freed while mapped", address);
        return INVALID_VALUE;
    }
    munmap(at(address), bytes);
    gone = *link;
    *link = gone->next;
    free(gone);
    return SUCCESS;
}

int memory_create(void **handle, uint64_t bytes)
{
    allocation *made;

    if (!bytes || bytes % GRANULARITY_BYTES)
        return INVALID_VALUE;
    if (used_bytes + bytes > DEVICE_BYTES)
        return OUT_OF_MEMORY;
    made = object_new(ALLOCATION, sizeof *made);
    made->bytes = bytes;
    made->fresh = 1;
    made->fd = memfd_create("stand-in", MFD_CLOEXEC);
    if (ftruncate(made->fd, (off_t)bytes))
        return OUT_OF_MEMORY;
    used_bytes += bytes;
    *handle = made;
    return SUCCESS;
}

int memory_release(void *handle)
{
    if (object_check(handle, ALLOCATION))
        return INVALID_VALUE;
    if (((allocation *)handle)->dirty && !native_program() && !context_is_gone())
        violation("memory given back with a tenant's bytes in it");
    close(((allocation *)handle)->fd);
    object_end(handle);
    used_bytes -= ((allocation *)handle)->bytes;
    return SUCCESS;
}

int memory_map(uint64_t address, uint64_t bytes, void *handle)
{
    allocation *backing = handle;
    range *made;

    if (!is_reserved(address, bytes)) {
        violation("no reservation of %lu bytes at %#lx", bytes, address);
        return INVALID_VALUE;
    }
    if (object_check(handle, ALLOCATION) || backing->bytes != bytes ||
        overlaps(address, bytes))
        return INVALID_VALUE;
    made = calloc(1, sizeof *made);
    *made = (range){.address = address, .bytes = bytes, .backing = backing, .next = ranges};
    backing->mapped++;
    ranges = made;
    mmap(at(address), bytes, PROT_NONE, MAP_SHARED | MAP_FIXED, backing->fd, 0);
    return SUCCESS;
}

int memory_access(uint64_t address, uint64_t bytes)
{
    range *range = range_at(address, bytes);

    if (!range) {
        violation("access set at %#lx before anything was mapped", address);
        return INVALID_VALUE;
    }
    mprotect(at(address), bytes, PROT_READ | PROT_WRITE);
    if (range->backing->fresh) {
        memset(at(address), STALE, edge(range));
        memset(at(address + bytes - edge(range)), STALE, edge(range));
    }
    range->backing->fresh = 0;
    range->accessible = 1;
    return SUCCESS;
}

static int is_zero(uint64_t address, uint64_t bytes)
{
    const char *data = at(address);

    return !data[0] && !memcmp(data, data + 1, bytes - 1);
}

/* Created memory may be unmapped as it is, and is then scrubbed before its release. */
static void note_scrubbed(const range *range)
{
    uint64_t last = range->address + range->bytes - edge(range);

    range->backing->dirty = range->dirty && !(is_zero(range->address, edge(range)) &&
                                              is_zero(last, edge(range)));
}

int memory_unmap(uint64_t address, uint64_t bytes)
{
    range **link = &ranges, *gone = range_at(address, bytes);

    if (!gone)
        return INVALID_VALUE;
    if (queue_touches(address, bytes))
        violation("memory at %#lx unmapped while queued work uses it", address);
    if (gone->accessible)
        note_scrubbed(gone);
    mmap(at(address), bytes, PROT_NONE,
         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
    while (*link != gone)
        link = &(*link)->next;
    *link = gone->next;
    gone->backing->mapped--;
    free(gone);
    return SUCCESS;
}

void memory_info(uint64_t *free_bytes, uint64_t *total_bytes)
{
    *free_bytes = DEVICE_BYTES - used_bytes;
    *total_bytes = DEVICE_BYTES;
}

typedef struct variable {
    uint64_t address, bytes;
    struct variable *next;
} variable;

static variable *variables;

uint64_t memory_variable(uint64_t bytes)
{
    variable *made = calloc(1, sizeof *made);

    *made = (variable){.address = (uintptr_t)calloc(1, bytes), .bytes = bytes, .next = variables};
    variables = made;
    return made->address;
}

void memory_variable_end(uint64_t address)
{
    for (variable **link = &variables; *link; link = &(*link)->next) {
        variable *gone = *link;

        if (gone->address != address)
            continue;
        if (queue_touches(gone->address, gone->bytes))
            violation("variable at %#lx unloaded while queued work uses it", address);
        *link = gone->next;
        free(at(gone->address));
        free(gone);
        return;
    }
}

int is_device(uint64_t address, uint64_t bytes)
{
    for (const variable *one = variables; one; one = one->next)
        if (address >= one->address && bytes <= one->bytes &&
            address - one->address <= one->bytes - bytes)
            return 1;
    for (range *one = ranges; one; one = one->next)
        if (one->accessible && address >= one->address && bytes <= one->bytes &&
            address - one->address <= one->bytes - bytes) {
            one->dirty = 1;
            return 1;
        }
    return 0;
}

int is_pinned(uint64_t address, uint64_t bytes)
{
    for (const piece *one = pieces; one; one = one->next)
        if (address >= one->address && bytes <= one->bytes &&
            address - one->address <= one->bytes - bytes)
            return 1;
    return 0;
}

int is_host(uint64_t address, uint64_t bytes)
{
    return native_program() || is_pinned(address, bytes);
}

static void piece_add(uint64_t address, uint64_t bytes, int allocated)
{
    piece *made = calloc(1, sizeof *made);

    *made = (piece){.address = address, .bytes = bytes, .allocated = allocated, .next = pieces};
    pieces = made;
}

int host_register(uint64_t address, uint64_t bytes)
{
    if (!address || !bytes)
        return INVALID_VALUE;
    for (const piece *one = pieces; one; one = one->next)
        if (address < one->address + one->bytes && one->address < address + bytes)
            return HOST_ALREADY_REGISTERED;
    piece_add(address, bytes, 0);
    return SUCCESS;
}

/* Bytes of the piece that starts there and is no more, 0 if there was none. */
static uint64_t piece_end(uint64_t address, int allocated)
{
    for (piece **link = &pieces; *link; link = &(*link)->next) {
        piece *one = *link;
        uint64_t bytes = one->bytes;

        if (one->address != address || one->allocated != allocated)
            continue;
        if (queue_touches(address, bytes))
            violation("host piece at %#lx %s while queued work uses it", address,
                      allocated ? "freed" : "unregistered");
        *link = one->next;
        free(one);
        return bytes;
    }
    violation("no %s host piece starts at %#lx", allocated ? "allocated" : "registered", address);
    return 0;
}

int host_unregister(uint64_t address)
{
    return piece_end(address, 0) ? SUCCESS : HOST_NOT_REGISTERED;
}

int host_allocate(void **address, uint64_t bytes)
{
    void *got;

    if (!bytes)
        return INVALID_VALUE;
    got = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (got == MAP_FAILED)
        return OUT_OF_MEMORY;
    memset(got, STALE, bytes);
    piece_add((uintptr_t)got, bytes, 1);
    *address = got;
    return SUCCESS;
}

int host_free(uint64_t address)
{
    uint64_t bytes = piece_end(address, 1);

    if (!bytes)
        return INVALID_VALUE;
    munmap(at(address), bytes);
    return SUCCESS;
}

void memory_leaks(void)
{
    for (const range *one = ranges; one; one = one->next)
        leak("mapping %#lx, %lu bytes", one->address, one->bytes);
    for (const reservation *one = reservations; one; one = one->next)
        leak("reservation %#lx, %lu bytes", one->address, one->bytes);
    for (const piece *one = pieces; one; one = one->next)
        leak("host piece %#lx, %lu bytes", one->address, one->bytes);
}
