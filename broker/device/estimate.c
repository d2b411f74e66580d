/* Learned GPU time of kernels and copies. Decides nothing else; called by worker_issue.c
 * before a launch and by worker_flights.c when a sample is over.
 *
 * A kernel is known by function and shape. Samples come from event pairs around single
 * launches. A pair on an idle stream also counts the gap until the launch arrives, and a
 * pair beside other tenants counts the wait for SMs: both only lengthen. So a shorter
 * sample is believed faster than a longer one; of a long launch, neither is much of it. */
#include "broker/device/worker.h"

enum {
    UNKNOWN_LAUNCH_NS = 20000,
    SAMPLES_AT_FIRST = 4,
    SAMPLE_EVERY = 64,        /* launches, */
    SAMPLES_KNOWN = 64,       /* and after so many samples */
    SAMPLE_EVERY_KNOWN = 256, /* launches: to read a sample takes 6 us on an H100 */
    LONG_NS = 300000,         /* of a longer launch that is next to nothing: */
    SAMPLE_EVERY_LONG = 4,    /* waiters sleep by what is known of it */
    SPREAD = 16,              /* a long launch differs so little by itself, either way */
    COPY_BYTES_TELLING = 256 * 1024,
    COPY_SAMPLES_AT_FIRST = 16,
    COPY_SAMPLES_MEAN = 8,
    COPY_SAMPLE_EVERY = 16,   /* copies or pieces after those, */
    COPY_SAMPLES_KNOWN = 64,  /* and after so many */
    COPY_SAMPLE_EVERY_KNOWN = 64,
};

static uint64_t mix(uint64_t x) {
    x ^= x >> 33;
    x *= 0xff51afd7ed558ccdULL;
    x ^= x >> 33;
    x *= 0xc4ceb9fe1a85ec53ULL;
    return x ^ (x >> 33);
}

uint64_t xw_launch_key(const void *function, uint64_t blocks, uint32_t threads,
                       uint32_t shared_bytes) {
    uint64_t key = mix((uint64_t)(uintptr_t)function ^ mix(blocks ^ mix(threads)));
    (void)shared_bytes; /* hardly ever differs for one function and shape */
    return key ? key : 1;
}

/* One writer; the loop's thread reads it for a graph that it cuts. */
static void put(uint64_t *word, uint64_t value) {
    __atomic_store_n(word, value, __ATOMIC_RELAXED);
}

/* Find or make the entry. A full neighbourhood gives up its first slot: an estimate lost
 * is learned again, a table that grows without bound is not. */
xw_estimate *xw_estimate_find(xw_worker *worker, uint64_t key) {
    uint32_t at = (uint32_t)key & (XW_ESTIMATES - 1);
    for (uint32_t probe = 0; probe < 8; probe++) {
        xw_estimate *entry = &worker->estimates[(at + probe) & (XW_ESTIMATES - 1)];
        if (entry->key == key) return entry;
        if (entry->key == 0) {
            put(&entry->estimate_ns, UNKNOWN_LAUNCH_NS);
            put(&entry->key, key);
            return entry;
        }
    }
    xw_estimate *entry = &worker->estimates[at];
    put(&entry->key, key);
    put(&entry->estimate_ns, UNKNOWN_LAUNCH_NS);
    entry->samples = entry->since_sample = 0;
    return entry;
}

/* What the table says, from another thread: an entry that changes meanwhile gives a wrong
 * number, which is only an estimate too. */
uint64_t xw_estimate_peek(const xw_worker *worker, uint64_t key) {
    uint32_t at = (uint32_t)key & (XW_ESTIMATES - 1);
    for (uint32_t probe = 0; probe < 8; probe++) {
        const xw_estimate *entry = &worker->estimates[(at + probe) & (XW_ESTIMATES - 1)];
        if (__atomic_load_n(&entry->key, __ATOMIC_RELAXED) == key)
            return __atomic_load_n(&entry->estimate_ns, __ATOMIC_RELAXED);
    }
    return UNKNOWN_LAUNCH_NS;
}

