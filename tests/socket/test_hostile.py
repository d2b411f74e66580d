"""Tenants that misbehave on purpose: they harm themselves, nobody else."""

from __future__ import annotations

import json
import mmap
import os
import resource
import socket

import pytest

from broker.server.listener import SILENT_MAX
from broker.wire.gen import messages as wire
from tests.socket.peer import (
    FUNCTION,
    MODULE,
    STREAM,
    BrokerProcess,
    Peer,
    eventually,
    framed,
    launch,
)

MIB = 1 << 20
INVALID_HANDLE, INVALID_IMAGE, INVALID_PTX = 400, 200, 218
QUEUE = 1000
# Bounds so long that a test which needs them fails: only the events may decide.
CONFIG = f"""
[server]
queued_operations_max = {QUEUE}
handshake_seconds = "1h"
goodbye_seconds = "1h"
"""


@pytest.fixture(scope="module", params=["null", "emulated"])
def broker(form, request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    with BrokerProcess(folder, device=request.param, config=CONFIG) as broker:
        yield broker
        assert broker.stop() == 0


@pytest.fixture
def peer(broker):
    with Peer(broker.path, "hostile") as peer:
        yield peer
    eventually(lambda: not broker.sessions(), "all sessions are gone")


def flood(broker: BrokerProcess, peer: Peer) -> int:
    """Queue more than the broker takes behind a host function that does not end.

    Returns how many launches there are.
    """
    assert peer.load().result == 0
    function = peer.function("xs_empty")
    peer.submit(wire.HostFunction(STREAM, 1))
    for _ in range(4):
        peer.submit(*[launch(function)] * 500)
    eventually(lambda: paused(broker), "the broker stops reading")
    return 2000


def paused(broker: BrokerProcess) -> bool:
    return any(session["paused"] for session in broker.sessions())


# ---------------------------------------------------------------- going away
def test_who_dies_while_its_queue_is_full_is_noticed(broker, peer):
    flood(broker, peer)
    peer.close()


def test_who_dies_while_its_calls_wait_is_noticed(broker, peer):
    peer.submit(wire.HostFunction(STREAM, 1))
    address = peer.call(wire.Allocate, 0, 4 * MIB).address
    free = framed(wire.Free(1, address, 1))
    peer.send_raw(free + framed(wire.DeviceGet(2, 0)) * 300)
    eventually(lambda: paused(broker), "the broker stops reading")
    peer.close()


def test_a_goodbye_counts_even_when_it_is_not_read_yet(broker):
    with Peer(broker.path, "patient") as peer:
        launches = flood(broker, peer)
        waiters = mmap.mmap(peer.fds[1], peer.welcome.waiters_bytes)
        peer.send(wire.Goodbye())
    for _ in range(3):
        assert paused(broker)
    at = wire.STREAM_INDEX_LEGACY * wire.WAITERS_LINE_BYTES + wire.WAITERS_HOST_DONE_SEQ
    waiters[at : at + 8] = (1).to_bytes(8, "little")
    eventually(lambda: not broker.sessions(), "all of it has run")
    rows = {row["tenant"]: row for row in broker.ask("tenants")}
    assert rows["patient"]["launches"] == launches


def test_who_reads_no_replies_keeps_only_itself_waiting(broker, peer):
    calls = framed(wire.DeviceGet(1, 0)) * 500
    peer.socket.setblocking(False)
    answered: list[int] = []

    def stuck() -> bool:
        """It pauses for a moment, too, while it answers what it has read."""
        try:
            while True:
                peer.socket.send(calls)
        except BlockingIOError:
            answered.append(broker.sessions()[0]["calls"])
            return paused(broker) and len(set(answered[-20:])) == 1 < len(answered) / 20

    eventually(stuck, "the broker stops reading")
    # Nothing more is answered or read, however often one looks.
    before = broker.sessions()[0]
    with Peer(broker.path, "polite") as polite:
        for _ in range(20):
            assert polite.call(wire.DeviceGet, 0).result == 0
    after = next(s for s in broker.sessions() if s["tenant"] == "hostile")
    assert after["calls"] == before["calls"]
    assert after["bytes_received"] == before["bytes_received"]
    peer.close()


# ------------------------------------------------------------- connecting
def test_silent_connections_keep_nobody_out(broker):
    silent = []
    for _ in range(SILENT_MAX):
        silent.append(socket.socket(socket.AF_UNIX))
        silent[-1].connect(broker.path)
    with Peer(broker.path, "polite") as peer:
        assert isinstance(peer.welcome, wire.Welcome)
        silent[0].settimeout(30)
        assert silent[0].recv(1) == b"", "the oldest made room"
        silent[-1].sendall(framed(wire.Hello(wire.PROTOCOL_MAJOR, 0, "late", "late")))
        silent[-1].settimeout(30)
        assert silent[-1].recv(4)
    for connection in silent:
        connection.close()
    eventually(lambda: not broker.sessions(), "all sessions are gone")


def test_sessions_come_and_go_without_a_trace(broker):
    """What a process has: descriptors, threads, shared files, mappings of them."""

    def round_of_sessions() -> dict[str, int]:
        for number in range(60):
            with Peer(broker.path, f"tenant {number % 5}") as peer:
                if number % 6 == 0:
                    peer.load()
                    peer.submit(*[launch(peer.function("xs_empty"))] * 10)
                elif number % 6 == 1:
                    peer.call(wire.Allocate, 0, 4 * MIB)
                    peer.call(wire.HostRegister, 0, 4 * MIB)
                elif number % 6 == 2:
                    peer.send(wire.Allocate(1, 0, 8 * MIB))
                elif number % 6 == 3:
                    peer.send_raw(b"\x10\0\0")
                elif number % 6 == 4:
                    peer.send_raw(b"\xff" * 99)
        eventually(lambda: not broker.sessions(), "all sessions are gone")
        return possessions(broker.process.pid)

    def as_before() -> bool:
        now = possessions(broker.process.pid)
        return all(now[kind] <= before[kind] for kind in before)

    before = round_of_sessions()
    round_of_sessions()
    eventually(as_before, "nothing is left of the second round")
    status = broker.ask("status")
    assert status["scheduler_state"]["sessions"] == {}
    assert status["pump"]["drains_waiting"] == 0
    assert {row["memory_bytes"] for row in broker.ask("tenants")} == {0}


def possessions(pid: int) -> dict[str, int]:
    with open(f"/proc/{pid}/maps") as maps:
        shared = sum("/memfd:" in line for line in maps)
    return {
        "descriptors": len(os.listdir(f"/proc/{pid}/fd")),
        "threads": len(os.listdir(f"/proc/{pid}/task")),
        "shared": shared,
    }


def test_sixty_sessions_at_once(broker):
    peers = [Peer(broker.path, f"tenant {n % 7}") for n in range(60)]
    bases = {peer.welcome.va_base for peer in peers}
    assert len(bases) == 60
    last = []
    for peer in peers:
        assert peer.load().result == 0
        function = peer.function("xs_empty")
        last.append(peer.submit(*[launch(function)] * 50, wire.Complete(STREAM)))
    for peer, seq in zip(peers, last, strict=True):
        peer.wait_retired(seq)
        peer.close()
    eventually(lambda: not broker.sessions(), "all sessions are gone")


def test_sessions_of_one_tenant_share_its_quota(tmp_path):
    config = '[tenants.small]\nmemory = "8MiB"\n'
    with BrokerProcess(tmp_path, config=config) as broker:
        with Peer(broker.path, "small") as one, Peer(broker.path, "small") as other:
            first = one.call(wire.Allocate, 0, 6 * MIB)
            assert first.result == 0
            assert other.call(wire.Allocate, 0, 4 * MIB).result == 2
            assert other.call(wire.MemoryInfo, 0).free_bytes == 2 * MIB
            assert one.call(wire.Free, first.address, 0).result == 0
            assert other.call(wire.Allocate, 0, 8 * MIB).result == 0
        eventually(lambda: not broker.sessions(), "both are gone")
        assert broker.ask("tenants")[0]["memory_bytes"] == 0


def test_no_descriptor_left_is_no_end(tmp_path):
    with BrokerProcess(tmp_path) as broker, Peer(broker.path, "first") as peer:
        pid = broker.process.pid
        limits = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        used = max(int(fd) for fd in os.listdir(f"/proc/{pid}/fd")) + 1
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (used, limits[1]))
        waiting = socket.socket(socket.AF_UNIX)
        waiting.connect(broker.path)
        waiting.sendall(framed(wire.Hello(wire.PROTOCOL_MAJOR, 0, "late", "late")))
        assert peer.call(wire.DeviceGet, 0).result == 0
        resource.prlimit(pid, resource.RLIMIT_NOFILE, limits)
        waiting.settimeout(30)
        assert waiting.recv(4)
        waiting.close()


