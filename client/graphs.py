"""CUDA graphs, built node by node.

Decides what each node asks of the broker: an operation whose stream is the graph's
handle. Must never know whether its user blocks or awaits: `blocking.py` and `aio.py`
derive the public classes. Called by those and by `capture.py`, whose nodes come from
streams; what is made of a graph is `graph_execs.py`'s.

Source: CUDA driver API, "Graph Management".
"""

from __future__ import annotations

import struct
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from broker.wire.gen import messages as wire
from client import errors
from client._native import Address, FunctionHandle, StreamHandle
from client.arena import PIECE_BYTES
from client.core import Call, Steps, checked
from client.graph_contents import Contents, HostFunction, HostMemory

if TYPE_CHECKING:
    from client.objects import BufferCore, EventCore
    from client.session import SessionCore

_DEPENDS_MAX = wire.GRAPH_DEPENDS_BYTES_MAX // 4


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
        self.contents = Contents()
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
        kept = HostFunction(self._session, function)
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
        return self.add_after(kind, numbers, emit, keep, host)

    def add_after(
        self,
        kind: str,
        numbers: list[int],
        emit: Callable[[], object],
        keep: list[Any],
        host: HostMemory | None = None,
    ) -> Node:
        """A node after those of the given numbers; emit submits what it does."""
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
            self.contents = Contents()

    def __del__(self) -> None:
        if getattr(self, "_open", False) and not self._session.native.lost:
            with suppress(errors.Error):  # lost meanwhile
                self.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if not self._session.native.lost:
            self.close()
