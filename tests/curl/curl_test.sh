#!/usr/bin/env bash
# curl_test.sh, run by cmake/with_fake_server.sh: uses an organization, a project, a thread of
# messages and a user of Pieces OS with curl and nothing of this library. The calls are those of the
# vendors' documentation.
set -uo pipefail

command -v curl >/dev/null || { echo "error: this test needs curl" >&2; exit 1; }

# Ignores the machine's settings for curl, in files and in variables.
ask() {
    curl --disable --silent --show-error --noproxy '*' --cacert "$SSL_CERT_FILE" --max-time 30 "$@"
}

# Takes one key of each kind from the line that the server prints at its start.
key_of() { sed -n "s/.*\"keys\":{.*\"$1\":\"\([^\"]*\)\".*/\1/p" <<<"$COHUB_FAKE_SERVER_JSON"; }
user=$(key_of user) admin=$(key_of admin) org_admin=$(key_of org_admin) project=$(key_of project)

checks=0
failures=0
is() {
    checks=$((checks + 1))
    if [ "$2" = "$3" ]; then return; fi
    failures=$((failures + 1))
    printf 'FAILED: %s\n  got:      %s\n  expected: %s\n' "$1" "$2" "$3"
}
matches() {
    checks=$((checks + 1))
    if [[ $2 =~ $3 ]]; then return; fi
    failures=$((failures + 1))
    printf 'FAILED: %s\n  got:      %s\n  expected: %s\n' "$1" "$2" "$3"
}

# post <key> <path> <body>: prints the answer's body, and before it the status if it is not 200.
post() {
    local out
    out=$(ask --user "$1:" -H 'Content-Type: application/json' \
        -w '\n%{http_code}' --data-binary "$3" "$COCALC_HOST$2") || out=$'no answer\ncurl failed'
    [ "${out##*$'\n'}" = 200 ] || printf '%s ' "${out##*$'\n'}"
    printf '%s' "${out%$'\n'*}"
}
# hub <key> <method> [argument]: calls a function of the hub. inside <key> <method> [argument]:
# calls a function of the project $id.
hub() { post "$1" /api/conat/hub "{\"name\":\"$2\",\"args\":[${3:-}]}"; }
inside() {
    post "$1" /api/conat/project "{\"name\":\"$2\",\"args\":[${3:-}],\"project_id\":\"$id\"}"
}
unquoted() { sed 's/^"\(.*\)"$/\1/' <<<"$1"; }
account_of() { hub "$1" system.test | sed -n 's/.*"account_id":"\([^"]*\)".*/\1/p'; }
# refused <words>: the body of this refusal.
refused() { printf '{"error":"%s"}' "$1"; }

uuid='[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}'
robin=$(account_of "$user")
orla=$(account_of "$org_admin")
matches "the keys are there" "$robin $orla" "^$uuid $uuid$"

# ---- the life of an organization ---------------------------------------------------------------

not_admin=$(refused 'Error: user must be an admin of the organization or site-admin')
is "an ordinary account makes none" "$(hub "$user" org.create '{"name":"lovelace"}')" \
    "$(refused 'Error: only admins may create organizations')"
matches "a site admin does" "$(hub "$admin" org.create '{"name":"lovelace"}')" "^\"$uuid\"$"
is "once" "$(hub "$admin" org.create '{"name":"lovelace"}')" \
    "$(refused 'Error: name lovelace is already used by some account or organization')"
is "not in another case" "$(hub "$admin" org.create '{"name":"LOVELACE"}')" \
    "$(refused 'error: duplicate key value violates unique constraint \"organizations_lower_name__unique_idx\"')"
is "of 39 characters" "$(hub "$admin" org.create "{\"name\":\"$(printf 'x%.0s' {1..40})\"}")" \
    "$(refused 'error: value too long for type character varying(39)')"
matches "it is listed" "$(hub "$admin" org.getAll)" '"name":"lovelace"'
is "to site admins" "$(hub "$org_admin" org.getAll)" "$(refused 'Error: must be a site admin')"
is "something is set" \
    "$(hub "$admin" org.set '{"name":"lovelace","title":"Lovelace","link":"https://l.test"}')" null
is "nothing is not" "$(hub "$admin" org.set '{"name":"lovelace"}')" \
    "$(refused 'error: syntax error at or near \"WHERE\"')"
