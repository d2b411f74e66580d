"""Which trust domains get a process, and whether the broker needs a context itself."""

from __future__ import annotations

import pytest

from broker.config import ConfigError, load, show
from broker.devices import has_shared, process_domains


def config(**keys: object) -> object:
    return load({key.replace("__", "."): value for key, value in keys.items()}, {})


@pytest.mark.parametrize(
    ("keys", "processes", "shared"),
    [
        ({}, [], True),
        ({"domains__default__isolation": "process"}, ["default"], False),
        (
            {"domains__a__isolation": "process", "tenants__t__domain": "a"},
            ["a"],
            False,
        ),
        (
            {
                "domains__a__isolation": "process",
                "tenants__t__domain": "a",
                "tenants__u__class": 1,
            },
            ["a"],
            True,
        ),
        (
            {
                "domains__a__isolation": "process",
                "tenants__t__domain": "a",
                "server__unknown_tenants": "accept",
            },
            ["a"],
            True,
        ),
        ({"domains__a__isolation": "process"}, [], True),
        ({"domains__a__isolation": "shared", "tenants__t__domain": "a"}, [], True),
    ],
)
def test_domains_that_somebody_can_come_to(
    keys: dict[str, object], processes: list[str], shared: bool
) -> None:
    made = config(**keys)
    assert process_domains(made) == processes  # type: ignore[arg-type]
    assert has_shared(made) is shared  # type: ignore[arg-type]


def test_an_unknown_domain_is_named_with_the_known_ones() -> None:
    with pytest.raises(
        ConfigError, match=r"tenants\.t\.domain.*default, near"
    ) as caught:
        config(tenants__t__domain="nera", domains__near__isolation="process")
    assert "[domains.nera]" in str(caught.value)


def test_an_unknown_isolation_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"domains\.a\.isolation.*shared, process"):
        config(domains__a__isolation="container")


def test_domains_are_shown_with_their_origin() -> None:
    text = show(load({}, {"XSCHED_BROKER_DOMAINS__DEFAULT__ISOLATION": "process"}))
    assert "[domains.default]" in text
    assert 'isolation = "process"  # environment XSCHED_BROKER_DOMAINS__DEFAULT' in text
