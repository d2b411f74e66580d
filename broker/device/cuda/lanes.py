"""Every CUDA driver call the broker makes, and how each may be made.

Decides the lane of a driver call (design: disruptive calls); the figures behind it are
those of one H100, beside a 60 ms kernel of another tenant. A call that is not in CALLS
cannot be made: driver.py looks each one up here, and the entry points of issue.c are
fetched by the names marked native. A test proves it against a recording driver.

Called by driver.py; `server/pump.py` reads SEAM through Backend.lanes.
"""

from __future__ import annotations

from dataclasses import dataclass

from broker.device.backend import Lane


@dataclass(frozen=True, slots=True)
class DriverCall:
    """lane: how it may be made. native: made by issue.c, through its entry point."""

    lane: Lane
    native: bool = False


def _native(*names: str) -> dict[str, DriverCall]:
    return dict.fromkeys(names, DriverCall(Lane.ISSUE, native=True))


def _in(lane: Lane, *names: str) -> dict[str, DriverCall]:
    return dict.fromkeys(names, DriverCall(lane))


CALLS: dict[str, DriverCall] = {
    # By the worker, per operation. None of them waits for the device.
    **_native(
        "cuCtxSetCurrent",
        "cuEventCreate",
        "cuEventDestroy",
        "cuEventElapsedTime",
        "cuEventRecord",
        "cuGraphLaunch",
        "cuLaunchKernel",
        "cuLaunchKernelEx",
        "cuMemcpy2DAsync",
        "cuMemcpyDtoDAsync",
        "cuMemcpyDtoHAsync",
        "cuMemcpyHtoDAsync",
        "cuMemsetD16Async",
        "cuMemsetD32Async",
        "cuMemsetD2D16Async",
        "cuMemsetD2D32Async",
        "cuMemsetD2D8Async",
        "cuMemsetD8Async",
        "cuStreamCreateWithPriority",
        "cuStreamDestroy",
        "cuStreamQuery",
        "cuStreamWaitEvent",
        "cuStreamWaitValue32",
        "cuStreamWaitValue64",
        "cuStreamWriteValue32",
        "cuStreamWriteValue64",
    ),
    # Made by graphs.c on the control thread: a graph of 500 nodes takes 0.65 ms.
    **dict.fromkeys(
        (
            "cuGraphAddEmptyNode",
            "cuGraphAddKernelNode",
            "cuGraphAddMemsetNode",
            "cuGraphCreate",
            "cuGraphDestroy",
            "cuGraphExecDestroy",
            "cuGraphInstantiateWithFlags",
            "cuGraphKernelNodeSetAttribute",
            "cuGraphUpload",
        ),
        DriverCall(Lane.CONTROL, native=True),
    ),
    # Once, before any tenant exists.
    **_in(
        Lane.CONTROL,
        "cuCtxCreate",
        "cuCtxGetStreamPriorityRange",
        "cuDeviceGet",
        "cuDeviceGetAttribute",
        "cuDeviceGetCount",
        "cuDeviceGetName",
        "cuDeviceGetUuid",
        "cuDevicePrimaryCtxRetain",
        "cuDeviceTotalMem",
        "cuDriverGetVersion",
        "cuGetProcAddress",
        "cuInit",
        "cuMemAllocAsync",
        "cuMemGetAllocationGranularity",
        "cuModuleGetLoadingMode",
    ),
    # Beside tenants' work: neighbours' launches stay under 0.1 ms (registration of a
    # piece of 4 MiB: about 1 ms, and it waits for nobody).
    **_in(
        Lane.CONTROL,
        "cuCtxGetLimit",
        "cuEventSynchronize",
        "cuFuncGetAttribute",
        "cuFuncGetName",
        "cuFuncGetParamInfo",
        "cuFuncLoad",
        "cuFuncSetAttribute",
        # The linker runs on the processor and loads nothing.
        "cuLinkAddData",
        "cuLinkComplete",
        "cuLinkCreate",
        "cuLinkDestroy",
        "cuMemAddressFree",
        "cuMemAddressReserve",
        "cuMemCreate",
        "cuMemGetInfo",
        "cuMemHostGetDevicePointer",
        "cuMemHostRegister",
        "cuMemMap",
        "cuMemRelease",
        "cuMemSetAccess",
        "cuMemUnmap",
        "cuModuleEnumerateFunctions",
        "cuModuleGetFunction",
        "cuModuleGetFunctionCount",
        "cuModuleGetGlobal",
        "cuOccupancyAvailableDynamicSMemPerBlock",
        "cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags",
        "cuOccupancyMaxActiveClusters",
        "cuOccupancyMaxPotentialClusterSize",
        "cuTensorMapEncodeIm2col",
        "cuTensorMapEncodeTiled",
        # Between an array and device memory or registered host memory: queued, as all
        # copies here. Objects are entries of a table; neither is measured.
        "cuMemcpy3DAsync",
        "cuSurfObjectCreate",
        "cuSurfObjectDestroy",
        "cuTexObjectCreate",
        "cuTexObjectDestroy",
    ),
    # They wait for every stream of the context and hold its lock meanwhile (57 ms), so
    # the pump drains the device first (then 0.2 to 7 ms).
    **_in(
        Lane.CONTROL_DRAINED,
        "cuCtxDestroy",
        "cuCtxSetLimit",  # a larger stack or heap is made at once
        "cuDevicePrimaryCtxRelease",
        "cuMemHostUnregister",
        "cuModuleLoadDataEx",
        "cuMemFreeAsync",  # at the end, and of the second context only
        "cuModuleUnload",
        # As cuMemAlloc and cuMemFree, which they are for arrays; not measured.
        "cuArray3DCreate",
        "cuArrayDestroy",
    ),
    # Never: what to do instead is in the rows above.
    **_in(
        Lane.BANNED,
        "cuCtxSynchronize",  # waits for every tenant: wait for one event
        "cuEventQuery",  # polled, it makes every launch ten times slower: poll memory
        "cuMemAlloc",  # its free waits 57 ms: cuMemCreate and cuMemMap
        "cuMemFree",  # waits 57 ms holding the lock: cuMemUnmap and cuMemRelease
        "cuMemFreeHost",  # waits 57 ms holding the lock: register a memfd once
        "cuMemHostAlloc",  # holds the lock 34 ms for 64 MiB: register in pieces
        "cuMemcpyDtoH",  # waits: cuMemcpyDtoHAsync through the host arena
        "cuMemcpyHtoD",  # waits: cuMemcpyHtoDAsync through the host arena
    ),
}

