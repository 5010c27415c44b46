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
