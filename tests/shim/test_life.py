"""The life of processes on the shim, and of the broker beside them."""

from __future__ import annotations

import shutil
import signal
import subprocess

import pytest

from tests.shim.conftest import PATIENCE_SECONDS, environment, run
from tests.socket.peer import BrokerProcess, eventually

STORIES = ["forks", "forks_early", "arenas", "execs", "threads", "exits", "signals"]


@pytest.mark.parametrize("story", [*STORIES, "streams"])
def test_story(story, program, broker):
    done = run([str(program("life")), story], broker.path)
    assert done.returncode == 0, done.stderr
    eventually(lambda: not broker.sessions(), "the session ends with the process")


def test_closed_and_loaded_again(program, broker, folder):
    done = run([str(program("life")), "closes", f"{folder}/libcuda.so.1"], broker.path)
    assert done.returncode == 0, done.stderr


def test_two_copies_are_one(program, broker, folder, tmp_path):
    copy = shutil.copy(folder / "libcuda.so.1", tmp_path / "libcuda.so.1")
    sessions = broker.ask("status")["sessions_total"]
    command = [str(program("life")), "twins", f"{folder}/libcuda.so.1", copy]
    done = run(command, broker.path)
    assert done.returncode == 0, done.stderr
    assert broker.ask("status")["sessions_total"] == sessions + 1


def test_no_broker(program, tmp_path):
    path = str(tmp_path / "nobody.sock")
    done = run([str(program("life")), "absent"], path)
    assert done.returncode == 0, done.stderr
    (line,) = done.stderr.splitlines()
    assert path in line and "no device" in line


def test_log_can_be_off(program, tmp_path):
    path = str(tmp_path / "nobody.sock")
    done = run([str(program("life")), "absent"], path, XSCHED_LOG="off")
    assert (done.returncode, done.stderr) == (0, "")


def test_refused_names_the_reason(program, tmp_path):
    with BrokerProcess(tmp_path, config="[tenants.other]\nclass = 1\n") as broker:
        done = run([str(program("life")), "absent"], broker.path)
    assert done.returncode == 0, done.stderr
    assert "tenant_unknown" in done.stderr


@pytest.mark.parametrize("story", ["lost", "asking"])
def test_broker_killed(story, program, tmp_path):
    """Every call returns one error, and nothing hangs."""
    with BrokerProcess(tmp_path) as broker:
        process = subprocess.Popen(
            [str(program("life")), story],
            env=environment(broker.path),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        broker.process.send_signal(signal.SIGKILL)
        broker.wait()
        _, stderr = process.communicate("go\n", timeout=PATIENCE_SECONDS)
    assert process.returncode == 0, stderr
    assert stderr.count("has ended") == 1


def test_quota_is_what_the_device_has(program, broker):
    source = "import ctypes, sys\n" + _TOTAL
    done = run(["python3", "-c", source], broker.path, XSCHED_MEMORY="3GiB")
    assert done.stdout.strip() == str(3 << 30), done.stderr


_TOTAL = """
cuda = ctypes.CDLL("libcuda.so.1")
total = ctypes.c_size_t()
assert cuda.cuInit(0) == 0
assert cuda.cuDeviceTotalMem_v2(ctypes.byref(total), 0) == 0
print(total.value)
"""


def test_what_is_refused_is_named_once(broker):
    source = 'import ctypes; f = ctypes.CDLL("libcuda.so.1").cuIpcGetMemHandle\n'
    done = run(["python3", "-c", source + "print(f(0, 0), f(0, 0))"], broker.path)
    assert done.stdout == "801 801\n"
    assert done.stderr == "xsched: cuIpcGetMemHandle is not supported\n"


COUNT = """
import ctypes
cuda = ctypes.CDLL("libcuda.so.1")
count = ctypes.c_int(0)
print(cuda.cuInit(0), cuda.cuDeviceGetCount(ctypes.byref(count)), count.value)
"""


@pytest.mark.parametrize(
    ("value", "said"),
    [
        *((text, "0 0 1") for text in ("0", " 0 ", "0,7", "GPU-7873", "GPU-7873,1")),
        *((text, "100 3 0") for text in ("", "-1", "1", "7,0", "0,0", "x", "GPU-8")),
    ],
)
def test_visible_devices(value, said, broker):
    done = run(["python3", "-c", COUNT], broker.path, CUDA_VISIBLE_DEVICES=value)
    assert done.stdout.strip() == said, done.stderr


@pytest.mark.parametrize("level", ["warn", "debug", "trace"])
def test_the_log_names_calls(program, broker, level):
    done = run([str(program("contexts"))], broker.path, XSCHED_LOG=level)
    lines = done.stderr.splitlines()
    assert done.returncode == 0
    assert ("xsched: cuCtxGetLimit returns 215" in lines) == (level != "warn")
    assert ("xsched: cuCtxSetLimit" in lines) == (level == "trace")
