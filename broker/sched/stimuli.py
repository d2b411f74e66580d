"""What the scheduler is told. Past-tense nouns; plain values, no behaviour.

`Scheduler.handle(stimulus, now_ns)` takes one of these and returns decisions
(`decisions.py`). `server/pump.py` makes them from sockets and worker messages; the
simulation makes them from a seed. Times are device time in ns; `class_` 0 is the
highest priority class.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SessionOpened:
    """share: percent of GPU time its tenant is due under `partition`, 0 = none.

    deadline_ns: how long after its arrival a request is due under `deadline`, 0 = it
    is not.
    """

    session: int
    tenant: str
    class_: int
    weight: float = 1.0
    share: float = 0.0
    deadline_ns: int = 0


@dataclass(frozen=True, slots=True)
class SessionClosed:
    """Nothing of the session is queued or in flight any more, or will be."""

    session: int


@dataclass(frozen=True, slots=True)
class WorkArrived:
    """A session that was idle has operations to issue.

    arrived_ns: when the reader saw the bytes, before they were decoded.
    preempted: the reader lowered the floor for it (see decisions.SetFloor).
    """

    session: int
    arrived_ns: int
    preempted: bool = False


@dataclass(frozen=True, slots=True)
class BatchSpent:
    """A grant is (nearly) used up, or its time is over: the worker asks again."""

    session: int
    launches: int
    used_ns: int  # estimated GPU time retired since the last report
    queued: int  # operations still waiting


@dataclass(frozen=True, slots=True)
class SessionPreempted:
    """The worker stopped a bulk session because its class is below the floor."""

    session: int
    queued: int
    in_flight_ns: int  # estimated GPU time issued and not retired


@dataclass(frozen=True, slots=True)
class SessionIdled:
    """Everything of the session has retired and nothing is queued."""

    session: int
    used_ns: int  # estimated GPU time retired since the last report
    since_ns: int = -1  # when that was; -1: just now


@dataclass(frozen=True, slots=True)
class UsageReported:
    """GPU time (estimated) retired since the last report, while a session is busy."""

    session: int
    used_ns: int
    queued: int


@dataclass(frozen=True, slots=True)
class DrainRequested:
    """A control call of this session wants the device empty."""

    ticket: int
    session: int


@dataclass(frozen=True, slots=True)
class DrainReached:
    """Nothing is in flight on the device (answers AwaitEmpty)."""

    ticket: int


@dataclass(frozen=True, slots=True)
class DrainFinished:
    """The control call is done."""

    ticket: int


@dataclass(frozen=True, slots=True)
class PolicySelected:
    name: str


@dataclass(frozen=True, slots=True)
class HintChanged:
    """All of a session's hints as they are now; the deadline counts from its next
    request on.
    """

    session: int
    class_: int
    weight: float = 1.0
    deadline_ns: int = 0


@dataclass(frozen=True, slots=True)
class TimerFired:
    """The time a SetTimer named has come (or any later one)."""


Stimulus = (
    SessionOpened
    | SessionClosed
    | WorkArrived
    | BatchSpent
    | SessionPreempted
    | SessionIdled
    | UsageReported
    | DrainRequested
    | DrainReached
    | DrainFinished
    | PolicySelected
    | HintChanged
    | TimerFired
)
