"""What every room of a session's calls shares: the refusal, the checks, the lanes.

Decides how a call that cannot be met is told, and how a call reaches the device. It
must never know what the calls are for. `memory_calls.py`, `code_calls.py` and the
others derive from `Calls`; `session.py` makes one of each and answers what comes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from broker.device.backend import DeviceError
from broker.device.memory import MemoryRefused
from broker.wire.gen import messages as wire

if TYPE_CHECKING:
    from broker.server.session import Session

INVALID_VALUE = 1
OUT_OF_MEMORY = 2
INVALID_DEVICE = 101
INVALID_IMAGE = 200
INVALID_HANDLE = 400
NOT_FOUND = 500
NOT_SUPPORTED = 801
UNKNOWN = 999

Handler: TypeAlias = Callable[[Any], Awaitable[Any]]


class CallRefused(Exception):
    """A call that cannot be met; nothing changed. result: CUresult."""

    def __init__(self, result: int, message: str) -> None:
        self.result = result
        super().__init__(message)


# What a handler may raise to be told as a reply.
REFUSALS = (CallRefused, MemoryRefused, DeviceError)


class Calls:
    """The calls of one subject, of one session."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.services = session.services

    def handlers(self) -> dict[type, Handler]:
        """The coroutine that answers each message of this subject."""
        raise NotImplementedError

    async def device(self, method: str, *args: Any) -> Any:
        """Call one method of the backend in its lane."""
        backend = self.services.backend
        job = partial(getattr(backend, method), *args)
        return await self.session.control(backend.lanes[method], job)

    async def quietly(self, step: Awaitable[Any]) -> None:
        """A step of the session's end: the steps after it are made, whatever becomes of
        this one."""
        try:
            await step
        except DeviceError as problem:
            self.session.log.warning(
                "session %d, at its end: %s", self.session.sid, problem
            )

    def check_device(self, ordinal: int) -> None:
        if ordinal != self.services.properties.ordinal:
            raise CallRefused(INVALID_DEVICE, f"there is no device {ordinal}")

    def check_seq(self, after_seq: int) -> None:
        accepted = self.session.pages.accepted_seq
        if after_seq > accepted:
            raise CallRefused(
                INVALID_VALUE, f"after_seq {after_seq}: {accepted} operations came"
            )

    def check_new_handle(self, handle: int, kind: int, table: dict[int, Any]) -> None:
        self.check_device((handle >> 48) & 0xFF)
        if handle >> 56 != kind or handle & 0xFFFFFFFF == 0 or handle in table:
            raise CallRefused(
                INVALID_HANDLE, f"{handle:#x} is no new handle of its kind"
            )


def failure(call: Any, result: int, text: str) -> wire.Message:
    """The reply that says why not. Fields behind `message` have defaults."""
    encoded = text.encode("utf-8", "replace")[: wire.MESSAGE_BYTES_MAX]
    message = encoded.decode("utf-8", "ignore")
    reply: Any = wire.REPLIES[type(call)]
    answer: wire.Message = reply(call=call.call, result=result, message=message)
    return answer
