"""Which control call gets the device empty next, and when.

Decides order and delay of drained slots: one at a time, first come first served among
those that may go. A call of a lower class waits for higher classes to pause, a tenant
that has drained a lot lately waits for its share, and nobody waits longer than
drain_defer_ns_max. Must never know what the call does, nor how a hold is carried out.
`scheduler.py` owns one; every ticket is run exactly once, even if its session has gone
(unloading code after a tenant's death is such a call).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from broker.sched.config import SchedulerConfig


@dataclass(slots=True, eq=False)
class Drain:
    """started_ns: when all were held, -1 while it waits. running: RunControl sent."""

    ticket: int
    session: int
    tenant: str
    class_: int
    requested_ns: int
    started_ns: int = -1
    give_up_ns: int = 0
    running: bool = False
    deferred: bool = False


class DrainQueue:
    """`current` is the drain in progress; `waiting` those that come after it."""

    __slots__ = ("_config", "_not_before_ns", "current", "waiting")

    def __init__(self, config: SchedulerConfig) -> None:
        self._config = config
        self.current: Drain | None = None
        self.waiting: list[Drain] = []
        self._not_before_ns: dict[str, int] = {}

    def add(self, drain: Drain) -> None:
        known = [self.current, *self.waiting]
        assert all(d is None or d.ticket != drain.ticket for d in known), (
            f"drain ticket {drain.ticket} requested twice"
        )
        self.waiting.append(drain)

    def start_next(
        self,
        now_ns: int,
        is_outranked: Callable[[Drain], bool],
        hurts_others: Callable[[Drain], bool],
    ) -> Drain | None:
        """Start the first drain that may go, if none is in progress.

        Args: is_outranked: a higher class is busy. hurts_others: other sessions have
              work, so the tenant's share of drained time counts.
        """
        if self.current is not None:
            return None
        for drain in self.waiting:
            if self._may_go(drain, now_ns, is_outranked, hurts_others):
                self.waiting.remove(drain)
                drain.started_ns = now_ns
                drain.give_up_ns = now_ns + self._config.drain_give_up_ns
                self.current = drain
                return drain
            drain.deferred = True
        return None

    def finish(self, now_ns: int) -> Drain:
        """End the current drain and charge its tenant; returns it."""
        drain = self.current
        assert drain is not None
        self.current = None
        took_ns = now_ns - drain.started_ns
        self._not_before_ns = {
            tenant: at for tenant, at in self._not_before_ns.items() if at > now_ns
        }
        pause_ns = int(took_ns * (1 / self._config.drain_share_max - 1))
        self._not_before_ns[drain.tenant] = now_ns + pause_ns
        return drain

    def next_due_ns(self, now_ns: int) -> int | None:
        """When a waiting drain may become free to go without any other stimulus."""
        if self.current is not None or not self.waiting:
            return None
        dues = [self._latest_ns(drain) for drain in self.waiting]
        for drain in self.waiting:
            not_before = self._not_before_ns.get(drain.tenant, 0)
            if not_before > now_ns:
                dues.append(not_before)
        return min(dues)

    def _may_go(
        self,
        drain: Drain,
        now_ns: int,
        is_outranked: Callable[[Drain], bool],
        hurts_others: Callable[[Drain], bool],
    ) -> bool:
        if now_ns >= self._latest_ns(drain):
            return True
        if is_outranked(drain):
            return False
        over_share = now_ns < self._not_before_ns.get(drain.tenant, 0)
        return not over_share or not hurts_others(drain)

    def _latest_ns(self, drain: Drain) -> int:
        return drain.requested_ns + self._config.drain_defer_ns_max
