"""The Python half of the device seam: properties, clock and control calls.

Decides nothing; states what every device must offer. The native half (issuing) is
`backend.h`. A backend must never know sessions, tenants or policies: it maps memory
where it is told, loads code, and hands the worker a table of C functions.

Called by `server/` from the control thread (every method marked *control*) and at
start. Implementations: `null.py`, `emulated/`, `cuda/`; `tests/conformance` runs one
suite on all.
"""

from __future__ import annotations

import enum
import time
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable


class DeviceError(Exception):
    """A device or driver call failed.

    Args: result: CUresult number; call: the driver call or seam method; detail: text.
    """

    def __init__(self, result: int, call: str, detail: str = "") -> None:
        self.result = result
        self.call = call
        self.detail = detail
        super().__init__(
            f"{call}: CUresult {result}" + (f": {detail}" if detail else "")
        )


class Lane(enum.Enum):
    """How a call may be made while tenants' work runs (design: disruptive calls)."""

    ISSUE = "issue"  # by the worker, per operation; never waits
    CONTROL = "control"  # on the control thread, any time; holds no lock for long
    CONTROL_DRAINED = "control-drained"  # on the control thread, device drained
    BANNED = "banned"  # never: waits for every stream while holding the lock


@dataclass(frozen=True, slots=True)
class DeviceProperties:
    """One device. Names and units are those of wire struct `device_properties`."""

    ordinal: int
    name: str
    backend: str
    uuid: bytes
    compute_major: int
    compute_minor: int
    sm_count: int
    memory_bytes: int
    driver_version: int
    time_dilation: int = 1
    threads_per_sm: int = 2048
    blocks_per_sm: int = 32
    shared_bytes_per_sm: int = 233472
    shared_bytes_per_block_optin: int = 232448


@dataclass(frozen=True, slots=True)
class FunctionInfo:
    """A function as the device knows it.

    native: the pointer for xs_launch.function. param_offsets/param_sizes: bytes.
    """

    native: int
    param_offsets: tuple[int, ...]
    param_sizes: tuple[int, ...]
    param_bytes: int
    threads_max: int = 1024
    static_shared_bytes: int = 0
    registers: int = 32
    local_bytes: int = 0


@dataclass(slots=True)
class Clock:
    """Device time: monotonic wall time since `origin_ns`, divided by `dilation`.

    A subclass in the tests replaces it by a clock that is set by hand.
    """

    dilation: int = 1
    origin_ns: int = field(default_factory=time.monotonic_ns)

    def now_ns(self) -> int:
        return (time.monotonic_ns() - self.origin_ns) // self.dilation

    def wall_ns(self, device_ns: int) -> int:
        """Wall time that `device_ns` of device time takes."""
        return device_ns * self.dilation


@runtime_checkable
class Backend(Protocol):
    """One device. Methods raise DeviceError; *control* ones may take milliseconds."""

    name: str
    clock: Clock
    properties: DeviceProperties
    # Seam method name -> lane; `server/pump.py` drains first where it says so.
    # graph_open and graph_close are entries of the native table (backend.h).
    lanes: dict[str, Lane]
    # map_memory works in multiples of this many bytes.
    granularity_bytes: int

    def capsule(self) -> Any:
        """PyCapsule "xs_backend" for a Worker; valid while self lives."""

    def map_memory(self, address: int, nbytes: int) -> None:
        """*control* Back [address, address + nbytes) with device memory, zeroed."""

    def unmap_memory(self, address: int, nbytes: int) -> None:
        """*control* Scrub and give back exactly one earlier map_memory."""

    def scrub(self, address: int, nbytes: int) -> None:
        """*control* Zero mapped memory before it changes hands; waits until done."""

    def register_host(self, address: int, nbytes: int) -> None:
        """*control* Let the device reach host memory at a broker address."""

    def unregister_host(self, address: int, nbytes: int) -> None:
        """*control* Undo one register_host."""

    def module_load(self, image: bytes, image_format: int) -> Any:
        """*control* Load code (wire constants module_format_*); returns a module."""

    def module_unload(self, module: Any) -> None:
        """*control*"""

    def function_get(self, module: Any, name: str) -> FunctionInfo:
        """*control* Raises DeviceError(500 NOT_FOUND) naming what is missing."""

    def function_attribute_set(self, native: int, attribute: int, value: int) -> None:
        """*control*"""

    def memory_info(self) -> tuple[int, int]:
        """*control* (free, total) bytes of the device."""

    def close(self) -> None:
        """Give everything back; the workers on it have stopped."""
