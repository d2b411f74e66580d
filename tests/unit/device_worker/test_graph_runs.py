"""Longer native graphs beside segments: when they are made, taken, left and closed."""

from __future__ import annotations

import random

import numpy as np
import pytest

from broker.device import _worker as w
from broker.wire.gen import messages as m
from tests.conformance.graph_programs import GraphProgram, Step, random_graph
from tests.unit.device_worker.rig import handle
from tests.unit.device_worker.test_graph_charges import GRAPH_BYTES, NODE_BYTES, charge
from tests.unit.device_worker.test_graphs import EXEC, Bench
from tests.unit.device_worker.test_trace import entries

WIDE_NS, NARROW_NS = 20_000_000, 700_000
AFTER = 3
# Of unknown kernels some 10 us: four nodes are a segment, and 200 a run.
SEGMENTS = (1 << 62, 4)
LAUNCH = m.GraphLaunch(handle(1, 1), EXEC)


def make(seed: int = 1, nodes: int = 80, after: int = AFTER) -> Bench:
    bench = Bench()
    bench.t.grant(launches=1 << 30, window_ns=WIDE_NS, most=256)
    bench.rig.worker.limit_graphs(1, 256 << 20, GRAPH_BYTES, NODE_BYTES, after)
    bench.build(random_graph(seed, nodes, ("add", "fill", "copy")))
    bench.instantiate(SEGMENTS)
    return bench


@pytest.fixture
def bench() -> Bench:
    return make()


def launch(bench: Bench, times: int = 1) -> int:
    """Returns how many native graphs went out for the last of them."""
    before = 0
    for _ in range(times):
        before = bench.rig.worker.counters(1)["graph_segments"]
        bench.run(bench.t.send(LAUNCH))
    return int(bench.rig.worker.counters(1)["graph_segments"]) - before


def hot(bench: Bench) -> int:
    return [name for name, *_ in bench.rig.told()].count("GRAPHS_HOT")


def publish(bench: Bench) -> w.GraphRuns:
    runs = bench.rig.worker.hot_graph(1)
    assert runs is not None
    assert not runs.realize()
    bench.rig.worker.publish_runs(1, runs)
    return runs


def merged_but(bench: Bench) -> Bench:
    """Its form is to have runs."""
    launch(bench, AFTER)
    return bench


def merged(bench: Bench) -> Bench:
    publish(merged_but(bench))
    return bench


def expected(bench: Bench, launches: int, seed: int = 1, nodes: int = 80) -> np.ndarray:
    values = np.zeros_like(bench.values)
    program = random_graph(seed, nodes, ("add", "fill", "copy"))
    for _ in range(launches):
        program.run(values)
    return values


def test_a_form_that_is_launched_often_alone_gets_runs(bench: Bench) -> None:
    in_segments = launch(bench, AFTER - 1)
    assert in_segments >= 15 and not hot(bench)
    assert bench.rig.worker.hot_graph(1) is None
    assert launch(bench) == in_segments and hot(bench) == 1
    runs = publish(bench)
    assert bench.rig.worker.graph_usage(1)["runs"] == runs.count
    assert launch(bench) == 1 + runs.count <= 3, "the first segment goes alone"
    assert launch(bench, 5) == 1 + runs.count
    assert hot(bench) == 0 and bench.rig.worker.hot_graph(1) is None, "once"
    assert (bench.read() == expected(bench, AFTER + 6)).all()


@pytest.mark.parametrize("window_ns", [NARROW_NS, 2_000_000])
def test_nobody_gets_them_in_a_narrow_window(window_ns: int) -> None:
    bench = make()
    bench.t.grant(launches=1 << 30, window_ns=window_ns, most=256)
    launch(bench, 3 * AFTER)
    assert not hot(bench) and bench.rig.worker.hot_graph(1) is None


def test_where_they_are_never_made_nobody_counts() -> None:
    bench = make(after=0)
    launch(bench, 3 * AFTER)
    assert not hot(bench) and bench.rig.worker.hot_graph(1) is None


def test_a_short_run_goes_where_there_is_room_for_four_of_it(bench: Bench) -> None:
    """It takes some 160 us: 700 are enough."""
    runs = publish(merged_but(bench))
    bench.t.grant(launches=1 << 30, window_ns=NARROW_NS, most=256)
    assert launch(bench) == 1 + runs.count


