"""The native worker on the null device: grants, order, errors, messages."""

from __future__ import annotations

import struct

import pytest

from broker.wire.gen import messages as m
from tests.unit.device_worker.rig import KINDS, VA, Rig, handle

IDLE_GRACE_NS = 40_000  # of the worker, if not told otherwise


@pytest.fixture
def rig() -> Rig:
    return Rig()


def names(told: list) -> list[str]:
    return [entry[0] for entry in told]


def test_nothing_is_issued_without_a_grant(rig: Rig) -> None:
    tenant = rig.tenant()
    tenant.send(tenant.launch())
    rig.step()
    assert rig.worker.counters(1)["launches"] == 0
    assert rig.worker.counters(1)["queued"] == 1


def test_a_granted_launch_retires_and_shows_in_the_status_page(rig: Rig) -> None:
    tenant = rig.tenant()
    tenant.grant()
    last = tenant.send(tenant.launch(), tenant.launch(), m.Complete(handle(1, 1)))
    rig.step()
    assert tenant.line(1) == last
    assert rig.worker.counters(1)["launches"] == 2
    assert rig.worker.counters(1)["in_flight"] == 0


def test_retirement_shows_without_being_asked_for_once_nothing_follows(
    rig: Rig,
) -> None:
    tenant = rig.tenant()
    tenant.grant()
    last = tenant.send(tenant.launch())
    assert rig.step() <= rig.now + 20_000
    rig.step(20_000)
    assert tenant.line(1) == last


def test_a_batch_stops_at_its_size_and_asks_before_it_is_spent(rig: Rig) -> None:
    tenant = rig.tenant()
    tenant.grant(launches=8)
    tenant.send(*[tenant.launch()] * 20)
    rig.step()
    assert rig.worker.counters(1)["launches"] == 8
    spent = [t for t in rig.told() if t[0] == "BATCH_SPENT"]
    assert len(spent) == 1 and spent[0][2] == 6  # asked at a quarter left
    tenant.grant(launches=100)
    rig.step()
    assert rig.worker.counters(1)["launches"] == 20


def test_the_floor_stops_bulk_below_it_at_once(rig: Rig) -> None:
    low, high = rig.tenant(1, class_=1), rig.tenant(2, class_=0)
    low.grant()
    rig.worker.set_floor(255, 0)
    assert rig.worker.arrived_at(high.sid, rig.now) is True
    assert rig.worker.arrived_at(high.sid, rig.now) is False  # already lowered
    low.send(low.launch())
    rig.step()
    told = rig.told()
    assert rig.worker.counters(1)["launches"] == 0
    assert "PREEMPTED" in names(told) and "SWITCHED" in names(told)
    low.grant(mode=2, most=1)  # urgent: whatever the floor says
    rig.step()
    assert rig.worker.counters(1)["launches"] == 1


def test_the_first_launch_of_the_high_class_is_timed(rig: Rig) -> None:
    rig.tenant(1, class_=1)
    high = rig.tenant(2, class_=0)
    high.grant()
    rig.worker.set_floor(255, 0)
    rig.worker.arrived_at(high.sid, rig.now)
    high.send(high.launch())
    rig.step(5_000)
    first = [t for t in rig.told() if t[0] == "FIRST_HIGH"]
    assert len(first) == 1
    assert first[0][2] <= first[0][3] <= rig.now


def test_an_unarmed_floor_never_falls(rig: Rig) -> None:
    high = rig.tenant(1, class_=0)
    rig.worker.set_floor(255, -1)
    assert rig.worker.arrived_at(high.sid, rig.now) is False


def test_idle_is_told_once_and_work_is_needed_once(rig: Rig) -> None:
    tenant = rig.tenant()
    tenant.grant()
    assert not rig.worker.needs_grant(1)
    tenant.send(tenant.launch())
    assert rig.worker.needs_grant(1) and not rig.worker.needs_grant(1)
    rig.step()
    rig.step(20_000)
    rig.step(100_000)
    rig.step(100_000)
    assert names(rig.told()).count("IDLED") == 1


