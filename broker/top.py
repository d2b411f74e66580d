"""`xsched-broker top`: who uses the device now, in a table that renews itself.

Decides what is shown and what is left out on a small terminal. It must never know
sockets: it is given a function that fetches. `frame` is pure; rates are differences of
two samples, in device time, so that they mean the same on an emulated device.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

GIB = 1 << 30
MIB = 1 << 20
BAR_CELLS = 20
UNBOUNDED_LINES = 1 << 20  # of a pipe
# What the table leaves room for: header, heading, what is left out, the cursor.
LINES_AROUND = 7
# Kernels of several sessions that run at once are counted in full, each for itself.
FULL = 1.05
MODE_STYLES = {"BULK": "green", "URGENT": "yellow", "BURST": "cyan", "HELD": "red"}


@dataclass(frozen=True, slots=True)
class Column:
    """key: of a row. least: columns of the terminal from which on it is shown."""

    title: str
    key: str
    least: int = 0
    right: bool = True


COLUMNS = (
    Column("session", "session"),
    Column("tenant", "tenant", right=False),
    Column("class", "class"),
    Column("GPU %", "gpu"),
    Column("launches/s", "rate"),
    Column("mode", "mode", right=False),
    Column("queued", "queued", 72),
    Column("in flight", "in_flight", 84),
    Column("window", "window", 92),
    Column("wait", "wait", 100),
    Column("memory", "memory", 118),
    Column("weight", "weight", 126),
    Column("switches", "switches", 136),
    Column("errors", "errors", 144),
)


@dataclass(frozen=True, slots=True)
class Sample:
    """Answers of the admin socket: `status` and `tenants`."""

    status: dict[str, Any]
    tenants: list[dict[str, Any]]

    @property
    def device_seconds(self) -> float:
        """Device time since the broker started."""
        dilation = self.status["device"]["time_dilation"]
        return float(self.status["uptime_wall_seconds"] / dilation)


def frame(
    now: Sample, before: Sample, width: int = 120, height: int = 40
) -> RenderableType:
    """One picture. Args: width, height: of the terminal, in characters."""
    rows = _rows(now, before)
    room = max(1, height - LINES_AROUND)
    shown = [column for column in COLUMNS if width >= column.least]
    table = Table(box=None, pad_edge=False, header_style="bold reverse")
    for column in shown:
        justify: Any = "right" if column.right else "left"
        table.add_column(column.title, justify=justify, no_wrap=True)
    for row in rows[:room]:
        table.add_row(*(_cell(row, column.key) for column in shown), style=row["style"])
    parts: list[RenderableType] = [*_header(now, before), Text(), table]
    if len(rows) > room:
        parts.append(Text(f"... and {len(rows) - room} more", style="dim"))
    if not rows:
        parts.append(Text("no tenant has connected yet", style="dim"))
    hidden = [column.title for column in COLUMNS if width < column.least]
    if hidden:
        parts.append(Text(f"wider: {', '.join(hidden)}", style="dim", no_wrap=True))
    return Group(*parts)


def _header(now: Sample, before: Sample) -> list[Text]:
    status, device = now.status, now.status["device"]
    state = status["scheduler_state"]
    first = Text(no_wrap=True, overflow="ellipsis")
    first.append(device["name"], style="bold")
    first.append(
        f" ({device['backend']})  policy {status['policy']}  "
        f"{_floor(state['floor'])}  epoch {status['epoch']}  "
        f"up {_duration(status['uptime_wall_seconds'])}"
    )
    if device["time_dilation"] != 1:
        first.append(f"  {device['time_dilation']}x slower", style="yellow")
    if status["draining"]:
        first.append("  draining", style="bold red")
    elapsed = now.device_seconds - before.device_seconds
    used = sum(row["gpu_seconds"] for row in now.tenants)
    used -= sum(row["gpu_seconds"] for row in before.tenants)
    memory = sum(row["memory_bytes"] for row in now.tenants)
    total = device["memory_bytes"]
    second = Text(no_wrap=True, overflow="ellipsis")
    share = _share(used, elapsed)
    second.append_text(_bar("GPU", share))
    if share > FULL:
        second.append(" side by side", style="dim")
    second.append_text(_bar("  memory", memory / total if total else 0.0))
    second.append(f" {memory / GIB:,.1f} of {total / GIB:,.0f} GiB")
    pump = status["pump"]
    if pump["drains_waiting"]:
        second.append(f"  {pump['drains_waiting']} drained slots wait", style="yellow")
    return [first, second]


def _bar(title: str, share: float) -> Text:
    cells = round(min(1.0, max(0.0, share)) * BAR_CELLS)
    text = Text(f"{title} ")
    text.append("█" * cells, style="green" if share < 0.9 else "red")
    text.append("░" * (BAR_CELLS - cells), style="dim")
    return text.append(f" {100 * share:3.0f} %")


def _floor(floor: int) -> str:
    return "no class stopped" if floor >= 255 else f"classes below {floor} stopped"


def _rows(now: Sample, before: Sample) -> list[dict[str, Any]]:
    """A row a session, the highest class and then the largest share first; after them
    a row for each tenant without one. What is a tenant's stands in its first row."""
    elapsed = now.device_seconds - before.device_seconds
    old_sessions = {row["session"]: row for row in before.status["sessions"]}
    old_tenants = {row["tenant"]: row for row in before.tenants}
    tenants = {row["tenant"]: row for row in now.tenants}
    rows = [
        _session_row(row, old_sessions.get(row["session"], {}), elapsed)
        for row in now.status["sessions"]
    ]
    rows.sort(key=lambda row: (row["class"], -row["gpu"], row["session"]))
    for row in rows:
        tenant = tenants.pop(row["tenant"], None)
        if tenant is not None:
            row |= _tenant_part(tenant, old_tenants.get(row["tenant"], {}))
    idle = [
        {"tenant": name, "class": tenant["class"], "style": "dim"}
        | _tenant_part(tenant, old_tenants.get(name, {}))
        for name, tenant in tenants.items()
    ]
    return rows + idle


