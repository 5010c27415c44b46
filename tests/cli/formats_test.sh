#!/usr/bin/env bash
# formats_test.sh <cohub> <cohub-fake-server>: -o and --columns.
. "$(dirname -- "${BASH_SOURCE[0]}")/harness.sh"

rows='[{"id":1.0,"name":"Ada, \"Countess\"","at":{"city":"London","no":[1,2]}},{"id":22,"note":"two\nlines \ud83d\ude00","name":null},{"id":3,"name":"","at":[]}]'
start_server --fault "system.userSearch body='$rows' forever" \
    --fault 'system.getNames body="{\"a-1\":{\"first_name\":\"Ada\",\"n\":1},\"b\":{\"first_name\":\"yes\"}}" forever' \
    --fault 'system.ping body="{\"now\":7,\"yes\":true,\"s\":\"1.0\",\"c\":\"\\u009b31m\"}" forever' \
    --fault 'system.getCustomize body="[]" forever' \
    --fault "org.getUsers body='{\"x\":{\"key\":1},\"y\":{\"account_id\":2}}' forever" \
    --fault "org.get body='{\"a\":{\"b\":1},\"c\":2}' forever" \
    --fault "system.test body='[\"a,b\",\"\",null,2,\"5\\\" disk\"]' forever" \
    --fault "org.getAll body='{\"10\":1,\"off\":2,\"\":3,\"a b\":4,\"_c2\":5}' forever" \
    --fault 'v1.user_search body="{\"event\":\"user_search_results\",\"id\":\"i\",\"results\":[{\"account_id\":\"x\",\"n\":1}]}" forever' \
    --fault 'v2.accounts.get-names body="{\"names\":{\"x\":{\"first_name\":\"A\",\"last_name\":\"B\"}}}" forever'

run 0 system user-search a -o jsonl
check "a line a row" is "$out" '{"id":1.0,"name":"Ada, \"Countess\"","at":{"city":"London","no":[1,2]}}
{"id":22,"note":"two\nlines \ud83d\ude00","name":null}
{"id":3,"name":"","at":[]}'
run 0 system user-search a -o csv
check "CSV" is "$out" 'id,name,at,note
1.0,"Ada, ""Countess""","{""city"":""London"",""no"":[1,2]}",
22,,,"two
lines 😀"
3,,[],'
run 0 system user-search a -o yaml
check "YAML" is "$out" '- id: 1.0
  name: "Ada, \"Countess\""
  at:
    city: "London"
    "no":
      - 1
      - 2
- id: 22
  note: "two\nlines 😀"
  name: null
- id: 3
  name: ""
  at: []'
run 0 system user-search a --columns name,id
check "members in the order asked for" is "$out" '[{"name":"Ada, \"Countess\"","id":1.0},{"name":null,"id":22},{"name":"","id":3}]'
run 0 system user-search a --columns=note,id,none -o table
check "columns of a table" is "$out" 'note               id   none
                   1.0
two\u000alines 😀   22
                     3'
run 0 system user-search a --columns ' id , note ' -o csv
check "columns of CSV" is "$out" 'id,note
1.0,
22,"two
lines 😀"
3,'
run 0 system user-search a --columns id -o jsonl
check "of lines" is "$out" $'{"id":1.0}\n{"id":22}\n{"id":3}'

