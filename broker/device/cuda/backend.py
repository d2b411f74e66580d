"""The control half of the CUDA backend: memory, code and properties of one GPU.

Decides which part makes a call, and that the context is current there: device memory
(memory.py), host memory (host.py), code (code.py), arrays (arrays.py), questions
(queries.py). It must never know sessions, tenants or policies, and makes only calls of
lanes.CALLS. Methods marked control in `../backend.py` are called from one thread at a
time; issuing is `issue.c`.
"""

from __future__ import annotations

import contextlib
import functools
import logging
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

from broker.device.arrays import ArrayCopy, ArrayShape, Texture
from broker.device.backend import (
    Clock,
    DeviceError,
    FunctionInfo,
    Lane,
    LinkInput,
    OccupancyQuery,
    TensorMap,
)
from broker.device.cuda import queries
from broker.device.cuda._issue import IssueTable
from broker.device.cuda.arrays import Arrays
from broker.device.cuda.code import Code
from broker.device.cuda.driver import (
    INVALID_HANDLE,
    INVALID_VALUE,
    NO_DEVICE,
    DeviceUnavailable,
    Driver,
)
from broker.device.cuda.host import HostMemory
from broker.device.cuda.images import check_image
from broker.device.cuda.lanes import SEAM
from broker.device.cuda.memory import Memory
from broker.device.cuda.second import SecondContext

log = logging.getLogger(__name__)

SECOND_CONTEXT_COMPUTE_MAJOR = 9  # H100

P = ParamSpec("P")
R = TypeVar("R")


def control(
    method: Callable[Concatenate[CudaBackend, P], R],
) -> Callable[Concatenate[CudaBackend, P], R]:
    """Make the context current on the calling thread first; it may be any thread."""

    @functools.wraps(method)
    def entered(self: CudaBackend, /, *args: P.args, **kwargs: P.kwargs) -> R:
        if self._context is None:
            raise DeviceError(INVALID_HANDLE, method.__name__, "the device is closed")
        self._driver.call("cuCtxSetCurrent", self._context)
        return method(self, *args, **kwargs)

    return entered


