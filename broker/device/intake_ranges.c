/* Address ranges that a session may name: its device memory, its registered host pieces.
 *
 * Decides whether a span of addresses is the session's. It must never know operations or
 * what lies behind an address. Called by intake.c and by those who give and take memory, all
 * in the loop's thread. */
#include <stdlib.h>
#include <string.h>

#include "broker/device/intake_private.h"

int xw_range_add(xw_ranges *ranges, uint64_t start, uint64_t bytes, int joins) {
    if (ranges->count == ranges->capacity) {
        uint32_t capacity = ranges->capacity ? ranges->capacity * 2 : 16;
        xw_range *items = realloc(ranges->items, capacity * sizeof *items);
        if (!items) return -1;
        ranges->items = items;
        ranges->capacity = capacity;
    }
    uint32_t at = ranges->count;
    while (at > 0 && ranges->items[at - 1].start > start) at--;
    memmove(&ranges->items[at + 1], &ranges->items[at],
            (ranges->count - at) * sizeof *ranges->items);
    ranges->items[at] = (xw_range){start, start + bytes, (uint8_t)joins};
    ranges->count++;
    return 0;
}

int xw_range_remove(xw_ranges *ranges, uint64_t start) {
    for (uint32_t at = 0; at < ranges->count; at++) {
        if (ranges->items[at].start != start) continue;
        memmove(&ranges->items[at], &ranges->items[at + 1],
                (ranges->count - at - 1) * sizeof *ranges->items);
        ranges->count--;
        return 0;
    }
    return -1;
}

/* Does one range hold all of [address, address + bytes), or neighbours that join? O(log n)
 * and the neighbours. */
int xw_range_holds(const xw_ranges *ranges, uint64_t address, uint64_t bytes) {
    uint32_t low = 0, high = ranges->count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (ranges->items[middle].start <= address) low = middle + 1;
        else high = middle;
    }
    if (low == 0) return 0;
    const xw_range *range = &ranges->items[low - 1], *end = ranges->items + ranges->count;
    if (address >= range->end || bytes > UINT64_MAX - address) return 0;
    while (address + bytes > range->end) {
        const xw_range *next = range + 1;
        if (next == end || next->start != range->end || !range->joins || !next->joins) return 0;
        range = next;
    }
    return 1;
}

/* Host pieces lie side by side: a copy may cross from one into the next. */
int xw_host_holds(const xw_ranges *ranges, uint64_t offset, uint64_t bytes) {
    return xw_range_holds(ranges, offset, bytes);
}
