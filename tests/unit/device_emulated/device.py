"""A device to drive by hand: launches by name, arrays in device memory.

Every test of this folder builds one; time is a number that the test passes on.
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np

from broker.device.emulated import _emulator

VA = 0x5000_0000_0000
MIB = 1 << 20
GAP_NS = 1000
NEVER = _emulator.NEVER
ILLEGAL_ADDRESS = 700
# Dynamic shared memory of which an SM holds one block, or two.
ONE_PER_SM = 200 * 1024
TWO_PER_SM = 100 * 1024


class Device(_emulator.Emulator):
    """An emulator with 64 MiB mapped at VA and an easier way to launch."""

    def __init__(self, **options: int) -> None:
        assert self.map_memory(VA, 64 * MIB) == 0
        self.functions: dict[str, int] = {}
        self.kept: list[np.ndarray[Any, Any]] = []

    def function(self, name: str) -> int:
        if name not in self.functions:
            result, self.functions[name] = self.function_open(name)
            assert result == 0
            assert self.function_shared_max(self.functions[name], 232448) == 0
        return self.functions[name]

    def run(
        self,
        stream: int,
        name: str,
        layout: str = "",
        *values: float,
        grid: Any = 1,
        block: Any = 128,
        shared: int = 0,
        repeat: int = 1,
    ) -> int:
        """Launch a built-in; `layout` packs `values` as the kernel's parameters."""
        params = struct.pack("@" + layout, *values)
        function = self.function(name)
        return self.launch(stream, function, grid, block, params, shared, repeat=repeat)

    def spin(self, stream: int, ns: int, grid: Any = 1, shared: int = 0) -> None:
        assert self.run(stream, "xs_spin", "Q", ns, grid=grid, shared=shared) == 0

    def host(self, array: np.ndarray[Any, Any]) -> int:
        """Register the array's memory and return its address."""
        assert self.register_host(array.ctypes.data, array.nbytes) == 0
        self.kept.append(array)
        return array.ctypes.data

    def put(self, address: int, array: np.ndarray[Any, Any]) -> None:
        stream = self.stream_open()
        source = self.host(array)
        assert self.copy(stream, "h2d", address, source, array.nbytes) == 0
        self.settle()
        assert self.unregister_host(source, array.nbytes) == 0
        self.stream_close(stream)

    def get(self, address: int, count: int, dtype: Any) -> np.ndarray[Any, Any]:
        stream = self.stream_open()
        array = np.empty(count, dtype)
        destination = self.host(array)
        assert self.copy(stream, "d2h", destination, address, array.nbytes) == 0
        self.settle()
        assert self.unregister_host(destination, array.nbytes) == 0
        self.stream_close(stream)
        return array

    def settle(self, now_ns: int = 0) -> int:
        """Let everything happen; the time of the last thing."""
        return self.run_until_idle(now_ns)

    def lines(self) -> list[str]:
        return [what for _, what in self.story()]

    def times(self) -> dict[str, int]:
        """The latest time of each line of the story."""
        return {what: t for t, what in self.story()}
