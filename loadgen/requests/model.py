"""What a request trace is, whatever file it came from: rows with a time and lengths.

Decides names, units and the order of rows. Must never know file formats, clocks or
tenants' processes. Made by the importers beside it; read by `loadgen.tenant` and
`loadgen.convert`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


class RequestError(ValueError):
    """A request trace is missing, unreadable or says something impossible."""


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One request of a trace.

    timestamp_ms: >= 0, from the trace's beginning. input_length, output_length: tokens,
    0 where the file does not say. hash_ids: prompt blocks, as in Mooncake traces.
    priority: 0 is the highest. deadline_ms: from the timestamp. docs, doc_length,
    query_length: of a rerank request. extra: keys without a name here, kept as they
    were.
    """

    timestamp_ms: float
    input_length: int = 0
    output_length: int = 0
    hash_ids: tuple[int, ...] = ()
    kind: str = ""
    tenant: str = ""
    priority: int | None = None
    deadline_ms: float | None = None
    docs: int | None = None
    doc_length: int | None = None
    query_length: int | None = None
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RequestTrace:
    """Rows sorted by time, and what is to be known about them.

    format: the importer's name. notes: what reading and shaping did, with counts; goes
    into reports as it is.
    """

    source: str
    format: str
    rows: tuple[RequestRow, ...]
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def span_ms(self) -> float:
        return self.rows[-1].timestamp_ms - self.rows[0].timestamp_ms
