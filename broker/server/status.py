"""How a broker stands, as plain values: for the admin socket and for metrics.

Decides names and units of what an operator sees. It changes nothing and must never know
how it is shown. `broker.py` offers these as its methods.
"""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING, Any

from broker.server.session import Session
from broker.server.usage import Usage

if TYPE_CHECKING:
    from broker.server.broker import Broker


def of_broker(broker: Broker) -> dict[str, Any]:
    """How things stand, as plain values. Device time unless a name says wall."""
    return {
        "version": broker.version,
        "epoch": broker.epoch,
        "uptime_wall_seconds": time.monotonic() - broker.started_monotonic,
        "draining": broker.draining,
        "device": _device(broker),
        "policy": broker.scheduler.policy.name,
        "sessions": [s.describe() for s in broker.sessions.values()],
        "sessions_total": broker.sessions_total,
        "refusals": dict(broker.refusals),
        "scheduler": broker.scheduler.counters(),
        "scheduler_state": broker.scheduler.snapshot(),
        "pump": _pump(broker),
        "domains": [domain.describe() for domain in broker.domains.values()],
        "workers": [worker.totals() for worker in broker.workers],
        "loop": {"lag_max_wall_seconds": broker.loop_lag_max_seconds},
        "modules_cached": len(broker.images),
        "modules_cached_bytes": broker.images.used_bytes,
    }


def _device(broker: Broker) -> dict[str, Any]:
    properties = broker.backend.properties
    status = {
        "name": properties.name,
        "backend": properties.backend,
        "uuid": properties.uuid.hex(),
        "sm_count": properties.sm_count,
        "memory_bytes": properties.memory_bytes,
        "driver_version": properties.driver_version,
        "time_dilation": properties.time_dilation,
    }
    lateness = getattr(broker.backend, "lateness", None)
    if lateness is None:
        told = (domain.lateness for domain in broker.domains.values())
        lateness = next(filter(None, told), None)
    if lateness is not None:
        status["lateness"] = lateness() if callable(lateness) else lateness
    return status


def _pump(broker: Broker) -> dict[str, Any]:
    counters = broker.pump.counters
    return {
        "stimuli": counters.stimuli,
        "decisions": counters.decisions,
        "decision_cost_wall": broker.pump.decision_cost.as_dict(),
        "messages": counters.messages,
        "drains": broker.pump.slots.asked,
        "drains_given_up": broker.pump.slots.given_up,
        "drains_waiting": broker.pump.slots.waiting,
        "false_alarms": counters.false_alarms,
        "held_back": counters.held_back,
        "control_jobs": broker.control.jobs_run,
        "control_jobs_waiting": broker.control.jobs_waiting,
        "control_times": {
            name: dataclasses.asdict(times)
            for name, times in sorted(broker.control.times.items())
        },
    }


def of_tenants(broker: Broker) -> list[dict[str, Any]]:
    """Every tenant that is configured or was seen."""
    live: dict[str, list[Session]] = {}
    for session in broker.sessions.values():
        if not session.worker_done:
            live.setdefault(session.tenant.name, []).append(session)
    rows = []
    for tenant in broker.tenants.by_name.values():
        usage, queued, in_flight = Usage(), 0, 0
        graphs = {"graph_bytes": 0, "graph_nodes": 0, "graph_device_bytes": 0}
        usage.add(tenant.usage)
        for session in live.get(tenant.name, []):
            usage.add(session.usage())
            counters = session.worker.counters(session.sid)
            queued += counters["queued"]
            in_flight += counters["in_flight"]
            now = session.graphs.usage()
            graphs["graph_bytes"] += now["bytes"]
            graphs["graph_nodes"] += now["nodes"]
            graphs["graph_device_bytes"] += now["device_bytes"]
        rows.append(
            {
                "tenant": tenant.name,
                "class": tenant.config.class_,
                "weight": tenant.config.weight,
                "share": tenant.config.share,
                "configured": tenant.configured,
                "sessions": tenant.sessions,
                **_usage_on_page(usage),
                **graphs,
                "queued": queued,
                "in_flight": in_flight,
                "memory_bytes": tenant.quota.used,
                "memory_bytes_max": tenant.quota.bytes_max,
                "host_memory_bytes": tenant.host_quota.used,
                "host_memory_bytes_max": tenant.host_quota.bytes_max,
            }
        )
    return rows


def _usage_on_page(usage: Usage) -> dict[str, Any]:
    """A tenant's usage as `tenants` shows it: times are seconds."""
    values = dataclasses.asdict(usage)
    for name in ("used", "hold", "queue_sum"):
        values[f"{name}_seconds"] = values.pop(f"{name}_ns") / 1e9
    values["gpu_seconds"] = values.pop("used_seconds")
    return values
