"""The demo against its bounds: `python -m tests.bench.bench_demo [--seconds N]`.

Exit status 0 when every bound is met, 1 when one is not, 2 when the demo could not run.
The figures go into RESULTS.md beside this file by hand, with machine and date.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from loadgen import demo

# Name in the verdict -> (what it is, smallest, largest).
BOUNDS: dict[str, tuple[str, float, float]] = {
    "rerank_p99_strict_vs_alone": ("rerank p99, strict / alone", 0.0, 1.15),
    "rerank_p99_fifo_vs_alone": ("rerank p99, fifo / alone", 1.5, float("inf")),
    "decode_strict_vs_share": ("decode, strict / its share", 0.95, float("inf")),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=demo.SECONDS)
    parser.add_argument("--device", default="auto")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "demo.json"
        status = demo.run(options.seconds, path, options.device)
        if not path.exists():
            return status
        outcome = json.loads(path.read_text())
    print(row(outcome))
    missed = misses(outcome)
    for line in missed:
        print(f"missed: {line}")
    return 1 if missed or status else 0


def misses(outcome: dict[str, Any]) -> list[str]:
    """The bounds that the figures do not meet, in words."""
    lines = [f"INVALID: {reason}" for reason in outcome["invalid_because"]]
    for name, (words, low, high) in BOUNDS.items():
        value = outcome["verdict"][name]
        if value is None or not low <= value <= high:
            lines.append(f"{words} is {value}, wanted {low:g} to {high:g}")
    return lines


def row(outcome: dict[str, Any]) -> str:
    """A line of RESULTS.md."""
    found = outcome["verdict"]
    figures = " | ".join(f"{found[name]:.3f}" for name in BOUNDS)
    day = datetime.now(UTC).strftime("%Y-%m-%d")
    machine = f"{os.cpu_count()} cores {platform.machine()}"
    return f"| {day} | {machine} | {outcome['device']} | {figures} |"


if __name__ == "__main__":
    sys.exit(main())
