"""The pump between the real scheduler and a worker that only takes notes."""

from __future__ import annotations

from typing import Any

import pytest

from broker.device import _worker as kinds
from broker.device.backend import Lane
from broker.sched import decisions as dec
from broker.sched import stimuli as sti
from broker.sched.config import SchedulerConfig
from broker.server.arrivals import MORE_FOLLOWS_NS
from broker.server.heldback import ARRIVAL_NS
from broker.server.pump import HALF_FRAME_NS
from broker.server.waiters import LOOK_NS_MAX
from tests.unit.server.pump_rig import Rig

FAR_NS = 5_000_000


def test_a_session_with_work_is_granted_a_batch() -> None:
    rig = Rig()
    rig.open(1, 0)
    rig.work(1)
    grants = rig.workers[0].take("grant")
    assert grants[-1][:2] == (1, 500)
    assert grants[-1][4] == dec.Mode.BULK


def test_every_worker_hears_of_the_floor() -> None:
    rig = Rig(workers=2)
    rig.open(1, 0, worker=0)
    rig.open(2, 1, worker=1)
    rig.work(2, worker=1)
    for worker in rig.workers:
        worker.take("set_floor")
    rig.work(1, worker=0)
    for worker in rig.workers:
        assert worker.take("set_floor")[-1][0] == 0


def test_messages_are_read_before_work_is_announced() -> None:
    """An idle report that is older than the work must not undo it."""
    rig = Rig()
    rig.open(1, 0)
    rig.work(1)
    rig.workers[0].say(kinds.IDLED, 1, 10)
    rig.work(1)
    assert rig.scheduler.is_active(1)


def test_work_that_came_beside_an_idle_report_is_announced() -> None:
    rig = Rig()
    rig.open(1, 0)
    rig.work(1)
    rig.workers[0].say(kinds.IDLED, 1, 10)
    rig.workers[0].wants.add(1)
    rig.pump.worker_ready(0)
    assert rig.scheduler.is_active(1)
    assert not rig.workers[0].wants


def test_the_loop_looks_for_what_follows_a_wait() -> None:
    rig = Rig(holds_back=True)
    rig.open(1, 0)
    rig.work(1)
    rig.clock.ns += ARRIVAL_NS + MORE_FOLLOWS_NS
    rig.pump.turn()
    rig.workers[0].say(kinds.IDLED, 1, 10)
    rig.pump.worker_ready(0)
    assert not rig.pump.turn()
    rig.workers[0].waits.add(1)
    rig.pump.work_arrived(1, rig.clock.ns, False)
    rig.clock.ns += LOOK_NS_MAX - 1
    assert rig.pump.turn()
    rig.clock.ns += 1
    assert not rig.pump.turn()
    rig.pump.work_arrived(1, rig.clock.ns, False)  # nobody waits for these
    assert not rig.pump.turn()


def waits(rig: Rig, session: int = 1) -> None:
    """Work comes whose end is waited for, and is all that keeps the loop awake."""
    rig.workers[0].waits.add(session)
    rig.pump.work_arrived(session, rig.clock.ns, False)


def test_an_end_foretold_before_its_wait_was_told_of_is_not_lost() -> None:
    """The worker issues what is handed over while the loop is still at that frame."""
    rig = Rig(holds_back=True)
    rig.open(1, 0)
    due_ns = rig.clock.ns + FAR_NS
    rig.workers[0].say(kinds.AWAITED, 1, due_ns)
    waits(rig)
    rig.clock.ns += 2 * LOOK_NS_MAX
    assert not rig.pump.turn(), "it sleeps until it is near"
    rig.timers.advance(FAR_NS - 2 * LOOK_NS_MAX)
    assert rig.clock.ns == due_ns and rig.pump.turn()
    assert rig.workers[0].take("expect") == [(due_ns + LOOK_NS_MAX,)]


def test_of_any_number_of_ends_the_last_one_has_the_only_timer() -> None:
    rig = Rig(holds_back=True)
    rig.open(1, 0)
    rig.open(2, 0)
    for session in (1, 2):
        waits(rig, session)
    before = len(rig.timers.calls)
    for n in range(1000):
        rig.workers[0].say(kinds.AWAITED, 1, rig.clock.ns + FAR_NS + n)
        rig.workers[0].say(kinds.AWAITED, 2, rig.clock.ns + 9 * FAR_NS - n)
        rig.pump.worker_ready(0)
    assert len(rig.timers.calls) == before + 2
    rig.timers.advance(FAR_NS)
    assert rig.pump.turn()
    rig.clock.ns += 2 * LOOK_NS_MAX
    assert not rig.pump.turn()
    assert len(rig.timers.calls) == before + 1
    rig.pump.end_session(2)
    assert len(rig.timers.calls) == before


