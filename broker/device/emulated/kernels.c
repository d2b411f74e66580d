/* The built-in kernels: what loadgen/kernels/builtin.cu does on a real device, done on
 * emulated memory. Data kernels use grid-stride loops there, so the grid does not change
 * what they compute and here the whole of it is done in one loop. See kernels.h. */
#include "broker/device/emulated/kernels.h"

#include <string.h>

#define ILLEGAL_ADDRESS 700
#define MISALIGNED_ADDRESS 716

#define REGISTERS 32

static uint32_t u32_at(const xs_kernel_call *call, uint32_t offset) {
    uint32_t value;
    memcpy(&value, call->params + offset, sizeof value);
    return value;
}

static uint64_t u64_at(const xs_kernel_call *call, uint32_t offset) {
    uint64_t value;
    memcpy(&value, call->params + offset, sizeof value);
    return value;
}

static uint64_t times(uint64_t n, uint64_t each) {
    return n > UINT64_MAX / each ? UINT64_MAX : n * each;
}

/* Arrays of u32 walked together: ranges need not be contiguous in host memory. */
typedef struct walk {
    const xs_ranges *memory;
    uint64_t at[2]; /* device addresses, moved on by next_piece */
    uint32_t arrays;
    uint64_t left; /* elements */
    uint32_t *host[2];
    int result;
} walk;

/* Elements of the next piece that is contiguous in every array; 0 at the end or, with
 * result set, at an address that is not mapped or not aligned. */
static uint64_t next_piece(walk *walk) {
    uint64_t count = walk->left;
    for (uint32_t i = 0; i < walk->arrays && count; i++) {
        uint64_t bytes;
        walk->host[i] = (uint32_t *)xs_ranges_at(walk->memory, walk->at[i], &bytes);
        if (walk->at[i] % 4) walk->result = MISALIGNED_ADDRESS;
        else if (!walk->host[i]) walk->result = ILLEGAL_ADDRESS;
        if (walk->result) return 0;
        if (bytes / 4 < count) count = bytes / 4;
    }
    for (uint32_t i = 0; i < walk->arrays; i++) walk->at[i] += count * 4;
    walk->left -= count;
    return count;
}

/* ---- kernels that only take time */

static xs_kernel_cost cost_duration(const xs_kernel_call *call) {
    return (xs_kernel_cost){.per_block = 1, .block_ns = u64_at(call, 0)};
}

static int run_nothing(const xs_kernel_call *call) {
    (void)call;
    return 0;
}

/* xs_replay(u64 duration_ns, void *buffer, u64 buffer_bytes, u32 touch_bytes): reads only,
 * in turns of 16 bytes a thread, from as many whole turns as the buffer holds. */
static int run_replay(const xs_kernel_call *call) {
    const uint32_t *block = call->block;
    uint64_t turn_bytes = (uint64_t)block[0] * block[1] * block[2] * 16;
    uint64_t buffer = u64_at(call, 8), bytes = u64_at(call, 16);
    bytes -= bytes % turn_bytes;
    if (!bytes || u32_at(call, 24) < turn_bytes) return 0;
    if (buffer % 16) return MISALIGNED_ADDRESS;
    return xs_ranges_cover(call->memory, buffer, bytes) ? 0 : ILLEGAL_ADDRESS;
}

static xs_kernel_cost cost_nothing(const xs_kernel_call *call) {
    (void)call;
    return (xs_kernel_cost){0};
}

/* ---- kernels that move data */

/* xs_fill_u32(u32 *out, u32 value, u64 n) */
static xs_kernel_cost cost_fill(const xs_kernel_call *call) {
    return (xs_kernel_cost){.traffic_bytes = times(u64_at(call, 16), 4)};
}

static int run_fill(const xs_kernel_call *call) {
    walk walk = {call->memory, {u64_at(call, 0)}, 1, u64_at(call, 16), {NULL}, 0};
    uint32_t value = u32_at(call, 8);
    for (uint64_t n; (n = next_piece(&walk));)
        for (uint64_t i = 0; i < n; i++) walk.host[0][i] = value;
    return walk.result;
}

/* xs_copy_u32(u32 *out, const u32 *in, u64 n) */
static xs_kernel_cost cost_copy(const xs_kernel_call *call) {
    return (xs_kernel_cost){.traffic_bytes = times(u64_at(call, 16), 8)};
}