def test_an_idle_message_says_since_when(rig: Rig) -> None:
    tenant = rig.tenant()
    tenant.grant()
    tenant.send(tenant.launch())
    assert rig.worker.needs_grant(1)
    rig.step()
    while not (told := rig.worker.messages()):
        rig.step(10_000)
    ((kind, session, _, _, since_ns),) = told
    assert (KINDS[kind], session) == ("IDLED", 1)
    # Idle sessions are told of after a while: it was before that.
    assert 0 < since_ns <= rig.now - IDLE_GRACE_NS


@pytest.mark.parametrize("pause_ns", [IDLE_GRACE_NS // 2, 5_000_000])
def test_an_idle_time_begins_after_work_that_was_over_at_once(
    rig: Rig, pause_ns: int
) -> None:
    """Issued and retired in one turn, before the accounts see that it was there: what
    they remember is the idle time before it, told of or not."""
    tenant = rig.tenant()
    tenant.grant()
    work = tenant.launch(), m.Complete(handle(1, 1))
    tenant.send(*work)
    assert rig.worker.needs_grant(1)
    rig.step()
    rig.told()
    rig.step(pause_ns)
    told = rig.told()
    assert ("IDLED" in names(told)) == (pause_ns > IDLE_GRACE_NS)
    tenant.send(*work)
    assert rig.worker.needs_grant(1) == (pause_ns > IDLE_GRACE_NS)
    rig.step()
    worked_ns = rig.now
    assert tenant.line(1) == tenant.seq - 1
    assert "IDLED" not in names(rig.told())
    rig.step(IDLE_GRACE_NS - 1)
    assert "IDLED" not in names(rig.told())
    rig.step(1_000)
    ((_, _, _, _, since_ns),) = [one for one in rig.told() if one[0] == "IDLED"]
    assert since_ns >= worked_ns


def test_an_idle_message_overtaken_by_work_is_no_idle_message(rig: Rig) -> None:
    tenant = rig.tenant()
    tenant.grant()
    tenant.send(tenant.launch())
    assert rig.worker.needs_grant(1)
    for _ in range(6):
        rig.step(100_000)
    tenant.send(tenant.launch())  # before the loop reads the message
    assert names(rig.told()) == ["USAGE"]
    for _ in range(6):
        rig.step(100_000)
    assert names(rig.told()) == ["IDLED"]


def test_a_stale_function_is_the_sessions_error_and_the_rest_goes_on(rig: Rig) -> None:
    tenant = rig.tenant()
    tenant.grant()
    bad = tenant.send(tenant.launch(function=handle(4, 1, generation=7)))
    last = tenant.send(tenant.launch(), m.Complete(handle(1, 1)))
    rig.step()
    assert tenant.line(1) == last
    assert ("ASYNC_ERROR", 1, 400, bad, 0) in rig.told()
    assert tenant.error_of(1) == 400
    assert rig.worker.take_error(1) == (400, bad)
    assert tenant.error_of(1) == 0 and rig.worker.take_error(1) == (0, 0)


@pytest.mark.parametrize(
    ("operation", "result"),
    [
        (m.CopyH2d(handle(1, 1), VA, 0, 65 << 20), 1),
        (m.CopyH2d(handle(1, 1), VA - 1, 0, 16), 1),
        (m.CopyD2h(handle(1, 1), (16 << 20) - 8, VA, 16), 1),
        (m.CopyD2d(handle(1, 1), VA, VA + (64 << 20), 1), 1),
        (m.Memset(handle(1, 1), VA + 1, 0, 4, 1), 1),
        (m.Memset(handle(1, 1), VA, 0, 3, 1), 1),
        (m.Memset(handle(1, 1), VA, 0, 4, 2**62), 1),
        (m.EventRecord(handle(1, 1), handle(2, 5)), 400),
        (m.StreamWait(handle(1, 1), handle(2, 5), 1), 400),
        (m.Complete(handle(1, 9)), 400),
        (m.StreamDestroy(handle(1, 1)), 400),
        (m.StreamCreate(handle(1, 1), 0, 0), 400),
        (m.StreamCreate(handle(1, 9999), 0, 0), 400),
        (m.WriteValue(handle(1, 1), VA + 2, 0, 4), 1),
        (m.WaitValue(handle(1, 1), VA, 0, 5, 0), 1),
    ],
)
def test_what_a_tenant_may_not_name_is_refused_in_its_place(
    rig: Rig, operation: object, result: int
) -> None:
    tenant = rig.tenant()
    tenant.grant()
    seq = tenant.send(operation)
    rig.step()
    assert rig.worker.take_error(1) == (result, seq)
    assert tenant.line(1) == seq


def test_a_gap_in_the_sequence_ends_the_session(rig: Rig) -> None:
    from broker.wire.errors import RemoteProtocolError

    tenant = rig.tenant()
    tenant.seq = 5
    with pytest.raises(RemoteProtocolError, match="first_seq: 5, expected 1"):
        tenant.send(tenant.launch())


def test_a_wait_follows_its_record_across_streams(rig: Rig) -> None:
    tenant = rig.tenant()
    tenant.send(
        m.StreamCreate(handle(1, 2), 1, 0),
        m.StreamCreate(handle(1, 3), 1, 0),
        m.EventCreate(handle(2, 1), 0),
    )
    record = tenant.send(tenant.launch(2), m.EventRecord(handle(1, 2), handle(2, 1)))
    last = tenant.send(
        m.StreamWait(handle(1, 3), handle(2, 1), record),
        tenant.launch(3),
        m.Complete(handle(1, 3)),
    )
    tenant.grant()
    rig.step()
    assert tenant.line(3) == last
    assert rig.worker.take_error(1) == (0, 0)


def test_elapsed_time_needs_both_records_to_have_retired(rig: Rig) -> None:
    tenant = rig.tenant()
    first, second = handle(2, 1), handle(2, 2)
    tenant.send(m.EventCreate(first, 0), m.EventCreate(second, 0))
    assert rig.worker.event_elapsed(1, first, second)[0] == 400
    tenant.send(m.EventRecord(handle(1, 1), first), m.EventRecord(handle(1, 1), second))
    assert rig.worker.event_elapsed(1, first, second)[0] == 600
    tenant.grant()
    rig.step()
    rig.step(50_000)
    rig.step(50_000)
    error, elapsed_ns = rig.worker.event_elapsed(1, first, second)
    assert error == 0 and elapsed_ns > 0  # by the host's clock on the null device
    assert rig.worker.event_elapsed(1, second, first) == (0, -elapsed_ns)


def test_a_host_function_holds_its_stream_until_the_tenant_answers(rig: Rig) -> None:
    tenant = rig.tenant()
    tenant.grant()
    host = tenant.send(m.HostFunction(handle(1, 1), 77))
    last = tenant.send(tenant.launch(), m.Complete(handle(1, 1)))
    rig.step()
    assert struct.unpack_from("<QQ", tenant.status, 64 + 16) == (host, 77)
    assert tenant.line(1) < host
    struct.pack_into("<Q", tenant.waiters, 64 + 16, host)
    rig.step(60_000)
    assert tenant.line(1) == last


def test_notices_of_retirement_and_emptiness(rig: Rig) -> None:
    tenant = rig.tenant()
    seq = tenant.send(tenant.launch())
    rig.worker.notify_retired(1, seq, 42)
    rig.worker.notify_empty(43)
    rig.step()
    told = rig.told()
    assert "RETIRED" not in names(told) and ("EMPTY", 0, 43, 0, 0) in told
    tenant.grant()
    rig.step()
    rig.step()
    assert ("RETIRED", 1, 42, 0, 0) in rig.told()


def test_a_closed_session_drops_its_queue_and_can_be_forgotten(rig: Rig) -> None:
    tenant = rig.tenant()
    tenant.send(*[tenant.launch()] * 10)
    rig.worker.close_session(1)
    rig.step()
    assert ("CLOSED", 1, 0, 0, 0) in rig.told()
    assert rig.worker.counters(1)["queued"] == 0
    rig.worker.forget_session(1)
    with pytest.raises(KeyError, match="no session 1"):
        rig.worker.counters(1)


def test_a_flood_asks_for_a_pause_and_tells_when_there_is_room(rig: Rig) -> None:
    tenant = rig.tenant()
    for _ in range(3):
        tenant.send(*[tenant.launch()] * 400)
    assert rig.worker.pause_needed(1)
    tenant.grant(launches=2000)
    rig.step()
    assert ("LOW_WATER", 1, 0, 0, 0) in rig.told()
    assert not rig.worker.pause_needed(1)


def test_a_large_copy_crosses_host_pieces(rig: Rig) -> None:
    tenant = rig.tenant()
    tenant.grant(window_ns=200_000, most=64)
    last = tenant.send(
        m.CopyH2d(handle(1, 1), VA, 4096, 13 << 20), m.Complete(handle(1, 1))
    )
    for _ in range(20):
        rig.step(1_000)
    assert tenant.line(1) == last
    assert rig.worker.counters(1)["copies"] == 1


def test_legacy_stream_orders_blocking_streams(rig: Rig) -> None:
    tenant = rig.tenant()
    tenant.grant()
    tenant.send(m.StreamCreate(handle(1, 2), 0, 0), m.StreamCreate(handle(1, 3), 1, 0))
    last = tenant.send(
        tenant.launch(2),
        tenant.launch(1),
        tenant.launch(2),
        tenant.launch(3),
        m.Complete(handle(1, 1)),
        m.Complete(handle(1, 2)),
        m.Complete(handle(1, 3)),
    )
    rig.step()
    assert [tenant.line(i) for i in (1, 2, 3)] == [last - 2, last - 1, last]


def test_ranks_decide_who_is_served_first(rig: Rig) -> None:
    first, second = rig.tenant(1), rig.tenant(2)
    first.send(first.launch())
    second.send(second.launch())
    first.grant(rank=5)
    second.grant(rank=1)
    rig.step()
    assert rig.worker.counters(1)["launches"] == rig.worker.counters(2)["launches"] == 1


def test_bad_calls_name_what_is_wrong(rig: Rig) -> None:
    rig.tenant()
    with pytest.raises(KeyError, match="no session 9"):
        rig.worker.grant(9, 1, 1, 1, 1)
    with pytest.raises(ValueError, match="function handle"):
        rig.worker.add_function(1, handle(1, 1), 0x1, 0, 1)
    with pytest.raises(KeyError, match="no range"):
        rig.worker.remove_range(1, 123)
    with pytest.raises(ValueError, match="not closed"):
        rig.worker.forget_session(1)


def test_the_loop_hears_once_that_somebody_waits(rig: Rig) -> None:
    tenant = rig.tenant()
    tenant.send(tenant.launch())
    assert not rig.worker.took_wait(1)
    tenant.send(tenant.launch(), m.Complete(handle(1, 1)), m.Complete(handle(1, 1)))
    assert rig.worker.took_wait(1) and not rig.worker.took_wait(1)


def test_a_block_larger_than_the_function_allows_is_out_of_resources(rig: Rig) -> None:
    """One larger than any function's is no valid value; as the driver answers."""
    tenant = rig.tenant()
    tenant.grant()
    bounded = handle(4, 2)
    rig.worker.add_function(1, bounded, rig.native, 8, 128)
    for threads, result in ((128, 0), (129, 701), (1024, 701), (1025, 1)):
        launch = tenant.launch(function=bounded, threads=threads)
        tenant.send(launch, m.Complete(handle(1, 1)))
        rig.step()
        assert rig.worker.take_error(1)[0] == result