def test_the_lowest_class_at_work_is_whom_an_arrival_would_preempt() -> None:
    rig = Rig()
    rig.open(1, 0)
    rig.open(2, 2)
    rig.open(3, 1)
    assert rig.pump.lowest_at_work == -1
    rig.work(3)
    assert rig.pump.lowest_at_work == 1
    rig.work(2)
    assert rig.pump.lowest_at_work == 2
    rig.workers[0].say(kinds.IDLED, 2, 10)
    rig.pump.worker_ready(0)
    assert rig.pump.lowest_at_work == 1
    rig.pump.select_policy("fifo")
    assert rig.pump.lowest_at_work == -1


def test_messages_of_sessions_that_are_gone_are_dropped() -> None:
    rig = Rig()
    for kind in (kinds.BATCH_SPENT, kinds.PREEMPTED, kinds.IDLED, kinds.USAGE):
        rig.workers[0].say(kind, 9, 1, 1)
    rig.workers[0].say(kinds.RETIRED, 9, 77)
    rig.workers[0].say(kinds.EMPTY, 0, 78)
    rig.pump.worker_ready(0)
    assert rig.pump.counters.stimuli == 0


def test_the_observer_hears_what_is_not_the_schedulers() -> None:
    rig = Rig()
    rig.open(1, 0)
    worker = rig.workers[0]
    worker.say(kinds.LOW_WATER, 1)
    worker.say(kinds.ASYNC_ERROR, 1, 1, 5)
    worker.say(kinds.FAULT, 1, 700, 6)
    worker.say(kinds.CLOSED, 1)
    rig.pump.worker_ready(0)
    assert rig.observed == [
        ("low_water", 1),
        ("async_error", 1, 1, 5),
        ("fault", 1, 700, 6),
        ("closed", 1),
    ]


def test_a_timer_replaces_the_one_before() -> None:
    rig = Rig()
    rig.pump._set_timer(dec.SetTimer(rig.clock.ns + 100))
    rig.pump._set_timer(dec.SetTimer(rig.clock.ns + 500))
    assert len(rig.timers.calls) == 1
    before = rig.pump.counters.stimuli
    rig.timers.advance(499)
    assert rig.pump.counters.stimuli == before
    rig.timers.advance(1)
    assert rig.pump.counters.stimuli == before + 1


def test_a_control_call_runs_at_once_in_its_lane() -> None:
    rig = Rig()
    rig.open(1, 0)
    answers: list[Any] = []
    rig.pump.control(1, Lane.CONTROL, lambda: 42, lambda *a: answers.append(a))
    rig.run_job()
    assert answers == [(42, None)]
    with pytest.raises(AssertionError):
        rig.pump.control(1, Lane.BANNED, lambda: 0, lambda *a: None)


def drained_call(rig: Rig) -> list[Any]:
    answers: list[Any] = []
    rig.pump.control(1, Lane.CONTROL_DRAINED, lambda: 42, lambda *a: answers.append(a))
    return answers


def test_a_drained_call_waits_until_every_worker_is_empty() -> None:
    rig = Rig(workers=2)
    rig.open(1, 0)
    answers = drained_call(rig)
    tickets = [worker.take("notify_empty")[0][0] for worker in rig.workers]
    assert tickets[0] == tickets[1]
    rig.workers[0].say(kinds.EMPTY, 0, tickets[0])
    rig.pump.worker_ready(0)
    assert not rig.jobs
    rig.workers[1].say(kinds.EMPTY, 0, tickets[0])
    rig.pump.worker_ready(1)
    rig.run_job()
    assert answers == [(42, None)]
    assert rig.pump.slots.waiting == 0
    rig.scheduler.validate()


def test_a_drain_gives_up_on_a_kernel_that_does_not_end() -> None:
    rig = Rig()
    rig.open(1, 0)
    answers = drained_call(rig)
    ticket = rig.workers[0].take("notify_empty")[0][0]
    rig.timers.advance(rig.scheduler.config.drain_give_up_ns)
    rig.run_job()
    assert answers == [(42, None)]
    assert rig.pump.slots.given_up == 1
    rig.workers[0].say(kinds.EMPTY, 0, ticket)  # too late, and harmless
    rig.pump.worker_ready(0)


def test_a_failing_call_gives_its_drain_back() -> None:
    rig = Rig()
    rig.open(1, 0)
    answers = drained_call(rig)
    rig.workers[0].say(kinds.EMPTY, 0, rig.workers[0].take("notify_empty")[0][0])
    rig.pump.worker_ready(0)
    _, done = rig.jobs.pop()
    problem = OSError("no")
    done(None, problem)
    assert answers == [(None, problem)]
    assert rig.pump.slots.waiting == 0


