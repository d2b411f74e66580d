"""Host memory of the broker that one GPU reaches: registered piece by piece.

Decides in which pieces, and what becomes of a registration that failed half way. It
must never know whose memory it is. backend.py calls it with the context current.
"""

from __future__ import annotations

import contextlib
import ctypes
from collections.abc import Iterator

from broker.device.backend import DeviceError
from broker.device.cuda.driver import INVALID_VALUE, NOT_SUPPORTED, Driver

# Host memory is registered in pieces that end at multiples of this at the latest: a
# longer call holds the context's lock for longer than a launch may wait. issue.c splits
# copies there; who registers less at a time ends copies there himself.
PIECE_BYTES = 8 << 20
# Not PORTABLE (1): the second context (second.py) has no use for it.
DEVICEMAP = 2
MADV_POPULATE_WRITE = 23  # Linux 5.14

_libc = ctypes.CDLL(None, use_errno=True)


def pieces(address: int, nbytes: int) -> Iterator[tuple[int, int]]:
    """Cut [address, address + nbytes) at multiples of PIECE_BYTES."""
    end = address + nbytes
    while address < end:
        stop = min(end, (address // PIECE_BYTES + 1) * PIECE_BYTES)
        yield address, stop - address
        address = stop


def populate(address: int, nbytes: int) -> None:
    """Have the pages of host memory made before the driver pins them.

    It would make them itself, but while it holds the context's lock: registering 4 MiB
    of a fresh arena took 2.4 ms on an H100 machine, and nobody launches meanwhile. A
    kernel that does not know this leaves it to the driver.
    """
    begin = address & ~4095
    length = ctypes.c_size_t(address + nbytes - begin)
    _libc.madvise(ctypes.c_void_p(begin), length, MADV_POPULATE_WRITE)


class HostMemory:
    """All of one context."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._host: dict[int, int] = {}
        # Pieces of registrations that failed: unregistering waits for every stream, so
        # they stay until a call that has the device drained.
        self._strays: list[tuple[int, int]] = []

    def register(self, address: int, nbytes: int) -> None:
        if nbytes <= 0:
            raise DeviceError(INVALID_VALUE, "register_host", f"{nbytes} bytes")
        populate(address, nbytes)
        made: list[tuple[int, int]] = []
        try:
            for start, length in pieces(address, nbytes):
                self._driver.call("cuMemHostRegister", start, length, DEVICEMAP)
                made.append((start, length))
                self._check_same_address(start)
        except DeviceError:
            self._strays += made
            raise
        self._host[address] = nbytes

    def unregister(self, address: int, nbytes: int) -> None:
        if self._host.get(address) != nbytes:
            raise DeviceError(
                INVALID_VALUE, "unregister_host", f"no {nbytes} bytes at {address:#x}"
            )
        del self._host[address]
        for start, _ in pieces(address, nbytes):
            self._driver.call("cuMemHostUnregister", start)
        self.close_strays()

    def close_strays(self) -> None:
        while self._strays:
            with contextlib.suppress(DeviceError):
                self._driver.call("cuMemHostUnregister", self._strays.pop()[0])

    def close(self) -> None:
        self.close_strays()
        while self._host:
            address, nbytes = self._host.popitem()
            for start, _ in pieces(address, nbytes):
                self._driver.call("cuMemHostUnregister", start)

    def _check_same_address(self, address: int) -> None:
        """issue.c gives the device host addresses as they are."""
        seen = int(self._driver.call("cuMemHostGetDevicePointer", address, 0))
        if seen != address:
            raise DeviceError(
                NOT_SUPPORTED,
                "cuMemHostGetDevicePointer",
                f"the device sees host address {address:#x} at {seen:#x}",
            )
