"""Strict: floor, hold, urgent, linger, duty."""

from __future__ import annotations

from broker.sched.decisions import Hold, IssueBatch, Mode, SetFloor, SetLevel, SetTimer
from broker.sched.stimuli import (
    BatchSpent,
    HintChanged,
    SessionClosed,
    SessionPreempted,
)
from tests.unit.sched.bench import MS, US, Bench, only, stands_by


def two_classes(**settings: float) -> Bench:
    """Session 1 of class 0, session 2 of class 2, which has work."""
    bench = Bench(**settings)
    bench.open(1, 0)
    bench.open(2, 2)
    bench.work(2)
    return bench


def test_a_session_opens_with_a_level_and_a_standing_grant() -> None:
    bench = Bench()
    opened = bench.open(1, 1)
    assert opened[0] == SetLevel(1, 2)
    (grant,) = only(IssueBatch, opened)
    assert (grant.mode, grant.launches_max, grant.window_ns) == (
        Mode.BULK,
        500,
        20_000_000,
    )


def test_levels_stop_at_four() -> None:
    bench = Bench()
    levels = [only(SetLevel, bench.open(n, n))[0].level for n in range(5)]
    assert levels == [0, 2, 4, 4, 4]


def test_the_reader_is_armed_for_all_classes_but_the_lowest() -> None:
    bench = Bench()
    bench.open(1, 0)
    assert bench.scheduler.armed == -1
    assert only(SetFloor, bench.open(2, 2)) == [SetFloor(255, 0, 200 * US)]
    assert only(SetFloor, bench.open(3, 5)) == [SetFloor(255, 2, 200 * US)]
    bench.tell(SessionClosed(3))
    assert bench.last == [SetFloor(255, 0, 200 * US)]


def test_high_work_sets_the_floor_before_it_holds() -> None:
    bench = two_classes()
    decided = bench.work(1, preempted=True)
    assert decided[0] == SetFloor(0, 0, 200 * US)
    assert stands_by(2, decided)
    assert bench.mode(2) == "HELD"
    assert bench.total("switches") == 1


def test_the_floor_returns_after_the_linger_and_then_bulk() -> None:
    bench = two_classes()
    bench.work(1, preempted=True)
    decided = bench.idle(1, 900 * US, after_ns=MS)
    assert decided == [SetTimer(bench.now + 200 * US)]
    assert bench.timer(after_ns=100 * US) == [SetTimer(bench.now + 100 * US)]
    decided = bench.timer(after_ns=100 * US)
    assert decided[0] == SetFloor(255, 0, 200 * US)
    assert [grant.session for grant in only(IssueBatch, decided)] == [2]


def test_the_linger_counts_from_when_the_session_fell_idle() -> None:
    bench = two_classes()
    bench.work(1, preempted=True)
    bench.now += MS
    decided = bench.idle_since(1, bench.now - 150 * US, 850 * US)
    assert decided == [SetTimer(bench.now + 50 * US)]
    bench.work(1, after_ns=20 * US)
    bench.now += MS
    decided = bench.idle_since(1, bench.now - 200 * US, 800 * US)  # heard of too late
    assert decided[0] == SetFloor(255, 0, 200 * US)
    assert [grant.session for grant in only(IssueBatch, decided)] == [2]


def test_nobody_fell_idle_later_than_now() -> None:
    """Another process's clock may be read a little later than ours."""
    bench = two_classes()
    bench.work(1, preempted=True)
    bench.now += MS
    decided = bench.idle_since(1, bench.now + MS, 850 * US)
    assert decided == [SetTimer(bench.now + 200 * US)]


def test_work_within_the_linger_is_the_same_switch() -> None:
    bench = two_classes()
    bench.work(1, preempted=True)
    for _ in range(5):
        bench.idle(1, 40 * US, after_ns=50 * US)
        bench.work(1, after_ns=80 * US)
        assert bench.mode(2) == "HELD"
    assert bench.total("switches") == 1
    assert bench.total("flaps_avoided") == 5


def test_the_linger_is_learned_from_short_pauses_only() -> None:
    bench = two_classes()
    state = bench.scheduler.facts.sessions[1]
    bench.work(1)
    for _ in range(40):
        bench.idle(1, after_ns=50 * US)
        bench.work(1, after_ns=60 * US)
    assert 60 * US <= state.linger_ns <= 80 * US
    learned = state.linger_ns
    bench.idle(1)
    bench.timer(after_ns=20 * MS)
    bench.work(1)
    assert state.linger_ns == learned


