"""Graphs in the worker: cut, held between segments, in turn, updated, given back.

The emulated device runs real kernels, so what a graph computes under any pattern of
holds is compared with doing its steps one after the other.
"""

from __future__ import annotations

import random
import struct
from typing import Any

import numpy as np
import pytest

from broker.device import _worker as w
from broker.wire.gen import messages as m
from tests.conformance.graph_programs import SLOTS, WORDS, random_graph
from tests.unit.device_worker.rig import PTX, VA, Rig, handle

GRAPH, EXEC = handle(8, 1), handle(9, 1)
ALL = m.GRAPH_NODE_ALL
SLOT_BYTES = 4 * WORDS
LEGACY = handle(1, 1)
NO_LIMIT = (1 << 62, 1 << 30)
BULK, URGENT = 1, 2


class Bench:
    """A rig on the emulated device whose tenant has the kernels of graph programs."""

    def __init__(self, **options: Any) -> None:
        self.rig = Rig.emulated(**options)
        self.t = self.rig.tenant()
        module = self.rig.backend.module_load(PTX.read_bytes(), 1)
        self.functions = {}
        names = {"add": "xs_add_one_u32", "fill": "xs_fill_u32", "copy": "xs_copy_u32"}
        for index, (kind, name) in enumerate(names.items(), 2):
            info = self.rig.backend.function_get(module, name)
            self.functions[kind] = handle(4, index)
            self.rig.worker.add_function(
                1, handle(4, index), info.native, info.param_bytes, 1024
            )
        self.values = np.zeros((SLOTS, WORDS), np.uint32)
        self.hosts = 0

    def at(self, slot: int) -> int:
        return VA + slot * SLOT_BYTES

    def operation(self, where: int, step: Any) -> Any:
        at, source = self.at(step.target), self.at(step.source)
        if step.kind == "memset":
            return m.Memset(where, at, step.value, 4, WORDS)
        if step.kind == "d2d":
            return m.CopyD2d(where, at, source, SLOT_BYTES)
        if step.kind == "host":
            return m.HostFunction(where, 7)
        if step.kind == "empty":
            return m.GraphEmpty(where)
        params = {
            "add": struct.pack("<QQ", at, WORDS),
            "fill": struct.pack("<QI4xQ", at, step.value, WORDS),
            "copy": struct.pack("<QQQ", at, source, WORDS),
        }[step.kind]
        function = self.functions[step.kind]
        return m.Launch(where, function, 1, 1, 1, WORDS, 1, 1, 0, params, b"")

    def build(self, program: Any, graph: int = GRAPH) -> None:
        operations: list[Any] = [m.GraphCreate(graph)]
        for step in program.steps:
            if step.after:
                packed = struct.pack(f"<{len(step.after)}I", *step.after)
                operations.append(m.GraphDepend(graph, packed))
            operations.append(self.operation(graph, step))
        for at in range(0, len(operations), 400):
            self.t.send(*operations[at : at + 400])

    def instantiate(
        self, limits: tuple[int, int] = NO_LIMIT, graph: int = GRAPH, exec_: int = EXEC
    ) -> w.GraphForm:
        form = self.rig.prepare(graph, exec_, *limits)
        form.realize()
        assert self.rig.worker.publish_graph(1, exec_, form, False)
        return form

    def update(self, graph: int = GRAPH, node: int = ALL) -> int:
        form = self.rig.prepare_update(EXEC, graph, node)
        form.realize()
        assert self.rig.worker.publish_graph(1, EXEC, form, True)
        return int(form.made_count)

    def close_idle(self) -> int:
        natives = self.rig.reap()
        assert self.rig.worker.close_graphs(natives) == (len(natives), 0)
        return len(natives)

    def answer_hosts(self) -> None:
        """As the tenant does: run what is due on each line."""
        for line in range(1, 8):
            due = struct.unpack_from("<Q", self.t.status, line * 64 + 16)[0]
            done = struct.unpack_from("<Q", self.t.waiters, line * 64 + 16)[0]
            if due != done:
                struct.pack_into("<Q", self.t.waiters, line * 64 + 16, due)
                self.hosts += 1

    def run(self, seq: int, stream: int = 1) -> None:
        for _ in range(2000):
            self.rig.run(100_000)
            self.answer_hosts()
            if self.t.line(stream) >= seq:
                return
        raise AssertionError(f"operation {seq} does not retire")

    def read(self) -> np.ndarray:
        nbytes = SLOTS * SLOT_BYTES
        seq = self.t.send(m.CopyD2h(LEGACY, 0, VA, nbytes), m.Complete(LEGACY))
        self.run(seq)
        from tests.unit.device_worker.rig import HOST_PIECE_BYTES, PAGE_BYTES, address

        host = address(self.t.host)
        shift = PAGE_BYTES if host % HOST_PIECE_BYTES == 0 else 0
        raw = bytes(self.t.host[shift : shift + nbytes])
        return np.frombuffer(raw, np.uint32).reshape(SLOTS, WORDS)


