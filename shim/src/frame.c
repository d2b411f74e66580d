/* Frames on a byte stream. See xs/frame.h. */
#include "xs/frame.h"

#include <stdio.h>

static int refuse(xs_fault *fault, uint32_t bytes) {
    if (fault != NULL) {
        fault->problem = XS_PROBLEM_BYTES;
        fault->seq = 0;
        snprintf(fault->text, sizeof fault->text, "frame: %u bytes, at %s %d", bytes,
                 bytes == 0 ? "least" : "most", bytes == 0 ? 1 : XS_FRAME_BYTES_MAX);
    }
    return XS_FRAME_REFUSED;
}

int xs_frame_scan(const uint8_t *data, size_t size, size_t *at, xs_frame *frame,
                  xs_fault *fault) {
    size_t left = size - *at;
    if (left < XS_FRAME_HEADER_BYTES) {
        return XS_FRAME_PARTIAL;
    }
    uint32_t bytes = xs_get_le32(data + *at);
    if (bytes == 0 || bytes > XS_FRAME_BYTES_MAX) {
        return refuse(fault, bytes);
    }
    if (left - XS_FRAME_HEADER_BYTES < bytes) {
        return XS_FRAME_PARTIAL;
    }
    frame->body = data + *at + XS_FRAME_HEADER_BYTES;
    frame->body_bytes = bytes;
    *at += XS_FRAME_HEADER_BYTES + (size_t)bytes;
    return XS_FRAME_WHOLE;
}

size_t xs_frame_begin(xs_writer *w) {
    uint8_t *at = xs_room(w, XS_FRAME_HEADER_BYTES);
    if (at == NULL) {
        return (size_t)-1;
    }
    size_t start = w->used;
    xs_put_le32(at, 0);
    xs_wrote(w, at + XS_FRAME_HEADER_BYTES);
    return start;
}

int xs_frame_end(xs_writer *w, size_t start) {
    if (w->error != XS_PROBLEM_NONE) {
        return -1;
    }
    size_t bytes = w->used - start - XS_FRAME_HEADER_BYTES;
    if (bytes > XS_FRAME_BYTES_MAX) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "frame", bytes, XS_FRAME_BYTES_MAX);
    }
    xs_put_le32(w->data + start, (uint32_t)bytes);
    return 0;
}
