/* What the stand-in for NVML knows: devices as in the welcome, and live figures on request.
 * See state.c. */
#ifndef XS_NVML_STATE_H
#define XS_NVML_STATE_H

#include "xs/attributes.h"
#include "xs/nvml_abi.h"

#define XS_NVML_DEVICES_MAX 16

struct nvml_device {
    char name[257];
    char uuid[48]; /* "GPU-..." */
    char pci[32];
    int attributes[XS_ATTRIBUTES];
    int compute_major, compute_minor;
    int driver_version;
    unsigned index;
    uint64_t memory_bytes; /* the quota, or what the device has */
};

typedef struct nvml_memory {
    uint64_t total, free;
    uint64_t used_ns, time_ns; /* GPU time of the tenant, and when: device time */
} nvml_memory;

/* Count users; the first connects. */
nvmlReturn_t nvml_begin(void);
nvmlReturn_t nvml_end(void);

/* NULL while not initialised. */
const struct nvml_device *nvml_devices(unsigned *count);
/* The device behind a handle, or why there is none. */
nvmlReturn_t nvml_device_of(nvmlDevice_t handle, const struct nvml_device **device);

/* Ask the broker: what the tenant may allocate and what is left of it. */
nvmlReturn_t nvml_ask_memory(unsigned index, nvml_memory *memory);

/* Percent of the time since it was last asked in which the tenant's work used the device;
 * what was said before when that is less than SAMPLE_NS ago. */
nvmlReturn_t nvml_ask_use(unsigned index, unsigned *percent);

#endif
