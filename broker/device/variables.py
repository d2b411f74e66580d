"""Variables of modules where no driver loads them.

Decides which variables a PTX text declares, and where each module's lie. They have
addresses below the sessions' arenas, and a mapping of the backend each, so that copies
reach them. The null and the emulated device use it; it must never know sessions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

VARIABLES_BASE = 0x4F00_0000_0000
ALIGNMENT = 256

# Each part may look ahead a bounded way only: the text is a tenant's.
_VARIABLE = re.compile(
    rb"\.(?:global|const)\s+(?:\.align\s+\d{1,4}\s+)?\.(?:v([24])\s+\.)?"
    rb"[bsuf](8|16|32|64)\s+([\w$]{1,4096})\s{0,9}((?:\[\d{0,12}\]){0,4})"
)
_LENGTH = re.compile(rb"\[(\d+)\]")


def of_ptx(text: bytes) -> dict[str, int]:
    """Bytes of each variable by name."""
    found: dict[str, int] = {}
    for vector, bits, name, lengths in _VARIABLE.findall(text):
        nbytes = int(bits) // 8 * int(vector or 1)
        for length in _LENGTH.findall(lengths):
            nbytes *= int(length)
        found[name.decode()] = nbytes
    return found


@dataclass(slots=True)
class Placed:
    """Where one module's variables lie. nbytes: of the whole mapping."""

    address: int
    nbytes: int
    at: dict[str, tuple[int, int]] = field(default_factory=dict)


class VariableSpace:
    """Hands out addresses; none is used twice."""

    def __init__(self, granularity: int) -> None:
        self._granularity = granularity
        self._next = VARIABLES_BASE

    def place(self, sizes: dict[str, int]) -> Placed:
        """One mapping for all variables of a module; empty ones have no address."""
        placed = Placed(self._next, 0)
        end = self._next
        for name, nbytes in sizes.items():
            if nbytes:
                placed.at[name] = (end, nbytes)
                end += -(-nbytes // ALIGNMENT) * ALIGNMENT
        placed.nbytes = -(-(end - self._next) // self._granularity) * self._granularity
        self._next += placed.nbytes
        return placed
