"""Colocations of real processes that only count: cells, a broker, outputs, what is kept
and resumed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from loadgen.colocate import command, run, spec, table
from loadgen.processes import RunError
from loadgen.spec import SpecError

STANDIN = Path(__file__).parents[1] / "standin"
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
    monkeypatch.setenv("PYTHONPATH", str(STANDIN))


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
    assert "a: sums equal to the last bit" in page_text and "time-sliced" in page_text
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
    assert (
        "b: sums DIFFER in time-sliced 2; natively they differ, too"
        in table.outputs_line("b", verdict)
    )
    assert command.usable(result) == bool(result["valid"]), "native differs, too"


def test_a_tenant_may_fork(tmp_path: Path) -> None:
    """Its child closes standard input, which a thread of the tenant reads meanwhile."""
    chosen = options(tmp_path, "alone", texts=(HIGH, LOW + ",forks=1"), ready_s=60.0)
    result = run.run(chosen, Quiet())
    assert result["cells"]["alone"]["tenants"]["b"]["completed"] > 0


def test_whom_a_tenant_has_started_ends_with_it(tmp_path: Path) -> None:
    left = tmp_path / "left"
    texts = (HIGH, f"{LOW},leaves={left}")
    run.run(options(tmp_path / "out", "alone", texts=texts), Quiet())
    assert gone(int(left.read_text()))


def test_whom_a_tenant_has_started_ends_with_the_runner(tmp_path: Path) -> None:
    left, job = tmp_path / "left", tmp_path / "job.json"
    settings = spec.parse(f"{LOW},leaves={left}").settings
    told = {"workload": "counting_workload", "settings": settings, "seed": 1}
    job.write_text(json.dumps(told))
    process = subprocess.Popen(
        [sys.executable, "-m", run.MODULE, str(job)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        process_group=0,
    )
    assert process.stdin and process.stdout
    assert json.loads(process.stdout.readline())["event"] == "ready"
    process.stdin.close()
    assert process.wait(30.0) == -signal.SIGKILL
    process.stdout.close()
    assert gone(int(left.read_text()))


def gone(pid: int) -> bool:
    """Soon: a zombie that nobody has waited for yet counts as gone."""
    path = Path(f"/proc/{pid}/stat")
    for _ in range(200):
        try:
            if path.read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.05)
    return False


def test_a_tenant_that_cannot_be_built_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (STANDIN / "counting_workload.py").read_text()
    lost = text.replace('NEEDS = ("json",)', 'NEEDS = ("nobody_has_this",)')
    (tmp_path / "lost_workload.py").write_text(lost)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{STANDIN}")
    chosen = options(tmp_path, "alone", texts=(HIGH, "b=lost_workload,class=1"))
    with pytest.raises(RunError, match=r"tenant b died.*pip install nobody_has_this"):
        run.run(chosen, Quiet())


def test_with_the_brokers_device_alone_it_calibrates_there(tmp_path: Path) -> None:
    launcher = tmp_path / "launcher"
    launcher.write_text(LAUNCHER)
    launcher.chmod(0o755)
    chosen = options(
        tmp_path / "out",
        "broker-alone",
        "strict",
        device="null",
        launcher=f"{launcher} {{socket}} {{tenant}} {{class}}",
    )
    watcher = Quiet()
    result = run.run(chosen, watcher)
    assert watcher.titles[:3] == ["building, broker", "calibrated a", "calibrated b"]
    assert result["calibration"]["a"]["ground"] == "broker"
    assert "ideal_units_per_s" not in result["cells"]["strict"]["tenants"]["b"]
