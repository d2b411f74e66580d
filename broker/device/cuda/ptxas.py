"""ptxas: found on this machine, asked for machine code.

Decides where it is looked for, that its major version is the driver's, and what it
reads and writes: files in memory, so that one that is killed leaves nothing behind. It
compiles PTX as a whole program, as the driver does; nvJitLink makes relocatable code,
in which each of several thousand kernels with a 64-bit division took 0.2 us longer
(H100). It must never know sessions. Called by `ptx_helper.py`.
"""

from __future__ import annotations

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

RELEASE = re.compile(rb"release (\d+)\.(\d+)")
VERSION_SECONDS_MAX = 20.0
PR_SET_PDEATHSIG = 1
TOOLKIT = "/usr/local/cuda"
# What it says of PTX that is newer than it is.
TOO_NEW = b"Unsupported .version"


class PtxasFailed(Exception):
    """It ended in another way than with an answer."""


@dataclass(frozen=True, slots=True)
class Ptxas:
    path: str
    version: tuple[int, int]

    def compile(self, ptx: bytes, options: str) -> tuple[bool, bytes]:
        """Args: options: "-arch=sm_90 -O3", as nvJitLink takes them, too.
        Returns: whether it was compiled; the cubin, or the compiler's log.
        Raises: PtxasFailed: a signal ended it, or it could not be started.
        """
        source, target = _memory_file("ptx", ptx), _memory_file("cubin", b"")
        try:
            return self._run(source, target, options)
        finally:
            os.close(source)
            os.close(target)

    def _run(self, source: int, target: int, options: str) -> tuple[bool, bytes]:
        names = [f"/proc/self/fd/{source}", "-o", f"/proc/self/fd/{target}"]
        try:
            done = subprocess.run(
                [self.path, *options.split(), *names],
                pass_fds=(source, target),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                preexec_fn=_end_with_parent,
                check=False,
            )
        except (OSError, subprocess.SubprocessError) as problem:
            raise PtxasFailed(str(problem)) from problem
        if done.returncode < 0:
            raise PtxasFailed(f"ended by signal {-done.returncode}")
        if done.returncode:
            return False, done.stdout.replace(names[0].encode(), b"ptx").rstrip()
        return True, os.pread(target, os.fstat(target).st_size, 0)


def find_ptxas(driver_major: int) -> Ptxas | None:
    """The newest that is of the driver's major version: code of a newer one need not
    load, an older one need not know the PTX that the driver knows."""
    found = [each for path in _places() if (each := _look_at(path))]
    fitting = [each for each in found if each.version[0] == driver_major]
    return max(fitting, key=lambda each: each.version, default=None)


def _places() -> Iterator[str]:
    """Paths of programs, each once: of a toolkit, then of the wheels that bring one."""
    seen: set[str] = set()
    for path in _candidates():
        real = os.path.realpath(path)
        if os.access(real, os.X_OK) and real not in seen:
            seen.add(real)
            yield path


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


def _memory_file(name: str, content: bytes) -> int:
    file = os.memfd_create(name)
    view = memoryview(content)
    while view:
        view = view[os.write(file, view) :]
    return file


def _end_with_parent() -> None:
    """In the child: a helper that is killed for taking too long takes it along."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
