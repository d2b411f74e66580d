/* How much of a function fits on the device, and tensor maps: asked once, then remembered.
 *
 * Decides how long an answer holds: as long as the function, and the attributes that answer
 * depends on. One small table for both; a slot that is taken by another question is asked
 * again. Source: driver API, occupancy, tensor map object management. */
#include <pthread.h>

#include "xs/work.h"

#define ANSWERS 1024u
#define QUESTION_BYTES 240

typedef struct answer {
    uint64_t key;
    uint32_t bytes;                  /* of the question */
    uint8_t question[QUESTION_BYTES];
    uint64_t value[16];              /* a number, or a tensor map */
} answer;

static struct {
    pthread_mutex_t lock;
    answer answers[ANSWERS];
} memory = {.lock = PTHREAD_MUTEX_INITIALIZER};

static uint64_t key_of(const void *question, size_t bytes) {
    const uint8_t *at = question;
    uint64_t key = 0xcbf29ce484222325ull;

    for (size_t i = 0; i < bytes; i++)
        key = (key ^ at[i]) * 0x100000001b3ull;
    return key | 1;
}

static int recall(const void *question, uint32_t bytes, void *value, size_t value_bytes) {
    uint64_t key = key_of(question, bytes);
    const answer *known = &memory.answers[key / 2 % ANSWERS];
    int found;

    pthread_mutex_lock(&memory.lock);
    found = known->key == key && known->bytes == bytes &&
            !memcmp(known->question, question, bytes);
    if (found)
        memcpy(value, known->value, value_bytes);
    pthread_mutex_unlock(&memory.lock);
    return found;
}

static void keep(const void *question, uint32_t bytes, const void *value, size_t value_bytes) {
    uint64_t key = key_of(question, bytes);
    answer *slot = &memory.answers[key / 2 % ANSWERS];

    pthread_mutex_lock(&memory.lock);
    slot->key = key;
    slot->bytes = bytes;
    memcpy(slot->question, question, bytes);
    memcpy(slot->value, value, value_bytes);
    pthread_mutex_unlock(&memory.lock);
}

/* ------------------------------------------------------------------ occupancy */

/* Zeroed, then filled in: it is compared as bytes. */
typedef struct question {
    uint64_t function, shared_bytes;
    uint32_t query, grid[3], block[3], flags;
    int32_t depends[4]; /* attributes that change the answer */
    uint32_t attributes_count, unused;
    CUlaunchAttribute attributes[2];
} question;
_Static_assert(sizeof(question) <= QUESTION_BYTES, "it is kept whole");

static CUresult ask(const question *q, uint64_t *value) {
    xs_message request = {.kind = XS_MSG_OCCUPANCY_GET};
    xs_msg_occupancy_get *m = &request.u.occupancy_get;
    xs_reply reply;
    CUresult result;

    if (recall(q, sizeof *q, value, sizeof *value))
        return CUDA_SUCCESS;
    m->function = q->function;
    m->query = (uint8_t)q->query;
    m->grid_x = q->grid[0];
    m->grid_y = q->grid[1];
    m->grid_z = q->grid[2];
    m->block_x = q->block[0];
    m->block_y = q->block[1];
    m->block_z = q->block[2];
    m->shared_bytes = q->shared_bytes;
    m->flags = q->flags;
    m->attributes = (const uint8_t *)q->attributes;
    m->attributes_bytes = q->attributes_count * (uint32_t)sizeof q->attributes[0];
    result = xs_call(&request, &reply);
    if (result)
        return result;
    *value = reply.message.u.occupancy.value;
    xs_reply_free(&reply);
    keep(q, sizeof *q, value, sizeof *value);
    return CUDA_SUCCESS;
}

