"""The client against a real broker on the emulated device: data really moves."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest

import client
from tests.socket.peer import BrokerProcess

BUILTIN = Path(__file__).parents[2] / "loadgen/kernels/builtin.ptx"


@pytest.fixture(scope="module")
def broker(form, tmp_path_factory):
    with BrokerProcess(
        tmp_path_factory.mktemp("emulated"), device="emulated"
    ) as running:
        yield running


@pytest.fixture
def session(broker):
    with client.connect(broker.path, tenant="t") as connected:
        yield connected


@pytest.fixture
def kernels(session):
    return session.load_module(BUILTIN.read_text())


def test_saxpy(session, kernels):
    count = 100_003
    x = np.arange(count, dtype=np.float32)
    y = np.full(count, 0.5, np.float32)
    saxpy = kernels.function("xs_saxpy_f32")
    stream = session.stream()
    with session.allocate(x.nbytes) as dx, session.allocate(y.nbytes) as dy:
        dx.copy_from(x, stream)
        dy.copy_from(y, stream)
        saxpy.launch(-(-count // 256), 256, (2.0, dx, dy, count), stream=stream)
        out = np.empty_like(y)
        dy.copy_to(out, stream)
    np.testing.assert_array_equal(out, 2 * x + y)


@pytest.mark.parametrize("nbytes", [1, 4095, (4 << 20) + 1, 70 << 20])
def test_copies_of_any_size_come_back(session, nbytes):
    data = np.random.default_rng(1).integers(0, 256, nbytes, np.uint8)
    with session.allocate(nbytes) as one, session.allocate(nbytes) as other:
        one.copy_from(data)
        other.copy_from_buffer(one)
        out = np.zeros_like(data)
        other.copy_to(out)
    np.testing.assert_array_equal(out, data)


def test_offsets_fills_and_layouts(session):
    with session.allocate(4096) as buffer:
        fresh = np.ones(1024, np.uint32)
        buffer.copy_to(fresh)
        assert (fresh == 0).all()
        buffer.fill(0xDEADBEEF, 4, offset=16, count=3)
        buffer.fill(0xAB, offset=40, count=2)
        buffer.copy_from(np.arange(6, dtype=np.int16).reshape(2, 3).T, offset=64)
        out = np.empty(4096, np.uint8)
        buffer.copy_to(out)
    assert (out[16:28].view(np.uint32) == 0xDEADBEEF).all()
    assert out[38:44].tolist() == [0, 0, 0xAB, 0xAB, 0, 0]
    assert out[64:76].view(np.int16).tolist() == [0, 3, 1, 4, 2, 5]


def test_streams_are_ordered_by_events(session, kernels):
    add = kernels.function("xs_add_one_u32")
    count = 4096
    first, second = session.stream(), session.stream()
    event = session.event()
    with session.allocate(4 * count) as buffer:
        buffer.fill(0, 4, first)
        for turn in range(20):
            stream, other = (first, second) if turn % 2 else (second, first)
            other.record(event)
            stream.wait(event)
            add.launch(count // 256, 256, (buffer, count), stream=stream)
        first.record(event)
        second.wait(event)
        out = np.empty(count, np.uint32)
        buffer.copy_to(out, second)
    assert (out == 20).all()


def test_events_measure_device_time(session, kernels):
    spin = kernels.function("xs_spin")
    stream = session.stream()
    start, end = session.event(), session.event()
    stream.record(start)
    spin.launch(1, 32, (500_000,), stream=stream)
    stream.record(end)
    assert not end.query()
    end.synchronize()
    assert 500_000 <= end.elapsed_ns(start) < 500_000_000


def test_a_host_function_sees_what_came_before_it(session, kernels):
    write = kernels.function("xs_write_word")
    stream, seen = session.stream(), []
    with session.allocate(4096) as buffer:
        word = np.zeros(1, np.uint32)
        write.launch(1, 1, (buffer, 77), stream=stream)
        event = session.event()
        stream.record(event)
        stream.add_callback(lambda: seen.append(event.query()))
        write.launch(1, 1, (buffer, 78), stream=stream)
        buffer.copy_to(word, stream)
    assert seen == [True]
    assert word[0] == 78


def test_an_unknown_kernel_is_refused_by_name(session):
    with pytest.raises(client.CudaError, match="mystery"):
        module = session.compile('extern "C" __global__ void mystery() {}')
        module.function("mystery").launch(1, 1)
        session.synchronize()


def test_waiting_on_memory(session, kernels):
    one, other = session.stream(), session.stream()
    with session.allocate(4096) as buffer:
        one.wait_value(buffer, 5)
        event = session.event()
        one.record(event)
        other.write_value(buffer, 5)
        event.synchronize()


def test_a_paced_program_keeps_its_gaps(session, kernels):
    spin, stream = kernels.function("xs_spin"), session.stream()
    program = session.program()
    for _ in range(10):
        program.add(spin, 1, 32, (1000,), gap_ns=20_000)
    program.play(stream)
    stream.synchronize()
    wall = program.finished_ns - program.started_ns
    assert wall >= 10 * 20_000 * session.device.time_dilation


def test_the_twin_computes_the_same(broker):
    async def main() -> None:
        async with await client.aio.connect(broker.path, tenant="t") as session:
            module = await session.load_module(BUILTIN.read_text())
            fill = await module.function("xs_fill_u32")
            async with await session.allocate(40_000) as buffer:
                stream = session.stream()
                fill.launch(40, 256, (buffer, 9, 10_000), stream=stream)
                out = np.zeros(10_000, np.uint32)
                await buffer.copy_to(out, stream)
                assert (out == 9).all()
                large = np.random.default_rng(2).integers(0, 99, 1_000_000, np.int64)
                async with await session.allocate(large.nbytes) as other:
                    await other.copy_from(large, stream)
                    back = np.empty_like(large)
                    await other.copy_to(back, stream)
                np.testing.assert_array_equal(back, large)

    asyncio.run(main())
