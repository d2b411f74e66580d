/* One emulated GPU: a discrete-event simulation behind the table of backend.h.
 *
 * Decides when each operation starts and ends on a device with so many SMs and copy
 * engines, and makes it happen to memory at that time. Knows nothing of sessions, classes,
 * windows or policies. _emulator.pyx is its only caller besides the worker, which calls
 * through the table.
 *
 * Time: the device lives at the time of the latest advance(); an operation issued after
 * it arrives at that time. So a worker advances to now before it issues, and again before
 * it sleeps, since what it issued may be due. Nothing happens outside advance(). Same
 * calls at the same times, same results.
 *
 * Threads: every function takes the emulator's one mutex, so the control thread may map
 * memory while a worker issues. */
#ifndef XS_EMULATED_EMULATOR_H
#define XS_EMULATED_EMULATOR_H

#include <stddef.h>
#include <stdint.h>

#include "broker/device/backend.h"

typedef struct xs_emulator xs_emulator;

typedef struct xs_emulator_options {
    uint32_t sm_count; /* 1..XS_SM_COUNT_MAX */
    uint64_t memory_bytes;
    uint64_t launch_gap_ns;        /* from the end of an operation to the start of the next */
    uint64_t host_bytes_per_us;    /* each of the two host copy engines */
    uint64_t memory_bytes_per_us;  /* device memory */
    uint64_t host_wait_poll_ns;    /* how often a wait on host memory looks again */
} xs_emulator_options;

/* NULL without memory. Options are copied. */
xs_emulator *xs_emulator_open(const xs_emulator_options *options);
/* Everything issued is dropped, every mapping given back. reset leaves an empty device,
 * close none. */
void xs_emulator_reset(xs_emulator *em);
void xs_emulator_close(xs_emulator *em);
const xs_backend *xs_emulator_table(xs_emulator *em);

/* Control calls. All return CUresult; 700 and the like once the device has faulted. */
int xs_emulator_map(xs_emulator *em, uint64_t address, uint64_t bytes);
int xs_emulator_unmap(xs_emulator *em, uint64_t address, uint64_t bytes);
/* Memory without an address, zeroed; release after its last mapping is gone. */
int xs_emulator_create(xs_emulator *em, uint64_t bytes, void **host);
void xs_emulator_release(xs_emulator *em, void *host, uint64_t bytes);
int xs_emulator_map_created(xs_emulator *em, uint64_t address, uint64_t bytes, void *host);
int xs_emulator_unmap_created(xs_emulator *em, uint64_t address, uint64_t bytes);
int xs_emulator_scrub(xs_emulator *em, uint64_t address, uint64_t bytes);
/* At once: `count` bytes to mapped memory, or from it. */
int xs_emulator_move(xs_emulator *em, uint64_t address, uint8_t *bytes, uint64_t count,
                     int to_device);
int xs_emulator_register_host(xs_emulator *em, uint64_t address, uint64_t bytes);
int xs_emulator_unregister_host(xs_emulator *em, uint64_t address, uint64_t bytes);
uint64_t xs_emulator_mapped_bytes(xs_emulator *em);
int xs_emulator_status(xs_emulator *em); /* 0 or the sticky error */

/* A load of a built-in kernel. 500 when there is none of this name. */
int xs_emulator_function_open(xs_emulator *em, const char *name, void **function);
/* The launches already issued keep what they need of it. */
void xs_emulator_function_close(xs_emulator *em, void *function);
/* CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES */
int xs_emulator_function_shared_max(xs_emulator *em, void *function, int64_t bytes);

typedef struct xs_emulator_lateness {
    uint64_t count, p50_ns, p99_ns, max_ns;
} xs_emulator_lateness;

/* Of kernels, copies and fills since the start or the last reset. */
void xs_emulator_read_lateness(xs_emulator *em, int reset, xs_emulator_lateness *out);

/* The trace, off until switched on. */
typedef enum xs_story_what {
    XS_STORY_KERNEL_STARTS,
    XS_STORY_KERNEL_ENDS,
    XS_STORY_COPY_STARTS,
    XS_STORY_COPY_ENDS,
    XS_STORY_FILL_ENDS,
    XS_STORY_RECORDED,
    XS_STORY_WAITED,
    XS_STORY_WRITTEN,
    XS_STORY_VALUE_SEEN,
    XS_STORY_FAULT,
} xs_story_what;

typedef struct xs_story_line {
    uint64_t at_ns;
    xs_story_what what;
    uint32_t stream;    /* number in order of opening, from 0 */
    const char *kernel; /* static; NULL for what is not a kernel */
    uint64_t value;     /* blocks, bytes, word written or CUresult */
} xs_story_line;

void xs_emulator_story_switch(xs_emulator *em, int on);
/* Moves up to `room` of the oldest lines to out; returns how many. */
size_t xs_emulator_story_take(xs_emulator *em, xs_story_line *out, size_t room);

#endif
