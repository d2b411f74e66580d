"""Copies of several classes on the emulated copy engines, in virtual time."""

from __future__ import annotations

import pytest

from broker.device.emulated import EmulatedBackend
from broker.wire.gen import messages as m
from tests.unit.device_worker.rig import VA, Rig, Tenant, handle
from tests.unit.device_worker.test_release_naps import Held
from tests.unit.device_worker.test_trace import entries

US = 1_000
MIB = 1 << 20
PIECE_US = 4 * MIB / 55_000 + 1  # over the emulated PCIe, and the gap before it
SMALL = 64 << 10
WINDOW_NS = 200 * US
LOOP = 16 * MIB  # of the host arena, as often as makes 1 GiB


def host_copies(kind: str, stream: int, count: int) -> list[object]:
    """16 MiB each."""
    if kind == "h2d":
        return [m.CopyH2d(handle(1, stream), VA, 0, LOOP)] * count
    return [m.CopyD2h(handle(1, stream), 0, VA, LOOP)] * count


def alone_us(kind: str) -> float:
    rig, high, _ = bench()
    return max(waits_us(rig, high, kind))


def bench(
    lower_class: int = 1, *, blocks: bool = False, window_ns: int = WINDOW_NS
) -> tuple[Rig, Tenant, Tenant]:
    rig = Rig.emulated()
    high = rig.tenant(1, 0)
    low = rig.tenant(2, lower_class, queued_max=10_000, blocks=blocks)
    for tenant in (high, low):
        tenant.grant(launches=100_000, window_ns=window_ns, most=128)
    return rig, high, low


def with_streams(tenant: Tenant, *streams: int) -> Tenant:
    tenant.send(*[m.StreamCreate(handle(1, s), 1, 0) for s in streams])
    return tenant


def waits_us(rig: Rig, high: Tenant, kind: str, every_us: int = 300) -> list[float]:
    """How long 64 KiB copies of the high tenant take beside what is queued."""
    times = []
    for number in range(12):
        rig.run((every_us + 37 * number) * US)
        begin = rig.now
        op = (
            m.CopyH2d(handle(1, 1), VA + 32 * MIB, 8 * MIB, SMALL)
            if kind == "h2d"
            else m.CopyD2h(handle(1, 1), 8 * MIB, VA + 32 * MIB, SMALL)
        )
        seq = high.send(op)
        while high.line(1) < seq:
            rig.run(US)
        times.append((rig.now - begin) / US)
    return times


