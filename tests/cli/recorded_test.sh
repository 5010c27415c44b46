#!/usr/bin/env bash
# recorded_test.sh <cohub> <cohub-fake-server>: `cohub contract --recorded` judges recorded answers
# without a network, and compares a host with them.
. "$(dirname -- "${BASH_SOURCE[0]}")/harness.sh"

# Two servers at once: the one that records, and what it records from.
"$fake_server" --plain >"$scratch/upstream" 2>&1 &
upstream=$!
trap 'kill "$upstream" 2>/dev/null; stop_server; rm -rf "$scratch"' EXIT
eventually [ -s "$scratch/upstream" ]
upstream_url=$(sed -n 's/.*"url":"\([^"]*\)".*/\1/p' "$scratch/upstream")

# What `cohub contract` asks is recorded, and judged again when nobody answers any more.
start_server --record "$scratch/heard.json" --upstream "$upstream_url"
run 0 contract
run 0 system user-search w
stop_server
kill "$upstream"
COCALC_HOST=https://localhost:1 COCALC_API_KEY='' run 0 contract --recorded "$scratch/heard.json"
check "all are as known" has "$out" ' 0 of them differ'
check "a line each" matches "$out" $'\nok       system.ping\n'
check "all answers of a call" has "$out" 'ok       system.userSearch (2 answers)'
check "refused, as known" has "$out" 'ok       org.getAll (refused, as known: forbidden)'
check "v2 and v1" matches "$out" $'\nok       v2 accounts/profile\n.*\nok       v1 user_search\n'
check "how many" has "$out" $'\n21 of 21 recorded exchanges are answers to these calls'
COCALC_HOST=https://localhost:1 run 0 contract --recorded "$scratch/heard.json" -o json
check "JSON" matches "$out" '^\{"host":"http://localhost:[0-9]+","live":false,"recording":\{"file":"[^"]*heard.json","exchanges":21,"judged":21\},"release":'
check "how many of each" matches "$out" '"method":"system.userSearch","args":[^]]*\],"answers":2,'
# The same server, later.
start_server
run 0 contract --recorded "$scratch/heard.json" --live
check "the host and the recording" has "$out" 'knows or from what is recorded'

