"""The window in time, on the emulated device, once kernel times are known."""

from __future__ import annotations

import pytest

from broker.wire.gen import messages as m
from tests.unit.device_worker.rig import VA, Rig, Tenant, handle

US = 1_000
WINDOW_NS = 200 * US
LEAD_US, UNKNOWN_MAX = 40, 16  # of worker_grants.c
LAUNCH_GAP_US = 3  # what the emulated device takes between two kernels, at most


def learned(duration_ns: int) -> tuple[Rig, Tenant]:
    """A tenant whose kernel of this length has been timed."""
    rig = Rig.emulated()
    tenant = rig.tenant(queued_max=100_000)
    tenant.grant(launches=100_000, window_ns=WINDOW_NS, most=128)
    tenant.send(*[tenant.launch(ns=duration_ns)] * 16)
    rig.run(40 * duration_ns + 20 * WINDOW_NS)
    assert rig.worker.counters(1)["launches"] == 16
    return rig, tenant


def most_out(rig: Rig, ns: int) -> int:
    """The most launches seen in flight at once over ns."""
    until, most = rig.now + ns, 0
    while rig.now < until:
        rig.run(US)
        out = [item for item in rig.worker.in_flight(1000) if item[2] == "launch"]
        most = max(most, len(out))
    return most


@pytest.mark.parametrize("known", [False, True])
def test_a_wide_window_is_for_kernels_whose_time_is_known(known: bool) -> None:
    """By the guess of 20 us, 256 of 5 ms would be issued: more than a second."""
    duration_ns = 5_000 * US
    rig, tenant = learned(duration_ns) if known else (Rig.emulated(), None)
    if tenant is None:
        tenant = rig.tenant(queued_max=100_000)
    tenant.grant(launches=100_000, window_ns=20_000 * US, most=256)
    tenant.send(*[tenant.launch(ns=duration_ns)] * 300)
    most = most_out(rig, 4_000 * US)
    assert 4 <= most <= 9 if known else most == UNKNOWN_MAX


def test_of_long_launches_one_in_four_is_timed() -> None:
    rig, tenant = learned(400 * US)
    before = rig.worker.totals()["samples"]
    tenant.send(*[tenant.launch(ns=400 * US)] * 100)
    rig.run(50_000 * US)
    assert 16 <= rig.worker.totals()["samples"] - before <= 26


def test_what_long_launches_vary_by_themselves_is_believed_either_way() -> None:
    """Shorter and longer ones in turn: the estimate stays amid, not near the short."""
    rig, tenant = learned(500 * US)
    seen = []
    for turn in range(60):
        ns = (480, 520)[turn // 5 % 2] * US
        last = tenant.send(*[tenant.launch(ns=ns)] * 5, m.Complete(handle(1, 1)))
        while tenant.line(1) < last:
            rig.run(100 * US)
            out = rig.worker.in_flight(10)
            seen += [item[5] for item in out if item[2] == "launch"]
    late = seen[len(seen) // 2 :]
    assert 494 * US <= sum(late) / len(late) <= 510 * US


@pytest.mark.parametrize(
    ("duration_us", "least", "most"),
    [
        (20, 7, 20),  # 200 us of 20 us kernels, and those whose end is not shown yet
        (90, 2, 4),  # two, the floor, one more as the first gets on, one not shown
        (150, 1, 2),  # one, when the next is longer than half the window,
        (5_000, 1, 2),  # and the next just before its end
    ],
)
def test_what_is_in_flight_is_bounded_in_time(
    duration_us: int, least: int, most: int
) -> None:
    rig, tenant = learned(duration_us * US)
    tenant.send(*[tenant.launch(ns=duration_us * US)] * 300)
    assert least <= most_out(rig, 20 * duration_us * US) <= most


@pytest.mark.parametrize("duration_us", [20, 90, 150, 400, 5_000])
def test_the_device_does_not_run_dry_between_launches(duration_us: int) -> None:
    """Long launches are issued a little before the end of what is out, no earlier."""
    rig, tenant = learned(duration_us * US)
    tenant.send(*[tenant.launch(ns=duration_us * US)] * 300)
    rig.run(2 * duration_us * US)
    issued, begin, pairs = rig.worker.counters(1)["launches"], rig.now, 0
    while rig.now < begin + 100 * duration_us * US:
        rig.run(US)
        out = [item for item in rig.worker.in_flight(1000) if item[2] == "launch"]
        pairs += len(out) > 1
    issued = rig.worker.counters(1)["launches"] - issued
    assert issued >= 97 * duration_us / (duration_us + LAUNCH_GAP_US)
    if duration_us > WINDOW_NS // US // 2:
        assert pairs <= 100 * (LEAD_US + 25)


def test_the_worker_asks_to_be_woken_when_a_long_launch_may_follow() -> None:
    rig, tenant = learned(400 * US)
    tenant.send(*[tenant.launch(ns=400 * US)] * 2)
    rig.run(60 * US)
    due = rig.worker.step(rig.now)
    assert len(rig.worker.in_flight(1000)) == 1
    assert 250 * US <= due - rig.now <= (400 - 60 - LEAD_US + 5) * US
    rig.now = due
    rig.worker.step(rig.now)
    assert len(rig.worker.in_flight(1000)) == 2


def test_no_window_in_time_means_the_bound_in_launches() -> None:
    rig, tenant = learned(90 * US)
    tenant.grant(launches=100_000, window_ns=0, most=50)
    tenant.send(*[tenant.launch(ns=90 * US)] * 300)
    assert most_out(rig, 500 * US) == 50


def test_urgent_keeps_one_in_flight() -> None:
    rig, tenant = learned(20 * US)
    tenant.grant(launches=100_000, window_ns=WINDOW_NS, most=1, mode=2)
    tenant.send(*[tenant.launch(ns=20 * US)] * 100)
    assert most_out(rig, 500 * US) == 1


@pytest.mark.parametrize("bytes_", [4096, 4097])
def test_a_range_ends_where_it_ends(bytes_: int) -> None:
    rig = Rig()
    tenant = rig.tenant()
    tenant.grant()
    end = VA + (64 << 20)
    tenant.send(m.CopyH2d(handle(1, 1), end - 4096, 0, bytes_))
    tenant.send(m.CopyD2h(handle(1, 1), (16 << 20) - 4096, end - bytes_, bytes_))
    tenant.send(m.CopyD2d(handle(1, 1), end - 4096, VA, bytes_))
    tenant.send(m.Memset(handle(1, 1), end - 4096, 0, 1, bytes_))
    rig.step()
    assert rig.worker.counters(1)["failures"] == (4 if bytes_ > 4096 else 0)
