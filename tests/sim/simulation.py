"""One seed, played to its end.

Decides the faults and the settings of a run from the seed alone; runs the real
scheduler and the real pump on virtual time. First faults, then a deadline in virtual
time by which everything must have ended. `run` returns the log for `auditor` and what
was counted.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from broker.sched.config import SchedulerConfig
from broker.sched.decisions import Decision, Mode
from broker.sched.policies import Policy, make_policy
from broker.sched.scheduler import Scheduler
from broker.sched.stimuli import Stimulus
from broker.server.pump import Pump
from tests.sim.program import Kind, Program, random_program
from tests.sim.recorder import Drained, Entry, PolicySet, Recorder
from tests.sim.tenants import Tenant
from tests.sim.timeline import NEVER, Timeline
from tests.sim.worker_api import make_worker

DEADLINE_NS = 20_000_000_000
CLASSES = ((0, 2), (0, 1, 2), (0, 0, 3), (1, 4))
# Small spans, so that 10-100 ms of virtual time hold what takes seconds in life.
CONFIG = SchedulerConfig(
    min_share=0.1,
    min_share_period_ns=20_000_000,
    hold_burst_after_ns=3_000_000,
    burst_ns_min=300_000,
    burst_ns_max=2_000_000,
    duty_sample_ns=2_000_000,
    duty_probe_samples=4,
    drain_give_up_ns=1_500_000,
    drain_defer_ns_max=4_000_000,
    quantum_ns=300_000,
    partition_period_ns=3_000_000,
    laxity_ns_min=100_000,
)
POLICIES = ("strict", "fair", "partition", "deadline", "fifo")
# Ten, as there always were: the seeds in seeds.toml still draw what they drew.
POLICY_ODDS = ("strict",) * 4 + ("fair", "partition", "deadline") * 2
# Percent of GPU time of tenant-0..2; and what a tenant asks for its requests.
SHARES = ((60.0, 30.0, 10.0), (50.0, 25.0, 0.0), (40.0, 40.0, 20.0))
DEADLINES_NS = (0, 0, 300_000, 2_000_000, 20_000_000)


@dataclass(slots=True)
class Result:
    """What one run left behind. unfinished: why it did not end; empty = it did."""

    seed: int
    config: SchedulerConfig
    log: list[Entry]
    programs: dict[int, Program]
    accepted: dict[int, int]
    killed: set[int]
    spans: dict[tuple[int, int], tuple[int, int]]
    shown: frozenset[Kind]  # kinds of operations that the log shows
    ended_ns: int
    counters: dict[str, Any]
    drains_asked: int
    drains_run: int
    weights_ratio: int = 4  # the largest weight to the smallest, shares alike
    share_min: float = 0.1  # smallest share of a tenant, 0..1
    unfinished: str = ""
    probes: Counter[str] = field(default_factory=Counter)


class CheckedScheduler(Scheduler):
    """Validates itself after every stimulus, and counts rare branches of turns."""

    def __init__(self, config: SchedulerConfig, policy: Policy) -> None:
        super().__init__(config, policy)
        self.branches: Counter[str] = Counter()

    def handle(
        self, stimulus: Stimulus, now_ns: int, *, more_follows: bool = False
    ) -> list[Decision]:
        decisions = super().handle(stimulus, now_ns, more_follows=more_follows)
        if not more_follows:
            self.validate()
            self._probe_turns()
        return decisions

    def _probe_turns(self) -> None:
        turns = self.turns
        if turns is None:
            return
        name, active = self.policy.name, self.facts.active
        running = len(turns.modes)
        self.branches[f"{name}: a turn while others wait"] += 0 < running < active
        self.branches[f"{name}: several run beside each other"] += running > 1
        self.branches[f"{name}: an owner keeps the device"] += turns.keeping
        self.branches[f"{name}: a burst for who starves"] += turns.guarding
        self.branches[f"{name}: nobody may run"] += active > 0 and not (
            running or turns.keeping or self.facts.draining
        )


class Simulation:
    """Args: policy: the first one; None = by the seed. policies: those the operator
    switches between. graphs: programs launch some; the native worker only.
    """

    def __init__(
        self,
        seed: int,
        implementation: str = "model",
        policy: str | None = None,
        policies: Sequence[str] = POLICIES,
        *,
        graphs: bool = False,
    ) -> None:
        self.seed = seed
        self.rng = random.Random(seed)
        self._policies = policies
        self._graphs = graphs
        self._operator = random.Random(seed + 1)
        self.timeline = Timeline()
        self.probes: Counter[str] = Counter()
        self.config = self._settings()
        name = self.rng.choice(POLICY_ODDS)
        self.scheduler = CheckedScheduler(
            self.config, make_policy(policy or name, self.config)
        )
        self.recorder = Recorder(self.timeline)
        self.recorder.note(PolicySet(0, self.scheduler.policy.name))
        self.worker: Any = make_worker(
            implementation,
            self.timeline,
            self.recorder.note,
            slots=self.rng.choice([1, 2, 4]),
            revoking=self.rng.random() < 0.5,
        )
        self.recorder.worker = self.worker
        # Half of the loops do not sleep: they tell the scheduler later what can wait.
        self._holds_back = seed % 2 == 1
        self.pump = Pump(
            self.scheduler,
            [self.recorder],
            self.worker.kinds,
            self.timeline,
            self._call_later,
            self._run_control,
            self,
            holds_back=self._holds_back,
        )
        self._drains_run = 0
        self._wake_due = False
        self.tenants = self._make_tenants()
        self._make_operator()

    # ------------------------------------------------------------- the seed decides

    def _settings(self) -> SchedulerConfig:
        rng = self.rng
        strict_partition = random.Random(self.seed).random() < 0.5
        return replace(
            CONFIG,
            partition_mode="strict" if strict_partition else "conserving",
            launches_per_batch=rng.choice([4, 50, 500]),
            launches_per_batch_urgent=rng.choice([2, 64]),
            launches_in_flight_urgent=1 + self.seed % 3,
            window_ns=rng.choice([0, 100_000, 200_000]),
            launches_in_flight_max=rng.choice([2, 8, 128]),
            duty_hold=rng.choice([0.0, 0.6, 0.6, 1.0]),
            min_share=rng.choice([0.05, 0.1, 0.1, 0.3]),
        )

    def _make_tenants(self) -> dict[int, Tenant]:
        rng = self.rng
        classes = rng.choice(CLASSES)
        count = rng.randrange(2, 7)
        length = rng.choice([40, 150, 400])
        self._shares = random.Random(self.seed).choice(SHARES)
        tenants = {}
        for sid in range(1, count + 1):
            class_ = classes[(sid - 1) % len(classes)]
            program = random_program(rng, class_, length, self._graphs)
            tenants[sid] = Tenant(self, sid, program, random.Random(rng.random()))
        return tenants

    def _make_operator(self) -> None:
        """Somebody who changes policies and classes while all this runs."""
        rng = self.rng
        if rng.random() < 0.35:
            for _ in range(rng.randrange(1, 5)):
                when_ns = rng.randrange(100_000, 20_000_000)
                self.timeline.at(when_ns, self._switch_policy)
        if rng.random() < 0.25:
            self.timeline.at(rng.randrange(100_000, 10_000_000), self._change_hints)

    def _switch_policy(self) -> None:
        states = self.scheduler.snapshot()["sessions"].values()
        held = any(state["mode"] == Mode.HELD.name for state in states)
        self.probe("policy switched while a session was held", held)
        others = [n for n in self._policies if n != self.scheduler.policy.name]
        name = self._operator.choice(others)
        self.recorder.note(PolicySet(self.timeline.now_ns(), name))
        self.pump.select_policy(name)

    def _change_hints(self) -> None:
        sid = self.rng.choice(sorted(self.tenants))
        tenant = self.tenants[sid]
        if sid not in self.scheduler.snapshot()["sessions"]:
            return
        self.probe("class changed while busy", self.scheduler.is_active(sid))
        tenant.class_ = self.rng.choice([0, 1, 2, 3])
        weight = self._operator.choice([0.5, 1.0, 2.0])
        deadline_ns = self._operator.choice(DEADLINES_NS)
        self.pump.change_hints(sid, tenant.class_, weight, deadline_ns)

    # ------------------------------------------------------------- given to the pump

    def _call_later(self, seconds: float, callback: Callable[[], object]) -> Any:
        late_ns = self.rng.randrange(20_000)
        return self.timeline.after(round(seconds * 1e9) + late_ns, callback)

    def _run_control(self, job: Callable[[], Any], done: Callable[..., None]) -> None:
        def finished() -> None:
            self._drains_run += 1
            self.recorder.note(Drained(self.timeline.now_ns(), False))
            done(job(), None)

        self.timeline.after(self.rng.randrange(20_000, 1_000_000), finished)

    def graphs_idle(self, session: int) -> None:
        """Nothing is destroyed before its session ends."""

    def graphs_hot(self, session: int) -> None:
        """No launches are so many that longer graphs are made."""

    def low_water(self, session: int) -> None:
        return

    def closed(self, session: int) -> None:
        self.tenants[session].closed()

    def async_error(self, session: int, result: int, seq: int) -> None:
        raise AssertionError(f"session {session}: operation {seq} failed: {result}")

    def fault(self, session: int, result: int, seq: int) -> None:
        raise AssertionError(f"device fault {result} at {session}:{seq}")

    # ------------------------------------------------------------- what tenants use

    def open_session(self, tenant: Tenant) -> None:
        program = tenant.program
        level = self.rng.choice([0, 4])
        self.recorder.open_session(tenant.sid, program.class_, level)
        self.pump.open_session(
            tenant.sid,
            self.recorder,
            f"tenant-{tenant.sid % 3}",
            program.class_,
            program.weight,
            self._shares[tenant.sid % 3],
            random.Random(self.seed + tenant.sid).choice(DEADLINES_NS),
        )

    def forget(self, tenant: Tenant) -> None:
        self.pump.end_session(tenant.sid)
        self.worker.forget_session(tenant.sid)

    def probe(self, name: str, hit: object = True) -> None:
        """Note that a rare branch was taken."""
        if hit:
            self.probes[name] += 1

    def probe_close(self, sid: int, counters: dict[str, int]) -> None:
        mode = self.scheduler.snapshot()["sessions"][sid]["mode"]
        self.probe("closed while held with work", mode == "HELD" and counters["queued"])
        self.probe("closed with work in flight", counters["in_flight"])

    # ------------------------------------------------------------- the run

    def run(self) -> Result:
        """Play until everything has ended or the deadline has passed."""
        for tenant in self.tenants.values():
            tenant.start()
        unfinished = ""
        while not self._is_over():
            due_ns = self.worker.step(self.timeline.now_ns())
            self._wake_if_ready()
            for tenant in self.tenants.values():
                if tenant.accepted_seq:
                    tenant.answer_host_functions()
            turn_ns = self._turn_ns()
            now_ns = min(due_ns, turn_ns, self.timeline.next_ns())
            if now_ns > DEADLINE_NS:
                unfinished = self._describe()
                break
            self.timeline.run_until(now_ns)
        return self._result(unfinished)

    def _turn_ns(self) -> int:
        """A turn of a loop that does not sleep; when the next one does something."""
        if self._holds_back:
            self.pump.turn()
        return self.pump.held_back_until_ns or NEVER

    def _wake_if_ready(self) -> None:
        """The loop learns of messages when it gets round to them."""
        if self._wake_due or not self.worker.ready():
            return
        self._wake_due = True
        late_ns = self.rng.choice([2_000, 10_000, 10_000, 150_000])
        self.timeline.after(late_ns, self._wake)

    def _wake(self) -> None:
        self._wake_due = False
        self.pump.worker_ready(0)

    def _is_over(self) -> bool:
        gone = all(tenant.gone for tenant in self.tenants.values())
        return gone and self.pump.slots.waiting == 0

    def _describe(self) -> str:
        stuck = {
            sid: self.worker.counters(sid)
            for sid, tenant in self.tenants.items()
            if not tenant.gone and tenant.accepted_seq
        }
        return f"stuck: {stuck}; scheduler: {self.scheduler.snapshot()}"

    def _result(self, unfinished: str) -> Result:
        counters = self.scheduler.counters()
        self._probe_counters(counters["totals"])
        result = Result(
            seed=self.seed,
            config=self.config,
            log=self.recorder.log,
            programs={sid: t.program for sid, t in self.tenants.items()},
            accepted={sid: t.accepted_seq for sid, t in self.tenants.items()},
            killed={sid for sid, t in self.tenants.items() if t.killed},
            spans=self.worker.spans(),
            shown=self.worker.shown,
            ended_ns=self.timeline.now_ns(),
            counters=counters,
            drains_asked=self.pump.slots.asked,
            drains_run=self._drains_run,
            unfinished=unfinished,
            probes=self.probes,
        )
        self.worker.close()
        return result

    def _probe_counters(self, totals: dict[str, int]) -> None:
        self.probe("a switch", totals["switches"])
        self.probe("a hold", totals["holds"])
        self.probe("a burst", totals["bursts"])
        self.probe("a flap avoided by the linger", totals["flaps_avoided"])
        self.probe("a drain", totals["drains"])
        self.probe("a drain given up", totals["drains_given_up"])
        self.probe("a drain deferred", totals["drains_deferred"])
        self.probe("a duty probe", totals["duty_probes"])
        self.probe("a stale stimulus", totals["stale"])
        for branch, count in self.scheduler.branches.items():
            self.probe(branch, count)
        self.probe("a stimulus held back", self.pump.counters.held_back)
        opened = getattr(self.worker, "windows_opened", 0)
        self.probe("a window opened", opened)
        urgent = any(
            getattr(entry, "mode", None) is Mode.URGENT for entry in self.recorder.log
        )
        self.probe("an urgent grant", urgent)
