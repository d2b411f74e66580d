"""What a session asks of the scheduler: class, weight, deadline.

Decides how far a tenant may go by itself: never above what its operator configured, or
one tenant's hint would take another's time. The operator may set anything. Must never
know policies. `session.py` asks for tenants, `broker/admin.py` for operators.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from broker.server.settings import TenantConfig
from broker.wire.gen import messages as wire

CLASS_LOWEST = 254
WEIGHT_MIN, WEIGHT_MAX = 0.001, 1_000_000.0
DEADLINE_NS_MAX = 3600 * 10**9


class HintRefused(Exception):
    """The hint breaks a bound; nothing changed. The text names it."""


@dataclass(frozen=True, slots=True)
class Hints:
    """class_: 0 highest. deadline_ns: after a request's arrival, 0 = none."""

    class_: int
    weight: float
    deadline_ns: int = 0


def changed(
    hints: Hints,
    class_: int | None = None,
    weight: float | None = None,
    deadline_ns: int | None = None,
) -> Hints:
    """The hints with what is not None replaced. Raises: HintRefused."""
    if class_ is not None:
        if not 0 <= class_ <= CLASS_LOWEST:
            raise HintRefused(f"class {class_}: must be 0..{CLASS_LOWEST}")
        hints = replace(hints, class_=class_)
    if weight is not None:
        if not (math.isfinite(weight) and WEIGHT_MIN <= weight <= WEIGHT_MAX):
            raise HintRefused(
                f"weight {weight}: must be {WEIGHT_MIN:g}..{WEIGHT_MAX:g}"
            )
        hints = replace(hints, weight=weight)
    if deadline_ns is not None:
        if not 0 <= deadline_ns <= DEADLINE_NS_MAX:
            raise HintRefused(f"deadline {deadline_ns} ns: must be 0 s..1 h")
        hints = replace(hints, deadline_ns=deadline_ns)
    return hints


def asked_by_tenant(
    hints: Hints, call: wire.HintSet, config: TenantConfig, class_highest: int
) -> Hints:
    """What a session's own call makes of its hints.

    Args: class_highest: the highest class its tenant may have.
    Raises: HintRefused.
    """
    class_ = (
        None if call.priority_class == wire.HINT_CLASS_KEEP else call.priority_class
    )
    weight = None if call.weight_milli == 0 else call.weight_milli / 1000
    keep = call.deadline_ns == wire.HINT_DEADLINE_KEEP
    deadline_ns = None if keep else call.deadline_ns
    if class_ is not None and class_ < class_highest:
        raise HintRefused(
            f"class {class_} is above {class_highest}, the highest of this tenant; "
            "its operator can raise it"
        )
    if weight is not None and weight > config.weight:
        raise HintRefused(
            f"weight {weight:g} is more than {config.weight:g}, the configured one; "
            "its operator can raise it"
        )
    if deadline_ns is not None and 0 < deadline_ns < config.deadline_ns:
        raise HintRefused(
            f"a deadline of {deadline_ns / 1e6:g} ms is shorter than "
            f"{config.deadline_ns / 1e6:g} ms, the configured one; its operator can "
            "shorten it"
        )
    return changed(hints, class_, weight, deadline_ns)
