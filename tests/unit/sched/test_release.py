"""Who stands by: held by the floor alone, which the worker may raise by itself."""

from __future__ import annotations

from broker.sched.decisions import Hold, IssueBatch, Mode, SetFloor
from broker.sched.stimuli import (
    BatchSpent,
    DrainFinished,
    DrainReached,
    DrainRequested,
    SessionClosed,
)
from tests.unit.sched.bench import MS, SECOND, US, Bench, only, stands_by


def held_class(**settings: float) -> Bench:
    """Session 1 of class 0 at work, session 2 of class 2 held for it."""
    bench = Bench(**settings)
    bench.open(1, 0)
    bench.open(2, 2)
    bench.work(2)
    bench.work(1, preempted=True)
    return bench


def test_who_stands_by_has_the_window_it_will_have() -> None:
    bench = held_class()
    (standing,) = [g for g in only(IssueBatch, bench.last) if g.session == 2]
    bench.idle(1, after_ns=MS)
    (granted,) = [g for g in only(IssueBatch, bench.timer(MS)) if g.session == 2]
    assert (standing.mode, granted.mode) == (Mode.STANDBY, Mode.BULK)
    assert standing.window_ns == granted.window_ns
    assert standing.launches_max == granted.launches_max
    assert standing.launches_in_flight_max == granted.launches_in_flight_max


def test_the_worker_waits_as_long_as_a_request_may_pause() -> None:
    """The longest linger of those above the lowest class that ever had work."""
    bench = held_class()
    bench.open(3, 0)  # never works: its linger is nobody's pause
    state = bench.scheduler.facts.sessions[1]
    for _ in range(40):
        bench.idle(1, after_ns=50 * US)
        bench.work(1, after_ns=60 * US)
    assert 60 * US <= state.linger_ns < 200 * US
    assert bench.scheduler.release_ns == state.linger_ns
    bench.work(3)
    assert bench.scheduler.release_ns == 200 * US
    bench.tell(SessionClosed(3))
    assert only(SetFloor, bench.last) == [SetFloor(0, 0, state.linger_ns)]


def test_nothing_rises_by_itself_where_no_floor_falls() -> None:
    for policy in ("fifo", "fair"):
        bench = Bench(policy)
        bench.open(1, 0)
        bench.open(2, 2)
        bench.work(2)
        bench.work(1)
        assert bench.scheduler.release_ns == -1
        assert not any(g.mode is Mode.STANDBY for g in only(IssueBatch, bench.last))


def test_a_drain_holds_who_stood_by() -> None:
    """Else the device would not run empty once the work above is over."""
    bench = held_class()
    bench.idle(1, 900 * US, after_ns=MS)
    asked = bench.tell(DrainRequested(7, 2), after_ns=MS)
    assert Hold(2) in asked or Hold(2) in bench.timer(after_ns=MS)
    bench.tell(DrainReached(7))
    bench.work(1, preempted=True)
    assert not stands_by(2, bench.last)
    bench.tell(DrainFinished(7))
    assert bench.mode(2) == "HELD" and stands_by(2, bench.last)


def test_who_yields_to_the_burst_of_another_does_not_stand_by() -> None:
    bench = Bench()
    for session, class_ in ((1, 0), (2, 1), (3, 2)):
        bench.open(session, class_)
        bench.work(session, preempted=True)
    while not bench.scheduler.facts.groups[2].burst_until_ns:
        bench.used(1, 4 * MS, after_ns=5 * MS)
        assert bench.now < 4 * SECOND
        if bench.scheduler.facts.groups[2].burst_until_ns:
            break
        bench.timer()
    groups = bench.scheduler.facts.groups
    assert [(g.mode.name, g.standing) for g in groups if g.yields] == [
        ("HELD", False) for g in groups if g.yields
    ]
    assert any(g.yields for g in groups)


def test_who_went_on_by_itself_and_spent_its_batch_waits_for_the_scheduler() -> None:
    bench = held_class()
    assert bench.tell(BatchSpent(2, 400, MS, 10), after_ns=MS) == []
    bench.idle_since(1, bench.now - MS, 900 * US)
    (granted,) = [g for g in only(IssueBatch, bench.last) if g.session == 2]
    assert granted.mode is Mode.BULK
