"""Arrivals: counts, distribution, seeds."""

from __future__ import annotations

import numpy as np
import pytest

from loadgen import arrivals

SECOND = 1_000_000_000


def test_constant_is_evenly_spaced() -> None:
    times = arrivals.intended_ns("constant", 4.0, 2 * SECOND, 1, "a")
    assert list(times) == [i * SECOND // 4 for i in range(8)]


def test_poisson_has_the_rate_and_exponential_gaps() -> None:
    times = arrivals.intended_ns("poisson", 50.0, 200 * SECOND, 1, "a")
    assert len(times) == 10_000
    assert times.min() >= 0 and times.max() < 200 * SECOND
    gaps = np.diff(times)
    assert (gaps >= 0).all()
    assert gaps.std() / gaps.mean() == pytest.approx(1.0, abs=0.05)
    median_of_exponential = np.log(2) * gaps.mean()
    assert np.median(gaps) == pytest.approx(median_of_exponential, rel=0.05)


def test_seed_and_tenant_decide_the_times() -> None:
    def times(seed: int, tenant: str) -> list[int]:
        return list(arrivals.intended_ns("poisson", 10.0, 10 * SECOND, seed, tenant))

    assert times(1, "a") == times(1, "a")
    assert times(1, "a") != times(2, "a")
    assert times(1, "a") != times(1, "b")


def times_of(kind: str, rate: float, seconds: float, **shape: object) -> np.ndarray:
    found = arrivals.intended_ns(
        kind,
        rate,
        round(seconds * SECOND),
        1,
        "a",
        arrivals.ArrivalShape(**shape),  # type: ignore[arg-type]
    )
    assert (np.diff(found) >= 0).all()
    assert found.min() >= 0 and found.max() < seconds * SECOND
    return found / SECOND


@pytest.mark.parametrize("burstiness", [0.05, 0.5, 1.0, 4.0])
def test_gamma_has_the_rate_and_the_burstiness(burstiness: float) -> None:
    times = times_of("gamma", 50.0, 400, burstiness=burstiness)
    assert len(times) == 20_000
    gaps = np.diff(times)
    assert gaps.mean() == pytest.approx(0.02, rel=0.01)
    assert gaps.std() / gaps.mean() == pytest.approx(burstiness**-0.5, rel=0.1)


def test_gamma_of_a_tiny_shape_stays_in_the_window() -> None:
    assert len(times_of("gamma", 5.0, 10, burstiness=1e-4)) == 50


def test_burst_keeps_the_rate_and_rests_while_off() -> None:
    times = times_of("burst", 20.0, 100, on_s=1.0, off_s=3.0)
    assert len(times) == 2_000
    assert (times % 4.0 <= 1.0 + 1e-6).all()
    counts, _ = np.histogram(times, bins=np.arange(0, 101, 4))
    assert counts.mean() == pytest.approx(80, abs=0.5)


def test_burst_cut_off_by_the_window_keeps_the_rate() -> None:
    assert len(times_of("burst", 20.0, 1.5, on_s=1.0, off_s=3.0)) == 30
    assert len(times_of("burst", 20.0, 0.5, on_s=1.0, off_s=3.0)) == 10


def test_linear_ramp_then_steady() -> None:
    times = times_of("poisson", 100.0, 200, ramp="linear", ramp_from=0.0, ramp_s=100.0)
    assert len(times) == 15_000
    early, late = np.sum(times < 50), np.sum(times >= 100)
    assert early == pytest.approx(100 * 50 * 50 / 200, rel=0.1)
    assert late == pytest.approx(10_000, rel=0.05)


def test_exponential_ramp_of_constant_arrivals() -> None:
    times = times_of("constant", 80.0, 60, ramp="exponential", ramp_from=10.0)
    expected = 10.0 * 60 / np.log(8.0) * 7.0
    assert len(times) == pytest.approx(expected, rel=0.001)
    # After a third of the ramp the rate has doubled.
    assert 1 / np.diff(times[np.abs(times - 20).argmin() :][:2])[0] == pytest.approx(
        20.0, rel=0.05
    )


def test_rows_of_a_trace_that_fall_into_the_window() -> None:
    assert list(arrivals.from_rows([0.0, 1.5, 2500.0], SECOND)) == [0, 1_500_000]
    with pytest.raises(ValueError, match=r"first request comes at 2\.5 s, after"):
        arrivals.from_rows([2500.0], SECOND)


def test_errors() -> None:
    with pytest.raises(ValueError, match="give no request"):
        arrivals.intended_ns("poisson", 0.1, SECOND, 1, "a")
    with pytest.raises(ValueError, match="closed"):
        arrivals.intended_ns("closed", 10.0, SECOND, 1, "a")
    with pytest.raises(ValueError, match="between 0 and 1"):
        arrivals.rate_for_busy(1.5, 1000)


def test_rate_for_busy_share() -> None:
    assert arrivals.rate_for_busy(0.25, 6_000_000) == pytest.approx(41.67, abs=0.01)
