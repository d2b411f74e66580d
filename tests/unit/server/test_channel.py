"""Messages between two ends of a channel: order, descriptors, a slow or dead end."""

from __future__ import annotations

import asyncio
import os
from typing import Any

import pytest

from broker.server.channel import PACKET_BYTES_MAX, Channel, pair


class End:
    """One end that keeps what it gets."""

    def __init__(self, end: Any) -> None:
        self.messages: list[list[Any]] = []
        self.fds: list[int] = []
        self.ended = 0
        self.changed = asyncio.Event()
        loop = asyncio.get_running_loop()
        self.channel = Channel(loop, end, self._received, self._ended)

    def _received(self, message: list[Any], fds: list[int]) -> None:
        self.messages.append(message)
        self.fds += fds
        self.changed.set()

    def _ended(self) -> None:
        self.ended += 1
        self.changed.set()

    async def until(self, count: int) -> None:
        while len(self.messages) < count:
            self.changed.clear()
            await self.changed.wait()

    async def until_ended(self) -> None:
        while not self.ended:
            self.changed.clear()
            await self.changed.wait()


async def test_messages_arrive_whole_and_in_order() -> None:
    one, other = map(End, pair())
    sent = [["a", 1, [2, 3]], ["b", b"\0raw", {"k": None}], ["c", (1 << 64) - 1, 0.5]]
    for message in sent:
        one.channel.send(*message)
    other.channel.send("back")
    await other.until(3)
    await one.until(1)
    assert other.messages == sent
    one.channel.close()
    other.channel.close()


async def test_descriptors_travel_with_their_message() -> None:
    one, other = map(End, pair())
    reading, writing = os.pipe()
    one.channel.send("pipe", fds=[writing])
    os.close(writing)
    await other.until(1)
    os.write(other.fds[0], b"here")
    assert os.read(reading, 4) == b"here"
    for fd in (reading, *other.fds):
        os.close(fd)
    one.channel.close()
    other.channel.close()


async def test_a_slow_end_is_waited_for_in_order_and_without_blocking() -> None:
    one, end = pair()
    sender = End(one)
    reading, writing = os.pipe()
    big = b"x" * (PACKET_BYTES_MAX - 100)
    for number in range(50):
        sender.channel.send(number, big, fds=[writing] if number == 49 else [])
    os.close(writing)  # the last message still has it
    receiver = End(end)
    await receiver.until(50)
    assert [message[0] for message in receiver.messages] == list(range(50))
    os.write(receiver.fds[0], b"!")
    assert os.read(reading, 1) == b"!"
    for fd in (reading, *receiver.fds):
        os.close(fd)
    sender.channel.close()
    receiver.channel.close()


async def test_the_end_is_told_once_and_after_what_was_sent() -> None:
    """Also when the dead end has left something unread."""
    one, other = map(End, pair())
    other.channel.send("unread")
    one.channel.send("last words")
    one.channel.close()
    await other.until_ended()
    assert other.messages == [["last words"]]
    assert (one.ended, other.ended) == (0, 1)
    other.channel.send("nobody hears")
    other.channel.close()


async def test_a_message_too_long_is_our_bug() -> None:
    one, other = map(End, pair())
    with pytest.raises(AssertionError, match="report"):
        one.channel.send("report", b"x" * PACKET_BYTES_MAX)
    one.channel.close()
    other.channel.close()
