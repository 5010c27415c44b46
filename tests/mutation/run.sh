#!/usr/bin/env bash
# run.sh [--worlds] [word]...: breaks the client in the ways that mutants.txt lists, one at a time,
# and runs the tests that should notice. Succeeds if 90 % of the mutants make a test fail. It takes
# about an hour, and at most 90 minutes. Words select mutants by name. With --worlds, only the
# mutants that are marked for random worlds are tested, and each has to be found within 10,000 worlds.
#
# A mutant is compiled with the library's own source and linked before all other objects of existing
# programs: if many objects define a function, the linker takes the first definition. The program of
# random worlds is header-only and optimized, and is compiled as a whole.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/../../cmake/prepare.sh"
. "$cohub_root/tests/mutation/mutants.sh"

unset COHUB_WORLDS COHUB_SEED
most_seconds=5400
worlds=
words=()
for word in "$@"; do
    case $word in
    --worlds) worlds=1 ;;
    -h | --help) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"; exit 0 ;;
    *) words+=("$word") ;;
    esac
done

list=$cohub_root/tests/mutation/mutants.txt

# is_chosen <name> <mark>
is_chosen() {
    if [ -n "$worlds" ] && [ -z "$2" ]; then return 1; fi
    has_a_word_of "$1" "${words[@]}"
}

# Before the long work: each text to be replaced exists, and some mutants are selected.
all=0
look_at() {
    if ! is_there_once "$3" "$cohub_root/include/$2"; then
        die "$1: its old text is not there exactly once in $2"
    fi
    if is_chosen "$1" "$5"; then all=$((all + 1)); fi
}
every_mutant "$list" look_at
if [ $all = 0 ]; then die "no mutant has a name like that"; fi

build=$cohub_root/build/dev
work=$cohub_root/build/mutation
programs=(cohub_sim_tests cohub_faults unit fuzz_replay transport contract)
if [ -n "$worlds" ]; then programs=(cohub_sim_worlds); fi
mkdir -p "$work"
cohub_quietly "$build/configure.log" "Configuring dev" cohub_configure "$build" dev
cohub_quietly "$build/build.log" "Building what looks" \
    cmake --build "$build" -j "$(cohub_jobs)" --target "${programs[@]}"

# The commands that compile the library's source and link a program.
compile=$(ninja -C "$build" -t commands libcohub_compiled.a | grep -E ' -c [^ ]*/compiled/cohub\.cpp$')
link() { ninja -C "$build" -t commands "$1" | grep -E -- "-o [^ ]*/$1( |\$)" | tail -n 1; }

# compile_mutant <command> <object>
compile_mutant() {
    local command=${1/ -I/ -I"$work/include" -I}
    # shellcheck disable=SC2001
    command=$(sed "s# -o [^ ]*# -o $2#; s# -MF [^ ]*##; s# -MD##; s# -MT [^ ]*##; s# -Werror##" <<<"$command")
    (cd "$build" && bash -c "$command") >"$work/compile.log" 2>&1
}

# link_mutant <program>: the mutant replaces the program's own objects or comes before them.
link_mutant() {
    local program=$1 command source object
    command=$(link "$program")
    if [ -n "$worlds" ]; then
        for source in random_worlds_test ledger; do
            compile_mutant "$(ninja -C "$build" -t commands "$program" |
                grep -E -- "$program\.dir.* -c [^ ]*/$source\.cpp\$")" "$work/$source.o" || return
            object=$(grep -oE "[^ ]*/$source\.cpp\.o" <<<"$command")
            command=${command/"$object"/"$work/$source.o"}
        done
    else
        object=$(grep -oE '[^ ]+\.cpp\.o' <<<"$command" | head -n 1)
        command=${command/"$object"/"$work/mutant.o $object"}
    fi
    # shellcheck disable=SC2001
    command=$(sed "s# -o [^ ]*# -o $work/$program#" <<<"$command")
    (cd "$build" && bash -c "$command") >"$work/link.log" 2>&1
}

# run_program <program> <executable> <seconds>: runs its tests, or those that concern the mutants.
run_program() {
    local filter='*'
    case $1 in
    cohub_sim_worlds) filter='*CAN_13*' ;;
    cohub_faults) filter='*FaultPool*:*FaultStat*:*FaultLoad*:*FaultNet*:*FaultCan*:*FaultHttp*' ;;
    esac
    timeout "$3" "$2" --gtest_filter="$filter" --gtest_fail_fast --gtest_brief=1 >"$work/$1.log" 2>&1
}

# The unchanged programs must pass, otherwise a red test would prove nothing. A program that takes
# four times as long with a mutant counts as hanging.
declare -A limit
for program in "${programs[@]}"; do
    executable=$(find "$build" -name "$program" -type f -perm -100 | head -n 1)
    began=$SECONDS
    if [ -z "$executable" ] || ! run_program "$program" "$executable" 900; then
        die "$program is red as it is: $work/$program.log"
    fi
    limit[$program]=$((4 * (SECONDS - began) + 30))
done

# is_noticed: runs the programs until one of them fails, and says which one.
is_noticed() {
    local program status
    for program in "${programs[@]}"; do
        link_mutant "$program" || return 2
        status=0
        run_program "$program" "$work/$program" "${limit[$program]}" || status=$?
        if [ $status = 0 ]; then continue; fi
        if [ $status = 124 ]; then
            echo "$program hangs (${limit[$program]} s)"
            return 0
        fi
        grep -hoE 'FAILED  \] [^ ,]+|COHUB_SEED=[0-9]+|broken: .*' "$work/$program.log" |
            sed 's/FAILED  \] //' | sort -u | head -n 3 | tr '\n' ' '
        echo "($program, status $status)"
        return 0
    done
    return 1
}

killed=0 tried=0
survivors=()
one() {
    local name=$1 file=$2 old=$3 new=$4 marked=$5 found status=0
    is_chosen "$name" "$marked" || return 0
    if [ $SECONDS -ge $most_seconds ]; then return 0; fi
    tried=$((tried + 1))
    rm -rf "$work/include"
    cp -r "$cohub_root/include" "$work/include"
    replace_in "$work/include/$file" "$old" "$new"
    if [ -z "$worlds" ]; then
        compile_mutant "$compile" "$work/mutant.o" || die "$name does not compile: $work/compile.log"
    fi
    found=$(is_noticed) || status=$?
    if [ $status = 2 ]; then die "$name does not link: $work/compile.log, $work/link.log"; fi
    if [ $status = 0 ]; then
        killed=$((killed + 1))
        printf '%-44s red: %s\n' "$name" "$found"
    else
        survivors+=("$name")
        printf '%-44s survives\n' "$name"
    fi
}
every_mutant "$list" one

echo "$killed of $tried mutants turn a test red"
for name in "${survivors[@]}"; do echo "survives: $name"; done
if [ $tried != $all ]; then die "$((all - tried)) mutants were not tried within $most_seconds s"; fi
if [ -n "$worlds" ]; then [ $killed = $all ]; else [ $((killed * 100)) -ge $((all * 90)) ]; fi
