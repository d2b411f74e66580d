"""The programs natively and behind a launcher: are their outputs the same bits?

    python -m tests.gpu.frameworks.compare [--part NAME ...] [--launcher "... --"]

Each program runs natively twice (what differs then is not deterministic, and is not
held against the launcher) and once behind the launcher, by default `xsched-broker run
--`. Verdicts: PASS; DIFF, an output or a kernel differs; FAIL, the program or
a case of it failed behind the launcher alone; NATIVE, it fails natively already, so
nothing is shown; UNSTEADY, nothing of it is the same natively.
What was found is written after each program, so that a run can go on (--resume). Exit
status 1 unless all pass.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.gpu.frameworks import launch
from tests.gpu.frameworks.programs import PROGRAMS, Program

RECORD = "tests.gpu.frameworks.record"
PASS, DIFF, FAIL, NATIVE, UNSTEADY = "PASS", "DIFF", "FAIL", "NATIVE", "UNSTEADY"
GOOD = (PASS,)
NAMES_SHOWN = 4

Run = dict[str, Any]


@dataclass(slots=True)
class Verdict:
    """compared: outputs that were; differs, unsteady: names of outputs; failures:
    behind the launcher, by case; native_failures: natively. kernels: "same",
    "differ", "unknown". seconds: natively, behind the launcher."""

    program: str
    word: str
    error: str = ""
    compared: int = 0
    differs: list[str] = field(default_factory=list)
    unsteady: list[str] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)
    native_failures: dict[str, str] = field(default_factory=dict)
    kernels: str = "unknown"
    kernels_differ: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)


# ---------------------------------------------------------------- the verdict
def judge(program: str, natives: Sequence[Run], tested: Run) -> Verdict:
    """natives, tested: as `record` writes them; or {"error": line}. Pure."""
    made = Verdict(program, PASS)
    broken = next((run["error"] for run in natives if "error" in run), None)
    if broken is not None:
        made.word, made.error = NATIVE, broken
        return made
    first = natives[0]
    made.versions = first["versions"]
    made.native_failures = first["failures"]
    if "error" in tested:
        made.word, made.error = FAIL, tested["error"]
        return made
    made.seconds = [first["seconds"], tested["seconds"]]
    _compare_outputs(made, natives, tested)
    _compare_kernels(made, first.get("kernels"), tested.get("kernels"))
    made.word, made.error = _word(made, first)
    return made


def _compare_outputs(made: Verdict, natives: Sequence[Run], tested: Run) -> None:
    """An output that is missing, natively or behind the launcher, differs, unless its
    case failed: then that is said."""
    every = [run["outputs"] for run in natives]
    failed = {**made.native_failures}
    made.failures = {
        case: line for case, line in tested["failures"].items() if case not in failed
    }
    failed |= made.failures
    for name in sorted(set().union(*every, tested["outputs"])):
        if name.split(".")[0] in failed:
            continue
        seen = {outputs.get(name) for outputs in every}
        if len(seen) > 1:
            made.unsteady.append(name)
            continue
        made.compared += 1
        if seen != {tested["outputs"].get(name)}:
            made.differs.append(name)


def _compare_kernels(
    made: Verdict, native: dict[str, int] | None, tested: dict[str, int] | None
) -> None:
    """The sets of names; how often each ran depends on what was tried out."""
    if not native or not tested:
        return
    made.kernels_differ = sorted(native.keys() ^ tested.keys())
    made.kernels = "differ" if made.kernels_differ else "same"


def _word(made: Verdict, native: Run) -> tuple[str, str]:
    if made.failures:
        case, line = next(iter(made.failures.items()))
        return FAIL, f"{case}: {line}"
    if made.differs:
        more = len(made.differs) - NAMES_SHOWN
        rest = f" and {more} more" if more > 0 else ""
        return DIFF, ", ".join(made.differs[:NAMES_SHOWN]) + rest
    if made.kernels == "differ":
        return DIFF, f"kernels: {', '.join(made.kernels_differ[:NAMES_SHOWN])}"
    if made.compared == 0 and made.unsteady:
        return UNSTEADY, "no output is the same natively"
    if made.compared == 0:
        case, line = next(iter(native["failures"].items()), ("", "no outputs"))
        return NATIVE, f"{case}: {line}" if case else line
    return PASS, ""


# ---------------------------------------------------------------- running
def record(
    name: str, program: Program, prefix: Sequence[str], told: argparse.Namespace
) -> Run:
    """One run; {"error": line} when the whole program failed."""
    with tempfile.TemporaryDirectory(prefix="xsched-frameworks-") as folder:
        out = Path(folder) / "record.json"
        command = [told.python, "-m", RECORD, program.module, "--out", str(out)]
        if told.kernels:
            command.append("--kernels")
        for case in told.case:
            command += ["--case", case]
        limit = told.timeout or program.timeout_s
        ended = launch.run([*prefix, *command], program.environment, limit)
        if out.exists() and ended.status == 0:
            found: Run = json.loads(out.read_text())
            return found
        return {"error": launch.error_line(ended)}


def compare(name: str, told: argparse.Namespace, prefix: Sequence[str]) -> Verdict:
    program = PROGRAMS[name]
    natives = [record(name, program, (), told) for _ in range(told.natives)]
    if any("error" in run for run in natives):
        return judge(name, natives, {})
    try:
        with launch.beside(told.neighbour and told.neighbour.split()):
            tested = record(name, program, prefix, told)
    except RuntimeError as error:
        tested = {"error": str(error)}
    return judge(name, natives, tested)


# ---------------------------------------------------------------- showing
def line_of(made: Verdict) -> str:
    times = "/".join(f"{seconds:.0f}" for seconds in made.seconds)
    notes = [made.error] if made.error else []
    if made.unsteady:
        shown = ", ".join(made.unsteady[:NAMES_SHOWN])
        notes.append(f"natively not deterministic: {len(made.unsteady)} ({shown})")
    if made.native_failures and made.word != NATIVE:
        notes.append(f"fail natively: {', '.join(made.native_failures)}")
    return (
        f"{made.program:<22} {made.word:<9} {made.compared:>5} {made.kernels:<8}"
        f" {times:>9}  {'; '.join(notes)}"
    )


HEAD = f"{'program':<22} {'verdict':<9} {'equal':>5} {'kernels':<8} {'seconds':>9}"


def kept(path: Path | None, resume: bool) -> dict[str, Any]:
    """What an earlier run found, by program."""
    if path is None or not resume or not path.exists():
        return {}
    found: dict[str, Any] = json.loads(path.read_text())["programs"]
    return found


def chosen(parts: Sequence[str]) -> list[str]:
    """Names of programs, or i/n: the i-th of n shares. Raises: SystemExit."""
    names = list(PROGRAMS)
    if not parts:
        return names
    found: list[str] = []
    for part in parts:
        number, slash, count = part.partition("/")
        if slash and number.isdecimal() and count.isdecimal():
            if not 1 <= int(number) <= int(count):
                raise SystemExit(f"--part {part}: want 1..{count}")
            found += names[int(number) - 1 :: int(count)]
        elif part in PROGRAMS:
            found.append(part)
        else:
            raise SystemExit(f"no part {part!r}: i/n, or one of {', '.join(names)}")
    return list(dict.fromkeys(found))


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    made.add_argument("--part", nargs="+", default=[], help="names, or i/n")
    made.add_argument("--case", action="append", default=[], help="only these cases")
    made.add_argument("--launcher", help="what comes before the command")
    made.add_argument("--neighbour", help="a command that runs beside, when tested")
    made.add_argument("--python", default=sys.executable)
    made.add_argument("--natives", type=int, default=2, help="native runs")
    made.add_argument("--kernels", action="store_true", help="names, by the profiler")
    made.add_argument("--timeout", type=float, help="seconds of one run")
    made.add_argument("--stop-after", type=float, help="begin no program later")
    made.add_argument("--json", type=Path, help="what was found")
    made.add_argument("--resume", action="store_true", help="go on with that file")
    made.add_argument("--list", action="store_true", help="the programs")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    told = parser().parse_args(arguments)
    names = chosen(told.part)
    if told.list:
        print("\n".join(names))
        return 0
    prefix, begin = launch.launcher(told.launcher), time.monotonic()
    found = kept(told.json, told.resume)
    print(HEAD)
    for name in names:
        late = told.stop_after and time.monotonic() - begin > told.stop_after
        if name not in found and late:
            continue
        if name not in found:
            found[name] = asdict(compare(name, told, prefix))
            if told.json is not None:
                text = json.dumps({"launcher": prefix, "programs": found}, indent=1)
                told.json.write_text(text + "\n")
        print(line_of(Verdict(**found[name])), flush=True)
    missing = [name for name in names if name not in found]
    if missing:
        print(f"NOT RUN: {', '.join(missing)}")
    bad = [name for name in names if name in found and found[name]["word"] not in GOOD]
    return 1 if bad or missing else 0


if __name__ == "__main__":
    sys.exit(main())
