"""The control half of the CUDA backend: memory, code and properties of one GPU.

Decides which driver calls map memory, register host pages and load code. It must never
know sessions, tenants or policies, and makes only calls of lanes.CALLS. Methods marked
control in `../backend.py` are called from one thread at a time; issuing is `issue.c`.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
from collections.abc import Callable, Iterator
from typing import Any, Concatenate, ParamSpec, TypeVar

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
from broker.device.cuda import queries
from broker.device.cuda._issue import IssueTable
from broker.device.cuda.arrays import Arrays
from broker.device.cuda.driver import (
    INVALID_HANDLE,
    INVALID_VALUE,
    NO_DEVICE,
    NOT_FOUND,
    NOT_SUPPORTED,
    DeviceUnavailable,
    Driver,
)
from broker.device.cuda.images import FORMAT_PTX, check_image
from broker.device.cuda.lanes import SEAM

# Host memory is registered in pieces that end at multiples of this at the latest: a
# longer call holds the context's lock for longer than a launch may wait. issue.c splits
# copies there; who registers less at a time ends copies there himself.
PIECE_BYTES = 8 << 20
# Addresses are reserved in blocks of this; those of a session are some of them, from a
# multiple of it on (broker/device/memory.py).
ARENA_BYTES = 1 << 38
# Above every session's arena: where memory without an address is zeroed.
SCRUB_BASE = 0x4E00_0000_0000

# What arrays are zeroed from: one row of the widest one.
ZEROS_BYTES = 2 << 20

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


def pieces(address: int, nbytes: int) -> Iterator[tuple[int, int]]:
    """Cut [address, address + nbytes) at multiples of PIECE_BYTES."""
    end = address + nbytes
    while address < end:
        stop = min(end, (address // PIECE_BYTES + 1) * PIECE_BYTES)
        yield address, stop - address
        address = stop


_libc = ctypes.CDLL(None, use_errno=True)
MADV_POPULATE_WRITE = 23  # Linux 5.14


def populate(address: int, nbytes: int) -> None:
    """Have the pages of host memory made before the driver pins them.

    It would make them itself, but while it holds the context's lock: registering 4 MiB
    of a fresh arena took 2.4 ms on an H100 machine, and nobody launches meanwhile. A
    kernel that does not know this leaves it to the driver.
    """
    begin = address & ~4095
    length = ctypes.c_size_t(address + nbytes - begin)
    _libc.madvise(ctypes.c_void_p(begin), length, MADV_POPULATE_WRITE)


class CudaBackend:
    """One GPU, through its primary context.

    Args: ordinal: the device as the driver counts, 0..count-1.
    Raises: DeviceUnavailable (a DeviceError) when there is nothing to use.
    Cost: 130-160 ms and about 520 MiB of device memory for the context.
    """

    name = "cuda"

    def __init__(self, ordinal: int = 0) -> None:
        self.clock = Clock()
        self._driver = Driver()
        self._context: Any = None
        self._device = self._device_get(ordinal)
        self._context = self._driver.call("cuDevicePrimaryCtxRetain", self._device)
        self._memory: dict[int, tuple[int, Any]] = {}
        self._arenas: set[int] = set()
        self._host: dict[int, int] = {}
        self._created: dict[int, tuple[int, Any]] = {}
        self._created_at: dict[int, int] = {}
        self._dirty: set[int] = set()  # created memory that a tenant has reached
        # Pieces of registrations that failed: unregistering waits for every stream, so
        # they stay until a call that has the device drained.
        self._strays: list[tuple[int, int]] = []
        self._modules: dict[int, set[int]] = {}
        self._functions: set[int] = set()
        try:
            self._open(ordinal)
        except BaseException:
            self._undo("cuDevicePrimaryCtxRelease", self._device)
            raise

    def capsule(self) -> Any:
        return self._issue.capsule()

    # ------------------------------------------------------------ memory

    @control
    def map_memory(self, address: int, nbytes: int) -> None:
        if nbytes <= 0 or nbytes % self.granularity_bytes:
            raise DeviceError(
                INVALID_VALUE,
                "map_memory",
                f"{nbytes} bytes, not a multiple of {self.granularity_bytes}",
            )
        self._check_untaken(address, nbytes, "map_memory")
        call = self._driver.call
        with contextlib.ExitStack() as undo:
            self._reserve(address, nbytes)
            handle = call("cuMemCreate", nbytes, self._kind, 0)
            undo.callback(self._undo, "cuMemRelease", handle)
            call("cuMemMap", address, nbytes, 0, handle, 0)
            undo.callback(self._undo, "cuMemUnmap", address, nbytes)
            call("cuMemSetAccess", address, nbytes, [self._access], 1)
            self._zero(address, nbytes)
            undo.pop_all()
        self._memory[address] = (nbytes, handle)

    @control
    def unmap_memory(self, address: int, nbytes: int) -> None:
        mapped, handle = self._memory.get(address, (0, None))
        if not mapped or mapped != nbytes:
            raise DeviceError(
                INVALID_VALUE, "unmap_memory", f"no {nbytes} bytes at {address:#x}"
            )
        self._zero(address, nbytes)
        del self._memory[address]
        self._give_back(address, nbytes, handle)

    @control
    def scrub(self, address: int, nbytes: int) -> None:
        self._zero(address, nbytes)

    @control
    def create_memory(self, nbytes: int) -> int:
        handle = self._driver.call("cuMemCreate", nbytes, self._kind, 0)
        self._created[int(handle)] = (nbytes, handle)
        return int(handle)

    @control
    def map_created(self, handle: Any, address: int, nbytes: int, zero: bool) -> None:
        created, native = self._created.get(handle, (0, None))
        if created != nbytes:
            raise DeviceError(INVALID_HANDLE, "map_created", f"no {nbytes} bytes")
        self._check_untaken(address, nbytes, "map_created")
        call = self._driver.call
        with contextlib.ExitStack() as undo:
            self._reserve(address, nbytes)
            call("cuMemMap", address, nbytes, 0, native, 0)
            undo.callback(self._undo, "cuMemUnmap", address, nbytes)
            call("cuMemSetAccess", address, nbytes, [self._access], 1)
            if zero:
                self._zero(address, nbytes)
            undo.pop_all()
        self._created_at[address] = nbytes
        self._dirty.add(handle)

    @control
    def unmap_created(self, address: int, nbytes: int) -> None:
        if self._created_at.get(address) != nbytes:
            raise DeviceError(
                INVALID_VALUE, "unmap_created", f"no {nbytes} bytes at {address:#x}"
            )
        self._driver.call("cuMemUnmap", address, nbytes)
        del self._created_at[address]

    @control
    def release_memory(self, handle: Any) -> None:
        if handle not in self._created:
            raise DeviceError(INVALID_HANDLE, "release_memory", "no such memory")
        nbytes, native = self._created[handle]
        if handle in self._dirty:
            self._scrub_created(nbytes, native)
            self._dirty.discard(handle)
        del self._created[handle]
        self._driver.call("cuMemRelease", native)

    @control
    def register_host(self, address: int, nbytes: int) -> None:
        if nbytes <= 0:
            raise DeviceError(INVALID_VALUE, "register_host", f"{nbytes} bytes")
        populate(address, nbytes)
        made: list[tuple[int, int]] = []
        try:
            for start, length in pieces(address, nbytes):
                # PORTABLE (1) | DEVICEMAP (2).
                self._driver.call("cuMemHostRegister", start, length, 1 | 2)
                made.append((start, length))
                self._check_same_address(start)
        except DeviceError:
            self._strays += made
            raise
        self._host[address] = nbytes

    @control
    def unregister_host(self, address: int, nbytes: int) -> None:
        if self._host.get(address) != nbytes:
            raise DeviceError(
                INVALID_VALUE, "unregister_host", f"no {nbytes} bytes at {address:#x}"
            )
        del self._host[address]
        for start, _ in pieces(address, nbytes):
            self._driver.call("cuMemHostUnregister", start)
        self._close_strays()

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
        self._close_strays()
        kinds, values = queries.jit_options(self._driver, options)
        text = b"\0" if image_format == FORMAT_PTX else b""
        module = self._load(image + text, kinds, values)
        self._modules[int(module)] = set()
        return int(module)

    @control
    def module_unload(self, module: Any) -> None:
        self._functions.difference_update(self._functions_of(module, "module_unload"))
        del self._modules[module]
        self._driver.call("cuModuleUnload", module)

    @control
    def function_get(self, module: Any, name: str) -> FunctionInfo:
        functions = self._functions_of(module, "function_get")
        function = self._find(module, name)
        # Under lazy loading this is what loads the code; eager loading has done it.
        self._driver.call("cuFuncLoad", function)
        offsets, sizes = self._layout(function)
        info = FunctionInfo(
            native=int(function),
            param_offsets=offsets,
            param_sizes=sizes,
            param_bytes=offsets[-1] + sizes[-1] if sizes else 0,
            **self._function_attributes(function),
            attributes=queries.function_attributes(self._driver, function),
        )
        functions.add(info.native)
        self._functions.add(info.native)
        return info

    @control
    def function_names(self, module: Any) -> list[str]:
        self._functions_of(module, "function_names")
        return queries.function_names(self._driver, module)

    @control
    def variable_get(self, module: Any, name: str) -> tuple[int, int]:
        self._functions_of(module, "variable_get")
        address, nbytes = self._find(module, name, "cuModuleGetGlobal", "variable")
        return int(address), int(nbytes)

    @control
    def link(
        self, inputs: list[LinkInput], options: tuple[tuple[int, int], ...] = ()
    ) -> tuple[bytes, str]:
        return queries.link(self._driver, inputs, options)

    @control
    def occupancy(self, native: int, query: OccupancyQuery) -> int:
        if native not in self._functions:
            raise DeviceError(INVALID_HANDLE, "occupancy", "no function")
        return queries.occupancy(self._driver, native, query)

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

    @control
    def function_attribute_set(self, native: int, attribute: int, value: int) -> None:
        if native not in self._functions:
            raise DeviceError(INVALID_HANDLE, "function_attribute_set", "no function")
        try:
            attribute = self._driver.types.CUfunction_attribute(attribute)
        except ValueError as error:
            raise DeviceError(
                INVALID_VALUE, "function_attribute_set", f"no attribute {attribute}"
            ) from error
        self._driver.call("cuFuncSetAttribute", native, attribute, value)

    # ------------------------------------------------------------ the end

    def close(self) -> None:
        """Give everything back, newest kind first. A context that is gone holds nothing
        that could be given back, so errors only end the rest of one kind."""
        if self._context is None:
            return
        for step in (
            lambda: self._driver.call("cuCtxSetCurrent", self._context),
            self._close_modules,
            self._arrays.close,
            self._close_zeros,
            self._close_memory,
            self._close_host,
            lambda: self._driver.call("cuEventDestroy", self._zeroed),
            lambda: self._driver.call("cuStreamDestroy", self._stream),
            lambda: self._driver.call("cuDevicePrimaryCtxRelease", self._device),
        ):
            with contextlib.suppress(DeviceError):
                step()
        self._context = None

    def _close_modules(self) -> None:
        while self._modules:
            module, _ = self._modules.popitem()
            self._driver.call("cuModuleUnload", module)

    def _close_memory(self) -> None:
        while self._created_at:
            self._driver.call("cuMemUnmap", *self._created_at.popitem())
        while self._created:
            self._driver.call("cuMemRelease", self._created.popitem()[1][1])
        while self._memory:
            address, (nbytes, handle) = self._memory.popitem()
            self._zero(address, nbytes)
            self._give_back(address, nbytes, handle)
        while self._arenas:
            self._driver.call("cuMemAddressFree", self._arenas.pop(), ARENA_BYTES)

    def _close_strays(self) -> None:
        while self._strays:
            self._undo("cuMemHostUnregister", self._strays.pop()[0])

    def _close_host(self) -> None:
        self._close_strays()
        while self._host:
            address, nbytes = self._host.popitem()
            for start, _ in pieces(address, nbytes):
                self._driver.call("cuMemHostUnregister", start)

    # ------------------------------------------------------------ helpers: start

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
        call = self._driver.call
        call("cuCtxSetCurrent", self._context)
        self.properties = self._properties(ordinal)
        self._kind = self._memory_kind(ordinal)
        self._access = self._memory_access(ordinal)
        self.attributes = queries.device_attributes(self._driver, self._device)
        self.granularity_bytes = int(
            call(
                "cuMemGetAllocationGranularity",
                self._kind,
                self._driver.types.CUmemAllocationGranularity_flags(0),
            )
        )
        least, greatest = map(int, call("cuCtxGetStreamPriorityRange"))
        self._issue = IssueTable(
            int(self._context), greatest, least, self._driver.entry_points()
        )
        self._stream = call("cuStreamCreateWithPriority", 1, least)  # non-blocking
        self._issue.upload_on(int(self._stream))
        # Blocking sync (1): the control thread sleeps; without timing (2).
        self._zeroed = call("cuEventCreate", 1 | 2)
        self._zeros_native: Any = None
        self._arrays = Arrays(
            self._driver, self._stream, self._finish, self._zeros, self._scratch
        )
        self.lanes = dict(SEAM)
        if int(call("cuModuleGetLoadingMode")) != 1:
            # Somebody initialised the driver before us: kernels load at first touch.
            self.lanes["function_get"] = Lane.CONTROL_DRAINED

    def _properties(self, ordinal: int) -> DeviceProperties:
        call = self._driver.call
        attribute = self._device_attribute
        if not attribute("VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED"):
            raise DeviceUnavailable(
                NOT_SUPPORTED,
                "cuDeviceGetAttribute",
                f"GPU {ordinal} cannot map memory at chosen addresses: "
                "use another one or the emulated device",
            )
        name = call("cuDeviceGetName", 256, self._device)
        return DeviceProperties(
            ordinal=ordinal,
            name=name.split(b"\0")[0].decode(errors="replace"),
            backend=self.name,
            uuid=bytes(call("cuDeviceGetUuid", self._device).bytes),
            compute_major=attribute("COMPUTE_CAPABILITY_MAJOR"),
            compute_minor=attribute("COMPUTE_CAPABILITY_MINOR"),
            sm_count=attribute("MULTIPROCESSOR_COUNT"),
            memory_bytes=int(call("cuDeviceTotalMem", self._device)),
            driver_version=self._driver.version,
            threads_per_sm=attribute("MAX_THREADS_PER_MULTIPROCESSOR"),
            blocks_per_sm=attribute("MAX_BLOCKS_PER_MULTIPROCESSOR"),
            shared_bytes_per_sm=attribute("MAX_SHARED_MEMORY_PER_MULTIPROCESSOR"),
            shared_bytes_per_block_optin=attribute("MAX_SHARED_MEMORY_PER_BLOCK_OPTIN"),
        )

    def _device_attribute(self, name: str) -> int:
        names = self._driver.types.CUdevice_attribute
        which = getattr(names, f"CU_DEVICE_ATTRIBUTE_{name}")
        return int(self._driver.call("cuDeviceGetAttribute", which, self._device))

    def _memory_kind(self, ordinal: int) -> Any:
        """Memory of this device, exportable as a file descriptor."""
        types = self._driver.types
        kind = types.CUmemAllocationProp()
        kind.type = types.CUmemAllocationType.CU_MEM_ALLOCATION_TYPE_PINNED
        kind.requestedHandleTypes = (
            types.CUmemAllocationHandleType.CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR
        )
        kind.location = self._location(ordinal)
        return kind

    def _memory_access(self, ordinal: int) -> Any:
        types = self._driver.types
        access = types.CUmemAccessDesc()
        access.location = self._location(ordinal)
        access.flags = types.CUmemAccess_flags.CU_MEM_ACCESS_FLAGS_PROT_READWRITE
        return access

    def _location(self, ordinal: int) -> Any:
        types = self._driver.types
        location = types.CUmemLocation()
        location.type = types.CUmemLocationType.CU_MEM_LOCATION_TYPE_DEVICE
        location.id = ordinal
        return location

    # ------------------------------------------------------------ helpers: memory

    def _reserve(self, address: int, nbytes: int) -> None:
        """Reserve the arenas that the range touches, once and whole.

        The driver takes the address as a hint, and follows it only for large ranges:
        2 MiB at 0x500000000000 are put elsewhere, 64 GiB and more are not (H100,
        driver 580). An arena stays reserved until the end; it is address space only.
        """
        first = address - address % ARENA_BYTES
        for base in range(first, address + nbytes, ARENA_BYTES):
            if base in self._arenas:
                continue
            got = int(self._driver.call("cuMemAddressReserve", ARENA_BYTES, 0, base, 0))
            if got != base:
                self._driver.call("cuMemAddressFree", got, ARENA_BYTES)
                raise DeviceError(
                    INVALID_VALUE,
                    "cuMemAddressReserve",
                    f"device addresses at {base:#x} are taken (offered {got:#x})",
                )
            self._arenas.add(base)

    def _scrub_created(self, nbytes: int, native: Any) -> None:
        """Zero memory that lies nowhere, at an address nobody else uses."""
        with self._mapped_aside(nbytes, native):
            self._zero(SCRUB_BASE, nbytes)

    @contextlib.contextmanager
    def _mapped_aside(self, nbytes: int, native: Any) -> Iterator[None]:
        self._reserve(SCRUB_BASE, nbytes)
        self._driver.call("cuMemMap", SCRUB_BASE, nbytes, 0, native, 0)
        try:
            self._driver.call("cuMemSetAccess", SCRUB_BASE, nbytes, [self._access], 1)
            yield
        finally:
            self._driver.call("cuMemUnmap", SCRUB_BASE, nbytes)

    @contextlib.contextmanager
    def _zeros(self) -> Iterator[tuple[int, int]]:
        """Memory that is zero, and how much. Made once and kept: arrays are zeroed to
        be given back, and a device may be full then."""
        nbytes = -(-ZEROS_BYTES // self.granularity_bytes) * self.granularity_bytes
        if self._zeros_native is None:
            native = self._driver.call("cuMemCreate", nbytes, self._kind, 0)
            try:
                self._scrub_created(nbytes, native)
            except DeviceError:
                self._driver.call("cuMemRelease", native)
                raise
            self._zeros_native = native
        with self._mapped_aside(nbytes, self._zeros_native):
            yield SCRUB_BASE, nbytes

    def _close_zeros(self) -> None:
        if self._zeros_native is not None:
            self._driver.call("cuMemRelease", self._zeros_native)

    @contextlib.contextmanager
    def _scratch(self, wanted: int) -> Iterator[tuple[int, int]]:
        """Memory for a tenant's bytes in passing, and how much. Zeroed at the end."""
        nbytes = -(-wanted // self.granularity_bytes) * self.granularity_bytes
        native = self._driver.call("cuMemCreate", nbytes, self._kind, 0)
        try:
            with self._mapped_aside(nbytes, native):
                try:
                    yield SCRUB_BASE, nbytes
                finally:
                    self._zero(SCRUB_BASE, nbytes)
        finally:
            self._driver.call("cuMemRelease", native)

    def _check_untaken(self, address: int, nbytes: int, call: str) -> None:
        sizes = {start: length for start, (length, _) in self._memory.items()}
        for start, length in (sizes | self._created_at).items():
            if address < start + length and start < address + nbytes:
                detail = f"{nbytes} bytes at {address:#x} are taken"
                raise DeviceError(INVALID_VALUE, call, detail)

    def _undo(self, name: str, *arguments: Any) -> None:
        """Take back one call after a later one failed; that one's error is told."""
        with contextlib.suppress(DeviceError):
            self._driver.call(name, *arguments)

    def _give_back(self, address: int, nbytes: int, handle: Any) -> None:
        self._driver.call("cuMemUnmap", address, nbytes)
        self._driver.call("cuMemRelease", handle)

    def _zero(self, address: int, nbytes: int) -> None:
        """Zero on a stream of the least priority; wait for that stream alone."""
        self._driver.call("cuMemsetD8Async", address, 0, nbytes, self._stream)
        self._finish()

    def _finish(self) -> None:
        """Wait for our own stream alone."""
        self._driver.call("cuEventRecord", self._zeroed, self._stream)
        self._driver.call("cuEventSynchronize", self._zeroed)

    def _check_same_address(self, address: int) -> None:
        """issue.c gives the device host addresses as they are."""
        seen = int(self._driver.call("cuMemHostGetDevicePointer", address, 0))
        if seen != address:
            raise DeviceError(
                NOT_SUPPORTED,
                "cuMemHostGetDevicePointer",
                f"the device sees host address {address:#x} at {seen:#x}",
            )

    # ------------------------------------------------------------ helpers: code

    def _load(self, image: bytes, kinds: list[Any], values: list[Any]) -> Any:
        """Load, compiling what is PTX; the compiler's words go into the error."""
        options = self._driver.types.CUjit_option
        log = bytearray(queries.LOG_BYTES)
        kinds += [
            options.CU_JIT_ERROR_LOG_BUFFER,
            options.CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES,
        ]
        values += [log, len(log)]
        try:
            return self._driver.call(
                "cuModuleLoadDataEx", image, len(kinds), kinds, values
            )
        except DeviceError as error:
            words = queries.words_of(log)
            detail = f"{error.detail}: {words}" if words else error.detail
            raise DeviceError(error.result, error.call, detail) from None

    def _functions_of(self, module: Any, method: str) -> set[int]:
        try:
            return self._modules[module]
        except (KeyError, TypeError):
            raise DeviceError(INVALID_HANDLE, method, "no such module") from None

    def _find(
        self,
        module: int,
        name: str,
        call: str = "cuModuleGetFunction",
        what: str = "kernel",
    ) -> Any:
        if "\0" in name:
            raise DeviceError(NOT_FOUND, call, f"no {what} {name!r}")
        try:
            return self._driver.call(call, module, name.encode())
        except DeviceError as error:
            if error.result != NOT_FOUND:
                raise
            detail = f"{error.detail}: no {what} {name} in the module"
            raise DeviceError(NOT_FOUND, error.call, detail) from None

    def _layout(self, function: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Offsets and sizes of the parameters, in bytes: asked until there is none."""
        layout: list[tuple[int, int]] = []
        while True:
            try:
                layout.append(
                    self._driver.call("cuFuncGetParamInfo", function, len(layout))
                )
            except DeviceError as error:
                if error.result != INVALID_VALUE:
                    raise
                break
        return (
            tuple(int(offset) for offset, _ in layout),
            tuple(int(size) for _, size in layout),
        )

    def _function_attributes(self, function: Any) -> dict[str, int]:
        names = self._driver.types.CUfunction_attribute
        return {
            field: int(self._driver.call("cuFuncGetAttribute", which, function))
            for field, which in (
                ("threads_max", names.CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK),
                ("static_shared_bytes", names.CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES),
                ("registers", names.CU_FUNC_ATTRIBUTE_NUM_REGS),
                ("local_bytes", names.CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES),
            )
        }
