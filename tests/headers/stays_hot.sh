#!/usr/bin/env bash
# stays_hot.sh OBJDUMP OBJECT : fails if a function of stays_hot.cpp, or what has a handler of one
# inside, lies among the cold ones.
set -euo pipefail
symbols=$("$1" -t -C "$2" | grep -E ' F .*([0-9a-f] stays_hot_|stays_hot_.*::complete\(\)$)' |
    grep -v '\[clone \.cold\]' || :)
[ "$(grep -c . <<<"$symbols")" -ge 6 ] || { echo "error: where are the functions?"; exit 1; }
if grep 'unlikely' <<<"$symbols"; then
    echo "error: these call something cold each time; see include/cohub/core/config.hpp"
    exit 1
fi
echo "$(grep -c . <<<"$symbols") functions stay hot"
