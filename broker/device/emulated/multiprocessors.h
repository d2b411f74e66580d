/* The multiprocessors (SMs) of the emulated GPU: which blocks fit where.
 *
 * Decides how many blocks of a kernel are placed now, and on which SM. Knows no streams,
 * priorities or times: emulator.c asks in the right order and gives the room back. */
#ifndef XS_EMULATED_MULTIPROCESSORS_H
#define XS_EMULATED_MULTIPROCESSORS_H

#include <stdint.h>

#define XS_SM_COUNT_MAX 256

#define XS_SM_THREADS 2048
#define XS_SM_BLOCKS 32
#define XS_SM_SHARED_BYTES 233472
#define XS_SM_REGISTERS 65536
/* The device keeps this much of the shared memory of an SM for itself, per block. */
#define XS_BLOCK_SHARED_RESERVED 1024
/* What one block may have: static and dynamic shared memory together. */
#define XS_BLOCK_SHARED_BYTES_OPTIN (XS_SM_SHARED_BYTES - XS_BLOCK_SHARED_RESERVED)

/* What one block takes of an SM. */
typedef struct xs_block_need {
    int32_t threads;      /* whole warps */
    int32_t shared_bytes; /* with the reserved part */
    int32_t registers;    /* of all its threads; 0 when not known */
} xs_block_need;

/* Where blocks placed together lie: how many on each SM from first to last. */
typedef struct xs_placement {
    uint16_t first;
    uint16_t last;
    uint8_t blocks[XS_SM_COUNT_MAX];
} xs_placement;

/* Room left on each SM. */
typedef struct xs_multiprocessors {
    int32_t count;
    int32_t cursor; /* where the next odd block goes, so that small kernels spread */
    int32_t blocks[XS_SM_COUNT_MAX];
    int32_t threads[XS_SM_COUNT_MAX];
    int32_t shared_bytes[XS_SM_COUNT_MAX];
    int32_t registers[XS_SM_COUNT_MAX];
} xs_multiprocessors;

void xs_multiprocessors_clear(xs_multiprocessors *sms, int32_t count);

xs_block_need xs_block_need_of(uint32_t threads, uint32_t shared_bytes, uint32_t registers);

/* Blocks of this need that an empty SM holds, 0 when not even one. */
uint32_t xs_blocks_per_sm(const xs_block_need *need);

/* Place up to `wanted` blocks, evenly. Returns how many found room (0: placement unset). */
uint32_t xs_multiprocessors_place(xs_multiprocessors *sms, const xs_block_need *need,
                                  uint32_t wanted, xs_placement *placement);

void xs_multiprocessors_release(xs_multiprocessors *sms, const xs_block_need *need,
                                const xs_placement *placement);

#endif
