"""`loadgen baseline` by real processes: the native tenant program on the stand-in
driver, MPS by a control daemon that does nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from standin_driver import environment, read_log

from tests.unit.loadgen.test_loadgen_baseline import DAEMON

TENANTS = ("a=bert-small,class=0,arrival=poisson,rate=20", "b=bert-small,class=1")
JOB_SECONDS = 120


def play(
    tmp_path: Path,
    *arguments: str,
    tenants: tuple[str, ...] = TENANTS,
    fail: str = "",
    **settings: Any,
) -> subprocess.CompletedProcess[str]:
    binary = tmp_path / "bin" / "nvidia-cuda-mps-control"
    if not binary.exists():
        binary.parent.mkdir()
        binary.write_text(DAEMON)
        binary.chmod(0o755)
    found = environment(tmp_path / "standin.log", fail, **{"native": 1, **settings})
    found |= {"PATH": f"{binary.parent}:{found['PATH']}"}
    found |= {"XS_TEST_NOTES": str(tmp_path / "notes"), "COLUMNS": "120"}
    told = [word for tenant in tenants for word in ("--tenant", tenant)]
    return subprocess.run(
        [sys.executable, "-m", "loadgen.cli", "baseline", *told, *arguments],
        capture_output=True,
        text=True,
        timeout=JOB_SECONDS,
        env=found,
    )


def test_every_cell_is_played_natively(tmp_path: Path) -> None:
    out = tmp_path / "out"
    cells = "alone,time-sliced,mps-priority,mps-30"
    done = play(tmp_path, "--cells", cells, "--seconds", "0.3", "--out", str(out))
    assert done.returncode in (0, 1), done.stderr  # 1: this machine was late
    summary = json.loads((out / "summary.json").read_text())
    assert summary["backend"] == "cuda"
    assert list(summary["cells"]) == cells.split(",")
    for name, cell in summary["cells"].items():
        assert cell["tenants"].keys() == {"a", "b"}, name
        assert all(t["completed"] > 0 for t in cell["tenants"].values()), name
    assert summary["environment"]["device"]["backend"] == "native"
    notes = (tmp_path / "notes").read_text().splitlines()
    assert [line.split()[0] for line in notes] == ["start", "quit"] * 2
    log = read_log(tmp_path / "standin.log")
    assert not log.violations and not log.leaks
    launched = [call for call in log.of("cuLaunchKernel") if call.result == 0]
    assert len(launched) > 1000 and len(launched) == len(log.of("cuLaunchKernel"))


def test_a_tenant_that_dies_ends_it_and_the_daemon(tmp_path: Path) -> None:
    fail = "cuLaunchKernel:4000:719:gone"
    done = play(tmp_path, "--cells", "mps", "--seconds", "0.3", fail=fail)
    assert done.returncode == 2
    assert "died" in done.stderr and "719" in done.stderr
    if (tmp_path / "notes").exists():  # it may have died while it was calibrated
        notes = (tmp_path / "notes").read_text().split()[::2]
        assert notes in (["start", "quit"], [])


@pytest.mark.parametrize(
    ("settings", "says"), [({"devices": 0}, "cuInit"), ({"native": 0}, "cuMemAlloc")]
)
def test_a_driver_that_refuses_is_named(
    tmp_path: Path, settings: dict[str, int], says: str
) -> None:
    done = play(tmp_path, "--cells", "alone", "--seconds", "0.3", **settings)
    assert done.returncode == 2
    assert says in done.stderr and len(done.stderr.splitlines()) == 1


def test_a_tenant_with_a_graph_launches_it_whole(tmp_path: Path) -> None:
    """Valid on a busy machine, too: in a closed loop a request is due when it is
    sent."""
    tenants = ("a=bert-small,class=0,graph=true", "b=bert-small,class=1")
    cells = ("--cells", "time-sliced", "--seconds", "0.3")
    out = ("--out", str(tmp_path / "out"))
    done = play(tmp_path, *cells, *out, tenants=tenants)
    assert done.returncode == 0, done.stderr
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert summary["valid"]
    figures = summary["cells"]["time-sliced"]["tenants"]
    assert figures["a"]["completed"] > 0 and figures["b"]["completed"] > 0
    assert figures["a"]["graph_segments"] == 1 and "graph_segments" not in figures["b"]
    assert figures["a"]["graph_nodes"] == 61
    assert figures["a"]["graph_broker_bytes"] == 0
    log = read_log(tmp_path / "standin.log")
    assert not log.violations and not log.leaks
    launches = log.of("cuGraphLaunch")
    assert {(call.result, call.detail) for call in launches} == {(0, "61 nodes")}
    assert len(launches) >= figures["a"]["completed"]
    # One behind the other: each node comes after the one before.
    nodes = [call for call in log.calls if call.name.startswith("cuGraphAdd")]
    edges = [call.detail.partition(" after ")[2] for call in nodes]
    assert edges == ["", *map(str, range(60))]
    copies = [i for i, call in enumerate(nodes) if call.name == "cuGraphAddMemcpyNode"]
    assert copies == [8], "where the trace has it"
