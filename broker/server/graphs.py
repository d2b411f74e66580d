"""A session's executable graphs: the calls that make and change them, and their end.

Decides when native graphs are made and closed: always on the control thread, and the
answer comes after, so that a launch never waits for an instantiation in its stream (the
call has to be answered anyway, with the node at fault). What goes over all nodes of a
graph takes the loop a portion at a time (`longwork.py`), what goes over all its native
graphs the control thread: others' calls come between. A form that the device refuses
is given up whole, and an update leaves the form there was; a result that says that the
context is gone is told as a fault. What native graphs take of the device, as estimated,
counts against the tenant's quota from before they are made until they are closed; runs,
which the tenant has not asked for, take a small part of what is left, or are not made.
It must never know how a graph is cut or issued (`device/graph.c`,
`device/worker_graphs.c`). `session.py` has one.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from broker.device._worker import GraphForm, GraphRefused, GraphRuns
from broker.device.backend import Lane
from broker.device.memory import MemoryRefused
from broker.server.calls import INVALID_HANDLE, Calls, Handler
from broker.server.portions import PORTION_NS
from broker.wire.gen import messages as wire

if TYPE_CHECKING:
    from broker.server.session import Session

# Cut nowhere but where an operation of its own must be.
_NO_LIMIT = ((1 << 64) - 1, (1 << 32) - 1)
_UPDATE_ERROR = 1  # CUgraphExecUpdateResult
# How long a call that finds no room waits for launches of what was destroyed.
_ROOM_SECONDS = 0.1
# All runs may take one part in so many of what the tenant would have left without them.
_RUNS_PART = 16
# Native graphs that one job of the control thread is handed to close.
_CLOSED_AT_ONCE = 256

Natives = list[tuple[int, int]]  # native graphs, what each is charged
R = TypeVar("R")


class GraphCalls(Calls):
    """Every method belongs to the loop's thread."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        config = self.services.graphs
        off = config.segments == "off"
        self._limits = (
            _NO_LIMIT if off else (config.segment_ns_max, config.segment_nodes_max)
        )
        self._unused = False  # forms were given up since they were last reaped
        self._reaping: asyncio.Task[None] | None = None
        self._hot = False  # forms may want runs that have none
        self._merging: asyncio.Task[None] | None = None
        self._kept_from_runs = 0
        self._bounds = (
            config.bytes_max,
            config.native_graph_bytes,
            config.native_node_bytes,
            0 if off else config.runs_after,
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
        """Make the form, then let the handle name it. Raises: GraphRefused.

        Whatever goes wrong, the form is given up: nobody else knows what it has of the
        device. Not where the loop is at its end (a cancellation): the control thread
        may be at work on it.
        """
        session, charged = self.session, False
        try:
            while await self._piece(partial(self._prepare_more, form)):
                pass
            await self._charge(form.device_bytes)
            charged = True
            realize = partial(form.realize, PORTION_NS)
            while await session.control(Lane.CONTROL, realize):
                self._check_open()
            if not session.closing and session.worker.publish_graph(
                session.sid, handle, form, update
            ):
                return
            raise _refused(INVALID_HANDLE, "the graph_exec is not there")
        except Exception as problem:
            if isinstance(problem, GraphRefused):
                session.worker.tell_fault(session.sid, problem.result)
            session.worker.give_up_graph(session.sid, form, charged)
            self.idle()
            await self._reaped()
            raise

    async def _piece(self, work: Callable[[], R]) -> R:
        return await self.services.long_work.run(work)

    def _prepare_more(self, form: GraphForm) -> bool:
        self._check_open()
        session = self.session
        return bool(session.worker.prepare_more(session.sid, form))

    def _check_open(self) -> None:
        """Raises: GraphRefused: the session ends, nobody wants the rest of a form."""
        if self.session.closing:
            raise _refused(INVALID_HANDLE, "the session has ended")

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
        await self._reaped()

    async def _close(self, natives: Natives) -> None:
        for start in range(0, len(natives), _CLOSED_AT_ONCE):
            left = natives[start : start + _CLOSED_AT_ONCE]
            while left:
                job = partial(self.session.worker.close_graphs, left, PORTION_NS)
                closed, result = await self.session.control(Lane.CONTROL, job)
                if result:
                    self._not_closed(result)
                self._refund(sum(nbytes for _, nbytes in left[:closed]))
                left = left[closed:]

    def _not_closed(self, result: int) -> None:
        """Of a native graph; it is charged no more, as nobody can try again."""
        session = self.session
        if not session.worker.tell_fault(session.sid, result):
            session.log.warning(
                "session %d: native graphs are not closed: CUresult %d",
                session.sid,
                result,
            )

    def _refund(self, nbytes: int) -> None:
        self._charged_bytes -= nbytes
        self.session.arena.quota.refund(nbytes)

    # ----------------------------------------------------------------- runs
    def hot(self) -> None:
        """Forms are launched so often, by who is alone, that runs are worth it."""
        self._hot = True
        if self._merging is None and self._may_merge:
            self._merging = self.services.loop.create_task(self._merge())

    @property
    def _may_merge(self) -> bool:
        return not self.session.closing and not self._kept_from_runs

    @asynccontextmanager
    async def without_runs(self) -> AsyncIterator[None]:
        """Nobody makes runs: the functions that they launch may be unloaded."""
        self._kept_from_runs += 1
        try:
            await self._merged()
            yield
        finally:
            self._kept_from_runs -= 1
            if self._hot:
                self.hot()

    async def _merged(self) -> None:
        if self._merging is not None:
            await asyncio.wait({self._merging})

    async def _merge(self) -> None:
        session = self.session
        try:
            while self._hot and self._may_merge:
                self._hot = False
                while self._may_merge and (
                    runs := session.worker.hot_graph(session.sid)
                ):
                    await self._make_runs(runs)
                self._hot = self._hot or not self._may_merge
        finally:
            self._merging = None

    def _charged_runs(self, runs: GraphRuns) -> bool:
        """Whether there is room for them; then they are charged."""
        quota = self.session.arena.quota
        taken = self.session.worker.graph_usage(self.session.sid)["runs_device_bytes"]
        if (taken + runs.device_bytes) * _RUNS_PART > quota.left + taken:
            return False
        try:
            quota.charge(runs.device_bytes)
        except MemoryRefused:
            return False
        self._charged_bytes += runs.device_bytes
        return True

    async def _make_runs(self, runs: GraphRuns) -> None:
        """Publish them, or leave the form without: its segments do the same."""
        session = self.session
        if not self._charged_runs(runs):
            session.worker.drop_runs(session.sid, runs)
            return
        try:
            realize = partial(runs.realize, PORTION_NS)
            while await session.control(Lane.CONTROL, realize):
                self._check_merging()
            self._check_merging()
        except Exception as problem:
            if isinstance(problem, GraphRefused):
                session.worker.tell_fault(session.sid, problem.result)
            session.log.info("session %d: no runs of graphs: %s", session.sid, problem)
            await self._close(session.worker.drop_runs(session.sid, runs))
            return
        session.worker.publish_runs(session.sid, runs)

    def _check_merging(self) -> None:
        """Raises: GraphRefused."""
        self._check_open()
        if self._kept_from_runs:
            raise _refused(INVALID_HANDLE, "code is being unloaded")

    # -------------------------------------------------------------- the end
    def idle(self) -> None:
        """Forms that were destroyed or replaced are launched by nobody any more."""
        self._unused = True
        if self._reaping is None:
            self._reaping = self.services.loop.create_task(self._reap())

    async def _reap(self) -> None:
        try:
            while self._unused and not self.session.worker_done:
                self._unused = False
                while await self._reap_some():
                    pass
        finally:
            self._reaping = None

    async def _reap_some(self, *, all: bool = False) -> bool:
        """Forget a portion; whether there is more to forget."""
        session = self.session
        work = partial(session.worker.reap_graphs, session.sid, all)
        natives, more = await self._piece(work)
        await self._close(natives)
        return bool(more)

    async def _reaped(self) -> None:
        if self._reaping is not None:
            await asyncio.wait({self._reaping})

    async def tear_down(self) -> None:
        """After the last call, before the worker forgets the session: nothing of it is
        in flight."""
        await self._merged()
        await self._reaped()
        while await self._reap_some(all=True):
            pass

    def usage(self) -> dict[str, int]:
        """bytes, forms, segments, nodes, runs of what is instantiated now;
        device_bytes: what that is charged, runs_device_bytes of it for runs."""
        session, charged = self.session, {"device_bytes": self._charged_bytes}
        if session.worker_done:
            names = ("bytes", "forms", "segments", "nodes", "runs", "runs_device_bytes")
            return dict.fromkeys(names, 0) | charged
        usage: dict[str, int] = session.worker.graph_usage(session.sid)
        return usage | charged


def _refused(result: int, why: str) -> GraphRefused:
    return GraphRefused(result, wire.GRAPH_NODE_ALL, _UPDATE_ERROR, why)


def _why(problem: GraphRefused) -> str:
    where = "" if problem.node == wire.GRAPH_NODE_ALL else f"node {problem.node}: "
    return f"{where}{problem}"
