"""A pytest plugin that writes each test's outcome down when it is known.

What a crash leaves is then all but the test that crashed. Read by
`tests.gpu.frameworks.suites`; given to pytest by `-p`. It imports nothing of ours: it
runs in other projects' interpreters.

    OUTCOMES       file of JSON lines {"test", "outcome", "line"}; "begun" comes first
    OUTCOMES_SHARE i/n: of the tests collected only each n-th, from the i-th on
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

VARIABLE = "OUTCOMES"
SHARE_VARIABLE = "OUTCOMES_SHARE"
LINE_CHARACTERS = 300


class Outcomes:
    def __init__(self, path: Path, share: str = "1/1") -> None:
        self.path = path
        self.first, self.step = (int(number) for number in share.split("/"))
        self.known = {row["test"] for row in rows(path) if row["outcome"] != "begun"}
        self._worst: dict[str, tuple[str, str]] = {}

    def write(self, test: str, outcome: str, line: str = "") -> None:
        with self.path.open("a") as out:
            row = {"test": test, "outcome": outcome, "line": line}
            out.write(json.dumps(row) + "\n")

    def pytest_collection_modifyitems(self, config: Any, items: list[Any]) -> None:
        mine = {id(item) for item in items[self.first - 1 :: self.step]}
        left = [i for i in items if id(i) in mine and i.nodeid not in self.known]
        if len(left) < len(items):
            kept = {id(item) for item in left}
            others = [item for item in items if id(item) not in kept]
            config.hook.pytest_deselected(items=others)
            items[:] = left

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.write(nodeid, "begun")

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Set-up, call and tear-down each report; the worst counts."""
        before = self._worst.get(report.nodeid)
        if before is None or report.outcome != "passed":
            self._worst[report.nodeid] = (report.outcome, first_line(report))
        if report.when == "teardown":
            self.write(report.nodeid, *self._worst.pop(report.nodeid))


def first_line(report: Any) -> str:
    if report.outcome == "passed":
        return ""
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is not None:
        text = crash.message
    elif isinstance(report.longrepr, tuple):
        text = report.longrepr[2]
    else:
        text = str(report.longrepr or "")
    return (text.strip().splitlines() or [""])[0][:LINE_CHARACTERS]


def rows(path: Path) -> list[dict[str, str]]:
    """Whole lines of the file; a line that was cut off by a crash is not one."""
    if not path.exists():
        return []
    found = []
    for line in path.read_text().splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def pytest_configure(config: Any) -> None:
    path = os.environ.get(VARIABLE)
    if path:
        found = Outcomes(Path(path), os.environ.get(SHARE_VARIABLE, "1/1"))
        config.pluginmanager.register(found, "xsched-outcomes")
