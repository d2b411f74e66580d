"""Does the broker's device work stand up to compute-sanitizer (memcheck)?

    python -m tests.gpu.sanitizer [--self-test | --no-self-test] [--logs FOLDER]

First a self-test: a tenant plants reads that are out of bounds, and the tool's report
must show each; a tool that sees nothing, or was never in the broker's processes, fails
here. Then tenants do what tenants.py holds, in the broker's own process and in a trust
domain's, and it fails where the tool reports an error, where a result is wrong, or
where the broker or the tool does not end as it should. Two minutes and a half in all.

--tool none: without the tool, for `--device emulated`, to try the tenants' side alone.
Exit status 1 unless all passed. Called by tests/gpu/run.sh (part `sanitizer`).

Errors of the CUDA interface are not reported (--report-api-errors no): some are
everyday business here. The broker asks for entry points that a driver may not have,
pins what may be pinned already, and passes on what a tenant asked for in order to tell
it the driver's own answer; each would count. What kernels do to memory is reported all
the same; a copy or fill that the driver refuses is an error that its tenant is told,
and a wrong result here.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from broker.admin import AdminError
from broker.run import shim_folder
from tests.gpu.sanitizer import report, tenants
from tests.gpu.sanitizer.tenants import Ground
from tests.shim.conftest import compiled
from tests.socket.peer import BrokerProcess

# All of it within the 150 s that the part may take.
SELF_TEST_S, WORK_S = 45.0, 85.0
START_S, STOP_S = 60.0, 30.0
USUAL_PLACES = ("/usr/local/cuda/bin", "/opt/cuda/bin")
OPTIONS = (
    *("--tool", "memcheck"),
    *("--target-processes", "all"),  # worker processes of trust domains
    *("--max-connections", "32"),  # of processes; the usual 10 are soon used up
    *("--report-api-errors", "no"),
    *("--show-backtrace", "device"),  # of the host they are Python's, and long
    *("--error-exitcode", str(report.EXIT_FOUND)),
)


def found_tool() -> str | None:
    homes = [
        f"{os.environ[n]}/bin" for n in ("CUDA_HOME", "CUDA_PATH") if n in os.environ
    ]
    path = os.pathsep.join([os.environ.get("PATH", ""), *homes, *USUAL_PLACES])
    return shutil.which("compute-sanitizer", path=path)


@dataclass(slots=True)
class Watched:
    """A broker, and the tool around it. problems: what went wrong so far. status: of
    the tool; None while it runs, and where it was killed."""

    broker: BrokerProcess
    log: Path | None
    pid: int = 0
    problems: list[str] = field(default_factory=list)
    status: int | None = None
    killed: bool = False

    def look(self, ground: Ground) -> None:
        """Is the tool in every process with a device context? While they live."""
        if self.log is None or self.killed:
            return
        try:
            pids = {"the broker": self.pid}
            for row in ground.ask("status")["domains"]:
                pids[f"domain {row['domain']}"] = row["pid"]
            maps = {n: Path(f"/proc/{p}/maps").read_text() for n, p in pids.items()}
        except (AdminError, OSError) as problem:
            self.problems.append(f"the broker has gone: {problem}")
        else:
            self.problems += report.attachment(maps)

    def stop(self, ground: Ground) -> None:
        """As an operator does; the tool ends after the broker."""
        if not self.killed:
            with suppress(AdminError, OSError):  # it has gone: the status tells
                ground.ask("drain")
        try:
            status = self.broker.process.wait(STOP_S)
            self.status = None if self.killed else status
        except subprocess.TimeoutExpired:
            self.problems.append(f"it has not stopped after {STOP_S:g} s")
            self.kill()

    def kill(self) -> None:
        """So that nobody waits for it any more; the tool does not take it along."""
        if self.broker.process.poll() is None:
            self.killed = True
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            self.broker.process.kill()

    def report(self) -> report.Report:
        known = self.log is not None and self.log.exists()
        return report.parse(self.log.read_text(errors="replace") if known else "")


def listener_of(path: str) -> int:
    """The process that listens on the socket: the broker itself, whoever started it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
        asking.connect(path)
        size = struct.calcsize("3i")
        peer = asking.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
    return int(struct.unpack("3i", peer)[0])


@contextmanager
def serving(told: argparse.Namespace, folder: Path) -> Iterator[Watched]:
    """Raises: AssertionError, with the logs' ends, when it does not come up."""
    log = None if told.tool == "none" else folder / "sanitizer.log"
    prefix = [] if log is None else [told.tool, *OPTIONS, "--log-file", str(log)]
    more = () if told.device == "cuda" else ("--dilation", "1")
    with BrokerProcess(
        folder,
        *more,
        device=told.device,
        config=tenants.CONFIG,
        ready=False,
        prefix=prefix,
    ) as broker:
        watched = Watched(broker, log)
        try:
            broker.wait_ready(seconds=START_S)
        except AssertionError as problem:
            said = log.read_text()[-2000:] if log and log.exists() else ""
            raise AssertionError(
                f"the broker did not come up: {problem}\n{said}"
            ) from None
        watched.pid = listener_of(broker.path)
        try:
            yield watched
        finally:
            watched.kill()
            if told.logs:
                keep(Path(told.logs), folder)


def keep(to: Path, folder: Path) -> None:
    to.mkdir(parents=True, exist_ok=True)
    for log in folder.glob("*.log"):
        shutil.copy(log, to / f"{folder.name}-{log.name}")


