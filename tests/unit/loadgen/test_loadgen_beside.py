"""Cells of a baseline in the table of a replay."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from loadgen import beside, report
from loadgen import figures as figures_of
from loadgen.cli import app
from loadgen.replay.plan import Overheads
from tests.unit.loadgen import made_run


def runs() -> tuple[dict[str, Any], dict[str, Any]]:
    ours, _ = made_run.make()
    other = copy.deepcopy(made_run.make(("alone", "strict"), repeat=1)[0])
    other["cells"]["time-sliced"] = other["cells"].pop("strict")
    other["backend"], other["date"] = "cuda", "20260101-000000"
    for figures in other["cells"]["alone"]["tenants"].values():
        figures["p99_e2el_ms"] *= 2  # a ratio to ours would show
    return ours, other


def table(summary: dict[str, Any]) -> str:
    console = Console(width=100, force_terminal=False, color_system=None)
    with console.capture() as captured:
        console.print(report.cell_table(summary))
    return captured.get()


def row(page: str, cell: str) -> list[str]:
    return next(line for line in page.splitlines() if f" {cell} " in line).split()


def test_both_runs_stand_in_one_table() -> None:
    ours, other = runs()
    merged = beside.merged(ours, other)
    assert list(merged["cells"]) == [
        *("alone", "fifo", "strict", "native alone", "time-sliced")
    ]
    page = table(merged)
    assert row(page, "time-sliced") and "native alone" in page
    assert "native alone" not in ours["cells"], "what is written stays as it was"


def test_each_cell_is_compared_with_its_own_run() -> None:
    ours, other = runs()
    merged = beside.merged(ours, other)
    p99_ms = merged["cells"]["time-sliced"]["tenants"]["rerank"]["p99_e2el_ms"]
    alone_ms = other["cells"]["alone"]["tenants"]["rerank"]["p99_e2el_ms"]
    assert f"{p99_ms / alone_ms:.2f}" in row(table(merged), "time-sliced")


def test_names_that_are_taken_and_runs_without_alone() -> None:
    ours, other = runs()
    del other["cells"]["alone"]
    other["cells"]["strict"] = other["cells"].pop("time-sliced")
    merged = beside.merged(ours, other)
    assert "native strict" in merged["cells"]
    assert "native strict" in table(merged), "no ratio, no error"


def test_differences_are_said() -> None:
    ours, other = runs()
    other["seconds"] = 5.0
    other["environment"]["device"] = {"name": "H100"}
    del other["cells"]["alone"]["tenants"]["decode"]
    del other["cells"]["time-sliced"]["tenants"]["decode"]
    lines = beside.differences(ours, other)
    text = "\n".join(lines)
    assert lines[0] == "beside: a run of 20260101-000000"
    assert "seconds of a cell was 5.0, here 20.0" in text
    assert "device was H100" in text and "tenant decode was None" in text
    assert "commit" not in text, "the same in both"


@pytest.mark.parametrize(
    ("content", "says"),
    [(None, "No such file"), ("{", "not JSON"), ("[]", "no cells"), ("{}", "no cells")],
)
def test_a_file_that_is_none(tmp_path: Path, content: str | None, says: str) -> None:
    file = tmp_path / "summary.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(beside.BesideError, match=f"{file}: .*{says}"):
        beside.load(tmp_path if content is not None else file)


def test_report_shows_kept_runs_beside_each_other(tmp_path: Path) -> None:
    for name, summary in zip(("a", "b"), runs(), strict=True):
        (tmp_path / name).mkdir()
        (tmp_path / name / "summary.json").write_text(json.dumps(summary))
        (tmp_path / name / "requests.jsonl").write_text("")
    arguments = ["report", str(tmp_path / "a"), "--beside", str(tmp_path / "b")]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    assert "time-sliced" in done.output and "beside: a run of" in done.output


def test_the_overheads_of_the_other_run_are_used() -> None:
    known = {"kernel_ns": 1500, "wave_ns": 600}
    other = {"cells": {}, "calibration": {"decode": {"overheads": known}}}
    assert beside.overheads(other) == Overheads(**known)
    assert beside.overheads({"cells": {}}) is None
    assert beside.overheads({"cells": {}, "calibration": {"decode": None}}) is None


def test_the_page_has_the_cells_of_both_runs(tmp_path: Path) -> None:
    """Each over its own alone, with the curves of its own requests."""
    pytest.importorskip("matplotlib")
    ours, records = made_run.make(("alone", "strict"))
    other, others = made_run.make(("alone", "strict"), repeat=1)
    other["backend"], other["date"] = "cuda", "20260101-000000"
    for figures in other["cells"]["alone"]["tenants"].values():
        figures["p99_e2el_ms"] *= 2
    pairs = (("a", ours, records), ("b", other, others))
    for name, summary, rows in pairs:
        (tmp_path / name).mkdir()
        (tmp_path / name / "summary.json").write_text(json.dumps(summary))
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (tmp_path / name / "requests.jsonl").write_text(lines)
    html = tmp_path / "page.html"
    arguments = ["report", str(tmp_path / "a"), "--beside", str(tmp_path / "b")]
    done = CliRunner().invoke(app, [*arguments, "--html", str(html)])
    assert done.exit_code == 0, done.output
    page = html.read_text()
    for cell in ("strict", "native alone", "native strict"):
        assert page.count(f">{cell}<") >= 2, f"{cell}: in the table and in a drawing"
    assert "beside: a run of 20260101-000000" in page
    merged = beside.merged(ours, other)
    own = figures_of.ratio(merged, "strict", "rerank", "p99_e2el_ms")
    native = figures_of.ratio(merged, "native strict", "rerank", "p99_e2el_ms")
    assert own is not None and native is not None
    assert native.value < 0.75 * own.value, "half, but for the median of repetitions"
    assert [t.cell for t in figures_of.trade_offs(merged)] == [
        "strict",
        "native strict",
    ]


def test_requests_of_another_summary_are_refused(tmp_path: Path) -> None:
    ours, other = runs()
    (tmp_path / "requests.jsonl").write_text('{"cell": "nowhere"}\n')
    with pytest.raises(beside.BesideError, match=r"requests\.jsonl: not of"):
        beside.requests(tmp_path, ours, other)
    assert beside.requests(tmp_path / "summary.json", ours, {"cells": {"nowhere": {}}})
