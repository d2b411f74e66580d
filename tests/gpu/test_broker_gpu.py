"""The broker on a real GPU, through the client: results, order, and a real fault.

The same steps run on the emulated device in tests/socket; here they meet the driver.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import client
from client.errors import CudaError
from tests.socket.peer import BrokerProcess

pytestmark = pytest.mark.gpu

PTX = Path(__file__).parents[2] / "loadgen" / "kernels" / "builtin.ptx"
SOURCE = r"""
extern "C" __global__ void scale(float a, const float *x, float *y, unsigned n) {
    unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) y[i] = a * x[i];
}
"""


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[BrokerProcess]:
    if not os.path.exists("/dev/nvidiactl"):
        pytest.skip("no NVIDIA GPU on this machine")
    config = "[tenants.high]\nclass = 0\n[tenants.low]\nclass = 1\n"
    with BrokerProcess(tmp_path, device="cuda", config=config) as broker:
        yield broker
        assert broker.stop() == 0


def test_results_equal_numpys(broker: BrokerProcess) -> None:
    n = 1 << 20
    x = np.random.default_rng(1).random(n, np.float32)
    y = np.random.default_rng(2).random(n, np.float32)
    with client.connect(broker.path, tenant="high") as session:
        saxpy = session.load_module(PTX.read_text()).function("xs_saxpy_f32")
        scale = session.compile(SOURCE).function("scale")
        stream, other = session.stream(), session.stream()
        with session.allocate(x.nbytes) as dx, session.allocate(y.nbytes) as dy:
            dx.copy_from(x, stream=stream)
            dy.copy_from(y, stream=stream)
            saxpy.launch(
                1024, 256, (np.float32(2.5), dx, dy, np.uint64(n)), stream=stream
            )
            event = session.event()
            stream.record(event)
            other.wait(event)
            args = (np.float32(3), dy, dx, np.uint32(n))
            scale.launch(n // 256, 256, args, stream=other)
            out = np.empty_like(x)
            dx.copy_to(out, stream=other)
    assert np.array_equal(out, np.float32(3) * (np.float32(2.5) * x + y))


def test_a_chain_of_launches_keeps_its_order(broker: BrokerProcess) -> None:
    with client.connect(broker.path, tenant="low") as session:
        add_one = session.load_module(PTX.read_text()).function("xs_add_one_u32")
        stream = session.stream()
        with session.allocate(4096) as data:
            data.fill(0, stream=stream)
            for _ in range(3_000):
                add_one.launch(4, 256, (data, np.uint64(1024)), stream=stream)
            out = np.empty(1024, np.uint32)
            data.copy_to(out, stream=stream)
    assert np.all(out == 3_000)


def test_a_real_fault_restarts_the_broker_with_its_sockets(
    broker: BrokerProcess,
) -> None:
    pid = broker.process.pid
    with client.connect(broker.path, tenant="high") as bystander:
        bystander.synchronize()
        with client.connect(broker.path, tenant="low") as guilty:
            write = guilty.load_module(PTX.read_text()).function("xs_write_word")
            write.launch(1, 32, (np.uint64(0x1000), np.uint32(1)))
            with pytest.raises(CudaError) as seen:
                guilty.synchronize()
            assert seen.value.name == "CUDA_ERROR_ILLEGAL_ADDRESS"
        with pytest.raises(CudaError) as heard:
            bystander.allocate(4096)
        assert heard.value.name == "CUDA_ERROR_ILLEGAL_ADDRESS"
    with client.connect(broker.path, tenant="high") as following:
        add_one = following.load_module(PTX.read_text()).function("xs_add_one_u32")
        with following.allocate(4096) as data:
            add_one.launch(4, 256, (data, np.uint64(1024)))
            out = np.empty(1024, np.uint32)
            data.copy_to(out)
    assert np.all(out == 1)
    status = broker.ask("status")
    assert (status["epoch"], broker.process.pid) == (2, pid)
    assert "in flight" in broker.log.read_text()
