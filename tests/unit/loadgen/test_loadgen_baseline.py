"""Baselines without a device: cells, environments, the control daemon, launches."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

import loadgen.native._player as _player
import numpy as np
import pytest
from typer.testing import CliRunner

from loadgen import baseline
from loadgen.cli import app
from loadgen.native import driver, mps
from loadgen.native.session import LAUNCH, launch_record
from loadgen.processes import RunError
from loadgen.runner import Options
from loadgen.spec import SpecError, parse_tenant

HIGH, LOW = "a=bert-small,class=0,arrival=poisson,rate=10", "b=bert-small,class=2"
# A control daemon that does as little as it can: a process, and notes of requests.
DAEMON = """#!/bin/sh
note() { echo "$1 $CUDA_MPS_PIPE_DIRECTORY" >> "$XS_TEST_NOTES"; }
pid_file="$CUDA_MPS_PIPE_DIRECTORY/nvidia-cuda-mps-control.pid"
if [ "$1" = -d ]; then
    note start
    if [ "$XS_TEST_DAEMON" = broken ]; then echo "cannot bind"; exit 4; fi
    if [ "$XS_TEST_DAEMON" = silent ]; then sleep 1000 & exec sleep 1000; fi
    if [ "$XS_TEST_DAEMON" = holding ]; then sleep 1000 &
    else sleep 1000 >/dev/null 2>&1 </dev/null & fi
    echo $! > "$pid_file"
else
    read line; note "$line"
    [ "$XS_TEST_DAEMON" = stubborn ] || kill "$(cat "$pid_file")"
fi
"""


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the daemon was asked; it is the first of its name in PATH."""
    binary = tmp_path / "bin" / mps.CONTROL
    binary.parent.mkdir()
    binary.write_text(DAEMON)
    binary.chmod(0o755)
    monkeypatch.setenv("PATH", f"{binary.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("XS_TEST_NOTES", str(tmp_path / "notes"))
    return tmp_path / "notes"


def specs(*texts: str) -> tuple[Any, ...]:
    return tuple(parse_tenant(text) for text in texts)


# ------------------------------------------------------------------ cells
def test_all_known_cells_are_good() -> None:
    baseline.check_cells(baseline.CELLS, specs(HIGH, LOW))


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ((), "no cell"),
        (("mps-0",), "mps-0"),
        (("mps-100",), "1..99"),
        (("mps-x",), "mps-priority"),
        (("strict",), "time-sliced"),
    ],
)
def test_bad_cells_are_named(cells: tuple[str, ...], says: str) -> None:
    with pytest.raises(SpecError, match=says):
        baseline.check_cells(cells, specs(HIGH, LOW))


def test_what_tells_classes_apart_needs_two() -> None:
    one = specs("a=bert-small,class=1", "b=bert-small,class=1")
    baseline.check_cells(("alone", "time-sliced", "mps"), one)
    for cell in ("mps-priority", "mps-30"):
        with pytest.raises(SpecError, match="two classes"):
            baseline.check_cells((cell,), one)


def test_what_a_client_finds_in_its_environment() -> None:
    def told(cell: str, class_: int) -> dict[str, str]:
        return baseline.client_variables(cell, class_, highest=0)

    assert told("mps", 0) == told("mps", 3) == told("mps-30", 0) == {}
    assert told("mps-30", 1) == {"CUDA_MPS_ACTIVE_THREAD_PERCENTAGE": "30"}
    assert told("mps-priority", 0) == {"CUDA_MPS_CLIENT_PRIORITY": "0"}
    assert told("mps-priority", 2) == {"CUDA_MPS_CLIENT_PRIORITY": "1"}


def test_cells_run_each_in_its_own_place(
    notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "2")
    options = Options(specs(HIGH, LOW), ("alone", "time-sliced", "mps-50"), 3.0)
    runner = baseline.BaselineRunner(options, None, tmp_path)  # type: ignore[arg-type]
    titles = [(cell.group, cell.policy, cell.title) for cell in runner.make_cells()]
    assert titles == [
        ("alone", "alone", "a alone"),
        ("alone", "alone", "b alone"),
        ("time-sliced", "time-sliced", "time-sliced"),
        ("mps-50", "mps-50", "mps-50"),
    ]

    async def environments() -> list[dict[str, str]]:
        found = []
        for cell in runner.make_cells()[1:]:
            async with runner._broker(cell.policy):
                found.append(runner._environment(cell.tenants[-1]))
        return found

    alone, sliced, under = asyncio.run(environments())
    pipes = [each["CUDA_MPS_PIPE_DIRECTORY"] for each in (alone, sliced, under)]
    assert len(set(pipes)) == 3, "nobody meets the daemon of another cell"
    assert "CUDA_MPS_ACTIVE_THREAD_PERCENTAGE" not in sliced
    assert under["CUDA_MPS_ACTIVE_THREAD_PERCENTAGE"] == "50"
    assert under["CUDA_VISIBLE_DEVICES"] == "0", "the daemon shows the other as this"
    assert "CUDA_VISIBLE_DEVICES" not in sliced, "as it is"
    assert notes.read_text() == f"start {pipes[2]}\nquit {pipes[2]}\n"


