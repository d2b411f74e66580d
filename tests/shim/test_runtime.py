"""NVIDIA's own runtime, unmodified, on the shim: linked statically and as a library."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.shim.conftest import PROGRAMS, run

CUDA = Path(os.environ.get("CUDA_HOME", "/usr/local/cuda"))
NVCC = shutil.which("nvcc") or str(CUDA / "bin/nvcc")


def libraries() -> list[Path]:
    """Every dynamic runtime at hand: the toolkit's, and that of the wheel."""
    found = sorted(CUDA.glob("lib64/libcudart.so.[0-9][0-9]"))
    try:
        import nvidia
    except ImportError:
        return found
    for place in nvidia.__path__:
        found += sorted(Path(place).glob("*/lib/libcudart.so.*"))
    return found


def check(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 0, done.stderr
    assert done.stdout == "13000 1 0 null device (nothing is computed)\n"


@pytest.mark.skipif(not Path(NVCC).exists(), reason="no nvcc here")
def test_static_runtime(broker, tmp_path):
    program = tmp_path / "runtime"
    command = [NVCC, "-cudart", "static", "-o", str(program)]
    subprocess.run([*command, str(PROGRAMS / "runtime.c")], check=True)
    check(run([str(program)], broker.path))


@pytest.mark.skipif(
    not libraries() or not (CUDA / "include/cuda_runtime_api.h").exists(),
    reason="no runtime here",
)
@pytest.mark.parametrize("library", libraries(), ids=lambda path: path.name)
def test_dynamic_runtime(library, broker, tmp_path):
    program = tmp_path / "runtime"
    command = ["cc", f"-I{CUDA / 'include'}", "-o", str(program)]
    command += [str(PROGRAMS / "runtime.c"), str(library)]
    subprocess.run([*command, f"-Wl,-rpath,{library.parent}"], check=True)
    check(run([str(program)], broker.path))
