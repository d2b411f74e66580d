"""A colocation of processes that count: cells, outputs, what is kept and resumed."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import Any

import counting_workload
import made_run
import numpy as np
import pytest
from typer.testing import CliRunner

from loadgen import page
from loadgen.cli import app
from loadgen.colocate import command, figures, places, run, spec, table
from loadgen.colocate.tenant import Answers, Server, checksum
from loadgen.generator import Timeline
from loadgen.processes import RunError
from loadgen.spec import SpecError

LAUNCHER = """#!/bin/sh
[ -S "$1" ] || { echo "no broker at $1"; exit 9; }
TOLD_CLASS=$2:$3; export TOLD_CLASS; shift 3
exec "$@"
"""
HIGH = "a=counting_workload,class=0,arrival=poisson,rate=60"
LOW = "b=counting_workload,class=1,batch=16"


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tenants find the counting workload, too."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))


class Quiet:
    def __init__(self) -> None:
        self.titles: list[str] = []

    def calibrated(self, tenant: str, result: dict[str, Any]) -> None:
        self.titles.append(f"calibrated {tenant}")

    def begin(self, title: str, seconds: float) -> None:
        self.titles.append(title)

    def progress(self, seconds: float, counts: dict[str, tuple[int, int]]) -> None:
        pass

    def end(self) -> None:
        pass


def options(out: Path, *words: str, **others: Any) -> run.Options:
    texts = others.pop("texts", (HIGH, LOW))
    made = {"seconds": 0.2, "requests": 1, "repeat": 1, "warmup": 0.05} | others
    return run.Options(tuple(map(spec.parse, texts)), words, out=out, **made)


# ------------------------------------------------------------------ a run
def test_a_run_natively_and_what_it_leaves(tmp_path: Path) -> None:
    watcher = Quiet()
    chosen = options(tmp_path, "alone", "time-sliced", repeat=2)
    result = run.run(chosen, watcher)
    assert watcher.titles == [
        "building, native",
        *("calibrated a", "calibrated b"),
        *("a alone 1/2", "b alone 1/2", "time-sliced 1/2", "building, native"),
        *("a alone 2/2", "b alone 2/2", "time-sliced 2/2"),
    ]
    shared = result["cells"]["time-sliced"]
    low = shared["tenants"]["b"]
    assert low["unit"] == "sum" and low["completed"] > 10
    assert low["units_per_s"] == pytest.approx(16 * low["request_throughput"], rel=0.05)
    assert low["ideal_share"] > 0 and low["mismatches"] == 0
    assert shared["broker_cpu_cores"] is None
    assert result["outputs"]["a"]["equal"] and result["outputs"]["a"]["native_equal"]
    assert result["not_run"] == []
    kept = json.loads((tmp_path / "summary.json").read_text())
    assert kept["cells"].keys() == {"alone", "time-sliced"}
    page_text = table.html_section(result)
    assert "outputs equal to the last bit" in page_text and "time-sliced" in page_text
    assert table.markdown(result).count("\n| b |") == 2


def test_resume_runs_what_is_missing_and_nothing_else(tmp_path: Path) -> None:
    chosen = options(tmp_path, "alone", "time-sliced", resume=True)
    first = run.run(chosen, Quiet())
    (tmp_path / "parts/time-sliced-a+b-00.json").unlink()
    watcher = Quiet()
    second = run.run(chosen, watcher)
    assert watcher.titles == ["building, native", "time-sliced"]
    assert second["cells"]["alone"] == first["cells"]["alone"]
    other = options(tmp_path, "alone", resume=True)
    with pytest.raises(SpecError, match="other options"):
        run.run(other, Quiet())
    assert (tmp_path / "parts/options").exists(), "nothing was forgotten"


def test_what_was_cut_off_is_told(tmp_path: Path) -> None:
    chosen = options(tmp_path, "alone", "time-sliced", resume=True)
    run.run(chosen, Quiet())
    (tmp_path / "parts/alone-b-00.json").unlink()
    late = options(tmp_path, "alone", "time-sliced", resume=True, stop_after_s=1e-9)
    result = run.run(late, Quiet())
    assert result["not_run"] == ["alone-b-00"]
    assert result["cells"].keys() == {"time-sliced"}, "half a cell is no cell"
    assert not command.usable(result)
    assert "NOT RUN: alone-b-00" in " ".join(table.notes(result))


def test_behind_a_broker_through_a_launcher(tmp_path: Path) -> None:
    launcher = tmp_path / "launcher"
    launcher.write_text(LAUNCHER)
    launcher.chmod(0o755)
    chosen = options(
        tmp_path / "out",
        "alone",
        "strict",
        device="null",
        launcher=f"{launcher} {{socket}} {{tenant}} {{class}}",
    )
    result = run.run(chosen, Quiet())
    cell = result["cells"]["strict"]
    assert cell["broker_cpu_cores"] is not None
    assert (
        result["broker"]["switches"]["strict"] != result["broker"]["switches"]["alone"]
    )
    assert (
        result["outputs"]["b"]["equal"]
        and result["outputs"]["b"]["native_equal"] is None
    )


def test_outputs_that_differ_are_seen(tmp_path: Path) -> None:
    broken = LOW + ",broken=1"
    chosen = options(tmp_path, "time-sliced", texts=(HIGH, broken), repeat=2)
    result = run.run(chosen, Quiet())
    verdict = result["outputs"]["b"]
    assert verdict["equal"] is False and verdict["native_equal"] is False
    assert verdict["differs_in"] == ["time-sliced 2"]
    assert "DIFFER in time-sliced 2; natively they differ, too" in table.outputs_line(
        "b", verdict
    )
    assert command.usable(result) == bool(result["valid"]), "native differs, too"


def test_a_tenant_that_cannot_be_built_says_why(tmp_path: Path) -> None:
    lost = "b=decode,class=1"
    chosen = options(tmp_path, "alone", texts=(HIGH, lost))
    if spec.workloads.importable("torch"):
        pytest.skip("torch is there")
    with pytest.raises(RunError, match="tenant b died.*pip install torch transformers"):
        run.run(chosen, Quiet())


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
    made = command.shrunk(options(Path("x"), "alone", seconds=60.0, requests=9))
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
    assert "<h2>Mine</h2>" in page.make(*made_run.make(), page.section("Mine", ""))
