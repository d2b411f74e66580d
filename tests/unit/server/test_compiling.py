"""PTX compiled in helper processes: with a fake compiler, with ptxas and nvJitLink."""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import os
import select
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio

from broker.device.backend import DeviceError
from broker.device.cuda import ptx_helper, ptxas
from broker.device.cuda.images import check_image
from broker.device.cuda.ptxas import find_ptxas
from broker.device.null import NullBackend
from broker.server.compiling import (
    COMMAND,
    FORMAT_CUBIN,
    FORMAT_PTX,
    CompilingConfig,
    PtxCompiler,
    architecture_of,
    compiler_for,
    options_of,
)
from broker.server.modules import Options
from broker.server.settings import ServerConfig

PROPERTIES = replace(NullBackend().properties, backend="cuda")
BUILTIN = Path(__file__).parents[3] / "loadgen" / "kernels" / "builtin.ptx"
# Speaks as the helper does; what it does is written in the text it is given.
FAKE = """
import os, resource, sys, time
from broker.device.cuda import ptx_helper as h

def compiler(ptx, options):
    if ptx == b"hang": time.sleep(3600)
    if ptx == b"die": os._exit(1)
    if ptx == b"grow": bytearray(int(sys.argv[1]))
    if ptx == b"refuse": return h.REFUSED, b"line 1: nonsense"
    if ptx[:6] == b"unable": return h.UNABLE, b"too new\\n" + ptx
    return h.COMPILED, b"%d:%s:%s" % (os.getpid(), options.encode(), ptx)

memory = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
h._send(sys.stdout.buffer, h.READY, b"fake VERSION")
h.serve(sys.stdin.buffer, sys.stdout.buffer, compiler)
"""

Make = Callable[..., PtxCompiler]


def fake(version: str = "13.0") -> tuple[str, ...]:
    return sys.executable, "-c", FAKE.replace("VERSION", version)


@pytest_asyncio.fixture
async def make() -> AsyncIterator[Make]:
    made: list[PtxCompiler] = []

    def new(command: tuple[str, ...] | None = None, **config: Any) -> PtxCompiler:
        settings = CompilingConfig(**{"memory_bytes": 1 << 30, **config})
        made.append(PtxCompiler(PROPERTIES, settings, command or fake()))
        return made[-1]

    yield new
    for each in made:
        await each.close()


async def refused(compiler: PtxCompiler, ptx: bytes) -> DeviceError:
    with pytest.raises(DeviceError) as caught:
        await compiler.compile(ptx, FORMAT_PTX)
    return caught.value


def pid_of(cubin: bytes) -> int:
    return int(cubin.partition(b":")[0])


async def test_ptx_becomes_a_cubin_and_nothing_else_is_touched(make: Make) -> None:
    compiler = make()
    assert await compiler.compile(b"anything", 3) == (b"anything", 3)
    cubin, image_format = await compiler.compile(b"text", FORMAT_PTX)
    assert (cubin.partition(b":")[2], image_format) == (
        b"-arch=sm_90:text",
        FORMAT_CUBIN,
    )


@pytest.mark.parametrize(
    ("version", "old"), [("1.4", True), ("3.0", True), ("3.1", False), ("8.4", False)]
)
async def test_what_is_older_than_relocatable_code_is_left_to_the_driver(
    make: Make, version: str, old: bool
) -> None:
    ptx = f"//\n\t.version {version}\n.target sm_20\n".encode()
    code, code_format = await make().compile(ptx, FORMAT_PTX)
    assert (code_format == FORMAT_PTX) is old
    assert (code == ptx) is old


async def test_the_end_of_a_c_string_is_no_ptx(make: Make) -> None:
    compiler = make()
    cubin, _ = await compiler.compile(b"text\0\0", FORMAT_PTX)
    assert cubin.endswith(b":text")
    await compiler.compile(b"text", FORMAT_PTX)
    assert compiler.hits == 1


async def test_one_helper_serves_again_and_again(make: Make) -> None:
    compiler = make()
    pids = {
        pid_of((await compiler.compile(b"%d" % n, FORMAT_PTX))[0]) for n in range(5)
    }
    assert len(pids) == 1


