"""Earliest deadline first, with laxity.

Decides the order of requests by when they are due (arrival + the session's deadline_ns)
and whether others may run meanwhile. Work that is late keeps its place and still runs.
Sessions without a deadline come last, among themselves in fair shares; min_share keeps
them from starving. Classes are ignored. Registered in the package.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from broker.sched.config import SchedulerConfig
from broker.sched.decisions import Mode
from broker.sched.policies.base import LEVEL_DEFAULT, TurnPolicy
from broker.sched.policies.virtual import VirtualTime
from broker.sched.session import SessionState

_BEST_EFFORT = 1 << 70
_LEVEL_WITH_DEADLINE = 2


@dataclass(slots=True)
class Request:
    """A session's present request, and what its requests usually need.

    needs_ns, spread_ns: mean and mean deviation of GPU time, -1 = none has ended yet.
    """

    due_ns: int = 0
    used_ns: int = 0
    needs_ns: int = -1
    spread_ns: int = 0
    busy: bool = False

    def learn(self) -> None:
        """The request has ended."""
        if self.used_ns == 0:
            return
        if self.needs_ns < 0:
            self.needs_ns, self.spread_ns = self.used_ns, self.used_ns // 4
            return
        error_ns = self.used_ns - self.needs_ns
        self.needs_ns += error_ns // 8
        self.spread_ns += (abs(error_ns) - self.spread_ns) // 4

    def slack_ends_ns(self) -> int:
        """Until when others may run beside it and it is still in time; 0 = unknown."""
        if self.needs_ns < 0:
            return 0
        left_ns = max(0, self.needs_ns + 4 * self.spread_ns - self.used_ns)
        return self.due_ns - left_ns


class DeadlinePolicy(TurnPolicy):
    """A request is the work between two pauses that are longer than the linger."""

    name: ClassVar[str] = "deadline"
    impatient: ClassVar[bool] = True  # a hint or a new request changes when one is due

    def __init__(self, config: SchedulerConfig) -> None:
        super().__init__(config)
        self._requests: dict[int, Request] = {}
        self._time: VirtualTime[int] = VirtualTime()

    def begin(self, session: SessionState, at_ns: int) -> None:
        if session.deadline_ns == 0:
            self._requests.pop(session.session, None)
            self._time.begin(session.session, session.weight, forfeit=True)
            return
        request = self._requests.setdefault(session.session, Request())
        request.busy = True
        pause_ns = at_ns - session.idled_ns
        pausing = session.idled_ns >= 0 and pause_ns <= session.linger_ns
        if not (request.due_ns and pausing):
            request.learn()
            request.due_ns, request.used_ns = at_ns + session.deadline_ns, 0

    def end(self, session: SessionState, now_ns: int) -> None:
        request = self._requests.get(session.session)
        if request is None:
            self._time.end(session.session)
        else:
            request.busy = False
            self._forget_idle()

    def rank(self, session: SessionState, now_ns: int) -> int:
        request = self._requests.get(session.session)
        if request is None:
            return _BEST_EFFORT + self._time.times[session.session]
        return request.due_ns

    def charge(self, session: SessionState, used_ns: int) -> None:
        request = self._requests.get(session.session)
        if request is None:
            self._time.charge(session.session, used_ns, session.weight)
        else:
            request.used_ns += used_ns

    def level(self, session: SessionState) -> int:
        return _LEVEL_WITH_DEADLINE if session.deadline_ns else LEVEL_DEFAULT

    def beside(self, session: SessionState, now_ns: int) -> Mode:
        """Others may run while there is time to spare."""
        request = self._requests.get(session.session)
        if request is None:
            return Mode.HELD
        lax_until_ns = request.slack_ends_ns() - self.config.laxity_ns_min
        return Mode.BULK if now_ns < lax_until_ns else Mode.HELD

    def presses(self, session: SessionState, other: SessionState, now_ns: int) -> bool:
        """Whoever is due first never waits; without a deadline there is no hurry."""
        request = self._requests.get(session.session)
        others = self._requests.get(other.session)
        if request is None or others is None:
            return request is not None
        return request.due_ns < others.due_ns

    def due_ns(self, now_ns: int) -> int | None:
        """When the first of the requests that are lax now stops being so."""
        dues = [
            request.slack_ends_ns() - self.config.laxity_ns_min
            for request in self._requests.values()
            if request.busy
        ]
        return min((due for due in dues if due > now_ns), default=None)

    def may_starve(self, session: SessionState) -> bool:
        return session.session not in self._requests

    def _forget_idle(self) -> None:
        """Sessions that have gone leave a request behind; it is idle for good."""
        if len(self._requests) > 256:
            self._requests = {n: r for n, r in self._requests.items() if r.busy}
