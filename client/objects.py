"""What a session gives out: buffers, modules, functions, streams, events, programs.

Decides what each object asks of the session, as operations (sent without waiting) or as
steps (`core.py`). Must never know whether its user blocks or awaits: `blocking.py` and
`aio.py` derive the public classes and add the calls that wait. Called by those two.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from broker.wire.gen import messages as wire
from client import errors
from client._native import Address, FunctionHandle, NativeProgram, StreamHandle
from client.arena import PIECE_BYTES, Slot
from client.capture import CAPTURED_EVENT, Capture, join_capture
from client.core import Call, Retired, Steps, Work, checked
from client.graph_contents import HostMemory

if TYPE_CHECKING:
    from client.session import SessionCore

# Chunks of a large copy to the host that are on their way at once.
COPY_DEPTH = 4
# A memcpy up to this size is done in place; it takes less time than handing it over.
WORK_BYTES = 256 << 10


def _source(array: Any) -> Any:
    """What is to be copied, as contiguous bytes."""
    if isinstance(array, (bytes, bytearray)):
        return array
    return np.ascontiguousarray(array).reshape(-1).view(np.uint8)


def _nbytes(data: Any) -> int:
    return int(data.nbytes) if isinstance(data, np.ndarray) else len(data)


def _destination(array: Any) -> tuple[Any, Callable[[], None]]:
    """Contiguous writable bytes, and what puts them where they belong."""
    if isinstance(array, (bytearray, memoryview)):
        return np.frombuffer(array, np.uint8), lambda: None
    if not isinstance(array, np.ndarray):
        raise TypeError(f"cannot copy into a {type(array).__name__}")
    if not array.flags.writeable:
        raise ValueError("the array is read-only")
    if array.flags.c_contiguous:
        return array.reshape(-1).view(np.uint8), lambda: None
    whole = np.empty(array.shape, array.dtype)
    return whole.reshape(-1).view(np.uint8), partial(np.copyto, array, whole)


class StreamCore(StreamHandle):
    """One ordered queue of work. `handle` is the wire's; `line` its status line."""

    _session: SessionCore
    capture: Capture | None

    def __init__(
        self,
        session: SessionCore,
        handle: int,
        owned: bool,
        non_blocking: bool = False,
    ) -> None:
        super().__init__(handle)
        self._session = session
        self._owned = owned
        self.non_blocking = non_blocking

    def record(self, event: EventCore) -> None:
        """Record the event after what the stream holds now."""
        if self.capture is not None:
            self.capture.record(self, event)
            return
        native = self._session.native
        event._recorded = (self, native.event_record(self.handle, event.handle))
        event._captured = None

    def wait(self, event: EventCore) -> None:
        """Let later work of this stream wait for the event's latest record.

        An event that was never recorded is no reason to wait, as in CUDA. One recorded
        in a capture pulls this stream into it.
        """
        if self.capture is not None:
            self.capture.wait(self, event)
            return
        if join_capture(self, event):
            return
        if event._recorded is not None:
            _, seq = event._recorded
            self._session.native.stream_wait(self.handle, event.handle, seq)

    def write_value(self, address: int | Address, value: int, width: int = 4) -> None:
        """Write a word of device memory in stream order. width: 4 or 8 bytes."""
        at = address.address if isinstance(address, Address) else address
        native = self._session.native
        self._session.submit(
            self,
            "write value",
            lambda handle: native.write_value(handle, at, value, width),
            [address],
        )

    def wait_value(
        self,
        address: int | Address,
        value: int,
        width: int = 4,
        condition: int = wire.WAIT_CONDITION_GEQ,
    ) -> None:
        """Let later work wait until a word of device memory satisfies the condition.

        condition: wire constants wait_condition_*: 0 >= (cyclic), 1 ==, 2 and, 3 nor.
        """
        at = address.address if isinstance(address, Address) else address
        native = self._session.native
        self._session.submit(
            self,
            "wait value",
            lambda handle: native.wait_value(handle, at, value, width, condition),
            [address],
        )

    def add_callback(self, function: Callable[[], Any]) -> None:
        """Run a function of this process in stream order, on a thread of the client.

        Later work of the stream starts when it has returned. It must not wait for this
        session's work. What it raises goes to threading.excepthook.
        """
        if self.capture is not None:
            self.capture.add_callback(self, function)
            return
        self._session.callbacks.add(self, function)

    def close(self) -> None:
        """Forget the stream; what it holds still runs."""
        if self._owned:
            self._owned = False
            self._session.destroy_stream(self.handle)

    def __del__(self) -> None:
        if getattr(self, "_owned", False) and not self._session.native.lost:
            with suppress(errors.Error):  # lost meanwhile
                self.close()

    def _query(self) -> bool:
        native = self._session.native
        if native.retired(self.line, native.line_last_seq(self.line)):
            return True
        return bool(native.retired(self.line, native.complete(self.handle)))

    def query_steps(self) -> Steps[bool]:
        if self.capture is not None:
            raise self.capture.refuse("cuStreamQuery")
        if not self._query():
            if self._session.native.lost:
                raise self._session.lost_error()
            return False
        yield from self._session.raise_pending("cuStreamQuery")
        return True

    def synchronize_steps(self) -> Steps[None]:
        if self.capture is not None:
            raise self.capture.refuse("cuStreamSynchronize")
        seq = self._session.native.complete(self.handle)
        yield Retired(self.line, seq)
        yield from self._session.raise_pending("cuStreamSynchronize")