async def test_what_was_compiled_is_kept_by_content_and_architecture(
    make: Make,
) -> None:
    compiler = make()
    exact = b".target sm_90a\n"
    first = await compiler.compile(b"text", FORMAT_PTX)
    assert await compiler.compile(b"text", FORMAT_PTX) == first
    assert b":-arch=sm_90a:" in (await compiler.compile(exact, FORMAT_PTX))[0]
    assert (compiler.compiled, compiler.hits) == (2, 1)


async def test_what_is_kept_is_bounded_and_the_oldest_goes(make: Make) -> None:
    compiler = make(cache_bytes=1000)
    for n in (1, 2, 1, 3):
        await compiler.compile(b"%d" % n * 400, FORMAT_PTX)
    assert compiler.used_bytes <= 1000
    assert compiler.hits == 1
    await compiler.compile(b"1" * 400, FORMAT_PTX)
    assert compiler.hits == 2, "what was used last is kept"
    await compiler.compile(b"2" * 400, FORMAT_PTX)
    assert compiler.hits == 2
    await compiler.compile(b"x" * 5000, FORMAT_PTX)
    assert compiler.used_bytes <= 1000


async def test_the_compilers_words_reach_the_tenant(make: Make) -> None:
    compiler = make()
    for _ in range(2):
        problem = await refused(compiler, b"refuse")
        assert problem.result == 218
        assert problem.detail == "line 1: nonsense"
    assert (compiler.killed, compiler.hits) == (0, 0), "a refusal is not kept"


@pytest.mark.parametrize(
    ("ptx", "said"), [(b"die", "died"), (b"grow", "died"), (b"hang", "longer than")]
)
async def test_a_helper_that_fails_is_replaced(
    make: Make, ptx: bytes, said: str
) -> None:
    compiler = make(seconds_max=0.5 if ptx == b"hang" else 60.0)
    before = pid_of((await compiler.compile(b"before", FORMAT_PTX))[0])
    problem = await refused(compiler, ptx)
    assert problem.result == 2 and said in problem.detail
    after = pid_of((await compiler.compile(b"after", FORMAT_PTX))[0])
    assert after != before
    assert compiler.killed == 1


async def test_a_slow_text_does_not_keep_another_waiting(make: Make) -> None:
    compiler = make(helpers=2)
    await compiler.compile(b"warm", FORMAT_PTX)
    slow = asyncio.create_task(compiler.compile(b"hang", FORMAT_PTX))
    await asyncio.sleep(0)
    cubin, _ = await compiler.compile(b"quick", FORMAT_PTX)
    assert cubin.endswith(b"quick") and not slow.done()
    slow.cancel()
    with pytest.raises(asyncio.CancelledError):
        await slow
    assert compiler.killed == 1, "its answer would come to somebody else"


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (("/nowhere/python",), "cannot be run"),
        ((sys.executable, "-c", "pass"), "does not start"),
        (fake("14.2"), "newer than the driver"),
        (
            (
                sys.executable,
                "-c",
                "import sys; from broker.device.cuda import ptx_helper as h;"
                "h._send(sys.stdout.buffer, h.MISSING, b'install it')",
            ),
            "install it",
        ),
    ],
)
async def test_without_a_compiler_the_driver_does_it_and_the_log_says_so_once(
    make: Make,
    caplog: pytest.LogCaptureFixture,
    command: tuple[str, ...],
    why: str,
) -> None:
    compiler = make(command)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            assert await compiler.compile(b"text", FORMAT_PTX) == (b"text", FORMAT_PTX)
    # asyncio's own lines (of a child that something else has reaped) are not meant.
    said = [r.getMessage() for r in caplog.records if r.name == "broker.compiling"]
    (line,) = said
    assert "by the driver" in line and why in line


@pytest.mark.parametrize(
    ("text", "architecture"),
    [
        (b".version 8.0\n.target sm_80\n", "sm_90"),
        (b".version 8.0\n.target sm_90a, debug\n", "sm_90a"),
        (b".version 8.0\n  .target sm_100a\n", "sm_90"),
        (b"// .target sm_90a\n.target sm_90\n", "sm_90"),
        (b"", "sm_90"),
    ],
)
def test_architectures(text: bytes, architecture: str) -> None:
    assert architecture_of(text, PROPERTIES) == architecture


