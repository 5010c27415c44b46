#!/usr/bin/env bash
# windows.sh <folder> <step>: builds cohub for Windows with mingw-w64, and runs its programs under
# Wine.
#
# Each step needs the steps before it: openssl, build, unit, lookups, cli. The results stay in
# <folder>. The calls go to a fake server on this system, over the loopback interface that both
# share.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/../../cmake/prepare.sh"

work=$1
step=$2
prefix=$work/prefix
build=$work/build
export WINEDEBUG=-all WINEPREFIX=$work/wine

# Builds OpenSSL once, from Debian's source.
openssl() {
    if [ -f "$work/openssl-is-there" ]; then return; fi
    local source=$work/openssl
    rm -rf "$source"
    mkdir -p "$source"
    (
        cd "$source"
        # APT_CONFIG names the sources; run.sh sets it. A mirror may lack the newest versions.
        for version in $(apt-cache showsrc openssl | sed -n 's/^Version: //p' | sort -Vu); do
            if apt-get source --download-only --tar-only "openssl=$version"; then break; fi
        done
        tar -xf openssl_*.orig.tar.* --strip-components=1
        ./Configure mingw64 --cross-compile-prefix=x86_64-w64-mingw32- --prefix="$prefix" \
            --libdir=lib no-shared no-tests no-legacy
        make -j "$(cohub_jobs)" build_libs
        make install_dev
    )
    touch "$work/openssl-is-there"
}

# package <name> <version> <target> <include folder>: a package with headers only, for find_package
package() {
    local folder=$prefix/lib/cmake/$1
    mkdir -p "$folder"
    cat >"$folder/$1Config.cmake" <<-END
	add_library($3 INTERFACE IMPORTED)
	set_target_properties($3 PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "$4")
	END
    cat >"$folder/$1ConfigVersion.cmake" <<-END
	set(PACKAGE_VERSION $2)
	set(PACKAGE_VERSION_COMPATIBLE TRUE)
	END
}

build() {
    local headers=$work/headers release
    mkdir -p "$headers"
    # Only these headers of this system, and no others.
    ln -sfn /usr/include/boost "$headers/boost"
    ln -sfn /usr/include/CLI "$headers/CLI"
    release=$(sed -n 's/^#define BOOST_LIB_VERSION "\(.*\)"/\1/p' /usr/include/boost/version.hpp)
    package Boost "${release//_/.}" Boost::headers "$headers"
    package CLI11 2 CLI11::CLI11 "$headers"
    local -a cross=(-G Ninja -DCMAKE_TOOLCHAIN_FILE="$cohub_root/tests/compat/mingw.cmake"
        -DCOHUB_WINDOWS_PREFIX="$prefix" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_BUILD_TYPE=None)
    if [ ! -d "$prefix/lib/cmake/GTest" ]; then
        cmake -S /usr/src/googletest -B "$work/gtest" "${cross[@]}" -DBUILD_GMOCK=OFF \
            -DCMAKE_INSTALL_PREFIX="$prefix"
        cmake --build "$work/gtest" -j "$(cohub_jobs)" --target install
    fi
    # Objects with many templates have more sections than the format normally allows.
    cmake -S "$cohub_root" -B "$build" "${cross[@]}" -DCMAKE_COMPILE_WARNING_AS_ERROR=OFF \
        -DCMAKE_CXX_FLAGS="-O0 -g0 -Wa,-mbig-obj -D_WIN32_WINNT=0x0A00" \
        -DCMAKE_EXE_LINKER_FLAGS=-static -DOPENSSL_ROOT_DIR="$prefix" -DOPENSSL_USE_STATIC_LIBS=ON \
        -DCOHUB_BUILD_TESTS=ON -DCOHUB_BUILD_FAKE_SERVER=OFF -DCOHUB_BUILD_BENCHMARKS=OFF \
        -DCOHUB_TEST_TREE=OFF -DCOHUB_INSTALL=OFF
    cmake --build "$build" -j "$(cohub_jobs)" --target unit cohub-cli example_05_thousand_lookups
}

unit() {
    wine "$build/tests/unit/unit.exe" --gtest_brief=1 | tee "$work/unit"
    grep -q '^\[  PASSED  \] [1-9]' "$work/unit"
}

fake_server() {
    local native=$cohub_root/build/compat/native
    cmake -S "$cohub_root" -B "$native" -G Ninja -DCMAKE_BUILD_TYPE=None -DCMAKE_CXX_FLAGS=-O1 \
        -DCOHUB_BUILD_TESTS=OFF -DCOHUB_BUILD_EXAMPLES=OFF -DCOHUB_BUILD_BENCHMARKS=OFF \
        >"$work/native.log" || { cat "$work/native.log"; return 1; }
    cmake --build "$native" -j "$(cohub_jobs)" --target cohub-fake-server >"$work/native.log" ||
        { tail -n 40 "$work/native.log"; return 1; }
    bash "$cohub_root/cmake/with_fake_server.sh" "$native/fake_server/cohub-fake-server" "$@"
}

lookups() {
    fake_server wine "$build/examples/05_thousand_lookups.exe" | tee "$work/lookups"
    grep -q '^1000 answered, 0 failed' "$work/lookups"
}

cli() {
    fake_server wine "$build/examples/cohub_cli/cohub.exe" system user-search ada | tee "$work/cli"
    grep -q account_id "$work/cli"
}

"$step"
