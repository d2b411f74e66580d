"""What a decision costs: `python -m tests.bench.bench_scheduler`.

32 sessions in three classes; per policy and kind of stimulus the time of one
Scheduler.handle. `--busy 32` gives all of them work, the worst case for a policy that
ranks sessions one by one. Prints a table; `--json` for the record; exit status 1 when a
case costs more than `--most` us. `--best`: the least of many short repeats instead of
the median of five, and processor time: what is left where others use the machine.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable

from broker.sched.config import SchedulerConfig
from broker.sched.policies import make_policy, policy_names
from broker.sched.scheduler import Scheduler
from broker.sched.stimuli import (
    BatchSpent,
    SessionIdled,
    SessionOpened,
    Stimulus,
    TimerFired,
    UsageReported,
    WorkArrived,
)

SESSIONS = 32
REPEATS = 5
BEST_REPEATS, BEST_TURNS = 25, 150


class Clocked:
    """A scheduler with sessions 0-1 high, 2-9 middle, the rest low; the last are busy.

    Tenants have shares, one in four a deadline.
    """

    def __init__(self, policy: str, busy: int) -> None:
        config = SchedulerConfig()
        self.scheduler = Scheduler(config, make_policy(policy, config))
        self.now_ns = 0
        for session in range(SESSIONS):
            class_ = 0 if session < 2 else 1 if session < 10 else 2
            self.tell(
                SessionOpened(
                    session,
                    f"t{session}",
                    class_,
                    weight=1 + session % 3,
                    share=3.0,
                    deadline_ns=5_000_000 if session % 4 == 0 else 0,
                )
            )
        for session in range(SESSIONS - busy, SESSIONS):
            self.tell(WorkArrived(session, self.now_ns))

    def tell(self, stimulus: Stimulus, after_ns: int = 1_000) -> None:
        self.now_ns += after_ns
        self.scheduler.handle(stimulus, self.now_ns)


def usage(bench: Clocked, turn: int) -> int:
    bench.tell(UsageReported(10 + turn % 22, 50_000, 100))
    return 1


def batch(bench: Clocked, turn: int) -> int:
    bench.tell(BatchSpent(10 + turn % 22, 500, 50_000, 100))
    return 1


def eager_launch(bench: Clocked, turn: int) -> int:
    """A high session whose every launch idles: arrival and idle within the linger."""
    bench.tell(WorkArrived(0, bench.now_ns, False), after_ns=60_000)
    bench.tell(SessionIdled(0, 10_000), after_ns=12_000)
    return 2


def turn(bench: Clocked, turn: int) -> int:
    """A quantum is over: its owner reports, the next is chosen."""
    owner = 10 + turn % 22
    if bench.scheduler.turns is not None and bench.scheduler.turns.owner is not None:
        owner = bench.scheduler.turns.owner.session
    bench.tell(BatchSpent(owner, 300, 2_000_000, 100), after_ns=2_000_000)
    return 1


def request(bench: Clocked, turn: int) -> int:
    """A high request: hold 22 busy and 8 idle sessions, later give them back."""
    bench.tell(WorkArrived(0, bench.now_ns, True))
    bench.tell(SessionIdled(0, 900_000), after_ns=1_000_000)
    bench.tell(TimerFired(), after_ns=2_000_000)
    return 3


CASES: dict[str, Callable[[Clocked, int], int]] = {
    "usage report": usage,
    "batch spent": batch,
    "turn (spent after a quantum)": turn,
    "eager launch (arrival, idle)": eager_launch,
    "whole request (hold and give back 30)": request,
}


def measure(
    case: Callable[[Clocked, int], int], policy: str, turns: int, busy: int, best: bool
) -> float:
    """us per handled stimulus: median over repeats, or the least."""
    clock = time.process_time_ns if best else time.perf_counter_ns
    costs = []
    for _ in range(BEST_REPEATS if best else REPEATS):
        bench = Clocked(policy, busy)
        stimuli = 0
        began = clock()
        for turn in range(BEST_TURNS if best else turns):
            stimuli += case(bench, turn)
        costs.append((clock() - began) / stimuli / 1000)
    return min(costs) if best else statistics.median(costs)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=3_000)
    parser.add_argument("--busy", type=int, default=22, help="sessions with work")
    parser.add_argument("--most", type=float, default=50.0, help="us, for the exit")
    parser.add_argument("--best", action="store_true", help="least, processor time")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    policies = policy_names()
    results = {
        name: {
            p: measure(c, p, options.turns, options.busy, options.best)
            for p in policies
        }
        for name, c in CASES.items()
    }
    if options.json:
        print(json.dumps(results))
    else:
        heading = f"us per stimulus, {SESSIONS} sessions, {options.busy} busy"
        print(f"{heading:<42}" + "".join(f"{p:>10}" for p in policies))
        for name, costs in results.items():
            print(f"  {name:<40}" + "".join(f"{costs[p]:>10.2f}" for p in policies))
    worst = max(max(costs.values()) for costs in results.values())
    return 1 if worst > options.most else 0


if __name__ == "__main__":
    sys.exit(main())
