/* Which devices a program wants to see (visible.c). */
#ifndef XS_VISIBLE_H
#define XS_VISIBLE_H

#include "broker/wire/gen/xs_wire.h"

/* Ordinals that CUDA_VISIBLE_DEVICES names, in its order, into visible[count].
 *
 * Args: text: its value; NULL: all devices.
 * Returns how many. */
int xs_visible_devices(const char *text, const xs_device_properties *devices,
                       uint32_t count, uint8_t *visible);

#endif
