"""A session's questions about the device: attributes, what fits, tensor maps, limits.

Decides what a tenant is told of a device that it shares, and how a limit of the one
context is shared: each session sees its own value, the device keeps the most anybody
asked for. It must never know memory that is not the session's. `session.py` makes one.
"""

from __future__ import annotations

import struct

from broker.device.attributes import seen_by_tenants
from broker.device.backend import OccupancyQuery, TensorMap
from broker.server.calls import (
    INVALID_VALUE,
    OUT_OF_MEMORY,
    CallRefused,
    Calls,
    Handler,
)
from broker.wire.gen import messages as wire

# CUlimit
STACK_BYTES, PRINTF_BYTES, HEAP_BYTES = 0, 1, 2
UNSUPPORTED_LIMIT = 215

# CUtensorMapDataType: bytes of an element; those of less than a byte round up.
_ELEMENT_BYTES = (1, 2, 4, 4, 8, 8, 2, 4, 8, 2, 4, 4, 4, 1, 1, 1)


class DeviceCalls(Calls):
    def handlers(self) -> dict[type, Handler]:
        return {
            wire.AttributesGet: self._attributes_get,
            wire.OccupancyGet: self._occupancy_get,
            wire.TensorMapEncode: self._tensor_map_encode,
            wire.LimitGet: self._limit_get,
            wire.LimitSet: self._limit_set,
        }

    async def _attributes_get(self, call: wire.AttributesGet) -> wire.Attributes:
        self.check_device(call.device)
        backend = self.services.backend
        values = seen_by_tenants(backend.attributes)
        packed = struct.pack(f"<{len(values)}i", *values)
        return wire.Attributes(call.call, 0, "", packed, backend.granularity_bytes)

    async def _occupancy_get(self, call: wire.OccupancyGet) -> wire.Occupancy:
        info = self.session.code.function(call.function)
        if len(call.attributes) % wire.ATTRIBUTE_BYTES:
            raise CallRefused(INVALID_VALUE, "attributes are structs of 72 bytes")
        query = OccupancyQuery(
            call.query,
            (call.grid_x, call.grid_y, call.grid_z),
            (call.block_x, call.block_y, call.block_z),
            call.shared_bytes,
            call.flags,
            call.attributes,
        )
        if (
            query.threads >= 2**31
            or call.shared_bytes >= 2**31
            or query.grid[0] >= 2**31
        ):
            raise CallRefused(INVALID_VALUE, "a block larger than any device takes")
        value = await self.device("occupancy", info.native, query)
        return wire.Occupancy(call.call, 0, "", value)

    # ----------------------------------------------------------- tensor maps
    async def _tensor_map_encode(self, call: wire.TensorMapEncode) -> wire.TensorMap:
        self.check_device(call.device)
        tensor = _tensor(call)
        if not self.session.worker.holds(self.session.sid, call.address, _span(tensor)):
            raise CallRefused(
                INVALID_VALUE,
                f"the tensor at {call.address:#x} is not in the session's memory",
            )
        return wire.TensorMap(call.call, 0, "", await self.device("tensor_map", tensor))

    # ----------------------------------------------------------------- limits
    async def _limit_get(self, call: wire.LimitGet) -> wire.Limit:
        own = self.session.limits.get(call.limit)
        if own is None:
            self._check_limit(call.limit)
            own = await self.device("limit_get", call.limit)
            # What others raised is not this session's to see.
            own = self.services.limits_first.setdefault(call.limit, own)
        return wire.Limit(call.call, 0, "", own)

    async def _limit_set(self, call: wire.LimitSet) -> wire.Limit:
        self._check_limit(call.limit)
        self._check_memory(call.limit, call.value)
        held = await self.device("limit_get", call.limit)
        self.services.limits_first.setdefault(call.limit, held)
        value = call.value
        if value > held:
            await self.device("limit_set", call.limit, value)
            value = await self.device("limit_get", call.limit)
        self.session.limits[call.limit] = value
        return wire.Limit(call.call, 0, "", value)

    def _check_limit(self, limit: int) -> None:
        if limit > 6:
            raise CallRefused(UNSUPPORTED_LIMIT, f"no limit {limit} behind the broker")

    def _check_memory(self, limit: int, value: int) -> None:
        """A limit that the device pays for with memory is bounded by the quota."""
        properties = self.services.properties
        threads = properties.sm_count * properties.threads_per_sm
        cost = {STACK_BYTES: value * threads, PRINTF_BYTES: value, HEAP_BYTES: value}
        most = self.session.arena.quota.bytes_max // 4
        if cost.get(limit, 0) > most:
            raise CallRefused(
                OUT_OF_MEMORY,
                f"limit {limit} at {value} takes {cost[limit]} bytes of the device, "
                f"more than a quarter of the quota ({most})",
            )


def _tensor(call: wire.TensorMapEncode) -> TensorMap:
    """Raises: CallRefused when a list has not as many elements as the rank asks."""
    rank = call.rank
    least = 3 if call.im2col else 1
    if not least <= rank <= 5:
        raise CallRefused(INVALID_VALUE, f"rank {rank}; {least}..5 are possible")
    if call.data_type >= len(_ELEMENT_BYTES):
        raise CallRefused(INVALID_VALUE, f"no data type {call.data_type}")
    return TensorMap(
        bool(call.im2col),
        call.data_type,
        call.address,
        _numbers("dimensions", call.dimensions, "Q", rank),
        _numbers("strides", call.strides, "Q", rank - 1),
        _numbers("box", call.box, "I", 0 if call.im2col else rank),
        _numbers("element_strides", call.element_strides, "I", rank),
        _numbers("corners", call.corners, "i", 2 * (rank - 2) if call.im2col else 0),
        call.channels,
        call.pixels,
        call.interleave,
        call.swizzle,
        call.promotion,
        call.fill,
    )


def _numbers(name: str, packed: bytes, width: str, count: int) -> tuple[int, ...]:
    if len(packed) != struct.calcsize(f"<{count}{width}"):
        raise CallRefused(INVALID_VALUE, f"{name}: {len(packed)} bytes for {count}")
    return struct.unpack(f"<{count}{width}", packed)


def _span(tensor: TensorMap) -> int:
    """Bytes from the first element to behind the last one."""
    if 0 in tensor.dimensions:
        raise CallRefused(INVALID_VALUE, "a dimension of 0 elements")
    element = _ELEMENT_BYTES[tensor.data_type]
    # Data types 13..15 hold two elements of 4 or 6 bits in a byte, at most one.
    first = tensor.dimensions[0] * element
    if tensor.data_type >= 13:
        first = -(-first // 2)
    return first + sum(
        (size - 1) * stride
        for size, stride in zip(tensor.dimensions[1:], tensor.strides, strict=True)
    )
