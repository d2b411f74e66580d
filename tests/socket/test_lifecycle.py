"""How a broker process starts, stops, and survives a fault of its device."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest
from prometheus_client.parser import text_string_to_metric_families

from broker.wire.gen import messages as wire
from tests.socket.peer import (
    STREAM,
    BrokerProcess,
    Peer,
    eventually,
    launch,
    log_lines,
)

ILLEGAL_ADDRESS = 700


def cli(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "broker", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **environment},
    )


def is_one_line(result: subprocess.CompletedProcess[str], *says: str) -> None:
    """A user's mistake: exit 2, one line, no traceback."""
    assert result.returncode == 2, result
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1, result.stderr
    for text in says:
        assert text in result.stderr


# ------------------------------------------------------------------ stopping
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_drains_and_exits_0(tmp_path, number):
    with BrokerProcess(tmp_path) as broker, Peer(broker.path) as peer:
        peer.load()
        function = peer.function("xs_empty")
        seq = peer.submit(*[launch(function)] * 500)
        peer.submit(wire.Complete(STREAM))
        eventually(lambda: peer.word(wire.STATUS_ACCEPTED_SEQ) > seq, "accepted")
        broker.process.send_signal(number)
        assert broker.wait() == 0
        assert peer.word(wire.STATUS_RETIRED_SEQ, 1) >= seq
        assert peer.word(wire.STATUS_EPOCH) >> 32 == 1  # closed
        assert peer.receive() is None
        assert not os.path.exists(broker.path)
        assert not os.path.exists(broker.path + ".admin")


def never_ends(peer: Peer) -> None:
    """A host function that the peer never runs: its stream waits for good."""
    peer.submit(wire.HostFunction(STREAM, 1), wire.Complete(STREAM))
    eventually(lambda: peer.word(wire.STATUS_HOST_SEQ, 1) == 1, "it is due")


def test_a_drain_refuses_new_sessions_and_is_bounded(tmp_path):
    config = '[server]\ndrain_seconds = "300ms"\n'
    with BrokerProcess(tmp_path, config=config) as broker, Peer(broker.path) as peer:
        never_ends(peer)
        broker.process.send_signal(signal.SIGTERM)
        eventually(lambda: broker.ask("status")["draining"], "it drains")
        with Peer(broker.path, "late") as late:
            assert late.welcome.reason == "draining"
        assert broker.wait() == 0


def test_a_second_signal_ends_it_at_once(tmp_path):
    config = '[server]\ndrain_seconds = "1h"\n'
    with BrokerProcess(tmp_path, config=config) as broker, Peer(broker.path) as peer:
        never_ends(peer)
        broker.process.send_signal(signal.SIGTERM)
        eventually(lambda: broker.ask("status")["draining"], "it drains")
        broker.process.send_signal(signal.SIGTERM)
        assert broker.wait() == 130


def test_drain_by_the_command_line(tmp_path):
    with BrokerProcess(tmp_path) as broker:
        assert cli("drain", "--socket", broker.path).returncode == 0
        assert broker.wait() == 0


# ------------------------------------------------------------------ sockets
def test_a_busy_socket_is_one_line(tmp_path):
    with BrokerProcess(tmp_path) as broker:
        second = cli("serve", "--socket", broker.path, "--device", "null")
        is_one_line(second, broker.path, "busy")
        with Peer(broker.path) as peer:
            assert isinstance(peer.welcome, wire.Welcome)


def test_a_stale_socket_is_replaced(tmp_path):
    with BrokerProcess(tmp_path) as broker:
        broker.process.kill()
        broker.wait()
        assert os.path.exists(broker.path)
    with BrokerProcess(tmp_path) as broker, Peer(broker.path) as peer:
        assert isinstance(peer.welcome, wire.Welcome)


@pytest.mark.parametrize("path", ["plain", "missing/broker.sock", "x" * 200])
def test_an_impossible_socket_is_one_line(tmp_path, path):
    (tmp_path / "plain").write_text("")
    is_one_line(cli("serve", "--socket", str(tmp_path / path), "--device", "null"))


def test_mode_of_the_sockets(tmp_path):
    config = '[server]\nmode = "0606"\n'
    with BrokerProcess(tmp_path, config=config) as broker:
        assert os.stat(broker.path).st_mode & 0o777 == 0o606
        assert os.stat(broker.path + ".admin").st_mode & 0o777 == 0o600


