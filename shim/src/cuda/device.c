/* Devices: what a program may ask of one, known since cuInit but for what is left of its
 * memory.
 *
 * Decides nothing about abilities (attributes.c does). What the device itself says is asked once,
 * inside cuInit; after that only cuMemGetInfo sends. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "xs/cuda_api.h"
#include "xs/shim.h"
#include "xs/visible.h"

xs_device xs_devices[XS_DEVICES_MAX];
int xs_devices_count;
int xs_driver_version = XS_DRIVER_VERSION;

static void copy_text(char *to, size_t capacity, const uint8_t *from, uint32_t bytes) {
    if (bytes >= capacity)
        bytes = (uint32_t)capacity - 1;
    memcpy(to, from, bytes);
    to[bytes] = 0;
}

void xs_devices_set(const xs_device_properties *devices, uint32_t count) {
    uint8_t visible[XS_DEVICES_MAX];

    xs_driver_version = XS_DRIVER_VERSION;
    xs_devices_count = xs_visible_devices(getenv("CUDA_VISIBLE_DEVICES"), devices,
                                          count < XS_DEVICES_MAX ? count : XS_DEVICES_MAX,
                                          visible);
    for (int i = 0; i < xs_devices_count; i++) {
        const xs_device_properties *p = &devices[visible[i]];
        xs_device *d = &xs_devices[i];
        d->wire = visible[i];
        copy_text(d->name, sizeof d->name, p->name, p->name_bytes);
        copy_text(d->backend, sizeof d->backend, p->backend, p->backend_bytes);
        memset(&d->uuid, 0, sizeof d->uuid);
        memcpy(d->uuid.bytes, p->uuid, p->uuid_bytes < 16 ? p->uuid_bytes : 16);
        d->memory_bytes = p->memory_bytes;
        d->compute_major = (int)p->compute_major;
        d->compute_minor = (int)p->compute_minor;
        xs_attributes_of(d->attributes, p, visible[i]);
        if ((int)p->driver_version < xs_driver_version)
            xs_driver_version = (int)p->driver_version;
    }
}

/* Its place on the bus stays the one that the stand-in for NVML gives as well. */
static int is_place(int id) {
    return id == 33 || id == 34 || id == 50; /* PCI bus, device, domain */
}

/* All attributes at once. Devices are numbered on the wire as in the welcome. */
CUresult xs_devices_ask(void) {
    xs_message request = {.kind = XS_MSG_ATTRIBUTES_GET};
    xs_reply reply;
    CUresult result = CUDA_SUCCESS;

    for (int i = 0; i < xs_devices_count && !result; i++) {
        const xs_msg_attributes *m = &reply.message.u.attributes;
        request.u.attributes_get.device = xs_devices[i].wire;
        result = xs_call(&request, &reply);
        if (result)
            break;
        for (uint32_t id = 1; id < m->values_bytes / 4 && id < XS_ATTRIBUTES; id++) {
            int32_t value;
            memcpy(&value, m->values + 4 * id, sizeof value);
            if (value != (int32_t)XS_ATTRIBUTE_ABSENT && !is_place((int)id))
                xs_attribute_set(xs_devices[i].attributes, (int)id, value);
        }
        xs_devices[i].granularity_bytes = m->granularity_bytes;
        xs_reply_free(&reply);
    }
    return result;
}

CUresult xs_cuDeviceGet(CUdevice *device, int ordinal) {
    if (!device)
        return CUDA_ERROR_INVALID_VALUE;
    if (!xs_device_of(ordinal))
        return CUDA_ERROR_INVALID_DEVICE;
    *device = ordinal;
    return CUDA_SUCCESS;
}

CUresult xs_cuDeviceGetCount(int *count) {
    if (!count)
        return CUDA_ERROR_INVALID_VALUE;
    *count = xs_devices_count;
    return CUDA_SUCCESS;
}

CUresult xs_cuDeviceGetName(char *name, int len, CUdevice dev) {
    const xs_device *device = xs_device_of(dev);

    if (!name || len <= 0)
        return CUDA_ERROR_INVALID_VALUE;
    if (!device)
        return CUDA_ERROR_INVALID_DEVICE;
    snprintf(name, (size_t)len, "%s", device->name);
    return CUDA_SUCCESS;
}

CUresult xs_cuDeviceGetUuid_v2(CUuuid *uuid, CUdevice dev) {
    const xs_device *device = xs_device_of(dev);

    if (!uuid)
        return CUDA_ERROR_INVALID_VALUE;
    if (!device)
        return CUDA_ERROR_INVALID_DEVICE;
    *uuid = device->uuid;
    return CUDA_SUCCESS;
}

/* What the device has as far as the tenant is concerned: its quota. */
CUresult xs_cuDeviceTotalMem_v2(size_t *bytes, CUdevice dev) {
    const xs_device *device = xs_device_of(dev);
    uint64_t quota = xs_the_link.memory_bytes_max;

    if (!bytes)
        return CUDA_ERROR_INVALID_VALUE;
    if (!device)
        return CUDA_ERROR_INVALID_DEVICE;
    *bytes = quota && quota < device->memory_bytes ? quota : device->memory_bytes;
    return CUDA_SUCCESS;
}

CUresult xs_cuDeviceGetAttribute(int *pi, CUdevice_attribute attrib, CUdevice dev) {
    const xs_device *device = xs_device_of(dev);

    if (!pi || attrib <= 0 || attrib >= XS_ATTRIBUTES)
        return CUDA_ERROR_INVALID_VALUE;
    if (!device)
        return CUDA_ERROR_INVALID_DEVICE;
    *pi = device->attributes[attrib];
    return CUDA_SUCCESS;
}

