"""Fifo holds nobody; a policy is switched while everything runs."""

from __future__ import annotations

import pytest

from broker.sched.config import SchedulerConfig
from broker.sched.decisions import IssueBatch, Mode, SetFloor, SetLevel, SetTimer
from broker.sched.policies import (
    ENTRY_POINT_GROUP,
    FifoPolicy,
    make_policy,
    policy_names,
    register,
)
from broker.sched.stimuli import PolicySelected
from tests.unit.sched.bench import MS, US, Bench, only


def test_fifo_grants_at_once_and_never_arms_the_reader() -> None:
    bench = Bench("fifo")
    for session in (1, 2):
        decided = bench.open(session, 2 * session - 2)
        (grant,) = only(IssueBatch, decided)
        assert (grant.window_ns, grant.launches_in_flight_max) == (0, 500)
        assert (grant.mode, grant.rank) == (Mode.BULK, 0)
        assert only(SetLevel, decided) == [SetLevel(session, 4)]
        assert only(SetFloor, decided) == []
    assert bench.scheduler.armed == -1


def test_fifo_holds_nobody() -> None:
    bench = Bench("fifo")
    bench.open(1, 0)
    bench.open(2, 2)
    bench.work(2)
    bench.work(1)
    assert (bench.mode(1), bench.mode(2)) == ("BULK", "BULK")
    assert only(SetTimer, bench.idle(1, MS, after_ns=MS)) == []
    assert bench.total("switches") == 0


def test_switching_to_fifo_frees_the_held_and_changes_levels() -> None:
    bench = Bench()
    bench.open(1, 0)
    bench.open(2, 2)
    bench.work(2)
    bench.work(1, preempted=True)
    decided = bench.tell(PolicySelected("fifo"))
    assert only(SetLevel, decided) == [SetLevel(1, 4)]
    assert only(SetFloor, decided) == [SetFloor(255, -1)]
    assert {(g.session, g.window_ns) for g in only(IssueBatch, decided)} == {
        (1, 0),
        (2, 0),
    }


def test_switching_to_strict_holds_the_lower_at_once() -> None:
    bench = Bench("fifo")
    bench.open(1, 0)
    bench.open(2, 2)
    bench.work(2)
    bench.work(1)
    decided = bench.tell(PolicySelected("strict"))
    assert SetFloor(0, 0, 200 * US) in decided
    assert (bench.mode(1), bench.mode(2)) == ("BULK", "HELD")


def test_switching_during_the_linger_forgets_it() -> None:
    bench = Bench()
    bench.open(1, 0)
    bench.open(2, 2)
    bench.work(2)
    bench.work(1, preempted=True)
    bench.idle(1)
    bench.tell(PolicySelected("fifo"))
    bench.tell(PolicySelected("strict"))
    assert bench.mode(2) == "BULK"


def test_an_unknown_policy_is_refused_by_name_and_changes_nothing() -> None:
    bench = Bench()
    with pytest.raises(KeyError, match=r"'lottery'.*known: deadline, fair, fifo"):
        bench.tell(PolicySelected("lottery"))
    assert bench.scheduler.policy.name == "strict"


def test_the_registry() -> None:
    assert ENTRY_POINT_GROUP == "xsched_broker.policies"
    assert policy_names() == ["deadline", "fair", "fifo", "partition", "strict"]
    assert register(FifoPolicy) is FifoPolicy

    class Impostor(FifoPolicy):
        pass

    with pytest.raises(ValueError, match="already registered"):
        register(Impostor)
    assert isinstance(make_policy("fifo", SchedulerConfig()), FifoPolicy)
