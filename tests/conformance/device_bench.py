"""A bench to put one backend on: the same methods for every one, here or elsewhere.

Decides how the suite reaches a backend and waits for it, and states what each can do
(CAPABILITIES): a test asserts what the flag promises, either way, instead of skipping.
Called by test_backends.py and by the tests of the CUDA backend.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from broker.device._table import D2D, D2H, H2D, NEVER, BackendTable
from device_host import HostMemory, make

from broker.device.backend import DeviceError, FunctionInfo

ROOT = Path(__file__).parents[2]
PTX = ROOT / "loadgen" / "kernels" / "builtin.ptx"
FORMAT_PTX = 1
VA_BASE = 0x5000_0000_0000
STICKY = 700
NOT_READY = 600
# A bound for what never ends, far over anything measured; nothing is asserted of it.
PATIENCE_S = 60


@dataclass(frozen=True)
class Capabilities:
    """What a backend promises.

    moves_data: copies, fills and value writes to device memory happen.
    waits: a wait really holds its stream back.
    runs_kernels: launches have their effect.
    range_check: how bytes outside every mapping are met: "issue" (the call returns an
        error), "fault" (sticky, when it would happen), "either", "none".
    checks: arguments and code that no device could accept are refused.
    faults: it can be made to fault.
    """

    moves_data: bool = True
    waits: bool = True
    runs_kernels: bool = True
    range_check: str = "issue"
    checks: bool = True
    faults: bool = True


CAPABILITIES = {
    "null": Capabilities(
        moves_data=False,
        waits=False,
        runs_kernels=False,
        range_check="none",
        checks=False,
        faults=False,
    ),
    "emulated": Capabilities(range_check="fault"),
    "standin": Capabilities(runs_kernels=False),
    "cuda": Capabilities(range_check="either"),
}


class Unavailable(Exception):
    """This machine has no such device."""


class LocalBackend:
    """A backend in this process."""

    def __init__(self, name: str) -> None:
        self.backend = make(name)
        self.table = BackendTable(self.backend.capsule())
        self._host = HostMemory()

    def host_open(self, nbytes: int) -> tuple[int, str]:
        address, fd = self._host.open(nbytes)
        return address, f"/proc/{os.getpid()}/fd/{fd}"

    def value(self, name: str) -> Any:
        return getattr(self.backend, name)

    def close(self) -> None:
        self.backend.close()


class _Remote:
    """Attribute access that becomes a request."""

    def __init__(self, ask: Callable[..., Any], target: str) -> None:
        self._ask = ask
        self._target = target

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return lambda *arguments: self._ask(self._target, name, arguments)


class RemoteBackend:
    """A backend in a process of its own (device_host.py).

    Raises: Unavailable when it says that there is no device; DeviceError otherwise.
    """

    def __init__(self, name: str, environment: dict[str, str] | None = None) -> None:
        reading, writing = os.pipe()
        script = str(Path(__file__).with_name("device_host.py"))
        self._process = subprocess.Popen(
            [sys.executable, script, name, str(writing)],
            stdin=subprocess.PIPE,
            pass_fds=[writing],
            env=environment or dict(os.environ),
        )
        os.close(writing)
        self._answers = os.fdopen(reading, "rb")
        try:
            self._answer()
        except BaseException:
            self._end()
            raise
        self.backend = _Remote(self._ask, "control")
        self.table = _Remote(self._ask, "table")

    def host_open(self, nbytes: int) -> tuple[int, str]:
        address, fd = self._ask("host", "open", (nbytes,))
        return address, f"/proc/{self._process.pid}/fd/{fd}"

    def value(self, name: str) -> Any:
        return self._ask("value", name, ())

    def close(self) -> None:
        try:
            self.backend.close()
        finally:
            self._end()

    def _ask(self, *request: Any) -> Any:
        pickle.dump(request, self._process.stdin)
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        outcome, *values = pickle.load(self._answers)
        if outcome == "ok":
            return values[0]
        kind, *fields = values
        if kind == "DeviceUnavailable":
            raise Unavailable(fields[-1])
        raise DeviceError(*fields)

    def _end(self) -> None:
        self._process.stdin.close()
        self._process.wait()
        self._answers.close()


class Host:
    """Host memory that the device can reach. address: the broker's; view: its bytes."""

    def __init__(self, address: int, view: mmap.mmap) -> None:
        self.address = address
        self.view = view

    def word(self, offset: int, width: int = 8) -> int:
        return int.from_bytes(self.view[offset : offset + width], "little")

    def set_word(self, offset: int, value: int, width: int = 8) -> None:
        self.view[offset : offset + width] = value.to_bytes(width, "little")