# ------------------------------------------------------------------- the work
@dataclass(slots=True)
class Turns:
    """Runs steps one after the other, until the time is over; says how each went."""

    until: float
    problems: list[str] = field(default_factory=list)

    def run(self, name: str, step: Callable[[], object]) -> None:
        if time.monotonic() > self.until:
            self.problems.append(f"{name}: not run, the time was over")
            return
        begin, word = time.monotonic(), "ok"
        try:
            step()
        except Exception as problem:  # the tool's report is wanted all the same
            word = "FAIL"
            self.problems.append(f"{name}: {type(problem).__name__}: {problem}")
        print(f"  {name:<42} {word:<5} {time.monotonic() - begin:5.1f} s", flush=True)


def client_work(ground: Ground, turns: Turns) -> None:
    for step, tenant in tenants.STEPS:
        turns.run(f"{step.__name__} ({tenant})", lambda s=step, t=tenant: s(ground, t))


def shim_work(ground: Ground, turns: Turns, names: Sequence[str], place: Path) -> None:
    for name in names:

        def step(name: str = name) -> None:
            program = compiled(place, shim_folder(), name)
            tenants.shim_program(ground, name, program)

        turns.run(f"programs/{name}.c", step)


def work(told: argparse.Namespace, folder: Path) -> list[str]:
    """Both kinds of tenants beside each other. Returns problems."""
    with serving(told, folder) as watched:
        ground = Ground(watched.broker.path, told.device)
        turns = Turns(time.monotonic() + told.seconds)
        with ThreadPoolExecutor(2) as both:
            futures = [
                both.submit(client_work, ground, turns),
                both.submit(shim_work, ground, turns, told.programs, folder),
            ]
            wait_for(futures, told.seconds + tenants.PATIENCE_S, watched)
        watched.problems += turns.problems
        watched.look(ground)
        watched.stop(ground)
    return ended(watched, report.verdict)


def wait_for(futures: list[Future[None]], seconds: float, watched: Watched) -> None:
    """A step that hangs is let go by the broker's end."""
    until = time.monotonic() + seconds
    for future in futures:
        try:
            future.result(max(0.0, until - time.monotonic()))
        except TookTooLong:
            watched.problems.append("tenants did not come to an end")
            watched.kill()
            return


def ended(
    watched: Watched, judge: Callable[[report.Report, int | None], list[str]]
) -> list[str]:
    """All problems of a run; without the tool, the broker's own."""
    if watched.log is None:
        bad = [] if watched.status == 0 else [f"exit code {watched.status}, not 0"]
        return [*watched.problems, *bad]
    found = watched.report()
    problems = [*watched.problems, *judge(found, watched.status)]
    if problems:
        print("\n".join(f"    | {line}" for line in report.shown(found)))
    return problems


# -------------------------------------------------------------- the self-test
def self_test(told: argparse.Namespace, folder: Path) -> list[str]:
    """Each planted read ends the context of its domain, which starts again."""
    with serving(told, folder) as watched:
        ground = Ground(watched.broker.path, told.device)
        watched.look(ground)
        turns, planted = Turns(time.monotonic() + SELF_TEST_S), dict[str, int]()

        def plant(name: str, behind: bool) -> None:
            planted[name] = tenants.plant(ground, behind)

        for name, behind in (
            ("at the beginning of all", False),
            ("behind memory", True),
        ):
            turns.run(f"a read {name}", lambda n=name, b=behind: plant(n, b))
        watched.problems += turns.problems
        watched.stop(ground)

    def judge(found: report.Report, status: int | None) -> list[str]:
        kernel = f"xs_{tenants.PLANTED_KERNEL}"
        return report.self_test_verdict(found, status, planted, kernel)

    return ended(watched, judge)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--device", default="cuda", choices=["cuda", "emulated", "null"]
    )
    parser.add_argument("--tool", help="compute-sanitizer; found where it usually is")
    parser.add_argument(
        "--self-test", action=argparse.BooleanOptionalAction, default=None
    )
    parser.add_argument(
        "--logs", help="folder that keeps the broker's log and the tool's"
    )
    parser.add_argument("--seconds", type=float, default=WORK_S, help="for the tenants")
    parser.add_argument(
        "--programs", nargs="*", default=tenants.PROGRAMS, choices=tenants.PROGRAMS
    )
    told = parser.parse_args(arguments)
    told.tool = told.tool or found_tool()
    if told.tool is None:
        print("sanitizer: there is no compute-sanitizer: name it with --tool")
        return 1
    failed = []
    parts = {"self-test": self_test, "work": work}
    if told.self_test is not None:
        parts.pop("work" if told.self_test else "self-test")
    if told.tool == "none":
        parts.pop("self-test", None)  # nothing would report it
    with tempfile.TemporaryDirectory(prefix="xsched-sanitizer-") as place:
        for name, part in parts.items():
            print(f"{name}:", flush=True)
            folder = Path(place) / name
            folder.mkdir()
            try:
                problems = part(told, folder)
            except AssertionError as problem:
                problems = [str(problem)]
            print(
                "\n".join(f"  {name}: {problem}" for problem in problems) or "  clean"
            )
            failed += [name] if problems else []
    print(
        f"sanitizer: {'not passed: ' + ', '.join(failed) if failed else 'all passed'}"
    )
    return 1 if failed else 0
