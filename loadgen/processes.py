"""The processes of a run: a broker, tenants, and the broker's admin command.

Decides how they are started, watched and ended. Must never know traces, cells or what
is measured. Called by `loadgen.runner`.

Each leads a group of its own, so no signal that is sent to the runner's group reaches
it: Ctrl-C, SIGTERM and SIGHUP end the work here, and the work stops whom it has started
on its way out. A runner that is killed outright cannot: tenants see their standard
input end, and the kernel tells the broker.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import json
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar

BROKER = "broker"
STDERR_LINES_KEPT = 20
STDERR_LINES_SHOWN = 5
LINE_BYTES_MAX = 1 << 20
STATUS_EVERY_S = 0.1
BROKER_START_S = 60.0
LAST_WORDS_S = 1.0
BROKER_STOP_S = 15.0
ENDED_EVERY_S = 0.02
ENDING = (signal.SIGTERM, signal.SIGHUP)
_PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None)
Result = TypeVar("Result")


class RunError(Exception):
    """The run cannot go on; the text is one line, with what the process said last."""


def run_work(work: Coroutine[Any, Any, Result]) -> Result:
    """Run the work of a command; SIGTERM and SIGHUP end it as Ctrl-C does.

    Only the first of them counts: what follows would cut short the stopping of others.
    Raises: SystemExit then, with 128 + the signal's number.
    """
    got: list[int] = []

    async def watched() -> Result:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None

        def end(number: int) -> None:
            if not got:
                task.cancel()
            got.append(number)

        for number in ENDING:
            # Under nohup a hang-up is ignored, and stays so.
            if signal.getsignal(number) is not signal.SIG_IGN:
                loop.add_signal_handler(number, end, number)
        return await work

    if threading.current_thread() is not threading.main_thread():
        return asyncio.run(work)  # signals are the main thread's
    try:
        result = asyncio.run(watched())
    except asyncio.CancelledError:
        if not got:
            raise
    if got:
        raise SystemExit(128 + got[0])
    return result


def _end_with_the_runner() -> None:
    """In a child that is about to run its program: SIGTERM once its parent has gone."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def broker_command() -> list[str]:
    """The installed command beside this interpreter, else the package itself."""
    installed = Path(sys.executable).with_name("xsched-broker")
    if installed.exists():
        return [str(installed)]
    return [sys.executable, "-P", "-m", "broker"]


@dataclass(frozen=True, slots=True)
class Commands:
    """What is run for a tenant (a job file is appended) and for the broker."""

    # -P: of this installation; the sources in the folder that we are in may have no
    # compiled parts.
    tenant: tuple[str, ...] = (sys.executable, "-P", "-m", "loadgen.tenant")
    broker: tuple[str, ...] = field(default_factory=lambda: tuple(broker_command()))


class Child:
    """One process with its standard error kept short."""

    def __init__(self, title: str, process: asyncio.subprocess.Process) -> None:
        self.title = title
        self.process = process
        self.last_lines: deque[str] = deque(maxlen=STDERR_LINES_KEPT)
        self._stderr = asyncio.create_task(self._keep_stderr())

    @classmethod
    async def start(
        cls,
        title: str,
        *command: str,
        added: dict[str, str] | None = None,
        prepare: Callable[[], None] | None = None,
    ) -> Self:
        """In a group of its own. added: to the environment. prepare: called in the
        child before its program. Raises: RunError."""
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                limit=LINE_BYTES_MAX,
                process_group=0,
                preexec_fn=prepare,
                env={**os.environ, **(added or {})},
            )
        except OSError as error:
            raise RunError(f"{title}: cannot start {command[0]}: {error}") from None
        return cls(title, process)

    async def _keep_stderr(self) -> None:
        assert self.process.stderr
        async for line in self.process.stderr:
            self.last_lines.append(line.decode(errors="replace").rstrip())

    async def ended(self) -> int:
        """Wait for the end; its exit status.

        Not `process.wait()`: that also waits until nobody holds the pipes any more,
        which an engine does that outlives who started it (python/cpython#119710).
        """
        while (status := self.process.returncode) is None:
            await asyncio.sleep(ENDED_EVERY_S)
        return status

    async def died(self) -> str:
        """Wait for the end; says how and with which last words."""
        status = await self.ended()
        # Not wait_for: it forgets that it was cancelled when both come at once.
        await asyncio.wait([self._stderr], timeout=LAST_WORDS_S)
        how = (
            f"killed by {signal.Signals(-status).name}"
            if status < 0
            else (f"exit status {status}")
        )
        return f"{self.title} died ({how}): {self.last_words() or 'it said nothing'}"

    def last_words(self) -> str:
        """The last lines of its standard error as one."""
        return " | ".join([s for s in self.last_lines if s][-STDERR_LINES_SHOWN:])

    async def stop(self, patience_s: float) -> None:
        """SIGTERM, then SIGKILL; returns once it is gone, and whom it has started. Cut
        short, it is SIGKILL for all of them at once."""
        with contextlib.suppress(ProcessLookupError):
            if self.process.returncode is None:
                self.process.terminate()
        try:
            # Not wait_for: it forgets that it was cancelled when both come at once.
            async with asyncio.timeout(patience_s):
                await self.ended()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
            await self.ended()
        finally:
            # An engine that lives in a process of its own outlives who started it, and
            # would hold the device.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self._stderr.cancel()
            # The pipes that those had: left to themselves they may outlive the loop,
            # and complain. asyncio closes them nowhere else.
            self.process._transport.close()  # type: ignore[attr-defined]


