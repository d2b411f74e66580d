"""The memory of native graphs counts against the tenant's, in a thread's form of a
worker and in a process's: charged, refused, given back at the end of a graph, of a
session and of a process."""

from __future__ import annotations

import os
import signal

import numpy as np
import pytest

import client
from broker.wire.gen import messages as wire
from tests.conformance.graph_programs import random_graph
from tests.socket.conftest import FORMS, SETTING
from tests.socket.peer import BrokerProcess, Peer, eventually
from tests.socket.test_client_graphs import WORDS, Bench, build_adds
from tests.socket.test_domains import domains
from tests.socket.wild import GraphTenant, exec_handle, graph_handle

GRAPH_BYTES, NODE_BYTES, PARAMS_BYTES = 50_000, 10_000, 16
MEMORY_BYTES = 16 << 20
GRANULE = 2 << 20  # of which memory is mapped in multiples
NODES = 100
CONFIG = f"""
[graphs]
segment_nodes_max = 25
segment_ns_max = "1s"
native_graph_bytes = {GRAPH_BYTES}
native_node_bytes = {NODE_BYTES}
[tenants.t]
memory = {MEMORY_BYTES}
"""
CHARGE = 4 * GRAPH_BYTES + NODES * (NODE_BYTES + PARAMS_BYTES)


@pytest.fixture(scope="module", params=list(FORMS))
def broker(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(f"quota-{request.param}")
    environment = {SETTING: FORMS[request.param]}
    with BrokerProcess(
        folder, device="emulated", config=CONFIG, environment=environment
    ) as running:
        running.form = request.param
        yield running
        assert running.stop() == 0


@pytest.fixture
def session(broker):
    with client.connect(broker.path, tenant="t") as connected:
        yield connected
    eventually(lambda: not broker.sessions(), "the session has gone")
    assert memory_of(broker) == 0


def memory_of(broker) -> int:
    (row,) = (r for r in broker.ask("tenants") if r["tenant"] == "t")
    return row["memory_bytes"]


def left(session) -> int:
    return session.memory_info()[0]


def test_charged_refused_and_given_back(broker, session):
    bench = Bench(session)
    graph, before = build_adds(session, bench, 0, NODES), left(session)
    assert graph.instantiate().segments == 4  # and gone again, as nobody keeps it
    made = []
    with pytest.raises(client.CudaError, match=r"native graphs: .* quota") as refused:
        while True:
            made.append(graph.instantiate())
    assert refused.value.result == 2
    assert len(made) == before // CHARGE
    assert left(session) == before - len(made) * CHARGE
    (row,) = broker.sessions()
    assert row["graph_device_bytes"] == len(made) * CHARGE
    assert memory_of(broker) == MEMORY_BYTES - left(session)
    with pytest.raises(client.CudaError) as full:
        session.allocate(left(session) + GRANULE)
    assert full.value.result == 2
    slots = bench.reset()
    for each in made:
        each.launch()
        slots[0] += NODES
    session.synchronize()
    np.testing.assert_array_equal(bench.result(), slots)
    # What is destroyed makes room for what is made next, at once.
    for number in range(5):
        made[number].close()
        made[number] = graph.instantiate()
    for each in made:
        each.close()
    session.synchronize()
    eventually(lambda: left(session) == before, "all of it is given back")


def test_what_cannot_be_made_is_not_charged(session):
    bench = Bench(session)
    graph, before = build_adds(session, bench, 0, NODES), left(session)
    graph.add_kernel(bench.add, 1, WORDS, (bench.at(0), WORDS), shared_bytes=1 << 20)
    graph.add_empty()
    with pytest.raises(client.CudaError) as refused:
        graph.instantiate()
    assert refused.value.result == 1
    assert left(session) == before


def test_an_update_needs_room_for_what_it_changes(session):
    """Until the launches of the old form have ended, both are there."""
    bench = Bench(session)
    slots = bench.reset()
    graph = build_adds(session, bench, 0, NODES)
    executable, room = graph.instantiate(), left(session)
    executable.launch()
    slots[0] += NODES
    executable.update(build_adds(session, bench, 1, NODES))
    executable.launch()
    slots[1] += NODES
    session.synchronize()
    eventually(lambda: left(session) == room, "the old form's are given back")
    filler = session.allocate(room // GRANULE * GRANULE)
    room = left(session)
    assert CHARGE // 4 <= room < CHARGE
    with pytest.raises(client.GraphUpdateError) as refused:
        executable.update(graph)
    assert (refused.value.result, refused.value.update_result) == (2, 1)
    assert left(session) == room
    only = session.graph()
    only.add_kernel(bench.add, 1, WORDS, (bench.at(2), WORDS))
    executable.update_node(graph.nodes[30], only)  # one segment of four
    executable.launch()
    slots[1] += NODES - 1
    slots[2] += 1
    session.synchronize()
    np.testing.assert_array_equal(bench.result(), slots)
    filler.free()


def test_a_session_of_less_has_less(broker):
    """Its own bound is refused first; its tenant's other sessions have the rest."""
    with Peer(broker.path, "t", memory_bytes=2 * GRANULE) as small:
        tenant = GraphTenant(small)
        program = random_graph(1, NODES, ("add",))
        for operations in batched(tenant.build(program, graph_handle(1)), 400):
            small.submit(*operations)
        answers = [
            small.call(wire.GraphInstantiate, graph_handle(1), exec_handle(index))
            for index in (1, 2)
        ]
        assert [answer.result for answer in answers] == [0, 2]
        assert "session's quota" in answers[1].message
        with client.connect(broker.path, tenant="t") as other:
            used = MEMORY_BYTES - left(other)
        assert used == GRANULE + CHARGE
    eventually(lambda: memory_of(broker) == 0, "it has gone with all it had")


def batched(operations, size):
    return (operations[at : at + size] for at in range(0, len(operations), size))


def test_a_tenant_that_is_gone_has_nothing(broker):
    """Its graphs launched, unlaunched, and in the middle of a launch."""
    gone = client.connect(broker.path, tenant="t")
    bench = Bench(gone)
    graph = build_adds(gone, bench, 0, NODES)
    made = [graph.instantiate() for _ in range(5)]
    assert memory_of(broker) >= 5 * CHARGE or broker.form == "process"
    for _ in range(30):
        made[0].launch()
    gone.native.flush()
    gone._socket.shutdown(2)  # as if its process were killed
    eventually(lambda: not broker.sessions(), "the session has gone")
    assert memory_of(broker) == 0
    with client.connect(broker.path, tenant="t") as again:
        bench = Bench(again)
        with build_adds(again, bench, 0, NODES) as graph:
            kept = [graph.instantiate() for _ in range(10)]
            assert len(kept) == 10


@pytest.mark.parametrize("broker", ["process"], indirect=True)
def test_a_process_that_died_had_all_of_its(broker):
    with client.connect(broker.path, tenant="t") as session:
        graph = build_adds(session, Bench(session), 0, NODES)
        made = [graph.instantiate() for _ in range(8)]
        eventually(lambda: memory_of(broker) >= 8 * CHARGE, "the broker knows of it")
        os.kill(domains(broker)["default"]["pid"], signal.SIGKILL)
        with pytest.raises(client.SessionLost):
            while True:
                session.synchronize()
        assert made
    eventually(lambda: memory_of(broker) == 0, "nothing of it is charged")
    with client.connect(broker.path, tenant="t") as again:
        graph = build_adds(again, Bench(again), 0, NODES)
        assert [graph.instantiate() for _ in range(10)]
