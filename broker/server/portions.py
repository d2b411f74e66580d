"""Many control calls, in portions that other tenants do not notice.

Decides how much one job of the control thread does: it stops after about a
millisecond. A driver call holds the context's lock, and a thread that takes it again at
once keeps it from the thread that issues: 64 host registrations in a row kept a
neighbour's launch for 20 ms on an H100, one keeps it for less than one. Must never know
what the calls are for. `session.py` gives everything back through it, `memory_calls.py`
registers host memory.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

# A portion ends with the call that passes this.
PORTION_NS = 1_000_000

Call = tuple[str, tuple[Any, ...]]  # method of the backend, its arguments


def run_portion(
    backend: Any,
    calls: Sequence[Call],
    now_ns: Callable[[], int] = time.monotonic_ns,
) -> list[Exception | None]:
    """Make the first calls, at least one; what each raised, or None."""
    outcomes: list[Exception | None] = []
    end_ns = now_ns() + PORTION_NS
    for method, args in calls:
        try:
            getattr(backend, method)(*args)
            outcomes.append(None)
        except Exception as problem:
            outcomes.append(problem)
        if now_ns() >= end_ns:
            break
    return outcomes


async def in_portions(
    backend: Any,
    calls: Sequence[Call],
    control: Callable[[Any], Awaitable[list[Exception | None]]],
) -> list[Exception | None]:
    """Make all calls, as many jobs as that takes; outcomes in order.

    Args: control: runs one job on the control thread, in the calls' lane.
    """
    outcomes: list[Exception | None] = []
    while len(outcomes) < len(calls):
        rest = calls[len(outcomes) :]
        outcomes += await control(partial(run_portion, backend, rest))
    return outcomes
