"""The same replay without a broker, one process and one context a tenant: the peers
that a broker is compared with.

Decides the cells and what the tenants of each find in their environment. Must never
know how a table looks. Called by `loadgen.cli` and by the GPU benchmark of the replay.

    alone          each tenant by itself
    time-sliced    all of them; the driver gives each context the device in turn
    mps            all of them as clients of one multi-process service
    mps-priority   the same, and all but the highest class with a lower client priority
    mps-N          the same, and all but the highest class with N % of the threads

Tenants, arrivals, calibration, repetitions and figures are those of `loadgen.runner`.
Nothing of the device is changed: no compute mode, no clocks.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from loadgen import runner
from loadgen.native import mps
from loadgen.processes import Child, Commands, run_work
from loadgen.spec import SpecError, TenantSpec

ALONE, TIME_SLICED, MPS, MPS_PRIORITY = "alone", "time-sliced", "mps", "mps-priority"
CELLS = (ALONE, TIME_SLICED, MPS, MPS_PRIORITY, "mps-30", "mps-50", "mps-70")
TENANT_COMMAND = (sys.executable, "-P", "-m", "loadgen.native.tenant")
BACKEND = "cuda"


def check_cells(cells: tuple[str, ...], tenants: tuple[TenantSpec, ...]) -> None:
    """Raises: SpecError naming the cell and what would do."""
    if not cells:
        raise SpecError("--cells names no cell")
    for cell in cells:
        if cell in (ALONE, TIME_SLICED, MPS):
            continue
        if cell != MPS_PRIORITY and thread_percent(cell) is None:
            known = ", ".join((ALONE, TIME_SLICED, MPS, MPS_PRIORITY))
            raise SpecError(f"cell {cell!r}: one of {known}, or mps-N (N 1..99 %)")
        if len({spec.class_ for spec in tenants}) < 2:
            raise SpecError(f"cell {cell} needs tenants of two classes at least")


def thread_percent(cell: str) -> int | None:
    """N of mps-N."""
    name, _, number = cell.partition("-")
    if name != MPS or not number.isdecimal() or not 1 <= int(number) <= 99:
        return None
    return int(number)


def client_variables(cell: str, class_: int, highest: int) -> dict[str, str]:
    """What a tenant of the class is told by its environment in a cell under MPS."""
    below = class_ > highest
    if cell == MPS_PRIORITY:
        priority = mps.PRIORITY_BELOW if below else mps.PRIORITY_NORMAL
        return {"CUDA_MPS_CLIENT_PRIORITY": priority}
    percent = thread_percent(cell)
    if percent is not None and below:
        return {"CUDA_MPS_ACTIVE_THREAD_PERCENTAGE": str(percent)}
    return {}


@dataclass(slots=True)
class NoBroker:
    """In the place of one: nothing serves, nothing was counted."""

    socket: str = ""
    child: Child | None = None
    first_status: dict[str, Any] = field(default_factory=dict)

    async def status(self) -> dict[str, Any]:
        return {}


class BaselineRunner(runner.Runner):
    """Of a cell's `policy` the runner knows only that it names the cell's place."""

    backend = BACKEND

    def __init__(
        self, options: runner.Options, watcher: runner.Watcher, folder: Path
    ) -> None:
        super().__init__(options, watcher, folder)
        self._cell = ALONE
        self._places = 0
        self._variables: dict[str, str] = {}

    def make_cells(self) -> list[runner.Cell]:
        """Alone is alone on the device: no service, whatever the other cells use."""
        return [
            replace(cell, policy=cell.group, label=self._label(cell))
            for cell in runner.make_cells(self.options)
        ]

    def _label(self, cell: runner.Cell) -> str:
        if cell.group == ALONE:
            return f"{cell.tenants[0].name} alone"
        return cell.group

    def calibration_policy(self) -> str:
        return ALONE

    @asynccontextmanager
    async def _broker(self, policy: str) -> AsyncIterator[runner.Place]:
        """The tenants' common ground in a cell: pipes of their own, with a daemon or
        without. An operator's own MPS variables are not theirs."""
        self._cell = policy
        self._places += 1
        folder = self.folder / f"mps-{self._places}"
        if not policy.startswith(MPS):
            self._variables = mps.pipes(folder)
            yield NoBroker()
            return
        async with mps.daemon(folder) as self._variables:
            yield NoBroker()

    def _environment(self, spec: TenantSpec) -> dict[str, str]:
        highest = min(each.class_ for each in self.options.tenants)
        return {
            **self._variables,
            **client_variables(self._cell, spec.class_, highest),
        }


def run(options: runner.Options, watcher: runner.Watcher) -> dict[str, Any]:
    """As runner.run; `compare` are cells of this module.

    Raises: RunError, SpecError.
    """
    check(options)
    with tempfile.TemporaryDirectory(prefix="xsched-mps-") as folder:
        work = BaselineRunner(options, watcher, Path(folder))
        return run_work(work.run())


def check(options: runner.Options) -> None:
    """What can be known before the first cell. Raises: RunError, SpecError."""
    check_cells(options.compare, options.tenants)
    refuse_mps_variables()
    if any(cell.startswith(MPS) for cell in options.compare):
        mps.require()  # before the cells that need none have run


def refuse_mps_variables() -> None:
    """Cells set them themselves. Raises: SpecError."""
    for name in ("CUDA_MPS_CLIENT_PRIORITY", "CUDA_MPS_ACTIVE_THREAD_PERCENTAGE"):
        if name in os.environ:
            raise SpecError(f"{name} is set: unset it, cells set it for their clients")


def native(options: runner.Options) -> runner.Options:
    """The options with the native tenant program."""
    commands = Commands(tenant=TENANT_COMMAND, broker=options.commands.broker)
    return replace(options, commands=commands, device=BACKEND)
