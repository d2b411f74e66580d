"""Is what frameworks compute behind the shim what they compute natively? A short look.

    python -m tests.gpu.shim_smoke [--python INTERPRETER] [--only STAGE ...]

A few cases of `tests.gpu.frameworks` from the driver's interface upward, so that the
first stage that fails says where to look; three minutes in all. Each stage runs
natively and behind `xsched-broker run` at the same time, in a process of its own each,
for a minute at most. A line per stage: PASS, DIFF (outputs that differ), FAIL (the
cases that failed behind the broker, and the last of what it printed, with each driver
call that failed), NATIVE (it fails natively).
--null: behind the broker only, on the null device: are the stages as they should be?
Exit status 1 unless all pass. Called by tests/gpu/run.sh.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.gpu.frameworks import compare, launch
from tests.gpu.frameworks.programs import PROGRAMS

STAGE_S = 60.0
ALL_S = 170.0
LINES_SHOWN = 14
# Before these the log is the start of a library, or what the program tries out.
USUAL = ("cuCtxGetDevice_v2 returns 201", "cuGetProcAddress_v2 returns 500")


@dataclass(frozen=True, slots=True)
class Stage:
    """cases: of the program; all of them when there are none."""

    program: str
    cases: tuple[str, ...] = ()


STAGES: dict[str, Stage] = {
    "driver": Stage("driver"),
    "cupy": Stage("cupy", ("elementwise", "raw", "pools_and_streams")),
    "elementwise": Stage("ops", ("pointwise", "reductions", "random", "foreach")),
    "matmul": Stage("matmul", ("types", "batched", "epilogues")),
    "streams": Stage("ops", ("streams", "printing_and_copies")),
    "sdpa": Stage("sdpa", ("math", "flash", "efficient", "cudnn")),
    "conv": Stage("conv", ("forward", "backward")),
    "training": Stage("training", ("fused_adamw_bf16",)),
    "triton": Stage("triton", ("descriptors", "host_descriptors", "atomics")),
    "expandable": Stage("allocator-expandable", ("churn",)),
    "async": Stage("allocator-async", ("churn", "streams")),
}


@dataclass(slots=True)
class Side:
    """One run. record: as `record` writes it; None when there is none."""

    record: dict[str, Any] | None
    ended: launch.Ended
    seconds: float

    @property
    def outcome(self) -> dict[str, Any]:
        """As compare.judge takes it."""
        if self.record is not None:
            return self.record
        return {"error": launch.error_line(self.ended)}


def run(stage: Stage, prefix: Sequence[str], python: str, log: str) -> Side:
    program, begin = PROGRAMS[stage.program], time.monotonic()
    with tempfile.TemporaryDirectory(prefix="xsched-smoke-") as folder:
        out = Path(folder) / "record.json"
        command = [*prefix, python, "-m", compare.RECORD, program.module]
        command += ["--out", str(out)]
        for case in stage.cases:
            command += ["--case", case]
        environment = {**program.environment, "XSCHED_LOG": log}
        ended = launch.run(command, environment, STAGE_S)
        whole = ended.status == 0 and out.exists()
        record = json.loads(out.read_text()) if whole else None
        return Side(record, ended, time.monotonic() - begin)


def judge(name: str, native: Side | None, tested: Side) -> tuple[str, str]:
    """The word and what there is to say. Pure."""
    found = tested.outcome
    natives = [found if native is None else native.outcome]
    if native is None and "error" in found:
        return compare.FAIL, found["error"]
    if native is None and found["failures"]:
        return compare.FAIL, "; ".join(
            f"{c}: {t}" for c, t in found["failures"].items()
        )
    made = compare.judge(name, natives, found)
    said = [made.error, *(f"{c}: {t}" for c, t in list(made.failures.items())[1:])]
    said += [f"natively {c}: {t}" for c, t in made.native_failures.items()]
    return made.word, "; ".join(filter(None, said)) or f"{made.compared} outputs equal"


def last_lines(text: str) -> list[str]:
    lines = [line for line in text.splitlines() if line.strip()]
    return [line for line in lines if not line.endswith(USUAL)][-LINES_SHOWN:]


def show(name: str, native: Side | None, tested: Side) -> bool:
    word, said = judge(name, native, tested)
    times = f"{native.seconds:.0f}" if native else "-"
    print(
        f"{name:<12} {word:<8} {times:>3}/{tested.seconds:<3.0f} s  {said}", flush=True
    )
    notes = {**((native and native.record) or {}), **(tested.record or {})}.get("notes")
    for side, what in (("native", native), ("broker", tested)):
        if notes and what and what.record:
            print(f"    {side}: {what.record['notes']}")
    if word in (compare.FAIL, compare.DIFF):
        print("\n".join(f"    | {line}" for line in last_lines(tested.ended.text)))
    return word in compare.GOOD


def stage_of(name: str, told: argparse.Namespace) -> bool:
    prefix = launch.launcher(told.launcher)
    if told.null:
        prefix = [*prefix[:-1], "--device", "null", "--"]
        return show(name, None, run(STAGES[name], prefix, told.python, "debug"))
    with ThreadPoolExecutor(2) as both:
        native = both.submit(run, STAGES[name], (), told.python, "warn")
        tested = both.submit(run, STAGES[name], prefix, told.python, "debug")
        return show(name, native.result(), tested.result())


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--launcher", help="in place of `xsched-broker run --`")
    parser.add_argument("--only", nargs="+", choices=list(STAGES), default=list(STAGES))
    parser.add_argument("--null", action="store_true")
    parser.add_argument("--stop-after", type=float, default=ALL_S, help="s")
    told = parser.parse_args(arguments)
    begin, failed = time.monotonic(), []
    for name in told.only:
        if time.monotonic() - begin > told.stop_after:
            print(f"{name:<12} NOT RUN")
            failed.append(name)
        elif not stage_of(name, told):
            failed.append(name)
    print(f"smoke: {'not passed: ' + ', '.join(failed) if failed else 'all passed'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
