"""A whole broker on the recording driver: which calls it makes beside running work.

Launches take wall time here, so the log shows for each call how much was queued and not
run when it was made.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from standin_driver import Log, environment, read_log

from broker.device.backend import Lane
from broker.device.cuda.lanes import CALLS
from broker.wire.gen import messages as wire
from tests.socket.peer import MODULE, BrokerProcess, Peer, launch

LAUNCH_US = 400
STREAM_LINE = wire.STREAM_INDEX_LEGACY
LIMIT_STACK = 0
FORMAT_FLOAT = 0x20
# Far beyond what a loaded machine needs: a drain that gives up is not what is tested.
CONFIG = """
[scheduler]
window_alone_ns = "1ms"
window_top_ns = "1ms"
drain_give_up_ns = "30s"
drain_share_max = 1.0
"""


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Log]:
    """Of a broker in which one tenant keeps the device busy while another loads and
    unloads code, allocates, and leaves; the busy one leaves while its work runs."""
    folder = tmp_path_factory.mktemp("slots")
    path = folder / "standin.log"
    settings = environment(path, launch_us=LAUNCH_US)
    with BrokerProcess(
        folder, device="cuda", config=CONFIG, environment=settings
    ) as broker:
        with Peer(broker.path, "busy") as busy:
            busy.load()
            busy.function("xs_empty", 3)
            busy_function = wire.make_handle(wire.KIND_FUNCTION, 3)
            for turn in range(4):
                busy.submit(*[launch(busy_function)] * 200)
                disturb(broker, turn)
            last = busy.submit(*[launch(busy_function)] * 400)
            assert busy.word(wire.STATUS_RETIRED_SEQ, STREAM_LINE) < last
        assert broker.ask("status")["pump"]["drains_given_up"] == 0
        assert broker.stop() == 0
    yield read_log(path)


def disturb(broker: BrokerProcess, turn: int) -> None:
    """One short life of another tenant."""
    with Peer(broker.path, "other") as other:
        assert other.load().result == 0
        function = other.function("xs_empty")
        address = other.call(wire.Allocate, 0, 4 << 20).address
        assert other.call(wire.HostRegister, 0, 8 << 20).result == 0
        assert other.call(wire.LimitSet, LIMIT_STACK, 4096 + turn).result == 0
        array = wire.make_handle(wire.KIND_ARRAY, 1)
        created = other.call(wire.ArrayCreate, array, 64, 16, 0, FORMAT_FLOAT, 1)
        assert created.result == 0
        other.submit(launch(function))
        if turn % 2:
            assert other.call(wire.ArrayDestroy, array, other.next_seq - 1).result == 0
            other.call(wire.Free, address, other.next_seq - 1)
            other.call(wire.ModuleUnload, MODULE, other.next_seq - 1)


def test_the_device_was_busy_most_of_the_time(log: Log) -> None:
    launches = [call for call in log.calls if call.name == "cuLaunchKernel"]
    assert len(launches) > 100
    assert sum(call.busy > 0 for call in launches) > len(launches) / 2
    assert any(call.busy for call in log.of("cuMemCreate"))


def test_no_call_outside_the_table_is_made(log: Log) -> None:
    made = {call.name for call in log.calls}
    assert made <= set(CALLS)
    assert not {name for name in made if CALLS[name].lane is Lane.BANNED}
    assert log.ended and not log.violations


def test_disruptive_calls_find_the_device_drained(log: Log) -> None:
    drained = [c for c in log.calls if CALLS[c.name].lane is Lane.CONTROL_DRAINED]
    counts = {name: 0 for name, c in CALLS.items() if c.lane is Lane.CONTROL_DRAINED}
    for call in drained:
        counts[call.name] += 1
    assert all(counts.values()), f"a call that was never seen proves nothing: {counts}"
    assert {(call.name, call.busy) for call in drained if call.busy} == set()
