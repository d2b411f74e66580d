"""`xsched-broker run`: a program whose CUDA calls go to a broker.

Decides which environment makes a program load the stand-ins for the driver and for
NVML, and what happens when no broker listens: one of its own is started, for as long as
the program runs. It must never know what the program does. `cli.py` calls it.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from socket import AF_UNIX, SOCK_STREAM, socket

READY_SECONDS = 60.0
STOP_SECONDS = 15.0
_PR_SET_PDEATHSIG = 1
_FORWARDED = (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)


class RunError(Exception):
    """The program cannot be run like this; the text says what to do next."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user asked for. Empty or None: not said.

    socket: of the broker. device: for a broker of its own. memory: as in a
    configuration, "20GiB".
    """

    socket: str
    tenant: str = ""
    class_: int | None = None
    memory_bytes: int = 0
    device: str = ""


def shim_folder() -> Path:
    """Where libcuda.so.1 and libnvidia-ml.so.1 are. Raises: RunError.

    They are installed beside the compiled parts of this package, which need not be
    beside its sources.
    """
    from broker.wire import _codec

    places = [Path(_codec.__file__).parents[1], Path(__file__).parent]
    for place in places:
        if (place / "lib" / "libcuda.so.1").exists():
            return place / "lib"
    raise RunError(
        f"the shim is not installed (no lib/libcuda.so.1 in {places[0]}): install "
        "the package again"
    )


def shim_environment(
    folder: Path, wishes: Wishes, environment: Mapping[str, str]
) -> dict[str, str]:
    """The variables that put a program behind the broker; `environment`: as it is."""
    values = {
        "LD_LIBRARY_PATH": _prepended(str(folder), environment.get("LD_LIBRARY_PATH")),
        # Who looks for the driver by an absolute path finds it loaded already.
        "LD_PRELOAD": _prepended(
            str(folder / "libcuda.so.1"), environment.get("LD_PRELOAD")
        ),
        "TRITON_LIBCUDA_PATH": str(folder),
        "XSCHED_SOCKET": wishes.socket,
    }
    if wishes.tenant:
        values["XSCHED_TENANT"] = wishes.tenant
    if wishes.class_ is not None:
        values["XSCHED_CLASS"] = str(wishes.class_)
    if wishes.memory_bytes:
        values["XSCHED_MEMORY"] = str(wishes.memory_bytes)
    return values


def program_environment(
    folder: Path, wishes: Wishes, environment: Mapping[str, str]
) -> dict[str, str]:
    """The same for a program that is started here. CUDA_VISIBLE_DEVICES, if it shows
    any, names a device of the machine's: behind a broker there is one, and it is 0."""
    values = shim_environment(folder, wishes, environment)
    first = environment.get("CUDA_VISIBLE_DEVICES", "-1").split(",")[0].strip()
    if first not in ("", "-1"):
        values["CUDA_VISIBLE_DEVICES"] = "0"
    return values


def _prepended(first: str, rest: str | None) -> str:
    parts = [part for part in (rest or "").split(":") if part and part != first]
    return ":".join([first, *parts])


def run(wishes: Wishes, command: Sequence[str]) -> int:
    """Run the command behind a broker; returns its exit code, or does not return.

    Where a broker listens, this process becomes the program. Raises: RunError.
    """
    folder = shim_folder()
    if somebody_listens(wishes.socket):
        os.environ.update(program_environment(folder, wishes, os.environ))
        _become(command)
    with tempfile.TemporaryDirectory(prefix="xsched-") as place:
        return _run_with_broker(wishes, command, folder, Path(place))


def somebody_listens(path: str) -> bool:
    """Does a broker accept connections there?

    Raises: RunError where one does, but not for this user.
    """
    with socket(AF_UNIX, SOCK_STREAM) as probe:
        try:
            probe.connect(path)
        except PermissionError:
            raise RunError(
                f"no right to use {path}: ask the operator to add this user to the "
                "socket's group"
            ) from None
        except OSError:
            return False
    return True


