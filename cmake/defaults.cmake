# Settings for everything that is built here. They never apply to a project that embeds cohub.

if(NOT PROJECT_IS_TOP_LEVEL)
    return()
endif()

get_property(cohub_multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
if(NOT CMAKE_BUILD_TYPE AND NOT cohub_multi_config)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug, Release, RelWithDebInfo or MinSizeRel" FORCE)
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(COHUB_CCACHE ccache DOC "Compiler cache, used when it is there")
if(COHUB_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    # ccache needs this in addition to cache a source that begins with precompiled headers.
    set(
        CMAKE_CXX_COMPILER_LAUNCHER
        "${CMAKE_COMMAND}" -E env CCACHE_SLOPPINESS=pch_defines,time_macros "${COHUB_CCACHE}"
    )
endif()
