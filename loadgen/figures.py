"""What a report shows, as numbers: curves, ratios and spans ready to be drawn.

Decides which requests and cells a drawing is made of. Must never know how anything is
drawn. Called by `loadgen.plots` and `loadgen.page`; pure.
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Record = dict[str, Any]
Values = NDArray[np.float64]

ALONE = "alone"
CURVE_POINTS = 400
# Requests shown of a tenant in an excerpt: what can be told apart on a page.
EXCERPT_HIGH_REQUESTS = 12
EXCERPT_REQUESTS_MAX = 120


def tenants(summary: dict[str, Any]) -> dict[str, int]:
    """Class by tenant, highest class first."""
    found = {
        name: figures["class"]
        for cell in summary["cells"].values()
        for name, figures in cell["tenants"].items()
    }
    return dict(sorted(found.items(), key=lambda item: item[1]))


def is_alone(cell: str) -> bool:
    """Of this run, or of one that is shown beside it ("native alone")."""
    return cell == ALONE or cell.endswith(f" {ALONE}")


def latencies_ms(records: list[Record], cell: str, tenant: str) -> Values:
    """Of the requests that count, sorted; of all repetitions together."""
    found = [
        (record["done_ns"] - record["intended_ns"]) / 1e6
        for record in records
        if (record["cell"], record["tenant"]) == (cell, tenant)
        and record["status"] == "completed"
        and not record.get("warmup")
    ]
    return np.sort(np.array(found, dtype=np.float64))


def tail_curve(sorted_ms: Values) -> tuple[Values, Values]:
    """Nines (-log10 of the share above: 1 is 90 %, 2 is 99 %) and latency there.

    At most CURVE_POINTS of them, evenly spaced in nines: a tail is a few requests.
    """
    count = len(sorted_ms)
    nines = -np.log10(1.0 - (np.arange(count) + 0.5) / count)
    if count > CURVE_POINTS:
        wanted = np.linspace(nines[0], nines[-1], CURVE_POINTS)
        chosen = np.unique(np.searchsorted(nines, wanted).clip(0, count - 1))
        nines, sorted_ms = nines[chosen], sorted_ms[chosen]
    return nines, sorted_ms


@dataclass(frozen=True, slots=True)
class Ratio:
    """A figure over the same alone, with its least and most where there are
    repetitions."""

    value: float
    low: float
    high: float


def ratio(summary: dict[str, Any], cell: str, tenant: str, key: str) -> Ratio | None:
    """Over the cell's `reference`, "alone" if it names none; None where that has not
    got the figure."""
    cells = summary["cells"]
    reference = cells.get(cells[cell].get("reference", ALONE), {"tenants": {}})
    alone = reference["tenants"].get(tenant, {}).get(key)
    figures = cells[cell]["tenants"].get(tenant, {})
    if not alone or figures.get(key) is None:
        return None
    low, high = figures.get("spread", {}).get(key, [figures[key]] * 2)
    return Ratio(figures[key] / alone, low / alone, high / alone)


def mean_ratio(ratios: list[Ratio]) -> Ratio:
    """Geometric: twice as slow and half as slow cancel out."""
    columns = zip(*((r.value, r.low, r.high) for r in ratios), strict=True)
    return Ratio(*(statistics.geometric_mean(column) for column in columns))


@dataclass(frozen=True, slots=True)
class TradeOff:
    """One cell: slowdown of the highest class against throughput of the lowest."""

    cell: str
    p50: Ratio
    p99: Ratio
    throughput: Ratio


def trade_offs(summary: dict[str, Any]) -> list[TradeOff]:
    """Empty without a cell "alone", or when all tenants are of one class."""
    classes = tenants(summary)
    if len(set(classes.values())) < 2:
        return []
    high = [n for n, c in classes.items() if c == min(classes.values())]
    low = [n for n, c in classes.items() if c == max(classes.values())]
    found = []
    for cell in summary["cells"]:
        columns = [
            [ratio(summary, cell, name, key) for name in names]
            for names, key in (
                (high, "p50_e2el_ms"),
                (high, "p99_e2el_ms"),
                (low, "request_throughput"),
            )
        ]
        known = [[r for r in column if r and r.value > 0] for column in columns]
        if not is_alone(cell) and all(
            len(k) == len(c) for k, c in zip(known, columns, strict=True)
        ):
            found.append(TradeOff(cell, *map(mean_ratio, known)))
    return found


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A span of device time, the same of all cells."""

    start_ns: int
    end_ns: int
    around: str


def excerpt(summary: dict[str, Any], records: list[Record]) -> Excerpt | None:
    """Around the slowest request of the highest class; None without shared cells.

    Long enough for a dozen of its requests, unless a busier tenant would then fill the
    page.
    """
    shown = [r for r in first_runs(records) if r.get("done_ns") is not None]
    if not shown:
        return None
    high = next(iter(tenants(summary)))
    candidates = [r for r in shown if r["tenant"] == high] or shown
    worst = max(candidates, key=lambda r: int(r["done_ns"] - r["intended_ns"]))
    end_ns = max(r["done_ns"] for r in shown)
    length = end_ns
    for key, group in itertools.groupby(sorted(shown, key=lane_key), key=lane_key):
        most = EXCERPT_HIGH_REQUESTS if key[1] == high else EXCERPT_REQUESTS_MAX
        length = min(length, round(end_ns * most / max(1, len(list(group)))))
    length = max(length, round(1.5 * (worst["done_ns"] - worst["intended_ns"])))
    start = max(0, worst["intended_ns"] - length // 4)
    return Excerpt(start, start + length, f"{worst['tenant']} under {worst['cell']}")


def lane_key(record: Record) -> tuple[str, str]:
    return str(record["cell"]), str(record["tenant"])


def first_runs(records: list[Record]) -> Iterator[Record]:
    """The first repetition of cells that tenants share."""
    for record in records:
        if not is_alone(record["cell"]) and not record.get("repetition"):
            yield record


def overtakes_ns(records: list[Record], cell: str, tenant: str) -> list[int]:
    """Intended times of a tenant's requests that met a lower class' request on the
    device: there the broker had to make way."""
    here = [
        r
        for r in first_runs(records)
        if r["cell"] == cell and r.get("done_ns") is not None
    ]
    own = [r for r in here if r["tenant"] == tenant]
    if not own:
        return []
    lower = sorted(
        (r["first_ns"], r["done_ns"]) for r in here if r["class"] > own[0]["class"]
    )
    starts = np.array([start for start, _ in lower])
    ends = np.maximum.accumulate([end for _, end in lower] or [0])
    found = []
    for record in own:
        before = int(np.searchsorted(starts, record["intended_ns"], side="right"))
        if before and ends[before - 1] > record["intended_ns"]:
            found.append(int(record["intended_ns"]))
    return found
