#!/usr/bin/env bash
# Everything that needs a GPU, in one command: builds, runs the GPU tests and benchmarks,
# prints their tables. Parts can be named to resume: build tests sanitizer launch switch
# restart disruption shares domains graph step speeds shim replay peers peers-cpu long smoke
# frameworks colocate. Each takes four minutes at most; sanitizer needs compute-sanitizer
# (SANITIZER: its path, where it is not at the usual place); replay, peers, peers-cpu and
# long keep finished cells under OUT/kept and say when cells are left: call them again
# (peers and long about three times, peers-cpu four times).
# smoke (TORCH_PYTHON: the interpreter that has PyTorch) is the short form of frameworks.
# frameworks and colocate go on in the same way, and need the shim, PyTorch and transformers
# (Triton, CuPy); FRAMEWORKS and COLOCATE are their arguments, in place of short ones:
#
#   FRAMEWORKS="--part sdpa graphs --kernels" tests/gpu/run.sh frameworks
#   COLOCATE="--preset headline-vllm --stop-after 500" tests/gpu/run.sh colocate
#
#   tests/gpu/run.sh [PART ...]
#
# lanes.sh runs parts on several GPUs of one machine at once.
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
sanitizer() {
  "$PYTHON" -m tests.gpu.sanitizer ${SANITIZER:+--tool "$SANITIZER"} --logs "$OUT"
}
launch() { bench launch; }
switch() { bench switch; }
restart() { "$PYTHON" -m tests.bench.bench_restart --device cuda; }
disruption() { bench disruption; }
shares() { bench shares; }
shim() { bench shim; }
graph() { bench graph; }
step() { bench step; }
speeds() { bench speeds; }
domains() { bench domains; }
replay() { cells replay "alone,fifo,strict,native alone,time-sliced,mps" 1 gpu cpu; }
peers() { cells peers "" 3 gpu; }
peers-cpu() { cells peers-cpu "" 3 cpu; }
long() { cells long "" 3 long prefill; }
smoke() { "$PYTHON" -m tests.gpu.shim_smoke --python "${TORCH_PYTHON:-$PYTHON}"; }
frameworks() {
  # shellcheck disable=SC2086 -- words of arguments
  "$PYTHON" -m tests.gpu.frameworks.compare ${FRAMEWORKS:---stop-after 200} \
    --json "$OUT/frameworks.json" --resume
}
colocate() {
  local short="--preset transformers-graph --cells alone,time-sliced,mps,fifo,strict
    --requests 60 --seconds 5 --repeat 1 --stop-after 200"
  # shellcheck disable=SC2086 -- words of arguments
  "$PYTHON" -m loadgen.cli colocate ${COLOCATE:-$short} --out "$OUT/colocate" --resume
}

bench() { # NAME: a module of tests/bench that writes NAME.json
  "$PYTHON" -m "tests.bench.bench_gpu_$1" --json "$OUT/$1.json"
}
cells() { # NAME CELLS REPETITIONS FORM...: goes on where the last call of it stopped
  local name=$1 chosen=$2 repetitions=$3
  shift 3
  "$PYTHON" -m tests.bench.bench_gpu_replay ${chosen:+--cells "$chosen"} \
    --repetitions "$repetitions" --keep "$OUT/kept" --json "$OUT/$name.json" \
    "${@/#/--form=}"
}

PARTS="build tests sanitizer launch switch restart disruption shares domains graph step speeds shim"
PARTS="$PARTS replay peers peers-cpu long"
PARTS="$PARTS smoke frameworks colocate"
for name in ${*:-$PARTS}; do
  case " $PARTS " in
  *" $name "*) part "$name" "$name" ;;
  *) echo "no part '$name': $PARTS" >&2; exit 2 ;;
  esac
done
nvidia-smi --query-gpu=name,driver_version --format=csv,noheader
if [ ${#failed[@]} -gt 0 ]; then
  echo "FAILED: ${failed[*]}"
  exit 1
fi
echo "all parts passed"