static CUresult question_of(question *q, const void *handle, uint32_t query) {
    const xs_function *function = xs_function_of(handle);

    memset(q, 0, sizeof *q);
    if (!function)
        return CUDA_ERROR_INVALID_HANDLE;
    q->function = function->object.wire;
    q->query = query;
    for (int i = 0; i < 3; i++)
        q->grid[i] = q->block[i] = 1;
    q->depends[0] = function->attributes[8];
    q->depends[1] = function->attributes[9];
    q->depends[2] = function->attributes[11];
    q->depends[3] = function->attributes[14];
    return CUDA_SUCCESS;
}

static CUresult blocks(int *count, CUfunction func, int threads, size_t shared_bytes,
                       unsigned flags) {
    uint64_t value;
    question q;
    CUresult result = question_of(&q, func, XS_OCCUPANCY_BLOCKS);

    if (result)
        return result;
    if (!count || threads <= 0 || shared_bytes > INT32_MAX || flags > 1)
        return CUDA_ERROR_INVALID_VALUE;
    q.block[0] = (uint32_t)threads;
    q.shared_bytes = shared_bytes;
    q.flags = flags;
    result = ask(&q, &value);
    if (!result)
        *count = (int)value;
    return result;
}

CUresult xs_cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int *numBlocks, CUfunction func,
                                                                 int blockSize,
                                                                 size_t dynamicSMemSize,
                                                                 unsigned int flags) {
    return blocks(numBlocks, func, blockSize, dynamicSMemSize, flags);
}

CUresult xs_cuOccupancyMaxActiveBlocksPerMultiprocessor(int *numBlocks, CUfunction func,
                                                        int blockSize, size_t dynamicSMemSize) {
    return blocks(numBlocks, func, blockSize, dynamicSMemSize, 0);
}

CUresult xs_cuOccupancyAvailableDynamicSMemPerBlock(size_t *dynamicSmemSize, CUfunction func,
                                                    int numBlocks, int blockSize) {
    uint64_t value;
    question q;
    CUresult result = question_of(&q, func, XS_OCCUPANCY_SHARED_BYTES);

    if (result)
        return result;
    if (!dynamicSmemSize || numBlocks <= 0 || blockSize <= 0)
        return CUDA_ERROR_INVALID_VALUE;
    q.grid[0] = (uint32_t)numBlocks;
    q.block[0] = (uint32_t)blockSize;
    result = ask(&q, &value);
    if (!result)
        *dynamicSmemSize = value;
    return result;
}

/* Only clusters and cooperation change what fits. */
static CUresult clusters(int *count, CUfunction func, const CUlaunchConfig *config,
                         uint32_t query) {
    uint64_t value;
    question q;
    CUresult result = question_of(&q, func, query);

    if (result)
        return result;
    if (!count || !config || (config->numAttrs && !config->attrs))
        return CUDA_ERROR_INVALID_VALUE;
    q.grid[0] = config->gridDimX;
    q.grid[1] = config->gridDimY;
    q.grid[2] = config->gridDimZ;
    q.block[0] = config->blockDimX;
    q.block[1] = config->blockDimY;
    q.block[2] = config->blockDimZ;
    q.shared_bytes = config->sharedMemBytes;
    for (unsigned i = 0; i < config->numAttrs && q.attributes_count < 2; i++)
        if (config->attrs[i].id == CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION ||
            config->attrs[i].id == CU_LAUNCH_ATTRIBUTE_COOPERATIVE)
            q.attributes[q.attributes_count++] = config->attrs[i];
    result = ask(&q, &value);
    if (!result)
        *count = (int)value;
    return result;
}

CUresult xs_cuOccupancyMaxActiveClusters(int *numClusters, CUfunction func,
                                         const CUlaunchConfig *config) {
    return clusters(numClusters, func, config, XS_OCCUPANCY_CLUSTERS);
}

CUresult xs_cuOccupancyMaxPotentialClusterSize(int *clusterSize, CUfunction func,
                                               const CUlaunchConfig *config) {
    return clusters(clusterSize, func, config, XS_OCCUPANCY_CLUSTER_SIZE);
}

