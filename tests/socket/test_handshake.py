"""What happens before a session is open, and who gets one."""

from __future__ import annotations

import fcntl
import mmap
import os
import struct

import pytest

from broker.wire.gen import messages as wire
from tests.socket.peer import BrokerProcess, Peer, eventually, framed

F_GET_SEALS = 1034
SEAL, SHRINK, GROW, FUTURE_WRITE = 1, 2, 4, 16

TENANTS = """
[server]
unknown_tenants = "refuse"
sessions_max = 2
[tenants.rerank]
class = 1
token = "secret"
memory = "64MiB"
[tenants.boxed]
class = 2
socket = "{folder}/boxed.sock"
"""


@pytest.fixture(scope="module")
def open_process(form, tmp_path_factory):
    with BrokerProcess(tmp_path_factory.mktemp("open")) as broker:
        yield broker


@pytest.fixture(scope="module")
def strict_process(form, tmp_path_factory):
    folder = tmp_path_factory.mktemp("strict")
    with BrokerProcess(folder, config=TENANTS.format(folder=folder)) as broker:
        yield broker


@pytest.fixture
def open_broker(open_process):
    yield open_process
    eventually(lambda: not open_process.sessions(), "all sessions are gone")


@pytest.fixture
def strict_broker(strict_process):
    yield strict_process
    eventually(lambda: not strict_process.sessions(), "all sessions are gone")


def test_welcome_carries_three_sealed_files(open_broker):
    with Peer(open_broker.path) as peer:
        assert isinstance(peer.welcome, wire.Welcome)
        assert peer.welcome.devices[0].backend == "null"
        assert peer.welcome.priority_class == 1
        status, waiters, host = peer.fds
        sizes = [os.fstat(fd).st_size for fd in peer.fds]
        assert sizes == [
            peer.welcome.status_bytes,
            peer.welcome.waiters_bytes,
            peer.welcome.host_bytes,
        ]
        fixed = SEAL | SHRINK | GROW
        assert fcntl.fcntl(status, F_GET_SEALS) == fixed | FUTURE_WRITE
        assert fcntl.fcntl(waiters, F_GET_SEALS) == fixed
        assert fcntl.fcntl(host, F_GET_SEALS) == fixed


def test_status_page_cannot_be_written_by_the_tenant(open_broker):
    with Peer(open_broker.path) as peer:
        with pytest.raises(PermissionError):
            mmap.mmap(peer.fds[0], 64)
        with pytest.raises(PermissionError):
            os.pwrite(peer.fds[0], b"x", 0)
        with pytest.raises(PermissionError):
            os.ftruncate(peer.fds[2], 0)


def test_hello_and_first_call_may_come_in_single_bytes(open_broker):
    with Peer(open_broker.path, hello=False) as peer:
        for byte in framed(wire.Hello(wire.PROTOCOL_MAJOR, 0, "drip", "t")):
            peer.send_raw(bytes([byte]))
        assert isinstance(peer.receive(), wire.Welcome)
        for byte in framed(wire.MemoryInfo(7, 0)):
            peer.send_raw(bytes([byte]))
        assert peer.receive().call == 7


def test_hello_and_first_call_may_come_together(open_broker):
    with Peer(open_broker.path, hello=False) as peer:
        hello = framed(wire.Hello(wire.PROTOCOL_MAJOR, 0, "hasty", "t"))
        peer.send_raw(hello + framed(wire.MemoryInfo(9, 0)))
        assert isinstance(peer.receive(), wire.Welcome)
        assert peer.receive().call == 9


@pytest.mark.parametrize(
    ("bytes_sent", "says"),
    [
        (struct.pack("<I", 1 << 30), "at most"),
        (struct.pack("<I", 3) + b"\xc1\xc1\xc1", ""),
        (framed(wire.MemoryInfo(1, 0)), "not Hello"),
        (b"GET / HTTP/1.1\r\n\r\n", "at most"),
    ],
)
def test_a_bad_first_frame_is_answered(open_broker, bytes_sent, says):
    with Peer(open_broker.path, hello=False) as peer:
        peer.send_raw(bytes_sent)
        answer = peer.receive()
        assert isinstance(answer, wire.ProtocolError)
        assert says in answer.message
        assert peer.receive() is None
    with Peer(open_broker.path) as peer:
        assert isinstance(peer.welcome, wire.Welcome)


def test_a_silent_client_is_let_go(tmp_path):
    config = '[server]\nhandshake_seconds = "50ms"\n'
    with (
        BrokerProcess(tmp_path, config=config) as broker,
        Peer(broker.path, hello=False) as peer,
    ):
        peer.send_raw(b"\x10\x00")
        assert peer.receive() is None


@pytest.mark.parametrize(
    ("hello", "reason"),
    [
        ({"protocol_major": 99}, "protocol_version"),
        ({"tenant": "stranger"}, "tenant_unknown"),
        ({"tenant": "rerank", "token": b"wrong"}, "token"),
        ({"tenant": "boxed"}, "tenant_mismatch"),
    ],
)
def test_refusals_name_their_reason(strict_broker, hello, reason):
    before = strict_broker.ask("status")["refusals"]
    with Peer(strict_broker.path, **{"tenant": "rerank", **hello}) as peer:
        assert isinstance(peer.welcome, wire.Refused)
        assert peer.welcome.reason == reason
        assert peer.receive() is None
    counted = {**before, reason: before.get(reason, 0) + 1}
    assert strict_broker.ask("status")["refusals"] == counted


def test_a_tenants_socket_is_its_identity(strict_broker):
    boxed = strict_broker.path.replace("broker.sock", "boxed.sock")
    with Peer(boxed, "") as peer:
        assert peer.welcome.priority_class == 2
        assert strict_broker.sessions()[0]["tenant"] == "boxed"
    with Peer(boxed, "rerank") as peer:
        assert peer.welcome.reason == "tenant_mismatch"


def test_a_class_is_never_higher_than_configured(strict_broker):
    for asked, granted in ((0, 1), (1, 1), (5, 5), (255, 1)):
        with Peer(
            strict_broker.path, "rerank", token=b"secret", priority_class=asked
        ) as peer:
            assert peer.welcome.priority_class == granted
            assert peer.welcome.memory_bytes_max == 64 << 20
        eventually(lambda: not strict_broker.sessions(), "the session ends")


def test_sessions_are_bounded_and_slots_come_back(strict_broker):
    peers = [Peer(strict_broker.path, "rerank", token=b"secret") for _ in range(2)]
    with Peer(strict_broker.path, "rerank", token=b"secret") as third:
        assert third.welcome.reason == "sessions_max"
    first = peers[0].welcome
    peers[0].close()
    eventually(lambda: len(strict_broker.sessions()) == 1, "a slot is free")
    with Peer(strict_broker.path, "rerank", token=b"secret") as fourth:
        assert fourth.welcome.va_base == first.va_base
        assert fourth.welcome.session != first.session
    peers[1].close()
