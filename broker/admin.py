"""The admin socket: one JSON request a line, one JSON answer a line; to `trace`, lines
of parts before the answer.

Decides what an operator may ask and change. Its rights are the file's (mode 0600): who
can open it, may. It must never be reachable by a tenant. `serve.py` opens it; `ask` is
the other end, for the command line.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import math
import socket
from collections.abc import Callable, Generator, Iterator
from typing import Any

from broker.sched.policies import policy_names
from broker.server.hints import HintRefused, changed
from broker.trace import Tracer, TraceRefused

LINE_BYTES_MAX = 65536
# One more, and the oldest is cut off: whoever asks nothing, or does not read what it
# asked for, keeps no operator out.
CONNECTIONS_MAX = 16
SUFFIX = ".admin"

log = logging.getLogger("broker.admin")


def admin_path(socket_path: str, configured: str = "") -> str:
    return configured or socket_path + SUFFIX


class AdminServer:
    """Args: broker: server.broker.Broker. config: plain values to show. drain: called
    when an operator asks for it; ends the process in the end."""

    def __init__(
        self,
        broker: Any,
        config: dict[str, Any],
        drain: Callable[[], None],
        tracer: Tracer,
    ) -> None:
        self._broker = broker
        self._config = config
        self._drain = drain
        self._tracer = tracer
        self._server: asyncio.Server | None = None
        self._connections: dict[int, asyncio.StreamWriter] = {}  # oldest first
        self._commands: dict[str, Callable[[dict[str, Any]], Any]] = {
            "status": lambda request: broker.status(),
            "tenants": lambda request: broker.tenants_status(),
            "policy_get": self._policy_get,
            "policy_set": self._policy_set,
            "hint": self._hint,
            "config": lambda request: self._config,
            "drain": self._start_drain,
        }

    async def start(self, listening: socket.socket) -> None:
        # A duplicate: the server closes its socket, and the first must survive a
        # restart.
        self._server = await asyncio.start_unix_server(
            self._serve, sock=listening.dup(), limit=LINE_BYTES_MAX
        )

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for writer in self._connections.values():
            writer.transport.abort()

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while len(self._connections) >= CONNECTIONS_MAX:
            oldest = next(iter(self._connections))
            self._connections.pop(oldest).transport.abort()
        self._connections[id(writer)] = writer
        try:
            while line := await reader.readline():
                request = _request(line)
                if request.get("command") == "trace":
                    await self._trace(request, writer)
                else:
                    await self._broker.refresh()
                    writer.write(_line(self.answer(line)))
                await writer.drain()
        except (ConnectionError, ValueError):
            pass  # gone, or a line beyond the limit
        finally:
            self._connections.pop(id(writer), None)
            writer.close()

    async def _trace(
        self, request: dict[str, Any], writer: asyncio.StreamWriter
    ) -> None:
        """Send the parts of a trace, then {"result": number of parts}. Who does not
        read makes the rings overflow, and keeps nothing else from going on."""
        count = 0
        try:
            seconds = _number(request, "seconds")
            parts = self._tracer.parts(1.0 if seconds is None else seconds)
            async with contextlib.aclosing(parts):
                async for part in parts:
                    writer.write(_line({"part": part}))
                    await writer.drain()
                    count += 1
        except (AdminError, TraceRefused) as problem:
            writer.write(_line({"error": str(problem)}))
            return
        writer.write(_line({"result": count}))

    def answer(self, line: bytes) -> dict[str, Any]:
        """{"result": ...} or {"error": text}."""
        try:
            request = json.loads(line)
        except (ValueError, RecursionError) as problem:
            return {"error": f"not JSON: {problem}"}
        command = request.get("command") if isinstance(request, dict) else None
        if not isinstance(command, str) or command not in self._commands:
            known = ", ".join([*self._commands, "trace"])
            return {"error": f"unknown command {command!r}; known: {known}"}
        try:
            return {"result": self._commands[command](request)}
        except AdminError as problem:
            return {"error": str(problem)}

    def _policy_get(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"policy": self._broker.scheduler.policy.name, "known": policy_names()}

    def _policy_set(self, request: dict[str, Any]) -> dict[str, Any]:
        name = str(request.get("policy"))
        try:
            self._broker.pump.select_policy(name)
        except KeyError as problem:
            raise AdminError(str(problem.args[0])) from problem
        log.info("policy is now %s", name, extra={"policy": name})
        return {"policy": self._broker.scheduler.policy.name}

    def _hint(self, request: dict[str, Any]) -> dict[str, Any]:
        """Fields: session; class, weight, deadline_ms as far as they change."""
        session = self._broker.sessions.get(request.get("session"))
        if session is None or session.closing:
            raise AdminError(
                f"there is no session {request.get('session')!r}: "
                "`xsched-broker status` lists them"
            )
        deadline_ms = _number(request, "deadline_ms")
        try:
            hints = changed(
                session.hints,
                _whole(request, "class"),
                _number(request, "weight"),
                None if deadline_ms is None else round(deadline_ms * 1e6),
            )
        except HintRefused as problem:
            raise AdminError(str(problem)) from None
        session.change_hints(hints)
        session.log.info("session %d: operator set %s", session.sid, hints)
        return {
            "session": session.sid,
            "class": hints.class_,
            "weight": hints.weight,
            "deadline_ms": hints.deadline_ns / 1e6,
        }

    def _start_drain(self, request: dict[str, Any]) -> dict[str, Any]:
        self._drain()
        return {"draining": True}


class AdminError(Exception):
    """A request that cannot be met; or, for `ask`, no answer: what to do next."""


def _number(request: dict[str, Any], key: str) -> float | None:
    value = request.get(key)
    good = isinstance(value, int | float) and not isinstance(value, bool)
    if value is not None and not (good and math.isfinite(value)):
        raise AdminError(f"{key}: {value!r} is not a number")
    return value


def _whole(request: dict[str, Any], key: str) -> int | None:
    value = _number(request, key)
    if value is not None and value != int(value):
        raise AdminError(f"{key}: {value!r} is not a whole number")
    return None if value is None else int(value)


def _request(line: bytes) -> dict[str, Any]:
    """The request, empty where it is none: `answer` says what is wrong with it."""
    try:
        request = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return request if isinstance(request, dict) else {}


def _line(answer: dict[str, Any]) -> bytes:
    return json.dumps(answer, default=str).encode() + b"\n"


def ask(path: str, command: str, timeout_seconds: float = 5.0, **fields: Any) -> Any:
    """One request to the broker whose admin socket is at path.

    Raises: AdminError with one line that says what to do.
    """
    answers = follow(path, command, timeout_seconds, **fields)
    with contextlib.closing(answers):
        return [*answers][-1]


def follow(
    path: str, command: str, timeout_seconds: float = 5.0, **fields: Any
) -> Generator[Any, None, None]:
    """One request to the broker whose admin socket is at path: the parts of the answer
    as they come, then the result. A pause of timeout_seconds is no answer.

    Raises: AdminError with one line that says what to do.
    """
    served = path.removesuffix(SUFFIX)
    try:
        for line in _exchange(path, timeout_seconds, command, fields):
            answer = json.loads(line)
            if "error" in answer:
                raise AdminError(answer["error"])
            if "result" in answer:
                yield answer["result"]
                return
            yield answer["part"]
        raise AdminError(
            f"the broker at {served} has gone: start one with "
            f"xsched-broker serve --socket {served}"
        )
    except (FileNotFoundError, ConnectionRefusedError):
        raise AdminError(
            f"no broker serves {served}: start one with "
            f"xsched-broker serve --socket {served}"
        ) from None
    except PermissionError:
        raise AdminError(
            f"no right to use {path}: run this as the broker's user"
        ) from None
    except (OSError, ValueError) as problem:
        raise AdminError(
            f"the broker at {path} does not answer: {problem}"
        ) from problem


def _exchange(
    path: str, timeout_seconds: float, command: str, fields: dict[str, Any]
) -> Iterator[bytes]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(timeout_seconds)
        connection.connect(path)
        connection.sendall(_line({"command": command, **fields}))
        with connection.makefile("rb") as stream:
            yield from stream
