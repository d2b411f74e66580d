"""The first frames of a connection, on the raw socket.

Decides whether what came is a hello. Runs before the transport exists, because uvloop's
transport socket cannot pass file descriptors; reads exactly as many bytes as the hello
has, so that nothing of the next frame is lost. It must never know what a session is:
`listener.py` calls it and gives it a function that makes one.
"""

from __future__ import annotations

import asyncio
import pwd
import socket
import struct
from dataclasses import dataclass
from typing import Any

from broker.wire._codec import decode, encode_frame
from broker.wire.errors import RemoteProtocolError
from broker.wire.gen import messages as wire

# A hello is a few hundred bytes; nobody who is not known yet gets more memory than
# this.
HELLO_BYTES_MAX = 4096
_PEER = struct.Struct("3i")


@dataclass(frozen=True, slots=True)
class Peer:
    """Who is at the other end, as the kernel says (any container's root is uid 0)."""

    pid: int
    uid: int
    gid: int

    def __str__(self) -> str:
        return f"pid={self.pid} uid={self.uid} gid={self.gid}"

    def user(self) -> str:
        """The name of its user here, "uid-1000" where it has none. May take as long as
        the machine's directory of users."""
        try:
            return pwd.getpwuid(self.uid).pw_name
        except KeyError:
            return f"uid-{self.uid}"


def peer_of(connection: socket.socket) -> Peer:
    raw = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size)
    return Peer(*_PEER.unpack(raw))


async def read_hello(
    loop: asyncio.AbstractEventLoop, connection: socket.socket
) -> wire.Hello:
    """The hello of a fresh connection.

    Raises: RemoteProtocolError for anything else; EOFError when the peer is gone. The
    caller sets the deadline.
    """
    (nbytes,) = struct.unpack("<I", await _read_exactly(loop, connection, 4))
    if nbytes > HELLO_BYTES_MAX:
        raise RemoteProtocolError(
            f"hello: a frame of {nbytes} bytes, at most {HELLO_BYTES_MAX} are accepted "
            "before the handshake"
        )
    message = decode(await _read_exactly(loop, connection, nbytes))
    if not isinstance(message, wire.Hello):
        raise RemoteProtocolError(
            f"the first frame is {type(message).__name__}, not Hello"
        )
    return message


async def _read_exactly(
    loop: asyncio.AbstractEventLoop, connection: socket.socket, nbytes: int
) -> bytes:
    parts = bytearray()
    while len(parts) < nbytes:
        part = await loop.sock_recv(connection, nbytes - len(parts))
        if not part:
            raise EOFError("the client closed the connection during the handshake")
        parts += part
    return bytes(parts)


def send_welcome(connection: socket.socket, welcome: Any, fds: list[int]) -> None:
    """Send the welcome with its descriptors, in one piece: the socket is empty.

    Raises: OSError; also when the peer is so strange that it does not fit.
    """
    data = encode_frame(welcome)
    if socket.send_fds(connection, [data], fds) != len(data):
        raise OSError("the welcome did not fit into the socket's buffer")


def send_last(connection: socket.socket, message: Any) -> None:
    """Send one message before closing, if the peer still takes it."""
    try:
        connection.send(encode_frame(message))
    except OSError:
        pass
