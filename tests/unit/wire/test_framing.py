"""Frames come out the same however the bytes were cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.wire.errors import LimitExceeded, LocalProtocolError, RemoteProtocolError
from broker.wire.framing import FrameBuffer, body_bytes, frame
from broker.wire.gen.messages import FRAME_BYTES_MAX


def _bodies(buffer: FrameBuffer) -> list[bytes]:
    return list(iter(buffer.next_body, None))


@given(
    st.lists(st.binary(min_size=1, max_size=40), max_size=6),
    st.lists(st.integers(1, 30), min_size=1),
)
def test_split_anywhere(bodies: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(frame(body) for body in bodies)
    buffer, found, turn = FrameBuffer(), [], 0
    while stream:
        size = cuts[turn % len(cuts)]
        turn += 1
        buffer.feed(stream[:size])
        stream = stream[size:]
        found += _bodies(buffer)
    assert found == bodies
    assert buffer.bytes_buffered == 0


def test_the_largest_frame() -> None:
    buffer = FrameBuffer()
    buffer.feed(frame(bytes(FRAME_BYTES_MAX)) + b"\x01")
    assert _bodies(buffer) == [bytes(FRAME_BYTES_MAX)]
    assert buffer.bytes_buffered == 1


@pytest.mark.parametrize(
    ("header", "kind", "text"),
    [
        (b"\x00\x00\x00\x00", RemoteProtocolError, "frame: 0 bytes, at least 1"),
        (b"\x01\x00\x02\x00", LimitExceeded, "frame: 131073 bytes, at most 131072"),
        (b"\xff\xff\xff\xff", LimitExceeded, "frame: 4294967295 bytes, at most 131072"),
    ],
)
def test_bad_lengths(header: bytes, kind: type[Exception], text: str) -> None:
    buffer = FrameBuffer()
    buffer.feed(header[:3])
    assert buffer.next_body() is None
    buffer.feed(header[3:])
    for call in (buffer.next_body, lambda: body_bytes(header)):
        with pytest.raises(kind) as caught:
            call()
        assert str(caught.value) == text


def test_no_frame_of_a_bad_length_is_made() -> None:
    for size in (0, FRAME_BYTES_MAX + 1):
        with pytest.raises(LocalProtocolError):
            frame(bytes(size))
