"""How long a device fault keeps the broker from serving.

Command: `python -m tests.bench.bench_restart [--device emulated|cuda]` (or
tests/gpu/run.sh restart). A tenant writes to an address that is not mapped; measured is
the wall time from the error that it gets to the welcome of the next session. The last
result stands in tests/bench/RESULTS.md.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

import numpy as np

import client
from client.errors import CudaError
from tests.bench import harness

PTX = Path(__file__).parents[2] / "loadgen" / "kernels" / "builtin.ptx"
ROUNDS = 5


def fault(path: str) -> None:
    with client.connect(path, tenant="guilty") as session:
        write = session.load_module(PTX.read_text()).function("xs_write_word")
        write.launch(1, 32, (np.uint64(0x1000), np.uint32(1)))
        try:
            session.synchronize()
        except CudaError:
            return
        raise AssertionError("the device took a write to an unmapped address")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", default="emulated")
    options = parser.parse_args()
    seconds = []
    with harness.broker(options.device) as broker:
        device = broker.status()["device"]["name"]
        for _ in range(ROUNDS):
            fault(broker.path)
            begin = time.monotonic()
            with client.connect(broker.path, tenant="next") as session:
                session.synchronize()
            seconds.append(time.monotonic() - begin)
    rows: list[tuple[object, ...]] = [
        (
            "fault to next welcome, s, median",
            f"{statistics.median(seconds):.2f}",
            "< 2",
        ),
        ("longest", f"{max(seconds):.2f}", "< 2"),
    ]
    harness.show(
        f"Restart: {harness.machine(device)}", ("what", "measured", "wanted"), rows
    )


if __name__ == "__main__":
    main()
