"""Arrival of high work beside best-effort kernels of at most 100 us, on a real GPU.

Command: `python -m tests.bench.bench_gpu_switch [--json PATH]` (or tests/gpu/run.sh
switch). A best-effort tenant keeps the device full; a high tenant sends one tiny launch
at random times. Read from the broker's own counters: arrival to the last lower launch
issued, estimated lower work in flight then, arrival to the first high kernel running.
Nothing stops a running block, so two forms of lower kernel: one of 80 us in eight
waves, where the high kernel waits for blocks of 10 us, and one of 60 us in a single
wave, where it waits for the whole kernel. Each with and without `server.busy_poll`, and
the same arrivals natively on the idle device. The last result stands in
tests/bench/RESULTS.md.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import loadgen.native._player as _player
import numpy as np

import client
from loadgen.native.session import NativeSession
from tests.bench import harness
from tests.bench.bench_gpu_launch import PTX, SPAWN, launch_of, open_function

# Time of a block, and blocks of 1,024 threads: two are resident on a multiprocessor.
FORMS = {"8 waves of 10 us": (10_000, 8 * 2 * 132), "1 wave of 60 us": (60_000, 132)}
ARRIVALS = 1_500
WANTED = {"last_lower_issue": 60, "first_high": 100}  # p99, us


def fill(path: str, block_ns: int, blocks: int, stop: Any, ready: Any) -> None:
    """Best effort: kernels that fill every multiprocessor, without a pause."""
    with client.connect(path, tenant="low") as session:
        function, stream = open_function(session, "xs_spin"), session.stream()
        program = session.program()
        for _ in range(500):
            program.add(function, blocks, 1024, (np.uint64(block_ns),))
        program.play(stream, pace=0.0)
        stream.synchronize()
        ready.set()
        while not stop.is_set():
            program.play(stream, pace=0.0)
        stream.synchronize()


def pauses() -> Iterator[float]:
    """Seconds between arrivals, the same for everybody."""
    chance = random.Random(7)
    for _ in range(ARRIVALS):
        yield 0.002 + chance.random() * 0.002


def arrive_natively(results: Any) -> None:
    """The same arrivals without a broker on an idle device.

    What the machine itself does to a process that has just slept.
    """
    session = NativeSession()
    function = session.load_module(PTX.read_text()).function("xs_empty")
    stream, launch = session.stream(), launch_of(function)
    took, times = np.zeros(1, np.uint64), []
    for pause in pauses():
        time.sleep(pause)
        code = _player.round_trips(stream.native, launch, took)
        assert code == 0, code
        times.append(float(took[0]) / 1e3)
    results.put(times)


def native_after_pauses() -> list[float]:
    """us of each launch + synchronise."""
    results = SPAWN.Queue()
    process = SPAWN.Process(target=arrive_natively, args=(results,))
    process.start()
    times: list[float] = results.get(timeout=120)
    process.join()
    return times


def native_rows(times: list[float]) -> list[tuple[object, ...]]:
    if not times:
        return []
    p50, p99 = np.percentile(times, (50, 99))
    name = "native, idle device: launch + synchronise"
    return [(name, f"{p50:.1f}", f"{p99:.1f}", "")]


def arrive(path: str) -> list[int]:
    """High: one tiny launch now and then; ns from the call until its end is seen."""
    times = []
    with client.connect(path, tenant="high") as session:
        function, stream = open_function(session, "xs_empty"), session.stream()
        function.launch(1, 32, (), stream=stream)
        stream.synchronize()
        for pause in pauses():
            time.sleep(pause)
            begin = time.monotonic_ns()
            function.launch(1, 32, (), stream=stream)
            stream.synchronize()
            times.append(time.monotonic_ns() - begin)
    return times


def measure(device: str, block_ns: int, blocks: int, busy_poll: bool) -> dict[str, Any]:
    with harness.broker(
        device,
        tenants={"low": 1, "high": 0},
        config_text=f'[server]\nbusy_poll = "{"on" if busy_poll else "off"}"\n',
    ) as broker:
        stop, ready = SPAWN.Event(), SPAWN.Event()
        low = SPAWN.Process(
            target=fill, args=(broker.path, block_ns, blocks, stop, ready)
        )
        low.start()
        assert ready.wait(60)
        times = arrive(broker.path)
        status = broker.status()
        stop.set()
        low.join()
    return {"status": status, "us": (np.array(times) / 1e3).tolist()}


def rows_of(form: str, result: dict[str, Any]) -> list[tuple[object, ...]]:
    scheduler = result["status"]["scheduler"]
    rows: list[tuple[object, ...]] = [
        (
            f"{form}: {key}",
            f"{value['p50_ns'] / 1e3:.1f}",
            f"{value['p99_ns'] / 1e3:.1f}",
            f"<= {WANTED[key]}" if key in WANTED else "",
        )
        for key, value in scheduler["switch_times"].items()
    ]
    trip = np.percentile(result["us"], (50, 99))
    rows.append(
        (f"{form}: high launch + synchronise", f"{trip[0]:.1f}", f"{trip[1]:.1f}", "")
    )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--device", default="cuda")
    options = parser.parse_args()
    native = native_after_pauses() if options.device == "cuda" else []
    results = {
        form + (", busy_poll" if busy_poll else ""): measure(
            options.device, *how, busy_poll
        )
        for form, how in FORMS.items()
        for busy_poll in (False, True)
    }
    name = next(iter(results.values()))["status"]["device"]["name"]
    harness.show(
        f"Switches, {ARRIVALS} arrivals each: {harness.machine(name)}",
        ("us", "p50", "p99", "wanted, p99"),
        [
            *(row for form, result in results.items() for row in rows_of(form, result)),
            *native_rows(native),
        ],
    )
    if options.json:
        options.json.write_text(json.dumps({"native": native, **results}))


if __name__ == "__main__":
    main()
