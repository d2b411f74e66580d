"""Where the host's part of a decode step goes, natively and behind the broker.

Command: `python -m tests.bench.bench_gpu_step [--steps N] [--device cuda] [--json
PATH]` (or tests/gpu/run.sh step); with `--device emulated` it is a dry run without the
native side. One tenant, alone, sends the recorded decode, waits for it, thinks for a
while, and sends the next, as a model that samples a token does; or the recorded rerank,
as its requests come, unrolled, with a pause of 100 ms in which everybody sleeps. A step
takes what the device needs, from its first event to its last, and the host's part
beside it:

    send      from the call until the broker has decoded it
    issue     from there until the first launch has been handed to the driver
    end       the rest: the driver and the device until the first event, and from the
              last one until the waiting thread runs again

Native steps have no such instants, so they show the host's part as a whole. Steps of
the native process and of the broker's tenant alternate in rounds of one run; wanted is
a step of at most 1.01 x native's. The last result stands in tests/bench/RESULTS.md.
"""

from __future__ import annotations

import argparse
import base64
import json
import multiprocessing
import os
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import client
from broker.admin import admin_path, follow
from broker.perfetto import ENTRY, Entry
from loadgen.native.session import NativeSession
from loadgen.replay.plan import make_plan
from loadgen.replay.player import Player
from loadgen.spec import parse_tenant
from loadgen.tenant import target_shape
from loadgen.traces import load as load_trace
from tests.bench import harness

DECODE = "decode=qwen3-8b-decode,class=1,arrival=closed,pace=asap"
RERANK = "rerank=bge-reranker-16x256,class=1,arrival=closed,pace=asap"
SPAWN = multiprocessing.get_context("spawn")
WARM_UP = 4
ROUNDS = 3
REQUEST = "request"
FORMS = ("graph", "unrolled", REQUEST)
# What a tenant does between two steps: nothing, and half a millisecond of its own.
GAPS_US = (0, 500)
PAUSES_US = (100_000,)  # between two requests, which are seldom
SLEEPS_US = 10_000  # a longer gap is slept through
STEP_MAX = 1.01  # x native
# A trace is complete once this much is known of it after the last step.
TRACE_TAIL_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Step:
    """One step, ns of wall time. began_ns, woke_ns: CLOCK_MONOTONIC of the tenant."""

    began_ns: int
    woke_ns: int
    device_ns: int

    @property
    def host_ns(self) -> int:
        return self.woke_ns - self.began_ns - self.device_ns


@dataclass(frozen=True, slots=True)
class Row:
    """Medians over the steps of a round, us; send and issue: behind the broker only."""

    side: str
    form: str
    gap_us: int
    step_us: float
    device_us: float
    host_us: float
    send_us: float | None = None
    issue_us: float | None = None

    @property
    def end_us(self) -> float | None:
        if self.send_us is None or self.issue_us is None:
            return None
        return self.host_us - self.send_us - self.issue_us


class Tenant:
    """The decode in one session, native or the broker's, unrolled or as a graph."""

    def __init__(self, session: Any, form: str) -> None:
        device = session.device
        spec = parse_tenant(RERANK if form == REQUEST else DECODE)
        plan = make_plan(load_trace(spec.trace), target_shape(device), pace="asap")
        self._dilation = device.time_dilation
        self._player = Player(session, plan, dilation=self._dilation, paced=False)
        self.steps(WARM_UP, 0)
        if form == "graph":
            self._player.use_graph()
        self.steps(WARM_UP, 0)

    def steps(self, count: int, gap_us: int) -> list[Step]:
        return [self._step(gap_us) for _ in range(count)]

    def _step(self, gap_us: int) -> Step:
        if gap_us > SLEEPS_US:
            time.sleep(gap_us / 1e6)
            gap_us = 0
        until_ns = time.monotonic_ns() + gap_us * 1000
        while time.monotonic_ns() < until_ns:
            pass  # as a model's own thread: it does not sleep between its steps
        began_ns = time.monotonic_ns()
        ticket = self._player.submit()
        ticket.wait()
        woke_ns = time.monotonic_ns()
        device_ns = ticket.since_first_ns() * self._dilation
        self._player.recycle(ticket)
        return Step(began_ns, woke_ns, device_ns)


