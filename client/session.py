"""A session as both twins see it: what it makes, loads, waits for, and how it ends.

Decides what each request of a session means in operations and steps (`core.py`). Must
never know whether its user blocks or awaits. `blocking.py` and `aio.py` derive from it.
"""

from __future__ import annotations

import hashlib
import os
import socket
import threading
import weakref
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

from broker.wire.gen import messages as wire
from client import errors, nvrtc
from client._native import DEFAULT_STREAM
from client.arena import Arena, Piece
from client.callbacks import Callbacks
from client.capture import CAPTURE_IMPLICIT, Capture, capturing
from client.core import Call, Calls, Handles, Retired, Steps, Work, checked, lost_error
from client.graph_execs import GraphExecCore
from client.graphs import GraphCore
from client.objects import (
    BufferCore,
    EventCore,
    FunctionCore,
    ModuleCore,
    StreamCore,
)
from client.transport import Link

# A close sends what is queued for at most this long.
DRAIN_NS = 2_000_000_000
_INDEX_MAX = 0xFFFFFFFF


class SessionCore:
    """State of one session. The derived class sets the types of what it gives out."""

    buffer_type: type[BufferCore] = BufferCore
    module_type: type[ModuleCore] = ModuleCore
    function_type: type[FunctionCore] = FunctionCore
    stream_type: type[StreamCore] = StreamCore
    event_type: type[EventCore] = EventCore
    graph_type: type[GraphCore] = GraphCore
    graph_exec_type: type[GraphExecCore] = GraphExecCore
    default_stream: StreamCore

    def __init__(self, link: Link) -> None:
        welcome = link.welcome
        self.native = link.native
        self.native.lost_error = _LostError(self)
        self.device: wire.DeviceProperties = welcome.devices[0]
        self.devices: tuple[wire.DeviceProperties, ...] = welcome.devices
        self.id = welcome.session
        self.priority_class = welcome.priority_class
        self.broker_version = welcome.library
        self.memory_bytes_max = welcome.memory_bytes_max
        self.calls = Calls(link.connection)
        self.arena = Arena(link.native, welcome.host_bytes)
        self.callbacks = Callbacks(link.native)
        self.modules = Handles(wire.KIND_MODULE, 1, _INDEX_MAX)
        self.functions = Handles(wire.KIND_FUNCTION, 1, wire.FUNCTIONS_MAX - 1)
        lines = welcome.status_bytes // wire.STATUS_LINE_BYTES
        self._socket = link.socket
        self._events = Handles(wire.KIND_EVENT, 1, wire.EVENTS_MAX - 1)
        self._streams = Handles(
            wire.KIND_STREAM,
            wire.STREAM_INDEX_LEGACY + 1,
            min(lines, wire.STREAMS_MAX) - 1,
        )
        self.graphs = Handles(wire.KIND_GRAPH, 1, wire.GRAPHS_MAX - 1)
        self.graph_execs = Handles(wire.KIND_GRAPH_EXEC, 1, wire.GRAPHS_MAX - 1)
        self.captures: list[Capture] = []  # under way
        self._live = {DEFAULT_STREAM}
        # Addresses of buffers that the collector took: no call can be made from there.
        self.abandoned: deque[int] = deque()
        self._destroyed: deque[tuple[int, int]] = deque()  # line, last operation
        # What graphs named, and (line, operation) of launches that may still use it.
        self._kept: list[tuple[object, list[tuple[int, int]]]] = []
        # Streams are closed by the collector, too, which may run while it is held.
        self._lock = threading.RLock()
        self._closed = False
        self._forked = False
        _sessions.add(self)

    # ------------------------------------------------ made without a round trip

    def _make_stream(self, priority: int, non_blocking: bool) -> StreamCore:
        handle = self._streams.make()
        flags = wire.STREAM_FLAG_NON_BLOCKING if non_blocking else 0
        self.native.stream_create(handle, flags, priority)
        with self._lock:
            self._live.add(handle)
        return self.stream_type(self, handle, True, non_blocking)

    def _make_event(self, timing: bool, blocking_sync: bool) -> EventCore:
        handle = self._events.make()
        flags = wire.EVENT_FLAG_BLOCKING_SYNC if blocking_sync else 0
        flags |= 0 if timing else wire.EVENT_FLAG_DISABLE_TIMING
        self.native.event_create(handle, flags)
        return self.event_type(self, handle)

    def destroy_stream(self, handle: int) -> None:
        """Its last operation stays something that `synchronize` waits for."""
        seq = self.native.complete(handle)
        self.native.stream_destroy(handle)
        with self._lock:
            self._live.discard(handle)
            self._destroyed.append((wire.split_handle(handle).index, seq))
            self._forget_retired()
        self._streams.release(handle)

    def _forget_retired(self) -> None:
        while self._destroyed and self.native.retired(*self._destroyed[0]):
            self._destroyed.popleft()

    def keep_until(self, kept: object, launched: Mapping[int, int]) -> None:
        """Hold an object until these have retired: stream handle -> last operation."""
        waits = []
        for handle, seq in launched.items():
            line = wire.split_handle(handle).index
            if self.native.retired(line, seq):
                continue
            waits.append((line, seq))
            if handle in self._live:  # else its end shows by itself
                self.native.complete_until(handle, seq)
        with self._lock:
            if waits:
                self._kept.append((kept, waits))
        self.drop_kept()

    def drop_kept(self) -> None:
        """Let go of what no launch uses any more."""
        over = []
        with self._lock:
            for entry in list(self._kept):
                if all(self.native.retired(*wait) for wait in entry[1]):
                    self._kept.remove(entry)
                    over.append(entry)
        over.clear()  # without the lock: what goes may close events, or run anything

    def destroy_event(self, handle: int) -> None:
        self.native.event_destroy(handle)
        self._events.release(handle)

    def submit(
        self,
        stream: StreamCore | None,
        kind: str,
        emit: Callable[[int], object],
        keep: list[Any],
    ) -> None:
        """An operation on a stream, or a node where the stream is captured.

        Args: emit: makes it, given the handle to put where the stream's stands. keep:
        what a graph has to hold on to.
        """
        if stream is not None and stream.capture is not None:
            stream.capture.add(stream, kind, emit, keep)
        else:
            emit(self.stream_handle(stream))

    def capture(self, stream: StreamCore) -> AbstractContextManager[Any]:
        """Capture what the block submits to the stream (and to streams that wait for
        its events) into a new graph, which the `with` statement gives.

        Raises: at the end of the block CudaError STREAM_CAPTURE_UNJOINED for a stream
        that was not joined, STREAM_CAPTURE_INVALIDATED after an error inside.
        """
        return capturing(self, stream, self.graph_type(self))

    def guard_legacy(self) -> None:
        """The default stream would wait for a blocking stream, which has no place in
        its capture."""
        self.native.legacy_guard = self._refuse_legacy if self.captures else None

    def _refuse_legacy(self) -> None:
        for capture in self.captures:
            if capture.is_blocking():
                raise capture.failed(
                    CAPTURE_IMPLICIT,
                    "the default stream",
                    "it waits for blocking streams, of which one is captured",
                )

    def stream_handle(self, stream: StreamCore | None) -> int:
        if stream is None:
            if self.captures:
                self._refuse_legacy()
            return DEFAULT_STREAM
        if stream._session is not self:
            raise ValueError("the stream belongs to another session")
        return stream.handle

    # ------------------------------------------------ what has to wait

    def allocate_steps(self, nbytes: int, device: int) -> Steps[Any]:
        if nbytes <= 0:
            raise ValueError(f"{nbytes} bytes: must be more than 0")
        while self.abandoned:
            yield from self.free_steps(self.abandoned.popleft())
        fields = {"device": device, "bytes": nbytes}
        reply = checked((yield Call(wire.Allocate, fields, "cuMemAlloc")), "cuMemAlloc")
        return self.buffer_type(self, reply.address, nbytes)

    def free_steps(self, address: int) -> Steps[None]:
        fields = {"address": address, "after_seq": self.native.last_seq()}
        checked((yield Call(wire.Free, fields, "cuMemFree")), "cuMemFree")

    def memory_info_steps(self, device: int) -> Steps[tuple[int, int]]:
        name = "cuMemGetInfo"
        reply = yield Call(wire.MemoryInfo, {"device": device}, name)
        checked(reply, name)
        return reply.free_bytes, reply.total_bytes

    def set_hint_steps(
        self,
        priority_class: int | None,
        weight: float | None,
        deadline_ms: float | None,
    ) -> Steps[None]:
        """None leaves a hint as it is."""
        fields: dict[str, Any] = {}
        if priority_class is not None:
            fields["priority_class"] = _bounded("priority_class", priority_class, 254)
        if weight is not None:
            fields["weight_milli"] = _bounded("weight", weight * 1000, 0xFFFFFFFF, 1)
        if deadline_ms is not None:
            limit = wire.HINT_DEADLINE_KEEP - 1
            fields["deadline_ns"] = _bounded("deadline_ms", deadline_ms * 1e6, limit)
        name = "set_hint"
        checked((yield Call(wire.HintSet, fields, name)), name)
        if priority_class is not None:
            self.priority_class = priority_class

    def load_module_steps(self, image: str | bytes, device: int) -> Steps[Any]:
        """First by hash alone: the broker may have the bytes from another session."""
        code = image.encode() if isinstance(image, str) else bytes(image)
        image_format = _format_of(code)
        if image_format == wire.MODULE_FORMAT_PTX:
            code = code.rstrip(b"\0")
        if not code:
            raise ValueError("the module is empty")
        handle = self.modules.make(device)
        fields = {
            "module": handle,
            "format": image_format,
            "hash": hashlib.sha256(code).digest(),
            "bytes": len(code),
            "host_offset": wire.HOST_OFFSET_NONE,
        }
        name = "cuModuleLoadData"
        try:
            reply = checked((yield Call(wire.ModuleLoad, fields, name)), name)
            if reply.bytes_needed:
                yield from self._send_image(code, fields, name)
        except errors.CudaError:
            self.modules.release(handle)
            raise
        return self.module_type(self, handle)

    def _send_image(
        self, code: bytes, fields: dict[str, Any], name: str
    ) -> Steps[None]:
        pieces: list[Piece] = self.arena.take_run(len(code))
        try:
            offset = pieces[0].offset
            yield Work(partial(self.native.stage, offset, code, 0, len(code)))
            reply = yield Call(wire.ModuleLoad, fields | {"host_offset": offset}, name)
            if checked(reply, name).bytes_needed:
                raise errors.ProtocolError("the broker asks for a module it was given")
        finally:
            self.arena.give_run(pieces)

    def compile_steps(
        self, source: str, options: Sequence[str], device: int
    ) -> Steps[Any]:
        """To machine code: a driver older than NVRTC refuses its PTX.

        The null device runs nothing and reads parameters from PTX only.
        """
        properties = self.devices[device]
        compute = (properties.compute_major, properties.compute_minor)
        null = properties.backend == "null"
        build = nvrtc.compile_ptx if null else nvrtc.compile_cubin
        code = yield Work(partial(build, source, compute, options))
        return (yield from self.load_module_steps(code, device))

    def synchronize_steps(self) -> Steps[None]:
        """Complete every stream first, so that one frame carries all of it.

        The default stream's mark comes last in program order: once it has retired, the
        broker has read everything, and errors of operations without a stream are known.
        """
        for capture in self.captures:
            raise capture.refuse("cuCtxSynchronize")
        with self._lock:
            live = sorted(self._live - {DEFAULT_STREAM})
            waits = list(self._destroyed)
        for handle in live:
            line = wire.split_handle(handle).index
            if self.native.line_last_seq(line):
                waits.append((line, self.native.complete(handle)))
        waits.append((wire.STREAM_INDEX_LEGACY, self.native.mark(DEFAULT_STREAM)))
        self.native.flush()
        for line, seq in waits:
            yield Retired(line, seq)
        with self._lock:
            self._forget_retired()
        self.drop_kept()
        yield from self.raise_pending("cuCtxSynchronize")

    def raise_pending(self, name: str) -> Steps[None]:
        """Report the first asynchronous error, if there is one. Raises: CudaError."""
        _, pending, sticky = self.native.errors()
        if sticky:
            raise self.lost_error()
        if pending:
            reply = yield Call(wire.ErrorTake, {}, name)
            if reply.result:
                raise errors.CudaError(reply.result, name, reply.message, reply.seq)

    # ------------------------------------------------ the end

    def lost_error(self) -> errors.SessionLost:
        """Why the session is gone, with what the broker said last."""
        if self._forked:
            return errors.SessionClosed(
                "this session belongs to the process that forked: connect here"
            )
        if self._closed:
            return errors.SessionClosed("this session was closed")
        self.read_last_words()
        self.native.lose()
        return lost_error(self.calls.ending, self.native.errors()[2])

    def read_last_words(self) -> None:
        """Take what the socket still holds, without waiting."""
        raise NotImplementedError

    def _leave(self) -> None:
        """Say goodbye, give everything back that is ours."""
        if self._closed:
            return
        try:
            if not self.native.lost:
                self.native.call(self.calls.goodbye())
        except (errors.Error, ValueError):
            pass  # it is gone already
        self._closed = True
        self.callbacks.close()
        self.native.close(DRAIN_NS)
        try:
            # Another thread may be waiting for a reply: closing would not wake it.
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # the broker is gone
        self._socket.close()

    def _disown(self) -> None:
        """In the child of a fork: leave the parent's session alone.

        Its socket is closed here, or the broker would not notice the parent's death.
        """
        self._closed = self._forked = True
        self.native.disown()
        self._socket.close()


_sessions: weakref.WeakSet[SessionCore] = weakref.WeakSet()


def _after_fork() -> None:
    for session in list(_sessions):
        session._disown()
    _sessions.clear()


os.register_at_fork(after_in_child=_after_fork)


class _LostError:
    """What the native session calls; a weak reference, so that there is no cycle."""

    def __init__(self, session: SessionCore) -> None:
        self._session = weakref.ref(session)

    def __call__(self) -> errors.SessionLost:
        session = self._session()
        if session is None:
            return errors.SessionClosed("this session was dropped")
        return session.lost_error()


def _bounded(name: str, value: float, most: int, least: int = 0) -> int:
    """A number as it goes over the wire. Raises: ValueError naming the argument."""
    if not least <= value <= most:
        raise ValueError(f"{name} is out of bounds")
    return round(value)


def _format_of(code: bytes) -> int:
    if code.startswith(b"\x7fELF"):
        return wire.MODULE_FORMAT_CUBIN
    if code.startswith(b"\x50\xed\x55\xba"):
        return wire.MODULE_FORMAT_FATBIN
    return wire.MODULE_FORMAT_PTX
