"""The check with compute-sanitizer, as far as it goes without a GPU: the tenants' side
on the emulated device, and everything else with a program in the tool's place."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from broker.device.memory import ARENA_BASE
from tests.gpu.sanitizer import check, tenants
from tests.gpu.sanitizer.report import EXIT_FOUND, LIBRARY

# Starts the broker as the tool does, with a library in it, and writes a log. What it
# finds is what it is told to find.
TOOL = """#!/usr/bin/env python3
import os, subprocess, sys
options, words = {}, sys.argv[1:]
while words[0].startswith("--"):
    name, value, *words = words
    options[name] = value
assert options["--target-processes"] == "all", options
found = [int(word, 16) for word in os.environ["FAKE_FOUND"].split()]
environment = dict(os.environ)
if os.environ["FAKE_LIBRARY"]:
    environment["LD_PRELOAD"] = os.environ["FAKE_LIBRARY"]
with open(options["--log-file"], "w") as log:
    print("========= COMPUTE-SANITIZER", file=log, flush=True)
    runs = os.environ["FAKE_RUNS"] == "yes"
    status = subprocess.call(words, env=environment) if runs else 0
    for address in found:
        print("========= Invalid __global__ read of size 4 bytes", file=log)
        print("=========     at xs_copy_u32+0x170", file=log)
        print(f"=========     Address {address:#x} is out of bounds", file=log)
    if os.environ["FAKE_ENDS"] == "yes":
        print(f"========= ERROR SUMMARY: {len(found)} errors", file=log)
sys.exit(int(options["--error-exitcode"]) if found else status)
"""
PLANTED = f"0x1000 {ARENA_BASE + (64 << 30):#x}"
Say = Callable[..., int]


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Say:
    """Runs the check on the emulated device with that program, and little work."""
    program, library = tmp_path / "tool", tmp_path / f"{LIBRARY}.so"
    program.write_text(TOOL)
    program.chmod(0o755)
    command = ["cc", "-shared", "-x", "c", "/dev/null", "-o", str(library)]
    subprocess.run(command, check=True)
    little = tuple((tenants.launches, tenant) for tenant in ("near", "far"))
    monkeypatch.setattr(tenants, "STEPS", little)

    def run(
        *arguments: str,
        found: str = "",
        inside: bool = True,
        runs: bool = True,
        ends: bool = True,
    ) -> int:
        monkeypatch.setenv("FAKE_FOUND", found)
        monkeypatch.setenv("FAKE_LIBRARY", str(library) if inside else "")
        monkeypatch.setenv("FAKE_RUNS", "yes" if runs else "no")
        monkeypatch.setenv("FAKE_ENDS", "yes" if ends else "no")
        told = ["--device", "emulated", "--tool", str(program), *arguments]
        return check.main([*told, "--programs"])

    return run


def test_what_the_tenants_do(capfd: pytest.CaptureFixture[str]) -> None:
    """All of their steps; the C programs are those of tests/shim/test_work.py."""
    told = ["--device", "emulated", "--tool", "none", "--programs", "vector_add"]
    status = check.main(told)
    said = capfd.readouterr().out
    assert status == 0, said
    assert said.count(" ok ") == len(tenants.STEPS) + 1


def test_passes_where_nothing_is_found(
    tool: Say, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "kept"
    assert tool("--no-self-test", "--logs", str(kept)) == 0, capfd.readouterr().out
    assert (kept / "work-sanitizer.log").read_text().endswith("0 errors\n")
    assert "epoch 1" in (kept / "work-broker.log").read_text()


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"found": "0x1000"}, "1 errors found"),
        ({"inside": False}, "the tool is not in this process"),
        ({"ends": False}, "did not come to its summary"),
        ({"runs": False}, "did not come up"),
    ],
)
def test_fails_where_it_should(
    tool: Say, how: dict[str, object], why: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert tool("--no-self-test", **how) == 1
    said = capfd.readouterr().out
    assert why in said and "not passed: work" in said


def test_fails_where_a_result_is_wrong(
    tool: Say, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def wrong(ground: tenants.Ground, tenant: str) -> None:
        with ground.connect(tenant):
            raise AssertionError("a word is wrong")

    monkeypatch.setattr(tenants, "STEPS", ((wrong, "near"),))
    assert tool("--no-self-test") == 1
    assert "wrong (near): AssertionError: a word is wrong" in capfd.readouterr().out


def test_a_hanging_tenant_is_let_go(
    tool: Say, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def hangs(ground: tenants.Ground, tenant: str) -> None:
        with ground.connect(tenant) as session:
            word = session.allocate(8)
            session.default_stream.wait_value(word, 1)
            session.synchronize()

    monkeypatch.setattr(tenants, "STEPS", ((hangs, "near"),))
    monkeypatch.setattr(tenants, "PATIENCE_S", 0.0)
    assert tool("--no-self-test", "--seconds", "1") == 1
    assert "tenants did not come to an end" in capfd.readouterr().out


def test_the_self_test_wants_what_was_planted(
    tool: Say, capfd: pytest.CaptureFixture[str]
) -> None:
    assert tool("--self-test", found=PLANTED) == 0, capfd.readouterr().out
    assert tool("--self-test") == 1
    said = capfd.readouterr().out
    assert "at the beginning of all (0x1000) is not reported" in said
    assert f"not the {EXIT_FOUND} of something found" in said


def test_without_the_tool_it_says_so(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(check, "found_tool", lambda: None)
    assert check.main([]) == 1
    assert "no compute-sanitizer" in capfd.readouterr().out
