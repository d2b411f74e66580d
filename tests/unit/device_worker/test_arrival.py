"""What the thread that reads operations issues itself: arrival.c has the cases."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.fuzz.test_worker import SOURCES, built

PROGRAM = "tests/unit/device_worker/arrival.c"
CASES = [
    "after an idle time",
    "between two steps",
    "behind what is left",
    "while a control call is made",
    "while the thread is awake",
    "more than outlasts a wake-up",
    "long ones",
]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("arrival") / "arrival"
    sources = [PROGRAM, *(s for s in SOURCES if s != "tests/fuzz/fuzz_worker.c")]
    flags = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    return built(path, *flags, sources=sources)


@pytest.mark.parametrize("case", CASES)
def test_what_arrives(program: Path, case: str) -> None:
    done = subprocess.run([program, case], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr[-4000:]
