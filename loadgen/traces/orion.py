"""Importer for Orion's CSV of kernels: Name, Profile, Memory_footprint, SM_usage,
Duration.

Decides what such a file can say. Must never know replay. Called by
`loadgen.traces.load`.

It names kernels and their durations (ns) in order, and neither starts, grids nor the
device: each kernel starts here when the one before ends, on one stream, and is replayed
one block per multiprocessor. Profile (1 bound by compute, 0 by memory, -1 unknown) and
SM_usage are kept as they were.
"""

from __future__ import annotations

import csv

from loadgen.traces.model import DeviceShape, Op, OpKind, Trace, TraceError
from loadgen.traces.model import finish as finish_trace

COLUMNS = ("Name", "Profile", "Memory_footprint", "SM_usage", "Duration")


def is_orion(first_line: str) -> bool:
    cells = [cell.strip() for cell in first_line.split(",")]
    return "Name" in cells and "Duration" in cells


def parse(text: str, source: str) -> Trace:
    """Raises: TraceError naming the line and the column at fault."""
    rows = csv.DictReader(text.splitlines(), skipinitialspace=True)
    ops: list[Op] = []
    start_ns = 0
    for row in rows:
        duration_ns = parse_duration(rows.line_num, row)
        extra = {k: v for k, v in row.items() if k and k not in ("Name", "Duration")}
        ops.append(
            Op(
                OpKind.KERNEL,
                str(row["Name"]),
                start_ns,
                duration_ns,
                extra={"orion": extra},
            )
        )
        start_ns += duration_ns
    device = DeviceShape(name="unknown (an Orion CSV does not say)")
    return finish_trace(source, device, ops)


def parse_duration(line_number: int, row: dict[str, str]) -> int:
    text = row["Duration"]
    try:
        value = round(float(text))
        if value < 0:
            raise ValueError
    except (TypeError, ValueError, OverflowError):
        raise TraceError(
            f"line {line_number}, column Duration: {text!r}: want nanoseconds >= 0"
        ) from None
    return value
