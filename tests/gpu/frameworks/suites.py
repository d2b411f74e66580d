"""Frameworks' own tests natively and behind a launcher: do the same ones pass?

    python -m tests.gpu.frameworks.suites SUITE --path FOLDER --out FOLDER
        [--jobs N] [--stop-after SECONDS] [--part i/n] [--only WORD ...]

FOLDER holds the suite's source, of the release that is installed (it is not in
wheels; numba-cuda's is: `--path installed`). Each file, or a share of a large one, runs
in a process of its own, several at once: behind the launcher they are tenants beside
each other. A test that crashes is written down as such and the rest of the file is run;
what is known already is not run again, so a run that was cut off goes on. What passes
natively alone is run once more by itself before it counts. Exit status 1 when such a
test is left, or something is not run.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from tests.gpu.frameworks import cells, launch
from tests.gpu.frameworks.cells import Cell, Known, Side

LINES_SHOWN = 40
AGAIN_MAX = 60


@dataclass(frozen=True, slots=True)
class Suite:
    """files: below the path; a folder means all test_*.py in it. select: -k of each.

    shares: into how many processes a file goes. package: what `--path installed` is.
    options: of pytest.
    """

    about: str
    files: dict[str, str]
    environment: tuple[tuple[str, str], ...] = ()
    shares: dict[str, int] = field(default_factory=dict)
    marks: str = ""
    package: tuple[str, str] = ("", "")
    options: tuple[str, ...] = ()


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
        "CuPy's tests/cupy_tests: the device's side of it",
        {
            "core_tests": "",
            "cuda_tests": "",
            "sorting_tests": "",
            "indexing_tests": "",
            "creation_tests/test_ranges.py": "",
            "math_tests/test_sumprod.py": "",
            "math_tests/test_matmul.py": "",
            "statistics_tests/test_histogram.py": "",
        },
        (("CUPY_TEST_GPU_LIMIT", "1"),),
        shares={
            "core_tests/test_raw.py": 4,
            "core_tests/test_ndarray_reduction.py": 3,
            "core_tests/test_ndarray_adv_indexing.py": 2,
            "core_tests/fusion_tests/test_reduction.py": 2,
            "cuda_tests/test_texture.py": 3,
            "math_tests/test_sumprod.py": 4,
            "math_tests/test_matmul.py": 2,
            "sorting_tests/test_search.py": 2,
            "statistics_tests/test_histogram.py": 2,
        },
        marks="not slow and not multi_gpu",
    ),
    "numba": Suite(
        "numba-cuda's numba_cuda/numba/cuda/tests",
        {"cudadrv": "", "cudapy": ""},
        package=("numba_cuda", "numba/cuda/tests"),
        # Its folders have the name of another package: numba.cuda is put in its place.
        options=("-o", "consider_namespace_packages=true", "-p", "numba_fixture"),
    ),
}


# ------------------------------------------------------------------ what is run


def place_of(suite: Suite, path: str) -> Path:
    """Raises: SystemExit."""
    if path != "installed":
        return Path(path).resolve()
    package, below = suite.package
    found = importlib.util.find_spec(package) if package else None
    if found is None or not found.submodule_search_locations:
        raise SystemExit("--path installed: this suite does not come with a package")
    return Path(next(iter(found.submodule_search_locations))) / below


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


def cells_of(suite: Suite, path: Path) -> list[Cell]:
    """The largest first, so that no long one is left alone at the end."""
    found: list[tuple[float, Cell]] = []
    for file, select in files_of(suite, path).items():
        name = str(file.relative_to(path))
        count = suite.shares.get(name, 1)
        for number in range(1, count + 1):
            told = (select, suite.marks, suite.options)
            cell = Cell(file, name, f"{number}/{count}", *told)
            found.append((file.stat().st_size / count, cell))
    found.sort(key=lambda one: (-one[0], one[1].stem))
    return [cell for _, cell in found]


def share(found: Sequence[Cell], part: str | None) -> list[Cell]:
    """i/n: the i-th of n shares. Raises: SystemExit."""
    if part is None:
        return list(found)
    number, _, count = part.partition("/")
    if not (number.isdecimal() and count.isdecimal()):
        raise SystemExit(f"--part {part}: want i/n")
    if not 1 <= int(number) <= int(count):
        raise SystemExit(f"--part {part}: want 1..{count}")
    return list(found)[int(number) - 1 :: int(count)]


# ------------------------------------------------------------------ what differs


@dataclass(slots=True)
class Difference:
    """lost: passed natively alone; gained: behind the launcher alone. By test, what the
    other side said. passed: on both sides. unrun: of a file that was cut off, those to
    come."""

    passed: int
    lost: dict[str, str]
    gained: dict[str, str]
    native: dict[str, int]
    tested: dict[str, int]
    unrun: int = 0


NOT_RUN = "not run"


def cut_off(found: Difference) -> Difference:
    """The same of a file that is to go on: what was not run yet is not lost. Pure."""
    lost = {test: line for test, line in found.lost.items() if line != NOT_RUN}
    return replace(found, lost=lost, unrun=len(found.lost) - len(lost))


def difference(native: Known, tested: Known) -> Difference:
    """A test that was not run on one side did not pass there. Pure."""

    def passing(found: Known) -> set[str]:
        return {test for test, (outcome, _) in found.items() if outcome == "passed"}

    def said(found: Known, test: str) -> str:
        outcome, line = found.get(test, (NOT_RUN, ""))
        return f"{outcome}: {line}" if line else outcome

    here, there = passing(native), passing(tested)
    return Difference(
        passed=len(here & there),
        lost={test: said(tested, test) for test in sorted(here - there)},
        gained={test: said(native, test) for test in sorted(there - here)},
        native=counts(native),
        tested=counts(tested),
    )


def counts(found: Known) -> dict[str, int]:
    totals: dict[str, int] = {}
    for outcome, _ in found.values():
        totals[outcome] = totals.get(outcome, 0) + 1
    return dict(sorted(totals.items()))


def lines_of(name: str, found: Difference) -> list[str]:
    def words(totals: dict[str, int]) -> str:
        return ", ".join(f"{count} {outcome}" for outcome, count in totals.items())

    verdict = "DIFF" if found.lost else "PART" if found.unrun else "PASS"
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
    if found.unrun:
        lines.append(f"  not run yet behind the launcher: {found.unrun}")
    return lines


def table(found: dict[str, Difference]) -> list[str]:
    """One line a folder, and one for all."""
    rows: dict[str, list[int]] = {}
    for name, one in found.items():
        folder = name.rpartition("/")[0] or name
        for key in (folder, "all"):
            row = rows.setdefault(key, [0] * 6)
            for at, value in enumerate(
                (
                    one.passed,
                    len(one.lost),
                    len(one.gained),
                    one.unrun,
                    sum(one.native.values()),
                    sum(one.tested.values()),
                )
            ):
                row[at] += value
    rows["all"] = rows.pop("all", [0] * 6)
    head = ("both pass", "lost", "gained", "not yet", "native", "launcher")
    lines = [f"{'':<32}" + "".join(f"{word:>11}" for word in head)]
    for key, row in rows.items():
        lines.append(f"{key:<32}" + "".join(f"{value:>11}" for value in row))
    return lines


# ------------------------------------------------------------------ running


@dataclass(slots=True)
class Runs:
    """All cells on both sides, as many at once as there are jobs."""

    native: Side
    tested: Side
    out: Path

    def logs(self, cell: Cell) -> tuple[Path, Path, Path]:
        """Natively, behind the launcher, and behind it once more."""
        native, tested, again = (
            self.out / f"{cell.stem}.{side}.jsonl"
            for side in ("native", "run", "again")
        )
        return native, tested, again

    def both(self, cell: Cell) -> bool:
        """False: the time was over before all of it was known."""
        native, tested, _ = self.logs(cell)
        whole = cells.run(cell, native, self.native)
        return cells.run(cell, tested, self.tested) and whole

    def once_more(self, cell: Cell) -> None:
        """What is lost runs by itself, beside nobody."""
        lost = list(self.judged(cell).lost)[:AGAIN_MAX]
        if lost:
            cells.run(cell, self.logs(cell)[2], self.tested, lost)

    def judged(self, cell: Cell) -> Difference:
        native, tested, again = map(cells.known, self.logs(cell))
        return difference(native, tested | again)


def run_all(runs: Runs, chosen: Sequence[Cell], jobs: int) -> list[Cell]:
    """Those that are not whole."""
    with ThreadPoolExecutor(jobs) as pool:
        whole = list(pool.map(runs.both, chosen))
    left = [cell for cell, done in zip(chosen, whole, strict=True) if not done]
    for cell, done in zip(chosen, whole, strict=True):
        if done:
            runs.once_more(cell)
    return left


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    made.add_argument("suite", choices=sorted(SUITES))
    made.add_argument("--path", required=True, help="the suite's source, or installed")
    made.add_argument("--out", type=Path, required=True, help="folder of outcomes")
    made.add_argument("--part", help="i/n, of the files")
    made.add_argument("--only", nargs="+", help="files whose name has one of these")
    made.add_argument("--launcher", help="what comes before the command")
    made.add_argument("--python", default=sys.executable)
    made.add_argument("--jobs", type=int, default=1, help="processes at once")
    made.add_argument(
        "--timeout", type=float, default=1800.0, help="s without an outcome: it hangs"
    )
    made.add_argument(
        "--stop-after", type=float, help="s; then cut off, to go on later"
    )
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    told = parser().parse_args(arguments)
    suite, out = SUITES[told.suite], told.out.resolve()
    path = place_of(suite, told.path)
    chosen = share(cells_of(suite, path), told.part)
    if told.only:
        chosen = [c for c in chosen if any(word in c.name for word in told.only)]
    out.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + (told.stop_after or float("inf"))
    common = (path, told.python, dict(suite.environment), told.timeout, deadline)
    prefix = tuple(launch.launcher(told.launcher))
    runs = Runs(Side((), *common), Side(prefix, *common), out)
    left = run_all(runs, chosen, told.jobs)
    found = {
        cell.stem.replace("+", "/"): cut_off(runs.judged(cell))
        if cell in left
        else runs.judged(cell)
        for cell in chosen
    }
    for name, one in found.items():
        print("\n".join(lines_of(name, one)))
    print("\n".join(["", *table(found)]), flush=True)
    written = {name: asdict(one) for name, one in found.items()}
    (out / "summary.json").write_text(json.dumps(written, indent=1))
    if left:
        names = ", ".join(cell.stem for cell in left)
        print(f"NOT WHOLE: {names} (the same command goes on)")
    return 1 if left or any(one.lost for one in found.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