def test_drained_calls_run_one_after_the_other() -> None:
    rig = Rig()
    rig.open(1, 0)
    first, second = drained_call(rig), drained_call(rig)
    (ticket,) = rig.workers[0].take("notify_empty")[0]
    rig.workers[0].say(kinds.EMPTY, 0, ticket)
    rig.pump.worker_ready(0)
    rig.run_job()
    assert (first, second) == ([(42, None)], [])
    assert not rig.workers[0].take("notify_empty")  # the same slot
    rig.run_job()
    assert second == [(42, None)]
    assert rig.pump.slots.waiting == 0


def test_a_drain_that_gave_way_does_not_take_an_old_answer() -> None:
    rig = Rig()
    rig.open(1, 0)
    rig.open(2, 1)
    answers: list[Any] = []
    rig.pump.control(2, Lane.CONTROL_DRAINED, lambda: 42, lambda *a: answers.append(a))
    (old,) = rig.workers[0].take("notify_empty")[0]
    rig.pump.stimulate(sti.WorkArrived(1, rig.clock.now_ns(), True))
    rig.workers[0].say(kinds.EMPTY, 0, old)
    rig.pump.worker_ready(0)
    rig.timers.advance(rig.scheduler.config.drain_give_up_ns)
    assert not rig.jobs and rig.pump.slots.given_up == 0
    rig.pump.stimulate(sti.SessionIdled(1, 0))
    rig.timers.advance(rig.scheduler.config.drain_defer_ns_max)
    (new,) = rig.workers[0].take("notify_empty")[0]
    rig.workers[0].say(kinds.EMPTY, 0, new)
    rig.pump.worker_ready(0)
    rig.run_job()
    assert answers == [(42, None)]


def test_a_late_answer_to_an_old_question_counts_for_nothing() -> None:
    """It comes when the same drain has asked anew."""
    rig = Rig()
    rig.open(1, 0)
    rig.open(2, 1)
    rig.pump.control(2, Lane.CONTROL_DRAINED, lambda: 42, lambda *_: None)
    (old,) = rig.workers[0].take("notify_empty")[0]
    rig.pump.stimulate(sti.WorkArrived(1, rig.clock.now_ns(), True))
    rig.pump.stimulate(sti.SessionIdled(1, 0))
    rig.timers.advance(rig.scheduler.config.drain_defer_ns_max)
    (new,) = rig.workers[0].take("notify_empty")[0]
    rig.workers[0].say(kinds.EMPTY, 0, old)
    rig.pump.worker_ready(0)
    assert not rig.jobs
    rig.workers[0].say(kinds.EMPTY, 0, new)
    rig.pump.worker_ready(0)
    assert len(rig.jobs) == 1


def test_who_waits_for_retirement_is_called_once() -> None:
    rig = Rig()
    rig.open(1, 0)
    called: list[int] = []
    rig.pump.when_retired(1, 5, lambda: called.append(1))
    session, seq, ticket = rig.workers[0].take("notify_retired")[0]
    assert (session, seq) == (1, 5)
    for _ in range(2):
        rig.workers[0].say(kinds.RETIRED, 1, ticket)
        rig.pump.worker_ready(0)
    assert called == [1]


def test_bytes_without_work_lift_the_floor_again() -> None:
    rig = Rig()
    rig.open(1, 0)
    rig.workers[0].take("set_floor")
    rig.workers[0].lowers = True
    assert rig.pump.bytes_arrived(1)
    rig.pump.false_alarm(more_to_come=False)
    assert rig.workers[0].take("set_floor")


def test_half_a_frame_holds_the_others_only_briefly() -> None:
    rig = Rig()
    rig.open(1, 0)
    rig.workers[0].take("set_floor")
    rig.pump.false_alarm(more_to_come=True)
    rig.pump.false_alarm(more_to_come=True)
    assert not rig.workers[0].take("set_floor")
    rig.timers.advance(HALF_FRAME_NS)
    assert len(rig.workers[0].take("set_floor")) == 1


def test_a_session_that_ended_is_forgotten() -> None:
    rig = Rig()
    rig.open(1, 0)
    rig.pump.when_retired(1, 5, lambda: None)
    rig.pump.end_session(1)
    rig.pump.end_session(1)
    assert not rig.pump._retired
    rig.pump._issue_batch(dec.IssueBatch(1, 1, 0, 1, dec.Mode.BULK))
    rig.pump._hold(dec.Hold(1))
    rig.pump._set_level(dec.SetLevel(1, 0))
    rig.scheduler.validate()


