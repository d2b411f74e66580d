"""C programs on the driver's interface, unmodified, behind the shim; each checks its own
results and ends at the first that is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.shim.conftest import HERE, Run

PROGRAMS = sorted(path.stem for path in (HERE / "programs").glob("*.c"))


@pytest.mark.parametrize("name", PROGRAMS)
def test_program(name: str, compiled: Callable[[str], Path], run: Run) -> None:
    done = run([str(compiled(name))])
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr
