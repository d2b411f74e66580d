"""Is the judge awake? Every kind of sabotage must be found within a few seeds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from broker.sched import bursts
from broker.sched.classes import ClassState
from broker.sched.drains import DrainQueue
from broker.sched.facts import Facts
from broker.sched.scheduler import Scheduler
from broker.sched.turns import Turns
from tests.sim import model_worker, simulation
from tests.sim.auditor import audit
from tests.sim.device import ModelDevice
from tests.sim.loads import MS, US, Load, Loads
from tests.sim.model_worker import ModelWorker
from tests.sim.program import Kind
from tests.sim.timeline import NEVER

SEEDS = (*range(9), 31, 34, 44)  # each fault below shows in one of them at least


def findings(policy: str = "strict") -> Iterator[str]:
    """What the auditor says about some seeds, one after the other, cut off early."""
    for seed in SEEDS:
        try:
            yield from audit(simulation.Simulation(seed, policy=policy).run())
        except AssertionError as error:
            yield f"assertion: {error}"


def shows(*words: str, policy: str = "strict") -> bool:
    """Whether one of these words is said of any seed; those after it are not played."""
    return any(word in line for line in findings(policy) for word in words)


@pytest.fixture(autouse=True)
def short_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stuck run need not be watched for 20 s."""
    monkeypatch.setattr(simulation, "DEADLINE_NS", 300_000_000)


def test_an_honest_run_has_no_findings() -> None:
    assert list(findings()) == []


def test_a_worker_deaf_to_the_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    def lower_floor(self: ModelWorker, class_: int) -> None:
        self._floor = 255

    monkeypatch.setattr(ModelWorker, "_lower_floor", lower_floor)
    assert shows("below the floor")


def test_a_worker_that_raises_the_floor_too_soon(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It does not look at what is in flight above."""

    def release_floor(self: ModelWorker, now_ns: int) -> int:
        below = [s for s in self._sessions.values() if s.class_ > self._floor]
        waiting = [s.class_ for s in below if s.queued]
        if waiting and self._release_ns >= 0:
            self._floor = min(waiting)
        return NEVER

    monkeypatch.setattr(ModelWorker, "_release_floor", release_floor)
    assert shows("issued while STANDBY below the floor")


def test_a_worker_deaf_to_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    def permitted(self: ModelWorker, session: Any, now_ns: int) -> bool:
        return True

    monkeypatch.setattr(ModelWorker, "_permitted", permitted)
    assert shows("issued while held")


def test_a_worker_that_overtakes_edges(monkeypatch: pytest.MonkeyPatch) -> None:
    issue = ModelWorker._can_issue

    def can_issue(self: ModelWorker, session: Any, queue: Any, operation: Any) -> bool:
        for seq in session.barriers.pop(operation.seq, []):
            if seq in session.works:
                session.barriers.setdefault(operation.seq, []).append(seq)
        return issue(self, session, queue, operation)

    monkeypatch.setattr(ModelWorker, "_can_issue", can_issue)
    assert shows("which it waits for")


def test_a_device_that_ignores_events(monkeypatch: pytest.MonkeyPatch) -> None:
    push = ModelDevice.push

    def without_edges(self: ModelDevice, stream: Any, work: Any) -> Any:
        work.after.clear()
        return push(self, stream, work)

    monkeypatch.setattr(ModelDevice, "push", without_edges)
    assert shows("was done")


def test_a_worker_that_loses_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    accept = ModelWorker._accept

    def lossy(self: ModelWorker, session: Any, operation: Any) -> None:
        if operation.kind is not Kind.COPY:
            accept(self, session, operation)

    monkeypatch.setattr(ModelWorker, "_accept", lossy)
    assert shows("lost:")


def test_a_worker_with_two_in_flight_when_urgent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(model_worker, "admits", lambda *_: True)
    assert shows("urgent")


def test_a_scheduler_whose_lingers_never_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Facts, "expire_lingers", lambda *_: None)
    assert shows("assertion")


def test_a_scheduler_without_bursts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bursts, "_is_due", lambda *_: False)
    monkeypatch.setattr(Scheduler, "validate", lambda _: None)
    assert shows("starved")


def test_a_scheduler_that_forgets_renewals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Scheduler, "_regrant", lambda *_: None)
    assert shows("stuck")


def test_a_scheduler_that_miscounts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ClassState, "tick_hold", lambda *_: None)
    assert shows("assertion: class")


def test_a_scheduler_that_forgets_the_drains(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DrainQueue, "start_next", lambda *_: None)
    monkeypatch.setattr(DrainQueue, "next_due_ns", lambda *_: None)
    assert shows("stuck", "drains")


def test_a_turn_that_never_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Turns, "_turn_is_over", lambda self, *_: self.owner is None)
    monkeypatch.setattr(Scheduler, "validate", lambda _: None)
    assert shows("starved", "stuck", policy="fair")


def test_turns_that_let_nobody_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Turns, "_in_order", lambda *_: iter(()))
    assert shows("assertion", policy="partition")


def test_a_starving_session_that_is_overlooked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Deadlines without an end: only the guard lets the others run."""
    monkeypatch.setattr(Turns, "_starving", lambda *_: None)
    loads = [Load(50 * US, ahead=4, deadline_ns=MS), Load(50 * US, ahead=4)]
    played = Loads("deadline", loads, hold_burst_after_ns=10 * MS).run(100 * MS)
    assert played.used_ns(2) < 5 * MS