matches "it is read back" "$(hub "$admin" org.get '{"name":"lovelace"}')" \
    '"title":"Lovelace".*"link":"https://l.test"'
is "an unknown one" "$(hub "$admin" org.get '{"name":"nope"}')" \
    "$(refused "Error: no org named 'nope'")"
is "another one's admin" "$(hub "$org_admin" org.get '{"name":"lovelace"}')" "$not_admin"

ada=$(unquoted "$(hub "$admin" org.createUser \
    '{"name":"lovelace","email":"ada@l.test","firstName":"Ada","lastName":"Byron"}')")
matches "a user is made" "$ada" "^$uuid$"
matches "everybody finds her" "$(hub "$user" system.userSearch '{"query":"ada@l.test"}')" \
    "\"account_id\":\"$ada\".*\"email_address\":\"ada@l.test\""
matches "and her name" "$(hub "$user" system.getNames "[\"$ada\"]")" \
    "\"$ada\":.*\"last_name\":\"Byron\""
matches "and so does API v1" "$(post "$user" /api/v1/user_search '{"query":"byron"}')" \
    "\"event\":\"user_search_results\".*\"account_id\":\"$ada\""
matches "and API v2" "$(post "$user" /api/v2/accounts/search '{"query":"byron"}')" \
    "^\[\{\"account_id\":\"$ada\""
is "an address is used once" "$(hub "$admin" org.createUser '{"name":"lovelace","email":"ada@l.test"}')" \
    "$(refused 'error: duplicate key value violates unique constraint \"accounts_email_address_key\"')"

is "no promotion by others" "$(hub "$user" org.addAdmin "{\"name\":\"lovelace\",\"user\":\"$ada\"}")" \
    "$(refused 'Error: only site admins can make a user an organization admin right now')"
is "a promotion" "$(hub "$admin" org.addAdmin "{\"name\":\"lovelace\",\"user\":\"$ada\"}")" null
matches "is seen" "$(hub "$admin" org.get '{"name":"lovelace"}')" \
    "\"admin_account_ids\":\[\"$ada\"\]"
is "not of another's member" \
    "$(hub "$admin" org.addAdmin '{"name":"lovelace","user":"orla@cohub.test"}')" \
    "$(refused "Error: User 'orla@cohub.test' is already member of another organization")"
is "a member is added" "$(hub "$admin" org.addUser '{"name":"lovelace","user":"robin@cohub.test"}')" null
members=$(hub "$admin" org.getUsers '{"name":"lovelace"}')
matches "both are there" "$members" "$ada"
matches "both are there" "$members" "$robin"

is "a message to all" \
    "$(hub "$admin" org.message '{"name":"lovelace","subject":"Meeting","body":"Noon"}')" null
matches "reaches a member" "$(hub "$user" messages.get)" '^\[\{"id":1,"subject":"Meeting"'
is "and nobody else" "$(hub "$org_admin" messages.get)" '[]'

tokens() { ask "$COCALC_HOST/__fake__/tokens"; }
clock() { ask -X PUT "$COCALC_HOST/__fake__/clock" -d "$1" >/dev/null; }
token_of() { sed -n 's/.*"token":"\([0-9A-Za-z]\{24\}\)".*/\1/p'; }
first=$(hub "$admin" org.createToken '{"user":"ada@l.test"}' | token_of)
second=$(hub "$admin" org.createToken '{"user":"ada@l.test"}' | token_of)
matches "tokens are made" "$first $second" '^[^ ]{24} [^ ]{24}$'
matches "both live" "$(tokens)" "$first.*$second|$second.*$first"
is "anyone may end one" "$(hub "$user" org.expireToken "{\"token\":\"$first\"}")" null
is "one is left" "$(tokens | grep -c -e "$first" || :) $(tokens | grep -c -e "$second")" "0 1"
clock '{"advance":86399999}'
is "until a day is over" "$(tokens | grep -c -e "$second")" 1
clock '{"advance":1}'
is "and no longer" "$(tokens | grep -c -e "$second" || :)" 0
is "only for members" "$(hub "$admin" org.createToken '{"user":"sage@cohub.test"}')" \
    "$(refused 'Error: user is not in an org')"

is "an admin is no mere member" \
    "$(hub "$admin" org.removeUser "{\"name\":\"lovelace\",\"user\":\"$ada\"}")" \
    "$(refused 'Error: admin cannot be removed from org; first remove them from being an admin')"
