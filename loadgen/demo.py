"""`xsched-broker demo`: a decode and a rerank service on one device, in three cells.

Decides the two tenants, the length of a cell and the verdict. Must never know how cells
are run. Called by `broker.cli` and `tests/bench/bench_demo.py`.

Decode is best effort (class 1): one step after the other as fast as the device allows.
Rerank is the high class (0): requests arrive by chance (Poisson) and keep the device
busy for a quarter of the time; inside a request its launches are issued back to back,
so that its latency is the device's and not its host's.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from rich.console import Console

from loadgen import report, runner
from loadgen.processes import RunError
from loadgen.spec import TenantSpec, parse_tenant

# Wall time of a cell's window: three of these and a third, with start-up, make 90 s.
SECONDS = 24.0
RERANK_BUSY = 0.25
COMPARE = ("alone", "fifo", "strict")
SEED = 1
REQUESTS_MIN = 100  # below, a p99 is hardly more than the largest value


HEADER = f"""\
Two tenants on one device, replaying traces recorded on an H100:
  decode  Qwen3-8B, batch 32; best effort (class 1), one step after the other
  rerank  bge-reranker-v2-m3, 16 x 256 tokens; high class (0), Poisson arrivals
          at {RERANK_BUSY:.0%} of the device's time; a request's 309 kernels are issued
          back to back (GPU-bound: the recording's host gaps are dropped)
What a request costs here, alone:"""


def tenants() -> tuple[TenantSpec, TenantSpec]:
    """decode, rerank."""
    return (
        parse_tenant("decode=qwen3-8b-decode,class=1,arrival=closed,pace=asap"),
        parse_tenant(
            "rerank=bge-reranker-16x256,class=0,arrival=poisson,pace=asap,"
            f"busy={RERANK_BUSY}"
        ),
    )


def run(
    seconds: float = SECONDS,
    json_path: str | os.PathLike[str] | None = None,
    device: str = "auto",
    console: Console | None = None,
) -> int:
    """Run the demo; 0 when done, 1 when a cell is INVALID, 2 when it could not run.

    Args: seconds: wall time of each cell's window (decode alone takes a third).
    json_path: where the figures go as JSON, if anywhere.
    """
    console = console or Console()
    console.print(HEADER, highlight=False)
    options = runner.Options(tenants(), COMPARE, seconds, SEED, device)
    try:
        summary = runner.run(options, report.Screen(console))
    except RunError as error:
        console.print(f"demo: {error}", style="red", highlight=False, markup=False)
        return 2
    outcome = demo_result(summary)
    show(console, summary, outcome)
    if json_path is not None:
        Path(json_path).write_text(json.dumps(outcome, indent=2) + "\n")
    return 0 if outcome["valid"] else 1


def demo_result(summary: dict[str, Any]) -> dict[str, Any]:
    """The figures of the demo's JSON."""
    cells = {
        name: {
            tenant: {
                "p50_e2el_ms": figures.get("p50_e2el_ms"),
                "p99_e2el_ms": figures.get("p99_e2el_ms"),
                "throughput": figures["request_throughput"],
                "completed": figures["completed"],
            }
            for tenant, figures in cell["tenants"].items()
        }
        for name, cell in summary["cells"].items()
    }
    device = summary["environment"]["device"]
    return {
        "cells": cells,
        "device": device["name"],
        "backend": device["backend"],
        "dilation": device["time_dilation"],
        "seconds": summary["seconds"],
        "seed": summary["seed"],
        "calibration": summary["calibration"],
        "emulator_lateness_p99": {
            name: cell["emulator_lateness_p99"]
            for name, cell in summary["cells"].items()
        },
        "verdict": verdict(summary["cells"]),
        "valid": summary["valid"],
        "invalid_because": [
            f"{name}: {reason}"
            for name, cell in summary["cells"].items()
            for reason in cell["invalid_because"]
        ],
    }


def verdict(cells: dict[str, Any]) -> dict[str, float | None]:
    """Ratios against alone.

    decode_strict_vs_share: decode's throughput under strict, over what rerank's busy
    share leaves of its throughput alone.
    """

    def figure(cell: str, tenant: str, key: str) -> float | None:
        value = cells[cell]["tenants"][tenant].get(key)
        return None if value is None else float(value)

    def over(part: float | None, whole: float | None) -> float | None:
        return part / whole if part is not None and whole else None

    alone_p99 = figure("alone", "rerank", "p99_e2el_ms")
    alone_rate = figure("alone", "decode", "request_throughput")
    left = 1.0 - (figure("strict", "rerank", "busy_share") or 0.0)
    return {
        "rerank_p99_strict_vs_alone": over(
            figure("strict", "rerank", "p99_e2el_ms"), alone_p99
        ),
        "rerank_p99_fifo_vs_alone": over(
            figure("fifo", "rerank", "p99_e2el_ms"), alone_p99
        ),
        "decode_strict_vs_share": over(
            figure("strict", "decode", "request_throughput"),
            None if alone_rate is None else left * alone_rate,
        ),
        "rerank_busy_share": 1.0 - left,
    }


def show(console: Console, summary: dict[str, Any], outcome: dict[str, Any]) -> None:
    console.print()
    console.print(report.device_line(summary["environment"]["device"]), highlight=False)
    console.print(report.cell_table(summary))
    for line in verdict_lines(outcome):
        console.print(line, highlight=False)
    lateness = report.lateness_line(summary)
    for line in [*report.faults(summary), *([lateness] if lateness else [])]:
        console.print(line, highlight=False)
    requests = outcome["cells"]["strict"]["rerank"]["completed"]
    if requests < REQUESTS_MIN:
        console.print(
            f"[yellow]{requests} rerank requests a cell: too few for a p99;"
            " take more --seconds[/]",
            highlight=False,
        )


def verdict_lines(outcome: dict[str, Any]) -> list[str]:
    """What the table says, in two sentences."""
    found = outcome["verdict"]
    words = {k: "-" if v is None else f"{v:.2f}" for k, v in found.items()}
    return [
        "rerank p99 against alone: "
        f"[bold]{words['rerank_p99_strict_vs_alone']}x[/] under strict,"
        f" {words['rerank_p99_fifo_vs_alone']}x under fifo",
        "decode under strict keeps"
        f" [bold]{words['decode_strict_vs_share']}[/] of what rerank's"
        f" {found['rerank_busy_share']:.0%} leaves it",
    ]
