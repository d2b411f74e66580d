"""The native worker (worker.c) on the model device, as the simulation sees it.

Decides nothing: it puts operations in through the real codec, lays out the pages that
the tenant and the broker share, and passes everything else on. See worker_api.
"""

from __future__ import annotations

import ctypes
import mmap
import select
import struct
from collections.abc import Callable
from typing import Any

from broker.device import _worker
from broker.wire._codec import Intake, encode
from broker.wire.gen import messages as wire
from tests.sim.native_device import (
    COPY_BYTES,
    NODE_MARK,
    VA_BASE,
    VA_BYTES,
    WORD_BYTES,
    NativeDevice,
)
from tests.sim.program import PART_NODES, PART_SEQ, Kind, Operation
from tests.sim.timeline import Timeline
from tests.sim.worker_api import Issue

STREAMS = 16
LINE_BYTES = wire.STATUS_LINE_BYTES
HOST_BYTES = 4 << 20
FUNCTION = wire.make_handle(4, 1)
STREAM, EVENT, GRAPH, GRAPH_EXEC = 1, 2, 8, 9  # kinds of handles


class Session:
    """Pages, intake and operations of one session."""

    def __init__(self, sid: int) -> None:
        self.sid = sid
        self.status = mmap.mmap(-1, STREAMS * LINE_BYTES)
        self.waiters = mmap.mmap(-1, STREAMS * LINE_BYTES)
        self.host = mmap.mmap(-1, HOST_BYTES)
        # By stream, the host function that is due and the last that has run.
        self.host_asked = _column(self.status, wire.STATUS_HOST_SEQ)
        self.host_done = _column(self.waiters, wire.WAITERS_HOST_DONE_SEQ)
        self.intake: Any = None
        self.closing = False
        self.operations: dict[int, Operation] = {}
        self.words: dict[tuple[int, Kind], int] = {}  # word and kind -> seq
        self.launches: dict[int, list[Operation]] = {}  # of each graph, in order
        self.parts_issued: dict[tuple[int, int], int] = {}  # graph and part


class NativeWorker:
    """See worker_api.SimulatedWorker. revoking is the model's quirk: ignored here."""

    kinds = _worker
    # What the device can tell from one another; the rest leaves no trace in the log.
    shown = frozenset({Kind.LAUNCH, Kind.COPY, Kind.GRAPH, Kind.WRITE, Kind.WAIT_VALUE})

    def __init__(
        self,
        timeline: Timeline,
        issued: Callable[[Issue], None],
        *,
        slots: int = 2,
        revoking: bool = False,
    ) -> None:
        self._timeline = timeline
        self._report = issued
        self._sessions: dict[int, Session] = {}
        self._device = NativeDevice(
            slots,
            self._issued,
            self._duration,
            self._arena_of,
            self._word_of,
            self._part,
        )
        self._worker = _worker.Worker(self._device.capsule(), threaded=False)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._worker, name)

    def close(self) -> None:
        self._worker.stop()

    def forget_session(self, sid: int) -> None:
        more = True
        while more:
            natives, more = self._worker.reap_graphs(sid, all=True)
            assert self._worker.close_graphs(natives) == (len(natives), 0)
        self._worker.forget_session(sid)

    def step(self, now_ns: int) -> int:
        due_ns: int = self._worker.step(now_ns)
        if self._device.failure is not None:
            raise self._device.failure
        return due_ns

    def ready(self) -> bool:
        return bool(select.select([self._worker.fileno()], [], [], 0)[0])

    def arrived(self, sid: int) -> bool:
        return bool(self._worker.arrived_at(sid, self._timeline.now_ns()))

    def spans(self) -> dict[tuple[int, int], tuple[int, int]]:
        return self._device.model.spans

    def open_session(self, sid: int, class_: int, level: int) -> None:
        session = self._sessions[sid] = Session(sid)
        self._worker.open_session(
            sid,
            class_,
            level,
            _address(session.status),
            _address(session.waiters),
            _address(session.host),
            HOST_BYTES,
            streams_max=STREAMS,
            queued_operations_max=100_000,
        )
        self._worker.add_range(sid, VA_BASE + sid * VA_BYTES, VA_BYTES)
        self._worker.add_host_range(sid, 0, HOST_BYTES)
        self._worker.add_function(sid, FUNCTION, 0x1000, 16, 1024)
        session.intake = Intake(self._worker.sink(sid))

    def submit(self, sid: int, operations: tuple[Operation, ...]) -> None:
        """One frame for up to 500 operations, through the codec."""
        session = self._sessions[sid]
        for operation in operations:
            session.operations[operation.seq] = operation
            session.words[operation.word, operation.kind] = operation.seq
            if operation.kind is Kind.GRAPH:
                session.launches.setdefault(operation.graph, []).append(operation)
        nodes = [i for i, o in enumerate(operations) if o.kind is Kind.GRAPH_NODE]
        built = max(nodes, default=-1) + 1
        self._feed(session, operations[:built])
        for graph in {operations[i].graph for i in nodes}:
            self._instantiate(sid, graph)
        self._feed(session, operations[built:])

    def _feed(self, session: Session, operations: tuple[Operation, ...]) -> None:
        for first in range(0, len(operations), 500):
            part = operations[first : first + 500]
            encoded = tuple(_encode(session, operation) for operation in part)
            body = encode(wire.Submit(part[0].seq, encoded))
            _feed(session.intake, struct.pack("<I", len(body)) + body)

    def _instantiate(self, sid: int, graph: int) -> None:
        handles = wire.make_handle(GRAPH, graph), wire.make_handle(GRAPH_EXEC, graph)
        form = self._worker.prepare_graph(sid, *handles, 1 << 62, PART_NODES)
        while self._worker.prepare_more(sid, form):
            pass
        form.realize()
        assert self._worker.publish_graph(sid, handles[1], form, False)

    def close_session(self, sid: int) -> None:
        self._sessions[sid].closing = True
        self._worker.close_session(sid)

    def host_due(self, sid: int) -> list[tuple[int, int]]:
        session = self._sessions[sid]
        asked, done = session.host_asked.tolist(), session.host_done.tolist()
        if asked == done:
            return []
        return [(stream, seq) for stream, seq in enumerate(asked) if seq > done[stream]]

    def host_done(self, sid: int, stream: int, seq: int) -> None:
        self._sessions[sid].host_done[stream] = seq
        self._worker.ring()

    # ---- what the device asks

    def _part(self, nodes: list[tuple[int, int]]) -> tuple[int, Any, int]:
        """Session, number in the log and duration of a part of a graph."""
        sid, first = nodes[0]
        session = self._sessions[sid]
        graph, node = (first & ~NODE_MARK) >> 16, first & 0xFFFF
        part = node // PART_NODES
        turn = session.parts_issued.get((graph, part), 0)
        session.parts_issued[graph, part] = turn + 1
        launch = session.launches[graph][turn]
        return sid, launch.seq + part * PART_SEQ, launch.parts[part]

    def _issued(self, sid: int, seq: int, kind: Kind) -> None:
        if self._sessions[sid].closing:
            return  # the worker's own write, to free a wait that nobody else will
        stream = self._sessions[sid].operations[int(seq)].stream
        now_ns = self._timeline.now_ns()
        self._report(Issue(now_ns, sid, stream, seq, kind.value))

    def _duration(self, sid: int, seq: int) -> int:
        return self._sessions[sid].operations[seq].duration_ns

    def _arena_of(self, address: int) -> tuple[int, int]:
        for sid, session in self._sessions.items():
            base = _address(session.host)
            if base <= address < base + HOST_BYTES:
                return sid, base
        raise AssertionError(f"no host arena at {address:#x}")

    def _word_of(self, sid: int, word: int, kind: Kind) -> int:
        """seq of the operation on that word."""
        return self._sessions[sid].words[word, kind]