static int run_copy(const xs_kernel_call *call) {
    walk walk = {call->memory,        {u64_at(call, 0), u64_at(call, 8)}, 2,
                 u64_at(call, 16), {NULL},                             0};
    for (uint64_t n; (n = next_piece(&walk));) memmove(walk.host[0], walk.host[1], n * 4);
    return walk.result;
}

/* Rounded after the product and again after the sum, as the kernel is: a compiler that may
 * contract the two into one would round once. */
#if defined(__GNUC__) && !defined(__clang__)
__attribute__((optimize("fp-contract=off")))
#endif
static void saxpy(float a, const float *x, float *y, uint64_t n) {
#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#endif
    for (uint64_t i = 0; i < n; i++) y[i] = a * x[i] + y[i];
}

/* xs_saxpy_f32(float a, const float *x, float *y, u64 n): y = a * x + y */
static xs_kernel_cost cost_saxpy(const xs_kernel_call *call) {
    return (xs_kernel_cost){.traffic_bytes = times(u64_at(call, 24), 12)};
}

static int run_saxpy(const xs_kernel_call *call) {
    walk walk = {call->memory,        {u64_at(call, 16), u64_at(call, 8)}, 2,
                 u64_at(call, 24), {NULL},                              0};
    float a;
    memcpy(&a, call->params, sizeof a);
    for (uint64_t n; (n = next_piece(&walk));)
        saxpy(a, (const float *)(const void *)walk.host[1], (float *)(void *)walk.host[0], n);
    return walk.result;
}

/* xs_add_one_u32(u32 *data, u64 n) */
static xs_kernel_cost cost_add_one(const xs_kernel_call *call) {
    return (xs_kernel_cost){.traffic_bytes = times(u64_at(call, 8), 8)};
}

static int run_add_one(const xs_kernel_call *call) {
    walk walk = {call->memory, {u64_at(call, 0)}, 1, u64_at(call, 8), {NULL}, 0};
    for (uint64_t n; (n = next_piece(&walk));)
        for (uint64_t i = 0; i < n; i++) walk.host[0][i]++;
    return walk.result;
}

/* xs_write_word(u32 *at, u32 value) */
static int run_write_word(const xs_kernel_call *call) {
    walk walk = {call->memory, {u64_at(call, 0)}, 1, 1, {NULL}, 0};
    if (next_piece(&walk)) *walk.host[0] = u32_at(call, 8);
    return walk.result;
}

/* ---- the table */

static const xs_kernel KERNELS[] = {
    {"xs_replay", 4, {8, 8, 8, 4}, REGISTERS, cost_duration, run_replay, NULL},
    {"xs_spin", 1, {8}, REGISTERS, cost_duration, run_nothing, NULL},
    {"xs_empty", 0, {0}, REGISTERS, cost_nothing, run_nothing, NULL},
    {"xs_fill_u32", 3, {8, 4, 8}, REGISTERS, cost_fill, run_fill, NULL},
    {"xs_copy_u32", 3, {8, 8, 8}, REGISTERS, cost_copy, run_copy, NULL},
    {"xs_saxpy_f32", 4, {4, 8, 8, 8}, REGISTERS, cost_saxpy, run_saxpy, NULL},
    {"xs_add_one_u32", 2, {8, 8}, REGISTERS, cost_add_one, run_add_one, NULL},
    {"xs_write_word", 2, {8, 4}, REGISTERS, cost_nothing, run_write_word, NULL},
};

const xs_kernel *xs_kernel_at(size_t i) {
    return i < sizeof KERNELS / sizeof *KERNELS ? &KERNELS[i] : NULL;
}

const xs_kernel *xs_kernel_find(const char *name) {
    for (size_t i = 0; i < sizeof KERNELS / sizeof *KERNELS; i++)
        if (!strcmp(KERNELS[i].name, name)) return &KERNELS[i];
    return NULL;
}

uint32_t xs_kernel_param_offset(const xs_kernel *kernel, uint32_t i) {
    uint32_t offset = 0;
    for (uint32_t k = 0;; k++) {
        if (k < kernel->params_count) {
            uint32_t size = kernel->param_sizes[k];
            offset = (offset + size - 1) / size * size;
        }
        if (k == i || k == kernel->params_count) return offset;
        offset += kernel->param_sizes[k];
    }
}
