"""Frames on a byte stream: a 4-byte little-endian length, then a body.

It decides where a frame ends and which lengths are refused; it never looks into a body.
Called by `connection.py`, by the handshake on the raw socket, and by tests as the
oracle of shim/src/frame.c.
"""

from __future__ import annotations

from broker.wire.errors import LimitExceeded, LocalProtocolError, RemoteProtocolError
from broker.wire.gen.messages import FRAME_BYTES_MAX

HEADER_BYTES = 4


def frame(body: bytes) -> bytes:
    """A body with its length in front.

    Raises: LocalProtocolError unless the body has 1..FRAME_BYTES_MAX bytes.
    """
    if not 0 < len(body) <= FRAME_BYTES_MAX:
        raise LocalProtocolError(f"frame: {len(body)} bytes, 1 to {FRAME_BYTES_MAX}")
    return len(body).to_bytes(HEADER_BYTES, "little") + body


def body_bytes(header: bytes | bytearray | memoryview) -> int:
    """The length of the body that four header bytes announce.

    Raises: RemoteProtocolError for 0, LimitExceeded over FRAME_BYTES_MAX.
    """
    size = int.from_bytes(header[:HEADER_BYTES], "little")
    if size == 0:
        raise RemoteProtocolError("frame: 0 bytes, at least 1")
    if size > FRAME_BYTES_MAX:
        raise LimitExceeded(f"frame: {size} bytes, at most {FRAME_BYTES_MAX}")
    return size


class FrameBuffer:
    """Collects bytes, in whatever pieces they come, and gives out whole bodies.

    Holds at most one partial frame between calls: the rest is given out.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()

    @property
    def bytes_buffered(self) -> int:
        return len(self._buffer)

    def feed(self, data: bytes | bytearray | memoryview) -> None:
        self._buffer += data

    def next_body(self) -> bytes | None:
        """The next whole body; None when bytes are missing.

        Raises: as body_bytes, as soon as the four bytes of a bad length are there.
        """
        if len(self._buffer) < HEADER_BYTES:
            return None
        end = HEADER_BYTES + body_bytes(self._buffer)
        if len(self._buffer) < end:
            return None
        body = bytes(self._buffer[HEADER_BYTES:end])
        del self._buffer[:end]
        return body
