"""Where a session's device memory lies, and who pays for it.

Decides addresses: one VA arena per session, whole mappings for large requests, slabs of
2 MiB for small ones, a quota per tenant. Plans only: what to map, scrub or unmap comes
back as a value, and the caller does it through a backend. It must never know backends,
sockets or time. `server/memory_calls.py` calls it, one call of a session at a time.

An address is reserved when it is planned and free again when its release is finished,
so none is handed out twice while something may still use it.
"""

from __future__ import annotations

import bisect
from dataclasses import dataclass, field

# Of addresses a session has many times what a device has of memory: the expandable
# segments of PyTorch reserve 1.125 times all of it for each stream and pool. The arenas
# of all sessions lie below 0x4E00_0000_0000, where programs and their libraries are
# never found: the same addresses are kept free in the tenant's process.
ARENA_BASE = 0x1C00_0000_0000
ARENAS_BYTES = 48 << 40
ARENA_BLOCK_BYTES = 256 << 30  # a backend reserves whole ones
ARENA_BYTES_MAX = 4 << 40
SLAB_BYTES = 2 << 20
PIECE_BYTES = 256

RESULT_INVALID_VALUE = 1
RESULT_OUT_OF_MEMORY = 2


def arena_bytes(sessions_max: int) -> int:
    """Of each session, where so many may be open: the fewer, the more each has."""
    blocks = ARENAS_BYTES // sessions_max // ARENA_BLOCK_BYTES
    return min(blocks * ARENA_BLOCK_BYTES, ARENA_BYTES_MAX)


def _no_addresses(nbytes: int) -> str:
    return (
        f"no {nbytes} contiguous bytes left in the session's VA arena: each has more "
        "where the broker allows fewer sessions (server.sessions_max)"
    )


class MemoryRefused(Exception):
    """The tenant may not have this. result: CUresult; the text says why."""

    def __init__(self, result: int, message: str) -> None:
        self.result = result
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Range:
    """Device addresses [address, address + nbytes)."""

    address: int
    nbytes: int


@dataclass(frozen=True, slots=True)
class Plan:
    """An allocation to carry out: map and scrub what it names, then `Arena.commit`.

    nbytes: what was asked for; the bounds checks use it.
    map: to be mapped (it comes zeroed), or None. scrub: to be zeroed, or None.
    """

    address: int
    nbytes: int
    map: Range | None = None
    scrub: Range | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """A free to carry out: unmap what it names, then `Arena.finish`."""

    address: int
    nbytes: int
    unmap: Range | None = None


@dataclass(slots=True)
class Quota:
    """Memory of one tenant, shared by its sessions: what is mapped on the device, or
    what is pinned of the host's.

    tenant: the quota of the tenant, where this one is a session's own, lower one.
    of: words for the refusal.
    """

    bytes_max: int
    used: int = 0
    tenant: Quota | None = None
    of: str = "device memory"

    @property
    def left(self) -> int:
        own = max(0, self.bytes_max - self.used)
        return own if self.tenant is None else min(own, self.tenant.left)

    def charge(self, nbytes: int) -> None:
        whose = "session" if self.tenant else "tenant"
        if nbytes > max(0, self.bytes_max - self.used):
            raise MemoryRefused(
                RESULT_OUT_OF_MEMORY,
                f"the {whose}'s quota of {self.bytes_max} bytes of {self.of} has "
                f"{self.left} left, {nbytes} are needed",
            )
        if self.tenant is not None:
            self.tenant.charge(nbytes)
        self.used += nbytes

    def refund(self, nbytes: int) -> None:
        self.used -= nbytes
        assert self.used >= 0, "more memory refunded than charged"
        if self.tenant is not None:
            self.tenant.refund(nbytes)


