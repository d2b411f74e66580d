"""The configuration: flag > XSCHED_BROKER_* > TOML file > default.

Decides which keys exist (the fields of one dataclass per section), how a value is
written (sizes "20GiB", durations "200us"), and what is said about a key that nobody
knows. It must never know what a value is for. `cli.py` calls it.

Environment names nest with two underscores: XSCHED_BROKER_SERVER__SOCKET,
XSCHED_BROKER_TENANTS__RERANK__CLASS (tenant names are lower-cased there).
"""

from __future__ import annotations

import dataclasses
import difflib
import os
import re
import tomllib
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from broker.device.select import DeviceConfig
from broker.sched.config import PARTITION_MODES, SchedulerConfig
from broker.server.settings import (
    DEFAULT_DOMAIN,
    ISOLATIONS,
    DomainConfig,
    GraphsConfig,
    ServerConfig,
    TenantConfig,
)

PREFIX = "XSCHED_BROKER_"
# Handed from a broker to itself over a restart, not settings.
RESERVED = ("XSCHED_BROKER_KEPT_FDS", "XSCHED_BROKER_EPOCH", "XSCHED_BROKER_RESTARTS")
# The file that is read.
CONFIG_VARIABLE = "XSCHED_BROKER_CONFIG"

_SIZES = {
    "": 1, "b": 1,
    "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "tib": 1 << 40,
    "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12,
}  # fmt: skip
_DURATIONS_NS = {
    "ns": 1, "us": 10**3, "ms": 10**6, "s": 10**9, "min": 60 * 10**9, "h": 3600 * 10**9,
}  # fmt: skip
_QUANTITY = re.compile(r"\s*([0-9][0-9_]*(?:\.[0-9]+)?)\s*([a-zA-Z]*)\s*")


class ConfigError(Exception):
    """A setting is wrong; the text names the key, its place, and what is known."""


@dataclass(frozen=True, slots=True)
class MetricsConfig:
    """Section `metrics`."""

    port: int = 0  # 0: no metrics are served
    host: str = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class LogConfig:
    """Section `log`."""

    level: str = "info"  # debug, info, warning or error
    format: str = "auto"  # json, text, or auto: text on a terminal


@dataclass(frozen=True, slots=True)
class Config:
    """Everything. origins: dotted key -> where its value came from."""

    policy: str = "strict"
    server: ServerConfig = field(default_factory=ServerConfig)
    scheduler: SchedulerConfig = field(default_factory=SchedulerConfig)
    device: DeviceConfig = field(default_factory=DeviceConfig)
    graphs: GraphsConfig = field(default_factory=GraphsConfig)
    domains: dict[str, DomainConfig] = field(default_factory=dict)
    tenants: dict[str, TenantConfig] = field(default_factory=dict)
    metrics: MetricsConfig = field(default_factory=MetricsConfig)
    log: LogConfig = field(default_factory=LogConfig)
    origins: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Raw:
    """A value as it was written, and where."""

    value: Any
    origin: str


_SECTIONS: dict[str, type] = {
    "server": ServerConfig,
    "scheduler": SchedulerConfig,
    "device": DeviceConfig,
    "graphs": GraphsConfig,
    "metrics": MetricsConfig,
    "log": LogConfig,
}
# Sections with a name of the operator's in the middle.
_NAMED: dict[str, type] = {"domains": DomainConfig, "tenants": TenantConfig}
_CHOICES: dict[str, tuple[str, ...]] = {
    "device.kind": ("auto", "cuda", "emulated", "null"),
    "device.second_context": ("auto", "on", "off"),
    "graphs.segments": ("auto", "off"),
    "log.level": ("debug", "info", "warning", "error"),
    "log.format": ("auto", "json", "text"),
    "server.unknown_tenants": ("auto", "accept", "refuse"),
    "server.busy_poll": ("auto", "on", "off"),
    "scheduler.partition_mode": PARTITION_MODES,
    "domains.NAME.isolation": ISOLATIONS,
}
_BOUNDS: dict[str, tuple[float, float]] = {
    "server.sessions_max": (1, 64),
    "server.streams_max": (2, 1024),
    "server.queued_operations_max": (500, 1 << 24),
    "server.control_calls_max": (1, 65536),
    "server.host_arena_bytes": (4 << 20, 16 << 30),
    "server.ptx_helpers": (0, 16),
    "server.ptx_memory_bytes": (1 << 30, 1 << 40),
    "server.unknown_class": (0, 254),
    "server.unknown_class_highest": (0, 254),
    "graphs.segment_ns_max": (10_000, 1_000_000_000),
    "graphs.runs_after": (0, 1_000_000_000),
    "graphs.segment_nodes_max": (1, 65_536),
    "graphs.bytes_max": (1 << 20, 16 << 30),
    "graphs.native_graph_bytes": (0, 1 << 30),
    "graphs.native_node_bytes": (0, 1 << 20),
    "device.workers": (0, 16),
    "device.spin_ns": (0, 1_000_000),
    "device.dilation": (1, 1_000_000),
    "metrics.port": (0, 65535),
}


