"""Native graphs on a real GPU take no more memory than their tenant is charged.

What the driver takes for one is documented nowhere: broker/server/settings.py has an
estimate. If this fails, `tests/bench/graph_memory.c` says what it should be.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import client
from tests.socket.peer import BrokerProcess

pytestmark = pytest.mark.gpu

PTX = Path(__file__).parents[2] / "loadgen" / "kernels" / "builtin.ptx"
NODES = 2000  # of a graph


@pytest.mark.parametrize(
    ("segment_nodes", "graphs"), [(200, 10), (2, 2)], ids=["long", "short"]
)
def test_native_graphs_take_no_more_than_is_charged(
    tmp_path: Path, segment_nodes: int, graphs: int
) -> None:
    if not os.path.exists("/dev/nvidiactl"):
        pytest.skip("no NVIDIA GPU on this machine")
    config = f"[graphs]\nsegment_nodes_max = {segment_nodes}\nsegment_ns_max = '1s'\n"
    with (
        BrokerProcess(tmp_path, device="cuda", config=config) as broker,
        client.connect(broker.path, tenant="watcher") as watcher,
        client.connect(broker.path, tenant="maker") as maker,
    ):
        add = maker.load_module(PTX.read_text()).function("xs_add_one_u32")
        data = maker.allocate(4096)
        graph = maker.graph()
        node: list[client.Node] = []
        for _ in range(NODES):
            args = (data.address, 1024)
            node = [graph.add_kernel(add, 4, 256, args, after=node)]
        first = graph.instantiate()
        first.launch()
        maker.synchronize()
        before = watcher.memory_info()[0]
        made = [graph.instantiate() for _ in range(graphs)]
        taken = before - watcher.memory_info()[0]
        rows = {row["tenant"]: row for row in broker.sessions()}
        all_charged = rows["maker"]["graph_device_bytes"]
        charged = all_charged * graphs // (graphs + 1)
        segments = sum(each.segments for each in made)
        print(
            f"{segments} native graphs, {graphs * NODES} nodes: {taken} bytes taken, "
            f"{charged} charged"
        )
        assert segments == graphs * NODES // segment_nodes
        assert taken <= charged
