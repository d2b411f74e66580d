"""What can go wrong on the wire, by whose fault.

Raised by codec, framing, Intake and Connection; the server answers the first two with
`protocol_error` and ends the session, the third is a bug on our side of the connection.
"""

from __future__ import annotations

from typing import Any


class RemoteProtocolError(Exception):
    """The peer sent something wrong.

    The text names message or operation, field and problem. seq: the operation at fault,
    0 when it is the frame itself. messages: what the same call had decoded before it
    came upon the problem.
    """

    def __init__(self, text: str, seq: int = 0) -> None:
        super().__init__(text)
        self.seq = seq
        self.messages: tuple[Any, ...] = ()


class LimitExceeded(RemoteProtocolError):
    """The peer passed a stated bound: of size, number, value or depth."""


class LocalProtocolError(ValueError):
    """We were asked to send what the wire does not allow. Nothing was sent."""
