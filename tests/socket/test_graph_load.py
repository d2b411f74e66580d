"""Graphs while much else happens: updates between queued launches on several streams,
ends in the middle of a launch or of an instantiation, a hold of seconds, the bounds of
what graphs may take. In a thread's form of a worker and in a process's."""

from __future__ import annotations

import random
import socket
import threading
import time

import numpy as np
import pytest

import client
from broker.wire.gen import messages as wire
from tests.conformance.graph_programs import random_graph
from tests.socket.conftest import FORMS, SETTING
from tests.socket.peer import STREAM, BrokerProcess, Peer, eventually
from tests.socket.test_client_graphs import WORDS, Bench, build_adds
from tests.socket.wild import Calm, GraphTenant, exec_handle, graph_handle

CONFIG = """
[graphs]
segment_nodes_max = 3
bytes_max = 1100000
native_graph_bytes = 0
native_node_bytes = 0
[tenants.t]
memory = "64MiB"
class = 2
[tenants.urgent]
class = 0
"""
FAST = ("--dilation", "1")


@pytest.fixture(scope="module", params=list(FORMS))
def broker(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(f"load-{request.param}")
    with BrokerProcess(
        folder,
        *FAST,
        device="emulated",
        config=CONFIG,
        environment={SETTING: FORMS[request.param]},
    ) as running:
        yield running
        assert running.ask("status")["epoch"] == 1
        assert running.stop() == 0


def idle_broker(broker) -> None:
    eventually(lambda: not broker.sessions(), "everything is given back")


@pytest.mark.parametrize("seed", range(3))
def test_updates_and_destructions_between_queued_launches(broker, seed):
    """Each launch has the parameters of the moment it was sent, on whatever stream."""
    chance = random.Random(seed)
    with client.connect(broker.path, tenant="t") as session:
        bench = Bench(session)
        slots = bench.reset()
        streams = [session.stream() for _ in range(3)]
        for stream in streams:
            bench.spin.launch(1, 32, (20_000_000,), stream=stream)
        plain = [build_adds(session, bench, slot, 8) for slot in range(6)]
        single = [session.graph() for _ in range(6)]
        for slot, graph in enumerate(single):
            graph.add_kernel(bench.add, 1, WORDS, (bench.at(slot), WORDS))
        executable, adds = plain[0].instantiate(), [0] * 8
        for _ in range(60):
            dice = chance.random()
            if dice < 0.6:
                executable.launch(chance.choice(streams))
                for slot in adds:
                    slots[slot] += 1
            elif dice < 0.75:
                slot = chance.randrange(6)
                executable.update(plain[slot])
                adds = [slot] * 8
            elif dice < 0.9:
                slot, node = chance.randrange(6), chance.randrange(8)
                executable.update_node(plain[0].nodes[node], single[slot])
                adds[node] = slot
            else:
                # Launches of two executable forms are in no order but their streams':
                # additions to words do not mind, as no two run at once here.
                for stream in streams:
                    stream.synchronize()
                executable.close()
                slot = chance.randrange(6)
                executable, adds = plain[slot].instantiate(), [slot] * 8
        executable.close()
        session.synchronize()
        np.testing.assert_array_equal(bench.result(), slots)
    idle_broker(broker)


def test_a_session_that_ends_while_its_graphs_are_made(broker):
    """Some are made, one is being made, others wait: nothing of them stays."""
    with Peer(broker.path, "urgent") as other:
        calm = Calm(other, 4)
        for turn in range(4):
            with Peer(broker.path, "t") as peer:
                tenant = GraphTenant(peer)
                program = random_graph(turn, 400, ("add", "copy", "memset"))
                operations = tenant.build(program, graph_handle(1))
                for at in range(0, len(operations), 300):
                    peer.submit(*operations[at : at + 300])
                for index in range(1, 30):
                    peer.calls += 1
                    peer.send(
                        wire.GraphInstantiate(
                            peer.calls, graph_handle(1), exec_handle(index)
                        )
                    )
                for _ in range(turn):  # the others are still to come
                    assert isinstance(peer.receive(), wire.GraphInstantiated)
                if turn:
                    peer.submit(*[wire.GraphLaunch(STREAM, exec_handle(1))] * 20)
            calm.check(turn)
            eventually(lambda: len(broker.sessions()) == 1, "the session has gone")
    idle_broker(broker)


def test_held_for_seconds_in_the_middle_then_gone(broker):
    """A higher class runs for two seconds; the lower one leaves meanwhile."""
    with client.connect(broker.path, tenant="urgent") as high:
        bench = Bench(high)
        low = client.connect(broker.path, tenant="t")
        other = Bench(low)
        graph = low.graph()
        node: list = []
        for _ in range(300):
            args = (10_000_000,)
            node = [graph.add_kernel(other.spin, 132, 1024, args, after=node)]
        executable = graph.instantiate()
        executable.launch()
        low.native.flush()

        def row():
            return next(r for r in broker.sessions() if r["session"] == low.id)

        eventually(lambda: row()["in_flight"], "the graph runs")
        for _ in range(200):
            bench.spin.launch(132, 1024, (10_000_000,))
        high.native.flush()
        eventually(lambda: row()["mode"] == "HELD", "it is held")
        started = time.monotonic()
        while time.monotonic() - started < 1.0:
            assert row()["mode"] in ("HELD", "URGENT")
            time.sleep(0.05)
        assert row()["graph_launches"] == 0  # it is in its middle still
        low._socket.shutdown(socket.SHUT_RDWR)  # as if its process were killed
        eventually(lambda: len(broker.sessions()) == 1, "the low one has gone")
        high.synchronize()
        program, slots = random_graph(1, 30), bench.reset()
        with high.graph() as mine:
            bench.build(program, mine)
            with mine.instantiate() as ready:
                ready.launch()
                program.run(slots)
                high.synchronize()
        np.testing.assert_array_equal(bench.result(), slots)


def test_what_graphs_take_is_bounded_and_given_back(broker):
    """By their own bound, not the tenant's memory; refused is CUDA's OUT_OF_MEMORY."""
    with client.connect(broker.path, tenant="t") as session:
        bench = Bench(session)
        free = session.memory_info()[0]
        graph = build_adds(session, bench, 0, 400)
        made, refused = [], None
        for _ in range(200):
            try:
                made.append(graph.instantiate())
            except client.CudaError as problem:
                refused = problem
                break
        assert refused is not None and refused.result == 2
        assert 2 <= len(made) < 20
        assert session.memory_info()[0] == free
        row = broker.sessions()[0]
        assert row["graph_bytes"] <= 1_100_000
        slots = bench.reset()
        for each in made:
            each.launch()
            each.close()
            slots[0] += 400
        session.synchronize()
        np.testing.assert_array_equal(bench.result(), slots)
        eventually(
            lambda: broker.sessions()[0]["graph_bytes"] < 200_000, "they are given back"
        )
        graph.instantiate().close()
        session.synchronize()
    idle_broker(broker)


def test_instantiations_from_several_threads(broker):
    """Calls of one session, each with a graph of its own."""
    with client.connect(broker.path, tenant="t") as session:
        bench = Bench(session)
        slots = bench.reset()
        problems: list[BaseException] = []

        def work(slot: int) -> None:
            try:
                stream = session.stream()
                for _ in range(5):
                    with (
                        build_adds(session, bench, slot, 10) as graph,
                        graph.instantiate() as executable,
                    ):
                        executable.launch(stream)
                        executable.update(graph)
                        executable.launch(stream)
                stream.synchronize()
            except BaseException as problem:
                problems.append(problem)

        threads = [threading.Thread(target=work, args=(slot,)) for slot in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not problems
        slots += 100
        np.testing.assert_array_equal(bench.result(), slots)
