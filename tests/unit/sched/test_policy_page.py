"""The policy that the page shows is one: it is taken from there and run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import broker.sched.policies as policies
from broker.sched.policies import check, make_policy, policy_names, register
from broker.sched.scheduler import Scheduler
from tests.sim.loads import MS, US, Load, Loads

PAGE = Path(policies.__file__).parent / "README.md"


def shown() -> tuple[str, type[policies.Policy]]:
    """The page's Python, and the class it makes."""
    (text,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    namespace: dict[str, type[policies.Policy]] = {}
    exec(compile(text, str(PAGE), "exec"), namespace)
    return text, namespace["ByTenant"]


def test_it_has_thirty_lines_and_keeps_the_contract() -> None:
    text, policy = shown()
    assert len([line for line in text.splitlines() if line.strip()]) <= 30
    assert check(policy) is policy


def test_it_shares_between_tenants(monkeypatch: pytest.MonkeyPatch) -> None:
    _, policy = shown()
    monkeypatch.setattr(policies, "_POLICIES", dict(policies._POLICIES))
    register(policy)
    loads = Loads(
        "by-tenant",
        [
            Load(50 * US, ahead=4, tenant="a"),
            Load(50 * US, ahead=4, tenant="a"),
            Load(50 * US, ahead=4, tenant="b"),
        ],
    ).run(400 * MS)
    assert loads.shares()[3] == pytest.approx(0.5, abs=0.02)
    assert isinstance(loads.scheduler, Scheduler)


def test_it_names_every_policy_and_setting() -> None:
    text = PAGE.read_text()
    for name in policy_names():
        assert f"| `{name}` |" in text
        make_policy(name, policies.SchedulerConfig())
    for method in vars(policies.TurnPolicy):
        if not method.startswith("_") and method not in ("preemptive", "turns"):
            assert f"`{method}" in text or f"def {method}" in text or method in text
