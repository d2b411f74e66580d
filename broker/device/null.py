"""The null device: every operation retires at once and no data moves.

Decides nothing. It measures the broker's own overhead and lets programs start up where
there is no GPU. Its native half is null.c; the control half here keeps the books that a
real driver would keep, so that a mistake of ours shows here too.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

from broker.device._worker import null_backend_capsule
from broker.device.backend import (
    Clock,
    DeviceError,
    DeviceProperties,
    FunctionInfo,
    Lane,
)

# A match may look ahead a bounded way only: texts written to be slow would stop the
# broker, since the interpreter's lock is held meanwhile.
_ENTRY = re.compile(rb"\.entry\s+([\w$]+)\s*\(([^()]*)\)", re.S)
_PARAM = re.compile(
    rb"\.param\s+(?:\.align\s+([1-9]\d{0,3})\s+)?\.(\w+)\s+"
    rb"(?:\.ptr[^,]{0,99}?\s)?[\w$]+(?:\[(\d{1,9})\])?"
)
_WIDTHS = {b"8": 1, b"16": 2, b"32": 4, b"64": 8}


class NullBackend:
    """See `backend.Backend`. memory_bytes: what it pretends to have."""

    name = "null"
    granularity_bytes = 2 << 20
    lanes: ClassVar[dict[str, Lane]] = {
        "map_memory": Lane.CONTROL,
        "unmap_memory": Lane.CONTROL,
        "scrub": Lane.CONTROL,
        "register_host": Lane.CONTROL,
        "unregister_host": Lane.CONTROL,
        "module_load": Lane.CONTROL_DRAINED,
        "module_unload": Lane.CONTROL_DRAINED,
        "function_get": Lane.CONTROL,
        "function_attribute_set": Lane.CONTROL,
        "memory_info": Lane.CONTROL,
        "graph_open": Lane.CONTROL,
        "graph_close": Lane.CONTROL,
    }

    def __init__(
        self, clock: Clock | None = None, memory_bytes: int = 80 << 30
    ) -> None:
        self.clock = clock or Clock()
        self.properties = DeviceProperties(
            ordinal=0,
            name="null device (nothing is computed)",
            backend="null",
            uuid=b"xsched-null-dev0",
            compute_major=9,
            compute_minor=0,
            sm_count=132,
            memory_bytes=memory_bytes,
            driver_version=13000,
            time_dilation=self.clock.dilation,
        )
        self._mapped: dict[int, int] = {}
        self._registered: dict[int, int] = {}
        self._functions: dict[int, FunctionInfo] = {}
        self._next_native = 0x1000

    def capsule(self) -> Any:
        return null_backend_capsule()

    def map_memory(self, address: int, nbytes: int) -> None:
        if nbytes <= 0 or nbytes % self.granularity_bytes or address in self._mapped:
            raise DeviceError(1, "map_memory", f"{nbytes} bytes at {address:#x}")
        if sum(self._mapped.values()) + nbytes > self.properties.memory_bytes:
            raise DeviceError(2, "map_memory", f"{nbytes} bytes, out of memory")
        self._mapped[address] = nbytes

    def unmap_memory(self, address: int, nbytes: int) -> None:
        if self._mapped.get(address) != nbytes:
            raise DeviceError(1, "unmap_memory", f"{nbytes} bytes at {address:#x}")
        del self._mapped[address]

    def scrub(self, address: int, nbytes: int) -> None:
        """Nothing is stored, so nothing is left."""

    def register_host(self, address: int, nbytes: int) -> None:
        if address in self._registered or nbytes <= 0:
            raise DeviceError(1, "register_host", f"{nbytes} bytes at {address:#x}")
        self._registered[address] = nbytes

    def unregister_host(self, address: int, nbytes: int) -> None:
        if self._registered.get(address) != nbytes:
            raise DeviceError(1, "unregister_host", f"{nbytes} bytes at {address:#x}")
        del self._registered[address]

    def module_load(self, image: bytes, image_format: int) -> Any:
        """PTX: its entries with their layouts. Machine code: any name, no parameters
        known, so that programs start; its launches must carry no parameters."""
        if image_format != 1:
            return {}
        entries = {m[1].decode(): _layout(m[2]) for m in _ENTRY.finditer(image)}
        if b".version" not in image:
            raise DeviceError(218, "module_load", "no .version in the PTX text")
        return entries

    def module_unload(self, module: Any) -> None:
        """Nothing is kept."""

    def function_get(self, module: Any, name: str) -> FunctionInfo:
        if name not in module:
            raise DeviceError(500, "function_get", f"no entry {name!r} in the module")
        sizes, offsets, total = module[name]
        self._next_native += 16
        info = FunctionInfo(self._next_native, offsets, sizes, total)
        self._functions[info.native] = info
        return info

    def function_attribute_set(self, native: int, attribute: int, value: int) -> None:
        if native not in self._functions:
            raise DeviceError(400, "function_attribute_set", f"function {native:#x}")

    def memory_info(self) -> tuple[int, int]:
        total = self.properties.memory_bytes
        return total - sum(self._mapped.values()), total

    def close(self) -> None:
        self._mapped.clear()
        self._registered.clear()


def _layout(text: bytes) -> tuple[tuple[int, ...], tuple[int, ...], int]:
    """(sizes, offsets, bytes in all) of a PTX parameter list, naturally aligned."""
    sizes: list[int] = []
    offsets: list[int] = []
    at = 0
    for match in _PARAM.finditer(text):
        width = _WIDTHS.get(match[2].lstrip(b"bsuf"), 4)
        size = width * int(match[3] or 1)
        align = int(match[1] or width)
        at = -(-at // align) * align
        sizes.append(size)
        offsets.append(at)
        at += size
    return tuple(sizes), tuple(offsets), at
