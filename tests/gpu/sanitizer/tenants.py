"""The work that tenants do while the broker is watched: small, and of every kind.

Decides what is done and what its results must be. Each step opens its own sessions,
through the Python client, and raises where a result is wrong; C programs of tests/shim
do the rest (rows and boxes, arrays, pools, memory that is put together, capture) and
check themselves. It must never know the tool. Called by `check.py`.
"""

from __future__ import annotations

import random
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import client
from broker.admin import admin_path, ask
from tests.shim.conftest import environment
from tests.socket.peer import eventually

ROOT = Path(__file__).parents[3]
PTX = ROOT / "loadgen" / "kernels" / "builtin.ptx"
# Each domain's form: `near` in the broker's own process, `far` in a worker process.
CONFIG = """
[server]
process_hang_seconds = 300
# Without helper processes: the tool would follow them, and they are killed at the end.
ptx_helpers = 0
[graphs]
segment_nodes_max = 4
[domains.own]
isolation = "process"
[tenants.near]
class = 1
[tenants.far]
class = 1
domain = "own"
[tenants.low]
class = 2
[tenants.high]
class = 0
# The quota is what programs/memory.c expects.
[tenants.t]
class = 1
memory = "64MiB"
"""
PATIENCE_S = 60.0  # everything is many times slower under the tool
# Without streams.c, which asks what has ended after a time of 2 ms.
PROGRAMS = (
    *("vector_add", "copies", "memory", "arrays", "capture_vmm", "graphs"),
    *("graph_copies", "capture", "crowd"),
)
SPIN_NS = 100_000


@dataclass(frozen=True, slots=True)
class Ground:
    """Where tenants work. real: kernels compute there; the null device's do not."""

    path: str
    device: str

    @property
    def real(self) -> bool:
        return self.device != "null"

    def connect(self, tenant: str) -> client.Session:
        return client.connect(self.path, tenant=tenant)

    def ask(self, command: str) -> Any:
        return ask(admin_path(self.path), command, timeout_seconds=PATIENCE_S)

    def equal(self, found: np.ndarray, wanted: np.ndarray, what: str) -> None:
        if self.real:
            np.testing.assert_array_equal(found, wanted, err_msg=what)

    def gone(self, tenant: str) -> None:
        """Wait until nothing of the tenant is left."""

        def nothing() -> bool:
            (row,) = (r for r in self.ask("tenants") if r["tenant"] == tenant)
            return row["sessions"] == 0 and row["memory_bytes"] == 0

        eventually(nothing, f"nothing of {tenant} is left", PATIENCE_S)


def kernels(session: client.Session, *names: str) -> list[client.Function]:
    module = session.load_module(PTX.read_text())
    return [module.function(f"xs_{name}") for name in names]


# ---------------------------------------------------------------- the steps
def launches(ground: Ground, tenant: str) -> None:
    """Two streams in turn by events; every word of allocations that are not round."""
    count = (16 << 10) + 3
    x = np.random.default_rng(1).random(count, np.float32)
    y = np.random.default_rng(2).random(count, np.float32)
    wanted, out, counted = y.copy(), np.empty_like(y), np.zeros(count, np.uint32)
    with ground.connect(tenant) as session:
        saxpy, add = kernels(session, "saxpy_f32", "add_one_u32")
        one, other = session.stream(), session.stream()
        start, end = session.event(), session.event()
        dx, dy, d = (session.allocate(4 * count) for _ in range(3))
        dx.copy_from(x, one)
        dy.copy_from(y, one)
        d.copy_from(counted, one)
        one.record(start)
        for turn in range(12):
            a = np.float32(1 / (turn + 1))
            saxpy.launch(16, 128, (a, dx, dy, np.uint64(count)), stream=one)
            add.launch(3, 96, (d, np.uint64(count)), stream=one)
            wanted = a * x + wanted
            one.record(end)
            other.wait(end)
            one, other = other, one
        dy.copy_to(out, one)
        d.copy_to(counted, one)
        end.synchronize()
        assert end.elapsed_ns(start) >= 0
        for buffer in (dx, dy, d):
            buffer.free()
    ground.equal(out, wanted, "saxpy")
    ground.equal(counted, np.full(count, 12, np.uint32), "launches in order")


