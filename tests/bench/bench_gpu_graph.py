"""A decode step as one CUDA graph beside a rerank: cut in segments, whole, unrolled.

Command: `python -m tests.bench.bench_gpu_graph [--seconds N] [--device cuda] [--json
PATH]` (or tests/gpu/run.sh graph); with `--device emulated` it is a dry run whose
figures say nothing about a GPU. Two questions:

- What do segments cost alone? One graph of the decode is launched again and again,
  nobody beside it, with the default bounds and whole (`[graphs] segments = "off"`);
  turns of both alternate in one run. Wanted: at most 1 %.
- What do they buy? The decode (class 1) in a closed loop beside the rerank (class 0)
  under strict: rerank p50 and p99, decodes a second, for the three forms.

Memory is what the device reports before and after the graph was made; the broker's own
is what it says. The last result stands in tests/bench/RESULTS.md.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import time
from pathlib import Path
from typing import Any

import client
from loadgen import runner
from loadgen.replay.plan import make_plan
from loadgen.replay.player import Player
from loadgen.spec import parse_tenant
from loadgen.tenant import target_shape
from loadgen.traces import load as load_trace
from tests.bench import harness
from tests.bench.cells import Quiet

DECODE = "decode=qwen3-8b-decode,class=1,arrival=closed,pace=asap"
RERANK = "rerank=bge-reranker-16x256,class=0,arrival=poisson,pace=asap,busy=0.25"
OFF = "XSCHED_BROKER_GRAPHS__SEGMENTS"
# Form -> (key added to the decode's spec, segments).
FORMS = {
    "unrolled": ("", "auto"),
    "graph, segments": (",graph=true", "auto"),
    "graph, whole": (",graph=true", "off"),
}
WARM_UP = 4


# ------------------------------------------------------------------ alone


def device_bytes_used(backend: str) -> int:
    """Of the whole GPU: what the driver keeps for a graph is in no tenant's account."""
    if backend != "cuda":
        return 0
    command = ["nvidia-smi", "--query-gpu=memory.used", "--format=csv,noheader,nounits"]
    return int(subprocess.check_output(command).split()[0]) << 20


class Alone:
    """One broker, one session, one graph of the decode."""

    def __init__(self, path: str) -> None:
        self.session = client.connect(path, tenant="decode")
        device = self.session.device
        spec = parse_tenant(DECODE)
        plan = make_plan(load_trace(spec.trace), target_shape(device), pace="asap")
        self.dilation = device.time_dilation
        self.player = Player(self.session, plan, dilation=self.dilation, paced=False)
        self.turn(WARM_UP)
        used = device_bytes_used(device.backend)
        self.graph = self.player.use_graph()
        self.turn(WARM_UP)
        self.device_bytes = device_bytes_used(device.backend) - used

    def turn(self, requests: int) -> float:
        """Device ms of a request, back to back, from first to last."""
        tickets = [self.player.submit() for _ in range(requests)]
        tickets[-1].wait()
        whole_ns = tickets[-1].last.elapsed_ns(tickets[0].first)
        for ticket in tickets:
            ticket.wait()
            self.player.recycle(ticket)
        return float(whole_ns) / requests / 1e6


def measure_alone(device: str, turns: int, requests: int) -> dict[str, Any]:
    """Turns of both forms alternate: two brokers would have two contexts on the GPU,
    so each form has its own time with it, and the order is swapped half way."""
    times: dict[str, list[float]] = {"auto": [], "off": []}
    about: dict[str, Any] = {}
    for mode in ("auto", "off", "off", "auto"):
        with (
            harness.environment(OFF, mode),
            harness.broker(device, tenants={"decode": 1}) as running,
        ):
            alone = Alone(running.path)
            times[mode] += [alone.turn(requests) for _ in range(turns)]
            about[mode] = alone.graph | {"device_bytes": alone.device_bytes}
            alone.session.close()
    middle = {mode: statistics.median(found) for mode, found in times.items()}
    return {
        "ms": middle,
        "spread_ms": {mode: max(f) - min(f) for mode, f in times.items()},
        "segments_cost": middle["auto"] / middle["off"] - 1,
        "about": about,
    }


