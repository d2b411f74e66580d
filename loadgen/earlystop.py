"""How many requests show that a percentile is met, as MLPerf's early stopping counts.

Decides when a number of slow requests among all is few enough. Must never know clocks,
tenants or rates. Called by `loadgen.search`; pure.

Suppose requests are slow with probability 1 - percentile: the bound is just not met. If
so few slow ones among n requests would then turn up with a chance of at most
1 - confidence, the bound is taken as met. That chance is the lower tail of the binomial
distribution, or the regularised incomplete beta function
I_percentile(n - slow, slow + 1).
"""

from __future__ import annotations

import math

QUERIES_MAX = 1 << 40


def lower_tail(slow: int, queries: int, slow_share: float) -> float:
    """P(at most `slow` of `queries` are slow); each is with probability slow_share.

    Summed in logarithms: the terms themselves underflow for a few thousand queries.
    """
    if slow >= queries:
        return 1.0
    log_share, log_rest = math.log(slow_share), math.log1p(-slow_share)
    terms = [
        math.lgamma(queries + 1)
        - math.lgamma(k + 1)
        - math.lgamma(queries - k + 1)
        + k * log_share
        + (queries - k) * log_rest
        for k in range(slow + 1)
    ]
    most = max(terms)
    total = math.exp(most) * math.fsum(math.exp(term - most) for term in terms)
    return min(1.0, total)


def queries_needed(slow: int, percentile: float, confidence: float) -> int:
    """The least number of requests among which `slow` may be too slow.

    Args: percentile, confidence: in (0, 1), such as 0.99.
    """
    share, chance = 1.0 - percentile, 1.0 - confidence
    high = slow + 1
    while lower_tail(slow, high, share) > chance:
        high *= 2
        assert high < QUERIES_MAX, "no number of queries is enough"
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        if lower_tail(slow, middle, share) > chance:
            low = middle
        else:
            high = middle
    return high


def slow_allowed(queries: int, percentile: float, confidence: float) -> int:
    """The most slow requests among `queries` that still show the bound is met; -1: even
    none would not show it, more queries are needed."""
    low, high = -1, queries
    share, chance = 1.0 - percentile, 1.0 - confidence
    while high - low > 1:
        middle = (low + high) // 2
        if lower_tail(middle, queries, share) <= chance:
            low = middle
        else:
            high = middle
    return low
