"""What a person sees of a colocation: progress, one table, what was reached; the same
as Markdown and as a section of the HTML page.

Decides words and columns. Must never know processes. Called by
`loadgen.colocate.command`.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any, Literal

from rich import box
from rich.table import Table

from loadgen import gpu_state, page, report
from loadgen.baseline import ALONE

Summary = dict[str, Any]
Row = list[str]
HEAD = (
    *("tenant", "cell", "service p50 ms", "p99 ms", "95 %", "x alone p50", "p99"),
    *("end-to-end p99 ms", "units/s", "95 %", "of ideal", "broker CPU", "done"),
)
# What takes another time than it did by more than this factor had another speed, where
# the device is busy for this part of the time.
SAME_SPEED, BOUND_BY_DEVICE = 1.03, 0.95
# The terminal's table has 80 columns: these of the above, by short names.
NARROW = {
    1: "cell",
    2: "p50 ms",
    3: "p99 ms",
    5: "x p50",
    6: "x p99",
    7: "e2e p99",
    8: "per s",
    10: "ideal",
    11: "CPU",
}


class Screen(report.Screen):
    """Shows a colocation on a console; satisfies runner.Watcher."""

    def calibrated(self, tenant: str, result: dict[str, Any]) -> None:
        busy = result["busy_ns"]
        device = "unknown" if busy is None else f"{busy / 1e6:.2f} ms"
        self.console.print(
            f"  {tenant}: a request makes {result['units']:,} {result['unit']}(s) in"
            f" {result['wall_ns'] / 1e6:.2f} ms, device time {device}",
            highlight=False,
        )


def rows(summary: Summary) -> Iterator[tuple[str, list[Row]]]:
    """Rows by tenant, the highest class first."""
    cells = summary["cells"]
    classes = {
        name: figures["class"]
        for cell in cells.values()
        for name, figures in cell["tenants"].items()
    }
    for tenant in sorted(classes, key=lambda name: classes[name]):
        yield (
            tenant,
            [
                row(summary, tenant, name)
                for name, cell in cells.items()
                if tenant in cell["tenants"]
            ],
        )


def row(summary: Summary, tenant: str, name: str) -> Row:
    cell = summary["cells"][name]
    figures = cell["tenants"][tenant]
    alone = summary["cells"].get(ALONE, {"tenants": {}})["tenants"].get(tenant, {})
    rate = figures["units_per_s"]
    return [
        tenant,
        name + (" INVALID" if report.faulty(cell, figures) else ""),
        report.number(figures.get("p50_service_ms"), 2),
        report.number(figures.get("p99_service_ms"), 2),
        span(figures.get("p99_service_ms_ci95")),
        report.ratio(figures, alone, "p50_service_ms"),
        report.ratio(figures, alone, "p99_service_ms"),
        report.number(figures.get("p99_e2el_ms"), 2),
        f"{report.rate(rate)} {figures['unit']}",
        span(figures.get("units_per_s_ci95")),
        share(figures.get("ideal_share")),
        share(cell.get("broker_cpu_cores")),
        f"{figures['completed']:,}",
    ]


def span(ends: list[float] | None) -> str:
    return "" if ends is None else f"{page.short(ends[0])}-{page.short(ends[1])}"


def share(value: float | None) -> str:
    return "" if value is None else f"{value:.0%}"


def text_table(summary: Summary) -> Table:
    """x: against the same alone, natively; ideal: part of it; CPU: the broker's."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for index, heading in NARROW.items():
        justify: Literal["left", "right"] = "left" if index == 1 else "right"
        table.add_column(heading, justify=justify, no_wrap=True)
    for tenant, part in rows(summary):
        unit = part[0][8].split()[-1]
        table.add_row(f"[bold]{tenant}[/], {unit}s")
        for values in part:
            shown = [values[index] for index in NARROW if index != 1]
            shown[5] = shown[5].split()[0]
            table.add_row(f"  {values[1].replace(' INVALID', ' [red]![/]')}", *shown)
        table.add_section()
    return table


def markdown(summary: Summary) -> str:
    """All columns, as GitHub draws them."""
    lines = [f"| {' | '.join(HEAD)} |", f"|{' --- |' * len(HEAD)}"]
    lines += [f"| {' | '.join(r)} |" for _, part in rows(summary) for r in part]
    lines += ["", *(f"- {line}" for line in notes(summary))]
    return "\n".join(lines) + "\n"


def notes(summary: Summary) -> list[str]:
    """Goals, outputs, what is missing; plain lines."""
    found = [goal_line(goal) for goal in summary.get("goals", [])]
    found += [outputs_line(*item) for item in summary["outputs"].items()]
    found += [
        f"{name}: {share(cell['work_kept'])} of the work each did alone"
        for name, cell in summary["cells"].items()
        if cell.get("work_kept") is not None and len(cell["tenants"]) > 2
    ]
    if clocks := gpu_state.line(summary.get("gpu", {})):
        found.append(clocks)
    found += speed_lines(summary)
    if summary.get("not_run"):
        found.append(f"NOT RUN: {', '.join(summary['not_run'])} (--resume goes on)")
    return found


def speed_lines(summary: Summary) -> Iterator[str]:
    """Tenants that the device alone holds up, and that took another time when they were
    alone natively than when they were asked how long they take: a context has two
    speeds, and which of them "alone" had decides what is a multiple of it."""
    alone = summary["cells"].get(ALONE, {"tenants": {}})["tenants"]
    for name, own in summary.get("calibration", {}).items():
        took_ms = alone.get(name, {}).get("p50_service_ms")
        told_ms, busy_ns = own["wall_ns"] / 1e6, own["busy_ns"] or 0
        if not took_ms or busy_ns < BOUND_BY_DEVICE * own["wall_ns"]:
            continue
        if not 1 / SAME_SPEED <= took_ms / told_ms <= SAME_SPEED:
            yield (
                f"{name} alone: {took_ms:.2f} ms a request, {told_ms:.2f} when it was"
                " calibrated; see ARCHITECTURE.md, Two speeds of a context"
            )


def goal_line(goal: dict[str, Any]) -> str:
    words = {True: "MET", False: "MISSED", None: "not told"}
    value = "" if goal["value"] is None else f": {goal['value']:.3f}"
    return f"{words[goal['met']]} {goal['text']}{value}"


def outputs_line(tenant: str, found: dict[str, Any]) -> str:
    what = found["answers"]
    if found["equal"] is None:
        return f"{tenant}: {what} were not seen"
    if found["equal"]:
        return f"{tenant}: {what} equal to the last bit in all cells"
    where = ", ".join(found["differs_in"])
    native = "; natively they differ, too" if found["native_equal"] is False else ""
    return f"{tenant}: {what} DIFFER in {where}{native}"


def html_section(summary: Summary) -> str:
    bodies = [
        [[escape(value) for value in values] for values in part]
        for _, part in rows(summary)
    ]
    lines = "".join(f"<li>{escape(line)}</li>" for line in notes(summary))
    note = (
        "Service: from the call to the answer in host memory; end to end: from when the"
        " request was due. Of ideal: rate / min(alone, (1 - busy share of the higher"
        " classes) / device time of a unit). 95 %: bootstrap over all repetitions."
    )
    body = page.table(HEAD, bodies, 2) + (lines and f"<ul>{lines}</ul>")
    return page.section("Colocation", body, note)
