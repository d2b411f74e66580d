"""The log of a simulation: every order given to the worker, every operation issued.

Decides nothing. `Recorder` stands between the pump and the worker; what passes through
it is written down in the order in which it happened, which is what `auditor` judges.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from broker.sched.decisions import Mode
from tests.sim.timeline import Timeline
from tests.sim.worker_api import Issue, SimulatedWorker


@dataclass(frozen=True, slots=True)
class Opened:
    at_ns: int
    session: int
    class_: int


@dataclass(frozen=True, slots=True)
class Closed:
    """The session was told to close: what is queued is dropped."""

    at_ns: int
    session: int


@dataclass(frozen=True, slots=True)
class Accepted:
    """Operations of the session up to seq are known to the worker."""

    at_ns: int
    session: int
    seq: int


@dataclass(frozen=True, slots=True)
class Granted:
    at_ns: int
    session: int
    launches_max: int
    in_flight_max: int
    mode: Mode
    until_ns: int


@dataclass(frozen=True, slots=True)
class Floor:
    """release_ns: of decisions.SetFloor; None: a reader lowered it, and it stands."""

    at_ns: int
    class_: int
    release_ns: int | None = None


@dataclass(frozen=True, slots=True)
class ClassSet:
    at_ns: int
    session: int
    class_: int


@dataclass(frozen=True, slots=True)
class Drained:
    """A drain began (the device was asked to run empty) or its call has ended."""

    at_ns: int
    begins: bool


@dataclass(frozen=True, slots=True)
class PolicySet:
    at_ns: int
    name: str


Entry = (
    Opened
    | Closed
    | Accepted
    | Granted
    | Floor
    | ClassSet
    | Drained
    | PolicySet
    | Issue
)


class Recorder:
    """The worker as the pump sees it, with everything written to `log`."""

    def __init__(self, timeline: Timeline) -> None:
        self.log: list[Entry] = []
        self._timeline = timeline
        self.worker: SimulatedWorker

    def __getattr__(self, name: str) -> Any:
        return getattr(self.worker, name)

    def note(self, entry: Entry) -> None:
        self.log.append(entry)

    def took_wait(self, sid: int) -> bool:
        """How long the loop looks for what follows a wait is not simulated."""
        return False

    def open_session(self, sid: int, class_: int, level: int) -> None:
        self.log.append(Opened(self._timeline.now_ns(), sid, class_))
        self.worker.open_session(sid, class_, level)

    def close_session(self, sid: int) -> None:
        self.log.append(Closed(self._timeline.now_ns(), sid))
        self.worker.close_session(sid)

    def submit(self, sid: int, operations: tuple[Any, ...]) -> None:
        now_ns = self._timeline.now_ns()
        self.log.append(Accepted(now_ns, sid, operations[-1].seq))
        self.worker.submit(sid, operations)

    def arrived(self, sid: int) -> bool:
        lowered = self.worker.arrived(sid)
        if lowered:
            class_ = self.class_of(sid)
            self.log.append(Floor(self._timeline.now_ns(), class_))
        return lowered

    def set_floor(self, class_: int, armed_class: int, release_ns: int) -> None:
        self.log.append(Floor(self._timeline.now_ns(), class_, release_ns))
        self.worker.set_floor(class_, armed_class, release_ns)

    def grant(
        self,
        sid: int,
        launches_max: int,
        window_ns: int,
        launches_in_flight_max: int,
        mode: int,
        until_ns: int,
        rank: int,
    ) -> None:
        now_ns = self._timeline.now_ns()
        self.log.append(
            Granted(
                now_ns, sid, launches_max, launches_in_flight_max, Mode(mode), until_ns
            )
        )
        self.worker.grant(
            sid, launches_max, window_ns, launches_in_flight_max, mode, until_ns, rank
        )

    def set_class(self, sid: int, class_: int) -> None:
        self.log.append(ClassSet(self._timeline.now_ns(), sid, class_))
        self.worker.set_class(sid, class_)

    def notify_empty(self, ticket: int) -> None:
        self.log.append(Drained(self._timeline.now_ns(), True))
        self.worker.notify_empty(ticket)

    def class_of(self, sid: int) -> int:
        for entry in reversed(self.log):
            if isinstance(entry, Opened | ClassSet) and entry.session == sid:
                return entry.class_
        raise KeyError(sid)
