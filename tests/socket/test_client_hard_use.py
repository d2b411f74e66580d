"""The client where processes fork or die, and where what tenants share stays clean."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import client
from tests.socket.peer import PTX, BrokerProcess, eventually, log_lines

BUILTIN = (Path(__file__).parents[2] / "loadgen/kernels/builtin.ptx").read_text()
MIB = 1 << 20
PATIENCE_SECONDS = 30


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hard")
    with BrokerProcess(folder, "--dilation", "1", device="emulated") as running:
        yield running


@pytest.fixture
def session(broker):
    with client.connect(broker.path, tenant="t") as connected:
        yield connected
    eventually(lambda: not broker.sessions(), "all sessions are gone")


# --------------------------------------------------------------------- forks
FORKING = """
import gc, os, signal, sys
import client
from tests.socket.peer import PTX

def child(session, buffer, stream):
    for use in (
        lambda: session.allocate(10),
        lambda: stream.synchronize(),
        lambda: session.synchronize(),
        lambda: buffer.free(),
        lambda: session.event(),
    ):
        try:
            use()
        except client.SessionLost as problem:
            assert "fork" in str(problem), problem
        else:
            raise AssertionError("the session must not work here")
    del stream, buffer
    gc.collect()
    with client.connect(sys.argv[1], tenant="child") as own:
        own.allocate(10)

with client.connect(sys.argv[1], tenant="parent") as session:
    function = session.load_module(PTX).function("xs_empty")
    stream, buffer = session.stream(), session.allocate(100)
    function.launch(1, 1, stream=stream)
    number = os.fork()
    if number == 0:
        child(session, buffer, stream)
        session.close()
        sys.exit(7)
    _, status = os.waitpid(number, 0)
    assert os.waitstatus_to_exitcode(status) == 7, status
    for _ in range(100):
        function.launch(1, 1, stream=stream)
    stream.synchronize()
    buffer.free()
    survivor = os.fork()
    if survivor == 0:
        signal.pause()
    print(survivor, flush=True)
    sys.stdin.read()
"""


def test_a_session_stays_with_the_process_that_made_it(broker):
    parent = subprocess.Popen(
        [sys.executable, "-c", FORKING, broker.path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    survivor = int(parent.stdout.readline())
    try:
        assert [s["tenant"] for s in broker.sessions()] == ["parent"]
        parent.kill()
        parent.wait()
        # The child still lives, but its copy of the socket is not what counts.
        eventually(lambda: not broker.sessions(), "the parent's session is gone")
    finally:
        os.kill(survivor, signal.SIGKILL)
        parent.stdin.close()
        parent.stdout.close()


# --------------------------------------------------- the broker dies or faults
def never_ends(session: Any, stream: Any) -> None:
    """A host function that nobody runs: what follows it waits for good."""
    session.native.host_function(stream.handle, 1 << 40)


def blocking_calls(session: Any) -> dict[str, Callable[[], Any]]:
    function = session.load_module(PTX).function("xs_empty")
    stream, event, buffer = session.stream(), session.event(), session.allocate(4096)
    other = session.allocate(4096)
    never_ends(session, stream)
    stream.record(event)

    def launch_without_end() -> None:
        while True:
            function.launch(1, 1, stream=stream)

    def play_without_end() -> None:
        program = session.program()
        for _ in range(10_000):
            program.add(function, 1, 1)
        while True:
            program.play(stream, pace=0)

    return {
        "stream": stream.synchronize,
        "event": event.synchronize,
        "session": session.synchronize,
        "copy": lambda: buffer.copy_to(np.zeros(4096, np.uint8), stream),
        "free": other.free,
        "launch": launch_without_end,
        "play": play_without_end,
    }


NAMES = ["stream", "event", "session", "copy", "free", "launch", "play"]


def test_no_call_outlives_a_killed_broker(tmp_path):
    """One process and session per call, so that none hides behind another."""
    config = "[server]\nqueued_operations_max = 1000\n"
    told: dict[str, BaseException] = {}

    def run(name: str, call: Callable[[], Any]) -> None:
        try:
            call()
        except BaseException as problem:
            told[name] = problem

    with BrokerProcess(tmp_path, config=config) as broker:
        sessions = [client.connect(broker.path, tenant=name) for name in NAMES]
        threads = []
        for name, session in zip(NAMES, sessions, strict=True):
            call = blocking_calls(session)[name]
            threads.append(threading.Thread(target=run, args=(name, call), daemon=True))
            threads[-1].start()

        def two_paused() -> bool:
            return sum(session["paused"] for session in broker.sessions()) == 2

        eventually(two_paused, "launch and play wait for room")
        broker.process.kill()
        broker.wait()
        for thread in threads:
            thread.join(PATIENCE_SECONDS)
        for session in sessions:
            session.close()
    assert sorted(told) == sorted(NAMES)
    for name, problem in told.items():
        assert isinstance(problem, client.SessionLost), (name, problem)


def test_no_await_outlives_a_killed_broker(tmp_path):
    async def main(broker: BrokerProcess) -> list[Any]:
        async with await client.aio.connect(broker.path, tenant="t") as session:
            stream, event = session.stream(), session.event()
            buffer, other = await session.allocate(4096), await session.allocate(4096)
            never_ends(session, stream)
            stream.record(event)
            tasks = [
                asyncio.ensure_future(wait)
                for wait in (
                    *(stream.synchronize() for _ in range(client.aio.WAITS_MAX + 9)),
                    event.synchronize(),
                    session.synchronize(),
                    buffer.copy_to(np.zeros(4096, np.uint8), stream),
                    other.free(),
                )
            ]
            await asyncio.sleep(0)
            broker.process.kill()
            broker.wait()
            return await asyncio.gather(*tasks, return_exceptions=True)

    with BrokerProcess(tmp_path) as broker:
        for problem in asyncio.run(main(broker)):
            assert isinstance(problem, client.SessionLost), problem


def test_a_fault_reaches_everybody_who_waits(tmp_path):
    """Three wait, one writes where nothing is: all learn it by CUDA's name."""
    told: list[client.SessionLost] = []

    def wait(session: Any) -> None:
        stream = session.stream()
        never_ends(session, stream)
        try:
            stream.synchronize()
        except client.SessionLost as problem:
            told.append(problem)

    arguments = ("--dilation", "1")
    with BrokerProcess(tmp_path, *arguments, device="emulated") as broker:
        waiting = [client.connect(broker.path, tenant=f"w{n}") for n in range(3)]
        threads = [threading.Thread(target=wait, args=(s,)) for s in waiting]
        for thread in threads:
            thread.start()
        eventually(
            lambda: all(s["queued"] or s["in_flight"] for s in broker.sessions()),
            "all three wait",
        )
        with client.connect(broker.path, tenant="guilty") as guilty:
            write = guilty.load_module(BUILTIN).function("xs_write_word")
            write.launch(1, 1, (0xDEAD0000, 7))
            with pytest.raises(client.SessionLost) as caught:
                guilty.synchronize()
            told.append(caught.value)
        for thread in threads:
            thread.join(PATIENCE_SECONDS)
        assert [t.name for t in told] == ["CUDA_ERROR_ILLEGAL_ADDRESS"] * 4
        for session in waiting:
            session.close()
        with client.connect(broker.path, tenant="next") as following:
            module = following.load_module(BUILTIN)
            module.function("xs_empty").launch(1, 1)
            following.synchronize()
        text = " ".join(line["message"] for line in log_lines(broker))
        assert re.search(r"in flight: session \d+ operation \d+ launch", text), text