class CudaBackend:
    """One GPU, through its primary context.

    Args: ordinal: the device as the driver counts, 0..count-1. second_context: one for
    `switch_context`: "on", "off", or "auto" = where it is known to be good for it.
    Raises: DeviceUnavailable (a DeviceError) when there is nothing to use.
    Cost: 130-160 ms and about 520 MiB of device memory for a context.
    """

    name = queries.NAME

    def __init__(self, ordinal: int = 0, second_context: str = "off") -> None:
        self.clock = Clock()
        self._driver = Driver()
        self._context: Any = None
        self._second: SecondContext | None = None
        self._device = self._device_get(ordinal)
        self._context = self._driver.call("cuDevicePrimaryCtxRetain", self._device)
        try:
            self._open(ordinal)
            major = self.properties.compute_major
            if second_context == "on" or (
                second_context == "auto" and major == SECOND_CONTEXT_COMPUTE_MAJOR
            ):
                self._open_second()
        except BaseException:
            with contextlib.suppress(DeviceError):
                self._driver.call("cuDevicePrimaryCtxRelease", self._device)
            raise

    def _device_get(self, ordinal: int) -> Any:
        count = int(self._driver.call("cuDeviceGetCount"))
        if not 0 <= ordinal < count:
            raise DeviceUnavailable(
                NO_DEVICE,
                "cuDeviceGet",
                f"no GPU {ordinal}: the driver shows {count}; choose 0..{count - 1}",
            )
        return self._driver.call("cuDeviceGet", ordinal)

    def _open(self, ordinal: int) -> None:
        driver, call = self._driver, self._driver.call
        call("cuCtxSetCurrent", self._context)
        self.properties = queries.device_properties(driver, self._device, ordinal)
        self.attributes = queries.device_attributes(driver, self._device)
        least, greatest = map(int, call("cuCtxGetStreamPriorityRange"))
        self._issue = IssueTable(
            int(self._context), greatest, least, driver.entry_points()
        )
        self._stream = call("cuStreamCreateWithPriority", 1, least)  # non-blocking
        self._issue.upload_on(int(self._stream))
        self._memory = memory = Memory(driver, ordinal, self._stream)
        self.granularity_bytes = memory.granularity_bytes
        self._host = HostMemory(driver)
        self._code = Code(driver)
        self._arrays = Arrays(
            driver, self._stream, memory.finish, memory.zeros, memory.scratch
        )
        self.lanes = dict(SEAM)
        if int(call("cuModuleGetLoadingMode")) != 1:
            # Somebody initialised the driver before us: kernels load at first touch.
            self.lanes["function_get"] = Lane.CONTROL_DRAINED

    def _open_second(self) -> None:
        """The broker does without one: kernels begin a little later."""
        try:
            self._second = SecondContext(self._driver, self._device, self._context)
        except DeviceError as problem:
            log.warning("no second context (%s): going on without", problem)

    def capsule(self) -> Any:
        return self._issue.capsule()

    @property
    def switches_contexts(self) -> bool:
        return self._second is not None

    @property
    def stream_turns(self) -> int:
        return self._issue.stream_turns if self._second else 0

    @control
    def switch_context(self) -> None:
        if self._second is not None:
            self._second.switch()

    # ------------------------------------------------------------ memory

    @control
    def map_memory(self, address: int, nbytes: int) -> None:
        self._memory.map_memory(address, nbytes)

    @control
    def unmap_memory(self, address: int, nbytes: int) -> None:
        self._memory.unmap_memory(address, nbytes)

    @control
    def scrub(self, address: int, nbytes: int) -> None:
        self._memory.scrub(address, nbytes)

    @control
    def create_memory(self, nbytes: int) -> int:
        return self._memory.create_memory(nbytes)

    @control
    def map_created(self, handle: Any, address: int, nbytes: int, zero: bool) -> None:
        self._memory.map_created(handle, address, nbytes, zero)

    @control
    def unmap_created(self, address: int, nbytes: int) -> None:
        self._memory.unmap_created(address, nbytes)

    @control
    def release_memory(self, handle: Any) -> None:
        self._memory.release_memory(handle)

    @control
    def register_host(self, address: int, nbytes: int) -> None:
        self._host.register(address, nbytes)

    @control
    def unregister_host(self, address: int, nbytes: int) -> None:
        self._host.unregister(address, nbytes)

    @control
    def memory_info(self) -> tuple[int, int]:
        free, total = self._driver.call("cuMemGetInfo")
        return int(free), int(total)

    # ------------------------------------------------------------ code

    @control
    def module_load(
        self, image: bytes, image_format: int, options: tuple[tuple[int, int], ...] = ()
    ) -> int:
        check_image(image, image_format)
        self._host.close_strays()
        return self._code.module_load(image, image_format, options)

    @control
    def module_unload(self, module: Any) -> None:
        self._code.module_unload(module)

    @control
    def function_get(self, module: Any, name: str) -> FunctionInfo:
        return self._code.function_get(module, name)

    @control
    def function_names(self, module: Any) -> list[str]:
        return self._code.function_names(module)

    @control
    def variable_get(self, module: Any, name: str) -> tuple[int, int]:
        return self._code.variable_get(module, name)

    @control
    def function_attribute_set(self, native: int, attribute: int, value: int) -> None:
        self._code.function_attribute_set(native, attribute, value)

    @control
    def occupancy(self, native: int, query: OccupancyQuery) -> int:
        return self._code.occupancy(native, query)

    @control
    def link(
        self, inputs: list[LinkInput], options: tuple[tuple[int, int], ...] = ()
    ) -> tuple[bytes, str]:
        return queries.link(self._driver, inputs, options)

    @control
    def tensor_map(self, arguments: TensorMap) -> bytes:
        return queries.tensor_map(self._driver, arguments)

    @control
    def array_create(self, shape: ArrayShape) -> int:
        return self._arrays.create(shape)

    @control
    def array_destroy(self, array: Any) -> None:
        self._arrays.destroy(array)

    @control
    def array_copy(self, copy: ArrayCopy) -> None:
        self._arrays.copy(copy)

    @control
    def texture_create(self, texture: Texture) -> int:
        return self._arrays.texture_create(texture)

    @control
    def texture_destroy(self, surface: bool, number: int) -> None:
        self._arrays.texture_destroy(surface, number)

    @control
    def limit_get(self, limit: int) -> int:
        return int(self._driver.call("cuCtxGetLimit", self._limit(limit)))

    @control
    def limit_set(self, limit: int, value: int) -> None:
        self._driver.call("cuCtxSetLimit", self._limit(limit), value)

    def _limit(self, limit: int) -> Any:
        try:
            return self._driver.types.CUlimit(limit)
        except ValueError:
            raise DeviceError(INVALID_VALUE, "CUlimit", f"no limit {limit}") from None

    # ------------------------------------------------------------ the end

    def close(self) -> None:
        """Give everything back, newest kind first. A context that is gone holds nothing
        that could be given back, so errors only end the rest of one kind."""
        if self._context is None:
            return
        for step in (
            lambda: self._driver.call("cuCtxSetCurrent", self._context),
            self._close_second,
            self._code.close,
            self._arrays.close,
            self._memory.close_zeros,
            self._memory.close,
            self._host.close,
            self._memory.close_event,
            lambda: self._driver.call("cuStreamDestroy", self._stream),
            lambda: self._driver.call("cuDevicePrimaryCtxRelease", self._device),
        ):
            with contextlib.suppress(DeviceError):
                step()
        self._context = None

    def _close_second(self) -> None:
        if self._second is not None:
            self._second.close()
            self._second = None
