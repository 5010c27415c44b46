#!/usr/bin/env bash
# Installs missing packages, builds, and runs every test. Works from any folder, as root or as a
# user with sudo, on Debian 12 and Ubuntu 24.04 and newer. Arguments go to ctest, for example -R
# pool. CXX selects another compiler, COHUB_JOBS sets the number of jobs.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/../cmake/prepare.sh"

cohub_install g++ cmake ninja-build pkg-config boost libssl-dev libcpp-httplib-dev libcli11-dev \
    libgtest-dev libgmock-dev libbenchmark-dev libspdlog-dev prometheus-cpp-dev curl \
    libcurl4-openssl-dev python3 locales parallel

build=$(cohub_quick_build)
cohub_quietly "$build/configure.log" "Configuring" \
    cohub_configure "$build" quick -DCOHUB_BUILD_TESTS=ON -DCOHUB_BUILD_BENCHMARKS=ON
if [ ! -f "$build/build.log" ]; then say "The first build takes a few minutes"; fi
cohub_quietly "$build/build.log" Building \
    cmake --build "$build" -j "$(cohub_jobs)"

cohub_ctest "$build" "$@"
