#!/usr/bin/env bash
# Parts of run.sh on several GPUs of one machine at once: a lane of work on each.
#
#   tests/gpu/lanes.sh 'run tests shim' 'COLOCATE="--preset prefill" run colocate'
#
# A lane is a line of shell; in it `run` is run.sh, with the lane's GPU as the only one
# (CUDA_VISIBLE_DEVICES), and OUT/lane-N for its OUT. Build first (run.sh build). Each lane
# says at its end what its parts said; the script fails if one of them does. Lanes share
# processors, memory and the bus: their figures are noisier than those of a lane alone, so
# only compare what one lane has measured.
set -u
cd "$(dirname "$0")/../.."
OUT=$(realpath -m "${OUT:-out}")
[ $# -gt 0 ] || { sed -n '2,12p' "$0" >&2; exit 2; }
gpus=$(nvidia-smi -L | grep -c '^GPU ')
[ $# -le "$gpus" ] || { echo "$# lanes, but $gpus GPUs" >&2; exit 2; }

lane() { # N LINE: run it, with what belongs to GPU N-1
  export CUDA_VISIBLE_DEVICES=$(($1 - 1)) OUT=$OUT/lane-$1
  export TMPDIR=$OUT/tmp
  mkdir -p "$TMPDIR"
  bash -c "run() { tests/gpu/run.sh \"\$@\"; }; $2" > "$OUT/log" 2>&1
}

number=0 lanes=()
for line in "$@"; do
  number=$((number + 1))
  lane $number "$line" &
  lanes+=($!)
done
failed=()
for number in $(seq $#); do
  wait "${lanes[number - 1]}" || failed+=("$number")
  printf '\n##### lane %d: %s\n' "$number" "${!number}"
  cat "$OUT/lane-$number/log"
done
[ ${#failed[@]} -eq 0 ] || { echo "FAILED: lanes ${failed[*]}"; exit 1; }
