"""The helper process that compiles PTX: `python -m broker.device.cuda.ptx_helper`.

Decides which compiler is asked, and how nvJitLink is found and called: ptxas (ptxas.py)
where there is one that fits the driver, for its code is the driver's own; nvJitLink
otherwise, and for PTX that is newer than ptxas. It has no device context and needs no
GPU. What a tenant sends can make a compiler hang, grow or crash: that happens here,
where it is bounded and can be killed. It must never know sessions.
`server/compiling.py` starts it and speaks with it over stdin and stdout.

    first   status, text              READY with the compiler's name and version, or
                                      MISSING with the reason
    ask     request header, options, PTX
    answer  status, cubin or text     COMPILED, or REFUSED with the compiler's log

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

from broker.device.cuda.ptxas import TOO_NEW, Ptxas, PtxasFailed, find_ptxas

REQUEST = struct.Struct("<BQ")  # length of the options, of the PTX
ANSWER = struct.Struct("<BQ")
READY, MISSING, COMPILED, REFUSED = range(4)

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


def choose(driver_major: int) -> tuple[str, Compiler]:
    """The compiler's name and version, and what asks it. Raises: CompilerMissing."""
    if ptxas := find_ptxas(driver_major):
        name = "ptxas {}.{}".format(*ptxas.version)
        return name, lambda ptx, options: assemble(ptxas, ptx, options)
    nvjitlink = find_compiler()
    name = "nvJitLink {}.{}".format(*nvjitlink.version())
    return name, lambda ptx, options: link_ptx(nvjitlink, ptx, options)


def assemble(ptxas: Ptxas, ptx: bytes, options: str) -> tuple[int, bytes]:
    """As `link_ptx`. One that crashes takes the helper along: the broker tells both
    from a refusal in the same way."""
    try:
        compiled, data = ptxas.compile(ptx, options)
    except PtxasFailed as problem:
        sys.exit(f"{ptxas.path}: {problem}")
    if not compiled and TOO_NEW in data:
        try:
            return link_ptx(find_compiler(), ptx, options)
        except CompilerMissing:
            pass
    return (COMPILED if compiled else REFUSED), data


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
    """Arguments: the address space it may have, bytes; the driver's major version."""
    memory, driver_major = int(sys.argv[1]), int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(10)  # compiling never takes the processor from launches
    # The compiler may print: what it says must not get between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        name, compiler = choose(driver_major)
    except CompilerMissing as problem:
        _send(answers, MISSING, str(problem).encode())
        return
    _send(answers, READY, name.encode())
    serve(sys.stdin.buffer, answers, compiler)


if __name__ == "__main__":
    main()
