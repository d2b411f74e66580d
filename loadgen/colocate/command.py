"""`loadgen colocate`: its options, its exit codes, what it writes.

Decides options and exit codes (0; 1 a cell is INVALID, outputs differ from native ones,
or cells are left to run; 2 wrong usage or the run failed). Must never know how cells
are run. Called by `loadgen.cli`.
"""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from loadgen import page, plots, report
from loadgen.colocate import cells as plans
from loadgen.colocate import run as runs
from loadgen.colocate import spec, table, workloads
from loadgen.colocate.presets import PRESETS, merged
from loadgen.processes import RunError
from loadgen.spec import SpecError
from loadgen.summary import read_out

TINY_REQUESTS, TINY_SECONDS, TINY_WARMUP = 20, 3.0, 0.2

TENANT_HELP = (
    "NAME=WORKLOAD[,key=value...]; WORKLOAD is one of "
    + ", ".join(workloads.NAMES)
    + ", or a module of yours. Keys: memory, the workload's settings, "
    + ", ".join(spec.LOAD_KEYS)
    + "; arrival=asap is a closed loop."
)


@dataclass(frozen=True, slots=True)
class Views:
    """What is written beside the run itself."""

    html: Path | None
    json: Path | None


def colocate(
    preset: Annotated[
        str | None, typer.Option(help="One of: " + ", ".join(PRESETS))
    ] = None,
    tenant: Annotated[list[str] | None, typer.Option(help=TENANT_HELP)] = None,
    change: Annotated[
        list[str] | None,
        typer.Option("--set", help="NAME.key=value, of a preset's tenant."),
    ] = None,
    cells: Annotated[
        str,
        typer.Option(
            help="By comma: alone, time-sliced, mps, mps-priority, mps-N, broker-alone,"
            " and names of the broker's policies."
        ),
    ] = ",".join(plans.DEFAULT),
    seconds: Annotated[
        float, typer.Option(min=0.1, help="Counted seconds of a window, at least.")
    ] = 10.0,
    requests: Annotated[
        int,
        typer.Option(
            min=1, help="Requests of each open loop in a cell, over all repetitions."
        ),
    ] = 500,
    repeat: Annotated[
        int, typer.Option(min=1, help="Run all cells this often, in turn.")
    ] = 3,
    warmup: Annotated[
        float, typer.Option(min=0.0, help="Seconds of a window before those.")
    ] = 2.0,
    seed: Annotated[int, typer.Option(min=0, help="Of weights and arrivals.")] = 1,
    tiny: Annotated[
        bool, typer.Option(help="Tiny models, short windows, once: does it work?")
    ] = False,
    fresh: Annotated[
        bool, typer.Option(help="New processes for each cell, not for each ground.")
    ] = False,
    device: Annotated[
        str, typer.Option(help="Device of the brokers that are started.")
    ] = "auto",
    socket: Annotated[
        str | None, typer.Option(help="Use the broker that runs on this socket.")
    ] = None,
    python: Annotated[
        str, typer.Option(help="Interpreter of the tenants: where torch is.")
    ] = sys.executable,
    launcher: Annotated[
        str | None,
        typer.Option(
            help="What puts a program behind the broker, in place of `xsched-broker"
            " run`; {socket}, {tenant} and {class} are filled in."
        ),
    ] = None,
    stop_after: Annotated[
        float | None,
        typer.Option(min=1.0, help="Begin no cell later than so many seconds."),
    ] = None,
    ready_within: Annotated[
        float, typer.Option(min=1.0, help="Seconds for the models to be built.")
    ] = 600.0,
    resume: Annotated[
        bool, typer.Option(help="Go on with the run that lies in --out.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder: summary.json, requests.jsonl, table.md, parts/."),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option("--report", help="HTML page with figures (needs matplotlib)."),
    ] = None,
    json_path: Annotated[
        Path | None, typer.Option("--json", help="File for the summary.")
    ] = None,
) -> None:
    """Real models on one GPU: alone, time-sliced, under MPS, and behind the broker."""
    console = Console()
    try:
        texts, goals = chosen(preset, tenant or [], change or [])
        tenants = tuple(spec.parse(text, tiny) for text in texts)
        spec.check_tenants(tenants)
        options = runs.Options(
            tenants,
            tuple(word.strip() for word in cells.split(",") if word.strip()),
            seconds,
            requests,
            repeat,
            warmup,
            seed,
            device,
            socket,
            out,
            resume,
            fresh,
            stop_after,
            ready_within,
            python,
            launcher,
            goals,
        )
        play(shrunk(options) if tiny else options, Views(html, json_path), console)
    except (SpecError, RunError, plots.PlotError, OSError) as error:
        Console(stderr=True).print(
            f"loadgen: {error}", style="red", soft_wrap=True, highlight=False,
            markup=False,
        )  # fmt: skip
        raise typer.Exit(2) from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def chosen(
    preset: str | None, tenants: list[str], changes: list[str]
) -> tuple[tuple[str, ...], tuple[Any, ...]]:
    """Tenants' texts and goals. Raises: SpecError."""
    if (preset is None) == (not tenants):
        raise SpecError("give either --preset or --tenant (twice or more)")
    if preset is None:
        if changes:
            raise SpecError("--set changes a preset's tenants: give --preset")
        return tuple(tenants), ()
    if preset not in PRESETS:
        raise SpecError(f"--preset {preset}: one of {', '.join(PRESETS)}")
    known = PRESETS[preset]
    try:
        return merged(known.tenants, changes), known.goals
    except ValueError as error:
        raise SpecError(str(error)) from None


