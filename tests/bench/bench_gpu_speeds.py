"""The two speeds of a CUDA context: what makes it slow, what fast.

Command: `python -m tests.bench.bench_gpu_speeds [--json PATH]` (or tests/gpu/run.sh
speeds); `--device emulated` is a dry run of the broker's half, whose figures say
nothing. After each thing that is done it looks how long each of KERNELS empty kernels
of a graph takes:

- On the driver alone, in one process and its primary context. What should make the
  context slow begins fast, and the other way round.
- Behind brokers without a second context and with one, in a tenant beside which
  another of a higher class may work. A moment after each thing is looked at, too: by
  then the broker may have switched contexts.

Nothing is wanted of it: the figures are why the broker keeps a stream's real stream
and has a second context (ARCHITECTURE.md, "Two speeds of a context"). The last result
stands in tests/bench/RESULTS.md.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import client
from tests.bench import harness

BUILTIN = Path(__file__).parents[2] / "loadgen" / "kernels" / "builtin.ptx"
SETTING = "XSCHED_BROKER_DEVICE__SECOND_CONTEXT"
# The broker switches once a second while there is work, and 50 ms after the last time.
LATER_SECONDS = 1.5
KERNELS = 1000
LOOKS = 5
TURNS = (1, 2, 5, 10, 20, 40)
GRAPHS = 60
# Of the fast speed: from here on it is the other.
SLOW = 1.1
NON_BLOCKING = 1
PTX = b"""
.version 7.0
.target sm_70
.address_size 64
.visible .entry nothing() { ret; }
"""

Pointer = ctypes.c_void_p
Size = ctypes.c_size_t


class Node(ctypes.Structure):
    """CUDA_KERNEL_NODE_PARAMS_v2."""

    _fields_ = (
        ("function", Pointer),
        ("grid", ctypes.c_uint * 3),
        ("block", ctypes.c_uint * 3),
        ("shared_bytes", ctypes.c_uint),
        ("parameters", Pointer),
        ("extra", Pointer),
        ("kernel", Pointer),
        ("context", Pointer),
    )


@dataclass(frozen=True, slots=True)
class Row:
    """What was done, and ns a kernel before it, after it, and a moment later."""

    what: str
    before_ns: float
    after_ns: float
    later_ns: float | None = None

    @property
    def outcome(self) -> str:
        ratio = self.after_ns / max(self.before_ns, 1e-9)
        return "slower" if ratio > SLOW else "faster" if ratio < 1 / SLOW else ""


class Context:
    """The primary context of the first device, and what is launched in it."""

    def __init__(self) -> None:
        self._driver = ctypes.CDLL("libcuda.so.1")
        self.call("cuInit", 0)
        self.first = self._made("cuDevicePrimaryCtxRetain", 0)
        self.enter()
        module = self._made("cuModuleLoadData", PTX)
        self.kernel = self._made("cuModuleGetFunction", module, b"nothing")
        self.graph = self.make_graph(KERNELS)
        self.own = self.stream()
        self._events = [self._made("cuEventCreate", 0) for _ in range(2)]
        self.second = self._made("cuCtxCreate_v2", 0, 0)
        self._memory = ctypes.c_uint64()
        self.call("cuMemAlloc_v2", ctypes.byref(self._memory), Size(4096))
        self.enter()
        host = Pointer()
        self.call("cuMemHostAlloc", ctypes.byref(host), Size(4096), 0)
        self.word = ctypes.c_uint64(host.value or 0)

    def call(self, name: str, *arguments: Any) -> None:
        result = getattr(self._driver, name)(*arguments)
        if result:
            raise OSError(f"{name}: CUresult {result}")

    def _made(self, name: str, *arguments: Any) -> Pointer:
        made = Pointer()
        self.call(name, ctypes.byref(made), *arguments)
        return made

    def enter(self) -> None:
        self.call("cuCtxSetCurrent", self.first)

    def stream(self) -> Pointer:
        return self._made("cuStreamCreate", NON_BLOCKING)

    def make_graph(self, kernels: int) -> Pointer:
        """Empty kernels, one after the other."""
        graph = self._made("cuGraphCreate", 0)
        parameters = Node(function=self.kernel, grid=(1, 1, 1), block=(1, 1, 1))
        last: Pointer | None = None
        for _ in range(kernels):
            after = (Pointer * 1)(last) if last else None
            where = (graph, after, Size(last is not None), ctypes.byref(parameters))
            last = self._made("cuGraphAddKernelNode_v2", *where)
        made = self._made("cuGraphInstantiateWithFlags", graph, ctypes.c_ulonglong(0))
        self.call("cuGraphDestroy", graph)
        return made

    # -------------------------------------------------------- what can be done
    def launch(self, stream: Pointer) -> None:
        shape = (1, 1, 1, 1, 1, 1, 0)
        self.call("cuLaunchKernel", self.kernel, *shape, stream, None, None)

    def launch_graph(self, graph: Pointer, stream: Pointer) -> None:
        self.call("cuGraphLaunch", graph, stream)

    def mark(self, stream: Pointer) -> None:
        self.call("cuStreamWriteValue64_v2", stream, self.word, ctypes.c_uint64(1), 0)

    def record(self, stream: Pointer) -> None:
        self.call("cuEventRecord", self._events[0], stream)

    def wait(self, stream: Pointer, other: Pointer) -> None:
        """What follows in stream comes after what other has been given."""
        self.call("cuEventRecord", self._events[0], other)
        self.call("cuStreamWaitEvent", stream, self._events[0], 0)

    def finish(self) -> None:
        self.call("cuCtxSynchronize")

    def fill_elsewhere(self) -> None:
        """A memset in the second context."""
        self.call("cuCtxSetCurrent", self.second)
        self.call("cuMemsetD8_v2", self._memory, 0, Size(4096))
        self.finish()
        self.enter()

    def kernel_ns(self) -> float:
        """Median time of a kernel in the graph."""
        found, elapsed_ms = [], ctypes.c_float()
        begin, end = self._events
        for _ in range(LOOKS):
            self.call("cuEventRecord", begin, self.own)
            self.launch_graph(self.graph, self.own)
            self.call("cuEventRecord", end, self.own)
            self.call("cuEventSynchronize", end)
            self.call("cuEventElapsedTime", ctypes.byref(elapsed_ms), begin, end)
            found.append(elapsed_ms.value * 1e6 / KERNELS)
        return statistics.median(found)


def in_turn(context: Context, streams: int, turns: int, waits: bool = False) -> None:
    """A kernel on each of the streams, so often; waits: each after the one before."""
    made = [context.stream() for _ in range(streams)]
    for _ in range(turns):
        for at, stream in enumerate(made):
            if waits:
                context.wait(stream, made[at - 1])
            context.launch(stream)


def graphs_in_turn(context: Context) -> None:
    graph, streams = context.make_graph(20), [context.stream() for _ in range(2)]
    for _ in range(200):
        for stream in streams:
            context.launch_graph(graph, stream)


def one_stream(context: Context, beside: Callable[[Pointer], None]) -> None:
    stream = context.stream()
    for _ in range(1000):
        context.launch(stream)
        beside(stream)


def from_two_threads(context: Context) -> None:
    stream = context.stream()

    def launch() -> None:
        context.enter()
        for _ in range(500):
            context.launch(stream)

    for _ in range(4):
        other = threading.Thread(target=launch)
        other.start()
        other.join()
        launch()


def slowing(context: Context) -> dict[str, Callable[[], object]]:
    """Done to a context that is fast."""
    rows: dict[str, Callable[[], object]] = {
        "nothing": lambda: None,
        "1,000 kernels on one stream": lambda: one_stream(context, lambda _: None),
        "the same, a marker after each": lambda: one_stream(context, context.mark),
        "the same, an event after each": lambda: one_stream(context, context.record),
        "kernels of two threads on one stream": lambda: from_two_threads(context),
        "graphs on two streams in turn": lambda: graphs_in_turn(context),
        f"{GRAPHS} graphs made": lambda: [
            context.make_graph(20) for _ in range(GRAPHS)
        ],
    }
    for turns in TURNS:
        rows[f"kernels on two streams, {turns} times in turn"] = (
            lambda turns=turns: in_turn(context, 2, turns)  # type: ignore[misc]
        )
    rows["the same, each waits for the other"] = lambda: in_turn(context, 2, 40, True)
    return rows


def quickening(context: Context) -> dict[str, Callable[[], object]]:
    """Done to a context that is slow."""
    return {
        "nothing": lambda: None,
        "1,000 kernels on one stream": lambda: one_stream(context, lambda _: None),
        "another stream made": context.stream,
        "a memset in another context": context.fill_elsewhere,
    }


def measure() -> dict[str, list[Row]]:
    context = Context()

    def row(what: str, action: Callable[[], object], prepare: Any) -> Row:
        prepare()
        context.finish()
        before_ns = context.kernel_ns()
        action()
        context.finish()
        return Row(what, before_ns, context.kernel_ns())

    make_slow = lambda: in_turn(context, 2, max(TURNS))  # noqa: E731
    return {
        "after a memset in another context": [
            row(what, action, context.fill_elsewhere)
            for what, action in slowing(context).items()
        ],
        "after kernels on two streams in turn": [
            row(what, action, make_slow) for what, action in quickening(context).items()
        ],
    }


# ------------------------------------------------------------------ behind a broker


class Tenant:
    """A session with the empty kernel and a graph of many of them."""

    def __init__(self, session: Any) -> None:
        self.session = session
        self.kernel = session.load_module(BUILTIN.read_bytes()).function("xs_empty")
        self.stream = session.stream()
        self._events = [session.event(timing=True) for _ in range(2)]
        with session.capture(self.stream) as graph:
            for _ in range(KERNELS):
                self.launch(self.stream)
        self.graph = graph.instantiate()

    def launch(self, stream: Any) -> None:
        self.kernel.launch(1, 1, (), stream=stream)

    def kernel_ns(self) -> float:
        found = []
        for _ in range(LOOKS):
            begin, end = self._events
            self.stream.record(begin)
            self.graph.launch(self.stream)
            self.stream.record(end)
            self.stream.synchronize()
            found.append(end.elapsed_ns(begin) / KERNELS)
        return statistics.median(found)

    def in_pauses(self, streams: int) -> None:
        """Launches that each end before the next one comes, on the streams in turn."""
        made = [self.session.stream() for _ in range(streams)]
        for _ in range(max(TURNS)):
            for stream in made:
                self.launch(stream)
                stream.synchronize()

    def at_once(self, streams: int) -> None:
        """The same, none waited for."""
        made = [self.session.stream() for _ in range(streams)]
        for _ in range(max(TURNS)):
            for stream in made:
                self.launch(stream)
        self.session.synchronize()


def behind(device: str, mode: str) -> list[Row]:
    with (
        harness.environment(SETTING, mode),
        harness.broker(device, tenants={"low": 1, "high": 0}) as running,
        client.connect(running.path, tenant="low") as low_session,
        client.connect(running.path, tenant="high") as high_session,
    ):
        low, high = Tenant(low_session), Tenant(high_session)
        actions: dict[str, Callable[[], object]] = {
            "nothing": lambda: None,
            "graphs": lambda: [low.kernel_ns() for _ in range(20)],
            "launches with pauses, one stream": lambda: low.in_pauses(1),
            "launches with pauses, three streams": lambda: low.in_pauses(3),
            "launches on two streams at once": lambda: low.at_once(2),
            "launches of a higher class": lambda: high.at_once(1),
        }
        rows = []
        for what, action in actions.items():
            before_ns = low.kernel_ns()
            action()
            after_ns = low.kernel_ns()
            work_until(low, time.monotonic() + LATER_SECONDS)
            rows.append(Row(what, before_ns, after_ns, low.kernel_ns()))
    return rows


def work_until(tenant: Tenant, deadline: float) -> None:
    """An idle broker has no reason to switch."""
    while time.monotonic() < deadline:
        tenant.kernel_ns()


def show(title: str, rows: list[Row]) -> None:
    later = [row.later_ns for row in rows]
    harness.show(
        f"an empty kernel in a graph, ns, {title}",
        ("then", "before", "after", "", "later"),
        [
            (
                *(row.what, f"{row.before_ns:.0f}", f"{row.after_ns:.0f}"),
                *(row.outcome, "" if ns is None else f"{ns:.0f}"),
            )
            for row, ns in zip(rows, later, strict=True)
        ],
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--device", default="cuda", choices=("cuda", "emulated"))
    options = parser.parse_args()
    where = harness.machine("GPU" if options.device == "cuda" else options.device)
    found = measure() if options.device == "cuda" else {}
    for mode in ("off", "auto"):
        title = f"behind a broker, second_context = {mode}"
        found[title] = behind(options.device, mode)
    for title, rows in found.items():
        show(f"{title}. {where}", rows)
    if options.json:
        rows = {title: [asdict(row) for row in rows] for title, rows in found.items()}
        options.json.write_text(json.dumps({"where": where, "rows": rows}))


if __name__ == "__main__":
    main()
