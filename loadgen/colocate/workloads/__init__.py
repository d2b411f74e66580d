"""What a tenant of `loadgen colocate` can serve, and what may be set of it.

Decides the names, their settings and the checks. Must never import a framework: a
command line is checked, and refused, without one. Each module of this package has

    SETTINGS: dict[str, Setting]         what may follow WORKLOAD on the command line
    NEEDS: tuple[str, ...]               modules a process must be able to import
    make(settings, seed) -> Workload     builds it, on the device; warm when it returns

A workload of your own is a module of that form: its name stands for it.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Protocol

NAMES = ("decode", "prefill", "rerank", "embed", "clip", "train", "vllm")
# How a missing module is installed, where the names differ.
DISTRIBUTIONS = {"vllm": "vllm==0.22.0"}

Settings = dict[str, Any]


class WorkloadError(Exception):
    """A workload is not there, not set right, or cannot be built; one line."""


@dataclass(frozen=True, slots=True)
class Setting:
    """parse: raises ValueError. tiny: the value with --tiny; None: as default."""

    default: Any
    parse: Callable[[str], Any]
    tiny: Any = None


class Workload(Protocol):
    """One model with its inputs; requests run one after another.

    unit, units: what a request makes, and how many of them ("token", 32).
    period: request i has the same answer as request i + period; 0: none has (training).
    It may say in a word, `answers`, what is compared of it ("token ids").
    """

    unit: str
    units: int
    period: int

    def run(self, index: int) -> bytes:
        """Serve a request to its end; the answer a caller would get, raw."""

    def detail(self) -> list[bytes]:
        """All outputs of the last request, raw: what a checksum is made of."""

    def busy_ns(self) -> int | None:
        """Device time of one request, without gaps; None where it cannot be told."""

    def device(self) -> dict[str, Any]:
        """name, driver_version, memory_bytes; versions of what it runs on."""


def module_of(name: str) -> ModuleType:
    """Raises: WorkloadError naming what there is."""
    full = f"{__name__}.{name}" if name in NAMES else name
    try:
        module = importlib.import_module(full)
    except (ImportError, TypeError) as error:
        raise WorkloadError(
            f"no workload {name!r}: one of {', '.join(NAMES)}, or a module ({error})"
        ) from None
    for part in ("SETTINGS", "NEEDS", "make"):
        if not hasattr(module, part):
            raise WorkloadError(f"workload {name}: the module has no {part}")
    return module


def settings_of(name: str, texts: dict[str, str], tiny: bool = False) -> Settings:
    """Defaults with what was given; --tiny shrinks only what was not given.

    Raises: WorkloadError naming the setting and what is known.
    """
    known: dict[str, Setting] = module_of(name).SETTINGS
    for key in texts:
        if key not in known:
            raise WorkloadError(
                f"workload {name}: no setting {key!r}; known: {', '.join(known)}"
            )
    return {
        key: _value(name, key, setting, texts.get(key), tiny)
        for key, setting in known.items()
    }


def _value(name: str, key: str, setting: Setting, text: str | None, tiny: bool) -> Any:
    if text is None:
        shrunk = tiny and setting.tiny is not None
        return setting.tiny if shrunk else setting.default
    try:
        return setting.parse(text)
    except ValueError as error:
        raise WorkloadError(f"workload {name}: {key}={text}: {error}") from None


def build(name: str, settings: Settings, seed: int) -> Workload:
    """Raises: WorkloadError naming the modules to install."""
    module = module_of(name)
    missing = [each for each in module.NEEDS if not importable(each)]
    if missing:
        names = " ".join(DISTRIBUTIONS.get(each, each) for each in missing)
        raise WorkloadError(
            f"workload {name} needs {', '.join(missing)}: pip install {names}"
        )
    made: Workload = module.make(settings, seed)
    return made


def importable(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):
        return False
