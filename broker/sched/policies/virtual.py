"""Virtual time: GPU time divided by weight, kept per account.

Decides who has had least for its weight, and where a newcomer starts. Must never know
sessions, turns or time of day: an account is any key. Used by `fair.py` and
`partition.py`.
"""

from __future__ import annotations

from collections import Counter
from typing import Generic, TypeVar

Key = TypeVar("Key", int, str)

# An account that uses less than its weight allows, because its own CPU is slow, falls
# behind without end. It may catch up with this much GPU time, not more.
CREDIT_NS_MAX = 500_000_000
# Idle accounts that are remembered.
_IDLE_MAX = 256


class VirtualTime(Generic[Key]):
    """Start-time fairness: who was idle begins at the least of those who are busy.

    Why not keep what it had: time nobody used cannot be claimed later, or a tenant that
    slept for an hour would own the device for the next one. `times` holds every busy
    account; ranks are read there, once per session and turn.
    """

    def __init__(self) -> None:
        self.times: dict[Key, int] = {}
        self._busy: Counter[Key] = Counter()
        self._least_ns = 0

    def of(self, key: Key) -> int:
        return self.times.get(key, self._least_ns)

    def is_ahead(self, key: Key, other: Key, ahead_ns: int, weight: float) -> bool:
        """Whether key has had ahead_ns of GPU time more than its due beside other."""
        return self.of(key) - self.of(other) > ahead_ns / weight

    def begin(self, key: Key, weight: float, *, forfeit: bool) -> None:
        """One more session of the account is busy.

        Args: forfeit: it was away for so long that it loses what it is behind.
        """
        if not self._busy[key]:
            self._advance()
            kept_ns = 0 if forfeit else int(CREDIT_NS_MAX / weight)
            self.times[key] = max(self.of(key), self._least_ns - kept_ns)
        self._busy[key] += 1

    def end(self, key: Key) -> None:
        """One session of the account is busy no more."""
        self._busy[key] -= 1
        if self._busy[key] <= 0:
            del self._busy[key]
            self._prune()

    def charge(self, key: Key, used_ns: int, weight: float) -> None:
        self.times[key] = self.of(key) + int(used_ns / weight)
        self._advance()
        lowest_ns = self._least_ns - int(CREDIT_NS_MAX / weight)
        if self.times[key] < lowest_ns:
            self.times[key] = lowest_ns

    def _advance(self) -> None:
        if self._busy:
            least_ns = min(map(self.times.__getitem__, self._busy))
            self._least_ns = max(self._least_ns, least_ns)

    def _prune(self) -> None:
        """Forget idle accounts that would start at the least anyway."""
        if len(self.times) > len(self._busy) + _IDLE_MAX:
            for key, at_ns in list(self.times.items()):
                if key not in self._busy and at_ns <= self._least_ns:
                    del self.times[key]
