"""Sessions without a scheduler, for tests of policies."""

from __future__ import annotations

from typing import Any

from broker.sched.classes import ClassState
from broker.sched.config import SchedulerConfig
from broker.sched.pauses import Pauses
from broker.sched.session import SessionState


def new_session(number: int, tenant: str = "", **fields: Any) -> SessionState:
    class_ = fields.pop("class_", 1)
    weight = float(fields.pop("weight", 1.0))
    return SessionState(
        number,
        tenant or f"t{number}",
        class_,
        weight,
        ClassState(class_),
        Pauses(SchedulerConfig()),
        **fields,
    )
