#!/usr/bin/env bash
# reports_test.sh <cohub> <cohub-fake-server>: what users have reported, each under its id.
. "$(dirname -- "${BASH_SOURCE[0]}")/harness.sh"
unset PIECES_HOST PIECES_ACCESS_TOKEN HTTPS_PROXY ALL_PROXY

# E6: output that cannot be written is an error, of whatever kind the output is.
# unwritable <argument>...: to a full device, and to a closed descriptor.
unwritable() {
    local to
    for to in full closed; do
        command_line="cohub $* ($to)" status=0 out=
        if [ $to = full ]; then
            "$cohub" "$@" >/dev/full 2>"$scratch/err" || status=$?
        else
            "$cohub" "$@" >&- 2>"$scratch/err" || status=$?
        fi
        err=$(<"$scratch/err")
        check "E6: exit status 3" is "$status" 3
        check "E6: says why" matches "$err" '^error: standard output: .'
    done
}
start_server
unwritable --help
unwritable --help-all
unwritable --version
unwritable system --help
unwritable system user-search --help
unwritable completion bash
unwritable system ping
unwritable system ping -o table
unwritable pieces user-snapshot --host "$url"
unwritable pieces stream-user --host "$url"
unwritable pieces stream-user --host "$url" --count 1
for closed in '2>&-' '<&-' '<&- >/dev/null 2>&-'; do
    command_line="cohub system ping $closed" status=0 out='' err=''
    eval "\"\$cohub\" system ping $closed" >"$scratch/out" || status=$?
    check "E6: other closed descriptors are no matter" is "$status" 0
done
command_line='cohub call system.ping - <&-' status=0 out=''
"$cohub" call system.ping - <&- 2>"$scratch/err" || status=$?
err=$(<"$scratch/err")
check "E6: closed input that is needed" is "$status" 2
check "E6: says so" has "$err" 'cannot read standard input'
command_line='cohub nonsense, all closed' status=0 err=''
"$cohub" nonsense <&- >&- 2>&- || status=$?
check "E6: the status at least" is "$status" 2

