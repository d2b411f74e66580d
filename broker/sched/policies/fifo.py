"""First come, first served: what sharing a device without a scheduler is like.

Decides that nobody waits: no floor, no hold, no window in time, one stream level for
all. It is the comparison the other policies are measured against. Registered in the
package.
"""

from __future__ import annotations

from typing import ClassVar

from broker.sched.decisions import Mode
from broker.sched.policies.base import LEVEL_DEFAULT, Policy
from broker.sched.session import SessionState
from broker.sched.window import Window, fifo_window


class FifoPolicy(Policy):
    """Everything is issued as it arrives."""

    name: ClassVar[str] = "fifo"
    preemptive: ClassVar[bool] = False

    def rank(self, session: SessionState, now_ns: int) -> int:
        return 0

    def charge(self, session: SessionState, used_ns: int) -> None:
        return

    def level(self, session: SessionState) -> int:
        return LEVEL_DEFAULT

    def below(self, session: SessionState) -> Mode:
        return Mode.BULK

    def bulk(self) -> Window:
        return fifo_window(self.config)
