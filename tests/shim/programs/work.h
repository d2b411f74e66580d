/* What the programs that do device work share, beyond check.h. */
#ifndef WORK_H
#define WORK_H

#include <stdint.h>

#include "check.h"

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

    CHECK(file && text && fread(text, 1, (1 << 20) - 1, file) > 0);
    fclose(file);
    return text;
}

#endif
