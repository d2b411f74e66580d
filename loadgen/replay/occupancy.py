"""How many blocks of a recorded kernel ran on one multiprocessor, in how many waves.

Decides the dynamic shared memory that holds the replay kernel to the same number. Must
never know traces' files, the client or time. Called by `loadgen.replay.plan`; pure.

Source: CUDA programming guide, "Hardware Multithreading" and technical specifications
of compute capability 9.0 (register allocation by warp in units of 256, shared memory in
units of 128 bytes plus 1 KiB the system keeps per block).
"""

from __future__ import annotations

from loadgen.traces.model import DeviceShape, Extent

REGISTER_UNIT = 256
SHARED_UNIT_BYTES = 128
SHARED_RESERVED_BYTES = 1024
# What our replay kernel needs; the truth is asked of the device where it says.
REPLAY_REGISTERS = 32


def round_up(value: int, unit: int) -> int:
    return -(-value // unit) * unit


def volume(extent: Extent) -> int:
    return extent[0] * extent[1] * extent[2]


def blocks_per_sm(
    device: DeviceShape, block_threads: int, registers: int | None, shared_bytes: int
) -> int:
    """Resident blocks on one multiprocessor, >= 1.

    registers: per thread; None where not recorded, which then sets no limit.
    shared_bytes: static and dynamic of one block.
    """
    warps = -(-block_threads // device.warp_threads)
    limits = [
        device.blocks_per_sm,
        device.threads_per_sm // (warps * device.warp_threads),
    ]
    if registers:
        per_warp = round_up(registers * device.warp_threads, REGISTER_UNIT)
        limits.append(device.registers_per_sm // (per_warp * warps))
    if shared_bytes:
        per_block = round_up(shared_bytes, SHARED_UNIT_BYTES) + SHARED_RESERVED_BYTES
        limits.append(device.shared_bytes_per_sm // per_block)
    return max(1, min(limits))


def shared_bytes_for(
    device: DeviceShape, block_threads: int, blocks: int, registers: int
) -> int:
    """Dynamic shared bytes that let exactly `blocks` of our blocks onto an SM.

    0 when our kernel is limited to that many, or fewer, without.
    """
    if blocks_per_sm(device, block_threads, registers, 0) <= blocks:
        return 0
    per_block = device.shared_bytes_per_sm // blocks - SHARED_RESERVED_BYTES
    return max(0, per_block // SHARED_UNIT_BYTES * SHARED_UNIT_BYTES)


def waves(device: DeviceShape, grid_blocks: int, resident_blocks: int) -> int:
    """Rounds a grid needs when resident_blocks fit on each multiprocessor, >= 1."""
    return max(1, -(-grid_blocks // (device.sm_count * resident_blocks)))
