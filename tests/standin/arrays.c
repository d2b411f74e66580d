/* CUDA arrays, texture objects and surface objects: calls of the control half.
 *
 * An array is rows one behind the other in memory of the host; a copy is queued like any other.
 * New arrays hold stale bytes, and one that is destroyed must hold zeros: so an array that was
 * handed out or given back unscrubbed is seen. */
#include "standin.h"

#include <stdlib.h>
#include <string.h>

#define STALE 0xA5
#define SURFACE_LDST 2u

typedef struct descriptor { /* CUDA_ARRAY3D_DESCRIPTOR */
    size_t width, height, depth;
    unsigned int format, channels, flags;
} descriptor;

typedef struct array {
    object head;
    descriptor shape;
    uint64_t row_bytes, rows, layers;
    char *bytes;
    unsigned int objects; /* that look into it */
} array;

typedef struct resource { /* CUDA_RESOURCE_DESC */
    unsigned int type;    /* 0 array, 2 linear, 3 pitched */
    union {
        array *array;
        struct {
            uint64_t address;
            unsigned int format, channels;
            size_t width, height, pitch; /* of linear memory width is bytes */
        } memory;
        int reserved[32];
    } of;
    unsigned int flags;
} resource;

typedef struct looking { /* a texture or surface object */
    object head;
    array *array;
} looking;

_Static_assert(sizeof(descriptor) == 40, "CUDA_ARRAY3D_DESCRIPTOR");
_Static_assert(sizeof(resource) == 144, "CUDA_RESOURCE_DESC");

static size_t element_bytes(unsigned int format, unsigned int channels)
{
    size_t one = format == 1 || format == 8 ? 1
                 : format == 2 || format == 9 || format == 0x10 ? 2
                 : format == 3 || format == 10 || format == 0x20 ? 4 : 0;

    return channels == 1 || channels == 2 || channels == 4 ? one * channels : 0;
}

API int cuArray3DCreate_v2(void **made, const descriptor *shape)
{
    size_t element = element_bytes(shape->format, shape->channels);
    array *array;

    BEGIN(NEEDS_CONTEXT);
    describe("%zu x %zu x %zu of %zu flags %#x", shape->width, shape->height, shape->depth,
             element, shape->flags);
    if (!element || !shape->width)
        return call_end(INVALID_VALUE);
    array = object_new(ARRAY, sizeof *array);
    array->shape = *shape;
    array->row_bytes = shape->width * element;
    array->rows = shape->height ? shape->height : 1;
    array->layers = shape->depth ? shape->depth : 1;
    array->bytes = malloc(array->row_bytes * array->rows * array->layers);
    memset(array->bytes, STALE, array->row_bytes * array->rows * array->layers);
    *made = array;
    return call_end(SUCCESS);
}

static int is_zero(const char *bytes, uint64_t count)
{
    return !bytes[0] && !memcmp(bytes, bytes + 1, count - 1);
}

API int cuArrayDestroy(array *array)
{
    uint64_t bytes;

    BEGIN(NEEDS_CONTEXT);
    if ((result = object_check(array, ARRAY)))
        return call_end(result);
    bytes = array->row_bytes * array->rows * array->layers;
    if (array->objects)
        violation("an array destroyed while %u objects look into it", array->objects);
    if (queue_touches((uintptr_t)array->bytes, bytes))
        violation("an array destroyed while queued work uses it");
    if (!context_is_gone() && !is_zero(array->bytes, bytes))
        violation("an array given back with a tenant's bytes in it");
    free(array->bytes);
    object_end(array);
    return call_end(SUCCESS);
}

