#!/usr/bin/env bash
# plot.sh <program> <svg>: runs cohub_sim_tests to measure goodput in simulated time, and draws it.
set -euo pipefail
program=$1 svg=$2
data=$(mktemp)
trap 'rm -f "$data"' EXIT
COHUB_GOODPUT=$data "$program" --gtest_filter='*Overload*:*PartialFailure*' >/dev/null
awk -F';' '
function points(from,   i, text) {
    for (i = 3; i <= NF && i < 23; ++i)
        text = text sprintf("%d,%d ", 60 + (i - 3) * 30, from - 80 * $i / $2)
    return text
}
BEGIN {
    print "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 680 " 2000 "\" font-family=\"sans-serif\" font-size=\"13\">"
    print "<rect width=\"680\" height=\"2000\" fill=\"white\"/>"
}
{
    base = NR * 130
    printf "<text x=\"60\" y=\"%d\">%s</text>\n", base - 100, $1
    printf "<line x1=\"60\" x2=\"640\" y1=\"%d\" y2=\"%d\" stroke=\"#aaa\"/>\n", base, base
    printf "<line x1=\"60\" x2=\"640\" y1=\"%d\" y2=\"%d\" stroke=\"#aaa\" stroke-dasharray=\"4\"/>\n", base - 80, base - 80
    printf "<text x=\"10\" y=\"%d\">100 %%</text><text x=\"30\" y=\"%d\">0</text>\n", base - 76, base + 4
    printf "<polyline fill=\"none\" stroke=\"#06c\" stroke-width=\"2\" points=\"%s\"/>\n", points(base)
}
END { print "</svg>" }' "$data" | sed "s/ 2000\"/ $(($(wc -l <"$data") * 130 + 20))\"/; s/\"2000\"/\"$(($(wc -l <"$data") * 130 + 20))\"/" >"$svg"
