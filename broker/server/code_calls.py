"""A session's calls about code: its modules and functions.

Decides which code is loaded for the session, and what its launches may name. Every
session has its own load, also of the same bytes. It must never know memory or how a
launch is issued. `session.py` makes one and unloads at the session's end what `loaded`
says.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from broker.device.backend import DeviceError, FunctionInfo, Lane, LinkInput
from broker.server.calls import (
    INVALID_HANDLE,
    INVALID_IMAGE,
    INVALID_VALUE,
    OUT_OF_MEMORY,
    CallRefused,
    Calls,
    Handler,
)
from broker.server.modules import Options
from broker.wire.gen import messages as wire

if TYPE_CHECKING:
    from broker.server.session import Session

MODULES_MAX = 4096
LINK_INPUT_PTX = 1  # CUjitInputType
MAX_DYNAMIC_SHARED_SIZE_BYTES = 8  # CUfunction_attribute
# INVALID_IMAGE, NO_BINARY_FOR_GPU, UNSUPPORTED_PTX_VERSION: of another toolkit.
CODE_REFUSED = (200, 209, 222)
NAMES_BYTES_MAX = 65536  # schema.toml, message functions


@dataclass(slots=True)
class Module:
    """One load of code. native: the backend's own."""

    native: Any
    functions: list[int] = field(default_factory=list)
    variables: dict[int, int] = field(default_factory=dict)  # address -> bytes


