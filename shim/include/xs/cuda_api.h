/* Entry points of the driver that are answered.
 *
 * Generated from cuda_api.toml by `python -m shim.generate`; change that file. */

#ifndef XS_CUDA_API_H
#define XS_CUDA_API_H

#include "xs/cuda_abi.h"

CUresult cuDriverGetVersion(int *driverVersion);
CUresult cuGetErrorName(CUresult error, const char **pStr);
CUresult cuGetErrorString(CUresult error, const char **pStr);
CUresult cuGetExportTable(const void **ppExportTable, const CUuuid *pExportTableId);
CUresult cuGetProcAddress(const char *symbol, void **pfn, int driverVersion, uint64_t flags);
CUresult cuGetProcAddress_v2(const char *symbol, void **pfn, int driverVersion,
        uint64_t flags, CUdriverProcAddressQueryResult *symbolFound);
CUresult cuInit(unsigned int Flags);
CUresult cuProfilerInitialize(const char *configFile, const char *outputFile,
        CUoutput_mode outputMode);
CUresult cuProfilerStart(void);
CUresult cuProfilerStop(void);
CUresult cuDeviceCanAccessPeer(int *canAccessPeer, CUdevice dev, CUdevice peerDev);
CUresult cuDeviceComputeCapability(int *major, int *minor, CUdevice dev);
CUresult cuDeviceGet(CUdevice *device, int ordinal);
CUresult cuDeviceGetAttribute(int *pi, CUdevice_attribute attrib, CUdevice dev);
CUresult cuDeviceGetByPCIBusId(CUdevice *dev, const char *pciBusId);
CUresult cuDeviceGetCount(int *count);
CUresult cuDeviceGetExecAffinitySupport(int *pi, CUexecAffinityType type, CUdevice dev);
CUresult cuDeviceGetName(char *name, int len, CUdevice dev);
CUresult cuDeviceGetP2PAttribute(int *value, CUdevice_P2PAttribute attrib, CUdevice srcDevice,
        CUdevice dstDevice);
CUresult cuDeviceGetPCIBusId(char *pciBusId, int len, CUdevice dev);
CUresult cuDeviceGetProperties(CUdevprop *prop, CUdevice dev);
CUresult cuDeviceGetTexture1DLinearMaxWidth(size_t *maxWidthInElements, CUarray_format format,
        unsigned numChannels, CUdevice dev);
CUresult cuDeviceGetUuid(CUuuid *uuid, CUdevice dev);
CUresult cuDeviceGetUuid_v2(CUuuid *uuid, CUdevice dev);
CUresult cuDeviceTotalMem_v2(size_t *bytes, CUdevice dev);
CUresult cuCtxAttach(CUcontext *pctx, unsigned int flags);
CUresult cuCtxCreate(CUcontext *pctx, unsigned int flags, CUdevice dev);
CUresult cuCtxCreate_v2(CUcontext *pctx, unsigned int flags, CUdevice dev);
CUresult cuCtxCreate_v3(CUcontext *pctx, CUexecAffinityParam *paramsArray, int numParams,
        unsigned int flags, CUdevice dev);
CUresult cuCtxCreate_v4(CUcontext *pctx, CUctxCreateParams *ctxCreateParams,
        unsigned int flags, CUdevice dev);
CUresult cuCtxDestroy(CUcontext ctx);
CUresult cuCtxDestroy_v2(CUcontext ctx);
CUresult cuCtxDetach(CUcontext ctx);
CUresult cuCtxGetApiVersion(CUcontext ctx, unsigned int *version);
CUresult cuCtxGetCacheConfig(CUfunc_cache *pconfig);
CUresult cuCtxGetCurrent(CUcontext *pctx);
CUresult cuCtxGetDevice(CUdevice *device);
CUresult cuCtxGetDevice_v2(CUdevice *device, CUcontext ctx);
CUresult cuCtxGetExecAffinity(CUexecAffinityParam *pExecAffinity, CUexecAffinityType type);
CUresult cuCtxGetFlags(unsigned int *flags);
CUresult cuCtxGetId(CUcontext ctx, unsigned long long *ctxId);
CUresult cuCtxGetLimit(size_t *pvalue, CUlimit limit);
CUresult cuCtxGetSharedMemConfig(CUsharedconfig *pConfig);
CUresult cuCtxGetStreamPriorityRange(int *leastPriority, int *greatestPriority);
CUresult cuCtxPopCurrent(CUcontext *pctx);
CUresult cuCtxPopCurrent_v2(CUcontext *pctx);
CUresult cuCtxPushCurrent(CUcontext ctx);
CUresult cuCtxPushCurrent_v2(CUcontext ctx);
CUresult cuCtxResetPersistingL2Cache(void);
CUresult cuCtxSetCacheConfig(CUfunc_cache config);
CUresult cuCtxSetCurrent(CUcontext ctx);
CUresult cuCtxSetFlags(unsigned int flags);
CUresult cuCtxSetLimit(CUlimit limit, size_t value);
CUresult cuCtxSetSharedMemConfig(CUsharedconfig config);
CUresult cuDevicePrimaryCtxGetState(CUdevice dev, unsigned int *flags, int *active);
CUresult cuDevicePrimaryCtxRelease(CUdevice dev);
CUresult cuDevicePrimaryCtxRelease_v2(CUdevice dev);
CUresult cuDevicePrimaryCtxReset(CUdevice dev);
CUresult cuDevicePrimaryCtxReset_v2(CUdevice dev);
CUresult cuDevicePrimaryCtxRetain(CUcontext *pctx, CUdevice dev);
CUresult cuDevicePrimaryCtxSetFlags(CUdevice dev, unsigned int flags);
CUresult cuDevicePrimaryCtxSetFlags_v2(CUdevice dev, unsigned int flags);
CUresult cuMemGetInfo_v2(size_t *free, size_t *total);
CUresult cuModuleGetLoadingMode(CUmoduleLoadingMode *mode);

