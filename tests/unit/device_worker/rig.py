"""One worker stepped by hand, with sessions fed through the real codec.

Used by the tests of this folder. On the null device, or on the emulated one (which
takes its time and really waits): `Rig.emulated`. Pages are plain anonymous maps.
"""

from __future__ import annotations

import ctypes
import mmap
import struct
from pathlib import Path
from typing import Any

from broker.device import _worker as w
from broker.device.emulated import EmulatedBackend
from broker.device.null import NullBackend
from broker.wire._codec import Intake, encode
from broker.wire.gen import messages as m

KINDS = {
    getattr(w, name): name
    for name in dir(w)
    if name.isupper() and name not in ("NEVER",)
}
VA = 0x500000000000
PAGE_BYTES = 4096
STREAMS = 64
HOST_BYTES = 16 << 20
HOST_PIECE_BYTES = 4 << 20
HOST_BLOCK_BYTES = 8 << 20
PTX = Path(__file__).parents[3] / "loadgen" / "kernels" / "builtin.ptx"


def handle(kind: int, index: int, generation: int = 0) -> int:
    return m.make_handle(kind, index, generation)


class Tenant:
    """A session: its pages, its intake, and what it has sent."""

    def __init__(
        self, rig: Rig, sid: int, class_: int, queued_max: int, *, blocks: bool = False
    ) -> None:
        self.rig, self.sid = rig, sid
        self.status = mmap.mmap(-1, STREAMS * 64)
        self.waiters = mmap.mmap(-1, STREAMS * 64)
        # Host pieces begin where the arena does, wherever that is.
        self.host = mmap.mmap(-1, HOST_BYTES + 2 * PAGE_BYTES)
        host = address(self.host)
        host += PAGE_BYTES if host % HOST_PIECE_BYTES == 0 else 0
        rig.backend.register_host(address(self.status), STREAMS * 64)
        once = HOST_BLOCK_BYTES if blocks else HOST_PIECE_BYTES
        for offset in range(0, HOST_BYTES, once):
            rig.backend.register_host(host + offset, once)
        rig.worker.open_session(
            sid,
            class_,
            2 * class_,
            address(self.status),
            address(self.waiters),
            host,
            HOST_BYTES,
            streams_max=STREAMS,
            queued_operations_max=queued_max,
        )
        rig.worker.add_range(sid, VA, 64 << 20)
        for offset in range(0, HOST_BYTES, once):
            rig.worker.add_host_range(sid, offset, once, whole=blocks)
        self.function = handle(4, 1)
        rig.worker.add_function(sid, self.function, rig.native, 8, 1024)
        self.intake = Intake(rig.worker.sink(sid))
        self.seq = 1
        self.rests = 0  # of the last submission

    def send(self, *operations: Any) -> int:
        """Submit; returns the last sequence number."""
        body = encode(m.Submit(self.seq, tuple(operations)))
        frame = struct.pack("<I", len(body)) + body
        view = self.intake.get_buffer()
        view[: len(frame)] = frame
        self.intake.advance(len(frame))
        self.rests = 0
        while self.intake.resting:
            self.rests += 1
            self.intake.advance(0)
        self.seq += len(operations)
        return self.seq - 1

    def launch(
        self,
        stream: int = 1,
        function: int | None = None,
        ns: int = 0,
        threads: int = 32,
    ) -> m.Launch:
        """A kernel of one block that runs for ns (on the emulated device)."""
        target, line = (
            self.function if function is None else function,
            handle(1, stream),
        )
        params = struct.pack("<Q", ns)
        return m.Launch(line, target, 1, 1, 1, threads, 1, 1, 0, params, b"")

    def line(self, stream: int) -> int:
        return struct.unpack_from("<Q", self.status, stream * 64)[0]

    def error_of(self, stream: int) -> int:
        return struct.unpack_from("<I", self.status, stream * 64 + 8)[0]

    def grant(
        self, launches: int = 500, window_ns: int = 0, most: int = 500, **kw: Any
    ):
        mode = kw.pop("mode", 1)
        self.rig.worker.grant(self.sid, launches, window_ns, most, mode, **kw)


class Rig:
    def __init__(self, backend: Any = None, **options: Any) -> None:
        self.backend = backend or NullBackend()
        self.native = 0x1000  # the function of every tenant
        options.setdefault("threaded", False)
        self.worker = w.Worker(self.backend.capsule(), owner=self.backend, **options)
        self.now = 1_000_000
        self.tenants: list[Tenant] = []

    @classmethod
    def emulated(cls, **options: Any) -> Rig:
        """On the emulated device; the tenants' function spins as long as it is told."""
        rig = cls(EmulatedBackend(), **options)
        rig.backend.map_memory(VA, 64 << 20)
        module = rig.backend.module_load(PTX.read_bytes(), 1)
        rig.native = rig.backend.function_get(module, "xs_spin").native
        return rig

    def tenant(
        self,
        sid: int = 1,
        class_: int = 1,
        queued_max: int = 1000,
        *,
        blocks: bool = False,
    ) -> Tenant:
        """blocks: its host memory is registered in blocks instead of pieces."""
        tenant = Tenant(self, sid, class_, queued_max, blocks=blocks)
        self.tenants.append(tenant)
        return tenant

    def step(self, ns: int = 0) -> int:
        self.now += ns
        return self.worker.step(self.now)

    def run(self, ns: int) -> None:
        """Let ns pass, stepping whenever the worker asks for it."""
        until = self.now + ns
        while True:
            due = self.worker.step(self.now)
            if due > until:
                break
            self.now = max(due, self.now + 1)
        self.now = until
        self.worker.step(until)

    def prepare(self, *args: Any, sid: int = 1) -> w.GraphForm:
        """Worker.prepare_graph with its portions."""
        return self._whole(sid, self.worker.prepare_graph(sid, *args))

    def prepare_update(self, *args: Any, sid: int = 1) -> w.GraphForm:
        return self._whole(sid, self.worker.prepare_graph_update(sid, *args))

    def _whole(self, sid: int, form: w.GraphForm) -> w.GraphForm:
        while self.worker.prepare_more(sid, form):
            pass
        return form

    def reap(self, sid: int = 1, *, all: bool = False) -> list[tuple[int, int]]:
        """Worker.reap_graphs with its portions."""
        natives, more = self.worker.reap_graphs(sid, all)
        while more:
            part, more = self.worker.reap_graphs(sid, all)
            natives += part
        return natives

    def give_up(
        self, form: w.GraphForm, charged: bool, sid: int = 1
    ) -> list[tuple[int, int]]:
        self.worker.give_up_graph(sid, form, charged)
        return self.reap(sid)

    def told(self) -> list[tuple[str, Any]]:
        return [(KINDS[k], *rest) for k, *rest in self.worker.messages()]


def address(page: mmap.mmap) -> int:
    return ctypes.addressof(ctypes.c_char.from_buffer(page))
