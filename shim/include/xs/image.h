/* Code images: how long one is, of which format, and its content hash.
 *
 * Decides nothing about code. A program hands over a pointer without a length: the image's
 * own headers say where it ends. */
#ifndef XS_IMAGE_H
#define XS_IMAGE_H

#include <stddef.h>
#include <stdint.h>

typedef struct xs_image {
    const uint8_t *bytes;
    uint64_t count;
    uint8_t format; /* XS_MODULE_FORMAT_* */
} xs_image;

/* A fatbin wrapper is followed to its data. Returns 0, or -1 for nothing known. */
int xs_image_of(const void *pointer, xs_image *image);
/* The whole file, malloc'ed, with a zero behind its last byte; NULL: not readable. */
uint8_t *xs_image_read(const char *path, uint64_t *count);
void xs_sha256(const uint8_t *bytes, uint64_t count, uint8_t digest[32]);

#endif