def test_in_a_narrow_window_segments_go_out_as_before(bench: Bench) -> None:
    in_segments = launch(bench, AFTER)
    runs = publish(bench)
    # Such a run takes some 160 us: there is no room for four.
    bench.t.grant(launches=1 << 30, window_ns=200_000, most=256)
    assert launch(bench) == in_segments
    bench.t.grant(launches=1 << 30, window_ns=WIDE_NS, most=256)
    assert launch(bench) == 1 + runs.count
    assert (bench.read() == expected(bench, AFTER + 2)).all()


@pytest.mark.parametrize("seed", range(6))
def test_amid_launches_windows_and_grants_may_change(seed: int) -> None:
    """Whatever is taken of runs and segments, what is computed is the same."""
    rng, launches = random.Random(seed), AFTER + 8
    bench = merged(make(seed, 120))
    last = bench.t.send(*[LAUNCH] * 8)
    while bench.t.line(1) < last:
        few = rng.random() < 0.6
        bench.t.grant(
            launches=rng.randrange(1, 5) if few else 1 << 30,
            window_ns=rng.choice([200_000, WIDE_NS, 0]),
            most=rng.choice([1, 4, 256]),
            mode=rng.choice([1, 2]),
        )
        for _ in range(rng.randrange(1, 20)):
            bench.rig.step(rng.randrange(1_000, 60_000))
    bench.t.grant(launches=1 << 30, window_ns=WIDE_NS, most=256)
    assert (bench.read() == expected(bench, launches, seed, 120)).all()


def test_what_stands_between_is_a_step_of_its_own(bench: Bench) -> None:
    """Copies, host functions and events part two runs."""
    steps = []
    for number in range(60):
        kind = "d2d" if number == 20 else "host" if number == 40 else "add"
        steps.append(Step(kind, 1, 2, after=(number - 1,) if number else ()))
    program = GraphProgram(steps)
    other = handle(8, 2), handle(9, 2)
    bench.build(program, other[0])
    bench.instantiate(SEGMENTS, *other)
    values = np.zeros_like(bench.values)
    for n in range(AFTER + 3):
        bench.run(bench.t.send(m.GraphLaunch(handle(1, 1), other[1])))
        program.run(values)
        if n == AFTER:
            assert publish(bench).count == 3
    assert bench.hosts == AFTER + 3
    assert (bench.read() == values).all()


def test_single_kernels_join_and_what_is_switched_off_stays_out(bench: Bench) -> None:
    """A node that is switched off does nothing, in runs as in segments."""
    worker, other = bench.rig.worker, (handle(8, 2), handle(9, 2))
    steps = [Step("add", 1, 2, after=(n - 1,) if n else ()) for n in range(24)]
    bench.build(GraphProgram(steps), other[0])
    bench.instantiate((1 << 62, 1), *other)  # single kernels go out as they are
    for node in (5, 12):
        off = handle(8, 3)
        bench.t.send(m.GraphCreate(off), m.GraphEmpty(off))
        form = bench.rig.prepare_update(other[1], off, node)
        form.realize()
        assert worker.publish_graph(1, other[1], form, True)
        bench.t.send(m.GraphDestroy(off))
    for n in range(AFTER + 3):
        if n == AFTER:
            assert publish(bench).count == 3, "two nodes part them"
        before = worker.counters(1)["launches"]
        bench.run(bench.t.send(m.GraphLaunch(handle(1, 1), other[1])))
        singles = worker.counters(1)["launches"] - before
        assert singles == (22 if n < AFTER else 1)
    values = np.zeros_like(bench.values)
    values[1] += 22 * (AFTER + 3)
    assert (bench.read() == values).all()


def test_a_first_step_that_is_switched_off_is_counted_as_well() -> None:
    bench = make(nodes=1)
    steps = [Step("add", 1, 2, after=(n - 1,) if n else ()) for n in range(24)]
    graph, exec_, off = handle(8, 2), handle(9, 2), handle(8, 3)
    bench.build(GraphProgram(steps), graph)
    bench.instantiate((1 << 62, 1), graph, exec_)
    bench.t.send(m.GraphCreate(off), m.GraphEmpty(off))
    form = bench.rig.prepare_update(exec_, off, 0)
    form.realize()
    assert bench.rig.worker.publish_graph(1, exec_, form, True)
    for _ in range(AFTER):
        bench.run(bench.t.send(m.GraphLaunch(handle(1, 1), exec_)))
    assert hot(bench) == 1 and publish(bench).count == 1


def test_code_that_has_gone_is_in_no_run(bench: Bench) -> None:
    """A function is unloaded between a form's last launch and its runs."""
    launch(bench, AFTER)
    bench.rig.worker.remove_function(1, bench.functions["add"])
    assert bench.rig.worker.hot_graph(1) is None
    assert hot(bench) == 1


