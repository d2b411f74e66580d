"""Cuts, spreads, stretches and clamps a request trace, and counts what it did.

Decides the order in which that happens. Must never know file formats. Called by
`loadgen.requests`; pure.

The order: rows of one tenant, then start and end (the file's time), then the limit,
then times from the start, jitter, the time scale, and the clamps.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from loadgen.requests.model import RequestRow


@dataclass(frozen=True, slots=True)
class RowShape:
    """How a trace is changed; the defaults change nothing.

    only: keep the rows of this tenant. start_s, end_s: seconds of the file's time.
    limit: rows kept. jitter_ms: each row is moved later by a uniform draw from
    [0, jitter_ms) of the file's time, which spreads the rows of a file whose times come
    in coarse steps.
    time_scale: times are multiplied by it: 0.5 plays twice as fast. max_input,
    max_output: lengths above are cut to it.
    """

    only: str | None = None
    start_s: float = 0.0
    end_s: float | None = None
    limit: int | None = None
    jitter_ms: float = 0.0
    time_scale: float = 1.0
    max_input: int | None = None
    max_output: int | None = None


UNCHANGED = RowShape()


def apply(
    rows: list[RequestRow], shape: RowShape, seed: int
) -> tuple[list[RequestRow], dict[str, Any]]:
    """The changed rows, sorted, and notes: every change that was asked for, counted."""
    notes: dict[str, Any] = {"rows_read": len(rows)}
    rows = cut(sorted(rows, key=lambda row: row.timestamp_ms), shape)
    notes["rows_kept"] = len(rows)
    if shape.jitter_ms:
        notes["jitter_ms"], notes["jitter_seed"] = shape.jitter_ms, seed
    if shape.time_scale != 1.0:
        notes["time_scale"] = shape.time_scale
    rows = move(rows, shape, seed)
    for name, most in (
        ("input_length", shape.max_input),
        ("output_length", shape.max_output),
    ):
        if most is not None:
            clamped = sum(getattr(row, name) > most for row in rows)
            notes[f"{name}_max"], notes[f"{name}_clamped"] = most, clamped
    return [clamp(row, shape) for row in rows], notes


def cut(rows: list[RequestRow], shape: RowShape) -> list[RequestRow]:
    start = shape.start_s * 1000.0
    end = math.inf if shape.end_s is None else shape.end_s * 1000.0
    kept = [
        row
        for row in rows
        if start <= row.timestamp_ms < end and shape.only in (None, row.tenant)
    ]
    return kept[: shape.limit]


def move(rows: list[RequestRow], shape: RowShape, seed: int) -> list[RequestRow]:
    late = np.random.default_rng([seed, 0x6A17]).uniform(
        0.0, shape.jitter_ms, len(rows)
    )
    start = shape.start_s * 1000.0
    moved = [
        replace(
            row,
            timestamp_ms=(row.timestamp_ms - start + float(more)) * shape.time_scale,
        )
        for row, more in zip(rows, late, strict=True)
    ]
    return sorted(moved, key=lambda row: row.timestamp_ms)


def clamp(row: RequestRow, shape: RowShape) -> RequestRow:
    """Lengths within the bounds; prompt blocks are cut in proportion."""
    most_in = row.input_length if shape.max_input is None else shape.max_input
    most_out = row.output_length if shape.max_output is None else shape.max_output
    ids = row.hash_ids
    if row.input_length > most_in:
        ids = ids[: math.ceil(len(ids) * most_in / row.input_length)]
    return replace(
        row,
        input_length=min(row.input_length, most_in),
        output_length=min(row.output_length, most_out),
        hash_ids=ids,
    )
