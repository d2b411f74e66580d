"""min_share: held classes are paid in one piece, and in time."""

from __future__ import annotations

from broker.sched.decisions import Hold, IssueBatch, Mode, SetTimer
from broker.sched.stimuli import BatchSpent, DrainFinished, DrainReached, DrainRequested
from tests.unit.sched.bench import MS, SECOND, US, Bench, only, stands_by


def held(**settings: float) -> Bench:
    """Session 1 (class 0) keeps the device; session 2 (class 2) is held from now on."""
    bench = Bench(**settings)
    bench.open(1, 0)
    bench.open(2, 2)
    bench.work(2)
    bench.work(1, preempted=True)
    for _ in range(4):
        bench.used(1, 10 * MS, after_ns=10 * MS)
    return bench


def keep_busy(bench: Bench, until_ns: int) -> None:
    """The high session works until then; the timer fires whenever it is due."""
    while bench.now < until_ns:
        bench.used(1, 10 * MS, after_ns=10 * MS)
        bench.timer()


def test_a_hold_of_a_second_ends_in_a_burst() -> None:
    bench = held()
    keep_busy(bench, SECOND - 20 * MS)
    assert bench.mode(2) == "HELD"
    bench.used(1, 10 * MS, after_ns=20 * MS)
    decided = bench.timer()
    (grant,) = only(IssueBatch, decided)
    assert (grant.session, grant.mode) == (2, Mode.BURST)
    length_ns = grant.until_ns - bench.now
    # 5 % of the second held and of the burst itself
    assert 52 * MS <= length_ns <= 54 * MS
    assert only(SetTimer, decided)[0].at_ns <= grant.until_ns


def test_a_burst_ends_by_its_time_and_the_hold_starts_anew() -> None:
    bench = held()
    keep_busy(bench, SECOND)
    until_ns = bench.scheduler.snapshot()["classes"][2]["burst_until_ns"]
    bench.timer(after_ns=until_ns - bench.now - 1)
    assert bench.mode(2) == "BURST"
    assert stands_by(2, bench.timer(after_ns=1))
    keep_busy(bench, until_ns + SECOND - 20 * MS)
    assert bench.total("bursts") == 1
    keep_busy(bench, until_ns + SECOND + 20 * MS)
    assert bench.total("bursts") == 2


def test_who_starved_another_yields_while_its_burst_runs() -> None:
    bench = held()
    keep_busy(bench, SECOND - 10 * MS)
    decided = bench.timer(after_ns=20 * MS)
    assert Hold(1) in decided
    until_ns = bench.scheduler.snapshot()["classes"][2]["burst_until_ns"]
    assert (bench.mode(1), bench.mode(2)) == ("HELD", "BURST")
    bench.timer(after_ns=until_ns - bench.now)
    assert (bench.mode(1), bench.mode(2)) == ("BULK", "HELD")


def test_who_runs_dry_need_not_yield_with_its_next_request() -> None:
    bench = held()
    keep_busy(bench, SECOND - 10 * MS)
    bench.timer(after_ns=20 * MS)
    bench.idle(1, after_ns=MS)
    bench.timer(after_ns=2 * MS)
    bench.work(1, preempted=True)
    assert (bench.mode(1), bench.mode(2)) == ("BULK", "BURST")


def test_a_burst_between_requests_holds_nobody() -> None:
    bench = Bench(hold_burst_after_ns=60 * SECOND)
    bench.open(1, 0)
    bench.open(2, 2)
    bench.work(2)
    while not bench.total("bursts"):
        bench.work(1, preempted=True)
        bench.used(1, 10 * MS, after_ns=10 * MS)
        bench.idle(1)
    bench.work(1, preempted=True)
    assert (bench.mode(1), bench.mode(2)) == ("BULK", "BURST")


def test_a_spent_batch_in_a_burst_is_renewed_with_the_same_end() -> None:
    bench = held()
    keep_busy(bench, SECOND)
    until_ns = bench.scheduler.snapshot()["classes"][2]["burst_until_ns"]
    (grant,) = only(IssueBatch, bench.tell(BatchSpent(2, 500, 10 * MS, 50), MS))
    assert (grant.mode, grant.until_ns) == (Mode.BURST, until_ns)
    bench.now = until_ns
    late = bench.tell(BatchSpent(2, 500, 10 * MS, 50), after_ns=US)
    assert stands_by(2, late)
    assert {grant.session for grant in only(IssueBatch, late)} == {1, 2}  # 1 yielded


def test_running_dry_does_not_end_a_burst() -> None:
    bench = held()
    keep_busy(bench, SECOND)
    bench.idle(2, MS, after_ns=MS)
    assert bench.mode(2) == "BURST"
    bench.work(2, after_ns=MS)
    assert bench.mode(2) == "BURST"


def test_the_next_request_does_not_end_a_burst() -> None:
    bench = held()
    keep_busy(bench, SECOND)
    bench.idle(1, after_ns=MS)
    bench.timer(after_ns=10 * MS)
    bench.work(1, preempted=True)
    assert bench.mode(2) == "BURST"


def test_the_share_is_paid_between_requests() -> None:
    """Requests with pauses shorter than the linger: nobody is held for a second."""
    bench = Bench(hold_burst_after_ns=60 * SECOND)
    bench.open(1, 0)
    bench.open(2, 2)
    bench.work(2)
    granted_ns = 0
    for _ in range(400):
        bench.work(1, preempted=True)
        bench.used(1, 10 * MS, after_ns=10 * MS)
        for grant in only(IssueBatch, bench.idle(1)):
            if grant.mode is Mode.BURST:
                granted_ns += grant.until_ns - bench.now
                bench.used(2, grant.until_ns - bench.now)
        bench.timer(after_ns=100 * US)
    assert granted_ns >= 0.05 * bench.now - 10 * MS
    assert granted_ns <= 0.07 * bench.now


def test_time_used_before_the_hold_counts_as_paid() -> None:
    """A high load of a quarter needs no bursts."""
    bench = Bench()
    bench.open(1, 0)
    bench.open(2, 2)
    bench.work(2)
    for _ in range(100):
        bench.request(1, wall_ns=10 * MS, used_ns=10 * MS, pause_ns=MS)
        bench.used(2, 30 * MS, after_ns=30 * MS)
    assert bench.total("bursts") == 0


def test_without_a_share_there_are_no_bursts() -> None:
    bench = held(min_share=0)
    keep_busy(bench, 3 * SECOND)
    assert bench.total("bursts") == 0


def test_classes_take_turns() -> None:
    bench = Bench()
    for session, class_ in ((1, 0), (2, 1), (3, 2)):
        bench.open(session, class_)
    bench.work(2)
    bench.work(3)
    bench.work(1, preempted=True)
    keep_busy(bench, SECOND + 20 * MS)
    modes = {bench.mode(2), bench.mode(3)}
    assert modes == {"BURST", "HELD"}
    keep_busy(bench, SECOND + 90 * MS)
    assert {bench.mode(2), bench.mode(3)} == modes
    assert bench.scheduler.counters()["classes"][1]["bursts"] == 1
    assert bench.scheduler.counters()["classes"][2]["bursts"] == 1


def test_a_drain_interrupts_a_burst() -> None:
    bench = held()
    keep_busy(bench, SECOND)
    bench.tell(DrainRequested(1, 1))
    assert bench.mode(2) == "HELD"
    bench.tell(DrainReached(1), after_ns=MS)
    bench.tell(DrainFinished(1), after_ns=MS)
    assert bench.mode(2) == "BURST"
