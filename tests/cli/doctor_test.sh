#!/usr/bin/env bash
# doctor_test.sh <cohub> <cohub-fake-server> <tls_servers>: each thing that may be wrong is found, and
# told with what to do.
. "$(dirname -- "${BASH_SOURCE[0]}")/harness.sh"
tls_servers=$3

now() { date +%s000; }
# Whether the server's clock is set before each run.
follows=yes
# doctor <expected status> [argument]...
doctor() {
    local expected=$1
    shift
    # The server's clock stands still.
    if [ -n "$follows" ]; then
        curl -s --cacert "$ca" -X PUT "$url/__fake__/clock" -d "{\"now\":$(now)}" >"$scratch/clock"
    fi
    run_partly "$expected" doctor "$@"
    check "nothing on standard error" is "$err" ''
    check "each check once" is \
        "$(grep -oE '^(ok|failed|skipped) +(settings|host name|proxy|addresses|connection|TLS|answer|key|clock) ' <<<"$out" | sed -E 's/^[a-z]+ +//' | paste -sd,)" \
        'settings ,host name ,proxy ,addresses ,connection ,TLS ,answer ,key ,clock '
}
# tells <status> <check> <text>: whether there is such a line.
tells() { matches "$(grep -E "^$1 +$2 " <<<"$out")" "$3"; }
# advises <text>: whether what to do is told.
advises() { matches "$(grep -E '^ +-> ' <<<"$out")" "$1"; }

# All is well.
start_server --now "$(now)"
doctor 0
check "settings" tells ok settings 'no config file'
check "host" tells ok 'host name' "localhost, port [0-9]+, TLS; from .COCALC_HOST"
check "proxy" tells ok proxy 'none is set'
check "addresses" tells ok addresses '127\.0\.0\.1'
check "connection" tells ok connection '127\.0\.0\.1:[0-9]+ in [0-9.]+ ms'
check "TLS" tells ok TLS 'TLSv1\.3, a certificate for .*localhost.* until 20'
check "answer" tells ok answer 'a CoCalc hub'
check "key" tells ok key 'of the account [0-9a-f-]{36}; from .COCALC_API_KEY'
check "clock" tells ok clock "the server's"
check "nothing to do" eval '! advises .'
run 0 doctor -o json
check "JSON" has "$out" '{"check":"proxy","status":"ok","text":"none is set","advice":null}'
run 0 doctor -o csv
check "rows" is "$(head -1 <<<"$out")" check,status,text,advice
printf '%s\n' "$key" >"$scratch/key"
COCALC_API_KEY='' doctor 0 --api-key-file "$scratch/key"
check "where the key is from" tells ok key 'from --api-key-file'
HTTPS_PROXY=http://127.0.0.1:1 doctor 0
check "a proxy that is not used" tells ok proxy 'reached without it'

# Settings and host name.
mkdir -p "$XDG_CONFIG_HOME/cohub"
printf 'tiemout = 1s\n' >"$XDG_CONFIG_HOME/cohub/config"
doctor 2
check "a wrong name" tells failed settings "tiemout"
check "the rest is said" tells skipped TLS 'not reached'
run_partly 2 doctor -o json
check "JSON of it" has "$out" '[{"check":"settings","status":"failed","text":"'
printf 'timeout = 20\n' >"$XDG_CONFIG_HOME/cohub/config"
doctor 2
check "a wrong value, and where" tells failed settings "cohub/config: timeout: '20' is no duration"
run 2 system ping
check "said of calls too" has "$err" "cohub/config: timeout: '20' is no duration"
printf '[work]\nhost = ftp://x\n' >"$XDG_CONFIG_HOME/cohub/config"
run 2 --profile work config
check "a host" has "$err" 'config [work]: host: '
rm "$XDG_CONFIG_HOME/cohub/config"
doctor 2 --host 'ftp://x'
check "no such address" tells failed 'host name' 'https'
check "what to do" advises 'mend --host'
check "the rest is said" tells skipped clock 'not reached'
doctor 2 --ca-file "$scratch/none"
check "no such file" tells failed settings none
COCALC_API_KEY='two words' doctor 2
check "no key" tells failed settings 'several words'