class Extents:
    """Free parts of [start, start + nbytes), sorted, never touching each other."""

    __slots__ = ("_sizes", "_starts", "room_max")

    def __init__(self, start: int, nbytes: int) -> None:
        self._starts = [start]
        self._sizes = [nbytes]
        # No part is larger than this. A search that fails makes it exact, so that the
        # next one need not look: a tenant may own thousands of slabs full of holes.
        self.room_max = nbytes

    def take(self, nbytes: int) -> int | None:
        """The lowest free address with room for nbytes, now taken; None if none has."""
        if nbytes > self.room_max:
            return None
        for i, size in enumerate(self._sizes):
            if size < nbytes:
                continue
            start = self._starts[i]
            if size == nbytes:
                del self._starts[i], self._sizes[i]
            else:
                self._starts[i] += nbytes
                self._sizes[i] -= nbytes
            return start
        self.room_max = max(self._sizes, default=0)
        return None

    def give(self, start: int, nbytes: int) -> None:
        """Give back what `take` gave; joins its neighbours."""
        i = bisect.bisect_left(self._starts, start)
        assert i == len(self._starts) or start + nbytes <= self._starts[i], (
            "given twice"
        )
        assert i == 0 or self._starts[i - 1] + self._sizes[i - 1] <= start, (
            "given twice"
        )
        self._starts.insert(i, start)
        self._sizes.insert(i, nbytes)
        self.room_max = max(self.room_max, nbytes)
        self._join(i)
        if i:
            self._join(i - 1)

    def _join(self, i: int) -> None:
        if i + 1 < len(self._starts) and (
            self._starts[i] + self._sizes[i] == self._starts[i + 1]
        ):
            self._sizes[i] += self._sizes[i + 1]
            del self._starts[i + 1], self._sizes[i + 1]
            self.room_max = max(self.room_max, self._sizes[i])

    @property
    def free_bytes(self) -> int:
        return sum(self._sizes)


@dataclass(slots=True)
class _Slab:
    """One mapping that small allocations share. fresh_from: never used from here on."""

    address: int
    nbytes: int
    free: Extents
    fresh_from: int
    pieces: int = 0


@dataclass(slots=True)
class _Block:
    """What lies at an address handed out (or about to be, or being taken back)."""

    nbytes: int
    reserved: int
    slab: _Slab | None
    releasing: bool = False


