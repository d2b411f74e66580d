"""What a person sees: progress while cells run, one table at the end.

Decides words, columns and colours. Must never know processes or the client. Called by
`loadgen.cli` and `loadgen.demo`.
"""

from __future__ import annotations

from typing import Any

from rich import box
from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from loadgen.search import Probe
from loadgen.stats import EMULATOR_LATENESS_P99_MAX

ALONE = "alone"


class Screen:
    """Shows a run on a console; satisfies runner.Watcher."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._progress: Progress | None = None
        self._task = TaskID(0)

    def calibrated(self, tenant: str, result: dict[str, Any]) -> None:
        self.console.print(
            f"  {tenant}: {result['replayed_ns'] / 1e6:.1f} ms of the device in"
            f" {result['operations']:,} operations, {result['ratio']:.0%} of the"
            " recording",
            highlight=False,
        )

    def begin(self, title: str, seconds: float) -> None:
        self._progress = Progress(
            SpinnerColumn(finished_text="[green]✓"),
            TextColumn("{task.description:<22}"),
            BarColumn(bar_width=24),
            TimeRemainingColumn(compact=True),
            TextColumn("{task.fields[counts]}", style="dim"),
            console=self.console,
        )
        self._progress.start()
        self._task = self._progress.add_task(title, total=seconds, counts="starting")

    def progress(self, seconds: float, counts: dict[str, tuple[int, int]]) -> None:
        if self._progress is None:
            return
        text = ", ".join(f"{name} {done}" for name, (_, done) in counts.items())
        self._progress.update(self._task, completed=seconds, counts=f"done: {text}")

    def probed(self, probe: Probe, bound_ms: float) -> None:
        """Of a search: one line a probe."""
        verdict = "[green]met[/]" if probe.met else "[yellow]not met[/]"
        invalid = "".join(
            f" [bold red]INVALID[/]: {reason}" for reason in probe.invalid_because
        )
        self.console.print(
            f"    {verdict}: {probe.over} of {probe.queries:,} above {bound_ms:g} ms"
            f" ({max(0, probe.allowed)} allowed"
            f"{', ended early' if probe.cut_short else ''}){invalid}",
            highlight=False,
        )

    def end(self) -> None:
        if self._progress is not None:
            self._progress.stop()
            self._progress = None


def device_line(device: dict[str, Any]) -> str:
    """Which device, and what its time is."""
    name, dilation = device["name"], device["time_dilation"]
    if device["backend"] == "emulated":
        return (
            f"[bold yellow]EMULATED device[/] ({name}): no GPU is used, but a model\n"
            f"of one that runs {dilation}x slower than real. Times are device time."
        )
    if device["backend"] == "null":
        return "[bold yellow]NULL device[/]: work retires at once; only overhead shows."
    return f"Device: {name}, driver {device['driver_version']}"


def cell_table(summary: dict[str, Any]) -> Table:
    """Rows tenant x cell; ratios against the same tenant alone. 80 columns suffice.

    A cell that has another `reference` than "alone" is compared with that one. Of
    several repetitions the first row of a cell has medians, the two after it the
    least and the most; ratios are those of medians.
    """
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("tenant", no_wrap=True)
    table.add_column("class", justify="right", no_wrap=True)
    table.add_column("cell", no_wrap=True)
    for heading in ("p50 ms", "p99 ms", "x alone", "per s", "x alone", "done"):
        table.add_column(heading, justify="right", no_wrap=True)
    cells = summary["cells"]
    tenants = list(dict.fromkeys(t for c in cells.values() for t in c["tenants"]))
    for tenant in tenants:
        rows = {
            n: c["tenants"][tenant] for n, c in cells.items() if tenant in c["tenants"]
        }
        for number, (name, figures) in enumerate(rows.items()):
            head = [tenant, str(figures["class"])] if number == 0 else ["", ""]
            reference = cells.get(cells[name].get("reference", ALONE), {})
            alone = reference.get("tenants", {}).get(tenant, {})
            mark = " [bold red]INVALID[/]" if faulty(cells[name], figures) else ""
            table.add_row(*head, name + mark, *row_values(figures, alone))
            if "spread" in figures:
                count = len(cells[name]["repetitions"])
                table.add_row(
                    *("", "", f"  {count} runs, from"),
                    *spread_values(figures, 0),
                    style="dim",
                )
                table.add_row(
                    *("", "", "  to"), *spread_values(figures, 1), style="dim"
                )
        table.add_section()
    return table


def faulty(cell: dict[str, Any], figures: dict[str, Any]) -> bool:
    """Whether a row may not be used: its own tenant was late, or the emulator."""
    lateness = cell["emulator_lateness_p99"]
    late = lateness is not None and lateness > EMULATOR_LATENESS_P99_MAX
    return late or bool(figures["incomplete"]) or not figures["valid"]


def row_values(figures: dict[str, Any], alone: dict[str, Any]) -> list[str]:
    return [
        number(figures.get("p50_e2el_ms"), 1),
        number(figures.get("p99_e2el_ms"), 1),
        ratio(figures, alone, "p99_e2el_ms"),
        rate(figures["request_throughput"]),
        ratio(figures, alone, "request_throughput"),
        str(figures["completed"]),
    ]


def spread_values(figures: dict[str, Any], end: int) -> list[str]:
    """The least (end 0) or the most (end 1) of the repetitions."""
    spread = figures["spread"]

    def value(key: str) -> float | None:
        return spread[key][end] if key in spread else None

    throughput = value("request_throughput")
    return [
        number(value("p50_e2el_ms"), 1),
        number(value("p99_e2el_ms"), 1),
        "",
        "-" if throughput is None else rate(throughput),
        "",
        "",
    ]


def number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:,.{digits}f}"


def rate(value: float) -> str:
    """Three significant digits or more."""
    return f"{value:.2f}" if value < 100 else f"{value:,.0f}"


def ratio(figures: dict[str, Any], alone: dict[str, Any], key: str) -> str:
    if figures is alone or not alone.get(key) or figures.get(key) is None:
        return ""
    return f"{figures[key] / alone[key]:.2f}"


def faults(summary: dict[str, Any]) -> list[str]:
    """One line for every reason for which a cell is INVALID."""
    return [
        f"[bold red]INVALID[/] {name}: {reason}"
        for name, cell in summary["cells"].items()
        for reason in cell["invalid_because"]
    ]


def search_line(result: dict[str, Any]) -> str:
    """A search's result as one line."""
    bound = (
        f"p{100 * result['percentile']:g} <= {result['bound_ms']:g} ms"
        f" ({result['confidence']:.0%} confidence)"
    )
    subject = f"{result['find']} under {result['policy']}"
    missed = result["not_met_at_per_s"]
    if result["rate_per_s"] is None:
        return f"{subject}: {bound} is not met even at {missed:.4g} requests/s"
    full = f"{result['capacity_per_s']:.4g}"
    none = f"no rate tried was missed (the device is full at {full})"
    beyond = f"{missed:.4g} do not" if missed else none
    others = "".join(
        f"; {name} {rate(value)}/s" for name, value in result["others_per_s"].items()
    )
    return (
        f"{subject}: [bold]{result['rate_per_s']:.4g} requests/s[/] meet {bound};"
        f" {beyond}{others}{'' if result['valid'] else '; [bold red]INVALID[/] probes'}"
    )


