"""Random programs through the worker, under the sanitizers: see fuzz_worker.c.

A seed that fails is printed with what went wrong; `fuzz_worker SEED 1` plays it alone.
XS_FUZZ_SEEDS in the environment: how many seeds instead of the usual number.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.building import ROOT, build

DEVICE = ROOT / "broker" / "device"
SOURCES = [
    "tests/fuzz/fuzz_worker.c",
    *sorted(str(path.relative_to(ROOT)) for path in DEVICE.glob("worker*.c")),
    "broker/device/intake.c",
    *sorted(str(path.relative_to(ROOT)) for path in DEVICE.glob("graph*.c")),
    "broker/device/intake_ranges.c",
    "broker/device/intake_rows.c",
    "broker/device/estimate.c",
    "broker/device/null.c",
]
FLAGS = ["-std=c11", "-g1", "-O1", "-Wall", "-Wextra", "-D_GNU_SOURCE"]
# Or the heap would lie where the null device has its memory, without a sanitizer.
FLAGS += ["-fno-pie", "-no-pie"]
# Portions of graph_private.h of a few nodes each: small graphs have many.
FLAGS += ["-I.", "-Ishim/include", "-DXS_FUZZ_MAIN", "-DXG_PORTION=40"]
# 2 s on one core of a small machine; the compiler takes as long again.
SEEDS = 400
SEEDS_THREADED = 60
SEEDS_NIGHTLY = 20_000
SECONDS = 3600


def built(program: Path, *flags: str, sources: Sequence[str] = SOURCES) -> Path:
    """The harness; the compiler's own words when it cannot."""
    result = build(program, sources, [*FLAGS, *flags], ["-lpthread"])
    assert result.returncode == 0, result.stderr
    return program


def play(*command: str) -> str:
    """What it says at its end."""
    result = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
    assert result.returncode == 0, result.stderr[-6000:]
    return result.stdout


def seeds(usual: int) -> str:
    return os.environ.get("XS_FUZZ_SEEDS", str(usual))


@pytest.fixture(scope="module")
def harness(tmp_path_factory: pytest.TempPathFactory) -> Path:
    program = tmp_path_factory.mktemp("fuzz") / "fuzz_worker"
    flags = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    return built(program, *flags)


def test_random_programs(harness: Path) -> None:
    said = play(str(harness), "1", seeds(SEEDS))
    forms = int(said.split(", ")[1].split()[0])
    assert forms > 0, "graphs that are launched again get longer native graphs"


@pytest.mark.nightly
def test_many_random_programs(harness: Path) -> None:
    play(str(harness), "100000", seeds(SEEDS_NIGHTLY))


def test_random_programs_beside_the_workers_own_thread(tmp_path: Path) -> None:
    """Under the thread sanitizer; the fences it cannot see order nothing it watches."""
    program = built(tmp_path / "fuzz_threads", "-fsanitize=thread", "-Wno-tsan")
    play(str(program), "--threads", "1", seeds(SEEDS_THREADED))
