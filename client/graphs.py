"""CUDA graphs: built node by node or captured from streams, instantiated, launched.

Decides what each node asks of the broker (an operation whose stream is the graph's
handle), and CUDA's rules of capture: which streams belong to it, what forks and joins
it, which error ends it. Must never know whether its user blocks or awaits:
`blocking.py` and `aio.py` derive the public classes. Called by those and by
`objects.py`, which asks a stream's `capture` first.

Source: CUDA driver API, "Graph Management" and "Stream Management" (capture).
"""

from __future__ import annotations

import struct
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from broker.wire.gen import messages as wire
from client import errors
from client._native import Address, FunctionHandle, StreamHandle
from client.arena import PIECE_BYTES, Slot
from client.core import Call, Steps, checked

if TYPE_CHECKING:
    from client.objects import BufferCore, EventCore, StreamCore
    from client.session import SessionCore

CAPTURE_UNSUPPORTED = 900
CAPTURE_INVALIDATED = 901
CAPTURE_MERGE = 902
CAPTURE_UNJOINED = 904
CAPTURE_ISOLATION = 905
CAPTURE_IMPLICIT = 906
CAPTURED_EVENT = 907
GRAPH_EXEC_UPDATE_FAILURE = 910
_DEPENDS_MAX = wire.GRAPH_DEPENDS_BYTES_MAX // 4
_NODES_MAX = wire.GRAPH_NODE_ALL


class HostMemory:
    """Up to 4 MiB of host memory that a graph's copy reads or writes at each launch."""

    def __init__(self, session: SessionCore, slot: Slot) -> None:
        self._session = session
        self._slot = slot
        self.offset, self.nbytes = slot.offset, slot.nbytes

    def write(self, array: Any, offset: int = 0) -> None:
        """What launches from now on copy to the device. Not while one is in flight."""
        data = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
        self._check(offset, data.nbytes)
        self._session.native.stage(self.offset + offset, data, 0, data.nbytes)

    def read(self, array: np.ndarray, offset: int = 0) -> None:
        """Fill a contiguous array with what the last launch brought; wait first."""
        data = array.reshape(-1).view(np.uint8)
        self._check(offset, data.nbytes)
        self._session.native.unstage(self.offset + offset, data, 0, data.nbytes)

    def _check(self, offset: int, nbytes: int) -> None:
        if offset < 0 or offset + nbytes > self.nbytes:
            raise ValueError(
                f"{nbytes} bytes at {offset} do not lie in {self.nbytes} of the copy"
            )

    def __del__(self) -> None:
        with suppress(errors.Error):
            self._session.arena.done(self._slot)  # keep_until: no launch uses it


class _HostFunction:
    """A host node's function: kept as long as the graph or an executable form is."""

    def __init__(self, session: SessionCore, function: Callable[[], Any]) -> None:
        self._session = session
        self.token = session.callbacks.keep(function)

    def __del__(self) -> None:
        self._session.callbacks.release(self.token)


class Node:
    """A node of a graph. number: from 0, in the order made. host: of a copy between
    host and device, the host's side."""

    __slots__ = ("graph", "host", "kind", "number")

    def __init__(
        self, graph: GraphCore, number: int, kind: str, host: HostMemory | None = None
    ) -> None:
        self.graph = graph
        self.number = number
        self.kind = kind
        self.host = host

    def __repr__(self) -> str:
        return f"<node {self.number}: {self.kind}>"


class _Part:
    """What one node names. kept: buffers, host memory, host functions; events: recorded
    by each launch."""

    __slots__ = ("events", "host_functions", "kept")

    def __init__(self) -> None:
        self.kept: list[Any] = []
        self.events: list[EventCore] = []
        self.host_functions = 0

    def add(self, other: _Part) -> None:
        self.kept += other.kept
        self.events += other.events
        self.host_functions += other.host_functions


class _Contents:
    """What a graph's nodes name, by their numbers. An update of one node replaces its
    part; a child's nodes are one part of the parent."""

    def __init__(self) -> None:
        self.parts: dict[int, _Part] = {}

    def of(self, number: int) -> _Part:
        return self.parts.setdefault(number, _Part())

    def all(self) -> _Part:
        whole = _Part()
        for part in self.parts.values():
            whole.add(part)
        return whole

    def copy(self) -> _Contents:
        made = _Contents()
        for number, part in self.parts.items():
            made.of(number).add(part)
        return made