# ------------------------------------------------------------------- reading
def load(
    flags: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
    file: Path | None = None,
) -> Config:
    """The configuration in force.

    Args: flags: dotted key -> value as written on the command line; None = not given.
    Raises: ConfigError.
    """
    environment = os.environ if environment is None else environment
    chosen = file or _file_from(environment)
    raw: dict[str, _Raw] = {}
    if chosen is not None:
        raw.update(_read_file(chosen))
    raw.update(_read_environment(environment))
    for key, value in (flags or {}).items():
        if value is not None:
            raw[key] = _Raw(value, "flag")
    return build(raw)


def _file_from(environment: Mapping[str, str]) -> Path | None:
    named = environment.get(CONFIG_VARIABLE)
    return Path(named) if named else None


def _read_file(path: Path) -> dict[str, _Raw]:
    try:
        with path.open("rb") as stream:
            tree = tomllib.load(stream)
    except OSError as problem:
        raise ConfigError(
            f"cannot read the configuration {path}: {problem.strerror}"
        ) from problem
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise ConfigError(f"{path} is no TOML: {problem}") from problem
    return _flatten(tree, f"file {path}")


def _flatten(tree: Mapping[str, Any], origin: str, prefix: str = "") -> dict[str, _Raw]:
    flat: dict[str, _Raw] = {}
    for key, value in tree.items():
        if isinstance(value, dict):
            flat.update(_flatten(value, origin, f"{prefix}{key}."))
        else:
            flat[prefix + key] = _Raw(value, origin)
    return flat


def _read_environment(environment: Mapping[str, str]) -> dict[str, _Raw]:
    flat: dict[str, _Raw] = {}
    for name, value in environment.items():
        if not name.startswith(PREFIX) or name in (*RESERVED, CONFIG_VARIABLE):
            continue
        key = ".".join(part.lower() for part in name[len(PREFIX) :].split("__"))
        flat[key] = _Raw(value, f"environment {name}")
    return flat


# ------------------------------------------------------------------ building
def build(raw: Mapping[str, _Raw]) -> Config:
    """Sort flat keys into sections, checked. Raises: ConfigError."""
    sections: dict[str, dict[str, _Raw]] = {name: {} for name in _SECTIONS}
    named: dict[str, dict[str, dict[str, _Raw]]] = {section: {} for section in _NAMED}
    top: dict[str, _Raw] = {}
    for key, value in raw.items():
        parts = key.split(".")
        if len(parts) == 1 and key == "policy":
            top[key] = value
        elif len(parts) == 2 and parts[0] in sections:
            sections[parts[0]][parts[1]] = value
        elif len(parts) >= 3 and parts[0] in named:
            name = ".".join(parts[1:-1])  # a tenant's name may have dots
            named[parts[0]].setdefault(name, {})[parts[-1]] = value
        else:
            raise ConfigError(_unknown(key, value.origin, _all_keys()))
    origins: dict[str, str] = {key: value.origin for key, value in raw.items()}
    made = {name: _make(kind, name, sections[name]) for name, kind in _SECTIONS.items()}
    policy = _text("policy", top["policy"]) if "policy" in top else Config().policy
    for section, kind in _NAMED.items():
        made[section] = {
            name: _make(kind, f"{section}.{name}", values)
            for name, values in named[section].items()
        }
    config = Config(policy=policy, origins=origins, **made)
    _check(config)
    return config