# quoted <text>: as a text of JSON.
quoted() {
    local text=${1//\\/\\\\}
    printf '"%s"' "${text//\"/\\\"}"
}
# exchange <path> <request body> <answer> [status]
exchange() {
    printf '{"request":{"method":"POST","target":"%s","body":%s},' "$1" "$(quoted "$2")"
    printf '"answer":{"status":%s,"took_ms":1,"headers":{"Content-Type":"application/json"},"body":%s}}' \
        "${4:-200}" "$(quoted "$3")"
}
# called <method> <arguments> <answer> [status]
called() { exchange /api/conat/hub "{\"name\":\"$1\",\"args\":$2}" "$3" "${4:-200}"; }
# recorded <exchange>...: the file $heard.
heard=$scratch/made.json
recorded() {
    local IFS=,
    printf '{"format":"cohub-recording","version":1,"upstream":"https://a.example","salt":"0","exchanges":[%s]}' \
        "$*" >"$heard"
}

# What differs from what the release knows.
# differs <exchange> <row>...: these differences are told, no others.
differs() {
    recorded "$1"
    shift
    run_partly 1 contract --recorded "$heard" -o jsonl
    check "told" is "$out" "$(printf '%s\n' "$@" | sed 's/}$/,"against":"release"}/')"
}
differs "$(called system.ping '[{}]' '{"now":1,"zone":"UTC"}')" \
    '{"method":"system.ping","kind":"new","path":"/zone","known":"nothing","seen":"text"}'
differs "$(called system.ping '[{}]' '{"now":"1"}')" \
    '{"method":"system.ping","kind":"type","path":"/now","known":"number","seen":"text"}'
differs "$(called system.ping '[{}]' '{"now":1}'),$(called system.ping '[]' '{}'),$(called system.ping '[{"x":1}]' '{}')" \
    '{"method":"system.ping","kind":"missing","path":"/now","known":"number","seen":"nothing"}'
differs "$(called messages.get '[{"limit":3}]' '{"error":"no database"}')" \
    '{"method":"messages.get","kind":"refusal","path":"","known":"an answer","seen":"api_error: no database"}'
differs "$(called messages.get '[{"limit":99}]' '{"error":"unknown function get"}')" \
    '{"method":"messages.get","kind":"refusal","path":"","known":"an answer","seen":"not_found: unknown function get"}'
differs "$(called messages.get '[{}]' 'no JSON')" \
    '{"method":"messages.get","kind":"refusal","path":"","known":"an answer","seen":"bad_json"}'
differs "$(called system.cohubAsksForNothing '[]' '1')" \
    '{"method":"system.cohubAsksForNothing","kind":"answered","path":"","known":"not_found","seen":"an answer"}'
differs "$(called system.ping '[{}]' '{"now":1}' 201)" \
    '{"method":"system.ping","kind":"status","path":"","known":"200","seen":"201"}'
differs "$(exchange /api/v2/accounts/get-names '{"account_ids":["x"]}' '{"names":{"x":{"first_name":1,"last_name":null}}}')" \
    '{"method":"v2 accounts/get-names","kind":"type","path":"/names/*/first_name","known":"text|null","seen":"number"}'
differs "$(exchange '/api/v1/user_search?x=1' 'query=a' '{"event":"user_search_results","id":"1","results":[],"more":1}')" \
    '{"method":"v1 user_search","kind":"new","path":"/more","known":"nothing","seen":"number"}'
query='[{"query":{"accounts":{"last_name":null,"account_id":null,"first_name":null}}}]'
differs "$(called db.userQuery "$query" '{"accounts":{"account_id":"x","first_name":"A"}}')" \
    '{"method":"db.userQuery","kind":"missing","path":"/accounts/last_name","known":"text|null","seen":"nothing"}'
recorded "$(called system.ping '[{}]' '{"now":"1"}')"
run_partly 1 contract --recorded "$heard"
check "for people" has "$out" $'differs  system.ping\n         -> type /now: text, known: number\n'
check "what there is nothing of" has "$out" 'skipped  system.test (not recorded)'
check "the sum" has "$out" $' 1 of them differ'

# What is not judged, beside one that is.
# passes <exchange>
passes() {
    recorded "$(called system.ping '[{}]' '{"now":1}')" "$1"
    run 0 contract --recorded "$heard"
    check "one is judged" has "$out" $'\n1 of 2 recorded exchanges'
}
passes "$(called projects.createProject '[{}]' '"x"')"
passes "$(called system.userSearch '[{"query":5}]' '{"error":"query must be a text"}')"
passes "$(called system.ping '[{}]' '{"error":"x"}' 401)"
passes "$(called db.userQuery '[{"query":{"accounts":{"email_address":null}}}]' '{"accounts":{"email_address":"x"}}')"
passes "$(called system.manageApiKeys '[{"action":"create"}]' '[{"secret":"***"}]')"
passes "$(exchange /api/v2/accounts/set-name '{}' '{}')"
passes "$(exchange /api/conat/project '{"name":"system.ping","args":[{}]}' '{}')"
passes "$(exchange /api/conat/hub 'no JSON' '{}')"

# A host beside what was recorded.
# drifts <fault> <exchange> <row>...
drifts() {
    start_server --fault "$1"
    recorded "$2"
    shift 2
    run_partly 1 contract --recorded "$heard" --live -o jsonl
    check "told" is "$out" "$(printf '%s\n' "$@")"
}
new_zone='{"method":"system.ping","kind":"new","path":"/zone","known":"nothing","seen":"text","against":"release"}'
drifts 'system.test ok' "$(called system.ping '[{}]' '{"now":1,"zone":null}')" \
    '{"method":"system.ping","kind":"missing","path":"/zone","known":"null","seen":"nothing","against":"recording"}'
drifts 'system.ping json={"now":1,"zone":"UTC"} forever' "$(called system.ping '[{}]' '{"now":1}')" "$new_zone" \
    '{"method":"system.ping","kind":"new","path":"/zone","known":"nothing","seen":"text","against":"recording"}'
drifts 'system.ping json={"now":1,"zone":"UTC"} forever' "$(called system.ping '[{}]' '{"now":1,"zone":5}')" "$new_zone" \
    '{"method":"system.ping","kind":"type","path":"/zone","known":"number","seen":"text","against":"recording"}'
# Unknown to the release, and as recorded.
drifts 'system.ping json={"now":1,"zone":"UTC"} forever' "$(called system.ping '[{}]' '{"now":1,"zone":"GMT"}')" "$new_zone"
# Inside what the release does not know.
drifts 'system.ping json={"now":1,"in":[{"a":1}]} forever' "$(called system.ping '[{}]' '{"now":1,"in":[{"b":1}]}')" \
    '{"method":"system.ping","kind":"new","path":"/in","known":"nothing","seen":"array","against":"release"}' \
    '{"method":"system.ping","kind":"missing","path":"/in/*/b","known":"number","seen":"nothing","against":"recording"}' \
    '{"method":"system.ping","kind":"new","path":"/in/*/a","known":"nothing","seen":"number","against":"recording"}'
drifts 'system.test ok' "$(called messages.get '[{"limit":3}]' '{"error":"unknown function get"}')" \
    '{"method":"messages.get","kind":"answered","path":"","known":"not_found","seen":"an answer","against":"recording"}'
drifts 'messages.get error="unknown function get" forever' "$(called messages.get '[{}]' '[]')" \
    '{"method":"messages.get","kind":"refusal","path":"","known":"an answer","seen":"not_found: unknown function get","against":"release"}' \
    '{"method":"messages.get","kind":"refusal","path":"","known":"an answer","seen":"not_found: unknown function get","against":"recording"}'
start_server --fault 'system.ping json={"now":1,"zone":"UTC"} forever'
recorded "$(called system.ping '[{}]' '{"now":1}')"
run_partly 1 contract --recorded "$heard" --live
check "for people" has "$out" $'\n         -> new /zone: text, known: nothing\n         -> new /zone: text, recorded: nothing\n'
check "whose answers" lacks "$out" 'not recorded'

# Values that differ from account to account are no drift: a null, what may be absent, one of several
# types, what is inside of something that the release knows by its type alone, ids as names.
start_server
person='"account_id":"1","first_name":null,"last_name":null,"name":"n","created":null,"banned":null'
recorded \
    "$(called system.userSearch '[{"query":"a","limit":5}]' "[{$person,\"last_active\":null,\"email_address_verified\":true}]")" \
    "$(called system.getNames '[["x"]]' '{"x":{"first_name":"A","last_name":"B","profile":{"hue":1}}}')" \
    "$(called org.getAll '[{}]' '[{"name":"x","title":null,"link":"y"}]')" \
    "$(called jupyter.kernels '[{}]' '{"error":"no-subscriber"}')" \
    "$(called messages.get '[{}]' '[]')" \
    "$(called system.ping '[{}]' '{"now":1,"zone":"UTC"}')" \
    "$(called system.ping '[{}]' '{"now":2}')"
run 0 contract --recorded "$heard" --live
COCALC_API_KEY=$(key_of admin) run 0 contract --recorded "$heard" --live

# Wrong usage.
run 2 contract --live
run 2 contract --recorded ''
run 2 contract --recorded "$scratch/none.json"
run 2 contract --recorded "$heard" --host "$url"
check "what to do" has "$err" '--live'
# refused_file <words> <file's text>
refused_file() {
    printf '%s' "$2" >"$heard"
    run 2 contract --recorded "$heard"
    check "why" has "$err" "$1"
}
refused_file 'not JSON' '{'
refused_file 'no recording of cohub-fake-server' '[]'
refused_file 'no recording of cohub-fake-server' '{"format":"har"}'
refused_file 'its version is not 1' '{"format":"cohub-recording","version":2}'
refused_file "'exchanges' is missing" '{"format":"cohub-recording","version":1,"upstream":"x"}'
refused_file 'no answer to the calls' '{"format":"cohub-recording","version":1,"upstream":"x","exchanges":[]}'
for status in 20 199 600 1000; do
    recorded "$(called system.ping '[{}]' '{"now":1}')" "$(called system.ping '[{}]' '{"now":1}' $status)"
    refused_file "a 'status' is none of an answer" "$(<"$heard")"
done
refused_file "'answer' is missing" '{"format":"cohub-recording","version":1,"upstream":"x","exchanges":[{"request":{}}]}'

the_end
