"""The fuzz harness over its corpus, and some mutations of it, under the sanitizers."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.building import QUICK, ROOT, build

CORPUS = sorted((ROOT / "tests/fuzz/corpus").glob("*.bin"))
SOURCES = [
    "tests/fuzz/fuzz_codec.c",
    "shim/src/codec.c",
    "shim/src/frame.c",
    "broker/wire/gen/xs_wire.c",
]
FLAGS = ["-std=c11", *QUICK, "-Wall", "-Wextra", "-D_GNU_SOURCE"]
FLAGS += ["-I.", "-Ishim/include", "-DXS_FUZZ_MAIN"]
SANITIZERS = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]


def _built(program: Path, flags: list[str]) -> bool:
    return build(program, SOURCES, [*FLAGS, *flags]).returncode == 0


@pytest.fixture(scope="module")
def harness(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With the sanitizers where the compiler has their libraries, else without."""
    folder = tmp_path_factory.mktemp("fuzz")
    for name, flags in (("sanitized", SANITIZERS), ("bare", [])):
        if _built(folder / name, flags):
            return folder / name
    raise AssertionError("no compiler")


def _run(harness: Path, seed: int, mutations: int) -> None:
    files = [str(path) for path in CORPUS]
    done = subprocess.run(
        [str(harness), str(seed), str(mutations), *files],
        capture_output=True,
        text=True,
        env={**os.environ, "LD_PRELOAD": ""},
    )
    assert done.returncode == 0, done.stderr[-4000:]
    assert done.stdout == f"{len(files)} files\n"


def test_the_corpus_is_there() -> None:
    assert len(CORPUS) > 150


def test_corpus(harness: Path) -> None:
    _run(harness, seed=0, mutations=0)


@pytest.mark.parametrize("seed", [1, 2])
def test_mutations(harness: Path, seed: int) -> None:
    _run(harness, seed, mutations=150)


def test_run_script() -> None:
    script = ROOT / "tests/fuzz/run.sh"
    assert subprocess.run([str(script), "1"], capture_output=True).returncode == 0
