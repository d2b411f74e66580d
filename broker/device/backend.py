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

from broker.device.arrays import ArrayCopy, ArrayShape, Texture


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
    attributes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class OccupancyQuery:
    """What fits of one function. kind: wire constants occupancy_*.

    grid[0] is the blocks per multiprocessor where available shared memory is asked for.
    attributes: raw CUlaunchAttribute structs of 72 bytes.
    """

    kind: int
    grid: tuple[int, int, int]
    block: tuple[int, int, int]
    shared_bytes: int
    flags: int = 0
    attributes: bytes = b""

    @property
    def threads(self) -> int:
        return self.block[0] * self.block[1] * self.block[2]


@dataclass(frozen=True, slots=True)
class TensorMap:
    """Arguments of cuTensorMapEncodeTiled, or of Im2col where `im2col`.

    dimensions: elements, rank of them; strides: bytes, rank - 1; box: elements, tiled
    only; corners: lower then upper ones, im2col only. The numbers are the driver's.
    """

    im2col: bool
    data_type: int
    address: int
    dimensions: tuple[int, ...]
    strides: tuple[int, ...]
    box: tuple[int, ...]
    element_strides: tuple[int, ...]
    corners: tuple[int, ...]
    channels: int
    pixels: int
    interleave: int
    swizzle: int
    promotion: int
    fill: int


@dataclass(frozen=True, slots=True)
class LinkInput:
    """One piece of code to link. kind: CUjitInputType."""

    kind: int
    name: str
    image: bytes


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
    # By CUdevice_attribute, as the device itself says.
    attributes: dict[int, int]

    @property
    def switches_contexts(self) -> bool:
        """Whether `switch_context` is good for anything."""

    @property
    def stream_turns(self) -> int:
        """How often a kernel has gone to another stream than the launch before it,
        where `switches_contexts`; else always 0."""

    def switch_context(self) -> None:
        """*control* Have the device change to another context and back."""

    def capsule(self) -> Any:
        """PyCapsule "xs_backend" for a Worker; valid while self lives."""

    def map_memory(self, address: int, nbytes: int) -> None:
        """*control* Back [address, address + nbytes) with device memory, zeroed."""

    def unmap_memory(self, address: int, nbytes: int) -> None:
        """*control* Scrub and give back exactly one earlier map_memory."""

    def scrub(self, address: int, nbytes: int) -> None:
        """*control* Zero mapped memory before it changes hands; waits until done."""

    def create_memory(self, nbytes: int) -> Any:
        """*control* Device memory without an address; returns the backend's handle."""

    def map_created(self, handle: Any, address: int, nbytes: int, zero: bool) -> None:
        """*control* Put created memory at an address, zeroed first where told."""

    def unmap_created(self, address: int, nbytes: int) -> None:
        """*control* Undo exactly one map_created; the memory keeps its contents."""

    def release_memory(self, handle: Any) -> None:
        """*control* Give created memory back; it is mapped nowhere any more."""

    def register_host(self, address: int, nbytes: int) -> None:
        """*control* Let the device reach host memory at a broker address."""

    def unregister_host(self, address: int, nbytes: int) -> None:
        """*control* Undo one register_host."""

    def module_load(
        self, image: bytes, image_format: int, options: tuple[tuple[int, int], ...] = ()
    ) -> Any:
        """*control* Load code (wire constants module_format_*); returns a module.

        options: JIT options whose values are numbers: (CUjit_option, value).
        """

    def module_unload(self, module: Any) -> None:
        """*control*"""

    def function_get(self, module: Any, name: str) -> FunctionInfo:
        """*control* Raises DeviceError(500 NOT_FOUND) naming what is missing."""

    def function_names(self, module: Any) -> list[str]:
        """*control* Its kernels, always in the same order."""

    def variable_get(self, module: Any, name: str) -> tuple[int, int]:
        """*control* Address and bytes of a variable, as long as the module is loaded.

        Raises: DeviceError(500 NOT_FOUND) naming what is missing.
        """

    def link(
        self, inputs: list[LinkInput], options: tuple[tuple[int, int], ...] = ()
    ) -> tuple[bytes, str]:
        """*control* The linked cubin and what the linker said."""

    def occupancy(self, native: int, query: OccupancyQuery) -> int:
        """*control* Blocks, bytes or clusters, as query.kind asks."""

    def tensor_map(self, arguments: TensorMap) -> bytes:
        """*control* A CUtensorMap, 128 bytes; the same for the same arguments."""

    def array_create(self, shape: ArrayShape) -> Any:
        """*control* A zeroed array; returns the backend's handle."""

    def array_destroy(self, array: Any) -> None:
        """*control* Nothing looks into it, and nothing uses it any more."""

    def array_copy(self, copy: ArrayCopy) -> None:
        """*control* Waits until it is done. Both sides lie in what is theirs; host
        memory in one registered piece."""

    def texture_create(self, texture: Texture) -> int:
        """*control* The number that kernels get."""

    def texture_destroy(self, surface: bool, number: int) -> None:
        """*control*"""

    def limit_get(self, limit: int) -> int:
        """*control* CUlimit of the context."""

    def limit_set(self, limit: int, value: int) -> None:
        """*control*"""

    def function_attribute_set(self, native: int, attribute: int, value: int) -> None:
        """*control*"""

    def memory_info(self) -> tuple[int, int]:
        """*control* (free, total) bytes of the device."""

    def close(self) -> None:
        """Give everything back; the workers on it have stopped."""