def _become(command: Sequence[str]) -> None:
    try:
        os.execvp(command[0], list(command))
    except OSError as problem:
        raise RunError(f"cannot run {command[0]}: {problem.strerror}") from problem


# ------------------------------------------------------------ a broker of its own


def _run_with_broker(
    wishes: Wishes, command: Sequence[str], folder: Path, place: Path
) -> int:
    tenant = wishes.tenant or Path(command[0]).name
    path = str(place / "broker.sock")
    _end_by_signals()
    broker = _start_broker(wishes, tenant, path, place)
    try:
        _wait_ready(broker, path, place)
        print(
            f"xsched-broker: no broker listens at {wishes.socket}: started one for "
            f"this program alone, at {path}",
            file=sys.stderr,
        )
        own = Wishes(path, tenant, wishes.class_, wishes.memory_bytes)
        environment = {**os.environ, **program_environment(folder, own, os.environ)}
        return _run_child(command, environment)
    finally:
        _stop(broker)


def _end_by_signals() -> None:
    """Signals that end a process end this one as Ctrl-C does, not before its broker has
    ended; while the program runs, it gets them. What is ignored stays so (nohup)."""
    for number in _FORWARDED:
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, lambda got, _: sys.exit(128 + got))


def _start_broker(
    wishes: Wishes, tenant: str, path: str, place: Path
) -> subprocess.Popen[bytes]:
    config = place / "broker.toml"
    config.write_text(_config(wishes, tenant), encoding="utf-8")
    command = [sys.executable, "-P", "-m", "broker", "serve", "--socket", path]
    command += ["--config", str(config)]
    if wishes.device:
        command += ["--device", wishes.device]
    with (place / "broker.log").open("wb") as log:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # Ctrl-C is for the program; the broker ends when the program has.
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )


def _config(wishes: Wishes, tenant: str) -> str:
    quoted = tenant.replace("\\", "\\\\").replace('"', '\\"')
    lines = [f'[tenants."{quoted}"]', f"class = {wishes.class_ or 0}"]
    if wishes.memory_bytes:
        lines.append(f'memory = "{wishes.memory_bytes}"')
    return "\n".join([*lines, ""])


def _die_with_parent() -> None:
    """Killed outright, we cannot stop the broker ourselves."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _wait_ready(broker: subprocess.Popen[bytes], path: str, place: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not _serves(path):
        if broker.poll() is not None or time.monotonic() > deadline:
            said = (place / "broker.log").read_text(errors="replace").strip()
            raise RunError(f"a broker of its own did not start: {said[-2000:]}")
        time.sleep(0.02)


def _serves(path: str) -> bool:
    """It listens before it is set up; once it answers, it also ends as it should."""
    from broker.admin import AdminError, admin_path, ask

    try:
        ask(admin_path(path), "status", timeout_seconds=READY_SECONDS)
    except AdminError:
        return False
    return True


def _run_child(command: Sequence[str], environment: dict[str, str]) -> int:
    child: subprocess.Popen[bytes] | None = None
    early: list[int] = []

    def pass_on(number: int, _: object) -> None:
        if child is None:
            early.append(number)
        else:
            child.send_signal(number)

    passed_on = [n for n in _FORWARDED if signal.getsignal(n) is not signal.SIG_IGN]
    before = {number: signal.signal(number, pass_on) for number in passed_on}
    try:
        child = subprocess.Popen(list(command), env=environment)
        # The terminal sends Ctrl-C to the program too; what it does about it counts.
        # What is ignored before it starts, it would ignore as well.
        before[signal.SIGINT] = signal.signal(signal.SIGINT, signal.SIG_IGN)
        for number in early:
            child.send_signal(number)
        code = child.wait()
    except OSError as problem:
        raise RunError(f"cannot run {command[0]}: {problem.strerror}") from problem
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return code if code >= 0 else 128 - code


def _stop(broker: subprocess.Popen[bytes]) -> None:
    broker.terminate()
    try:
        broker.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            broker.kill()
        broker.wait()
