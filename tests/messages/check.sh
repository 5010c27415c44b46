#!/usr/bin/env bash
# check.sh COMPILER SOURCE [FLAG]...: compiles each case of SOURCE, and looks for the expected
# message of the compiler.
set -euo pipefail
compiler=$1 source=$2
shift 2

# This does not need the code that is compiled once elsewhere.
flags=(-std=c++20 -fsyntax-only -Wno-unused -DCOHUB_SEPARATE_COMPILATION
    -DBOOST_ASIO_SEPARATE_COMPILATION -DBOOST_BEAST_SEPARATE_COMPILATION)
failed=0

# check FIRST LAST WORDS
check() {
    local n said
    for n in $(seq "$1" "$2"); do
        if said=$("$compiler" "${flags[@]}" "-DCASE=$n" "${@:4}" "$source" 2>&1); then
            echo "case $n compiles"
            failed=1
        elif ! grep -qF -- "$3" <<<"$said"; then
            printf 'case %s does not say "%s", but:\n%s\n' "$n" "$3" "$said"
            failed=1
        fi
    done
}

"$compiler" "${flags[@]}" -DCASE=0 "$@" "$source" || failed=1
check 1 7 "cohub: after the arguments a call takes call_options and then a completion token, in \
this order, each at most once; this tail is neither" "$@"
check 8 9 after_its_arguments_a_call_takes_call_options_and_then_a_completion_token "$@"
check 10 11 "cohub: #include <cohub/batching.hpp> for" "$@"
check 12 14 "cohub: the function of gather must take an item and return a call" "$@"
exit $failed
