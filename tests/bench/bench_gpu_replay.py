"""High and best-effort tenants that replay recordings, through the broker and natively.

Command: `python -m tests.bench.bench_gpu_replay --form FORM [--keep FOLDER]`, or the
parts replay, peers, peers-cpu and long of tests/gpu/run.sh. Native cells are those of
`loadgen baseline`: the same tenant program, one process and one context each,
time-sliced by the driver, and under MPS with every setting.

    gpu     a rerank issued back to back, 25 % of the device, beside the decode
    cpu     the rerank with its recorded host gaps scaled to 16.4 ms, 20/s
    long    the gpu form's rerank beside kernels of 500 us, one wave each
    waves   the same, kernels of 500 us in four waves
    prefill the same, beside a recorded prefill of 1,024 tokens (kernels up to 1.6 ms)

A cell has 500 requests or more with the default --seconds; cells are repeated in turn.
With --keep a call plays for --budget seconds (default 220) and a further call goes on
where it was, so a machine that is lent for minutes will do. A repetition takes about
170 s (gpu), 190 s (cpu), 70 s (long, waves, prefill each) on an H100; the table shows
what there is. `--device emulated --seconds 6` is a dry run without native cells: `fifo`
stands in the place of MPS. The last result stands in tests/bench/RESULTS.md.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from loadgen.processes import RunError
from loadgen.spec import parse_tenant
from loadgen.traces import ktrace
from loadgen.traces.model import DeviceShape, Op, OpKind, finish
from tests.bench import cells, harness
from tests.bench.harness import Demand, ratio

HIGH, LOW = "rerank", "best-effort"
DECODE = f"{LOW}=qwen3-8b-decode,class=1,arrival=closed,pace=asap"
RERANK = f"{HIGH}=bge-reranker-16x256,class=0,arrival=poisson"
BUSY = f"{RERANK},pace=asap,busy=0.25"
MPS = ("mps", "mps-priority", "mps-30", "mps-50", "mps-70")
FEW_MPS = ("mps", "mps-priority")
LONG_NS, LONG_KERNELS = 500_000, 40

Figures = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Form:
    """seconds: of a cell, for 500 requests. waves: of made kernels of 500 us, which the
    best-effort tenant plays; 0 = it plays the recording that `low` names."""

    high: str
    seconds: float
    demands: Callable[[Figures, tuple[str, ...]], list[Demand]]
    cells: tuple[str, ...]
    low: str = DECODE
    waves: int = 0


def of(figures: Figures, cell: str, tenant: str, key: str) -> float | None:
    row = figures.get(cell, {}).get("tenants", {}).get(tenant, {})
    return row.get(key)


def p50(figures: Figures, cell: str) -> float | None:
    return of(figures, cell, HIGH, "p50_e2el_ms")


def p99(figures: Figures, cell: str) -> float | None:
    return of(figures, cell, HIGH, "p99_e2el_ms")


def low_rate(figures: Figures, cell: str) -> float | None:
    return of(figures, cell, LOW, "request_throughput")


def share(figures: Figures, cell: str, alone: str) -> float | None:
    """The best effort's rate over its time share: what the high tenant left of it."""
    busy = of(figures, alone, HIGH, "busy_share")
    rate = ratio(low_rate(figures, cell), low_rate(figures, alone))
    return None if rate is None or busy is None else rate / (1 - busy)


def best(values: list[float | None], most: bool) -> float | None:
    known = [value for value in values if value is not None]
    return (max if most else min)(known, default=None)


def gpu_demands(figures: Figures, peers: tuple[str, ...]) -> list[Demand]:
    """As near alone as wanted, and no worse than the best peer on any figure."""
    peer50 = best([p50(figures, peer) for peer in peers], most=False)
    peer99 = best([p99(figures, peer) for peer in peers], most=False)
    peer_rate = best([low_rate(figures, peer) for peer in peers], most=True)
    name = f"the best of {', '.join(peers)}"
    strict50, strict99 = p50(figures, "strict"), p99(figures, "strict")
    return [
        Demand("p50 / alone", ratio(strict50, p50(figures, "alone")), 1.03),
        Demand("p99 / alone", ratio(strict99, p99(figures, "alone")), 1.05),
        Demand("of its share", share(figures, "strict", "alone"), 1.0, most=False),
        Demand(f"p50 / {name}", ratio(strict50, peer50), 1.0),
        Demand(f"p99 / {name}", ratio(strict99, peer99), 1.0),
        Demand(
            f"best effort / {name}",
            ratio(low_rate(figures, "strict"), peer_rate),
            1.0,
            most=False,
        ),
    ]


def against_each(
    figures: Figures,
    peers: tuple[str, ...],
    read: Callable[[Figures, str], float | None],
    words: str,
    high_most: float,
    low_least: float,
) -> list[Demand]:
    """One figure of the high tenant and the best effort's rate, beside each peer."""
    strict, rate = read(figures, "strict"), low_rate(figures, "strict")
    out = []
    for peer in peers:
        out.append(
            Demand(f"{words} / {peer}", ratio(strict, read(figures, peer)), high_most)
        )
        least = ratio(rate, low_rate(figures, peer))
        out.append(Demand(f"best effort / {peer}", least, low_least, most=False))
    return out


def cpu_demands(figures: Figures, peers: tuple[str, ...]) -> list[Demand]:
    return against_each(figures, peers, p50, "p50", 1.0, 0.97)


def long_demands(figures: Figures, peers: tuple[str, ...]) -> list[Demand]:
    return against_each(figures, peers, p99, "p99", 0.7, 0.95)


