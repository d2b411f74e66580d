"""A trace of a running broker: what was issued when, and what was decided about it.

Decides what is collected while a trace runs and how it leaves: in parts, a few every
period, none of them kept longer than it takes to send it. Workers write what retires
into rings (worker_trace.c) and the pump tells its decisions to a tap; both are off
otherwise. What finds no room is counted, never waited for. It must never know how a
trace is drawn (`perfetto.py`) or sockets: `admin.py` sends the parts.

A part is a dict of plain values:

    about       once: version, device, policy, names of kinds and of decisions' fields,
                and where the broker's clock begins: device time since CLOCK_MONOTONIC
                was clock_origin_ns, divided by time_dilation
    sessions    [[session, tenant, class], ...] that are new
    functions   [[session, device pointer, name], ...] that are new
    entries     [base64 of xw_trace_entry records, ...]
    decisions   [[device ns, name, values], ...], and the stimuli that explain them
    lost        entries and decisions that found no room so far
"""

from __future__ import annotations

import asyncio
import base64
from collections import deque
from collections.abc import AsyncGenerator, Iterator, Sequence
from typing import Any

from broker.sched import decisions as dec
from broker.sched import stimuli as sti

PERIOD_SECONDS = 0.02
ENTRIES_OF_A_PART = 1024  # 0.2 ms of the loop's time; others have their turn between
PARTS_OF_A_RING = 32  # a full one
DECISIONS_KEPT = 16384
# A worker that does not say that its ring is complete is not waited for any longer.
FAREWELL_SECONDS = 1.0
SECONDS_MAX = 3600.0

# Which stimuli and decisions a reader of a trace wants to see, and their fields.
_SHOWN = (
    *(dec.IssueBatch, dec.Hold, dec.SetFloor, dec.SetLevel, dec.AwaitEmpty),
    *(dec.RunControl, sti.DrainFinished, sti.WorkArrived, sti.SessionPreempted),
    *(sti.SessionIdled, sti.SessionClosed, sti.PolicySelected, sti.HintChanged),
)
FIELDS: dict[str, tuple[str, ...]] = {
    **{kind.__name__: tuple(kind.__slots__) for kind in _SHOWN},
    "switched": ("last_issue_ns", "lower_in_flight_ns"),
    "first_high": ("session", "arrived_ns"),
    "released": ("quiet_ns",),
}


class TraceRefused(Exception):
    """A trace cannot begin; the text says why."""


