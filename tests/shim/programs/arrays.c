/* CUDA arrays: made, copied in every direction, asked about; texture and surface objects. */
#include "work.h"

#define W 33 /* elements of 4 bytes */
#define H 7
#define D 3
#define ROW (W * 4)

static CUstream stream;

static void fill(uint8_t *bytes, size_t count, unsigned seed) {
    for (size_t i = 0; i < count; i++)
        bytes[i] = (uint8_t)((i * 31 + i / 253 + seed) % 251);
}

static CUarray cube(unsigned flags) {
    CUDA_ARRAY3D_DESCRIPTOR shape = {W, H, D, 0x20, 1, flags};
    CUarray array;

    OK(cuArray3DCreate_v2(&array, &shape));
    return array;
}

static CUDA_MEMCPY3D whole(void) {
    return (CUDA_MEMCPY3D){.WidthInBytes = ROW, .Height = H, .Depth = D};
}

static void read_back(CUarray array, uint8_t *out) {
    CUDA_MEMCPY3D c = whole();

    memset(out, 0x11, ROW * H * D);
    c.srcMemoryType = CU_MEMORYTYPE_ARRAY;
    c.srcArray = array;
    c.dstMemoryType = CU_MEMORYTYPE_HOST;
    c.dstHost = out;
    OK(cuMemcpy3D_v2(&c));
}

/* Is it this data? On the null device nothing moves. */
static int holds(CUarray array, const uint8_t *wanted) {
    static uint8_t seen[ROW * H * D];

    read_back(array, seen);
    return !is_real() || !memcmp(seen, wanted, sizeof seen);
}

static void shapes(void) {
    CUDA_ARRAY_DESCRIPTOR flat = {W, H, 0x20, 2}, flat_seen;
    CUDA_ARRAY3D_DESCRIPTOR deep = {W, H, D, 3, 4, 2}, deep_seen, bad = {W, H, D, 3, 3, 0};
    size_t left, total;
    CUarray array;

    OK(cuArrayCreate_v2(&array, &flat));
    OK(cuArrayGetDescriptor_v2(&flat_seen, array));
    CHECK(!memcmp(&flat, &flat_seen, sizeof flat));
    OK(cuArray3DGetDescriptor_v2(&deep_seen, array));
    CHECK(deep_seen.Width == W && deep_seen.Height == H && !deep_seen.Depth);
    OK(cuArrayDestroy(array));
    EXPECT(CUDA_ERROR_INVALID_HANDLE, cuArrayDestroy(array));
    OK(cuArray3DCreate_v2(&array, &deep));
    OK(cuArray3DGetDescriptor_v2(&deep_seen, array));
    CHECK(deep_seen.Depth == D && deep_seen.NumChannels == 4 && deep_seen.Flags == 2);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuArrayGetDescriptor_v2(&flat_seen, array));
    OK(cuArrayDestroy(array));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuArray3DCreate_v2(&array, &bad));
    bad.NumChannels = 4;
    bad.Format = 0xb0;
    EXPECT(CUDA_ERROR_NOT_SUPPORTED, cuArray3DCreate_v2(&array, &bad));
    bad = (CUDA_ARRAY3D_DESCRIPTOR){1u << 20, 1, 0, 1, 1, 0};
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuArray3DCreate_v2(&array, &bad));
    OK(cuMemGetInfo_v2(&left, &total));
    bad = (CUDA_ARRAY3D_DESCRIPTOR){1u << 16, 1u << 15, 0, 1, 1, 0};
    if (total < bad.Width * bad.Height) /* over the quota */
        EXPECT(CUDA_ERROR_OUT_OF_MEMORY, cuArray3DCreate_v2(&array, &bad));
    bad = (CUDA_ARRAY3D_DESCRIPTOR){1u << 12, 1u << 10, 8, 1, 1, 0}; /* half of it, twice */
    for (int i = 0; i < 5; i++) {
        OK(cuArray3DCreate_v2(&array, &bad));
        OK(cuArrayDestroy(array));
    }
}

