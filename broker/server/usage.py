"""What one session, or one tenant over all its sessions, has used so far.

Decides what is counted and how two counts are added. It must never know metrics or how
a table looks: `broker/metrics.py` and the admin socket read the fields. A session's
worker and scheduler accounts end with it, so `session.py` adds them to its tenant's.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(slots=True)
class Usage:
    """Counts since the start. Times are device time.

    queue_counts: by bucket (bounds: `device._worker.QUEUE_BOUNDS_NS`), how long
    launches, copies and fills waited from being decoded to being issued.
    """

    launches: int = 0
    copies: int = 0
    fills: int = 0
    graph_launches: int = 0
    graph_segments: int = 0  # native graphs issued for them
    used_ns: int = 0  # estimated GPU time
    queue_counts: list[int] = field(default_factory=list)
    queue_sum_ns: int = 0
    holds: int = 0  # stopped with work waiting
    hold_ns: int = 0
    switches: int = 0  # took the device from a lower class
    preemptions: int = 0  # stopped by the floor in the middle of a batch
    drained_slots: int = 0  # control calls that had the device emptied first
    operations_failed: int = 0
    calls_refused: int = 0
    protocol_errors: int = 0

    def add(self, other: Usage) -> None:
        for each in fields(self):
            if each.name != "queue_counts":
                total = getattr(self, each.name) + getattr(other, each.name)
                setattr(self, each.name, total)
        longer = max(len(self.queue_counts), len(other.queue_counts))
        mine = self.queue_counts + [0] * (longer - len(self.queue_counts))
        theirs = other.queue_counts + [0] * (longer - len(other.queue_counts))
        self.queue_counts = [a + b for a, b in zip(mine, theirs, strict=True)]

    def since(self, before: Usage) -> Usage:
        """What was added after an earlier copy of this."""
        change = Usage()
        for each in fields(self):
            if each.name != "queue_counts":
                more = getattr(self, each.name) - getattr(before, each.name)
                setattr(change, each.name, more)
        earlier = before.queue_counts or [0] * len(self.queue_counts)
        change.queue_counts = [
            now - then for now, then in zip(self.queue_counts, earlier, strict=True)
        ]
        return change


def of_session(worker: Any, sid: int, account: Any) -> Usage:
    """Of an open session: what its worker and the scheduler have counted.

    Args: account: sched.stats.Account, None before the scheduler knows the session.
    """
    counters = worker.counters(sid)
    counts, sum_ns = worker.queue_times(sid)
    usage = Usage(
        launches=counters["launches"],
        copies=counters["copies"],
        fills=counters["fills"],
        graph_launches=counters["graph_launches"],
        graph_segments=counters["graph_segments"],
        used_ns=counters["used_ns"],
        queue_counts=counts,
        queue_sum_ns=sum_ns,
        operations_failed=counters["failures"],
    )
    if account is not None:
        usage.holds, usage.hold_ns = account.holds, account.hold_ns
        usage.switches, usage.preemptions = account.switches, account.preemptions
    return usage
