/* The kernels that the emulated device can run, by name.
 *
 * Decides what a kernel does to device memory and how long a block of it runs. Knows no
 * streams, priorities or SMs. emulator.c asks for the cost when a launch is issued and
 * runs the whole grid at once at its simulated end.
 *
 * This table is the one way in for code. A PTX interpreter that executes any kernel makes
 * one xs_kernel per entry of a module, with `code` set, and nothing else changes:
 * emulator.c reads only these fields. */
#ifndef XS_EMULATED_KERNELS_H
#define XS_EMULATED_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "broker/device/emulated/ranges.h"

#define XS_KERNEL_PARAMS_MAX 8

/* One launch as a kernel sees it. Pointers are lent for the call. */
typedef struct xs_kernel_call {
    const struct xs_kernel *kernel;
    const xs_ranges *memory; /* device memory */
    const uint8_t *params;   /* packed, kernel->param_bytes */
    uint32_t grid[3];
    uint32_t block[3];
    uint32_t shared_bytes; /* dynamic */
} xs_kernel_call;

/* How long it runs: each block block_ns if `per_block`, or else the whole grid as long as
 * its memory traffic takes. */
typedef struct xs_kernel_cost {
    int per_block;
    uint64_t block_ns;
    uint64_t traffic_bytes;
} xs_kernel_cost;

typedef struct xs_kernel {
    const char *name;
    uint32_t params_count;
    uint32_t param_sizes[XS_KERNEL_PARAMS_MAX]; /* each aligned to its size */
    uint32_t registers;                         /* per thread */
    xs_kernel_cost (*cost)(const xs_kernel_call *call);
    /* The effect of the whole grid on memory: 0, or a sticky CUresult. */
    int (*run)(const xs_kernel_call *call);
    const void *code; /* for an interpreter; NULL for the built-ins */
} xs_kernel;

/* The built-in of this name, or NULL. */
const xs_kernel *xs_kernel_find(const char *name);

/* The i-th built-in, or NULL past the last. */
const xs_kernel *xs_kernel_at(size_t i);

/* Byte offset of parameter i (i == params_count: the size of all of them). */
uint32_t xs_kernel_param_offset(const xs_kernel *kernel, uint32_t i);

#endif
