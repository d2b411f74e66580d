/* What the programs of these tests share: a check that names its line, and a start. */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "xs/cuda_api.h"

#define CHECK(condition)                                                             \
    do {                                                                             \
        if (!(condition)) {                                                          \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);  \
            exit(1);                                                                 \
        }                                                                            \
    } while (0)

#define EXPECT(result, call)                                                         \
    do {                                                                             \
        CUresult got_ = (call);                                                      \
        if (got_ != (result)) {                                                      \
            fprintf(stderr, "%s:%d: %s gave %d, not %d\n", __FILE__, __LINE__, #call, \
                    got_, (int)(result));                                            \
            exit(1);                                                                 \
        }                                                                            \
    } while (0)

#define OK(call) EXPECT(CUDA_SUCCESS, call)

/* Initialise, retain the primary context and make it current. */
static inline CUcontext start(void) {
    CUcontext context;

    OK(cuInit(0));
    OK(cuDevicePrimaryCtxRetain(&context, 0));
    OK(cuCtxSetCurrent(context));
    return context;
}

#endif
