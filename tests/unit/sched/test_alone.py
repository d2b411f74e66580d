"""The window of a session that nobody can wait behind, and how it is lost and found."""

from __future__ import annotations

import pytest

from broker.sched.decisions import IssueBatch
from broker.sched.stimuli import HintChanged, PolicySelected, SessionClosed
from tests.unit.sched.bench import MS, US, Bench

WIDE, TOP, PLAIN = 20 * MS, 2 * MS, 700 * US


def windows(bench: Bench) -> dict[int, int]:
    """window_ns by session of the grants of the last stimulus."""
    grants = [d for d in bench.last if isinstance(d, IssueBatch)]
    return {grant.session: grant.window_ns for grant in grants}


def test_one_session_has_the_wide_window_until_a_more_urgent_one_comes() -> None:
    bench = Bench()
    bench.open(1, 2)
    assert windows(bench) == {1: WIDE}
    bench.open(2, 0)
    assert windows(bench) == {1: PLAIN, 2: TOP}
    bench.tell(SessionClosed(2))
    assert windows(bench) == {1: WIDE}


def test_with_a_lower_session_it_reaches_less_far() -> None:
    """That one waits behind it when it yields, and when the device is drained."""
    bench = Bench()
    bench.open(1, 0)
    bench.open(2, 2)
    assert windows(bench) == {1: TOP, 2: PLAIN}
    bench.open(3, 2)
    assert windows(bench) == {2: PLAIN, 3: PLAIN}
    bench.tell(SessionClosed(2))
    bench.tell(SessionClosed(3))
    assert windows(bench) == {1: WIDE}


def test_who_never_had_work_is_no_company() -> None:
    """As the session that NVML has beside a program's own."""
    bench = Bench()
    bench.open(1, 1)
    bench.open(2, 1)
    assert windows(bench) == {1: PLAIN, 2: PLAIN}
    bench.work(1)
    assert windows(bench)[1] == WIDE
    bench.open(3, 0)
    assert 1 not in windows(bench)
    bench.work(3)
    assert windows(bench)[3] == TOP
    bench.idle(1)
    bench.tell(SessionClosed(3))
    assert windows(bench)[1] == WIDE
    bench.work(2)
    assert windows(bench) == {1: PLAIN, 2: PLAIN}


def test_peers_wait_behind_each_other() -> None:
    bench = Bench()
    bench.open(1, 0)
    bench.open(2, 0)
    assert windows(bench) == {1: PLAIN, 2: PLAIN}
    bench.tell(HintChanged(2, 1, 1.0, 0))
    assert windows(bench)[1] == TOP
    assert windows(bench)[2] == PLAIN


@pytest.mark.parametrize("policy", ["fair", "partition", "deadline"])
def test_without_classes_only_a_single_session_is_alone(policy: str) -> None:
    bench = Bench(policy)
    bench.open(1, 0)
    assert windows(bench) == {1: WIDE}
    bench.open(2, 5)
    assert windows(bench) == {1: PLAIN, 2: PLAIN}


def test_a_policy_without_a_bound_in_time_has_none_alone_either() -> None:
    bench = Bench()
    bench.open(1, 0)
    bench.open(2, 2)
    bench.tell(PolicySelected("fifo"))
    assert windows(bench) == {1: 0, 2: 0}
    bench.tell(PolicySelected("strict"))
    assert windows(bench) == {1: TOP, 2: PLAIN}
