"""The CUDA driver by name: libcuda.so.1 through ctypes, so that no toolkit is needed.

Decides how a failed call becomes an error. It must never know what is replayed. Called
by `session.py`; a call releases the GIL, so one may wait.
"""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any

LIBRARY = "libcuda.so.1"


class DriverError(Exception):
    """A call of the driver failed, or there is none; the text names which and why.

    result: its CUresult; 0 where there is no driver.
    """

    def __init__(self, text: str, result: int = 0) -> None:
        self.result = result
        super().__init__(text)


@cache
def library() -> ctypes.CDLL:
    """Raises: DriverError."""
    try:
        return ctypes.CDLL(LIBRARY)
    except OSError as problem:
        raise DriverError(
            f"a baseline needs an NVIDIA driver on this machine ({problem})"
        ) from None


def call(name: str, *arguments: Any) -> None:
    """Make one call. Numbers wider than an int, and handles, are ctypes values.

    Raises: DriverError with the call's and the error's names.
    """
    result = attempt(name, *arguments)
    if result:
        raise DriverError(f"{name}: {error_name(result)}", result)


def attempt(name: str, *arguments: Any) -> int:
    """The CUresult of one call. Raises: DriverError when the driver lacks it."""
    try:
        function = getattr(library(), name)
    except AttributeError:
        raise DriverError(f"{LIBRARY} has no {name}: it is too old") from None
    return int(function(*arguments))


def error_name(result: int) -> str:
    text = ctypes.c_char_p()
    known = getattr(library(), "cuGetErrorName", None)
    if known is None or known(result, ctypes.byref(text)) or not text.value:
        return f"CUresult {result}"
    return text.value.decode()
