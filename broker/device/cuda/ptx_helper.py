"""The helper process that compiles PTX: `python -m broker.device.cuda.ptx_helper`.

Decides which compiler is asked, and how nvJitLink is found and called: ptxas (ptxas.py)
where there is one that fits the driver, for its code is the driver's own; nvJitLink
otherwise, and for what is newer than ptxas. It has no device context and needs no
GPU. What a tenant sends can make a compiler hang, grow or crash: that happens here,
where it is bounded and can be killed. It must never know sessions.
`server/compiling.py` starts it and speaks with it over stdin and stdout.

    first   status, text              READY with the compiler's name and version, or
                                      MISSING with the reason
    ask     request header, options, PTX
    answer  status, cubin or text     COMPILED, or REFUSED with the compiler's log, or
                                      UNABLE with the reason: the driver may be able

Each status and each answer: one byte, eight of length (little-endian), the bytes.
"""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import os
import resource
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from broker.device.cuda.ptxas import (
    TOO_NEW,
    Ptxas,
    PtxasFailed,
    PtxasUnusable,
    find_ptxas,
)

REQUEST = struct.Struct("<BQ")  # length of the options, of the PTX
ANSWER = struct.Struct("<BQ")
READY, MISSING, COMPILED, REFUSED, UNABLE = range(5)

Compiler = Callable[[bytes, str], tuple[int, bytes]]


class CompilerMissing(Exception):
    """There is no compiler here; the text says what to install."""


def find_compiler() -> Any:
    """nvJitLink's bindings, with the library loaded. Raises: CompilerMissing."""
    _preload()
    try:
        nvjitlink = importlib.import_module("cuda.bindings.nvjitlink")
        nvjitlink.version()
    except Exception as problem:  # a package without its library fails in its own ways
        why = " ".join(str(problem).split()) or type(problem).__name__
        raise CompilerMissing(
            f"there is no ptxas of the driver's major version, and nvJitLink cannot "
            f"be used ({why[:200]}): pip install 'xsched-broker[cuda]'"
        ) from problem
    return nvjitlink


def _preload() -> None:
    """Load the wheel's library: the bindings look into one site-packages only."""
    spec = importlib.util.find_spec("nvidia")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        for library in sorted(Path(folder).glob("*/lib/libnvJitLink.so.1[0-9]")):
            try:
                ctypes.CDLL(str(library), mode=ctypes.RTLD_GLOBAL)
                return
            except OSError:
                continue


def link_ptx(nvjitlink: Any, ptx: bytes, options: str) -> tuple[int, bytes]:
    """Args: options: as nvJitLink takes them: "-arch=sm_90 -O3".
    Returns: (COMPILED, cubin) or (REFUSED, the compiler's log)."""
    words = options.split()
    try:
        linker = nvjitlink.create(len(words), words)
    except nvjitlink.nvJitLinkError as problem:
        return REFUSED, f"{options}: {problem}".encode()
    try:
        nvjitlink.add_data(linker, nvjitlink.InputType.PTX, ptx, len(ptx), "ptx")
        nvjitlink.complete(linker)
        cubin = bytearray(nvjitlink.get_linked_cubin_size(linker))
        nvjitlink.get_linked_cubin(linker, cubin)
        return COMPILED, bytes(cubin)
    except nvjitlink.nvJitLinkError as problem:
        log = bytearray(nvjitlink.get_error_log_size(linker))
        nvjitlink.get_error_log(linker, log)
        said = bytes(log).rstrip(b"\0\n ")
        return REFUSED, said or str(problem).encode()
    finally:
        nvjitlink.destroy(linker)


def choose(driver_major: int, told: str = "auto") -> tuple[str, Compiler]:
    """The compiler's name and version, and what asks it. Raises: CompilerMissing.

    Args: told: which ptxas, as `find_ptxas` takes it.
    """
    if ptxas := find_ptxas(driver_major, told):
        name = "ptxas {}.{}".format(*ptxas.version)
        return name, lambda ptx, options: assemble(ptxas, ptx, options)
    nvjitlink = find_compiler()
    name = "nvJitLink {}.{}".format(*nvjitlink.version())
    return name, lambda ptx, options: link_ptx(nvjitlink, ptx, options)


def assemble(ptxas: Ptxas, ptx: bytes, options: str) -> tuple[int, bytes]:
    """As `link_ptx`; UNABLE: neither compiler knows such PTX, or such a GPU. One that
    crashes takes the helper along: the broker tells that from a refusal."""
    try:
        compiled, data = ptxas.compile(ptx, options)
    except PtxasFailed as problem:
        sys.exit(f"{ptxas.path}: {problem}")
    except PtxasUnusable as problem:
        return _by_another(ptxas, ptx, options, f"{ptxas.path}: {problem}".encode())
    if compiled:
        return COMPILED, data
    if any(words in data for words in TOO_NEW):
        return _by_another(ptxas, ptx, options, data)
    return REFUSED, data


def _by_another(
    ptxas: Ptxas, ptx: bytes, options: str, why: bytes
) -> tuple[int, bytes]:
    """By nvJitLink, where one is there whose code the driver loads, too."""
    try:
        nvjitlink = find_compiler()
    except CompilerMissing:
        return UNABLE, why
    if nvjitlink.version()[0] > ptxas.version[0]:
        return UNABLE, why
    status, data = link_ptx(nvjitlink, ptx, options)
    return (status, data) if status == COMPILED else (UNABLE, why + b"\n" + data)


def serve(requests: BinaryIO, answers: BinaryIO, compiler: Compiler) -> None:
    """Answer until the broker closes its end.

    Args: compiler: (PTX, options) -> status and bytes.
    """
    while head := requests.read(REQUEST.size):
        options_bytes, ptx_bytes = REQUEST.unpack(head)
        options = requests.read(options_bytes).decode()
        _send(answers, *compiler(requests.read(ptx_bytes), options))


def _send(answers: BinaryIO, status: int, data: bytes) -> None:
    answers.write(ANSWER.pack(status, len(data)) + data)
    answers.flush()


def main() -> None:
    """Arguments: the address space it may have, bytes; the driver's major version;
    which ptxas, as `find_ptxas` takes it."""
    memory, driver_major, told = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(10)  # compiling never takes the processor from launches
    # The compiler may print: what it says must not get between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        name, compiler = choose(driver_major, told)
    except CompilerMissing as problem:
        _send(answers, MISSING, str(problem).encode())
        return
    _send(answers, READY, name.encode())
    serve(sys.stdin.buffer, answers, compiler)


if __name__ == "__main__":
    main()
