"""What the benchmarks share: a broker process to measure, its processor time, tables.

Called by the `bench_*` modules of this folder. A figure is quoted with what it was
taken beside, as a ratio inside one run: single absolute times of a shared machine mean
little.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

START_SECONDS = 30.0
# What one call of a GPU part may take: the machine is lent by the minute.
BUDGET_SECONDS = 220.0


class Store:
    """Results by name, a file each, so that a benchmark cut off goes on where it was.

    Args: folder: None keeps nothing beyond this process.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._kept: dict[str, Any] = {}
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            for path in sorted(folder.glob("*.json")):
                self._kept[path.stem] = json.loads(path.read_text())

    def __contains__(self, name: str) -> bool:
        return name in self._kept

    def read(self, name: str) -> Any:
        return self._kept[name]

    def write(self, name: str, value: Any) -> None:
        """Whole or not at all: a run may be cut off here, too."""
        self._kept[name] = value
        if self._folder is not None:
            part = self._folder / f"{name}.part"
            part.write_text(json.dumps(value))
            part.rename(self._folder / f"{name}.json")


class Budget:
    """Time that may be spent: what is begun is expected to last as long as the longest
    before it. The first always begins."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._longest = 0.0

    def reaches(self) -> bool:
        left = self._end - time.monotonic()
        return self._longest == 0.0 or left > self._longest

    @contextmanager
    def spending(self) -> Iterator[None]:
        begin = time.monotonic()
        yield
        self._longest = max(self._longest, time.monotonic() - begin)


@dataclass(frozen=True, slots=True)
class Demand:
    """A figure and its bound. most: whether the bound is from above."""

    what: str
    measured: float | None
    bound: float
    most: bool = True

    @property
    def met(self) -> bool | None:
        if self.measured is None:
            return None
        at_most = self.measured <= self.bound
        return at_most if self.most else self.measured >= self.bound

    def row(self) -> tuple[str, ...]:
        measured = "not measured" if self.measured is None else f"{self.measured:.3f}"
        word = {True: "yes", False: "NO", None: ""}[self.met]
        sign = "<=" if self.most else ">="
        return self.what, measured, f"{sign} {self.bound:g}", word


def show_demands(title: str, demands: list[Demand]) -> None:
    header = ("demand", "measured", "wanted", "met")
    show(title, header, [demand.row() for demand in demands])


def as_json(demands: list[Demand]) -> list[dict[str, Any]]:
    return [
        {"what": d.what, "measured": d.measured, "wanted": d.row()[2], "met": d.met}
        for d in demands
    ]


def digest(value: Any) -> str:
    """A short name for settings: the same settings, the same name."""
    text = json.dumps(value, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def ratio(above: float | None, below: float | None) -> float | None:
    return above / below if above is not None and below else None


@dataclass
class BrokerProcess:
    """A running broker: its socket path and its process."""

    path: str
    process: subprocess.Popen[bytes]

    def cpu_seconds(self) -> float:
        """Processor time of the whole process so far, user and system."""
        fields = (
            Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")")[1].split()
        )
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def cpu_of_threads(self) -> dict[str, float]:
        """Processor time by thread name."""
        times: dict[str, float] = {}
        for task in Path(f"/proc/{self.process.pid}/task").iterdir():
            name = (task / "comm").read_text().strip()
            fields = (task / "stat").read_text().rsplit(")")[1].split()
            used = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
            times[name] = times.get(name, 0.0) + used
        return times

    def status(self) -> Any:
        command = [sys.executable, "-m", "broker", "status", "--json", "--socket"]
        return json.loads(subprocess.check_output([*command, self.path]))


@contextmanager
def broker(
    device: str,
    *,
    tenants: dict[str, int] | None = None,
    options: tuple[str, ...] = (),
    config_text: str = "",
) -> Iterator[BrokerProcess]:
    """Serve on a temporary socket. tenants: name -> class. config_text: more TOML."""
    with tempfile.TemporaryDirectory(prefix="xsched-bench-") as folder:
        path = f"{folder}/broker.sock"
        config = Path(folder, "broker.toml")
        config.write_text(
            config_text
            + "".join(
                f'[tenants."{name}"]\nclass = {class_}\n'
                for name, class_ in (tenants or {}).items()
            )
        )
        log = Path(folder, "broker.log")
        command = [sys.executable, "-m", "broker", "serve", "--socket", path]
        command += ["--device", device, "--config", str(config), *options]
        with log.open("wb") as sink:
            process = subprocess.Popen(command, stdout=sink, stderr=sink)
        try:
            wait_for_socket(path, process, log)
            yield BrokerProcess(path, process)
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
            errors = [
                line
                for line in log.read_text().splitlines()
                if '"level": "info"' not in line
            ]
            for line in errors[-20:]:
                print(line, file=sys.stderr)


@contextmanager
def environment(name: str, value: str) -> Iterator[None]:
    """Brokers started inside find this variable set so."""
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        del os.environ[name]
        if before is not None:
            os.environ[name] = before


def wait_for_socket(path: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not (os.path.exists(path) and "serving" in log.read_text()):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the broker did not start: {log.read_text()[-2000:]}")
        time.sleep(0.05)


def machine(device: str) -> str:
    """One line for the result: date, processor count, device."""
    day = datetime.date.today().isoformat()
    return f"{day}, {os.cpu_count()} cores {platform.machine()}, {device}"


def show(title: str, header: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    table = Table(title=title, title_justify="left", title_style="bold")
    for number, name in enumerate(header):
        table.add_column(name, justify="left" if number == 0 else "right")
    for row in rows:
        table.add_row(*(cell if isinstance(cell, str) else f"{cell:g}" for cell in row))
    Console(width=120).print(table)
