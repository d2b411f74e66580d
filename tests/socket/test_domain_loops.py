"""Loops of worker processes that do not sleep: while lower work runs beside a connected
session of a higher class, in whatever domain, and no longer."""

from __future__ import annotations

import socket
from pathlib import Path

import client
from tests.socket.peer import BrokerProcess, eventually
from tests.socket.test_domains import ALL_PROCESSES, BUILTIN, FAST, Workload, domains

SPIN_NS, LAUNCHES = 10_000_000, 3000  # more than any of these tests takes


def polling(folder: Path, setting: str) -> BrokerProcess:
    config = f'[server]\nbusy_poll = "{setting}"\n' + ALL_PROCESSES
    return BrokerProcess(folder, *FAST, device="emulated", config=config)


class Loop:
    """The thread that reads the tenants' sockets, as the system sees it."""

    def __init__(self, broker: BrokerProcess, domain: str) -> None:
        pid = domains(broker)[domain]["pid"]
        self._folder = Path(f"/proc/{pid}/task/{pid}")

    def ran_ticks(self) -> int:
        """Processor time so far, in units of 10 ms."""
        fields = (self._folder / "stat").read_text().rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])

    def sleeps(self) -> int:
        """How often it has gone to sleep."""
        text = (self._folder / "status").read_text()
        return int(text.split("\nvoluntary_ctxt_switches:")[1].split()[0])

    def wait_awake(self) -> None:
        """It runs for longer than all it says in an hour takes."""
        begun = self.ran_ticks()
        eventually(lambda: self.ran_ticks() > begun + 30, "the loop does not sleep")

    def wait_asleep(self) -> None:
        begun = self.sleeps()
        eventually(lambda: self.sleeps() > begun + 2, "the loop sleeps")


def keep_busy(session: client.Session) -> None:
    spin = session.load_module(BUILTIN).function("xs_spin")
    for _ in range(LAUNCHES):
        spin.launch(1, 32, (SPIN_NS,))
    session.native.flush()


def vanish(session: client.Session) -> None:
    """As if its process were killed: what it has queued is dropped."""
    session._socket.shutdown(socket.SHUT_RDWR)


def test_awake_beside_lower_work_of_another_domain(tmp_path: Path) -> None:
    with polling(tmp_path, "on") as broker:
        with client.connect(broker.path, tenant="urgent") as urgent:
            work = Workload(urgent)
            alone = work.run(50)
            high = Loop(broker, "two")
            high.wait_asleep()
            low_session = client.connect(broker.path, tenant="guilty")
            low = Loop(broker, "one")
            keep_busy(low_session)
            high.wait_awake()
            low.wait_asleep()  # nobody there would preempt anybody
            assert work.run(50) == alone
            vanish(low_session)
            high.wait_asleep()
        assert broker.stop() == 0


def test_asleep_where_it_may_not_spin(tmp_path: Path) -> None:
    with polling(tmp_path, "off") as broker:
        with (
            client.connect(broker.path, tenant="urgent") as urgent,
            client.connect(broker.path, tenant="guilty") as low,
        ):
            Workload(urgent).run(10)
            keep_busy(low)
            Loop(broker, "two").wait_asleep()
            vanish(low)
        assert broker.stop() == 0
