"""Graphs that a lone tenant launches often: longer native graphs, made meanwhile, that
compute the same, while somebody of a higher class comes and goes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import client
from tests.conformance.graph_programs import random_graph
from tests.socket.peer import BrokerProcess, eventually
from tests.socket.test_client_graphs import Bench

CONFIG = """
[graphs]
segment_nodes_max = 3
runs_after = 4
[domains.own]
isolation = "process"
[tenants.t]
class = 1
[tenants.apart]
class = 1
domain = "own"
[tenants.high]
class = 0
"""
LAUNCHES = 12


def row(broker: BrokerProcess, session: Any) -> dict[str, Any]:
    rows = broker.ask("status")["sessions"]
    return next(r for r in rows if r["session"] == session.id)


@pytest.mark.parametrize("tenant", ["t", "apart"])
def test_runs_compute_what_segments_do(tmp_path: Path, tenant: str) -> None:
    play(tmp_path, "emulated", tenant)


def play(tmp_path: Path, device: str, tenant: str) -> None:
    with (
        BrokerProcess(tmp_path, device=device, config=CONFIG) as broker,
        client.connect(broker.path, tenant=tenant) as session,
    ):
        bench, program = Bench(session), random_graph(7, 60)
        slots, graph = bench.reset(), session.graph()
        bench.build(program, graph)
        executable = graph.instantiate()
        stream = session.stream()
        before = row(broker, session)["graph_device_bytes"]

        def launch(times: int = 1) -> None:
            for _ in range(times):
                executable.launch(stream)
                program.run(slots)
            stream.synchronize()
            np.testing.assert_array_equal(bench.result(), slots)

        launch(4)
        eventually(lambda: row(broker, session)["graph_runs"] > 0, "it has runs")
        assert row(broker, session)["graph_device_bytes"] > before
        launch(LAUNCHES)
        with client.connect(broker.path, tenant="high") as high:
            other = Bench(high)
            for _ in range(LAUNCHES):
                executable.launch(stream)
                program.run(slots)
                other.reset()
        launch()
        executable.update(graph)
        assert row(broker, session)["graph_runs"] == 0, "those are the old form's"
        launch(LAUNCHES)
        executable.close()
        graph.close()
        eventually(
            lambda: row(broker, session)["graph_device_bytes"] == 0, "all is given back"
        )