def row_of(side: str, form: str, gap_us: int, steps: list[Step]) -> Row:
    return Row(
        side,
        form,
        gap_us,
        middle_us([s.woke_ns - s.began_ns for s in steps]),
        middle_us([s.device_ns for s in steps]),
        middle_us([s.host_ns for s in steps]),
    )


def middle_us(values_ns: list[int]) -> float:
    return statistics.median(values_ns) / 1e3


# ------------------------------------------------------------------ native


def native_side(form: str, orders: Any, results: Any) -> None:
    """Does rounds as they are ordered, (steps, gap_us), until None; answers each with
    its steps, with none when it is ready, or with what went wrong."""
    try:
        with NativeSession() as session:
            tenant = Tenant(session, form)
            results.put([])
            while (order := orders.get()) is not None:
                results.put(tenant.steps(*order))
    except Exception as problem:
        results.put(problem)


@contextmanager
def native(form: str) -> Iterator[Callable[[int, int], list[Step]]]:
    """A native process; the context is its own, and idle between its rounds."""
    orders, results = SPAWN.Queue(), SPAWN.Queue()
    process = SPAWN.Process(target=native_side, args=(form, orders, results))
    process.start()

    def answer() -> list[Step]:
        found: list[Step] | Exception = results.get(timeout=120)
        if isinstance(found, Exception):
            raise found
        return found

    def steps(count: int, gap_us: int) -> list[Step]:
        orders.put((count, gap_us))
        return answer()

    try:
        answer()
        yield steps
    finally:
        orders.put(None)
        process.join(30)
        process.kill()


# ------------------------------------------------------------------ behind the broker


class Trace:
    """Operations of a running broker, collected by a thread until closed."""

    def __init__(self, path: str, seconds: float) -> None:
        self.entries: list[Entry] = []
        self.clock_origin_ns = self.dilation = 0
        self._kinds: list[str] = []
        self._began = threading.Event()
        self._thread = threading.Thread(target=self._collect, args=(path, seconds))
        self._thread.start()
        assert self._began.wait(30), "the broker gave no trace"

    def _collect(self, path: str, seconds: float) -> None:
        parts = follow(admin_path(path), "trace", seconds + 30, seconds=seconds)
        for part in parts:
            if not isinstance(part, dict):
                return
            if "about" in part:
                self.clock_origin_ns = part["about"]["clock_origin_ns"]
                self.dilation = part["about"]["time_dilation"]
                self._kinds = part["about"]["kinds"]
                self._began.set()
            for piece in part.get("entries", ()):
                values = ENTRY.iter_unpack(base64.b64decode(piece))
                self.entries += [Entry(*one) for one in values]

    def join(self) -> None:
        self._thread.join()

    def is_launch(self, entry: Entry) -> bool:
        """A kernel or a graph, and not the event record before it."""
        return self._kinds[entry.kind] in ("launch", "graph")

    def wall_ns(self, device_ns: int) -> int:
        """CLOCK_MONOTONIC at an instant of the broker's clock."""
        return self.clock_origin_ns + device_ns * self.dilation


def behind(
    path: str, tenant: Tenant, form: str, gap_us: int, count: int, step_seconds: float
) -> Row:
    """A round with a trace beside it; the trace's own cost is in it."""
    seconds = count * (step_seconds + gap_us / 1e6) + TRACE_TAIL_SECONDS
    trace = Trace(path, seconds)
    steps = tenant.steps(count, gap_us)
    trace.join()
    row = row_of("broker", form, gap_us, steps)
    first = first_launches(trace, steps)
    if not first:
        return row
    send_us, issue_us = send_issue(trace, first)
    return replace(row, send_us=send_us, issue_us=issue_us)


