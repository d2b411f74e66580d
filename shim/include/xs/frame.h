/* Frames on a byte stream: a 4-byte little-endian length, then that many bytes of body.
 *
 * It decides where a frame ends and which lengths are refused. It must never look into a
 * body. Called by the broker's Cython Intake, by the client's sender and receiver. */
#ifndef XS_FRAME_H
#define XS_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include "xs/codec.h"

enum { XS_FRAME_REFUSED = -1, XS_FRAME_PARTIAL = 0, XS_FRAME_WHOLE = 1 };

typedef struct xs_frame {
    const uint8_t *body; /* points into the scanned data */
    uint32_t body_bytes; /* 1..XS_FRAME_BYTES_MAX */
} xs_frame;

/* Look for a whole frame at *at.
 *
 * Returns: XS_FRAME_WHOLE with frame set and *at behind it; XS_FRAME_PARTIAL when bytes are
 *     missing; XS_FRAME_REFUSED, with fault (may be NULL) filled in, as soon as the four
 *     bytes of a bad length are there. */
int xs_frame_scan(const uint8_t *data, size_t size, size_t *at, xs_frame *frame,
                  xs_fault *fault);

/* Start a frame in a writer; returns where, for xs_frame_end, or -1 (cast) when full. */
size_t xs_frame_begin(xs_writer *w);
/* Fill in the length of the frame that began at `start`. 0, or -1 over the bound. */
int xs_frame_end(xs_writer *w, size_t start);

static inline void xs_put_le32(uint8_t *at, uint32_t value) {
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
    at[2] = (uint8_t)(value >> 16);
    at[3] = (uint8_t)(value >> 24);
}

static inline uint32_t xs_get_le32(const uint8_t *at) {
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
           (uint32_t)at[3] << 24;
}

#endif