static void copies(CUdeviceptr d) {
    static uint8_t data[ROW * H * D], back[ROW * H * D], zeros[ROW * H * D];
    CUarray a = cube(0), b = cube(0);
    CUDA_MEMCPY3D c = whole();
    CUDA_MEMCPY2D rows = {0};
    uint8_t *pinned;

    fill(data, sizeof data, 5);
    CHECK(holds(a, zeros));
    /* from pageable memory; after what the stream was given */
    OK(cuMemsetD8Async(d, 9, 4096, stream));
    c.srcMemoryType = CU_MEMORYTYPE_HOST;
    c.srcHost = data;
    c.dstMemoryType = CU_MEMORYTYPE_ARRAY;
    c.dstArray = a;
    OK(cuMemcpy3DAsync_v2(&c, stream));
    CHECK(holds(a, data));
    /* array to device with a pitch and rows between layers, and back into another array */
    c = whole();
    c.srcMemoryType = CU_MEMORYTYPE_ARRAY;
    c.srcArray = a;
    c.dstMemoryType = CU_MEMORYTYPE_DEVICE;
    c.dstDevice = d;
    c.dstPitch = 256;
    c.dstHeight = H + 2;
    OK(cuMemcpy3DAsync_v2(&c, stream));
    OK(cuMemcpyDtoH_v2(back, d + 256 * (H + 2) + 256, ROW)); /* layer 1, row 1 */
    CHECK(!is_real() || !memcmp(back, data + ROW * (H + 1), ROW));
    CUDA_MEMCPY3D up = whole();
    up.srcMemoryType = CU_MEMORYTYPE_UNIFIED;
    up.srcDevice = d;
    up.srcPitch = 256;
    up.srcHeight = H + 2;
    up.dstMemoryType = CU_MEMORYTYPE_ARRAY;
    up.dstArray = b;
    OK(cuMemcpy3D_v2(&up));
    CHECK(holds(b, data));
    /* a part of one array to a place of the other */
    c = (CUDA_MEMCPY3D){.srcMemoryType = CU_MEMORYTYPE_ARRAY, .srcArray = a, .srcXInBytes = 8,
                        .srcY = 1, .srcZ = 2, .dstMemoryType = CU_MEMORYTYPE_ARRAY,
                        .dstArray = b, .dstXInBytes = 16, .dstY = 3, .WidthInBytes = 12,
                        .Height = 2, .Depth = 1};
    OK(cuMemcpy3D_v2(&c));
    memcpy(back, data, sizeof back);
    for (int row = 0; row < 2; row++)
        memcpy(back + (3 + row) * ROW + 16, data + (2 * H + 1 + row) * ROW + 8, 12);
    CHECK(holds(b, back));
    /* two dimensions, pinned memory, offsets on both sides */
    OK(cuMemHostAlloc((void **)&pinned, 1 << 16, 0));
    memset(pinned, 0x77, 1 << 16);
    rows.srcMemoryType = CU_MEMORYTYPE_HOST;
    rows.srcHost = pinned;
    rows.srcPitch = 100;
    rows.srcXInBytes = 10;
    rows.srcY = 2;
    rows.dstMemoryType = CU_MEMORYTYPE_ARRAY;
    rows.dstArray = b;
    rows.dstXInBytes = 4;
    rows.dstY = 5;
    rows.WidthInBytes = 40;
    rows.Height = 2;
    OK(cuMemcpy2DAsync_v2(&rows, stream));
    for (int row = 5; row < 7; row++)
        memset(back + row * ROW + 4, 0x77, 40);
    CHECK(holds(b, back));
    OK(cuMemFreeHost(pinned));
    /* one dimension */
    OK(cuMemcpyHtoA_v2(b, 4, "abcdefgh", 8));
    memcpy(back + 4, "abcdefgh", 8);
    OK(cuMemcpyAtoA_v2(b, 20, b, 4, 8));
    memcpy(back + 20, "abcdefgh", 8);
    OK(cuMemcpyAtoD_v2(d, b, 4, 8));
    OK(cuMemcpyDtoA_v2(b, 40, d, 8));
    memcpy(back + 40, "abcdefgh", 8);
    OK(cuMemcpyHtoAAsync_v2(b, 60, "ijkl", 4, stream));
    memcpy(back + 60, "ijkl", 4);
    CHECK(holds(b, back));
    char text[9] = "........";
    OK(cuMemcpyAtoH_v2(text, b, 20, 8));
    CHECK(!is_real() || !strcmp(text, "abcdefgh"));
    OK(cuMemcpyAtoHAsync_v2(text, b, 60, 4, stream));
    CHECK(!is_real() || !strcmp(text, "ijklefgh"));
    /* what is wrong */
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemcpyHtoA_v2(b, 2, text, 4));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemcpyHtoA_v2(b, ROW - 4, text, 8));
    EXPECT(CUDA_ERROR_INVALID_HANDLE, cuMemcpyHtoA_v2((CUarray)stream, 0, text, 4));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemcpyAtoD_v2(d + (1 << 21) - 4, b, 0, 8));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemcpyAtoD_v2(0x1000, b, 0, 8));
    rows.dstY = 6;
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemcpy2D_v2(&rows));
    OK(cuArrayDestroy(a));
    EXPECT(CUDA_ERROR_INVALID_HANDLE, cuMemcpyHtoA_v2(a, 0, text, 4));
    OK(cuArrayDestroy(b));
}

