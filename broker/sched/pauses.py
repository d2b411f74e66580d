"""How long a session's pauses are, and so how long it pays to wait for their end.

Decides the linger: how long a session that has idled still counts as busy. Must never
know the session, grants or the policy. `session.py` owns one per session.

A pause that is waited for costs lower classes its length; one that lasts longer than
the linger costs them the linger, and then a switch there and back. The linger is the
length for which that would have cost least over the recent pauses. An eager framework
pauses 25-100 us after most launches: all of them are waited for. A request that is over
is followed by milliseconds: no part of them is.
"""

from __future__ import annotations

from broker.sched.config import SchedulerConfig

# What is left of the older pauses when a new one comes: the last thirty or so count.
MEMORY = 31 / 32
# The sum of weights from which on the pauses are believed.
KNOWN = 2.5


class Pauses:
    """Lengths in classes that double from linger_ns_min on; the last has the rest."""

    def __init__(self, config: SchedulerConfig) -> None:
        self._switch_ns = config.linger_ns_default
        self._bounds = _bounds(config.linger_ns_min, config.linger_ns_max)
        self._counts = [0.0] * (len(self._bounds) + 1)
        self._sums_ns = [0.0] * (len(self._bounds) + 1)
        self.linger_ns = config.linger_ns_default

    def learn(self, pause_ns: int) -> None:
        """Take in one pause, >= 0."""
        for index in range(len(self._counts)):
            self._counts[index] *= MEMORY
            self._sums_ns[index] *= MEMORY
        index = sum(pause_ns > bound for bound in self._bounds)
        self._counts[index] += 1
        self._sums_ns[index] += pause_ns
        if sum(self._counts) >= KNOWN:
            self.linger_ns = self._cheapest()

    def _cheapest(self) -> int:
        left, waited_ns = sum(self._counts), 0.0
        best_ns, best = self._bounds[0], float("inf")
        for bound, count, sum_ns in zip(
            self._bounds, self._counts, self._sums_ns, strict=False
        ):
            left -= count
            waited_ns += sum_ns
            cost = waited_ns + left * (bound + self._switch_ns)
            if cost < best:
                best_ns, best = bound, cost
        return best_ns


def _bounds(least_ns: int, most_ns: int) -> list[int]:
    bounds = [least_ns]
    step = max(least_ns, 1)
    while step * 2 < most_ns:
        step *= 2
        bounds.append(step)
    return [*bounds, most_ns] if most_ns > least_ns else bounds