def test_the_linger_stays_within_its_bounds() -> None:
    bench = two_classes(linger_ns_min=30_000)
    state = bench.scheduler.facts.sessions[1]
    bench.work(1)
    for _ in range(30):
        bench.idle(1, after_ns=50 * US)
        bench.work(1, after_ns=1 * US)
    assert state.linger_ns == 30_000


def test_a_cpu_bound_session_leaves_a_small_window_to_the_others() -> None:
    bench = two_classes()
    bench.request(1, wall_ns=16 * MS, used_ns=6 * MS, pause_ns=10 * MS)
    decided = bench.work(1, preempted=True)
    (grant,) = [g for g in only(IssueBatch, decided) if g.session == 2]
    assert (grant.mode, grant.launches_in_flight_max) == (Mode.URGENT, 16)
    assert grant.window_ns == 40 * US
    assert grant.launches_max == 500
    assert only(Hold, decided) == []


def test_a_gpu_bound_session_has_the_others_held() -> None:
    bench = two_classes()
    for _ in range(5):
        bench.request(1, wall_ns=16 * MS, used_ns=14 * MS, pause_ns=10 * MS)
    bench.work(1, preempted=True)
    assert bench.mode(2) == "HELD"


def test_a_duty_is_taken_over_the_pauses_of_a_request() -> None:
    """Each launch alone keeps the device busy; the request does not."""
    bench = two_classes()
    bench.work(1, preempted=True)
    for _ in range(100):
        bench.idle(1, 20 * US, after_ns=20 * US)
        bench.work(1, after_ns=60 * US)
    bench.idle(1, 20 * US, after_ns=20 * US)
    bench.timer(after_ns=10 * MS)
    duty = bench.scheduler.snapshot()["sessions"][1]["duty"]
    assert 0.2 < duty < 0.3


def test_what_a_session_does_first_is_soon_outweighed() -> None:
    bench = two_classes()
    for _ in range(3):
        bench.request(1, wall_ns=200 * US, used_ns=20 * US, pause_ns=5 * MS)
    assert bench.scheduler.snapshot()["sessions"][1]["duty"] < 0.2
    bench.work(1, preempted=True)
    assert bench.mode(2) == "URGENT"
    bench.idle(1, 20 * MS, after_ns=23 * MS)
    bench.timer(after_ns=5 * MS)
    bench.work(1, preempted=True)
    assert bench.mode(2) == "HELD"


def test_contention_does_not_hide_the_duty_for_ever() -> None:
    """Beside lower work a request takes three times as long; a probe shows why."""
    bench = two_classes(min_share=0)
    for _ in range(4):
        bench.request(1, wall_ns=10 * MS, used_ns=3 * MS, pause_ns=5 * MS)
    for _ in range(20):
        bench.work(1, preempted=True)
        contended = bench.mode(2) == "URGENT"
        bench.idle(1, 9 * MS, after_ns=(30 if contended else 10) * MS)
        bench.timer(after_ns=5 * MS)
    bench.work(1, preempted=True)
    assert bench.mode(2) == "HELD"
    assert bench.total("duty_probes") >= 1


def test_two_sessions_that_fill_the_device_together_hold() -> None:
    bench = two_classes()
    bench.open(3, 0)
    for _ in range(6):
        bench.work(1, preempted=True)
        bench.work(3)
        bench.used(1, 5 * MS, after_ns=10 * MS)
        bench.idle(3, 5 * MS)
        bench.idle(1)
        bench.timer(after_ns=5 * MS)
    bench.work(1, preempted=True)
    assert bench.mode(2) == "HELD"


def test_a_request_that_waits_for_its_host_does_not_hold_to_its_end() -> None:
    bench = two_classes(min_share=0)
    for _ in range(4):
        bench.request(1, wall_ns=10 * MS, used_ns=9 * MS, pause_ns=5 * MS)
    bench.work(1, preempted=True)
    for _ in range(6):
        bench.timer(after_ns=50 * MS)
    assert bench.mode(2) == "URGENT"


