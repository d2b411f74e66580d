"""Which images and kernels the emulated device takes, and what it says of the rest."""

from __future__ import annotations

import shutil
import struct
import subprocess
from pathlib import Path

import pytest

from broker.device.backend import Backend, Clock, DeviceError
from broker.device.emulated import EmulatedBackend, cubin
from broker.device.emulated.images import FORMAT_CUBIN, FORMAT_PTX

KERNELS = Path(__file__).parents[3] / "loadgen" / "kernels"
HEAD = ".version 8.4\n.target sm_90\n.address_size 64\n"


@pytest.fixture
def backend() -> EmulatedBackend:
    return EmulatedBackend(sm_count=16, memory_bytes=64 << 20)


def ptx(name: str, params: str, head: str = HEAD) -> bytes:
    return f"{head}.visible .entry {name}({params}) {{ ret; }}\n".encode()


def refused(result: int, call, *arguments) -> str:
    with pytest.raises(DeviceError) as caught:
        call(*arguments)
    assert caught.value.result == result, str(caught.value)
    return str(caught.value)


def test_it_is_a_backend(backend):
    assert isinstance(backend, Backend)
    assert backend.properties.backend == "emulated"
    assert backend.properties.time_dilation == backend.clock.dilation == 10
    assert EmulatedBackend(Clock(dilation=3)).properties.time_dilation == 3
    assert backend.properties.uuid != EmulatedBackend(seed=1).properties.uuid
    assert len(backend.properties.uuid) == 16
    assert backend.memory_info() == (64 << 20, 64 << 20)


def test_the_built_in_kernels_are_those_of_the_replay(backend):
    module = backend.module_load((KERNELS / "builtin.ptx").read_bytes(), FORMAT_PTX)
    assert set(module.entries) == set(backend.kernels)
    for name in module.entries:
        found = backend.function_get(module, name)
        assert found.native
        assert (found.param_offsets, found.param_sizes) == (
            module.entries[name].offsets,
            module.entries[name].sizes,
        )
    assert backend.function_get(module, "xs_replay").param_bytes == 28


def test_functions_belong_to_their_load(backend):
    image = ptx("xs_empty", "")
    first = backend.module_load(image, FORMAT_PTX)
    second = backend.module_load(image, FORMAT_PTX)
    native = backend.function_get(first, "xs_empty").native
    assert backend.function_get(first, "xs_empty").native == native
    assert backend.function_get(second, "xs_empty").native != native
    backend.module_unload(first)
    refused(400, backend.module_unload, first)
    refused(400, backend.function_get, first, "xs_empty")
    assert backend.function_get(second, "xs_empty").native


def test_other_kernels_are_refused_by_name(backend):
    module = backend.module_load(ptx("foo", ".param .u64 a"), FORMAT_PTX)
    text = refused(801, backend.function_get, module, "foo")
    assert "has no kernel 'foo'; it knows: xs_add_one_u32" in text
    assert "it has: foo" in refused(500, backend.function_get, module, "xs_empty")


@pytest.mark.parametrize(
    "params", ["", ".param .u32 a", ".param .u64 a, .param .u64 b", ".param .f64 a[2]"]
)
def test_another_layout_is_refused(backend, params):
    module = backend.module_load(ptx("xs_spin", params), FORMAT_PTX)
    text = refused(801, backend.function_get, module, "xs_spin")
    assert "takes the parameters (8 B at 0)" in text


def test_maxntid_bounds_a_block(backend):
    text = HEAD + ".visible .entry xs_empty() .maxntid 8, 4 { ret; }"
    module = backend.module_load(text.encode(), FORMAT_PTX)
    assert backend.function_get(module, "xs_empty").threads_max == 32


@pytest.mark.parametrize(
    ("image", "result", "words"),
    [
        (b"", 218, "line 1"),
        (ptx("k", ".param .u65 a"), 218, "line 4"),
        (b".version 8.0\n\xff\xfe", 218, "line 2: not text"),
        (ptx("k", "", ".version 9.9\n.target sm_90\n"), 222, "newer than 9.0"),
        (ptx("k", "", ".version 8.0\n.target sm_100\n"), 209, "sm_90"),
        (ptx("k", "", ".version 8.0\n.target sm_80a\n"), 209, "sm_90"),
        (ptx("k", "", ".version 8.0\n.target gfx90\n"), 218, "gfx90"),
    ],
)
def test_broken_or_foreign_ptx(backend, image, result, words):
    assert words in refused(result, backend.module_load, image, FORMAT_PTX)


def test_a_closing_zero_and_an_older_target_are_fine(backend):
    image = ptx("xs_empty", "", ".version 6.0\n.target sm_52\n.address_size 64\n")
    assert "xs_empty" in backend.module_load(image + b"\0", FORMAT_PTX).entries
    image = ptx("xs_empty", "", ".version 8.0\n.target sm_90a\n")
    assert "xs_empty" in backend.module_load(image, FORMAT_PTX).entries


