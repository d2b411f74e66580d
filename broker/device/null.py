"""The null device: every operation retires at once and no data moves.

Decides nothing. It measures the broker's own overhead and lets programs start up where
there is no GPU. Its native half is null.c; the control half here keeps the books that a
real driver would keep, so that a mistake of ours shows here too.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import Any, ClassVar

from broker.device import attributes, occupancy, variables
from broker.device._worker import null_backend_capsule
from broker.device.arrays import ARRAY, ArrayCopy, ArrayShape, Texture
from broker.device.backend import (
    Clock,
    DeviceError,
    DeviceProperties,
    FunctionInfo,
    Lane,
    LinkInput,
    OccupancyQuery,
    TensorMap,
)
from broker.device.emulated import cubin
from broker.device.variables import Placed

# A match may look ahead a bounded way only: texts written to be slow would stop the
# broker, since the interpreter's lock is held meanwhile.
_ENTRY = re.compile(rb"\.entry\s+([\w$]+)\s*\(([^()]*)\)", re.S)
_PARAM = re.compile(
    rb"\.param\s+(?:\.align\s+([1-9]\d{0,3})\s+)?\.(\w+)\s+"
    rb"(?:\.ptr[^,]{0,99}?\s)?[\w$]+(?:\[(\d{1,9})\])?"
)
# A variable of an image that cannot be read (a compressed fatbin) is as large as all
# constant memory of a module may be.
GUESSED_BYTES = 64 << 10
# Whoever asks for the kernels of such an image gets one.
GUESSED_NAME = "kernel"
_WIDTHS = {b"8": 1, b"16": 2, b"32": 4, b"64": 8}


# (sizes, offsets, bytes in all) of a kernel's parameters.
_Layout = tuple[tuple[int, ...], tuple[int, ...], int]


@dataclass(slots=True)
class NullModule:
    """entries: None when the image cannot be read: then any name is a kernel, and a
    variable too, placed once it is asked for."""

    entries: dict[str, _Layout] | None
    variables: Placed
    guessed: dict[str, Placed] = field(default_factory=dict)


class NullBackend:
    """See `backend.Backend`. memory_bytes: what it pretends to have."""

    name = "null"
    granularity_bytes = 2 << 20
    lanes: ClassVar[dict[str, Lane]] = {
        "map_memory": Lane.CONTROL,
        "unmap_memory": Lane.CONTROL,
        "scrub": Lane.CONTROL,
        "create_memory": Lane.CONTROL,
        "map_created": Lane.CONTROL,
        "unmap_created": Lane.CONTROL,
        "release_memory": Lane.CONTROL,
        "register_host": Lane.CONTROL,
        "unregister_host": Lane.CONTROL,
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
        self._created: dict[int, int] = {}
        self._created_at: dict[int, tuple[int, int]] = {}
        self._limits = dict(attributes.LIMITS)
        self._space = variables.VariableSpace(self.granularity_bytes)
        self.attributes = attributes.of_h100(self.properties.sm_count)
        self._arrays: dict[int, ArrayShape] = {}
        self._textures: dict[tuple[bool, int], Any] = {}
        self._next_native = 0x1000

    def capsule(self) -> Any:
        return null_backend_capsule()

    def map_memory(self, address: int, nbytes: int) -> None:
        if nbytes <= 0 or nbytes % self.granularity_bytes or address in self._mapped:
            raise DeviceError(1, "map_memory", f"{nbytes} bytes at {address:#x}")
        self._check_room(nbytes, "map_memory")
        self._mapped[address] = nbytes

    def unmap_memory(self, address: int, nbytes: int) -> None:
        if self._mapped.get(address) != nbytes:
            raise DeviceError(1, "unmap_memory", f"{nbytes} bytes at {address:#x}")
        del self._mapped[address]

    def scrub(self, address: int, nbytes: int) -> None:
        """Nothing is stored, so nothing is left."""

    def _check_room(self, nbytes: int, call: str) -> None:
        if self._used_bytes() + nbytes > self.properties.memory_bytes:
            raise DeviceError(2, call, f"{nbytes} bytes, out of memory")

    def _used_bytes(self) -> int:
        arrays = sum(shape.charged_bytes for shape in self._arrays.values())
        return sum(self._mapped.values()) + sum(self._created.values()) + arrays

    def create_memory(self, nbytes: int) -> int:
        if nbytes <= 0 or nbytes % self.granularity_bytes:
            raise DeviceError(1, "create_memory", f"{nbytes} bytes")
        self._check_room(nbytes, "create_memory")
        self._next_native += 16
        self._created[self._next_native] = nbytes
        return self._next_native

    def map_created(self, handle: Any, address: int, nbytes: int, zero: bool) -> None:
        taken = {**self._mapped, **{a: n for a, (_, n) in self._created_at.items()}}
        meets = any(a < address + nbytes and address < a + n for a, n in taken.items())
        if self._created.get(handle) != nbytes or meets:
            raise DeviceError(1, "map_created", f"{nbytes} bytes at {address:#x}")
        self._created_at[address] = (handle, nbytes)

    def unmap_created(self, address: int, nbytes: int) -> None:
        if self._created_at.get(address, (0, -1))[1] != nbytes:
            raise DeviceError(1, "unmap_created", f"{nbytes} bytes at {address:#x}")
        del self._created_at[address]

    def release_memory(self, handle: Any) -> None:
        mapped = any(handle == one for one, _ in self._created_at.values())
        if handle not in self._created or mapped:
            raise DeviceError(400, "release_memory", f"handle {handle}")
        del self._created[handle]

    def register_host(self, address: int, nbytes: int) -> None:
        if address in self._registered or nbytes <= 0:
            raise DeviceError(1, "register_host", f"{nbytes} bytes at {address:#x}")
        self._registered[address] = nbytes

    def unregister_host(self, address: int, nbytes: int) -> None:
        if self._registered.get(address) != nbytes:
            raise DeviceError(1, "unregister_host", f"{nbytes} bytes at {address:#x}")
        del self._registered[address]

    def module_load(
        self, image: bytes, image_format: int, options: tuple[tuple[int, int], ...] = ()
    ) -> NullModule:
        """PTX and cubins: their kernels with their layouts. A fatbin: any name, no
        parameters known, so that programs start; such launches carry none."""
        if image_format == 1:
            return self._load_ptx(image)
        try:
            kernels = cubin.parse(image) if image_format == 2 else None
            sizes = cubin.variables(image) if image_format == 2 else {}
        except cubin.CubinError as error:
            raise DeviceError(200, "module_load", str(error)) from None
        placed = self._place(sizes)
        if kernels is None:
            return NullModule(None, placed)
        entries = {k.name: _cubin_layout(k) for k in kernels.values()}
        return NullModule(entries, placed)

    def _load_ptx(self, image: bytes) -> NullModule:
        if b".version" not in image:
            raise DeviceError(218, "module_load", "no .version in the PTX text")
        entries = {m[1].decode(): _layout(m[2]) for m in _ENTRY.finditer(image)}
        return NullModule(entries, self._place(variables.of_ptx(image)))

    def _place(self, sizes: dict[str, int]) -> Placed:
        placed = self._space.place(sizes)
        if placed.nbytes:
            self.map_memory(placed.address, placed.nbytes)
        return placed

    def module_unload(self, module: Any) -> None:
        for placed in (module.variables, *module.guessed.values()):
            if placed.nbytes:
                self.unmap_memory(placed.address, placed.nbytes)
                placed.nbytes = 0

    def function_get(self, module: Any, name: str) -> FunctionInfo:
        entries = module.entries
        if entries is not None and name not in entries:
            raise DeviceError(500, "function_get", f"no entry {name!r} in the module")
        sizes, offsets, total = entries[name] if entries is not None else ((), (), 0)
        self._next_native += 16
        info = FunctionInfo(
            self._next_native,
            offsets,
            sizes,
            total,
            attributes=attributes.of_function(1024, 32),
        )
        self._functions[info.native] = info
        return info

    def function_names(self, module: Any) -> list[str]:
        return [GUESSED_NAME] if module.entries is None else list(module.entries)

    def variable_get(self, module: Any, name: str) -> tuple[int, int]:
        known = module.variables
        if module.entries is None:
            if name not in module.guessed:
                module.guessed[name] = self._place({name: GUESSED_BYTES})
            known = module.guessed[name]
        if name not in known.at:
            raise DeviceError(
                500, "variable_get", f"no variable {name!r} in the module"
            )
        address, nbytes = known.at[name]
        return int(address), int(nbytes)

    def link(
        self, inputs: list[LinkInput], options: tuple[tuple[int, int], ...] = ()
    ) -> tuple[bytes, str]:
        """One input is its own outcome; there is no linker here."""
        if len(inputs) != 1:
            detail = f"{len(inputs)} inputs: the null device links none"
            raise DeviceError(801, "link", detail)
        return inputs[0].image, ""

    def occupancy(self, native: int, query: OccupancyQuery) -> int:
        info = self._function(native, "occupancy")
        return occupancy.answer(info, query, self.properties.sm_count)

    def tensor_map(self, arguments: TensorMap) -> bytes:
        """Made-up bytes, the same for the same arguments."""
        digest = hashlib.blake2b(repr(arguments).encode()).digest()
        return digest + digest

    def array_create(self, shape: ArrayShape) -> int:
        self._check_room(shape.charged_bytes, "array_create")
        self._next_native += 16
        self._arrays[self._next_native] = shape
        return self._next_native

    def array_destroy(self, array: Any) -> None:
        if array not in self._arrays or array in self._textures.values():
            raise DeviceError(400, "array_destroy", f"array {array}")
        del self._arrays[array]

    def array_copy(self, copy: ArrayCopy) -> None:
        for side in (copy.to, copy.source):
            if side.kind == ARRAY and not self._arrays[side.array].holds(
                copy.box, side.x_bytes, side.y, side.z
            ):
                raise DeviceError(1, "array_copy", f"{copy.box} at {side}")

    def texture_create(self, texture: Texture) -> int:
        self._next_native += 16
        self._textures[texture.surface, self._next_native] = texture.array
        return self._next_native

    def texture_destroy(self, surface: bool, number: int) -> None:
        if (surface, number) not in self._textures:
            raise DeviceError(400, "texture_destroy", f"object {number:#x}")
        del self._textures[surface, number]

    def limit_get(self, limit: int) -> int:
        if limit not in self._limits:
            raise DeviceError(1, "limit_get", f"no limit {limit}")
        return self._limits[limit]

    def limit_set(self, limit: int, value: int) -> None:
        if limit not in self._limits:
            raise DeviceError(1, "limit_set", f"no limit {limit}")
        self._limits[limit] = value

    def _function(self, native: int, call: str) -> FunctionInfo:
        if native not in self._functions:
            raise DeviceError(400, call, f"function {native:#x}")
        return self._functions[native]

    def function_attribute_set(self, native: int, attribute: int, value: int) -> None:
        self._function(native, "function_attribute_set")
        if not attributes.may_set(attribute, value):
            detail = f"attribute {attribute} = {value}"
            raise DeviceError(1, "function_attribute_set", detail)

    switches_contexts = False

    @property
    def stream_turns(self) -> int:
        return 0

    def switch_context(self) -> None:
        """Nothing runs here that could be faster."""

    def memory_info(self) -> tuple[int, int]:
        total = self.properties.memory_bytes
        return total - self._used_bytes(), total

    def close(self) -> None:
        self._textures.clear()
        self._arrays.clear()
        self._created_at.clear()
        self._created.clear()
        self._mapped.clear()
        self._registered.clear()


def _cubin_layout(kernel: cubin.Kernel) -> _Layout:
    ends = zip(kernel.param_offsets, kernel.param_sizes, strict=True)
    return kernel.param_sizes, kernel.param_offsets, max(map(sum, ends), default=0)


def _layout(text: bytes) -> _Layout:
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