def test_what_went_and_concerns_no_node_does_not_matter(bench: Bench) -> None:
    launch(bench, AFTER)
    bench.t.send(m.EventCreate(handle(2, 9), 0), m.EventDestroy(handle(2, 9)))
    publish(bench)


def test_the_brokers_memory_bounds_them_too(bench: Bench) -> None:
    launch(bench, AFTER)
    taken = bench.rig.worker.graph_usage(1)["bytes"]
    bench.rig.worker.limit_graphs(1, taken + 10, GRAPH_BYTES, NODE_BYTES, AFTER)
    assert bench.rig.worker.hot_graph(1) is None


def test_they_are_charged_and_given_back_with_their_form(bench: Bench) -> None:
    segments = bench.rig.worker.graph_usage(1)["segments"]
    launch(bench, AFTER)
    runs = publish(bench)
    first = 4  # nodes of the first segment, which is in no run
    program = random_graph(1, 80, ("add", "fill", "copy"))
    nodes = len(program.steps) - first
    params = {"add": 16, "fill": 24, "copy": 24}
    bytes_ = sum(params[step.kind] for step in program.steps)
    least = charge(0, runs.count, nodes) + bytes_ - first * max(params.values())
    assert least <= runs.device_bytes <= charge(0, runs.count, nodes) + bytes_
    assert runs.device_bytes == (bench.rig.worker.graph_usage(1)["runs_device_bytes"])
    bench.t.send(m.GraphExecDestroy(EXEC))
    natives = bench.rig.reap()
    assert len(natives) == segments + runs.count
    assert all(native for native, _ in natives)
    assert bench.rig.worker.close_graphs(natives) == (len(natives), 0)
    bench.t.send(m.GraphDestroy(handle(8, 1)))
    bench.rig.reap()
    assert set(bench.rig.worker.graph_usage(1).values()) == {0}


def test_a_form_that_goes_while_they_are_made_stays_until_then(bench: Bench) -> None:
    launch(bench, AFTER)
    runs = bench.rig.worker.hot_graph(1)
    assert runs is not None
    bench.t.send(m.GraphExecDestroy(EXEC))
    assert bench.rig.reap() == [], "its nodes are being read"
    assert not runs.realize()
    bench.rig.worker.publish_runs(1, runs)
    assert len(bench.rig.reap()) > runs.count


def test_runs_that_are_not_wanted_are_named_to_be_closed(bench: Bench) -> None:
    launch(bench, AFTER)
    runs = bench.rig.worker.hot_graph(1)
    assert runs is not None and runs.count >= 1
    charged = runs.device_bytes
    bench.t.send(m.GraphExecDestroy(EXEC))
    natives = bench.rig.worker.drop_runs(1, runs)
    assert sum(nbytes for _, nbytes in natives) == charged
    assert not any(native for native, _ in natives), "none was made"
    assert bench.rig.reap()


def test_an_update_has_runs_of_its_own(bench: Bench) -> None:
    in_segments = launch(bench, AFTER)
    runs = publish(bench)
    second = handle(8, 2)
    bench.build(random_graph(1, 80, ("add", "fill", "copy")), second)
    bench.update(second)
    assert launch(bench) == in_segments
    bench.close_idle()
    assert bench.rig.worker.graph_usage(1)["runs"] == 0
    launch(bench, 2 * AFTER - 2)
    assert bench.rig.worker.hot_graph(1) is None, "it has to wait twice as long"
    launch(bench)
    assert publish(bench).count == runs.count
    assert launch(bench) == 1 + runs.count
    assert (bench.read() == expected(bench, 3 * AFTER + 1)).all()


def test_runs_are_bounded_in_time_and_nodes() -> None:
    """2 ms and 1,000 nodes; what is longer goes out in several."""
    bench = Bench()
    bench.t.grant(launches=1 << 30, window_ns=WIDE_NS, most=256)
    bench.rig.worker.limit_graphs(1, 256 << 20, 0, 0, AFTER)
    steps = [Step("add", 0, 1, after=(n - 1,) if n else ()) for n in range(2500)]
    bench.build(GraphProgram(steps))
    bench.instantiate((1 << 62, 50))
    merged(bench)
    bench.rig.worker.trace_start()
    launch(bench)
    out = entries(bench.rig)
    nodes = [e.detail for e in out]
    assert sum(nodes) == 2500 and nodes[0] == 50 and max(nodes) <= 1000
    assert all(e.estimate_ns <= 2_100_000 for e in out)
    assert len(out) <= 3 + sum(e.estimate_ns for e in out) // 1_900_000