def test_fatbins_are_refused(backend):
    assert "PTX and cubins" in refused(801, backend.module_load, b"P\xedU\xba", 3)


# ---------------------------------------------------------------- cubins
def make_cubin(kernels: dict[str, list[tuple[int, int]]], extra: str = "") -> bytes:
    """A cubin of symbols and parameters alone: name -> (offset, size) of each."""
    strings, symbols = b"\0", bytes(24)
    sections: list[tuple[str, int, bytes, int]] = []
    for name in [*kernels, *([extra] if extra else [])]:
        symbols += struct.pack("<IBBHQQ", len(strings), 0x12, 0x10, 9, 0, 128)
        strings += name.encode() + b"\0"
    for name, params in kernels.items():
        info = struct.pack("<BBHI", 4, 0x37, 4, 0x82) + struct.pack("<BBH", 3, 0x50, 0)
        for ordinal, (offset, size) in reversed(list(enumerate(params))):
            info += struct.pack("<BBH", 4, 0x17, 12)
            info += struct.pack("<IHHI", 0, ordinal, offset, size << 18 | 0x1F000)
        sections.append((f".nv.info.{name}", 0x70000000, info, 0))
    sections.insert(0, (".strtab", 3, strings, 0))
    sections.insert(1, (".symtab", 2, symbols, 0))
    names = b"\0".join(s[0].encode() for s in sections) + b"\0.shstrtab\0"
    sections.append((".shstrtab", 3, names, 0))
    body, headers, at = b"", b"", 64
    for name, kind, data, link in sections:
        named = names.index(name.encode() + b"\0")
        headers += struct.pack(
            "<IIQQQQIIQQ", named, kind, 0, 0, at + len(body), len(data), link, 0, 1, 0
        )
        body += data
    head = struct.pack(
        "<16sHHIQQQIHHHHHH",
        *(b"\x7fELF\x02\x01\x01A\x08", 2, 190, 1, 0, 0, at + len(body), 0),
        *(64, 56, 0, 64, len(sections), len(sections) - 1),
    )
    return head + body + headers


def test_a_cubin_shows_its_kernels_and_their_parameters(backend):
    image = make_cubin(
        {"xs_write_word": [(0, 8), (8, 4)], "k": [], "xs_spin": [(0, 4)]}
    )
    module = backend.module_load(image, FORMAT_CUBIN)
    assert backend.function_get(module, "xs_write_word").param_sizes == (8, 4)
    refused(801, backend.function_get, module, "xs_spin")
    refused(801, backend.function_get, module, "k")


def test_a_device_function_is_no_kernel():
    assert set(cubin.parse(make_cubin({"k": []}, extra="helper"))) == {"k"}


def test_a_broken_cubin_is_refused(backend):
    image = make_cubin({"k": [(0, 8)]})
    for broken in (b"", b"\x7fELF", image[:100], image[:18] + b"\x3e" + image[19:]):
        refused(200, backend.module_load, broken, FORMAT_CUBIN)
    for at in range(len(image)):  # any byte may be wrong; it is read or refused
        changed = image[:at] + bytes([image[at] ^ 0xFF]) + image[at + 1 :]
        try:
            backend.module_load(changed, FORMAT_CUBIN)
        except DeviceError as error:
            assert error.result == 200


# ---------------------------------------------------------------- what nvcc makes
def release(text: str) -> str:
    lines = [line for line in text.splitlines() if "compilation tools" in line]
    return lines[0].strip("/ ") if lines else ""


@pytest.fixture
def nvcc() -> str:
    path = shutil.which("nvcc")
    if path is None:
        pytest.skip("nvcc is not on the PATH")
    return path


def instructions(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.lstrip().startswith("//")]


def test_the_ptx_of_the_built_in_kernels_is_fresh(nvcc, tmp_path):
    checked_in = (KERNELS / "builtin.ptx").read_text()
    version = subprocess.run([nvcc, "--version"], capture_output=True, text=True).stdout
    if release(version) != release(checked_in):
        pytest.skip(f"made by {release(checked_in)}, here is {release(version)}")
    made = tmp_path / "builtin.ptx"
    source = str(KERNELS / "builtin.cu")
    subprocess.run(
        [nvcc, "-ptx", "-arch=compute_75", "-o", str(made), source], check=True
    )
    assert instructions(made.read_text()) == instructions(checked_in)


def test_a_cubin_that_nvcc_made_is_understood(nvcc, backend, tmp_path):
    made = tmp_path / "builtin.cubin"
    source = str(KERNELS / "builtin.cu")
    subprocess.run([nvcc, "-cubin", "-arch=sm_90", "-o", str(made), source], check=True)
    module = backend.module_load(made.read_bytes(), FORMAT_CUBIN)
    assert set(module.entries) == set(backend.kernels)
    for name in backend.kernels:
        assert backend.function_get(module, name).native
