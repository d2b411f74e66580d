/* Options of the compiler and of the linker, as a program passes them.
 *
 * Decides which reach the broker: those whose value is a number that changes the code. The
 * buffers for the compiler's words are filled here. */
#ifndef XS_JIT_H
#define XS_JIT_H

#include "xs/shim.h"

#define XS_JIT_PAIRS 16

typedef struct xs_jit {
    uint32_t pairs[2 * XS_JIT_PAIRS];
    uint32_t count;      /* of pairs */
    char *info, *error;  /* the program's buffers, or NULL */
    uint32_t info_bytes, error_bytes;
    void **info_used, **error_used; /* where the size option lies: bytes filled go there */
} xs_jit;

/* INVALID_VALUE for an option that is none. */
CUresult xs_jit_read(xs_jit *jit, unsigned count, const CUjit_option *options, void **values);
/* What was said of code that was refused, or that was taken. */
void xs_jit_tell(const xs_jit *jit, int refused, const uint8_t *words, uint32_t bytes);

#endif
