"""Staging memory: pieces of the host arena, given out for copies and taken back.

Decides which bytes of the arena a copy uses. Must never know what is copied or who
waits: it yields steps (`core.py`). Called by `session.py` and `objects.py`.

A piece is 4 MiB and registered with the device once. Small copies share the open piece,
one after the other; a piece is used again when every copy that used it has retired.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field

from broker.wire.gen import messages as wire
from client import errors
from client._native import Session as Native
from client.core import Call, Retired, Steps, checked

PIECE_BYTES = 4 << 20
# Pieces held for staging: eight copies of 4 MiB each way keep any link busy.
PIECES_MAX = 16
_ALIGN = 256


@dataclass(slots=True)
class Piece:
    """users: slots whose copy was not submitted or read out yet.
    fences: stream handle -> last copy of it that uses the piece."""

    offset: int
    registered: bool = False
    used: int = 0
    users: int = 0
    fences: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class Slot:
    """Bytes [offset, offset + nbytes) of the arena, for one copy."""

    piece: Piece
    offset: int
    nbytes: int


class Arena:
    """Args: nbytes: size of the arena. pieces_max: how many are held for staging."""

    def __init__(
        self, native: Native, nbytes: int, pieces_max: int = PIECES_MAX
    ) -> None:
        self._native = native
        self._pieces_left = nbytes // PIECE_BYTES
        self._next_offset = 0
        self._held = 0
        self._held_max = max(1, min(pieces_max, self._pieces_left))
        self._open: Piece | None = None
        self._free: deque[Piece] = deque()
        self._full: deque[Piece] = deque()
        self._lock = threading.Lock()

    def take(self, nbytes: int) -> Steps[Slot]:
        """Room for a copy of 1..PIECE_BYTES. May wait for an earlier copy."""
        while True:
            with self._lock:
                slot = self._bump(nbytes)
                if slot is not None:
                    return slot
                self._close_open()
                piece = self._idle_piece()
                oldest = None if piece else self._oldest()
                if piece is None and oldest is None:
                    piece = self._extra()
            if piece is None:
                assert oldest is not None
                yield from self._wait(oldest)
                continue
            if not piece.registered:
                yield from self._register(piece)
            with self._lock:
                self._close_open()
                piece.used = 0
                self._open = piece

    def submitted(self, slot: Slot, stream: int, seq: int) -> None:
        """The slot's copy is operation seq of the stream: free once it has retired."""
        with self._lock:
            slot.piece.users -= 1
            slot.piece.fences[stream] = seq

    def done(self, slot: Slot) -> None:
        """The slot's bytes were read out, never used, or are no more (a graph's)."""
        with self._lock:
            slot.piece.users -= 1

    def take_run(self, nbytes: int) -> list[Piece]:
        """Adjacent fresh pieces for something that is no copy (a module's image).

        Raises: CudaError OUT_OF_MEMORY. Give them back with give_run.
        """
        count = -(-nbytes // PIECE_BYTES)
        with self._lock:
            if count > self._pieces_left:
                raise errors.CudaError(
                    2, "host arena", f"no {nbytes} adjacent bytes left"
                )
            return [self._fresh() for _ in range(count)]

    def give_run(self, pieces: list[Piece]) -> None:
        with self._lock:
            self._free.extend(pieces)

    # ------------------------------------------------ below: the lock is held

    def _bump(self, nbytes: int) -> Slot | None:
        piece = self._open
        if piece is None or piece.used + nbytes > PIECE_BYTES:
            return None
        slot = Slot(piece, piece.offset + piece.used, nbytes)
        piece.used += -(-nbytes // _ALIGN) * _ALIGN
        piece.users += 1
        return slot

    def _close_open(self) -> None:
        if self._open is not None:
            self._full.append(self._open)
            self._open = None

    def _idle_piece(self) -> Piece | None:
        if self._free:
            return self._free.popleft()
        for piece in self._full:
            if self._is_idle(piece):
                self._full.remove(piece)
                return piece
        if self._held < self._held_max and self._pieces_left:
            self._held += 1
            return self._fresh()
        return None

    def _extra(self) -> Piece:
        """Every piece is in the hands of a copy under way: hold one more."""
        if not self._pieces_left:
            raise errors.CudaError(2, "host arena", "every piece is in use by a copy")
        return self._fresh()

    def _fresh(self) -> Piece:
        piece = Piece(self._next_offset)
        self._next_offset += PIECE_BYTES
        self._pieces_left -= 1
        return piece

    def _is_idle(self, piece: Piece) -> bool:
        if piece.users:
            return False
        for stream, seq in list(piece.fences.items()):
            if not self._native.retired(wire.split_handle(stream).index, seq):
                return False
            del piece.fences[stream]
        return True

    def _oldest(self) -> Piece | None:
        """The full piece to wait for: one whose copies are all submitted."""
        return next((p for p in self._full if not p.users and p.fences), None)

    # ------------------------------------------------ steps, without the lock

    def _wait(self, piece: Piece) -> Steps[None]:
        for stream, seq in list(piece.fences.items()):
            self._native.complete_until(stream, seq)
            yield Retired(wire.split_handle(stream).index, seq)

    def _register(self, piece: Piece) -> Steps[None]:
        name = "cuMemHostRegister"
        fields = {"host_offset": piece.offset, "bytes": PIECE_BYTES}
        try:
            checked((yield Call(wire.HostRegister, fields, name)), name)
        except BaseException:
            with self._lock:
                self._free.append(piece)
            raise
        piece.registered = True
