"""Shares of GPU time, end to end on virtual time: fair and partition keep their word.

Pump, scheduler, worker model and device are the simulation's; what is judged is the GPU
time that the device really spent. Tolerances are in points of 100.
"""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sim.loads import MS, SECOND, US, Load, Loads

SHORT = 100 * US
LONG = 5 * MS


def bulk(kernel_ns: int, **fields: object) -> Load:
    """A session that always has work queued."""
    count = max(2, 2 * MS // kernel_ns)
    return Load(kernel_ns, count=count, ahead=4, **fields)  # type: ignore[arg-type]


def played(policy: str, loads: list[Load], until_ns: int, **settings: object) -> Loads:
    return Loads(policy, loads, **settings).run(until_ns)  # type: ignore[arg-type]


def points(loads: Loads, from_ns: int, until_ns: int) -> dict[int, float]:
    return {n: 100 * s for n, s in loads.shares(from_ns, until_ns).items()}


@pytest.mark.parametrize(
    ("heavy_ns", "light_ns"), [(SHORT, SHORT), (SHORT, LONG), (LONG, SHORT)]
)
def test_fair_three_to_one(heavy_ns: int, light_ns: int) -> None:
    """Long kernels against short ones, either way round."""
    loads = played("fair", [bulk(heavy_ns, weight=3.0), bulk(light_ns)], SECOND)
    assert points(loads, 0, SECOND)[1] == pytest.approx(75, abs=2)
    assert loads.busy(100 * MS, SECOND) >= 0.98


@pytest.mark.parametrize("mode", ["conserving", "strict"])
@pytest.mark.parametrize("kernels", [(SHORT, 200 * US), (LONG, SHORT), (SHORT, LONG)])
def test_partition_75_to_25(mode: str, kernels: tuple[int, int]) -> None:
    tenants = [bulk(kernels[0], share=75.0), bulk(kernels[1], share=25.0)]
    loads = played("partition", tenants, SECOND, partition_mode=mode)
    assert points(loads, 200 * MS, SECOND)[1] == pytest.approx(75, abs=2)
    assert loads.busy(200 * MS, SECOND) >= (0.98 if mode == "conserving" else 0.95)


@pytest.mark.nightly
@pytest.mark.parametrize("policy", ["fair", "partition"])
@pytest.mark.parametrize("kernels", [(SHORT, SHORT), (SHORT, LONG), (LONG, SHORT)])
def test_ten_seconds(policy: str, kernels: tuple[int, int]) -> None:
    """The length the project promises its two points for."""
    tenants = [
        bulk(kernels[0], weight=3.0, share=75.0),
        bulk(kernels[1], share=25.0),
    ]
    loads = Loads(policy, tenants, checked=False).run(10 * SECOND)
    assert points(loads, 0, 10 * SECOND)[1] == pytest.approx(75, abs=2)


def test_sessions_that_come_and_go() -> None:
    """A third one in the middle takes its part, and leaves nothing behind."""
    guest = bulk(20 * US, weight=2.0, from_ns=400 * MS, until_ns=800 * MS)
    loads = played("fair", [bulk(SHORT, weight=3.0), bulk(SHORT), guest], 1200 * MS)
    for from_ns, wanted in (
        (0, {1: 75, 2: 25, 3: 0}),
        (400 * MS, {1: 50, 2: 16.7, 3: 33.3}),
        (810 * MS, {1: 75, 2: 25, 3: 0}),
    ):
        until_ns = min(from_ns + 400 * MS, 1200 * MS)
        assert points(loads, from_ns, until_ns) == pytest.approx(wanted, abs=2)


def test_a_newcomer_does_not_claim_the_past() -> None:
    """After a second alone, the first is not made to wait for a second."""
    late = bulk(SHORT, from_ns=1 * SECOND)
    loads = played("fair", [bulk(SHORT), late], 1100 * MS)
    assert points(loads, SECOND + MS, 1100 * MS)[1] == pytest.approx(50, abs=4)


def test_a_weight_changes_while_both_run() -> None:
    loads = Loads("fair", [bulk(SHORT), bulk(SHORT)])
    loads.timeline.at(500 * MS, lambda: loads.pump.change_hints(1, 1, 4.0))
    loads.run(SECOND)
    assert points(loads, 0, 500 * MS)[1] == pytest.approx(50, abs=2)
    assert points(loads, 500 * MS, SECOND)[1] == pytest.approx(80, abs=2)


@pytest.mark.parametrize(("busy_ns", "pause_ns"), [(1500, 100), (450, 50)])
def test_a_session_with_pauses_still_gets_its_share(
    busy_ns: int, pause_ns: int
) -> None:
    """It could use 90 % alone and is due 75: the pauses must not cost it the rest."""
    closed = Load(50 * US, count=busy_ns // 50, pause_ns=pause_ns * US, weight=3.0)
    loads = played("fair", [closed, bulk(SHORT)], SECOND)
    assert points(loads, 100 * MS, SECOND)[1] == pytest.approx(75, abs=3)
    assert loads.busy(100 * MS, SECOND) >= 0.9


@pytest.mark.parametrize(("kernel_us", "gap_us"), [(15, 45), (10, 25)])
def test_a_session_that_cannot_use_its_share_wastes_nothing(
    kernel_us: int, gap_us: int
) -> None:
    """A CPU-bound framework uses what it can; the other gets the rest of the device.

    Gaps of 45 us are seen (the session idles), those of 25 us only in its duty.
    """
    eager = Load(kernel_us * US, count=100, gap_ns=gap_us * US)
    loads = played("fair", [eager, bulk(SHORT)], 600 * MS)
    assert loads.busy(200 * MS, 600 * MS) >= 0.93
    alone = kernel_us / gap_us
    assert loads.used_ns(1, 200 * MS, 600 * MS) >= 0.85 * alone * 400 * MS


def test_a_strict_partition_stops_at_its_share_of_an_idle_device() -> None:
    tenants = [bulk(SHORT, share=40.0), bulk(SHORT, share=20.0)]
    loads = played("partition", tenants, SECOND, partition_mode="strict")
    for sid, share in ((1, 0.4), (2, 0.2)):
        used = loads.used_ns(sid, 200 * MS, SECOND) / (800 * MS)
        assert used == pytest.approx(share, abs=0.02)


def test_a_conserving_partition_does_not() -> None:
    tenants = [bulk(SHORT, share=40.0), bulk(SHORT, share=20.0)]
    loads = played("partition", tenants, SECOND)
    assert loads.busy(100 * MS, SECOND) >= 0.98
    assert points(loads, 0, SECOND)[1] == pytest.approx(66.7, abs=2)


def test_two_sessions_of_a_tenant_share_its_part() -> None:
    tenants = [
        bulk(SHORT, share=50.0, tenant="a"),
        bulk(SHORT, share=50.0, tenant="a"),
        bulk(SHORT, share=50.0, tenant="b"),
    ]
    loads = played("partition", tenants, SECOND)
    wanted = {1: 25, 2: 25, 3: 50}
    assert points(loads, 0, SECOND) == pytest.approx(wanted, abs=2)


def test_without_a_share_there_is_what_the_others_leave() -> None:
    """And min_share, so that nobody waits for ever."""
    tenants = [bulk(SHORT, share=60.0), bulk(SHORT, share=40.0), bulk(SHORT)]
    loads = played(
        "partition", tenants, 2 * SECOND, hold_burst_after_ns=200 * MS, min_share=0.05
    )
    assert 3 <= points(loads, 0, 2 * SECOND)[3] <= 8
    strict = played("partition", tenants, SECOND, partition_mode="strict")
    assert strict.busy(100 * MS, SECOND) >= 0.98


def test_decisions_do_not_come_by_the_launch() -> None:
    """5 us launches: 200,000 a second on the device, a few thousand decisions."""
    loads = Loads("fair", [bulk(5 * US), bulk(5 * US)], checked=False).run(100 * MS)
    launches = len(loads.worker.spans())
    assert launches > 15_000
    assert loads.scheduler.totals.decisions < 5 * 100 * MS // loads.config.quantum_ns


kernels = st.sampled_from([20 * US, 90 * US, 700 * US, 4 * MS])


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(kernels, st.sampled_from([1, 2, 4])), min_size=2, max_size=4))
def test_fair_shares_follow_the_weights(sessions: list[tuple[int, int]]) -> None:
    """Always-busy sessions of any kernel length: within what one launch explains."""
    loads = [bulk(kernel_ns, weight=float(weight)) for kernel_ns, weight in sessions]
    span_ns = 600 * MS
    result = points(played("fair", loads, span_ns), 0, span_ns)
    total = sum(weight for _, weight in sessions)
    longest_ns = max(kernel_ns for kernel_ns, _ in sessions) + 4 * MS
    for sid, (_, weight) in enumerate(sessions, 1):
        tolerance = 2 + 100 * 2 * longest_ns / span_ns
        assert result[sid] == pytest.approx(100 * weight / total, abs=tolerance)


