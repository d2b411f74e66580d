"""The small parts of the server: pages, images, timers, sockets, restarts, logs."""

from __future__ import annotations

import asyncio
import fcntl
import json
import logging
import os
import socket
from typing import Any

import pytest

from broker import faults, systemd
from broker.device import select
from broker.device.backend import DeviceError
from broker.logs import JsonFormatter
from broker.server.control import ControlThread
from broker.server.listener import (
    ADMIN,
    DEFAULT,
    KEPT_FDS,
    TENANT,
    ListenError,
    Place,
    keep_endpoints,
    open_endpoints,
)
from broker.server.modules import ImageCache
from broker.server.pages import HOST_BASE, HOST_STRIDE, Pages, SharedMemory
from broker.server.timers import PreciseTimers
from broker.wire.gen import messages as wire

SLOT = 60
ARENA_BYTES = 64 << 20


# -------------------------------------------------------------------- pages
@pytest.fixture
def pages():
    pages = Pages(SLOT, 16, ARENA_BYTES, epoch=3)
    yield pages
    pages.close()


def test_the_arena_lies_where_the_slot_says(pages: Pages) -> None:
    assert pages.arena.address == HOST_BASE + SLOT * HOST_STRIDE
    with pytest.raises(OSError, match="mmap"):
        SharedMemory("second", 4096, pages.arena.address)


def test_the_status_page_starts_with_the_epoch(pages: Pages) -> None:
    raw = os.pread(pages.status.fd, 64, 0)
    assert int.from_bytes(raw[wire.STATUS_EPOCH :][:4], "little") == 3
    pages.mark_closed()
    raw = os.pread(pages.status.fd, 64, 0)
    assert int.from_bytes(raw[wire.STATUS_CLOSED :][:4], "little") == 1
    assert pages.accepted_seq == pages.issued_seq == 0


def test_seals(pages: Pages) -> None:
    pages.seal_status()
    for fd in pages.fds:
        with pytest.raises(PermissionError):
            os.ftruncate(fd, 0)
        with pytest.raises(PermissionError):
            fcntl.fcntl(fd, 1033, 0x8)
    with pytest.raises(PermissionError):
        os.pwrite(pages.status.fd, b"x", 0)
    os.pwrite(pages.waiters.fd, b"x", 0)
    pages.mark_closed()  # the broker's own mapping stays writable


def test_host_memory_is_read_as_a_copy(pages: Pages) -> None:
    os.pwrite(pages.arena.fd, b"image", 4096)
    assert pages.read_host(4096, 5) == b"image"
    assert pages.read_host(ARENA_BYTES - 1, 1) == b"\0"
    with pytest.raises(ValueError, match="arena"):
        pages.read_host(ARENA_BYTES, 1)


# ------------------------------------------------------------------- images
def test_the_cache_keeps_what_was_used_last() -> None:
    cache = ImageCache(10)
    cache.put(b"a", b"1234")
    cache.put(b"b", b"1234")
    assert cache.get(b"a") == b"1234"
    cache.put(b"c", b"1234")
    assert cache.get(b"b") is None
    assert cache.get(b"a") is not None
    cache.put(b"d", b"x" * 11)
    assert cache.get(b"d") is None
    assert (cache.used_bytes, len(cache)) == (8, 2)


# ----------------------------------------------------------- timers, control
async def test_timers_fire_in_order_and_can_be_cancelled() -> None:
    timers = PreciseTimers(asyncio.get_running_loop())
    fired: list[str] = []
    done = asyncio.Event()
    # Far enough apart that no pause between two of these lines changes their order.
    timers.call_later(0.15, lambda: fired.append("second"))
    timers.call_later(0.05, lambda: fired.append("first"))
    timers.call_later(0.10, lambda: fired.append("never")).cancel()
    timers.call_later(0.20, lambda: timers.call_later(0, done.set))
    await asyncio.wait_for(done.wait(), 30)
    assert fired == ["first", "second"]
    timers.close()


async def test_a_timer_that_fails_does_not_stop_the_others() -> None:
    loop = asyncio.get_running_loop()
    told: list[dict[str, Any]] = []
    loop.set_exception_handler(lambda _, context: told.append(context))
    timers, done = PreciseTimers(loop), asyncio.Event()

    def fail() -> None:
        raise KeyError("x")

    timers.call_later(0.01, fail)
    timers.call_later(0.05, done.set)
    await asyncio.wait_for(done.wait(), 30)
    assert isinstance(told[0]["exception"], KeyError)
    timers.close()


async def test_closed_timers_leave_descriptors_alone() -> None:
    """The number may be another timer's by then."""
    timers = PreciseTimers(asyncio.get_running_loop())
    timers.call_later(10, lambda: None)
    timers.close()
    other = PreciseTimers(asyncio.get_running_loop())
    done = asyncio.Event()
    other.call_later(0.05, done.set)
    timers.call_later(100, lambda: None)
    await asyncio.wait_for(done.wait(), 30)
    other.close()


async def test_control_jobs_run_in_order_and_report_failure() -> None:
    control = ControlThread(asyncio.get_running_loop())
    answers: list[object] = []
    done = asyncio.Event()
    control.run(lambda: 1, lambda result, error: answers.append((result, error)))
    problem = ValueError("no")

    def fail() -> None:
        raise problem

    control.run(
        fail, lambda result, error: (answers.append((result, error)), done.set())
    )
    await asyncio.wait_for(done.wait(), 30)
    assert answers == [(1, None), (None, problem)]
    assert (control.jobs_run, control.jobs_waiting) == (2, 0)
    control.close()