def _feed(intake: Any, frame: bytes) -> None:
    while frame:
        view = intake.get_buffer()
        part, frame = frame[: len(view)], frame[len(view) :]
        view[: len(part)] = part
        intake.advance(len(part))
        while intake.resting:
            intake.advance(0)


def _column(page: mmap.mmap, offset: int) -> memoryview:
    """The word at an offset of each stream's line."""
    return memoryview(page).cast("Q")[offset // 8 :: LINE_BYTES // 8]


def _address(page: mmap.mmap) -> int:
    return ctypes.addressof(ctypes.c_char.from_buffer(page))


def _encode(session: Session, operation: Operation) -> Any:
    """The wire's form of one operation."""
    stream = wire.make_handle(STREAM, operation.stream) if operation.stream else 0
    event = wire.make_handle(EVENT, operation.event) if operation.event else 0
    word = VA_BASE + session.sid * VA_BYTES + operation.word * WORD_BYTES
    graph = wire.make_handle(GRAPH, operation.graph) if operation.graph else 0
    if operation.kind is Kind.LAUNCH:
        # The shape names the duration, so that the worker's estimates can be learned.
        blocks = max(1, operation.duration_ns // 1_000)
        params = struct.pack("<QQ", session.sid, operation.seq)
        return wire.Launch(stream, FUNCTION, blocks, 1, 1, 32, 1, 1, 0, params, b"")
    if operation.kind is Kind.GRAPH_NODE:
        node = NODE_MARK | operation.graph << 16 | operation.value
        params = struct.pack("<QQ", session.sid, node)
        blocks = max(1, operation.duration_ns // 1_000)
        return wire.Launch(graph, FUNCTION, blocks, 1, 1, 32, 1, 1, 0, params, b"")
    if operation.kind is Kind.GRAPH_DEPEND:
        return wire.GraphDepend(graph, struct.pack("<I", operation.value))
    if operation.kind is Kind.COPY:
        destination = VA_BASE + session.sid * VA_BYTES + (1 << 20)
        offset = operation.seq * COPY_BYTES
        return wire.CopyH2d(stream, destination, offset, COPY_BYTES)
    table: dict[Kind, Callable[[], Any]] = {
        Kind.STREAM: lambda: wire.StreamCreate(stream, int(operation.non_blocking), 0),
        Kind.EVENT: lambda: wire.EventCreate(event, 0),
        Kind.RECORD: lambda: wire.EventRecord(stream, event),
        Kind.WAIT: lambda: wire.StreamWait(stream, event, operation.record_seq),
        Kind.WRITE: lambda: wire.WriteValue(stream, word, operation.value, 8),
        Kind.WAIT_VALUE: lambda: wire.WaitValue(stream, word, operation.value, 8, 0),
        Kind.HOST: lambda: wire.HostFunction(stream, operation.seq),
        Kind.COMPLETE: lambda: wire.Complete(stream),
        Kind.GRAPH_CREATE: lambda: wire.GraphCreate(graph),
        Kind.GRAPH: lambda: wire.GraphLaunch(
            stream, wire.make_handle(GRAPH_EXEC, operation.graph)
        ),
    }
    return table[operation.kind]()
