"""When arrivals are expected: after requests and waits, beside lower work."""

from __future__ import annotations

from broker.server.arrivals import MORE_FOLLOWS_NS, Arrivals
from broker.server.waiters import LOOK_NS_MAX


def test_nothing_is_expected_where_nothing_has_come() -> None:
    assert not Arrivals().expected(0)
    quiet = Arrivals()
    quiet.arrived(1, 1000, waits=False)
    assert not quiet.expected(1001)


def test_more_follows_a_request_for_a_while() -> None:
    arrivals = Arrivals()
    arrivals.request_begun(1000)
    assert arrivals.expected(1000 + MORE_FOLLOWS_NS - 1)
    assert not arrivals.expected(1000 + MORE_FOLLOWS_NS)


def test_the_longer_of_two_reasons_counts() -> None:
    arrivals = Arrivals()
    begun_ns = 10 * MORE_FOLLOWS_NS
    arrivals.request_begun(begun_ns)
    waits_ns = begun_ns + MORE_FOLLOWS_NS - 1
    arrivals.arrived(1, waits_ns, waits=True)
    assert arrivals.expected(waits_ns + LOOK_NS_MAX - 1)
    assert not arrivals.expected(waits_ns + LOOK_NS_MAX)


def test_work_that_could_be_preempted_counts_for_as_long_as_it_lasts() -> None:
    arrivals = Arrivals()
    arrivals.may_preempt = True
    assert arrivals.expected(1 << 62)
    arrivals.may_preempt = False
    assert not arrivals.expected(1 << 62)


def test_who_has_gone_is_forgotten_with_what_was_learned() -> None:
    """The next session of that number is looked for in full."""
    arrivals, now_ns = Arrivals(), 0
    for _ in range(6):  # late each time: looked for no more
        arrivals.arrived(1, now_ns, waits=True)
        now_ns += 10 * LOOK_NS_MAX
    assert not arrivals.expected(now_ns - 10 * LOOK_NS_MAX + 1)
    arrivals.ended(1)
    arrivals.arrived(1, now_ns, waits=True)
    assert arrivals.expected(now_ns + LOOK_NS_MAX - 1)
