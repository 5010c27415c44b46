# cohub_warnings(<target>...) turns on the warnings that this project keeps clean. They are private
# to the target, so that a consumer's build never sees them. Only the presets turn warnings into
# errors (CMAKE_COMPILE_WARNING_AS_ERROR), because a compiler that is newer than this project must
# not break a user's build.
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
                # GCC does not include it in -Wconversion. Both compilers are to check the same.
                $<$<CXX_COMPILER_ID:Clang>:-Wno-sign-conversion>
                # libstdc++ 12 uses deprecated parts of itself inside std::stable_sort.
                $<$<CXX_COMPILER_ID:Clang>:-Wno-error=deprecated-declarations>
                # g++ 12 misunderstands its own std::string when it optimizes (GCC's bug 105651).
                $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>,$<CONFIG:Release,RelWithDebInfo,MinSizeRel>>:-Wno-restrict>
        )
    endforeach()
endfunction()
