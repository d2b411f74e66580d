"""What the linker made: exports, needs, thread-local storage; what was generated."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from shim import generate

HERE = Path(__file__).parent
EXPORTS = (HERE / "driver_580_exports.txt").read_text().split()
HEADERS = Path(os.environ.get("CUDA_HOME", "/usr/local/cuda")) / "include"
needs_headers = pytest.mark.skipif(
    not (HEADERS / "cudaTypedefs.h").exists(), reason="no CUDA headers here"
)
LIBRARIES = ["libcuda.so.1", "libnvidia-ml.so.1"]


def tool(*command: str | Path) -> str:
    return subprocess.run(
        list(map(str, command)), check=True, capture_output=True, text=True
    ).stdout


# ------------------------------------------------------------ generated


def test_generated_files_are_fresh():
    assert generate.stale_files() == []


def test_check_names_what_is_stale(tmp_path, monkeypatch, capsys):
    generate.write_all(tmp_path)
    (tmp_path / "COVERAGE.md").write_text("old")
    assert generate.stale_files(tmp_path) == ["COVERAGE.md"]


def test_the_table_has_the_names_of_the_driver():
    entries = generate.load()
    symbols = [symbol for entry in entries for symbol in entry.symbols]
    assert sorted(symbols) == sorted(EXPORTS)


def test_what_answered_names_refuse_is_listed():
    """Each text that xs_refuse logs, of the entry points that are not refused whole."""
    sources = "".join(
        path.read_text() for path in (generate.SHIM / "src" / "cuda").glob("*.c")
    )
    logged = set(re.findall(r'xs_refuse\(\s*"([^"]+)"', sources))
    assert sorted(logged) == sorted(tomllib.loads(generate.PARTIAL.read_text()))


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ('since = 1, args = "int", how = "local"', "has no name"),
        ('since = 1, args = "void", how = "refused"', "gives a reason"),
        ('since = 1, args = "void", how = "guess"', "one of the words"),
        ('since = 1, args = "void", how = "local", whence = 1', "unknown key 'whence'"),
        ('since = 1, args = "void", how = "local", calls = "cuB"', "not implemented"),
    ],
)
def test_a_bad_table_is_refused(line, text, tmp_path):
    path = tmp_path / "table.toml"
    path.write_text(f"[a]\ncuA = {{ {line} }}\n")
    with pytest.raises(generate.BadTable, match=text):
        generate.load(path)


def test_per_thread_forms_translate_streams():
    text = (generate.SHIM / "gen/cuda_entries.c").read_text()
    assert "xs_twin[" in text
    entries = [e for e in generate.load() if e.thread and not e.refused]
    for entry in entries:
        symbol = f"{entry.name}_{entry.thread}"
        body = text[text.index(f"CUresult {symbol}(") :].split("\n}\n", 1)[0]
        assert "xs_per_thread(" in body or "CU_STREAM_PER_THREAD" in body


# ------------------------------------------------------------ linked


def test_exports_are_those_of_the_driver(folder):
    lines = tool("nm", "-D", "--defined-only", folder / "libcuda.so.1").splitlines()
    assert sorted(line.split()[-1] for line in lines) == sorted(EXPORTS)
    assert all(line.split()[-2] == "T" for line in lines)


def test_nvml_exports_only_nvml(folder):
    text = tool("nm", "-D", "--defined-only", folder / "libnvidia-ml.so.1")
    names = [line.split()[-1] for line in text.splitlines()]
    assert all(re.fullmatch("nvml[A-Z]\\w*", name) for name in names)
    assert {"nvmlInit_v2", "nvmlDeviceGetHandleByIndex_v2"} <= set(names)


@pytest.mark.parametrize("name", LIBRARIES)
def test_soname_and_life(name, folder):
    text = tool("readelf", "-d", folder / name)
    assert f"[{name}]" in text
    assert "NODELETE" in text
    needed = set(re.findall(r"NEEDED.*\[(.*)\]", text))
    assert needed <= {
        "libc.so.6",
        "libpthread.so.0",
        "libdl.so.2",
        "ld-linux-x86-64.so.2",
    }


@pytest.mark.parametrize("name", LIBRARIES)
def test_runs_on_glibc_2_28(name, folder):
    """Also where the build machine's own glibc is newer, and functions have moved."""
    symbols = tool("objdump", "-T", folder / name)
    versions = re.findall(r"\*UND\*.*\(?GLIBC_2\.(\d+)[.\d]*\)?\s+(\S+)", symbols)
    assert versions
    assert [symbol for version, symbol in versions if int(version) > 28] == []
    text = tool("readelf", "-d", folder / name)
    assert "[libpthread.so.0]" in text and "[libdl.so.2]" in text


