#!/usr/bin/env bash
# with_fake_server.sh <cohub-fake-server> <command> [argument]...
#
# Runs the command while a fake server runs with TLS. Sets the variables that
# cohub::options::from_env() and the command-line client need to find it. Exits with the command's
# status. It is also a failure if the server does not start, or does not end cleanly on SIGTERM.
set -eu

server=$1
shift
scratch=$(mktemp -d)
pid=
finish() {
    if [ -n "$pid" ]; then kill "$pid" 2>/dev/null || :; fi
    rm -rf "$scratch"
}
trap finish EXIT

exec 8< <(exec "$server" --ca-out "$scratch/ca.pem" 2>"$scratch/log")
pid=$!
if ! IFS= read -r -t 30 -u 8 hello; then
    cat "$scratch/log" >&2
    echo "error: $server did not say where it listens" >&2
    exit 1
fi
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" <<<"${hello%%\"keys\"*}"; }

status=0
COCALC_HOST=$(field url) COCALC_API_KEY=$(field api_key) PIECES_HOST=$(field url) \
    SSL_CERT_FILE=$scratch/ca.pem COHUB_FAKE_SERVER_JSON=$hello "$@" 8<&- || status=$?

kill -TERM "$pid"
ended=0
wait "$pid" || ended=$?
pid=
if [ $ended != 0 ]; then
    cat "$scratch/log" >&2
    echo "error: $server ended with status $ended" >&2
    exit 1
fi
exit $status
