"""What looking at a broker costs its hot path: `python -m tests.bench.bench_observe`.

On the null device, where nothing hides our own path; about 60 s. Slices with and
without observers take turns in one run, and ratios of neighbours are compared: the
machine's own changes are larger than what is looked for.

Path: ns of the issue thread's code per launch, in this process, not traced and traced;
the best of many rounds. Broker: processor time of a whole broker per launch, from a
tenant that floods it; nobody looks, Prometheus scrapes it and `top` asks it once a
second each, or it is traced, when the loop packs and sends 50 B a launch besides. On a
GPU a launch costs the driver 3.9 us (measured): the last column says what the
difference is of that.
"""

from __future__ import annotations

import argparse
import json
import statistics
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

import client
from broker.admin import admin_path, ask, follow
from tests.bench import harness
from tests.bench.bench_client import PTX
from tests.bench.bench_worker import LAUNCHES, feed, frames
from tests.bench.harness import Demand
from tests.unit.device_worker.rig import Rig

GPU_LAUNCH_NS = 3_900
MOST = 1.01
PORT = 19_457
TRACE_SECONDS_MAX = 600.0


# ---------------------------------------------------------------- the path


def issue_ns(rig: Rig, tenant: Any, traced: bool) -> float:
    """ns per launch of issuing 10,000 that are queued; a trace's ring has room."""
    if traced:
        rig.worker.trace_start()
    feed(tenant.intake, frames(tenant))
    tenant.grant(launches=2 * LAUNCHES, window_ns=200_000)
    begin = time.perf_counter_ns()
    rig.step(1000)
    took = time.perf_counter_ns() - begin
    rig.step(100_000)
    rig.told()
    if traced:
        rig.worker.trace_stop()
        rig.step(1000)
        while rig.worker.trace_take(1024):
            pass
    return took / LAUNCHES


def path_cost(rounds: int) -> dict[str, list[float]]:
    rig = Rig()
    tenant = rig.tenant()
    issue_ns(rig, tenant, traced=True)
    out: dict[str, list[float]] = {"off": [], "traced": []}
    for _ in range(rounds):
        for name in out:
            out[name].append(issue_ns(rig, tenant, name == "traced"))
    return {name: [min(times)] for name, times in out.items()}


# ---------------------------------------------------------------- the broker


def broker_cpu_ns(broker: harness.BrokerProcess) -> int:
    """Of the whole process, to the ns: the kernel's processor clock of that pid."""
    return time.clock_gettime_ns((~broker.process.pid << 3) | 2)


@contextmanager
def nobody(path: str) -> Iterator[None]:
    yield


@contextmanager
def watchers(path: str) -> Iterator[None]:
    """A scrape, and what `top` asks for, each once a second."""
    stop = threading.Event()

    def look() -> None:
        while True:
            page = f"http://127.0.0.1:{PORT}/metrics"
            urllib.request.urlopen(page, timeout=5).read()
            for command in ("status", "tenants"):
                ask(admin_path(path), command)
            if stop.wait(1.0):
                return

    thread = threading.Thread(target=look)
    thread.start()
    yield
    stop.set()
    thread.join()


@contextmanager
def a_trace(path: str) -> Iterator[None]:
    """Somebody traces and reads what comes, until the slice is over."""
    parts = follow(admin_path(path), "trace", 30.0, seconds=TRACE_SECONDS_MAX)
    next(parts)
    stop = threading.Event()

    def read() -> None:
        for _ in parts:
            if stop.is_set():
                break
        parts.close()  # the broker ends the trace when nobody reads

    thread = threading.Thread(target=read)
    thread.start()
    yield
    stop.set()
    thread.join()
    time.sleep(0.2)


OBSERVERS: dict[str, Callable[[str], Any]] = {
    "nobody": nobody,
    "metrics and top": watchers,
    "trace": a_trace,
}


def slice_ns(
    broker: harness.BrokerProcess, launch: Callable[[], int], seconds: float
) -> float:
    """Processor ns of the broker per launch."""
    begin, end = broker_cpu_ns(broker), time.monotonic() + seconds
    count = 0
    while time.monotonic() < end:
        count += launch()
    return (broker_cpu_ns(broker) - begin) / count


def broker_cost(slices: int, seconds: float) -> dict[str, list[float]]:
    options = ("--metrics-port", str(PORT))
    out: dict[str, list[float]] = {name: [] for name in OBSERVERS}
    with (
        harness.broker("null", tenants={"bench": 1}, options=options) as broker,
        client.connect(broker.path, tenant="bench") as session,
    ):
        function = session.load_module(PTX).function("xs_empty")
        stream = session.stream()

        def launch() -> int:
            function.native_launch_loop(20_000, 1, 32, (), stream)
            stream.synchronize()
            return 20_000

        slice_ns(broker, launch, seconds)
        for _ in range(slices):
            for name, observer in OBSERVERS.items():
                with observer(broker.path):
                    out[name].append(slice_ns(broker, launch, seconds))
    return out


# ---------------------------------------------------------------- the table


def compare(ours: list[float], base: list[float]) -> dict[str, float]:
    """Median of the ratios of neighbours, its 95 % interval, and ns of difference."""
    ratios = np.array(ours) / np.array(base)
    random = np.random.default_rng(1)
    draws = np.median(random.choice(ratios, (1000, len(ratios))), axis=1)
    low, high = np.percentile(draws, (2.5, 97.5))
    ns = statistics.median(a - b for a, b in zip(ours, base, strict=True))
    return {
        "base_ns": statistics.median(base),
        "ratio": float(np.median(ratios)),
        "low": float(low),
        "high": float(high),
        "ns": ns,
        "of_gpu_launch": ns / GPU_LAUNCH_NS,
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--slices", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=1.5, help="of a slice")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    path = path_cost(10 * options.slices)
    broker = broker_cost(options.slices, options.seconds)
    results = {
        "issue path, traced": compare(path["traced"], path["off"]),
        "broker, metrics and top": compare(broker["metrics and top"], broker["nobody"]),
        "broker, traced": compare(broker["trace"], broker["nobody"]),
    }
    harness.show(
        f"Observability: {harness.machine('null device')}",
        ("processor time of a launch", "ns without", "ratio", "95 %", "+ ns",
         "of a GPU launch"),
        [
            (
                name,
                f"{row['base_ns']:.1f}",
                f"{row['ratio']:.4f}",
                f"{row['low']:.4f}..{row['high']:.4f}",
                f"{row['ns']:.1f}",
                f"{100 * row['of_gpu_launch']:.2f} %",
            )
            for name, row in results.items()
        ],
    )  # fmt: skip
    path_share = results["issue path, traced"]["of_gpu_launch"]
    looked = results["broker, metrics and top"]["ratio"]
    wanted = [
        Demand("broker: metrics and top / nobody", looked, MOST),
        Demand("issue path: 1 + traced / GPU launch", 1 + path_share, MOST),
    ]
    harness.show_demands("Demands", wanted)
    if options.json:
        kept = {"results": results, "demands": harness.as_json(wanted)}
        options.json.write_text(json.dumps(kept, indent=1))


if __name__ == "__main__":
    main()