@pytest.fixture
def bench() -> Bench:
    bench = Bench()
    bench.t.grant(launches=1 << 30, window_ns=200_000)
    return bench


@pytest.mark.parametrize("limits", [NO_LIMIT, (1 << 62, 1), (1 << 62, 5), (60_000, 99)])
@pytest.mark.parametrize("seed", range(3))
def test_any_cut_computes_the_same(
    bench: Bench, seed: int, limits: tuple[int, int]
) -> None:
    program = random_graph(seed, 80)
    bench.build(program)
    form = bench.instantiate(limits)
    plain = len([s for s in program.steps if s.kind in ("d2d", "host")])
    assert plain < form.segment_count <= len(program.steps)
    for _ in range(2):
        seq = bench.t.send(m.GraphLaunch(LEGACY, EXEC), m.Complete(LEGACY))
        bench.run(seq)
        bench.hosts -= program.run(bench.values)
    np.testing.assert_array_equal(bench.read(), bench.values)
    assert bench.hosts == 0
    assert bench.rig.worker.counters(1)["graph_launches"] == 2


def test_segments_are_bounded_in_time_and_nodes(bench: Bench) -> None:
    program = random_graph(3, 100, ("add",))
    bench.build(program)
    # Nothing is known of the kernel: 20 us each; chains of one slot are parallel.
    few = bench.rig.prepare(GRAPH, EXEC, 1 << 62, 10)
    assert few.segment_count == 10
    deepest = np.zeros(100, int)
    for number, step in enumerate(program.steps):
        deepest[number] = 1 + max([0, *(deepest[i] for i in step.after)])
    short = bench.rig.prepare(GRAPH, EXEC, 100_000, 1 << 30)
    assert short.segment_count >= deepest.max() / 5
    whole = bench.rig.prepare(GRAPH, EXEC, *NO_LIMIT)
    assert whole.segment_count == 1


