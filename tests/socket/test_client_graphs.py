"""Graphs through the client: what they compute, whole, in segments and unrolled, is one
thing; and CUDA's rules of capture, update and destruction."""

from __future__ import annotations

import asyncio
import gc
from pathlib import Path

import numpy as np
import pytest

import client
from tests.conformance.graph_programs import SLOTS, WORDS, random_graph
from tests.socket.peer import BrokerProcess

BUILTIN = Path(__file__).parents[2] / "loadgen/kernels/builtin.ptx"
SLOT_BYTES = 4 * WORDS
# Fine segments, those of the default, and none.
CUTS = {
    "fine": "[graphs]\nsegment_nodes_max = 3\n",
    "default": "",
    "whole": '[graphs]\nsegments = "off"\n',
}


@pytest.fixture(scope="module", params=list(CUTS))
def broker(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(f"graphs-{request.param}")
    with BrokerProcess(
        folder, device="emulated", config=CUTS[request.param]
    ) as running:
        running.cut = request.param
        yield running


@pytest.fixture
def session(broker):
    with client.connect(broker.path, tenant="t") as connected:
        yield connected


class Bench:
    """Slots on the device, and the ways to do a program to them."""

    def __init__(self, session) -> None:
        self.session = session
        module = session.load_module(BUILTIN.read_text())
        self.add = module.function("xs_add_one_u32")
        self.fill = module.function("xs_fill_u32")
        self.copy = module.function("xs_copy_u32")
        self.spin = module.function("xs_spin")
        self.memory = session.allocate(SLOTS * SLOT_BYTES)
        self.hosts = 0

    def at(self, slot: int) -> int:
        return self.memory.address + slot * SLOT_BYTES

    def reset(self) -> np.ndarray:
        slots = np.arange(SLOTS * WORDS, dtype=np.uint32).reshape(SLOTS, WORDS)
        self.memory.copy_from(slots)
        self.session.synchronize()
        return slots

    def result(self) -> np.ndarray:
        out = np.empty((SLOTS, WORDS), np.uint32)
        self.memory.copy_to(out)
        return out

    def count(self) -> None:
        self.hosts += 1

    def build(self, program, graph) -> list:
        nodes: list = []
        for step in program.steps:
            after = [nodes[i] for i in step.after]
            at, source = self.at(step.target), self.at(step.source)
            if step.kind == "add":
                node = graph.add_kernel(self.add, 1, WORDS, (at, WORDS), after=after)
            elif step.kind == "fill":
                args = (at, step.value, WORDS)
                node = graph.add_kernel(self.fill, 1, WORDS, args, after=after)
            elif step.kind == "copy":
                args = (at, source, WORDS)
                node = graph.add_kernel(self.copy, 1, WORDS, args, after=after)
            elif step.kind == "memset":
                node = graph.add_fill(
                    self.memory,
                    step.value,
                    4,
                    offset=step.target * SLOT_BYTES,
                    count=WORDS,
                    after=after,
                )
            elif step.kind == "d2d":
                node = graph.add_copy(
                    self.memory,
                    self.memory,
                    SLOT_BYTES,
                    offset=step.target * SLOT_BYTES,
                    source_offset=step.source * SLOT_BYTES,
                    after=after,
                )
            elif step.kind == "host":
                node = graph.add_callback(self.count, after=after)
            else:
                node = graph.add_empty(after=after)
            nodes.append(node)
        return nodes

    def submit(self, program, stream) -> None:
        for step in program.steps:
            at, source = self.at(step.target), self.at(step.source)
            if step.kind == "add":
                self.add.launch(1, WORDS, (at, WORDS), stream=stream)
            elif step.kind == "fill":
                self.fill.launch(1, WORDS, (at, step.value, WORDS), stream=stream)
            elif step.kind == "copy":
                self.copy.launch(1, WORDS, (at, source, WORDS), stream=stream)
            elif step.kind == "memset":
                offset = step.target * SLOT_BYTES
                self.memory.fill(step.value, 4, stream, offset=offset, count=WORDS)
            elif step.kind == "d2d":
                self.memory.copy_from_buffer(
                    self.memory,
                    stream,
                    nbytes=SLOT_BYTES,
                    offset=step.target * SLOT_BYTES,
                    other_offset=step.source * SLOT_BYTES,
                )
            elif step.kind == "host":
                stream.add_callback(self.count)


@pytest.fixture
def bench(session):
    return Bench(session)


@pytest.mark.parametrize("seed", range(4))
def test_random_graphs_give_what_their_steps_give(broker, session, bench, seed):
    program = random_graph(seed, 60)
    slots = bench.reset()
    stream = session.stream()
    bench.submit(program, stream)
    stream.synchronize()
    hosts = program.run(slots)
    np.testing.assert_array_equal(bench.result(), slots)
    with session.graph() as graph:
        bench.build(program, graph)
        executable = graph.instantiate()
    kinds = {step.kind for step in program.steps}
    boundaries = len([s for s in program.steps if s.kind in ("d2d", "host")])
    assert executable.segments > boundaries and "host" in kinds
    if broker.cut == "fine":
        assert executable.segments >= len(program.steps) // 4
    for _ in range(3):
        executable.launch(stream)
        hosts += program.run(slots)
    stream.synchronize()
    np.testing.assert_array_equal(bench.result(), slots)
    assert bench.hosts == hosts
    executable.close()


def test_launches_on_two_streams_follow_each_other(session, bench):
    program = random_graph(7, 40)
    slots = bench.reset()
    streams = [session.stream(), session.stream()]
    with session.graph() as graph:
        bench.build(program, graph)
        with graph.instantiate() as executable:
            for turn in range(10):
                executable.launch(streams[turn % 2])
                program.run(slots)
            session.synchronize()
    np.testing.assert_array_equal(bench.result(), slots)


def test_capture_forks_and_joins(session, bench):
    slots = bench.reset()
    origin, other = session.stream(), session.stream()
    fork, join = session.event(), session.event()
    with session.capture(origin) as graph:
        bench.fill.launch(1, WORDS, (bench.at(0), 5, WORDS), stream=origin)
        origin.record(fork)
        other.wait(fork)
        bench.copy.launch(1, WORDS, (bench.at(1), bench.at(0), WORDS), stream=other)
        bench.memory.fill(9, 4, origin, offset=2 * SLOT_BYTES, count=WORDS)
        other.record(join)
        origin.wait(join)
        bench.copy.launch(1, WORDS, (bench.at(3), bench.at(1), WORDS), stream=origin)
        origin.add_callback(bench.count)
    assert [node.kind for node in graph.nodes] == [
        "kernel", "kernel", "fill", "kernel", "host",
    ]  # fmt: skip
    assert graph.before([3]) == {0, 1, 2, 3}
    np.testing.assert_array_equal(bench.result(), slots)  # nothing has run
    executable = graph.instantiate()
    executable.launch(other)  # streams again
    other.synchronize()
    slots[0] = slots[1] = slots[3] = 5
    slots[2] = 9
    np.testing.assert_array_equal(bench.result(), slots)
    assert bench.hosts == 1


def test_a_capture_takes_arrays_with_it(session, bench):
    data = np.arange(WORDS, dtype=np.uint32)
    bench.reset()
    stream = session.stream()
    with session.capture(stream) as graph:
        bench.memory.copy_from(data, stream)
        bench.add.launch(1, WORDS, (bench.at(0), WORDS), stream=stream)
    executable = graph.instantiate()
    before = data.copy()
    data[:] = 0  # the graph has its own
    executable.launch(stream)
    stream.synchronize()
    np.testing.assert_array_equal(bench.result()[0], before + 1)


def test_copies_between_host_and_device(session, bench):
    bench.reset()
    data = np.full(WORDS, 40, np.uint32)
    with session.graph() as graph:
        first = graph.add_copy_from(bench.memory, data)
        second = graph.add_kernel(
            bench.add, 1, WORDS, (bench.at(0), WORDS), after=[first]
        )
        last = graph.add_copy_to(bench.memory, SLOT_BYTES, after=[second])
        executable = graph.instantiate()
    out = np.empty(WORDS, np.uint32)
    for value in (40, 50):
        first.host.write(np.full(WORDS, value, np.uint32))
        executable.launch()
        session.default_stream.synchronize()
        last.host.read(out)
        assert (out == value + 1).all()
    executable.close()


def test_events_inside_order_streams_outside(session, bench):
    bench.reset()
    one, other = session.stream(), session.stream()
    gate, done = session.event(), session.event()
    with session.graph() as graph:
        wait = graph.add_event_wait(gate)
        add = graph.add_kernel(bench.add, 1, WORDS, (bench.at(0), WORDS), after=[wait])
        record = graph.add_event_record(done, after=[add])
        graph.add_kernel(bench.spin, 1, 32, (200_000,), after=[record])
        executable = graph.instantiate()
    for turn in range(3):
        bench.fill.launch(1, WORDS, (bench.at(0), 10 * turn, WORDS), stream=other)
        other.record(gate)
        executable.launch(one)
        other.wait(done)
        bench.copy.launch(1, WORDS, (bench.at(1), bench.at(0), WORDS), stream=other)
        done.synchronize()
        other.synchronize()
        assert (bench.result()[1] == 10 * turn + 1).all()


def test_child_graphs(session, bench):
    slots = bench.reset()
    with session.graph() as child:
        one = child.add_kernel(bench.add, 1, WORDS, (bench.at(0), WORDS))
        child.add_kernel(bench.add, 1, WORDS, (bench.at(0), WORDS), after=[one])
        child.add_callback(bench.count)
        with session.graph() as parent:
            first = parent.add_child(child)
            second = parent.add_child(child, after=[first])
            parent.add_kernel(
                bench.copy, 1, WORDS, (bench.at(1), bench.at(0), WORDS), after=[second]
            )
            executable = parent.instantiate()
    for _ in range(2):
        executable.launch()
        slots[0] += 4
        slots[1] = slots[0]
    session.synchronize()
    np.testing.assert_array_equal(bench.result(), slots)
    assert bench.hosts == 4


def build_adds(session, bench, slot, count=12):
    graph = session.graph()
    node: list = []
    for _ in range(count):
        node = [
            graph.add_kernel(bench.add, 1, WORDS, (bench.at(slot), WORDS), after=node)
        ]
    return graph


def test_update_of_the_whole_and_of_one_node(session, bench):
    slots = bench.reset()
    graph = build_adds(session, bench, 0)
    executable = graph.instantiate()
    executable.launch()
    slots[0] += 12
    executable.update(build_adds(session, bench, 1))
    executable.launch()
    slots[1] += 12
    only = session.graph()
    only.add_kernel(bench.add, 1, WORDS, (bench.at(2), WORDS))
    executable.update_node(graph.nodes[5], only)
    executable.launch()
    slots[1] += 11
    slots[2] += 1
    session.synchronize()
    np.testing.assert_array_equal(bench.result(), slots)


def test_launches_sent_before_an_update_keep_what_they_had(session, bench):
    slots = bench.reset()
    stream = session.stream()
    first, second = build_adds(session, bench, 0), build_adds(session, bench, 1)
    executable = first.instantiate()
    for turn in range(6):
        bench.spin.launch(1, 32, (100_000,), stream=stream)
        executable.launch(stream)
        slots[turn % 2] += 12
        executable.update(first if turn % 2 else second)
    executable.close()
    stream.synchronize()
    np.testing.assert_array_equal(bench.result(), slots)


def test_an_update_that_does_not_fit_changes_nothing(session, bench):
    slots = bench.reset()
    executable = build_adds(session, bench, 0).instantiate()
    with pytest.raises(client.GraphUpdateError) as longer:
        executable.update(build_adds(session, bench, 0, 13))
    assert (longer.value.result, longer.value.update_result) == (910, 2)
    other = session.graph()
    node: list = []
    for number in range(12):
        if number == 4:
            node = [other.add_fill(bench.memory, 0, after=node)]
        else:
            args = (bench.at(1), WORDS)
            node = [other.add_kernel(bench.add, 1, WORDS, args, after=node)]
    with pytest.raises(client.GraphUpdateError) as kind:
        executable.update(other)
    assert (kind.value.update_result, kind.value.node) == (3, 4)
    parallel = session.graph()
    for _ in range(12):
        parallel.add_kernel(bench.add, 1, WORDS, (bench.at(0), WORDS))
    with pytest.raises(client.GraphUpdateError) as shape:
        executable.update(parallel)
    assert (shape.value.update_result, shape.value.node) == (2, 1)
    executable.launch()
    slots[0] += 12
    session.synchronize()
    np.testing.assert_array_equal(bench.result(), slots)


def test_a_bad_node_is_named(session, bench):
    graph = build_adds(session, bench, 0, 3)
    graph.add_kernel(bench.add, 1, 2048, (bench.at(0), WORDS))
    graph.add_empty()
    with pytest.raises(client.CudaError, match="node 3") as refused:
        graph.instantiate()
    assert refused.value.result == 1
    session.synchronize()  # and nothing else is wrong


def test_memory_freed_since_fails_the_launch_alone(session, bench):
    slots = bench.reset()
    other = session.allocate(4096)
    with session.graph() as graph:
        graph.add_fill(other, 1)
        executable = graph.instantiate()
    good = build_adds(session, bench, 0).instantiate()
    executable.launch()
    session.synchronize()
    other.free()
    good.launch()
    seq = executable.launch()
    good.launch()
    slots[0] += 24
    with pytest.raises(client.CudaError) as failed:
        session.synchronize()
    assert (failed.value.result, failed.value.seq) == (1, seq)
    np.testing.assert_array_equal(bench.result(), slots)


def test_destroyed_while_it_runs(session, bench):
    slots = bench.reset()
    stream = session.stream()
    for _ in range(5):
        with (
            build_adds(session, bench, 0, 30) as graph,
            graph.instantiate() as executable,
        ):
            executable.launch(stream)
        slots[0] += 30
    stream.synchronize()
    np.testing.assert_array_equal(bench.result(), slots)


def test_everything_is_given_back(broker, session, bench):
    for _ in range(3):
        graph = build_adds(session, bench, 0)
        executable = graph.instantiate()
        executable.launch()
        executable.update(graph)
        executable.close()
        graph.close()
    session.synchronize()

    def left():
        rows = broker.ask("status")["sessions"]
        return next(r["graph_bytes"] for r in rows if r["session"] == session.id)

    from tests.socket.peer import eventually

    eventually(lambda: left() == 0, "nothing of the graphs is left")


# ---------------------------------------------------------------- rules of capture


def refused(call) -> int:
    with pytest.raises(client.CudaError) as error:
        call()
    return error.value.result


def test_what_a_capture_refuses(session, bench):
    stream, other, event = session.stream(), session.stream(), session.event()
    other.record(event)
    results = {}

    def inside(name, call) -> None:
        with pytest.raises(client.CudaError) as end, session.capture(stream):
            results[name] = refused(call)
        assert end.value.result == 901

    inside("synchronize", stream.synchronize)
    inside("query", stream.query)
    inside("whole session", session.synchronize)
    inside("outside event", lambda: stream.wait(event))
    inside("read", lambda: bench.memory.copy_to(np.empty(4, np.uint8), stream))
    assert results == {
        "synchronize": 900,
        "query": 900,
        "whole session": 900,
        "outside event": 905,
        "read": 900,
    }
    assert refused(lambda: session.capture(session.default_stream).__enter__()) == 900
    stream.synchronize()  # it is a stream again


def test_unjoined_streams_and_captured_events(session, bench):
    origin, other, event = session.stream(), session.stream(), session.event()

    def loose() -> None:
        with session.capture(origin):
            origin.record(event)
            other.wait(event)
            bench.spin.launch(1, 32, (1000,), stream=other)

    assert refused(loose) == 904
    assert other.capture is None
    assert refused(event.synchronize) == 907
    assert refused(lambda: other.wait(event)) == 907
    other.record(event)
    event.synchronize()


def test_two_captures_do_not_merge(session):
    one, other, event = session.stream(), session.stream(), session.event()

    def merge() -> None:
        with session.capture(one), session.capture(other):
            one.record(event)
            assert refused(lambda: other.wait(event)) == 902

    assert refused(merge) == 901


def test_the_default_stream_beside_a_blocking_capture(session, bench):
    blocking = session.stream(non_blocking=False)

    def use() -> None:
        with session.capture(blocking):
            bench.spin.launch(1, 32, (1000,))

    assert refused(use) == 906
    free = session.stream()
    with session.capture(free):
        bench.spin.launch(1, 32, (1000,))  # in no order with it
    session.synchronize()


def test_the_twin(broker):
    async def main() -> None:
        async with await client.aio.connect(broker.path, tenant="t") as session:
            module = await session.load_module(BUILTIN.read_text())
            add = await module.function("xs_add_one_u32")
            stream = session.stream()
            async with await session.allocate(4 * WORDS) as buffer:
                with session.capture(stream) as graph:
                    for _ in range(10):
                        add.launch(1, WORDS, (buffer, WORDS), stream=stream)
                with await graph.instantiate() as executable:
                    executable.launch(stream)
                    await executable.update(graph)
                    executable.launch(stream)
                out = np.zeros(WORDS, np.uint32)
                await buffer.copy_to(out, stream)
                assert (out == 20).all()

    asyncio.run(main())


# ---------------------------------------------------------------- what launches keep


def behind_a_spin(session, bench, stream, ns=20_000_000) -> None:
    """What is submitted next does not begin for a while."""
    bench.spin.launch(1, 32, (ns,), stream=stream)


def scribble(session, stream, times=40) -> None:
    """Use all the staging memory that may be used again."""
    junk = np.full(1 << 20, 0xEE, np.uint8)
    with session.allocate(junk.nbytes) as buffer:
        for _ in range(times):
            buffer.copy_from(junk, stream)
        stream.synchronize()


def copying_graph(session, bench, value):
    graph = session.graph()
    graph.add_copy_from(bench.memory, np.full(WORDS, value, np.uint32))
    return graph


@pytest.mark.parametrize("how", ["update", "update of the node", "close"])
def test_queued_launches_keep_their_host_memory(session, bench, how):
    bench.reset()
    stream, other = session.stream(), session.stream()
    first = copying_graph(session, bench, 5)
    scribble(session, other, 4)  # what follows lies in another piece of the arena
    second = copying_graph(session, bench, 6)
    executable = first.instantiate()
    behind_a_spin(session, bench, stream, 40_000_000)
    executable.launch(stream)
    if how == "update":
        executable.update(second)
    elif how == "update of the node":
        executable.update_node(first.nodes[0], second)
    else:
        executable.close()
    first.close()
    del first
    gc.collect()
    scribble(session, other)
    stream.synchronize()
    assert (bench.result()[0] == 5).all()


@pytest.mark.parametrize("how", ["update", "update of the node", "close"])
def test_queued_launches_run_their_own_host_functions(session, bench, how):
    stream = session.stream()
    ran: list[str] = []
    first, second = session.graph(), session.graph()
    first.add_callback(lambda: ran.append("first"))
    second.add_callback(lambda: ran.append("second"))
    executable = first.instantiate()
    behind_a_spin(session, bench, stream)
    executable.launch(stream)
    if how == "update":
        executable.update(second)
    elif how == "update of the node":
        executable.update_node(first.nodes[0], second)
    else:
        executable.close()
    first.close()
    del first
    gc.collect()
    if how != "close":
        executable.launch(stream)
    stream.synchronize()
    assert ran == ["first", "second"][: 1 if how == "close" else 2]


def test_the_event_of_an_updated_node_is_the_new_one(session, bench):
    bench.reset()
    one, other = session.stream(), session.stream()
    before, after = session.event(), session.event()
    graph, only = session.graph(), session.graph()
    node = graph.add_kernel(bench.spin, 1, 32, (2_000_000,))
    node = graph.add_kernel(bench.add, 1, WORDS, (bench.at(0), WORDS), after=[node])
    record = graph.add_event_record(before, after=[node])
    only.add_event_record(after)
    executable = graph.instantiate()
    executable.update_node(record, only)
    executable.launch(one)
    other.wait(after)
    bench.copy.launch(1, WORDS, (bench.at(1), bench.at(0), WORDS), stream=other)
    other.synchronize()
    assert (bench.result()[1] == bench.result()[0]).all()
    assert before.query()