@pytest.mark.parametrize("name", LIBRARIES)
def test_can_be_loaded_late(name, folder):
    """Large or static thread-local storage makes dlopen fail in a running program."""
    assert "STATIC_TLS" not in tool("readelf", "-d", folder / name)
    found = re.search(
        r"TLS\s+\S+\s+\S+\s+\S+\s+\S+\s+(0x\w+)", tool("readelf", "-lW", folder / name)
    )
    assert found is None or int(found[1], 16) <= 256


# ------------------------------------------------------------ against public headers


def clean(name: str) -> str:
    text = re.sub(r"/\*.*?\*/", "", (HEADERS / name).read_text(), flags=re.S)
    return re.sub(r"//.*", "", text)


@needs_headers
def test_the_map_is_that_of_the_headers():
    """cuGetProcAddress' rows, worked out anew from the typedefs."""
    kinds = ("", "Profiler", "GL", "EGL", "VDPAU")
    text = "".join(clean(f"cuda{kind}Typedefs.h") for kind in kinds)
    forms: dict[tuple[str, int], set[int]] = {}
    for name, since, suffix in re.findall(
        r"PFN_(cu\w+?)_v(\d+)(_ptsz|_ptds)?\)\(", text
    ):
        forms.setdefault((name, int(bool(suffix))), set()).add(int(since))
    ours: dict[tuple[str, int], set[int]] = {}
    for name, per_thread, since, _ in generate.map_rows(generate.load()):
        ours.setdefault((name, per_thread), set()).add(since)
    for (name, per_thread), versions in forms.items():
        if (name, 0) in ours:  # the headers have names that this driver has not
            assert ours[name, per_thread] == versions, (name, per_thread)


@needs_headers
def test_arguments_are_those_of_the_header():
    """By number and type."""
    text = clean("cuda.h") + clean("cudaProfiler.h")
    found = dict(re.findall(r"CUresult CUDAAPI (cu\w+)\(([^;]*?)\);", text))
    compared = 0
    for entry in generate.load():
        if entry.refused or entry.name not in found:
            continue
        theirs = generate.parse_args(" ".join(found[entry.name].split()), entry.name)
        for mine, other in zip(entry.args, theirs, strict=True):
            assert plain(mine.type) == plain(other.type), entry.name
        compared += 1
    assert compared > 30


def plain(type_: str) -> str:
    for old, new in (("cuuint64_t", "uint64_t"), ("cuuint32_t", "uint32_t")):
        type_ = type_.replace(old, new)
    return re.sub(r"\s+", "", re.sub(r"_v[12]\b", "", type_))


@needs_headers
def test_types_are_those_of_the_header(tmp_path):
    """Sizes and offsets of what cuda_abi.h declares, against cuda.h."""
    header = (generate.SHIM / "include/xs/cuda_abi.h").read_text()
    structs = re.findall(r"typedef struct (\w+) \{\n(.*?)\n\} \1;", header, re.S)
    constants = re.findall(r"^    (CU\w+) = (\w+),", header, re.M)
    assert structs and constants
    probe = ["#include <stdio.h>", "#include <stddef.h>", '#include "HEADER"']
    probe.append("int main(void) {")
    for name, body in structs:
        probe.append(f'    printf("{name} %zu\\n", sizeof({name}));')
        for field in re.findall(r"^    [^ }].*?(\w+)(?:\[\w+\])?;$", body, re.M):
            what = f"offsetof({name}, {field})"
            probe.append(f'    printf("{name}.{field} %zu\\n", {what});')
    probe += [f'    printf("{name} %d\\n", (int){name});' for name, _ in constants]
    probe += ["    return 0;", "}"]
    said = []
    for header_name in ("xs/cuda_abi.h", "cuda.h"):
        source = tmp_path / "probe.c"
        source.write_text("\n".join(probe).replace("HEADER", header_name))
        include = generate.SHIM / "include" if "abi" in header_name else HEADERS
        program = tmp_path / "probe"
        tool("cc", "-w", f"-I{include}", "-o", program, source)
        said.append(tool(program))
    assert said[0] == said[1]