def load_lines(summary: dict[str, Any]) -> list[str]:
    """What was cut or drawn of each tenant's load, where anything was."""
    lines = []
    if summary.get("warmup_seconds"):
        lines.append(
            f"warm-up: requests due in the first {summary['warmup_seconds']:g} s (wall)"
            " of each window do not count"
        )
    traces = {
        tenant: figures["request_trace"]
        for cell in summary["cells"].values()
        for tenant, figures in cell["tenants"].items()
        if "request_trace" in figures
    }
    return lines + [request_trace_line(*item) for item in traces.items()]


def request_trace_line(tenant: str, notes: dict[str, Any]) -> str:
    parts = [
        f"{notes['rows_in_window']:,} of {notes['rows_kept']:,} rows in the window"
    ]
    if "jitter_ms" in notes:
        parts.append(f"jitter up to {notes['jitter_ms']:g} ms")
    if "time_scale" in notes:
        parts.append(f"times x {notes['time_scale']:g}")
    return (
        f"{tenant}: arrivals of {notes['source']} ({notes['format']}):"
        f" {', '.join(parts)}; lengths are not replayed"
    )


def lateness_line(summary: dict[str, Any]) -> str | None:
    """p99 of the emulator's lateness by cell; None on a real device."""
    known = [
        f"{name} {max(row['p99_ns'] for row in cell['emulator_lateness']) / 1e3:.0f} us"
        f" ({cell['emulator_lateness_p99']:.1%})"
        for name, cell in summary["cells"].items()
        if cell["emulator_lateness_p99"] is not None
    ]
    if not known:
        return None
    return (
        f"emulator lateness p99: {', '.join(known)}; above"
        f" {EMULATOR_LATENESS_P99_MAX:.0%} of a median request a cell is INVALID"
    )
