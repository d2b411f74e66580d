"""Two ends back to back, whole and byte by byte; and everything that is out of turn."""

from __future__ import annotations

from typing import Any

import pytest

from broker.wire import _codec as native
from broker.wire import codec as oracle
from broker.wire.connection import Connection, Role, State
from broker.wire.errors import LimitExceeded, LocalProtocolError, RemoteProtocolError
from broker.wire.framing import frame
from broker.wire.gen import messages as gen

HELLO = gen.Hello(1, 0, "test 1", "rerank")
WELCOME = gen.Welcome(7, 0, "broker 1", 0, 1, 4096, 4096, 0, 0, 0, 0, 0, 1000, ())
SUBMIT = gen.Submit(1, (gen.Complete(gen.make_handle(1, 1)),))


class Pair:
    """A client's and a broker's end. `say` passes a message from one to the other."""

    def __init__(self, codec: Any, step: int = 0) -> None:
        self.client = Connection(Role.CLIENT, codec)
        self.broker = Connection(Role.BROKER, codec)
        self.step = step

    def say(self, sender: Role, message: Any) -> None:
        ends = (self.client, self.broker)
        here, there = ends if sender is Role.CLIENT else ends[::-1]
        data, found = here.send(message), []
        step = self.step or len(data)
        for at in range(0, len(data), step):
            found += there.receive_data(data[at : at + step])
        assert found == [message]
        assert there.bytes_buffered == 0
        assert self.client.state is self.broker.state
        assert self.client.calls_waiting == self.broker.calls_waiting

    def open(self) -> Pair:
        self.say(Role.CLIENT, HELLO)
        self.say(Role.BROKER, WELCOME)
        return self


