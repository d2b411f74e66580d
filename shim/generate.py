"""Writes gen/ and COVERAGE.md from our tables: `python -m shim.generate [--check]`.

It decides what a generated entry point looks like: its guard, how streams are
translated for the per-thread variants, what a refused one does. It must never know how
an entry is implemented. Called by hand after a change of the table; with --check by CI:
exit status 1 and the names of the files that are stale. Needs nothing built, and no
CUDA headers.
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SHIM = Path(__file__).parent
TABLE = SHIM / "cuda_api.toml"
EXPORT_TABLES = SHIM / "export_tables.toml"
PARTIAL = SHIM / "partial.toml"
HOW = ("local", "batched", "synchronous", "refused")
NEEDS = ("none", "init", "context")
KEYS = {
    *("since", "api", "args", "thread", "thread_since"),
    *("how", "needs", "calls", "reason"),
}
SUFFIXES = ("ptsz", "ptds")


class BadTable(Exception):
    """cuda_api.toml contradicts itself; the text names the entry."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One parameter. type: as in C, without the name."""

    type: str
    name: str

    @property
    def declared(self) -> str:
        return f"{self.type}{'' if self.type.endswith('*') else ' '}{self.name}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the table; see the head of cuda_api.toml."""

    section: str
    name: str
    since: int
    api: str
    args: tuple[Argument, ...]
    how: str
    needs: str
    calls: str
    reason: str
    thread: str
    thread_since: int

    @property
    def refused(self) -> bool:
        return self.how == "refused"

    @property
    def implementation(self) -> str:
        return f"xs_{self.calls}"

    @property
    def takes_stream0(self) -> bool:
        """Does the implementation get the default stream as a last argument?"""
        return bool(self.thread) and not any(a.type == "CUstream" for a in self.args)

    @property
    def symbols(self) -> list[str]:
        return [self.name, *([f"{self.name}_{self.thread}"] if self.thread else [])]


def parse_args(text: str, where: str) -> tuple[Argument, ...]:
    if text == "void":
        return ()
    arguments = []
    for part in text.split(","):
        found = re.fullmatch(r"\s*(.*?[\s*])(\w+)\s*", part)
        if not found:
            raise BadTable(f"{where}: argument {part.strip()!r} has no name")
        arguments.append(Argument(found[1].strip(), found[2]))
    return tuple(arguments)


def load(path: Path = TABLE) -> list[Entry]:
    """All entries in the order of the table. Raises: BadTable."""
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    entries = [
        _entry(section, name, row)
        for section, rows in document.items()
        for name, row in rows.items()
    ]
    by_name = {entry.name: entry for entry in entries}
    for entry in entries:
        _check_target(entry, by_name.get(entry.calls))
    return entries


def _entry(section: str, name: str, row: dict[str, object]) -> Entry:
    unknown = set(row) - KEYS
    if unknown:
        raise BadTable(f"{name}: unknown key {sorted(unknown)[0]!r}")
    how, needs = str(row.get("how")), str(row.get("needs", "init"))
    thread = str(row.get("thread", ""))
    if how not in HOW or needs not in NEEDS or thread not in ("", *SUFFIXES):
        raise BadTable(f"{name}: how, needs or thread is not one of the words known")
    if (how == "refused") != ("reason" in row):
        raise BadTable(f"{name}: a refused entry, and no other, gives a reason")
    return Entry(
        section,
        name,
        int(str(row["since"])),
        str(row.get("api", name)),
        parse_args(str(row["args"]), name),
        how,
        needs,
        str(row.get("calls", name)),
        str(row.get("reason", "")),
        thread,
        int(str(row.get("thread_since", 0))),
    )


def _check_target(entry: Entry, target: Entry | None) -> None:
    if entry.refused or entry.calls == entry.name:
        return
    if target is None or target.refused or target.calls != target.name:
        raise BadTable(f"{entry.name}: calls {entry.calls}, which is not implemented")
    types = [[argument.type for argument in e.args] for e in (entry, target)]
    if types[0] != types[1] or entry.takes_stream0 != target.takes_stream0:
        raise BadTable(f"{entry.name}: calls {entry.calls}, which has other arguments")


