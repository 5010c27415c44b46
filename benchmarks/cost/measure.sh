#!/usr/bin/env bash
# measure.sh [--build DIR] [--quick] [--only WORD]... : what a call costs, compared with the goals.
#
# Everything runs on the loopback interface: the yardstick server on core 0, the client on core 1.
# Instructions, allocations and system calls are slopes or counts per call. They are the same within
# one per cent in each run. Times vary on a shared machine, so only ratios of times are given
# (compare.sh).
#   --build DIR   the folder in which the `bench` preset was built (default: build/bench)
#   --quick       fewer calls and rounds, for a first look
#   --only WORD   one of: instructions allocations syscalls inflight threads memory handshake compile compare
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
root=$(cd -- "$here/../.." && pwd)
build=$root/build/bench
quick=
only=
while [ $# != 0 ]; do
    case $1 in
    --build) build=$2; shift 2 ;;
    --quick) quick=1; shift ;;
    --only) only="$only $2"; shift 2 ;;
    -h | --help) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"; exit 0 ;;
    *) echo "error: what is '$1'? See measure.sh --help" >&2; exit 2 ;;
    esac
done
cost=$build/benchmarks/cost/cohub-cost
responder=$build/benchmarks/responder/cohub-bench-responder
for program in "$cost" "$cost-counted" "$responder"; do
    if [ ! -x "$program" ]; then
        echo "error: $program is missing; build it: cmake --preset bench &&" \
            "cmake --build --preset bench, or say --build DIR" >&2
        exit 2
    fi
done

