# In a script, policies are old ones unless it says otherwise.
cmake_minimum_required(VERSION 3.25)
# Installs into an empty folder, so that nothing of an earlier run can stand in for a missing file.
file(REMOVE_RECURSE "${PREFIX}")
execute_process(
    COMMAND ${CMAKE_COMMAND} --install "${BUILD}" --prefix "${PREFIX}"
    COMMAND_ERROR_IS_FATAL ANY
)
foreach(program IN LISTS PROGRAMS)
    execute_process(
        COMMAND "${PREFIX}/bin/${program}" --help
        OUTPUT_QUIET
        COMMAND_ERROR_IS_FATAL ANY
    )
endforeach()
if("cohub" IN_LIST PROGRAMS)
    foreach(
        file IN ITEMS
        man/man1/cohub.1
        man/man1/cohub-system.1
        bash-completion/completions/cohub
        zsh/site-functions/_cohub
        fish/vendor_completions.d/cohub.fish
    )
        if(NOT EXISTS "${PREFIX}/share/${file}")
            message(FATAL_ERROR "${PREFIX}/share/${file} is missing")
        endif()
    endforeach()
endif()
