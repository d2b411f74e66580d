"""The pump's two remote halves, back to back: Relay in the process, RemoteWorker here.

No process and no socket: what one sends is given to the other at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from broker.device import _worker as kinds
from broker.device.backend import Lane
from broker.server.arrivals import MORE_FOLLOWS_NS
from broker.server.relay import WORK, Relay
from broker.server.remote_worker import RemoteWorker
from broker.server.usage import Usage
from broker.server.waiters import LOOK_NS_MAX
from tests.unit.server.pump_rig import Timers


class FakeWorker:
    def __init__(self) -> None:
        self.said: list[tuple[int, ...]] = []
        self.calls: list[tuple[Any, ...]] = []
        self.idle: set[int] = set()  # sessions that leave the idle state next
        self.waits: set[int] = set()  # sessions whose next work is waited for

    def messages(self) -> list[tuple[int, ...]]:
        taken, self.said = self.said, []
        return taken

    def needs_grant(self, sid: int) -> bool:
        found = sid in self.idle
        self.idle.discard(sid)
        return found

    def took_wait(self, sid: int) -> bool:
        found = sid in self.waits
        self.waits.discard(sid)
        return found

    def arrived(self, sid: int) -> bool:
        return False

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *arguments: self.calls.append((name, *arguments))


class FakeObserver:
    def __init__(self) -> None:
        self.told: list[tuple[Any, ...]] = []

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *arguments: self.told.append((name, *arguments))


class Rig:
    """Workers 0 and 1 in the process; session 5 is on the first.

    Args: polls: the process's loop can do without sleep.
    """

    def __init__(self, polls: bool = False) -> None:
        self.ns = self.kicks = 0
        self.timers = Timers(self)  # type: ignore[arg-type]
        self.sent: list[list[Any]] = []
        self.workers = [FakeWorker(), FakeWorker()]
        self.observer = FakeObserver()
        self.jobs: list[tuple[Any, Any]] = []
        self.relay = Relay(
            self.workers,
            kinds,
            self,  # type: ignore[arg-type]  # its clock, set by hand
            self.timers.call_later,
            lambda job, done: self.jobs.append((job, done)),
            self.observer,
            lambda *message, **_: self.sent.append(list(message)),
            self._kicked if polls else None,
        )
        self.relay.open_session(5, self.workers[0])
        self.floor = kinds.Floor()
        self.told: list[tuple[Any, ...]] = []
        self.remote = RemoteWorker(kinds, self.floor)
        self.remote.begin(lambda *message: self.told.append(message))
        self.remote.ready = lambda: self.told.append(("ready",))

    def now_ns(self) -> int:
        return self.ns

    def wall_ns(self, device_ns: int) -> int:
        return device_ns

    def _kicked(self) -> None:
        """As BusyPoll: it begins where it is wanted now."""
        self.kicks += self.relay.turn()

    def carry_out(self) -> None:
        """Do what the broker told."""
        told, self.told = self.told, []
        for what, *values in told:
            self.relay.carry_out()[what](*values)

    def carry_over(self) -> list[tuple[Any, ...]]:
        """What the process sent, as the pump sees it: work, and messages."""
        seen: list[tuple[Any, ...]] = []

        def work_arrived(sid: int, arrived_ns: int, preempted: bool) -> None:
            seen.extend(self.remote.messages())
            seen.append(("work", sid, self.remote.needs_grant(sid), preempted))

        for what, *values in self.sent:
            if what == "news":
                self.remote.news(values[0], work_arrived)
                seen.extend(self.remote.messages())
        self.sent.clear()
        return seen


@pytest.fixture
def rig() -> Rig:
    return Rig()


def test_what_came_before_the_work_is_told_before_it(rig: Rig) -> None:
    rig.workers[0].said = [(kinds.IDLED, 5, 100, 0, 0), (kinds.USAGE, 5, 7, 0, 0)]
    rig.relay.work_arrived(5, 1_000, True)
    assert rig.carry_over() == [
        (kinds.IDLED, 5, 100, 0, 0),
        (kinds.USAGE, 5, 7, 0, 0),
        ("work", 5, True, True),
    ]


def test_work_that_came_while_it_fell_idle_is_announced(rig: Rig) -> None:
    rig.workers[0].idle = {5}
    rig.workers[0].said = [(kinds.IDLED, 5, 100, 0, 0)]
    rig.relay.worker_ready(0)
    assert rig.carry_over() == [(kinds.IDLED, 5, 100, 0, 0), ("work", 5, True, False)]


def test_a_session_that_has_its_grant_announces_nothing(rig: Rig) -> None:
    rig.relay.work_arrived(5, 1_000, False)
    assert rig.sent == []


def test_a_grant_is_needed_once_each_time_it_was_said(rig: Rig) -> None:
    rig.workers[0].idle = {5}
    rig.relay.work_arrived(5, 1_000, False)
    assert rig.carry_over() == [("work", 5, True, False)]
    assert not rig.remote.needs_grant(5)


def test_what_concerns_a_session_alone_stays_in_the_process(rig: Rig) -> None:
    done: list[int] = []
    rig.relay.when_retired(5, 9, lambda: done.append(9))
    (call,) = rig.workers[0].calls
    assert call[:3] == ("notify_retired", 5, 9)
    rig.workers[0].said = [
        (kinds.RETIRED, 5, call[3], 0, 0),
        (kinds.LOW_WATER, 5, 0, 0, 0),
        (kinds.ASYNC_ERROR, 5, 700, 3, 0),
        (kinds.FAULT, 5, 700, 3, 0),
    ]
    rig.relay.worker_ready(0)
    assert done == [9] and rig.sent == []
    assert rig.observer.told == [
        ("low_water", 5),
        ("async_error", 5, 700, 3),
        ("fault", 5, 700, 3),
    ]


def test_decisions_reach_the_worker_of_their_session(rig: Rig) -> None:
    rig.remote.grant(5, 500, 200_000, 64, 1, 0, 3)
    rig.remote.grant(5, 0, 0, 1, 0, 0, 0)  # a hold
    rig.remote.set_level(5, 2)
    rig.remote.grant(6, 0, 0, 1, 0, 0, 0)  # of a session that has ended meanwhile
    rig.remote.set_floor(1, 0, -1)
    table = rig.relay.carry_out()
    for what, *values in rig.told:
        table[what](*values)
    assert rig.workers[0].calls == [
        ("grant", 5, 500, 200_000, 64, 1, 0, 3),
        ("grant", 5, 0, 0, 1, 0, 0, 0),
        ("set_level", 5, 2),
        ("ring",),
    ]
    assert rig.workers[1].calls == [("ring",)]
    assert rig.floor.class_ == 1, "the word itself is shared"


def test_empty_is_told_when_every_worker_of_the_process_is(rig: Rig) -> None:
    rig.remote.notify_empty(41)
    assert rig.told == [("empty", 41)]
    rig.relay.await_empty(41)
    assert [w.calls for w in rig.workers] == [[("notify_empty", 41)]] * 2
    rig.workers[0].said = [(kinds.EMPTY, 0, 41, 0, 0)]
    rig.relay.worker_ready(0)
    assert rig.carry_over() == []
    rig.workers[1].said = [(kinds.EMPTY, 0, 41, 0, 0)]
    rig.relay.worker_ready(1)
    assert rig.carry_over() == [(kinds.EMPTY, 0, 41, 0, 0)]


def test_a_drained_call_runs_when_told_and_ends_the_slot(rig: Rig) -> None:
    results: list[Any] = []
    rig.relay.control(5, Lane.CONTROL, lambda: 1, lambda *r: results.append(r))
    assert len(rig.jobs) == 1, "one that needs no slot runs at once"
    rig.relay.control(5, Lane.CONTROL_DRAINED, lambda: 2, lambda *r: results.append(r))
    ((what, ticket, sid),) = rig.sent
    assert (what, sid, len(rig.jobs)) == ("drain", 5, 1)
    ended: list[Any] = []
    rig.remote.run_drained(rig.remote.life, ticket, lambda *r: ended.append(r))
    assert rig.told == [("run", ticket)] and not ended
    rig.relay.run(ticket)
    rig.jobs[1][1](2, None)
    assert rig.sent[-1] == ["drained", ticket] and results == [(2, None)]
    rig.remote.drained(ticket)
    assert ended == [(None, None)]


def test_a_process_that_has_gone_holds_nothing_up(rig: Rig) -> None:
    ended: list[Any] = []
    rig.remote.notify_empty(41)
    rig.remote.run_drained(rig.remote.life, 7, lambda *r: ended.append(r))
    rig.remote.end()
    assert ended == [(None, None)]
    rig.remote.notify_empty(42)
    assert [m[:3] for m in rig.remote.messages()] == [
        (kinds.EMPTY, 0, 41),
        (kinds.EMPTY, 0, 42),
    ]
    assert rig.told[-1] == ("ready",)
    life = rig.remote.life
    rig.remote.run_drained(life, 8, lambda *r: ended.append(r))
    rig.remote.begin(lambda *message: rig.told.append(message))
    told = len(rig.told)
    # What the dead one asked for is not asked of the next.
    rig.remote.run_drained(life, 9, lambda *r: ended.append(r))
    assert len(ended) == 3 and len(rig.told) == told


def test_news_are_cut_into_packets(rig: Rig) -> None:
    rig.workers[0].said = [(kinds.USAGE, 5, n, 0, 0) for n in range(200)]
    for _ in range(6):
        rig.relay._take(rig.workers[0])
        rig.workers[0].said = [(kinds.USAGE, 5, n, 0, 0) for n in range(200)]
    rig.relay.flush()
    assert [len(message[1]) for message in rig.sent] == [512, 512, 176]


def test_work_is_no_kind_of_a_message() -> None:
    numbers = {value for name, value in vars(kinds).items() if name.isupper()}
    assert WORK not in {n for n in numbers if isinstance(n, int) and n < 100}


def test_a_trace_that_nobody_takes_is_counted_as_lost(rig: Rig) -> None:
    rig.remote.trace_start()
    assert rig.remote.trace_on
    with pytest.raises(ValueError, match="has not ended"):
        rig.remote.trace_start()
    part = bytes(1 << 20)
    for _ in range(6):
        rig.remote.take_trace(part, 0, False, 64)
    rig.remote.take_trace(b"", 3, True, 64)
    assert not rig.remote.trace_on
    taken = 0
    while rig.remote.trace_take():
        taken += 1
    assert taken == 4 and rig.remote.trace_lost == 2 * len(part) // 64 + 3


# ------------------------------------------------------- loops that do not sleep


def test_a_request_that_begins_is_followed_by_more() -> None:
    rig = Rig(polls=True)
    rig.workers[0].idle = {5}
    rig.relay.work_arrived(5, 0, False)
    assert rig.kicks == 1 and rig.sent, "the broker hears of it first"
    rig.ns = MORE_FOLLOWS_NS - 1
    assert rig.relay.turn()
    rig.ns += 1
    assert not rig.relay.turn()
    rig.relay.work_arrived(5, rig.ns, False)  # it has its grant: nothing has begun
    assert rig.kicks == 1 and not rig.relay.turn()
    rig.relay.work_arrived(5, rig.ns, True)
    assert rig.kicks == 2 and rig.relay.turn()


def test_what_follows_a_wait_is_looked_for_until_it_comes_late() -> None:
    rig, looked = Rig(polls=True), []
    for gap_ns in (LOOK_NS_MAX - 1, *[10 * LOOK_NS_MAX] * 4):
        rig.workers[0].waits = {5}
        rig.relay.work_arrived(5, rig.ns, False)
        looked.append(rig.relay.turn())
        rig.ns += gap_ns
        assert not rig.relay.turn() or gap_ns < LOOK_NS_MAX
    assert looked == [True, True, True, True, False]


def test_what_follows_a_foretold_end_is_awaited_by_loop_and_worker() -> None:
    """Told in the frame of its wait, 10 ms ahead."""
    rig, due_ns = Rig(polls=True), 10_000_000
    rig.workers[0].said = [(kinds.AWAITED, 5, due_ns, 0, 0)]
    rig.workers[0].waits = {5}
    rig.relay.work_arrived(5, 0, False)
    assert not rig.carry_over(), "it concerns the process alone"
    rig.timers.advance(due_ns // 2)
    assert not rig.relay.turn() and not rig.workers[0].calls
    rig.timers.advance(due_ns // 2)
    assert rig.relay.turn() and rig.kicks == 2
    ((name, until_ns),) = rig.workers[0].calls
    assert name == "expect" and due_ns < until_ns <= due_ns + LOOK_NS_MAX
    rig.workers[0].said = [(kinds.AWAITED, 5, 2 * due_ns, 0, 0)]
    rig.workers[0].waits = {5}
    rig.relay.work_arrived(5, rig.ns, False)
    rig.relay.end_session(5)
    assert not rig.timers.calls


def test_a_process_that_may_sleep_never_looks(rig: Rig) -> None:
    rig.workers[0].idle, rig.workers[0].waits = {5}, {5}
    rig.relay.work_arrived(5, 0, True)
    assert rig.workers[0].waits == {5} and not rig.relay.turn()


def test_the_broker_says_when_an_arrival_may_preempt() -> None:
    """To the processes that have a session of a higher class than one at work."""
    rig = Rig(polls=True)
    rig.remote.open_session(5, 1)
    for lowest in (-1, 0, 1):
        rig.remote.expect_arrivals(lowest)
    assert rig.told == []
    rig.remote.expect_arrivals(2)
    rig.remote.expect_arrivals(3)
    assert rig.told == [("expect", True)], "once"
    rig.carry_out()
    assert rig.kicks == 1
    rig.ns = 1 << 60
    assert rig.relay.turn(), "for as long as that work lasts"
    rig.remote.expect_arrivals(-1)
    assert rig.told == [("expect", False)]
    rig.carry_out()
    assert not rig.relay.turn() and rig.kicks == 1


def test_expectations_follow_classes_sessions_and_lives() -> None:
    rig = Rig(polls=True)
    rig.remote.open_session(5, 2)
    rig.remote.open_session(6, 3)
    rig.remote.expect_arrivals(2)
    assert rig.told == []
    rig.remote.set_class(6, 0)
    rig.remote.expect_arrivals(2)
    assert rig.told.pop() == ("expect", True)
    rig.remote.forget_session(6)
    rig.remote.expect_arrivals(2)
    assert rig.told.pop() == ("expect", False)
    rig.remote.expect_arrivals(3)
    assert rig.told.pop() == ("expect", True)
    rig.remote.end()
    rig.told.clear()
    rig.remote.begin(lambda *message: rig.told.append(message))
    rig.remote.expect_arrivals(3)
    assert rig.told == [("expect", True)], "the next life was told nothing yet"


# ------------------------------------------------------------------ usage


def test_usage_since_an_earlier_report() -> None:
    before = Usage(launches=3, queue_counts=[1, 2], queue_sum_ns=10)
    now = Usage(launches=10, queue_counts=[1, 5], queue_sum_ns=40, copies=2)
    change = now.since(before)
    assert (change.launches, change.copies, change.queue_sum_ns) == (7, 2, 30)
    assert change.queue_counts == [0, 3]
    first = now.since(Usage())
    assert first.queue_counts == [1, 5] and first.launches == 10
    total = Usage()
    total.add(before)
    total.add(change)
    assert total == now
