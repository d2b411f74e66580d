"""Batcher, sender and waits under threads, watched by the compiler's sanitizers."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.building import QUICK, ROOT, build

HERE = Path(__file__).parent
SOURCES = [
    *(ROOT / "shim/src" / f"{name}.c" for name in ("batcher", "sender", "session")),
    *(ROOT / "shim/src" / f"{name}.c" for name in ("wait", "codec", "frame")),
    ROOT / "broker/wire/gen/xs_wire.c",
]


def built(folder: Path, sanitizer: str, source: str) -> Path:
    """The program; without the sanitizer where the compiler lacks its library."""
    flags = ["-std=c11", *QUICK, "-D_GNU_SOURCE", "-pthread"]
    flags += [f"-I{ROOT}", f"-I{ROOT / 'shim/include'}"]
    watched = [*flags, f"-fsanitize={sanitizer}", "-fno-sanitize-recover=all"]
    program, sources = folder / "watched", [HERE / source, *SOURCES]
    done = build(program, sources, watched)
    if done.returncode and "lib" in done.stderr:
        program = folder / "bare"
        done = build(program, sources, flags)
    assert done.returncode == 0, done.stderr
    return program


@pytest.mark.parametrize("sanitizer", ["thread", "address,undefined"])
def test_threads_append_complete_and_wait(tmp_path, sanitizer):
    program = built(tmp_path, sanitizer, "client_stress.c")
    # Thread sanitizer's shadow memory wants an address space that is not randomised.
    done = subprocess.run(
        ["setarch", "-R", str(program)], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr


def test_what_is_foretold_may_be_as_far_away_as_can_be_said(tmp_path):
    program = built(tmp_path, "address,undefined", "client_foretold.c")
    done = subprocess.run([str(program)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
