"""Control calls that want the device empty: who waits, and what was asked for them.

Decides nothing: the scheduler says when the workers are asked for emptiness
(`AwaitEmpty`) and when the call is made (`RunControl`). A call whose wait is given up,
because a kernel does not end, is made all the same. It must never know what a call
does, nor where it is made. `pump.py` has one, and hands it those decisions and the
workers' answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from broker.sched import decisions as dec
from broker.sched import stimuli as sti
from broker.server.ends import Cancellable

Done = Callable[[Any, BaseException | None], None]


@dataclass(slots=True)
class _Drain:
    """One call. empty_on: workers still to report.

    attempt: what the workers were asked with; a drain that gave way asks anew.
    """

    session: int
    run: Callable[[Done], None]
    done: Done
    attempt: int = 0
    empty_on: int = 0
    give_up: Cancellable | None = None
    reached: bool = False


class DrainedSlots:
    """Args: workers: as they are at any time. tickets: numbers that nobody else has.
    tell: the scheduler. call_at: (device ns, callback)."""

    def __init__(
        self,
        workers: Sequence[Any],
        tickets: Iterator[int],
        tell: Callable[[sti.Stimulus], None],
        call_at: Callable[[int, Callable[[], object]], Cancellable],
    ) -> None:
        self.asked = self.given_up = 0
        self._workers = workers
        self._tickets = tickets
        self._tell = tell
        self._call_at = call_at
        self._drains: dict[int, _Drain] = {}
        self._attempts: dict[int, int] = {}  # -> the ticket of its drain

    @property
    def waiting(self) -> int:
        return len(self._drains)

    def ask(self, session: int, run: Callable[[Done], None], done: Done) -> None:
        """Have the device drained, then call run; the slot ends when run calls back."""
        self.asked += 1
        ticket = next(self._tickets)
        self._drains[ticket] = _Drain(session, run, done)
        self._tell(sti.DrainRequested(ticket, session))

    def await_empty(self, decision: dec.AwaitEmpty) -> None:
        drain = self._drains[decision.ticket]
        self._forget_attempt(drain)
        drain.attempt = next(self._tickets)
        self._attempts[drain.attempt] = decision.ticket
        drain.reached = False
        drain.empty_on = len(self._workers)
        for worker in self._workers:
            worker.notify_empty(drain.attempt)
        drain.give_up = self._call_at(
            decision.give_up_ns, lambda: self._give_up(decision.ticket)
        )

    def empty(self, _: int, attempt: int, *__: int) -> None:
        """A worker's answer."""
        ticket = self._attempts.get(attempt, 0)
        drain = self._drains.get(ticket)
        if drain is None or drain.reached:
            return
        drain.empty_on -= 1
        if drain.empty_on == 0:
            self._reached(ticket, drain)

    def run(self, decision: dec.RunControl) -> None:
        drain = self._drains[decision.ticket]

        def finished(result: Any, error: BaseException | None) -> None:
            del self._drains[decision.ticket]
            self._tell(sti.DrainFinished(decision.ticket))
            drain.done(result, error)

        drain.run(finished)

    def _forget_attempt(self, drain: _Drain) -> None:
        """Of a drain that gave way: a worker that answers late answers nobody."""
        self._attempts.pop(drain.attempt, None)
        if drain.give_up is not None:
            drain.give_up.cancel()

    def _give_up(self, ticket: int) -> None:
        drain = self._drains.get(ticket)
        if drain is not None and not drain.reached:
            self.given_up += 1
            self._reached(ticket, drain)

    def _reached(self, ticket: int, drain: _Drain) -> None:
        drain.reached = True
        self._forget_attempt(drain)
        self._tell(sti.DrainReached(ticket))