class EventCore:
    """A mark in a stream. Made without a round trip."""

    _session: SessionCore

    def __init__(self, session: SessionCore, handle: int) -> None:
        self._session = session
        self.handle = handle
        self._open = True
        self._recorded: tuple[StreamCore, int] | None = None
        # The nodes it stands for in a capture, when it was last recorded in one.
        self._captured: tuple[Capture, frozenset[int]] | None = None

    def close(self) -> None:
        """Forget the event."""
        if self._open:
            self._open = False
            self._session.destroy_event(self.handle)

    def __del__(self) -> None:
        if getattr(self, "_open", False) and not self._session.native.lost:
            with suppress(errors.Error):  # lost meanwhile
                self.close()

    def _check_outside(self, name: str) -> None:
        if self._captured is not None:
            capture = self._captured[0]
            text = "the event was recorded in a capture"
            if not capture.over:
                raise capture.failed(CAPTURED_EVENT, name, text)
            raise errors.CudaError(CAPTURED_EVENT, name, text)

    def query_steps(self) -> Steps[bool]:
        self._check_outside("cuEventQuery")
        if self._recorded is None:
            return True
        stream, seq = self._recorded
        native = self._session.native
        if not native.retired(stream.line, seq):
            native.expect(stream.handle, seq)
            if not native.retired(stream.line, seq):
                if native.lost:
                    raise self._session.lost_error()
                return False
        yield from self._session.raise_pending("cuEventQuery")
        return True

    def synchronize_steps(self) -> Steps[None]:
        self._check_outside("cuEventSynchronize")
        if self._recorded is not None:
            stream, seq = self._recorded
            self._session.native.complete_until(stream.handle, seq)
            yield Retired(stream.line, seq)
        yield from self._session.raise_pending("cuEventSynchronize")

    def elapsed_steps(self, start: EventCore) -> Steps[int]:
        name = "cuEventElapsedTime"
        fields = {"start": start.handle, "end": self.handle}
        reply = checked((yield Call(wire.ElapsedTime, fields, name)), name)
        return int(reply.elapsed_ns)


