"""A tenant written by hand on the wire, and a broker process to talk to.

Decides nothing about what is right: the tests do. Waits here end when something happens
(a frame, an end of file, a word in the status page) and fail at a deadline far beyond
it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import mmap
import os
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from broker.admin import admin_path, ask
from broker.wire.codec import decode, encode
from broker.wire.gen import messages as wire

PATIENCE_SECONDS = 30.0
STREAM = wire.make_handle(wire.KIND_STREAM, wire.STREAM_INDEX_LEGACY)
MODULE = wire.make_handle(wire.KIND_MODULE, 1)
FUNCTION = wire.make_handle(wire.KIND_FUNCTION, 1)
PTX = b""".version 8.0
.target sm_90
.address_size 64
.visible .entry xs_write_word(
    .param .u64 at,
    .param .u32 value
)
{ ret; }
.visible .entry xs_spin(
    .param .u64 duration_ns
)
{ ret; }
.visible .entry xs_empty()
{ ret; }
"""


def eventually(
    check: Callable[[], Any], what: str, seconds: float = PATIENCE_SECONDS
) -> Any:
    """The first true answer of check; asked often, given up late."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = check()
        if answer:
            return answer
        time.sleep(0.002)
    raise AssertionError(f"never happened: {what}")


def is_running(pid: int) -> bool:
    """A zombie that nobody has waited for yet does not count."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def children_of(pid: int) -> list[int]:
    try:
        return list(
            map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        )
    except OSError:
        return []


def serving(pid: int) -> int | None:
    """Which child of a process runs `xsched-broker serve`, if one does by now."""
    for child in children_of(pid):
        with contextlib.suppress(OSError):
            if b"serve" in Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0"):
                return child
    return None


class BrokerProcess:
    """`xsched-broker serve` on a socket of its own, ready when the constructor ends.

    Args: prefix: of its command: a program that starts it. `process` is that one then.
    """

    def __init__(
        self,
        folder: Path,
        *arguments: str,
        device: str = "null",
        config: str = "",
        environment: dict[str, str] | None = None,
        pass_fds: tuple[int, ...] = (),
        ready: bool = True,
        prefix: Sequence[str] = (),
    ) -> None:
        self.path = str(folder / "broker.sock")
        self.log = folder / "broker.log"
        command = [*prefix, sys.executable, "-m", "broker", "serve"]
        command += ["--socket", self.path]
        command += ["--device", device, *arguments]
        if config:
            (folder / "broker.toml").write_text(config)
            command += ["--config", str(folder / "broker.toml")]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                command,
                stderr=log,
                stdout=log,
                env={**os.environ, **(environment or {})},
                pass_fds=pass_fds,
            )
        if ready:
            self.wait_ready()

    def wait_ready(self, epoch: int = 1, seconds: float = PATIENCE_SECONDS) -> None:
        def is_ready() -> bool:
            assert self.process.poll() is None, self.log.read_text()
            return f"epoch {epoch}" in self.log.read_text()

        eventually(is_ready, "the broker is ready", seconds)

    def ask(self, command: str, **fields: Any) -> Any:
        path = admin_path(self.path)
        return ask(path, command, timeout_seconds=PATIENCE_SECONDS, **fields)

    def sessions(self) -> list[dict[str, Any]]:
        return self.ask("status")["sessions"]

    def wait(self) -> int:
        return self.process.wait(PATIENCE_SECONDS)

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.wait()
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    def __enter__(self) -> BrokerProcess:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


class Peer:
    """A connection to a broker. With hello=False nothing has been said yet."""

    def __init__(
        self, path: str, tenant: str = "t", *, hello: bool = True, **more: Any
    ):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(PATIENCE_SECONDS)
        self.socket.connect(path)
        self.fds: list[int] = []
        self.next_seq = 1
        self.calls = 0
        self.welcome: Any = None
        if hello:
            self.send(hello_message(tenant, **more))
            self.welcome = self.receive()
            if isinstance(self.welcome, wire.Welcome):
                self._map()

    def _map(self) -> None:
        status, waiters, host = self.fds
        self.status = mmap.mmap(
            status, self.welcome.status_bytes, mmap.MAP_SHARED, mmap.PROT_READ
        )
        self.waiters = mmap.mmap(waiters, self.welcome.waiters_bytes)
        self.host = mmap.mmap(host, self.welcome.host_bytes)

    # ------------------------------------------------------------- frames
    def send(self, message: Any) -> None:
        self.send_raw(framed(message))

    def send_raw(self, data: bytes) -> None:
        self.socket.sendall(data)

    def receive(self) -> Any:
        """The next message; None at the end of the connection."""
        head = self._exactly(4)
        if head is None:
            return None
        body = self._exactly(struct.unpack("<I", head)[0])
        return None if body is None else decode(body)

    def _exactly(self, nbytes: int) -> bytes | None:
        data = b""
        while len(data) < nbytes:
            try:
                part, fds, _, _ = socket.recv_fds(self.socket, nbytes - len(data), 8)
            except ConnectionResetError:
                return None
            self.fds += fds
            if not part:
                return None
            data += part
        return data

    def call(self, message_class: type, *fields: Any) -> Any:
        self.calls += 1
        self.send(message_class(self.calls, *fields))
        reply = self.receive()
        assert getattr(reply, "call", None) == self.calls, reply
        return reply

    # --------------------------------------------------------- operations
    def submit(self, *operations: Any) -> int:
        """Send operations; returns the sequence number of the last."""
        self.send(wire.Submit(self.next_seq, tuple(operations)))
        self.next_seq += len(operations)
        return self.next_seq - 1

    def word(self, offset: int, line: int = 0) -> int:
        at = line * wire.STATUS_LINE_BYTES + offset
        return int.from_bytes(self.status[at : at + 8], "little")

    def error(self) -> int:
        return self.word(wire.STATUS_SESSION_ERROR) & 0xFFFFFFFF

    def sticky(self) -> int:
        return self.word(wire.STATUS_SESSION_ERROR) >> 32

    def wait_retired(self, seq: int, line: int = wire.STREAM_INDEX_LEGACY) -> None:
        eventually(
            lambda: self.word(wire.STATUS_RETIRED_SEQ, line) >= seq, f"{seq} retires"
        )

    def load(self, image: bytes = PTX, module: int = MODULE) -> Any:
        """Send an image through the host arena."""
        self.host[: len(image)] = image
        digest = hashlib.sha256(image).digest()
        return self.call(
            wire.ModuleLoad, module, wire.MODULE_FORMAT_PTX, digest, len(image), 0
        )

    def function(self, name: str, index: int = 1) -> int:
        handle = wire.make_handle(wire.KIND_FUNCTION, index)
        reply = self.call(wire.FunctionGet, MODULE, handle, name)
        assert reply.result == 0, reply
        return handle

    def close(self) -> None:
        self.socket.close()
        for fd in self.fds:
            os.close(fd)
        self.fds.clear()

    def __enter__(self) -> Peer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def hello_message(tenant: str = "t", **more: Any) -> wire.Hello:
    values = {
        "protocol_major": wire.PROTOCOL_MAJOR,
        "protocol_minor": wire.PROTOCOL_MINOR,
        "library": "peer 0",
        "tenant": tenant,
        **more,
    }
    return wire.Hello(**values)


def framed(message: Any) -> bytes:
    body = encode(message)
    return struct.pack("<I", len(body)) + body


def launch(function: int, params: bytes = b"", stream: int = STREAM) -> wire.Launch:
    return wire.Launch(stream, function, 1, 1, 1, 32, 1, 1, 0, params)


def log_lines(broker: BrokerProcess) -> list[dict[str, Any]]:
    return [json.loads(line) for line in broker.log.read_text().splitlines()]
