#!/usr/bin/env bash
# contract_test.sh <cohub> <cohub-fake-server>: what differs from what is known is told, and nothing is
# changed.
. "$(dirname -- "${BASH_SOURCE[0]}")/harness.sh"

# As known.
start_server
run 0 contract
check "all are as known" has "$out" ' 0 of them differ'
check "a line each" matches "$out" 'ok +system.userSearch'
check "refused, as known" has "$out" 'ok       org.getAll (refused, as known: forbidden)'
check "a method that does not exist" has "$out" 'system.cohubAsksForNothing (refused, as known: not_found)'
run 0 contract -o json
check "JSON" matches "$out" '^\{"host":"https://localhost:[0-9]+","live":true,"recording":null,"release":"[0-9.]+","calls":\[\{"api":"hub","method":"system.test","args":\[\{\}\],"answers":1,"http_status":200,"refusal":null,"differences":\[\]\}'
run 0 contract -o jsonl
check "no difference, no row" is "$out" ''
COCALC_API_KEY=$(key_of admin) run 0 contract
check "an admin may" matches "$out" $'ok +org.getAll\n'
start_server --v1 2020
run 0 contract
start_server --v1 removed
run 0 contract
check "v1 may be gone" has "$out" 'v1 user_search (refused, as known: not_found)'

# What the server got: calls that read.
received none || true
sent=$(grep -o '"body":{"name":"[A-Za-z0-9.]*"' <<<"$requests" | sort -u | cut -d'"' -f6 | paste -sd' ')
check "nothing but what reads" is "$sent" "db.userQuery jupyter.kernels messages.get org.getAll purchases.getBalance purchases.getMinBalance system.cohubAsksForNothing system.getCustomize system.getNames system.manageApiKeys system.ping system.test system.userSearch"
check "of keys the list" has "$requests" '"name":"system.manageApiKeys","args":[{"action":"get"}]'
check "v2" is "$(grep -o '"path":"/api/v2/[^"]*"' <<<"$requests" | sort -u | paste -sd' ')" '"path":"/api/v2/accounts/get-names" "path":"/api/v2/accounts/profile" "path":"/api/v2/accounts/search" "path":"/api/v2/cohub/asks-for-nothing"'
# state: all that the server tells of its world.
state() {
    curl -s --cacert "$ca" "$url/__fake__/users"
    curl -s --cacert "$ca" "$url/__fake__/tokens"
    "$cohub" system manage-api-keys get
    "$cohub" messages get
    "$cohub" projects get --all
}
before=$(state)
run 0 contract
check "nothing has changed" is "$(state)" "$before"
check "there is something to compare" [ "${#before}" -gt 1000 ]

# What differs.
# differs <fault> <row>...: the answer is altered, and these rows are told, no others.
differs() {
    local fault=$1
    shift
    start_server --fault "$fault"
    run_partly 1 contract -o jsonl
    check "told: $fault" is "$out" "$(printf '%s\n' "$@" | sed 's/}$/,"against":"release"}/')"
}
user='"first_name":"A","last_name":null,"name":null,"last_active":null,"created":1,"email_address_verified":null'
differs 'system.ping json={"now":1,"zone":"UTC"} forever' \
    '{"method":"system.ping","kind":"new","path":"/zone","known":"nothing","seen":"text"}'
differs 'system.ping json={} forever' \
    '{"method":"system.ping","kind":"missing","path":"/now","known":"number","seen":"nothing"}'
differs 'system.ping json={"now":"1"} forever' \
    '{"method":"system.ping","kind":"type","path":"/now","known":"number","seen":"text"}'
differs 'system.ping json=[1] forever' \
    '{"method":"system.ping","kind":"type","path":"","known":"object","seen":"array"}'
differs "system.userSearch json='[{\"account_id\":\"1\",$user},{\"account_id\":2,$user},{\"account_id\":3,$user}]' times=1 then ok forever" \
    '{"method":"system.userSearch","kind":"type","path":"/*/account_id","known":"text","seen":"number"}'
differs 'system.getNames json={"a":{"first_name":"A","last_name":"B"},"b":{"first_name":"A"}} forever' \
    '{"method":"system.getNames","kind":"missing","path":"/*/last_name","known":"text|null","seen":"nothing"}'
differs 'messages.get error="unknown function get" forever' \
    '{"method":"messages.get","kind":"refusal","path":"","known":"an answer","seen":"not_found: unknown function get"}'
differs 'messages.get status=501 forever' \
    '{"method":"messages.get","kind":"refusal","path":"","known":"an answer","seen":"not_implemented, HTTP 501: <html><body>Not Implemented</body></html>"}'
differs '/api/conat/hub#system.cohubAsksForNothing json=1 forever' \
    '{"method":"system.cohubAsksForNothing","kind":"answered","path":"","known":"not_found","seen":"an answer"}'
differs 'purchases.getBalance body="no JSON" forever' \
    '{"method":"purchases.getBalance","kind":"refusal","path":"","known":"an answer","seen":"bad_json"}'
differs 'v2.accounts.profile json={"profile":{"account_id":"1","first_name":"A","last_name":"B","name":null,"is_admin":0,"is_partner":false,"is_anonymous":false,"email_address":null}} forever' \
    '{"method":"v2 accounts/profile","kind":"type","path":"/profile/is_admin","known":"boolean","seen":"number"}'
start_server --fault 'system.ping json={"now":"1","x":null} forever'
run_partly 1 contract
check "for people" has "$out" $'differs  system.ping\n         -> type /now: text, known: number\n         -> new /x: null, known: nothing'
check "the sum" has "$out" ' 1 of them differ'
run_partly 1 contract -o csv
check "CSV" is "$(head -1 <<<"$out")" method,kind,path,known,seen,against
run_partly 1 contract -o json
check "JSON" has "$out" '"differences":[{"kind":"type","path":"/now","known":"number","seen":"text","against":"release"},'

# Without an account, what needs it is not asked.
start_server --fault 'system.test json={} forever'
run_partly 1 contract
check "is said" has "$out" 'skipped  system.getNames (not asked)'

# Nothing to compare with.
start_server
run 1 contract --api-key sk-wrongwrongwrongwrong
run 3 contract --host https://localhost:1 --retries 0
COCALC_API_KEY='' run 2 contract

the_end