@pytest.mark.parametrize("kind", ["h2d", "d2h"])
@pytest.mark.parametrize("streams", [1, 3])
@pytest.mark.parametrize("blocks", [False, True])
def test_a_small_high_copy_waits_for_one_piece_at_most(
    kind: str, streams: int, blocks: bool
) -> None:
    """Beside 1 GiB of a lower class, on one stream of it or on several."""
    rig, high, low = bench(blocks=blocks)
    with_streams(low, 2, 3)
    for stream in range(1, streams + 1):
        low.send(*host_copies(kind, stream, 64 // streams))
    times = waits_us(rig, high, kind)
    assert max(times) <= alone_us(kind) + PIECE_US + 5
    assert rig.worker.counters(2)["in_flight"] > 0  # there was a backlog to the end


def test_two_pieces_are_on_the_engine_however_far_the_window_reaches() -> None:
    rig, _, low = bench(window_ns=5_000 * US)
    low.send(*host_copies("h2d", 1, 64))
    most = 0
    while rig.now < 10_000 * US:
        rig.run(10 * US)
        most = max(most, len(rig.worker.in_flight(1000)))
    assert 2 <= most <= 3  # one whose end is not shown yet
    assert rig.worker.counters(2)["in_flight"] > 0


def test_the_other_direction_does_not_wait() -> None:
    rig, high, low = bench()
    low.send(*host_copies("h2d", 1, 64))
    assert max(waits_us(rig, high, "d2h")) <= alone_us("d2h") + 5


def test_several_lower_sessions_have_one_engine_each_but_one_piece_there() -> None:
    rig, high, low = bench()
    other = rig.tenant(3, 1, queued_max=10_000)
    other.grant(launches=100_000, window_ns=WINDOW_NS, most=128)
    for tenant in (low, other):
        tenant.send(*host_copies("h2d", 1, 32))
    assert max(waits_us(rig, high, "h2d")) <= alone_us("h2d") + 2 * PIECE_US + 5


def test_streams_of_a_session_take_turns_on_an_engine() -> None:
    """Neither starves, and never both have pieces there."""
    rig, _, low = bench()
    with_streams(low, 2)
    ends = [low.send(*host_copies("h2d", stream, 4)) for stream in (1, 2)]
    finished: dict[int, int] = {}
    while len(finished) < 2:
        rig.run(5 * US)
        for stream, end in enumerate(ends, 1):
            if low.line(stream) >= end:
                finished.setdefault(stream, rig.now)
        assert rig.now < 100_000 * US, finished
    assert abs(finished[1] - finished[2]) <= 6 * PIECE_US * US


def test_the_bandwidth_is_kept() -> None:
    """Two pieces of a stream may be out: the engine does not wait for us."""
    rig, _, low = bench()
    begin, end = rig.now, low.send(*host_copies("h2d", 1, 16))
    while low.line(1) < end:
        rig.run(5 * US)
    assert (rig.now - begin) / US <= 1.1 * 16 * LOOP / 55_000


def alone(window_ns: int, *, blocks: bool, kind: str = "h2d") -> tuple[Rig, Tenant]:
    """One tenant of the highest class; the engine is known to it."""
    rig = Rig.emulated()
    tenant = rig.tenant(1, 0, queued_max=10_000, blocks=blocks)
    tenant.grant(launches=100_000, window_ns=window_ns, most=500)
    finish(rig, tenant, tenant.send(*host_copies(kind, 1, 40)))
    return rig, tenant


def finish(rig: Rig, tenant: Tenant, seq: int) -> int:
    """Virtual ns until it has retired."""
    begin = rig.now
    while tenant.line(1) < seq:
        rig.run(5 * US)
    return rig.now - begin


@pytest.mark.parametrize("kind", ["h2d", "d2h"])
@pytest.mark.parametrize(
    ("window_us", "blocks", "piece"),
    [(1000, True, 8 * MIB), (1000, False, 4 * MIB), (200, True, 4 * MIB)],
)
def test_who_has_the_engine_for_itself_copies_block_by_block(
    kind: str, window_us: int, blocks: bool, piece: int
) -> None:
    """A block is what one call registered; in a short window another may wait."""
    rig, tenant = alone(window_us * US, blocks=blocks, kind=kind)
    rig.worker.trace_start()
    finish(rig, tenant, tenant.send(*host_copies(kind, 1, 2)))
    out = entries(rig)
    assert len(out) == 2 * LOOP // piece
    assert all(piece / 55 <= e.estimate_ns <= 1.1 * piece / 55 for e in out)


def test_large_pieces_cost_less_than_small_ones() -> None:
    """The engine needs a moment before each: the gap of the emulated one is 1 us."""
    times = {}
    for blocks in (False, True):
        rig, tenant = alone(1000 * US, blocks=blocks)
        times[blocks] = finish(rig, tenant, tenant.send(*host_copies("h2d", 1, 64)))
    whole_ns = 64 * LOOP / 55
    assert times[True] - whole_ns < 0.7 * (times[False] - whole_ns)
    assert times[True] <= 1.012 * whole_ns


def test_a_copy_of_many_pieces_has_a_marker_a_window() -> None:
    rig, tenant = alone(1000 * US, blocks=False)
    before = rig.worker.totals()["markers"]
    taken_ns = finish(rig, tenant, tenant.send(*host_copies("h2d", 1, 64)))
    assert rig.worker.totals()["markers"] - before <= 64 + 1.3 * taken_ns / (1000 * US)


def test_only_blocks_of_the_arena_are_taken_for_blocks() -> None:
    rig = Rig.emulated()
    rig.tenant(1, 0)
    for offset, nbytes in [(4 * MIB, 8 * MIB), (0, 4 * MIB), (8 << 34, 8 * MIB)]:
        with pytest.raises(ValueError, match="no block"):
            rig.worker.add_host_range(1, offset, nbytes, whole=True)


def estimates(rig: Rig, tenant: Tenant, copies: int) -> list[int]:
    """Of 4 MiB pieces of 16 MiB copies, ns, in the order issued."""
    rig.worker.trace_start()
    finish(rig, tenant, tenant.send(*host_copies("h2d", 1, copies)))
    return [e.estimate_ns for e in entries(rig)]


def test_the_first_copy_tells_how_fast_a_host_is() -> None:
    """10 GB/s where 50 are guessed: a piece takes 419 us."""
    rig = Rig(EmulatedBackend(host_bytes_per_us=10_000))
    rig.backend.map_memory(VA, 64 * MIB)
    tenant = rig.tenant(1, 0)
    tenant.grant(launches=100_000, window_ns=1000 * US, most=128)
    finish(rig, tenant, tenant.send(*host_copies("h2d", 1, 1)))
    assert all(400 * US < ns < 440 * US for ns in estimates(rig, tenant, 1))


def test_what_company_adds_to_a_sample_is_not_believed() -> None:
    """Pieces beside another tenant's seem to take twice as long: some of them change
    little, and alone the tenant is soon known as it was."""
    rig, high, low = bench(window_ns=1000 * US)
    for _ in range(2):  # all of the first 16 pieces are samples
        finish(rig, high, high.send(*host_copies("h2d", 1, 8)))
    rig.worker.trace_start()

    def known() -> int:
        finish(rig, high, high.send(*host_copies("h2d", 1, 1)))
        return entries(rig)[-1].estimate_ns

    alone_ns = known()
    low.send(*host_copies("h2d", 1, 8))
    finish(rig, high, high.send(*host_copies("h2d", 1, 6)))
    assert alone_ns < known() < 1.45 * alone_ns
    while rig.worker.counters(2)["queued"]:
        rig.run(100 * US)
    finish(rig, high, high.send(*host_copies("h2d", 1, 64)))
    assert known() < 1.05 * alone_ns


@pytest.mark.parametrize("copies", [4, 32])
@pytest.mark.parametrize("part", [0.3, 0.7, 0.9, 0.95, 1.0])
def test_the_end_of_copies_is_looked_for_before_it_is_reckoned(
    part: float, copies: int
) -> None:
    """Samples of pieces have the time of their events in them, or that of company:
    64 MiB, reckoned to take 1.34 ms, end after a part of that, and it is seen soon,
    with few looks; 512 MiB no later, though reckoned to take eight times as long."""
    device = Held(kernel_ns=0)  # which teaches nothing: 50 GB/s are guessed
    rig = Rig(device, idle_grace_ns=1 << 40)
    tenant = rig.tenant(1, 0, blocks=True)
    tenant.grant(launches=1000, window_ns=20_000 * US, most=128)
    last = tenant.send(*host_copies("h2d", 1, copies))
    reckoned_ns = copies * LOOP // 50
    end_ns, looks = rig.now + round(part * reckoned_ns), 0
    due = rig.step()
    while rig.worker.counters(1)["in_flight"]:
        rig.now = due
        if rig.now >= end_ns:
            device.end()
        looks += 1
        due = rig.step()
    assert tenant.line(1) == last
    assert looks <= 14 + reckoned_ns / (250 * US)
    late_ns = rig.now - end_ns
    assert late_ns <= (0.02 * reckoned_ns if part > 7 / 8 else 260 * US)


@pytest.mark.parametrize("copies", [0, 1])
def test_work_in_front_of_a_copy_is_looked_for_no_more_often(copies: int) -> None:
    """A decode step: kernels of 17 ms, and then a few bytes to the host."""
    device = Held(kernel_ns=17_000 * US)
    rig = Rig(device, idle_grace_ns=1 << 40)
    tenant = rig.tenant(1, 0)
    tenant.grant(launches=1000, window_ns=0, most=128)
    for _ in range(8):  # it is learned how long they take
        last = tenant.send(tenant.launch())
        while tenant.line(1) < last:
            rig.now += 17_000 * US
            rig.step()
            device.end()
    last = tenant.send(tenant.launch(), *[m.CopyD2h(handle(1, 1), 0, VA, 64)] * copies)
    end_ns, looks, due = rig.now + 17_000 * US, 0, rig.step()
    while tenant.line(1) < last:
        rig.now = due
        if rig.now >= end_ns:
            device.end()
        looks += 1
        due = rig.step()
    assert looks <= 6


def test_only_lower_classes_are_cut_to_what_the_engine_does_in_100_us() -> None:
    """At 10 GB/s a registered piece takes 420 us: the highest class copies it whole."""
    for with_high, most in ((False, 425), (True, 110)):
        rig = Rig(EmulatedBackend(host_bytes_per_us=10_000))
        rig.backend.map_memory(VA, 64 * MIB)
        tenant = rig.tenant(1, 2)
        tenant.grant(launches=1000, window_ns=WINDOW_NS, most=128)
        last = tenant.send(*host_copies("h2d", 1, 4))
        while tenant.line(1) < last:  # it learns how slow this host is
            rig.run(100 * US)
        if with_high:
            rig.tenant(2, 0)
        rig.worker.trace_start()
        last = tenant.send(*host_copies("h2d", 1, 1))
        while tenant.line(1) < last:
            rig.run(100 * US)
        longest = max(e.estimate_ns for e in entries(rig))
        assert most / 2 <= longest / US <= most, (with_high, longest)


def test_fills_of_a_lower_class_share_the_engine_of_memory() -> None:
    """Two streams of it never have pieces there together."""
    rig, high, low = bench()
    with_streams(low, 2)
    fills = [m.Memset(handle(1, s), VA, 7, 1, 64 * MIB) for s in (1, 2)]
    first = low.send(*[fills[0]] * 20)
    low.send(*[fills[1]] * 20)
    while rig.worker.counters(2)["queued"]:
        rig.run(US)
        out = rig.worker.in_flight(1000)
        assert len({seq <= first for _, seq, *_ in out}) <= 1
    assert high.error_of(1) == 0 and rig.worker.counters(2)["fills"] == 40


def rows(kind: int, row_bytes: int, count: int) -> m.Copy3d:
    """Rows one behind the other on the device, 64 bytes apart on the host."""
    there, here = (VA, row_bytes, 0), (0, row_bytes + 64, 0)
    to, source = (there, here) if kind == m.COPY_KIND_H2D else (here, there)
    return m.Copy3d(handle(1, 1), kind, *to, *source, row_bytes, count, 1)


@pytest.mark.parametrize("kind", [m.COPY_KIND_H2D, m.COPY_KIND_D2H])
@pytest.mark.parametrize("row_bytes", [4096, 3 * MIB])
def test_rows_of_a_lower_class_are_cut_as_plain_copies_are(
    kind: int, row_bytes: int
) -> None:
    rig, high, low = bench()
    count = 14 * MIB // row_bytes
    for _ in range(40):
        low.send(rows(kind, row_bytes, count))
    times = waits_us(rig, high, "h2d" if kind == m.COPY_KIND_H2D else "d2h")
    name = "h2d" if kind == m.COPY_KIND_H2D else "d2h"
    assert max(times) <= alone_us(name) + PIECE_US + 5
    assert rig.worker.counters(2)["in_flight"] > 0  # there was a backlog to the end
    assert low.error_of(1) == 0


def test_rows_beyond_the_pitch_a_driver_takes_go_one_by_one() -> None:
    rig = Rig.emulated()
    tenant = rig.tenant(1, 1)
    tenant.grant(launches=1000, window_ns=WINDOW_NS, most=128)
    base, far = VA + (1 << 30), 1 << 31
    for at in (base, base + far):
        rig.backend.map_memory(at, 2 * MIB)
    rig.worker.add_range(1, base, far + 2 * MIB)
    wide = (m.COPY_KIND_D2D, base + MIB, 64, 0, base, far, 0, 32, 2, 1)
    over = (m.COPY_KIND_D2D, base + MIB, 64, 0, base, far + 2 * MIB, 0, 32, 2, 1)
    last = tenant.send(m.Copy3d(handle(1, 1), *wide))
    rig.run(1000 * US)
    assert tenant.line(1) >= last and tenant.error_of(1) == 0
    last = tenant.send(m.Copy3d(handle(1, 1), *over))
    rig.run(1000 * US)
    assert tenant.line(1) >= last and tenant.error_of(1) == 1


def test_of_a_stream_of_pieces_few_are_sampled_once_the_engine_is_known() -> None:
    rig = Rig.emulated()
    tenant = rig.tenant(1, 0, queued_max=10_000)
    tenant.grant(launches=100_000, window_ns=WINDOW_NS, most=128)
    tenant.send(*host_copies("h2d", 1, 32))  # 128 pieces of 4 MiB
    rig.run(20_000 * US)
    assert rig.worker.counters(1)["copies"] == 32
    # 16 at first, those that were out by the time the 16th was read, one in 16 after.
    assert 16 <= rig.worker.totals()["samples"] <= 16 + 8 + 128 // 16
