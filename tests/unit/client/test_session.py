"""Both twins against a broker that answers as the test says."""

from __future__ import annotations

import asyncio
import threading

import numpy as np
import pytest

from broker.wire.gen import messages as wire
from client import aio, blocking, errors
from client.arena import PIECE_BYTES
from tests.unit.client.broker_end import Answering

ANSWERS = {
    wire.HintSet: lambda call: wire.Done(
        call.call, 1 if call.priority_class == 0 else 0, "too high"
    ),
    wire.Allocate: lambda call: wire.Allocated(call.call, 0, address=1 << 40),
    wire.Free: lambda call: wire.Done(call.call, 0),
    wire.HostRegister: lambda call: wire.Done(call.call, 0),
    wire.ModuleUnload: lambda call: wire.Done(call.call, 0),
    wire.ErrorTake: lambda call: wire.ErrorTaken(call.call, 700, "bad pointer", 5),
    wire.ModuleLoad: lambda call: wire.Module(
        call.call, 0, "", call.host_offset == wire.HOST_OFFSET_NONE
    ),
    wire.FunctionGet: lambda call: (
        wire.Function(call.call, 0, "", (0, 8), (4, 8), 16, 1024, 0, 8, 0)
        if call.name == "k"
        else wire.Function(call.call, 500, f"no {call.name}", (), (), 0, 0, 0, 0, 0)
    ),
}


@pytest.fixture
def broker():
    made = Answering(dict(ANSWERS))
    yield made
    made.close()


@pytest.fixture
def session(broker):
    return blocking.Session(broker.link())


def kinds(broker: Answering) -> list[str]:
    return [type(o).__name__ for o in broker.operations]


def test_a_small_copy_is_one_operation(broker, session):
    buffer = session.allocate(4096)
    buffer.copy_from(np.arange(1000, dtype=np.int32), offset=96)
    session.synchronize()
    copy = broker.operations[0]
    assert copy == wire.CopyH2d(
        session.default_stream.handle, buffer.address + 96, copy.host_offset, 4000
    )
    at = copy.host_offset
    assert broker.end.arena[at : at + 4000] == np.arange(1000, dtype=np.int32).tobytes()
    registered = [m for m in broker.seen if isinstance(m, wire.HostRegister)]
    assert [(m.host_offset, m.bytes) for m in registered] == [(0, PIECE_BYTES)]


def test_a_large_copy_recycles_its_pieces(broker, session):
    nbytes = 80 * PIECE_BYTES + 12345  # more than the whole arena of 64 MiB
    buffer = session.allocate(nbytes)
    buffer.copy_from(np.zeros(nbytes, np.uint8))
    session.synchronize()
    copies = [o for o in broker.operations if isinstance(o, wire.CopyH2d)]
    assert sum(c.bytes for c in copies) == nbytes
    at = buffer.address
    for copy in copies:
        assert copy.destination == at
        first, last = copy.host_offset, copy.host_offset + copy.bytes - 1
        assert first // PIECE_BYTES == last // PIECE_BYTES
        at += copy.bytes
    registered = [
        m.host_offset for m in broker.seen if isinstance(m, wire.HostRegister)
    ]
    assert len(registered) == len(set(registered)) <= 16


def test_a_piece_is_not_used_again_before_its_copy_retired(broker, session):
    broker.retiring = False
    buffer = session.allocate(17 * PIECE_BYTES)
    done = threading.Event()

    def copy():
        buffer.copy_from(np.zeros(17 * PIECE_BYTES, np.uint8))
        done.set()

    thread = threading.Thread(target=copy)
    thread.start()
    while broker.end.waiter(1, wire.WAITERS_SLEEPING, 4) == 0:
        assert not done.is_set()
    # The client sends nothing while it sleeps; what it sent may still be on its way.
    offsets: list[int] = []
    while len(offsets) < 16:
        assert not done.is_set()
        offsets = [
            o.host_offset for o in broker.operations if isinstance(o, wire.CopyH2d)
        ]
    assert len(offsets) == len(set(offsets)) == 16
    broker.end.retire(1, 1000)
    thread.join()
    assert done.is_set()


def test_copy_to_fills_any_array(broker, session):
    buffer = session.allocate(1 << 20)
    out = np.empty((10, 20), np.float32).T
    buffer.copy_to(out)
    assert (out == 0).all()
    whole = bytearray(b"x" * 100)
    buffer.copy_to(whole)
    assert whole == bytes(100)
    with pytest.raises(ValueError, match="read-only"):
        buffer.copy_to(np.broadcast_to(np.float32(1), 8))
    with pytest.raises(TypeError):
        buffer.copy_to([1, 2, 3])


