"""The runner with processes that only pretend: cells, files, and how failures read."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from loadgen import processes, runner, search
from loadgen.cli import app
from loadgen.processes import Commands, RunError
from loadgen.spec import parse_tenant

TENANT = """
import json, sys
job = json.load(open(sys.argv[1]))
name, dies = job["spec"]["name"], MODE
def say(event, **values): print(json.dumps({"event": event, **values}), flush=True)
def hear(): return json.loads(sys.stdin.readline())
device = {"name": "pretended", "backend": "null", "time_dilation": 1,
          "driver_version": 13000}
if dies == "at once":
    print("first line\\nno such trace", file=sys.stderr); sys.exit(1)
if job["mode"] == "calibrate":
    say("calibrated", device=device, recorded_ns=1000000, replayed_ns=2000000,
        ratio=2.0, operations=3, launches=3,
        overheads={"kernel_ns": 5, "wave_ns": 6})
    sys.exit(0)
assert job["overheads"] == {"kernel_ns": 5, "wave_ns": 6} and job["busy_ns"] == 2000000
say("ready", device=device)
assert hear()["start_wall_ns"] > 0
if dies == "broker later":
    open(job["socket"] + ".end", "w").close(); hear()
if dies == "running":
    print("CUDA_ERROR_LAUNCH_FAILED", file=sys.stderr); sys.exit(4)
say("progress", sent=2, done=1, over=1)
say("drained")
assert hear()["stop"]
with open(job["requests_path"], "w") as out:
    for i in range(4):
        print(json.dumps({"cell": job["cell"], "tenant": name, "index": i,
            "intended_ns": i * 1000, "sent_ns": i * 1000, "first_ns": i * 1000,
            "done_ns": i * 1000 + 5000000, "schedule_delay_ns": 0,
            "status": "completed"}), file=out)
say("done", window_ns=job["window_wall_ns"], rate=None, plan_wall_ns=1)
"""

BROKER = """
import json, os, pathlib, signal, sys
verb, arguments = sys.argv[1], sys.argv[2:]
socket = pathlib.Path(arguments[arguments.index("--socket") + 1])
policy, count = pathlib.Path(str(socket) + ".policy"), pathlib.Path(str(socket) + ".n")
if verb == "serve":
    config = open(arguments[arguments.index("--config") + 1]).read()
    assert "[tenants.a]\\nclass = 0" in config
    if MODE == "broker":
        print("no GPU found: try --device emulated", file=sys.stderr); sys.exit(3)
    policy.write_text(arguments[arguments.index("--policy") + 1])
    count.write_text("0")
    if MODE == "broker later":  # ends when a tenant has started
        os.mkfifo(f"{socket}.end")
        socket.touch()
        open(f"{socket}.end").read()
        print("out of luck", file=sys.stderr); sys.exit(9)
    socket.touch()
    signal.pause()
elif verb == "status":
    n = int(count.read_text()) if count.exists() else 0
    count.write_text(str(n + 7))
    scheduler = {"totals": {"switches": n}}
    print(json.dumps({"policy": policy.read_text(), "scheduler": scheduler}))
elif arguments[0] == "get":
    print(policy.read_text())
else:
    with open(str(socket) + ".log", "a") as log: print(arguments[1], file=log)
    policy.write_text(arguments[1])
