"""A workload without a framework: a request sums a few numbers. For tests of all that
lies around a workload."""

from __future__ import annotations

import multiprocessing
import os
import struct
import subprocess
from pathlib import Path
from typing import Any

from loadgen.colocate.workloads import Setting, Settings
from loadgen.colocate.workloads.parsers import flag, whole

NEEDS = ("json",)
SETTINGS = {
    "batch": Setting(8, whole(1, 100), tiny=2),
    # Answers differ from process to process, as a broken device's would.
    "broken": Setting(False, flag),
    # As engines do that serve from a process of their own.
    "forks": Setting(False, flag),
    # A file that receives the number of a process which outlives this one.
    "leaves": Setting("", str),
}


def make(settings: Settings, seed: int) -> Counting:
    return Counting(settings, seed)


class Counting:
    unit = "sum"
    answers = "sums"
    period = 3

    def __init__(self, settings: Settings, seed: int) -> None:
        self.units = settings["batch"]
        self.base = seed + (os.getpid() if settings["broken"] else 0)
        self.last = b""
        if settings.get("forks"):
            child = multiprocessing.get_context("fork").Process(target=bool)
            child.start()
            child.join()
        if settings.get("leaves"):
            self.left = subprocess.Popen(["sleep", "600"])
            Path(settings["leaves"]).write_text(str(self.left.pid))

    def run(self, index: int) -> bytes:
        total = sum(range(100_000)) + self.base + index % self.period
        self.last = struct.pack("<q", total)
        return self.last

    def detail(self) -> list[bytes]:
        return [self.last]

    def busy_ns(self) -> int | None:
        return 20_000

    def device(self) -> dict[str, Any]:
        return {
            "name": "no device",
            "driver_version": "none",
            "class_told": os.environ.get("TOLD_CLASS"),
        }
