"""Intake: the same operations, messages and refusals however the bytes were cut."""

from __future__ import annotations

import gc
from typing import Any

import msgpack
import pytest
import wire_vectors
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.wire import codec as oracle
from broker.wire._codec import CollectingSink, Intake, encode_frame
from broker.wire.errors import LimitExceeded, RemoteProtocolError
from broker.wire.framing import frame
from broker.wire.gen import messages as gen

CALLS = [gen.Allocate(1, 0, 64), gen.Free(2, 3, 4), gen.Goodbye()]
PROGRAM = wire_vectors._program(30)


def feed(intake: Intake, data: bytes, step: int = 0) -> list[Any]:
    """Put data into the intake in pieces of at most `step`, as a transport does."""
    found, at = [], 0
    while at < len(data):
        buffer = intake.get_buffer()
        size = min(len(buffer), len(data) - at, step or len(data))
        assert size > 0
        buffer[:size] = data[at : at + size]
        at += size
        found += intake.advance(size)
        while intake.resting:
            found += intake.advance(0)
    return found


def _stream() -> tuple[bytes, list[Any], list[Any]]:
    """Frames of a session: the bytes, the calls in them, the operations in them."""
    first = gen.Submit(1, PROGRAM)
    second = gen.Submit(1 + len(PROGRAM), PROGRAM[:3])
    messages = [CALLS[0], first, CALLS[1], second, CALLS[2]]
    operations = list(enumerate([*PROGRAM, *PROGRAM[:3]], start=1))
    return b"".join(map(encode_frame, messages)), CALLS, operations


@pytest.mark.parametrize("step", [0, 1, 2, 5, 64, 1000])
def test_split_anywhere(step: int) -> None:
    data, calls, operations = _stream()
    sink = CollectingSink()
    intake = Intake(sink.capsule())
    assert feed(intake, data, step) == calls
    assert sink.operations == operations
    assert intake.operations == len(operations)
    assert intake.bytes_buffered == 0


@given(st.lists(st.integers(1, 400), min_size=1, max_size=20))
def test_split_at_random(cuts: list[int]) -> None:
    data, calls, operations = _stream()
    sink = CollectingSink()
    intake = Intake(sink.capsule())
    found, turn = [], 0
    while data:
        size = cuts[turn % len(cuts)]
        turn += 1
        found += feed(intake, data[:size])
        data = data[size:]
    assert found == calls
    assert sink.operations == operations


@given(
    st.lists(st.integers(1, gen.FRAME_BYTES_MAX), max_size=12), st.integers(0, 2**32)
)
@settings(max_examples=30, deadline=None)
def test_frames_of_every_size_find_room(sizes: list[int], seed: int) -> None:
    """Frames up to the largest, read as much at a time as the buffer offers."""
    data, expected = b"", 0
    for size in sizes:
        params = min(size, 4 * 32764)
        parts = [min(32764, params - at) for at in range(0, params, 32764)]
        launches = tuple(
            gen.Launch(1, 1, 1, 1, 1, 1, 1, 1, 0, bytes(part)) for part in parts[:3]
        )
        data += encode_frame(gen.Submit(1 + expected, launches))
        expected += len(launches)
    sink = CollectingSink()
    intake = Intake(sink.capsule())
    assert feed(intake, data, 1 + seed % 300_000) == []
    assert intake.operations == expected == len(sink.operations)


def test_buffer_keeps_room_for_a_good_read() -> None:
    intake = Intake(CollectingSink().capsule())
    largest = len(intake.get_buffer())
    assert largest == 262144
    rest = frame(bytes(gen.FRAME_BYTES_MAX))[:-1]
    feed(intake, rest)
    assert intake.bytes_buffered == len(rest)
    assert len(intake.get_buffer()) >= 65536
    assert len(intake.get_buffer(1000)) == 1000


def test_the_client_side_gets_what_a_broker_sends() -> None:
    intake = Intake(None)
    replies = [gen.Done(1, 0), gen.Function(2, 0, "", (0, 8), (8, 4), 12)]
    assert feed(intake, b"".join(map(encode_frame, replies)), 3) == replies
    with pytest.raises(RemoteProtocolError, match="submit: the broker never sends it"):
        feed(intake, encode_frame(gen.Submit(1, ())))


