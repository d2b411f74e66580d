"""`xsched-broker serve`: the composition root of a running broker.

Decides the order in which a broker comes up and goes down, and what signals do. It
knows every part and contains none of their rules. `cli.py` calls `run`.
"""

from __future__ import annotations

import asyncio
import gc
import importlib.metadata
import logging
import os
import signal
import time
from contextlib import suppress

import uvloop

from broker import faults, logs, systemd
from broker.admin import AdminServer, admin_path
from broker.config import Config, ConfigError, as_dict, parse_mode
from broker.devices import Devices, open_devices
from broker.metrics import MetricsServer
from broker.sched.policies import ENTRY_POINT_GROUP, BadPolicy, make_policy, register
from broker.sched.scheduler import Scheduler
from broker.server.broker import Broker
from broker.server.fault import FaultReport, log_in_flight
from broker.server.listener import (
    ADMIN,
    DEFAULT,
    KEPT_FDS,
    TENANT,
    Endpoint,
    ListenError,
    Place,
    keep_endpoints,
    open_endpoints,
)
from broker.trace import Tracer
from broker.version import VERSION

# The farewell to the sessions leaves in this time; then the process is replaced.
FAULT_GRACE_SECONDS = 0.05
EXIT_AT_ONCE = 130

log = logging.getLogger("broker")


def places(config: Config) -> list[Place]:
    """Every socket the configuration asks for."""
    server = config.server
    found = [
        Place(
            DEFAULT, server.socket, parse_mode("server.mode", server.mode), server.group
        )
    ]
    for name, tenant in config.tenants.items():
        if tenant.socket:
            mode = parse_mode(f"tenants.{name}.mode", tenant.mode)
            found.append(Place(TENANT + name, tenant.socket, mode, tenant.group))
    path = admin_path(server.socket, server.admin_socket)
    found.append(Place(ADMIN, path, 0o600))
    return found


def load_policies() -> None:
    """Make the policies of other installed packages known.

    Raises: ConfigError naming the entry point and what is wrong with it.
    """
    for entry in importlib.metadata.entry_points(group=ENTRY_POINT_GROUP):
        where = f"policy {entry.name!r} ({entry.value})"
        try:
            register(entry.load())
        except BadPolicy as problem:
            raise ConfigError(f"{where}: {problem}") from problem
        except Exception as problem:  # a stranger's module: it may do anything
            raise ConfigError(
                f"{where} cannot be loaded: {type(problem).__name__}: {problem}"
            ) from problem


def run(config: Config) -> int:
    """Serve until told to stop; returns the exit code.

    Raises: ConfigError (unknown policy), ListenError, DeviceUnavailable before serving.
    """
    logs.set_up(config.log.level, config.log.format)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_serve(config))


async def _serve(config: Config) -> int:
    load_policies()
    try:
        policy = make_policy(config.policy, config.scheduler)
    except KeyError as problem:  # its text names the known ones
        raise ConfigError(str(problem.args[0])) from problem
    endpoints = open_endpoints(places(config))
    try:
        devices = await open_devices(config, faults.epoch(os.environ))
    except BaseException:
        for endpoint in endpoints:
            endpoint.close()
        raise
    process = _Process(config, endpoints, devices, Scheduler(config.scheduler, policy))
    return await process.serve()


class _Process:
    """One life of the broker process, from its sockets to its exit code."""

    def __init__(
        self,
        config: Config,
        endpoints: list[Endpoint],
        devices: Devices,
        scheduler: Scheduler,
    ) -> None:
        self._config = config
        self._endpoints = endpoints
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        self._stopping = False
        kinds = devices.kinds
        self._broker = Broker(
            self._loop,
            config.server,
            config.tenants,
            devices.backend,
            devices.workers,
            kinds,
            scheduler,
            epoch=faults.epoch(os.environ),
            version=VERSION,
            on_fault=self._faulted,
            graphs=config.graphs,
            domains=devices.domains,
        )
        tracer = Tracer(self._broker, kinds.OPERATION_KINDS)
        self._admin = AdminServer(self._broker, as_dict(config), self._stop.set, tracer)
        self._metrics = MetricsServer(self._broker, kinds.QUEUE_BOUNDS_NS)

    async def serve(self) -> int:
        for number in (signal.SIGTERM, signal.SIGINT):
            self._loop.add_signal_handler(number, self._signalled)
        admin = [e for e in self._endpoints if e.name == ADMIN]
        self._broker.start([e for e in self._endpoints if e.name != ADMIN])
        await self._admin.start(admin[0].socket)
        if self._config.metrics.port:
            await self._start_metrics()
        self._announce()
        # What exists now stays: the collector need not look at it again.
        gc.collect()
        gc.freeze()
        watchdog = self._loop.create_task(_watchdog())
        await self._stop.wait()
        systemd.notify("STOPPING=1")
        await self._broker.drain()
        clean = await self._broker.stop()
        self._admin.close()
        self._metrics.close()
        for endpoint in admin:
            endpoint.close()
        if not clean:
            log.warning("work was left that does not end; leaving without it")
            logging.shutdown()
            os._exit(0)
        watchdog.cancel()
        with suppress(asyncio.CancelledError):
            await watchdog
        log.info("stopped")
        return 0

    async def _start_metrics(self) -> None:
        metrics = self._config.metrics
        try:
            await self._metrics.start(metrics.host, metrics.port)
        except OSError as problem:
            raise ListenError(
                f"cannot serve metrics on {metrics.host}:{metrics.port} "
                f"({problem.strerror}): choose another --metrics-port"
            ) from problem

    def _announce(self) -> None:
        device = self._broker.backend.properties
        for endpoint in self._endpoints:
            log.info("listening on %s (%s)", endpoint.path, endpoint.name)
        log.info("device: %s (%s)", device.name, device.backend)
        if self._broker.domains and self._broker.workers_of_its_own:
            log.warning(
                "tenants of shared domains run in the broker's own process: a fault of "
                "theirs restarts the broker and ends every session; "
                '[domains.NAME] isolation = "process" for all of them avoids that'
            )
        if device.backend == "emulated":
            log.warning(
                "EMULATION: no GPU is used; %d s of wall time stand for one second",
                device.time_dilation,
            )
        log.info(
            "serving: policy %s, epoch %d",
            self._config.policy,
            self._broker.epoch,
            extra={"policy": self._config.policy, "epoch": self._broker.epoch},
        )
        systemd.notify("READY=1")

    def _signalled(self) -> None:
        if self._stopping:
            log.warning("second signal: leaving at once")
            os._exit(EXIT_AT_ONCE)
        self._stopping = True
        self._stop.set()

    def _faulted(self, report: FaultReport) -> None:
        about = {"session": report.session, "tenant": report.tenant}
        about |= {"operation": report.seq, "result": report.result}
        log.error("device fault: %s", report.text(), extra=about)
        log_in_flight(log, report)
        self._loop.call_later(FAULT_GRACE_SECONDS, self._restart)

    def _restart(self) -> None:
        most = self._config.server.restarts_per_minute_max
        if self._stopping or not faults.may_restart(os.environ, time.monotonic(), most):
            log.critical(
                "more than %d device faults in a minute (or stopping): giving up", most
            )
            os._exit(1)
        self._broker.kill_domains()
        log.error("restarting as epoch %d, sockets kept", self._broker.epoch + 1)
        faults.restart(KEPT_FDS, keep_endpoints(self._endpoints))


async def _watchdog() -> None:
    period = systemd.watchdog_seconds()
    while period is not None:
        systemd.notify("WATCHDOG=1")
        await asyncio.sleep(period)