ACTIVATE = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.set_inheritable(3, True)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.environ["LISTEN_FDNAMES"] = sys.argv[2]
os.execv(sys.executable, [sys.executable, "-m", "broker", *sys.argv[3:]])
"""


def test_a_socket_from_the_service_manager_is_used(tmp_path):
    path = str(tmp_path / "given.sock")
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(path)
    listening.listen()
    told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    told.bind(str(tmp_path / "notify"))
    told.settimeout(30)
    process = subprocess.Popen(
        [
            *(sys.executable, "-c", ACTIVATE, str(listening.fileno()), "given.socket"),
            *("serve", "--socket", str(tmp_path / "other.sock"), "--device", "null"),
        ],
        pass_fds=(listening.fileno(),),
        stderr=subprocess.DEVNULL,
        env={
            **os.environ,
            "NOTIFY_SOCKET": str(tmp_path / "notify"),
            "WATCHDOG_USEC": "50000",
        },
    )
    try:
        assert told.recv(64) == b"READY=1"
        assert told.recv(64) == b"WATCHDOG=1"
        with Peer(path) as peer:
            assert isinstance(peer.welcome, wire.Welcome)
        process.send_signal(signal.SIGTERM)
        while (message := told.recv(64)) == b"WATCHDOG=1":
            pass
        assert message == b"STOPPING=1"
        assert process.wait(30) == 0
        assert os.path.exists(path), "the manager's socket is not ours to remove"
    finally:
        process.kill()
        process.wait()
        told.close()
        listening.close()


# -------------------------------------------------------- admin, metrics, CLI
def test_status_tenants_and_policy_by_the_command_line(tmp_path):
    with BrokerProcess(tmp_path) as broker, Peer(broker.path, "seen"):
        status = json.loads(cli("status", "--json", "--socket", broker.path).stdout)
        assert status["device"]["backend"] == "null"
        assert [s["tenant"] for s in status["sessions"]] == ["seen"]
        assert status["scheduler"]["switch_times"]["first_high"]["count"] == 0
        assert "seen" in cli("status", "--socket", broker.path).stdout
        tenants = json.loads(cli("tenants", "--json", "--socket", broker.path).stdout)
        assert tenants[0]["tenant"] == "seen"
        assert cli("policy", "get", "--socket", broker.path).stdout == "strict\n"
        assert cli("policy", "set", "fifo", "--socket", broker.path).stdout == "fifo\n"
        assert broker.ask("status")["policy"] == "fifo"
        is_one_line(
            cli("policy", "set", "x", "--socket", broker.path), "strict", "fifo"
        )


def test_the_policy_changes_under_load(tmp_path):
    with BrokerProcess(tmp_path) as broker, Peer(broker.path) as peer:
        peer.load()
        function = peer.function("xs_empty")
        for name in ("fifo", "strict") * 5:
            seq = peer.submit(*[launch(function)] * 499, wire.Complete(STREAM))
            assert broker.ask("policy_set", policy=name) == {"policy": name}
            peer.wait_retired(seq)
        totals = broker.ask("status")["scheduler"]["totals"]
        assert totals["policy_switches"] == 10


def test_admin_answers_nonsense(tmp_path):
    with BrokerProcess(tmp_path) as broker:
        with socket.socket(socket.AF_UNIX) as admin:
            admin.settimeout(30)
            admin.connect(broker.path + ".admin")
            lines = admin.makefile("rb")
            for nonsense in (b"{\n", b"[]\n", b'{"command": "fly"}\n'):
                admin.sendall(nonsense)
                assert "error" in json.loads(lines.readline())
            lines.close()
        assert broker.ask("config")["server"]["socket"] == broker.path


def test_metrics_are_served_by_the_loop(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (
        BrokerProcess(tmp_path, "--metrics-port", str(port)) as broker,
        Peer(broker.path, "counted") as peer,
    ):
        peer.load()
        function = peer.function("xs_empty")
        peer.submit(*[launch(function)] * 7, wire.Complete(STREAM))
        peer.wait_retired(8)
        base = f"http://127.0.0.1:{port}"
        with urllib.request.urlopen(f"{base}/metrics", timeout=30) as answer:
            text = answer.read().decode()
        families = {f.name: f for f in text_string_to_metric_families(text)}
        [launches] = families["xsched_broker_launches"].samples
        assert launches.value == 7
        assert launches.labels["tenant"] == "counted"
        assert launches.labels["UUID"].startswith("GPU-")
        assert "xsched_broker_first_high_seconds_bucket" in text
        for path in ("/healthz", "/readyz"):
            assert urllib.request.urlopen(base + path, timeout=30).status == 200
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{base}/other", timeout=30)


def test_mistakes_are_one_line(tmp_path):
    nowhere = str(tmp_path / "nowhere.sock")
    is_one_line(cli("status", "--socket", nowhere), nowhere, "serve --socket")
    is_one_line(cli("serve", "--socket", nowhere, "--device", "abacus"), "emulated")
    is_one_line(
        cli("serve", "--socket", nowhere, "--device", "null", "--policy", "x"), "strict"
    )
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("[server]\nsokcet = 'x'\n")
    is_one_line(
        cli("serve", "--config", str(wrong)),
        *("server.sokcet", "wrong.toml", "server.socket"),
    )
    is_one_line(cli("config", "--show", "--config", str(tmp_path / "none")), "none")
    is_one_line(cli("config", XSCHED_BROKER_SERVER__SOCK="x"), "server.socket?")


def test_cuda_without_a_gpu_is_one_line(tmp_path):
    if os.path.exists("/dev/nvidiactl"):
        pytest.skip("this machine has a GPU")
    result = cli("serve", "--socket", str(tmp_path / "s"), "--device", "cuda")
    is_one_line(result, "emulated")
    assert not os.path.exists(tmp_path / "s")


def test_config_show_names_origins(tmp_path):
    file = tmp_path / "b.toml"
    file.write_text('policy = "fifo"\n[tenants.a]\ntoken = "secret"\n')
    shown = cli(
        *("config", "--show", "--config", str(file)),
        XSCHED_BROKER_SCHEDULER__WINDOW_NS="300us",
    ).stdout
    assert f'policy = "fifo"  # file {file}' in shown
    assert (
        "window_ns = 300000  # environment XSCHED_BROKER_SCHEDULER__WINDOW_NS" in shown
    )
    assert "secret" not in shown


# ------------------------------------------------------------------- faults
def fault(peer: Peer) -> None:
    """Write to an address that is nobody's."""
    assert peer.load().result == 0
    function = peer.function("xs_write_word")
    params = (0xDEAD0000).to_bytes(8, "little") + (7).to_bytes(4, "little")
    peer.submit(launch(function, params), wire.Complete(STREAM))