def first_launches(trace: Any, steps: list[Step]) -> list[tuple[Step, Entry]]:
    """Each step with the first launch that was accepted while it went on."""
    launches = filter(trace.is_launch, trace.entries)
    found, entries = [], iter(sorted(launches, key=lambda e: e.issued_ns))
    entry = next(entries, None)
    for step in steps:
        while entry and trace.wall_ns(entry.accepted_ns) < step.began_ns:
            entry = next(entries, None)
        if entry and trace.wall_ns(entry.accepted_ns) < step.woke_ns:
            found.append((step, entry))
    return found


def send_issue(trace: Any, first: list[tuple[Step, Entry]]) -> tuple[float, float]:
    """Medians, us of wall time: until it was decoded, and from there until issued."""
    sends = [trace.wall_ns(e.accepted_ns) - s.began_ns for s, e in first]
    issues = [(e.issued_ns - e.accepted_ns) * trace.dilation for _, e in first]
    return middle_us(sends), middle_us(issues)


# ------------------------------------------------------------------ the run


def measure(device: str, form: str, count: int) -> list[Row]:
    rows: list[Row] = []
    with (
        native(form) if device == "cuda" else nobody() as natively,
        harness.broker(device, tenants={"decode": 1}) as running,
        client.connect(running.path, tenant="decode") as session,
    ):
        tenant = Tenant(session, form)
        [one] = tenant.steps(1, 0)
        seconds = (one.woke_ns - one.began_ns) / 1e9
        for gap_us in (PAUSES_US if form == REQUEST else GAPS_US) * ROUNDS:
            if natively is not None:
                steps = natively(count, gap_us)
                rows.append(row_of("native", form, gap_us, steps))
            rows.append(behind(running.path, tenant, form, gap_us, count, seconds))
    return rows


@contextmanager
def nobody() -> Iterator[None]:
    yield None


def middle_row(rows: list[Row]) -> Row:
    """The round whose step is the median one."""
    return sorted(rows, key=lambda row: row.step_us)[len(rows) // 2]


def show(rows: list[Row], where: str) -> list[harness.Demand]:
    groups: dict[tuple[str, int, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.form, row.gap_us, row.side), []).append(row)
    chosen = {key: middle_row(found) for key, found in groups.items()}
    lines: list[tuple[object, ...]] = []
    for (form, gap_us, side), row in chosen.items():
        shown = (row.step_us, row.device_us, row.host_us)
        parts = (row.send_us, row.issue_us, row.end_us)
        cells = ["" if part is None else f"{part:,.1f}" for part in (*shown, *parts)]
        lines.append((f"{form}, {gap_us} us between", side, *cells))
    harness.show(
        f"a decode step, medians in us. {where}",
        ("step", "side", "whole", "device", "host", "send", "issue", "end"),
        lines,
    )
    demands = []
    for (form, gap_us, side), row in chosen.items():
        twin = chosen.get((form, gap_us, "native"))
        if side == "broker" and twin is not None:
            what = f"{form}, {gap_us} us between: step, x native"
            demands.append(harness.Demand(what, row.step_us / twin.step_us, STEP_MAX))
    if demands:
        harness.show_demands("demands", demands)
    return demands


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--device", default="cuda", choices=("cuda", "emulated"))
    parser.add_argument("--steps", type=int, default=60, help="in a round")
    parser.add_argument("--form", action="append", choices=FORMS)
    options = parser.parse_args()
    where = harness.machine("GPU" if options.device == "cuda" else options.device)
    began = time.monotonic()
    rows: list[Row] = []
    for form in options.form or FORMS:
        rows += measure(options.device, form, options.steps)
    demands = show(rows, where)
    print(f"{time.monotonic() - began:.0f} s")
    if options.json:
        result = {
            "where": where,
            "cores": os.cpu_count(),
            "rows": [asdict(row) for row in rows],
            "demands": harness.as_json(demands),
        }
        options.json.write_text(json.dumps(result))


if __name__ == "__main__":
    main()
