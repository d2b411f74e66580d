"""Two tenants: one that sends random but well-framed messages, and its neighbour, whose
results must stay right.

Decides what the wild one says, from a seed alone, and what the calm one checks. Must
never know which broker it talks to: `test_random.py` plays some seeds of it,
`tests/fuzz/random_tenant.py` as many as there is time for.
"""

from __future__ import annotations

import random
import select
import struct
from pathlib import Path
from typing import Any

import numpy as np

from broker.wire.gen import messages as wire
from tests.conformance.graph_programs import SLOTS, WORDS, random_graph
from tests.socket.peer import STREAM, Peer, eventually

MIB = 1 << 20
SLOT_BYTES = 4 * WORDS
BUILTIN = (Path(__file__).parents[2] / "loadgen/kernels/builtin.ptx").read_bytes()
CONFIG = """
[graphs]
segment_nodes_max = 4
bytes_max = 2000000

[domains.apart]
isolation = "{isolation}"

[domains.default]
isolation = "{isolation}"

[tenants.wild]
memory = "64MiB"

[tenants.calm]
memory = "64MiB"
domain = "apart"
"""
CONFIGS = {each: CONFIG.format(isolation=each) for each in ("shared", "process")}
# A session would end by these; what they do is tested elsewhere.
LEFT_OUT = {wire.Hello, wire.Submit, wire.Goodbye}
# Would wait for ever; host functions are answered, but only in graphs of ours.
NEVER_IN_STREAM = {wire.WaitValue, wire.HostFunction}
KERNELS = {"add": "xs_add_one_u32", "fill": "xs_fill_u32", "copy": "xs_copy_u32"}
# Beyond the numbers that random operations name: their arguments could be anything.
FUNCTION_FIRST = 700
GRAPH_KINDS = ("add", "copy", "fill", "memset", "d2d", "empty", "host")


def graph_handle(index: int, generation: int = 0) -> int:
    return wire.make_handle(wire.KIND_GRAPH, index, generation)


def exec_handle(index: int, generation: int = 0) -> int:
    return wire.make_handle(wire.KIND_GRAPH_EXEC, index, generation)


