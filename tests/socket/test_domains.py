"""Trust domains with a process each: what dies with one, and what does not.

Real processes on the null and the emulated device. On the emulated one each process has
a GPU of its own: time slicing between contexts is not modelled.
"""

from __future__ import annotations

import hashlib
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import client
from broker.wire.gen import messages as wire
from tests.socket.peer import (
    MODULE,
    PATIENCE_SECONDS,
    PTX,
    STREAM,
    BrokerProcess,
    Peer,
    eventually,
    is_running,
    launch,
    log_lines,
)

BUILTIN = (Path(__file__).parents[2] / "loadgen/kernels/builtin.ptx").read_text()
ILLEGAL_ADDRESS = "CUDA_ERROR_ILLEGAL_ADDRESS"
DESTROYED = "CUDA_ERROR_CONTEXT_IS_DESTROYED"
DEFAULT_SHARED = """
[domains.one]
isolation = "process"
[domains.two]
isolation = "process"
[tenants.guilty]
class = 1
domain = "one"
[tenants.friend]
class = 1
domain = "one"
[tenants.neighbour]
class = 1
domain = "two"
[tenants.urgent]
class = 0
domain = "two"
[tenants.shared]
class = 1
"""
ALL_PROCESSES = DEFAULT_SHARED + '[domains.default]\nisolation = "process"\n'
PATIENT = '[scheduler]\ndrain_give_up_ns = "60s"\n'
CONFIGS = {"default shared": DEFAULT_SHARED, "default too": ALL_PROCESSES}
FAST = ("--dilation", "1")


def emulated(folder: Path, config: str = ALL_PROCESSES) -> BrokerProcess:
    return BrokerProcess(folder, *FAST, device="emulated", config=config)


def domains(broker: BrokerProcess) -> dict[str, dict[str, Any]]:
    return {row["domain"]: row for row in broker.ask("status")["domains"]}


class Workload:
    """A chain of kernels and copies whose result depends on every one of them."""

    COUNT = 1024

    def __init__(self, session: Any) -> None:
        self.session = session
        module = session.load_module(BUILTIN)
        self.add = module.function("xs_add_one_u32")
        self.saxpy = module.function("xs_saxpy_f32")
        self.stream = session.stream()

    def run(self, launches: int) -> bytes:
        count, stream = self.COUNT, self.stream
        x = np.random.default_rng(7).random(count, np.float32)
        ones = np.zeros(count, np.uint32)
        with (
            self.session.allocate(4 * count) as dx,
            self.session.allocate(4 * count) as dy,
            self.session.allocate(4 * count) as counted,
        ):
            dx.copy_from(x, stream)
            dy.copy_from(x, stream)
            counted.copy_from(ones, stream)
            for turn in range(launches):
                self.add.launch(4, 256, (counted, count), stream=stream)
                a = np.float32(1 / (turn + 1))
                self.saxpy.launch(4, 256, (a, dx, dy, count), stream=stream)
            y = np.empty_like(x)
            dy.copy_to(y, stream)
            counted.copy_to(ones, stream)
        assert (ones == launches).all()
        return y.tobytes()