/* The block size with the most resident threads; of equals the largest. The program's
 * function is called here, in its own thread. */
CUresult xs_cuOccupancyMaxPotentialBlockSizeWithFlags(int *minGridSize, int *blockSize,
                                                      CUfunction func,
                                                      CUoccupancyB2DSize toShared,
                                                      size_t dynamicSMemSize, int blockSizeLimit,
                                                      unsigned int flags) {
    const xs_function *function = xs_function_of(func);
    int best = 0, best_blocks = 0, most, fitting;

    if (!function)
        return CUDA_ERROR_INVALID_HANDLE;
    if (!minGridSize || !blockSize || blockSizeLimit < 0)
        return CUDA_ERROR_INVALID_VALUE;
    most = function->attributes[CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK];
    if (blockSizeLimit && blockSizeLimit < most)
        most = blockSizeLimit;
    for (int threads = (most + 31) / 32 * 32; threads > 0; threads -= 32) {
        int tried = threads < most ? threads : most;
        size_t shared_bytes = toShared ? toShared(tried) : dynamicSMemSize;
        CUresult result = blocks(&fitting, func, tried, shared_bytes, flags);
        if (result)
            return result;
        if (fitting * tried > best_blocks * best) {
            best = tried;
            best_blocks = fitting;
        }
    }
    *blockSize = best;
    *minGridSize = best_blocks * xs_devices[0].attributes[16];
    return CUDA_SUCCESS;
}

CUresult xs_cuOccupancyMaxPotentialBlockSize(int *minGridSize, int *blockSize, CUfunction func,
                                             CUoccupancyB2DSize blockSizeToDynamicSMemSize,
                                             size_t dynamicSMemSize, int blockSizeLimit) {
    return xs_cuOccupancyMaxPotentialBlockSizeWithFlags(minGridSize, blockSize, func,
                                                        blockSizeToDynamicSMemSize,
                                                        dynamicSMemSize, blockSizeLimit, 0);
}

/* ------------------------------------------------------------------ tensor maps */

/* Zeroed, then filled in: it is compared as bytes. */
typedef struct tensor {
    uint64_t address, dimensions[5], strides[4];
    uint32_t box[5], element_strides[5];
    int32_t corners[6];
    uint32_t im2col, data_type, rank, channels, pixels, interleave, swizzle, promotion, fill;
} tensor;
_Static_assert(sizeof(tensor) <= QUESTION_BYTES, "it is kept whole");

static CUresult encode(const tensor *t, CUtensorMap *map) {
    xs_message request = {.kind = XS_MSG_TENSOR_MAP_ENCODE};
    xs_msg_tensor_map_encode *m = &request.u.tensor_map_encode;
    xs_reply reply;
    CUresult result;

    if (recall(t, sizeof *t, map, sizeof *map))
        return CUDA_SUCCESS;
    *m = (xs_msg_tensor_map_encode){
        .im2col = (uint8_t)t->im2col, .data_type = t->data_type, .rank = t->rank,
        .address = t->address,
        .dimensions = (const uint8_t *)t->dimensions, .dimensions_bytes = t->rank * 8,
        .strides = (const uint8_t *)t->strides, .strides_bytes = (t->rank - 1) * 8,
        .box = (const uint8_t *)t->box, .box_bytes = t->im2col ? 0 : t->rank * 4,
        .element_strides = (const uint8_t *)t->element_strides,
        .element_strides_bytes = t->rank * 4,
        .corners = (const uint8_t *)t->corners,
        .corners_bytes = t->im2col ? (t->rank - 2) * 8 : 0,
        .channels = t->channels, .pixels = t->pixels, .interleave = t->interleave,
        .swizzle = t->swizzle, .promotion = t->promotion, .fill = t->fill,
    };
    result = xs_call(&request, &reply);
    if (result)
        return result;
    memcpy(map, reply.message.u.tensor_map.map, sizeof *map);
    xs_reply_free(&reply);
    keep(t, sizeof *t, map, sizeof *map);
    return CUDA_SUCCESS;
}

