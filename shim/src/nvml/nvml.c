/* libnvidia-ml.so.1: what programs ask NVML to find out whether there is a device.
 *
 * Decides what a tenant is told: its device, its quota, itself. Figures of the hardware that
 * would show other tenants (temperature, power, clocks, links) are refused. state.c
 * connects. */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "state.h"
#include "xs/log.h"

#define NVML_EXPORT __attribute__((visibility("default")))
#define NVML_VERSION_TEXT "13.580"
#define DRIVER_VERSION_TEXT "580.0"

/* Older names of the same call. */
#define NVML_ALIAS(old, now)                                                         \
    __attribute__((alias(#now), visibility("default"))) extern __typeof__(now) old

/* ------------------------------------------------------------------ the library */

NVML_EXPORT nvmlReturn_t nvmlInit_v2(void) {
    return nvml_begin();
}
NVML_ALIAS(nvmlInit, nvmlInit_v2);

NVML_EXPORT nvmlReturn_t nvmlInitWithFlags(unsigned int flags) {
    (void)flags; /* they say whether a missing or unreachable GPU matters: there is one */
    return nvml_begin();
}

NVML_EXPORT nvmlReturn_t nvmlShutdown(void) {
    return nvml_end();
}

NVML_EXPORT const char *nvmlErrorString(nvmlReturn_t result) {
    static const struct {
        nvmlReturn_t result;
        const char *text;
    } texts[] = {
        {NVML_SUCCESS, "Success"},
        {NVML_ERROR_UNINITIALIZED, "Uninitialized"},
        {NVML_ERROR_INVALID_ARGUMENT, "Invalid Argument"},
        {NVML_ERROR_NOT_SUPPORTED, "Not Supported"},
        {NVML_ERROR_NO_PERMISSION, "Insufficient Permissions"},
        {NVML_ERROR_NOT_FOUND, "Not Found"},
        {NVML_ERROR_INSUFFICIENT_SIZE, "Insufficient Size"},
        {NVML_ERROR_DRIVER_NOT_LOADED, "Driver Not Loaded"},
        {NVML_ERROR_FUNCTION_NOT_FOUND, "Function Not Found"},
        {NVML_ERROR_GPU_IS_LOST, "GPU is lost"},
        {NVML_ERROR_MEMORY, "Insufficient Memory"},
        {NVML_ERROR_ARGUMENT_VERSION_MISMATCH, "Argument version mismatch"},
    };

    for (unsigned i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (texts[i].result == result)
            return texts[i].text;
    return "Unknown Error";
}

/* ------------------------------------------------------------------ texts */

static nvmlReturn_t give_text(char *to, unsigned capacity, const char *text) {
    if (!to)
        return NVML_ERROR_INVALID_ARGUMENT;
    if (strlen(text) >= capacity)
        return NVML_ERROR_INSUFFICIENT_SIZE;
    strcpy(to, text);
    return NVML_SUCCESS;
}

static nvmlReturn_t give_if_begun(char *to, unsigned capacity, const char *text) {
    unsigned count;

    return nvml_devices(&count) ? give_text(to, capacity, text) : NVML_ERROR_UNINITIALIZED;
}

NVML_EXPORT nvmlReturn_t nvmlSystemGetDriverVersion(char *version, unsigned int length) {
    return give_if_begun(version, length, DRIVER_VERSION_TEXT);
}

NVML_EXPORT nvmlReturn_t nvmlSystemGetNVMLVersion(char *version, unsigned int length) {
    return give_if_begun(version, length, NVML_VERSION_TEXT);
}

NVML_EXPORT nvmlReturn_t nvmlSystemGetCudaDriverVersion_v2(int *version) {
    unsigned count;
    const struct nvml_device *devices = nvml_devices(&count);

    if (!devices)
        return NVML_ERROR_UNINITIALIZED;
    if (!version)
        return NVML_ERROR_INVALID_ARGUMENT;
    *version = devices[0].driver_version;
    return NVML_SUCCESS;
}
NVML_ALIAS(nvmlSystemGetCudaDriverVersion, nvmlSystemGetCudaDriverVersion_v2);

NVML_EXPORT nvmlReturn_t nvmlSystemGetProcessName(unsigned int pid, char *name,
                                                  unsigned int length) {
    char path[64], text[256];
    ssize_t used;

    snprintf(path, sizeof path, "/proc/%u/exe", pid);
    used = readlink(path, text, sizeof text - 1);
    if (used < 0)
        return NVML_ERROR_NOT_FOUND;
    text[used] = 0;
    return give_if_begun(name, length, text);
}

/* ------------------------------------------------------------------ finding a device */

NVML_EXPORT nvmlReturn_t nvmlDeviceGetCount_v2(unsigned int *count) {
    unsigned known;

    if (!nvml_devices(&known))
        return NVML_ERROR_UNINITIALIZED;
    if (!count)
        return NVML_ERROR_INVALID_ARGUMENT;
    *count = known;
    return NVML_SUCCESS;
}
NVML_ALIAS(nvmlDeviceGetCount, nvmlDeviceGetCount_v2);

NVML_EXPORT nvmlReturn_t nvmlDeviceGetHandleByIndex_v2(unsigned int index,
                                                       nvmlDevice_t *device) {
    unsigned count;
    const struct nvml_device *devices = nvml_devices(&count);

    if (!devices)
        return NVML_ERROR_UNINITIALIZED;
    if (!device || index >= count)
        return NVML_ERROR_INVALID_ARGUMENT;
    *device = (nvmlDevice_t)&devices[index];
    return NVML_SUCCESS;
}
NVML_ALIAS(nvmlDeviceGetHandleByIndex, nvmlDeviceGetHandleByIndex_v2);

NVML_EXPORT nvmlReturn_t nvmlDeviceGetHandleByUUID(const char *uuid, nvmlDevice_t *device) {
    unsigned count;
    const struct nvml_device *devices = nvml_devices(&count);

    if (!devices)
        return NVML_ERROR_UNINITIALIZED;
    if (!uuid || !device)
        return NVML_ERROR_INVALID_ARGUMENT;
    for (unsigned i = 0; i < count; i++) {
        if (!strcasecmp(devices[i].uuid, uuid)) {
            *device = (nvmlDevice_t)&devices[i];
            return NVML_SUCCESS;
        }
    }
    return NVML_ERROR_NOT_FOUND;
}

/* "00000000:01:00.0", with four or eight digits of domain, or none. */
static int same_place(const char *text, const struct nvml_device *device) {
    unsigned domain = 0, bus, slot, function = 0;

    if (sscanf(text, "%x:%x:%x.%x", &domain, &bus, &slot, &function) < 3) {
        domain = 0;
        if (sscanf(text, "%x:%x.%x", &bus, &slot, &function) < 2)
            return 0;
    }
    return (int)domain == device->attributes[50] && (int)bus == device->attributes[33] &&
           (int)slot == device->attributes[34] && !function;
}

NVML_EXPORT nvmlReturn_t nvmlDeviceGetHandleByPciBusId_v2(const char *bus_id,
                                                          nvmlDevice_t *device) {
    unsigned count;
    const struct nvml_device *devices = nvml_devices(&count);

    if (!devices)
        return NVML_ERROR_UNINITIALIZED;
    if (!bus_id || !device)
        return NVML_ERROR_INVALID_ARGUMENT;
    for (unsigned i = 0; i < count; i++) {
        if (same_place(bus_id, &devices[i])) {
            *device = (nvmlDevice_t)&devices[i];
            return NVML_SUCCESS;
        }
    }
    return NVML_ERROR_NOT_FOUND;
}
NVML_ALIAS(nvmlDeviceGetHandleByPciBusId, nvmlDeviceGetHandleByPciBusId_v2);

/* ------------------------------------------------------------------ what a device is */

NVML_EXPORT nvmlReturn_t nvmlDeviceGetName(nvmlDevice_t handle, char *name,
                                           unsigned int length) {
    const struct nvml_device *device;
    nvmlReturn_t result = nvml_device_of(handle, &device);

    return result ? result : give_text(name, length, device->name);
}

NVML_EXPORT nvmlReturn_t nvmlDeviceGetUUID(nvmlDevice_t handle, char *uuid,
                                           unsigned int length) {
    const struct nvml_device *device;
    nvmlReturn_t result = nvml_device_of(handle, &device);

    return result ? result : give_text(uuid, length, device->uuid);
}

NVML_EXPORT nvmlReturn_t nvmlDeviceGetIndex(nvmlDevice_t handle, unsigned int *index) {
    const struct nvml_device *device;
    nvmlReturn_t result = nvml_device_of(handle, &device);

    if (!result && !index)
        result = NVML_ERROR_INVALID_ARGUMENT;
    if (!result)
        *index = device->index;
    return result;
}
NVML_ALIAS(nvmlDeviceGetMinorNumber, nvmlDeviceGetIndex);

NVML_EXPORT nvmlReturn_t nvmlDeviceGetPciInfo_v3(nvmlDevice_t handle, nvmlPciInfo_t *pci) {
    const struct nvml_device *device;
    nvmlReturn_t result = nvml_device_of(handle, &device);

    if (!result && !pci)
        result = NVML_ERROR_INVALID_ARGUMENT;
    if (result)
        return result;
    memset(pci, 0, sizeof *pci);
    pci->domain = (unsigned)device->attributes[50];
    pci->bus = (unsigned)device->attributes[33];
    pci->device = (unsigned)device->attributes[34];
    pci->pciDeviceId = (unsigned)device->attributes[139];
    pci->pciSubSystemId = (unsigned)device->attributes[140];
    snprintf(pci->busId, sizeof pci->busId, "%s", device->pci);
    snprintf(pci->busIdLegacy, sizeof pci->busIdLegacy, "%04X:%02X:%02X.0",
             pci->domain & 0xffff, pci->bus & 0xff, pci->device & 0xff);
    return NVML_SUCCESS;
}
NVML_ALIAS(nvmlDeviceGetPciInfo_v2, nvmlDeviceGetPciInfo_v3);

NVML_EXPORT nvmlReturn_t nvmlDeviceGetCudaComputeCapability(nvmlDevice_t handle, int *major,
                                                            int *minor) {
    const struct nvml_device *device;
    nvmlReturn_t result = nvml_device_of(handle, &device);

    if (!result && (!major || !minor))
        result = NVML_ERROR_INVALID_ARGUMENT;
    if (!result) {
        *major = device->compute_major;
        *minor = device->compute_minor;
    }
    return result;
}

/* ------------------------------------------------------------------ what it does now */

NVML_EXPORT nvmlReturn_t nvmlDeviceGetMemoryInfo(nvmlDevice_t handle, nvmlMemory_t *memory) {
    const struct nvml_device *device;
    nvmlReturn_t result = nvml_device_of(handle, &device);
    nvml_memory now;

    if (!result && !memory)
        result = NVML_ERROR_INVALID_ARGUMENT;
    if (!result)
        result = nvml_ask_memory(device->index, &now);
    if (!result)
        *memory = (nvmlMemory_t){now.total, now.free, now.total - now.free};
    return result;
}

NVML_EXPORT nvmlReturn_t nvmlDeviceGetMemoryInfo_v2(nvmlDevice_t handle,
                                                    nvmlMemory_v2_t *memory) {
    nvmlMemory_t plain;
    nvmlReturn_t result;

    if (memory && memory->version != NVML_MEMORY_V2)
        return NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
    result = nvmlDeviceGetMemoryInfo(handle, memory ? &plain : NULL);
    if (!result) {
        memory->total = plain.total;
        memory->reserved = 0;
        memory->free = plain.free;
        memory->used = plain.used;
    }
    return result;
}

/* Of the tenant, not of its neighbours. How busy the memory is, is not measured. */
NVML_EXPORT nvmlReturn_t nvmlDeviceGetUtilizationRates(nvmlDevice_t handle,
                                                       nvmlUtilization_t *rates) {
    const struct nvml_device *device;
    nvmlReturn_t result = nvml_device_of(handle, &device);
    unsigned percent;

    if (!result && !rates)
        result = NVML_ERROR_INVALID_ARGUMENT;
    if (!result)
        result = nvml_ask_use(device->index, &percent);
    if (!result)
        *rates = (nvmlUtilization_t){percent, 0};
    return result;
}

/* Does this process use the device? Other processes are not shown to a tenant. */
static int device_is_used_here(void) {
    void *cuda = dlopen("libcuda.so.1", RTLD_NOW | RTLD_NOLOAD);
    int (*ask)(int *) = cuda ? (int (*)(int *))dlsym(cuda, "cuDeviceGetCount") : NULL;
    int count, used = ask && ask(&count) == 0;

    if (cuda)
        dlclose(cuda);
    return used;
}

/* One process at most, into *bytes of it; NVML's way of telling the size needed. */
static nvmlReturn_t running(nvmlDevice_t handle, unsigned int *count, void *infos,
                            uint64_t *bytes) {
    const struct nvml_device *device;
    nvmlReturn_t result = nvml_device_of(handle, &device);
    unsigned have = count ? *count : 0;
    nvml_memory now;

    if (!result && !count)
        result = NVML_ERROR_INVALID_ARGUMENT;
    if (result)
        return result;
    *count = (unsigned)device_is_used_here();
    if (*count > have)
        return NVML_ERROR_INSUFFICIENT_SIZE;
    if (!*count)
        return NVML_SUCCESS;
    if (!infos)
        return NVML_ERROR_INVALID_ARGUMENT;
    result = nvml_ask_memory(device->index, &now);
    *bytes = now.total - now.free;
    return result;
}

NVML_EXPORT nvmlReturn_t nvmlDeviceGetComputeRunningProcesses_v3(nvmlDevice_t handle,
                                                                 unsigned int *count,
                                                                 nvmlProcessInfo_v2_t *infos) {
    uint64_t bytes;
    nvmlReturn_t result = running(handle, count, infos, &bytes);

    if (!result && *count)
        infos[0] = (nvmlProcessInfo_v2_t){(unsigned)getpid(), bytes, NVML_NO_INSTANCE,
                                          NVML_NO_INSTANCE};
    return result;
}
NVML_ALIAS(nvmlDeviceGetComputeRunningProcesses_v2, nvmlDeviceGetComputeRunningProcesses_v3);

NVML_EXPORT nvmlReturn_t nvmlDeviceGetComputeRunningProcesses(nvmlDevice_t handle,
                                                              unsigned int *count,
                                                              nvmlProcessInfo_v1_t *infos) {
    uint64_t bytes;
    nvmlReturn_t result = running(handle, count, infos, &bytes);

    if (!result && *count)
        infos[0] = (nvmlProcessInfo_v1_t){(unsigned)getpid(), bytes};
    return result;
}

/* No process draws. */
NVML_EXPORT nvmlReturn_t nvmlDeviceGetGraphicsRunningProcesses_v3(nvmlDevice_t handle,
                                                                  unsigned int *count,
                                                                  void *infos) {
    const struct nvml_device *device;
    nvmlReturn_t result = nvml_device_of(handle, &device);

    (void)infos;
    if (!result && !count)
        result = NVML_ERROR_INVALID_ARGUMENT;
    if (!result)
        *count = 0;
    return result;
}
NVML_ALIAS(nvmlDeviceGetGraphicsRunningProcesses_v2, nvmlDeviceGetGraphicsRunningProcesses_v3);
NVML_ALIAS(nvmlDeviceGetGraphicsRunningProcesses, nvmlDeviceGetGraphicsRunningProcesses_v3);

/* ------------------------------------------------------------------ what is refused
 * By name, so that a program that looks a function up before it uses it finds it. */
#define NVML_REFUSED(name)                                                           \
    NVML_EXPORT nvmlReturn_t name(void) {                                            \
        static int said;                                                             \
        if (!__atomic_exchange_n(&said, 1, __ATOMIC_RELAXED))                        \
            xs_log(XS_LOG_INFO, "%s is not supported", #name);                       \
        return NVML_ERROR_NOT_SUPPORTED;                                             \
    }
NVML_REFUSED(nvmlDeviceGetTemperature)
NVML_REFUSED(nvmlDeviceGetPowerUsage)
NVML_REFUSED(nvmlDeviceGetEnforcedPowerLimit)
NVML_REFUSED(nvmlDeviceGetPowerManagementLimit)
NVML_REFUSED(nvmlDeviceGetTotalEnergyConsumption)
NVML_REFUSED(nvmlDeviceGetClockInfo)
NVML_REFUSED(nvmlDeviceGetMaxClockInfo)
NVML_REFUSED(nvmlDeviceGetFanSpeed)
NVML_REFUSED(nvmlDeviceGetPerformanceState)
NVML_REFUSED(nvmlDeviceGetP2PStatus)
NVML_REFUSED(nvmlDeviceGetTopologyCommonAncestor)
NVML_REFUSED(nvmlDeviceGetNvLinkState)
NVML_REFUSED(nvmlDeviceGetNvLinkCapability)
NVML_REFUSED(nvmlDeviceGetNvLinkRemoteDeviceType)
NVML_REFUSED(nvmlDeviceGetNvLinkRemotePciInfo_v2)
NVML_REFUSED(nvmlDeviceGetGpuFabricInfo)
NVML_REFUSED(nvmlDeviceGetGpuFabricInfoV)
NVML_REFUSED(nvmlDeviceGetMigMode)
NVML_REFUSED(nvmlDeviceGetFieldValues)
NVML_REFUSED(nvmlDeviceGetProcessUtilization)
NVML_REFUSED(nvmlDeviceGetCpuAffinity)
NVML_REFUSED(nvmlDeviceSetCpuAffinity)
