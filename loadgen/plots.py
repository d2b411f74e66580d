"""Draws a run's figures as SVG.

Decides axes, colours and marks. Must never know files or HTML. Called by
`loadgen.page`; the only place that imports matplotlib, which is an extra.
"""

from __future__ import annotations

import importlib.util
import io
import re
from collections.abc import Callable
from typing import Any

import numpy as np

from loadgen import figures
from loadgen.figures import Record, TradeOff

WIDTH_IN = 9.6
# Told apart by the colour-blind, too (Okabe and Ito).
COLOURS = (
    *("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"),
    *("#882255", "#999933", "#332288", "#AA4499"),
)
ALONE_COLOUR = "#6b7280"
INK = "#111827"
LEGEND_COLUMNS = 6
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "xsched-broker",
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.edgecolor": "#9ca3af",
    "grid.color": "#e5e7eb",
    "legend.frameon": False,
}


class PlotError(Exception):
    """Nothing can be drawn; one line that says what would help."""


def require() -> None:
    """Raises: PlotError when matplotlib is not installed."""
    if importlib.util.find_spec("matplotlib") is None:
        raise PlotError(
            "a report needs matplotlib: pip install 'xsched-broker[report]'"
        )


def draw(name: str, title: str, height_in: float, paint: Callable[[Any], None]) -> str:
    """One figure as an `<svg>` element; name: unique on the page.

    Identifiers inside it get the name in front, since a page holds several figures and
    matplotlib calls parts of each the same.
    """
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH_IN, height_in), layout="constrained")
        paint(figure)
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    svg = out.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{name}-", svg)
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'width="[\d.]+pt" height="[\d.]+pt"', "", svg, count=1)
    label = f'<svg role="img" aria-label="{title}" '
    return svg.replace("<svg ", label, 1).strip()


def cell_colours(summary: dict[str, Any]) -> dict[str, str]:
    """Of every cell; those alone are grey."""
    shared = [name for name in summary["cells"] if not figures.is_alone(name)]
    colours = {name: COLOURS[index % len(COLOURS)] for index, name in enumerate(shared)}
    return {name: colours.get(name, ALONE_COLOUR) for name in summary["cells"]}


