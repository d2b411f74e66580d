"""Images of code for the emulated device: what is in them, which of it can run here.

Decides whether an image is accepted, and whether an entry of it is a kernel that the
emulator knows. Called by `backend.py`; `ptx.py` and `cubin.py` do the reading.

A kernel is known by name alone: the emulator runs its own built-in of that name, so the
entry must take the same parameters. The place where any kernel becomes known is
`find_kernel`: an interpreter of PTX answers there for entries that have a body.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from broker.device.backend import DeviceError
from broker.device.emulated import cubin, ptx
from broker.device.variables import Placed, of_ptx

FORMAT_PTX = 1
FORMAT_CUBIN = 2

INVALID_VALUE = 1
INVALID_IMAGE = 200
NO_BINARY_FOR_GPU = 209
INVALID_PTX = 218
UNSUPPORTED_PTX_VERSION = 222
OUT_OF_MEMORY = 2
INVALID_HANDLE = 400
NOT_FOUND = 500
NOT_SUPPORTED = 801

PTX_VERSION_MAX = (9, 0)


@dataclass(frozen=True, slots=True)
class Layout:
    """How an entry's parameters lie; offsets and sizes in bytes."""

    offsets: tuple[int, ...]
    sizes: tuple[int, ...]

    def __str__(self) -> str:
        each = zip(self.offsets, self.sizes, strict=True)
        return ", ".join(f"{size} B at {offset}" for offset, size in each) or "none"


@dataclass(slots=True)
class Module:
    """A loaded image: its entries, and the functions got from it (native pointers).

    variables: bytes by name; placed: where they lie, once they do.
    """

    entries: dict[str, Layout]
    threads_max: dict[str, int] = field(default_factory=dict)
    functions: dict[str, int] = field(default_factory=dict)
    variables: dict[str, int] = field(default_factory=dict)
    placed: Placed | None = None


@dataclass(frozen=True, slots=True)
class Kernel:
    """A kernel that the emulator can run."""

    name: str
    layout: Layout
    param_bytes: int
    registers: int


def _check_target(target: tuple[str, ...], compute: tuple[int, int]) -> None:
    match = re.fullmatch(r"sm_(\d+)(\d)([af]?)", target[0])
    if match is None:
        detail = f"unknown .target {target[0]!r}"
        raise DeviceError(INVALID_PTX, "module_load", detail)
    wants = (int(match[1]), int(match[2]))
    if wants > compute or (match[3] and wants[0] != compute[0]):
        detail = f"code for {target[0]}, the device is sm_{compute[0]}{compute[1]}"
        raise DeviceError(NO_BINARY_FOR_GPU, "module_load", detail)


def _load_ptx(image: bytes, compute: tuple[int, int]) -> Module:
    try:
        module = ptx.parse(image.rstrip(b"\0").decode("utf-8"))
    except UnicodeDecodeError as error:
        line = image.count(b"\n", 0, error.start) + 1
        detail = f"line {line}: not text"
        raise DeviceError(INVALID_PTX, "module_load", detail) from None
    except ptx.PtxError as error:
        raise DeviceError(INVALID_PTX, "module_load", str(error)) from None
    if module.version > PTX_VERSION_MAX:
        newest = "{}.{}".format(*PTX_VERSION_MAX)
        detail = "PTX {}.{} is newer than ".format(*module.version) + newest
        raise DeviceError(UNSUPPORTED_PTX_VERSION, "module_load", detail)
    _check_target(module.target, compute)
    loaded = Module({}, variables=of_ptx(image))
    for entry in module.entries.values():
        loaded.entries[entry.name] = Layout(
            tuple(p.offset for p in entry.params), tuple(p.size for p in entry.params)
        )
        if entry.threads_max is not None:
            loaded.threads_max[entry.name] = entry.threads_max
    return loaded


def _load_cubin(image: bytes) -> Module:
    try:
        kernels = cubin.parse(image)
        sizes = cubin.variables(image)
    except cubin.CubinError as error:
        raise DeviceError(INVALID_IMAGE, "module_load", str(error)) from None
    return Module(
        {k.name: Layout(k.param_offsets, k.param_sizes) for k in kernels.values()},
        variables=sizes,
    )


def load(image: bytes, image_format: int, compute: tuple[int, int]) -> Module:
    """Read an image. compute: the device's capability.

    Raises: DeviceError 218 naming the line of broken PTX, 222 or 209 when it is for a
        newer driver or device, 200 for a broken cubin, 801 for another format.
    """
    if image_format == FORMAT_PTX:
        return _load_ptx(image, compute)
    if image_format == FORMAT_CUBIN:
        return _load_cubin(image)
    detail = "the emulated device loads PTX and cubins, not fatbins"
    raise DeviceError(NOT_SUPPORTED, "module_load", detail)


def find_kernel(module: Module, name: str, known: dict[str, Kernel]) -> Kernel:
    """The kernel that runs entry `name` of a module.

    Raises: DeviceError 500 when the module has no such entry, 801 when the emulator
        cannot run it; the text names what there is.
    """
    if name not in module.entries:
        there = ", ".join(sorted(module.entries)) or "none"
        detail = f"the module has no kernel {name!r}; it has: {there}"
        raise DeviceError(NOT_FOUND, "function_get", detail)
    if name not in known:
        there = ", ".join(sorted(known))
        detail = f"the emulated device has no kernel {name!r}; it knows: {there}"
        raise DeviceError(NOT_SUPPORTED, "function_get", detail)
    kernel = known[name]
    if module.entries[name] != kernel.layout:
        detail = (
            f"on the emulated device kernel {name!r} takes the parameters "
            f"({kernel.layout}), not ({module.entries[name]})"
        )
        raise DeviceError(NOT_SUPPORTED, "function_get", detail)
    return kernel
