# Debian packages by cpack: names, dependencies, descriptions.

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX "/usr")
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_STRIP_FILES ON)

# Each release of the distribution has packages of its own, since the archives need its Boost. The
# next release of the distribution has the greater version.
cmake_host_system_information(RESULT cohub_distribution QUERY DISTRIB_INFO)
string(REPLACE "debian" "deb" cohub_suffix "${cohub_distribution_ID}")
set(
    COHUB_PACKAGE_RELEASE
    "1~${cohub_suffix}${cohub_distribution_VERSION_ID}"
    CACHE STRING
    "What follows the version and a dash in the version of a Debian package"
)
set(CPACK_DEBIAN_PACKAGE_RELEASE "${COHUB_PACKAGE_RELEASE}")

# The moment that is in the packages: of the release, else of the last commit, so that the same
# sources give the same bytes.
file(STRINGS "${PROJECT_SOURCE_DIR}/CHANGELOG.md" cohub_dated REGEX "^## ${PROJECT_VERSION} - ")
if(cohub_dated)
    string(REGEX REPLACE ".* - " "" cohub_dated "${cohub_dated}")
    execute_process(
        COMMAND date -u -d "${cohub_dated}" +%s
        OUTPUT_VARIABLE CPACK_COHUB_EPOCH
        OUTPUT_STRIP_TRAILING_WHITESPACE
    )
else()
    execute_process(
        COMMAND git -C "${PROJECT_SOURCE_DIR}" log -1 --format=%ct
        OUTPUT_VARIABLE CPACK_COHUB_EPOCH
        OUTPUT_STRIP_TRAILING_WHITESPACE
        ERROR_QUIET
    )
endif()
if(NOT CPACK_COHUB_EPOCH)
    string(TIMESTAMP CPACK_COHUB_EPOCH %s UTC)
endif()
set(CPACK_COHUB_SOURCE "${PROJECT_SOURCE_DIR}")
set(CPACK_PROJECT_CONFIG_FILE "${PROJECT_SOURCE_DIR}/cmake/packaging/epoch.cmake")
set(CPACK_PRE_BUILD_SCRIPTS "${PROJECT_SOURCE_DIR}/cmake/packaging/stage.cmake")

# Any Boost from 1.81 on serves the headers. The first one is that of the archives.
set(boost "libboost${Boost_VERSION_MAJOR}.${Boost_VERSION_MINOR}-dev")
list(APPEND boost libboost1.81-dev libboost1.83-dev libboost1.88-dev "libboost-dev (>= 1.81)")
list(REMOVE_DUPLICATES boost)
list(JOIN boost " | " boost)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libcohub-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "${boost}, libssl-dev (>= 3.0)")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_RECOMMENDS "libcpp-httplib-dev, pkgconf")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SUGGESTS "cmake, cohub, cohub-doc, libgmock-dev, libgtest-dev")
set(
    CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION
    "asynchronous C++20 client for CoCalc and Pieces OS - development files
A C++ program looks up and manages the people, organizations and projects of a
CoCalc server with this library. It is built on Boost.Asio: calls are awaited
in coroutines, or take any other completion token. TLS connections are pooled
and verified, and each call has one deadline.

This package has the headers, a CMake package, a file for pkg-config, and two
archives for quicker builds and for tests: cohub::compiled is the code of the
library, compiled once, and cohub::fake_server is a server with invented data
that runs inside a test."
)

set(CPACK_DEBIAN_PROGRAMS_PACKAGE_NAME cohub)
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_RECOMMENDS ca-certificates)
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_SUGGESTS "bash-completion, cohub-doc, man-db")
set(
    CPACK_COMPONENT_PROGRAMS_DESCRIPTION
    "command-line client, fake server and load tool for CoCalc
cohub calls every method of a CoCalc server and of Pieces OS, and prints the
answer as JSON, CSV, YAML or a table.

cohub-fake-server is a CoCalc server with invented data, against which clients
in any language are tested. It fails on request.

cohub-bench puts load on a CoCalc server and tells how long its answers take.

The package has a page for man for each program, and completions for bash,
zsh and fish."
)

set(CPACK_DEBIAN_DOCUMENTATION_PACKAGE_NAME cohub-doc)
set(CPACK_DEBIAN_DOCUMENTATION_PACKAGE_SECTION doc)
set(CPACK_DEBIAN_DOCUMENTATION_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_DOCUMENTATION_PACKAGE_SUGGESTS libcohub-dev)
# Scripts that Sphinx puts beside its pages are in a package of their own, and are links to that one.
set(CPACK_COHUB_SPHINX_SCRIPTS)
file(GLOB cohub_scripts RELATIVE "${COHUB_REFERENCE_HTML}/_static" "${COHUB_REFERENCE_HTML}/_static/*.js")
foreach(script IN LISTS cohub_scripts)
    set(common "/usr/share/javascript/sphinxdoc/1.0/${script}")
    if(EXISTS "${common}")
        file(SHA256 "${common}" theirs)
        file(SHA256 "${COHUB_REFERENCE_HTML}/_static/${script}" ours)
        if(ours STREQUAL theirs)
            list(APPEND CPACK_COHUB_SPHINX_SCRIPTS "${script}")
        endif()
    endif()
endforeach()
if(CPACK_COHUB_SPHINX_SCRIPTS)
    set(CPACK_DEBIAN_DOCUMENTATION_PACKAGE_DEPENDS libjs-sphinxdoc)
endif()
set(
    CPACK_COMPONENT_DOCUMENTATION_DESCRIPTION
    "asynchronous C++20 client for CoCalc and Pieces OS - documentation
A C++ program looks up and manages the people, organizations and projects of a
CoCalc server with the library cohub.

This package has an introduction, a page for each topic, the changelog, and
examples, each of which is a program that runs against the fake server of the
package cohub."
)
