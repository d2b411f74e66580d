#ifndef XS_NULL_H
#define XS_NULL_H

#include "broker/device/backend.h"

/* Where the broker lays out device memory (broker/device/memory.py). */
#define XS_NULL_VA_BASE 0x1c0000000000ull
#define XS_NULL_VA_END 0x600000000000ull

extern const xs_backend xs_null_backend;

#endif