def _make(kind: type, section: str, values: Mapping[str, _Raw]) -> Any:
    fields = {_key_of(f): f for f in dataclasses.fields(kind)}
    types = typing.get_type_hints(kind)
    arguments = {}
    for key, raw in values.items():
        dotted = f"{section}.{key}"
        if key not in fields:
            known = [f"{section}.{name}" for name in fields]
            raise ConfigError(_unknown(dotted, raw.origin, known))
        name = fields[key].name
        arguments[name] = _convert(dotted, name, types[name], raw)
    try:
        return kind(**arguments)
    except ValueError as problem:  # the section's own checks name the field
        key = str(problem).split(":")[0]
        origin = values[key].origin if key in values else "default"
        raise ConfigError(f"{section}.{problem} ({origin})") from problem


def _key_of(item: dataclasses.Field[Any]) -> str:
    key: str = item.metadata.get("key", item.name.rstrip("_"))
    return key


def _convert(dotted: str, name: str, wanted: type, raw: _Raw) -> Any:
    """A value as written, to the field's type; the field's name tells its unit."""
    if wanted is str:
        return _text(dotted, raw)
    if name.endswith("_bytes") or name.endswith("_bytes_max"):
        return _quantity(dotted, raw, _SIZES, 1, "a size like 20GiB")
    if "_ns" in name:
        return _quantity(dotted, raw, _DURATIONS_NS, 1, "a duration like 200us")
    if name.endswith("_seconds"):
        value = _quantity(dotted, raw, _DURATIONS_NS, 10**9, "a duration like 10s")
        return value / 10**9
    try:
        if isinstance(raw.value, bool) or (
            wanted is int and isinstance(raw.value, float)
        ):
            raise ValueError
        value = wanted(raw.value)
    except (TypeError, ValueError):
        kind = "a whole number" if wanted is int else "a number"
        raise _wrong(dotted, raw, kind) from None
    if dotted in _BOUNDS and not _BOUNDS[dotted][0] <= value <= _BOUNDS[dotted][1]:
        raise _wrong(dotted, raw, "between {} and {}".format(*_BOUNDS[dotted]))
    return value


def _text(dotted: str, raw: _Raw) -> str:
    if not isinstance(raw.value, str):
        raise _wrong(dotted, raw, "text in quotes")
    section, _, key = dotted.partition(".")
    if section in _NAMED:
        dotted_kind = f"{section}.NAME.{key.rpartition('.')[2]}"
        choices = _CHOICES.get(dotted_kind)
    else:
        choices = _CHOICES.get(dotted)
    if choices and raw.value not in choices:
        raise _wrong(dotted, raw, "one of " + ", ".join(choices))
    return raw.value


def _quantity(
    dotted: str, raw: _Raw, units: Mapping[str, int], plain: int, wanted: str
) -> int:
    """Args: plain: what a number without a unit is multiplied by."""
    if isinstance(raw.value, int | float) and not isinstance(raw.value, bool):
        value = round(raw.value * plain)
    else:
        match = _QUANTITY.fullmatch(str(raw.value))
        unit = match[2].lower() if match else ""
        if match is None or (unit and unit not in units):
            raise _wrong(dotted, raw, wanted)
        value = round(float(match[1].replace("_", "")) * units.get(unit, plain))
        if not unit:
            value = round(float(match[1].replace("_", "")) * plain)
    low, high = _BOUNDS.get(dotted, (0, float("inf")))
    if not low <= value <= high:
        raise _wrong(dotted, raw, f"between {low} and {high}")
    return value


def _wrong(dotted: str, raw: _Raw, wanted: str) -> ConfigError:
    return ConfigError(f"{dotted} = {raw.value!r} ({raw.origin}): must be {wanted}")


def _unknown(key: str, origin: str, known: list[str]) -> str:
    near = difflib.get_close_matches(key, [*known, *_all_keys()], n=1, cutoff=0.5)
    hint = f"; did you mean {near[0]}?" if near else ""
    return f"unknown setting {key} ({origin}){hint}"


