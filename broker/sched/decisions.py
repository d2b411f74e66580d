"""What the scheduler decides. Imperatives; plain values, no behaviour.

`server/pump.py` is the only interpreter: every side effect of a decision happens there,
so that the simulation replaces exactly clock, transport and device.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Mode(enum.IntEnum):
    """What a grant obeys. The numbers are those of worker.h."""

    HELD = 0  # nothing may be issued
    BULK = 1  # until the batch is spent, or the floor falls below the session's class
    URGENT = 2  # one launch in flight per stream, whatever the floor says
    BURST = 3  # until until_ns, whatever the floor says (min_share)
    STANDBY = 4  # held below the floor, which the worker may raise by itself: then BULK


# The two that come by the dozen are not frozen: a frozen one takes three times as long
# to make, and a decision with 32 sessions may name them all. Nobody changes them.
@dataclass(unsafe_hash=True, slots=True)
class IssueBatch:
    """Let the worker issue for a session, replacing what it had been granted.

    launches_max: batch; the worker asks again when they are nearly spent.
    window_ns: estimated GPU time in flight per stream; 0 = no bound in time.
    launches_in_flight_max: bound in launches per stream, >= 1.
    until_ns: for BURST, when it ends; else 0.
    rank: sessions of smaller rank are served first by a worker.
    """

    session: int
    launches_max: int
    window_ns: int
    launches_in_flight_max: int
    mode: Mode
    until_ns: int = 0
    rank: int = 0


@dataclass(unsafe_hash=True, slots=True)
class Hold:
    """Stop issuing for a session until told."""

    session: int


@dataclass(frozen=True, slots=True)
class SetFloor:
    """Classes numbered above class_ lose BULK at once (one atomic store); 255 = none
    do.

    armed_class: the reader itself lowers the floor to a session's class, before it
    decodes, when that class is <= armed_class; -1 = it never does (fifo).
    release_ns: the worker itself raises it, to the next class that has work, once
    nobody of a class <= the floor has had work for so long; -1 = it never does.
    """

    class_: int
    armed_class: int
    release_ns: int = -1


@dataclass(frozen=True, slots=True)
class SetLevel:
    """Stream priority of a session: 0 most urgent .. 5."""

    session: int
    level: int


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Send TimerFired at at_ns; replaces the timer set before."""

    at_ns: int


@dataclass(frozen=True, slots=True)
class AwaitEmpty:
    """Send DrainReached(ticket) once nothing is in flight, or else at give_up_ns."""

    ticket: int
    give_up_ns: int


@dataclass(frozen=True, slots=True)
class RunControl:
    """Run the control call of this ticket now; send DrainFinished when it is done."""

    ticket: int


Decision = IssueBatch | Hold | SetFloor | SetLevel | SetTimer | AwaitEmpty | RunControl
