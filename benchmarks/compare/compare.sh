#!/usr/bin/env bash
# compare.sh [--build DIR] [--quick] [--rows]: compares cohub with naive clients on Beast and libcurl,
# and cohub and cohub-bench with wrk (libcurl and wrk if they are installed). In each round, the
# clients take turns. Prints the ratios of medians and their quartiles. The yardstick server runs on
# core 0, the clients on core 1. --rows: prints rows for measure.sh's table.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
build=$root/build/bench
rounds=15
scale=1
rows=
while [ $# != 0 ]; do
    case $1 in
    --build) build=$2; shift 2 ;;
    --quick) rounds=3 scale=4; shift ;;
    --rows) rows=1; shift ;;
    *) sed -n '2,5s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2 ;;
    esac
done
cohub=$build/benchmarks/cost/cohub-cost
naive=$build/benchmarks/compare/cohub-naive-beast
curl=$build/benchmarks/compare/cohub-naive-curl
tool=$build/benchmarks/cohub_bench/cohub-bench
responder=$build/benchmarks/responder/cohub-bench-responder
for program in "$cohub" "$naive" "$tool" "$responder"; do
    if [ ! -x "$program" ]; then
        echo "error: $program is missing; build the bench preset, or say --build DIR" >&2
        exit 2
    fi
done

pin0=() pin1=()
if command -v taskset >/dev/null && [ "$(nproc)" -gt 1 ]; then
    pin0=(taskset -c 0) pin1=(taskset -c 1)
fi
scratch=$(mktemp -d)
server=
finish() {
    if [ -n "$server" ]; then kill "$server" 2>/dev/null || :; fi
    rm -rf "$scratch"
}
trap finish EXIT
mkfifo "$scratch/hello"
COHUB_CA_OUT=$scratch/ca.pem exec "${pin0[@]}" "$responder" >"$scratch/hello" &
server=$!
read -r -t 20 port ca <"$scratch/hello"

field() { sed -n "s/.*\b$1=\([0-9.]*\).*/\1/p" <<<"$2"; }
# ratio <field> <a> <b>: the ratio of medians, then the quartiles of the ratios of the rounds.
ratio() {
    paste -d ' ' "$scratch/$2.$1" "$scratch/$3.$1" | awk '
        function middle(v, n, q) { return v[int((n - 1) * q + 1.5)] }
        function sorted(v, n,    i, j, t) {
            for (i = 2; i <= n; ++i)
                for (j = i; j > 1 && v[j - 1] > v[j]; --j) { t = v[j]; v[j] = v[j - 1]; v[j - 1] = t }
        }
        $2 > 0 { ++n; a[n] = $1; b[n] = $2; r[n] = $1 / $2 }
        END {
            if (!n) { print "-"; exit }
            sorted(a, n); sorted(b, n); sorted(r, n)
            printf "%.2f (%.2f-%.2f)\n", middle(a, n, 0.5) / middle(b, n, 0.5), middle(r, n, 0.25),
                middle(r, n, 0.75)
        }'
}
row() { printf '%-58s %10s %10s  %s\n' "$1" "$2" "$3" "$4"; }

cat >"$scratch/post.lua" <<'LUA'
wrk.method = "POST"
wrk.path = "/small/api/conat/hub"
wrk.headers["Authorization"] = "Basic c2stYWJjZGVmUVdFUlRZMDkwOTAwMDAwMTo="
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"name":"system.userSearch","args":[{"query":"ada lovelace,ada@x.yz","limit":20}]}'
LUA

