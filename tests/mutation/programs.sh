#!/usr/bin/env bash
# programs.sh [word]...: breaks the three programs (load tool, command line, fake server) in the ways
# that programs/*.txt list, one at a time, and runs the tests that should notice. Succeeds if each
# mutant makes a test fail. A mutant takes half a minute or more. Words select mutants by name.
#
# The mutants are made in a copy of the sources, build/mutants/tree, with a build of its own.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/../../cmake/prepare.sh"
. "$cohub_root/tests/mutation/mutants.sh"
if [[ ${1:-} == -* ]]; then sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"; exit 0; fi

words=("$@")
lists=("$cohub_root"/tests/mutation/programs/*.txt)
work=$cohub_root/build/mutants
tree=$work/tree
build=$tree/build/quick
targets=(cohub-bench cohub-cli cohub-fake-server bench fake_server_tests tls_servers)

# Before the long work: each text to be replaced exists, and some mutants are selected.
all=0
looking=()
look_at() {
    if ! has_a_word_of "$1" "${words[@]}"; then return 0; fi
    if ! is_there_once "$3" "$cohub_root/$2"; then
        die "$1: its old text is not there exactly once in $2"
    fi
    if [ -z "$6" ]; then die "$1: which tests?"; fi
    all=$((all + 1))
    looking+=("$6")
}
for list in "${lists[@]}"; do every_mutant "$list" look_at; done
if [ $all = 0 ]; then die "no mutant has a name like that"; fi

# Only files that differ are written, so that a second run has little to compile.
mkdir -p "$tree"
cd "$cohub_root"
git ls-files --cached --others --exclude-standard | while IFS= read -r file; do
    if [ -f "$file" ] && ! cmp -s "$file" "$tree/$file"; then
        mkdir -p "$tree/$(dirname -- "$file")"
        cp "$file" "$tree/$file"
    fi
done
cohub_quietly "$work/configure.log" "Configuring quick" \
    env -C "$tree" cmake --preset quick
cohub_quietly "$work/build.log" "Building what looks" \
    cmake --build "$build" -j "$(cohub_jobs)" --target "${targets[@]}"

# A test that fails without a mutant would fail with each of them.
cohub_quietly "$work/ctest.log" "Running the tests without a mutant" \
    ctest --test-dir "$build" -j "$(cohub_jobs)" --timeout 300 --no-tests=error \
    -R "$(printf '%s\n' "${looking[@]}" | sort -u | paste -sd '|')"

killed=0
survivors=()
one() {
    local name=$1 file=$2 old=$3 new=$4 tests=$6 status=0
    if ! has_a_word_of "$name" "${words[@]}"; then return 0; fi
    cp -p "$tree/$file" "$work/kept"
    replace_in "$tree/$file" "$old" "$new"
    if ! cmake --build "$build" -j "$(cohub_jobs)" --target "${targets[@]}" >"$work/build.log" 2>&1
    then
        cp "$work/kept" "$tree/$file"
        die "$name does not compile: $work/build.log"
    fi
    ctest --test-dir "$build" -j 4 -R "$tests" --timeout 120 --stop-on-failure \
        >"$work/ctest.log" 2>&1 || status=$?
    # With the time of now, so that it is compiled again.
    cp "$work/kept" "$tree/$file"
    if grep -q 'No tests were found' "$work/ctest.log"; then die "$name: no test is called $tests"; fi
    if [ $status != 0 ]; then
        killed=$((killed + 1))
        printf '%-60s red: %s\n' "$name" "$(sed -n 's/^\t *[0-9]* - //p' "$work/ctest.log" |
            head -n 3 | paste -sd ' ')"
    else
        survivors+=("$name")
        printf '%-60s survives\n' "$name"
    fi
}
for list in "${lists[@]}"; do every_mutant "$list" one; done

echo "$killed of $all mutants turn a test red"
for name in "${survivors[@]}"; do echo "survives: $name"; done
[ $killed = $all ]
