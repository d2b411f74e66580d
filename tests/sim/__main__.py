"""`python -m tests.sim --seeds 200`: try a policy, see a table.

The long run of the night: `python -m tests.sim --seeds 1000 --policy fair`, for each
policy. Exit status 1 when a seed fails; the findings of the first ones are printed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

from broker.sched.policies import policy_names
from tests.sim.auditor import audit
from tests.sim.simulation import Simulation
from tests.sim.worker_api import implementations

_COLUMNS = ("switches", "flaps_avoided", "holds", "bursts", "drains", "drains_given_up")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.sim", description=__doc__)
    parser.add_argument("--seeds", type=int, default=200, help="how many")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument(
        "--policy",
        default=None,
        choices=policy_names(),
        help="the first one of each run; default: by the seed",
    )
    parser.add_argument("--worker", default="model", choices=implementations())
    options = parser.parse_args(arguments)

    began = time.perf_counter()
    totals: Counter[str] = Counter()
    probes: Counter[str] = Counter()
    failed = 0
    for seed in range(options.first, options.first + options.seeds):
        result = Simulation(seed, options.worker, options.policy).run()
        findings = audit(result)
        totals.update({name: result.counters["totals"][name] for name in _COLUMNS})
        totals["virtual ms"] += result.ended_ns // 1_000_000
        totals["log entries"] += len(result.log)
        probes.update(list(result.probes))
        if findings:
            failed += 1
            print(f"seed {seed}: {len(findings)} findings; the first: {findings[0]}")
    seconds = time.perf_counter() - began
    print(f"{options.seeds} seeds on {options.worker!r} in {seconds:.1f} s")
    for name, count in totals.items():
        print(f"  {name:<46}{count:>10}")
    print("probes, and the seeds that hit them")
    for name, count in sorted(probes.items()):
        print(f"  {name:<46}{count:>10}")
    print("all right" if not failed else f"{failed} seeds failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
