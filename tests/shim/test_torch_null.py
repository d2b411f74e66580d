"""PyTorch, Triton, CuPy, numba and transformers, unmodified, on the null device.

Nothing is computed there, so values mean nothing: what is shown is that no driver call
of theirs is refused that ought not to be, and that none hangs. Not in CI, where they
are not installed. With an interpreter that has them (this one or another):

    XSCHED_TEST_TORCH_PYTHON=/path/to/python pytest tests/shim/test_torch_null.py
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from pathlib import Path

import pytest

from tests.gpu.frameworks import launch
from tests.gpu.frameworks.programs import PROGRAMS

PYTHON = os.environ.get("XSCHED_TEST_TORCH_PYTHON") or (
    sys.executable if importlib.util.find_spec("torch") else ""
)
pytestmark = pytest.mark.skipif(not PYTHON, reason="torch is not importable")

# Per program the cases that cannot pass, and why: a word of what they must fail with.
# Managed memory is refused by name; the rest stumbles over what the null device does
# not compute.
NOT_THERE = {
    "libraries": {"windows_and_histograms": "INTERNAL ASSERT"},
    "cupy": {"sorting": "not finite", "managed": "NotSupported"},
}
LEFT_OUT = {
    "transformers": "generates for more than eight minutes where nothing is computed",
}
CASES = [name for name in PROGRAMS if name not in LEFT_OUT]


@pytest.mark.parametrize("name", CASES)
def test_program_runs_to_its_end(name: str, tmp_path: Path) -> None:
    program, out = PROGRAMS[name], tmp_path / "record.json"
    command = [*launch.launcher(None)[:-1], "--device", "null", "--", PYTHON]
    command += ["-m", "tests.gpu.frameworks.record", program.module, "--out", str(out)]
    ended = launch.run(command, program.environment, program.timeout_s)
    assert ended.status == 0 and out.exists(), ended.text[-4000:]
    found = json.loads(out.read_text())
    missing = [line for line in found["failures"].values() if "needs vllm" in line]
    if missing:
        pytest.skip(missing[0])
    expected = NOT_THERE.get(name, {})
    wrong = {
        case: line
        for case, line in found["failures"].items()
        if expected.get(case, "?") not in line
    }
    assert not wrong, ended.text[-4000:]
    assert found["outputs"]
