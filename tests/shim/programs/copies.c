/* Copies and fills in every form: pinned and pageable, one to three dimensions, by unified
 * addresses, asynchronous; and what is refused. */
#include "work.h"

#define BYTES (20u << 20)

static uint8_t *pattern(size_t bytes, unsigned seed) {
    uint8_t *made = malloc(bytes);

    CHECK(made);
    for (size_t i = 0; i < bytes; i++)
        made[i] = (uint8_t)((i * 31 + i / 253 + seed) % 251);
    return made;
}

static int same(const void *a, const void *b, size_t bytes) {
    return !is_real() || !memcmp(a, b, bytes);
}

static void pageable(CUdeviceptr d) {
    uint8_t *there = pattern(BYTES, 1), *back = calloc(1, BYTES);

    OK(cuMemcpyHtoD_v2(d, there, BYTES));
    OK(cuMemcpyDtoH_v2(back, d, BYTES));
    CHECK(same(there, back, BYTES));
    memset(back, 0, BYTES);
    OK(cuMemcpyHtoDAsync_v2(d + 7, there, BYTES - 7, NULL));
    memset(there, 0, 100); /* staged: the program may go on with it */
    OK(cuMemcpyDtoHAsync_v2(back, d + 7, 100, NULL));
    CHECK(!is_real() || back[1] == 32);
    free(there);
    free(back);
}

static void pinned(CUdeviceptr d) {
    uint8_t *there, *back, *wanted = pattern(BYTES, 2);
    CUdeviceptr seen;
    CUstream stream;
    unsigned flags;

    OK(cuMemHostAlloc((void **)&there, BYTES, 2));
    OK(cuMemAllocHost_v2((void **)&back, BYTES));
    OK(cuMemHostGetDevicePointer_v2(&seen, there, 0));
    CHECK(seen == (CUdeviceptr)(uintptr_t)there);
    OK(cuMemHostGetFlags(&flags, there));
    CHECK(flags == 2);
    memcpy(there, wanted, BYTES);
    memset(back, 0, BYTES);
    OK(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
    OK(cuMemcpyHtoDAsync_v2(d, there, BYTES, stream));
    OK(cuMemcpyDtoDAsync_v2(d + BYTES, d, BYTES, stream));
    OK(cuMemcpyDtoHAsync_v2(back, d + BYTES, BYTES, stream));
    OK(cuStreamSynchronize(stream));
    CHECK(same(wanted, back, BYTES));
    OK(cuMemcpy((CUdeviceptr)(uintptr_t)back, (CUdeviceptr)(uintptr_t)there, 100));
    OK(cuMemcpyAsync(d, (CUdeviceptr)(uintptr_t)there, 100, stream));
    OK(cuMemcpyAsync((CUdeviceptr)(uintptr_t)back, d, 100, stream));
    OK(cuMemcpyAsync(d + 200, d, 100, stream));
    OK(cuStreamDestroy_v2(stream));
    OK(cuMemFreeHost(there));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemFreeHost(there));
    OK(cuMemFreeHost(back));
    free(wanted);
}

