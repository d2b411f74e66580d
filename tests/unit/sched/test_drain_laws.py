"""Laws of drained slots over seeded loads: the share, the second, and that all end."""

from __future__ import annotations

import heapq
import itertools
import random
from collections import defaultdict
from collections.abc import Callable

import pytest

from broker.sched.decisions import AwaitEmpty, RunControl, SetTimer
from broker.sched.stimuli import DrainFinished, DrainReached, DrainRequested
from tests.unit.sched.bench import MS, SECOND, US, Bench

HIGH, LOW = 1, 2
SHARE, DEFER_NS = 0.02, SECOND
SPAN_NS = 5 * SECOND


class Play:
    """A high tenant, a best-effort one that always has work, and tenants that load.

    high: (busy ns, pause ns) of the high tenant's requests, drawn anew each time.
    kernel_ns: how long the device takes to run empty. call_ns: of one drained call.
    """

    def __init__(
        self,
        seed: int,
        high: tuple[int, int],
        kernel_ns: int,
        call_ns: tuple[int, int],
        think_ns: int,
        loaders: dict[int, str],
    ) -> None:
        self.rng = random.Random(seed)
        self.bench = Bench()
        self.due: list[tuple[int, int, Callable[[], None]]] = []
        self.order = itertools.count()
        self.tickets = itertools.count(1)
        self.high, self.kernel_ns = high, kernel_ns
        self.call_ns, self.think_ns = call_ns, think_ns
        self.loaders = loaders  # session -> tenant
        self.asked: dict[int, tuple[int, int]] = {}
        self.begun: dict[int, int] = {}
        self.held: dict[str, int] = defaultdict(int)
        self.waits: list[tuple[str, int, int]] = []
        self.awaited: int | None = None
        self.asking = True

    def at(self, ns: int, what: Callable[[], None]) -> None:
        heapq.heappush(self.due, (ns, next(self.order), what))

    def tell(self, stimulus: object) -> None:
        self.obey(self.bench.tell(stimulus))  # type: ignore[arg-type]

    def obey(self, decisions: list[object]) -> None:
        now = self.bench.now
        for decision in decisions:
            if isinstance(decision, SetTimer):
                self.at(decision.at_ns, lambda: self.obey(self.bench.timer()))
            elif isinstance(decision, AwaitEmpty):
                ticket = decision.ticket
                self.begun[ticket] = now
                empty_ns = min(
                    now + self.rng.randint(0, self.kernel_ns), decision.give_up_ns
                )
                self.at(empty_ns, lambda ticket=ticket: self.tell(DrainReached(ticket)))
            elif isinstance(decision, RunControl):
                self.run(decision.ticket)

    def run(self, ticket: int) -> None:
        session, asked_ns = self.asked.pop(ticket)
        now, tenant = self.bench.now, self.loaders[session]
        begun_ns = self.begun.pop(ticket, now)
        self.waits.append((tenant, asked_ns, begun_ns))
        took_ns = self.rng.randint(*self.call_ns)

        def finished() -> None:
            self.held[tenant] += self.bench.now - begun_ns
            self.tell(DrainFinished(ticket))
            self.at(self.bench.now + self.think_ns + 1, lambda: self.ask(session))

        self.at(now + took_ns, finished)

    def ask(self, session: int) -> None:
        if self.asking:
            ticket = next(self.tickets)
            self.asked[ticket] = session, self.bench.now
            self.tell(DrainRequested(ticket, session))

    def request(self) -> None:
        busy_ns, pause_ns = (self.rng.randint(1, 2 * mean) for mean in self.high)
        self.obey(self.bench.work(HIGH, preempted=True))

        def idle() -> None:
            self.obey(self.bench.idle(HIGH, busy_ns))
            self.at(self.bench.now + pause_ns, self.request)

        self.at(self.bench.now + busy_ns, idle)

    def play(self) -> None:
        self.obey(self.bench.open(HIGH, 0))
        self.obey(self.bench.open(LOW, 2))
        for session, tenant in self.loaders.items():
            self.obey(self.bench.open(session, 2, tenant))
            self.at(self.rng.randint(0, SECOND), lambda s=session: self.ask(s))
        self.obey(self.bench.work(LOW))
        self.at(0, self.request)
        while self.due and self.due[0][0] <= SPAN_NS:
            self.next()
        self.asking = False
        while self.asked and self.due:
            self.next()

    def next(self) -> None:
        at_ns, _, what = heapq.heappop(self.due)
        self.bench.now = max(self.bench.now, at_ns)
        what()


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(
    "high", [(20 * MS, 2 * MS), (100 * SECOND, 1), (2 * MS, 20 * MS)]
)
@pytest.mark.parametrize(
    ("kernel_ns", "call_ns"), [(200 * US, (200 * US, 2 * MS)), (80 * MS, (MS, 9 * MS))]
)
def test_no_tenant_drains_more_than_its_share(
    seed: int, high: tuple[int, int], kernel_ns: int, call_ns: tuple[int, int]
) -> None:
    loaders = {3: "a", 4: "a", 5: "b"}
    play = Play(seed, high, kernel_ns, call_ns, 0, loaders)
    play.play()
    assert not play.asked, "a call never ran"
    for tenant, held_ns in play.held.items():
        # One slot may be under way, and one may have been begun on credit.
        slack_ns = 2 * (50 * MS + call_ns[1])
        assert held_ns <= SHARE * play.bench.now + slack_ns, tenant


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("high", [(20 * MS, 2 * MS), (100 * SECOND, 1)])
def test_a_tenant_inside_its_share_gets_its_slot_within_a_second(
    seed: int, high: tuple[int, int]
) -> None:
    """Loads of 2 ms, so rare that the share is never used up, at full high load."""
    loaders = {3: "a", 4: "b", 5: "c"}
    play = Play(seed, high, 200 * US, (200 * US, 2 * MS), SECOND // 2, loaders)
    play.play()
    slots_ns = len(loaders) * 3 * MS  # of others, who may be served first
    assert max(begun - asked for _, asked, begun in play.waits) <= DEFER_NS + slots_ns
    assert len(play.waits) >= 9
