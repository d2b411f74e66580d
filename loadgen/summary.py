"""What a run leaves behind: summary.json, requests.jsonl, args.json.

Decides their form. Must never know processes or the client. Called by `loadgen.runner`.
`cells.NAME.tenants.TENANT` holds the keys of `vllm bench serve` where it has one.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import statistics
import subprocess
from collections.abc import Iterable
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from loadgen import stats

COUNTS = frozenset(
    ("num_prompts", "num_warmup", "completed", "failed", "incomplete", "mismatches")
)
# What was asked for, and what is no quantity: the same in every repetition.
SETTINGS = frozenset(
    (
        "class",
        "max_concurrency",
        "burstiness",
        "warmup",
        "schedule_delay_limit_ms",
        "valid",
    )
)
TIME_NOTE = (
    "device time: wall time / environment.device.time_dilation, "
    "but for *_wall_* and seconds"
)


def make_summary(
    started: datetime,
    arguments: dict[str, Any],
    device: dict[str, Any],
    calibration: dict[str, dict[str, Any]],
    parts: dict[str, list[dict[str, Any]]],
) -> dict[str, Any]:
    """parts: per cell name what its runs gave ("alone" is one run for each tenant)."""
    cells = {name: make_cell(runs) for name, runs in parts.items()}
    repeat = arguments.get("repeat", 1)
    return {
        "date": started.strftime("%Y%m%d-%H%M%S"),
        "backend": arguments.get("backend", "xsched-broker"),
        "label": ",".join(arguments["compare"]),
        "seed": arguments["seed"],
        "seeds": [arguments["seed"] + i for i in range(repeat)],
        "seconds": arguments["seconds"],
        "warmup_seconds": arguments.get("warmup", 0.0),
        "repeat": repeat,
        "time": TIME_NOTE,
        "environment": environment(device),
        "calibration": calibration,
        "cells": cells,
        "broker": {
            "switches": {
                name: [run["broker"]["switches"] for run in runs]
                for name, runs in parts.items()
            }
        },
        "valid": all(cell["valid"] for cell in cells.values()),
    }


def make_cell(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """One named cell; of several repetitions, their medians, and each by itself."""
    repetitions: dict[int, list[dict[str, Any]]] = {}
    for run in runs:
        repetitions.setdefault(run.get("repetition", 0), []).append(run)
    cells = [single_cell(part) for part in repetitions.values()]
    return cells[0] if len(cells) == 1 else merge_cells(cells)


def merge_cells(cells: list[dict[str, Any]]) -> dict[str, Any]:
    """INVALID as soon as one repetition is: which one, the reasons say."""
    shares = [c["emulator_lateness_p99"] for c in cells]
    reasons = [
        f"repetition {number}: {reason}"
        for number, cell in enumerate(cells, 1)
        for reason in cell["invalid_because"]
    ]
    return {
        "tenants": {
            name: merge_figures([cell["tenants"][name] for cell in cells])
            for name in cells[0]["tenants"]
        },
        "emulator_lateness": [row for c in cells for row in c["emulator_lateness"]],
        "emulator_lateness_p99": max(
            (s for s in shares if s is not None), default=None
        ),
        "invalid_because": reasons,
        "valid": not reasons,
        "repetitions": cells,
    }


def merge_figures(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """One tenant's figures of all repetitions: medians, with [least, most] in `spread`;
    counts are added up."""
    merged, spread = dict(parts[0]), {}
    for key in dict.fromkeys(key for part in parts for key in part):
        values = [part[key] for part in parts if part.get(key) is not None]
        if key in COUNTS:
            merged[key] = sum(values)
        elif values and key not in SETTINGS and isinstance(values[0], int | float):
            merged[key] = statistics.median(values)
            spread[key] = [min(values), max(values)]
    merged["valid"] = all(part["valid"] for part in parts)
    return merged | {"spread": spread}


def single_cell(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """INVALID when a generator or the emulator was late."""
    tenants: dict[str, Any] = {}
    for run in runs:
        tenants |= run["tenants"]
    shares = [share for run in runs if (share := lateness_share(run)) is not None]
    reasons = [
        f"{name}: {reason}"
        for name, figures in tenants.items()
        for reason in tenant_faults(figures)
    ]
    if shares and max(shares) > stats.EMULATOR_LATENESS_P99_MAX:
        reasons.append(f"emulator lateness p99 {max(shares):.1%} of a request")
    return {
        "tenants": tenants,
        "emulator_lateness": [run["broker"]["emulator_lateness"] for run in runs],
        "emulator_lateness_p99": max(shares, default=None),
        "invalid_because": reasons,
        "valid": not reasons,
    }


def lateness_share(run: dict[str, Any]) -> float | None:
    """p99 of the emulator's lateness over the shortest median latency; None without.

    A completion noticed late lengthens the request it belongs to by that much at most,
    so the shortest requests are the ones it can spoil.
    """
    lateness = run["broker"]["emulator_lateness"]
    medians = [t["p50_e2el_ms"] for t in run["tenants"].values() if t["completed"]]
    if not lateness or not medians or not min(medians):
        return None
    return float(lateness["p99_ns"] / 1e6 / min(medians))


def tenant_faults(figures: dict[str, Any]) -> Iterable[str]:
    """Why a tenant's figures may not be used."""
    if not figures["completed"]:
        yield "no request completed"
        return
    delay, limit = figures["p99_schedule_delay_ms"], figures["schedule_delay_limit_ms"]
    if delay > limit:
        yield f"p99 schedule_delay {delay:.2f} ms, at most {limit:g}"
    if figures["incomplete"]:
        yield f"{figures['incomplete']} requests not done in time"


