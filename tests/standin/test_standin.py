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


context = c_void_p()


def start():
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


# Copies in graphs, of a program with the device to itself.
START_NATIVE = """
from loadgen.native.graph_params import DEVICE, HOST, Place, copy_node

NBYTES = 64


def buffer():
    address = c_uint64()
    assert cuda.cuMemAlloc_v2(byref(address), c_size_t(NBYTES)) == 0
    return address


def copy(graph, to, source, context=context, after=()):
    node, params = c_void_p(), copy_node(to, source, NBYTES)
    depends = (c_void_p * len(after))(*after), c_size_t(len(after))
    return node, cuda.cuGraphAddMemcpyNode(
        byref(node), graph, *depends, byref(params), context
    )


def executable(graph, stream):
    made = c_void_p()
    assert cuda.cuGraphInstantiateWithFlags(byref(made), graph, c_uint64(0)) == 0
    assert cuda.cuGraphUpload(made, stream) == 0
    return made
"""


def run(log: Path, script: str, native: int = 0) -> Log:
    program = START + (START_NATIVE if native else "") + textwrap.dedent(script)
    command = [sys.executable, "-c", program]
    subprocess.run(command, env=environment(log, native=native), check=True)
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
            "start(); cuda.cuMemHostAlloc(byref(VA), SIZE, 0); stop()",
            "banned call cuMemHostAlloc",
        ),
        (
            """
         start()
         cuda.cuGraphAddMemcpyNode(byref(VA), None, None, SIZE, bytes(200), None)
         stop()
         """,
            "banned call cuGraphAddMemcpyNode",
        ),
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


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (
            """
         host = (ctypes.c_ubyte * NBYTES)()
         end = Place(HOST, ctypes.addressof(host))
         assert copy(graph, Place(DEVICE, device.value), end)[1] == 1
         cuda.cuMemFreeHost(pinned)
         """,
            "pageable memory",
        ),
        (
            """
         assert copy(graph, *ends, context=c_void_p(0x77))[1] == 0
         cuda.cuMemFreeHost(pinned)
         """,
            "memcpy node in another context",
        ),
        (
            """
         other = made("cuGraphCreate", 0)
         node, _ = copy(other, *ends)
         assert copy(graph, *ends, after=[node.value])[1] == 1
         cuda.cuGraphDestroy(other)
         cuda.cuMemFreeHost(pinned)
         """,
            "one of another graph",
        ),
        (
            """
         copy(graph, *ends)
         exec_ = executable(graph, stream)
         assert cuda.cuGraphLaunch(exec_, stream) == 0
         cuda.cuMemFreeHost(pinned)
         assert cuda.cuGraphLaunch(exec_, stream) == 1
         cuda.cuGraphExecDestroy(exec_)
         """,
            "launched after memory of its node 0 went",
        ),
        (
            """
         copy(graph, *ends)
         exec_ = executable(graph, stream)
         cuda.cuGraphExecDestroy(exec_)
         cuda.cuGraphLaunch(exec_, stream)
         cuda.cuMemFreeHost(pinned)
         """,
            "destroyed before",
        ),
        (
            """
         cuda.cuMemFreeHost(pinned)
         cuda.cuMemFreeHost(pinned)
         """,
            "no allocated host piece",
        ),
        (
            """
         cuda.cuMemHostUnregister(pinned)
         cuda.cuMemFreeHost(pinned)
         """,
            "no registered host piece",
        ),
    ],
)
def test_misuse_of_copies_in_graphs_is_a_violation(
    tmp_path: Path, script: str, said: str
) -> None:
    program = f"""
start()
graph, stream = made("cuGraphCreate", 0), made("cuStreamCreateWithPriority", 1, 0)
device, pinned = buffer(), made("cuMemHostAlloc", c_size_t(NBYTES), 0)
ends = Place(DEVICE, device.value), Place(HOST, pinned.value)
{textwrap.dedent(script)}
cuda.cuGraphDestroy(graph)
cuda.cuStreamDestroy_v2(stream)
cuda.cuMemFree_v2(device)
stop()
"""
    log = run(tmp_path / "log", program, native=1)
    assert len(log.violations) == 1 and said in log.violations[0]
    assert log.ended and not log.leaks


def test_pinned_memory_that_is_left_is_a_leak(tmp_path: Path) -> None:
    log = run(
        tmp_path / "log",
        """
        start()
        made("cuMemHostAlloc", c_size_t(NBYTES), 0)
        stop()
        """,
        native=1,
    )
    assert [leak.split(",")[1] for leak in log.leaks] == [" 64 bytes"]
    assert not log.violations


def test_a_copy_node_is_a_row_of_memory_that_is_there(tmp_path: Path) -> None:
    """Anything else is refused, as is a node named twice: errors a program may make."""
    log = run(
        tmp_path / "log",
        """
        start()
        graph, device = made("cuGraphCreate", 0), buffer()
        end = Place(DEVICE, device.value)
        beyond = Place(DEVICE, device.value + (2 << 20))
        node, result = copy(graph, end, end)
        assert result == 0
        assert copy(graph, end, beyond)[1] == 1
        assert copy(graph, beyond, end)[1] == 1
        assert copy(graph, end, end, after=[node.value] * 2)[1] == 1
        for name in ("WidthInBytes", "srcPitch", "dstY", "reserved0", "Depth"):
            params = copy_node(end, end, NBYTES)
            wrong = 0 if getattr(params, name) else 1
            setattr(params, name, wrong)
            assert 1 == cuda.cuGraphAddMemcpyNode(
                byref(c_void_p()), graph, None, c_size_t(0), byref(params), context
            ), name
        cuda.cuGraphDestroy(graph)
        cuda.cuMemFree_v2(device)
        stop()
        """,
        native=1,
    )
    assert log.ended and not log.violations and not log.leaks


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
