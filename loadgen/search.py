"""The highest Poisson rate at which a tenant meets a latency bound under a policy.

Decides which rates are tried and when one is met. Must never know how a cell is run or
how progress looks. Called by `loadgen.cli`.

As MLPerf's server scenario: latency counts from the intended time, and a rate is met if
`loadgen.earlystop` says so. The verdict on a rate is taken once, at the end of its
probe: looking again and again until it happens to be met would make the confidence a
lie. A probe ends early only when it can no longer be met.
"""

from __future__ import annotations

import tempfile
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from loadgen import earlystop, runner, summary
from loadgen.processes import Commands, run_work
from loadgen.spec import SpecError, TenantSpec

PROBES_MAX = 24
# Below this part of the highest rate the search gives up: a probe there takes too long.
FLOOR_SHARE = 1 / 64
# A window is a little longer than its queries need, so that the warm-up's share of a
# random process does not leave too few.
WINDOW_MARGIN = 1.02


@dataclass(frozen=True, slots=True)
class Goal:
    """percentile of find's requests within bound_ms (device time), shown with
    confidence.

    queries: requests of a probe after the warm-up. seconds: wall time a probe lasts at
    least; beyond what the device can do a queue grows, but that takes time. low, high:
    rates (requests/s of device time) between which to search, each tried first; left
    out, from 0 to what would keep the device busy all the time. tolerance: the search
    ends when the rates met and not met are that near, as a part of the higher.
    """

    find: str
    bound_ms: float
    policy: str = "strict"
    percentile: float = 0.99
    confidence: float = 0.99
    queries: int = 1000
    seconds: float = 20.0
    low: float | None = None
    high: float | None = None
    tolerance: float = 0.05


@dataclass(frozen=True, slots=True)
class Options:
    """As of a replay. warmup: seconds of wall time at the start of each probe."""

    tenants: tuple[TenantSpec, ...]
    goal: Goal
    seed: int = 1
    device: str = "auto"
    socket: str | None = None
    warmup: float = 0.0
    commands: Commands = field(default_factory=Commands)


@dataclass(frozen=True, slots=True)
class Probe:
    """One rate tried. over: counted requests above the bound, or never done. allowed:
    how many there may be. cut_short: it could not be met any more. invalid_because: why
    its figures may not be used."""

    rate_per_s: float
    met: bool
    queries: int
    over: int
    allowed: int
    cut_short: bool
    p50_ms: float | None
    p99_ms: float | None
    others_per_s: dict[str, float]
    invalid_because: list[str]


class Watcher(runner.Watcher, Protocol):
    def probed(self, probe: Probe, bound_ms: float) -> None: ...


class Bisection:
    """Which rate to try next.

    met: the highest rate that was met, 0 before. missed: the lowest that was not; taken
    as given before the first, unless `high` was asked for.
    """

    def __init__(self, goal: Goal, capacity_per_s: float) -> None:
        self.met = 0.0
        self.missed = goal.high or capacity_per_s
        self._floor = self.missed * FLOOR_SHARE
        self._tolerance = goal.tolerance
        self._first = [rate for rate in (goal.high, goal.low) if rate is not None]
        self._over = False

    def next_rate(self) -> float | None:
        """None when the search is over."""
        if self._over:
            return None
        if self._first:
            return self._first[0]
        if self.met and self.missed - self.met <= self._tolerance * self.missed:
            return None
        middle = (self.met + self.missed) / 2
        return middle if middle >= self._floor else None

    def tell(self, rate: float, met: bool) -> None:
        """The first rates asked for end the search when they lie on the wrong side."""
        ends = bool(self._first) and rate == self._first.pop(0)
        if met:
            self.met = max(self.met, rate)
            self._over = ends and rate >= self.missed
        else:
            self.missed = min(self.missed, rate)
            self._over = (
                ends and not self._first and rate <= self.missed and not self.met
            )


def check(options: Options) -> None:
    """Raises: SpecError naming what is wrong with the goal, and what would do."""
    goal, names = options.goal, [spec.name for spec in options.tenants]
    if goal.find not in names:
        raise SpecError(
            f"--find {goal.find}: no such tenant; given: {', '.join(names)}"
        )
    spec = options.tenants[names.index(goal.find)]
    if spec.arrival not in ("poisson", "closed"):
        raise SpecError(
            f"tenant {spec.name}: a search sets Poisson arrivals; leave"
            f" arrival={spec.arrival} out"
        )
    for name in ("percentile", "confidence"):
        if not 0 < getattr(goal, name) < 1:
            raise SpecError(f"--{name} must lie between 0 and 1, such as 0.99")
    least = earlystop.queries_needed(0, goal.percentile, goal.confidence)
    if goal.queries < least:
        raise SpecError(
            f"--queries {goal.queries}: a percentile of {goal.percentile:g} at a"
            f" confidence of {goal.confidence:g} takes at least {least}"
        )
    if goal.low and goal.high and goal.low >= goal.high:
        raise SpecError("--low must lie below --high")


