#!/usr/bin/env bash
# release_test.sh TREE: cmake/release.sh in a repository that has the files of the tree.
set -euo pipefail
source=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
clone=$work/clone
mkdir "$clone"
# A repository of its own: the tree may be a tarball's, and nobody's settings of git count.
if git -C "$source" rev-parse --quiet --verify HEAD >/dev/null 2>&1; then
    git -C "$source" ls-files -z | tar -C "$source" --null -T - -cf - | tar -C "$clone" -xf -
else
    tar -C "$source" --exclude=./build --exclude=./.git -cf - . | tar -C "$clone" -xf -
fi
export HOME=$work GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@example.org
export GIT_COMMITTER_NAME=A GIT_COMMITTER_EMAIL=a@example.org
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
cd -- "$clone"
# What this tree's own next release is does not matter here.
cp -r "$(printf '%s\n' tests/install/releases/[0-9]* | tail -n 1)" tests/install/releases/7.8
mkdir -p include/cohub fake_server/include
echo 'namespace cohub::inline abi_7_7 {}' >include/cohub/abi_of_the_test.hpp
echo 'namespace cohub::inline abi_7_7::fake {}' >fake_server/include/abi_of_the_test.hpp
sed -i 's/^## Unreleased$/&\n\n### Added\n\n- A line of the test.\n\n## 7.7.0 - 2026-01-02\n\n- An older line.\n/;' CHANGELOG.md
git init --quiet --initial-branch=main
git add -A
git commit --quiet -m 'The tree'
first=$(git rev-parse HEAD)

failures=0
fail() {
    echo "FAILED: $*" >&2
    failures=$((failures + 1))
}
# refuses <pattern of the error> <argument>...: and nothing is changed by it.
refuses() {
    local pattern=$1 status=0
    shift
    bash cmake/release.sh "$@" >"$work/out" 2>&1 || status=$?
    [ $status = 1 ] || fail "release.sh $* ended with $status"
    grep -q "^error: .*$pattern" "$work/out" || { cat "$work/out"; fail "release.sh $* does not say $pattern"; }
    [ "$(git rev-parse HEAD)" = "$first" ] || fail "release.sh $* made a commit"
    [ -z "$(git tag)" ] || fail "release.sh $* made a tag"
}
refuses 'is no version'
refuses "'7.8' is no version" 7.8
refuses "'v7.8.0' is no version" v7.8.0
refuses 'no such option' 7.8.0 --dry
refuses 'is no day' 7.8.0 --date today
refuses 'see docs/releasing.md' 7.9.0 --checks true
refuses 'the checks failed' 7.8.0 --checks 'echo no; false'
refuses 'changed files' 7.8.0 --checks 'echo more >>README.md'
[ -z "$(git status --porcelain)" ] || fail 'what was refused left changes behind'
echo changed >>README.md
refuses 'not committed' 7.8.0 --checks true
git checkout --quiet -- README.md
git checkout --quiet --detach
refuses 'no branch' 7.8.0 --checks true
git checkout --quiet main

bash cmake/release.sh 7.8.0 --dry-run --date 2026-03-04 --checks false >"$work/out"
for text in '+## 7.8.0 - 2026-03-04' '+#define COHUB_VERSION_MINOR 8' 'Would run: false'; do
    grep -qF -- "$text" "$work/out" || { cat "$work/out"; fail "--dry-run does not show $text"; }
done
[ "$(git rev-parse HEAD)$(git tag)$(git status --porcelain)" = "$first" ] || fail '--dry-run changed something'

# What the checks see is what is tagged.
bash cmake/release.sh 7.8.0 --date 2026-03-04 --checks 'cat include/cohub/version.hpp >&2' \
    >"$work/out" 2>"$work/checked" || { cat "$work/out" "$work/checked"; fail 'the release failed'; }
grep -q '"7.8.0"' "$work/checked" || fail 'the checks ran on another version'
[ "$(git rev-parse HEAD)" = "$(git rev-parse 'v7.8.0^{commit}')" ] || fail 'main is not at the tag'
[ "$(git rev-parse HEAD^)" = "$first" ] || fail 'there is more than one commit'
[ "$(git cat-file -t v7.8.0)" = tag ] || fail 'the tag has no message'
git tag -l --format='%(contents)' v7.8.0 | grep -q '^- A line of the test' || fail 'the tag has no notes'
# A path in a pattern of its own, so that the tree of this script has no such version.
[ "$(git grep -c '7\.8\.0' -- include cmake CHANGELOG.md | wc -l)" = 3 ] || fail 'the version is not in three files'
[ "$(git grep -l 'abi_7_8' -- include fake_server | wc -l)" -ge 2 ] || fail 'the inline namespace is the old one'
if git grep -q 'abi_7_7' -- include fake_server; then fail 'an inline namespace was left'; fi
[ "$(grep '^## ' CHANGELOG.md | head -n 3)" = $'## Unreleased\n## 7.8.0 - 2026-03-04\n## 7.7.0 - 2026-01-02' ] ||
    fail 'CHANGELOG.md has not the order Unreleased, 7.8.0, 7.7.0'
cd build/release-7.8.0
sha256sum --quiet -c SHA256SUMS || fail 'the sums are wrong'
if grep -q 'An older line' cohub-7.8.0.md; then fail 'the notes have an older release'; fi
grep -q 'cohub 7.8.0' cohub-7.8.0.hpp || fail 'the header in one file has another version'
tar -xzf cohub-7.8.0.tar.gz
(cd cohub-7.8.0 && git -C "$clone" archive v7.8.0 | tar -df -) || fail 'the tarball has not the files of the tag'
cd "$clone"

first=$(git rev-parse HEAD)
refuses_again() {
    if bash cmake/release.sh "$1" --checks true >"$work/out" 2>&1; then fail "$1 after 7.8.0 is released"; fi
    grep -q "$2" "$work/out" || { cat "$work/out"; fail "$1 is not refused because it $2"; }
}
refuses_again 7.8.0 'is there already'
refuses_again 7.7.9 'comes before 7.8.0'
refuses_again 7.8.1 'has nothing under'
[ $failures = 0 ] || exit 1
echo 'release.sh does what it says'
