#!/usr/bin/env bash
# release.sh VERSION [--dry-run] [--date YYYY-MM-DD] [--checks COMMAND]
#
# Makes a release of the branch that is checked out, in a work tree of its own: sets the version in all
# files that have it, moves what is under "Unreleased" in CHANGELOG.md under the version, runs the checks
# (bash .ci/run), commits, and tags the commit vVERSION. Then the branch goes there. Notes, tarball and
# the header in one file are in build/release-VERSION. Nothing is changed unless all of it worked, and nothing is
# sent anywhere. docs/releasing.md says what comes before and after.
#
#   --dry-run   shows what would change, and changes nothing; runs no checks
#   --date      the day of the release (today)
#   --checks    what to run in place of .ci/run, in the work tree
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
root=$PWD

say() { printf '%s\n' "== $*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

version='' dry_run='' date=$(date -u +%F) checks='bash .ci/run'
while [ $# != 0 ]; do
    case $1 in
    --dry-run) dry_run=yes ;;
    --date | --checks)
        [ $# -gt 1 ] || die "$1 takes a value"
        printf -v "${1#--}" %s "$2"
        shift
        ;;
    -*) die "$1: no such option; the first lines of $0 list them" ;;
    *)
        [ -z "$version" ] || die "one version, not $version and $1"
        version=$1
        ;;
    esac
    shift
done
[[ $version =~ ^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$ ]] ||
    die "'$version' is no version: three numbers with dots, 0.2.0"
major=${BASH_REMATCH[1]} minor=${BASH_REMATCH[2]} patch=${BASH_REMATCH[3]}
[[ $date =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}$ ]] || die "'$date' is no day: 2026-12-31"

# What a release begins with.
[ -z "$(git status --porcelain)" ] || die 'there are changes that are not committed; git status shows them'
branch=$(git symbolic-ref --quiet --short HEAD) || die 'no branch is checked out'
tag=v$version
if git rev-parse --quiet --verify "refs/tags/$tag" >/dev/null; then die "the tag $tag is there already"; fi
# The newest release that this branch has. Tags such as v0.2.0-rc1 are no releases.
last=$(git tag --merged HEAD --list 'v[0-9]*' | sed 's/^v//' |
    grep -xE '[0-9]+\.[0-9]+\.[0-9]+' | sort -V | tail -n 1) || :
command -v python3 >/dev/null || die 'there is no python3'
if [ -n "$last" ] && [ "$(printf '%s\n' "$last" "$version" | sort -V | tail -n 1)" != "$version" ]; then
    die "$version comes before $last, which is released"
fi

work=$root/build/release-$version
tree=$work/tree
forget_tree() {
    git -C "$root" worktree remove --force "$tree" 2>/dev/null || :
}
forget_tree
rm -rf "$work"
mkdir -p "$work"
trap forget_tree EXIT
git worktree add --quiet --detach "$tree" HEAD
cd -- "$tree"

# The consumer that keeps users of this release compiling.
consumer=tests/install/releases/$major.$minor
[ -f "$consumer/tokens.cpp" ] || die "there is no $consumer: see docs/releasing.md"

# The version. Users read it from the header, CMake and the Conan recipe do, too.
sed -i -e "s/\(COHUB_VERSION_MAJOR\) .*/\1 $major/" -e "s/\(COHUB_VERSION_MINOR\) .*/\1 $minor/" \
    -e "s/\(COHUB_VERSION_PATCH\) .*/\1 $patch/" -e "s/\(COHUB_VERSION_STRING\) .*/\1 \"$version\"/" \
    include/cohub/version.hpp
sed -i "s/\(\"version\": \)\"[^\"]*\"/\1\"$version\"/" cmake/packaging/vcpkg/ports/cohub/vcpkg.json
# The inline namespace, by which objects that were compiled with two releases do not link together.
{ git grep -lzE '\babi_[0-9]+_[0-9]+\b' -- include fake_server || :; } |
    xargs -0r sed -i -E "s/\babi_[0-9]+_[0-9]+\b/abi_${major}_$minor/g"

# The changelog: what is unreleased becomes this release.
notes=$work/cohub-$version.md
awk '/^## /{ inside = ($0 == "## Unreleased"); next } inside' CHANGELOG.md |
    sed -e '/./,$!d' >"$notes"
grep -q '^- ' "$notes" || die 'CHANGELOG.md has nothing under "## Unreleased"'
sed -i "s/^## Unreleased\$/## Unreleased\n\n## $version - $date/" CHANGELOG.md

if [ -n "$dry_run" ]; then
    say "Would change, on $branch:"
    git --no-pager diff --stat
    git --no-pager diff -U0 -- include/cohub/version.hpp CHANGELOG.md
    say "Would run: $checks"
    say "Would commit \"Release $version\", tag it $tag, and write to build/release-$version:"
    printf '   %s\n' "cohub-$version.tar.gz" "cohub-$version.hpp" "cohub-$version.md" SHA256SUMS
    rm -f "$notes"
    exit
fi

# The checks see the files that the tag will have, and no others.
git add -A
git commit --quiet -m "Release $version"
say "Checking: $checks"
if ! bash -c "$checks" </dev/null; then
    trap - EXIT
    die "the checks failed; nothing is released. The tree and its logs are in $tree"
fi
[ -z "$(git status --porcelain)" ] || die 'the checks changed files of the source tree'

commit=$(git rev-parse HEAD)
git archive --format=tar --prefix="cohub-$version/" "$commit" | gzip -9 -n >"$work/cohub-$version.tar.gz"
python3 cmake/amalgamate.py "$work/cohub-$version.hpp"
(cd "$work" && sha256sum "cohub-$version".{tar.gz,hpp} >SHA256SUMS)

cd -- "$root"
[ "$(git symbolic-ref --quiet --short HEAD)" = "$branch" ] || die "$branch is no longer checked out"
git tag -a --cleanup=whitespace -F <(printf 'cohub %s\n\n' "$version" && cat "$notes") "$tag" "$commit"
git merge --quiet --ff-only "$commit" || {
    git tag -d "$tag" >/dev/null
    die "$branch cannot be moved to $commit; nothing is released"
}
say "$tag is on $branch; files for people to load are in build/release-$version"
say "To publish it: git push origin $branch $tag"
