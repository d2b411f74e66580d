"""Calls of a session beyond allocate and launch, on the wire: attributes, variables,
lists, linking, occupancy, tensor maps, limits, memory that a tenant puts together, and
operations in rows. Each also with what is not the tenant's."""

from __future__ import annotations

import hashlib
import struct

import pytest

from broker.device.attributes import ABSENT, ATTRIBUTES_COUNT
from broker.wire.gen import messages as wire
from tests.socket.peer import (
    FUNCTION,
    MODULE,
    STREAM,
    BrokerProcess,
    Peer,
    eventually,
)

MIB = 1 << 20
GRANULE = 2 * MIB
INVALID_VALUE, OUT_OF_MEMORY, INVALID_HANDLE, NOT_FOUND = 1, 2, 400, 500
PTX = b""".version 8.0
.target sm_90
.address_size 64
.visible .global .align 4 .b8 table[64];
.visible .entry xs_write_word(
    .param .u64 at,
    .param .u32 value
)
{ ret; }
.visible .entry xs_empty()
{ ret; }
"""
CONFIG = """
[tenants.small]
memory = "64MiB"
host_memory = "32MiB"
"""


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


def memory(index: int) -> int:
    return wire.make_handle(wire.KIND_MEMORY, index)


def registered(peer: Peer) -> None:
    assert peer.call(wire.HostRegister, 0, 4 * MIB).result == 0


def finished(peer: Peer, *operations) -> int:
    """Submit, wait; the session's error so far, which is taken."""
    seq = peer.submit(*operations)
    peer.submit(wire.Complete(STREAM))
    peer.wait_retired(seq)
    return peer.call(wire.ErrorTake).result


# ------------------------------------------------------------------ device and code


def test_attributes_come_at_once(peer):
    reply = peer.call(wire.AttributesGet, 0)
    values = struct.unpack(f"<{ATTRIBUTES_COUNT}i", reply.values)
    assert values[0] == ABSENT and values[75] == 9 and values[10] == 32
    assert values[83] == values[89] == 0  # no managed memory
    assert reply.granularity_bytes == GRANULE
    assert peer.call(wire.AttributesGet, 1).result == 101


def test_variables_are_reached_until_their_module_goes(peer):
    peer.load(PTX)
    registered(peer)
    found = peer.call(wire.VariableGet, MODULE, "table")
    assert (found.result, found.bytes) == (0, 64)
    assert peer.call(wire.VariableGet, MODULE, "table").address == found.address
    fill = wire.Memset(STREAM, found.address, 7, 1, 64)
    assert finished(peer, fill) == 0
    assert finished(peer, wire.Memset(STREAM, found.address, 7, 1, 65)) == INVALID_VALUE
    missing = peer.call(wire.VariableGet, MODULE, "nothing")
    assert missing.result == NOT_FOUND and "nothing" in missing.message
    assert peer.call(wire.ModuleUnload, MODULE, 0).result == 0
    assert finished(peer, fill) == INVALID_VALUE
    assert peer.call(wire.VariableGet, MODULE, "table").result == INVALID_HANDLE


def test_functions_are_listed_from_any_one_on(peer):
    peer.load(PTX)
    reply = peer.call(wire.FunctionsList, MODULE, 0)
    assert (reply.count, reply.names) == (2, b"xs_write_word\0xs_empty\0")
    assert peer.call(wire.FunctionsList, MODULE, 1).names == b"xs_empty\0"
    assert peer.call(wire.FunctionsList, MODULE, 9).names == b""
    assert peer.call(wire.FunctionsList, MODULE + 1, 0).result == INVALID_HANDLE


def test_functions_tell_their_attributes(peer):
    peer.load(PTX)
    reply = peer.call(wire.FunctionGet, MODULE, FUNCTION, "xs_empty")
    attributes = struct.unpack("<16i", reply.attributes)
    assert attributes[0] == reply.threads_max and attributes[8] == 49152
    for _ in range(2):  # cublasLt sets the same again and again
        call = (wire.FunctionAttributeSet, FUNCTION, 8, 65536)
        assert peer.call(*call).result == 0
    assert peer.call(wire.FunctionAttributeSet, FUNCTION, 8, 1024).result == 0
    wrong = peer.call(wire.FunctionAttributeSet, FUNCTION, 8, -1)
    assert wrong.result == INVALID_VALUE
    wrong = peer.call(wire.FunctionAttributeSet, FUNCTION, 8, 10**6)
    assert wrong.result == INVALID_VALUE


