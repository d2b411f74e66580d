"""Random programs: what a tenant sends, in the order in which it sends it.

Decides the shape of the load. Must never know how it is scheduled. A program is free of
deadlock by construction: a stream that waits for a value is released by a stream that,
from there on, waits for nothing (`Writer.value_pair`).
"""

from __future__ import annotations

import enum
import random
from dataclasses import dataclass, field
from typing import Any

LEGACY = 1  # index of the session's legacy default stream


class Kind(enum.Enum):
    # Enum's own is a function in Python, and kinds are looked up in every step.
    __hash__ = object.__hash__

    STREAM = "stream_create"
    EVENT = "event_create"
    LAUNCH = "launch"
    COPY = "copy"
    RECORD = "record"
    WAIT = "wait"
    WRITE = "write_value"
    WAIT_VALUE = "wait_value"
    HOST = "host"
    COMPLETE = "complete"
    GRAPH = "graph"  # a launch of one
    GRAPH_CREATE = "graph_create"
    GRAPH_DEPEND = "graph_depend"
    GRAPH_NODE = "graph_node"


# What goes to the device and takes time there.
TIMED = frozenset({Kind.LAUNCH, Kind.COPY, Kind.GRAPH})
# What only changes tables, and is never issued.
TABLES = frozenset(
    {
        Kind.STREAM,
        Kind.EVENT,
        Kind.GRAPH_CREATE,
        Kind.GRAPH_DEPEND,
        Kind.GRAPH_NODE,
    }
)
# A graph is cut after so many nodes. Its parts are issued one by one; each has the
# number of its launch and this much for every part before it.
PART_NODES = 2
PART_SEQ = 1 / 1024


@dataclass(frozen=True, slots=True)
class Operation:
    """duration_ns: of LAUNCH, COPY. event: index. record_seq: what WAIT waits for."""

    seq: int
    kind: Kind
    stream: int = 0
    duration_ns: int = 0
    event: int = 0
    record_seq: int = 0
    word: int = 0
    value: int = 0
    non_blocking: bool = False
    graph: int = 0
    parts: tuple[int, ...] = ()  # of GRAPH: duration of each

    def part_seqs(self) -> list[float]:
        """What the log calls its issues: one, but for a graph."""
        return [self.seq + i * PART_SEQ for i in range(max(1, len(self.parts)))]


@dataclass(frozen=True, slots=True)
class Send:
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class Think:
    pause_ns: int


@dataclass(frozen=True, slots=True)
class Sync:
    """Wait until everything sent has retired."""


@dataclass(frozen=True, slots=True)
class Control:
    """A call that wants the device empty."""


Step = Send | Think | Sync | Control


@dataclass(slots=True)
class Program:
    """kill_after_ns: the tenant dies so long after it connected; 0 = it does not.

    half_frame: when it dies, part of a frame has been sent.
    """

    class_: int
    weight: float
    connect_ns: int
    steps: list[Step] = field(default_factory=list)
    kill_after_ns: int = 0
    half_frame: bool = False
    operations: dict[int, Operation] = field(default_factory=dict)