/* More than one piece of a copy: many rows, or rows longer than a staging chunk. */
static void large(size_t row, size_t height, unsigned channels) {
    CUDA_ARRAY_DESCRIPTOR shape = {row / 4 / channels, height > 1 ? height : 0, 0x20, channels};
    uint8_t *data = malloc(row * height), *back = calloc(1, row * height);
    CUDA_MEMCPY2D c = {.srcMemoryType = CU_MEMORYTYPE_HOST, .srcHost = data,
                       .dstMemoryType = CU_MEMORYTYPE_ARRAY, .WidthInBytes = row,
                       .Height = height};
    CUarray array;

    fill(data, row * height, 3);
    OK(cuArrayCreate_v2(&array, &shape));
    c.dstArray = array;
    OK(cuMemcpy2D_v2(&c));
    c = (CUDA_MEMCPY2D){.srcMemoryType = CU_MEMORYTYPE_ARRAY, .srcArray = array,
                        .dstMemoryType = CU_MEMORYTYPE_HOST, .dstHost = back,
                        .WidthInBytes = row, .Height = height};
    OK(cuMemcpy2D_v2(&c));
    CHECK(!is_real() || !memcmp(data, back, row * height));
    OK(cuArrayDestroy(array));
    free(data);
    free(back);
}

static void captured(void) {
    CUarray array = cube(0);
    uint32_t word = 0;
    CUgraph graph;
    CUgraphNode node;
    CUDA_MEMCPY3D c = {.srcMemoryType = CU_MEMORYTYPE_HOST, .srcHost = &word,
                       .dstMemoryType = CU_MEMORYTYPE_ARRAY, .dstArray = array,
                       .WidthInBytes = 4, .Height = 1, .Depth = 1};

    OK(cuStreamBeginCapture_v2(stream, CU_STREAM_CAPTURE_MODE_RELAXED));
    EXPECT(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, cuMemcpy3DAsync_v2(&c, stream));
    EXPECT(CUDA_ERROR_STREAM_CAPTURE_INVALIDATED, cuStreamEndCapture(stream, &graph));
    OK(cuGraphCreate(&graph, 0));
    EXPECT(CUDA_ERROR_NOT_SUPPORTED, cuGraphAddMemcpyNode(&node, graph, NULL, 0, &c, NULL));
    OK(cuGraphDestroy(graph));
    OK(cuArrayDestroy(array));
}

static void objects(CUdeviceptr d) {
    CUarray plain = cube(0), surfaces = cube(2);
    CUDA_RESOURCE_DESC resource = {.resType = CU_RESOURCE_TYPE_ARRAY}, seen;
    CUDA_TEXTURE_DESC sampling = {.addressMode = {1, 1, 1}, .filterMode = 1, .flags = 2},
                      sampling_seen;
    CUDA_ARRAY3D_DESCRIPTOR shape;
    CUtexObject texture, linear, pitched;
    CUsurfObject surface;

    resource.res.array.hArray = plain;
    OK(cuTexObjectCreate(&texture, &resource, &sampling, NULL));
    CHECK(texture);
    OK(cuTexObjectGetResourceDesc(&seen, texture));
    CHECK(seen.resType == CU_RESOURCE_TYPE_ARRAY && seen.res.array.hArray == plain);
    OK(cuTexObjectGetTextureDesc(&sampling_seen, texture));
    CHECK(!memcmp(&sampling, &sampling_seen, sizeof sampling));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuTexObjectGetResourceViewDesc(NULL, texture));
    EXPECT(CUDA_ERROR_NOT_SUPPORTED,
           cuTexObjectCreate(&linear, &resource, &sampling,
                             (const CUDA_RESOURCE_VIEW_DESC *)&resource));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuSurfObjectCreate(&surface, &resource));
    resource.res.array.hArray = surfaces;
    OK(cuSurfObjectCreate(&surface, &resource));
    OK(cuSurfObjectGetResourceDesc(&seen, surface));
    CHECK(seen.res.array.hArray == surfaces);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuTexObjectGetResourceDesc(&seen, surface));
    resource = (CUDA_RESOURCE_DESC){.resType = CU_RESOURCE_TYPE_LINEAR};
    resource.res.linear.devPtr = d;
    resource.res.linear.format = 0x20;
    resource.res.linear.numChannels = 1;
    resource.res.linear.sizeInBytes = 4096;
    OK(cuTexObjectCreate(&linear, &resource, &sampling, NULL));
    resource.res.linear.sizeInBytes = (2 << 20) + 4; /* behind what is allocated */
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuTexObjectCreate(&pitched, &resource, &sampling, NULL));
    resource.res.linear.devPtr = 0x1000;
    resource.res.linear.sizeInBytes = 4;
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuTexObjectCreate(&pitched, &resource, &sampling, NULL));
    resource = (CUDA_RESOURCE_DESC){.resType = CU_RESOURCE_TYPE_PITCH2D};
    resource.res.pitch2D.devPtr = d;
    resource.res.pitch2D.format = 2;
    resource.res.pitch2D.numChannels = 4;
    resource.res.pitch2D.width = 64;
    resource.res.pitch2D.height = 16;
    resource.res.pitch2D.pitchInBytes = 512;
    OK(cuTexObjectCreate(&pitched, &resource, &sampling, NULL));
    resource.res.pitch2D.height = 1 << 20;
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuTexObjectCreate(&linear, &resource, &sampling, NULL));
    resource = (CUDA_RESOURCE_DESC){.resType = CU_RESOURCE_TYPE_MIPMAPPED_ARRAY};
    EXPECT(CUDA_ERROR_NOT_SUPPORTED, cuTexObjectCreate(&linear, &resource, &sampling, NULL));
    /* an array may go before its objects */
    OK(cuArrayDestroy(plain));
    EXPECT(CUDA_ERROR_INVALID_HANDLE, cuArray3DGetDescriptor_v2(&shape, plain));
    OK(cuTexObjectDestroy(texture));
    EXPECT(CUDA_ERROR_INVALID_HANDLE, cuTexObjectDestroy(texture));
    EXPECT(CUDA_ERROR_INVALID_HANDLE, cuTexObjectDestroy(surface));
    OK(cuSurfObjectDestroy(surface));
    OK(cuTexObjectDestroy(pitched));
    /* the rest goes with the session */
}

