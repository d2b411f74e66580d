"""What decides whether a framework's outputs are the same: verdicts, hashes, outcomes.

No framework and no device: programs and suites are made here.
"""

from __future__ import annotations

import os
import sys
import time
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.gpu.frameworks import cells, compare, launch, outcomes, record, suites
from tests.gpu.frameworks.programs import PROGRAMS, opinfo


def ran(
    outputs: dict[str, str], failures: dict[str, str] | None = None, **more: Any
) -> dict[str, Any]:
    base = {"kernels": None, "versions": {"torch": "2"}, "seconds": 1.0}
    return {"outputs": outputs, "failures": failures or {}} | base | more


SAME = {"a.x": "1", "b.x": "2"}


# ------------------------------------------------------------------ the verdict
def test_equal_outputs_pass() -> None:
    made = compare.judge("p", [ran(SAME), ran(SAME)], ran(SAME))
    assert (made.word, made.compared, made.kernels) == ("PASS", 2, "unknown")


def test_another_bit_is_a_difference_and_named() -> None:
    made = compare.judge("p", [ran(SAME)] * 2, ran(SAME | {"b.x": "3"}))
    assert (made.word, made.differs, made.error) == ("DIFF", ["b.x"], "b.x")
    lost = compare.judge("p", [ran(SAME)] * 2, ran({"a.x": "1"}))
    assert lost.differs == ["b.x"], "an output that is missing"
    more = compare.judge("p", [ran(SAME)] * 2, ran(SAME | {"c.x": "1"}))
    assert more.differs == ["c.x"], "one that is natively not there"


def test_what_is_not_steady_natively_is_not_held_against_it() -> None:
    natives = [ran(SAME), ran(SAME | {"b.x": "9"})]
    made = compare.judge("p", natives, ran(SAME | {"b.x": "5"}))
    assert (made.word, made.unsteady, made.compared) == ("PASS", ["b.x"], 1)
    assert "natively not deterministic: 1 (b.x)" in compare.line_of(made)
    every = [ran({"b.x": "1"}), ran({"b.x": "2"})]
    assert compare.judge("p", every, ran({"b.x": "1"})).word == "UNSTEADY"


def test_a_case_that_fails_only_behind_the_launcher_fails_the_program() -> None:
    tested = ran({"a.x": "1"}, {"b": "RuntimeError: no"})
    made = compare.judge("p", [ran(SAME)] * 2, tested)
    assert (made.word, made.error) == ("FAIL", "b: RuntimeError: no")
    assert made.differs == [], "what a failed case did not make is no difference"


def test_a_case_that_fails_natively_is_told_and_not_compared() -> None:
    natives = [ran({"a.x": "1"}, {"b": "ImportError: none"})] * 2
    made = compare.judge("p", natives, ran({"a.x": "1"}, {"b": "other"}))
    assert made.word == "PASS" and "fail natively: b" in compare.line_of(made)
    nothing = ran({}, {"a": "ImportError: cupy"})
    made = compare.judge("p", [nothing] * 2, nothing)
    assert (made.word, made.error) == ("NATIVE", "a: ImportError: cupy")


def test_whole_programs_that_fail() -> None:
    made = compare.judge("p", [ran(SAME)] * 2, {"error": "killed by SIGSEGV: x"})
    assert (made.word, made.error) == ("FAIL", "killed by SIGSEGV: x")
    made = compare.judge("p", [ran(SAME), {"error": "no"}], {})
    assert (made.word, made.error) == ("NATIVE", "no")


def test_kernels_are_compared_as_sets_where_both_are_known() -> None:
    native = ran(SAME, kernels={"k1": 2, "k2": 1})
    other = ran(SAME, kernels={"k1": 9, "k2": 4})
    assert compare.judge("p", [native] * 2, other).kernels == "same"
    third = ran(SAME, kernels={"k1": 1, "k3": 1})
    made = compare.judge("p", [native] * 2, third)
    assert (made.word, made.kernels_differ) == ("DIFF", ["k2", "k3"])


# ------------------------------------------------------------------ hashes
def hashed(*values: Any) -> str:
    made = record.Record()
    made.case = "c"
    made.add("x", *values)
    return made.outputs["c.x"]


