/* The linker, as a program drives it: inputs are gathered, linked by one call at the end.
 *
 * Decides nothing about code. Inputs are copied when they are added, as the interface
 * promises; the linked cubin belongs to the state. Source: driver API, cuLink*. */
#include <stdlib.h>

#include "xs/image.h"
#include "xs/jit.h"
#include "xs/work.h"

#define STATES_MAX 1024
#define INPUTS_MAX 64
#define CUBIN_BYTES_FIRST (4ull << 20)

typedef struct input {
    uint32_t type;
    char *name;
    uint8_t *bytes;
    uint64_t count;
} input;

typedef struct xs_state {
    xs_object object;
    xs_jit jit;
    input inputs[INPUTS_MAX];
    uint32_t count;
    uint8_t *cubin;
} xs_state;

static xs_state *state_of(CUlinkState handle) {
    return xs_object_of(XS_OBJECT_LINK, handle);
}

CUresult xs_cuLinkCreate_v2(unsigned int numOptions, CUjit_option *options, void **optionValues,
                            CUlinkState *stateOut) {
    CUresult result;
    xs_state *state;
    xs_jit jit;

    if (!stateOut)
        return CUDA_ERROR_INVALID_VALUE;
    result = xs_jit_read(&jit, numOptions, options, optionValues);
    if (!result)
        result = xs_pool_make(XS_OBJECT_LINK, sizeof *state, STATES_MAX);
    if (result)
        return result;
    state = xs_object_new(XS_OBJECT_LINK);
    if (!state)
        return CUDA_ERROR_OUT_OF_MEMORY;
    state->jit = jit;
    *stateOut = (CUlinkState)state;
    return CUDA_SUCCESS;
}

CUresult xs_cuLinkAddData_v2(CUlinkState handle, CUjitInputType type, void *data, size_t size,
                             const char *name, unsigned int numOptions, CUjit_option *options,
                             void **optionValues) {
    xs_state *state = state_of(handle);
    input *made;

    if (!state)
        return CUDA_ERROR_INVALID_HANDLE;
    if (!data || !size || type < 0 || type > 5)
        return CUDA_ERROR_INVALID_VALUE;
    if (state->count == INPUTS_MAX)
        return CUDA_ERROR_OUT_OF_MEMORY;
    made = &state->inputs[state->count];
    made->bytes = malloc(size);
    made->name = strdup(name ? name : "");
    if (!made->bytes || !made->name) {
        free(made->bytes);
        free(made->name);
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    memcpy(made->bytes, data, size);
    made->count = size;
    made->type = (uint32_t)type;
    state->count++;
    return CUDA_SUCCESS;
}

CUresult xs_cuLinkAddFile_v2(CUlinkState handle, CUjitInputType type, const char *path,
                             unsigned int numOptions, CUjit_option *options,
                             void **optionValues) {
    CUresult result = CUDA_ERROR_FILE_NOT_FOUND;
    uint64_t count;
    uint8_t *bytes;

    if (!path)
        return CUDA_ERROR_INVALID_VALUE;
    bytes = xs_image_read(path, &count);
    if (bytes)
        result = xs_cuLinkAddData_v2(handle, type, bytes, count, path, numOptions, options,
                                     optionValues);
    free(bytes);
    return result;
}

/* All inputs one behind the other at `at`; each begins at a multiple of 16. */
static void lay_out(const xs_state *state, uint8_t *at, xs_link_input *inputs) {
    for (uint32_t i = 0; i < state->count; i++) {
        const input *one = &state->inputs[i];
        memcpy(at, one->bytes, one->count);
        inputs[i] = (xs_link_input){.type = one->type, .name = (const uint8_t *)one->name,
                                    .name_bytes = (uint32_t)strlen(one->name),
                                    .host_offset = xs_arena_offset(at), .bytes = one->count};
        at += (one->count + 15) / 16 * 16;
    }
}

static CUresult link_into(xs_state *state, const xs_link_input *inputs, uint8_t *room,
                          uint64_t room_bytes, uint64_t *cubin_bytes) {
    xs_message request = {.kind = XS_MSG_LINK};
    xs_msg_link *m = &request.u.link;
    xs_reply reply;
    CUresult result;

    m->inputs = inputs;
    m->inputs_count = state->count;
    m->host_offset = xs_arena_offset(room);
    m->bytes_max = room_bytes;
    m->options = (const uint8_t *)state->jit.pairs;
    m->options_bytes = state->jit.count * 8;
    result = xs_exchange(&request, &reply);
    if (result)
        return result;
    result = reply.message.u.linked.result;
    *cubin_bytes = reply.message.u.linked.bytes;
    xs_jit_tell(&state->jit, result != 0, reply.message.u.linked.message,
                reply.message.u.linked.message_bytes);
    xs_reply_free(&reply);
    return result;
}

static CUresult link_all(xs_state *state, uint64_t total, uint64_t room_bytes,
                         uint64_t *cubin_bytes) {
    xs_link_input inputs[INPUTS_MAX];
    uint8_t *at = xs_arena_take(total, 1), *room = xs_arena_take(room_bytes, 1);
    CUresult result = CUDA_ERROR_OUT_OF_MEMORY;

    if (at && room) {
        lay_out(state, at, inputs);
        result = link_into(state, inputs, room, room_bytes, cubin_bytes);
    }
    if (!result && *cubin_bytes <= room_bytes) {
        state->cubin = malloc(*cubin_bytes + 8);
        if (state->cubin) {
            memcpy(state->cubin, room, *cubin_bytes);
            memset(state->cubin + *cubin_bytes, 0, 8);
        } else {
            result = CUDA_ERROR_OUT_OF_MEMORY;
        }
    }
    if (at)
        xs_arena_give(at);
    if (room)
        xs_arena_give(room);
    return result;
}

CUresult xs_cuLinkComplete(CUlinkState handle, void **cubinOut, size_t *sizeOut) {
    xs_state *state = state_of(handle);
    uint64_t total = 0, room = CUBIN_BYTES_FIRST, cubin_bytes = 0;
    CUresult result;

    if (!state)
        return CUDA_ERROR_INVALID_HANDLE;
    if (!cubinOut || !state->count)
        return CUDA_ERROR_INVALID_VALUE;
    for (uint32_t i = 0; i < state->count; i++)
        total += (state->inputs[i].count + 15) / 16 * 16;
    free(state->cubin);
    state->cubin = NULL;
    result = link_all(state, total, room, &cubin_bytes);
    if (!result && !state->cubin)
        result = link_all(state, total, cubin_bytes, &cubin_bytes);
    if (!result && !state->cubin)
        result = CUDA_ERROR_UNKNOWN;
    if (result)
        return result;
    *cubinOut = state->cubin;
    if (sizeOut)
        *sizeOut = cubin_bytes;
    return CUDA_SUCCESS;
}

CUresult xs_cuLinkDestroy(CUlinkState handle) {
    xs_state *state = state_of(handle);

    if (!state)
        return CUDA_ERROR_INVALID_HANDLE;
    for (uint32_t i = 0; i < state->count; i++) {
        free(state->inputs[i].bytes);
        free(state->inputs[i].name);
    }
    free(state->cubin);
    xs_object_end(state);
    return CUDA_SUCCESS;
}
