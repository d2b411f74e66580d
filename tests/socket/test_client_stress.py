"""Batcher, sender and waits under threads, watched by the compiler's sanitizers."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SOURCES = [
    HERE / "client_stress.c",
    *(ROOT / "shim/src" / f"{name}.c" for name in ("batcher", "sender", "session")),
    *(ROOT / "shim/src" / f"{name}.c" for name in ("wait", "codec", "frame")),
    ROOT / "broker/wire/gen/xs_wire.c",
]


def build(program: Path, sanitizer: str) -> subprocess.CompletedProcess[str]:
    command = ["cc", "-std=c11", "-O1", "-g", "-D_GNU_SOURCE", "-pthread"]
    command += [f"-fsanitize={sanitizer}"] if sanitizer else []
    command += [f"-I{ROOT}", f"-I{ROOT / 'shim/include'}", "-o", str(program)]
    command += map(str, SOURCES)
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
