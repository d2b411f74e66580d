from collections.abc import Callable
from typing import Any

from broker.wire.gen.messages import Message, Operation

FRAME_HEADER_BYTES: int

def encode(message: Message) -> bytes: ...
def encode_frame(message: Message) -> bytes: ...
def decode(body: bytes | bytearray | memoryview) -> Message: ...

class Intake:
    operations: int
    bytes_buffered: int
    def __init__(self, sink: Any, buffer_bytes: int = ...) -> None: ...
    def get_buffer(self, bytes_max: int = -1) -> memoryview: ...
    def advance(self, count: int) -> list[Message]: ...

class CountingSink:
    operations: int
    def capsule(self) -> Any: ...

class CollectingSink:
    next_seq: int
    refuse: Callable[[int, Operation], str | None] | None
    operations: list[tuple[int, Operation]]
    submissions: list[tuple[int, int]]
    def __init__(
        self,
        next_seq: int = 1,
        refuse: Callable[[int, Operation], str | None] | None = None,
    ) -> None: ...
    def capsule(self) -> Any: ...
