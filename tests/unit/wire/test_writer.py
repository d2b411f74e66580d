"""The C writer and its open submissions; what they wrote, the oracle reads."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from broker.wire import codec
from broker.wire.framing import FrameBuffer
from broker.wire.gen import messages as gen

ROOT = Path(__file__).parents[3]
SOURCES = [
    "tests/unit/wire/writer_check.c",
    "shim/src/codec.c",
    "shim/src/frame.c",
    "broker/wire/gen/xs_wire.c",
]


def _messages(stream: bytes) -> list[gen.Message]:
    buffer = FrameBuffer()
    buffer.feed(stream)
    found = [codec.decode(body) for body in iter(buffer.next_body, None)]
    assert buffer.bytes_buffered == 0
    return found


def test_writer(tmp_path: Path) -> None:
    program = tmp_path / "writer_check"
    flags = ["-std=c11", "-O1", "-Wall", "-Wextra", "-Werror", "-D_GNU_SOURCE"]
    command = [os.environ.get("CC", "cc"), *flags, "-I.", "-Ishim/include", *SOURCES]
    subprocess.run([*command, "-o", str(program)], cwd=ROOT, check=True)
    done = subprocess.run([str(program)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    *submissions, last = [bytes.fromhex(line) for line in done.stdout.split()]
    for count, stream in zip((0, 10, 20), submissions, strict=True):
        (submit,) = _messages(stream)
        assert isinstance(submit, gen.Submit)
        assert submit.first_seq == (2**40 if count else 1)
        sizes = [len(op.params) for op in submit.operations]  # type: ignore[union-attr]
        assert sizes == list(range(count))
    assert _messages(last) == [gen.Free(1, 2, 3), gen.Goodbye()]
