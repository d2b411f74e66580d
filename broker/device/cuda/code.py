"""Code of one GPU: modules, their functions and variables.

Decides which driver calls load and look at it, and refuses a module or a function that
is not there. It must never know whose code it is. backend.py calls it with the context
current, and the device drained where lanes.py says so.
"""

from __future__ import annotations

from typing import Any

from broker.device.backend import DeviceError, FunctionInfo, OccupancyQuery
from broker.device.cuda import queries
from broker.device.cuda.driver import (
    INVALID_HANDLE,
    INVALID_VALUE,
    NOT_FOUND,
    Driver,
)
from broker.device.cuda.images import FORMAT_PTX


class Code:
    """All of one context."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._modules: dict[int, set[int]] = {}
        self._functions: set[int] = set()

    def module_load(
        self, image: bytes, image_format: int, options: tuple[tuple[int, int], ...] = ()
    ) -> int:
        kinds, values = queries.jit_options(self._driver, options)
        text = b"\0" if image_format == FORMAT_PTX else b""
        module = self._load(image + text, kinds, values)
        self._modules[int(module)] = set()
        return int(module)

    def module_unload(self, module: Any) -> None:
        self._functions.difference_update(self._functions_of(module, "module_unload"))
        del self._modules[module]
        self._driver.call("cuModuleUnload", module)

    def function_get(self, module: Any, name: str) -> FunctionInfo:
        functions = self._functions_of(module, "function_get")
        function = self._find(module, name)
        # Under lazy loading this is what loads the code; eager loading has done it.
        self._driver.call("cuFuncLoad", function)
        offsets, sizes = self._layout(function)
        info = FunctionInfo(
            native=int(function),
            param_offsets=offsets,
            param_sizes=sizes,
            param_bytes=offsets[-1] + sizes[-1] if sizes else 0,
            **self._function_attributes(function),
            attributes=queries.function_attributes(self._driver, function),
        )
        functions.add(info.native)
        self._functions.add(info.native)
        return info

    def function_names(self, module: Any) -> list[str]:
        self._functions_of(module, "function_names")
        return queries.function_names(self._driver, module)

    def variable_get(self, module: Any, name: str) -> tuple[int, int]:
        self._functions_of(module, "variable_get")
        address, nbytes = self._find(module, name, "cuModuleGetGlobal", "variable")
        return int(address), int(nbytes)

    def occupancy(self, native: int, query: OccupancyQuery) -> int:
        if native not in self._functions:
            raise DeviceError(INVALID_HANDLE, "occupancy", "no function")
        return queries.occupancy(self._driver, native, query)

    def function_attribute_set(self, native: int, attribute: int, value: int) -> None:
        if native not in self._functions:
            raise DeviceError(INVALID_HANDLE, "function_attribute_set", "no function")
        try:
            attribute = self._driver.types.CUfunction_attribute(attribute)
        except ValueError as error:
            raise DeviceError(
                INVALID_VALUE, "function_attribute_set", f"no attribute {attribute}"
            ) from error
        self._driver.call("cuFuncSetAttribute", native, attribute, value)

    def close(self) -> None:
        while self._modules:
            module, _ = self._modules.popitem()
            self._driver.call("cuModuleUnload", module)

    def _load(self, image: bytes, kinds: list[Any], values: list[Any]) -> Any:
        """Load, compiling what is PTX; the compiler's words go into the error."""
        options = self._driver.types.CUjit_option
        log = bytearray(queries.LOG_BYTES)
        kinds += [
            options.CU_JIT_ERROR_LOG_BUFFER,
            options.CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES,
        ]
        values += [log, len(log)]
        try:
            return self._driver.call(
                "cuModuleLoadDataEx", image, len(kinds), kinds, values
            )
        except DeviceError as error:
            words = queries.words_of(log)
            detail = f"{error.detail}: {words}" if words else error.detail
            raise DeviceError(error.result, error.call, detail) from None

    def _functions_of(self, module: Any, method: str) -> set[int]:
        try:
            return self._modules[module]
        except (KeyError, TypeError):
            raise DeviceError(INVALID_HANDLE, method, "no such module") from None

    def _find(
        self,
        module: int,
        name: str,
        call: str = "cuModuleGetFunction",
        what: str = "kernel",
    ) -> Any:
        if "\0" in name:
            raise DeviceError(NOT_FOUND, call, f"no {what} {name!r}")
        try:
            return self._driver.call(call, module, name.encode())
        except DeviceError as error:
            if error.result != NOT_FOUND:
                raise
            detail = f"{error.detail}: no {what} {name} in the module"
            raise DeviceError(NOT_FOUND, error.call, detail) from None

    def _layout(self, function: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Offsets and sizes of the parameters, in bytes: asked until there is none."""
        layout: list[tuple[int, int]] = []
        while True:
            try:
                layout.append(
                    self._driver.call("cuFuncGetParamInfo", function, len(layout))
                )
            except DeviceError as error:
                if error.result != INVALID_VALUE:
                    raise
                break
        return (
            tuple(int(offset) for offset, _ in layout),
            tuple(int(size) for _, size in layout),
        )

    def _function_attributes(self, function: Any) -> dict[str, int]:
        names = self._driver.types.CUfunction_attribute
        return {
            field: int(self._driver.call("cuFuncGetAttribute", which, function))
            for field, which in (
                ("threads_max", names.CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK),
                ("static_shared_bytes", names.CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES),
                ("registers", names.CU_FUNC_ATTRIBUTE_NUM_REGS),
                ("local_bytes", names.CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES),
            )
        }