class GraphCore(StreamHandle):
    """A graph under construction. Nodes run once all those given as `after` have."""

    _session: SessionCore

    def __init__(self, session: SessionCore) -> None:
        handle = session.graphs.make()
        super().__init__(handle)
        self._session = session
        self._open = True
        self._broken = ""
        self._after: list[tuple[int, ...]] = []
        self.nodes: list[Node] = []
        self.contents = _Contents()
        self._lock = threading.RLock()
        session.native.graph_create(handle)

    def __len__(self) -> int:
        return len(self.nodes)

    # ------------------------------------------------ nodes

    def add_kernel(
        self,
        function: FunctionHandle,
        grid: Any,
        block: Any,
        args: Any = (),
        shared_bytes: int = 0,
        *,
        after: Iterable[Node] = (),
        attributes: bytes = b"",
    ) -> Node:
        """A launch; arguments as Function.launch takes them."""
        function.pack_args(args)  # what is wrong with them is said before anything left
        return self._add(
            "kernel",
            after,
            lambda: function.launch(grid, block, args, shared_bytes, self, attributes),
            [value for value in args if isinstance(value, Address)],
        )

    def add_fill(
        self,
        buffer: BufferCore,
        value: int,
        width: int = 1,
        *,
        offset: int = 0,
        count: int | None = None,
        after: Iterable[Node] = (),
    ) -> Node:
        """Set elements of `width` (1, 2 or 4) bytes, all that fit by default."""
        if width not in (1, 2, 4):
            raise ValueError(f"width {width}: 1, 2 or 4 bytes")
        if count is None:
            count = (buffer.nbytes - offset) // width
        buffer._check(offset, count * width)
        fields = (buffer.address + offset, value & ((1 << 8 * width) - 1), width, count)
        native = self._session.native
        return self._add(
            "fill", after, lambda: native.memset(self.handle, *fields), [buffer]
        )

    def add_copy(
        self,
        destination: BufferCore,
        source: BufferCore,
        nbytes: int | None = None,
        *,
        offset: int = 0,
        source_offset: int = 0,
        after: Iterable[Node] = (),
    ) -> Node:
        """Copy between buffers: what both hold behind the offsets by default."""
        if nbytes is None:
            nbytes = min(destination.nbytes - offset, source.nbytes - source_offset)
        destination._check(offset, nbytes)
        source._check(source_offset, nbytes)
        to, start = destination.address + offset, source.address + source_offset
        native = self._session.native
        return self._add(
            "copy",
            after,
            lambda: native.copy_d2d(self.handle, to, start, nbytes),
            [destination, source],
        )

    def add_event_record(self, event: EventCore, *, after: Iterable[Node] = ()) -> Node:
        """Record an event in each launch; streams outside may wait for it."""
        native = self._session.native
        node = self._add(
            "event record",
            after,
            lambda: native.event_record(self.handle, event.handle),
            [event],
        )
        self.contents.of(node.number).events.append(event)
        return node

    def add_event_wait(self, event: EventCore, *, after: Iterable[Node] = ()) -> Node:
        """Wait, in each launch, for the record the event has when that is submitted."""
        native = self._session.native
        return self._add(
            "event wait",
            after,
            lambda: native.stream_wait(self.handle, event.handle, 0),
            [event],
        )

    def add_callback(
        self, function: Callable[[], Any], *, after: Iterable[Node] = ()
    ) -> Node:
        """Run a function of this process in each launch; see Stream.add_callback."""
        kept = _HostFunction(self._session, function)
        native = self._session.native
        node = self._add(
            "host",
            after,
            lambda: native.host_function(self.handle, kept.token),
            [kept],
        )
        self.contents.of(node.number).host_functions += 1
        return node

    def add_child(self, graph: GraphCore, *, after: Iterable[Node] = ()) -> Node:
        """All of another graph, as it is now."""
        if graph is self:
            raise ValueError("a graph cannot be its own child")
        graph._check_open()
        native = self._session.native
        node = self._add(
            "child", after, lambda: native.graph_child(self.handle, graph.handle), []
        )
        self.contents.of(node.number).add(graph.contents.all())
        return node

    def add_empty(self, *, after: Iterable[Node] = ()) -> Node:
        """A node that does nothing: where branches join."""
        native = self._session.native
        return self._add("empty", after, lambda: native.graph_empty(self.handle), [])

    def add_copy_from_steps(
        self, buffer: BufferCore, array: Any, offset: int, after: Iterable[Node]
    ) -> Steps[Node]:
        data = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
        buffer._check(offset, data.nbytes)
        host = yield from self._host_memory(data.nbytes)
        host.write(data)
        native = self._session.native
        return self._add(
            "copy to device",
            after,
            lambda: native.copy_h2d(
                self.handle, buffer.address + offset, host.offset, data.nbytes
            ),
            [buffer, host],
            host,
        )

    def add_copy_to_steps(
        self, buffer: BufferCore, nbytes: int | None, offset: int, after: Iterable[Node]
    ) -> Steps[Node]:
        size = buffer.nbytes - offset if nbytes is None else nbytes
        buffer._check(offset, size)
        host = yield from self._host_memory(size)
        native = self._session.native
        return self._add(
            "copy to host",
            after,
            lambda: native.copy_d2h(
                self.handle, host.offset, buffer.address + offset, size
            ),
            [buffer, host],
            host,
        )

    def _host_memory(self, nbytes: int) -> Steps[HostMemory]:
        if not 0 < nbytes <= PIECE_BYTES:
            raise ValueError(
                f"{nbytes} bytes: a copy node between host and device has 1 to "
                f"{PIECE_BYTES}; add one for each part"
            )
        slot = yield from self._session.arena.take(nbytes)
        return HostMemory(self._session, slot)

    def _add(
        self,
        kind: str,
        after: Iterable[Node],
        emit: Callable[[], object],
        keep: list[Any],
        host: HostMemory | None = None,
    ) -> Node:
        numbers = sorted({self._number(node) for node in after})
        return self._add_numbers(kind, numbers, emit, keep, host)

    def _add_numbers(
        self,
        kind: str,
        numbers: list[int],
        emit: Callable[[], object],
        keep: list[Any],
        host: HostMemory | None = None,
    ) -> Node:
        with self._lock:
            self._check_open()
            try:
                for at in range(0, len(numbers), _DEPENDS_MAX):
                    part = numbers[at : at + _DEPENDS_MAX]
                    packed = struct.pack(f"<{len(part)}I", *part)
                    self._session.native.graph_depend(self.handle, packed)
                emit()
            except BaseException as problem:
                self._broken = f"node {len(self.nodes)} ({kind}): {problem}"
                raise
            node = Node(self, len(self.nodes), kind, host)
            self.nodes.append(node)
            self._after.append(tuple(numbers))
            if keep:
                self.contents.of(node.number).kept += keep
            return node

    def _number(self, node: Node) -> int:
        if not isinstance(node, Node):
            raise TypeError(f"after: {node!r} is no node")
        if node.graph is not self:
            raise ValueError(f"{node!r} belongs to another graph")
        return node.number

    def _check_open(self) -> None:
        if not self._open:
            raise ValueError("the graph was closed")
        if self._broken:
            raise ValueError(f"the graph is unusable since {self._broken}")

    def before(self, numbers: Iterable[int]) -> set[int]:
        """The given nodes and all that come before them."""
        found: set[int] = set()
        waiting = list(numbers)
        while waiting:
            number = waiting.pop()
            if number not in found:
                found.add(number)
                waiting.extend(self._after[number])
        return found

    # ------------------------------------------------ what is made of it

    def instantiate_steps(self) -> Steps[Any]:
        self._check_open()
        session = self._session
        handle = session.graph_execs.make()
        name = "cuGraphInstantiate"
        fields = {"graph": self.handle, "exec": handle}
        try:
            reply = checked((yield Call(wire.GraphInstantiate, fields, name)), name)
        except errors.CudaError:
            session.graph_execs.release(handle)
            raise
        return session.graph_exec_type(
            session, handle, self.contents.copy(), reply.segments, reply.bytes
        )

    def close(self) -> None:
        """Forget the graph; what was instantiated from it stays."""
        with self._lock:
            if not self._open:
                return
            self._open = False
            self._session.native.graph_destroy(self.handle)
            self._session.graphs.release(self.handle)
            self.contents = _Contents()

    def __del__(self) -> None:
        if getattr(self, "_open", False) and not self._session.native.lost:
            with suppress(errors.Error):  # lost meanwhile
                self.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if not self._session.native.lost:
            self.close()


