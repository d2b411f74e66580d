"""Trust domains on a real GPU: contexts of their own, faults that stay in one.

The same steps run on the emulated device in tests/socket/test_domains.py; here they
meet the driver. Results are compared bit for bit with a run without neighbours.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import client
from tests.socket.peer import PATIENCE_SECONDS, BrokerProcess
from tests.socket.test_domains import (
    ALL_PROCESSES,
    CONFIGS,
    Workload,
    disaster,
    domains,
)

pytestmark = pytest.mark.gpu

LAUNCHES = 4000


def opened(folder: Path, config: str) -> BrokerProcess:
    if not os.path.exists("/dev/nvidiactl"):
        pytest.skip("no NVIDIA GPU on this machine")
    return BrokerProcess(folder, device="cuda", config=config)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[BrokerProcess]:
    with opened(tmp_path, ALL_PROCESSES) as running:
        yield running
        assert running.stop() == 0


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize("how", ["fault", "kill"])
def test_neighbours_results_are_bit_equal(
    tmp_path: Path, how: str, config: str
) -> None:
    with opened(tmp_path, CONFIGS[config]) as broker:
        others = {
            name: Workload(client.connect(broker.path, tenant=name))
            for name in ("neighbour", "shared")
        }
        alone = {name: work.run(LAUNCHES) for name, work in others.items()}
        results: dict[str, list[bytes]] = {name: [] for name in others}
        over = threading.Event()

        def go_on(name: str) -> None:
            while not over.is_set():
                results[name].append(others[name].run(LAUNCHES))
            results[name].append(others[name].run(LAUNCHES))

        threads = [threading.Thread(target=go_on, args=(name,)) for name in others]
        for thread in threads:
            thread.start()
        with client.connect(broker.path, tenant="guilty") as guilty:
            guilty.synchronize()
            expected = disaster(broker, guilty, how)
            with pytest.raises(client.SessionLost) as caught:
                while True:
                    guilty.synchronize()
            assert caught.value.name == expected
        with client.connect(broker.path, tenant="guilty") as again:
            Workload(again).run(10)
        over.set()
        for thread in threads:
            thread.join(PATIENCE_SECONDS)
        for name, seen in results.items():
            assert seen and set(seen) == {alone[name]}
        assert domains(broker)["one"]["life"] == 2
        assert domains(broker)["two"]["life"] == 1
        assert broker.stop() == 0


def test_a_kernel_cannot_write_what_another_domain_has(broker: BrokerProcess) -> None:
    """The address is the neighbour's; in this context nothing is mapped there."""
    with client.connect(broker.path, tenant="neighbour") as neighbour:
        secret = np.full(1024, 0x5EC2E7, np.uint32)
        kept = neighbour.allocate(secret.nbytes)
        kept.copy_from(secret)
        with client.connect(broker.path, tenant="guilty") as guilty:
            module = guilty.load_module(Path(BUILTIN).read_text())
            module.function("xs_write_word").launch(1, 1, (kept.address, 7))
            with pytest.raises(client.SessionLost):
                while True:
                    guilty.synchronize()
        out = np.empty_like(secret)
        kept.copy_to(out)
        assert (out == secret).all()


BUILTIN = Path(__file__).parents[2] / "loadgen" / "kernels" / "builtin.ptx"


def test_memory_of_a_killed_process_comes_back_zeroed(broker: BrokerProcess) -> None:
    nbytes = 256 << 20
    with client.connect(broker.path, tenant="guilty") as guilty:
        buffer = guilty.allocate(nbytes)
        buffer.fill(0xA5)
        guilty.synchronize()
        before, _ = guilty.memory_info()
        os.kill(domains(broker)["one"]["pid"], signal.SIGKILL)
        with pytest.raises(client.SessionLost):
            while True:
                guilty.synchronize()
    with client.connect(broker.path, tenant="friend") as friend:
        fresh = np.ones(nbytes, np.uint8)
        with friend.allocate(nbytes) as again:
            again.copy_to(fresh)
            after, _ = friend.memory_info()
        assert not fresh.any()
        assert after >= before - (64 << 20), "the dead process holds nothing"


def test_ptx_is_compiled_before_it_is_loaded(broker: BrokerProcess) -> None:
    """By the helper, where nvJitLink is installed; its words reach the tenant."""
    with client.connect(broker.path, tenant="guilty") as session:
        Workload(session).run(3)
        with pytest.raises(client.CudaError) as caught:
            session.load_module(".version 8.0\n.target sm_90\nnonsense\n")
        assert "line 3" in str(caught.value)
        Workload(session).run(3)
