"""Random graphs with one right answer: the oracle of every test of graphs.

Decides the shape: steps over a few slots of memory, each after what it must follow
(whoever wrote what it reads, whoever read or wrote what it writes), so branches fork
and join by themselves and any order that keeps the edges gives what doing the steps one
by one gives. Must never know how a graph is launched. Read by tests/socket and
tests/unit/device_worker.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import numpy as np

SLOTS = 6
WORDS = 64  # 32-bit words of a slot


@dataclass(slots=True)
class Step:
    """kind: add (one to each word of target), fill (target by value, a kernel), copy
    (kernel: source to target), memset, d2d (copy nodes), host, empty. after: steps."""

    kind: str
    target: int = 0
    source: int = 0
    value: int = 0
    after: tuple[int, ...] = ()


@dataclass(slots=True)
class GraphProgram:
    steps: list[Step] = field(default_factory=list)

    def run(self, slots: np.ndarray) -> int:
        """What one launch does to slots (SLOTS x WORDS); returns host functions run."""
        hosts = 0
        for step in self.steps:
            if step.kind == "add":
                slots[step.target] += 1
            elif step.kind in ("fill", "memset"):
                slots[step.target] = step.value
            elif step.kind in ("copy", "d2d"):
                slots[step.target] = slots[step.source]
            hosts += step.kind == "host"
        return hosts


_KINDS = ("add",) * 8 + ("copy",) * 4 + ("fill", "memset", "d2d", "empty", "host")


def random_graph(
    seed: int, length: int, kinds: tuple[str, ...] = _KINDS
) -> GraphProgram:
    rng = random.Random(seed)
    program = GraphProgram()
    written: dict[int, int] = {}
    readers: dict[int, list[int]] = {}
    for number in range(length):
        kind = rng.choice(kinds)
        target, source = rng.sample(range(SLOTS), 2)
        after: set[int] = set()
        if kind in ("host", "empty"):
            if number:
                after.update(rng.sample(range(number), min(number, rng.randrange(3))))
        else:
            reads = kind in ("copy", "d2d")
            if reads and source in written:
                after.add(written[source])
            if target in written:
                after.add(written[target])
            after.update(readers.pop(target, []))
            written[target] = number
            if reads:
                readers.setdefault(source, []).append(number)
        value = rng.randrange(1 << 32)
        program.steps.append(Step(kind, target, source, value, tuple(sorted(after))))
    return program