# ------------------------------------------------------------------ beside


def measure_beside(device: str, seconds: float) -> list[dict[str, Any]]:
    rows = []
    for form, (key, mode) in FORMS.items():
        print(f"{form}", flush=True)
        specs = (parse_tenant(DECODE + key), parse_tenant(RERANK))
        options = runner.Options(
            specs, ("alone", "strict"), seconds, seed=1, device=device
        )
        with harness.environment(OFF, mode):
            summary = runner.run(options, Quiet())
        for cell in ("alone", "strict"):
            rows.append(row_of(form, cell, summary["cells"][cell]))
    return rows


def row_of(form: str, name: str, cell: dict[str, Any]) -> dict[str, Any]:
    rerank, decode = cell["tenants"]["rerank"], cell["tenants"]["decode"]
    return {
        "form": form,
        "cell": name,
        "p50_ms": rerank["p50_e2el_ms"],
        "p99_ms": rerank["p99_e2el_ms"],
        "decode_per_s": decode["request_throughput"],
        "segments": decode.get("graph_segments", 0),
        "requests": rerank["completed"],
        "invalid": cell["invalid_because"],
    }


# ------------------------------------------------------------------ tables


def show_alone(result: dict[str, Any], where: str) -> None:
    rows: list[tuple[object, ...]] = []
    for mode, name in (("auto", "segments"), ("off", "whole")):
        about = result["about"][mode]
        rows.append(
            (
                name,
                f"{result['ms'][mode]:.3f}",
                f"{result['spread_ms'][mode]:.3f}",
                about["graph_segments"],
                about["graph_nodes"],
                f"{about['graph_build_wall_ns'] / 1e6:.2f}",
                f"{about['graph_instantiate_wall_ns'] / 1e6:.2f}",
                f"{about['graph_broker_bytes'] / 1e6:.2f}",
                f"{about['device_bytes'] / 1e6:.1f}",
            )
        )
    harness.show(
        f"decode as one graph, alone: segments cost {result['segments_cost']:+.2%} "
        f"(wanted: 1 %). {where}",
        (
            "form", "ms", "spread", "steps", "nodes",
            "build ms", "instantiate ms", "broker MB", "device MB",
        ),
        rows,
    )  # fmt: skip


def show_beside(rows: list[dict[str, Any]], where: str) -> None:
    harness.show(
        f"decode beside rerank at 25 %: {where}",
        ("decode as", "cell", "p50 ms", "p99 ms", "decode/s", "steps", "n"),
        [
            (
                row["form"],
                row["cell"],
                f"{row['p50_ms']:.2f}",
                f"{row['p99_ms']:.2f}",
                f"{row['decode_per_s']:.2f}",
                row["segments"],
                row["requests"],
            )
            for row in rows
        ],
    )
    for row in rows:
        for reason in row["invalid"]:
            print(f"INVALID {row['form']}, {row['cell']}: {reason}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--device", default="cuda", choices=("cuda", "emulated"))
    parser.add_argument("--seconds", type=float, default=13.0)
    parser.add_argument("--turns", type=int, default=10)
    parser.add_argument("--requests", type=int, default=20, help="in a turn")
    options = parser.parse_args()
    where = harness.machine("GPU" if options.device == "cuda" else options.device)
    began = time.monotonic()
    alone = measure_alone(options.device, options.turns, options.requests)
    show_alone(alone, where)
    beside = measure_beside(options.device, options.seconds)
    show_beside(beside, where)
    print(f"{time.monotonic() - began:.0f} s")
    if options.json:
        options.json.write_text(json.dumps({"alone": alone, "beside": beside}))


if __name__ == "__main__":
    main()