run 0 system get-names a-1 -o csv
check "an object of objects" is "$out" $'account_id,first_name,n\na-1,Ada,1\nb,yes,'
run 0 system get-names a-1 -o table
check "a table names the column too" is "$out" $'account_id  first_name  n\na-1         Ada         1\nb           yes'
run 0 call system.getNames '[[]]' -o csv
check "so does a call" is "$(head -1 <<<"$out")" 'account_id,first_name,n'
run 0 system get-names a-1 -o csv --columns n,account_id
check "where --columns has it" is "$out" $'n,account_id\n1,a-1\n,b'
check "it is known" is "$err" ''
run 0 system get-names a-1 -o csv --columns n
check "else it is the first" is "$out" $'account_id,n\na-1,1\nb,'
run 0 system get-names a-1 --columns n,account_di
check "it is suggested" has "$err" "nothing in the result has 'account_di'; did you mean account_id"
run 0 system get-names a-1 --columns account_id
check "in JSON it is no member" is "$out$err" '{"a-1":{},"b":{}}'
run 0 call org.get '[]' -o csv --columns a
check "a member that is an object is no row" is "$out" $'a\n"{""b"":1}"'
printf 'a-1\n' >"$scratch/ids"
run 0 system get-names --from "$scratch/ids" -o csv
check "of many calls, where it is not the line" is "$out" $'input,first_name,n,account_id\na-1,Ada,1,\na-1,yes,,b'
run 0 system get-names --from "$scratch/ids" -o csv --columns account_id,n
check "or --columns has it" is "$out$err" $'input,account_id,n\na-1,a-1,1\na-1,b,'
run 0 call org.getUsers '[]' -o csv
check "what it is is not known" is "$out" $'key_,key,account_id\nx,1,\ny,,2'
run 0 system get-names a-1 --columns n
check "rows with names" is "$out" '{"a-1":{"n":1},"b":{}}'
run 0 system get-names a-1 -o yaml
check "names that need quotes" is "$out" $'"a-1":\n  first_name: "Ada"\n  "n": 1\nb:\n  first_name: "yes"'
run 0 system ping -o csv
check "one object, and no control" is "$out" $'now,yes,s,c\n7,true,1.0,\\u009b31m'
run 0 system ping -o yaml
check "texts and words keep their kind" is "$out" $'now: 7\n"yes": true\ns: "1.0"\nc: "\\u009b31m"'
run 0 system ping -o jsonl
check "no row" is "$out" '{"now":7,"yes":true,"s":"1.0","c":"\u009b31m"}'
run 0 system ping --columns s,now
check "of one object" is "$out" '{"s":"1.0","now":7}'
for format in jsonl table csv; do
    run 0 system get-customize -o $format
    check "no rows in $format" is "$out" ''
done
run 0 system get-customize -o yaml
check "no rows in YAML" is "$out" '[]'
run 0 system test -o csv
check "no objects" is "$out" $'"a,b"\n""\n""\n2\n"5"" disk"'
run 0 org get-all -o yaml
check "names that YAML takes for something else" is "$out" $'"10": 1\n"off": 2\n"": 3\n"a b": 4\n_c2: 5'
run 0 v1 user-search a -o jsonl
check "the rows of v1" is "$out" '{"account_id":"x","n":1}'
run 0 v1 user-search a --columns n
check "the rows of v1" is "$out" '[{"n":1}]'
run 0 v1 user-search a -o yaml
check "all of v1" has "$out" 'event: "user_search_results"'
run 0 v2 get-names 00000000-0000-4000-8000-000000000000 -o csv
check "the rows of v2" is "$out" $'account_id,first_name,last_name\nx,A,B'
run 2 system ping -o toml

# Columns that nothing has, that are none, and that are there twice.
run 0 system user-search a --columns id,nmae
check "warns" has "$err" "nothing in the result has 'nmae'; did you mean name"
check "and goes on" is "$out" '[{"id":1.0},{"id":22},{"id":3}]'
run 0 system user-search a --columns id,note
check "some have it" is "$err" ''
run 0 system get-customize --columns id
check "no row" is "$err" ''
run 2 system user-search a --columns ,
check "no name" has "$err" '--columns has no name'
run 0 system user-search a --columns id,id
check "once" is "$out" '[{"id":1.0},{"id":22},{"id":3}]'
printf 'a\n' >"$scratch/one"
run 0 system user-search --from "$scratch/one" --columns input,id -o csv
check "once in many calls" is "$(head -1 <<<"$out")" 'input,id'

# Texts that are ordinary somewhere, and those that a format has no place for.
start_server --fault 'system.ping body="{\"t\":\"a,\\r\\nb\",\"z\":\"\\u0639\\u0644\\u06cc\\u200c\\u0631\\u0636\\u0627\"}" forever' \
    --fault 'system.getCustomize body="{\"half\":\"\\ud800x\",\"halves\":\"\\udfff\\ud83d\\ud83d\",\"none\":\"\\uffff\\ufffe\\u2028\",\"path\":\"a\\/b\",\"\\uffff\":1}" forever'
