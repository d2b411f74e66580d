"""A session's calls about addresses and memory that it puts together itself (VMM).

Decides which addresses are reserved, what is mapped there, and what the session may do
with it: operations reach a mapping only once access was set. Memory counts against the
quota from its creation until it is released and mapped nowhere. It must never know code
or operations. `session.py` makes one and calls `tear_down` at the session's end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from broker.device.backend import DeviceError
from broker.server.calls import (
    INVALID_HANDLE,
    INVALID_VALUE,
    OUT_OF_MEMORY,
    CallRefused,
    Calls,
    Handler,
)
from broker.wire.gen import messages as wire

if TYPE_CHECKING:
    from broker.server.session import Session

# More than any allocator makes; each costs the broker some hundred bytes.
RESERVATIONS_MAX = 4096
MEMORIES_MAX = 65536
MAPPINGS_MAX = 65536


@dataclass(slots=True)
class Memory:
    """Created memory. native: the backend's own. fresh: nobody could reach it yet."""

    native: Any
    nbytes: int
    mappings: int = 0
    released: bool = False
    fresh: bool = True


@dataclass(slots=True)
class Mapping:
    nbytes: int
    memory: Memory
    reachable: bool = False
    leaving: bool = False


class MappedCalls(Calls):
    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._granularity = self.services.backend.granularity_bytes
        self._reserved: dict[int, int] = {}
        self._memories: dict[int, Memory] = {}
        self._mappings: dict[int, Mapping] = {}

    def handlers(self) -> dict[type, Handler]:
        return {
            wire.AddressReserve: self._address_reserve,
            wire.AddressFree: self._address_free,
            wire.MemoryCreate: self._memory_create,
            wire.MemoryRelease: self._memory_release,
            wire.MemoryMap: self._memory_map,
            wire.MemoryUnmap: self._memory_unmap,
            wire.MemoryAccessSet: self._memory_access_set,
        }

    # ------------------------------------------------------------ addresses
    async def _address_reserve(self, call: wire.AddressReserve) -> wire.Allocated:
        self.check_device(call.device)
        self._check_granules(call.bytes)
        alignment = call.alignment or self._granularity
        if alignment & (alignment - 1) or alignment > self.session.arena.nbytes:
            raise CallRefused(INVALID_VALUE, f"an alignment of {alignment} bytes")
        if len(self._reserved) >= RESERVATIONS_MAX:
            raise CallRefused(OUT_OF_MEMORY, f"{RESERVATIONS_MAX} ranges are reserved")
        address = self.session.arena.reserve_addresses(call.bytes, alignment)
        self._reserved[address] = call.bytes
        return wire.Allocated(call.call, 0, "", address)

    async def _address_free(self, call: wire.AddressFree) -> wire.Done:
        if self._reserved.get(call.address) != call.bytes:
            raise CallRefused(
                INVALID_VALUE,
                f"no reservation of {call.bytes} bytes at {call.address:#x}",
            )
        if self._meets(call.address, call.bytes):
            raise CallRefused(
                INVALID_VALUE, f"something is still mapped behind {call.address:#x}"
            )
        del self._reserved[call.address]
        self.session.arena.return_addresses(call.address, call.bytes)
        return wire.Done(call.call, 0, "")

    def _check_granules(self, nbytes: int) -> None:
        if nbytes == 0 or nbytes % self._granularity:
            raise CallRefused(
                INVALID_VALUE,
                f"{nbytes} bytes; multiples of {self._granularity} are possible",
            )

    def _meets(self, address: int, nbytes: int) -> bool:
        return any(
            start < address + nbytes and address < start + mapping.nbytes
            for start, mapping in self._mappings.items()
        )

    # --------------------------------------------------------------- memory
    async def _memory_create(self, call: wire.MemoryCreate) -> wire.Done:
        self.check_new_handle(call.memory, wire.KIND_MEMORY, self._memories)
        self._check_granules(call.bytes)
        if len(self._memories) >= MEMORIES_MAX:
            raise CallRefused(OUT_OF_MEMORY, f"{MEMORIES_MAX} pieces of memory exist")
        quota = self.session.arena.quota
        quota.charge(call.bytes)
        try:
            native = await self.device("create_memory", call.bytes)
        except DeviceError:
            quota.refund(call.bytes)
            raise
        self._memories[call.memory] = Memory(native, call.bytes)
        return wire.Done(call.call, 0, "")

    async def _memory_release(self, call: wire.MemoryRelease) -> wire.Done:
        memory = self._memory(call.memory)
        del self._memories[call.memory]
        memory.released = True
        await self._drop_unused(memory)
        return wire.Done(call.call, 0, "")

    async def _drop_unused(self, memory: Memory) -> None:
        if memory.released and not memory.mappings:
            await self.device("release_memory", memory.native)
            self.session.arena.quota.refund(memory.nbytes)

    def _memory(self, handle: int) -> Memory:
        memory = self._memories.get(handle)
        if memory is None:
            raise CallRefused(INVALID_HANDLE, f"no memory {handle:#x}")
        return memory

    # -------------------------------------------------------------- mappings
    async def _memory_map(self, call: wire.MemoryMap) -> wire.Done:
        memory = self._memory(call.memory)
        self._check_place(call, memory)
        await self.device(
            "map_created", memory.native, call.address, call.bytes, memory.fresh
        )
        memory.fresh = False
        memory.mappings += 1
        self._mappings[call.address] = Mapping(call.bytes, memory)
        return wire.Done(call.call, 0, "")

    def _check_place(self, call: wire.MemoryMap, memory: Memory) -> None:
        reserved = any(
            start <= call.address and call.address + call.bytes <= start + nbytes
            for start, nbytes in self._reserved.items()
        )
        if call.bytes != memory.nbytes or call.address % self._granularity:
            raise CallRefused(
                INVALID_VALUE,
                f"memory of {memory.nbytes} bytes is mapped whole, at multiples of "
                f"{self._granularity}",
            )
        if not reserved or self._meets(call.address, call.bytes):
            raise CallRefused(
                INVALID_VALUE,
                f"{call.bytes} bytes at {call.address:#x} are not reserved and free",
            )
        if len(self._mappings) >= MAPPINGS_MAX:
            raise CallRefused(OUT_OF_MEMORY, f"{MAPPINGS_MAX} mappings exist")

    def _whole(self, address: int, nbytes: int) -> list[int]:
        """The mappings that fill a span exactly, in order of their addresses.

        Raises: CallRefused: it has a hole, or cuts one.
        """
        found, at = [], address
        while at < address + nbytes:
            mapping = self._mappings.get(at)
            if mapping is None or mapping.leaving:
                raise CallRefused(INVALID_VALUE, f"nothing is mapped from {at:#x} on")
            found.append(at)
            at += mapping.nbytes
        if at != address + nbytes or not found:
            raise CallRefused(
                INVALID_VALUE, f"{nbytes} bytes at {address:#x} are no whole mappings"
            )
        return found

    async def _memory_unmap(self, call: wire.MemoryUnmap) -> wire.Done:
        """Later operations are refused the span at once; those accepted may finish."""
        self.check_seq(call.after_seq)
        leaving = self._whole(call.address, call.bytes)
        for address in leaving:
            self._mappings[address].leaving = True
            self._reach(address, False)
        await self.session.retired(self.session.pages.accepted_seq)
        for address in leaving:
            await self._unmap(address)
        return wire.Done(call.call, 0, "")

    async def _unmap(self, address: int) -> None:
        mapping = self._mappings[address]
        await self.device("unmap_created", address, mapping.nbytes)
        del self._mappings[address]
        mapping.memory.mappings -= 1
        await self._drop_unused(mapping.memory)

    async def _memory_access_set(self, call: wire.MemoryAccessSet) -> wire.Done:
        if call.access not in (wire.ACCESS_NONE, wire.ACCESS_READ_WRITE):
            raise CallRefused(
                INVALID_VALUE, f"access {call.access}: none or read and write"
            )
        for address in self._whole(call.address, call.bytes):
            self._reach(address, call.access == wire.ACCESS_READ_WRITE)
        return wire.Done(call.call, 0, "")

    def _reach(self, address: int, reachable: bool) -> None:
        """Whether operations may name a mapping."""
        mapping = self._mappings[address]
        if mapping.reachable == reachable:
            return
        mapping.reachable = reachable
        if self.session.closing:
            return
        worker, sid = self.session.worker, self.session.sid
        if reachable:
            worker.add_range(sid, address, mapping.nbytes, True)
        else:
            worker.remove_range(sid, address)

    # ---------------------------------------------------------------- the end
    async def tear_down(self) -> None:
        """Nothing is in flight any more: everything goes."""
        unmapped = [m for m in self._memories.values() if not m.mappings]
        for memory in self._memories.values():
            memory.released = True
        self._memories.clear()
        for address in list(self._mappings):
            await self.quietly(self._unmap(address))
        for memory in unmapped:
            await self.quietly(self._drop_unused(memory))
