"""CuPy and numba-cuda, unmodified, behind the shim on the null device. Skipped where
they are not installed (pip install cupy-cuda13x numba-cuda[cu13])."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from tests.shim.conftest import PROGRAMS, run
from tests.socket.peer import BrokerProcess


def is_installed(*modules: str) -> bool:
    try:
        return all(importlib.util.find_spec(module) for module in modules)
    except ModuleNotFoundError:  # a parent package
        return False


@pytest.mark.parametrize(
    ("name", "modules"),
    [
        ("cupy_starts", ("cupy", "nvidia.cu13")),
        ("numba_starts", ("numba_cuda", "nvidia.cu13")),
    ],
)
def test_starts_and_works(
    name: str, modules: tuple[str, ...], broker: BrokerProcess, tmp_path: Path
) -> None:
    if not is_installed(*modules):
        pytest.skip(f"not installed: {', '.join(modules)}")
    program = str(PROGRAMS / f"{name}.py")
    more = {"CUPY_CACHE_DIR": str(tmp_path), "NUMBA_CACHE_DIR": str(tmp_path)}
    done = run([sys.executable, program], broker.path, **more)
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr
