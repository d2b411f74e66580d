"""The scheduler's settings: one frozen value, checked when it is made.

Decides which numbers are sane. Must never know where they came from (flag, environment,
file); `broker/config.py` builds it, `scheduler.py`, `window.py` and the policies read
it. Times are device time in ns.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

SECOND_NS = 1_000_000_000
_BOUNDS: dict[str, tuple[float, float]] = {
    "launches_per_batch": (1, 65_536),
    "launches_per_batch_urgent": (1, 65_536),
    "launches_per_batch_fifo": (1, 65_536),
    "window_ns": (0, SECOND_NS),
    "window_urgent_ns": (0, SECOND_NS),
    "window_alone_ns": (0, SECOND_NS),
    "window_top_ns": (0, SECOND_NS),
    "launches_in_flight_max": (2, 65_536),
    "launches_in_flight_alone": (2, 65_536),
    "launches_in_flight_urgent": (1, 64),
    "launches_in_flight_fifo": (1, 65_536),
    "linger_ns_min": (0, SECOND_NS),
    "linger_ns_default": (0, SECOND_NS),
    "linger_ns_max": (1, SECOND_NS),
    "duty_hold": (0.0, 1.0),
    "duty_sample_ns": (10_000, 60 * SECOND_NS),
    "duty_probe_samples": (1, 1_000_000),
    "min_share": (0.0, 0.5),
    "min_share_period_ns": (100_000, 600 * SECOND_NS),
    "hold_burst_after_ns": (10_000, 600 * SECOND_NS),
    "burst_ns_min": (1_000, SECOND_NS),
    "burst_ns_max": (1_000, 60 * SECOND_NS),
    "drain_give_up_ns": (1_000, 60 * SECOND_NS),
    "drain_defer_ns_max": (0, 60 * SECOND_NS),
    "drain_slot_ns": (0, SECOND_NS),
    "drain_share_max": (0.0001, 1.0),
    "quantum_ns": (100_000, SECOND_NS),
    "partition_period_ns": (1_000_000, 60 * SECOND_NS),
    "laxity_ns_min": (0, 60 * SECOND_NS),
    "story_length": (1, 1_000_000),
}
PARTITION_MODES = ("conserving", "strict")


@dataclass(frozen=True, slots=True)
class SchedulerConfig:
    """Every number the scheduler obeys.

    launches_per_batch: launches the worker may issue before it asks again, in bulk.
    launches_per_batch_urgent: the same for a lower class beside a CPU-bound high one.
        The "batch of 1" that a high arrival forces is not this number: that is the
        floor, which takes BULK away between two launches. What bounds the latency of
        the high class is the window, so asking after each launch would add a decision
        per launch and nothing else.
    launches_per_batch_fifo: batch under fifo.
    window_ns: estimated GPU time in flight per stream; 0 = no bound in time.
    launches_in_flight_max: bound in launches per stream beside window_ns.
    window_alone_ns, launches_in_flight_alone: the same two where no other session is.
    window_top_ns: window_ns of the only session of the highest class, above others; its
        bound in launches is launches_in_flight_alone, too.
    window_urgent_ns, launches_in_flight_urgent: the same two in URGENT. A high launch
        waits for the kernel that runs, however many are queued behind it at a lower
        stream priority; a decode of 2 us kernels, one at a time, is at a third of its
        speed.
    launches_in_flight_fifo: the only bound under fifo.
    linger_ns_min, _default, _max: how long an idle session still counts as busy;
        learned between _min and _max. _default: before, and what a switch costs.
    duty_hold: GPU time / wall time inside a request from which on lower classes are
        held rather than kept URGENT.
    duty_sample_ns: a request longer than this is sampled piecewise.
    duty_probe_samples: after this many samples taken beside URGENT work (fewer at
        first), one request is run with lower classes held, because contention hides
        the true duty.
    min_share: share of GPU time owed to every held class; 0 = none, it may starve.
    min_share_period_ns: span over which the share is owed.
    hold_burst_after_ns: a class held this long without a break gets its burst.
    burst_ns_min, burst_ns_max: bounds of one burst.
    drain_give_up_ns: how long a drain waits for the device to run empty.
    drain_defer_ns_max: how long a drain waits at most for higher classes to pause.
    drain_slot_ns: a tenant's further calls join its drained slot until it is so old.
    drain_share_max: share of time a tenant's drains may take while others have work.
    quantum_ns: length of a turn under fair, partition and deadline.
    partition_mode: "conserving" = time nobody of its owner wants goes to the others;
        "strict" = nobody gets more than its share, even of an idle device.
    partition_period_ns: under strict, what a tenant leaves unused is kept for so long.
    laxity_ns_min: under deadline, others are held once a request has no more time to
        spare than this.
    story_length: stimuli kept for the post-mortem.
    Raises: ValueError naming the key.
    """

    launches_per_batch: int = 500
    launches_per_batch_urgent: int = 500
    launches_per_batch_fifo: int = 500
    window_ns: int = 700_000
    launches_in_flight_max: int = 128
    launches_in_flight_urgent: int = 16
    window_urgent_ns: int = 40_000
    window_alone_ns: int = 20_000_000
    window_top_ns: int = 2_000_000
    launches_in_flight_alone: int = 256
    launches_in_flight_fifo: int = 500
    linger_ns_min: int = 20_000
    linger_ns_default: int = 200_000
    linger_ns_max: int = 1_000_000
    duty_hold: float = 0.6
    duty_sample_ns: int = 50_000_000
    duty_probe_samples: int = 32
    min_share: float = 0.05
    min_share_period_ns: int = 2 * SECOND_NS
    hold_burst_after_ns: int = SECOND_NS
    burst_ns_min: int = 5_000_000
    burst_ns_max: int = 100_000_000
    drain_give_up_ns: int = 50_000_000
    drain_defer_ns_max: int = SECOND_NS
    drain_slot_ns: int = 500_000
    drain_share_max: float = 0.02
    quantum_ns: int = 2_000_000
    partition_mode: str = "conserving"
    partition_period_ns: int = 100_000_000
    laxity_ns_min: int = 2_000_000
    story_length: int = 256

    def __post_init__(self) -> None:
        for field in fields(self):
            if field.name in _BOUNDS:
                self._check_bounds(field.name)
        if self.partition_mode not in PARTITION_MODES:
            known = " or ".join(PARTITION_MODES)
            raise ValueError(f"partition_mode: {self.partition_mode!r} is not {known}")
        self._check_order("linger_ns_min", "linger_ns_default")
        self._check_order("linger_ns_default", "linger_ns_max")
        self._check_order("burst_ns_min", "burst_ns_max")

    def _check_bounds(self, key: str) -> None:
        value = getattr(self, key)
        low, high = _BOUNDS[key]
        whole = isinstance(low, int)
        good = isinstance(value, int) if whole else isinstance(value, int | float)
        if isinstance(value, bool) or not good:
            kind = "a whole number" if whole else "a number"
            raise ValueError(f"{key}: {value!r} is not {kind}")
        if not low <= value <= high:
            raise ValueError(f"{key}: {value} is not between {low} and {high}")

    def _check_order(self, low_key: str, high_key: str) -> None:
        low, high = getattr(self, low_key), getattr(self, high_key)
        if low > high:
            raise ValueError(f"{low_key}: {low} is more than {high_key} = {high}")
