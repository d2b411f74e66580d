/* The exported calls that ask about code and the device: names, variables, linking, what fits,
 * tensor maps, limits. */
#include "standin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------ code */

API int cuModuleGetFunctionCount(unsigned int *count, void *module)
{
    void *ignored;

    BEGIN(NEEDS_CONTEXT);
    *count = 0;
    while (!(result = function_nth(&ignored, module, *count)))
        ++*count;
    return call_end(result == NOT_FOUND ? SUCCESS : result);
}

API int cuModuleEnumerateFunctions(void **functions, unsigned int room, void *module)
{
    BEGIN(NEEDS_CONTEXT);
    for (unsigned int i = 0; i < room; i++)
        if (function_nth(&functions[i], module, i))
            functions[i] = NULL;
    return call_end(SUCCESS);
}

API int cuFuncGetName(const char **name, void *handle)
{
    BEGIN(NEEDS_CONTEXT);
    if ((result = object_check(handle, FUNCTION)))
        return call_end(result);
    *name = ((const function *)handle)->name;
    return call_end(SUCCESS);
}

API int cuModuleGetGlobal_v2(uint64_t *address, size_t *bytes, void *module, const char *name)
{
    uint64_t size = 0;

    BEGIN(NEEDS_CONTEXT);
    describe("%s", name);
    result = variable_get(address, &size, module, name);
    *bytes = size;
    return call_end(result);
}

/* ------------------------------------------------------------------ the linker: inputs joined */

typedef struct linker {
    object head;
    char *bytes;
    size_t used;
} linker;

API int cuLinkCreate_v2(unsigned int count, const int *options, void **values, void **state)
{
    BEGIN(NEEDS_CONTEXT);
    *state = object_new(LINKER, sizeof(linker));
    return call_end(SUCCESS);
}

API int cuLinkAddData_v2(void *state, int type, const void *data, size_t bytes, const char *name,
                         unsigned int count, const int *options, void **values)
{
    linker *linker = state;

    BEGIN(NEEDS_CONTEXT);
    describe("%s type %d %zu", name, type, bytes);
    if ((result = object_check(state, LINKER)))
        return call_end(result);
    if (type == 1 && (!bytes || ((const char *)data)[bytes - 1]))
        violation("PTX for the linker without its closing zero");
    linker->bytes = realloc(linker->bytes, linker->used + bytes);
    memcpy(linker->bytes + linker->used, data, bytes);
    linker->used += bytes;
    return call_end(SUCCESS);
}

API int cuLinkComplete(void *state, void **cubin, size_t *bytes)
{
    BEGIN(NEEDS_CONTEXT);
    if ((result = object_check(state, LINKER)))
        return call_end(result);
    *cubin = ((linker *)state)->bytes;
    *bytes = ((linker *)state)->used;
    return call_end(SUCCESS);
}

API int cuLinkDestroy(void *state)
{
    BEGIN(NEEDS_CONTEXT);
    if ((result = object_check(state, LINKER)))
        return call_end(result);
    free(((linker *)state)->bytes);
    object_end(state);
    return call_end(SUCCESS);
}

/* ------------------------------------------------------------------ what fits */

API int cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int *blocks, void *handle,
                                                             int threads, size_t shared_bytes,
                                                             unsigned int flags)
{
    BEGIN(NEEDS_CONTEXT);
    describe("%d %zu flags %u", threads, shared_bytes, flags);
    if ((result = object_check(handle, FUNCTION)))
        return call_end(result);
    *blocks = threads > 0 ? 2048 / threads : 0;
    return call_end(threads > 0 ? SUCCESS : INVALID_VALUE);
}

API int cuOccupancyAvailableDynamicSMemPerBlock(size_t *bytes, void *handle, int blocks,
                                                int threads)
{
    BEGIN(NEEDS_CONTEXT);
    describe("%d %d", blocks, threads);
    if ((result = object_check(handle, FUNCTION)))
        return call_end(result);
    *bytes = blocks > 0 ? 232448 / (size_t)blocks : 0;
    return call_end(blocks > 0 ? SUCCESS : INVALID_VALUE);
}

typedef struct config {
    unsigned int grid[3], block[3], shared_bytes;
    void *stream;
    const int *attributes;
    unsigned int attributes_count;
} config;

static void describe_config(const config *config)
{
    describe("block %u", config->block[0]);
    for (unsigned int i = 0; i < config->attributes_count; i++)
        describe(" %d=%d", config->attributes[i * 18], config->attributes[i * 18 + 2]);
}

API int cuOccupancyMaxPotentialClusterSize(int *size, void *handle, const config *config)
{
    BEGIN(NEEDS_CONTEXT);
    describe_config(config);
    *size = 8;
    return call_end(object_check(handle, FUNCTION));
}

API int cuOccupancyMaxActiveClusters(int *clusters, void *handle, const config *config)
{
    BEGIN(NEEDS_CONTEXT);
    describe_config(config);
    *clusters = 132;
    return call_end(object_check(handle, FUNCTION));
}

/* ------------------------------------------------------------------ tensor maps */

/* Stands for the driver's own encoding: the address, rank and type in the first words. */
API int cuTensorMapEncodeTiled(uint64_t *map, int type, uint32_t rank, uint64_t address,
                               const uint64_t *dimensions, const uint64_t *strides,
                               const uint32_t *box, const uint32_t *element_strides,
                               int interleave, int swizzle, int promotion, int fill)
{
    BEGIN(NEEDS_CONTEXT);
    memset(map, 0, 128);
    map[0] = address;
    map[1] = rank;
    map[2] = (uint64_t)type;
    for (uint32_t i = 0; i < rank && rank <= 5; i++)
        map[3 + i] = dimensions[i] << 32 | box[i];
    return call_end(rank && rank <= 5 ? SUCCESS : INVALID_VALUE);
}

API int cuTensorMapEncodeIm2col(uint64_t *map, int type, uint32_t rank, uint64_t address,
                                const uint64_t *dimensions, const uint64_t *strides,
                                const int *lower, const int *upper, uint32_t channels,
                                uint32_t pixels, const uint32_t *element_strides, int interleave,
                                int swizzle, int promotion, int fill)
{
    BEGIN(NEEDS_CONTEXT);
    memset(map, 0, 128);
    map[0] = address;
    map[1] = rank;
    map[2] = (uint64_t)channels << 32 | pixels;
    return call_end(rank >= 3 && rank <= 5 ? SUCCESS : INVALID_VALUE);
}

/* ------------------------------------------------------------------ limits */

static size_t limits[8] = {1024, 7340032, 8388608, 2, 2048, 64, 0, 0};

API int cuCtxGetLimit(size_t *value, int limit)
{
    BEGIN(NEEDS_CONTEXT);
    describe("%d", limit);
    if (limit < 0 || limit > 6)
        return call_end(215);
    *value = limits[limit];
    return call_end(SUCCESS);
}

API int cuCtxSetLimit(int limit, size_t value)
{
    BEGIN(NEEDS_CONTEXT);
    describe("%d %zu", limit, value);
    if (limit < 0 || limit > 6)
        return call_end(215);
    limits[limit] = value;
    return call_end(SUCCESS);
}
