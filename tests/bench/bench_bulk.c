/* How fast bytes move between the program's pages and staging chunks, without a device:
 * shim/src/cuda/bulk.c alone. Run by bench_bulk.py; one line: name, GB/s.
 *
 * Arguments: helpers (0 to 2); "up" (into the chunks), "down" (out of them) or "plain"
 * (down by one thread's memcpy); bytes of the whole; bytes of a chunk; chunks in the ring.
 * The bytes of each copy are compared at the end; exit status 1 where they differ. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "xs/work.h"

#define ROUNDS 3

static double now_s(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

typedef void copier(void *to, const void *from, size_t bytes);

static void plainly(void *to, const void *from, size_t bytes) {
    memcpy(to, from, bytes);
}

int main(int argc, char **argv) {
    size_t whole, chunk, ring;
    unsigned char *pages, *chunks;
    double best = 0;
    copier *copy;
    int up;

    if (argc != 6)
        return 2;
    up = !strcmp(argv[2], "up");
    copy = up ? xs_bulk_copy : !strcmp(argv[2], "down") ? xs_bulk_land : plainly;
    whole = strtoull(argv[3], NULL, 0);
    chunk = strtoull(argv[4], NULL, 0);
    ring = strtoull(argv[5], NULL, 0);
    pages = malloc(whole + 1);
    chunks = malloc(ring * chunk);
    if (!pages || !chunks)
        return 2;
    xs_bulk_helpers((uint32_t)atoi(argv[1]));
    for (size_t i = 0; i < ring * chunk; i++)
        chunks[i] = (unsigned char)(i * 2654435761u >> 13);
    memset(pages, 0, whole + 1);
    pages++; /* a program's address is of no alignment */
    if (up)
        for (size_t i = 0; i < whole; i++)
            pages[i] = (unsigned char)(i * 2246822519u >> 11);
    for (int round = 0; round < ROUNDS; round++) {
        double begin = now_s(), rate;
        for (size_t at = 0, n = 0; at < whole; at += chunk, n++) {
            size_t bytes = whole - at < chunk ? whole - at : chunk;
            unsigned char *stage = chunks + n % ring * chunk;
            up ? copy(stage, pages + at, bytes) : copy(pages + at, stage, bytes);
            if (round == 0 && memcmp(stage, pages + at, bytes))
                return 1;
        }
        rate = (double)whole / (now_s() - begin) / 1e9;
        if (round && rate > best)
            best = rate;
    }
    printf("%s_%s %.2f\n", argv[2], argv[1], best);
    free(pages - 1);
    free(chunks);
    return 0;
}
