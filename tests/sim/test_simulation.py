"""The simulation in CI: 200 seeds per worker, seeds that once failed, probes; at night
1,000 (`pytest -m nightly`).

A seed chooses the policy it begins with and those it switches to; each policy also has
seeds that begin with it. More seeds, for as long as one likes: `python -m tests.sim
--first 200 --seeds 5000`, and `--policy NAME` for one of them.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from broker.sched.policies import policy_names
from tests.sim.auditor import audit
from tests.sim.program import Kind
from tests.sim.simulation import Result, Simulation
from tests.sim.worker_api import implementations

SEEDS = 200
SEEDS_NIGHTLY = 1000
SEEDS_GRAPHS = 40  # of the native worker, with graphs in the programs
CHUNK = 20
EACH = 60  # seeds that begin with a given policy
# Every rare branch that some seed of the 200 has to take.
PROBES = {
    "a burst",
    "a drain",
    "a drain deferred",
    "a drain given up",
    "a duty probe",
    "a flap avoided by the linger",
    "a hold",
    "a stimulus held back",
    "a switch",
    "a window opened",
    "an urgent grant",
    "class changed while busy",
    "closed while held with work",
    "closed with work in flight",
    "deadline: a burst for who starves",
    "deadline: a turn while others wait",
    "deadline: an owner keeps the device",
    "deadline: several run beside each other",
    "fair: a turn while others wait",
    "fair: an owner keeps the device",
    "fair: several run beside each other",
    "floor lowered by the reader",
    "half a frame lowered the floor",
    "partition: a burst for who starves",
    "partition: a turn while others wait",
    "partition: an owner keeps the device",
    "partition: nobody may run",
    "partition: several run beside each other",
    "policy switched while a session was held",
}
# What only a worker that says so can be asked for.
MODEL_ONLY = {"a window opened"}


@cache
def play(worker: str, seed: int) -> tuple[list[str], Counter[str]]:
    """Findings and probes of one seed; the log is not kept."""
    result = Simulation(seed, worker).run()
    return audit(result), result.probes


@pytest.mark.parametrize("worker", implementations())
@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_seeds(worker: str, first: int) -> None:
    failed = {
        seed: findings[0]
        for seed in range(first, first + CHUNK)
        if (findings := play(worker, seed)[0])
    }
    assert not failed


@pytest.mark.parametrize("policy", policy_names())
def test_seeds_of_each_policy(policy: str) -> None:
    failed = {
        seed: findings[0]
        for seed in range(SEEDS, SEEDS + EACH)
        if (findings := audit(Simulation(seed, "model", policy).run()))
    }
    assert not failed


def check_turns(result: Result) -> list[str]:
    """Launches of one graph follow each other: none begins before the last ended."""
    findings = []
    for sid, program in result.programs.items():
        ended: dict[int, int] = {}
        for seq, operation in sorted(program.operations.items()):
            if operation.kind is not Kind.GRAPH:
                continue
            spans = [result.spans.get((sid, p)) for p in operation.part_seqs()]
            for span in spans:
                if span is not None and span[0] < ended.get(operation.graph, 0):
                    findings.append(f"session {sid}: {seq} ran beside its predecessor")
                elif span is not None:
                    ended[operation.graph] = span[1]
    return findings


@pytest.mark.parametrize("first", range(0, SEEDS_GRAPHS, CHUNK))
def test_seeds_with_graphs(first: int) -> None:
    """Graph launches among the rest: every part once, in order, under every hold."""
    failed, parts = {}, 0
    for seed in range(first, first + CHUNK):
        result = Simulation(seed, "native", graphs=True).run()
        if findings := audit(result) + check_turns(result):
            failed[seed] = findings[0]
        parts += sum(getattr(entry, "kind", "") == "graph" for entry in result.log)
    assert not failed
    assert parts > 100 * CHUNK


@pytest.mark.nightly
@pytest.mark.parametrize("worker", implementations())
@pytest.mark.parametrize("first", range(SEEDS, SEEDS_NIGHTLY, SEEDS))
def test_many_seeds(worker: str, first: int) -> None:
    failed = {}
    for seed in range(first, first + SEEDS):
        if findings := audit(Simulation(seed, worker).run()):
            failed[seed] = findings[0]
    assert not failed


def test_both_workers_are_simulated() -> None:
    assert implementations() == ["model", "native"]


@pytest.mark.parametrize("worker", implementations())
def test_every_probe_is_hit(worker: str) -> None:
    hit: Counter[str] = Counter()
    for seed in range(SEEDS):
        hit.update(play(worker, seed)[1].keys())
    wanted = PROBES if worker == "model" else PROBES - MODEL_ONLY
    assert wanted <= hit.keys()


def test_seeds_that_once_failed() -> None:
    text = (Path(__file__).parent / "seeds.toml").read_text()
    for entry in tomllib.loads(text).get("seed", []):
        if entry["worker"] in implementations():
            policies = entry["policies"]
            run = Simulation(entry["number"], entry["worker"], policies[0], policies)
            assert audit(run.run()) == [], entry["what"]


@pytest.mark.parametrize("worker", implementations())
def test_a_seed_plays_the_same_twice(worker: str) -> None:
    runs: list[Result] = [Simulation(7, worker).run() for _ in range(2)]
    assert runs[0].log == runs[1].log
    assert runs[0].counters == runs[1].counters
