# Sourced by check.sh: fresh Debian systems in folders. Needs root and debootstrap.

[ "$(id -u)" = 0 ] || die '--chroots needs root'
cohub_install debootstrap

mounted=()
leave_roots() {
    local at
    for at in "${mounted[@]}"; do umount -l "$at" 2>/dev/null || :; done
    mounted=()
}
trap leave_roots EXIT

# fresh_root <suite> <folder>: nothing but what debootstrap installs.
fresh_root() {
    local suite=$1 root=$2 archive=$cache/$1.tar
    mkdir -p "$cache"
    if [ ! -f "$archive" ]; then
        rm -rf "$cache/$suite.new"
        cohub_quietly "$cache/$suite.log" "debootstrap $suite" debootstrap --variant=minbase \
            --include=ca-certificates "$suite" "$cache/$suite.new" "$mirror"
        tar -C "$cache/$suite.new" --one-file-system -cf "$archive.part" .
        mv "$archive.part" "$archive"
        rm -rf "$cache/$suite.new"
    fi
    rm -rf --one-file-system "$root"
    mkdir -p "$root"
    tar -C "$root" -xf "$archive"
    # The way to the mirror is that of this system.
    cp /etc/resolv.conf "$root/etc/"
    apt-config dump | grep -i '^Acquire::.*proxy' >"$root/etc/apt/apt.conf.d/proxy" || :
    mount -t proc proc "$root/proc"
    mounted+=("$root/proc")
    mount --bind /dev "$root/dev"
    mounted+=("$root/dev")
}

drop_root() {
    leave_roots
    rm -rf --one-file-system "$1"
}

# in_root <folder> <command>...
in_root() {
    local root=$1
    shift
    chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
        DEBIAN_FRONTEND=noninteractive http_proxy="${http_proxy:-}" https_proxy="${https_proxy:-}" \
        SOURCE_DATE_EPOCH="$(git -C "$cohub_root" log -1 --format=%ct)" \
        ${COHUB_JOBS:+COHUB_JOBS="$COHUB_JOBS"} "$@"
}

# try_suite <suite>: builds in one system, and installs in another.
try_suite() {
    local suite=$1 root=$cache/$1
    say "$suite: building the packages"
    fresh_root "$suite" "$root"
    mkdir -p "$root/cohub"
    git -C "$cohub_root" ls-files -z --deduplicate |
        tar -C "$cohub_root" --null --ignore-failed-read -T - -cf - | tar -C "$root/cohub" -xf -
    if [ -f "$cohub_root/build/reference/html/index.html" ]; then
        mkdir -p "$root/cohub/build/reference"
        cp -r "$cohub_root/build/reference/html" "$root/cohub/build/reference/"
    fi
    in_root "$root" bash /cohub/tests/packages/check.sh --output /packages
    rm -rf "${output:?}/$suite"
    mkdir -p "$output/$suite"
    cp "$root"/packages/*.deb "$output/$suite/"
    drop_root "$root"

    say "$suite: installing them in a fresh system"
    fresh_root "$suite" "$root"
    mkdir -p "$root/packages"
    cp "$output/$suite"/*.deb "$root/packages/"
    cp "$here/installed.sh" "$root/packages/"
    # The program at the top of README.md.
    awk '/^```cpp$/ { inside = 1; next } inside && /^```$/ { exit } inside' \
        "$cohub_root/README.md" >"$root/packages/readme.cpp"
    in_root "$root" bash /packages/installed.sh
    drop_root "$root"
}
