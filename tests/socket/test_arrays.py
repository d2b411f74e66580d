"""Arrays, texture and surface objects on the wire, with what is not the tenant's; nodes
of graphs that are switched off."""

from __future__ import annotations

import pytest

from broker.wire.gen import messages as wire
from tests.socket.peer import STREAM, BrokerProcess, Peer, eventually

MIB = 1 << 20
INVALID_VALUE, OUT_OF_MEMORY, INVALID_HANDLE = 1, 2, 400
CONFIG = """
[tenants.small]
memory = "64MiB"
host_memory = "32MiB"
"""
# 16 x 4 elements of 4 bytes, for surfaces.
SHAPE = (16, 4, 0, 0x20, 1, 2)
SAMPLING = bytes(104)
KINDS = (
    wire.ARRAY_FROM_HOST,
    wire.ARRAY_TO_HOST,
    wire.ARRAY_FROM_DEVICE,
    wire.ARRAY_TO_DEVICE,
    wire.ARRAY_FROM_ARRAY,
)


@pytest.fixture(scope="module", params=["null", "emulated"])
def broker(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("broker")
    with BrokerProcess(folder, device=request.param, config=CONFIG) as broker:
        yield broker
        assert broker.stop() == 0


@pytest.fixture
def peer(broker):
    with Peer(broker.path, "small") as peer:
        yield peer
    eventually(lambda: not broker.sessions(), "all sessions are gone")


def handle(index: int) -> int:
    return wire.make_handle(wire.KIND_ARRAY, index)


def made(peer: Peer, index: int = 1, shape: tuple[int, ...] = SHAPE) -> int:
    assert peer.call(wire.ArrayCreate, handle(index), *shape).result == 0
    return handle(index)


def copy(
    peer: Peer,
    kind: int,
    array: int,
    other: int,
    place: tuple[int, ...] = (0, 0, 0),
    memory: tuple[int, int] = (64, 4),
    there: tuple[int, ...] = (0, 0, 0),
    box: tuple[int, ...] = (64, 4, 1),
) -> int:
    call = (kind, array, *place, other, *memory, *there, *box)
    result: int = peer.call(wire.ArrayCopy, *call).result
    return result


def test_bytes_go_in_and_out(peer):
    array = made(peer)
    assert peer.call(wire.HostRegister, 0, 4 * MIB).result == 0
    peer.host[:256] = bytes(range(256))
    assert copy(peer, wire.ARRAY_FROM_HOST, array, 0) == 0
    assert copy(peer, wire.ARRAY_TO_HOST, array, 1024) == 0
    if peer.welcome.devices[0].backend != "null":
        assert peer.host[1024:1280] == bytes(range(256))


@pytest.mark.parametrize("kind", KINDS)
def test_a_copy_reaches_only_what_is_the_sessions(peer, broker, kind):
    array, other = made(peer), made(peer, 2)
    own = peer.call(wire.Allocate, 0, 2 * MIB).address
    peer.call(wire.HostRegister, 0, 4 * MIB)
    with Peer(broker.path, "small") as neighbour:
        theirs = neighbour.call(wire.Allocate, 0, 2 * MIB).address
        made(neighbour, 3)
        good = {
            wire.ARRAY_FROM_HOST: 0,
            wire.ARRAY_TO_HOST: 0,
            wire.ARRAY_FROM_ARRAY: other,
        }.get(kind, own)
        assert copy(peer, kind, array, good) == 0
        wrong = {
            wire.ARRAY_FROM_HOST: (4 * MIB, 4 * MIB - 255, 2**63),
            wire.ARRAY_TO_HOST: (4 * MIB, 4 * MIB - 255, 2**63),
            wire.ARRAY_FROM_ARRAY: (handle(3), handle(9), 0, own),
        }.get(kind, (theirs, own + 2 * MIB - 255, own - 1, 0, 2**64 - 1))
        for place in wrong:
            assert copy(peer, kind, array, place) in (INVALID_VALUE, INVALID_HANDLE)
        assert copy(peer, kind, handle(3), good) == INVALID_HANDLE
    for place in ((4, 0, 0), (0, 1, 0), (0, 0, 1), (2, 0, 0), (2**63, 0, 0)):
        assert copy(peer, kind, array, good, place=place) == INVALID_VALUE
    for box in ((0, 4, 1), (64, 0, 1), (64, 4, 0), (64, 2**31, 2**31), (2, 1, 1)):
        assert copy(peer, kind, array, good, box=box) == INVALID_VALUE


def test_pitches_of_device_memory_are_checked(peer):
    array = made(peer)
    own = peer.call(wire.Allocate, 0, 2 * MIB).address
    for memory in ((63, 4), (64, 3), (2**40, 4), (2 * MIB, 4), (64, 2**62)):
        result = copy(peer, wire.ARRAY_TO_DEVICE, array, own, memory=memory)
        # One layer: how many rows it is to the next does not matter.
        assert result == (0 if memory == (64, 2**62) else INVALID_VALUE), memory


@pytest.mark.parametrize(
    "shape",
    [
        (0, 4, 0, 0x20, 1),
        (16, 4, 0, 5, 1),
        (16, 4, 0, 0x20, 3),
        (16, 4, 0, 0x20, 1, 0x80),
        (2**62, 4, 0, 0x20, 1),
        (16, 2**40, 0, 0x20, 1),
        (16, 4, 2**40, 0x20, 1),
    ],
)
def test_wrong_shapes_are_refused(peer, shape):
    assert peer.call(wire.ArrayCreate, handle(1), *shape).result == INVALID_VALUE


def test_handles_of_arrays(peer):
    array = made(peer)
    memory = wire.make_handle(wire.KIND_MEMORY, 1)
    for wrong in (array, memory, 0, handle(1) - 1, handle(2) | 1 << 48):
        refused = peer.call(wire.ArrayCreate, wrong, *SHAPE).result
        assert refused in (INVALID_HANDLE, 101)
    assert peer.call(wire.ArrayDestroy, array, 10**9).result == INVALID_VALUE
    assert peer.call(wire.ArrayDestroy, array, 0).result == 0
    assert peer.call(wire.ArrayDestroy, array, 0).result == INVALID_HANDLE


def free_bytes(peer: Peer) -> int:
    free: int = peer.call(wire.MemoryInfo, 0).free_bytes
    return free


def texture(peer: Peer, array: int, surface: int = 0) -> int:
    sampling = b"" if surface else SAMPLING
    what = (0, surface, wire.RESOURCE_ARRAY, array, 0, 0, 0, 0, 0, 0, 0, sampling)
    reply = peer.call(wire.TextureCreate, *what)
    assert reply.result == 0 and reply.object
    return reply.object


def test_an_array_stays_until_nothing_looks_into_it(peer):
    free = free_bytes(peer)
    array = made(peer)
    assert free_bytes(peer) == free - 65536
    one, two = texture(peer, array), texture(peer, array, 1)
    assert peer.call(wire.ArrayDestroy, array, 0).result == 0
    assert free_bytes(peer) == free - 65536
    assert copy(peer, wire.ARRAY_TO_HOST, array, 0) == INVALID_HANDLE
    assert peer.call(wire.TextureDestroy, 0, one, 0).result == 0
    assert peer.call(wire.TextureDestroy, 0, two, 0).result == INVALID_HANDLE
    assert free_bytes(peer) == free - 65536
    assert peer.call(wire.TextureDestroy, 1, two, 0).result == 0
    assert free_bytes(peer) == free


def test_objects_look_into_the_sessions_own_only(peer, broker):
    own = peer.call(wire.Allocate, 0, 2 * MIB).address
    plain = made(peer, 1, (16, 4, 0, 0x20, 1, 0))
    linear, pitched = wire.RESOURCE_LINEAR, wire.RESOURCE_PITCHED

    def result(resource: int, *what, surface: int = 0, sampling=SAMPLING) -> int:
        sampled = b"" if surface else sampling
        call = (0, surface, resource, *what, sampled)
        return peer.call(wire.TextureCreate, *call).result

    with Peer(broker.path, "small") as neighbour:
        theirs = neighbour.call(wire.Allocate, 0, 2 * MIB).address
        foreign = texture(neighbour, made(neighbour, 7))
        assert result(linear, 0, own, 0x20, 1, 2 * MIB, 0, 0, 0) == 0
        for address, nbytes in ((theirs, 4), (own, 2 * MIB + 1), (own, 0), (0, 4)):
            what = (linear, 0, address, 0x20, 1, nbytes, 0, 0, 0)
            assert result(*what) == INVALID_VALUE
        assert result(pitched, 0, own, 0x20, 1, 0, 64, 8, 256) == 0
        for width, height, pitch in ((64, 8, 255), (64, 2**20, 256), (0, 8, 256)):
            what = (pitched, 0, own, 0x20, 1, 0, width, height, pitch)
            assert result(*what) == INVALID_VALUE
        assert result(0, handle(7), 0, 0, 0, 0, 0, 0, 0) == INVALID_HANDLE
        assert peer.call(wire.TextureDestroy, 0, foreign, 0).result == INVALID_HANDLE
    nothing = (0, 0, 0, 0, 0, 0, 0)
    assert result(0, plain, *nothing, surface=1) == INVALID_VALUE
    assert result(linear, 0, own, 0x20, 1, 64, 0, 0, 0, surface=1) == INVALID_VALUE
    assert result(0, plain, *nothing, sampling=b"short") == INVALID_VALUE
    assert result(1, plain, *nothing) == INVALID_VALUE


def test_everything_goes_with_its_session(broker):
    with Peer(broker.path, "small") as peer:
        free = free_bytes(peer)
        array, other = made(peer), made(peer, 2)
        texture(peer, array)
        texture(peer, other, 1)
        peer.call(wire.ArrayDestroy, array, 0)
    eventually(lambda: not broker.sessions(), "the session is gone")
    with Peer(broker.path, "small") as peer:
        assert free_bytes(peer) == free
    eventually(lambda: not broker.sessions(), "the session is gone")


def test_arrays_count_against_the_quota(peer):
    half = (4096, 2048, 0, 0x20, 1)  # 32 MiB
    made(peer, 1, half)
    made(peer, 2, half)
    assert peer.call(wire.ArrayCreate, handle(3), *SHAPE).result == OUT_OF_MEMORY
    assert peer.call(wire.ArrayDestroy, handle(1), 0).result == 0
    made(peer, 3)


# ------------------------------------------------------------------ nodes switched off


def test_a_node_is_switched_off_and_becomes_only_what_it_was(peer):
    own = peer.call(wire.Allocate, 0, 2 * MIB).address
    graph = wire.make_handle(wire.KIND_GRAPH, 1)
    changed = wire.make_handle(wire.KIND_GRAPH, 2)
    executable = wire.make_handle(wire.KIND_GRAPH_EXEC, 1)

    def fill(to: int, value: int):
        return wire.Memset(to, own, value, 1, 16)

    def update(node: int, *operations) -> tuple[int, int]:
        peer.submit(wire.GraphCreate(changed), *operations)
        reply = peer.call(wire.GraphUpdate, executable, changed, node)
        peer.submit(wire.GraphDestroy(changed))
        return reply.result, reply.update_result

    def launched() -> bytes:
        seq = peer.submit(
            wire.Memset(STREAM, own, 9, 1, 16),
            wire.GraphLaunch(STREAM, executable),
            wire.CopyD2h(STREAM, 0, own, 16),
            wire.Complete(STREAM),
        )
        peer.wait_retired(seq - 1)
        return bytes(peer.host[:16])

    peer.call(wire.HostRegister, 0, 4 * MIB)
    moves = peer.welcome.devices[0].backend != "null"
    peer.submit(wire.GraphCreate(graph), wire.GraphEmpty(graph), fill(graph, 1))
    assert peer.call(wire.GraphInstantiate, graph, executable).result == 0
    assert not moves or launched() == b"\1" * 16
    copy_node = wire.CopyD2d(changed, own, own + 64, 16)
    failed, kind_changed = 910, 3
    # An empty node was never anything else; one that fills never copies.
    assert update(0, fill(changed, 3)) == (failed, kind_changed)
    assert update(1, copy_node) == (failed, kind_changed)
    assert update(1, wire.GraphEmpty(changed))[0] == 0
    assert not moves or launched() == b"\11" * 16
    assert update(1, copy_node) == (failed, kind_changed)
    # The whole graph: an empty one leaves it off, a fill switches it on.
    whole = wire.GRAPH_NODE_ALL
    empty = wire.GraphEmpty(changed)
    assert update(whole, empty, empty)[0] == 0
    assert not moves or launched() == b"\11" * 16
    assert update(whole, empty, fill(changed, 4))[0] == 0
    assert not moves or launched() == b"\4" * 16
    assert update(whole, empty, empty) == (failed, kind_changed)
