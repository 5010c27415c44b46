#!/usr/bin/env bash
# run.sh [seconds]: builds the fuzz targets with clang 19, and runs each of them for this time
# (default: 40 s). Useful inputs that a run finds stay in build/fuzz/corpus. The committed corpus,
# from which tests are made, is tests/fuzz/corpus. An input that breaks a promise is kept in
# build/fuzz and ends the run. It has to be added to the committed corpus together with the fix.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/../../cmake/prepare.sh"

seconds=${1:-40}
targets=(decode exchange pool response texts websocket)

cohub_install clang-19 libclang-rt-19-dev cmake ninja-build pkg-config boost libssl-dev
build=$cohub_root/build/fuzz
cohub_quietly "$build/configure.log" "Configuring fuzz" cohub_configure "$build" fuzz
cohub_quietly "$build/build.log" "Building the fuzzers" \
    cmake --build "$build" -j "$(cohub_jobs)" --target "${targets[@]/%/_fuzzer}"

failed=0
for name in "${targets[@]}"; do
    kept=$build/corpus/$name
    mkdir -p "$kept"
    if "$build/tests/fuzz/${name}_fuzzer" -max_total_time="$seconds" -print_final_stats=1 -timeout=10 \
        -artifact_prefix="$build/$name-" "$kept" "$cohub_root/tests/fuzz/corpus/$name" \
        >"$build/$name.log" 2>&1; then
        say "$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$build/$name.log") inputs," \
            "$(find "$kept" -type f | wc -l) kept"
    else
        tail -n 40 "$build/$name.log"
        say "$name: FAILED"
        failed=$((failed + 1))
    fi
done
[ $failed = 0 ]
