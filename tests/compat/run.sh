#!/usr/bin/env bash
# run.sh [--all] [--strict] [--only WORD]...: tests whether cohub compiles and runs in other places.
#
# The quick half compiles all front doors with other releases of Boost, other compilers and standard
# libraries, Asio's switches, and for Windows. Warnings are errors. --all also builds and runs tests
# of the client: with other reactors and other releases of Boost, each in its own build, and for
# Windows, under Wine. Installs the packages that it needs. A row whose packages are not available is
# skipped and counted, with the reason.
#   --strict      a skipped row counts as failed
#   --only WORD   only rows whose name contains the word, e.g. Boost, Windows, select
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/../../cmake/prepare.sh"

all=
strict_rows=
only=()
while [ $# != 0 ]; do
    case $1 in
    --all) all=1; shift ;;
    --strict) strict_rows=1; shift ;;
    --only) only+=("${2:?--only needs a word}"); shift 2 ;;
    -h | --help) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"; exit 0 ;;
    *) die "what is '$1'? See run.sh --help" ;;
    esac
done

# The release determines the newest g++. clang 19 is in Debian 12 and 13 and in Ubuntu 24.04.
packages=(g++ cmake ninja-build pkg-config boost libssl-dev clang-19 libc++-19-dev libc++abi-19-dev
    liburing-dev g++-mingw-w64-x86-64-posix)
if [ -n "$all" ]; then
    packages+=(libcpp-httplib-dev libcli11-dev libgtest-dev libgmock-dev googletest make perl wine wine64)
fi
# If this release lacks a package, only the rows that need it are skipped.
if ! (cohub_install "${packages[@]}"); then
    for package in "${packages[@]}"; do (cohub_install "$package") || :; done
fi

work=$cohub_root/build/compat
mkdir -p "$work"
doors=$cohub_root/tests/compat/doors.cpp
strict=(-std=c++20 -Wall -Wextra -Wpedantic -Wshadow -Werror)
passed=0 failed=0 skipped=0 ran=0
# Only Boost's folder of the system, so that a cross-compiler sees no other header of this system.
mkdir -p "$work/boost-alone"
if [ -d /usr/include/boost ]; then ln -sfn /usr/include/boost "$work/boost-alone/boost"; fi

