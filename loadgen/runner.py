"""Runs cells: which tenants run together, under which policy, one cell after the other.

Decides the cells, the calibration before them, and what is kept of each. Must never
know the wire, the client's objects or how a table looks. Called by `loadgen.cli` and
`loadgen.demo`.

Every cell gets a fresh broker and fresh tenant processes, and the same seed: a tenant's
requests arrive at the same times in each of its cells, so that cells differ by their
company and the policy alone. With `socket` a running broker is used and its policy is
switched instead. Repetitions go through all cells in turn (A B C A B C), so that what
changes slowly on the machine meets all of them alike; each has a seed of its own.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from loadgen import stats, summary
from loadgen.processes import (
    Broker,
    Child,
    Commands,
    Tenant,
    monotonic_after,
    run_work,
    unless_dead,
)
from loadgen.replay.plan import Overheads
from loadgen.spec import Job, TenantSpec

READY_S = 120.0
START_DELAY_S = 0.2
DONE_S = 30.0
# How long an open loop may need, past the window, for what was due in it: as long as
# the window, but at least this.
GRACE_S_MIN = 10.0
# Nothing is drawn at random in a closed loop alone: a part of the window tells as much.
CLOSED_ALONE_SHARE = 1 / 3
ALONE = "alone"


@dataclass(frozen=True, slots=True)
class Options:
    """A run. seconds: wall time of a cell's window. compare: "alone" and policies.

    repeat: how often all cells are run; repetition i has seed + i. warmup: seconds at
    the beginning of each window (wall time, < seconds) whose requests do not count.
    """

    tenants: tuple[TenantSpec, ...]
    compare: tuple[str, ...]
    seconds: float
    seed: int = 1
    device: str = "auto"
    socket: str | None = None
    out: Path | None = None
    repeat: int = 1
    warmup: float = 0.0
    overheads: Overheads | None = None
    commands: Commands = field(default_factory=Commands)


@dataclass(frozen=True, slots=True)
class Cell:
    """Tenants that run together. group: the name under which results are kept. label:
    what it is called while it runs, if not by tenants and policy."""

    group: str
    policy: str
    tenants: tuple[TenantSpec, ...]
    seconds: float
    label: str = ""

    @property
    def title(self) -> str:
        if self.label:
            return self.label
        if self.group == ALONE:
            return f"{self.tenants[0].name} alone"
        return f"both under {self.policy}" if len(self.tenants) == 2 else self.policy


@dataclass(frozen=True, slots=True)
class Bound:
    """A cell may end early: once more than over_max requests of the tenant have taken
    longer than bound_ns (device time), nothing that follows matters."""

    tenant: str
    bound_ns: int
    over_max: int


class Watcher(Protocol):
    """Told how the run gets on; `loadgen.report` shows it."""

    def calibrated(self, tenant: str, result: dict[str, Any]) -> None: ...
    def begin(self, title: str, seconds: float) -> None: ...
    def progress(self, seconds: float, counts: dict[str, tuple[int, int]]) -> None: ...
    def end(self) -> None: ...


class Place(Protocol):
    """Where a cell runs: a broker, or what stands in its place."""

    socket: str
    child: Child | None
    first_status: dict[str, Any]

    async def status(self) -> dict[str, Any]: ...


def make_cells(options: Options) -> list[Cell]:
    """ "alone" stands for one cell per tenant; every other word is a policy."""
    cells = []
    for word in options.compare:
        if word != ALONE:
            cells.append(Cell(word, word, options.tenants, options.seconds))
            continue
        policy = next((w for w in reversed(options.compare) if w != ALONE), "strict")
        for spec in options.tenants:
            seconds = options.seconds
            if spec.arrival == "closed":
                measured = options.seconds - options.warmup
                seconds = options.warmup + measured * CLOSED_ALONE_SHARE
            cells.append(Cell(ALONE, policy, (spec,), seconds))
    return cells


def run(options: Options, watcher: Watcher) -> dict[str, Any]:
    """Calibrate, run every cell, return the summary; writes `out` when given.

    Raises: RunError when a process dies or does not answer.
    """
    with tempfile.TemporaryDirectory(prefix="xsched-loadgen-") as folder:
        return run_work(Runner(options, watcher, Path(folder)).run())


class Runner:
    backend = "xsched-broker"

    def __init__(self, options: Options, watcher: Watcher, folder: Path) -> None:
        self.options = options
        self.watcher = watcher
        self.folder = folder
        self.calibration: dict[str, dict[str, Any]] = {}
        self.device: dict[str, Any] = {}
        self.latencies: dict[tuple[str, str], list[NDArray[np.float64]]] = {}
        self.brokers = 0

    async def run(self) -> dict[str, Any]:
        options, started = self.options, datetime.now(UTC)
        async with self.policy_kept():
            await self.calibrate()
            parts: dict[str, list[dict[str, Any]]] = {}
            for repetition in range(options.repeat):
                for cell in self.make_cells():
                    figures = await self.run_cell(cell, repetition)
                    parts.setdefault(cell.group, []).append(figures)
        arguments = {
            "backend": self.backend,
            "tenants": [asdict(spec) for spec in options.tenants],
            "compare": list(options.compare),
            "seconds": options.seconds,
            "seed": options.seed,
            "repeat": options.repeat,
            "warmup": options.warmup,
            "device": options.device,
            "socket": options.socket,
        }
        result = summary.make_summary(
            started, arguments, self.device, self.calibration, parts
        )
        for (cell_name, tenant), runs_ms in self.latencies.items():
            figures = result["cells"][cell_name]["tenants"][tenant]
            figures["p99_e2el_ms_ci95"] = stats.p99_interval_ms(runs_ms, options.seed)
        if options.out is not None:
            summary.write_out(options.out, result, arguments, self.folder)
        return result

    def make_cells(self) -> list[Cell]:
        return make_cells(self.options)

    # ------------------------------------------------------------ brokers
    @asynccontextmanager
    async def _broker(self, policy: str) -> AsyncIterator[Place]:
        """A broker under a policy; ended afterwards if it was started here."""
        command = self.options.commands.broker
        if self.options.socket is not None:
            broker = Broker(command, self.options.socket)
            await broker.admin("policy", "set", policy)
            yield broker
            return
        config = self.folder / "broker.toml"
        config.write_text(broker_config(self.options.tenants))
        self.brokers += 1
        broker = Broker(command, str(self.folder / f"broker-{self.brokers}.sock"))
        try:
            await broker.serve(device=self.options.device, policy=policy, config=config)
            yield broker
        finally:
            await broker.stop()

    @asynccontextmanager
    async def policy_kept(self) -> AsyncIterator[None]:
        """Give a running broker its policy back."""
        if self.options.socket is None:
            yield
            return
        broker = Broker(self.options.commands.broker, self.options.socket)
        policy = (await broker.admin("policy", "get")).strip()
        try:
            yield
        finally:
            await broker.admin("policy", "set", policy)

    # ------------------------------------------------------------ calibration
    def calibration_policy(self) -> str:
        return next((w for w in self.options.compare if w != ALONE), "strict")

    async def calibrate(self) -> None:
        """Play each trace alone: what requests cost here, and how true they are."""
        async with self._broker(self.calibration_policy()) as broker:
            for spec in self.options.tenants:
                job = Job(
                    spec,
                    broker.socket,
                    mode="calibrate",
                    cell="calibration",
                    overheads=self.options.overheads or Overheads(),
                )
                tenant = await self._start_tenant(job)
                try:
                    result = await unless_dead(
                        children(broker, [tenant]),
                        tenant.heard("calibrated"),
                        within_s=READY_S,
                        doing=f"calibrating tenant {spec.name}",
                    )
                finally:
                    await tenant.stop(5.0)
                self.device = result["device"]
                self.calibration[spec.name] = {
                    k: v for k, v in result.items() if k != "device"
                }
                self.watcher.calibrated(spec.name, result)

    # ------------------------------------------------------------ cells
    async def _start_tenant(self, job: Job) -> Tenant:
        path = self.folder / f"{job.cell}-{job.spec.name}.json"
        path.write_text(job.dump())
        return await Tenant.start(
            f"tenant {job.spec.name}",
            *self.options.commands.tenant,
            str(path),
            added=self._environment(job.spec),
        )

    def _environment(self, spec: TenantSpec) -> dict[str, str]:
        """What a tenant's process finds in its environment besides ours."""
        return {}

    def _job(
        self,
        cell: Cell,
        spec: TenantSpec,
        socket: str,
        repetition: int,
        bound: Bound | None,
    ) -> Job:
        calibration = self.calibration[spec.name]
        bounded = bound is not None and bound.tenant == spec.name
        name = f"{cell.group}-{spec.name}-{repetition:04d}.jsonl"
        return Job(
            spec,
            socket,
            cell=cell.group,
            window_wall_ns=round(cell.seconds * 1e9),
            seed=self.options.seed + repetition,
            repetition=repetition,
            warmup_wall_ns=round(self.options.warmup * 1e9),
            bound_ns=bound.bound_ns if bound is not None and bounded else 0,
            busy_ns=request_busy_ns(calibration),
            overheads=Overheads(**calibration["overheads"]),
            requests_path=str(self.folder / name),
        )

    async def run_cell(
        self, cell: Cell, repetition: int = 0, bound: Bound | None = None
    ) -> dict[str, Any]:
        """Run it once; the tenants' figures and what the broker counted."""
        async with self._broker(cell.policy) as broker:
            jobs = [
                self._job(cell, spec, broker.socket, repetition, bound)
                for spec in cell.tenants
            ]
            tenants = []
            try:
                for job in jobs:
                    tenants.append(await self._start_tenant(job))
                before = broker.first_status or await broker.status()
                self.watcher.begin(self._title(cell, repetition), cell.seconds)
                await self._play(cell, broker, tenants, bound)
                after = await broker.status()
            finally:
                self.watcher.end()
                for tenant in tenants:
                    await tenant.stop(5.0)
            figures = {
                job.spec.name: self._tenant_figures(job, tenant)
                for job, tenant in zip(jobs, tenants, strict=True)
            }
            broker_part = summary.broker_figures(before, after)
            return {
                "tenants": figures,
                "broker": broker_part,
                "repetition": repetition,
            }

    def _title(self, cell: Cell, repetition: int) -> str:
        if self.options.repeat == 1:
            return cell.title
        return f"{cell.title} {repetition + 1}/{self.options.repeat}"

    async def _play(
        self, cell: Cell, broker: Place, tenants: list[Tenant], bound: Bound | None
    ) -> None:
        everybody = children(broker, tenants)
        await unless_dead(
            everybody,
            all_heard(tenants, "ready"),
            within_s=READY_S,
            doing="waiting for tenants to get ready",
        )
        start_ns = monotonic_after(START_DELAY_S)
        for tenant in tenants:
            await tenant.tell(start_wall_ns=start_ns)
        await unless_dead(everybody, self._until_over(cell, tenants, bound))
        for tenant in tenants:
            await tenant.tell(stop=True)
        await unless_dead(
            everybody,
            all_heard(tenants, "done"),
            within_s=DONE_S,
            doing="waiting for tenants to end",
        )

    async def _until_over(
        self, cell: Cell, tenants: list[Tenant], bound: Bound | None
    ) -> None:
        """The window has passed and open loops are drained, or the grace is over; or
        the bound has been missed too often."""
        loop = asyncio.get_running_loop()
        start = loop.time() + START_DELAY_S
        open_loops = [
            tenant
            for tenant, spec in zip(tenants, cell.tenants, strict=True)
            if spec.arrival != "closed"
        ]
        grace = max(GRACE_S_MIN, cell.seconds)
        while True:
            elapsed = loop.time() - start
            counts = {
                spec.name: (tenant.sent, tenant.done)
                for tenant, spec in zip(tenants, cell.tenants, strict=True)
            }
            self.watcher.progress(max(0.0, min(elapsed, cell.seconds)), counts)
            if bound is not None and any(
                tenant.over > bound.over_max
                for tenant, spec in zip(tenants, cell.tenants, strict=True)
                if spec.name == bound.tenant
            ):
                return
            drained = all("drained" in tenant.said for tenant in open_loops)
            if elapsed >= cell.seconds and (drained or elapsed >= cell.seconds + grace):
                return
            left = cell.seconds - elapsed
            await asyncio.sleep(min(0.1, left) if left > 0 else 0.02)

    def _tenant_figures(self, job: Job, tenant: Tenant) -> dict[str, Any]:
        done = tenant.said["done"]
        records = summary.read_records(Path(job.requests_path))
        figures = stats.tenant_summary(
            records,
            window_ns=done["window_ns"],
            rate_per_s=done["rate"],
            concurrency=job.spec.concurrency,
            arrival=job.spec.arrival,
            slo_ms=job.spec.slo_ms,
            warmup_ns=done.get("warmup_ns", 0),
            burstiness=gamma_burstiness(job.spec),
        )
        self.latencies.setdefault((job.cell, job.spec.name), []).append(
            stats.latencies_ms(records)
        )
        busy_s = job.busy_ns / 1e9
        figures["busy_share"] = figures["request_throughput"] * busy_s
        figures["plan_wall_ms"] = done["plan_wall_ns"] / 1e6
        figures |= {k: v for k, v in done.items() if k.startswith("graph_")}
        if "request_trace" in done:
            figures["request_trace"] = done["request_trace"]
        return {"model_id": Path(job.spec.trace).name, "class": job.spec.class_} | (
            figures
        )


def gamma_burstiness(spec: TenantSpec) -> float | None:
    return spec.shape.burstiness if spec.arrival == "gamma" else None


async def all_heard(tenants: list[Tenant], event: str) -> None:
    for tenant in tenants:
        await tenant.heard(event)


def children(broker: Place, tenants: list[Tenant]) -> list[Child]:
    """Whose death ends the cell."""
    own = [] if broker.child is None else [broker.child]
    return [*own, *tenants]


def request_busy_ns(calibration: dict[str, Any]) -> int:
    """Device time of a request here; as recorded where nothing takes time (null)."""
    replayed, recorded = calibration["replayed_ns"], calibration["recorded_ns"]
    return int(replayed if replayed * 10 > recorded else recorded)


def broker_config(tenants: tuple[TenantSpec, ...]) -> str:
    """TOML that gives each tenant its class, and keeps the log to what went wrong."""
    classes = "".join(f"[tenants.{s.name}]\nclass = {s.class_}\n\n" for s in tenants)
    return f'{classes}[log]\nlevel = "warning"\nformat = "text"\n'