for call in removeAdmin removeUser removeUser; do
    is "$call" "$(hub "$admin" "org.$call" "{\"name\":\"lovelace\",\"user\":\"$ada\"}")" null
done
is "nobody called so" "$(hub "$admin" org.removeUser '{"name":"lovelace","user":"x@x.test"}')" \
    "$(refused "Error: cannot find user 'x@x.test'")"
is "robin goes" "$(hub "$admin" org.removeUser "{\"name\":\"lovelace\",\"user\":\"$robin\"}")" null
is "nobody is left" "$(hub "$admin" org.getUsers '{"name":"lovelace"}')" '[]'
is "a project's key has no organizations" "$(hub "$project" org.get '{"name":"acme"}')" \
    "$(refused 'must be signed in and MUST provide an api key (cookies are not allowed)')"

# ---- the life of a project ---------------------------------------------------------------------

id=$(unquoted "$(hub "$user" projects.createProject '{"title":"Thesis"}')")
matches "a project is made" "$id" "^$uuid$"
this="{\"project_id\":\"$id\"}"
matches "it stands still" "$(hub "$user" projects.state "$this")" '"state":"opened"'
is "not for others to start" "$(hub "$org_admin" projects.start "$this")" \
    "$(refused 'Error: must be collaborator on project to start it')"
is "it starts" "$(hub "$user" projects.start "$this")" null
matches "it runs" "$(hub "$user" projects.state "$this")" '"state":"running"'
matches "something runs in it" "$(hub "$user" projects.status "$this")" '"project.pid":[0-9]+'
is "a command" "$(inside "$user" system.exec '{"command":"echo","args":["hi"]}')" \
    '{"type":"blocking","stdout":"hi\n","stderr":"","exit_code":0}'
is "one that fails" \
    "$(inside "$user" system.exec '{"command":"echo oh >&2; exit 42","bash":true}')" \
    "{\"error\":\"command 'echo oh >&2; exit 42' exited with nonzero code 42 -- stderr='oh\\n'\"}"
is "a file is written" \
    "$(inside "$user" system.writeTextFileToProject '{"path":"a.txt","content":"alpha\n"}')" null
matches "listed" "$(inside "$user" system.listing '{"path":""}')" '"name":"a.txt"'
is "moved" "$(inside "$user" system.renameFile '{"src":"a.txt","dest":"b.txt"}')" null
is "read" "$(inside "$user" system.readTextFileFromProject '{"path":"b.txt"}')" '"alpha\n"'
matches "and gone where it was" "$(inside "$user" system.readTextFileFromProject '{"path":"a.txt"}')" \
    '^\{"error":"'
matches "code runs" \
    "$(inside "$user" system.jupyterExecute '{"input":"sum(range(100))","kernel":"python3"}')" \
    '"text/plain":"4950"'
is "a stranger" "$(inside "$org_admin" system.ping)" \
    "$(refused 'user must be a collaborator on the project')"
is "another project's key" "$(inside "$project" system.ping)" \
    "$(refused 'project specific api key must match requested project')"