@pytest.mark.parametrize(
    ("jit_options", "words"),
    [
        ((), []),
        (((0, 40),), ["-maxrregcount=40"]),
        (((1, 1024), (13, 1)), ["-maxrregcount=64", "-lineinfo"]),
        (((1, 32),), ["-maxrregcount=255"]),
        (((7, 4), (11, 1)), ["-g"]),
        (((11, 1), (7, 0)), ["-g", "-O0"]),
        (((7, 0), (11, 0), (13, 0), (0, 0)), ["-O0"]),
        (((99, 1),), []),
    ],
)
def test_jit_options(jit_options: Options, words: list[str]) -> None:
    assert options_of(jit_options) == words


async def test_options_are_part_of_what_is_kept(make: Make) -> None:
    compiler = make()
    plain, _ = await compiler.compile(b"text", FORMAT_PTX)
    small, _ = await compiler.compile(b"text", FORMAT_PTX, ((0, 32),))
    assert b"-arch=sm_90 -maxrregcount=32:" in small and small != plain


def test_only_a_real_gpus_code_is_compiled() -> None:
    config = ServerConfig()
    assert compiler_for(NullBackend().properties, config) is None
    assert compiler_for(PROPERTIES, config) is not None
    assert compiler_for(PROPERTIES, replace(config, ptx_helpers=0)) is None


# ------------------------------------------------------------------ the compilers

DRIVER_13 = replace(PROPERTIES, driver_version=13990)
# Stands in for ptxas: says its version, writes what it was asked, or fails.
STAND_IN = """#!/bin/sh
case "$*" in
--version) echo "Cuda compilation tools, release VERSION, V0"; exit 0 ;;
esac
for last; do :; done
case "$(cat "$2")" in
*die*) kill -9 $$ ;;
*hang*) sleep 3600 & echo $! > "$XS_TEST_PID"; wait ;;
*new*) echo "ptxas $2, line 1; fatal : Unsupported .version 9.9"; exit 255 ;;
*gpu*) echo "fatal : Value 'sm_99' is not defined for option 'gpu-name'"; exit 1 ;;
esac
echo "$*" > "$last"
"""


@pytest.fixture(params=["ptxas", "nvJitLink"])
def real(request: pytest.FixtureRequest) -> str:
    """What has a helper ask this compiler: `CompilingConfig.ptxas`."""
    if request.param == "ptxas":
        if find_ptxas(13) is None:
            pytest.skip("no ptxas 13 is installed")
        return "auto"
    spec = importlib.util.find_spec("nvidia")
    folders = (spec.submodule_search_locations or ()) if spec else ()
    if not any([*Path(f).glob("*/lib/libnvJitLink.so.1[0-9]")] for f in folders):
        pytest.skip("the wheel nvidia-nvjitlink is not installed")
    return "off"


async def test_compilers_need_no_gpu(
    real: str, caplog: pytest.LogCaptureFixture
) -> None:
    compiler = PtxCompiler(DRIVER_13, CompilingConfig(ptxas=real))
    try:
        with caplog.at_level(logging.INFO):
            cubin, made = await compiler.compile(BUILTIN.read_bytes(), FORMAT_PTX)
        name = "ptxas" if real == "auto" else "nvJitLink"
        assert f"PTX is compiled by {name} 13." in caplog.text
        assert made == FORMAT_CUBIN
        check_image(cubin, FORMAT_CUBIN)
        assert b"xs_saxpy_f32" in cubin
        problem = await refused(compiler, b".version 8.0\n.target sm_90\nnonsense\n")
        assert problem.result == 218 and "line 3" in problem.detail
        assert "/proc" not in problem.detail
        options = ((0, 64), (7, 2), (13, 1))
        again, _ = await compiler.compile(BUILTIN.read_bytes(), FORMAT_PTX, options)
        check_image(again, FORMAT_CUBIN)
        assert again != cubin
        assert (compiler.compiled, compiler.killed) == (2, 0)
    finally:
        await compiler.close()


