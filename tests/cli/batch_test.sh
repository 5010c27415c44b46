#!/usr/bin/env bash
# batch_test.sh <cohub> <cohub-fake-server>: one call for each line of a file, and a command's output
# passed on.
. "$(dirname -- "${BASH_SOURCE[0]}")/harness.sh"

# asked <wire name>: how many calls of it the server got.
asked() {
    received none || true
    grep -o "\"body\":{\"name\":\"$1\"" <<<"$requests" | wc -l
}

# What is asked for first is answered last: the order of the input counts.
start_server \
    --fault 'system.getNames stall=600ms times=1 then ok forever'
run 0 system test
account=$(sed -n 's/.*"account_id":"\([^"]*\)".*/\1/p' <<<"$out")
other=00000000-0000-4000-8000-000000000000
printf '%s\n\n  %s \r\n%s\n' "$account" "$other" "$account" >"$scratch/ids"
run 0 system get-names --from "$scratch/ids"
check "a line for each" is "$(wc -l <<<"$out")" 3
check "in the order of the input" is "$(cut -c1-47 <<<"$out")" "{\"input\":\"$account\"
{\"input\":\"$other\"
{\"input\":\"$account\""
check "with its result" has "$out" "\"result\":{\"$other\":{\"first_name\":\"Deleted\""
check "the same line is asked once" is "$(asked system.getNames)" 2
check "nothing on standard error" is "$err" ""

# Formats.
run 0 system get-names --from "$scratch/ids" -o csv
check "CSV has the line first" is "$(head -1 <<<"$out")" input,first_name,last_name,profile
check "a row for each" is "$(wc -l <<<"$out")" 4
check "unknown ones too" has "$out" "$other,Deleted"
run 0 system get-names --from "$scratch/ids" -o csv --columns last_name
check "columns" is "$(head -1 <<<"$out")" input,last_name
run 0 system get-names --from "$scratch/ids" -o table
check "a table" matches "$out" '^input +first_name +last_name'
run 0 system get-names --from "$scratch/ids" -o yaml
check "a document for each" is "$(grep -c '^---$' <<<"$out")" 3
check "YAML" has "$out" "input: \"$account\""
printf 'client\nnobody-is-called-so\n' >"$scratch/queries"
run 0 system user-search --from "$scratch/queries" --limit 2 --columns account_id
check "arguments hold for all" matches "$out" '^\{"input":"client","result":\[\{"account_id":"[^"]*"\}(,\{"account_id":"[^"]*"\})?\]\}'
check "an empty list is a result" has "$out" '{"input":"nobody-is-called-so","result":[]}'
run 0 system user-search --from "$scratch/queries" -o csv --columns name
check "and no row" lacks "$out" nobody
input=$'\xEF\xBB\xBFclient\n' run 0 system user-search --from -
check "standard input, without its mark" has "$out" '{"input":"client"'
printf 'client\nada\n' >"$scratch/queries"
run 0 v1 user-search --from "$scratch/queries" -o csv
check "the rows of v1" matches "$out" '^input,account_id'
input=$'siteName\n' run 0 system get-customize --from - -o csv
check "an object is a row" is "$(head -1 <<<"$out")" input,siteName

# The line is the first needed argument that is not given.
admin=$(key_of admin)
COCALC_API_KEY=$admin run 0 org create globex
printf '%s\n' "$account" >"$scratch/ids"
COCALC_API_KEY=$admin run 0 org add-user globex --from "$scratch/ids"
check "the second one" received "\"args\":[{\"name\":\"globex\",\"user\":\"$account\"}]"
input='globex' COCALC_API_KEY=$admin run 0 org get --from -
check "the only one" received '"name":"org.get","args":[{"name":"globex"}]'
run 2 org add-user --from "$scratch/ids"
check "all others are needed" has "$err" user
run 2 system get-names "$account" --from "$scratch/ids"
check "nothing is left" has "$err" 'leave out the one'
run 2 system get-names --from "$scratch/none"
check "names the file" has "$err" "$scratch/none"
run 2 system get-names --from "$scratch"
check "a directory" has "$err" 'cannot read'
run 2 system get-names --from ''
run 2 system get-names --from "$scratch/ids" --concurrency 0
run 2 project exec --from "$scratch/ids" --pass-through
input='' run 0 system get-names --from -
check "no line, no call" is "$out" ''
input=$'\n \n' run 0 system get-names --from - -o csv
check "blanks alone" is "$out" ''
input=$'9\nnine\n' run_partly 1 project stop-jupyter-kernel --project-id "$other" --from -
check "what is no argument is told with its line" has "$err" "line 2, nine: --pid: 'nine' is no whole number"

# Failures.
start_server --fault 'system.userSearch ok times=1 then error="out of order" times=1 then status=502 times=9' \
    --fault 'system.getNames ok times=1 then error="no" forever'
printf 'one\ntwo\n\nthree\n' >"$scratch/queries"
run_partly 1 system user-search --from "$scratch/queries" --concurrency 1 --retries 0
check "what went well is there" is "$(wc -l <<<"$out")" 1
check "how many" has "$err" 'error: 2 of 3 failed:'
check "which, and why" matches "$err" 'line 2, two: .*out of order'
check "lines are counted as in the file" matches "$err" 'line 4, three: .*502'
check "at the end" is "$(wc -l <<<"$err")" 3
printf 'a\na\nb\n' >"$scratch/queries"
start_server --fault 'system.userSearch close forever'
run_partly 3 system user-search --from "$scratch/queries" --retries 0
check "all" has "$err" '3 of 3 failed'
start_server --fault 'system.userSearch stall=20s forever'
run_partly 4 system user-search --from "$scratch/queries" --retries 0 --timeout 300ms
start_server --fault 'system.userSearch close times=1 then error="no"'
run_partly 1 system user-search --from "$scratch/queries" --retries 0 --concurrency 1
check "of several statuses the lowest" has "$err" '3 of 3 failed'
unset COCALC_API_KEY
run 2 system user-search --from "$scratch/queries"
export COCALC_API_KEY=$key

# So many at once, and no more: those that are held are all that the server gets.
start_server --fault 'system.userSearch hold forever'
seq 1 20 >"$scratch/queries"
released=$scratch/released
command_line='cohub system user-search --from, held'
"$cohub" system user-search --from "$scratch/queries" --concurrency 3 >"$scratch/out" 2>"$scratch/err" &
pid=$!
three() { [ "$(asked system.userSearch)" -ge 3 ]; }
status=0 out='' err=''
check "three are asked" eventually three
check "and no fourth" is "$(asked system.userSearch)" 3
while kill -0 $pid 2>/dev/null; do
    curl -s --cacert "$ca" -X POST "$url/__fake__/release" >"$released"
    sleep 0.02
done
wait $pid
check "all are done" is "$(wc -l <"$scratch/out")" 20
received none || true
check "over three connections" is "$(grep -o '"connection":[0-9]*' <<<"$requests" | sort -u | wc -l)" 3

# The time of a call begins when its turn comes: together they take longer than one of them may.
start_server --fault 'system.userSearch stall=400 forever'
seq 1 8 >"$scratch/eight"
run 0 system user-search --from "$scratch/eight" --concurrency 1 --retries 0 --timeout 3s
check "none waits too long" is "$(wc -l <"$scratch/out")" 8

# Interrupted: what is there is there, and how much is missing is told.
start_server --fault 'system.userSearch ok times=1 then hold forever'
command_line='cohub system user-search --from, interrupted'
"$cohub" system user-search --from "$scratch/queries" --concurrency 2 >"$scratch/out" 2>"$scratch/err" &
pid=$!
two() { [ "$(asked system.userSearch)" -ge 3 ]; }
check "on its way" eventually two
kill -INT $pid
status=0
wait $pid || status=$?
out=$(<"$scratch/out") err=$(<"$scratch/err")
check "130" is "$status" 130
# Of the two that are sent together, either may come first.
check "the one that was answered is there" matches "$out" '^\{"input":"[12]",[^'$'\n'']*$'
check "the others are missing" has "$err" 'interrupted; 19 of 20 have no answer'

# Progress is for a person at a terminal.
start_server
if command -v script >/dev/null; then
    printf 'client\nada\n' >"$scratch/queries"
    on_terminal '' system user-search --from "$scratch/queries"
    check "shows how far it is" has "$out" '2 of 2 done, 0 failed'
    project=00000000-0000-4000-8000-00000000000f
    printf '%s\n' "$project" >"$scratch/ids"
    on_terminal n projects delete --from "$scratch/ids"
    check "asks once for all" has "$out" "$url: projects.deleteProject for 1 line of $scratch/ids"
    check "no is no" eval '! received projects.deleteProject'
    # Standard input has the lines, and the terminal the answer.
    on_terminal n projects delete --from - "<'$scratch/ids'"
    check "asks on the terminal" has "$out" 'Go on? [y/N]'
    check "no is no" eval '! received projects.deleteProject'
fi

# What a project's command says is what the program says.
run 0 projects create --title T
project=${out//\"/}
run 0 project exec --project-id "$project" --pass-through echo hi
check "standard output" is "$out" hi
run_partly 42 project exec --project-id "$project" --pass-through --bash 'echo out; echo err >&2; exit 42'
check "standard output" is "$out" out
check "standard error" is "$err" err
run_partly 0 project exec --project-id "$project" --pass-through --bash 'printf "a\nb"'
check "byte for byte" is "$(od -An -c "$scratch/out" | tr -d ' ')" 'a\nb'
run 1 project exec --project-id "$project" --pass-through --bash 'exit 3' --err-on-exit
check "the server's error is an error" has "$err" 'nonzero code 3'
run 2 project exec --project-id "$project" --pass-through --async-call true
start_server --fault '/api/conat/project#system.exec json={"type":"blocking","stdout":"","stderr":"","exit_code":256} times=1 then json={"type":"blocking","stdout":"o","stderr":"","exit_code":null} times=1 then json={"type":"async","stdout":"","stderr":"","exit_code":0,"status":"completed"} times=1 then json={"type":"async","status":"running","stdout":"","stderr":""}'
run_partly 255 project exec --project-id "$project" --pass-through huge
run_partly 1 project exec --project-id "$project" --pass-through sleep
check "a signal" has "$err" 'a signal ended it'
run_partly 0 project exec --project-id "$project" --pass-through --async-get j
run_partly 1 project exec --project-id "$project" --pass-through --async-get j
check "a job that runs" has "$err" --async-await

the_end
