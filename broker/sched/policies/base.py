"""What a policy is: a small pure class the scheduler asks.

Decides nothing itself. A policy must never know grants, floors, timers or the worker:
it ranks sessions, keeps its own accounts, and says what a busy session wants of the
classes below it. `scheduler.py` turns that into decisions.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from broker.sched.config import SchedulerConfig
from broker.sched.decisions import Mode
from broker.sched.session import SessionState
from broker.sched.window import (
    Window,
    alone_window,
    bulk_window,
    top_window,
    turn_window,
    urgent_window,
)


@dataclass(frozen=True, slots=True)
class Windows:
    """A policy's answers, kept by the scheduler: a grant is made too often to ask."""

    bulk: Window
    alone: Window
    top: Window
    urgent: Window
    turn: Window


# CUDA's default stream priority is the least urgent.
LEVEL_DEFAULT = 4


class Policy(ABC):
    """Subclass it, set `name`, and register it (see the package).

    preemptive: classes count: the floor is armed, busy sessions linger, and `below` is
        asked. A policy with preemptive = False must answer BULK from `below`.
    turns: sessions take turns whatever their class (see TurnPolicy).
    """

    name: ClassVar[str]
    preemptive: ClassVar[bool] = True
    turns: ClassVar[bool] = False

    def __init__(self, config: SchedulerConfig) -> None:
        self.config = config

    def begin(self, session: SessionState, at_ns: int) -> None:
        """The session goes from idle to busy; `session.idled_ns` is when it idled."""
        return

    def end(self, session: SessionState, now_ns: int) -> None:
        """The session goes from busy to idle, or away."""
        return

    @abstractmethod
    def rank(self, session: SessionState, now_ns: int) -> int:
        """Order in which a worker serves sessions, smallest first; 0..2**31-1."""

    @abstractmethod
    def charge(self, session: SessionState, used_ns: int) -> None:
        """The session has used GPU time; used_ns > 0."""

    @abstractmethod
    def level(self, session: SessionState) -> int:
        """Stream priority: 0 most urgent .. 5."""

    @abstractmethod
    def below(self, session: SessionState) -> Mode:
        """What sessions of lower classes may do while this one is busy.

        HELD: nothing; URGENT: one launch per stream; BULK: what they like.
        """

    def bulk(self) -> Window:
        """The window of a session that nothing outranks; also that of a burst."""
        return bulk_window(self.config)

    def alone(self) -> Window:
        """The window of a session that is alone, without company: see Facts."""
        return alone_window(self.bulk(), self.config)

    def top(self) -> Window:
        """The same while there are others below it."""
        return top_window(self.bulk(), self.config)

    def urgent(self) -> Window:
        return urgent_window(self.config)

    def windows(self) -> Windows:
        """What the five methods say when the policy is chosen; it holds from then."""
        windows = self.alone(), self.top(), self.urgent(), self.turn()
        return Windows(self.bulk(), *windows)

    def turn(self) -> Window:
        """The window of a session while others wait for their turn."""
        return turn_window(self.config)


class TurnPolicy(Policy):
    """A policy under which sessions take turns on the device, by rank alone.

    Subclass it and write `rank` and `charge`; `turns.py` does the rest: a turn lasts
    quantum_ns, the device goes to the next in rank whenever those before it leave it
    idle, and one session alone just runs. Classes do not count, nor do floor, linger
    and bursts of classes.

    rationed: `may_run` may turn False, so that nobody runs without an end.
    impatient: ranks change in the middle of a turn and decide at once (`presses`), so
        everybody with work is ranked each time, not only who has just come.
    """

    preemptive: ClassVar[bool] = False
    turns: ClassVar[bool] = True
    rationed: bool = False
    impatient: ClassVar[bool] = False

    @abstractmethod
    def rank(self, session: SessionState, now_ns: int) -> int:
        """Who is next, smallest first; any whole number. Asked for busy sessions."""

    def level(self, session: SessionState) -> int:
        return LEVEL_DEFAULT

    def below(self, session: SessionState) -> Mode:
        return Mode.BULK

    def beside(self, session: SessionState, now_ns: int) -> Mode:
        """What those that rank behind a running session may do: HELD or BULK.

        HELD is obeyed only while the session keeps the device busy.
        """
        return Mode.HELD

    def presses(self, session: SessionState, other: SessionState, now_ns: int) -> bool:
        """Whether it need not wait for the end of the other's turn.

        Such a session takes the turn as soon as it has work, and keeps the device from
        the other through its short pauses. One of the two may be idle.
        """
        return False

    def may_run(self, session: SessionState, now_ns: int) -> bool:
        """False: held even while the device is idle."""
        return True

    def may_starve(self, session: SessionState) -> bool:
        """Whether `rank` could make it wait for ever: then min_share guards it."""
        return True

    def due_ns(self, now_ns: int) -> int | None:
        """When `rank`, `beside` or `may_run` next change by time alone."""
        return None