/* Implementations: src/cuda/. */
CUresult xs_cuDriverGetVersion(int *driverVersion);
CUresult xs_cuGetErrorName(CUresult error, const char **pStr);
CUresult xs_cuGetErrorString(CUresult error, const char **pStr);
CUresult xs_cuGetExportTable(const void **ppExportTable, const CUuuid *pExportTableId);
CUresult xs_cuGetProcAddress(const char *symbol, void **pfn, int driverVersion, uint64_t flags);
CUresult xs_cuGetProcAddress_v2(const char *symbol, void **pfn, int driverVersion,
        uint64_t flags, CUdriverProcAddressQueryResult *symbolFound);
CUresult xs_cuInit(unsigned int Flags);
CUresult xs_cuProfilerInitialize(const char *configFile, const char *outputFile,
        CUoutput_mode outputMode);
CUresult xs_cuProfilerStart(void);
CUresult xs_cuProfilerStop(void);
CUresult xs_cuDeviceCanAccessPeer(int *canAccessPeer, CUdevice dev, CUdevice peerDev);
CUresult xs_cuDeviceComputeCapability(int *major, int *minor, CUdevice dev);
CUresult xs_cuDeviceGet(CUdevice *device, int ordinal);
CUresult xs_cuDeviceGetAttribute(int *pi, CUdevice_attribute attrib, CUdevice dev);
CUresult xs_cuDeviceGetByPCIBusId(CUdevice *dev, const char *pciBusId);
CUresult xs_cuDeviceGetCount(int *count);
CUresult xs_cuDeviceGetExecAffinitySupport(int *pi, CUexecAffinityType type, CUdevice dev);
CUresult xs_cuDeviceGetName(char *name, int len, CUdevice dev);
CUresult xs_cuDeviceGetP2PAttribute(int *value, CUdevice_P2PAttribute attrib,
        CUdevice srcDevice, CUdevice dstDevice);
CUresult xs_cuDeviceGetPCIBusId(char *pciBusId, int len, CUdevice dev);
CUresult xs_cuDeviceGetProperties(CUdevprop *prop, CUdevice dev);
CUresult xs_cuDeviceGetTexture1DLinearMaxWidth(size_t *maxWidthInElements,
        CUarray_format format, unsigned numChannels, CUdevice dev);
CUresult xs_cuDeviceGetUuid_v2(CUuuid *uuid, CUdevice dev);
CUresult xs_cuDeviceTotalMem_v2(size_t *bytes, CUdevice dev);
CUresult xs_cuCtxAttach(CUcontext *pctx, unsigned int flags);
CUresult xs_cuCtxCreate_v2(CUcontext *pctx, unsigned int flags, CUdevice dev);
CUresult xs_cuCtxCreate_v3(CUcontext *pctx, CUexecAffinityParam *paramsArray, int numParams,
        unsigned int flags, CUdevice dev);
CUresult xs_cuCtxCreate_v4(CUcontext *pctx, CUctxCreateParams *ctxCreateParams,
        unsigned int flags, CUdevice dev);
CUresult xs_cuCtxDestroy_v2(CUcontext ctx);
CUresult xs_cuCtxDetach(CUcontext ctx);
CUresult xs_cuCtxGetApiVersion(CUcontext ctx, unsigned int *version);
CUresult xs_cuCtxGetCacheConfig(CUfunc_cache *pconfig);
CUresult xs_cuCtxGetCurrent(CUcontext *pctx);
CUresult xs_cuCtxGetDevice(CUdevice *device);
CUresult xs_cuCtxGetDevice_v2(CUdevice *device, CUcontext ctx);
CUresult xs_cuCtxGetExecAffinity(CUexecAffinityParam *pExecAffinity, CUexecAffinityType type);
CUresult xs_cuCtxGetFlags(unsigned int *flags);
CUresult xs_cuCtxGetId(CUcontext ctx, unsigned long long *ctxId);
CUresult xs_cuCtxGetLimit(size_t *pvalue, CUlimit limit);
CUresult xs_cuCtxGetSharedMemConfig(CUsharedconfig *pConfig);
CUresult xs_cuCtxGetStreamPriorityRange(int *leastPriority, int *greatestPriority);
CUresult xs_cuCtxPopCurrent_v2(CUcontext *pctx);
CUresult xs_cuCtxPushCurrent_v2(CUcontext ctx);
CUresult xs_cuCtxResetPersistingL2Cache(void);
CUresult xs_cuCtxSetCacheConfig(CUfunc_cache config);
CUresult xs_cuCtxSetCurrent(CUcontext ctx);
CUresult xs_cuCtxSetFlags(unsigned int flags);
CUresult xs_cuCtxSetLimit(CUlimit limit, size_t value);
CUresult xs_cuCtxSetSharedMemConfig(CUsharedconfig config);
CUresult xs_cuDevicePrimaryCtxGetState(CUdevice dev, unsigned int *flags, int *active);
CUresult xs_cuDevicePrimaryCtxRelease_v2(CUdevice dev);
CUresult xs_cuDevicePrimaryCtxReset_v2(CUdevice dev);
CUresult xs_cuDevicePrimaryCtxRetain(CUcontext *pctx, CUdevice dev);
CUresult xs_cuDevicePrimaryCtxSetFlags_v2(CUdevice dev, unsigned int flags);
CUresult xs_cuMemGetInfo_v2(size_t *free, size_t *total);
CUresult xs_cuModuleGetLoadingMode(CUmoduleLoadingMode *mode);

#endif
