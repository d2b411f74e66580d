"""A runner that is told to end, or killed: nobody whom it has started is left."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from loadgen.processes import run_work
from tests.socket.peer import (
    PATIENCE_SECONDS,
    children_of,
    eventually,
    is_running,
    serving,
)

LOADGEN = "import sys; from loadgen.cli import main; sys.exit(main())"
RERANK = "rerank=bge-reranker-16x256,class=0,arrival=poisson,rate=50"
DECODE = "decode=bert-small,class=1"
ENDING = [signal.SIGTERM, signal.SIGHUP]


class Runner:
    """`loadgen replay` for far longer than any test waits; what it leaves is killed."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-c", LOADGEN, "replay", "--device", "null"]
        command += ["--tenant", RERANK, "--tenant", DECODE]
        command += ["--compare", "strict", "--seconds", "1000"]
        self.folder = folder
        self.started: list[int] = []
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "TMPDIR": str(folder)},
        )

    def until_its_broker_starts(self) -> None:
        pid = self.process.pid
        eventually(lambda: serving(pid), "its broker is started")
        self.started = children_of(pid)

    def until_a_cell_runs(self) -> None:
        """A broker and both tenants are there."""

        def begun() -> bool:
            self.started = children_of(self.process.pid)
            return len(self.started) == 3 and serving(self.process.pid) is not None

        eventually(begun, "a cell has begun")

    def check_ended_by(self, number: int) -> None:
        assert self.process.wait(PATIENCE_SECONDS) == 128 + number
        assert not any(map(is_running, self.started))
        assert not list(self.folder.iterdir()), "nothing is left behind"

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        for pid in filter(is_running, self.started):
            os.kill(pid, signal.SIGKILL)


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[Runner]:
    # Whoever runs these tests may have hang-ups ignored: children would do the same.
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    try:
        runner = Runner(tmp_path)
    finally:
        signal.signal(signal.SIGHUP, before)
    yield runner
    runner.end()


@pytest.mark.parametrize("number", ENDING)
def test_while_its_broker_starts(runner: Runner, number: signal.Signals) -> None:
    runner.until_its_broker_starts()
    runner.process.send_signal(number)
    runner.check_ended_by(number)


@pytest.mark.parametrize("number", ENDING)
def test_while_a_cell_runs(runner: Runner, number: signal.Signals) -> None:
    runner.until_a_cell_runs()
    runner.process.send_signal(number)
    runner.check_ended_by(number)


def test_killed_outright(runner: Runner) -> None:
    """It cannot stop anybody: they see it for themselves."""
    runner.until_a_cell_runs()
    runner.process.kill()
    runner.process.wait(PATIENCE_SECONDS)
    eventually(lambda: not any(map(is_running, runner.started)), "all have ended")


def test_where_a_hang_up_is_ignored_it_stays_so(tmp_path: Path) -> None:
    """As nohup does it."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        runner = Runner(tmp_path)
    finally:
        signal.signal(signal.SIGHUP, before)
    try:
        runner.until_a_cell_runs()
        runner.process.send_signal(signal.SIGHUP)
        runner.process.terminate()
        runner.check_ended_by(signal.SIGTERM)
    finally:
        runner.end()


def test_a_second_signal_does_not_cut_the_stopping_short() -> None:
    """Nor does it change which one is told."""
    stopped: list[str] = []

    async def work() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        try:
            await asyncio.Event().wait()
        finally:
            for _ in range(3):
                os.kill(os.getpid(), signal.SIGHUP)
                await asyncio.sleep(0)
                await asyncio.sleep(0)
            stopped.append("whom it has started")

    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    try:
        with pytest.raises(SystemExit) as caught:
            run_work(work())
    finally:
        signal.signal(signal.SIGHUP, before)
    assert caught.value.code == 128 + signal.SIGTERM
    assert stopped
