"""One tenant as a process: `python -m loadgen.tenant JOB.json`.

Decides when requests are sent and what is written down about them. Must never know the
other tenants, cells' results or how a broker is started. Started by `loadgen.runner`,
which it tells its progress in JSON lines on stdout and which answers on stdin:

    tenant: {"event": "ready", "device": {...}}
    runner: {"start_wall_ns": ...}          CLOCK_MONOTONIC, common to all tenants
    tenant: {"event": "progress", "sent": n, "done": n, "over": n}
    tenant: {"event": "drained"}            open loop: nothing is left
    runner: {"stop": true}                  closed loops end here
    tenant: {"event": "done", ...}

All times of a request are device time from the common start: wall time divided by the
device's dilation. An open loop sends each request at its intended time whether or not
the ones before are done; they run one after another, on one stream, and latency counts
from the intended time. A closed loop keeps `concurrency` requests on their way.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import client
from loadgen import arrivals, requests
from loadgen.clock import wait_until
from loadgen.replay import calibrate
from loadgen.replay.plan import Overheads, Plan, make_plan
from loadgen.replay.player import Player, Ticket
from loadgen.spec import Job, load_job
from loadgen.traces import load as load_trace
from loadgen.traces.model import DeviceShape

SPIN_NS = 500_000
NEAR_NS = 25_000_000
PROGRESS_EVERY_NS = 200_000_000
WARM_UP_REQUESTS = 4
RUNNER_GONE_STATUS = 3


@dataclass(slots=True)
class Request:
    """Times in device ns from the common start.

    schedule_delay_ns: lateness of the generator itself: from when it could have sent
    (the intended time, or when it had handed over the request before) to when it did.
    """

    index: int
    intended_ns: int
    sent_ns: int
    schedule_delay_ns: int
    status: str = "incomplete"
    first_ns: int | None = None
    done_ns: int | None = None


class Timeline:
    """Device time from the common start, on this machine's monotonic clock."""

    def __init__(
        self,
        start_wall_ns: int,
        dilation: int,
        now: Callable[[], int] = time.monotonic_ns,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.start_wall_ns = start_wall_ns
        self.dilation = dilation
        self._now = now
        self._sleep = sleep

    def now_ns(self) -> int:
        return (self._now() - self.start_wall_ns) // self.dilation

    def wait_until(
        self, device_ns: int, stopped: threading.Event | None = None
    ) -> None:
        """Sleep, then yield until the time has come; at once if it has passed, or when
        told to stop during the most of a long wait."""
        due = self.start_wall_ns + device_ns * self.dilation
        if stopped is not None:
            far_ns = due - self._now() - NEAR_NS
            if far_ns > NEAR_NS:
                stopped.wait(far_ns / 1e9)
            if stopped.is_set():
                return
        wait_until(due, SPIN_NS, self._now, self._sleep)


class Pipe:
    """JSON lines to and from the runner; notices when it is told to stop."""

    def __init__(self) -> None:
        self.stopped = threading.Event()
        self._start: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._lock = threading.Lock()
        threading.Thread(target=self._read, daemon=True).start()

    def send(self, event: str, **values: Any) -> None:
        with self._lock:
            print(json.dumps({"event": event, **values}), flush=True)

    def wait_for_start(self) -> int:
        return self._start.get()

    def _read(self) -> None:
        for line in sys.stdin:
            message = json.loads(line)
            if "start_wall_ns" in message:
                self._start.put(message["start_wall_ns"])
            if message.get("stop"):
                self.stopped.set()
        os._exit(RUNNER_GONE_STATUS)


class Recorder:
    """Keeps the requests of one run and reports progress now and then.

    over: requests due after warmup_ns with a latency above bound_ns, if there is one.
    """

    def __init__(
        self,
        timeline: Timeline,
        player: Player,
        pipe: Any,
        *,
        warmup_ns: int = 0,
        bound_ns: int = 0,
    ) -> None:
        self.timeline = timeline
        self.requests: list[Request] = []
        self.over = 0
        self._warmup_ns = warmup_ns
        self._bound_ns = bound_ns
        self._player = player
        self._pipe = pipe
        self._done = 0
        self._progress_due_ns = 0

    @property
    def unfinished(self) -> int:
        return len(self.requests) - self._done

    def submit(self, index: int, intended_ns: int, ready_ns: int) -> Ticket:
        """Send one request; ready_ns: since when the generator was free to."""
        sent = self.timeline.now_ns()
        delay = max(0, sent - max(intended_ns, ready_ns))
        self.requests.append(Request(index, intended_ns, sent, delay))
        return self._player.submit()

    def finish(self, index: int, ticket: Ticket) -> None:
        """Wait for a request and write down when it was done."""
        request = self.requests[index]
        ticket.wait()
        request.done_ns = self.timeline.now_ns()
        request.first_ns = max(
            request.sent_ns, request.done_ns - ticket.since_first_ns()
        )
        request.status = "completed"
        self._player.recycle(ticket)
        self._done += 1
        late = request.done_ns - request.intended_ns > self._bound_ns > 0
        self.over += late and request.intended_ns >= self._warmup_ns
        now = time.monotonic_ns()
        if now >= self._progress_due_ns:
            self._progress_due_ns = now + PROGRESS_EVERY_NS
            self._pipe.send(
                "progress", sent=len(self.requests), done=self._done, over=self.over
            )


def run_closed(recorder: Recorder, concurrency: int, stopped: threading.Event) -> None:
    """Send a request whenever one is done; the oldest is always done first."""
    timeline, on_their_way = recorder.timeline, deque[tuple[int, Ticket]]()
    timeline.wait_until(0)
    index = 0
    while not stopped.is_set():
        now = timeline.now_ns()
        on_their_way.append((index, recorder.submit(index, now, now)))
        index += 1
        if len(on_their_way) == concurrency:
            recorder.finish(*on_their_way.popleft())
    while on_their_way:
        recorder.finish(*on_their_way.popleft())


def run_open(
    recorder: Recorder,
    intended_ns: Iterator[int],
    concurrency: int | None,
    stopped: threading.Event,
) -> None:
    """Send each request at its time; another thread waits for them in order.

    The waiting thread is a daemon: a request that never ends leaves it behind, recorded
    as incomplete, once the runner says stop.
    """
    sent: queue.SimpleQueue[tuple[int, Ticket] | None] = queue.SimpleQueue()
    places = threading.Semaphore(concurrency) if concurrency else None
    failures: list[BaseException] = []

    def wait_for_all() -> None:
        try:
            while (item := sent.get()) is not None:
                recorder.finish(*item)
                if places:
                    places.release()
        except BaseException as error:
            failures.append(error)

    waiter = threading.Thread(target=wait_for_all, daemon=True)
    waiter.start()
    ready_ns = 0
    for index, due_ns in enumerate(intended_ns):
        while places and not places.acquire(timeout=0.05):
            if stopped.is_set() or failures:
                break
        if stopped.is_set() or failures:
            break
        ready_ns = max(ready_ns, recorder.timeline.now_ns() if places else 0)
        recorder.timeline.wait_until(due_ns, stopped)
        if stopped.is_set():
            break
        sent.put((index, recorder.submit(index, due_ns, ready_ns)))
        ready_ns = recorder.timeline.now_ns()
    sent.put(None)
    while waiter.is_alive() and not stopped.is_set():
        waiter.join(timeout=0.05)
    if failures:
        raise failures[0]


def target_shape(device: Any) -> DeviceShape:
    """What of the session's device properties occupancy depends on."""
    return DeviceShape(
        name=device.name,
        sm_count=device.sm_count,
        threads_per_sm=device.threads_per_sm,
        blocks_per_sm=device.blocks_per_sm,
        shared_bytes_per_sm=device.shared_bytes_per_sm,
    )


def plan_for(job: Job, device: Any, overheads: Overheads, pace: str) -> Plan:
    spec = job.spec
    return make_plan(
        load_trace(spec.trace),
        target_shape(device),
        pace=pace,
        wall_ns=None if spec.wall_ms is None else round(spec.wall_ms * 1e6),
        overheads=overheads,
        memory_share=spec.memory_share,
    )


def run_calibration(job: Job, session: Any, pipe: Any) -> None:
    device = session.device
    overheads = job.overheads
    if overheads == Overheads():
        overheads = calibrate.measure_overheads(
            session, target_shape(device), device.time_dilation
        )
    plan = plan_for(job, device, overheads, pace="asap")
    player = Player(session, plan, dilation=device.time_dilation, paced=False)
    result = calibrate.measure_trace(player, plan, overheads)
    pipe.send(
        "calibrated",
        device=describe(device),
        overheads=asdict(overheads),
        recorded_ns=result.recorded_ns,
        replayed_ns=result.replayed_ns,
        ratio=result.ratio,
        launches=plan.launches,
        operations=len(plan.steps),
    )


def run_cell(job: Job, session: Any, pipe: Pipe) -> None:
    spec, device = job.spec, session.device
    plan = plan_for(job, device, job.overheads, spec.pace)
    player = Player(
        session, plan, dilation=device.time_dilation, paced=spec.pace == "host"
    )
    warm_up(player)
    graph = player.use_graph() if spec.graph else {}
    if spec.graph:
        warm_up(player)
    window_ns = job.window_wall_ns // device.time_dilation
    warmup_ns = job.warmup_wall_ns // device.time_dilation
    intended, load = intended_times(job, window_ns)
    pipe.send("ready", device=describe(device))
    timeline = Timeline(pipe.wait_for_start(), device.time_dilation)
    recorder = Recorder(
        timeline, player, pipe, warmup_ns=warmup_ns, bound_ns=job.bound_ns
    )
    if intended is None:
        run_closed(recorder, spec.concurrency or 1, pipe.stopped)
    else:
        run_open(recorder, map(int, intended), spec.concurrency, pipe.stopped)
        pipe.send("drained")
        pipe.stopped.wait()
    write_requests(job, recorder.requests, window_ns, device.time_dilation)
    pipe.send(
        "done",
        window_ns=window_ns,
        warmup_ns=warmup_ns,
        plan_wall_ns=plan.wall_ns,
        **load,
        **graph,
    )
    if recorder.unfinished:
        os._exit(0)  # a thread still waits inside the session: it cannot be closed


def warm_up(player: Player) -> None:
    """Kernels are learned here: a graph made after it is cut by what they take."""
    for _ in range(WARM_UP_REQUESTS):
        ticket = player.submit()
        ticket.wait()
        player.recycle(ticket)


def intended_times(
    job: Job, window_ns: int
) -> tuple[arrivals.Times | None, dict[str, Any]]:
    """Intended starts, None in a closed loop; and what is reported of the load."""
    spec, rate = job.spec, request_rate(job)
    if spec.requests is not None:
        trace = requests.load(spec.requests, spec.rows, seed=job.seed)
        times = arrivals.from_rows([r.timestamp_ms for r in trace.rows], window_ns)
        notes = {
            "source": trace.source,
            "format": trace.format,
            **trace.notes,
            "rows_in_window": len(times),
            "lengths": "not replayed",
        }
        offered = len(times) * arrivals.NS_PER_S / window_ns
        return times, {"rate": offered, "request_trace": notes}
    if rate is None:
        return None, {"rate": None}
    times = arrivals.intended_ns(
        spec.arrival, rate, window_ns, job.seed, spec.name, spec.shape
    )
    return times, {"rate": rate}


def request_rate(job: Job) -> float | None:
    """Requests a second of device time; None in a closed loop and from a trace."""
    if job.spec.busy is not None:
        return arrivals.rate_for_busy(job.spec.busy, job.busy_ns)
    return job.spec.rate


def write_requests(
    job: Job, requests: list[Request], window_ns: int, dilation: int
) -> None:
    """One JSON line a request. A closed loop's requests past the window are marked."""
    with Path(job.requests_path).open("w") as out:
        for request in requests:
            row = request_row(job, request, window_ns, dilation)
            out.write(json.dumps(row) + "\n")


def request_row(
    job: Job, request: Request, window_ns: int, dilation: int
) -> dict[str, Any]:
    row = {"cell": job.cell, "tenant": job.spec.name, "class": job.spec.class_}
    row |= {"repetition": job.repetition} | asdict(request)
    if request.intended_ns < job.warmup_wall_ns // dilation:
        row["warmup"] = True
    if request.done_ns is not None:
        latency_ns = request.done_ns - request.intended_ns
        row["e2el_ms"] = latency_ns / 1e6
        row["e2el_wall_ms"] = latency_ns * dilation / 1e6
        if job.spec.arrival == "closed" and request.done_ns > window_ns:
            row["status"] = "after_window"
    elif job.spec.arrival == "closed":
        row["status"] = "after_window"
    return row


def describe(device: Any) -> dict[str, Any]:
    """The device's properties as plain JSON values."""
    names = (
        "name backend sm_count memory_bytes driver_version time_dilation"
        " compute_major compute_minor"
    )
    return {name: getattr(device, name, None) for name in names.split()}


def main(
    arguments: list[str] | None = None, connect: Callable[..., Any] | None = None
) -> int:
    """Do one job; the last line on standard error says why it failed.

    Args: connect: makes the session; a client's unless told.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    if len(arguments) != 1:
        print("usage: python -m loadgen.tenant JOB.json", file=sys.stderr)
        return 2
    job = load_job(Path(arguments[0]).read_text())
    pipe = Pipe()
    try:
        with (connect or client.connect)(
            job.socket, tenant=job.spec.name, priority_class=job.spec.class_
        ) as session:
            if job.mode == "calibrate":
                run_calibration(job, session, pipe)
            else:
                run_cell(job, session, pipe)
    except Exception as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
