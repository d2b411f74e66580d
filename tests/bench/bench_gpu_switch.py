"""Arrival of high work beside best-effort kernels of at most 100 us, on a real GPU.

Command: `python -m tests.bench.bench_gpu_switch [--json PATH]` (or tests/gpu/run.sh
switch). A best-effort tenant keeps the device full of kernels of 60 us; a high tenant
sends one tiny launch at random times. Read from the broker's own counters: arrival to
the last lower launch issued, estimated lower work in flight then, arrival to the first
high kernel running. The last result stands in tests/bench/RESULTS.md.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from pathlib import Path
from typing import Any

import numpy as np

import client
from tests.bench import harness
from tests.bench.bench_gpu_launch import SPAWN, open_function

KERNEL_NS = 60_000
BLOCKS = 132
ARRIVALS = 1_500


def fill(path: str, stop: Any, ready: Any) -> None:
    """Best effort: kernels that fill every multiprocessor, without a pause."""
    with client.connect(path, tenant="low") as session:
        function, stream = open_function(session, "xs_spin"), session.stream()
        program = session.program()
        for _ in range(500):
            program.add(function, BLOCKS, 1024, (np.uint64(KERNEL_NS),))
        program.play(stream, pace=0.0)
        stream.synchronize()
        ready.set()
        while not stop.is_set():
            program.play(stream, pace=0.0)
        stream.synchronize()


def arrive(path: str) -> list[int]:
    """High: one tiny launch now and then; ns from the call until its end is seen."""
    chance, times = random.Random(7), []
    with client.connect(path, tenant="high") as session:
        function, stream = open_function(session, "xs_empty"), session.stream()
        function.launch(1, 32, (), stream=stream)
        stream.synchronize()
        for _ in range(ARRIVALS):
            time.sleep(0.002 + chance.random() * 0.002)
            begin = time.monotonic_ns()
            function.launch(1, 32, (), stream=stream)
            stream.synchronize()
            times.append(time.monotonic_ns() - begin)
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--device", default="cuda")
    options = parser.parse_args()
    with harness.broker(options.device, tenants={"low": 1, "high": 0}) as broker:
        stop, ready = SPAWN.Event(), SPAWN.Event()
        low = SPAWN.Process(target=fill, args=(broker.path, stop, ready))
        low.start()
        assert ready.wait(60)
        times = np.array(arrive(broker.path)) / 1e3
        status = broker.status()
        stop.set()
        low.join()
    switches = status["scheduler"]["switch_times"]
    harness.show(
        f"Switches: {harness.machine(status['device']['name'])}",
        ("what", "value"),
        [
            *((key, json.dumps(value)) for key, value in switches.items()),
            ("switches", status["scheduler"]["totals"]["switches"]),
            ("high launch + synchronise, us p50", f"{np.median(times):.1f}"),
            ("high launch + synchronise, us p99", f"{np.percentile(times, 99):.1f}"),
        ],
    )
    if options.json:
        options.json.write_text(json.dumps({"status": status, "us": times.tolist()}))


if __name__ == "__main__":
    main()