def test_three_classes_cascade() -> None:
    bench = Bench()
    for session, class_ in ((1, 0), (2, 1), (3, 3)):
        bench.open(session, class_)
    bench.work(3)
    bench.work(2, preempted=True)
    assert (bench.mode(2), bench.mode(3)) == ("BULK", "HELD")
    bench.work(1, preempted=True)
    assert (bench.mode(1), bench.mode(2), bench.mode(3)) == ("BULK", "HELD", "HELD")
    bench.idle(1, after_ns=MS)
    decided = bench.timer(after_ns=MS)
    assert decided[0] == SetFloor(1, 1, 200 * US)
    assert (bench.mode(2), bench.mode(3)) == ("BULK", "HELD")


def test_sessions_of_one_class_run_side_by_side() -> None:
    bench = Bench()
    bench.open(1, 1)
    bench.open(2, 1)
    bench.work(1)
    bench.work(2)
    assert (bench.mode(1), bench.mode(2)) == ("BULK", "BULK")


def test_whoever_had_less_ranks_first() -> None:
    bench = Bench()
    bench.open(1, 1)
    bench.open(2, 1)
    bench.work(1)
    bench.work(2)
    bench.tell(BatchSpent(1, 500, 50 * MS, 10))
    bench.tell(BatchSpent(1, 500, 50 * MS, 10))
    (first,) = only(IssueBatch, bench.last)
    (second,) = only(IssueBatch, bench.tell(BatchSpent(2, 1, 1 * MS, 10)))
    assert second.rank < first.rank
    assert first.rank // 65_536 == second.rank // 65_536 == 1


def test_a_spent_batch_is_renewed() -> None:
    bench = two_classes()
    (grant,) = only(IssueBatch, bench.tell(BatchSpent(2, 375, MS, 90)))
    assert (grant.session, grant.mode) == (2, Mode.BULK)
    bench.work(1, preempted=True)
    assert bench.tell(BatchSpent(2, 100, MS, 90)) == []


def test_a_grant_lost_to_a_floor_that_rose_again_is_renewed() -> None:
    bench = two_classes()
    (grant,) = bench.tell(SessionPreempted(2, 5, 0))
    assert isinstance(grant, IssueBatch) and grant.mode is Mode.BULK


def test_preemption_of_a_held_session_changes_nothing() -> None:
    bench = two_classes()
    bench.work(1, preempted=True)
    assert bench.tell(SessionPreempted(2, 5, 100)) == []


def test_a_floor_the_reader_lowered_for_nothing_is_put_back() -> None:
    bench = two_classes()
    bench.work(1, preempted=True)
    bench.tell(SessionClosed(1))
    assert bench.last[0] == SetFloor(255, -1)
    bench.open(3, 0)
    bench.tell(SessionClosed(3))
    decided = bench.work(99, preempted=True)  # a session that is gone already
    assert decided[0] == SetFloor(255, -1)
    assert [grant.session for grant in only(IssueBatch, decided)] == [2]


def test_a_class_change_while_busy_moves_the_claim() -> None:
    bench = two_classes()
    bench.work(1, preempted=True)
    decided = bench.tell(HintChanged(1, 4))
    assert decided[0] == SetLevel(1, 4)
    assert (bench.mode(1), bench.mode(2)) == ("HELD", "BULK")
    bench.tell(HintChanged(1, 0))
    assert (bench.mode(1), bench.mode(2)) == ("BULK", "HELD")
    state = bench.scheduler.facts.sessions[1]
    assert state.linger_ns == bench.config.linger_ns_default  # leaving is no pause


def test_the_death_of_the_high_session_frees_the_others_at_once() -> None:
    bench = two_classes()
    bench.work(1, preempted=True)
    decided = bench.tell(SessionClosed(1))
    assert [grant.session for grant in only(IssueBatch, decided)] == [2]


def test_hold_time_is_counted() -> None:
    bench = two_classes()
    bench.work(1, preempted=True)
    bench.idle(1, after_ns=3 * MS)
    bench.timer(after_ns=MS)
    account = bench.scheduler.counters()["sessions"][2]
    assert (account["holds"], account["hold_ns"]) == (1, 4 * MS)
    assert bench.scheduler.counters()["classes"][2]["hold_ns"] == 4 * MS


def test_class_counters_outlive_their_sessions() -> None:
    bench = two_classes()
    bench.used(2, 7 * MS)
    bench.tell(SessionClosed(2))
    bench.open(3, 2)
    assert bench.scheduler.counters()["classes"][2]["used_ns"] == 7 * MS
