"""A run made by hand: its summary and its requests, for what is shown of a run."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np

from loadgen import stats, summary

WINDOW_NS = 2_000_000_000
CLASSES = {"rerank": 0, "decode": 1}
# Device time of a request of rerank and decode, ms.
CELLS = {"alone": (6.0, 46.0), "fifo": (40.0, 58.0), "strict": (6.5, 66.0)}


def records(cell: str, tenant: str, repetition: int) -> list[dict[str, Any]]:
    """rerank: one every 25 ms, random service; decode: one after the other."""
    random = np.random.default_rng([repetition, len(cell), CLASSES[tenant]])
    base_ms, rows, at_ms = CELLS[cell][CLASSES[tenant]], [], 0.0
    step_ms = 25.0 if tenant == "rerank" else base_ms
    while at_ms < WINDOW_NS / 1e6:
        takes_ms = base_ms + (random.exponential(2.0) if tenant == "rerank" else 0.0)
        done_ns = round((at_ms + takes_ms) * 1e6)
        first_ns = round((at_ms + takes_ms * 0.4) * 1e6)
        rows.append(
            {
                **{"cell": cell, "tenant": tenant, "class": CLASSES[tenant]},
                **{"repetition": repetition, "index": len(rows)},
                **{"intended_ns": round(at_ms * 1e6), "sent_ns": round(at_ms * 1e6)},
                **{"first_ns": first_ns, "done_ns": done_ns, "schedule_delay_ns": 0},
                **{"status": "completed", "e2el_ms": takes_ms},
            }
        )
        at_ms += step_ms
    return rows


def figures(rows: list[dict[str, Any]], tenant: str) -> dict[str, Any]:
    found = stats.tenant_summary(
        rows,
        window_ns=WINDOW_NS,
        rate_per_s=40.0 if tenant == "rerank" else None,
        concurrency=None if tenant == "rerank" else 1,
        arrival="poisson" if tenant == "rerank" else "closed",
    )
    return found | {
        **{"class": CLASSES[tenant], "model_id": f"<{tenant}>.json"},
        **{"busy_share": 0.25, "p99_e2el_ms_ci95": [5.0, 9.0]},
    }


def make(
    cells: tuple[str, ...] = tuple(CELLS), repeat: int = 2, late_us: float = 10
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Summary and requests; late_us: of the emulator, in every run."""
    everything: list[dict[str, Any]] = []
    parts: dict[str, list[dict[str, Any]]] = {}
    for repetition in range(repeat):
        for cell in cells:
            tenants = {}
            for tenant in CLASSES:
                rows = records(cell, tenant, repetition)
                everything += rows
                tenants[tenant] = figures(rows, tenant)
            broker = {
                "switches": {"switches": 7, "hold_ns": 5_000_000, "times": {}},
                "emulator_lateness": {"count": 9, "p99_ns": late_us * 1000},
            }
            run = {"tenants": tenants, "broker": broker, "repetition": repetition}
            parts.setdefault(cell, []).append(run)
    arguments = {
        **{"compare": list(cells), "seed": 3, "seconds": 20.0, "repeat": repeat},
        **{"warmup": 1.0},
    }
    device = {
        **{"name": "Emulated & small", "backend": "emulated", "time_dilation": 10},
        **{"driver_version": 13000},
    }
    calibration = {
        name: {
            **{"operations": 309, "launches": 300, "ratio": 1.0},
            **{"replayed_ns": 6_000_000, "recorded_ns": 6_000_000},
        }
        for name in CLASSES
    }
    started = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    made = summary.make_summary(started, arguments, device, calibration, parts)
    return made, everything
