"""How fast the shim moves bytes between a program's pages and its staging chunks.

Command: `python -m tests.bench.bench_bulk [--mib 256] [--chunk-kib 1024] [--ring 8]`.
Needs no device and no broker: shim/src/cuda/bulk.c alone, one thread's memcpy and one,
two and three threads of it in turn, all in one run, so that ratios hold on a shared
machine. "down" ends in the program's pages, as a pageable copy to the host does. With
two processors two threads may gain nothing: they can be halves of one core.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
HELPERS = (0, 1, 2)
TURNS = 3


def build(folder: Path, *options: str, source: Path = HERE / "bench_bulk.c") -> Path:
    """A program of source and shim/src/cuda/bulk.c."""
    program = folder / source.stem
    command = ["cc", "-O2", "-D_GNU_SOURCE", *options, "-o", str(program)]
    command += [f"-I{ROOT}", f"-I{ROOT / 'shim/include'}", str(source)]
    command += [str(ROOT / "shim/src/cuda/bulk.c"), "-lpthread"]
    subprocess.run(command, check=True)
    return program


def rate(
    program: Path, helpers: int, way: str, nbytes: int, chunk: int, ring: int
) -> float:
    """GB/s. Raises CalledProcessError where the copied bytes differ."""
    words = [helpers, way, nbytes, chunk, ring]
    run = [str(program), *map(str, words)]
    done = subprocess.run(run, check=True, stdout=subprocess.PIPE, text=True)
    return float(done.stdout.split()[1])


def measure(nbytes: int, chunk: int, ring: int, turns: int = TURNS) -> dict[str, float]:
    """Median GB/s: "plain" (memcpy), then "down" and "up" by 1 to 3 threads."""
    with tempfile.TemporaryDirectory() as place:
        program = build(Path(place))
        cases = {"plain": (0, "plain")}
        for way in ("down", "up"):
            for helpers in HELPERS:
                cases[f"{way}, {helpers + 1} threads at most"] = (helpers, way)
        rates: dict[str, list[float]] = {name: [] for name in cases}
        for _ in range(turns):
            for name, (helpers, way) in cases.items():
                rates[name].append(rate(program, helpers, way, nbytes, chunk, ring))
    return {name: statistics.median(each) for name, each in rates.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mib", type=int, default=256)
    parser.add_argument("--chunk-kib", type=int, default=1024)
    parser.add_argument("--ring", type=int, default=8)
    options = parser.parse_args()
    rates = measure(options.mib << 20, options.chunk_kib << 10, options.ring)
    print(f"{len(os.sched_getaffinity(0))} processors")
    for name, value in rates.items():
        print(f"{name:24} {value:6.1f} GB/s  {value / rates['plain']:5.2f} x memcpy")
    return 0


if __name__ == "__main__":
    sys.exit(main())
