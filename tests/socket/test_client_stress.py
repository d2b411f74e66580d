"""Batcher, sender and waits under threads, watched by the compiler's sanitizers."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SOURCES = [
    *(ROOT / "shim/src" / f"{name}.c" for name in ("batcher", "sender", "session")),
    *(ROOT / "shim/src" / f"{name}.c" for name in ("wait", "codec", "frame")),
    ROOT / "broker/wire/gen/xs_wire.c",
]


def build(
    program: Path, sanitizer: str, source: str = "client_stress.c"
) -> subprocess.CompletedProcess[str]:
    command = ["cc", "-std=c11", "-O1", "-g", "-D_GNU_SOURCE", "-pthread"]
    if sanitizer:
        command += [f"-fsanitize={sanitizer}", "-fno-sanitize-recover=all"]
    command += [f"-I{ROOT}", f"-I{ROOT / 'shim/include'}", "-o", str(program)]
    command += map(str, [HERE / source, *SOURCES])
    return subprocess.run(command, capture_output=True, text=True)


@pytest.mark.parametrize("sanitizer", ["thread", "address,undefined"])
def test_threads_append_complete_and_wait(tmp_path, sanitizer):
    """A compiler without that sanitizer's library still runs the stress itself."""
    program = tmp_path / "stress"
    built = build(program, sanitizer)
    if built.returncode and "lib" in built.stderr:
        built = build(program, "")
    assert built.returncode == 0, built.stderr
    # Thread sanitizer's shadow memory wants an address space that is not randomised.
    done = subprocess.run(
        ["setarch", "-R", str(program)], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr


def test_what_is_foretold_may_be_as_far_away_as_can_be_said(tmp_path):
    program = tmp_path / "foretold"
    built = build(program, "address,undefined", "client_foretold.c")
    if built.returncode and "lib" in built.stderr:
        built = build(program, "", "client_foretold.c")
    assert built.returncode == 0, built.stderr
    done = subprocess.run([str(program)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
