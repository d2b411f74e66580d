"""A tenant that works until it is killed: launches, copies, memory, a graph.

    python -m tests.gpu.sanitizer.victim SOCKET TENANT

Says "at work" once. Started by tenants.py.
"""

from __future__ import annotations

import sys

import numpy as np

import client
from tests.gpu.sanitizer.tenants import SPIN_NS, kernels

WORDS = 1 << 16


def main(path: str, tenant: str) -> None:
    session = client.connect(path, tenant=tenant)
    add, spin = kernels(session, "add_one_u32", "spin")
    data = np.ones(WORDS, np.uint32)
    kept, graph, node = session.allocate(4 * WORDS), session.graph(), []
    for _ in range(12):
        args = (kept, np.uint64(WORDS))
        node = [graph.add_kernel(add, 8, 128, args, after=node)]
    executable = graph.instantiate()
    told = False
    while True:
        passing = session.allocate(4 * WORDS)
        for _ in range(20):
            spin.launch(1, 32, (np.uint64(SPIN_NS),))
            passing.copy_from(data)
            add.launch(8, 128, (passing, np.uint64(WORDS)))
            executable.launch()
        session.flush()
        if not told:
            print("at work", flush=True)
            told = True
        passing.free()


if __name__ == "__main__":
    main(*sys.argv[1:])
