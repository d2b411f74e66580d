"""Cells of another run beside those of this one, in one table.

Decides what the other run's cells are called and what they are compared with: its own
"alone", not ours. Must never know how a table is printed. Called by `loadgen.cli`; pure
but for `load`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from loadgen.replay.plan import Overheads
from loadgen.runner import ALONE
from loadgen.summary import read_records

Summary = dict[str, Any]


class BesideError(Exception):
    """What was to be shown beside a run cannot be; the text names the file."""


def load(path: Path) -> Summary:
    """Of a summary.json, or of the folder that has one. Raises: BesideError."""
    file = path / "summary.json" if path.is_dir() else path
    try:
        summary = json.loads(file.read_text())
    except OSError as problem:
        raise BesideError(f"--beside {file}: {problem.strerror}") from None
    except ValueError as problem:
        raise BesideError(f"--beside {file}: not JSON: {problem}") from None
    if not isinstance(summary, dict) or not isinstance(summary.get("cells"), dict):
        raise BesideError(f"--beside {file}: not what `--out` writes: no cells")
    return summary


def overheads(other: Summary) -> Overheads | None:
    """What the replay kernel took beyond its argument in that run; None if unsaid.

    A property of kernel and device. Measured anew through a system that leaves gaps
    between launches, they would count as the kernel's, and make it shorter.
    """
    for tenant in (other.get("calibration") or {}).values():
        if isinstance(tenant, dict) and "overheads" in tenant:
            return Overheads(**tenant["overheads"])
    return None


def requests(path: Path, ours: Summary, other: Summary) -> list[dict[str, Any]]:
    """Requests of the other run, in cells named as `merged` names them; none where its
    folder was not kept. Raises: BesideError."""
    file = (path if path.is_dir() else path.parent) / "requests.jsonl"
    if not file.is_file():
        return []
    names = _names(ours, other)
    try:
        found = read_records(file)
        return [{**row, "cell": names[row["cell"]]} for row in found]
    except (ValueError, KeyError) as problem:
        raise BesideError(
            f"--beside {file}: not of this summary: {problem!r}"
        ) from None


def _names(ours: Summary, other: Summary) -> dict[str, str]:
    """The other's cells, by what they are called beside ours."""
    kind = "native" if other.get("backend") == "cuda" else "other"
    return {
        name: f"{kind} {name}" if name == ALONE or name in ours["cells"] else name
        for name in other["cells"]
    }


def merged(ours: Summary, other: Summary) -> Summary:
    """Ours with the other's cells after its own; each compared with its own run's.

    A cell of a name that is taken already has the other run's kind put before it.
    """
    cells, names = dict(ours["cells"]), _names(ours, other)
    for name, cell in other["cells"].items():
        cells[names[name]] = {**cell, "reference": names.get(ALONE, "")}
    return {**ours, "cells": cells}


def differences(ours: Summary, other: Summary) -> list[str]:
    """Where the two runs are not alike, one line each: they were not taken together."""
    lines = [f"beside: a run of {other.get('date', 'an unknown date')}"]
    places: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("device", ("environment", "device", "name")),
        ("commit", ("environment", "git")),
        ("seconds of a cell", ("seconds",)),
        ("seeds", ("seeds",)),
        ("warm-up", ("warmup_seconds",)),
    )
    for name, path in places:
        mine, theirs = _at(ours, path), _at(other, path)
        if mine != theirs:
            lines.append(f"beside: {name} was {theirs}, here {mine}")
    for tenant, here in _models(ours).items():
        there = _models(other).get(tenant)
        if there != here:
            lines.append(f"beside: tenant {tenant} was {there}, here {here}")
    return lines


def _at(summary: Summary, path: tuple[str, ...]) -> Any:
    value: Any = summary
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _models(summary: Summary) -> dict[str, tuple[Any, Any]]:
    """Trace and class of each tenant."""
    return {
        name: (figures.get("model_id"), figures.get("class"))
        for cell in summary["cells"].values()
        for name, figures in cell["tenants"].items()
    }
