# cohub_share_headers(<target>): for a test program. All such programs share precompiled headers,
# because reading GoogleTest and the client takes as long as compiling a usual test file.
# CMAKE_DISABLE_PRECOMPILE_HEADERS turns this off.
function(cohub_share_headers target)
    if(NOT TARGET cohub_test_headers)
        set(source "${PROJECT_BINARY_DIR}/cohub_test_headers.cpp")
        file(CONFIGURE OUTPUT "${source}" CONTENT "")
        add_library(cohub_test_headers OBJECT "${source}")
        target_link_libraries(cohub_test_headers PRIVATE cohub::compiled GTest::gtest)
        target_precompile_headers(
            cohub_test_headers PRIVATE <gtest/gtest.h> <cohub/cohub.hpp>
        )
        cohub_warnings(cohub_test_headers)
    endif()
    target_precompile_headers(${target} REUSE_FROM cohub_test_headers)
endfunction()

# cohub_add_test(<name> SOURCES <file>... [LIBRARIES <target>...] [DEFINITIONS <def>...]
#                [LABELS <label>...] [TIMEOUT <seconds>])
#
# A GoogleTest program with cohub::compiled. Each of its tests is a CTest test. A few large sources
# compile faster than many small ones: most of the time is spent on the headers and the coroutines,
# once for each translation unit.
function(cohub_add_test name)
    cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;LIBRARIES;DEFINITIONS;LABELS" ${ARGN})
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 300)
    endif()
    if(NOT arg_LABELS)
        get_filename_component(arg_LABELS "${CMAKE_CURRENT_SOURCE_DIR}" NAME)
    endif()
    find_package(GTest CONFIG REQUIRED)
    include(GoogleTest)

    add_executable(${name} ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE cohub::compiled ${arg_LIBRARIES} GTest::gtest_main)
    target_compile_definitions(
        ${name}
        PRIVATE COHUB_TEST_DATA_DIR="${PROJECT_SOURCE_DIR}/tests/data" ${arg_DEFINITIONS}
    )
    target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
    cohub_warnings(${name})
    cohub_share_headers(${name})
    # Discovery runs the program, before the tests instead of after the link. So a program that
    # cannot start is a failed test, not a failed build.
    gtest_discover_tests(
        ${name}
        TEST_PREFIX "${name}."
        DISCOVERY_MODE PRE_TEST
        DISCOVERY_TIMEOUT 60
        PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${arg_TIMEOUT}
    )
endfunction()

# cohub_add_example(<name> [LIBRARIES <target>...])
#
# The program of `<name>.cpp` in the folder of the examples. `cohub_examples` builds it. If the build
# has tests and a fake server, a test runs it against the fake server over TLS.
if(NOT TARGET cohub_examples AND COHUB_BUILD_EXAMPLES)
    add_custom_target(cohub_examples)
endif()
function(cohub_add_example name)
    cmake_parse_arguments(arg "" "" "LIBRARIES" ${ARGN})
    add_executable(example_${name} ${name}.cpp)
    set_target_properties(example_${name} PROPERTIES OUTPUT_NAME ${name})
    target_link_libraries(example_${name} PRIVATE cohub::compiled ${arg_LIBRARIES})
    cohub_warnings(example_${name})
    add_dependencies(cohub_examples example_${name})
    if(TARGET cohub-fake-server)
        add_dependencies(cohub_examples cohub-fake-server)
        if(COHUB_BUILD_TESTS)
            add_test(
                NAME examples.${name}
                COMMAND
                    bash "${PROJECT_SOURCE_DIR}/cmake/with_fake_server.sh"
                    $<TARGET_FILE:cohub-fake-server> $<TARGET_FILE:example_${name}>
            )
            set_tests_properties(examples.${name} PROPERTIES LABELS examples TIMEOUT 120)
        endif()
    endif()
endfunction()