# measured <who> <in flight> <command>...: writes its CPU time per call and its calls per second to
# files.
measured() {
    local who=$1 k=$2 line
    shift 2
    line=$("${pin1[@]}" "$@" localhost "$port" "$ca")
    field cpu_us "$line" >>"$scratch/$who-$k.cpu"
    field per_second "$line" >>"$scratch/$who-$k.rate"
}
# slope <short> <long>, each "requests CPU-seconds": the CPU time per call. What a program spends
# on its start, on its report and on 64 handshakes does not belong to a call.
slope() {
    awk -v s="$1" -v l="$2" 'BEGIN {
        split(s, a); split(l, b); printf "%.3f\n", (b[2] - a[2]) / (b[1] - a[1]) * 1e6 }'
}
# tool_run <requests>: "requests CPU-seconds"
tool_run() {
    local TIMEFORMAT='cpu %U %S'
    { time "${pin1[@]}" "$tool" lookup --host "https://localhost:$port/small" --ca-file "$ca" \
        --api-key sk-abcdefQWERTY090900000001 --concurrency 64 --warmup 0s --requests "$1" \
        --progress never >/dev/null 2>&3; } 3>&2 2>&1 | awk -v n="$1" '/^cpu / { print n, $2 + $3 }'
}
measure_tool() {
    local short long
    short=$(tool_run $((40000 / scale)))
    long=$(tool_run $((160000 / scale)))
    slope "$short" "$long" >>"$scratch/tool-64.cpu"
}
# wrk_run <seconds>: "requests CPU-seconds"
wrk_run() {
    local TIMEFORMAT='cpu %U %S' out
    out=$({ time "${pin1[@]}" wrk -t 1 -c 64 -d "$1s" -s "$scratch/post.lua" \
        "https://localhost:$port/"; } 2>&1)
    sed -n 's/^Requests\/sec: *//p' <<<"$out" >"$scratch/wrk-rate"
    awk '/requests in/ { n = $1 } /^cpu / { c = $2 + $3 } END { print n, c }' <<<"$out"
}
measure_wrk() {
    local short long
    short=$(wrk_run 1)
    long=$(wrk_run 3)
    slope "$short" "$long" >>"$scratch/wrk-64.cpu"
    cat "$scratch/wrk-rate" >>"$scratch/wrk-64.rate"
}
for _ in $(seq $rounds); do
    for k in 1 64 512; do
        if [ $k = 1 ]; then n=$((8000 / scale)); else n=$((40000 / scale)); fi
        measured cohub $k "$cohub" calls $n small --inflight $k
        measured naive $k "$naive" calls $n small --inflight $k
        if [ -x "$curl" ]; then measured curl $k "$curl" calls $n small --inflight $k; fi
    done
    measured multi 64 "$cohub" calls $((40000 / scale)) small --inflight 64 --multi
    if command -v wrk >/dev/null; then
        measure_wrk
        measure_tool
    fi
done

if [ -z "$rows" ]; then
    echo "$rounds rounds; ratio of medians (quartiles of the rounds' ratios)"
    row "figure" must stretch measured
fi
if [ -s "$scratch/wrk-64.rate" ]; then
    row "CPU per call, cohub / wrk, 64 in flight" 1.05 0.95 "$(ratio cpu cohub-64 wrk-64)"
    row "req/s, cohub / wrk, 64 in flight" - - "$(ratio rate cohub-64 wrk-64)"
    row "CPU per call, cohub-bench / wrk, 64 in flight" 1.1 - "$(ratio cpu tool-64 wrk-64)"
else
    row "CPU per call, cohub / wrk, 64 in flight" 1.05 0.95 "skipped: wrk is not installed"
fi
row "req/s, cohub / naive Beast, 64 in flight" 1.6 2.0 "$(ratio rate cohub-64 naive-64)"
row "req/s, cohub / naive Beast, 512 in flight" 1.4 1.8 "$(ratio rate cohub-512 naive-512)"
row "CPU per call, cohub / naive Beast, 1 in flight" - - "$(ratio cpu cohub-1 naive-1)"
row "CPU per call, cohub / naive Beast, 64 in flight" - - "$(ratio cpu cohub-64 naive-64)"
for k in 1 64; do
    if [ -s "$scratch/curl-$k.cpu" ]; then
        row "CPU per call, cohub / libcurl, $k in flight" - - "$(ratio cpu cohub-$k curl-$k)"
        row "req/s, cohub / libcurl, $k in flight" - - "$(ratio rate cohub-$k curl-$k)"
    fi
done
row "CPU per call, threading::multi / single, 64 in flight" - - "$(ratio cpu multi-64 cohub-64)"
