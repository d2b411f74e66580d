"""A session's executable graphs: the calls that make and change them, and their end.

Decides when native graphs are made and closed: always on the control thread, and the
answer comes after, so that a launch never waits for an instantiation in its stream (the
call has to be answered anyway, with the node at fault). It must never know how a graph
is cut or issued (`device/graph.c`, `device/worker_graphs.c`). `session.py` has one.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any

from broker.device._worker import GraphForm, GraphRefused
from broker.device.backend import Lane
from broker.server.calls import INVALID_HANDLE, Calls, Handler
from broker.wire.gen import messages as wire

if TYPE_CHECKING:
    from broker.server.session import Session

# Cut nowhere but where an operation of its own must be.
_NO_LIMIT = ((1 << 64) - 1, (1 << 32) - 1)


class GraphCalls(Calls):
    """Every method belongs to the loop's thread."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        config = self.services.graphs
        off = config.segments == "off"
        self._limits = (
            _NO_LIMIT if off else (config.segment_ns_max, config.segment_nodes_max)
        )
        self._last: list[int] = []  # native graphs to close at the session's end
        self._closing: set[Any] = set()
        self._bytes_max = config.bytes_max

    def opened(self) -> None:
        """The worker knows the session."""
        self.session.worker.limit_graphs(self.session.sid, self._bytes_max)

    def handlers(self) -> dict[type, Handler]:
        return {
            wire.GraphInstantiate: self._instantiate,
            wire.GraphUpdate: self._update,
        }

    async def _instantiate(self, call: wire.GraphInstantiate) -> wire.GraphInstantiated:
        session = self.session
        try:
            form = session.worker.prepare_graph(
                session.sid, call.graph, call.exec, *self._limits
            )
            await self._realize(call.exec, form, update=False)
        except GraphRefused as problem:
            session.tenant.usage.calls_refused += 1
            return wire.GraphInstantiated(
                call.call, problem.result, _why(problem), problem.node
            )
        return wire.GraphInstantiated(
            call.call,
            0,
            segments=form.segment_count,
            bytes=form.bytes,
        )

    async def _update(self, call: wire.GraphUpdate) -> wire.GraphUpdated:
        session = self.session
        try:
            form = session.worker.prepare_graph_update(
                session.sid, call.exec, call.graph, call.node
            )
            await self._realize(call.exec, form, update=True)
        except GraphRefused as problem:
            session.tenant.usage.calls_refused += 1
            return wire.GraphUpdated(
                call.call,
                problem.result,
                _why(problem),
                problem.node,
                problem.update_result,
            )
        return wire.GraphUpdated(
            call.call, 0, update_result=0, segments=form.made_count
        )

    async def _realize(self, handle: int, form: GraphForm, *, update: bool) -> None:
        """Make what is missing, then let the handle name it. Raises: GraphRefused."""
        session = self.session
        try:
            await session.control(Lane.CONTROL, form.realize)
        except GraphRefused:
            await self._close(form.discard())
            raise
        if not session.closing and session.worker.publish_graph(
            session.sid, handle, form, update
        ):
            return
        await self._close(form.discard())
        raise GraphRefused(
            INVALID_HANDLE, wire.GRAPH_NODE_ALL, 1, "the graph_exec is not there"
        )

    async def _close(self, natives: list[int]) -> None:
        if natives:
            job = partial(self.session.worker.close_graphs, natives)
            await self.session.control(Lane.CONTROL, job)

    # -------------------------------------------------------------- the end
    def idle(self) -> None:
        """Forms that were destroyed or replaced are launched by nobody any more."""
        session = self.session
        if session.worker_done:
            return
        natives = session.worker.reap_graphs(session.sid)
        if natives:
            task = self.services.loop.create_task(self._close(natives))
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    def worker_closed(self) -> None:
        """Before the worker forgets the session."""
        session = self.session
        self._last = session.worker.reap_graphs(session.sid, all=True)

    async def tear_down(self) -> None:
        """After the last call: nothing of the session is in flight."""
        natives, self._last = self._last, []
        await self._close(natives)
        if self._closing:
            await asyncio.wait(set(self._closing))

    def usage(self) -> dict[str, int]:
        """bytes, forms, segments, nodes of what is instantiated now."""
        session = self.session
        if session.worker_done:
            return {"bytes": 0, "forms": 0, "segments": 0, "nodes": 0}
        usage: dict[str, int] = session.worker.graph_usage(session.sid)
        return usage


def _why(problem: GraphRefused) -> str:
    where = "" if problem.node == wire.GRAPH_NODE_ALL else f"node {problem.node}: "
    return f"{where}{problem}"
