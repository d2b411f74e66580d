/* Texture objects and surface objects.
 *
 * Decides nothing that the broker does not. A handle is the device's own number, for kernels get
 * it as a parameter; what each was made of is kept here, to be asked for. Source: driver API,
 * texture and surface object management. */
#include <pthread.h>
#include <stdlib.h>

#include "xs/arrays.h"

typedef struct object {
    struct object *next;
    uint64_t number;
    int surface;
    const xs_context *owner;
    CUDA_RESOURCE_DESC resource;
    CUDA_TEXTURE_DESC sampling;
} object;

_Static_assert(sizeof(CUDA_RESOURCE_DESC) == 144, "CUDA_RESOURCE_DESC of the driver API");
_Static_assert(sizeof(CUDA_TEXTURE_DESC) == 104, "CUDA_TEXTURE_DESC of the driver API");

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static object *objects;

static CUresult describe(const CUDA_RESOURCE_DESC *resource, xs_msg_texture_create *m) {
    static int said;
    const xs_array *array;

    if (resource->flags)
        return CUDA_ERROR_INVALID_VALUE;
    m->resource = (uint8_t)resource->resType;
    switch (resource->resType) {
    case CU_RESOURCE_TYPE_ARRAY:
        array = xs_array_of(resource->res.array.hArray);
        m->array = array ? array->object.wire : 0;
        return array ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE;
    case CU_RESOURCE_TYPE_LINEAR:
        m->address = resource->res.linear.devPtr;
        m->format = (uint32_t)resource->res.linear.format;
        m->channels = resource->res.linear.numChannels;
        m->bytes = resource->res.linear.sizeInBytes;
        return CUDA_SUCCESS;
    case CU_RESOURCE_TYPE_PITCH2D:
        m->address = resource->res.pitch2D.devPtr;
        m->format = (uint32_t)resource->res.pitch2D.format;
        m->channels = resource->res.pitch2D.numChannels;
        m->width = resource->res.pitch2D.width;
        m->height = resource->res.pitch2D.height;
        m->pitch = resource->res.pitch2D.pitchInBytes;
        return CUDA_SUCCESS;
    case CU_RESOURCE_TYPE_MIPMAPPED_ARRAY:
        return xs_refuse("a texture of a mipmapped array", &said);
    default:
        return CUDA_ERROR_INVALID_VALUE;
    }
}

static CUresult create(uint64_t *out, const CUDA_RESOURCE_DESC *resource,
                       const CUDA_TEXTURE_DESC *sampling) {
    xs_message request = {.kind = XS_MSG_TEXTURE_CREATE};
    CUresult result = describe(resource, &request.u.texture_create);
    object *made = result ? NULL : calloc(1, sizeof *made);
    xs_reply reply;

    if (!made)
        return result ? result : CUDA_ERROR_OUT_OF_MEMORY;
    request.u.texture_create.surface = !sampling;
    request.u.texture_create.sampling = (const uint8_t *)sampling;
    request.u.texture_create.sampling_bytes = sampling ? sizeof *sampling : 0;
    result = xs_call(&request, &reply);
    if (result) {
        free(made);
        return result;
    }
    *made = (object){.number = reply.message.u.texture.object, .surface = !sampling,
                     .owner = xs_self.current, .resource = *resource};
    if (sampling)
        made->sampling = *sampling;
    xs_reply_free(&reply);
    *out = made->number;
    pthread_mutex_lock(&lock);
    made->next = objects;
    objects = made;
    pthread_mutex_unlock(&lock);
    return CUDA_SUCCESS;
}

/* Lock held. Where the list names it; *there NULL: nowhere. */
static object **find(uint64_t number, int surface) {
    object **there = &objects;

    while (*there && ((*there)->number != number || (*there)->surface != surface))
        there = &(*there)->next;
    return there;
}

