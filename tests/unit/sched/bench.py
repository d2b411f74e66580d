"""A scheduler at hand, with time that is set by the test."""

from __future__ import annotations

from typing import TypeVar

from broker.sched.config import SchedulerConfig
from broker.sched.decisions import Decision, IssueBatch, Mode
from broker.sched.policies import make_policy
from broker.sched.scheduler import Scheduler
from broker.sched.stimuli import (
    SessionIdled,
    SessionOpened,
    Stimulus,
    TimerFired,
    UsageReported,
    WorkArrived,
)

T = TypeVar("T")

US = 1_000
MS = 1_000_000
SECOND = 1_000_000_000


class Bench:
    """Feeds a scheduler and validates it after every stimulus; `now` is in ns."""

    def __init__(self, policy: str = "strict", **settings: float) -> None:
        self.config = SchedulerConfig(**settings)  # type: ignore[arg-type]
        self.scheduler = Scheduler(self.config, make_policy(policy, self.config))
        self.now = 0
        self.last: list[Decision] = []

    def tell(self, stimulus: Stimulus, after_ns: int = 0) -> list[Decision]:
        self.now += after_ns
        self.last = self.scheduler.handle(stimulus, self.now)
        self.scheduler.validate()
        return self.last

    def open(self, session: int, class_: int, tenant: str = "") -> list[Decision]:
        return self.tell(SessionOpened(session, tenant or f"t{session}", class_))

    def work(self, session: int, after_ns: int = 0, **more: bool) -> list[Decision]:
        self.now += after_ns
        return self.tell(WorkArrived(session, self.now, **more))

    def idle(self, session: int, used_ns: int = 0, after_ns: int = 0) -> list[Decision]:
        return self.tell(SessionIdled(session, used_ns), after_ns)

    def idle_since(self, session: int, since_ns: int, used_ns: int) -> list[Decision]:
        """It is told of later than it happened."""
        return self.tell(SessionIdled(session, used_ns, since_ns))

    def used(self, session: int, used_ns: int, after_ns: int = 0) -> list[Decision]:
        return self.tell(UsageReported(session, used_ns, 10), after_ns)

    def timer(self, after_ns: int = 0) -> list[Decision]:
        return self.tell(TimerFired(), after_ns)

    def request(self, session: int, wall_ns: int, used_ns: int, pause_ns: int) -> None:
        """One whole request and the pause after it."""
        self.work(session, preempted=True)
        self.idle(session, used_ns, after_ns=wall_ns)
        self.timer(after_ns=pause_ns)

    def mode(self, session: int) -> str:
        mode: str = self.scheduler.snapshot()["sessions"][session]["mode"]
        return mode

    def total(self, name: str) -> int:
        count: int = self.scheduler.counters()["totals"][name]
        return count


def stands_by(session: int, decisions: list[Decision]) -> bool:
    """Whether the session was held by nothing but the floor."""
    modes = [
        d.mode for d in decisions if isinstance(d, IssueBatch) and d.session == session
    ]
    return modes == [Mode.STANDBY]


def only(kind: type[T], decisions: list[Decision]) -> list[T]:
    return [decision for decision in decisions if isinstance(decision, kind)]
