#!/usr/bin/env bash
# cli_test.sh <cohub> <cohub-fake-server>: runs the client as a user does, and checks exit status,
# standard output and standard error.
. "$(dirname -- "${BASH_SOURCE[0]}")/harness.sh"

start_server

# Results, and nothing but results.
run 0 system ping
check "ping is JSON" matches "$out" '^\{"now":[0-9]+\}$'
check "no noise" is "$err" ""
run 0 system test
check "test tells the account" matches "$out" '^\{"account_id":"[0-9a-f-]{36}","server_time":[0-9]+\}$'
account=$(sed -n 's/.*"account_id":"\([^"]*\)".*/\1/p' <<<"$out")
run 0 system user-search a --limit 2
check "an array" matches "$out" '^\[\{"account_id":"'
check "null stays null, numbers stay numbers" matches "$out" '"last_active":([0-9]+|null)[,}]'
check "one document on one line" is "$(wc -l <"$scratch/out")" 1
run 0 system user-search --query a --limit 1
check "arguments by name" matches "$out" '^\[\{"account_id":"'
run 0 system user-search nobody-is-called-this
check "an empty list" is "$out" "[]"
run 0 system get-names "$account" 00000000-0000-4000-8000-000000000000
check "both ids" has "$out" '"00000000-0000-4000-8000-000000000000":{"first_name":"Deleted"'
check "both ids" has "$out" "\"$account\":{"
run 0 system get-customize siteName
check "a setting" matches "$out" '^\{"siteName":"'
run 0 system user-tracking started '{"from":"test"}'
check "nothing is null" is "$out" null
run 0 system manage-api-keys get
check "a list of keys" matches "$out" '^\[\{"id":[0-9]+'

# call.
run 0 call system.ping
check "call" matches "$out" '^\{"now":[0-9]+\}$'
run 0 call system.userSearch '[{"query":"a","limit":1}]'
check "call with arguments" matches "$out" '^\[\{"account_id":"'
run 2 call system.userSearch '{"query":"a"}'
check "an array is needed" has "$err" 'a JSON array is needed'
run 1 call system.noSuchThing
check "the server's word" has "$err" 'unknown function'

# JSON from standard input and from files.
printf '[{"query":"a","limit":1}]' >"$scratch/args.json"
run 0 call system.userSearch "@$scratch/args.json"
check "@FILE" matches "$out" '^\[\{"account_id":"'
input='[{"query":"a","limit":1}]' run 0 call system.userSearch -
check "standard input" matches "$out" '^\[\{"account_id":"'
input='{"x":1}' run 0 system user-tracking e -
run 2 system user-tracking e "@$scratch/none.json"
check "names the file" has "$err" "none.json"
run 2 system user-tracking e '{"x":'
check "says what is expected" has "$err" "JSON, @FILE, or -"

# Usage.
run 2
run 2 nonsense
run 2 system
run 2 system nonsense
run 2 system ping --nonsense
run 2 system user-search
check "names what is missing" has "$err" query
run 2 system user-search a --limit many
run 2 system ping --timeout 10
check "shows how" has "$err" "write 10s"
run 2 system ping --timeout 0s
run 2 system ping --retries -1
run 2 system ping -o xml
run 2 system ping --host ftp://example.com
run 2 system ping --host http://example.com
run 2 system ping --ca-file "$scratch/none.pem"
run 2 system ping --api-key-file "$scratch/none"
run 2 system ping --api-key x --api-key-file "$scratch/none"
run 2 system ping --api-key "$(printf 'sk-a\r\nX-Evil: 1')"
check "no key in the text" lacks "$err" X-Evil
run 0 --version
check "version" matches "$out" '^cohub [0-9]+\.[0-9]+\.[0-9]+$'
for at in "" system "system user-search" call; do
    # shellcheck disable=SC2086
    run 0 $at --help
    check "help of '$at'" matches "$out" 'Usage:'
done
run 0 system ping --help
check "global options in the help at every level" has "$out" --timeout

# Keys.
saved=$key
unset COCALC_API_KEY
run 2 system test
check "says what to try" has "$err" --api-key-file
run 0 system test --api-key "$key"
printf '%s\n' "$key" >"$scratch/key"
run 0 --api-key-file "$scratch/key" system test
input=$key run 0 system test --api-key-file -
run 1 -v system test --api-key "sk-wrong0000000000000001"
check "the wrong key is nowhere" lacks "$out$err" sk-wrong
export COCALC_API_KEY=$saved

# -v: a line for each attempt.
run 0 -v system ping
check "one line" is "$(wc -l <"$scratch/err")" 1
check "what it says" matches "$err" '^\* system.ping: attempt 1 on connection 1 \(new\) to https://localhost:[0-9]+: HTTP 200, ok, [0-9.]+ ms$'
check "standard output stays pure" matches "$out" '^\{"now":[0-9]+\}$'

