"""What a run replays: tenants as the command line names them, and jobs for processes.

Decides the text form NAME=TRACE,key=value and its checks; every error names the key.
Must never know processes, sockets' protocol or the client. Called by `loadgen.cli`,
`loadgen.demo`, `loadgen.runner` and `loadgen.tenant`; pure but for looking files up.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from loadgen import arrivals, samples
from loadgen import requests as request_traces
from loadgen.arrivals import KINDS, UNSHAPED, ArrivalShape
from loadgen.replay.plan import PACES, Overheads
from loadgen.requests import UNCHANGED, RowShape


class SpecError(ValueError):
    """A tenant's description is wrong; the text says which part and what would do."""


@dataclass(frozen=True, slots=True)
class TenantSpec:
    """One tenant of a run.

    rate (requests/s of device time) or busy (share of the device, 0..1) is needed by
    constant, poisson, gamma and burst; shape says the rest of them. requests: path of a
    request trace, for arrival trace; rows: how it is changed. A request trace gives
    arrivals alone: every request replays the whole kernel trace, whatever its lengths
    (a server forms batches of requests, which this replay does not). concurrency:
    requests sent and not done; None = no bound in an open loop, 1 in a closed one;
    waiting for a place belongs to the latency. wall_ms: how long a request alone takes
    without a profiler, for pace host. slo_ms: only tightens the lateness rule.
    memory_share: part of the memory bandwidth its kernels use. graph: the whole trace
    is one CUDA graph, launched once a request; without a broker in one piece.
    """

    name: str
    trace: str
    class_: int = 1
    arrival: str = "closed"
    rate: float | None = None
    busy: float | None = None
    pace: str = "asap"
    wall_ms: float | None = None
    concurrency: int | None = None
    slo_ms: float | None = None
    memory_share: float = 0.5
    shape: ArrivalShape = UNSHAPED
    requests: str | None = None
    rows: RowShape = UNCHANGED
    graph: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """All that one tenant process is told. window_ns, busy_ns: device time.

    mode: "calibrate" plays the trace alone and reports; "run" takes part in a cell.
    overheads: of the replay kernel, from the calibration; all zero: to be measured.
    busy_ns: device time of a request as replayed, from the calibration. warmup_wall_ns:
    requests due before it are sent and not counted. bound_ns: latencies above it are
    counted in progress reports; 0 = none are.
    """

    spec: TenantSpec
    socket: str
    mode: str = "run"
    cell: str = ""
    window_wall_ns: int = 0
    seed: int = 0
    repetition: int = 0
    warmup_wall_ns: int = 0
    bound_ns: int = 0
    busy_ns: int = 0
    overheads: Overheads = field(default_factory=Overheads)
    requests_path: str = ""

    def dump(self) -> str:
        return json.dumps(asdict(self))


def load_job(text: str) -> Job:
    values = json.loads(text)
    spec = load_spec(values.pop("spec"))
    return Job(spec=spec, overheads=Overheads(**values.pop("overheads")), **values)


def load_spec(values: dict[str, Any]) -> TenantSpec:
    shape, rows = ArrivalShape(**values["shape"]), RowShape(**values["rows"])
    return TenantSpec(**(values | {"shape": shape, "rows": rows}))


def positive(text: str) -> float:
    value = float(text)
    if not (value > 0 and math.isfinite(value)):
        raise ValueError("must be above 0")
    return value


def not_negative(text: str) -> float:
    value = float(text)
    if not (value >= 0 and math.isfinite(value)):
        raise ValueError("must be 0 or above")
    return value


def file(text: str) -> str:
    if not Path(text).is_file():
        raise ValueError("no such file")
    return text


def share(text: str) -> float:
    value = float(text)
    if not 0 < value < 1:
        raise ValueError("must lie between 0 and 1")
    return value


