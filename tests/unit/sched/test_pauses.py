"""The linger: the length of a wait that would have cost least."""

from __future__ import annotations

import random

from broker.sched.config import SchedulerConfig
from broker.sched.pauses import Pauses
from tests.unit.sched.bench import MS, US

CONFIG = SchedulerConfig()


def linger_after(*pauses_ns: float, config: SchedulerConfig = CONFIG) -> int:
    pauses = Pauses(config)
    for pause_ns in pauses_ns:
        pauses.learn(round(pause_ns))
    return pauses.linger_ns


def test_before_anything_is_known_it_is_the_default() -> None:
    assert linger_after() == CONFIG.linger_ns_default
    assert linger_after(50 * US, 50 * US) == CONFIG.linger_ns_default


def test_the_pauses_of_an_eager_framework_are_waited_for() -> None:
    chance = random.Random(1)
    requests = []
    for _ in range(3):
        requests += [chance.uniform(25, 100) * US for _ in range(40)] + [20 * MS]
    assert 100 * US <= linger_after(*requests) <= 160 * US


def test_nothing_is_waited_for_where_requests_come_far_apart() -> None:
    assert linger_after(*[20 * MS] * 10) == CONFIG.linger_ns_min


def test_one_pause_a_request_is_worth_no_wait_as_long_as_a_switch() -> None:
    """Each request: a pause of so much, and then one of 20 ms."""
    assert linger_after(*[30 * US, 20 * MS] * 40) == 40 * US
    assert linger_after(*[190 * US, 20 * MS] * 40) == CONFIG.linger_ns_min


def test_a_wait_that_costs_more_than_a_switch_is_not_made() -> None:
    """All pauses end within the longest linger, and each would be waited for whole."""
    assert CONFIG.linger_ns_default < 400 * US < CONFIG.linger_ns_max
    assert linger_after(*[400 * US] * 40) == CONFIG.linger_ns_min


def test_it_follows_a_session_that_changes() -> None:
    assert linger_after(*[60 * US] * 200, *[20 * MS] * 200) == CONFIG.linger_ns_min
    assert linger_after(*[20 * MS] * 200, *[60 * US] * 200) == 80 * US


def test_it_stays_within_its_bounds() -> None:
    narrow = SchedulerConfig(linger_ns_min=30_000, linger_ns_max=200_000)
    assert linger_after(*[1] * 9, config=narrow) == 30 * US
    assert linger_after(*[190 * US] * 9, config=narrow) == 200 * US
    none = SchedulerConfig(linger_ns_min=0, linger_ns_default=0, linger_ns_max=1)
    assert linger_after(*[50 * US] * 9, config=none) == 0
