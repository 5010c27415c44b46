#!/usr/bin/env bash
# installed.sh: installs the packages that lie beside it with apt, uses all of them, and removes them
# again. Changes the system that it runs on: for a fresh one (chroots.sh).
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"
packages=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

say() { printf '%s\n' "== $*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }
quietly() {
    "$@" >"$work/log" 2>&1 || { cat "$work/log" >&2; die "$* failed"; }
}
apt_get() { quietly apt-get -y -o DPkg::Lock::Timeout=120 "$@"; }

# All files, but those that apt and dpkg keep their records in.
files() {
    find / -xdev \( -path /proc -o -path /dev -o -path /sys -o -path /tmp -o -path /run -o \
        -path /packages -o -path /var/lib/apt -o -path /var/lib/dpkg -o -path /var/cache -o \
        -path /var/log \) -prune -o -print | LC_ALL=C sort
}

apt_get update
say 'apt installs the packages and what they depend on'
apt_get install --no-install-recommends "$packages"/*.deb

say 'The programs'
cohub --version
cohub-fake-server -- cohub system ping
cohub-fake-server -- cohub system user-search a --limit 2 -o table
cohub-bench lookup --requests 200 --warmup 0s >"$work/bench"
bash -n /usr/share/bash-completion/completions/cohub
gzip -t /usr/share/man/man1/cohub*.1.gz

say 'libcohub-dev alone brings what the header-only library needs'
apt_get install --no-install-recommends g++ cmake make pkg-config
mkdir -p "$work/cmake"
cp readme.cpp "$work/cmake/readme.cpp"
cat >"$work/cmake/CMakeLists.txt" <<'TEXT'
cmake_minimum_required(VERSION 3.25)
project(readme LANGUAGES CXX)
find_package(cohub REQUIRED)
add_executable(readme readme.cpp)
target_link_libraries(readme PRIVATE cohub::cohub)
if(cohub_compiled)
    find_package(cohub REQUIRED COMPONENTS compiled fake_server)
    add_executable(readme_compiled readme.cpp)
    target_link_libraries(readme_compiled PRIVATE cohub::compiled)
    file(WRITE "${CMAKE_BINARY_DIR}/fake.cpp" "#include <cohub/fake_server.hpp>
int main() { cohub::fake_server server; return server.url().empty(); }
")
    add_executable(fake "${CMAKE_BINARY_DIR}/fake.cpp")
    target_link_libraries(fake PRIVATE cohub::fake_server)
endif()
TEXT
quietly cmake -S "$work/cmake" -B "$work/build" -DCMAKE_BUILD_TYPE=Debug
quietly cmake --build "$work/build"
cohub-fake-server -- "$work/build/readme" >"$work/found"
[ -s "$work/found" ] || die 'the program found nobody'
head -n 3 "$work/found"

say 'With pkg-config'
# shellcheck disable=SC2046
quietly g++ -std=c++20 readme.cpp $(pkg-config --cflags --libs cohub) -o "$work/readme"
cohub-fake-server -- "$work/readme" | diff - "$work/found"

say 'With cpp-httplib, which is recommended: cohub::compiled and cohub::fake_server'
apt_get install --no-install-recommends libcpp-httplib-dev
quietly cmake -S "$work/cmake" -B "$work/build" -Dcohub_compiled=ON
quietly cmake --build "$work/build"
cohub-fake-server -- "$work/build/readme_compiled" | diff - "$work/found"
"$work/build/fake"

say 'An example of cohub-doc'
cp -r /usr/share/doc/cohub-doc/examples "$work/"
quietly cmake -S "$work/examples" -B "$work/examples/build"
quietly cmake --build "$work/examples/build" --target 01_ping 06_testing_with_fake_server
cohub-fake-server -- "$work/examples/build/01_ping"

# Dependencies stay, so that the two lists differ by these packages alone.
say 'apt removes them'
apt_get purge libcohub-dev cohub cohub-doc
files >"$work/before"
apt_get install --no-install-recommends "$packages"/*.deb
files >"$work/with"
apt_get purge libcohub-dev cohub cohub-doc
files >"$work/after"
diff "$work/before" "$work/after" || die 'files are left behind, or are missing (above)'
if grep cohub "$work/after" >&2; then die 'these files are left behind'; fi
say "$(diff "$work/before" "$work/with" | grep -c '^>') files came with the packages, and none is left"
