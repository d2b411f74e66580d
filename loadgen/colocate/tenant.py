"""One real model as a process: `python -m loadgen.colocate.tenant JOB.json`.

Decides when requests are sent and what is written down about them. Must never know the
other tenants, cells' results, or whether a broker is below it. Started by
`loadgen.colocate.run`, to which it talks in JSON lines:

    tenant: {"event": "ready", "device": {...}, "unit": ..., "checksum": ...}
    runner: {"calibrate": true}
    tenant: {"event": "calibrated", "busy_ns": n, "wall_ns": n}
    runner: {"window": JOB, "start_wall_ns": n}   as often as it likes
    tenant: {"event": "progress", "sent": n, "done": n}
    tenant: {"event": "drained"}                  open loop: nothing is left
    runner: {"stop": true}                        the window ends
    tenant: {"event": "done", ...}

A request is timed by the wall clock from the call to its answer in host memory. All
other work (hashing the answer, writing it down) is done between requests.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import queue
import resource
import signal
import statistics
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from loadgen.colocate import workloads
from loadgen.colocate.workloads import Workload
from loadgen.generator import (
    RUNNER_GONE_STATUS,
    Request,
    Timeline,
    intended_times,
    write_requests,
)
from loadgen.spec import Job, load_job

PROGRESS_EVERY_NS = 200_000_000
CHECKED_REQUESTS = 4
CALIBRATION_REQUESTS = 9
DIGEST_BYTES = 16


class Line:
    """JSON lines to and from the runner; ends the process when the runner is gone."""

    def __init__(self) -> None:
        self.stopped = threading.Event()
        self._asked: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        # A framework may print: what is meant for the runner goes where it cannot.
        self._out = os.fdopen(os.dup(1), "w", buffering=1)
        os.dup2(2, 1)
        # A child that is forked closes sys.stdin, and would wait for ever for a thread
        # of ours that was reading it.
        self._in = os.fdopen(os.dup(0))
        with open(os.devnull) as nothing:
            os.dup2(nothing.fileno(), 0)
        threading.Thread(target=self._read, daemon=True).start()

    def send(self, event: str, **values: Any) -> None:
        self._out.write(json.dumps({"event": event, **values}) + "\n")

    def asked(self) -> dict[str, Any]:
        """The next thing to do; what was stopped before is over."""
        message = self._asked.get()
        self.stopped.clear()
        return message

    def _read(self) -> None:
        for line in self._in:
            message = json.loads(line)
            if message.get("stop"):
                self.stopped.set()
            else:
                self._asked.put(message)
        end_group()
        os._exit(RUNNER_GONE_STATUS)


def end_group() -> None:
    """Ends all that was started here, and this process, if it leads its group."""
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)


class Answers:
    """Whether a request's answer is, to the last bit, what it was the time before."""

    def __init__(self, period: int) -> None:
        self.period = period
        self.known: dict[int, str] = {}
        self.mismatches = 0

    def check(self, index: int, answer: bytes) -> None:
        if not self.period:
            return
        digest = hashlib.sha256(answer).hexdigest()[: 2 * DIGEST_BYTES]
        if self.known.setdefault(index % self.period, digest) != digest:
            self.mismatches += 1


class Server:
    """Runs the requests of one window and writes them down."""

    def __init__(
        self, workload: Workload, answers: Answers, line: Any, timeline: Timeline
    ) -> None:
        self.workload = workload
        self.answers = answers
        self.line = line
        self.timeline = timeline
        self.requests: list[Request] = []
        self._progress_due_ns = 0

    def closed(self) -> None:
        """The next request follows the last, until told to stop."""
        self.timeline.wait_until(0)
        while not self.line.stopped.is_set():
            now = self.timeline.now_ns()
            self._serve(now, ready_ns=now)

    def open(self, intended_ns: Iterable[int]) -> None:
        """Each at its time, or as soon as the one before is done."""
        ready_ns = 0
        for due_ns in intended_ns:
            self.timeline.wait_until(due_ns, self.line.stopped)
            if self.line.stopped.is_set():
                return
            ready_ns = self._serve(due_ns, ready_ns)
        self.line.send("progress", sent=len(self.requests), done=len(self.requests))

    def _serve(self, intended_ns: int, ready_ns: int) -> int:
        """Since when the next may begin: from then on, lateness is the generator's."""
        index, timeline = len(self.requests), self.timeline
        sent = timeline.now_ns()
        answer = self.workload.run(index)
        done = timeline.now_ns()
        delay = max(0, sent - max(intended_ns, ready_ns))
        self.requests.append(
            Request(index, intended_ns, sent, delay, "completed", sent, done)
        )
        self.answers.check(index, answer)
        if done >= self._progress_due_ns:
            self._progress_due_ns = done + PROGRESS_EVERY_NS
            self.line.send("progress", sent=index + 1, done=index + 1)
        return done