async def test_a_helper_stays_inside_its_memory(make: Make, real: str) -> None:
    """Too little to begin with: nvJitLink cannot be loaded, a missing compiler; ptxas
    can, and refuses what it has no memory for. No broker hangs."""
    compiler = make(COMMAND, memory_bytes=64 << 20, ptxas=real)
    big = BUILTIN.read_bytes() + b"// more\n" * (8 << 20)
    if real == "auto":
        assert (await refused(compiler, big)).result in (2, 218)
    else:
        assert await compiler.compile(big, FORMAT_PTX) == (big, FORMAT_PTX)


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Installs stand-ins of ptxas; there are no others."""

    def install(version: str) -> Path:
        path = tmp_path / version / "bin" / "ptxas"
        path.parent.mkdir(parents=True)
        path.write_text(STAND_IN.replace("VERSION", version))
        path.chmod(0o755)
        return path

    monkeypatch.setattr(ptxas, "_in_package", lambda *_: iter(()))
    monkeypatch.setattr(ptxas, "TOOLKIT", "/nowhere")
    monkeypatch.delenv("CUDA_PATH", raising=False)
    monkeypatch.delenv("CUDA_HOME", raising=False)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    return install


def test_ptxas_is_one_of_the_drivers_major_version(
    alone: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert find_ptxas(13) is None
    monkeypatch.setenv("PATH", f"{alone('12.9').parent}:/usr/bin:/bin")
    assert find_ptxas(13) is None
    monkeypatch.setenv("CUDA_HOME", str(alone("13.1").parents[1]))
    monkeypatch.setenv("CUDA_PATH", str(alone("13.0").parents[1]))
    found = find_ptxas(13)
    assert found is not None and found.version == (13, 1)
    found = find_ptxas(12)
    assert found is not None and found.version == (12, 9)
    assert find_ptxas(14) is None


async def test_ptxas_is_asked_with_the_options(
    make: Make, alone: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    major = PROPERTIES.driver_version // 1000
    monkeypatch.setenv("CUDA_HOME", str(alone(f"{major}.0").parents[1]))
    monkeypatch.setattr(ptx_helper, "find_compiler", no_nvjitlink)
    name, compiler = ptx_helper.choose(major)
    assert name == f"ptxas {major}.0"
    status, said = compiler(b"text", "-arch=sm_90 -O0")
    assert status == ptx_helper.COMPILED
    assert said.split()[:2] == [b"-arch=sm_90", b"-O0"]


def no_nvjitlink() -> None:
    raise ptx_helper.CompilerMissing("none")


@pytest.mark.parametrize("ptx", [b"new", b"gpu"])
def test_what_is_newer_than_ptxas_goes_to_nvjitlink_or_to_the_driver(
    alone: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, ptx: bytes
) -> None:
    found = ptxas.Ptxas(str(alone("13.0")), (13, 0))
    monkeypatch.setattr(ptx_helper, "find_compiler", no_nvjitlink)
    status, said = ptx_helper.assemble(found, ptx, "-O3")
    assert status == ptx_helper.UNABLE and b"fatal" in said
    status, _ = ptx_helper.assemble(found, b"text", "-O3")
    assert status == ptx_helper.COMPILED

    asked: list[tuple[bytes, str]] = []
    answers = [(ptx_helper.COMPILED, b"cubin"), (ptx_helper.REFUSED, b"nor I")]

    def link(_: Any, ptx: bytes, options: str) -> tuple[int, bytes]:
        asked.append((ptx, options))
        return answers[len(asked) - 1]

    monkeypatch.setattr(ptx_helper, "link_ptx", link)
    for version, wanted in (
        ((13, 5), (ptx_helper.COMPILED, b"cubin")),
        ((13, 5), (ptx_helper.UNABLE, said + b"\nnor I")),
        ((14, 0), (ptx_helper.UNABLE, said)),
    ):
        other = SimpleNamespace(version=lambda version=version: version)
        monkeypatch.setattr(ptx_helper, "find_compiler", lambda other=other: other)
        assert ptx_helper.assemble(found, ptx, "-O3") == wanted
    assert asked == [(ptx, "-O3")] * 2, "its code would not load"


@pytest.mark.parametrize("missing", ["program", "memory"])
def test_a_ptxas_that_cannot_be_run_says_nothing_of_the_ptx(
    alone: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    found = ptxas.Ptxas(str(alone("13.0")), (13, 0))
    monkeypatch.setattr(ptx_helper, "find_compiler", no_nvjitlink)
    if missing == "program":
        Path(found.path).unlink()
    else:
        monkeypatch.setattr(ptxas.os, "memfd_create", no_memory)
    status, said = ptx_helper.assemble(found, b"text", "")
    assert status == ptx_helper.UNABLE and found.path.encode() in said


def no_memory(*_: object) -> int:
    raise OSError(1, "Operation not permitted")


async def test_what_no_compiler_can_do_the_driver_does_and_the_log_says_why(
    make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    compiler = make()
    with caplog.at_level(logging.INFO, "broker.compiling"):
        for n in range(3):
            ptx = b"unable %d" % n
            assert await compiler.compile(ptx, FORMAT_PTX) == (ptx, FORMAT_PTX)
        cubin, _ = await compiler.compile(b"text", FORMAT_PTX)
        assert cubin.endswith(b"text"), "others are compiled as before"
        await refused(compiler, b"die")
        await compiler.compile(b"more", FORMAT_PTX)
    assert [record.getMessage() for record in caplog.records] == [
        "PTX is compiled by fake 13.0",
        "such PTX is compiled by the driver, with the device drained: too new",
    ]


def test_ptxas_may_be_named_or_left_out(
    alone: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUDA_HOME", str(alone("13.1").parents[1]))
    named = str(alone("13.0"))
    found = find_ptxas(13, named)
    assert found is not None and (found.path, found.version) == (named, (13, 0))
    assert find_ptxas(13, "off") is None and find_ptxas(13, "/nowhere") is None
    assert find_ptxas(12, named) is None


def test_root_runs_only_what_root_alone_can_change(
    alone: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of what is found by itself: what was named may be anybody's."""
    path = alone("13.0")
    monkeypatch.setenv("CUDA_HOME", str(path.parents[1]))
    us = os.geteuid()
    monkeypatch.setattr(ptxas, "ROOT", us)  # the program is ours, and we are root
    assert find_ptxas(13) is not None
    for place in (path, path.parent):
        place.chmod(0o757)
        assert find_ptxas(13) is None and find_ptxas(13, str(path)) is not None
        place.chmod(0o755)
    path.chmod(0o757)
    monkeypatch.setattr(ptxas, "ROOT", us + 1)  # we are not
    assert find_ptxas(13) is not None
    monkeypatch.setattr(ptxas.os, "geteuid", lambda: us + 1)  # we are, it is not ours
    path.chmod(0o755)
    assert find_ptxas(13) is None


