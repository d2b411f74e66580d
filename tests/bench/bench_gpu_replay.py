"""The demo's two tenants on a real GPU: alone, fifo, strict, and natively beside them.

Command: `python -m tests.bench.bench_gpu_replay [--seconds N] [--json PATH]` (or
tests/gpu/run.sh replay). Native cells are those of `loadgen baseline`: the same tenant
program, one process and one context each, time-sliced by the driver, and under MPS
where its daemon can be started.
Two forms of the rerank: issued back to back (bound by the GPU) at 25 % of the device's
time, and with its recorded host gaps scaled to 16.4 ms (bound by the CPU) at 20/s. The
last result stands in tests/bench/RESULTS.md.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from loadgen import baseline, runner
from loadgen.processes import RunError
from loadgen.replay.plan import Overheads
from loadgen.spec import parse_tenant
from tests.bench import harness

# Cells without a broker, by the name the table has for them.
NATIVE = {"alone": "native alone", "time-sliced": "time slicing", "mps": "MPS"}
DECODE = "decode=qwen3-8b-decode,class=1,arrival=closed,pace=asap"
FORMS = {
    "GPU-bound, 25 % busy": "rerank=bge-reranker-16x256,class=0,arrival=poisson,"
    "pace=asap,busy=0.25",
    "CPU-bound, 20/s": "rerank=bge-reranker-16x256,class=0,arrival=poisson,"
    "pace=host,wall_ms=16.4,rate=20",
}


class Quiet:
    """A watcher that prints one line a cell."""

    def calibrated(self, tenant: str, result: dict[str, Any]) -> None:
        print(f"  {tenant}: replayed / recorded {result['ratio']:.3f}", flush=True)

    def begin(self, title: str, seconds: float) -> None:
        print(f"  {title} ...", flush=True)

    def progress(self, seconds: float, counts: dict[str, tuple[int, int]]) -> None:
        """Nothing to show between the cells."""

    def end(self) -> None:
        """The table at the end says it."""


def options_of(
    form: str, compare: tuple[str, ...], seconds: float, device: str = "auto"
) -> runner.Options:
    specs = (parse_tenant(DECODE), parse_tenant(FORMS[form]))
    return runner.Options(specs, compare, seconds, seed=1, device=device)


def play_native(form: str, compare: tuple[str, ...], seconds: float) -> Any:
    return baseline.run(baseline.native(options_of(form, compare, seconds)), Quiet())


def rows_of(summary: Any, names: dict[str, str]) -> list[dict[str, Any]]:
    alone = summary["cells"]["alone"]["tenants"]
    busy = alone["rerank"]["busy_share"]
    out = []
    for cell, title in names.items():
        tenants = summary["cells"][cell]["tenants"]
        rerank, decode = tenants["rerank"], tenants["decode"]
        share = decode["request_throughput"] / alone["decode"]["request_throughput"]
        out.append(
            {
                "cell": title,
                "p50_ms": rerank["p50_e2el_ms"],
                "p99_ms": rerank["p99_e2el_ms"],
                "p50_x": rerank["p50_e2el_ms"] / alone["rerank"]["p50_e2el_ms"],
                "p99_x": rerank["p99_e2el_ms"] / alone["rerank"]["p99_e2el_ms"],
                "requests": rerank["completed"],
                "decode_per_s": decode["request_throughput"],
                "decode_of_share": share / (1 - busy) if cell != "alone" else share,
                "busy": busy,
                "broker": summary["cells"][cell].get("broker"),
                "invalid": summary["cells"][cell]["invalid_because"],
            }
        )
    return out


def measure(form: str, seconds: float) -> list[dict[str, Any]]:
    names = NATIVE
    try:
        print(f"{form}: native, time-sliced and MPS", flush=True)
        native = play_native(form, tuple(names), seconds)
    except RunError as problem:
        if not str(problem).startswith("MPS"):
            raise
        print(f"  no MPS here: {problem}")
        names = {name: title for name, title in NATIVE.items() if name != "mps"}
        native = play_native(form, tuple(names), seconds)
    # The kernels of every cell run for the same time: a system that leaves gaps between
    # them must not have them made shorter for it.
    known = Overheads(**native["calibration"]["decode"]["overheads"])
    print(f"{form}: broker", flush=True)
    cells = ("alone", "fifo", "strict")
    options = replace(options_of(form, cells, seconds, "cuda"), overheads=known)
    summary = runner.run(options, Quiet())
    return rows_of(summary, {name: name for name in cells}) + rows_of(native, names)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--seconds", type=float, default=13.0)
    parser.add_argument("--form", choices=list(FORMS), action="append")
    options = parser.parse_args()
    results = {}
    for form in options.form or list(FORMS):
        results[form] = rows = measure(form, options.seconds)
        harness.show(
            f"{form}: {harness.machine('GPU')}",
            ("cell", "p50 ms", "p99 ms", "p50 x", "p99 x", "decode/s", "of share", "n"),
            [
                (
                    row["cell"],
                    *(f"{row[k]:.2f}" for k in ("p50_ms", "p99_ms", "p50_x", "p99_x")),
                    f"{row['decode_per_s']:.2f}",
                    f"{row['decode_of_share']:.3f}",
                    row["requests"],
                )
                for row in rows
            ],
        )
        for row in rows:
            for reason in row["invalid"]:
                print(f"INVALID {row['cell']}: {reason}")
        if options.json:
            options.json.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