HEAD = """/* {what}
 *
 * Generated from cuda_api.toml by `python -m shim.generate`; change that file. */
"""


def _wrapped(words: list[str], first: str, indent: int) -> str:
    """`first` and the words after it, broken before column 96."""
    lines, line = [], first
    for word in words:
        if len(line) + len(word) > 95:
            lines.append(line.rstrip())
            line = " " * indent
        line += word
    return "\n".join([*lines, line])


def _signature(returns: str, name: str, args: list[str]) -> str:
    words = [f"{a}, " for a in args[:-1]] + [f"{args[-1] if args else 'void'})"]
    return _wrapped(words, f"{returns} {name}(", 8)


def _parameters(entry: Entry) -> list[str]:
    extra = ["CUstream stream0"] if entry.takes_stream0 else []
    return [argument.declared for argument in entry.args] + extra


def emit_header(entries: list[Entry]) -> str:
    """Prototypes: what is exported, and what src/cuda/ implements."""
    lines = [HEAD.format(what="Entry points of the driver that are answered.")]
    lines += ["#ifndef XS_CUDA_API_H", "#define XS_CUDA_API_H", ""]
    lines += ['#include "xs/cuda_abi.h"', ""]
    for entry in entries:
        for symbol in [] if entry.refused else entry.symbols:
            declared = [argument.declared for argument in entry.args]
            lines.append(_signature("CUresult", symbol, declared) + ";")
    lines += ["", "/* Implementations: src/cuda/. */"]
    for entry in entries:
        if not entry.refused and entry.calls == entry.name:
            name = entry.implementation
            lines.append(_signature("CUresult", name, _parameters(entry)) + ";")
    lines += ["", "#endif", ""]
    return "\n".join(lines)


def _passed(entry: Entry, per_thread: bool) -> list[str]:
    """The arguments of the call of the implementation."""
    passed = []
    for argument in entry.args:
        if per_thread and argument.type == "CUstream":
            passed.append(f"xs_per_thread({argument.name})")
        else:
            passed.append(argument.name)
    if entry.takes_stream0:
        passed.append("CU_STREAM_PER_THREAD" if per_thread else "CU_STREAM_LEGACY")
    return passed


def _call(target: str, arguments: list[str], indent: int) -> str:
    words = [f"{a}, " for a in arguments[:-1]] + [f"{(arguments or [''])[-1]});"]
    return _wrapped(words, f"{' ' * indent}return {target}(", indent + 8)


def _watched(target: str, arguments: list[str], symbol: str) -> list[str]:
    """The call once more, for a log that wants to hear of it (log.h)."""
    words = [f"{a}, " for a in arguments[:-1]] + [f"{(arguments or [''])[-1]}));"]
    return [
        "    if (XS_UNLIKELY(xs_watching))",
        _wrapped(words, f'        return xs_seen("{symbol}", {target}(', 16),
    ]


def _context_guard(symbol: str) -> list[str]:
    return [
        "    if (XS_UNLIKELY(!xs_has_context()))",
        f'        return xs_seen("{symbol}", xs_no_context());',
    ]


def _trampoline(entry: Entry, symbol: str, slot: int) -> list[str]:
    declared = [argument.declared for argument in entry.args]
    types = ", ".join(argument.type for argument in entry.args) or "void"
    names = [argument.name for argument in entry.args]
    twin = f"((CUresult (*)({types}))xs_twin[{slot}])"
    passed = _passed(entry, symbol != entry.name)
    return [
        _signature("XS_EXPORT CUresult", symbol, declared) + " {",
        "    if (XS_UNLIKELY(xs_gate() != XS_GATE_OPEN)) {",
        "        CUresult refusal;",
        "        if (xs_gate() == XS_GATE_TWIN)",
        _call(twin, names, 12),
        f"        refusal = xs_gate_refusal(XS_NEEDS_{entry.needs.upper()});",
        "        if (refusal)",
        f'            return xs_seen("{symbol}", refusal);',
        "    }",
        *(_context_guard(symbol) if entry.needs == "context" else []),
        *_watched(entry.implementation, passed, symbol),
        _call(entry.implementation, passed, 4),
        "}",
        "",
    ]


