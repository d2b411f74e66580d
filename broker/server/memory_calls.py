"""A session's calls about memory: device memory and pieces of its host arena.

Decides when memory may be handed out and taken back, and what the device may reach. It
must never know code or operations. `session.py` makes one and gives its memory back at
the session's end through `held`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from broker.device.backend import DeviceError
from broker.server.calls import INVALID_VALUE, CallRefused, Calls, Handler
from broker.server.portions import in_portions
from broker.wire.gen import messages as wire

if TYPE_CHECKING:
    from broker.server.session import Session

HOST_PIECE_BYTES = 4 << 20
# Two pieces that are new together and lie in one block are registered by one call: a
# copy to or from the host is cut where a registration ends, and each part costs 2.4 us
# of the engine. No more than two: the call holds the context's lock, 0.5 ms (H100).
HOST_BLOCK_BYTES = 2 * HOST_PIECE_BYTES


def registrations(offsets: list[int]) -> list[tuple[int, int]]:
    """How these pieces are registered: offset and bytes of each call.

    Args: offsets: of new pieces, ascending.
    """
    new, calls = set(offsets), list[tuple[int, int]]()
    for offset in offsets:
        if offset % HOST_BLOCK_BYTES and offset - HOST_PIECE_BYTES in new:
            continue  # the upper half of one that was just listed
        whole = offset % HOST_BLOCK_BYTES == 0 and offset + HOST_PIECE_BYTES in new
        calls.append((offset, HOST_BLOCK_BYTES if whole else HOST_PIECE_BYTES))
    return calls


class MemoryCalls(Calls):
    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._host: dict[int, int] = {}  # what was registered: offset, bytes

    def handlers(self) -> dict[type, Handler]:
        return {
            wire.Allocate: self._allocate,
            wire.Free: self._free,
            wire.MemoryInfo: self._memory_info,
            wire.HostRegister: self._host_register,
        }

    def registered(self) -> list[tuple[int, int]]:
        """Pieces of the host arena the device can reach: address and bytes."""
        base = self.session.pages.arena.address
        return [(base + at, nbytes) for at, nbytes in sorted(self._host.items())]

    def piece_address(self, offset: int, nbytes: int) -> int:
        """The address of bytes inside one registered piece. Raises: CallRefused."""
        piece = offset // HOST_PIECE_BYTES * HOST_PIECE_BYTES
        block = offset // HOST_BLOCK_BYTES * HOST_BLOCK_BYTES
        ends = (at + self._host.get(at, 0) for at in (piece, block))
        if not any(offset < end and offset + nbytes <= end for end in ends):
            raise CallRefused(
                INVALID_VALUE,
                f"{nbytes} bytes at {offset} are not inside one registered piece",
            )
        return self.session.pages.arena.address + offset

    @property
    def registered_bytes(self) -> int:
        return sum(self._host.values())

    def refund(self) -> None:
        """The pieces are registered no more: the session has ended."""
        self.session.tenant.host_quota.refund(self.registered_bytes)
        self._host.clear()

    async def _allocate(self, call: wire.Allocate) -> wire.Allocated:
        self.check_device(call.device)
        plan = self.session.arena.plan(call.bytes)
        mapped = False
        try:
            if plan.map is not None:
                await self.device("map_memory", plan.map.address, plan.map.nbytes)
                mapped = True
            if plan.scrub is not None:
                await self.device("scrub", plan.scrub.address, plan.scrub.nbytes)
        except DeviceError:
            self.session.arena.abandon(plan, mapped=mapped)
            raise
        self.session.arena.commit(plan)
        if not self.session.closing:
            self.session.worker.add_range(self.session.sid, plan.address, plan.nbytes)
        return wire.Allocated(call.call, 0, "", plan.address)

    async def _free(self, call: wire.Free) -> wire.Done:
        """Later operations are refused the range at once; those accepted may finish."""
        self.check_seq(call.after_seq)
        release = self.session.arena.release(call.address)
        self.session.worker.remove_range(self.session.sid, call.address)
        await self.session.retired(self.session.pages.accepted_seq)
        if release.unmap is not None:
            await self.device(
                "unmap_memory", release.unmap.address, release.unmap.nbytes
            )
        self.session.arena.finish(release)
        return wire.Done(call.call, 0, "")

    async def _memory_info(self, call: wire.MemoryInfo) -> wire.Memory:
        self.check_device(call.device)
        free, total = await self.device("memory_info")
        quota = self.session.arena.quota
        return wire.Memory(
            call.call,
            0,
            "",
            min(quota.left, free),
            min(quota.bytes_max, total),
            self.services.used_ns(self.session.tenant),
            self.services.pump.clock.now_ns(),
        )

    async def _host_register(self, call: wire.HostRegister) -> wire.Done:
        end = call.host_offset + call.bytes
        if (
            call.bytes == 0
            or call.host_offset % HOST_PIECE_BYTES
            or call.bytes % HOST_PIECE_BYTES
            or end > self.session.pages.arena.nbytes
        ):
            raise CallRefused(
                INVALID_VALUE,
                f"pieces are multiples of {HOST_PIECE_BYTES} bytes inside the arena",
            )
        offsets = set(range(call.host_offset, end, HOST_PIECE_BYTES))
        known = {
            at + part
            for at, nbytes in self._host.items()
            for part in range(0, nbytes, HOST_PIECE_BYTES)
        }
        new = sorted(offsets - known)
        if not new:
            return wire.Done(call.call, 0, "")
        quota = self.session.tenant.host_quota
        quota.charge(len(new) * HOST_PIECE_BYTES)
        made, problem = await self._register(registrations(new))
        quota.refund(len(new) * HOST_PIECE_BYTES - sum(nbytes for _, nbytes in made))
        for offset, nbytes in made:
            self._host[offset] = nbytes
            if not self.session.closing:
                self.session.worker.add_host_range(
                    self.session.sid, offset, nbytes, whole=nbytes == HOST_BLOCK_BYTES
                )
        if problem is not None:
            raise problem
        return wire.Done(call.call, 0, "")

    async def _register(
        self, parts: list[tuple[int, int]]
    ) -> tuple[list[tuple[int, int]], Exception | None]:
        """Those that were registered before anything failed, and what did."""
        base = self.session.pages.arena.address
        lane = self.services.backend.lanes["register_host"]
        outcomes = await in_portions(
            self.services.backend,
            [("register_host", (base + at, nbytes)) for at, nbytes in parts],
            partial(self.session.control, lane),
        )
        made = [part for part, bad in zip(parts, outcomes, strict=True) if bad is None]
        return made, next((bad for bad in outcomes if bad is not None), None)
