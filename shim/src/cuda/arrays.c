/* CUDA arrays: made, asked about, destroyed.
 *
 * Decides nothing that the broker does not; shapes are kept, so that copies are checked without
 * asking. Source: driver API, memory management. */
#include "xs/arrays.h"

static uint32_t format_bytes(CUarray_format format) {
    switch (format) {
    case 1: case 8: /* integers of 8 bits */
        return 1;
    case 2: case 9: case 0x10: /* of 16 bits, half */
        return 2;
    case 3: case 10: case 0x20: /* of 32 bits, float */
        return 4;
    default:
        return 0;
    }
}

CUresult xs_cuArray3DCreate_v2(CUarray *pHandle, const CUDA_ARRAY3D_DESCRIPTOR *shape) {
    static int said;
    xs_message request = {.kind = XS_MSG_ARRAY_CREATE};
    CUresult result;
    xs_array *array;

    if (!pHandle || !shape || !shape->Width || shape->NumChannels < 1 || shape->NumChannels > 4 ||
        shape->NumChannels == 3)
        return CUDA_ERROR_INVALID_VALUE;
    if (!format_bytes(shape->Format) || shape->Flags & ~15u)
        return xs_refuse("an array of planes, blocks or normalised pixels, a sparse one", &said);
    result = xs_check_unsafe();
    if (!result)
        result = xs_pool_make(XS_OBJECT_ARRAY, sizeof *array, XS_ARRAYS_MAX + 1);
    array = result ? NULL : xs_object_new(XS_OBJECT_ARRAY);
    if (!array)
        return result ? result : CUDA_ERROR_OUT_OF_MEMORY;
    array->owner = xs_self.current;
    array->shape = *shape;
    array->element_bytes = format_bytes(shape->Format) * shape->NumChannels;
    array->row_bytes = shape->Width * array->element_bytes;
    array->rows = shape->Height ? shape->Height : 1;
    array->layers = shape->Depth ? shape->Depth : 1;
    request.u.array_create.array = array->object.wire;
    request.u.array_create.width = shape->Width;
    request.u.array_create.height = shape->Height;
    request.u.array_create.depth = shape->Depth;
    request.u.array_create.format = (uint32_t)shape->Format;
    request.u.array_create.channels = shape->NumChannels;
    request.u.array_create.flags = shape->Flags;
    result = xs_call_done(&request);
    if (result == CUDA_ERROR_OUT_OF_MEMORY && xs_pools_trim())
        result = xs_call_done(&request);
    if (result)
        xs_object_end(array);
    else
        *pHandle = (CUarray)array;
    return result;
}

CUresult xs_cuArrayCreate_v2(CUarray *pHandle, const CUDA_ARRAY_DESCRIPTOR *shape) {
    CUDA_ARRAY3D_DESCRIPTOR whole;

    if (!shape)
        return CUDA_ERROR_INVALID_VALUE;
    whole = (CUDA_ARRAY3D_DESCRIPTOR){.Width = shape->Width, .Height = shape->Height,
                                      .Format = shape->Format,
                                      .NumChannels = shape->NumChannels};
    return xs_cuArray3DCreate_v2(pHandle, &whole);
}

static CUresult destroy(xs_array *array) {
    xs_message request = {.kind = XS_MSG_ARRAY_DESTROY};
    CUresult result;

    request.u.array_destroy.array = array->object.wire;
    request.u.array_destroy.after_seq = xs_session_last_seq(xs_session_now());
    result = xs_call_done(&request);
    if (!result)
        xs_object_end(array);
    return result;
}

CUresult xs_cuArrayDestroy(CUarray hArray) {
    xs_array *array = xs_array_of(hArray);
    CUresult result;

    if (!array)
        return CUDA_ERROR_INVALID_HANDLE;
    result = xs_check_unsafe();
    return result ? result : destroy(array);
}

/* Before memory.c gives back what a texture may look into. */
static void context_ends(xs_context *context) {
    xs_array *array = NULL;

    if (xs_gate() != XS_GATE_OPEN || !xs_streams_idle(XS_END_PATIENCE_NS))
        return;
    xs_textures_end(context);
    while ((array = xs_object_next(XS_OBJECT_ARRAY, array)))
        if (array->owner == context)
            destroy(array);
}

CUresult xs_arrays_start(void) {
    xs_context_on_end(context_ends);
    return CUDA_SUCCESS;
}

CUresult xs_cuArray3DGetDescriptor_v2(CUDA_ARRAY3D_DESCRIPTOR *out, CUarray hArray) {
    const xs_array *array = xs_array_of(hArray);

    if (!array)
        return CUDA_ERROR_INVALID_HANDLE;
    if (!out)
        return CUDA_ERROR_INVALID_VALUE;
    *out = array->shape;
    return CUDA_SUCCESS;
}

/* Of an array of one or two dimensions. */
CUresult xs_cuArrayGetDescriptor_v2(CUDA_ARRAY_DESCRIPTOR *out, CUarray hArray) {
    CUDA_ARRAY3D_DESCRIPTOR whole;
    CUresult result = xs_cuArray3DGetDescriptor_v2(&whole, hArray);

    if (result || !out || whole.Depth)
        return result ? result : CUDA_ERROR_INVALID_VALUE;
    *out = (CUDA_ARRAY_DESCRIPTOR){whole.Width, whole.Height, whole.Format, whole.NumChannels};
    return CUDA_SUCCESS;
}
