"""Builds a program with the package, and runs it."""

import os

from conan import ConanFile
from conan.tools.build import can_run
from conan.tools.cmake import CMake, cmake_layout


class CohubTest(ConanFile):
    """One program for each of the two targets."""

    settings = "os", "arch", "compiler", "build_type"
    generators = "CMakeDeps", "CMakeToolchain"

    def requirements(self):
        """The package that is tested."""
        self.requires(self.tested_reference_str)

    def layout(self):
        """The build folder is below this one."""
        cmake_layout(self)

    def build(self):
        """Both programs."""
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def test(self):
        """They end with status 0."""
        if can_run(self):
            for program in ("header_only", "compiled"):
                self.run(os.path.join(self.cpp.build.bindir, program), env="conanrun")
