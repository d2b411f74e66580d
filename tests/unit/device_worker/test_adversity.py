"""The native worker where it is easy to get stuck, to lose something, to blame wrongly.

Each test once failed. On the emulated device where time has to pass or a wait has to
hold a stream; on the null device otherwise.
"""

from __future__ import annotations

import gc
import struct
import time

import pytest

from broker.wire.gen import messages as m
from tests.unit.device_worker.rig import VA, Rig, handle

GEQ, EQ, AND, NOR = range(4)
MS = 1_000_000


def names(told: list) -> list[str]:
    return [entry[0] for entry in told]


def create(*streams: int, blocking: bool = False, generation: int = 0) -> list:
    flags = 0 if blocking else 1
    return [m.StreamCreate(handle(1, s, generation), flags, 0) for s in streams]


# ------------------------------------------------------------ markers and retirement


def test_an_edge_after_a_complete_leaves_the_stream_able_to_retire() -> None:
    """The edge's record carries an older number than the complete before it."""
    rig = Rig.emulated()
    tenant = rig.tenant()
    tenant.send(*create(2, blocking=True))
    tenant.grant()
    tenant.send(tenant.launch(2, ns=MS), m.Complete(handle(1, 2)), tenant.launch(1))
    rig.run(2 * MS)
    assert rig.worker.counters(1)["in_flight"] == 0
    last = tenant.send(tenant.launch(2))
    rig.run(MS)
    assert tenant.line(2) == last


@pytest.mark.parametrize("kind", ["value", "event"])
def test_what_has_retired_shows_while_the_stream_waits(kind: str) -> None:
    """Who ends the wait may be waiting for just that."""
    rig = Rig.emulated()
    tenant = rig.tenant()
    tenant.grant()
    tenant.send(*create(2), m.EventCreate(handle(2, 1), 0))
    launched = tenant.send(tenant.launch(1, ns=1000))
    if kind == "value":
        tenant.send(m.WaitValue(handle(1, 1), VA, 1, 4, EQ))
    else:
        record = tenant.send(
            m.WaitValue(handle(1, 2), VA, 1, 4, EQ),
            m.EventRecord(handle(1, 2), handle(2, 1)),
        )
        tenant.send(m.StreamWait(handle(1, 1), handle(2, 1), record))
    rig.run(MS)
    assert tenant.line(1) == launched


def test_a_stream_takes_no_more_than_a_drivers_queue_holds() -> None:
    rig = Rig.emulated()
    tenant = rig.tenant(queued_max=4000)
    tenant.grant(launches=5000)
    tenant.send(*create(2), m.EventCreate(handle(2, 1), 0))
    tenant.send(m.WaitValue(handle(1, 1), VA, 1, 4, EQ))
    for _ in range(4):
        last = tenant.send(*[m.EventRecord(handle(1, 1), handle(2, 1))] * 400)
    rig.run(MS)
    assert 400 < rig.worker.counters(1)["in_flight"] <= 512
    tenant.send(m.WriteValue(handle(1, 2), VA, 1, 4))
    rig.run(MS)
    assert tenant.line(1) == last


def test_time_that_goes_back_opens_no_window() -> None:
    rig = Rig.emulated()
    tenant = rig.tenant()
    tenant.grant(most=1)
    tenant.send(*[tenant.launch(1, ns=MS)] * 2)
    rig.step()
    rig.worker.step(rig.now - 500_000)
    rig.worker.step(rig.now - 500_000)
    assert rig.worker.counters(1)["launches"] == 1


# ------------------------------------------------------------ real streams and edges


def test_streams_that_wait_for_their_tenant_leave_real_ones_to_others() -> None:
    rig = Rig()
    tenant = rig.tenant()
    tenant.grant()
    tenant.send(*create(*range(2, 12)))
    for stream in range(2, 11):
        tenant.send(tenant.launch(stream), m.HostFunction(handle(1, stream), stream))
    rig.run(MS)
    last = tenant.send(tenant.launch(11))
    rig.run(MS)
    assert tenant.line(11) == last


def test_the_legacy_stream_waits_for_no_stream_that_is_not_blocking_any_more() -> None:
    rig = Rig.emulated()
    tenant = rig.tenant()
    tenant.grant()
    tenant.send(*create(2, blocking=True))
    tenant.send(tenant.launch(2, ns=1000), m.StreamDestroy(handle(1, 2)))
    tenant.send(*create(2, generation=1))
    tenant.send(m.WaitValue(handle(1, 2, 1), VA, 1, 4, EQ))
    last = tenant.send(tenant.launch(1))
    rig.run(MS)
    assert tenant.line(1) == last


