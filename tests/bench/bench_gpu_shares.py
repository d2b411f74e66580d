"""Whether shares of GPU time hold, and what 32 tenants cost the scheduler.

Command: `python -m tests.bench.bench_gpu_shares [--json PATH]`, or
`tests/gpu/run.sh shares`; about 100 s. `--device emulated --seconds 3` is a dry run.

Shares: `fair` with weights 3:1 and `partition` 75/25, two tenants that always have
work, kernels of 50 us against 50 and against 500. Judged twice: by the GPU time that
the broker booked, and by launches times what a launch of that tenant takes alone
(events, before). Within two points of 75 over ten seconds.
Many: 32 sessions in four classes under `strict`, the highest with pauses. What a
decision cost by the broker's own clock, and whether a trace of two seconds shows a
class issued ahead of a higher one (tests/bench/inversions.py says what that is).
"""

from __future__ import annotations

import argparse
import json
import random
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np

import client
from broker.admin import admin_path, ask, follow
from tests.bench import harness, inversions
from tests.bench.bench_gpu_launch import SPAWN, open_function
from tests.bench.harness import Demand

HEAVY, LIGHT = "heavy", "light"
WANTED, POINTS = 75.0, 2.0
KERNELS = {"50 us : 50 us": (50_000, 50_000), "50 us : 500 us": (50_000, 500_000),
           "500 us : 50 us": (500_000, 50_000)}  # fmt: skip
POLICIES = {
    "fair": f"[tenants.{HEAVY}]\nweight = 3\n[tenants.{LIGHT}]\nweight = 1\n",
    "partition": f"[tenants.{HEAVY}]\nshare = 75\n[tenants.{LIGHT}]\nshare = 25\n",
}
BLOCKS, THREADS = 132, 1024
SESSIONS, CLASSES, PROCESSES = 32, 4, 4
DECISION_US = 50
TRACE_SECONDS, SLACK_WALL_NS = 2.0, 200_000
OPEN_SECONDS = 20.0


def program_of(session: Any, duration_ns: int, count: int) -> Any:
    program, function = session.program(), open_function(session, "xs_spin")
    for _ in range(count):
        program.add(function, BLOCKS, THREADS, (np.uint64(duration_ns),))
    return program


