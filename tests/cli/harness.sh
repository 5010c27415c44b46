# Sourced by the tests: a fake server, and a client run as a user does.
# The tests' arguments are <cohub> <cohub-fake-server>.
set -uo pipefail

cohub=$1
fake_server=$2
scratch=$(mktemp -d)
server=
stop_server() {
    if [ -n "$server" ]; then kill "$server" 2>/dev/null; wait "$server" 2>/dev/null; server=; fi
}
trap 'stop_server; rm -rf "$scratch"' EXIT
unset COCALC_HOST COCALC_API_KEY SSL_CERT_FILE COHUB_PROFILE NO_COLOR
unset PIECES_HOST PIECES_ACCESS_TOKEN https_proxy HTTPS_PROXY all_proxy ALL_PROXY
# The settings of the user who runs the tests do not count.
export XDG_CONFIG_HOME=$scratch/settings

# key_of user|admin|org_admin|project|api_key: as the server that runs now told it.
key_of() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" <<<"$hello"; }
# start_server [option]...: sets url, key and ca.
start_server() {
    stop_server
    rm -f "$scratch/hello"
    mkfifo "$scratch/hello"
    "$fake_server" --ca-out "$scratch/ca.pem" "$@" >"$scratch/hello" 2>"$scratch/server.log" &
    server=$!
    read -r -t 30 hello <"$scratch/hello" || { cat "$scratch/server.log"; exit 1; }
    url=$(sed -n 's/.*"url":"\([^"]*\)".*/\1/p' <<<"$hello")
    key=$(key_of api_key)
    ca=$scratch/ca.pem
    export COCALC_HOST=$url COCALC_API_KEY=$key SSL_CERT_FILE=$ca
}

# received <text>: whether the server got a request with this in it.
received() {
    requests=$(curl -s --cacert "$ca" "$url/__fake__/requests")
    [[ $requests == *"$1"* ]]
}

checks=0
failures=0
check() {
    local what=$1
    shift
    checks=$((checks + 1))
    if "$@"; then return; fi
    failures=$((failures + 1))
    printf 'FAILED: %s\n   command: %s\n   status: %s\n   stdout: %s\n   stderr: %s\n' \
        "$what" "$command_line" "$status" "$(head -c 600 <<<"$out")" "$(head -c 600 <<<"$err")"
}
# eventually <command>...: waits until it succeeds; the bound is for what never does.
eventually() {
    local i
    for ((i = 0; i < 600; i++)); do
        if "$@"; then return; fi
        sleep 0.05
    done
    return 1
}
is() { [ "$1" = "$2" ]; }
has() { [[ $1 == *"$2"* ]]; }
lacks() { [[ $1 != *"$2"* ]]; }
matches() { [[ $1 =~ $2 ]]; }
# run_partly <expected status> [argument]...: the same, where a failure may come with results.
run_partly() {
    local expected=$1
    shift
    command_line="cohub $*"
    status=0
    timeout 60 "$cohub" "$@" <<<"$input" >"$scratch/out" 2>"$scratch/err" || status=$?
    out=$(<"$scratch/out")
    err=$(<"$scratch/err")
    check "exit status $expected" is "$status" "$expected"
    check "the key is nowhere" lacks "$out$err" "${key:-no key yet}"
}
# on_terminal <keys> [argument]...: on a terminal of 60 columns, with these keys typed; sets out, which
# has standard error too, and status. Needs `script`.
on_terminal() {
    local keys=$1
    shift
    command_line="cohub $* (on a terminal)" status=0 err=
    printf '%s\n' "$keys" |
        script -qec "stty cols 60; '$cohub' $*" /dev/null >"$scratch/out" || status=$?
    out=$(<"$scratch/out")
}
# run <expected status> [argument]...: sets out, err, status; input from $input, if set.
input=
run() {
    run_partly "$@"
    if [ "$1" = 0 ]; then return; fi
    check "standard output is empty" is "$out" ""
    check "an error is one line that says so" matches "$err" 'error: [^ ]'
}

# the_end: the test's exit status.
the_end() {
    echo "$checks checks, $failures failed"
    [ $failures = 0 ]
}
