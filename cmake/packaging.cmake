# What `cpack` needs. On Debian and Ubuntu it makes packages out of the components:
#
#   development    libcohub-dev   headers, CMake package, pkg-config file, archives
#   programs       cohub          the programs, their pages for `man`, completions
#   documentation  cohub-doc      README, pages, changelog, examples, HTML reference
#
# Packages for others are made with the preset `package`, which compiles as Debian does and installs
# below /usr. tests/packages/check.sh makes and tests them.

set(
    COHUB_PACKAGE_CONTACT
    "The cohub authors <authors@cohub.invalid>"
    CACHE STRING
    "Name and address of the maintainer of the Debian packages"
)
set(
    COHUB_REFERENCE_HTML
    "${PROJECT_SOURCE_DIR}/build/reference/html"
    CACHE PATH
    "Folder with the HTML reference, which cohub-doc has if index.html is there when CMake runs"
)

# The documentation keeps the layout of the source tree, so that its links work.
set(cohub_doc "${CMAKE_INSTALL_DATADIR}/doc/cohub-doc")
# cohub_document(<folder below the documentation> FILES <file>... | DIRECTORY <folder>
#                [WITHOUT <name>...])
function(cohub_document folder)
    cmake_parse_arguments(arg "" "" "FILES;DIRECTORY;WITHOUT" ${ARGN})
    set(kind FILES)
    if(arg_DIRECTORY)
        set(kind DIRECTORY)
    endif()
    set(patterns)
    foreach(pattern IN LISTS arg_WITHOUT)
        list(APPEND patterns PATTERN ${pattern} EXCLUDE)
    endforeach()
    # CMake 3.31 asks for paths without `.` in them.
    cmake_path(SET destination NORMALIZE "${cohub_doc}/${folder}")
    string(REGEX REPLACE "/$" "" destination "${destination}")
    install(
        ${kind} ${arg_FILES} ${arg_DIRECTORY}
        DESTINATION "${destination}"
        COMPONENT documentation
        EXCLUDE_FROM_ALL
        ${patterns}
    )
endfunction()
cohub_document("." FILES "${PROJECT_SOURCE_DIR}/README.md" "${PROJECT_SOURCE_DIR}/CHANGELOG.md")
file(GLOB cohub_pages CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/docs/*.md")
file(GLOB cohub_pictures CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/docs/*.svg")
cohub_document(docs FILES ${cohub_pages} ${cohub_pictures})
foreach(folder IN ITEMS course decisions images migrating)
    cohub_document(docs DIRECTORY "${PROJECT_SOURCE_DIR}/docs/${folder}")
endforeach()
set(folder "${PROJECT_SOURCE_DIR}/docs/reference")
cohub_document(docs/reference FILES "${folder}/README.md" "${folder}/call.dot" "${folder}/pool.dot")
# What builds the examples within the source tree gives way to what builds them with the package.
cohub_document(
    .
    DIRECTORY
    "${PROJECT_SOURCE_DIR}/examples"
    WITHOUT
    cohub_cli
    CMakeLists.txt
    run.sh
    __pycache__
    node_modules
)
cohub_document(examples FILES "${PROJECT_SOURCE_DIR}/cmake/packaging/examples/CMakeLists.txt")
cohub_document(benchmarks FILES "${PROJECT_SOURCE_DIR}/benchmarks/README.md")
cohub_document(benchmarks DIRECTORY "${PROJECT_SOURCE_DIR}/benchmarks/cluster")
if(EXISTS "${COHUB_REFERENCE_HTML}/index.html")
    cohub_document(html DIRECTORY "${COHUB_REFERENCE_HTML}/" WITHOUT .buildinfo .doctrees)
endif()

set(CPACK_PACKAGE_CONTACT "${COHUB_PACKAGE_CONTACT}")
set(CPACK_PACKAGE_VENDOR "cohub")
# A summary for all packages would be put in front of each package's own.
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")
set(CPACK_PACKAGE_DESCRIPTION "${PROJECT_DESCRIPTION}")
set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_COMPONENTS_ALL development documentation)
if(TARGET cohub-cli AND TARGET cohub-fake-server AND TARGET cohub-bench AND COHUB_INSTALL_TOOLS)
    list(APPEND CPACK_COMPONENTS_ALL programs)
endif()
# All that the packages need of what is built.
add_custom_target(cohub_packaged)
foreach(
    target IN ITEMS cohub_json cohub_compiled cohub_fake_server cohub-cli cohub-fake-server cohub-bench
)
    if(TARGET ${target})
        add_dependencies(cohub_packaged ${target})
    endif()
endforeach()
if(EXISTS "/etc/debian_version")
    include("${CMAKE_CURRENT_LIST_DIR}/packaging/debian.cmake")
endif()
include(CPack)
