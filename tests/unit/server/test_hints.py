"""How far a tenant's own hint may go, and an operator's."""

from __future__ import annotations

import pytest

from broker.server.hints import HintRefused, Hints, asked_by_tenant, changed
from broker.server.settings import TenantConfig
from broker.wire.gen import messages as wire

CONFIG = TenantConfig(class_=1, weight=2.0, deadline_ns=5_000_000)
NOW = Hints(1, 2.0, 5_000_000)


def ask(hints: Hints = NOW, **fields: int) -> Hints:
    return asked_by_tenant(hints, wire.HintSet(call=1, **fields), CONFIG, 1)


def test_nothing_asked_is_nothing_changed() -> None:
    assert ask() == NOW


def test_one_hint_leaves_the_others() -> None:
    assert ask(priority_class=3) == Hints(3, 2.0, 5_000_000)
    assert ask(weight_milli=500) == Hints(1, 0.5, 5_000_000)
    assert ask(deadline_ns=9_000_000) == Hints(1, 2.0, 9_000_000)
    assert ask(deadline_ns=0) == Hints(1, 2.0, 0)


def test_what_was_given_up_may_be_taken_back() -> None:
    assert ask(Hints(4, 0.5, 0), priority_class=1, weight_milli=2000).class_ == 1


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"priority_class": 0}, "class 0 is above 1"),
        ({"weight_milli": 2001}, "weight 2.001 is more than 2"),
        ({"deadline_ns": 4_999_999}, "shorter than 5 ms"),
        ({"deadline_ns": 1 << 62}, "must be 0 s..1 h"),
    ],
)
def test_nobody_raises_himself(fields: dict[str, int], says: str) -> None:
    with pytest.raises(HintRefused, match=says):
        ask(**fields)


@pytest.mark.parametrize(
    "fields",
    [{"class_": 255}, {"class_": -1}, {"weight": 0.0}, {"weight": float("nan")}],
)
def test_an_operators_bounds(fields: dict[str, float]) -> None:
    with pytest.raises(HintRefused):
        changed(NOW, **fields)  # type: ignore[arg-type]
    assert changed(NOW, class_=0, weight=100.0).class_ == 0