def disaster(broker: BrokerProcess, guilty: Any, how: str) -> str:
    """End the context of the guilty tenant's domain; returns the error it is told."""
    if how == "kill":
        os.kill(domains(broker)["one"]["pid"], signal.SIGKILL)
        return DESTROYED
    write = guilty.load_module(BUILTIN).function("xs_write_word")
    write.launch(1, 1, (0xDEAD0000, 7))
    return ILLEGAL_ADDRESS


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize("how", ["fault", "kill"])
def test_neighbours_feel_nothing(tmp_path: Path, how: str, config: str) -> None:
    """Their results are the same, bit for bit; their sessions stay."""
    with emulated(tmp_path, CONFIGS[config]) as broker:
        others = {
            name: Workload(client.connect(broker.path, tenant=name))
            for name in ("neighbour", "shared")
        }
        alone = {name: work.run(400) for name, work in others.items()}
        results: dict[str, list[bytes]] = {name: [] for name in others}
        over = threading.Event()

        def go_on(name: str) -> None:
            while not over.is_set():
                results[name].append(others[name].run(400))
            results[name].append(others[name].run(400))

        threads = [threading.Thread(target=go_on, args=(name,)) for name in others]
        for thread in threads:
            thread.start()
        with (
            client.connect(broker.path, tenant="guilty") as guilty,
            client.connect(broker.path, tenant="friend") as friend,
        ):
            friend.synchronize()
            expected = disaster(broker, guilty, how)
            for session in (guilty, friend):
                with pytest.raises(client.SessionLost) as caught:
                    while True:
                        session.synchronize()
                assert caught.value.name == expected
        with client.connect(broker.path, tenant="guilty") as again:
            Workload(again).run(3)
        over.set()
        for thread in threads:
            thread.join(PATIENCE_SECONDS)
        for name, seen in results.items():
            assert seen and set(seen) == {alone[name]}
        lives = {name: row["life"] for name, row in domains(broker).items()}
        assert lives.pop("one") == 2
        assert set(lives.values()) == {1}
        assert broker.ask("status")["epoch"] == 1
        assert broker.stop() == 0


def test_a_killed_process_on_the_null_device(tmp_path: Path) -> None:
    """The page and the socket of its sessions say so; others' operations all retire."""
    with (
        BrokerProcess(tmp_path, config=ALL_PROCESSES) as broker,
        Peer(broker.path, "neighbour") as neighbour,
        Peer(broker.path, "guilty") as guilty,
    ):
        neighbour.load()
        function = neighbour.function("xs_empty")
        neighbour.submit(*[launch(function)] * 300)
        os.kill(domains(broker)["one"]["pid"], signal.SIGKILL)
        last = neighbour.submit(*[launch(function)] * 300, wire.Complete(STREAM))
        notice = guilty.receive()
        assert isinstance(notice, wire.Fault) and notice.result == 709
        assert guilty.receive() is None
        assert guilty.sticky() == 709
        neighbour.wait_retired(last)
        assert (neighbour.sticky(), neighbour.error()) == (0, 0)
        with Peer(broker.path, "guilty") as again:
            assert again.load().result == 0
        rows = {row["tenant"]: row for row in broker.ask("tenants")}
        assert rows["neighbour"]["launches"] == 600


def test_whoever_waits_in_a_killed_process_is_told(tmp_path: Path) -> None:
    told: list[str] = []
    with (
        emulated(tmp_path) as broker,
        client.connect(broker.path, tenant="guilty") as session,
    ):
        module = session.load_module(BUILTIN)
        module.function("xs_spin").launch(1, 1, (3_600_000_000_000,))

        def wait() -> None:
            try:
                session.synchronize()
            except client.SessionLost as problem:
                told.append(problem.name)

        thread = threading.Thread(target=wait)
        thread.start()
        eventually(lambda: broker.sessions()[0]["in_flight"], "the kernel runs")
        os.kill(domains(broker)["one"]["pid"], signal.SIGKILL)
        thread.join(PATIENCE_SECONDS)
    assert told == [DESTROYED]


def test_classes_count_across_domains(tmp_path: Path) -> None:
    """A higher class in one process holds a lower one in another, as the one scheduler
    says, and lets it go on."""
    with (
        emulated(tmp_path) as broker,
        client.connect(broker.path, tenant="guilty") as low,
        client.connect(broker.path, tenant="urgent") as high,
    ):
        spin_low = low.load_module(BUILTIN).function("xs_spin")
        spin_high = high.load_module(BUILTIN).function("xs_spin")
        high.synchronize()

        def mode(session: Any) -> str:
            rows = {row["session"]: row for row in broker.sessions()}
            return rows[session.id]["mode"]

        for _ in range(4):  # so that its duty is known
            for _ in range(40):
                spin_high.launch(132, 256, (100_000,))
            high.synchronize()
        for _ in range(4000):
            spin_low.launch(132, 256, (200_000,))
        eventually(lambda: mode(low) == "BULK", "the low one runs alone")
        for _ in range(600):
            spin_high.launch(132, 256, (1_000_000,))
        event = high.event()
        high.stream().record(event)
        eventually(lambda: mode(low) == "HELD", "the high one holds it")
        high.synchronize()
        eventually(lambda: mode(low) == "BULK", "it goes on")
        rows = {row["tenant"]: row for row in broker.ask("tenants")}
        assert rows["urgent"]["switches"] > 0
        assert rows["guilty"]["holds"] > 0


