"""The C programs of tests/shim, unmodified, behind the shim on a real GPU: each checks
its own results and ends at the first that is wrong."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.shim.conftest import ROOT, folder, program, run
from tests.shim.test_work import CONFIG, PROGRAMS
from tests.socket.peer import BrokerProcess

pytestmark = pytest.mark.gpu

__all__ = ["folder", "program"]  # fixtures


@pytest.mark.parametrize("name", PROGRAMS)
def test_program(
    name: str,
    program: Callable[[str], Path],
    tmp_path: Path,
) -> None:
    if not os.path.exists("/dev/nvidiactl"):
        pytest.skip("no NVIDIA GPU on this machine")
    ptx = str(ROOT / "loadgen" / "kernels" / "builtin.ptx")
    with BrokerProcess(tmp_path, device="cuda", config=CONFIG) as broker:
        more = {"XS_TEST_DEVICE": "cuda", "XS_TEST_PTX": ptx}
        done = run([str(program(name))], broker.path, **more)
        assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr
        assert broker.stop() == 0