CUresult xs_cuDeviceComputeCapability(int *major, int *minor, CUdevice dev) {
    const xs_device *device = xs_device_of(dev);

    if (!major || !minor)
        return CUDA_ERROR_INVALID_VALUE;
    if (!device)
        return CUDA_ERROR_INVALID_DEVICE;
    *major = device->compute_major;
    *minor = device->compute_minor;
    return CUDA_SUCCESS;
}

CUresult xs_cuDeviceGetProperties(CUdevprop *prop, CUdevice dev) {
    const xs_device *device = xs_device_of(dev);
    const int *a;

    if (!prop)
        return CUDA_ERROR_INVALID_VALUE;
    if (!device)
        return CUDA_ERROR_INVALID_DEVICE;
    a = device->attributes;
    *prop = (CUdevprop){
        .maxThreadsPerBlock = a[1],
        .maxThreadsDim = {a[2], a[3], a[4]},
        .maxGridSize = {a[5], a[6], a[7]},
        .sharedMemPerBlock = a[8],
        .totalConstantMemory = a[9],
        .SIMDWidth = a[10],
        .memPitch = a[11],
        .regsPerBlock = a[12],
        .clockRate = a[13],
        .textureAlign = a[14],
    };
    return CUDA_SUCCESS;
}

CUresult xs_cuDeviceGetPCIBusId(char *pciBusId, int len, CUdevice dev) {
    const xs_device *device = xs_device_of(dev);

    if (!pciBusId || len <= 0)
        return CUDA_ERROR_INVALID_VALUE;
    if (!device)
        return CUDA_ERROR_INVALID_DEVICE;
    snprintf(pciBusId, (size_t)len, "%04X:%02X:%02X.0", (unsigned)device->attributes[50],
             (unsigned)device->attributes[33], (unsigned)device->attributes[34]);
    return CUDA_SUCCESS;
}

/* "domain:bus:device.function", "domain:bus:device" or "bus:device.function". */
static int parse_pci(const char *text, unsigned *domain, unsigned *bus, unsigned *slot) {
    unsigned function = 0;
    char rest;
    int fields = sscanf(text, "%x:%x:%x.%x%c", domain, bus, slot, &function, &rest);

    if (fields == 3 || fields == 4)
        return function == 0;
    *domain = 0;
    fields = sscanf(text, "%x:%x.%x%c", bus, slot, &function, &rest);
    return fields == 3 && function == 0;
}

CUresult xs_cuDeviceGetByPCIBusId(CUdevice *dev, const char *pciBusId) {
    unsigned domain, bus, slot;

    if (!dev || !pciBusId || !parse_pci(pciBusId, &domain, &bus, &slot))
        return CUDA_ERROR_INVALID_VALUE;
    for (int i = 0; i < xs_devices_count; i++) {
        const int *a = xs_devices[i].attributes;
        if ((unsigned)a[50] == domain && (unsigned)a[33] == bus && (unsigned)a[34] == slot) {
            *dev = i;
            return CUDA_SUCCESS;
        }
    }
    return CUDA_ERROR_INVALID_DEVICE;
}

CUresult xs_cuDeviceCanAccessPeer(int *canAccessPeer, CUdevice dev, CUdevice peerDev) {
    if (!canAccessPeer)
        return CUDA_ERROR_INVALID_VALUE;
    if (!xs_device_of(dev) || !xs_device_of(peerDev))
        return CUDA_ERROR_INVALID_DEVICE;
    *canAccessPeer = 0;
    return CUDA_SUCCESS;
}

CUresult xs_cuDeviceGetP2PAttribute(int *value, CUdevice_P2PAttribute attrib,
                                    CUdevice srcDevice, CUdevice dstDevice) {
    if (!value || attrib < 1 || attrib > 5)
        return CUDA_ERROR_INVALID_VALUE;
    if (!xs_device_of(srcDevice) || !xs_device_of(dstDevice) || srcDevice == dstDevice)
        return CUDA_ERROR_INVALID_DEVICE;
    *value = 0;
    return CUDA_SUCCESS;
}

CUresult xs_cuDeviceGetExecAffinitySupport(int *pi, CUexecAffinityType type, CUdevice dev) {
    if (!pi || type != CU_EXEC_AFFINITY_TYPE_SM_COUNT)
        return CUDA_ERROR_INVALID_VALUE;
    if (!xs_device_of(dev))
        return CUDA_ERROR_INVALID_DEVICE;
    *pi = 0;
    return CUDA_SUCCESS;
}

CUresult xs_cuDeviceGetTexture1DLinearMaxWidth(size_t *maxWidthInElements,
                                               CUarray_format format, unsigned numChannels,
                                               CUdevice dev) {
    const xs_device *device = xs_device_of(dev);

    if (!maxWidthInElements || (numChannels != 1 && numChannels != 2 && numChannels != 4))
        return CUDA_ERROR_INVALID_VALUE;
    if (!device)
        return CUDA_ERROR_INVALID_DEVICE;
    (void)format; /* the bound is one of elements */
    *maxWidthInElements = (size_t)device->attributes[69];
    return CUDA_SUCCESS;
}

CUresult xs_cuMemGetInfo_v2(size_t *free, size_t *total) {
    xs_message request = {.kind = XS_MSG_MEMORY_INFO};
    xs_reply reply;
    CUresult result;

    if (!free || !total)
        return CUDA_ERROR_INVALID_VALUE;
    request.u.memory_info.device = xs_devices[xs_context_now()->device].wire;
    result = xs_call(&request, &reply);
    if (result)
        return result;
    *free = reply.message.u.memory.free_bytes;
    *total = reply.message.u.memory.total_bytes;
    xs_reply_free(&reply);
    return CUDA_SUCCESS;
}
