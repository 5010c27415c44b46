# cohub_manual(<target> <command>...): a page for `man` out of what the program says of itself, in
# ${COHUB_MANUAL}. The commands have a help of their own each.
set(COHUB_MANUAL "${PROJECT_BINARY_DIR}/man")
function(cohub_manual target)
    # The program has to run where it is built.
    if(CMAKE_CROSSCOMPILING)
        return()
    endif()
    add_custom_command(
        TARGET ${target}
        POST_BUILD
        COMMAND
            "${CMAKE_COMMAND}" "-DPROGRAM=$<TARGET_FILE:${target}>" "-DNAME=${target}"
            "-DVERSION=${PROJECT_VERSION}" "-DCOMMANDS=${ARGN}" "-DFOLDER=${COHUB_MANUAL}" -P
            "${PROJECT_SOURCE_DIR}/cmake/manual_page.cmake"
        VERBATIM
    )
endfunction()
