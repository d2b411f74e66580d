"""A session of one process's own CUDA context, with the part of the client's interface
that `loadgen` uses.

Control calls go through cuda.bindings; prepared launches are played by native.c, so
that no Python runs per launch, as in the client. Called by `tests.bench.native.tenant`.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import sysconfig
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from cuda.bindings import driver

SOURCE = Path(__file__).with_name("native.c")


class Launch(ctypes.Structure):
    """`native_launch` of native.c."""

    _fields_ = [
        ("grid", ctypes.c_uint32 * 3),
        ("block", ctypes.c_uint32 * 3),
        ("shared_bytes", ctypes.c_uint32),
        ("params_bytes", ctypes.c_uint32),
        ("function", ctypes.c_uint64),
        ("gap_ns", ctypes.c_uint64),
        ("params", ctypes.c_ubyte * 32),
    ]


def build() -> ctypes.CDLL:
    """Compile native.c with the machine's C compiler; kept for this boot."""
    target = Path(tempfile.gettempdir()) / f"xsched-native-{os.getuid()}.so"
    newer = target.exists() and target.stat().st_mtime > SOURCE.stat().st_mtime
    if not newer:
        compiler = (sysconfig.get_config_var("CC") or "cc").split()[0]
        part = target.with_suffix(f".{os.getpid()}")
        command = [compiler, "-O2", "-shared", "-fPIC", "-o", str(part), str(SOURCE)]
        subprocess.run([*command, "-ldl"], check=True)
        part.rename(target)
    return ctypes.CDLL(str(target))


def check(result: Any) -> Any:
    """The value of a cuda.bindings call; raises RuntimeError with the error's name."""
    code, *values = result
    if code != driver.CUresult.CUDA_SUCCESS:
        raise RuntimeError(code.name)
    return values[0] if len(values) == 1 else values


@dataclass(frozen=True)
class Device:
    name: str
    sm_count: int
    backend: str = "native"
    time_dilation: int = 1
    threads_per_sm: int = 2048
    blocks_per_sm: int = 32
    shared_bytes_per_sm: int = 233472
    shared_bytes_per_block_optin: int = 232448


class Buffer:
    def __init__(self, nbytes: int) -> None:
        self.nbytes = nbytes
        self.address = int(check(driver.cuMemAlloc(nbytes)))

    def fill(self, value: int, *, count: int, stream: Stream) -> None:
        check(driver.cuMemsetD8Async(self.address, value, count, stream.native))

    def copy_from(self, array: np.ndarray, stream: Stream) -> None:
        address = array.ctypes.data
        check(
            driver.cuMemcpyHtoDAsync(self.address, address, array.nbytes, stream.native)
        )

    def copy_to(self, array: np.ndarray, stream: Stream) -> None:
        address = array.ctypes.data
        check(
            driver.cuMemcpyDtoHAsync(address, self.address, array.nbytes, stream.native)
        )
        stream.synchronize()

    def copy_from_buffer(self, other: Buffer, *, nbytes: int, stream: Stream) -> None:
        check(
            driver.cuMemcpyDtoDAsync(self.address, other.address, nbytes, stream.native)
        )


class Event:
    """Waited for in threads of the tenant that have no current context yet."""

    def __init__(self, context: Any) -> None:
        self._context = context
        self.native = check(driver.cuEventCreate(0))

    def synchronize(self) -> None:
        check(driver.cuCtxSetCurrent(self._context))
        check(driver.cuEventSynchronize(self.native))

    def query(self) -> bool:
        return bool(driver.cuEventQuery(self.native)[0] == 0)

    def elapsed_ns(self, start: Event) -> int:
        return round(check(driver.cuEventElapsedTime(start.native, self.native)) * 1e6)


class Stream:
    def __init__(self, priority: int) -> None:
        self.native = check(driver.cuStreamCreateWithPriority(1, priority))

    def record(self, event: Event) -> None:
        check(driver.cuEventRecord(event.native, self.native))

    def synchronize(self) -> None:
        check(driver.cuStreamSynchronize(self.native))


class Function:
    def __init__(self, module: Any, name: str) -> None:
        self.native = check(driver.cuModuleGetFunction(module, name.encode()))

    def set_attribute(self, attribute: int, value: int) -> None:
        which = driver.CUfunction_attribute(attribute)
        check(driver.cuFuncSetAttribute(self.native, which, value))


class Module:
    def __init__(self, image: str) -> None:
        self._native = check(driver.cuModuleLoadData(image.encode() + b"\0"))

    def function(self, name: str) -> Function:
        return Function(self._native, name)


class Program:
    """Prepared launches of `xs_replay`."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self._library = library
        self._launches: list[Launch] = []
        self._array: Any = None

    def add(
        self,
        function: Function,
        grid: tuple[int, int, int],
        block: tuple[int, int, int],
        args: tuple[Any, ...],
        shared_bytes: int = 0,
        gap_ns: int = 0,
    ) -> None:
        duration_ns, buffer, nbytes, touch = args
        packed = np.array([duration_ns, buffer.address, nbytes], np.uint64).tobytes()
        params = packed + np.uint32(touch).tobytes()
        launch = Launch(
            grid, block, shared_bytes, len(params), int(function.native), gap_ns
        )
        ctypes.memmove(launch.params, params, len(params))
        self._launches.append(launch)

    def play(self, stream: Stream, pace: float = 1.0) -> None:
        if self._array is None:
            self._array = (Launch * len(self._launches))(*self._launches)
        result = self._library.native_play(
            ctypes.c_void_p(int(stream.native)),
            self._array,
            len(self._launches),
            ctypes.c_double(pace),
        )
        if result:
            raise RuntimeError(f"native_play: CUresult {result}")


class NativeSession:
    """priority: CUDA's, of every stream; MPS client priority is the environment's."""

    def __init__(self, priority: int = 0) -> None:
        check(driver.cuInit(0))
        self._device = check(driver.cuDeviceGet(0))
        context = check(driver.cuDevicePrimaryCtxRetain(self._device))
        check(driver.cuCtxSetCurrent(context))
        self._context = context
        self._priority = priority
        self.library = build()
        self.library.native_open()
        attribute = driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT
        name = check(driver.cuDeviceGetName(128, self._device)).split(b"\0")[0]
        self.device = Device(
            name.decode(), check(driver.cuDeviceGetAttribute(attribute, self._device))
        )

    def __enter__(self) -> NativeSession:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        check(driver.cuCtxSynchronize())

    def synchronize(self) -> None:
        check(driver.cuCtxSynchronize())

    def stream(self, priority: int = 0, non_blocking: bool = True) -> Stream:
        return Stream(self._priority)

    def event(self) -> Event:
        return Event(self._context)

    def allocate(self, nbytes: int) -> Buffer:
        return Buffer(nbytes)

    def load_module(self, image: str) -> Module:
        return Module(image)

    def program(self) -> Program:
        return Program(self.library)
