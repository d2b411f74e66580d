/* What the C programs of these tests share: a call must give this result, or the program ends
 * with the line and what it gave. */
#ifndef CHECK_H
#define CHECK_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "xs/cuda_api.h"

#define GIVES(wanted, call)                                                             \
    do {                                                                                \
        CUresult gave_ = (call);                                                        \
        if (gave_ != (wanted)) {                                                        \
            fprintf(stderr, "%s:%d: %s gave %d, not %d\n", __FILE__, __LINE__, #call, gave_, \
                    (int)(wanted));                                                     \
            exit(1);                                                                    \
        }                                                                               \
    } while (0)
#define DO(call) GIVES(CUDA_SUCCESS, call)
#define HOLDS(condition)                                                                \
    do {                                                                                \
        if (!(condition)) {                                                             \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);     \
            exit(1);                                                                    \
        }                                                                               \
    } while (0)

/* Is data moved and are kernels run? Not on the null device. */
static inline int is_real(void) {
    const char *device = getenv("XS_TEST_DEVICE");

    return device && strcmp(device, "null");
}

/* The built-in kernels as PTX: the file that XS_TEST_PTX names. */
static inline char *builtin_ptx(void) {
    const char *path = getenv("XS_TEST_PTX");
    FILE *file = path ? fopen(path, "r") : NULL;
    char *text = calloc(1, 1 << 20);

    HOLDS(file && text && fread(text, 1, (1 << 20) - 1, file) > 0);
    fclose(file);
    return text;
}

static inline CUcontext begin(void) {
    CUcontext context;

    DO(cuInit(0));
    DO(cuDevicePrimaryCtxRetain(&context, 0));
    DO(cuCtxSetCurrent(context));
    return context;
}

#endif
