"""Builds C programs and libraries for tests, mostly under the compiler's sanitizers.

Decides how: the sources beside each other, one for each processor, because a compiler
given several takes them in turn. The caller says with which flags.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parents[1]
# For what runs a second or less. The sanitizers miss nothing without the optimizer,
# which takes ten seconds for the two large generated files alone; their reports name
# lines with -g1 as well.
QUICK = ("-O0", "-g1")


def build(
    target: Path,
    sources: Sequence[str | Path],
    flags: Sequence[str],
    link: Sequence[str] = (),
) -> subprocess.CompletedProcess[str]:
    """Compile the sources and link them to target; whoever failed first, or the linker.

    Args: sources, flags: relative to the root of the tree. link: flags of the linker
        that come after the objects.
    """
    folder = target.with_name(f"{target.name}.objects")
    folder.mkdir()
    objects = [folder / f"{number}.o" for number, _ in enumerate(sources)]

    def compiled(source: str | Path, to: Path) -> subprocess.CompletedProcess[str]:
        return _compiler(*flags, "-c", source, "-o", to)

    with ThreadPoolExecutor(os.cpu_count()) as beside:
        for done in beside.map(compiled, sources, objects):
            if done.returncode:
                return done
    return _compiler(*flags, *objects, "-o", target, *link)


def _compiler(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [os.environ.get("CC", "cc"), *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
