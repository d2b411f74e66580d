"""Drained slots: one at a time, not too late, not too often."""

from __future__ import annotations

import pytest

from broker.sched.decisions import AwaitEmpty, Hold, IssueBatch, RunControl
from broker.sched.stimuli import (
    DrainFinished,
    DrainReached,
    DrainRequested,
    PolicySelected,
    SessionClosed,
)
from tests.unit.sched.bench import MS, SECOND, Bench, only


def busy_pair() -> Bench:
    bench = Bench()
    bench.open(1, 0)
    bench.open(2, 2)
    bench.work(2)
    return bench


def run_drain(bench: Bench, ticket: int, took_ns: int = MS) -> None:
    bench.tell(DrainReached(ticket))
    bench.tell(DrainFinished(ticket), after_ns=took_ns)


def test_everybody_is_held_then_the_call_runs_then_grants_return() -> None:
    bench = busy_pair()
    decided = bench.tell(DrainRequested(7, 2))
    assert only(Hold, decided) == [Hold(1), Hold(2)]
    assert decided[2] == AwaitEmpty(7, bench.now + 50 * MS)
    assert bench.tell(DrainReached(7), after_ns=MS) == [RunControl(7)]
    decided = bench.tell(DrainFinished(7), after_ns=MS)
    assert {grant.session for grant in only(IssueBatch, decided)} == {1, 2}
    assert (bench.total("drains"), bench.total("drain_ns")) == (1, 2 * MS)
    assert bench.total("holds") == 0


def test_one_at_a_time_in_order() -> None:
    bench = busy_pair()
    bench.tell(DrainRequested(1, 2))
    assert bench.tell(DrainRequested(2, 1)) == []
    run_drain(bench, 1)
    assert only(AwaitEmpty, bench.last)[0].ticket == 2


def test_work_that_arrives_while_the_call_runs_waits_for_its_end() -> None:
    bench = busy_pair()
    bench.tell(DrainRequested(1, 2))
    bench.tell(DrainReached(1))
    assert only(IssueBatch, bench.work(1, preempted=True)) == []
    bench.tell(DrainFinished(1), after_ns=MS)
    assert (bench.mode(1), bench.mode(2)) == ("BULK", "HELD")


def test_a_drain_that_is_not_reached_gives_way_to_a_higher_class() -> None:
    """The kernel it waits for may be long; the higher class does not wait for it."""
    bench = busy_pair()
    bench.tell(DrainRequested(1, 2))
    assert only(IssueBatch, bench.work(1, after_ns=MS, preempted=True))
    assert (bench.mode(1), bench.total("drains_gave_way")) == ("BULK", 1)
    assert bench.tell(DrainReached(1)) == []  # of the attempt that is over
    bench.idle(1, after_ns=3 * MS)
    assert only(AwaitEmpty, bench.timer(after_ns=MS))[0].ticket == 1
    run_drain(bench, 1)
    assert bench.total("drains") == 1


def test_but_not_when_it_is_overdue() -> None:
    bench = busy_pair()
    bench.work(1, preempted=True)
    bench.tell(DrainRequested(1, 2))
    assert only(AwaitEmpty, bench.timer(after_ns=SECOND))[0].ticket == 1
    bench.idle(1)
    assert only(IssueBatch, bench.work(1, preempted=True)) == []
    run_drain(bench, 1)