@pytest.mark.parametrize("seed", range(6))
def test_holds_and_floors_between_segments(seed: int) -> None:
    """Under every pattern of grants and floors the order is kept and nothing is lost
    or done twice."""
    rng = random.Random(seed)
    bench = Bench()
    programs = [random_graph(100 + seed, 40), random_graph(200 + seed, 40)]
    for number, program in enumerate(programs):
        bench.build(program, handle(8, 1 + number))
        bench.instantiate((1 << 62, rng.choice([1, 2, 4])), handle(8, 1 + number),
                          handle(9, 1 + number))  # fmt: skip
    bench.t.send(m.StreamCreate(handle(1, 2), 1, 0), m.EventCreate(handle(2, 1), 0))
    seq = 0
    for _ in range(6):
        which, stream = rng.randrange(2), rng.choice([1, 2])
        seq = bench.t.send(
            m.GraphLaunch(handle(1, stream), handle(9, 1 + which)),
            m.EventRecord(handle(1, stream), handle(2, 1)),
        )
        for other in (1, 2):  # one after the other, whatever the streams
            last = bench.t.send(m.StreamWait(handle(1, other), handle(2, 1), seq))
        programs[which].run(bench.values)
    for _ in range(400):
        pattern = rng.randrange(4)
        bench.rig.worker.set_floor(0 if pattern == 0 else 255, 0)
        launches = rng.choice([0, 1, 3, 500])
        bench.t.grant(
            launches=launches,
            window_ns=rng.choice([1000, 200_000]),
            mode=rng.choice([BULK, URGENT]) if launches else 0,
        )
        bench.rig.run(rng.randrange(1, 60_000))
        bench.answer_hosts()
    bench.rig.worker.set_floor(255, -1)
    bench.t.grant(launches=1 << 30, window_ns=200_000)
    end = bench.t.send(m.Complete(LEGACY), m.Complete(handle(1, 2)))
    bench.run(end - 1, 1)
    bench.run(end, 2)
    assert end > last
    np.testing.assert_array_equal(bench.read(), bench.values)


def spins(graph: int, function: int, count: int, ns: int) -> list[Any]:
    """A chain of kernels."""
    operations: list[Any] = [m.GraphCreate(graph)]
    for number in range(count):
        if number:
            operations.append(m.GraphDepend(graph, struct.pack("<I", number - 1)))
        params = struct.pack("<Q", ns)
        operations.append(m.Launch(graph, function, 1, 1, 1, 32, 1, 1, 0, params, b""))
    return operations


def test_a_fallen_floor_stops_a_graph_in_its_middle(bench: Bench) -> None:
    bench.t.send(*spins(GRAPH, bench.t.function, 40, 50_000))
    bench.instantiate((1 << 62, 4))
    seq = bench.t.send(m.GraphLaunch(LEGACY, EXEC), m.Complete(LEGACY))
    bench.rig.run(500_000)
    bench.rig.worker.set_floor(0, 0)
    bench.rig.run(1_000_000)
    issued = bench.rig.worker.counters(1)["graph_segments"]
    assert 0 < issued < 10
    bench.rig.run(20_000_000)
    assert bench.rig.worker.counters(1)["graph_segments"] == issued
    assert bench.t.line(1) < seq
    bench.rig.worker.set_floor(255, -1)
    bench.run(seq)
    assert bench.rig.worker.counters(1)["graph_segments"] == 10


def test_the_window_counts_segments_by_their_learned_time(bench: Bench) -> None:
    """Segments of 200 us under a window of 200 us: after a launch has taught them, two
    of them are out at a time."""
    bench.t.send(*spins(GRAPH, bench.t.function, 40, 50_000))
    bench.instantiate((1 << 62, 4))
    for _ in range(6):
        seq = bench.t.send(m.GraphLaunch(LEGACY, EXEC), m.Complete(LEGACY))
        bench.run(seq)
    bench.t.send(m.GraphLaunch(LEGACY, EXEC))
    for _ in range(30):
        bench.rig.run(50_000)
        assert bench.rig.worker.counters(1)["in_flight"] <= 3


def test_launches_of_one_exec_take_turns_over_streams(bench: Bench) -> None:
    bench.t.send(*spins(GRAPH, bench.t.function, 6, 10_000))
    bench.instantiate((1 << 62, 2))
    bench.t.send(*(m.StreamCreate(handle(1, i), 1, 0) for i in (2, 3)))
    bench.rig.backend.tell()
    for turn in range(6):
        seq = bench.t.send(m.GraphLaunch(handle(1, 2 + turn % 2), EXEC))
    end = bench.t.send(m.Complete(handle(1, 2)), m.Complete(handle(1, 3)))
    bench.run(end, 3)
    bench.run(end - 1, 2)
    assert bench.t.line(3) >= seq
    running = 0
    kernels = 0
    for _, what in bench.rig.backend.story():
        if "xs_spin" not in what:
            continue
        running += 1 if "starts" in what else -1
        kernels += "starts" in what
        assert running in (0, 1)
    assert kernels == 36


