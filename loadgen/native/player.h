/* Prepared launches played on the driver itself: see player.c. Called by _player.pyx. */
#ifndef XS_NATIVE_PLAYER_H
#define XS_NATIVE_PLAYER_H

#include <stdint.h>

typedef struct native_launch {   /* one prepared launch; session.py has the same layout */
    uint32_t grid[3], block[3];
    uint32_t shared_bytes, params_bytes;
    uint64_t function;
    uint64_t gap_ns;             /* host time before it is submitted */
    unsigned char params[32];
} native_launch;

/* All return a CUresult; native_open -1 without a driver, -2 when it lacks a call. */
int native_open(void);
int native_play(void *stream, const native_launch *launches, uint32_t count, double pace);
int native_burst(void *stream, const native_launch *launch, uint32_t count, uint64_t *ns);
int native_round_trips(void *stream, const native_launch *launch, uint32_t count, uint64_t *ns);

#endif
