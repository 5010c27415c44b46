#!/usr/bin/env bash
# parallel.sh [-j N] [-S HOSTS] [-o FOLDER] [-b PROGRAM] -- LOOKUP-OPTION...
#
# Runs cohub-bench lookup N times side by side (4 unless told otherwise), on this machine or, with
# GNU parallel's -S, on several, and merges what they measured. Each run's figures are in FOLDER
# (load-runs), and the sum in FOLDER/all.json and FOLDER/all.html. The status is that of the merge.
#
#   parallel.sh -j 4 -- --host https://hub.example.org --rate 250 --duration 60s
#   parallel.sh -j 4 -S 2/load1,2/load2 -- --host https://hub.example.org --api-key-file .key
#
# On this machine the key may be in $COCALC_API_KEY. On others it has to be in a file there, since
# what parallel hands on is in their lists of processes. COHUB_BEGIN_IN says in how many seconds
# the runs begin, all at the same time (5; 0: each when it can).
set -euo pipefail

runs=4 hosts='' folder=load-runs program=cohub-bench
usage() { sed -n '2,14s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }
while getopts 'j:S:o:b:h' option; do
    case $option in
    j) runs=$OPTARG ;;
    S) hosts=$OPTARG ;;
    o) folder=$OPTARG ;;
    b) program=$OPTARG ;;
    h) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
    esac
done
shift $((OPTIND - 1))
if ! command -v parallel >/dev/null; then
    echo "error: GNU parallel is missing; apt-get install parallel" >&2
    exit 2
fi
mkdir -p "$folder"
rm -f "$folder"/run-*.json "$folder"/run-*.txt "$folder"/all.*

# Where parallel runs things, the figures go to standard output and come back with it; what is for
# people goes to standard error. A run in which calls fail has figures, too: its status says
# nothing about them.
where=(-j "$runs")
if [ -n "$hosts" ]; then where=(-S "$hosts"); fi
begin=()
if [ "${COHUB_BEGIN_IN:-5}" != 0 ]; then
    begin=(--start-at $(($(date +%s) + ${COHUB_BEGIN_IN:-5})))
fi
seq "$runs" | parallel --will-cite --plain -N0 "${where[@]}" --results "$folder/{#}/" \
    "$program" lookup "$(printf '%q ' "$@")" "${begin[@]}" --progress never --json - \
    >"$folder/parallel.txt" 2>&1 || :
files=()
for ((i = 1; i <= runs; ++i)); do
    if [ ! -s "$folder/$i/stdout" ]; then
        echo "error: run $i of $runs has no figures; what it and parallel said:" >&2
        cat "$folder/$i/stderr" "$folder/parallel.txt" >&2 || :
        exit 1
    fi
    mv "$folder/$i/stdout" "$folder/run-$i.json"
    mv "$folder/$i/stderr" "$folder/run-$i.txt"
    rm -rf "${folder:?}/$i"
    files+=("$folder/run-$i.json")
done
rm -f "$folder/parallel.txt"
"$program" merge "${files[@]}" --json "$folder/all.json" --report "$folder/all.html"
