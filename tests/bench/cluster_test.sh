#!/usr/bin/env bash
# cluster_test.sh COHUB-BENCH COHUB-FAKE-SERVER: four load tools under GNU parallel against one
# server, on this machine and on four "hosts" (a stand-in for ssh, since hosts differ in that alone
# for parallel). The merged figures are the sum of the parts, and what the server has seen. Without
# GNU parallel the test is skipped (77).
set -euo pipefail

bench=$(readlink -f "$1") fake=$(readlink -f "$2")
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
script=$here/../../benchmarks/cluster/parallel.sh
if ! command -v parallel >/dev/null || ! parallel --version 2>/dev/null | grep -q '^GNU parallel'; then
    echo "skipped: GNU parallel is not installed"
    exit 77
fi

if [ -z "${COHUB_FAKE_URL:-}" ]; then
    # Ten of the first hundred searches fail, in two ways.
    exec "$fake" --fault 'system.userSearch ok times=90 then status=503 times=7 then close times=3 then ok times=900' \
        -- "${BASH_SOURCE[0]}" "$bench" "$fake"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
die() { echo "error: $*" >&2; exit 1; }
# The first number of that name in a file.
member() { grep -o "\"$2\":[0-9]*" "$1" | head -n 1 | sed 's/.*://'; }
# The requests are numbered; this is the newest one's number.
seen() {
    curl -sS --cacert "$SSL_CERT_FILE" \
        "$COHUB_FAKE_URL/__fake__/requests?call=system.userSearch&limit=1" >"$work/seen"
    member "$work/seen" number
}

cat >"$work/ssh" <<'SSH'
#!/bin/sh
# ssh HOST COMMAND..., as parallel calls it: the command is for a shell. As sshd does, it sets SHELL,
# which parallel needs there and which a machine without a login does not have.
while [ $# != 0 ]; do
    case $1 in
    -*) shift ;;
    *) break ;;
    esac
done
echo "$1" >>"$COHUB_TEST_HOSTS"
shift
if [ "$1" = -- ]; then shift; fi
SHELL=/bin/sh exec sh -c "$*"
SSH
chmod +x "$work/ssh"
export PARALLEL_SSH=$work/ssh COHUB_TEST_HOSTS=$work/hosts
export PARALLEL_HOME=$work/home
mkdir "$PARALLEL_HOME"

total=0
for hosts in '' 1/one,1/two,1/three,1/four; do
    where=()
    if [ -n "$hosts" ]; then where=(-S "$hosts"); fi
    status=0
    COHUB_BEGIN_IN=0 bash "$script" -j 4 "${where[@]}" -o "$work/runs" -b "$bench" -- \
        --host "$COHUB_FAKE_URL" --requests 250 --concurrency 4 --warmup 0s >"$work/out" ||
        status=$?
    cat "$work/out"
    # Failed calls are in the sum, and make the status of the merge.
    [ -s "$work/runs/all.json" ] || die "there is no sum (status $status)"
    for name in requests answered failed users; do
        sum=0
        for i in 1 2 3 4; do sum=$((sum + $(member "$work/runs/run-$i.json" $name))); done
        all=$(member "$work/runs/all.json" $name)
        [ "$all" = $sum ] || die "$name: the parts have $sum, the sum has $all"
        echo "$name $all"
    done
    [ "$(member "$work/runs/all.json" requests)" = 1000 ] || die "not all calls were made"
    total=$((total + 1000))
    [ "$(seen)" = $total ] || die "the server has seen $(seen) calls, and not $total"
    grep -q '^runs         4 within ' "$work/out" || die "there are not four runs"
done
[ "$(sort -u "$work/hosts" | wc -l)" = 4 ] || die "not every host had a run"
echo "the parts add up"
