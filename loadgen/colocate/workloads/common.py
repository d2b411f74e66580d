"""What the workloads on PyTorch share: random models on the device, pinned inputs, one
CUDA graph of a request, raw outputs, device time.

Must never know arrivals, cells or brokers. Called by the workloads' modules. It imports
torch when something is built, never before.
"""

from __future__ import annotations

import ctypes
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

EAGER, GRAPH = "eager", "graph"
MODES = (EAGER, GRAPH)
WARM_UP_REQUESTS = 3
BUSY_REQUESTS = 7
# The device must have at least this many cycles to wait while a request is enqueued.
SPIN_CYCLES_PER_NS = 2.0
SPIN_MARGIN = 2.0


class TorchWorkload:
    """Its subclass enqueues a request; what is said here is how it is waited for.

    enqueue(index) must neither wait for the device nor allocate host memory anew;
    fetch() waits and returns the answer.
    """

    unit = "request"
    units = 1
    period = 1

    def __init__(self, seed: int, device: str = "cuda") -> None:
        import torch

        self.torch = torch
        self.seed = seed
        self.place = torch.device(device)
        self.outputs: list[Any] = []
        # Inputs have a generator of their own: they do not depend on the model's size.
        self.random = torch.Generator().manual_seed(seed + 1)

    def enqueue(self, index: int) -> None:
        raise NotImplementedError

    def fetch(self) -> bytes:
        """The first output, in the caller's memory."""
        return raw_bytes(self.outputs[0])

    def run(self, index: int) -> bytes:
        self.enqueue(index)
        return self.fetch()

    def detail(self) -> list[bytes]:
        return [raw_bytes(output) for output in self.outputs]

    def warm_up(self) -> None:
        for index in range(WARM_UP_REQUESTS):
            self.run(index)

    def busy_ns(self) -> int | None:
        """By events around a request that waits, as a whole, behind a spinning kernel:
        the host's gaps are then in the past when it begins."""
        torch = self.torch
        cycles = self._spin_cycles()
        found = []
        for index in range(BUSY_REQUESTS):
            begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
            torch.cuda.synchronize()
            torch.cuda._sleep(cycles)
            begin.record()
            self.enqueue(index)
            end.record()
            end.synchronize()
            found.append(begin.elapsed_time(end))
            self.fetch()
        return int(statistics.median(found) * 1e6) or None

    def _spin_cycles(self) -> int:
        walls = []
        for index in range(WARM_UP_REQUESTS):
            begin = time.perf_counter_ns()
            self.run(index)
            walls.append(time.perf_counter_ns() - begin)
        return round(max(walls) * SPIN_CYCLES_PER_NS * SPIN_MARGIN)

    def device(self) -> dict[str, Any]:
        return describe(self.torch)

    # -------------------------------------------------------------- for subclasses
    def best(self, logits: Any) -> tuple[Any, Any]:
        """The likeliest tokens, and what the host is told: their logits and they, as
        float32, shape (2, rows). Tokens of a random model hardly change; the logits
        show any other bit."""
        values, tokens = logits.max(-1)
        return tokens, self.torch.stack((values.float(), tokens.float()))

    def random_model(self, make: Callable[[], Any]) -> Any:
        """A model with random bf16 weights, made on the device."""
        torch = self.torch
        torch.manual_seed(self.seed)
        with default_dtype(torch, torch.bfloat16), self.place:
            model = make()
        return model.eval().requires_grad_(False)

    def random_tokens(self, low: int, high: int, *shape: int) -> Any:
        """Token ids in pinned host memory."""
        ids = self.torch.randint(low, high, shape, generator=self.random)
        return self.pinned(ids)

    def pinned(self, tensor: Any) -> Any:
        return tensor.pin_memory() if self.place.type == "cuda" else tensor

    def captured(self, step: Callable[[], Any]) -> tuple[Any, Any]:
        """The step as one CUDA graph, and what it gave while being captured."""
        torch = self.torch
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(WARM_UP_REQUESTS):
                step()
        torch.cuda.current_stream().wait_stream(side)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            given = step()
        return graph, given


class ForwardWorkload(TorchWorkload):
    """A request is one pass of a model: inputs from pinned memory, outputs to the host.

    host: `period` sets of inputs, in pinned memory. forward: takes device inputs.
    """

    def __init__(self, seed: int, device: str = "cuda") -> None:
        super().__init__(seed, device)
        self.host: Sequence[Sequence[Any]] = []
        self._inputs: list[Any] = []
        self._graph: Any = None

    def forward(self, *inputs: Any) -> list[Any]:
        raise NotImplementedError

    def ready(self, host: Sequence[Sequence[Any]], mode: str) -> None:
        """Take the inputs, capture if so told, warm up."""
        self.host, self.period = host, len(host)
        self._inputs = [each.to(self.place, copy=True) for each in host[0]]
        if mode == GRAPH:
            with self.torch.no_grad():
                self._graph, self.outputs = self.captured(self._forward)
        self.warm_up()

    def _forward(self) -> list[Any]:
        return self.forward(*self._inputs)

    def enqueue(self, index: int) -> None:
        with self.torch.no_grad():
            for target, source in zip(
                self._inputs, self.host[index % self.period], strict=True
            ):
                target.copy_(source, non_blocking=True)
            if self._graph is not None:
                self._graph.replay()
            else:
                self.outputs = self._forward()


@contextmanager
def default_dtype(torch: Any, dtype: Any) -> Iterator[None]:
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        yield
    finally:
        torch.set_default_dtype(before)


def raw_bytes(tensor: Any) -> bytes:
    """Its elements as they lie in memory, row by row; waits for the device."""
    import torch

    flat = tensor.detach().contiguous().reshape(-1).cpu()
    return bytes(flat.view(torch.uint8).numpy().tobytes())


def describe(torch: Any) -> dict[str, Any]:
    """The device a process sees, and the versions of what it runs."""
    properties = torch.cuda.get_device_properties(0)
    return {
        "name": properties.name,
        "sm_count": properties.multi_processor_count,
        "memory_bytes": properties.total_memory,
        "compute_major": properties.major,
        "compute_minor": properties.minor,
        "driver_version": driver_version(),
        "torch": torch.__version__,
        "cuda": torch.version.cuda,
    }


def driver_version() -> str:
    """Newest CUDA release the driver serves, as "13.0"."""
    version = ctypes.c_int()
    ctypes.CDLL("libcuda.so.1").cuDriverGetVersion(ctypes.byref(version))
    return f"{version.value // 1000}.{version.value % 1000 // 10}"