def copies_and_fills(ground: Ground, tenant: str) -> None:
    """At odd places, in odd lengths, to the last byte of shared and of own mappings."""
    draw = random.Random(3)
    sizes = [1, 3, 256, 257, 4099, (2 << 20) - 1, 2 << 20, (2 << 20) + 5]
    with ground.connect(tenant) as session:
        stream = session.stream()
        for nbytes in sizes:
            mirror = np.random.default_rng(nbytes).integers(0, 256, nbytes, np.uint8)
            a, b = session.allocate(nbytes), session.allocate(nbytes)
            a.copy_from(mirror, stream)
            for width in (1, 2, 4):
                at = draw.randrange(nbytes) // width * width
                count = (nbytes - at) // width
                value = draw.randrange(1 << 8 * width)
                a.fill(value, width, stream, offset=at, count=count)
                element = np.frombuffer(value.to_bytes(width, "little"), np.uint8)
                mirror[at : at + count * width] = np.tile(element, count)
            b.fill(0, stream=stream)
            to, start = draw.randrange(nbytes), draw.randrange(nbytes)
            part = nbytes - max(to, start)
            b.copy_from_buffer(a, stream, nbytes=part, offset=to, other_offset=start)
            moved = np.zeros(nbytes, np.uint8)
            moved[to : to + part] = mirror[start : start + part]
            for buffer, wanted in ((a, mirror), (b, moved)):
                out = np.empty(nbytes, np.uint8)
                buffer.copy_to(out, stream)
                ground.equal(out, wanted, f"{nbytes} bytes")
                buffer.free()


def words_and_callbacks(ground: Ground, tenant: str) -> None:
    """A stream that waits for another's word, and for its tenant's function."""
    words, called = 256, []
    with ground.connect(tenant) as session:
        add, spin = kernels(session, "add_one_u32", "spin")
        first, second = session.stream(), session.stream()
        flag, data = session.allocate(8), session.allocate(4 * words)
        flag.fill(0)
        data.fill(0)
        session.synchronize()
        for turn in range(1, 9):
            second.wait_value(flag, turn)
            add.launch(1, 64, (data, np.uint64(words)), stream=second)
            spin.launch(1, 32, (np.uint64(SPIN_NS),), stream=first)
            first.add_callback(lambda: called.append(1))
            first.write_value(flag, turn)
        out = np.empty(words, np.uint32)
        data.copy_to(out, second)
        session.synchronize()
    assert len(called) == 8
    ground.equal(out, np.full(words, 8, np.uint32), "what waited for words")


def memory_comes_and_goes(ground: Ground, tenant: str) -> None:
    """What comes back is zero, and a kernel writes every word of what there is."""
    draw = random.Random(4)
    held: list[tuple[client.Buffer, int, int]] = []
    with ground.connect(tenant) as session:
        (fill,) = kernels(session, "fill_u32")

        def check(buffer: client.Buffer, words: int, value: int) -> None:
            out = np.empty(words, np.uint32)
            buffer.copy_to(out)
            ground.equal(out, np.full(words, value, np.uint32), f"{words} words")

        for turn in range(1, 31):
            words = draw.choice([1, 63, 64, 1000, 5001, 530_000])
            buffer = session.allocate(4 * words)
            check(buffer, words, 0)
            fill.launch(4, 64, (buffer, np.uint32(turn), np.uint64(words)))
            held.append((buffer, words, turn))
            if len(held) > 6:
                given = held.pop(draw.randrange(len(held)))
                check(*given)
                given[0].free()
        for each in held:
            check(*each)


def graph_beside_a_higher_class(ground: Ground, _: str) -> None:
    """Launched in segments that are held while the higher class works; updated."""
    words = 512
    with ground.connect("low") as low, ground.connect("high") as high:
        add, spin = kernels(low, "add_one_u32", "spin")
        memory = low.allocate(8 * words)

        def build(offset: int) -> client.Graph:
            graph, node = low.graph(), []
            for turn in range(24):
                args: tuple[Any, ...] = (memory.address + offset, np.uint64(words))
                shape, kernel = ((2, 64), add) if turn % 2 else ((1, 32), spin)
                args = args if turn % 2 else (np.uint64(SPIN_NS),)
                node = [graph.add_kernel(kernel, *shape, args, after=node)]
            graph.add_fill(memory, 1, 4, offset=offset, count=1, after=node)
            return graph

        memory.fill(0)
        executable = build(0).instantiate()
        assert executable.segments > 4
        (mine,) = kernels(high, "add_one_u32")
        counted = high.allocate(4 * words)
        counted.fill(0)
        rounds = 0

        def was_held() -> bool:
            nonlocal rounds
            executable.launch()
            low.flush()
            mine.launch(2, 64, (counted, np.uint64(words)))
            high.synchronize()
            rounds += 1
            (row,) = (r for r in ground.ask("tenants") if r["tenant"] == "low")
            return row["holds"] > 0 or not ground.real

        eventually(was_held, "a segment of the lower class is held", PATIENCE_S)
        executable.update(build(4 * words))
        executable.launch()
        out, theirs = np.empty(2 * words, np.uint32), np.empty(words, np.uint32)
        memory.copy_to(out)
        counted.copy_to(theirs)
    # The last node sets the first word to 1; so it does in each round.
    wanted = np.repeat(np.array([12 * rounds, 12], np.uint32), words)
    wanted[0] = wanted[words] = 1
    ground.equal(out, wanted, "the graph's words")
    ground.equal(theirs, np.full(words, rounds, np.uint32), "the higher class's words")