def broker_figures(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """What of `status --json` belongs to a cell: its switches, emulator's lateness.

    Totals are what was added in the cell; times are of the broker's whole life, which
    is the cell's unless it ran before.
    """
    earlier = before.get("scheduler", {}).get("totals", {})
    scheduler = after.get("scheduler", {})
    totals = {
        name: value - earlier.get(name, 0)
        for name, value in scheduler.get("totals", {}).items()
    }
    return {
        "switches": {**totals, "times": scheduler.get("switch_times", {})},
        "policy": after.get("policy"),
        "emulator_lateness": after.get("device", {}).get("lateness"),
    }


def environment(device: dict[str, Any]) -> dict[str, Any]:
    return {
        "device": device,
        "version": package_version(),
        "git": git_commit(),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cpus": os.cpu_count(),
    }


def package_version() -> str | None:
    try:
        return metadata.version("xsched-broker")
    except metadata.PackageNotFoundError:
        return None


def git_commit() -> str | None:
    """The commit of the source tree this runs from, if it is one."""
    folder = Path(__file__).parent.parent
    if not (folder / ".git").exists():
        return None
    command = ["git", "-C", str(folder), "rev-parse", "HEAD"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


def read_records(path: Path) -> list[dict[str, Any]]:
    with path.open() as lines:
        return [json.loads(line) for line in lines]


def read_out(out: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Summary and requests of what write_out wrote. Raises: OSError, ValueError."""
    summary = json.loads((out / "summary.json").read_text())
    return summary, read_records(out / "requests.jsonl")


def write_out(
    out: Path, summary: dict[str, Any], arguments: dict[str, Any], folder: Path
) -> None:
    """summary.json, args.json, and requests.jsonl with the requests of all cells."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "summary.json").write_text(json.dumps(summary, indent=2) + "\n")
    (out / "args.json").write_text(json.dumps(arguments, indent=2) + "\n")
    with (out / "requests.jsonl").open("wb") as merged:
        for path in sorted(folder.glob("*.jsonl")):
            with path.open("rb") as part:
                shutil.copyfileobj(part, merged)
