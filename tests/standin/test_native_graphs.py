"""Graphs of a session of its own, by a process on the stand-in driver: what arrives of
the nodes, what a launch does to memory, and what is left at the end."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from standin_driver import Log, environment, read_log

# OUT of a script is printed, and is what `play` returns beside the log.
START = """
import json, sys
import numpy as np
from loadgen.native.driver import DriverError
from loadgen.native.session import NativeSession
from loadgen.replay.player import KERNELS, REPLAY_KERNEL

NBYTES = 4096
OUT = {}


def pattern(seed, nbytes=NBYTES):
    return np.random.default_rng(seed).integers(0, 256, nbytes, np.uint8)


def contents(buffer, stream):
    found = np.zeros(buffer.nbytes, np.uint8)
    buffer.copy_to(found, stream)
    return found.tobytes()
"""
GIVEN_BACK = [
    *("cuGraphExecDestroy", "cuMemFreeHost", "cuGraphDestroy", "cuStreamDestroy"),
    *("cuMemFree", "cuModuleUnload", "cuDevicePrimaryCtxRelease"),
]


def play(tmp_path: Path, script: str, fail: str = "") -> tuple[Log, Any]:
    program = START + textwrap.dedent(script) + "\nprint(json.dumps(OUT))"
    log = tmp_path / "log"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment(log, fail, native=1),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return read_log(log), json.loads(done.stdout)


def clean(log: Log) -> Log:
    assert log.ended and not log.violations and not log.leaks, log
    return log


def params(duration_ns: int, address: int, nbytes: int, touch: int) -> str:
    """Of xs_replay, as hexadecimal digits."""
    words = (duration_ns, 8), (address, 8), (nbytes, 8), (touch, 4)
    return b"".join(word.to_bytes(size, "little") for word, size in words).hex()


def test_nodes_arrive_with_their_edges_and_parameters(tmp_path: Path) -> None:
    log, out = play(
        tmp_path,
        """
        with NativeSession() as session:
            a, b = session.allocate(NBYTES), session.allocate(NBYTES)
            function = session.load_module(KERNELS.read_text()).function(REPLAY_KERNEL)
            graph = session.graph()
            up = graph.add_copy_from(a, pattern(1, 100), offset=8)
            left = graph.add_kernel(
                function, (2, 3, 1), (32, 2, 1), (1500, a, NBYTES, 64), 48, after=[up]
            )
            right = graph.add_fill(b, 0x5A, offset=16, count=32, after=[up])
            across = graph.add_copy(b, a, 12, after=[left, right, left])
            down = graph.add_copy_to(b, 50, offset=4, after=[across])
            apart = graph.add_fill(a, 1, count=1)
            OUT["nodes"] = len(graph)
            OUT["a"], OUT["b"] = a.address, b.address
            OUT["up"], OUT["down"] = up.host.place.address, down.host.place.address
            OUT["hosts"] = [node.host is None for node in (left, right, across, apart)]
        """,
    )
    added = [call for call in clean(log).calls if call.name.startswith("cuGraphAdd")]
    a, b, kernel = out["a"], out["b"], params(1500, out["a"], 4096, 64)
    launch = "xs_replay grid 2,3,1 block 32,2,1 shared 48"
    assert [(call.name, call.detail) for call in added] == [
        ("cuGraphAddMemcpyNode", f"{a + 8:#x} from {out['up']:#x} 100"),
        ("cuGraphAddKernelNode", f"{launch} params {kernel} after 0"),
        ("cuGraphAddMemsetNode", f"{b + 16:#x} 32 of 0x5a after 0"),
        ("cuGraphAddMemcpyNode", f"{b:#x} from {a:#x} 12 after 1,2"),
        ("cuGraphAddMemcpyNode", f"{out['down']:#x} from {b + 4:#x} 50 after 3"),
        ("cuGraphAddMemsetNode", f"{a:#x} 1 of 0x1"),
    ]
    assert out["nodes"] == len(added) and out["hosts"] == [True] * 4


def test_a_launch_does_what_the_nodes_say_each_time(tmp_path: Path) -> None:
    """The graph has the array as it was when the node was added, and what is written to
    the node's memory later."""
    log, out = play(
        tmp_path,
        """
        first, second = pattern(1), pattern(2)
        with NativeSession() as session:
            a, b = session.allocate(NBYTES), session.allocate(NBYTES)
            stream = session.stream()
            graph = session.graph()
            given = first.copy()
            up = graph.add_copy_from(a, given)
            across = graph.add_copy(b, a, NBYTES, after=[up])
            fill = graph.add_fill(b, 0x5A, offset=1000, count=24, after=[across])
            down = graph.add_copy_to(b, 100, offset=990, after=[fill])
            given[:] = 0
            executable = graph.instantiate()
            graph.close()
            OUT["forms"] = [executable.segments, executable.broker_bytes]
            for data in (first, second):
                up.host.write(data)
                executable.launch(stream)
                stream.synchronize()
                wanted = data.copy()
                OUT.setdefault("a", []).append(contents(a, stream) == wanted.tobytes())
                wanted[1000:1024] = 0x5A
                OUT.setdefault("b", []).append(contents(b, stream) == wanted.tobytes())
                found = down.host.read() == wanted[990:1090].tobytes()
                OUT.setdefault("down", []).append(found)
        """,
    )
    assert out.pop("forms") == [1, 0]
    assert out == {"a": [True] * 2, "b": [True] * 2, "down": [True] * 2}
    launches = clean(log).of("cuGraphLaunch")
    assert [call.detail for call in launches] == ["4 nodes"] * 2
    assert not log.of("cuLaunchKernel"), "a launch of a graph is one call"


