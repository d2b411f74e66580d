"""Cells of a replay through the broker and without it, in turn, each kept when done.

Decides the order (repetition by repetition, all cells of one before the next, so that
what changes slowly on the machine meets all alike) and what a benchmark that was cut
off goes on with. It must never know what is demanded of the figures. Called by
`bench_gpu_replay`.

A cell's name is a policy of the broker, "alone", or one of `loadgen baseline` ("native
alone" for its alone). All cells have the same seed, the same calibration (the native
one where there is a GPU) and so the same kernels and the same arrivals.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from loadgen import baseline, runner, stats, summary
from loadgen.spec import TenantSpec
from tests.bench import harness

NATIVE_ALONE = "native alone"
NATIVE = (NATIVE_ALONE, *(cell for cell in baseline.CELLS if cell != baseline.ALONE))


class Quiet:
    """A watcher that prints one line a cell."""

    def calibrated(self, tenant: str, result: dict[str, Any]) -> None:
        print(f"  {tenant}: replayed / recorded {result['ratio']:.3f}", flush=True)

    def begin(self, title: str, seconds: float) -> None:
        print(f"  {title} ...", flush=True)

    def progress(self, seconds: float, counts: dict[str, tuple[int, int]]) -> None:
        """Nothing to show between the cells."""

    def end(self) -> None:
        """The table at the end says it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be played. seconds: wall time of a cell's window. device: of the
    broker; native cells need "cuda" (or "auto" with a GPU)."""

    specs: tuple[TenantSpec, ...]
    cells: tuple[str, ...]
    seconds: float
    repetitions: int
    device: str
    seed: int = 1

    @property
    def name(self) -> str:
        """Tells stores of different plans apart, but for cells and repetitions."""
        tenants = [asdict(spec) for spec in self.specs]
        return harness.digest([tenants, self.seconds, self.device, self.seed])

    def options(self, native: bool) -> runner.Options:
        chosen = tuple(
            baseline.ALONE if cell == NATIVE_ALONE else cell
            for cell in self.cells
            if (cell in NATIVE) == native
        )
        options = runner.Options(
            self.specs, chosen, self.seconds, self.seed, self.device
        )
        return baseline.native(options) if native else options

    def steps(self) -> Iterator[tuple[int, str]]:
        for repetition in range(self.repetitions):
            for cell in self.cells:
                yield repetition, cell


def play(plan: Plan, store: harness.Store, budget: harness.Budget) -> list[str]:
    """Play what the store does not hold, as far as the time reaches.

    Returns: the steps still missing, by name. Raises: RunError, SpecError.
    """
    return asyncio.run(_play(plan, store, budget))


async def _play(plan: Plan, store: harness.Store, budget: harness.Budget) -> list[str]:
    native = plan.options(native=True)
    if native.compare:
        baseline.check(native)
    with tempfile.TemporaryDirectory(prefix="xsched-cells-") as folder:
        runners = {
            False: runner.Runner(plan.options(native=False), Quiet(), Path(folder)),
            True: baseline.BaselineRunner(native, Quiet(), Path(folder)),
        }
        missing = [step for step in plan.steps() if _key(*step) not in store]
        if not missing or not budget.reaches():
            return [_key(*step) for step in missing]
        await _calibrate(runners[bool(native.compare)], store)
        for each in runners.values():
            each.calibration = store.read("calibration")["tenants"]
        while missing and budget.reaches():
            repetition, cell = missing.pop(0)
            with budget.spending():
                kept = await _step(runners[cell in NATIVE], cell, repetition)
            store.write(_key(repetition, cell), kept)
    return [_key(*step) for step in missing]


async def _calibrate(first: runner.Runner, store: harness.Store) -> None:
    if "calibration" not in store:
        await first.calibrate()
        kept = {"tenants": first.calibration, "device": first.device}
        store.write("calibration", kept)


async def _step(work: runner.Runner, name: str, repetition: int) -> dict[str, Any]:
    """One named cell once: "alone" is a run for each tenant."""
    group = baseline.ALONE if name == NATIVE_ALONE else name
    runs, work.latencies = [], {}
    for cell in work.make_cells():
        if cell.group == group:
            cell = replace(cell, label=f"{repetition + 1}: {name}, {cell.title}")
            runs.append(await work.run_cell(cell, repetition))
    latencies = {
        tenant: parts[0].tolist() for (_, tenant), parts in work.latencies.items()
    }
    return {"runs": runs, "latencies_ms": latencies, "wall": time.time()}


def _key(repetition: int, cell: str) -> str:
    return f"{repetition + 1}-{cell.replace(' ', '-')}"


def figures(plan: Plan, store: harness.Store) -> dict[str, dict[str, Any]]:
    """Per cell what `loadgen` makes of its repetitions, as far as they were played.

    Adds to each tenant p99_e2el_ms_ci95, by bootstrap over all its repetitions, and
    to each cell `repeated`, how many there are.
    """
    out: dict[str, dict[str, Any]] = {}
    for cell in plan.cells:
        played = [
            store.read(_key(repetition, cell))
            for repetition in range(plan.repetitions)
            if _key(repetition, cell) in store
        ]
        if not played:
            continue
        made = summary.make_cell([run for part in played for run in part["runs"]])
        for tenant, row in made["tenants"].items():
            runs = [np.array(part["latencies_ms"][tenant]) for part in played]
            row["p99_e2el_ms_ci95"] = stats.p99_interval_ms(runs, plan.seed)
        out[cell] = {**made, "repeated": len(played)}
    return out