def _all_keys() -> list[str]:
    keys = ["policy"]
    named = ((f"{section}.NAME", kind) for section, kind in _NAMED.items())
    for section, kind in (*_SECTIONS.items(), *named):
        keys += [f"{section}.{_key_of(f)}" for f in dataclasses.fields(kind)]
    return keys


def _check(config: Config) -> None:
    """What no single key can say."""
    paths: dict[str, str] = {config.server.socket: "server.socket"}
    for key, mode in _modes(config).items():
        parse_mode(key, mode)
    _check_shares(config)
    _check_domains(config)
    for name, tenant in config.tenants.items():
        if not 0 <= tenant.class_ <= 254:
            raise ConfigError(f"tenants.{name}.class = {tenant.class_}: must be 0..254")
        if tenant.weight <= 0:
            raise ConfigError(f"tenants.{name}.weight = {tenant.weight}: must be > 0")
        if not 0 <= tenant.share <= 100:
            raise ConfigError(f"tenants.{name}.share = {tenant.share}: must be 0..100")
        if not tenant.socket:
            continue
        if tenant.socket in paths:
            raise ConfigError(
                f"tenants.{name}.socket = {tenant.socket!r} is also "
                f"{paths[tenant.socket]}: every socket needs a path of its own"
            )
        paths[tenant.socket] = f"tenants.{name}.socket"


def _check_domains(config: Config) -> None:
    known = sorted({DEFAULT_DOMAIN, *config.domains})
    for name, tenant in config.tenants.items():
        if tenant.domain not in known:
            raise ConfigError(
                f"tenants.{name}.domain = {tenant.domain!r}: there is no such domain; "
                f"known: {', '.join(known)}; add [domains.{tenant.domain}]"
            )


def _check_shares(config: Config) -> None:
    shares = {n: t.share for n, t in config.tenants.items() if t.share > 0}
    total = sum(shares.values())
    if total > 100.0001:  # thirds are written as 33.34
        terms = " + ".join(f"{name} {share:g}" for name, share in shares.items())
        raise ConfigError(
            f"the tenants' shares add up to {total:g} % ({terms}): at most 100"
        )


def _modes(config: Config) -> dict[str, str]:
    modes = {f"tenants.{name}.mode": t.mode for name, t in config.tenants.items()}
    return {"server.mode": config.server.mode, **modes}


def parse_size(key: str, text: str) -> int:
    """Bytes of "20GiB". Raises: ConfigError naming the key."""
    return _quantity(key, _Raw(text, "command line"), _SIZES, 1, "a size like 20GiB")


def parse_mode(key: str, mode: str) -> int:
    """Octal text to a file mode. Raises: ConfigError."""
    try:
        value = int(mode, 8)
    except ValueError:
        value = -1
    if not 0 <= value <= 0o777:
        raise ConfigError(f'{key} = {mode!r}: must be a file mode like "0660"')
    return value


# ------------------------------------------------------------------- showing
def show(config: Config) -> str:
    """The settings in force as TOML, each line with its origin. Tokens are hidden."""
    lines = [_line("policy", "policy", config.policy, config)]
    for section in _SECTIONS:
        lines += [
            "",
            f"[{section}]",
            *_lines(section, getattr(config, section), config),
        ]
    for section in _NAMED:
        for name, values in getattr(config, section).items():
            lines += ["", f"[{section}.{_quoted_key(name)}]"]
            lines += _lines(f"{section}.{name}", values, config)
    return "\n".join(lines) + "\n"


def _lines(section: str, values: Any, config: Config) -> list[str]:
    return [
        _line(f"{section}.{key}", key, getattr(values, f.name), config)
        for f in dataclasses.fields(values)
        for key in (_key_of(f),)
    ]


def _line(dotted: str, key: str, value: Any, config: Config) -> str:
    if key == "token" and value:
        value = "(hidden)"
    origin = config.origins.get(dotted, "default")
    return f"{key} = {_toml(value)}  # {origin}"


def _toml(value: Any) -> str:
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return repr(value)


def _quoted_key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _toml(name)


def as_dict(config: Config) -> dict[str, Any]:
    """For the admin socket: plain values, tokens hidden."""
    tree = dataclasses.asdict(config)
    for tenant in tree["tenants"].values():
        tenant["token"] = "(hidden)" if tenant["token"] else ""
    return tree
