/* cuGetProcAddress: which form of a call a program of a version gets. */
#include "standin.h"

#include <dlfcn.h>
#include <string.h>

typedef struct entry {
    const char *name;
    int since; /* version in which this form came */
    const char *symbol;
} entry;

static const entry entries[] = {
    {"cuArray3DCreate", 3020, "cuArray3DCreate_v2"},
    {"cuArrayDestroy", 2000, "cuArrayDestroy"},
    {"cuCtxCreate", 12050, "cuCtxCreate_v4"},
    {"cuCtxDestroy", 4000, "cuCtxDestroy_v2"},
    {"cuCtxGetLimit", 3010, "cuCtxGetLimit"},
    {"cuCtxGetStreamPriorityRange", 5050, "cuCtxGetStreamPriorityRange"},
    {"cuCtxSetCurrent", 4000, "cuCtxSetCurrent"},
    {"cuCtxSetLimit", 3010, "cuCtxSetLimit"},
    {"cuCtxSynchronize", 2000, "cuCtxSynchronize"},
    {"cuDeviceGet", 2000, "cuDeviceGet"},
    {"cuDeviceGetAttribute", 2000, "cuDeviceGetAttribute"},
    {"cuDeviceGetCount", 2000, "cuDeviceGetCount"},
    {"cuDeviceGetName", 2000, "cuDeviceGetName"},
    {"cuDeviceGetUuid", 11040, "cuDeviceGetUuid_v2"},
    {"cuDevicePrimaryCtxRelease", 11000, "cuDevicePrimaryCtxRelease_v2"},
    {"cuDevicePrimaryCtxRetain", 7000, "cuDevicePrimaryCtxRetain"},
    {"cuDeviceTotalMem", 3020, "cuDeviceTotalMem_v2"},
    {"cuDriverGetVersion", 2020, "cuDriverGetVersion"},
    {"cuEventCreate", 2000, "cuEventCreate"},
    {"cuEventDestroy", 4000, "cuEventDestroy_v2"},
    {"cuEventElapsedTime", 2000, "cuEventElapsedTime"},
    {"cuEventQuery", 2000, "cuEventQuery"},
    {"cuEventRecord", 2000, "cuEventRecord"},
    {"cuEventSynchronize", 2000, "cuEventSynchronize"},
    {"cuFuncGetAttribute", 2020, "cuFuncGetAttribute"},
    {"cuFuncGetName", 12030, "cuFuncGetName"},
    {"cuFuncGetParamInfo", 12040, "cuFuncGetParamInfo"},
    {"cuFuncLoad", 12040, "cuFuncLoad"},
    {"cuFuncSetAttribute", 9000, "cuFuncSetAttribute"},
    {"cuGetProcAddress", 12000, "cuGetProcAddress_v2"},
    {"cuGraphAddEmptyNode", 10000, "cuGraphAddEmptyNode"},
    {"cuGraphAddKernelNode", 12000, "cuGraphAddKernelNode_v2"},
    {"cuGraphAddMemcpyNode", 10000, "cuGraphAddMemcpyNode"},
    {"cuGraphAddMemsetNode", 10000, "cuGraphAddMemsetNode"},
    {"cuGraphCreate", 10000, "cuGraphCreate"},
    {"cuGraphDestroy", 10000, "cuGraphDestroy"},
    {"cuGraphExecDestroy", 10000, "cuGraphExecDestroy"},
    {"cuGraphInstantiateWithFlags", 11040, "cuGraphInstantiateWithFlags"},
    {"cuGraphKernelNodeSetAttribute", 11000, "cuGraphKernelNodeSetAttribute"},
    {"cuGraphLaunch", 10000, "cuGraphLaunch"},
    {"cuGraphUpload", 11010, "cuGraphUpload"},
    {"cuInit", 2000, "cuInit"},
    {"cuLaunchKernel", 4000, "cuLaunchKernel"},
    {"cuLaunchKernelEx", 11060, "cuLaunchKernelEx"},
    {"cuLinkAddData", 6050, "cuLinkAddData_v2"},
    {"cuLinkComplete", 5050, "cuLinkComplete"},
    {"cuLinkCreate", 6050, "cuLinkCreate_v2"},
    {"cuLinkDestroy", 5050, "cuLinkDestroy"},
    {"cuMemAddressFree", 10020, "cuMemAddressFree"},
    {"cuMemAddressReserve", 10020, "cuMemAddressReserve"},
    {"cuMemAlloc", 3020, "cuMemAlloc_v2"},
    {"cuMemAllocAsync", 11020, "cuMemAllocAsync"},
    {"cuMemCreate", 10020, "cuMemCreate"},
    {"cuMemFree", 3020, "cuMemFree_v2"},
    {"cuMemFreeAsync", 11020, "cuMemFreeAsync"},
    {"cuMemFreeHost", 2000, "cuMemFreeHost"},
    {"cuMemGetAllocationGranularity", 10020, "cuMemGetAllocationGranularity"},
    {"cuMemGetInfo", 3020, "cuMemGetInfo_v2"},
    {"cuMemHostAlloc", 2020, "cuMemHostAlloc"},
    {"cuMemHostGetDevicePointer", 3020, "cuMemHostGetDevicePointer_v2"},
    {"cuMemHostRegister", 6050, "cuMemHostRegister_v2"},
    {"cuMemHostUnregister", 4000, "cuMemHostUnregister"},
    {"cuMemMap", 10020, "cuMemMap"},
    {"cuMemRelease", 10020, "cuMemRelease"},
    {"cuMemSetAccess", 10020, "cuMemSetAccess"},
    {"cuMemUnmap", 10020, "cuMemUnmap"},
    {"cuMemcpy2DAsync", 3020, "cuMemcpy2DAsync_v2"},
    {"cuMemcpy3DAsync", 3020, "cuMemcpy3DAsync_v2"},
    {"cuMemcpyDtoDAsync", 3020, "cuMemcpyDtoDAsync_v2"},
    {"cuMemcpyDtoH", 3020, "cuMemcpyDtoH_v2"},
    {"cuMemcpyDtoHAsync", 3020, "cuMemcpyDtoHAsync_v2"},
    {"cuMemcpyHtoD", 3020, "cuMemcpyHtoD_v2"},
    {"cuMemcpyHtoDAsync", 3020, "cuMemcpyHtoDAsync_v2"},
    {"cuMemsetD16Async", 3020, "cuMemsetD16Async"},
    {"cuMemsetD2D16Async", 3020, "cuMemsetD2D16Async"},
    {"cuMemsetD2D32Async", 3020, "cuMemsetD2D32Async"},
    {"cuMemsetD2D8Async", 3020, "cuMemsetD2D8Async"},
    {"cuMemsetD32Async", 3020, "cuMemsetD32Async"},
    {"cuMemsetD8Async", 3020, "cuMemsetD8Async"},
    {"cuModuleEnumerateFunctions", 12040, "cuModuleEnumerateFunctions"},
    {"cuModuleGetFunction", 2000, "cuModuleGetFunction"},
    {"cuModuleGetFunctionCount", 12040, "cuModuleGetFunctionCount"},
    {"cuModuleGetGlobal", 3020, "cuModuleGetGlobal_v2"},
    {"cuModuleGetLoadingMode", 11070, "cuModuleGetLoadingMode"},
    {"cuModuleLoadDataEx", 2010, "cuModuleLoadDataEx"},
    {"cuModuleUnload", 2000, "cuModuleUnload"},
    {"cuOccupancyAvailableDynamicSMemPerBlock", 10020,
     "cuOccupancyAvailableDynamicSMemPerBlock"},
    {"cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags", 7000,
     "cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags"},
    {"cuOccupancyMaxActiveClusters", 11070, "cuOccupancyMaxActiveClusters"},
    {"cuOccupancyMaxPotentialClusterSize", 11070, "cuOccupancyMaxPotentialClusterSize"},
    {"cuStreamCreateWithPriority", 5050, "cuStreamCreateWithPriority"},
    {"cuStreamDestroy", 4000, "cuStreamDestroy_v2"},
    {"cuStreamQuery", 2000, "cuStreamQuery"},
    {"cuStreamWaitEvent", 3020, "cuStreamWaitEvent"},
    {"cuStreamWaitValue32", 11070, "cuStreamWaitValue32_v2"},
    {"cuStreamWaitValue64", 11070, "cuStreamWaitValue64_v2"},
    {"cuStreamWriteValue32", 11070, "cuStreamWriteValue32_v2"},
    {"cuStreamWriteValue64", 11070, "cuStreamWriteValue64_v2"},
    {"cuSurfObjectCreate", 5000, "cuSurfObjectCreate"},
    {"cuSurfObjectDestroy", 5000, "cuSurfObjectDestroy"},
    {"cuTensorMapEncodeIm2col", 12000, "cuTensorMapEncodeIm2col"},
    {"cuTensorMapEncodeTiled", 12000, "cuTensorMapEncodeTiled"},
    {"cuTexObjectCreate", 5000, "cuTexObjectCreate"},
    {"cuTexObjectDestroy", 5000, "cuTexObjectDestroy"},
};

/* status: 0 found, 1 no such call, 2 the version asked for is too low. */
static int find(const char *name, int version, void **address)
{
    void *self = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_NOLOAD);
    int status = 1;

    *address = NULL;
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++) {
        if (strcmp(entries[i].name, name))
            continue;
        if (entries[i].since > setting("XS_STANDIN_VERSION", 13000))
            continue; /* this driver has no such form yet */
        status = version < entries[i].since ? 2 : 0;
        if (!status)
            *address = dlsym(self, entries[i].symbol);
    }
    dlclose(self);
    return status;
}

API int cuGetProcAddress_v2(const char *name, void **address, int version, uint64_t flags,
                            int *status)
{
    int found;

    BEGIN(NEEDS_NOTHING);
    describe("%s %d %lu", name, version, flags);
    found = find(name, version, address);
    if (status)
        *status = found;
    return call_end(found ? NOT_FOUND : SUCCESS);
}

API int cuGetProcAddress(const char *name, void **address, int version, uint64_t flags)
{
    return cuGetProcAddress_v2(name, address, version, flags, NULL);
}