# ------------------------------------------------------------------ the daemon
async def held(folder: Path) -> int:
    async with mps.daemon(folder):
        pid = mps._pid(folder / "pipe")
        assert pid is not None and mps._alive(pid)
    return pid


def test_the_daemon_is_stopped_when_its_cell_fails(notes: Path, tmp_path: Path) -> None:
    pids = []

    async def fails() -> None:
        async with mps.daemon(tmp_path):
            pids.append(mps._pid(tmp_path / "pipe"))
            raise RunError("a tenant died")

    with pytest.raises(RunError, match="a tenant died"):
        asyncio.run(fails())
    assert not mps._alive(pids[0])
    assert [line.split()[0] for line in notes.read_text().splitlines()] == [
        "start",
        "quit",
    ]


def test_a_daemon_that_does_not_quit_is_ended(
    notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XS_TEST_DAEMON", "stubborn")
    monkeypatch.setattr(mps, "STOP_S", 0.0)
    pid = asyncio.run(held(tmp_path))
    with pytest.raises(ProcessLookupError):
        while mps._alive(pid):  # killed: the kernel is about to be done with it
            os.kill(pid, 0)
        raise ProcessLookupError


def test_a_daemon_that_cannot_start_says_why(
    notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XS_TEST_DAEMON", "broken")
    with pytest.raises(RunError, match=r"exit status 4.*cannot bind"):
        asyncio.run(held(tmp_path))


def test_a_daemon_that_holds_on_to_what_it_was_started_with(
    notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has started all the same."""
    monkeypatch.setenv("XS_TEST_DAEMON", "holding")
    assert not mps._alive(asyncio.run(held(tmp_path)))


def test_a_daemon_that_says_nothing_is_given_up(
    notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though its child goes on with its descriptors."""
    monkeypatch.setenv("XS_TEST_DAEMON", "silent")
    monkeypatch.setattr(mps, "START_S", 0.2)
    with pytest.raises(RunError, match=r"starting the daemon: nothing after 0\.2 s"):
        asyncio.run(held(tmp_path))


def test_without_the_utilities_the_cells_to_leave_out_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RunError, match="leave the mps cells out of --cells"):
        asyncio.run(held(tmp_path))
    both = ("--tenant", HIGH, "--tenant", LOW)
    assert "not in PATH" in one_line(*both, "--cells", "alone,mps")


# ------------------------------------------------------------------ the command
def one_line(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["baseline", *arguments])
    assert done.exit_code == 2 and len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr


def test_mistakes_are_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    both = ("--tenant", HIGH, "--tenant", LOW)
    assert "mps-N" in one_line(*both, "--cells", "fast")
    assert "no cell" in one_line(*both, "--cells", ",")
    assert "two classes" in one_line("--tenant", LOW)
    assert "--warmup" in one_line(*both, "--warmup", "9", "--seconds", "2")
    assert "--beside" in one_line(*both, "--beside", "/nowhere/summary.json")
    monkeypatch.setenv("CUDA_MPS_CLIENT_PRIORITY", "1")
    assert "unset it" in one_line(*both)


def test_without_a_driver_the_line_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    driver.library.cache_clear()
    monkeypatch.setattr(driver, "LIBRARY", "libcuda-that-is-not-there.so")
    with pytest.raises(driver.DriverError, match="needs an NVIDIA driver"):
        driver.call("cuInit", 0)
    driver.library.cache_clear()


# ------------------------------------------------------------------ launch records
def test_a_record_is_what_the_player_reads() -> None:
    assert LAUNCH.itemsize == _player.LAUNCH_BYTES == 80
    record = launch_record(0xF00, (3, 2, 1), (64, 1, 1), b"\1\2\3", 128, gap_ns=9)[0]
    assert list(record["grid"]) == [3, 2, 1] and record["params_bytes"] == 3
    assert bytes(record["params"][:4]) == b"\1\2\3\0"
    with pytest.raises(ValueError, match="33 bytes"):
        launch_record(0, (1, 1, 1), (1, 1, 1), bytes(33))


def test_bytes_that_are_no_launches_are_refused() -> None:
    for odd in (np.zeros(0, np.uint8), np.zeros(79, np.uint8)):
        with pytest.raises(ValueError, match="no whole number"):
            _player.play(0, odd, 0.0)


@pytest.mark.parametrize(
    ("visible", "clients"),
    [
        *((text, {"CUDA_VISIBLE_DEVICES": "0"}) for text in ("2", " 3,1", "GPU-12ab")),
        *((text, {}) for text in ("", "-1", " -1,0", None)),
    ],
)
def test_clients_name_the_one_device_there_is(
    visible: str | None, clients: dict[str, str]
) -> None:
    """MPS numbers what it was told to show from 0."""
    told = {} if visible is None else {"CUDA_VISIBLE_DEVICES": visible}
    assert mps.only_device(told) == clients
