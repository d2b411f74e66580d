"""Executable graphs: launched, updated whole or by the node, closed.

Decides what an executable form keeps of its graph, and until when. Must never know
whether its user blocks or awaits: `blocking.py` and `aio.py` derive the public classes.

Source: CUDA driver API, "Graph Management".
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Self

from broker.wire.gen import messages as wire
from client import errors
from client.core import Call, Steps
from client.graph_contents import Contents

if TYPE_CHECKING:
    from client.graphs import GraphCore, Node
    from client.objects import StreamCore
    from client.session import SessionCore


class GraphExecCore:
    """An executable graph. segments: pieces in which the broker launches it;
    broker_bytes: memory that it takes there."""

    _session: SessionCore

    def __init__(
        self,
        session: SessionCore,
        handle: int,
        contents: Contents,
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

    def _adopt(self, contents: Contents) -> None:
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
            raise stream.capture.refuse(
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
        self._adopt(Contents())

    def __del__(self) -> None:
        if getattr(self, "_open", False) and not self._session.native.lost:
            with suppress(errors.Error):  # lost meanwhile
                self.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if not self._session.native.lost:
            self.close()
