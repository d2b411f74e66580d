"""What the scheduler remembers of one priority class: who is busy, what it is owed.

Decides how large a burst has to be. Must never know other classes, grants or the
policy. `scheduler.py` owns one per class that has a session.

The account `owed_ns` is the class's share of GPU time over min_share_period_ns: it
grows by min_share while the class has work, falls by what the class uses, and is
clamped to one period's worth on both sides, so time used before a hold counts as paid
in advance.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from broker.sched.config import SchedulerConfig
from broker.sched.decisions import Mode
from broker.sched.session import SessionState
from broker.sched.stats import Account


@dataclass(slots=True, eq=False)
class ClassState:
    """active: sessions with work. claiming: sessions lower classes give way to.

    holding: those of them that want lower classes held. mode: what its sessions are
    granted. held_since_ns: since when it has been held with work waiting, -1 = it is
    not. stale: grants may have been lost in the worker. burst_until_ns: 0 = no burst.
    yields: held while the burst of a class runs that it has starved. standing: held by
    nothing but the floor, so that its sessions stand by.
    """

    class_: int
    sessions: dict[int, SessionState] = field(default_factory=dict)
    active: int = 0
    claiming: int = 0
    holding: int = 0
    mode: Mode = Mode.BULK
    stale: bool = False
    held_since_ns: int = -1
    burst_until_ns: int = 0
    yields: bool = False
    standing: bool = False
    owed_ns: int = 0
    owed_at_ns: int = 0
    account: Account = field(default_factory=Account)

    def accrue(self, now_ns: int, config: SchedulerConfig) -> None:
        """Bring owed_ns up to date. Call before `active` changes."""
        if self.active:
            share_ns = int((now_ns - self.owed_at_ns) * config.min_share)
            limit_ns = int(config.min_share * config.min_share_period_ns)
            self.owed_ns = min(self.owed_ns + share_ns, limit_ns)
        self.owed_at_ns = now_ns

    def pay(self, used_ns: int, now_ns: int, config: SchedulerConfig) -> None:
        """Charge GPU time the class has used."""
        self.accrue(now_ns, config)
        limit_ns = int(config.min_share * config.min_share_period_ns)
        self.owed_ns = max(self.owed_ns - used_ns, -limit_ns)

    def burst_ns(self, now_ns: int, config: SchedulerConfig) -> int:
        """Length of a burst that starts now.

        At least what is owed, and at least what the present hold has cost: a class
        that was paid in advance would otherwise wait longer than the others.
        """
        held_ns = now_ns - self.held_since_ns if self.held_since_ns >= 0 else 0
        for_hold_ns = int(held_ns * config.min_share / (1 - config.min_share))
        wanted_ns = max(self.owed_ns, for_hold_ns)
        return min(max(wanted_ns, config.burst_ns_min), config.burst_ns_max)

    def set_mode(self, mode: Mode, now_ns: int) -> None:
        """Take a new mode and keep the clock of continuous hold right."""
        self.mode = mode
        self.stale = False
        self.tick_hold(now_ns)

    def tick_hold(self, now_ns: int) -> None:
        """Start or stop the clock of continuous hold."""
        if self.mode is not Mode.HELD or not self.active:
            self.held_since_ns = -1
        elif self.held_since_ns < 0:
            self.held_since_ns = now_ns
