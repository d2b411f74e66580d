"""The command line of the broker.

Decides what a user types and what is said when that goes wrong: one line that says what
to do next, and exit code 2. It knows all parts and imports the heavy ones where they
are used, so that `status` starts fast.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from broker.version import VERSION

EXIT_USAGE = 2

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="One GPU, many tenants: a broker that issues CUDA work by priority.",
)
policy_app = typer.Typer(no_args_is_help=True, help="Show or change the policy.")
app.add_typer(policy_app, name="policy")
console = Console()

SocketOption = Annotated[
    str | None, typer.Option("--socket", help="Path of the broker's socket.")
]
ConfigOption = Annotated[Path | None, typer.Option("--config", help="TOML file.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


class Complaint(Exception):
    """A user's mistake: its text is all that is printed."""


def main() -> None:
    """Entry point `xsched-broker`."""
    try:
        app()
    except Complaint as problem:
        print(f"xsched-broker: {problem}", file=sys.stderr)
        sys.exit(EXIT_USAGE)


def _load(flags: dict[str, Any], file: Path | None) -> Any:
    from broker.config import ConfigError, load

    try:
        return load(flags, file=file)
    except ConfigError as problem:
        raise Complaint(str(problem)) from problem


@app.command()
def serve(
    socket: SocketOption = None,
    device: Annotated[
        str | None, typer.Option(help="auto, cuda, emulated or null.")
    ] = None,
    policy: Annotated[str | None, typer.Option(help="Scheduling policy.")] = None,
    config: ConfigOption = None,
    metrics_port: Annotated[
        int | None, typer.Option(help="Serve Prometheus metrics on this port.")
    ] = None,
    dilation: Annotated[
        int | None, typer.Option(help="Emulated device: wall time per device time.")
    ] = None,
) -> None:
    """Serve tenants until SIGTERM or Ctrl-C."""
    flags = {
        "server.socket": socket,
        "device.kind": device,
        "policy": policy,
        "metrics.port": metrics_port,
        "device.dilation": dilation,
    }
    settings = _load(flags, config)
    from broker.config import ConfigError
    from broker.device.select import DeviceUnavailable
    from broker.serve import run
    from broker.server.listener import ListenError

    try:
        code = run(settings)
    except (ConfigError, ListenError, DeviceUnavailable) as problem:
        raise Complaint(str(problem)) from problem
    raise typer.Exit(code)


def _ask(socket: str | None, command: str, **fields: Any) -> Any:
    from broker.admin import AdminError, ask

    try:
        return ask(_admin_path(socket), command, **fields)
    except AdminError as problem:
        raise Complaint(str(problem)) from problem


def _admin_path(socket: str | None) -> str:
    """Of the broker on that socket, or of the configured one."""
    from broker.admin import admin_path

    if socket:
        return admin_path(socket)
    server = _load({}, None).server
    return admin_path(server.socket, server.admin_socket)


@app.command()
def status(socket: SocketOption = None, as_json: JsonOption = False) -> None:
    """Show sessions, policy, device and how fast switches are."""
    answer = _ask(socket, "status")
    if as_json:
        print(json.dumps(answer, indent=2))
        return
    device = answer["device"]
    console.print(
        f"{device['name']} ({device['backend']}), policy {answer['policy']}, "
        f"epoch {answer['epoch']}, up {answer['uptime_wall_seconds']:.0f} s"
        + (", draining" if answer["draining"] else "")
    )
    for domain in answer["domains"]:
        console.print(
            f"domain {domain['domain']}: process {domain['pid']} {domain['state']}, "
            f"life {domain['life']}"
        )
    console.print(_session_table(answer["sessions"]))
    console.print(_switch_table(answer["scheduler"]["switch_times"]))


def _session_table(sessions: list[dict[str, Any]]) -> Table:
    titles = ("class", "launches", "GPU s", "queued", "in flight", "memory")
    table = _figures("session", "tenant", *titles)
    table.columns[1].justify = "left"
    for row in sessions:
        table.add_row(
            str(row["session"]),
            row["tenant"],
            str(row["class"]),
            f"{row['launches']:,}",
            f"{row['gpu_seconds']:.3f}",
            str(row["queued"]),
            str(row["in_flight"]),
            _size(row["memory_bytes"]),
        )
    return table


