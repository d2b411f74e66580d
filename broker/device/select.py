"""Which device the broker runs on.

Decides between cuda, emulated and null, and turns what can go wrong into one line that
says what to do. It must never know sessions or sockets. `serve.py` calls it once.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from broker.device.backend import Backend, Clock, DeviceError

KINDS = ("auto", "cuda", "emulated", "null")

_NO_DEVICE = 100
_GPU_FILES = ("/dev/nvidiactl", "/dev/dxg")


class DeviceUnavailable(Exception):
    """The device asked for cannot be had; the text says what to do next."""


@dataclass(frozen=True, slots=True)
class DeviceConfig:
    """Section `device`."""

    kind: str = "auto"  # one of KINDS
    ordinal: int = 0
    workers: int = 0  # cuda: issue threads, 0 = by the number of processors
    spin_ns: int = 50_000  # cuda: how long an issue thread looks again after a wait
    dilation: int = 10  # emulated: wall time per device time
    sm_count: int = 132  # emulated
    memory_bytes: int = 0  # emulated, null: size of device memory; 0 = their default
    seed: int = 1  # emulated: makes its uuid
    kernel_time_max_ns: int = 0  # device time; an older kernel is a fault; 0 = no bound
    # cuda: a context to switch to now and then, so that kernels begin sooner, for the
    # device memory of a context. auto: on a GPU of Hopper's kind, where that was seen.
    second_context: str = "auto"  # auto, on or off


def open_backend(config: DeviceConfig) -> Backend:
    """Open the device the configuration names.

    Raises: DeviceUnavailable.
    """
    if config.kind not in KINDS:
        raise DeviceUnavailable(
            f"unknown device {config.kind!r}: choose one of {', '.join(KINDS)}"
        )
    if config.kind == "auto":
        return _open_auto(config)
    return _OPENERS[config.kind](config)


def _open_auto(config: DeviceConfig) -> Backend:
    """A GPU where one can be seen, the emulated device where none can.

    A machine that has a GPU and cannot use it gets an error, not a silent emulation.
    """
    if not any(map(os.path.exists, _GPU_FILES)):
        return _open_emulated(config)
    try:
        return _open_cuda(config)
    except DeviceUnavailable as problem:
        if isinstance(problem.__cause__, DeviceError) and (
            problem.__cause__.result == _NO_DEVICE
        ):
            return _open_emulated(config)
        raise


def _open_cuda(config: DeviceConfig) -> Backend:
    try:
        module = importlib.import_module("broker.device.cuda")
        backend: Backend = module.CudaBackend(
            ordinal=config.ordinal, second_context=config.second_context
        )
    except (ImportError, AttributeError) as problem:
        raise DeviceUnavailable(
            f"the cuda device needs the cuda extra ({problem}): "
            "pip install 'xsched-broker[cuda]', or choose --device emulated"
        ) from problem
    except DeviceError as problem:
        raise DeviceUnavailable(_advice(problem)) from problem
    except (OSError, RuntimeError) as problem:
        raise DeviceUnavailable(
            f"the GPU cannot be used ({_one_line(problem)}): check nvidia-smi, "
            "or choose --device emulated"
        ) from problem
    return backend


def _advice(problem: DeviceError) -> str:
    """What the backend says, with a way out where it names none."""
    text = _one_line(problem)
    if "emulated" in text:
        return text
    return f"{text}: check nvidia-smi, or choose --device emulated"


def _one_line(problem: Exception) -> str:
    return " ".join(str(problem).split())


def _open_emulated(config: DeviceConfig) -> Backend:
    arguments: dict[str, Any] = {
        "dilation": config.dilation,
        "sm_count": config.sm_count,
        "seed": config.seed,
    }
    if config.memory_bytes:
        arguments["memory_bytes"] = config.memory_bytes
    return _built("broker.device.emulated", "EmulatedBackend", **arguments)


def _open_null(config: DeviceConfig) -> Backend:
    arguments = {"memory_bytes": config.memory_bytes} if config.memory_bytes else {}
    return _built("broker.device.null", "NullBackend", Clock(), **arguments)


def _built(module_name: str, class_name: str, *args: Any, **kwargs: Any) -> Backend:
    try:
        backend_class = getattr(importlib.import_module(module_name), class_name)
    except (ImportError, AttributeError) as problem:
        raise DeviceUnavailable(
            f"this installation lacks its native parts ({problem}): "
            "run pip install -e . again with a C compiler"
        ) from problem
    backend: Backend = backend_class(*args, **kwargs)
    return backend


_OPENERS: dict[str, Callable[[DeviceConfig], Backend]] = {
    "cuda": _open_cuda,
    "emulated": _open_emulated,
    "null": _open_null,
}
