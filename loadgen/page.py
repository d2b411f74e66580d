"""report.html: a run on one page, one file, without scripts.

Decides what the page says and in which order. Must never know how figures are drawn or
cells are run. Called by `loadgen.cli`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from typing import Any

from loadgen import figures, plots, report
from loadgen.figures import Record

STYLE = """
:root { color-scheme: light; }
body { font: 15px/1.5 system-ui, sans-serif; color: #111827; background: #fff;
  margin: 2rem auto; max-width: 62rem; padding: 0 1.25rem; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; }
h2 { font-size: 1.15rem; margin: 2.25rem 0 .5rem; border-bottom: 1px solid #e5e7eb;
  padding-bottom: .25rem; }
.note { color: #4b5563; font-size: .9rem; margin: .25rem 0 .75rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; width: 100%; }
th, td { padding: .3rem .6rem; text-align: right; vertical-align: top; }
th { border-bottom: 2px solid #9ca3af; font-size: .85rem; vertical-align: bottom; }
td { border-bottom: 1px solid #e5e7eb; }
th.word, td.word { text-align: left; overflow-wrap: break-word; max-width: 20rem; }
div.wide { overflow-x: auto; } div.wide table { min-width: 48rem; }
tbody.tenant + tbody.tenant tr:first-child td { border-top: 2px solid #d1d5db; }
td small { display: block; color: #6b7280; white-space: nowrap; }
.verdict { border-left: 5px solid #059669; background: #ecfdf5; padding: .5rem .9rem;
  margin: 1rem 0; }
.verdict.invalid { border-color: #dc2626; background: #fef2f2; }
.verdict ul { margin: .25rem 0; padding-left: 1.2rem; }
.bad { color: #dc2626; font-weight: 600; }
svg { width: 100%; height: auto; display: block; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.2rem; }
dt { color: #4b5563; } dd { margin: 0; overflow-wrap: anywhere; }
"""


def write(
    path: Path,
    summary: dict[str, Any],
    records: list[Record],
    notes: tuple[str, ...] = (),
    more: tuple[str, ...] = (),
) -> None:
    """Args: notes: what else a reader must know, lines of text. more: sections that
    come first.

    Raises: PlotError when matplotlib is missing.
    """
    plots.require()
    path.write_text(make(summary, records, notes, more))


def make(
    summary: dict[str, Any],
    records: list[Record],
    notes: tuple[str, ...] = (),
    more: tuple[str, ...] = (),
) -> str:
    title = f"xsched-broker: {summary['label']}"
    sections = [
        heading(summary, notes),
        *more,
        figures_section(summary),
        latency_section(summary, records),
        trade_off_section(summary),
        throughput_section(summary),
        timeline_section(summary, records),
        load_section(summary),
        broker_section(summary),
        environment_section(summary),
        meanings_section(summary),
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(section for section in sections if section)
        + "\n</body>\n</html>\n"
    )


# ---------------------------------------------------------------- pieces
def section(title: str, body: str, note: str = "") -> str:
    words = f'<p class="note">{note}</p>\n' if note else ""
    return f"<section>\n<h2>{escape(title)}</h2>\n{words}{body}\n</section>"


def cells_of(row: Iterable[str], words: int, tag: str = "td") -> str:
    """The first `words` cells hold words, the others figures."""
    parts = [
        f'<{tag} class="word">{cell}</{tag}>' if i < words else f"<{tag}>{cell}</{tag}>"
        for i, cell in enumerate(row)
    ]
    return f"<tr>{''.join(parts)}</tr>"


def table(head: tuple[str, ...], bodies: list[list[list[str]]], words: int) -> str:
    """bodies: rows by group; cells are HTML already."""
    groups = "\n".join(
        '<tbody class="tenant">'
        + "\n".join(cells_of(row, words) for row in rows)
        + "</tbody>"
        for rows in bodies
    )
    top = cells_of(head, words, "th")
    whole = f"<table>\n<thead>{top}</thead>\n{groups}\n</table>"
    return f'<div class="wide">{whole}</div>'


def terms(items: Iterable[tuple[str, str]]) -> str:
    rows = "\n".join(
        f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in items
    )
    return f"<dl>\n{rows}\n</dl>"


# ---------------------------------------------------------------- sections
def heading(summary: dict[str, Any], notes: tuple[str, ...]) -> str:
    device = summary["environment"]["device"]
    date = summary["date"]
    stamp = f"{date[:4]}-{date[4:6]}-{date[6:8]} {date[9:11]}:{date[11:13]} UTC"
    names = ", ".join(figures.tenants(summary))
    return (
        f"<header>\n<h1>{escape(names)} on {escape(device['name'])}</h1>\n"
        f'<p class="note">cells {escape(summary["label"])}; {stamp};'
        f" {repetitions(summary)}; seed {summary['seed']}</p>\n"
        f"{device_note(device)}{verdict(summary)}{said(notes)}\n</header>"
    )


def said(notes: tuple[str, ...]) -> str:
    lines = "".join(f"<li>{escape(note)}</li>" for note in notes)
    return f'<ul class="note">{lines}</ul>' if lines else ""


def repetitions(summary: dict[str, Any]) -> str:
    repeat, warmup = summary.get("repeat", 1), summary.get("warmup_seconds", 0)
    text = f"{summary['seconds']:g} s (wall) a cell"
    if warmup:
        text += f", the first {warmup:g} s not counted"
    return text + (f", {repeat} repetitions in turn" if repeat > 1 else "")


def device_note(device: dict[str, Any]) -> str:
    if device["backend"] == "emulated":
        return (
            "<p><strong>Emulated device</strong>: no GPU was used, but a model of one"
            f" that runs {device['time_dilation']}x slower than real. Times are device"
            " time.</p>\n"
        )
    if device["backend"] == "null":
        return (
            "<p><strong>Null device</strong>: work retires at once; only overhead"
            " shows.</p>\n"
        )
    return ""


def verdict(summary: dict[str, Any]) -> str:
    reasons = [
        f"<li><strong>{escape(name)}</strong>: {escape(reason)}</li>"
        for name, cell in summary["cells"].items()
        for reason in cell["invalid_because"]
    ]
    if not reasons:
        return '<div class="verdict">All cells are valid.</div>'
    return (
        '<div class="verdict invalid"><strong>INVALID</strong>: these cells must not be'
        f" used.<ul>{''.join(reasons)}</ul></div>"
    )


def figures_section(summary: dict[str, Any]) -> str:
    head = (
        *("tenant", "cell", "p50 ms", "p99 ms", "x alone", "per s", "x alone"),
        *("busy", "done of sent", "sent late p99 ms"),
    )
    bodies = []
    for tenant in figures.tenants(summary):
        cells = {
            name: cell
            for name, cell in summary["cells"].items()
            if tenant in cell["tenants"]
        }
        rows = [figures_row(summary, name, tenant) for name in cells]
        class_ = next(iter(cells.values()))["tenants"][tenant]["class"]
        rows[0][0] = f"{escape(tenant)}<small>class {class_}</small>"
        bodies.append(rows)
    note = (
        "Latency counts from the intended time of a request. Large print: medians of"
        " the repetitions; small: least and most, and the 95 % interval of the p99 of"
        " all requests together."
        if summary.get("repeat", 1) > 1
        else "Latency counts from the intended time of a request. Small print: the 95 %"
        " interval of p99."
    )
    return section("Figures", table(head, bodies, 2), note)


def figures_row(summary: dict[str, Any], name: str, tenant: str) -> list[str]:
    cell = summary["cells"][name]
    part = cell["tenants"][tenant]
    mark = ' <span class="bad">INVALID</span>' if report.faulty(cell, part) else ""
    interval = part.get("p99_e2el_ms_ci95")
    return [
        "",
        escape(name) + mark,
        value(part, "p50_e2el_ms"),
        value(part, "p99_e2el_ms")
        + (f"<small>95 %: {span(interval)}</small>" if interval else ""),
        over_alone(summary, name, tenant, "p99_e2el_ms"),
        value(part, "request_throughput"),
        over_alone(summary, name, tenant, "request_throughput"),
        f"{part['busy_share']:.0%}" if "busy_share" in part else "",
        f"{part['completed']:,} of {part['num_prompts']:,}",
        report.number(part.get("p99_schedule_delay_ms"), 3),
    ]


def value(part: dict[str, Any], key: str) -> str:
    ends = part.get("spread", {}).get(key)
    return short(part.get(key)) + (f"<small>{span(ends)}</small>" if ends else "")


def span(ends: list[float]) -> str:
    return f"{short(ends[0])} &ndash; {short(ends[1])}"


def short(number: float | None) -> str:
    """Three digits or more: 0.0123, 6.15, 42.5, 1,985."""
    if number is None:
        return "-"
    if number >= 100:
        return f"{number:,.0f}"
    return f"{number:.3g}" if number < 10 else f"{number:.1f}"


def over_alone(summary: dict[str, Any], cell: str, tenant: str, key: str) -> str:
    if figures.is_alone(cell):
        return ""
    found = figures.ratio(summary, cell, tenant, key)
    return "" if found is None else f"{found.value:.2f}"


def latency_section(summary: dict[str, Any], records: list[Record]) -> str:
    note = (
        "Each line: the latency below which that percentage of a tenant's requests"
        " stayed. The axis stretches the tail: 90, 99, 99.9 are equally far apart."
    )
    return section("Latency", plots.latency(summary, records), note)


def trade_off_section(summary: dict[str, Any]) -> str:
    points = figures.trade_offs(summary)
    title = "What the highest class pays, what the lowest gets"
    if not points:
        return section(
            title, "", "Not drawn: it takes a cell alone and tenants of two classes."
        )
    note = (
        "Down and to the right is better. Both axes against the same tenant alone;"
        " bars span the repetitions."
    )
    return section(title, plots.trade_off(summary, points), note)


def throughput_section(summary: dict[str, Any]) -> str:
    return section("Throughput", plots.throughput(summary))


def timeline_section(summary: dict[str, Any], records: list[Record]) -> str:
    found = figures.excerpt(summary, records)
    if found is None:
        return section("Timeline", "", "Not drawn: no cell was shared by tenants.")
    note = (
        f"Around the slowest request of {escape(found.around)}; the same span of the"
        " first repetition of each cell. A bar: a request, since its first operation"
        " was done; the strip below: requests wait, the darker the more. A triangle: a"
        " request arrived while one of a lower class was on the device. (By the"
        " requests' own times: the broker's single switches are not recorded; their"
        " number is below.)"
    )
    return section("Timeline", plots.timeline(summary, records, found), note)


def load_section(summary: dict[str, Any]) -> str:
    rows = []
    for tenant in figures.tenants(summary):
        parts = [
            cell["tenants"][tenant]
            for cell in summary["cells"].values()
            if tenant in cell["tenants"]
        ]
        rows.append([*load_row(tenant, parts[0], summary["calibration"].get(tenant))])
    head = (
        "tenant",
        "trace",
        "arrivals",
        "request, ms",
        "of the recording",
        "launches",
    )
    lines = "".join(f"<li>{escape(x)}</li>" for x in report.load_lines(summary))
    return section("Load", table(head, [rows], 3) + (lines and f"<ul>{lines}</ul>"))


def load_row(
    tenant: str, part: dict[str, Any], calibration: dict[str, Any] | None
) -> Iterator[str]:
    yield escape(tenant)
    yield escape(part["model_id"])
    yield escape(arrival_words(part))
    known = calibration or {}
    busy_ns = known.get("replayed_ns", known.get("busy_ns"))
    yield f"{busy_ns / 1e6:.2f}" if busy_ns else "-"
    yield f"{known['ratio']:.0%}" if "ratio" in known else "-"
    yield f"{known['launches']:,}" if "launches" in known else "-"


def arrival_words(part: dict[str, Any]) -> str:
    arrival, rate = part["arrival"], part.get("request_rate")
    if arrival == "closed":
        return f"closed loop, {part['max_concurrency']} at a time"
    words = f"{arrival}, {short(rate)}/s" if rate else str(arrival)
    if arrival == "gamma":
        words += f", burstiness {part['burstiness']:g}"
    if part.get("max_concurrency"):
        words += f", at most {part['max_concurrency']} at a time"
    return words


def broker_section(summary: dict[str, Any]) -> str:
    """What the broker counted, by cell; nothing where it counted nothing."""
    rows = []
    for name, runs in summary["broker"]["switches"].items():
        totals: dict[str, float] = {}
        for run in runs:
            for key, count in run.items():
                if isinstance(count, int | float):
                    totals[key] = totals.get(key, 0) + count
        shown = ", ".join(
            f"{key.removesuffix('_ns').replace('_', ' ')}"
            f" {f'{count / 1e6:,.1f} ms' if key.endswith('_ns') else f'{count:,}'}"
            for key, count in totals.items()
            if count
        )
        rows.append((name, shown))
    if not any(shown for _, shown in rows):
        return ""
    note = "Totals of the scheduler; over all runs of a cell."
    return section("Broker", terms(rows), note)


def environment_section(summary: dict[str, Any]) -> str:
    environment = summary["environment"]
    device = dict(environment["device"])
    if "memory_bytes" in device:
        device["memory_bytes"] = f"{device['memory_bytes'] / (1 << 30):.1f} GiB"
    items = [("device." + k.removesuffix("_bytes"), v) for k, v in device.items()]
    items += [(k, v) for k, v in environment.items() if k != "device"]
    items += [("seeds", summary.get("seeds", [summary["seed"]]))]
    shown = [
        (k, ", ".join(map(str, v)) if isinstance(v, list) else str(v)) for k, v in items
    ]
    return section("Environment", terms((k, v) for k, v in shown if v != "None"))


def meanings_section(summary: dict[str, Any]) -> str:
    lateness = report.lateness_line(summary)
    items = [
        ("latency (e2el)", "time a request was done - time it was intended to start"),
        ("per s", "completed requests / time over which they are counted"),
        ("x alone", "the figure / the same tenant's figure in the cell alone"),
        ("busy", "requests per s x device time of a request played alone"),
        (
            "sent late",
            "p99 of how late the generator itself was; above"
            " 1 ms, or 1 % of a tenant's slo_ms, the cell is INVALID",
        ),
        (
            "95 % interval",
            "bootstrap of the p99 over blocks of neighbouring requests",
        ),
    ]
    if lateness:
        items.append(("emulator", lateness))
    return section("Meanings", terms(items))
