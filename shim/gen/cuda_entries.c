/* What libcuda.so.1 exports: guards, refusals, tables.
 *
 * Generated from cuda_api.toml by `python -m shim.generate`; change that file. */

#include "xs/entry.h"
#include "xs/cuda_api.h"

/* ---- answered */
XS_EXPORT CUresult cuDriverGetVersion(int *driverVersion) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(int *))xs_twin[0])(driverVersion);
        refusal = xs_gate_refusal(XS_NEEDS_NONE);
        if (refusal)
            return xs_seen("cuDriverGetVersion", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuDriverGetVersion", xs_cuDriverGetVersion(driverVersion));
    return xs_cuDriverGetVersion(driverVersion);
}

XS_EXPORT CUresult cuGetErrorName(CUresult error, const char **pStr) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUresult, const char **))xs_twin[1])(error, pStr);
        refusal = xs_gate_refusal(XS_NEEDS_NONE);
        if (refusal)
            return xs_seen("cuGetErrorName", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGetErrorName", xs_cuGetErrorName(error, pStr));
    return xs_cuGetErrorName(error, pStr);
}

XS_EXPORT CUresult cuGetErrorString(CUresult error, const char **pStr) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUresult, const char **))xs_twin[2])(error, pStr);
        refusal = xs_gate_refusal(XS_NEEDS_NONE);
        if (refusal)
            return xs_seen("cuGetErrorString", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGetErrorString", xs_cuGetErrorString(error, pStr));
    return xs_cuGetErrorString(error, pStr);
}

XS_EXPORT CUresult cuGetExportTable(const void **ppExportTable, const CUuuid *pExportTableId) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(const void **, const CUuuid *))xs_twin[3])(ppExportTable,
                    pExportTableId);
        refusal = xs_gate_refusal(XS_NEEDS_NONE);
        if (refusal)
            return xs_seen("cuGetExportTable", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGetExportTable", xs_cuGetExportTable(ppExportTable, pExportTableId));
    return xs_cuGetExportTable(ppExportTable, pExportTableId);
}

XS_EXPORT CUresult cuGetProcAddress(const char *symbol, void **pfn, int driverVersion,
        uint64_t flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(const char *, void **, int, uint64_t))xs_twin[4])(symbol,
                    pfn, driverVersion, flags);
        refusal = xs_gate_refusal(XS_NEEDS_NONE);
        if (refusal)
            return xs_seen("cuGetProcAddress", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGetProcAddress", xs_cuGetProcAddress(symbol, pfn, driverVersion,
                flags));
    return xs_cuGetProcAddress(symbol, pfn, driverVersion, flags);
}

XS_EXPORT CUresult cuGetProcAddress_v2(const char *symbol, void **pfn, int driverVersion,
        uint64_t flags, CUdriverProcAddressQueryResult *symbolFound) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(const char *, void **, int, uint64_t, CUdriverProcAddressQueryResult *))xs_twin[5])(
                    symbol, pfn, driverVersion, flags, symbolFound);
        refusal = xs_gate_refusal(XS_NEEDS_NONE);
        if (refusal)
            return xs_seen("cuGetProcAddress_v2", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGetProcAddress_v2", xs_cuGetProcAddress_v2(symbol, pfn,
                driverVersion, flags, symbolFound));
    return xs_cuGetProcAddress_v2(symbol, pfn, driverVersion, flags, symbolFound);
}

XS_EXPORT CUresult cuInit(unsigned int Flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(unsigned int))xs_twin[6])(Flags);
        refusal = xs_gate_refusal(XS_NEEDS_NONE);
        if (refusal)
            return xs_seen("cuInit", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuInit", xs_cuInit(Flags));
    return xs_cuInit(Flags);
}

XS_EXPORT CUresult cuProfilerInitialize(const char *configFile, const char *outputFile,
        CUoutput_mode outputMode) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(const char *, const char *, CUoutput_mode))xs_twin[7])(
                    configFile, outputFile, outputMode);
        refusal = xs_gate_refusal(XS_NEEDS_NONE);
        if (refusal)
            return xs_seen("cuProfilerInitialize", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuProfilerInitialize", xs_cuProfilerInitialize(configFile, outputFile,
                outputMode));
    return xs_cuProfilerInitialize(configFile, outputFile, outputMode);
}

XS_EXPORT CUresult cuProfilerStart(void) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(void))xs_twin[8])();
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuProfilerStart", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuProfilerStart", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuProfilerStart", xs_cuProfilerStart());
    return xs_cuProfilerStart();
}

XS_EXPORT CUresult cuProfilerStop(void) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(void))xs_twin[9])();
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuProfilerStop", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuProfilerStop", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuProfilerStop", xs_cuProfilerStop());
    return xs_cuProfilerStop();
}

XS_EXPORT CUresult cuDeviceCanAccessPeer(int *canAccessPeer, CUdevice dev, CUdevice peerDev) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(int *, CUdevice, CUdevice))xs_twin[10])(canAccessPeer, dev,
                    peerDev);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuDeviceCanAccessPeer", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuDeviceCanAccessPeer", xs_cuDeviceCanAccessPeer(canAccessPeer, dev,
                peerDev));
    return xs_cuDeviceCanAccessPeer(canAccessPeer, dev, peerDev);
}

XS_EXPORT CUresult cuDeviceComputeCapability(int *major, int *minor, CUdevice dev) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(int *, int *, CUdevice))xs_twin[11])(major, minor, dev);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuDeviceComputeCapability", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuDeviceComputeCapability", xs_cuDeviceComputeCapability(major, minor,
                dev));
    return xs_cuDeviceComputeCapability(major, minor, dev);
}

XS_EXPORT CUresult cuDeviceGet(CUdevice *device, int ordinal) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdevice *, int))xs_twin[12])(device, ordinal);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuDeviceGet", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuDeviceGet", xs_cuDeviceGet(device, ordinal));
    return xs_cuDeviceGet(device, ordinal);
}

XS_EXPORT CUresult cuDeviceGetAttribute(int *pi, CUdevice_attribute attrib, CUdevice dev) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(int *, CUdevice_attribute, CUdevice))xs_twin[13])(pi,
                    attrib, dev);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuDeviceGetAttribute", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuDeviceGetAttribute", xs_cuDeviceGetAttribute(pi, attrib, dev));
    return xs_cuDeviceGetAttribute(pi, attrib, dev);
}

XS_EXPORT CUresult cuDeviceGetByPCIBusId(CUdevice *dev, const char *pciBusId) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdevice *, const char *))xs_twin[14])(dev, pciBusId);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuDeviceGetByPCIBusId", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuDeviceGetByPCIBusId", xs_cuDeviceGetByPCIBusId(dev, pciBusId));
    return xs_cuDeviceGetByPCIBusId(dev, pciBusId);
}

XS_EXPORT CUresult cuDeviceGetCount(int *count) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(int *))xs_twin[15])(count);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuDeviceGetCount", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuDeviceGetCount", xs_cuDeviceGetCount(count));
    return xs_cuDeviceGetCount(count);
}

XS_EXPORT CUresult cuDeviceGetExecAffinitySupport(int *pi, CUexecAffinityType type,
        CUdevice dev) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(int *, CUexecAffinityType, CUdevice))xs_twin[16])(pi, type,
                    dev);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuDeviceGetExecAffinitySupport", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuDeviceGetExecAffinitySupport", xs_cuDeviceGetExecAffinitySupport(pi,
                type, dev));
    return xs_cuDeviceGetExecAffinitySupport(pi, type, dev);
}

XS_EXPORT CUresult cuDeviceGetName(char *name, int len, CUdevice dev) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(char *, int, CUdevice))xs_twin[17])(name, len, dev);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuDeviceGetName", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuDeviceGetName", xs_cuDeviceGetName(name, len, dev));
    return xs_cuDeviceGetName(name, len, dev);
}

XS_EXPORT CUresult cuDeviceGetP2PAttribute(int *value, CUdevice_P2PAttribute attrib,
        CUdevice srcDevice, CUdevice dstDevice) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(int *, CUdevice_P2PAttribute, CUdevice, CUdevice))xs_twin[18])(
                    value, attrib, srcDevice, dstDevice);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuDeviceGetP2PAttribute", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuDeviceGetP2PAttribute", xs_cuDeviceGetP2PAttribute(value, attrib,
                srcDevice, dstDevice));
    return xs_cuDeviceGetP2PAttribute(value, attrib, srcDevice, dstDevice);
}

XS_EXPORT CUresult cuDeviceGetPCIBusId(char *pciBusId, int len, CUdevice dev) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(char *, int, CUdevice))xs_twin[19])(pciBusId, len, dev);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuDeviceGetPCIBusId", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuDeviceGetPCIBusId", xs_cuDeviceGetPCIBusId(pciBusId, len, dev));
    return xs_cuDeviceGetPCIBusId(pciBusId, len, dev);
}

XS_EXPORT CUresult cuDeviceGetProperties(CUdevprop *prop, CUdevice dev) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdevprop *, CUdevice))xs_twin[20])(prop, dev);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuDeviceGetProperties", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuDeviceGetProperties", xs_cuDeviceGetProperties(prop, dev));
    return xs_cuDeviceGetProperties(prop, dev);
}

XS_EXPORT CUresult cuDeviceGetTexture1DLinearMaxWidth(size_t *maxWidthInElements,
        CUarray_format format, unsigned numChannels, CUdevice dev) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(size_t *, CUarray_format, unsigned, CUdevice))xs_twin[21])(
                    maxWidthInElements, format, numChannels, dev);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuDeviceGetTexture1DLinearMaxWidth", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuDeviceGetTexture1DLinearMaxWidth", xs_cuDeviceGetTexture1DLinearMaxWidth(
                maxWidthInElements, format, numChannels, dev));
    return xs_cuDeviceGetTexture1DLinearMaxWidth(maxWidthInElements, format, numChannels, dev);
}

XS_EXPORT CUresult cuDeviceGetUuid(CUuuid *uuid, CUdevice dev) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUuuid *, CUdevice))xs_twin[22])(uuid, dev);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuDeviceGetUuid", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuDeviceGetUuid", xs_cuDeviceGetUuid_v2(uuid, dev));
    return xs_cuDeviceGetUuid_v2(uuid, dev);
}

XS_EXPORT CUresult cuDeviceGetUuid_v2(CUuuid *uuid, CUdevice dev) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUuuid *, CUdevice))xs_twin[23])(uuid, dev);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuDeviceGetUuid_v2", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuDeviceGetUuid_v2", xs_cuDeviceGetUuid_v2(uuid, dev));
    return xs_cuDeviceGetUuid_v2(uuid, dev);
}

XS_EXPORT CUresult cuDeviceTotalMem_v2(size_t *bytes, CUdevice dev) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(size_t *, CUdevice))xs_twin[24])(bytes, dev);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuDeviceTotalMem_v2", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuDeviceTotalMem_v2", xs_cuDeviceTotalMem_v2(bytes, dev));
    return xs_cuDeviceTotalMem_v2(bytes, dev);
}

XS_EXPORT CUresult cuCtxAttach(CUcontext *pctx, unsigned int flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUcontext *, unsigned int))xs_twin[25])(pctx, flags);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuCtxAttach", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuCtxAttach", xs_cuCtxAttach(pctx, flags));
    return xs_cuCtxAttach(pctx, flags);
}

XS_EXPORT CUresult cuCtxCreate(CUcontext *pctx, unsigned int flags, CUdevice dev) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUcontext *, unsigned int, CUdevice))xs_twin[26])(pctx,
                    flags, dev);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuCtxCreate", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuCtxCreate", xs_cuCtxCreate_v2(pctx, flags, dev));
    return xs_cuCtxCreate_v2(pctx, flags, dev);
}

XS_EXPORT CUresult cuCtxCreate_v2(CUcontext *pctx, unsigned int flags, CUdevice dev) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUcontext *, unsigned int, CUdevice))xs_twin[27])(pctx,
                    flags, dev);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuCtxCreate_v2", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuCtxCreate_v2", xs_cuCtxCreate_v2(pctx, flags, dev));
    return xs_cuCtxCreate_v2(pctx, flags, dev);
}

XS_EXPORT CUresult cuCtxCreate_v3(CUcontext *pctx, CUexecAffinityParam *paramsArray,
        int numParams, unsigned int flags, CUdevice dev) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUcontext *, CUexecAffinityParam *, int, unsigned int, CUdevice))xs_twin[28])(
                    pctx, paramsArray, numParams, flags, dev);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuCtxCreate_v3", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuCtxCreate_v3", xs_cuCtxCreate_v3(pctx, paramsArray, numParams,
                flags, dev));
    return xs_cuCtxCreate_v3(pctx, paramsArray, numParams, flags, dev);
}

XS_EXPORT CUresult cuCtxCreate_v4(CUcontext *pctx, CUctxCreateParams *ctxCreateParams,
        unsigned int flags, CUdevice dev) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUcontext *, CUctxCreateParams *, unsigned int, CUdevice))xs_twin[29])(
                    pctx, ctxCreateParams, flags, dev);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuCtxCreate_v4", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuCtxCreate_v4", xs_cuCtxCreate_v4(pctx, ctxCreateParams, flags, dev));
    return xs_cuCtxCreate_v4(pctx, ctxCreateParams, flags, dev);
}

XS_EXPORT CUresult cuCtxDestroy(CUcontext ctx) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUcontext))xs_twin[30])(ctx);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuCtxDestroy", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuCtxDestroy", xs_cuCtxDestroy_v2(ctx));
    return xs_cuCtxDestroy_v2(ctx);
}

XS_EXPORT CUresult cuCtxDestroy_v2(CUcontext ctx) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUcontext))xs_twin[31])(ctx);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuCtxDestroy_v2", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuCtxDestroy_v2", xs_cuCtxDestroy_v2(ctx));
    return xs_cuCtxDestroy_v2(ctx);
}

XS_EXPORT CUresult cuCtxDetach(CUcontext ctx) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUcontext))xs_twin[32])(ctx);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuCtxDetach", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuCtxDetach", xs_cuCtxDetach(ctx));
    return xs_cuCtxDetach(ctx);
}

XS_EXPORT CUresult cuCtxGetApiVersion(CUcontext ctx, unsigned int *version) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUcontext, unsigned int *))xs_twin[33])(ctx, version);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuCtxGetApiVersion", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuCtxGetApiVersion", xs_cuCtxGetApiVersion(ctx, version));
    return xs_cuCtxGetApiVersion(ctx, version);
}

XS_EXPORT CUresult cuCtxGetCacheConfig(CUfunc_cache *pconfig) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUfunc_cache *))xs_twin[34])(pconfig);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuCtxGetCacheConfig", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuCtxGetCacheConfig", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuCtxGetCacheConfig", xs_cuCtxGetCacheConfig(pconfig));
    return xs_cuCtxGetCacheConfig(pconfig);
}

XS_EXPORT CUresult cuCtxGetCurrent(CUcontext *pctx) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUcontext *))xs_twin[35])(pctx);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuCtxGetCurrent", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuCtxGetCurrent", xs_cuCtxGetCurrent(pctx));
    return xs_cuCtxGetCurrent(pctx);
}

XS_EXPORT CUresult cuCtxGetDevice(CUdevice *device) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdevice *))xs_twin[36])(device);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuCtxGetDevice", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuCtxGetDevice", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuCtxGetDevice", xs_cuCtxGetDevice(device));
    return xs_cuCtxGetDevice(device);
}

XS_EXPORT CUresult cuCtxGetDevice_v2(CUdevice *device, CUcontext ctx) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdevice *, CUcontext))xs_twin[37])(device, ctx);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuCtxGetDevice_v2", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuCtxGetDevice_v2", xs_cuCtxGetDevice_v2(device, ctx));
    return xs_cuCtxGetDevice_v2(device, ctx);
}

XS_EXPORT CUresult cuCtxGetExecAffinity(CUexecAffinityParam *pExecAffinity,
        CUexecAffinityType type) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUexecAffinityParam *, CUexecAffinityType))xs_twin[38])(
                    pExecAffinity, type);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuCtxGetExecAffinity", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuCtxGetExecAffinity", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuCtxGetExecAffinity", xs_cuCtxGetExecAffinity(pExecAffinity, type));
    return xs_cuCtxGetExecAffinity(pExecAffinity, type);
}

XS_EXPORT CUresult cuCtxGetFlags(unsigned int *flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(unsigned int *))xs_twin[39])(flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuCtxGetFlags", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuCtxGetFlags", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuCtxGetFlags", xs_cuCtxGetFlags(flags));
    return xs_cuCtxGetFlags(flags);
}

XS_EXPORT CUresult cuCtxGetId(CUcontext ctx, unsigned long long *ctxId) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUcontext, unsigned long long *))xs_twin[40])(ctx, ctxId);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuCtxGetId", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuCtxGetId", xs_cuCtxGetId(ctx, ctxId));
    return xs_cuCtxGetId(ctx, ctxId);
}

XS_EXPORT CUresult cuCtxGetLimit(size_t *pvalue, CUlimit limit) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(size_t *, CUlimit))xs_twin[41])(pvalue, limit);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuCtxGetLimit", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuCtxGetLimit", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuCtxGetLimit", xs_cuCtxGetLimit(pvalue, limit));
    return xs_cuCtxGetLimit(pvalue, limit);
}

XS_EXPORT CUresult cuCtxGetSharedMemConfig(CUsharedconfig *pConfig) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUsharedconfig *))xs_twin[42])(pConfig);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuCtxGetSharedMemConfig", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuCtxGetSharedMemConfig", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuCtxGetSharedMemConfig", xs_cuCtxGetSharedMemConfig(pConfig));
    return xs_cuCtxGetSharedMemConfig(pConfig);
}

XS_EXPORT CUresult cuCtxGetStreamPriorityRange(int *leastPriority, int *greatestPriority) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(int *, int *))xs_twin[43])(leastPriority, greatestPriority);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuCtxGetStreamPriorityRange", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuCtxGetStreamPriorityRange", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuCtxGetStreamPriorityRange", xs_cuCtxGetStreamPriorityRange(
                leastPriority, greatestPriority));
    return xs_cuCtxGetStreamPriorityRange(leastPriority, greatestPriority);
}

XS_EXPORT CUresult cuCtxPopCurrent(CUcontext *pctx) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUcontext *))xs_twin[44])(pctx);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuCtxPopCurrent", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuCtxPopCurrent", xs_cuCtxPopCurrent_v2(pctx));
    return xs_cuCtxPopCurrent_v2(pctx);
}

XS_EXPORT CUresult cuCtxPopCurrent_v2(CUcontext *pctx) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUcontext *))xs_twin[45])(pctx);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuCtxPopCurrent_v2", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuCtxPopCurrent_v2", xs_cuCtxPopCurrent_v2(pctx));
    return xs_cuCtxPopCurrent_v2(pctx);
}

XS_EXPORT CUresult cuCtxPushCurrent(CUcontext ctx) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUcontext))xs_twin[46])(ctx);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuCtxPushCurrent", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuCtxPushCurrent", xs_cuCtxPushCurrent_v2(ctx));
    return xs_cuCtxPushCurrent_v2(ctx);
}

XS_EXPORT CUresult cuCtxPushCurrent_v2(CUcontext ctx) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUcontext))xs_twin[47])(ctx);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuCtxPushCurrent_v2", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuCtxPushCurrent_v2", xs_cuCtxPushCurrent_v2(ctx));
    return xs_cuCtxPushCurrent_v2(ctx);
}

XS_EXPORT CUresult cuCtxResetPersistingL2Cache(void) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(void))xs_twin[48])();
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuCtxResetPersistingL2Cache", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuCtxResetPersistingL2Cache", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuCtxResetPersistingL2Cache", xs_cuCtxResetPersistingL2Cache());
    return xs_cuCtxResetPersistingL2Cache();
}

XS_EXPORT CUresult cuCtxSetCacheConfig(CUfunc_cache config) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUfunc_cache))xs_twin[49])(config);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuCtxSetCacheConfig", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuCtxSetCacheConfig", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuCtxSetCacheConfig", xs_cuCtxSetCacheConfig(config));
    return xs_cuCtxSetCacheConfig(config);
}

XS_EXPORT CUresult cuCtxSetCurrent(CUcontext ctx) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUcontext))xs_twin[50])(ctx);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuCtxSetCurrent", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuCtxSetCurrent", xs_cuCtxSetCurrent(ctx));
    return xs_cuCtxSetCurrent(ctx);
}

XS_EXPORT CUresult cuCtxSetFlags(unsigned int flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(unsigned int))xs_twin[51])(flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuCtxSetFlags", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuCtxSetFlags", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuCtxSetFlags", xs_cuCtxSetFlags(flags));
    return xs_cuCtxSetFlags(flags);
}

XS_EXPORT CUresult cuCtxSetLimit(CUlimit limit, size_t value) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUlimit, size_t))xs_twin[52])(limit, value);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuCtxSetLimit", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuCtxSetLimit", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuCtxSetLimit", xs_cuCtxSetLimit(limit, value));
    return xs_cuCtxSetLimit(limit, value);
}

XS_EXPORT CUresult cuCtxSetSharedMemConfig(CUsharedconfig config) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUsharedconfig))xs_twin[53])(config);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuCtxSetSharedMemConfig", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuCtxSetSharedMemConfig", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuCtxSetSharedMemConfig", xs_cuCtxSetSharedMemConfig(config));
    return xs_cuCtxSetSharedMemConfig(config);
}

XS_EXPORT CUresult cuDevicePrimaryCtxGetState(CUdevice dev, unsigned int *flags, int *active) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdevice, unsigned int *, int *))xs_twin[54])(dev, flags,
                    active);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuDevicePrimaryCtxGetState", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuDevicePrimaryCtxGetState", xs_cuDevicePrimaryCtxGetState(dev, flags,
                active));
    return xs_cuDevicePrimaryCtxGetState(dev, flags, active);
}

XS_EXPORT CUresult cuDevicePrimaryCtxRelease(CUdevice dev) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdevice))xs_twin[55])(dev);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuDevicePrimaryCtxRelease", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuDevicePrimaryCtxRelease", xs_cuDevicePrimaryCtxRelease_v2(dev));
    return xs_cuDevicePrimaryCtxRelease_v2(dev);
}

XS_EXPORT CUresult cuDevicePrimaryCtxRelease_v2(CUdevice dev) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdevice))xs_twin[56])(dev);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuDevicePrimaryCtxRelease_v2", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuDevicePrimaryCtxRelease_v2", xs_cuDevicePrimaryCtxRelease_v2(dev));
    return xs_cuDevicePrimaryCtxRelease_v2(dev);
}

XS_EXPORT CUresult cuDevicePrimaryCtxReset(CUdevice dev) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdevice))xs_twin[57])(dev);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuDevicePrimaryCtxReset", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuDevicePrimaryCtxReset", xs_cuDevicePrimaryCtxReset_v2(dev));
    return xs_cuDevicePrimaryCtxReset_v2(dev);
}

XS_EXPORT CUresult cuDevicePrimaryCtxReset_v2(CUdevice dev) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdevice))xs_twin[58])(dev);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuDevicePrimaryCtxReset_v2", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuDevicePrimaryCtxReset_v2", xs_cuDevicePrimaryCtxReset_v2(dev));
    return xs_cuDevicePrimaryCtxReset_v2(dev);
}

XS_EXPORT CUresult cuDevicePrimaryCtxRetain(CUcontext *pctx, CUdevice dev) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUcontext *, CUdevice))xs_twin[59])(pctx, dev);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuDevicePrimaryCtxRetain", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuDevicePrimaryCtxRetain", xs_cuDevicePrimaryCtxRetain(pctx, dev));
    return xs_cuDevicePrimaryCtxRetain(pctx, dev);
}

XS_EXPORT CUresult cuDevicePrimaryCtxSetFlags(CUdevice dev, unsigned int flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdevice, unsigned int))xs_twin[60])(dev, flags);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuDevicePrimaryCtxSetFlags", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuDevicePrimaryCtxSetFlags", xs_cuDevicePrimaryCtxSetFlags_v2(dev,
                flags));
    return xs_cuDevicePrimaryCtxSetFlags_v2(dev, flags);
}

XS_EXPORT CUresult cuDevicePrimaryCtxSetFlags_v2(CUdevice dev, unsigned int flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdevice, unsigned int))xs_twin[61])(dev, flags);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuDevicePrimaryCtxSetFlags_v2", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuDevicePrimaryCtxSetFlags_v2", xs_cuDevicePrimaryCtxSetFlags_v2(dev,
                flags));
    return xs_cuDevicePrimaryCtxSetFlags_v2(dev, flags);
}

XS_EXPORT CUresult cuMemAlloc_v2(CUdeviceptr *dptr, size_t bytesize) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr *, size_t))xs_twin[62])(dptr, bytesize);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemAlloc_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemAlloc_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemAlloc_v2", xs_cuMemAlloc_v2(dptr, bytesize));
    return xs_cuMemAlloc_v2(dptr, bytesize);
}

XS_EXPORT CUresult cuMemAllocHost_v2(void **pp, size_t bytesize) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(void **, size_t))xs_twin[63])(pp, bytesize);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemAllocHost_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemAllocHost_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemAllocHost_v2", xs_cuMemAllocHost_v2(pp, bytesize));
    return xs_cuMemAllocHost_v2(pp, bytesize);
}

XS_EXPORT CUresult cuMemAllocPitch_v2(CUdeviceptr *dptr, size_t *pPitch, size_t WidthInBytes,
        size_t Height, unsigned int ElementSizeBytes) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr *, size_t *, size_t, size_t, unsigned int))xs_twin[64])(
                    dptr, pPitch, WidthInBytes, Height, ElementSizeBytes);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemAllocPitch_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemAllocPitch_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemAllocPitch_v2", xs_cuMemAllocPitch_v2(dptr, pPitch, WidthInBytes,
                Height, ElementSizeBytes));
    return xs_cuMemAllocPitch_v2(dptr, pPitch, WidthInBytes, Height, ElementSizeBytes);
}

XS_EXPORT CUresult cuMemFree_v2(CUdeviceptr dptr) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr))xs_twin[65])(dptr);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemFree_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemFree_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemFree_v2", xs_cuMemFree_v2(dptr));
    return xs_cuMemFree_v2(dptr);
}

XS_EXPORT CUresult cuMemFreeHost(void *p) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(void *))xs_twin[66])(p);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemFreeHost", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemFreeHost", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemFreeHost", xs_cuMemFreeHost(p));
    return xs_cuMemFreeHost(p);
}

XS_EXPORT CUresult cuMemGetAddressRange_v2(CUdeviceptr *pbase, size_t *psize, CUdeviceptr dptr) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr *, size_t *, CUdeviceptr))xs_twin[67])(pbase,
                    psize, dptr);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemGetAddressRange_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemGetAddressRange_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemGetAddressRange_v2", xs_cuMemGetAddressRange_v2(pbase, psize,
                dptr));
    return xs_cuMemGetAddressRange_v2(pbase, psize, dptr);
}

XS_EXPORT CUresult cuMemGetInfo_v2(size_t *free, size_t *total) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(size_t *, size_t *))xs_twin[68])(free, total);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemGetInfo_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemGetInfo_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemGetInfo_v2", xs_cuMemGetInfo_v2(free, total));
    return xs_cuMemGetInfo_v2(free, total);
}

XS_EXPORT CUresult cuMemHostAlloc(void **pp, size_t bytesize, unsigned int Flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(void **, size_t, unsigned int))xs_twin[69])(pp, bytesize,
                    Flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemHostAlloc", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemHostAlloc", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemHostAlloc", xs_cuMemHostAlloc(pp, bytesize, Flags));
    return xs_cuMemHostAlloc(pp, bytesize, Flags);
}

XS_EXPORT CUresult cuMemHostGetDevicePointer_v2(CUdeviceptr *pdptr, void *p,
        unsigned int Flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr *, void *, unsigned int))xs_twin[70])(pdptr, p,
                    Flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemHostGetDevicePointer_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemHostGetDevicePointer_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemHostGetDevicePointer_v2", xs_cuMemHostGetDevicePointer_v2(pdptr,
                p, Flags));
    return xs_cuMemHostGetDevicePointer_v2(pdptr, p, Flags);
}

XS_EXPORT CUresult cuMemHostGetFlags(unsigned int *pFlags, void *p) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(unsigned int *, void *))xs_twin[71])(pFlags, p);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuMemHostGetFlags", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemHostGetFlags", xs_cuMemHostGetFlags(pFlags, p));
    return xs_cuMemHostGetFlags(pFlags, p);
}

XS_EXPORT CUresult cuMemHostRegister(void *p, size_t bytesize, unsigned int Flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(void *, size_t, unsigned int))xs_twin[72])(p, bytesize,
                    Flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemHostRegister", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemHostRegister", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemHostRegister", xs_cuMemHostRegister_v2(p, bytesize, Flags));
    return xs_cuMemHostRegister_v2(p, bytesize, Flags);
}

XS_EXPORT CUresult cuMemHostRegister_v2(void *p, size_t bytesize, unsigned int Flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(void *, size_t, unsigned int))xs_twin[73])(p, bytesize,
                    Flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemHostRegister_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemHostRegister_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemHostRegister_v2", xs_cuMemHostRegister_v2(p, bytesize, Flags));
    return xs_cuMemHostRegister_v2(p, bytesize, Flags);
}

XS_EXPORT CUresult cuMemHostUnregister(void *p) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(void *))xs_twin[74])(p);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemHostUnregister", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemHostUnregister", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemHostUnregister", xs_cuMemHostUnregister(p));
    return xs_cuMemHostUnregister(p);
}

XS_EXPORT CUresult cuPointerGetAttribute(void *data, CUpointer_attribute attribute,
        CUdeviceptr ptr) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(void *, CUpointer_attribute, CUdeviceptr))xs_twin[75])(data,
                    attribute, ptr);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuPointerGetAttribute", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuPointerGetAttribute", xs_cuPointerGetAttribute(data, attribute,
                ptr));
    return xs_cuPointerGetAttribute(data, attribute, ptr);
}

XS_EXPORT CUresult cuPointerGetAttributes(unsigned int numAttributes,
        CUpointer_attribute *attributes, void **data, CUdeviceptr ptr) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(unsigned int, CUpointer_attribute *, void **, CUdeviceptr))xs_twin[76])(
                    numAttributes, attributes, data, ptr);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuPointerGetAttributes", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuPointerGetAttributes", xs_cuPointerGetAttributes(numAttributes,
                attributes, data, ptr));
    return xs_cuPointerGetAttributes(numAttributes, attributes, data, ptr);
}

XS_EXPORT CUresult cuPointerSetAttribute(const void *value, CUpointer_attribute attribute,
        CUdeviceptr ptr) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(const void *, CUpointer_attribute, CUdeviceptr))xs_twin[77])(
                    value, attribute, ptr);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuPointerSetAttribute", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuPointerSetAttribute", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuPointerSetAttribute", xs_cuPointerSetAttribute(value, attribute,
                ptr));
    return xs_cuPointerSetAttribute(value, attribute, ptr);
}

XS_EXPORT CUresult cuDeviceGetDefaultMemPool(CUmemoryPool *pool_out, CUdevice dev) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUmemoryPool *, CUdevice))xs_twin[78])(pool_out, dev);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuDeviceGetDefaultMemPool", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuDeviceGetDefaultMemPool", xs_cuDeviceGetDefaultMemPool(pool_out,
                dev));
    return xs_cuDeviceGetDefaultMemPool(pool_out, dev);
}

XS_EXPORT CUresult cuDeviceGetMemPool(CUmemoryPool *pool, CUdevice dev) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUmemoryPool *, CUdevice))xs_twin[79])(pool, dev);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuDeviceGetMemPool", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuDeviceGetMemPool", xs_cuDeviceGetMemPool(pool, dev));
    return xs_cuDeviceGetMemPool(pool, dev);
}

XS_EXPORT CUresult cuDeviceSetMemPool(CUdevice dev, CUmemoryPool pool) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdevice, CUmemoryPool))xs_twin[80])(dev, pool);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuDeviceSetMemPool", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuDeviceSetMemPool", xs_cuDeviceSetMemPool(dev, pool));
    return xs_cuDeviceSetMemPool(dev, pool);
}

XS_EXPORT CUresult cuMemAddressFree(CUdeviceptr ptr, size_t size) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, size_t))xs_twin[81])(ptr, size);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuMemAddressFree", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemAddressFree", xs_cuMemAddressFree(ptr, size));
    return xs_cuMemAddressFree(ptr, size);
}

XS_EXPORT CUresult cuMemAddressReserve(CUdeviceptr *ptr, size_t size, size_t alignment,
        CUdeviceptr addr, unsigned long long flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr *, size_t, size_t, CUdeviceptr, unsigned long long))xs_twin[82])(
                    ptr, size, alignment, addr, flags);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuMemAddressReserve", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemAddressReserve", xs_cuMemAddressReserve(ptr, size, alignment,
                addr, flags));
    return xs_cuMemAddressReserve(ptr, size, alignment, addr, flags);
}

XS_EXPORT CUresult cuMemAllocAsync(CUdeviceptr *dptr, size_t bytesize, CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr *, size_t, CUstream))xs_twin[83])(dptr,
                    bytesize, hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemAllocAsync", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemAllocAsync", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemAllocAsync", xs_cuMemAllocAsync(dptr, bytesize, hStream));
    return xs_cuMemAllocAsync(dptr, bytesize, hStream);
}

XS_EXPORT CUresult cuMemAllocAsync_ptsz(CUdeviceptr *dptr, size_t bytesize, CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr *, size_t, CUstream))xs_twin[84])(dptr,
                    bytesize, hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemAllocAsync_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemAllocAsync_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemAllocAsync_ptsz", xs_cuMemAllocAsync(dptr, bytesize,
                xs_per_thread(hStream)));
    return xs_cuMemAllocAsync(dptr, bytesize, xs_per_thread(hStream));
}

XS_EXPORT CUresult cuMemAllocFromPoolAsync(CUdeviceptr *dptr, size_t bytesize,
        CUmemoryPool pool, CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr *, size_t, CUmemoryPool, CUstream))xs_twin[85])(
                    dptr, bytesize, pool, hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemAllocFromPoolAsync", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemAllocFromPoolAsync", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemAllocFromPoolAsync", xs_cuMemAllocFromPoolAsync(dptr, bytesize,
                pool, hStream));
    return xs_cuMemAllocFromPoolAsync(dptr, bytesize, pool, hStream);
}

XS_EXPORT CUresult cuMemAllocFromPoolAsync_ptsz(CUdeviceptr *dptr, size_t bytesize,
        CUmemoryPool pool, CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr *, size_t, CUmemoryPool, CUstream))xs_twin[86])(
                    dptr, bytesize, pool, hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemAllocFromPoolAsync_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemAllocFromPoolAsync_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemAllocFromPoolAsync_ptsz", xs_cuMemAllocFromPoolAsync(dptr,
                bytesize, pool, xs_per_thread(hStream)));
    return xs_cuMemAllocFromPoolAsync(dptr, bytesize, pool, xs_per_thread(hStream));
}

XS_EXPORT CUresult cuMemCreate(CUmemGenericAllocationHandle *handle, size_t size,
        const CUmemAllocationProp *prop, unsigned long long flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUmemGenericAllocationHandle *, size_t, const CUmemAllocationProp *, unsigned long long))xs_twin[87])(
                    handle, size, prop, flags);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuMemCreate", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemCreate", xs_cuMemCreate(handle, size, prop, flags));
    return xs_cuMemCreate(handle, size, prop, flags);
}

XS_EXPORT CUresult cuMemFreeAsync(CUdeviceptr dptr, CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, CUstream))xs_twin[88])(dptr, hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemFreeAsync", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemFreeAsync", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemFreeAsync", xs_cuMemFreeAsync(dptr, hStream));
    return xs_cuMemFreeAsync(dptr, hStream);
}

XS_EXPORT CUresult cuMemFreeAsync_ptsz(CUdeviceptr dptr, CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, CUstream))xs_twin[89])(dptr, hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemFreeAsync_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemFreeAsync_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemFreeAsync_ptsz", xs_cuMemFreeAsync(dptr, xs_per_thread(hStream)));
    return xs_cuMemFreeAsync(dptr, xs_per_thread(hStream));
}

XS_EXPORT CUresult cuMemGetAccess(unsigned long long *flags, const CUmemLocation *location,
        CUdeviceptr ptr) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(unsigned long long *, const CUmemLocation *, CUdeviceptr))xs_twin[90])(
                    flags, location, ptr);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuMemGetAccess", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemGetAccess", xs_cuMemGetAccess(flags, location, ptr));
    return xs_cuMemGetAccess(flags, location, ptr);
}

XS_EXPORT CUresult cuMemGetAllocationGranularity(size_t *granularity,
        const CUmemAllocationProp *prop, CUmemAllocationGranularity_flags option) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(size_t *, const CUmemAllocationProp *, CUmemAllocationGranularity_flags))xs_twin[91])(
                    granularity, prop, option);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuMemGetAllocationGranularity", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemGetAllocationGranularity", xs_cuMemGetAllocationGranularity(
                granularity, prop, option));
    return xs_cuMemGetAllocationGranularity(granularity, prop, option);
}

XS_EXPORT CUresult cuMemGetAllocationPropertiesFromHandle(CUmemAllocationProp *prop,
        CUmemGenericAllocationHandle handle) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUmemAllocationProp *, CUmemGenericAllocationHandle))xs_twin[92])(
                    prop, handle);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuMemGetAllocationPropertiesFromHandle", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemGetAllocationPropertiesFromHandle", xs_cuMemGetAllocationPropertiesFromHandle(
                prop, handle));
    return xs_cuMemGetAllocationPropertiesFromHandle(prop, handle);
}

XS_EXPORT CUresult cuMemGetDefaultMemPool(CUmemoryPool *pool_out, CUmemLocation *location,
        CUmemAllocationType type) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUmemoryPool *, CUmemLocation *, CUmemAllocationType))xs_twin[93])(
                    pool_out, location, type);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuMemGetDefaultMemPool", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemGetDefaultMemPool", xs_cuMemGetDefaultMemPool(pool_out, location,
                type));
    return xs_cuMemGetDefaultMemPool(pool_out, location, type);
}

XS_EXPORT CUresult cuMemGetMemPool(CUmemoryPool *pool_out, CUmemLocation *location,
        CUmemAllocationType type) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUmemoryPool *, CUmemLocation *, CUmemAllocationType))xs_twin[94])(
                    pool_out, location, type);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuMemGetMemPool", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemGetMemPool", xs_cuMemGetMemPool(pool_out, location, type));
    return xs_cuMemGetMemPool(pool_out, location, type);
}

XS_EXPORT CUresult cuMemMap(CUdeviceptr ptr, size_t size, size_t offset,
        CUmemGenericAllocationHandle handle, unsigned long long flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, size_t, size_t, CUmemGenericAllocationHandle, unsigned long long))xs_twin[95])(
                    ptr, size, offset, handle, flags);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuMemMap", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemMap", xs_cuMemMap(ptr, size, offset, handle, flags));
    return xs_cuMemMap(ptr, size, offset, handle, flags);
}

XS_EXPORT CUresult cuMemPoolCreate(CUmemoryPool *pool, const CUmemPoolProps *poolProps) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUmemoryPool *, const CUmemPoolProps *))xs_twin[96])(pool,
                    poolProps);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuMemPoolCreate", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemPoolCreate", xs_cuMemPoolCreate(pool, poolProps));
    return xs_cuMemPoolCreate(pool, poolProps);
}

XS_EXPORT CUresult cuMemPoolDestroy(CUmemoryPool pool) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUmemoryPool))xs_twin[97])(pool);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuMemPoolDestroy", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemPoolDestroy", xs_cuMemPoolDestroy(pool));
    return xs_cuMemPoolDestroy(pool);
}

XS_EXPORT CUresult cuMemPoolGetAccess(CUmemAccess_flags *flags, CUmemoryPool memPool,
        CUmemLocation *location) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUmemAccess_flags *, CUmemoryPool, CUmemLocation *))xs_twin[98])(
                    flags, memPool, location);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuMemPoolGetAccess", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemPoolGetAccess", xs_cuMemPoolGetAccess(flags, memPool, location));
    return xs_cuMemPoolGetAccess(flags, memPool, location);
}

XS_EXPORT CUresult cuMemPoolGetAttribute(CUmemoryPool pool, CUmemPool_attribute attr,
        void *value) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUmemoryPool, CUmemPool_attribute, void *))xs_twin[99])(
                    pool, attr, value);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuMemPoolGetAttribute", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemPoolGetAttribute", xs_cuMemPoolGetAttribute(pool, attr, value));
    return xs_cuMemPoolGetAttribute(pool, attr, value);
}

XS_EXPORT CUresult cuMemPoolSetAccess(CUmemoryPool pool, const CUmemAccessDesc *map,
        size_t count) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUmemoryPool, const CUmemAccessDesc *, size_t))xs_twin[100])(
                    pool, map, count);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuMemPoolSetAccess", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemPoolSetAccess", xs_cuMemPoolSetAccess(pool, map, count));
    return xs_cuMemPoolSetAccess(pool, map, count);
}

XS_EXPORT CUresult cuMemPoolSetAttribute(CUmemoryPool pool, CUmemPool_attribute attr,
        void *value) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUmemoryPool, CUmemPool_attribute, void *))xs_twin[101])(
                    pool, attr, value);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuMemPoolSetAttribute", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemPoolSetAttribute", xs_cuMemPoolSetAttribute(pool, attr, value));
    return xs_cuMemPoolSetAttribute(pool, attr, value);
}

XS_EXPORT CUresult cuMemPoolTrimTo(CUmemoryPool pool, size_t minBytesToKeep) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUmemoryPool, size_t))xs_twin[102])(pool, minBytesToKeep);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuMemPoolTrimTo", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemPoolTrimTo", xs_cuMemPoolTrimTo(pool, minBytesToKeep));
    return xs_cuMemPoolTrimTo(pool, minBytesToKeep);
}

XS_EXPORT CUresult cuMemRelease(CUmemGenericAllocationHandle handle) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUmemGenericAllocationHandle))xs_twin[103])(handle);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuMemRelease", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemRelease", xs_cuMemRelease(handle));
    return xs_cuMemRelease(handle);
}

XS_EXPORT CUresult cuMemSetAccess(CUdeviceptr ptr, size_t size, const CUmemAccessDesc *desc,
        size_t count) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, size_t, const CUmemAccessDesc *, size_t))xs_twin[104])(
                    ptr, size, desc, count);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuMemSetAccess", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemSetAccess", xs_cuMemSetAccess(ptr, size, desc, count));
    return xs_cuMemSetAccess(ptr, size, desc, count);
}

XS_EXPORT CUresult cuMemSetMemPool(CUmemLocation *location, CUmemAllocationType type,
        CUmemoryPool pool) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUmemLocation *, CUmemAllocationType, CUmemoryPool))xs_twin[105])(
                    location, type, pool);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuMemSetMemPool", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemSetMemPool", xs_cuMemSetMemPool(location, type, pool));
    return xs_cuMemSetMemPool(location, type, pool);
}

XS_EXPORT CUresult cuMemUnmap(CUdeviceptr ptr, size_t size) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, size_t))xs_twin[106])(ptr, size);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuMemUnmap", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemUnmap", xs_cuMemUnmap(ptr, size));
    return xs_cuMemUnmap(ptr, size);
}

XS_EXPORT CUresult cuMemcpy(CUdeviceptr dst, CUdeviceptr src, size_t ByteCount) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, CUdeviceptr, size_t))xs_twin[107])(dst, src,
                    ByteCount);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemcpy", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemcpy", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemcpy", xs_cuMemcpy(dst, src, ByteCount, CU_STREAM_LEGACY));
    return xs_cuMemcpy(dst, src, ByteCount, CU_STREAM_LEGACY);
}

XS_EXPORT CUresult cuMemcpy_ptds(CUdeviceptr dst, CUdeviceptr src, size_t ByteCount) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, CUdeviceptr, size_t))xs_twin[108])(dst, src,
                    ByteCount);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemcpy_ptds", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemcpy_ptds", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemcpy_ptds", xs_cuMemcpy(dst, src, ByteCount,
                CU_STREAM_PER_THREAD));
    return xs_cuMemcpy(dst, src, ByteCount, CU_STREAM_PER_THREAD);
}

XS_EXPORT CUresult cuMemcpy2D_v2(const CUDA_MEMCPY2D *pCopy) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(const CUDA_MEMCPY2D *))xs_twin[109])(pCopy);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemcpy2D_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemcpy2D_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemcpy2D_v2", xs_cuMemcpy2D_v2(pCopy, CU_STREAM_LEGACY));
    return xs_cuMemcpy2D_v2(pCopy, CU_STREAM_LEGACY);
}

XS_EXPORT CUresult cuMemcpy2D_v2_ptds(const CUDA_MEMCPY2D *pCopy) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(const CUDA_MEMCPY2D *))xs_twin[110])(pCopy);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemcpy2D_v2_ptds", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemcpy2D_v2_ptds", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemcpy2D_v2_ptds", xs_cuMemcpy2D_v2(pCopy, CU_STREAM_PER_THREAD));
    return xs_cuMemcpy2D_v2(pCopy, CU_STREAM_PER_THREAD);
}

XS_EXPORT CUresult cuMemcpy2DAsync_v2(const CUDA_MEMCPY2D *pCopy, CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(const CUDA_MEMCPY2D *, CUstream))xs_twin[111])(pCopy,
                    hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemcpy2DAsync_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemcpy2DAsync_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemcpy2DAsync_v2", xs_cuMemcpy2DAsync_v2(pCopy, hStream));
    return xs_cuMemcpy2DAsync_v2(pCopy, hStream);
}

XS_EXPORT CUresult cuMemcpy2DAsync_v2_ptsz(const CUDA_MEMCPY2D *pCopy, CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(const CUDA_MEMCPY2D *, CUstream))xs_twin[112])(pCopy,
                    hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemcpy2DAsync_v2_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemcpy2DAsync_v2_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemcpy2DAsync_v2_ptsz", xs_cuMemcpy2DAsync_v2(pCopy,
                xs_per_thread(hStream)));
    return xs_cuMemcpy2DAsync_v2(pCopy, xs_per_thread(hStream));
}

XS_EXPORT CUresult cuMemcpy2DUnaligned_v2(const CUDA_MEMCPY2D *pCopy) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(const CUDA_MEMCPY2D *))xs_twin[113])(pCopy);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemcpy2DUnaligned_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemcpy2DUnaligned_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemcpy2DUnaligned_v2", xs_cuMemcpy2DUnaligned_v2(pCopy,
                CU_STREAM_LEGACY));
    return xs_cuMemcpy2DUnaligned_v2(pCopy, CU_STREAM_LEGACY);
}

XS_EXPORT CUresult cuMemcpy2DUnaligned_v2_ptds(const CUDA_MEMCPY2D *pCopy) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(const CUDA_MEMCPY2D *))xs_twin[114])(pCopy);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemcpy2DUnaligned_v2_ptds", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemcpy2DUnaligned_v2_ptds", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemcpy2DUnaligned_v2_ptds", xs_cuMemcpy2DUnaligned_v2(pCopy,
                CU_STREAM_PER_THREAD));
    return xs_cuMemcpy2DUnaligned_v2(pCopy, CU_STREAM_PER_THREAD);
}

XS_EXPORT CUresult cuMemcpy3D_v2(const CUDA_MEMCPY3D *pCopy) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(const CUDA_MEMCPY3D *))xs_twin[115])(pCopy);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemcpy3D_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemcpy3D_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemcpy3D_v2", xs_cuMemcpy3D_v2(pCopy, CU_STREAM_LEGACY));
    return xs_cuMemcpy3D_v2(pCopy, CU_STREAM_LEGACY);
}

XS_EXPORT CUresult cuMemcpy3D_v2_ptds(const CUDA_MEMCPY3D *pCopy) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(const CUDA_MEMCPY3D *))xs_twin[116])(pCopy);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemcpy3D_v2_ptds", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemcpy3D_v2_ptds", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemcpy3D_v2_ptds", xs_cuMemcpy3D_v2(pCopy, CU_STREAM_PER_THREAD));
    return xs_cuMemcpy3D_v2(pCopy, CU_STREAM_PER_THREAD);
}

XS_EXPORT CUresult cuMemcpy3DAsync_v2(const CUDA_MEMCPY3D *pCopy, CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(const CUDA_MEMCPY3D *, CUstream))xs_twin[117])(pCopy,
                    hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemcpy3DAsync_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemcpy3DAsync_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemcpy3DAsync_v2", xs_cuMemcpy3DAsync_v2(pCopy, hStream));
    return xs_cuMemcpy3DAsync_v2(pCopy, hStream);
}

XS_EXPORT CUresult cuMemcpy3DAsync_v2_ptsz(const CUDA_MEMCPY3D *pCopy, CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(const CUDA_MEMCPY3D *, CUstream))xs_twin[118])(pCopy,
                    hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemcpy3DAsync_v2_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemcpy3DAsync_v2_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemcpy3DAsync_v2_ptsz", xs_cuMemcpy3DAsync_v2(pCopy,
                xs_per_thread(hStream)));
    return xs_cuMemcpy3DAsync_v2(pCopy, xs_per_thread(hStream));
}

XS_EXPORT CUresult cuMemcpyAsync(CUdeviceptr dst, CUdeviceptr src, size_t ByteCount,
        CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, CUdeviceptr, size_t, CUstream))xs_twin[119])(
                    dst, src, ByteCount, hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemcpyAsync", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemcpyAsync", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemcpyAsync", xs_cuMemcpyAsync(dst, src, ByteCount, hStream));
    return xs_cuMemcpyAsync(dst, src, ByteCount, hStream);
}

XS_EXPORT CUresult cuMemcpyAsync_ptsz(CUdeviceptr dst, CUdeviceptr src, size_t ByteCount,
        CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, CUdeviceptr, size_t, CUstream))xs_twin[120])(
                    dst, src, ByteCount, hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemcpyAsync_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemcpyAsync_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemcpyAsync_ptsz", xs_cuMemcpyAsync(dst, src, ByteCount,
                xs_per_thread(hStream)));
    return xs_cuMemcpyAsync(dst, src, ByteCount, xs_per_thread(hStream));
}

XS_EXPORT CUresult cuMemcpyAtoA_v2(CUarray dstArray, size_t dstOffset, CUarray srcArray,
        size_t srcOffset, size_t ByteCount) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUarray, size_t, CUarray, size_t, size_t))xs_twin[121])(
                    dstArray, dstOffset, srcArray, srcOffset, ByteCount);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemcpyAtoA_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemcpyAtoA_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemcpyAtoA_v2", xs_cuMemcpyAtoA_v2(dstArray, dstOffset, srcArray,
                srcOffset, ByteCount, CU_STREAM_LEGACY));
    return xs_cuMemcpyAtoA_v2(dstArray, dstOffset, srcArray, srcOffset, ByteCount,
            CU_STREAM_LEGACY);
}

XS_EXPORT CUresult cuMemcpyAtoA_v2_ptds(CUarray dstArray, size_t dstOffset, CUarray srcArray,
        size_t srcOffset, size_t ByteCount) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUarray, size_t, CUarray, size_t, size_t))xs_twin[122])(
                    dstArray, dstOffset, srcArray, srcOffset, ByteCount);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemcpyAtoA_v2_ptds", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemcpyAtoA_v2_ptds", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemcpyAtoA_v2_ptds", xs_cuMemcpyAtoA_v2(dstArray, dstOffset,
                srcArray, srcOffset, ByteCount, CU_STREAM_PER_THREAD));
    return xs_cuMemcpyAtoA_v2(dstArray, dstOffset, srcArray, srcOffset, ByteCount,
            CU_STREAM_PER_THREAD);
}

XS_EXPORT CUresult cuMemcpyAtoD_v2(CUdeviceptr dstDevice, CUarray srcArray, size_t srcOffset,
        size_t ByteCount) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, CUarray, size_t, size_t))xs_twin[123])(
                    dstDevice, srcArray, srcOffset, ByteCount);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemcpyAtoD_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemcpyAtoD_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemcpyAtoD_v2", xs_cuMemcpyAtoD_v2(dstDevice, srcArray, srcOffset,
                ByteCount, CU_STREAM_LEGACY));
    return xs_cuMemcpyAtoD_v2(dstDevice, srcArray, srcOffset, ByteCount, CU_STREAM_LEGACY);
}

XS_EXPORT CUresult cuMemcpyAtoD_v2_ptds(CUdeviceptr dstDevice, CUarray srcArray,
        size_t srcOffset, size_t ByteCount) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, CUarray, size_t, size_t))xs_twin[124])(
                    dstDevice, srcArray, srcOffset, ByteCount);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemcpyAtoD_v2_ptds", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemcpyAtoD_v2_ptds", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemcpyAtoD_v2_ptds", xs_cuMemcpyAtoD_v2(dstDevice, srcArray,
                srcOffset, ByteCount, CU_STREAM_PER_THREAD));
    return xs_cuMemcpyAtoD_v2(dstDevice, srcArray, srcOffset, ByteCount, CU_STREAM_PER_THREAD);
}

XS_EXPORT CUresult cuMemcpyAtoH_v2(void *dstHost, CUarray srcArray, size_t srcOffset,
        size_t ByteCount) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(void *, CUarray, size_t, size_t))xs_twin[125])(dstHost,
                    srcArray, srcOffset, ByteCount);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemcpyAtoH_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemcpyAtoH_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemcpyAtoH_v2", xs_cuMemcpyAtoH_v2(dstHost, srcArray, srcOffset,
                ByteCount, CU_STREAM_LEGACY));
    return xs_cuMemcpyAtoH_v2(dstHost, srcArray, srcOffset, ByteCount, CU_STREAM_LEGACY);
}

XS_EXPORT CUresult cuMemcpyAtoH_v2_ptds(void *dstHost, CUarray srcArray, size_t srcOffset,
        size_t ByteCount) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(void *, CUarray, size_t, size_t))xs_twin[126])(dstHost,
                    srcArray, srcOffset, ByteCount);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemcpyAtoH_v2_ptds", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemcpyAtoH_v2_ptds", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemcpyAtoH_v2_ptds", xs_cuMemcpyAtoH_v2(dstHost, srcArray,
                srcOffset, ByteCount, CU_STREAM_PER_THREAD));
    return xs_cuMemcpyAtoH_v2(dstHost, srcArray, srcOffset, ByteCount, CU_STREAM_PER_THREAD);
}

XS_EXPORT CUresult cuMemcpyAtoHAsync_v2(void *dstHost, CUarray srcArray, size_t srcOffset,
        size_t ByteCount, CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(void *, CUarray, size_t, size_t, CUstream))xs_twin[127])(
                    dstHost, srcArray, srcOffset, ByteCount, hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemcpyAtoHAsync_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemcpyAtoHAsync_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemcpyAtoHAsync_v2", xs_cuMemcpyAtoHAsync_v2(dstHost, srcArray,
                srcOffset, ByteCount, hStream));
    return xs_cuMemcpyAtoHAsync_v2(dstHost, srcArray, srcOffset, ByteCount, hStream);
}

XS_EXPORT CUresult cuMemcpyAtoHAsync_v2_ptsz(void *dstHost, CUarray srcArray,
        size_t srcOffset, size_t ByteCount, CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(void *, CUarray, size_t, size_t, CUstream))xs_twin[128])(
                    dstHost, srcArray, srcOffset, ByteCount, hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemcpyAtoHAsync_v2_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemcpyAtoHAsync_v2_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemcpyAtoHAsync_v2_ptsz", xs_cuMemcpyAtoHAsync_v2(dstHost, srcArray,
                srcOffset, ByteCount, xs_per_thread(hStream)));
    return xs_cuMemcpyAtoHAsync_v2(dstHost, srcArray, srcOffset, ByteCount,
            xs_per_thread(hStream));
}

XS_EXPORT CUresult cuMemcpyDtoA_v2(CUarray dstArray, size_t dstOffset, CUdeviceptr srcDevice,
        size_t ByteCount) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUarray, size_t, CUdeviceptr, size_t))xs_twin[129])(
                    dstArray, dstOffset, srcDevice, ByteCount);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemcpyDtoA_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemcpyDtoA_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemcpyDtoA_v2", xs_cuMemcpyDtoA_v2(dstArray, dstOffset, srcDevice,
                ByteCount, CU_STREAM_LEGACY));
    return xs_cuMemcpyDtoA_v2(dstArray, dstOffset, srcDevice, ByteCount, CU_STREAM_LEGACY);
}

XS_EXPORT CUresult cuMemcpyDtoA_v2_ptds(CUarray dstArray, size_t dstOffset,
        CUdeviceptr srcDevice, size_t ByteCount) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUarray, size_t, CUdeviceptr, size_t))xs_twin[130])(
                    dstArray, dstOffset, srcDevice, ByteCount);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemcpyDtoA_v2_ptds", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemcpyDtoA_v2_ptds", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemcpyDtoA_v2_ptds", xs_cuMemcpyDtoA_v2(dstArray, dstOffset,
                srcDevice, ByteCount, CU_STREAM_PER_THREAD));
    return xs_cuMemcpyDtoA_v2(dstArray, dstOffset, srcDevice, ByteCount, CU_STREAM_PER_THREAD);
}

XS_EXPORT CUresult cuMemcpyDtoD_v2(CUdeviceptr dstDevice, CUdeviceptr srcDevice,
        size_t ByteCount) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, CUdeviceptr, size_t))xs_twin[131])(dstDevice,
                    srcDevice, ByteCount);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemcpyDtoD_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemcpyDtoD_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemcpyDtoD_v2", xs_cuMemcpyDtoD_v2(dstDevice, srcDevice, ByteCount,
                CU_STREAM_LEGACY));
    return xs_cuMemcpyDtoD_v2(dstDevice, srcDevice, ByteCount, CU_STREAM_LEGACY);
}

XS_EXPORT CUresult cuMemcpyDtoD_v2_ptds(CUdeviceptr dstDevice, CUdeviceptr srcDevice,
        size_t ByteCount) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, CUdeviceptr, size_t))xs_twin[132])(dstDevice,
                    srcDevice, ByteCount);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemcpyDtoD_v2_ptds", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemcpyDtoD_v2_ptds", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemcpyDtoD_v2_ptds", xs_cuMemcpyDtoD_v2(dstDevice, srcDevice,
                ByteCount, CU_STREAM_PER_THREAD));
    return xs_cuMemcpyDtoD_v2(dstDevice, srcDevice, ByteCount, CU_STREAM_PER_THREAD);
}

XS_EXPORT CUresult cuMemcpyDtoDAsync_v2(CUdeviceptr dstDevice, CUdeviceptr srcDevice,
        size_t ByteCount, CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, CUdeviceptr, size_t, CUstream))xs_twin[133])(
                    dstDevice, srcDevice, ByteCount, hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemcpyDtoDAsync_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemcpyDtoDAsync_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemcpyDtoDAsync_v2", xs_cuMemcpyDtoDAsync_v2(dstDevice, srcDevice,
                ByteCount, hStream));
    return xs_cuMemcpyDtoDAsync_v2(dstDevice, srcDevice, ByteCount, hStream);
}

XS_EXPORT CUresult cuMemcpyDtoDAsync_v2_ptsz(CUdeviceptr dstDevice, CUdeviceptr srcDevice,
        size_t ByteCount, CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, CUdeviceptr, size_t, CUstream))xs_twin[134])(
                    dstDevice, srcDevice, ByteCount, hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemcpyDtoDAsync_v2_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemcpyDtoDAsync_v2_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemcpyDtoDAsync_v2_ptsz", xs_cuMemcpyDtoDAsync_v2(dstDevice,
                srcDevice, ByteCount, xs_per_thread(hStream)));
    return xs_cuMemcpyDtoDAsync_v2(dstDevice, srcDevice, ByteCount, xs_per_thread(hStream));
}

XS_EXPORT CUresult cuMemcpyDtoH_v2(void *dstHost, CUdeviceptr srcDevice, size_t ByteCount) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(void *, CUdeviceptr, size_t))xs_twin[135])(dstHost,
                    srcDevice, ByteCount);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemcpyDtoH_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemcpyDtoH_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemcpyDtoH_v2", xs_cuMemcpyDtoH_v2(dstHost, srcDevice, ByteCount,
                CU_STREAM_LEGACY));
    return xs_cuMemcpyDtoH_v2(dstHost, srcDevice, ByteCount, CU_STREAM_LEGACY);
}

XS_EXPORT CUresult cuMemcpyDtoH_v2_ptds(void *dstHost, CUdeviceptr srcDevice, size_t ByteCount) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(void *, CUdeviceptr, size_t))xs_twin[136])(dstHost,
                    srcDevice, ByteCount);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemcpyDtoH_v2_ptds", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemcpyDtoH_v2_ptds", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemcpyDtoH_v2_ptds", xs_cuMemcpyDtoH_v2(dstHost, srcDevice,
                ByteCount, CU_STREAM_PER_THREAD));
    return xs_cuMemcpyDtoH_v2(dstHost, srcDevice, ByteCount, CU_STREAM_PER_THREAD);
}

XS_EXPORT CUresult cuMemcpyDtoHAsync_v2(void *dstHost, CUdeviceptr srcDevice,
        size_t ByteCount, CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(void *, CUdeviceptr, size_t, CUstream))xs_twin[137])(
                    dstHost, srcDevice, ByteCount, hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemcpyDtoHAsync_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemcpyDtoHAsync_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemcpyDtoHAsync_v2", xs_cuMemcpyDtoHAsync_v2(dstHost, srcDevice,
                ByteCount, hStream));
    return xs_cuMemcpyDtoHAsync_v2(dstHost, srcDevice, ByteCount, hStream);
}

XS_EXPORT CUresult cuMemcpyDtoHAsync_v2_ptsz(void *dstHost, CUdeviceptr srcDevice,
        size_t ByteCount, CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(void *, CUdeviceptr, size_t, CUstream))xs_twin[138])(
                    dstHost, srcDevice, ByteCount, hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemcpyDtoHAsync_v2_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemcpyDtoHAsync_v2_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemcpyDtoHAsync_v2_ptsz", xs_cuMemcpyDtoHAsync_v2(dstHost,
                srcDevice, ByteCount, xs_per_thread(hStream)));
    return xs_cuMemcpyDtoHAsync_v2(dstHost, srcDevice, ByteCount, xs_per_thread(hStream));
}

XS_EXPORT CUresult cuMemcpyHtoA_v2(CUarray dstArray, size_t dstOffset, const void *srcHost,
        size_t ByteCount) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUarray, size_t, const void *, size_t))xs_twin[139])(
                    dstArray, dstOffset, srcHost, ByteCount);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemcpyHtoA_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemcpyHtoA_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemcpyHtoA_v2", xs_cuMemcpyHtoA_v2(dstArray, dstOffset, srcHost,
                ByteCount, CU_STREAM_LEGACY));
    return xs_cuMemcpyHtoA_v2(dstArray, dstOffset, srcHost, ByteCount, CU_STREAM_LEGACY);
}

XS_EXPORT CUresult cuMemcpyHtoA_v2_ptds(CUarray dstArray, size_t dstOffset,
        const void *srcHost, size_t ByteCount) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUarray, size_t, const void *, size_t))xs_twin[140])(
                    dstArray, dstOffset, srcHost, ByteCount);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemcpyHtoA_v2_ptds", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemcpyHtoA_v2_ptds", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemcpyHtoA_v2_ptds", xs_cuMemcpyHtoA_v2(dstArray, dstOffset,
                srcHost, ByteCount, CU_STREAM_PER_THREAD));
    return xs_cuMemcpyHtoA_v2(dstArray, dstOffset, srcHost, ByteCount, CU_STREAM_PER_THREAD);
}

XS_EXPORT CUresult cuMemcpyHtoAAsync_v2(CUarray dstArray, size_t dstOffset,
        const void *srcHost, size_t ByteCount, CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUarray, size_t, const void *, size_t, CUstream))xs_twin[141])(
                    dstArray, dstOffset, srcHost, ByteCount, hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemcpyHtoAAsync_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemcpyHtoAAsync_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemcpyHtoAAsync_v2", xs_cuMemcpyHtoAAsync_v2(dstArray, dstOffset,
                srcHost, ByteCount, hStream));
    return xs_cuMemcpyHtoAAsync_v2(dstArray, dstOffset, srcHost, ByteCount, hStream);
}

XS_EXPORT CUresult cuMemcpyHtoAAsync_v2_ptsz(CUarray dstArray, size_t dstOffset,
        const void *srcHost, size_t ByteCount, CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUarray, size_t, const void *, size_t, CUstream))xs_twin[142])(
                    dstArray, dstOffset, srcHost, ByteCount, hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemcpyHtoAAsync_v2_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemcpyHtoAAsync_v2_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemcpyHtoAAsync_v2_ptsz", xs_cuMemcpyHtoAAsync_v2(dstArray,
                dstOffset, srcHost, ByteCount, xs_per_thread(hStream)));
    return xs_cuMemcpyHtoAAsync_v2(dstArray, dstOffset, srcHost, ByteCount,
            xs_per_thread(hStream));
}

XS_EXPORT CUresult cuMemcpyHtoD_v2(CUdeviceptr dstDevice, const void *srcHost,
        size_t ByteCount) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, const void *, size_t))xs_twin[143])(dstDevice,
                    srcHost, ByteCount);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemcpyHtoD_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemcpyHtoD_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemcpyHtoD_v2", xs_cuMemcpyHtoD_v2(dstDevice, srcHost, ByteCount,
                CU_STREAM_LEGACY));
    return xs_cuMemcpyHtoD_v2(dstDevice, srcHost, ByteCount, CU_STREAM_LEGACY);
}

XS_EXPORT CUresult cuMemcpyHtoD_v2_ptds(CUdeviceptr dstDevice, const void *srcHost,
        size_t ByteCount) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, const void *, size_t))xs_twin[144])(dstDevice,
                    srcHost, ByteCount);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemcpyHtoD_v2_ptds", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemcpyHtoD_v2_ptds", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemcpyHtoD_v2_ptds", xs_cuMemcpyHtoD_v2(dstDevice, srcHost,
                ByteCount, CU_STREAM_PER_THREAD));
    return xs_cuMemcpyHtoD_v2(dstDevice, srcHost, ByteCount, CU_STREAM_PER_THREAD);
}

XS_EXPORT CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr dstDevice, const void *srcHost,
        size_t ByteCount, CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, const void *, size_t, CUstream))xs_twin[145])(
                    dstDevice, srcHost, ByteCount, hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemcpyHtoDAsync_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemcpyHtoDAsync_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemcpyHtoDAsync_v2", xs_cuMemcpyHtoDAsync_v2(dstDevice, srcHost,
                ByteCount, hStream));
    return xs_cuMemcpyHtoDAsync_v2(dstDevice, srcHost, ByteCount, hStream);
}

XS_EXPORT CUresult cuMemcpyHtoDAsync_v2_ptsz(CUdeviceptr dstDevice, const void *srcHost,
        size_t ByteCount, CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, const void *, size_t, CUstream))xs_twin[146])(
                    dstDevice, srcHost, ByteCount, hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemcpyHtoDAsync_v2_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemcpyHtoDAsync_v2_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemcpyHtoDAsync_v2_ptsz", xs_cuMemcpyHtoDAsync_v2(dstDevice,
                srcHost, ByteCount, xs_per_thread(hStream)));
    return xs_cuMemcpyHtoDAsync_v2(dstDevice, srcHost, ByteCount, xs_per_thread(hStream));
}

XS_EXPORT CUresult cuMemsetD16_v2(CUdeviceptr dstDevice, unsigned short us, size_t N) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, unsigned short, size_t))xs_twin[147])(
                    dstDevice, us, N);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemsetD16_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemsetD16_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemsetD16_v2", xs_cuMemsetD16_v2(dstDevice, us, N,
                CU_STREAM_LEGACY));
    return xs_cuMemsetD16_v2(dstDevice, us, N, CU_STREAM_LEGACY);
}

XS_EXPORT CUresult cuMemsetD16_v2_ptds(CUdeviceptr dstDevice, unsigned short us, size_t N) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, unsigned short, size_t))xs_twin[148])(
                    dstDevice, us, N);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemsetD16_v2_ptds", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemsetD16_v2_ptds", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemsetD16_v2_ptds", xs_cuMemsetD16_v2(dstDevice, us, N,
                CU_STREAM_PER_THREAD));
    return xs_cuMemsetD16_v2(dstDevice, us, N, CU_STREAM_PER_THREAD);
}

XS_EXPORT CUresult cuMemsetD16Async(CUdeviceptr dstDevice, unsigned short us, size_t N,
        CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, unsigned short, size_t, CUstream))xs_twin[149])(
                    dstDevice, us, N, hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemsetD16Async", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemsetD16Async", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemsetD16Async", xs_cuMemsetD16Async(dstDevice, us, N, hStream));
    return xs_cuMemsetD16Async(dstDevice, us, N, hStream);
}

XS_EXPORT CUresult cuMemsetD16Async_ptsz(CUdeviceptr dstDevice, unsigned short us, size_t N,
        CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, unsigned short, size_t, CUstream))xs_twin[150])(
                    dstDevice, us, N, hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemsetD16Async_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemsetD16Async_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemsetD16Async_ptsz", xs_cuMemsetD16Async(dstDevice, us, N,
                xs_per_thread(hStream)));
    return xs_cuMemsetD16Async(dstDevice, us, N, xs_per_thread(hStream));
}

XS_EXPORT CUresult cuMemsetD2D16_v2(CUdeviceptr dstDevice, size_t dstPitch, unsigned short us,
        size_t Width, size_t Height) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, size_t, unsigned short, size_t, size_t))xs_twin[151])(
                    dstDevice, dstPitch, us, Width, Height);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemsetD2D16_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemsetD2D16_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemsetD2D16_v2", xs_cuMemsetD2D16_v2(dstDevice, dstPitch, us, Width,
                Height, CU_STREAM_LEGACY));
    return xs_cuMemsetD2D16_v2(dstDevice, dstPitch, us, Width, Height, CU_STREAM_LEGACY);
}

XS_EXPORT CUresult cuMemsetD2D16_v2_ptds(CUdeviceptr dstDevice, size_t dstPitch,
        unsigned short us, size_t Width, size_t Height) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, size_t, unsigned short, size_t, size_t))xs_twin[152])(
                    dstDevice, dstPitch, us, Width, Height);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemsetD2D16_v2_ptds", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemsetD2D16_v2_ptds", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemsetD2D16_v2_ptds", xs_cuMemsetD2D16_v2(dstDevice, dstPitch, us,
                Width, Height, CU_STREAM_PER_THREAD));
    return xs_cuMemsetD2D16_v2(dstDevice, dstPitch, us, Width, Height, CU_STREAM_PER_THREAD);
}

XS_EXPORT CUresult cuMemsetD2D16Async(CUdeviceptr dstDevice, size_t dstPitch,
        unsigned short us, size_t Width, size_t Height, CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, size_t, unsigned short, size_t, size_t, CUstream))xs_twin[153])(
                    dstDevice, dstPitch, us, Width, Height, hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemsetD2D16Async", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemsetD2D16Async", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemsetD2D16Async", xs_cuMemsetD2D16Async(dstDevice, dstPitch, us,
                Width, Height, hStream));
    return xs_cuMemsetD2D16Async(dstDevice, dstPitch, us, Width, Height, hStream);
}

XS_EXPORT CUresult cuMemsetD2D16Async_ptsz(CUdeviceptr dstDevice, size_t dstPitch,
        unsigned short us, size_t Width, size_t Height, CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, size_t, unsigned short, size_t, size_t, CUstream))xs_twin[154])(
                    dstDevice, dstPitch, us, Width, Height, hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemsetD2D16Async_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemsetD2D16Async_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemsetD2D16Async_ptsz", xs_cuMemsetD2D16Async(dstDevice, dstPitch,
                us, Width, Height, xs_per_thread(hStream)));
    return xs_cuMemsetD2D16Async(dstDevice, dstPitch, us, Width, Height,
            xs_per_thread(hStream));
}

XS_EXPORT CUresult cuMemsetD2D32_v2(CUdeviceptr dstDevice, size_t dstPitch, unsigned int ui,
        size_t Width, size_t Height) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, size_t, unsigned int, size_t, size_t))xs_twin[155])(
                    dstDevice, dstPitch, ui, Width, Height);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemsetD2D32_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemsetD2D32_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemsetD2D32_v2", xs_cuMemsetD2D32_v2(dstDevice, dstPitch, ui, Width,
                Height, CU_STREAM_LEGACY));
    return xs_cuMemsetD2D32_v2(dstDevice, dstPitch, ui, Width, Height, CU_STREAM_LEGACY);
}

XS_EXPORT CUresult cuMemsetD2D32_v2_ptds(CUdeviceptr dstDevice, size_t dstPitch,
        unsigned int ui, size_t Width, size_t Height) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, size_t, unsigned int, size_t, size_t))xs_twin[156])(
                    dstDevice, dstPitch, ui, Width, Height);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemsetD2D32_v2_ptds", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemsetD2D32_v2_ptds", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemsetD2D32_v2_ptds", xs_cuMemsetD2D32_v2(dstDevice, dstPitch, ui,
                Width, Height, CU_STREAM_PER_THREAD));
    return xs_cuMemsetD2D32_v2(dstDevice, dstPitch, ui, Width, Height, CU_STREAM_PER_THREAD);
}

XS_EXPORT CUresult cuMemsetD2D32Async(CUdeviceptr dstDevice, size_t dstPitch, unsigned int ui,
        size_t Width, size_t Height, CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, size_t, unsigned int, size_t, size_t, CUstream))xs_twin[157])(
                    dstDevice, dstPitch, ui, Width, Height, hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemsetD2D32Async", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemsetD2D32Async", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemsetD2D32Async", xs_cuMemsetD2D32Async(dstDevice, dstPitch, ui,
                Width, Height, hStream));
    return xs_cuMemsetD2D32Async(dstDevice, dstPitch, ui, Width, Height, hStream);
}

XS_EXPORT CUresult cuMemsetD2D32Async_ptsz(CUdeviceptr dstDevice, size_t dstPitch,
        unsigned int ui, size_t Width, size_t Height, CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, size_t, unsigned int, size_t, size_t, CUstream))xs_twin[158])(
                    dstDevice, dstPitch, ui, Width, Height, hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemsetD2D32Async_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemsetD2D32Async_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemsetD2D32Async_ptsz", xs_cuMemsetD2D32Async(dstDevice, dstPitch,
                ui, Width, Height, xs_per_thread(hStream)));
    return xs_cuMemsetD2D32Async(dstDevice, dstPitch, ui, Width, Height,
            xs_per_thread(hStream));
}

XS_EXPORT CUresult cuMemsetD2D8_v2(CUdeviceptr dstDevice, size_t dstPitch, unsigned char uc,
        size_t Width, size_t Height) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, size_t, unsigned char, size_t, size_t))xs_twin[159])(
                    dstDevice, dstPitch, uc, Width, Height);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemsetD2D8_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemsetD2D8_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemsetD2D8_v2", xs_cuMemsetD2D8_v2(dstDevice, dstPitch, uc, Width,
                Height, CU_STREAM_LEGACY));
    return xs_cuMemsetD2D8_v2(dstDevice, dstPitch, uc, Width, Height, CU_STREAM_LEGACY);
}

XS_EXPORT CUresult cuMemsetD2D8_v2_ptds(CUdeviceptr dstDevice, size_t dstPitch,
        unsigned char uc, size_t Width, size_t Height) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, size_t, unsigned char, size_t, size_t))xs_twin[160])(
                    dstDevice, dstPitch, uc, Width, Height);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemsetD2D8_v2_ptds", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemsetD2D8_v2_ptds", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemsetD2D8_v2_ptds", xs_cuMemsetD2D8_v2(dstDevice, dstPitch, uc,
                Width, Height, CU_STREAM_PER_THREAD));
    return xs_cuMemsetD2D8_v2(dstDevice, dstPitch, uc, Width, Height, CU_STREAM_PER_THREAD);
}

XS_EXPORT CUresult cuMemsetD2D8Async(CUdeviceptr dstDevice, size_t dstPitch, unsigned char uc,
        size_t Width, size_t Height, CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, size_t, unsigned char, size_t, size_t, CUstream))xs_twin[161])(
                    dstDevice, dstPitch, uc, Width, Height, hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemsetD2D8Async", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemsetD2D8Async", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemsetD2D8Async", xs_cuMemsetD2D8Async(dstDevice, dstPitch, uc,
                Width, Height, hStream));
    return xs_cuMemsetD2D8Async(dstDevice, dstPitch, uc, Width, Height, hStream);
}

XS_EXPORT CUresult cuMemsetD2D8Async_ptsz(CUdeviceptr dstDevice, size_t dstPitch,
        unsigned char uc, size_t Width, size_t Height, CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, size_t, unsigned char, size_t, size_t, CUstream))xs_twin[162])(
                    dstDevice, dstPitch, uc, Width, Height, hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemsetD2D8Async_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemsetD2D8Async_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemsetD2D8Async_ptsz", xs_cuMemsetD2D8Async(dstDevice, dstPitch, uc,
                Width, Height, xs_per_thread(hStream)));
    return xs_cuMemsetD2D8Async(dstDevice, dstPitch, uc, Width, Height,
            xs_per_thread(hStream));
}

XS_EXPORT CUresult cuMemsetD32_v2(CUdeviceptr dstDevice, unsigned int ui, size_t N) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, unsigned int, size_t))xs_twin[163])(dstDevice,
                    ui, N);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemsetD32_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemsetD32_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemsetD32_v2", xs_cuMemsetD32_v2(dstDevice, ui, N,
                CU_STREAM_LEGACY));
    return xs_cuMemsetD32_v2(dstDevice, ui, N, CU_STREAM_LEGACY);
}

XS_EXPORT CUresult cuMemsetD32_v2_ptds(CUdeviceptr dstDevice, unsigned int ui, size_t N) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, unsigned int, size_t))xs_twin[164])(dstDevice,
                    ui, N);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemsetD32_v2_ptds", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemsetD32_v2_ptds", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemsetD32_v2_ptds", xs_cuMemsetD32_v2(dstDevice, ui, N,
                CU_STREAM_PER_THREAD));
    return xs_cuMemsetD32_v2(dstDevice, ui, N, CU_STREAM_PER_THREAD);
}

XS_EXPORT CUresult cuMemsetD32Async(CUdeviceptr dstDevice, unsigned int ui, size_t N,
        CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, unsigned int, size_t, CUstream))xs_twin[165])(
                    dstDevice, ui, N, hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemsetD32Async", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemsetD32Async", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemsetD32Async", xs_cuMemsetD32Async(dstDevice, ui, N, hStream));
    return xs_cuMemsetD32Async(dstDevice, ui, N, hStream);
}

XS_EXPORT CUresult cuMemsetD32Async_ptsz(CUdeviceptr dstDevice, unsigned int ui, size_t N,
        CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, unsigned int, size_t, CUstream))xs_twin[166])(
                    dstDevice, ui, N, hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemsetD32Async_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemsetD32Async_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemsetD32Async_ptsz", xs_cuMemsetD32Async(dstDevice, ui, N,
                xs_per_thread(hStream)));
    return xs_cuMemsetD32Async(dstDevice, ui, N, xs_per_thread(hStream));
}

XS_EXPORT CUresult cuMemsetD8_v2(CUdeviceptr dstDevice, unsigned char uc, size_t N) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, unsigned char, size_t))xs_twin[167])(dstDevice,
                    uc, N);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemsetD8_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemsetD8_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemsetD8_v2", xs_cuMemsetD8_v2(dstDevice, uc, N, CU_STREAM_LEGACY));
    return xs_cuMemsetD8_v2(dstDevice, uc, N, CU_STREAM_LEGACY);
}

XS_EXPORT CUresult cuMemsetD8_v2_ptds(CUdeviceptr dstDevice, unsigned char uc, size_t N) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, unsigned char, size_t))xs_twin[168])(dstDevice,
                    uc, N);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemsetD8_v2_ptds", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemsetD8_v2_ptds", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemsetD8_v2_ptds", xs_cuMemsetD8_v2(dstDevice, uc, N,
                CU_STREAM_PER_THREAD));
    return xs_cuMemsetD8_v2(dstDevice, uc, N, CU_STREAM_PER_THREAD);
}

XS_EXPORT CUresult cuMemsetD8Async(CUdeviceptr dstDevice, unsigned char uc, size_t N,
        CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, unsigned char, size_t, CUstream))xs_twin[169])(
                    dstDevice, uc, N, hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemsetD8Async", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemsetD8Async", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemsetD8Async", xs_cuMemsetD8Async(dstDevice, uc, N, hStream));
    return xs_cuMemsetD8Async(dstDevice, uc, N, hStream);
}

XS_EXPORT CUresult cuMemsetD8Async_ptsz(CUdeviceptr dstDevice, unsigned char uc, size_t N,
        CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr, unsigned char, size_t, CUstream))xs_twin[170])(
                    dstDevice, uc, N, hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuMemsetD8Async_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuMemsetD8Async_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuMemsetD8Async_ptsz", xs_cuMemsetD8Async(dstDevice, uc, N,
                xs_per_thread(hStream)));
    return xs_cuMemsetD8Async(dstDevice, uc, N, xs_per_thread(hStream));
}

XS_EXPORT CUresult cuFuncGetAttribute(int *pi, CUfunction_attribute attrib, CUfunction hfunc) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(int *, CUfunction_attribute, CUfunction))xs_twin[171])(pi,
                    attrib, hfunc);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuFuncGetAttribute", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuFuncGetAttribute", xs_cuFuncGetAttribute(pi, attrib, hfunc));
    return xs_cuFuncGetAttribute(pi, attrib, hfunc);
}

XS_EXPORT CUresult cuFuncGetModule(CUmodule *hmod, CUfunction hfunc) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUmodule *, CUfunction))xs_twin[172])(hmod, hfunc);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuFuncGetModule", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuFuncGetModule", xs_cuFuncGetModule(hmod, hfunc));
    return xs_cuFuncGetModule(hmod, hfunc);
}

XS_EXPORT CUresult cuFuncGetName(const char **name, CUfunction hfunc) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(const char **, CUfunction))xs_twin[173])(name, hfunc);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuFuncGetName", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuFuncGetName", xs_cuFuncGetName(name, hfunc));
    return xs_cuFuncGetName(name, hfunc);
}

XS_EXPORT CUresult cuFuncGetParamInfo(CUfunction func, size_t paramIndex, size_t *paramOffset,
        size_t *paramSize) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUfunction, size_t, size_t *, size_t *))xs_twin[174])(func,
                    paramIndex, paramOffset, paramSize);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuFuncGetParamInfo", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuFuncGetParamInfo", xs_cuFuncGetParamInfo(func, paramIndex,
                paramOffset, paramSize));
    return xs_cuFuncGetParamInfo(func, paramIndex, paramOffset, paramSize);
}

XS_EXPORT CUresult cuFuncIsLoaded(CUfunctionLoadingState *state, CUfunction hfunc) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUfunctionLoadingState *, CUfunction))xs_twin[175])(state,
                    hfunc);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuFuncIsLoaded", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuFuncIsLoaded", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuFuncIsLoaded", xs_cuFuncIsLoaded(state, hfunc));
    return xs_cuFuncIsLoaded(state, hfunc);
}

XS_EXPORT CUresult cuFuncLoad(CUfunction hfunc) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUfunction))xs_twin[176])(hfunc);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuFuncLoad", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuFuncLoad", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuFuncLoad", xs_cuFuncLoad(hfunc));
    return xs_cuFuncLoad(hfunc);
}

XS_EXPORT CUresult cuFuncSetAttribute(CUfunction hfunc, CUfunction_attribute attrib, int value) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUfunction, CUfunction_attribute, int))xs_twin[177])(hfunc,
                    attrib, value);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuFuncSetAttribute", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuFuncSetAttribute", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuFuncSetAttribute", xs_cuFuncSetAttribute(hfunc, attrib, value));
    return xs_cuFuncSetAttribute(hfunc, attrib, value);
}

XS_EXPORT CUresult cuFuncSetCacheConfig(CUfunction hfunc, CUfunc_cache config) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUfunction, CUfunc_cache))xs_twin[178])(hfunc, config);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuFuncSetCacheConfig", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuFuncSetCacheConfig", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuFuncSetCacheConfig", xs_cuFuncSetCacheConfig(hfunc, config));
    return xs_cuFuncSetCacheConfig(hfunc, config);
}

XS_EXPORT CUresult cuFuncSetSharedMemConfig(CUfunction hfunc, CUsharedconfig config) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUfunction, CUsharedconfig))xs_twin[179])(hfunc, config);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuFuncSetSharedMemConfig", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuFuncSetSharedMemConfig", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuFuncSetSharedMemConfig", xs_cuFuncSetSharedMemConfig(hfunc, config));
    return xs_cuFuncSetSharedMemConfig(hfunc, config);
}

XS_EXPORT CUresult cuKernelGetAttribute(int *pi, CUfunction_attribute attrib, CUkernel kernel,
        CUdevice dev) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(int *, CUfunction_attribute, CUkernel, CUdevice))xs_twin[180])(
                    pi, attrib, kernel, dev);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuKernelGetAttribute", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuKernelGetAttribute", xs_cuKernelGetAttribute(pi, attrib, kernel,
                dev));
    return xs_cuKernelGetAttribute(pi, attrib, kernel, dev);
}

XS_EXPORT CUresult cuKernelGetFunction(CUfunction *pFunc, CUkernel kernel) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUfunction *, CUkernel))xs_twin[181])(pFunc, kernel);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuKernelGetFunction", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuKernelGetFunction", xs_cuKernelGetFunction(pFunc, kernel));
    return xs_cuKernelGetFunction(pFunc, kernel);
}

XS_EXPORT CUresult cuKernelGetLibrary(CUlibrary *pLib, CUkernel kernel) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUlibrary *, CUkernel))xs_twin[182])(pLib, kernel);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuKernelGetLibrary", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuKernelGetLibrary", xs_cuKernelGetLibrary(pLib, kernel));
    return xs_cuKernelGetLibrary(pLib, kernel);
}

XS_EXPORT CUresult cuKernelGetName(const char **name, CUkernel hfunc) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(const char **, CUkernel))xs_twin[183])(name, hfunc);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuKernelGetName", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuKernelGetName", xs_cuKernelGetName(name, hfunc));
    return xs_cuKernelGetName(name, hfunc);
}

XS_EXPORT CUresult cuKernelGetParamInfo(CUkernel kernel, size_t paramIndex,
        size_t *paramOffset, size_t *paramSize) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUkernel, size_t, size_t *, size_t *))xs_twin[184])(kernel,
                    paramIndex, paramOffset, paramSize);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuKernelGetParamInfo", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuKernelGetParamInfo", xs_cuKernelGetParamInfo(kernel, paramIndex,
                paramOffset, paramSize));
    return xs_cuKernelGetParamInfo(kernel, paramIndex, paramOffset, paramSize);
}

XS_EXPORT CUresult cuKernelSetAttribute(CUfunction_attribute attrib, int val, CUkernel kernel,
        CUdevice dev) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUfunction_attribute, int, CUkernel, CUdevice))xs_twin[185])(
                    attrib, val, kernel, dev);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuKernelSetAttribute", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuKernelSetAttribute", xs_cuKernelSetAttribute(attrib, val, kernel,
                dev));
    return xs_cuKernelSetAttribute(attrib, val, kernel, dev);
}

XS_EXPORT CUresult cuKernelSetCacheConfig(CUkernel kernel, CUfunc_cache config, CUdevice dev) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUkernel, CUfunc_cache, CUdevice))xs_twin[186])(kernel,
                    config, dev);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuKernelSetCacheConfig", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuKernelSetCacheConfig", xs_cuKernelSetCacheConfig(kernel, config,
                dev));
    return xs_cuKernelSetCacheConfig(kernel, config, dev);
}

XS_EXPORT CUresult cuLibraryEnumerateKernels(CUkernel *kernels, unsigned int numKernels,
        CUlibrary lib) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUkernel *, unsigned int, CUlibrary))xs_twin[187])(kernels,
                    numKernels, lib);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuLibraryEnumerateKernels", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuLibraryEnumerateKernels", xs_cuLibraryEnumerateKernels(kernels,
                numKernels, lib));
    return xs_cuLibraryEnumerateKernels(kernels, numKernels, lib);
}

XS_EXPORT CUresult cuLibraryGetGlobal(CUdeviceptr *dptr, size_t *bytes, CUlibrary library,
        const char *name) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr *, size_t *, CUlibrary, const char *))xs_twin[188])(
                    dptr, bytes, library, name);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuLibraryGetGlobal", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuLibraryGetGlobal", xs_cuLibraryGetGlobal(dptr, bytes, library,
                name));
    return xs_cuLibraryGetGlobal(dptr, bytes, library, name);
}

XS_EXPORT CUresult cuLibraryGetKernel(CUkernel *pKernel, CUlibrary library, const char *name) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUkernel *, CUlibrary, const char *))xs_twin[189])(pKernel,
                    library, name);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuLibraryGetKernel", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuLibraryGetKernel", xs_cuLibraryGetKernel(pKernel, library, name));
    return xs_cuLibraryGetKernel(pKernel, library, name);
}

XS_EXPORT CUresult cuLibraryGetKernelCount(unsigned int *count, CUlibrary lib) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(unsigned int *, CUlibrary))xs_twin[190])(count, lib);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuLibraryGetKernelCount", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuLibraryGetKernelCount", xs_cuLibraryGetKernelCount(count, lib));
    return xs_cuLibraryGetKernelCount(count, lib);
}

XS_EXPORT CUresult cuLibraryGetModule(CUmodule *pMod, CUlibrary library) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUmodule *, CUlibrary))xs_twin[191])(pMod, library);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuLibraryGetModule", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuLibraryGetModule", xs_cuLibraryGetModule(pMod, library));
    return xs_cuLibraryGetModule(pMod, library);
}

XS_EXPORT CUresult cuLibraryLoadData(CUlibrary *library, const void *code,
        CUjit_option *jitOptions, void **jitOptionsValues, unsigned int numJitOptions,
        CUlibraryOption *libraryOptions, void**libraryOptionValues,
        unsigned int numLibraryOptions) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUlibrary *, const void *, CUjit_option *, void **, unsigned int, CUlibraryOption *, void**, unsigned int))xs_twin[192])(
                    library, code, jitOptions, jitOptionsValues, numJitOptions,
                    libraryOptions, libraryOptionValues, numLibraryOptions);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuLibraryLoadData", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuLibraryLoadData", xs_cuLibraryLoadData(library, code, jitOptions,
                jitOptionsValues, numJitOptions, libraryOptions, libraryOptionValues,
                numLibraryOptions));
    return xs_cuLibraryLoadData(library, code, jitOptions, jitOptionsValues, numJitOptions,
            libraryOptions, libraryOptionValues, numLibraryOptions);
}

XS_EXPORT CUresult cuLibraryLoadFromFile(CUlibrary *library, const char *fileName,
        CUjit_option *jitOptions, void **jitOptionsValues, unsigned int numJitOptions,
        CUlibraryOption *libraryOptions, void **libraryOptionValues,
        unsigned int numLibraryOptions) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUlibrary *, const char *, CUjit_option *, void **, unsigned int, CUlibraryOption *, void **, unsigned int))xs_twin[193])(
                    library, fileName, jitOptions, jitOptionsValues, numJitOptions,
                    libraryOptions, libraryOptionValues, numLibraryOptions);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuLibraryLoadFromFile", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuLibraryLoadFromFile", xs_cuLibraryLoadFromFile(library, fileName,
                jitOptions, jitOptionsValues, numJitOptions, libraryOptions,
                libraryOptionValues, numLibraryOptions));
    return xs_cuLibraryLoadFromFile(library, fileName, jitOptions, jitOptionsValues,
            numJitOptions, libraryOptions, libraryOptionValues, numLibraryOptions);
}

XS_EXPORT CUresult cuLibraryUnload(CUlibrary library) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUlibrary))xs_twin[194])(library);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuLibraryUnload", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuLibraryUnload", xs_cuLibraryUnload(library));
    return xs_cuLibraryUnload(library);
}

XS_EXPORT CUresult cuLinkAddData(CUlinkState state, CUjitInputType type, void *data,
        size_t size, const char *name, unsigned int numOptions, CUjit_option *options,
        void **optionValues) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUlinkState, CUjitInputType, void *, size_t, const char *, unsigned int, CUjit_option *, void **))xs_twin[195])(
                    state, type, data, size, name, numOptions, options, optionValues);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuLinkAddData", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuLinkAddData", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuLinkAddData", xs_cuLinkAddData_v2(state, type, data, size, name,
                numOptions, options, optionValues));
    return xs_cuLinkAddData_v2(state, type, data, size, name, numOptions, options,
            optionValues);
}

XS_EXPORT CUresult cuLinkAddData_v2(CUlinkState state, CUjitInputType type, void *data,
        size_t size, const char *name, unsigned int numOptions, CUjit_option *options,
        void **optionValues) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUlinkState, CUjitInputType, void *, size_t, const char *, unsigned int, CUjit_option *, void **))xs_twin[196])(
                    state, type, data, size, name, numOptions, options, optionValues);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuLinkAddData_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuLinkAddData_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuLinkAddData_v2", xs_cuLinkAddData_v2(state, type, data, size, name,
                numOptions, options, optionValues));
    return xs_cuLinkAddData_v2(state, type, data, size, name, numOptions, options,
            optionValues);
}

XS_EXPORT CUresult cuLinkAddFile(CUlinkState state, CUjitInputType type, const char *path,
        unsigned int numOptions, CUjit_option *options, void **optionValues) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUlinkState, CUjitInputType, const char *, unsigned int, CUjit_option *, void **))xs_twin[197])(
                    state, type, path, numOptions, options, optionValues);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuLinkAddFile", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuLinkAddFile", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuLinkAddFile", xs_cuLinkAddFile_v2(state, type, path, numOptions,
                options, optionValues));
    return xs_cuLinkAddFile_v2(state, type, path, numOptions, options, optionValues);
}

XS_EXPORT CUresult cuLinkAddFile_v2(CUlinkState state, CUjitInputType type, const char *path,
        unsigned int numOptions, CUjit_option *options, void **optionValues) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUlinkState, CUjitInputType, const char *, unsigned int, CUjit_option *, void **))xs_twin[198])(
                    state, type, path, numOptions, options, optionValues);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuLinkAddFile_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuLinkAddFile_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuLinkAddFile_v2", xs_cuLinkAddFile_v2(state, type, path, numOptions,
                options, optionValues));
    return xs_cuLinkAddFile_v2(state, type, path, numOptions, options, optionValues);
}

XS_EXPORT CUresult cuLinkComplete(CUlinkState state, void **cubinOut, size_t *sizeOut) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUlinkState, void **, size_t *))xs_twin[199])(state,
                    cubinOut, sizeOut);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuLinkComplete", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuLinkComplete", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuLinkComplete", xs_cuLinkComplete(state, cubinOut, sizeOut));
    return xs_cuLinkComplete(state, cubinOut, sizeOut);
}

XS_EXPORT CUresult cuLinkCreate(unsigned int numOptions, CUjit_option *options,
        void **optionValues, CUlinkState *stateOut) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(unsigned int, CUjit_option *, void **, CUlinkState *))xs_twin[200])(
                    numOptions, options, optionValues, stateOut);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuLinkCreate", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuLinkCreate", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuLinkCreate", xs_cuLinkCreate_v2(numOptions, options, optionValues,
                stateOut));
    return xs_cuLinkCreate_v2(numOptions, options, optionValues, stateOut);
}

XS_EXPORT CUresult cuLinkCreate_v2(unsigned int numOptions, CUjit_option *options,
        void **optionValues, CUlinkState *stateOut) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(unsigned int, CUjit_option *, void **, CUlinkState *))xs_twin[201])(
                    numOptions, options, optionValues, stateOut);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuLinkCreate_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuLinkCreate_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuLinkCreate_v2", xs_cuLinkCreate_v2(numOptions, options,
                optionValues, stateOut));
    return xs_cuLinkCreate_v2(numOptions, options, optionValues, stateOut);
}

XS_EXPORT CUresult cuLinkDestroy(CUlinkState state) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUlinkState))xs_twin[202])(state);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuLinkDestroy", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuLinkDestroy", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuLinkDestroy", xs_cuLinkDestroy(state));
    return xs_cuLinkDestroy(state);
}

XS_EXPORT CUresult cuModuleEnumerateFunctions(CUfunction *functions,
        unsigned int numFunctions, CUmodule mod) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUfunction *, unsigned int, CUmodule))xs_twin[203])(
                    functions, numFunctions, mod);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuModuleEnumerateFunctions", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuModuleEnumerateFunctions", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuModuleEnumerateFunctions", xs_cuModuleEnumerateFunctions(functions,
                numFunctions, mod));
    return xs_cuModuleEnumerateFunctions(functions, numFunctions, mod);
}

XS_EXPORT CUresult cuModuleGetFunction(CUfunction *hfunc, CUmodule hmod, const char *name) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUfunction *, CUmodule, const char *))xs_twin[204])(hfunc,
                    hmod, name);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuModuleGetFunction", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuModuleGetFunction", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuModuleGetFunction", xs_cuModuleGetFunction(hfunc, hmod, name));
    return xs_cuModuleGetFunction(hfunc, hmod, name);
}

XS_EXPORT CUresult cuModuleGetFunctionCount(unsigned int *count, CUmodule hmod) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(unsigned int *, CUmodule))xs_twin[205])(count, hmod);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuModuleGetFunctionCount", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuModuleGetFunctionCount", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuModuleGetFunctionCount", xs_cuModuleGetFunctionCount(count, hmod));
    return xs_cuModuleGetFunctionCount(count, hmod);
}

XS_EXPORT CUresult cuModuleGetGlobal_v2(CUdeviceptr *dptr, size_t *bytes, CUmodule hmod,
        const char *name) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdeviceptr *, size_t *, CUmodule, const char *))xs_twin[206])(
                    dptr, bytes, hmod, name);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuModuleGetGlobal_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuModuleGetGlobal_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuModuleGetGlobal_v2", xs_cuModuleGetGlobal_v2(dptr, bytes, hmod,
                name));
    return xs_cuModuleGetGlobal_v2(dptr, bytes, hmod, name);
}

XS_EXPORT CUresult cuModuleGetLoadingMode(CUmoduleLoadingMode *mode) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUmoduleLoadingMode *))xs_twin[207])(mode);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuModuleGetLoadingMode", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuModuleGetLoadingMode", xs_cuModuleGetLoadingMode(mode));
    return xs_cuModuleGetLoadingMode(mode);
}

XS_EXPORT CUresult cuModuleLoad(CUmodule *module, const char *fname) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUmodule *, const char *))xs_twin[208])(module, fname);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuModuleLoad", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuModuleLoad", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuModuleLoad", xs_cuModuleLoad(module, fname));
    return xs_cuModuleLoad(module, fname);
}

XS_EXPORT CUresult cuModuleLoadData(CUmodule *module, const void *image) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUmodule *, const void *))xs_twin[209])(module, image);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuModuleLoadData", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuModuleLoadData", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuModuleLoadData", xs_cuModuleLoadData(module, image));
    return xs_cuModuleLoadData(module, image);
}

XS_EXPORT CUresult cuModuleLoadDataEx(CUmodule *module, const void *image,
        unsigned int numOptions, CUjit_option *options, void **optionValues) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUmodule *, const void *, unsigned int, CUjit_option *, void **))xs_twin[210])(
                    module, image, numOptions, options, optionValues);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuModuleLoadDataEx", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuModuleLoadDataEx", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuModuleLoadDataEx", xs_cuModuleLoadDataEx(module, image, numOptions,
                options, optionValues));
    return xs_cuModuleLoadDataEx(module, image, numOptions, options, optionValues);
}

XS_EXPORT CUresult cuModuleLoadFatBinary(CUmodule *module, const void *fatCubin) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUmodule *, const void *))xs_twin[211])(module, fatCubin);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuModuleLoadFatBinary", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuModuleLoadFatBinary", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuModuleLoadFatBinary", xs_cuModuleLoadFatBinary(module, fatCubin));
    return xs_cuModuleLoadFatBinary(module, fatCubin);
}

XS_EXPORT CUresult cuModuleUnload(CUmodule hmod) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUmodule))xs_twin[212])(hmod);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuModuleUnload", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuModuleUnload", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuModuleUnload", xs_cuModuleUnload(hmod));
    return xs_cuModuleUnload(hmod);
}

XS_EXPORT CUresult cuLaunchCooperativeKernel(CUfunction f, unsigned int gridDimX,
        unsigned int gridDimY, unsigned int gridDimZ, unsigned int blockDimX,
        unsigned int blockDimY, unsigned int blockDimZ, unsigned int sharedMemBytes,
        CUstream hStream, void **kernelParams) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUfunction, unsigned int, unsigned int, unsigned int, unsigned int, unsigned int, unsigned int, unsigned int, CUstream, void **))xs_twin[213])(
                    f, gridDimX, gridDimY, gridDimZ, blockDimX, blockDimY, blockDimZ,
                    sharedMemBytes, hStream, kernelParams);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuLaunchCooperativeKernel", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuLaunchCooperativeKernel", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuLaunchCooperativeKernel", xs_cuLaunchCooperativeKernel(f, gridDimX,
                gridDimY, gridDimZ, blockDimX, blockDimY, blockDimZ, sharedMemBytes, hStream,
                kernelParams));
    return xs_cuLaunchCooperativeKernel(f, gridDimX, gridDimY, gridDimZ, blockDimX, blockDimY,
            blockDimZ, sharedMemBytes, hStream, kernelParams);
}

XS_EXPORT CUresult cuLaunchCooperativeKernel_ptsz(CUfunction f, unsigned int gridDimX,
        unsigned int gridDimY, unsigned int gridDimZ, unsigned int blockDimX,
        unsigned int blockDimY, unsigned int blockDimZ, unsigned int sharedMemBytes,
        CUstream hStream, void **kernelParams) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUfunction, unsigned int, unsigned int, unsigned int, unsigned int, unsigned int, unsigned int, unsigned int, CUstream, void **))xs_twin[214])(
                    f, gridDimX, gridDimY, gridDimZ, blockDimX, blockDimY, blockDimZ,
                    sharedMemBytes, hStream, kernelParams);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuLaunchCooperativeKernel_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuLaunchCooperativeKernel_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuLaunchCooperativeKernel_ptsz", xs_cuLaunchCooperativeKernel(f,
                gridDimX, gridDimY, gridDimZ, blockDimX, blockDimY, blockDimZ, sharedMemBytes,
                xs_per_thread(hStream), kernelParams));
    return xs_cuLaunchCooperativeKernel(f, gridDimX, gridDimY, gridDimZ, blockDimX, blockDimY,
            blockDimZ, sharedMemBytes, xs_per_thread(hStream), kernelParams);
}

XS_EXPORT CUresult cuLaunchHostFunc(CUstream hStream, CUhostFn fn, void *userData) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUhostFn, void *))xs_twin[215])(hStream, fn,
                    userData);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuLaunchHostFunc", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuLaunchHostFunc", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuLaunchHostFunc", xs_cuLaunchHostFunc(hStream, fn, userData));
    return xs_cuLaunchHostFunc(hStream, fn, userData);
}

XS_EXPORT CUresult cuLaunchHostFunc_ptsz(CUstream hStream, CUhostFn fn, void *userData) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUhostFn, void *))xs_twin[216])(hStream, fn,
                    userData);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuLaunchHostFunc_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuLaunchHostFunc_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuLaunchHostFunc_ptsz", xs_cuLaunchHostFunc(xs_per_thread(hStream),
                fn, userData));
    return xs_cuLaunchHostFunc(xs_per_thread(hStream), fn, userData);
}

XS_EXPORT CUresult cuLaunchKernel(CUfunction f, unsigned int gridDimX, unsigned int gridDimY,
        unsigned int gridDimZ, unsigned int blockDimX, unsigned int blockDimY,
        unsigned int blockDimZ, unsigned int sharedMemBytes, CUstream hStream,
        void **kernelParams, void **extra) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUfunction, unsigned int, unsigned int, unsigned int, unsigned int, unsigned int, unsigned int, unsigned int, CUstream, void **, void **))xs_twin[217])(
                    f, gridDimX, gridDimY, gridDimZ, blockDimX, blockDimY, blockDimZ,
                    sharedMemBytes, hStream, kernelParams, extra);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuLaunchKernel", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuLaunchKernel", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuLaunchKernel", xs_cuLaunchKernel(f, gridDimX, gridDimY, gridDimZ,
                blockDimX, blockDimY, blockDimZ, sharedMemBytes, hStream, kernelParams,
                extra));
    return xs_cuLaunchKernel(f, gridDimX, gridDimY, gridDimZ, blockDimX, blockDimY, blockDimZ,
            sharedMemBytes, hStream, kernelParams, extra);
}

XS_EXPORT CUresult cuLaunchKernel_ptsz(CUfunction f, unsigned int gridDimX,
        unsigned int gridDimY, unsigned int gridDimZ, unsigned int blockDimX,
        unsigned int blockDimY, unsigned int blockDimZ, unsigned int sharedMemBytes,
        CUstream hStream, void **kernelParams, void **extra) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUfunction, unsigned int, unsigned int, unsigned int, unsigned int, unsigned int, unsigned int, unsigned int, CUstream, void **, void **))xs_twin[218])(
                    f, gridDimX, gridDimY, gridDimZ, blockDimX, blockDimY, blockDimZ,
                    sharedMemBytes, hStream, kernelParams, extra);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuLaunchKernel_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuLaunchKernel_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuLaunchKernel_ptsz", xs_cuLaunchKernel(f, gridDimX, gridDimY,
                gridDimZ, blockDimX, blockDimY, blockDimZ, sharedMemBytes,
                xs_per_thread(hStream), kernelParams, extra));
    return xs_cuLaunchKernel(f, gridDimX, gridDimY, gridDimZ, blockDimX, blockDimY, blockDimZ,
            sharedMemBytes, xs_per_thread(hStream), kernelParams, extra);
}

XS_EXPORT CUresult cuLaunchKernelEx(const CUlaunchConfig *config, CUfunction f,
        void **kernelParams, void **extra) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(const CUlaunchConfig *, CUfunction, void **, void **))xs_twin[219])(
                    config, f, kernelParams, extra);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuLaunchKernelEx", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuLaunchKernelEx", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuLaunchKernelEx", xs_cuLaunchKernelEx(config, f, kernelParams, extra,
                CU_STREAM_LEGACY));
    return xs_cuLaunchKernelEx(config, f, kernelParams, extra, CU_STREAM_LEGACY);
}

XS_EXPORT CUresult cuLaunchKernelEx_ptsz(const CUlaunchConfig *config, CUfunction f,
        void **kernelParams, void **extra) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(const CUlaunchConfig *, CUfunction, void **, void **))xs_twin[220])(
                    config, f, kernelParams, extra);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuLaunchKernelEx_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuLaunchKernelEx_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuLaunchKernelEx_ptsz", xs_cuLaunchKernelEx(config, f, kernelParams,
                extra, CU_STREAM_PER_THREAD));
    return xs_cuLaunchKernelEx(config, f, kernelParams, extra, CU_STREAM_PER_THREAD);
}

XS_EXPORT CUresult cuOccupancyAvailableDynamicSMemPerBlock(size_t *dynamicSmemSize,
        CUfunction func, int numBlocks, int blockSize) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(size_t *, CUfunction, int, int))xs_twin[221])(
                    dynamicSmemSize, func, numBlocks, blockSize);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuOccupancyAvailableDynamicSMemPerBlock", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuOccupancyAvailableDynamicSMemPerBlock", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuOccupancyAvailableDynamicSMemPerBlock", xs_cuOccupancyAvailableDynamicSMemPerBlock(
                dynamicSmemSize, func, numBlocks, blockSize));
    return xs_cuOccupancyAvailableDynamicSMemPerBlock(dynamicSmemSize, func, numBlocks,
            blockSize);
}

XS_EXPORT CUresult cuOccupancyMaxActiveBlocksPerMultiprocessor(int *numBlocks,
        CUfunction func, int blockSize, size_t dynamicSMemSize) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(int *, CUfunction, int, size_t))xs_twin[222])(numBlocks,
                    func, blockSize, dynamicSMemSize);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuOccupancyMaxActiveBlocksPerMultiprocessor", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuOccupancyMaxActiveBlocksPerMultiprocessor", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuOccupancyMaxActiveBlocksPerMultiprocessor", xs_cuOccupancyMaxActiveBlocksPerMultiprocessor(
                numBlocks, func, blockSize, dynamicSMemSize));
    return xs_cuOccupancyMaxActiveBlocksPerMultiprocessor(numBlocks, func, blockSize,
            dynamicSMemSize);
}

XS_EXPORT CUresult cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int *numBlocks,
        CUfunction func, int blockSize, size_t dynamicSMemSize, unsigned int flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(int *, CUfunction, int, size_t, unsigned int))xs_twin[223])(
                    numBlocks, func, blockSize, dynamicSMemSize, flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags", xs_cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(
                numBlocks, func, blockSize, dynamicSMemSize, flags));
    return xs_cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(numBlocks, func, blockSize,
            dynamicSMemSize, flags);
}

XS_EXPORT CUresult cuOccupancyMaxActiveClusters(int *numClusters, CUfunction func,
        const CUlaunchConfig *config) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(int *, CUfunction, const CUlaunchConfig *))xs_twin[224])(
                    numClusters, func, config);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuOccupancyMaxActiveClusters", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuOccupancyMaxActiveClusters", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuOccupancyMaxActiveClusters", xs_cuOccupancyMaxActiveClusters(
                numClusters, func, config));
    return xs_cuOccupancyMaxActiveClusters(numClusters, func, config);
}

XS_EXPORT CUresult cuOccupancyMaxPotentialBlockSize(int *minGridSize, int *blockSize,
        CUfunction func, CUoccupancyB2DSize blockSizeToDynamicSMemSize,
        size_t dynamicSMemSize, int blockSizeLimit) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(int *, int *, CUfunction, CUoccupancyB2DSize, size_t, int))xs_twin[225])(
                    minGridSize, blockSize, func, blockSizeToDynamicSMemSize, dynamicSMemSize,
                    blockSizeLimit);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuOccupancyMaxPotentialBlockSize", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuOccupancyMaxPotentialBlockSize", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuOccupancyMaxPotentialBlockSize", xs_cuOccupancyMaxPotentialBlockSize(
                minGridSize, blockSize, func, blockSizeToDynamicSMemSize, dynamicSMemSize,
                blockSizeLimit));
    return xs_cuOccupancyMaxPotentialBlockSize(minGridSize, blockSize, func,
            blockSizeToDynamicSMemSize, dynamicSMemSize, blockSizeLimit);
}

XS_EXPORT CUresult cuOccupancyMaxPotentialBlockSizeWithFlags(int *minGridSize, int *blockSize,
        CUfunction func, CUoccupancyB2DSize blockSizeToDynamicSMemSize,
        size_t dynamicSMemSize, int blockSizeLimit, unsigned int flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(int *, int *, CUfunction, CUoccupancyB2DSize, size_t, int, unsigned int))xs_twin[226])(
                    minGridSize, blockSize, func, blockSizeToDynamicSMemSize, dynamicSMemSize,
                    blockSizeLimit, flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuOccupancyMaxPotentialBlockSizeWithFlags", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuOccupancyMaxPotentialBlockSizeWithFlags", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuOccupancyMaxPotentialBlockSizeWithFlags", xs_cuOccupancyMaxPotentialBlockSizeWithFlags(
                minGridSize, blockSize, func, blockSizeToDynamicSMemSize, dynamicSMemSize,
                blockSizeLimit, flags));
    return xs_cuOccupancyMaxPotentialBlockSizeWithFlags(minGridSize, blockSize, func,
            blockSizeToDynamicSMemSize, dynamicSMemSize, blockSizeLimit, flags);
}

XS_EXPORT CUresult cuOccupancyMaxPotentialClusterSize(int *clusterSize, CUfunction func,
        const CUlaunchConfig *config) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(int *, CUfunction, const CUlaunchConfig *))xs_twin[227])(
                    clusterSize, func, config);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuOccupancyMaxPotentialClusterSize", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuOccupancyMaxPotentialClusterSize", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuOccupancyMaxPotentialClusterSize", xs_cuOccupancyMaxPotentialClusterSize(
                clusterSize, func, config));
    return xs_cuOccupancyMaxPotentialClusterSize(clusterSize, func, config);
}

XS_EXPORT CUresult cuTensorMapEncodeIm2col(CUtensorMap *tensorMap,
        CUtensorMapDataType tensorDataType, uint32_t tensorRank, void *globalAddress,
        const uint64_t *globalDim, const uint64_t *globalStrides,
        const int *pixelBoxLowerCorner, const int *pixelBoxUpperCorner,
        uint32_t channelsPerPixel, uint32_t pixelsPerColumn, const uint32_t *elementStrides,
        CUtensorMapInterleave interleave, CUtensorMapSwizzle swizzle,
        CUtensorMapL2promotion l2Promotion, CUtensorMapFloatOOBfill oobFill) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUtensorMap *, CUtensorMapDataType, uint32_t, void *, const uint64_t *, const uint64_t *, const int *, const int *, uint32_t, uint32_t, const uint32_t *, CUtensorMapInterleave, CUtensorMapSwizzle, CUtensorMapL2promotion, CUtensorMapFloatOOBfill))xs_twin[228])(
                    tensorMap, tensorDataType, tensorRank, globalAddress, globalDim,
                    globalStrides, pixelBoxLowerCorner, pixelBoxUpperCorner, channelsPerPixel,
                    pixelsPerColumn, elementStrides, interleave, swizzle, l2Promotion,
                    oobFill);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuTensorMapEncodeIm2col", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuTensorMapEncodeIm2col", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuTensorMapEncodeIm2col", xs_cuTensorMapEncodeIm2col(tensorMap,
                tensorDataType, tensorRank, globalAddress, globalDim, globalStrides,
                pixelBoxLowerCorner, pixelBoxUpperCorner, channelsPerPixel, pixelsPerColumn,
                elementStrides, interleave, swizzle, l2Promotion, oobFill));
    return xs_cuTensorMapEncodeIm2col(tensorMap, tensorDataType, tensorRank, globalAddress,
            globalDim, globalStrides, pixelBoxLowerCorner, pixelBoxUpperCorner,
            channelsPerPixel, pixelsPerColumn, elementStrides, interleave, swizzle,
            l2Promotion, oobFill);
}

XS_EXPORT CUresult cuTensorMapEncodeTiled(CUtensorMap *tensorMap,
        CUtensorMapDataType tensorDataType, uint32_t tensorRank, void *globalAddress,
        const uint64_t *globalDim, const uint64_t *globalStrides, const uint32_t *boxDim,
        const uint32_t *elementStrides, CUtensorMapInterleave interleave,
        CUtensorMapSwizzle swizzle, CUtensorMapL2promotion l2Promotion,
        CUtensorMapFloatOOBfill oobFill) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUtensorMap *, CUtensorMapDataType, uint32_t, void *, const uint64_t *, const uint64_t *, const uint32_t *, const uint32_t *, CUtensorMapInterleave, CUtensorMapSwizzle, CUtensorMapL2promotion, CUtensorMapFloatOOBfill))xs_twin[229])(
                    tensorMap, tensorDataType, tensorRank, globalAddress, globalDim,
                    globalStrides, boxDim, elementStrides, interleave, swizzle, l2Promotion,
                    oobFill);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuTensorMapEncodeTiled", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuTensorMapEncodeTiled", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuTensorMapEncodeTiled", xs_cuTensorMapEncodeTiled(tensorMap,
                tensorDataType, tensorRank, globalAddress, globalDim, globalStrides, boxDim,
                elementStrides, interleave, swizzle, l2Promotion, oobFill));
    return xs_cuTensorMapEncodeTiled(tensorMap, tensorDataType, tensorRank, globalAddress,
            globalDim, globalStrides, boxDim, elementStrides, interleave, swizzle,
            l2Promotion, oobFill);
}

XS_EXPORT CUresult cuCtxSynchronize(void) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(void))xs_twin[230])();
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuCtxSynchronize", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuCtxSynchronize", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuCtxSynchronize", xs_cuCtxSynchronize());
    return xs_cuCtxSynchronize();
}

XS_EXPORT CUresult cuCtxSynchronize_v2(CUcontext ctx) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUcontext))xs_twin[231])(ctx);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuCtxSynchronize_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuCtxSynchronize_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuCtxSynchronize_v2", xs_cuCtxSynchronize_v2(ctx));
    return xs_cuCtxSynchronize_v2(ctx);
}

XS_EXPORT CUresult cuEventCreate(CUevent *phEvent, unsigned int Flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUevent *, unsigned int))xs_twin[232])(phEvent, Flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuEventCreate", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuEventCreate", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuEventCreate", xs_cuEventCreate(phEvent, Flags));
    return xs_cuEventCreate(phEvent, Flags);
}

XS_EXPORT CUresult cuEventDestroy(CUevent hEvent) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUevent))xs_twin[233])(hEvent);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuEventDestroy", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuEventDestroy", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuEventDestroy", xs_cuEventDestroy_v2(hEvent));
    return xs_cuEventDestroy_v2(hEvent);
}

XS_EXPORT CUresult cuEventDestroy_v2(CUevent hEvent) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUevent))xs_twin[234])(hEvent);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuEventDestroy_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuEventDestroy_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuEventDestroy_v2", xs_cuEventDestroy_v2(hEvent));
    return xs_cuEventDestroy_v2(hEvent);
}

XS_EXPORT CUresult cuEventElapsedTime(float *pMilliseconds, CUevent hStart, CUevent hEnd) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(float *, CUevent, CUevent))xs_twin[235])(pMilliseconds,
                    hStart, hEnd);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuEventElapsedTime", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuEventElapsedTime", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuEventElapsedTime", xs_cuEventElapsedTime_v2(pMilliseconds, hStart,
                hEnd));
    return xs_cuEventElapsedTime_v2(pMilliseconds, hStart, hEnd);
}

XS_EXPORT CUresult cuEventElapsedTime_v2(float *pMilliseconds, CUevent hStart, CUevent hEnd) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(float *, CUevent, CUevent))xs_twin[236])(pMilliseconds,
                    hStart, hEnd);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuEventElapsedTime_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuEventElapsedTime_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuEventElapsedTime_v2", xs_cuEventElapsedTime_v2(pMilliseconds,
                hStart, hEnd));
    return xs_cuEventElapsedTime_v2(pMilliseconds, hStart, hEnd);
}

XS_EXPORT CUresult cuEventQuery(CUevent hEvent) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUevent))xs_twin[237])(hEvent);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuEventQuery", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuEventQuery", xs_cuEventQuery(hEvent));
    return xs_cuEventQuery(hEvent);
}

XS_EXPORT CUresult cuEventRecord(CUevent hEvent, CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUevent, CUstream))xs_twin[238])(hEvent, hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuEventRecord", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuEventRecord", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuEventRecord", xs_cuEventRecord(hEvent, hStream));
    return xs_cuEventRecord(hEvent, hStream);
}

XS_EXPORT CUresult cuEventRecord_ptsz(CUevent hEvent, CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUevent, CUstream))xs_twin[239])(hEvent, hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuEventRecord_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuEventRecord_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuEventRecord_ptsz", xs_cuEventRecord(hEvent, xs_per_thread(hStream)));
    return xs_cuEventRecord(hEvent, xs_per_thread(hStream));
}

XS_EXPORT CUresult cuEventRecordWithFlags(CUevent hEvent, CUstream hStream, unsigned int flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUevent, CUstream, unsigned int))xs_twin[240])(hEvent,
                    hStream, flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuEventRecordWithFlags", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuEventRecordWithFlags", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuEventRecordWithFlags", xs_cuEventRecordWithFlags(hEvent, hStream,
                flags));
    return xs_cuEventRecordWithFlags(hEvent, hStream, flags);
}

XS_EXPORT CUresult cuEventRecordWithFlags_ptsz(CUevent hEvent, CUstream hStream,
        unsigned int flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUevent, CUstream, unsigned int))xs_twin[241])(hEvent,
                    hStream, flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuEventRecordWithFlags_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuEventRecordWithFlags_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuEventRecordWithFlags_ptsz", xs_cuEventRecordWithFlags(hEvent,
                xs_per_thread(hStream), flags));
    return xs_cuEventRecordWithFlags(hEvent, xs_per_thread(hStream), flags);
}

XS_EXPORT CUresult cuEventSynchronize(CUevent hEvent) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUevent))xs_twin[242])(hEvent);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuEventSynchronize", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuEventSynchronize", xs_cuEventSynchronize(hEvent));
    return xs_cuEventSynchronize(hEvent);
}

XS_EXPORT CUresult cuStreamAddCallback(CUstream hStream, CUstreamCallback callback,
        void *userData, unsigned int flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUstreamCallback, void *, unsigned int))xs_twin[243])(
                    hStream, callback, userData, flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamAddCallback", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamAddCallback", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamAddCallback", xs_cuStreamAddCallback(hStream, callback,
                userData, flags));
    return xs_cuStreamAddCallback(hStream, callback, userData, flags);
}

XS_EXPORT CUresult cuStreamAddCallback_ptsz(CUstream hStream, CUstreamCallback callback,
        void *userData, unsigned int flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUstreamCallback, void *, unsigned int))xs_twin[244])(
                    hStream, callback, userData, flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamAddCallback_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamAddCallback_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamAddCallback_ptsz", xs_cuStreamAddCallback(
                xs_per_thread(hStream), callback, userData, flags));
    return xs_cuStreamAddCallback(xs_per_thread(hStream), callback, userData, flags);
}

XS_EXPORT CUresult cuStreamBatchMemOp(CUstream stream, unsigned int count,
        CUstreamBatchMemOpParams *paramArray, unsigned int flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, unsigned int, CUstreamBatchMemOpParams *, unsigned int))xs_twin[245])(
                    stream, count, paramArray, flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamBatchMemOp", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamBatchMemOp", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamBatchMemOp", xs_cuStreamBatchMemOp_v2(stream, count,
                paramArray, flags));
    return xs_cuStreamBatchMemOp_v2(stream, count, paramArray, flags);
}

XS_EXPORT CUresult cuStreamBatchMemOp_ptsz(CUstream stream, unsigned int count,
        CUstreamBatchMemOpParams *paramArray, unsigned int flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, unsigned int, CUstreamBatchMemOpParams *, unsigned int))xs_twin[246])(
                    stream, count, paramArray, flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamBatchMemOp_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamBatchMemOp_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamBatchMemOp_ptsz", xs_cuStreamBatchMemOp_v2(
                xs_per_thread(stream), count, paramArray, flags));
    return xs_cuStreamBatchMemOp_v2(xs_per_thread(stream), count, paramArray, flags);
}

XS_EXPORT CUresult cuStreamBatchMemOp_v2(CUstream stream, unsigned int count,
        CUstreamBatchMemOpParams *paramArray, unsigned int flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, unsigned int, CUstreamBatchMemOpParams *, unsigned int))xs_twin[247])(
                    stream, count, paramArray, flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamBatchMemOp_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamBatchMemOp_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamBatchMemOp_v2", xs_cuStreamBatchMemOp_v2(stream, count,
                paramArray, flags));
    return xs_cuStreamBatchMemOp_v2(stream, count, paramArray, flags);
}

XS_EXPORT CUresult cuStreamBatchMemOp_v2_ptsz(CUstream stream, unsigned int count,
        CUstreamBatchMemOpParams *paramArray, unsigned int flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, unsigned int, CUstreamBatchMemOpParams *, unsigned int))xs_twin[248])(
                    stream, count, paramArray, flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamBatchMemOp_v2_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamBatchMemOp_v2_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamBatchMemOp_v2_ptsz", xs_cuStreamBatchMemOp_v2(
                xs_per_thread(stream), count, paramArray, flags));
    return xs_cuStreamBatchMemOp_v2(xs_per_thread(stream), count, paramArray, flags);
}

XS_EXPORT CUresult cuStreamBeginCapture(CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream))xs_twin[249])(hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamBeginCapture", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamBeginCapture", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamBeginCapture", xs_cuStreamBeginCapture(hStream));
    return xs_cuStreamBeginCapture(hStream);
}

XS_EXPORT CUresult cuStreamBeginCapture_ptsz(CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream))xs_twin[250])(hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamBeginCapture_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamBeginCapture_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamBeginCapture_ptsz", xs_cuStreamBeginCapture(
                xs_per_thread(hStream)));
    return xs_cuStreamBeginCapture(xs_per_thread(hStream));
}

XS_EXPORT CUresult cuStreamBeginCapture_v2(CUstream hStream, CUstreamCaptureMode mode) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUstreamCaptureMode))xs_twin[251])(hStream, mode);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamBeginCapture_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamBeginCapture_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamBeginCapture_v2", xs_cuStreamBeginCapture_v2(hStream, mode));
    return xs_cuStreamBeginCapture_v2(hStream, mode);
}

XS_EXPORT CUresult cuStreamBeginCapture_v2_ptsz(CUstream hStream, CUstreamCaptureMode mode) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUstreamCaptureMode))xs_twin[252])(hStream, mode);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamBeginCapture_v2_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamBeginCapture_v2_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamBeginCapture_v2_ptsz", xs_cuStreamBeginCapture_v2(
                xs_per_thread(hStream), mode));
    return xs_cuStreamBeginCapture_v2(xs_per_thread(hStream), mode);
}

XS_EXPORT CUresult cuStreamBeginCaptureToGraph(CUstream hStream, CUgraph hGraph,
        const CUgraphNode *dependencies, const CUgraphEdgeData *dependencyData,
        size_t numDependencies, CUstreamCaptureMode mode) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUgraph, const CUgraphNode *, const CUgraphEdgeData *, size_t, CUstreamCaptureMode))xs_twin[253])(
                    hStream, hGraph, dependencies, dependencyData, numDependencies, mode);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamBeginCaptureToGraph", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamBeginCaptureToGraph", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamBeginCaptureToGraph", xs_cuStreamBeginCaptureToGraph(hStream,
                hGraph, dependencies, dependencyData, numDependencies, mode));
    return xs_cuStreamBeginCaptureToGraph(hStream, hGraph, dependencies, dependencyData,
            numDependencies, mode);
}

XS_EXPORT CUresult cuStreamBeginCaptureToGraph_ptsz(CUstream hStream, CUgraph hGraph,
        const CUgraphNode *dependencies, const CUgraphEdgeData *dependencyData,
        size_t numDependencies, CUstreamCaptureMode mode) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUgraph, const CUgraphNode *, const CUgraphEdgeData *, size_t, CUstreamCaptureMode))xs_twin[254])(
                    hStream, hGraph, dependencies, dependencyData, numDependencies, mode);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamBeginCaptureToGraph_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamBeginCaptureToGraph_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamBeginCaptureToGraph_ptsz", xs_cuStreamBeginCaptureToGraph(
                xs_per_thread(hStream), hGraph, dependencies, dependencyData, numDependencies,
                mode));
    return xs_cuStreamBeginCaptureToGraph(xs_per_thread(hStream), hGraph, dependencies,
            dependencyData, numDependencies, mode);
}

XS_EXPORT CUresult cuStreamCopyAttributes(CUstream dstStream, CUstream srcStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUstream))xs_twin[255])(dstStream, srcStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamCopyAttributes", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamCopyAttributes", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamCopyAttributes", xs_cuStreamCopyAttributes(dstStream,
                srcStream));
    return xs_cuStreamCopyAttributes(dstStream, srcStream);
}

XS_EXPORT CUresult cuStreamCopyAttributes_ptsz(CUstream dstStream, CUstream srcStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUstream))xs_twin[256])(dstStream, srcStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamCopyAttributes_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamCopyAttributes_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamCopyAttributes_ptsz", xs_cuStreamCopyAttributes(
                xs_per_thread(dstStream), xs_per_thread(srcStream)));
    return xs_cuStreamCopyAttributes(xs_per_thread(dstStream), xs_per_thread(srcStream));
}

XS_EXPORT CUresult cuStreamCreate(CUstream *phStream, unsigned int Flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream *, unsigned int))xs_twin[257])(phStream, Flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamCreate", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamCreate", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamCreate", xs_cuStreamCreate(phStream, Flags));
    return xs_cuStreamCreate(phStream, Flags);
}

XS_EXPORT CUresult cuStreamCreateWithPriority(CUstream *phStream, unsigned int flags,
        int priority) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream *, unsigned int, int))xs_twin[258])(phStream,
                    flags, priority);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamCreateWithPriority", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamCreateWithPriority", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamCreateWithPriority", xs_cuStreamCreateWithPriority(phStream,
                flags, priority));
    return xs_cuStreamCreateWithPriority(phStream, flags, priority);
}

XS_EXPORT CUresult cuStreamDestroy(CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream))xs_twin[259])(hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamDestroy", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamDestroy", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamDestroy", xs_cuStreamDestroy_v2(hStream));
    return xs_cuStreamDestroy_v2(hStream);
}

XS_EXPORT CUresult cuStreamDestroy_v2(CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream))xs_twin[260])(hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamDestroy_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamDestroy_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamDestroy_v2", xs_cuStreamDestroy_v2(hStream));
    return xs_cuStreamDestroy_v2(hStream);
}

XS_EXPORT CUresult cuStreamEndCapture(CUstream hStream, CUgraph *phGraph) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUgraph *))xs_twin[261])(hStream, phGraph);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamEndCapture", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamEndCapture", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamEndCapture", xs_cuStreamEndCapture(hStream, phGraph));
    return xs_cuStreamEndCapture(hStream, phGraph);
}

XS_EXPORT CUresult cuStreamEndCapture_ptsz(CUstream hStream, CUgraph *phGraph) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUgraph *))xs_twin[262])(hStream, phGraph);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamEndCapture_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamEndCapture_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamEndCapture_ptsz", xs_cuStreamEndCapture(
                xs_per_thread(hStream), phGraph));
    return xs_cuStreamEndCapture(xs_per_thread(hStream), phGraph);
}

XS_EXPORT CUresult cuStreamGetAttribute(CUstream hStream, CUstreamAttrID attr,
        CUstreamAttrValue *value) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUstreamAttrID, CUstreamAttrValue *))xs_twin[263])(
                    hStream, attr, value);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamGetAttribute", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamGetAttribute", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamGetAttribute", xs_cuStreamGetAttribute(hStream, attr, value));
    return xs_cuStreamGetAttribute(hStream, attr, value);
}

XS_EXPORT CUresult cuStreamGetAttribute_ptsz(CUstream hStream, CUstreamAttrID attr,
        CUstreamAttrValue *value) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUstreamAttrID, CUstreamAttrValue *))xs_twin[264])(
                    hStream, attr, value);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamGetAttribute_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamGetAttribute_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamGetAttribute_ptsz", xs_cuStreamGetAttribute(
                xs_per_thread(hStream), attr, value));
    return xs_cuStreamGetAttribute(xs_per_thread(hStream), attr, value);
}

XS_EXPORT CUresult cuStreamGetCaptureInfo(CUstream hStream,
        CUstreamCaptureStatus *captureStatus_out, uint64_t *id_out) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUstreamCaptureStatus *, uint64_t *))xs_twin[265])(
                    hStream, captureStatus_out, id_out);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamGetCaptureInfo", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamGetCaptureInfo", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamGetCaptureInfo", xs_cuStreamGetCaptureInfo(hStream,
                captureStatus_out, id_out));
    return xs_cuStreamGetCaptureInfo(hStream, captureStatus_out, id_out);
}

XS_EXPORT CUresult cuStreamGetCaptureInfo_ptsz(CUstream hStream,
        CUstreamCaptureStatus *captureStatus_out, uint64_t *id_out) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUstreamCaptureStatus *, uint64_t *))xs_twin[266])(
                    hStream, captureStatus_out, id_out);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamGetCaptureInfo_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamGetCaptureInfo_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamGetCaptureInfo_ptsz", xs_cuStreamGetCaptureInfo(
                xs_per_thread(hStream), captureStatus_out, id_out));
    return xs_cuStreamGetCaptureInfo(xs_per_thread(hStream), captureStatus_out, id_out);
}

XS_EXPORT CUresult cuStreamGetCaptureInfo_v2(CUstream hStream,
        CUstreamCaptureStatus *captureStatus_out, uint64_t *id_out, CUgraph *graph_out,
        const CUgraphNode **dependencies_out, size_t *numDependencies_out) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUstreamCaptureStatus *, uint64_t *, CUgraph *, const CUgraphNode **, size_t *))xs_twin[267])(
                    hStream, captureStatus_out, id_out, graph_out, dependencies_out,
                    numDependencies_out);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamGetCaptureInfo_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamGetCaptureInfo_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamGetCaptureInfo_v2", xs_cuStreamGetCaptureInfo_v2(hStream,
                captureStatus_out, id_out, graph_out, dependencies_out, numDependencies_out));
    return xs_cuStreamGetCaptureInfo_v2(hStream, captureStatus_out, id_out, graph_out,
            dependencies_out, numDependencies_out);
}

XS_EXPORT CUresult cuStreamGetCaptureInfo_v2_ptsz(CUstream hStream,
        CUstreamCaptureStatus *captureStatus_out, uint64_t *id_out, CUgraph *graph_out,
        const CUgraphNode **dependencies_out, size_t *numDependencies_out) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUstreamCaptureStatus *, uint64_t *, CUgraph *, const CUgraphNode **, size_t *))xs_twin[268])(
                    hStream, captureStatus_out, id_out, graph_out, dependencies_out,
                    numDependencies_out);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamGetCaptureInfo_v2_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamGetCaptureInfo_v2_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamGetCaptureInfo_v2_ptsz", xs_cuStreamGetCaptureInfo_v2(
                xs_per_thread(hStream), captureStatus_out, id_out, graph_out,
                dependencies_out, numDependencies_out));
    return xs_cuStreamGetCaptureInfo_v2(xs_per_thread(hStream), captureStatus_out, id_out,
            graph_out, dependencies_out, numDependencies_out);
}

XS_EXPORT CUresult cuStreamGetCaptureInfo_v3(CUstream hStream,
        CUstreamCaptureStatus *captureStatus_out, uint64_t *id_out, CUgraph *graph_out,
        const CUgraphNode **dependencies_out, const CUgraphEdgeData **edgeData_out,
        size_t *numDependencies_out) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUstreamCaptureStatus *, uint64_t *, CUgraph *, const CUgraphNode **, const CUgraphEdgeData **, size_t *))xs_twin[269])(
                    hStream, captureStatus_out, id_out, graph_out, dependencies_out,
                    edgeData_out, numDependencies_out);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamGetCaptureInfo_v3", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamGetCaptureInfo_v3", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamGetCaptureInfo_v3", xs_cuStreamGetCaptureInfo_v3(hStream,
                captureStatus_out, id_out, graph_out, dependencies_out, edgeData_out,
                numDependencies_out));
    return xs_cuStreamGetCaptureInfo_v3(hStream, captureStatus_out, id_out, graph_out,
            dependencies_out, edgeData_out, numDependencies_out);
}

XS_EXPORT CUresult cuStreamGetCaptureInfo_v3_ptsz(CUstream hStream,
        CUstreamCaptureStatus *captureStatus_out, uint64_t *id_out, CUgraph *graph_out,
        const CUgraphNode **dependencies_out, const CUgraphEdgeData **edgeData_out,
        size_t *numDependencies_out) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUstreamCaptureStatus *, uint64_t *, CUgraph *, const CUgraphNode **, const CUgraphEdgeData **, size_t *))xs_twin[270])(
                    hStream, captureStatus_out, id_out, graph_out, dependencies_out,
                    edgeData_out, numDependencies_out);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamGetCaptureInfo_v3_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamGetCaptureInfo_v3_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamGetCaptureInfo_v3_ptsz", xs_cuStreamGetCaptureInfo_v3(
                xs_per_thread(hStream), captureStatus_out, id_out, graph_out,
                dependencies_out, edgeData_out, numDependencies_out));
    return xs_cuStreamGetCaptureInfo_v3(xs_per_thread(hStream), captureStatus_out, id_out,
            graph_out, dependencies_out, edgeData_out, numDependencies_out);
}

XS_EXPORT CUresult cuStreamGetCtx(CUstream hStream, CUcontext *pctx) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUcontext *))xs_twin[271])(hStream, pctx);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamGetCtx", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamGetCtx", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamGetCtx", xs_cuStreamGetCtx(hStream, pctx));
    return xs_cuStreamGetCtx(hStream, pctx);
}

XS_EXPORT CUresult cuStreamGetCtx_ptsz(CUstream hStream, CUcontext *pctx) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUcontext *))xs_twin[272])(hStream, pctx);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamGetCtx_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamGetCtx_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamGetCtx_ptsz", xs_cuStreamGetCtx(xs_per_thread(hStream), pctx));
    return xs_cuStreamGetCtx(xs_per_thread(hStream), pctx);
}

XS_EXPORT CUresult cuStreamGetCtx_v2(CUstream hStream, CUcontext *pctx, CUgreenCtx *pGreenCtx) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUcontext *, CUgreenCtx *))xs_twin[273])(hStream,
                    pctx, pGreenCtx);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamGetCtx_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamGetCtx_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamGetCtx_v2", xs_cuStreamGetCtx_v2(hStream, pctx, pGreenCtx));
    return xs_cuStreamGetCtx_v2(hStream, pctx, pGreenCtx);
}

XS_EXPORT CUresult cuStreamGetCtx_v2_ptsz(CUstream hStream, CUcontext *pctx,
        CUgreenCtx *pGreenCtx) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUcontext *, CUgreenCtx *))xs_twin[274])(hStream,
                    pctx, pGreenCtx);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamGetCtx_v2_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamGetCtx_v2_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamGetCtx_v2_ptsz", xs_cuStreamGetCtx_v2(xs_per_thread(hStream),
                pctx, pGreenCtx));
    return xs_cuStreamGetCtx_v2(xs_per_thread(hStream), pctx, pGreenCtx);
}

XS_EXPORT CUresult cuStreamGetDevice(CUstream hStream, CUdevice *device) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUdevice *))xs_twin[275])(hStream, device);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamGetDevice", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamGetDevice", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamGetDevice", xs_cuStreamGetDevice(hStream, device));
    return xs_cuStreamGetDevice(hStream, device);
}

XS_EXPORT CUresult cuStreamGetDevice_ptsz(CUstream hStream, CUdevice *device) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUdevice *))xs_twin[276])(hStream, device);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamGetDevice_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamGetDevice_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamGetDevice_ptsz", xs_cuStreamGetDevice(xs_per_thread(hStream),
                device));
    return xs_cuStreamGetDevice(xs_per_thread(hStream), device);
}

XS_EXPORT CUresult cuStreamGetFlags(CUstream hStream, unsigned int *flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, unsigned int *))xs_twin[277])(hStream, flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamGetFlags", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamGetFlags", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamGetFlags", xs_cuStreamGetFlags(hStream, flags));
    return xs_cuStreamGetFlags(hStream, flags);
}

XS_EXPORT CUresult cuStreamGetFlags_ptsz(CUstream hStream, unsigned int *flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, unsigned int *))xs_twin[278])(hStream, flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamGetFlags_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamGetFlags_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamGetFlags_ptsz", xs_cuStreamGetFlags(xs_per_thread(hStream),
                flags));
    return xs_cuStreamGetFlags(xs_per_thread(hStream), flags);
}

XS_EXPORT CUresult cuStreamGetGreenCtx(CUstream hStream, CUgreenCtx *phCtx) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUgreenCtx *))xs_twin[279])(hStream, phCtx);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamGetGreenCtx", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamGetGreenCtx", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamGetGreenCtx", xs_cuStreamGetGreenCtx(hStream, phCtx));
    return xs_cuStreamGetGreenCtx(hStream, phCtx);
}

XS_EXPORT CUresult cuStreamGetId(CUstream hStream, unsigned long long *streamId) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, unsigned long long *))xs_twin[280])(hStream,
                    streamId);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamGetId", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamGetId", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamGetId", xs_cuStreamGetId(hStream, streamId));
    return xs_cuStreamGetId(hStream, streamId);
}

XS_EXPORT CUresult cuStreamGetId_ptsz(CUstream hStream, unsigned long long *streamId) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, unsigned long long *))xs_twin[281])(hStream,
                    streamId);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamGetId_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamGetId_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamGetId_ptsz", xs_cuStreamGetId(xs_per_thread(hStream),
                streamId));
    return xs_cuStreamGetId(xs_per_thread(hStream), streamId);
}

XS_EXPORT CUresult cuStreamGetPriority(CUstream hStream, int *priority) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, int *))xs_twin[282])(hStream, priority);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamGetPriority", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamGetPriority", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamGetPriority", xs_cuStreamGetPriority(hStream, priority));
    return xs_cuStreamGetPriority(hStream, priority);
}

XS_EXPORT CUresult cuStreamGetPriority_ptsz(CUstream hStream, int *priority) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, int *))xs_twin[283])(hStream, priority);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamGetPriority_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamGetPriority_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamGetPriority_ptsz", xs_cuStreamGetPriority(
                xs_per_thread(hStream), priority));
    return xs_cuStreamGetPriority(xs_per_thread(hStream), priority);
}

XS_EXPORT CUresult cuStreamIsCapturing(CUstream hStream, CUstreamCaptureStatus *captureStatus) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUstreamCaptureStatus *))xs_twin[284])(hStream,
                    captureStatus);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamIsCapturing", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamIsCapturing", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamIsCapturing", xs_cuStreamIsCapturing(hStream, captureStatus));
    return xs_cuStreamIsCapturing(hStream, captureStatus);
}

XS_EXPORT CUresult cuStreamIsCapturing_ptsz(CUstream hStream,
        CUstreamCaptureStatus *captureStatus) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUstreamCaptureStatus *))xs_twin[285])(hStream,
                    captureStatus);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamIsCapturing_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamIsCapturing_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamIsCapturing_ptsz", xs_cuStreamIsCapturing(
                xs_per_thread(hStream), captureStatus));
    return xs_cuStreamIsCapturing(xs_per_thread(hStream), captureStatus);
}

XS_EXPORT CUresult cuStreamQuery(CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream))xs_twin[286])(hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamQuery", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamQuery", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamQuery", xs_cuStreamQuery(hStream));
    return xs_cuStreamQuery(hStream);
}

XS_EXPORT CUresult cuStreamQuery_ptsz(CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream))xs_twin[287])(hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamQuery_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamQuery_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamQuery_ptsz", xs_cuStreamQuery(xs_per_thread(hStream)));
    return xs_cuStreamQuery(xs_per_thread(hStream));
}

XS_EXPORT CUresult cuStreamSetAttribute(CUstream hStream, CUstreamAttrID attr,
        const CUstreamAttrValue *param) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUstreamAttrID, const CUstreamAttrValue *))xs_twin[288])(
                    hStream, attr, param);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamSetAttribute", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamSetAttribute", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamSetAttribute", xs_cuStreamSetAttribute(hStream, attr, param));
    return xs_cuStreamSetAttribute(hStream, attr, param);
}

XS_EXPORT CUresult cuStreamSetAttribute_ptsz(CUstream hStream, CUstreamAttrID attr,
        const CUstreamAttrValue *param) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUstreamAttrID, const CUstreamAttrValue *))xs_twin[289])(
                    hStream, attr, param);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamSetAttribute_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamSetAttribute_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamSetAttribute_ptsz", xs_cuStreamSetAttribute(
                xs_per_thread(hStream), attr, param));
    return xs_cuStreamSetAttribute(xs_per_thread(hStream), attr, param);
}

XS_EXPORT CUresult cuStreamSynchronize(CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream))xs_twin[290])(hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamSynchronize", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamSynchronize", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamSynchronize", xs_cuStreamSynchronize(hStream));
    return xs_cuStreamSynchronize(hStream);
}

XS_EXPORT CUresult cuStreamSynchronize_ptsz(CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream))xs_twin[291])(hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamSynchronize_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamSynchronize_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamSynchronize_ptsz", xs_cuStreamSynchronize(
                xs_per_thread(hStream)));
    return xs_cuStreamSynchronize(xs_per_thread(hStream));
}

XS_EXPORT CUresult cuStreamUpdateCaptureDependencies(CUstream hStream,
        CUgraphNode *dependencies, size_t numDependencies, unsigned int flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUgraphNode *, size_t, unsigned int))xs_twin[292])(
                    hStream, dependencies, numDependencies, flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamUpdateCaptureDependencies", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamUpdateCaptureDependencies", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamUpdateCaptureDependencies", xs_cuStreamUpdateCaptureDependencies(
                hStream, dependencies, numDependencies, flags));
    return xs_cuStreamUpdateCaptureDependencies(hStream, dependencies, numDependencies, flags);
}

XS_EXPORT CUresult cuStreamUpdateCaptureDependencies_ptsz(CUstream hStream,
        CUgraphNode *dependencies, size_t numDependencies, unsigned int flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUgraphNode *, size_t, unsigned int))xs_twin[293])(
                    hStream, dependencies, numDependencies, flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamUpdateCaptureDependencies_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamUpdateCaptureDependencies_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamUpdateCaptureDependencies_ptsz", xs_cuStreamUpdateCaptureDependencies(
                xs_per_thread(hStream), dependencies, numDependencies, flags));
    return xs_cuStreamUpdateCaptureDependencies(xs_per_thread(hStream), dependencies,
            numDependencies, flags);
}

XS_EXPORT CUresult cuStreamUpdateCaptureDependencies_v2(CUstream hStream,
        CUgraphNode *dependencies, const CUgraphEdgeData *dependencyData,
        size_t numDependencies, unsigned int flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUgraphNode *, const CUgraphEdgeData *, size_t, unsigned int))xs_twin[294])(
                    hStream, dependencies, dependencyData, numDependencies, flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamUpdateCaptureDependencies_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamUpdateCaptureDependencies_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamUpdateCaptureDependencies_v2", xs_cuStreamUpdateCaptureDependencies_v2(
                hStream, dependencies, dependencyData, numDependencies, flags));
    return xs_cuStreamUpdateCaptureDependencies_v2(hStream, dependencies, dependencyData,
            numDependencies, flags);
}

XS_EXPORT CUresult cuStreamUpdateCaptureDependencies_v2_ptsz(CUstream hStream,
        CUgraphNode *dependencies, const CUgraphEdgeData *dependencyData,
        size_t numDependencies, unsigned int flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUgraphNode *, const CUgraphEdgeData *, size_t, unsigned int))xs_twin[295])(
                    hStream, dependencies, dependencyData, numDependencies, flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamUpdateCaptureDependencies_v2_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamUpdateCaptureDependencies_v2_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamUpdateCaptureDependencies_v2_ptsz", xs_cuStreamUpdateCaptureDependencies_v2(
                xs_per_thread(hStream), dependencies, dependencyData, numDependencies, flags));
    return xs_cuStreamUpdateCaptureDependencies_v2(xs_per_thread(hStream), dependencies,
            dependencyData, numDependencies, flags);
}

XS_EXPORT CUresult cuStreamWaitEvent(CUstream hStream, CUevent hEvent, unsigned int Flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUevent, unsigned int))xs_twin[296])(hStream,
                    hEvent, Flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamWaitEvent", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamWaitEvent", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamWaitEvent", xs_cuStreamWaitEvent(hStream, hEvent, Flags));
    return xs_cuStreamWaitEvent(hStream, hEvent, Flags);
}

XS_EXPORT CUresult cuStreamWaitEvent_ptsz(CUstream hStream, CUevent hEvent, unsigned int Flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUevent, unsigned int))xs_twin[297])(hStream,
                    hEvent, Flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamWaitEvent_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamWaitEvent_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamWaitEvent_ptsz", xs_cuStreamWaitEvent(xs_per_thread(hStream),
                hEvent, Flags));
    return xs_cuStreamWaitEvent(xs_per_thread(hStream), hEvent, Flags);
}

XS_EXPORT CUresult cuStreamWaitValue32(CUstream stream, CUdeviceptr addr, uint32_t value,
        unsigned int flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUdeviceptr, uint32_t, unsigned int))xs_twin[298])(
                    stream, addr, value, flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamWaitValue32", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamWaitValue32", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamWaitValue32", xs_cuStreamWaitValue32_v2(stream, addr, value,
                flags));
    return xs_cuStreamWaitValue32_v2(stream, addr, value, flags);
}

XS_EXPORT CUresult cuStreamWaitValue32_ptsz(CUstream stream, CUdeviceptr addr, uint32_t value,
        unsigned int flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUdeviceptr, uint32_t, unsigned int))xs_twin[299])(
                    stream, addr, value, flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamWaitValue32_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamWaitValue32_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamWaitValue32_ptsz", xs_cuStreamWaitValue32_v2(
                xs_per_thread(stream), addr, value, flags));
    return xs_cuStreamWaitValue32_v2(xs_per_thread(stream), addr, value, flags);
}

XS_EXPORT CUresult cuStreamWaitValue32_v2(CUstream stream, CUdeviceptr addr, uint32_t value,
        unsigned int flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUdeviceptr, uint32_t, unsigned int))xs_twin[300])(
                    stream, addr, value, flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamWaitValue32_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamWaitValue32_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamWaitValue32_v2", xs_cuStreamWaitValue32_v2(stream, addr,
                value, flags));
    return xs_cuStreamWaitValue32_v2(stream, addr, value, flags);
}

XS_EXPORT CUresult cuStreamWaitValue32_v2_ptsz(CUstream stream, CUdeviceptr addr,
        uint32_t value, unsigned int flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUdeviceptr, uint32_t, unsigned int))xs_twin[301])(
                    stream, addr, value, flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamWaitValue32_v2_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamWaitValue32_v2_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamWaitValue32_v2_ptsz", xs_cuStreamWaitValue32_v2(
                xs_per_thread(stream), addr, value, flags));
    return xs_cuStreamWaitValue32_v2(xs_per_thread(stream), addr, value, flags);
}

XS_EXPORT CUresult cuStreamWaitValue64(CUstream stream, CUdeviceptr addr, uint64_t value,
        unsigned int flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUdeviceptr, uint64_t, unsigned int))xs_twin[302])(
                    stream, addr, value, flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamWaitValue64", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamWaitValue64", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamWaitValue64", xs_cuStreamWaitValue64_v2(stream, addr, value,
                flags));
    return xs_cuStreamWaitValue64_v2(stream, addr, value, flags);
}

XS_EXPORT CUresult cuStreamWaitValue64_ptsz(CUstream stream, CUdeviceptr addr, uint64_t value,
        unsigned int flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUdeviceptr, uint64_t, unsigned int))xs_twin[303])(
                    stream, addr, value, flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamWaitValue64_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamWaitValue64_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamWaitValue64_ptsz", xs_cuStreamWaitValue64_v2(
                xs_per_thread(stream), addr, value, flags));
    return xs_cuStreamWaitValue64_v2(xs_per_thread(stream), addr, value, flags);
}

XS_EXPORT CUresult cuStreamWaitValue64_v2(CUstream stream, CUdeviceptr addr, uint64_t value,
        unsigned int flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUdeviceptr, uint64_t, unsigned int))xs_twin[304])(
                    stream, addr, value, flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamWaitValue64_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamWaitValue64_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamWaitValue64_v2", xs_cuStreamWaitValue64_v2(stream, addr,
                value, flags));
    return xs_cuStreamWaitValue64_v2(stream, addr, value, flags);
}

XS_EXPORT CUresult cuStreamWaitValue64_v2_ptsz(CUstream stream, CUdeviceptr addr,
        uint64_t value, unsigned int flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUdeviceptr, uint64_t, unsigned int))xs_twin[305])(
                    stream, addr, value, flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamWaitValue64_v2_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamWaitValue64_v2_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamWaitValue64_v2_ptsz", xs_cuStreamWaitValue64_v2(
                xs_per_thread(stream), addr, value, flags));
    return xs_cuStreamWaitValue64_v2(xs_per_thread(stream), addr, value, flags);
}

XS_EXPORT CUresult cuStreamWriteValue32(CUstream stream, CUdeviceptr addr, uint32_t value,
        unsigned int flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUdeviceptr, uint32_t, unsigned int))xs_twin[306])(
                    stream, addr, value, flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamWriteValue32", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamWriteValue32", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamWriteValue32", xs_cuStreamWriteValue32_v2(stream, addr, value,
                flags));
    return xs_cuStreamWriteValue32_v2(stream, addr, value, flags);
}

XS_EXPORT CUresult cuStreamWriteValue32_ptsz(CUstream stream, CUdeviceptr addr,
        uint32_t value, unsigned int flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUdeviceptr, uint32_t, unsigned int))xs_twin[307])(
                    stream, addr, value, flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamWriteValue32_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamWriteValue32_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamWriteValue32_ptsz", xs_cuStreamWriteValue32_v2(
                xs_per_thread(stream), addr, value, flags));
    return xs_cuStreamWriteValue32_v2(xs_per_thread(stream), addr, value, flags);
}

XS_EXPORT CUresult cuStreamWriteValue32_v2(CUstream stream, CUdeviceptr addr, uint32_t value,
        unsigned int flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUdeviceptr, uint32_t, unsigned int))xs_twin[308])(
                    stream, addr, value, flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamWriteValue32_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamWriteValue32_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamWriteValue32_v2", xs_cuStreamWriteValue32_v2(stream, addr,
                value, flags));
    return xs_cuStreamWriteValue32_v2(stream, addr, value, flags);
}

XS_EXPORT CUresult cuStreamWriteValue32_v2_ptsz(CUstream stream, CUdeviceptr addr,
        uint32_t value, unsigned int flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUdeviceptr, uint32_t, unsigned int))xs_twin[309])(
                    stream, addr, value, flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamWriteValue32_v2_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamWriteValue32_v2_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamWriteValue32_v2_ptsz", xs_cuStreamWriteValue32_v2(
                xs_per_thread(stream), addr, value, flags));
    return xs_cuStreamWriteValue32_v2(xs_per_thread(stream), addr, value, flags);
}

XS_EXPORT CUresult cuStreamWriteValue64(CUstream stream, CUdeviceptr addr, uint64_t value,
        unsigned int flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUdeviceptr, uint64_t, unsigned int))xs_twin[310])(
                    stream, addr, value, flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamWriteValue64", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamWriteValue64", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamWriteValue64", xs_cuStreamWriteValue64_v2(stream, addr, value,
                flags));
    return xs_cuStreamWriteValue64_v2(stream, addr, value, flags);
}

XS_EXPORT CUresult cuStreamWriteValue64_ptsz(CUstream stream, CUdeviceptr addr,
        uint64_t value, unsigned int flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUdeviceptr, uint64_t, unsigned int))xs_twin[311])(
                    stream, addr, value, flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamWriteValue64_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamWriteValue64_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamWriteValue64_ptsz", xs_cuStreamWriteValue64_v2(
                xs_per_thread(stream), addr, value, flags));
    return xs_cuStreamWriteValue64_v2(xs_per_thread(stream), addr, value, flags);
}

XS_EXPORT CUresult cuStreamWriteValue64_v2(CUstream stream, CUdeviceptr addr, uint64_t value,
        unsigned int flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUdeviceptr, uint64_t, unsigned int))xs_twin[312])(
                    stream, addr, value, flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamWriteValue64_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamWriteValue64_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamWriteValue64_v2", xs_cuStreamWriteValue64_v2(stream, addr,
                value, flags));
    return xs_cuStreamWriteValue64_v2(stream, addr, value, flags);
}

XS_EXPORT CUresult cuStreamWriteValue64_v2_ptsz(CUstream stream, CUdeviceptr addr,
        uint64_t value, unsigned int flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstream, CUdeviceptr, uint64_t, unsigned int))xs_twin[313])(
                    stream, addr, value, flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuStreamWriteValue64_v2_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuStreamWriteValue64_v2_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuStreamWriteValue64_v2_ptsz", xs_cuStreamWriteValue64_v2(
                xs_per_thread(stream), addr, value, flags));
    return xs_cuStreamWriteValue64_v2(xs_per_thread(stream), addr, value, flags);
}

XS_EXPORT CUresult cuThreadExchangeStreamCaptureMode(CUstreamCaptureMode *mode) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUstreamCaptureMode *))xs_twin[314])(mode);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuThreadExchangeStreamCaptureMode", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuThreadExchangeStreamCaptureMode", xs_cuThreadExchangeStreamCaptureMode(
                mode));
    return xs_cuThreadExchangeStreamCaptureMode(mode);
}

XS_EXPORT CUresult cuDeviceGetGraphMemAttribute(CUdevice device, CUgraphMem_attribute attr,
        void*value) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdevice, CUgraphMem_attribute, void*))xs_twin[315])(device,
                    attr, value);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuDeviceGetGraphMemAttribute", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuDeviceGetGraphMemAttribute", xs_cuDeviceGetGraphMemAttribute(device,
                attr, value));
    return xs_cuDeviceGetGraphMemAttribute(device, attr, value);
}

XS_EXPORT CUresult cuDeviceGraphMemTrim(CUdevice device) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdevice))xs_twin[316])(device);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuDeviceGraphMemTrim", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuDeviceGraphMemTrim", xs_cuDeviceGraphMemTrim(device));
    return xs_cuDeviceGraphMemTrim(device);
}

XS_EXPORT CUresult cuDeviceSetGraphMemAttribute(CUdevice device, CUgraphMem_attribute attr,
        void*value) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUdevice, CUgraphMem_attribute, void*))xs_twin[317])(device,
                    attr, value);
        refusal = xs_gate_refusal(XS_NEEDS_INIT);
        if (refusal)
            return xs_seen("cuDeviceSetGraphMemAttribute", refusal);
    }
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuDeviceSetGraphMemAttribute", xs_cuDeviceSetGraphMemAttribute(device,
                attr, value));
    return xs_cuDeviceSetGraphMemAttribute(device, attr, value);
}

XS_EXPORT CUresult cuGraphAddBatchMemOpNode(CUgraphNode *phGraphNode, CUgraph hGraph,
        const CUgraphNode *dependencies, size_t numDependencies,
        const CUDA_BATCH_MEM_OP_NODE_PARAMS *nodeParams) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode *, CUgraph, const CUgraphNode *, size_t, const CUDA_BATCH_MEM_OP_NODE_PARAMS *))xs_twin[318])(
                    phGraphNode, hGraph, dependencies, numDependencies, nodeParams);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphAddBatchMemOpNode", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphAddBatchMemOpNode", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphAddBatchMemOpNode", xs_cuGraphAddBatchMemOpNode(phGraphNode,
                hGraph, dependencies, numDependencies, nodeParams));
    return xs_cuGraphAddBatchMemOpNode(phGraphNode, hGraph, dependencies, numDependencies,
            nodeParams);
}

XS_EXPORT CUresult cuGraphAddChildGraphNode(CUgraphNode *phGraphNode, CUgraph hGraph,
        const CUgraphNode *dependencies, size_t numDependencies, CUgraph childGraph) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode *, CUgraph, const CUgraphNode *, size_t, CUgraph))xs_twin[319])(
                    phGraphNode, hGraph, dependencies, numDependencies, childGraph);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphAddChildGraphNode", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphAddChildGraphNode", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphAddChildGraphNode", xs_cuGraphAddChildGraphNode(phGraphNode,
                hGraph, dependencies, numDependencies, childGraph));
    return xs_cuGraphAddChildGraphNode(phGraphNode, hGraph, dependencies, numDependencies,
            childGraph);
}

XS_EXPORT CUresult cuGraphAddDependencies(CUgraph hGraph, const CUgraphNode *from,
        const CUgraphNode *to, size_t numDependencies) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraph, const CUgraphNode *, const CUgraphNode *, size_t))xs_twin[320])(
                    hGraph, from, to, numDependencies);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphAddDependencies", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphAddDependencies", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphAddDependencies", xs_cuGraphAddDependencies(hGraph, from, to,
                numDependencies));
    return xs_cuGraphAddDependencies(hGraph, from, to, numDependencies);
}

XS_EXPORT CUresult cuGraphAddDependencies_v2(CUgraph hGraph, const CUgraphNode *from,
        const CUgraphNode *to, const CUgraphEdgeData *edgeData, size_t numDependencies) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraph, const CUgraphNode *, const CUgraphNode *, const CUgraphEdgeData *, size_t))xs_twin[321])(
                    hGraph, from, to, edgeData, numDependencies);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphAddDependencies_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphAddDependencies_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphAddDependencies_v2", xs_cuGraphAddDependencies_v2(hGraph, from,
                to, edgeData, numDependencies));
    return xs_cuGraphAddDependencies_v2(hGraph, from, to, edgeData, numDependencies);
}

XS_EXPORT CUresult cuGraphAddEmptyNode(CUgraphNode *phGraphNode, CUgraph hGraph,
        const CUgraphNode *dependencies, size_t numDependencies) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode *, CUgraph, const CUgraphNode *, size_t))xs_twin[322])(
                    phGraphNode, hGraph, dependencies, numDependencies);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphAddEmptyNode", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphAddEmptyNode", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphAddEmptyNode", xs_cuGraphAddEmptyNode(phGraphNode, hGraph,
                dependencies, numDependencies));
    return xs_cuGraphAddEmptyNode(phGraphNode, hGraph, dependencies, numDependencies);
}

XS_EXPORT CUresult cuGraphAddEventRecordNode(CUgraphNode *phGraphNode, CUgraph hGraph,
        const CUgraphNode *dependencies, size_t numDependencies, CUevent event) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode *, CUgraph, const CUgraphNode *, size_t, CUevent))xs_twin[323])(
                    phGraphNode, hGraph, dependencies, numDependencies, event);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphAddEventRecordNode", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphAddEventRecordNode", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphAddEventRecordNode", xs_cuGraphAddEventRecordNode(phGraphNode,
                hGraph, dependencies, numDependencies, event));
    return xs_cuGraphAddEventRecordNode(phGraphNode, hGraph, dependencies, numDependencies,
            event);
}

XS_EXPORT CUresult cuGraphAddEventWaitNode(CUgraphNode *phGraphNode, CUgraph hGraph,
        const CUgraphNode *dependencies, size_t numDependencies, CUevent event) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode *, CUgraph, const CUgraphNode *, size_t, CUevent))xs_twin[324])(
                    phGraphNode, hGraph, dependencies, numDependencies, event);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphAddEventWaitNode", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphAddEventWaitNode", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphAddEventWaitNode", xs_cuGraphAddEventWaitNode(phGraphNode,
                hGraph, dependencies, numDependencies, event));
    return xs_cuGraphAddEventWaitNode(phGraphNode, hGraph, dependencies, numDependencies,
            event);
}

XS_EXPORT CUresult cuGraphAddHostNode(CUgraphNode *phGraphNode, CUgraph hGraph,
        const CUgraphNode *dependencies, size_t numDependencies,
        const CUDA_HOST_NODE_PARAMS *nodeParams) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode *, CUgraph, const CUgraphNode *, size_t, const CUDA_HOST_NODE_PARAMS *))xs_twin[325])(
                    phGraphNode, hGraph, dependencies, numDependencies, nodeParams);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphAddHostNode", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphAddHostNode", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphAddHostNode", xs_cuGraphAddHostNode(phGraphNode, hGraph,
                dependencies, numDependencies, nodeParams));
    return xs_cuGraphAddHostNode(phGraphNode, hGraph, dependencies, numDependencies,
            nodeParams);
}

XS_EXPORT CUresult cuGraphAddKernelNode(CUgraphNode *phGraphNode, CUgraph hGraph,
        const CUgraphNode *dependencies, size_t numDependencies,
        const CUDA_KERNEL_NODE_PARAMS_v1 *nodeParams) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode *, CUgraph, const CUgraphNode *, size_t, const CUDA_KERNEL_NODE_PARAMS_v1 *))xs_twin[326])(
                    phGraphNode, hGraph, dependencies, numDependencies, nodeParams);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphAddKernelNode", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphAddKernelNode", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphAddKernelNode", xs_cuGraphAddKernelNode(phGraphNode, hGraph,
                dependencies, numDependencies, nodeParams));
    return xs_cuGraphAddKernelNode(phGraphNode, hGraph, dependencies, numDependencies,
            nodeParams);
}

XS_EXPORT CUresult cuGraphAddKernelNode_v2(CUgraphNode *phGraphNode, CUgraph hGraph,
        const CUgraphNode *dependencies, size_t numDependencies,
        const CUDA_KERNEL_NODE_PARAMS *nodeParams) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode *, CUgraph, const CUgraphNode *, size_t, const CUDA_KERNEL_NODE_PARAMS *))xs_twin[327])(
                    phGraphNode, hGraph, dependencies, numDependencies, nodeParams);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphAddKernelNode_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphAddKernelNode_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphAddKernelNode_v2", xs_cuGraphAddKernelNode_v2(phGraphNode,
                hGraph, dependencies, numDependencies, nodeParams));
    return xs_cuGraphAddKernelNode_v2(phGraphNode, hGraph, dependencies, numDependencies,
            nodeParams);
}

XS_EXPORT CUresult cuGraphAddMemAllocNode(CUgraphNode *phGraphNode, CUgraph hGraph,
        const CUgraphNode *dependencies, size_t numDependencies,
        CUDA_MEM_ALLOC_NODE_PARAMS *nodeParams) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode *, CUgraph, const CUgraphNode *, size_t, CUDA_MEM_ALLOC_NODE_PARAMS *))xs_twin[328])(
                    phGraphNode, hGraph, dependencies, numDependencies, nodeParams);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphAddMemAllocNode", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphAddMemAllocNode", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphAddMemAllocNode", xs_cuGraphAddMemAllocNode(phGraphNode,
                hGraph, dependencies, numDependencies, nodeParams));
    return xs_cuGraphAddMemAllocNode(phGraphNode, hGraph, dependencies, numDependencies,
            nodeParams);
}

XS_EXPORT CUresult cuGraphAddMemcpyNode(CUgraphNode *phGraphNode, CUgraph hGraph,
        const CUgraphNode *dependencies, size_t numDependencies,
        const CUDA_MEMCPY3D *copyParams, CUcontext ctx) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode *, CUgraph, const CUgraphNode *, size_t, const CUDA_MEMCPY3D *, CUcontext))xs_twin[329])(
                    phGraphNode, hGraph, dependencies, numDependencies, copyParams, ctx);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphAddMemcpyNode", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphAddMemcpyNode", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphAddMemcpyNode", xs_cuGraphAddMemcpyNode(phGraphNode, hGraph,
                dependencies, numDependencies, copyParams, ctx));
    return xs_cuGraphAddMemcpyNode(phGraphNode, hGraph, dependencies, numDependencies,
            copyParams, ctx);
}

XS_EXPORT CUresult cuGraphAddMemFreeNode(CUgraphNode *phGraphNode, CUgraph hGraph,
        const CUgraphNode *dependencies, size_t numDependencies, CUdeviceptr dptr) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode *, CUgraph, const CUgraphNode *, size_t, CUdeviceptr))xs_twin[330])(
                    phGraphNode, hGraph, dependencies, numDependencies, dptr);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphAddMemFreeNode", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphAddMemFreeNode", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphAddMemFreeNode", xs_cuGraphAddMemFreeNode(phGraphNode, hGraph,
                dependencies, numDependencies, dptr));
    return xs_cuGraphAddMemFreeNode(phGraphNode, hGraph, dependencies, numDependencies, dptr);
}

XS_EXPORT CUresult cuGraphAddMemsetNode(CUgraphNode *phGraphNode, CUgraph hGraph,
        const CUgraphNode *dependencies, size_t numDependencies,
        const CUDA_MEMSET_NODE_PARAMS *memsetParams, CUcontext ctx) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode *, CUgraph, const CUgraphNode *, size_t, const CUDA_MEMSET_NODE_PARAMS *, CUcontext))xs_twin[331])(
                    phGraphNode, hGraph, dependencies, numDependencies, memsetParams, ctx);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphAddMemsetNode", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphAddMemsetNode", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphAddMemsetNode", xs_cuGraphAddMemsetNode(phGraphNode, hGraph,
                dependencies, numDependencies, memsetParams, ctx));
    return xs_cuGraphAddMemsetNode(phGraphNode, hGraph, dependencies, numDependencies,
            memsetParams, ctx);
}

XS_EXPORT CUresult cuGraphAddNode(CUgraphNode *phGraphNode, CUgraph hGraph,
        const CUgraphNode *dependencies, size_t numDependencies, CUgraphNodeParams *nodeParams) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode *, CUgraph, const CUgraphNode *, size_t, CUgraphNodeParams *))xs_twin[332])(
                    phGraphNode, hGraph, dependencies, numDependencies, nodeParams);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphAddNode", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphAddNode", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphAddNode", xs_cuGraphAddNode(phGraphNode, hGraph, dependencies,
                numDependencies, nodeParams));
    return xs_cuGraphAddNode(phGraphNode, hGraph, dependencies, numDependencies, nodeParams);
}

XS_EXPORT CUresult cuGraphAddNode_v2(CUgraphNode *phGraphNode, CUgraph hGraph,
        const CUgraphNode *dependencies, const CUgraphEdgeData *dependencyData,
        size_t numDependencies, CUgraphNodeParams *nodeParams) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode *, CUgraph, const CUgraphNode *, const CUgraphEdgeData *, size_t, CUgraphNodeParams *))xs_twin[333])(
                    phGraphNode, hGraph, dependencies, dependencyData, numDependencies,
                    nodeParams);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphAddNode_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphAddNode_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphAddNode_v2", xs_cuGraphAddNode_v2(phGraphNode, hGraph,
                dependencies, dependencyData, numDependencies, nodeParams));
    return xs_cuGraphAddNode_v2(phGraphNode, hGraph, dependencies, dependencyData,
            numDependencies, nodeParams);
}

XS_EXPORT CUresult cuGraphBatchMemOpNodeGetParams(CUgraphNode hNode,
        CUDA_BATCH_MEM_OP_NODE_PARAMS *nodeParams_out) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode, CUDA_BATCH_MEM_OP_NODE_PARAMS *))xs_twin[334])(
                    hNode, nodeParams_out);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphBatchMemOpNodeGetParams", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphBatchMemOpNodeGetParams", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphBatchMemOpNodeGetParams", xs_cuGraphBatchMemOpNodeGetParams(
                hNode, nodeParams_out));
    return xs_cuGraphBatchMemOpNodeGetParams(hNode, nodeParams_out);
}

XS_EXPORT CUresult cuGraphBatchMemOpNodeSetParams(CUgraphNode hNode,
        const CUDA_BATCH_MEM_OP_NODE_PARAMS *nodeParams) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode, const CUDA_BATCH_MEM_OP_NODE_PARAMS *))xs_twin[335])(
                    hNode, nodeParams);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphBatchMemOpNodeSetParams", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphBatchMemOpNodeSetParams", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphBatchMemOpNodeSetParams", xs_cuGraphBatchMemOpNodeSetParams(
                hNode, nodeParams));
    return xs_cuGraphBatchMemOpNodeSetParams(hNode, nodeParams);
}

XS_EXPORT CUresult cuGraphChildGraphNodeGetGraph(CUgraphNode hNode, CUgraph *phGraph) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode, CUgraph *))xs_twin[336])(hNode, phGraph);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphChildGraphNodeGetGraph", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphChildGraphNodeGetGraph", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphChildGraphNodeGetGraph", xs_cuGraphChildGraphNodeGetGraph(
                hNode, phGraph));
    return xs_cuGraphChildGraphNodeGetGraph(hNode, phGraph);
}

XS_EXPORT CUresult cuGraphClone(CUgraph *phGraphClone, CUgraph originalGraph) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraph *, CUgraph))xs_twin[337])(phGraphClone,
                    originalGraph);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphClone", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphClone", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphClone", xs_cuGraphClone(phGraphClone, originalGraph));
    return xs_cuGraphClone(phGraphClone, originalGraph);
}

XS_EXPORT CUresult cuGraphCreate(CUgraph *phGraph, unsigned int flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraph *, unsigned int))xs_twin[338])(phGraph, flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphCreate", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphCreate", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphCreate", xs_cuGraphCreate(phGraph, flags));
    return xs_cuGraphCreate(phGraph, flags);
}

XS_EXPORT CUresult cuGraphDebugDotPrint(CUgraph hGraph, const char *path, unsigned int flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraph, const char *, unsigned int))xs_twin[339])(hGraph,
                    path, flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphDebugDotPrint", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphDebugDotPrint", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphDebugDotPrint", xs_cuGraphDebugDotPrint(hGraph, path, flags));
    return xs_cuGraphDebugDotPrint(hGraph, path, flags);
}

XS_EXPORT CUresult cuGraphDestroy(CUgraph hGraph) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraph))xs_twin[340])(hGraph);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphDestroy", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphDestroy", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphDestroy", xs_cuGraphDestroy(hGraph));
    return xs_cuGraphDestroy(hGraph);
}

XS_EXPORT CUresult cuGraphDestroyNode(CUgraphNode hNode) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode))xs_twin[341])(hNode);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphDestroyNode", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphDestroyNode", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphDestroyNode", xs_cuGraphDestroyNode(hNode));
    return xs_cuGraphDestroyNode(hNode);
}

XS_EXPORT CUresult cuGraphEventRecordNodeGetEvent(CUgraphNode hNode, CUevent *event_out) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode, CUevent *))xs_twin[342])(hNode, event_out);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphEventRecordNodeGetEvent", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphEventRecordNodeGetEvent", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphEventRecordNodeGetEvent", xs_cuGraphEventRecordNodeGetEvent(
                hNode, event_out));
    return xs_cuGraphEventRecordNodeGetEvent(hNode, event_out);
}

XS_EXPORT CUresult cuGraphEventRecordNodeSetEvent(CUgraphNode hNode, CUevent event) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode, CUevent))xs_twin[343])(hNode, event);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphEventRecordNodeSetEvent", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphEventRecordNodeSetEvent", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphEventRecordNodeSetEvent", xs_cuGraphEventRecordNodeSetEvent(
                hNode, event));
    return xs_cuGraphEventRecordNodeSetEvent(hNode, event);
}

XS_EXPORT CUresult cuGraphEventWaitNodeGetEvent(CUgraphNode hNode, CUevent *event_out) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode, CUevent *))xs_twin[344])(hNode, event_out);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphEventWaitNodeGetEvent", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphEventWaitNodeGetEvent", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphEventWaitNodeGetEvent", xs_cuGraphEventWaitNodeGetEvent(hNode,
                event_out));
    return xs_cuGraphEventWaitNodeGetEvent(hNode, event_out);
}

XS_EXPORT CUresult cuGraphEventWaitNodeSetEvent(CUgraphNode hNode, CUevent event) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode, CUevent))xs_twin[345])(hNode, event);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphEventWaitNodeSetEvent", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphEventWaitNodeSetEvent", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphEventWaitNodeSetEvent", xs_cuGraphEventWaitNodeSetEvent(hNode,
                event));
    return xs_cuGraphEventWaitNodeSetEvent(hNode, event);
}

XS_EXPORT CUresult cuGraphExecBatchMemOpNodeSetParams(CUgraphExec graphExec, CUgraphNode node,
        const CUDA_BATCH_MEM_OP_NODE_PARAMS *nodeParams) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphExec, CUgraphNode, const CUDA_BATCH_MEM_OP_NODE_PARAMS *))xs_twin[346])(
                    graphExec, node, nodeParams);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphExecBatchMemOpNodeSetParams", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphExecBatchMemOpNodeSetParams", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphExecBatchMemOpNodeSetParams", xs_cuGraphExecBatchMemOpNodeSetParams(
                graphExec, node, nodeParams));
    return xs_cuGraphExecBatchMemOpNodeSetParams(graphExec, node, nodeParams);
}

XS_EXPORT CUresult cuGraphExecChildGraphNodeSetParams(CUgraphExec hGraphExec,
        CUgraphNode hNode, CUgraph childGraph) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphExec, CUgraphNode, CUgraph))xs_twin[347])(hGraphExec,
                    hNode, childGraph);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphExecChildGraphNodeSetParams", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphExecChildGraphNodeSetParams", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphExecChildGraphNodeSetParams", xs_cuGraphExecChildGraphNodeSetParams(
                hGraphExec, hNode, childGraph));
    return xs_cuGraphExecChildGraphNodeSetParams(hGraphExec, hNode, childGraph);
}

XS_EXPORT CUresult cuGraphExecDestroy(CUgraphExec hGraphExec) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphExec))xs_twin[348])(hGraphExec);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphExecDestroy", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphExecDestroy", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphExecDestroy", xs_cuGraphExecDestroy(hGraphExec));
    return xs_cuGraphExecDestroy(hGraphExec);
}

XS_EXPORT CUresult cuGraphExecEventRecordNodeSetEvent(CUgraphExec hGraphExec,
        CUgraphNode hNode, CUevent event) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphExec, CUgraphNode, CUevent))xs_twin[349])(hGraphExec,
                    hNode, event);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphExecEventRecordNodeSetEvent", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphExecEventRecordNodeSetEvent", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphExecEventRecordNodeSetEvent", xs_cuGraphExecEventRecordNodeSetEvent(
                hGraphExec, hNode, event));
    return xs_cuGraphExecEventRecordNodeSetEvent(hGraphExec, hNode, event);
}

XS_EXPORT CUresult cuGraphExecEventWaitNodeSetEvent(CUgraphExec hGraphExec, CUgraphNode hNode,
        CUevent event) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphExec, CUgraphNode, CUevent))xs_twin[350])(hGraphExec,
                    hNode, event);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphExecEventWaitNodeSetEvent", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphExecEventWaitNodeSetEvent", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphExecEventWaitNodeSetEvent", xs_cuGraphExecEventWaitNodeSetEvent(
                hGraphExec, hNode, event));
    return xs_cuGraphExecEventWaitNodeSetEvent(hGraphExec, hNode, event);
}

XS_EXPORT CUresult cuGraphExecGetFlags(CUgraphExec hGraphExec, uint64_t *flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphExec, uint64_t *))xs_twin[351])(hGraphExec, flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphExecGetFlags", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphExecGetFlags", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphExecGetFlags", xs_cuGraphExecGetFlags(hGraphExec, flags));
    return xs_cuGraphExecGetFlags(hGraphExec, flags);
}

XS_EXPORT CUresult cuGraphExecHostNodeSetParams(CUgraphExec hGraphExec, CUgraphNode hNode,
        const CUDA_HOST_NODE_PARAMS *nodeParams) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphExec, CUgraphNode, const CUDA_HOST_NODE_PARAMS *))xs_twin[352])(
                    hGraphExec, hNode, nodeParams);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphExecHostNodeSetParams", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphExecHostNodeSetParams", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphExecHostNodeSetParams", xs_cuGraphExecHostNodeSetParams(
                hGraphExec, hNode, nodeParams));
    return xs_cuGraphExecHostNodeSetParams(hGraphExec, hNode, nodeParams);
}

XS_EXPORT CUresult cuGraphExecKernelNodeSetParams(CUgraphExec hGraphExec, CUgraphNode hNode,
        const CUDA_KERNEL_NODE_PARAMS_v1 *nodeParams) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphExec, CUgraphNode, const CUDA_KERNEL_NODE_PARAMS_v1 *))xs_twin[353])(
                    hGraphExec, hNode, nodeParams);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphExecKernelNodeSetParams", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphExecKernelNodeSetParams", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphExecKernelNodeSetParams", xs_cuGraphExecKernelNodeSetParams(
                hGraphExec, hNode, nodeParams));
    return xs_cuGraphExecKernelNodeSetParams(hGraphExec, hNode, nodeParams);
}

XS_EXPORT CUresult cuGraphExecKernelNodeSetParams_v2(CUgraphExec hGraphExec,
        CUgraphNode hNode, const CUDA_KERNEL_NODE_PARAMS *nodeParams) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphExec, CUgraphNode, const CUDA_KERNEL_NODE_PARAMS *))xs_twin[354])(
                    hGraphExec, hNode, nodeParams);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphExecKernelNodeSetParams_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphExecKernelNodeSetParams_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphExecKernelNodeSetParams_v2", xs_cuGraphExecKernelNodeSetParams_v2(
                hGraphExec, hNode, nodeParams));
    return xs_cuGraphExecKernelNodeSetParams_v2(hGraphExec, hNode, nodeParams);
}

XS_EXPORT CUresult cuGraphExecMemcpyNodeSetParams(CUgraphExec hGraphExec, CUgraphNode hNode,
        const CUDA_MEMCPY3D *copyParams, CUcontext ctx) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphExec, CUgraphNode, const CUDA_MEMCPY3D *, CUcontext))xs_twin[355])(
                    hGraphExec, hNode, copyParams, ctx);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphExecMemcpyNodeSetParams", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphExecMemcpyNodeSetParams", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphExecMemcpyNodeSetParams", xs_cuGraphExecMemcpyNodeSetParams(
                hGraphExec, hNode, copyParams, ctx));
    return xs_cuGraphExecMemcpyNodeSetParams(hGraphExec, hNode, copyParams, ctx);
}

XS_EXPORT CUresult cuGraphExecMemsetNodeSetParams(CUgraphExec hGraphExec, CUgraphNode hNode,
        const CUDA_MEMSET_NODE_PARAMS *memsetParams, CUcontext ctx) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphExec, CUgraphNode, const CUDA_MEMSET_NODE_PARAMS *, CUcontext))xs_twin[356])(
                    hGraphExec, hNode, memsetParams, ctx);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphExecMemsetNodeSetParams", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphExecMemsetNodeSetParams", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphExecMemsetNodeSetParams", xs_cuGraphExecMemsetNodeSetParams(
                hGraphExec, hNode, memsetParams, ctx));
    return xs_cuGraphExecMemsetNodeSetParams(hGraphExec, hNode, memsetParams, ctx);
}

XS_EXPORT CUresult cuGraphExecNodeSetParams(CUgraphExec hGraphExec, CUgraphNode hNode,
        CUgraphNodeParams *nodeParams) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphExec, CUgraphNode, CUgraphNodeParams *))xs_twin[357])(
                    hGraphExec, hNode, nodeParams);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphExecNodeSetParams", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphExecNodeSetParams", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphExecNodeSetParams", xs_cuGraphExecNodeSetParams(hGraphExec,
                hNode, nodeParams));
    return xs_cuGraphExecNodeSetParams(hGraphExec, hNode, nodeParams);
}

XS_EXPORT CUresult cuGraphExecUpdate(CUgraphExec hGraphExec, CUgraph hGraph,
        CUgraphNode *hErrorNode_out, CUgraphExecUpdateResult *updateResult_out) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphExec, CUgraph, CUgraphNode *, CUgraphExecUpdateResult *))xs_twin[358])(
                    hGraphExec, hGraph, hErrorNode_out, updateResult_out);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphExecUpdate", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphExecUpdate", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphExecUpdate", xs_cuGraphExecUpdate(hGraphExec, hGraph,
                hErrorNode_out, updateResult_out));
    return xs_cuGraphExecUpdate(hGraphExec, hGraph, hErrorNode_out, updateResult_out);
}

XS_EXPORT CUresult cuGraphExecUpdate_v2(CUgraphExec hGraphExec, CUgraph hGraph,
        CUgraphExecUpdateResultInfo *resultInfo) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphExec, CUgraph, CUgraphExecUpdateResultInfo *))xs_twin[359])(
                    hGraphExec, hGraph, resultInfo);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphExecUpdate_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphExecUpdate_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphExecUpdate_v2", xs_cuGraphExecUpdate_v2(hGraphExec, hGraph,
                resultInfo));
    return xs_cuGraphExecUpdate_v2(hGraphExec, hGraph, resultInfo);
}

XS_EXPORT CUresult cuGraphGetEdges(CUgraph hGraph, CUgraphNode *from, CUgraphNode *to,
        size_t *numEdges) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraph, CUgraphNode *, CUgraphNode *, size_t *))xs_twin[360])(
                    hGraph, from, to, numEdges);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphGetEdges", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphGetEdges", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphGetEdges", xs_cuGraphGetEdges(hGraph, from, to, numEdges));
    return xs_cuGraphGetEdges(hGraph, from, to, numEdges);
}

XS_EXPORT CUresult cuGraphGetEdges_v2(CUgraph hGraph, CUgraphNode *from, CUgraphNode *to,
        CUgraphEdgeData *edgeData, size_t *numEdges) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraph, CUgraphNode *, CUgraphNode *, CUgraphEdgeData *, size_t *))xs_twin[361])(
                    hGraph, from, to, edgeData, numEdges);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphGetEdges_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphGetEdges_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphGetEdges_v2", xs_cuGraphGetEdges_v2(hGraph, from, to, edgeData,
                numEdges));
    return xs_cuGraphGetEdges_v2(hGraph, from, to, edgeData, numEdges);
}

XS_EXPORT CUresult cuGraphGetNodes(CUgraph hGraph, CUgraphNode *nodes, size_t *numNodes) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraph, CUgraphNode *, size_t *))xs_twin[362])(hGraph,
                    nodes, numNodes);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphGetNodes", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphGetNodes", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphGetNodes", xs_cuGraphGetNodes(hGraph, nodes, numNodes));
    return xs_cuGraphGetNodes(hGraph, nodes, numNodes);
}

XS_EXPORT CUresult cuGraphGetRootNodes(CUgraph hGraph, CUgraphNode *rootNodes,
        size_t *numRootNodes) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraph, CUgraphNode *, size_t *))xs_twin[363])(hGraph,
                    rootNodes, numRootNodes);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphGetRootNodes", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphGetRootNodes", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphGetRootNodes", xs_cuGraphGetRootNodes(hGraph, rootNodes,
                numRootNodes));
    return xs_cuGraphGetRootNodes(hGraph, rootNodes, numRootNodes);
}

XS_EXPORT CUresult cuGraphHostNodeGetParams(CUgraphNode hNode,
        CUDA_HOST_NODE_PARAMS *nodeParams) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode, CUDA_HOST_NODE_PARAMS *))xs_twin[364])(hNode,
                    nodeParams);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphHostNodeGetParams", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphHostNodeGetParams", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphHostNodeGetParams", xs_cuGraphHostNodeGetParams(hNode,
                nodeParams));
    return xs_cuGraphHostNodeGetParams(hNode, nodeParams);
}

XS_EXPORT CUresult cuGraphHostNodeSetParams(CUgraphNode hNode,
        const CUDA_HOST_NODE_PARAMS *nodeParams) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode, const CUDA_HOST_NODE_PARAMS *))xs_twin[365])(
                    hNode, nodeParams);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphHostNodeSetParams", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphHostNodeSetParams", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphHostNodeSetParams", xs_cuGraphHostNodeSetParams(hNode,
                nodeParams));
    return xs_cuGraphHostNodeSetParams(hNode, nodeParams);
}

XS_EXPORT CUresult cuGraphInstantiate(CUgraphExec *phGraphExec, CUgraph hGraph,
        CUgraphNode *phErrorNode, char *logBuffer, size_t bufferSize) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphExec *, CUgraph, CUgraphNode *, char *, size_t))xs_twin[366])(
                    phGraphExec, hGraph, phErrorNode, logBuffer, bufferSize);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphInstantiate", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphInstantiate", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphInstantiate", xs_cuGraphInstantiate(phGraphExec, hGraph,
                phErrorNode, logBuffer, bufferSize));
    return xs_cuGraphInstantiate(phGraphExec, hGraph, phErrorNode, logBuffer, bufferSize);
}

XS_EXPORT CUresult cuGraphInstantiate_v2(CUgraphExec *phGraphExec, CUgraph hGraph,
        CUgraphNode *phErrorNode, char *logBuffer, size_t bufferSize) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphExec *, CUgraph, CUgraphNode *, char *, size_t))xs_twin[367])(
                    phGraphExec, hGraph, phErrorNode, logBuffer, bufferSize);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphInstantiate_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphInstantiate_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphInstantiate_v2", xs_cuGraphInstantiate_v2(phGraphExec, hGraph,
                phErrorNode, logBuffer, bufferSize));
    return xs_cuGraphInstantiate_v2(phGraphExec, hGraph, phErrorNode, logBuffer, bufferSize);
}

XS_EXPORT CUresult cuGraphInstantiateWithFlags(CUgraphExec *phGraphExec, CUgraph hGraph,
        unsigned long long flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphExec *, CUgraph, unsigned long long))xs_twin[368])(
                    phGraphExec, hGraph, flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphInstantiateWithFlags", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphInstantiateWithFlags", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphInstantiateWithFlags", xs_cuGraphInstantiateWithFlags(
                phGraphExec, hGraph, flags));
    return xs_cuGraphInstantiateWithFlags(phGraphExec, hGraph, flags);
}

XS_EXPORT CUresult cuGraphInstantiateWithParams(CUgraphExec *phGraphExec, CUgraph hGraph,
        CUDA_GRAPH_INSTANTIATE_PARAMS *instantiateParams) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphExec *, CUgraph, CUDA_GRAPH_INSTANTIATE_PARAMS *))xs_twin[369])(
                    phGraphExec, hGraph, instantiateParams);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphInstantiateWithParams", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphInstantiateWithParams", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphInstantiateWithParams", xs_cuGraphInstantiateWithParams(
                phGraphExec, hGraph, instantiateParams, CU_STREAM_LEGACY));
    return xs_cuGraphInstantiateWithParams(phGraphExec, hGraph, instantiateParams,
            CU_STREAM_LEGACY);
}

XS_EXPORT CUresult cuGraphInstantiateWithParams_ptsz(CUgraphExec *phGraphExec, CUgraph hGraph,
        CUDA_GRAPH_INSTANTIATE_PARAMS *instantiateParams) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphExec *, CUgraph, CUDA_GRAPH_INSTANTIATE_PARAMS *))xs_twin[370])(
                    phGraphExec, hGraph, instantiateParams);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphInstantiateWithParams_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphInstantiateWithParams_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphInstantiateWithParams_ptsz", xs_cuGraphInstantiateWithParams(
                phGraphExec, hGraph, instantiateParams, CU_STREAM_PER_THREAD));
    return xs_cuGraphInstantiateWithParams(phGraphExec, hGraph, instantiateParams,
            CU_STREAM_PER_THREAD);
}

XS_EXPORT CUresult cuGraphKernelNodeCopyAttributes(CUgraphNode dst, CUgraphNode src) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode, CUgraphNode))xs_twin[371])(dst, src);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphKernelNodeCopyAttributes", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphKernelNodeCopyAttributes", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphKernelNodeCopyAttributes", xs_cuGraphKernelNodeCopyAttributes(
                dst, src));
    return xs_cuGraphKernelNodeCopyAttributes(dst, src);
}

XS_EXPORT CUresult cuGraphKernelNodeGetAttribute(CUgraphNode hNode, CUkernelNodeAttrID attr,
        CUkernelNodeAttrValue *value_out) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode, CUkernelNodeAttrID, CUkernelNodeAttrValue *))xs_twin[372])(
                    hNode, attr, value_out);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphKernelNodeGetAttribute", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphKernelNodeGetAttribute", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphKernelNodeGetAttribute", xs_cuGraphKernelNodeGetAttribute(
                hNode, attr, value_out));
    return xs_cuGraphKernelNodeGetAttribute(hNode, attr, value_out);
}

XS_EXPORT CUresult cuGraphKernelNodeGetParams(CUgraphNode hNode,
        CUDA_KERNEL_NODE_PARAMS_v1 *nodeParams) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode, CUDA_KERNEL_NODE_PARAMS_v1 *))xs_twin[373])(
                    hNode, nodeParams);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphKernelNodeGetParams", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphKernelNodeGetParams", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphKernelNodeGetParams", xs_cuGraphKernelNodeGetParams(hNode,
                nodeParams));
    return xs_cuGraphKernelNodeGetParams(hNode, nodeParams);
}

XS_EXPORT CUresult cuGraphKernelNodeGetParams_v2(CUgraphNode hNode,
        CUDA_KERNEL_NODE_PARAMS *nodeParams) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode, CUDA_KERNEL_NODE_PARAMS *))xs_twin[374])(hNode,
                    nodeParams);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphKernelNodeGetParams_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphKernelNodeGetParams_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphKernelNodeGetParams_v2", xs_cuGraphKernelNodeGetParams_v2(
                hNode, nodeParams));
    return xs_cuGraphKernelNodeGetParams_v2(hNode, nodeParams);
}

XS_EXPORT CUresult cuGraphKernelNodeSetAttribute(CUgraphNode hNode, CUkernelNodeAttrID attr,
        const CUkernelNodeAttrValue *value) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode, CUkernelNodeAttrID, const CUkernelNodeAttrValue *))xs_twin[375])(
                    hNode, attr, value);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphKernelNodeSetAttribute", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphKernelNodeSetAttribute", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphKernelNodeSetAttribute", xs_cuGraphKernelNodeSetAttribute(
                hNode, attr, value));
    return xs_cuGraphKernelNodeSetAttribute(hNode, attr, value);
}

XS_EXPORT CUresult cuGraphKernelNodeSetParams(CUgraphNode hNode,
        const CUDA_KERNEL_NODE_PARAMS_v1 *nodeParams) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode, const CUDA_KERNEL_NODE_PARAMS_v1 *))xs_twin[376])(
                    hNode, nodeParams);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphKernelNodeSetParams", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphKernelNodeSetParams", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphKernelNodeSetParams", xs_cuGraphKernelNodeSetParams(hNode,
                nodeParams));
    return xs_cuGraphKernelNodeSetParams(hNode, nodeParams);
}

XS_EXPORT CUresult cuGraphKernelNodeSetParams_v2(CUgraphNode hNode,
        const CUDA_KERNEL_NODE_PARAMS *nodeParams) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode, const CUDA_KERNEL_NODE_PARAMS *))xs_twin[377])(
                    hNode, nodeParams);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphKernelNodeSetParams_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphKernelNodeSetParams_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphKernelNodeSetParams_v2", xs_cuGraphKernelNodeSetParams_v2(
                hNode, nodeParams));
    return xs_cuGraphKernelNodeSetParams_v2(hNode, nodeParams);
}

XS_EXPORT CUresult cuGraphLaunch(CUgraphExec hGraph, CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphExec, CUstream))xs_twin[378])(hGraph, hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphLaunch", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphLaunch", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphLaunch", xs_cuGraphLaunch(hGraph, hStream));
    return xs_cuGraphLaunch(hGraph, hStream);
}

XS_EXPORT CUresult cuGraphLaunch_ptsz(CUgraphExec hGraph, CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphExec, CUstream))xs_twin[379])(hGraph, hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphLaunch_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphLaunch_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphLaunch_ptsz", xs_cuGraphLaunch(hGraph, xs_per_thread(hStream)));
    return xs_cuGraphLaunch(hGraph, xs_per_thread(hStream));
}

XS_EXPORT CUresult cuGraphMemAllocNodeGetParams(CUgraphNode hNode,
        CUDA_MEM_ALLOC_NODE_PARAMS *params_out) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode, CUDA_MEM_ALLOC_NODE_PARAMS *))xs_twin[380])(
                    hNode, params_out);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphMemAllocNodeGetParams", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphMemAllocNodeGetParams", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphMemAllocNodeGetParams", xs_cuGraphMemAllocNodeGetParams(hNode,
                params_out));
    return xs_cuGraphMemAllocNodeGetParams(hNode, params_out);
}

XS_EXPORT CUresult cuGraphMemcpyNodeGetParams(CUgraphNode hNode, CUDA_MEMCPY3D *nodeParams) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode, CUDA_MEMCPY3D *))xs_twin[381])(hNode,
                    nodeParams);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphMemcpyNodeGetParams", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphMemcpyNodeGetParams", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphMemcpyNodeGetParams", xs_cuGraphMemcpyNodeGetParams(hNode,
                nodeParams));
    return xs_cuGraphMemcpyNodeGetParams(hNode, nodeParams);
}

XS_EXPORT CUresult cuGraphMemcpyNodeSetParams(CUgraphNode hNode,
        const CUDA_MEMCPY3D *nodeParams) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode, const CUDA_MEMCPY3D *))xs_twin[382])(hNode,
                    nodeParams);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphMemcpyNodeSetParams", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphMemcpyNodeSetParams", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphMemcpyNodeSetParams", xs_cuGraphMemcpyNodeSetParams(hNode,
                nodeParams));
    return xs_cuGraphMemcpyNodeSetParams(hNode, nodeParams);
}

XS_EXPORT CUresult cuGraphMemFreeNodeGetParams(CUgraphNode hNode, CUdeviceptr *dptr_out) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode, CUdeviceptr *))xs_twin[383])(hNode, dptr_out);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphMemFreeNodeGetParams", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphMemFreeNodeGetParams", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphMemFreeNodeGetParams", xs_cuGraphMemFreeNodeGetParams(hNode,
                dptr_out));
    return xs_cuGraphMemFreeNodeGetParams(hNode, dptr_out);
}

XS_EXPORT CUresult cuGraphMemsetNodeGetParams(CUgraphNode hNode,
        CUDA_MEMSET_NODE_PARAMS *nodeParams) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode, CUDA_MEMSET_NODE_PARAMS *))xs_twin[384])(hNode,
                    nodeParams);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphMemsetNodeGetParams", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphMemsetNodeGetParams", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphMemsetNodeGetParams", xs_cuGraphMemsetNodeGetParams(hNode,
                nodeParams));
    return xs_cuGraphMemsetNodeGetParams(hNode, nodeParams);
}

XS_EXPORT CUresult cuGraphMemsetNodeSetParams(CUgraphNode hNode,
        const CUDA_MEMSET_NODE_PARAMS *nodeParams) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode, const CUDA_MEMSET_NODE_PARAMS *))xs_twin[385])(
                    hNode, nodeParams);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphMemsetNodeSetParams", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphMemsetNodeSetParams", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphMemsetNodeSetParams", xs_cuGraphMemsetNodeSetParams(hNode,
                nodeParams));
    return xs_cuGraphMemsetNodeSetParams(hNode, nodeParams);
}

XS_EXPORT CUresult cuGraphNodeFindInClone(CUgraphNode *phNode, CUgraphNode hOriginalNode,
        CUgraph hClonedGraph) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode *, CUgraphNode, CUgraph))xs_twin[386])(phNode,
                    hOriginalNode, hClonedGraph);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphNodeFindInClone", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphNodeFindInClone", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphNodeFindInClone", xs_cuGraphNodeFindInClone(phNode,
                hOriginalNode, hClonedGraph));
    return xs_cuGraphNodeFindInClone(phNode, hOriginalNode, hClonedGraph);
}

XS_EXPORT CUresult cuGraphNodeGetDependencies(CUgraphNode hNode, CUgraphNode *dependencies,
        size_t *numDependencies) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode, CUgraphNode *, size_t *))xs_twin[387])(hNode,
                    dependencies, numDependencies);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphNodeGetDependencies", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphNodeGetDependencies", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphNodeGetDependencies", xs_cuGraphNodeGetDependencies(hNode,
                dependencies, numDependencies));
    return xs_cuGraphNodeGetDependencies(hNode, dependencies, numDependencies);
}

XS_EXPORT CUresult cuGraphNodeGetDependencies_v2(CUgraphNode hNode, CUgraphNode *dependencies,
        CUgraphEdgeData *edgeData, size_t *numDependencies) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode, CUgraphNode *, CUgraphEdgeData *, size_t *))xs_twin[388])(
                    hNode, dependencies, edgeData, numDependencies);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphNodeGetDependencies_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphNodeGetDependencies_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphNodeGetDependencies_v2", xs_cuGraphNodeGetDependencies_v2(
                hNode, dependencies, edgeData, numDependencies));
    return xs_cuGraphNodeGetDependencies_v2(hNode, dependencies, edgeData, numDependencies);
}

XS_EXPORT CUresult cuGraphNodeGetDependentNodes(CUgraphNode hNode,
        CUgraphNode *dependentNodes, size_t *numDependentNodes) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode, CUgraphNode *, size_t *))xs_twin[389])(hNode,
                    dependentNodes, numDependentNodes);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphNodeGetDependentNodes", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphNodeGetDependentNodes", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphNodeGetDependentNodes", xs_cuGraphNodeGetDependentNodes(hNode,
                dependentNodes, numDependentNodes));
    return xs_cuGraphNodeGetDependentNodes(hNode, dependentNodes, numDependentNodes);
}

XS_EXPORT CUresult cuGraphNodeGetDependentNodes_v2(CUgraphNode hNode,
        CUgraphNode *dependentNodes, CUgraphEdgeData *edgeData, size_t *numDependentNodes) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode, CUgraphNode *, CUgraphEdgeData *, size_t *))xs_twin[390])(
                    hNode, dependentNodes, edgeData, numDependentNodes);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphNodeGetDependentNodes_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphNodeGetDependentNodes_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphNodeGetDependentNodes_v2", xs_cuGraphNodeGetDependentNodes_v2(
                hNode, dependentNodes, edgeData, numDependentNodes));
    return xs_cuGraphNodeGetDependentNodes_v2(hNode, dependentNodes, edgeData,
            numDependentNodes);
}

XS_EXPORT CUresult cuGraphNodeGetEnabled(CUgraphExec hGraphExec, CUgraphNode hNode,
        unsigned int *isEnabled) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphExec, CUgraphNode, unsigned int *))xs_twin[391])(
                    hGraphExec, hNode, isEnabled);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphNodeGetEnabled", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphNodeGetEnabled", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphNodeGetEnabled", xs_cuGraphNodeGetEnabled(hGraphExec, hNode,
                isEnabled));
    return xs_cuGraphNodeGetEnabled(hGraphExec, hNode, isEnabled);
}

XS_EXPORT CUresult cuGraphNodeGetType(CUgraphNode hNode, CUgraphNodeType *type) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode, CUgraphNodeType *))xs_twin[392])(hNode, type);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphNodeGetType", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphNodeGetType", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphNodeGetType", xs_cuGraphNodeGetType(hNode, type));
    return xs_cuGraphNodeGetType(hNode, type);
}

XS_EXPORT CUresult cuGraphNodeSetEnabled(CUgraphExec hGraphExec, CUgraphNode hNode,
        unsigned int isEnabled) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphExec, CUgraphNode, unsigned int))xs_twin[393])(
                    hGraphExec, hNode, isEnabled);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphNodeSetEnabled", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphNodeSetEnabled", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphNodeSetEnabled", xs_cuGraphNodeSetEnabled(hGraphExec, hNode,
                isEnabled));
    return xs_cuGraphNodeSetEnabled(hGraphExec, hNode, isEnabled);
}

XS_EXPORT CUresult cuGraphNodeSetParams(CUgraphNode hNode, CUgraphNodeParams *nodeParams) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphNode, CUgraphNodeParams *))xs_twin[394])(hNode,
                    nodeParams);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphNodeSetParams", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphNodeSetParams", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphNodeSetParams", xs_cuGraphNodeSetParams(hNode, nodeParams));
    return xs_cuGraphNodeSetParams(hNode, nodeParams);
}

XS_EXPORT CUresult cuGraphReleaseUserObject(CUgraph graph, CUuserObject object,
        unsigned int count) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraph, CUuserObject, unsigned int))xs_twin[395])(graph,
                    object, count);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphReleaseUserObject", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphReleaseUserObject", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphReleaseUserObject", xs_cuGraphReleaseUserObject(graph, object,
                count));
    return xs_cuGraphReleaseUserObject(graph, object, count);
}

XS_EXPORT CUresult cuGraphRemoveDependencies(CUgraph hGraph, const CUgraphNode *from,
        const CUgraphNode *to, size_t numDependencies) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraph, const CUgraphNode *, const CUgraphNode *, size_t))xs_twin[396])(
                    hGraph, from, to, numDependencies);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphRemoveDependencies", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphRemoveDependencies", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphRemoveDependencies", xs_cuGraphRemoveDependencies(hGraph, from,
                to, numDependencies));
    return xs_cuGraphRemoveDependencies(hGraph, from, to, numDependencies);
}

XS_EXPORT CUresult cuGraphRemoveDependencies_v2(CUgraph hGraph, const CUgraphNode *from,
        const CUgraphNode *to, const CUgraphEdgeData *edgeData, size_t numDependencies) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraph, const CUgraphNode *, const CUgraphNode *, const CUgraphEdgeData *, size_t))xs_twin[397])(
                    hGraph, from, to, edgeData, numDependencies);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphRemoveDependencies_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphRemoveDependencies_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphRemoveDependencies_v2", xs_cuGraphRemoveDependencies_v2(hGraph,
                from, to, edgeData, numDependencies));
    return xs_cuGraphRemoveDependencies_v2(hGraph, from, to, edgeData, numDependencies);
}

XS_EXPORT CUresult cuGraphRetainUserObject(CUgraph graph, CUuserObject object,
        unsigned int count, unsigned int flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraph, CUuserObject, unsigned int, unsigned int))xs_twin[398])(
                    graph, object, count, flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphRetainUserObject", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphRetainUserObject", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphRetainUserObject", xs_cuGraphRetainUserObject(graph, object,
                count, flags));
    return xs_cuGraphRetainUserObject(graph, object, count, flags);
}

XS_EXPORT CUresult cuGraphUpload(CUgraphExec hGraph, CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphExec, CUstream))xs_twin[399])(hGraph, hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphUpload", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphUpload", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphUpload", xs_cuGraphUpload(hGraph, hStream));
    return xs_cuGraphUpload(hGraph, hStream);
}

XS_EXPORT CUresult cuGraphUpload_ptsz(CUgraphExec hGraph, CUstream hStream) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUgraphExec, CUstream))xs_twin[400])(hGraph, hStream);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuGraphUpload_ptsz", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuGraphUpload_ptsz", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuGraphUpload_ptsz", xs_cuGraphUpload(hGraph, xs_per_thread(hStream)));
    return xs_cuGraphUpload(hGraph, xs_per_thread(hStream));
}

XS_EXPORT CUresult cuUserObjectCreate(CUuserObject *object_out, void *ptr, CUhostFn destroy,
        unsigned int initialRefcount, unsigned int flags) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUuserObject *, void *, CUhostFn, unsigned int, unsigned int))xs_twin[401])(
                    object_out, ptr, destroy, initialRefcount, flags);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuUserObjectCreate", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuUserObjectCreate", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuUserObjectCreate", xs_cuUserObjectCreate(object_out, ptr, destroy,
                initialRefcount, flags));
    return xs_cuUserObjectCreate(object_out, ptr, destroy, initialRefcount, flags);
}

XS_EXPORT CUresult cuUserObjectRelease(CUuserObject object, unsigned int count) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUuserObject, unsigned int))xs_twin[402])(object, count);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuUserObjectRelease", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuUserObjectRelease", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuUserObjectRelease", xs_cuUserObjectRelease(object, count));
    return xs_cuUserObjectRelease(object, count);
}

XS_EXPORT CUresult cuUserObjectRetain(CUuserObject object, unsigned int count) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUuserObject, unsigned int))xs_twin[403])(object, count);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuUserObjectRetain", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuUserObjectRetain", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuUserObjectRetain", xs_cuUserObjectRetain(object, count));
    return xs_cuUserObjectRetain(object, count);
}

XS_EXPORT CUresult cuArray3DCreate_v2(CUarray *pHandle,
        const CUDA_ARRAY3D_DESCRIPTOR *pAllocateArray) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUarray *, const CUDA_ARRAY3D_DESCRIPTOR *))xs_twin[404])(
                    pHandle, pAllocateArray);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuArray3DCreate_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuArray3DCreate_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuArray3DCreate_v2", xs_cuArray3DCreate_v2(pHandle, pAllocateArray));
    return xs_cuArray3DCreate_v2(pHandle, pAllocateArray);
}

XS_EXPORT CUresult cuArray3DGetDescriptor_v2(CUDA_ARRAY3D_DESCRIPTOR *pArrayDescriptor,
        CUarray hArray) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUDA_ARRAY3D_DESCRIPTOR *, CUarray))xs_twin[405])(
                    pArrayDescriptor, hArray);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuArray3DGetDescriptor_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuArray3DGetDescriptor_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuArray3DGetDescriptor_v2", xs_cuArray3DGetDescriptor_v2(
                pArrayDescriptor, hArray));
    return xs_cuArray3DGetDescriptor_v2(pArrayDescriptor, hArray);
}

XS_EXPORT CUresult cuArrayCreate_v2(CUarray *pHandle,
        const CUDA_ARRAY_DESCRIPTOR *pAllocateArray) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUarray *, const CUDA_ARRAY_DESCRIPTOR *))xs_twin[406])(
                    pHandle, pAllocateArray);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuArrayCreate_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuArrayCreate_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuArrayCreate_v2", xs_cuArrayCreate_v2(pHandle, pAllocateArray));
    return xs_cuArrayCreate_v2(pHandle, pAllocateArray);
}

XS_EXPORT CUresult cuArrayDestroy(CUarray hArray) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUarray))xs_twin[407])(hArray);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuArrayDestroy", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuArrayDestroy", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuArrayDestroy", xs_cuArrayDestroy(hArray));
    return xs_cuArrayDestroy(hArray);
}

XS_EXPORT CUresult cuArrayGetDescriptor_v2(CUDA_ARRAY_DESCRIPTOR *pArrayDescriptor,
        CUarray hArray) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUDA_ARRAY_DESCRIPTOR *, CUarray))xs_twin[408])(
                    pArrayDescriptor, hArray);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuArrayGetDescriptor_v2", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuArrayGetDescriptor_v2", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuArrayGetDescriptor_v2", xs_cuArrayGetDescriptor_v2(pArrayDescriptor,
                hArray));
    return xs_cuArrayGetDescriptor_v2(pArrayDescriptor, hArray);
}

XS_EXPORT CUresult cuSurfObjectCreate(CUsurfObject *pSurfObject,
        const CUDA_RESOURCE_DESC *pResDesc) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUsurfObject *, const CUDA_RESOURCE_DESC *))xs_twin[409])(
                    pSurfObject, pResDesc);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuSurfObjectCreate", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuSurfObjectCreate", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuSurfObjectCreate", xs_cuSurfObjectCreate(pSurfObject, pResDesc));
    return xs_cuSurfObjectCreate(pSurfObject, pResDesc);
}

XS_EXPORT CUresult cuSurfObjectDestroy(CUsurfObject surfObject) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUsurfObject))xs_twin[410])(surfObject);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuSurfObjectDestroy", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuSurfObjectDestroy", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuSurfObjectDestroy", xs_cuSurfObjectDestroy(surfObject));
    return xs_cuSurfObjectDestroy(surfObject);
}

XS_EXPORT CUresult cuSurfObjectGetResourceDesc(CUDA_RESOURCE_DESC *pResDesc,
        CUsurfObject surfObject) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUDA_RESOURCE_DESC *, CUsurfObject))xs_twin[411])(pResDesc,
                    surfObject);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuSurfObjectGetResourceDesc", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuSurfObjectGetResourceDesc", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuSurfObjectGetResourceDesc", xs_cuSurfObjectGetResourceDesc(pResDesc,
                surfObject));
    return xs_cuSurfObjectGetResourceDesc(pResDesc, surfObject);
}

XS_EXPORT CUresult cuTexObjectCreate(CUtexObject *pTexObject,
        const CUDA_RESOURCE_DESC *pResDesc, const CUDA_TEXTURE_DESC *pTexDesc,
        const CUDA_RESOURCE_VIEW_DESC *pResViewDesc) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUtexObject *, const CUDA_RESOURCE_DESC *, const CUDA_TEXTURE_DESC *, const CUDA_RESOURCE_VIEW_DESC *))xs_twin[412])(
                    pTexObject, pResDesc, pTexDesc, pResViewDesc);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuTexObjectCreate", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuTexObjectCreate", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuTexObjectCreate", xs_cuTexObjectCreate(pTexObject, pResDesc,
                pTexDesc, pResViewDesc));
    return xs_cuTexObjectCreate(pTexObject, pResDesc, pTexDesc, pResViewDesc);
}

XS_EXPORT CUresult cuTexObjectDestroy(CUtexObject texObject) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUtexObject))xs_twin[413])(texObject);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuTexObjectDestroy", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuTexObjectDestroy", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuTexObjectDestroy", xs_cuTexObjectDestroy(texObject));
    return xs_cuTexObjectDestroy(texObject);
}

XS_EXPORT CUresult cuTexObjectGetResourceDesc(CUDA_RESOURCE_DESC *pResDesc,
        CUtexObject texObject) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUDA_RESOURCE_DESC *, CUtexObject))xs_twin[414])(pResDesc,
                    texObject);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuTexObjectGetResourceDesc", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuTexObjectGetResourceDesc", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuTexObjectGetResourceDesc", xs_cuTexObjectGetResourceDesc(pResDesc,
                texObject));
    return xs_cuTexObjectGetResourceDesc(pResDesc, texObject);
}

XS_EXPORT CUresult cuTexObjectGetResourceViewDesc(CUDA_RESOURCE_VIEW_DESC *pResViewDesc,
        CUtexObject texObject) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUDA_RESOURCE_VIEW_DESC *, CUtexObject))xs_twin[415])(
                    pResViewDesc, texObject);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuTexObjectGetResourceViewDesc", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuTexObjectGetResourceViewDesc", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuTexObjectGetResourceViewDesc", xs_cuTexObjectGetResourceViewDesc(
                pResViewDesc, texObject));
    return xs_cuTexObjectGetResourceViewDesc(pResViewDesc, texObject);
}

XS_EXPORT CUresult cuTexObjectGetTextureDesc(CUDA_TEXTURE_DESC *pTexDesc,
        CUtexObject texObject) {
    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {
        CUresult refusal;
        if (xs_gate() == XS_GATE_TWIN)
            return ((CUresult (*)(CUDA_TEXTURE_DESC *, CUtexObject))xs_twin[416])(pTexDesc,
                    texObject);
        refusal = xs_gate_refusal(XS_NEEDS_CONTEXT);
        if (refusal)
            return xs_seen("cuTexObjectGetTextureDesc", refusal);
    }
    if (XS_UNLIKELY(!xs_has_context()))
        return xs_seen("cuTexObjectGetTextureDesc", xs_no_context());
    if (XS_UNLIKELY(xs_watching))
        return xs_seen("cuTexObjectGetTextureDesc", xs_cuTexObjectGetTextureDesc(pTexDesc,
                texObject));
    return xs_cuTexObjectGetTextureDesc(pTexDesc, texObject);
}

/* ---- refused: any arguments, as the caller cleans up after itself */
XS_REFUSED(cuCoredumpGetAttribute)
XS_REFUSED(cuCoredumpGetAttributeGlobal)
XS_REFUSED(cuCoredumpSetAttribute)
XS_REFUSED(cuCoredumpSetAttributeGlobal)
XS_REFUSED(cuLogsCurrent)
XS_REFUSED(cuLogsDumpToFile)
XS_REFUSED(cuLogsDumpToMemory)
XS_REFUSED(cuLogsRegisterCallback)
XS_REFUSED(cuLogsUnregisterCallback)
XS_REFUSED(cuDeviceGetHostAtomicCapabilities)
XS_REFUSED(cuDeviceGetLuid)
XS_REFUSED(cuDeviceGetP2PAtomicCapabilities)
XS_REFUSED(cuDeviceTotalMem)
XS_REFUSED(cuFlushGPUDirectRDMAWrites)
XS_REFUSED(cuCtxDisablePeerAccess)
XS_REFUSED(cuCtxEnablePeerAccess)
XS_REFUSED(cuMemAlloc)
XS_REFUSED(cuMemAllocHost)
XS_REFUSED(cuMemAllocPitch)
XS_REFUSED(cuMemFree)
XS_REFUSED(cuMemGetAddressRange)
XS_REFUSED(cuMemGetInfo)
XS_REFUSED(cuMemHostGetDevicePointer)
XS_REFUSED(cuMemExportToShareableHandle)
XS_REFUSED(cuMemImportFromShareableHandle)
XS_REFUSED(cuMemMapArrayAsync)
XS_REFUSED(cuMemMapArrayAsync_ptsz)
XS_REFUSED(cuMemPoolExportPointer)
XS_REFUSED(cuMemPoolExportToShareableHandle)
XS_REFUSED(cuMemPoolImportFromShareableHandle)
XS_REFUSED(cuMemPoolImportPointer)
XS_REFUSED(cuMemRetainAllocationHandle)
XS_REFUSED(cuMemcpy2D)
XS_REFUSED(cuMemcpy2DAsync)
XS_REFUSED(cuMemcpy2DUnaligned)
XS_REFUSED(cuMemcpy3D)
XS_REFUSED(cuMemcpy3DAsync)
XS_REFUSED(cuMemcpy3DBatchAsync)
XS_REFUSED(cuMemcpy3DBatchAsync_ptsz)
XS_REFUSED(cuMemcpy3DBatchAsync_v2)
XS_REFUSED(cuMemcpy3DBatchAsync_v2_ptsz)
XS_REFUSED(cuMemcpy3DPeer)
XS_REFUSED(cuMemcpy3DPeer_ptds)
XS_REFUSED(cuMemcpy3DPeerAsync)
XS_REFUSED(cuMemcpy3DPeerAsync_ptsz)
XS_REFUSED(cuMemcpyAtoA)
XS_REFUSED(cuMemcpyAtoD)
XS_REFUSED(cuMemcpyAtoH)
XS_REFUSED(cuMemcpyAtoHAsync)
XS_REFUSED(cuMemcpyBatchAsync)
XS_REFUSED(cuMemcpyBatchAsync_ptsz)
XS_REFUSED(cuMemcpyBatchAsync_v2)
XS_REFUSED(cuMemcpyBatchAsync_v2_ptsz)
XS_REFUSED(cuMemcpyDtoA)
XS_REFUSED(cuMemcpyDtoD)
XS_REFUSED(cuMemcpyDtoDAsync)
XS_REFUSED(cuMemcpyDtoH)
XS_REFUSED(cuMemcpyDtoHAsync)
XS_REFUSED(cuMemcpyHtoA)
XS_REFUSED(cuMemcpyHtoAAsync)
XS_REFUSED(cuMemcpyHtoD)
XS_REFUSED(cuMemcpyHtoDAsync)
XS_REFUSED(cuMemcpyPeer)
XS_REFUSED(cuMemcpyPeer_ptds)
XS_REFUSED(cuMemcpyPeerAsync)
XS_REFUSED(cuMemcpyPeerAsync_ptsz)
XS_REFUSED(cuMemsetD16)
XS_REFUSED(cuMemsetD2D16)
XS_REFUSED(cuMemsetD2D32)
XS_REFUSED(cuMemsetD2D8)
XS_REFUSED(cuMemsetD32)
XS_REFUSED(cuMemsetD8)
XS_REFUSED(cuFuncSetBlockShape)
XS_REFUSED(cuFuncSetSharedSize)
XS_REFUSED(cuLibraryGetManaged)
XS_REFUSED(cuLibraryGetUnifiedFunction)
XS_REFUSED(cuModuleGetGlobal)
XS_REFUSED(cuModuleGetSurfRef)
XS_REFUSED(cuModuleGetTexRef)
XS_REFUSED(cuLaunch)
XS_REFUSED(cuLaunchCooperativeKernelMultiDevice)
XS_REFUSED(cuLaunchGrid)
XS_REFUSED(cuLaunchGridAsync)
XS_REFUSED(cuParamSetf)
XS_REFUSED(cuParamSeti)
XS_REFUSED(cuParamSetSize)
XS_REFUSED(cuParamSetTexRef)
XS_REFUSED(cuParamSetv)
XS_REFUSED(cuTensorMapEncodeIm2colWide)
XS_REFUSED(cuTensorMapReplaceAddress)
XS_REFUSED(cuGraphAddExternalSemaphoresSignalNode)
XS_REFUSED(cuGraphAddExternalSemaphoresWaitNode)
XS_REFUSED(cuGraphConditionalHandleCreate)
XS_REFUSED(cuGraphExecExternalSemaphoresSignalNodeSetParams)
XS_REFUSED(cuGraphExecExternalSemaphoresWaitNodeSetParams)
XS_REFUSED(cuGraphExternalSemaphoresSignalNodeGetParams)
XS_REFUSED(cuGraphExternalSemaphoresSignalNodeSetParams)
XS_REFUSED(cuGraphExternalSemaphoresWaitNodeGetParams)
XS_REFUSED(cuGraphExternalSemaphoresWaitNodeSetParams)
XS_REFUSED(cuArray3DCreate)
XS_REFUSED(cuArray3DGetDescriptor)
XS_REFUSED(cuArrayCreate)
XS_REFUSED(cuArrayGetDescriptor)
XS_REFUSED(cuArrayGetMemoryRequirements)
XS_REFUSED(cuArrayGetPlane)
XS_REFUSED(cuArrayGetSparseProperties)
XS_REFUSED(cuMipmappedArrayCreate)
XS_REFUSED(cuMipmappedArrayDestroy)
XS_REFUSED(cuMipmappedArrayGetLevel)
XS_REFUSED(cuMipmappedArrayGetMemoryRequirements)
XS_REFUSED(cuMipmappedArrayGetSparseProperties)
XS_REFUSED(cuSurfRefGetArray)
XS_REFUSED(cuSurfRefSetArray)
XS_REFUSED(cuTexRefCreate)
XS_REFUSED(cuTexRefDestroy)
XS_REFUSED(cuTexRefGetAddress)
XS_REFUSED(cuTexRefGetAddress_v2)
XS_REFUSED(cuTexRefGetAddressMode)
XS_REFUSED(cuTexRefGetArray)
XS_REFUSED(cuTexRefGetBorderColor)
XS_REFUSED(cuTexRefGetFilterMode)
XS_REFUSED(cuTexRefGetFlags)
XS_REFUSED(cuTexRefGetFormat)
XS_REFUSED(cuTexRefGetMaxAnisotropy)
XS_REFUSED(cuTexRefGetMipmapFilterMode)
XS_REFUSED(cuTexRefGetMipmapLevelBias)
XS_REFUSED(cuTexRefGetMipmapLevelClamp)
XS_REFUSED(cuTexRefGetMipmappedArray)
XS_REFUSED(cuTexRefSetAddress)
XS_REFUSED(cuTexRefSetAddress2D)
XS_REFUSED(cuTexRefSetAddress2D_v2)
XS_REFUSED(cuTexRefSetAddress2D_v3)
XS_REFUSED(cuTexRefSetAddress_v2)
XS_REFUSED(cuTexRefSetAddressMode)
XS_REFUSED(cuTexRefSetArray)
XS_REFUSED(cuTexRefSetBorderColor)
XS_REFUSED(cuTexRefSetFilterMode)
XS_REFUSED(cuTexRefSetFlags)
XS_REFUSED(cuTexRefSetFormat)
XS_REFUSED(cuTexRefSetMaxAnisotropy)
XS_REFUSED(cuTexRefSetMipmapFilterMode)
XS_REFUSED(cuTexRefSetMipmapLevelBias)
XS_REFUSED(cuTexRefSetMipmapLevelClamp)
XS_REFUSED(cuTexRefSetMipmappedArray)
XS_REFUSED(cuCheckpointProcessCheckpoint)
XS_REFUSED(cuCheckpointProcessGetRestoreThreadId)
XS_REFUSED(cuCheckpointProcessGetState)
XS_REFUSED(cuCheckpointProcessLock)
XS_REFUSED(cuCheckpointProcessRestore)
XS_REFUSED(cuCheckpointProcessUnlock)
XS_REFUSED(cuCtxFromGreenCtx)
XS_REFUSED(cuCtxGetDevResource)
XS_REFUSED(cuCtxRecordEvent)
XS_REFUSED(cuCtxWaitEvent)
XS_REFUSED(cudbgApiAttach)
XS_REFUSED(cudbgApiDetach)
XS_REFUSED(cudbgApiInit)
XS_REFUSED(cudbgGetAPI)
XS_REFUSED(cudbgGetAPIVersion)
XS_REFUSED(cudbgMain)
XS_REFUSED(cudbgReportDriverApiError)
XS_REFUSED(cudbgReportDriverInternalError)
XS_REFUSED(cuDestroyExternalMemory)
XS_REFUSED(cuDestroyExternalSemaphore)
XS_REFUSED(cuDeviceGetDevResource)
XS_REFUSED(cuDeviceGetNvSciSyncAttributes)
XS_REFUSED(cuDeviceRegisterAsyncNotification)
XS_REFUSED(cuDeviceUnregisterAsyncNotification)
XS_REFUSED(cuDevResourceGenerateDesc)
XS_REFUSED(cuDevSmResourceSplitByCount)
XS_REFUSED(cuEGLApiInit)
XS_REFUSED(cuEGLStreamConsumerAcquireFrame)
XS_REFUSED(cuEGLStreamConsumerConnect)
XS_REFUSED(cuEGLStreamConsumerConnectWithFlags)
XS_REFUSED(cuEGLStreamConsumerDisconnect)
XS_REFUSED(cuEGLStreamConsumerReleaseFrame)
XS_REFUSED(cuEGLStreamProducerConnect)
XS_REFUSED(cuEGLStreamProducerDisconnect)
XS_REFUSED(cuEGLStreamProducerPresentFrame)
XS_REFUSED(cuEGLStreamProducerReturnFrame)
XS_REFUSED(cuExternalMemoryGetMappedBuffer)
XS_REFUSED(cuExternalMemoryGetMappedMipmappedArray)
XS_REFUSED(cuGLCtxCreate)
XS_REFUSED(cuGLCtxCreate_v2)
XS_REFUSED(cuGLGetDevices)
XS_REFUSED(cuGLGetDevices_v2)
XS_REFUSED(cuGLInit)
XS_REFUSED(cuGLMapBufferObject)
XS_REFUSED(cuGLMapBufferObject_v2)
XS_REFUSED(cuGLMapBufferObject_v2_ptds)
XS_REFUSED(cuGLMapBufferObjectAsync)
XS_REFUSED(cuGLMapBufferObjectAsync_v2)
XS_REFUSED(cuGLMapBufferObjectAsync_v2_ptsz)
XS_REFUSED(cuGLRegisterBufferObject)
XS_REFUSED(cuGLSetBufferObjectMapFlags)
XS_REFUSED(cuGLUnmapBufferObject)
XS_REFUSED(cuGLUnmapBufferObjectAsync)
XS_REFUSED(cuGLUnregisterBufferObject)
XS_REFUSED(cuGraphicsEGLRegisterImage)
XS_REFUSED(cuGraphicsGLRegisterBuffer)
XS_REFUSED(cuGraphicsGLRegisterImage)
XS_REFUSED(cuGraphicsMapResources)
XS_REFUSED(cuGraphicsMapResources_ptsz)
XS_REFUSED(cuGraphicsResourceGetMappedEglFrame)
XS_REFUSED(cuGraphicsResourceGetMappedMipmappedArray)
XS_REFUSED(cuGraphicsResourceGetMappedPointer)
XS_REFUSED(cuGraphicsResourceGetMappedPointer_v2)
XS_REFUSED(cuGraphicsResourceSetMapFlags)
XS_REFUSED(cuGraphicsResourceSetMapFlags_v2)
XS_REFUSED(cuGraphicsSubResourceGetMappedArray)
XS_REFUSED(cuGraphicsUnmapResources)
XS_REFUSED(cuGraphicsUnmapResources_ptsz)
XS_REFUSED(cuGraphicsUnregisterResource)
XS_REFUSED(cuGraphicsVDPAURegisterOutputSurface)
XS_REFUSED(cuGraphicsVDPAURegisterVideoSurface)
XS_REFUSED(cuGreenCtxCreate)
XS_REFUSED(cuGreenCtxDestroy)
XS_REFUSED(cuGreenCtxGetDevResource)
XS_REFUSED(cuGreenCtxGetId)
XS_REFUSED(cuGreenCtxRecordEvent)
XS_REFUSED(cuGreenCtxStreamCreate)
XS_REFUSED(cuGreenCtxWaitEvent)
XS_REFUSED(cuImportExternalMemory)
XS_REFUSED(cuImportExternalSemaphore)
XS_REFUSED(cuIpcCloseMemHandle)
XS_REFUSED(cuIpcGetEventHandle)
XS_REFUSED(cuIpcGetMemHandle)
XS_REFUSED(cuIpcOpenEventHandle)
XS_REFUSED(cuIpcOpenMemHandle)
XS_REFUSED(cuIpcOpenMemHandle_v2)
XS_REFUSED(cuMemAdvise)
XS_REFUSED(cuMemAdvise_v2)
XS_REFUSED(cuMemAllocManaged)
XS_REFUSED(cuMemBatchDecompressAsync)
XS_REFUSED(cuMemBatchDecompressAsync_ptsz)
XS_REFUSED(cuMemDiscardAndPrefetchBatchAsync)
XS_REFUSED(cuMemDiscardAndPrefetchBatchAsync_ptsz)
XS_REFUSED(cuMemDiscardBatchAsync)
XS_REFUSED(cuMemDiscardBatchAsync_ptsz)
XS_REFUSED(cuMemGetAttribute)
XS_REFUSED(cuMemGetAttribute_v2)
XS_REFUSED(cuMemGetHandleForAddressRange)
XS_REFUSED(cuMemPrefetchAsync)
XS_REFUSED(cuMemPrefetchAsync_ptsz)
XS_REFUSED(cuMemPrefetchAsync_v2)
XS_REFUSED(cuMemPrefetchAsync_v2_ptsz)
XS_REFUSED(cuMemPrefetchBatchAsync)
XS_REFUSED(cuMemPrefetchBatchAsync_ptsz)
XS_REFUSED(cuMemRangeGetAttribute)
XS_REFUSED(cuMemRangeGetAttributes)
XS_REFUSED(cuMulticastAddDevice)
XS_REFUSED(cuMulticastBindAddr)
XS_REFUSED(cuMulticastBindMem)
XS_REFUSED(cuMulticastCreate)
XS_REFUSED(cuMulticastGetGranularity)
XS_REFUSED(cuMulticastUnbind)
XS_REFUSED(cuSignalExternalSemaphoresAsync)
XS_REFUSED(cuSignalExternalSemaphoresAsync_ptsz)
XS_REFUSED(cuStreamAttachMemAsync)
XS_REFUSED(cuStreamAttachMemAsync_ptsz)
XS_REFUSED(cuVDPAUCtxCreate)
XS_REFUSED(cuVDPAUCtxCreate_v2)
XS_REFUSED(cuVDPAUGetDevice)
XS_REFUSED(cuWaitExternalSemaphoresAsync)
XS_REFUSED(cuWaitExternalSemaphoresAsync_ptsz)

void *xs_twin[417];

const xs_symbol xs_answered[] = {
    {"cuDriverGetVersion", (void *)cuDriverGetVersion},
    {"cuGetErrorName", (void *)cuGetErrorName},
    {"cuGetErrorString", (void *)cuGetErrorString},
    {"cuGetExportTable", (void *)cuGetExportTable},
    {"cuGetProcAddress", (void *)cuGetProcAddress},
    {"cuGetProcAddress_v2", (void *)cuGetProcAddress_v2},
    {"cuInit", (void *)cuInit},
    {"cuProfilerInitialize", (void *)cuProfilerInitialize},
    {"cuProfilerStart", (void *)cuProfilerStart},
    {"cuProfilerStop", (void *)cuProfilerStop},
    {"cuDeviceCanAccessPeer", (void *)cuDeviceCanAccessPeer},
    {"cuDeviceComputeCapability", (void *)cuDeviceComputeCapability},
    {"cuDeviceGet", (void *)cuDeviceGet},
    {"cuDeviceGetAttribute", (void *)cuDeviceGetAttribute},
    {"cuDeviceGetByPCIBusId", (void *)cuDeviceGetByPCIBusId},
    {"cuDeviceGetCount", (void *)cuDeviceGetCount},
    {"cuDeviceGetExecAffinitySupport", (void *)cuDeviceGetExecAffinitySupport},
    {"cuDeviceGetName", (void *)cuDeviceGetName},
    {"cuDeviceGetP2PAttribute", (void *)cuDeviceGetP2PAttribute},
    {"cuDeviceGetPCIBusId", (void *)cuDeviceGetPCIBusId},
    {"cuDeviceGetProperties", (void *)cuDeviceGetProperties},
    {"cuDeviceGetTexture1DLinearMaxWidth", (void *)cuDeviceGetTexture1DLinearMaxWidth},
    {"cuDeviceGetUuid", (void *)cuDeviceGetUuid},
    {"cuDeviceGetUuid_v2", (void *)cuDeviceGetUuid_v2},
    {"cuDeviceTotalMem_v2", (void *)cuDeviceTotalMem_v2},
    {"cuCtxAttach", (void *)cuCtxAttach},
    {"cuCtxCreate", (void *)cuCtxCreate},
    {"cuCtxCreate_v2", (void *)cuCtxCreate_v2},
    {"cuCtxCreate_v3", (void *)cuCtxCreate_v3},
    {"cuCtxCreate_v4", (void *)cuCtxCreate_v4},
    {"cuCtxDestroy", (void *)cuCtxDestroy},
    {"cuCtxDestroy_v2", (void *)cuCtxDestroy_v2},
    {"cuCtxDetach", (void *)cuCtxDetach},
    {"cuCtxGetApiVersion", (void *)cuCtxGetApiVersion},
    {"cuCtxGetCacheConfig", (void *)cuCtxGetCacheConfig},
    {"cuCtxGetCurrent", (void *)cuCtxGetCurrent},
    {"cuCtxGetDevice", (void *)cuCtxGetDevice},
    {"cuCtxGetDevice_v2", (void *)cuCtxGetDevice_v2},
    {"cuCtxGetExecAffinity", (void *)cuCtxGetExecAffinity},
    {"cuCtxGetFlags", (void *)cuCtxGetFlags},
    {"cuCtxGetId", (void *)cuCtxGetId},
    {"cuCtxGetLimit", (void *)cuCtxGetLimit},
    {"cuCtxGetSharedMemConfig", (void *)cuCtxGetSharedMemConfig},
    {"cuCtxGetStreamPriorityRange", (void *)cuCtxGetStreamPriorityRange},
    {"cuCtxPopCurrent", (void *)cuCtxPopCurrent},
    {"cuCtxPopCurrent_v2", (void *)cuCtxPopCurrent_v2},
    {"cuCtxPushCurrent", (void *)cuCtxPushCurrent},
    {"cuCtxPushCurrent_v2", (void *)cuCtxPushCurrent_v2},
    {"cuCtxResetPersistingL2Cache", (void *)cuCtxResetPersistingL2Cache},
    {"cuCtxSetCacheConfig", (void *)cuCtxSetCacheConfig},
    {"cuCtxSetCurrent", (void *)cuCtxSetCurrent},
    {"cuCtxSetFlags", (void *)cuCtxSetFlags},
    {"cuCtxSetLimit", (void *)cuCtxSetLimit},
    {"cuCtxSetSharedMemConfig", (void *)cuCtxSetSharedMemConfig},
    {"cuDevicePrimaryCtxGetState", (void *)cuDevicePrimaryCtxGetState},
    {"cuDevicePrimaryCtxRelease", (void *)cuDevicePrimaryCtxRelease},
    {"cuDevicePrimaryCtxRelease_v2", (void *)cuDevicePrimaryCtxRelease_v2},
    {"cuDevicePrimaryCtxReset", (void *)cuDevicePrimaryCtxReset},
    {"cuDevicePrimaryCtxReset_v2", (void *)cuDevicePrimaryCtxReset_v2},
    {"cuDevicePrimaryCtxRetain", (void *)cuDevicePrimaryCtxRetain},
    {"cuDevicePrimaryCtxSetFlags", (void *)cuDevicePrimaryCtxSetFlags},
    {"cuDevicePrimaryCtxSetFlags_v2", (void *)cuDevicePrimaryCtxSetFlags_v2},
    {"cuMemAlloc_v2", (void *)cuMemAlloc_v2},
    {"cuMemAllocHost_v2", (void *)cuMemAllocHost_v2},
    {"cuMemAllocPitch_v2", (void *)cuMemAllocPitch_v2},
    {"cuMemFree_v2", (void *)cuMemFree_v2},
    {"cuMemFreeHost", (void *)cuMemFreeHost},
    {"cuMemGetAddressRange_v2", (void *)cuMemGetAddressRange_v2},
    {"cuMemGetInfo_v2", (void *)cuMemGetInfo_v2},
    {"cuMemHostAlloc", (void *)cuMemHostAlloc},
    {"cuMemHostGetDevicePointer_v2", (void *)cuMemHostGetDevicePointer_v2},
    {"cuMemHostGetFlags", (void *)cuMemHostGetFlags},
    {"cuMemHostRegister", (void *)cuMemHostRegister},
    {"cuMemHostRegister_v2", (void *)cuMemHostRegister_v2},
    {"cuMemHostUnregister", (void *)cuMemHostUnregister},
    {"cuPointerGetAttribute", (void *)cuPointerGetAttribute},
    {"cuPointerGetAttributes", (void *)cuPointerGetAttributes},
    {"cuPointerSetAttribute", (void *)cuPointerSetAttribute},
    {"cuDeviceGetDefaultMemPool", (void *)cuDeviceGetDefaultMemPool},
    {"cuDeviceGetMemPool", (void *)cuDeviceGetMemPool},
    {"cuDeviceSetMemPool", (void *)cuDeviceSetMemPool},
    {"cuMemAddressFree", (void *)cuMemAddressFree},
    {"cuMemAddressReserve", (void *)cuMemAddressReserve},
    {"cuMemAllocAsync", (void *)cuMemAllocAsync},
    {"cuMemAllocAsync_ptsz", (void *)cuMemAllocAsync_ptsz},
    {"cuMemAllocFromPoolAsync", (void *)cuMemAllocFromPoolAsync},
    {"cuMemAllocFromPoolAsync_ptsz", (void *)cuMemAllocFromPoolAsync_ptsz},
    {"cuMemCreate", (void *)cuMemCreate},
    {"cuMemFreeAsync", (void *)cuMemFreeAsync},
    {"cuMemFreeAsync_ptsz", (void *)cuMemFreeAsync_ptsz},
    {"cuMemGetAccess", (void *)cuMemGetAccess},
    {"cuMemGetAllocationGranularity", (void *)cuMemGetAllocationGranularity},
    {"cuMemGetAllocationPropertiesFromHandle", (void *)cuMemGetAllocationPropertiesFromHandle},
    {"cuMemGetDefaultMemPool", (void *)cuMemGetDefaultMemPool},
    {"cuMemGetMemPool", (void *)cuMemGetMemPool},
    {"cuMemMap", (void *)cuMemMap},
    {"cuMemPoolCreate", (void *)cuMemPoolCreate},
    {"cuMemPoolDestroy", (void *)cuMemPoolDestroy},
    {"cuMemPoolGetAccess", (void *)cuMemPoolGetAccess},
    {"cuMemPoolGetAttribute", (void *)cuMemPoolGetAttribute},
    {"cuMemPoolSetAccess", (void *)cuMemPoolSetAccess},
    {"cuMemPoolSetAttribute", (void *)cuMemPoolSetAttribute},
    {"cuMemPoolTrimTo", (void *)cuMemPoolTrimTo},
    {"cuMemRelease", (void *)cuMemRelease},
    {"cuMemSetAccess", (void *)cuMemSetAccess},
    {"cuMemSetMemPool", (void *)cuMemSetMemPool},
    {"cuMemUnmap", (void *)cuMemUnmap},
    {"cuMemcpy", (void *)cuMemcpy},
    {"cuMemcpy_ptds", (void *)cuMemcpy_ptds},
    {"cuMemcpy2D_v2", (void *)cuMemcpy2D_v2},
    {"cuMemcpy2D_v2_ptds", (void *)cuMemcpy2D_v2_ptds},
    {"cuMemcpy2DAsync_v2", (void *)cuMemcpy2DAsync_v2},
    {"cuMemcpy2DAsync_v2_ptsz", (void *)cuMemcpy2DAsync_v2_ptsz},
    {"cuMemcpy2DUnaligned_v2", (void *)cuMemcpy2DUnaligned_v2},
    {"cuMemcpy2DUnaligned_v2_ptds", (void *)cuMemcpy2DUnaligned_v2_ptds},
    {"cuMemcpy3D_v2", (void *)cuMemcpy3D_v2},
    {"cuMemcpy3D_v2_ptds", (void *)cuMemcpy3D_v2_ptds},
    {"cuMemcpy3DAsync_v2", (void *)cuMemcpy3DAsync_v2},
    {"cuMemcpy3DAsync_v2_ptsz", (void *)cuMemcpy3DAsync_v2_ptsz},
    {"cuMemcpyAsync", (void *)cuMemcpyAsync},
    {"cuMemcpyAsync_ptsz", (void *)cuMemcpyAsync_ptsz},
    {"cuMemcpyAtoA_v2", (void *)cuMemcpyAtoA_v2},
    {"cuMemcpyAtoA_v2_ptds", (void *)cuMemcpyAtoA_v2_ptds},
    {"cuMemcpyAtoD_v2", (void *)cuMemcpyAtoD_v2},
    {"cuMemcpyAtoD_v2_ptds", (void *)cuMemcpyAtoD_v2_ptds},
    {"cuMemcpyAtoH_v2", (void *)cuMemcpyAtoH_v2},
    {"cuMemcpyAtoH_v2_ptds", (void *)cuMemcpyAtoH_v2_ptds},
    {"cuMemcpyAtoHAsync_v2", (void *)cuMemcpyAtoHAsync_v2},
    {"cuMemcpyAtoHAsync_v2_ptsz", (void *)cuMemcpyAtoHAsync_v2_ptsz},
    {"cuMemcpyDtoA_v2", (void *)cuMemcpyDtoA_v2},
    {"cuMemcpyDtoA_v2_ptds", (void *)cuMemcpyDtoA_v2_ptds},
    {"cuMemcpyDtoD_v2", (void *)cuMemcpyDtoD_v2},
    {"cuMemcpyDtoD_v2_ptds", (void *)cuMemcpyDtoD_v2_ptds},
    {"cuMemcpyDtoDAsync_v2", (void *)cuMemcpyDtoDAsync_v2},
    {"cuMemcpyDtoDAsync_v2_ptsz", (void *)cuMemcpyDtoDAsync_v2_ptsz},
    {"cuMemcpyDtoH_v2", (void *)cuMemcpyDtoH_v2},
    {"cuMemcpyDtoH_v2_ptds", (void *)cuMemcpyDtoH_v2_ptds},
    {"cuMemcpyDtoHAsync_v2", (void *)cuMemcpyDtoHAsync_v2},
    {"cuMemcpyDtoHAsync_v2_ptsz", (void *)cuMemcpyDtoHAsync_v2_ptsz},
    {"cuMemcpyHtoA_v2", (void *)cuMemcpyHtoA_v2},
    {"cuMemcpyHtoA_v2_ptds", (void *)cuMemcpyHtoA_v2_ptds},
    {"cuMemcpyHtoAAsync_v2", (void *)cuMemcpyHtoAAsync_v2},
    {"cuMemcpyHtoAAsync_v2_ptsz", (void *)cuMemcpyHtoAAsync_v2_ptsz},
    {"cuMemcpyHtoD_v2", (void *)cuMemcpyHtoD_v2},
    {"cuMemcpyHtoD_v2_ptds", (void *)cuMemcpyHtoD_v2_ptds},
    {"cuMemcpyHtoDAsync_v2", (void *)cuMemcpyHtoDAsync_v2},
    {"cuMemcpyHtoDAsync_v2_ptsz", (void *)cuMemcpyHtoDAsync_v2_ptsz},
    {"cuMemsetD16_v2", (void *)cuMemsetD16_v2},
    {"cuMemsetD16_v2_ptds", (void *)cuMemsetD16_v2_ptds},
    {"cuMemsetD16Async", (void *)cuMemsetD16Async},
    {"cuMemsetD16Async_ptsz", (void *)cuMemsetD16Async_ptsz},
    {"cuMemsetD2D16_v2", (void *)cuMemsetD2D16_v2},
    {"cuMemsetD2D16_v2_ptds", (void *)cuMemsetD2D16_v2_ptds},
    {"cuMemsetD2D16Async", (void *)cuMemsetD2D16Async},
    {"cuMemsetD2D16Async_ptsz", (void *)cuMemsetD2D16Async_ptsz},
    {"cuMemsetD2D32_v2", (void *)cuMemsetD2D32_v2},
    {"cuMemsetD2D32_v2_ptds", (void *)cuMemsetD2D32_v2_ptds},
    {"cuMemsetD2D32Async", (void *)cuMemsetD2D32Async},
    {"cuMemsetD2D32Async_ptsz", (void *)cuMemsetD2D32Async_ptsz},
    {"cuMemsetD2D8_v2", (void *)cuMemsetD2D8_v2},
    {"cuMemsetD2D8_v2_ptds", (void *)cuMemsetD2D8_v2_ptds},
    {"cuMemsetD2D8Async", (void *)cuMemsetD2D8Async},
    {"cuMemsetD2D8Async_ptsz", (void *)cuMemsetD2D8Async_ptsz},
    {"cuMemsetD32_v2", (void *)cuMemsetD32_v2},
    {"cuMemsetD32_v2_ptds", (void *)cuMemsetD32_v2_ptds},
    {"cuMemsetD32Async", (void *)cuMemsetD32Async},
    {"cuMemsetD32Async_ptsz", (void *)cuMemsetD32Async_ptsz},
    {"cuMemsetD8_v2", (void *)cuMemsetD8_v2},
    {"cuMemsetD8_v2_ptds", (void *)cuMemsetD8_v2_ptds},
    {"cuMemsetD8Async", (void *)cuMemsetD8Async},
    {"cuMemsetD8Async_ptsz", (void *)cuMemsetD8Async_ptsz},
    {"cuFuncGetAttribute", (void *)cuFuncGetAttribute},
    {"cuFuncGetModule", (void *)cuFuncGetModule},
    {"cuFuncGetName", (void *)cuFuncGetName},
    {"cuFuncGetParamInfo", (void *)cuFuncGetParamInfo},
    {"cuFuncIsLoaded", (void *)cuFuncIsLoaded},
    {"cuFuncLoad", (void *)cuFuncLoad},
    {"cuFuncSetAttribute", (void *)cuFuncSetAttribute},
    {"cuFuncSetCacheConfig", (void *)cuFuncSetCacheConfig},
    {"cuFuncSetSharedMemConfig", (void *)cuFuncSetSharedMemConfig},
    {"cuKernelGetAttribute", (void *)cuKernelGetAttribute},
    {"cuKernelGetFunction", (void *)cuKernelGetFunction},
    {"cuKernelGetLibrary", (void *)cuKernelGetLibrary},
    {"cuKernelGetName", (void *)cuKernelGetName},
    {"cuKernelGetParamInfo", (void *)cuKernelGetParamInfo},
    {"cuKernelSetAttribute", (void *)cuKernelSetAttribute},
    {"cuKernelSetCacheConfig", (void *)cuKernelSetCacheConfig},
    {"cuLibraryEnumerateKernels", (void *)cuLibraryEnumerateKernels},
    {"cuLibraryGetGlobal", (void *)cuLibraryGetGlobal},
    {"cuLibraryGetKernel", (void *)cuLibraryGetKernel},
    {"cuLibraryGetKernelCount", (void *)cuLibraryGetKernelCount},
    {"cuLibraryGetModule", (void *)cuLibraryGetModule},
    {"cuLibraryLoadData", (void *)cuLibraryLoadData},
    {"cuLibraryLoadFromFile", (void *)cuLibraryLoadFromFile},
    {"cuLibraryUnload", (void *)cuLibraryUnload},
    {"cuLinkAddData", (void *)cuLinkAddData},
    {"cuLinkAddData_v2", (void *)cuLinkAddData_v2},
    {"cuLinkAddFile", (void *)cuLinkAddFile},
    {"cuLinkAddFile_v2", (void *)cuLinkAddFile_v2},
    {"cuLinkComplete", (void *)cuLinkComplete},
    {"cuLinkCreate", (void *)cuLinkCreate},
    {"cuLinkCreate_v2", (void *)cuLinkCreate_v2},
    {"cuLinkDestroy", (void *)cuLinkDestroy},
    {"cuModuleEnumerateFunctions", (void *)cuModuleEnumerateFunctions},
    {"cuModuleGetFunction", (void *)cuModuleGetFunction},
    {"cuModuleGetFunctionCount", (void *)cuModuleGetFunctionCount},
    {"cuModuleGetGlobal_v2", (void *)cuModuleGetGlobal_v2},
    {"cuModuleGetLoadingMode", (void *)cuModuleGetLoadingMode},
    {"cuModuleLoad", (void *)cuModuleLoad},
    {"cuModuleLoadData", (void *)cuModuleLoadData},
    {"cuModuleLoadDataEx", (void *)cuModuleLoadDataEx},
    {"cuModuleLoadFatBinary", (void *)cuModuleLoadFatBinary},
    {"cuModuleUnload", (void *)cuModuleUnload},
    {"cuLaunchCooperativeKernel", (void *)cuLaunchCooperativeKernel},
    {"cuLaunchCooperativeKernel_ptsz", (void *)cuLaunchCooperativeKernel_ptsz},
    {"cuLaunchHostFunc", (void *)cuLaunchHostFunc},
    {"cuLaunchHostFunc_ptsz", (void *)cuLaunchHostFunc_ptsz},
    {"cuLaunchKernel", (void *)cuLaunchKernel},
    {"cuLaunchKernel_ptsz", (void *)cuLaunchKernel_ptsz},
    {"cuLaunchKernelEx", (void *)cuLaunchKernelEx},
    {"cuLaunchKernelEx_ptsz", (void *)cuLaunchKernelEx_ptsz},
    {"cuOccupancyAvailableDynamicSMemPerBlock", (void *)cuOccupancyAvailableDynamicSMemPerBlock},
    {"cuOccupancyMaxActiveBlocksPerMultiprocessor", (void *)cuOccupancyMaxActiveBlocksPerMultiprocessor},
    {"cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags", (void *)cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags},
    {"cuOccupancyMaxActiveClusters", (void *)cuOccupancyMaxActiveClusters},
    {"cuOccupancyMaxPotentialBlockSize", (void *)cuOccupancyMaxPotentialBlockSize},
    {"cuOccupancyMaxPotentialBlockSizeWithFlags", (void *)cuOccupancyMaxPotentialBlockSizeWithFlags},
    {"cuOccupancyMaxPotentialClusterSize", (void *)cuOccupancyMaxPotentialClusterSize},
    {"cuTensorMapEncodeIm2col", (void *)cuTensorMapEncodeIm2col},
    {"cuTensorMapEncodeTiled", (void *)cuTensorMapEncodeTiled},
    {"cuCtxSynchronize", (void *)cuCtxSynchronize},
    {"cuCtxSynchronize_v2", (void *)cuCtxSynchronize_v2},
    {"cuEventCreate", (void *)cuEventCreate},
    {"cuEventDestroy", (void *)cuEventDestroy},
    {"cuEventDestroy_v2", (void *)cuEventDestroy_v2},
    {"cuEventElapsedTime", (void *)cuEventElapsedTime},
    {"cuEventElapsedTime_v2", (void *)cuEventElapsedTime_v2},
    {"cuEventQuery", (void *)cuEventQuery},
    {"cuEventRecord", (void *)cuEventRecord},
    {"cuEventRecord_ptsz", (void *)cuEventRecord_ptsz},
    {"cuEventRecordWithFlags", (void *)cuEventRecordWithFlags},
    {"cuEventRecordWithFlags_ptsz", (void *)cuEventRecordWithFlags_ptsz},
    {"cuEventSynchronize", (void *)cuEventSynchronize},
    {"cuStreamAddCallback", (void *)cuStreamAddCallback},
    {"cuStreamAddCallback_ptsz", (void *)cuStreamAddCallback_ptsz},
    {"cuStreamBatchMemOp", (void *)cuStreamBatchMemOp},
    {"cuStreamBatchMemOp_ptsz", (void *)cuStreamBatchMemOp_ptsz},
    {"cuStreamBatchMemOp_v2", (void *)cuStreamBatchMemOp_v2},
    {"cuStreamBatchMemOp_v2_ptsz", (void *)cuStreamBatchMemOp_v2_ptsz},
    {"cuStreamBeginCapture", (void *)cuStreamBeginCapture},
    {"cuStreamBeginCapture_ptsz", (void *)cuStreamBeginCapture_ptsz},
    {"cuStreamBeginCapture_v2", (void *)cuStreamBeginCapture_v2},
    {"cuStreamBeginCapture_v2_ptsz", (void *)cuStreamBeginCapture_v2_ptsz},
    {"cuStreamBeginCaptureToGraph", (void *)cuStreamBeginCaptureToGraph},
    {"cuStreamBeginCaptureToGraph_ptsz", (void *)cuStreamBeginCaptureToGraph_ptsz},
    {"cuStreamCopyAttributes", (void *)cuStreamCopyAttributes},
    {"cuStreamCopyAttributes_ptsz", (void *)cuStreamCopyAttributes_ptsz},
    {"cuStreamCreate", (void *)cuStreamCreate},
    {"cuStreamCreateWithPriority", (void *)cuStreamCreateWithPriority},
    {"cuStreamDestroy", (void *)cuStreamDestroy},
    {"cuStreamDestroy_v2", (void *)cuStreamDestroy_v2},
    {"cuStreamEndCapture", (void *)cuStreamEndCapture},
    {"cuStreamEndCapture_ptsz", (void *)cuStreamEndCapture_ptsz},
    {"cuStreamGetAttribute", (void *)cuStreamGetAttribute},
    {"cuStreamGetAttribute_ptsz", (void *)cuStreamGetAttribute_ptsz},
    {"cuStreamGetCaptureInfo", (void *)cuStreamGetCaptureInfo},
    {"cuStreamGetCaptureInfo_ptsz", (void *)cuStreamGetCaptureInfo_ptsz},
    {"cuStreamGetCaptureInfo_v2", (void *)cuStreamGetCaptureInfo_v2},
    {"cuStreamGetCaptureInfo_v2_ptsz", (void *)cuStreamGetCaptureInfo_v2_ptsz},
    {"cuStreamGetCaptureInfo_v3", (void *)cuStreamGetCaptureInfo_v3},
    {"cuStreamGetCaptureInfo_v3_ptsz", (void *)cuStreamGetCaptureInfo_v3_ptsz},
    {"cuStreamGetCtx", (void *)cuStreamGetCtx},
    {"cuStreamGetCtx_ptsz", (void *)cuStreamGetCtx_ptsz},
    {"cuStreamGetCtx_v2", (void *)cuStreamGetCtx_v2},
    {"cuStreamGetCtx_v2_ptsz", (void *)cuStreamGetCtx_v2_ptsz},
    {"cuStreamGetDevice", (void *)cuStreamGetDevice},
    {"cuStreamGetDevice_ptsz", (void *)cuStreamGetDevice_ptsz},
    {"cuStreamGetFlags", (void *)cuStreamGetFlags},
    {"cuStreamGetFlags_ptsz", (void *)cuStreamGetFlags_ptsz},
    {"cuStreamGetGreenCtx", (void *)cuStreamGetGreenCtx},
    {"cuStreamGetId", (void *)cuStreamGetId},
    {"cuStreamGetId_ptsz", (void *)cuStreamGetId_ptsz},
    {"cuStreamGetPriority", (void *)cuStreamGetPriority},
    {"cuStreamGetPriority_ptsz", (void *)cuStreamGetPriority_ptsz},
    {"cuStreamIsCapturing", (void *)cuStreamIsCapturing},
    {"cuStreamIsCapturing_ptsz", (void *)cuStreamIsCapturing_ptsz},
    {"cuStreamQuery", (void *)cuStreamQuery},
    {"cuStreamQuery_ptsz", (void *)cuStreamQuery_ptsz},
    {"cuStreamSetAttribute", (void *)cuStreamSetAttribute},
    {"cuStreamSetAttribute_ptsz", (void *)cuStreamSetAttribute_ptsz},
    {"cuStreamSynchronize", (void *)cuStreamSynchronize},
    {"cuStreamSynchronize_ptsz", (void *)cuStreamSynchronize_ptsz},
    {"cuStreamUpdateCaptureDependencies", (void *)cuStreamUpdateCaptureDependencies},
    {"cuStreamUpdateCaptureDependencies_ptsz", (void *)cuStreamUpdateCaptureDependencies_ptsz},
    {"cuStreamUpdateCaptureDependencies_v2", (void *)cuStreamUpdateCaptureDependencies_v2},
    {"cuStreamUpdateCaptureDependencies_v2_ptsz", (void *)cuStreamUpdateCaptureDependencies_v2_ptsz},
    {"cuStreamWaitEvent", (void *)cuStreamWaitEvent},
    {"cuStreamWaitEvent_ptsz", (void *)cuStreamWaitEvent_ptsz},
    {"cuStreamWaitValue32", (void *)cuStreamWaitValue32},
    {"cuStreamWaitValue32_ptsz", (void *)cuStreamWaitValue32_ptsz},
    {"cuStreamWaitValue32_v2", (void *)cuStreamWaitValue32_v2},
    {"cuStreamWaitValue32_v2_ptsz", (void *)cuStreamWaitValue32_v2_ptsz},
    {"cuStreamWaitValue64", (void *)cuStreamWaitValue64},
    {"cuStreamWaitValue64_ptsz", (void *)cuStreamWaitValue64_ptsz},
    {"cuStreamWaitValue64_v2", (void *)cuStreamWaitValue64_v2},
    {"cuStreamWaitValue64_v2_ptsz", (void *)cuStreamWaitValue64_v2_ptsz},
    {"cuStreamWriteValue32", (void *)cuStreamWriteValue32},
    {"cuStreamWriteValue32_ptsz", (void *)cuStreamWriteValue32_ptsz},
    {"cuStreamWriteValue32_v2", (void *)cuStreamWriteValue32_v2},
    {"cuStreamWriteValue32_v2_ptsz", (void *)cuStreamWriteValue32_v2_ptsz},
    {"cuStreamWriteValue64", (void *)cuStreamWriteValue64},
    {"cuStreamWriteValue64_ptsz", (void *)cuStreamWriteValue64_ptsz},
    {"cuStreamWriteValue64_v2", (void *)cuStreamWriteValue64_v2},
    {"cuStreamWriteValue64_v2_ptsz", (void *)cuStreamWriteValue64_v2_ptsz},
    {"cuThreadExchangeStreamCaptureMode", (void *)cuThreadExchangeStreamCaptureMode},
    {"cuDeviceGetGraphMemAttribute", (void *)cuDeviceGetGraphMemAttribute},
    {"cuDeviceGraphMemTrim", (void *)cuDeviceGraphMemTrim},
    {"cuDeviceSetGraphMemAttribute", (void *)cuDeviceSetGraphMemAttribute},
    {"cuGraphAddBatchMemOpNode", (void *)cuGraphAddBatchMemOpNode},
    {"cuGraphAddChildGraphNode", (void *)cuGraphAddChildGraphNode},
    {"cuGraphAddDependencies", (void *)cuGraphAddDependencies},
    {"cuGraphAddDependencies_v2", (void *)cuGraphAddDependencies_v2},
    {"cuGraphAddEmptyNode", (void *)cuGraphAddEmptyNode},
    {"cuGraphAddEventRecordNode", (void *)cuGraphAddEventRecordNode},
    {"cuGraphAddEventWaitNode", (void *)cuGraphAddEventWaitNode},
    {"cuGraphAddHostNode", (void *)cuGraphAddHostNode},
    {"cuGraphAddKernelNode", (void *)cuGraphAddKernelNode},
    {"cuGraphAddKernelNode_v2", (void *)cuGraphAddKernelNode_v2},
    {"cuGraphAddMemAllocNode", (void *)cuGraphAddMemAllocNode},
    {"cuGraphAddMemcpyNode", (void *)cuGraphAddMemcpyNode},
    {"cuGraphAddMemFreeNode", (void *)cuGraphAddMemFreeNode},
    {"cuGraphAddMemsetNode", (void *)cuGraphAddMemsetNode},
    {"cuGraphAddNode", (void *)cuGraphAddNode},
    {"cuGraphAddNode_v2", (void *)cuGraphAddNode_v2},
    {"cuGraphBatchMemOpNodeGetParams", (void *)cuGraphBatchMemOpNodeGetParams},
    {"cuGraphBatchMemOpNodeSetParams", (void *)cuGraphBatchMemOpNodeSetParams},
    {"cuGraphChildGraphNodeGetGraph", (void *)cuGraphChildGraphNodeGetGraph},
    {"cuGraphClone", (void *)cuGraphClone},
    {"cuGraphCreate", (void *)cuGraphCreate},
    {"cuGraphDebugDotPrint", (void *)cuGraphDebugDotPrint},
    {"cuGraphDestroy", (void *)cuGraphDestroy},
    {"cuGraphDestroyNode", (void *)cuGraphDestroyNode},
    {"cuGraphEventRecordNodeGetEvent", (void *)cuGraphEventRecordNodeGetEvent},
    {"cuGraphEventRecordNodeSetEvent", (void *)cuGraphEventRecordNodeSetEvent},
    {"cuGraphEventWaitNodeGetEvent", (void *)cuGraphEventWaitNodeGetEvent},
    {"cuGraphEventWaitNodeSetEvent", (void *)cuGraphEventWaitNodeSetEvent},
    {"cuGraphExecBatchMemOpNodeSetParams", (void *)cuGraphExecBatchMemOpNodeSetParams},
    {"cuGraphExecChildGraphNodeSetParams", (void *)cuGraphExecChildGraphNodeSetParams},
    {"cuGraphExecDestroy", (void *)cuGraphExecDestroy},
    {"cuGraphExecEventRecordNodeSetEvent", (void *)cuGraphExecEventRecordNodeSetEvent},
    {"cuGraphExecEventWaitNodeSetEvent", (void *)cuGraphExecEventWaitNodeSetEvent},
    {"cuGraphExecGetFlags", (void *)cuGraphExecGetFlags},
    {"cuGraphExecHostNodeSetParams", (void *)cuGraphExecHostNodeSetParams},
    {"cuGraphExecKernelNodeSetParams", (void *)cuGraphExecKernelNodeSetParams},
    {"cuGraphExecKernelNodeSetParams_v2", (void *)cuGraphExecKernelNodeSetParams_v2},
    {"cuGraphExecMemcpyNodeSetParams", (void *)cuGraphExecMemcpyNodeSetParams},
    {"cuGraphExecMemsetNodeSetParams", (void *)cuGraphExecMemsetNodeSetParams},
    {"cuGraphExecNodeSetParams", (void *)cuGraphExecNodeSetParams},
    {"cuGraphExecUpdate", (void *)cuGraphExecUpdate},
    {"cuGraphExecUpdate_v2", (void *)cuGraphExecUpdate_v2},
    {"cuGraphGetEdges", (void *)cuGraphGetEdges},
    {"cuGraphGetEdges_v2", (void *)cuGraphGetEdges_v2},
    {"cuGraphGetNodes", (void *)cuGraphGetNodes},
    {"cuGraphGetRootNodes", (void *)cuGraphGetRootNodes},
    {"cuGraphHostNodeGetParams", (void *)cuGraphHostNodeGetParams},
    {"cuGraphHostNodeSetParams", (void *)cuGraphHostNodeSetParams},
    {"cuGraphInstantiate", (void *)cuGraphInstantiate},
    {"cuGraphInstantiate_v2", (void *)cuGraphInstantiate_v2},
    {"cuGraphInstantiateWithFlags", (void *)cuGraphInstantiateWithFlags},
    {"cuGraphInstantiateWithParams", (void *)cuGraphInstantiateWithParams},
    {"cuGraphInstantiateWithParams_ptsz", (void *)cuGraphInstantiateWithParams_ptsz},
    {"cuGraphKernelNodeCopyAttributes", (void *)cuGraphKernelNodeCopyAttributes},
    {"cuGraphKernelNodeGetAttribute", (void *)cuGraphKernelNodeGetAttribute},
    {"cuGraphKernelNodeGetParams", (void *)cuGraphKernelNodeGetParams},
    {"cuGraphKernelNodeGetParams_v2", (void *)cuGraphKernelNodeGetParams_v2},
    {"cuGraphKernelNodeSetAttribute", (void *)cuGraphKernelNodeSetAttribute},
    {"cuGraphKernelNodeSetParams", (void *)cuGraphKernelNodeSetParams},
    {"cuGraphKernelNodeSetParams_v2", (void *)cuGraphKernelNodeSetParams_v2},
    {"cuGraphLaunch", (void *)cuGraphLaunch},
    {"cuGraphLaunch_ptsz", (void *)cuGraphLaunch_ptsz},
    {"cuGraphMemAllocNodeGetParams", (void *)cuGraphMemAllocNodeGetParams},
    {"cuGraphMemcpyNodeGetParams", (void *)cuGraphMemcpyNodeGetParams},
    {"cuGraphMemcpyNodeSetParams", (void *)cuGraphMemcpyNodeSetParams},
    {"cuGraphMemFreeNodeGetParams", (void *)cuGraphMemFreeNodeGetParams},
    {"cuGraphMemsetNodeGetParams", (void *)cuGraphMemsetNodeGetParams},
    {"cuGraphMemsetNodeSetParams", (void *)cuGraphMemsetNodeSetParams},
    {"cuGraphNodeFindInClone", (void *)cuGraphNodeFindInClone},
    {"cuGraphNodeGetDependencies", (void *)cuGraphNodeGetDependencies},
    {"cuGraphNodeGetDependencies_v2", (void *)cuGraphNodeGetDependencies_v2},
    {"cuGraphNodeGetDependentNodes", (void *)cuGraphNodeGetDependentNodes},
    {"cuGraphNodeGetDependentNodes_v2", (void *)cuGraphNodeGetDependentNodes_v2},
    {"cuGraphNodeGetEnabled", (void *)cuGraphNodeGetEnabled},
    {"cuGraphNodeGetType", (void *)cuGraphNodeGetType},
    {"cuGraphNodeSetEnabled", (void *)cuGraphNodeSetEnabled},
    {"cuGraphNodeSetParams", (void *)cuGraphNodeSetParams},
    {"cuGraphReleaseUserObject", (void *)cuGraphReleaseUserObject},
    {"cuGraphRemoveDependencies", (void *)cuGraphRemoveDependencies},
    {"cuGraphRemoveDependencies_v2", (void *)cuGraphRemoveDependencies_v2},
    {"cuGraphRetainUserObject", (void *)cuGraphRetainUserObject},
    {"cuGraphUpload", (void *)cuGraphUpload},
    {"cuGraphUpload_ptsz", (void *)cuGraphUpload_ptsz},
    {"cuUserObjectCreate", (void *)cuUserObjectCreate},
    {"cuUserObjectRelease", (void *)cuUserObjectRelease},
    {"cuUserObjectRetain", (void *)cuUserObjectRetain},
    {"cuArray3DCreate_v2", (void *)cuArray3DCreate_v2},
    {"cuArray3DGetDescriptor_v2", (void *)cuArray3DGetDescriptor_v2},
    {"cuArrayCreate_v2", (void *)cuArrayCreate_v2},
    {"cuArrayDestroy", (void *)cuArrayDestroy},
    {"cuArrayGetDescriptor_v2", (void *)cuArrayGetDescriptor_v2},
    {"cuSurfObjectCreate", (void *)cuSurfObjectCreate},
    {"cuSurfObjectDestroy", (void *)cuSurfObjectDestroy},
    {"cuSurfObjectGetResourceDesc", (void *)cuSurfObjectGetResourceDesc},
    {"cuTexObjectCreate", (void *)cuTexObjectCreate},
    {"cuTexObjectDestroy", (void *)cuTexObjectDestroy},
    {"cuTexObjectGetResourceDesc", (void *)cuTexObjectGetResourceDesc},
    {"cuTexObjectGetResourceViewDesc", (void *)cuTexObjectGetResourceViewDesc},
    {"cuTexObjectGetTextureDesc", (void *)cuTexObjectGetTextureDesc},
};
const unsigned xs_answered_count = sizeof xs_answered /
                                    sizeof xs_answered[0];

const xs_map_row xs_map[] = {
    {"cuArray3DCreate", 0, 2000, (void *)cuArray3DCreate},
    {"cuArray3DCreate", 0, 3020, (void *)cuArray3DCreate_v2},
    {"cuArray3DCreate", 1, 2000, (void *)cuArray3DCreate},
    {"cuArray3DCreate", 1, 3020, (void *)cuArray3DCreate_v2},
    {"cuArray3DGetDescriptor", 0, 2000, (void *)cuArray3DGetDescriptor},
    {"cuArray3DGetDescriptor", 0, 3020, (void *)cuArray3DGetDescriptor_v2},
    {"cuArray3DGetDescriptor", 1, 2000, (void *)cuArray3DGetDescriptor},
    {"cuArray3DGetDescriptor", 1, 3020, (void *)cuArray3DGetDescriptor_v2},
    {"cuArrayCreate", 0, 2000, (void *)cuArrayCreate},
    {"cuArrayCreate", 0, 3020, (void *)cuArrayCreate_v2},
    {"cuArrayCreate", 1, 2000, (void *)cuArrayCreate},
    {"cuArrayCreate", 1, 3020, (void *)cuArrayCreate_v2},
    {"cuArrayDestroy", 0, 2000, (void *)cuArrayDestroy},
    {"cuArrayDestroy", 1, 2000, (void *)cuArrayDestroy},
    {"cuArrayGetDescriptor", 0, 2000, (void *)cuArrayGetDescriptor},
    {"cuArrayGetDescriptor", 0, 3020, (void *)cuArrayGetDescriptor_v2},
    {"cuArrayGetDescriptor", 1, 2000, (void *)cuArrayGetDescriptor},
    {"cuArrayGetDescriptor", 1, 3020, (void *)cuArrayGetDescriptor_v2},
    {"cuArrayGetMemoryRequirements", 0, 11060, (void *)cuArrayGetMemoryRequirements},
    {"cuArrayGetMemoryRequirements", 1, 11060, (void *)cuArrayGetMemoryRequirements},
    {"cuArrayGetPlane", 0, 11020, (void *)cuArrayGetPlane},
    {"cuArrayGetPlane", 1, 11020, (void *)cuArrayGetPlane},
    {"cuArrayGetSparseProperties", 0, 11010, (void *)cuArrayGetSparseProperties},
    {"cuArrayGetSparseProperties", 1, 11010, (void *)cuArrayGetSparseProperties},
    {"cuCheckpointProcessCheckpoint", 0, 12080, (void *)cuCheckpointProcessCheckpoint},
    {"cuCheckpointProcessCheckpoint", 1, 12080, (void *)cuCheckpointProcessCheckpoint},
    {"cuCheckpointProcessGetRestoreThreadId", 0, 12080, (void *)cuCheckpointProcessGetRestoreThreadId},
    {"cuCheckpointProcessGetRestoreThreadId", 1, 12080, (void *)cuCheckpointProcessGetRestoreThreadId},
    {"cuCheckpointProcessGetState", 0, 12080, (void *)cuCheckpointProcessGetState},
    {"cuCheckpointProcessGetState", 1, 12080, (void *)cuCheckpointProcessGetState},
    {"cuCheckpointProcessLock", 0, 12080, (void *)cuCheckpointProcessLock},
    {"cuCheckpointProcessLock", 1, 12080, (void *)cuCheckpointProcessLock},
    {"cuCheckpointProcessRestore", 0, 12080, (void *)cuCheckpointProcessRestore},
    {"cuCheckpointProcessRestore", 1, 12080, (void *)cuCheckpointProcessRestore},
    {"cuCheckpointProcessUnlock", 0, 12080, (void *)cuCheckpointProcessUnlock},
    {"cuCheckpointProcessUnlock", 1, 12080, (void *)cuCheckpointProcessUnlock},
    {"cuCoredumpGetAttribute", 0, 12010, (void *)cuCoredumpGetAttribute},
    {"cuCoredumpGetAttribute", 1, 12010, (void *)cuCoredumpGetAttribute},
    {"cuCoredumpGetAttributeGlobal", 0, 12010, (void *)cuCoredumpGetAttributeGlobal},
    {"cuCoredumpGetAttributeGlobal", 1, 12010, (void *)cuCoredumpGetAttributeGlobal},
    {"cuCoredumpSetAttribute", 0, 12010, (void *)cuCoredumpSetAttribute},
    {"cuCoredumpSetAttribute", 1, 12010, (void *)cuCoredumpSetAttribute},
    {"cuCoredumpSetAttributeGlobal", 0, 12010, (void *)cuCoredumpSetAttributeGlobal},
    {"cuCoredumpSetAttributeGlobal", 1, 12010, (void *)cuCoredumpSetAttributeGlobal},
    {"cuCtxAttach", 0, 2000, (void *)cuCtxAttach},
    {"cuCtxAttach", 1, 2000, (void *)cuCtxAttach},
    {"cuCtxCreate", 0, 2000, (void *)cuCtxCreate},
    {"cuCtxCreate", 0, 3020, (void *)cuCtxCreate_v2},
    {"cuCtxCreate", 0, 11040, (void *)cuCtxCreate_v3},
    {"cuCtxCreate", 0, 12050, (void *)cuCtxCreate_v4},
    {"cuCtxCreate", 1, 2000, (void *)cuCtxCreate},
    {"cuCtxCreate", 1, 3020, (void *)cuCtxCreate_v2},
    {"cuCtxCreate", 1, 11040, (void *)cuCtxCreate_v3},
    {"cuCtxCreate", 1, 12050, (void *)cuCtxCreate_v4},
    {"cuCtxDestroy", 0, 2000, (void *)cuCtxDestroy},
    {"cuCtxDestroy", 0, 4000, (void *)cuCtxDestroy_v2},
    {"cuCtxDestroy", 1, 2000, (void *)cuCtxDestroy},
    {"cuCtxDestroy", 1, 4000, (void *)cuCtxDestroy_v2},
    {"cuCtxDetach", 0, 2000, (void *)cuCtxDetach},
    {"cuCtxDetach", 1, 2000, (void *)cuCtxDetach},
    {"cuCtxDisablePeerAccess", 0, 4000, (void *)cuCtxDisablePeerAccess},
    {"cuCtxDisablePeerAccess", 1, 4000, (void *)cuCtxDisablePeerAccess},
    {"cuCtxEnablePeerAccess", 0, 4000, (void *)cuCtxEnablePeerAccess},
    {"cuCtxEnablePeerAccess", 1, 4000, (void *)cuCtxEnablePeerAccess},
    {"cuCtxFromGreenCtx", 0, 12040, (void *)cuCtxFromGreenCtx},
    {"cuCtxFromGreenCtx", 1, 12040, (void *)cuCtxFromGreenCtx},
    {"cuCtxGetApiVersion", 0, 3020, (void *)cuCtxGetApiVersion},
    {"cuCtxGetApiVersion", 1, 3020, (void *)cuCtxGetApiVersion},
    {"cuCtxGetCacheConfig", 0, 3020, (void *)cuCtxGetCacheConfig},
    {"cuCtxGetCacheConfig", 1, 3020, (void *)cuCtxGetCacheConfig},
    {"cuCtxGetCurrent", 0, 4000, (void *)cuCtxGetCurrent},
    {"cuCtxGetCurrent", 1, 4000, (void *)cuCtxGetCurrent},
    {"cuCtxGetDevResource", 0, 12040, (void *)cuCtxGetDevResource},
    {"cuCtxGetDevResource", 1, 12040, (void *)cuCtxGetDevResource},
    {"cuCtxGetDevice", 0, 2000, (void *)cuCtxGetDevice},
    {"cuCtxGetDevice", 0, 13000, (void *)cuCtxGetDevice_v2},
    {"cuCtxGetDevice", 1, 2000, (void *)cuCtxGetDevice},
    {"cuCtxGetDevice", 1, 13000, (void *)cuCtxGetDevice_v2},
    {"cuCtxGetExecAffinity", 0, 11040, (void *)cuCtxGetExecAffinity},
    {"cuCtxGetExecAffinity", 1, 11040, (void *)cuCtxGetExecAffinity},
    {"cuCtxGetFlags", 0, 7000, (void *)cuCtxGetFlags},
    {"cuCtxGetFlags", 1, 7000, (void *)cuCtxGetFlags},
    {"cuCtxGetId", 0, 12000, (void *)cuCtxGetId},
    {"cuCtxGetId", 1, 12000, (void *)cuCtxGetId},
    {"cuCtxGetLimit", 0, 3010, (void *)cuCtxGetLimit},
    {"cuCtxGetLimit", 1, 3010, (void *)cuCtxGetLimit},
    {"cuCtxGetSharedMemConfig", 0, 4020, (void *)cuCtxGetSharedMemConfig},
    {"cuCtxGetSharedMemConfig", 1, 4020, (void *)cuCtxGetSharedMemConfig},
    {"cuCtxGetStreamPriorityRange", 0, 5050, (void *)cuCtxGetStreamPriorityRange},
    {"cuCtxGetStreamPriorityRange", 1, 5050, (void *)cuCtxGetStreamPriorityRange},
    {"cuCtxPopCurrent", 0, 2000, (void *)cuCtxPopCurrent},
    {"cuCtxPopCurrent", 0, 4000, (void *)cuCtxPopCurrent_v2},
    {"cuCtxPopCurrent", 1, 2000, (void *)cuCtxPopCurrent},
    {"cuCtxPopCurrent", 1, 4000, (void *)cuCtxPopCurrent_v2},
    {"cuCtxPushCurrent", 0, 2000, (void *)cuCtxPushCurrent},
    {"cuCtxPushCurrent", 0, 4000, (void *)cuCtxPushCurrent_v2},
    {"cuCtxPushCurrent", 1, 2000, (void *)cuCtxPushCurrent},
    {"cuCtxPushCurrent", 1, 4000, (void *)cuCtxPushCurrent_v2},
    {"cuCtxRecordEvent", 0, 12050, (void *)cuCtxRecordEvent},
    {"cuCtxRecordEvent", 1, 12050, (void *)cuCtxRecordEvent},
    {"cuCtxResetPersistingL2Cache", 0, 11000, (void *)cuCtxResetPersistingL2Cache},
    {"cuCtxResetPersistingL2Cache", 1, 11000, (void *)cuCtxResetPersistingL2Cache},
    {"cuCtxSetCacheConfig", 0, 3020, (void *)cuCtxSetCacheConfig},
    {"cuCtxSetCacheConfig", 1, 3020, (void *)cuCtxSetCacheConfig},
    {"cuCtxSetCurrent", 0, 4000, (void *)cuCtxSetCurrent},
    {"cuCtxSetCurrent", 1, 4000, (void *)cuCtxSetCurrent},
    {"cuCtxSetFlags", 0, 12010, (void *)cuCtxSetFlags},
    {"cuCtxSetFlags", 1, 12010, (void *)cuCtxSetFlags},
    {"cuCtxSetLimit", 0, 3010, (void *)cuCtxSetLimit},
    {"cuCtxSetLimit", 1, 3010, (void *)cuCtxSetLimit},
    {"cuCtxSetSharedMemConfig", 0, 4020, (void *)cuCtxSetSharedMemConfig},
    {"cuCtxSetSharedMemConfig", 1, 4020, (void *)cuCtxSetSharedMemConfig},
    {"cuCtxSynchronize", 0, 2000, (void *)cuCtxSynchronize},
    {"cuCtxSynchronize", 0, 13000, (void *)cuCtxSynchronize_v2},
    {"cuCtxSynchronize", 1, 2000, (void *)cuCtxSynchronize},
    {"cuCtxSynchronize", 1, 13000, (void *)cuCtxSynchronize_v2},
    {"cuCtxWaitEvent", 0, 12050, (void *)cuCtxWaitEvent},
    {"cuCtxWaitEvent", 1, 12050, (void *)cuCtxWaitEvent},
    {"cuDestroyExternalMemory", 0, 10000, (void *)cuDestroyExternalMemory},
    {"cuDestroyExternalMemory", 1, 10000, (void *)cuDestroyExternalMemory},
    {"cuDestroyExternalSemaphore", 0, 10000, (void *)cuDestroyExternalSemaphore},
    {"cuDestroyExternalSemaphore", 1, 10000, (void *)cuDestroyExternalSemaphore},
    {"cuDevResourceGenerateDesc", 0, 12040, (void *)cuDevResourceGenerateDesc},
    {"cuDevResourceGenerateDesc", 1, 12040, (void *)cuDevResourceGenerateDesc},
    {"cuDevSmResourceSplitByCount", 0, 12040, (void *)cuDevSmResourceSplitByCount},
    {"cuDevSmResourceSplitByCount", 1, 12040, (void *)cuDevSmResourceSplitByCount},
    {"cuDeviceCanAccessPeer", 0, 4000, (void *)cuDeviceCanAccessPeer},
    {"cuDeviceCanAccessPeer", 1, 4000, (void *)cuDeviceCanAccessPeer},
    {"cuDeviceComputeCapability", 0, 2000, (void *)cuDeviceComputeCapability},
    {"cuDeviceComputeCapability", 1, 2000, (void *)cuDeviceComputeCapability},
    {"cuDeviceGet", 0, 2000, (void *)cuDeviceGet},
    {"cuDeviceGet", 1, 2000, (void *)cuDeviceGet},
    {"cuDeviceGetAttribute", 0, 2000, (void *)cuDeviceGetAttribute},
    {"cuDeviceGetAttribute", 1, 2000, (void *)cuDeviceGetAttribute},
    {"cuDeviceGetByPCIBusId", 0, 4010, (void *)cuDeviceGetByPCIBusId},
    {"cuDeviceGetByPCIBusId", 1, 4010, (void *)cuDeviceGetByPCIBusId},
    {"cuDeviceGetCount", 0, 2000, (void *)cuDeviceGetCount},
    {"cuDeviceGetCount", 1, 2000, (void *)cuDeviceGetCount},
    {"cuDeviceGetDefaultMemPool", 0, 11020, (void *)cuDeviceGetDefaultMemPool},
    {"cuDeviceGetDefaultMemPool", 1, 11020, (void *)cuDeviceGetDefaultMemPool},
    {"cuDeviceGetDevResource", 0, 12040, (void *)cuDeviceGetDevResource},
    {"cuDeviceGetDevResource", 1, 12040, (void *)cuDeviceGetDevResource},
    {"cuDeviceGetExecAffinitySupport", 0, 11040, (void *)cuDeviceGetExecAffinitySupport},
    {"cuDeviceGetExecAffinitySupport", 1, 11040, (void *)cuDeviceGetExecAffinitySupport},
    {"cuDeviceGetGraphMemAttribute", 0, 11040, (void *)cuDeviceGetGraphMemAttribute},
    {"cuDeviceGetGraphMemAttribute", 1, 11040, (void *)cuDeviceGetGraphMemAttribute},
    {"cuDeviceGetHostAtomicCapabilities", 0, 13000, (void *)cuDeviceGetHostAtomicCapabilities},
    {"cuDeviceGetHostAtomicCapabilities", 1, 13000, (void *)cuDeviceGetHostAtomicCapabilities},
    {"cuDeviceGetLuid", 0, 10000, (void *)cuDeviceGetLuid},
    {"cuDeviceGetLuid", 1, 10000, (void *)cuDeviceGetLuid},
    {"cuDeviceGetMemPool", 0, 11020, (void *)cuDeviceGetMemPool},
    {"cuDeviceGetMemPool", 1, 11020, (void *)cuDeviceGetMemPool},
    {"cuDeviceGetName", 0, 2000, (void *)cuDeviceGetName},
    {"cuDeviceGetName", 1, 2000, (void *)cuDeviceGetName},
    {"cuDeviceGetNvSciSyncAttributes", 0, 10020, (void *)cuDeviceGetNvSciSyncAttributes},
    {"cuDeviceGetNvSciSyncAttributes", 1, 10020, (void *)cuDeviceGetNvSciSyncAttributes},
    {"cuDeviceGetP2PAtomicCapabilities", 0, 13000, (void *)cuDeviceGetP2PAtomicCapabilities},
    {"cuDeviceGetP2PAtomicCapabilities", 1, 13000, (void *)cuDeviceGetP2PAtomicCapabilities},
    {"cuDeviceGetP2PAttribute", 0, 8000, (void *)cuDeviceGetP2PAttribute},
    {"cuDeviceGetP2PAttribute", 1, 8000, (void *)cuDeviceGetP2PAttribute},
    {"cuDeviceGetPCIBusId", 0, 4010, (void *)cuDeviceGetPCIBusId},
    {"cuDeviceGetPCIBusId", 1, 4010, (void *)cuDeviceGetPCIBusId},
    {"cuDeviceGetProperties", 0, 2000, (void *)cuDeviceGetProperties},
    {"cuDeviceGetProperties", 1, 2000, (void *)cuDeviceGetProperties},
    {"cuDeviceGetTexture1DLinearMaxWidth", 0, 11010, (void *)cuDeviceGetTexture1DLinearMaxWidth},
    {"cuDeviceGetTexture1DLinearMaxWidth", 1, 11010, (void *)cuDeviceGetTexture1DLinearMaxWidth},
    {"cuDeviceGetUuid", 0, 9020, (void *)cuDeviceGetUuid},
    {"cuDeviceGetUuid", 0, 11040, (void *)cuDeviceGetUuid_v2},
    {"cuDeviceGetUuid", 1, 9020, (void *)cuDeviceGetUuid},
    {"cuDeviceGetUuid", 1, 11040, (void *)cuDeviceGetUuid_v2},
    {"cuDeviceGraphMemTrim", 0, 11040, (void *)cuDeviceGraphMemTrim},
    {"cuDeviceGraphMemTrim", 1, 11040, (void *)cuDeviceGraphMemTrim},
    {"cuDevicePrimaryCtxGetState", 0, 7000, (void *)cuDevicePrimaryCtxGetState},
    {"cuDevicePrimaryCtxGetState", 1, 7000, (void *)cuDevicePrimaryCtxGetState},
    {"cuDevicePrimaryCtxRelease", 0, 7000, (void *)cuDevicePrimaryCtxRelease},
    {"cuDevicePrimaryCtxRelease", 0, 11000, (void *)cuDevicePrimaryCtxRelease_v2},
    {"cuDevicePrimaryCtxRelease", 1, 7000, (void *)cuDevicePrimaryCtxRelease},
    {"cuDevicePrimaryCtxRelease", 1, 11000, (void *)cuDevicePrimaryCtxRelease_v2},
    {"cuDevicePrimaryCtxReset", 0, 7000, (void *)cuDevicePrimaryCtxReset},
    {"cuDevicePrimaryCtxReset", 0, 11000, (void *)cuDevicePrimaryCtxReset_v2},
    {"cuDevicePrimaryCtxReset", 1, 7000, (void *)cuDevicePrimaryCtxReset},
    {"cuDevicePrimaryCtxReset", 1, 11000, (void *)cuDevicePrimaryCtxReset_v2},
    {"cuDevicePrimaryCtxRetain", 0, 7000, (void *)cuDevicePrimaryCtxRetain},
    {"cuDevicePrimaryCtxRetain", 1, 7000, (void *)cuDevicePrimaryCtxRetain},
    {"cuDevicePrimaryCtxSetFlags", 0, 7000, (void *)cuDevicePrimaryCtxSetFlags},
    {"cuDevicePrimaryCtxSetFlags", 0, 11000, (void *)cuDevicePrimaryCtxSetFlags_v2},
    {"cuDevicePrimaryCtxSetFlags", 1, 7000, (void *)cuDevicePrimaryCtxSetFlags},
    {"cuDevicePrimaryCtxSetFlags", 1, 11000, (void *)cuDevicePrimaryCtxSetFlags_v2},
    {"cuDeviceRegisterAsyncNotification", 0, 12040, (void *)cuDeviceRegisterAsyncNotification},
    {"cuDeviceRegisterAsyncNotification", 1, 12040, (void *)cuDeviceRegisterAsyncNotification},
    {"cuDeviceSetGraphMemAttribute", 0, 11040, (void *)cuDeviceSetGraphMemAttribute},
    {"cuDeviceSetGraphMemAttribute", 1, 11040, (void *)cuDeviceSetGraphMemAttribute},
    {"cuDeviceSetMemPool", 0, 11020, (void *)cuDeviceSetMemPool},
    {"cuDeviceSetMemPool", 1, 11020, (void *)cuDeviceSetMemPool},
    {"cuDeviceTotalMem", 0, 2000, (void *)cuDeviceTotalMem},
    {"cuDeviceTotalMem", 0, 3020, (void *)cuDeviceTotalMem_v2},
    {"cuDeviceTotalMem", 1, 2000, (void *)cuDeviceTotalMem},
    {"cuDeviceTotalMem", 1, 3020, (void *)cuDeviceTotalMem_v2},
    {"cuDeviceUnregisterAsyncNotification", 0, 12040, (void *)cuDeviceUnregisterAsyncNotification},
    {"cuDeviceUnregisterAsyncNotification", 1, 12040, (void *)cuDeviceUnregisterAsyncNotification},
    {"cuDriverGetVersion", 0, 2020, (void *)cuDriverGetVersion},
    {"cuDriverGetVersion", 1, 2020, (void *)cuDriverGetVersion},
    {"cuEGLStreamConsumerAcquireFrame", 0, 7000, (void *)cuEGLStreamConsumerAcquireFrame},
    {"cuEGLStreamConsumerAcquireFrame", 1, 7000, (void *)cuEGLStreamConsumerAcquireFrame},
    {"cuEGLStreamConsumerConnect", 0, 7000, (void *)cuEGLStreamConsumerConnect},
    {"cuEGLStreamConsumerConnect", 1, 7000, (void *)cuEGLStreamConsumerConnect},
    {"cuEGLStreamConsumerConnectWithFlags", 0, 8000, (void *)cuEGLStreamConsumerConnectWithFlags},
    {"cuEGLStreamConsumerConnectWithFlags", 1, 8000, (void *)cuEGLStreamConsumerConnectWithFlags},
    {"cuEGLStreamConsumerDisconnect", 0, 7000, (void *)cuEGLStreamConsumerDisconnect},
    {"cuEGLStreamConsumerDisconnect", 1, 7000, (void *)cuEGLStreamConsumerDisconnect},
    {"cuEGLStreamConsumerReleaseFrame", 0, 7000, (void *)cuEGLStreamConsumerReleaseFrame},
    {"cuEGLStreamConsumerReleaseFrame", 1, 7000, (void *)cuEGLStreamConsumerReleaseFrame},
    {"cuEGLStreamProducerConnect", 0, 7000, (void *)cuEGLStreamProducerConnect},
    {"cuEGLStreamProducerConnect", 1, 7000, (void *)cuEGLStreamProducerConnect},
    {"cuEGLStreamProducerDisconnect", 0, 7000, (void *)cuEGLStreamProducerDisconnect},
    {"cuEGLStreamProducerDisconnect", 1, 7000, (void *)cuEGLStreamProducerDisconnect},
    {"cuEGLStreamProducerPresentFrame", 0, 7000, (void *)cuEGLStreamProducerPresentFrame},
    {"cuEGLStreamProducerPresentFrame", 1, 7000, (void *)cuEGLStreamProducerPresentFrame},
    {"cuEGLStreamProducerReturnFrame", 0, 7000, (void *)cuEGLStreamProducerReturnFrame},
    {"cuEGLStreamProducerReturnFrame", 1, 7000, (void *)cuEGLStreamProducerReturnFrame},
    {"cuEventCreate", 0, 2000, (void *)cuEventCreate},
    {"cuEventCreate", 1, 2000, (void *)cuEventCreate},
    {"cuEventDestroy", 0, 2000, (void *)cuEventDestroy},
    {"cuEventDestroy", 0, 4000, (void *)cuEventDestroy_v2},
    {"cuEventDestroy", 1, 2000, (void *)cuEventDestroy},
    {"cuEventDestroy", 1, 4000, (void *)cuEventDestroy_v2},
    {"cuEventElapsedTime", 0, 2000, (void *)cuEventElapsedTime},
    {"cuEventElapsedTime", 0, 12080, (void *)cuEventElapsedTime_v2},
    {"cuEventElapsedTime", 1, 2000, (void *)cuEventElapsedTime},
    {"cuEventElapsedTime", 1, 12080, (void *)cuEventElapsedTime_v2},
    {"cuEventQuery", 0, 2000, (void *)cuEventQuery},
    {"cuEventQuery", 1, 2000, (void *)cuEventQuery},
    {"cuEventRecord", 0, 2000, (void *)cuEventRecord},
    {"cuEventRecord", 1, 7000, (void *)cuEventRecord_ptsz},
    {"cuEventRecordWithFlags", 0, 11010, (void *)cuEventRecordWithFlags},
    {"cuEventRecordWithFlags", 1, 11010, (void *)cuEventRecordWithFlags_ptsz},
    {"cuEventSynchronize", 0, 2000, (void *)cuEventSynchronize},
    {"cuEventSynchronize", 1, 2000, (void *)cuEventSynchronize},
    {"cuExternalMemoryGetMappedBuffer", 0, 10000, (void *)cuExternalMemoryGetMappedBuffer},
    {"cuExternalMemoryGetMappedBuffer", 1, 10000, (void *)cuExternalMemoryGetMappedBuffer},
    {"cuExternalMemoryGetMappedMipmappedArray", 0, 10000, (void *)cuExternalMemoryGetMappedMipmappedArray},
    {"cuExternalMemoryGetMappedMipmappedArray", 1, 10000, (void *)cuExternalMemoryGetMappedMipmappedArray},
    {"cuFlushGPUDirectRDMAWrites", 0, 11030, (void *)cuFlushGPUDirectRDMAWrites},
    {"cuFlushGPUDirectRDMAWrites", 1, 11030, (void *)cuFlushGPUDirectRDMAWrites},
    {"cuFuncGetAttribute", 0, 2020, (void *)cuFuncGetAttribute},
    {"cuFuncGetAttribute", 1, 2020, (void *)cuFuncGetAttribute},
    {"cuFuncGetModule", 0, 11000, (void *)cuFuncGetModule},
    {"cuFuncGetModule", 1, 11000, (void *)cuFuncGetModule},
    {"cuFuncGetName", 0, 12030, (void *)cuFuncGetName},
    {"cuFuncGetName", 1, 12030, (void *)cuFuncGetName},
    {"cuFuncGetParamInfo", 0, 12040, (void *)cuFuncGetParamInfo},
    {"cuFuncGetParamInfo", 1, 12040, (void *)cuFuncGetParamInfo},
    {"cuFuncIsLoaded", 0, 12040, (void *)cuFuncIsLoaded},
    {"cuFuncIsLoaded", 1, 12040, (void *)cuFuncIsLoaded},
    {"cuFuncLoad", 0, 12040, (void *)cuFuncLoad},
    {"cuFuncLoad", 1, 12040, (void *)cuFuncLoad},
    {"cuFuncSetAttribute", 0, 9000, (void *)cuFuncSetAttribute},
    {"cuFuncSetAttribute", 1, 9000, (void *)cuFuncSetAttribute},
    {"cuFuncSetBlockShape", 0, 2000, (void *)cuFuncSetBlockShape},
    {"cuFuncSetBlockShape", 1, 2000, (void *)cuFuncSetBlockShape},
    {"cuFuncSetCacheConfig", 0, 3000, (void *)cuFuncSetCacheConfig},
    {"cuFuncSetCacheConfig", 1, 3000, (void *)cuFuncSetCacheConfig},
    {"cuFuncSetSharedMemConfig", 0, 4020, (void *)cuFuncSetSharedMemConfig},
    {"cuFuncSetSharedMemConfig", 1, 4020, (void *)cuFuncSetSharedMemConfig},
    {"cuFuncSetSharedSize", 0, 2000, (void *)cuFuncSetSharedSize},
    {"cuFuncSetSharedSize", 1, 2000, (void *)cuFuncSetSharedSize},
    {"cuGLCtxCreate", 0, 2000, (void *)cuGLCtxCreate},
    {"cuGLCtxCreate", 0, 3020, (void *)cuGLCtxCreate_v2},
    {"cuGLCtxCreate", 1, 2000, (void *)cuGLCtxCreate},
    {"cuGLCtxCreate", 1, 3020, (void *)cuGLCtxCreate_v2},
    {"cuGLGetDevices", 0, 4010, (void *)cuGLGetDevices},
    {"cuGLGetDevices", 0, 6050, (void *)cuGLGetDevices_v2},
    {"cuGLGetDevices", 1, 4010, (void *)cuGLGetDevices},
    {"cuGLGetDevices", 1, 6050, (void *)cuGLGetDevices_v2},
    {"cuGLInit", 0, 2000, (void *)cuGLInit},
    {"cuGLInit", 1, 2000, (void *)cuGLInit},
    {"cuGLMapBufferObject", 0, 2000, (void *)cuGLMapBufferObject},
    {"cuGLMapBufferObject", 0, 3020, (void *)cuGLMapBufferObject_v2},
    {"cuGLMapBufferObject", 1, 7000, (void *)cuGLMapBufferObject_v2_ptds},
    {"cuGLMapBufferObjectAsync", 0, 2030, (void *)cuGLMapBufferObjectAsync},
    {"cuGLMapBufferObjectAsync", 0, 3020, (void *)cuGLMapBufferObjectAsync_v2},
    {"cuGLMapBufferObjectAsync", 1, 7000, (void *)cuGLMapBufferObjectAsync_v2_ptsz},
    {"cuGLRegisterBufferObject", 0, 2000, (void *)cuGLRegisterBufferObject},
    {"cuGLRegisterBufferObject", 1, 2000, (void *)cuGLRegisterBufferObject},
    {"cuGLSetBufferObjectMapFlags", 0, 2030, (void *)cuGLSetBufferObjectMapFlags},
    {"cuGLSetBufferObjectMapFlags", 1, 2030, (void *)cuGLSetBufferObjectMapFlags},
    {"cuGLUnmapBufferObject", 0, 2000, (void *)cuGLUnmapBufferObject},
    {"cuGLUnmapBufferObject", 1, 2000, (void *)cuGLUnmapBufferObject},
    {"cuGLUnmapBufferObjectAsync", 0, 2030, (void *)cuGLUnmapBufferObjectAsync},
    {"cuGLUnmapBufferObjectAsync", 1, 2030, (void *)cuGLUnmapBufferObjectAsync},
    {"cuGLUnregisterBufferObject", 0, 2000, (void *)cuGLUnregisterBufferObject},
    {"cuGLUnregisterBufferObject", 1, 2000, (void *)cuGLUnregisterBufferObject},
    {"cuGetErrorName", 0, 6000, (void *)cuGetErrorName},
    {"cuGetErrorName", 1, 6000, (void *)cuGetErrorName},
    {"cuGetErrorString", 0, 6000, (void *)cuGetErrorString},
    {"cuGetErrorString", 1, 6000, (void *)cuGetErrorString},
    {"cuGetExportTable", 0, 3000, (void *)cuGetExportTable},
    {"cuGetExportTable", 1, 3000, (void *)cuGetExportTable},
    {"cuGetProcAddress", 0, 11030, (void *)cuGetProcAddress},
    {"cuGetProcAddress", 0, 12000, (void *)cuGetProcAddress_v2},
    {"cuGetProcAddress", 1, 11030, (void *)cuGetProcAddress},
    {"cuGetProcAddress", 1, 12000, (void *)cuGetProcAddress_v2},
    {"cuGraphAddBatchMemOpNode", 0, 11070, (void *)cuGraphAddBatchMemOpNode},
    {"cuGraphAddBatchMemOpNode", 1, 11070, (void *)cuGraphAddBatchMemOpNode},
    {"cuGraphAddChildGraphNode", 0, 10000, (void *)cuGraphAddChildGraphNode},
    {"cuGraphAddChildGraphNode", 1, 10000, (void *)cuGraphAddChildGraphNode},
    {"cuGraphAddDependencies", 0, 10000, (void *)cuGraphAddDependencies},
    {"cuGraphAddDependencies", 0, 12030, (void *)cuGraphAddDependencies_v2},
    {"cuGraphAddDependencies", 1, 10000, (void *)cuGraphAddDependencies},
    {"cuGraphAddDependencies", 1, 12030, (void *)cuGraphAddDependencies_v2},
    {"cuGraphAddEmptyNode", 0, 10000, (void *)cuGraphAddEmptyNode},
    {"cuGraphAddEmptyNode", 1, 10000, (void *)cuGraphAddEmptyNode},
    {"cuGraphAddEventRecordNode", 0, 11010, (void *)cuGraphAddEventRecordNode},
    {"cuGraphAddEventRecordNode", 1, 11010, (void *)cuGraphAddEventRecordNode},
    {"cuGraphAddEventWaitNode", 0, 11010, (void *)cuGraphAddEventWaitNode},
    {"cuGraphAddEventWaitNode", 1, 11010, (void *)cuGraphAddEventWaitNode},
    {"cuGraphAddExternalSemaphoresSignalNode", 0, 11020, (void *)cuGraphAddExternalSemaphoresSignalNode},
    {"cuGraphAddExternalSemaphoresSignalNode", 1, 11020, (void *)cuGraphAddExternalSemaphoresSignalNode},
    {"cuGraphAddExternalSemaphoresWaitNode", 0, 11020, (void *)cuGraphAddExternalSemaphoresWaitNode},
    {"cuGraphAddExternalSemaphoresWaitNode", 1, 11020, (void *)cuGraphAddExternalSemaphoresWaitNode},
    {"cuGraphAddHostNode", 0, 10000, (void *)cuGraphAddHostNode},
    {"cuGraphAddHostNode", 1, 10000, (void *)cuGraphAddHostNode},
    {"cuGraphAddKernelNode", 0, 10000, (void *)cuGraphAddKernelNode},
    {"cuGraphAddKernelNode", 0, 12000, (void *)cuGraphAddKernelNode_v2},
    {"cuGraphAddKernelNode", 1, 10000, (void *)cuGraphAddKernelNode},
    {"cuGraphAddKernelNode", 1, 12000, (void *)cuGraphAddKernelNode_v2},
    {"cuGraphAddMemAllocNode", 0, 11040, (void *)cuGraphAddMemAllocNode},
    {"cuGraphAddMemAllocNode", 1, 11040, (void *)cuGraphAddMemAllocNode},
    {"cuGraphAddMemFreeNode", 0, 11040, (void *)cuGraphAddMemFreeNode},
    {"cuGraphAddMemFreeNode", 1, 11040, (void *)cuGraphAddMemFreeNode},
    {"cuGraphAddMemcpyNode", 0, 10000, (void *)cuGraphAddMemcpyNode},
    {"cuGraphAddMemcpyNode", 1, 10000, (void *)cuGraphAddMemcpyNode},
    {"cuGraphAddMemsetNode", 0, 10000, (void *)cuGraphAddMemsetNode},
    {"cuGraphAddMemsetNode", 1, 10000, (void *)cuGraphAddMemsetNode},
    {"cuGraphAddNode", 0, 12020, (void *)cuGraphAddNode},
    {"cuGraphAddNode", 0, 12030, (void *)cuGraphAddNode_v2},
    {"cuGraphAddNode", 1, 12020, (void *)cuGraphAddNode},
    {"cuGraphAddNode", 1, 12030, (void *)cuGraphAddNode_v2},
    {"cuGraphBatchMemOpNodeGetParams", 0, 11070, (void *)cuGraphBatchMemOpNodeGetParams},
    {"cuGraphBatchMemOpNodeGetParams", 1, 11070, (void *)cuGraphBatchMemOpNodeGetParams},
    {"cuGraphBatchMemOpNodeSetParams", 0, 11070, (void *)cuGraphBatchMemOpNodeSetParams},
    {"cuGraphBatchMemOpNodeSetParams", 1, 11070, (void *)cuGraphBatchMemOpNodeSetParams},
    {"cuGraphChildGraphNodeGetGraph", 0, 10000, (void *)cuGraphChildGraphNodeGetGraph},
    {"cuGraphChildGraphNodeGetGraph", 1, 10000, (void *)cuGraphChildGraphNodeGetGraph},
    {"cuGraphClone", 0, 10000, (void *)cuGraphClone},
    {"cuGraphClone", 1, 10000, (void *)cuGraphClone},
    {"cuGraphConditionalHandleCreate", 0, 12030, (void *)cuGraphConditionalHandleCreate},
    {"cuGraphConditionalHandleCreate", 1, 12030, (void *)cuGraphConditionalHandleCreate},
    {"cuGraphCreate", 0, 10000, (void *)cuGraphCreate},
    {"cuGraphCreate", 1, 10000, (void *)cuGraphCreate},
    {"cuGraphDebugDotPrint", 0, 11030, (void *)cuGraphDebugDotPrint},
    {"cuGraphDebugDotPrint", 1, 11030, (void *)cuGraphDebugDotPrint},
    {"cuGraphDestroy", 0, 10000, (void *)cuGraphDestroy},
    {"cuGraphDestroy", 1, 10000, (void *)cuGraphDestroy},
    {"cuGraphDestroyNode", 0, 10000, (void *)cuGraphDestroyNode},
    {"cuGraphDestroyNode", 1, 10000, (void *)cuGraphDestroyNode},
    {"cuGraphEventRecordNodeGetEvent", 0, 11010, (void *)cuGraphEventRecordNodeGetEvent},
    {"cuGraphEventRecordNodeGetEvent", 1, 11010, (void *)cuGraphEventRecordNodeGetEvent},
    {"cuGraphEventRecordNodeSetEvent", 0, 11010, (void *)cuGraphEventRecordNodeSetEvent},
    {"cuGraphEventRecordNodeSetEvent", 1, 11010, (void *)cuGraphEventRecordNodeSetEvent},
    {"cuGraphEventWaitNodeGetEvent", 0, 11010, (void *)cuGraphEventWaitNodeGetEvent},
    {"cuGraphEventWaitNodeGetEvent", 1, 11010, (void *)cuGraphEventWaitNodeGetEvent},
    {"cuGraphEventWaitNodeSetEvent", 0, 11010, (void *)cuGraphEventWaitNodeSetEvent},
    {"cuGraphEventWaitNodeSetEvent", 1, 11010, (void *)cuGraphEventWaitNodeSetEvent},
    {"cuGraphExecBatchMemOpNodeSetParams", 0, 11070, (void *)cuGraphExecBatchMemOpNodeSetParams},
    {"cuGraphExecBatchMemOpNodeSetParams", 1, 11070, (void *)cuGraphExecBatchMemOpNodeSetParams},
    {"cuGraphExecChildGraphNodeSetParams", 0, 11010, (void *)cuGraphExecChildGraphNodeSetParams},
    {"cuGraphExecChildGraphNodeSetParams", 1, 11010, (void *)cuGraphExecChildGraphNodeSetParams},
    {"cuGraphExecDestroy", 0, 10000, (void *)cuGraphExecDestroy},
    {"cuGraphExecDestroy", 1, 10000, (void *)cuGraphExecDestroy},
    {"cuGraphExecEventRecordNodeSetEvent", 0, 11010, (void *)cuGraphExecEventRecordNodeSetEvent},
    {"cuGraphExecEventRecordNodeSetEvent", 1, 11010, (void *)cuGraphExecEventRecordNodeSetEvent},
    {"cuGraphExecEventWaitNodeSetEvent", 0, 11010, (void *)cuGraphExecEventWaitNodeSetEvent},
    {"cuGraphExecEventWaitNodeSetEvent", 1, 11010, (void *)cuGraphExecEventWaitNodeSetEvent},
    {"cuGraphExecExternalSemaphoresSignalNodeSetParams", 0, 11020, (void *)cuGraphExecExternalSemaphoresSignalNodeSetParams},
    {"cuGraphExecExternalSemaphoresSignalNodeSetParams", 1, 11020, (void *)cuGraphExecExternalSemaphoresSignalNodeSetParams},
    {"cuGraphExecExternalSemaphoresWaitNodeSetParams", 0, 11020, (void *)cuGraphExecExternalSemaphoresWaitNodeSetParams},
    {"cuGraphExecExternalSemaphoresWaitNodeSetParams", 1, 11020, (void *)cuGraphExecExternalSemaphoresWaitNodeSetParams},
    {"cuGraphExecGetFlags", 0, 12000, (void *)cuGraphExecGetFlags},
    {"cuGraphExecGetFlags", 1, 12000, (void *)cuGraphExecGetFlags},
    {"cuGraphExecHostNodeSetParams", 0, 10020, (void *)cuGraphExecHostNodeSetParams},
    {"cuGraphExecHostNodeSetParams", 1, 10020, (void *)cuGraphExecHostNodeSetParams},
    {"cuGraphExecKernelNodeSetParams", 0, 10010, (void *)cuGraphExecKernelNodeSetParams},
    {"cuGraphExecKernelNodeSetParams", 0, 12000, (void *)cuGraphExecKernelNodeSetParams_v2},
    {"cuGraphExecKernelNodeSetParams", 1, 10010, (void *)cuGraphExecKernelNodeSetParams},
    {"cuGraphExecKernelNodeSetParams", 1, 12000, (void *)cuGraphExecKernelNodeSetParams_v2},
    {"cuGraphExecMemcpyNodeSetParams", 0, 10020, (void *)cuGraphExecMemcpyNodeSetParams},
    {"cuGraphExecMemcpyNodeSetParams", 1, 10020, (void *)cuGraphExecMemcpyNodeSetParams},
    {"cuGraphExecMemsetNodeSetParams", 0, 10020, (void *)cuGraphExecMemsetNodeSetParams},
    {"cuGraphExecMemsetNodeSetParams", 1, 10020, (void *)cuGraphExecMemsetNodeSetParams},
    {"cuGraphExecNodeSetParams", 0, 12020, (void *)cuGraphExecNodeSetParams},
    {"cuGraphExecNodeSetParams", 1, 12020, (void *)cuGraphExecNodeSetParams},
    {"cuGraphExecUpdate", 0, 10020, (void *)cuGraphExecUpdate},
    {"cuGraphExecUpdate", 0, 12000, (void *)cuGraphExecUpdate_v2},
    {"cuGraphExecUpdate", 1, 10020, (void *)cuGraphExecUpdate},
    {"cuGraphExecUpdate", 1, 12000, (void *)cuGraphExecUpdate_v2},
    {"cuGraphExternalSemaphoresSignalNodeGetParams", 0, 11020, (void *)cuGraphExternalSemaphoresSignalNodeGetParams},
    {"cuGraphExternalSemaphoresSignalNodeGetParams", 1, 11020, (void *)cuGraphExternalSemaphoresSignalNodeGetParams},
    {"cuGraphExternalSemaphoresSignalNodeSetParams", 0, 11020, (void *)cuGraphExternalSemaphoresSignalNodeSetParams},
    {"cuGraphExternalSemaphoresSignalNodeSetParams", 1, 11020, (void *)cuGraphExternalSemaphoresSignalNodeSetParams},
    {"cuGraphExternalSemaphoresWaitNodeGetParams", 0, 11020, (void *)cuGraphExternalSemaphoresWaitNodeGetParams},
    {"cuGraphExternalSemaphoresWaitNodeGetParams", 1, 11020, (void *)cuGraphExternalSemaphoresWaitNodeGetParams},
    {"cuGraphExternalSemaphoresWaitNodeSetParams", 0, 11020, (void *)cuGraphExternalSemaphoresWaitNodeSetParams},
    {"cuGraphExternalSemaphoresWaitNodeSetParams", 1, 11020, (void *)cuGraphExternalSemaphoresWaitNodeSetParams},
    {"cuGraphGetEdges", 0, 10000, (void *)cuGraphGetEdges},
    {"cuGraphGetEdges", 0, 12030, (void *)cuGraphGetEdges_v2},
    {"cuGraphGetEdges", 1, 10000, (void *)cuGraphGetEdges},
    {"cuGraphGetEdges", 1, 12030, (void *)cuGraphGetEdges_v2},
    {"cuGraphGetNodes", 0, 10000, (void *)cuGraphGetNodes},
    {"cuGraphGetNodes", 1, 10000, (void *)cuGraphGetNodes},
    {"cuGraphGetRootNodes", 0, 10000, (void *)cuGraphGetRootNodes},
    {"cuGraphGetRootNodes", 1, 10000, (void *)cuGraphGetRootNodes},
    {"cuGraphHostNodeGetParams", 0, 10000, (void *)cuGraphHostNodeGetParams},
    {"cuGraphHostNodeGetParams", 1, 10000, (void *)cuGraphHostNodeGetParams},
    {"cuGraphHostNodeSetParams", 0, 10000, (void *)cuGraphHostNodeSetParams},
    {"cuGraphHostNodeSetParams", 1, 10000, (void *)cuGraphHostNodeSetParams},
    {"cuGraphInstantiate", 0, 10000, (void *)cuGraphInstantiate},
    {"cuGraphInstantiate", 0, 11000, (void *)cuGraphInstantiate_v2},
    {"cuGraphInstantiate", 1, 10000, (void *)cuGraphInstantiate},
    {"cuGraphInstantiate", 1, 11000, (void *)cuGraphInstantiate_v2},
    {"cuGraphInstantiateWithFlags", 0, 11040, (void *)cuGraphInstantiateWithFlags},
    {"cuGraphInstantiateWithFlags", 1, 11040, (void *)cuGraphInstantiateWithFlags},
    {"cuGraphInstantiateWithParams", 0, 12000, (void *)cuGraphInstantiateWithParams},
    {"cuGraphInstantiateWithParams", 1, 12000, (void *)cuGraphInstantiateWithParams_ptsz},
    {"cuGraphKernelNodeCopyAttributes", 0, 11000, (void *)cuGraphKernelNodeCopyAttributes},
    {"cuGraphKernelNodeCopyAttributes", 1, 11000, (void *)cuGraphKernelNodeCopyAttributes},
    {"cuGraphKernelNodeGetAttribute", 0, 11000, (void *)cuGraphKernelNodeGetAttribute},
    {"cuGraphKernelNodeGetAttribute", 1, 11000, (void *)cuGraphKernelNodeGetAttribute},
    {"cuGraphKernelNodeGetParams", 0, 10000, (void *)cuGraphKernelNodeGetParams},
    {"cuGraphKernelNodeGetParams", 0, 12000, (void *)cuGraphKernelNodeGetParams_v2},
    {"cuGraphKernelNodeGetParams", 1, 10000, (void *)cuGraphKernelNodeGetParams},
    {"cuGraphKernelNodeGetParams", 1, 12000, (void *)cuGraphKernelNodeGetParams_v2},
    {"cuGraphKernelNodeSetAttribute", 0, 11000, (void *)cuGraphKernelNodeSetAttribute},
    {"cuGraphKernelNodeSetAttribute", 1, 11000, (void *)cuGraphKernelNodeSetAttribute},
    {"cuGraphKernelNodeSetParams", 0, 10000, (void *)cuGraphKernelNodeSetParams},
    {"cuGraphKernelNodeSetParams", 0, 12000, (void *)cuGraphKernelNodeSetParams_v2},
    {"cuGraphKernelNodeSetParams", 1, 10000, (void *)cuGraphKernelNodeSetParams},
    {"cuGraphKernelNodeSetParams", 1, 12000, (void *)cuGraphKernelNodeSetParams_v2},
    {"cuGraphLaunch", 0, 10000, (void *)cuGraphLaunch},
    {"cuGraphLaunch", 1, 10000, (void *)cuGraphLaunch_ptsz},
    {"cuGraphMemAllocNodeGetParams", 0, 11040, (void *)cuGraphMemAllocNodeGetParams},
    {"cuGraphMemAllocNodeGetParams", 1, 11040, (void *)cuGraphMemAllocNodeGetParams},
    {"cuGraphMemFreeNodeGetParams", 0, 11040, (void *)cuGraphMemFreeNodeGetParams},
    {"cuGraphMemFreeNodeGetParams", 1, 11040, (void *)cuGraphMemFreeNodeGetParams},
    {"cuGraphMemcpyNodeGetParams", 0, 10000, (void *)cuGraphMemcpyNodeGetParams},
    {"cuGraphMemcpyNodeGetParams", 1, 10000, (void *)cuGraphMemcpyNodeGetParams},
    {"cuGraphMemcpyNodeSetParams", 0, 10000, (void *)cuGraphMemcpyNodeSetParams},
    {"cuGraphMemcpyNodeSetParams", 1, 10000, (void *)cuGraphMemcpyNodeSetParams},
    {"cuGraphMemsetNodeGetParams", 0, 10000, (void *)cuGraphMemsetNodeGetParams},
    {"cuGraphMemsetNodeGetParams", 1, 10000, (void *)cuGraphMemsetNodeGetParams},
    {"cuGraphMemsetNodeSetParams", 0, 10000, (void *)cuGraphMemsetNodeSetParams},
    {"cuGraphMemsetNodeSetParams", 1, 10000, (void *)cuGraphMemsetNodeSetParams},
    {"cuGraphNodeFindInClone", 0, 10000, (void *)cuGraphNodeFindInClone},
    {"cuGraphNodeFindInClone", 1, 10000, (void *)cuGraphNodeFindInClone},
    {"cuGraphNodeGetDependencies", 0, 10000, (void *)cuGraphNodeGetDependencies},
    {"cuGraphNodeGetDependencies", 0, 12030, (void *)cuGraphNodeGetDependencies_v2},
    {"cuGraphNodeGetDependencies", 1, 10000, (void *)cuGraphNodeGetDependencies},
    {"cuGraphNodeGetDependencies", 1, 12030, (void *)cuGraphNodeGetDependencies_v2},
    {"cuGraphNodeGetDependentNodes", 0, 10000, (void *)cuGraphNodeGetDependentNodes},
    {"cuGraphNodeGetDependentNodes", 0, 12030, (void *)cuGraphNodeGetDependentNodes_v2},
    {"cuGraphNodeGetDependentNodes", 1, 10000, (void *)cuGraphNodeGetDependentNodes},
    {"cuGraphNodeGetDependentNodes", 1, 12030, (void *)cuGraphNodeGetDependentNodes_v2},
    {"cuGraphNodeGetEnabled", 0, 11060, (void *)cuGraphNodeGetEnabled},
    {"cuGraphNodeGetEnabled", 1, 11060, (void *)cuGraphNodeGetEnabled},
    {"cuGraphNodeGetType", 0, 10000, (void *)cuGraphNodeGetType},
    {"cuGraphNodeGetType", 1, 10000, (void *)cuGraphNodeGetType},
    {"cuGraphNodeSetEnabled", 0, 11060, (void *)cuGraphNodeSetEnabled},
    {"cuGraphNodeSetEnabled", 1, 11060, (void *)cuGraphNodeSetEnabled},
    {"cuGraphNodeSetParams", 0, 12020, (void *)cuGraphNodeSetParams},
    {"cuGraphNodeSetParams", 1, 12020, (void *)cuGraphNodeSetParams},
    {"cuGraphReleaseUserObject", 0, 11030, (void *)cuGraphReleaseUserObject},
    {"cuGraphReleaseUserObject", 1, 11030, (void *)cuGraphReleaseUserObject},
    {"cuGraphRemoveDependencies", 0, 10000, (void *)cuGraphRemoveDependencies},
    {"cuGraphRemoveDependencies", 0, 12030, (void *)cuGraphRemoveDependencies_v2},
    {"cuGraphRemoveDependencies", 1, 10000, (void *)cuGraphRemoveDependencies},
    {"cuGraphRemoveDependencies", 1, 12030, (void *)cuGraphRemoveDependencies_v2},
    {"cuGraphRetainUserObject", 0, 11030, (void *)cuGraphRetainUserObject},
    {"cuGraphRetainUserObject", 1, 11030, (void *)cuGraphRetainUserObject},
    {"cuGraphUpload", 0, 11010, (void *)cuGraphUpload},
    {"cuGraphUpload", 1, 11010, (void *)cuGraphUpload_ptsz},
    {"cuGraphicsEGLRegisterImage", 0, 7000, (void *)cuGraphicsEGLRegisterImage},
    {"cuGraphicsEGLRegisterImage", 1, 7000, (void *)cuGraphicsEGLRegisterImage},
    {"cuGraphicsGLRegisterBuffer", 0, 3000, (void *)cuGraphicsGLRegisterBuffer},
    {"cuGraphicsGLRegisterBuffer", 1, 3000, (void *)cuGraphicsGLRegisterBuffer},
    {"cuGraphicsGLRegisterImage", 0, 3000, (void *)cuGraphicsGLRegisterImage},
    {"cuGraphicsGLRegisterImage", 1, 3000, (void *)cuGraphicsGLRegisterImage},
    {"cuGraphicsMapResources", 0, 3000, (void *)cuGraphicsMapResources},
    {"cuGraphicsMapResources", 1, 7000, (void *)cuGraphicsMapResources_ptsz},
    {"cuGraphicsResourceGetMappedEglFrame", 0, 7000, (void *)cuGraphicsResourceGetMappedEglFrame},
    {"cuGraphicsResourceGetMappedEglFrame", 1, 7000, (void *)cuGraphicsResourceGetMappedEglFrame},
    {"cuGraphicsResourceGetMappedMipmappedArray", 0, 5000, (void *)cuGraphicsResourceGetMappedMipmappedArray},
    {"cuGraphicsResourceGetMappedMipmappedArray", 1, 5000, (void *)cuGraphicsResourceGetMappedMipmappedArray},
    {"cuGraphicsResourceGetMappedPointer", 0, 3000, (void *)cuGraphicsResourceGetMappedPointer},
    {"cuGraphicsResourceGetMappedPointer", 0, 3020, (void *)cuGraphicsResourceGetMappedPointer_v2},
    {"cuGraphicsResourceGetMappedPointer", 1, 3000, (void *)cuGraphicsResourceGetMappedPointer},
    {"cuGraphicsResourceGetMappedPointer", 1, 3020, (void *)cuGraphicsResourceGetMappedPointer_v2},
    {"cuGraphicsResourceSetMapFlags", 0, 3000, (void *)cuGraphicsResourceSetMapFlags},
    {"cuGraphicsResourceSetMapFlags", 0, 6050, (void *)cuGraphicsResourceSetMapFlags_v2},
    {"cuGraphicsResourceSetMapFlags", 1, 3000, (void *)cuGraphicsResourceSetMapFlags},
    {"cuGraphicsResourceSetMapFlags", 1, 6050, (void *)cuGraphicsResourceSetMapFlags_v2},
    {"cuGraphicsSubResourceGetMappedArray", 0, 3000, (void *)cuGraphicsSubResourceGetMappedArray},
    {"cuGraphicsSubResourceGetMappedArray", 1, 3000, (void *)cuGraphicsSubResourceGetMappedArray},
    {"cuGraphicsUnmapResources", 0, 3000, (void *)cuGraphicsUnmapResources},
    {"cuGraphicsUnmapResources", 1, 7000, (void *)cuGraphicsUnmapResources_ptsz},
    {"cuGraphicsUnregisterResource", 0, 3000, (void *)cuGraphicsUnregisterResource},
    {"cuGraphicsUnregisterResource", 1, 3000, (void *)cuGraphicsUnregisterResource},
    {"cuGraphicsVDPAURegisterOutputSurface", 0, 3010, (void *)cuGraphicsVDPAURegisterOutputSurface},
    {"cuGraphicsVDPAURegisterOutputSurface", 1, 3010, (void *)cuGraphicsVDPAURegisterOutputSurface},
    {"cuGraphicsVDPAURegisterVideoSurface", 0, 3010, (void *)cuGraphicsVDPAURegisterVideoSurface},
    {"cuGraphicsVDPAURegisterVideoSurface", 1, 3010, (void *)cuGraphicsVDPAURegisterVideoSurface},
    {"cuGreenCtxCreate", 0, 12040, (void *)cuGreenCtxCreate},
    {"cuGreenCtxCreate", 1, 12040, (void *)cuGreenCtxCreate},
    {"cuGreenCtxDestroy", 0, 12040, (void *)cuGreenCtxDestroy},
    {"cuGreenCtxDestroy", 1, 12040, (void *)cuGreenCtxDestroy},
    {"cuGreenCtxGetDevResource", 0, 12040, (void *)cuGreenCtxGetDevResource},
    {"cuGreenCtxGetDevResource", 1, 12040, (void *)cuGreenCtxGetDevResource},
    {"cuGreenCtxGetId", 0, 12090, (void *)cuGreenCtxGetId},
    {"cuGreenCtxGetId", 1, 12090, (void *)cuGreenCtxGetId},
    {"cuGreenCtxRecordEvent", 0, 12040, (void *)cuGreenCtxRecordEvent},
    {"cuGreenCtxRecordEvent", 1, 12040, (void *)cuGreenCtxRecordEvent},
    {"cuGreenCtxStreamCreate", 0, 12050, (void *)cuGreenCtxStreamCreate},
    {"cuGreenCtxStreamCreate", 1, 12050, (void *)cuGreenCtxStreamCreate},
    {"cuGreenCtxWaitEvent", 0, 12040, (void *)cuGreenCtxWaitEvent},
    {"cuGreenCtxWaitEvent", 1, 12040, (void *)cuGreenCtxWaitEvent},
    {"cuImportExternalMemory", 0, 10000, (void *)cuImportExternalMemory},
    {"cuImportExternalMemory", 1, 10000, (void *)cuImportExternalMemory},
    {"cuImportExternalSemaphore", 0, 10000, (void *)cuImportExternalSemaphore},
    {"cuImportExternalSemaphore", 1, 10000, (void *)cuImportExternalSemaphore},
    {"cuInit", 0, 2000, (void *)cuInit},
    {"cuInit", 1, 2000, (void *)cuInit},
    {"cuIpcCloseMemHandle", 0, 4010, (void *)cuIpcCloseMemHandle},
    {"cuIpcCloseMemHandle", 1, 4010, (void *)cuIpcCloseMemHandle},
    {"cuIpcGetEventHandle", 0, 4010, (void *)cuIpcGetEventHandle},
    {"cuIpcGetEventHandle", 1, 4010, (void *)cuIpcGetEventHandle},
    {"cuIpcGetMemHandle", 0, 4010, (void *)cuIpcGetMemHandle},
    {"cuIpcGetMemHandle", 1, 4010, (void *)cuIpcGetMemHandle},
    {"cuIpcOpenEventHandle", 0, 4010, (void *)cuIpcOpenEventHandle},
    {"cuIpcOpenEventHandle", 1, 4010, (void *)cuIpcOpenEventHandle},
    {"cuIpcOpenMemHandle", 0, 4010, (void *)cuIpcOpenMemHandle},
    {"cuIpcOpenMemHandle", 0, 11000, (void *)cuIpcOpenMemHandle_v2},
    {"cuIpcOpenMemHandle", 1, 4010, (void *)cuIpcOpenMemHandle},
    {"cuIpcOpenMemHandle", 1, 11000, (void *)cuIpcOpenMemHandle_v2},
    {"cuKernelGetAttribute", 0, 12000, (void *)cuKernelGetAttribute},
    {"cuKernelGetAttribute", 1, 12000, (void *)cuKernelGetAttribute},
    {"cuKernelGetFunction", 0, 12000, (void *)cuKernelGetFunction},
    {"cuKernelGetFunction", 1, 12000, (void *)cuKernelGetFunction},
    {"cuKernelGetLibrary", 0, 12050, (void *)cuKernelGetLibrary},
    {"cuKernelGetLibrary", 1, 12050, (void *)cuKernelGetLibrary},
    {"cuKernelGetName", 0, 12030, (void *)cuKernelGetName},
    {"cuKernelGetName", 1, 12030, (void *)cuKernelGetName},
    {"cuKernelGetParamInfo", 0, 12040, (void *)cuKernelGetParamInfo},
    {"cuKernelGetParamInfo", 1, 12040, (void *)cuKernelGetParamInfo},
    {"cuKernelSetAttribute", 0, 12000, (void *)cuKernelSetAttribute},
    {"cuKernelSetAttribute", 1, 12000, (void *)cuKernelSetAttribute},
    {"cuKernelSetCacheConfig", 0, 12000, (void *)cuKernelSetCacheConfig},
    {"cuKernelSetCacheConfig", 1, 12000, (void *)cuKernelSetCacheConfig},
    {"cuLaunch", 0, 2000, (void *)cuLaunch},
    {"cuLaunch", 1, 2000, (void *)cuLaunch},
    {"cuLaunchCooperativeKernel", 0, 9000, (void *)cuLaunchCooperativeKernel},
    {"cuLaunchCooperativeKernel", 1, 9000, (void *)cuLaunchCooperativeKernel_ptsz},
    {"cuLaunchCooperativeKernelMultiDevice", 0, 9000, (void *)cuLaunchCooperativeKernelMultiDevice},
    {"cuLaunchCooperativeKernelMultiDevice", 1, 9000, (void *)cuLaunchCooperativeKernelMultiDevice},
    {"cuLaunchGrid", 0, 2000, (void *)cuLaunchGrid},
    {"cuLaunchGrid", 1, 2000, (void *)cuLaunchGrid},
    {"cuLaunchGridAsync", 0, 2000, (void *)cuLaunchGridAsync},
    {"cuLaunchGridAsync", 1, 2000, (void *)cuLaunchGridAsync},
    {"cuLaunchHostFunc", 0, 10000, (void *)cuLaunchHostFunc},
    {"cuLaunchHostFunc", 1, 10000, (void *)cuLaunchHostFunc_ptsz},
    {"cuLaunchKernel", 0, 4000, (void *)cuLaunchKernel},
    {"cuLaunchKernel", 1, 7000, (void *)cuLaunchKernel_ptsz},
    {"cuLaunchKernelEx", 0, 11060, (void *)cuLaunchKernelEx},
    {"cuLaunchKernelEx", 1, 11060, (void *)cuLaunchKernelEx_ptsz},
    {"cuLibraryEnumerateKernels", 0, 12040, (void *)cuLibraryEnumerateKernels},
    {"cuLibraryEnumerateKernels", 1, 12040, (void *)cuLibraryEnumerateKernels},
    {"cuLibraryGetGlobal", 0, 12000, (void *)cuLibraryGetGlobal},
    {"cuLibraryGetGlobal", 1, 12000, (void *)cuLibraryGetGlobal},
    {"cuLibraryGetKernel", 0, 12000, (void *)cuLibraryGetKernel},
    {"cuLibraryGetKernel", 1, 12000, (void *)cuLibraryGetKernel},
    {"cuLibraryGetKernelCount", 0, 12040, (void *)cuLibraryGetKernelCount},
    {"cuLibraryGetKernelCount", 1, 12040, (void *)cuLibraryGetKernelCount},
    {"cuLibraryGetManaged", 0, 12000, (void *)cuLibraryGetManaged},
    {"cuLibraryGetManaged", 1, 12000, (void *)cuLibraryGetManaged},
    {"cuLibraryGetModule", 0, 12000, (void *)cuLibraryGetModule},
    {"cuLibraryGetModule", 1, 12000, (void *)cuLibraryGetModule},
    {"cuLibraryGetUnifiedFunction", 0, 12000, (void *)cuLibraryGetUnifiedFunction},
    {"cuLibraryGetUnifiedFunction", 1, 12000, (void *)cuLibraryGetUnifiedFunction},
    {"cuLibraryLoadData", 0, 12000, (void *)cuLibraryLoadData},
    {"cuLibraryLoadData", 1, 12000, (void *)cuLibraryLoadData},
    {"cuLibraryLoadFromFile", 0, 12000, (void *)cuLibraryLoadFromFile},
    {"cuLibraryLoadFromFile", 1, 12000, (void *)cuLibraryLoadFromFile},
    {"cuLibraryUnload", 0, 12000, (void *)cuLibraryUnload},
    {"cuLibraryUnload", 1, 12000, (void *)cuLibraryUnload},
    {"cuLinkAddData", 0, 5050, (void *)cuLinkAddData},
    {"cuLinkAddData", 0, 6050, (void *)cuLinkAddData_v2},
    {"cuLinkAddData", 1, 5050, (void *)cuLinkAddData},
    {"cuLinkAddData", 1, 6050, (void *)cuLinkAddData_v2},
    {"cuLinkAddFile", 0, 5050, (void *)cuLinkAddFile},
    {"cuLinkAddFile", 0, 6050, (void *)cuLinkAddFile_v2},
    {"cuLinkAddFile", 1, 5050, (void *)cuLinkAddFile},
    {"cuLinkAddFile", 1, 6050, (void *)cuLinkAddFile_v2},
    {"cuLinkComplete", 0, 5050, (void *)cuLinkComplete},
    {"cuLinkComplete", 1, 5050, (void *)cuLinkComplete},
    {"cuLinkCreate", 0, 5050, (void *)cuLinkCreate},
    {"cuLinkCreate", 0, 6050, (void *)cuLinkCreate_v2},
    {"cuLinkCreate", 1, 5050, (void *)cuLinkCreate},
    {"cuLinkCreate", 1, 6050, (void *)cuLinkCreate_v2},
    {"cuLinkDestroy", 0, 5050, (void *)cuLinkDestroy},
    {"cuLinkDestroy", 1, 5050, (void *)cuLinkDestroy},
    {"cuLogsCurrent", 0, 12090, (void *)cuLogsCurrent},
    {"cuLogsCurrent", 1, 12090, (void *)cuLogsCurrent},
    {"cuLogsDumpToFile", 0, 12090, (void *)cuLogsDumpToFile},
    {"cuLogsDumpToFile", 1, 12090, (void *)cuLogsDumpToFile},
    {"cuLogsDumpToMemory", 0, 12090, (void *)cuLogsDumpToMemory},
    {"cuLogsDumpToMemory", 1, 12090, (void *)cuLogsDumpToMemory},
    {"cuLogsRegisterCallback", 0, 12090, (void *)cuLogsRegisterCallback},
    {"cuLogsRegisterCallback", 1, 12090, (void *)cuLogsRegisterCallback},
    {"cuLogsUnregisterCallback", 0, 12090, (void *)cuLogsUnregisterCallback},
    {"cuLogsUnregisterCallback", 1, 12090, (void *)cuLogsUnregisterCallback},
    {"cuMemAddressFree", 0, 10020, (void *)cuMemAddressFree},
    {"cuMemAddressFree", 1, 10020, (void *)cuMemAddressFree},
    {"cuMemAddressReserve", 0, 10020, (void *)cuMemAddressReserve},
    {"cuMemAddressReserve", 1, 10020, (void *)cuMemAddressReserve},
    {"cuMemAdvise", 0, 8000, (void *)cuMemAdvise},
    {"cuMemAdvise", 0, 12020, (void *)cuMemAdvise_v2},
    {"cuMemAdvise", 1, 8000, (void *)cuMemAdvise},
    {"cuMemAdvise", 1, 12020, (void *)cuMemAdvise_v2},
    {"cuMemAlloc", 0, 2000, (void *)cuMemAlloc},
    {"cuMemAlloc", 0, 3020, (void *)cuMemAlloc_v2},
    {"cuMemAlloc", 1, 2000, (void *)cuMemAlloc},
    {"cuMemAlloc", 1, 3020, (void *)cuMemAlloc_v2},
    {"cuMemAllocAsync", 0, 11020, (void *)cuMemAllocAsync},
    {"cuMemAllocAsync", 1, 11020, (void *)cuMemAllocAsync_ptsz},
    {"cuMemAllocFromPoolAsync", 0, 11020, (void *)cuMemAllocFromPoolAsync},
    {"cuMemAllocFromPoolAsync", 1, 11020, (void *)cuMemAllocFromPoolAsync_ptsz},
    {"cuMemAllocHost", 0, 2000, (void *)cuMemAllocHost},
    {"cuMemAllocHost", 0, 3020, (void *)cuMemAllocHost_v2},
    {"cuMemAllocHost", 1, 2000, (void *)cuMemAllocHost},
    {"cuMemAllocHost", 1, 3020, (void *)cuMemAllocHost_v2},
    {"cuMemAllocManaged", 0, 6000, (void *)cuMemAllocManaged},
    {"cuMemAllocManaged", 1, 6000, (void *)cuMemAllocManaged},
    {"cuMemAllocPitch", 0, 2000, (void *)cuMemAllocPitch},
    {"cuMemAllocPitch", 0, 3020, (void *)cuMemAllocPitch_v2},
    {"cuMemAllocPitch", 1, 2000, (void *)cuMemAllocPitch},
    {"cuMemAllocPitch", 1, 3020, (void *)cuMemAllocPitch_v2},
    {"cuMemBatchDecompressAsync", 0, 12060, (void *)cuMemBatchDecompressAsync},
    {"cuMemBatchDecompressAsync", 1, 12060, (void *)cuMemBatchDecompressAsync_ptsz},
    {"cuMemCreate", 0, 10020, (void *)cuMemCreate},
    {"cuMemCreate", 1, 10020, (void *)cuMemCreate},
    {"cuMemDiscardAndPrefetchBatchAsync", 0, 13000, (void *)cuMemDiscardAndPrefetchBatchAsync},
    {"cuMemDiscardAndPrefetchBatchAsync", 1, 13000, (void *)cuMemDiscardAndPrefetchBatchAsync_ptsz},
    {"cuMemDiscardBatchAsync", 0, 13000, (void *)cuMemDiscardBatchAsync},
    {"cuMemDiscardBatchAsync", 1, 13000, (void *)cuMemDiscardBatchAsync_ptsz},
    {"cuMemExportToShareableHandle", 0, 10020, (void *)cuMemExportToShareableHandle},
    {"cuMemExportToShareableHandle", 1, 10020, (void *)cuMemExportToShareableHandle},
    {"cuMemFree", 0, 2000, (void *)cuMemFree},
    {"cuMemFree", 0, 3020, (void *)cuMemFree_v2},
    {"cuMemFree", 1, 2000, (void *)cuMemFree},
    {"cuMemFree", 1, 3020, (void *)cuMemFree_v2},
    {"cuMemFreeAsync", 0, 11020, (void *)cuMemFreeAsync},
    {"cuMemFreeAsync", 1, 11020, (void *)cuMemFreeAsync_ptsz},
    {"cuMemFreeHost", 0, 2000, (void *)cuMemFreeHost},
    {"cuMemFreeHost", 1, 2000, (void *)cuMemFreeHost},
    {"cuMemGetAccess", 0, 10020, (void *)cuMemGetAccess},
    {"cuMemGetAccess", 1, 10020, (void *)cuMemGetAccess},
    {"cuMemGetAddressRange", 0, 2000, (void *)cuMemGetAddressRange},
    {"cuMemGetAddressRange", 0, 3020, (void *)cuMemGetAddressRange_v2},
    {"cuMemGetAddressRange", 1, 2000, (void *)cuMemGetAddressRange},
    {"cuMemGetAddressRange", 1, 3020, (void *)cuMemGetAddressRange_v2},
    {"cuMemGetAllocationGranularity", 0, 10020, (void *)cuMemGetAllocationGranularity},
    {"cuMemGetAllocationGranularity", 1, 10020, (void *)cuMemGetAllocationGranularity},
    {"cuMemGetAllocationPropertiesFromHandle", 0, 10020, (void *)cuMemGetAllocationPropertiesFromHandle},
    {"cuMemGetAllocationPropertiesFromHandle", 1, 10020, (void *)cuMemGetAllocationPropertiesFromHandle},
    {"cuMemGetDefaultMemPool", 0, 13000, (void *)cuMemGetDefaultMemPool},
    {"cuMemGetDefaultMemPool", 1, 13000, (void *)cuMemGetDefaultMemPool},
    {"cuMemGetHandleForAddressRange", 0, 11070, (void *)cuMemGetHandleForAddressRange},
    {"cuMemGetHandleForAddressRange", 1, 11070, (void *)cuMemGetHandleForAddressRange},
    {"cuMemGetInfo", 0, 2000, (void *)cuMemGetInfo},
    {"cuMemGetInfo", 0, 3020, (void *)cuMemGetInfo_v2},
    {"cuMemGetInfo", 1, 2000, (void *)cuMemGetInfo},
    {"cuMemGetInfo", 1, 3020, (void *)cuMemGetInfo_v2},
    {"cuMemGetMemPool", 0, 13000, (void *)cuMemGetMemPool},
    {"cuMemGetMemPool", 1, 13000, (void *)cuMemGetMemPool},
    {"cuMemHostAlloc", 0, 2020, (void *)cuMemHostAlloc},
    {"cuMemHostAlloc", 1, 2020, (void *)cuMemHostAlloc},
    {"cuMemHostGetDevicePointer", 0, 2020, (void *)cuMemHostGetDevicePointer},
    {"cuMemHostGetDevicePointer", 0, 3020, (void *)cuMemHostGetDevicePointer_v2},
    {"cuMemHostGetDevicePointer", 1, 2020, (void *)cuMemHostGetDevicePointer},
    {"cuMemHostGetDevicePointer", 1, 3020, (void *)cuMemHostGetDevicePointer_v2},
    {"cuMemHostGetFlags", 0, 2030, (void *)cuMemHostGetFlags},
    {"cuMemHostGetFlags", 1, 2030, (void *)cuMemHostGetFlags},
    {"cuMemHostRegister", 0, 4000, (void *)cuMemHostRegister},
    {"cuMemHostRegister", 0, 6050, (void *)cuMemHostRegister_v2},
    {"cuMemHostRegister", 1, 4000, (void *)cuMemHostRegister},
    {"cuMemHostRegister", 1, 6050, (void *)cuMemHostRegister_v2},
    {"cuMemHostUnregister", 0, 4000, (void *)cuMemHostUnregister},
    {"cuMemHostUnregister", 1, 4000, (void *)cuMemHostUnregister},
    {"cuMemImportFromShareableHandle", 0, 10020, (void *)cuMemImportFromShareableHandle},
    {"cuMemImportFromShareableHandle", 1, 10020, (void *)cuMemImportFromShareableHandle},
    {"cuMemMap", 0, 10020, (void *)cuMemMap},
    {"cuMemMap", 1, 10020, (void *)cuMemMap},
    {"cuMemMapArrayAsync", 0, 11010, (void *)cuMemMapArrayAsync},
    {"cuMemMapArrayAsync", 1, 11010, (void *)cuMemMapArrayAsync_ptsz},
    {"cuMemPoolCreate", 0, 11020, (void *)cuMemPoolCreate},
    {"cuMemPoolCreate", 1, 11020, (void *)cuMemPoolCreate},
    {"cuMemPoolDestroy", 0, 11020, (void *)cuMemPoolDestroy},
    {"cuMemPoolDestroy", 1, 11020, (void *)cuMemPoolDestroy},
    {"cuMemPoolExportPointer", 0, 11020, (void *)cuMemPoolExportPointer},
    {"cuMemPoolExportPointer", 1, 11020, (void *)cuMemPoolExportPointer},
    {"cuMemPoolExportToShareableHandle", 0, 11020, (void *)cuMemPoolExportToShareableHandle},
    {"cuMemPoolExportToShareableHandle", 1, 11020, (void *)cuMemPoolExportToShareableHandle},
    {"cuMemPoolGetAccess", 0, 11020, (void *)cuMemPoolGetAccess},
    {"cuMemPoolGetAccess", 1, 11020, (void *)cuMemPoolGetAccess},
    {"cuMemPoolGetAttribute", 0, 11020, (void *)cuMemPoolGetAttribute},
    {"cuMemPoolGetAttribute", 1, 11020, (void *)cuMemPoolGetAttribute},
    {"cuMemPoolImportFromShareableHandle", 0, 11020, (void *)cuMemPoolImportFromShareableHandle},
    {"cuMemPoolImportFromShareableHandle", 1, 11020, (void *)cuMemPoolImportFromShareableHandle},
    {"cuMemPoolImportPointer", 0, 11020, (void *)cuMemPoolImportPointer},
    {"cuMemPoolImportPointer", 1, 11020, (void *)cuMemPoolImportPointer},
    {"cuMemPoolSetAccess", 0, 11020, (void *)cuMemPoolSetAccess},
    {"cuMemPoolSetAccess", 1, 11020, (void *)cuMemPoolSetAccess},
    {"cuMemPoolSetAttribute", 0, 11020, (void *)cuMemPoolSetAttribute},
    {"cuMemPoolSetAttribute", 1, 11020, (void *)cuMemPoolSetAttribute},
    {"cuMemPoolTrimTo", 0, 11020, (void *)cuMemPoolTrimTo},
    {"cuMemPoolTrimTo", 1, 11020, (void *)cuMemPoolTrimTo},
    {"cuMemPrefetchAsync", 0, 8000, (void *)cuMemPrefetchAsync},
    {"cuMemPrefetchAsync", 0, 12020, (void *)cuMemPrefetchAsync_v2},
    {"cuMemPrefetchAsync", 1, 8000, (void *)cuMemPrefetchAsync_ptsz},
    {"cuMemPrefetchAsync", 1, 12020, (void *)cuMemPrefetchAsync_v2_ptsz},
    {"cuMemPrefetchBatchAsync", 0, 13000, (void *)cuMemPrefetchBatchAsync},
    {"cuMemPrefetchBatchAsync", 1, 13000, (void *)cuMemPrefetchBatchAsync_ptsz},
    {"cuMemRangeGetAttribute", 0, 8000, (void *)cuMemRangeGetAttribute},
    {"cuMemRangeGetAttribute", 1, 8000, (void *)cuMemRangeGetAttribute},
    {"cuMemRangeGetAttributes", 0, 8000, (void *)cuMemRangeGetAttributes},
    {"cuMemRangeGetAttributes", 1, 8000, (void *)cuMemRangeGetAttributes},
    {"cuMemRelease", 0, 10020, (void *)cuMemRelease},
    {"cuMemRelease", 1, 10020, (void *)cuMemRelease},
    {"cuMemRetainAllocationHandle", 0, 11000, (void *)cuMemRetainAllocationHandle},
    {"cuMemRetainAllocationHandle", 1, 11000, (void *)cuMemRetainAllocationHandle},
    {"cuMemSetAccess", 0, 10020, (void *)cuMemSetAccess},
    {"cuMemSetAccess", 1, 10020, (void *)cuMemSetAccess},
    {"cuMemSetMemPool", 0, 13000, (void *)cuMemSetMemPool},
    {"cuMemSetMemPool", 1, 13000, (void *)cuMemSetMemPool},
    {"cuMemUnmap", 0, 10020, (void *)cuMemUnmap},
    {"cuMemUnmap", 1, 10020, (void *)cuMemUnmap},
    {"cuMemcpy", 0, 4000, (void *)cuMemcpy},
    {"cuMemcpy", 1, 7000, (void *)cuMemcpy_ptds},
    {"cuMemcpy2D", 0, 2000, (void *)cuMemcpy2D},
    {"cuMemcpy2D", 0, 3020, (void *)cuMemcpy2D_v2},
    {"cuMemcpy2D", 1, 7000, (void *)cuMemcpy2D_v2_ptds},
    {"cuMemcpy2DAsync", 0, 2000, (void *)cuMemcpy2DAsync},
    {"cuMemcpy2DAsync", 0, 3020, (void *)cuMemcpy2DAsync_v2},
    {"cuMemcpy2DAsync", 1, 7000, (void *)cuMemcpy2DAsync_v2_ptsz},
    {"cuMemcpy2DUnaligned", 0, 2000, (void *)cuMemcpy2DUnaligned},
    {"cuMemcpy2DUnaligned", 0, 3020, (void *)cuMemcpy2DUnaligned_v2},
    {"cuMemcpy2DUnaligned", 1, 7000, (void *)cuMemcpy2DUnaligned_v2_ptds},
    {"cuMemcpy3D", 0, 2000, (void *)cuMemcpy3D},
    {"cuMemcpy3D", 0, 3020, (void *)cuMemcpy3D_v2},
    {"cuMemcpy3D", 1, 7000, (void *)cuMemcpy3D_v2_ptds},
    {"cuMemcpy3DAsync", 0, 2000, (void *)cuMemcpy3DAsync},
    {"cuMemcpy3DAsync", 0, 3020, (void *)cuMemcpy3DAsync_v2},
    {"cuMemcpy3DAsync", 1, 7000, (void *)cuMemcpy3DAsync_v2_ptsz},
    {"cuMemcpy3DBatchAsync", 0, 12080, (void *)cuMemcpy3DBatchAsync},
    {"cuMemcpy3DBatchAsync", 0, 13000, (void *)cuMemcpy3DBatchAsync_v2},
    {"cuMemcpy3DBatchAsync", 1, 12080, (void *)cuMemcpy3DBatchAsync_ptsz},
    {"cuMemcpy3DBatchAsync", 1, 13000, (void *)cuMemcpy3DBatchAsync_v2_ptsz},
    {"cuMemcpy3DPeer", 0, 4000, (void *)cuMemcpy3DPeer},
    {"cuMemcpy3DPeer", 1, 7000, (void *)cuMemcpy3DPeer_ptds},
    {"cuMemcpy3DPeerAsync", 0, 4000, (void *)cuMemcpy3DPeerAsync},
    {"cuMemcpy3DPeerAsync", 1, 7000, (void *)cuMemcpy3DPeerAsync_ptsz},
    {"cuMemcpyAsync", 0, 4000, (void *)cuMemcpyAsync},
    {"cuMemcpyAsync", 1, 7000, (void *)cuMemcpyAsync_ptsz},
    {"cuMemcpyAtoA", 0, 2000, (void *)cuMemcpyAtoA},
    {"cuMemcpyAtoA", 0, 3020, (void *)cuMemcpyAtoA_v2},
    {"cuMemcpyAtoA", 1, 7000, (void *)cuMemcpyAtoA_v2_ptds},
    {"cuMemcpyAtoD", 0, 2000, (void *)cuMemcpyAtoD},
    {"cuMemcpyAtoD", 0, 3020, (void *)cuMemcpyAtoD_v2},
    {"cuMemcpyAtoD", 1, 7000, (void *)cuMemcpyAtoD_v2_ptds},
    {"cuMemcpyAtoH", 0, 2000, (void *)cuMemcpyAtoH},
    {"cuMemcpyAtoH", 0, 3020, (void *)cuMemcpyAtoH_v2},
    {"cuMemcpyAtoH", 1, 7000, (void *)cuMemcpyAtoH_v2_ptds},
    {"cuMemcpyAtoHAsync", 0, 2000, (void *)cuMemcpyAtoHAsync},
    {"cuMemcpyAtoHAsync", 0, 3020, (void *)cuMemcpyAtoHAsync_v2},
    {"cuMemcpyAtoHAsync", 1, 7000, (void *)cuMemcpyAtoHAsync_v2_ptsz},
    {"cuMemcpyBatchAsync", 0, 12080, (void *)cuMemcpyBatchAsync},
    {"cuMemcpyBatchAsync", 0, 13000, (void *)cuMemcpyBatchAsync_v2},
    {"cuMemcpyBatchAsync", 1, 12080, (void *)cuMemcpyBatchAsync_ptsz},
    {"cuMemcpyBatchAsync", 1, 13000, (void *)cuMemcpyBatchAsync_v2_ptsz},
    {"cuMemcpyDtoA", 0, 2000, (void *)cuMemcpyDtoA},
    {"cuMemcpyDtoA", 0, 3020, (void *)cuMemcpyDtoA_v2},
    {"cuMemcpyDtoA", 1, 7000, (void *)cuMemcpyDtoA_v2_ptds},
    {"cuMemcpyDtoD", 0, 2000, (void *)cuMemcpyDtoD},
    {"cuMemcpyDtoD", 0, 3020, (void *)cuMemcpyDtoD_v2},
    {"cuMemcpyDtoD", 1, 7000, (void *)cuMemcpyDtoD_v2_ptds},
    {"cuMemcpyDtoDAsync", 0, 3000, (void *)cuMemcpyDtoDAsync},
    {"cuMemcpyDtoDAsync", 0, 3020, (void *)cuMemcpyDtoDAsync_v2},
    {"cuMemcpyDtoDAsync", 1, 7000, (void *)cuMemcpyDtoDAsync_v2_ptsz},
    {"cuMemcpyDtoH", 0, 2000, (void *)cuMemcpyDtoH},
    {"cuMemcpyDtoH", 0, 3020, (void *)cuMemcpyDtoH_v2},
    {"cuMemcpyDtoH", 1, 7000, (void *)cuMemcpyDtoH_v2_ptds},
    {"cuMemcpyDtoHAsync", 0, 2000, (void *)cuMemcpyDtoHAsync},
    {"cuMemcpyDtoHAsync", 0, 3020, (void *)cuMemcpyDtoHAsync_v2},
    {"cuMemcpyDtoHAsync", 1, 7000, (void *)cuMemcpyDtoHAsync_v2_ptsz},
    {"cuMemcpyHtoA", 0, 2000, (void *)cuMemcpyHtoA},
    {"cuMemcpyHtoA", 0, 3020, (void *)cuMemcpyHtoA_v2},
    {"cuMemcpyHtoA", 1, 7000, (void *)cuMemcpyHtoA_v2_ptds},
    {"cuMemcpyHtoAAsync", 0, 2000, (void *)cuMemcpyHtoAAsync},
    {"cuMemcpyHtoAAsync", 0, 3020, (void *)cuMemcpyHtoAAsync_v2},
    {"cuMemcpyHtoAAsync", 1, 7000, (void *)cuMemcpyHtoAAsync_v2_ptsz},
    {"cuMemcpyHtoD", 0, 2000, (void *)cuMemcpyHtoD},
    {"cuMemcpyHtoD", 0, 3020, (void *)cuMemcpyHtoD_v2},
    {"cuMemcpyHtoD", 1, 7000, (void *)cuMemcpyHtoD_v2_ptds},
    {"cuMemcpyHtoDAsync", 0, 2000, (void *)cuMemcpyHtoDAsync},
    {"cuMemcpyHtoDAsync", 0, 3020, (void *)cuMemcpyHtoDAsync_v2},
    {"cuMemcpyHtoDAsync", 1, 7000, (void *)cuMemcpyHtoDAsync_v2_ptsz},
    {"cuMemcpyPeer", 0, 4000, (void *)cuMemcpyPeer},
    {"cuMemcpyPeer", 1, 7000, (void *)cuMemcpyPeer_ptds},
    {"cuMemcpyPeerAsync", 0, 4000, (void *)cuMemcpyPeerAsync},
    {"cuMemcpyPeerAsync", 1, 7000, (void *)cuMemcpyPeerAsync_ptsz},
    {"cuMemsetD16", 0, 2000, (void *)cuMemsetD16},
    {"cuMemsetD16", 0, 3020, (void *)cuMemsetD16_v2},
    {"cuMemsetD16", 1, 7000, (void *)cuMemsetD16_v2_ptds},
    {"cuMemsetD16Async", 0, 3020, (void *)cuMemsetD16Async},
    {"cuMemsetD16Async", 1, 7000, (void *)cuMemsetD16Async_ptsz},
    {"cuMemsetD2D16", 0, 2000, (void *)cuMemsetD2D16},
    {"cuMemsetD2D16", 0, 3020, (void *)cuMemsetD2D16_v2},
    {"cuMemsetD2D16", 1, 7000, (void *)cuMemsetD2D16_v2_ptds},
    {"cuMemsetD2D16Async", 0, 3020, (void *)cuMemsetD2D16Async},
    {"cuMemsetD2D16Async", 1, 7000, (void *)cuMemsetD2D16Async_ptsz},
    {"cuMemsetD2D32", 0, 2000, (void *)cuMemsetD2D32},
    {"cuMemsetD2D32", 0, 3020, (void *)cuMemsetD2D32_v2},
    {"cuMemsetD2D32", 1, 7000, (void *)cuMemsetD2D32_v2_ptds},
    {"cuMemsetD2D32Async", 0, 3020, (void *)cuMemsetD2D32Async},
    {"cuMemsetD2D32Async", 1, 7000, (void *)cuMemsetD2D32Async_ptsz},
    {"cuMemsetD2D8", 0, 2000, (void *)cuMemsetD2D8},
    {"cuMemsetD2D8", 0, 3020, (void *)cuMemsetD2D8_v2},
    {"cuMemsetD2D8", 1, 7000, (void *)cuMemsetD2D8_v2_ptds},
    {"cuMemsetD2D8Async", 0, 3020, (void *)cuMemsetD2D8Async},
    {"cuMemsetD2D8Async", 1, 7000, (void *)cuMemsetD2D8Async_ptsz},
    {"cuMemsetD32", 0, 2000, (void *)cuMemsetD32},
    {"cuMemsetD32", 0, 3020, (void *)cuMemsetD32_v2},
    {"cuMemsetD32", 1, 7000, (void *)cuMemsetD32_v2_ptds},
    {"cuMemsetD32Async", 0, 3020, (void *)cuMemsetD32Async},
    {"cuMemsetD32Async", 1, 7000, (void *)cuMemsetD32Async_ptsz},
    {"cuMemsetD8", 0, 2000, (void *)cuMemsetD8},
    {"cuMemsetD8", 0, 3020, (void *)cuMemsetD8_v2},
    {"cuMemsetD8", 1, 7000, (void *)cuMemsetD8_v2_ptds},
    {"cuMemsetD8Async", 0, 3020, (void *)cuMemsetD8Async},
    {"cuMemsetD8Async", 1, 7000, (void *)cuMemsetD8Async_ptsz},
    {"cuMipmappedArrayCreate", 0, 5000, (void *)cuMipmappedArrayCreate},
    {"cuMipmappedArrayCreate", 1, 5000, (void *)cuMipmappedArrayCreate},
    {"cuMipmappedArrayDestroy", 0, 5000, (void *)cuMipmappedArrayDestroy},
    {"cuMipmappedArrayDestroy", 1, 5000, (void *)cuMipmappedArrayDestroy},
    {"cuMipmappedArrayGetLevel", 0, 5000, (void *)cuMipmappedArrayGetLevel},
    {"cuMipmappedArrayGetLevel", 1, 5000, (void *)cuMipmappedArrayGetLevel},
    {"cuMipmappedArrayGetMemoryRequirements", 0, 11060, (void *)cuMipmappedArrayGetMemoryRequirements},
    {"cuMipmappedArrayGetMemoryRequirements", 1, 11060, (void *)cuMipmappedArrayGetMemoryRequirements},
    {"cuMipmappedArrayGetSparseProperties", 0, 11010, (void *)cuMipmappedArrayGetSparseProperties},
    {"cuMipmappedArrayGetSparseProperties", 1, 11010, (void *)cuMipmappedArrayGetSparseProperties},
    {"cuModuleEnumerateFunctions", 0, 12040, (void *)cuModuleEnumerateFunctions},
    {"cuModuleEnumerateFunctions", 1, 12040, (void *)cuModuleEnumerateFunctions},
    {"cuModuleGetFunction", 0, 2000, (void *)cuModuleGetFunction},
    {"cuModuleGetFunction", 1, 2000, (void *)cuModuleGetFunction},
    {"cuModuleGetFunctionCount", 0, 12040, (void *)cuModuleGetFunctionCount},
    {"cuModuleGetFunctionCount", 1, 12040, (void *)cuModuleGetFunctionCount},
    {"cuModuleGetGlobal", 0, 2000, (void *)cuModuleGetGlobal},
    {"cuModuleGetGlobal", 0, 3020, (void *)cuModuleGetGlobal_v2},
    {"cuModuleGetGlobal", 1, 2000, (void *)cuModuleGetGlobal},
    {"cuModuleGetGlobal", 1, 3020, (void *)cuModuleGetGlobal_v2},
    {"cuModuleGetLoadingMode", 0, 11070, (void *)cuModuleGetLoadingMode},
    {"cuModuleGetLoadingMode", 1, 11070, (void *)cuModuleGetLoadingMode},
    {"cuModuleGetSurfRef", 0, 3000, (void *)cuModuleGetSurfRef},
    {"cuModuleGetSurfRef", 1, 3000, (void *)cuModuleGetSurfRef},
    {"cuModuleGetTexRef", 0, 2000, (void *)cuModuleGetTexRef},
    {"cuModuleGetTexRef", 1, 2000, (void *)cuModuleGetTexRef},
    {"cuModuleLoad", 0, 2000, (void *)cuModuleLoad},
    {"cuModuleLoad", 1, 2000, (void *)cuModuleLoad},
    {"cuModuleLoadData", 0, 2000, (void *)cuModuleLoadData},
    {"cuModuleLoadData", 1, 2000, (void *)cuModuleLoadData},
    {"cuModuleLoadDataEx", 0, 2010, (void *)cuModuleLoadDataEx},
    {"cuModuleLoadDataEx", 1, 2010, (void *)cuModuleLoadDataEx},
    {"cuModuleLoadFatBinary", 0, 2000, (void *)cuModuleLoadFatBinary},
    {"cuModuleLoadFatBinary", 1, 2000, (void *)cuModuleLoadFatBinary},
    {"cuModuleUnload", 0, 2000, (void *)cuModuleUnload},
    {"cuModuleUnload", 1, 2000, (void *)cuModuleUnload},
    {"cuMulticastAddDevice", 0, 12010, (void *)cuMulticastAddDevice},
    {"cuMulticastAddDevice", 1, 12010, (void *)cuMulticastAddDevice},
    {"cuMulticastBindAddr", 0, 12010, (void *)cuMulticastBindAddr},
    {"cuMulticastBindAddr", 1, 12010, (void *)cuMulticastBindAddr},
    {"cuMulticastBindMem", 0, 12010, (void *)cuMulticastBindMem},
    {"cuMulticastBindMem", 1, 12010, (void *)cuMulticastBindMem},
    {"cuMulticastCreate", 0, 12010, (void *)cuMulticastCreate},
    {"cuMulticastCreate", 1, 12010, (void *)cuMulticastCreate},
    {"cuMulticastGetGranularity", 0, 12010, (void *)cuMulticastGetGranularity},
    {"cuMulticastGetGranularity", 1, 12010, (void *)cuMulticastGetGranularity},
    {"cuMulticastUnbind", 0, 12010, (void *)cuMulticastUnbind},
    {"cuMulticastUnbind", 1, 12010, (void *)cuMulticastUnbind},
    {"cuOccupancyAvailableDynamicSMemPerBlock", 0, 10020, (void *)cuOccupancyAvailableDynamicSMemPerBlock},
    {"cuOccupancyAvailableDynamicSMemPerBlock", 1, 10020, (void *)cuOccupancyAvailableDynamicSMemPerBlock},
    {"cuOccupancyMaxActiveBlocksPerMultiprocessor", 0, 6050, (void *)cuOccupancyMaxActiveBlocksPerMultiprocessor},
    {"cuOccupancyMaxActiveBlocksPerMultiprocessor", 1, 6050, (void *)cuOccupancyMaxActiveBlocksPerMultiprocessor},
    {"cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags", 0, 7000, (void *)cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags},
    {"cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags", 1, 7000, (void *)cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags},
    {"cuOccupancyMaxActiveClusters", 0, 11070, (void *)cuOccupancyMaxActiveClusters},
    {"cuOccupancyMaxActiveClusters", 1, 11070, (void *)cuOccupancyMaxActiveClusters},
    {"cuOccupancyMaxPotentialBlockSize", 0, 6050, (void *)cuOccupancyMaxPotentialBlockSize},
    {"cuOccupancyMaxPotentialBlockSize", 1, 6050, (void *)cuOccupancyMaxPotentialBlockSize},
    {"cuOccupancyMaxPotentialBlockSizeWithFlags", 0, 7000, (void *)cuOccupancyMaxPotentialBlockSizeWithFlags},
    {"cuOccupancyMaxPotentialBlockSizeWithFlags", 1, 7000, (void *)cuOccupancyMaxPotentialBlockSizeWithFlags},
    {"cuOccupancyMaxPotentialClusterSize", 0, 11070, (void *)cuOccupancyMaxPotentialClusterSize},
    {"cuOccupancyMaxPotentialClusterSize", 1, 11070, (void *)cuOccupancyMaxPotentialClusterSize},
    {"cuParamSetSize", 0, 2000, (void *)cuParamSetSize},
    {"cuParamSetSize", 1, 2000, (void *)cuParamSetSize},
    {"cuParamSetTexRef", 0, 2000, (void *)cuParamSetTexRef},
    {"cuParamSetTexRef", 1, 2000, (void *)cuParamSetTexRef},
    {"cuParamSetf", 0, 2000, (void *)cuParamSetf},
    {"cuParamSetf", 1, 2000, (void *)cuParamSetf},
    {"cuParamSeti", 0, 2000, (void *)cuParamSeti},
    {"cuParamSeti", 1, 2000, (void *)cuParamSeti},
    {"cuParamSetv", 0, 2000, (void *)cuParamSetv},
    {"cuParamSetv", 1, 2000, (void *)cuParamSetv},
    {"cuPointerGetAttribute", 0, 4000, (void *)cuPointerGetAttribute},
    {"cuPointerGetAttribute", 1, 4000, (void *)cuPointerGetAttribute},
    {"cuPointerGetAttributes", 0, 7000, (void *)cuPointerGetAttributes},
    {"cuPointerGetAttributes", 1, 7000, (void *)cuPointerGetAttributes},
    {"cuPointerSetAttribute", 0, 6000, (void *)cuPointerSetAttribute},
    {"cuPointerSetAttribute", 1, 6000, (void *)cuPointerSetAttribute},
    {"cuProfilerInitialize", 0, 4000, (void *)cuProfilerInitialize},
    {"cuProfilerInitialize", 1, 4000, (void *)cuProfilerInitialize},
    {"cuProfilerStart", 0, 4000, (void *)cuProfilerStart},
    {"cuProfilerStart", 1, 4000, (void *)cuProfilerStart},
    {"cuProfilerStop", 0, 4000, (void *)cuProfilerStop},
    {"cuProfilerStop", 1, 4000, (void *)cuProfilerStop},
    {"cuSignalExternalSemaphoresAsync", 0, 10000, (void *)cuSignalExternalSemaphoresAsync},
    {"cuSignalExternalSemaphoresAsync", 1, 10000, (void *)cuSignalExternalSemaphoresAsync_ptsz},
    {"cuStreamAddCallback", 0, 5000, (void *)cuStreamAddCallback},
    {"cuStreamAddCallback", 1, 7000, (void *)cuStreamAddCallback_ptsz},
    {"cuStreamAttachMemAsync", 0, 6000, (void *)cuStreamAttachMemAsync},
    {"cuStreamAttachMemAsync", 1, 7000, (void *)cuStreamAttachMemAsync_ptsz},
    {"cuStreamBatchMemOp", 0, 8000, (void *)cuStreamBatchMemOp},
    {"cuStreamBatchMemOp", 0, 11070, (void *)cuStreamBatchMemOp_v2},
    {"cuStreamBatchMemOp", 1, 8000, (void *)cuStreamBatchMemOp_ptsz},
    {"cuStreamBatchMemOp", 1, 11070, (void *)cuStreamBatchMemOp_v2_ptsz},
    {"cuStreamBeginCapture", 0, 10000, (void *)cuStreamBeginCapture},
    {"cuStreamBeginCapture", 0, 10010, (void *)cuStreamBeginCapture_v2},
    {"cuStreamBeginCapture", 1, 10000, (void *)cuStreamBeginCapture_ptsz},
    {"cuStreamBeginCapture", 1, 10010, (void *)cuStreamBeginCapture_v2_ptsz},
    {"cuStreamBeginCaptureToGraph", 0, 12030, (void *)cuStreamBeginCaptureToGraph},
    {"cuStreamBeginCaptureToGraph", 1, 12030, (void *)cuStreamBeginCaptureToGraph_ptsz},
    {"cuStreamCopyAttributes", 0, 11000, (void *)cuStreamCopyAttributes},
    {"cuStreamCopyAttributes", 1, 11000, (void *)cuStreamCopyAttributes_ptsz},
    {"cuStreamCreate", 0, 2000, (void *)cuStreamCreate},
    {"cuStreamCreate", 1, 2000, (void *)cuStreamCreate},
    {"cuStreamCreateWithPriority", 0, 5050, (void *)cuStreamCreateWithPriority},
    {"cuStreamCreateWithPriority", 1, 5050, (void *)cuStreamCreateWithPriority},
    {"cuStreamDestroy", 0, 2000, (void *)cuStreamDestroy},
    {"cuStreamDestroy", 0, 4000, (void *)cuStreamDestroy_v2},
    {"cuStreamDestroy", 1, 2000, (void *)cuStreamDestroy},
    {"cuStreamDestroy", 1, 4000, (void *)cuStreamDestroy_v2},
    {"cuStreamEndCapture", 0, 10000, (void *)cuStreamEndCapture},
    {"cuStreamEndCapture", 1, 10000, (void *)cuStreamEndCapture_ptsz},
    {"cuStreamGetAttribute", 0, 11000, (void *)cuStreamGetAttribute},
    {"cuStreamGetAttribute", 1, 11000, (void *)cuStreamGetAttribute_ptsz},
    {"cuStreamGetCaptureInfo", 0, 10010, (void *)cuStreamGetCaptureInfo},
    {"cuStreamGetCaptureInfo", 0, 11030, (void *)cuStreamGetCaptureInfo_v2},
    {"cuStreamGetCaptureInfo", 0, 12030, (void *)cuStreamGetCaptureInfo_v3},
    {"cuStreamGetCaptureInfo", 1, 10010, (void *)cuStreamGetCaptureInfo_ptsz},
    {"cuStreamGetCaptureInfo", 1, 11030, (void *)cuStreamGetCaptureInfo_v2_ptsz},
    {"cuStreamGetCaptureInfo", 1, 12030, (void *)cuStreamGetCaptureInfo_v3_ptsz},
    {"cuStreamGetCtx", 0, 9020, (void *)cuStreamGetCtx},
    {"cuStreamGetCtx", 0, 12050, (void *)cuStreamGetCtx_v2},
    {"cuStreamGetCtx", 1, 9020, (void *)cuStreamGetCtx_ptsz},
    {"cuStreamGetCtx", 1, 12050, (void *)cuStreamGetCtx_v2_ptsz},
    {"cuStreamGetDevice", 0, 12080, (void *)cuStreamGetDevice},
    {"cuStreamGetDevice", 1, 12080, (void *)cuStreamGetDevice_ptsz},
    {"cuStreamGetFlags", 0, 5050, (void *)cuStreamGetFlags},
    {"cuStreamGetFlags", 1, 7000, (void *)cuStreamGetFlags_ptsz},
    {"cuStreamGetGreenCtx", 0, 12040, (void *)cuStreamGetGreenCtx},
    {"cuStreamGetGreenCtx", 1, 12040, (void *)cuStreamGetGreenCtx},
    {"cuStreamGetId", 0, 12000, (void *)cuStreamGetId},
    {"cuStreamGetId", 1, 12000, (void *)cuStreamGetId_ptsz},
    {"cuStreamGetPriority", 0, 5050, (void *)cuStreamGetPriority},
    {"cuStreamGetPriority", 1, 7000, (void *)cuStreamGetPriority_ptsz},
    {"cuStreamIsCapturing", 0, 10000, (void *)cuStreamIsCapturing},
    {"cuStreamIsCapturing", 1, 10000, (void *)cuStreamIsCapturing_ptsz},
    {"cuStreamQuery", 0, 2000, (void *)cuStreamQuery},
    {"cuStreamQuery", 1, 7000, (void *)cuStreamQuery_ptsz},
    {"cuStreamSetAttribute", 0, 11000, (void *)cuStreamSetAttribute},
    {"cuStreamSetAttribute", 1, 11000, (void *)cuStreamSetAttribute_ptsz},
    {"cuStreamSynchronize", 0, 2000, (void *)cuStreamSynchronize},
    {"cuStreamSynchronize", 1, 7000, (void *)cuStreamSynchronize_ptsz},
    {"cuStreamUpdateCaptureDependencies", 0, 11030, (void *)cuStreamUpdateCaptureDependencies},
    {"cuStreamUpdateCaptureDependencies", 0, 12030, (void *)cuStreamUpdateCaptureDependencies_v2},
    {"cuStreamUpdateCaptureDependencies", 1, 11030, (void *)cuStreamUpdateCaptureDependencies_ptsz},
    {"cuStreamUpdateCaptureDependencies", 1, 12030, (void *)cuStreamUpdateCaptureDependencies_v2_ptsz},
    {"cuStreamWaitEvent", 0, 3020, (void *)cuStreamWaitEvent},
    {"cuStreamWaitEvent", 1, 7000, (void *)cuStreamWaitEvent_ptsz},
    {"cuStreamWaitValue32", 0, 8000, (void *)cuStreamWaitValue32},
    {"cuStreamWaitValue32", 0, 11070, (void *)cuStreamWaitValue32_v2},
    {"cuStreamWaitValue32", 1, 8000, (void *)cuStreamWaitValue32_ptsz},
    {"cuStreamWaitValue32", 1, 11070, (void *)cuStreamWaitValue32_v2_ptsz},
    {"cuStreamWaitValue64", 0, 9000, (void *)cuStreamWaitValue64},
    {"cuStreamWaitValue64", 0, 11070, (void *)cuStreamWaitValue64_v2},
    {"cuStreamWaitValue64", 1, 9000, (void *)cuStreamWaitValue64_ptsz},
    {"cuStreamWaitValue64", 1, 11070, (void *)cuStreamWaitValue64_v2_ptsz},
    {"cuStreamWriteValue32", 0, 8000, (void *)cuStreamWriteValue32},
    {"cuStreamWriteValue32", 0, 11070, (void *)cuStreamWriteValue32_v2},
    {"cuStreamWriteValue32", 1, 8000, (void *)cuStreamWriteValue32_ptsz},
    {"cuStreamWriteValue32", 1, 11070, (void *)cuStreamWriteValue32_v2_ptsz},
    {"cuStreamWriteValue64", 0, 9000, (void *)cuStreamWriteValue64},
    {"cuStreamWriteValue64", 0, 11070, (void *)cuStreamWriteValue64_v2},
    {"cuStreamWriteValue64", 1, 9000, (void *)cuStreamWriteValue64_ptsz},
    {"cuStreamWriteValue64", 1, 11070, (void *)cuStreamWriteValue64_v2_ptsz},
    {"cuSurfObjectCreate", 0, 5000, (void *)cuSurfObjectCreate},
    {"cuSurfObjectCreate", 1, 5000, (void *)cuSurfObjectCreate},
    {"cuSurfObjectDestroy", 0, 5000, (void *)cuSurfObjectDestroy},
    {"cuSurfObjectDestroy", 1, 5000, (void *)cuSurfObjectDestroy},
    {"cuSurfObjectGetResourceDesc", 0, 5000, (void *)cuSurfObjectGetResourceDesc},
    {"cuSurfObjectGetResourceDesc", 1, 5000, (void *)cuSurfObjectGetResourceDesc},
    {"cuSurfRefGetArray", 0, 3000, (void *)cuSurfRefGetArray},
    {"cuSurfRefGetArray", 1, 3000, (void *)cuSurfRefGetArray},
    {"cuSurfRefSetArray", 0, 3000, (void *)cuSurfRefSetArray},
    {"cuSurfRefSetArray", 1, 3000, (void *)cuSurfRefSetArray},
    {"cuTensorMapEncodeIm2col", 0, 12000, (void *)cuTensorMapEncodeIm2col},
    {"cuTensorMapEncodeIm2col", 1, 12000, (void *)cuTensorMapEncodeIm2col},
    {"cuTensorMapEncodeIm2colWide", 0, 12080, (void *)cuTensorMapEncodeIm2colWide},
    {"cuTensorMapEncodeIm2colWide", 1, 12080, (void *)cuTensorMapEncodeIm2colWide},
    {"cuTensorMapEncodeTiled", 0, 12000, (void *)cuTensorMapEncodeTiled},
    {"cuTensorMapEncodeTiled", 1, 12000, (void *)cuTensorMapEncodeTiled},
    {"cuTensorMapReplaceAddress", 0, 12000, (void *)cuTensorMapReplaceAddress},
    {"cuTensorMapReplaceAddress", 1, 12000, (void *)cuTensorMapReplaceAddress},
    {"cuTexObjectCreate", 0, 5000, (void *)cuTexObjectCreate},
    {"cuTexObjectCreate", 1, 5000, (void *)cuTexObjectCreate},
    {"cuTexObjectDestroy", 0, 5000, (void *)cuTexObjectDestroy},
    {"cuTexObjectDestroy", 1, 5000, (void *)cuTexObjectDestroy},
    {"cuTexObjectGetResourceDesc", 0, 5000, (void *)cuTexObjectGetResourceDesc},
    {"cuTexObjectGetResourceDesc", 1, 5000, (void *)cuTexObjectGetResourceDesc},
    {"cuTexObjectGetResourceViewDesc", 0, 5000, (void *)cuTexObjectGetResourceViewDesc},
    {"cuTexObjectGetResourceViewDesc", 1, 5000, (void *)cuTexObjectGetResourceViewDesc},
    {"cuTexObjectGetTextureDesc", 0, 5000, (void *)cuTexObjectGetTextureDesc},
    {"cuTexObjectGetTextureDesc", 1, 5000, (void *)cuTexObjectGetTextureDesc},
    {"cuTexRefCreate", 0, 2000, (void *)cuTexRefCreate},
    {"cuTexRefCreate", 1, 2000, (void *)cuTexRefCreate},
    {"cuTexRefDestroy", 0, 2000, (void *)cuTexRefDestroy},
    {"cuTexRefDestroy", 1, 2000, (void *)cuTexRefDestroy},
    {"cuTexRefGetAddress", 0, 2000, (void *)cuTexRefGetAddress},
    {"cuTexRefGetAddress", 0, 3020, (void *)cuTexRefGetAddress_v2},
    {"cuTexRefGetAddress", 1, 2000, (void *)cuTexRefGetAddress},
    {"cuTexRefGetAddress", 1, 3020, (void *)cuTexRefGetAddress_v2},
    {"cuTexRefGetAddressMode", 0, 2000, (void *)cuTexRefGetAddressMode},
    {"cuTexRefGetAddressMode", 1, 2000, (void *)cuTexRefGetAddressMode},
    {"cuTexRefGetArray", 0, 2000, (void *)cuTexRefGetArray},
    {"cuTexRefGetArray", 1, 2000, (void *)cuTexRefGetArray},
    {"cuTexRefGetBorderColor", 0, 8000, (void *)cuTexRefGetBorderColor},
    {"cuTexRefGetBorderColor", 1, 8000, (void *)cuTexRefGetBorderColor},
    {"cuTexRefGetFilterMode", 0, 2000, (void *)cuTexRefGetFilterMode},
    {"cuTexRefGetFilterMode", 1, 2000, (void *)cuTexRefGetFilterMode},
    {"cuTexRefGetFlags", 0, 2000, (void *)cuTexRefGetFlags},
    {"cuTexRefGetFlags", 1, 2000, (void *)cuTexRefGetFlags},
    {"cuTexRefGetFormat", 0, 2000, (void *)cuTexRefGetFormat},
    {"cuTexRefGetFormat", 1, 2000, (void *)cuTexRefGetFormat},
    {"cuTexRefGetMaxAnisotropy", 0, 5000, (void *)cuTexRefGetMaxAnisotropy},
    {"cuTexRefGetMaxAnisotropy", 1, 5000, (void *)cuTexRefGetMaxAnisotropy},
    {"cuTexRefGetMipmapFilterMode", 0, 5000, (void *)cuTexRefGetMipmapFilterMode},
    {"cuTexRefGetMipmapFilterMode", 1, 5000, (void *)cuTexRefGetMipmapFilterMode},
    {"cuTexRefGetMipmapLevelBias", 0, 5000, (void *)cuTexRefGetMipmapLevelBias},
    {"cuTexRefGetMipmapLevelBias", 1, 5000, (void *)cuTexRefGetMipmapLevelBias},
    {"cuTexRefGetMipmapLevelClamp", 0, 5000, (void *)cuTexRefGetMipmapLevelClamp},
    {"cuTexRefGetMipmapLevelClamp", 1, 5000, (void *)cuTexRefGetMipmapLevelClamp},
    {"cuTexRefGetMipmappedArray", 0, 5000, (void *)cuTexRefGetMipmappedArray},
    {"cuTexRefGetMipmappedArray", 1, 5000, (void *)cuTexRefGetMipmappedArray},
    {"cuTexRefSetAddress", 0, 2000, (void *)cuTexRefSetAddress},
    {"cuTexRefSetAddress", 0, 3020, (void *)cuTexRefSetAddress_v2},
    {"cuTexRefSetAddress", 1, 2000, (void *)cuTexRefSetAddress},
    {"cuTexRefSetAddress", 1, 3020, (void *)cuTexRefSetAddress_v2},
    {"cuTexRefSetAddress2D", 0, 2020, (void *)cuTexRefSetAddress2D},
    {"cuTexRefSetAddress2D", 0, 3020, (void *)cuTexRefSetAddress2D_v2},
    {"cuTexRefSetAddress2D", 0, 4010, (void *)cuTexRefSetAddress2D_v3},
    {"cuTexRefSetAddress2D", 1, 2020, (void *)cuTexRefSetAddress2D},
    {"cuTexRefSetAddress2D", 1, 3020, (void *)cuTexRefSetAddress2D_v2},
    {"cuTexRefSetAddress2D", 1, 4010, (void *)cuTexRefSetAddress2D_v3},
    {"cuTexRefSetAddressMode", 0, 2000, (void *)cuTexRefSetAddressMode},
    {"cuTexRefSetAddressMode", 1, 2000, (void *)cuTexRefSetAddressMode},
    {"cuTexRefSetArray", 0, 2000, (void *)cuTexRefSetArray},
    {"cuTexRefSetArray", 1, 2000, (void *)cuTexRefSetArray},
    {"cuTexRefSetBorderColor", 0, 8000, (void *)cuTexRefSetBorderColor},
    {"cuTexRefSetBorderColor", 1, 8000, (void *)cuTexRefSetBorderColor},
    {"cuTexRefSetFilterMode", 0, 2000, (void *)cuTexRefSetFilterMode},
    {"cuTexRefSetFilterMode", 1, 2000, (void *)cuTexRefSetFilterMode},
    {"cuTexRefSetFlags", 0, 2000, (void *)cuTexRefSetFlags},
    {"cuTexRefSetFlags", 1, 2000, (void *)cuTexRefSetFlags},
    {"cuTexRefSetFormat", 0, 2000, (void *)cuTexRefSetFormat},
    {"cuTexRefSetFormat", 1, 2000, (void *)cuTexRefSetFormat},
    {"cuTexRefSetMaxAnisotropy", 0, 5000, (void *)cuTexRefSetMaxAnisotropy},
    {"cuTexRefSetMaxAnisotropy", 1, 5000, (void *)cuTexRefSetMaxAnisotropy},
    {"cuTexRefSetMipmapFilterMode", 0, 5000, (void *)cuTexRefSetMipmapFilterMode},
    {"cuTexRefSetMipmapFilterMode", 1, 5000, (void *)cuTexRefSetMipmapFilterMode},
    {"cuTexRefSetMipmapLevelBias", 0, 5000, (void *)cuTexRefSetMipmapLevelBias},
    {"cuTexRefSetMipmapLevelBias", 1, 5000, (void *)cuTexRefSetMipmapLevelBias},
    {"cuTexRefSetMipmapLevelClamp", 0, 5000, (void *)cuTexRefSetMipmapLevelClamp},
    {"cuTexRefSetMipmapLevelClamp", 1, 5000, (void *)cuTexRefSetMipmapLevelClamp},
    {"cuTexRefSetMipmappedArray", 0, 5000, (void *)cuTexRefSetMipmappedArray},
    {"cuTexRefSetMipmappedArray", 1, 5000, (void *)cuTexRefSetMipmappedArray},
    {"cuThreadExchangeStreamCaptureMode", 0, 10010, (void *)cuThreadExchangeStreamCaptureMode},
    {"cuThreadExchangeStreamCaptureMode", 1, 10010, (void *)cuThreadExchangeStreamCaptureMode},
    {"cuUserObjectCreate", 0, 11030, (void *)cuUserObjectCreate},
    {"cuUserObjectCreate", 1, 11030, (void *)cuUserObjectCreate},
    {"cuUserObjectRelease", 0, 11030, (void *)cuUserObjectRelease},
    {"cuUserObjectRelease", 1, 11030, (void *)cuUserObjectRelease},
    {"cuUserObjectRetain", 0, 11030, (void *)cuUserObjectRetain},
    {"cuUserObjectRetain", 1, 11030, (void *)cuUserObjectRetain},
    {"cuVDPAUCtxCreate", 0, 3010, (void *)cuVDPAUCtxCreate},
    {"cuVDPAUCtxCreate", 0, 3020, (void *)cuVDPAUCtxCreate_v2},
    {"cuVDPAUCtxCreate", 1, 3010, (void *)cuVDPAUCtxCreate},
    {"cuVDPAUCtxCreate", 1, 3020, (void *)cuVDPAUCtxCreate_v2},
    {"cuVDPAUGetDevice", 0, 3010, (void *)cuVDPAUGetDevice},
    {"cuVDPAUGetDevice", 1, 3010, (void *)cuVDPAUGetDevice},
    {"cuWaitExternalSemaphoresAsync", 0, 10000, (void *)cuWaitExternalSemaphoresAsync},
    {"cuWaitExternalSemaphoresAsync", 1, 10000, (void *)cuWaitExternalSemaphoresAsync_ptsz},
};
const unsigned xs_map_count = sizeof xs_map / sizeof xs_map[0];
