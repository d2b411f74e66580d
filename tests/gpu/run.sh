#!/usr/bin/env bash
# Everything that needs a GPU, in one command: builds, runs the GPU tests and benchmarks,
# prints their tables. Parts can be named to resume: build tests launch switch restart replay
# graph.
#
#   tests/gpu/run.sh [PART ...]
#
# OUT (default: out/) receives logs and figures; the tables go into tests/bench/RESULTS.md
# with date and device.
set -u
cd "$(dirname "$0")/../.."
OUT=${OUT:-out}
mkdir -p "$OUT"
export PYTHONUNBUFFERED=1
PYTHON=${PYTHON:-python3}
failed=()

part() { # NAME COMMAND...: run one part, keep its output, remember a failure
  local name=$1
  shift
  printf '\n=== %s\n' "$name"
  local begin=$SECONDS
  "$@" 2>&1 | tee "$OUT/$name.log" | tail -n "${LINES_SHOWN:-60}"
  [ "${PIPESTATUS[0]}" -eq 0 ] || failed+=("$name")
  printf -- '--- %s: %d s\n' "$name" $((SECONDS - begin))
}

build() { "$PYTHON" -m pip install -q --no-build-isolation --no-deps -e .; }
tests() { "$PYTHON" -m pytest -q -p no:cacheprovider -m gpu tests/conformance tests/gpu; }
launch() { "$PYTHON" -m tests.bench.bench_gpu_launch --json "$OUT/launch.json"; }
switch() { "$PYTHON" -m tests.bench.bench_gpu_switch --json "$OUT/switch.json"; }
restart() { "$PYTHON" -m tests.bench.bench_restart --device cuda; }
replay() { "$PYTHON" -m tests.bench.bench_gpu_replay --json "$OUT/replay.json"; }
graph() { "$PYTHON" -m tests.bench.bench_gpu_graph --json "$OUT/graph.json"; }

for name in ${*:-build tests launch switch restart replay graph}; do
  case $name in
  build | tests | launch | switch | restart | replay | graph) part "$name" "$name" ;;
  *) echo "no part '$name': build tests launch switch restart replay graph" >&2; exit 2 ;;
  esac
done
nvidia-smi --query-gpu=name,driver_version --format=csv,noheader
if [ ${#failed[@]} -gt 0 ]; then
  echo "FAILED: ${failed[*]}"
  exit 1
fi
echo "all parts passed"
