"""Steady loads on the simulated worker, for laws that need seconds and not seeds.

Decides what endless tenants do: a stream of launches kept full, a closed loop that
pauses, requests at a period, a CPU-bound framework. Everything between scheduler and
device is the simulation's own (pump, model worker, model device), without faults; a
test reads GPU time per session from the device's spans.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from broker.sched.config import SchedulerConfig
from broker.sched.policies import make_policy
from broker.server.pump import Pump
from tests.sim.program import LEGACY, Kind, Operation
from tests.sim.recorder import Recorder
from tests.sim.simulation import CheckedScheduler
from tests.sim.timeline import Timeline
from tests.sim.worker_api import make_worker

US = 1_000
MS = 1_000_000
SECOND = 1_000_000_000


@dataclass(slots=True)
class Load:
    """One session.

    kernel_ns: of each launch. count: launches of one request. gap_ns: what the host
    does between two launches, 0 = nothing. pause_ns: between the end of a request and
    the next; period_ns: requests start at this period instead, however late the last.
    ahead: requests that are kept queued (0 = each waits for the one before).
    from_ns, until_ns: when the session is there.
    """

    kernel_ns: int
    count: int = 50
    gap_ns: int = 0
    pause_ns: int = 0
    period_ns: int = 0
    ahead: int = 0
    class_: int = 1
    weight: float = 1.0
    share: float = 0.0
    deadline_ns: int = 0
    tenant: str = ""
    from_ns: int = 0
    until_ns: int = 1 << 62


@dataclass(slots=True, eq=False)
class Session:
    """A load that is being played. requests: (first asked for, all retired)."""

    sid: int
    load: Load
    seq: int = 0
    waiting: int = 0
    requests: list[tuple[int, int]] = field(default_factory=list)


class Loads:
    """Plays loads under a policy; `run` returns when the virtual time is over.

    slots: kernels that the device runs at once.
    """

    def __init__(
        self,
        policy: str,
        loads: list[Load],
        *,
        checked: bool = True,
        slots: int = 1,
        **settings: Any,
    ) -> None:
        self.timeline = Timeline()
        self.config = SchedulerConfig(**settings)
        self.scheduler = CheckedScheduler(self.config, make_policy(policy, self.config))
        if not checked:
            self.scheduler.validate = lambda: None  # type: ignore[method-assign]
        self.recorder = Recorder(self.timeline)
        self.worker: Any = make_worker(
            "model", self.timeline, lambda _: None, slots=slots, revoking=False
        )
        self.recorder.worker = self.worker
        self.rng = random.Random(1)
        self.pump = Pump(
            self.scheduler,
            [self.recorder],
            self.worker.kinds,
            self.timeline,
            self._call_later,
            self._no_control,
            self,
        )
        self._wake_due = False
        self.sessions = {n: Session(n, load) for n, load in enumerate(loads, 1)}
        for session in self.sessions.values():
            self.timeline.at(session.load.from_ns, self._opener(session))

    # ------------------------------------------------------------- results

    def used_ns(self, sid: int, from_ns: int = 0, until_ns: int = 1 << 62) -> int:
        """GPU time of a session in a window of time, from what the device ran."""
        return sum(
            min(end, until_ns) - max(start, from_ns)
            for (owner, _), (start, end) in self.worker.spans().items()
            if owner == sid and end > from_ns and start < until_ns
        )

    def shares(self, from_ns: int = 0, until_ns: int = 1 << 62) -> dict[int, float]:
        """Parts of what was used by all."""
        used = {n: self.used_ns(n, from_ns, until_ns) for n in self.sessions}
        total = sum(used.values()) or 1
        return {n: value / total for n, value in used.items()}

    def busy(self, from_ns: int, until_ns: int) -> float:
        """Part of the time in which the device ran something, of all slots together."""
        used_ns = sum(self.used_ns(n, from_ns, until_ns) for n in self.sessions)
        return used_ns / (until_ns - from_ns)

    # ------------------------------------------------------------- the run

    def run(self, until_ns: int) -> Loads:
        while True:
            due_ns = self.worker.step(self.timeline.now_ns())
            if not self._wake_due and self.worker.ready():
                self._wake_due = True
                self.timeline.after(20_000, self._wake)
            now_ns = min(due_ns, self.timeline.next_ns())
            if now_ns > until_ns:
                return self
            self.timeline.run_until(now_ns)

    def _wake(self) -> None:
        self._wake_due = False
        self.pump.worker_ready(0)

    def _call_later(self, seconds: float, callback: Callable[[], object]) -> Any:
        return self.timeline.after(round(seconds * 1e9) + 10_000, callback)

    def _no_control(self, *arguments: Any) -> None:
        raise AssertionError("loads make no control calls")

    def closed(self, session: int) -> None:
        self.pump.end_session(session)
        self.worker.forget_session(session)

    # ------------------------------------------------------------- one session

    def _opener(self, session: Session) -> Callable[[], None]:
        load = session.load

        def open_session() -> None:
            self.recorder.open_session(session.sid, load.class_, 4)
            self.pump.open_session(
                session.sid,
                self.recorder,
                load.tenant or f"tenant-{session.sid}",
                load.class_,
                load.weight,
                load.share,
                load.deadline_ns,
            )
            self.timeline.at(
                load.until_ns, lambda: self.recorder.close_session(session.sid)
            )
            for _ in range(1 + load.ahead):
                self._request(session)

        return open_session

    def _request(self, session: Session) -> None:
        """Ask for one request; the next follows when its kind of load says so."""
        asked_ns = self.timeline.now_ns()
        load = session.load
        if asked_ns >= load.until_ns:
            return
        if load.period_ns:
            self.timeline.after(load.period_ns, lambda: self._request(session))
        if load.gap_ns:
            self._launch(session, load.count, asked_ns)
        else:
            self._submit(session, load.count)
            self._await(session, asked_ns)

    def _launch(self, session: Session, left: int, asked_ns: int) -> None:
        """One launch after the other, with the host's own work between them."""
        if self.timeline.now_ns() >= session.load.until_ns:
            return
        self._submit(session, 1)
        if left == 1:
            self._await(session, asked_ns)
            return
        gap_ns = round(session.load.gap_ns * self.rng.uniform(0.5, 1.5))
        self.timeline.after(gap_ns, lambda: self._launch(session, left - 1, asked_ns))

    def _submit(self, session: Session, count: int) -> None:
        kernel_ns, first = session.load.kernel_ns, session.seq + 1
        session.seq += count
        operations = tuple(
            Operation(first + at, Kind.LAUNCH, LEGACY, duration_ns=kernel_ns)
            for at in range(count)
        )
        preempted = self.pump.bytes_arrived(session.sid)
        arrived_ns = self.timeline.now_ns()
        self.recorder.submit(session.sid, operations)
        self.pump.work_arrived(session.sid, arrived_ns, preempted)

    def _await(self, session: Session, asked_ns: int) -> None:
        load = session.load

        def retired() -> None:
            session.requests.append((asked_ns, self.timeline.now_ns()))
            if not load.period_ns:
                self.timeline.after(load.pause_ns + 1, lambda: self._request(session))

        self.pump.when_retired(session.sid, session.seq, retired)