class GraphExecCore:
    """An executable graph. segments: pieces in which the broker launches it;
    broker_bytes: memory that it takes there."""

    _session: SessionCore

    def __init__(
        self,
        session: SessionCore,
        handle: int,
        contents: _Contents,
        segments: int,
        broker_bytes: int,
    ) -> None:
        self._session = session
        self.handle = handle
        self.segments = segments
        self.broker_bytes = broker_bytes
        self._adopt(contents)
        self._launched: dict[int, int] = {}  # stream handle -> last launch there
        self._open = True

    def _adopt(self, contents: _Contents) -> None:
        """What the next launch uses; launches before it may still use what was."""
        whole = contents.all()
        self._contents = contents
        self._events, self._host_functions = whole.events, whole.host_functions

    def launch(self, stream: StreamCore | None = None) -> int:
        """Submit one launch; returns its sequence number. Does not wait.

        Launches of one executable graph follow each other, whatever their streams.
        """
        if not self._open:
            raise ValueError("the executable graph was closed")
        session = self._session
        if stream is not None and stream.capture is not None:
            raise stream.capture.failed(
                CAPTURE_UNSUPPORTED,
                "cuGraphLaunch",
                "add the graph with add_child instead of launching it in a capture",
            )
        handle = session.stream_handle(stream)
        where = session.default_stream if stream is None else stream
        if self._host_functions:
            session.callbacks.expect(where.line, self._host_functions)
        seq = session.native.graph_launch(handle, self.handle)
        if self._host_functions:
            session.native.flush()
        for event in self._events:
            event._recorded = (where, seq)
        self._launched[handle] = seq
        return seq

    def update_steps(self, graph: GraphCore, node: Node | None) -> Steps[None]:
        graph._check_open()
        name = "cuGraphExecUpdate" if node is None else "cuGraphExecNodeSetParams"
        number = wire.GRAPH_NODE_ALL if node is None else node.number
        fields = {"exec": self.handle, "graph": graph.handle, "node": number}
        reply = yield Call(wire.GraphUpdate, fields, name)
        if reply.result:
            raise errors.GraphUpdateError(
                reply.result, name, reply.message, reply.update_result, reply.node
            )
        old, new = self._contents, graph.contents.copy()
        if node is not None:
            new.parts = {**old.parts, node.number: new.all()}
        self._adopt(new)
        self._session.keep_until(old, self._launched)

    def close(self) -> None:
        """Forget it; launches submitted before still run."""
        if not self._open:
            return
        self._open = False
        self._session.native.graph_exec_destroy(self.handle)
        self._session.graph_execs.release(self.handle)
        self._session.keep_until(self._contents, self._launched)
        self._adopt(_Contents())

    def __del__(self) -> None:
        if getattr(self, "_open", False) and not self._session.native.lost:
            with suppress(errors.Error):  # lost meanwhile
                self.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if not self._session.native.lost:
            self.close()


