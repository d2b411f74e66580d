"""What a colocation's summary holds beyond a replay's: units, ideal, intervals, and
whether outputs were the same to the last bit.

Decides the names of these figures. Must never know processes or how a table looks.
Called by `loadgen.colocate.run`; pure.

    units_per_s, unit            what a tenant made
    ideal_units_per_s            what it could at best (`ideal`)
    ideal_share                  the part of that it got
    *_ci95                       bootstrap over all repetitions
    cells.NAME.work_kept         device time of the work done / the same, each alone
    cells.NAME.broker_cpu_cores  processors the broker kept busy
    gpu                          by cell (alone: and tenant): see gpu_state
    outputs.TENANT               answers, equal, native_equal, differs_in, mismatches
"""

from __future__ import annotations

import statistics
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loadgen import stats
from loadgen.baseline import ALONE
from loadgen.colocate import ideal
from loadgen.colocate.cells import BROKER
from loadgen.colocate.spec import Colocated, higher

Summary = dict[str, Any]
Runs = list[NDArray[np.float64]]
RATE_VALUES_MIN = 20


def complete(
    summary: Summary,
    parts: dict[str, list[dict[str, Any]]],
    tenants: tuple[Colocated, ...],
    records: list[dict[str, Any]],
) -> None:
    """Add them, in place. parts: by cell name, what each run of it gave."""
    for name, cell in summary["cells"].items():
        for tenant in tenants:
            figures = cell["tenants"].get(tenant.name)
            if figures is None:
                continue
            figures |= ideal_of(summary, tenants, tenant, len(cell["tenants"]) > 1)
            runs = runs_of(records, name, tenant.name)
            figures |= intervals(runs, figures, tenant, summary["seed"])
        cell["work_kept"] = work_kept(summary, name)
        cores = [run["broker"].get("cpu_cores") for run in parts[name]]
        known = [value for value in cores if value is not None]
        cell["broker_cpu_cores"] = statistics.median(known) if known else None
    summary["gpu"] = gpu_states(parts)
    for cell in summary["cells"].values():
        for figures in cell["tenants"].values():
            best = figures.get("ideal_units_per_s")
            figures["ideal_share"] = figures["units_per_s"] / best if best else None
    summary["outputs"] = {
        tenant.name: {
            "answers": summary["calibration"][tenant.name].get("answers", "outputs"),
            **outputs_verdict(parts, tenant.name),
        }
        for tenant in tenants
    }


