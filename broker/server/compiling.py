"""PTX compiled in helper processes, so that only machine code meets a device context.

Decides how many helpers there are, when one is killed, and which results are kept: by
content and options, within a bound, for one trust domain. A compiler inside the
context would hold every tenant for as long as it runs. It must never know what the
code does, nor the compiler: `device/cuda/ptx_helper.py` chooses it. `session.py` asks
before it has the device drained; made by `broker.py` and `domain_host.py`.

    no compiler is found   the driver compiles in the drained slot; the log says so once
    none knows this PTX    or this GPU: the same, and the log says why, once a reason
    a helper hangs         it is killed after seconds_max; the tenant's load fails
    a helper dies          (out of memory, a crash) its load fails; the next one starts
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import os
import re
import signal
import sys
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from broker.device.backend import DeviceError, DeviceProperties
from broker.device.cuda.ptx_helper import ANSWER, COMPILED, READY, REQUEST, UNABLE
from broker.server.modules import Options

FORMAT_PTX, FORMAT_CUBIN = 1, 2  # wire constants module_format_*
INVALID_PTX = 218
OUT_OF_MEMORY = 2
# -P: nothing is imported from the folder that the broker happens to be in.
COMMAND = (sys.executable, "-P", "-m", "broker.device.cuda.ptx_helper")
START_SECONDS_MAX = 30.0
# sm_90a: what needs the very architecture says so.
TARGET = re.compile(rb"^\s*\.target\s+sm_(\d+)([af]?)", re.M)
VERSION = re.compile(rb"^\s*\.version\s+(\d+)\.(\d+)", re.M)
TARGET_WITHIN_BYTES = 65536
# What nvJitLink compiles, where it is asked, is relocatable; older PTX knows no such
# thing, and the driver compiles it as a whole.
VERSION_MIN = (3, 1)
REASON_MAX, REASONS_MAX = 500, 16  # characters of one; how many the log has
REGISTERS_MAX = 255  # of a thread
REGISTERS_OF_SM = 65536

log = logging.getLogger("broker.compiling")


@dataclass(frozen=True, slots=True)
class CompilingConfig:
    """helpers: at once. seconds_max: wall time of one compilation. memory_bytes:
    address space of a helper, and of the ptxas that it asks. cache_bytes: of machine
    code that is kept. ptxas: "auto", "off", or a path."""

    helpers: int = 2
    seconds_max: float = 60.0
    memory_bytes: int = 8 << 30
    cache_bytes: int = 64 << 20
    ptxas: str = "auto"


class _Missing(Exception):
    """No compiler can be had; the text says why."""


class _Unable(Exception):
    """The compilers there are cannot do it; the text says why."""


class _Helper:
    """One process, and what it has started. It is asked one thing at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    @classmethod
    async def start(
        cls, command: Sequence[str], memory_bytes: int, driver: int, ptxas: str
    ) -> _Helper:
        """Args: driver: its major version. Raises: _Missing."""
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                str(memory_bytes),
                str(driver),
                ptxas,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                # A ptxas may be a script that starts the compiler: all of it ends.
                start_new_session=True,
            )
        except OSError as problem:
            raise _Missing(f"{command[0]} cannot be run: {problem}") from None
        helper = cls(process)
        try:
            async with asyncio.timeout(START_SECONDS_MAX):
                status, text = await helper._answer()
        except (TimeoutError, EOFError):
            await helper.end()
            raise _Missing("the helper process does not start") from None
        except asyncio.CancelledError:
            helper.kill()
            raise
        if status != READY:
            await helper.end()
            raise _Missing(text.decode(errors="replace"))
        helper.compiler = text.decode()
        return helper

    compiler = ""  # its name and its version

    async def ask(self, ptx: bytes, options: str) -> tuple[int, bytes]:
        """Raises: EOFError when it dies over it."""
        name = options.encode()
        stdin = self.process.stdin
        assert stdin is not None
        try:
            stdin.write(REQUEST.pack(len(name), len(ptx)) + name + ptx)
            await stdin.drain()
        except OSError:
            raise EOFError from None
        return await self._answer()

    async def _answer(self) -> tuple[int, bytes]:
        stdout = self.process.stdout
        assert stdout is not None
        status, nbytes = ANSWER.unpack(await stdout.readexactly(ANSWER.size))
        return status, await stdout.readexactly(nbytes)

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    async def end(self) -> None:
        self.kill()
        await self.process.wait()


