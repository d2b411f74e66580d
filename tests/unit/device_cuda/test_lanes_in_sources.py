"""Every driver call named in the sources is in the table, in a lane that permits it.

Reads the sources: what a test run happens not to reach is checked here, too. The
recording driver (tests/standin) shows the same of calls that are made.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from broker.device.backend import Lane
from broker.device.cuda import _issue
from broker.device.cuda.lanes import CALLS, SEAM

ROOT = Path(__file__).parents[3] / "broker"
BACKEND = ROOT / "device" / "cuda" / "backend.py"
# What the backend calls them by: the file, and the class where it is one.
ROOMS = {
    "queries": ("queries.py", ""),
    "_memory": ("memory.py", "Memory"),
    "_host": ("host.py", "HostMemory"),
    "_code": ("code.py", "Code"),
    "_arrays": ("arrays.py", "Arrays"),
    "_second": ("second.py", "SecondContext"),
}
TABLE = ROOT / "device" / "cuda" / "lanes.py"
DRIVER = ROOT / "device" / "cuda" / "driver.py"
CALL = re.compile(r"cu[A-Z]\w*")
# Made while nothing runs: before a tenant exists, or after the last one.
OUTSIDE_WORK = ("__init__", "close")


def strings_of(tree: ast.AST) -> Iterator[str]:
    """Names of driver calls that are written as a string of their own."""
    errors = errors_named(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
            if id(node) in errors:
                continue
            text = node.value if isinstance(node.value, str) else node.value.decode()
            if CALL.fullmatch(text):
                yield text


def errors_named(tree: ast.AST) -> set[int]:
    """Strings that only name a call in an error: the second argument of DeviceError."""
    return {
        id(argument)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") in ("DeviceError", "DeviceUnavailable")
        for argument in node.args[1:2]
    }


def test_python_names_no_call_outside_the_table() -> None:
    seen = set()
    for path in ROOT.rglob("*.py"):
        if path == TABLE:
            continue
        names = set(strings_of(ast.parse(path.read_text())))
        wrong = {n for n in names if n not in CALLS or CALLS[n].lane is Lane.BANNED}
        assert not wrong, f"{path}: {wrong}"
        seen |= names
    made_by_python = {n for n, c in CALLS.items() if c.lane not in (Lane.BANNED,)}
    assert made_by_python == seen | set(_issue.calls())


def test_nothing_goes_round_the_table() -> None:
    """Only driver.py imports the driver's bindings, and no one calls them by attribute
    or opens the library by hand."""
    for path in ROOT.rglob("*.py"):
        tree = ast.parse(path.read_text())
        attributes = {
            node.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and CALL.fullmatch(node.attr)
        }
        assert not attributes, f"{path}: {attributes}"
        if path != DRIVER:
            assert "cuda.bindings.driver" not in imports_of(tree), path
    for path in ROOT.rglob("*.c"):
        assert not re.search(r"dlopen|dlsym|libcuda", code_of(path)), path


def imports_of(tree: ast.AST) -> str:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == (
            "import_module"
        ):
            found += [a.value for a in node.args if isinstance(a, ast.Constant)]
    return " ".join(found)


def code_of(path: Path) -> str:
    """C without comments and strings."""
    text = re.sub(r"/\*.*?\*/", " ", path.read_text(), flags=re.S)
    return re.sub(r'"(\\.|[^"\\])*"', '""', text)


def test_c_calls_only_what_its_list_declares() -> None:
    listed, used = set(_issue.calls()), set()
    for pattern in ("*.c", "*.h", "*.pxd"):
        for path in ROOT.rglob(pattern):
            used |= set(CALL.findall(code_of(path)))
    assert used == listed
    waits = {Lane.CONTROL_DRAINED, Lane.BANNED}
    assert not {CALLS[name].lane for name in listed} & waits
    assert all(CALLS[name].native for name in listed)


# ------------------------------------------------- which method makes which call


def calls_by_method() -> dict[str, set[str]]:
    """Driver calls that a method of CudaBackend can make, its helpers included."""
    tree = ast.parse(BACKEND.read_text())
    methods = [*class_of(tree, "CudaBackend"), *tree.body]
    functions = {n.name: n for n in methods if isinstance(n, ast.FunctionDef)}
    errors = errors_named(tree)
    for room, (name, kept) in ROOMS.items():
        part = ast.parse((BACKEND.parent / name).read_text())
        body = [*(class_of(part, kept) if kept else ()), *part.body]
        functions |= {
            f"{room}.{n.name}": n for n in body if isinstance(n, ast.FunctionDef)
        }
        errors |= errors_named(part)
    calls, uses = {}, {}
    for name, node in functions.items():
        strings = [
            each.value
            for each in ast.walk(node)
            if isinstance(each, ast.Constant) and id(each) not in errors
        ]
        calls[name] = {s for s in strings if isinstance(s, str) and s in CALLS}
        room = name.rpartition(".")[0]
        uses[name] = set(names_used(node, room)) & set(functions)
    return {name: reached(name, calls, uses) for name in functions}


def class_of(tree: ast.Module, name: str) -> list[ast.stmt]:
    (found,) = [n for n in tree.body if getattr(n, "name", "") == name]
    assert isinstance(found, ast.ClassDef)
    return found.body


def names_used(node: ast.AST, room: str) -> Iterator[str]:
    """self.x and x as "x", or as "ROOM.x" inside the other files; queries.x,
    self._arrays.x and memory.x as those of their rooms."""
    for each in ast.walk(node):
        if isinstance(each, ast.Attribute):
            owner = getattr(each.value, "id", getattr(each.value, "attr", ""))
            place = next((p for p in (owner, f"_{owner}") if p in ROOMS), room)
            yield f"{place}.{each.attr}" if place else each.attr
        elif isinstance(each, ast.Name):
            yield f"{room}.{each.id}" if room else each.id


def reached(
    start: str, calls: dict[str, set[str]], uses: dict[str, set[str]]
) -> set[str]:
    names, todo = set[str](), [start]
    while todo:
        name = todo.pop()
        if name not in names:
            names.add(name)
            todo += uses[name]
    return {call for name in names for call in calls[name]}


def test_calls_that_wait_are_reached_from_drained_methods_only() -> None:
    by_method = calls_by_method()
    assert "cuModuleLoadDataEx" in by_method["module_load"], "helpers are followed"
    assert "cuLinkAddData" in by_method["link"], "those of the other files, too"
    assert "cuArrayDestroy" in by_method["array_destroy"]
    assert "cuMemHostUnregister" in by_method["module_load"], "of several of them"
    assert "cuMemRelease" in by_method["release_memory"]
    for method, made in by_method.items():
        waits = {n for n in made if CALLS[n].lane is Lane.CONTROL_DRAINED}
        if waits and method in SEAM:
            assert SEAM[method] is Lane.CONTROL_DRAINED, f"{method} makes {waits}"
        elif waits and "." not in method and not method.startswith("_"):
            raise AssertionError(f"{method} makes {waits} and has no lane")
    # Those two are made in C, through the table of backend.h.
    assert set(SEAM) - set(by_method) <= {"graph_open", "graph_close"}


def test_a_drained_method_has_a_reason() -> None:
    """A method that drains for nothing would cost every tenant its time."""
    by_method = calls_by_method()
    for method, lane in SEAM.items():
        if lane is Lane.CONTROL_DRAINED and method in set(by_method) - {*OUTSIDE_WORK}:
            lanes = {CALLS[name].lane for name in by_method[method]}
            assert Lane.CONTROL_DRAINED in lanes, method
