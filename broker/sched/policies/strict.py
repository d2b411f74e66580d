"""Strict priority by class; inside a class, whoever has had least goes first.

Decides what a busy session costs the classes below it: a session that keeps the device
busy (duty >= duty_hold, or not known yet) has them held; one that mostly waits for its
own CPU leaves them one launch per stream, because holding would waste the device.
Registered in the package.
"""

from __future__ import annotations

from typing import ClassVar

from broker.sched.config import SchedulerConfig
from broker.sched.decisions import Mode
from broker.sched.policies.base import Policy
from broker.sched.session import SessionState

LEVEL_LOWEST = 4
# Lag behind the class's virtual time is ranked in steps of this many ns.
_RANK_STEP_NS = 100_000
_RANK_STEPS = 1 << 16


class StrictPolicy(Policy):
    """Classes, floor and hold; start-time fair queueing inside a class.

    Why virtual time: a session that was idle must not claim the time it did not use, so
    it starts where the class is (`begin`), and weight scales what it is charged.
    """

    name: ClassVar[str] = "strict"

    def __init__(self, config: SchedulerConfig) -> None:
        super().__init__(config)
        self._virtual_ns: dict[int, int] = {}

    def begin(self, session: SessionState, at_ns: int) -> None:
        class_now_ns = self._virtual_ns.get(session.class_, 0)
        session.virtual_ns = max(session.virtual_ns, class_now_ns)

    def rank(self, session: SessionState, now_ns: int) -> int:
        ahead_ns = session.virtual_ns - self._virtual_ns.get(session.class_, 0)
        step = min(max(ahead_ns // _RANK_STEP_NS, 0), _RANK_STEPS - 1)
        return session.class_ * _RANK_STEPS + step

    def charge(self, session: SessionState, used_ns: int) -> None:
        start_ns = session.virtual_ns
        session.virtual_ns = start_ns + int(used_ns / session.weight)
        if start_ns > self._virtual_ns.get(session.class_, 0):
            self._virtual_ns[session.class_] = start_ns

    def level(self, session: SessionState) -> int:
        return min(2 * session.class_, LEVEL_LOWEST)

    def below(self, session: SessionState) -> Mode:
        if session.probing or session.duty is None:
            return Mode.HELD
        return Mode.HELD if session.duty >= self.config.duty_hold else Mode.URGENT
