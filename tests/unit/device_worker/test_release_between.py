"""The release of the floor where somebody above is heard between look and raise:
release_between.c says how that moment is met."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.fuzz.test_worker import SOURCES, built

PROGRAM = "tests/unit/device_worker/release_between.c"
INCLUDED = "broker/device/worker_release.c"
CASES = [
    "nothing",
    "heard",
    "heard and shown",
    "lowered before the raise",
    "lowered before the undo",
    "raised by another",
]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("release") / "release_between"
    sources = [s for s in SOURCES if s not in ("tests/fuzz/fuzz_worker.c", INCLUDED)]
    flags = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    return built(path, *flags, sources=[PROGRAM, *sources])


@pytest.mark.parametrize("case", CASES)
def test_what_comes_in_between(program: Path, case: str) -> None:
    done = subprocess.run([program, case], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr[-4000:]
