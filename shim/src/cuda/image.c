/* Code images; see xs/image.h. Source: FIPS 180-4; the public fat binary headers; ELF-64. */
#include "xs/image.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "broker/wire/gen/xs_wire.h"

#define WRAPPER_MAGIC 0x466243b1u
#define FATBIN_MAGIC 0xba55ed50u

typedef struct wrapper {
    uint32_t magic, version;
    const void *data;
    const void *const *prelinked; /* version 2: fatbins, ended by NULL; else a file name */
} wrapper;

typedef struct fatbin {
    uint32_t magic;
    uint16_t version, header_bytes;
    uint64_t bytes;
} fatbin;

static uint64_t read_u64(const uint8_t *at) {
    uint64_t value;

    memcpy(&value, at, sizeof value);
    return value;
}

static uint16_t read_u16(const uint8_t *at) {
    uint16_t value;

    memcpy(&value, at, sizeof value);
    return value;
}

static uint64_t larger(uint64_t a, uint64_t b) {
    return a > b ? a : b;
}

/* The end of the tables and of every section's bytes. */
static uint64_t elf_bytes(const uint8_t *elf) {
    uint64_t sections = read_u64(elf + 40), segments = read_u64(elf + 32);
    uint64_t end = sections + (uint64_t)read_u16(elf + 58) * read_u16(elf + 60);

    end = larger(end, segments + (uint64_t)read_u16(elf + 54) * read_u16(elf + 56));
    for (uint16_t i = 0; i < read_u16(elf + 60) && read_u16(elf + 58) == 64; i++) {
        const uint8_t *section = elf + sections + (uint64_t)i * 64;
        uint32_t type;
        memcpy(&type, section + 4, sizeof type);
        if (type != 8) /* NOBITS */
            end = larger(end, read_u64(section + 24) + read_u64(section + 32));
    }
    return end;
}

static int fatbin_of(const void *pointer, xs_image *image) {
    fatbin head;

    memcpy(&head, pointer, sizeof head);
    if (head.magic != FATBIN_MAGIC)
        return -1;
    *image = (xs_image){pointer, head.header_bytes + head.bytes, XS_MODULE_FORMAT_FATBIN};
    return 0;
}

int xs_image_of(const void *pointer, xs_image *image) {
    const uint8_t *bytes = pointer;
    uint32_t magic;

    if (!pointer)
        return -1;
    if (bytes[0] == '.' || bytes[0] == '/' || bytes[0] == '\n' || bytes[0] == ' ' ||
        bytes[0] == '\r' || bytes[0] == '\t') {
        *image = (xs_image){bytes, strlen(pointer), XS_MODULE_FORMAT_PTX};
        return 0;
    }
    memcpy(&magic, bytes, sizeof magic);
    if (magic == WRAPPER_MAGIC) {
        wrapper wrapped;
        memcpy(&wrapped, pointer, sizeof wrapped);
        if (wrapped.version == 2 && !wrapped.data && wrapped.prelinked)
            wrapped.data = wrapped.prelinked[0];
        return wrapped.data ? fatbin_of(wrapped.data, image) : -1;
    }
    if (magic == FATBIN_MAGIC)
        return fatbin_of(pointer, image);
    if (!memcmp(bytes, "\x7f" "ELF\x02\x01", 6)) {
        *image = (xs_image){bytes, elf_bytes(bytes), XS_MODULE_FORMAT_CUBIN};
        return 0;
    }
    return -1;
}

uint8_t *xs_image_read(const char *path, uint64_t *count) {
    FILE *file = fopen(path, "rbe");
    uint8_t *bytes = NULL;
    long size = -1;

    if (file && !fseek(file, 0, SEEK_END))
        size = ftell(file);
    if (size > 0 && !fseek(file, 0, SEEK_SET))
        bytes = malloc((size_t)size + 8);
    if (bytes && fread(bytes, 1, (size_t)size, file) != (size_t)size) {
        free(bytes);
        bytes = NULL;
    }
    if (bytes)
        memset(bytes + size, 0, 8);
    if (file)
        fclose(file);
    *count = size > 0 ? (uint64_t)size : 0;
    return bytes;
}

/* ------------------------------------------------------------------ SHA-256 */

static const uint32_t rounds[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
    0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
    0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
    0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
    0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
    0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
    0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
    0xc67178f2};

static uint32_t rotated(uint32_t x, int n) {
    return x >> n | x << (32 - n);
}

static void block(uint32_t state[8], const uint8_t *at) {
    uint32_t w[64], s[8];

    for (int i = 0; i < 16; i++)
        w[i] = (uint32_t)at[4 * i] << 24 | (uint32_t)at[4 * i + 1] << 16 |
               (uint32_t)at[4 * i + 2] << 8 | at[4 * i + 3];
    for (int i = 16; i < 64; i++) {
        uint32_t a = rotated(w[i - 15], 7) ^ rotated(w[i - 15], 18) ^ w[i - 15] >> 3;
        uint32_t b = rotated(w[i - 2], 17) ^ rotated(w[i - 2], 19) ^ w[i - 2] >> 10;
        w[i] = w[i - 16] + a + w[i - 7] + b;
    }
    memcpy(s, state, sizeof s);
    for (int i = 0; i < 64; i++) {
        uint32_t e = rotated(s[4], 6) ^ rotated(s[4], 11) ^ rotated(s[4], 25);
        uint32_t first = s[7] + e + ((s[4] & s[5]) ^ (~s[4] & s[6])) + rounds[i] + w[i];
        uint32_t a = rotated(s[0], 2) ^ rotated(s[0], 13) ^ rotated(s[0], 22);
        uint32_t second = a + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
        memmove(s + 1, s, 7 * sizeof *s);
        s[4] += first;
        s[0] = first + second;
    }
    for (int i = 0; i < 8; i++)
        state[i] += s[i];
}

void xs_sha256(const uint8_t *bytes, uint64_t count, uint8_t digest[32]) {
    uint32_t state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    uint8_t last[128] = {0};
    uint64_t left = count % 64, padded = left < 56 ? 64 : 128;

    for (uint64_t at = 0; at + 64 <= count; at += 64)
        block(state, bytes + at);
    memcpy(last, bytes + (count - left), left);
    last[left] = 0x80;
    for (int i = 0; i < 8; i++)
        last[padded - 1 - i] = (uint8_t)(count * 8 >> 8 * i);
    for (uint64_t at = 0; at < padded; at += 64)
        block(state, last + at);
    for (int i = 0; i < 32; i++)
        digest[i] = (uint8_t)(state[i / 4] >> (24 - 8 * (i % 4)));
}