def test_options_of_the_compiler_are_pairs(peer):
    peer.load(PTX)
    digest = bytes(32)
    call = (wire.ModuleLoad, MODULE + 1, 1, digest, 10, wire.HOST_OFFSET_NONE)
    assert peer.call(*call, b"1234").result == 0  # asks for the bytes first
    image = PTX
    peer.host[: len(image)] = image
    call = (wire.ModuleLoad, MODULE + 1, 1, hashlib.sha256(image).digest(), len(image))
    assert peer.call(*call, 0, b"1234").result == INVALID_VALUE
    assert peer.call(*call, 0, struct.pack("<2I", 7, 3)).result == 0


def test_linking_goes_through_the_host_arena(peer):
    peer.host[: len(PTX)] = PTX
    one = wire.LinkInput(1, "a.ptx", 0, len(PTX))
    reply = peer.call(wire.Link, 0, (one,), MIB, MIB)
    assert (reply.result, reply.bytes) == (0, len(PTX))
    assert peer.host[MIB : MIB + len(PTX)] == PTX
    short = peer.call(wire.Link, 0, (one,), 2 * MIB, 10)
    assert (short.result, short.bytes) == (0, len(PTX))
    assert peer.host[2 * MIB : 2 * MIB + 10] == bytes(10)
    end = peer.welcome.host_bytes
    for inputs, at in (
        ((), 0),
        ((wire.LinkInput(1, "a", 0, 0),), 0),
        ((wire.LinkInput(1, "a", end - 1, 2),), 0),
        ((one,), end - 1),
    ):
        assert peer.call(wire.Link, 0, inputs, at, MIB).result == INVALID_VALUE


def test_what_fits(peer):
    peer.load(PTX)
    peer.function("xs_empty")
    shape = (1, 1, 1, 256, 1, 1)
    blocks = peer.call(wire.OccupancyGet, FUNCTION, 0, *shape, 0)
    assert blocks.value == 8
    full = peer.call(wire.OccupancyGet, FUNCTION, 0, *shape, 200_000)
    assert full.value == 1
    unknown = peer.call(wire.OccupancyGet, FUNCTION + 9, 0, *shape, 0)
    assert unknown.result == INVALID_HANDLE
    huge = (1, 1, 1, 2**31, 2, 2)
    assert peer.call(wire.OccupancyGet, FUNCTION, 0, *huge, 0).result == INVALID_VALUE
    bad = peer.call(wire.OccupancyGet, FUNCTION, 3, *shape, 0, 0, b"short")
    assert bad.result == INVALID_VALUE


def tensor(address: int, *, columns: int = 64, rows: int = 32, rank: int = 2):
    return (
        0,
        0,
        7,
        rank,
        address,
        struct.pack("<2Q", columns, rows),
        struct.pack("<Q", 4 * columns),
        struct.pack("<2I", 16, 16),
        struct.pack("<2I", 1, 1),
        b"",
        *(0,) * 6,
    )


def test_tensor_maps_lie_in_the_sessions_memory(broker, peer):
    address = peer.call(wire.Allocate, 0, 64 * 32 * 4).address
    made = peer.call(wire.TensorMapEncode, *tensor(address))
    if peer.welcome.devices[0].backend == "null":
        assert made.result == 0 and len(made.map) == 128
        assert peer.call(wire.TensorMapEncode, *tensor(address)).map == made.map
    else:
        assert made.result == 801
    for wrong in (
        tensor(address, rows=33),
        tensor(address, columns=2**61),
        tensor(address + 4),
        tensor(address, rank=3),
        tensor(address, rows=0),
        tensor(0x5FFF_0000_0000),
    ):
        assert peer.call(wire.TensorMapEncode, *wrong).result == INVALID_VALUE


