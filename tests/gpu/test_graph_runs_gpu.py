"""As tests/socket/test_graph_runs.py, on a real GPU."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.socket.test_graph_runs import play

pytestmark = pytest.mark.gpu


@pytest.mark.parametrize("tenant", ["t", "apart"])
def test_runs_compute_what_segments_do(tmp_path: Path, tenant: str) -> None:
    if not os.path.exists("/dev/nvidiactl"):
        pytest.skip("no NVIDIA GPU on this machine")
    play(tmp_path, "cuda", tenant)
