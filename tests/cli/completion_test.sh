#!/usr/bin/env bash
# completion_test.sh <cohub>: what shells make of a line and <TAB>, and the pages of the manual.
set -uo pipefail

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$1" completion bash >"$scratch/cohub" || exit 1
# shellcheck disable=SC1091
. "$scratch/cohub" || exit 1
touch "$scratch/query.json"

failures=0
# completes <expected> <word>...: the words as bash splits the line; the last one is completed.
completes() {
    local expected=$1
    shift
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    COMP_LINE="$*" COMP_LINE=${COMP_LINE//@ /@}
    COMP_POINT=${#COMP_LINE}
    _cohub
    if [ "${COMPREPLY[*]-}" = "$expected" ]; then return; fi
    failures=$((failures + 1))
    printf 'FAILED: %s<TAB>\n   expected: %s\n   got: %s\n' "$COMP_LINE" "$expected" "${COMPREPLY[*]-}"
}

completes "org" cohub or
completes "create create-user create-token" cohub org cre
completes "--project-id" cohub projects start --proj
completes "--project-id" cohub project exec --proj
completes "exec" cohub project --project-id x ex
completes "delete delete-project" cohub projects de
completes "--first-name" cohub org create-user acme --email a@b.c --fi
completes "--only-email" cohub -v --host https://localhost system user-search --only
completes "user-search" cohub -o json v1 us
completes "set-name set-email-address set-password" cohub v2 set
completes "--current-password" cohub v2 set-password --cur
completes "user-snapshot user-beta-status user-providers user-update-vanity" cohub pieces user
completes "--count" cohub pieces stream-user --cou
completes "bash" cohub completion b
completes "table" cohub -o t
completes "json jsonl" cohub -o js
completes "--columns" cohub system user-search a --col
completes "received" cohub messages get --type r
completes "" cohub org create --name cre
completes "" cohub org create-user crea
completes "$scratch/query.json" cohub --ca-file "$scratch/q"
# However bash splits it, the '@' is a part of what is replaced.
completes "@$scratch/query.json" cohub db query @ "$scratch/q"
completes "table" cohub --output = ta
completes "json jsonl table csv yaml" cohub --output =
completes "$scratch/query.json" cohub --ca-file = "$scratch/q"
completes "user-search" cohub --host = https : //localhost system user-se
completes "-otable" cohub -ota
COMP_WORDBREAKS=${COMP_WORDBREAKS//@/}
completes "@$scratch/query.json" cohub db query "@$scratch/q"

completes "zsh" cohub completion z
completes "--from" cohub system get-names --fr
completes "$scratch/query.json" cohub system get-names --from "$scratch/q"
completes "doctor" cohub doc
completes "--pass-through" cohub project exec --pass
completes "user-search" cohub --host=https://localhost system user-se
# Arguments without a name, if they are one of a few words.
completes "create" cohub system manage-api-keys c
completes "create" cohub -v system manage-api-keys --id 1 c
completes "" cohub system manage-api-keys create c
completes "collaborator" cohub projects change-user-type p u c
completes "" cohub projects change-user-type c
completes "main" cohub project configuration m
# Profiles are those of the config file.
PATH=$(dirname -- "$1"):$PATH
export XDG_CONFIG_HOME=$scratch/settings
completes "" cohub --profile w
mkdir -p "$XDG_CONFIG_HOME/cohub"
printf '%s\n' '[work]' 'timeout = 5s' '[home $(touch x)]' 'timeout = 5s' '[wiki]' 'timeout = 5s' \
    >"$XDG_CONFIG_HOME/cohub/config"
completes "wiki work" cohub --profile w
completes "work" cohub system --profile = wo
completes 'home\ \$\(touch\ x\)' cohub --profile h
completes "$scratch/query.json" cohub man --directory "$scratch/q"

failed() {
    failures=$((failures + 1))
    echo "FAILED: $1"
}
[ "$(complete -p cohub)" = "complete -F _cohub cohub" ] || failed 'complete -p'
bash -n "$scratch/cohub" || failed 'bash -n'
if command -v zsh >/dev/null; then
    "$1" completion zsh >"$scratch/_cohub"
    zsh -n "$scratch/_cohub" || failed 'zsh -n'
    # zsh_completes <expected> <line>: what is offered, in the order of the alphabet.
    zsh_completes() {
        local got
        got=$(zsh -f "$(dirname -- "${BASH_SOURCE[0]}")/offered.zsh" "$scratch/_cohub" "$2")
        [ "$got" = "$1" ] || failed "zsh: $2: $got"
    }
    zsh_completes "create create-token create-user" "cohub org cre"
    zsh_completes "table" "cohub -o t"
    zsh_completes "bash fish zsh" "cohub completion "
    zsh_completes "create" "cohub system manage-api-keys c"
    zsh_completes "collaborator" "cohub projects change-user-type p u c"
    zsh_completes "wiki work" "cohub --profile w"
    zsh_completes "--only-email" "cohub -v --host x system user-search --only"
fi
if command -v fish >/dev/null; then
    "$1" completion fish >"$scratch/cohub.fish"
    fish -n "$scratch/cohub.fish" || failed 'fish -n'
    # fish_completes <expected> <line>
    fish_completes() {
        local got
        got=$(fish --no-config -c "source $scratch/cohub.fish; complete -C '$2'" | cut -f1 | sort | paste -sd' ')
        [ "$got" = "$1" ] || failed "fish: $2: $got"
    }
    fish_completes "create create-token create-user" "cohub org cre"
    fish_completes "table" "cohub -o t"
    fish_completes "bash fish zsh" "cohub completion "
    fish_completes "create" "cohub system manage-api-keys c"
    fish_completes "collaborator" "cohub projects change-user-type p u c"
    fish_completes "wiki work" "cohub --profile w"
    fish_completes "--only-email" "cohub -v --host x system user-search --only"
    fish_completes "--project-id" "cohub project exec --project-i"
fi

# The manual: a page for the program and each of its commands, which roff has nothing against.
pages=$scratch/pages
mkdir "$pages"
"$1" man --directory "$pages" || failed 'man --directory'
"$1" man --directory "$scratch/not/yet" && [ -s "$scratch/not/yet/cohub.1" ] || failed 'a new directory'
touch "$scratch/file"
"$1" man --directory "$scratch/file/x" 2>"$scratch/err" && failed 'a directory below a file'
grep -q 'Not a directory' "$scratch/err" || failed 'why it cannot be written'
for name in cohub cohub-system cohub-v2 cohub-doctor cohub-config cohub-contract; do
    [ -s "$pages/$name.1" ] || failed "no page $name"
done
"$1" man | cmp -s - "$pages/cohub.1" || failed 'man'
"$1" man system | cmp -s - "$pages/cohub-system.1" || failed 'man system'
[[ $("$1" man systm 2>&1) == *'did you mean system'* ]] || failed 'man systm'
if command -v groff >/dev/null; then
    for page in "$pages"/*.1; do
        complaints=$(LC_ALL=C.UTF-8 groff -ww -man -Tutf8 -z "$page" 2>&1)
        [ -z "$complaints" ] || failed "$page: $complaints"
    done
    # text_of <name>: as it is read.
    text_of() { GROFF_NO_SGR=1 groff -man -Tascii "$pages/$1.1" | sed 's/.\x08//g' | tr -s ' \n' '  '; }
    [[ $(text_of cohub) == *"--host URL Server; else \$COCALC_HOST"* ]] || failed 'options'
    [[ $(text_of cohub) == *"EXIT STATUS 0 Done."* ]] || failed 'exit status'
    [[ $(text_of cohub-doctor) == *"1 the key or the clock."*"EXAMPLE cohub doctor"* ]] || failed 'details'
    [[ $(text_of cohub-doctor) == *"cohub(1) has the options of all commands"* ]] || failed 'see also'
    [[ $(text_of cohub-system) == *"cohub system user-search ada --limit 5"* ]] || failed 'example'
    [[ $(text_of cohub-system) == *"cohub system user-search query [options]"* ]] || failed 'synopsis'
    [[ $(text_of cohub-projects) == *"cohub projects get [options]"* ]] || failed 'synopsis without arguments'
    [[ $(text_of cohub-system) == *"--only-email Take the query's e-mail addresses alone"* ]] ||
        failed 'an option of a method'
fi
# What the help has, the manual has.
for group in $("$1" --help | sed -n '/^Subcommands:/I,$ s/^  \([a-z][a-z0-9-]*\) .*/\1/p'); do
    if [ "$group" != call ]; then [ -s "$pages/cohub-$group.1" ] || failed "no page for $group"; fi
    for method in $("$1" "$group" --help | sed -n '/^Subcommands:/I,$ s/^  \([a-z][a-z0-9-]*\)[ ,].*/\1/p'); do
        grep -qxF ".SS ${method//-/\\-}" "$pages/cohub-$group.1" || failed "no $group $method"
    done
done
[ $failures = 0 ]
