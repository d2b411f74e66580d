"""A pump between the real scheduler and workers that only take notes, on a clock and
timers that are set by hand.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from broker.device import _worker as kinds
from broker.sched.config import SchedulerConfig
from broker.sched.policies import make_policy
from broker.sched.scheduler import Scheduler
from broker.server.pump import Pump


class ManualClock:
    dilation = 1

    def __init__(self) -> None:
        self.ns = 1_000

    def now_ns(self) -> int:
        return self.ns

    def wall_ns(self, device_ns: int) -> int:
        return device_ns


class Timers:
    """Calls to come, made when `advance` says so."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.calls: list[list[Any]] = []

    def call_later(self, seconds: float, callback: Callable[[], object]) -> Any:
        entry = [self.clock.ns + round(seconds * 1e9), callback]
        self.calls.append(entry)

        class Handle:
            def cancel(_self) -> None:
                if entry in self.calls:
                    self.calls.remove(entry)

        return Handle()

    def advance(self, ns: int) -> None:
        self.clock.ns += ns
        for entry in sorted(self.calls, key=lambda e: e[0]):
            if entry in self.calls and entry[0] <= self.clock.ns:
                self.calls.remove(entry)
                entry[1]()


class FakeWorker:
    def __init__(self) -> None:
        self.said: list[tuple[Any, ...]] = []
        self.pending: list[tuple[int, int, int, int, int]] = []
        self.wants: set[int] = set()
        self.waits: set[int] = set()
        self.lowers = False
        self.shows_peers = True

    def __getattr__(self, name: str) -> Any:
        return lambda *args: self.said.append((name, *args))

    def messages(self) -> list[tuple[int, int, int, int, int]]:
        taken, self.pending = self.pending, []
        return taken

    def needs_grant(self, session: int) -> bool:
        wanted = session in self.wants
        self.wants.discard(session)
        return wanted

    def took_wait(self, session: int) -> bool:
        took = session in self.waits
        self.waits.discard(session)
        return took

    def arrived(self, session: int) -> bool:
        return self.lowers

    def say(self, kind: int, session: int, a: int = 0, b: int = 0, c: int = 0) -> None:
        self.pending.append((kind, session, a, b, c))

    def take(self, name: str) -> list[tuple[Any, ...]]:
        taken = [said[1:] for said in self.said if said[0] == name]
        self.said = [said for said in self.said if said[0] != name]
        return taken


class Rig:
    def __init__(
        self, policy: str = "strict", workers: int = 1, holds_back: bool = False
    ) -> None:
        config = SchedulerConfig()
        self.clock = ManualClock()
        self.timers = Timers(self.clock)
        self.workers = [FakeWorker() for _ in range(workers)]
        self.jobs: list[tuple[Any, Any]] = []
        self.observed: list[tuple[Any, ...]] = []
        self.scheduler = Scheduler(config, make_policy(policy, config))
        self.pump = Pump(
            self.scheduler,
            self.workers,
            kinds,
            self.clock,  # type: ignore[arg-type]
            self.timers.call_later,
            lambda job, done: self.jobs.append((job, done)),
            self,
            holds_back=holds_back,
            hold_ended=lambda: self.observed.append(("hold_ended",)),
        )

    def low_water(self, session: int) -> None:
        self.observed.append(("low_water", session))

    def closed(self, session: int) -> None:
        self.observed.append(("closed", session))

    def async_error(self, session: int, result: int, seq: int) -> None:
        self.observed.append(("async_error", session, result, seq))

    def fault(self, session: int, result: int, seq: int) -> None:
        self.observed.append(("fault", session, result, seq))

    def open(self, session: int, class_: int, worker: int = 0) -> None:
        self.pump.open_session(session, self.workers[worker], "t", class_, 1.0)

    def work(self, session: int, worker: int = 0, preempted: bool = False) -> None:
        self.workers[worker].wants.add(session)
        self.pump.work_arrived(session, self.clock.ns, preempted)
        self.scheduler.validate()

    def run_job(self) -> None:
        job, done = self.jobs.pop(0)
        done(job(), None)
