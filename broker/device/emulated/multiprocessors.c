/* Placing blocks on multiprocessors: see multiprocessors.h. The loops run over all SMs
 * without branches, so that the compiler vectorises them: a placement costs ~0.2 us. */
#include "broker/device/emulated/multiprocessors.h"

#include <string.h>

#define WARP_THREADS 32
/* Registers are handed out to warps in units of this many. */
#define REGISTER_UNIT 256

static inline int32_t least(int32_t a, int32_t b) {
    return a < b ? a : b;
}

void xs_multiprocessors_clear(xs_multiprocessors *sms, int32_t count) {
    memset(sms, 0, sizeof *sms);
    sms->count = count;
    for (int32_t i = 0; i < count; i++) {
        sms->blocks[i] = XS_SM_BLOCKS;
        sms->threads[i] = XS_SM_THREADS;
        sms->shared_bytes[i] = XS_SM_SHARED_BYTES;
        sms->registers[i] = XS_SM_REGISTERS;
    }
}

xs_block_need xs_block_need_of(uint32_t threads, uint32_t shared_bytes, uint32_t registers) {
    uint32_t warps = (threads + WARP_THREADS - 1) / WARP_THREADS;
    uint32_t per_warp = registers * WARP_THREADS;
    per_warp = (per_warp + REGISTER_UNIT - 1) / REGISTER_UNIT * REGISTER_UNIT;
    return (xs_block_need){(int32_t)(warps * WARP_THREADS),
                           (int32_t)(shared_bytes + XS_BLOCK_SHARED_RESERVED),
                           (int32_t)(warps * per_warp)};
}

uint32_t xs_blocks_per_sm(const xs_block_need *need) {
    int32_t blocks = least(XS_SM_BLOCKS, XS_SM_THREADS / need->threads);
    blocks = least(blocks, XS_SM_SHARED_BYTES / need->shared_bytes);
    if (need->registers) blocks = least(blocks, XS_SM_REGISTERS / need->registers);
    return (uint32_t)blocks;
}

/* Room for blocks on each SM, into room[]; returns the sum. Divides by multiplying with
 * reciprocals: exact here, since free + 0.5 keeps quotients of numbers below 2^18 away
 * from a whole number by more than the error of a float. */
static uint32_t room_for(const xs_multiprocessors *sms, const xs_block_need *need,
                         int32_t *restrict room) {
    const float per_thread = 1.0f / (float)need->threads;
    const float per_byte = 1.0f / (float)need->shared_bytes;
    const float per_register = need->registers ? 1.0f / (float)need->registers : 0.0f;
    /* 0 * free + this is more than the 32 blocks of an SM */
    const float no_registers = need->registers ? 0.0f : 64.0f;
    int32_t sum = 0;
    for (int32_t i = 0; i < sms->count; i++) {
        int32_t threads = (int32_t)(((float)sms->threads[i] + 0.5f) * per_thread);
        int32_t shared = (int32_t)(((float)sms->shared_bytes[i] + 0.5f) * per_byte);
        int32_t registers =
            (int32_t)(((float)sms->registers[i] + 0.5f) * per_register + no_registers);
        room[i] = least(least(threads, shared), least(registers, sms->blocks[i]));
        sum += room[i];
    }
    return (uint32_t)sum;
}

/* Choose `wanted` blocks out of more room: as many on each SM as on any other where they
 * fit, the rest one by one from the cursor on. */
static void spread(xs_multiprocessors *sms, uint32_t wanted, int32_t *restrict room) {
    int32_t even = (int32_t)wanted / sms->count;
    int32_t taken[XS_SM_COUNT_MAX], left = (int32_t)wanted;
    for (int32_t i = 0; i < sms->count; i++) {
        taken[i] = least(room[i], even);
        left -= taken[i];
    }
    int32_t i = sms->cursor;
    while (left) {
        if (taken[i] < room[i]) {
            taken[i]++;
            left--;
        }
        if (++i == sms->count) i = 0;
    }
    sms->cursor = i;
    memcpy(room, taken, (size_t)sms->count * sizeof *room);
}

/* Give (sign 1) or take (sign -1) the resources of a placement. */
static void account(xs_multiprocessors *sms, const xs_block_need *need,
                    const xs_placement *placement, int32_t sign) {
    const int32_t threads = sign * need->threads;
    const int32_t shared_bytes = sign * need->shared_bytes;
    const int32_t registers = sign * need->registers;
    for (int32_t i = placement->first; i <= placement->last; i++) {
        int32_t blocks = placement->blocks[i];
        sms->blocks[i] += sign * blocks;
        sms->threads[i] += blocks * threads;
        sms->shared_bytes[i] += blocks * shared_bytes;
        sms->registers[i] += blocks * registers;
    }
}

uint32_t xs_multiprocessors_place(xs_multiprocessors *sms, const xs_block_need *need,
                                  uint32_t wanted, xs_placement *placement) {
    int32_t room[XS_SM_COUNT_MAX];
    uint32_t total = room_for(sms, need, room);
    if (!total || !wanted) return 0;
    if (total > wanted) {
        spread(sms, wanted, room);
        total = wanted;
    }
    int32_t first = 0, last = sms->count - 1;
    while (!room[first]) first++;
    while (!room[last]) last--;
    placement->first = (uint16_t)first;
    placement->last = (uint16_t)last;
    for (int32_t i = first; i <= last; i++) placement->blocks[i] = (uint8_t)room[i];
    account(sms, need, placement, -1);
    return total;
}

void xs_multiprocessors_release(xs_multiprocessors *sms, const xs_block_need *need,
                                const xs_placement *placement) {
    account(sms, need, placement, 1);
}
