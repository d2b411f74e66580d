/* The answer to the integrity check: a keyed digest over what driver and cudart both know.
 *
 * cudart computes the same from what the public calls tell it, and refuses to allocate when
 * the two differ. Decides nothing. The digest is HMAC with MD2, as RFC 2104 and RFC 1319
 * define them. */
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "xs/shim.h"
#include "xs/tables.h"

#define BLOCK 16
#define ROUNDS 18

/* RFC 1319: a permutation of the bytes, made of the digits of pi. */
static const unsigned char substitute[256] = {
    0x29, 0x2e, 0x43, 0xc9, 0xa2, 0xd8, 0x7c, 0x01, 0x3d, 0x36, 0x54, 0xa1, 0xec, 0xf0, 0x06, 0x13,
    0x62, 0xa7, 0x05, 0xf3, 0xc0, 0xc7, 0x73, 0x8c, 0x98, 0x93, 0x2b, 0xd9, 0xbc, 0x4c, 0x82, 0xca,
    0x1e, 0x9b, 0x57, 0x3c, 0xfd, 0xd4, 0xe0, 0x16, 0x67, 0x42, 0x6f, 0x18, 0x8a, 0x17, 0xe5, 0x12,
    0xbe, 0x4e, 0xc4, 0xd6, 0xda, 0x9e, 0xde, 0x49, 0xa0, 0xfb, 0xf5, 0x8e, 0xbb, 0x2f, 0xee, 0x7a,
    0xa9, 0x68, 0x79, 0x91, 0x15, 0xb2, 0x07, 0x3f, 0x94, 0xc2, 0x10, 0x89, 0x0b, 0x22, 0x5f, 0x21,
    0x80, 0x7f, 0x5d, 0x9a, 0x5a, 0x90, 0x32, 0x27, 0x35, 0x3e, 0xcc, 0xe7, 0xbf, 0xf7, 0x97, 0x03,
    0xff, 0x19, 0x30, 0xb3, 0x48, 0xa5, 0xb5, 0xd1, 0xd7, 0x5e, 0x92, 0x2a, 0xac, 0x56, 0xaa, 0xc6,
    0x4f, 0xb8, 0x38, 0xd2, 0x96, 0xa4, 0x7d, 0xb6, 0x76, 0xfc, 0x6b, 0xe2, 0x9c, 0x74, 0x04, 0xf1,
    0x45, 0x9d, 0x70, 0x59, 0x64, 0x71, 0x87, 0x20, 0x86, 0x5b, 0xcf, 0x65, 0xe6, 0x2d, 0xa8, 0x02,
    0x1b, 0x60, 0x25, 0xad, 0xae, 0xb0, 0xb9, 0xf6, 0x1c, 0x46, 0x61, 0x69, 0x34, 0x40, 0x7e, 0x0f,
    0x55, 0x47, 0xa3, 0x23, 0xdd, 0x51, 0xaf, 0x3a, 0xc3, 0x5c, 0xf9, 0xce, 0xba, 0xc5, 0xea, 0x26,
    0x2c, 0x53, 0x0d, 0x6e, 0x85, 0x28, 0x84, 0x09, 0xd3, 0xdf, 0xcd, 0xf4, 0x41, 0x81, 0x4d, 0x52,
    0x6a, 0xdc, 0x37, 0xc8, 0x6c, 0xc1, 0xab, 0xfa, 0x24, 0xe1, 0x7b, 0x08, 0x0c, 0xbd, 0xb1, 0x4a,
    0x78, 0x88, 0x95, 0x8b, 0xe3, 0x63, 0xe8, 0x6d, 0xe9, 0xcb, 0xd5, 0xfe, 0x3b, 0x00, 0x1d, 0x39,
    0xf2, 0xef, 0xb7, 0x0e, 0x66, 0x58, 0xd0, 0xe4, 0xa6, 0x77, 0x72, 0xf8, 0xeb, 0x75, 0x4b, 0x0a,
    0x31, 0x44, 0x50, 0xb4, 0x8f, 0xed, 0x1f, 0x1a, 0xdb, 0x99, 0x8d, 0x33, 0x9f, 0x11, 0x83, 0x14,
};

typedef struct md2 {
    unsigned char state[BLOCK], checksum[BLOCK], pending[BLOCK];
    unsigned pending_bytes;
} md2;

