"""What the loop hears of ends that are far and waited for: the last of them."""

from __future__ import annotations

import pytest

from broker.wire.gen import messages as m
from tests.unit.device_worker.rig import VA, Rig, Tenant, handle
from tests.unit.device_worker.test_adversity import until
from tests.unit.device_worker.test_release import Marked
from tests.unit.device_worker.test_release_naps import Held

FAR_NS, EVERY_NS = 200_000, 100_000  # of worker_private.h, worker_watch.c
STREAM = handle(1, 1)
FAR_LAUNCHES = 100  # each guessed to take longer than FAR_NS / 100


@pytest.fixture
def rig() -> Rig:
    """On a device on which nothing ends."""
    rig = Rig(Marked(), idle_grace_ns=0)
    rig.tenant(queued_max=10_000).grant(launches=1 << 30, most=1 << 30)
    rig.step()
    rig.told()
    return rig


def ends(rig: Rig) -> list[int]:
    """As the loop takes what it is told."""
    return [values[1] for name, *values in rig.told() if name == "AWAITED"]


def wait(rig: Rig, launches: int = 1, ns: int = 0) -> int:
    """Wait for the end of more launches. Returns that end, as the tenant is told."""
    t = rig.tenants[0]
    t.send(*[t.launch()] * launches, m.Complete(STREAM))
    rig.step(ns)
    return due(t)


def due(t: Tenant) -> int:
    offset = 64 + m.STATUS_DUE_NS
    return int.from_bytes(t.status[offset : offset + 8], "little")


def test_a_far_end_is_told_at_once(rig: Rig) -> None:
    end_ns = wait(rig, FAR_LAUNCHES)
    assert end_ns > rig.now + FAR_NS
    assert ends(rig) == [end_ns]


def test_a_near_end_is_not(rig: Rig) -> None:
    assert rig.now < wait(rig) < rig.now + FAR_NS
    assert ends(rig) == []


def test_of_many_waits_in_one_frame_one_is_told(rig: Rig) -> None:
    wait(rig, FAR_LAUNCHES)
    t = rig.tenants[0]
    ends(rig)
    rig.step(EVERY_NS)
    for _ in range(4):
        t.send(*[t.launch(), m.Complete(STREAM)] * 40)
    rig.step()
    assert ends(rig) == [due(t)]


def test_none_is_told_before_the_last_one_was_taken(rig: Rig) -> None:
    """A loop that is busy for long finds one, and it is the end foretold last."""
    last_ns = wait(rig, FAR_LAUNCHES)
    for _ in range(20):
        before_ns, last_ns = last_ns, wait(rig, launches=10, ns=EVERY_NS)
        assert last_ns > before_ns
    assert ends(rig) == [last_ns]


def test_a_loop_that_takes_each_is_not_flooded(rig: Rig) -> None:
    told, begin_ns = [], rig.now
    wait(rig, FAR_LAUNCHES)
    for _ in range(300):
        wait(rig, ns=1_000)
        told += ends(rig)
    assert 1 < len(told) <= (rig.now - begin_ns) // EVERY_NS + 1


def test_the_last_one_is_told_in_time_though_none_follows(rig: Rig) -> None:
    """The thread is awake for it, and that is before the end is near."""
    wait(rig, FAR_LAUNCHES)
    assert len(ends(rig)) == 1
    told_ns, end_ns = rig.now, wait(rig, ns=10_000)
    assert ends(rig) == []
    while rig.now < told_ns + EVERY_NS:
        rig.now = rig.worker.step(rig.now)
    assert rig.now == told_ns + EVERY_NS < end_ns - EVERY_NS
    rig.step()
    assert ends(rig) == [end_ns]
    rig.step(EVERY_NS)
    assert ends(rig) == [], "once"


def test_the_same_end_is_told_again(rig: Rig) -> None:
    """Another thread of the tenant waits for it, too: what the loop knew is gone with
    the frame in which that came."""
    end_ns = wait(rig, FAR_LAUNCHES)
    assert ends(rig) == [end_ns]
    assert wait(rig, launches=0, ns=EVERY_NS) == end_ns
    assert ends(rig) == [end_ns]


def test_sessions_do_not_wait_for_each_other(rig: Rig) -> None:
    other = rig.tenant(2, 1, 10_000)
    other.grant(launches=1 << 30, most=1 << 30)
    end_ns = wait(rig, FAR_LAUNCHES)
    other.send(*[other.launch()] * FAR_LAUNCHES, m.Complete(STREAM))
    rig.step()
    assert sorted(ends(rig)) == sorted([end_ns, due(other)])


# ------------------------------------------------------- awake when work should come


def awake(rig: Rig, ns: int) -> bool:
    """Whether the thread looks again at once, so much later."""
    rig.now += ns
    return bool(rig.worker.thread_step(rig.now) == 0)


@pytest.mark.parametrize("spin_ns", [0, 1])
def test_who_issues_is_awake_while_work_is_expected(spin_ns: int) -> None:
    """Where it may spin at all; and never longer than the latest word says."""
    rig = Rig(Marked(), idle_grace_ns=0, spin_wall_ns=spin_ns)
    rig.tenant().grant()
    rig.step()
    assert not awake(rig, 100_000)
    rig.worker.expect(rig.now + 150_000)
    assert [awake(rig, 50_000) for _ in range(4)] == [bool(spin_ns)] * 2 + [False] * 2
    rig.worker.expect(rig.now - 1)
    assert not awake(rig, 1)


