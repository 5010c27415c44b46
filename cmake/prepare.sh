# Shared by tests/run.sh, examples/run.sh and .ci/run, which source it: installs missing packages,
# configures and builds quietly. Sets nothing in the caller's environment except the names below.

# Python's compiled files would be changes of the source tree.
export PYTHONDONTWRITEBYTECODE=1

cohub_root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '%s\n' "== $*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

# g++ takes up to 1.5 GB for a translation unit full of coroutines.
cohub_jobs() {
    local cores memory
    cores=$(nproc 2>/dev/null || echo 2)
    memory=$(awk '/^MemAvailable:/ { print int($2 / 1500000) }' /proc/meminfo 2>/dev/null)
    if [ "${memory:-$cores}" -lt "$cores" ]; then cores=$memory; fi
    if [ "$cores" -lt 1 ]; then cores=1; fi
    echo "${COHUB_JOBS:-$cores}"
}

cohub_as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# Fails early, while the user is watching: the output of later commands goes to a log.
cohub_need_root() {
    if [ "$(id -u)" = 0 ]; then return; fi
    command -v sudo >/dev/null || die "this needs root, or sudo: $*"
    # sudo -v asks for the password if there is a terminal for it.
    sudo -n true 2>/dev/null || { [ -t 0 ] && sudo -v; } || die "sudo refused; as root: $*"
}

cohub_has_package() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Any libboost1.NN-dev from 1.81 on is fine. Debian 12's libboost-dev is 1.74.
cohub_has_boost() {
    dpkg-query -W -f '${db:Status-Status} ${Package}\n' 'libboost1.*-dev' 2>/dev/null |
        sed -n 's/^installed libboost1\.\([0-9]*\)-dev$/\1/p' |
        awk '$1 >= 81 { found = 1 } END { exit !found }'
}

cohub_boost_package() {
    # `apt-cache show` also finds packages that exist only by name.
    if apt-cache madison libboost1.81-dev 2>/dev/null | grep -q .; then
        echo libboost1.81-dev
    else
        echo libboost-dev
    fi
}

# cohub_missing <package>...: prints the missing ones. Tools may be installed in any way, so they
# are searched for by their command.
cohub_missing() {
    local package
    for package in "$@"; do
        case $package in
        boost) cohub_has_boost || echo boost ;;
        g++) [ -n "${CXX:-}" ] || command -v g++ >/dev/null || echo g++ ;;
        cmake | curl | pkg-config | python3) command -v "$package" >/dev/null || echo "$package" ;;
        ninja-build) command -v ninja >/dev/null || echo ninja-build ;;
        *) cohub_has_package "$package" || echo "$package" ;;
        esac
    done
}

