"""The metrics that are exposed are those METRICS.md lists, with the values that were
counted. On a real scheduler and tenants' accounts, without a device."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from broker.device._worker import QUEUE_BOUNDS_NS
from prometheus_client.parser import text_string_to_metric_families

from broker.device.null import NullBackend
from broker.metrics import DEVICE_LABELS, PREFIX, MetricsServer, device_values
from broker.sched.config import SchedulerConfig
from broker.sched.policies import make_policy
from broker.sched.scheduler import Scheduler
from broker.sched.stats import Histogram
from broker.server.usage import Usage

PAGE = Path(__file__).parents[2] / "broker" / "METRICS.md"
ROW = re.compile(r"\| `(\w+)` \| (\w+) \| ([\w, ]*) \|")


class FakeBroker:
    """What a scrape reads of a broker."""

    def __init__(self) -> None:
        config = SchedulerConfig()
        self.scheduler = Scheduler(config, make_policy("strict", config))
        self.backend = NullBackend()
        self.pump = SimpleNamespace(decision_cost=Histogram())
        self.draining = False
        self.rows: list[dict[str, Any]] = []

    def status(self) -> dict[str, Any]:
        return {
            "version": "1",
            "epoch": 1,
            "draining": False,
            "sessions": [],
            "sessions_total": 3,
            "device": {"backend": "null", "memory_bytes": 1 << 30},
            "loop": {"lag_max_wall_seconds": 0.5},
            "refusals": {"token": 2},
            "scheduler": self.scheduler.counters(),
        }

    def tenants_status(self) -> list[dict[str, Any]]:
        return self.rows


def row(**values: Any) -> dict[str, Any]:
    counts = [0] * (len(QUEUE_BOUNDS_NS) + 1)
    counts[0], counts[2], counts[-1] = 5, 3, 1
    names = ["sessions", "memory_bytes", "memory_bytes_max", "queued", "in_flight"]
    names += ["gpu_seconds", "hold_seconds", "graph_bytes", "graph_nodes"]
    names += ["graph_device_bytes"]
    names += ["host_memory_bytes", "host_memory_bytes_max"]
    return {
        **dict.fromkeys(names, 0),
        **dict.fromkeys(Usage.__slots__, 0),
        "tenant": "a",
        "class": 1,
        "queue_counts": counts,
        "queue_sum_seconds": 2.5,
        **values,
    }


def scrape(*rows: dict[str, Any]) -> dict[str, Any]:
    broker = FakeBroker()
    broker.rows = list(rows)
    server = MetricsServer(broker, QUEUE_BOUNDS_NS)
    answer = server.respond(b"GET /metrics HTTP/1.1\r\n\r\n")
    text = answer.split(b"\r\n\r\n", 1)[1].decode()
    return {family.name: family for family in text_string_to_metric_families(text)}


def listed() -> dict[str, tuple[str, set[str]]]:
    """Of the page: name -> (type, labels beside those of the device)."""
    rows = ROW.findall(PAGE.read_text())
    return {name: (kind, set(labels.split(", ")) - {""}) for name, kind, labels in rows}


def test_the_page_lists_what_is_exposed() -> None:
    exposed = {}
    for name, family in scrape(row()).items():
        label_names = {key for sample in family.samples for key in sample.labels}
        assert set(DEVICE_LABELS) <= label_names, name
        full = name + "_total" if family.type == "counter" else name
        labels = label_names - set(DEVICE_LABELS) - {"le"}
        exposed[full] = (family.type, labels)
    assert exposed == listed()


def test_names_follow_the_conventions() -> None:
    for name, (kind, _) in listed().items():
        assert name.startswith(PREFIX)
        assert name.endswith("_total") == (kind == "counter"), name
        assert not re.search(r"_(ns|us|ms|kib|mib)(_|$)", name), "base units only"
        if kind == "histogram":
            assert name.endswith("_seconds")


def test_queue_times_are_a_cumulative_histogram_in_seconds() -> None:
    samples = scrape(row())["xsched_broker_queue_seconds"].samples
    buckets = {s.labels["le"]: s.value for s in samples if s.name.endswith("_bucket")}
    assert buckets[repr(1024 / 1e9)] == 5
    assert buckets[repr(4096 / 1e9)] == 8
    assert buckets["+Inf"] == 9
    by_name = {s.name: s.value for s in samples if "le" not in s.labels}
    assert by_name["xsched_broker_queue_seconds_count"] == 9
    assert by_name["xsched_broker_queue_seconds_sum"] == 2.5


def test_a_tenant_without_sessions_has_no_histogram() -> None:
    families = scrape(row(queue_counts=[], queue_sum_seconds=0.0))
    assert families["xsched_broker_queue_seconds"].samples == []
    assert families["xsched_broker_launches"].samples[0].value == 0


def test_errors_are_told_apart() -> None:
    counts = {"operations_failed": 1, "calls_refused": 2, "protocol_errors": 3}
    samples = scrape(row(**counts))["xsched_broker_errors"].samples
    assert {s.labels["kind"]: s.value for s in samples} == counts


def test_the_device_is_named_as_dcgm_names_it() -> None:
    [sample] = scrape()["xsched_broker_build_info"].samples
    labels = sample.labels
    assert labels["gpu"] == "0" and labels["device"] == "null0"
    assert re.fullmatch(
        r"GPU-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", labels["UUID"]
    )
    assert labels["modelName"] == NullBackend().properties.name
    real = SimpleNamespace(ordinal=2, uuid=bytes(16), backend="cuda", name="H100")
    assert device_values(real)[:4] == [
        "2",
        f"GPU-{'0' * 8}-0000-0000-0000-{'0' * 12}",
        "nvidia2",
        "H100",
    ]


@pytest.mark.parametrize(
    ("line", "status"),
    [(b"GET /x HTTP/1.1", 404), (b"POST /metrics HTTP/1.1", 405), (b"GET", 405)],
)
def test_other_requests_are_refused(line: bytes, status: int) -> None:
    server = MetricsServer(FakeBroker(), QUEUE_BOUNDS_NS)
    answer = server.respond(line + b"\r\n\r\n")
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
