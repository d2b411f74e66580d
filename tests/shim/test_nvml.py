"""libnvidia-ml.so.1, asked by ctypes as pynvml asks it; and by pynvml where it is."""

from __future__ import annotations

import sys

import pytest

from tests.shim.conftest import run
from tests.socket.peer import BrokerProcess

CTYPES = """
import ctypes, os
class Memory(ctypes.Structure):
    _fields_ = [(n, ctypes.c_ulonglong) for n in ("total", "free", "used")]
class Memory2(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint)] + [
        (n, ctypes.c_ulonglong) for n in ("total", "reserved", "free", "used")]
class Process(ctypes.Structure):
    _fields_ = [("pid", ctypes.c_uint), ("used", ctypes.c_ulonglong),
                ("gi", ctypes.c_uint), ("ci", ctypes.c_uint)]
class Use(ctypes.Structure):
    _fields_ = [("gpu", ctypes.c_uint), ("memory", ctypes.c_uint)]
nvml = ctypes.CDLL("libnvidia-ml.so.1")
nvml.nvmlErrorString.restype = ctypes.c_char_p
by = ctypes.byref
count = ctypes.c_uint()
device = ctypes.c_void_p()
def text(function, *arguments):
    into = ctypes.create_string_buffer(96)
    assert function(*arguments, into, 96) == 0
    return into.value.decode()
"""


def script(body: str, path: str, **more: str) -> str:
    done = run([sys.executable, "-c", CTYPES + body], path, **more)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_device(broker):
    script(
        """
assert nvml.nvmlDeviceGetCount_v2(by(count)) == 1  # not initialised
assert nvml.nvmlShutdown() == 1
assert nvml.nvmlInit_v2() == 0 and nvml.nvmlInitWithFlags(0) == 0
assert nvml.nvmlDeviceGetCount_v2(by(count)) == 0 and count.value == 1
assert nvml.nvmlDeviceGetHandleByIndex_v2(1, by(device)) == 2
assert nvml.nvmlDeviceGetHandleByIndex_v2(0, by(device)) == 0
name = text(nvml.nvmlDeviceGetName, device)
assert name == "null device (nothing is computed)", name
uuid = text(nvml.nvmlDeviceGetUUID, device)
assert uuid.startswith("GPU-7873") and len(uuid) == 40
again = ctypes.c_void_p()
assert nvml.nvmlDeviceGetHandleByUUID(uuid.encode(), by(again)) == 0
assert again.value == device.value
assert nvml.nvmlDeviceGetHandleByUUID(b"GPU-0", by(again)) == 6
assert nvml.nvmlDeviceGetHandleByPciBusId_v2(b"00000000:01:00.0", by(again)) == 0
assert nvml.nvmlDeviceGetName(device, ctypes.create_string_buffer(3), 3) == 7
assert nvml.nvmlDeviceGetName(ctypes.c_void_p(64), None, 3) == 2
major, minor = ctypes.c_int(), ctypes.c_int()
assert nvml.nvmlDeviceGetCudaComputeCapability(device, by(major), by(minor)) == 0
assert (major.value, minor.value) == (9, 0)
version = ctypes.c_int()
assert nvml.nvmlSystemGetCudaDriverVersion_v2(by(version)) == 0
assert version.value == 13000
assert int(text(nvml.nvmlSystemGetDriverVersion).split(".")[0]) >= 580
assert nvml.nvmlErrorString(3) == b"Not Supported"
assert nvml.nvmlDeviceGetTemperature(device, 0, by(count)) == 3
assert nvml.nvmlShutdown() == 0 and nvml.nvmlShutdown() == 0
assert nvml.nvmlShutdown() == 1
""",
        broker.path,
    )


