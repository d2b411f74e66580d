"""The small parts: settings, windows, histograms, snapshots."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.sched.config import SchedulerConfig
from broker.sched.stats import Histogram
from broker.sched.stimuli import SessionOpened, TimerFired, UsageReported
from broker.sched.window import Window, admits
from tests.unit.sched.bench import MS, Bench


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("window_ns", -1),
        ("window_ns", 1.5),
        ("duty_hold", 1.5),
        ("duty_hold", "much"),
        ("min_share", 0.9),
        ("launches_per_batch", 0),
        ("launches_per_batch", True),
        ("linger_ns_min", 300_000),
        ("burst_ns_min", 200_000_000),
    ],
)
def test_a_bad_setting_is_named(key: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"^{key}"):
        SchedulerConfig(**{key: value})  # type: ignore[arg-type]


def test_whole_numbers_will_do_for_shares() -> None:
    assert SchedulerConfig(min_share=0, duty_hold=1).min_share == 0


@pytest.mark.parametrize(
    ("in_flight", "in_flight_ns", "next_ns", "admitted"),
    [
        (0, 0, 10_000_000, True),  # something always runs
        (1, 10_000, 90_000, True),
        (1, 150_000, 100_000, True),  # the floor of two
        (2, 150_000, 100_000, False),
        (1, 10_000, 200_000, False),  # a long one: the floor is one
        (3, 150_000, 50_000, True),
        (8, 1_000, 1_000, False),  # the bound in launches
    ],
)
def test_the_window(
    in_flight: int, in_flight_ns: int, next_ns: int, admitted: bool
) -> None:
    window = Window(500, 200_000, 8)
    assert admits(window, in_flight, in_flight_ns, next_ns) is admitted


def test_a_window_without_time() -> None:
    assert admits(Window(500, 0, 500), 499, 10**9, 10**9)
    assert not admits(Window(500, 0, 500), 500, 0, 0)


@given(st.lists(st.integers(-5, 10**11), min_size=1))
def test_percentiles_bound_what_was_counted(values: list[int]) -> None:
    histogram = Histogram()
    for value in values:
        histogram.add(value)
    ordered = sorted(max(0, value) for value in values)
    for fraction in (0.5, 0.99):
        exact = ordered[min(len(ordered) - 1, int(fraction * len(ordered)))]
        shown = histogram.percentile(fraction)
        assert shown <= ordered[-1]
        assert histogram.percentile(1.0) == ordered[-1] or ordered[-1] < 47 * 10**9
        assert shown >= min(exact, ordered[max(0, int(fraction * len(ordered)) - 1)])
    assert histogram.buckets() == sorted(histogram.buckets())


def test_an_empty_histogram() -> None:
    assert Histogram().as_dict()["p99_ns"] == 0


def test_switch_times_are_kept() -> None:
    bench = Bench()
    bench.scheduler.record_switch(100_000, 120_000, 60_000)
    bench.scheduler.record_switch(100_000, 90_000, 0)
    bench.scheduler.record_first_high(100_000, 115_000)
    times = bench.scheduler.counters()["switch_times"]
    assert times["last_lower_issue"]["count"] == 2
    assert times["last_lower_issue"]["max_ns"] == 20_000
    assert times["first_high"]["p50_ns"] == 15_000


def test_what_can_be_looked_at_is_json() -> None:
    bench = Bench()
    bench.open(1, 0)
    bench.work(1)
    json.dumps(bench.scheduler.snapshot())
    json.dumps(bench.scheduler.counters())


def test_the_story_is_a_ring() -> None:
    bench = Bench(story_length=3)
    bench.open(1, 0)
    for _ in range(5):
        bench.timer(after_ns=MS)
    assert len(bench.scheduler.story) == 3
    now_ns, stimulus, decided = bench.scheduler.story[-1]
    assert (now_ns, stimulus, decided) == (5 * MS, TimerFired(), ())


def test_time_does_not_run_backwards() -> None:
    bench = Bench()
    bench.open(1, 0)
    bench.work(1, after_ns=MS)
    bench.scheduler.handle(UsageReported(1, 5, 5), 0)
    bench.scheduler.validate()
    assert bench.scheduler.now_ns == MS


def test_late_reports_about_a_gone_session_are_counted() -> None:
    bench = Bench()
    assert bench.used(77, 5) == bench.work(77) == bench.idle(77) == []
    assert bench.total("stale") == 3


def test_a_session_opens_once() -> None:
    bench = Bench()
    bench.open(1, 0)
    with pytest.raises(AssertionError):
        bench.scheduler.handle(SessionOpened(1, "t", 0), 0)


def test_usage_of_a_session_thought_idle_wakes_it() -> None:
    bench = Bench()
    bench.open(1, 0)
    bench.open(2, 2)
    bench.work(2)
    bench.used(1, 10_000)
    assert bench.scheduler.is_active(1)
    assert bench.mode(2) == "HELD"
