"""One call below the shim fails, the first, the second, ...: an error, never a crash.

The calls are counted until a run in which none was due: then all have been tried.
"""

from __future__ import annotations

import errno
import subprocess

import pytest

from tests.shim.conftest import PROGRAMS, run
from tests.socket.peer import BrokerProcess

NTH_MAX = 60
FAULTS = [
    *(("malloc", None), ("calloc", None), ("realloc", None), ("mmap", None)),
    *(("pthread_create", None), ("socket", None)),
    *(("send", errno.EPIPE), ("sendmsg", errno.EPIPE), ("sendmsg", errno.ENOBUFS)),
    *(("recvmsg", 0), ("recvmsg", errno.ECONNRESET), ("recvmsg", errno.EINTR)),
    *(("recv", 0), ("recv", errno.EINTR)),
]


@pytest.fixture(scope="module")
def injector(tmp_path_factory):
    made = tmp_path_factory.mktemp("injector") / "fail_nth.so"
    command = ["cc", "-std=gnu11", "-D_GNU_SOURCE", "-fPIC", "-shared", "-O1", "-Wall"]
    command += ["-o", str(made), str(PROGRAMS / "fail_nth.c"), "-ldl", "-pthread"]
    subprocess.run(command, check=True)
    return made


@pytest.fixture(scope="module")
def emulated(tmp_path_factory):
    place = tmp_path_factory.mktemp("emulated")
    with BrokerProcess(place, "--dilation", "1", device="emulated") as running:
        yield running


@pytest.mark.parametrize("function", ["malloc", "calloc"])
def test_an_update_of_a_graphs_copy_is_done_or_not_done(
    function, injector, program, emulated, tmp_path
):
    """A copy with pageable memory is two operations: none changes without the other."""
    failed = 0
    for nth in range(1, NTH_MAX):
        mark = tmp_path / str(nth)
        faults = {
            "FAIL_LATER": function,
            "FAIL_NTH": str(nth),
            "FAIL_MARK": str(mark),
            "LD_PRELOAD": str(injector),
            "XS_TEST_DEVICE": "emulated",
        }
        done = run([str(program("graph_copies"))], emulated.path, **faults)
        assert (done.returncode, done.stdout) == (0, "done\n"), f"{nth}: {done.stderr}"
        if not mark.exists():
            break
        failed += 1
    assert failed >= 2  # both directions


@pytest.mark.parametrize(("function", "number"), FAULTS)
def test_each_call_may_fail(function, number, injector, program, broker, tmp_path):
    failed = 0
    for nth in range(1, NTH_MAX):
        mark = tmp_path / str(nth)
        faults = {
            "FAIL_FUNCTION": function,
            "FAIL_NTH": str(nth),
            "FAIL_MARK": str(mark),
            "LD_PRELOAD": str(injector),
        }
        if number is not None:
            faults["FAIL_ERRNO"] = str(number)
        done = run([str(program("fragile"))], broker.path, **faults)
        assert done.returncode == 0, f"{function} {nth}: {done.stderr}"
        if not mark.exists():
            break
        failed += 1
    else:
        raise AssertionError(f"{function} is called more than {NTH_MAX} times")
    assert failed
