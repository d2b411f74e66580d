"""Launches through the broker beside the same launches made natively, on a real GPU.

Command: `python -m tests.bench.bench_gpu_launch [--json PATH]`, or
`tests/gpu/run.sh launch`. Measures, each beside its native twin in the same run:
sustained launches of one and of four tenants, the broker's processor time, what a
launch costs its caller, launch and synchronise. The last result stands in
tests/bench/RESULTS.md.
"""

from __future__ import annotations

import argparse
import itertools
import json
import multiprocessing
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import loadgen.native._player as _player
import numpy as np

import client
from loadgen.native import session as native_driver
from tests.bench import harness

PTX = Path(__file__).parents[2] / "loadgen" / "kernels" / "builtin.ptx"
LAUNCHES = 200_000
ROUND_TRIPS = 2_000
ROUNDS = 3
SPAWN = multiprocessing.get_context("spawn")


def launch_of(function: Any) -> np.ndarray:
    """The bytes of a launch of one block of 32 threads without parameters."""
    one = (1, 1, 1)
    record = native_driver.launch_record(function.native, one, (32, 1, 1), b"")
    return record.view(np.uint8)


def native_side(results: Any) -> None:
    """Launches/s of a C loop on one thread, and launch + synchronise."""
    session = native_driver.NativeSession()
    function = session.load_module(PTX.read_text()).function("xs_empty")
    stream, launch = session.stream(), launch_of(function)
    rates = []
    for _ in range(1 + ROUNDS):
        code, took_ns = _player.burst(stream.native, launch, LAUNCHES)
        assert code == 0, code
        rates.append(LAUNCHES / took_ns * 1e9)
    times = np.zeros(ROUND_TRIPS, np.uint64)
    code = _player.round_trips(stream.native, launch, times)
    assert code == 0, code
    trips = times / 1e3
    session.close()
    results.put((statistics.median(rates[1:]), trips.tolist()))


def run_native() -> tuple[float, np.ndarray]:
    results = SPAWN.Queue()
    process = SPAWN.Process(target=native_side, args=(results,))
    process.start()
    rate, trips = results.get(timeout=120)
    process.join()
    return rate, np.array(trips)


def open_function(session: Any, name: str) -> Any:
    return session.load_module(PTX.read_text()).function(name)


def flood(path: str, name: str, seconds: float, start: Any, results: Any) -> None:
    """Launch xs_empty for a while; reports launches and the wall time they took."""
    with client.connect(path, tenant=name) as session:
        function, stream = open_function(session, "xs_empty"), session.stream()
        function.native_launch_loop(10_000, 1, 32, (), stream)
        stream.synchronize()
        start.wait()
        begin, count = time.monotonic(), 0
        while time.monotonic() - begin < seconds:
            function.native_launch_loop(20_000, 1, 32, (), stream)
            count += 20_000
        stream.synchronize()
        results.put((count, time.monotonic() - begin))


def several(
    target: Callable[..., None], path: str, tenants: int, *args: Any
) -> list[Any]:
    start, results = SPAWN.Barrier(tenants), SPAWN.Queue()
    processes = [
        SPAWN.Process(target=target, args=(path, f"t{i}", *args, start, results))
        for i in range(tenants)
    ]
    for process in processes:
        process.start()
    out = [results.get(timeout=180) for _ in processes]
    for process in processes:
        process.join()
    return out


def sustained(path: str, tenants: int, seconds: float) -> float:
    runs = several(flood, path, tenants, seconds)
    return sum(count / took for count, took in runs)


def paced(
    path: str,
    name: str,
    kernel: str,
    duration_ns: int,
    gap_ns: int,
    seconds: float,
    start: Any,
    results: Any,
) -> None:
    """Launch at a fixed rate from a prepared program."""
    with client.connect(path, tenant=name) as session:
        function, stream = open_function(session, kernel), session.stream()
        program = session.program()
        args = (np.uint64(duration_ns),) if duration_ns else ()
        for _ in range(2_000):
            program.add(function, 1, 32, args, gap_ns=gap_ns)
        program.play(stream, pace=1.0 if gap_ns else 0.0)
        stream.synchronize()
        start.wait()
        begin, count = time.monotonic(), 0
        results.put("begin")
        while time.monotonic() - begin < seconds:
            program.play(stream, pace=1.0 if gap_ns else 0.0)
            count += 2_000
            if not gap_ns:
                stream.synchronize()
        stream.synchronize()
        results.put((count, time.monotonic() - begin))


def cores_used(
    broker: harness.BrokerProcess,
    tenants: int,
    kernel: str,
    duration_ns: int,
    gap_ns: int,
) -> tuple[float, float, dict[str, float]]:
    """(launches/s, cores of the broker, by thread) while tenants run at a rate."""
    start, results = SPAWN.Barrier(tenants), SPAWN.Queue()
    processes = [
        SPAWN.Process(
            target=paced,
            args=(
                broker.path,
                f"t{i}",
                kernel,
                duration_ns,
                gap_ns,
                3.0,
                start,
                results,
            ),
        )
        for i in range(tenants)
    ]
    for process in processes:
        process.start()
    for _ in processes:
        assert results.get(timeout=120) == "begin"
    before, threads = broker.cpu_seconds(), broker.cpu_of_threads()
    begin = time.monotonic()
    time.sleep(2.0)
    wall = time.monotonic() - begin
    used = (broker.cpu_seconds() - before) / wall
    after = broker.cpu_of_threads()
    by_thread = {n: round((t - threads.get(n, 0)) / wall, 3) for n, t in after.items()}
    runs = [results.get(timeout=120) for _ in processes]
    for process in processes:
        process.join()
    return sum(c / t for c, t in runs), used, {n: t for n, t in by_thread.items() if t}


