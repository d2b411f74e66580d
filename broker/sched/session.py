"""What the scheduler remembers of one session, and what it learns from it.

Decides the learned *duty* (GPU time / wall time inside a request); `pauses.py` learns
the *linger* (how long a pause may be and still belong to the request). Must never know
other sessions, grants or the policy. `scheduler.py` owns it; policies read it in
`rank`, `charge` and `below`, and may write `virtual_ns` alone.

A request is a span of work whose pauses are shorter than the linger. It has to bridge
pauses: an eager framework lets the device run empty after almost every launch, and a
duty taken between two such pauses would always be near 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from broker.sched.config import SchedulerConfig
from broker.sched.decisions import Mode
from broker.sched.pauses import Pauses
from broker.sched.stats import Account

if TYPE_CHECKING:
    from broker.sched.classes import ClassState

# What is left of the older samples when a new one comes: the last four or so count.
DUTY_MEMORY = 0.75
# The duty counts as known after so many samples, or so much measured time: what a
# session does first (a memset, a copy) says little about its requests.
DUTY_SAMPLES_MIN = 3
DUTY_WALL_NS_MIN = 1_000_000
# Samples beside lower work before the first probe; doubles with each probe.
PROBE_AFTER_FIRST = 2


@dataclass(slots=True, eq=False)
class SessionState:
    """One session.

    active: has work queued or in flight; worked: ever had any. linger_until_ns: > 0
    while it is idle and still counts as busy. stance: what the policy wants of lower
    classes while this one is busy; counted: the stance its class counts now, BULK =
    none. granted: the mode last decided, None = none yet or lost; until_ns: when that
    BURST ends. share, deadline_ns: see stimuli.SessionOpened. sample_start_ns: -1 = no
    sample is running.
    """

    session: int
    tenant: str
    class_: int
    weight: float
    group: ClassState
    pauses: Pauses
    level: int = -1
    granted: Mode | None = None
    active: bool = False
    worked: bool = False
    linger_until_ns: int = 0
    stance: Mode = Mode.BULK
    counted: Mode = Mode.BULK
    share: float = 0.0
    deadline_ns: int = 0
    until_ns: int = 0
    virtual_ns: int = 0
    queued: int = 0
    held_since_ns: int = -1
    idled_ns: int = -1
    duty: float | None = None
    duty_used_ns: float = 0.0
    duty_wall_ns: float = 0.0
    samples: int = 0
    sample_start_ns: int = -1
    sample_mark_ns: int = 0
    samples_beside: int = 0  # samples taken while lower classes issued
    charged_ns: int = -1  # when it was last charged for GPU time
    turned_ns: int = -1  # when it was last given a turn
    doubts: int = 0  # turns in which it seemed not to keep the device busy
    probe_after: int = PROBE_AFTER_FIRST
    probing: bool = False
    account: Account = field(default_factory=Account)

    @property
    def present(self) -> bool:
        return self.active or self.linger_until_ns > 0

    @property
    def linger_ns(self) -> int:
        """How long to count it as busy after it idles."""
        return self.pauses.linger_ns

    def begin_sample(self, now_ns: int, config: SchedulerConfig) -> bool:
        """Start to measure the duty; True when this sample is a probe.

        What is measured is the GPU time of the whole class: two sessions that fill the
        device together would each look half idle alone.
        """
        self.sample_start_ns = now_ns
        self.sample_mark_ns = self.group.account.used_ns
        self.probing = self.samples_beside >= self.probe_after
        if self.probing:
            self.samples_beside = 0
            self.probe_after = min(2 * self.probe_after, config.duty_probe_samples)
        return self.probing

    def end_sample(self, end_ns: int, beside: bool) -> None:
        """Fold the running sample, if any, into the duty.

        Args: beside: lower classes issued meanwhile. Contention stretches the wall
              time, so such a sample may raise the duty but not lower it.
        """
        start_ns, self.sample_start_ns = self.sample_start_ns, -1
        wall_ns = end_ns - start_ns
        if start_ns < 0 or wall_ns <= 0:
            return
        used_ns = min(wall_ns, self.group.account.used_ns - self.sample_mark_ns)
        if beside:
            self.samples_beside += 1
            if self.duty is not None and used_ns <= self.duty * wall_ns:
                return
        self._fold(used_ns, wall_ns)

    def _fold(self, used_ns: int, wall_ns: int) -> None:
        self.learn_duty(used_ns, wall_ns, overrule=self.probing)

    def learn_duty(self, used_ns: int, wall_ns: int, *, overrule: bool) -> None:
        """Add one sample, weighed by its length; overrule: forget those before."""
        memory = 0.0 if overrule else DUTY_MEMORY
        self.duty_used_ns = self.duty_used_ns * memory + used_ns
        self.duty_wall_ns = self.duty_wall_ns * memory + wall_ns
        self.samples += 1
        if self.samples >= DUTY_SAMPLES_MIN or self.duty_wall_ns >= DUTY_WALL_NS_MIN:
            self.duty = self.duty_used_ns / self.duty_wall_ns

    def drop_sample(self) -> None:
        """Forget the running sample: its wall time was not the session's own."""
        self.sample_start_ns = -1

    def open_hold(self, now_ns: int) -> None:
        if self.held_since_ns < 0:
            self.held_since_ns = now_ns

    def close_hold(self, now_ns: int) -> int:
        """End the hold, if any; returns how long it was, in ns."""
        if self.held_since_ns < 0:
            return 0
        held_ns = now_ns - self.held_since_ns
        self.held_since_ns = -1
        return held_ns
