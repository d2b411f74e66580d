"""Weighted fair shares of GPU time, session by session.

Decides that whoever has had least for its weight goes next. Classes are ignored:
weights rule. A rank by class would starve the lower one, and then shares mean nothing;
who wants both runs `strict`, which is fair inside a class. Registered in the package.
"""

from __future__ import annotations

from typing import ClassVar

from broker.sched.config import SchedulerConfig
from broker.sched.policies.base import TurnPolicy
from broker.sched.policies.virtual import VirtualTime
from broker.sched.session import SessionState

# In the regular course nobody is ahead by more than one quantum (and a launch).
QUANTA_AHEAD = 2


class FairPolicy(TurnPolicy):
    """GPU time in proportion to `weight`; a newcomer begins at the least virtual time.

    A pause of up to one quantum (an eager framework between two launches) costs a
    session nothing; after a longer one it begins where the others are.
    """

    name: ClassVar[str] = "fair"

    def __init__(self, config: SchedulerConfig) -> None:
        super().__init__(config)
        self._time: VirtualTime[int] = VirtualTime()

    def begin(self, session: SessionState, at_ns: int) -> None:
        away = session.idled_ns < 0 or at_ns - session.idled_ns > self.config.quantum_ns
        self._time.begin(session.session, session.weight, forfeit=away)

    def end(self, session: SessionState, now_ns: int) -> None:
        self._time.end(session.session)

    def rank(self, session: SessionState, now_ns: int) -> int:
        return self._time.times[session.session]

    def charge(self, session: SessionState, used_ns: int) -> None:
        self._time.charge(session.session, used_ns, session.weight)

    def presses(self, session: SessionState, other: SessionState, now_ns: int) -> bool:
        """When the other has had more than its turns explain."""
        ahead_ns = QUANTA_AHEAD * self.config.quantum_ns
        return self._time.is_ahead(
            other.session, session.session, ahead_ns, other.weight
        )

    def may_starve(self, session: SessionState) -> bool:
        return False
