"""When requests arrive: constant, Poisson, gamma, in bursts, as in a trace, or closed
loop.

Decides intended start times from a rate, a shape and a seed. Must never know traces'
files, clocks or the client. Called by `loadgen.tenant`; pure.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NS_PER_S = 1_000_000_000
KINDS = ("constant", "poisson", "gamma", "burst", "trace", "closed")
RAMPS = ("linear", "exponential")
RAMP_PARTS = 1024

Times = NDArray[np.int64]
Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ArrivalShape:
    """What a rate alone does not say.

    burstiness: of gamma; the gaps' coefficient of variation is 1 / sqrt(burstiness): 1
    is Poisson, below 1 comes in bursts, above 1 is more even. ramp: the rate grows from
    ramp_from (requests/s) for ramp_s seconds (None: the whole window), then stays.
    on_s, off_s: of burst; requests come, at random, only while it is on, at a rate
    higher by (on_s + off_s) / on_s. Seconds are device time.
    """

    burstiness: float = 1.0
    ramp: str | None = None
    ramp_from: float | None = None
    ramp_s: float | None = None
    on_s: float | None = None
    off_s: float | None = None


UNSHAPED = ArrivalShape()


def intended_ns(
    kind: str,
    rate_per_s: float,
    window_ns: int,
    seed: int,
    tenant: str,
    shape: ArrivalShape = UNSHAPED,
) -> Times:
    """Intended starts, sorted, in [0, window_ns), device time.

    The number of requests is what the rate gives in the window, whatever the kind, so
    that cells and seeds offer the same load. For Poisson that is the process given its
    count: uniform times, sorted; the gaps are exponential but for the count being
    fixed. (Drawing gaps until the window is full would let the load of a short cell
    vary by a tenth.) Gamma is the same with gaps of that shape: drawn, then stretched
    to end with the window. A ramp and bursts bend the clock of such a process: its
    times are taken as expected counts, and become the times at which those are reached.

    Raises: ValueError for closed loop and trace, which have no rate, or no request at
    all.
    """
    if kind not in ("constant", "poisson", "gamma", "burst"):
        raise ValueError(f"no intended times for arrival {kind!r}")
    bend = expected_counts(kind, rate_per_s, window_ns, shape)
    expected = rate_per_s * window_ns / NS_PER_S if bend is None else bend[1][-1]
    count = round(expected)
    if count < 1:
        raise ValueError(
            f"{rate_per_s:g} requests/s for {window_ns / NS_PER_S:g} s give no request"
        )
    times = even_ns(kind, count, window_ns, generator(seed, tenant), shape.burstiness)
    if bend is None:
        return as_ns(times)
    bent = np.interp(times / window_ns * expected, bend[1], bend[0])
    return as_ns(np.minimum(bent, window_ns - 1))


def as_ns(times: Values) -> Times:
    return np.asarray(times, dtype=np.int64)


def even_ns(
    kind: str,
    count: int,
    window_ns: int,
    random: np.random.Generator,
    burstiness: float,
) -> Values:
    """Times of a process whose rate does not change."""
    if kind == "constant":
        return np.arange(count, dtype=np.float64) * (window_ns / count)
    if kind == "gamma":
        ends = np.cumsum(random.gamma(burstiness, 1.0, count + 1))
        # Gaps of a small shape may all but vanish: a sum of 0 has no scale.
        times = ends[:-1] * (window_ns / max(ends[-1], np.finfo(float).tiny))
        return np.asarray(np.minimum(times, window_ns - 1), dtype=np.float64)
    return np.sort(random.uniform(0, window_ns, count))


def expected_counts(
    kind: str, rate_per_s: float, window_ns: int, shape: ArrivalShape
) -> tuple[Values, Values] | None:
    """Times in ns and how many requests are expected by then; None when evenly."""
    if kind == "burst":
        return burst_counts(rate_per_s, window_ns, shape)
    if shape.ramp is None:
        return None
    return ramp_counts(rate_per_s, window_ns, shape)


def burst_counts(
    rate_per_s: float, window_ns: int, shape: ArrivalShape
) -> tuple[Values, Values]:
    """Rises while on, rests while off; ends at rate * window whatever is cut off."""
    on, off = (shape.on_s or 0) * NS_PER_S, (shape.off_s or 0) * NS_PER_S
    starts = np.arange(0, window_ns, on + off, dtype=np.float64)
    edges = np.minimum(np.column_stack([starts, starts + on]), window_ns)
    on_ns = np.cumsum(edges[:, 1] - edges[:, 0])
    counts = np.column_stack([np.concatenate([[0.0], on_ns[:-1]]), on_ns])
    total = rate_per_s * window_ns / NS_PER_S
    return edges.ravel(), counts.ravel() * (total / on_ns[-1])


def ramp_counts(
    rate_per_s: float, window_ns: int, shape: ArrivalShape
) -> tuple[Values, Values]:
    """The integral of the rate, in parts; the rate is taken as linear within one."""
    first = shape.ramp_from or 0.0
    ramp_ns = window_ns if shape.ramp_s is None else shape.ramp_s * NS_PER_S
    ramp_ns = min(ramp_ns, window_ns)
    part = np.linspace(0.0, 1.0, RAMP_PARTS + 1)
    if shape.ramp == "exponential":
        rates = first * (rate_per_s / first) ** part
    else:
        rates = first + (rate_per_s - first) * part
    times = part * ramp_ns
    counts = np.cumsum(np.diff(times) * (rates[:-1] + rates[1:]) / 2) / NS_PER_S
    counts = np.concatenate([[0.0], counts])
    rest = rate_per_s * (window_ns - ramp_ns) / NS_PER_S
    return np.append(times, window_ns), np.append(counts, counts[-1] + rest)


def from_rows(timestamps_ms: list[float], window_ns: int) -> Times:
    """A request trace's times that fall into the window.

    Raises: ValueError when none does.
    """
    times = np.array(timestamps_ms) * (NS_PER_S / 1000.0)
    inside = times[times < window_ns].astype(np.int64)
    if not len(inside):
        raise ValueError(
            f"the trace's first request comes at {times.min() / NS_PER_S:g} s, after"
            f" the window of {window_ns / NS_PER_S:g} s (device time)"
        )
    return inside


def generator(seed: int, tenant: str) -> np.random.Generator:
    """Tenants of one run draw from streams of their own."""
    return np.random.default_rng([seed, zlib.crc32(tenant.encode())])


def rate_for_busy(busy_share: float, request_busy_ns: int) -> float:
    """Requests a second that keep the device busy for busy_share of the time."""
    if not 0 < busy_share < 1:
        raise ValueError(f"busy must lie between 0 and 1, not {busy_share:g}")
    return busy_share * NS_PER_S / request_busy_ns
