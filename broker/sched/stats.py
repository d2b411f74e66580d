"""Counts and small histograms of what the scheduler did. Adds up; decides nothing.

Must never know a clock or a metrics library: `broker/metrics.py` and the admin socket
read `as_dict()`. Filled by `scheduler.py` alone.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

# Four buckets to a factor of two, from 1 us: a percentile is at most 19 % too high.
_STEPS = 4
_BUCKETS = 26 * _STEPS
_LIMITS_NS: tuple[int, ...] = tuple(
    int(1_000 * 2 ** (step / _STEPS)) for step in range(_BUCKETS)
)


class Histogram:
    """Times in ns, in fixed buckets of geometric width from 1 us to 47 s.

    Why not keep samples: a broker runs for months, and the metrics page wants buckets.
    """

    __slots__ = ("_counts", "count", "max_ns", "sum_ns")

    def __init__(self) -> None:
        self._counts = [0] * (_BUCKETS + 1)
        self.count = 0
        self.sum_ns = 0
        self.max_ns = 0

    def add(self, value_ns: int) -> None:
        """Count one time; a negative one (clocks of two threads) counts as 0."""
        value_ns = max(0, value_ns)
        self._counts[_bucket_of(value_ns)] += 1
        self.count += 1
        self.sum_ns += value_ns
        self.max_ns = max(self.max_ns, value_ns)

    def percentile(self, fraction: float) -> int:
        """Upper bound in ns of the bucket that holds this fraction; 0 when empty.

        Args: fraction: 0..1.
        """
        wanted = fraction * self.count
        seen = 0
        for index, count in enumerate(self._counts):
            seen += count
            if count and seen >= wanted:
                limit = _LIMITS_NS[index] if index < _BUCKETS else self.max_ns
                return min(limit, self.max_ns)
        return 0

    def buckets(self) -> list[tuple[int, int]]:
        """(upper bound in ns, count up to it), only where the count grows."""
        result: list[tuple[int, int]] = []
        seen = 0
        for limit, count in zip(_LIMITS_NS, self._counts, strict=False):
            seen += count
            if count:
                result.append((limit, seen))
        return result

    def as_dict(self) -> dict[str, int]:
        return {
            "count": self.count,
            "p50_ns": self.percentile(0.50),
            "p99_ns": self.percentile(0.99),
            "max_ns": self.max_ns,
            "sum_ns": self.sum_ns,
        }


def _bucket_of(value_ns: int) -> int:
    """Index of the first limit >= value_ns."""
    low, high = 0, _BUCKETS
    while low < high:
        middle = (low + high) // 2
        if _LIMITS_NS[middle] < value_ns:
            low = middle + 1
        else:
            high = middle
    return low


@dataclass(slots=True)
class Account:
    """What happened to one session, or to all sessions of one class."""

    used_ns: int = 0  # estimated GPU time
    grants: int = 0
    launches: int = 0  # reported in BatchSpent; the worker's own count is exact
    preemptions: int = 0  # stopped by the floor in the middle of a batch
    holds: int = 0
    hold_ns: int = 0  # held with work waiting
    bursts: int = 0
    burst_ns: int = 0  # granted
    switches: int = 0  # times it took the device from a lower class
    flaps_avoided: int = 0  # came back within the linger


@dataclass(slots=True)
class Totals:
    """What happened in the whole scheduler since it started."""

    stimuli: int = 0
    decisions: int = 0
    switches: int = 0
    flaps_avoided: int = 0
    holds: int = 0
    hold_ns: int = 0
    bursts: int = 0
    burst_ns: int = 0
    drains: int = 0
    drains_given_up: int = 0
    drains_deferred: int = 0  # had to wait for a higher class or their tenant's share
    drains_shared: int = 0  # ran in the slot of an earlier one of the same tenant
    drains_gave_way: int = 0  # were put back, because a higher class came
    drain_ns: int = 0  # from the hold to DrainFinished
    duty_probes: int = 0
    policy_switches: int = 0
    stale: int = 0  # stimuli about sessions or tickets that were gone


@dataclass(slots=True)
class SwitchStats:
    """How fast the switches were, as the worker measured them.

    last_issue: arrival of high work to the last lower launch issued.
    in_flight: estimated lower GPU time on the device at that moment.
    first_high: arrival to the first high launch running.
    release: end of high work to when the worker let lower classes go on by itself.
    """

    last_issue: Histogram = field(default_factory=Histogram)
    in_flight: Histogram = field(default_factory=Histogram)
    first_high: Histogram = field(default_factory=Histogram)
    release: Histogram = field(default_factory=Histogram)

    def as_dict(self) -> dict[str, dict[str, int]]:
        return {
            "last_lower_issue": self.last_issue.as_dict(),
            "lower_in_flight": self.in_flight.as_dict(),
            "first_high": self.first_high.as_dict(),
            "release": self.release.as_dict(),
        }


def account_dict(account: Account | Totals) -> dict[str, Any]:
    return asdict(account)
