"""Holds one backend and answers requests for it over a pipe.

A process of its own for a backend that must find another driver than the tests' process
(the stand-in) or that may die of a fault (a real GPU). Decides nothing. Started by
device_bench.py as a script: requests come in on stdin, answers leave on the descriptor
named by the first argument, both pickled.

Control calls run on one thread and table calls on another, as in the broker, so that a
backend which forgets to make its context current is caught.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import pickle
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from broker.device._table import BackendTable

from broker.device.backend import Clock, DeviceError


class HostMemory:
    """Shared memory at multiples of 8 MiB, as the broker maps a host arena."""

    ALIGNMENT = 8 << 20

    def __init__(self) -> None:
        self._maps: dict[int, tuple[int, mmap.mmap, Any]] = {}

    def open(self, nbytes: int) -> tuple[int, int]:
        """Address, and a descriptor for others to map the same memory."""
        fd = os.memfd_create("device-test", os.MFD_ALLOW_SEALING)
        os.ftruncate(fd, nbytes)
        # Reserve room for alignment, then map the memory over an aligned part of it.
        room = mmap.mmap(-1, nbytes + self.ALIGNMENT)
        start = ctypes.addressof(ctypes.c_char.from_buffer(room))
        address = -(-start // self.ALIGNMENT) * self.ALIGNMENT
        libc = ctypes.CDLL(None, use_errno=True)
        libc.mmap.restype = ctypes.c_void_p
        libc.mmap.argtypes = [
            *(ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int),
            *(ctypes.c_int, ctypes.c_int, ctypes.c_long),
        ]
        shared_fixed = mmap.MAP_SHARED | 0x10
        protection = mmap.PROT_READ | mmap.PROT_WRITE
        got = libc.mmap(address, nbytes, protection, shared_fixed, fd, 0)
        assert got == address, os.strerror(ctypes.get_errno())
        self._maps[address] = (fd, room, start)
        return address, fd


class HandClock(Clock):
    """Stands still; device time passes through the table's advance()."""

    def now_ns(self) -> int:
        return 0


def make(name: str) -> Any:
    """The backend of this name; in-process ones live on a clock set by hand."""
    if name == "cuda":
        from broker.device.cuda import CudaBackend

        return CudaBackend(second_context="on")
    if name == "emulated":
        from broker.device.emulated import EmulatedBackend

        return EmulatedBackend(clock=HandClock())
    from broker.device.null import NullBackend

    return NullBackend(HandClock())


@dataclass(frozen=True)
class Kept:
    """A module that lives here, as its user over the pipe names it."""

    number: int


class _Host:
    def __init__(self, backend: Any) -> None:
        self._modules: dict[Kept, Any] = {}
        self._backend = backend
        self._table = BackendTable(backend.capsule())
        self._host = HostMemory()
        self._control = ThreadPoolExecutor(1, "control")
        self._issue = ThreadPoolExecutor(1, "issue")

    def answer(self, target: str, name: str, arguments: tuple[Any, ...]) -> Any:
        if target == "host":
            return self._host.open(*arguments)
        if target == "value":
            return getattr(self._backend, name)
        if target == "table":
            return self._issue.submit(getattr(self._table, name), *arguments).result()
        arguments = tuple(self._of_ours(each) for each in arguments)
        made = self._control.submit(getattr(self._backend, name), *arguments).result()
        if name == "module_load" and not isinstance(made, int):
            kept = Kept(len(self._modules))
            self._modules[kept] = made
            return kept
        return made

    def _of_ours(self, argument: Any) -> Any:
        return self._modules[argument] if isinstance(argument, Kept) else argument

    def stop(self) -> None:
        self._control.shutdown()
        self._issue.shutdown()


def _outcome(work: Any, *arguments: Any) -> tuple[Any, ...]:
    """("ok", value) or ("error", kind, result, call, detail)."""
    try:
        return "ok", work(*arguments)
    except DeviceError as error:
        kind = type(error).__name__
        return "error", kind, error.result, error.call, error.detail


def main() -> None:
    requests = os.fdopen(0, "rb")
    with os.fdopen(int(sys.argv[2]), "wb") as answers:

        def send(outcome: tuple[Any, ...]) -> None:
            pickle.dump(outcome, answers)
            answers.flush()

        made = _outcome(make, sys.argv[1])
        send(("ok", None) if made[0] == "ok" else made)
        if made[0] != "ok":
            return
        host = _Host(made[1])
        while True:
            try:
                request = pickle.load(requests)
            except EOFError:
                break
            send(_outcome(host.answer, *request))
        host.stop()


if __name__ == "__main__":
    # By the name its users import, so that what is pickled here is known there.
    import device_host

    device_host.main()
