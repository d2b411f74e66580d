"""Threads, the collector, forks and closings at the wrong moment."""

from __future__ import annotations

import asyncio
import gc
import struct
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from broker.wire.gen import messages as wire
from client import aio, blocking, errors
from client._native import FRAMES, FunctionHandle, NativeProgram
from client.callbacks import LINES_MAX
from tests.unit.client.broker_end import Answering, BrokerEnd
from tests.unit.client.test_session import ANSWERS

PATIENCE_SECONDS = 30
FUNCTION = wire.make_handle(wire.KIND_FUNCTION, 1)


@pytest.fixture
def broker():
    made = Answering(dict(ANSWERS))
    yield made
    made.close()


def on_a_thread(work: Callable[[], Any]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def ends(thread: threading.Thread) -> bool:
    thread.join(PATIENCE_SECONDS)
    return not thread.is_alive()


# ------------------------------------------------------------------- launches
def test_threads_that_wait_for_room_keep_their_own_arguments():
    """More launches than fit, of one function: waiting releases the GIL."""
    end = BrokerEnd()
    function = FunctionHandle(end.native, FUNCTION, "k", (0,), (8,), 8, 1024)
    each = FRAMES * 500

    def launch(first: int) -> None:
        for number in range(first, first + each):
            function.launch(1, 1, (number,))

    threads = [on_a_thread(lambda n=n: launch(n * each)) for n in range(3)]
    seen: Counter[int] = Counter()
    while sum(seen.values()) < 3 * each:
        for operations in end.operations():
            seen.update(struct.unpack("<Q", op.params)[0] for op in operations)
    assert all(ends(thread) for thread in threads)
    assert seen == Counter(range(3 * each))
    end.close()


class Nested:
    """An argument whose address runs code."""

    def __init__(self, run: Callable[[], Any]) -> None:
        self._run = run

    @property
    def address(self) -> int:
        self._run()
        return 77


def test_an_argument_may_launch_the_same_function():
    end = BrokerEnd()
    function = FunctionHandle(end.native, FUNCTION, "k", (0, 8), (8, 8), 16, 1024)
    inner = Nested(lambda: function.launch(1, 1, (1, 2)))
    assert function.pack_args((5, inner)) == struct.pack("<QQ", 5, 77)
    end.close()


def test_an_argument_may_add_to_the_same_program():
    end = BrokerEnd()
    function = FunctionHandle(end.native, FUNCTION, "k", (0, 8), (8, 8), 16, 1024)
    program = NativeProgram(end.native)

    def grow() -> None:
        for number in range(1000):
            program.add(function, 1, 1, (number, number))

    program.add(function, 1, 1, (5, Nested(grow)))
    assert len(program) == 1001
    played = on_a_thread(program.play)
    params = []
    while len(params) < 1001:
        params += [op.params for operations in end.operations() for op in operations]
    assert ends(played)
    assert params[-1] == struct.pack("<QQ", 5, 77)
    end.close()


# -------------------------------------------------------------- the collector
def test_the_collector_may_close_a_stream_anywhere(broker):
    """Also while this very thread holds a lock of the session."""
    session = blocking.Session(broker.link())

    def abandon() -> None:
        made = [session.stream(), session.event()]
        made.append(made)

    def collect_inside() -> None:
        for lock in (session._lock, session._streams._lock, session.calls._lock):
            abandon()
            with lock:
                gc.collect()

    gc.collect()
    assert ends(on_a_thread(collect_inside))
    session.synchronize()
    names = [type(operation).__name__ for operation in broker.operations]
    assert names.count("StreamDestroy") == names.count("EventDestroy") == 3
    session.close()


def test_memory_nobody_holds_is_given_back_at_the_next_allocation(broker):
    session = blocking.Session(broker.link())
    address = session.allocate(100).address
    gc.collect()
    assert not any(isinstance(message, wire.Free) for message in broker.seen)
    kept = session.allocate(100)
    freed = [m.address for m in broker.seen if isinstance(m, wire.Free)]
    assert freed == [address]
    kept.free()
    del kept
    session.allocate(100)
    assert sum(isinstance(message, wire.Free) for message in broker.seen) == 2
    session.close()


def test_a_program_holds_its_buffers(broker):
    session = blocking.Session(broker.link())
    function = session.load_module(".version 8.0").function("k")
    program = session.program()
    program.add(function, 1, 1, (1, session.allocate(100)))
    gc.collect()
    assert not session.abandoned
    del program
    gc.collect()
    assert len(session.abandoned) == 1
    session.close()


def test_streams_that_come_and_go_leave_nothing(broker):
    session = blocking.Session(broker.link())
    for _ in range(100):
        stream = session.stream()
        stream.synchronize()
        stream.close()
    assert len(session._destroyed) <= 1
    session.close()


# -------------------------------------------------------------------- closing
def test_closing_ends_a_call_that_waits_for_its_reply(broker):
    del broker.answers[wire.Allocate]
    session = blocking.Session(broker.link())
    told = []

    def allocate() -> None:
        try:
            session.allocate(100)
        except errors.SessionLost as problem:
            told.append(problem)

    thread = on_a_thread(allocate)
    while not broker.seen:
        pass
    session.close()
    assert ends(thread)
    assert len(told) == 1


def test_closing_ends_every_wait(broker):
    broker.retiring = False
    session = blocking.Session(broker.link())
    stream, event = session.stream(), session.event()
    stream.record(event)
    told = []

    def waiting(wait: Callable[[], None]) -> None:
        try:
            wait()
        except errors.SessionLost as problem:
            told.append(problem)

    waits = (stream.synchronize, event.synchronize, session.synchronize)
    threads = [on_a_thread(lambda w=wait: waiting(w)) for wait in waits]
    while broker.end.waiter(stream.line, wire.WAITERS_SLEEPING, 4) == 0:
        pass
    session.close()
    assert all(ends(thread) for thread in threads)
    assert len(told) == 3


async def test_no_wait_waits_for_another_to_end(broker):
    """More waits than there are threads, and work that is no wait."""
    broker.retiring = False
    async with aio.Session(broker.link()) as session:
        stuck, done = session.stream(), session.stream()
        waits = [
            asyncio.create_task(stuck.synchronize()) for _ in range(aio.WAITS_MAX + 9)
        ]
        last = asyncio.create_task(done.synchronize())
        while done.line not in (op.stream & 0xFF for op in complete(broker)):
            await asyncio.sleep(0)
        broker.end.retire(done.line, 1 << 40)
        await last
        buffer = await session.allocate(1 << 20)
        await buffer.copy_from(np.zeros(1 << 20, np.uint8), done)
        assert not any(wait.done() for wait in waits)
        broker.end.retire(stuck.line, 1 << 40)
        await asyncio.gather(*waits)


def complete(broker: Answering) -> list[Any]:
    return [op for op in broker.operations if isinstance(op, wire.Complete)]


# ------------------------------------------------------------- host functions
def test_a_host_function_runs_however_many_wait_before_it(broker):
    """More streams than one look of the thread covers; only the last one is due."""
    broker.retiring = False
    session = blocking.Session(broker.link())
    streams = [session.stream() for _ in range(LINES_MAX + 6)]
    ran = threading.Event()
    for stream in streams[:-1]:
        stream.add_callback(lambda: None)
    streams[-1].add_callback(ran.set)
    broker.end.host_due(streams[-1].line, 1, len(streams))
    assert ran.wait(PATIENCE_SECONDS)
    session.close()
