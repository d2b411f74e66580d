"""Prometheus metrics, read when they are asked for, served from the loop.

Decides names and labels; METRICS.md beside this file lists them all, and a test holds
it against what is exposed. A device is named by the label keys that NVIDIA's DCGM
exporter uses (gpu, UUID, device, modelName, Hostname), so that both join in a query.
Nothing is counted here: a labelled counter costs half a microsecond an increment, so
everything stays plain integers in its place until a scrape. It must never start a
thread. `serve.py` starts it.
"""

from __future__ import annotations

import asyncio
import socket
import uuid
from collections.abc import Callable, Iterator, Sequence
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
DEVICE_LABELS = ("gpu", "UUID", "device", "modelName", "Hostname")
TENANT_LABELS = (*DEVICE_LABELS, "tenant", "priority")

# name (counters get _total), key in a row of `tenants_status`, help
_TENANT_COUNTERS = (
    ("launches", "launches", "Kernel launches issued"),
    ("copies", "copies", "Copies issued"),
    ("fills", "fills", "Memory fills issued"),
    ("graph_launches", "graph_launches", "Graph launches issued"),
    ("graph_segments", "graph_segments", "Segments issued for graph launches"),
    ("gpu_busy_seconds", "gpu_seconds", "Estimated GPU time used (device time)"),
    ("holds", "holds", "Times stopped with work waiting"),
    ("hold_seconds", "hold_seconds", "Time stopped with work waiting (device time)"),
    ("switches", "switches", "Times it took the device from a lower class"),
    ("preemptions", "preemptions", "Times stopped in the middle of a batch"),
    ("drained_slots", "drained_slots", "Control calls that had the device drained"),
)
_TENANT_ERRORS = ("operations_failed", "calls_refused", "protocol_errors")
_TENANT_GAUGES = (
    ("sessions_open", "sessions", "Sessions open now"),
    ("memory_bytes", "memory_bytes", "Device memory mapped, of arrays, of graphs"),
    ("memory_limit_bytes", "memory_bytes_max", "Device memory it may have"),
    ("graph_bytes", "graph_bytes", "Broker memory of instantiated graphs"),
    ("graph_nodes", "graph_nodes", "Nodes of instantiated graphs"),
    ("graph_device_bytes", "graph_device_bytes", "Of memory_bytes: graphs (estimated)"),
    ("host_memory_bytes", "host_memory_bytes", "Host memory pinned"),
    ("host_memory_limit_bytes", "host_memory_bytes_max", "Host memory it may pin"),
    ("queued_operations", "queued", "Operations waiting to be issued"),
    ("in_flight_operations", "in_flight", "Operations issued and not retired"),
)
_SWITCH_TIMES = (
    ("switch_seconds", "last_issue", "High arrival to the last lower launch issued"),
    ("switch_in_flight_seconds", "in_flight", "Lower GPU time in flight at a switch"),
    ("first_high_seconds", "first_high", "High arrival to its first kernel running"),
    ("release_seconds", "release", "End of high work to lower classes let go on"),
)


