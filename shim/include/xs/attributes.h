/* What a tenant sees of a device's attributes (attributes.c). Ids: CUdevice_attribute. */
#ifndef XS_ATTRIBUTES_H
#define XS_ATTRIBUTES_H

#include "broker/wire/gen/xs_wire.h"

#define XS_ATTRIBUTES 160

/* Fill attributes[XS_ATTRIBUTES] from the properties in the welcome. */
void xs_attributes_of(int *attributes, const xs_device_properties *properties, int ordinal);

/* Take the device's own answer, unless it is about something tenants do not get. */
void xs_attribute_set(int *attributes, int id, int value);

#endif
