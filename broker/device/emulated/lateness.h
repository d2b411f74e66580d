/* How late simulated completions were noticed: a histogram with eight steps per octave.
 *
 * An emulator on a busy machine is called after a completion was due. Whoever reports
 * times measured on it must be able to say how much. */
#ifndef XS_EMULATED_LATENESS_H
#define XS_EMULATED_LATENESS_H

#include <stdint.h>

#define XS_LATENESS_STEPS 8
#define XS_LATENESS_BUCKETS (64 * XS_LATENESS_STEPS)

typedef struct xs_lateness {
    uint64_t count;
    uint64_t max_ns;
    uint64_t buckets[XS_LATENESS_BUCKETS];
} xs_lateness;

static inline uint32_t xs_lateness_bucket(uint64_t ns) {
    if (ns < XS_LATENESS_STEPS) return (uint32_t)ns;
    uint32_t octave = 63u - (uint32_t)__builtin_clzll(ns);
    return (octave - 2) * XS_LATENESS_STEPS + (uint32_t)((ns >> (octave - 3)) & 7);
}

static inline void xs_lateness_add(xs_lateness *lateness, uint64_t ns) {
    lateness->count++;
    lateness->buckets[xs_lateness_bucket(ns)]++;
    if (ns > lateness->max_ns) lateness->max_ns = ns;
}

/* The largest time of a bucket. */
static inline uint64_t xs_lateness_bound(uint32_t bucket) {
    if (bucket < XS_LATENESS_STEPS) return bucket;
    uint32_t octave = bucket / XS_LATENESS_STEPS + 2;
    uint64_t step = bucket % XS_LATENESS_STEPS;
    return ((8 + step + 1) << (octave - 3)) - 1;
}

/* An upper bound, at most an eighth too high, of what `permille` of the completions took. */
static inline uint64_t xs_lateness_percentile(const xs_lateness *lateness, uint32_t permille) {
    uint64_t wanted = (lateness->count * permille + 999) / 1000, seen = 0;
    if (!wanted) return 0;
    for (uint32_t i = 0; i < XS_LATENESS_BUCKETS; i++) {
        seen += lateness->buckets[i];
        if (seen < wanted) continue;
        uint64_t bound = xs_lateness_bound(i);
        return bound < lateness->max_ns ? bound : lateness->max_ns;
    }
    return lateness->max_ns;
}

#endif
