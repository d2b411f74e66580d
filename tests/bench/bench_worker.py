"""What the worker costs a launch: python tests/bench/bench_worker.py

On the null device, in one thread: taking launches in (the codec, and the sink as the
difference to a sink that only counts) and issuing them (one call of step for all that
is queued, sampling and markers included). Best of several rounds.

Last result, 2 cores of a virtual machine (Intel Xeon) shared with other work, Python
3.11, -O3, best of six runs each in turn; before is the worker of b636050, in one file:
    before  decode 13.6   sink 32.6   issue 57.4   issue in a window of 200 us 58.8
    after   decode 14.0   sink 32.5   issue 59.9   issue in a window of 200 us 59.8
"""

from __future__ import annotations

import platform
import struct
import time

from broker.wire import _codec as native
from broker.wire._codec import encode
from broker.wire.gen import messages as m
from tests.unit.device_worker.rig import Rig, Tenant

OPERATIONS = 500
SUBMISSIONS = 20
ROUNDS = 60
LAUNCHES = OPERATIONS * SUBMISSIONS


def frames(tenant: Tenant) -> list[bytes]:
    """The next submissions of the tenant, framed."""
    out = []
    for _ in range(SUBMISSIONS):
        body = encode(m.Submit(tenant.seq, (tenant.launch(),) * OPERATIONS))
        out.append(struct.pack("<I", len(body)) + body)
        tenant.seq += OPERATIONS
    return out


def feed(intake: native.Intake, framed: list[bytes]) -> int:
    """Put the frames in; returns wall time in ns."""
    start = time.perf_counter_ns()
    for frame in framed:
        intake.get_buffer()[: len(frame)] = frame
        intake.advance(len(frame))
    return time.perf_counter_ns() - start


def measure(**grant: int) -> tuple[float, float]:
    """ns per launch of taking in and of issuing."""
    rig = Rig()
    tenant = rig.tenant()
    taking = issuing = float("inf")
    for _ in range(ROUNDS):
        framed = frames(tenant)
        taking = min(taking, feed(tenant.intake, framed))
        tenant.grant(launches=2 * LAUNCHES, **grant)
        start = time.perf_counter_ns()
        rig.step(1000)
        issuing = min(issuing, time.perf_counter_ns() - start)
        rig.step(100_000)
        rig.told()
    assert rig.worker.counters(1)["launches"] == ROUNDS * LAUNCHES
    return taking / LAUNCHES, issuing / LAUNCHES


def decoding() -> float:
    """ns per launch of the codec into a sink that only counts."""
    sink = native.CountingSink()
    intake = native.Intake(sink.capsule())
    tenant = Rig().tenant()
    return min(feed(intake, frames(tenant)) for _ in range(ROUNDS)) / LAUNCHES


def main() -> None:
    decode = decoding()
    taking, issuing = measure(window_ns=0)
    _, windowed = measure(window_ns=200_000)
    print(f"{platform.machine()}, Python {platform.python_version()}; ns per launch")
    print(f"decode {decode:.1f}   sink {taking - decode:.1f}   ", end="")
    print(f"issue {issuing:.1f}   issue in a window of 200 us {windowed:.1f}")


if __name__ == "__main__":
    main()