def implemented_symbols(entries: list[Entry]) -> list[tuple[Entry, str]]:
    return [(e, symbol) for e in entries if not e.refused for symbol in e.symbols]


def map_rows(entries: list[Entry]) -> Iterator[tuple[str, int, int, str]]:
    """(name asked for, per-thread?, since, symbol), sorted for a binary search.

    A name that has per-thread forms is answered by them alone when they are asked for.
    """
    threaded = {e.api for e in entries if e.thread}
    rows = []
    for entry in entries:
        if not entry.api:
            continue
        rows.append((entry.api, 0, entry.since, entry.name))
        if entry.thread:
            symbol = f"{entry.name}_{entry.thread}"
            rows.append((entry.api, 1, entry.thread_since, symbol))
        elif entry.api not in threaded:
            rows.append((entry.api, 1, entry.since, entry.name))
    yield from sorted(rows)


def emit_entries(entries: list[Entry]) -> str:
    """The exported functions and the tables that name them."""
    lines = [HEAD.format(what="What libcuda.so.1 exports: guards, refusals, tables.")]
    lines += ['#include "xs/entry.h"', '#include "xs/cuda_api.h"', ""]
    lines.append("/* ---- answered */")
    answered = implemented_symbols(entries)
    for slot, (entry, symbol) in enumerate(answered):
        lines += _trampoline(entry, symbol, slot)
    lines.append(
        "/* ---- refused: any arguments, as the caller cleans up after itself */"
    )
    for entry in entries:
        lines += [f"XS_REFUSED({symbol})" for symbol in entry.symbols if entry.refused]
    lines += ["", f"void *xs_twin[{len(answered)}];", ""]
    lines.append("const xs_symbol xs_answered[] = {")
    lines += [f'    {{"{symbol}", (void *){symbol}}},' for _, symbol in answered]
    lines += ["};", "const unsigned xs_answered_count = sizeof xs_answered /"]
    lines += ["                                    sizeof xs_answered[0];", ""]
    lines.append("const xs_map_row xs_map[] = {")
    for api, per_thread, since, symbol in map_rows(entries):
        lines.append(f'    {{"{api}", {per_thread}, {since}, (void *){symbol}}},')
    lines += [
        "};",
        "const unsigned xs_map_count = sizeof xs_map / sizeof xs_map[0];",
        "",
    ]
    return "\n".join(lines)


def emit_version_script(entries: list[Entry]) -> str:
    symbols = sorted(symbol for entry in entries for symbol in entry.symbols)
    listed = "".join(f"        {symbol};\n" for symbol in symbols)
    head = HEAD.format(what="What the linker leaves visible in libcuda.so.1.")
    return f"{head}{{\n    global:\n{listed}    local: *;\n}};\n"


def emit_export_tables(entries: list[Entry]) -> str:
    """The tables of export_tables.toml, and how one is found by its UUID."""
    tables = tomllib.loads(EXPORT_TABLES.read_text(encoding="utf-8"))
    lines = [HEAD.format(what="Export tables.").replace("cuda_api", "export_tables")]
    lines += ['#include "xs/tables.h"', ""]
    for name, table in tables.items():
        lines += _export_table(name, table)
    lines.append("const xs_export xs_exports[] = {")
    for name, table in tables.items():
        digits = bytes.fromhex(table["uuid"].replace("-", ""))
        text = ", ".join(f"0x{byte:02x}" for byte in digits)
        lines.append(f"    {{{{{text}}},\n     xs_{name}}},")
    lines += ["};", "const unsigned xs_exports_count = sizeof xs_exports /"]
    lines += ["                                  sizeof xs_exports[0];", ""]
    return "\n".join(lines)


