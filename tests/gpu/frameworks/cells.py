"""Runs the tests of one file of a suite, or a share of them, on one side.

Decides what is run again: nothing whose outcome is known. A test that ends the process
is written down as the cause and the rest goes on; one that runs when the time is over
is not. Called by `suites`; knows neither frameworks nor what is compared.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.gpu.frameworks import launch, outcomes

PLUGIN = "outcomes"
CRASHES_MAX = 50
PYTEST_ENDS = (0, 1, 5)  # passed, some failed, none selected
CRASHED, HUNG = "crashed", "hung"

# By test: its outcome, and a line that says why.
Known = dict[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Cell:
    """share: i/n of the file's tests. select, marks: -k and -m of pytest, options: any
    others."""

    file: Path
    name: str
    share: str = "1/1"
    select: str = ""
    marks: str = ""
    options: tuple[str, ...] = ()

    @property
    def stem(self) -> str:
        stem = self.name.replace("/", "+").removesuffix(".py")
        return (
            stem if self.share == "1/1" else f"{stem}.{self.share.replace('/', 'of')}"
        )

    def command(self, python: str, tests: Sequence[str] = ()) -> list[str]:
        made = [python, "-m", "pytest", "-q", "-p", PLUGIN, "-p", "no:cacheprovider"]
        made += self.options
        # Their names are relative to a folder that pytest chooses.
        named = [f"{self.file}::{test.partition('::')[2]}" for test in tests]
        made += named or [str(self.file)]
        made += ["-k", self.select] if self.select and not tests else []
        return [*made, "-m", self.marks] if self.marks and not tests else made


@dataclass(frozen=True, slots=True)
class Side:
    """Natively (no prefix) or behind a launcher. folder: where tests are started.

    timeout_s: without an outcome, then the test that runs hangs. deadline:
    time.monotonic() when all of it ends.
    """

    prefix: tuple[str, ...]
    folder: Path
    python: str
    environment: dict[str, str]
    timeout_s: float
    deadline: float = float("inf")

    def left_s(self) -> float:
        return self.deadline - time.monotonic()


def run(cell: Cell, log: Path, side: Side, tests: Sequence[str] = ()) -> bool:
    """Until all of it is known, or of these tests; False: the time was over before."""
    paths = [str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]
    environment = {
        **side.environment,
        outcomes.VARIABLE: str(log),
        outcomes.SHARE_VARIABLE: "1/1" if tests else cell.share,
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
    }
    command = [*side.prefix, *cell.command(side.python, tests)]
    for _ in range(CRASHES_MAX):
        left_s = side.left_s()
        if left_s <= 0:
            return False
        progress = launch.Progress(log, side.timeout_s)
        ended = launch.run(command, environment, left_s, side.folder, progress)
        if ended.status in PYTEST_ENDS:
            return True
        if ended.status is None and side.left_s() <= 0:
            return False
        cause = blamed(outcomes.rows(log))
        if cause is None:
            name = f"{cell.file.name}::collection"
            append(log, name, CRASHED, launch.error_line(ended))
            return True
        how = HUNG if ended.status is None else CRASHED
        append(log, cause, how, launch.error_line(ended))
    return True


def blamed(rows: Sequence[dict[str, str]]) -> str | None:
    """The test that was begun last and has no outcome."""
    done = {row["test"] for row in rows if row["outcome"] != "begun"}
    open_ones = [row["test"] for row in rows if row["test"] not in done]
    return open_ones[-1] if open_ones else None


def append(log: Path, test: str, outcome: str, line: str) -> None:
    with log.open("a") as out:
        out.write(json.dumps({"test": test, "outcome": outcome, "line": line}) + "\n")


def known(log: Path) -> Known:
    """Outcome and line of each test that has one; the latest counts."""
    return {
        row["test"]: (row["outcome"], row["line"])
        for row in outcomes.rows(log)
        if row["outcome"] != "begun"
    }