static void md2_block(md2 *d, const unsigned char *block) {
    unsigned char x[3 * BLOCK], last = d->checksum[BLOCK - 1];
    unsigned t = 0;

    for (int i = 0; i < BLOCK; i++) {
        x[i] = d->state[i];
        x[BLOCK + i] = block[i];
        x[2 * BLOCK + i] = d->state[i] ^ block[i];
        d->checksum[i] ^= substitute[block[i] ^ last];
        last = d->checksum[i];
    }
    for (unsigned round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < 3 * BLOCK; i++)
            t = x[i] ^= substitute[t];
        t = (t + round) & 0xff;
    }
    memcpy(d->state, x, BLOCK);
}

static void md2_add(md2 *d, const void *data, size_t bytes) {
    const unsigned char *at = data;

    for (size_t i = 0; i < bytes; i++) {
        d->pending[d->pending_bytes++] = at[i];
        if (d->pending_bytes == BLOCK) {
            md2_block(d, d->pending);
            d->pending_bytes = 0;
        }
    }
}

static void md2_end(md2 *d, unsigned char out[BLOCK]) {
    unsigned char padding[BLOCK], checksum[BLOCK];
    unsigned missing = BLOCK - d->pending_bytes;

    memset(padding, (int)missing, sizeof padding);
    md2_add(d, padding, missing);
    memcpy(checksum, d->checksum, BLOCK);
    md2_add(d, checksum, BLOCK);
    memcpy(out, d->state, BLOCK);
}

static void begin_with(md2 *d, const unsigned char key[BLOCK], unsigned char mask) {
    unsigned char masked[BLOCK];

    memset(d, 0, sizeof *d);
    for (int i = 0; i < BLOCK; i++)
        masked[i] = key[i] ^ mask;
    md2_add(d, masked, BLOCK);
}

void xs_hmac_md2(const unsigned char key[16], const void *message, size_t bytes,
                 unsigned char out[16]) {
    unsigned char inner[BLOCK];
    md2 d;

    begin_with(&d, key, 0x36);
    md2_add(&d, message, bytes);
    md2_end(&d, inner);
    begin_with(&d, key, 0x5c);
    md2_add(&d, inner, BLOCK);
    md2_end(&d, out);
}

/* ------------------------------------------------------------------ the message */

typedef struct process_part {
    uint32_t driver_version, version, pid, thread;
    const void *cudart_table, *integrity_table, *integrity_slot;
    uint64_t unix_seconds;
} process_part;
_Static_assert(sizeof(process_part) == 48, "process part");

typedef struct device_part {
    char uuid[16];
    int32_t domain, bus, slot;
} device_part;
_Static_assert(sizeof(device_part) == 28, "device part");

static const unsigned char key[16] = {0x14, 0x6a, 0xdd, 0xae, 0x53, 0xa9, 0xa7, 0x52,
                                      0xaa, 0x08, 0x41, 0x36, 0x0b, 0xf5, 0x5a, 0x9f};

/* Two of the three questions of each cudart have one answer for everybody. */
static int constant_answer(unsigned version, uint64_t out[2]) {
    if (version % 10 > 1)
        return 0;
    out[0] = version % 10 ? 0x1841181c03cb675cull : 0x3341181c03cb675cull;
    out[1] = 0x8ed383aa1f4cd1e8ull;
    return 1;
}

CUresult xs_integrity_answer(unsigned version, uint64_t unix_seconds, uint64_t out[2]) {
    unsigned char message[sizeof(process_part) + XS_DEVICES_MAX * sizeof(device_part)];
    size_t bytes = sizeof(process_part);
    process_part process = {
        .driver_version = (uint32_t)xs_driver_version,
        .version = version,
        .pid = (uint32_t)getpid(),
        .thread = (uint32_t)(uintptr_t)pthread_self(),
        .cudart_table = xs_CUDART_INTERFACE,
        .integrity_table = xs_INTEGRITY_CHECK,
        .integrity_slot = xs_INTEGRITY_CHECK[1],
        .unix_seconds = unix_seconds,
    };

    if (!out)
        return CUDA_ERROR_INVALID_VALUE;
    if (constant_answer(version, out))
        return CUDA_SUCCESS;
    memcpy(message, &process, sizeof process);
    for (int i = 0; i < xs_devices_count; i++) {
        const int *a = xs_devices[i].attributes;
        device_part device = {.domain = a[50], .bus = a[33], .slot = a[34]};
        memcpy(device.uuid, xs_devices[i].uuid.bytes, sizeof device.uuid);
        memcpy(message + bytes, &device, sizeof device);
        bytes += sizeof device;
    }
    xs_hmac_md2(key, message, bytes, (unsigned char *)out);
    return CUDA_SUCCESS;
}
