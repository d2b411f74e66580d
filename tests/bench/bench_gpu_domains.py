"""A high and a best-effort tenant in one context, and in a process and context each.

Command: `python -m tests.bench.bench_gpu_domains [--json PATH]` (or tests/gpu/run.sh
domains). Three forms of the same broker with the same scheduler:

    shared       both tenants in the broker's own context
    time-sliced  a trust domain each; the driver gives the contexts the device in turn
    MPS          the same two domains, their processes clients of an MPS daemon, which
                 is started here and ended with its cell; left out where there is none

For each the demo's two tenants are replayed, the rerank at 25 % of the device, alone
and both under `strict`; then come the arrivals of bench_gpu_switch beside kernels of
eight waves; then a fault in one domain, and how soon that domain serves again.
`--device emulated --seconds 4` is a dry run: every process has an emulated GPU of its
own there, and nothing of its figures says anything about slicing. The last result
stands in tests/bench/RESULTS.md.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import client
from loadgen import runner
from loadgen.native import mps
from loadgen.processes import RunError
from loadgen.replay.plan import Overheads
from loadgen.spec import parse_tenant
from tests.bench import bench_gpu_switch, harness
from tests.bench.bench_restart import fault
from tests.bench.cells import Quiet

HIGH, LOW = "rerank", "decode"
TENANTS = (
    f"{LOW}=qwen3-8b-decode,class=1,arrival=closed,pace=asap",
    f"{HIGH}=bge-reranker-16x256,class=0,arrival=poisson,pace=asap,busy=0.25",
)
FORMS = ("shared", "time-sliced", "MPS")
WAVES = "8 waves of 10 us"
RESTARTS = 3


def settings(form: str) -> dict[str, str]:
    """What makes a broker take this form, whatever its configuration file says."""
    if form == "shared":
        return {}
    prefix = "XSCHED_BROKER_"
    found = {}
    for domain, names in {"one": (HIGH, "high"), "two": (LOW, "low")}.items():
        found[f"{prefix}DOMAINS__{domain.upper()}__ISOLATION"] = "process"
        for name in names:
            found[f"{prefix}TENANTS__{name.upper()}__DOMAIN"] = domain
    return found


@contextlib.contextmanager
def environment(variables: dict[str, str]) -> Iterator[None]:
    """For the brokers that are started inside."""
    os.environ.update(variables)
    try:
        yield
    finally:
        for name in variables:
            del os.environ[name]


@contextlib.asynccontextmanager
async def service(form: str, folder: Path) -> AsyncIterator[dict[str, str]]:
    """The daemon that the form needs; without one no client of a daemon that runs."""
    if form == "MPS":
        async with mps.daemon(folder) as variables:
            yield variables
    else:
        yield mps.pipes(folder)


@dataclass(frozen=True, slots=True)
class Options:
    device: str
    seconds: float


def replay(options: Options, overheads: Overheads | None) -> dict[str, Any]:
    """Alone and both under strict; a summary of `loadgen replay`."""
    play = runner.Options(
        tuple(parse_tenant(text) for text in TENANTS),
        ("alone", "strict"),
        options.seconds,
        seed=1,
        device=options.device,
        overheads=overheads,
    )
    return runner.run(play, Quiet())


def restarts(options: Options, form: str) -> list[float]:
    """Seconds from the error a tenant gets to the welcome of the next session."""
    isolation = "shared" if form == "shared" else "process"
    text = f'[domains.default]\nisolation = "{isolation}"\n'
    seconds = []
    with harness.broker(options.device, config_text=text) as broker:
        for _ in range(RESTARTS):
            fault(broker.path)
            begin = time.monotonic()
            with client.connect(broker.path, tenant="next") as session:
                session.synchronize()
            seconds.append(time.monotonic() - begin)
    return seconds


def measure(options: Options, form: str, overheads: Overheads | None) -> dict[str, Any]:
    """Everything of one form, inside the service that it needs."""

    async def inside(folder: Path) -> dict[str, Any]:
        async with service(form, folder) as variables:
            # A loop of their own: these run processes to their end.
            return await asyncio.to_thread(played, variables)

    def played(variables: dict[str, str]) -> dict[str, Any]:
        with environment({**variables, **settings(form)}):
            summary = replay(options, overheads)
            switch = bench_gpu_switch.measure(
                options.device, *bench_gpu_switch.FORMS[WAVES], False
            )
        with environment(variables):
            again = restarts(options, form)
        return {"summary": summary, "switch": switch, "restarts_s": again}

    with tempfile.TemporaryDirectory(prefix="xsched-domains-") as folder:
        return asyncio.run(inside(Path(folder)))


def replay_rows(results: dict[str, Any]) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for form, result in results.items():
        cells = result["summary"]["cells"]
        alone = cells["alone"]["tenants"]
        for cell in ("alone", "strict"):
            tenants = cells[cell]["tenants"]
            high, low = tenants[HIGH], tenants[LOW]
            rows.append(
                (
                    f"{form}, {cell}",
                    f"{high['p50_e2el_ms']:.2f}",
                    f"{high['p99_e2el_ms']:.2f}",
                    f"{high['p99_e2el_ms'] / alone[HIGH]['p99_e2el_ms']:.2f}",
                    f"{low['request_throughput']:.2f}",
                    high["completed"],
                )
            )
    return rows


def switch_rows(results: dict[str, Any]) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for form, result in results.items():
        rows += bench_gpu_switch.rows_of(form, result["switch"])
    return rows


def restart_rows(results: dict[str, Any]) -> list[tuple[object, ...]]:
    return [
        (
            form,
            f"{statistics.median(result['restarts_s']):.2f}",
            f"{max(result['restarts_s']):.2f}",
            "< 2",
        )
        for form, result in results.items()
    ]


def all_forms(options: Options) -> dict[str, Any]:
    results: dict[str, Any] = {}
    overheads: Overheads | None = None
    for form in FORMS:
        print(f"{form}:", flush=True)
        if form == "MPS" and options.device != "cuda":
            print("  no MPS without a GPU")
            continue
        try:
            results[form] = measure(options, form, overheads)
        except RunError as problem:
            if form != "MPS" or not str(problem).startswith("MPS"):
                raise
            print(f"  no MPS here: {problem}")
            continue
        # The same kernels in every form.
        calibration = results[form]["summary"]["calibration"]
        overheads = overheads or Overheads(**calibration[LOW]["overheads"])
    return results


def show(results: dict[str, Any]) -> None:
    name = harness.machine(results["shared"]["switch"]["status"]["device"]["name"])
    harness.show(
        f"Trust domains, replay: {name}",
        ("form", "rerank p50 ms", "p99 ms", "p99 x alone", "decode/s", "n"),
        replay_rows(results),
    )
    harness.show(
        f"Trust domains, a high arrival beside {WAVES}: {name}",
        ("us", "p50", "p99", "wanted, p99"),
        switch_rows(results),
    )
    harness.show(
        f"Trust domains, fault to next welcome: {name}",
        ("s", "median", "longest", "wanted"),
        restart_rows(results),
    )
    for form, result in results.items():
        for cell, figures in result["summary"]["cells"].items():
            for reason in figures["invalid_because"]:
                print(f"INVALID {form}, {cell}: {reason}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--seconds", type=float, default=10.0)
    arguments = parser.parse_args()
    results = all_forms(Options(arguments.device, arguments.seconds))
    show(results)
    if arguments.json:
        arguments.json.write_text(json.dumps(results))


if __name__ == "__main__":
    main()
