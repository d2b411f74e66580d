/* Threads that wait in every way while the broker dies: none hangs, all get an error. Says
 * "waiting" once all wait; the test kills the broker then. */
#include <pthread.h>
#include <unistd.h>

#include "work.h"

static CUcontext context;
static CUstream stream;
static CUevent event;
static CUdeviceptr word;
static char *large;

static void *in_stream(void *nothing) {
    OK(cuCtxSetCurrent(context));
    CHECK(cuStreamSynchronize(stream) != CUDA_SUCCESS);
    return nothing;
}

static void *in_event(void *nothing) {
    OK(cuCtxSetCurrent(context));
    CHECK(cuEventSynchronize(event) != CUDA_SUCCESS);
    return nothing;
}

static void *in_context(void *nothing) {
    OK(cuCtxSetCurrent(context));
    CHECK(cuCtxSynchronize() != CUDA_SUCCESS);
    return nothing;
}

static void *in_copy(void *nothing) {
    OK(cuCtxSetCurrent(context));
    CHECK(cuMemcpyDtoHAsync_v2(large, word, 8 << 20, stream) != CUDA_SUCCESS);
    return nothing;
}

static void *in_free(void *nothing) {
    OK(cuCtxSetCurrent(context));
    CHECK(cuMemFree_v2(word) != CUDA_SUCCESS);
    return nothing;
}

int main(void) {
    void *(*const waits[])(void *) = {in_stream, in_event, in_context, in_copy, in_free};
    pthread_t threads[5];

    context = start();
    large = malloc(8 << 20);
    OK(cuMemAlloc_v2(&word, 8 << 20));
    OK(cuMemsetD8_v2(word, 0, 8 << 20));
    OK(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
    OK(cuEventCreate(&event, 0));
    OK(cuStreamWaitValue32_v2(stream, word, 1, 1)); /* nobody will ever write it */
    OK(cuEventRecord(event, stream));
    for (int i = 0; i < 4; i++)
        CHECK(!pthread_create(&threads[i], NULL, waits[i], NULL));
    usleep(200000);
    CHECK(!pthread_create(&threads[4], NULL, waits[4], NULL));
    usleep(200000);
    puts("waiting");
    fflush(stdout);
    for (int i = 0; i < 5; i++)
        CHECK(!pthread_join(threads[i], NULL));
    CHECK(cuStreamQuery(stream) != CUDA_SUCCESS);
    CHECK(cuMemAlloc_v2(&word, 1) != CUDA_SUCCESS);
    puts("done");
    return 0;
}