static CUresult tensor_of(tensor *t, CUtensorMap *map, int type, uint32_t rank,
                          const void *address, const uint64_t *dimensions,
                          const uint64_t *strides, const uint32_t *element_strides,
                          uint32_t rank_min) {
    memset(t, 0, sizeof *t);
    if (!map || (uintptr_t)map % 64 || rank < rank_min || rank > 5 || !dimensions ||
        (rank > 1 && !strides) || !element_strides || type < 0)
        return CUDA_ERROR_INVALID_VALUE;
    t->data_type = (uint32_t)type;
    t->rank = rank;
    t->address = (uint64_t)(uintptr_t)address;
    memcpy(t->dimensions, dimensions, rank * sizeof *dimensions);
    if (rank > 1)
        memcpy(t->strides, strides, (rank - 1) * sizeof *strides);
    memcpy(t->element_strides, element_strides, rank * sizeof *element_strides);
    return CUDA_SUCCESS;
}

static CUresult encode_as(tensor *t, CUtensorMap *map, int interleave, int swizzle,
                          int promotion, int fill) {
    t->interleave = (uint32_t)interleave;
    t->swizzle = (uint32_t)swizzle;
    t->promotion = (uint32_t)promotion;
    t->fill = (uint32_t)fill;
    return encode(t, map);
}

CUresult xs_cuTensorMapEncodeTiled(CUtensorMap *tensorMap, CUtensorMapDataType tensorDataType,
                                   uint32_t tensorRank, void *globalAddress,
                                   const uint64_t *globalDim, const uint64_t *globalStrides,
                                   const uint32_t *boxDim, const uint32_t *elementStrides,
                                   CUtensorMapInterleave interleave, CUtensorMapSwizzle swizzle,
                                   CUtensorMapL2promotion l2Promotion,
                                   CUtensorMapFloatOOBfill oobFill) {
    tensor t;
    CUresult result = tensor_of(&t, tensorMap, tensorDataType, tensorRank, globalAddress,
                                globalDim, globalStrides, elementStrides, 1);

    if (result || !boxDim)
        return CUDA_ERROR_INVALID_VALUE;
    memcpy(t.box, boxDim, tensorRank * sizeof *boxDim);
    return encode_as(&t, tensorMap, interleave, swizzle, l2Promotion, oobFill);
}

CUresult xs_cuTensorMapEncodeIm2col(CUtensorMap *tensorMap, CUtensorMapDataType tensorDataType,
                                    uint32_t tensorRank, void *globalAddress,
                                    const uint64_t *globalDim, const uint64_t *globalStrides,
                                    const int *pixelBoxLowerCorner,
                                    const int *pixelBoxUpperCorner, uint32_t channelsPerPixel,
                                    uint32_t pixelsPerColumn, const uint32_t *elementStrides,
                                    CUtensorMapInterleave interleave, CUtensorMapSwizzle swizzle,
                                    CUtensorMapL2promotion l2Promotion,
                                    CUtensorMapFloatOOBfill oobFill) {
    tensor t;
    CUresult result = tensor_of(&t, tensorMap, tensorDataType, tensorRank, globalAddress,
                                globalDim, globalStrides, elementStrides, 3);

    if (result || !pixelBoxLowerCorner || !pixelBoxUpperCorner)
        return CUDA_ERROR_INVALID_VALUE;
    t.im2col = 1;
    t.channels = channelsPerPixel;
    t.pixels = pixelsPerColumn;
    memcpy(t.corners, pixelBoxLowerCorner, (tensorRank - 2) * sizeof(int));
    memcpy(t.corners + tensorRank - 2, pixelBoxUpperCorner, (tensorRank - 2) * sizeof(int));
    return encode_as(&t, tensorMap, interleave, swizzle, l2Promotion, oobFill);
}
