"""Runs one program of `programs` and writes down the hashes of what it made.

    python -m tests.gpu.frameworks.record PROGRAM --out FILE [--kernels] [--case NAME]

A program is a module with functions `case_NAME(record)`, run in the order of the file.
A case that fails is written down and the next one is run. --kernels: the names of the
launched kernels, too, by torch.profiler, where it can be used. Called by
`tests.gpu.frameworks.compare`; imports a framework only as its program does.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib
import json
import struct
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

PACKAGE = "tests.gpu.frameworks.programs"
PREFIX = "case_"


class Record:
    """Hashes by name ("case.output"), what failed, and what is only told."""

    def __init__(self) -> None:
        self.outputs: dict[str, str] = {}
        self.failures: dict[str, str] = {}
        self.notes: dict[str, Any] = {}
        self.case = ""

    def add(self, name: str, *values: Any) -> None:
        """The raw bytes, type and shape of tensors, arrays, numbers, text."""
        found = hashlib.sha256()
        for value in values:
            for part in parts_of(value):
                found.update(part)
        self.outputs[f"{self.case}.{name}"] = found.hexdigest()

    def note(self, name: str, value: Any) -> None:
        """Told and not compared."""
        self.notes[f"{self.case}.{name}"] = value

    def run(self, name: str, case: Callable[[Record], None]) -> None:
        self.case = name
        try:
            case(self)
        except Exception as error:
            self.failures[name] = line_of(error)


def line_of(error: BaseException) -> str:
    """Its type, its first line, and where it came from."""
    words = str(error).strip().splitlines() or [""]
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {words[0]}{where}"


def parts_of(value: Any) -> Iterator[bytes]:
    """Raises: TypeError for what has no bytes of its own."""
    if isinstance(value, bytes):
        yield value
    elif isinstance(value, bool | int | str):
        yield repr(value).encode()
    elif isinstance(value, float):
        yield struct.pack("<d", value)
    elif isinstance(value, list | tuple):
        yield str(len(value)).encode()
        for each in value:
            yield from parts_of(each)
    elif type(value).__module__.split(".")[0] == "torch":
        yield from tensor_parts(value)
    elif hasattr(value, "dtype") and hasattr(value, "shape"):
        array = value.get() if hasattr(value, "get") else value
        yield f"{array.dtype}{tuple(array.shape)}".encode()
        yield array.tobytes()
    else:
        raise TypeError(f"no raw bytes of a {type(value).__name__}")


def tensor_parts(tensor: Any) -> Iterator[bytes]:
    import torch

    if tensor.layout != torch.strided:
        tensor = tensor.to_dense()
    yield f"{tensor.dtype}{tuple(tensor.shape)}".encode()
    plain = tensor.detach().resolve_conj().resolve_neg()
    flat = plain.contiguous().reshape(-1).cpu()
    flat = flat.as_strided((flat.numel(),), (1,))  # a single element has any stride
    yield flat.view(torch.uint8).numpy().tobytes()


def cases_of(module: Any) -> dict[str, Callable[[Record], None]]:
    return {
        name.removeprefix(PREFIX): function
        for name, function in vars(module).items()
        if name.startswith(PREFIX)
    }


@contextlib.contextmanager
def profiled(wanted: bool, kernels: Counter[str]) -> Iterator[None]:
    """Count kernels by name while inside; where the profiler is refused, none."""
    if not wanted:
        yield
        return
    import torch

    profiler = torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CUDA])
    try:
        profiler.start()
    except RuntimeError:
        yield
        return
    try:
        yield
    finally:
        torch.cuda.synchronize()
        profiler.stop()
    for event in profiler.events() or ():
        if event.device_type == torch.autograd.DeviceType.CUDA:
            kernels[event.name] += 1


def versions() -> dict[str, str]:
    """Of what the program has imported."""
    import sys

    names = ("torch", "triton", "transformers", "cupy", "vllm", "numba")
    loaded = {name: sys.modules.get(name) for name in names}
    return {
        name: str(getattr(module, "__version__", "?"))
        for name, module in loaded.items()
        if module is not None
    }


def run(program: str, only: list[str], kernels: bool) -> dict[str, Any]:
    begin, record = time.monotonic(), Record()
    cases = cases_of(importlib.import_module(f"{PACKAGE}.{program}"))
    unknown = set(only) - set(cases)
    if unknown:
        raise SystemExit(f"{program} has no case {', '.join(sorted(unknown))}")
    counted: Counter[str] = Counter()
    with profiled(kernels, counted):
        for name, case in cases.items():
            if not only or name in only:
                record.run(name, case)
    return {
        "program": program,
        "outputs": record.outputs,
        "failures": record.failures,
        "notes": record.notes,
        "kernels": dict(counted) or None,
        "versions": versions(),
        "seconds": round(time.monotonic() - begin, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--kernels", action="store_true")
    parser.add_argument("--case", action="append", default=[])
    told = parser.parse_args()
    result = run(told.program, told.case, told.kernels)
    told.out.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
