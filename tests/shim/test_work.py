"""C programs that do device work, unmodified, behind the shim: each checks its own
results and ends at the first that is wrong. On null and emulated."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.shim.conftest import PATIENCE_SECONDS, ROOT, environment, run
from tests.socket.peer import BrokerProcess, eventually

PTX = ROOT / "loadgen" / "kernels" / "builtin.ptx"
# The quota is what programs/memory.c expects.
CONFIG = """
[tenants.t]
memory = "64MiB"
"""
PROGRAMS = [
    *("vector_add", "copies", "streams", "memory", "modules", "crowd"),
    *("capture", "capture_vmm", "graphs", "graph_copies", "arrays"),
]


@pytest.fixture(scope="module", params=["null", "emulated"])
def device(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, BrokerProcess]]:
    place = tmp_path_factory.mktemp(request.param)
    more = ["--dilation", "1"] if request.param == "emulated" else []
    with BrokerProcess(place, *more, device=request.param, config=CONFIG) as running:
        yield request.param, running
        assert running.stop() == 0


@pytest.mark.parametrize("name", PROGRAMS)
def test_program(
    name: str,
    program: Callable[[str], Path],
    device: tuple[str, BrokerProcess],
) -> None:
    kind, broker = device
    more = {"XS_TEST_DEVICE": kind, "XS_TEST_PTX": str(PTX)}
    done = run([str(program(name))], broker.path, **more)
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr
    eventually(lambda: not broker.sessions(), "the session is gone")


def test_nobody_hangs_when_the_broker_dies(
    program: Callable[[str], Path], tmp_path: Path
) -> None:
    """On the emulated device: there a wait for a word really waits."""
    with BrokerProcess(tmp_path, "--dilation", "1", device="emulated") as broker:
        running = subprocess.Popen(
            [str(program("lost"))],
            env=environment(broker.path),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert running.stdout is not None
        assert running.stdout.readline() == "waiting\n"
        broker.process.kill()
        output, errors = running.communicate(timeout=PATIENCE_SECONDS)
        assert (running.returncode, output) == (0, "done\n"), errors