is "a collaborator comes" "$(hub "$user" projects.addCollaborator \
    "{\"opts\":{\"project_id\":\"$id\",\"account_id\":\"$orla\"}}")" "{\"project_id\":[\"$id\"]}"
matches "and is let in" "$(inside "$org_admin" system.ping)" '^\{"now":[0-9]+\}$'
is "and goes" "$(hub "$user" projects.removeCollaborator \
    "{\"opts\":{\"project_id\":\"$id\",\"account_id\":\"$orla\"}}")" null
is "it stops" "$(hub "$user" projects.stop "$this")" null
matches "it is stopped" "$(hub "$user" projects.state "$this")" '"state":"opened"'
is "it is deleted" "$(hub "$user" projects.deleteProject "$this")" null
is "and shown as such" "$(hub "$user" db.userQuery \
    "{\"query\":{\"projects_all\":{\"project_id\":\"$id\",\"title\":null,\"deleted\":null}}}")" \
    "{\"projects_all\":{\"project_id\":\"$id\",\"title\":\"Thesis\",\"deleted\":true}}"
is "an id that is none" "$(hub "$user" projects.start '{"project_id":"x"}')" \
    "$(refused "Error: invalid account_id or project_id -- all must be valid uuid's")"

# ---- a thread of messages ----------------------------------------------------------------------

question=$(hub "$user" messages.send \
    "{\"subject\":\"Question\",\"body\":\"Why?\",\"to_ids\":[\"$orla\"]}")
matches "a question is sent" "$question" '^[0-9]+$'
matches "and received" "$(hub "$org_admin" messages.get)" \
    "\"id\":$question,\"subject\":\"Question\",\"body\":\"Why\?\",\"from_id\":\"$robin\""
answer=$(hub "$org_admin" messages.send \
    "{\"subject\":\"Re\",\"body\":\"So.\",\"to_ids\":[\"robin@cohub.test\"],\"reply_id\":$question}")
matches "the answer is in its thread" "$(hub "$user" messages.get '{"limit":1}')" \
    "\"id\":$answer,.*\"thread_id\":$question"
matches "the next page" "$(hub "$user" messages.get '{"limit":1,"offset":1}')" '"subject":"Meeting"'
matches "what was sent" "$(hub "$user" messages.get '{"type":"sent"}')" "^\[\{\"id\":$question,"
is "to nobody" "$(hub "$user" messages.send \
    '{"subject":"s","body":"b","to_ids":["99999999-9999-4999-8999-999999999999"]}')" \
    "$(refused 'Error: invalid account_id -- 99999999-9999-4999-8999-999999999999')"
is "too many" "$(hub "$user" messages.get '{"limit":501}')" \
    "$(refused 'Error: limit must be at most 500')"

# ---- a user of Pieces OS -----------------------------------------------------------------------

# pieces <method> <path> [body]: prints the status and the body of the answer. Sends no key.
pieces() {
    ask -X "$1" -w '\n%{http_code}' ${3:+-H 'Content-Type: application/json' --data-binary "$3"} \
        "$COCALC_HOST$2" | sed '$!{h;d};G;s/\n/ /'
}
state() { ask -X PUT "$COCALC_HOST/__fake__/pieces" -d "$1" >/dev/null; }
person='{"id":"7","aesthetics":{"theme":{"dark":true},"font":{"size":14}},"vanityname":"x","odd":[1.0]}'
named() { sed "s/\"x\"/\"$1\"/" <<<"$person"; }

matches "somebody is signed in" "$(pieces GET /user)" '^200 \{"schema":.*"user":\{.*"name":"Robin Piece"'
is "a record comes back as it was sent" "$(pieces POST /user/update "$person")" "200 $person"
matches "and is there" "$(pieces GET /user)" '"odd":\[1\.0\]'
is "a name is taken" "$(pieces POST /user/update/vanity "$(named mary)")" '409 That name is taken.'
is "another is not" "$(pieces POST /user/update/vanity "$(named y)")" "200 $(named y)"
state '{"dns_ready":false}'
is "no record yet" "$(pieces POST /user/update/vanity "$(named z)")" '404 No DNS record yet.'
state '{"cloud":false}'
is "no cloud" "$(pieces POST /user/update/vanity "$(named z)")" '511 Network Authentication Required'
is "a local server" "$(pieces GET /user/providers)" '501 Not Implemented'
matches "it is well" "$(ask --head "$COCALC_HOST/.well-known/health")" '^HTTP/1.1 200 OK'
matches "and says so" "$(pieces GET /.well-known/health)" "^200 OK:$uuid$"
upgrade() {
    ask -o /dev/null -w '%{http_code}' -H 'Connection: Upgrade' -H 'Upgrade: websocket' \
        -H "Sec-WebSocket-Version: $1" -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==' --http1.1 \
        --max-time "$2" "$COCALC_HOST/user/stream" 2>/dev/null
}
is "an old WebSocket" "$(upgrade 8 30)" 426
is "a new one" "$(upgrade 13 3)" 101
is "none at all" "$(pieces GET /user/stream)" '404 <!doctype html><title>404</title>'
is "the user goes" "$(pieces POST /user/clear)" '204 '
is "and is gone" "$(pieces POST /user/beta/status)" '511 Authentication Required'

is "nothing was asked that is not there" "$(ask "$COCALC_HOST/__fake__/verify")" \
    '{"problems":[]}'

echo "$checks checks, $failures failures"
[ $failures = 0 ]