def _export_table(name: str, table: dict[str, Any]) -> list[str]:
    slots, sized = table["slots"], table.get("sized", True)
    answers = {int(slot): function for slot, function in table["answers"].items()}
    stubs, rows = [], []
    for slot in range(slots):
        if sized and slot == 0:
            rows.append(f"    (const void *)({slots} * sizeof(void *)),")
        elif slot in answers:
            rows.append(f"    (const void *){answers[slot]},")
        elif not sized:
            rows.append("    NULL,")
        else:
            stubs.append(f"XS_SLOT({name}, {slot})")
            rows.append(f"    (const void *)slot_{name}_{slot},")
    return [*stubs, f"const void *const xs_{name}[{slots}] = {{", *rows, "};", ""]


def emit_coverage(entries: list[Entry]) -> str:
    """COVERAGE.md: every name by disposition."""
    counts = {how: sum(e.how == how for e in entries) for how in HOW}
    lines = [
        "# What the shim answers",
        "",
        "Generated from `cuda_api.toml` by `python -m shim.generate`. Every symbol of",
        "driver 580 is there; `_ptsz` and `_ptds` forms (the per-thread stream)",
        "share the line of their name, marked +.",
        "",
        "| | names |",
        "| --- | --- |",
        *(f"| {how} | {count} |" for how, count in counts.items()),
    ]
    for how in HOW[:-1]:
        lines += ["", f"## {how.capitalize()}", ""]
        for section in dict.fromkeys(e.section for e in entries):
            names = _names(entries, how, section)
            if names:
                lines.append(f"- {section}: {', '.join(names)}")
    lines += [
        "",
        "## Refused",
        "",
        "`CUDA_ERROR_NOT_SUPPORTED`, and one line in the log",
    ]
    lines += ["for each name.", "", "| why | names |", "| --- | --- |"]
    for reason in sorted({e.reason for e in entries if e.refused}):
        names = [_marked(e) for e in entries if e.refused and e.reason == reason]
        lines.append(f"| {reason} | {', '.join(names)} |")
    return "\n".join([*lines, *_partial(), ""])


def _partial() -> list[str]:
    """The section about what answered names refuse, from partial.toml."""
    lines = ["", "## Refused by names that are answered", ""]
    lines += ["From `partial.toml`; told as above.", ""]
    lines += ["| what | why |", "| --- | --- |"]
    rows = tomllib.loads(PARTIAL.read_text(encoding="utf-8"))
    return lines + [f"| {what} | {why} |" for what, why in rows.items()]


def _names(entries: list[Entry], how: str, section: str) -> list[str]:
    return [_marked(e) for e in entries if e.how == how and e.section == section]


def _marked(entry: Entry) -> str:
    return f"`{entry.name}`{'+' if entry.thread else ''}"


EMITTERS = {
    "include/xs/cuda_api.h": emit_header,
    "gen/cuda_entries.c": emit_entries,
    "gen/export_tables.c": emit_export_tables,
    "gen/libcuda.map": emit_version_script,
    "COVERAGE.md": emit_coverage,
}


def stale_files(folder: Path = SHIM) -> list[str]:
    """Generated files that differ from what the table gives now."""
    entries = load()
    return [
        name
        for name, emit in EMITTERS.items()
        if not (folder / name).exists()
        or (folder / name).read_text(encoding="utf-8") != emit(entries)
    ]


def write_all(folder: Path = SHIM) -> None:
    entries = load()
    for name, emit in EMITTERS.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(emit(entries), encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m shim.generate")
    parser.add_argument("--check", action="store_true", help="only say what is stale")
    if not parser.parse_args(arguments).check:
        write_all()
        return 0
    stale = stale_files()
    for name in stale:
        print(f"stale: shim/{name}; run python -m shim.generate")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
