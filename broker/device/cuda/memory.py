"""Device memory of one GPU: made, mapped where a tenant's addresses are, zeroed.

Decides which driver calls do so, and that no byte of one owner is ever seen by the
next. It must never know sessions or quotas. backend.py calls it with the context
current; arrays.py borrows memory of it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from broker.device.backend import DeviceError
from broker.device.cuda.driver import INVALID_HANDLE, INVALID_VALUE, Driver

# Addresses are reserved in blocks of this; those of a session are some of them, from a
# multiple of it on (broker/device/memory.py).
ARENA_BYTES = 1 << 38
# Above every session's arena: where memory without an address is zeroed.
SCRUB_BASE = 0x4E00_0000_0000
# What arrays are zeroed from: one row of the widest one.
ZEROS_BYTES = 2 << 20


class Memory:
    """All of one context. Args: stream: of the least priority, for zeroing."""

    def __init__(self, driver: Driver, ordinal: int, stream: Any) -> None:
        self._driver = driver
        self._stream = stream
        self._kind = self._memory_kind(ordinal)
        self._access = self._memory_access(ordinal)
        self.granularity_bytes = int(
            driver.call(
                "cuMemGetAllocationGranularity",
                self._kind,
                driver.types.CUmemAllocationGranularity_flags(0),
            )
        )
        # Blocking sync (1): the control thread sleeps; without timing (2).
        self._zeroed = driver.call("cuEventCreate", 1 | 2)
        self._zeros_native: Any = None
        self._memory: dict[int, tuple[int, Any]] = {}
        self._arenas: set[int] = set()
        self._created: dict[int, tuple[int, Any]] = {}
        self._created_at: dict[int, int] = {}
        self._dirty: set[int] = set()  # created memory that a tenant has reached

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

    def unmap_memory(self, address: int, nbytes: int) -> None:
        mapped, handle = self._memory.get(address, (0, None))
        if not mapped or mapped != nbytes:
            raise DeviceError(
                INVALID_VALUE, "unmap_memory", f"no {nbytes} bytes at {address:#x}"
            )
        self._zero(address, nbytes)
        del self._memory[address]
        self._give_back(address, nbytes, handle)

    def scrub(self, address: int, nbytes: int) -> None:
        self._zero(address, nbytes)

    def create_memory(self, nbytes: int) -> int:
        handle = self._driver.call("cuMemCreate", nbytes, self._kind, 0)
        self._created[int(handle)] = (nbytes, handle)
        return int(handle)

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

    def unmap_created(self, address: int, nbytes: int) -> None:
        if self._created_at.get(address) != nbytes:
            raise DeviceError(
                INVALID_VALUE, "unmap_created", f"no {nbytes} bytes at {address:#x}"
            )
        self._driver.call("cuMemUnmap", address, nbytes)
        del self._created_at[address]

    def release_memory(self, handle: Any) -> None:
        if handle not in self._created:
            raise DeviceError(INVALID_HANDLE, "release_memory", "no such memory")
        nbytes, native = self._created[handle]
        if handle in self._dirty:
            self._scrub_created(nbytes, native)
            self._dirty.discard(handle)
        del self._created[handle]
        self._driver.call("cuMemRelease", native)

    # ------------------------------------------------------------ the end

    def close(self) -> None:
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

    def close_zeros(self) -> None:
        if self._zeros_native is not None:
            self._driver.call("cuMemRelease", self._zeros_native)

    def close_event(self) -> None:
        self._driver.call("cuEventDestroy", self._zeroed)

    # ------------------------------------------------------------ helpers

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
    def zeros(self) -> Iterator[tuple[int, int]]:
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

    @contextlib.contextmanager
    def scratch(self, wanted: int) -> Iterator[tuple[int, int]]:
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
        self.finish()

    def finish(self) -> None:
        """Wait for our own stream alone."""
        self._driver.call("cuEventRecord", self._zeroed, self._stream)
        self._driver.call("cuEventSynchronize", self._zeroed)
