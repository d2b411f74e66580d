"""What an open session may do, and what it cannot do to others."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import struct
import subprocess
import sys
from random import Random

import pytest

from broker.wire.gen import messages as wire
from tests.socket.peer import (
    FUNCTION,
    MODULE,
    PTX,
    STREAM,
    BrokerProcess,
    Peer,
    eventually,
    framed,
    launch,
)

MIB = 1 << 20
INVALID_VALUE, OUT_OF_MEMORY, INVALID_HANDLE, NOT_FOUND = 1, 2, 400, 500


@pytest.fixture(scope="module")
def broker(form, tmp_path_factory):
    with BrokerProcess(tmp_path_factory.mktemp("broker")) as broker:
        yield broker
        assert broker.stop() == 0


@pytest.fixture
def peer(broker):
    with Peer(broker.path) as peer:
        yield peer
    eventually(lambda: not broker.sessions(), "all sessions are gone")


def test_launches_travel_from_end_to_end(broker, peer):
    assert peer.load().result == 0
    function = peer.function("xs_empty")
    seq = peer.submit(*[launch(function)] * 500)
    peer.submit(wire.Complete(STREAM))
    peer.wait_retired(seq)
    eventually(lambda: peer.word(wire.STATUS_ACCEPTED_SEQ) == 501, "all is accepted")
    assert broker.sessions()[0]["launches"] == 500


def test_code_travels_once(broker, peer):
    digest = hashlib.sha256(PTX + b"// once").digest()
    image = PTX + b"// once"
    by_hash = (1, digest, len(image), wire.HOST_OFFSET_NONE)
    reply = peer.call(wire.ModuleLoad, MODULE, *by_hash)
    assert (reply.result, reply.bytes_needed) == (0, True)
    assert peer.load(image).bytes_needed is False
    with Peer(broker.path, "another") as other:
        reply = other.call(wire.ModuleLoad, MODULE, *by_hash)
        assert (reply.result, reply.bytes_needed) == (0, False)


def test_layouts_and_missing_functions(peer):
    peer.load()
    reply = peer.call(wire.FunctionGet, MODULE, FUNCTION, "xs_write_word")
    assert reply.param_offsets == (0, 8)
    assert reply.param_sizes == (8, 4)
    assert reply.param_bytes == 12
    missing = peer.call(wire.FunctionGet, MODULE, FUNCTION + 1, "nothing")
    assert missing.result == NOT_FOUND
    assert "nothing" in missing.message
    assert peer.call(wire.ModuleUnload, MODULE, 0).result == 0
    gone = peer.call(wire.FunctionGet, MODULE, FUNCTION + 2, "xs_empty")
    assert gone.result == INVALID_HANDLE


@pytest.mark.parametrize(
    ("call", "fields", "result"),
    [
        (wire.Allocate, (0, 0), INVALID_VALUE),
        (wire.Allocate, (0, 1 << 50), OUT_OF_MEMORY),
        (wire.Allocate, (3, 4096), 101),
        (wire.DeviceGet, (9,), 101),
        (wire.Free, (0x1234, 0), INVALID_VALUE),
        (wire.Free, (0x1234, 1 << 60), INVALID_VALUE),
        (wire.ModuleUnload, (MODULE, 0), INVALID_HANDLE),
        (wire.ModuleLoad, (STREAM, 1, b"", 8, 0), INVALID_HANDLE),
        (wire.ModuleLoad, (MODULE, 1, b"x" * 32, 8, 0), INVALID_VALUE),
        (wire.ModuleLoad, (MODULE, 0, b"x" * 32, 8, 0), INVALID_VALUE),
        (wire.ModuleLoad, (MODULE, 1, b"x" * 32, 1 << 60, 0), INVALID_VALUE),
        (wire.ModuleLoad, (MODULE, 1, b"x" * 32, 8, 1 << 60), INVALID_VALUE),
        (wire.HostRegister, (1, 4 * MIB), INVALID_VALUE),
        (wire.HostRegister, (0, 0), INVALID_VALUE),
        (wire.HostRegister, (0, 1 << 60), INVALID_VALUE),
        (wire.FunctionAttributeSet, (FUNCTION, 8, 1), INVALID_HANDLE),
        (wire.ElapsedTime, (1, 2), INVALID_HANDLE),
    ],
)
def test_wrong_calls_get_a_result_and_nothing_else(peer, call, fields, result):
    reply = peer.call(call, *fields)
    assert reply.result == result, reply
    assert peer.call(wire.DeviceGet, 0).result == 0


def test_memory_is_counted_and_freed(broker, peer):
    total = peer.call(wire.MemoryInfo, 0).total_bytes
    large = peer.call(wire.Allocate, 0, 3 * MIB)
    small = [peer.call(wire.Allocate, 0, 1000) for _ in range(3)]
    assert large.address == peer.welcome.va_base
    assert len({reply.address for reply in small}) == 3
    # 4 MiB for the large one, one slab of 2 MiB for all small ones.
    assert broker.sessions()[0]["memory_bytes"] == 6 * MIB
    assert peer.call(wire.MemoryInfo, 0).free_bytes == total - 6 * MIB
    assert peer.call(wire.Free, large.address, 0).result == 0
    assert peer.call(wire.Free, large.address, 0).result == INVALID_VALUE
    assert broker.sessions()[0]["memory_bytes"] == 2 * MIB


def test_a_free_waits_for_the_work_before_it(peer):
    peer.load()
    function = peer.function("xs_empty")
    memory = peer.call(wire.Allocate, 0, 4 * MIB)
    seq = peer.submit(*[launch(function)] * 200)
    assert peer.call(wire.Free, memory.address, seq).result == 0
    assert peer.word(wire.STATUS_ISSUED_SEQ) >= seq


def test_what_a_client_may_get_wrong_is_an_asynchronous_error(peer):
    memory = peer.call(wire.Allocate, 0, 4096).address
    peer.submit(wire.Memset(STREAM, memory, 0, 4, 1025), wire.Complete(STREAM))
    peer.wait_retired(2)
    taken = peer.call(wire.ErrorTake)
    assert (taken.result, taken.seq) == (INVALID_VALUE, 1)
    assert peer.call(wire.ErrorTake).result == 0


def test_host_memory_is_registered_in_pieces(broker, peer):
    assert peer.call(wire.HostRegister, 4 * MIB, 8 * MIB).result == 0
    assert peer.call(wire.HostRegister, 0, 8 * MIB).result == 0
    assert broker.sessions()[0]["host_registered_bytes"] == 12 * MIB


def test_replies_keep_the_order_of_the_calls(peer):
    calls = [wire.Allocate(n, 0, 100) for n in range(100)]
    calls += [wire.MemoryInfo(100 + n, 0) for n in range(100)]
    peer.send_raw(b"".join(framed(call) for call in calls))
    assert [peer.receive().call for _ in calls] == list(range(200))


def test_calls_beyond_the_bound_wait_in_the_socket(peer):
    calls = [wire.DeviceGet(n, 0) for n in range(2000)]
    peer.send_raw(b"".join(framed(call) for call in calls))
    assert [peer.receive().call for _ in calls] == list(range(2000))


@pytest.mark.parametrize(
    "bad",
    [
        struct.pack("<I", wire.FRAME_BYTES_MAX + 1),
        struct.pack("<I", 4) + b"\x93\xcd\xff\xff",
        framed(wire.Submit(5, (wire.Complete(STREAM),))),  # a gap: 1 was expected
        framed(wire.Done(1, 0, "")),
        framed(wire.Hello(1, 0, "again", "t")),
    ],
)
def test_a_bad_frame_ends_its_session_only(broker, peer, bad):
    with Peer(broker.path, "bad") as other:
        other.send_raw(bad)
        answer = other.receive()
        assert isinstance(answer, wire.ProtocolError), answer
        assert answer.message
        assert other.receive() is None
    assert peer.call(wire.DeviceGet, 0).result == 0


def test_goodbye_lets_queued_work_run(broker, peer):
    with Peer(broker.path, "leaver") as leaver:
        leaver.load()
        function = leaver.function("xs_empty")
        leaver.submit(*[launch(function)] * 500)
        leaver.send(wire.Goodbye())
    eventually(lambda: len(broker.sessions()) == 1, "the leaver is gone")
    rows = {row["tenant"]: row for row in broker.ask("tenants")}
    assert rows["leaver"]["launches"] == 500


CHILD = """
import os, sys
from broker.wire.gen import messages as wire
from tests.socket.peer import Peer, launch, STREAM, framed
peer = Peer(sys.argv[1], "victim")
peer.load()
function = peer.function("xs_empty")
memory = peer.call(wire.Allocate, 0, 8 << 20).address
peer.call(wire.Allocate, 0, 512)
peer.call(wire.HostRegister, 0, 4 << 20)
peer.submit(*[launch(function)] * 300)
peer.send_raw(framed(wire.MemoryInfo(1, 0))[:5])  # and half a frame
print("ready", flush=True)
sys.stdin.read()
"""


def test_kill_9_gives_everything_back(broker, peer):
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, broker.path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout.readline() == "ready\n"
    victim = [s for s in broker.sessions() if s["tenant"] == "victim"]
    assert victim[0]["memory_bytes"] == 10 * MIB
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdin.close()
    child.stdout.close()
    eventually(lambda: len(broker.sessions()) == 1, "the victim's session is gone")
    rows = {row["tenant"]: row for row in broker.ask("tenants")}
    assert rows["victim"]["memory_bytes"] == 0
    assert rows["victim"]["sessions"] == 0
    status = broker.ask("status")
    assert status["scheduler_state"]["sessions"].keys() == {str(peer.welcome.session)}


FLOOD = """
import sys
from random import Random
from broker.wire.gen import messages as wire
from tests.socket.peer import STREAM, Peer, launch, framed
peer = Peer(sys.argv[1], "flood")
peer.load()
function = peer.function("xs_empty")
# Never answered, so that nothing behind it is issued: the queue can only grow.
peer.send_raw(framed(wire.Submit(1, (wire.HostFunction(STREAM, 1),))))
seq = 2
operations = tuple([launch(function)] * 500)
try:
    while True:
        peer.send_raw(framed(wire.Submit(seq, operations)))
        seq += 500
