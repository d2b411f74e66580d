"""The client against a real broker on the null device: everything but results."""

from __future__ import annotations

import asyncio
import signal
import threading

import numpy as np
import pytest
import uvloop

import client
from broker.wire.gen import messages as wire
from tests.socket.peer import PTX, BrokerProcess, eventually


@pytest.fixture(scope="module")
def broker(form, tmp_path_factory):
    with BrokerProcess(tmp_path_factory.mktemp("null")) as running:
        yield running


@pytest.fixture
def session(broker):
    with client.connect(broker.path, tenant="t") as connected:
        yield connected


def test_a_session_knows_its_device(session):
    assert session.device.backend == "null"
    free, total = session.memory_info()
    assert 0 < free <= total == session.memory_bytes_max


def test_the_arena_lies_where_the_brokers_does(session):
    assert session.native.arena_at_base


def test_memory_is_counted_and_given_back(session):
    before, _ = session.memory_info()
    with session.allocate(8 << 20) as buffer:
        assert buffer.address
        during, _ = session.memory_info()
        assert before - during >= 8 << 20
    assert session.memory_info()[0] == before
    with pytest.raises(client.CudaError) as caught:
        session.allocate(1 << 50)
    assert caught.value.name == "CUDA_ERROR_OUT_OF_MEMORY"


def test_a_session_with_everything(session):
    module = session.load_module(PTX)
    empty, write = module.function("xs_empty"), module.function("xs_write_word")
    assert write.param_sizes == (8, 4)
    stream, other = session.stream(), session.stream(priority=-1)
    start, end = session.event(), session.event()
    with session.allocate(1 << 16) as buffer:
        buffer.copy_from(np.arange(100), stream)
        buffer.fill(7, 4, stream, count=10)
        stream.record(start)
        for _ in range(1200):
            empty.launch(1, 32, stream=stream)
        write.launch(1, 1, (buffer, 5), stream=stream)
        stream.record(end)
        other.wait(end)
        empty.launch((2, 2), (8, 8, 1), stream=other)
        end.synchronize()
        assert end.query()
        assert end.elapsed_ns(start) >= 0
        other.synchronize()
        buffer.copy_to(np.empty(100), stream)
        assert stream.query()
    stream.close()
    session.synchronize()
    module.unload()


def test_two_sessions_load_the_same_module(broker, session):
    image = PTX + b"// sent once\n"
    session.load_module(image).function("xs_empty")
    with client.connect(broker.path, tenant="t") as other:
        other.load_module(image).function("xs_empty").launch(1, 1)
        other.synchronize()


def test_a_function_that_is_not_there_is_named(session):
    module = session.load_module(PTX)
    with pytest.raises(client.CudaError, match="xs_absent") as caught:
        module.function("xs_absent")
    assert caught.value.name == "CUDA_ERROR_NOT_FOUND"


def test_an_asynchronous_error_shows_at_the_next_wait(session):
    function = session.load_module(PTX).function("xs_empty")
    function.launch(1, 4096)  # more threads than a block can have
    with pytest.raises(client.CudaError) as caught:
        session.synchronize()
    assert caught.value.name == "CUDA_ERROR_INVALID_VALUE"
    assert caught.value.seq > 0
    function.launch(1, 32)
    session.synchronize()  # reported once


def test_a_stale_stream_is_an_asynchronous_error(session):
    stream = session.stream()
    stream.close()
    session.native.event_record(stream.handle, wire.make_handle(wire.KIND_EVENT, 77))
    with pytest.raises(client.CudaError, match="INVALID_HANDLE"):
        session.synchronize()


def test_host_functions_run_in_order(session):
    function = session.load_module(PTX).function("xs_empty")
    stream, ran = session.stream(), []
    for number in range(5):
        function.launch(1, 1, stream=stream)
        stream.add_callback(lambda number=number: ran.append(number))
    stream.synchronize()
    assert ran == [0, 1, 2, 3, 4]


def test_streams_are_made_and_forgotten_without_end(session):
    for _ in range(3000):
        stream, event = session.stream(), session.event()
        stream.record(event)
        stream.close()
        event.close()
    session.synchronize()


def test_threads_share_a_session(session):
    function = session.load_module(PTX).function("xs_empty")
    failures = []

    def work():
        try:
            stream = session.stream()
            for _ in range(20):
                with session.allocate(4096) as buffer:
                    buffer.copy_from(bytes(4096), stream)
                    function.launch(1, 1, stream=stream)
                    stream.synchronize()
        except Exception as problem:
            failures.append(problem)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_program_is_replayed(session):
    function = session.load_module(PTX).function("xs_spin")
    program = session.program()
    for number in range(2000):
        program.add(function, 1, 32, (number,), gap_ns=1000)
    stream = session.stream()
    first = program.play(stream)
    assert program.play(stream, pace=0) == first + 2000
    stream.synchronize()


def test_cuda_c_is_compiled_and_loaded(session):
    module = session.compile(
        'extern "C" __global__ void scale(float *data, float by) { *data *= by; }'
    )
    scale = module.function("scale")
    assert scale.param_sizes == (8, 4)
    with session.allocate(4096) as buffer:
        scale.launch(1, 1, (buffer, 2.0))
        session.synchronize()
    with pytest.raises(client.CompileError, match="error"):
        session.compile("no code")


def test_what_is_refused_says_why(tmp_path):
    config = '[server]\nunknown_tenants = "refuse"\n[tenants.a]\ntoken = "secret"\n'
    with BrokerProcess(tmp_path, config=config) as broker:
        with pytest.raises(client.Refused) as caught:
            client.connect(broker.path, tenant="b")
        assert caught.value.reason == "tenant_unknown"
        with pytest.raises(client.Refused) as caught:
            client.connect(broker.path, tenant="a", token="wrong")
        assert caught.value.reason == "token"
        client.connect(broker.path, tenant="a", token="secret").close()


def test_a_session_that_closes_leaves_nothing(broker):
    before = len(broker.sessions())
    session = client.connect(broker.path, tenant="leaver")
    session.allocate(1 << 20)
    session.close()
    eventually(lambda: len(broker.sessions()) <= before, "the session ended")


def test_a_killed_broker_is_a_lost_session(tmp_path):
    with BrokerProcess(tmp_path) as broker:
        session = client.connect(broker.path, tenant="t")
        function = session.load_module(PTX).function("xs_empty")
        function.launch(1, 1)
        session.synchronize()
        broker.process.send_signal(signal.SIGKILL)
        broker.process.wait()
        with pytest.raises(client.SessionLost):
            function.launch(1, 1)
            session.synchronize()
        with pytest.raises(client.SessionLost):
            session.allocate(10)
        with pytest.raises(client.BrokerNotFound, match="is gone"):
            client.connect(broker.path, tenant="t")
        session.close()


def test_the_twin_on_uvloop(broker):
    async def main() -> None:
        session = await client.aio.connect(broker.path, tenant="t")
        async with session:
            module = await session.load_module(PTX)
            empty = await module.function("xs_empty")
            streams = [session.stream() for _ in range(8)]
            for stream in streams:
                for _ in range(700):
                    empty.launch(1, 1, stream=stream)
            await asyncio.gather(*(s.synchronize() for s in streams))
            buffers = await asyncio.gather(
                *(session.allocate(1 << 20) for _ in range(8))
            )
            await asyncio.gather(*(b.copy_from(bytes(1 << 20)) for b in buffers))
            await session.synchronize()
            await asyncio.gather(*(b.free() for b in buffers))
            with pytest.raises(client.CudaError, match="OUT_OF_MEMORY"):
                await session.allocate(1 << 50)

    uvloop.run(main())
