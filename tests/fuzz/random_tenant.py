"""The random tenant of tests/socket/wild.py for as long as one likes, against a broker
under the address and undefined-behaviour sanitizers:

    python -m tests.fuzz.random_tenant --seconds 600 --device null --device emulated

Run from the root of the source tree, where pip and the build tools of pyproject.toml
are installed; compiles a copy of the native parts into build/sanitized (a minute or
two). Each device gets a broker with one domain and one with processes, all beside each
other, each with a wild tenant, new with each seed, and a calm one whose results are
checked. It ends with status 1 and the seed when a broker died or faulted, hung up, did
not answer, kept memory, when a sanitizer spoke, or the neighbour's results were wrong.
`--first SEED --seeds 1` plays one again, `--plain` without sanitizers.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from broker.wire.gen import messages as wire
from tests.socket.peer import BrokerProcess, Peer, eventually
from tests.socket.wild import CONFIGS, MIB, play

ROOT = Path(__file__).parents[2]
OUT = ROOT / "build" / "sanitized"
SANITIZE = "-fsanitize=address,undefined -fno-sanitize-recover=undefined -g -O1"
ROUNDS = 60
# An editable installation puts itself before every path; not here.
CUSTOMIZE = """
import sys
sys.meta_path[:] = [f for f in sys.meta_path if "ScikitBuild" not in type(f).__name__]
"""


def build() -> dict[str, str]:
    """Compile; returns the environment of a broker that runs what was compiled."""
    site = OUT / "site"
    command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--upgrade"]
    command += ["--no-build-isolation", "--target", str(site), str(ROOT)]
    command += ["-C", f"build-dir={OUT / 'cmake'}"]
    command += ["-C", f"cmake.define.CMAKE_C_FLAGS={SANITIZE}"]
    command += ["-C", "cmake.define.CMAKE_BUILD_TYPE=None"]
    subprocess.run(command, check=True, cwd=ROOT)
    (site / "sitecustomize.py").write_text(CUSTOMIZE)
    libraries = []
    for name in ("libasan.so", "libubsan.so"):
        found = subprocess.run(
            ["cc", f"-print-file-name={name}"], capture_output=True, text=True
        )
        libraries.append(found.stdout.strip())
    return {
        "LD_PRELOAD": " ".join(libraries),
        # Python keeps what it has until the end; the broker counts its own.
        "ASAN_OPTIONS": "detect_leaks=0:abort_on_error=1",
        "UBSAN_OPTIONS": "print_stacktrace=1",
        "PYTHONPATH": str(site),
        "PYTHONSAFEPATH": "1",  # nor does the source tree
    }


@dataclass
class Place:
    """One broker and what was played against it."""

    device: str
    isolation: str
    seeds: int = 0
    forms: int = 0
    problem: str = ""

    def run(self, environment: dict[str, str], until: float, seeds: range) -> None:
        with tempfile.TemporaryDirectory() as folder:
            try:
                self._serve(Path(folder), environment, until, seeds)
            except BaseException as problem:
                self.problem = f"{type(problem).__name__}: {problem}"
            text = (Path(folder) / "broker.log").read_text()
        if "ERROR: " in text or "runtime error" in text:
            self.problem = self.problem or "a sanitizer spoke"
        if self.problem:
            print(text[-20_000:], file=sys.stderr)

    def _serve(
        self, folder: Path, environment: dict[str, str], until: float, seeds: range
    ) -> None:
        more = ["--dilation", "1"] if self.device == "emulated" else []
        with BrokerProcess(
            folder,
            *more,
            device=self.device,
            config=CONFIGS[self.isolation],
            environment=environment,
        ) as broker:
            self._play(broker, until, seeds)
            assert broker.stop() == 0, "the broker's status at its end"

    def _play(self, broker: BrokerProcess, until: float, seeds: range) -> None:
        for seed in seeds:
            if time.monotonic() > until:
                return
            try:
                self._one(broker, seed)
            except BaseException as problem:
                raise AssertionError(f"seed {seed}: {problem}") from problem
            self.seeds += 1

    def _one(self, broker: BrokerProcess, seed: int) -> None:
        with Peer(broker.path, "calm") as calm, Peer(broker.path, "wild") as wild:
            self.forms += play(wild, calm, seed, ROUNDS)
        eventually(lambda: not broker.sessions(), "everything is given back")
        with Peer(broker.path, "wild") as peer:
            info = peer.call(wire.MemoryInfo, 0)
            assert info.free_bytes == info.total_bytes == 64 * MIB
        status = broker.ask("status")
        assert status["epoch"] == 1, "the broker's context was lost"
        lives = {row["domain"]: row.get("life", 1) for row in status["domains"]}
        assert set(lives.values()) <= {1}, lives


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--device", action="append", choices=["null", "emulated"])
    parser.add_argument("--isolation", action="append", choices=list(CONFIGS))
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=1_000_000)
    parser.add_argument("--plain", action="store_true")
    chosen = parser.parse_args()
    environment = {} if chosen.plain else build()
    places = [
        Place(device, isolation)
        for device in chosen.device or ["null", "emulated"]
        for isolation in chosen.isolation or list(CONFIGS)
    ]
    until = time.monotonic() + chosen.seconds
    seeds = range(chosen.first, chosen.first + chosen.seeds)
    threads = [
        threading.Thread(target=place.run, args=(environment, until, seeds))
        for place in places
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for place in places:
        print(
            f"{place.device}, {place.isolation}: {place.seeds} seeds, "
            f"{place.forms} executable graphs: {place.problem or 'nothing'}"
        )
    return int(any(place.problem for place in places))


if __name__ == "__main__":
    sys.exit(main())