wanted() {
    local word
    if [ ${#only[@]} = 0 ]; then return 0; fi
    for word in "${only[@]}"; do if [[ $1 == *"$word"* ]]; then return 0; fi; done
    return 1
}
line() { printf '%-52s %s\n' "$1" "$2"; }
skip() {
    skipped=$((skipped + 1))
    line "$1" "skipped: $2"
}
# row <name> <command>...: passes if the command does. The tests that ctest reports are counted. A
# function must return at its first failure by itself, because `if` turns -e off.
row() {
    local name=$1 start=$SECONDS log=$work/row.log tests
    shift
    if ! wanted "$name"; then return 0; fi
    if "$@" >"$log" 2>&1 </dev/null; then
        # The line of ctest or that of GoogleTest.
        tests=$(sed -n -e 's/^[0-9]*% tests passed, 0 tests failed out of \([0-9]*\)\r*$/\1/p' \
            -e 's/^\[  PASSED  \] \([0-9]*\) tests\.\r*$/\1/p' "$log")
        passed=$((passed + 1))
        ran=$((ran + ${tests:-0}))
        line "$name" "ok, $((SECONDS - start)) s${tests:+, $tests tests}"
    else
        failed=$((failed + 1))
        line "$name" "FAILED"
        tail -n 40 "$log" >&2
    fi
}

# Package lists of Debian 13 and of the release after it, separate from those of this system.
apt=$work/apt
other_packages() {
    if [ -n "$(find "$apt/updated" -mtime -1 2>/dev/null)" ]; then return 0; fi
    if ! command -v apt-get >/dev/null; then return 1; fi
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
    local ring=/usr/share/keyrings/debian-archive-keyring.gpg mirror=http://deb.debian.org/debian
    printf "deb [signed-by=$ring] $mirror %s main\n" trixie forky >"$apt/sources.list"
    printf "deb-src [signed-by=$ring] $mirror %s main\n" bookworm trixie >>"$apt/sources.list"
    cat >"$apt/apt.conf" <<-END
	Dir::Etc::sourcelist "$apt/sources.list";
	Dir::Etc::sourceparts "/dev/null";
	Dir::State::lists "$apt/lists";
	Dir::Cache "$apt/cache";
	APT::Sandbox::User "root";
	END
    APT_CONFIG=$apt/apt.conf apt-get update >"$apt/log" 2>&1 || return 1
    touch "$apt/updated"
}

# boost_headers <release>: sets `headers` to a folder with that release's headers, which are
# downloaded once.
headers=
boost_headers() {
    local package=libboost$1-dev
    headers=$work/boost-$1/usr/include
    if [ -d "$headers/boost" ]; then return 0; fi
    other_packages || return 1
    rm -rf "$apt/$package"_*.deb "$work/boost-$1" "$work/unpacking"
    (cd "$apt" && APT_CONFIG=$apt/apt.conf apt-get download "$package" >>"$apt/log" 2>&1) &&
        dpkg -x "$apt/$package"_*.deb "$work/unpacking" && mv "$work/unpacking" "$work/boost-$1"
}

# compiles_strictly <compiler> <flag>...: all front doors, header-only. Warnings about cohub are
# errors.
compiles_strictly() { "$@" "${strict[@]}" -fsyntax-only -I"$cohub_root/include" "$doors"; }
# The source of cohub::compiled, and a program that uses it.
compiles_apart() {
    local macros=(-DCOHUB_SEPARATE_COMPILATION -DBOOST_ASIO_SEPARATE_COMPILATION
        -DBOOST_BEAST_SEPARATE_COMPILATION)
    compiles_strictly "$@" "${macros[@]}" &&
        "$@" "${strict[@]}" "${macros[@]}" -fsyntax-only -I"$cohub_root/include" \
            "$cohub_root/cmake/compiled/cohub.cpp"
}

newest_boost() {
    local release
    for release in 1.95 1.94 1.93 1.92 1.91 1.90; do
        if boost_headers $release; then echo $release; return; fi
    done
}

read -ra cxx <<<"${CXX:-g++}"
row "g++, this system's Boost" compiles_strictly "${cxx[@]}"
row "g++, this system's Boost, compiled apart" compiles_apart "${cxx[@]}"
releases=(1.83 1.88)
if [ ${#only[@]} = 0 ] || [[ ${only[*]} == *Boost* || ${only[*]} == *tests* ]]; then
    newest=$(newest_boost)
    if [ -n "$newest" ]; then releases+=("$newest"); fi
fi
for release in "${releases[@]}"; do
    name="g++, Boost $release"
    if ! wanted "$name"; then continue; fi
    if boost_headers "$release"; then
        row "$name" compiles_strictly "${cxx[@]}" -isystem "$headers"
        row "$name, compiled apart" compiles_apart "${cxx[@]}" -isystem "$headers"
    else
        skip "$name" "libboost$release-dev cannot be had: $(tail -n 1 "$apt/log" 2>/dev/null)"
    fi
done
for switch in NO_TS_EXECUTORS NO_DEPRECATED DISABLE_EPOLL; do
    row "g++, BOOST_ASIO_$switch" compiles_strictly "${cxx[@]}" "-DBOOST_ASIO_$switch"
done
uring=(-DBOOST_ASIO_HAS_IO_URING -DBOOST_ASIO_DISABLE_EPOLL)
if [ -f /usr/include/liburing.h ]; then
    row "g++, io_uring" compiles_strictly "${cxx[@]}" "${uring[@]}"
elif wanted "g++, io_uring"; then
    skip "g++, io_uring" "liburing-dev is not installed"
fi
# Whether clang reads the comments as they are meant: parameters that exist, no tag without a text.
# GoogleTest, which two headers of the fake server need, may not be here.
comments_fit() {
    local source=$work/comments.cpp
    (
        cd "$cohub_root/include" && find cohub -name '*.hpp' -not -path '*/detail/*' -not -name src.hpp
        cd "$cohub_root/fake_server/include" && find cohub -name '*.hpp' -not -name fixture.hpp \
            -not -name matchers.hpp
    ) | sort | sed 's/.*/#include <&>/' >"$source"
    clang++-19 -std=c++20 -fsyntax-only -Wdocumentation -Werror=documentation \
        "-I$cohub_root/include" "-I$cohub_root/fake_server/include" "$source"
}
if command -v clang++-19 >/dev/null; then
    row "clang 19, libstdc++" compiles_strictly clang++-19
    row "clang 19, the comments" comments_fit
    if [ -d /usr/lib/llvm-19/include/c++/v1 ]; then
        row "clang 19, libc++" compiles_strictly clang++-19 -stdlib=libc++
    elif wanted "clang 19, libc++"; then
        skip "clang 19, libc++" "libc++-19-dev is not installed"
    fi
elif wanted "clang 19"; then
    skip "clang 19" "clang-19 is not installed"
fi
mingw=x86_64-w64-mingw32-g++-posix
if command -v $mingw >/dev/null; then
    # OpenSSL's headers are the same on all systems, except for the file that its build configures.
    mkdir -p "$work/openssl-alone"
    for folder in /usr/include/openssl /usr/include/*-linux-gnu/openssl; do
        if [ -d "$folder" ]; then
            mkdir -p "$work/openssl-alone/openssl"
            cp "$folder"/*.h "$work/openssl-alone/openssl/"
        fi
    done
    row "Windows (mingw-w64)" compiles_strictly $mingw -D_WIN32_WINNT=0x0A00 \
        -isystem "$work/boost-alone" -isystem "$work/openssl-alone"
elif wanted "Windows (mingw-w64)"; then
    skip "Windows (mingw-w64)" "g++-mingw-w64-x86-64-posix is not installed"
fi

# runs <folder> <libraries> <flags>: the tests of the client with sockets and those without
runs() {
    local build=$work/$1 libraries=$2
    shift 2
    cmake -S "$cohub_root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=None \
        -DCMAKE_CXX_FLAGS="-O0 -g0 $*" -DCMAKE_CXX_STANDARD_LIBRARIES="$libraries" \
        -DCOHUB_BUILD_TESTS=ON -DCOHUB_BUILD_BENCHMARKS=OFF -DCOHUB_BUILD_EXAMPLES=OFF \
        -DCOHUB_TEST_TREE=OFF &&
        cmake --build "$build" -j "$(cohub_jobs)" --target transport unit &&
        ctest --test-dir "$build" -L '^(transport|unit)$' -j "$(cohub_jobs)" --no-tests=error \
            --output-on-failure ${without:+-E "$without"}
}
without=
if [ -n "$all" ]; then
    row "tests with the select reactor" runs select "" -DBOOST_ASIO_DISABLE_EPOLL
    if [ -f /usr/include/liburing.h ]; then
        without=Fork row "tests with io_uring, but for forks" runs io_uring -luring "${uring[@]}"
        if wanted "forks with io_uring"; then
            # A single steady_timer, and notify_fork called as documented: Asio 1.26.
            skip "forks with io_uring" "Asio's timers never fire in a child process there"
        fi
    elif wanted "tests with io_uring"; then
        skip "tests with io_uring" "liburing-dev is not installed"
    fi
    for release in "${releases[@]:1}"; do
        name="tests with Boost $release"
        if ! wanted "$name"; then continue; fi
        if boost_headers "$release"; then
            row "$name" runs "boost-$release-tests" "" -isystem "$headers"
        else
            skip "$name" "libboost$release-dev cannot be had: $(tail -n 1 "$apt/log" 2>/dev/null)"
        fi
    done
    windows() { APT_CONFIG=$apt/apt.conf bash "$cohub_root/tests/compat/windows.sh" "$work/windows" "$1"; }
    if ! command -v $mingw >/dev/null || ! command -v wine >/dev/null || ! other_packages; then
        skip "Windows, under Wine" "mingw-w64, wine and the source of OpenSSL cannot all be had"
    else
        row "Windows: OpenSSL from its source" windows openssl
        row "Windows: client, command line, unit tests built" windows build
        row "Windows: unit tests under Wine" windows unit
        row "Windows: 1,000 lookups over TLS under Wine" windows lookups
        row "Windows: the command line under Wine" windows cli
    fi
fi

echo
echo "$((passed + failed + skipped)) rows: $passed passed, $failed failed, $skipped skipped;" \
    "$ran tests run"
if [ -n "$strict_rows" ]; then failed=$((failed + skipped)); fi
[ $failed = 0 ] && [ $passed != 0 ]
