#!/usr/bin/env bash
# Makes the Debian packages and tests them: lintian, contents, modes, links, and that the same sources
# give the same bytes. Works from any folder, on Debian 12 and Ubuntu 24.04 and newer.
#
#   --build FOLDER      packs what is built there already, in place of building with the preset
#                       `package`; warnings of lintian are then no failures
#   --output FOLDER     where the packages go (build/packages)
#   --chroots           also makes fresh Debian systems below --cache, builds the packages in each,
#                       installs them with apt in another fresh one, uses them and removes them
#                       (installed.sh); needs root, and half an hour
#   --suites 'NAME...'  which ones ('bookworm trixie')
#   --cache FOLDER      where systems lie while they are needed, and their archives for the next run
#                       (build/chroots)
#   --mirror URL        where debootstrap and apt get packages (http://deb.debian.org/debian)
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/../../cmake/prepare.sh"
here=$cohub_root/tests/packages

build='' output=$cohub_root/build/packages chroots='' suites='bookworm trixie'
cache=$cohub_root/build/chroots mirror=http://deb.debian.org/debian
while [ $# != 0 ]; do
    case $1 in
    --chroots) chroots=yes ;;
    --build | --output | --suites | --cache | --mirror)
        [ $# -gt 1 ] || die "$1 takes a value"
        printf -v "${1#--}" %s "$2"
        shift
        ;;
    *) die "$1: no such option; the first lines of $0 list them" ;;
    esac
    shift
done

wrong=0
complain() {
    printf 'error: %s\n' "$*" >&2
    wrong=$((wrong + 1))
}

# make <build folder>: three packages in $output.
make_packages() {
    mkdir -p "$output"
    rm -rf "${output:?}"/{again,tree,_CPack_Packages}
    rm -f "$output"/{libcohub-dev,cohub,cohub-doc}_*.deb
    output=$(cd -- "$output" && pwd)
    cohub_quietly "$output/cpack.log" Packing \
        cpack --config "$1/CPackConfig.cmake" -G DEB -B "$output"
    rm -rf "$output/_CPack_Packages"
}

# check_contents <package> <listing of dpkg-deb>: each file is expected, and each expected one is there.
check_contents() {
    local name=$1 pattern file optional found
    local -a files patterns=()
    mapfile -t files < <(awk '$1 !~ /^d/ { sub("^\\./", "", $6); print $6 }' "$2")
    while read -r pattern; do
        optional=
        if [ "${pattern:0:2}" = '? ' ]; then optional=yes pattern=${pattern:2}; fi
        patterns+=("$pattern")
        if [ -n "$optional" ]; then continue; fi
        found=
        for file in "${files[@]}"; do
            # shellcheck disable=SC2053
            if [[ $file == $pattern ]]; then found=yes && break; fi
        done
        [ -n "$found" ] || complain "$name: there is no $pattern"
    done <"$here/contents/$name"
    for file in "${files[@]}"; do
        found=
        for pattern in "${patterns[@]}"; do
            # shellcheck disable=SC2053
            if [[ $file == $pattern ]]; then found=yes && break; fi
        done
        [ -n "$found" ] || complain "$name: has $file, which contents/$name does not expect"
    done
    # Who may do what: the same whatever the umask of the build was.
    awk -v name="$name" '
        $2 != "root/root" { print name ": " $6 " belongs to " $2 }
        /^l/ { next }
        { wanted = "-rw-r--r--" }
        $6 ~ "^./usr/bin/." { wanted = "-rwxr-xr-x" }
        /^d/ { wanted = "drwxr-xr-x" }
        $1 != wanted { print name ": " $6 " has the mode " $1 ", not " wanted }
    ' "$2" >"$2.modes"
    while read -r file; do complain "$file"; done <"$2.modes"
}

# field <package file> <field> <pattern>
check_field() {
    local value
    value=$(dpkg-deb -f "$1" "$2")
    [[ $value =~ $3 ]] || complain "$(basename -- "$1"): $2 is '$value', not $3"
}

# Every public header is there, with what it includes.
check_headers() {
    diff <(cd "$cohub_root" && {
        cd include && find cohub -type f
        cd ../fake_server/include && find cohub -type f
    } | sort) <(cd "$1/usr/include" && find cohub -type f | sort) ||
        complain "libcohub-dev has not the headers of the source tree (above)"
}

# Every relative link of a page in cohub-doc leads to a file of one of the packages.
check_links() {
    local doc=$1/usr/share/doc/cohub-doc page link target
    while read -r page; do
        while read -r link; do
            link=${link%%#*}
            case $link in
            '' | *:* | *' '*) continue ;;
            /*) target=$1$link ;;
            *) target=$(dirname -- "$page")/$link ;;
            esac
            [ -e "$target" ] || complain "cohub-doc: ${page#"$doc"/} links to $link, which is not there"
        done < <(sed '/^```/,/^```/d' "$page" | grep -oE '\]\([^)]+\)' | sed 's/^](//; s/)$//')
    done < <(find "$doc" -name '*.md' -not -path '*/html/*')
}

check_packages() {
    local name file again tree=$output/tree
    for name in libcohub-dev cohub cohub-doc; do
        file=$(ls "$output/${name}"_*.deb)
        dpkg-deb -c "$file" >"$output/$name.list"
        check_contents "$name" "$output/$name.list"
        check_field "$file" Version "^$version-"
        dpkg-deb -x "$file" "$tree"
    done
    check_field "$output"/libcohub-dev_*.deb Depends '^libboost1\.[0-9]+-dev .*libssl-dev \(>= 3'
    check_field "$output"/libcohub-dev_*.deb Recommends libcpp-httplib-dev
    check_field "$output"/cohub_*.deb Depends 'libc6 .*libcpp-httplib.*libssl3.*libstdc\+\+6'
    check_field "$output"/cohub-doc_*.deb Architecture '^all$'
    check_headers "$tree"
    check_links "$tree"
    rm -rf "$tree"

    say 'lintian'
    # A reference that another release's Sphinx has written brings scripts that this one's package has not.
    lintian --fail-on "$severities" --suppress-tags embedded-javascript-library "$output"/*.deb ||
        complain "lintian found what is above"

    again=$output
    output=$output/again make_packages "$1"
    for file in "$again"/*.deb; do
        cmp "$file" "$again/again/$(basename -- "$file")" || complain 'the same sources gave other bytes'
    done
    rm -rf "$again/again"
}

cohub_install g++ cmake ninja-build pkg-config boost libssl-dev libcpp-httplib-dev libcli11-dev \
    dpkg-dev file lintian
severities=error
if [ -n "$build" ]; then
    build=$(cd -- "$build" && pwd)
else
    build=$cohub_root/build/package severities=error,warning
    cohub_quietly "$build/configure.log" Configuring cohub_configure "$build" package
    cohub_quietly "$build/build.log" Building \
        cmake --build "$build" -j "$(cohub_jobs)" --target cohub_packaged
fi
version=$(sed -n 's/.*COHUB_VERSION_STRING "\(.*\)"/\1/p' "$cohub_root/include/cohub/version.hpp")
make_packages "$build"
check_packages "$build"
[ $wrong = 0 ] || die "$wrong errors"
say "The packages are in $output"
if [ -n "$chroots" ]; then
    . "$here/chroots.sh"
    for suite in $suites; do try_suite "$suite"; done
    say "Installed, used and removed on: $suites"
fi