def run_window(
    job: Job, workload: Workload, answers: Answers, line: Line, start_wall_ns: int
) -> None:
    intended, load = intended_times(job, job.window_wall_ns)
    server = Server(workload, answers, line, Timeline(start_wall_ns, dilation=1))
    before, mismatches = Usage(), answers.mismatches
    if intended is None:
        server.closed()
    else:
        server.open(map(int, intended))
        line.send("drained")
        line.stopped.wait()
    used = Usage().since(before)
    write_requests(job, server.requests, job.window_wall_ns, dilation=1)
    line.send(
        "done",
        window_ns=job.window_wall_ns,
        warmup_ns=job.warmup_wall_ns,
        answers={str(slot): digest for slot, digest in answers.known.items()},
        mismatches=answers.mismatches - mismatches,
        cpu_cores=used,
        **load,
    )


class Usage:
    """Processor time of this process and its children, at a point of time."""

    def __init__(self) -> None:
        self.wall_ns = time.monotonic_ns()
        parts = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        spent = [resource.getrusage(part) for part in parts]
        self.cpu_s = sum(each.ru_utime + each.ru_stime for each in spent)

    def since(self, before: Usage) -> float:
        """Processors kept busy, on average."""
        wall_s = (self.wall_ns - before.wall_ns) / 1e9
        return (self.cpu_s - before.cpu_s) / max(wall_s, 1e-9)


def checksum(workload: Workload, requests: int = CHECKED_REQUESTS) -> str:
    """SHA-256 of all raw outputs of the first requests."""
    found = hashlib.sha256()
    for index in range(requests):
        workload.run(index)
        for part in workload.detail():
            found.update(part)
    return found.hexdigest()


def calibration(workload: Workload) -> dict[str, Any]:
    """Device time of a request, and how long it takes by itself."""
    walls = []
    for index in range(CALIBRATION_REQUESTS):
        begin = time.perf_counter_ns()
        workload.run(index)
        walls.append(time.perf_counter_ns() - begin)
    wall_ns = round(statistics.median(walls))
    return {"busy_ns": workload.busy_ns(), "wall_ns": wall_ns}


def messages(line: Line) -> Iterator[dict[str, Any]]:
    while True:
        yield line.asked()


def serve(told: dict[str, Any], line: Line) -> None:
    """Build the workload, then do what the runner asks for until it goes."""
    begin = time.monotonic()
    workload = workloads.build(told["workload"], told["settings"], told["seed"])
    built = time.monotonic()
    line.send(
        "ready",
        device=workload.device(),
        unit=workload.unit,
        units=workload.units,
        period=workload.period,
        answers=getattr(workload, "answers", "outputs"),
        checksum=checksum(workload),
        build_s=built - begin,
    )
    answers = Answers(workload.period)
    gc.collect()
    gc.freeze()
    for message in messages(line):
        if message.get("calibrate"):
            line.send("calibrated", **calibration(workload))
            continue
        job = load_job(json.dumps(message["window"]))
        run_window(job, workload, answers, line, message["start_wall_ns"])


def main(arguments: list[str] | None = None) -> int:
    """The last line on standard error says why it failed."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if len(arguments) != 1:
        print("usage: python -m loadgen.colocate.tenant JOB.json", file=sys.stderr)
        return 2
    told = json.loads(Path(arguments[0]).read_text())
    line = Line()
    try:
        serve(told, line)
    except Exception as error:
        text = " ".join(str(error).split())
        print(f"{type(error).__name__}: {text}", file=sys.stderr, flush=True)
        # Not through the interpreter's end: a broken device may hang it.
        os._exit(1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
