/* Start, version, devices, errors, as a program of the driver interface sees them. */
#include "check.h"

static void before_init(void) {
    int value;
    CUcontext context;

    EXPECT(CUDA_ERROR_NOT_INITIALIZED, cuDeviceGetCount(&value));
    EXPECT(CUDA_ERROR_NOT_INITIALIZED, cuCtxGetDevice(&value));
    EXPECT(CUDA_ERROR_NOT_INITIALIZED, cuDevicePrimaryCtxRetain(&context, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuDriverGetVersion(NULL));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuInit(1));
    OK(cuDriverGetVersion(&value));
    CHECK(value == 13000);
    OK(cuInit(0));
    OK(cuInit(0));
}

static void devices(void) {
    int value = -1, major, minor;
    char text[256], few[4];
    CUuuid uuid, old;
    CUdevice device;
    CUdevprop properties;
    size_t bytes;

    OK(cuDeviceGetCount(&value));
    CHECK(value == 1);
    OK(cuDeviceGet(&device, 0));
    EXPECT(CUDA_ERROR_INVALID_DEVICE, cuDeviceGet(&device, 1));
    EXPECT(CUDA_ERROR_INVALID_DEVICE, cuDeviceGet(&device, -1));
    OK(cuDeviceGetName(text, sizeof text, device));
    CHECK(strlen(text) > 3);
    OK(cuDeviceGetName(few, sizeof few, device));
    CHECK(strlen(few) == 3 && !strncmp(few, text, 3));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuDeviceGetName(text, 0, device));
    OK(cuDeviceGetUuid_v2(&uuid, device));
    OK(cuDeviceGetUuid(&old, device));
    CHECK(!memcmp(&uuid, &old, sizeof uuid));
    OK(cuDeviceTotalMem_v2(&bytes, device));
    CHECK(bytes > 1 << 20);
    OK(cuDeviceComputeCapability(&major, &minor, device));
    OK(cuDeviceGetAttribute(&value, 75, device));
    CHECK(value == major && major >= 9);
    OK(cuDeviceGetAttribute(&value, 10, device));
    CHECK(value == 32);
    OK(cuDeviceGetAttribute(&value, 83, device)); /* managed memory */
    CHECK(value == 0);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuDeviceGetAttribute(&value, 0, device));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuDeviceGetAttribute(&value, 100000, device));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuDeviceGetAttribute(NULL, 10, device));
    EXPECT(CUDA_ERROR_INVALID_DEVICE, cuDeviceGetAttribute(&value, 10, 7));
    OK(cuDeviceGetProperties(&properties, device));
    CHECK(properties.SIMDWidth == 32 && properties.maxThreadsPerBlock == 1024);
    OK(cuDeviceGetPCIBusId(text, sizeof text, device));
    OK(cuDeviceGetByPCIBusId(&value, text));
    CHECK(value == device);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuDeviceGetByPCIBusId(&value, "nonsense"));
    EXPECT(CUDA_ERROR_INVALID_DEVICE, cuDeviceGetByPCIBusId(&value, "0000:7f:1f.0"));
    OK(cuDeviceCanAccessPeer(&value, device, device));
    CHECK(value == 0);
}

static void errors(void) {
    const char *text;

    OK(cuGetErrorName(700, &text));
    CHECK(!strcmp(text, "CUDA_ERROR_ILLEGAL_ADDRESS"));
    OK(cuGetErrorString(2, &text));
    CHECK(!strcmp(text, "out of memory"));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuGetErrorName(12345, &text));
    CHECK(!text);
}

static void memory(void) {
    size_t free_bytes, total_bytes, device_bytes;

    EXPECT(CUDA_ERROR_INVALID_CONTEXT, cuMemGetInfo_v2(&free_bytes, &total_bytes));
    start();
    OK(cuMemGetInfo_v2(&free_bytes, &total_bytes));
    OK(cuDeviceTotalMem_v2(&device_bytes, 0));
    CHECK(total_bytes == device_bytes && free_bytes == total_bytes);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemGetInfo_v2(NULL, &total_bytes));
}

int main(void) {
    before_init();
    devices();
    errors();
    memory();
    return 0;
}