class BufferCore(Address):
    """Device memory. `address` is 0 once it was freed; `nbytes` its size.

    The memory of a buffer that nobody holds any more is given back when the session
    allocates next; a program holds the buffers that its launches name.
    """

    _session: SessionCore

    def __init__(self, session: SessionCore, address: int, nbytes: int) -> None:
        super().__init__(address, nbytes)
        self._session = session

    def __del__(self) -> None:
        session = getattr(self, "_session", None)
        if session is not None and self.address:
            session.abandoned.append(self.address)

    def fill(
        self,
        value: int,
        width: int = 1,
        stream: StreamCore | None = None,
        *,
        offset: int = 0,
        count: int | None = None,
    ) -> None:
        """Set elements of `width` (1, 2 or 4) bytes; does not wait.

        offset: bytes from the start. count: elements, all that fit by default.
        """
        if width not in (1, 2, 4):
            raise ValueError(f"width {width}: 1, 2 or 4 bytes")
        if count is None:
            count = (self.nbytes - offset) // width
        self._check(offset, count * width)
        if count:
            at, element = self.address + offset, value & ((1 << 8 * width) - 1)
            native = self._session.native
            self._session.submit(
                stream,
                "fill",
                lambda handle: native.memset(handle, at, element, width, count),
                [self],
            )

    def copy_from_buffer(
        self,
        other: BufferCore,
        stream: StreamCore | None = None,
        *,
        nbytes: int | None = None,
        offset: int = 0,
        other_offset: int = 0,
    ) -> None:
        """Copy from another buffer of this session; does not wait.

        nbytes: what both hold behind the offsets by default.
        """
        if nbytes is None:
            nbytes = min(self.nbytes - offset, other.nbytes - other_offset)
        self._check(offset, nbytes)
        other._check(other_offset, nbytes)
        if nbytes:
            to, start = self.address + offset, other.address + other_offset
            native = self._session.native
            self._session.submit(
                stream,
                "copy",
                lambda handle: native.copy_d2d(handle, to, start, nbytes),
                [self, other],
            )

    def _check(self, offset: int, nbytes: int) -> None:
        if not self.address:
            raise ValueError("the buffer has been freed")
        if offset < 0 or nbytes < 0 or offset + nbytes > self.nbytes:
            raise ValueError(
                f"{nbytes} bytes at {offset} do not lie in a buffer of {self.nbytes}"
            )

    def free_steps(self) -> Steps[None]:
        if not self.address:
            return
        address = self.address
        self.forget()
        yield from self._session.free_steps(address)

    def copy_from_steps(
        self, array: Any, stream: StreamCore | None, offset: int
    ) -> Steps[None]:
        """Stage chunk by chunk; each leaves while the next is being staged."""
        data = _source(array)
        nbytes = _nbytes(data)
        self._check(offset, nbytes)
        session = self._session
        if stream is not None and stream.capture is not None:
            yield from self._copy_from_captured(data, nbytes, stream, offset)
            return
        handle = session.stream_handle(stream)
        for at in range(0, nbytes, PIECE_BYTES):
            size = min(PIECE_BYTES, nbytes - at)
            slot = yield from session.arena.take(size)
            move = partial(session.native.stage, slot.offset, data, at, size)
            try:
                yield from _move(move, size)
                seq = session.native.copy_h2d(
                    handle, self.address + offset + at, slot.offset, size
                )
            except BaseException:
                session.arena.done(slot)
                raise
            session.arena.submitted(slot, handle, seq)
            if nbytes > PIECE_BYTES:
                session.native.flush()

    def _copy_from_captured(
        self, data: Any, nbytes: int, stream: StreamCore, offset: int
    ) -> Steps[None]:
        """A copy of the array goes with the graph: what each launch brings over."""
        capture, native = stream.capture, self._session.native
        assert capture is not None
        for at in range(0, nbytes, PIECE_BYTES):
            size = min(PIECE_BYTES, nbytes - at)
            slot = yield from self._session.arena.take(size)
            host = HostMemory(self._session, slot)
            native.stage(slot.offset, data, at, size)
            to = self.address + offset + at
            capture.add(
                stream,
                "copy to device",
                partial(_copy_h2d, native, to, slot.offset, size),
                [self, host],
                host,
            )

    def copy_to_steps(
        self, array: Any, stream: StreamCore | None, offset: int
    ) -> Steps[None]:
        """Keep a few chunks on their way; read each out as it arrives."""
        data, finish = _destination(array)
        nbytes = _nbytes(data)
        self._check(offset, nbytes)
        session = self._session
        if stream is not None and stream.capture is not None:
            raise stream.capture.refuse("cuMemcpyDtoH")
        handle = session.stream_handle(stream)
        coming: deque[tuple[Slot, int, int]] = deque()
        try:
            for at in range(0, nbytes, PIECE_BYTES):
                if len(coming) == COPY_DEPTH:
                    yield from self._read_out(coming, handle, data)
                size = min(PIECE_BYTES, nbytes - at)
                slot = yield from session.arena.take(size)
                coming.append((slot, at, 0))
                source = self.address + offset + at
                seq = session.native.copy_d2h_shown(handle, slot.offset, source, size)
                coming[-1] = (slot, at, seq)
            while coming:
                yield from self._read_out(coming, handle, data)
        finally:
            # Given up half way: the device may still write there, until that retires.
            for slot, _, seq in coming:
                session.arena.submitted(slot, handle, seq)
        yield from session.raise_pending("cuMemcpyDtoH")
        finish()

    def _read_out(
        self, coming: deque[tuple[Slot, int, int]], handle: int, data: Any
    ) -> Steps[None]:
        slot, at, seq = coming[0]
        yield Retired(wire.split_handle(handle).index, seq)
        move = partial(self._session.native.unstage, slot.offset, data, at, slot.nbytes)
        yield from _move(move, slot.nbytes)
        coming.popleft()
        self._session.arena.done(slot)