# cohub_install <package>...: installs the missing packages, and says so first. `boost` means the
# Boost package of this release.
cohub_install() {
    local -a missing
    if [ -n "${CXX:-}" ]; then
        command -v "${CXX%% *}" >/dev/null || die "CXX=$CXX: there is no such compiler"
    fi
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        say "No apt here: going on with what is installed. Needed: $*"
        return
    fi
    mapfile -t missing < <(cohub_missing "$@")
    if [ ${#missing[@]} = 0 ]; then
        say "Nothing to install"
        return
    fi

    cohub_need_root "apt-get install ${missing[*]/#boost/libboost1.81-dev or libboost-dev}"
    local log
    log=$(mktemp)
    # A new machine has no package lists, and the lists of an old one may be out of date.
    say "Missing: ${missing[*]}. Reading the package lists (apt-get update)"
    if ! cohub_as_root apt-get update >"$log" 2>&1; then
        cat "$log" >&2
        say "apt-get update failed (above); trying with the lists that are there"
    fi

    local i boost
    for i in "${!missing[@]}"; do
        if [ "${missing[i]}" != boost ]; then continue; fi
        boost=$(cohub_boost_package)
        missing[i]=$boost
        if [ "$boost" = libboost1.81-dev ] && cohub_has_package libboost1.74-dev; then
            say "Note: libboost1.81-dev takes the place of libboost1.74-dev, which apt removes"
        fi
    done
    say "Installing (apt-get install): ${missing[*]}"
    if ! cohub_as_root env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 apt-get install -y \
        --no-install-recommends -o DPkg::Lock::Timeout=120 "${missing[@]}" >>"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        die "apt-get could not install: ${missing[*]}"
    fi
    rm -f "$log"
    say "Installed"
}

# cohub_quietly <log> <what> <command>...: the output goes to the log. The terminal gets a line of
# progress from time to time, and the end of the log if the command fails.
cohub_quietly() {
    local log=$1 what=$2 line last='' status=1 next=$((SECONDS + 10)) start=$SECONDS rc
    shift 2
    say "$what (log: $log)"
    mkdir -p "$(dirname "$log")"
    : >"$log"
    exec 9< <("$@" 2>&1 </dev/null; echo "cohub-exit $?")
    while :; do
        rc=0
        IFS= read -r -t 10 -u 9 line || rc=$?
        if [ $rc -gt 128 ]; then
            # No output for a while: probably a large translation unit is being compiled.
            [ -z "$line" ] || printf '%s' "$line" >>"$log"
        elif [ $rc != 0 ]; then
            break
        elif [[ $line == 'cohub-exit '* ]]; then
            status=${line#cohub-exit }
            break
        else
            printf '%s\n' "$line" >>"$log"
            if [[ $line == '['[1-9]*']'* ]]; then last=${line%%]*}]; fi
        fi
        if [ $SECONDS -ge $next ]; then
            printf '   %s %s s\n' "${last:-...}" $((SECONDS - start))
            next=$((SECONDS + 10))
        fi
    done
    exec 9<&-
    if [ "$status" != 0 ]; then
        {
            echo "---- the last lines of $log"
            grep -E 'error|Error|FAILED' "$log" | head -n 20
            tail -n 60 "$log"
            echo "----"
        } >&2
        die "$what: failed with status $status"
    fi
    if grep -q '^ninja: no work to do' "$log"; then
        say "$what: nothing to do"
    else
        say "$what: done in $((SECONDS - start)) s"
    fi
}

# cohub_configure <build folder> <preset> [cmake option]...
cohub_configure() {
    local build=$1 preset=$2
    shift 2
    (cd "$cohub_root" && cmake --preset "$preset" -B "$build" "$@")
}

# The folder of the quick build, which both commands share. Another compiler has another folder.
cohub_quick_build() {
    local name=quick
    if [ -n "${CXX:-}" ]; then name=quick-$(basename -- "${CXX%% *}"); fi
    echo "$cohub_root/build/$name"
}

# cohub_ctest <build folder> [ctest option]...: runs every test, in random order. Passed tests only
# show a line of progress from time to time. If there is no test, this counts as a failure.
cohub_ctest() {
    local build=$1 line status=1 next=$((SECONDS + 10)) log=$1/ctest.log
    shift
    say "Testing (log: $log)"
    exec 9< <(ctest --test-dir "$build" -j "$(cohub_jobs)" --schedule-random --no-tests=error \
        --output-on-failure --no-label-summary "$@" 2>&1 </dev/null; echo "cohub-exit $?")
    : >"$log"
    while IFS= read -r -u 9 line; do
        if [[ $line == 'cohub-exit '* ]]; then status=${line#cohub-exit }; break; fi
        printf '%s\n' "$line" >>"$log"
        case $line in
        *' faults.coverage '*' Passed '*)
            # The output of a passed test is hidden, but these lines are the result that the run has
            # to show.
            "$build/tests/faults/cohub_faults" --summarize "$build/tests/faults/reports" || :
            ;;
        *' Test '*' Passed '*)
            if [ $SECONDS -ge $next ]; then
                printf '   %s\n' "$(sed 's/ Test.*//; s/^ *//' <<<"$line")"
                next=$((SECONDS + 10))
            fi
            ;;
        *'Start '[0-9\ ]*': '*) ;;
        *) printf '%s\n' "$line" ;;
        esac
    done
    exec 9<&-
    return "$status"
}