class CodeCalls(Calls):
    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._modules: dict[int, Module] = {}
        self._functions: dict[int, FunctionInfo] = {}
        self._function_indices: set[int] = set()
        self._shared_bytes_highest: dict[int, int] = {}
        self.function_names: dict[int, str] = {}  # by the device's own pointer

    def handlers(self) -> dict[type, Handler]:
        return {
            wire.ModuleLoad: self._module_load,
            wire.ModuleUnload: self._module_unload,
            wire.FunctionGet: self._function_get,
            wire.FunctionAttributeSet: self._function_attribute_set,
            wire.FunctionsList: self._functions_list,
            wire.VariableGet: self._variable_get,
            wire.Link: self._link,
        }

    @property
    def modules_count(self) -> int:
        return len(self._modules)

    def loaded(self) -> list[Any]:
        """The backend's own modules, for the end of the session."""
        return [module.native for module in self._modules.values()]

    def forget(self) -> None:
        """What was loaded is unloaded."""
        self._modules.clear()

    async def _module_load(self, call: wire.ModuleLoad) -> wire.Module:
        self.check_new_handle(call.module, wire.KIND_MODULE, self._modules)
        if len(self._modules) >= MODULES_MAX:
            raise CallRefused(OUT_OF_MEMORY, f"{MODULES_MAX} modules are loaded")
        if call.format == 0:
            raise CallRefused(INVALID_VALUE, "format 0 is no module format")
        image = await self._image(call)
        if image is None:
            return wire.Module(call.call, 0, "", True)
        native = await self._load(image, call.format, _options(call.options))
        self._modules[call.module] = Module(native)
        return wire.Module(call.call, 0, "", False)

    async def _load(self, image: bytes, image_format: int, options: Options) -> Any:
        """Compile what has to be compiled, then load it with the device drained."""
        code, code_format = await self.services.compile(image, image_format, options)
        try:
            return await self.device("module_load", code, code_format, options)
        except DeviceError as problem:
            if code_format == image_format or problem.result not in CODE_REFUSED:
                raise
            self.session.log.warning(
                "the driver does not load what was compiled (%s): "
                "it compiles the PTX itself",
                problem,
            )
        return await self.device("module_load", image, image_format, options)

    async def _image(self, call: wire.ModuleLoad) -> bytes | None:
        """The bytes of a module; None when the client has to send them."""
        most = self.services.config.module_bytes_max
        if not 0 < call.bytes <= most:
            raise CallRefused(
                INVALID_VALUE,
                f"a module of {call.bytes} bytes; 1..{most} are accepted",
            )
        if call.host_offset == wire.HOST_OFFSET_NONE:
            return self.services.images.get(call.hash)
        if call.host_offset + call.bytes > self.session.pages.arena.nbytes:
            raise CallRefused(INVALID_VALUE, "the image ends behind the host arena")
        job = partial(self._read_image, call.host_offset, call.bytes)
        image, digest = await self.session.control(Lane.CONTROL, job)
        if digest != call.hash:
            raise CallRefused(INVALID_VALUE, "the image's bytes do not have that hash")
        self.services.images.put(digest, image)
        return bytes(image)

    def _read_image(self, offset: int, nbytes: int) -> tuple[bytes, bytes]:
        image = self.session.pages.read_host(offset, nbytes)
        return image, hashlib.sha256(image).digest()

    async def _module_unload(self, call: wire.ModuleUnload) -> wire.Done:
        self.check_seq(call.after_seq)
        module = self._modules.pop(call.module, None)
        if module is None:
            raise CallRefused(INVALID_HANDLE, f"no module {call.module:#x}")
        for function in module.functions:
            self.function_names.pop(self._functions.pop(function).native, None)
            self._function_indices.discard(_index(function))
            self._shared_bytes_highest.pop(function, None)
            self.session.worker.remove_function(self.session.sid, function)
        for address in module.variables:
            self.session.worker.remove_range(self.session.sid, address)
        await self.session.retired(self.session.pages.accepted_seq)
        async with self.session.graphs.without_runs():
            await self.device("module_unload", module.native)
        return wire.Done(call.call, 0, "")

    async def _function_get(self, call: wire.FunctionGet) -> wire.Function:
        module = self._module(call.module)
        self.check_new_handle(call.function, wire.KIND_FUNCTION, self._functions)
        index = _index(call.function)
        # The worker's table has one place per index, whatever the generation.
        if index >= wire.FUNCTIONS_MAX or index in self._function_indices:
            raise CallRefused(
                INVALID_HANDLE, f"{call.function:#x}: the index is in use or too large"
            )
        info: FunctionInfo = await self.device("function_get", module.native, call.name)
        _check_parameters(call.name, info)
        if not self.session.closing:
            self.session.worker.add_function(
                self.session.sid,
                call.function,
                info.native,
                info.param_bytes,
                info.threads_max,
            )
            module.functions.append(call.function)
            self._functions[call.function] = info
            self.function_names[info.native] = call.name
            self._function_indices.add(index)
        return wire.Function(
            call.call,
            0,
            "",
            info.param_offsets,
            info.param_sizes,
            info.param_bytes,
            info.threads_max,
            info.static_shared_bytes,
            info.registers,
            info.local_bytes,
            struct.pack(f"<{len(info.attributes)}i", *info.attributes),
        )

    async def _function_attribute_set(
        self, call: wire.FunctionAttributeSet
    ) -> wire.Done:
        info = self.function(call.function)
        # Launches may be queued here that the driver would have taken already: what
        # they were allowed stays. Only the client goes by the lower value.
        highest = self._shared_bytes_highest.get(call.function, 0)
        dynamic = call.attribute == MAX_DYNAMIC_SHARED_SIZE_BYTES
        if not (dynamic and 0 <= call.value <= highest):
            await self.device(
                "function_attribute_set", info.native, call.attribute, call.value
            )
            if dynamic:
                self._shared_bytes_highest[call.function] = call.value
        return wire.Done(call.call, 0, "")

    def function(self, handle: int) -> FunctionInfo:
        """Raises: CallRefused."""
        info = self._functions.get(handle)
        if info is None:
            raise CallRefused(INVALID_HANDLE, f"no function {handle:#x}")
        return info

    def _module(self, handle: int) -> Module:
        module = self._modules.get(handle)
        if module is None:
            raise CallRefused(INVALID_HANDLE, f"no module {handle:#x}")
        return module

    async def _functions_list(self, call: wire.FunctionsList) -> wire.Functions:
        module = self._module(call.module)
        names = await self.device("function_names", module.native)
        packed = b""
        for name in names[call.first :]:
            more = name.encode("utf-8", "replace") + b"\0"
            if len(packed) + len(more) > NAMES_BYTES_MAX:
                break
            packed += more
        return wire.Functions(call.call, 0, "", len(names), packed)

    async def _variable_get(self, call: wire.VariableGet) -> wire.Variable:
        module = self._module(call.module)
        address, nbytes = await self.device("variable_get", module.native, call.name)
        if nbytes and address not in module.variables and not self.session.closing:
            module.variables[address] = nbytes
            self.session.worker.add_range(self.session.sid, address, nbytes)
        return wire.Variable(call.call, 0, "", address, nbytes)

    # ------------------------------------------------------------------ link
    async def _link(self, call: wire.Link) -> wire.Linked:
        self.check_device(call.device)
        total = sum(one.bytes for one in call.inputs)
        most = self.services.config.module_bytes_max
        if not 0 < total <= most or any(one.bytes == 0 for one in call.inputs):
            raise CallRefused(
                INVALID_VALUE, f"inputs of {total} bytes; 1..{most} are accepted"
            )
        room = self.session.pages.arena.nbytes
        ends = [one.host_offset + one.bytes for one in call.inputs]
        if max(*ends, call.host_offset + call.bytes_max) > room:
            raise CallRefused(INVALID_VALUE, "it ends behind the host arena")
        lane = self.services.backend.lanes["link"]
        inputs = await self.session.control(lane, partial(self._link_inputs, call))
        options = _options(call.options)
        compiled = await self._compiled_alone(inputs, options)
        job = partial(self._link_job, call, inputs, options, compiled)
        nbytes, words = await self.session.control(lane, job)
        return wire.Linked(call.call, 0, words[: wire.MESSAGE_BYTES_MAX // 4], nbytes)

    def _link_inputs(self, call: wire.Link) -> list[LinkInput]:
        read = self.session.pages.read_host
        return [
            LinkInput(one.type, one.name, read(one.host_offset, one.bytes))
            for one in call.inputs
        ]

    async def _compiled_alone(
        self, inputs: list[LinkInput], options: Options
    ) -> bytes | None:
        """One PTX text has nothing to be linked with: it is compiled as a module's is,
        where no other tenant waits for the compiler. None: the device links."""
        if len(inputs) != 1 or inputs[0].kind != LINK_INPUT_PTX:
            return None
        ptx = inputs[0].image.rstrip(b"\0")
        code, code_format = await self.services.compile(
            ptx, wire.MODULE_FORMAT_PTX, options
        )
        return code if code_format == wire.MODULE_FORMAT_CUBIN else None

    def _link_job(
        self,
        call: wire.Link,
        inputs: list[LinkInput],
        options: Options,
        compiled: bytes | None,
    ) -> tuple[int, str]:
        """Link, unless that is done, and write the outcome: on the control thread."""
        cubin, words = compiled, ""
        if cubin is None:
            cubin, words = self.services.backend.link(inputs, options)
        if len(cubin) <= call.bytes_max:
            self.session.pages.write_host(call.host_offset, cubin)
        return len(cubin), words


def _options(packed: bytes) -> tuple[tuple[int, int], ...]:
    """Raises: CallRefused for half a pair."""
    if len(packed) % 8:
        raise CallRefused(INVALID_VALUE, "options are pairs of 4-byte numbers")
    pairs: list[tuple[int, int]] = list(struct.iter_unpack("<2I", packed))
    return tuple(pairs)


def _index(handle: int) -> int:
    return handle & 0xFFFFFFFF


def _check_parameters(name: str, info: FunctionInfo) -> None:
    """Raises: CallRefused for a function that no launch on this wire could carry."""
    if (
        info.param_bytes > wire.PARAMS_BYTES_MAX
        or len(info.param_sizes) > wire.FUNCTION_PARAMS_MAX
    ):
        raise CallRefused(
            INVALID_IMAGE,
            f"{name!r} takes {len(info.param_sizes)} parameters of "
            f"{info.param_bytes} bytes; {wire.FUNCTION_PARAMS_MAX} of "
            f"{wire.PARAMS_BYTES_MAX} are possible",
        )