def test_a_wheel_may_bring_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is found without being imported."""
    program = tmp_path / "xs_wheel" / "cu13" / "bin" / "ptxas"
    program.parent.mkdir(parents=True)
    program.touch()
    (tmp_path / "xs_wheel" / "__init__.py").write_text("raise SystemExit")
    monkeypatch.syspath_prepend(tmp_path)
    assert list(ptxas._in_package("xs_wheel", "*/bin/ptxas")) == [str(program)]
    assert not list(ptxas._in_package("xs_no_wheel", "*"))


def test_where_the_program_lies_is_said_in_full(
    alone: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not what a folder that the broker happens to be in holds."""
    monkeypatch.chdir(alone("13.0").parent)
    monkeypatch.setenv("PATH", ".:/usr/bin:/bin")
    monkeypatch.setenv("CUDA_HOME", "..")
    assert find_ptxas(13) is None


async def test_a_ptxas_that_crashes_or_hangs_costs_its_own_load_only(
    alone: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    major = PROPERTIES.driver_version // 1000
    monkeypatch.setenv("CUDA_HOME", str(alone(f"{major}.0").parents[1]))
    monkeypatch.setenv("XS_TEST_PID", str(tmp_path / "pid"))
    only = (
        "from pathlib import Path; from broker.device.cuda import ptxas, ptx_helper;"
        "ptxas._in_package = lambda *_: iter(()); ptx_helper.main()"
    )
    config = CompilingConfig(seconds_max=1.0, memory_bytes=1 << 30)
    compiler = PtxCompiler(PROPERTIES, config, (sys.executable, "-c", only))
    try:
        problem = await refused(compiler, b"die")
        assert problem.result == 2 and "died" in problem.detail
        problem = await refused(compiler, b"hang")
        assert problem.result == 2 and "longer than" in problem.detail
        cubin, made = await compiler.compile(b"text", FORMAT_PTX)
        assert made == FORMAT_CUBIN and b"-arch=sm_90" in cubin
        assert compiler.killed == 2
    finally:
        await compiler.close()
    try:
        ended = os.pidfd_open(int((tmp_path / "pid").read_text()))
    except ProcessLookupError:
        return  # already
    assert select.select([ended], [], [], 10)[0], "what the compiler started goes on"
    os.close(ended)