def run(options: Options, watcher: Watcher) -> dict[str, Any]:
    """Search; the result as plain values.

    Raises: SpecError, or RunError when a process dies or does not answer.
    """
    check(options)
    with tempfile.TemporaryDirectory(prefix="xsched-loadgen-") as folder:
        return run_work(Search(options, watcher, Path(folder)).run())


class Search:
    def __init__(self, options: Options, watcher: Watcher, folder: Path) -> None:
        self.options = options
        self.watcher = watcher
        self.runner = runner.Runner(
            runner.Options(
                options.tenants,
                (options.goal.policy,),
                0.0,
                options.seed,
                options.device,
                options.socket,
                warmup=options.warmup,
                commands=options.commands,
            ),
            watcher,
            folder,
        )
        self.probes: list[Probe] = []
        self.capacity = 0.0

    async def run(self) -> dict[str, Any]:
        started = datetime.now(UTC)
        async with self.runner.policy_kept():
            await self.runner.calibrate()
            calibration = self.runner.calibration[self.options.goal.find]
            self.capacity = 1e9 / runner.request_busy_ns(calibration)
            bisection = Bisection(self.options.goal, self.capacity)
            while len(self.probes) < PROBES_MAX:
                rate = bisection.next_rate()
                if rate is None:
                    break
                probe = await self._probe(rate)
                self.probes.append(probe)
                self.watcher.probed(probe, self.options.goal.bound_ms)
                bisection.tell(rate, probe.met)
        return self._result(started, bisection)

    def _window_wall_s(self, rate_per_s: float) -> float:
        dilation = float(self.runner.device["time_dilation"])
        measured = self.options.goal.queries * WINDOW_MARGIN / rate_per_s * dilation
        return self.options.warmup + max(self.options.goal.seconds, measured)

    async def _probe(self, rate_per_s: float) -> Probe:
        goal, number = self.options.goal, len(self.probes)
        tenants = tuple(
            at_rate(spec, rate_per_s) if spec.name == goal.find else spec
            for spec in self.options.tenants
        )
        seconds = self._window_wall_s(rate_per_s)
        cell = runner.Cell(
            *("search", goal.policy, tenants, seconds),
            label=f"probe {number + 1}: {rate_per_s:.4g}/s",
        )
        # No more than this can be counted, so more slow ones than it allows settle it.
        sent = round(rate_per_s * seconds / self.runner.device["time_dilation"])
        most = earlystop.slow_allowed(sent, goal.percentile, goal.confidence)
        bound = runner.Bound(goal.find, round(goal.bound_ms * 1e6), most)
        run = await self.runner.run_cell(cell, number, bound)
        return self._judge(rate_per_s, run, most)

    def _judge(self, rate_per_s: float, run: dict[str, Any], most: int) -> Probe:
        goal, figures = self.options.goal, run["tenants"][self.options.goal.find]
        latencies = self.runner.latencies["search", goal.find][-1]
        undone = figures["num_prompts"] - figures["completed"]
        slow = int((latencies > goal.bound_ms).sum())
        queries = figures["num_prompts"]
        allowed = earlystop.slow_allowed(queries, goal.percentile, goal.confidence)
        cut_short = slow > most
        cell = summary.single_cell([run])
        reasons = [] if cut_short else cell["invalid_because"]
        return Probe(
            rate_per_s,
            not cut_short and slow + undone <= allowed,
            queries,
            slow if cut_short else slow + undone,
            most if cut_short else allowed,
            cut_short,
            figures.get("p50_e2el_ms"),
            figures.get("p99_e2el_ms"),
            {
                name: part["request_throughput"]
                for name, part in run["tenants"].items()
                if name != goal.find
            },
            reasons,
        )

    def _result(self, started: datetime, bisection: Bisection) -> dict[str, Any]:
        missed = [probe.rate_per_s for probe in self.probes if not probe.met]
        best = next((p for p in self.probes if p.rate_per_s == bisection.met), None)
        return {
            "date": started.strftime("%Y%m%d-%H%M%S"),
            **asdict(self.options.goal),
            "tenants": [asdict(spec) for spec in self.options.tenants],
            "seed": self.options.seed,
            "warmup_seconds": self.options.warmup,
            "rate_per_s": best.rate_per_s if best else None,
            "not_met_at_per_s": min(missed, default=None),
            "capacity_per_s": self.capacity,
            "p99_e2el_ms": best.p99_ms if best else None,
            "others_per_s": best.others_per_s if best else {},
            "probes": [asdict(probe) for probe in self.probes],
            "calibration": self.runner.calibration,
            "environment": summary.environment(self.runner.device),
            "valid": not any(probe.invalid_because for probe in self.probes),
        }


def at_rate(spec: TenantSpec, rate_per_s: float) -> TenantSpec:
    """The tenant with Poisson arrivals; a closed loop's own bound falls away."""
    concurrency = None if spec.arrival == "closed" else spec.concurrency
    return replace(
        spec, arrival="poisson", rate=rate_per_s, busy=None, concurrency=concurrency
    )
