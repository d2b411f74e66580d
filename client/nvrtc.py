"""CUDA C to PTX or a cubin, with NVRTC from its wheel; no toolkit and no GPU needed.

Decides how the compiler is called and how its failures read. Must never know sessions.
Called by `session.py` and by whoever wants PTX without a broker.
"""

from __future__ import annotations

import ctypes
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from client.errors import CompileError, Error

_MISSING = (
    "compiling CUDA C needs NVRTC: pip install 'xsched-broker[cuda]' "
    "(or cuda-bindings and nvidia-cuda-nvrtc); PTX and cubins load without it"
)


def _nvrtc() -> Any:
    try:
        from cuda.bindings import nvrtc
    except ImportError as missing:
        raise Error(_MISSING) from missing
    _preload()
    return nvrtc


def _preload() -> None:
    """Load the wheel's library where the bindings' own search would miss it.

    They look into site-packages only; a wheel may lie in another folder of sys.path.
    """
    spec = importlib.util.find_spec("nvidia")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        for library in sorted(Path(folder).glob("*/lib/libnvrtc.so.1[0-9]")):
            try:
                ctypes.CDLL(str(library), mode=ctypes.RTLD_GLOBAL)
                return
            except OSError:
                continue


def _checked(nvrtc: Any, answer: tuple[Any, ...]) -> Any:
    """The value of a binding's answer tuple; raises when its first member is no 0."""
    result, *values = answer
    if int(result) != 0:
        raise Error(f"NVRTC: {getattr(result, 'name', result)}")
    return values[0] if values else None


def _log(nvrtc: Any, program: Any) -> str:
    size: int = _checked(nvrtc, nvrtc.nvrtcGetProgramLogSize(program))
    log = b" " * size
    _checked(nvrtc, nvrtc.nvrtcGetProgramLog(program, log))
    return log.rstrip(b"\0 \n").decode("utf-8", "replace")


def compile_ptx(
    source: str | bytes,
    compute: tuple[int, int] = (9, 0),
    options: Sequence[str | bytes] = (),
    name: str = "source.cu",
) -> bytes:
    """Compile one translation unit to PTX.

    Args:    source: CUDA C; entries that are looked up by name want `extern "C"`.
             compute: capability of the virtual architecture. options: as nvrtc's own.
    Returns: PTX text without the closing zero byte.
    Raises:  CompileError with the compiler's log; Error when NVRTC is not installed.
    """
    return _compile(source, b"compute_%d%d" % compute, options, name, "PTX").rstrip(
        b"\0 "
    )


def compile_cubin(
    source: str | bytes,
    compute: tuple[int, int] = (9, 0),
    options: Sequence[str | bytes] = (),
    name: str = "source.cu",
) -> bytes:
    """As compile_ptx, to machine code for exactly this capability.

    Why: a driver refuses PTX of a newer toolkit than itself, but takes its cubins as
    long as the major version is its own.
    """
    return _compile(source, b"sm_%d%d" % compute, options, name, "CUBIN")


def _compile(
    source: str | bytes,
    architecture: bytes,
    options: Sequence[str | bytes],
    name: str,
    output: str,
) -> bytes:
    nvrtc = _nvrtc()
    text = source.encode() if isinstance(source, str) else source
    flags = [o.encode() if isinstance(o, str) else o for o in options]
    if not any(flag.startswith((b"--gpu-arch", b"-arch")) for flag in flags):
        flags.append(b"--gpu-architecture=" + architecture)
    try:
        created = nvrtc.nvrtcCreateProgram(text, name.encode(), 0, [], [])
    except RuntimeError as missing:  # the bindings are there, the library is not
        raise Error(_MISSING) from missing
    program = _checked(nvrtc, created)
    try:
        (result,) = nvrtc.nvrtcCompileProgram(program, len(flags), flags)
        if int(result) != 0:
            raise CompileError(_log(nvrtc, program) or getattr(result, "name", "?"))
        size: int = _checked(nvrtc, getattr(nvrtc, f"nvrtcGet{output}Size")(program))
        code = b" " * size
        _checked(nvrtc, getattr(nvrtc, f"nvrtcGet{output}")(program, code))
        return code
    finally:
        nvrtc.nvrtcDestroyProgram(program)