def _session_row(
    row: dict[str, Any], old: dict[str, Any], elapsed: float
) -> dict[str, Any]:
    used = row["gpu_seconds"] - old.get("gpu_seconds", 0.0)
    launches = row["launches"] - old.get("launches", 0)
    return {
        "session": row["session"],
        "tenant": row["tenant"],
        "class": row["class"],
        "gpu": 100 * _share(used, elapsed),
        "rate": max(0.0, launches / elapsed if elapsed > 0 else 0.0),
        "mode": row["mode"],
        "queued": row["queued"],
        "in_flight": row["in_flight"],
        "window": row["window_ns"],
        "weight": row["weight"],
        "style": "dim" if row["state"] == "closing" else "",
    }


def _tenant_part(tenant: dict[str, Any], old: dict[str, Any]) -> dict[str, Any]:
    """Mean wait: of what was issued between the samples, 0 when nothing was."""
    issued = sum(tenant["queue_counts"]) - sum(old.get("queue_counts", ()))
    waited = tenant["queue_sum_seconds"] - old.get("queue_sum_seconds", 0.0)
    errors = ("operations_failed", "calls_refused", "protocol_errors")
    return {
        "wait": waited / issued if issued > 0 else None,
        "memory": (tenant["memory_bytes"], tenant["memory_bytes_max"]),
        "switches": tenant["switches"],
        "errors": sum(tenant[name] for name in errors),
    }


def _cell(row: dict[str, Any], key: str) -> Text:
    value = row.get(key)
    if value is None:
        return Text("")
    if key == "mode":
        return Text(value.lower(), style=MODE_STYLES.get(value, "dim"))
    if key == "gpu":
        return Text(f"{value:.1f}")
    if key == "window":
        return Text("none" if value == 0 else f"{value / 1e3:,.0f} us")
    if key == "wait":
        return Text(_wait(value))
    if key == "memory":
        used, most = value
        return Text(f"{used / MIB:,.0f} of {most / MIB:,.0f} MiB")
    if key == "weight":
        return Text(f"{value:g}")
    if key == "errors":
        return Text(f"{value:,}", style="red" if value else "")
    return Text(f"{value:,.0f}" if isinstance(value, float | int) else str(value))


def _wait(seconds: float) -> str:
    for unit, scale in (("s", 1.0), ("ms", 1e3)):
        if seconds * scale >= 1:
            return f"{seconds * scale:.1f} {unit}"
    return f"{seconds * 1e6:.1f} us"


def _share(part: float, whole: float) -> float:
    """0 where a broker has restarted between the samples."""
    return max(0.0, part / whole) if whole > 0 else 0.0


def _duration(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"


def run(
    fetch: Callable[[], Sample], console: Console, interval: float, once: bool
) -> None:
    """Show frames until Ctrl-C; one frame only, where `once` or no terminal.

    Args: interval: seconds between samples. Raises: whatever fetch does.
    """
    before = fetch()
    time.sleep(interval)
    now = fetch()
    if once or not console.is_terminal:
        console.print(frame(now, before, console.width, height=UNBOUNDED_LINES))
        return
    try:
        with Live(console=console, screen=True, auto_refresh=False) as live:
            while True:
                size = console.size
                live.update(frame(now, before, size.width, size.height), refresh=True)
                time.sleep(interval)
                before, now = now, fetch()
    except KeyboardInterrupt:
        return
