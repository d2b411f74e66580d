"""Sessions that wait for each answer, and when their next operation is expected.

Decides for how long after a wait the loop looks at its sockets without sleeping. Who
has waited sends the next operation a few microseconds after the answer, and a loop that
sleeps is woken 10 to 40 us after it has come, on a virtual machine; the tenant pays for
the wake-up, too, in its system call. So the loop looks for as long as that was worth
it, at once and, when the end is far, again when the operation after it is due: a model
that samples a token comes 200 us after each end, and wrong by less than 100. A session
whose next operation comes late, because it computes, is looked for half as long each
time, until it is not looked for at all. But once in a while: a loop that sleeps makes
gaps long by its own wake-ups, on a slow machine longer than any look, and would never
find out. It must never know sockets or workers. Called by `arrivals.py` where the loop
can do without sleep.
"""

from __future__ import annotations

from dataclasses import dataclass

# A gap up to this is worth looking through. It begins with the arrival of the wait, so
# it holds the work that was waited for. Where its end was foretold, so much may the
# next operation come before or after it was expected.
LOOK_NS_MAX = 100_000
# Looks shorter than this find nothing: the answer takes as long.
LOOK_NS_MIN = 20_000
# A timer is so late, on a virtual machine, and an end so much before it was foretold:
# it is set so early.
EARLY_NS = 100_000
# A foretold end that is farther off than this was no such thing.
OFFSET_NS_MAX = 500_000
# Of so many waits of a session that is not looked for, the last few are, together: the
# first finds a tenant that was slow to be woken itself.
TRY_EVERY = 64
TRIES = 2


@dataclass(slots=True)
class _Session:
    """look_ns: as learned; looks_ns: for the wait at hand. foretold: its end was.
    offset_ns: so long after a foretold end the next operation comes, as learned.
    unlooked: waits since the session is not looked for."""

    look_ns: int = LOOK_NS_MAX
    looks_ns: int = 0
    waits_since_ns: int | None = None
    foretold: bool = False
    offset_ns: int = 0
    unlooked: int = 0


class Waiters:
    def __init__(self) -> None:
        self._sessions: dict[int, _Session] = {}
        self.until_ns = 0  # the loop should not sleep before

    def arrived(self, session: int, now_ns: int, *, waits: bool) -> None:
        """Operations have come. waits: the last of them are waited for."""
        known = self._sessions.get(session)
        if known is None:
            if not waits:
                return
            known = self._sessions[session] = _Session()
        if known.waits_since_ns is not None:
            self._learn(known, now_ns - known.waits_since_ns)
        known.waits_since_ns = now_ns if waits else None
        known.foretold = False
        if waits:
            known.looks_ns = self._look_ns(known)
            self.until_ns = max(self.until_ns, now_ns + known.looks_ns)

    def awaited(self, session: int, due_ns: int) -> int | None:
        """What the session waits for will be over at due_ns. Returns when to say so by
        `near`; None: it is not looked for, or was said already."""
        known = self._sessions.get(session)
        if known is None or known.waits_since_ns in (None, due_ns):
            return None
        known.waits_since_ns = due_ns
        known.foretold = True
        return due_ns + known.offset_ns - EARLY_NS if known.looks_ns else None

    def near(self, session: int, due_ns: int) -> int:
        """Look from now on. Returns until when; 0: it has gone on meanwhile."""
        known = self._sessions.get(session)
        if known is None or known.waits_since_ns != due_ns:
            return 0
        until_ns = due_ns + known.offset_ns + known.looks_ns
        self.until_ns = max(self.until_ns, until_ns)
        return until_ns

    def ended(self, session: int) -> None:
        self._sessions.pop(session, None)

    @staticmethod
    def _look_ns(known: _Session) -> int:
        if known.look_ns:
            known.unlooked = 0
            return known.look_ns
        known.unlooked += 1
        tries = known.unlooked % TRY_EVERY >= TRY_EVERY - TRIES
        return LOOK_NS_MAX if tries else 0

    @staticmethod
    def _learn(known: _Session, gap_ns: int) -> None:
        if known.foretold and abs(gap_ns) <= OFFSET_NS_MAX:
            late_ns = gap_ns - known.offset_ns
            known.offset_ns += late_ns // 4
            soon = abs(late_ns) <= LOOK_NS_MAX
        else:
            soon = gap_ns <= LOOK_NS_MAX
        if soon:
            known.look_ns = LOOK_NS_MAX
            return
        known.look_ns //= 2
        if known.look_ns < LOOK_NS_MIN:
            known.look_ns = 0
