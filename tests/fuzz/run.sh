#!/bin/sh
# Fuzz the C codec: tests/fuzz/run.sh [SECONDS]. With clang through libFuzzer, new finds go
# to the corpus folder given by $CORPUS (default: a copy in the build folder); without clang
# through the harness's own mutations, a new seed each round. A crash ends it, status not 0.
set -eu
cd "$(dirname "$0")/../.."
seconds=${1:-60}
out=build/fuzz
mkdir -p "$out"
sources="tests/fuzz/fuzz_codec.c shim/src/codec.c shim/src/frame.c broker/wire/gen/xs_wire.c"
flags="-std=c11 -g -O1 -D_GNU_SOURCE -I. -Ishim/include -fno-omit-frame-pointer"
flags="$flags -fno-sanitize-recover=all"
if command -v clang >/dev/null; then
    clang $flags -fsanitize=fuzzer,address,undefined $sources -o "$out/fuzz_codec"
    corpus=${CORPUS:-$out/corpus}
    mkdir -p "$corpus"
    exec "$out/fuzz_codec" -max_total_time="$seconds" -max_len=140000 \
        "$corpus" tests/fuzz/corpus
fi
"${CC:-cc}" $flags -DXS_FUZZ_MAIN -fsanitize=address,undefined $sources -o "$out/fuzz_codec"
end=$(($(date +%s) + seconds))
seed=$(date +%s)
while [ "$(date +%s)" -lt "$end" ]; do
    echo "seed $seed"
    "$out/fuzz_codec" "$seed" 100 tests/fuzz/corpus/*
    seed=$((seed + 1))
done