class Writer:
    """Writes one program. kernel_ns: range of durations."""

    def __init__(self, rng: random.Random, kernel_ns: tuple[int, int]) -> None:
        self._rng = rng
        self._kernel_ns = kernel_ns
        self._next_seq = 1
        self._open: list[Operation] = []
        self._all: dict[int, Operation] = {}
        self._records: dict[int, int] = {}  # event -> seq of its latest record
        self._next_word = 0
        self._streams: list[int] = [LEGACY]
        self._blocking: set[int] = {LEGACY}
        self._graphs: dict[int, tuple[int, ...]] = {}

    def program(
        self, class_: int, length: int, style: str, graphs: bool = False
    ) -> Program:
        rng = self._rng
        program = Program(class_, rng.choice([0.5, 1.0, 2.0]), rng.randrange(200_000))
        self._make_streams(1 if style == "eager" else rng.randrange(1, 4))
        self._make_events(rng.randrange(1, 4))
        if graphs:
            self._make_graphs(rng.randrange(1, 3))
        while len(self._all) < length:
            self._part(program, style)
        self._send(program)
        if rng.random() < 0.7:
            program.steps.append(Sync())
        program.operations = self._all
        return program

    def _part(self, program: Program, style: str) -> None:
        """One burst of operations and what the tenant does after it."""
        rng = self._rng
        count = rng.choice([1, 1, 2, 5, 20]) if style == "bulk" else rng.randrange(1, 4)
        for _ in range(count):
            self._operation()
        self._send(program)
        roll = rng.random()
        if style == "eager":
            program.steps.append(Think(rng.randrange(20_000, 90_000)))
        elif roll < 0.3:
            program.steps.append(Think(int(rng.expovariate(1 / 300_000))))
        if roll > (0.8 if style == "requests" else 0.95):
            program.steps.append(Sync())
            program.steps.append(Think(int(rng.expovariate(1 / 500_000))))
        elif roll > 0.78:
            program.steps.append(Control())

    def _operation(self) -> None:
        roll = self._rng.random()
        if self._graphs and self._rng.random() < 0.2:
            self._launch_graph()
        elif roll < 0.70:
            self._launch()
        elif roll < 0.80:
            self._add(Kind.COPY, self._stream(), duration_ns=self._duration())
        elif roll < 0.86:
            event = self._rng.choice(sorted(self._records))
            self._records[event] = self._add(Kind.RECORD, self._stream(), event=event)
        elif roll < 0.92:
            self._wait()
        elif roll < 0.95:
            self.value_pair()
        elif roll < 0.97:
            self._add(Kind.HOST, self._stream())
        else:
            self._add(Kind.COMPLETE, self._stream())

    def value_pair(self) -> None:
        """A wait for a value, and the write that satisfies it on another stream.

        The write may come after the wait in program order. Both streams are left alone
        in between but for launches; the legacy stream would wait for the wait itself.
        """
        free = [stream for stream in self._streams if stream != LEGACY]
        if len(free) < 2:
            return
        waiter, writer = self._rng.sample(free, 2)
        self._next_word += 1
        word, value = self._next_word, self._rng.randrange(1, 1000)
        write_first = self._rng.random() < 0.3
        if write_first:
            self._add(Kind.WRITE, writer, word=word, value=value)
        self._add(Kind.WAIT_VALUE, waiter, word=word, value=value)
        for _ in range(self._rng.randrange(4)):
            stream = self._rng.choice([waiter, writer])
            self._add(Kind.LAUNCH, stream, duration_ns=self._duration())
        if not write_first:
            self._add(Kind.WRITE, writer, word=word, value=value)

    def _launch(self) -> None:
        stream = self._stream()
        for _ in range(self._rng.choice([1, 1, 3, 8])):
            self._add(Kind.LAUNCH, stream, duration_ns=self._duration())

    def _wait(self) -> None:
        recorded = sorted(e for e, seq in self._records.items() if seq)
        if recorded:
            event = self._rng.choice(recorded)
            seq = self._records[event]
            self._add(Kind.WAIT, self._stream(), event=event, record_seq=seq)

    def _make_streams(self, count: int) -> None:
        for index in range(LEGACY + 1, LEGACY + 1 + count):
            non_blocking = self._rng.random() < 0.6
            self._add(Kind.STREAM, index, non_blocking=non_blocking)
            self._streams.append(index)
            if not non_blocking:
                self._blocking.add(index)

    def _make_events(self, count: int) -> None:
        for index in range(1, 1 + count):
            self._add(Kind.EVENT, event=index)
            self._records[index] = 0

    def _make_graphs(self, count: int) -> None:
        """Chains of kernels."""
        for graph in range(1, 1 + count):
            self._add(Kind.GRAPH_CREATE, graph=graph)
            nodes = []
            for number in range(self._rng.randrange(1, 9)):
                if number:
                    self._add(Kind.GRAPH_DEPEND, graph=graph, value=number - 1)
                nodes.append(self._duration())
                self._add(
                    Kind.GRAPH_NODE, graph=graph, value=number, duration_ns=nodes[-1]
                )
            parts = range(0, len(nodes), PART_NODES)
            self._graphs[graph] = tuple(sum(nodes[i : i + PART_NODES]) for i in parts)

    def _launch_graph(self) -> None:
        graph = self._rng.choice(sorted(self._graphs))
        parts = self._graphs[graph]
        self._add(
            Kind.GRAPH,
            self._stream(),
            graph=graph,
            parts=parts,
            duration_ns=sum(parts),
        )

    def _stream(self) -> int:
        return self._rng.choice(self._streams)

    def _duration(self) -> int:
        low, high = self._kernel_ns
        return int(low * (high / low) ** self._rng.random())

    def _add(self, kind: Kind, stream: int = 0, **fields: Any) -> int:
        operation = Operation(self._next_seq, kind, stream, **fields)
        self._open.append(operation)
        self._all[operation.seq] = operation
        self._next_seq += 1
        return operation.seq

    def _send(self, program: Program) -> None:
        if self._open:
            program.steps.append(Send(tuple(self._open)))
            self._open = []


STYLES = ("bulk", "requests", "eager")


def random_program(
    rng: random.Random, class_: int, length: int, graphs: bool = False
) -> Program:
    """A program of about `length` operations, of a random style and kernel size."""
    style = rng.choice(STYLES)
    kernel_ns = rng.choice([(2_000, 15_000), (10_000, 80_000), (50_000, 400_000)])
    if style == "eager":
        length = length // 2
    program = Writer(rng, kernel_ns).program(class_, length, style, graphs)
    if rng.random() < 0.12:
        program.kill_after_ns = rng.randrange(100_000, 15_000_000)
        program.half_frame = rng.random() < 0.5
    return program


def barriers(program: Program) -> dict[int, list[int]]:
    """For each operation, those its legacy-stream ordering makes it wait for.

    An operation on the legacy stream comes after everything before it on blocking
    streams; one on a blocking stream comes after what the legacy stream had.
    """
    blocking = {LEGACY}
    last: dict[int, int] = {}
    result: dict[int, list[int]] = {}
    for seq, operation in sorted(program.operations.items()):
        if operation.kind is Kind.STREAM and not operation.non_blocking:
            blocking.add(operation.stream)
        if operation.kind in TABLES or operation.stream not in blocking:
            continue
        if operation.stream == LEGACY:
            result[seq] = [s for stream, s in last.items() if stream != LEGACY]
        elif LEGACY in last:
            result[seq] = [last[LEGACY]]
        last[operation.stream] = seq
    return result
