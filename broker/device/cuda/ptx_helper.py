"""The helper process that compiles PTX: `python -m broker.device.cuda.ptx_helper`.

Decides how nvJitLink is found and called. It has no device context and needs no GPU.
What a tenant sends can make a compiler hang, grow or crash: that happens here, where it
is bounded and can be killed. It must never know sessions. `server/compiling.py` starts
it and speaks with it over stdin and stdout.

    first   status, text              READY with the version, or MISSING with the reason
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
from pathlib import Path
from typing import Any, BinaryIO

REQUEST = struct.Struct("<BQ")  # length of the options, of the PTX
ANSWER = struct.Struct("<BQ")
READY, MISSING, COMPILED, REFUSED = range(4)


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
            f"nvJitLink cannot be used ({why[:200]}): "
            "pip install 'xsched-broker[cuda]' (nvidia-nvjitlink)"
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


def compile_ptx(nvjitlink: Any, ptx: bytes, options: str) -> tuple[int, bytes]:
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


def serve(requests: BinaryIO, answers: BinaryIO, compiler: Any) -> None:
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
    """Argument: the address space it may have, in bytes."""
    memory = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(10)  # compiling never takes the processor from launches
    # The compiler may print: what it says must not get between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        nvjitlink = find_compiler()
    except CompilerMissing as problem:
        _send(answers, MISSING, str(problem).encode())
        return
    major, minor = nvjitlink.version()
    _send(answers, READY, f"{major}.{minor}".encode())
    serve(
        sys.stdin.buffer,
        answers,
        lambda ptx, options: compile_ptx(nvjitlink, ptx, options),
    )


if __name__ == "__main__":
    main()
