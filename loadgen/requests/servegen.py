"""Importer of ServeGen's rates of one client: arrivals drawn bin by bin.

Decides how gaps are drawn. Must never know arrivals of tenants. Called by
`loadgen.requests`.

The file has no header: start of the bin in seconds, requests a second, coefficient of
variation, Gamma or Weibull, and the two parameters (shape, scale) fitted to the gaps;
bins last until the next one starts. It states no requests: they are drawn here, each
bin from a stream of its own, so that a part of the trace is the same whether or not the
rest is asked for. The shape is the file's; the scale follows from the measured rate,
because the fitted scale of some bins gives a mean gap far from it. It states no token
lengths either.
"""

from __future__ import annotations

import csv
import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loadgen.requests.model import RequestError, RequestRow

LAST_BIN_S = 600.0
SHAPES = ("Gamma", "Weibull")
# Of one trace, before a limit: about a gigabyte of rows.
ROWS_MAX = 2_000_000


@dataclass(frozen=True, slots=True)
class Bin:
    """Times in seconds of the trace. shape: of the gaps' distribution."""

    start_s: float
    end_s: float
    rate_per_s: float
    distribution: str
    shape: float


def parse(
    text: str,
    seed: int,
    start_s: float = 0.0,
    end_s: float | None = None,
    limit: int | None = None,
) -> Iterator[RequestRow]:
    """Rows with start_s <= time < end_s in order, at most limit.

    Raises: RequestError when a line is wrong, or too many requests would be drawn.
    """
    end_s = math.inf if end_s is None else end_s
    bins = parse_bins(text)
    wanted = [
        (index, part)
        for index, part in enumerate(bins)
        if part.end_s > start_s and part.start_s < end_s and part.rate_per_s > 0
    ]
    expected = sum(part.rate_per_s * (part.end_s - part.start_s) for _, part in wanted)
    if limit is None and expected > ROWS_MAX:
        raise RequestError(
            f"about {expected:,.0f} requests would be drawn, at most {ROWS_MAX:,};"
            " give an end or a limit"
        )
    times = itertools.chain.from_iterable(
        draw_s(part, np.random.default_rng([seed, index])) for index, part in wanted
    )
    inside = (time for time in times if start_s <= time < end_s)
    for time in itertools.islice(inside, limit):
        yield RequestRow(float(time) * 1000.0)


def parse_bins(text: str) -> list[Bin]:
    rows = csv.reader(text.splitlines())
    bins: list[Bin] = []
    for cells in rows:
        if not cells:
            continue
        found = parse_bin(rows.line_num, cells)
        if bins:
            last = bins[-1]
            if found.start_s <= last.start_s:
                raise RequestError(
                    f"line {rows.line_num}, column 1: bins must follow in time"
                )
            bins[-1] = Bin(
                last.start_s,
                found.start_s,
                last.rate_per_s,
                last.distribution,
                last.shape,
            )
        bins.append(found)
    return bins


def parse_bin(line_number: int, cells: list[str]) -> Bin:
    def value(column: int, name: str, low: float) -> float:
        try:
            found = float(cells[column])
        except ValueError:
            found = math.nan
        if not (math.isfinite(found) and found >= low):
            raise RequestError(
                f"line {line_number}, column {column + 1}: {cells[column]!r}:"
                f" want {name} >= {low:g}"
            )
        return found

    if len(cells) < 5:
        raise RequestError(
            f"line {line_number}: {len(cells)} columns, want start_s, rate, cv,"
            " distribution, shape, scale"
        )
    start, rate = value(0, "seconds", 0), value(1, "requests/s", 0)
    if rate == 0:
        return Bin(start, start + LAST_BIN_S, 0.0, "", 0.0)
    if cells[3] not in SHAPES:
        raise RequestError(
            f"line {line_number}, column 4: {cells[3]!r}: want {' or '.join(SHAPES)}"
        )
    shape = value(4, "a shape", 1e-3)
    return Bin(start, start + LAST_BIN_S, rate, cells[3], shape)


def draw_s(part: Bin, random: np.random.Generator) -> NDArray[np.float64]:
    """Times of a bin's requests. The first gap counts from the bin's start."""
    mean_s, length_s = 1.0 / part.rate_per_s, part.end_s - part.start_s
    times = np.empty(0)
    elapsed = 0.0
    while elapsed < length_s:
        count = 16 + round(1.1 * part.rate_per_s * (length_s - elapsed))
        drawn = elapsed + np.cumsum(draw_gaps(part, mean_s, count, random))
        times = np.concatenate([times, drawn])
        elapsed = float(drawn[-1])
    return part.start_s + times[times < length_s]


def draw_gaps(
    part: Bin, mean_s: float, count: int, random: np.random.Generator
) -> NDArray[np.float64]:
    if part.distribution == "Gamma":
        return random.gamma(part.shape, mean_s / part.shape, count)
    unit = random.weibull(part.shape, count)
    return unit * (mean_s / math.gamma(1.0 + 1.0 / part.shape))
