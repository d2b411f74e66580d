"""Starts a program behind a launcher or natively, and says how it ended.

Called by `compare` and `suites`; knows neither programs nor outcomes.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
STOP_S = 10.0


@dataclass(frozen=True, slots=True)
class Progress:
    """A file that a program writes to as it goes on; silent for quiet_s, it hangs."""

    path: Path
    quiet_s: float

    def left_s(self, begun: float) -> float:
        """Until it counts as hanging; begun: time.time() when the program did."""
        with contextlib.suppress(FileNotFoundError):
            begun = max(begun, self.path.stat().st_mtime)
        return min(self.quiet_s, begun + self.quiet_s - time.time())


@dataclass(frozen=True, slots=True)
class Ended:
    """status: None when it was ended for taking too long. text: all it printed."""

    status: int | None
    text: str


def launcher(text: str | None) -> list[str]:
    """What puts a command behind the broker: the one given, or `xsched-broker run`."""
    if text is not None:
        return shlex.split(text)
    installed = Path(sys.executable).with_name("xsched-broker")
    start = [str(installed)] if installed.exists() else [sys.executable, "-m", "broker"]
    return [*start, "run", "--"]


def run(
    command: Sequence[str],
    environment: dict[str, str],
    timeout_s: float,
    folder: Path = ROOT,
    progress: Progress | None = None,
) -> Ended:
    """To its end, with all its children: they are a group of their own.

    timeout_s: of all of it; a program with `progress` is ended too when it makes none.
    """
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    begun, deadline = time.time(), time.monotonic() + timeout_s
    left_s = timeout_s
    while left_s > 0:
        quiet_s = progress.left_s(begun) if progress else left_s
        if quiet_s <= 0:
            break
        try:
            text, _ = process.communicate(timeout=min(left_s, quiet_s))
        except subprocess.TimeoutExpired:
            left_s = deadline - time.monotonic()
            continue
        end_group(process.pid)  # workers that were left behind hold the device
        return Ended(process.returncode, text)
    end_group(process.pid)
    text, _ = process.communicate()
    return Ended(None, text)


def end_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


@contextlib.contextmanager
def beside(command: Sequence[str] | None) -> Iterator[subprocess.Popen[bytes] | None]:
    """A neighbour while inside; None: nobody.

    Raises: RuntimeError when it has ended before, since nothing was beside then.
    """
    if command is None:
        yield None
        return
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
        if process.poll() is not None:
            raise RuntimeError(f"the neighbour ended by itself: {process.returncode}")
    finally:
        end_group(process.pid)
        process.wait(STOP_S)


def error_line(ended: Ended) -> str:
    """One line that says why it failed: the last that names an error, else the last."""
    if ended.status is None:
        return f"ended for taking too long; last: {last_line(ended.text)}"
    named = [
        line.strip()
        for line in ended.text.splitlines()
        if "error" in line.lower() and not line.startswith(" ")
    ]
    how = f"exit status {ended.status}"
    if ended.status < 0:
        how = f"killed by {signal.Signals(-ended.status).name}"
    return f"{how}: {named[-1] if named else last_line(ended.text)}"


def last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"
