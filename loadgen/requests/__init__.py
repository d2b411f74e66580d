"""Request traces: when requests came and how long they were, read from files.

`load` decides which importer reads a file, by its content unless it is named. It must
never know kernels, clocks or the client. Called by `loadgen.tenant`, `loadgen.spec` and
`loadgen.convert`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from loadgen import files
from loadgen.requests import jsonl, servegen, tables
from loadgen.requests.model import RequestError, RequestRow, RequestTrace
from loadgen.requests.shape import UNCHANGED, RowShape, apply

__all__ = [
    "FORMATS",
    "UNCHANGED",
    "RequestError",
    "RequestRow",
    "RequestTrace",
    "RowShape",
    "load",
]

# "jsonl" is read by the same importer as "mooncake": it is a superset.
FORMATS = ("jsonl", "mooncake", "azure", "servegen", "burstgpt")


def load(
    path: str | Path,
    shape: RowShape = UNCHANGED,
    *,
    seed: int = 1,
    format: str | None = None,
) -> RequestTrace:
    """Read a request trace and shape it; its times count from shape.start_s.

    Raises: RequestError naming the file, the line and the column or key, or saying that
    no row is left.
    """
    path = Path(path)
    text = files.read_text(path, RequestError)
    try:
        format = format or detect(text)
        rows = list(parse(text, format, shape, seed))
    except RequestError as error:
        raise RequestError(f"{path}: {error}") from None
    kept, notes = apply(rows, shape, seed)
    if not kept:
        raise RequestError(f"{path}: {describe_empty(rows, shape)}")
    if format == "servegen":
        notes["drawn_seed"] = seed
    return RequestTrace(path.name, format, tuple(kept), notes)


def parse(text: str, format: str, shape: RowShape, seed: int) -> Iterable[RequestRow]:
    if format == "azure":
        return tables.parse_azure(text)
    if format == "burstgpt":
        return tables.parse_burstgpt(text)
    if format == "servegen":
        return servegen.parse(text, seed, shape.start_s, shape.end_s, shape.limit)
    return jsonl.parse(text)


def detect(text: str) -> str:
    """The format a file's first line shows. Raises: RequestError when none fits."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    cells = [cell.strip() for cell in first.split(",")]
    if first.lstrip().startswith("{"):
        return "jsonl"
    if "TIMESTAMP" in cells:
        return "azure"
    if "Timestamp" in cells and "Request tokens" in cells:
        return "burstgpt"
    if len(cells) >= 5 and cells[0].replace(".", "", 1).isdigit():
        return "servegen"
    raise RequestError(
        f"line 1: {first[:60]!r} shows no known format; known: {', '.join(FORMATS)}"
    )


def describe_empty(rows: list[RequestRow], shape: RowShape) -> str:
    """Why no row is left, in the words of the options."""
    if not rows:
        return "no request in it"
    tenants = sorted({row.tenant for row in rows if row.tenant})
    if shape.only is not None and shape.only not in tenants:
        known = ", ".join(tenants) or "it names none"
        return f"no row of tenant {shape.only!r}; tenants in it: {known}"
    last_s = max(row.timestamp_ms for row in rows) / 1000.0
    return f"no row between start and end; the last one is at {last_s:g} s"
