"""Request JSONL: one JSON object a line, a superset of Mooncake's.

Decides the keys, their checks and how rows are written. Must never know arrivals.
Called by `loadgen.requests`.

Mooncake: timestamp (ms), input_length, output_length (tokens), hash_ids (one number per
block of 512 prompt tokens). Ours besides: kind (chat, rerank, embed, kernel), tenant,
priority, deadline_ms, and docs, doc_length, query_length of a rerank. A key that is not
known is kept and written back; `--to mooncake` drops all but Mooncake's.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from loadgen.requests.model import RequestError, RequestRow

KINDS = ("chat", "rerank", "embed", "kernel")
MOONCAKE_KEYS = ("timestamp", "input_length", "output_length", "hash_ids")


def number(value: Any) -> float:
    good = isinstance(value, int | float) and not isinstance(value, bool)
    if not (good and math.isfinite(value) and value >= 0):
        raise ValueError("want a number >= 0")
    return float(value)


def whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("want a whole number >= 0")
    return value


def hash_ids(value: Any) -> tuple[int, ...]:
    if not isinstance(value, list):
        raise ValueError("want a list of whole numbers >= 0")
    return tuple(whole(item) for item in value)


def name(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("want a text")
    return value


def kind(value: Any) -> str:
    if value not in KINDS:
        raise ValueError("want one of " + ", ".join(KINDS))
    return str(value)


# Key of the file -> (field, check).
KEYS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "timestamp": ("timestamp_ms", number),
    "input_length": ("input_length", whole),
    "output_length": ("output_length", whole),
    "hash_ids": ("hash_ids", hash_ids),
    "kind": ("kind", kind),
    "tenant": ("tenant", name),
    "priority": ("priority", whole),
    "deadline_ms": ("deadline_ms", number),
    "docs": ("docs", whole),
    "doc_length": ("doc_length", whole),
    "query_length": ("query_length", whole),
}


def parse(text: str) -> Iterator[RequestRow]:
    """Raises: RequestError naming the line and the key at fault."""
    for line_number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield parse_row(line_number, line)


def parse_row(line_number: int, line: str) -> RequestRow:
    try:
        values = json.loads(line)
    except ValueError as error:
        raise RequestError(f"line {line_number}: not JSON: {error}") from None
    if not isinstance(values, dict):
        raise RequestError(f"line {line_number}: want one JSON object a line")
    if "timestamp" not in values:
        raise RequestError(f"line {line_number}: no key timestamp (ms)")
    row: dict[str, Any] = {}
    for key, (field, check) in KEYS.items():
        if values.get(key) is None:
            continue
        try:
            row[field] = check(values[key])
        except ValueError as error:
            raise RequestError(
                f"line {line_number}, key {key}: {values[key]!r}: {error}"
            ) from None
    extra = {key: value for key, value in values.items() if key not in KEYS}
    if "timestamp_ms" not in row:
        raise RequestError(f"line {line_number}, key timestamp: want a number >= 0")
    return RequestRow(**row, extra=extra)


def dump(rows: Iterable[RequestRow], *, mooncake: bool = False) -> Iterator[str]:
    """The lines of a file, without newlines.

    mooncake: only Mooncake's four keys, all of them always, for tools that refuse
    others.
    """
    for row in rows:
        values = mooncake_values(row) if mooncake else own_values(row)
        yield json.dumps(values, separators=(",", ":"))


def own_values(row: RequestRow) -> dict[str, Any]:
    values = {key: getattr(row, field) for key, (field, _) in KEYS.items()}
    needed = MOONCAKE_KEYS[:3]
    kept = {k: v for k, v in values.items() if k in needed or v not in (None, "", ())}
    return kept | {"timestamp": round(row.timestamp_ms, 6)} | row.extra


def mooncake_values(row: RequestRow) -> dict[str, Any]:
    """Whole milliseconds, as in Mooncake's files: some readers take no fraction."""
    return {
        "timestamp": round(row.timestamp_ms),
        "input_length": row.input_length,
        "output_length": row.output_length,
        "hash_ids": row.hash_ids,
    }
