"""What a high tenant notices of another one's driver calls that wait for everybody.

Command: `python -m tests.bench.bench_gpu_disruption [--json PATH]`, or
`tests/gpu/run.sh disruption`; about 100 s. `--device emulated --seconds 3` is a dry
run.

Calls: the best-effort tenant loops over {load 4 MB of code and use 50 kernels of it
for the first time, allocate and free 20 MiB, pin and unpin 256 MiB of host memory}
(memory is unpinned when a session ends, so each round opens one). The high tenant
launches an empty kernel at random times and waits for it: the longest launch, and
launch + synchronise, beside those calls and without company.
Copies: the best-effort tenant copies 1 GiB of pinned memory to the device again and
again; the high tenant copies 64 KiB and waits.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

import client
from broker.wire.gen import messages as wire
from client import nvrtc
from client.arena import PIECE_BYTES, Piece
from client.core import Call, Steps, checked
from tests.bench import harness
from tests.bench.bench_gpu_launch import PTX, SPAWN, open_function
from tests.bench.harness import Demand

MIB = 1 << 20
IMAGE_BYTES = 4 * MIB
FIRST_USES = 50
ALLOCATED_BYTES = 20 * MIB
PINNED_BYTES = 256 * MIB
COPIED_BYTES = 1 << 30
SMALL_COPY_BYTES = 64 << 10
LONGEST_LAUNCH_US, COPY_P99_US = 2_000, 250
LOW, HIGH = "low", "high"
READY_SECONDS = 60.0

Sample = tuple[int, int]  # ns: of the call, and until its end was seen


def big_image(compute: tuple[int, int]) -> bytes:
    """A cubin of 4 MB with 50 kernels."""
    kernels = "\n".join(
        f'extern "C" __global__ void use{i}(unsigned *out)'
        f" {{ if (out) out[threadIdx.x] = table[threadIdx.x + {i}]; }}"
        for i in range(FIRST_USES)
    )
    source = f"__device__ unsigned char table[{IMAGE_BYTES}] = {{1}};\n{kernels}"
    return nvrtc.compile_cubin(source, compute)


def image_and_names(session: Any) -> tuple[bytes, list[str]]:
    """The emulated device runs its built-in kernels only: few names, text for bulk."""
    properties = session.device
    if properties.backend == "cuda":
        image = big_image((properties.compute_major, properties.compute_minor))
        return image, [f"use{i}" for i in range(FIRST_USES)]
    text = PTX.read_bytes()
    bulk = b"x" * (IMAGE_BYTES - len(text))
    return text + b"/*" + bulk + b"*/", ["xs_empty"]


# ---------------------------------------------------------------- the calls


def pin(session: Any, nbytes: int) -> list[Piece]:
    """Fresh pieces of the host arena, registered in one call: what a tenant's
    cuMemHostAlloc comes to."""
    pieces: list[Piece] = session.arena.take_run(nbytes)
    session._run(register(pieces[0].offset, len(pieces) * PIECE_BYTES))
    return pieces


def register(offset: int, nbytes: int) -> Steps[None]:
    name = "cuMemHostRegister"
    fields = {"host_offset": offset, "bytes": nbytes}
    checked((yield Call(wire.HostRegister, fields, name)), name)


def load_and_use(session: Any, stream: Any, image: bytes, names: list[str]) -> None:
    module = session.load_module(image)
    for name in names:
        function = module.function(name)
        arguments = (np.uint64(0),) if name.startswith("use") else ()
        function.launch(1, 32, arguments, stream=stream)
    stream.synchronize()
    module.unload()


def allocate_and_free(session: Any) -> None:
    session.allocate(ALLOCATED_BYTES).free()


def pin_and_unpin(path: str) -> None:
    with client.connect(path, tenant=LOW) as session:
        pin(session, PINNED_BYTES)


def disrupt(path: str, ready: Any, stop: Any, results: Any) -> None:
    """Best effort, calls: rounds until told to stop; how often, and s of each call."""
    times: dict[str, list[float]] = {"load": [], "allocate": [], "pin": []}
    with client.connect(path, tenant=LOW) as session:
        stream = session.stream()
        image, names = image_and_names(session)
        calls: dict[str, Callable[[], None]] = {
            "load": lambda: load_and_use(session, stream, image, names),
            "allocate": lambda: allocate_and_free(session),
            "pin": lambda: pin_and_unpin(path),
        }
        ready.set()
        while not stop.is_set():
            for name, call in calls.items():
                begin = time.monotonic()
                call()
                times[name].append(time.monotonic() - begin)
    results.put(times)


def copy_on_and_on(path: str, ready: Any, stop: Any, results: Any) -> None:
    """Best effort, copies: 1 GiB of pinned memory, one pass after the other."""
    with client.connect(path, tenant=LOW) as session:
        small = session.device.backend != "cuda"
        nbytes = COPIED_BYTES // 16 if small else COPIED_BYTES
        target, stream = session.allocate(nbytes), session.stream()
        pieces = pin(session, nbytes)
        passes, begin = 0, time.monotonic()
        ready.set()
        while not stop.is_set():
            for index, piece in enumerate(pieces):
                session.native.copy_h2d(
                    stream.handle,
                    target.address + index * PIECE_BYTES,
                    piece.offset,
                    PIECE_BYTES,
                )
            stream.synchronize()
            passes += 1
        took = time.monotonic() - begin
        results.put({"passes": passes, "gb_per_s": passes * nbytes / took / 1e9})


# ---------------------------------------------------------------- the high tenant


def pauses(seconds: float) -> Iterator[float]:
    """0.5 to 1.5 ms, the same for everybody, for so long."""
    chance, end = random.Random(11), time.monotonic() + seconds
    while time.monotonic() < end:
        yield 0.0005 + chance.random() * 0.001


def launches(path: str, seconds: float) -> list[Sample]:
    samples = []
    with client.connect(path, tenant=HIGH) as session:
        function, stream = open_function(session, "xs_empty"), session.stream()
        function.launch(1, 32, (), stream=stream)
        stream.synchronize()
        for pause in pauses(seconds):
            time.sleep(pause)
            begin = time.monotonic_ns()
            function.launch(1, 32, (), stream=stream)
            called = time.monotonic_ns()
            stream.synchronize()
            samples.append((called - begin, time.monotonic_ns() - begin))
    return samples


def small_copies(path: str, seconds: float) -> list[Sample]:
    data = np.ones(SMALL_COPY_BYTES, np.uint8)
    samples = []
    with client.connect(path, tenant=HIGH) as session:
        target, stream = session.allocate(SMALL_COPY_BYTES), session.stream()
        target.copy_from(data, stream)
        stream.synchronize()
        for pause in pauses(seconds):
            time.sleep(pause)
            begin = time.monotonic_ns()
            target.copy_from(data, stream)
            called = time.monotonic_ns()
            stream.synchronize()
            samples.append((called - begin, time.monotonic_ns() - begin))
    return samples


def beside(
    path: str,
    low: Callable[..., None],
    high: Callable[[str, float], list[Sample]],
    seconds: float,
) -> tuple[list[Sample], Any]:
    """What the high tenant measured beside the low one, and what that one says."""
    ready, stop, results = SPAWN.Event(), SPAWN.Event(), SPAWN.Queue()
    process = SPAWN.Process(target=low, args=(path, ready, stop, results))
    process.start()
    limit = time.monotonic() + READY_SECONDS
    while not ready.wait(0.2):
        if not process.is_alive() or time.monotonic() > limit:
            raise SystemExit(
                f"{low.__name__}: the best-effort tenant did not get ready"
                f" (exit status {process.exitcode})"
            )
    try:
        samples = high(path, seconds)
    finally:
        stop.set()
    said = results.get(timeout=120)
    process.join()
    return samples, said


# ---------------------------------------------------------------- the table


def percentiles(samples: list[Sample]) -> dict[str, float]:
    """us of the whole (call until its end was seen), and of the call."""
    call, whole = np.array(samples).T / 1e3
    return {
        "count": len(samples),
        "p50": float(np.percentile(whole, 50)),
        "p99": float(np.percentile(whole, 99)),
        "max": float(whole.max()),
        "call_max": float(call.max()),
    }


def measure(device: str, seconds: float) -> dict[str, Any]:
    with harness.broker(device, tenants={LOW: 1, HIGH: 0}) as broker:
        name = broker.status()["device"]["name"]
        alone = launches(broker.path, seconds / 4)
        disturbed, rounds = beside(broker.path, disrupt, launches, seconds)
        status = broker.status()
        copies_alone = small_copies(broker.path, seconds / 4)
        copies, stream = beside(broker.path, copy_on_and_on, small_copies, seconds / 2)
    samples = {
        "launch, no company": alone,
        "launch, beside the calls": disturbed,
        "64 KiB copy, no company": copies_alone,
        "64 KiB copy, beside 1 GiB copies": copies,
    }
    return {
        "device": name,
        "us": {title: percentiles(of) for title, of in samples.items()},
        "calls": {
            call: {"count": len(times), "median_ms": 1e3 * float(np.median(times))}
            for call, times in rounds.items()
        },
        "copies": stream,
        "drains": {
            name: count
            for name, count in status["scheduler"]["totals"].items()
            if name.startswith("drain")
        },
        "control_times": status["pump"]["control_times"],
    }


def demands(result: dict[str, Any]) -> list[Demand]:
    us = result["us"]
    launch, copy = (
        us["launch, beside the calls"],
        us["64 KiB copy, beside 1 GiB copies"],
    )
    return [
        Demand("longest launch, us", launch["call_max"], LONGEST_LAUNCH_US),
        Demand("longest launch + synchronise, us", launch["max"], LONGEST_LAUNCH_US),
        Demand("64 KiB copy, p99, us", copy["p99"], COPY_P99_US),
    ]


def show(result: dict[str, Any], wanted: list[Demand]) -> None:
    keys = ("p50", "p99", "max", "call_max")
    rows = [
        (title, *(f"{row[key]:,.1f}" for key in keys), row["count"])
        for title, row in result["us"].items()
    ]
    header = ("us, until its end is seen", "p50", "p99", "longest", "call alone", "n")
    harness.show(f"Disruption: {harness.machine(result['device'])}", header, rows)
    calls = ", ".join(
        f"{name} {row['count']} x {row['median_ms']:.1f} ms"
        for name, row in result["calls"].items()
    )
    print(f"the best-effort tenant meanwhile: {calls};"
          f" copies {result['copies']['gb_per_s']:.1f} GB/s")  # fmt: skip
    print(f"drained slots: {result['drains']}")
    rows = [
        (name, row["count"], row["sum_ns"] / row["count"] / 1e6, row["max_ns"] / 1e6)
        for name, row in result["control_times"].items()
    ]
    harness.show(
        "Control jobs of the broker, wall ms",
        ("what", "jobs", "mean", "longest"),
        [(name, n, f"{mean:.2f}", f"{longest:.2f}") for name, n, mean, longest in rows],
    )
    harness.show_demands("Demands", wanted)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", type=Path)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--seconds", type=float, default=40.0)
    options = parser.parse_args()
    result = measure(options.device, options.seconds)
    wanted = demands(result)
    show(result, wanted)
    if options.json:
        kept = {**result, "demands": harness.as_json(wanted)}
        options.json.write_text(json.dumps(kept, indent=1))


if __name__ == "__main__":
    main()