def drains(broker: BrokerProcess) -> dict[str, int]:
    status = broker.ask("status")
    over = status["scheduler"]["totals"]["drains"]
    pump = status["pump"]
    waiting, given_up = pump["drains_waiting"], pump["drains_given_up"]
    return {"over": over, "waiting": waiting, "given up": given_up}


@contextmanager
def stopped(pid: int) -> Iterator[None]:
    """The process says nothing meanwhile, whatever becomes of its device."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def test_a_drained_slot_holds_every_domain(tmp_path: Path) -> None:
    """Code is loaded in one process once the busy one says that it is empty.

    However long that takes: a machine with other things to do lets a process wait for
    longer than the usual bound.
    """
    with (
        emulated(tmp_path, ALL_PROCESSES + PATIENT) as broker,
        client.connect(broker.path, tenant="neighbour") as busy,
        client.connect(broker.path, tenant="guilty") as other,
    ):
        spin = busy.load_module(BUILTIN).function("xs_spin")
        eventually(
            lambda: drains(broker)["over"] == 2, "the slots of its code are over"
        )
        for _ in range(500):
            spin.launch(132, 256, (500_000,))

        def load() -> None:
            other.load_module(BUILTIN).function("xs_empty").launch(1, 1)
            other.synchronize()

        loading = threading.Thread(target=load)
        with stopped(domains(broker)["two"]["pid"]):
            loading.start()
            eventually(lambda: drains(broker)["waiting"], "a call waits for its slot")
            assert drains(broker) == {"over": 2, "waiting": 1, "given up": 0}
        loading.join(PATIENCE_SECONDS)
        assert drains(broker) == {"over": 4, "waiting": 0, "given up": 0}
        eventually(lambda: drained_slots(broker) == 2, "its process has reported them")


def drained_slots(broker: BrokerProcess) -> int:
    rows = {row["tenant"]: row for row in broker.ask("tenants")}
    return rows["guilty"]["drained_slots"]


def test_a_process_that_never_says_it_is_empty_is_given_up(tmp_path: Path) -> None:
    with (
        emulated(tmp_path) as broker,
        client.connect(broker.path, tenant="guilty") as other,
    ):
        with stopped(domains(broker)["two"]["pid"]):
            other.load_module(BUILTIN).function("xs_empty").launch(1, 1)
            other.synchronize()
        assert drains(broker)["given up"] >= 1


def test_a_domain_that_keeps_dying_stays_down(tmp_path: Path) -> None:
    config = "[server]\nrestarts_per_minute_max = 1\n" + ALL_PROCESSES
    with (
        BrokerProcess(tmp_path, config=config) as broker,
        Peer(broker.path, "neighbour") as neighbour,
    ):
        for _ in range(2):
            with Peer(broker.path, "guilty") as peer:
                os.kill(domains(broker)["one"]["pid"], signal.SIGKILL)
                assert isinstance(peer.receive(), wire.Fault)
        with Peer(broker.path, "guilty") as peer:
            assert isinstance(peer.welcome, wire.Refused)
            assert "died 2 times" in peer.welcome.message
        assert neighbour.call(wire.MemoryInfo, 0).result == 0
        assert "died 2 times" in domains(broker)["one"]["state"]
        levels = [line["level"] for line in log_lines(broker)]
        assert levels.count("critical") == 1
        assert broker.stop() == 0


def test_processes_end_with_the_broker(tmp_path: Path) -> None:
    with BrokerProcess(tmp_path, config=ALL_PROCESSES) as broker:
        pids = [row["pid"] for row in domains(broker).values()]
        assert len(pids) == 3
        broker.process.kill()
        broker.wait()
        eventually(lambda: not any(map(is_running, pids)), "the processes are gone")


def test_a_fault_of_the_shared_domain_starts_everything_again(tmp_path: Path) -> None:
    """It is the broker's own context; the other processes are ended and started."""
    with emulated(tmp_path, DEFAULT_SHARED) as broker:
        before = {row["pid"] for row in domains(broker).values()}
        with (
            client.connect(broker.path, tenant="shared") as shared,
            client.connect(broker.path, tenant="neighbour") as neighbour,
        ):
            disaster(broker, shared, "fault")
            for session in (shared, neighbour):
                with pytest.raises(client.SessionLost):
                    while True:
                        session.synchronize()
        broker.wait_ready(epoch=2)
        after = {row["pid"] for row in domains(broker).values()}
        assert not before & after and len(after) == 2
        assert not any(map(is_running, before))
        warned = [line for line in log_lines(broker) if line["level"] == "warning"]
        assert any("shared domains" in line["message"] for line in warned)
        assert broker.stop() == 0