def test_memory_is_the_quota(broker):
    script(
        """
nvml.nvmlInit_v2(); nvml.nvmlDeviceGetHandleByIndex_v2(0, by(device))
memory, memory2 = Memory(), Memory2(version=ctypes.sizeof(Memory2) | 2 << 24)
assert nvml.nvmlDeviceGetMemoryInfo(device, by(memory)) == 0
assert (memory.total, memory.free, memory.used) == (5 << 30, 5 << 30, 0)
assert nvml.nvmlDeviceGetMemoryInfo_v2(device, by(memory2)) == 0
assert (memory2.total, memory2.free, memory2.used) == (5 << 30, 5 << 30, 0)
memory2.version = 1
assert nvml.nvmlDeviceGetMemoryInfo_v2(device, by(memory2)) == 25
""",
        broker.path,
        XSCHED_MEMORY="5GiB",
    )


def test_processes_are_the_asking_one(broker):
    script(
        """
nvml.nvmlInit_v2(); nvml.nvmlDeviceGetHandleByIndex_v2(0, by(device))
processes = (Process * 4)()
count.value = 4
assert nvml.nvmlDeviceGetComputeRunningProcesses_v3(device, by(count), processes) == 0
assert count.value == 0
cuda = ctypes.CDLL("libcuda.so.1")
assert cuda.cuInit(0) == 0
count.value = 0
assert nvml.nvmlDeviceGetComputeRunningProcesses_v3(device, by(count), None) == 7
assert count.value == 1
assert nvml.nvmlDeviceGetComputeRunningProcesses_v3(device, by(count), processes) == 0
assert processes[0].pid == os.getpid()
""",
        broker.path,
    )


def test_a_child_asks_by_itself(broker):
    script(
        """
assert nvml.nvmlInit_v2() == 0
memory = Memory()
nvml.nvmlDeviceGetHandleByIndex_v2(0, by(device))
child = os.fork()
if not child:
    os._exit(nvml.nvmlDeviceGetMemoryInfo(device, by(memory)))
assert os.waitpid(child, 0)[1] == 0
assert nvml.nvmlDeviceGetMemoryInfo(device, by(memory)) == 0
""",
        broker.path,
    )


USE = """
import client, time
session = client.connect(os.environ["XSCHED_SOCKET"], tenant="t")
session.allocate(1 << 20)
nvml.nvmlInit_v2(); nvml.nvmlDeviceGetHandleByIndex_v2(0, by(device))
use = Use()
assert nvml.nvmlDeviceGetUtilizationRates(device, by(use)) == 0 and use.gpu == 0
buffer = session.allocate(256 << 20)
a = bytes(64 << 20)
deadline = time.monotonic() + 60
while not use.gpu and time.monotonic() < deadline:
    buffer.copy_from(a)
    session.synchronize()
    assert nvml.nvmlDeviceGetUtilizationRates(device, by(use)) == 0
assert 0 < use.gpu <= 100
"""


def test_use_is_that_of_the_tenant(tmp_path):
    with BrokerProcess(tmp_path, device="emulated") as broker:
        script(USE, broker.path)


def test_no_broker(tmp_path):
    script("assert nvml.nvmlInit_v2() == 9\n", str(tmp_path / "nobody"))


def test_pynvml(broker):
    pytest.importorskip("pynvml")
    script(
        """
import pynvml
pynvml.nvmlInit()
assert pynvml.nvmlDeviceGetCount() == 1
handle = pynvml.nvmlDeviceGetHandleByIndex(0)
assert "null device" in pynvml.nvmlDeviceGetName(handle)
assert pynvml.nvmlDeviceGetMemoryInfo(handle).total > 0
assert pynvml.nvmlDeviceGetMemoryInfo(handle, version=pynvml.nvmlMemory_v2).total > 0
assert pynvml.nvmlDeviceGetCudaComputeCapability(handle) == (9, 0)
assert pynvml.nvmlDeviceGetUtilizationRates(handle).gpu == 0
assert pynvml.nvmlDeviceGetComputeRunningProcesses(handle) == []
assert pynvml.nvmlDeviceGetPciInfo(handle).bus == 1
try:
    pynvml.nvmlDeviceGetPowerUsage(handle)
except pynvml.NVMLError_NotSupported:
    pass
pynvml.nvmlShutdown()
""",
        broker.path,
    )
