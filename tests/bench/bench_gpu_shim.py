"""Programs on the driver's interface behind the shim, beside the driver itself.

Command: `python -m tests.bench.bench_gpu_shim [--device null] [--json PATH]`, or
`tests/gpu/run.sh shim`. One C program and one CuPy program run natively and behind the
broker, in turn, the C program three times each, of which medians are taken: a launch in
a burst, the first after idle, launch and synchronise, small copies that are waited for,
sustained launches of one and of four tenants, pinned and pageable copies, local calls,
and CuPy (where it is installed). On the null device there is nothing native: a dry run.
The last result stands in tests/bench/RESULTS.md.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from broker.run import Wishes, shim_environment, shim_folder
from tests.bench import harness

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PTX = ROOT / "loadgen" / "kernels" / "builtin.ptx"
LAUNCHES = 200_000
COPY_BYTES = 256 << 20
TENANTS = 4
ROUNDS = 3  # the same native loop differs by 40 % from one minute to another
PATIENCE_SECONDS = 180

# Figure, the bound, and whether more is better (behind / native) or less is. A bound
# without a native figure is of the value itself.
BOUNDS = {
    "burst_us_p50": ("at most", 0.5),
    "first_us_p50": ("at most", 10.0),
    "launch_sync_us_p50": ("native plus", 30.0),
    "small_to_host_us_p50": ("native plus", 10.0),
    "small_to_device_us_p50": ("native plus", 20.0),
    "launches_per_s": ("x native, at least", 0.95),
    "launches_per_s_of_four": ("x native, at least", 1.8),
    "pinned_h2d_gb_s": ("x native, at least", 0.97),
    "pinned_d2h_gb_s": ("x native, at least", 0.97),
    "pageable_h2d_gb_s": ("x native, at least", 1.2),
    "pageable_d2h_gb_s": ("x native, at least", 1.2),
    "pointer_attribute_ns": ("at most", 50.0),
    "event_query_ns": ("at most", 50.0),
    "is_capturing_ns": ("at most", 50.0),
    "function_attribute_ns": ("at most", 50.0),
    "cupy_import_and_first": ("x native, at most", 1.2),
    "cupy_speed_geometric_mean": ("x native, at least", 0.98),
}

Figures = dict[str, float]


def build(folder: Path) -> Path:
    program = folder / "bench_shim_work"
    command = ["cc", "-O2", "-w", f"-I{ROOT / 'shim/include'}", "-o", str(program)]
    command += [str(HERE / "bench_shim_work.c"), "-ldl"]
    subprocess.run(command, check=True)
    return program


def behind(path: str, tenant: str) -> dict[str, str]:
    """Environment of a program behind the broker on that socket."""
    wishes = Wishes(socket=path, tenant=tenant)
    return {**os.environ, **shim_environment(shim_folder(), wishes, os.environ)}


def figures(output: str) -> Figures:
    lines = (line.split() for line in output.splitlines())
    return {words[0]: float(words[1]) for words in lines if len(words) == 2}


def run(command: list[str], environment: dict[str, str] | None) -> Figures:
    done = subprocess.run(
        command,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        timeout=PATIENCE_SECONDS,
    )
    return figures(done.stdout)


def work(program: Path, launches: int, copy_bytes: int) -> list[str]:
    return [str(program), str(PTX), str(launches), str(copy_bytes)]


def of_four(program: Path, launches: int, path: str) -> float:
    """Launches/s of four tenants at once, added up."""
    running = [
        subprocess.Popen(
            work(program, launches, 0),
            env=behind(path, f"t{i}"),
            stdout=subprocess.PIPE,
            text=True,
        )
        for i in range(TENANTS)
    ]
    total = 0.0
    for one in running:
        output, _ = one.communicate(timeout=PATIENCE_SECONDS)
        assert one.returncode == 0, output
        total += figures(output)["launches_per_s"]
    return total


def cupy(environment: dict[str, str] | None) -> Figures:
    """Nothing where CuPy is not installed."""
    if importlib.util.find_spec("cupy") is None:
        return {}
    return run([sys.executable, str(HERE / "cupy_set.py")], environment)


def geometric_mean(ratios: list[float]) -> float:
    return math.exp(sum(map(math.log, ratios)) / len(ratios))


def compared(name: str, shim: float, native: float | None) -> tuple[str, bool]:
    """What the bound says, and whether it holds; always where nothing is native."""
    how, bound = BOUNDS[name]
    if how == "at most":
        return f"{how} {bound:g}", shim <= bound
    if native is None:
        return f"{bound:g} {how}", True
    if how == "native plus":
        return f"{how} {bound:g}", shim <= native + bound
    ratio = shim / native
    holds = ratio >= bound if how.endswith("least") else ratio <= bound
    return f"{how} {bound:g}", holds


def medians(rounds: list[Figures]) -> Figures:
    """Of each figure; rounds have the same ones."""
    return {
        name: statistics.median(one[name] for one in rounds)
        for name in (rounds[0] if rounds else ())
    }


def measure(
    device: str, launches: int, copy_bytes: int, rounds: int = ROUNDS
) -> dict[str, Figures]:
    """{"shim": figures, "native": figures}; native is empty on the null device."""
    natives: list[Figures] = []
    shims: list[Figures] = []
    with tempfile.TemporaryDirectory() as place, harness.broker(device) as broker:
        program = build(Path(place))
        command = work(program, launches, copy_bytes)
        for _ in range(rounds):
            if device == "cuda":
                natives.append(run(command, None))
            one = run(command, behind(broker.path, "t"))
            one["launches_per_s_of_four"] = of_four(program, launches, broker.path)
            shims.append(one)
        native, shim = medians(natives), medians(shims)
        if device == "cuda":
            native |= {f"cupy_{k}": v for k, v in cupy(None).items()}
        shim |= {f"cupy_{k}": v for k, v in cupy(behind(broker.path, "t")).items()}
    if native:
        native["launches_per_s_of_four"] = native["launches_per_s"]
    speeds = [
        native[name] / value
        for name, value in shim.items()
        if name.startswith("cupy_") and name in native and "import" not in name
    ]
    if speeds:
        shim["cupy_speed_geometric_mean"] = geometric_mean(speeds)
        native["cupy_speed_geometric_mean"] = 1.0
    return {"shim": shim, "native": native}


def show(result: dict[str, Figures], write: Callable[[str], Any] = print) -> int:
    """Print a table; how many bounds do not hold."""
    shim, native = result["shim"], result["native"]
    missed = 0
    write(f"{'figure':30} {'shim':>12} {'native':>12}  bound")
    for name, value in shim.items():
        beside = native.get(name)
        text, holds = compared(name, value, beside) if name in BOUNDS else ("", True)
        missed += not holds
        shown = "" if beside is None else f"{beside:.3f}"
        write(f"{name:30} {value:12.3f} {shown:>12}  {text}{'' if holds else '  NO'}")
    return missed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", default="cuda", choices=["cuda", "null"])
    parser.add_argument("--launches", type=int, default=LAUNCHES)
    parser.add_argument("--copy-bytes", type=int, default=COPY_BYTES)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    result = measure(options.device, options.launches, options.copy_bytes)
    missed = show(result)
    if options.json:
        options.json.write_text(json.dumps(result, indent=1))
    return int(missed > 0 and options.device == "cuda")


if __name__ == "__main__":
    sys.exit(main())