def test_a_device_fault_restarts_the_broker_with_its_sockets(tmp_path):
    arguments = ("--dilation", "1")
    with BrokerProcess(tmp_path, *arguments, device="emulated") as broker:
        pid = broker.process.pid
        with Peer(broker.path, "guilty") as guilty, Peer(broker.path, "other") as other:
            fault(guilty)
            for peer in (guilty, other):
                notice = peer.receive()
                assert isinstance(notice, wire.Fault), notice
                assert notice.result == ILLEGAL_ADDRESS
                assert peer.receive() is None
                assert peer.sticky() == ILLEGAL_ADDRESS
            # The sockets were kept: this connection waits in the kernel for the next
            # life.
            with Peer(broker.path, "next") as following:
                assert following.welcome.epoch == 2
                assert following.load().result == 0
                seq = following.submit(
                    launch(following.function("xs_empty")), wire.Complete(STREAM)
                )
                following.wait_retired(seq)
                assert broker.process.pid == pid
                assert broker.ask("status")["epoch"] == 2
        words = "in flight: session 1 (guilty) operation 1 launch xs_write_word"
        assert any(line["message"].startswith(words) for line in log_lines(broker))
        assert broker.stop() == 0
        assert not os.path.exists(broker.path)


def test_restarts_are_capped(tmp_path):
    config = "[server]\nrestarts_per_minute_max = 1\n"
    with BrokerProcess(
        tmp_path, "--dilation", "1", config=config, device="emulated"
    ) as broker:
        for _ in range(2):
            with Peer(broker.path) as peer:
                fault(peer)
                assert isinstance(peer.receive(), wire.Fault)
        assert broker.wait() == 1