def test_limits_are_each_sessions_own(broker, peer):
    printf = 1
    before = peer.call(wire.LimitGet, printf).value
    assert peer.call(wire.LimitSet, printf, before * 2).value == before * 2
    assert peer.call(wire.LimitGet, printf).value == before * 2
    with Peer(broker.path, "small") as other:
        assert other.call(wire.LimitGet, printf).value == before
    assert peer.call(wire.LimitSet, printf, 100).value == 100
    assert peer.call(wire.LimitGet, printf).value == 100
    heap = peer.call(wire.LimitSet, 2, 2**40)
    assert heap.result == OUT_OF_MEMORY and "quota" in heap.message
    assert peer.call(wire.LimitSet, 0, 2**40).result == OUT_OF_MEMORY
    assert peer.call(wire.LimitGet, 77).result == 215


# ------------------------------------------------------------------ mapped memory


def test_memory_is_put_together(peer):
    registered(peer)
    reserved = peer.call(wire.AddressReserve, 0, 8 * GRANULE, 0)
    address = reserved.address
    assert reserved.result == 0 and address >= peer.welcome.va_base
    for index in (1, 2):
        assert peer.call(wire.MemoryCreate, memory(index), GRANULE).result == 0
        at = address + (index - 1) * GRANULE
        assert peer.call(wire.MemoryMap, at, GRANULE, memory(index)).result == 0
    across = wire.Memset(STREAM, address + GRANULE - 8, 5, 1, 16)
    assert finished(peer, across) == INVALID_VALUE  # no access yet
    access = (wire.MemoryAccessSet, address, 2 * GRANULE)
    assert peer.call(*access, wire.ACCESS_READ_WRITE).result == 0
    assert finished(peer, across) == 0
    copy = wire.CopyD2h(STREAM, 0, address + GRANULE - 8, 16)
    assert finished(peer, copy) == 0
    if peer.welcome.devices[0].backend != "null":
        assert peer.host[:16] == b"\5" * 16
    assert peer.call(*access, wire.ACCESS_NONE).result == 0
    assert finished(peer, across) == INVALID_VALUE
    assert peer.call(wire.AddressFree, address, 8 * GRANULE).result == INVALID_VALUE
    assert peer.call(wire.MemoryUnmap, address, 2 * GRANULE, 0).result == 0
    assert peer.call(wire.AddressFree, address, 8 * GRANULE).result == 0
    for index in (1, 2):
        assert peer.call(wire.MemoryRelease, memory(index)).result == 0


def test_created_memory_counts_until_it_lies_nowhere(peer):
    free = peer.call(wire.MemoryInfo, 0).free_bytes
    address = peer.call(wire.AddressReserve, 0, GRANULE, 0).address
    peer.call(wire.MemoryCreate, memory(1), GRANULE)
    peer.call(wire.MemoryMap, address, GRANULE, memory(1))
    assert peer.call(wire.MemoryRelease, memory(1)).result == 0
    assert peer.call(wire.MemoryInfo, 0).free_bytes == free - GRANULE
    assert peer.call(wire.MemoryMap, address, GRANULE, memory(1)).result == 400
    peer.call(wire.MemoryUnmap, address, GRANULE, 0)
    assert peer.call(wire.MemoryInfo, 0).free_bytes == free
    too_much = peer.call(wire.MemoryCreate, memory(1), 66 * MIB)
    assert too_much.result == OUT_OF_MEMORY
    odd = peer.call(wire.MemoryCreate, memory(1), 3)
    assert odd.result == INVALID_VALUE


