"""Queue times and the ring of a trace, on a worker stepped by hand."""

from __future__ import annotations

import pytest

from broker.device import _worker as w
from broker.perfetto import ENTRY, Entry
from broker.wire.gen import messages as m
from tests.unit.device_worker.rig import VA, Rig, handle

RING_ENTRIES = 32768
STREAM = handle(1, 1)


def entries(rig: Rig) -> list[Entry]:
    found: list[Entry] = []
    while taken := rig.worker.trace_take():
        found += [Entry(*values) for values in ENTRY.iter_unpack(taken)]
    return found


def kind_of(entry: Entry) -> str:
    return w.OPERATION_KINDS[entry.kind]


# ------------------------------------------------------------------ queue times
def test_a_launch_that_waits_is_counted_in_its_bucket() -> None:
    rig = Rig()
    tenant = rig.tenant()
    rig.step()
    tenant.send(tenant.launch(), tenant.launch())
    rig.step(5_000)  # no grant yet
    assert sum(rig.worker.queue_times(1)[0]) == 0
    tenant.grant()
    rig.step(5_000)
    counts, sum_ns = rig.worker.queue_times(1)
    assert sum_ns == 20_000
    [bucket] = [i for i, count in enumerate(counts) if count]
    assert counts[bucket] == 2
    assert w.QUEUE_BOUNDS_NS[bucket - 1] <= 10_000 < w.QUEUE_BOUNDS_NS[bucket]


@pytest.mark.parametrize(
    ("waited_ns", "bucket"),
    [(0, 0), (1023, 0), (1024, 1), (2047, 1), (2048, 2), (1 << 34, 25), (1 << 40, 25)],
)
def test_bounds_of_buckets(waited_ns: int, bucket: int) -> None:
    rig = Rig()
    tenant = rig.tenant()
    rig.step()
    tenant.send(tenant.launch())
    tenant.grant()
    rig.step(waited_ns)
    counts, sum_ns = rig.worker.queue_times(1)
    assert (counts.index(1), sum(counts), sum_ns) == (bucket, 1, waited_ns)
    assert len(counts) == len(w.QUEUE_BOUNDS_NS) + 1


def test_only_what_the_device_works_on_is_counted() -> None:
    rig = Rig()
    tenant = rig.tenant()
    tenant.grant()
    big = 9 << 20  # three pieces of a copy are one operation
    tenant.send(
        m.EventCreate(handle(2, 1), 0),
        m.EventRecord(handle(2, 1), STREAM),
        m.CopyH2d(STREAM, VA, 0, big),
        m.Memset(STREAM, VA, 0, 1, 64),
        m.Complete(STREAM),
    )
    rig.step(1000)
    assert sum(rig.worker.queue_times(1)[0]) == 2


# ------------------------------------------------------------------ the ring
def test_what_retires_is_written_down_with_both_times() -> None:
    rig = Rig.emulated()
    tenant = rig.tenant()
    tenant.grant()
    rig.run(1000)
    rig.worker.trace_start()
    assert rig.worker.trace_on
    first = tenant.send(tenant.launch(ns=50_000), tenant.launch(ns=70_000)) - 1
    started = rig.now
    rig.run(1_000_000)
    launches = [e for e in entries(rig) if kind_of(e) == "launch"]
    assert [e.seq for e in launches] == [first, first + 1]
    assert all(e.session == 1 and e.line == 1 for e in launches)
    assert all(e.detail == rig.native for e in launches)
    assert all(e.accepted_ns == started for e in launches)
    assert all(started <= e.issued_ns < e.retired_ns <= rig.now for e in launches)
    assert launches[1].retired_ns - started >= 120_000


def test_nothing_is_written_before_and_after() -> None:
    rig = Rig()
    tenant = rig.tenant()
    tenant.grant()
    tenant.send(tenant.launch(), m.Complete(STREAM))
    rig.step(1000)
    rig.worker.trace_start()
    rig.step(1000)
    assert entries(rig) == []
    rig.worker.trace_stop()
    rig.step(1000)
    assert not rig.worker.trace_on
    tenant.send(tenant.launch(), m.Complete(STREAM))
    rig.step(1000)
    assert entries(rig) == []


def test_what_is_in_flight_at_the_end_is_written_down_too() -> None:
    rig = Rig.emulated()
    tenant = rig.tenant()
    tenant.grant()
    rig.worker.trace_start()
    seq = tenant.send(tenant.launch(ns=10_000_000))
    rig.run(100_000)
    rig.worker.trace_stop()
    rig.run(1000)
    assert not rig.worker.trace_on
    [entry] = entries(rig)
    assert (entry.seq, entry.retired_ns, kind_of(entry)) == (seq, 0, "launch")


def test_copies_say_their_direction_and_bytes_piece_by_piece() -> None:
    rig = Rig()
    tenant = rig.tenant()
    tenant.grant()
    rig.worker.trace_start()
    tenant.send(m.CopyH2d(STREAM, VA, 0, 6 << 20), m.Complete(STREAM))
    rig.step(1000)
    rig.step(1000)
    pieces = [e for e in entries(rig) if kind_of(e) == "copy"]
    assert sum(e.detail for e in pieces) == 6 << 20
    assert len(pieces) == 2 and {e.copy_kind for e in pieces} == {0}


def test_a_full_ring_loses_and_counts() -> None:
    rig = Rig()
    tenant = rig.tenant(queued_max=1 << 20)
    tenant.grant(launches=1 << 20)
    rig.worker.trace_start()
    for _ in range(RING_ENTRIES // 500 + 2):
        tenant.send(*(tenant.launch() for _ in range(500)))
        rig.step(1000)
    tenant.send(m.Complete(STREAM))
    rig.step(1000)
    rig.step(1000)
    issued = rig.worker.counters(1)["launches"]
    found = entries(rig)
    assert len(found) == RING_ENTRIES
    lost = rig.worker.trace_lost
    assert lost > 0 and len(found) + lost >= issued
    tenant.send(tenant.launch(), m.Complete(STREAM))
    rig.step(1000)
    rig.step(1000)
    assert entries(rig), "there is room again"


def test_one_trace_at_a_time_and_then_another() -> None:
    rig = Rig()
    rig.worker.trace_start()
    with pytest.raises(ValueError, match="not ended"):
        rig.worker.trace_start()
    rig.step(1000)
    rig.worker.trace_stop()
    with pytest.raises(ValueError, match="not ended"):
        rig.worker.trace_start()
    rig.step(1000)
    rig.worker.trace_start()
    assert rig.worker.trace_on and rig.worker.trace_lost == 0