def whole(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        value = int(text)
        if not low <= value <= high:
            raise ValueError(f"must lie in {low}..{high}")
        return value

    return parse


def one_of(words: tuple[str, ...]) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in words:
            raise ValueError("must be one of " + ", ".join(words))
        return text

    return parse


def yes_or_no(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("must be true or false")
    return text == "true"


# Key of the command line -> (field, parser). A dot: a field of a part of the spec.
KEYS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "class": ("class_", whole(0, 254)),
    "arrival": ("arrival", one_of(KINDS)),
    "rate": ("rate", positive),
    "busy": ("busy", share),
    "pace": ("pace", one_of(PACES)),
    "wall_ms": ("wall_ms", positive),
    "concurrency": ("concurrency", whole(1, 4096)),
    "slo_ms": ("slo_ms", positive),
    "memory_share": ("memory_share", share),
    "burstiness": ("shape.burstiness", positive),
    "ramp": ("shape.ramp", one_of(arrivals.RAMPS)),
    "ramp_from": ("shape.ramp_from", not_negative),
    "ramp_s": ("shape.ramp_s", positive),
    "on_s": ("shape.on_s", positive),
    "off_s": ("shape.off_s", positive),
    "requests": ("requests", file),
    "only": ("rows.only", str),
    "start_s": ("rows.start_s", not_negative),
    "end_s": ("rows.end_s", positive),
    "limit": ("rows.limit", whole(1, 10_000_000)),
    "jitter_ms": ("rows.jitter_ms", not_negative),
    "time_scale": ("rows.time_scale", positive),
    "graph": ("graph", yes_or_no),
}


def parse_tenant(text: str) -> TenantSpec:
    """NAME=TRACE[,key=value...]; TRACE is a file or the name of a sample.

    Raises: SpecError naming the tenant, the key and what it accepts.
    """
    head, *pairs = text.split(",")
    name, separator, trace = head.partition("=")
    if not (name and separator and trace):
        raise SpecError(f"{text!r}: want NAME=TRACE[,key=value...]")
    values = dict(parse_pair(name, pair) for pair in pairs)
    sample = samples.find(trace)
    if sample is not None:
        trace = str(sample.path)
        values = {
            "wall_ms": sample.wall_ms,
            "memory_share": sample.memory_share,
        } | values
    elif not Path(trace).is_file():
        known = ", ".join(s.name for s in samples.all_samples())
        raise SpecError(
            f"tenant {name}: no file {trace!r} and no such sample ({known})"
        )
    spec = check(build(name, trace, values))
    if spec.requests is not None:
        try:
            request_traces.load(spec.requests, spec.rows)
        except request_traces.RequestError as error:
            raise SpecError(f"tenant {name}: {error}") from None
    return spec


def build(name: str, trace: str, values: dict[str, Any]) -> TenantSpec:
    """values by field; those with a dot go into the part they name."""
    whole_fields = {k: v for k, v in values.items() if "." not in k}
    parts: dict[str, dict[str, Any]] = {"shape": {}, "rows": {}}
    for key, value in values.items():
        part, dot, inner = key.partition(".")
        if dot:
            parts[part][inner] = value
    return TenantSpec(
        name=name,
        trace=trace,
        shape=ArrivalShape(**parts["shape"]),
        rows=RowShape(**parts["rows"]),
        **whole_fields,
    )


def parse_pair(tenant: str, pair: str) -> tuple[str, Any]:
    key, separator, value = pair.partition("=")
    if key not in KEYS or not separator:
        raise SpecError(
            f"tenant {tenant}: unknown key {pair!r}; known: {', '.join(KEYS)}"
        )
    name, parse = KEYS[key]
    try:
        return name, parse(value)
    except ValueError as error:
        raise SpecError(f"tenant {tenant}: {key}={value}: {error}") from None


def check(spec: TenantSpec) -> TenantSpec:
    """Rules between keys."""
    has_load = (spec.rate is not None) + (spec.busy is not None)
    if spec.arrival == "closed" and has_load:
        raise SpecError(f"tenant {spec.name}: a closed loop takes no rate= or busy=")
    if spec.arrival == "trace" and has_load:
        raise SpecError(
            f"tenant {spec.name}: arrival=trace takes no rate= or busy=; time_scale="
            " makes it denser or thinner"
        )
    if spec.arrival not in ("closed", "trace") and has_load != 1:
        raise SpecError(
            f"tenant {spec.name}: arrival={spec.arrival} needs either rate= or busy="
        )
    if spec.graph and spec.pace != "asap":
        raise SpecError(
            f"tenant {spec.name}: graph=true takes pace=asap: the host leaves no gaps"
            " inside a graph"
        )
    for problem in shape_problems(spec):
        raise SpecError(f"tenant {spec.name}: {problem}")
    if spec.arrival == "closed" and spec.concurrency is None:
        return replace(spec, concurrency=1)
    return spec


def shape_problems(spec: TenantSpec) -> Iterator[str]:
    """Keys that do not go with the arrival, or are missing for it."""
    shape, arrival = spec.shape, spec.arrival
    if shape.burstiness != 1.0 and arrival != "gamma":
        yield "burstiness= is for arrival=gamma"
    if arrival == "burst" and None in (shape.on_s, shape.off_s):
        yield "arrival=burst needs on_s= and off_s="
    if arrival != "burst" and (shape.on_s or shape.off_s):
        yield "on_s= and off_s= are for arrival=burst"
    if shape.ramp and arrival not in ("constant", "poisson", "gamma"):
        yield "ramp= is for arrival=constant, poisson and gamma"
    if (shape.ramp_from is not None or shape.ramp_s) and not shape.ramp:
        yield "ramp_from= and ramp_s= need ramp=linear or ramp=exponential"
    if shape.ramp == "exponential" and not shape.ramp_from:
        yield "ramp=exponential needs ramp_from= above 0"
    if arrival == "trace" and spec.requests is None:
        yield "arrival=trace needs requests=FILE"
    if arrival != "trace" and (spec.requests or spec.rows != UNCHANGED):
        yield (
            "requests=, only=, start_s=, end_s=, limit=, jitter_ms= and time_scale= are"
            " for arrival=trace"
        )


def check_names(specs: list[TenantSpec]) -> None:
    names = [spec.name for spec in specs]
    if not names:
        raise SpecError("no tenant given: --tenant NAME=TRACE")
    for name in names:
        if names.count(name) > 1:
            raise SpecError(f"tenant {name} is named twice")
        if not name.replace("-", "").replace("_", "").isalnum():
            raise SpecError(f"tenant name {name!r}: letters, digits, - and _ only")
