/* vectorAdd as everybody writes it, with the built-in kernels: y = a*x + y, checked. */
#include "work.h"

#define COUNT (1u << 20)

int main(void) {
    size_t bytes = COUNT * sizeof(float);
    float *x = malloc(bytes), *y = malloc(bytes), a = 3;
    uint64_t n = COUNT;
    CUdeviceptr dx, dy;
    CUfunction saxpy;
    CUmodule module;

    start();
    OK(cuModuleLoadData(&module, builtin_ptx()));
    OK(cuModuleGetFunction(&saxpy, module, "xs_saxpy_f32"));
    OK(cuMemAlloc_v2(&dx, bytes));
    OK(cuMemAlloc_v2(&dy, bytes));
    for (uint32_t i = 0; i < COUNT; i++) {
        x[i] = (float)(i % 1000);
        y[i] = 1;
    }
    OK(cuMemcpyHtoD_v2(dx, x, bytes));
    OK(cuMemcpyHtoD_v2(dy, y, bytes));
    void *params[] = {&a, &dx, &dy, &n};
    for (int i = 0; i < 10; i++)
        OK(cuLaunchKernel(saxpy, COUNT / 256, 1, 1, 256, 1, 1, 0, NULL, params, NULL));
    /* The same packed by the program: float at 0, pointers at 8, 16 and 24. */
    char packed[32] = {0};
    size_t packed_bytes = sizeof packed;
    memcpy(packed, &a, 4);
    memcpy(packed + 8, &dx, 8);
    memcpy(packed + 16, &dy, 8);
    memcpy(packed + 24, &n, 8);
    void *extra[] = {CU_LAUNCH_PARAM_BUFFER_POINTER, packed, CU_LAUNCH_PARAM_BUFFER_SIZE,
                     &packed_bytes, CU_LAUNCH_PARAM_END};
    OK(cuLaunchKernel(saxpy, COUNT / 256, 1, 1, 256, 1, 1, 0, NULL, NULL, extra));
    packed_bytes = 40;
    EXPECT(CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES,
          cuLaunchKernel(saxpy, 1, 1, 1, 1, 1, 1, 0, NULL, NULL, extra));
    OK(cuMemcpyDtoH_v2(y, dy, bytes));
    for (uint32_t i = 0; i < COUNT && is_real(); i++)
        CHECK(y[i] == 1 + 33 * (float)(i % 1000));
    OK(cuMemFree_v2(dx));
    OK(cuMemFree_v2(dy));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemFree_v2(dy));
    OK(cuModuleUnload(module));
    EXPECT(CUDA_ERROR_INVALID_HANDLE, cuModuleUnload(module));
    puts("done");
    return 0;
}