def _copy_h2d(native: Any, to: int, start: int, size: int, handle: int) -> None:
    native.copy_h2d(handle, to, start, size)


def _move(move: Callable[[], Any], nbytes: int) -> Steps[None]:
    if nbytes <= WORK_BYTES:
        move()
    else:
        yield Work(move)


class ModuleCore:
    """Code of this session."""

    _session: SessionCore

    def __init__(self, session: SessionCore, handle: int) -> None:
        self._session = session
        self.handle = handle
        self._functions: dict[str, FunctionCore] = {}

    def function_steps(self, name: str) -> Steps[Any]:
        known = self._functions.get(name)
        if known is not None:
            return known
        session = self._session
        handle = session.functions.make()
        fields = {"module": self.handle, "function": handle, "name": name}
        call = "cuModuleGetFunction"
        reply = yield Call(wire.FunctionGet, fields, call)
        if reply.result:
            session.functions.release(handle)
        checked(reply, call)
        made = session.function_type(session, handle, name, reply)
        self._functions[name] = made
        return made

    def unload_steps(self) -> Steps[None]:
        if not self.handle:
            return
        session = self._session
        fields = {"module": self.handle, "after_seq": session.native.last_seq()}
        handle, self.handle = self.handle, 0
        reply = yield Call(wire.ModuleUnload, fields, "cuModuleUnload")
        checked(reply, "cuModuleUnload")
        session.modules.release(handle)
        for function in self._functions.values():
            session.functions.release(function.handle)
        self._functions.clear()


class FunctionCore(FunctionHandle):
    """A function of a module: parameter layout, attributes, launch.

    static_shared_bytes, local_bytes: per block and per thread; registers: per thread.
    """

    _session: SessionCore

    def __init__(
        self, session: SessionCore, handle: int, name: str, reply: wire.Function
    ) -> None:
        super().__init__(
            session.native,
            handle,
            name,
            reply.param_offsets,
            reply.param_sizes,
            reply.param_bytes,
            reply.threads_max,
        )
        self._session = session
        self.static_shared_bytes = reply.static_shared_bytes
        self.registers = reply.registers
        self.local_bytes = reply.local_bytes

    def set_attribute_steps(self, attribute: int, value: int) -> Steps[None]:
        name = "cuFuncSetAttribute"
        fields = {"function": self.handle, "attribute": attribute, "value": value}
        checked((yield Call(wire.FunctionAttributeSet, fields, name)), name)


class ProgramCore(NativeProgram):
    """Launches prepared once and replayed natively; see NativeProgram.add."""

    _session: SessionCore

    def __init__(self, session: SessionCore) -> None:
        super().__init__(session.native, session.device.time_dilation)
        self._session = session
