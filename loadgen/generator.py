"""What every load generating process has in common: its clock, its line to the runner,
when requests are due, and how they are written down.

Must never know a client or what a request does. Called by `loadgen.tenant` and
`loadgen.colocate.tenant`; of ours it needs no compiled part, so that an interpreter
without the client's can run a workload.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from loadgen import arrivals, requests
from loadgen.clock import wait_until
from loadgen.spec import Job

SPIN_NS = 500_000
NEAR_NS = 25_000_000
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
