"""report.html and trace.json: structure and numbers, without a browser."""

from __future__ import annotations

import importlib.util
import json
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import made_run
import numpy as np
import pytest
from typer.testing import CliRunner

from loadgen import figures, page, perfetto, plots, summary
from loadgen.cli import app

VOID = {"meta", "link", "br", "img", "input", "hr"}


class Reader(HTMLParser):
    """Keeps texts and attributes, and checks that every tag is closed in its turn."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.ids: Counter[str] = Counter()
        self.references: list[str] = []
        self.labels: list[str] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        self.note(tag, attrs)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.note(tag, attrs)

    def note(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        for name, value in attrs:
            assert not name.startswith("on"), "a script in an attribute"
            if name == "id":
                self.ids[value or ""] += 1
            if name in ("href", "xlink:href", "src"):
                self.references.append(value or "")
            if name == "aria-label":
                self.labels.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())


@pytest.fixture(scope="module")
def made() -> tuple[dict[str, Any], list[dict[str, Any]]]:
    return made_run.make()


@pytest.fixture(scope="module")
def html(made: tuple[dict[str, Any], list[dict[str, Any]]]) -> str:
    return page.make(*made)


def test_the_page_is_one_file_without_scripts(html: str) -> None:
    found = Reader(html)
    assert html.startswith("<!DOCTYPE html>")
    assert not found.tags.keys() & {"script", "link", "iframe", "img"}
    assert all(reference.startswith("#") for reference in found.references)
    assert "@import" not in html and "url(http" not in html
    assert max(found.ids.values()) == 1
    inside = {reference[1:] for reference in found.references}
    assert inside <= found.ids.keys()
    assert len(html) < 400_000


def test_the_page_has_its_figures(html: str) -> None:
    found = Reader(html)
    assert found.labels == [
        "latency by percentile",
        "slowdown of the highest class against throughput of the lowest",
        "throughput by cell",
        "requests over time",
    ]
    for words in ("Figures", "Latency", "Timeline", "Load", "Broker", "Environment"):
        assert words in found.texts
    # Text stays text in the drawings: it can be searched.
    for words in ("rerank", "decode", "fifo", "strict", "requests/s", "99"):
        assert words in found.texts


def test_the_table_says_what_the_summary_says(
    made: tuple[dict[str, Any], list[dict[str, Any]]], html: str
) -> None:
    part = made[0]["cells"]["fifo"]["tenants"]["rerank"]
    texts = Reader(html).texts
    assert page.short(part["p99_e2el_ms"]) in texts
    ends = part["spread"]["p99_e2el_ms"]
    assert page.span(ends).replace("&ndash;", "\u2013") in texts
    assert "95 %: 5 \u2013 9" in texts
    assert f"{part['completed']:,} of {part['num_prompts']:,}" in texts
    assert "switches 14, hold 10.0 ms" in texts
    assert "All cells are valid." in texts
    assert "3, 4" in texts


def test_names_from_files_are_escaped(html: str) -> None:
    assert "<rerank>.json" not in html
    assert "&lt;rerank&gt;.json" in html
    assert "Emulated &amp; small" in html


def test_reasons_for_invalid_are_at_the_top() -> None:
    text = page.make(*made_run.make(late_us=5000))
    head = text[: text.index("Figures</h2>")]
    assert "must not be used" in head
    assert "repetition 1: emulator lateness p99" in head
    assert '<span class="bad">INVALID</span>' in text


def test_a_run_of_one_cell_says_what_is_not_drawn() -> None:
    alone = Reader(page.make(*made_run.make(("alone",), repeat=1)))
    assert "Not drawn: no cell was shared by tenants." in alone.texts
    shared = Reader(page.make(*made_run.make(("strict",), repeat=1)))
    words = "Not drawn: it takes a cell alone and tenants of two classes."
    assert words in shared.texts
    assert "requests over time" in shared.labels


@pytest.mark.filterwarnings("error")
def test_a_tenant_that_got_nothing_done_has_a_page_too() -> None:
    made_summary, rows = made_run.make(repeat=1)
    undone = {"status": "incomplete", "done_ns": None, "first_ns": None}
    rows = [r | undone if r["tenant"] == "decode" else r for r in rows]
    for cell in made_summary["cells"].values():
        own = [r for r in rows if r["tenant"] == "decode"]
        cell["tenants"]["decode"] = made_run.figures(own, "decode") | {
            "p99_e2el_ms_ci95": None
        }
    found = Reader(page.make(made_summary, rows))
    assert "requests over time" in found.labels


def test_the_page_is_the_same_twice(
    made: tuple[dict[str, Any], list[dict[str, Any]]], html: str
) -> None:
    assert page.make(*made) == html


# ---------------------------------------------------------------- numbers drawn
def test_tail_curve_reaches_every_nine() -> None:
    values = np.arange(1.0, 100_001.0)
    nines, latencies = figures.tail_curve(values)
    assert len(nines) <= figures.CURVE_POINTS
    assert nines[-1] == pytest.approx(5.3, abs=0.01)
    assert latencies[-1] == 100_000.0
    at_99 = latencies[np.abs(nines - 2.0).argmin()]
    assert at_99 == pytest.approx(99_000, rel=0.001)
    assert len(figures.tail_curve(values[:3])[0]) == 3


def test_trade_offs_are_against_alone(
    made: tuple[dict[str, Any], list[dict[str, Any]]],
) -> None:
    fifo, strict = figures.trade_offs(made[0])
    assert (fifo.cell, strict.cell) == ("fifo", "strict")
    assert fifo.p50.value > 4 > 1.5 > strict.p50.value
    assert strict.throughput.value == pytest.approx(46 / 66, rel=0.02)
    assert strict.p99.low <= strict.p99.value <= strict.p99.high


def test_overtakes_are_arrivals_over_lower_work() -> None:
    def row(class_: int, intended: int, first: int, done: int) -> dict[str, Any]:
        return {
            **{"cell": "strict", "tenant": f"t{class_}", "class": class_},
            **{"intended_ns": intended, "first_ns": first, "done_ns": done},
        }

    rows = [row(1, 0, 10, 100), row(1, 100, 200, 300)]
    rows += [row(0, at, at, at + 1) for at in (5, 50, 150, 250, 300)]
    assert figures.overtakes_ns(rows, "strict", "t0") == [50, 250]
    assert figures.overtakes_ns(rows, "strict", "t1") == []
    assert figures.overtakes_ns(rows, "strict", "absent") == []


def test_the_excerpt_holds_the_slowest_request(
    made: tuple[dict[str, Any], list[dict[str, Any]]],
) -> None:
    found = figures.excerpt(*made)
    assert found is not None and found.around == "rerank under fifo"
    worst = max(
        (
            r
            for r in made[1]
            if (r["cell"], r["tenant"], r["repetition"]) == ("fifo", "rerank", 0)
        ),
        key=lambda r: r["e2el_ms"],
    )
    assert found.start_ns <= worst["intended_ns"]
    assert worst["done_ns"] <= found.end_ns


# ---------------------------------------------------------------- trace.json
def test_chrome_trace(
    tmp_path: Path, made: tuple[dict[str, Any], list[dict[str, Any]]]
) -> None:
    made_summary, rows = made
    undone = rows[0] | {"done_ns": None, "first_ns": None, "status": "incomplete"}
    path = tmp_path / "trace.json"
    perfetto.write(path, [*rows, undone], perfetto.about(made_summary))
    document = json.loads(path.read_text())
    events = document["traceEvents"]
    kinds = Counter(event["ph"] for event in events)
    assert kinds["b"] == kinds["e"] == 2 * len(rows)
    assert kinds["i"] == 1
    names = {
        event["pid"]: event["args"]["name"]
        for event in events
        if event["name"] == "process_name"
    }
    assert {"alone: rerank", "fifo", "strict #2"} <= set(names.values())
    threads = [e["args"]["name"] for e in events if e["name"] == "thread_name"]
    assert "rerank (class 0)" in threads
    pairs: dict[tuple[Any, ...], list[float]] = {}
    nesting: dict[str, list[str]] = {}
    for event in events:
        if event["ph"] in "be":
            assert event["pid"] in names
            key = (event["cat"], event["id"], event["name"])
            pairs.setdefault(key, []).append(event["ts"])
            stack = nesting.setdefault(event["id"], [])
            if event["ph"] == "b":
                stack.append(event["name"])
            else:
                assert stack.pop() == event["name"]
    assert all(len(p) == 2 and p[0] <= p[1] for p in pairs.values())
    first = next(e for e in events if e["ph"] == "b")
    assert first["ts"] == rows[0]["intended_ns"] / 1000
    assert document["otherData"]["seeds"] == [3, 4]


# ---------------------------------------------------------------- command
def keep(folder: Path, made: tuple[dict[str, Any], list[dict[str, Any]]]) -> Path:
    work, out = folder / "work", folder / "out"
    work.mkdir()
    (work / "a.jsonl").write_text("".join(json.dumps(r) + "\n" for r in made[1]))
    summary.write_out(out, made[0], {}, work)
    return out


def test_a_kept_run_becomes_a_page_and_a_trace(
    tmp_path: Path, made: tuple[dict[str, Any], list[dict[str, Any]]], html: str
) -> None:
    out, target = keep(tmp_path, made), tmp_path / "r.html"
    arguments = ["report", str(out), "--html", str(target)]
    done = CliRunner().invoke(app, [*arguments, "--trace", str(tmp_path / "t.json")])
    assert done.exit_code == 0, done.output
    assert target.read_text() == html
    assert json.loads((tmp_path / "t.json").read_text())["traceEvents"]


def test_report_names_mistakes(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["report", str(tmp_path)])
    assert done.exit_code == 2 and "give --html or --trace" in done.stderr
    done = CliRunner().invoke(app, ["report", str(tmp_path), "--html", "x"])
    assert done.exit_code == 2 and "summary.json" in done.stderr
    (tmp_path / "summary.json").write_text("{}")
    (tmp_path / "requests.jsonl").write_text("")
    done = CliRunner().invoke(app, ["report", str(tmp_path), "--html", "x"])
    assert done.exit_code == 2 and "not what `replay --out` writes" in done.stderr


def test_without_matplotlib_the_error_is_one_line_before_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(plots.PlotError, match=r"pip install .*\[report\]"):
        plots.require()
    done = CliRunner().invoke(
        app,
        ["replay", "--tenant", "a=bert-small", "--report", str(tmp_path / "r.html")],
    )
    assert done.exit_code == 2
    assert done.stderr.strip().startswith("loadgen: a report needs matplotlib")
    assert done.stdout == ""