def leave_in_the_middle(ground: Ground, tenant: str) -> None:
    """The connection is cut while launches, copies and a graph are queued and run."""
    for turn in range(3):
        session = ground.connect(tenant)
        add, spin = kernels(session, "add_one_u32", "spin")
        memory, data = session.allocate(1 << 20), np.ones(1 << 18, np.uint32)
        words = np.uint64(1 << 18)
        graph, node = session.graph(), []
        for _ in range(12):
            args = (memory, words)
            node = [graph.add_kernel(add, 8, 128, args, after=node)]
        executable = graph.instantiate()
        for _ in range(8):
            spin.launch(1, 32, (np.uint64(SPIN_NS),))
            memory.copy_from(data)
            add.launch(8, 128, (memory, words))
            executable.launch()
        if turn:
            session.flush()
        session._socket.shutdown(socket.SHUT_RDWR)
        ground.gone(tenant)


def killed(ground: Ground, tenant: str) -> None:
    """A process of the tenant's is killed at work."""
    command = [sys.executable, "-m", "tests.gpu.sanitizer.victim", ground.path, tenant]
    for _ in range(2):
        victim = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert victim.stdout is not None
        said = victim.stdout.readline()
        victim.kill()
        victim.communicate()
        assert said == "at work\n", f"it said {said!r}"
        ground.gone(tenant)


def shim_program(ground: Ground, name: str, program: Path) -> None:
    """An unmodified program; it checks its own results."""
    more = {"XS_TEST_DEVICE": ground.device, "XS_TEST_PTX": str(PTX)}
    done = subprocess.run(
        [str(program)],
        env=environment(ground.path, **more),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    assert (done.returncode, done.stdout) == (0, "done\n"), (
        f"{name}: status {done.returncode}, {done.stderr[-500:]}"
    )


Step = Callable[[Ground, str], None]
# In this order: what is cut off comes before what must still be right.
STEPS: Sequence[tuple[Step, str]] = (
    *((launches, tenant) for tenant in ("near", "far")),
    *((copies_and_fills, tenant) for tenant in ("near", "far")),
    *((words_and_callbacks, tenant) for tenant in ("near", "far")),
    (graph_beside_a_higher_class, "low"),
    *((leave_in_the_middle, tenant) for tenant in ("near", "far")),
    *((killed, tenant) for tenant in ("near", "far")),
    *((memory_comes_and_goes, tenant) for tenant in ("near", "far")),
    *((launches, tenant) for tenant in ("near", "far")),
)


# ------------------------------------------------------------ planted errors
PLANTED_KERNEL = "copy_u32"


def plant(ground: Ground, behind: bool) -> int:
    """Read one word that is nobody's, in a kernel of a tenant whose domain is its own.

    Args: behind: behind a mapping of the tenant's, else at the beginning of all.
    Returns: its address.
    """
    with ground.connect("far") as session:
        (copy,) = kernels(session, PLANTED_KERNEL)
        out = session.allocate(4096)
        # A session has whole blocks of 256 GiB; what it allocates first lies at the
        # beginning of one.
        address = out.address + (64 << 30) if behind else 0x1000
        copy.launch(1, 1, (out, np.uint64(address), np.uint64(1)))
        try:
            session.synchronize()
        except (client.CudaError, client.SessionLost):
            return address
    if ground.device == "cuda":
        raise AssertionError(f"nothing stopped a read of {address:#x}")
    return address
