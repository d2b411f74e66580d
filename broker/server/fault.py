"""Why a device context ended, in words for its tenants and for the log.

Decides nothing. `broker.py` reports of the broker's own context, `domain_host.py` of a
worker process's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

NAMED_MAX = 8  # operations in the text; all of them are logged


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


def named(sessions: Mapping[int, Any], item: tuple[Any, ...]) -> tuple[Any, ...]:
    """One row of `in_flight`, from what a worker tells of an operation."""
    sid, seq, kind, native, age_ns, estimate_ns = item
    session = sessions.get(sid)
    tenant = session.tenant.name if session else ""
    name = session.function_name(native) if session and kind == "launch" else ""
    return sid, tenant, seq, kind, name, age_ns, estimate_ns


def log_in_flight(log: Any, report: FaultReport) -> None:
    for item in report.in_flight:
        log.error(
            "in flight: session %d (%s) operation %d %s %s, %d ns old, estimate %d ns",
            *item,
            extra=dict(zip(("session", "tenant", "operation"), item, strict=False)),
        )
