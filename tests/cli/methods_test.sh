#!/usr/bin/env bash
# methods_test.sh <cohub> <cohub-fake-server> <vectors>...: each group of methods, and that there is a
# command for each method that the contract knows.
. "$(dirname -- "${BASH_SOURCE[0]}")/harness.sh"
vectors=("${@:3}")

start_server
admin=$(key_of admin)
uuid='[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
as_admin() { COCALC_API_KEY=$admin run "$@"; }
run 0 system test
account=$(sed -n 's/.*"account_id":"\([^"]*\)".*/\1/p' <<<"$out")

# Organizations.
run 1 org get-all
check "the server's word" has "$err" 'forbidden'
as_admin 0 org create globex
check "a string" matches "$out" "^\"$uuid\"$"
as_admin 1 org create globex
check "conflict" has "$err" conflict
as_admin 2 org create ''
as_admin 0 org create-user --name globex --email A@b.C --first-name A
check "the account's id" matches "$out" "^\"$uuid\"$"
check "the address in lower case" received '"args":[{"name":"globex","email":"a@b.c","firstName":"A"}]'
printf 'pw-from-file\n' >"$scratch/password"
as_admin 0 org create-user globex --email n@b.c --password "@$scratch/password"
as_admin 0 org get-users globex
check "null stays null" has "$out" '"last_name":null'
as_admin 0 org find-user globex A@B.c
check "one member" matches "$out" '^\{"first_name":"A",.*"email_address":"a@b.c"'
as_admin 0 org find-user globex nobody@b.c
check "no member" is "$out" null
as_admin 0 org find globex
check "all that the server says" has "$out" '"admin_account_ids":'
as_admin 0 org find initech
check "no organization" is "$out" null
as_admin 2 org set globex
check "says what is missing" has "$err" 'nothing to set'
as_admin 0 org set --name globex --title Globex
check "void is null" is "$out" null
as_admin 0 org create-token a@b.c --expire 2030-01-01T00:00:00Z
check "a token" matches "$out" '^\{"token":"[^"]+","url":"http'
check "ms since 1970" received '"expire":1893456000000'
as_admin 2 org create-token a@b.c --expire tomorrow
as_admin 0 org expire-token "$(sed -n 's/.*"token":"\([^"]*\)".*/\1/p' <<<"$out")x"
as_admin 0 org message globex --subject S --body B

# Projects.
run 0 projects create --title T
check "an id" matches "$out" "^\"$uuid\"$"
run 0 projects create-project --title U --no-pool
project=${out//\"/}
check "camel case on the wire" received '"noPool":true'
run 0 projects get --fields title --limit 2
check "sorted and cut on this side" is "$out" '[{"title":"U"},{"title":"T"}]'
run 0 projects get --state running
check "left out on this side" is "$out" '[]'
run 0 projects get --all --deleted=false -o table
check "rows" matches "$out" '^project_id +title'
run 2 projects get --hidden
check "says what it needs" has "$err" account
run 0 projects find-by-title U
check "one row" matches "$out" "^\[\{\"project_id\":\"$project\",\"title\":\"U\",[^{}]*\}\]$"
run 0 projects start "$project"
check "void is null" is "$out" null
run 0 projects state --project-id "$project"
check "its words" matches "$out" '"state":"running","time":"20[^"]*Z"'
run 0 projects status "$project"
run 0 projects add-collaborator --project-id "$project" --account-id "$account"
check "one level deeper" received "\"args\":[{\"opts\":{\"project_id\":\"$project\",\"account_id\":\"$account\"}}]"
run 1 projects set-quotas "$project" --memory 1000 --network=false
check "0 for false" received '"memory":1000,"network":0}'
run 0 project --project-id "$project" write-text-file a.txt 'some text'
run 0 projects copy-path-between-projects "$project" a.txt --target-path b.txt --timeout 60
check "seconds, and ms for the hub" received '"target_path":"b.txt","timeout":60}],"timeout":60000'

# A project's own API.
run 0 project exec --project-id "$project" --command ls
check "the files" is "$out" '{"type":"blocking","stdout":"a.txt\nb.txt\n","stderr":"","exit_code":0}'
check "no time of its own" received "\"args\":[{\"command\":\"ls\"}],\"project_id\":\"$project\"}"
run 0 project exec --project-id "$project" echo -- -n hi
check "arguments with dashes" has "$out" '"stdout":"hi"'
run 1 project exec --project-id "$project" --bash 'exit 42'
check "the server's words" has "$err" 'exited with nonzero code 42'
run 0 project exec --project-id "$project" --bash 'exit 42' --err-on-exit=false --timeout 30
check "the exit code" has "$out" '"exit_code":42'
check "seconds, and ms for the hub" received "\"timeout\":30,\"bash\":true,\"err_on_exit\":false}],\"project_id\":\"$project\",\"timeout\":30000"
run 0 project exec --project-id "$project" ls --timeout 20s
# The hub is told what is left of it, in milliseconds.
check "with a unit it is the call's" matches "$(curl -s --cacert "$ca" "$url/__fake__/requests")" \
    "\"args\":\[\{\"command\":\"ls\"\}\],\"project_id\":\"$project\",\"timeout\":(20000|1[0-9]{4})\}"
run 2 project exec --project-id "$project" ls --timeout soon2
run 2 project exec --project-id "$project"
check "says what is missing" has "$err" --command
run 2 project exec --project-id nope --command ls
run 2 project exec --project-id "$project" env --env '[]'
printf 'from a file' >"$scratch/text"
run 0 project write-text-file c.txt "@$scratch/text" --project-id "$project"
run 0 project read-text-file c.txt --project-id "$project"
check "what was written" is "$out" '"from a file"'
run 1 project read-text-file none.txt --project-id "$project"
run 0 project version --project-id "$project"
check "a number" matches "$out" '^[0-9]+$'
run 0 project jupyter-kernels --no-cache --project-id "$project"
check "an object if there is something to say" received '"name":"editor.jupyterKernels","args":[{"noCache":true}]'
run 0 project jupyter-kernels --project-id "$project"
check "none if not" received '"name":"editor.jupyterKernels","args":[]'
run 0 project jupyter-kernel-logo python3 --no-cache --project-id "$project"
check "both" received '"args":["python3",{"noCache":true}]'
run 0 project configuration main --no-cache --project-id "$project"
check "one after the other" received '"args":["main",true]'
run 0 project call system.version --project-id "$project"
check "a number" matches "$out" '^[0-9]+$'
COCALC_API_KEY=$(key_of project) run 0 project test
check "the key's project" matches "$out" "^\{\"project_id\":\"$uuid\""
run 1 project test
check "an account's key says no project" has "$err" project

# Jupyter, sync, db, messages, purchases.
run 0 jupyter execute 2+3 python3 --project-id "$project"
check "an answer" matches "$out" '^\{"output":\['
check "90 s, unless told otherwise" received '"timeout":90}],"timeout":90000'
run 0 jupyter cached no-such-hash
check "nothing" is "$out" null
run 0 sync history "$project" a.txt
check "patches" matches "$out" '^\{"patches":\['
run 0 db query '{"accounts":{"first_name":null}}'
check "a row" matches "$out" '^\{"accounts":\{"first_name":"[^"]+"\}\}$'
run 0 db get-one accounts '{"first_name":null}'
check "the row alone" matches "$out" '^\{"first_name":"[^"]+"\}$'
run 0 db get-many projects '{"title":null}' --options '[{"limit":1}]'
check "rows" matches "$out" '^\[\{"title":"[^"]*"\}\]$'
run 2 db get-one accounts '{"first_name":"W"}'
check "a change is no reading" has "$err" 'would change'
run 2 db get-one accounts '[]'
run 0 db set accounts '{"first_name":"W"}'
run 0 db touch --project-id "$project"
run 0 messages send --subject S --body B --to-ids "$account"
check "an id" matches "$out" '^[0-9]+$'
run 0 messages get --limit 1 --type received
check "read by the typed names" matches "$out" '^\[\{"id":[0-9]+,"subject":"S"'
run 1 messages get --limit 501
check "the server's word on an argument is a refusal" has "$err" 'limit must be at most 500'
run 0 purchases get-balance
check "a number" matches "$out" '^-?[0-9.]+$'

# API v1.
run 0 v1 user-search --query 'foo bar,a@b.c' --limit 3
check "its envelope" matches "$out" '^\{"event":"user_search_results","id":"[^"]+","results":\[\{"account_id"'
run 0 v1 user-search a@b.c --as-form
check "a form" received 'query=a%40b.c'
run 0 v1 user-search a@b.c -o table
check "a table of the results" matches "$out" '^account_id +first_name'
run 1 v1 user-search a --admin
run 0 v1 call ping
check "any message" matches "$out" '^\{"event":"pong"'
run 1 v1 call nope
run 2 v1 call ping '[]'

# API v2.
run 0 v2 search client
check "the bare list" matches "$out" '^\[\{"account_id":"[^"]+"'
run 0 v2 search client -o table
check "a table of it" matches "$out" '^account_id +first_name'
run 0 v2 get-names "$account"
check "the server's envelope" matches "$out" "^\{\"names\":\{\"$account\":\{\"first_name\":"
run 2 v2 get-names "$account" nope
check "ids are looked at" has "$err" 'is no account id'
run 0 v2 profile
check "the own one has rights" matches "$out" "^\{\"profile\":\{\"account_id\":\"$account\".*\"is_admin\":false"
run 0 v2 profile "$account" --no-cache -o table
check "a table of the profile" has "$out" first_name
COCALC_API_KEY=sk-nobodysKEY00000000000 run 1 v2 profile
check "nobody's is a refusal" has "$err" 'not authorized'
run 0 v2 set-name --first-name Robina --username robina
check "what is given is sent" received '{"username":"robina","first_name":"Robina"}'
run 0 system user-search robina
check "and the hub knows" has "$out" '"name":"robina"'
run 2 v2 set-name
check "says what is missing" has "$err" 'nothing to set'
run 1 v2 ban "$account"
as_admin 0 v2 ban "$account"
run 1 system ping
as_admin 0 v2 remove-ban "$account"
run 0 system ping
printf 'correct horse\n' >"$scratch/password"
printf 'another horse' >"$scratch/password2"
run 0 v2 set-email-address new@cohub.test --password "@$scratch/password"
check "masked" received '{"email_address":"new@cohub.test","password":"***"}'
run 0 v2 send-verification-email
as_admin 0 v2 get-email-address "$account"
check "the new address" is "$out" '{"email_address":"new@cohub.test"}'
run 0 v2 set-password --current-password "@$scratch/password" --new-password "@$scratch/password2"
run 1 v2 set-password --current-password "@$scratch/password" --new-password "@$scratch/password2"
check "the server's words" has "$err" 'Current password is incorrect.'
check "and no password" lacks "$err" 'horse'
run 0 v2 sign-out --all
check "all sessions" received '{"all":true}'
run 0 v2 call accounts/search '{"query":"robina"}'
check "any route" matches "$out" '^\[\{"account_id":'
run 1 v2 call accounts/nope
run 2 v2 call accounts/search '[]'
run 2 v2 call /accounts/search
run 0 v2 delete
run 0 v2 search new@cohub.test
check "is found by nobody" is "$out" '[]'

# What is read is repeated, what changes something is not.
start_server --fault 'org.createUser status=503 times=1 then ok' \
    --fault 'db.userQuery status=503 times=1 then ok times=1 then status=503 times=1 then ok' \
    --fault 'projects.state json="{\"state\":\"running\",\"error\":\"low on disk\"}" times=1 then ok'
COCALC_API_KEY=$(key_of admin) run 1 -v org create-user acme --email z@b.c
check "not repeated" lacks "$err" 'attempt 2'
run 0 -v db query '{"accounts":{"first_name":null}}'
check "repeated" has "$err" 'attempt 2'
run 1 -v db query '{"accounts":{"first_name":"W"}}'
check "not repeated" lacks "$err" 'attempt 2'
run 0 projects state "$project"
check "an error of the project is no failure" is "$out" '{"state":"running","error":"low on disk"}'

# A command for each method of the contract, and an option for each of its arguments.
known=$(awk '
    /^  "api":/ { gsub(/[",]/, ""); api = $2 }
    /^  "call":/ { call = 1 }
    /^  "request":/ { call = 0 }
    call && /^   "method":/ { gsub(/[",]/, ""); method = $2; print api, method, "-" }
    call && /^    "[a-zA-Z0-9_]+":/ { split($0, part, "\""); print api, method, part[2] }
' "${vectors[@]}" | sort -u)
check "the contract is read" [ "$(wc -l <<<"$known")" -gt 150 ]
commands=
while read -r api method argument; do
    case "$api $method $argument" in
    *' call '* | *' system.terminate '*) continue ;;        # by `call`
    'v1 user_search '*) at="v1 user-search" ;;
    'v1 '*) continue ;;                                      # by `v1 call`
    'v2 '*) at="v2 ${method#accounts.}" at=${at//_/-} ;;
    'hub '*) at=${method/./ } at=${at//_/-} ;;
    'project '*) at="project ${method#*.}" at=${at//_/-} ;;
    esac
    if [ "$argument" = - ]; then
        # shellcheck disable=SC2086
        run 0 $at --help
        check "a command for $method" has "$out" "Usage: cohub ${at/create-project/create}"
        commands+=" $at"
        continue
    fi
    case "$at $argument" in
    # Arguments that are objects of their own.
    *'webapp-error '* | *'jupyter-nbconvert '* | *'run-notebook '* | *'terminal-service path') continue ;;
    *' timeout_ms') continue ;;                              # the global option
    *' timeout_s') argument=timeout ;;
    *'revoke-user-auth-token token') argument=auth_token ;;
    esac
    option=$(sed 's/_/-/g; s/[A-Z]/-\L&/g' <<<"$argument")
    check "an option for $argument of $method" matches "$out" "(^|[[:space:],])--${option}([[:space:],]|$)"
done <<<"$known"
check "many commands" [ "$(wc -w <<<"$commands")" -gt 150 ]

the_end