class BrokerCollector:
    """Reads `broker.status()` once per scrape.

    Args: queue_bounds_ns: upper bounds of the buckets of queue times but the last.
    """

    def __init__(self, broker: Any, queue_bounds_ns: Sequence[int]) -> None:
        self._broker = broker
        self._queue_bounds_ns = queue_bounds_ns
        self._device = device_values(broker.backend.properties)

    def collect(self) -> Iterator[Metric]:
        status = self._broker.status()
        yield from self._build(status)
        yield from self._tenants(self._broker.tenants_status())
        yield from self._scheduler(status)
        yield from self._switch_times()
        yield from self._decision_cost()

    def _build(self, status: dict[str, Any]) -> Iterator[Metric]:
        device = status["device"]
        info = GaugeMetricFamily(
            PREFIX + "build_info",
            "Always 1",
            labels=(*DEVICE_LABELS, "version", "backend"),
        )
        info.add_metric([*self._device, status["version"], device["backend"]], 1)
        yield info
        yield self._gauge("epoch", "Life of the broker process", status["epoch"])
        draining = int(status["draining"])
        yield self._gauge("draining", "1 while no session is accepted", draining)
        yield self._gauge("clients", "Sessions open now", len(status["sessions"]))
        lag = status["loop"]["lag_max_wall_seconds"]
        yield self._gauge("loop_lag_max_seconds", "Longest delay of the loop", lag)
        total = device["memory_bytes"]
        yield self._gauge("device_memory_bytes", "Memory of the device", total)
        yield self._counter("sessions", "Sessions opened", status["sessions_total"])
        labels = (*DEVICE_LABELS, "reason")
        refusals = CounterMetricFamily(
            PREFIX + "refusals", "Handshakes refused", labels=labels
        )
        for reason, count in status["refusals"].items():
            refusals.add_metric([*self._device, reason], count)
        yield refusals

    def _tenants(self, rows: list[dict[str, Any]]) -> Iterator[Metric]:
        labelled = [
            ([*self._device, row["tenant"], str(row["class"])], row) for row in rows
        ]
        family: Any
        for name, key, text in _TENANT_COUNTERS:
            family = CounterMetricFamily(PREFIX + name, text, labels=TENANT_LABELS)
            for labels, row in labelled:
                family.add_metric(labels, row[key])
            yield family
        errors = CounterMetricFamily(
            PREFIX + "errors", "What went wrong", labels=(*TENANT_LABELS, "kind")
        )
        for labels, row in labelled:
            for kind in _TENANT_ERRORS:
                errors.add_metric([*labels, kind], row[kind])
        yield errors
        for name, key, text in _TENANT_GAUGES:
            family = GaugeMetricFamily(PREFIX + name, text, labels=TENANT_LABELS)
            for labels, row in labelled:
                family.add_metric(labels, row[key])
            yield family
        yield self._queue_times(labelled)

    def _queue_times(self, labelled: list[tuple[list[str], dict[str, Any]]]) -> Metric:
        metric = HistogramMetricFamily(
            PREFIX + "queue_seconds",
            "From being decoded to being issued (device time)",
            labels=TENANT_LABELS,
        )
        bounds = [*(repr(ns / 1e9) for ns in self._queue_bounds_ns), "+Inf"]
        for labels, row in labelled:
            seen, buckets = 0, []
            for bound, count in zip(bounds, row["queue_counts"], strict=False):
                seen += count
                buckets.append((bound, float(seen)))
            if buckets:  # none before its first session
                metric.add_metric(labels, buckets, row["queue_sum_seconds"])
        return metric

    def _scheduler(self, status: dict[str, Any]) -> Iterator[Metric]:
        for key, value in status["scheduler"]["totals"].items():
            name, scaled = key, value
            if key.endswith("_ns"):
                name, scaled = key[:-3] + "_seconds", value / 1e9
            text = f"Scheduler total: {name.replace('_', ' ')}"
            yield self._counter(f"scheduler_{name}", text, scaled)

    def _switch_times(self) -> Iterator[Metric]:
        stats = self._broker.scheduler.switch_stats
        for name, attribute, text in _SWITCH_TIMES:
            histogram = getattr(stats, attribute)
            yield self._histogram(name, f"{text} (device time)", histogram)

    def _decision_cost(self) -> Iterator[Metric]:
        text = "What the scheduler took to answer one stimulus (wall time)"
        cost = self._broker.pump.decision_cost
        yield self._histogram("decision_seconds", text, cost)

    def _histogram(self, name: str, text: str, histogram: Any) -> Metric:
        """Args: histogram: sched.stats.Histogram."""
        buckets = [
            (repr(limit_ns / 1e9), float(count))
            for limit_ns, count in histogram.buckets()
        ]
        buckets.append(("+Inf", float(histogram.count)))
        metric = HistogramMetricFamily(PREFIX + name, text, labels=DEVICE_LABELS)
        metric.add_metric(self._device, buckets, histogram.sum_ns / 1e9)
        return metric

    def _gauge(self, name: str, text: str, value: float) -> Metric:
        metric = GaugeMetricFamily(PREFIX + name, text, labels=DEVICE_LABELS)
        metric.add_metric(self._device, value)
        return metric

    def _counter(self, name: str, text: str, value: float) -> Metric:
        metric = CounterMetricFamily(PREFIX + name, text, labels=DEVICE_LABELS)
        metric.add_metric(self._device, value)
        return metric


def device_values(properties: Any) -> list[str]:
    """Values of DEVICE_LABELS, as the DCGM exporter writes them.

    Args: properties: device.backend.DeviceProperties.
    """
    node = "nvidia" if properties.backend == "cuda" else properties.backend
    return [
        str(properties.ordinal),
        f"GPU-{uuid.UUID(bytes=properties.uuid)}",
        f"{node}{properties.ordinal}",
        properties.name,
        socket.gethostname(),
    ]


class MetricsServer:
    """Just enough HTTP for a scraper: GET /metrics, /healthz, /readyz."""

    def __init__(self, broker: Any, queue_bounds_ns: Sequence[int]) -> None:
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(BrokerCollector(broker, queue_bounds_ns))
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
            await self._broker.refresh()
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
