"""Turns a trace of any known form into one of ours: requests or kernels.

Decides which family a file belongs to and what is said about the conversion. Must never
know the formats themselves or how traces are replayed. Called by `loadgen.cli`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from loadgen import files, requests, traces
from loadgen.requests import RequestError, RequestTrace, jsonl
from loadgen.traces import Trace, TraceError, ktrace

REQUEST_FORMS = ("jsonl", "mooncake")
KERNEL_FORMS = ("ktrace",)


class ConvertError(ValueError):
    """The conversion asked for is not possible; the text says what would be."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """source_format: None = by the file's content. target: one of the forms.

    input_length, output_length: for the rows of a file that states none.
    """

    source: Path
    target: Path
    source_format: str | None = None
    target_format: str | None = None
    shape: requests.RowShape = requests.UNCHANGED
    seed: int = 1
    input_length: int = 0
    output_length: int = 0


def convert(work: Conversion) -> list[str]:
    """Write the target; returns lines that say what was done.

    Raises: TraceError, RequestError or ConvertError naming the file and what would do.
    """
    check(work)
    try:
        if is_kernel_trace(work):
            return convert_kernels(work)
        return convert_requests(work)
    except OSError as error:
        raise ConvertError(f"{work.target}: cannot be written: {error}") from None


def check(work: Conversion) -> None:
    sources = (*requests.FORMATS, *traces.FORMATS)
    targets = (*REQUEST_FORMS, *KERNEL_FORMS)
    for option, value, known in (
        ("--from", work.source_format, sources),
        ("--to", work.target_format, targets),
    ):
        if value not in (None, *known):
            raise ConvertError(f"{option} {value}: want one of {', '.join(known)}")
    if not (work.shape.time_scale > 0 and math.isfinite(work.shape.time_scale)):
        raise ConvertError("--time-scale must be above 0")
    if work.shape.end_s is not None and work.shape.end_s <= work.shape.start_s:
        raise ConvertError("--end must lie after --start")


def is_kernel_trace(work: Conversion) -> bool:
    """As named by --from, else by --to, else by what the file looks like."""
    if work.source_format is not None:
        return work.source_format in traces.FORMATS
    if work.target_format is not None:
        return work.target_format in KERNEL_FORMS
    if files.is_sqlite(work.source):
        return True
    first = files.read_text(work.source, ConvertError).lstrip().split("\n", 1)[0]
    if not first.startswith("{"):
        return traces.orion.is_orion(first)
    try:
        values = json.loads(first)
    except ValueError:
        return True  # a JSON document of many lines
    return "ktrace" in values or "traceEvents" in values


# ---------------------------------------------------------------- kernels
def convert_kernels(work: Conversion) -> list[str]:
    if work.target_format not in (None, *KERNEL_FORMS):
        raise ConvertError(
            f"{work.source} is a kernel trace: --to {work.target_format} is for"
            " requests; want --to ktrace"
        )
    changed = replace(work.shape, start_s=0.0, end_s=None)
    if changed != requests.UNCHANGED:
        raise ConvertError(
            "a kernel trace takes --start and --end alone; the other changes are for"
            " requests"
        )
    trace = traces.load(work.source)
    part = cut(trace, work.shape.start_s, work.shape.end_s)
    count = files.write_lines(work.target, ktrace.dump(part)) - 1
    lines = [
        f"{work.target}: {count:,} operations, device busy {part.busy_ns / 1e6:.2f} ms"
        f" in {part.span_ns / 1e6:.2f} ms"
    ]
    if trace.dropped:
        lines.append(f"{trace.dropped:,} operations without their host call dropped")
    if count < len(trace.ops):
        lines.append(f"{len(trace.ops) - count:,} operations outside start and end")
    return lines


def cut(trace: Trace, start_s: float, end_s: float | None) -> Trace:
    """Operations that start in [start_s, end_s) of the device's time, from 0 again."""
    start = round(start_s * 1e9)
    end = None if end_s is None else round(end_s * 1e9)
    kept = [
        op
        for op in trace.ops
        if op.start_ns >= start and (end is None or op.start_ns < end)
    ]
    if not any(op.kind in traces.DEVICE_KINDS for op in kept):
        raise TraceError(
            f"{trace.source}: nothing between start and end; it lasts"
            f" {trace.span_ns / 1e9:g} s"
        )
    origin = min(op.start_ns for op in kept)
    host = min(
        (op.host_start_ns for op in kept if op.host_start_ns is not None), default=0
    )
    moved = tuple(
        replace(
            op,
            start_ns=op.start_ns - origin,
            host_start_ns=None if op.host_start_ns is None else op.host_start_ns - host,
        )
        for op in kept
    )
    return replace(trace, ops=moved)


# ---------------------------------------------------------------- requests
def convert_requests(work: Conversion) -> list[str]:
    if work.target_format not in (None, *REQUEST_FORMS):
        raise ConvertError(
            f"{work.source} is a request trace: --to {work.target_format} is for"
            f" kernels; want --to {' or '.join(REQUEST_FORMS)}"
        )
    trace = requests.load(
        work.source, work.shape, seed=work.seed, format=work.source_format
    )
    rows = [
        replace(
            row,
            input_length=row.input_length or work.input_length,
            output_length=row.output_length or work.output_length,
        )
        for row in trace.rows
    ]
    lines = jsonl.dump(rows, mooncake=work.target_format == "mooncake")
    files.write_lines(work.target, lines)
    return [describe(work.target, replace(trace, rows=tuple(rows))), *note_lines(trace)]


def describe(target: Path, trace: RequestTrace) -> str:
    count, span_s = len(trace.rows), trace.span_ms / 1e3
    rate = f", {(count - 1) / span_s:.2f} requests/s" if span_s else ""
    mean_in = sum(row.input_length for row in trace.rows) / count
    mean_out = sum(row.output_length for row in trace.rows) / count
    return (
        f"{target}: {count:,} requests in {span_s:,.1f} s{rate}; mean tokens"
        f" {mean_in:,.0f} in, {mean_out:,.0f} out"
    )


def note_lines(trace: RequestTrace) -> Iterable[str]:
    """Every change that was made to the file's own rows."""
    notes = dict(trace.notes)
    read, kept = notes.pop("rows_read"), notes.pop("rows_kept")
    if kept < read:
        yield f"{read - kept:,} of {read:,} rows left out"
    if trace.format == "servegen":
        yield "arrivals drawn from the file's rates; it states no token lengths"
    for name, value in notes.items():
        yield f"{name.replace('_', ' ')}: {value:g}"


__all__ = ["Conversion", "ConvertError", "RequestError", "TraceError", "convert"]
