"""Reading in turns, pausing, and the order of what happens to arriving bytes."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from broker.server.protocol import GOODBYE, TURN_BYTES_MAX, SessionProtocol
from broker.wire.errors import RemoteProtocolError


class Story:
    """Stands for session, intake, pump and transport; writes down what happens."""

    def __init__(self, class_: int = 1) -> None:
        self.sid = 7
        self.class_ = class_
        self.told: list[Any] = []
        self.full = False
        self.preempted = False
        self.operations = 0
        self.bytes_buffered = 0
        self.resting = False
        self.decodes: Any = []
        self.rests: list[bool] = []  # after each decoding, the last first
        self.adds = 0
        self.soon: list[Any] = []
        self.long: list[Any] = []
        self.later: list[Any] = []
        self.clock = self
        self.hung_up: Any = None
        self.socket, self.other_end = socket.socketpair()

    # pump
    def now_ns(self) -> int:
        return 99

    def bytes_arrived(self, sid: int) -> bool:
        self.told.append("arrived")
        return self.preempted

    def work_arrived(self, sid: int, arrived_ns: int, preempted: bool) -> None:
        self.told.append(("work", arrived_ns, preempted))

    def false_alarm(self, *, more_to_come: bool) -> None:
        self.told.append(("false alarm", more_to_come))

    # intake
    def get_buffer(self, bytes_max: int = -1) -> memoryview:
        nbytes = 262144 if bytes_max < 0 else bytes_max
        return memoryview(bytearray(nbytes))

    def advance(self, count: int) -> list[Any]:
        self.told.append("decode")
        self.operations += self.adds
        self.resting = bool(self.rests) and self.rests.pop()
        if isinstance(self.decodes, Exception):
            raise self.decodes
        return self.decodes

    # session
    def messages_received(self, messages: list[Any]) -> None:
        self.told.append(("messages", messages))

    def protocol_failed(self, error: RemoteProtocolError) -> None:
        self.told.append(("failed", str(error)))

    def queue_is_full(self) -> bool:
        return self.full

    def connection_ended(self) -> None:
        self.told.append("ended")

    def goodbye_unread(self) -> None:
        self.told.append("goodbye unread")

    # hangups
    def watch(self, fd: int, callback: Any) -> None:
        self.hung_up = callback

    def forget(self, fd: int) -> None:
        self.hung_up = None

    # transport
    def get_extra_info(self, name: str) -> Any:
        return self.socket

    def pause_reading(self) -> None:
        self.told.append("pause")

    def resume_reading(self) -> None:
        self.told.append("resume")

    def write(self, frame: bytes) -> None:
        self.told.append(("write", frame))

    def close(self) -> None:
        self.told.append("close")

    def abort(self) -> None:
        self.told.append("abort")


def make(story: Story) -> SessionProtocol:
    protocol = SessionProtocol(
        story,
        story,
        story,
        story.soon.append,
        story.long.append,
        lambda s, f: story.later.append(f),
        story,
    )
    protocol.connection_made(story)
    return protocol


def test_lower_classes_are_stopped_before_anything_is_decoded() -> None:
    story = Story(class_=0)
    story.adds, story.preempted = 3, True
    make(story).buffer_updated(10)
    assert story.told == ["arrived", "decode", ("work", 99, True)]


def test_bytes_without_work_are_a_false_alarm() -> None:
    story = Story(class_=0)
    story.preempted, story.bytes_buffered = True, 3
    make(story).buffer_updated(3)
    assert story.told[-1] == ("false alarm", True)
    story.bytes_buffered, story.decodes = 0, ["call"]
    make(story).buffer_updated(3)
    assert story.told[-2:] == [("false alarm", False), ("messages", ["call"])]


def test_work_before_a_bad_frame_still_counts() -> None:
    story = Story()
    story.adds, story.decodes = 1, RemoteProtocolError("bad")
    make(story).buffer_updated(3)
    assert story.told[-2:] == [("work", 99, False), ("failed", "bad")]


@pytest.mark.parametrize(("class_", "nbytes"), [(0, 262144), (1, TURN_BYTES_MAX)])
def test_lower_classes_read_a_little_at_a_time(class_: int, nbytes: int) -> None:
    assert len(make(Story(class_)).get_buffer(-1)) == nbytes


def test_a_full_turn_lets_others_read_first() -> None:
    story = Story()
    protocol = make(story)
    protocol.buffer_updated(TURN_BYTES_MAX)
    assert story.told[-1] == "pause"
    story.soon.pop()()
    assert story.told[-1] == "resume"
    assert not protocol.paused
    protocol.buffer_updated(TURN_BYTES_MAX - 1)
    assert story.told[-1] == "decode"


def test_a_full_queue_pauses_until_there_is_room() -> None:
    story = Story()
    protocol = make(story)
    story.full = True
    protocol.buffer_updated(TURN_BYTES_MAX)
    assert story.told.count("pause") == 1
    assert protocol.paused
    protocol.pause("calls")
    protocol.resume("queue")
    assert "resume" not in story.told
    protocol.resume("calls")
    assert story.told[-1] == "resume"
    protocol.resume("calls")
    assert story.told.count("resume") == 1


def test_what_is_long_to_decode_goes_on_in_the_next_turns() -> None:
    story = Story(class_=0)
    protocol = make(story)
    story.rests, story.adds = [False, True, True], 1
    protocol.buffer_updated(10)
    assert story.told[-2:] == [("work", 99, False), "pause"]
    story.long.pop()()
    assert story.told.count("decode") == 2
    assert "resume" not in story.told
    story.long.pop()()
    assert story.told.count("decode") == 3
    assert story.told[-1] == "resume"
    assert story.told.count("pause") == 1
    assert not story.long


def test_a_rest_without_work_keeps_nobody_down() -> None:
    """All bytes of the operation are there, and none of it is for the device yet."""
    story = Story(class_=0)
    protocol = make(story)
    story.rests, story.preempted, story.bytes_buffered = [True], True, 300
    protocol.buffer_updated(10)
    assert ("false alarm", False) in story.told


def test_a_rest_waits_for_the_end_of_a_pause() -> None:
    story = Story()
    protocol = make(story)
    story.rests, story.full = [False, True], True
    protocol.buffer_updated(10)
    assert protocol.paused
    assert not story.long
    story.full = False
    protocol.resume("queue")
    assert story.told.count("decode") == 1  # not in the caller's turn
    story.long.pop()()
    assert story.told.count("decode") == 2
    assert story.told[-1] == "resume"


def test_a_pause_that_comes_while_it_rests_holds_the_rest_up() -> None:
    story = Story()
    protocol = make(story)
    story.rests = [False, True]
    protocol.buffer_updated(10)
    protocol.pause("calls")
    story.long.pop()()
    assert story.told.count("decode") == 1
    protocol.resume("calls")
    story.long.pop()()
    assert story.told[-1] == "resume"


@pytest.mark.parametrize("end", ["abort", "close", "lost"])
def test_nothing_is_decoded_after_the_end(end: str) -> None:
    story = Story()
    protocol = make(story)
    story.rests = [False, True]
    protocol.buffer_updated(10)
    if end == "lost":
        protocol.connection_lost(None)
    else:
        getattr(protocol, end)()
    story.long.pop()()
    assert story.told.count("decode") == 1
    assert "resume" not in story.told


def test_a_pause_inside_a_turn_outlives_it() -> None:
    story = Story()
    protocol = make(story)
    protocol.buffer_updated(TURN_BYTES_MAX)
    protocol.pause("queue")
    story.soon.pop()()
    assert "resume" not in story.told
    protocol.resume("queue")
    assert story.told[-1] == "resume"


def test_closing_sends_the_last_frame_and_cuts_off_who_does_not_read() -> None:
    story = Story()
    protocol = make(story)
    protocol.close(b"last")
    protocol.close(b"again")
    assert story.told == [("write", b"last"), "close"]
    protocol.write(b"late")
    protocol.buffer_updated(10)
    assert len(story.told) == 2
    story.later.pop()()
    assert story.told[-1] == "abort"


async def test_answers_wait_while_the_peer_does_not_read() -> None:
    story = Story()
    protocol = make(story)
    await protocol.writable()
    protocol.pause_writing()
    waiting = asyncio.ensure_future(protocol.writable())
    await asyncio.sleep(0)
    assert not waiting.done()
    protocol.resume_writing()
    await waiting
    protocol.pause_writing()
    protocol.connection_lost(None)
    await protocol.writable()
    assert story.told[-1] == "ended"


def test_a_hang_up_is_watched_for_while_nothing_is_read() -> None:
    story = Story()
    protocol = make(story)
    assert story.hung_up is None
    protocol.pause("queue")
    protocol.pause("calls")
    assert story.hung_up is not None
    protocol.resume("queue")
    assert story.hung_up is not None
    protocol.resume("calls")
    assert story.hung_up is None


@pytest.mark.parametrize(
    ("unread", "then"),
    [
        (b"", "abort"),
        (b"half a fra", "abort"),
        (b"a frame" + GOODBYE, "goodbye unread"),
    ],
)
def test_who_hangs_up_while_paused_is_cut_off_unless_it_said_goodbye(
    unread: bytes, then: str
) -> None:
    story = Story()
    make(story).pause("queue")
    story.other_end.sendall(unread)
    story.other_end.close()
    story.hung_up()
    assert story.told[-1] == then
