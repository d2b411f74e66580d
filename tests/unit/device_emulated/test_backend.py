"""The control half: memory in granules, errors with their call, faults, the clock."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from broker.device.backend import DeviceError
from broker.device.emulated import EmulatedBackend
from broker.device.emulated.images import FORMAT_PTX

VA = 0x5000_0000_0000
MIB = 1 << 20
GRANULE = 2 * MIB
IMAGE = (
    b".version 8.0\n.target sm_90\n.entry xs_write_word(.param .u64 a, .param .u32 b){}"
)


@pytest.fixture
def backend() -> EmulatedBackend:
    return EmulatedBackend(memory_bytes=64 * MIB)


def result_of(call, *arguments) -> int:
    with pytest.raises(DeviceError) as caught:
        call(*arguments)
    assert caught.value.call == call.__name__
    return caught.value.result


@pytest.mark.parametrize(
    ("address", "nbytes"), [(VA + MIB, GRANULE), (VA, MIB), (VA, 0), (VA, -GRANULE)]
)
def test_memory_comes_in_granules(backend, address, nbytes):
    assert result_of(backend.map_memory, address, nbytes) == 1


def test_memory_is_counted(backend):
    backend.map_memory(VA, 62 * MIB)
    assert backend.memory_info() == (GRANULE, 64 * MIB)
    assert result_of(backend.map_memory, VA + 64 * MIB, 2 * GRANULE) == 2
    assert result_of(backend.unmap_memory, VA, GRANULE) == 1
    backend.unmap_memory(VA, 62 * MIB)
    assert backend.memory_info() == (64 * MIB, 64 * MIB)


def test_eighty_gibibytes_cost_nothing_until_touched():
    backend = EmulatedBackend()
    backend.map_memory(VA, 80 << 30)
    backend.scrub(VA, 80 << 30)
    assert backend.memory_info()[0] == 0
    backend.close()


def test_attributes(backend):
    module = backend.module_load(IMAGE, FORMAT_PTX)
    native = backend.function_get(module, "xs_write_word").native
    backend.function_attribute_set(native, 8, 100_000)
    backend.function_attribute_set(native, 9, 50)
    assert result_of(backend.function_attribute_set, native, 8, 232_449) == 1
    assert result_of(backend.function_attribute_set, native, 8, -1) == 1
    assert result_of(backend.function_attribute_set, native, 9, 101) == 1
    assert result_of(backend.function_attribute_set, native, 3, 0) == 1


def test_every_control_call_reports_a_fault(backend):
    module = backend.module_load(IMAGE, FORMAT_PTX)
    native = backend.function_get(module, "xs_write_word").native
    backend.map_memory(VA, GRANULE)
    device = backend.emulator
    device.launch(device.stream_open(), native, 1, 1, bytes(12))
    device.run_until_idle()
    array = np.zeros(16, np.uint8)
    for call, *arguments in (
        (backend.map_memory, VA + GRANULE, GRANULE),
        (backend.unmap_memory, VA, GRANULE),
        (backend.scrub, VA, 16),
        (backend.register_host, array.ctypes.data, 16),
        (backend.memory_info,),
        (backend.module_load, IMAGE, FORMAT_PTX),
        (backend.function_attribute_set, native, 9, 0),
        (backend.module_unload, module),
    ):
        assert result_of(call, *arguments) == 700
    backend.close()


def test_memory_is_mapped_while_another_thread_issues(backend):
    """One mutex: neither side sees half a change."""
    device, stop = backend.emulator, threading.Event()
    backend.map_memory(VA, GRANULE)

    def issue() -> None:
        stream, now = device.stream_open(), 0
        while not stop.is_set():
            device.fill(stream, VA, 1, 4, 1000)
            now = device.run_until_idle(now)

    thread = threading.Thread(target=issue)
    thread.start()
    for i in range(200):
        backend.map_memory(VA + GRANULE * (1 + i % 8), GRANULE)
        backend.unmap_memory(VA + GRANULE * (1 + i % 8), GRANULE)
    stop.set()
    thread.join()
    assert device.status() == 0


def test_the_story_is_off_until_switched_on(backend):
    device = backend.emulator
    stream = device.stream_open()
    backend.map_memory(VA, GRANULE)
    device.fill(stream, VA, 0, 4, 1)
    device.run_until_idle()
    assert backend.story() == []
    backend.tell()
    device.fill(stream, VA, 0, 4, 1)
    device.run_until_idle()
    assert [what for _, what in backend.story()] == ["stream 0: fill ends"]
    assert backend.story() == []
    assert backend.lateness()["count"] == 2