class PtxCompiler:
    """Compiles for one device. Args: command: starts a helper; replaced in tests."""

    def __init__(
        self,
        properties: DeviceProperties,
        config: CompilingConfig | None = None,
        command: Sequence[str] = COMMAND,
    ) -> None:
        self._config = config or CompilingConfig()
        self._properties = properties
        self._command = tuple(command)
        self._idle: list[_Helper] = []
        self._all: set[_Helper] = set()
        self._ending: set[asyncio.Task[None]] = set()
        self._places = asyncio.Semaphore(self._config.helpers)
        self._missing = ""
        self._said = ""  # by whom PTX is compiled
        self._unable: set[str] = set()  # what the log has said
        self._cache: OrderedDict[tuple[bytes, str], bytes] = OrderedDict()
        self.used_bytes = 0
        self.hits = 0
        self.compiled = 0
        self.killed = 0

    async def compile(
        self, image: bytes, image_format: int, jit_options: Options = ()
    ) -> tuple[bytes, int]:
        """What to load for an image, and its format: PTX becomes a cubin; everything
        else, and PTX where there is no compiler, stays as it is.

        Args: jit_options: the tenant's; module_load sees them, too. PTX older than
        3.1 stays as it is.
        Raises: DeviceError 218 with the compiler's log; 2 when it took too much time
        or memory.
        """
        if image_format != FORMAT_PTX or self._missing or is_old(image):
            return image, image_format
        image = image.rstrip(b"\0")  # the end of a C string, which ptxas refuses
        words = [f"-arch={architecture_of(image, self._properties)}"]
        options = " ".join(words + options_of(jit_options))
        key = (hashlib.sha256(image).digest(), options)
        if (known := self._cache.get(key)) is not None:
            self.hits += 1
            self._cache.move_to_end(key)
            return known, FORMAT_CUBIN
        try:
            cubin = await self._compiled(image, options)
        except _Missing as problem:
            self._give_up(str(problem))
            return image, image_format
        except _Unable as problem:
            self._leave_to_driver(str(problem))
            return image, image_format
        self._keep(key, cubin)
        return cubin, FORMAT_CUBIN

    async def _compiled(self, ptx: bytes, options: str) -> bytes:
        async with self._places:
            helper = self._idle.pop() if self._idle else await self._start()
            done = False
            try:
                async with asyncio.timeout(self._config.seconds_max):
                    status, data = await helper.ask(ptx, options)
                done = True
            except TimeoutError:
                raise DeviceError(
                    OUT_OF_MEMORY,
                    "module_load",
                    "compiling the PTX took longer than "
                    f"{self._config.seconds_max:g} s and was stopped",
                ) from None
            except EOFError:
                raise DeviceError(
                    OUT_OF_MEMORY,
                    "module_load",
                    "the PTX compiler died over it (out of memory, or a crash)",
                ) from None
            finally:
                # Also when whoever waited has gone: an answer would come unasked.
                if done:
                    self._idle.append(helper)
                else:
                    self._discard(helper)
        if status == UNABLE:
            raise _Unable(data.decode(errors="replace"))
        if status != COMPILED:
            words = data.decode(errors="replace")
            raise DeviceError(INVALID_PTX, "module_load", words)
        self.compiled += 1
        return data

    async def _start(self) -> _Helper:
        """Raises: _Missing; also where the driver could not load what is compiled."""
        driver = self._properties.driver_version // 1000
        config = self._config
        helper = await _Helper.start(
            self._command, config.memory_bytes, driver, config.ptxas
        )
        major = helper.compiler.rpartition(" ")[2].partition(".")[0]
        if int(major) > driver:
            await helper.end()
            raise _Missing(f"{helper.compiler} is newer than the driver ({driver}.x)")
        if self._said != helper.compiler:
            self._said = helper.compiler
            log.info("PTX is compiled by %s", helper.compiler)
        self._all.add(helper)
        return helper

    def _discard(self, helper: _Helper) -> None:
        self.killed += 1
        self._all.discard(helper)
        ending = asyncio.get_running_loop().create_task(helper.end())
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)

    def _give_up(self, why: str) -> None:
        if not self._missing:
            log.warning(
                "PTX is compiled by the driver, with the device drained: %s", why
            )
        self._missing = why

    def _leave_to_driver(self, why: str) -> None:
        reason = why.splitlines()[0][:REASON_MAX] if why else "no reason given"
        if reason in self._unable or len(self._unable) >= REASONS_MAX:
            return
        self._unable.add(reason)
        log.warning(
            "such PTX is compiled by the driver, with the device drained: %s", reason
        )

    def _keep(self, key: tuple[bytes, str], cubin: bytes) -> None:
        if len(cubin) > self._config.cache_bytes or key in self._cache:
            return
        self._cache[key] = cubin
        self.used_bytes += len(cubin)
        while self.used_bytes > self._config.cache_bytes:
            _, dropped = self._cache.popitem(last=False)
            self.used_bytes -= len(dropped)

    def kill(self) -> None:
        """End the helpers."""
        self._idle.clear()
        for helper in self._all:
            helper.kill()

    async def close(self) -> None:
        """End them and wait until they have gone."""
        self.kill()
        await asyncio.gather(*(helper.end() for helper in self._all), *self._ending)
        self._all.clear()


