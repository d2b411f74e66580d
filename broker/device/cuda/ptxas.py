"""ptxas: found on this machine, asked for machine code.

Decides where it is looked for and what may be run, that its major version is the
driver's, and what it reads and writes: files in memory, so that one that is killed
leaves nothing behind. It compiles PTX as a whole program, as the driver does; nvJitLink
makes relocatable code, in which each of several thousand kernels with a 64-bit division
took 0.2 us longer (H100). It must never know sessions. Called by `ptx_helper.py`.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

RELEASE = re.compile(rb"release (\d+)\.(\d+)")
VERSION_SECONDS_MAX = 5.0
PR_SET_PDEATHSIG = 1
TOOLKIT = "/usr/local/cuda"
# What it says of PTX, and of a GPU, that is newer than it is.
TOO_NEW = b"Unsupported .version", b"is not defined for option 'gpu-name'"
ROOT, WRITABLE_BY_OTHERS = 0, 0o002


class PtxasFailed(Exception):
    """It ended in another way than with an answer."""


class PtxasUnusable(Exception):
    """It could not be run at all; the PTX has nothing to do with it."""


@dataclass(frozen=True, slots=True)
class Ptxas:
    path: str
    version: tuple[int, int]

    def compile(self, ptx: bytes, options: str) -> tuple[bool, bytes]:
        """Args: options: "-arch=sm_90 -O3", as nvJitLink takes them, too.
        Returns: whether it was compiled; the cubin, or the compiler's log.
        Raises: PtxasFailed: a signal ended it. PtxasUnusable.
        """
        with contextlib.ExitStack() as files:
            try:
                source = files.enter_context(_memory_file("ptx", ptx))
                target = files.enter_context(_memory_file("cubin", b""))
                return self._run(source.fileno(), target.fileno(), options)
            except (OSError, subprocess.SubprocessError) as problem:
                raise PtxasUnusable(str(problem)) from problem

    def _run(self, source: int, target: int, options: str) -> tuple[bool, bytes]:
        names = [f"/proc/self/fd/{source}", "-o", f"/proc/self/fd/{target}"]
        done = subprocess.run(
            [self.path, *options.split(), *names],
            pass_fds=(source, target),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            preexec_fn=_end_with_parent,
            check=False,
        )
        if done.returncode < 0:
            raise PtxasFailed(f"ended by signal {-done.returncode}")
        if done.returncode:
            return False, done.stdout.replace(names[0].encode(), b"ptx").rstrip()
        return True, os.pread(target, os.fstat(target).st_size, 0)


def find_ptxas(driver_major: int, told: str = "auto") -> Ptxas | None:
    """The newest that is of the driver's major version: code of a newer one need not
    load, an older one need not know the PTX that the driver knows.

    Args: told: "auto"; "off"; or the path of the only one that is looked at.
    """
    if told == "off":
        return None
    places = _places() if told == "auto" else iter([told])
    found = [each for path in places if (each := _look_at(path))]
    fitting = [each for each in found if each.version[0] == driver_major]
    return max(fitting, key=lambda each: each.version, default=None)


def _places() -> Iterator[str]:
    """Paths of programs, each once: of a toolkit, then of the wheels that bring one."""
    seen: set[str] = set()
    for path in filter(os.path.isabs, _candidates()):
        real = os.path.realpath(path)
        if real not in seen and os.access(real, os.X_OK) and _may_be_run(real):
            seen.add(real)
            yield path


def _may_be_run(path: str) -> bool:
    """What is found by itself, by root: is it root's, and can nobody else change it?"""
    if os.geteuid() != ROOT:
        return True
    return all(
        found.st_uid == ROOT and not found.st_mode & WRITABLE_BY_OTHERS
        for found in map(os.stat, (path, os.path.dirname(path)))
    )


def _candidates() -> Iterator[str]:
    if on_path := shutil.which("ptxas"):
        yield on_path
    for variable in ("CUDA_HOME", "CUDA_PATH"):
        if home := os.environ.get(variable):
            yield f"{home}/bin/ptxas"
    yield f"{TOOLKIT}/bin/ptxas"
    yield from _in_package("nvidia", "*/bin/ptxas")
    yield from _in_package("triton", "backends/nvidia/bin/ptxas*")


def _in_package(name: str, pattern: str) -> Iterator[str]:
    """Without importing it."""
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        yield from (str(path) for path in sorted(Path(folder).glob(pattern)))


def _look_at(path: str) -> Ptxas | None:
    try:
        done = subprocess.run(
            [path, "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=VERSION_SECONDS_MAX,
            preexec_fn=_end_with_parent,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    said = RELEASE.search(done.stdout)
    if done.returncode or said is None:
        return None
    return Ptxas(path, (int(said[1]), int(said[2])))


def _memory_file(name: str, content: bytes) -> BinaryIO:
    file = os.fdopen(os.memfd_create(name), "r+b", buffering=0)
    view = memoryview(content)
    while view:
        view = view[file.write(view) :]
    return cast(BinaryIO, file)


def _end_with_parent() -> None:
    """In the child: a helper that is killed for taking too long takes it along."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