class Tracer:
    """Args: broker: server.broker.Broker. kinds: the names of operations, by number."""

    def __init__(self, broker: Any, kinds: Sequence[str]) -> None:
        self._broker = broker
        self._kinds = list(kinds)
        self._running = False
        self._decisions: deque[list[Any]] = deque()
        self._lost = 0
        self._sessions: set[int] = set()
        self._functions: dict[int, int] = {}

    async def parts(self, seconds: float) -> AsyncGenerator[dict[str, Any], None]:
        """Trace for so long (wall time) and yield the parts as they come.

        Raises: TraceRefused when one runs, or the time is no sensible one.
        """
        if self._running:
            raise TraceRefused("a trace is running already: wait until it has ended")
        if not 0 < seconds <= SECONDS_MAX:
            raise TraceRefused(f"seconds: {seconds:g}, must be 0..{SECONDS_MAX:g}")
        workers = list(self._broker.workers)
        if any(worker.trace_on for worker in workers):
            raise TraceRefused("the trace before has not ended yet: try again")
        self._running = True
        self._decisions.clear()
        self._sessions.clear()
        self._functions.clear()
        self._lost = 0
        try:
            for worker in workers:
                _start(worker)
            await self._broker.refresh()  # worker processes have begun by then
            self._broker.pump.tap = self._tapped
            yield {"about": self._about(seconds)}
            async for part in self._collect(workers, seconds):
                yield part
        finally:
            self._broker.pump.tap = None
            for worker in workers:
                worker.trace_stop()
            self._running = False

    async def _collect(
        self, workers: list[Any], seconds: float
    ) -> AsyncGenerator[dict[str, Any], None]:
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while (left := end - loop.time()) > 0:
            await asyncio.sleep(min(PERIOD_SECONDS, left))
            for part in self._take(workers):
                yield part
                await asyncio.sleep(0)
        self._broker.pump.tap = None
        for worker in workers:
            worker.trace_stop()
        farewell = loop.time() + FAREWELL_SECONDS
        while any(w.trace_on for w in workers) and loop.time() < farewell:
            await asyncio.sleep(PERIOD_SECONDS / 10)
        for part in self._take(workers):
            yield part
            await asyncio.sleep(0)

    def _take(self, workers: list[Any]) -> Iterator[dict[str, Any]]:
        """What there is now, in parts of bounded size; names before their use."""
        decisions = [self._decisions.popleft() for _ in range(len(self._decisions))]
        part = self._new_names()
        if decisions:
            part["decisions"] = decisions
        if part:
            yield {**part, "lost": self._lost_so_far(workers)}
        for worker in workers:
            for _ in range(PARTS_OF_A_RING):
                taken = worker.trace_take(ENTRIES_OF_A_PART)
                if not taken:
                    break
                part = self._new_names()  # a reader may have been slow since
                part["entries"] = [base64.b64encode(taken).decode()]
                yield {**part, "lost": self._lost_so_far(workers)}

    def _lost_so_far(self, workers: list[Any]) -> int:
        return self._lost + sum(int(worker.trace_lost) for worker in workers)

    def _new_names(self) -> dict[str, Any]:
        names: dict[str, Any] = {}
        if sessions := self._new_sessions():
            names["sessions"] = sessions
        if functions := self._new_functions():
            names["functions"] = functions
        return names

    def _new_sessions(self) -> list[list[Any]]:
        found = [
            [session.sid, session.tenant.name, session.class_]
            for session in self._broker.sessions.values()
            if session.sid not in self._sessions
        ]
        self._sessions.update(row[0] for row in found)
        return found

    def _new_functions(self) -> list[list[Any]]:
        """All of a session in which something was loaded since: names are few."""
        found: list[list[Any]] = []
        for session in self._broker.sessions.values():
            names = session.function_names()
            if self._functions.get(session.sid) == len(names):
                continue
            self._functions[session.sid] = len(names)
            found += [[session.sid, native, name] for native, name in names.items()]
        return found

    def _tapped(self, now_ns: int, what: Any, values: Sequence[Any]) -> None:
        if isinstance(what, str):
            self._keep(now_ns, what, list(values))
            return
        for each in (what, *values):
            name = type(each).__name__
            if (names := FIELDS.get(name)) is not None:
                self._keep(now_ns, name, [getattr(each, field) for field in names])

    def _keep(self, now_ns: int, name: str, values: list[Any]) -> None:
        if len(self._decisions) >= DECISIONS_KEPT:
            self._lost += 1
        else:
            self._decisions.append([now_ns, name, values])

    def _about(self, seconds: float) -> dict[str, Any]:
        properties = self._broker.backend.properties
        return {
            "version": self._broker.version,
            "device": properties.name,
            "backend": properties.backend,
            "time_dilation": properties.time_dilation,
            "policy": self._broker.scheduler.policy.name,
            "begin_ns": self._broker.backend.clock.now_ns(),
            "clock_origin_ns": self._broker.backend.clock.origin_ns,
            "seconds": seconds,
            "kinds": self._kinds,
            "fields": FIELDS,
            "grants": {
                session.sid: self._broker.pump.granted(session.sid)["mode"]
                for session in self._broker.sessions.values()
            },
        }


def _start(worker: Any) -> None:
    try:
        worker.trace_start()
    except (ValueError, MemoryError) as problem:
        raise TraceRefused(str(problem)) from None
