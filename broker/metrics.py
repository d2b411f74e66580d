"""Prometheus metrics, read when they are asked for, served from the loop.

Decides names and labels (xsched_broker_<noun>_<unit>[_total]). Nothing is counted here:
a labelled counter costs half a microsecond an increment, so everything stays plain
integers in its place until a scrape. It must never start a thread. `serve.py` starts
it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

from prometheus_client import CollectorRegistry
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

HEAD_BYTES_MAX = 8192
REQUEST_SECONDS = 5.0
# One more, and the oldest is cut off: a scraper that does not read keeps nothing.
CONNECTIONS_MAX = 32
PREFIX = "xsched_broker_"

_SESSION_COUNTERS = (
    ("launches", "launches", "Launches issued", 1),
    ("gpu_busy_seconds", "gpu_seconds", "Estimated GPU time used (device time)", 1),
)
_SWITCH_TIMES = (
    ("switch_seconds", "last_issue", "High arrival to the last lower launch issued"),
    ("switch_in_flight_seconds", "in_flight", "Lower GPU time in flight at a switch"),
    ("first_high_seconds", "first_high", "High arrival to its first kernel running"),
)


class BrokerCollector:
    """Reads `broker.status()` once per scrape."""

    def __init__(self, broker: Any) -> None:
        self._broker = broker

    def collect(self) -> Iterator[Metric]:
        status = self._broker.status()
        yield from _build(status)
        yield from _tenants(self._broker.tenants_status())
        yield from _sessions(status)
        yield from _scheduler(status)
        yield from self._switch_times()

    def _switch_times(self) -> Iterator[Metric]:
        stats = self._broker.scheduler.switch_stats
        for name, attribute, text in _SWITCH_TIMES:
            histogram = getattr(stats, attribute)
            buckets = [
                (repr(limit_ns / 1e9), float(count))
                for limit_ns, count in histogram.buckets()
            ]
            buckets.append(("+Inf", float(histogram.count)))
            metric = HistogramMetricFamily(PREFIX + name, f"{text} (device time)")
            metric.add_metric([], buckets, sum_value=histogram.sum_ns / 1e9)
            yield metric


def _build(status: dict[str, Any]) -> Iterator[Metric]:
    device = status["device"]
    info = GaugeMetricFamily(
        PREFIX + "build_info", "Always 1", labels=["version", "backend", "modelName"]
    )
    info.add_metric([status["version"], device["backend"], device["name"]], 1)
    yield info
    yield _gauge("epoch", "Generation of the broker process", status["epoch"])
    yield _gauge("draining", "1 while no session is accepted", int(status["draining"]))
    yield _gauge("clients", "Sessions open now", len(status["sessions"]))
    lag = status["loop"]["lag_max_wall_seconds"]
    yield _gauge("loop_lag_max_seconds", "Longest delay of the event loop", lag)
    total = CounterMetricFamily(PREFIX + "sessions", "Sessions opened")
    total.add_metric([], status["sessions_total"])
    yield total
    refusals = CounterMetricFamily(
        PREFIX + "refusals", "Handshakes refused", labels=["reason"]
    )
    for reason, count in status["refusals"].items():
        refusals.add_metric([reason], count)
    yield refusals


def _tenants(rows: list[dict[str, Any]]) -> Iterator[Metric]:
    labels = ["tenant", "priority"]
    for name, key, text, _ in _SESSION_COUNTERS:
        counter = CounterMetricFamily(PREFIX + name, text, labels=labels)
        for row in rows:
            counter.add_metric([row["tenant"], str(row["class"])], row[key])
        yield counter
    memory = GaugeMetricFamily(
        PREFIX + "memory_bytes", "Device memory mapped", labels=["tenant"]
    )
    for row in rows:
        memory.add_metric([row["tenant"]], row["memory_bytes"])
    yield memory


def _sessions(status: dict[str, Any]) -> Iterator[Metric]:
    """Sums over the sessions of a tenant: a session number as a label never ends."""
    for name, key, text in (
        ("queued_operations", "queued", "Operations waiting to be issued"),
        ("inflight_launches", "in_flight", "Operations issued and not retired"),
    ):
        sums: dict[str, float] = {}
        for session in status["sessions"]:
            sums[session["tenant"]] = sums.get(session["tenant"], 0) + session[key]
        gauge = GaugeMetricFamily(PREFIX + name, text, labels=["tenant"])
        for tenant, value in sums.items():
            gauge.add_metric([tenant], value)
        yield gauge


def _scheduler(status: dict[str, Any]) -> Iterator[Metric]:
    totals = status["scheduler"]["totals"]
    for key, value in totals.items():
        if key.endswith("_ns"):
            name, scaled = key[:-3] + "_seconds", value / 1e9
        else:
            name, scaled = key, value
        counter = CounterMetricFamily(
            f"{PREFIX}scheduler_{name}", f"Scheduler total: {name.replace('_', ' ')}"
        )
        counter.add_metric([], scaled)
        yield counter
    preemptions = CounterMetricFamily(
        PREFIX + "preemptions",
        "Sessions stopped in the middle of a batch",
        labels=["priority"],
    )
    for class_, account in status["scheduler"]["classes"].items():
        preemptions.add_metric([str(class_)], account["preemptions"])
    yield preemptions


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(PREFIX + name, text, value=value)


class MetricsServer:
    """Just enough HTTP for a scraper: GET /metrics, /healthz, /readyz."""

    def __init__(self, broker: Any) -> None:
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(BrokerCollector(broker))
        self._broker = broker
        self._server: asyncio.Server | None = None
        self._connections: dict[int, asyncio.StreamWriter] = {}  # oldest first
        self._paths: dict[str, Callable[[], tuple[int, str, bytes]]] = {
            "/metrics": lambda: (
                200,
                CONTENT_TYPE_LATEST,
                generate_latest(self._registry),
            ),
            "/healthz": lambda: (200, "text/plain", b"ok\n"),
            "/readyz": self._ready,
        }

    async def start(self, host: str, port: int) -> int:
        """Listen; returns the port (port 0 lets the system choose). Raises: OSError."""
        self._server = await asyncio.start_server(
            self._serve, host, port, limit=HEAD_BYTES_MAX
        )
        bound: int = self._server.sockets[0].getsockname()[1]
        return bound

    def close(self) -> None:
        if self._server is not None:
            self._server.close()

    def _ready(self) -> tuple[int, str, bytes]:
        if self._broker.draining:
            return 503, "text/plain", b"draining\n"
        return 200, "text/plain", b"ready\n"

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while len(self._connections) >= CONNECTIONS_MAX:
            oldest = next(iter(self._connections))
            self._connections.pop(oldest).transport.abort()
        self._connections[id(writer)] = writer
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                await self._answer(reader, writer)
        except (TimeoutError, OSError, asyncio.IncompleteReadError):
            writer.transport.abort()  # nothing is kept for who does not read
        finally:
            self._connections.pop(id(writer), None)
            writer.close()

    async def _answer(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """One request; ends when the client has taken the whole answer."""
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.LimitOverrunError:
            writer.write(_response(431, "text/plain", b"request too large\n"))
        else:
            writer.write(self.respond(head))
        # All of it: what is left in the transport would outlive this deadline.
        writer.transport.set_write_buffer_limits(high=0)
        await writer.drain()

    def respond(self, head: bytes) -> bytes:
        parts = head.split(b"\r\n", 1)[0].decode("latin-1").split()
        if len(parts) != 3 or parts[0] != "GET":
            return _response(405, "text/plain", b"only GET\n")
        path = parts[1].split("?", 1)[0]
        if path not in self._paths:
            return _response(404, "text/plain", b"/metrics, /healthz or /readyz\n")
        return _response(*self._paths[path]())


_REASONS = {
    200: "OK",
    404: "Not Found",
    405: "Method Not Allowed",
    431: "Request Header Fields Too Large",
    503: "Service Unavailable",
}


def _response(status: int, content_type: str, body: bytes) -> bytes:
    head = (
        f"HTTP/1.1 {status} {_REASONS[status]}\r\nContent-Type: {content_type}\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body
