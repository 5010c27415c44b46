# cohub_warnings(<target>...) turns on the warnings that this project keeps clean. They are
# private to the target, so that a consumer's build never sees them. Turning warnings into
# errors is for the presets (CMAKE_COMPILE_WARNING_AS_ERROR): a compiler that is newer than this
# project must not break anybody's build.
function(cohub_warnings)
    foreach(target IN LISTS ARGN)
        target_compile_options(
            ${target}
            PRIVATE
                -Wall
                -Wextra
                -Wpedantic
                -Wshadow
                -Wconversion
                -Wnon-virtual-dtor
                -Woverloaded-virtual
                # With GCC it is no part of -Wconversion, and one measure for both is enough.
                $<$<CXX_COMPILER_ID:Clang>:-Wno-sign-conversion>
                # libstdc++ 12 uses what it deprecates, inside std::stable_sort.
                $<$<CXX_COMPILER_ID:Clang>:-Wno-error=deprecated-declarations>
        )
    endforeach()
endfunction()
