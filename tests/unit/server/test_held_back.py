"""What the scheduler may hear of later, and that it comes to the same: heldback.py and
its use in the pump.
"""

from __future__ import annotations

from broker.device import _worker as kinds
from broker.device.backend import Lane
from broker.sched import stimuli as sti
from broker.server.arrivals import MORE_FOLLOWS_NS
from broker.server.heldback import ARRIVAL_NS, IDLE_NS
from tests.unit.server.pump_rig import Rig


def test_a_decision_that_can_wait_leaves_the_loop_to_what_follows() -> None:
    rig = Rig(holds_back=True)
    rig.open(1, 0)
    told = rig.pump.counters.stimuli
    rig.work(1)
    assert rig.pump.turn()
    rig.workers[0].say(kinds.IDLED, 1, 10)
    rig.pump.worker_ready(0)  # neither is what the worker says read
    assert rig.pump.counters.stimuli == told
    rig.clock.ns += ARRIVAL_NS
    assert rig.pump.turn()  # more may follow
    assert rig.scheduler.is_active(1)
    rig.pump.worker_ready(0)
    rig.timers.advance(IDLE_NS)
    assert not rig.scheduler.is_active(1)
    assert not rig.pump.turn()


def heard_of(rig: Rig) -> list[sti.Stimulus]:
    heard: list[sti.Stimulus] = []
    rig.pump.tap = lambda _, stimulus, __: heard.append(stimulus)
    return heard


def alone_at_work(*others: int) -> Rig:
    """Session 1 of class 1 has work. others: classes of further sessions, with none."""
    rig = Rig(holds_back=True)
    for session, class_ in enumerate((1, *others), 1):
        rig.open(session, class_)
    rig.work(1)
    rig.clock.ns += ARRIVAL_NS
    rig.pump.turn()
    rig.clock.ns += MORE_FOLLOWS_NS
    return rig


def test_that_who_is_alone_is_idle_can_wait() -> None:
    """A model sends its next step, which a decision would delay."""
    rig = alone_at_work()
    heard = heard_of(rig)
    idle_ns = rig.clock.ns
    rig.workers[0].say(kinds.IDLED, 1, 10, 0, idle_ns)
    rig.pump.worker_ready(0)
    assert not rig.pump.turn()  # the loop may sleep meanwhile
    rig.timers.advance(IDLE_NS - 1)
    assert heard == []
    rig.timers.advance(1)
    assert heard == [sti.SessionIdled(1, 10, idle_ns)]
    assert not rig.timers.calls and not rig.scheduler.is_active(1)


def test_the_next_step_is_told_with_the_end_of_the_last_when_both_can_wait() -> None:
    rig = alone_at_work()
    heard = heard_of(rig)
    idle_ns = rig.clock.ns
    rig.workers[0].say(kinds.IDLED, 1, 10, 0, idle_ns)
    rig.pump.worker_ready(0)
    rig.timers.advance(100_000)
    work_ns = rig.clock.ns
    rig.work(1)
    assert rig.pump.turn() and heard == []
    rig.clock.ns += ARRIVAL_NS
    rig.pump.turn()
    assert heard == [sti.SessionIdled(1, 10, idle_ns), sti.WorkArrived(1, work_ns)]
    rig.timers.advance(IDLE_NS)
    assert len(heard) == 2 and rig.scheduler.is_active(1)


def test_a_pause_within_a_request_is_one_when_its_end_was_held_back_with_it() -> None:
    """It is over before the linger, though both are told after it: one request, whose
    duty is that of all of it, and a floor that stays where it is."""
    rig = Rig(holds_back=True)
    for session, class_ in (1, 0), (2, 1):
        rig.open(session, class_)
        rig.work(session)
        rig.workers[0].say(kinds.IDLED, session, 10)
        rig.pump.worker_ready(0)
        rig.timers.advance(2 * IDLE_NS)
    rig.work(1)
    rig.clock.ns += ARRIVAL_NS
    rig.pump.turn()
    state = rig.scheduler.facts.sessions[1]
    before = (state.account.flaps_avoided, state.samples)
    rig.workers[0].take("set_floor")
    for _ in range(3):
        rig.workers[0].say(kinds.IDLED, 1, 10, 0, rig.clock.ns)
        rig.pump.worker_ready(0)
        pause_ns = state.linger_ns - 10_000
        rig.timers.advance(pause_ns)
        rig.work(1)
        rig.timers.advance(ARRIVAL_NS)
        assert pause_ns + ARRIVAL_NS > state.linger_ns
        rig.pump.turn()
    assert (state.account.flaps_avoided, state.samples) == (before[0] + 3, before[1])
    assert {floor[0] for floor in rig.workers[0].take("set_floor")} <= {0}