/* A context's arrays and objects end with it: four times as much as the quota has. */
static void resets(void) {
    CUDA_ARRAY3D_DESCRIPTOR shape = {2048, 2048, 0, 0x20, 1, 2}, seen;
    CUDA_RESOURCE_DESC resource = {.resType = CU_RESOURCE_TYPE_ARRAY}, seen_resource;
    CUDA_RESOURCE_DESC linear = {.resType = CU_RESOURCE_TYPE_LINEAR};
    CUDA_TEXTURE_DESC sampling = {.addressMode = {1, 1, 1}, .flags = 2};
    CUcontext context;
    CUtexObject texture, flat;
    CUsurfObject surface;
    CUarray array;
    CUdeviceptr d;

    linear.res.linear.format = 0x20;
    linear.res.linear.numChannels = 1;
    linear.res.linear.sizeInBytes = 4096;
    for (int i = 0; i < 16; i++) {
        OK(cuMemAlloc_v2(&d, 1 << 20));
        OK(cuArray3DCreate_v2(&array, &shape)); /* 16 MiB */
        resource.res.array.hArray = array;
        linear.res.linear.devPtr = d;
        OK(cuTexObjectCreate(&texture, &resource, &sampling, NULL));
        OK(cuTexObjectCreate(&flat, &linear, &sampling, NULL));
        OK(cuSurfObjectCreate(&surface, &resource));
        OK(cuDevicePrimaryCtxReset_v2(0));
        OK(cuDevicePrimaryCtxRetain(&context, 0));
        OK(cuCtxSetCurrent(context));
        EXPECT(CUDA_ERROR_INVALID_HANDLE, cuArray3DGetDescriptor_v2(&seen, array));
        EXPECT(CUDA_ERROR_INVALID_VALUE, cuTexObjectGetResourceDesc(&seen_resource, texture));
        EXPECT(CUDA_ERROR_INVALID_VALUE, cuTexObjectGetResourceDesc(&seen_resource, flat));
        EXPECT(CUDA_ERROR_INVALID_VALUE, cuSurfObjectGetResourceDesc(&seen_resource, surface));
    }
    /* those of another context stay */
    OK(cuArray3DCreate_v2(&array, &shape));
    OK(cuCtxCreate_v2(&context, 0, 0));
    OK(cuArray3DCreate_v2(&resource.res.array.hArray, &shape));
    OK(cuCtxDestroy_v2(context));
    EXPECT(CUDA_ERROR_INVALID_HANDLE,
           cuArray3DGetDescriptor_v2(&seen, resource.res.array.hArray));
    OK(cuArray3DGetDescriptor_v2(&seen, array));
}

int main(void) {
    CUdeviceptr d;

    start();
    OK(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
    OK(cuMemAlloc_v2(&d, 2 << 20));
    shapes();
    copies(d);
    large(1 << 18, 40, 1);
    large(2 << 20, 1, 4); /* as wide as arrays get */
    large(3 << 19, 3, 4);
    captured();
    objects(d);
    resets();
    printf("done\n");
    return 0;
}