def test_updates_in_flight_and_what_is_given_back(bench: Bench) -> None:
    bench.build(random_graph(5, 30, ("add",)))
    bench.build(random_graph(5, 30, ("add",)), handle(8, 2))
    first = bench.instantiate((1 << 62, 10))
    assert first.segment_count == 3
    bench.t.send(m.GraphLaunch(LEGACY, EXEC))
    assert bench.update(handle(8, 2)) == 0  # nothing differs: all segments are shared
    only = random_graph(6, 1, ("add",))
    only.steps[0].after = ()
    bench.build(only, handle(8, 3))
    assert bench.update(handle(8, 3), node=17) == 1
    assert bench.close_idle() == 0  # the launch has them
    seq = bench.t.send(m.GraphLaunch(LEGACY, EXEC), m.Complete(LEGACY))
    bench.run(seq)
    told = [each[0] for each in bench.rig.told()]
    assert "GRAPHS_IDLE" in told
    assert bench.close_idle() == 1
    bench.t.send(m.GraphExecDestroy(EXEC))
    assert bench.close_idle() == 3
    for index in (1, 2, 3):
        bench.t.send(m.GraphDestroy(handle(8, index)))
    assert bench.rig.worker.graph_usage(1) == {
        "bytes": 0, "forms": 0, "segments": 0, "nodes": 0, "runs": 0,
        "runs_device_bytes": 0,
    }  # fmt: skip


def test_a_session_that_ends_in_the_middle(bench: Bench) -> None:
    bench.t.send(*spins(GRAPH, bench.t.function, 40, 50_000))
    bench.instantiate((1 << 62, 4))
    bench.t.send(m.GraphLaunch(LEGACY, EXEC), m.GraphLaunch(LEGACY, EXEC))
    bench.rig.run(300_000)
    bench.rig.worker.close_session(1)
    bench.t.send(m.GraphLaunch(LEGACY, EXEC))
    bench.rig.run(10_000_000)
    assert ("CLOSED", 1, 0, 0, 0) in bench.rig.told()
    natives = bench.rig.reap(all=True)
    assert len(natives) == 10
    assert bench.rig.worker.close_graphs(natives) == (len(natives), 0)
    bench.rig.worker.forget_session(1)


def test_what_is_refused_and_where_it_is_said(bench: Bench) -> None:
    def refusal(*operations: Any, graph: int = GRAPH) -> tuple[int, int]:
        bench.t.send(m.GraphCreate(graph), *operations)
        with pytest.raises(w.GraphRefused) as refused:
            bench.rig.prepare(graph, EXEC, *NO_LIMIT)
        bench.t.send(m.GraphDestroy(graph))
        return refused.value.result, refused.value.node

    empty, launch = m.GraphEmpty(GRAPH), bench.t.launch()
    params = launch.params
    unknown = m.Launch(GRAPH, handle(4, 99), 1, 1, 1, 32, 1, 1, 0, params, b"")
    wide = m.Launch(GRAPH, bench.t.function, 1, 1, 1, 2048, 1, 1, 0, params, b"")
    assert refusal(empty, unknown) == (400, 1)
    assert refusal(wide, empty, unknown) == (1, 0)
    assert refusal(empty, m.CopyD2d(GRAPH, VA, VA + (1 << 40), 4)) == (1, 1)
    assert refusal(m.GraphDepend(GRAPH, struct.pack("<I", 0)), empty) == (1, 0)
    assert refusal(empty, m.GraphDepend(GRAPH, b"abc")) == (1, 1)
    assert refusal(m.EventRecord(GRAPH, handle(2, 5))) == (400, 0)
    assert refusal(m.Complete(GRAPH)) == (1, 0)
    assert refusal(m.GraphChild(GRAPH, GRAPH)) == (400, 0)
    assert refusal(m.GraphChild(GRAPH, handle(8, 9))) == (400, 0)
    bench.rig.worker.limit_graphs(1, 4000)
    assert refusal(*[wide.__class__(GRAPH, bench.t.function, 1, 1, 1, 32, 1, 1, 0,
                                    params, b"")] * 40)[0] == 2  # fmt: skip
    bench.rig.run(100_000)
    assert bench.rig.worker.take_error(1) == (0, 0)


