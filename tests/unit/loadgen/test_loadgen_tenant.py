"""When requests are sent, on a clock set by hand."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from loadgen.generator import Timeline, intended_times, request_rate, request_row
from loadgen.requests import RowShape
from loadgen.spec import Job, TenantSpec
from loadgen.tenant import Recorder, run_closed, run_open


@dataclass
class Clock:
    """Sleeping moves it; it never rests."""

    now_ns: int = 0

    def now(self) -> int:
        return self.now_ns

    def sleep(self, seconds: float) -> None:
        self.now_ns += max(1000, round(seconds * 1e9))


@dataclass
class Ticket:
    clock: Clock
    takes_ns: int

    def wait(self) -> None:
        self.clock.now_ns += self.takes_ns

    def since_first_ns(self) -> int:
        return self.takes_ns // 2


@dataclass
class FakePlayer:
    clock: Clock
    submit_ns: int = 0
    takes_ns: int = 1_000_000

    def submit(self) -> Ticket:
        self.clock.now_ns += self.submit_ns
        return Ticket(self.clock, self.takes_ns)

    def recycle(self, ticket: Ticket) -> None:
        pass


@dataclass
class FakePipe:
    sent: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def send(self, event: str, **values: Any) -> None:
        self.sent.append((event, values))


def make_recorder(clock: Clock, dilation: int = 1, **player: int) -> Recorder:
    timeline = Timeline(0, dilation, clock.now, clock.sleep)
    return Recorder(timeline, FakePlayer(clock, **player), FakePipe())  # type: ignore[arg-type]


def test_waits_are_dilated() -> None:
    clock = Clock()
    timeline = Timeline(1_000_000, 10, clock.now, clock.sleep)
    timeline.wait_until(2_000_000)
    assert clock.now_ns >= 21_000_000
    assert timeline.now_ns() == pytest.approx(2_000_000, abs=1000)


def test_lateness_counts_from_when_the_generator_was_free() -> None:
    clock = Clock()
    recorder = make_recorder(clock)
    clock.now_ns = 5_000_000
    recorder.submit(0, intended_ns=1_000_000, ready_ns=4_500_000)
    recorder.submit(1, intended_ns=4_800_000, ready_ns=0)
    assert [r.schedule_delay_ns for r in recorder.requests] == [500_000, 200_000]
    assert recorder.unfinished == 2


def test_open_loop_sends_at_the_intended_times() -> None:
    clock = Clock()
    recorder = make_recorder(clock, takes_ns=0)
    times = [1_000_000, 2_000_000, 9_000_000]
    run_open(recorder, iter(times), None, threading.Event())
    assert [r.intended_ns for r in recorder.requests] == times
    assert all(0 <= r.sent_ns - r.intended_ns <= 1_000_000 for r in recorder.requests)
    assert all(r.status == "completed" for r in recorder.requests)


def test_open_loop_reports_what_breaks_in_the_waiting_thread() -> None:
    recorder = make_recorder(Clock())

    class Broken(Ticket):
        def wait(self) -> None:
            raise OSError("the session is lost")

    recorder._player.submit = lambda: Broken(Clock(), 0)  # type: ignore
    with pytest.raises(OSError, match="the session is lost"):
        run_open(recorder, iter([0]), None, threading.Event())


def test_closed_loop_keeps_its_concurrency_and_stops() -> None:
    clock, stopped = Clock(), threading.Event()
    recorder = make_recorder(clock, takes_ns=1_000_000)
    waiting: list[int] = []
    wait = recorder.wait

    def wait_and_stop(index: int, ticket: Any) -> None:
        waiting.append(recorder.unfinished)
        wait(index, ticket)
        if index == 4:
            stopped.set()

    recorder.wait = wait_and_stop  # type: ignore[method-assign]
    run_closed(recorder, 3, stopped)
    assert max(waiting) == 3
    assert all(r.status == "completed" for r in recorder.requests)
    assert [r.intended_ns for r in recorder.requests] == [
        r.sent_ns for r in recorder.requests
    ]


def test_closed_loop_sends_the_next_request_before_it_asks_about_the_last() -> None:
    """How long a request took on the device is a call to the broker: in between, the
    device would have nothing to do."""
    calls: list[str] = []
    stopped = threading.Event()

    class Noting(FakePlayer):
        def submit(self) -> Ticket:
            calls.append("submit")
            if calls.count("submit") == 3:
                stopped.set()
            return NotingTicket(self.clock, self.takes_ns)

    class NotingTicket(Ticket):
        def wait(self) -> None:
            calls.append("wait")
            super().wait()

        def since_first_ns(self) -> int:
            calls.append("ask")
            return super().since_first_ns()

    clock = Clock()
    timeline = Timeline(0, 1, clock.now, clock.sleep)
    recorder = Recorder(timeline, Noting(clock), FakePipe())  # type: ignore[arg-type]
    run_closed(recorder, 1, stopped)
    assert calls == ["submit", "wait", *["submit", "ask", "wait"] * 2, "ask"]
    assert recorder.unfinished == 0


def test_closed_loop_requests_past_the_window_do_not_count() -> None:
    job = Job(TenantSpec("d", "x", arrival="closed"), "")
    recorder = make_recorder(Clock())
    run_one(recorder)
    inside = request_row(job, recorder.requests[0], 2_000_000, 10)
    outside = request_row(job, recorder.requests[0], 500_000, 10)
    assert (inside["status"], outside["status"]) == ("completed", "after_window")
    assert inside["e2el_wall_ms"] == pytest.approx(10 * inside["e2el_ms"])


def test_open_loop_notices_a_stop_during_a_long_wait() -> None:
    stopped = threading.Event()
    recorder = make_recorder(Clock(), takes_ns=0)
    submit = recorder.submit

    def submit_and_stop(index: int, intended_ns: int, ready_ns: int) -> Any:
        stopped.set()
        return submit(index, intended_ns, ready_ns)

    recorder.submit = submit_and_stop  # type: ignore[method-assign]
    an_hour_ns = 3600 * 1_000_000_000
    run_open(recorder, iter([0, an_hour_ns]), None, stopped)
    assert len(recorder.requests) == 1


def test_warm_up_is_marked_and_its_slow_requests_are_not_counted() -> None:
    clock = Clock()
    timeline = Timeline(0, 1, clock.now, clock.sleep)
    recorder = Recorder(
        timeline,
        FakePlayer(clock),  # type: ignore[arg-type]
        FakePipe(),
        warmup_ns=1_500_000,
        bound_ns=900_000,
    )
    times = [1_000_000, 3_000_000, 5_000_000]
    run_open(recorder, iter(times), None, threading.Event())
    assert recorder.over == 2
    job = Job(TenantSpec("d", "x", arrival="poisson"), "", warmup_wall_ns=1_500_000)
    rows = [request_row(job, r, 9_000_000, 1) for r in recorder.requests]
    assert [row.get("warmup", False) for row in rows] == [True, False, False]


def test_arrivals_from_a_request_trace(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(f'{{"timestamp": {t}}}\n' for t in (0, 400, 900, 1500)))
    rows = RowShape(time_scale=2.0)
    spec = TenantSpec("r", "x", arrival="trace", requests=str(path), rows=rows)
    times, load = intended_times(Job(spec, ""), 1_000_000_000)
    assert times is not None and list(times) == [0, 800_000_000]
    assert load["rate"] == 2.0
    assert load["request_trace"]["rows_in_window"] == 2
    assert load["request_trace"]["rows_kept"] == 4
    assert load["request_trace"]["lengths"] == "not replayed"


def run_one(recorder: Recorder) -> None:
    ticket = recorder.submit(0, 0, 0)
    recorder.wait(0, ticket)
    recorder.settle(0, ticket)


def test_rate_from_busy_share() -> None:
    spec = TenantSpec("r", "x", arrival="poisson", busy=0.25)
    assert request_rate(Job(spec, "", busy_ns=5_000_000)) == pytest.approx(50.0)
    assert request_rate(Job(TenantSpec("d", "x"), "")) is None