class Bench:
    """One test's use of a backend; what it makes is given back when the test ends.

    Args: held: the backend; can: what it promises.
    """

    PAGE_BYTES = 4096

    def __init__(self, held: Any, can: Capabilities) -> None:
        self.held = held
        self.can = can
        self.backend = held.backend
        self.table = held.table
        self.granularity_bytes = held.value("granularity_bytes")
        self.now_ns = 0
        self._stack = contextlib.ExitStack()
        self._token = 0
        assert self.table.enter() == 0

    def __enter__(self) -> Bench:
        self.page = self.host(self.PAGE_BYTES)
        return self

    def __exit__(self, *exception: Any) -> None:
        self._stack.close()

    # ------------------------------------------------------------ things

    def host(self, nbytes: int) -> Host:
        address, path = self.held.host_open(nbytes)
        fd = os.open(path, os.O_RDWR)
        view = mmap.mmap(fd, nbytes)
        os.close(fd)
        self.backend.register_host(address, nbytes)
        self._stack.callback(self._quietly, "unregister_host", address, nbytes)
        return Host(address, view)

    def memory(self, pieces: int = 1, at: int = VA_BASE) -> int:
        """Map memory of so many times the granularity; it goes with the test."""
        nbytes = pieces * self.granularity_bytes
        self.backend.map_memory(at, nbytes)
        self._stack.callback(self._quietly, "unmap_memory", at, nbytes)
        return at

    def stream(self, level: int = 0) -> int:
        result, stream = self.table.stream_open(level)
        assert result == 0
        self._stack.callback(self.table.stream_close, stream)
        return stream

    def event(self) -> int:
        result, event = self.table.event_open()
        assert result == 0
        self._stack.callback(self.table.event_close, event)
        return event

    def module(self, image: bytes | None = None) -> Any:
        image = PTX.read_bytes() if image is None else image
        module = self.backend.module_load(image, FORMAT_PTX)
        self._stack.callback(self._quietly, "module_unload", module)
        return module

    def function(self, name: str) -> FunctionInfo:
        return self.backend.function_get(self.module(), name)

    def _quietly(self, method: str, *arguments: Any) -> None:
        """Undo something that the test may have undone itself, or lost to a fault."""
        with contextlib.suppress(DeviceError):
            getattr(self.backend, method)(*arguments)

    # ------------------------------------------------------------ time

    def settle(self, done: Callable[[], bool]) -> None:
        """Let device time pass until done() holds."""
        deadline = time.monotonic() + PATIENCE_S
        due = 0
        while True:
            due = self.table.advance(self.now_ns)
            if done():
                return
            if due == NEVER:
                raise AssertionError("nothing more would ever happen")
            self.now_ns = max(self.now_ns, due)
            assert time.monotonic() < deadline, "the device does not get there"

    def finish(self, stream: int) -> None:
        """Wait until everything issued to stream so far is done."""
        self._token += 1
        token = self._token
        assert self.table.write_value(stream, self.page.address, token, 8) == 0
        self.settle(lambda: self.page.word(0) == token)

    def drain(self, stream: int) -> None:
        """Wait until stream is idle, asking it: after the host wrote a word it waits
        for, no later call would tell."""
        self.settle(lambda: self.table.query(stream) == 0)

    def query(self, stream: int) -> int:
        self.table.advance(self.now_ns)
        return self.table.query(stream)

    def fault_of(self, stream: int) -> int:
        """Wait until stream has an error other than NOT_READY; return it."""
        self.settle(lambda: self.table.query(stream) not in (0, NOT_READY))
        return self.table.query(stream)

    # ------------------------------------------------------------ data

    def put(self, stream: int, address: int, data: bytes) -> None:
        host = self.host(max(len(data), 1))
        host.view[: len(data)] = data
        assert self.table.copy(stream, H2D, address, host.address, len(data)) == 0

    def get(self, stream: int, address: int, nbytes: int, before: int = 0xEE) -> bytes:
        """The bytes at address; on a device that moves none, zeros or `before`."""
        host = self.host(nbytes)
        host.view[:] = bytes([before]) * nbytes
        assert self.table.copy(stream, D2H, host.address, address, nbytes) == 0
        self.finish(stream)
        return bytes(host.view[:])

    def move(self, stream: int, to: int, source: int, nbytes: int) -> None:
        assert self.table.copy(stream, D2D, to, source, nbytes) == 0

    def expected(self, data: bytes, before: int = 0xEE) -> bytes:
        """What get() shall return where the device holds data. What holds none gives
        zeros for as much as a program may go by."""
        if self.can.moves_data:
            return data
        return bytes(len(data)) if len(data) <= 1 << 16 else bytes([before]) * len(data)


@contextlib.contextmanager
def raises(*results: int) -> Iterator[list[DeviceError]]:
    """The block must raise a DeviceError with one of these results (any, if none)."""
    caught: list[DeviceError] = []
    try:
        yield caught
    except DeviceError as error:
        caught.append(error)
        assert not results or error.result in results, str(error)
        return
    raise AssertionError("no DeviceError")
