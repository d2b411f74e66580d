"""A broker whose tenants launch on streams in turn has its device change contexts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from standin_driver import environment, read_log

from broker.wire.gen import messages as wire
from tests.socket.peer import STREAM, BrokerProcess, Peer, eventually, launch

OTHER = wire.make_handle(wire.KIND_STREAM, 2)
TURNS = 100
COMPLETE = wire.Complete(STREAM)


CLASSES = "[tenants.high]\nclass = 0\n[tenants.low]\nclass = 1\n"


def broker(folder: Path, **more: str) -> BrokerProcess:
    settings = environment(folder / "standin.log") | more
    return BrokerProcess(folder, device="cuda", config=CLASSES, environment=settings)


def take_turns(peer: Peer) -> None:
    peer.load()
    function = peer.function("xs_empty")
    peer.submit(wire.StreamCreate(OTHER, 1, 0))
    pair = [launch(function, stream=stream) for stream in (STREAM, OTHER)]
    peer.submit(*pair * TURNS)  # at once: neither of them runs dry meanwhile


def switches(running: BrokerProcess) -> int:
    times: dict[str, Any] = running.ask("status")["pump"]["control_times"]
    return int(times.get("switch_context", {"count": 0})["count"])


def test_turns_make_it_change_contexts(tmp_path: Path) -> None:
    with broker(tmp_path) as running:
        with Peer(running.path, "low") as peer:
            take_turns(peer)
            eventually(lambda: switches(running) == 1, "a switch of context")
        assert running.stop() == 0
    log = read_log(tmp_path / "standin.log")
    assert log.ended and not log.violations and not log.leaks
    assert len(log.of("cuCtxCreate")) == len(log.of("cuCtxDestroy")) == 1


def test_a_request_beside_others_makes_it_change_contexts(tmp_path: Path) -> None:
    """One turn: nobody would do it for that, were it not the end of a hold."""
    with broker(tmp_path) as running:
        with Peer(running.path, "low") as low, Peer(running.path, "high") as high:
            for peer in (low, high):
                peer.load()
                last = peer.submit(launch(peer.function("xs_empty")), COMPLETE)
                peer.wait_retired(last, line=1)
            eventually(lambda: switches(running) == 1, "a switch of context")
        assert running.stop() == 0


@pytest.mark.parametrize(
    ("setting", "major", "contexts"), [("off", 9, 0), ("auto", 8, 0), ("on", 8, 1)]
)
def test_it_goes_by_the_setting_and_by_the_device(
    tmp_path: Path, setting: str, major: int, contexts: int
) -> None:
    told = {"XSCHED_BROKER_DEVICE__SECOND_CONTEXT": setting}
    with broker(tmp_path, **told, XS_STANDIN_MAJOR=str(major)) as running:
        with Peer(running.path, "low") as peer:
            take_turns(peer)
            if contexts:
                eventually(lambda: switches(running) == 1, "a switch of context")
        assert running.stop() == 0
    log = read_log(tmp_path / "standin.log")
    assert log.ended and not log.violations
    assert len(log.of("cuCtxCreate")) == contexts
