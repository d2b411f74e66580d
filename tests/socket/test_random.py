"""A tenant that sends random but well-framed messages, beside one whose results must
stay right. Seeded and bounded; the broker must live, answer, and take everything back.
As long as one likes: `python -m tests.fuzz.random_tenant`.
"""

from __future__ import annotations

import pytest

from broker.wire.gen import messages as wire
from tests.socket.peer import BrokerProcess, Peer, eventually
from tests.socket.wild import CONFIGS, MIB, play

ROUNDS = 100
SEEDS = (1, 2)
PLACES = [("null", "shared"), ("emulated", "shared"), ("emulated", "process")]


@pytest.fixture(scope="module", params=PLACES, ids=" ".join)
def broker(request, tmp_path_factory):
    device, isolation = request.param
    folder = tmp_path_factory.mktemp("broker")
    more = ["--dilation", "1"] if device == "emulated" else []
    config = CONFIGS[isolation]
    with BrokerProcess(folder, *more, device=device, config=config) as broker:
        yield broker
        assert broker.stop() == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_a_wild_tenant_harms_nobody(broker, seed):
    with Peer(broker.path, "calm") as calm, Peer(broker.path, "wild") as wild:
        assert play(wild, calm, seed, ROUNDS) > 10
    eventually(lambda: not broker.sessions(), "everything is given back")
    with Peer(broker.path, "wild") as peer:
        info = peer.call(wire.MemoryInfo, 0)
        assert info.free_bytes == info.total_bytes == 64 * MIB
    eventually(lambda: not broker.sessions(), "everything is given back")