def test_bounds_and_use_after_free_are_refused_here(broker, session):
    buffer = session.allocate(100)
    with pytest.raises(ValueError, match="do not lie in"):
        buffer.copy_from(b"x" * 101)
    with pytest.raises(ValueError, match="do not lie in"):
        buffer.fill(0, 4, offset=80, count=6)
    with pytest.raises(ValueError, match="width"):
        buffer.fill(0, 3)
    with pytest.raises(ValueError):
        session.allocate(0)
    with buffer:
        pass
    buffer.free()  # twice is once
    assert buffer.address == 0
    with pytest.raises(ValueError, match="freed"):
        buffer.copy_from(b"x")
    assert sum(isinstance(m, wire.Free) for m in broker.seen) == 1


def test_a_module_is_sent_only_when_asked_for(broker, session):
    image = "// " + "x" * (5 << 20)
    module = session.load_module(image)
    first, second = (m for m in broker.seen if isinstance(m, wire.ModuleLoad))
    assert first.host_offset == wire.HOST_OFFSET_NONE
    assert first.hash == second.hash
    at = second.host_offset
    assert broker.end.arena[at : at + second.bytes] == image.encode()
    function = module.function("k")
    assert function.param_sizes == (4, 8)
    assert module.function("k") is function
    with pytest.raises(errors.CudaError, match=r"NOT_FOUND.*no other"):
        module.function("other")
    module.unload()
    module.unload()
    assert sum(isinstance(m, wire.ModuleUnload) for m in broker.seen) == 1


@pytest.mark.parametrize(
    ("image", "kind"),
    [
        (b"\x7fELF...", wire.MODULE_FORMAT_CUBIN),
        (b"\x50\xed\x55\xba..", wire.MODULE_FORMAT_FATBIN),
        (".version 8.0\n\0", wire.MODULE_FORMAT_PTX),
    ],
)
def test_the_image_tells_its_format(broker, session, image, kind):
    session.load_module(image)
    loads = [m for m in broker.seen if isinstance(m, wire.ModuleLoad)]
    assert {m.format for m in loads} == {kind}


def test_streams_and_events(broker, session):
    stream, other = session.stream(priority=-1), session.stream(non_blocking=False)
    event = session.event(timing=False)
    other.wait(event)  # never recorded: no reason to wait
    assert event.query()
    stream.record(event)
    other.wait(event)
    event.synchronize()
    assert event.query()
    other.synchronize()
    assert stream.query()
    session.synchronize()
    assert kinds(broker)[:5] == [
        "StreamCreate",
        "StreamCreate",
        "EventCreate",
        "EventRecord",
        "StreamWait",
    ]
    assert broker.operations[0].flags == wire.STREAM_FLAG_NON_BLOCKING
    assert broker.operations[0].priority == -1
    assert broker.operations[1].flags == 0
    assert broker.operations[2].flags == wire.EVENT_FLAG_DISABLE_TIMING
    assert broker.operations[4].record_seq == 4
    stream.close()
    del event
    again = session.stream()
    assert again.handle != stream.handle
    session.synchronize()
    assert {"StreamDestroy", "EventDestroy"} <= set(kinds(broker))


def test_queries_do_not_wait(broker, session):
    broker.retiring = False
    stream, event = session.stream(), session.event()
    stream.record(event)
    assert not event.query()
    assert not stream.query()
    broker.end.retire(stream.line, 100)
    assert event.query()
    assert stream.query()


def test_an_asynchronous_error_shows_at_the_next_wait(broker, session):
    broker.end.header(wire.STATUS_SESSION_ERROR, 700)
    for wait in (session.synchronize, session.default_stream.synchronize):
        with pytest.raises(errors.CudaError, match="bad pointer") as caught:
            wait()
        assert caught.value.name == "CUDA_ERROR_ILLEGAL_ADDRESS"
        assert caught.value.seq == 5
    broker.end.header(wire.STATUS_SESSION_ERROR, 0)
    session.synchronize()


def test_a_sticky_error_ends_the_session(broker, session):
    broker.end.header(wire.STATUS_STICKY_ERROR, 719)
    with pytest.raises(errors.SessionLost) as caught:
        session.synchronize()
    assert caught.value.name == "CUDA_ERROR_LAUNCH_FAILED"


def test_the_brokers_last_words_are_the_reason(broker, session):
    broker.send(wire.Fault(700, "session 7 operation 3 launch"))
    broker.end.header(wire.STATUS_STICKY_ERROR, 700)
    with pytest.raises(errors.SessionLost, match="operation 3 launch"):
        session.synchronize()


def test_a_protocol_error_is_ours(broker, session):
    broker.send(wire.ProtocolError("submit: operation 3", 3))
    broker.end.header(wire.STATUS_CLOSED, 1)
    with pytest.raises(errors.ProtocolError, match="submit: operation 3"):
        session.allocate(10)


def test_a_broker_that_dies_is_a_lost_session(broker, session):
    broker.answers.clear()
    broker.answers[wire.Allocate] = lambda call: broker.hang_up()
    with pytest.raises(errors.SessionLost, match="closed the connection"):
        session.allocate(10)
    with pytest.raises(errors.SessionLost):
        session.stream()


