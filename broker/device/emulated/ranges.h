/* A sorted table of address ranges and the host memory behind each.
 *
 * Decides whether an address is backed, and by what. Knows no streams, kernels or times.
 * emulator.c keeps two: device memory (device address -> memory of this process) and
 * registered host pieces (address -> itself); kernels.c reads the first. Ranges that
 * follow each other in addresses need not do so in host memory: walk them in pieces. */
#ifndef XS_EMULATED_RANGES_H
#define XS_EMULATED_RANGES_H

#include <stddef.h>
#include <stdint.h>

typedef struct xs_range {
    uint64_t address;
    uint64_t bytes;
    uint8_t *host;
} xs_range;

typedef struct xs_ranges {
    xs_range *items; /* by address, disjoint; owned */
    size_t count;
    size_t capacity;
} xs_ranges;

/* 0; 1 when the range is empty, wraps or meets another one; 2 without memory. */
int xs_ranges_add(xs_ranges *ranges, uint64_t address, uint64_t bytes, uint8_t *host);

/* Take out exactly one earlier range. 0, or 1 when there is no such range. */
int xs_ranges_remove(xs_ranges *ranges, uint64_t address, uint64_t bytes, xs_range *removed);

/* The range that holds address, or NULL. Valid until the next add or remove. */
const xs_range *xs_ranges_find(const xs_ranges *ranges, uint64_t address);

/* Whether any range meets [address, address + bytes). */
int xs_ranges_meet(const xs_ranges *ranges, uint64_t address, uint64_t bytes);

/* Host memory of address and how many bytes follow it in its range; NULL outside. */
uint8_t *xs_ranges_at(const xs_ranges *ranges, uint64_t address, uint64_t *left);

/* 1 when every byte is inside some range (an empty span is). */
int xs_ranges_cover(const xs_ranges *ranges, uint64_t address, uint64_t bytes);

void xs_ranges_clear(xs_ranges *ranges);

#endif
