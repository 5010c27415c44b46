#!/usr/bin/env python3
"""What recipes for package managers say is true of this tree; they cannot be run here.

Holds versions, files and CMake options against the tree, and calls the methods of the Conan recipe that
need nothing of Conan but a few functions, which stand-ins are for.
"""

import importlib.util
import json
import pathlib
import py_compile
import re
import shutil
import sys
import tempfile
import types
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "cmake/packaging"
PORT = PACKAGING / "vcpkg/ports/cohub"
CONAN = PACKAGING / "conan"


def text_of(path):
    """A file of the tree."""
    return (ROOT / path).read_text(encoding="utf-8")


def macro(name):
    """What version.hpp defines."""
    return re.search(rf"#define COHUB_VERSION_{name} (.*)", text_of("include/cohub/version.hpp"))[1]


VERSION = macro("STRING").strip('"')


class Version(unittest.TestCase):
    """One version in all places."""

    def test_header_agrees_with_itself(self):
        self.assertEqual(VERSION, ".".join(macro(part) for part in ("MAJOR", "MINOR", "PATCH")))

    def test_changelog_tells_of_it(self):
        headings = re.findall(r"^## (\S+)", text_of("CHANGELOG.md"), re.M)
        self.assertEqual("Unreleased", headings[0])
        numbers = [tuple(map(int, v.split("."))) for v in [VERSION, *headings[1:2]]]
        self.assertEqual(max(numbers), numbers[0], headings)

    def test_a_consumer_keeps_it(self):
        folder = "tests/install/releases/" + VERSION.rsplit(".", 1)[0]
        self.assertIn("any.hpp", text_of(f"{folder}/options.cpp"))


def unknown_options(text):
    """CMake options of this project in a text that CMakeLists.txt does not have."""
    known = set(re.findall(r"option\((COHUB_\w+)", text_of("CMakeLists.txt")))
    return set(re.findall(r"-D(COHUB_\w+)", text)) - known


class Vcpkg(unittest.TestCase):
    """The overlay port."""

    def test_manifest(self):
        manifest = json.loads((PORT / "vcpkg.json").read_text(encoding="utf-8"))
        known = {"$comment", "name", "version", "description", "license", "supports", "dependencies"}
        self.assertLessEqual(set(manifest), known)
        self.assertEqual(("cohub", VERSION, "BSL-1.0"), tuple(manifest[k] for k in ("name", "version", "license")))
        names = [d["name"] for d in manifest["dependencies"]]
        self.assertEqual(sorted(set(names)), names, "sorted, each once")
        for dependency in manifest["dependencies"]:
            self.assertLessEqual(set(dependency), {"name", "version>=", "host"})
            self.assertRegex(dependency["name"], r"^[a-z0-9]+(-[a-z0-9]+)*$")

    def test_manifest_has_each_boost_library_that_is_included(self):
        included = set()
        for header in (ROOT / "include").rglob("*.[hi]pp"):
            included |= set(re.findall(r"#include <boost/(\w+)", header.read_text(encoding="utf-8")))
        # Any of them brings Boost.Config, where version.hpp is.
        wanted = {"boost-" + name.replace("_", "-") for name in included - {"version", "config"}}
        manifest = json.loads((PORT / "vcpkg.json").read_text(encoding="utf-8"))
        self.assertLessEqual(wanted, {d["name"] for d in manifest["dependencies"]})

    def test_portfile(self):
        text = (PORT / "portfile.cmake").read_text(encoding="utf-8")
        up = re.search(r'"\$\{CURRENT_PORT_DIR\}/([./]+)"', text)[1]
        self.assertEqual(ROOT, (PORT / up).resolve())
        self.assertEqual(set(), unknown_options(text))
        for file in re.findall(r"\$\{SOURCE_PATH\}/(\w+)", text):
            self.assertTrue((ROOT / file).is_file(), file)
        for file in re.findall(r"\$\{CURRENT_PORT_DIR\}/(\w+)", text):
            self.assertTrue((PORT / file).is_file(), file)


class StandIn:
    """Of ConanFile: no more than the recipe's methods below use."""

    def __init__(self, recipe_folder, export_sources_folder=None):
        self.recipe_folder = recipe_folder
        self.export_sources_folder = export_sources_folder
        self.required = []

    def requires(self, reference, **_):
        """Keeps what is asked for."""
        self.required.append(reference)


def copy(_, pattern, src, dst):
    """As Conan's, for a file's name and for a whole folder."""
    if pattern == "*":
        shutil.copytree(src, dst)
    else:
        shutil.copy(pathlib.Path(src) / pattern, dst)


def load_recipe():
    """The recipe's class, with stand-ins for what it imports."""
    modules = {
        "conan": {"ConanFile": StandIn},
        "conan.tools": {},
        "conan.tools.build": {"check_min_cppstd": None, "can_run": None},
        "conan.tools.cmake": dict.fromkeys(("CMake", "CMakeDeps", "CMakeToolchain", "cmake_layout")),
        "conan.tools.files": {
            "copy": copy,
            "load": lambda _, path: pathlib.Path(path).read_text(encoding="utf-8"),
            "rmdir": None,
        },
    }
    for name, content in modules.items():
        sys.modules[name] = types.ModuleType(name)
        vars(sys.modules[name]).update(content)
    spec = importlib.util.spec_from_file_location("conanfile", CONAN / "conanfile.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.CohubConan


class Conan(unittest.TestCase):
    """The recipe and its test package."""

    def test_both_compile(self):
        with tempfile.TemporaryDirectory() as work:
            for number, path in enumerate((CONAN / "conanfile.py", CONAN / "test_package/conanfile.py")):
                py_compile.compile(str(path), cfile=f"{work}/{number}", doraise=True)

    def test_version_is_read_from_the_header(self):
        recipe = load_recipe()(str(CONAN))
        recipe.set_version()
        self.assertEqual(VERSION, recipe.version)

    def test_requirements_are_those_of_cmake(self):
        recipe = load_recipe()(str(CONAN))
        recipe.requirements()
        wanted = dict(re.findall(r"find_package\((Boost|OpenSSL) ([0-9.]+)", text_of("cmake/library.cmake")))
        self.assertEqual(2, len(recipe.required))
        for name, version in wanted.items():
            self.assertTrue(any(r.startswith(f"{name.lower()}/[>={version}") for r in recipe.required), name)

    def test_exported_sources_are_enough_for_cmake(self):
        with tempfile.TemporaryDirectory() as work:
            load_recipe()(str(CONAN), work).export_sources()
            tree = pathlib.Path(work)
            for file in ("CMakeLists.txt", "LICENSE", "include/cohub/version.hpp"):
                self.assertTrue((tree / file).is_file(), file)
            included = re.findall(r"^\s*include\((\w+)\)", (tree / "CMakeLists.txt").read_text(), re.M)
            for module in included:
                self.assertTrue((tree / f"cmake/{module}.cmake").is_file(), module)

    def test_archives_have_the_names_that_cmake_gives(self):
        text = (CONAN / "conanfile.py").read_text(encoding="utf-8")
        libraries = text_of("cmake/library.cmake")
        for archive in re.findall(r'\.libs = \["(\w+)"\]', text):
            self.assertIn(f"add_library({archive} STATIC", libraries)
        for definition in re.findall(r'"(\w+_SEPARATE_COMPILATION)"', text):
            self.assertIn(definition, libraries)


if __name__ == "__main__":
    unittest.main()