def gpu_states(parts: dict[str, list[dict[str, Any]]]) -> dict[str, dict[str, Any]]:
    """Of the runs of a cell that had the same tenants, the one with the median clock:
    "strict", and "decode alone" where a cell has a tenant at a time."""
    runs: dict[str, list[dict[str, Any]]] = {}
    for name, found in parts.items():
        several = len({tuple(run["tenants"]) for run in found}) > 1
        for run in found:
            title = f"{'+'.join(run['tenants'])} {name}" if several else name
            runs.setdefault(title, []).append(run.get("gpu") or {})
    states = {}
    for title, found in runs.items():
        known = sorted((s for s in found if s), key=lambda s: s["sm_mhz"])
        states[title] = known[len(known) // 2] if known else {}
    return states


# ---------------------------------------------------------------- the ideal
def ideal_of(
    summary: Summary, tenants: tuple[Colocated, ...], tenant: Colocated, shared: bool
) -> dict[str, Any]:
    """Empty without a cell alone, natively, to tell it by."""
    alone = summary["cells"].get(ALONE, {"tenants": {}})["tenants"]
    above = higher(tenants, tenant) if shared else []
    if tenant.name not in alone or any(each.name not in alone for each in above):
        return {}
    calibration = summary["calibration"]
    busy = sum(
        ideal.busy_share(
            alone[each.name]["request_throughput"],
            calibration[each.name]["busy_ns"] or 0,
        )
        for each in above
    )
    own = calibration[tenant.name]
    unit_s = own["busy_ns"] / 1e9 / own["units"] if own["busy_ns"] else None
    rate = alone[tenant.name]["units_per_s"]
    return {"ideal_units_per_s": ideal.ideal_per_s(rate, busy, unit_s)} if rate else {}


def work_kept(summary: Summary, name: str) -> float | None:
    """1.0: the cell's tenants did as much together as each did alone."""
    alone = summary["cells"].get(ALONE, {"tenants": {}})["tenants"]
    here = summary["cells"][name]["tenants"]
    costs = {each: summary["calibration"][each]["busy_ns"] for each in here}
    if not all(each in alone and costs[each] for each in here):
        return None

    def work(figures: dict[str, Any]) -> float:
        return float(sum(figures[t]["request_throughput"] * costs[t] for t in here))

    return work(here) / work(alone) if work(alone) else None


# ---------------------------------------------------------------- intervals
def runs_of(
    records: list[dict[str, Any]], cell: str, tenant: str
) -> list[list[dict[str, Any]]]:
    """Completed requests that count, by repetition, in order."""
    found: dict[int, list[dict[str, Any]]] = {}
    for record in records:
        mine = (record["cell"], record["tenant"]) == (cell, tenant)
        if mine and record["status"] == "completed" and not record.get("warmup"):
            found.setdefault(record["repetition"], []).append(record)
    return list(found.values())


def intervals(
    runs: list[list[dict[str, Any]]],
    figures: dict[str, Any],
    tenant: Colocated,
    seed: int,
) -> dict[str, Any]:
    service, whole = spans_ms(runs, "sent_ns"), spans_ms(runs, "intended_ns")
    found = {
        "p50_service_ms_ci95": stats.interval(service, seed, percentile(50)),
        "p99_service_ms_ci95": stats.interval(service, seed, percentile(99)),
        "p99_e2el_ms_ci95": stats.interval(whole, seed, percentile(99)),
    }
    if tenant.load.arrival == "closed" and figures["request_throughput"]:
        units = figures["units_per_s"] / figures["request_throughput"]
        found["units_per_s_ci95"] = stats.interval(
            gaps_ms(runs),
            seed,
            lambda gaps: float(units * 1000.0 / gaps.mean()),
            RATE_VALUES_MIN,
        )
    return found


def percentile(rank: float) -> Any:
    return lambda values: float(np.percentile(values, rank))


def spans_ms(runs: list[list[dict[str, Any]]], since: str) -> Runs:
    return [
        stats.milliseconds([record["done_ns"] - record[since] for record in run])
        for run in runs
    ]


def gaps_ms(runs: list[list[dict[str, Any]]]) -> Runs:
    """From one request's end to the next one's."""
    return [
        np.diff(stats.milliseconds([record["done_ns"] for record in run]))
        for run in runs
    ]


# ---------------------------------------------------------------- outputs
def outputs_of(ready: dict[str, Any], done: dict[str, Any]) -> dict[str, Any]:
    """What a process said of its outputs, in one window."""
    return {
        "checksum": ready["checksum"],
        "answers": done["answers"],
        "mismatches": done["mismatches"],
    }


def outputs_verdict(
    parts: dict[str, list[dict[str, Any]]], tenant: str
) -> dict[str, Any]:
    """Whether a tenant's outputs are those of its first native run, everywhere.

    native_equal: None when fewer than two native processes were seen.
    """
    seen = [
        (name, run["repetition"], run["ground"] != BROKER, run["outputs"][tenant])
        for name, runs in parts.items()
        for run in runs
        if tenant in run["outputs"]
    ]
    if not seen:
        return {"equal": None, "native_equal": None, "differs_in": [], "mismatches": 0}
    seen.sort(key=lambda each: not each[2])
    reference = seen[0][3]
    differs = [
        (native, f"{name} {repetition + 1}")
        for name, repetition, native, found in seen
        if not same(reference, found)
    ]
    natives = sum(native for _, _, native, _ in seen)
    return {
        "checksum": reference["checksum"],
        "equal": not differs,
        "native_equal": None if natives < 2 else not any(n for n, _ in differs),
        "differs_in": [where for _, where in differs],
        "mismatches": sum(found["mismatches"] for *_, found in seen),
    }


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Equal first outputs, equal answers to the requests both have served, and each
    request answered alike whenever it came again."""
    common = one["answers"].keys() & other["answers"].keys()
    return (
        one["checksum"] == other["checksum"]
        and all(one["answers"][slot] == other["answers"][slot] for slot in common)
        and not other["mismatches"]
    )