def test_a_closed_session_says_so(broker, session):
    session.close()
    session.close()
    with pytest.raises(errors.SessionClosed):
        session.allocate(10)
    with pytest.raises(errors.SessionClosed):
        session.event()
    while not any(isinstance(m, wire.Goodbye) for m in broker.seen):
        pass


def test_callbacks_run_in_stream_order(broker, session):
    broker.retiring = False
    stream, ran = session.stream(), []
    done = threading.Event()
    stream.add_callback(lambda: ran.append(1))
    stream.add_callback(done.set)
    while len(broker.operations) < 3:
        pass
    first, second = broker.operations[1:3]
    assert ran == []
    broker.end.host_due(stream.line, 2, first.token)
    while broker.end.waiter(stream.line, wire.WAITERS_HOST_DONE_SEQ, 8) != 2:
        pass
    assert ran == [1]
    broker.end.host_due(stream.line, 3, second.token)
    done.wait()
    while broker.end.waiter(stream.line, wire.WAITERS_HOST_DONE_SEQ, 8) != 3:
        pass


def test_a_callback_that_raises_does_not_stop_the_stream(broker, session, monkeypatch):
    broker.retiring = False
    raised = []
    monkeypatch.setattr(threading, "excepthook", lambda args: raised.append(args))
    stream = session.stream()
    stream.add_callback(lambda: 1 / 0)
    while len(broker.operations) < 2:
        pass
    broker.end.host_due(stream.line, 2, broker.operations[1].token)
    while broker.end.waiter(stream.line, wire.WAITERS_HOST_DONE_SEQ, 8) != 2:
        pass
    assert raised[0].exc_type is ZeroDivisionError


def test_a_program_knows_the_dilation(broker, session):
    assert session.program().dilation == session.device.time_dilation == 3


# ---------------------------------------------------------------- the other twin


@pytest.mark.asyncio
async def test_aio_does_the_same(broker):
    async with aio.Session(broker.link()) as session:
        async with await session.allocate(1 << 20) as buffer:
            await buffer.copy_from(np.arange(5, dtype=np.int64))
            out = np.ones(5, np.int64)
            await buffer.copy_to(out)
            stream, event = session.stream(), session.event()
            stream.record(event)
            await asyncio.gather(event.synchronize(), session.synchronize())
            assert await event.query()
        module = await session.load_module(".version 8.0")
        function = await module.function("k")
        program = session.program()
        program.add(function, 1, 1, (1, np.uint64(1 << 40)))
        assert await program.play(stream, 0) > 0
        await stream.synchronize()
    with pytest.raises(errors.SessionClosed):
        await session.allocate(1)


@pytest.mark.asyncio
async def test_aio_waits_beside_other_work(broker):
    session = aio.Session(broker.link())
    broker.retiring = False
    stream = session.stream()
    waits = [asyncio.create_task(stream.synchronize()) for _ in range(5)]
    while broker.end.waiter(stream.line, wire.WAITERS_SLEEPING, 4) < 5:
        await asyncio.sleep(0)
    waits[0].cancel()
    broker.end.retire(stream.line, 100)
    results = await asyncio.gather(*waits, return_exceptions=True)
    assert isinstance(results[0], asyncio.CancelledError)
    assert results[1:] == [None] * 4
    await session.close()


@pytest.mark.asyncio
async def test_aio_calls_in_flight_fail_when_the_broker_dies(broker):
    session = aio.Session(broker.link())
    broker.answers.clear()
    calls = [asyncio.create_task(session.allocate(10)) for _ in range(3)]
    while len(broker.seen) < 3:
        await asyncio.sleep(0)
    broker.hang_up()
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert all(isinstance(r, errors.SessionLost) for r in results)
    with pytest.raises(errors.SessionLost):
        await session.allocate(10)
    await session.close()


def test_a_hint_says_only_what_changes(broker, session):
    session.set_hint(priority_class=2)
    session.set_hint(weight=0.5, deadline_ms=12.5)
    session.set_hint(deadline_ms=0)
    asked = [m for m in broker.seen if isinstance(m, wire.HintSet)]
    keep = wire.HINT_DEADLINE_KEEP
    assert [(m.priority_class, m.weight_milli, m.deadline_ns) for m in asked] == [
        (2, 0, keep),
        (wire.HINT_CLASS_KEEP, 500, 12_500_000),
        (wire.HINT_CLASS_KEEP, 0, 0),
    ]
    assert session.priority_class == 2


def test_a_hint_that_is_refused_changes_nothing(broker, session):
    with pytest.raises(errors.CudaError, match="too high"):
        session.set_hint(priority_class=0)
    assert session.priority_class == 1
    for wrong in ({"priority_class": 255}, {"weight": 0}, {"deadline_ms": -1}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            session.set_hint(**wrong)


async def test_a_hint_is_awaited(broker):
    async with aio.Session(broker.link()) as session:
        await session.set_hint(weight=2)
    asked = [m for m in broker.seen if isinstance(m, wire.HintSet)]
    assert asked[0].weight_milli == 2000
