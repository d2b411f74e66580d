"""Without a driver, a GPU or cuda-bindings: importing works, using says what to do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from standin_driver import environment

SCRIPT = """
import sys
if sys.argv[1] == "no-bindings":
    sys.modules["cuda"] = None
import broker.device.cuda as cuda
assert "cuda.bindings.driver" not in sys.modules
assert "libcuda" not in open("/proc/self/maps").read()
try:
    cuda.CudaBackend(*map(int, sys.argv[2:]))
except cuda.DeviceUnavailable as error:
    print(error.result, error)
"""


def words(env: dict[str, str], *arguments: str) -> str:
    """The one line that a process without a usable device prints."""
    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments],
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    (line,) = ran.stdout.splitlines()
    return line


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "standin.log"


def test_no_bindings(log: Path) -> None:
    line = words(environment(log), "no-bindings")
    assert "pip install 'xsched-broker[cuda]'" in line


def test_no_driver(tmp_path: Path) -> None:
    # A file that is no library stands before any real driver in the search.
    (tmp_path / "libcuda.so.1").touch()
    line = words({**os.environ, "LD_LIBRARY_PATH": str(tmp_path)}, "-")
    assert "no NVIDIA driver" in line and "emulated" in line


@pytest.mark.parametrize(
    ("settings", "arguments", "told"),
    [
        ({"version": 12030}, [], "driver is for CUDA 12.3: update it to 12.4"),
        ({"devices": 0}, [], "CUDA_ERROR_NO_DEVICE"),
        ({}, ["1"], "no GPU 1: the driver shows 1; choose 0..0"),
        ({"fail": "cuInit:1:803"}, [], "check nvidia-smi"),
        ({"fail": "cuInit:1:34567"}, [], "check nvidia-smi"),
    ],
)
def test_no_use(log: Path, settings: dict, arguments: list[str], told: str) -> None:
    assert told in words(environment(log, **settings), "-", *arguments)