"""


class Watcher:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.titles: list[str] = []
        self.calibrations: list[str] = []
        self.counts: dict[str, tuple[int, int]] = {}

    def calibrated(self, tenant: str, result: dict[str, Any]) -> None:
        self.calibrations.append(tenant)

    def begin(self, title: str, seconds: float) -> None:
        self.titles.append(title)

    def progress(self, seconds: float, counts: dict[str, tuple[int, int]]) -> None:
        self.counts |= counts

    def end(self) -> None:
        pass


def make_options(tmp_path: Path, mode: str = "", **more: Any) -> runner.Options:
    for name, text in (("tenant", TENANT), ("broker", BROKER)):
        (tmp_path / f"{name}.py").write_text(f"MODE = {mode!r}\n{text}")
    commands = Commands(
        tenant=(sys.executable, str(tmp_path / "tenant.py")),
        broker=(sys.executable, str(tmp_path / "broker.py")),
    )
    values: dict[str, Any] = {
        "tenants": (
            parse_tenant("a=bert-small,class=0,arrival=poisson,rate=10"),
            parse_tenant("b=bert-small,class=1"),
        ),
        "compare": ("alone", "fifo", "strict"),
        "seconds": 0.2,
    }
    return runner.Options(**(values | more), commands=commands)


def test_cells_of_a_comparison(tmp_path: Path) -> None:
    options = make_options(tmp_path, seconds=3.0)
    cells = runner.make_cells(options)
    assert [(c.group, c.policy, len(c.tenants)) for c in cells] == [
        ("alone", "strict", 1),
        ("alone", "strict", 1),
        ("fifo", "fifo", 2),
        ("strict", "strict", 2),
    ]
    # A closed loop alone has nothing random in it: a third is enough.
    assert [c.seconds for c in cells] == [3.0, 1.0, 3.0, 3.0]
    warm = runner.make_cells(make_options(tmp_path, seconds=3.0, warmup=1.5))
    assert [c.seconds for c in warm] == [3.0, 2.0, 3.0, 3.0]


def test_a_whole_run(tmp_path: Path) -> None:
    watcher, out = Watcher(), tmp_path / "out"
    summary = runner.run(make_options(tmp_path, out=out), watcher)
    assert watcher.calibrations == ["a", "b"]
    assert watcher.titles == [
        "a alone",
        "b alone",
        "both under fifo",
        "both under strict",
    ]
    assert watcher.counts["a"] == (2, 1)
    assert list(summary["cells"]) == ["alone", "fifo", "strict"]
    for cell in summary["cells"].values():
        assert set(cell["tenants"]) == {"a", "b"}
        assert cell["tenants"]["a"]["p99_e2el_ms"] == pytest.approx(5.0)
        assert cell["valid"]
    assert summary["broker"]["switches"]["fifo"] == [{"switches": 7, "times": {}}]
    assert len(summary["broker"]["switches"]["alone"]) == 2
    assert summary["calibration"]["a"]["ratio"] == 2.0
    assert summary["cells"]["fifo"]["tenants"]["a"]["busy_share"] > 0
    assert summary["environment"]["device"]["backend"] == "null"
    assert json.loads((out / "summary.json").read_text()) == summary
    assert json.loads((out / "args.json").read_text())["compare"][0] == "alone"
    assert len((out / "requests.jsonl").read_text().splitlines()) == 2 * 3 * 4


def test_repetitions_take_turns(tmp_path: Path) -> None:
    watcher, out = Watcher(), tmp_path / "out"
    options = make_options(
        tmp_path, out=out, repeat=2, seed=5, compare=("fifo", "strict"), seconds=0.1
    )
    summary = runner.run(options, watcher)
    assert watcher.titles == [
        f"both under {policy} {number}/2"
        for number in (1, 2)
        for policy in ("fifo", "strict")
    ]
    assert (summary["repeat"], summary["seeds"]) == (2, [5, 6])
    cell = summary["cells"]["fifo"]
    assert len(cell["repetitions"]) == 2
    assert cell["tenants"]["a"]["completed"] == 8
    assert cell["tenants"]["a"]["spread"]["p99_e2el_ms"] == [5.0, 5.0]
    assert len(summary["broker"]["switches"]["fifo"]) == 2
    assert len((out / "requests.jsonl").read_text().splitlines()) == 2 * 2 * 2 * 4


def test_a_bound_missed_too_often_ends_the_cell(tmp_path: Path) -> None:
    options = make_options(tmp_path, seconds=60.0, compare=("strict",))
    found = run_bounded(options, tmp_path, runner.Bound("a", 1_000_000, 0))
    assert found["tenants"]["a"]["completed"] == 4


def run_bounded(
    options: runner.Options, folder: Path, bound: runner.Bound
) -> dict[str, Any]:
    """One bounded cell; it would last a minute if the bound did not end it."""

    async def play() -> dict[str, Any]:
        work = runner.Runner(options, Watcher(), folder)
        await work.calibrate()
        (cell,) = runner.make_cells(options)
        return await work.run_cell(cell, bound=bound)

    return asyncio.run(play())


class SearchWatcher(Watcher):
    def __init__(self) -> None:
        super().__init__()
        self.probes: list[search.Probe] = []

    def probed(self, probe: search.Probe, bound_ms: float) -> None:
        self.probes.append(probe)


def search_options(tmp_path: Path, bound_ms: float) -> search.Options:
    options = make_options(tmp_path)
    # The pretended tenant sends four requests of 5 ms, whatever it is told.
    goal = search.Goal(
        *("a", bound_ms),
        **{"percentile": 0.5, "confidence": 0.9, "queries": 4, "seconds": 0.05},
        **{"low": 100.0, "high": 400.0},
    )
    return search.Options(options.tenants, goal, commands=options.commands)


def test_a_search_that_meets_its_bound(tmp_path: Path) -> None:
    watcher = SearchWatcher()
    result = search.run(search_options(tmp_path, 6.0), watcher)
    (probe,) = watcher.probes
    assert (probe.rate_per_s, probe.met, probe.over, probe.queries) == (400, True, 0, 4)
    assert (result["rate_per_s"], result["not_met_at_per_s"]) == (400.0, None)
    assert result["capacity_per_s"] == 500.0
    assert set(result["others_per_s"]) == {"b"}
    assert watcher.titles == ["probe 1: 400/s"]
    json.dumps(result)


def test_a_search_that_does_not(tmp_path: Path) -> None:
    watcher = SearchWatcher()
    result = search.run(search_options(tmp_path, 4.0), watcher)
    assert [(p.rate_per_s, p.met, p.over) for p in watcher.probes] == [
        (400.0, False, 4),
        (100.0, False, 4),
    ]
    assert (result["rate_per_s"], result["not_met_at_per_s"]) == (None, 100.0)


def test_a_running_broker_keeps_its_policy(tmp_path: Path) -> None:
    socket = tmp_path / "running.sock"
    Path(f"{socket}.policy").write_text("fifo")
    options = make_options(tmp_path, socket=str(socket), compare=("strict",))
    runner.run(options, Watcher())
    log = Path(f"{socket}.log").read_text().split()
    assert log == ["strict", "strict", "fifo"]


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("at once", r"tenant a died \(exit status 1\): first line \| no such trace"),
        ("running", r"tenant a died \(exit status 4\): CUDA_ERROR_LAUNCH_FAILED"),
        ("broker", r"broker died \(exit status 3\): no GPU found: try --device"),
    ],
)
def test_deaths_are_one_line_with_the_last_words(
    tmp_path: Path, mode: str, words: str
) -> None:
    with pytest.raises(RunError, match=words):
        runner.run(make_options(tmp_path, mode), Watcher())


def test_a_broker_that_dies_later_ends_the_run(tmp_path: Path) -> None:
    options = make_options(tmp_path, "broker later", seconds=30.0)
    with pytest.raises(RunError, match=r"broker died .*out of luck"):
        runner.run(options, Watcher())


def test_a_missing_command_is_named(tmp_path: Path) -> None:
    options = make_options(tmp_path)
    commands = Commands(tenant=("/no/such/program",), broker=options.commands.broker)
    with pytest.raises(RunError, match="cannot start /no/such/program"):
        runner.run(
            runner.Options(options.tenants, ("fifo",), 0.1, commands=commands),
            Watcher(),
        )


def test_command_line_names_mistakes() -> None:
    found = CliRunner().invoke(app, ["replay", "--tenant", "a=bert-small,busy=7"])
    assert found.exit_code == 2
    assert "busy=7: must lie between 0 and 1" in found.stderr
    found = CliRunner().invoke(app, ["inspect", "/no/such/trace"])
    assert (found.exit_code, "no such file" in found.stderr) == (2, True)


def test_search_names_mistakes() -> None:
    found = CliRunner().invoke(
        app,
        ["search", "--tenant", "a=bert-small", "--find", "b", "--bound-ms", "5"],
    )
    assert found.exit_code == 2
    assert "--find b: no such tenant; given: a" in found.stderr


def test_inspect_a_sample() -> None:
    found = CliRunner().invoke(app, ["inspect", "bge-reranker-16x256", "--top", "3"])
    assert found.exit_code == 0
    assert "309 kernels" in found.stdout
    assert "nvjet_sm90" in found.stdout


async def test_who_waits_for_a_death_can_be_cancelled_as_the_last_word_comes() -> None:
    said = 'print(\'{"event": "done"}\')'
    tenant = await processes.Tenant.start("tenant x", sys.executable, "-c", said)
    await tenant.heard("done")
    await tenant.process.wait()
    await asyncio.wait([tenant._events])
    last = tenant._events = asyncio.get_running_loop().create_future()
    death = asyncio.create_task(tenant.died())
    await asyncio.sleep(0.2)  # until it waits for the last word
    last.set_result(None)
    death.cancel()
    await asyncio.wait([death], timeout=5.0)
    assert death.cancelled(), "it waits for ever, and with it who gathers it"
    await tenant.stop(1.0)