# ------------------------------------------------------------------ rests


@pytest.mark.parametrize("step", [0, 1, 64])
@pytest.mark.parametrize("every", [1, 2, 7])
def test_a_rest_changes_nothing_but_when(step: int, every: int) -> None:
    data, calls, operations = _stream()
    sink = CollectingSink(rests=lambda seq, _: seq % every == 0)
    intake = Intake(sink.capsule())
    assert feed(intake, data, step) == calls
    assert sink.operations == operations
    assert intake.operations == len(operations)
    assert intake.bytes_buffered == 0


def test_at_a_rest_the_submission_ends_and_what_follows_waits() -> None:
    data, calls, _ = _stream()
    last = len(PROGRAM)
    sink = CollectingSink(rests=lambda seq, _: seq in (3, last))
    intake = Intake(sink.capsule())
    intake.get_buffer()[: len(data)] = data
    assert intake.advance(len(data)) == calls[:1]
    assert (intake.resting, intake.operations) == (True, 3)
    assert sink.submissions == [(1, 3)]
    assert intake.advance(0) == []  # the last of them: what follows waits, too
    assert (intake.resting, intake.operations) == (True, last)
    assert sink.submissions == [(1, 3), (4, last)]
    assert intake.advance(0) == calls[1:]
    assert not intake.resting
    assert sink.submissions == [(1, 3), (4, last), (last + 1, last + 3)]


@pytest.mark.parametrize("step", [0, 1, 64])
@pytest.mark.parametrize("times", [1, 3])
def test_an_operation_that_is_not_taken_yet_comes_again(step: int, times: int) -> None:
    data, calls, operations = _stream()
    left = {seq: times for seq, _ in operations}

    def rests(seq: int, _: Any) -> str | bool:
        left[seq] -= 1
        return "again" if left[seq] >= 0 else seq % 3 == 0

    sink = CollectingSink(rests=rests)
    intake = Intake(sink.capsule())
    assert feed(intake, data, step) == calls
    assert sink.operations == operations
    assert intake.operations == len(operations)
    # Each is a submission of its own, and none is empty.
    assert sink.submissions == [(seq, seq) for seq, _ in operations]
    assert set(left.values()) == {-1}


def test_before_an_operation_that_comes_again_the_submission_ends() -> None:
    data, calls, _ = _stream()
    asked: list[int] = []

    def rests(seq: int, _: Any) -> str:
        asked.append(seq)
        return "again" if asked.count(seq) == 1 and seq in (1, 3) else ""

    sink = CollectingSink(rests=rests)
    intake = Intake(sink.capsule())
    intake.get_buffer()[: len(data)] = data
    assert intake.advance(len(data)) == calls[:1]
    assert (intake.resting, intake.operations, sink.submissions) == (True, 0, [])
    assert intake.advance(0) == []
    assert (intake.resting, intake.operations) == (True, 2)
    assert sink.submissions == [(1, 2)]
    assert intake.advance(0) == calls[1:]
    assert not intake.resting
    assert sink.submissions[1] == (3, len(PROGRAM))


def test_what_is_wrong_after_a_rest_is_said_with_its_place() -> None:
    program = [gen.GraphEmpty(1)] * 4
    sink = CollectingSink(
        refuse=lambda seq, _: "not that" if seq == 3 else None,
        rests=lambda seq, _: seq == 2,
    )
    error = _refused(sink, encode_frame(gen.Submit(1, tuple(program))))
    assert str(error) == "submit: operation 2 (graph_empty): not that"
    assert error.seq == 3
    assert sink.submissions == [(1, 2)]


# ------------------------------------------------------------------ refusals


def _refused(sink: CollectingSink, data: bytes, step: int = 0) -> RemoteProtocolError:
    intake = Intake(sink.capsule())
    with pytest.raises(RemoteProtocolError) as caught:
        feed(intake, data, step)
    with pytest.raises(RemoteProtocolError) as again:
        intake.advance(0)
    assert str(again.value) == str(caught.value)
    assert type(again.value) is type(caught.value)
    return caught.value


