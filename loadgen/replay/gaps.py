"""Host time between launches, with the profiler's share taken out.

Decides one factor for all gaps of a trace. Must never know the client or dilation.
Called by `loadgen.replay.plan`; pure.

Why one factor: the profiler adds a few microseconds to every call, and Python between
the calls slows in proportion; the wall time of the step without the profiler is the one
thing known for sure, and one number fits one unknown.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from loadgen.traces.model import Op

BISECTIONS = 60


def host_starts_ns(ops: Sequence[Op]) -> list[int]:
    """When the host began each operation, from the first; device starts if unknown."""
    recorded = all(op.host_start_ns is not None for op in ops)
    starts = [op.host_start_ns if recorded else op.start_ns for op in ops]
    known = [start for start in starts if start is not None]
    ordered, latest = [], known[0]
    for start in known:  # another thread's call may lie before its predecessor's
        latest = max(latest, start)
        ordered.append(latest - known[0])
    return ordered


def wall_ns(starts: Sequence[int], durations: Sequence[int], factor: float) -> int:
    """Time from the first host call to the end of the last operation, in one stream.

    An operation starts once the host has issued it and the one before has ended.
    """
    end = 0.0
    for start, duration in zip(starts, durations, strict=True):
        end = max(end, start * factor) + duration
    return round(end)


def factor_for(
    starts: Sequence[int], durations: Sequence[int], wanted_wall_ns: int
) -> float:
    """Factor in [0, 1] that makes the step last wanted_wall_ns.

    0 when the device alone takes longer (the step is bound by the GPU), 1 when even the
    recorded gaps stay below: gaps are taken out, never put in.
    """
    if wall_ns(starts, durations, 0.0) >= wanted_wall_ns:
        return 0.0
    if wall_ns(starts, durations, 1.0) <= wanted_wall_ns:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        if wall_ns(starts, durations, middle) < wanted_wall_ns:
            low = middle
        else:
            high = middle
    return high


def gaps_ns(starts: Sequence[int], factor: float) -> list[int]:
    """Host time before each operation, from the one before; the first has none."""
    scaled = [start * factor for start in starts]
    return [0, *(round(b - a) for a, b in itertools.pairwise(scaled))]
