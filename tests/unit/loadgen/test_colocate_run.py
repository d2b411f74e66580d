"""A colocation without processes: options, places, a tenant's loop, figures."""

from __future__ import annotations

import os
import threading
from typing import Any

import counting_workload
import made_run
import numpy as np
import pytest
from typer.testing import CliRunner

from loadgen import page
from loadgen.cli import app
from loadgen.colocate import command, figures, places, run, spec
from loadgen.colocate.tenant import Answers, Server, checksum
from loadgen.generator import Timeline

HIGH = "a=counting_workload,class=0,arrival=poisson,rate=60"
LOW = "b=counting_workload,class=1,batch=16"


def options(*words: str, **others: Any) -> run.Options:
    return run.Options(tuple(map(spec.parse, (HIGH, LOW))), words, **others)


# ------------------------------------------------------------------ the command
def one_line(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["colocate", *arguments])
    assert done.exit_code == 2 and len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr


def test_mistakes_are_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "--preset or --tenant" in one_line()
    assert "one of headline-vllm" in one_line("--preset", "best")
    assert "no tenant x" in one_line("--preset", "four", "--set", "x.rate=1")
    assert "give --preset" in one_line("--tenant", HIGH, "--set", "a.rate=1")
    assert "no cell" in one_line("--tenant", HIGH, "--cells", ",")
    assert "--out" in one_line("--tenant", HIGH, "--cells", "alone", "--resume")
    assert "is empty" in one_line(
        "--tenant", HIGH, "--cells", "alone", "--launcher", " "
    )
    monkeypatch.setenv("CUDA_MPS_CLIENT_PRIORITY", "1")
    assert "unset it" in one_line("--tenant", HIGH, "--cells", "alone")


def test_tiny_shrinks_the_run() -> None:
    made = command.shrunk(options("alone", seconds=60.0, requests=9))
    assert made.seconds == command.TINY_SECONDS and made.requests == 9
    assert made.repeat == 1 and made.goals == ()


# ------------------------------------------------------------------ places
def test_the_launcher_is_the_brokers_run_unless_told() -> None:
    words = places.launcher_words(None, ("xsched-broker",))
    assert words[:2] == ("xsched-broker", "run") and words[-1] == "--"
    broker = places.Broker(("xsched-broker",), "/run/a b/broker.sock")
    place = places.Place("broker", broker=broker, launcher=words)
    command_line = place.command(spec.parse(LOW), ("python", "x"))
    assert command_line == (
        *("xsched-broker", "run", "--socket", "/run/a b/broker.sock"),
        *("--tenant", "b", "--class", "1", "--", "python", "x"),
    )
    native = places.Place("native")
    assert native.command(spec.parse(LOW), ("python", "x")) == ("python", "x")


def test_what_clients_of_mps_are_told() -> None:
    def told(ground: str, text: str) -> dict[str, str]:
        return places.Place(ground, {"P": "1"}).environment(spec.parse(text), highest=0)

    assert told("mps-30", HIGH) == told("native", LOW) == {"P": "1"}
    percentage = {"P": "1", "CUDA_MPS_ACTIVE_THREAD_PERCENTAGE": "30"}
    assert told("mps-30", LOW) == percentage
    assert told("mps-priority", LOW) == {"P": "1", "CUDA_MPS_CLIENT_PRIORITY": "1"}


def test_the_brokers_configuration() -> None:
    made = (spec.parse(HIGH + ",memory=8GiB"), spec.parse(LOW))
    text = places.broker_config(made)
    assert '[tenants.a]\nclass = 0\nmemory = "8GiB"\n[tenants.b]\nclass = 1\n' in text


def test_processor_time_of_this_process_is_seen() -> None:
    spent = places.process_cpu_s(os.getpid())
    assert spent is not None and spent > 0
    assert places.process_cpu_s(2**22 + 1) is None


# ------------------------------------------------------------------ a tenant
class Line:
    def __init__(self, stop_after: int) -> None:
        self.stopped = threading.Event()
        self.events: list[str] = []
        self.left = stop_after

    def send(self, event: str, **_: Any) -> None:
        self.events.append(event)