def shrunk(options: runs.Options) -> runs.Options:
    """For --tiny; goals mean nothing then."""
    return replace(
        options,
        seconds=min(options.seconds, TINY_SECONDS),
        requests=min(options.requests, TINY_REQUESTS),
        warmup=min(options.warmup, TINY_WARMUP),
        repeat=1,
        goals=(),
    )


def play(options: runs.Options, views: Views, console: Console) -> None:
    """Run, show, write; ends with exit status 1 when the result must not be used.

    Raises: SpecError, RunError, PlotError, OSError, typer.Exit.
    """
    if options.resume and options.out is None:
        raise SpecError("--resume needs --out: the folder of the run that was cut off")
    if views.html is not None:
        plots.require()
    with tempfile.TemporaryDirectory() as folder:
        kept = options.out or Path(folder)
        result = runs.run(replace(options, out=kept), table.Screen(console))
        show(console, result)
        written = write(kept, result, views)
    if options.out is not None:
        written.insert(0, f"{options.out}/summary.json, requests.jsonl, table.md")
    if written:
        console.print(f"written: {', '.join(written)}", highlight=False, soft_wrap=True)
    if not usable(result):
        raise typer.Exit(1)


def usable(result: dict[str, Any]) -> bool:
    """Outputs that differ are forgiven where native ones do, too."""
    outputs = result["outputs"].values()
    wrong = [each for each in outputs if each["equal"] is False]
    excused = all(each["native_equal"] is False for each in wrong)
    return bool(result["valid"]) and excused and not result["not_run"]


def show(console: Console, result: dict[str, Any]) -> None:
    console.print()
    console.print(report.device_line(result["environment"]["device"]))
    console.print(table.text_table(result))
    for line in report.faults(result):
        console.print(line, highlight=False)
    for line in table.notes(result):
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def write(out: Path, result: dict[str, Any], views: Views) -> list[str]:
    (out / "table.md").write_text(table.markdown(result))
    if views.json is not None:
        views.json.write_text(json.dumps(result, indent=2) + "\n")
    if views.html is not None:
        summary, records = read_out(out)
        page.write(views.html, summary, records, more=(table.html_section(summary),))
    return [str(path) for path in (views.html, views.json) if path is not None]