# The way.
doctor 3 --host https://no-such-name.invalid
check "no address" tells failed addresses 'no-such-name.invalid'
check "what to do" advises 'spelled right'
check "the rest is said" tells skipped TLS 'not reached'
doctor 3 --host https://localhost:1
check "no server" tells failed connection '127\.0\.0\.1:1: .*refused'
check "what to do" advises 'right port'
doctor 3 --proxy http://no-such-name.invalid
check "the proxy's name" tells failed addresses "the proxy's name no-such-name.invalid"
doctor 3 --proxy http://127.0.0.1:1
check "where the proxy is" tells ok proxy '127.0.0.1:1; from --proxy'
check "no proxy there" tells failed connection refused
check "what to do" advises proxy
doctor 3 --unix-socket "$scratch/none"
check "no socket" tells failed connection "$scratch/none"
# Something that answers, and is no proxy.
doctor 3 --proxy "http://${url#https://}"
check "no proxy" tells failed connection .

# TLS.
SSL_CERT_FILE='' doctor 3
check "untrusted" tells failed TLS 'not trusted'
check "what to do, and the issuer" advises 'its issuer, .+, is not trusted; .*--ca-file'
check "the clock can be told" tells ok clock "the server's"
coproc servers { exec "$tls_servers" "$scratch/tests.pem"; }
good_key=$key
for _ in 1 2 3 4; do
    read -r -t 30 line <&"${servers[0]}" || break
    declare "$line"
done
# days_in <order>: the certificate's two days and today are told, and are in this order.
days_in() {
    local first last today
    today=$(date -u +%Y-%m-%d)
    read -r first last < <(sed -nE 's/.* for (20[0-9-]+) to (20[0-9-]+),.*/\1 \2/p' <<<"$out")
    is "$(sort <<<"$first from"$'\n'"$last to"$'\n'"$today today" | cut -d' ' -f2 | paste -sd' ')" "$1"
}
doctor 3 --host "${elsewhere:-}" --ca-file "$scratch/tests.pem"
check "another name" tells failed TLS 'mismatch'
check "which" advises 'for elsewhere\.example, 192\.0\.2\.1, and not for localhost'
doctor 3 --host "${expired:-}" --ca-file "$scratch/tests.pem"
check "expired" tells failed TLS expired
check "when" advises "for 20[0-9-]+ to 20[0-9-]+, and this machine's clock says $(date -u +%Y-%m-%d)"
check "in which order" days_in 'from to today'
doctor 3 --host "${not_yet:-}" --ca-file "$scratch/tests.pem"
check "not yet" tells failed TLS 'not yet valid'
check "in which order" days_in 'today from to'
eval "exec ${servers[1]}>&-"
key=$good_key
doctor 3 --host "http://${url#https://}"
check "no TLS here" tells failed answer .
start_server --plain --now "$(now)"
doctor 3 --host "https://${url#http://}"
check "no TLS there" tells failed TLS .
doctor 0
check "no TLS is needed on this machine" tells skipped TLS 'on this machine'

# What answers.
start_server --now "$(now)" --fault '/api/conat/hub status=502 forever'
doctor 3
check "a proxy's page" tells failed answer 502
check "what to do" advises 'try later; if that stays: is it a CoCalc server'
start_server --now "$(now)" --fault '/api/conat/hub status=429 forever'
doctor 3
check "what to do" advises 'wants fewer calls'
start_server --now "$(now)" --fault '/api/conat/hub stall=60s forever' --fault '/ stall=60s forever'
seconds=$SECONDS
doctor 3 --timeout 200ms
check "all of it is within a few limits" eval '[ $((SECONDS - seconds)) -lt 5 ]'
doctor 3 --host "${url/https/http}"
check "another scheme" tells failed answer .
check "what to do" advises 'write https://'
start_server --now "$(now)" --fault '/api/conat/hub stall=60s forever'
doctor 3 --timeout 10s
check "silence" tells failed answer .
check "what to do" advises 'the server is slow'

# The key.
start_server --now "$(now)"
doctor 1 --api-key sk-wrongwrongwrongwrong
check "a wrong key" tells failed key .
check "where it is from" advises 'it is from --api-key'
check "the wrong key is nowhere" lacks "$out" sk-wrong
COCALC_API_KEY='' doctor 1
check "no key" tells failed key 'none is given'
check "what to do" advises '[-]-api-key-file'
check "the clock all the same" tells ok clock "the server's"

