/* A sorted table of address ranges: see ranges.h. */
#include "broker/device/emulated/ranges.h"

#include <stdlib.h>
#include <string.h>

/* Index of the first range that begins after address. */
static size_t after(const xs_ranges *ranges, uint64_t address) {
    size_t low = 0, high = ranges->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ranges->items[middle].address <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int grow(xs_ranges *ranges) {
    if (ranges->count < ranges->capacity) return 0;
    size_t capacity = ranges->capacity ? ranges->capacity * 2 : 64;
    xs_range *items = realloc(ranges->items, capacity * sizeof *items);
    if (!items) return -1;
    ranges->items = items;
    ranges->capacity = capacity;
    return 0;
}

const xs_range *xs_ranges_find(const xs_ranges *ranges, uint64_t address) {
    size_t i = after(ranges, address);
    if (!i) return NULL;
    const xs_range *range = &ranges->items[i - 1];
    return address - range->address < range->bytes ? range : NULL;
}

int xs_ranges_meet(const xs_ranges *ranges, uint64_t address, uint64_t bytes) {
    if (xs_ranges_find(ranges, address)) return 1;
    size_t i = after(ranges, address);
    return i < ranges->count && ranges->items[i].address - address < bytes;
}

int xs_ranges_add(xs_ranges *ranges, uint64_t address, uint64_t bytes, uint8_t *host) {
    if (!bytes || address + bytes < address || xs_ranges_meet(ranges, address, bytes)) return 1;
    if (grow(ranges)) return 2;
    size_t i = after(ranges, address);
    memmove(ranges->items + i + 1, ranges->items + i,
            (ranges->count - i) * sizeof *ranges->items);
    ranges->items[i] = (xs_range){address, bytes, host};
    ranges->count++;
    return 0;
}

int xs_ranges_remove(xs_ranges *ranges, uint64_t address, uint64_t bytes, xs_range *removed) {
    size_t i = after(ranges, address);
    if (!i) return 1;
    xs_range *range = &ranges->items[--i];
    if (range->address != address || range->bytes != bytes) return 1;
    *removed = *range;
    ranges->count--;
    memmove(range, range + 1, (ranges->count - i) * sizeof *range);
    return 0;
}

uint8_t *xs_ranges_at(const xs_ranges *ranges, uint64_t address, uint64_t *left) {
    const xs_range *range = xs_ranges_find(ranges, address);
    if (!range) return NULL;
    *left = range->bytes - (address - range->address);
    return range->host + (address - range->address);
}

int xs_ranges_cover(const xs_ranges *ranges, uint64_t address, uint64_t bytes) {
    uint64_t left;
    while (bytes) {
        if (!xs_ranges_at(ranges, address, &left)) return 0;
        if (left >= bytes) return 1;
        address += left;
        bytes -= left;
    }
    return 1;
}

void xs_ranges_clear(xs_ranges *ranges) {
    free(ranges->items);
    *ranges = (xs_ranges){0};
}