def test_hashes_tell_types_shapes_and_bits_apart() -> None:
    zero = np.zeros(6, np.float32)
    assert hashed(zero) == hashed(np.zeros(6, np.float32))
    assert hashed(zero) != hashed(zero.reshape(2, 3))
    assert hashed(zero) != hashed(np.zeros(6, np.int32))
    assert hashed(zero) != hashed(-zero), "minus zero is another bit"
    assert hashed(1.0) != hashed(1) != hashed(True)
    assert hashed([1, 2], 3) != hashed([1], 2, 3)
    with pytest.raises(TypeError, match="no raw bytes of a object"):
        hashed(object())


def test_a_case_that_fails_does_not_end_the_program(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def bad(_: record.Record) -> None:
        raise ValueError("first line\nsecond")

    module: Any = types.ModuleType("made")
    module.case_bad = bad
    module.case_good = lambda made: made.add("x", 5)
    monkeypatch.setitem(sys.modules, f"{record.PACKAGE}.made", module)
    found = record.run("made", [], kernels=False)
    assert found["failures"].keys() == {"bad"} and found["outputs"].keys() == {"good.x"}
    assert found["failures"]["bad"].startswith("ValueError: first line (test_frame")
    assert record.run("made", ["good"], kernels=False)["failures"] == {}
    with pytest.raises(SystemExit, match="no case other"):
        record.run("made", ["other"], kernels=False)


def test_every_program_is_cases_and_needs_no_framework_to_be_listed() -> None:
    import importlib

    for name, program in PROGRAMS.items():
        module = importlib.import_module(f"{record.PACKAGE}.{program.module}")
        assert record.cases_of(module), name


# ------------------------------------------------------------------ operators
class Operator:
    """An entry of PyTorch's table: fails at the sample of this number."""

    def __init__(self, name: str, fails_at: int = -1) -> None:
        self.full_name, self.fails_at = name, fails_at

    def sample_inputs(self, _: str, dtype: str) -> Iterator[int]:
        assert dtype == "float32"
        yield from range(2 * opinfo.SAMPLES)

    def __call__(self, sample: int) -> list[int]:
        if sample == self.fails_at:
            raise ValueError("a word\nand another")
        return [sample]


def run_operators(
    monkeypatch: pytest.MonkeyPatch, table: list[Operator], alive: Any
) -> record.Record:
    """The program's loop, without PyTorch."""
    torch: Any = types.ModuleType("torch")
    torch.cuda = types.SimpleNamespace(synchronize=alive)
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setattr(opinfo, "table", lambda: table)
    monkeypatch.setattr(opinfo, "seed", lambda: None)
    made = record.Record()
    made.run("c", lambda made: opinfo.run(made, lambda _: "float32", Operator.__call__))
    return made


def test_an_operator_that_raises_is_recorded_and_the_next_ones_are_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = [Operator("a"), Operator("b.c", fails_at=1), Operator("d")]
    found = run_operators(monkeypatch, table, lambda: None)
    assert not found.failures and found.notes["c.operators"] == 3
    assert len(found.outputs) == 3 * (1 + opinfo.SAMPLES), "and how many samples"
    assert found.outputs["c.a-1"] != found.outputs["c.b.c-1"]
    assert found.outputs["c.a-2"] == found.outputs["c.b.c-2"] == found.outputs["c.d-2"]
    assert found.outputs["c.b.c-1"] == hashed("raises ValueError")
    assert found.notes["c.b.c-1"].startswith("ValueError: a word (test_frameworks.py")


def test_an_operator_that_ends_the_device_fails_the_case(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def gone() -> None:
        raise RuntimeError("illegal address")

    table = [Operator("a"), Operator("b", fails_at=0), Operator("d")]
    found = run_operators(monkeypatch, table, gone)
    assert found.failures["c"].startswith("RuntimeError: illegal address")
    assert "c.a-0" in found.outputs and "c.d-0" not in found.outputs


def test_what_an_operator_does_not_write_is_compared_by_shape() -> None:
    made: Any = types.SimpleNamespace(dtype="f4", shape=(2, 3), stride=lambda: (3, 1))
    assert opinfo.outputs("empty", made) == ["f4", [2, 3], [3, 1]]
    assert opinfo.outputs("new_empty", [made]) == [["f4", [2, 3], [3, 1]]]
    attention = "torch.ops.aten._flash_attention_forward"
    assert opinfo.outputs(attention, (1, 2, 3, 4)) == [1, 2]
    told = opinfo.plain((None, {"b": 1, "a": (2.0, "x")}, np.dtype("int8")))
    assert told == ["None", [["a", [2.0, "x"]], ["b", 1]], "dtype('int8')"]


# ------------------------------------------------------------------ the command
def test_parts_are_names_or_shares() -> None:
    every = list(PROGRAMS)
    assert compare.chosen([]) == every
    shares = [compare.chosen([f"{i}/3"]) for i in (1, 2, 3)]
    assert sorted(name for part in shares for name in part) == sorted(every)
    assert compare.chosen(["sdpa", "ops", "sdpa"]) == ["sdpa", "ops"]
    for wrong, says in (("4/3", "1..3"), ("opps", "no part 'opps'")):
        with pytest.raises(SystemExit, match=says):
            compare.chosen([wrong])


def test_a_run_writes_what_it_found_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[tuple[str, bool]] = []

    def fake(name: str, _: Any, prefix: Any, told: Any) -> dict[str, Any]:
        asked.append((name, bool(prefix)))
        return ran(SAME if name == "ops" or not prefix else {"a.x": "0", "b.x": "2"})

    monkeypatch.setattr(compare, "record", fake)
    out = tmp_path / "found.json"
    words = ["--launcher", "env A=1", "--json", str(out), "--resume", "--part"]
    assert compare.main([*words, "ops"]) == 0
    assert asked == [("ops", False), ("ops", False), ("ops", True)]
    assert compare.main([*words, "ops", "sdpa"]) == 1
    assert [name for name, _ in asked[3:]] == ["sdpa"] * 3, "ops was known"
    printed = capsys.readouterr().out
    assert "sdpa                   DIFF" in printed and "ops " in printed


def test_a_launcher_that_fails_is_the_programs_failure(tmp_path: Path) -> None:
    """The real record, in processes; with or without the framework and a device."""
    out = tmp_path / "found.json"
    launcher = f"{sys.executable} -c 'import sys; sys.exit(3)'"
    words = ["--part", "triton", "--natives", "1", "--launcher", launcher]
    assert compare.main([*words, "--json", str(out)]) == 1
    found = compare.kept(out, resume=True)["triton"]
    assert found["word"] == "FAIL" and "exit status 3" in found["error"]


def test_how_a_process_ended_is_one_line() -> None:
    trace = "Traceback\n  File x\nRuntimeError: CUDA error: 700\nwarning: leaked\n"
    ended = launch.Ended(1, trace)
    assert launch.error_line(ended) == "exit status 1: RuntimeError: CUDA error: 700"
    assert (
        launch.error_line(launch.Ended(-11, "")) == "killed by SIGSEGV: it said nothing"
    )
    assert "too long; last: b" in launch.error_line(launch.Ended(None, "a\nb\n"))


def test_a_process_is_ended_with_its_children() -> None:
    script = "import os, time\nos.fork()\nprint('x', flush=True)\ntime.sleep(600)"
    ended = launch.run([sys.executable, "-c", script], {}, timeout_s=1.0)
    assert ended.status is None and ended.text.startswith("x")


def test_a_process_that_makes_progress_may_take_longer(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.touch()
    sleeping = [sys.executable, "-S", "-c", "import time; time.sleep({})"]

    def ended(sleep_s: int, written: float) -> int | None:
        os.utime(log, (written, written))
        command = [*sleeping[:-1], sleeping[-1].format(sleep_s)]
        progress = launch.Progress(log, quiet_s=0.2)
        return launch.run(command, {}, 600.0, progress=progress).status

    assert ended(1, time.time() + 3600) == 0, "five times what a silent one has"
    assert ended(600, 0.0) is None
    log.unlink()
    assert launch.Progress(log, 10.0).left_s(time.time() - 20.0) < 0


def test_a_neighbour_that_ends_shows_nothing() -> None:
    done = [sys.executable, "-c", ""]
    with (
        pytest.raises(RuntimeError, match="ended by itself: 0"),
        launch.beside(done) as process,
    ):
        assert process is not None
        process.wait()


def test_the_launcher_is_the_brokers_run_unless_told() -> None:
    assert launcher_end(None) == ["run", "--"]
    assert launch.launcher("a 'b c' --") == ["a", "b c", "--"]


def launcher_end(text: str | None) -> list[str]:
    return launch.launcher(text)[-2:]


# ------------------------------------------------------------------ suites
@pytest.fixture
def bare_pytest(monkeypatch: pytest.MonkeyPatch) -> None:
    """The plug-ins that are installed here, hypothesis first, take longer to load than
    all that these suites do."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


CRASHING = """
import os, unittest
class T(unittest.TestCase):
    def test_a(self): pass
    def test_b(self):
        if "BEHIND" in os.environ: os.abort()
    def test_c(self): self.assertEqual(os.environ.get("BEHIND"), None, "behind")
    @unittest.skip("why")
    def test_d(self): pass
    def test_e(self): pass
"""


@pytest.mark.usefixtures("bare_pytest")
def test_a_suite_goes_on_after_a_crash_and_says_what_was_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "test_it.py").write_text(CRASHING)
    made = suites.Suite("made", {"test_it.py": "", "gone.py": ""})
    monkeypatch.setitem(suites.SUITES, "torch", made)
    words = ["torch", "--path", str(source), "--out", str(tmp_path / "out")]
    words += ["--launcher", "env BEHIND=1"]
    assert suites.main(words) == 1
    printed = capsys.readouterr().out
    assert "not there, left out" in printed
    assert "2 pass on both sides" in printed
    assert "test_b: crashed: killed by SIGABRT" in printed
    assert "test_c: failed: AssertionError: '1' != None : behind" in printed
    log = next((tmp_path / "out").glob("*.run.jsonl"))
    before = log.read_text()
    assert suites.main(words) == 1
    assert log.read_text() == before, "what is known is not run again"


def test_differences_of_pass_sets() -> None:
    native = {"a": ("passed", ""), "b": ("passed", ""), "c": ("failed", "no")}
    tested = {"a": ("passed", ""), "c": ("passed", "")}
    found = suites.difference(native, tested)
    assert found.passed == 1
    assert found.lost == {"b": "not run"} and found.gained == {"c": "failed: no"}
    assert found.native == {"failed": 1, "passed": 2}


def test_who_is_blamed_for_a_crash() -> None:
    rows = [
        {"test": "a", "outcome": "begun"},
        {"test": "a", "outcome": "passed"},
        {"test": "b", "outcome": "begun"},
    ]
    assert cells.blamed(rows) == "b" and cells.blamed(rows[:2]) is None


def test_only_who_is_silent_hangs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time limit counts from the last outcome, not from the process's start: a long
    file is no reason to blame whichever test runs when the limit has passed."""
    log = tmp_path / "log"
    limits: list[tuple[float, launch.Progress | None]] = []

    def silent(
        command: list[str],
        environment: dict[str, str],
        timeout_s: float,
        folder: Path,
        progress: launch.Progress | None = None,
    ) -> launch.Ended:
        limits.append((timeout_s, progress))
        if len(limits) > 1:
            return launch.Ended(0, "")
        cells.append(log, "t", "begun", "")
        return launch.Ended(None, "")

    monkeypatch.setattr(launch, "run", silent)
    cell = cells.Cell(tmp_path / "test_it.py", "test_it.py")
    side = cells.Side((), tmp_path, sys.executable, {}, timeout_s=120.0)
    assert cells.run(cell, log, side)
    assert cells.known(log)["t"][0] == cells.HUNG
    assert limits == [(float("inf"), launch.Progress(log, 120.0))] * 2


def test_a_cut_line_is_no_outcome(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text('{"test": "a", "outcome": "passed", "line": ""}\n{"test": "b", "o')
    assert [row["test"] for row in outcomes.rows(log)] == ["a"]


def test_shares_of_files(tmp_path: Path) -> None:
    for size, name in enumerate("abcd"):
        (tmp_path / f"test_{name}.py").write_text("#" * size)
    suite = suites.Suite("made", {".": ""}, shares={"test_d.py": 2})
    made = suites.cells_of(suite, tmp_path)
    assert [cell.stem for cell in made] == [
        *("test_c", "test_d.1of2", "test_d.2of2", "test_b", "test_a")
    ]
    assert suites.share(made, None) == made
    assert suites.share(made, "2/2") == [made[1], made[3]]
    with pytest.raises(SystemExit, match="want i/n"):
        suites.share(made, "2")
    with pytest.raises(SystemExit, match="none of"):
        suites.files_of(suites.SUITES["cupy"], tmp_path)
    with pytest.raises(SystemExit, match="does not come with a package"):
        suites.place_of(suites.SUITES["cupy"], "installed")


SHARED = """
import os, time, pathlib, pytest
@pytest.mark.parametrize("i", range(6))
def test_i(i): pass
def test_once(tmp_path):
    mark = pathlib.Path(os.environ["MARK"])
    if "BEHIND" in os.environ and not mark.exists():
        mark.write_text("")
        raise RuntimeError("only beside others")
def test_long(): time.sleep(float(os.environ.get("LONG", 0)))
"""


def shared_suite(
    place: Path, monkeypatch: pytest.MonkeyPatch, *more: str
) -> tuple[Path, list[str]]:
    """Its outcomes' folder, and the words that run it."""
    (place / "source").mkdir()
    (place / "source" / "test_it.py").write_text(SHARED)
    monkeypatch.setenv("MARK", str(place / "mark"))
    made = suites.Suite("made", {"test_it.py": ""}, shares={"test_it.py": 2})
    monkeypatch.setitem(suites.SUITES, "torch", made)
    out = place / "out"
    words = ["torch", "--path", str(place / "source"), "--out", str(out), "--jobs", "2"]
    return out, [*words, "--launcher", "env BEHIND=1", *more]


def test_what_was_not_run_yet_is_not_lost() -> None:
    native = dict.fromkeys("abc", ("passed", ""))
    found = suites.difference(native, {"a": ("passed", ""), "b": ("failed", "no")})
    assert found.lost == {"b": "failed: no", "c": "not run"} and found.unrun == 0
    rest = suites.cut_off(found)
    assert rest.lost == {"b": "failed: no"} and rest.unrun == 1
    assert suites.table({"f/x": rest})[1].split()[1:] == ["1", "1", "0", "1", "3", "2"]


@pytest.mark.usefixtures("bare_pytest")
def test_shares_run_beside_each_other_and_what_is_lost_once_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out, words = shared_suite(tmp_path, monkeypatch)
    assert suites.main(words) == 0
    known = [cells.known(log) for log in sorted(out.glob("*.native.jsonl"))]
    assert [len(one) for one in known] == [4, 4], "each test is in one share"
    assert len(known[0] | known[1]) == 8
    (again,) = out.glob("*.again.jsonl")
    assert [how for how, _ in cells.known(again).values()] == ["passed"]
    last = capsys.readouterr().out.splitlines()[-1].split()
    assert last == ["all", "8", "0", "0", "0", "8", "8"]


@pytest.mark.usefixtures("bare_pytest")
def test_what_the_time_cuts_off_is_no_outcome_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out, words = shared_suite(tmp_path, monkeypatch, "--stop-after", "2")
    monkeypatch.setenv("LONG", "60")
    assert suites.main(words) == 1
    cut = capsys.readouterr().out.splitlines()[-1]
    assert cut.startswith("NOT WHOLE: ") and "test_it.2of2" in cut
    log = out / "test_it.2of2.native.jsonl"
    assert not any("long" in test for test in cells.known(log))
    monkeypatch.setenv("LONG", "0")
    assert suites.main(words[:-2]) == 0
    assert "NOT WHOLE" not in capsys.readouterr().out
