"""Graphs on every device: what the table's graph entries promise (backend.h).

A graph gives what its nodes do one after the other on a stream; launches of one graph
follow each other; a bad node is named; what was made is given back.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from device_bench import CAPABILITIES, Bench
from graph_programs import SLOTS, WORDS, random_graph
from standin_driver import read_log
from test_backends import BACKENDS, Shared, packed, u32, u64

SLOT_BYTES = 4 * WORDS
KERNELS = ("add",) * 8 + ("copy",) * 5 + ("fill", "memset", "empty")
FILLS = ("memset",) * 5 + ("empty",)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    shared = Shared(tmp_path_factory.mktemp("standin"))
    yield shared
    shared.close()
    if shared.log.exists():
        log = read_log(shared.log)
        assert log.ended and not log.violations and not log.leaks, log


@pytest.fixture(params=BACKENDS)
def bench(request: pytest.FixtureRequest, shared: Shared) -> Iterator[Bench]:
    held = shared.get(request.param)
    with Bench(held, CAPABILITIES[request.param.removesuffix("-process")]) as bench:
        yield bench


class Slots:
    """Memory that programs work on, and programs as nodes."""

    def __init__(self, bench: Bench, stream: int) -> None:
        self.bench = bench
        self.stream = stream
        self.address = bench.memory()
        self.values = np.arange(SLOTS * WORDS, dtype=np.uint32).reshape(SLOTS, WORDS)
        bench.put(stream, self.address, self.values.tobytes())
        module = bench.module()
        names = {"add": "xs_add_one_u32", "fill": "xs_fill_u32", "copy": "xs_copy_u32"}
        self.functions = {
            kind: bench.backend.function_get(module, name)
            for kind, name in names.items()
        }

    def at(self, slot: int) -> int:
        return self.address + slot * SLOT_BYTES

    def nodes(self, program: Any) -> list[Any]:
        nodes: list[Any] = []
        for step in program.steps:
            work: Any = None
            if step.kind == "memset":
                work = ("fill", self.at(step.target), step.value, 4, WORDS)
            elif step.kind != "empty":
                info = self.functions[step.kind]
                values = {
                    "add": (u64(self.at(step.target)), u64(WORDS)),
                    "fill": (u64(self.at(step.target)), u32(step.value), u64(WORDS)),
                    "copy": (
                        u64(self.at(step.target)),
                        u64(self.at(step.source)),
                        u64(WORDS),
                    ),
                }[step.kind]
                params = packed(info, *values)
                work = ("launch", info.native, (1, 1, 1), (WORDS, 1, 1), params, b"")
            nodes.append((step.after, work))
        return nodes

    def open(self, program: Any) -> int:
        result, graph, bad = self.bench.table.graph_open(self.nodes(program))
        assert (result, bad) == (0, None)
        return int(graph)

    def check(self) -> None:
        nbytes = SLOTS * SLOT_BYTES
        got = self.bench.get(self.stream, self.address, nbytes)
        assert got == self.bench.expected(self.values.tobytes())


def kinds_of(bench: Bench) -> tuple[str, ...]:
    return KERNELS if bench.can.runs_kernels else FILLS


@pytest.mark.parametrize("seed", range(6))
def test_a_graph_does_what_its_nodes_do_in_order(bench: Bench, seed: int) -> None:
    slots = Slots(bench, bench.stream())
    program = random_graph(seed, 1 if seed == 0 else 20 * seed, kinds_of(bench))
    graph = slots.open(program)
    for _ in range(3):
        assert bench.table.graph_launch(slots.stream, graph) == 0
        program.run(slots.values)
    slots.check()
    assert bench.table.graph_close(graph) == 0


def test_launches_of_one_graph_follow_each_other(bench: Bench) -> None:
    first, second = bench.stream(), bench.stream()
    slots = Slots(bench, first)
    bench.finish(first)
    program = random_graph(11, 60, kinds_of(bench))
    graph = slots.open(program)
    for turn in range(8):
        assert bench.table.graph_launch((first, second)[turn % 2], graph) == 0
        program.run(slots.values)
    bench.finish(second)
    bench.finish(first)
    slots.check()
    bench.table.graph_close(graph)


def test_branches_do_not_wait_for_each_other(bench: Bench) -> None:
    """On a device that takes time: eight branches take as long as one."""
    if not bench.can.runs_kernels:
        assert not bench.can.waits or not bench.can.runs_kernels
        return
    stream, spin = bench.stream(), bench.function("xs_spin")
    took = []
    for branches in (1, 8):
        node = ("launch", spin.native, (1, 1, 1), (32, 1, 1), u64(2_000_000), b"")
        result, graph, _ = bench.table.graph_open([((), node)] * branches)
        assert result == 0
        start, end = bench.event(), bench.event()
        bench.table.event_record(stream, start)
        assert bench.table.graph_launch(stream, graph) == 0
        bench.table.event_record(stream, end)
        bench.finish(stream)
        took.append(bench.table.elapsed(start, end)[1])
        bench.table.graph_close(graph)
    assert took[1] < 3 * took[0]


def test_an_empty_graph_and_one_of_empty_nodes(bench: Bench) -> None:
    stream = bench.stream()
    for nodes in ([], [((), None), ((0,), None)]):
        result, graph, _ = bench.table.graph_open(nodes)
        assert result == 0
        assert bench.table.graph_launch(stream, graph) == 0
        bench.finish(stream)
        assert bench.table.graph_close(graph) == 0


def test_a_bad_node_is_named(bench: Bench) -> None:
    address = bench.memory()
    good = ("fill", address, 1, 4, 16)
    bad = ("fill", address + 1, 1, 4, 16)
    result, graph, number = bench.table.graph_open([((), good), ((0,), bad)])
    if bench.can.checks:
        assert (result, number) == (1, 1)
    else:
        assert result == 0
        bench.table.graph_close(graph)


def test_attributes_of_a_stream_are_dropped_and_unknown_ones_refused(
    bench: Bench,
) -> None:
    """Priority and programmatic serialization mean nothing to a node; a pointer would
    be read in the broker."""
    info = bench.function("xs_empty")
    dropped = b"".join(
        struct.pack("<i4xi60x", number, 1) for number in (3, 6, 8)
    ) + struct.pack("<i4xi60x", 10, 0)

    def opened(attributes: bytes) -> tuple[int, int, int | None]:
        node = ("launch", info.native, (1, 1, 1), (32, 1, 1), b"", attributes)
        answer: tuple[int, int, int | None] = bench.table.graph_open([((), node)])
        return answer

    result, graph, _ = opened(dropped)
    assert result == 0
    bench.table.graph_close(graph)
    result, graph, _ = opened(struct.pack("<i4xi60x", 7, 1))
    if CAPABILITIES["cuda"] is bench.can or CAPABILITIES["standin"] is bench.can:
        assert result == 801
    else:
        assert result == 0
        bench.table.graph_close(graph)


def test_closing_one_graph_leaves_another(bench: Bench) -> None:
    slots = Slots(bench, bench.stream())
    programs = [random_graph(seed, 30, kinds_of(bench)) for seed in (21, 22)]
    graphs = [slots.open(program) for program in programs]
    bench.finish(slots.stream)
    assert bench.table.graph_close(graphs[0]) == 0
    assert bench.table.graph_launch(slots.stream, graphs[1]) == 0
    programs[1].run(slots.values)
    slots.check()
    bench.table.graph_close(graphs[1])


def test_a_violation_would_be_told(tmp_path: Path) -> None:
    """The fixture above proves each run clean; this, that it would tell."""
    log = tmp_path / "log"
    log.write_text("violation\tsomething\nend\n")
    assert read_log(log).violations
