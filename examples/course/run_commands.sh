#!/usr/bin/env bash
# run_commands.sh SCRIPT FOLDER: runs the commands that a page shows in a new folder, which has what the
# page takes for granted: cohub/build/quick (the build of $COHUB_BUILD), first/, and the programs on the
# PATH.
set -euo pipefail
script=$1 folder=$2
here=$(cd -- "$(dirname -- "$script")" && pwd)

rm -rf "$folder"
mkdir -p "$folder/cohub/build"
cd -- "$folder"
ln -s "$COHUB_BUILD" cohub/build/quick
cp -R "$here/01_first" first
export PATH="$COHUB_BUILD/fake_server:$COHUB_BUILD/benchmarks/cohub_bench:$PATH"
export PATH="$COHUB_BUILD/examples/course/service:$COHUB_BUILD/examples/cohub_cli:$PATH"
# As if the machine had no settings for proxies.
unset http_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY https_proxy

# Page 1 has no server yet; the other pages begin their commands with it.
case $script in
*/01_*) bash "$script" ;;
*) cohub-fake-server -- bash "$script" ;;
esac