# The seam's methods. module_load calls cuModuleLoadDataEx, and so on; function_get is
# harmless only when the driver loads kernels with their module (see CudaBackend.lanes).
SEAM: dict[str, Lane] = {
    "map_memory": Lane.CONTROL,
    "unmap_memory": Lane.CONTROL,
    "scrub": Lane.CONTROL,
    "create_memory": Lane.CONTROL,
    "map_created": Lane.CONTROL,
    "unmap_created": Lane.CONTROL,
    "release_memory": Lane.CONTROL,
    "register_host": Lane.CONTROL,
    "unregister_host": Lane.CONTROL_DRAINED,
    "module_load": Lane.CONTROL_DRAINED,
    "module_unload": Lane.CONTROL_DRAINED,
    "function_get": Lane.CONTROL,
    "function_names": Lane.CONTROL,
    "variable_get": Lane.CONTROL,
    "link": Lane.CONTROL,
    "occupancy": Lane.CONTROL,
    "tensor_map": Lane.CONTROL,
    "limit_get": Lane.CONTROL,
    "limit_set": Lane.CONTROL_DRAINED,
    "function_attribute_set": Lane.CONTROL,
    "memory_info": Lane.CONTROL,
    "switch_context": Lane.CONTROL,
    "array_create": Lane.CONTROL_DRAINED,
    "array_destroy": Lane.CONTROL_DRAINED,
    "array_copy": Lane.CONTROL,
    "texture_create": Lane.CONTROL,
    "texture_destroy": Lane.CONTROL,
    "graph_open": Lane.CONTROL,
    "graph_close": Lane.CONTROL,
    "close": Lane.CONTROL_DRAINED,
}


def native_calls() -> tuple[str, ...]:
    """Driver calls whose entry points issue.c is given."""
    return tuple(name for name, call in CALLS.items() if call.native)