# The transport.
run 3 system ping --host https://localhost:1 --retries 0
run 3 system ping --host http://localhost:1 --retries 1 -v
check "two attempts" is "$(grep -c '^\* ' <<<"$err")" 2
SSL_CERT_FILE='' run 3 system ping
check "says what to try" has "$err" --ca-file
run 3 system ping --host "https://no-such-name.invalid" --retries 0
run 3 system ping --proxy http://127.0.0.1:1 --retries 0
check "says that it is the proxy" has "$err" proxy
run 2 system ping --proxy ftp://127.0.0.1
run 2 system ping --cert "$scratch/none.pem"
run 3 system ping --unix-socket "$scratch/none" --retries 0

# Faults: typed methods that read are repeated, others are not.
start_server --fault 'system.ping status=503 times=1 then ok' \
    --fault 'system.userTracking status=503 times=1 then ok'
run 0 -v system ping
check "repeated" has "$err" 'attempt 2'
run 1 -v system user-tracking e '{}'
check "not repeated" lacks "$err" 'attempt 2'
start_server --fault 'system.ping error="out of order" times=1 then json="{\"n\":1.5,\"big\":12345678901234567890,\"s\":\"\\u009b31m\"}" forever'
run 1 system ping
check "the server's words" has "$err" 'out of order'
run 0 system ping
check "numbers as they are" is "$out" '{"n":1.5,"big":12345678901234567890,"s":"\u009b31m"}'
start_server --fault 'system.ping stall=20s forever'
run 4 system ping --timeout 300ms --retries 0
check "says what to try" has "$err" --timeout

# Exit statuses by what went wrong: one call for each.
failed=('1 status=401' '1 status=403' '1 status=404' '1 status=409' '1 status=413' '1 status=429'
    '1 status=500' '1 status=503' '1 no-subscriber' '3 status=302' '3 body="no JSON"' '3 close'
    '3 close=40' '3 reset' '3 reset=40' '4 bridge-timeout')
