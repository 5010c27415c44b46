#!/usr/bin/env python3
"""Whether snippets.py finds what it is for, on a small tree of its own."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(__file__).with_name("snippets.py")
SOURCE = """#include <a>
// [outer]
int one()
{
    // [inner]
    return 1;
    // [end]
}
// [end]
"""
PAGE = """# {number}. A page

<!-- snippet: examples/a.cpp#inner -->
```cpp
return 1;
```

## What you have learnt

- one

{last}
"""


class Snippets(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        for name in ("docs/course", "docs/migrating", "examples"):
            (self.root / name).mkdir(parents=True)
        (self.root / "examples/a.cpp").write_text(SOURCE)
        for number in range(1, 11):
            last = f"Next: [the next]({number + 1:02}-page.md)" if number < 10 else "The end."
            self.page(number).write_text(PAGE.format(number=number, last=last))

    def page(self, number):
        return self.root / f"docs/course/{number:02}-page.md"

    def run_script(self, *arguments):
        command = [sys.executable, SCRIPT, "--root", self.root, *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def refuses(self, old, new, because):
        page = self.page(3)
        page.write_text(page.read_text().replace(old, new))
        done = self.run_script()
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn(because, done.stdout)

    def test_takes_what_is_right(self):
        done = self.run_script()
        self.assertEqual((done.returncode, done.stdout), (0, "10 pages, 10 blocks cut from files, 0 problems\n"))

    def test_refuses_a_block_that_is_not_as_its_source(self):
        self.refuses("return 1;", "return 2;", "not as its source")

    def test_writes_it_anew(self):
        page = self.page(3)
        right = page.read_text()
        page.write_text(right.replace("return 1;\n", ""))
        self.assertEqual(self.run_script("--write").returncode, 0)
        self.assertEqual(page.read_text(), right)

    def test_leaves_the_lines_of_inner_markers_out(self):
        page = self.page(3)
        page.write_text(page.read_text().replace("#inner", "#outer"))
        self.run_script("--write")
        self.assertIn("int one()\n{\n    return 1;\n}\n```", page.read_text())

    def test_refuses_a_block_without_a_source(self):
        self.refuses("<!-- snippet: examples/a.cpp#inner -->\n", "", "names no source")

    def test_refuses_a_source_that_does_not_exist(self):
        self.refuses("a.cpp#inner", "b.cpp#inner", "there is no examples/b.cpp")

    def test_refuses_a_region_that_does_not_exist(self):
        self.refuses("#inner", "#other", "no region [other]")

    def test_refuses_a_marker_without_an_end(self):
        (self.root / "examples/a.cpp").write_text(SOURCE.replace("// [end]\n", "", 1))
        self.assertIn("has no [end]", self.run_script().stdout)

    def test_refuses_dead_links(self):
        self.refuses("- one", "- [one](../two.md)", "../two.md does not exist")

    def test_refuses_dead_anchors(self):
        self.refuses("- one", "- [one](01-page.md#two)", "01-page.md has no heading #two")

    def test_refuses_a_page_that_leads_elsewhere(self):
        self.refuses("(04-page.md)", "(05-page.md)", "does not lead to 04-page.md")

    def test_refuses_a_page_that_is_long(self):
        self.refuses("- one", "- " + "one " * 800, "words; at most")


if __name__ == "__main__":
    unittest.main()
