"""NVIDIA's multi-process service on pipes of its own, from start to end of a cell.

Decides how the control daemon is started and stopped, and which variables make a
process its client, or keep it from being a client of one that runs on the machine. It
changes no setting of the device, needs no rights but those of the user, and never
touches a daemon it did not start. It must never know cells or what is measured. Called
by `loadgen.baseline`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from loadgen.processes import RunError

CONTROL = "nvidia-cuda-mps-control"
PID_FILE = "nvidia-cuda-mps-control.pid"
START_S = 30.0
STOP_S = 10.0
LOOK_EVERY_S = 0.05
PRIORITY_NORMAL, PRIORITY_BELOW = "0", "1"


def pipes(folder: Path) -> dict[str, str]:
    """Variables of daemon and clients. Without a daemon there, a process with them uses
    the device directly, whatever runs on the machine's usual pipes."""
    places = {"pipe": folder / "pipe", "log": folder / "log"}
    for place in places.values():
        place.mkdir(parents=True, exist_ok=True)
    return {
        "CUDA_MPS_PIPE_DIRECTORY": str(places["pipe"]),
        "CUDA_MPS_LOG_DIRECTORY": str(places["log"]),
    }


def only_device(environment: Mapping[str, str]) -> dict[str, str]:
    """For clients of a daemon that was started with these variables: what
    CUDA_VISIBLE_DEVICES named there is all there is here, and its first is 0. Nothing
    where it is not set, or hides every device."""
    first = environment.get("CUDA_VISIBLE_DEVICES", "-1").split(",")[0].strip()
    return {} if first in ("", "-1") else {"CUDA_VISIBLE_DEVICES": "0"}


def require() -> None:
    """Raises: RunError when there is no daemon to start on this machine."""
    if shutil.which(CONTROL) is None:
        raise RunError(_missing("not in PATH"))


def _missing(why: str) -> str:
    return (
        f"MPS: cannot run {CONTROL} ({why}): install the driver's utilities, or leave "
        "the mps cells out of --cells"
    )


@asynccontextmanager
async def daemon(folder: Path) -> AsyncIterator[dict[str, str]]:
    """A control daemon on pipes in folder; yields its clients' variables.

    Its clients must have ended before this does. Raises: RunError.
    """
    variables = pipes(folder)
    await _control(variables, "-d", what="starting")
    try:
        yield variables | only_device(os.environ)
    finally:
        await _stop(variables)


async def _control(
    variables: dict[str, str], *arguments: str, text: str = "", what: str
) -> None:
    # Files, no pipes: a daemon that keeps its end of one open would be waited for.
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as output:
        asked.write(text.encode())
        asked.seek(0)
        try:
            process = await asyncio.create_subprocess_exec(
                CONTROL,
                *arguments,
                stdin=asked,
                stdout=output,
                stderr=output,
                env={**os.environ, **variables},
            )
        except OSError as problem:
            raise RunError(_missing(str(problem.strerror))) from None
        try:
            async with asyncio.timeout(START_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
            raise RunError(
                f"MPS: {what} the daemon: nothing after {START_S:g} s"
            ) from None
        output.seek(0)
        words = output.read().decode(errors="replace")
    if process.returncode:
        said = " | ".join(words.split("\n")).strip(" |")
        raise RunError(
            f"MPS: {what} the daemon failed (exit status {process.returncode}): "
            f"{said or 'it said nothing'}"
        )


async def _stop(variables: dict[str, str]) -> None:
    """Ask it to quit; one that does not is ended by its own pid file."""
    pid = _pid(Path(variables["CUDA_MPS_PIPE_DIRECTORY"]))
    with contextlib.suppress(RunError):
        await _control(variables, text="quit\n", what="stopping")
    loop = asyncio.get_running_loop()
    for number in (None, signal.SIGTERM, signal.SIGKILL):
        if pid is None or not _alive(pid):
            return
        if number is not None:
            with contextlib.suppress(OSError):
                os.kill(pid, number)
        end = loop.time() + STOP_S
        while _alive(pid) and loop.time() < end:
            await asyncio.sleep(LOOK_EVERY_S)


def _pid(pipe: Path) -> int | None:
    try:
        return int((pipe / PID_FILE).read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None


def _alive(pid: int) -> bool:
    """A zombie that nobody reads does not count."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (OSError, IndexError):
        return False
    return state not in ("Z", "X")
