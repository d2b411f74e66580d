"""What the driver knows of a device, of code, and of what fits: asked, never changed.

Decides how each question is put to the driver. It must never know modules' owners or
keep anything. backend.py calls it with the context current.
"""

from __future__ import annotations

import contextlib
import ctypes
import struct
from collections.abc import Callable, Iterator
from typing import Any

from broker.device.attributes import ABSENT, ATTRIBUTES_COUNT
from broker.device.backend import (
    DeviceError,
    DeviceProperties,
    LinkInput,
    OccupancyQuery,
    TensorMap,
)
from broker.device.cuda.driver import (
    INVALID_VALUE,
    NOT_SUPPORTED,
    DeviceUnavailable,
    Driver,
)

NAME = "cuda"  # of the backend

# Room for what the compiler or linker says (schema.toml message_bytes_max).
LOG_BYTES = 8192
FUNCTION_ATTRIBUTES = 16
LAUNCH_ATTRIBUTE_BYTES = 72

KIND_BLOCKS, KIND_SHARED_BYTES, KIND_CLUSTER_SIZE, KIND_CLUSTERS = range(4)

# Options whose value is a plain number; every other one is refused by its number.
JIT_NUMBERS = {
    0: "CU_JIT_MAX_REGISTERS",
    1: "CU_JIT_THREADS_PER_BLOCK",
    7: "CU_JIT_OPTIMIZATION_LEVEL",
    11: "CU_JIT_GENERATE_DEBUG_INFO",
    12: "CU_JIT_LOG_VERBOSE",
    13: "CU_JIT_GENERATE_LINE_INFO",
}


def device_properties(driver: Driver, device: Any, ordinal: int) -> DeviceProperties:
    """Raises: DeviceUnavailable where memory cannot be mapped at chosen addresses."""
    names = driver.types.CUdevice_attribute

    def attribute(name: str) -> int:
        which = getattr(names, f"CU_DEVICE_ATTRIBUTE_{name}")
        return int(driver.call("cuDeviceGetAttribute", which, device))

    if not attribute("VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED"):
        raise DeviceUnavailable(
            NOT_SUPPORTED,
            "cuDeviceGetAttribute",
            f"GPU {ordinal} cannot map memory at chosen addresses: "
            "use another one or the emulated device",
        )
    name = driver.call("cuDeviceGetName", 256, device)
    return DeviceProperties(
        ordinal=ordinal,
        name=name.split(b"\0")[0].decode(errors="replace"),
        backend=NAME,
        uuid=bytes(driver.call("cuDeviceGetUuid", device).bytes),
        compute_major=attribute("COMPUTE_CAPABILITY_MAJOR"),
        compute_minor=attribute("COMPUTE_CAPABILITY_MINOR"),
        sm_count=attribute("MULTIPROCESSOR_COUNT"),
        memory_bytes=int(driver.call("cuDeviceTotalMem", device)),
        driver_version=driver.version,
        threads_per_sm=attribute("MAX_THREADS_PER_MULTIPROCESSOR"),
        blocks_per_sm=attribute("MAX_BLOCKS_PER_MULTIPROCESSOR"),
        shared_bytes_per_sm=attribute("MAX_SHARED_MEMORY_PER_MULTIPROCESSOR"),
        shared_bytes_per_block_optin=attribute("MAX_SHARED_MEMORY_PER_BLOCK_OPTIN"),
    )


def device_attributes(driver: Driver, device: Any) -> dict[int, int]:
    """By CUdevice_attribute; what the driver does not know is missing."""
    found: dict[int, int] = {}
    for number in range(1, ATTRIBUTES_COUNT):
        with contextlib.suppress(ValueError, DeviceError):
            which = driver.types.CUdevice_attribute(number)
            found[number] = int(driver.call("cuDeviceGetAttribute", which, device))
    return found


def function_attributes(driver: Driver, function: Any) -> tuple[int, ...]:
    """By CUfunction_attribute; ABSENT where the driver knows none."""
    values = []
    for number in range(FUNCTION_ATTRIBUTES):
        value = ABSENT
        with contextlib.suppress(ValueError, DeviceError):
            which = driver.types.CUfunction_attribute(number)
            value = int(driver.call("cuFuncGetAttribute", which, function))
        values.append(value)
    return tuple(values)


def function_names(driver: Driver, module: int) -> list[str]:
    count = int(driver.call("cuModuleGetFunctionCount", module))
    if not count:
        return []
    functions = driver.call("cuModuleEnumerateFunctions", count, module)
    return [
        driver.call("cuFuncGetName", function).decode("utf-8", "replace")
        for function in functions
    ]


def jit_options(
    driver: Driver, options: tuple[tuple[int, int], ...]
) -> tuple[list[Any], list[Any]]:
    """The driver's options and values. Raises: DeviceError(801) naming one that does
    not pass."""
    kinds, values = [], []
    for number, value in options:
        name = JIT_NUMBERS.get(number)
        if name is None:
            raise DeviceError(NOT_SUPPORTED, "CUjit_option", f"JIT option {number}")
        kinds.append(getattr(driver.types.CUjit_option, name))
        values.append(value)
    return kinds, values


