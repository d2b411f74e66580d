"""The policies by name.

Decides which names exist. Must never load plug-ins itself: the composition root
(`broker/cli.py`) walks the entry points of ENTRY_POINT_GROUP and calls `register`.
"""

from __future__ import annotations

import inspect
import re
from typing import Any

from broker.sched.config import SchedulerConfig
from broker.sched.policies.base import Policy, TurnPolicy
from broker.sched.policies.deadline import DeadlinePolicy
from broker.sched.policies.fair import FairPolicy
from broker.sched.policies.fifo import FifoPolicy
from broker.sched.policies.partition import PartitionPolicy
from broker.sched.policies.strict import StrictPolicy

ENTRY_POINT_GROUP = "xsched_broker.policies"

__all__ = [
    "ENTRY_POINT_GROUP",
    "BadPolicy",
    "DeadlinePolicy",
    "FairPolicy",
    "FifoPolicy",
    "PartitionPolicy",
    "Policy",
    "StrictPolicy",
    "TurnPolicy",
    "check",
    "make_policy",
    "policy_names",
    "register",
]

_POLICIES: dict[str, type[Policy]] = {}


class BadPolicy(ValueError):
    """A class that cannot serve as a policy; the text says what to change."""


def check(policy: Any) -> Any:
    """The policy, if it keeps the contract of `base.py`.

    Why here and not when it is first used: a method that is missing, or takes other
    arguments, would end a running broker in the middle of a decision.
    Raises: BadPolicy.
    """
    if not (inspect.isclass(policy) and issubclass(policy, Policy)):
        raise BadPolicy(f"{policy!r} is no subclass of broker.sched.policies.Policy")
    name = getattr(policy, "name", None)
    if not isinstance(name, str) or not re.fullmatch(r"[a-z][a-z0-9_-]{0,31}", name):
        raise BadPolicy(
            f"{policy.__name__}.name is {name!r}: a name is 1-32 of a-z, 0-9, - and _, "
            "and begins with a letter"
        )
    if missing := sorted(getattr(policy, "__abstractmethods__", ())):
        raise BadPolicy(f"policy {name!r} lacks {', '.join(missing)}")
    if policy.turns and policy.preemptive:
        raise BadPolicy(f"policy {name!r}: turns and preemptive exclude each other")
    if policy.turns and not issubclass(policy, TurnPolicy):
        raise BadPolicy(
            f"policy {name!r}: turns = True is for subclasses of TurnPolicy"
        )
    for method, wanted in _contract(policy).items():
        _check_method(policy, name, method, wanted)
    return policy


def _contract(policy: type[Policy]) -> dict[str, Any]:
    base: type = TurnPolicy if issubclass(policy, TurnPolicy) else Policy
    return {
        name: function
        for kind in reversed(base.__mro__)
        for name, function in vars(kind).items()
        if inspect.isfunction(function) and not name.startswith("__")
    }


def _check_method(policy: type[Policy], name: str, method: str, wanted: Any) -> None:
    """A method of the policy must take the arguments of the one it replaces."""
    given = getattr(policy, method)
    if given is wanted:
        return
    asked = inspect.signature(wanted)
    if not inspect.isfunction(given) or inspect.iscoroutinefunction(given):
        raise BadPolicy(f"policy {name!r}: {method} must be a plain method")
    try:
        inspect.signature(given).bind(*asked.parameters)
    except TypeError as problem:
        arguments = ", ".join(asked.parameters)
        raise BadPolicy(
            f"policy {name!r}: {method} must take ({arguments}): {problem}"
        ) from None


def register(policy: type[Policy]) -> type[Policy]:
    """Make a policy known by its name.

    Raises: BadPolicy when it breaks the contract or the name is another's.
    """
    check(policy)
    if _POLICIES.setdefault(policy.name, policy) is not policy:
        raise BadPolicy(f"policy {policy.name!r} is already registered")
    return policy


def policy_names() -> list[str]:
    return sorted(_POLICIES)


def make_policy(name: str, config: SchedulerConfig) -> Policy:
    """A fresh policy. Raises: KeyError naming the known ones."""
    if name not in _POLICIES:
        known = ", ".join(policy_names())
        raise KeyError(f"no policy is called {name!r}; known: {known}")
    return _POLICIES[name](config)


register(DeadlinePolicy)
register(FairPolicy)
register(FifoPolicy)
register(PartitionPolicy)
register(StrictPolicy)