def test_mapping_is_refused_where_it_does_not_belong(peer):
    address = peer.call(wire.AddressReserve, 0, 4 * GRANULE, 16 * MIB).address
    assert address % (16 * MIB) == 0
    own = peer.call(wire.Allocate, 0, 4 * MIB).address
    peer.call(wire.MemoryCreate, memory(1), GRANULE)
    for at, nbytes, handle, result in (
        (own, GRANULE, memory(1), INVALID_VALUE),
        (address + 1, GRANULE, memory(1), INVALID_VALUE),
        (address + 4 * GRANULE, GRANULE, memory(1), INVALID_VALUE),
        (address, 2 * GRANULE, memory(1), INVALID_VALUE),
        (address, GRANULE, memory(2), INVALID_HANDLE),
        (address, GRANULE, MODULE, INVALID_HANDLE),
    ):
        assert peer.call(wire.MemoryMap, at, nbytes, handle).result == result
    assert peer.call(wire.MemoryMap, address, GRANULE, memory(1)).result == 0
    again = peer.call(wire.MemoryMap, address, GRANULE, memory(1))
    assert again.result == INVALID_VALUE
    for at, nbytes in ((own, 4 * MIB), (address, 2 * GRANULE), (address + 1, 1)):
        assert peer.call(wire.MemoryUnmap, at, nbytes, 0).result == INVALID_VALUE
        call = (wire.MemoryAccessSet, at, nbytes, 3)
        assert peer.call(*call).result == INVALID_VALUE
    assert peer.call(wire.Free, address, 0).result == INVALID_VALUE
    assert peer.call(wire.MemoryUnmap, address, GRANULE, 10**9).result == INVALID_VALUE
    assert peer.call(wire.AddressReserve, 0, GRANULE, 3).result == INVALID_VALUE
    assert peer.call(wire.AddressReserve, 0, 2**50, 0).result == OUT_OF_MEMORY


def test_everything_goes_with_its_session(broker):
    with Peer(broker.path, "small") as peer:
        free = peer.call(wire.MemoryInfo, 0).free_bytes
        address = peer.call(wire.AddressReserve, 0, GRANULE, 0).address
        for index in (1, 2, 3):
            peer.call(wire.MemoryCreate, memory(index), GRANULE)
        peer.call(wire.MemoryMap, address, GRANULE, memory(1))
        peer.call(wire.MemoryRelease, memory(1))
    eventually(lambda: not broker.sessions(), "the session is gone")
    with Peer(broker.path, "small") as peer:
        assert peer.call(wire.MemoryInfo, 0).free_bytes == free
    eventually(lambda: not broker.sessions(), "the session is gone")


def test_a_session_may_ask_for_less_than_its_tenant_has(broker):
    with Peer(broker.path, "small", memory_bytes=8 * MIB) as peer:
        assert peer.welcome.memory_bytes_max == 8 * MIB
        assert peer.call(wire.MemoryInfo, 0).total_bytes == 8 * MIB
        assert peer.call(wire.Allocate, 0, 10 * MIB).result == OUT_OF_MEMORY
        assert peer.call(wire.Allocate, 0, 6 * MIB).result == 0
        with Peer(broker.path, "small", memory_bytes=2**50) as other:
            assert other.welcome.memory_bytes_max == 64 * MIB
            assert other.call(wire.MemoryInfo, 0).free_bytes == 58 * MIB
    eventually(lambda: not broker.sessions(), "the sessions are gone")


# ------------------------------------------------------------------ rows and words


def box(kind: int, to, source, row_bytes: int, rows: int, layers: int = 1):
    """to, source: (address or offset, pitch, slice)."""
    return wire.Copy3d(STREAM, kind, *to, *source, row_bytes, rows, layers)


def test_boxes_of_rows(peer):
    registered(peer)
    address = peer.call(wire.Allocate, 0, MIB).address
    data = bytes(i * 7 % 251 for i in range(6000))
    peer.host[:6000] = data
    up = box(0, (address, 64, 640), (0, 100, 1000), 40, 5, 3)
    across = box(2, (address + 8192, 50, 500), (address, 64, 640), 40, 5, 3)
    down = box(1, (10_000, 40, 200), (address + 8192, 50, 500), 40, 5, 3)
    assert finished(peer, up, across, down) == 0
    if peer.welcome.devices[0].backend != "null":
        rows = [z * 1000 + y * 100 for z in range(3) for y in range(5)]
        assert peer.host[10_000:10_600] == b"".join(data[at : at + 40] for at in rows)
    wrong = (
        box(0, (address, 39, 640), (0, 100, 1000), 40, 5, 3),
        box(0, (address, 64, 200), (0, 100, 1000), 40, 5, 3),
        box(0, (address + MIB - 10, 64, 640), (0, 100, 1000), 40, 5, 3),
        box(0, (address, 64, 640), (4 * MIB - 10, 100, 1000), 40, 5, 3),
        box(0, (address, 2**63, 640), (0, 100, 1000), 40, 5, 1),
        box(0, (address, 64, 2**64 - 1), (0, 100, 1000), 40, 2**32 - 1, 2**32 - 1),
        box(2, (address, 64, 640), (0x4000_0000_0000, 64, 640), 40, 5, 3),
        box(0, (address, 64, 640), (0, 100, 1000), 0, 5, 3),
        box(0, (address, 64, 640), (0, 100, 1000), 40, 0, 3),
    )
    for one in wrong:
        assert finished(peer, one) == INVALID_VALUE, one


