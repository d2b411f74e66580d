"""The CUDA driver as the control half sees it: checked calls by name.

Decides how a CUresult becomes an exception and what a missing driver is told. The only
file that imports cuda.bindings, and only when a Driver is made. It must never know what
the calls are for. Called by backend.py.
"""

from __future__ import annotations

import importlib
import os
from types import ModuleType
from typing import Any

from broker.device.backend import DeviceError, Lane
from broker.device.cuda.lanes import CALLS, native_calls

# cuFuncGetParamInfo, which tells a kernel's parameter layout, came with 12.4.
DRIVER_VERSION_MIN = 12040
# Entry points are asked for as of this version: the ones issue.c declares.
ENTRY_POINT_VERSION = 12000

# Read by cuInit. More connections: 32 streams reach the hardware without sharing a
# queue (the default is 8). Eager: a kernel's first launch loads nothing, and so never
# waits for every stream while it holds the context's lock. What the user set is
# overridden: the lanes depend on it.
ENVIRONMENT = {"CUDA_DEVICE_MAX_CONNECTIONS": "32", "CUDA_MODULE_LOADING": "EAGER"}

INVALID_VALUE = 1
NOT_INITIALIZED = 3
NO_DEVICE = 100
NOT_FOUND = 500
INVALID_HANDLE = 400
NOT_SUPPORTED = 801


class DeviceUnavailable(DeviceError):
    """There is no CUDA device to use. str() is one line that says what to do next."""

    def __str__(self) -> str:
        return self.detail


def _bindings() -> ModuleType:
    try:
        return importlib.import_module("cuda.bindings.driver")
    except ImportError as error:
        raise DeviceUnavailable(
            NOT_INITIALIZED,
            "import cuda.bindings",
            "cuda-python is not installed: pip install 'xsched-broker[cuda]', "
            f"or use the emulated device (import says: {error})",
        ) from error


def _version_text(version: int) -> str:
    return f"{version // 1000}.{version % 1000 // 10}"


class Driver:
    """Driver calls by name; each must be in lanes.CALLS and not banned.

    Raises: DeviceUnavailable when there is no cuda-bindings, no driver, no device or a
        driver older than 12.4.
    """

    def __init__(self) -> None:
        self.types = _bindings()
        self.version = self._version()
        os.environ.update(ENVIRONMENT)
        self._start()

    def call(self, name: str, *arguments: Any) -> Any:
        """Make a driver call; return what it gives: None, a value, or a tuple.

        Raises: DeviceError with the result's name in its detail.
        """
        assert CALLS[name].lane is not Lane.BANNED, name
        try:
            outcome = self._function(name)(*arguments)
        except ValueError as error:
            raise _unknown_result(name, error) from error
        except RuntimeError as error:  # "function cuCtxCreate_v4 is not found"
            detail = " ".join(str(error).split())
            raise DeviceError(NOT_SUPPORTED, name, detail) from error
        if int(outcome[0]):
            raise DeviceError(int(outcome[0]), name, result_name(outcome[0]))
        values = outcome[1:]
        return values if len(values) > 1 else values[0] if values else None

    def entry_points(self) -> dict[str, int]:
        """Addresses of the calls that issue.c makes, by name."""
        # cuGetProcAddress also tells why it found nothing; a missing one is an error.
        return {
            name: int(
                self.call("cuGetProcAddress", name.encode(), *_ENTRY_ARGUMENTS)[0]
            )
            for name in native_calls()
        }

    def _function(self, name: str) -> Any:
        function = getattr(self.types, name, None)
        if function is None:
            raise DeviceError(
                NOT_SUPPORTED, name, "this version of cuda-bindings lacks it"
            )
        return function

    def _version(self) -> int:
        """The driver's version; the first call, so the one that finds no driver."""
        try:
            version = int(self.call("cuDriverGetVersion"))
        except Exception as error:
            raise DeviceUnavailable(
                NOT_INITIALIZED,
                "cuDriverGetVersion",
                "no NVIDIA driver (libcuda.so.1) on this machine: install driver "
                f"{_version_text(DRIVER_VERSION_MIN)} or newer, "
                "or use the emulated device",
            ) from error
        if version < DRIVER_VERSION_MIN:
            raise DeviceUnavailable(
                NOT_SUPPORTED,
                "cuDriverGetVersion",
                f"the NVIDIA driver is for CUDA {_version_text(version)}: update it to "
                f"{_version_text(DRIVER_VERSION_MIN)} or newer, "
                "or use the emulated device",
            )
        return version

    def _start(self) -> None:
        try:
            self.call("cuInit", 0)
            count = int(self.call("cuDeviceGetCount"))
        except DeviceError as error:
            raise DeviceUnavailable(
                error.result,
                error.call,
                f"the NVIDIA driver finds no usable GPU ({error.detail}): "
                "check nvidia-smi, or use the emulated device",
            ) from error
        if not count:
            raise DeviceUnavailable(
                NO_DEVICE,
                "cuDeviceGetCount",
                "the NVIDIA driver shows no GPU: check CUDA_VISIBLE_DEVICES, "
                "or use the emulated device",
            )


# Legacy streams (flag 1), to be exact: no call here uses a default stream.
_ENTRY_ARGUMENTS = (ENTRY_POINT_VERSION, 1)


def result_name(result: Any) -> str:
    """The name of a CUresult."""
    return getattr(result, "name", None) or f"CUresult {int(result)}"


def _unknown_result(call: str, error: ValueError) -> Exception:
    """cuda-bindings says "N is not a valid CUresult" of a result newer than itself."""
    number, _, rest = str(error).partition(" ")
    if not number.isdigit() or "CUresult" not in rest:
        return error
    return DeviceError(int(number), call, "a result unknown to cuda-bindings")