REFUSED = [r for r in wire_vectors.refused() if 0 < len(r[1]) <= gen.FRAME_BYTES_MAX]


@pytest.mark.parametrize(("name", "body", "text"), REFUSED, ids=[r[0] for r in REFUSED])
def test_refuses_as_the_oracle_does(name: str, body: bytes, text: str) -> None:
    for step in (0, 1):
        error = _refused(CollectingSink(), frame(body), step)
        assert f"{type(error).__name__}: {error}" == text
        with pytest.raises(RemoteProtocolError) as caught:
            oracle.decode(body)
        if "operation " in text:
            assert error.seq == caught.value.seq


@pytest.mark.parametrize(
    ("header", "text"),
    [
        (bytes(4), "frame: 0 bytes, at least 1"),
        (b"\x01\x00\x02\x00", "frame: 131073 bytes, at most 131072"),
        (b"\xff" * 4, "frame: 4294967295 bytes, at most 131072"),
    ],
)
def test_bad_lengths(header: bytes, text: str) -> None:
    assert str(_refused(CollectingSink(), header)) == text


def test_operations_before_the_bad_one_reached_the_sink() -> None:
    launch = [1, 1, 2, 1, 1, 1, 1, 1, 1, 0, b"p"]
    bad = [*launch[:10], b"p" * 40000]
    sink = CollectingSink()
    body = msgpack.packb([2, 1, [launch, launch, launch, bad]])
    error = _refused(sink, frame(body))
    text = "submit: operation 3 (launch): params: 40000 bytes, at most 32764"
    assert str(error) == text
    assert isinstance(error, LimitExceeded)
    assert error.seq == 4
    assert [seq for seq, _ in sink.operations] == [1, 2, 3]
    assert sink.submissions == []


def test_the_list_is_refused_before_the_sink_hears_of_it() -> None:
    sink = CollectingSink()
    error = _refused(sink, frame(msgpack.packb([2, 1, [[15, 1]] * 501])))
    assert str(error) == "submit: operations: 501 elements, at most 500"
    assert sink.operations == []


def test_what_the_sink_refuses() -> None:
    wrong = _refused(CollectingSink(next_seq=5), encode_frame(gen.Submit(4, ())))
    assert str(wrong) == "submit: first_seq 4, expected 5"

    def refuse(seq: int, operation: Any) -> str | None:
        return "no such stream" if seq == 3 else None

    sink = CollectingSink(refuse=refuse)
    error = _refused(sink, encode_frame(gen.Submit(1, PROGRAM)))
    assert str(error) == "submit: operation 2 (launch): no such stream"
    assert error.seq == 3
    assert len(sink.operations) == 2


def test_messages_before_the_problem_come_with_it() -> None:
    data = b"".join(map(encode_frame, CALLS)) + frame(b"\xc1")
    assert _refused(CollectingSink(), data).messages == tuple(CALLS)


def test_messages_in_the_wrong_place() -> None:
    hello = encode_frame(gen.Hello(1, 0, "", ""))
    error = _refused(CollectingSink(), hello)
    assert str(error) == "hello: not while the connection is open"
    error = _refused(CollectingSink(), encode_frame(gen.Done(1, 0)))
    assert str(error) == "done: the client never sends it"


def test_misuse_is_told() -> None:
    intake = Intake(CollectingSink().capsule())
    with pytest.raises(ValueError, match="advance: 262145 bytes, room for 262144"):
        intake.advance(262145)
    with pytest.raises(ValueError, match="buffer_bytes: at least 262144"):
        Intake(None, 1000)
    with pytest.raises(ValueError):
        Intake(msgpack)  # no capsule


def test_the_capsule_keeps_the_sink_alive() -> None:
    sink = CollectingSink()
    intake, kept = Intake(sink.capsule()), sink.operations
    del sink
    gc.collect()
    feed(intake, encode_frame(gen.Submit(1, PROGRAM)))
    assert len(kept) == len(PROGRAM)
