"""What one request does on a device: a list of steps made from a trace.

Decides grid, block, time per block and host gap of each step. Must never know the
client or time dilation (all times are device time). Called by `loadgen.tenant`; pure.

A kernel becomes a replay kernel on the recorded grid, held to the recorded blocks per
multiprocessor, each block running recorded duration / waves. Operations of several
recorded streams are played on one stream in the order in which the device started them:
the files do not say which stream waited for which.
"""

from __future__ import annotations

from dataclasses import dataclass

from loadgen.replay import gaps as host_gaps
from loadgen.replay import occupancy
from loadgen.traces.model import DeviceShape, Extent, Op, OpKind, Trace, TraceError

PACES = ("asap", "host")
UNKNOWN_BLOCK: Extent = (256, 1, 1)
# Bytes a second that a device of this class moves; memory_share is a part of it.
MEMORY_BYTES_PER_S = 3_000_000_000_000
TOUCH_BYTES_MAX = (1 << 32) - 1


@dataclass(frozen=True, slots=True)
class Overheads:
    """What a replay kernel takes beyond the time asked of its blocks; measured."""

    kernel_ns: int = 0
    wave_ns: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One operation to replay.

    duration_ns: of each block. touch_bytes: memory each block moves meanwhile, at most.
    gap_ns: host time before it. nbytes, direction: of copies and fills.
    """

    kind: OpKind
    name: str
    gap_ns: int
    grid: Extent = (1, 1, 1)
    block: Extent = UNKNOWN_BLOCK
    shared_bytes: int = 0
    duration_ns: int = 0
    touch_bytes: int = 0
    nbytes: int = 0
    direction: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A request. busy_ns: recorded device time; wall_ns: expected when alone."""

    steps: tuple[Step, ...]
    busy_ns: int
    wall_ns: int
    gap_factor: float

    @property
    def launches(self) -> int:
        return sum(step.kind is OpKind.KERNEL for step in self.steps)

    @property
    def shared_bytes_max(self) -> int:
        return max(step.shared_bytes for step in self.steps)


def make_plan(
    trace: Trace,
    device: DeviceShape,
    *,
    pace: str,
    wall_ns: int | None = None,
    overheads: Overheads = Overheads(),
    memory_share: float = 0.5,
    registers: int = occupancy.REPLAY_REGISTERS,
) -> Plan:
    """Args: device: where it will be replayed; pace: "asap" drops host gaps, "host"
    keeps them, scaled so that the request alone lasts wall_ns (None: as recorded).
    memory_share: part of the device's memory bandwidth that the kernels use.

    Raises: TraceError when the trace holds graph launches without their kernels.
    """
    refuse_opaque_graphs(trace)
    ops = trace.device_ops
    durations = [op.duration_ns for op in ops]
    starts = host_gaps.host_starts_ns(ops)
    factor = 0.0
    if pace == "host":
        factor = 1.0
        if wall_ns is not None:
            factor = host_gaps.factor_for(starts, durations, wall_ns)
    gaps = host_gaps.gaps_ns(starts, factor)
    steps = tuple(
        make_step(op, gap, trace.device, device, overheads, memory_share, registers)
        for op, gap in zip(ops, gaps, strict=True)
    )
    expected = host_gaps.wall_ns(starts, durations, factor)
    return Plan(steps, sum(durations), expected, factor)


def refuse_opaque_graphs(trace: Trace) -> None:
    opaque = any(op.kind is OpKind.GRAPH and op.duration_ns for op in trace.ops)
    if opaque and not any("gn" in op.extra for op in trace.ops):
        raise TraceError(
            f"{trace.source}: graph launches without their kernels;"
            " record with --cuda-graph-trace=node"
        )


def make_step(
    op: Op,
    gap_ns: int,
    recorded: DeviceShape,
    device: DeviceShape,
    overheads: Overheads,
    memory_share: float,
    registers: int,
) -> Step:
    if op.kind is not OpKind.KERNEL:
        return Step(
            op.kind, op.name, gap_ns, nbytes=op.nbytes, direction=op.direction or "d2d"
        )
    # Without a recorded grid: one block on each multiprocessor.
    grid = op.grid or (device.sm_count, 1, 1)
    block = op.block or UNKNOWN_BLOCK
    threads = occupancy.volume(block)
    resident = occupancy.blocks_per_sm(recorded, threads, op.registers, op.shared_bytes)
    shared = occupancy.shared_bytes_for(device, threads, resident, registers)
    ours = min(
        resident,
        occupancy.blocks_per_sm(device, threads, registers, shared),
    )
    blocks = occupancy.volume(grid)
    rounds = occupancy.waves(device, blocks, ours)
    duration = block_duration_ns(op.duration_ns, rounds, overheads)
    return Step(
        op.kind,
        op.name,
        gap_ns,
        grid=grid,
        block=block,
        shared_bytes=shared,
        duration_ns=duration,
        touch_bytes=touch_bytes(
            duration, min(blocks, device.sm_count * ours), memory_share
        ),
    )


def block_duration_ns(recorded_ns: int, rounds: int, overheads: Overheads) -> int:
    """Each block's own time: an equal part of the recorded, less what starting takes.

    0 for a kernel shorter than its start: such a kernel is replayed a little long.
    """
    per_round = (recorded_ns - overheads.kernel_ns) / rounds - overheads.wave_ns
    return max(0, round(per_round))


def touch_bytes(duration_ns: int, resident_blocks: int, memory_share: float) -> int:
    """Bytes one block moves in its time when all resident ones share the bandwidth."""
    total = MEMORY_BYTES_PER_S * memory_share * duration_ns / 1e9
    return min(TOUCH_BYTES_MAX, round(total / resident_blocks))
