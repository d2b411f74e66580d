"""A domain over the lives of its process: start, hang, death, and when it stays down.

The process is a small script that speaks as `domain_host.py` does.
"""

from __future__ import annotations

import asyncio
import dataclasses
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio

from broker.device import _worker as kinds
from broker.device.null import NullBackend
from broker.server.domains import Domain, DomainFailed
from broker.server.remote_worker import RemoteWorker

PROPERTIES = dataclasses.asdict(NullBackend().properties)
SCRIPT = """
import msgpack, os, socket, sys, time
end = socket.socket(fileno=int(sys.argv[1]))
def tell(*message): end.send(msgpack.packb(message))
_, about = msgpack.unpackb(end.recv(1 << 17))
HOW = about["how"]
if HOW == "fails":
    tell("failed", "no device here")
    sys.exit(1)
if HOW == "dies":
    sys.exit(1)
tell("ready", about["properties"], 2 << 20)
if HOW == "drains" and about["life"] == 1:
    tell("drain", 7, 1)
while data := end.recv(1 << 17):
    what, *values = msgpack.unpackb(data)
    if what == "refresh" and not (HOW == "hangs" and about["life"] == 1):
        tell("refreshed", *values)
    if what == "run" and HOW != "drains":
        tell("drained", *values)
    if what == "stop":
        break
"""


class FakePump:
    """Drains at once."""

    def __init__(self) -> None:
        self.slots: list[str] = []

    def drain(self, session: int, run: Callable[..., None], done: Any) -> None:
        self.slots.append("begun")
        run(lambda *outcome: self.slots.append("over"))

    def read_messages(self, worker: Any) -> None:
        worker.messages()


class Owner:
    def __init__(self) -> None:
        self.sessions: dict[int, Any] = {}
        self.pump: Any = FakePump()

    def tenant(self, name: str) -> None:
        return None


Make = Callable[..., Domain]


@pytest_asyncio.fixture
async def make() -> AsyncIterator[Make]:
    made: list[Domain] = []
    floor_fd = os.memfd_create("floor")

    def start(name: str, fd: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-c", SCRIPT, str(fd)], pass_fds=[fd])

    def new(how: str = "", restarts: int = 5, hang: float = 60.0) -> Domain:
        loop = asyncio.get_running_loop()
        worker = RemoteWorker(kinds, kinds.Floor())
        about = {"how": how, "properties": PROPERTIES}
        domain = Domain("d", loop, start, about, floor_fd, worker, restarts, hang)
        made.append(domain)
        domain.begin()
        return domain

    yield new
    for domain in made:
        await domain.stop()
    os.close(floor_fd)


async def until_life(domain: Domain, life: int) -> None:
    async with asyncio.timeout(30):
        while domain.lives < life or not domain.worker.serves:
            await asyncio.sleep(0.01)


async def test_it_serves_and_stops(make: Make) -> None:
    domain = make()
    await domain.ready()
    assert domain.properties == NullBackend().properties
    assert domain.describe()["state"] == "serves"
    await domain.stop()
    assert domain.lives == 1 and not domain.worker.serves


async def test_one_that_cannot_start_says_why_and_is_not_tried_again(
    make: Make,
) -> None:
    domain = make("fails")
    with pytest.raises(DomainFailed, match="domain d: no device here"):
        await domain.ready()
    await domain.stop()
    assert domain.lives == 1


async def test_a_killed_one_is_started_again(make: Make) -> None:
    domain = make()
    await domain.ready()
    domain.own(Owner())
    os.kill(domain.pid, 9)
    await until_life(domain, 2)


async def test_one_that_keeps_dying_stays_down(make: Make) -> None:
    domain = make("dies", restarts=2)
    with pytest.raises(DomainFailed, match="died 3 times"):
        await domain.ready()
    assert domain.lives == 3


async def test_one_that_gives_no_sign_of_life_is_replaced(make: Make) -> None:
    domain = make("hangs", hang=0.2)
    await domain.ready()
    domain.own(Owner())
    await until_life(domain, 2)
    await domain.refresh()


async def test_one_that_keeps_a_drained_slot_is_replaced(make: Make) -> None:
    """Every domain is held meanwhile: the slot ends with the process."""
    domain, owner = make("drains", hang=0.3), Owner()
    domain.own(owner)
    await domain.ready()
    await until_life(domain, 2)
    assert owner.pump.slots == ["begun", "over"]