def keep_busy(path: str, name: str, duration_ns: int, told: Any, stop: Any) -> None:
    """A tenant that always has a few milliseconds of work queued.

    told: gets ns a launch takes alone, then is asked by nobody; stop ends it.
    """
    with client.connect(path, tenant=name) as session:
        count = max(8, 10_000_000 // duration_ns)
        program, stream = program_of(session, duration_ns, count), session.stream()
        first, last = session.event(), session.event()
        program.play(stream, pace=0.0)
        stream.synchronize()
        stream.record(first)
        program.play(stream, pace=0.0)
        stream.record(last)
        stream.synchronize()
        told.put(last.elapsed_ns(first) / count)
        stop["begin"].wait()
        marks = [session.event() for _ in range(2)]
        turn = 0
        while not stop["end"].is_set():
            program.play(stream, pace=0.0)
            stream.record(marks[turn % 2])
            turn += 1
            marks[turn % 2].synchronize()
        stream.synchronize()


def used(path: str) -> dict[str, tuple[float, int]]:
    """Tenant -> GPU seconds booked, launches issued."""
    rows = ask(admin_path(path), "tenants")
    return {row["tenant"]: (row["gpu_seconds"], row["launches"]) for row in rows}


def shares(
    device: str, policy: str, durations: tuple[int, int], seconds: float
) -> dict[str, Any]:
    """Percent of the heavy tenant: as booked, and by launches."""
    options = ("--policy", policy)
    with harness.broker(
        device, options=options, config_text=POLICIES[policy]
    ) as broker:
        stop = {"begin": SPAWN.Event(), "end": SPAWN.Event()}
        alone_ns, processes = {}, []
        for name, duration_ns in zip((HEAVY, LIGHT), durations, strict=True):
            told = SPAWN.Queue()
            process = SPAWN.Process(
                target=keep_busy, args=(broker.path, name, duration_ns, told, stop)
            )
            process.start()
            alone_ns[name] = told.get(timeout=60)
            processes.append(process)
        stop["begin"].set()
        time.sleep(0.5)  # windows and estimates settle
        dilation = ask(admin_path(broker.path), "status")["device"]["time_dilation"]
        before = used(broker.path)
        time.sleep(seconds)
        after = used(broker.path)
        stop["end"].set()
        for process in processes:
            process.join()
    booked = {n: after[n][0] - before[n][0] for n in alone_ns}
    counted = {n: (after[n][1] - before[n][1]) * ns for n, ns in alone_ns.items()}
    return {
        "booked": 100 * booked[HEAVY] / sum(booked.values()),
        "by_launches": 100 * counted[HEAVY] / sum(counted.values()),
        "busy": sum(counted.values()) / 1e9 / seconds * dilation,
    }


# ---------------------------------------------------------------- many tenants


def one_of_many(path: str, number: int, stop: Any) -> None:
    """Class number % CLASSES: the highest in requests with pauses, others always."""
    class_ = number % CLASSES
    pause = random.Random(number)
    with client.connect(path, tenant=f"class{class_}") as session:
        program, stream = program_of(session, 20_000, 20), session.stream()
        while not stop.is_set():
            program.play(stream, pace=0.0)
            stream.synchronize()
            if class_ == 0:
                time.sleep(0.005 + pause.random() * 0.03)


def several_of_many(path: str, first: int, count: int, stop: Any) -> None:
    threads = [
        threading.Thread(target=one_of_many, args=(path, first + i, stop))
        for i in range(count)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def until_open(path: str, sessions: int) -> None:
    limit = time.monotonic() + OPEN_SECONDS
    while len(ask(admin_path(path), "status")["sessions"]) < sessions:
        if time.monotonic() > limit:
            raise SystemExit(f"{sessions} sessions did not open: {OPEN_SECONDS} s")
        time.sleep(0.05)


def many(device: str, seconds: float) -> dict[str, Any]:
    tenants = {f"class{c}": c for c in range(CLASSES)}
    with harness.broker(device, tenants=tenants) as broker:
        stop = SPAWN.Event()
        each = SESSIONS // PROCESSES
        processes = [
            SPAWN.Process(
                target=several_of_many, args=(broker.path, i * each, each, stop)
            )
            for i in range(PROCESSES)
        ]
        for process in processes:
            process.start()
        try:
            until_open(broker.path, SESSIONS)
            time.sleep(seconds)
            follower = follow(
                admin_path(broker.path), "trace", 30.0, seconds=TRACE_SECONDS
            )
            parts = list(follower)
        finally:
            stop.set()
        for process in processes:
            process.join()
        status = broker.status()
    dilation = status["device"]["time_dilation"]
    # The trace has a decision at the instant it was asked for: it is in force once the
    # scheduler has answered, on a machine with other things to do much later.
    cost = status["pump"]["decision_cost_wall"]
    slack_ns = (SLACK_WALL_NS + cost["max_ns"]) // dilation
    found = inversions.find(parts, slack_ns)
    return {
        "device": status["device"]["name"],
        "decision_cost": cost,
        "issued": found.issued,
        "inversions": found.inversions,
        "late": len(inversions.find(parts, SLACK_WALL_NS // dilation).inversions),
        "lost": found.lost,
        "totals": status["scheduler"]["totals"],
    }


# ---------------------------------------------------------------- the table


def demands(result: dict[str, Any]) -> list[Demand]:
    out = [
        Demand(f"{name}, points off 75 ({how})", abs(row[how] - WANTED), POINTS)
        for name, row in result["shares"].items()
        for how in ("booked", "by_launches")
    ]
    cost = result["many"]["decision_cost"]
    for name in ("p50", "p99"):
        us = cost[f"{name}_ns"] / 1e3
        out.append(Demand(f"a decision, 32 tenants, us, {name}", us, DECISION_US))
    wrong = len(result["many"]["inversions"])
    out.append(Demand(f"inversions in {result['many']['issued']:,} issued", wrong, 0))
    return out


def show(result: dict[str, Any], wanted: list[Demand]) -> None:
    rows = [
        (name, *(f"{row[key]:.2f}" for key in ("booked", "by_launches", "busy")))
        for name, row in result["shares"].items()
    ]
    header = ("heavy tenant, %", "booked", "by launches", "device busy")
    harness.show(f"Shares: {harness.machine(result['many']['device'])}", header, rows)
    cost = {k: v / 1e3 for k, v in result["many"]["decision_cost"].items()}
    print(
        f"32 tenants: {result['many']['decision_cost']['count']:,} decisions, us: p50"
        f" {cost['p50_ns']:.1f}, p99 {cost['p99_ns']:.1f}, longest"
        f" {cost['max_ns']:.0f}; {result['many']['late']} operations issued over"
        f" {SLACK_WALL_NS / 1e3:.0f} us after a decision against them;"
        f" {result['many']['lost']} entries lost in the trace"
    )
    harness.show_demands("Demands", wanted)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", type=Path)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--seconds", type=float, default=10.0)
    options = parser.parse_args()
    result: dict[str, Any] = {
        "shares": {
            f"{policy}, {name}": shares(
                options.device, policy, durations, options.seconds
            )
            for policy in POLICIES
            for name, durations in KERNELS.items()
        },
        "many": many(options.device, min(options.seconds, 4.0)),
    }
    wanted = demands(result)
    show(result, wanted)
    if options.json:
        kept = {**result, "demands": harness.as_json(wanted)}
        options.json.write_text(json.dumps(kept, indent=1))


if __name__ == "__main__":
    main()