def test_under_strict_min_share_is_time_and_not_only_permission() -> None:
    """Beside a class that never pauses a lower one still gets its share, in one piece a
    second, and the pause of the high class is no longer than that."""
    high = Load(200 * US, count=60, ahead=4, class_=0)
    low = Load(200 * US, count=15, ahead=4, class_=1)
    loads = Loads("strict", [high, low], checked=False).run(6 * SECOND)
    assert loads.used_ns(2, SECOND, 6 * SECOND) / (5 * SECOND) == pytest.approx(
        0.05, abs=0.01
    )
    spans = sorted(span for (sid, _), span in loads.worker.spans().items() if sid == 1)
    pauses = [later[0] - earlier[1] for earlier, later in pairwise(spans)]
    assert 45 * MS <= max(pauses) <= 56 * MS
    assert sum(pause > MS for pause in pauses) == loads.scheduler.totals.bursts


def test_under_strict_a_service_that_pauses_never_yields() -> None:
    """Its pauses pay the share: nothing of a request waits for a burst."""
    high = Load(200 * US, count=30, period_ns=24 * MS, class_=0)
    low = Load(200 * US, count=15, ahead=4, class_=1)
    loads = Loads("strict", [high, low], checked=False).run(3 * SECOND)
    worst_ns = max(end - asked for asked, end in loads.sessions[1].requests)
    assert worst_ns <= 30 * 200 * US * 1.05 + 2 * loads.config.window_ns
