"""Traces of kernels: what a model's step did on a device, read from files.

`load` decides which importer reads a file, by its content and not by its name. It must
never know arrivals, tenants or how a trace is replayed. Called by `loadgen.cli`,
`loadgen.tenant` and the tests.
"""

from __future__ import annotations

import json
from pathlib import Path

from loadgen import files
from loadgen.traces import kineto, ktrace, nsys, orion
from loadgen.traces.model import (
    DEVICE_KINDS,
    DeviceShape,
    Op,
    OpKind,
    Trace,
    TraceError,
)

__all__ = [
    "DEVICE_KINDS",
    "FORMATS",
    "DeviceShape",
    "Op",
    "OpKind",
    "Trace",
    "TraceError",
    "load",
]

FORMATS = ("ktrace", "kineto", "nsys", "orion")


def load(path: str | Path) -> Trace:
    """Read a Kineto JSON, a `ktrace 1` file or an Orion CSV, gzipped or plain, or the
    sqlite that Nsight Systems exports.

    Raises: TraceError naming the file and what is wrong with it.
    """
    path = Path(path)
    try:
        if files.is_sqlite(path):
            return nsys.load(path)
    except TraceError as error:
        raise TraceError(f"{path}: {error}") from None
    text = files.read_text(path, TraceError)
    first_line = text.split("\n", 1)[0]
    try:
        if is_ktrace(first_line):
            return ktrace.parse(text, source=path.name)
        if orion.is_orion(first_line):
            return orion.parse(text, source=path.name)
        return kineto.parse(text, source=path.name)
    except TraceError as error:
        raise TraceError(f"{path}: {error}") from None


def is_ktrace(first_line: str) -> bool:
    """Whether a file's first line is a ktrace header."""
    try:
        header = json.loads(first_line)
    except ValueError:
        return False
    return isinstance(header, dict) and "ktrace" in header