void xw_estimate_init(xw_estimate *estimate, uint64_t key, uint64_t guess_ns) {
    *estimate = (xw_estimate){.key = key, .estimate_ns = guess_ns};
}

/* Called once a launch. The first launches are sampled while nothing is known; later ones
 * one in SAMPLE_EVERY or SAMPLE_EVERY_KNOWN, counted from when the last sample was begun: a
 * sample costs two event records, and many launches are issued before one is read. */
int xw_estimate_wants_sample(xw_estimate *estimate, uint32_t in_flight) {
    uint32_t since = estimate->since_sample++;
    int first = estimate->samples == 0 && since < SAMPLES_AT_FIRST;
    int early = estimate->samples && estimate->samples < SAMPLES_AT_FIRST && since >= 2;
    int is_long = estimate->estimate_ns >= LONG_NS;
    uint32_t every = is_long ? SAMPLE_EVERY_LONG
                     : estimate->samples < SAMPLES_KNOWN ? SAMPLE_EVERY : SAMPLE_EVERY_KNOWN;
    int later = since >= every && (in_flight >= 2 || is_long || since >= 4 * every);
    if (!first && !early && !later) return 0;
    if (!first) estimate->since_sample = 0;
    return 1;
}

void xw_estimate_learn(xw_estimate *estimate, int64_t elapsed_ns) {
    uint64_t sample = elapsed_ns > 0 ? (uint64_t)elapsed_ns : 0;
    uint64_t known = estimate->estimate_ns;
    int spread = sample >= LONG_NS && sample < known + known / SPREAD &&
                 known < sample + sample / SPREAD;
    if (estimate->samples == 0) put(&estimate->estimate_ns, sample);
    else if (spread) put(&estimate->estimate_ns, known - known / 4 + sample / 4);
    else if (sample < known) put(&estimate->estimate_ns, known - (known - sample) / 2);
    else put(&estimate->estimate_ns, known + (sample - known) / 16);
    estimate->samples++;
}

/* [either side] */
uint64_t xw_copy_estimate_ns(const xw_worker *worker, int kind, uint64_t bytes) {
    double ns_per_byte;
    __atomic_load(&worker->copy_ns_per_byte[kind], &ns_per_byte, __ATOMIC_RELAXED);
    return 1000 + (uint64_t)((double)bytes * ns_per_byte);
}

/* Called once a copy or piece of one. Small copies measure latency, not bandwidth: they
 * teach nothing. The events of a sample part one piece from the next (with every piece
 * sampled, 256 MiB took 1.11 x native to the device): once the engine is known, few are. */
int xw_copy_wants_sample(xw_worker *worker, int kind, uint64_t bytes) {
    if (bytes < COPY_BYTES_TELLING) return 0;
    uint32_t every = worker->copy_samples[kind] < COPY_SAMPLES_KNOWN ? COPY_SAMPLE_EVERY
                                                                     : COPY_SAMPLE_EVERY_KNOWN;
    if (worker->copy_samples[kind] >= COPY_SAMPLES_AT_FIRST &&
        ++worker->copies_since_sample[kind] < every)
        return 0;
    worker->copies_since_sample[kind] = 0;
    return 1;
}

void xw_copy_learn(xw_worker *worker, int kind, uint64_t bytes, int64_t elapsed_ns) {
    if (bytes < COPY_BYTES_TELLING || elapsed_ns <= 0) return;
    double sample = (double)elapsed_ns / (double)bytes;
    double known = worker->copy_ns_per_byte[kind];
    uint32_t samples = worker->copy_samples[kind];
    /* Of the first ones the mean. Then as with launches: what a sample has too much of, its
     * events and company, is no news. */
    double part = samples < COPY_SAMPLES_MEAN ? samples + 1 : sample < known ? 2 : 16;
    known += (sample - known) / part;
    __atomic_store(&worker->copy_ns_per_byte[kind], &known, __ATOMIC_RELAXED);
    worker->copy_samples[kind]++;
}