def test_stale_handles_are_operations_that_fail(bench: Bench) -> None:
    bench.t.send(m.GraphCreate(GRAPH), m.GraphEmpty(GRAPH))
    bench.instantiate()
    bench.t.send(m.GraphExecDestroy(EXEC))
    wrong = [
        m.GraphCreate(GRAPH),  # it is there already
        m.GraphCreate(8 << 56),
        m.GraphEmpty(handle(8, 1, 5)),
        m.GraphDestroy(handle(8, 3)),
        m.GraphDestroy(handle(1, 1)),
        m.GraphLaunch(LEGACY, EXEC),
        m.GraphExecDestroy(EXEC),
        m.StreamCreate(handle(8, 9), 0, 0),
    ]
    for operation in wrong:
        seq = bench.t.send(operation)
        bench.run(seq) if isinstance(operation, m.GraphLaunch) else bench.rig.run(
            50_000
        )
        assert bench.rig.worker.take_error(1)[0] == 400, operation


def test_nodes_do_not_count_as_a_backlog(bench: Bench) -> None:
    """The client reads accepted minus issued: nodes are both."""
    bench.build(random_graph(1, 200, ("add",)))
    bench.rig.run(100_000)
    counters = bench.rig.worker.counters(1)
    assert counters["issued"] == counters["accepted_seq"]


def test_a_freed_range_or_unloaded_function_fails_the_next_launch(bench: Bench) -> None:
    worker = bench.rig.worker
    bench.t.send(m.GraphCreate(GRAPH), m.Memset(GRAPH, VA, 1, 4, 16))
    bench.instantiate()
    bench.t.send(*spins(handle(8, 2), bench.t.function, 2, 1000))
    bench.instantiate(graph=handle(8, 2), exec_=handle(9, 2))
    worker.remove_range(1, VA)
    seq = bench.t.send(m.GraphLaunch(LEGACY, EXEC), m.GraphLaunch(LEGACY, handle(9, 2)))
    bench.run(seq)
    assert worker.take_error(1) == (1, seq - 1)
    worker.add_range(1, VA, 64 << 20)
    worker.remove_function(1, bench.t.function)
    seq = bench.t.send(m.GraphLaunch(LEGACY, EXEC), m.GraphLaunch(LEGACY, handle(9, 2)))
    bench.run(seq)
    assert worker.take_error(1) == (400, seq)


def test_every_operation_is_issued_once(bench: Bench) -> None:
    """A client that creates events for hours must not seem to have a backlog."""
    stream, event, blocking = handle(1, 5), handle(2, 1), handle(1, 6)
    bench.t.grant()
    bench.t.send(m.GraphEmpty(handle(8, 3)), m.GraphDestroy(handle(8, 4)))
    bench.t.send(m.GraphCreate(8 << 56), m.GraphExecDestroy(EXEC))
    bench.t.send(m.StreamCreate(stream, 1, 0), m.EventCreate(event, 0))
    bench.t.send(m.StreamCreate(blocking, 0, 0), bench.t.launch(6), bench.t.launch())
    bench.t.send(m.EventRecord(stream, event), bench.t.launch(5), bench.t.launch(6))
    bench.t.send(m.EventDestroy(event), m.StreamDestroy(stream))
    bench.run(bench.t.send(m.Complete(LEGACY)))
    bench.rig.run(100_000)
    counters = bench.rig.worker.counters(1)
    assert counters["issued"] == counters["accepted_seq"]


