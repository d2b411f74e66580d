"""The arrows between the layers, checked by walking every import.

A layer lists whom of ours it may import. Imports inside functions count, too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = ("broker", "client", "loadgen")

# Longest prefix wins. "broker" alone is its top level: cli, config, serve, ...
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "broker.wire": ("broker.wire",),
    "broker.sched": ("broker.sched",),
    "broker.device": ("broker.device",),
    "broker.server": ("broker.server", "broker.wire", "broker.sched", "broker.device"),
    "broker": ("broker", "loadgen.demo"),
    "client": ("client", "broker.wire"),
    "loadgen": ("loadgen", "client"),
}
# The scheduler is pure: what it may not even import from the standard library.
IMPURE = {
    *("asyncio", "socket", "threading", "time", "random", "os", "select", "logging"),
    *("subprocess", "multiprocessing", "signal", "datetime", "uuid", "secrets"),
}


def sources() -> Iterator[Path]:
    for top in OURS:
        for pattern in ("*.py", "*.pyx"):
            yield from (ROOT / top).rglob(pattern)


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> Iterator[str]:
    if path.suffix == ".pyx":
        yield from _cython_imports(path)
        return
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            # `from package import module` names the module, too.
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and _is_import_module(node):
            yield str(node.args[0].value)  # type: ignore[attr-defined]


def _is_import_module(node: ast.Call) -> bool:
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    literal = node.args and isinstance(node.args[0], ast.Constant)
    return name == "import_module" and bool(literal)


def _cython_imports(path: Path) -> Iterator[str]:
    for line in path.read_text().splitlines():
        words = line.split()
        if words[:1] in (["from"], ["import"], ["cimport"]) and len(words) > 1:
            yield words[1].rstrip(",")


def layer_of(module: str) -> str:
    found = [name for name in MAY_IMPORT if within(module, name)]
    return max(found, key=len)


def within(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


@pytest.mark.parametrize("path", list(sources()), ids=module_name)
def test_arrows(path: Path) -> None:
    allowed = MAY_IMPORT[layer_of(module_name(path))]
    for name in imports_of(path):
        if name.split(".")[0] in OURS:
            assert any(within(name, package) for package in allowed), (
                f"{module_name(path)} may not import {name}"
            )


@pytest.mark.parametrize(
    "path", list((ROOT / "broker/sched").rglob("*.py")), ids=module_name
)
def test_the_scheduler_is_pure(path: Path) -> None:
    for name in imports_of(path):
        assert name.split(".")[0] not in IMPURE, f"{module_name(path)} imports {name}"


def test_the_pump_knows_no_asyncio() -> None:
    """A simulation runs this very file without a loop."""
    assert not any(
        name.split(".")[0] in IMPURE
        for name in imports_of(ROOT / "broker/server/pump.py")
    )


def imports_at_run_time(path: Path) -> Iterator[str]:
    """Of a whole module when it is loaded: not those inside functions, nor those that
    only name types."""
    waiting: list[ast.AST] = [ast.parse(path.read_text())]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            waiting += node.orelse
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            waiting += ast.iter_child_nodes(node)


def circles(arrows: dict[str, set[str]]) -> list[str]:
    """Modules that are left when those with no arrow to one that is left are gone."""
    left = dict(arrows)
    while done := [name for name, to in left.items() if not to & left.keys()]:
        for name in done:
            del left[name]
    return sorted(left)


def test_no_module_is_imported_in_a_circle() -> None:
    paths = {module_name(path): path for path in sources() if path.suffix == ".py"}
    arrows = {
        name: {
            found
            for imported in imports_at_run_time(path)
            for found in (imported, imported.rpartition(".")[0])
            if found in paths
            and found != name
            # A package's own __init__ is no matter of order.
            and not within(name, found)
        }
        for name, path in paths.items()
    }
    assert circles(arrows) == []
    assert arrows["client.session"] >= {"client.graphs", "client.capture"}


def test_a_circle_is_seen() -> None:
    arrows = {"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": set()}
    assert circles(arrows) == ["a", "b", "c"]


def test_a_wrong_arrow_is_seen(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text("def f():\n    from broker.server import pump\n")
    assert list(imports_of(wrong)) == ["broker.server.pump"]
    assert layer_of("broker.sched.policies.fifo") == "broker.sched"
    assert layer_of("broker.admin") == "broker"
