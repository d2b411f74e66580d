/* The CUDA runtime on the shim, linked statically or not. */
#include <cuda_runtime_api.h>
#include <stdio.h>
#include <stdlib.h>

#define OK(call)                                                                     \
    do {                                                                             \
        cudaError_t got_ = (call);                                                   \
        if (got_) {                                                                  \
            fprintf(stderr, "%d: %s: %s\n", __LINE__, #call, cudaGetErrorString(got_)); \
            exit(1);                                                                 \
        }                                                                            \
    } while (0)

int main(void) {
    struct cudaDeviceProp properties;
    int count = 0, version = 0, device = 9;
    void *memory = NULL;

    OK(cudaDriverGetVersion(&version));
    OK(cudaGetDeviceCount(&count));
    OK(cudaGetDeviceProperties(&properties, 0));
    OK(cudaSetDevice(0));
    OK(cudaGetDevice(&device));
    printf("%d %d %d %s\n", version, count, device, properties.name);
    OK(cudaMalloc(&memory, 4096)); /* the first call that the integrity answer matters to */
    OK(cudaMemset(memory, 1, 4096));
    OK(cudaDeviceSynchronize());
    OK(cudaFree(memory));
    OK(cudaDeviceReset());
    OK(cudaGetDevice(&device));
    return 0;
}