@dataclass(slots=True)
class Arena:
    """The device memory of one session.

    granularity: multiples of this many bytes can be mapped (backend.granularity_bytes).
    """

    base: int
    nbytes: int
    granularity: int
    quota: Quota
    _free: Extents = field(init=False)
    _blocks: dict[int, _Block] = field(default_factory=dict)
    _slabs: list[_Slab] = field(default_factory=list)
    _mapped: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._free = Extents(self.base, self.nbytes)

    # ------------------------------------------------------------- allocate
    def plan(self, nbytes: int) -> Plan:
        """Reserve an address for nbytes and say what must be done first.

        Raises: MemoryRefused, INVALID_VALUE for 0 bytes, OUT_OF_MEMORY for the quota or
        the arena. Nothing is reserved then.
        """
        if nbytes <= 0:
            raise MemoryRefused(RESULT_INVALID_VALUE, "an allocation of 0 bytes")
        if nbytes >= SLAB_BYTES:
            return self._plan_mapping(nbytes)
        return self._plan_piece(nbytes)

    def _plan_mapping(self, nbytes: int) -> Plan:
        rounded = _round_up(nbytes, self.granularity)
        address = self._reserve(rounded)
        self._blocks[address] = _Block(nbytes, rounded, None)
        return Plan(address, nbytes, map=Range(address, rounded))

    def _plan_piece(self, nbytes: int) -> Plan:
        rounded = _round_up(nbytes, PIECE_BYTES)
        for slab in self._slabs:
            address = slab.free.take(rounded)
            if address is not None:
                return self._piece(slab, address, nbytes, rounded)
        slab_bytes = _round_up(SLAB_BYTES, self.granularity)
        start = self._reserve(slab_bytes)
        slab = _Slab(start, slab_bytes, Extents(start, slab_bytes), start)
        self._slabs.append(slab)
        taken = slab.free.take(rounded)
        assert taken == start
        return self._piece(slab, start, nbytes, rounded, Range(start, slab_bytes))

    def _piece(
        self,
        slab: _Slab,
        address: int,
        nbytes: int,
        rounded: int,
        mapping: Range | None = None,
    ) -> Plan:
        slab.pieces += 1
        self._blocks[address] = _Block(nbytes, rounded, slab)
        dirty_end = min(address + rounded, slab.fresh_from)
        slab.fresh_from = max(slab.fresh_from, address + rounded)
        scrub = Range(address, dirty_end - address) if dirty_end > address else None
        return Plan(address, nbytes, map=mapping, scrub=scrub)

    def _reserve(self, nbytes: int) -> int:
        """Charge the quota and take addresses; neither is left changed on refusal."""
        self.quota.charge(nbytes)
        address = self._free.take(nbytes)
        if address is None:
            self.quota.refund(nbytes)
            raise MemoryRefused(
                RESULT_OUT_OF_MEMORY,
                _no_addresses(nbytes),
            )
        return address

    def commit(self, plan: Plan) -> None:
        """The plan was carried out."""
        if plan.map is not None:
            self._mapped[plan.map.address] = plan.map.nbytes

    def abandon(self, plan: Plan, *, mapped: bool = False) -> None:
        """The plan failed. mapped: its mapping was made before, and stays."""
        if mapped:
            self.commit(plan)
        block = self._blocks.pop(plan.address)
        if block.slab is not None:
            self._give_piece(block.slab, plan.address, block.reserved)
            if plan.map is not None and not mapped:
                self._drop_slab(block.slab)
        elif not mapped:
            self._unreserve(plan.address, block.reserved)

    # ------------------------------------------------- addresses without memory
    def reserve_addresses(self, nbytes: int, alignment: int) -> int:
        """Take addresses without memory behind them; nothing is charged.

        alignment: a power of two; what is skipped for its sake stays free.
        Raises: MemoryRefused(OUT_OF_MEMORY): the arena has no such room.
        """
        slack = max(0, alignment - self.granularity)
        start = self._free.take(nbytes + slack)
        if start is None:
            raise MemoryRefused(
                RESULT_OUT_OF_MEMORY,
                _no_addresses(nbytes),
            )
        address = _round_up(start, max(alignment, self.granularity))
        if address > start:
            self._free.give(start, address - start)
        end = start + nbytes + slack
        if end > address + nbytes:
            self._free.give(address + nbytes, end - address - nbytes)
        return address

    def return_addresses(self, address: int, nbytes: int) -> None:
        """Give back one reserve_addresses."""
        self._free.give(address, nbytes)

    # ----------------------------------------------------------------- free
    def release(self, address: int) -> Release:
        """Begin to take an allocation back; its address stays reserved until `finish`.

        Raises: MemoryRefused(INVALID_VALUE): nothing starts at address.
        """
        block = self._blocks.get(address)
        if block is None or block.releasing:
            raise MemoryRefused(
                RESULT_INVALID_VALUE, f"no allocation starts at {address:#x}"
            )
        block.releasing = True
        if block.slab is None:
            return Release(address, block.nbytes, Range(address, block.reserved))
        if self._is_surplus(block.slab):
            # Nothing else may be planned in a slab that is about to go.
            self._slabs.remove(block.slab)
            whole = Range(block.slab.address, block.slab.nbytes)
            return Release(address, block.nbytes, whole)
        return Release(address, block.nbytes)

    def _is_surplus(self, slab: _Slab) -> bool:
        """True if slab holds one piece and another slab exists: one empty slab is kept,
        so that a tenant that allocates and frees one word does not map each time."""
        return slab.pieces == 1 and len(self._slabs) > 1

    def finish(self, release: Release) -> None:
        """The release was carried out: its addresses may be used again."""
        block = self._blocks.pop(release.address)
        if release.unmap is not None:
            del self._mapped[release.unmap.address]
            self._unreserve(release.unmap.address, release.unmap.nbytes)
        elif block.slab is not None:
            self._give_piece(block.slab, release.address, block.reserved)

    def _give_piece(self, slab: _Slab, address: int, nbytes: int) -> None:
        slab.pieces -= 1
        slab.free.give(address, nbytes)

    def _drop_slab(self, slab: _Slab) -> None:
        self._slabs.remove(slab)
        self._unreserve(slab.address, slab.nbytes)

    def _unreserve(self, address: int, nbytes: int) -> None:
        self._free.give(address, nbytes)
        self.quota.refund(nbytes)

    # ------------------------------------------------------------------ end
    @property
    def allocated_bytes(self) -> int:
        """Bytes mapped for the session now."""
        return sum(self._mapped.values())

    @property
    def allocations(self) -> int:
        return len(self._blocks)

    def mappings(self) -> list[Range]:
        """Everything mapped, for the end of the session."""
        return [Range(address, nbytes) for address, nbytes in self._mapped.items()]

    def forget(self, mapping: Range) -> None:
        """A mapping of `mappings()` was unmapped at the end of the session."""
        del self._mapped[mapping.address]
        self.quota.refund(mapping.nbytes)


def _round_up(value: int, multiple: int) -> int:
    return -(-value // multiple) * multiple
