#!/usr/bin/env bash
# parallel.sh [-j N] [-S HOSTS] [-o FOLDER] [-b PROGRAM] -- LOOKUP-OPTION...
#
# Runs cohub-bench lookup N times in parallel (default: 4), on this machine or, with GNU parallel's
# -S, on several machines, and merges the results. The figures of each run are in FOLDER (default:
# load-runs), the merged ones in FOLDER/all.json and FOLDER/all.html. The status is the merge's.
#
#   parallel.sh -j 4 -- --host https://hub.example.org --rate 250 --duration 60s
#   parallel.sh -j 4 -S 2/load1,2/load2 -- --host https://hub.example.org --api-key-file .key
#
# On this machine the key may be in $COCALC_API_KEY. On other machines it must be in a file there,
# because their lists of processes show what parallel passes on. All runs begin at the same time,
# COHUB_BEGIN_IN seconds from now (default: 5). With 0, each run begins when it can.
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

# Where parallel runs the programs, the figures go to standard output, which parallel returns. Texts
# for people go to standard error. A run with failed calls also has figures, so its status says
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