static void registered(CUdeviceptr d) {
    uint8_t *own = pattern(1 << 20, 3), *back = calloc(1, 1 << 20);
    CUdeviceptr seen;

    OK(cuMemHostRegister_v2(own, 1 << 20, 0));
    EXPECT(CUDA_ERROR_HOST_MEMORY_ALREADY_REGISTERED, cuMemHostRegister_v2(own + 10, 5, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemHostGetDevicePointer_v2(&seen, own, 0));
    OK(cuMemcpyHtoDAsync_v2(d, own, 1 << 20, NULL));
    OK(cuMemcpyDtoHAsync_v2(back, d, 1 << 20, NULL));
    OK(cuStreamSynchronize(NULL));
    CHECK(same(own, back, 1 << 20));
    OK(cuMemHostUnregister(own));
    EXPECT(CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED, cuMemHostUnregister(own));
    free(own);
    free(back);
}

static void rows(CUdeviceptr d, int pin) {
    size_t host_pitch = 1000, bytes = 300 * host_pitch, device_pitch;
    uint8_t *there, *back, *wanted = pattern(bytes, 4);
    CUdeviceptr box;

    OK(cuMemAllocPitch_v2(&box, &device_pitch, 700, 300, 4));
    CHECK(device_pitch >= 700 && device_pitch % 256 == 0);
    if (pin) {
        OK(cuMemHostAlloc((void **)&there, bytes, 0));
        OK(cuMemHostAlloc((void **)&back, bytes, 0));
    } else {
        there = malloc(bytes);
        back = malloc(bytes);
    }
    memcpy(there, wanted, bytes);
    memset(back, 0, bytes);
    CUDA_MEMCPY2D up = {.srcMemoryType = CU_MEMORYTYPE_HOST, .srcHost = there,
                        .srcPitch = host_pitch, .srcXInBytes = 8, .srcY = 2,
                        .dstMemoryType = CU_MEMORYTYPE_DEVICE, .dstDevice = box,
                        .dstPitch = device_pitch, .WidthInBytes = 600, .Height = 290};
    OK(cuMemcpy2D_v2(&up));
    CUDA_MEMCPY2D across = {.srcMemoryType = CU_MEMORYTYPE_DEVICE, .srcDevice = box,
                            .srcPitch = device_pitch, .dstMemoryType = CU_MEMORYTYPE_UNIFIED,
                            .dstDevice = d, .dstPitch = 640, .WidthInBytes = 600,
                            .Height = 290};
    OK(cuMemcpy2DAsync_v2(&across, NULL));
    CUDA_MEMCPY3D down = {.srcMemoryType = CU_MEMORYTYPE_DEVICE, .srcDevice = d,
                          .srcPitch = 640, .srcHeight = 145,
                          .dstMemoryType = CU_MEMORYTYPE_HOST, .dstHost = back,
                          .dstPitch = host_pitch, .dstHeight = 150, .WidthInBytes = 600,
                          .Height = 145, .Depth = 2};
    OK(cuMemcpy3D_v2(&down));
    for (size_t z = 0; z < 2 && is_real(); z++)
        for (size_t y = 0; y < 145; y++)
            CHECK(!memcmp(back + (z * 150 + y) * host_pitch,
                          wanted + (2 + z * 145 + y) * host_pitch + 8, 600));
    up.dstPitch = 500;
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemcpy2D_v2(&up));
    up.dstPitch = device_pitch;
    up.Height = 1 << 30;
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemcpy2D_v2(&up));
    up.dstMemoryType = CU_MEMORYTYPE_ARRAY;
    EXPECT(CUDA_ERROR_INVALID_HANDLE, cuMemcpy2D_v2(&up));
    OK(cuMemFree_v2(box));
    if (pin) {
        OK(cuMemFreeHost(there));
        OK(cuMemFreeHost(back));
    } else {
        free(there);
        free(back);
    }
    free(wanted);
}

static void fills(CUdeviceptr d) {
    uint32_t back[16];

    OK(cuMemsetD32_v2(d, 0x01020304, 16));
    OK(cuMemsetD16Async(d + 8, 0x0506, 2, NULL));
    OK(cuMemsetD8_v2(d + 12, 7, 4));
    OK(cuMemsetD2D8Async(d + 16, 16, 9, 4, 3, NULL));
    OK(cuMemcpyDtoH_v2(back, d, sizeof back));
    if (is_real()) {
        CHECK(back[0] == 0x01020304 && back[2] == 0x05060506 && back[3] == 0x07070707);
        CHECK(back[4] == 0x09090909 && back[5] == 0x01020304 && back[8] == 0x09090909);
    }
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemsetD32_v2(d + 1, 0, 1));
}

static void refused(CUdeviceptr d, size_t bytes) {
    uint8_t here[16];

    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemcpyHtoD_v2(d + bytes - 8, here, 16));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemcpyDtoH_v2(here, d - 8, 16));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemcpyHtoD_v2(0x1234, here, 16));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemcpyDtoD_v2(d, d + bytes, 16));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemcpyHtoD_v2(d, here, SIZE_MAX));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemsetD8_v2(d, 0, bytes + 1));
    EXPECT(CUDA_ERROR_INVALID_HANDLE, cuMemcpyHtoDAsync_v2(d, here, 16, (CUstream)here));
    OK(cuMemcpyHtoD_v2(d, here, 0));
}

int main(void) {
    CUdeviceptr d;

    start();
    OK(cuMemAlloc_v2(&d, 2 * BYTES));
    pageable(d);
    pinned(d);
    registered(d);
    rows(d, 1);
    rows(d, 0);
    fills(d);
    refused(d, 2 * BYTES);
    OK(cuMemFree_v2(d));
    puts("done");
    return 0;
}
