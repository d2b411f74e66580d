"""Tenants of a colocation as the command line names them.

Decides the text form NAME=WORKLOAD[,key=value...] and its checks; every error names the
tenant and the key. Keys are those of a tenant's load (class, arrival, rate, busy, ...,
as for `loadgen replay`), `memory`, and the workload's settings. Must never know
processes or cells. Called by `loadgen.colocate.command`; pure.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from loadgen.colocate import workloads
from loadgen.colocate.workloads import Settings, WorkloadError
from loadgen.spec import (
    KEYS,
    SpecError,
    TenantSpec,
    build,
    check,
    check_names,
    parse_pair,
)

# Of a replayed trace alone.
REPLAY_KEYS = frozenset(("pace", "wall_ms", "memory_share"))
LOAD_KEYS = tuple(key for key in KEYS if key not in REPLAY_KEYS)
# A closed loop by the name that says what it does.
ASAP = "asap"


@dataclass(frozen=True, slots=True)
class Colocated:
    """One tenant. load: name, class, arrivals; its `trace` is the workload's name.

    settings: of the workload. memory: quota behind the broker, as its configuration
    writes it ("24GiB"); None: the broker's default.
    """

    load: TenantSpec
    settings: Settings = field(default_factory=dict)
    memory: str | None = None

    @property
    def name(self) -> str:
        return self.load.name

    @property
    def workload(self) -> str:
        return self.load.trace


def parse(text: str, tiny: bool = False) -> Colocated:
    """Raises: SpecError naming the tenant, the key and what it accepts."""
    head, *pairs = text.split(",")
    name, _, workload = head.partition("=")
    if not (name and workload):
        raise SpecError(f"{text!r}: want NAME=WORKLOAD[,key=value...]")
    load: dict[str, object] = {}
    chosen: dict[str, str] = {}
    memory = None
    for pair in pairs:
        key, separator, value = pair.partition("=")
        if not separator:
            raise SpecError(f"tenant {name}: {pair!r}: want key=value")
        if key == "memory":
            memory = value
        elif key in LOAD_KEYS:
            field_name, parsed = parse_pair(name, _spelled(key, value))
            load[field_name] = parsed
        else:
            chosen[key] = value
    try:
        settings = workloads.settings_of(workload, chosen, tiny)
    except WorkloadError as error:
        keys = ", ".join(("memory", *LOAD_KEYS))
        raise SpecError(f"tenant {name}: {error} (of any tenant: {keys})") from None
    made = check(build(name, workload, load))
    if (made.concurrency or 1) != 1:
        raise SpecError(f"tenant {name}: concurrency: requests run one after another")
    return Colocated(made, settings, memory)


def _spelled(key: str, value: str) -> str:
    closed = key == "arrival" and value == ASAP
    return f"{key}={'closed' if closed else value}"


def check_tenants(tenants: tuple[Colocated, ...]) -> None:
    """Raises: SpecError."""
    check_names([tenant.load for tenant in tenants])


def higher(tenants: tuple[Colocated, ...], than: Colocated) -> list[Colocated]:
    """Those of a higher class (a lower number)."""
    return [each for each in tenants if each.load.class_ < than.load.class_]