def caller_costs(path: str) -> dict[str, Any]:
    """us: a launch inside a burst, the first after idle, launch + synchronise."""
    with client.connect(path, tenant="caller") as session:
        function, stream = open_function(session, "xs_empty"), session.stream()
        function.launch(1, 32, (), stream=stream)
        stream.synchronize()
        burst = np.zeros(400, np.uint64)
        bursts, first = [], []
        for _ in range(200):
            time.sleep(0.003)
            function.native_launch_loop(400, 1, 32, (), stream, burst)
            stream.synchronize()
            first.append(float(burst[0]))
            bursts.append(float(burst[1:].mean()))
        trips = []
        for _ in range(ROUND_TRIPS):
            begin = time.monotonic_ns()
            function.launch(1, 32, (), stream=stream)
            stream.synchronize()
            trips.append(time.monotonic_ns() - begin)
    return {
        "burst_us": float(np.median(bursts)) / 1e3,
        "first_us": float(np.median(first)) / 1e3,
        "first_p99_us": float(np.percentile(first, 99)) / 1e3,
        "round_trip_us": float(np.median(trips)) / 1e3,
        "round_trip_p99_us": float(np.percentile(trips, 99)) / 1e3,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--seconds", type=float, default=2.0)
    options = parser.parse_args()
    with harness.broker("cuda") as broker:
        device = broker.status()["device"]["name"]
        # Side by side, in turn: the same loop differs by a fifth within a minute here.
        natives, ones, fours = [], [], []
        for _ in range(ROUNDS):
            natives.append(run_native())
            ones.append(sustained(broker.path, 1, options.seconds))
            fours.append(sustained(broker.path, 4, options.seconds))
        natives.append(run_native())
        at_rate = cores_used(broker, 1, "xs_empty", 0, 5_000)
        at_rate_four = cores_used(broker, 4, "xs_empty", 0, 20_000)
        spinning = cores_used(broker, 1, "xs_spin", 50_000, 0)
        costs = caller_costs(broker.path)
        status = broker.status()
    beside = [(a[0] + b[0]) / 2 for a, b in itertools.pairwise(natives)]
    native = statistics.median(rate for rate, _ in natives)
    one, four = statistics.median(ones), statistics.median(fours)
    one_x = statistics.median(o / n for o, n in zip(ones, beside, strict=True))
    four_x = statistics.median(f / n for f, n in zip(fours, beside, strict=True))
    trip = float(np.median(np.concatenate([trips for _, trips in natives])))
    rows = [
        ("native C loop, one thread, launches/s", f"{native:,.0f}", "", ""),
        (
            "one tenant, launches/s",
            f"{one:,.0f}",
            f"{one_x:.2f} x native",
            ">= 0.9",
        ),
        (
            "four tenants, launches/s",
            f"{four:,.0f}",
            f"{four_x:.2f} x",
            ">= 1.5",
        ),
        (
            f"broker cores, one tenant at {at_rate[0]:,.0f} launches/s",
            f"{at_rate[1]:.2f}",
            str(at_rate[2]),
            "<= 1.2",
        ),
        (
            f"broker cores, four tenants at {at_rate_four[0]:,.0f} launches/s",
            f"{at_rate_four[1]:.2f}",
            str(at_rate_four[2]),
            "<= 1.2",
        ),
        (
            f"broker cores, kernels of 50 us at {spinning[0]:,.0f}/s",
            f"{spinning[1]:.2f}",
            str(spinning[2]),
            "<= 0.3",
        ),
        ("launch inside a burst, us", f"{costs['burst_us']:.3f}", "", "<= 0.5"),
        (
            "first launch after idle, us",
            f"{costs['first_us']:.1f}",
            f"p99 {costs['first_p99_us']:.1f}",
            "<= 10",
        ),
        (
            "launch + synchronise, us p50",
            f"{costs['round_trip_us']:.1f}",
            f"native {trip:.1f}, +{costs['round_trip_us'] - trip:.1f}",
            "<= +40",
        ),
    ]
    harness.show(
        f"Launches: {harness.machine(device)}", ("what", "measured", "", "wanted"), rows
    )
    if options.json:
        result = {
            "native": [rate for rate, _ in natives],
            "one": ones,
            "one_x_native": one_x,
            "four": fours,
            "four_x_native": four_x,
            "at_rate": at_rate,
            "at_rate_four": at_rate_four,
            "spinning": spinning,
            "costs": costs,
            "native_trip_us": trip,
            "status": status,
        }
        options.json.write_text(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