def refused(bench: Bench, graph: int = GRAPH, exec_: int = EXEC) -> tuple[int, str]:
    with pytest.raises(w.GraphRefused) as problem:
        bench.rig.prepare(graph, exec_, *NO_LIMIT)
    return problem.value.result, str(problem.value)


def test_the_bound_of_bytes_holds_for_forms_and_edges(bench: Bench) -> None:
    """Also once it is reached: what is left never counts as negative."""
    worker = bench.rig.worker
    bench.t.send(*spins(GRAPH, bench.t.function, 20, 1000))
    description = worker.graph_usage(1)["bytes"]
    worker.limit_graphs(1, 2 * description + 1)
    # The form is longer than its description: there is no room for it.
    assert refused(bench) == (2, "the session's graphs take all the memory they may")
    assert worker.graph_usage(1)["bytes"] == description
    worker.limit_graphs(1, description // 2)
    assert refused(bench)[0] == 2
    bench.t.send(m.GraphDestroy(GRAPH))
    worker.limit_graphs(1, 100_000)
    bench.t.send(m.GraphCreate(GRAPH), *[m.GraphEmpty(GRAPH)] * 400)
    every = struct.pack("<400I", *range(400))
    for _ in range(100):
        bench.t.send(m.GraphDepend(GRAPH, every), m.GraphEmpty(GRAPH))
    assert worker.graph_usage(1)["bytes"] <= 100_000
    assert refused(bench)[0] == 2


def test_children_do_not_multiply_edges_without_bound(bench: Bench) -> None:
    """Each root of a child comes after each node before it: a square of 30,000 would be
    3.6 GB of the broker."""
    child = handle(8, 2)
    for graph in (GRAPH, child):
        bench.t.send(m.GraphCreate(graph))
        for _ in range(60):
            bench.t.send(*[m.GraphEmpty(graph)] * 500)
    for first in range(0, 30_000, 1000):
        numbers = struct.pack("<1000I", *range(first, first + 1000))
        bench.t.send(m.GraphDepend(GRAPH, numbers))
    bench.t.send(m.GraphChild(GRAPH, child))
    assert bench.rig.worker.graph_usage(1)["bytes"] < 16 << 20
    assert refused(bench) == (2, "a graph has 1048576 edges at most")


def test_a_function_at_the_address_of_an_unloaded_one_is_another(bench: Bench) -> None:
    """An update shares a native graph only where the very same functions are in it."""
    worker, second = bench.rig.worker, handle(4, 9)
    bench.t.send(*spins(GRAPH, bench.t.function, 4, 1000))
    bench.instantiate()
    worker.remove_function(1, bench.t.function)
    worker.add_function(1, second, bench.rig.native, 8, 1024)
    bench.t.send(*spins(handle(8, 2), second, 4, 1000))
    assert bench.update(handle(8, 2)) == 1


def test_an_event_is_its_latest_record_whichever_is_issued_last(bench: Bench) -> None:
    """The record sent first waits behind a host function, and is issued after it."""
    event, one, other = handle(2, 1), handle(1, 5), handle(1, 6)
    bench.t.grant()
    bench.t.send(m.StreamCreate(one, 1, 0), m.StreamCreate(other, 1, 0))
    bench.t.send(m.EventCreate(event, 0))
    older = bench.t.send(m.HostFunction(one, 7), m.EventRecord(one, event))
    latest = bench.t.send(m.EventRecord(other, event), m.Complete(other))
    bench.rig.run(1_000_000)
    assert bench.t.line(6) == latest and bench.t.line(5) < older
    assert bench.rig.worker.event_elapsed(1, event, event) == (0, 0)
    bench.run(bench.t.send(m.Complete(one)), stream=5)
    assert bench.hosts == 1
    assert bench.rig.worker.event_elapsed(1, event, event) == (0, 0)
