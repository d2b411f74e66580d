"""The stand-in driver notices what it is there to notice.

A checker that never objects would prove nothing: each script below misuses the driver
once, and the log must say so.
"""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from standin_driver import Log, environment, read_log

START = """
import ctypes
from ctypes import byref, c_int, c_size_t, c_uint64, c_void_p

cuda = ctypes.CDLL("libcuda.so.1")
VA, SIZE, ARENA = c_uint64(0x500000000000), c_size_t(2 << 20), c_size_t(1 << 38)


def start():
    context = c_void_p()
    assert cuda.cuInit(0) == 0
    assert cuda.cuDevicePrimaryCtxRetain(byref(context), 0) == 0
    assert cuda.cuCtxSetCurrent(context) == 0


def made(call, *arguments):
    handle = c_void_p()
    assert getattr(cuda, call)(byref(handle), *arguments) == 0
    return handle


def map_memory():
    address, kind = c_uint64(), (c_int * 16)(1, 1, 1, 0)
    assert cuda.cuMemAddressReserve(byref(address), ARENA, c_size_t(0), VA, 0) == 0
    assert address.value == VA.value
    handle = made("cuMemCreate", SIZE, kind, c_uint64(0))
    assert cuda.cuMemMap(VA, SIZE, c_size_t(0), handle, 0) == 0
    access = (c_int * 3)(1, 0, 3)
    assert cuda.cuMemSetAccess(VA, SIZE, access, c_size_t(1)) == 0
    return handle


def stop():
    assert cuda.cuDevicePrimaryCtxRelease_v2(0) == 0
"""


def run(log: Path, script: str) -> Log:
    program = START + textwrap.dedent(script)
    command = [sys.executable, "-c", program]
    subprocess.run(command, env=environment(log), check=True)
    return read_log(log)


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("cuda.cuStreamQuery(c_void_p(1))", "before cuInit"),
        (
            "cuda.cuInit(0); made_ = c_void_p(); cuda.cuEventCreate(byref(made_), 0)",
            "without a current context",
        ),
        ("start(); cuda.cuStreamQuery(c_void_p(1)); stop()", "never made"),
        (
            """
         start()
         event = made("cuEventCreate", 0)
         cuda.cuEventDestroy_v2(event)
         cuda.cuEventDestroy_v2(event)
         stop()
         """,
            "destroyed before",
        ),
        (
            """
         start()
         event = made("cuEventCreate", 0)
         cuda.cuStreamQuery(event)
         cuda.cuEventDestroy_v2(event)
         stop()
         """,
            "another kind",
        ),
        ("start(); cuda.cuMemFree_v2(VA); stop()", "banned call cuMemFree"),
        ("start(); cuda.cuCtxSynchronize(); stop()", "banned call cuCtxSynchronize"),
        (
            """
         start()
         handle = map_memory()
         stream = made("cuStreamCreateWithPriority", 1, 0)
         cuda.cuMemsetD8Async(VA, 7, c_size_t(64), stream)
         cuda.cuMemUnmap(VA, SIZE)
         cuda.cuMemRelease(handle)
         cuda.cuMemAddressFree(VA, ARENA)
         cuda.cuStreamDestroy_v2(stream)
         stop()
         """,
            "tenant's bytes",
        ),
        (
            """
         start()
         handle = map_memory()
         cuda.cuMemAddressFree(VA, ARENA)
         cuda.cuMemUnmap(VA, SIZE)
         cuda.cuMemRelease(handle)
         cuda.cuMemAddressFree(VA, ARENA)
         stop()
         """,
            "freed while mapped",
        ),
    ],
)
def test_misuse_is_a_violation(tmp_path: Path, script: str, said: str) -> None:
    log = run(tmp_path / "log", script)
    assert len(log.violations) == 1 and said in log.violations[0]
    assert log.ended and not log.leaks


def test_what_is_left_at_the_end_is_a_leak(tmp_path: Path) -> None:
    log = run(
        tmp_path / "log",
        """
        start()
        map_memory()
        made("cuEventCreate", 0)
        made("cuStreamCreateWithPriority", 1, 0)
        """,
    )
    kinds = sorted(leak.split()[0] for leak in log.leaks)
    assert kinds == [
        *("allocation", "event", "mapping", "primary", "reservation", "stream")
    ]
    assert not log.violations


def test_hints_of_small_reservations_are_not_followed(tmp_path: Path) -> None:
    """As a real driver does: address space is reserved by the arena."""
    log = run(
        tmp_path / "log",
        """
        start()
        address = c_uint64()
        assert cuda.cuMemAddressReserve(byref(address), SIZE, c_size_t(0), VA, 0) == 0
        assert address.value != VA.value
        assert cuda.cuMemAddressFree(address, SIZE) == 0
        stop()
        """,
    )
    assert log.ended and not log.violations and not log.leaks


def test_proper_use_leaves_a_clean_log(tmp_path: Path) -> None:
    log = run(
        tmp_path / "log",
        """
        start()
        handle = map_memory()
        cuda.cuMemUnmap(VA, SIZE)
        cuda.cuMemRelease(handle)
        cuda.cuMemAddressFree(VA, ARENA)
        stop()
        """,
    )
    assert log.ended and not log.violations and not log.leaks