def compiler_for(properties: DeviceProperties, config: Any) -> PtxCompiler | None:
    """Of a device whose code is compiled; None for one that runs PTX as it is.

    Args: config: settings.ServerConfig.
    """
    if properties.backend != "cuda" or config.ptx_helpers == 0:
        return None
    return PtxCompiler(
        properties,
        CompilingConfig(
            config.ptx_helpers,
            config.ptx_compile_seconds,
            config.ptx_memory_bytes,
            config.ptx_cache_bytes,
            config.ptxas,
        ),
    )


def options_of(jit_options: Options) -> list[str]:
    """The words of ptxas and nvJitLink for the driver's options (CUjit_option)."""
    words = []
    for number, value in jit_options:
        if number == 0 and value:  # MAX_REGISTERS
            words.append(f"-maxrregcount={min(value, REGISTERS_MAX)}")
        elif number == 1 and value:  # THREADS_PER_BLOCK: registers for so many
            fit = REGISTERS_OF_SM // value // 8 * 8
            words.append(f"-maxrregcount={min(max(fit, 16), REGISTERS_MAX)}")
        elif number == 7:  # OPTIMIZATION_LEVEL: they know none and all
            words.append("-O3" if value else "-O0")
        elif number == 11 and value:  # GENERATE_DEBUG_INFO
            words.append("-g")
        elif number == 13 and value:  # GENERATE_LINE_INFO
            words.append("-lineinfo")
    if "-g" in words:  # neither compiler optimises what is to be debugged
        words = [word for word in words if word != "-O3"]
    return words


def is_old(ptx: bytes) -> bool:
    """Whether the PTX is older than what nvJitLink compiles."""
    said = VERSION.search(ptx[:TARGET_WITHIN_BYTES])
    return said is not None and (int(said[1]), int(said[2])) < VERSION_MIN


def architecture_of(ptx: bytes, properties: DeviceProperties) -> str:
    """The device's architecture; with the PTX's own suffix where it is for this one."""
    own = f"{properties.compute_major}{properties.compute_minor}"
    target = TARGET.search(ptx[:TARGET_WITHIN_BYTES])
    exact = target is not None and target[1].decode() == own
    suffix = target[2].decode() if target is not None and exact else ""
    return f"sm_{own}{suffix}"
