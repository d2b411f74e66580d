"""Measures what the replay kernel takes beyond its argument, and a trace played alone.

Decides how the two overheads are read off the device. Must never know tenants or cells.
Called by `loadgen.tenant` in calibration mode.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import Any

from loadgen.replay import occupancy
from loadgen.replay.plan import Overheads, Plan, Step
from loadgen.replay.player import Player
from loadgen.traces.model import DeviceShape, OpKind

# Longer than a launch takes to issue, so that the chain never starves; the chain is
# shorter than the broker's window, so that it never waits.
BLOCK_NS = 10_000
CHAIN_LAUNCHES = 16
WAVES = 4
REPEATS = 3


@dataclass(frozen=True, slots=True)
class Calibration:
    """recorded_ns and replayed_ns: device time of one request, gaps left out."""

    overheads: Overheads
    recorded_ns: int
    replayed_ns: int

    @property
    def ratio(self) -> float:
        return self.replayed_ns / self.recorded_ns


def measure_overheads(session: Any, device: DeviceShape, dilation: int) -> Overheads:
    """Two chains of equal kernels: one wave, then WAVES of them.

    What one launch takes beyond its blocks' time belongs to the kernel, what each
    further wave adds to the wave. The wait between two kernels of a stream is counted
    in: the recorded durations are to be met back to back.
    """
    resident = occupancy.blocks_per_sm(device, 256, occupancy.REPLAY_REGISTERS, 0)
    full = device.sm_count * resident
    one = chain_ns(session, device.sm_count, dilation) - BLOCK_NS
    many = chain_ns(session, full * WAVES, dilation) - BLOCK_NS * WAVES
    wave = max(0, many - one) // (WAVES - 1)
    return Overheads(kernel_ns=max(0, one - wave), wave_ns=wave)


def chain_ns(session: Any, blocks: int, dilation: int) -> int:
    """Device time per launch of a chain of equal launches, without the first.

    The best of a few: anything else that happens on the machine only lengthens it.
    """
    step = Step(OpKind.KERNEL, "chain", 0, grid=(blocks, 1, 1), duration_ns=BLOCK_NS)
    plan = Plan((step,) * (CHAIN_LAUNCHES + 1), 0, 0, 0.0)
    player = Player(session, plan, dilation=dilation, paced=False)
    return min(play_times_ns(player)) // CHAIN_LAUNCHES


def play_times_ns(player: Player) -> list[int]:
    """Device times of a few requests, each from the end of its first operation."""
    times = []
    for _ in range(1 + REPEATS):
        ticket = player.submit()
        ticket.wait()
        times.append(ticket.since_first_ns())
        player.recycle(ticket)
    return times[1:]  # the first one is the first use of each kernel


def measure_trace(player: Player, plan: Plan, overheads: Overheads) -> Calibration:
    """Play the request alone without gaps, and compare with the recording."""
    replayed_ns = round(statistics.median(play_times_ns(player)))
    return Calibration(overheads, plan.busy_ns, replayed_ns)
