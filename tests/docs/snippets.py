#!/usr/bin/env python3
"""Holds the pages of docs/course and docs/migrating against the files that their code is cut from.

    snippets.py [--root FOLDER]            checks, prints what is wrong, and exits 1 if anything is
    snippets.py [--root FOLDER] --write    fills the blocks of the pages in from the files

A block of code (```cpp, ```cmake, ```sh, ```python) stands below a line that names its source:

    <!-- snippet: examples/course/02_errors.cpp#ask -->

The part after `#` names a region of that file, which begins with a comment `[ask]` and ends with a
comment `[end]`; without `#` it is the whole file. Regions may lie within each other; the lines of the
markers are left out. The check also follows the links between all pages, counts the words of the
course's pages, and sees that each of them leads to the next one.
"""

import argparse
import re
import sys
import textwrap
from pathlib import Path

CODE = {"cpp", "cmake", "sh", "python"}
MARKER = re.compile(r"^\s*(?://|#)\s*\[([a-z][a-z0-9_-]*)\]\s*$")
SOURCE = re.compile(r"^<!-- snippet: ([^#\s]+)(?:#([a-z0-9_-]+))? -->$")
FENCE = re.compile(r"^```(\w*)\s*$")
LINK = re.compile(r"\]\(([^)\s#]*)(?:#([^)\s]+))?\)")
MOST_WORDS = 750


class Wrong(Exception):
    """A source that has no such region, or markers that do not match."""


def region(path, name):
    """The text of a region, or of the whole file without a name, markers left out."""
    lines, open_regions, found = [], [], False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        marker = MARKER.match(line)
        if not marker:
            if name is None or name in open_regions:
                lines.append(line)
        elif marker[1] != "end":
            if marker[1] == name:
                if found:
                    raise Wrong(f"{path}:{number}: there are two regions [{name}]")
                found = True
            open_regions.append(marker[1])
        elif open_regions:
            open_regions.pop()
        else:
            raise Wrong(f"{path}:{number}: [end] without a beginning")
    if open_regions:
        raise Wrong(f"{path}: [{open_regions[-1]}] has no [end]")
    if name is not None and not found:
        raise Wrong(f"{path}: there is no region [{name}]")
    return textwrap.dedent("\n".join(lines)).strip("\n")


def blocks(lines):
    """Each block of code: its source line's number or None, where it begins and ends, its language."""
    at = 0
    while at < len(lines):
        fence = FENCE.match(lines[at])
        if not fence:
            at += 1
            continue
        end = at + 1
        while end < len(lines) and lines[end].strip() != "```":
            end += 1
        above = at - 1 if at and SOURCE.match(lines[at - 1]) else None
        yield above, at, end, fence[1]
        at = end + 1


def filled(page, root, problems):
    """The page with all of its blocks as their sources have them."""
    lines = page.read_text(encoding="utf-8").splitlines()
    out, copied = [], 0
    for above, begin, end, language in blocks(lines):
        out += lines[copied : begin + 1]
        copied = begin + 1
        if above is None:
            if language in CODE:
                problems.append(f"{page}:{begin + 1}: this block names no source")
            continue
        path, name = SOURCE.match(lines[above]).groups()
        try:
            if not (root / path).is_file():
                raise Wrong(f"there is no {path}")
            out += region(root / path, name).split("\n")
            copied = end
        except Wrong as e:
            problems.append(f"{page}:{above + 1}: {e}")
    return "\n".join(out + lines[copied:]) + "\n"


def anchors(page):
    """What `#` may name in a page: its headings, as GitHub writes them."""
    heads = re.findall(r"^#+ (.*)$", without_code(page.read_text(encoding="utf-8")), flags=re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def without_code(text):
    """The text with its blocks empty; the number of lines stays."""
    return re.sub(r"^```.*?^```$", lambda block: "\n" * block[0].count("\n"), text, flags=re.M | re.S)


def check_links(page, problems):
    text = without_code(page.read_text(encoding="utf-8"))
    for number, line in enumerate(text.splitlines(), 1):
        for target, anchor in LINK.findall(line):
            to = page.parent / target if target else page
            if "://" in target:
                continue
            if not to.exists():
                problems.append(f"{page}:{number}: {target} does not exist")
            elif anchor and anchor not in anchors(to):
                problems.append(f"{page}:{number}: {target or page.name} has no heading #{anchor}")


def check_course(pages, problems):
    """Short pages, each with a link to the next one and with what is learnt."""
    for page, following in zip(pages, pages[1:] + [None]):
        text = page.read_text(encoding="utf-8")
        words = len(without_code(text).split())
        if words > MOST_WORDS:
            problems.append(f"{page}: {words} words; at most {MOST_WORDS}")
        if "## What you have learnt" not in text:
            problems.append(f"{page}: it does not say what is learnt")
        if following and "Next: [" not in text.splitlines()[-1]:
            problems.append(f"{page}: its last line is no link to the next page")
        elif following and f"({following.name})" not in text.splitlines()[-1]:
            problems.append(f"{page}: its last line does not lead to {following.name}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[2])
    parser.add_argument("--write", action="store_true", help="fill the blocks in")
    asked = parser.parse_args()
    root = asked.root

    course = sorted((root / "docs/course").glob("[0-9][0-9]-*.md"))
    migrating = sorted((root / "docs/migrating").glob("*.md"))
    problems, count = [], 0
    if len(course) != 10:
        problems.append(f"docs/course: {len(course)} pages, and not 10")
    for page in course + migrating:
        now = page.read_text(encoding="utf-8")
        wanted = filled(page, root, problems)
        count += sum(above is not None for above, _, _, _ in blocks(wanted.splitlines()))
        if now != wanted:
            if asked.write:
                page.write_text(wanted, encoding="utf-8")
                print(f"{page}: written")
            else:
                problems.append(f"{page}: a block is not as its source; run {Path(__file__).name} --write")
    for page in sorted([*(root / "docs").rglob("*.md"), *root.glob(".github/*.md"), root / "README.md"]):
        if page.exists():
            check_links(page, problems)
    check_course(course, problems)

    for problem in problems:
        print(problem)
    print(f"{len(course) + len(migrating)} pages, {count} blocks cut from files, {len(problems)} problems")
    return 1 if problems or not count else 0


if __name__ == "__main__":
    sys.exit(main())
