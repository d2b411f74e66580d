"""Writes gen/ from schema.toml: `python -m broker.wire.generate [--check]`.

It decides which files are generated. Called by hand after a change of the schema; with
--check by CI: exit status 1 and the names of the files that are stale. Must run in a
tree where nothing is built and gen/ is wrong or empty.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from broker.wire import schema as schemas
from broker.wire.emit import c_header, c_source, cython, document, python

GEN = Path(__file__).with_name("gen")

EMITTERS: dict[str, Callable[[schemas.Schema], str]] = {
    "messages.py": python.emit,
    "xs_wire.h": c_header.emit,
    "xs_wire.c": c_source.emit,
    "xs_wire.pxd": cython.emit_declarations,
    "glue.pxi": cython.emit_glue,
    "WIRE.md": document.emit,
}


def stale_files(folder: Path = GEN) -> list[str]:
    """Names of generated files that differ from what the schema gives now."""
    schema = schemas.load()
    return [
        name
        for name, emit in EMITTERS.items()
        if not (folder / name).exists()
        or (folder / name).read_text(encoding="utf-8") != emit(schema)
    ]


def write_all(folder: Path = GEN) -> None:
    schema = schemas.load()
    for name, emit in EMITTERS.items():
        (folder / name).write_text(emit(schema), encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m broker.wire.generate")
    parser.add_argument("--check", action="store_true", help="only say what is stale")
    if not parser.parse_args(arguments).check:
        write_all()
        return 0
    stale = stale_files()
    for name in stale:
        print(f"stale: {GEN.name}/{name}; run python -m broker.wire.generate")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