# The clock.
follows=
start_server --now "$(($(date +%s) - 7200))000"
doctor 1
check "ahead" tells failed clock "7[12][0-9]{2} s ahead of the server's"
check "what to do" advises timedatectl
SSL_CERT_FILE='' doctor 3
check "with two things wrong" tells failed TLS 'not trusted'
check "the first one counts" tells failed clock ahead
start_server --now "$(($(date +%s) + 7200))000"
doctor 1
check "behind" tells failed clock "7[12][0-9]{2} s behind the server's"
start_server --now "$(now)" --fault '/ header="Date: Sun, 06 Nov 1994 08:49:37 GMT" forever'
doctor 1
check "by the header" tells failed clock '[0-9]{9,10} s ahead'

# Pieces OS.
export HOME=$scratch
port_file=$scratch/Documents/com.pieces.os/production/Config/.port.txt
mkdir -p "${port_file%/*}"
# pieces <expected status> [argument]...
pieces() {
    local expected=$1
    shift
    run_partly "$expected" doctor --pieces "$@"
    check "nothing on standard error" is "$err" ''
    check "each check once" is "$(grep -oE '^(ok|failed|skipped) +(settings|Pieces OS|version|stream) ' <<<"$out" | sed -E 's/^[a-z]+ +//' | paste -sd,)" \
        'settings ,Pieces OS ,version ,stream '
}
# No key is needed, and none of CoCalc's.
unset COCALC_HOST COCALC_API_KEY
start_server --plain
unset COCALC_HOST COCALC_API_KEY
echo "${url##*:}" >"$port_file"
pieces 0
check "settings" tells ok settings 'no config file'
check "where" tells ok 'Pieces OS' "http://[a-z0-9.]+:${url##*:}, found by port file .*\.port\.txt"
check "version" tells ok version '12\.[0-9]+\.[0-9]+'
check "stream" tells ok stream 'somebody is signed in'
check "nothing to do" eval '! advises .'
check "no key goes there" eval "! received '\"Authorization\"'"
pieces 0 --host "$url"
check "where it is said to be" tells ok 'Pieces OS' "$url, where it is said to be"
run 0 doctor --pieces -o json
check "JSON" has "$out" '{"check":"stream","status":"ok","text":"somebody is signed in","advice":null}'
curl -s -X PUT "$url/__fake__/pieces" -d '{"signed_in":false}' >"$scratch/put"
pieces 0
check "nobody" tells ok stream 'nobody is signed in'
pieces 3 --host http://127.0.0.1:1
check "nothing there" tells failed version .
check "what to do" advises 'it is looked for'
check "the rest is said" tells skipped stream 'not reached'
pieces 2 --host 'ftp://x'
check "no such address" tells failed 'Pieces OS' .
start_server --plain --fault 'pieces.version status=404 forever'
pieces 3 --host "$url"
check "something else" tells failed version 404
start_server --plain --fault 'pieces.stream_user status=403 forever'
pieces 3 --host "$url"
check "no stream" tells failed stream 403
check "what to do" advises WebSockets
start_server --plain --fault "pieces.stream_user websocket='[{\"hold\":true}]' forever"
pieces 0 --host "$url"
check "silent" tells ok stream 'stands, and says nothing yet'
# A stream that the server closes at once is none, and is not taken for a silent one.
# closes <code> <script>
closes() {
    start_server --plain --fault "pieces.stream_user websocket='$2' forever"
    pieces 3 --host "$url"
    check "it was opened" received '"path":"/user/stream"'
    check "and closed" tells failed stream "the server closed the WebSocket stream .code $1"
    check "what to do" advises WebSockets
}
closes 1000 '[{"close":1000}]'
closes 1001 '[{"close":1001,"reason":"bye"}]'
closes 1011 '[{"with_handshake":true},{"close":1011}]'
closes 1006 '[{"end":"fin"}]'
stop_server
echo 1 >"$port_file"
pieces 3
check "nowhere" tells failed 'Pieces OS' .
check "what to do" advises 'start it'

the_end
