"""Waiting on the status page, and every way in which a session can end."""

from __future__ import annotations

import threading
import time

import pytest

from broker.wire.gen import messages as wire
from client._native import DEFAULT_STREAM
from tests.unit.client.broker_end import LINES, BrokerEnd

STREAM = wire.make_handle(wire.KIND_STREAM, 3)


@pytest.fixture
def end():
    made = BrokerEnd()
    yield made
    made.close()


def in_thread(function, *args):
    """Start it; returns a function that joins and gives its result or exception."""
    outcome = []

    def run():
        try:
            outcome.append(function(*args))
        except Exception as problem:
            outcome.append(problem)

    thread = threading.Thread(target=run)
    thread.start()

    def result():
        thread.join()
        return outcome[0]

    return result


def until_asleep(end: BrokerEnd, line: int, sleepers: int = 1) -> None:
    while end.waiter(line, wire.WAITERS_SLEEPING, 4) < sleepers:
        pass


def test_what_has_retired_needs_no_wait(end):
    end.retire(3, 5)
    assert end.native.retired(3, 5)
    assert not end.native.retired(3, 6)
    assert end.native.wait(3, 5, 0)
    assert not end.native.wait(3, 6, 0)


def test_a_sleeper_says_so_and_sees_retirement(end):
    result = in_thread(end.native.wait, 3, 7)
    until_asleep(end, 3)
    end.retire(3, 6)
    end.retire(3, 7)
    assert result() is True
    assert end.waiter(3, wire.WAITERS_SLEEPING, 4) == 0


def test_two_sleepers_are_counted(end):
    first = in_thread(end.native.wait, 3, 7)
    second = in_thread(end.native.wait, 3, 8)
    until_asleep(end, 3, 2)
    end.retire(3, 8)
    assert first() is True
    assert second() is True
    assert end.waiter(3, wire.WAITERS_SLEEPING, 4) == 0


def test_a_wait_ends_at_its_timeout(end):
    assert end.native.wait(3, 1, 2_000_000) is False


def test_how_late_ends_are_is_learned_and_bounded():
    end = BrokerEnd(spin_ns_max=200_000)  # a waiter that foresees
    try:
        for seq, due_ns in ((1, time.monotonic_ns() - 10**9), (2, 1 << 62)):
            end.foretell(3, seq, due_ns)
            result = in_thread(end.native.wait, 3, seq)
            until_asleep(end, 3)
            end.retire(3, seq)
            assert result() is True
            # A second too late, then much too early: a millisecond counts at most.
            known = end.native.lateness(3)
            assert known == ((250_000, 250_000) if seq == 1 else (-62_500, 500_000))
        assert end.native.lateness(4) == (0, 0)
    finally:
        end.close()


def test_who_oversleeps_wakes_up_earlier_next_time():
    """Asleep at the end, he cannot tell how long ago it was: not that it came late."""

    def learned():
        end = BrokerEnd(spin_ns_max=200_000)
        try:
            end.foretell(3, 1, time.monotonic_ns() + 10**9)
            result = in_thread(end.native.wait, 3, 1)
            until_asleep(end, 3)
            end.foretell(3, 1, time.monotonic_ns() - 100_000)  # as if he slept on
            end.retire(3, 1)
            assert result() is True
            return end.native.lateness(3)
        finally:
            end.close()

    # A nap may end between the two lines, and he be awake to see the end.
    assert any(learned() == (-7_500, 7_500) for _ in range(20))


def test_the_end_of_the_complete_behind_it_teaches_too():
    end = BrokerEnd(spin_ns_max=200_000)
    try:
        end.foretell(3, 8, time.monotonic_ns() - 10**9)
        result = in_thread(end.native.wait, 3, 7)
        until_asleep(end, 3)
        end.retire(3, 8)
        assert result() is True
        assert end.native.lateness(3) == (250_000, 250_000)
    finally:
        end.close()


def test_what_was_foretold_of_another_wait_teaches_nothing(end):
    end.foretell(3, 9, time.monotonic_ns() - 10**9)
    result = in_thread(end.native.wait, 3, 7)
    until_asleep(end, 3)
    end.retire(3, 7)
    assert result() is True
    assert end.native.lateness(3) == (0, 0)


@pytest.mark.parametrize("offset", [wire.STATUS_CLOSED, wire.STATUS_STICKY_ERROR])
def test_an_ended_session_ends_waits(end, offset):
    result = in_thread(end.native.wait, 3, 1)
    until_asleep(end, 3)
    end.header(offset, 1)
    assert isinstance(result(), ConnectionError)


def test_a_dead_broker_ends_waits_and_appends(end):
    result = in_thread(end.native.wait, 3, 1)
    until_asleep(end, 3)
    end.socket.close()
    assert isinstance(result(), ConnectionError)
    with pytest.raises(ConnectionError):
        end.native.complete(STREAM)
        end.native.event_record(DEFAULT_STREAM, wire.make_handle(2, 1))


def test_a_dead_broker_ends_a_blocked_append(end):
    def flood():
        while True:
            end.native.event_record(STREAM, wire.make_handle(2, 1))

    result = in_thread(flood)
    while end.native.counters()["frames_unsent"] < 16:
        pass
    end.socket.close()
    assert isinstance(result(), ConnectionError)


def test_closing_ends_waits(end):
    result = in_thread(end.native.wait, 3, 1)
    until_asleep(end, 3)
    end.native.close()
    assert isinstance(result(), ConnectionError)
    with pytest.raises(ConnectionError):
        end.native.flush()


def test_retired_and_lost_is_retired(end):
    end.retire(3, 9)
    end.header(wire.STATUS_CLOSED, 1)
    assert end.native.wait(3, 9)


def test_a_line_that_does_not_exist_is_refused(end):
    with pytest.raises(ValueError):
        end.native.wait(LINES, 1)
    with pytest.raises(ValueError):
        end.native.retired(LINES, 1)


def test_host_functions_are_seen_once(end):
    assert end.native.wait_host([3, 4], [0, 0], 1_000_000) is None
    end.host_due(4, 11, 99)
    assert end.native.wait_host([3, 4], [0, 0], 1_000_000) == (4, 11, 99)
    assert end.native.wait_host([3, 4], [0, 11], 1_000_000) is None
    end.native.host_done(4, 11)
    assert end.waiter(4, wire.WAITERS_HOST_DONE_SEQ, 8) == 11


def test_errors_come_from_the_page(end):
    end.header(wire.STATUS_SESSION_ERROR, 700)
    assert end.native.errors() == (0, 700, 0)
