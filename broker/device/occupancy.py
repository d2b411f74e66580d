"""How many blocks of a function fit on an H100, where no driver is asked.

Decides nothing else. Pure arithmetic on the published limits of compute capability 9.0;
the null and the emulated device call it.

Source: CUDA programming guide, technical specifications per compute capability.
"""

from __future__ import annotations

import struct

from broker.device.backend import FunctionInfo, OccupancyQuery

WARP = 32
WARPS_PER_SM = 64
BLOCKS_PER_SM = 32
REGISTERS_PER_PARTITION = 16384
PARTITIONS = 4
REGISTERS_UNIT = 256  # allocated to a warp in units of this
SHARED_PER_SM = 233472
SHARED_OPTIN = 232448
SHARED_RESERVED = 1024
SHARED_UNIT = 128
CLUSTER_PORTABLE = 8

KIND_BLOCKS, KIND_SHARED_BYTES, KIND_CLUSTER_SIZE, KIND_CLUSTERS = range(4)
_ATTRIBUTE = struct.Struct("<i4x3I52x")
_CLUSTER_DIMENSION = 4


def _round_up(value: int, unit: int) -> int:
    return -(-value // unit) * unit


def blocks_per_sm(info: FunctionInfo, threads: int, shared_bytes: int) -> int:
    """0 when not even one fits."""
    if threads > info.threads_max or threads <= 0:
        return 0
    warps = -(-threads // WARP)
    per_warp = _round_up(max(1, info.registers) * WARP, REGISTERS_UNIT)
    by_registers = REGISTERS_PER_PARTITION // per_warp * PARTITIONS // warps
    shared = info.static_shared_bytes + shared_bytes
    if shared > SHARED_OPTIN:
        return 0
    by_shared = SHARED_PER_SM // _round_up(shared + SHARED_RESERVED, SHARED_UNIT)
    return min(WARPS_PER_SM // warps, by_registers, by_shared, BLOCKS_PER_SM)


def shared_bytes_available(info: FunctionInfo, blocks: int) -> int:
    """Dynamic shared memory that lets `blocks` blocks be on a multiprocessor."""
    if not 0 < blocks <= BLOCKS_PER_SM:
        return 0
    each = SHARED_PER_SM // blocks // SHARED_UNIT * SHARED_UNIT - SHARED_RESERVED
    return max(0, min(each, SHARED_OPTIN) - info.static_shared_bytes)


def cluster_size(attributes: bytes) -> int:
    """Blocks of a cluster as the launch attributes say; 1 without."""
    size = 1
    for id_, x, y, z in _ATTRIBUTE.iter_unpack(attributes):
        if id_ == _CLUSTER_DIMENSION:
            size = max(1, x * y * z)
    return size


def answer(info: FunctionInfo, query: OccupancyQuery, sm_count: int) -> int:
    """What the query asks."""
    if query.kind == KIND_SHARED_BYTES:
        return shared_bytes_available(info, query.grid[0])
    blocks = blocks_per_sm(info, query.threads, query.shared_bytes)
    if query.kind == KIND_BLOCKS:
        return blocks
    if query.kind == KIND_CLUSTER_SIZE:
        return CLUSTER_PORTABLE if blocks else 0
    return sm_count * blocks // cluster_size(query.attributes)