async def test_it_is_known_whether_a_control_job_runs() -> None:
    """Also while one fails, and on the thread that runs it."""
    told: list[object] = []
    done = asyncio.Event()
    control = ControlThread(asyncio.get_running_loop(), at_work=told.append)

    def fail() -> None:
        told.append("job")
        raise ValueError("no")

    control.run(lambda: told.append("job"), lambda *_: None)
    control.run(fail, lambda *_: done.set())
    await asyncio.wait_for(done.wait(), 30)
    control.close()
    assert told == [True, "job", False] * 2


# ------------------------------------------------------------------ sockets
def test_endpoints_survive_an_exec(tmp_path) -> None:
    places = [
        Place(DEFAULT, str(tmp_path / "a.sock"), 0o660),
        Place(TENANT + "rerank", str(tmp_path / "b.sock"), 0o600),
        Place(ADMIN, str(tmp_path / "c.sock"), 0o600),
    ]
    first = open_endpoints(places, {})
    assert [endpoint.tenant for endpoint in first] == [None, "rerank", None]
    kept = keep_endpoints(first)
    assert all(os.get_inheritable(e.socket.fileno()) for e in first)
    for endpoint in first:  # the next process has the same numbers
        endpoint.socket.detach()
    second = open_endpoints(places, {KEPT_FDS: kept})
    assert [e.name for e in second] == [e.name for e in first]
    assert all(e.owned for e in second)
    assert not any(os.get_inheritable(e.socket.fileno()) for e in second)
    for endpoint in second:
        endpoint.close()
        assert not os.path.exists(endpoint.path)


def test_a_failure_closes_what_was_bound_before(tmp_path) -> None:
    good, bad = str(tmp_path / "a.sock"), str(tmp_path / "none/b.sock")
    with pytest.raises(ListenError, match="make the folder"):
        open_endpoints([Place(DEFAULT, good, 0o600), Place(ADMIN, bad, 0o600)], {})
    assert not os.path.exists(good)
    with pytest.raises(ListenError, match="group"):
        open_endpoints([Place(DEFAULT, good, 0o600, "no-such-group")], {})


def test_an_inherited_descriptor_must_be_a_unix_socket(tmp_path) -> None:
    with socket.socket() as tcp:
        kept = json.dumps([[DEFAULT, "x", os.dup(tcp.fileno()), False]])
        with pytest.raises(ListenError, match="no Unix"):
            open_endpoints([Place(DEFAULT, "x", 0o600)], {KEPT_FDS: kept})


# ----------------------------------------------------------------- restarts
def test_restarts_are_counted_within_a_minute() -> None:
    environment: dict[str, str] = {"LISTEN_FDS": "1", "LISTEN_PID": "7"}
    assert faults.epoch(environment) == 1
    for n in range(3):
        assert faults.may_restart(environment, 100.0 + n, per_minute_max=3)
        environment = faults.restart_environment(environment, 100.0 + n, "KEPT", "[]")
    assert faults.epoch(environment) == 4
    assert environment["KEPT"] == "[]"
    assert "LISTEN_FDS" not in environment
    assert not faults.may_restart(environment, 103.0, per_minute_max=3)
    assert faults.may_restart(environment, 161.0, per_minute_max=3)


# ------------------------------------------------------------------ devices
def test_auto_falls_back_only_where_no_gpu_is(monkeypatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(select, "_GPU_FILES", ())
    monkeypatch.setattr(select, "_open_emulated", lambda c: opened.append("emulated"))
    select.open_backend(select.DeviceConfig())
    assert opened == ["emulated"]
    monkeypatch.setattr(select, "_GPU_FILES", ("/",))

    def fails(result: int):
        def open_cuda(config):
            problem = DeviceError(result, "cuInit")
            raise select.DeviceUnavailable("no") from problem

        return open_cuda

    monkeypatch.setattr(select, "_open_cuda", fails(100))
    select.open_backend(select.DeviceConfig())
    assert opened == ["emulated"] * 2
    monkeypatch.setattr(select, "_open_cuda", fails(803))
    with pytest.raises(select.DeviceUnavailable):
        select.open_backend(select.DeviceConfig())
    with pytest.raises(select.DeviceUnavailable, match="emulated"):
        select.open_backend(select.DeviceConfig(kind="abacus"))


# --------------------------------------------------------------------- logs
def test_log_lines_are_json() -> None:
    record = logging.makeLogRecord(
        {"name": "broker", "levelname": "INFO", "msg": "a %s\nb", "args": ("word",)}
    )
    line = JsonFormatter().format(record)
    assert "\n" not in line
    assert json.loads(line)["message"] == "a word\nb"


def test_no_service_manager_is_no_problem(monkeypatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    monkeypatch.delenv("WATCHDOG_USEC", raising=False)
    assert not systemd.notify("READY=1")
    assert systemd.watchdog_seconds() is None
    monkeypatch.setenv("WATCHDOG_USEC", "4000000")
    assert systemd.watchdog_seconds() == 2.0