def test_switches_reach_the_schedulers_histograms() -> None:
    rig = Rig()
    rig.workers[0].say(kinds.SWITCHED, 0, 1000, 3000, 500)
    rig.workers[0].say(kinds.FIRST_HIGH, 1, 1000, 9000)
    rig.workers[0].say(kinds.RELEASED, 0, 20_000, 43_000)
    rig.pump.worker_ready(0)
    times = rig.scheduler.counters()["switch_times"]
    assert times["last_lower_issue"]["max_ns"] == 2000
    assert times["first_high"]["max_ns"] == 8000
    assert times["release"]["max_ns"] == 23_000


def test_that_a_hold_has_ended_is_told() -> None:
    """By the worker, which raised the floor, and by the scheduler, once."""
    rig = Rig()
    rig.open(1, 0)
    rig.open(2, 1)
    rig.work(2)
    assert ("hold_ended",) not in rig.observed and not rig.pump.somebody_is_held
    rig.work(1)
    assert ("hold_ended",) not in rig.observed and rig.pump.somebody_is_held
    rig.workers[0].say(kinds.RELEASED, 0, 20_000, 43_000)
    rig.pump.worker_ready(0)
    assert rig.observed == [("hold_ended",)]
    rig.workers[0].say(kinds.IDLED, 1)
    rig.pump.worker_ready(0)
    rig.timers.advance(100_000_000)
    assert not rig.pump.somebody_is_held
    assert rig.observed == [("hold_ended",)] * 2


def test_what_is_granted_can_be_asked_for() -> None:
    rig = Rig()
    rig.open(1, 1)
    rig.open(2, 0)
    assert rig.pump.granted(9) == {"mode": "NONE", "window_ns": 0, "batch": 0}
    rig.work(1)
    granted = rig.pump.granted(1)
    assert granted["mode"] == "BULK" and granted["batch"] > 1
    assert granted["window_ns"] == SchedulerConfig().window_alone_ns
    rig.pump._hold(dec.Hold(1))
    assert rig.pump.granted(1)["mode"] == "HELD"
    rig.pump._issue_batch(dec.IssueBatch(1, 500, 700_000, 64, dec.Mode.STANDBY))
    assert rig.pump.granted(1) == {"mode": "HELD", "window_ns": 0, "batch": 0}
    rig.pump.end_session(1)
    assert rig.pump.granted(1)["mode"] == "NONE"
    account = rig.pump.account(2)
    assert account is not None and account.switches == 0
    assert rig.pump.account(1) is None


def test_a_tap_is_told_stimuli_with_their_decisions_and_switches() -> None:
    rig = Rig()
    rig.open(1, 0)
    told: list[tuple[Any, ...]] = []
    rig.pump.tap = lambda *what: told.append(what)
    rig.work(1)
    now_ns, stimulus, decisions = told.pop()
    assert now_ns == rig.clock.ns and type(stimulus).__name__ == "WorkArrived"
    assert any(isinstance(each, dec.IssueBatch) for each in decisions)
    rig.workers[0].say(kinds.SWITCHED, 0, 1000, 3000, 500)
    rig.workers[0].say(kinds.FIRST_HIGH, 1, 1000, 9000)
    rig.workers[0].say(kinds.RELEASED, 0, 20_000, 43_000)
    rig.pump.worker_ready(0)
    assert told[:2] == [
        (1000, "switched", (3000, 500)),
        (9000, "first_high", (1, 1000)),
    ]
    assert told[2:] == [(43_000, "released", (20_000,))]
    rig.pump.tap = None
    rig.work(1)
    assert len(told) == 3


def test_the_floor_rises_by_itself_only_where_all_workers_show_each_other() -> None:
    for together in (True, False):
        rig = Rig()
        rig.open(1, 0)
        rig.workers[-1].shows_peers = together
        rig.open(2, 1)
        class_, armed, release_ns = rig.workers[0].take("set_floor")[-1]
        assert (class_, armed) == (255, 0)
        assert (release_ns > 0) is together and release_ns >= -1


def test_a_session_that_comes_up_to_the_floor_has_it_set_again() -> None:
    """A worker raised it when the work of that class was over; the scheduler, which has
    not heard of it yet, has nothing to change."""
    rig = Rig()
    for session, class_ in ((1, 1), (2, 2), (3, 3), (4, 3)):
        rig.open(session, class_)
    rig.work(4)
    rig.work(3)
    rig.work(2)
    floor = rig.workers[0].take("set_floor")[-1]
    assert floor[0] == 2
    rig.pump.change_hints(3, 2, 1.0)
    names = [said[0] for said in rig.workers[0].said]
    assert names.index("set_class") < names.index("set_floor")
    assert rig.workers[0].take("set_floor")[-1][0] == 2