def test_calls_of_a_tenant_share_a_slot() -> None:
    bench = busy_pair()
    bench.open(3, 2, tenant="t2")
    bench.tell(DrainRequested(1, 2))
    bench.tell(DrainRequested(2, 1))
    bench.tell(DrainRequested(3, 3))
    bench.tell(DrainReached(1))
    decided = bench.tell(DrainFinished(1), after_ns=MS // 10)
    assert decided == [RunControl(3)]
    assert bench.total("drains_shared") == 1
    bench.tell(DrainFinished(3), after_ns=MS // 10)
    assert only(AwaitEmpty, bench.last)[0].ticket == 2


def test_but_a_slot_that_is_old_takes_no_more() -> None:
    bench = busy_pair()
    bench.tell(DrainRequested(1, 2))
    bench.tell(DrainRequested(2, 2))
    bench.tell(DrainReached(1))
    assert only(RunControl, bench.tell(DrainFinished(1), after_ns=MS // 2)) == []


def test_nor_one_that_a_higher_class_waits_for() -> None:
    bench = busy_pair()
    bench.tell(DrainRequested(1, 2))
    bench.tell(DrainRequested(2, 2))
    bench.tell(DrainReached(1))
    bench.work(1, preempted=True)
    assert only(RunControl, bench.tell(DrainFinished(1), after_ns=MS // 10)) == []
    assert bench.mode(1) == "BULK"


def test_a_lower_class_waits_for_the_pause() -> None:
    bench = busy_pair()
    bench.work(1, preempted=True)
    assert only(AwaitEmpty, bench.tell(DrainRequested(1, 2))) == []
    assert only(AwaitEmpty, bench.idle(1, after_ns=3 * MS)) == []
    assert only(AwaitEmpty, bench.timer(after_ns=MS))[0].ticket == 1
    run_drain(bench, 1)
    assert bench.total("drains_deferred") == 1


def test_but_not_longer_than_a_second() -> None:
    bench = busy_pair()
    bench.work(1, preempted=True)
    bench.tell(DrainRequested(1, 2))
    assert only(AwaitEmpty, bench.timer(after_ns=SECOND - 1)) == []
    assert only(AwaitEmpty, bench.timer(after_ns=1))[0].ticket == 1


def test_a_higher_class_does_not_queue_behind_a_deferred_one() -> None:
    bench = busy_pair()
    bench.work(1, preempted=True)
    bench.tell(DrainRequested(1, 2))
    assert only(AwaitEmpty, bench.tell(DrainRequested(2, 1)))[0].ticket == 2


def test_a_tenant_that_drains_a_lot_waits_for_its_share() -> None:
    bench = busy_pair()
    bench.tell(DrainRequested(1, 1))
    run_drain(bench, 1, took_ns=MS)
    assert only(AwaitEmpty, bench.tell(DrainRequested(2, 1))) == []
    assert only(AwaitEmpty, bench.timer(after_ns=48 * MS)) == []
    assert only(AwaitEmpty, bench.timer(after_ns=MS))[0].ticket == 2


def test_a_share_is_paid_off_even_if_that_takes_longer_than_a_second() -> None:
    bench = busy_pair()
    bench.tell(DrainRequested(1, 1))
    run_drain(bench, 1, took_ns=40 * MS)
    bench.tell(DrainRequested(2, 1))
    assert only(AwaitEmpty, bench.timer(after_ns=SECOND)) == []
    assert only(AwaitEmpty, bench.timer(after_ns=960 * MS))[0].ticket == 2


def test_nobody_waits_for_a_share_on_an_idle_device() -> None:
    bench = busy_pair()
    bench.idle(2)
    for ticket in range(5):
        assert only(AwaitEmpty, bench.tell(DrainRequested(ticket, 1)))
        run_drain(bench, ticket)
    bench.work(2)
    # What hurt nobody is not held against anybody.
    assert only(AwaitEmpty, bench.tell(DrainRequested(5, 1)))


def test_a_drain_given_up_is_counted_and_runs() -> None:
    bench = busy_pair()
    bench.tell(DrainRequested(1, 2))
    assert bench.tell(DrainReached(1), after_ns=50 * MS) == [RunControl(1)]
    assert bench.total("drains_given_up") == 1


def test_a_call_of_a_session_that_has_gone_still_runs() -> None:
    bench = busy_pair()
    bench.tell(SessionClosed(1))
    bench.tell(DrainRequested(3, 1))
    assert only(AwaitEmpty, bench.timer(after_ns=SECOND))[0].ticket == 3
    run_drain(bench, 3)
    assert bench.total("drains") == 1


def test_the_asker_may_die_in_the_middle() -> None:
    bench = busy_pair()
    bench.tell(DrainRequested(1, 2))
    bench.tell(SessionClosed(2))
    run_drain(bench, 1)
    assert bench.mode(1) == "BULK"


def test_stale_answers_are_ignored() -> None:
    bench = busy_pair()
    assert bench.tell(DrainReached(9)) == []
    bench.tell(DrainRequested(1, 2))
    assert bench.tell(DrainFinished(1)) == []  # it has not run yet
    bench.tell(DrainReached(1))
    assert bench.tell(DrainReached(1)) == []
    assert bench.total("stale") == 3


def test_a_ticket_is_asked_for_once() -> None:
    bench = busy_pair()
    bench.tell(DrainRequested(1, 2))
    with pytest.raises(AssertionError, match="twice"):
        bench.scheduler.handle(DrainRequested(1, 2), bench.now)


def test_a_policy_switched_in_a_drain_keeps_everybody_held() -> None:
    bench = busy_pair()
    bench.tell(DrainRequested(1, 2))
    assert only(IssueBatch, bench.tell(PolicySelected("fifo"))) == []
    run_drain(bench, 1)
    assert (bench.mode(1), bench.mode(2)) == ("BULK", "BULK")
