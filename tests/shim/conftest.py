"""Programs in C that are compiled here, and brokers for them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from broker.run import Wishes, program_environment, shim_folder
from tests.socket.peer import BrokerProcess

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PROGRAMS = HERE / "programs"
PATIENCE_SECONDS = 120


@pytest.fixture(scope="session")
def folder() -> Path:
    """Where libcuda.so.1 is."""
    return shim_folder()


@pytest.fixture(scope="session")
def program(
    tmp_path_factory: pytest.TempPathFactory, folder: Path
) -> Callable[[str], Path]:
    """Compiles programs/NAME.c, linked against the shim."""
    place = tmp_path_factory.mktemp("programs")

    return partial(compiled, place, folder)


def compiled(place: Path, folder: Path, name: str) -> Path:
    """The program programs/NAME.c in that place, linked against folder's library."""
    made = place / name
    if not made.exists():
        command = ["cc", "-std=gnu11", "-O1", "-g", "-Wall", "-pthread"]
        command += [f"-I{ROOT / 'shim/include'}", "-o", str(made)]
        command += [str(PROGRAMS / f"{name}.c"), f"-L{folder}"]
        command += ["-l:libcuda.so.1", "-ldl"]
        subprocess.run(command, check=True)
    return made


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrokerProcess]:
    with BrokerProcess(tmp_path_factory.mktemp("broker")) as running:
        yield running


def environment(path: str, **more: str) -> dict[str, str]:
    """Of a program behind the broker on that socket, as tenant `t`.

    Without the preloaded library, which would be there first: programs find it by the
    path.
    """
    kept = {k: v for k, v in os.environ.items() if not k.startswith("XSCHED_")}
    values = program_environment(shim_folder(), Wishes(path, "t"), kept)
    del values["LD_PRELOAD"]
    return {**kept, **values, **more}


def run(command: list[str], path: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run it behind the broker on that socket; it must end."""
    return subprocess.run(
        command,
        env=environment(path, **more),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )
