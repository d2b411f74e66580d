"""Early stopping's counts and the order in which rates are tried."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from loadgen import report
from loadgen.earlystop import lower_tail, queries_needed, slow_allowed
from loadgen.search import Bisection, Goal, Options, at_rate, check
from loadgen.spec import SpecError, TenantSpec


def test_lower_tail_is_the_binomial_sum() -> None:
    for slow, queries, share in ((0, 10, 0.1), (3, 50, 0.02), (7, 20, 0.5)):
        exact = sum(
            math.comb(queries, k) * share**k * (1 - share) ** (queries - k)
            for k in range(slow + 1)
        )
        assert lower_tail(slow, queries, share) == pytest.approx(exact, rel=1e-9)
    assert lower_tail(5, 5, 0.3) == 1.0
    assert 0 < lower_tail(2000, 262_742, 0.01) < 1e-30


def test_queries_needed_for_a_p99() -> None:
    # With no slow one: 0.99 ** n <= 0.01.
    assert queries_needed(0, 0.99, 0.99) == math.ceil(math.log(0.01) / math.log(0.99))
    assert [queries_needed(t, 0.99, 0.99) for t in range(3)] == [459, 662, 838]
    assert [queries_needed(t, 0.9, 0.99) for t in range(2)] == [44, 64]


@pytest.mark.parametrize("queries", [1, 458, 459, 661, 662, 1000, 5000])
def test_slow_allowed_agrees_with_queries_needed(queries: int) -> None:
    allowed = slow_allowed(queries, 0.99, 0.99)
    if allowed >= 0:
        assert queries_needed(allowed, 0.99, 0.99) <= queries
    assert queries_needed(allowed + 1, 0.99, 0.99) > queries


def test_the_confidence_holds() -> None:
    """Requests just not meeting the bound pass about once in a hundred times."""
    allowed = slow_allowed(1000, 0.99, 0.99)
    slow = np.random.default_rng(1).binomial(1000, 0.01, 100_000)
    assert (slow <= allowed).mean() <= 0.0101


def search(goal: Goal, capacity: float, best: float) -> tuple[Bisection, list[float]]:
    """Try rates; those up to best are met."""
    bisection, tried = Bisection(goal, capacity), []
    while (rate := bisection.next_rate()) is not None:
        tried.append(rate)
        assert len(tried) < 50
        bisection.tell(rate, rate <= best)
    return bisection, tried


GOAL = Goal("a", 20.0, tolerance=0.05)


def test_bisection_ends_near_the_best_rate() -> None:
    bisection, tried = search(GOAL, 100.0, 37.0)
    assert tried[0] == 50.0
    assert bisection.met <= 37.0 < bisection.missed
    assert bisection.missed - bisection.met <= 0.05 * bisection.missed
    assert len(tried) <= 8


def test_bisection_gives_up_when_nothing_is_met() -> None:
    bisection, tried = search(GOAL, 100.0, 0.0)
    assert bisection.met == 0.0
    assert len(tried) <= 6


def test_bisection_tries_the_ends_it_is_given() -> None:
    goal = Goal("a", 20.0, low=10.0, high=40.0)
    _, tried = search(goal, 100.0, 22.0)
    assert tried[:2] == [40.0, 10.0]
    bisection, tried = search(goal, 100.0, 90.0)
    assert (tried, bisection.met) == ([40.0], 40.0)
    bisection, tried = search(goal, 100.0, 5.0)
    assert (tried, bisection.met) == ([40.0, 10.0], 0.0)


def test_goals_are_checked() -> None:
    closed = TenantSpec("a", "x")

    def wrong(problem: str, spec: TenantSpec = closed, **goal: Any) -> None:
        with pytest.raises(SpecError, match=problem):
            check(Options((spec,), Goal(**({"find": "a", "bound_ms": 5.0} | goal))))

    check(Options((closed,), GOAL))
    wrong("--find b: no such tenant; given: a", find="b")
    wrong("leave arrival=burst out", TenantSpec("a", "x", arrival="burst"))
    wrong("--queries 458: .* takes at least 459", queries=458)
    wrong("--percentile must lie between", percentile=99.0)
    wrong("--confidence must lie between", confidence=1.0)
    wrong("--low must lie below", low=5.0, high=5.0)


def test_a_searched_tenant_has_poisson_arrivals() -> None:
    spec = at_rate(TenantSpec("a", "x", busy=0.2, concurrency=1), 7.0)
    assert (spec.arrival, spec.rate, spec.busy) == ("poisson", 7.0, None)
    assert spec.concurrency is None
    capped = TenantSpec("a", "x", arrival="poisson", rate=1.0, concurrency=4)
    assert at_rate(capped, 7.0).concurrency == 4


def test_the_result_is_one_line() -> None:
    result = {
        **{"find": "online", "policy": "strict", "bound_ms": 20.0, "valid": True},
        **{"percentile": 0.99, "confidence": 0.99, "others_per_s": {"batch": 14.7}},
        **{"rate_per_s": 38.21, "not_met_at_per_s": 40.1, "capacity_per_s": 167.0},
    }
    assert report.search_line(result) == (
        "online under strict: [bold]38.21 requests/s[/] meet p99 <= 20 ms"
        " (99% confidence); 40.1 do not; batch 14.70/s"
    )
    assert "INVALID" in report.search_line(result | {"valid": False})
    none = report.search_line(result | {"rate_per_s": None, "not_met_at_per_s": 2.61})
    assert "is not met even at 2.61 requests/s" in none