wants() { [ -z "$only" ] || [[ " $only " == *" $1 "* ]]; }
has() { command -v "$1" >/dev/null; }
on_core() {
    local core=$1
    shift
    if has taskset && [ "$(nproc)" -gt 1 ]; then taskset -c "$core" "$@"; else "$@"; fi
}
# per_call <a> <b> <n>: (b - a) / n
per_call() { awk -v a="$1" -v b="$2" -v n="$3" 'BEGIN { printf "%.0f", (b - a) / n }'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", (b > 0 ? a / b : 0) }'; }
field() { sed -n "s/.*\b$1=\([0-9.]*\).*/\1/p" <<<"$2"; }
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

row() { printf '%-58s %10s %10s %12s\n' "$1" "$2" "$3" "$4"; }
skipped() { row "$1" "$2" "$3" "skipped: $4"; }

scratch=$(mktemp -d)
server=
finish() {
    if [ -n "$server" ]; then kill "$server" 2>/dev/null || :; fi
    rm -rf "$scratch"
}
trap finish EXIT
mkfifo "$scratch/hello"
# exec, so that the process to be killed is the server itself and not a shell around it.
pin=()
if has taskset && [ "$(nproc)" -gt 1 ]; then pin=(taskset -c 0); fi
COHUB_CA_OUT=$scratch/ca.pem exec "${pin[@]}" "$responder" >"$scratch/hello" &
server=$!
read -r -t 20 port ca <"$scratch/hello"
to=(localhost "$port" "$ca")
client() { on_core 1 "$@" "${to[@]}"; }

# instructions <answer> [option]...: the slope of two runs, in user space only.
instructions() {
    local answer=$1 low=$2 high=$3 n collected=()
    shift 3
    for n in "$low" "$high"; do
        client valgrind --tool=callgrind --callgrind-out-file=/dev/null \
            "$cost" calls "$n" "$answer" "$@" >"$scratch/callgrind" 2>&1 ||
            { cat "$scratch/callgrind" >&2; return 1; }
        collected+=("$(sed -n 's/.*Collected : \([0-9]*\).*/\1/p' "$scratch/callgrind")")
    done
    per_call "${collected[0]}" "${collected[1]}" $((high - low))
}

printf '%s, %s, %s\n' \
    "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1) x $(nproc)" \
    "$("${CXX:-c++}" --version | head -n 1)" "$(openssl version 2>/dev/null || echo OpenSSL)"
sed -n 's/^CMAKE_CXX_FLAGS:STRING=/flags: /p' "$build/CMakeCache.txt"
row "figure" must stretch measured
row "------" ---- ------- --------

if wants instructions; then
    if has valgrind; then
        row "instructions per call, small (382 B)" 31700 28000 "$(instructions small 2000 4000)"
        row "instructions per call, large (3.6 KB)" 88000 80000 "$(instructions large 2000 4000)"
    else
        skipped "instructions per call" 31700 28000 "valgrind is not installed"
    fi
fi

if wants allocations; then
    small=$(client "$cost-counted" calls 2000 small)
    large=$(client "$cost-counted" calls 2000 large)
    row "allocations per call, small" 9 8 "$(field allocations "$small")"
    row "allocations per call, large" 26 24 "$(field allocations "$large")"
    row "bytes allocated per call, small" 8192 3072 "$(field bytes "$small")"
    row "bytes allocated per call, large" - - "$(field bytes "$large")"
fi

if wants syscalls; then
    one=$(client "$cost-counted" calls 5000 small)
    many=$(client "$cost-counted" calls 50000 small --inflight 64)
    row "system calls per call, 1 in flight" 5.0 4.0 "$(field system_calls "$one")"
    row "system calls per call, 64 in flight" 4.1 3.1 "$(field system_calls "$many")"
    # strace stops the client at each call, so that answers arrive before the client waits for them.
    # This is a cross-check with 1 call in flight; with 64 it gives no figure.
    if has strace; then
        counts=()
        for n in 1000 2000; do
            client strace -f -c -S name -o "$scratch/strace" "$cost" calls "$n" small >/dev/null
            counts+=("$(awk '$NF == "total" { print $4 }' "$scratch/strace")")
        done
        calls=$(awk -v a="${counts[0]}" -v b="${counts[1]}" \
            'BEGIN { printf "%.2f", (b - a) / 1000 }')
        row "  the same as strace -c sees them, 1 in flight" - - "$calls"
    else
        skipped "  the same as strace -c sees them" - - "strace is not installed"
    fi
fi

if wants inflight; then
    if has valgrind; then
        if [ -n "$quick" ]; then low=10000 high=15000; else low=20000 high=40000; fi
        few=$(instructions small 4000 8000 --inflight 64)
        lots=$(instructions small $low $high --inflight 10000 --connections 64)
        row "instructions per call, 64 in flight" - - "$few"
        row "instructions per call, 10,000 in flight (64 connections)" - - "$lots"
        row "  their ratio" 1.05 1.02 "$(ratio "$lots" "$few")"
    else
        skipped "instructions per call, 10,000 in flight / 64" 1.05 1.02 "valgrind is not installed"
    fi
fi

# Here the client also uses the server's core. So only the CPU time per call is given, not a rate.
if wants threads; then
    rounds=${quick:+3}
    for _ in $(seq "${rounds:-9}"); do
        for t in 1 2 4; do
            for each in "" --a-hub-each; do
                line=$("$cost" threads 20000 small --inflight 64 --threads $t $each "${to[@]}")
                field cpu_us "$line" >>"$scratch/threads-$t$each"
            done
        done
    done
    for t in 2 4; do
        for each in "" --a-hub-each; do
            row "CPU per call, $t threads${each:+, a hub each} / 1 thread" - - \
                "$(ratio "$(median <"$scratch/threads-$t$each")" "$(median <"$scratch/threads-1")")"
        done
    done
fi

if wants memory; then
    few=$(field resident "$(client "$cost" idle 100 small)")
    lots=$(field resident "$(client "$cost" idle 1100 small)")
    row "KB of memory per open idle connection" 45 32 \
        "$(awk -v a="$few" -v b="$lots" 'BEGIN { printf "%.1f", (b - a) / 1000 / 1024 }')"
fi

if wants handshake; then
    rounds=${quick:+3}
    for _ in $(seq "${rounds:-9}"); do
        field cpu_us "$(client "$cost" connect 200 full)" >>"$scratch/full"
        line=$(client "$cost" connect 200 resumed)
        if [ "$(field resumed "$line")" != 200 ]; then
            echo "note: only $(field resumed "$line") of 200 handshakes resumed a session" >&2
        fi
        field cpu_us "$line" >>"$scratch/resumed"
    done
    row "CPU of a resumed handshake / a full one (call included)" 0.45 0.42 \
        "$(ratio "$(median <"$scratch/resumed")" "$(median <"$scratch/full")")"
    if has valgrind; then
        for what in full resumed; do
            slope=()
            for n in 40 120; do
                client valgrind --tool=callgrind --callgrind-out-file=/dev/null \
                    "$cost" connect $n $what >"$scratch/callgrind" 2>&1
                slope+=("$(sed -n 's/.*Collected : \([0-9]*\).*/\1/p' "$scratch/callgrind")")
            done
            per_call "${slope[0]}" "${slope[1]}" 80 >"$scratch/$what-instructions"
        done
        row "  the same in instructions ($(<"$scratch/full-instructions") full)" - - \
            "$(ratio "$(<"$scratch/resumed-instructions")" "$(<"$scratch/full-instructions")")"
    fi
fi

# user_seconds <source> [flag]...: the time to compile it
user_seconds() {
    local source=$1
    shift
    TIMEFORMAT=%U
    { time env CCACHE_DISABLE=1 "${CXX:-g++}" -std=c++20 -I"$root/include" -I"$root/benchmarks" \
        "$@" -c "$source" -o "$scratch/user.o" 2>"$scratch/compiler"; } 2>&1 ||
        { cat "$scratch/compiler" >&2; return 1; }
}
# The speed of a machine varies from minute to minute. So the clients are timed in turn.
compile() {
    local level=$1 rounds=${quick:+3}
    for _ in $(seq "${rounds:-9}"); do
        user_seconds "$here/../compare/naive_beast.cpp" "$level" >>"$scratch/naive$level"
        user_seconds "$here/user.cpp" "$level" >>"$scratch/headers$level"
        user_seconds "$here/user.cpp" "$level" -DCOHUB_SEPARATE_COMPILATION \
            -DBOOST_ASIO_SEPARATE_COMPILATION -DBOOST_BEAST_SEPARATE_COMPILATION \
            >>"$scratch/compiled$level"
    done
    local naive
    naive=$(median <"$scratch/naive$level")
    row "user seconds to compile naive Beast, $level" - - "$naive"
    row "one call / naive Beast, header-only, $level" 0.50 0.40 \
        "$(ratio "$(median <"$scratch/headers$level")" "$naive")"
    row "one call / naive Beast, cohub::compiled, $level" 0.22 0.15 \
        "$(ratio "$(median <"$scratch/compiled$level")" "$naive")"
}
if wants compile; then
    compile -O0
    compile -O2
fi

if wants compare; then
    # The server of this script would only disturb the measurement.
    kill "$server" && wait "$server" 2>/dev/null || :
    server=
    bash "$here/../compare/compare.sh" --build "$build" ${quick:+--quick} --rows
fi
