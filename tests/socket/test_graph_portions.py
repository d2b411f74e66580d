"""Graphs of as many nodes as a graph may have, behind a real broker: made, changed,
launched, given back; and sessions that end while that is under way."""

from __future__ import annotations

import struct

import pytest

from broker.wire.gen import messages as wire
from tests.socket.conftest import FORMS, SETTING
from tests.socket.peer import STREAM, BrokerProcess, Peer, eventually
from tests.socket.wild import exec_handle, graph_handle

LEAF, GRAPH, EXEC = graph_handle(1), graph_handle(2), exec_handle(1)
LEAVES, LEAF_NODES = 160, 400
NODES = LEAVES * (LEAF_NODES + 1)
CONFIG = '[tenants.t]\nmemory = "1GiB"\nclass = 1\n[tenants.other]\nclass = 0\n'


@pytest.fixture(scope="module", params=list(FORMS))
def broker(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(f"portions-{request.param}")
    environment = {SETTING: FORMS[request.param]}
    with BrokerProcess(folder, config=CONFIG, environment=environment) as running:
        yield running
        assert running.ask("status")["epoch"] == 1
        assert running.stop() == 0


def build(peer: Peer) -> None:
    """Words written one after the other: each is a step of its own."""
    reply = peer.call(wire.Allocate, 0, 4096)
    assert reply.result == 0, reply
    operations: list = [wire.GraphCreate(LEAF)]
    for number in range(LEAF_NODES):
        if number:
            before = struct.pack("<I", number - 1)
            operations.append(wire.GraphDepend(LEAF, before))
        operations.append(wire.WriteValue(LEAF, reply.address, number, 4))
    for at in range(0, len(operations), 400):
        peer.submit(*operations[at : at + 400])
    copies = [wire.GraphChild(GRAPH, LEAF)] * LEAVES
    peer.submit(wire.GraphCreate(GRAPH), *copies, wire.GraphDestroy(LEAF))


def idle(broker: BrokerProcess) -> None:
    eventually(lambda: not broker.sessions(), "everything is given back")


def test_the_whole_life_of_one(broker):
    with Peer(broker.path, "t") as peer, Peer(broker.path, "other") as other:
        build(peer)
        made = peer.call(wire.GraphInstantiate, GRAPH, EXEC)
        assert (made.result, made.segments) == (0, LEAVES * LEAF_NODES)
        row = next(r for r in broker.sessions() if r["tenant"] == "t")
        assert row["graph_bytes"] >= made.bytes > 0
        changed = peer.call(wire.GraphUpdate, EXEC, GRAPH, wire.GRAPH_NODE_ALL)
        assert changed.result == 0, changed
        seq = peer.submit(wire.GraphLaunch(STREAM, EXEC), wire.Complete(STREAM))
        peer.wait_retired(seq)
        assert peer.error() == 0
        assert other.call(wire.MemoryInfo, 0).result == 0
        peer.submit(wire.GraphExecDestroy(EXEC), wire.GraphDestroy(GRAPH))
        eventually(
            lambda: (
                not next(r for r in broker.sessions() if r["tenant"] == "t")[
                    "graph_bytes"
                ]
            ),
            "it is given back",
        )
    idle(broker)


@pytest.mark.parametrize("calls", [0, 1, 5, 20, 60])
def test_a_session_that_ends_in_the_middle(broker, calls):
    """Another one is answered meanwhile; the first has turns of the loop by then."""
    with Peer(broker.path, "other") as other:
        with Peer(broker.path, "t") as peer:
            build(peer)
            peer.send(wire.GraphInstantiate(2, GRAPH, EXEC))
            peer.send(wire.GraphUpdate(3, EXEC, GRAPH, wire.GRAPH_NODE_ALL))
            peer.send(wire.GraphInstantiate(4, GRAPH, exec_handle(2)))
            for _ in range(calls):
                assert other.call(wire.MemoryInfo, 0).result == 0
        eventually(lambda: len(broker.sessions()) == 1, "the session has gone")
        assert other.call(wire.MemoryInfo, 0).result == 0
    idle(broker)
