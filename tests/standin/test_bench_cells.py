"""The benchmark of replays by real processes on the stand-in driver: native cells and
the broker's in turn, kept one by one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from standin_driver import environment

from tests.unit.loadgen.test_loadgen_baseline import DAEMON

CELLS = ("alone", "strict", "native alone", "mps-30")


def play(tmp_path: Path, *arguments: str) -> dict[str, Any]:
    binary = tmp_path / "bin" / "nvidia-cuda-mps-control"
    if not binary.exists():
        binary.parent.mkdir()
        binary.write_text(DAEMON)
        binary.chmod(0o755)
    found = environment(tmp_path / "standin.log", "", native=1)
    found |= {"PATH": f"{binary.parent}:{found['PATH']}"}
    found |= {"XS_TEST_NOTES": str(tmp_path / "notes"), "COLUMNS": "120"}
    result = tmp_path / "result.json"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.bench.bench_gpu_replay", "--form", "gpu"),
            *("--seconds", "0.3", "--repetitions", "1", "--cells", ",".join(CELLS)),
            *("--keep", str(tmp_path / "kept"), "--json", str(result), *arguments),
        ],
        capture_output=True,
        text=True,
        timeout=240,
        env=found,
    )
    assert done.returncode == 0, done.stderr
    made: dict[str, Any] = json.loads(result.read_text())["gpu"]
    return made


def test_cells_take_turns_and_a_second_call_goes_on(tmp_path: Path) -> None:
    first = play(tmp_path, "--budget", "0")
    assert list(first["cells"]) == ["alone"], "the first always runs"
    assert first["missing"] == [
        "1-strict",
        "1-native-alone",
        "1-mps-30",
    ]
    second = play(tmp_path)
    assert second["missing"] == [] and list(second["cells"]) == list(CELLS)
    for name, cell in second["cells"].items():
        assert cell["repeated"] == 1, name
        assert cell["tenants"].keys() == {"rerank", "best-effort"}, name
    met = {demand["what"]: demand["measured"] for demand in second["demands"]}
    assert met["p50 / alone"] is not None
    assert met["best effort / the best of mps-30"] is not None