# ---------------------------------------------------------------- capture


class Capture:
    """One capture under way: its streams, and the nodes that their next one follows.

    A stream joins by waiting for an event recorded in the capture; at the end each must
    have been joined back into the origin. An error invalidates the capture: nothing
    more is taken, and its end says so.
    """

    def __init__(self, graph: GraphCore, origin: StreamCore) -> None:
        self.graph = graph
        self.origin = origin
        self.over = False
        self._latest: dict[StreamCore, set[int]] = {origin: set()}
        self._problem: errors.CudaError | None = None
        origin.capture = self

    # What objects.py asks of a stream that is captured.

    def add(
        self,
        stream: StreamCore,
        kind: str,
        emit: Callable[[int], object],
        keep: list[Any],
        host: HostMemory | None = None,
    ) -> int:
        """A node after what the stream holds; emit is given the graph's handle."""
        self._check()
        graph = self.graph
        numbers = sorted(self._latest[stream])
        node = graph._add_numbers(kind, numbers, lambda: emit(graph.handle), keep, host)
        self._latest[stream] = {node.number}
        return node.number

    def launch(
        self,
        stream: StreamCore,
        function: FunctionHandle,
        grid: Any,
        block: Any,
        args: Any,
        shared_bytes: int,
        attributes: bytes,
    ) -> int:
        function.pack_args(args)
        return self.add(
            stream,
            "kernel",
            lambda _: function.launch(
                grid, block, args, shared_bytes, self.graph, attributes
            ),
            [value for value in args if isinstance(value, Address)],
        )

    def add_callback(self, stream: StreamCore, function: Callable[[], Any]) -> None:
        kept = _HostFunction(self.graph._session, function)
        native = self.graph._session.native
        number = self.add(
            stream,
            "host",
            lambda handle: native.host_function(handle, kept.token),
            [kept],
        )
        self.graph.contents.of(number).host_functions += 1

    def record(self, stream: StreamCore, event: EventCore) -> None:
        self._check()
        event._captured = (self, frozenset(self._latest[stream]))

    def wait(self, stream: StreamCore, event: EventCore) -> None:
        """The stream's next node comes after the event's; the stream may join here."""
        self._check()
        captured = event._captured
        if captured is None or captured[0] is not self:
            if captured is not None and not captured[0].over:
                raise self.failed(
                    CAPTURE_MERGE, "cuStreamWaitEvent", "two captures would become one"
                )
            raise self.failed(
                CAPTURE_ISOLATION,
                "cuStreamWaitEvent",
                "the event was not recorded in this capture",
            )
        self._latest.setdefault(stream, set()).update(captured[1])
        stream.capture = self

    def failed(self, result: int, name: str, text: str) -> errors.CudaError:
        """The error to raise; the capture is invalid from here on."""
        error = errors.CudaError(result, name, text)
        if self._problem is None:
            self._problem = error
        return error

    def refuse(self, name: str) -> errors.CudaError:
        return self.failed(
            CAPTURE_UNSUPPORTED, name, "it cannot be done while the stream is captured"
        )

    def _check(self) -> None:
        if self._problem is not None:
            raise errors.CudaError(
                CAPTURE_INVALIDATED,
                "cuStreamBeginCapture",
                f"the capture ended with: {self._problem}",
            )

    def is_blocking(self) -> bool:
        return any(not stream.non_blocking for stream in self._latest)

    def end(self) -> None:
        """Streams are streams again. Raises: CudaError for what is invalid or loose."""
        self.over = True
        for stream in self._latest:
            stream.capture = None
        self._check()
        reached = self.graph.before(self._latest[self.origin])
        for latest in self._latest.values():
            if not latest <= reached:
                raise errors.CudaError(
                    CAPTURE_UNJOINED,
                    "cuStreamEndCapture",
                    "a stream was forked into the capture and not joined: let the "
                    "origin wait for an event recorded on it",
                )


