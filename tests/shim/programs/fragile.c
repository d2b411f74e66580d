/* Tries to start and to use the driver while a call below it fails. Whatever it is told, a
 * failure is an error, a success works, and nothing crashes or hangs. */
#include <pthread.h>

#include "check.h"

static void *deep(void *context) {
    for (int i = 0; i < 12; i++) {
        CUresult pushed = cuCtxPushCurrent_v2(context);
        CHECK(!pushed || pushed == CUDA_ERROR_OUT_OF_MEMORY ||
              pushed == CUDA_ERROR_SYSTEM_NOT_READY);
        if (pushed)
            break;
    }
    return NULL;
}

static int known(CUresult result) {
    return result == CUDA_SUCCESS || result == CUDA_ERROR_NO_DEVICE ||
           result == CUDA_ERROR_OUT_OF_MEMORY || result == CUDA_ERROR_SYSTEM_NOT_READY;
}

/* A call to the broker: its answer is right, or it is an error. */
static void ask(void) {
    size_t free_bytes = 7, total_bytes = 0;
    CUresult result = cuMemGetInfo_v2(&free_bytes, &total_bytes);

    CHECK(known(result));
    CHECK(result || (total_bytes > 1 << 20 && free_bytes <= total_bytes));
}

int main(void) {
    CUresult started = cuInit(0), again;
    CUcontext context = NULL;
    pthread_t thread;
    int count = 0;

    CHECK(known(started));
    again = cuInit(0);
    CHECK(known(again));
    CHECK(started || again == CUDA_SUCCESS || again == CUDA_ERROR_SYSTEM_NOT_READY);
    if (!again && !cuDevicePrimaryCtxRetain(&context, 0)) {
        CHECK(!pthread_create(&thread, NULL, deep, context));
        pthread_join(thread, NULL);
        if (!cuDeviceGetCount(&count))
            CHECK(count == 1);
        if (!cuCtxSetCurrent(context))
            for (int i = 0; i < 3; i++)
                ask();
    }
    printf("%d %d\n", started, again);
    return 0;
}
