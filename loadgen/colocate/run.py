"""Runs a colocation: processes for each ground, cells one after another, all in turn.

Decides what is kept of a cell, and that a run which was cut off goes on where it was.
Must never know frameworks or how a table looks. Called by `loadgen.colocate.command`.

What is kept lies in `out/parts`: a JSON file a cell and the requests of each tenant in
it, written when the cell is over. With `resume` what is there is not run again.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from loadgen import arrivals, baseline, gpu_state, runner, stats, summary
from loadgen.colocate import cells as plans
from loadgen.colocate import figures, places
from loadgen.colocate.cells import BROKER, NATIVE, POLICY_ALONE, Cell
from loadgen.colocate.goals import Goal
from loadgen.colocate.places import Place
from loadgen.colocate.spec import Colocated
from loadgen.native import mps
from loadgen.processes import (
    Broker,
    RunError,
    Tenant,
    broker_command,
    monotonic_after,
    run_work,
    unless_dead,
)
from loadgen.spec import Job, SpecError

MODULE = "loadgen.colocate.tenant"
START_DELAY_S = 0.3
STOP_S = 20.0
# A closed loop's last request may have just begun, and may be long.
DONE_S = 120.0
CALIBRATED_S = 300.0
KEPT_OF_READY = ("unit", "units", "answers", "checksum")
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Options:
    """A colocation. seconds: wall time counted of each window, at least; requests: of
    each open loop in a cell, over all repetitions, at least. warmup: seconds before
    them. fresh: new processes for each cell. stop_after_s: begin no cell later than
    that. python: interpreter of the tenants. goals: checked at the end."""

    tenants: tuple[Colocated, ...]
    words: tuple[str, ...]
    seconds: float = 20.0
    requests: int = 500
    repeat: int = 3
    warmup: float = 2.0
    seed: int = 1
    device: str = "auto"
    socket: str | None = None
    out: Path | None = None
    resume: bool = False
    fresh: bool = False
    stop_after_s: float | None = None
    ready_s: float = 600.0
    python: str = sys.executable
    launcher: str | None = None
    goals: tuple[Goal, ...] = ()
    broker: tuple[str, ...] = field(default_factory=lambda: tuple(broker_command()))


def run(options: Options, watcher: runner.Watcher) -> dict[str, Any]:
    """The summary, as of `loadgen replay`, with what `figures.complete` adds.

    Raises: RunError, SpecError.
    """
    plans.check(options.words, options.tenants)
    baseline.refuse_mps_variables()
    if any(plans.is_mps(word) for word in options.words):
        mps.require()
    with tempfile.TemporaryDirectory(prefix="xsched-colocate-") as folder:
        work = Colocation(options, watcher, Path(folder))
        return run_work(work.run())


class Colocation:
    def __init__(self, options: Options, watcher: runner.Watcher, folder: Path) -> None:
        self.options = options
        self.watcher = watcher
        self.folder = folder
        self.parts = (options.out or folder) / "parts"
        self.launcher = places.launcher_words(options.launcher, options.broker)
        self.highest = min(tenant.load.class_ for tenant in options.tenants)
        self.calibration: dict[str, dict[str, Any]] = {}
        self.device: dict[str, Any] = {}
        self.begun_s = time.monotonic()
        self.gpu = gpu_state.reader()
        self.places = 0

    async def run(self) -> dict[str, Any]:
        options, started = self.options, datetime.now(UTC)
        self.parts.mkdir(parents=True, exist_ok=True)
        self._forget_other_runs()
        every = plans.plan(options.words, options.tenants, options.repeat)
        left = [cell for cell in every if not self._path(cell).exists()]
        await self._preflight(left)
        stays = plans.stays(left, options.fresh)
        if not self._calibration_kept() and not self._calibrates_first(stays):
            await self._stay(self._calibration_ground(), [], options.tenants)
        for stay in stays:
            if self._out_of_time():
                break
            await self._stay(stay[0].ground, stay, plans.present(stay))
        return self._summary(started, every)

    # ------------------------------------------------------------ what is kept
    def _path(self, cell: Cell) -> Path:
        return self.parts / f"{cell.key}.json"

    def _requests(self, cell: Cell, tenant: Colocated) -> Path:
        return self.parts / f"{cell.key}-{tenant.name}.jsonl"

    def _forget_other_runs(self) -> None:
        """Of what lies there, keep only what the very same options gave."""
        told = json.dumps(self._arguments(), sort_keys=True)
        mark = self.parts / "options"
        same = self.options.resume and mark.exists() and mark.read_text() == told
        if not same:
            if self.options.resume and mark.exists():
                raise SpecError(f"--resume: {mark.parent} is of a run of other options")
            for path in self.parts.iterdir():
                path.unlink()
        mark.write_text(told)

    def _calibration_kept(self) -> bool:
        path = self.parts / "calibration"
        if path.exists():
            kept = json.loads(path.read_text())
            self.calibration, self.device = kept["tenants"], kept["device"]
        return bool(self.calibration)

    def _calibration_ground(self) -> str:
        """Device time is measured natively, unless nothing else is run so: then this
        machine may have no device but the broker's."""
        grounds = set(map(plans.ground_of, self.options.words))
        return BROKER if grounds == {BROKER} else NATIVE

    def _calibrates_first(self, stays: list[list[Cell]]) -> bool:
        """The first processes are on its ground, and all are there: they can do it."""
        if not stays or stays[0][0].ground != self._calibration_ground():
            return False
        return len(plans.present(stays[0])) == len(self.options.tenants)

    def _out_of_time(self) -> bool:
        limit = self.options.stop_after_s
        return limit is not None and time.monotonic() - self.begun_s > limit

    def _arguments(self) -> dict[str, Any]:
        options = self.options
        return {
            "backend": "xsched-colocate",
            "tenants": [asdict(tenant) for tenant in options.tenants],
            "compare": list(options.words),
            "seconds": options.seconds,
            "requests": options.requests,
            "seed": options.seed,
            "repeat": options.repeat,
            "warmup": options.warmup,
            "device": options.device,
            "socket": options.socket,
            "fresh": options.fresh,
            "launcher": " ".join(self.launcher),
        }

    # ------------------------------------------------------------ places
    @asynccontextmanager
    async def _place(self, ground: str) -> AsyncIterator[Place]:
        self.places += 1
        folder = self.folder / f"place-{self.places}"
        async with self._made_place(ground, folder) as place:
            yield place

    def _made_place(
        self, ground: str, folder: Path
    ) -> AbstractAsyncContextManager[Place]:
        options = self.options
        if ground == NATIVE:
            return places.native(folder)
        if ground != BROKER:
            return places.under_mps(ground, folder)
        config = None
        path = options.socket or str(self.folder / f"broker-{self.places}.sock")
        if options.socket is None:
            config = self.folder / "broker.toml"
            config.write_text(places.broker_config(options.tenants))
        return places.behind_broker(
            Broker(options.broker, path),
            self.launcher,
            device=options.device,
            policy=POLICY_ALONE,
            config=config,
        )

    async def _preflight(self, left: Sequence[Cell]) -> None:
        """That the broker starts and knows the policies, before minutes are spent."""
        policies = {cell.policy for cell in left if cell.ground == BROKER}
        if not policies:
            return
        async with self._place(BROKER) as place:
            assert place.broker is not None
            for policy in sorted(policies):
                await place.broker.admin("policy", "set", policy)

    # ------------------------------------------------------------ processes
    async def _stay(
        self, ground: str, stay: Sequence[Cell], present: tuple[Colocated, ...]
    ) -> None:
        """Start everybody once, then run the cells of one ground."""
        async with self._place(ground) as place:
            tenants: dict[str, Tenant] = {}
            try:
                for tenant in present:
                    tenants[tenant.name] = await self._start(place, tenant)
                ready = await self._all_ready(place, tenants, ground)
                if not self.calibration:
                    await self._calibrate(place, tenants, ready)
                for cell in stay:
                    if self._out_of_time():
                        return
                    await self._run_cell(cell, place, tenants, ready)
            finally:
                self.watcher.end()
                stops = [tenant.stop(STOP_S) for tenant in tenants.values()]
                await asyncio.gather(*stops)

    async def _start(self, place: Place, tenant: Colocated) -> Tenant:
        path = self.folder / f"{tenant.name}.json"
        told = {
            "workload": tenant.workload,
            "settings": tenant.settings,
            "seed": self.options.seed,
        }
        path.write_text(json.dumps(told))
        program = (self.options.python, "-m", MODULE, str(path))
        return await Tenant.start(
            f"tenant {tenant.name}",
            *place.command(tenant, program),
            added=place.environment(tenant, self.highest) | self._source(),
        )

    def _source(self) -> dict[str, str]:
        """Another interpreter finds this package where it lies."""
        if self.options.python == sys.executable:
            return {}
        kept = [part for part in (os.environ.get("PYTHONPATH"),) if part]
        return {"PYTHONPATH": os.pathsep.join([str(ROOT), *kept])}

    async def _all_ready(
        self, place: Place, tenants: dict[str, Tenant], ground: str
    ) -> dict[str, dict[str, Any]]:
        processes = list(tenants.values())
        self.watcher.begin(f"building, {ground}", self.options.ready_s)
        await unless_dead(
            [*place.children, *processes],
            runner.all_heard(processes, "ready"),
            within_s=self.options.ready_s,
            doing="waiting for tenants to build their models",
        )
        self.watcher.end()
        return {name: tenant.said["ready"] for name, tenant in tenants.items()}

    async def _calibrate(
        self, place: Place, tenants: dict[str, Tenant], ready: dict[str, dict[str, Any]]
    ) -> None:
        """Each by itself while the others wait: device time of a request."""
        for name, tenant in tenants.items():
            await tenant.tell(calibrate=True)
            found = await unless_dead(
                [*place.children, *tenants.values()],
                tenant.heard("calibrated"),
                within_s=CALIBRATED_S,
                doing=f"calibrating tenant {name}",
            )
            del tenant.said["calibrated"]  # whoever has said it never "died"
            kept = {key: ready[name][key] for key in KEPT_OF_READY}
            self.calibration[name] = {**found, **kept, "ground": place.ground}
            self.device = {
                "backend": "cuda",
                "time_dilation": 1,
                "driver_version": "unknown",
                **ready[name]["device"],
            }
            self.watcher.calibrated(name, self.calibration[name])
        for colocated in self.options.tenants:
            self._rate(colocated)
        path = self.parts / "calibration"
        path.write_text(
            json.dumps({"tenants": self.calibration, "device": self.device})
        )

    # ------------------------------------------------------------ cells
    def _rate(self, tenant: Colocated) -> float | None:
        """Requests/s on average; None in a closed loop or from a trace."""
        load = tenant.load
        if load.busy is None:
            return load.rate
        busy_ns = self.calibration[tenant.name]["busy_ns"]
        if not busy_ns:
            raise RunError(
                f"tenant {tenant.name}: busy= needs the device time of a request,"
                f" which workload {tenant.workload} cannot tell here; use rate="
            )
        return arrivals.rate_for_busy(load.busy, busy_ns)

    def _seconds(self, cell: Cell) -> float:
        """Of the window, with its warm-up."""
        options = self.options
        rates = {
            tenant.name: rate
            for tenant in options.tenants
            if (rate := self._rate(tenant)) is not None
        }
        counted = plans.cell_seconds(
            options.tenants, rates, options.requests, options.repeat, options.seconds
        )
        closed = all(tenant.load.arrival == "closed" for tenant in cell.tenants)
        if closed and len(cell.tenants) == 1:
            counted *= runner.CLOSED_ALONE_SHARE
        return options.warmup + counted

    def _job(self, cell: Cell, tenant: Colocated, seconds: float) -> Job:
        calibrated = self.calibration[tenant.name]
        return Job(
            tenant.load,
            socket="",
            cell=cell.group,
            window_wall_ns=round(seconds * 1e9),
            seed=self.options.seed + cell.repetition,
            repetition=cell.repetition,
            warmup_wall_ns=round(self.options.warmup * 1e9),
            busy_ns=calibrated["busy_ns"] or 0,
            requests_path=str(self._requests(cell, tenant)),
        )

    async def _run_cell(
        self,
        cell: Cell,
        place: Place,
        tenants: dict[str, Tenant],
        ready: dict[str, dict[str, Any]],
    ) -> None:
        seconds = self._seconds(cell)
        jobs = [self._job(cell, tenant, seconds) for tenant in cell.tenants]
        busy = [tenants[job.spec.name] for job in jobs]
        if place.broker is not None:
            await place.broker.admin("policy", "set", cell.policy)
        before, begin = await place.status(), (place.broker_cpu_s(), time.monotonic())
        self.watcher.begin(self._title(cell), seconds)
        async with gpu_state.watched(self.gpu) as state:
            await self._play(place, list(tenants.values()), busy, jobs, seconds)
        cores = cores_used(place, *begin)
        self.watcher.end()
        counted = summary.broker_figures(before, await place.status())
        words = [process.said.pop("done") for process in busy]
        names = [job.spec.name for job in jobs]
        found = {
            "tenants": {
                name: tenant_figures(job, done, ready[name])
                for name, job, done in zip(names, jobs, words, strict=True)
            },
            "broker": {**counted, "cpu_cores": cores},
            "outputs": {
                name: figures.outputs_of(ready[name], done)
                for name, done in zip(names, words, strict=True)
            },
            "ground": cell.ground,
            "repetition": cell.repetition,
            "gpu": state,
        }
        self._path(cell).write_text(json.dumps(found))

    def _title(self, cell: Cell) -> str:
        if self.options.repeat == 1:
            return cell.title
        return f"{cell.title} {cell.repetition + 1}/{self.options.repeat}"

    async def _play(
        self,
        place: Place,
        everybody: list[Tenant],
        busy: list[Tenant],
        jobs: list[Job],
        seconds: float,
    ) -> None:
        """From the common start to the last word of each."""
        for process in busy:
            process.sent = process.done = 0
            process.said.pop("drained", None)
        start_ns = monotonic_after(START_DELAY_S)
        for process, job in zip(busy, jobs, strict=True):
            await process.tell(window=json.loads(job.dump()), start_wall_ns=start_ns)
        alive = [*place.children, *everybody]
        await unless_dead(alive, self._until_over(busy, jobs, seconds))
        for process in busy:
            await process.tell(stop=True)
        await unless_dead(
            alive,
            runner.all_heard(busy, "done"),
            within_s=DONE_S,
            doing="waiting for tenants to end their windows",
        )

    async def _until_over(
        self, busy: list[Tenant], jobs: list[Job], seconds: float
    ) -> None:
        """The window has passed and open loops are drained, or the grace is over."""
        loop = asyncio.get_running_loop()
        start = loop.time() + START_DELAY_S
        grace = max(runner.GRACE_S_MIN, seconds)
        pairs = list(zip(busy, jobs, strict=True))
        while True:
            elapsed = loop.time() - start
            counts = {job.spec.name: (each.sent, each.done) for each, job in pairs}
            self.watcher.progress(max(0.0, min(elapsed, seconds)), counts)
            drained = all(
                "drained" in each.said
                for each, job in pairs
                if job.spec.arrival != "closed"
            )
            if elapsed >= seconds and (drained or elapsed >= seconds + grace):
                return
            left = seconds - elapsed
            await asyncio.sleep(min(0.25, left) if left > 0 else 0.02)

    # ------------------------------------------------------------ the end
    def _summary(self, started: datetime, every: list[Cell]) -> dict[str, Any]:
        options = self.options
        missing = [cell for cell in every if not self._path(cell).exists()]
        torn = {(cell.group, cell.repetition) for cell in missing}
        whole = [cell for cell in every if (cell.group, cell.repetition) not in torn]
        if not whole:
            raise RunError("no cell was run to its end: --stop-after is too short")
        parts: dict[str, list[dict[str, Any]]] = {
            word: [] for word in options.words if any(c.group == word for c in whole)
        }
        for cell in whole:
            parts[cell.group].append(json.loads(self._path(cell).read_text()))
        arguments = self._arguments()
        result = summary.make_summary(
            started, arguments, self.device, self.calibration, parts
        )
        records = [
            record
            for cell in whole
            for tenant in cell.tenants
            for record in summary.read_records(self._requests(cell, tenant))
        ]
        figures.complete(result, parts, options.tenants, records)
        result["not_run"] = [cell.key for cell in missing]
        result["goals"] = [goal.judged(result) for goal in options.goals]
        if options.out is not None:
            summary.write_out(options.out, result, arguments, self.parts)
        return result


def cores_used(place: Place, cpu_s: float | None, since_s: float) -> float | None:
    """Processors the broker kept busy since then."""
    now = place.broker_cpu_s()
    if cpu_s is None or now is None:
        return None
    return (now - cpu_s) / (time.monotonic() - since_s)


def tenant_figures(
    job: Job, done: dict[str, Any], ready: dict[str, Any]
) -> dict[str, Any]:
    """Of one window; those of `loadgen replay`, and what models add."""
    records = summary.read_records(Path(job.requests_path))
    found = stats.tenant_summary(
        records,
        window_ns=done["window_ns"],
        rate_per_s=done["rate"],
        concurrency=job.spec.concurrency,
        arrival=job.spec.arrival,
        slo_ms=job.spec.slo_ms,
        warmup_ns=done["warmup_ns"],
        burstiness=runner.gamma_burstiness(job.spec),
    )
    if job.busy_ns:
        found["busy_share"] = found["request_throughput"] * job.busy_ns / 1e9
    return {
        "model_id": job.spec.trace,
        "class": job.spec.class_,
        "unit": ready["unit"],
        "units_per_s": found["request_throughput"] * ready["units"],
        "mismatches": done["mismatches"],
        "cpu_cores": done["cpu_cores"],
        **found,
    }
