"""Reads and writes the text of trace files, gzipped or plain.

Decides the size bound and how an unreadable file is named. Must never know what is in a
file. Called by `loadgen.traces`, `loadgen.requests` and `loadgen.convert`.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from pathlib import Path

TEXT_BYTES_MAX = 1 << 30
GZIP_MAGIC = b"\x1f\x8b"
SQLITE_MAGIC = b"SQLite format 3\0"


def read_text(path: Path, error: type[Exception]) -> str:
    """The file's text, unpacked; refuses one that unpacks to more than 1 GiB.

    Raises: `error`, naming the file.
    """
    try:
        data = path.read_bytes()
        if data[:2] == GZIP_MAGIC:
            with gzip.open(path) as packed:
                data = packed.read(TEXT_BYTES_MAX + 1)
        if len(data) > TEXT_BYTES_MAX:
            raise error(f"{path}: larger than {TEXT_BYTES_MAX} bytes unpacked")
        return data.decode("utf-8-sig")
    except FileNotFoundError:
        raise error(f"{path}: no such file") from None
    except (OSError, EOFError, UnicodeDecodeError) as problem:
        raise error(f"{path}: cannot be read: {problem}") from None


def is_sqlite(path: Path) -> bool:
    """Whether the file begins as an SQLite database does; False if unreadable."""
    try:
        with path.open("rb") as file:
            return file.read(len(SQLITE_MAGIC)) == SQLITE_MAGIC
    except OSError:
        return False


def write_lines(path: Path, lines: Iterable[str]) -> int:
    """Write lines, gzipped if the name ends in .gz; returns how many.

    The gzip header holds no time, so that the same lines give the same file.
    """
    count = 0
    with path.open("wb") as plain:
        packed = gzip.GzipFile("", "wb", 9, plain, 0) if path.suffix == ".gz" else None
        out = packed or plain
        for line in lines:
            out.write(line.encode() + b"\n")
            count += 1
        if packed is not None:
            packed.close()
    return count
