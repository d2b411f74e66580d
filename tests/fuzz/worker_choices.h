/* What a run of fuzz_worker.c is made of: choices, from a seed or from fuzz input. */
#ifndef XS_WORKER_CHOICES_H
#define XS_WORKER_CHOICES_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

static struct { const uint8_t *bytes; size_t left; uint64_t state, seed; int threads; } fuzz;

static uint64_t draw(void) {
    fuzz.state ^= fuzz.state << 13;
    fuzz.state ^= fuzz.state >> 7;
    fuzz.state ^= fuzz.state << 17;
    if (!fuzz.left) return fuzz.state;
    fuzz.left--;
    return fuzz.state ^= *fuzz.bytes++ * 0x9e3779b97f4a7c15ull;
}

static uint32_t below(uint32_t n) { return (uint32_t)((draw() >> 11) % n); }
static int chance(uint32_t percent) { return below(100) < percent; }

const char *fuzz_where(void) {
    static char text[64];
    snprintf(text, sizeof text, "seed %llu", (unsigned long long)fuzz.seed);
    return text;
}

#endif
