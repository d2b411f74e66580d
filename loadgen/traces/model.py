"""What a trace is, whatever file it came from: operations as a device ran them.

Decides names, units and what counts as busy time. Must never know file formats, the
client or time dilation. Made by the importers beside it; read by `loadgen.replay` and
`loadgen inspect`.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Any

Extent = tuple[int, int, int]


class TraceError(ValueError):
    """A trace file is missing, unreadable or says something impossible."""


class OpKind(enum.Enum):
    KERNEL = "k"
    COPY = "c"
    FILL = "m"
    GRAPH = "g"
    SYNC = "s"


# What occupies the device; the others are marks of the host.
DEVICE_KINDS = (OpKind.KERNEL, OpKind.COPY, OpKind.FILL)


@dataclass(frozen=True, slots=True)
class DeviceShape:
    """The device a trace was recorded on, as far as occupancy depends on it.

    Defaults are those of an H100 (compute capability 9.0).
    """

    name: str = "unknown"
    sm_count: int = 132
    threads_per_sm: int = 2048
    blocks_per_sm: int = 32
    registers_per_sm: int = 65536
    shared_bytes_per_sm: int = 233472
    warp_threads: int = 32


@dataclass(frozen=True, slots=True)
class Op:
    """One operation of a trace.

    start_ns, duration_ns: on the device, from the trace's first operation.
    host_start_ns, host_ns: the host call that made it; None where not recorded.
    grid, block: None where not recorded (graph replays of some tools).
    shared_bytes: of a block, static and dynamic together. nbytes: of copies and fills.
    direction: "h2d", "d2h" or "d2d" of copies.
    extra: keys of the file this model has no name for, kept as they were.
    """

    kind: OpKind
    name: str
    start_ns: int
    duration_ns: int
    stream: int = 0
    grid: Extent | None = None
    block: Extent | None = None
    shared_bytes: int = 0
    registers: int | None = None
    nbytes: int = 0
    direction: str = ""
    host_start_ns: int | None = None
    host_ns: int | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def end_ns(self) -> int:
        return self.start_ns + self.duration_ns


@dataclass(frozen=True, slots=True)
class Trace:
    """Operations sorted by device start, and where they came from.

    dropped: operations of the file left out because nothing in it launched them (the
    tail of the step before). header: the file's own description, kept as it was.
    """

    source: str
    device: DeviceShape
    ops: tuple[Op, ...]
    model: str = ""
    dropped: int = 0
    header: dict[str, Any] = field(default_factory=dict)

    @property
    def kernels(self) -> int:
        return sum(op.kind is OpKind.KERNEL for op in self.ops)

    @property
    def kernel_ns(self) -> int:
        """Sum of the kernels' durations."""
        return sum(op.duration_ns for op in self.ops if op.kind is OpKind.KERNEL)

    @property
    def device_ops(self) -> tuple[Op, ...]:
        """What occupies the device: everything but host-side marks."""
        return tuple(op for op in self.ops if op.kind in DEVICE_KINDS)

    @property
    def busy_ns(self) -> int:
        """Time in which at least one operation ran: overlapping ones count once."""
        busy, covered_until = 0, 0
        for op in self.device_ops:
            busy += max(0, op.end_ns - max(op.start_ns, covered_until))
            covered_until = max(covered_until, op.end_ns)
        return busy

    @property
    def span_ns(self) -> int:
        """First start to last end on the device."""
        ops = self.device_ops
        return max(op.end_ns for op in ops) - min(op.start_ns for op in ops)


def finish(
    source: str,
    device: DeviceShape,
    ops: list[Op],
    *,
    model: str = "",
    dropped: int = 0,
    header: dict[str, Any] | None = None,
) -> Trace:
    """Sort, and refuse a trace with nothing to replay."""
    ordered = tuple(sorted(ops, key=lambda op: op.start_ns))
    trace = Trace(source, device, ordered, model, dropped, header or {})
    if not trace.device_ops:
        raise TraceError("no kernel, copy or memset in it")
    return trace