# ---------------------------------------------------------------- latency
def latency(summary: dict[str, Any], records: list[Record]) -> str:
    """A panel for each tenant, a line for each cell."""
    names, colours = list(figures.tenants(summary)), cell_colours(summary)

    def paint(figure: Any) -> None:
        columns = min(2, len(names))
        rows = -(-len(names) // columns)
        axes = figure.subplots(rows, columns, squeeze=False).ravel()
        for axis in axes[len(names) :]:
            axis.set_visible(False)
        lines: dict[str, Any] = {}
        for axis, tenant in zip(axes, names, strict=False):
            latency_panel(axis, summary, records, tenant, colours)
            lines |= {str(line.get_label()): line for line in axis.lines}
        if lines:  # one for all panels, where it covers no curve
            figure.legend(
                lines.values(), lines, loc="outside lower center", ncols=LEGEND_COLUMNS
            )

    rows = -(-len(names) // 2)
    height = 3.6 * rows + 0.25 * -(-len(colours) // LEGEND_COLUMNS)
    return draw("latency", "latency by percentile", height, paint)


def latency_panel(
    axis: Any,
    summary: dict[str, Any],
    records: list[Record],
    tenant: str,
    colours: dict[str, str],
) -> None:
    most = 1.0
    for cell in summary["cells"]:
        values = figures.latencies_ms(records, cell, tenant)
        if not len(values):
            continue
        nines, latencies = figures.tail_curve(values)
        most = max(most, float(nines[-1]))
        # A run beside this one has an "alone" of its own, grey as well.
        style = "--" if figures.is_alone(cell) and cell != figures.ALONE else "-"
        axis.plot(nines, latencies, style, color=colours[cell], lw=1.8, label=cell)
    ticks = [0.0, -np.log10(0.5), *np.arange(1.0, np.ceil(most) + 1)]
    labels = ["0", "50", *(f"{100 * (1 - 10.0**-t):.10g}" for t in ticks[2:])]
    axis.set_xticks(ticks, labels)
    axis.set_xlim(0, most * 1.02)
    axis.set_yscale("log")
    plain_log_ticks(axis)
    axis.set_title(tenant)
    axis.set_xlabel("percentile")
    axis.set_ylabel("latency, ms")


def plain_log_ticks(axis: Any) -> None:
    """1, 2, 5, 10, ... instead of powers of ten: a panel seldom spans many. Closer
    where it spans less than one."""
    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

    low, high = axis.get_ylim()
    subs = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0) if high / low < 10 else (1.0, 2.0, 5.0)
    near = high / low < 3
    axis.yaxis.set_major_locator(
        MaxNLocator(5) if near else LogLocator(base=10, subs=subs)
    )
    axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.yaxis.set_minor_formatter(NullFormatter())


# ---------------------------------------------------------------- throughput
def throughput(summary: dict[str, Any]) -> str:
    """A panel for each tenant, a bar for each cell; whiskers from least to most."""
    names, colours = list(figures.tenants(summary)), cell_colours(summary)
    bars = max(len(summary["cells"]), 2)

    def paint(figure: Any) -> None:
        axes = figure.subplots(1, len(names), squeeze=False).ravel()
        for axis, tenant in zip(axes, names, strict=True):
            throughput_panel(axis, summary, tenant, colours)

    return draw("throughput", "throughput by cell", 0.9 + 0.36 * bars, paint)


def throughput_panel(
    axis: Any, summary: dict[str, Any], tenant: str, colours: dict[str, str]
) -> None:
    cells = {
        name: cell["tenants"][tenant]
        for name, cell in summary["cells"].items()
        if tenant in cell["tenants"]
    }
    values = [part["request_throughput"] for part in cells.values()]
    ranges = [
        part.get("spread", {}).get("request_throughput", [value, value])
        for part, value in zip(cells.values(), values, strict=True)
    ]
    places = range(len(cells))
    axis.barh(places, values, 0.62, color=[colours[name] for name in cells])
    for place, (low, high) in zip(places, ranges, strict=True):
        if high > low:
            axis.plot([low, high], [place, place], color=INK, lw=1.4)
    top = max([high for _, high in ranges] + [1e-9])
    for place, value, (_, high) in zip(places, values, ranges, strict=True):
        text = f"{value:,.3g}" if value < 1000 else f"{value:,.0f}"
        axis.text(high + top * 0.02, place, text, va="center")
    axis.set_yticks(places, list(cells))
    axis.set_ylim(len(cells) - 0.4, -0.6)
    axis.set_xlim(0, top * 1.22)
    axis.grid(axis="y", visible=False)
    axis.set_title(tenant)
    axis.set_xlabel("requests/s")


# ---------------------------------------------------------------- trade-off
def trade_off(summary: dict[str, Any], points: list[TradeOff]) -> str:
    """Slowdown of the highest class over what the lowest class still gets done."""
    colours = cell_colours(summary)

    def paint(figure: Any) -> None:
        axis = figure.subplots()
        for point in points:
            trade_off_point(axis, point, colours[point.cell])
        axis.axhline(1.0, color="#9ca3af", lw=1, ls="--")
        top = max(max(p.p99.high, p.p50.high) for p in points)
        axis.set_yscale("log")
        bottom = min(min(p.p99.low, p.p50.low) for p in points)
        axis.set_ylim(min(0.9, bottom * 0.9), max(1.2, top * 1.25))
        plain_log_ticks(axis)
        right = max(1.05, *(p.throughput.high * 1.1 for p in points))
        axis.set_xlim(0, right)
        axis.set_xlabel("throughput of the lowest class, x alone")
        axis.set_ylabel("latency of the highest class, x alone")
        handles = [
            axis.plot([], [], "o", color="#374151", label="p99")[0],
            axis.plot([], [], "o", color="#374151", mfc="white", label="p50")[0],
        ]
        axis.legend(handles=handles, loc="upper left")

    title = "slowdown of the highest class against throughput of the lowest"
    return draw("trade", title, 3.6, paint)


def trade_off_point(axis: Any, point: TradeOff, colour: str) -> None:
    x = point.throughput
    axis.plot([x.value] * 2, [point.p50.value, point.p99.value], color=colour, lw=1.2)
    for ratio, fill in ((point.p99, colour), (point.p50, "white")):
        axis.plot([x.low, x.high], [ratio.value] * 2, color=colour, lw=1.2)
        axis.plot([x.value] * 2, [ratio.low, ratio.high], color=colour, lw=1.2)
        axis.plot(x.value, ratio.value, "o", color=colour, mfc=fill, ms=7)
    axis.annotate(
        point.cell,
        (x.value, point.p99.value),
        xytext=(9, 2),
        textcoords="offset points",
        color=colour,
        weight="bold",
    )


# ---------------------------------------------------------------- timeline
def timeline(
    summary: dict[str, Any], records: list[Record], span: figures.Excerpt
) -> str:
    """A panel for each shared cell, a lane for each tenant."""
    names = list(figures.tenants(summary))
    with_records = {r["cell"] for r in records}
    cells = [
        name
        for name in summary["cells"]
        if not figures.is_alone(name) and name in with_records
    ]
    shown = [
        r
        for r in figures.first_runs(records)
        if r.get("done_ns") is not None
        and r["done_ns"] > span.start_ns
        and r["intended_ns"] < span.end_ns
    ]

    def paint(figure: Any) -> None:
        axes = figure.subplots(len(cells), 1, sharex=True, squeeze=False).ravel()
        for axis, cell in zip(axes, cells, strict=True):
            for lane, tenant in enumerate(names):
                own = [r for r in shown if (r["cell"], r["tenant"]) == (cell, tenant)]
                paint_lane(axis, lane, own, COLOURS[lane % len(COLOURS)])
                marks = figures.overtakes_ns(records, cell, tenant)
                inside = [t for t in marks if span.start_ns <= t < span.end_ns]
                places = [lane - 0.46] * len(inside)
                axis.plot([t / 1e6 for t in inside], places, "v", color=INK, ms=5)
            axis.set_yticks(range(len(names)), names)
            axis.set_ylim(len(names) - 0.5, -0.75)
            axis.set_xlim(span.start_ns / 1e6, span.end_ns / 1e6)
            axis.grid(axis="y", visible=False)
            axis.set_title(cell)
        axes[-1].set_xlabel("ms from the start (device time)")

    height = 0.5 + len(cells) * (0.55 + 0.42 * len(names))
    return draw("timeline", "requests over time", height, paint)


def paint_lane(axis: Any, lane: int, own: list[Record], colour: str) -> None:
    """Full from a request's first operation's end on; below, a strip while requests
    wait, the darker the more of them do."""
    waits = [
        (r["intended_ns"] / 1e6, (r["first_ns"] - r["intended_ns"]) / 1e6) for r in own
    ]
    runs = [(r["first_ns"] / 1e6, (r["done_ns"] - r["first_ns"]) / 1e6) for r in own]
    axis.broken_barh(
        runs, (lane - 0.3, 0.52), facecolors=colour, edgecolor="white", lw=0.6
    )
    axis.broken_barh(waits, (lane + 0.26, 0.13), facecolors=colour, alpha=0.3, lw=0)
