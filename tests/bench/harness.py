"""What the benchmarks share: a broker process to measure, its processor time, tables.

Called by the `bench_*` modules of this folder. A figure is quoted with what it was
taken beside, as a ratio inside one run: single absolute times of a shared machine mean
little.
"""

from __future__ import annotations

import datetime
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
