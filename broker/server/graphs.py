"""A session's executable graphs: the calls that make and change them, and their end.

Decides when native graphs are made and closed: always on the control thread, and the
answer comes after, so that a launch never waits for an instantiation in its stream (the
call has to be answered anyway, with the node at fault). What they take of the device,
as estimated, counts against the tenant's quota from before they are made until they are
closed. It must never know how a graph is cut or issued (`device/graph.c`,
`device/worker_graphs.c`). `session.py` has one.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from broker.device._worker import GraphForm, GraphRefused
from broker.device.backend import Lane
from broker.device.memory import MemoryRefused
from broker.server.calls import INVALID_HANDLE, Calls, Handler
from broker.wire.gen import messages as wire

if TYPE_CHECKING:
    from broker.server.session import Session

# Cut nowhere but where an operation of its own must be.
_NO_LIMIT = ((1 << 64) - 1, (1 << 32) - 1)
_UPDATE_ERROR = 1  # CUgraphExecUpdateResult
# How long a call that finds no room waits for launches of what was destroyed.
_ROOM_SECONDS = 0.1

Natives = list[tuple[int, int]]  # native graphs, what each is charged


class GraphCalls(Calls):
    """Every method belongs to the loop's thread."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        config = self.services.graphs
        off = config.segments == "off"
        self._limits = (
            _NO_LIMIT if off else (config.segment_ns_max, config.segment_nodes_max)
        )
        self._last: Natives = []  # to close at the session's end
        self._closing: set[Any] = set()
        self._bounds = (
            config.bytes_max,
            config.native_graph_bytes,
            config.native_node_bytes,
        )
        self._charged_bytes = 0

    def opened(self) -> None:
        """The worker knows the session."""
        self.session.worker.limit_graphs(self.session.sid, *self._bounds)

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
            await self._charge(form.device_bytes)
        except GraphRefused:
            # What it shares may be its own by now, and was charged for another.
            await self._close([native for native in form.discard() if native[0]])
            raise
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
        raise _refused(INVALID_HANDLE, "the graph_exec is not there")

    async def _charge(self, nbytes: int) -> None:
        """Raises: GraphRefused: the quota has less left."""
        quota = self.session.arena.quota
        if nbytes > quota.left:
            await self._make_room()
        try:
            quota.charge(nbytes)
        except MemoryRefused as problem:
            raise _refused(problem.result, f"native graphs: {problem}") from None
        self._charged_bytes += nbytes

    async def _make_room(self) -> None:
        """What was destroyed before this call may still be launched, or not given back
        yet. Work that waits for what the tenant does after this call is not waited for.
        """
        session = self.session
        with suppress(TimeoutError):
            async with asyncio.timeout(_ROOM_SECONDS):
                await session.retired(session.pages.accepted_seq)
        self.idle()
        if self._closing:
            await asyncio.wait(set(self._closing))

    async def _close(self, natives: Natives) -> None:
        if natives:
            job = partial(self.session.worker.close_graphs, natives)
            await self.session.control(Lane.CONTROL, job)
            nbytes = sum(nbytes for _, nbytes in natives)
            self._charged_bytes -= nbytes
            self.session.arena.quota.refund(nbytes)

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
        """bytes, forms, segments, nodes of what is instantiated now; device_bytes: what
        that is charged."""
        session, charged = self.session, {"device_bytes": self._charged_bytes}
        if session.worker_done:
            return {"bytes": 0, "forms": 0, "segments": 0, "nodes": 0} | charged
        usage: dict[str, int] = session.worker.graph_usage(session.sid)
        return usage | charged


def _refused(result: int, why: str) -> GraphRefused:
    return GraphRefused(result, wire.GRAPH_NODE_ALL, _UPDATE_ERROR, why)


def _why(problem: GraphRefused) -> str:
    where = "" if problem.node == wire.GRAPH_NODE_ALL else f"node {problem.node}: "
    return f"{where}{problem}"