# ------------------------------------------------------------------ handles
def test_a_function_index_is_used_once_at_a_time(peer):
    assert peer.load().result == 0
    assert peer.call(wire.FunctionGet, MODULE, FUNCTION, "xs_empty").result == 0
    again = wire.make_handle(wire.KIND_FUNCTION, 1, generation=1)
    reply = peer.call(wire.FunctionGet, MODULE, again, "xs_empty")
    assert reply.result == INVALID_HANDLE
    assert peer.call(wire.ModuleUnload, MODULE, 0).result == 0
    assert peer.load(module=MODULE + 1).result == 0
    assert peer.call(wire.FunctionGet, MODULE + 1, again, "xs_empty").result == 0


def test_a_function_index_is_bounded(peer):
    assert peer.load().result == 0
    for index in (wire.FUNCTIONS_MAX, (1 << 20) + 1, 0xFFFFFFFF):
        handle = wire.make_handle(wire.KIND_FUNCTION, index)
        reply = peer.call(wire.FunctionGet, MODULE, handle, "xs_empty")
        assert reply.result == INVALID_HANDLE
    handle = wire.make_handle(wire.KIND_FUNCTION, wire.FUNCTIONS_MAX - 1)
    assert peer.call(wire.FunctionGet, MODULE, handle, "xs_empty").result == 0
    assert peer.call(wire.ModuleUnload, MODULE, 0).result == 0


