"""What local calls of the shim cost: `python -m tests.bench.bench_shim_local`.

Prints nanoseconds per call, the quickest of five rounds. Needs no GPU: the broker is
one on the null device. Exit status 1 when a call costs more than 50 ns.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from broker.run import shim_folder

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
NS_MAX = 50.0


def measure() -> dict[str, float]:
    """Call -> nanoseconds."""
    with tempfile.TemporaryDirectory() as place:
        program = Path(place) / "bench"
        build = ["cc", "-O2", "-w", f"-I{ROOT / 'shim/include'}", "-o", str(program)]
        build += [str(HERE / "bench_shim_local.c"), f"-L{shim_folder()}"]
        subprocess.run([*build, "-l:libcuda.so.1"], check=True)
        run = [sys.executable, "-m", "broker", "run", "--device", "null"]
        run += ["--socket", f"{place}/none.sock", "--", str(program)]
        done = subprocess.run(run, check=True, stdout=subprocess.PIPE, text=True)
    lines = (line.split() for line in done.stdout.splitlines())
    return {name: float(value) for name, value in lines}


def main() -> int:
    costs = measure()
    for name, ns in costs.items():
        print(f"{name:28} {ns:6.1f} ns{'  OVER' if ns > NS_MAX else ''}")
    return int(any(ns > NS_MAX for ns in costs.values()))


if __name__ == "__main__":
    sys.exit(main())
