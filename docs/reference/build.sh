#!/usr/bin/env bash
# build.sh [--check]: the site with the guides and the reference, in build/reference/html, from
# Debian's tools alone and without a network. Installs what is missing.
#   --check   also fails if a public name lacks its documentation, if a link leads nowhere, if the
#             search does not find, or a page does not fit on a small screen
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/../../cmake/prepare.sh"

check=
case ${1:-} in
'') ;;
--check) check=1 ;;
-h | --help) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"; exit 0 ;;
*) die "what is '$1'? See build.sh --help" ;;
esac

cohub_install git doxygen graphviz python3 python3-sphinx python3-myst-parser furo
cd -- "$cohub_root"
here=docs/reference
out=build/reference
# Of what was there before, nothing may be left.
rm -rf "$out"
mkdir -p "$out"

say "Reading the headers (Doxygen)"
doxygen "$here/Doxyfile"
if [ -n "$check" ]; then python3 "$here/undocumented.py" "$out/xml"; fi
say "Writing the pages"
python3 "$here/pages.py" "$out/xml" "$out/source"
say "Building the site (Sphinx)"
sphinx-build -q -W --keep-going -b html -c "$here" -d "$out/doctrees" "$out/source" "$out/html"
if [ -n "$check" ]; then
    python3 "$here/links.py" "$out/html"
    cohub_install chromium
    python3 "$here/look.py" "$out/html"
fi
say "The site begins at $cohub_root/$out/html/index.html"
