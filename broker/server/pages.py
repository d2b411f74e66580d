"""The shared memory of one session: status page, waiters page, host arena.

Decides where they are mapped and how they are sealed: a tenant that could write the
status page could forge retirement, one that could shrink a page could kill the broker
by SIGBUS. It must never know what is written in them beyond the status header's epoch
and end mark. `session.py` makes them and lets them go.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
from collections.abc import Sequence

from broker.wire.gen import messages as wire

# Behind the device addresses, and behind the 4 TiB from 0x6000_0000_0000 in which a
# tenant built with AddressSanitizer has its heap.
HOST_BASE = 0x6800_0000_0000
HOST_STRIDE = 16 << 30

_SEAL_SEAL, _SEAL_SHRINK, _SEAL_GROW, _SEAL_FUTURE_WRITE = 0x1, 0x2, 0x4, 0x10
_F_ADD_SEALS = getattr(fcntl, "F_ADD_SEALS", 1033)
_PROT_READ_WRITE = 0x3
_MAP_SHARED = 0x1
_MAP_NORESERVE = 0x4000
_MAP_FIXED_NOREPLACE = 0x100000
_MAP_FAILED = ctypes.c_void_p(-1).value

_libc = ctypes.CDLL(None, use_errno=True)
_libc.mmap.restype = ctypes.c_void_p
_libc.mmap.argtypes = (
    ctypes.c_void_p,
    ctypes.c_size_t,
    ctypes.c_int,
    ctypes.c_int,
    ctypes.c_int,
    ctypes.c_long,
)
_libc.munmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t)


class SharedMemory:
    """One memfd, mapped readable and writable in the broker.

    address: broker address; equals `at` when that was given (nothing is replaced
    there). fd: one that another process made, nbytes long; from now on ours.
    """

    __slots__ = ("address", "fd", "nbytes")

    def __init__(
        self, name: str, nbytes: int, at: int | None = None, fd: int | None = None
    ) -> None:
        self.nbytes = nbytes
        flags = os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING
        self.fd = os.memfd_create(name, flags) if fd is None else fd
        try:
            if fd is None:
                os.ftruncate(self.fd, nbytes)
            self.address = _map(self.fd, nbytes, at)
        except OSError:
            os.close(self.fd)
            raise

    def seal(self, *, future_write: bool = False) -> None:
        """Fix the size for good. future_write: nobody else may ever write it."""
        seals = _SEAL_SHRINK | _SEAL_GROW | _SEAL_SEAL
        if future_write:
            seals |= _SEAL_FUTURE_WRITE
        fcntl.fcntl(self.fd, _F_ADD_SEALS, seals)

    def words(self, width: str) -> memoryview:
        """The page as u32 ("I") or u64 ("Q") words, each read in one piece."""
        raw = (ctypes.c_ubyte * self.nbytes).from_address(self.address)
        view: memoryview = memoryview(raw).cast("B").cast(width)  # type: ignore[call-overload]
        return view

    def close(self) -> None:
        _libc.munmap(self.address, self.nbytes)
        os.close(self.fd)


def _map(fd: int, nbytes: int, at: int | None) -> int:
    flags = _MAP_SHARED | _MAP_NORESERVE
    if at is not None:
        flags |= _MAP_FIXED_NOREPLACE
    address = _libc.mmap(at, nbytes, _PROT_READ_WRITE, flags, fd, 0)
    if address == _MAP_FAILED or address is None:
        number = ctypes.get_errno()
        raise OSError(number, f"mmap of {nbytes} bytes: {os.strerror(number)}")
    if at is not None and address != at:  # a kernel without MAP_FIXED_NOREPLACE
        _libc.munmap(address, nbytes)
        raise OSError(f"the address {at:#x} is not free")
    return int(address)


class Pages:
    """The three of one session, in slot `slot` of the host address range.

    fds: of pages that the broker made, where this is a worker process (from now on
    ours); it must not seal them.
    """

    __slots__ = ("_u32", "_u64", "arena", "status", "waiters")

    def __init__(
        self,
        slot: int,
        lines: int,
        host_bytes: int,
        epoch: int,
        fds: Sequence[int] = (),
    ) -> None:
        places = (
            ("xsched-status", lines * wire.STATUS_LINE_BYTES, None),
            ("xsched-waiters", lines * wire.WAITERS_LINE_BYTES, None),
            ("xsched-host", host_bytes, HOST_BASE + slot * HOST_STRIDE),
        )
        made: list[SharedMemory] = []
        try:
            for i, place in enumerate(places):
                made.append(SharedMemory(*place, fds[i] if fds else None))
        except OSError:
            for page in made:
                page.close()
            for fd in fds[len(made) + 1 :]:
                os.close(fd)
            raise
        self.status, self.waiters, self.arena = made
        self._u32 = self.status.words("I")
        self._u64 = self.status.words("Q")
        if not fds:
            self._u32[wire.STATUS_EPOCH // 4] = epoch
            self.waiters.seal()
            self.arena.seal()

    def seal_status(self) -> None:
        """After the device has registered it: that maps it once more, writable."""
        self.status.seal(future_write=True)

    @property
    def fds(self) -> list[int]:
        """In the order of the welcome."""
        return [self.status.fd, self.waiters.fd, self.arena.fd]

    @property
    def accepted_seq(self) -> int:
        return self._u64[wire.STATUS_ACCEPTED_SEQ // 8]

    @property
    def issued_seq(self) -> int:
        return self._u64[wire.STATUS_ISSUED_SEQ // 8]

    def mark_lost(self, result: int) -> None:
        """The context of the session has ended with this CUresult."""
        self._u32[wire.STATUS_STICKY_ERROR // 4] = result
        self.mark_closed()

    def mark_closed(self) -> None:
        self._u32[wire.STATUS_CLOSED // 4] = 1

    def read_host(self, offset: int, nbytes: int) -> bytes:
        """A copy of tenant memory, taken once: the tenant may change it meanwhile.

        Reads through the file, which lets go of the interpreter's lock and cannot
        fault.
        Raises: ValueError when it does not lie inside the arena.
        """
        if offset + nbytes > self.arena.nbytes:
            raise ValueError(f"{nbytes} bytes at {offset} end behind the host arena")
        parts: list[bytes] = []
        while nbytes:
            part = os.pread(self.arena.fd, nbytes, offset)
            if not part:
                raise ValueError("the host arena is shorter than it was made")
            parts.append(part)
            offset += len(part)
            nbytes -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def write_host(self, offset: int, data: bytes) -> None:
        """Put bytes into the arena, through the file as `read_host` does.

        Raises: ValueError when they do not fit there.
        """
        if offset + len(data) > self.arena.nbytes:
            raise ValueError(f"{len(data)} bytes at {offset} end behind the host arena")
        view = memoryview(data)
        while view:
            written = os.pwrite(self.arena.fd, view, offset)
            offset += written
            view = view[written:]

    def close(self) -> None:
        self._u32.release()
        self._u64.release()
        for page in (self.status, self.waiters, self.arena):
            page.close()
