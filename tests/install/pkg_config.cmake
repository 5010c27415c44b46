# A program that is built by what pkg-config says of the installed cohub, and runs.
file(GLOB_RECURSE description "${PREFIX}/*/cohub.pc")
get_filename_component(folder "${description}" DIRECTORY)
set(ENV{PKG_CONFIG_PATH} "${folder}")
execute_process(
    COMMAND pkg-config --cflags --libs cohub
    OUTPUT_VARIABLE options
    OUTPUT_STRIP_TRAILING_WHITESPACE
    COMMAND_ERROR_IS_FATAL ANY
)
separate_arguments(options UNIX_COMMAND "${options}")
separate_arguments(flags UNIX_COMMAND "${FLAGS}")
execute_process(
    COMMAND "${COMPILER}" ${flags} -std=c++20 "${SOURCE}" ${options} -o "${PREFIX}/with_pkg_config"
    COMMAND_ERROR_IS_FATAL ANY
)
execute_process(COMMAND "${PREFIX}/with_pkg_config" COMMAND_ERROR_IS_FATAL ANY)
