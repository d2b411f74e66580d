"""Long work of the loop, in pieces: one in each of its turns, whoever it is for.

Decides whose piece is next: first come, first served. A piece takes a millisecond at
most; between two of them the loop reads sockets, answers calls and tells the workers
what was decided. It must never know what the work is. `graphs.py` has graphs prepared
and given back through it, `protocol.py` what is long to decode.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import TypeVar

R = TypeVar("R")


class LongWork:
    """Every method belongs to the loop's thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._pieces: deque[Callable[[], object]] = deque()
        self.pieces_done = 0

    def later(self, piece: Callable[[], object]) -> None:
        """Call it in a turn of its own: in the next one if nobody waits."""
        self._pieces.append(piece)
        if len(self._pieces) == 1:
            self._loop.call_soon(self._turn)

    async def run(self, piece: Callable[[], R]) -> R:
        """What the piece returns, or raises. A caller that is cancelled has it left
        out."""
        answer: asyncio.Future[R] = self._loop.create_future()

        def answered() -> None:
            if answer.done():
                return
            try:
                answer.set_result(piece())
            except Exception as problem:
                answer.set_exception(problem)

        self.later(answered)
        return await answer

    def _turn(self) -> None:
        try:
            self._pieces[0]()
        finally:
            self.pieces_done += 1
            self._pieces.popleft()
            if self._pieces:
                self._loop.call_soon(self._turn)
