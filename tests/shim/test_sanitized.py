"""The C programs once more, shim and program built with the address and undefined-
behaviour sanitizers. (Thread sanitizer leaves no room for the session's fixed
addresses; `tests/socket/client_stress.c` has the shared part under it.)"""

from __future__ import annotations

import pytest

from tests.building import QUICK, build
from tests.shim.conftest import PROGRAMS, ROOT, run

SHIM = ROOT / "shim"
SHARED = ("codec", "frame", "batcher", "sender", "session", "wait")
SOURCES = [
    *sorted((SHIM / "src/cuda").glob("*.c")),
    *(SHIM / "src" / f"{name}.c" for name in SHARED),
    *sorted((SHIM / "gen").glob("*.c")),
    ROOT / "broker/wire/gen/xs_wire.c",
]
SANITIZED = ["-std=gnu11", "-w", "-D_GNU_SOURCE", *QUICK]
SANITIZED += ["-fsanitize=address,undefined", "-fno-sanitize-recover=undefined"]
SANITIZED += [f"-I{SHIM / 'include'}", f"-I{ROOT}"]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with the sanitized library."""
    made = tmp_path_factory.mktemp("sanitized")
    link = [f"-Wl,--version-script={SHIM / 'gen/libcuda.map'}", "-Wl,-Bsymbolic"]
    link += ["-Wl,-soname,libcuda.so.1", "-lpthread", "-ldl"]
    flags = [*SANITIZED, "-fPIC", "-fvisibility=hidden"]
    done = build(made / "libcuda.so.1", SOURCES, flags, ["-shared", *link])
    if done.returncode and "asan" in done.stderr:
        pytest.skip("this compiler has no sanitizers")
    assert done.returncode == 0, done.stderr
    return made


NAMES = ["driver", "contexts", "tables", "fragile"]
NAMES += ["vector_add", "copies", "streams", "modules", "crowd", "capture", "graphs"]
NAMES += ["capture_vmm"]
NAMES += ["arrays"]
STORIES = ["threads", "forks", "forks_early", "arenas", "exits", "streams"]


@pytest.mark.parametrize(
    "command",
    [*([name] for name in NAMES), *(["life", story] for story in STORIES)],
    ids=" ".join,
)
def test_clean(command, place, broker):
    program = place / command[0]
    if not program.exists():
        link = [f"-L{place}", "-l:libcuda.so.1", f"-Wl,-rpath,{place}", "-ldl"]
        source = PROGRAMS / f"{command[0]}.c"
        done = build(program, [source], SANITIZED, [*link, "-lpthread"])
        assert done.returncode == 0, done.stderr
    more = {"LD_LIBRARY_PATH": str(place), "ASAN_OPTIONS": "detect_leaks=0"}
    more["XS_TEST_PTX"] = str(ROOT / "loadgen/kernels/builtin.ptx")
    done = run([str(program), *command[1:]], broker.path, **more)
    assert done.returncode == 0, done.stderr
    assert "ERROR" not in done.stderr
