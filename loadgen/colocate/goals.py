"""What a colocation is to reach: figures of its summary compared with each other.

Decides what "MPS" is compared by: the best of its cells in the same run, figure by
figure, which is more than any one setting gives. Called by presets and run; pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from loadgen.baseline import ALONE
from loadgen.colocate.cells import is_mps

MPS = "mps"
# Figures of which less is better.
LESS = ("p50_service_ms", "p99_service_ms", "p99_e2el_ms")
WORDS = {
    "p50_service_ms": "p50",
    "p99_service_ms": "p99",
    "p99_e2el_ms": "end-to-end p99",
    "units_per_s": "rate",
}


@dataclass(frozen=True, slots=True)
class Goal:
    """A tenant's figure in a cell, at most (or at least) factor x the same elsewhere.

    versus: a cell's name, or "mps": the best of the cells under it. tenant: "" for a
    figure of the whole cell, which is compared with factor itself.
    """

    tenant: str
    figure: str
    factor: float
    versus: str = MPS
    cell: str = "strict"

    def text(self) -> str:
        sign = "<=" if self.figure in LESS else ">="
        if not self.tenant:
            return f"{self.figure} in {self.cell} {sign} {self.factor:g}"
        what = WORDS.get(self.figure, self.figure)
        return (
            f"{self.tenant} {what} in {self.cell} {sign} {self.factor:g} x"
            f" {self.versus}"
        )

    def judged(self, summary: dict[str, Any]) -> dict[str, Any]:
        """value: the ratio reached; met: None when a cell it needs was not run."""
        value = self._value(summary)
        met = None
        if value is not None:
            less = self.figure in LESS
            met = value <= self.factor if less else value >= self.factor
        return {"text": self.text(), "value": value, "met": met}

    def _value(self, summary: dict[str, Any]) -> float | None:
        cells = summary["cells"]
        if not self.tenant:
            found = cells.get(self.cell, {}).get(self.figure)
            return None if found is None else float(found)
        here = self._figure(cells, self.cell)
        there = self._versus(cells)
        return here / there if here is not None and there else None

    def _figure(self, cells: dict[str, Any], name: str) -> float | None:
        tenants = cells.get(name, {"tenants": {}})["tenants"]
        found = tenants.get(self.tenant, {}).get(self.figure)
        return None if found is None else float(found)

    def _versus(self, cells: dict[str, Any]) -> float | None:
        if self.versus != MPS:
            return self._figure(cells, self.versus)
        found = [
            value
            for name in cells
            if is_mps(name) and (value := self._figure(cells, name)) is not None
        ]
        if not found:
            return None
        return min(found) if self.figure in LESS else max(found)


def beside(
    high: str, low: str, *, p50: tuple[float, str], p99: float, rate: float
) -> tuple[Goal, ...]:
    """The usual three of a pair; p50: (factor, versus), the others against MPS."""
    return (
        Goal(high, "p50_service_ms", p50[0], p50[1]),
        Goal(high, "p99_service_ms", p99),
        Goal(low, "units_per_s", rate),
    )


def alone(tenant: str, figure: str, factor: float) -> Goal:
    """Behind the broker by itself, against natively by itself."""
    return Goal(tenant, figure, factor, versus=ALONE, cell="broker-alone")