class Steps:
    """A workload on a clock set by hand: request i takes lasts[i] ns."""

    period = 0

    def __init__(self, clock: list[int], lasts: list[int], line: Line) -> None:
        self.clock, self.lasts, self.line = clock, lasts, line

    def run(self, index: int) -> bytes:
        self.clock[0] += self.lasts[index]
        if index + 1 == self.line.left:
            self.line.stopped.set()
        return b""


def served(lasts: list[int], stop_after: int) -> tuple[Server, Line]:
    clock, line = [0], Line(stop_after)

    def sleep(seconds: float) -> None:
        clock[0] += max(1, round(seconds * 1e9))

    timeline = Timeline(0, 1, now=lambda: clock[0], sleep=sleep)
    workload: Any = Steps(clock, lasts, line)
    return Server(workload, Answers(0), line, timeline), line


def test_an_open_loop_that_is_behind_blames_the_device_not_itself() -> None:
    server, _ = served([50, 10, 10], stop_after=9)
    server.open([100, 120, 500])
    first, second, third = server.requests
    assert (first.sent_ns, first.done_ns) == (100, 150)
    assert (second.sent_ns, second.done_ns) == (150, 160), "waited for the first"
    assert second.schedule_delay_ns == 0 and third.sent_ns == 500
    assert {request.status for request in server.requests} == {"completed"}


def test_a_closed_loop_ends_when_told() -> None:
    server, line = served([7, 7, 7], stop_after=3)
    server.closed()
    assert [request.done_ns for request in server.requests] == [7, 14, 21]
    assert line.events[0] == "progress"


def test_answers_that_change_are_counted() -> None:
    answers = Answers(period=2)
    for index, answer in enumerate([b"a", b"b", b"a", b"x", b"a"]):
        answers.check(index, answer)
    assert answers.mismatches == 1 and len(answers.known) == 2
    training = Answers(period=0)
    training.check(0, b"a")
    training.check(0, b"b")
    assert training.mismatches == 0


def test_a_checksum_is_of_all_raw_outputs() -> None:
    def of(seed: int) -> str:
        return checksum(counting_workload.Counting({"batch": 1, "broken": False}, seed))

    assert of(1) == of(1) != of(2)


# ------------------------------------------------------------------ figures
def test_outputs_are_compared_where_both_have_answers() -> None:
    one = {"checksum": "c", "answers": {"0": "x", "1": "y"}, "mismatches": 0}
    assert figures.same(one, one | {"answers": {"1": "y", "2": "z"}})
    assert not figures.same(one, one | {"answers": {"1": "z"}})
    assert not figures.same(one, one | {"checksum": "d"})
    assert not figures.same(one, one | {"mismatches": 1})


def test_intervals_hold_the_figure_they_are_of() -> None:
    random = np.random.default_rng(1)
    done = np.cumsum(random.exponential(2e6, 400)).astype(int)
    records = [
        {"cell": "c", "tenant": "b", "repetition": i % 2, "status": "completed"}
        | {"intended_ns": int(t) - 1500, "sent_ns": int(t) - 1000, "done_ns": int(t)}
        for i, t in enumerate(done)
    ]
    rate = 1e9 / float(np.diff(done[::2]).mean())
    runs = figures.runs_of(records, "c", "b")
    assert [len(each) for each in runs] == [200, 200]
    made = figures.intervals(
        runs, {"units_per_s": 16 * rate, "request_throughput": rate}, spec.parse(LOW), 1
    )
    low, high = made["units_per_s_ci95"]
    assert low < 16 * rate < high and high / low < 1.5
    assert made["p99_e2el_ms_ci95"] == [0.0015, 0.0015]
    assert made["p50_service_ms_ci95"] == [0.001, 0.001]


def test_a_page_has_more_sections_where_given() -> None:
    summary, records = made_run.make()
    mine = page.section("Mine", "")
    assert "<h2>Mine</h2>" in page.make(summary, records, more=(mine,))