def test_rows_are_set(peer):
    registered(peer)
    address = peer.call(wire.Allocate, 0, 4096).address
    fill = wire.Memset2d(STREAM, address, 16, 0x0102, 2, 3, 4)
    assert finished(peer, fill, wire.CopyD2h(STREAM, 0, address, 64)) == 0
    if peer.welcome.devices[0].backend != "null":
        assert peer.host[:64] == (b"\2\1" * 3 + bytes(10)) * 4
    for wrong in (
        wire.Memset2d(STREAM, address, 16, 0, 2, 9, 4),
        wire.Memset2d(STREAM, address, 15, 0, 2, 3, 4),
        wire.Memset2d(STREAM, address + 1, 16, 0, 2, 3, 4),
        wire.Memset2d(STREAM, address, 16, 0, 3, 3, 4),
        wire.Memset2d(STREAM, address, 1024, 0, 1, 1, 6),
        wire.Memset2d(STREAM, address, 16, 0, 1, 0, 1),
        wire.Memset2d(STREAM, address, 2**63, 0, 1, 1, 2**32 - 1),
    ):
        assert finished(peer, wrong) == INVALID_VALUE, wrong


def test_large_boxes_go_in_pieces(peer):
    assert peer.call(wire.HostRegister, 0, 12 * MIB).result == 0
    address = peer.call(wire.Allocate, 0, 16 * MIB).address
    row = 3 * MIB + 5  # crosses the pieces of the host arena
    data = bytes(range(251)) * (3 * row // 251 + 1)
    peer.host[: 3 * row] = data[: 3 * row]
    up = box(0, (address, row + 11, 0), (0, row, 0), row, 3)
    down = box(1, (0, row, 0), (address, row + 11, 0), row, 3)
    seq = peer.submit(up)
    peer.submit(wire.Complete(STREAM))
    peer.wait_retired(seq)
    peer.host[: 3 * row] = bytes(3 * row)
    assert finished(peer, down) == 0
    if peer.welcome.devices[0].backend != "null":
        assert peer.host[: 3 * row] == data[: 3 * row]


def test_words_of_the_host_arena(peer):
    registered(peer)
    base = peer.welcome.host_base
    write = wire.WriteValue(STREAM, base + 64, 77, 8)
    wait = wire.WaitValue(STREAM, base + 64, 77, 8, wire.WAIT_CONDITION_EQ)
    assert finished(peer, write, wait) == 0
    assert peer.host[64:72] == (77).to_bytes(8, "little")
    for at in (base - 8, base + 4 * MIB, base + 4 * MIB - 4, base + 68):
        assert finished(peer, wire.WriteValue(STREAM, at, 1, 8)) == INVALID_VALUE


def test_host_memory_is_pinned_within_the_tenants_bound(broker, peer):
    """All sessions of a tenant share it; a refusal pins nothing, an end gives back."""
    with Peer(broker.path, "small") as other:
        assert other.call(wire.HostRegister, 0, 20 * MIB).result == 0
        refused = peer.call(wire.HostRegister, 0, 16 * MIB)
        assert refused.result == OUT_OF_MEMORY
        assert "33554432 bytes of pinned host memory has 12582912" in refused.message
        assert peer.call(wire.HostRegister, 0, 12 * MIB).result == 0
        assert peer.call(wire.HostRegister, 0, 12 * MIB).result == 0, "pinned already"
        row = next(r for r in broker.ask("tenants") if r["tenant"] == "small")
        assert (row["host_memory_bytes"], row["host_memory_bytes_max"]) == (
            32 * MIB,
            32 * MIB,
        )
    eventually(
        lambda: peer.call(wire.HostRegister, 16 * MIB, 20 * MIB).result == 0,
        "the other session's memory is given back",
    )
