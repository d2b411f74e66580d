"""Large copies by several threads: every byte arrives, also under the sanitizers."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.bench import bench_bulk

HERE = Path(__file__).parent


@pytest.fixture(scope="module", params=["thread", "address,undefined"])
def program(request, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("bulk")
    return bench_bulk.build(folder, "-g", f"-fsanitize={request.param}")


@pytest.mark.parametrize("way", ["up", "down", "plain"])
@pytest.mark.parametrize("helpers", [0, 1, 2])
@pytest.mark.parametrize(
    ("nbytes", "chunk", "ring"),
    [
        (12_345_677, 1 << 20, 3),  # ends amid a part
        (4_000_001, 700_001, 2),  # parts of an odd chunk
        (100_000, 4_099, 1),  # by the caller alone
    ],
)
def test_every_byte_arrives(program, way, helpers, nbytes, chunk, ring) -> None:
    assert bench_bulk.rate(program, helpers, way, nbytes, chunk, ring) > 0


def test_memory_that_the_program_protects_is_laid_open_on_any_thread(tmp_path) -> None:
    program = bench_bulk.build(tmp_path, source=HERE / "bulk_faults.c")
    done = subprocess.run([str(program)], stdout=subprocess.PIPE, text=True)
    assert (done.returncode, done.stdout) == (0, "equal\n")


def test_the_benchmark_takes_every_figure() -> None:
    rates = bench_bulk.measure(2 << 20, 1 << 20, 2, turns=1)
    assert len(rates) == 7 and all(rate > 0 for rate in rates.values())
