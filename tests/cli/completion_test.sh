#!/usr/bin/env bash
# completion_test.sh <cohub>: what bash makes of a line and <TAB>.
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
completes "--project-id" cohub projects start --pro
completes "--project-id" cohub project exec --pro
completes "exec" cohub project --project-id x ex
completes "delete delete-project" cohub projects de
completes "--first-name" cohub org create-user acme --email a@b.c --fi
completes "--only-email" cohub -v --host https://localhost system user-search --only
completes "user-search" cohub -o json v1 us
completes "user-snapshot user-beta-status user-providers user-update-vanity" cohub pieces user
completes "--count" cohub pieces stream-user --co
completes "bash" cohub completion b
completes "table" cohub -o t
completes "received" cohub messages get --type r
completes "" cohub org create --name cre
completes "" cohub org create-user crea
completes "$scratch/query.json" cohub --ca-file "$scratch/q"
completes "$scratch/query.json" cohub db query @ "$scratch/q"
COMP_WORDBREAKS=${COMP_WORDBREAKS//@/}
completes "@$scratch/query.json" cohub db query "@$scratch/q"

[ "$(complete -p cohub)" = "complete -F _cohub cohub" ] || failures=$((failures + 1))
[ $failures = 0 ]
