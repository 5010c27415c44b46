"""Conan 2 recipe of the source tree that it lies in: conan create cmake/packaging/conan."""

import os
import re

from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout
from conan.tools.files import copy, load, rmdir

required_conan_version = ">=2.0"


class CohubConan(ConanFile):
    """The library: headers, and the archives cohub::json and cohub::compiled."""

    name = "cohub"
    description = "Asynchronous C++20 client for CoCalc and Pieces OS"
    license = "BSL-1.0"
    topics = ("cocalc", "asio", "coroutines", "http-client")
    package_type = "static-library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"fPIC": [True, False]}
    default_options = {"fPIC": True}
    implements = ["auto_shared_fpic"]

    def _tree(self):
        return os.path.join(self.recipe_folder, os.pardir, os.pardir, os.pardir)

    def set_version(self):
        """The version has one place."""
        text = load(self, os.path.join(self._tree(), "include", "cohub", "version.hpp"))
        self.version = re.search(r'COHUB_VERSION_STRING "(.*)"', text)[1]

    def export_sources(self):
        """What the build below needs of the tree."""
        for file in ("CMakeLists.txt", "LICENSE", "CHANGELOG.md", "README.md"):
            copy(self, file, src=self._tree(), dst=self.export_sources_folder)
        for folder in ("cmake", "docs", "include"):
            source = os.path.join(self._tree(), folder)
            copy(self, "*", src=source, dst=os.path.join(self.export_sources_folder, folder))

    def requirements(self):
        """Users compile what includes both."""
        self.requires("boost/[>=1.81.0 <2]", transitive_headers=True)
        self.requires("openssl/[>=3.0 <4]", transitive_headers=True)

    def validate(self):
        """Coroutines are of C++20."""
        check_min_cppstd(self, 20)

    def layout(self):
        """The build folder is below the sources."""
        cmake_layout(self)

    def generate(self):
        """The tools of other libraries come without pkg-config, so that there is no fake server."""
        CMakeDeps(self).generate()
        toolchain = CMakeToolchain(self)
        for part in ("TESTS", "EXAMPLES", "BENCHMARKS", "FAKE_SERVER"):
            toolchain.cache_variables[f"COHUB_BUILD_{part}"] = False
        toolchain.generate()

    def build(self):
        """The two archives."""
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        """Conan writes the CMake package itself."""
        CMake(self).install()
        copy(self, "LICENSE", src=self.source_folder, dst=os.path.join(self.package_folder, "licenses"))
        for folder in ("lib/cmake", "lib/pkgconfig", "share"):
            rmdir(self, os.path.join(self.package_folder, folder))

    def package_info(self):
        """The targets have the names of cohub's own package."""
        self.cpp_info.set_property("cmake_file_name", "cohub")
        json = self.cpp_info.components["json"]
        json.set_property("cmake_target_name", "cohub::json")
        json.libs = ["cohub_json"]
        json.requires = ["boost::headers"]

        headers = self.cpp_info.components["cohub"]
        headers.set_property("cmake_target_name", "cohub::cohub")
        headers.set_property("pkg_config_name", "cohub")
        headers.requires = ["json", "boost::headers", "openssl::ssl", "openssl::crypto"]
        if self.settings.os == "Windows":
            headers.system_libs = ["ws2_32", "mswsock", "bcrypt", "crypt32"]
        elif self.settings.os in ("Linux", "FreeBSD"):
            headers.system_libs = ["pthread"]

        compiled = self.cpp_info.components["compiled"]
        compiled.set_property("cmake_target_name", "cohub::compiled")
        compiled.libs = ["cohub_compiled"]
        compiled.requires = ["cohub"]
        compiled.defines = [
            "COHUB_SEPARATE_COMPILATION",
            "BOOST_ASIO_SEPARATE_COMPILATION",
            "BOOST_BEAST_SEPARATE_COMPILATION",
        ]