class GraphTenant:
    """What graph programs need of a session: kernels, slots of memory, operations."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        assert peer.call(wire.HostRegister, 0, 4 * MIB).result == 0
        assert peer.load(BUILTIN, wire.make_handle(wire.KIND_MODULE, 700)).result == 0
        self.functions = {}
        for index, (kind, name) in enumerate(KERNELS.items(), FUNCTION_FIRST):
            handle = wire.make_handle(wire.KIND_FUNCTION, index)
            module = wire.make_handle(wire.KIND_MODULE, 700)
            assert peer.call(wire.FunctionGet, module, handle, name).result == 0
            self.functions[kind] = handle
        # The first bytes of the arena are what random calls like to free.
        assert peer.call(wire.Allocate, 0, MIB).result == 0
        self.memory = peer.call(wire.Allocate, 0, SLOTS * SLOT_BYTES).address
        assert self.memory != peer.welcome.va_base
        self.calls_open: dict[int, Any] = {}

    def at(self, slot: int) -> int:
        return self.memory + slot * SLOT_BYTES

    def step(self, where: int, step: Any) -> Any:
        at, source = self.at(step.target), self.at(step.source)
        if step.kind == "memset":
            return wire.Memset(where, at, step.value, 4, WORDS)
        if step.kind == "d2d":
            return wire.CopyD2d(where, at, source, SLOT_BYTES)
        if step.kind == "host":
            return wire.HostFunction(where, 7)
        if step.kind == "empty":
            return wire.GraphEmpty(where)
        params = {
            "add": struct.pack("<QQ", at, WORDS),
            "fill": struct.pack("<QI4xQ", at, step.value, WORDS),
            "copy": struct.pack("<QQQ", at, source, WORDS),
        }[step.kind]
        function = self.functions[step.kind]
        return wire.Launch(where, function, 1, 1, 1, WORDS, 1, 1, 0, params)

    def build(self, program: Any, graph: int) -> list[Any]:
        operations: list[Any] = [wire.GraphCreate(graph)]
        for step in program.steps:
            if step.after:
                numbers = struct.pack(f"<{len(step.after)}I", *step.after)
                operations.append(wire.GraphDepend(graph, numbers))
            operations.append(self.step(graph, step))
        return operations

    def answer_hosts(self) -> None:
        """Run what is due on each line, as a client does."""
        peer = self.peer
        for line in range(1, 16):
            due = peer.word(wire.STATUS_HOST_SEQ, line)
            at = line * wire.STATUS_LINE_BYTES + wire.WAITERS_HOST_DONE_SEQ
            if due and struct.unpack_from("<Q", peer.waiters, at)[0] != due:
                struct.pack_into("<Q", peer.waiters, at, due)


class Wild(GraphTenant):
    """Makes records whose numbers are often near something real."""

    def __init__(self, seed: int, peer: Peer) -> None:
        super().__init__(peer)
        self.chance = random.Random(seed)
        base, host = peer.welcome.va_base, peer.welcome.host_base
        self.numbers = [0, 1, 2, 3, 4, 8, 64, 4096, 2 * MIB, 4 * MIB, 2**32, 2**63]
        self.numbers += [base, base + 256, base + 2 * MIB, host, host + 64, 2**64 - 1]
        kinds = (1, 2, 3, 4, wire.KIND_MEMORY, wire.KIND_GRAPH, wire.KIND_GRAPH_EXEC)
        self.numbers += [
            wire.make_handle(kind, index) for kind in kinds for index in (1, 2, 3)
        ]
        self.graphs = 0

    # ------------------------------------------------------------- any record
    def number(self, field: wire.Field) -> int:
        bits = int(field.type[1:])
        low = -(2 ** (bits - 1)) if field.type[0] == "i" else 0
        bound = min(field.bound or 2**bits - 1, 2**bits - 1 + low)
        value = self.chance.choice(self.numbers)
        if self.chance.random() < 0.3:
            value = self.chance.randrange(bound + 1)
        return max(low, min(value, bound)) if value <= bound else value % (bound + 1)

    def value(self, field: wire.Field) -> Any:
        if field.type == "bool":
            return self.chance.random() < 0.5
        if field.type == "str":
            return self.chance.choice(["", "xs_empty", "table", "x" * 50])[
                : field.bound
            ]
        if field.type == "bin":
            count = self.chance.choice([0, 4, 8, 32, 72, 144, 300])
            return self.chance.randbytes(min(count, field.bound))
        if field.type == "list" and field.of == "u32":
            return ()
        if field.type == "list":
            name = "".join(word.title() for word in field.of.split("_"))
            inner = getattr(wire, name)
            return tuple(
                self.record(inner)
                for _ in range(self.chance.randrange(min(3, field.bound)))
            )
        return self.number(field)

    def record(self, cls: type) -> Any:
        return cls(*[self.value(field) for field in wire.LAYOUT[cls]])

    def operations(self) -> list[Any]:
        kinds = [k for k in wire.OPERATIONS.values() if k not in NEVER_IN_STREAM]
        return [self.record(self.chance.choice(kinds)) for _ in range(20)]

    def call(self) -> Any:
        kinds = [
            kind
            for kind in wire.MESSAGES.values()
            if kind not in LEFT_OUT and kind in wire.REPLIES
        ]
        return self.numbered(self.record(self.chance.choice(kinds)))

    def numbered(self, message: Any) -> Any:
        values = [getattr(message, f.name) for f in wire.LAYOUT[type(message)]]
        self.peer.calls += 1
        return type(message)(self.peer.calls, *values[1:])

    # ---------------------------------------------------------------- graphs
    def any_graph(self) -> int:
        return graph_handle(self.chance.randrange(1, 8), self.chance.choice((0, 0, 1)))

    def any_exec(self) -> int:
        return exec_handle(self.chance.randrange(1, 6))

    def mutated(self, operations: list[Any]) -> list[Any]:
        """Now and then a node is missing, doubled, wrong, or after none that is."""
        changed = []
        for operation in operations:
            dice = self.chance.random()
            if dice < 0.005:
                continue
            if dice < 0.01:
                changed.append(self.record(type(operation)))
            elif dice < 0.015 and isinstance(operation, wire.GraphDepend):
                operation = wire.GraphDepend(
                    operation.graph, self.chance.randbytes(self.chance.randrange(40))
                )
            changed.append(operation)
        return changed

    def graph_story(self) -> None:
        """Build a graph or two, and let calls and launches meet them in some order."""
        graph, pick = self.any_graph(), self.chance.random()
        if pick < 0.5:
            length = self.chance.choice((1, 5, 20, 60))
            program = random_graph(self.chance.randrange(12), length, GRAPH_KINDS)
            again = [wire.GraphDestroy(graph)] if self.chance.random() < 0.8 else []
            self.send(again + self.mutated(self.build(program, graph)))
        elif pick < 0.6:
            self.send(
                [wire.GraphChild(graph, self.any_graph()), wire.GraphEmpty(graph)]
            )
        elif pick < 0.65:
            self.send([wire.GraphCreate(graph), *[wire.GraphEmpty(graph)] * 200])
            every = struct.pack("<200I", *range(200))
            self.send([wire.GraphDepend(graph, every), wire.GraphChild(graph, graph)])
        elif pick < 0.8:
            self.send([wire.GraphDestroy(self.any_graph())])
        else:
            self.send([wire.GraphExecDestroy(self.any_exec())])
        for _ in range(self.chance.randrange(4)):
            self.graph_call(graph)
        lines = [STREAM, *(wire.make_handle(1, i) for i in (2, 3, 4, 5))]
        self.send(
            [
                wire.GraphLaunch(self.chance.choice(lines), self.any_exec())
                for _ in range(self.chance.randrange(8))
            ]
        )

    def graph_call(self, graph: int) -> None:
        if self.chance.random() < 0.3:
            graph = self.any_graph()
        if self.chance.random() < 0.6:
            made = self.any_exec()
            if self.chance.random() < 0.4:
                self.send([wire.GraphExecDestroy(made)])
            message: Any = wire.GraphInstantiate(0, graph, made)
        else:
            node = self.chance.choice((wire.GRAPH_NODE_ALL, 0, 1, 7, 2**31))
            message = wire.GraphUpdate(0, self.any_exec(), graph, node)
        self.peer.send(self.numbered(message))

    def send(self, operations: list[Any]) -> None:
        for at in range(0, len(operations), 200):
            self.peer.submit(*operations[at : at + 200])

    # ----------------------------------------------------------------- a turn
    def turn(self) -> None:
        self.peer.submit(*self.operations())
        for _ in range(3):
            self.peer.send(self.call())
        for _ in range(self.chance.randrange(4)):
            self.graph_story()
        self.answer_hosts()
        self.take_answers()

    def take_answers(self) -> None:
        """Take what has come, without waiting."""
        while select.select([self.peer.socket], [], [], 0)[0]:
            self._taken()

    def _taken(self) -> Any:
        message = self.peer.receive()
        assert message is not None, "the broker hung up"
        assert not isinstance(message, (wire.ProtocolError, wire.Fault)), message
        if isinstance(message, (wire.GraphInstantiated, wire.GraphUpdated)):
            self.graphs += message.result == 0
        return message

    def settle(self) -> None:
        """It is still served: one more call is answered, behind all others."""
        self.peer.calls += 1
        self.peer.send(wire.MemoryInfo(self.peer.calls, 0))

        def answered() -> bool:
            self.answer_hosts()
            while select.select([self.peer.socket], [], [], 0)[0]:
                message = self._taken()
                if getattr(message, "call", None) == self.peer.calls:
                    assert message.result == 0
                    return True
            return False

        eventually(answered, "the last call is answered")


class Calm(GraphTenant):
    """A neighbour: copies a pattern, launches a graph whose results it knows."""

    def __init__(self, peer: Peer, seed: int = 0) -> None:
        super().__init__(peer)
        self.real = peer.welcome.devices[0].backend != "null"
        self.address = peer.call(wire.Allocate, 0, MIB).address
        kinds = tuple(kind for kind in GRAPH_KINDS if kind != "host")
        self.program = random_graph(seed, 50, kinds)
        peer.submit(*self.build(self.program, graph_handle(1)))
        reply = peer.call(wire.GraphInstantiate, graph_handle(1), exec_handle(1))
        assert reply.result == 0, reply

    def check(self, round_: int) -> None:
        self._check_copies(round_)
        self._check_graph(round_)
        peer = self.peer
        assert peer.error() == 0 and peer.sticky() == 0

    def _check_copies(self, round_: int) -> None:
        peer, data = self.peer, bytes((round_ + i) % 251 for i in range(4096))
        peer.host[:4096] = data
        peer.host[8192 : 8192 + 4096] = bytes(4096)
        peer.submit(
            wire.CopyH2d(STREAM, self.address, 0, 4096),
            wire.CopyD2d(STREAM, self.address + 65536, self.address, 4096),
            wire.CopyD2h(STREAM, 8192, self.address + 65536, 4096),
        )
        self._wait()
        assert not self.real or peer.host[8192 : 8192 + 4096] == data

    def _check_graph(self, round_: int) -> None:
        peer, nbytes = self.peer, SLOTS * SLOT_BYTES
        slots = np.arange(SLOTS * WORDS, dtype=np.uint32).reshape(SLOTS, WORDS)
        peer.host[:nbytes] = (slots + round_).astype(np.uint32).tobytes()
        slots += round_
        launch = wire.GraphLaunch(STREAM, exec_handle(1))
        peer.submit(
            wire.CopyH2d(STREAM, self.memory, 0, nbytes),
            *[launch] * 3,
            wire.CopyD2h(STREAM, 8192, self.memory, nbytes),
        )
        for _ in range(3):
            self.program.run(slots)
        self._wait()
        assert not self.real or peer.host[8192 : 8192 + nbytes] == slots.tobytes()

    def _wait(self) -> None:
        self.peer.wait_retired(self.peer.submit(wire.Complete(STREAM)))


def play(wild_peer: Peer, calm_peer: Peer, seed: int, rounds: int) -> int:
    """One seed; returns how many executable forms the wild tenant had made."""
    wild, calm = Wild(seed, wild_peer), Calm(calm_peer, seed)
    for round_ in range(rounds):
        wild.turn()
        if round_ % 10 == 0:
            calm.check(round_)
    calm.check(rounds)
    wild.settle()
    return wild.graphs