def test_the_floor_stays_for_who_went_on_before_its_pause_was_told() -> None:
    """Else another's work, which has both told, would be issued beside it. The pause
    was longer than the linger: the next request has begun, and is a request."""
    rig = Rig(holds_back=True)
    for session, class_ in (1, 0), (2, 1):
        rig.open(session, class_)
        rig.work(session)
        rig.workers[0].say(kinds.IDLED, session, 10)
        rig.pump.worker_ready(0)
        rig.timers.advance(2 * IDLE_NS)
    rig.work(1)
    rig.clock.ns += ARRIVAL_NS
    rig.pump.turn()
    state = rig.scheduler.facts.sessions[1]
    flaps, samples = state.account.flaps_avoided, state.samples
    idled_ns = rig.clock.ns
    rig.clock.ns += state.linger_ns + 10_000
    rig.workers[0].say(kinds.IDLED, 1, 10, 0, idled_ns)
    rig.pump.worker_ready(0)
    rig.work(1)
    assert rig.scheduler.facts.sessions[1].account.flaps_avoided == flaps
    rig.workers[0].take("set_floor")
    rig.work(2)
    assert not rig.pump.held_back_until_ns, "it is told"
    assert 255 not in [floor[0] for floor in rig.workers[0].take("set_floor")]
    assert (state.account.flaps_avoided, state.samples) == (flaps, samples + 1)


def test_nothing_is_owed_to_a_class_for_the_time_that_its_idleness_was_held_back() -> (
    None
):
    rig = Rig(holds_back=True)
    rig.open(1, 1)
    for _ in range(100):
        rig.work(1)
        rig.timers.advance(20_000)
        rig.workers[0].say(kinds.IDLED, 1, 20_000, 0, rig.clock.ns)
        rig.clock.ns += ARRIVAL_NS
        rig.pump.turn()
        rig.pump.worker_ready(0)
        rig.timers.advance(IDLE_NS)
    assert rig.scheduler.facts.groups[0].owed_ns < 0


def test_whose_end_a_drained_slot_waits_for_is_idle_at_once() -> None:
    rig = alone_at_work(2)
    rig.pump.control(2, Lane.CONTROL_DRAINED, lambda: 1, lambda *_: None)
    assert rig.pump.slots.waiting == 1 and not rig.workers[0].take("notify_empty")
    rig.workers[0].say(kinds.IDLED, 1, 10, 0, rig.clock.ns)
    rig.pump.worker_ready(0)
    assert not rig.scheduler.is_active(1)


def test_work_of_another_is_told_after_the_idle_time_it_follows() -> None:
    rig = alone_at_work(0)
    heard = heard_of(rig)
    rig.workers[0].say(kinds.IDLED, 1, 10)
    rig.pump.worker_ready(0)
    rig.work(2, preempted=True)
    assert [type(one) for one in heard] == [sti.SessionIdled, sti.WorkArrived]
    assert rig.scheduler.is_active(2) and not rig.scheduler.is_active(1)
    rig.timers.advance(IDLE_NS)
    assert len(heard) == 2


def test_that_one_of_several_is_idle_is_told_at_once() -> None:
    rig = alone_at_work(0)
    rig.work(2, preempted=True)
    rig.workers[0].say(kinds.IDLED, 2, 10)
    rig.pump.worker_ready(0)
    assert not rig.scheduler.is_active(2)


def test_an_idle_session_that_ends_is_told_as_idle_first() -> None:
    rig = alone_at_work()
    heard = heard_of(rig)
    rig.workers[0].say(kinds.IDLED, 1, 10)
    rig.pump.worker_ready(0)
    rig.pump.end_session(1)
    assert [type(one) for one in heard] == [sti.SessionIdled, sti.SessionClosed]
    assert rig.scheduler.facts.sessions == {}


def test_where_turns_are_taken_idle_is_told_at_once() -> None:
    rig = Rig("fair", holds_back=True)
    rig.open(1, 1)
    rig.work(1)
    rig.workers[0].say(kinds.IDLED, 1, 10)
    rig.pump.worker_ready(0)
    assert not rig.scheduler.is_active(1)


def test_what_is_held_back_is_told_before_anything_else() -> None:
    rig = Rig(holds_back=True)
    rig.open(1, 0)
    rig.work(1)
    heard: list[object] = []
    rig.pump.tap = lambda _, stimulus, __: heard.append(type(stimulus))
    rig.open(2, 1)
    assert heard == [sti.WorkArrived, sti.SessionOpened]


def test_work_that_changes_anything_for_others_is_told_at_once() -> None:
    rig = Rig(holds_back=True)
    rig.open(1, 0)
    rig.open(2, 1)
    rig.work(2)
    rig.work(1, preempted=True)  # holds the other as far as is known: not yet a fact
    assert rig.workers[0].take("grant")[-1][0] == 2
