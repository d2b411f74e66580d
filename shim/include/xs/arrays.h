/* CUDA arrays as the shim keeps them: their shapes. Their bytes are the broker's. Included by
 * the array files and boxes.c only. */
#ifndef XS_ARRAYS_H
#define XS_ARRAYS_H

#include "xs/work.h"

#define XS_ARRAYS_MAX 4096

typedef struct xs_array {
    xs_object object;
    const xs_context *owner; /* it goes with this context */
    CUDA_ARRAY3D_DESCRIPTOR shape;
    uint64_t row_bytes, rows, layers;
    uint32_t element_bytes;
} xs_array;

static inline xs_array *xs_array_of(CUarray handle) {
    return xs_object_of(XS_OBJECT_ARRAY, handle);
}

static inline int xs_copy_meets_array(const CUDA_MEMCPY3D *copy) {
    return copy->srcMemoryType == CU_MEMORYTYPE_ARRAY ||
           copy->dstMemoryType == CU_MEMORYTYPE_ARRAY;
}
/* Texture and surface objects of a context that ends go. */
void xs_textures_end(const xs_context *owner);
/* A copy with an array as a side, after all the stream was given; it has happened when this
 * returns. `wait`: it is a call that waits by its nature. */
CUresult xs_array_copy(xs_stream *stream, const CUDA_MEMCPY3D *copy, int wait);

#endif
