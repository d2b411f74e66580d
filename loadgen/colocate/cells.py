"""Which cells a colocation has, and which of them can share their processes.

Decides cells' names, grounds and order. A *ground* is what a process must be started
for: the bare driver, one form of MPS, the broker. Cells of one ground follow each other
on the same processes, since building models takes longer than measuring; grounds follow
each other, and all of them again in each repetition. Must never know processes. Called
by `loadgen.colocate.run`; pure.

    alone, time-sliced, mps, mps-priority, mps-N    as of `loadgen baseline`
    broker-alone                                    each tenant by itself, behind it
    fifo, strict, ...                               all of them, behind it, by policy
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from loadgen import baseline
from loadgen.baseline import ALONE, MPS, TIME_SLICED
from loadgen.colocate.spec import Colocated
from loadgen.spec import SpecError

BROKER_ALONE = "broker-alone"
NATIVE, BROKER = "native", "broker"
DEFAULT = (
    *(ALONE, TIME_SLICED, "mps", "mps-priority", "mps-30", "mps-50", "mps-70"),
    *(BROKER_ALONE, "fifo", "strict"),
)
POLICY_ALONE = "strict"


@dataclass(frozen=True, slots=True)
class Cell:
    """Tenants that are busy together. group: the word it was asked for by."""

    group: str
    ground: str
    tenants: tuple[Colocated, ...]
    repetition: int = 0

    @property
    def policy(self) -> str:
        """Of the broker; of no meaning natively."""
        return POLICY_ALONE if self.group == BROKER_ALONE else self.group

    @property
    def key(self) -> str:
        """Unique in a run, fit for a file's name."""
        names = "+".join(tenant.name for tenant in self.tenants)
        return f"{self.group}-{names}-{self.repetition:02d}"

    @property
    def title(self) -> str:
        if self.group == ALONE:
            return f"{self.tenants[0].name} alone"
        if self.group == BROKER_ALONE:
            return f"{self.tenants[0].name} alone, broker"
        return self.group


def is_mps(word: str) -> bool:
    return word.partition("-")[0] == MPS


def ground_of(word: str) -> str:
    if word in (ALONE, TIME_SLICED):
        return NATIVE
    return word if is_mps(word) else BROKER


def check(words: tuple[str, ...], tenants: tuple[Colocated, ...]) -> None:
    """Policies are the broker's to know: run asks it before the first cell.

    Raises: SpecError naming the cell.
    """
    if not words:
        raise SpecError("--cells names no cell")
    native = tuple(word for word in words if ground_of(word) != BROKER)
    if native:
        baseline.check_cells(native, tuple(tenant.load for tenant in tenants))
    if len(set(words)) < len(words):
        raise SpecError("--cells names a cell twice")


def plan(
    words: Sequence[str], tenants: tuple[Colocated, ...], repeat: int
) -> list[Cell]:
    """All cells in the order in which they run."""
    return [
        cell
        for repetition in range(repeat)
        for ground in dict.fromkeys(map(ground_of, words))
        for word in words
        if ground_of(word) == ground
        for cell in _cells(word, tenants, repetition)
    ]


def _cells(word: str, tenants: tuple[Colocated, ...], repetition: int) -> list[Cell]:
    ground = ground_of(word)
    if word in (ALONE, BROKER_ALONE):
        return [Cell(word, ground, (tenant,), repetition) for tenant in tenants]
    return [Cell(word, ground, tenants, repetition)]


def stays(cells: Sequence[Cell], fresh: bool) -> list[list[Cell]]:
    """Cells by the processes that serve them, in order. fresh: each cell has its own,
    and in a cell alone nobody else is there at all."""
    if fresh:
        return [[cell] for cell in cells]
    key = lambda cell: (cell.repetition, cell.ground)  # noqa: E731
    return [list(group) for _, group in itertools.groupby(cells, key)]


def present(stay: Sequence[Cell]) -> tuple[Colocated, ...]:
    """Who must be started for it."""
    found = {tenant.name: tenant for cell in stay for tenant in cell.tenants}
    return tuple(found.values())


def cell_seconds(
    tenants: tuple[Colocated, ...],
    rates: dict[str, float],
    requests: int,
    repeat: int,
    seconds: float,
) -> float:
    """How long a window must count so that each open loop has so many requests in a
    cell, over all its repetitions; `seconds` at least. rates: requests/s by name."""
    slowest = min(
        (rates[t.name] for t in tenants if t.load.arrival != "closed"), default=None
    )
    if slowest is None:
        return seconds
    return max(seconds, requests / repeat / slowest)
