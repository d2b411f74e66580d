"""Messages between two ends of a channel: order, descriptors, a slow or dead end."""

from __future__ import annotations

import asyncio
import dataclasses
import os
from typing import Any

import msgpack
import pytest

from broker.server.channel import PACKET_BYTES_MAX, Channel, pair
from broker.server.fault import FaultReport, in_flight_of


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


class Faulted:
    """A worker with a full queue of operations of one session."""

    def in_flight(self, most: int) -> list[tuple[Any, ...]]:
        return [(7, seq, "launch", 0x1000, 10**12, 10**9) for seq in range(most)]


class LongNamed:
    """A session whose kernels have the longest names there are, of wide letters."""

    class tenant:
        name = "t" * 64

    def function_name(self, native: int) -> str:
        return "\N{CJK UNIFIED IDEOGRAPH-4E00}" * (4096 // 3)


def test_a_report_of_a_fault_fits_a_packet() -> None:
    """However many workers a device has, and whatever kernels are called."""
    rows = in_flight_of({7: LongNamed()}, [Faulted()] * 8)
    report = FaultReport(7, "t" * 64, 700, 2**40, rows)
    packet = msgpack.packb(["fault", dataclasses.astuple(report)])
    assert len(rows) == 128 and len(packet) < PACKET_BYTES_MAX
    assert rows[0][4] and rows[0][4] in LongNamed().function_name(0)
