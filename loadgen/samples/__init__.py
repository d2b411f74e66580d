"""Sample traces that come with the package, by name.

Decides nothing but names and paths; `manifest.toml` beside it states model, batch, wall
time, source and licence of each. Called by `loadgen.spec`, `loadgen.demo` and the
tests.
"""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Sample:
    """One entry of the manifest. wall_ms: a request alone, without a profiler."""

    name: str
    file: str
    model: str
    phase: str
    batch: int
    tokens: int
    kernels: int
    source: str
    licence: str
    memory_share: float
    wall_ms: float | None = None
    change: str = ""
    note: str = ""

    @property
    def path(self) -> Path:
        return FOLDER / self.file


@functools.cache
def all_samples() -> tuple[Sample, ...]:
    document = tomllib.loads((FOLDER / "manifest.toml").read_text())
    return tuple(Sample(name=n, **entry) for n, entry in document["sample"].items())


def find(name: str) -> Sample | None:
    return next((s for s in all_samples() if s.name == name), None)
