"""Percentiles and summaries from raw arrays: exact, nothing is binned.

Decides the names and units of a tenant's figures: the keys of `vllm bench serve`, where
it has one. Must never know sockets, processes or tables. Called by `loadgen.report` and
`loadgen.runner`; pure.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

NS_PER_MS = 1_000_000
NS_PER_S = 1_000_000_000

# A cell is INVALID when the generator itself was late: p99 of schedule_delay above 1 ms
# of device time, or above 1 % of the latency promised (slo_ms) where a tenant states
# one.
SCHEDULE_DELAY_P99_MS_MAX = 1.0
SCHEDULE_DELAY_SLO_SHARE_MAX = 0.01
# And when the emulator was: p99 of its lateness above 2 % of the shortest median
# latency of the cell.
EMULATOR_LATENESS_P99_MAX = 0.02

RESAMPLES = 1000
RESAMPLED_VALUES_MAX = 20_000_000
INTERVAL_REQUESTS_MIN = 100


def milliseconds(values_ns: Sequence[int] | NDArray[np.int64]) -> NDArray[np.float64]:
    return np.asarray(values_ns, dtype=np.float64) / NS_PER_MS


def spread_ms(values_ms: NDArray[np.float64], suffix: str) -> dict[str, float]:
    """mean, median, std, p50, p99, max under keys such as p99_e2el_ms; {} if empty."""
    if not len(values_ms):
        return {}
    p50, p99 = np.percentile(values_ms, [50, 99])
    values = {
        "mean": values_ms.mean(),
        "median": p50,
        "std": values_ms.std(),
        "p50": p50,
        "p99": p99,
        "max": values_ms.max(),
    }
    return {f"{name}_{suffix}_ms": float(value) for name, value in values.items()}


def schedule_delay_limit_ms(slo_ms: float | None) -> float:
    """The bound of the lateness rule for one tenant."""
    if slo_ms is None:
        return SCHEDULE_DELAY_P99_MS_MAX
    return min(SCHEDULE_DELAY_P99_MS_MAX, SCHEDULE_DELAY_SLO_SHARE_MAX * slo_ms)


def tenant_summary(
    records: Sequence[dict[str, Any]],
    *,
    window_ns: int,
    rate_per_s: float | None,
    concurrency: int | None,
    arrival: str,
    slo_ms: float | None = None,
    warmup_ns: int = 0,
    burstiness: float | None = None,
) -> dict[str, Any]:
    """Figures of one tenant in one cell; all times are device time.

    records: one per request, as the tenant wrote them (intended_ns, sent_ns, first_ns,
    done_ns, schedule_delay_ns, status), times from the common start. A closed loop
    counts the requests done inside the window, over the time until the last of them was
    done; an open loop counts every request that was due in the window, however late it
    was done. Requests due before warmup_ns count nowhere, nor does that time.
    """
    sent, records = records, [r for r in records if r["intended_ns"] >= warmup_ns]
    good = [r for r in records if r["status"] == "completed"]
    latency_ms = milliseconds([r["done_ns"] - r["intended_ns"] for r in good])
    service_ms = milliseconds([r["done_ns"] - r["sent_ns"] for r in good])
    delay_ms = milliseconds([r["schedule_delay_ns"] for r in good])
    duration_ns = counted_ns(good, window_ns, warmup_ns, arrival)
    limit_ms = schedule_delay_limit_ms(slo_ms)
    delay = spread_ms(delay_ms, "schedule_delay")
    return {
        "num_prompts": len(records),
        "num_warmup": len(sent) - len(records),
        "warmup": warmup_ns / NS_PER_S,
        "completed": len(good),
        "failed": sum(r["status"] == "failed" for r in records),
        "incomplete": sum(r["status"] == "incomplete" for r in records),
        "duration": duration_ns / NS_PER_S,
        "arrival": arrival,
        "request_rate": rate_per_s,
        "burstiness": 1.0 if arrival == "poisson" else burstiness,
        "max_concurrency": concurrency,
        "request_throughput": len(good) * NS_PER_S / duration_ns,
        **spread_ms(latency_ms, "e2el"),
        **spread_ms(service_ms, "service"),
        **delay,
        "schedule_delay_limit_ms": limit_ms,
        "valid": delay.get("p99_schedule_delay_ms", 0.0) <= limit_ms and bool(good),
    }


def latencies_ms(records: Sequence[dict[str, Any]]) -> NDArray[np.float64]:
    """Of the completed requests after the warm-up, in order of the requests."""
    return milliseconds(
        [
            record["done_ns"] - record["intended_ns"]
            for record in records
            if record["status"] == "completed" and not record.get("warmup")
        ]
    )


def counted_ns(
    good: Sequence[dict[str, Any]], window_ns: int, warmup_ns: int, arrival: str
) -> int:
    """The time over which a tenant's completed requests are counted, > 0.

    A closed loop's begins with its first counted request: the one before reaches into
    the time after the warm-up.
    """
    begin, end = warmup_ns, max((r["done_ns"] for r in good), default=window_ns)
    if arrival != "closed":
        end = max(end, window_ns)
    elif warmup_ns and good:
        begin = min(r["intended_ns"] for r in good)
    return max(1, end - begin)


def p99_interval_ms(
    runs_ms: Sequence[NDArray[np.float64]], seed: int
) -> list[float] | None:
    """95 % interval of the p99 of all runs' latencies; None below 100 of them.

    Args: runs_ms: latencies of each repetition in order of their requests.
    """
    return interval(runs_ms, seed, lambda values: float(np.percentile(values, 99)))


def interval(
    runs: Sequence[NDArray[np.float64]],
    seed: int,
    statistic: Callable[[NDArray[np.float64]], float],
    values_min: int = INTERVAL_REQUESTS_MIN,
) -> list[float] | None:
    """95 % interval of a statistic of all runs' values, by bootstrap; None when they
    are fewer than values_min.

    Values that follow each other depend on each other (they shared a queue), so runs of
    them are drawn, of the cube root of their number, around each run's end: drawing
    them one by one would give too narrow an interval. Each run keeps its weight.
    """
    runs = [run for run in runs if len(run)]
    total = sum(map(len, runs))
    if total < values_min:
        return None
    random = np.random.default_rng([seed, total])
    resamples = min(RESAMPLES, max(100, RESAMPLED_VALUES_MAX // total))
    found = [
        statistic(np.concatenate([resample(run, random) for run in runs]))
        for _ in range(resamples)
    ]
    return [float(value) for value in np.percentile(found, [2.5, 97.5])]


def resample(
    values: NDArray[np.float64], random: np.random.Generator
) -> NDArray[np.float64]:
    """As many values, drawn in blocks that wrap around the end."""
    count = len(values)
    block = max(1, round(count ** (1 / 3)))
    starts = random.integers(0, count, math.ceil(count / block))
    chosen = (starts[:, None] + np.arange(block)) % count
    drawn: NDArray[np.float64] = values[chosen.ravel()[:count]]
    return drawn
