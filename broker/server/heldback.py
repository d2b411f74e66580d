"""Stimuli that the scheduler may hear of a little later, since nothing changes by them.

Decides when they are told, all of them in the order in which they happened. A decision
takes the loop up to 100 us when the scheduler's code has not run for a while. Told at
once, that time would fall where bytes are expected: between the first two frames of a
request, and between a model's step and its next. It must never know the scheduler,
workers or a clock. `pump.py` has one, and says what can wait.
"""

from __future__ import annotations

from broker.sched import stimuli as sti

# So long work that has arrived can wait: the second frame of a request comes 60 us
# after the first.
ARRIVAL_NS = 150_000
# So long it can wait that a session has no more work: a model sends its next step
# within this time. The shortest time that a loop's timer can be set to.
IDLE_NS = 1_000_000


class HeldBack:
    """due_ns: when the arrivals must be told, and with them all; 0 without arrivals."""

    def __init__(self) -> None:
        self.due_ns = 0
        self._stimuli: list[sti.Stimulus] = []

    def __bool__(self) -> bool:
        return bool(self._stimuli)

    def arrived(self, stimulus: sti.WorkArrived, now_ns: int) -> None:
        self._stimuli.append(stimulus)
        if not self.due_ns:
            self.due_ns = now_ns + ARRIVAL_NS

    def idled(self, stimulus: sti.SessionIdled) -> bool:
        """Returns whether it is the first of them: who keeps it sees to it that it is
        told after IDLE_NS at the latest."""
        self._stimuli.append(stimulus)
        return len(self._stimuli) == 1

    def keeps_arrivals(self, now_ns: int) -> bool:
        """Whether there are arrivals, and time to hear more before they are told."""
        return now_ns < self.due_ns

    def take(self) -> list[sti.Stimulus]:
        taken, self._stimuli, self.due_ns = self._stimuli, [], 0
        return taken