def test_a_process_without_a_device_stops_the_broker(tmp_path: Path) -> None:
    environment = {"LD_LIBRARY_PATH": "/nowhere"}
    broker = BrokerProcess(
        tmp_path,
        device="cuda",
        config='[domains.default]\nisolation = "process"\n',
        environment=environment,
        ready=False,
    )
    with broker:
        assert broker.wait() != 0
        assert "xsched-broker: domain default: " in broker.log.read_text()


def test_two_domains_never_share_an_image(tmp_path: Path) -> None:
    """A known hash would tell that somebody else has the code."""
    with (
        BrokerProcess(tmp_path, config=ALL_PROCESSES) as broker,
        Peer(broker.path, "guilty") as one,
        Peer(broker.path, "neighbour") as other,
        Peer(broker.path, "friend") as friend,
    ):
        assert one.load().result == 0
        assert friend.call(*by_hash()).bytes_needed is False
        assert other.call(*by_hash()).bytes_needed is True


def by_hash() -> tuple[Any, ...]:
    digest = hashlib.sha256(PTX).digest()
    offset = wire.HOST_OFFSET_NONE
    return wire.ModuleLoad, MODULE, wire.MODULE_FORMAT_PTX, digest, len(PTX), offset


def test_long_names_of_functions_go_in_several_packets(tmp_path: Path) -> None:
    """Names of templates are long; a report of them is no longer than a packet."""
    names = [f"xs_{number:02}_" + "n" * 4090 for number in range(70)]
    entries = "".join(f".visible .entry {name}()\n{{ ret; }}\n" for name in names)
    head = ".version 8.0\n.target sm_90\n.address_size 64\n"
    with (
        BrokerProcess(tmp_path, config=ALL_PROCESSES) as broker,
        Peer(broker.path, "guilty") as peer,
    ):
        assert peer.call(wire.HostRegister, 0, 4 << 20).result == 0
        assert peer.load((head + entries).encode()).result == 0
        functions = [peer.function(name, 1 + i) for i, name in enumerate(names)]
        for turn in range(3):
            last = peer.submit(
                *[launch(each) for each in functions], wire.Complete(STREAM)
            )
            peer.wait_retired(last)
            done = 70 * (turn + 1)
            eventually(
                lambda done=done: broker.sessions()[0]["launches"] == done, "reports"
            )
        said = [line for line in log_lines(broker) if line["level"] == "error"]
        assert not said
        assert domains(broker)["one"]["life"] == 1
        assert broker.stop() == 0
