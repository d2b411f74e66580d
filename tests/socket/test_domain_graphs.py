"""Graphs in trust domains with a process each: all of their life there, the process's
death in the middle of a launch, and a context that a graph's kernel ends."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import numpy as np
import pytest

import client
from broker.wire.gen import messages as wire
from tests.conformance.graph_programs import random_graph
from tests.socket.peer import PATIENCE_SECONDS, BrokerProcess, Peer, eventually
from tests.socket.test_client_graphs import WORDS, Bench, build_adds
from tests.socket.test_domains import ALL_PROCESSES, BUILTIN, DESTROYED, domains
from tests.socket.wild import Calm, GraphTenant, exec_handle, graph_handle

FINE = ALL_PROCESSES + "[graphs]\nsegment_nodes_max = 3\n"


@pytest.fixture(scope="module", params=["null", "emulated"])
def broker(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(f"domain-graphs-{request.param}")
    with BrokerProcess(folder, device=request.param, config=FINE) as running:
        running.device = request.param
        yield running
        assert running.stop() == 0


def graph_bytes(broker, session) -> int:
    rows = {row["session"]: row for row in broker.sessions()}
    return rows[session.id]["graph_bytes"]


def test_a_life_in_a_process(broker):
    """Build, instantiate, launch, update whole and in part, destroy: as in a thread."""
    with client.connect(broker.path, tenant="guilty") as session:
        bench = Bench(session)
        slots = bench.reset()
        streams = [session.stream(), session.stream()]
        program = random_graph(3, 50)
        graph = session.graph()
        bench.build(program, graph)
        executable = graph.instantiate()
        assert executable.segments > 10
        hosts = 0
        for turn in range(6):
            executable.launch(streams[turn % 2])
            hosts += program.run(slots)
        session.synchronize()
        only = session.graph()
        adds = build_adds(session, bench, 0)
        second = adds.instantiate()
        second.launch()
        slots[0] += 12
        other = build_adds(session, bench, 1)
        second.update(other)
        second.launch()
        slots[1] += 12
        only.add_kernel(bench.add, 1, WORDS, (bench.at(2), WORDS))
        second.update_node(adds.nodes[4], only)
        second.launch()
        slots[1] += 11
        slots[2] += 1
        with pytest.raises(client.GraphUpdateError):
            second.update(graph)
        session.synchronize()
        assert bench.hosts == hosts
        if broker.device == "emulated":
            np.testing.assert_array_equal(bench.result(), slots)
        eventually(lambda: graph_bytes(broker, session) > 0, "the broker knows of them")
        for each in (executable, second, graph, adds, other, only):
            each.close()
        session.synchronize()
        eventually(lambda: graph_bytes(broker, session) == 0, "nothing of them is left")
        rows = {row["tenant"]: row for row in broker.sessions()}
        assert rows["guilty"]["graph_launches"] == 9


class GoesOn:
    """A neighbour at work on a thread of its own until the block ends."""

    def __init__(self, calm: Calm) -> None:
        self.calm, self.checked = calm, 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        while not self._over.is_set():
            self.calm.check(self.checked)
            self.checked += 1

    def more(self) -> None:
        """Some more of its checks have passed."""
        seen = self.checked
        eventually(lambda: self.checked > seen + 3, "the neighbour goes on")

    def __enter__(self) -> GoesOn:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(PATIENCE_SECONDS)
        assert not self._thread.is_alive()


def test_killed_in_the_middle_of_a_launch(broker):
    """The tenant has the sticky error; the other domain's results are the same, bit for
    bit; the next life takes graphs again."""
    life = domains(broker)["one"]["life"]
    entered, release = threading.Event(), threading.Event()

    def middle() -> None:
        entered.set()
        release.wait()

    with (
        Peer(broker.path, "neighbour") as peer,
        GoesOn(Calm(peer, 5)) as neighbour,
        client.connect(broker.path, tenant="guilty") as session,
    ):
        bench = Bench(session)
        graph = session.graph()
        first = graph.add_kernel(bench.add, 1, WORDS, (bench.at(0), WORDS))
        # In the middle for certain: what follows waits for this.
        held = graph.add_callback(middle, after=[first])
        graph.add_kernel(bench.add, 1, WORDS, (bench.at(0), WORDS), after=[held])
        executable = graph.instantiate()
        for _ in range(20):
            executable.launch()
        assert entered.wait(PATIENCE_SECONDS)
        neighbour.more()
        os.kill(domains(broker)["one"]["pid"], signal.SIGKILL)
        with pytest.raises(client.SessionLost) as caught:
            while True:
                session.synchronize()
        release.set()
        assert caught.value.name == DESTROYED
        with pytest.raises(client.SessionLost):
            graph.instantiate()
        neighbour.more()
    with Peer(broker.path, "guilty") as again:
        Calm(again).check(7)
    lives = {name: row["life"] for name, row in domains(broker).items()}
    assert lives.pop("one") == life + 1
    assert broker.ask("status")["epoch"] == 1


def test_killed_while_graphs_are_instantiated(broker):
    """Calls under way and queued are answered by the end of the connection."""
    life = domains(broker)["one"]["life"]
    with Peer(broker.path, "guilty") as peer:
        tenant = GraphTenant(peer)
        program = random_graph(2, 300, ("add", "copy", "memset"))
        tenant_send(peer, tenant.build(program, graph_handle(1)))
        for index in range(1, 60):
            peer.calls += 1
            call = peer.calls
            peer.send(wire.GraphInstantiate(call, graph_handle(1), exec_handle(index)))
        assert isinstance(peer.receive(), wire.GraphInstantiated)
        os.kill(domains(broker)["one"]["pid"], signal.SIGKILL)
        while (message := peer.receive()) is not None:
            assert isinstance(message, (wire.GraphInstantiated, wire.Fault)), message
        assert peer.sticky() == 709
    with Peer(broker.path, "guilty") as again:
        Calm(again).check(3)
    assert domains(broker)["one"]["life"] == life + 1


def tenant_send(peer: Peer, operations) -> None:
    for at in range(0, len(operations), 300):
        peer.submit(*operations[at : at + 300])


def test_a_fault_inside_a_graph_ends_its_domain_alone(tmp_path: Path):
    """A kernel of a segment writes where nothing is: the error is the device's own."""
    with (
        BrokerProcess(tmp_path, device="emulated", config=FINE) as broker,
        Peer(broker.path, "neighbour") as peer,
    ):
        calm = Calm(peer, 6)
        calm.check(1)
        with client.connect(broker.path, tenant="guilty") as session:
            bench = Bench(session)
            write = session.load_module(BUILTIN).function("xs_write_word")
            graph = session.graph()
            node: list = []
            for number in range(9):
                word = (0xDEAD0000 if number == 4 else bench.at(0), 7)
                node = [graph.add_kernel(write, 1, 1, word, after=node)]
            executable = graph.instantiate()
            executable.launch()
            with pytest.raises(client.SessionLost) as caught:
                while True:
                    session.synchronize()
            assert caught.value.name == "CUDA_ERROR_ILLEGAL_ADDRESS"
        calm.check(2)
        eventually(lambda: domains(broker)["one"]["life"] == 2, "its next life")
        assert domains(broker)["two"]["life"] == 1
