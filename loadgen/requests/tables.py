"""Importers of request traces that are CSV with a header: Azure LLM and BurstGPT.

Decides which columns mean what. Must never know arrivals. Called by `loadgen.requests`.

Azure (2023, 2024; 2025 adds a column): TIMESTAMP as wall clock, ContextTokens,
GeneratedTokens. BurstGPT: Timestamp in seconds, Request tokens, Response tokens, Model,
Log Type; version 1.2 adds two more. Columns without a name here are kept under their
own.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from loadgen.requests.model import RequestError, RequestRow

MS_PER_S = 1000.0
AZURE_COLUMNS = ("TIMESTAMP", "ContextTokens", "GeneratedTokens")
BURSTGPT_COLUMNS = ("Timestamp", "Request tokens", "Response tokens")

Value = TypeVar("Value")


class Record:
    """One row of a table; its cells are read with checks that name line and column."""

    def __init__(self, line_number: int, cells: dict[str, str]) -> None:
        self.line_number = line_number
        self.cells = cells

    def read(self, column: str, parse: Callable[[str], Value], wanted: str) -> Value:
        """Raises: RequestError with the line, the column and what would do."""
        try:
            return parse(self.cells[column])
        except ValueError:
            raise RequestError(
                f"line {self.line_number}, column {column}:"
                f" {self.cells[column]!r}: want {wanted}"
            ) from None

    def tokens(self, column: str) -> int:
        return self.read(column, parse_whole, "a whole number >= 0")

    def others(self, *columns: str) -> dict[str, Any]:
        return {k: v for k, v in self.cells.items() if k not in columns}


def parse_whole(text: str) -> int:
    value = int(text)
    if value < 0:
        raise ValueError
    return value


def parse_seconds(text: str) -> float:
    value = float(text)
    if not (math.isfinite(value) and value >= 0):
        raise ValueError
    return value


def parse_wall_clock(text: str) -> datetime:
    """To the microsecond; a time without a zone is taken as UTC."""
    moment = datetime.fromisoformat(text.strip())
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def records(text: str, required: tuple[str, ...]) -> Iterator[Record]:
    """Rows of a CSV with a header. Raises: RequestError naming what it lacks."""
    lines = csv.reader(text.splitlines())
    header = [column.strip() for column in next(lines, [])]
    missing = [column for column in required if column not in header]
    if missing:
        raise RequestError(
            f"line 1: no column {', '.join(missing)};"
            f" want a header with {', '.join(required)}"
        )
    for cells in lines:
        if not cells:
            continue
        if len(cells) != len(header):
            raise RequestError(
                f"line {lines.line_num}: {len(cells)} cells, the header has"
                f" {len(header)}"
            )
        yield Record(lines.line_num, dict(zip(header, cells, strict=True)))


def parse_azure(text: str) -> Iterator[RequestRow]:
    """Times count from the earliest row."""
    wall = "a wall-clock time such as 2023-11-16 18:25:46.8782260"
    rows = list(records(text, AZURE_COLUMNS))
    times = [row.read("TIMESTAMP", parse_wall_clock, wall) for row in rows]
    origin = min(times, default=datetime.min)
    for row, moment in zip(rows, times, strict=True):
        yield RequestRow(
            (moment - origin) / timedelta(milliseconds=1),
            row.tokens("ContextTokens"),
            row.tokens("GeneratedTokens"),
            kind="chat",
            extra=row.others(*AZURE_COLUMNS),
        )


def parse_burstgpt(text: str) -> Iterator[RequestRow]:
    """A response of 0 tokens is a request that failed; it is kept as one."""
    for row in records(text, BURSTGPT_COLUMNS):
        yield RequestRow(
            row.read("Timestamp", parse_seconds, "seconds >= 0") * MS_PER_S,
            row.tokens("Request tokens"),
            row.tokens("Response tokens"),
            kind="chat",
            extra=row.others(*BURSTGPT_COLUMNS, "Total tokens"),
        )