start_server --fault "system.ping $(printf '%s times=1 then ' "${failed[@]#* }") ok"
for one in "${failed[@]}"; do
    run "${one%% *}" system ping --retries 0
done

# begin_held [argument]...: a call that the server got and does not answer; sets pid. Standard output
# is $to.
to=$scratch/out
begin_held() {
    command_line="cohub $* (held)" status=0 out='' err=''
    "$cohub" "$@" >"$to" 2>"$scratch/err" 9<&- &
    pid=$!
    check "the call is on its way" eventually received system.ping
}
# end_held: its status and what it printed.
end_held() {
    wait "$pid" || status=$?
    out=$(<"$scratch/out")
    err=$(<"$scratch/err")
}

# Signals end a call that hangs, at once.
for signal in INT TERM; do
    start_server --fault 'system.ping hold forever'
    begin_held -v system ping
    kill "-$signal" "$pid"
    started=$SECONDS
    end_held
    check "128 and the signal's number" is "$status" $((128 + $(kill -l $signal)))
    check "before the answer or a limit" [ $((SECONDS - started)) -lt 15 ]
    check "nothing on standard output" is "$out" ""
    check "says so" has "$err" 'error: system.ping: interrupted'
done

# Nobody reads any more what is printed: an error, and no end by a signal.
start_server --fault 'system.ping hold forever'
mkfifo "$scratch/pipe"
# To read and to write, since to read alone would wait for a writer.
exec 9<>"$scratch/pipe"
to=$scratch/pipe begin_held system ping
exec 9<&-
curl -s --cacert "$ca" -X POST "$url/__fake__/release" >"$scratch/released"
end_held
check "a failure of the way" is "$status" 3
check "says so" has "$err" 'error: standard output: '

# The list of processes does not show a key.
if [ -r /proc/self/cmdline ]; then
    for how in --api-key= '--api-key '; do
        start_server --fault 'system.ping hold forever'
        read -ra option <<<"$how$key"
        begin_held system ping "${option[@]}"
        shown=$(tr '\0' ' ' <"/proc/$pid/cmdline")
        check "the option is there" has "$shown" --api-key
        check "its key is not" lacks "$shown" "$key"
        kill -INT "$pid"
        end_held
    done
fi

# The table, and names that would like to steer the terminal.
hostile='json=[{\"account_id\":\"1\",\"first_name\":\"\\u001b[31mred\\u0007\",\"n\":5},{\"account_id\":\"22\",\"first_name\":\"Zo\\u00eb \\u674e\",\"n\":10},{\"account_id\":\"3\",\"first_name\":\"\\u202eevil\\n\",\"n\":null}]'
start_server --fault "system.userSearch ${hostile/json=/json=\"}\" forever"
run 0 -o table system user-search a
check "no control character" is "$(LC_ALL=C tr -d '\n\40-\176\200-\377' <"$scratch/out" | wc -c)" 0
check "escaped" has "$out" '\u001b[31mred\u0007'
check "no turned text" has "$out" '\u202eevil\u000a'
check "four lines" is "$(wc -l <"$scratch/out")" 4
check "aligned" has "$out" "22          Zoë 李$(printf '%15s' '')10"
run 0 -o json system user-search a
check "no escape character in JSON either" is "$(LC_ALL=C tr -d '\n\40-\176\200-\377' <"$scratch/out" | wc -c)" 0
stop_server
start_server
run 0 system ping -o table
check "an object as rows" matches "$out" '^now  [0-9]+$'

# What deletes asks a person at a terminal, and nobody else.
if command -v script >/dev/null; then
    project=00000000-0000-4000-8000-00000000000f
    on_terminal n projects delete $project
    check "asks" has "$out" 'projects.deleteProject deletes, and nothing brings it back. Go on? [y/N]'
    check "no is no" is "$status" 2
    on_terminal '' projects delete $project
    check "nothing is no" is "$status" 2
    check "says so" has "$out" 'nothing was sent'
    check "nothing was sent" eval '! received projects.deleteProject'
    on_terminal y projects delete $project
    check "yes is yes" received projects.deleteProject
    on_terminal n --yes project --project-id $project delete-files a
    check "--yes is yes" lacks "$out" 'Go on'
    check "sent" received system.deleteFiles
    for elsewhere in "2>'$scratch/err'" '</dev/null'; do
        on_terminal n projects delete $project "$elsewhere"
        check "the question goes to the terminal" has "$out" 'Go on? [y/N]'
        check "no is no" is "$status" 2
    done
    on_terminal n projects delete $project "2>'$scratch/err' </dev/null"
    check "nobody is asked if both lead elsewhere" lacks "$out" 'Go on'
    check "sent" is "$status" 1
    for answer in 'yes, no' you ye; do
        on_terminal "$answer" projects delete $project
        check "only yes is yes" is "$status" 2
    done
    on_terminal ' YES ' projects delete $project
    check "yes in full" is "$status" 1
    for deleting in 'v2 call accounts/delete' 'v2 call /accounts/delete' 'system manage-api-keys delete --id 1' \
        "call projects.deleteProject '[{\"project_id\":\"$project\"}]'" \
        "call system.manageApiKeys '[{\"action\":\"delete\",\"id\":1}]'" \
        "project call system.deleteFiles '[[\"a\"]]' --project-id $project"; do
        on_terminal n "$deleting"
        check "asks" has "$out" 'deletes, and nothing brings it back. Go on? [y/N]'
        check "no is no" is "$status" 2
    done
    on_terminal n projects delete $project
    check "says what and where" has "$out" "$url: projects.deleteProject [{\"project_id\":\"$project\"}]"
    on_terminal n system manage-api-keys get
    check "what only reads does not ask" lacks "$out" 'Go on'
    for deleting in 'projects delete-project x' 'project delete-files x' 'v2 delete' \
        'system delete-passport google 1'; do
        # shellcheck disable=SC2086
        on_terminal n $deleting
        check "asks" has "$out" 'deletes, and nothing brings it back. Go on? [y/N]'
    done
    on_terminal n system ping
    check "what deletes nothing does not ask" is "$status" 0
fi
run 1 projects delete 00000000-0000-4000-8000-00000000000f
check "without a terminal nobody is asked" lacks "$err" 'Go on'

# Numbers are decimal, and are sent as they are or not at all.
start_server
for wrong in 010 0x5 +5 ' 5' 1.5 1e2 x 99999999999999999999 ''; do
    run 2 system user-search a --limit "$wrong"
    check "no whole number" has "$err" '--limit: '
done
check "nothing was sent" eval '! received userSearch'
run 0 system user-search a --limit 5
check "a number is sent as it is" received '"limit":5'
run 2 system manage-api-keys delete --id 010
run 2 project --project-id x signal 15 0x10
run 2 --retries 010 system ping
check "says what is expected" has "$err" 'no whole number'
run 2 system manage-api-keys delete
check "which key" has "$err" '--id is needed'

# Words that are nearly right, in calls too; and asking for help does not hide them.
run 1 call system.userSerch '[]'
check "suggests" has "$err" 'did you mean system.userSearch'
run 1 call system.noneSuch '[]'
check "suggests nothing" lacks "$err" 'did you mean'
COCALC_API_KEY=$(key_of project) run 1 project call system.exce '[]'
check "of a project" has "$err" 'did you mean system.exec'
run 1 project exec ls
check "in terms of the command line" has "$err" 'give --project-id ID'
run 2 --ca-file "$scratch/nothing.pem" system ping
check "in terms of the command line" has "$err" 'here that is --ca-file'
run 2 org delete --help
check "a wrong word beside --help" has "$err" "'delete' is no command of 'cohub org'"
run 2 sytem --help
check "suggests" has "$err" 'did you mean system'
run 2 project exec ls -la
check "where a command's options go" has "$err" 'comes after --: cohub project exec -- ls -la'
run 2 $'sys\e[31mtem' ping
check "no control character" lacks "$err" $'\e[31m'
run 2 --profile $'\e[31m' system ping
check "no control character" lacks "$err" $'\e[31m'

the_end