@pytest.fixture(params=[oracle, native], ids=["oracle", "native"])
def codec(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.mark.parametrize("step", [0, 1, 3, 7])
def test_a_whole_session(codec: Any, step: int) -> None:
    pair = Pair(codec, step).open()
    assert pair.client.state is State.OPEN
    pair.say(Role.CLIENT, gen.Allocate(1, 0, 4096))
    pair.say(Role.CLIENT, SUBMIT)
    pair.say(Role.CLIENT, gen.MemoryInfo(2, 0))
    pair.say(Role.BROKER, gen.Memory(2, 0, "", 5, 6))  # replies in another order
    pair.say(Role.BROKER, gen.Allocated(1, 0, "", 0x5000))
    pair.say(Role.CLIENT, gen.Free(1, 0x5000, 1))  # the number is free again
    pair.say(Role.CLIENT, gen.Goodbye())
    assert pair.client.state is State.LEAVING
    pair.say(Role.BROKER, gen.Done(1, 0))
    assert pair.client.calls_waiting == 0


def test_every_call_has_its_reply(codec: Any) -> None:
    calls = [kind for kind in gen.REPLIES if kind is not gen.Hello]
    for number, kind in enumerate(calls, start=1):
        pair = Pair(codec).open()
        values = [_zero(field) for field in gen.LAYOUT[kind]]
        values[0] = number
        pair.say(Role.CLIENT, kind(*values))
        pair.say(Role.BROKER, gen.REPLIES[kind](number, 500))


def _zero(field: gen.Field) -> Any:
    empty = {"str": "", "bin": b"", "list": (), "bool": False}
    return empty.get(field.type, 0)


def test_ends(codec: Any) -> None:
    for last in (gen.ProtocolError("bad", 3), gen.Fault(700, "a launch")):
        pair = Pair(codec).open()
        pair.say(Role.BROKER, last)
        assert pair.client.state is State.CLOSED
        assert pair.client.receive_data(b"ignored") == []
        with pytest.raises(LocalProtocolError, match="while the connection is closed"):
            pair.client.send(SUBMIT)
    pair = Pair(codec)
    pair.say(Role.CLIENT, HELLO)
    pair.say(Role.BROKER, gen.Refused("token", "set one"))
    assert pair.client.state is State.CLOSED


# ------------------------------------------------------------------ out of turn

OPEN = ["open"]
OUT_OF_TURN = [
    ([], Role.CLIENT, SUBMIT, "submit: not while the connection is handshake"),
    ([], Role.CLIENT, gen.Goodbye(), "goodbye: not while the connection is handshake"),
    ([], Role.CLIENT, WELCOME, "welcome: the client never sends it"),
    ([], Role.BROKER, WELCOME, "welcome: not while the connection is handshake"),
    ([], Role.BROKER, HELLO, "hello: the broker never sends it"),
    ([HELLO], Role.CLIENT, HELLO, "hello: not while the connection is offered"),
    ([HELLO], Role.CLIENT, SUBMIT, "submit: not while the connection is offered"),
    (OPEN, Role.CLIENT, HELLO, "hello: not while the connection is open"),
    (OPEN, Role.BROKER, WELCOME, "welcome: not while the connection is open"),
    (OPEN, Role.BROKER, gen.Done(5, 0), "done: no call 5 waits"),
    ([*OPEN, gen.Free(5, 1, 1)], Role.BROKER, gen.Memory(5, 0), "call 5 was free"),
    ([*OPEN, gen.Free(5, 1, 1)], Role.CLIENT, gen.ErrorTake(5), "call 5 waits already"),
    ([*OPEN, gen.Goodbye()], Role.CLIENT, SUBMIT, "while the connection is leaving"),
]


def _after(codec: Any, before: list[Any]) -> Pair:
    pair = Pair(codec)
    for step in before:
        pair.open() if step == "open" else pair.say(Role.CLIENT, step)
    return pair


@pytest.mark.parametrize(("before", "sender", "message", "text"), OUT_OF_TURN)
def test_out_of_turn_sent(
    codec: Any, before: list[Any], sender: Role, message: Any, text: str
) -> None:
    pair = _after(codec, before)
    end = pair.client if sender is Role.CLIENT else pair.broker
    state, waiting = end.state, end.calls_waiting
    with pytest.raises(LocalProtocolError) as caught:
        end.send(message)
    assert text in str(caught.value)
    assert (end.state, end.calls_waiting) == (state, waiting)


@pytest.mark.parametrize(("before", "sender", "message", "text"), OUT_OF_TURN)
def test_out_of_turn_received(
    codec: Any, before: list[Any], sender: Role, message: Any, text: str
) -> None:
    pair = _after(codec, before)
    end = pair.broker if sender is Role.CLIENT else pair.client
    with pytest.raises(RemoteProtocolError) as caught:
        end.receive_data(frame(codec.encode(message)))
    assert text in str(caught.value)
    assert end.state is State.CLOSED


def test_an_error_brings_what_came_before_it_and_stays(codec: Any) -> None:
    pair = Pair(codec).open()
    data = frame(codec.encode(SUBMIT)) + frame(codec.encode(HELLO))
    with pytest.raises(RemoteProtocolError) as caught:
        pair.broker.receive_data(data)
    assert caught.value.messages == (SUBMIT,)
    for _ in range(2):
        with pytest.raises(RemoteProtocolError, match="hello: not while") as again:
            pair.broker.receive_data(b"more")
        assert again.value.messages == ()


def test_errors_of_codec_and_framing_close_too(codec: Any) -> None:
    for data, kind in [
        (b"\xff" * 4, LimitExceeded),
        (frame(b"\xc1"), RemoteProtocolError),
    ]:
        pair = Pair(codec).open()
        with pytest.raises(kind):
            pair.broker.receive_data(data)
        assert pair.broker.state is State.CLOSED


def test_a_value_that_cannot_be_sent_changes_nothing(codec: Any) -> None:
    pair = Pair(codec).open()
    with pytest.raises(LocalProtocolError, match="allocate: bytes: -1"):
        pair.client.send(gen.Allocate(1, 0, -1))
    assert pair.client.calls_waiting == 0
    pair.say(Role.CLIENT, gen.Allocate(1, 0, 1))


def test_end_of_file(codec: Any) -> None:
    pair = Pair(codec).open()
    pair.broker.receive_eof()
    assert pair.broker.state is State.CLOSED
    pair = Pair(codec).open()
    pair.broker.receive_data(b"\x05\x00")
    with pytest.raises(RemoteProtocolError, match="frame: ends after 2 bytes"):
        pair.broker.receive_eof()