@pytest.mark.parametrize(
    "parameters",
    [
        ", ".join(f".param .u64 p{n}" for n in range(5000)),
        ".param .align 0 .b8 a[8]",
        ".param .b8 a[99999999999999]",
        ".param .b8 a[" + "9" * 5000 + "]",
        ".param .b8 a[4000000000]",
        ".param .b8 a[40000]",
        ".param .u64 .ptr " * 30000,
    ],
    ids=["many", "align 0", "1e14", "9...", "4e9", "40000", ".ptr"],
)
def test_layouts_that_cannot_be_are_answered(broker, peer, parameters):
    text = (
        ".version 8.0\n.target sm_90\n.visible .entry k(" + parameters + ")\n{ret;}\n"
    )
    peer.load(text.encode())
    reply = peer.call(wire.FunctionGet, MODULE, FUNCTION, "k")
    assert reply.call == peer.calls
    assert peer.call(wire.DeviceGet, 0).result == 0
    assert "trace" not in broker.log.read_text()


@pytest.mark.parametrize(
    "image",
    [
        b"\x7fELF",
        b"\x7fELF" + bytes(60),
        b".version 8.0\n" + b".entry k(" * 100_000,
        b".version 8.0\n" + b"/*" * 100_000,
        b"x" * (32 * MIB),
    ],
    ids=["short ELF", "empty ELF", "entries", "comments", "32 MiB"],
)
def test_images_that_are_none_are_answered(broker, peer, image):
    reply = peer.load(image)
    assert reply.result in (0, INVALID_IMAGE, INVALID_PTX), reply
    assert peer.call(wire.DeviceGet, 0).result == 0
    assert "trace" not in broker.log.read_text()


# ------------------------------------------------------- admin and metrics
def admin(broker: BrokerProcess) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(30)
    connection.connect(broker.path + ".admin")
    return connection


def test_admin_answers_what_nests_too_deep(broker):
    with admin(broker) as connection, connection.makefile("rb") as lines:
        connection.sendall(b"[" * 60000 + b"\n")
        assert "not JSON" in json.loads(lines.readline())["error"]


def test_idle_admin_connections_lock_no_operator_out(broker):
    idle = [admin(broker) for _ in range(40)]
    assert broker.ask("status")["device"]
    assert idle[0].recv(1) == b"", "the oldest made room"
    for connection in idle:
        connection.close()


def test_admin_readers_that_do_not_read_cost_nothing(broker):
    slow = [admin(broker) for _ in range(20)]
    for connection in slow:
        try:
            connection.sendall(b'{"command": "status"}\n' * 2000)
        except OSError:
            pass  # cut off already, to make room
    for _ in range(20):
        assert broker.ask("status")["device"]
    for connection in slow:
        connection.close()


def test_scrapers_that_do_not_read_are_cut_off(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with BrokerProcess(tmp_path, "--metrics-port", str(port)) as broker:
        at_start = possessions(broker.process.pid)["descriptors"]
        idle = [socket.create_connection(("127.0.0.1", port)) for _ in range(100)]
        with socket.create_connection(("127.0.0.1", port)) as asking:
            asking.sendall(b"GET /healthz HTTP/1.1\r\n\r\n")
            asking.settimeout(30)
            assert asking.recv(12) == b"HTTP/1.1 200"
        assert possessions(broker.process.pid)["descriptors"] <= at_start + 35
        for connection in idle:
            connection.close()