/* A copy of what is kept; 0: there is no such object. */
static int look(uint64_t number, int surface, object *seen) {
    const object *found;

    pthread_mutex_lock(&lock);
    found = *find(number, surface);
    if (found)
        *seen = *found;
    pthread_mutex_unlock(&lock);
    return found != NULL;
}

static CUresult destroy(uint64_t number, int surface) {
    xs_message request = {.kind = XS_MSG_TEXTURE_DESTROY};
    object **there, *gone;
    CUresult result;

    request.u.texture_destroy.surface = (uint8_t)surface;
    request.u.texture_destroy.object = number;
    request.u.texture_destroy.after_seq = xs_session_last_seq(xs_session_now());
    pthread_mutex_lock(&lock); /* its number is nobody else's until it is forgotten here */
    there = find(number, surface);
    gone = *there;
    result = gone ? xs_call_done(&request) : CUDA_ERROR_INVALID_HANDLE;
    if (!result)
        *there = gone->next;
    pthread_mutex_unlock(&lock);
    if (!result)
        free(gone);
    return result;
}

void xs_textures_end(const xs_context *owner) {
    const object *found;
    object gone;

    do {
        pthread_mutex_lock(&lock);
        for (found = objects; found && found->owner != owner;)
            found = found->next;
        if (found)
            gone = *found;
        pthread_mutex_unlock(&lock);
    } while (found && !destroy(gone.number, gone.surface));
}

CUresult xs_cuTexObjectCreate(CUtexObject *pTexObject, const CUDA_RESOURCE_DESC *pResDesc,
                              const CUDA_TEXTURE_DESC *pTexDesc,
                              const CUDA_RESOURCE_VIEW_DESC *pResViewDesc) {
    static int said;

    if (!pTexObject || !pResDesc || !pTexDesc)
        return CUDA_ERROR_INVALID_VALUE;
    if (pResViewDesc)
        return xs_refuse("a resource view", &said);
    return create(pTexObject, pResDesc, pTexDesc);
}

CUresult xs_cuTexObjectDestroy(CUtexObject texObject) {
    return destroy(texObject, 0);
}

CUresult xs_cuTexObjectGetResourceDesc(CUDA_RESOURCE_DESC *pResDesc, CUtexObject texObject) {
    object seen;

    if (!pResDesc || !look(texObject, 0, &seen))
        return CUDA_ERROR_INVALID_VALUE;
    *pResDesc = seen.resource;
    return CUDA_SUCCESS;
}

CUresult xs_cuTexObjectGetTextureDesc(CUDA_TEXTURE_DESC *pTexDesc, CUtexObject texObject) {
    object seen;

    if (!pTexDesc || !look(texObject, 0, &seen))
        return CUDA_ERROR_INVALID_VALUE;
    *pTexDesc = seen.sampling;
    return CUDA_SUCCESS;
}

/* None has a view. */
CUresult xs_cuTexObjectGetResourceViewDesc(CUDA_RESOURCE_VIEW_DESC *pResViewDesc,
                                           CUtexObject texObject) {
    (void)pResViewDesc;
    (void)texObject;
    return CUDA_ERROR_INVALID_VALUE;
}

CUresult xs_cuSurfObjectCreate(CUsurfObject *pSurfObject, const CUDA_RESOURCE_DESC *pResDesc) {
    if (!pSurfObject || !pResDesc || pResDesc->resType != CU_RESOURCE_TYPE_ARRAY)
        return CUDA_ERROR_INVALID_VALUE;
    return create(pSurfObject, pResDesc, NULL);
}

CUresult xs_cuSurfObjectDestroy(CUsurfObject surfObject) {
    return destroy(surfObject, 1);
}

CUresult xs_cuSurfObjectGetResourceDesc(CUDA_RESOURCE_DESC *pResDesc, CUsurfObject surfObject) {
    object seen;

    if (!pResDesc || !look(surfObject, 1, &seen))
        return CUDA_ERROR_INVALID_VALUE;
    *pResDesc = seen.resource;
    return CUDA_SUCCESS;
}
