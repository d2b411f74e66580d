"""Builds the stand-in driver and reads its log.

Decides where the built library lies and what a clean log is. Called by the tests that
start a process on the stand-in: those beside it and tests/conformance.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
FLAGS = (
    *("-std=c11", "-D_GNU_SOURCE", "-O1", "-g", "-fPIC", "-fvisibility=hidden"),
    *("-Wall", "-Wextra", "-Werror", "-Wno-unused-parameter"),
)


@cache
def library_folder() -> Path:
    """A folder that holds libcuda.so.1, for LD_LIBRARY_PATH; built once a process."""
    folder = Path(tempfile.mkdtemp(prefix="xs-standin-"))
    atexit.register(shutil.rmtree, folder)
    sources = sorted(str(path) for path in HERE.glob("*.c"))
    target = str(folder / "libcuda.so.1")
    link = ["-shared", "-Wl,-soname,libcuda.so.1", "-lpthread", "-ldl"]
    compiler = os.environ.get("CC", "cc")
    subprocess.run([compiler, *FLAGS, *sources, "-o", target, *link], check=True)
    return folder


def environment(log: Path, fail: str = "", **settings: object) -> dict[str, str]:
    """Environment of a process that shall find the stand-in as its driver.

    Args: log: file the driver appends to. fail: planned failures, as standin.h says.
        settings: version=12030, devices=0 and the like.
    """
    added = {f"XS_STANDIN_{name.upper()}": str(to) for name, to in settings.items()}
    return {
        **os.environ,
        "LD_LIBRARY_PATH": str(library_folder()),
        "XS_STANDIN_LOG": str(log),
        "XS_STANDIN_FAIL": fail,
        # It reads PTX; a real cubin tells it nothing about its kernels.
        "XSCHED_BROKER_SERVER__PTX_HELPERS": "0",
        **added,
    }


@dataclass(frozen=True)
class Call:
    """busy: operations queued and not run when it was made."""

    name: str
    thread: int
    result: int
    detail: str
    busy: int


@dataclass
class Log:
    """What the driver wrote. ended: the process left it in good order."""

    calls: list[Call] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)
    ended: bool = False

    def of(self, name: str) -> list[Call]:
        return [call for call in self.calls if call.name == name]


def read_log(path: Path) -> Log:
    log = Log()
    for line in path.read_text().splitlines():
        what, *rest = line.split("\t")
        if what == "call":
            name, thread, result, detail, busy = rest
            call = Call(name, int(thread), int(result), detail, int(busy))
            log.calls.append(call)
        elif what == "violation":
            log.violations.append(rest[0])
        elif what == "leak":
            log.leaks.append(rest[0])
        else:
            log.ended = what == "end"
    return log