except OSError:
    pass
"""


def test_a_flood_is_paused_while_its_neighbour_is_served(tmp_path):
    bound = 2000
    config = f"[server]\nqueued_operations_max = {bound}\n"
    with BrokerProcess(tmp_path, config=config, device="null") as broker:
        flood = subprocess.Popen([sys.executable, "-c", FLOOD, broker.path])
        try:
            with Peer(broker.path, "neighbour", priority_class=0) as neighbour:
                neighbour.load()
                function = neighbour.function("xs_empty")

                def flooded() -> bool:
                    return any(
                        s["pauses"] > 0
                        for s in broker.sessions()
                        if s["tenant"] == "flood"
                    )

                last = 0
                for _ in range(50):
                    last = neighbour.submit(launch(function), wire.Complete(STREAM))
                    neighbour.wait_retired(last)
                    assert neighbour.call(wire.DeviceGet, 0).result == 0
                eventually(flooded, "the flood is paused")
                for _ in range(20):
                    for s in broker.sessions():
                        # One turn's bytes may lie on top of the bound.
                        assert s["queued"] <= bound + 65536 // 8
                last = neighbour.submit(launch(function), wire.Complete(STREAM))
                neighbour.wait_retired(last)
        finally:
            flood.kill()
            flood.wait()
        eventually(lambda: not broker.sessions(), "both are gone")


def test_garbage_never_hurts_the_broker(broker, peer):
    """Frames cut, flipped and made up, from a seed; each costs its own session only."""
    random = Random(20)
    good = [
        framed(wire.Submit(1, (launch(FUNCTION), wire.Complete(STREAM)))),
        framed(wire.Allocate(1, 0, 4096)),
        framed(wire.HostRegister(2, 0, 4 * MIB)),
        framed(wire.ModuleLoad(3, MODULE, 1, b"x" * 32, 100, 0)),
        framed(wire.FunctionGet(4, MODULE, FUNCTION, "xs_empty")),
        framed(wire.Free(5, 0x5000_0000_0000, 0)),
        framed(wire.ModuleUnload(6, MODULE, 1 << 63)),
        framed(wire.Goodbye()),
    ]
    for _ in range(60):
        data = bytearray(b"".join(random.choices(good, k=random.randint(1, 6))))
        for _ in range(random.randint(0, 4)):
            data[random.randrange(len(data))] = random.randrange(256)
        with Peer(broker.path, "garbage") as other:
            try:
                other.send_raw(bytes(data[: random.randint(1, len(data))]))
                if random.random() < 0.5:
                    other.send_raw(random.randbytes(random.randint(1, 3000)))
                other.socket.shutdown(socket.SHUT_WR)
                while other.receive() is not None:
                    pass
            except OSError:
                pass
        assert peer.call(wire.DeviceGet, 0).result == 0
    eventually(lambda: len(broker.sessions()) == 1, "the others are gone")
    rows = {row["tenant"]: row for row in broker.ask("tenants")}
    assert rows["garbage"]["memory_bytes"] == 0
