#!/usr/bin/env python3
"""Makes one header out of cohub's: cmake/amalgamate.py [--door cohub/cohub.hpp] [OUTPUT].

OUTPUT is build/cohub.hpp below the source tree unless it is given. It has the front door and each of
cohub's files that the door includes, once, in the order in which a compiler reads them; the includes of
other libraries stay. It is the header-only flavour alone, and mixes with the separate headers.
"""

import argparse
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
INCLUDE = re.compile(r'\s*#\s*include\s*([<"][^>"]+[>"])')
OPENING = re.compile(r"\s*#\s*if")
CLOSING = re.compile(r"\s*#\s*endif")
OTHERWISE = re.compile(r"\s*#\s*el")
HEADER_ONLY = "#if !defined(COHUB_SEPARATE_COMPILATION)"
SEPARATE = "#if defined(COHUB_SEPARATE_COMPILATION)"


class Amalgamation:
    """Collects lines, and which files are in them already."""

    def __init__(self, folder):
        self.folder = folder
        self.lines = []
        self.files = set()
        self.others = set()

    def add(self, name):
        """Appends the file of that name, as an #include writes it, unless it is there."""
        if name in self.files:
            return
        self.files.add(name)
        path = self.folder / name
        # The conditions around the line that is read: the file's guard, then "flavour", "dropped" or
        # "kept" each.
        around = []
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            where = f"{path}:{number}"
            if OPENING.match(line):
                around.append(self.condition(line, around))
                keep = around[-1] in ("guard", "kept")
            elif OTHERWISE.match(line):
                if around[-1] == "guard":
                    sys.exit(f"{where}: the guard of a file has no #else")
                keep = around[-1] == "kept"
                if not keep:
                    around[-1] = "flavour" if around[-1] == "dropped" else "dropped"
            elif CLOSING.match(line):
                keep = around.pop() in ("guard", "kept")
            else:
                keep = True
            if not keep or "dropped" in around:
                continue
            included = INCLUDE.match(line)
            if not included:
                self.append(line)
            elif included[1].startswith("<cohub/"):
                # Under a condition, one place could not stand for all.
                if "kept" in around:
                    sys.exit(f"{where}: includes a header of cohub under a condition")
                self.add(included[1][1:-1])
            elif "kept" in around or included[1] not in self.others:
                self.append(line)
                if "kept" not in around:
                    self.others.add(included[1])

    @staticmethod
    def condition(line, around):
        """What an #if stands for."""
        if not around and line.startswith("#ifndef COHUB_"):
            return "guard"
        if line.strip() == HEADER_ONLY:
            return "flavour"
        if line.strip() == SEPARATE:
            return "dropped"
        return "kept"

    def append(self, line):
        """Appends a line, but no second empty one."""
        if line or (self.lines and self.lines[-1]):
            self.lines.append(line)


def version():
    """The version that the headers say."""
    text = (ROOT / "include/cohub/version.hpp").read_text(encoding="utf-8")
    return re.search(r'COHUB_VERSION_STRING "(.*)"', text)[1]


def main():
    """Writes the header."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--door", default="cohub/cohub.hpp", help="what it has, as an #include writes it")
    parser.add_argument("output", nargs="?", default=ROOT / "build/cohub.hpp", type=pathlib.Path)
    arguments = parser.parse_args()

    one = Amalgamation(ROOT / "include")
    one.add(arguments.door)
    head = f"""// cohub {version()}: <{arguments.door}> and all that it includes, in one file.
// Made by cmake/amalgamate.py: change the headers that it is made of.
//
// Needs a C++20 compiler, Boost 1.81 and newer, OpenSSL 3 and threads, and in one source file of the
// program a line of its own: #include <boost/json/src.hpp>
//
"""
    head += "".join(f"// {line}".rstrip() + "\n" for line in (ROOT / "LICENSE").read_text().splitlines())
    head += """
#if defined(COHUB_SEPARATE_COMPILATION)
#error "This header is the header-only flavour: compile without COHUB_SEPARATE_COMPILATION"
#endif

"""
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    arguments.output.write_text(head + "\n".join(one.lines) + "\n", encoding="utf-8")
    print(f"{arguments.output}: {len(one.files)} files, {len(one.lines)} lines")


if __name__ == "__main__":
    main()
