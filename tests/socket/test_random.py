"""A tenant that sends random but well-framed messages, beside one whose results must
stay right. Seeded and bounded; the broker must live, answer, and take everything back.
"""

from __future__ import annotations

import random
import select
from typing import Any

import pytest

from broker.wire.gen import messages as wire
from tests.socket.peer import STREAM, BrokerProcess, Peer, eventually

MIB = 1 << 20
ROUNDS = 120
SEEDS = (1, 2)
CONFIG = """
[tenants.wild]
memory = "64MiB"

[tenants.calm]
memory = "64MiB"
"""
# A session would end by these, or wait for ever; what they do is tested elsewhere.
LEFT_OUT = {wire.Hello, wire.Submit, wire.Goodbye}
NEVER_IN_STREAM = {wire.WaitValue, wire.HostFunction}


@pytest.fixture(scope="module", params=["null", "emulated"])
def broker(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("broker")
    more = ["--dilation", "1"] if request.param == "emulated" else []
    with BrokerProcess(folder, *more, device=request.param, config=CONFIG) as broker:
        yield broker
        assert broker.stop() == 0


class Wild:
    """Makes records whose numbers are often near something real."""

    def __init__(self, seed: int, peer: Peer) -> None:
        self.chance = random.Random(seed)
        self.peer = peer
        base, host = peer.welcome.va_base, peer.welcome.host_base
        self.numbers = [0, 1, 2, 3, 4, 8, 64, 4096, 2 * MIB, 4 * MIB, 2**32, 2**63]
        self.numbers += [base, base + 256, base + 2 * MIB, host, host + 64, 2**64 - 1]
        kinds = (1, 2, 3, 4, wire.KIND_MEMORY)
        self.numbers += [
            wire.make_handle(kind, index) for kind in kinds for index in (1, 2, 3)
        ]

    def number(self, field: wire.Field) -> int:
        bits = int(field.type[1:])
        low = -(2 ** (bits - 1)) if field.type[0] == "i" else 0
        bound = min(field.bound or 2**bits - 1, 2**bits - 1 + low)
        value = self.chance.choice(self.numbers)
        if self.chance.random() < 0.3:
            value = self.chance.randrange(bound + 1)
        return max(low, min(value, bound)) if value <= bound else value % (bound + 1)

    def value(self, field: wire.Field) -> Any:
        if field.type == "bool":
            return self.chance.random() < 0.5
        if field.type == "str":
            return self.chance.choice(["", "xs_empty", "table", "x" * 50])[
                : field.bound
            ]
        if field.type == "bin":
            count = self.chance.choice([0, 4, 8, 32, 72, 144, 300])
            return self.chance.randbytes(min(count, field.bound))
        if field.type == "list" and field.of == "u32":
            return ()
        if field.type == "list":
            name = "".join(word.title() for word in field.of.split("_"))
            inner = getattr(wire, name)
            return tuple(
                self.record(inner)
                for _ in range(self.chance.randrange(min(3, field.bound)))
            )
        return self.number(field)

    def record(self, cls: type) -> Any:
        return cls(*[self.value(field) for field in wire.LAYOUT[cls]])

    def operations(self) -> list[Any]:
        kinds = [k for k in wire.OPERATIONS.values() if k not in NEVER_IN_STREAM]
        return [self.record(self.chance.choice(kinds)) for _ in range(20)]

    def call(self) -> Any:
        kinds = [
            kind
            for kind in wire.MESSAGES.values()
            if kind not in LEFT_OUT and kind in wire.REPLIES
        ]
        message = self.record(self.chance.choice(kinds))
        values = [getattr(message, f.name) for f in wire.LAYOUT[type(message)]]
        self.peer.calls += 1
        return type(message)(self.peer.calls, *values[1:])


def answers(peer: Peer) -> None:
    """Take what has come, without waiting."""
    while select.select([peer.socket], [], [], 0)[0]:
        message = peer.receive()
        assert message is not None, "the broker hung up"
        assert not isinstance(message, (wire.ProtocolError, wire.Fault)), message


def settled(peer: Peer) -> None:
    """It is still served: one more call is answered, behind all others."""
    peer.calls += 1
    peer.send(wire.MemoryInfo(peer.calls, 0))
    while True:
        message = peer.receive()
        assert message is not None, "the broker hung up"
        if getattr(message, "call", None) == peer.calls:
            assert message.result == 0
            return


class Calm:
    """A neighbour: writes a pattern, copies it about, looks at it."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        assert peer.call(wire.HostRegister, 0, 4 * MIB).result == 0
        self.address = peer.call(wire.Allocate, 0, MIB).address

    def check(self, round_: int) -> None:
        peer, data = self.peer, bytes((round_ + i) % 251 for i in range(4096))
        peer.host[:4096] = data
        peer.host[8192 : 8192 + 4096] = bytes(4096)
        seq = peer.submit(
            wire.CopyH2d(STREAM, self.address, 0, 4096),
            wire.CopyD2d(STREAM, self.address + 65536, self.address, 4096),
            wire.CopyD2h(STREAM, 8192, self.address + 65536, 4096),
        )
        peer.submit(wire.Complete(STREAM))
        peer.wait_retired(seq)
        assert peer.error() == 0 and peer.sticky() == 0
        if peer.welcome.devices[0].backend != "null":
            assert peer.host[8192 : 8192 + 4096] == data


@pytest.mark.parametrize("seed", SEEDS)
def test_a_wild_tenant_harms_nobody(broker, seed):
    with Peer(broker.path, "calm") as calm_peer, Peer(broker.path, "wild") as peer:
        wild, calm = Wild(seed, peer), Calm(calm_peer)
        for round_ in range(ROUNDS):
            peer.submit(*wild.operations())
            for _ in range(3):
                peer.send(wild.call())
            answers(peer)
            if round_ % 10 == 0:
                calm.check(round_)
        calm.check(ROUNDS)
        settled(peer)
    eventually(lambda: not broker.sessions(), "everything is given back")
    with Peer(broker.path, "wild") as peer:
        info = peer.call(wire.MemoryInfo, 0)
        assert info.free_bytes == info.total_bytes == 64 * MIB
    eventually(lambda: not broker.sessions(), "everything is given back")
