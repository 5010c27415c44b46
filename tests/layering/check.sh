#!/usr/bin/env bash
# check.sh [tree [table]]: compares every #include of the tree with the table of rooms. Prints each
# violation on its own line, and exits 1 if there are any. Otherwise prints each room and the rooms
# that it includes.
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
tree=${1:-$here/../..}
table=${2:-$here/rooms.txt}

declare -a names=() files=()
declare -A uses=() bars=() seen=()
wrong=0
includes=0
complain() {
    printf '%s\n' "$1"
    wrong=$((wrong + 1))
}
trim() {
    local text=$1
    text=${text#"${text%%[![:space:]]*}"}
    trimmed=${text%"${text##*[![:space:]]}"}
}

# The name of a room with each blank replaced by `_`, as in the list of names.
while IFS='|' read -r name patterns may outside; do
    trim "$name" && name=${trimmed// /_}
    if [ -z "$name" ] || [ "${name:0:1}" = '#' ]; then continue; fi
    trim "$patterns" && patterns=$trimmed
    trim "$may" && may=$trimmed
    trim "$outside" && outside=$trimmed
    set -f
    for other in $may; do
        if [ "$other" != '*' ] && [[ " ${names[*]-} " != *" $other "* ]]; then
            complain "$table: $name uses $other, which does not stand above it"
        fi
    done
    set +f
    names+=("$name")
    files+=("$patterns")
    # A star means all rooms above.
    if [ "$may" = '*' ]; then may="${names[*]}"; fi
    uses[$name]=" $may "
    bars[$name]=$outside
done <"$table"

# room_of <path as included>: sets `room`, which is empty when there is none.
declare -A known=()
room_of() {
    local i pattern
    if [ -n "${known[$1]+set}" ]; then
        room=${known[$1]}
        return
    fi
    room=
    set -f
    for i in "${!names[@]}"; do
        for pattern in ${files[i]}; do
            # shellcheck disable=SC2053
            if [[ $1 == $pattern ]]; then room=${names[i]}; fi
        done
    done
    set +f
    known[$1]=$room
}

# The path of a file as an #include writes it.
as_included() {
    included=${1#include/}
    included=${included#fake_server/include/}
}

# Inner folders: only the folder around one, its tests and src.hpp may include from it.
may_look_inside() {
    local from=$1 owner=$2
    case $from in
    "$owner"/* | cohub/src.hpp) return 0 ;;
    cohub/streams/* | cohub/batching/*) if [ "$owner" = cohub/transport ]; then return 0; fi ;;
    tests/*"/${owner##*/}/"* | tests/*"/${owner##*/}_"*) return 0 ;;
    esac
    return 1
}

check() {
    local file=$1 line=$2 header=$3 quoted=$4 from own to
    as_included "$file" && from=$included
    room_of "$from" && own=$room
    if [ -z "$own" ]; then
        complain "$file: stands in no room of rooms.txt"
        return
    fi
    case $header in
    cohub/*) ;;
    *)
        if [ "$quoted" = 1 ] && [ "${file#include/}" != "$file" ]; then
            complain "$file:$line: \"$header\" should be <cohub/...>, so that the table sees it"
        fi
        local bar
        for bar in ${bars[$own]}; do
            case $header in
            "$bar"*) complain "$file:$line: $own must not include <$header>" ;;
            esac
        done
        return
        ;;
    esac
    room_of "$header" && to=$room
    if [ -z "$to" ]; then
        complain "$file:$line: <$header> stands in no room of rooms.txt"
    elif [ "$own" != "$to" ]; then
        if [[ ${uses[$own]} != *" $to "* ]]; then
            complain "$file:$line: $own must not include $to (<$header>)"
        fi
        if [[ ${seen[$own]-} != *" $to "* ]]; then seen[$own]+=" $to "; fi
    fi
    case $header in
    */detail/* | */impl/*)
        local owner=${header%/detail/*}
        owner=${owner%/impl/*}
        if ! may_look_inside "$from" "$owner"; then
            complain "$file:$line: <$header> is private to $owner"
        fi
        ;;
    esac
}

cd -- "$tree"
pattern='^[[:space:]]*#[[:space:]]*include[[:space:]]*([<"])([^>"]+)[>"]'
while IFS=: read -r file line text; do
    if [[ $text =~ $pattern ]]; then
        includes=$((includes + 1))
        quoted=0
        if [ "${BASH_REMATCH[1]}" = '"' ]; then quoted=1; fi
        check "$file" "$line" "${BASH_REMATCH[2]}" "$quoted"
    fi
done < <(
    for root in include fake_server examples benchmarks tests cmake; do
        if [ -d "$root" ]; then
            grep -rnE --include='*.hpp' --include='*.cpp' --include='*.ipp' --include='*.h' \
                '^[[:space:]]*#[[:space:]]*include' "$root" || :
        fi
    done
)
# The inline namespace of the ABI, which is the version's: abi_0_2 for 0.2.
abi=abi
for part in MAJOR MINOR; do
    abi+=_$(sed -n "s/^#define COHUB_VERSION_$part //p" include/cohub/version.hpp 2>/dev/null || :)
done
while IFS=: read -r file line text; do
    if [[ $text != *"namespace cohub::inline $abi"[\ :]* ]]; then
        complain "$file:$line: namespace cohub has to be written cohub::inline $abi"
    fi
done < <(
    for root in include fake_server; do
        if [ -d "$root" ]; then grep -rnE '^[[:space:]]*namespace cohub\>' "$root" || :; fi
    done
)
if [ $includes = 0 ]; then complain "$tree: there is no #include at all"; fi
if [ $wrong != 0 ]; then
    echo "$wrong breaches of $table"
    exit 1
fi
for name in "${names[@]}"; do
    uses_now=
    for other in "${names[@]}"; do
        if [[ ${seen[$name]-} == *" $other "* ]]; then uses_now+=" $other"; fi
    done
    printf '%-14s%s\n' "$name" "${uses_now:- (no other room)}"
done
# Each room only uses rooms that stand above it in the table, so that there is no cycle.
echo "$includes includes keep to the table"
