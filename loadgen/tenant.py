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

import os
import queue
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import client
from loadgen.generator import (
    Pipe,
    Request,
    Timeline,
    intended_times,
    write_requests,
)
from loadgen.replay import calibrate
from loadgen.replay.plan import Overheads, Plan, make_plan
from loadgen.replay.player import Player, Ticket
from loadgen.spec import Job, load_job
from loadgen.traces import load as load_trace
from loadgen.traces.model import DeviceShape

PROGRESS_EVERY_NS = 200_000_000
WARM_UP_REQUESTS = 4


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

    def wait(self, index: int, ticket: Ticket) -> None:
        """Wait for a request and write down when it was done."""
        ticket.wait()
        self.requests[index].done_ns = self.timeline.now_ns()

    def settle(self, index: int, ticket: Ticket) -> None:
        """Write down the rest of a request that has been waited for. It takes a call to
        the broker: who sends the next request when one is done sends it first."""
        request = self.requests[index]
        done_ns = request.done_ns
        assert done_ns is not None, "not waited for"
        request.first_ns = max(request.sent_ns, done_ns - ticket.since_first_ns())
        request.status = "completed"
        self._player.recycle(ticket)
        self._done += 1
        late = done_ns - request.intended_ns > self._bound_ns > 0
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
    done: tuple[int, Ticket] | None = None
    timeline.wait_until(0)
    index = 0
    while not stopped.is_set():
        now = timeline.now_ns()
        on_their_way.append((index, recorder.submit(index, now, now)))
        index += 1
        if done is not None:
            recorder.settle(*done)
            done = None
        if len(on_their_way) == concurrency:
            done = on_their_way.popleft()
            recorder.wait(*done)
    if done is not None:
        recorder.settle(*done)
    for item in on_their_way:
        recorder.wait(*item)
        recorder.settle(*item)


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
                recorder.wait(*item)
                if places:
                    places.release()
                recorder.settle(*item)
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
