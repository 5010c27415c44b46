#!/usr/bin/env bash
# help_test.sh <cohub> <cohub-fake-server>: the help of each command has an example, which works.
. "$(dirname -- "${BASH_SOURCE[0]}")/harness.sh"

start_server
mkdir "$scratch/work"
cd "$scratch/work" || exit 1
for name in notes.md code.py token.txt password.txt; do echo text >$name; done
echo '{"id":"u","aesthetics":{"theme":{"dark":true},"font":{"size":14}}}' >profile.json
printf '%s\n' 6aae57c6-08f1-4bb5-848b-3ceb53e61ede >ids.txt
export PIECES_HOST=$url

# As shells would, without the program's own functions.
cohub() { timeout 60 "$cohub" "$@"; }

# see <command>: checks the example of its help.
see() {
    local example
    # shellcheck disable=SC2086
    run 0 $1 --help
    example=$(sed -n 's/^Example: //p' <<<"$out")
    check "an example for 'cohub $1'" matches "$example" '^(cohub |eval "\$\(cohub )'
    check "one" is "$(wc -l <<<"$example")" 1
    command_line=$example status=0
    case $example in *completion*) return ;; esac
    eval "$example" >"$scratch/out" 2>"$scratch/err" </dev/null || status=$?
    out=$(<"$scratch/out") err=$(<"$scratch/err")
    # The server may refuse: there is no such project.
    check "it is understood" matches "$status" '^[013]$'
    check "the way to the server is no matter" lacks "$err" 'could not connect'
}
# commands_of [word]...: those that its help names.
commands_of() { "$cohub" "$@" --help | sed -n '/^Subcommands:/I,$ s/^  \([a-z][a-z0-9,-]*\) .*/\1/p' | cut -d, -f1; }
see ""
seen=0
for group in $(commands_of); do
    see "$group"
    for method in $(commands_of "$group"); do
        see "$group $method"
        seen=$((seen + 1))
    done
done
check "all methods" [ $seen -gt 110 ]

the_end
