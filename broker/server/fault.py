"""Why a device context ended, in words for its tenants and for the log.

Decides nothing. `broker.py` reports of the broker's own context, `domain_host.py` of a
worker process's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

NAMED_MAX = 8  # operations in the text; all of them are logged
# Of a report: it has to fit a packet of the channel, whatever kernels are called.
ROWS_MAX = 128
ROWS_OF_WORKER_MAX = 64
NAME_BYTES_MAX = 512


@dataclass(frozen=True, slots=True)
class FaultReport:
    """Why the device context ended.

    in_flight: (session, tenant, operation, kind, function's name, age ns, estimate ns).
    """

    session: int
    tenant: str
    result: int
    seq: int
    in_flight: tuple[tuple[Any, ...], ...]

    def text(self) -> str:
        names = ", ".join(
            f"session {sid} operation {seq} {kind}"
            for sid, _, seq, kind, *_ in self.in_flight[:NAMED_MAX]
        )
        return (
            f"CUresult {self.result} ended the device context; in flight: "
            f"{names or 'unknown'}"
        )


def in_flight_of(
    sessions: Mapping[int, Any], workers: Iterable[Any]
) -> tuple[tuple[Any, ...], ...]:
    """What faulted workers still have out; the first ROWS_MAX of it."""
    items = (item for w in workers for item in w.in_flight(ROWS_OF_WORKER_MAX))
    return tuple(_named(sessions, item) for item in islice(items, ROWS_MAX))


def _named(sessions: Mapping[int, Any], item: tuple[Any, ...]) -> tuple[Any, ...]:
    """One row of `in_flight`, from what a worker tells of an operation."""
    sid, seq, kind, native, age_ns, estimate_ns = item
    session = sessions.get(sid)
    tenant = session.tenant.name if session else ""
    name = session.function_name(native) if session and kind == "launch" else ""
    short = name.encode()[:NAME_BYTES_MAX].decode(errors="ignore")
    return sid, tenant, seq, kind, short, age_ns, estimate_ns


def log_in_flight(log: Any, report: FaultReport) -> None:
    for item in report.in_flight:
        log.error(
            "in flight: session %d (%s) operation %d %s %s, %d ns old, estimate %d ns",
            *item,
            extra=dict(zip(("session", "tenant", "operation"), item, strict=False)),
        )