/* Address of a row of a side, 0 where the box does not lie in what it names. */
static uint64_t row_of(const side3d *side, const box3d *box, size_t layer)
{
    uint64_t at, span;

    if (side->level)
        return 0;
    if (side->type == 3) {
        const array *array = side->array;
        if (object_check(array, ARRAY) || side->x_bytes + box->row_bytes > array->row_bytes ||
            side->y + box->rows > array->rows || side->z + box->layers > array->layers)
            return 0;
        return (uintptr_t)array->bytes + side->x_bytes +
               ((side->z + layer) * array->rows + side->y) * array->row_bytes;
    }
    if (side->pitch < side->x_bytes + box->row_bytes || side->rows < side->y + box->rows)
        return 0;
    at = (side->type == 1 ? side->host : side->device) + side->x_bytes +
         ((side->z + layer) * side->rows + side->y) * side->pitch;
    span = (box->rows - 1) * side->pitch + box->row_bytes;
    return (side->type == 1 ? is_host(at, span) : is_device(at, span)) ? at : 0;
}

API int cuMemcpy3DAsync_v2(const box3d *box, void *stream)
{
    const side3d *to = &box->destination, *from = &box->source;

    BEGIN(NEEDS_CONTEXT);
    describe("%zu layers of %zu rows of %zu", box->layers, box->rows, box->row_bytes);
    if ((result = object_check(stream, STREAM)))
        return call_end(result);
    if (!box->row_bytes || !box->rows || !box->layers)
        return call_end(INVALID_VALUE);
    for (size_t layer = 0; layer < box->layers; layer++) {
        uint64_t destination = row_of(to, box, layer), source = row_of(from, box, layer);
        if (!destination || !source)
            return call_end(INVALID_VALUE);
        stream_push(stream, (operation){
            .what = COPY_ROWS, .destination = destination, .source = source,
            .destination_pitch = to->type == 3 ? to->array->row_bytes : to->pitch,
            .source_pitch = from->type == 3 ? from->array->row_bytes : from->pitch,
            .bytes = box->row_bytes, .rows = box->rows, .width = 1});
    }
    return call_end(SUCCESS);
}

static int look(uint64_t *made, const resource *what, kind kind)
{
    array *array = what->type == 0 ? what->of.array : NULL;
    size_t element = element_bytes(what->of.memory.format, what->of.memory.channels);
    looking *one;

    if (array && object_check(array, ARRAY))
        return INVALID_VALUE;
    if (kind == SURFACE && (!array || !(array->shape.flags & SURFACE_LDST)))
        return INVALID_VALUE;
    if (!array) {
        uint64_t bytes = what->type == 2 ? what->of.memory.width
                                         : what->of.memory.pitch * (what->of.memory.height - 1) +
                                               what->of.memory.width * element;
        if (!element || !is_device(what->of.memory.address, bytes))
            return INVALID_VALUE;
    }
    one = object_new(kind, sizeof *one);
    one->array = array;
    if (array)
        array->objects++;
    *made = (uintptr_t)one;
    return SUCCESS;
}

static int unlook(uint64_t number, kind kind)
{
    looking *one = (looking *)(uintptr_t)number;
    int result = object_check(one, kind);

    if (result)
        return result;
    if (one->array)
        one->array->objects--;
    object_end(one);
    return SUCCESS;
}

/* sampling: CUDA_TEXTURE_DESC, whose first word is the mode of x, the fourth the filter. */
API int cuTexObjectCreate(uint64_t *made, const resource *what, const unsigned int *sampling,
                          const void *view)
{
    BEGIN(NEEDS_CONTEXT);
    describe("resource %u mode %u filter %u", what->type, sampling[0], sampling[3]);
    if (view || sampling[0] > 3 || sampling[3] > 1)
        return call_end(INVALID_VALUE);
    return call_end(look(made, what, TEXTURE));
}

API int cuTexObjectDestroy(uint64_t number)
{
    BEGIN(NEEDS_CONTEXT);
    return call_end(unlook(number, TEXTURE));
}

API int cuSurfObjectCreate(uint64_t *made, const resource *what)
{
    BEGIN(NEEDS_CONTEXT);
    return call_end(look(made, what, SURFACE));
}

API int cuSurfObjectDestroy(uint64_t number)
{
    BEGIN(NEEDS_CONTEXT);
    return call_end(unlook(number, SURFACE));
}
