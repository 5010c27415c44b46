#!/usr/bin/env bash
# Tests the layering check: it must find each violation below, and nothing else.
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failures=0

put() {
    mkdir -p "$tree/$(dirname "$1")"
    printf '%s\n' "$2" >"$tree/$1"
}
# breach <part of the message, or nothing> <file> <line of code>
expect() {
    local want=$1 file=$2 code=$3 said rc=0
    rm -rf "${tree:?}"/*
    put include/cohub/version.hpp '#include <string_view>
#define COHUB_VERSION_MAJOR 0
#define COHUB_VERSION_MINOR 2'
    put "$file" "$code"
    said=$(bash "$here/check.sh" "$tree" "$here/rooms.txt") || rc=$?
    if [ -z "$want" ] && [ $rc != 0 ]; then
        echo "refused although allowed: $file: $code"
        echo "$said"
        failures=$((failures + 1))
    elif [ -n "$want" ] && { [ $rc = 0 ] || [[ $said != *"$want"* ]]; }; then
        echo "not found: $file: $code (expected: $want)"
        echo "$said"
        failures=$((failures + 1))
    fi
}

expect '' include/cohub/call/retry.hpp '#include <cohub/core/error.hpp>'
expect '' include/cohub/json/decode.hpp '#include <cohub/json/impl/decode.ipp>'
expect '' include/cohub/cocalc/hub.hpp '#include <cohub/transport/connection_pool.hpp>'
expect '' tests/unit/transport/pool_test.cpp '#include <cohub/transport/detail/pool_state.hpp>'
expect '' fake_server/src/main.cpp '#include <cohub/fake/pki.hpp>'
expect '' examples/01_ping.cpp '#include <cohub/cohub.hpp>'
expect '' include/cohub/http/url.hpp '#include <boost/asio/ip/address.hpp>'
expect '' include/cohub/transport/tls.hpp '#include <openssl/ssl.h>'
expect 'core must not include call' include/cohub/core/error.hpp '#include <cohub/call/retry.hpp>'
expect 'call must not include transport' include/cohub/call/pipeline.hpp \
    '  #  include <cohub/transport/tls.hpp>'
expect 'cocalc must not include transport' include/cohub/cocalc/org.hpp \
    '#include <cohub/transport/tls.hpp>'
expect 'cocalc must not include pieces' include/cohub/cocalc/org.hpp '#include <cohub/pieces/user.hpp>'
expect 'cocalc must not include cocalc_doors' include/cohub/cocalc/org.hpp \
    '#include <cohub/cocalc/hub.hpp>'
expect 'cocalc must not include <openssl/ssl.h>' include/cohub/cocalc/org.hpp '#include <openssl/ssl.h>'
expect 'core must not include <boost/beast' include/cohub/core/error.hpp \
    '#include <boost/beast/http.hpp>'
expect 'http must not include <boost/asio/ip/tcp' include/cohub/http/url.hpp \
    '#include <boost/asio/ip/tcp.hpp>'
expect 'http must not include <arpa/' include/cohub/http/url.hpp '#include <arpa/inet.h>'
expect 'pieces_doors must not include <fcntl' include/cohub/pieces/impl/discover.ipp \
    '#include <fcntl.h>'
expect 'private to cohub/transport' include/cohub/cocalc/hub.hpp \
    '#include <cohub/transport/detail/pool_state.hpp>'
expect 'private to cohub/transport' examples/01_ping.cpp \
    '#include <cohub/transport/detail/pool_state.hpp>'
expect 'private to cohub/transport' tests/unit/call/retry_test.cpp \
    '#include <cohub/transport/detail/pool_state.hpp>'
expect 'private to cohub/json' include/cohub/call/rpc.hpp '#include <cohub/json/impl/decode.ipp>'
expect 'fake_server must not include core' fake_server/src/main.cpp '#include <cohub/core/error.hpp>'
expect 'fake_server must not include front' fake_server/include/cohub/fake/x.hpp \
    '#include <cohub/cohub.hpp>'
expect 'stands in no room' include/cohub/util/helper.hpp '#include <string>'
expect 'stands in no room' include/cohub/cohub.hpp '#include <cohub/util/helper.hpp>'
expect 'so that the table sees it' include/cohub/core/error.hpp '#include "../call/retry.hpp"'
expect '' include/cohub/core/error.hpp '#include <string>
namespace cohub::inline abi_0_2::detail {'
expect 'cohub::inline abi_0_2' include/cohub/core/error.hpp 'namespace cohub {'
expect 'cohub::inline abi_0_2' include/cohub/core/error.hpp 'namespace cohub::inline abi_0_1 {'
expect 'cohub::inline abi_0_2' fake_server/src/main.cpp 'namespace cohub::fake {'

table=$tree/rooms.txt
printf 'a | a/* | b |\nb | b/* | a |\n' >"$table"
rm -rf "$tree/include"
if said=$(bash "$here/check.sh" "$tree" "$table") || [[ $said != *'does not stand above'* ]]; then
    echo "a cycle in the table was not found"
    failures=$((failures + 1))
fi

if [ $failures != 0 ]; then exit 1; fi
echo "all breaches found"