def test_the_legacy_stream_waits_for_the_work_of_a_destroyed_stream() -> None:
    rig = Rig.emulated()
    tenant = rig.tenant()
    tenant.grant()
    tenant.send(*create(2, blocking=True))
    tenant.send(tenant.launch(2, ns=MS), m.StreamDestroy(handle(1, 2)))
    tenant.send(*create(2, generation=1))
    last = tenant.send(tenant.launch(1))
    rig.run(MS // 2)
    assert tenant.line(1) < last
    rig.run(MS)
    assert tenant.line(1) == last


def test_pieces_of_a_copy_end_where_host_pieces_do() -> None:
    """They are counted from the arena's beginning, whatever its address."""
    rig = Rig.emulated()
    tenant = rig.tenant()
    tenant.grant()
    last = tenant.send(m.CopyH2d(handle(1, 1), VA, 4096, 13 << 20))
    rig.run(5 * MS)
    assert rig.worker.take_error(1) == (0, 0)
    assert tenant.line(1) == last


def test_a_large_fill_goes_out_in_pieces() -> None:
    rig = Rig()
    tenant = rig.tenant()
    rig.worker.add_range(1, VA + (1 << 30), 1 << 30)
    tenant.grant(launches=3)
    last = tenant.send(m.Memset(handle(1, 1), VA + (1 << 30), 7, 1, 256 << 20))
    rig.run(MS)
    assert tenant.line(1) < last
    tenant.grant(launches=3)
    rig.run(MS)
    assert tenant.line(1) == last
    assert rig.worker.counters(1)["fills"] == 1


# ------------------------------------------------------------ notices


def test_no_notice_is_lost_however_many_there_are() -> None:
    rig = Rig()
    tenant = rig.tenant()
    seq = tenant.send(tenant.launch())
    for ticket in range(200):
        rig.worker.notify_retired(1, seq, ticket)
        rig.worker.notify_empty(1000 + ticket)
    rig.step()
    tenant.grant()
    rig.run(MS)
    told = [*rig.told(), *rig.told()]
    assert [t[2] for t in told if t[0] == "RETIRED"] == list(range(200))
    assert [t[2] for t in told if t[0] == "EMPTY"] == list(range(1000, 1200))


def test_the_notices_of_a_session_that_closes_are_answered() -> None:
    rig = Rig()
    tenant = rig.tenant()
    seq = tenant.send(tenant.launch())
    rig.worker.notify_retired(1, seq, 5)
    rig.worker.close_session(1)
    rig.worker.notify_retired(1, seq, 6)
    rig.step()
    rig.worker.notify_retired(1, seq, 7)
    rig.step()
    told = rig.told()
    assert sorted(t[2] for t in told if t[0] == "RETIRED") == [5, 6, 7]
    assert "CLOSED" in names(told)


def test_low_water_comes_also_where_one_operation_fills_the_queue() -> None:
    rig = Rig()
    tenant = rig.tenant(queued_max=1)
    tenant.send(tenant.launch(), tenant.launch())
    assert rig.worker.pause_needed(1)
    tenant.grant()
    rig.run(MS)
    assert "LOW_WATER" in names(rig.told())


def test_idle_is_told_at_once_after_work_that_came_in_parts() -> None:
    rig = Rig()
    tenant = rig.tenant()
    tenant.grant()
    for _ in range(3):
        tenant.send(tenant.launch())
        rig.worker.needs_grant(1)
        rig.step(1000)
    rig.run(MS)
    assert names(rig.told()) == ["IDLED"]


def test_a_session_that_is_preempted_twice_says_so_twice() -> None:
    rig = Rig()
    low, high = rig.tenant(1, class_=1), rig.tenant(2, class_=0)
    low.grant()
    told = []
    for _ in range(2):
        rig.worker.set_floor(255, 0)
        low.send(low.launch())
        rig.step()
        rig.worker.arrived_at(high.sid, rig.now)
        low.send(low.launch())
        rig.step()
        told += rig.told()
    assert names(told).count("PREEMPTED") == 2


def test_a_low_launch_is_never_called_the_first_high_one() -> None:
    """The high session's bytes were a false alarm, and the floor rose again."""
    rig = Rig()
    low, high = rig.tenant(1, class_=1), rig.tenant(2, class_=0)
    low.grant()
    rig.worker.set_floor(255, 0)
    rig.worker.arrived_at(high.sid, rig.now)
    rig.step()
    rig.worker.set_floor(255, 0)
    low.send(low.launch())
    rig.run(MS)
    assert "FIRST_HIGH" not in names(rig.told())


# ------------------------------------------------------------ closing


@pytest.mark.parametrize(
    "waits",
    [
        [(1, 5, GEQ)],
        [(1, 5, EQ)],
        [(1, 6, AND)],
        [(1, 5, NOR)],
        [(1, 5, EQ), (1, 6, EQ), (1, 5, EQ)],
        [(1, 5, EQ), (2, 6, EQ), (2, 5, EQ)],
    ],
)
def test_a_session_closes_whatever_its_streams_wait_for(waits: list) -> None:
    rig = Rig.emulated()
    tenant = rig.tenant()
    tenant.grant()
    before = 0xFFFFFFFF if waits[0][2] == NOR else 0
    tenant.send(*create(2, 3), m.WriteValue(handle(1, 3), VA, before, 4))
    rig.run(MS)
    tenant.send(*[m.WaitValue(handle(1, s), VA, v, 4, how) for s, v, how in waits])
    tenant.send(tenant.launch(1), tenant.launch(2))
    rig.run(MS)
    assert rig.worker.counters(1)["in_flight"]
    rig.worker.close_session(1)
    rig.run(20 * MS)
    assert "CLOSED" in names(rig.told())


@pytest.mark.parametrize(
    ("value", "width", "condition"),
    [
        (0, 4, AND),
        (1 << 32, 4, AND),
        (0, 8, AND),
        (0xFFFFFFFF, 4, NOR),
        (2**64 - 1, 8, NOR),
    ],
)
def test_a_wait_that_nothing_can_end_is_refused(
    value: int, width: int, condition: int
) -> None:
    rig = Rig()
    tenant = rig.tenant()
    tenant.grant()
    seq = tenant.send(m.WaitValue(handle(1, 1), VA, value, width, condition))
    rig.run(MS)
    assert rig.worker.take_error(1) == (1, seq)
    assert tenant.line(1) == seq


# ------------------------------------------------------------ blame


def test_a_stream_that_waits_is_no_kernel_that_runs_too_long() -> None:
    rig = Rig.emulated(kernel_time_max_ns=20 * MS)
    tenant = rig.tenant()
    tenant.grant()
    tenant.send(*create(2), m.EventCreate(handle(2, 1), 0))
    record = tenant.send(
        m.WaitValue(handle(1, 2), VA, 1, 4, EQ),
        m.EventRecord(handle(1, 2), handle(2, 1)),
    )
    tenant.send(
        tenant.launch(1, ns=1000),
        m.StreamWait(handle(1, 1), handle(2, 1), record),
        tenant.launch(1, ns=1000),
    )
    rig.run(500 * MS)
    assert "FAULT" not in names(rig.told())


def test_a_kernel_that_follows_a_long_wait_has_its_own_time() -> None:
    rig = Rig.emulated(kernel_time_max_ns=100 * MS)
    tenant = rig.tenant()
    tenant.grant()
    tenant.send(*create(2), m.EventCreate(handle(2, 1), 0))
    record = tenant.send(
        tenant.launch(2, ns=90 * MS), m.EventRecord(handle(1, 2), handle(2, 1))
    )
    last = tenant.send(
        m.StreamWait(handle(1, 1), handle(2, 1), record),
        tenant.launch(1, ns=90 * MS),
    )
    rig.run(200 * MS)
    assert "FAULT" not in names(rig.told())
    assert tenant.line(1) == last


def test_a_kernel_without_end_is_found_behind_streams_that_wait() -> None:
    """Only one stream is asked about at a time; the waiting one always comes first."""
    rig = Rig.emulated(kernel_time_max_ns=100 * MS)
    tenant = rig.tenant()
    tenant.grant()
    tenant.send(*create(2))
    seq = tenant.send(tenant.launch(1, ns=100_000 * MS))
    tenant.send(m.WaitValue(handle(1, 2), VA, 1, 4, EQ))
    rig.run(1000 * MS)
    assert ("FAULT", 1, 702, seq, 0) in rig.told()


# ------------------------------------------------------------ the thread, and bad calls


def until(condition, seconds: float = 20.0) -> bool:
    """Whether the condition comes true before long."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.001)
    return True


def test_a_new_class_wakes_the_worker() -> None:
    rig = Rig(threaded=True)
    low, high = rig.tenant(1, class_=1), rig.tenant(2, class_=0)
    rig.worker.set_floor(255, 0)
    low.grant()
    rig.worker.arrived(high.sid)
    rig.worker.start()
    low.send(low.launch())
    assert until(lambda: "PREEMPTED" in names(rig.told()))
    sleeps = rig.worker.totals()["sleeps"]
    assert until(lambda: rig.worker.totals()["sleeps"] >= sleeps)
    rig.worker.set_class(1, 0)
    assert until(lambda: rig.worker.counters(1)["launches"] == 1, 2.0)
    rig.worker.stop()


def test_a_worker_starts_once_and_again_after_a_stop() -> None:
    rig = Rig(threaded=True)
    tenant = rig.tenant()
    rig.worker.start()
    with pytest.raises(OSError, match="issue thread"):
        rig.worker.start()
    rig.worker.stop()
    rig.worker.start()
    tenant.grant()
    last = tenant.send(tenant.launch())
    assert until(lambda: tenant.line(1) == last)
    rig.worker.stop()


def test_work_after_an_idle_time_is_issued_by_who_hands_it_over() -> None:
    rig = Rig(threaded=True, issue_on_arrival=True)
    tenant, other = rig.tenant(1), rig.tenant(2)
    for each in (tenant, other):
        each.grant(launches=10_000)
    rig.worker.start()
    for _ in range(100):
        assert until(lambda: rig.worker.totals()["sleeps"] > 0)
        last = tenant.send(*[tenant.launch()] * 6, m.Complete(handle(1, 1)))
        also = other.send(other.launch(), m.Complete(handle(1, 1)))
        assert until(lambda last=last: tenant.line(1) == last)
        assert until(lambda also=also: other.line(1) == also)
    rig.worker.stop()
    assert rig.worker.counters(1)["launches"] == 600
    assert rig.worker.counters(2)["launches"] == 100
    assert rig.worker.totals()["arrivals"] > 0


def test_what_nothing_lies_before_is_issued_by_who_hands_it_over() -> None:
    """Also where the loop has not heard that the session was idle: a decode step comes
    sooner after the one before it."""
    rig = Rig(threaded=True, issue_on_arrival=True)
    tenant = rig.tenant()
    tenant.grant(launches=10_000)
    tenant.send(tenant.launch())
    assert rig.worker.needs_grant(1)  # for the loop it is busy from here on
    rig.worker.start()
    for _ in range(100):
        sleeps = rig.worker.totals()["sleeps"]
        last = tenant.send(tenant.launch(), m.Complete(handle(1, 1)))
        assert until(lambda last=last: tenant.line(1) == last)
        assert until(lambda sleeps=sleeps: rig.worker.totals()["sleeps"] > sleeps)
    rig.worker.stop()
    assert rig.worker.counters(1)["launches"] == 101
    assert rig.worker.totals()["arrivals"] > 0


def test_what_the_device_has_no_need_of_yet_is_left_to_the_issue_thread() -> None:
    rig = Rig.emulated(threaded=True, issue_on_arrival=True)
    tenant = rig.tenant()
    tenant.grant(launches=10_000)
    long_ns = 300_000_000
    last = tenant.send(tenant.launch(ns=long_ns), m.Complete(handle(1, 1)))
    assert rig.worker.needs_grant(1)
    rig.worker.start()
    assert until(lambda: tenant.line(1) == last)  # what it takes is known now
    tenant.send(tenant.launch(ns=long_ns))
    assert until(lambda: rig.worker.counters(1)["launches"] == 2)
    arrivals = rig.worker.totals()["arrivals"]
    sleeps = rig.worker.totals()["sleeps"]
    assert until(lambda: rig.worker.totals()["sleeps"] > sleeps)
    tenant.send(tenant.launch(ns=1000))
    assert rig.worker.totals()["arrivals"] == arrivals
    assert until(lambda: rig.worker.counters(1)["launches"] == 3)
    rig.worker.stop()


def test_sessions_that_cannot_be_are_refused() -> None:
    rig = Rig(sessions_max=2)
    rig.tenant(1)

    def another(sid: int, streams_max: int = 64) -> None:
        rig.worker.open_session(sid, 0, 0, 0, 0, 0, 0, streams_max=streams_max)

    with pytest.raises(ValueError, match="session 1 is open already"):
        another(1)
    with pytest.raises(ValueError, match="streams_max: 1025"):
        another(2, streams_max=1025)
    another(2)
    with pytest.raises(ValueError, match="2 sessions already"):
        another(3)


def test_a_session_that_is_never_closed_leaves_nothing_behind() -> None:
    """Seen by the leak checker of the sanitizer runs; here it must not crash."""
    rig = Rig()
    tenant = rig.tenant()
    tenant.send(*[tenant.launch()] * 10, m.HostFunction(handle(1, 1), 1))
    rig.step()
    page = struct.unpack_from("<Q", tenant.status, 0)
    del rig, tenant
    assert page == (11,)


def test_a_device_may_be_closed_once_its_worker_has_stopped() -> None:
    """What the worker keeps in store goes back before, not when it is collected."""
    rig = Rig.emulated()
    tenant = rig.tenant()
    tenant.grant()
    tenant.send(*[tenant.launch(1, ns=1000)] * 8)
    rig.run(MS)
    assert rig.worker.totals()["samples"]
    rig.worker.close_session(1)
    rig.run(MS)
    rig.worker.forget_session(1)
    rig.worker.stop()
    rig.backend.close()
    del rig, tenant
    gc.collect()
