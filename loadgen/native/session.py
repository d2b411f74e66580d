"""A session of one process's own CUDA context, with the part of the client's interface
that `loadgen` uses.

Control calls go through `driver.py`; prepared launches are played by player.c, so that
no Python runs per launch, as in the client; graphs are `graphs.py`'s. It must never
know cells or tenants. Called by `loadgen.native.tenant` and the GPU benchmarks.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import loadgen.native._player as _player
from loadgen.native.driver import DriverError, attempt, call, error_name
from loadgen.native.graphs import Graph

# `native_launch` of player.h.
LAUNCH = np.dtype(
    [
        ("grid", "<u4", 3),
        ("block", "<u4", 3),
        ("shared_bytes", "<u4"),
        ("params_bytes", "<u4"),
        ("function", "<u8"),
        ("gap_ns", "<u8"),
        ("params", "u1", 32),
    ]
)
NON_BLOCKING = 1
NAME_BYTES = 128
# CUdevice_attribute, by the field of Device it fills.
ATTRIBUTES = {
    "sm_count": 16,
    "threads_per_sm": 39,
    "blocks_per_sm": 106,
    "shared_bytes_per_sm": 81,
    "shared_bytes_per_block_optin": 97,
    "compute_major": 75,
    "compute_minor": 76,
}


@dataclass(frozen=True)
class Device:
    """The properties that loadgen uses; names are those of the wire."""

    name: str
    memory_bytes: int
    driver_version: int
    sm_count: int
    compute_major: int
    compute_minor: int
    threads_per_sm: int = 2048
    blocks_per_sm: int = 32
    shared_bytes_per_sm: int = 233472
    shared_bytes_per_block_optin: int = 232448
    backend: str = "native"
    time_dilation: int = 1


def launch_record(
    function: int,
    grid: tuple[int, int, int],
    block: tuple[int, int, int],
    params: bytes,
    shared_bytes: int = 0,
    gap_ns: int = 0,
) -> np.ndarray:
    """One LAUNCH. Raises: ValueError for parameters of more than 32 bytes."""
    if len(params) > LAUNCH["params"].shape[0]:
        raise ValueError(f"{len(params)} bytes of parameters: 32 are possible")
    record = np.zeros(1, LAUNCH)
    record["grid"], record["block"] = grid, block
    record["shared_bytes"], record["params_bytes"] = shared_bytes, len(params)
    record["function"], record["gap_ns"] = function, gap_ns
    record["params"][0, : len(params)] = np.frombuffer(params, np.uint8)
    return record


class Buffer:
    def __init__(self, nbytes: int) -> None:
        self.nbytes = nbytes
        self._address = ctypes.c_uint64()
        call("cuMemAlloc_v2", ctypes.byref(self._address), ctypes.c_size_t(nbytes))

    @property
    def address(self) -> int:
        return self._address.value

    def close(self) -> None:
        call("cuMemFree_v2", self._address)

    def fill(self, value: int, *, count: int, stream: Stream) -> None:
        size = ctypes.c_size_t(count)
        call(
            "cuMemsetD8Async", self._address, ctypes.c_ubyte(value), size, stream.handle
        )

    def copy_from(self, array: np.ndarray, stream: Stream) -> None:
        host, size = ctypes.c_void_p(array.ctypes.data), ctypes.c_size_t(array.nbytes)
        call("cuMemcpyHtoDAsync_v2", self._address, host, size, stream.handle)

    def copy_to(self, array: np.ndarray, stream: Stream) -> None:
        host, size = ctypes.c_void_p(array.ctypes.data), ctypes.c_size_t(array.nbytes)
        call("cuMemcpyDtoHAsync_v2", host, self._address, size, stream.handle)
        stream.synchronize()

    def copy_from_buffer(self, other: Buffer, *, nbytes: int, stream: Stream) -> None:
        size = ctypes.c_size_t(nbytes)
        source = other._address
        call("cuMemcpyDtoDAsync_v2", self._address, source, size, stream.handle)


class Event:
    """Waited for in threads of the tenant that have no current context yet."""

    def __init__(self, context: ctypes.c_void_p) -> None:
        self._context = context
        self.handle = ctypes.c_void_p()
        call("cuEventCreate", ctypes.byref(self.handle), 0)

    def close(self) -> None:
        call("cuEventDestroy_v2", self.handle)

    def synchronize(self) -> None:
        call("cuCtxSetCurrent", self._context)
        call("cuEventSynchronize", self.handle)

    def query(self) -> bool:
        return attempt("cuEventQuery", self.handle) == 0

    def elapsed_ns(self, start: Event) -> int:
        ms = ctypes.c_float()
        call("cuEventElapsedTime", ctypes.byref(ms), start.handle, self.handle)
        return round(ms.value * 1e6)


class Stream:
    def __init__(self, priority: int, context: ctypes.c_void_p) -> None:
        self._context = context
        self.handle = ctypes.c_void_p()
        made = ctypes.byref(self.handle)
        call("cuStreamCreateWithPriority", made, NON_BLOCKING, priority)

    @property
    def native(self) -> int:
        return self.handle.value or 0

    def close(self) -> None:
        call("cuStreamDestroy_v2", self.handle)

    def record(self, event: Event) -> None:
        call("cuEventRecord", event.handle, self.handle)

    def synchronize(self) -> None:
        call("cuCtxSetCurrent", self._context)
        call("cuStreamSynchronize", self.handle)


class Function:
    def __init__(self, module: ctypes.c_void_p, name: str) -> None:
        self.handle = ctypes.c_void_p()
        found = ctypes.byref(self.handle)
        call("cuModuleGetFunction", found, module, name.encode())

    @property
    def native(self) -> int:
        return self.handle.value or 0

    def pack_args(self, args: tuple[Any, ...]) -> bytes:
        """Those of `xs_replay`, the only kernel replayed, as it finds them: 28 bytes.

        args: duration_ns, buffer, its bytes, bytes to touch; u64, address, u64, u32.
        """
        duration_ns, buffer, nbytes, touch = args
        packed = np.array([duration_ns, buffer.address, nbytes], np.uint64).tobytes()
        return packed + np.uint32(touch).tobytes()

    def set_attribute(self, attribute: int, value: int) -> None:
        call("cuFuncSetAttribute", self.handle, attribute, value)


class Module:
    def __init__(self, image: str) -> None:
        self._handle = ctypes.c_void_p()
        made = ctypes.byref(self._handle)
        call("cuModuleLoadDataEx", made, image.encode() + b"\0", 0, None, None)

    def close(self) -> None:
        call("cuModuleUnload", self._handle)

    def function(self, name: str) -> Function:
        return Function(self._handle, name)


class Program:
    """Prepared launches of `xs_replay`."""

    def __init__(self) -> None:
        self._launches: list[np.ndarray] = []
        self._bytes: Any = None

    def add(
        self,
        function: Function,
        grid: tuple[int, int, int],
        block: tuple[int, int, int],
        args: tuple[Any, ...],
        shared_bytes: int = 0,
        gap_ns: int = 0,
    ) -> None:
        params = function.pack_args(args)
        self._launches.append(
            launch_record(function.native, grid, block, params, shared_bytes, gap_ns)
        )
        self._bytes = None

    def play(self, stream: Stream, pace: float = 1.0) -> None:
        if self._bytes is None:
            self._bytes = np.concatenate(self._launches).view(np.uint8)
        result = _player.play(stream.native, self._bytes, pace)
        if result:
            raise DriverError(f"cuLaunchKernel: {error_name(result)}", result)


class NativeSession:
    """The first device's primary context, from its making to its release.

    priority: CUDA's, of every stream; MPS client priority is the environment's.
    Raises: DriverError.
    """

    def __init__(self, priority: int = 0) -> None:
        call("cuInit", 0)
        _player.open_driver()
        device = ctypes.c_int()
        call("cuDeviceGet", ctypes.byref(device), 0)
        self._device = device
        self._context = ctypes.c_void_p()
        call("cuDevicePrimaryCtxRetain", ctypes.byref(self._context), device)
        call("cuCtxSetCurrent", self._context)
        self._priority = priority
        self._closing: list[Callable[[], None]] = []
        self.device = self._describe()

    def _describe(self) -> Device:
        name = ctypes.create_string_buffer(NAME_BYTES)
        call("cuDeviceGetName", name, NAME_BYTES, self._device)
        memory, version = ctypes.c_size_t(), ctypes.c_int()
        call("cuDeviceTotalMem_v2", ctypes.byref(memory), self._device)
        call("cuDriverGetVersion", ctypes.byref(version))
        values: dict[str, Any] = {}
        for field, attribute in ATTRIBUTES.items():
            value = ctypes.c_int()
            found = ctypes.byref(value)
            call("cuDeviceGetAttribute", found, attribute, self._device)
            values[field] = value.value
        return Device(name.value.decode(), memory.value, version.value, **values)

    def __enter__(self) -> NativeSession:
        return self

    def __exit__(self, failure: type[BaseException] | None, *_: object) -> None:
        try:
            self.close()
        except DriverError:
            if failure is None:  # else the first error says more than those after it
                raise

    def close(self) -> None:
        """Wait for what was submitted, then give everything back."""
        self.synchronize()
        while self._closing:
            self._closing.pop()()
        call("cuDevicePrimaryCtxRelease_v2", self._device)

    def _kept(self, made: Any) -> Any:
        self._closing.append(made.close)
        return made

    def synchronize(self) -> None:
        call("cuCtxSynchronize")

    def stream(self, priority: int = 0, non_blocking: bool = True) -> Stream:
        stream: Stream = self._kept(Stream(self._priority, self._context))
        return stream

    def event(self) -> Event:
        event: Event = self._kept(Event(self._context))
        return event

    def allocate(self, nbytes: int) -> Buffer:
        buffer: Buffer = self._kept(Buffer(nbytes))
        return buffer

    def load_module(self, image: str) -> Module:
        module: Module = self._kept(Module(image))
        return module

    def program(self) -> Program:
        return Program()

    def graph(self) -> Graph:
        """An empty graph; what is made of it is closed with the session."""
        stream = self.stream()
        graph: Graph = self._kept(Graph(self._context, stream, self._kept))
        return graph
