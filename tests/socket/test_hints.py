"""Hints and policies of a running broker: by the client, the admin socket, the CLI."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import client
from tests.socket.peer import BrokerProcess
from tests.socket.test_lifecycle import cli, is_one_line

CONFIG = """
[tenants.a]
class = 1
weight = 3
share = 75
[tenants.b]
share = 25
deadline = "20ms"
"""


@pytest.fixture(scope="module")
def broker(form, tmp_path_factory):
    folder = tmp_path_factory.mktemp("hints")
    with BrokerProcess(folder, config=CONFIG) as running:
        yield running


def state(broker, session):
    sessions = broker.ask("status")["scheduler_state"]["sessions"]
    found = sessions[str(session.id)]
    return found["class"], found["weight"], found["share"], found["deadline_ns"]


def test_the_configuration_is_where_a_session_begins(broker):
    with client.connect(broker.path, tenant="b") as session:
        assert state(broker, session) == (1, 1.0, 25.0, 20_000_000)


def test_a_session_sets_its_hints(broker):
    with client.connect(broker.path, tenant="a") as session:
        session.set_hint(priority_class=3, weight=0.5, deadline_ms=7)
        assert state(broker, session) == (3, 0.5, 75.0, 7_000_000)
        session.set_hint(priority_class=1, weight=3)
        assert state(broker, session) == (1, 3.0, 75.0, 7_000_000)
        for hint in ({"priority_class": 0}, {"weight": 3.5}):
            with pytest.raises(client.CudaError, match="operator"):
                session.set_hint(**hint)
        assert state(broker, session) == (1, 3.0, 75.0, 7_000_000)


def test_an_operator_sets_anything(broker):
    with client.connect(broker.path, tenant="a") as session:
        number = str(session.id)
        where = ("--socket", broker.path)
        shown = cli("hint", number, "--class", "0", "--weight", "9", *where)
        assert shown.stdout == f"session {number}, class 0, weight 9, deadline_ms 0\n"
        assert state(broker, session)[:2] == (0, 9.0)
        is_one_line(cli("hint", number, "--class", "300", *where), "0..254")
        is_one_line(cli("hint", "99", *where), "status")
    answer = cli("hint", number, "--weight", "1", *where)
    assert answer.returncode == 2


def test_every_policy_can_be_set_under_load(broker):
    with client.connect(broker.path, tenant="a") as session:
        stream = session.stream()
        event = session.event()
        for name in ("fair", "partition", "deadline", "fifo", "strict") * 2:
            assert broker.ask("policy_set", policy=name) == {"policy": name}
            stream.record(event)
            stream.synchronize()
    text = cli("policy", "set", "lottery", "--socket", broker.path)
    is_one_line(text, "'lottery'", "deadline, fair, fifo, partition, strict")


GOOD = """
from broker.sched.policies import TurnPolicy

class Mine(TurnPolicy):
    name = "mine"

    def rank(self, session, now_ns):
        return session.session

    def charge(self, session, used_ns):
        return
"""
BAD = GOOD.replace("def rank(self, session, now_ns)", "def rank(self, session)")


def installed(folder: Path, text: str) -> dict[str, str]:
    """A package with an entry point, as an installer would leave it."""
    (folder / "mine.py").write_text(text)
    info = folder / "mine-1.0.dist-info"
    info.mkdir(exist_ok=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: mine\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[xsched_broker.policies]\nmine = mine:Mine\n"
    )
    return {"PYTHONPATH": os.pathsep.join([str(folder), *sys.path])}


def test_a_users_policy_is_found_by_its_entry_point(tmp_path):
    environment = installed(tmp_path, GOOD)
    arguments = ("--policy", "mine")
    with BrokerProcess(tmp_path, *arguments, environment=environment) as broker:
        assert broker.ask("policy_get")["policy"] == "mine"
        with client.connect(broker.path, tenant="t") as session:
            session.synchronize()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (BAD, "rank must take (self, session, now_ns)"),
        (GOOD.replace("def charge", "def change"), "lacks charge"),
        (GOOD.replace('"mine"', '"strict"'), "already registered"),
        (GOOD.replace("from broker.sched", "from nowhere"), "cannot be loaded"),
    ],
)
def test_a_policy_that_breaks_its_contract_is_named(tmp_path, text, says):
    environment = installed(tmp_path, text)
    result = subprocess.run(
        [
            *(sys.executable, "-m", "broker", "serve", "--device", "null"),
            *("--socket", str(tmp_path / "s")),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **environment},
    )
    is_one_line(result, "policy 'mine' (mine:Mine)", says)
