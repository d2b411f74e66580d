"""Which control call gets the device empty next, and when.

Decides order and delay of drained slots: one at a time, first come first served among
those that may go. Must never know what the call does, nor how a hold is carried out.
`scheduler.py` owns one; every ticket is run exactly once, even if its session has gone
(unloading code after a tenant's death is such a call).

    outranked (a higher class is busy)   waits for its pause, drain_defer_ns_max at most
    tenant over its share                waits, however long: it is its own doing
    others idle                          no share is asked for, none is charged
    a higher class comes before the      the drain gives way and waits again, unless it
    device is empty                      is overdue
    more calls of the tenant wait        they run in the same slot, until drain_slot_ns

So a tenant inside its share gets its slot within drain_defer_ns_max whatever the load,
and its slots never take more than drain_share_max of the time over any long span: each
one is paid off (took / share) before the next may start.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from broker.sched.config import SchedulerConfig


@dataclass(slots=True, eq=False)
class Drain:
    """started_ns: when all were held, -1 while it waits. running: RunControl sent.

    slot_ns: when the first call of its slot was run, -1 before. hurts: others had work
    while it lasted.
    """

    ticket: int
    session: int
    tenant: str
    class_: int
    requested_ns: int
    started_ns: int = -1
    give_up_ns: int = 0
    slot_ns: int = -1
    running: bool = False
    deferred: bool = False
    hurts: bool = False


class DrainQueue:
    """`current` is the drain in progress; `waiting` those that come after it.

    paid_ns: tenant -> when its drained time is paid off, share of the time being its.
    """

    __slots__ = ("_config", "current", "paid_ns", "waiting")

    def __init__(self, config: SchedulerConfig) -> None:
        self._config = config
        self.current: Drain | None = None
        self.waiting: list[Drain] = []
        self.paid_ns: dict[str, int] = {}

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
            hurts = hurts_others(drain)
            if self._may_go(drain, now_ns, is_outranked(drain), hurts):
                self.waiting.remove(drain)
                drain.started_ns = now_ns
                drain.give_up_ns = now_ns + self._config.drain_give_up_ns
                drain.hurts = hurts
                self.current = drain
                return drain
            drain.deferred = True
        return None

    def give_way(self, now_ns: int, is_outranked: Callable[[Drain], bool]) -> bool:
        """Put the current drain back if a higher class came before it was reached.

        It keeps its place and its age; what it held the others for is charged.
        """
        drain = self.current
        if drain is None or drain.running or not is_outranked(drain):
            return False
        if now_ns >= self._latest_ns(drain):
            return False
        self._charge(drain, now_ns)
        self.current = None
        drain.started_ns = -1
        drain.deferred = True
        self.waiting.insert(0, drain)
        return True

    def run(self, now_ns: int) -> None:
        """The device is empty (or was given up): the current call is run now."""
        assert self.current is not None
        self.current.running = True
        self.current.slot_ns = now_ns

    def finish(
        self,
        now_ns: int,
        is_outranked: Callable[[Drain], bool],
        hurts_others: Callable[[Drain], bool],
    ) -> Drain | None:
        """End the current call and charge its tenant.

        Returns: the tenant's next call if it is to run in the same slot; it is current
            and running then. None: the slot is over.
        """
        drain = self.current
        assert drain is not None
        drain.hurts |= hurts_others(drain)
        self._charge(drain, now_ns)
        self.current = None
        if now_ns - drain.slot_ns >= self._config.drain_slot_ns:
            return None
        for other in self.waiting:
            # The others are held anyway: the share was asked for when the slot began.
            if other.tenant == drain.tenant and not is_outranked(other):
                self.waiting.remove(other)
                other.started_ns, other.slot_ns = now_ns, drain.slot_ns
                other.running, other.hurts = True, drain.hurts
                self.current = other
                return other
        return None

    def next_due_ns(self, now_ns: int) -> int | None:
        """When a waiting drain may become free to go without any other stimulus."""
        if self.current is not None:
            return None
        dues = []
        for drain in self.waiting:
            paid_ns = self.paid_ns.get(drain.tenant, 0)
            dues += [paid_ns, max(paid_ns, self._latest_ns(drain))]
        return min((due for due in dues if due > now_ns), default=None)

    def _may_go(self, drain: Drain, now_ns: int, outranked: bool, hurts: bool) -> bool:
        if hurts and now_ns < self.paid_ns.get(drain.tenant, 0):
            return False
        return not outranked or now_ns >= self._latest_ns(drain)

    def _latest_ns(self, drain: Drain) -> int:
        return drain.requested_ns + self._config.drain_defer_ns_max

    def _charge(self, drain: Drain, now_ns: int) -> None:
        """The tenant's next drain waits until this one is no more than its share."""
        self.paid_ns = {t: at for t, at in self.paid_ns.items() if at > now_ns}
        if drain.hurts:
            took_ns = now_ns - drain.started_ns
            since_ns = max(self.paid_ns.get(drain.tenant, 0), drain.started_ns)
            share_ns = int(took_ns / self._config.drain_share_max)
            self.paid_ns[drain.tenant] = since_ns + share_ns