run 0 system ping -o csv
check "a line end of Windows stays" is "$(sed -n '2,3p' <<<"$out")" $'"a,\r\nb",علی\u200cرضا'
run 0 system ping -o table
check "what spelling needs stays" has "$out" $'علی\u200cرضا'
run 0 system get-customize -o yaml
check "all of it is YAML" is "$out" $'half: "\ufffdx"\nhalves: "\ufffd\ufffd\ufffd"\nnone: "\\uffff\\ufffe\\u2028"\npath: "a/b"\n"\\uffff": 1'

if python3 -c 'import yaml' 2>/dev/null; then
    # libyaml, where it is there, is stricter than the reader in Python.
    for loader in SafeLoader CSafeLoader; do
        check "readers take it ($loader)" python3 -c '
import sys, yaml
loader = getattr(yaml, sys.argv[2], yaml.SafeLoader)
yaml.load(open(sys.argv[1], encoding="utf-8"), loader)["half"].encode()' "$scratch/out" $loader
    done
fi
run 0 system get-customize
check "JSON keeps what came" has "$out" '"half":"\ud800x"'

# On a terminal a table fits, times can be read, and names are bold; nowhere else.
long=$(printf 'x%.0s' {1..80})
wide=$(printf '李%.0s' {1..40})
rows='[{"account_id":"6aae57c6-08f1-4bb5-848b-3ceb53e61ede","n":12345678901234567890,"created":"2025-10-09T08:53:20.123Z","last_active":1760000000000,"note":"'$long'"}]'
start_server --fault "system.userSearch body='$rows' forever" \
    --fault 'system.ping body="{\"now\":1760000000000,\"size\":1760000000000}" forever' \
    --fault "system.test body='[{\"a\":\"$wide\"}]' forever"
run 0 system user-search a -o table
check "all of it where no terminal is" has "$out" "$long"
check "times as they came" has "$out" 1760000000000
check "no colours" lacks "$out" $'\e'
if command -v script >/dev/null; then
    on_terminal '' system user-search a -o table --columns n,note
    check "numbers are whole" has "$out" 12345678901234567890
    check "a text is cut" has "$out" 'xxx…'
    check "as wide as the terminal" matches "$out" "12345678901234567890  x{37}…"
    check "names are bold" has "$out" $'\e[1m'
    on_terminal '' system user-search a -o table --columns note,note,note,note,note,note,note
    check "all columns fit, and are alike" has "$out" $'\nxxxxx…  xxxxxx…  xxxxxx…  xxxxxx…  xxxxxx…  xxxxxx…  xxxxxx…\r'
    on_terminal '' system user-search a -o table --columns account_id,n,note
    check "a text keeps what tells something" has "$out" ' xxxxxxx…'
    on_terminal '' system user-search a -o table --columns account_id,created,last_active
    check "times are cut before ids" has "$out" '6aae57c6-08f1-4bb5-848b-3ceb53e61ede  2025-10-0…  2025-10-0…'
    on_terminal '' system user-search a -o table --columns account_id,note
    check "ids are whole" has "$out" '6aae57c6-08f1-4bb5-848b-3ceb53e61ede  xxx'
    on_terminal '' system user-search a -o table --columns created,last_active
    check "times can be read" has "$out" '2025-10-09 08:53:20Z  2025-10-09 08:53:20Z'
    on_terminal '' system ping -o table
    check "of an object too" has "$out" 'now   2025-10-09 08:53:20Z'
    check "what is no time is a number" has "$out" 'size         1760000000000'
    on_terminal '' system test -o table
    check "wide characters count twice" matches "$out" '(^|[^李])李{29}…'
    on_terminal '' system user-search a -o csv
    check "CSV is for programs everywhere" has "$out" "1760000000000,$long"
    on_terminal '' systm
    check "an error is red" has "$out" $'\e[1;31merror:\e[0m'
    NO_COLOR=1 on_terminal '' systm
    check "unless NO_COLOR says no" lacks "$out" $'\e'
    NO_COLOR=1 on_terminal '' system user-search a -o table
    check "in tables too" lacks "$out" $'\e'
    NO_COLOR='' on_terminal '' systm
    check "an empty one says nothing" has "$out" $'\e'
    TERM=dumb on_terminal '' systm
    check "nor where the terminal knows none" lacks "$out" $'\e'
fi

the_end
