"""What the codec costs: python tests/bench/bench_codec.py

Everything is measured in one run on one machine, so that the ratios mean something: the
C codec alone, the C codec as Python calls it, the Python oracle, and msgpack's own
unpacker on the same bytes, which builds lists and checks nothing. Best of several
rounds.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgpack

from broker.wire import _codec as native
from broker.wire import codec as oracle
from broker.wire.gen import messages as gen

ROOT = Path(__file__).parents[2]
SOURCES = ["shim/src/codec.c", "shim/src/frame.c", "broker/wire/gen/xs_wire.c"]
OPERATIONS = 500


def c_loop(rounds: int = 2000) -> tuple[float, float, float]:
    """Nanoseconds per launch encoded and decoded in C, and bytes per launch."""
    flags = ["-std=c11", "-O3", "-D_GNU_SOURCE", "-I.", "-Ishim/include"]
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "codec_loop"
        command = [os.environ.get("CC", "cc"), *flags, "tests/bench/codec_loop.c"]
        subprocess.run([*command, *SOURCES, "-o", str(program)], cwd=ROOT, check=True)
        output = subprocess.check_output([str(program), str(rounds)], text=True)
    encode_ns, decode_ns, size, _ = output.split()
    return float(encode_ns), float(decode_ns), float(size)


def submission() -> gen.Submit:
    launches = [
        gen.Launch(
            gen.make_handle(gen.KIND_STREAM, 1 + i % 4),
            gen.make_handle(gen.KIND_FUNCTION, 1 + i % 97, 1),
            1 + i * 37 % 70000,
            1 + i % 3 * 127,
            1,
            256 if i % 2 else 128,
            1,
            1,
            0 if i % 5 else 49152,
            bytes((i * 31 + j) % 256 for j in range(40)),
        )
        for i in range(OPERATIONS)
    ]
    return gen.Submit(1, tuple(launches))


def per_launch_ns(call: Callable[[], object], rounds: int) -> float:
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter_ns()
        call()
        best = min(best, time.perf_counter_ns() - start)
    return best / OPERATIONS


def intake_ns(body: bytes, rounds: int) -> float:
    """Through Intake into a sink that only counts: what the broker's reader pays."""
    frame = len(body).to_bytes(4, "little") + body
    intake = native.Intake(native.CountingSink().capsule())

    def read() -> None:
        intake.get_buffer()[: len(frame)] = frame
        intake.advance(len(frame))

    return per_launch_ns(read, rounds)


def measure(rounds: int = 200) -> dict[str, float]:
    """Nanoseconds per launch of each way."""
    submit = submission()
    body = oracle.encode(submit)
    assert native.encode(submit) == body
    encode_ns, decode_ns, size = c_loop(rounds * 10)
    slow = max(3, rounds // 20)
    return {
        "bytes": size,
        "C encode": encode_ns,
        "C decode into a sink": decode_ns,
        "Intake into a sink": intake_ns(body, rounds),
        "C encode from objects": per_launch_ns(lambda: native.encode(submit), rounds),
        "C decode to objects": per_launch_ns(lambda: native.decode(body), rounds),
        "oracle encode": per_launch_ns(lambda: oracle.encode(submit), slow),
        "oracle decode": per_launch_ns(lambda: oracle.decode(body), slow),
        "msgpack.unpackb": per_launch_ns(lambda: msgpack.unpackb(body), rounds),
    }


def main() -> None:
    rows = measure()
    base = rows["C decode into a sink"]
    print(f"per launch of {rows.pop('bytes'):.0f} bytes, submissions of {OPERATIONS}")
    for name, ns in rows.items():
        print(f"{name:24}{ns:10.1f} ns{ns / base:10.1f} x C decode")


if __name__ == "__main__":
    main()
