#!/usr/bin/env bash
# Installs missing packages, builds the examples, user lookups among them, and runs them in order
# over TLS against the embedded fake server. Works from any folder, as root or as a user with sudo,
# on Debian 12 and Ubuntu 24.04 and newer. CXX selects another compiler, COHUB_JOBS sets the number
# of jobs.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/../cmake/prepare.sh"

cohub_install g++ cmake ninja-build pkg-config boost libssl-dev libcpp-httplib-dev libcli11-dev \
    libspdlog-dev prometheus-cpp-dev libgtest-dev libgmock-dev

build=$(cohub_quick_build)
options=()
# tests/run.sh uses the same folder and has configured more than is needed here.
if [ ! -f "$build/CMakeCache.txt" ]; then
    options=(-DCOHUB_BUILD_TESTS=OFF -DCOHUB_BUILD_BENCHMARKS=OFF)
fi
cohub_quietly "$build/configure.log" "Configuring" cohub_configure "$build" quick "${options[@]}"
if [ ! -f "$build/build.log" ]; then say "The first build takes a few minutes"; fi
cohub_quietly "$build/build.log" Building \
    cmake --build "$build" -j "$(cohub_jobs)" --target cohub_examples

server=$build/fake_server/cohub-fake-server
count=0 simulated=0
for source in "$cohub_root"/examples/[0-9][0-9]_*.cpp; do
    [ -e "$source" ] || die "there are no examples"
    name=$(basename -- "$source" .cpp)
    # Without apt, the library of an adapter may be missing. The configure log says so.
    if grep -q "Example $name is left out" "$build/configure.log"; then
        say "$name is left out: see $build/configure.log"
        continue
    fi
    say "$name"
    bash "$cohub_root/cmake/with_fake_server.sh" "$server" "$build/examples/$name" ||
        die "$name failed"
    case $name in
    *simulation*) simulated=$((simulated + 1)) ;;
    *) count=$((count + 1)) ;;
    esac
done
say "$count examples ran over TLS against the embedded fake server, $simulated in simulated worlds"