def _figures(first: str, *titles: str) -> Table:
    """A table of a name and figures."""
    table = Table(first)
    for title in titles:
        table.add_column(title, justify="right")
    return table


def _size(nbytes: int) -> str:
    """MiB, or GiB from 10 on."""
    gib = nbytes / (1 << 30)
    return f"{gib:,.1f} GiB" if gib >= 10 else f"{nbytes / (1 << 20):,.0f} MiB"


def _switch_table(times: dict[str, dict[str, int]]) -> Table:
    table = _figures("switch (device time)", "count", "p50 us", "p99 us", "max us")
    for name, row in times.items():
        table.add_row(
            name.replace("_", " "),
            str(row["count"]),
            *(f"{row[key] / 1e3:,.1f}" for key in ("p50_ns", "p99_ns", "max_ns")),
        )
    return table


@app.command()
def top(
    socket: SocketOption = None,
    interval: Annotated[
        float, typer.Option(min=0.01, max=3600, help="Seconds between two samples.")
    ] = 1.0,
    once: Annotated[bool, typer.Option(help="Print one frame and end.")] = False,
) -> None:
    """Watch who uses the device: a table that renews itself. Ctrl-C ends it."""
    from broker import top as view

    def fetch() -> view.Sample:
        return view.Sample(_ask(socket, "status"), _ask(socket, "tenants"))

    view.run(fetch, console, interval, once)


@app.command()
def trace(
    seconds: Annotated[
        float, typer.Option(min=0.01, help="How long, wall time.")
    ] = 1.0,
    out: Annotated[
        Path, typer.Option(help="JSON file to write; open it in ui.perfetto.dev.")
    ] = Path("trace.json"),
    socket: SocketOption = None,
) -> None:
    """Write down what is issued when, by tenant and stream, with the decisions."""
    from broker.admin import AdminError, follow
    from broker.perfetto import PerfettoFile

    parts = follow(_admin_path(socket), "trace", seconds + 10.0, seconds=seconds)
    try:
        first = next(parts)  # before the file is touched
        with out.open("w") as file:
            perfetto = PerfettoFile(file)
            perfetto.add(first)
            try:
                for part in parts:
                    if isinstance(part, dict):
                        perfetto.add(part)
            finally:
                perfetto.end()  # what has come can be opened, whatever ended it
    except AdminError as problem:
        raise Complaint(str(problem)) from problem
    except OSError as problem:
        raise Complaint(f"cannot write {out}: {problem.strerror}") from problem
    print(
        f"written: {out}: {perfetto.operations:,} operations, "
        f"{perfetto.decisions:,} decisions, {perfetto.lost:,} lost for want of room"
    )


@app.command()
def tenants(socket: SocketOption = None, as_json: JsonOption = False) -> None:
    """Show every tenant that is configured or was seen."""
    rows = _ask(socket, "tenants")
    if as_json:
        print(json.dumps(rows, indent=2))
        return
    titles = ("class", "sessions", "launches", "GPU s", "memory", "quota")
    table = _figures("tenant", *titles)
    for row in rows:
        table.add_row(
            row["tenant"],
            str(row["class"]),
            str(row["sessions"]),
            f"{row['launches']:,}",
            f"{row['gpu_seconds']:.3f}",
            _size(row["memory_bytes"]),
            _size(row["memory_bytes_max"]),
        )
    console.print(table)


@policy_app.command("get")
def policy_get(socket: SocketOption = None) -> None:
    """Print the policy in force."""
    print(_ask(socket, "policy_get")["policy"])


@policy_app.command("set")
def policy_set(name: str, socket: SocketOption = None) -> None:
    """Change the policy of a running broker."""
    print(_ask(socket, "policy_set", policy=name)["policy"])


@app.command("hint")
def hint(
    session: Annotated[int, typer.Argument(help="As `status` lists it.")],
    class_: Annotated[
        int | None, typer.Option("--class", help="0 is the highest.")
    ] = None,
    weight: Annotated[float | None, typer.Option(help="GPU time in `fair`.")] = None,
    deadline_ms: Annotated[
        float | None, typer.Option(help="From arrival of a request; 0 = none.")
    ] = None,
    socket: SocketOption = None,
) -> None:
    """Change what a session may ask of the scheduler; without options, show it."""
    fields = {"class": class_, "weight": weight, "deadline_ms": deadline_ms}
    given = {key: value for key, value in fields.items() if value is not None}
    answer = _ask(socket, "hint", session=session, **given)
    print(", ".join(f"{key} {value:g}" for key, value in answer.items()))