def link(
    driver: Driver, inputs: list[LinkInput], options: tuple[tuple[int, int], ...]
) -> tuple[bytes, str]:
    """Raises: DeviceError with the linker's words."""
    jit = driver.types.CUjit_option
    kinds, values = jit_options(driver, options)
    log = bytearray(LOG_BYTES)
    kinds += [jit.CU_JIT_ERROR_LOG_BUFFER, jit.CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES]
    values += [log, len(log)]
    state = driver.call("cuLinkCreate", len(kinds), kinds, values)
    try:
        for one in inputs:
            _link_add(driver, state, one)
        pointer, nbytes = driver.call("cuLinkComplete", state)
        return ctypes.string_at(int(pointer), int(nbytes)), words_of(log)
    except DeviceError as error:
        detail = f"{error.detail}: {words_of(log)}" if words_of(log) else error.detail
        raise DeviceError(error.result, error.call, detail) from None
    finally:
        driver.call("cuLinkDestroy", state)


def _link_add(driver: Driver, state: Any, one: LinkInput) -> None:
    try:
        kind = driver.types.CUjitInputType(one.kind)
    except ValueError:
        detail = f"no input type {one.kind}"
        raise DeviceError(INVALID_VALUE, "cuLinkAddData", detail) from None
    image = one.image + b"\0"  # PTX must end so; nothing else looks behind its end
    nbytes = len(image) if one.kind == 1 else len(one.image)
    name = one.name.encode()
    driver.call("cuLinkAddData", state, kind, image, nbytes, name, 0, [], [])


def words_of(log: bytearray) -> str:
    return bytes(log).split(b"\0")[0].decode(errors="replace").strip()


# ---------------------------------------------------------------- what fits


def occupancy(driver: Driver, native: int, query: OccupancyQuery) -> int:
    if query.kind == KIND_BLOCKS:
        value = driver.call(
            "cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags",
            native,
            query.threads,
            query.shared_bytes,
            query.flags,
        )
    elif query.kind == KIND_SHARED_BYTES:
        value = driver.call(
            "cuOccupancyAvailableDynamicSMemPerBlock",
            native,
            query.grid[0],
            query.threads,
        )
    else:
        name = "cuOccupancyMaxActiveClusters"
        if query.kind == KIND_CLUSTER_SIZE:
            name = "cuOccupancyMaxPotentialClusterSize"
        with _launch_config(driver, query) as config:
            value = driver.call(name, native, config)
    return int(value)


@contextlib.contextmanager
def _launch_config(driver: Driver, query: OccupancyQuery) -> Iterator[Any]:
    """A CUlaunchConfig without a stream; the attributes live as long as it does."""
    config = driver.types.CUlaunchConfig()
    config.gridDimX, config.gridDimY, config.gridDimZ = query.grid
    config.blockDimX, config.blockDimY, config.blockDimZ = query.block
    config.sharedMemBytes = query.shared_bytes
    attributes = []
    for at in range(0, len(query.attributes), LAUNCH_ATTRIBUTE_BYTES):
        attributes.append(_launch_attribute(driver, query.attributes[at:]))
    config.attrs = [one for one in attributes if one is not None]
    config.numAttrs = len(config.attrs)
    yield config


def _launch_attribute(driver: Driver, raw: bytes) -> Any:
    """Only clusters and cooperation matter for what fits."""
    (number,) = struct.unpack_from("<i", raw)
    words = struct.unpack_from("<3I", raw, 8)
    attribute = driver.types.CUlaunchAttribute()
    if number == 4:
        attribute.id = driver.types.CUlaunchAttributeID(number)
        cluster = attribute.value.clusterDim
        cluster.x, cluster.y, cluster.z = words
    elif number == 2:
        attribute.id = driver.types.CUlaunchAttributeID(number)
        attribute.value.cooperative = words[0]
    else:
        return None
    return attribute


# ---------------------------------------------------------------- tensor maps


def tensor_map(driver: Driver, a: TensorMap) -> bytes:
    """Raises: DeviceError(INVALID_VALUE) for numbers that name nothing."""
    types = driver.types
    try:
        data_type = types.CUtensorMapDataType(a.data_type)
        modes = (
            types.CUtensorMapInterleave(a.interleave),
            types.CUtensorMapSwizzle(a.swizzle),
            types.CUtensorMapL2promotion(a.promotion),
            types.CUtensorMapFloatOOBfill(a.fill),
        )
    except ValueError as error:
        raise DeviceError(INVALID_VALUE, "cuTensorMapEncode", str(error)) from None
    long = _numbers(types.cuuint64_t)
    word = _numbers(types.cuuint32_t)
    tensor = (data_type, len(a.dimensions), a.address)
    shape = (long(a.dimensions), long(a.strides))
    if a.im2col:
        half = len(a.corners) // 2
        middle: tuple[Any, ...] = (
            list(a.corners[:half]),
            list(a.corners[half:]),
            a.channels,
            a.pixels,
        )
        call = "cuTensorMapEncodeIm2col"
    else:
        middle = (word(a.box),)
        call = "cuTensorMapEncodeTiled"
    made = driver.call(call, *tensor, *shape, *middle, word(a.element_strides), *modes)
    return b"".join(int(one).to_bytes(8, "little") for one in made.opaque)


def _numbers(kind: Any) -> Callable[[tuple[int, ...]], list[Any]]:
    return lambda values: [kind(value) for value in values]
