"""PTX through a compiler in front of the stand-in driver: what reaches the driver."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from standin_driver import environment, read_log

from broker.wire.gen import messages as wire
from tests.socket.peer import PTX, BrokerProcess, Peer, launch, log_lines

MODULE_TWO = wire.make_handle(wire.KIND_MODULE, 2)
NO_BINARY = 209
INVALID_PTX = 218


@pytest.fixture(autouse=True)
def nvjitlink() -> None:
    spec = importlib.util.find_spec("nvidia")
    folders = (spec.submodule_search_locations or ()) if spec else ()
    if not any([*Path(f).glob("*/lib/libnvJitLink.so.1[0-9]")] for f in folders):
        pytest.skip("the wheel nvidia-nvjitlink is not installed")


def broker(folder: Path, fail: str = "") -> BrokerProcess:
    settings = environment(folder / "standin.log", fail)
    settings["XSCHED_BROKER_SERVER__PTX_HELPERS"] = "1"
    return BrokerProcess(folder, device="cuda", environment=settings)


def test_only_machine_code_reaches_the_driver(tmp_path: Path) -> None:
    with broker(tmp_path) as running:
        with Peer(running.path) as peer:
            assert peer.load(PTX).result == 0
            peer.submit(launch(peer.function("xs_empty")))
            refused = peer.load(b".version 8.0\n.target sm_90\nnonsense\n", MODULE_TWO)
            assert refused.result == INVALID_PTX and "line 3" in refused.message
        assert running.stop() == 0
    log = read_log(tmp_path / "standin.log")
    assert len(log.of("cuModuleLoadDataEx")) == 1, "the refused text never came there"
    assert not log.violations


def test_what_the_driver_does_not_load_it_compiles_itself(tmp_path: Path) -> None:
    with broker(tmp_path, f"cuModuleLoadDataEx:1:{NO_BINARY}") as running:
        with Peer(running.path) as peer:
            assert peer.load().result == 0
            peer.submit(launch(peer.function("xs_empty")))
        warned = [line for line in log_lines(running) if line["level"] == "warning"]
        assert any("compiles the PTX itself" in line["message"] for line in warned)
        assert running.stop() == 0
    loads = read_log(tmp_path / "standin.log").of("cuModuleLoadDataEx")
    assert [call.result for call in loads] == [NO_BINARY, 0]


def test_one_text_is_linked_by_no_driver(tmp_path: Path) -> None:
    """With its closing zero or without; several inputs are the driver's to link."""
    with broker(tmp_path) as running:
        with Peer(running.path) as peer:
            peer.call(wire.HostRegister, 0, 4 << 20)
            text = PTX + b"\0"
            peer.host[: len(text)] = text
            one = wire.LinkInput(1, "a.ptx", 0, len(text))
            linked = peer.call(wire.Link, 0, (one,), 1 << 20, 1 << 20)
            assert (linked.result, bytes(peer.host[1 << 20 : (1 << 20) + 4])) == (
                0,
                b"\x7fELF",
            )
            wrong = wire.LinkInput(1, "b.ptx", 20, 50)
            refused = peer.call(wire.Link, 0, (wrong,), 1 << 20, 1 << 20)
            assert refused.result == INVALID_PTX and refused.message
            assert peer.call(wire.Link, 0, (one, one), 1 << 20, 1 << 20).result == 0
        assert running.stop() == 0
    assert len(read_log(tmp_path / "standin.log").of("cuLinkCreate")) == 1