def join_capture(stream: StreamCore, event: EventCore) -> bool:
    """A wait outside a capture for an event inside one pulls the stream in."""
    captured = event._captured
    if captured is None:
        return False
    capture = captured[0]
    if capture.over:
        raise errors.CudaError(
            CAPTURED_EVENT, "cuStreamWaitEvent", "the event was recorded in a capture"
        )
    if stream.handle == stream._session.default_stream.handle:
        raise capture.failed(
            CAPTURE_IMPLICIT, "cuStreamWaitEvent", "the default stream cannot join"
        )
    capture.wait(stream, event)
    return True


@contextmanager
def capturing(
    session: SessionCore, stream: StreamCore, graph: GraphCore
) -> Iterator[Any]:
    """Capture a stream into the graph until the block ends."""
    if stream._session is not session:
        raise ValueError("the stream belongs to another session")
    name = "cuStreamBeginCapture"
    if stream.handle == session.default_stream.handle:
        raise errors.CudaError(
            CAPTURE_UNSUPPORTED, name, "the default stream cannot be captured"
        )
    if stream.capture is not None:
        raise stream.capture.failed(CAPTURE_UNSUPPORTED, name, "it is captured already")
    capture = Capture(graph, stream)
    session.captures.append(capture)
    session.guard_legacy()
    try:
        yield graph
    except BaseException:
        with suppress(errors.CudaError):
            capture.end()
        graph.close()
        raise
    else:
        try:
            capture.end()
        except errors.CudaError:
            graph.close()
            raise
    finally:
        session.captures.remove(capture)
        session.guard_legacy()
