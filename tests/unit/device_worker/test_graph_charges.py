"""What native graphs are charged: by graph, by node and by parameters, each once."""

from __future__ import annotations

from typing import Any

import pytest

from broker.device import _worker as w
from broker.wire.gen import messages as m
from tests.conformance.graph_programs import GraphProgram, Step, random_graph
from tests.unit.device_worker.rig import handle
from tests.unit.device_worker.test_graphs import (
    EXEC,
    GRAPH,
    NO_LIMIT,
    Bench,
)

GRAPH_BYTES, NODE_BYTES, PARAMS_BYTES = 1000, 10, 16


@pytest.fixture
def bench() -> Bench:
    bench = Bench()
    bench.t.grant(launches=1 << 30, window_ns=200_000)
    bench.rig.worker.limit_graphs(1, 256 << 20, GRAPH_BYTES, NODE_BYTES)
    return bench


def charge(adds: int, graphs: int = 1, other_nodes: int = 0) -> int:
    nodes = (adds + other_nodes) * NODE_BYTES
    return graphs * GRAPH_BYTES + nodes + adds * PARAMS_BYTES


def chain(*kinds: str) -> GraphProgram:
    steps = [
        Step(kind, number % 4, 5, after=(number - 1,) if number else ())
        for number, kind in enumerate(kinds)
    ]
    return GraphProgram(steps)


def prepared(bench: Bench, limits: tuple[int, int] = NO_LIMIT) -> w.GraphForm:
    return bench.rig.prepare(GRAPH, EXEC, *limits)


def test_graphs_nodes_and_parameters(bench: Bench) -> None:
    bench.build(random_graph(5, 30, ("add",)))
    assert prepared(bench).device_bytes == charge(30)
    assert prepared(bench, (1 << 62, 10)).device_bytes == charge(30, graphs=3)
    bench.rig.worker.limit_graphs(1, 256 << 20, GRAPH_BYTES, 0)
    assert prepared(bench).device_bytes == GRAPH_BYTES
    bench.rig.worker.limit_graphs(1, 256 << 20)
    assert prepared(bench).device_bytes == 0


def test_what_goes_out_as_it_is_takes_nothing(bench: Bench) -> None:
    """Copies, host functions and single kernels make no native graph."""
    bench.build(chain("add", "d2d", "add", "memset", "host", "add"))
    form = prepared(bench)
    assert form.segment_count == 5
    assert form.device_bytes == charge(1, other_nodes=1)


def test_each_native_graph_is_charged_once_and_given_back_once(bench: Bench) -> None:
    """Over updates that share them, until the last form that has them has ended."""
    bench.build(random_graph(5, 30, ("add",)))
    bench.build(random_graph(5, 30, ("add",)), handle(8, 2))
    first = bench.instantiate((1 << 62, 10))
    assert first.device_bytes == charge(30, graphs=3)
    same = bench.rig.prepare_update(EXEC, handle(8, 2), m.GRAPH_NODE_ALL)
    assert same.device_bytes == 0
    assert bench.rig.give_up(same, charged=True) == []
    only = random_graph(6, 1, ("add",))
    only.steps[0].after = ()
    bench.build(only, handle(8, 3))
    changed = bench.rig.prepare_update(EXEC, handle(8, 3), 17)
    assert changed.device_bytes == charge(10)
    changed.realize()
    assert bench.rig.worker.publish_graph(1, EXEC, changed, True)
    natives = bench.rig.reap()
    assert [nbytes for _, nbytes in natives] == [charge(10)]
    bench.t.send(m.GraphExecDestroy(EXEC))
    natives = bench.rig.reap()
    assert [nbytes for _, nbytes in natives] == [charge(10)] * 3


def test_what_was_shared_with_a_form_that_has_ended(bench: Bench) -> None:
    """The form that is given up names it, with what the other was charged for it."""
    bench.build(random_graph(5, 30, ("add",)))
    bench.instantiate((1 << 62, 10))
    only = random_graph(6, 1, ("add",))
    only.steps[0].after = ()
    bench.build(only, handle(8, 3))
    form = bench.rig.prepare_update(EXEC, handle(8, 3), 17)
    bench.t.send(m.GraphExecDestroy(EXEC))
    assert len(bench.rig.reap()) == 1  # the one that differs
    left = bench.rig.give_up(form, charged=True)
    assert sorted(native != 0 for native, _ in left) == [False, True, True]
    assert {nbytes for _, nbytes in left} == {charge(10)}
    assert bench.rig.worker.close_graphs(left) == (len(left), 0)


def test_what_the_device_refused_is_named_with_its_charge(bench: Bench) -> None:
    """Three segments of two nodes; a node of the second asks for too much memory."""
    params = bench.t.launch().params

    def spin(shared_bytes: int) -> Any:
        sizes = (1, 1, 1, 32, 1, 1, shared_bytes)
        return m.Launch(GRAPH, bench.t.function, *sizes, params, b"")

    operations: list[Any] = [m.GraphCreate(GRAPH)]
    for number in range(6):
        if number:
            operations.append(m.GraphDepend(GRAPH, (number - 1).to_bytes(4, "little")))
        operations.append(spin(1 << 20 if number == 3 else 0))
    bench.t.send(*operations)
    form = prepared(bench, (1 << 62, 2))
    with pytest.raises(w.GraphRefused) as refused:
        form.realize()
    assert refused.value.node == 3
    left = bench.rig.give_up(form, charged=True)
    assert [native != 0 for native, _ in left] == [True, False, False]
    assert sum(nbytes for _, nbytes in left) == form.device_bytes
    assert bench.rig.worker.close_graphs(left) == (len(left), 0)