class Tenant(Child):
    """A tenant process and what it has said so far."""

    def __init__(self, title: str, process: asyncio.subprocess.Process) -> None:
        super().__init__(title, process)
        self.sent = self.done = self.over = 0
        self.said: dict[str, dict[str, Any]] = {}
        self._changed = asyncio.Event()
        self._events = asyncio.create_task(self._read_events())

    async def _read_events(self) -> None:
        assert self.process.stdout
        async for line in self.process.stdout:
            try:
                message = json.loads(line)
                event = message.pop("event")
            except (ValueError, KeyError, AttributeError):
                self.last_lines.append(line.decode(errors="replace").rstrip())
                continue
            if event == "progress":
                self.sent, self.done = message["sent"], message["done"]
                self.over = message.get("over", 0)
            self.said[event] = message
            self._changed.set()

    async def heard(self, event: str) -> dict[str, Any]:
        """Wait until the tenant has said it."""
        while event not in self.said:
            self._changed.clear()
            await self._changed.wait()
        return self.said[event]

    async def died(self) -> str:
        """As of any child; one that has said its last word never "died"."""
        how = await super().died()
        await asyncio.wait([self._events], timeout=LAST_WORDS_S)
        if self.said.keys() & {"done", "calibrated"}:
            await asyncio.Event().wait()
        return how

    async def tell(self, **message: Any) -> None:
        assert self.process.stdin
        with contextlib.suppress(ConnectionError):
            self.process.stdin.write(json.dumps(message).encode() + b"\n")
            await self.process.stdin.drain()


async def unless_dead(
    children: list[Child],
    work: Coroutine[Any, Any, Result],
    *,
    within_s: float | None = None,
    doing: str = "",
) -> Result:
    """Do the work; the death of a child or the passing of the time ends it.

    Raises: RunError naming the child, or what was being waited for.
    """
    task = asyncio.ensure_future(work)
    deaths = [asyncio.ensure_future(child.died()) for child in children]
    try:
        done, _ = await asyncio.wait(
            [task, *deaths], timeout=within_s, return_when=asyncio.FIRST_COMPLETED
        )
        if task in done:
            return task.result()
        for child, death in zip(children, deaths, strict=True):
            if death in done:
                raise RunError(death.result() + others_words(children, child))
        raise RunError(f"{doing}: nothing after {within_s:g} s")
    finally:
        for future in (task, *deaths):
            future.cancel()
        # To their end: a task that is dropped on its way out is complained about.
        await asyncio.gather(task, *deaths, return_exceptions=True)


def others_words(children: list[Child], dead: Child) -> str:
    """What the broker said lately, should that be why a tenant died."""
    words = [c.last_words() for c in children if c is not dead and c.title == BROKER]
    return "".join(f"; the broker said: {w}" for w in words if w)


class Broker:
    """A broker to measure against: started here, or one that runs already."""

    def __init__(self, command: tuple[str, ...], socket: str) -> None:
        self.command = command
        self.socket = socket
        self.child: Child | None = None
        self.first_status: dict[str, Any] = {}

    async def serve(self, *, device: str, policy: str, config: Path) -> None:
        """Start one and wait until it answers."""
        self.child = await Child.start(
            BROKER,
            *self.command,
            *("serve", "--socket", self.socket, "--device", device),
            *("--policy", policy, "--config", str(config)),
            prepare=_end_with_the_runner,
        )
        self._drain = asyncio.create_task(drain(self.child.process.stdout))
        await unless_dead(
            [self.child],
            self._until_it_answers(),
            within_s=BROKER_START_S,
            doing="starting the broker",
        )

    async def _until_it_answers(self) -> None:
        while True:
            if Path(self.socket).exists():
                with contextlib.suppress(RunError):
                    self.first_status = await self.status()
                    return
            await asyncio.sleep(STATUS_EVERY_S)

    async def status(self) -> dict[str, Any]:
        status = json.loads(await self.admin("status", "--json"))
        if not isinstance(status, dict):
            raise RunError("broker: status --json is not an object")
        return status

    async def admin(self, *arguments: str) -> str:
        """One admin command; its standard output."""
        child = await Child.start(
            f"xsched-broker {arguments[0]}",
            *self.command,
            *arguments,
            *("--socket", self.socket),
        )
        assert child.process.stdout
        output = await child.process.stdout.read()
        if await child.process.wait() != 0:
            raise RunError(await child.died())
        return output.decode()

    async def stop(self) -> None:
        if self.child is not None:
            await self.child.stop(BROKER_STOP_S)


async def drain(stream: asyncio.StreamReader | None) -> None:
    """Read and forget, so that the writer never blocks."""
    while stream is not None and await stream.read(65536):
        pass


def monotonic_after(seconds: float) -> int:
    return time.monotonic_ns() + round(seconds * 1e9)
