"""Host functions: runs functions of this process when a stream reaches them.

Decides the order (that of each stream) and on which thread (one per session, started
with the first function). Must never know what the functions do. Called by `objects.py`;
talks to the broker through the status and waiters pages only.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from client._native import Session as Native
from client.errors import SessionLost

if TYPE_CHECKING:
    from client.objects import StreamCore

# The thread looks this often whether streams were added to those it watches.
_LOOK_NS = 50_000_000
# More lines than this are watched in turns, each of them short.
LINES_MAX = 64
_LOOK_MANY_NS = 1_000_000


class Callbacks:
    """The host functions of one session that have not run yet."""

    def __init__(self, native: Native) -> None:
        self._native = native
        self._functions: dict[int, Callable[[], Any]] = {}
        self._kept: set[int] = set()  # tokens of graphs: their functions run again
        self._pending: dict[int, int] = {}  # line -> functions not run yet
        self._done: dict[int, int] = {}  # line -> sequence number of the last run
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._next = 1
        self._closed = False

    def add(self, stream: StreamCore, function: Callable[[], Any]) -> None:
        with self._changed:
            token = self._new(function)
        self.expect(stream.line, 1)
        try:
            self._native.host_function(stream.handle, token)
        except BaseException:
            with self._changed:
                self._finished(stream.line, token)
            raise
        self._native.flush()

    def keep(self, function: Callable[[], Any]) -> int:
        """The token of a function that each launch of a graph runs."""
        with self._changed:
            token = self._new(function)
            self._kept.add(token)
        return token

    def release(self, token: int) -> None:
        with self._changed:
            self._kept.discard(token)
            self._functions.pop(token, None)

    def expect(self, line: int, count: int) -> None:
        """So many functions more are coming on this line."""
        with self._changed:
            self._pending[line] = self._pending.get(line, 0) + count
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, name="xs-callbacks", daemon=True
                )
                self._thread.start()
            self._changed.notify()

    def _new(self, function: Callable[[], Any]) -> int:
        token = self._next
        self._next += 1
        self._functions[token] = function
        return token

    def close(self) -> None:
        """Functions that have not run will not run. Does not wait for one that does."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def _finished(self, line: int, token: int) -> None:
        if token not in self._kept:
            self._functions.pop(token, None)
        self._pending[line] -= 1
        if not self._pending[line]:
            del self._pending[line]

    def _run(self) -> None:
        try:
            turn = 0
            while lines := self._lines():
                look_ns = _LOOK_NS
                if len(lines) > LINES_MAX:  # a part of them at a time, in turn
                    turn = (turn + LINES_MAX) % len(lines)
                    lines = (lines[turn:] + lines[:turn])[:LINES_MAX]
                    look_ns = _LOOK_MANY_NS
                seen = [self._done.get(line, 0) for line in lines]
                due = self._native.wait_host(lines, seen, look_ns)
                if due is not None:
                    self._call(*due)
        except (SessionLost, ConnectionError):
            pass  # whoever waits for the stream is told

    def _lines(self) -> list[int]:
        """Lines with functions to come; sleeps while there are none. Empty: the end."""
        with self._changed:
            while not self._pending and not self._closed:
                self._changed.wait()
            return [] if self._closed else list(self._pending)

    def _call(self, line: int, seq: int, token: int) -> None:
        function = self._functions.get(token)
        try:
            if function is not None:
                function()
        except Exception as problem:
            args = (type(problem), problem, problem.__traceback__, self._thread)
            threading.excepthook(threading.ExceptHookArgs(args))
        finally:
            self._done[line] = seq
            self._native.host_done(line, seq)
            with self._changed:  # the graph may have let go of it meanwhile
                self._finished(line, token)