# E7: numbers as they were received.
numbers='{\"id\":123456789012345678901,\"n\":1.0,\"x\":-0.1000000000000000055511151231257827,\"e\":1E+2,\"z\":-0}'
plain=${numbers//\\/}
rows="[$numbers,$numbers]"
start_server --fault "system.ping body=\"$numbers\" forever" \
    --fault "system.userSearch body=\"$rows\" forever" \
    --fault "db.userQuery body=\"{\\\"t\\\":$numbers}\" times=2 then body=\"{\\\"t\\\":$rows}\" times=1 then body=\"{\\\"projects\\\":[{\\\"project_id\\\":\\\"p\\\",\\\"title\\\":\\\"T\\\",\\\"n\\\":1.0}]}\"" \
    --fault "org.getUsers body=\"[{\\\"account_id\\\":\\\"a\\\",\\\"email_address\\\":\\\"a@b.c\\\",\\\"n\\\":1.0}]\" forever" \
    --fault "v1.user_search body=\"{\\\"event\\\":\\\"user_search_results\\\",\\\"id\\\":\\\"i\\\",\\\"results\\\":[],\\\"n\\\":1.0}\" forever" \
    --fault "v1.ping body=\"{\\\"event\\\":\\\"pong\\\",\\\"n\\\":1.0}\" forever" \
    --fault "v2.accounts.get-names body=\"{\\\"names\\\":{},\\\"n\\\":1.0}\" forever" \
    --fault "/api/v2/x#v2.x body=\"$numbers\" forever" \
    --fault "/api/conat/project#system.version body=\"1.50\" forever" \
    --fault "/api/v2/big#v2.big body=\"{\\\"n\\\":-1e999}\" forever" \
    --fault "system.getCustomize body=\"[1.0, 1.00,\\n2e0]\" forever"
run 0 system ping
check "E7: a command" is "$out" "$plain"
run 0 call system.ping
check "E7: call" is "$out" "$plain"
run 0 system user-search a
check "E7: rows" is "$out" "[$plain,$plain]"
run 0 system user-search a -o table
check "E7: a table" has "$out" '123456789012345678901  1.0  -0.1000000000000000055511151231257827  1E+2  -0'
run 0 db get-one t '{"n":null}'
check "E7: a part of an answer" is "$out" "$plain"
run 0 db query '{"t":{"n":null}}'
check "E7: a query" is "$out" "{\"t\":$plain}"
run 0 db get-many t '{"n":null}'
check "E7: rows within an answer" is "$out" "[$plain,$plain]"
run 0 projects get
check "E7: sorted rows" is "$out" '[{"project_id":"p","title":"T","n":1.0}]'
run 0 org find-user o a@b.c
check "E7: a row of many" is "$out" '{"account_id":"a","email_address":"a@b.c","n":1.0}'
run 0 v1 user-search a
check "E7: v1" has "$out" '"n":1.0'
run 0 v1 call ping
check "E7: v1 call" is "$out" '{"event":"pong","n":1.0}'
run 0 v2 get-names 00000000-0000-4000-8000-000000000000
check "E7: v2" is "$out" '{"names":{},"n":1.0}'
run 0 v2 call x
check "E7: v2 call" is "$out" "$plain"
run 0 v2 call big
check "E7: beyond any double" is "$out" '{"n":-1e999}'
run 0 project version
check "E7: a number alone" is "$out" 1.50
run 0 system get-customize
check "E7: blanks may go" is "$out" '[1.0,1.00,2e0]'
# And as they were given.
start_server --fault '* json={} forever'
given='[ "e", {"id":123456789012345678901,"n":1.0, "e":1E+2,"n":2.50}]'
run 0 call system.userTracking "$given"
check "E7: arguments as given" received "\"args\":$given"
run 0 project call x "$given"
check "E7: of a project" received "\"name\":\"x\",\"args\":$given"
run 0 v1 call x '{"n":1.0,"n":1.00}'
check "E7: of v1" received '"body":{"n":1.0,"n":1.00}'
run 0 v2 call y '{ "m":1.0}'
check "E7: of v2" received '"body":{ "m":1.0}'
run 0 system user-tracking e '{"id":123456789012345678901, "x":1.0}'
check "E7: an argument of a method" received '"value":{"id":123456789012345678901, "x":1.0}'
run 0 db query '{"t":{"a":null,"n":1.0,"z":-0,"text":"1.0","id":-123456789012345678901}}' --options '[{"limit":1e1}]'
check "E7: of a typed method" received '{"a":null,"n":1.0,"z":-0,"text":"1.0","id":-123456789012345678901}'
check "E7: its options" received '"limit":1e1'
run 0 db set t '{"key":0.10}'
check "E7: a row" received '"key":0.10}'
run 0 projects set-quotas 00000000-0000-4000-8000-000000000000 --cores 1.50
check "E7: a number" received '"cores":1.50}'
run 2 projects set-quotas 00000000-0000-4000-8000-000000000000 --cores many
run 2 project exec env --env '{"A":1.0}'
check "E7: a number is no text" has "$err" 'must be text'
run 2 call system.ping '[1.]'
run 2 call system.ping '[01]'
run 2 call system.ping '[1] 2'

# E8: what is not understood is named, with what is near and whose help to read.
# unknown <help of> <wrong word> <near> [argument]...
unknown() {
    local help=$1 word=$2 near=$3
    shift 3
    run 2 "$@"
    check "E8: names the word" has "$err" "'$word' is no "
    check "E8: whose help" has "$err" "; see $help --help"
    if [ -n "$near" ]; then
        check "E8: what is near" has "$err" "; did you mean $near; see"
    else
        check "E8: nothing is near" lacks "$err" 'did you mean'
    fi
}
unknown cohub systm system systm ping
unknown 'cohub system' user_search user-search system user_search
unknown 'cohub system' userSearch user-search system userSearch a
unknown 'cohub system' get 'get-names or get-customize' system get
unknown 'cohub org' create-usr create-user org create-usr
unknown 'cohub v2' sing-out sign-out v2 sing-out
unknown cohub frobnicate '' frobnicate
unknown cohub state "'projects state'" state
unknown 'cohub system ping' --hots --host system ping --hots x
unknown 'cohub system user-search' --limt --limit system user-search a --limt=3
unknown 'cohub projects start' --project_id --project-id projects start --project_id x
unknown cohub --tiemout --timeout --tiemout 3s system ping
unknown cohub -q '' -q system ping
unknown 'cohub completion' zhs zsh completion zhs
unknown 'cohub completion' tcsh '' completion tcsh
run 2 system.ping
check "E8: a wire name" has "$err" 'cohub call system.ping'
run 2 --host x -v -o json system
check "E8: its help" has "$err" 'see cohub system --help'
run 2 system user-search
check "E8: a method's help" has "$err" 'see cohub system user-search --help'
run 2 -o xml system ping
run 2 system ping --timeout soon
check "E8: a method's help" has "$err" 'see cohub system ping --help'

# E9: what is there and empty is refused before anything is sent.
start_server
for option in --host --timeout --api-key --api-key-file --ca-file --proxy --cert --key --unix-socket --columns; do
    run 2 system ping "$option" ''
    check "E9: names it" has "$err" "error: $option is empty"
    run 2 "$option=" system ping
    run 2 pieces user-snapshot --host "$url" "$option" ''
done
printf '\xEF\xBB\xBF%s\r\n' "$key" >"$scratch/key"
run 0 system ping --api-key-file "$scratch/key"
for content in "\"$key\"" "'$key'" "\"$key" "COCALC_API_KEY=$key" "export COCALC_API_KEY='$key'" \
    "api_key=$key" "$key $key" "$key"$'\n'"$key" "Bearer $key"; do
    printf '%s\n' "$content" >"$scratch/bad"
    run 2 system ping --api-key-file "$scratch/bad"
    check "E9: says what to mend" matches "$err" 'leave|the key alone'
    run 2 system ping --api-key "$content"
    COCALC_API_KEY=$content run 2 system ping
    check "E9: says where" has "$err" environment
done
run 1 system ping --api-key 'bm90aGluZw=='
check "E9: base64 is no name" has "$err" 'not authorized'
printf '\xFF\xFEs\0k\0' >"$scratch/bad"
run 2 system ping --api-key-file "$scratch/bad"
check "E9: UTF-16" has "$err" UTF-8
: >"$scratch/bad"
run 2 system ping --api-key-file "$scratch/bad"
printf '\xEF\xBB\xBF' >"$scratch/bad"
run 2 system ping --api-key-file "$scratch/bad"
check "E9: nothing but a mark" has "$err" 'is empty'
received none || true
check "E9: sent with the good ones alone" is "$(grep -o '"body":{"name":"system.ping"' <<<"$requests" | wc -l)" 2
printf '\xEF\xBB\xBF[{"query":"a","limit":1}]' >"$scratch/args"
run 0 call system.userSearch "@$scratch/args"
input=$(<"$scratch/args") run 0 call system.userSearch -
printf '\xEF\xBB\xBF{"x":1}\n' >"$scratch/args"
run 0 system user-tracking e "@$scratch/args"
check "E9: the mark is not sent" received '"value":{"x":1}'
printf '\xEF\xBB\xBF{"id":"u","aesthetics":{"theme":{"dark":true},"font":{"size":14}}}\n' >"$scratch/args"
run 0 pieces update-user --user-profile "@$scratch/args" --host "$url"

# E10: with -v each attempt tells its own time. Counted from the call's begin, the wait would be
# told twice, and all times together would be longer than the program has run.
start_server --fault 'system.ping status=503 header="Retry-After: 2" times=1 then ok'
began=$(date +%s%N)
run 0 -v system ping
took=$((($(date +%s%N) - began) / 1000))
check "E10: two attempts" is "$(grep -c '^\* ' <<<"$err")" 2
told=$(grep -oE '[0-9]+\.[0-9] ms' <<<"$err" | awk '{ sum += $1 * 1000 } END { printf "%d", sum }')
check "E10: the wait is told" has "$err" '; next attempt in '
check "E10: once" [ "$told" -le "$took" ]

# E11: a message that cannot be read is told, and the stream goes on.
start_server --fault "pieces.stream_user websocket='[{\"profile\":true},{\"text\":\"{\\\"oops\"},{\"text\":\"[1]\"},{\"profile\":true},{\"close\":1000}]'"
run 0 pieces stream-user --count 2 --host "$url"
check "E11: what can be read" is "$(wc -l <"$scratch/out")" 2
check "E11: both are told" is "$(grep -c '^error: .*going on' <<<"$err")" 2

# E12: out of descriptors. (UBSan asks the system for a pipe to look at an object, and takes a shortage
# for a bad object.) What this shell was given beside the three goes to the program as well;
# with too few, the system does not even start it.
start_server
refused=0
limits=$(seq 4 40)
if grep -qa __ubsan_handle "$cohub"; then limits=; fi
for limit in $limits; do
    command_line="cohub system ping, ulimit -n $limit" status=0
    (ulimit -n "$limit" && exec "$cohub" system ping --retries 0) >"$scratch/out" 2>"$scratch/err" ||
        status=$?
    out=$(<"$scratch/out") err=$(<"$scratch/err")
    if [ $status = 0 ]; then break; fi
    if [[ $err == *"error while loading shared libraries"* ]]; then continue; fi
    refused=$((refused + 1))
    check "E12: exit status 3" is "$status" 3
    check "E12: says why, and what to do" matches "$err" '^error: .*(open files).*ulimit -n'
done
if [ -n "$limits" ]; then
    check "E12: some were too few" [ "$refused" -gt 0 ]
    check "E12: not all" is "$status" 0
fi

the_end
