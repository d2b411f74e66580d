"""Waiting for a point of the monotonic clock, more closely than sleep alone.

Decides how much of a wait is slept. Must never know dilation or requests. Called by
`loadgen.tenant` and `loadgen.replay.player`.
"""

from __future__ import annotations

import time
from collections.abc import Callable


def wait_until(
    due_ns: int,
    spin_ns: int,
    now: Callable[[], int] = time.monotonic_ns,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Sleep until spin_ns before due_ns, then yield until it has come.

    A sleep ends about 0.1 ms late. sleep(0) gives other threads of the process the
    interpreter lock, which a bare loop would keep from them for milliseconds.
    """
    while (left := due_ns - now()) > 0:
        sleep((left - spin_ns) / 1e9 if left > spin_ns else 0)
