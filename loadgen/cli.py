"""The `loadgen` command: replay traces, with a broker and without; real models beside
each other (`loadgen.colocate.command`); inspect and convert.

Decides options and exit codes (0; 1 a cell is INVALID or a search found no rate; 2
wrong usage or the run failed). Must never know how cells are run. Entry point of the
package.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from loadgen import baseline, perfetto, plots, report, requests, runner, samples, traces
from loadgen import beside as besides
from loadgen import convert as conversions
from loadgen import page as pages
from loadgen import search as searches
from loadgen.colocate import table as colocation
from loadgen.colocate.command import colocate as colocate_command
from loadgen.processes import RunError
from loadgen.replay.gaps import host_starts_ns
from loadgen.requests import RequestError
from loadgen.spec import KEYS, SpecError, TenantSpec, check_names, parse_tenant
from loadgen.summary import read_out
from loadgen.traces import Trace, TraceError
from loadgen.traces import load as load_trace

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Replay recorded kernel traces against a broker.",
)

TENANT_HELP = (
    "NAME=TRACE[,key=value...]; TRACE is a file or a sample's name. Keys: "
    + ", ".join(KEYS)
)


def fail(error: Exception | str) -> typer.Exit:
    """One line on standard error, status 2."""
    Console(stderr=True).print(
        f"loadgen: {error}", style="red", soft_wrap=True, highlight=False, markup=False
    )
    return typer.Exit(2)


TenantsOption = Annotated[list[str], typer.Option(help=TENANT_HELP)]
SecondsOption = Annotated[
    float, typer.Option(min=0.1, help="Wall time of each cell's window.")
]
RepeatOption = Annotated[
    int,
    typer.Option(
        min=1, help="Run all cells this often, in turn; medians and spread are shown."
    ),
]
WarmupOption = Annotated[
    float,
    typer.Option(min=0.0, help="Wall seconds at a window's start that do not count."),
]
SeedOption = Annotated[
    int, typer.Option(min=0, help="Seed of the arrivals; repetition i adds i.")
]
OutOption = Annotated[
    Path | None,
    typer.Option(help="Folder for summary.json, requests.jsonl, args.json."),
]
PageOption = Annotated[
    Path | None,
    typer.Option("--report", help="HTML page with figures (needs matplotlib)."),
]
TraceOption = Annotated[
    Path | None, typer.Option(help="Chrome JSON of all requests, for Perfetto.")
]
BesideOption = Annotated[
    Path | None,
    typer.Option(help="Show the cells of this summary.json (or folder) beside it."),
]


@app.command()
def replay(
    tenant: TenantsOption,
    compare: Annotated[
        str, typer.Option(help="Cells, by comma: alone, and names of policies.")
    ] = "alone,fifo,strict",
    seconds: SecondsOption = 24.0,
    repeat: RepeatOption = 1,
    warmup: WarmupOption = 0.0,
    seed: SeedOption = 1,
    device: Annotated[
        str, typer.Option(help="Device of the brokers that are started.")
    ] = "auto",
    socket: Annotated[
        str | None, typer.Option(help="Use the broker that runs on this socket.")
    ] = None,
    out: OutOption = None,
    page: PageOption = None,
    trace: TraceOption = None,
    beside: BesideOption = None,
) -> None:
    """Run tenants as processes that replay traces; compare cells side by side."""

    def options(kept: Path) -> runner.Options:
        specs = specs_of(tenant, seconds, warmup)
        words = words_of(compare)
        if not words:
            raise SpecError("--compare names no cell")
        return runner.Options(
            specs, words, seconds, seed, device, socket, kept, repeat, warmup
        )

    play(options, runner.run, out, page, trace, beside)


@app.command("baseline")
def baseline_command(
    tenant: TenantsOption,
    cells: Annotated[
        str,
        typer.Option(
            help="By comma: alone, time-sliced, mps, mps-priority, mps-N (N % of the"
            " threads for all but the highest class)."
        ),
    ] = ",".join(baseline.CELLS),
    seconds: SecondsOption = 24.0,
    repeat: RepeatOption = 1,
    warmup: WarmupOption = 0.0,
    seed: SeedOption = 1,
    out: OutOption = None,
    page: PageOption = None,
    trace: TraceOption = None,
    beside: BesideOption = None,
) -> None:
    """The same without a broker, on this machine's GPU: what a broker competes with.

    One process and one context a tenant: alone, time-sliced by the driver, and as
    clients of NVIDIA's MPS. Its summary.json goes beside that of a replay.
    """

    def options(kept: Path) -> runner.Options:
        specs = specs_of(tenant, seconds, warmup)
        words = words_of(cells)
        baseline.check_cells(words, specs)
        made = runner.Options(
            specs, words, seconds, seed, out=kept, repeat=repeat, warmup=warmup
        )
        return baseline.native(made)

    play(options, baseline.run, out, page, trace, beside)


def words_of(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def specs_of(
    tenants: list[str], seconds: float, warmup: float
) -> tuple[TenantSpec, ...]:
    """Raises: SpecError."""
    specs = [parse_tenant(text) for text in tenants]
    check_names(specs)
    if warmup >= seconds:
        raise SpecError(
            f"--warmup {warmup:g} leaves nothing of --seconds {seconds:g} to count"
        )
    return tuple(specs)


def play(
    options: Callable[[Path], runner.Options],
    run: Callable[[runner.Options, runner.Watcher], dict[str, Any]],
    out: Path | None,
    page: Path | None,
    trace: Path | None,
    beside: Path | None,
) -> None:
    """Run the cells, show the table, write what was asked for.

    Args: options: makes them, given the folder that keeps the run; may raise SpecError.
    """
    console = Console()
    try:
        if page is not None:
            plots.require()
        other = None if beside is None else besides.load(beside)
        with tempfile.TemporaryDirectory() as folder:
            kept = out or Path(folder)
            chosen = options(kept)
            if other is not None:
                # Kernels of both runs take the same time, or nothing is compared.
                chosen = replace(chosen, overheads=besides.overheads(other))
            summary = run(chosen, report.Screen(console))
            show(console, summary, other)
            written = write_views(kept, page, trace, beside)
    except (SpecError, TraceError, RunError, plots.PlotError, OSError) as error:
        raise fail(error) from None
    except besides.BesideError as error:
        raise fail(error) from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    if out is not None:
        written.insert(0, f"{out}/summary.json, requests.jsonl, args.json")
    if written:
        console.print(f"written: {', '.join(written)}", highlight=False, soft_wrap=True)
    if not summary["valid"]:
        raise typer.Exit(1)


def write_views(
    out: Path, html: Path | None, trace: Path | None, beside: Path | None
) -> list[str]:
    """The page and the trace of a run's folder, as far as asked for; what was written.
    The page has the cells of the run beside it, too.

    Raises: PlotError, BesideError, OSError.
    """
    if html is None and trace is None:
        return []
    summary, records = read_out(out)
    if html is not None:
        shown, drawn = summary, records
        notes: tuple[str, ...] = ()
        if beside is not None:
            other = besides.load(beside)
            notes = tuple(besides.differences(summary, other))
            drawn = [*records, *besides.requests(beside, summary, other)]
            shown = besides.merged(summary, other)
        colocated = "outputs" in summary  # what models made: no replay knows it
        more = (colocation.html_section(summary),) if colocated else ()
        pages.write(html, shown, drawn, notes, more)
    if trace is not None:
        perfetto.write(trace, records, perfetto.about(summary))
    return [str(path) for path in (html, trace) if path is not None]


@app.command("report")
def report_command(
    out: Annotated[Path, typer.Argument(help="The folder of `replay --out`.")],
    html: Annotated[
        Path | None, typer.Option(help="HTML page with figures (needs matplotlib).")
    ] = None,
    trace: TraceOption = None,
    beside: BesideOption = None,
) -> None:
    """Make the page or the trace of a run that was kept; with --beside, show its table
    with the cells of another run."""
    if html is None and trace is None and beside is None:
        raise fail("nothing to write: give --html or --trace (or --beside, to show)")
    console = Console()
    try:
        if beside is not None:
            other = besides.load(beside)
            show(console, read_out(out)[0], other)
        written = write_views(out, html, trace, beside)
    except (plots.PlotError, besides.BesideError, OSError) as error:
        raise fail(error) from None
    except (ValueError, KeyError) as error:
        raise fail(f"{out}: not what `replay --out` writes: {error!r}") from None
    if written:
        console.print(f"written: {', '.join(written)}", highlight=False, soft_wrap=True)


def show(
    console: Console, summary: dict[str, Any], other: dict[str, Any] | None = None
) -> None:
    """The table and what a reader must know about it. other: shown beside it."""
    console.print()
    console.print(report.device_line(summary["environment"]["device"]))
    differences = [] if other is None else besides.differences(summary, other)
    if other is not None:
        summary = besides.merged(summary, other)
    console.print(report.cell_table(summary))
    lateness = report.lateness_line(summary)
    notes = [*report.faults(summary), *([lateness] if lateness else []), *differences]
    for line in [*notes, *report.load_lines(summary)]:
        console.print(line, highlight=False)


@app.command()
def search(
    tenant: Annotated[list[str], typer.Option(help=TENANT_HELP)],
    find: Annotated[
        str, typer.Option(help="The tenant whose rate is searched; Poisson arrivals.")
    ],
    bound_ms: Annotated[
        float, typer.Option(min=0.001, help="Latency bound, ms of device time.")
    ],
    policy: Annotated[str, typer.Option(help="Policy of the broker.")] = "strict",
    percentile: Annotated[
        float, typer.Option(help="Part of the requests that must be within.")
    ] = 0.99,
    confidence: Annotated[float, typer.Option(help="With which that is shown.")] = 0.99,
    queries: Annotated[int, typer.Option(min=1, help="Requests of a probe.")] = 1000,
    seconds: Annotated[
        float,
        typer.Option(
            min=0.0,
            help="Wall time a probe lasts at least: a queue needs time to grow.",
        ),
    ] = 20.0,
    low: Annotated[
        float | None, typer.Option(min=0.001, help="Requests/s to begin at.")
    ] = None,
    high: Annotated[
        float | None, typer.Option(min=0.001, help="Requests/s to end at.")
    ] = None,
    tolerance: Annotated[
        float, typer.Option(min=0.001, max=0.5, help="How near is near enough.")
    ] = 0.05,
    warmup: Annotated[
        float, typer.Option(min=0.0, help="Wall seconds of a probe not counted.")
    ] = 0.0,
    seed: Annotated[int, typer.Option(min=0, help="Of the arrivals.")] = 1,
    device: Annotated[
        str, typer.Option(help="Device of the brokers that are started.")
    ] = "auto",
    socket: Annotated[
        str | None, typer.Option(help="Use the broker that runs on this socket.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--json", help="File for the result.")
    ] = None,
) -> None:
    """Find the highest Poisson rate at which a tenant meets a latency bound."""
    console = Console()
    try:
        specs = [parse_tenant(text) for text in tenant]
        check_names(specs)
        goal = searches.Goal(
            find,
            bound_ms,
            policy,
            percentile,
            confidence,
            queries,
            seconds,
            low,
            high,
            tolerance,
        )
        options = searches.Options(tuple(specs), goal, seed, device, socket, warmup)
        result = searches.run(options, report.Screen(console))
    except (SpecError, TraceError, RunError) as error:
        raise fail(error) from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    console.print(report.device_line(result["environment"]["device"]))
    console.print(report.search_line(result), highlight=False)
    if out is not None:
        out.write_text(json.dumps(result, indent=2) + "\n")
    if not result["valid"] or result["rate_per_s"] is None:
        raise typer.Exit(1)


app.command("colocate")(colocate_command)


@app.command()
def inspect(
    trace: Annotated[str, typer.Argument(help="A file, or the name of a sample.")],
    top: Annotated[int, typer.Option(min=1, help="Kernels listed.")] = 10,
) -> None:
    """Say what is in a trace."""
    sample = samples.find(trace)
    try:
        loaded = load_trace(sample.path if sample else trace)
    except TraceError as error:
        raise fail(error) from None
    console = Console()
    for line in trace_lines(loaded):
        console.print(line, highlight=False, soft_wrap=True)
    console.print(kernel_table(loaded, top))


def trace_lines(trace: Trace) -> list[str]:
    ops = trace.device_ops
    others = len(ops) - trace.kernels
    no_grid = sum(op.kind.value == "k" and op.grid is None for op in ops)
    lines = [
        f"{trace.source}: {trace.kernels:,} kernels, {others} copies and memsets,"
        f" {trace.dropped} of another step dropped",
        f"recorded on {trace.device.name} ({trace.device.sm_count} SMs),"
        f" {len({op.stream for op in ops})} stream(s)",
        f"device busy {trace.busy_ns / 1e6:.2f} ms in a span of"
        f" {trace.span_ns / 1e6:.2f} ms; host calls span"
        f" {host_starts_ns(ops)[-1] / 1e6:.2f} ms (with the profiler on)",
    ]
    if no_grid:
        lines.append(f"{no_grid} kernels without a grid: replayed one block per SM")
    return lines


def kernel_table(trace: Trace, top: int) -> Table:
    """Kernels by total time."""
    totals: dict[str, list[int]] = {}
    for op in trace.device_ops:
        totals.setdefault(op.name, []).append(op.duration_ns)
    table = Table(expand=True)
    table.add_column("kernel", overflow="ellipsis", no_wrap=True, ratio=1)
    for heading in ("calls", "total ms", "mean us", "max us"):
        table.add_column(heading, justify="right", no_wrap=True)
    ranked = sorted(totals.items(), key=lambda item: -sum(item[1]))
    for name, times in ranked[:top]:
        table.add_row(
            name,
            f"{len(times):,}",
            f"{sum(times) / 1e6:.2f}",
            f"{sum(times) / len(times) / 1e3:.1f}",
            f"{max(times) / 1e3:.1f}",
        )
    return table


@app.command()
def convert(
    source: Annotated[Path, typer.Argument(help="The trace to read.")],
    target: Annotated[Path, typer.Argument(help="The file to write; .gz packs it.")],
    source_format: Annotated[
        str | None,
        typer.Option(
            "--from",
            help="Form of the source; by its content if left out. Requests: "
            + ", ".join(requests.FORMATS)
            + ". Kernels: "
            + ", ".join(traces.FORMATS)
            + ".",
        ),
    ] = None,
    target_format: Annotated[
        str | None,
        typer.Option(
            "--to",
            help="jsonl (default) or mooncake for requests, ktrace for kernels.",
        ),
    ] = None,
    start: Annotated[
        float, typer.Option(min=0.0, help="Seconds of the source's time to begin at.")
    ] = 0.0,
    end: Annotated[
        float | None, typer.Option(min=0.0, help="Seconds to end before.")
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Keep the first N requests.")
    ] = None,
    only: Annotated[
        str | None, typer.Option(help="Keep the requests of this tenant.")
    ] = None,
    time_scale: Annotated[
        float, typer.Option(help="Multiply times: 0.5 makes it twice as dense.")
    ] = 1.0,
    jitter: Annotated[
        float,
        typer.Option(min=0.0, help="Move each request up to so many ms later."),
    ] = 0.0,
    max_input: Annotated[
        int | None, typer.Option(min=0, help="Clamp input_length; counted.")
    ] = None,
    max_output: Annotated[
        int | None, typer.Option(min=0, help="Clamp output_length; counted.")
    ] = None,
    input_length: Annotated[
        int, typer.Option(min=0, help="For requests of which it is not known.")
    ] = 0,
    output_length: Annotated[
        int, typer.Option(min=0, help="For requests of which it is not known.")
    ] = 0,
    seed: Annotated[int, typer.Option(min=0, help="Of what is drawn.")] = 1,
) -> None:
    """Turn a trace of requests or kernels into one that replay reads."""
    shape = requests.RowShape(
        only, start, end, limit, jitter, time_scale, max_input, max_output
    )
    work = conversions.Conversion(
        source,
        target,
        source_format,
        target_format,
        shape,
        seed,
        input_length,
        output_length,
    )
    try:
        lines = conversions.convert(work)
    except (TraceError, RequestError, conversions.ConvertError) as error:
        raise fail(error) from None
    console = Console()
    for line in lines:
        console.print(line, highlight=False, soft_wrap=True, markup=False)


def main() -> None:
    app()


if __name__ == "__main__":
    main()