GPU_CELLS = ("alone", "strict", cells.NATIVE_ALONE, "time-sliced", *MPS)
LONG_CELLS = ("alone", "strict", *FEW_MPS)
FORMS = {
    "gpu": Form(BUSY, 13.0, gpu_demands, GPU_CELLS),
    "cpu": Form(
        f"{RERANK},pace=host,wall_ms=16.4,rate=20",
        26.0,
        cpu_demands,
        ("alone", "strict", cells.NATIVE_ALONE, *FEW_MPS),
    ),
    "long": Form(BUSY, 13.0, long_demands, LONG_CELLS, waves=1),
    "waves": Form(BUSY, 13.0, long_demands, LONG_CELLS, waves=4),
    "prefill": Form(
        BUSY,
        13.0,
        long_demands,
        LONG_CELLS,
        f"{LOW}=qwen3-8b-prefill,class=1,arrival=closed,pace=asap",
    ),
}


def long_kernels(folder: Path, waves: int) -> str:
    """A best-effort tenant of kernels of 500 us that fill an H100, in a row."""
    shape = DeviceShape(name="made for an H100")
    blocks = waves * shape.sm_count * (shape.threads_per_sm // 1024)
    ops = [
        Op(OpKind.KERNEL, "made_long", index * LONG_NS, LONG_NS, 0, (blocks, 1, 1),
           (1024, 1, 1), registers=32)
        for index in range(LONG_KERNELS)
    ]  # fmt: skip
    path = folder / f"long-{waves}.jsonl"
    trace = finish("made", shape, ops, model=f"kernels of 500 us, {waves} waves")
    path.write_text("\n".join(ktrace.dump(trace)) + "\n")
    return f"{LOW}={path},class=1,arrival=closed,pace=asap"


def plan_of(form: Form, options: argparse.Namespace, folder: Path) -> cells.Plan:
    low = long_kernels(folder, form.waves) if form.waves else form.low
    chosen = tuple(options.cells.split(",")) if options.cells else form.cells
    if options.device != "cuda":
        chosen = ("alone", "fifo", "strict")
    return cells.Plan(
        (parse_tenant(low), parse_tenant(form.high)),
        chosen,
        options.seconds or form.seconds,
        options.repetitions,
        options.device,
    )


def row_of(figures: Figures, cell: str) -> tuple[str, ...]:
    alone = cells.NATIVE_ALONE if cell in cells.NATIVE else "alone"
    high = figures[cell]["tenants"][HIGH]
    interval = high.get("p99_e2el_ms_ci95")
    of_share = share(figures, cell, alone)
    values = (
        p50(figures, cell),
        ratio(p50(figures, cell), p50(figures, alone)),
        p99(figures, cell),
        ratio(p99(figures, cell), p99(figures, alone)),
    )
    return (
        cell,
        *("" if value is None else f"{value:.2f}" for value in values),
        "" if interval is None else f"{interval[0]:.2f}..{interval[1]:.2f}",
        f"{low_rate(figures, cell) or 0:.2f}",
        "" if cell == alone or of_share is None else f"{of_share:.3f}",
        f"{high['completed']} in {figures[cell]['repeated']}",
    )


def show(title: str, figures: Figures, demands: list[Demand]) -> None:
    header = ("cell", "p50 ms", "x alone", "p99 ms", "x alone", "p99, 95 %")
    header += ("low/s", "of share", "requests")
    harness.show(title, header, [row_of(figures, cell) for cell in figures])
    for cell, row in figures.items():
        for reason in row["invalid_because"]:
            print(f"INVALID {cell}: {reason}")
    harness.show_demands("Medians of the repetitions", demands)


def measure(
    name: str, options: argparse.Namespace, folder: Path, budget: harness.Budget
) -> dict[str, Any]:
    form = FORMS[name]
    plan = plan_of(form, options, folder)
    kept = options.keep and options.keep / f"{name}-{plan.name}"
    store = harness.Store(kept)
    try:
        missing = cells.play(plan, store, budget)
    except RunError as problem:
        if not str(problem).startswith("MPS"):
            raise
        print(f"  no MPS here: {problem}")
        rest = tuple(cell for cell in plan.cells if not cell.startswith("mps"))
        plan = replace(plan, cells=rest)
        missing = cells.play(plan, store, budget)
    figures = cells.figures(plan, store)
    peers = tuple(c for c in plan.cells if c.startswith("mps")) or (
        ("fifo",) if "fifo" in plan.cells else ()
    )
    demands = form.demands(figures, peers)
    device = options.device
    if "calibration" in store:
        device = store.read("calibration")["device"]["name"]
    show(f"{name}: {harness.machine(device)}", figures, demands)
    if missing:
        print(f"{len(missing)} cells are still to be played: run it again with --keep")
    return {
        "device": device,
        "cells": figures,
        "demands": harness.as_json(demands),
        "missing": missing,
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--form", choices=list(FORMS), action="append")
    parser.add_argument("--cells", help="by comma; those of the form if left out")
    parser.add_argument("--seconds", type=float, help="wall time of a cell's window")
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--budget", type=float, default=harness.BUDGET_SECONDS)
    parser.add_argument("--device", choices=("cuda", "emulated"), default="cuda")
    parser.add_argument("--keep", type=Path, help="folder that keeps finished cells")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    results = {}
    budget = harness.Budget(options.budget)
    with tempfile.TemporaryDirectory(prefix="xsched-forms-") as folder:
        # A made trace has the same path in every call: it is part of what was played.
        home = options.keep or Path(folder)
        home.mkdir(parents=True, exist_ok=True)
        for name in options.form or ["gpu"]:
            try:
                results[name] = measure(name, options, home, budget)
            except RunError as problem:
                raise SystemExit(f"{name}: {problem}") from None
            if options.json:
                options.json.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