@app.command(
    "run", context_settings={"allow_interspersed_args": False}, no_args_is_help=True
)
def run_command(
    command: Annotated[
        list[str], typer.Argument(help="Program and arguments, after `--`.")
    ],
    tenant: Annotated[
        str | None,
        typer.Option(help="Who it is. Default: XSCHED_TENANT, else the user's name."),
    ] = None,
    class_: Annotated[
        int | None, typer.Option("--class", min=0, max=254, help="0 is the highest.")
    ] = None,
    memory: Annotated[
        str | None, typer.Option(help="Most device memory it may hold: 20GiB.")
    ] = None,
    socket: SocketOption = None,
    device: Annotated[
        str | None, typer.Option(help="For a broker of its own, if none listens.")
    ] = None,
) -> None:
    """Run a CUDA program, unmodified, behind the broker: without a GPU of its own."""
    from broker import run

    wishes = run.Wishes(
        _tenant_path(socket),
        tenant or os.environ.get("XSCHED_TENANT", ""),
        class_,
        _memory_bytes(memory),
        device or "",
    )
    try:
        code = run.run(wishes, command)
    except run.RunError as problem:
        raise Complaint(str(problem)) from problem
    raise typer.Exit(code)


def _tenant_path(socket: str | None) -> str:
    """Where a tenant connects: the option, else XSCHED_SOCKET, else as configured."""
    path = socket or os.environ.get("XSCHED_SOCKET")
    return path or str(_load({}, None).server.socket)


def _memory_bytes(text: str | None) -> int:
    from broker.config import ConfigError, parse_size

    try:
        return parse_size("--memory", text) if text else 0
    except ConfigError as problem:
        raise Complaint(str(problem)) from problem


@app.command("shim")
def shim(
    print_env: Annotated[
        bool, typer.Option("--print-env", help="Print NAME=VALUE for a Dockerfile.")
    ] = False,
    folder: Annotated[
        Path | None, typer.Option(help="Where the libraries will be in the image.")
    ] = None,
    socket: SocketOption = None,
) -> None:
    """Print the folder of libcuda.so.1 and libnvidia-ml.so.1, the stand-ins."""
    from broker import run

    try:
        place = folder or run.shim_folder()
    except run.RunError as problem:
        raise Complaint(str(problem)) from problem
    if not print_env:
        print(place)
        return
    wishes = run.Wishes(_tenant_path(socket))
    for name, value in run.shim_environment(place, wishes, {}).items():
        print(f"{name}={value}")


@app.command("drain")
def drain(socket: SocketOption = None) -> None:
    """Let queued work retire, then stop the broker."""
    _ask(socket, "drain")


@app.command("config")
def config_command(
    show: Annotated[
        bool, typer.Option("--show", help="Print the settings in force as TOML.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Check the configuration; with --show, print it with the origin of each value."""
    from broker.config import show as as_toml

    settings = _load({}, config)
    print(as_toml(settings), end="") if show else print("the configuration is good")


@app.command()
def version() -> None:
    """Print the version."""
    print(f"xsched-broker {VERSION}")


@app.command()
def demo(
    seconds: Annotated[
        float, typer.Option(min=1, help="Wall time of each cell's window.")
    ] = 24.0,
    json_path: Annotated[
        Path | None, typer.Option("--json", help="Write the cells to this file.")
    ] = None,
    device: Annotated[str, typer.Option(help="auto, cuda or emulated.")] = "auto",
) -> None:
    """An LLM decode and a rerank service: each alone, both under fifo and strict."""
    try:
        replay = importlib.import_module("loadgen.demo")
    except ImportError as problem:
        raise Complaint(
            f"the demo needs the load generator ({problem}): "
            "pip install -e '.[test]' installs it"
        ) from problem
    raise typer.Exit(replay.run(seconds, json_path, device, console))
