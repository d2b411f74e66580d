"""Looking at a running broker: traces, `top`, accounts, the log; real processes."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from broker.admin import AdminError, admin_path, ask, follow
from broker.perfetto import PerfettoFile
from broker.wire.gen import messages as wire
from tests.socket.peer import (
    STREAM,
    BrokerProcess,
    Peer,
    eventually,
    launch,
    log_lines,
)

TIMEOUT = 30.0


def cli(*arguments: str, columns: int = 200) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "broker", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "COLUMNS": str(columns)},
    )


def events_of(parts: list[Any], path: Path) -> list[dict[str, Any]]:
    with path.open("w") as out:
        file = PerfettoFile(out)
        for part in parts:
            if isinstance(part, dict):
                file.add(part)
        file.end()
    events: list[dict[str, Any]] = json.loads(path.read_text())["traceEvents"]
    return events


@pytest.mark.parametrize("device", ["null", "emulated"])
def test_a_trace_has_every_operation_of_every_tenant(
    tmp_path: Path, device: str
) -> None:
    with (
        BrokerProcess(tmp_path, device=device) as broker,
        Peer(broker.path, "chat", priority_class=0) as high,
        Peer(broker.path, "batch", priority_class=1) as low,
    ):
        functions = []
        for peer in (high, low):
            peer.load()
            functions.append(peer.function("xs_empty"))
        parts = follow(admin_path(broker.path), "trace", TIMEOUT, seconds=0.5)
        got = [next(parts)]  # from here on it runs
        for peer, function in zip((high, low), functions, strict=True):
            peer.wait_retired(
                peer.submit(*[launch(function)] * 40, wire.Complete(STREAM))
            )
        got += parts
    events = events_of(got, tmp_path / "trace.json")
    names = {e["pid"]: e["args"]["name"] for e in events if e["name"] == "process_name"}
    for tenant in ("chat", "batch"):
        pid = next(p for p, name in names.items() if name == f"tenant {tenant}")
        mine = [e for e in events if e["pid"] == pid and e["name"] == "xs_empty"]
        assert len(mine) == 40, "once each"
        assert len({e["args"]["operation"] for e in mine}) == 40
        modes = {e["name"] for e in events if e["pid"] == pid and e["ph"] == "X"}
        assert modes & {"BULK", "URGENT", "HELD"}
        assert any(e["name"] == "WorkArrived" for e in events if e["pid"] == pid)


def test_one_trace_at_a_time_and_who_leaves_ends_it(tmp_path: Path) -> None:
    with BrokerProcess(tmp_path) as broker, Peer(broker.path) as peer:
        path = admin_path(broker.path)
        peer.load()
        function = peer.function("xs_empty")
        first = follow(path, "trace", TIMEOUT, seconds=3000)
        next(first)
        with pytest.raises(AdminError, match="running already"):
            ask(path, "trace", seconds=0.01)
        first.close()

        def traced_again() -> bool:
            # What is traced has to be sent: that is where it is seen that nobody reads.
            peer.wait_retired(peer.submit(launch(function), wire.Complete(STREAM)))
            with contextlib.suppress(AdminError):
                return bool(ask(path, "trace", seconds=0.01))
            return False

        eventually(traced_again, "the trace of who left has ended")


@pytest.fixture(scope="module")
def idle(form: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The admin socket of a broker without sessions."""
    with BrokerProcess(tmp_path_factory.mktemp("idle")) as broker:
        yield admin_path(broker.path)


@pytest.mark.parametrize("seconds", [0, -1, 1e9, "x", None])
def test_a_senseless_time_is_refused(idle: str, seconds: Any) -> None:
    if seconds is None:  # the default: one second
        assert ask(idle, "trace", TIMEOUT) >= 1
        return
    with pytest.raises(AdminError, match="seconds"):
        ask(idle, "trace", seconds=seconds)
    assert ask(idle, "status")["sessions"] == []


def test_the_commands(tmp_path: Path) -> None:
    out = tmp_path / "t.json"
    with BrokerProcess(tmp_path) as broker, Peer(broker.path, "seen") as peer:
        peer.load()
        peer.wait_retired(
            peer.submit(launch(peer.function("xs_empty")), wire.Complete(STREAM))
        )
        at = ("--socket", broker.path)
        done = cli("trace", "--seconds", "0.05", "--out", str(out), *at)
        assert done.returncode == 0 and "lost" in done.stdout, done.stderr
        assert json.loads(out.read_text())["otherData"]["lost"] == 0
        shown = cli("top", "--once", "--interval", "0.01", *at)
        assert shown.returncode == 0 and "seen" in shown.stdout, shown.stderr
        narrow = cli("top", "--interval", "0.01", *at, columns=50)
        assert all(len(line) <= 50 for line in narrow.stdout.splitlines())
        nowhere = cli("trace", "--seconds", "0.05", "--out", str(tmp_path / "a/b"), *at)
        assert nowhere.returncode == 2 and "cannot write" in nowhere.stderr


@pytest.mark.parametrize("command", ["top", "trace"])
def test_without_a_broker_one_line_says_what_to_do(
    tmp_path: Path, command: str
) -> None:
    nowhere = str(tmp_path / "nowhere.sock")
    out = ("--out", str(tmp_path / "t.json")) if command == "trace" else ()
    failed = cli(command, "--socket", nowhere, *out)
    assert failed.returncode == 2
    assert len(failed.stderr.splitlines()) == 1
    assert "serve --socket" in failed.stderr and nowhere in failed.stderr
    assert not (tmp_path / "t.json").exists()


def test_a_tenants_account_outlives_its_sessions(tmp_path: Path) -> None:
    with BrokerProcess(tmp_path) as broker:

        def account() -> dict[str, Any]:
            rows = broker.ask("tenants")
            return next((r for r in rows if r["tenant"] == "t"), {})

        for _ in range(2):
            with Peer(broker.path, "t") as peer:
                peer.load()
                function = peer.function("xs_empty")
                seq = peer.submit(*[launch(function)] * 5, wire.Complete(STREAM))
                peer.wait_retired(seq)
            eventually(lambda: not broker.sessions(), "the session has ended")
        found = account()
        assert found["launches"] == 10 and found["sessions"] == 0
        assert sum(found["queue_counts"]) == 10 and found["queue_sum_seconds"] > 0
        assert found["drained_slots"] >= 2, "code is loaded in drained slots"


def test_the_log_names_tenant_and_session(tmp_path: Path) -> None:
    config = '[tenants.known]\nclass = 1\ntoken = "right"\n'
    with BrokerProcess(tmp_path, config=config) as broker:
        with Peer(broker.path, "known", token=b"right") as peer:
            number = peer.welcome.session
        Peer(broker.path, "known", token=b"wrong").socket.close()
        eventually(lambda: not broker.sessions(), "the session has ended")
        lines = log_lines(broker)
    mine = [line for line in lines if line.get("session") == number]
    assert len(mine) >= 2, "begun and ended"
    assert {line["tenant"] for line in mine} == {"known"}
    [refused] = [line for line in lines if line.get("reason") == "token"]
    assert refused["tenant"] == "known" and refused["level"] == "warning"