def test_a_wait_that_ends_does_not_end_what_is_expected() -> None:
    rig = Rig(Marked(), idle_grace_ns=0, spin_wall_ns=1)
    tenant = rig.tenant()
    tenant.grant()
    rig.step()
    rig.worker.expect(rig.now + 150_000)
    tenant.send(m.Complete(STREAM))
    assert awake(rig, 1_000) and awake(rig, 140_000)
    assert not awake(rig, 140_000)


# ------------------------------------------------------- markers while more may come


def marks(rig: Rig) -> int:
    return int(rig.worker.totals()["markers"])


def busy(launches: int = 50) -> tuple[Rig, Tenant]:
    """A device with a millisecond to do: of a kernel nothing is known, 20 us each."""
    rig = Rig(Marked(), idle_grace_ns=0)
    tenant = rig.tenant(queued_max=10_000)
    tenant.grant(launches=1 << 30, window_ns=0, most=1 << 30)
    tenant.send(*[tenant.launch()] * launches)
    rig.step()
    return rig, tenant


def test_a_program_that_sends_on_has_no_marker_in_each_pause() -> None:
    """60 frames 80 us apart, of 80 us each: one for each 64 launches."""
    rig, tenant = busy()
    for _ in range(60):
        tenant.send(*[tenant.launch()] * 4)
        rig.step(50_000)
        rig.step(30_000 - 1)
        rig.step(1)
    assert marks(rig) == (50 + 240) // 64


def test_fills_between_its_kernels_make_no_difference() -> None:
    """As in a model: a third of the operations, and next to none of the time."""
    rig, tenant = busy()
    for _ in range(60):
        pair = [tenant.launch(), tenant.launch(), m.Memset(STREAM, VA, 0, 4, 1024)]
        tenant.send(*pair * 2)
        rig.step(50_000)
        rig.step(30_000 - 1)
        rig.step(1)
    assert marks(rig) == (50 + 360) // 64


def test_nor_do_larger_ones_that_are_little_of_it() -> None:
    rig, tenant = busy()
    tenant.send(*[m.Memset(STREAM, VA, 0, 1, 64 << 20)] * 2)
    rig.step()
    before = marks(rig)
    rig.step(100_000)
    assert marks(rig) == before


def test_large_fills_are_marked_soon() -> None:
    """They may be over long before they are reckoned to be."""
    rig, tenant = busy(launches=3)
    tenant.send(*[m.Memset(STREAM, VA, 0, 1, 64 << 20)] * 4)
    rig.step()
    before = marks(rig)
    rig.step(19_000)
    assert marks(rig) == before
    rig.step(1_000)
    assert marks(rig) == before + 1


def test_what_nothing_follows_is_marked_before_its_end() -> None:
    rig, _ = busy()
    begin_ns, before = rig.now, marks(rig)
    due = rig.step(20_000)
    while marks(rig) == before:
        assert due > rig.now
        rig.now = due
        due = rig.step()
    assert 880_000 <= rig.now - begin_ns <= 920_000


def test_what_is_reckoned_to_take_long_is_marked_all_the_same() -> None:
    """A kernel of 17 ms may be over at once, with other data."""
    device, long_ns = Held(kernel_ns=17_000_000), 17_000_000
    rig = Rig(device, idle_grace_ns=1 << 40)
    tenant = rig.tenant()
    tenant.grant(launches=1000, window_ns=0, most=128)
    for _ in range(8):  # it is learned how long they take
        last = tenant.send(tenant.launch())
        while tenant.line(1) < last:
            rig.now += long_ns
            rig.step()
            device.end()
    tenant.send(tenant.launch())
    begin_ns, before, due = rig.now, marks(rig), rig.step()
    while marks(rig) == before:
        rig.now = due
        due = rig.step()
    assert 1_900_000 <= rig.now - begin_ns <= 2_100_000


def test_what_is_nearly_over_is_marked_soon() -> None:
    rig, _ = busy(launches=3)
    before = marks(rig)
    rig.step(19_000)
    assert marks(rig) == before
    rig.step(1_000)
    assert marks(rig) == before + 1


def test_who_waits_has_a_marker_at_once() -> None:
    rig, tenant = busy()
    before = marks(rig)
    tenant.send(m.Complete(STREAM))
    rig.step()
    assert marks(rig) == before + 1


def test_the_thread_is_woken_when_work_is_expected() -> None:
    """It sleeps without an end, as nothing is out."""
    rig = Rig(Marked(), threaded=True, spin_wall_ns=1)
    rig.worker.start()
    try:
        assert until(lambda: rig.worker.totals()["sleeps"] > 0)
        sleeps = rig.worker.totals()["sleeps"]
        rig.worker.expect(0)
        assert until(lambda: rig.worker.totals()["sleeps"] > sleeps)
    finally:
        rig.worker.stop()
