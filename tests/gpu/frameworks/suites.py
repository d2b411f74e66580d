"""Frameworks' own tests natively and behind a launcher: do the same ones pass?

    python -m tests.gpu.frameworks.suites SUITE --path FOLDER --out FOLDER [--part i/n]

FOLDER holds the suite's source, of the release that is installed (it is not in wheels).
Each file runs in a process of its own. A test that crashes it is written down as such
and the rest of the file is run; what is known already is not run again, so a run that
was cut off goes on. Exit status 1 when a test passes natively and not behind the
launcher, or is not run.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.gpu.frameworks import launch, outcomes

PLUGIN = "outcomes"
CRASHES_MAX = 50
PYTEST_ENDS = (0, 1, 5)  # passed, some failed, none selected
LINES_SHOWN = 40
CRASHED, HUNG = "crashed", "hung"


@dataclass(frozen=True, slots=True)
class Suite:
    """files: below the path; a folder means all test_*.py in it. select: -k of each."""

    about: str
    files: dict[str, str]
    environment: tuple[tuple[str, str], ...] = ()


SUITES: dict[str, Suite] = {
    "torch": Suite(
        "PyTorch's test/: streams, events, graphs, allocators, a sample of operators",
        {
            "test_cuda.py": "",
            "test_cuda_expandable_segments.py": "",
            "test_cuda_primary_ctx.py": "",
            "test_cuda_trace.py": "",
            "test_torch.py": "cuda and not large_tensor",
            "test_linalg.py": "cuda and (matmul or addmm or svd or solve or cholesky)",
            "test_sparse_csr.py": "cuda and (matmul or addmm)",
            "test_spectral_ops.py": "cuda and fft",
            "test_transformers.py": "cuda and scaled_dot_product and not large",
            "test_ops.py": "cuda and test_out and float32",
            "nn/test_convolution.py": "cuda",
            "inductor/test_cudagraph_trees.py": "",
        },
        (("PYTORCH_TEST_WITH_SLOW", "0"),),
    ),
    "triton": Suite(
        "Triton's python/test/unit: the language's core",
        {
            "language/test_core.py": "not interpreter and (bin_op or reduce or dot or"
            " atomic or load or where or cast)",
            "language/test_tensor_descriptor.py": "",
            "runtime/test_autotuner.py": "",
            "runtime/test_launch.py": "",
        },
    ),
    "cupy": Suite(
        "CuPy's tests/cupy_tests",
        {
            "core_tests": "",
            "creation_tests": "",
            "cuda_tests": "",
            "linalg_tests": "",
            "fft_tests": "",
            "random_tests": "",
            "sorting_tests": "",
            "statistics_tests": "",
        },
    ),
    "numba": Suite(
        "numba-cuda's numba_cuda/numba/cuda/tests",
        {"cudadrv": "", "cudapy": "", "nocuda": ""},
    ),
}


def files_of(suite: Suite, path: Path) -> dict[Path, str]:
    """Files and what to select of each. Raises: SystemExit naming what is not there."""
    found: dict[Path, str] = {}
    for name, select in suite.files.items():
        place = path / name
        if place.is_dir():
            found |= dict.fromkeys(sorted(place.rglob("test_*.py")), select)
        elif place.exists():
            found[place] = select
        else:
            print(f"not there, left out: {place}")
    if not found:
        raise SystemExit(f"--path {path}: none of {', '.join(suite.files)}")
    return found


def share(files: Sequence[Path], part: str | None) -> list[Path]:
    """i/n: the i-th of n shares. Raises: SystemExit."""
    if part is None:
        return list(files)
    number, _, count = part.partition("/")
    if not (number.isdecimal() and count.isdecimal()):
        raise SystemExit(f"--part {part}: want i/n")
    if not 1 <= int(number) <= int(count):
        raise SystemExit(f"--part {part}: want 1..{count}")
    return list(files)[int(number) - 1 :: int(count)]


def command(file: Path, select: str, python: str) -> list[str]:
    made = [python, "-m", "pytest", "-q", "-p", PLUGIN]
    made += ["-p", "no:cacheprovider", str(file)]
    return [*made, "-k", select] if select else made


def run_file(
    file: Path, select: str, log: Path, prefix: Sequence[str], told: argparse.Namespace
) -> None:
    """Until all of it is known: a test that ends the process is passed over."""
    paths = [str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]
    environment = {
        outcomes.VARIABLE: str(log),
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        **dict(SUITES[told.suite].environment),
    }
    for _ in range(CRASHES_MAX):
        ended = launch.run(
            [*prefix, *command(file, select, told.python)],
            environment,
            told.timeout,
            told.path,
        )
        if ended.status in PYTEST_ENDS:
            return
        cause = blamed(outcomes.rows(log))
        if cause is None:
            append(log, f"{file.name}::collection", CRASHED, launch.error_line(ended))
            return
        how = HUNG if ended.status is None else CRASHED
        append(log, cause, how, launch.error_line(ended))


def blamed(rows: Sequence[dict[str, str]]) -> str | None:
    """The test that was begun last and has no outcome."""
    done = {row["test"] for row in rows if row["outcome"] != "begun"}
    open_ones = [row["test"] for row in rows if row["test"] not in done]
    return open_ones[-1] if open_ones else None


def append(log: Path, test: str, outcome: str, line: str) -> None:
    with log.open("a") as out:
        out.write(json.dumps({"test": test, "outcome": outcome, "line": line}) + "\n")


def known(log: Path) -> dict[str, tuple[str, str]]:
    """Outcome and line of each test that has one."""
    return {
        row["test"]: (row["outcome"], row["line"])
        for row in outcomes.rows(log)
        if row["outcome"] != "begun"
    }


@dataclass(slots=True)
class Difference:
    """lost: passed natively alone; gained: behind the launcher alone. By test, what the
    other side said. passed: on both sides."""

    passed: int
    lost: dict[str, str]
    gained: dict[str, str]
    native: dict[str, int]
    tested: dict[str, int]


def difference(
    native: dict[str, tuple[str, str]], tested: dict[str, tuple[str, str]]
) -> Difference:
    """A test that was not run on one side did not pass there. Pure."""

    def passing(found: dict[str, tuple[str, str]]) -> set[str]:
        return {test for test, (outcome, _) in found.items() if outcome == "passed"}

    def said(found: dict[str, tuple[str, str]], test: str) -> str:
        outcome, line = found.get(test, ("not run", ""))
        return f"{outcome}: {line}" if line else outcome

    here, there = passing(native), passing(tested)
    return Difference(
        passed=len(here & there),
        lost={test: said(tested, test) for test in sorted(here - there)},
        gained={test: said(native, test) for test in sorted(there - here)},
        native=counts(native),
        tested=counts(tested),
    )


def counts(found: dict[str, tuple[str, str]]) -> dict[str, int]:
    totals: dict[str, int] = {}
    for outcome, _ in found.values():
        totals[outcome] = totals.get(outcome, 0) + 1
    return dict(sorted(totals.items()))


def lines_of(name: str, found: Difference) -> list[str]:
    def words(totals: dict[str, int]) -> str:
        return ", ".join(f"{count} {outcome}" for outcome, count in totals.items())

    verdict = "DIFF" if found.lost else "PASS"
    lines = [
        f"{name:<40} {verdict}  {found.passed} pass on both sides",
        f"  natively: {words(found.native)}",
        f"  launcher: {words(found.tested)}",
    ]
    shown = list(found.lost.items())[:LINES_SHOWN]
    lines += [f"  lost {test}: {line}" for test, line in shown]
    if len(found.lost) > LINES_SHOWN:
        lines.append(f"  ... and {len(found.lost) - LINES_SHOWN} more lost")
    if found.gained:
        lines.append(f"  gained: {len(found.gained)}")
    return lines


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    made.add_argument("suite", choices=sorted(SUITES))
    made.add_argument("--path", type=Path, required=True, help="the suite's source")
    made.add_argument("--out", type=Path, required=True, help="folder of outcomes")
    made.add_argument("--part", help="i/n, of the files")
    made.add_argument("--launcher", help="what comes before the command")
    made.add_argument("--python", default=sys.executable)
    made.add_argument("--timeout", type=float, default=1800.0, help="s of one file")
    made.add_argument("--stop-after", type=float, help="begin no file later")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    told = parser().parse_args(arguments)
    files = files_of(SUITES[told.suite], told.path.resolve())
    prefix, begin = launch.launcher(told.launcher), time.monotonic()
    told.out.mkdir(parents=True, exist_ok=True)
    missing, lost = [], 0
    for file in share(list(files), told.part):
        name = str(file.relative_to(told.path.resolve()))
        if told.stop_after and time.monotonic() - begin > told.stop_after:
            missing.append(name)
            continue
        stem = name.replace("/", "+").removesuffix(".py")
        logs = [
            told.out.resolve() / f"{stem}.{side}.jsonl" for side in ("native", "run")
        ]
        for log, words in zip(logs, ((), prefix), strict=True):
            run_file(file, files[file], log, words, told)
        found = difference(*map(known, logs))
        lost += len(found.lost)
        print("\n".join(lines_of(name, found)), flush=True)
    if missing:
        print(f"NOT RUN: {', '.join(missing)} (the same command goes on)")
    return 1 if lost or missing else 0


if __name__ == "__main__":
    sys.exit(main())
