"""Programs behind the shim: a broker on a device, and what puts a program behind it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from broker.run import Wishes, shim_environment, shim_folder
from tests.socket.peer import BrokerProcess, eventually

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
FLAGS = ("-std=gnu11", "-g", "-O1", "-Wall", "-Wextra", "-Wno-unused-parameter")
CONFIG = """
[tenants.t]
memory = "64MiB"
"""
PATIENCE_SECONDS = 30

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Build programs/NAME.c against the shim, once."""
    folder = tmp_path_factory.mktemp("programs")
    library = shim_folder() / "libcuda.so.1"

    def build(name: str) -> Path:
        target = folder / name
        if not target.exists():
            source = HERE / "programs" / f"{name}.c"
            command = [os.environ.get("CC", "cc"), *FLAGS, f"-I{ROOT}/shim/include"]
            command += [str(source), str(library), "-lpthread", "-o", str(target)]
            done = subprocess.run(command, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
        return target

    return build


@pytest.fixture(scope="module", params=["null", "emulated"])
def broker(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BrokerProcess]:
    folder = tmp_path_factory.mktemp("broker")
    more = ["--dilation", "1"] if request.param == "emulated" else []
    with BrokerProcess(folder, *more, device=request.param, config=CONFIG) as broker:
        broker.device = request.param
        yield broker
        assert broker.stop() == 0


@pytest.fixture
def run(broker: BrokerProcess) -> Iterator[Run]:
    """Run a command behind the broker; every session of it is gone at the end."""

    def run(command: list[str], **more: str) -> subprocess.CompletedProcess[str]:
        wishes = Wishes(socket=broker.path, tenant="t")
        environment = {
            **os.environ,
            **shim_environment(shim_folder(), wishes, os.environ),
            "XS_TEST_DEVICE": broker.device,
            "XS_TEST_PTX": str(ROOT / "loadgen" / "kernels" / "builtin.ptx"),
            **more,
        }
        return subprocess.run(
            command,
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
        )

    yield run
    eventually(lambda: not broker.sessions(), "all sessions are gone")