def test_everything_is_given_back_in_order(tmp_path: Path) -> None:
    """Executable graphs before the memory of their copies, before streams, buffers and
    the context; and what was closed by hand is not closed again."""
    log, _ = play(
        tmp_path,
        """
        with NativeSession() as session:
            function = session.load_module(KERNELS.read_text()).function(REPLAY_KERNEL)
            buffer, stream = session.allocate(NBYTES), session.stream()
            for number in range(3):
                graph = session.graph()
                node = graph.add_copy_from(buffer, pattern(number))
                args = (1000, buffer, NBYTES, 0)
                graph.add_kernel(function, (1, 1, 1), (32, 1, 1), args, after=[node])
                executable = graph.instantiate()
                again = graph.instantiate()
                executable.launch(stream)
                again.launch(stream)
            executable.close()
            executable.close()
            graph.close()
        """,
    )
    calls = [call.name for call in clean(log).calls if call.name in GIVEN_BACK]
    # Each graph has a stream on which its forms are carried to the device.
    forms = ["cuGraphExecDestroy"] * 2
    graph = [*forms, "cuMemFreeHost", "cuGraphDestroy", "cuStreamDestroy"]
    assert calls == [
        *("cuGraphExecDestroy", "cuGraphDestroy"),  # by hand
        *("cuGraphExecDestroy", "cuMemFreeHost", "cuStreamDestroy"),
        *graph * 2,
        *("cuStreamDestroy", "cuMemFree", "cuModuleUnload"),
        "cuDevicePrimaryCtxRelease",
    ]


def test_a_form_is_on_the_device_before_its_first_launch(tmp_path: Path) -> None:
    log, _ = play(
        tmp_path,
        """
        with NativeSession() as session:
            buffer, stream = session.allocate(NBYTES), session.stream()
            graph = session.graph()
            graph.add_fill(buffer, 1, count=8)
            graph.instantiate().launch(stream)
        """,
    )
    names = [call.name for call in clean(log).calls]
    order = ("cuGraphInstantiateWithFlags", "cuGraphUpload", "cuGraphLaunch")
    assert [name for name in names if name in order] == list(order)


@pytest.mark.parametrize(
    "call",
    ["cuGraphCreate", "cuMemHostAlloc", "cuGraphAddMemcpyNode", "cuGraphAddMemsetNode",
     "cuGraphAddKernelNode", "cuGraphInstantiateWithFlags", "cuGraphUpload",
     "cuGraphLaunch"],
)  # fmt: skip
def test_a_call_that_fails_is_named_and_leaves_nothing(
    tmp_path: Path, call: str
) -> None:
    log, out = play(
        tmp_path,
        """
        try:
            with NativeSession() as session:
                module = session.load_module(KERNELS.read_text())
                function = module.function(REPLAY_KERNEL)
                buffer, stream = session.allocate(NBYTES), session.stream()
                graph = session.graph()
                graph.add_copy_from(buffer, pattern(1))
                graph.add_fill(buffer, 1, count=8)
                args = (1000, buffer, NBYTES, 0)
                graph.add_kernel(function, (1, 1, 1), (32, 1, 1), args)
                graph.instantiate().launch(stream)
        except DriverError as error:
            OUT["said"], OUT["result"] = str(error), error.result
        """,
        fail=f"{call}:1:2",
    )
    assert out["said"].startswith(call) and out["result"] == 2
    clean(log)


def test_what_a_caller_gets_wrong_is_said_before_the_driver_is_asked(
    tmp_path: Path,
) -> None:
    log, out = play(
        tmp_path,
        """
        def said(what):
            try:
                what()
            except ValueError as error:
                return str(error)

        with NativeSession() as session:
            buffer, stream = session.allocate(NBYTES), session.stream()
            graph, other = session.graph(), session.graph()
            node = other.add_fill(buffer, 1, count=8)
            OUT["node"] = said(lambda: graph.add_fill(buffer, 1, count=8, after=[node]))
            node = graph.add_copy_from(buffer, pattern(1))
            OUT["size"] = said(lambda: node.host.write(pattern(1, 10)))
            executable = graph.instantiate()
            executable.close()
            OUT["closed"] = said(lambda: executable.launch(stream))
        """,
    )
    assert out == {
        "node": "after: a node of another graph",
        "size": "10 bytes for 4096 of host memory",
        "closed": "the executable graph was closed",
    }
    assert not clean(log).of("cuGraphLaunch")
