"""The emulated device as a Backend: an H100-like GPU where there is none.

Decides the device's properties and turns CUresult numbers into DeviceError. Must never
know sessions or policies. The simulation itself is C (`engine.c`); this is the control
half. Called by `server/` from the control thread, and at start.
"""

from __future__ import annotations

import hashlib
from typing import Any

from broker.device import attributes, occupancy, variables
from broker.device.arrays import ArrayCopy, ArrayShape, Texture
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
from broker.device.emulated import _emulator, images
from broker.device.emulated.arrays import Arrays

GRANULARITY_BYTES = 2 << 20
COMPUTE = (9, 0)
DRIVER_VERSION = 13000
THREADS_MAX = 1024
MEMORY_BYTES = 80 << 30

_ATTRIBUTE_SHARED_MAX = 8  # CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES


def _kernels() -> dict[str, images.Kernel]:
    return {
        name: images.Kernel(name, images.Layout(offsets, sizes), nbytes, registers)
        for name, (offsets, sizes, nbytes, registers) in _emulator.kernels().items()
    }


class EmulatedBackend:
    """One emulated GPU.

    Args: clock: the time it lives in; None makes one of `dilation`. dilation: wall time
        per device time, ignored when a clock is given (that one's counts). sm_count:
        1..256. memory_bytes: what may be mapped; only what is touched takes memory of
        the host. seed: makes the device's uuid; the model has no chance in it. model:
        launch_gap_ns, host_bytes_per_us, memory_bytes_per_us, host_wait_poll_ns (see
        emulator.h).
    """

    name = "emulated"
    granularity_bytes = GRANULARITY_BYTES
    # As on a real device, so that what drains there is seen to drain here.
    lanes = {  # noqa: RUF012
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
        "function_get": Lane.CONTROL_DRAINED,
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
        self,
        clock: Clock | None = None,
        dilation: int = 10,
        sm_count: int = 132,
        memory_bytes: int = MEMORY_BYTES,
        seed: int = 0,
        **model: int,
    ) -> None:
        self.clock = Clock(dilation=dilation) if clock is None else clock
        self.emulator = _emulator.Emulator(
            sm_count=sm_count, memory_bytes=memory_bytes, **model
        )
        self.kernels = _kernels()
        self._arrays = Arrays(self.emulator)
        self._modules: list[images.Module] = []
        self._infos: dict[int, FunctionInfo] = {}
        self._created: dict[int, int] = {}
        self._created_at: dict[int, tuple[int, int]] = {}
        self._limits = dict(attributes.LIMITS)
        self._space = variables.VariableSpace(GRANULARITY_BYTES)
        self.attributes = attributes.of_h100(sm_count)
        self.properties = DeviceProperties(
            ordinal=0,
            name=f"Emulated GPU ({sm_count} SMs)",
            backend=self.name,
            uuid=hashlib.blake2b(b"emulated %d" % seed, digest_size=16).digest(),
            compute_major=COMPUTE[0],
            compute_minor=COMPUTE[1],
            sm_count=sm_count,
            memory_bytes=memory_bytes,
            driver_version=DRIVER_VERSION,
            time_dilation=self.clock.dilation,
        )

    def capsule(self) -> Any:
        """PyCapsule "xs_backend" for a Worker; valid while self lives."""
        return self.emulator.capsule()

    def _check(self, result: int, call: str, detail: str = "") -> None:
        if result:
            raise DeviceError(result, call, detail)

    # ---- memory

    def map_memory(self, address: int, nbytes: int) -> None:
        """*control* Back a range; both ends are multiples of granularity_bytes."""
        where = f"{nbytes} bytes at {address:#x}"
        if nbytes <= 0 or address % GRANULARITY_BYTES or nbytes % GRANULARITY_BYTES:
            detail = f"{where}: not multiples of {GRANULARITY_BYTES}"
            raise DeviceError(images.INVALID_VALUE, "map_memory", detail)
        self._check(self.emulator.map_memory(address, nbytes), "map_memory", where)

    def unmap_memory(self, address: int, nbytes: int) -> None:
        """*control* Give back exactly one earlier map_memory; its contents are gone."""
        result = self.emulator.unmap_memory(address, nbytes)
        self._check(result, "unmap_memory", f"{nbytes} bytes at {address:#x}")

    def scrub(self, address: int, nbytes: int) -> None:
        """*control* Zero mapped memory."""
        result = self.emulator.scrub(address, nbytes)
        self._check(result, "scrub", f"{nbytes} bytes at {address:#x}")

    def create_memory(self, nbytes: int) -> int:
        """*control* Memory without an address, zeroed."""
        if nbytes <= 0 or nbytes % GRANULARITY_BYTES:
            detail = f"{nbytes} bytes: not a multiple of {GRANULARITY_BYTES}"
            raise DeviceError(images.INVALID_VALUE, "create_memory", detail)
        result, handle = self.emulator.create_memory(nbytes)
        self._check(result, "create_memory", f"{nbytes} bytes")
        self._created[handle] = nbytes
        return handle

    def map_created(self, handle: Any, address: int, nbytes: int, zero: bool) -> None:
        """*control* It came zeroed, so there is nothing to do for `zero`."""
        where = f"{nbytes} bytes at {address:#x}"
        if self._created.get(handle) != nbytes or address % GRANULARITY_BYTES:
            raise DeviceError(images.INVALID_VALUE, "map_created", where)
        result = self.emulator.map_created(address, nbytes, handle)
        self._check(result, "map_created", where)
        self._created_at[address] = (nbytes, handle)

    def unmap_created(self, address: int, nbytes: int) -> None:
        """*control* Undo one map_created."""
        where = f"{nbytes} bytes at {address:#x}"
        if self._created_at.get(address, (0, 0))[0] != nbytes:
            raise DeviceError(images.INVALID_VALUE, "unmap_created", where)
        del self._created_at[address]
        self._check(
            self.emulator.unmap_created(address, nbytes), "unmap_created", where
        )

    def release_memory(self, handle: Any) -> None:
        """*control* Its contents are gone."""
        mapped = any(handle == one for _, one in self._created_at.values())
        if handle not in self._created or mapped:
            raise DeviceError(images.INVALID_HANDLE, "release_memory", "still mapped")
        self.emulator.release_memory(handle, self._created.pop(handle))

    def register_host(self, address: int, nbytes: int) -> None:
        """*control* Let the device reach host memory. A copy stays inside one piece."""
        result = self.emulator.register_host(address, nbytes)
        self._check(result, "register_host", f"{nbytes} bytes at {address:#x}")

    def unregister_host(self, address: int, nbytes: int) -> None:
        """*control* Undo one register_host."""
        result = self.emulator.unregister_host(address, nbytes)
        self._check(result, "unregister_host", f"{nbytes} bytes at {address:#x}")

    switches_contexts = False

    @property
    def stream_turns(self) -> int:
        """0: no kernel of this device begins later for them."""
        return 0

    def switch_context(self) -> None:
        """*control* Nothing: there is no other context."""

    def memory_info(self) -> tuple[int, int]:
        """*control* (free, total) bytes of the device."""
        self._check(self.emulator.status(), "memory_info")
        total = self.properties.memory_bytes
        used = self.emulator.mapped_bytes() + self._arrays.nbytes
        return total - used, total

    # ---- code

    def _check_loaded(self, module: images.Module, call: str) -> None:
        if not any(module is loaded for loaded in self._modules):
            raise DeviceError(images.INVALID_HANDLE, call, "not a loaded module")

    def module_load(
        self, image: bytes, image_format: int, options: tuple[tuple[int, int], ...] = ()
    ) -> images.Module:
        """*control* Read PTX or a cubin. Raises DeviceError; see `images.load`."""
        self._check(self.emulator.status(), "module_load")
        module = images.load(bytes(image), image_format, COMPUTE)
        placed = self._space.place(module.variables)
        if placed.nbytes:
            self.map_memory(placed.address, placed.nbytes)
        module.placed = placed
        self._modules.append(module)
        return module

    def module_unload(self, module: images.Module) -> None:
        """*control* Its functions are gone; launches already issued still run."""
        self._check_loaded(module, "module_unload")
        self._modules = [loaded for loaded in self._modules if loaded is not module]
        self._forget(module)
        self._check(self.emulator.status(), "module_unload")

    def _forget(self, module: images.Module) -> None:
        for native in module.functions.values():
            self._infos.pop(native, None)
            self.emulator.function_close(native)
        module.functions.clear()
        placed, module.placed = module.placed, None
        if placed is not None and placed.nbytes:
            self.emulator.unmap_memory(placed.address, placed.nbytes)

    def function_get(self, module: images.Module, name: str) -> FunctionInfo:
        """*control* Raises DeviceError 500 or 801 naming what there is instead."""
        self._check_loaded(module, "function_get")
        kernel = images.find_kernel(module, name, self.kernels)
        if name not in module.functions:
            result, native = self.emulator.function_open(name)
            self._check(result, "function_get", name)
            module.functions[name] = native
        threads_max = min(THREADS_MAX, module.threads_max.get(name, THREADS_MAX))
        info = FunctionInfo(
            native=module.functions[name],
            param_offsets=kernel.layout.offsets,
            param_sizes=kernel.layout.sizes,
            param_bytes=kernel.param_bytes,
            threads_max=threads_max,
            registers=kernel.registers,
            attributes=attributes.of_function(threads_max, kernel.registers),
        )
        self._infos[info.native] = info
        return info

    def function_names(self, module: images.Module) -> list[str]:
        """*control* Its entries, in the order of the image."""
        self._check_loaded(module, "function_names")
        return list(module.entries)

    def variable_get(self, module: images.Module, name: str) -> tuple[int, int]:
        """*control* Raises DeviceError 500 naming what there is instead."""
        self._check_loaded(module, "variable_get")
        assert module.placed is not None
        if name not in module.placed.at:
            there = ", ".join(sorted(module.placed.at)) or "none"
            detail = f"the module has no variable {name!r}; it has: {there}"
            raise DeviceError(images.NOT_FOUND, "variable_get", detail)
        return module.placed.at[name]

    def link(
        self, inputs: list[LinkInput], options: tuple[tuple[int, int], ...] = ()
    ) -> tuple[bytes, str]:
        """*control* One cubin or PTX text is its own outcome; there is no linker."""
        if len(inputs) != 1:
            detail = f"{len(inputs)} inputs: the emulated device links none"
            raise DeviceError(images.NOT_SUPPORTED, "link", detail)
        return inputs[0].image, ""

    def occupancy(self, native: int, query: OccupancyQuery) -> int:
        """*control* As on an H100 with this many multiprocessors."""
        info = self._infos.get(native)
        if info is None:
            raise DeviceError(images.INVALID_HANDLE, "occupancy", "no such function")
        return occupancy.answer(info, query, self.properties.sm_count)

    def tensor_map(self, arguments: TensorMap) -> bytes:
        """*control* No kernel here reads one."""
        detail = "no kernel of the emulated device reads tensor maps"
        raise DeviceError(images.NOT_SUPPORTED, "tensor_map", detail)

    def array_create(self, shape: ArrayShape) -> Any:
        """*control* Zeroed bytes, in memory of the host."""
        self._check(self.emulator.status(), "array_create")
        if shape.charged_bytes > self.memory_info()[0]:
            raise DeviceError(images.OUT_OF_MEMORY, "array_create", f"{shape}")
        return self._arrays.create(shape)

    def array_destroy(self, array: Any) -> None:
        """*control* Its contents are gone."""
        self._arrays.destroy(array)

    def array_copy(self, copy: ArrayCopy) -> None:
        """*control* At once: no model of the time it takes."""
        self._check(self.emulator.status(), "array_copy")
        self._arrays.copy(copy)

    def texture_create(self, texture: Texture) -> int:
        """*control* A number; no kernel here reads through it."""
        return self._arrays.texture_create(texture)

    def texture_destroy(self, surface: bool, number: int) -> None:
        """*control*"""
        self._arrays.texture_destroy(surface, number)

    def limit_get(self, limit: int) -> int:
        """*control* Those of a fresh H100 until set."""
        if limit not in self._limits:
            raise DeviceError(images.INVALID_VALUE, "limit_get", f"no limit {limit}")
        return self._limits[limit]

    def limit_set(self, limit: int, value: int) -> None:
        """*control* Kept, without effect."""
        if limit not in self._limits:
            raise DeviceError(images.INVALID_VALUE, "limit_set", f"no limit {limit}")
        self._limits[limit] = value

    def function_attribute_set(self, native: int, attribute: int, value: int) -> None:
        """*control* Dynamic shared memory (8) has effect, the others none."""
        detail = f"attribute {attribute} = {value}"
        if attribute == _ATTRIBUTE_SHARED_MAX:
            result = self.emulator.function_shared_max(native, value)
        else:
            allowed = attributes.may_set(attribute, value)
            result = self.emulator.status() or (0 if allowed else images.INVALID_VALUE)
        self._check(result, "function_attribute_set", detail)

    # ---- what it tells of itself

    def lateness(self, reset: bool = False) -> dict[str, int]:
        """How late completions were processed: count, p50_ns, p99_ns, max_ns.

        Device time from when a kernel, copy or fill was due to the advance() that made
        it happen. reset: begin anew after this answer.
        """
        return self.emulator.lateness(reset)

    def tell(self, on: bool = True) -> None:
        """Switch the trace on or off; off by default."""
        self.emulator.tell(on)

    def story(self) -> list[tuple[int, str]]:
        """Take the trace so far: (t_ns, "stream N: what")."""
        return self.emulator.story()

    def close(self) -> None:
        """Give everything back; the workers on it have stopped."""
        while self._modules:
            self._forget(self._modules.pop())
        while self._created_at:
            address, (nbytes, _) = self._created_at.popitem()
            self.emulator.unmap_created(address, nbytes)
        while self._created:
            self.emulator.release_memory(*self._created.popitem())
        self.emulator.close()