# ----------------------------------------------------------- memory isolation
@pytest.mark.parametrize("nbytes", [256, 4096, 1 * MIB, 2 * MIB, 9 * MIB])
def test_memory_that_changes_hands_is_zero(broker, nbytes):
    secret = np.full(nbytes, 0xA5, np.uint8)
    with client.connect(broker.path, tenant="one") as one:
        for _ in range(3):
            kept = one.allocate(nbytes)
            kept.copy_from(secret)
            with one.allocate(nbytes) as freed:
                freed.copy_from(secret)
            with one.allocate(nbytes) as again:
                assert not read(again).any(), "within a session"
    eventually(lambda: not broker.sessions(), "the first tenant is gone")
    with client.connect(broker.path, tenant="two") as two:
        for _ in range(6):
            assert not read(two.allocate(nbytes)).any(), "between tenants"
    eventually(lambda: not broker.sessions(), "the second tenant is gone")


def read(buffer: Any) -> np.ndarray:
    out = np.ones(buffer.nbytes, np.uint8)
    buffer.copy_to(out)
    return out


def test_addresses_of_others_are_nobodys(broker, session):
    with client.connect(broker.path, tenant="other") as other:
        theirs = other.allocate(4 * MIB)
        mine = session.allocate(4 * MIB)
        native = session.native
        default = session.default_stream.handle
        for steal in (
            lambda: native.copy_d2d(default, mine.address, theirs.address, 64),
            lambda: native.copy_d2d(default, theirs.address, mine.address, 64),
            lambda: native.memset(default, theirs.address, 1, 1, 64),
            lambda: native.write_value(default, theirs.address, 1, 4),
            lambda: native.wait_value(default, theirs.address, 0, 4, 0),
            lambda: native.memset(default, mine.address, 1, 1, 4 * MIB + 1),
            lambda: native.memset(default, mine.address - 1, 1, 1, 2),
            lambda: native.copy_d2d(default, mine.address, mine.address, 1 << 63),
        ):
            steal()
            with pytest.raises(client.CudaError, match="INVALID_VALUE"):
                session.synchronize()
        assert not read(theirs).any()
