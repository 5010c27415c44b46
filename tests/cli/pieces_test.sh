#!/usr/bin/env bash
# pieces_test.sh <cohub> <cohub-fake-server>: the group `pieces`.
. "$(dirname -- "${BASH_SOURCE[0]}")/harness.sh"
unset PIECES_HOST PIECES_ACCESS_TOKEN PIECES_APPLICATION_ID

begin() {
    start_server "$@"
    export PIECES_HOST=$url
}

begin
minimal='{"id":"u","aesthetics":{"theme":{"dark":true},"font":{"size":14}}}'

run 0 pieces user-snapshot
check "the answer as it is" matches "$out" '^\{"schema":\{.*"user":\{.*"name":"Robin Piece"'
check "one line" is "$(wc -l <"$scratch/out")" 1
run 0 pieces refresh-user
check "a profile" matches "$out" '^\{.*"name":"Robin Piece"'
run 1 pieces user-providers
check "the server's word" has "$err" 'Not Implemented'

# What is given is sent, and what is answered is printed, as it is.
odd='{"id":"u","later":[1.0,12345678901234567890123,1e400],"aesthetics":{"theme":{"dark":true},"font":{"size":14}},"\u006eame":"Zo\u00eb"}'
run 0 pieces update-user --user-profile "$odd"
check "numbers and escapes as they are" has "$out" '"later":[1.0,12345678901234567890123,1e400]'
check "escapes as they are" has "$out" '"\u006eame":"Zo\u00eb"'
printf '%s\n' "$minimal" >"$scratch/profile.json"
run 0 pieces update-user --user-profile "@$scratch/profile.json"
check "from a file" matches "$out" '^\{"id":"u","aesthetics":'
input=$minimal run 0 pieces update-user --user-profile -
run 0 pieces user-update-vanity --user-profile "${minimal%\}},\"vanityname\":\"fresh\"}"
check "the new name" has "$out" '"vanityname":"fresh"'
run 0 pieces user-beta-status --user-beta-status '{"user":"u"}'
check "a status" has "$out" '"user":"u"'
run 0 pieces select-user --auth0-user '{"user_id":"github|1","name":"Ada"}' --api-key oauth-token
check "the token" received '/user/select'
run 2 pieces update-user --user-profile '{"id":'
check "says what is needed" has "$err" 'not JSON'
run 2 pieces update-user --nonsense
run 2 pieces user-snapshot --application-id 'a b'
check "says what is wrong" has "$err" application_id

# The key of CoCalc is nobody else's business.
run 0 pieces user-snapshot --application-id app-7
check "the application" received 'app-7'
check "the token goes with select-user alone" is "$(grep -oi '"authorization"' <<<"$requests" | wc -l)" 1

# The stream.
run 0 pieces stream-user --count 1
check "the user at once" matches "$out" '^\{.*"id":'
run 0 pieces clear-user
check "void is null" is "$out" null
run 0 pieces stream-user --count 1
check "nobody" is "$out" null
run 0 pieces stream-user --count 0
check "nothing" is "$out" ''
command_line='cohub pieces stream-user --timeout 3s'
status=0
"$cohub" pieces stream-user --timeout 3s >"$scratch/out" 2>"$scratch/err" || status=$?
out=$(<"$scratch/out")
err=$(<"$scratch/err")
check "a deadline gives 4" is "$status" 4
check "what came before is there" is "$out" null
run 2 pieces stream-user --count -7

# SIGINT ends a stream.
command_line='cohub pieces stream-user, interrupted'
"$cohub" pieces stream-user >"$scratch/out" 2>"$scratch/err" &
pid=$!
check "the stream is there" eventually [ -s "$scratch/out" ]
kill -INT "$pid"
status=0
wait "$pid" || status=$?
err=$(<"$scratch/err")
check "SIGINT gives 130" is "$status" 130
check "says so" has "$err" interrupted

# Faults.
begin --fault 'pieces.user_snapshot status=500 times=1 then ok' \
    --fault 'pieces.user_update_vanity status=409 body="taken" forever'
run 0 -v pieces user-snapshot
check "repeated" has "$err" 'attempt 2'
run 1 pieces user-update-vanity --user-profile "$minimal"
check "conflict" has "$err" 'taken'

# Where nobody listens.
unset PIECES_HOST
export HOME=$scratch
mkdir -p "$scratch/Documents/com.pieces.os/production/Config" \
    "$scratch/Library/com.pieces.os/production/Config"
start_server --plain
for folder in Documents Library; do
    echo "${url##*:}" >"$scratch/$folder/com.pieces.os/production/Config/.port.txt"
done
run 0 pieces user-snapshot
check "found by its port file" has "$out" '"user"'
run 3 pieces user-snapshot --host http://127.0.0.1:1 --retries 0
start_server --plain --fault 'pieces.health delay=60000 forever'
for folder in Documents Library; do
    echo "${url##*:}" >"$scratch/$folder/com.pieces.os/production/Config/.port.txt"
done
run 4 pieces user-snapshot --timeout 200ms
check "the search has the limit too" has "$err" 'Tried: '
stop_server

the_end
